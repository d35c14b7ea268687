"""A QR code with an address, and the address in words beside it (ISO/IEC 18004)."""

from __future__ import annotations

from itertools import groupby

import segno

from briefs.compose.figures.drawing import CAP, MM, SMALL, Canvas, Figure, polygon, rectangle, wrap

SIDE = 15.0  # millimetres: the code with its quiet zone, at which a phone reads an address of 100 characters
LINE = 8.6  # points: the line height of the words
QUIET = 2  # modules: the part of the quiet zone that the figure has; the white page around it is the rest


def address_code(address: str, *, words: str, width: float, alt: str) -> Figure:
    """The code at the left, the words beside it. `width` is millimetres."""
    rows = [list(row) for row in segno.make_qr(address, error="m").matrix_iter(border=QUIET)]
    module = SIDE * MM / len(rows)
    sheet, dark = Canvas(), []
    for y, row in enumerate(rows):
        x = 0
        for is_dark, run in groupby(row):
            length = len(list(run))
            if is_dark:
                dark.append(polygon(rectangle(x * module, y * module, length * module, module)))
            x += length
    sheet.shape("".join(dark), fill="@ink", name="code")
    left = SIDE * MM + 5
    lines = [part for line in words.splitlines() for part in wrap(line, width * MM - left, SMALL)]
    top = SIDE * MM / 2 - LINE * len(lines) / 2 + SMALL * CAP
    for number, line in enumerate(lines):
        sheet.text(left, top + LINE * number, line)
    return sheet.figure("code", width, SIDE * MM, alt, has_sides=True)  # a mirrored code can’t be read by all programs
