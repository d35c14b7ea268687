"""The cover's picture: a row for each step of the scale, with the number of countries there and a tile for each of them.

In: the stance of each country by code. Out: a figure. The tiles are as large as the height allows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from math import ceil

from briefs.compose.figures.drawing import CAP, MM, Canvas, Figure, ScaleEntry, polygon, rectangle, text_width, wrap

LARGEST, HIGH = 13.5, 84.0  # millimetres: the largest side of a tile with its gap, and the greatest height of all tiles
GAP = 0.12  # the gap after a tile, as a part of both together
LETTERS = 0.36  # the size of the type, as a part of a tile's side
NUMBER, LABEL, LEADING = 15.0, 9.5, 11.0  # points: the type of a number and of a label, and the leading of a label
WIDEST = 95.0  # points: the width of a label that has several lines
BESIDE = 5.0  # points: between a number and its label

Held = tuple[ScaleEntry | None, Sequence[str]]  # a step, and the codes of the countries that stand there


def tiles(
    states: Mapping[str, str | None],
    steps: Sequence[ScaleEntry],
    *,
    width: float,
    not_covered: str,
    alt: str,
    numeral: Callable[[int], str] = str,
) -> Figure:
    """The figure. `states`: the id of the stance by country code, or None for a member that the edition doesn't cover. `width`: in
    millimetres. `numeral`: writes a number."""
    held = [(step, [code for code in states if states[code] == (step and step.id)]) for step in (*steps, None)]
    rows = [(step, codes) for step, codes in held if codes or step]
    labels = [wrap(step.label if step else not_covered, WIDEST, LABEL) for step, _ in rows]
    start = max(text_width(numeral(len(codes)), NUMBER, bold=True) for _, codes in rows) + BESIDE
    left = start + max(text_width(part, LABEL) for label in labels for part in label) + 3 * BESIDE
    columns, size = _size(rows, width * MM - left)
    sheet, y = Canvas(), 0.0
    for (step, codes), label in zip(rows, labels, strict=True):
        middle = y + size * (1 - GAP) / 2
        sheet.text(0, middle + NUMBER * CAP / 2, numeral(len(codes)), size=NUMBER, bold=True)
        for number, part in enumerate(label):
            line = middle + (number - (len(label) - 1) / 2) * LEADING
            sheet.text(start, line + LABEL * CAP / 2, part, size=LABEL)
        for number, code in enumerate(codes):
            _tile(sheet, left + number % columns * size, y + number // columns * size, size, (step, code))
        y += max(ceil(len(codes) / columns), 1) * size
    return sheet.figure("tiles", width, y, alt)


def _size(rows: Sequence[Held], room: float) -> tuple[int, float]:
    """How many tiles stand side by side in `room` points, and the size of each with its gap: the largest at which all rows are no
    higher than they may be."""
    for columns in count(ceil(room / (LARGEST * MM))):
        size = min(room / columns, LARGEST * MM)
        if sum(max(ceil(len(codes) / columns), 1) for _, codes in rows) * size <= HIGH * MM or size < LABEL:
            return columns, size
    raise AssertionError("tiles get smaller with each column")


def _tile(sheet: Canvas, x: float, y: float, size: float, held: tuple[ScaleEntry | None, str]) -> None:
    step, code = held
    side = size * (1 - GAP)
    sheet.shape(polygon(rectangle(x, y, side, side)), fill=f"@stance/{step.id}" if step else "@absent", name="tile")
    letters = side * LETTERS
    ink = f"@on-stance/{step.id}" if step else "@ink"
    sheet.text(x + side / 2, y + side / 2 + letters * CAP / 2, code.upper(), size=letters, fill=ink, bold=True, align="center")
