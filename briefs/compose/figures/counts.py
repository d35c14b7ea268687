"""How many countries have each stance, as bars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from briefs.compose.figures.drawing import (
    CAP,
    MM,
    SMALL,
    Canvas,
    Figure,
    ScaleEntry,
    line,
    polygon,
    text_width,
    wrap,
)
from briefs.compose.figures.map import notes, swatch

LINE = 8.5  # points: the line height of a label
ROW, BAR = 11.5, 7.0  # points: from bar to bar, and the height of a bar
MARK = 7.0  # points: room for the mark of the highlighted step
WIDEST = 0.45  # the most that a label may be wide, as a part of the whole; longer ones are wrapped


def counts(
    steps: Sequence[ScaleEntry],
    numbers: Mapping[str, int],
    *,
    highlight: str | None,
    width: float,
    alt: str,
    not_covered: tuple[str, int] | None = None,
    said: Sequence[str] = (),
    numeral: Callable[[int], str] = str,
) -> Figure:
    """A bar for each step of the scale, with its label and number. The figure is `width` millimetres wide.

    A step without countries has the number 0 and no bar. The bars are also the legend of the map, in exactly its colours.
    `highlight`: the step that gets a mark and bold type; the bars of the others are paler. `not_covered`: label and number of the
    members that are not covered, for a bar of their own. `said`: texts below the bars. `numeral`: writes a number.
    """
    rows = [_Row(step.label, numbers.get(step.id, 0), step) for step in steps]
    rows += [_Row(not_covered[0], not_covered[1], None)] if not_covered else []
    full = width * MM
    mark = MARK if highlight else 0
    limit = full * WIDEST - mark
    labels = [wrap(row.label, limit, SMALL, bold=row.strong(highlight)) for row in rows]
    column = mark + min(limit, max((text_width(part, SMALL, bold=True) for label in labels for part in label), default=0)) + 6
    most = max(1, *(row.number for row in rows))
    unit = (full - column - 5 - text_width(numeral(most), SMALL, bold=True)) / most

    sheet, top = Canvas(), 1.0
    for row, label in zip(rows, labels, strict=True):
        height = max(ROW, len(label) * LINE + 3)
        middle, strong = top + height / 2, row.strong(highlight)
        base = middle + SMALL * CAP / 2
        for i, part in enumerate(label):
            sheet.text(mark, base + (i - (len(label) - 1) / 2) * LINE, part, bold=strong)
        if strong:
            sheet.shape(polygon([(0, middle - 2.6), (4.2, middle), (0, middle + 2.6)]), fill="@ink")
        if row.number:
            swatch(sheet, column, middle - BAR / 2, (row.number * unit, BAR), row.step, highlight)
        sheet.text(column + row.number * unit + 3, base, numeral(row.number), bold=strong)
        top += height
    sheet.shape(line((column, 1), (column, top)), stroke="@ink")
    return sheet.figure("counts", width, notes(sheet, said, full, top) if said else top + 1, alt)


@dataclass(frozen=True)
class _Row:
    label: str
    number: int
    step: ScaleEntry | None

    def strong(self, highlight: str | None) -> bool:
        return self.step is not None and self.step.id == highlight
