"""A small chart for each country, all on the same scales, with the lines of the others behind its own.

In: lines with points. Out: a figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor

from briefs.compose.figures.drawing import MM, SMALL, Canvas, Figure, circle, line, text_width, wrap
from briefs.compose.figures.frame import LEADING, Axis, Furniture, rounded
from briefs.compose.figures.lines import Line, Point

LEAST, MOST = 56.0, 6  # the least width of a chart in points; the most charts in a row
TALL, GAP = 0.7, 10.0  # the height of a chart, as a part of its width; the distance between two charts in points
RADIUS = 1.5  # points: of a dot


@dataclass(frozen=True)
class _ChartArea:
    """The place of a chart, and its axes."""

    left: float
    top: float
    right: float
    bottom: float
    ends: tuple[float, float]
    times: tuple[float, float]

    def at(self, point: Point) -> tuple[float, float]:
        across = Axis(*self.times, self.left, self.right - RADIUS, str)
        return across.at(point.when), Axis(*self.ends, self.bottom, self.top, str).at(point.number)


def multiples(
    drawn: Sequence[Line],
    furniture: Furniture,
    *,
    width: float,
    printed: Callable[[float], str],
    last: Callable[[Line], str],
    numeral: Callable[[int], str] = str,
) -> Figure:
    """The charts in rows, `width` millimetres wide in all.

    `printed`: a number on the axis as text; `last`: a line's last number; `numeral`: a year.
    """
    full = width * MM
    sheet, top = furniture.begin(full)
    points = [point for each in drawn for point in each.points]
    scale = rounded(min(p.number for p in points), max(p.number for p in points), 3)
    times = min(p.when for p in points), max(p.when for p in points)
    column = max(text_width(printed(number), SMALL) for number in scale) + 4
    across = max(1, min(MOST, len(drawn), floor((full - column + GAP) / (LEAST + GAP))))
    wide = (full - column + GAP) / across - GAP
    for start in range(0, len(drawn), across):
        row = drawn[start : start + across]
        top += max(len(wrap(each.label, wide, SMALL, bold=True)) for each in row) * LEADING + 6
        for place, each in enumerate(row):
            left = column + place * (wide + GAP)
            field = _ChartArea(left, top, left + wide, top + wide * TALL, (scale[0], scale[-1]), times)
            _name(sheet, field, each)
            _grid(sheet, field, scale, printed if place == 0 else None)
            _chart(sheet, field, each, drawn, last(each))
            _years(sheet, field, numeral)
        top += wide * TALL + 20
    return furniture.end(sheet, full, top - 6, width)


def _name(sheet: Canvas, field: _ChartArea, own: Line) -> None:
    """The name above a chart."""
    for number, part in enumerate(reversed(wrap(own.label, field.right - field.left, SMALL, bold=True))):
        sheet.text(field.left, field.top - 6 - number * LEADING, part, bold=True, fill="@accent" if own.is_marked else "@ink")


def _grid(sheet: Canvas, field: _ChartArea, scale: Sequence[float], printed: Callable[[float], str] | None) -> None:
    """Hairlines at the round numbers. `printed`: given for the first chart of a row, which has the numbers beside it."""
    axis = Axis(*field.ends, field.bottom, field.top, str)
    for number in scale:
        y = axis.at(number)
        sheet.shape(line((field.left, y), (field.right, y)), stroke="@rule" if number in {0, scale[0]} else "@land")
        if printed:
            sheet.text(field.left - 4, y + 2.3, printed(number), fill="@muted", align="right")


def _chart(sheet: Canvas, field: _ChartArea, own: Line, drawn: Sequence[Line], last: str) -> None:
    """The lines of the others, then the country's own, with its last number."""
    for other in drawn:
        for run in other.runs if other is not own else ():
            sheet.shape(line(*map(field.at, run)), stroke="@rule", width=0.3)
    colour, width = ("@accent", 1.5) if own.is_marked else ("@ink", 1.1)
    for run in own.runs:
        for one, two in pairwise(run):
            sheet.shape(line(field.at(one), field.at(two)), stroke=colour, width=width)
    for point in own.points:
        if point.is_hollow:
            sheet.shape(circle(*field.at(point), RADIUS - 0.3), fill="@paper", stroke=colour, width=0.7, name="hollow")
        elif all(len(run) == 1 for run in own.runs if point in run) or point is own.points[-1]:
            sheet.shape(circle(*field.at(point), RADIUS), fill=colour, name="dot")
    x, y = field.at(own.points[-1])
    base = y - 4 if y - 4 - SMALL > field.top - 8 else y + SMALL + 3
    sheet.text(min(x + RADIUS, field.right), base, last, fill=colour, bold=True, align="right")


def _years(sheet: Canvas, field: _ChartArea, numeral: Callable[[int], str]) -> None:
    """The first and the last year, below the chart."""
    sheet.text(field.left, field.bottom + 9, numeral(floor(field.times[0])), fill="@muted")
    sheet.text(field.right, field.bottom + 9, numeral(floor(field.times[1])), fill="@muted", align="right")
