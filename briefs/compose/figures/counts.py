"""How many states are at each step, as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from briefs.compose.figures.drawing import (
    CAP,
    MM,
    SMALL,
    Figure,
    Sheet,
    Step,
    line,
    polygon,
    text_width,
    wrap,
)
from briefs.compose.figures.map import swatch

LINE = 8.5  # from a label's base line to its next line's
ROW, BAR = 14.0, 7.5  # from bar to bar, and a bar's height
MARK = 7.0  # room for the mark of the highlighted step
WIDEST = 0.45  # of the width: the longest label


def counts(steps: Sequence[Step], numbers: Mapping[str, int], *, highlight: str | None, width: float, alt: str) -> Figure:
    """A bar a step, `width` millimetres wide in all: label, bar, number. A step without a number has none
    (0).

    `highlight`: the step that gets a mark and bold type.
    """
    full = width * MM
    mark = MARK if highlight else 0
    limit = full * WIDEST - mark
    labels = [wrap(step.label, limit, SMALL, bold=step.id == highlight) for step in steps]
    column = mark + min(limit, max((text_width(part, SMALL, bold=True) for label in labels for part in label), default=0)) + 6
    most = max(1, *(numbers.get(step.id, 0) for step in steps))
    unit = (full - column - 5 - text_width(str(most), SMALL, bold=True)) / most

    sheet, top = Sheet(), 1.0
    for place, (step, label) in enumerate(zip(steps, labels, strict=True)):
        number, strong = numbers.get(step.id, 0), step.id == highlight
        row = max(ROW, len(label) * LINE + 3)
        middle = top + row / 2
        base = middle + SMALL * CAP / 2
        for i, part in enumerate(label):
            sheet.text(mark, base + (i - (len(label) - 1) / 2) * LINE, part, bold=strong)
        if strong:
            sheet.shape(polygon([(0, middle - 2.6), (4.2, middle), (0, middle + 2.6)]), fill="@ink")
        if number:
            swatch(sheet, column, middle - BAR / 2, (number * unit, BAR), step, place)
        sheet.text(column + number * unit + 3, base, str(number), bold=strong)
        top += row
    sheet.shape(line((column, 1), (column, top)), stroke="@ink")
    return sheet.figure("counts", width, top + 1, alt)
