"""A table of countries and columns, in which each number has a bar in its cell.

In: columns of cells. Out: a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefs.compose.figures.drawing import (
    CAP,
    HAIRLINE,
    MM,
    SMALL,
    Canvas,
    Figure,
    line,
    polygon,
    rectangle,
    text_width,
    wrap,
)
from briefs.compose.figures.frame import LEADING, Furniture

ROW, BAR, GAP = 12.5, 5.5, 9.0  # points: the height of a row and of a bar, and between two columns
NAMES = 0.3  # the most that a name may be wide, as a part of the whole; longer ones are wrapped
NARROWEST = 42.0  # points: the least width of a column


def room_for(width: float) -> int:
    """How many columns a table of so many millimetres has room for."""
    return int((width * MM * (1 - NAMES)) // (NARROWEST + GAP))


@dataclass(frozen=True)
class BarCell:
    """A cell. `printed`: its words. `number`: the number that its bar shows, or None if it has no bar. `is_empty`: whether the
    words say that there is no value."""

    printed: str
    number: float | None = None
    is_empty: bool = False


@dataclass(frozen=True)
class BarColumn:
    """A column: its heading, and a cell for each row."""

    head: str
    cells: Sequence[BarCell]


def bar_table(
    names: Sequence[tuple[str, bool]], columns: Sequence[BarColumn], furniture: Furniture, *, width: float
) -> Figure:  # fmt: skip
    """A table with a row for each name, `width` millimetres wide in all. `names`: each name, and whether its row is marked.

    The bars of a column begin at one place; those of negative numbers run to the left.
    """
    full = width * MM
    sheet, top = furniture.begin(full)
    labels = [wrap(name, full * NAMES, SMALL, bold=True) for name, _ in names]
    left = max(text_width(part, SMALL, bold=True) for label in labels for part in label) + GAP
    wide = (full - left + GAP) / len(columns) - GAP
    places = [_Place(left + number * (wide + GAP), wide, column) for number, column in enumerate(columns)]
    heads = [wrap(column.head, wide, SMALL) for column in columns]
    deep = max(map(len, heads)) * LEADING
    for place, head in zip(places, heads, strict=True):
        for number, part in enumerate(head):
            sheet.text(place.left, top + deep + (number - len(head) + 1) * LEADING - 3, part, fill="@muted")
    top += deep
    for number, ((_, is_marked), label) in enumerate(zip(names, labels, strict=True)):
        sheet.shape(line((0, top), (full, top)), stroke="@land" if number else "@rule", width=HAIRLINE)
        top = _row(sheet, places, number, label, top, is_marked=is_marked)
    return furniture.end(sheet, full, top + 1, width)


def _row(
    sheet: Canvas, places: Sequence[_Place], number: int, label: Sequence[str], top: float, *, is_marked: bool
) -> float:  # fmt: skip
    """Draw a row: its name and its cells. Returns its lower edge."""
    cells = [wrap(place.column.cells[number].printed, place.wide, SMALL) for place in places]
    height = max(ROW, max(map(len, [label, *cells])) * LEADING + 3)
    base = top + height / 2 + SMALL * CAP / 2
    for n, part in enumerate(label):
        fill = "@accent" if is_marked else "@ink"
        sheet.text(0, base + (n - (len(label) - 1) / 2) * LEADING, part, bold=is_marked, fill=fill)
    for place in places:
        place.draw(sheet, place.column.cells[number], base, top + height / 2, is_marked=is_marked)
    return top + height


@dataclass(frozen=True)
class _Place:
    """Where a column stands, and its scale."""

    left: float
    wide: float
    column: BarColumn

    @property
    def _numbers(self) -> float:
        """How wide the widest number is."""
        return max(text_width(cell.printed, SMALL, bold=True) for cell in self.column.cells if cell.number is not None)

    def draw(self, sheet: Canvas, cell: BarCell, base: float, middle: float, *, is_marked: bool) -> None:
        """A cell: its number and its bar, or its words."""
        fill = "@muted" if cell.is_empty else "@accent" if is_marked else "@ink"
        if cell.number is not None:
            sheet.text(self.left + self._numbers, base, cell.printed, bold=is_marked, fill=fill, align="right")
            self._bar(sheet, cell.number, middle, "@accent" if is_marked else "@rule")
            return
        lines = wrap(cell.printed, self.wide, SMALL)
        for n, part in enumerate(lines):
            sheet.text(self.left, base + (n - (len(lines) - 1) / 2) * LEADING, part, bold=is_marked, fill=fill)

    def _bar(self, sheet: Canvas, own: float, middle: float, fill: str) -> None:
        numbers = [cell.number for cell in self.column.cells if cell.number is not None]
        low, high = min(0.0, *numbers), max(0.0, *numbers)
        start = self.left + self._numbers + 5
        unit = max(0.0, self.left + self.wide - start) / ((high - low) or 1)
        left, right = sorted((start - low * unit, start + (own - low) * unit))
        if own:
            sheet.shape(polygon(rectangle(left, middle - BAR / 2, right - left, BAR)), fill=fill, name="bar")
