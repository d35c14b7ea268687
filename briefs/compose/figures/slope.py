"""Countries at two times: a line from one number to the other, with the names at their ends.

In: slopes. Out: a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefs.compose.figures.drawing import CAP, MM, SMALL, Canvas, Figure, circle, line, text_width, wrap
from briefs.compose.figures.frame import LEADING, Axis, Furniture, apart

RADIUS = 1.7  # points: of a dot
# The area between the axes is at least this part of its width high, and at least this many points for each line of a label.
TALL, ROW = 0.62, 10.0
BROAD = 150.0  # points: the greatest distance between the two axes
NAMES = 0.42  # the greatest part of the width that the names take


@dataclass(frozen=True)
class Slope:
    """A country. `numbers`, `printed`: its numbers at both times, and these as printed. `is_marked`: whether it stands out.
    `are_hollow`: whether the value at each time has a flag."""

    label: str
    numbers: tuple[float, float]
    printed: tuple[str, str]
    is_marked: bool = False
    are_hollow: tuple[bool, bool] = (False, False)


def slopes(drawn: Sequence[Slope], furniture: Furniture, *, width: float, times: tuple[str, str]) -> Figure:
    """A line for each country; the figure is `width` millimetres wide. `times`: the two times as printed.

    The country's first number stands at the left end of its line, its second one with its name at the right end.
    """
    full = width * MM
    sheet, top = furniture.begin(full)
    left = max(*(text_width(each.printed[0], SMALL, bold=True) for each in drawn), text_width(times[0], SMALL) / 2) + 6
    labels = [wrap(f"{each.printed[1]}\u2002{each.label}", full * NAMES, SMALL, bold=True) for each in drawn]
    widest = max(text_width(part, SMALL, bold=True) for label in labels for part in label)
    right = min(left + BROAD, full - widest - 8)
    top += LEADING
    sheet.text(left, top, times[0], fill="@muted", align="center")
    sheet.text(right, top, times[1], fill="@muted", align="center")
    numbers = [number for each in drawn for number in each.numbers]
    high = max(sum(map(len, labels)) * ROW, (right - left) * TALL)
    axis = Axis(min(numbers), max(numbers), top + 10 + high, top + 10, str)
    for x in (left, right):
        sheet.shape(line((x, top + 4), (x, top + 16 + high)), stroke="@rule")
    for each in sorted(drawn, key=lambda each: each.is_marked):
        _line(sheet, each, (left, axis.at(each.numbers[0])), (right, axis.at(each.numbers[1])))
    _values(sheet, drawn, axis, left)
    _names(sheet, drawn, labels, axis, right)
    return furniture.end(sheet, full, top + 18 + high, width)


def _line(sheet: Canvas, each: Slope, start: tuple[float, float], end: tuple[float, float]) -> None:
    colour, width = ("@accent", 1.6) if each.is_marked else ("@muted", 0.8)
    sheet.shape(line(start, end), stroke=colour, width=width)
    for at, is_hollow in zip((start, end), each.are_hollow, strict=True):
        if is_hollow:
            sheet.shape(circle(*at, RADIUS), fill="@paper", stroke=colour, width=0.8, name="hollow")
        else:
            sheet.shape(circle(*at, RADIUS), fill=colour, name="dot")


def _values(sheet: Canvas, drawn: Sequence[Slope], axis: Axis, x: float) -> None:
    """The first numbers, left of their axis."""
    heights = apart([axis.at(each.numbers[0]) for each in drawn], LEADING - 1, axis.end - 4, axis.start + 4)
    for each, y in zip(drawn, heights, strict=True):
        fill = "@accent" if each.is_marked else "@ink"
        sheet.text(x - 5, y + SMALL * CAP / 2, each.printed[0], bold=each.is_marked, fill=fill, align="right")


def _names(sheet: Canvas, drawn: Sequence[Slope], labels: Sequence[Sequence[str]], axis: Axis, x: float) -> None:
    """The second numbers and the names, right of their axis."""
    room = (LEADING - 1) * max(map(len, labels))
    heights = apart([axis.at(each.numbers[1]) for each in drawn], room, axis.end - 4, axis.start + 4)
    for each, label, y in zip(drawn, labels, heights, strict=True):
        fill = "@accent" if each.is_marked else "@ink"
        for number, part in enumerate(label):
            base = y + SMALL * CAP / 2 + (number - (len(label) - 1) / 2) * (LEADING - 1)
            sheet.text(x + 5, base, part, bold=each.is_marked, fill=fill)
