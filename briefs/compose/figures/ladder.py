"""The steps of the scale in a row, with one of them in its full colour."""

from __future__ import annotations

from collections.abc import Sequence

from briefs.compose.figures.drawing import CAP, MM, NORMAL, SMALL, Canvas, Figure, ScaleEntry, polygon, rectangle, wrap

BAR, GAP, LINE = 14.0, 2.0, 8.5  # points: the height of a step, the distance between two, the line height of a label
MARGIN = 3.0  # points: from a label to the sides of its step


def ladder(steps: Sequence[ScaleEntry], highlight: str, *, width: float, alt: str) -> Figure:
    """The scale, `width` millimetres wide. The step `highlight` has its full colour and bold type, the others are paler."""
    part = (width * MM - GAP * (len(steps) - 1)) / len(steps)
    labels = [wrap(step.label, part - 2 * MARGIN, SMALL, bold=True) for step in steps]
    height = max(BAR, LINE * max(map(len, labels)) + 2 * MARGIN)
    sheet = Canvas()
    for number, (step, label) in enumerate(zip(steps, labels, strict=True)):
        is_own = step.id == highlight
        left = number * (part + GAP)
        fill = f"@stance/{step.id}" if is_own else f"@pale/{step.id}"
        sheet.shape(polygon(rectangle(left, 0, part, height)), fill=fill, name=step.id)
        size = NORMAL if is_own else SMALL
        for row, words in enumerate(label):
            base = height / 2 + size * CAP / 2 + LINE * (row - (len(label) - 1) / 2)
            colour = f"@on-stance/{step.id}" if is_own else "@ink"
            sheet.text(left + part / 2, base, words, size=size, fill=colour, bold=is_own, align="center")
    return sheet.figure("ladder", width, height, alt)
