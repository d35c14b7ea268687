"""The cover's picture: a tile for each country in the colour of its stance, and the number of countries at each step.

In: the stance of each country by code. Out: a figure. The tiles follow the scale, and are as large as the height allows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil, sqrt

from briefs.compose.figures.drawing import CAP, MM, NORMAL, Canvas, Figure, ScaleEntry, polygon, rectangle, text_width
from briefs.compose.figures.map import swatch

LARGEST, HIGH = 16.0, 82.0  # millimetres: the largest side of a tile with its gap, and the greatest height of all tiles
GAP = 0.14  # the gap after a tile, as a part of both together
LETTERS = 0.36  # the size of the type, as a part of a tile's side
LINE = 12.0  # points: the line height of the legend
SWATCH = (10.0, 6.5)


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
    full = width * MM
    order = [(step, code) for step in (*steps, None) for code in states if states[code] == (step and step.id)]
    columns = ceil(full / (min(LARGEST, sqrt(width * HIGH / max(len(order), 1))) * MM))
    size = full / (columns - GAP)
    side = size * (1 - GAP)
    sheet = Canvas()
    for number, (step, code) in enumerate(order):
        x, y = number % columns * size, number // columns * size
        fill = f"@stance/{step.id}" if step else "@absent"
        sheet.shape(polygon(rectangle(x, y, side, side)), fill=fill, name="tile")
        letters = side * LETTERS
        ink = f"@on-stance/{step.id}" if step else "@ink"
        sheet.text(x + side / 2, y + side / 2 + letters * CAP / 2, code.upper(), size=letters, fill=ink, bold=True, align="center")
    y = ceil(len(order) / columns) * size + 8
    held = list(states.values())
    counted = [
        (step, f"{step.label if step else not_covered} {numeral(held.count(step.id if step else None))}")
        for step in (*steps, *[None] * (None in held))
    ]
    return sheet.figure("tiles", width, _legend(sheet, counted, full, y), alt)


def _legend(sheet: Canvas, counted: Sequence[tuple[ScaleEntry | None, str]], full: float, y: float) -> float:
    """How many countries are at each step, on as many lines as it takes. Returns the lower edge."""
    x = 0.0
    for step, words in counted:
        wide = SWATCH[0] + 4 + text_width(words, NORMAL) + 14
        if x and x + wide > full + 14:
            x, y = 0.0, y + LINE
        swatch(sheet, x + 0.3, y, SWATCH, step)
        sheet.text(x + SWATCH[0] + 4, y + SWATCH[1] / 2 + NORMAL * CAP / 2, words, size=NORMAL)
        x += wide
    return y + LINE
