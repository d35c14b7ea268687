"""All countries as dots along an axis, to show where one stands among them.

In: dots. Out: a figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from briefs.compose.figures.drawing import MM, SMALL, Canvas, Figure, circle, line, text_width, wrap
from briefs.compose.figures.frame import LEADING, Axis, Furniture, rounded

RADIUS, MARKED = 2.3, 3.0  # points: the radius of a dot, and of a marked one
DASH = 1.5


@dataclass(frozen=True)
class Dot:
    """A country: its number, its name with its number as printed, whether it is marked, and whether its value has a flag."""

    number: float
    label: str
    is_marked: bool = False
    is_hollow: bool = False


def strip(
    dots: Sequence[Dot], furniture: Furniture, *, width: float, printed: Callable[[float], str], middle: tuple[float, str] | None
) -> Figure:
    """Dots along an axis, `width` millimetres wide; equal ones are stacked. The marked, the lowest and the highest have labels.

    `middle`: a number to compare with, such as the median, and its label.
    """
    full = width * MM
    sheet, top = furniture.begin(full)
    ends = rounded(min(dot.number for dot in dots), max(dot.number for dot in dots), 5)
    axis = Axis(ends[0], ends[-1], MARKED, full - MARKED, printed)
    ordered = sorted(dots, key=lambda dot: (dot.number, dot.label))
    placed = [(dot, axis.at(dot.number)) for dot in ordered]
    for row in _rows(placed, full):
        for dot, x in row:
            _label(sheet, dot, x, top + LEADING - 1.5, full)
        top += LEADING * max(len(_label_lines(dot, full)) for dot, _ in row)
    levels = _stacked([x for _, x in placed])
    ground = top + 5 + (max(levels, default=0) + 1) * 2 * RADIUS
    if middle:
        x = axis.at(middle[0])
        sheet.shape(line((x, top + 2), (x, ground)), stroke="@ink", dash=[DASH, DASH])
    axis.across(sheet, ground)
    for (dot, x), level in sorted(zip(placed, levels, strict=True), key=lambda pair: pair[0][0].is_marked):
        _dot(sheet, dot, x, ground - 1 - RADIUS - level * 2 * RADIUS)
    bottom = ground + 12
    if middle:
        bottom += LEADING
        half = text_width(middle[1], SMALL) / 2
        sheet.text(min(max(axis.at(middle[0]), half), full - half), bottom - 1, middle[1], fill="@ink", align="center")
    return furniture.end(sheet, full, bottom, width)


def _rows(placed: Sequence[tuple[Dot, float]], full: float) -> list[list[tuple[Dot, float]]]:
    """The dots that have labels, in rows in which they don't overlap: the marked ones first."""
    marked = [pair for pair in placed if pair[0].is_marked]
    ends = [pair for pair in (placed[0], placed[-1]) if not pair[0].is_marked]
    rows: list[list[tuple[Dot, float]]] = []
    for pair in [*marked, *dict.fromkeys(ends)]:
        row = next((row for row in rows if all(_is_clear(pair, other, full) for other in row)), None)
        if row is None:
            rows.append([pair])
        else:
            row.append(pair)
    return rows


def _is_clear(one: tuple[Dot, float], other: tuple[Dot, float], full: float) -> bool:
    left, right = sorted((_span(*one, full), _span(*other, full)))
    return left[1] + 4 <= right[0]


def _span(dot: Dot, x: float, full: float) -> tuple[float, float]:
    """From where to where the label of a dot goes: round the dot, as far as the edges allow."""
    wide = max(text_width(part, SMALL, bold=dot.is_marked) for part in _label_lines(dot, full))
    start = min(max(x - wide / 2, 0), max(full - wide, 0))
    return start, start + wide


def _label(sheet: Canvas, dot: Dot, x: float, base: float, full: float) -> None:
    fill = "@accent" if dot.is_marked else "@muted"
    for number, part in enumerate(_label_lines(dot, full)):
        sheet.text(_span(dot, x, full)[0], base + number * LEADING, part, bold=dot.is_marked, fill=fill)


def _label_lines(dot: Dot, full: float) -> list[str]:
    return wrap(dot.label, full, SMALL, bold=dot.is_marked)


def _stacked(places: Sequence[float]) -> list[int]:
    """The level of each dot, from 0: the lowest at which it touches none of those before it. `places` ascend."""
    last: list[float] = []
    levels = []
    for x in places:
        level = next((n for n, before in enumerate(last) if x - before >= 2 * RADIUS), len(last))
        last[level : level + 1] = [x]
        levels.append(level)
    return levels


def _dot(sheet: Canvas, dot: Dot, x: float, y: float) -> None:
    """Filled, or hollow if the value has a flag."""
    colour, radius = ("@accent", MARKED) if dot.is_marked else ("@muted", RADIUS)
    if dot.is_hollow:
        sheet.shape(circle(x, y, radius - 0.4), fill="@paper", stroke=colour, width=0.8, name="hollow")
    else:
        sheet.shape(circle(x, y, radius), fill=colour, stroke="@paper", width=0.4, name="dot")
