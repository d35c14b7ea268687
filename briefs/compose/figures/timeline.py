"""The timeline of one country, for briefs and decks, and the timeline of all countries, for the report.

In: events with positions in time. Out: figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor

from briefs.compose.figures.drawing import (
    CAP,
    HAIRLINE,
    MM,
    NORMAL,
    SMALL,
    Canvas,
    Figure,
    ScaleEntry,
    circle,
    line,
    text_width,
    wrap,
)
from briefs.compose.figures.map import swatch

DOT = 2.3  # points: radius
TEXT = 11.0  # points: where dates and phrases begin
DATE, LINE = 8.6, 9.2  # points: from a date to its phrase, and the phrase's line height
TIGHT, LOOSE = 4.5, 16.0  # points: least and most room between two events
USUAL = 7.5


@dataclass(frozen=True)
class Event:
    """Something with a date. `when`: the date as printed. `position`: the date as a decimal year, for order and scale."""

    when: str
    label: str
    planned: bool
    position: float


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


@dataclass(frozen=True)
class Row:
    """A country in the timeline of all: name, stance (None if it is not covered) and events."""

    label: str
    step: str | None
    events: Sequence[Event]


ROW, HEAD = 11.0, 15.0  # points, in the timeline of all countries: a row, and the heading of a stance
SMALL_DOT, SPACING = 1.9, 4.3  # points: radius of a dot, and from dot to dot
AXIS = 11.0  # points: room for the years
SWATCH = (9.0, 5.5)


def overview_timeline(
    rows: Sequence[Row],
    steps: Sequence[ScaleEntry],
    *,
    width: float,
    alt: str,
    not_covered: str,
    happened_label: str,
    planned_label: str,
    as_of: float | None = None,
) -> Figure:
    """The dated events of all countries, `width` millimetres wide: a row per country, and a dot per event under its year.

    The rows are grouped under the headings of their stances, in the given order; `not_covered` is the heading of those without one.
    A dot has the colour of the stance and is hollow if planned; the legend below says so. A year is as wide as its fullest row
    needs, and years without events are left out. `as_of`: up to when the edition's facts reach, as a decimal year, marked by a
    dashed line.
    """
    full = width * MM
    column = max((text_width(row.label, SMALL) for row in rows), default=0) + 8
    years = _years(rows, column, full)
    groups = [(step, [row for row in rows if row.step == (step and step.id)]) for step in (*steps, None)]
    bottom = AXIS + sum(HEAD + ROW * len(group) for _, group in groups if group)

    sheet = Canvas()
    for year, (start, end) in years.items():
        sheet.text((start + end) / 2, AXIS - 4, str(year), fill="@muted", align="center")
        sheet.shape(line((start, AXIS - 1), (start, bottom)), stroke="@rule", width=HAIRLINE / 2)
    if as_of is not None and floor(as_of) in years:
        start, end = years[floor(as_of)]
        x = start + as_of % 1 * (end - start)
        sheet.shape(line((x, AXIS - 1), (x, bottom)), stroke="@ink", dash=[1.5, 1.5])
    y = AXIS
    for step, group in groups:
        if not group:
            continue
        base = y + HEAD - 4
        swatch(sheet, 0.3, base - SWATCH[1] + 0.5, SWATCH, step)
        sheet.text(SWATCH[0] + 4, base, step.label if step else not_covered, bold=True)
        y += HEAD
        sheet.shape(line((0, y), (full, y)), stroke="@rule")
        for row in group:
            middle = y + ROW / 2
            sheet.text(0, middle + SMALL * CAP / 2, row.label)
            _dots(sheet, row, middle, years, f"@stance/{step.id}" if step else "@muted")
            y += ROW
    x, y = column, bottom + 8
    sheet.shape(line((0, bottom), (full, bottom)), stroke="@rule")
    for label, planned in ((happened_label, False), (planned_label, True)):
        _dot(sheet, x + SMALL_DOT, y, SMALL_DOT, "@ink", planned)
        sheet.text(x + 7, y + SMALL * CAP / 2, label)
        x += text_width(label, SMALL) + 18
    return sheet.figure("timeline", width, y + 4, alt)


def _years(rows: Sequence[Row], left: float, right: float) -> dict[int, tuple[float, float]]:
    """Where each year with events begins and ends, between `left` and `right`."""
    most: dict[int, int] = {}
    for row in rows:
        years = [floor(event.position) for event in row.events]
        most |= {year: max(most.get(year, 0), years.count(year)) for year in years}
    need = {year: max(most[year] * SPACING + 3, text_width(str(year), SMALL) + 4) for year in sorted(most)}
    total = sum(need.values())
    spare = max(0.0, right - left - total) / max(len(need), 1)
    squeeze = min(1.0, (right - left) / total) if total else 1.0
    places, x = {}, left
    for year, wide in need.items():
        places[year] = x, x + (wide + spare) * squeeze
        x = places[year][1]
    return places


def _dots(sheet: Canvas, row: Row, y: float, years: Mapping[int, tuple[float, float]], colour: str) -> None:
    """The events of a row: at their date within the year, moved apart where they would overlap."""
    for year, (start, end) in years.items():
        events = sorted((e for e in row.events if floor(e.position) == year), key=lambda event: event.position)
        if not events:
            continue
        room = min(SPACING, (end - start - 3) / len(events))
        left, right = start + room / 2 + 1, end - room / 2 - 1
        places = [left + event.position % 1 * (right - left) for event in events]
        for i in range(1, len(places)):
            places[i] = max(places[i], places[i - 1] + room)
        places[-1] = min(places[-1], right)
        for i in range(len(places) - 2, -1, -1):
            places[i] = min(places[i], places[i + 1] - room)
        for x, event in zip(places, events, strict=True):
            _dot(sheet, x, y, SMALL_DOT, colour, event.planned)
