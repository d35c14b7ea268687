"""How much of a page is empty, measured on the finished PDF."""

from __future__ import annotations

from itertools import pairwise

import pypdfium2

DOTS = 2.0  # a point
PAPER = 250  # of 255: a dot that is no darker is white
MM = DOTS * 72 / 25.4  # dots in a millimetre


def inked(pdf: bytes, left: float = 0, right: float | None = None) -> list[float]:
    """Where there is ink on the first page, row by row, in millimetres from its top; between two distances from its left edge."""
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=DOTS, grayscale=True).to_pil()
    part = image.crop((int(left * MM), 0, int(right * MM) if right else image.width, image.height))
    data = part.tobytes()
    return [row / MM for row in range(part.height) if min(data[row * part.width : (row + 1) * part.width]) < PAPER]


def widest_gap(pdf: bytes) -> float:
    """The height of the widest white band across the first page, in millimetres, its margins excepted."""
    return max(below - above for above, below in pairwise(inked(pdf)))
