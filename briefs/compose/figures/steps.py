"""How the stances of countries changed from one edition to the next: a band for each country, which changes colour at a step.

In: the stance of each country in each edition. Out: a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from briefs.compose.figures.drawing import CAP, MM, SMALL, Canvas, Figure, ScaleEntry, line, polygon, rectangle, text_width, wrap
from briefs.compose.figures.map import swatch

ROW, BAND, LINE = 17.0, 11.0, 8.5  # points: from band to band, the height of a band, and of a line of a name
NAMES = 0.3  # the greatest part of the width that the names take
SWATCH = (10.0, 6.5)


def stance_steps(
    courses: Mapping[str, Sequence[str | None]],
    steps: Sequence[ScaleEntry],
    dates: Sequence[str],
    *,
    width: float,
    name: str,
    alt: str,
) -> Figure:
    """The bands with a legend. `courses`: by the name of a country, the ids of its stances in the editions, each None if it wasn't
    covered. `dates`: the dates of the editions, the oldest first. `width`: millimetres. A band begins at the date of its edition
    and ends at the next date."""
    full = width * MM
    left = min(full * NAMES, max(text_width(country, SMALL) for country in courses)) + 6
    part = (full - left) / len(dates)
    sheet, top = Canvas(), LINE + 6
    for number, date in enumerate(dates):
        sheet.text(left + number * part + 1, LINE, date, fill="@muted")
    known = {step.id: step for step in steps}
    for country, course in courses.items():
        lines = wrap(country, left - 6, SMALL)
        high = max(ROW, len(lines) * LINE + 3)
        middle = top + high / 2
        for number, words in enumerate(lines):
            sheet.text(0, middle + SMALL * CAP / 2 + (number - (len(lines) - 1) / 2) * LINE, words)
        _bands(sheet, [known.get(id or "") for id in course], (left, middle), part)
        top += high
    for number in range(len(dates)):
        sheet.shape(line((left + number * part, LINE + 4), (left + number * part, top)), stroke="@rule")
    return sheet.figure(name, width, _legend(sheet, steps, full, top + 8), alt)


def _bands(sheet: Canvas, course: Sequence[ScaleEntry | None], start: tuple[float, float], part: float) -> None:
    """The bands of a country: one for each run of editions with the same stance, with its label where there is room."""
    (x, middle), top = start, start[1] - BAND / 2
    for step, run in groupby(course):
        wide = part * len(list(run))
        fill = f"@stance/{step.id}" if step else "@absent"
        sheet.shape(polygon(rectangle(x, top, wide, BAND)), fill=fill, name="band")
        if step and text_width(step.label, SMALL, bold=True) + 6 <= wide:
            sheet.text(x + 3, middle + SMALL * CAP / 2, step.label, fill=f"@on-stance/{step.id}", bold=True)
        x += wide


def _legend(sheet: Canvas, steps: Sequence[ScaleEntry], full: float, y: float) -> float:
    """The colours of the steps, on as many lines as it takes. Returns the lower edge."""
    x = 0.0
    for step in steps:
        wide = SWATCH[0] + 4 + text_width(step.label, SMALL) + 14
        if x and x + wide > full + 14:
            x, y = 0.0, y + LINE + 3
        swatch(sheet, x, y, SWATCH, step)
        sheet.text(x + SWATCH[0] + 4, y + SWATCH[1] / 2 + SMALL * CAP / 2, step.label)
        x += wide
    return y + LINE + 3
