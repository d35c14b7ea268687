"""A page's figures as dots, cut out of the page: what Word has beside an SVG is what the print shows.

In: WeasyPrint's pages. Out: where their figures stand; with the PDF of the pages PNGs of 300 dots an inch, by the names of the
figures. PDFium draws all figures of a page in the time that an SVG renderer takes for the words of one.
https://pypdfium2.readthedocs.io/en/stable/, https://pdfium.googlesource.com/pdfium/+/main/public/fpdfview.h
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from briefs.clock import clock
from briefs.typeset.page.html import FIGURE

POINTS = 0.75  # a CSS pixel in points
WHITE = (255, 255, 255, 255)


@dataclass(frozen=True)
class FigureBox:
    """Where a figure stands: the number of its page, from 0; its left and upper edge, its width and height in points."""

    name: str
    page: int
    x: float
    y: float
    width: float
    height: float


def figure_boxes(pages: Sequence[Any]) -> Iterator[FigureBox]:
    """Each SVG on the pages: WeasyPrint's, without bleed."""
    for number, page in enumerate(pages):
        for box in page._page_box.descendants():
            name = box.element.get("src", "") if getattr(box, "replacement", None) is not None else ""
            if name.startswith(FIGURE) and name.endswith(".svg"):
                place = (box.content_box_x(), box.content_box_y(), box.width, box.height)
                yield FigureBox(name.removeprefix(FIGURE), number, *(length * POINTS for length in place))


def pngs(frames: Sequence[FigureBox], pdf: bytes, dpi: int = 300) -> dict[str, bytes]:
    """What each frame shows, by the figure's name. `pdf`: the file of the pages."""
    import pypdfium2

    with clock.stage("draw"), pypdfium2.PdfDocument(pdf) as opened:
        pages = {frame.page: opened[frame.page] for frame in frames}
        return {frame.name: _drawn(pages[frame.page], frame, dpi) for frame in frames}


def _drawn(page: Any, frame: FigureBox, dpi: int) -> bytes:
    """A frame's part of the page as a PNG, its upper left corner on a dot."""
    from pypdfium2 import PdfBitmap, raw

    scale = dpi / 72
    across, down = round(frame.width * scale), round(frame.height * scale)
    bitmap = PdfBitmap.new_native(across, down, raw.FPDFBitmap_BGR, rev_byteorder=True)
    bitmap.fill_rect(WHITE, 0, 0, across, down)
    matrix = raw.FS_MATRIX(scale, 0, 0, scale, -frame.x * scale, -frame.y * scale)
    raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, raw.FS_RECTF(0, 0, across, down), raw.FPDF_REVERSE_BYTE_ORDER)
    dots = memoryview(bitmap.buffer)
    rows = (dots[row * bitmap.stride : row * bitmap.stride + 3 * across] for row in range(down))
    return _png(across, down, b"".join(piece for row in rows for piece in (b"\0", row)), dpi)


def _png(across: int, down: int, rows: bytes, dpi: int) -> bytes:
    """A PNG (https://www.w3.org/TR/png-3/). Flat colours pack no worse without filters, and in half of Pillow's time."""
    metre = round(dpi / 0.0254)
    chunks = {
        b"IHDR": struct.pack(">II5B", across, down, 8, 2, 0, 0, 0),
        b"pHYs": struct.pack(">IIB", metre, metre, 1),
        b"IDAT": zlib.compress(rows, 1),
        b"IEND": b"",
    }
    packed = ((len(data), name + data) for name, data in chunks.items())
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", n) + data + struct.pack(">I", zlib.crc32(data)) for n, data in packed)
