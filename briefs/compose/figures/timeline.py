"""The timeline of one country, for briefs and decks. That of all countries is in `history.py`.

In: events with positions in time. Out: a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from briefs.compose.figures.drawing import (
    CAP,
    MM,
    NORMAL,
    SMALL,
    Canvas,
    Figure,
    circle,
    line,
    wrap,
)

DOT = 2.3  # points: radius
TEXT = 11.0  # points: where dates and phrases begin
DATE, LINE = 8.6, 9.2  # points: from a date to its phrase, and the phrase's line height
TIGHT, LOOSE = 4.5, 16.0  # points: least and most room between two events
USUAL = 7.5


@dataclass(frozen=True)
class Event:
    """Something with a date. `when`: as it is printed. `position`: as a decimal year. `rank`: 1 for what counts most."""

    when: str
    label: str
    planned: bool
    position: float
    rank: int = 2


def timeline(events: Sequence[Event], *, width: float, height: float | None = None, alt: str, planned_label: str = "") -> Figure:
    """The events from top to bottom in order of time, with the date above the phrase. Planned events have a hollow dot.

    `width` and `height` are millimetres. With a `height`, the rows spread or tighten to it as far as they stay readable. If the
    height of the figure is more than what was asked for, pass fewer events. `planned_label` is printed after a planned date.
    """
    ordered = sorted(events, key=lambda event: (event.position, event.when))
    phrases = [wrap(event.label, width * MM - TEXT, NORMAL) for event in ordered]
    depths = [DATE + LINE * len(phrase) for phrase in phrases]
    gap = USUAL
    if height is not None and len(ordered) > 1:
        gap = min(LOOSE, max(TIGHT, (height * MM - sum(depths)) / (len(ordered) - 1)))

    sheet, dots, y = Canvas(), [], 0.0
    for event, phrase, depth in zip(ordered, phrases, depths, strict=True):
        base = y + DATE - 2
        dots.append(base - SMALL * CAP / 2)
        date = " · ".join(filter(None, (event.when, planned_label if event.planned else "")))
        sheet.text(TEXT, base, date, fill="@muted")
        for i, part in enumerate(phrase):
            sheet.text(TEXT, base + LINE * (i + 1), part, size=NORMAL)
        y += depth + gap
    for i, (start, end) in enumerate(pairwise(dots), 1):
        planned = ordered[i].planned
        sheet.shape(line((DOT + 0.5, start), (DOT + 0.5, end)), stroke="@ink", dash=[1.5, 1.5] if planned else None)
    for event, dot in zip(ordered, dots, strict=True):
        _dot(sheet, DOT + 0.5, dot, DOT, "@ink", event.planned)
    return sheet.figure("timeline", width, max(y - gap, 1), alt)


def _dot(sheet: Canvas, x: float, y: float, radius: float, colour: str, planned: bool) -> None:
    """Filled for what happened, hollow for what is planned."""
    if planned:
        sheet.shape(circle(x, y, radius - 0.4), fill="@paper", stroke=colour, width=0.8, name="planned")
    else:
        sheet.shape(circle(x, y, radius), fill=colour, stroke="@ink", width=0.3, name="happened")
