"""Parts of a whole, as bars of one length.

In: rows of parts. Out: a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefs.compose.figures.drawing import CAP, MM, SMALL, Canvas, Figure, polygon, rectangle, text_width, wrap
from briefs.compose.figures.frame import LEADING, Furniture, Swatch, legend

ROW, BAR = 12.0, 8.5  # points: from bar to bar, and the height of a bar
WIDEST = 0.35  # the most that a name may be wide, as a part of the whole; longer ones are wrapped


@dataclass(frozen=True)
class Stack:
    """A bar: its label, its parts in per cent, each also as printed, and whether it is marked."""

    label: str
    parts: Sequence[float]
    printed: Sequence[str]
    is_marked: bool = False


def stacks(bars: Sequence[Stack], names: Sequence[str], furniture: Furniture, *, width: float) -> Figure:
    """A bar for each row, `width` millimetres wide in all. `names`: what the parts are.

    The names stand above the first bar, each at its part, if there is room; else they are a legend. Numbers stand in the parts
    that have room for them.
    """
    full = width * MM
    sheet, top = furniture.begin(full)
    labels = [wrap(bar.label, full * WIDEST, SMALL, bold=True) for bar in bars]
    left = max(text_width(part, SMALL, bold=True) for label in labels for part in label) + 5
    unit = (full - left) / 100
    top = _names(sheet, bars[0], names, left, full, top)
    for bar, label in zip(bars, labels, strict=True):
        height = max(ROW, len(label) * LEADING + 2)
        base = top + height / 2 + SMALL * CAP / 2
        for number, part in enumerate(label):
            fill = "@accent" if bar.is_marked else "@ink"
            sheet.text(0, base + (number - (len(label) - 1) / 2) * LEADING, part, bold=bar.is_marked, fill=fill)
        _bar(sheet, bar, left, unit, top + height / 2)
        top += height
    return furniture.end(sheet, full, top + 1, width)


def _names(sheet: Canvas, first: Stack, names: Sequence[str], left: float, full: float, top: float) -> float:
    """The names of the parts. Returns where the bars begin."""
    unit, x, places = (full - left) / 100, left, []
    for part, name in zip(first.parts, names, strict=True):
        places.append((x, x + text_width(name, SMALL, bold=True) + 5 <= x + part * unit))
        x += part * unit
    if not all(fits for _, fits in places):
        entries = [Swatch(f"@qualitative/{number}", name) for number, name in enumerate(names, 1)]
        return legend(sheet, entries, full, top + 2) + 3
    for (x, _), name in zip(places, names, strict=True):
        sheet.text(x, top + LEADING - 3, name, bold=True)
    return top + LEADING


def _bar(sheet: Canvas, bar: Stack, left: float, unit: float, middle: float) -> None:
    x = left
    for number, (part, printed) in enumerate(zip(bar.parts, bar.printed, strict=True), 1):
        wide = part * unit
        if wide:
            path = polygon(rectangle(x, middle - BAR / 2, wide, BAR))
            sheet.shape(path, fill=f"@qualitative/{number}", stroke="@paper", width=0.5, name="part")
        if text_width(printed, SMALL) + 4 <= wide:
            sheet.text(x + 2.5, middle + SMALL * CAP / 2, printed, fill=f"@on-qualitative/{number}")
        x += wide
