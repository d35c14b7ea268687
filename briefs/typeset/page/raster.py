"""Draws raster images of figures from the PDF of their pages, so that the PNG in a Word file looks the same as the printed figure.

In: the places of the figures, and the PDF of the pages. Out: PNGs of 300 dots an inch, by the names of the figures. PDFium draws
all figures of a page in the time in which an SVG renderer draws the words of one figure.
https://pypdfium2.readthedocs.io/en/stable/, https://pdfium.googlesource.com/pdfium/+/main/public/fpdfview.h
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from briefs.clock import clock
from briefs.typeset import indexed

DPI = 300  # dots an inch of a figure on paper
WHITE = (255, 255, 255, 255)


@dataclass(frozen=True)
class FigureBox:
    """The place of a figure: the number of its page, from 0; its left and upper edge, its width and height, in points. The bleed
    isn't counted."""

    name: str
    page: int
    x: float
    y: float
    width: float
    height: float


def pngs(boxes: Sequence[FigureBox], pdf: bytes, dpi: int = DPI) -> dict[str, bytes]:
    """A PNG of each figure, by its name. `pdf`: the file of the pages."""
    import pypdfium2

    with clock.stage("draw"), pypdfium2.PdfDocument(pdf) as opened:
        once = {box.name: box for box in sorted(boxes, key=lambda box: box.width)}.values()  # the largest of many places
        pages = {box.page: opened[box.page] for box in once}
        return {box.name: _drawn(pages[box.page], box, dpi) for box in once}


def _drawn(page: Any, box: FigureBox, dpi: int) -> bytes:
    """A part of a page (a pypdfium2.PdfPage) as a PNG. The upper left corner of the part is the corner of a pixel."""
    from pypdfium2 import PdfBitmap, raw

    scale = dpi / 72
    across, down = round(box.width * scale), round(box.height * scale)
    bitmap = PdfBitmap.new_native(across, down, raw.FPDFBitmap_BGR, rev_byteorder=True)
    bitmap.fill_rect(WHITE, 0, 0, across, down)
    matrix = raw.FS_MATRIX(scale, 0, 0, scale, -box.x * scale, -box.y * scale)
    raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, raw.FS_RECTF(0, 0, across, down), raw.FPDF_REVERSE_BYTE_ORDER)
    return indexed.png(Image.frombuffer("RGB", (across, down), bytes(bitmap.buffer), "raw", "RGB", bitmap.stride, 1), dpi)
