"""Countries in the order of their values, as bars.

In: rows in their order. Out: a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefs.compose.figures.drawing import CAP, MM, SMALL, Canvas, Figure, line, polygon, rectangle, text_width, wrap
from briefs.compose.figures.frame import LEADING, Furniture

ROW, BAR = 11.5, 6.5  # points: from bar to bar, and the height of a bar
WIDEST = 0.4  # the most that a name may be wide, as a part of the whole; longer ones are wrapped


@dataclass(frozen=True)
class Bar:
    """A row. `label`: the country's name. `number`, `printed`: its number, and the number as printed. `is_marked`: whether it
    stands out. `is_empty`: whether it counts countries without a value."""

    label: str
    number: float
    printed: str
    is_marked: bool = False
    is_empty: bool = False


def ranking(bars: Sequence[Bar], furniture: Furniture, *, width: float) -> Figure:
    """A bar for each row; the figure is `width` millimetres wide. Bars begin at zero. Bars of negative numbers run to the left."""
    full = width * MM
    sheet, top = furniture.begin(full)
    labels = [wrap(bar.label, full * WIDEST, SMALL, bold=True) for bar in bars]
    column = max(text_width(part, SMALL, bold=True) for label in labels for part in label) + 5
    scale = _Scale.of(bars, column, full)
    begin = top
    for bar, label in zip(bars, labels, strict=True):
        height = max(ROW, len(label) * LEADING + 2)
        base = top + height / 2 + SMALL * CAP / 2
        for i, part in enumerate(label):
            sheet.text(0, base + (i - (len(label) - 1) / 2) * LEADING, part, bold=bar.is_marked)
        _bar(sheet, bar, scale, top + height / 2, base)
        top += height
    sheet.shape(line((scale.zero, begin), (scale.zero, top)), stroke="@ink")
    return furniture.end(sheet, full, top + 1, width)


@dataclass(frozen=True)
class _Scale:
    """Where zero stands, and the points to a unit."""

    zero: float
    unit: float

    @classmethod
    def of(cls, bars: Sequence[Bar], left: float, right: float) -> _Scale:
        """The scale between two places with room for the numbers beside the bars."""
        high, low = max(0.0, *(bar.number for bar in bars)), min(0.0, *(bar.number for bar in bars))
        most = max(text_width(bar.printed, SMALL, bold=True) for bar in bars) + 4
        start = left + (most if low < 0 else 0)
        unit = (right - most - start) / ((high - low) or 1)
        return cls(start - low * unit, unit)


def _bar(sheet: Canvas, bar: Bar, scale: _Scale, middle: float, base: float) -> None:
    end = scale.zero + bar.number * scale.unit
    left, right = sorted((scale.zero, end))
    colour = "@accent" if bar.is_marked else "@rule"
    if bar.number:
        path = polygon(rectangle(left, middle - BAR / 2, right - left, BAR))
        if bar.is_empty:
            sheet.shape(path, fill="@paper", stroke=colour, dash=[1.5, 1.5], name="empty")
        else:
            sheet.shape(path, fill=colour, name="bar")
    side = -3 if bar.number < 0 else 3
    sheet.text(end + side, base, bar.printed, bold=bar.is_marked, align="right" if bar.number < 0 else "left")
