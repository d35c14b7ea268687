"""A strip of strokes for each of several columns, to show at a glance where countries stand in each.

In: rows of dots. Out: a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefs.compose.figures.drawing import MM, SMALL, Canvas, Figure, circle, line, text_width, wrap
from briefs.compose.figures.frame import LEADING, Axis, Furniture
from briefs.compose.figures.strip import Dot

# Points: the radius of the marked country's dot, and half the height of the strokes of the others and of the median.
MARKED, STROKE, TICK = 2.8, 2.6, 5.0
GAP = 6.0  # points: between two rows
BESIDE = 0.6  # the greatest part of the width that the marked numbers may take beside the head


@dataclass(frozen=True)
class Strip:
    """A row. `head`: what it shows. `ends`: the lowest and the highest number as printed. `middle`: the median. `marked`: the
    numbers of the marked countries, as printed."""

    head: str
    dots: Sequence[Dot]
    ends: tuple[str, str]
    middle: float
    marked: str = ""


def strips(rows: Sequence[Strip], furniture: Furniture, *, width: float, middle: str) -> Figure:
    """A row for each strip, `width` millimetres wide. `middle`: what the line across a strip means.

    Each row has a scale of its own, from its lowest to its highest number.
    """
    full = width * MM
    sheet, top = furniture.begin(full)
    for row in rows:
        top = _row(sheet, row, full, top) + GAP
    top += TICK
    sheet.shape(line((1, top - TICK), (1, top + TICK)), stroke="@ink", width=0.9)
    sheet.text(5, top + 2.3, middle, fill="@muted")
    return furniture.end(sheet, full, top + 5, width)


def _row(sheet: Canvas, row: Strip, full: float, top: float) -> float:
    """Draw a row: its head with the marked numbers beside or below, the dots, the numbers of its ends. Returns its lower edge."""
    wide = text_width(row.marked, SMALL, bold=True) + 6 if row.marked else 0.0
    is_beside = wide <= BESIDE * full
    for number, part in enumerate(wrap(row.head, full - wide if is_beside else full, SMALL)):
        top += LEADING
        sheet.text(0, top, part)
        if number == 0 and is_beside:
            sheet.text(full, top, row.marked, fill="@accent", bold=True, align="right")
    for part in () if is_beside else wrap(row.marked, full, SMALL, bold=True):
        top += LEADING
        sheet.text(0, top, part, fill="@accent", bold=True)
    axis = Axis(min(d.number for d in row.dots), max(d.number for d in row.dots), MARKED, full - MARKED, str)
    base = top + 3 + TICK
    for dot in row.dots:
        if not dot.is_marked:
            x = axis.at(dot.number)
            sheet.shape(line((x, base - STROKE), (x, base + STROKE)), stroke="@rule", width=0.6)
    x = axis.at(row.middle)
    sheet.shape(line((x, base - TICK), (x, base + TICK)), stroke="@ink", width=0.9)
    for dot in row.dots:
        if dot.is_marked:
            _dot(sheet, dot, axis.at(dot.number), base)
    return _ends(sheet, row.ends, full, base + 12)


def _ends(sheet: Canvas, ends: tuple[str, str], full: float, y: float) -> float:
    """The lowest and the highest number, beside each other if there is room. Returns the last baseline."""
    is_beside = sum(text_width(end, SMALL) for end in ends) + 8 <= full
    for number, part in enumerate(wrap(ends[0], full, SMALL)):
        y += LEADING * bool(number)
        sheet.text(0, y, part, fill="@muted")
    for number, part in enumerate(wrap(ends[1], full, SMALL)):
        y += LEADING * (bool(number) or not is_beside)
        sheet.text(full, y, part, fill="@muted", align="right")
    return y


def _dot(sheet: Canvas, dot: Dot, x: float, y: float) -> None:
    """Filled, or hollow if the value has a flag."""
    if dot.is_hollow:
        sheet.shape(circle(x, y, MARKED - 0.5), fill="@paper", stroke="@accent", width=1.1, name="hollow")
    else:
        sheet.shape(circle(x, y, MARKED), fill="@accent", stroke="@paper", width=0.5, name="dot")
