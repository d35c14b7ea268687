"""Several countries over the years, as lines with their names at the end.

In: lines with points. Out: a figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

from briefs.compose.figures.drawing import CAP, MM, SMALL, Canvas, Figure, circle, line, text_width, wrap
from briefs.compose.figures.frame import LEADING, Axis, Furniture, apart, rounded

TALL = 0.5  # the least height of the area between the axes, as a part of the figure's width
NAMES = 0.4  # the greatest part of the width that the names take
RADIUS = 1.7  # points: of a dot
DASHES: Sequence[list[float] | None] = (None, [3, 1.5], [1.2, 1.2], [5, 1.5, 1.2, 1.5])  # to tell lines apart without colours


@dataclass(frozen=True)
class Point:
    """A number at a time, which is a decimal year. `is_hollow`: whether its value has a flag."""

    when: float
    number: float
    is_hollow: bool = False


@dataclass(frozen=True)
class Line:
    """A country's label, its points in order of time, and whether it is marked. The points are in `runs`: each missing value ends a
    run."""

    label: str
    runs: Sequence[Sequence[Point]]
    is_marked: bool = False

    @property
    def points(self) -> list[Point]:
        return [point for run in self.runs for point in run]


def lines(
    drawn: Sequence[Line],
    furniture: Furniture,
    *,
    width: float,
    printed: Callable[[float], str],
    numeral: Callable[[int], str] = str,
) -> Figure:
    """A line for each country, `width` millimetres wide in all. A line is broken where a value is missing.

    The marked lines are thick and in colour; without any, lines differ by their dashes. `printed`: a number on the axis as text;
    `numeral`: a year.
    """
    full = width * MM
    sheet, top = furniture.begin(full)
    names = [wrap(each.label, full * NAMES, SMALL, bold=True) for each in drawn]
    right = full - max(text_width(part, SMALL, bold=True) for name in names for part in name) - 6
    points = [point for each in drawn for point in each.points]
    ends = rounded(min(p.number for p in points), max(p.number for p in points), 5)
    room = (LEADING - 1) * max(map(len, names))
    bottom = top + 8 + max(full * TALL, room * len(names) - 8)
    up = Axis(ends[0], ends[-1], bottom, top + 8, printed)
    up.up(sheet, right)
    left = max(text_width(printed(number), SMALL) for number in up.ticks()) + 5
    across = _Years(min(p.when for p in points), max(p.when for p in points), left, right - RADIUS)
    across.draw(sheet, bottom, numeral)
    has_marked = any(each.is_marked for each in drawn)
    for place, each in enumerate(sorted(drawn, key=lambda each: each.is_marked)):
        look = _Look.of(each, place, has_marked)
        for run in each.runs:
            _run(sheet, [(across.at(p.when), up.at(p.number), p.is_hollow) for p in run], look)
    heights = apart([up.at(each.points[-1].number) for each in drawn], room, top + room / 2, bottom - room / 2 + 4)
    for each, name, y in zip(drawn, names, heights, strict=True):
        colour = "@accent" if each.is_marked else "@ink"
        for number, part in enumerate(name):
            base = y + SMALL * CAP / 2 + (number - (len(name) - 1) / 2) * (LEADING - 1)
            sheet.text(right + 4, base, part, bold=each.is_marked, fill=colour)
    return furniture.end(sheet, full, bottom + 13, width)


@dataclass(frozen=True)
class _Look:
    colour: str
    width: float
    dash: list[float] | None

    @classmethod
    def of(cls, drawn: Line, place: int, has_marked: bool) -> _Look:
        if drawn.is_marked:
            return cls("@accent", 1.6, None)
        return cls("@muted", 0.8, DASHES[place % len(DASHES)]) if has_marked else cls("@ink", 0.9, DASHES[place % len(DASHES)])


@dataclass(frozen=True)
class _Years:
    """The horizontal axis: decimal years, with whole years on it."""

    first: float
    last: float
    start: float
    end: float

    def at(self, when: float) -> float:
        return Axis(self.first, self.last, self.start, self.end, str).at(when)

    def draw(self, sheet: Canvas, y: float, numeral: Callable[[int], str]) -> None:
        """The line at `y`, and the years below it, each at the middle of its year."""
        sheet.shape(line((self.start, y), (self.end, y)), stroke="@rule")
        first, last = floor(self.first), floor(self.last)
        most = max(1, floor((self.end - self.start) / 24))
        step = ceil((last - first + 1) / most)
        for year in range(last, first - 1, -step):
            when = min(max(year + 0.5, self.first), self.last)
            sheet.shape(line((self.at(when), y), (self.at(when), y + 2.5)), stroke="@rule")
            sheet.text(self.at(when), y + 10, numeral(year), fill="@muted", align="center")


def _run(sheet: Canvas, points: Sequence[tuple[float, float, bool]], look: _Look) -> None:
    """The points of a run, joined by a line."""
    for (x1, y1, _), (x2, y2, _) in pairwise(points):
        sheet.shape(line((x1, y1), (x2, y2)), stroke=look.colour, width=look.width, dash=look.dash)
    for x, y, is_hollow in points:
        if is_hollow:
            sheet.shape(circle(x, y, RADIUS - 0.3), fill="@paper", stroke=look.colour, width=0.8, name="hollow")
        elif len(points) == 1 or (x, y) == points[-1][:2]:
            sheet.shape(circle(x, y, RADIUS if look.width > 1 else RADIUS - 0.5), fill=look.colour, name="dot")
