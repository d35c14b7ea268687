"""A hatch for each step of the scale, so that no stance is shown by colour alone.

The lines are real lines, cut to the shape, and not an SVG pattern or clip path: all programs draw them alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, floor, radians, sin

from briefs.compose.figures.drawing import Point, line
from briefs.compose.figures.geography import crossings

Rule = tuple[float, float]  # angle in degrees, distance in points

HATCHES: tuple[tuple[Rule, ...], ...] = (
    (),
    ((45, 3.2),),
    ((0, 2.4),),
    ((135, 1.9),),
    ((45, 2.6), (135, 2.6)),
    ((90, 1.9),),
    ((0, 2.6), (90, 2.6)),
)  # from open to dense, in the order of the scale
NOT_COVERED: tuple[Rule, ...] = ((45, 1.9),)


def hatch(rings: Sequence[Sequence[Point]], rules: Sequence[Rule], spare: Sequence[tuple[Point, Point]] = ()) -> str:
    """The lines that hatch the inside of the rings (even-odd rule), as one SVG path.

    `spare`: rectangles (two corners each) that stay free for the labels on them.
    """
    holes = [[(a[0], a[1]), (b[0], a[1]), (b[0], b[1]), (a[0], b[1])] for a, b in spare]
    return "".join(_lines(rings, holes, angle, distance) for angle, distance in rules)


def _lines(rings: Sequence[Sequence[Point]], holes: Sequence[Sequence[Point]], angle: float, distance: float) -> str:
    c, s = cos(radians(angle)), sin(radians(angle))
    turned = [[(x * c + y * s, y * c - x * s) for x, y in ring] for ring in rings]
    turned_holes = [[(x * c + y * s, y * c - x * s) for x, y in hole] for hole in holes]
    ys = [y for ring in turned for _, y in ring]
    if not ys:
        return ""
    path = ""
    for k in range(floor(min(ys) / distance) + 1, floor(max(ys) / distance) + 1):
        y = k * distance
        blocked = [tuple(crossings([hole], y)) for hole in turned_holes]
        for a, b in _spans(crossings(turned, y), [span for span in blocked if len(span) == 2]):
            if b - a > 0.4:
                path += line((a * c - y * s, a * s + y * c), (b * c - y * s, b * s + y * c))
    return path


def _spans(found: list[float], blocked: Sequence[tuple[float, ...]]) -> list[tuple[float, float]]:
    """The inner spans between crossings, without the blocked ones."""
    spans = list(zip(found[::2], found[1::2], strict=False))
    for left, right in blocked:
        spans = [part for a, b in spans for part in ((a, min(b, left)), (max(a, right), b)) if part[1] > part[0]]
    return spans
