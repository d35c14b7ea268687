"""Hatching: lines at 45° across an area, for what has no colour of its own. It tells the area from greys and pale tints.

In: the rings of an area. Out: its fill and its lines, on a canvas.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, sqrt

from briefs.compose.figures.atlas import Ring
from briefs.compose.figures.drawing import Canvas, Point, line, polygon
from briefs.compose.figures.geography import crossings

APART, WIDTH = 2.6, 0.7  # points: from line to line, and the width of a line


def hatched(sheet: Canvas, rings: Sequence[Ring], *, fill: str = "@absent", name: str | None = None) -> None:
    """Draw an area in a colour, with white lines across it. `name`: the name of the area's shape."""
    sheet.shape("".join(map(polygon, rings)), fill=fill, name=name)
    sheet.shape("".join(line(*ends) for ends in _lines(rings)), stroke="@paper", width=WIDTH, name="hatching")


def _lines(rings: Sequence[Ring]) -> list[tuple[Point, Point]]:
    """The lines inside the rings, which rise to the right. Lines of neighbouring areas meet, because all are `APART` from the same
    line."""
    turned = [[(x - y, x + y) for x, y in ring] for ring in rings]  # the lines are horizontal here, and √2 times as far apart
    ends = [y for ring in turned for _, y in ring] or [0.0]
    step, found = APART * sqrt(2), []
    for number in range(floor(min(ends) / step), ceil(max(ends) / step) + 1):
        y = number * step
        met = iter(crossings(turned, y))
        for left, right in zip(met, met, strict=False):
            found.append((((left + y) / 2, (y - left) / 2), ((right + y) / 2, (y - right) / 2)))
    return found
