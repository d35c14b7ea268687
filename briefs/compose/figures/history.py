"""The timeline of all countries: a row for each in the report, all in one lane on a slide.

In: rows of events with positions in time. Out: figures. Time has one scale between breaks; where nothing happened for long, the
axis is broken, and a sign says so. Dots that would overlap are stacked. Decisive events have numbers, and a key below.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor

from briefs.compose.figures.drawing import (
    CAP,
    MM,
    SMALL,
    Canvas,
    Figure,
    ScaleEntry,
    circle,
    line,
    polygon,
    rectangle,
    text_width,
    wrap,
)
from briefs.compose.figures.map import swatch
from briefs.compose.figures.timeline import Event

ROW, HEAD, AXIS = 11.0, 15.0, 11.0  # points: a row, the heading of a stance, room for the years
DOT, NUMBERED = 1.9, 4.0  # points: the radius of a dot, and of a dot with a number
APART = 0.5  # points: the distance between two dots
SWATCH = (9.0, 5.5)
HEADED = SWATCH[0] + 4  # points: from the left edge to the heading of a stance
WIDEST = 1 / 3  # the greatest width of a heading, as a share of the figure's width; a longer one takes several lines
MARGIN = 0.12  # years: what a run has before its first event and after its last
# Years: the axis leaves out times without events if they are longer than this: the first of these with which all runs have room.
GAPS = (1.5, 3.0, 6.0, 12.0, 25.0, 50.0, 100.0)
RUN, BREAK = 24.0, 9.0  # points: the least width of a run of time; the width of a break
FOOT = 26.0  # points: the legend, and the room around it
BAR = 0.9  # points: the width of a bar across a year of which no more is known
KEY = 8.6  # points: line height of the key
LANE = 34.0  # points: the greatest height of the stacked dots of the lane
HYPHENS = ("-", "\u2010", "\u2011")
LEADER = 9.0  # points: from a number to the stacked dots


@dataclass(frozen=True)
class Row:
    """A country in the timeline of all: name, stance (None if it is not covered) and events."""

    label: str
    step: str | None
    events: Sequence[Event]


@dataclass(frozen=True)
class TimelineWords:
    """What is printed beside the events. `alt`: makes the alternative text of a figure of some rows. `named`: writes a country
    before what happened there. `numeral`: writes a number. `year_only`: what a bar across a year means. `today`: what the line of
    the edition's date means."""

    not_covered: str
    happened: str
    planned: str
    alt: Callable[[Sequence[Row]], str]
    named: Callable[[str, str], str]
    numeral: Callable[[int], str] = str
    year_only: str = ""
    today: str = ""


Headings = Mapping[str | None, Sequence[str]]  # the lines of the heading of each stance


class TimeAxis:
    """Places times between the points `left` and `right`. `runs`: for each run of time its start and end, and its left and right
    edge in points. The axis is broken between two runs. `numeral`: writes the number of a year."""

    def __init__(self, positions: Sequence[float], left: float, right: float, numeral: Callable[[int], str] = str):
        self._numeral = numeral
        for gap in GAPS:
            spans = _spans(sorted(positions), gap)
            room = right - left - BREAK * (len(spans) - 1)
            if len(spans) == 1 or RUN * len(spans) <= room * 0.6:
                break
        self.runs: list[tuple[float, float, float, float]] = []
        for (start, end), wide in zip(spans, _widths(spans, room), strict=True):
            self.runs.append((start, end, left, left + wide))
            left += wide + BREAK

    def place(self, position: float) -> float | None:
        """Where a time is on the axis. None if it is in a break."""
        for start, end, left, right in self.runs:
            if start <= position <= end:
                return left + (position - start) / (end - start) * (right - left)
        return None

    def years(self) -> Iterator[tuple[str, float, float]]:
        """Each year with its name, if there is room for it, and where it begins and ends."""
        for start, end, left, right in self.runs:
            scale = (right - left) / (end - start)
            parts = [(year, max(start, year), min(end, year + 1)) for year in range(floor(start), ceil(end))]
            longest = max(parts, key=lambda part: part[2] - part[1])
            for year, begins, ends in parts:
                is_named = (year, begins, ends) == longest or (ends - begins) * scale > text_width(self._numeral(year), SMALL) + 2
                yield self._numeral(year) if is_named else "", left + (begins - start) * scale, left + (ends - start) * scale


def _spans(positions: Sequence[float], gap: float) -> list[tuple[float, float]]:
    """The runs of time between gaps, in whole years."""
    spans = [[positions[0], positions[0]]]
    for before, after in pairwise(positions):
        if after - before > gap:
            spans.append([after, after])
        spans[-1][1] = after
    return [(floor(start - MARGIN), ceil(end + MARGIN)) for start, end in spans]


def _widths(spans: Sequence[tuple[float, float]], room: float) -> list[float]:
    """The width of each run: by its time, but no run is too narrow for the name of a year."""
    lengths = [end - start for start, end in spans]
    narrow: set[int] = set()
    while True:
        free = room - RUN * len(narrow)
        scale = free / (sum(length for n, length in enumerate(lengths) if n not in narrow) or 1)
        more = {n for n, length in enumerate(lengths) if length * scale < RUN} - narrow
        if not more or len(narrow | more) == len(spans):
            return [RUN if n in narrow else length * scale for n, length in enumerate(lengths)]
        narrow |= more


def decisive(rows: Sequence[Row], most: int) -> list[tuple[Row, Event]]:
    """The events that get a number, at most `most`, in order of time. Each country has one at most: its latest event of rank 1. A
    planned event is taken only if none of rank 1 has happened. If there are too many, the stances take turns, the last in `rows`
    first, and each gives its latest event."""
    found = [
        (row, max(own, key=lambda e: (not e.planned, e.position)))
        for row in rows
        if (own := [e for e in row.events if e.rank == 1])
    ]
    by_step: dict[str | None, list[tuple[Row, Event]]] = {}
    for row, event in sorted(found, key=lambda pair: (-pair[1].position, pair[0].label)):
        by_step.setdefault(row.step, []).append((row, event))
    order = [step for step in reversed(dict.fromkeys(row.step for row in rows)) if step in by_step]
    turns = [by_step[step][n] for n in range(len(found)) for step in order if n < len(by_step[step])]
    return sorted(turns[:most], key=lambda pair: (pair[1].position, pair[0].label))


def overview_timelines(
    rows: Sequence[Row],
    steps: Sequence[ScaleEntry],
    *,
    width: float,
    height: float,
    words: TimelineWords,
    as_of: float | None = None,
    most: int = 12,
) -> list[Figure]:
    """A row for each country, under the headings of their stances. `width`, `height`: millimetres; rows that don't fit
    go on in further figures.

    A dot has the colour of its country's stance and is hollow if the event is planned. `as_of`: up to when the edition's facts
    reach, as a decimal year; a dashed line marks it. `most`: how many events get a number.
    """
    full = width * MM
    headings = _headings(rows, steps, full, words.not_covered)
    heads = [HEADED + text_width(part, SMALL, bold=True) for lines in headings.values() for part in lines]
    column = max([*(text_width(row.label, SMALL) for row in rows), *heads], default=0) + 8
    axis = _axis(rows, as_of, column, full, words.numeral)
    chosen = decisive(rows, most)
    numbers = {id(event): words.numeral(n) for n, (_, event) in enumerate(chosen, 1)}
    entries = [(step, row) for step in (*steps, None) for row in rows if row.step == (step and step.id)]
    figures = []
    for number, part in enumerate(_parts(entries, axis, numbers, height * MM - AXIS - FOOT, headings), 1):
        sheet, inner = Canvas(), Canvas()
        y = _rows(inner, part, axis, numbers, (full, headings))
        _time(sheet, axis, y, as_of)
        sheet.add(inner, 0)
        y = _as_of(sheet, axis, y, as_of, words.today)
        y = _legend(sheet, column, y + 8, words, any(event.year for _, row in part for event in row.events))
        shown = [row for _, row in part]
        own = [(numbers[id(event)], _said(row, event, words)) for row, event in chosen if row in shown]
        y = _key(sheet, own, full, y + 4, 2)
        figures.append(sheet.figure("timeline" if number == 1 else f"timeline-{number}", width, y, words.alt(shown)))
    return figures


def lane_timeline(rows: Sequence[Row], *, width: float, words: TimelineWords, as_of: float | None = None, most: int = 9) -> Figure:
    """All events of all countries in one lane, `width` millimetres wide, with the key of the decisive ones below, for a slide. A
    year of which no more is known has no bar here: what is planned for it stands at its end."""
    full, sheet = width * MM, Canvas()
    rows = [replace(row, events=[replace(event, year=None) for event in row.events]) for row in rows]
    axis = _axis(rows, as_of, 0, full, words.numeral)
    chosen = decisive(rows, most)
    numbers = {id(event): words.numeral(n) for n, (_, event) in enumerate(chosen, 1)}
    dots, levels = _stacked([(event, row.step) for row in rows for event in row.events], axis, {})
    spacing = min(2 * DOT + APART, LANE / levels)
    row_of_numbers = AXIS + NUMBERED + 2
    top = row_of_numbers + NUMBERED + LEADER
    bottom = top + spacing * levels + 2
    _time(sheet, axis, bottom, as_of)
    times = [axis.place(event.place) or 0.0 for _, event in chosen]
    marks = [(x, 0, event, row.step) for x, (row, event) in zip(_spread(times, 2 * NUMBERED + 1, full), chosen, strict=True)]
    for (x, *_), time in zip(marks, times, strict=True):
        sheet.shape(line((x, row_of_numbers), (time, top)), stroke="@muted")
    _dots(sheet, marks, row_of_numbers, 0, 1, numbers)
    _dots(sheet, [(x, levels - 1 - level, event, step) for x, level, event, step in dots], (top + bottom) / 2, spacing, levels, {})
    y = _legend(sheet, 0, bottom + 8, words, False)
    y = _key(sheet, [(numbers[id(event)], _said(row, event, words)) for row, event in chosen], full, y + 4, 3)
    return sheet.figure("timeline", width, y, words.alt([Row(row.label, row.step, [event]) for row, event in chosen]))


def _spread(places: Sequence[float], apart: float, right: float) -> list[float]:
    """Ascending places moved as little as possible, so that they are `apart` from each other and within 0 and `right`.

    With `n * apart` taken from the nth place, the places must ascend. A group of places that doesn't ascend takes its mean (the
    algorithm “pool adjacent violators”).
    """
    pools: list[list[float]] = []
    for number, place in enumerate(places):
        pools.append([place - number * apart])
        while len(pools) > 1 and sum(pools[-2]) / len(pools[-2]) > sum(pools[-1]) / len(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    means = [sum(pool) / len(pool) for pool in pools for _ in pool]
    low, high = apart / 2, right - apart / 2 - (len(places) - 1) * apart
    return [max(low, min(mean, high)) + number * apart for number, mean in enumerate(means)]


def _axis(rows: Sequence[Row], as_of: float | None, left: float, right: float, numeral: Callable[[int], str]) -> TimeAxis:
    positions = [position for row in rows for event in row.events for position in event.covered]
    return TimeAxis([*positions, *([as_of] if as_of is not None else [])], left, right, numeral)


def _headings(rows: Sequence[Row], steps: Sequence[ScaleEntry], full: float, not_covered: str) -> Headings:
    """The headings of the stances that rows have."""
    names: dict[str | None, str] = {**{step.id: step.label for step in steps}, None: not_covered}
    return {step: wrap(names[step], full * WIDEST, SMALL, bold=True) for step in dict.fromkeys(row.step for row in rows)}


def _head(heading: Sequence[str]) -> float:
    """The height of a heading."""
    return HEAD + KEY * (len(heading) - 1)


def _parts(
    entries: Sequence[tuple[ScaleEntry | None, Row]],
    axis: TimeAxis,
    numbers: Mapping[int, str],
    room: float,
    headings: Headings,
) -> Iterator[list[tuple[ScaleEntry | None, Row]]]:
    """The rows in parts, each of which fits on one figure together with the key of its numbers."""
    part: list[tuple[ScaleEntry | None, Row]] = []
    used = 0.0
    for step, row in entries:
        keyed = sum(id(event) in numbers for event in row.events)
        wanted = _height(row, axis, numbers) + keyed * KEY * 0.7
        own = _head(headings[row.step])
        heading = own if not part or part[-1][0] != step else 0
        if part and used + wanted + heading > room:
            yield part
            part, used, heading = [], 0.0, own
        part.append((step, row))
        used += wanted + heading
    yield part


def _height(row: Row, axis: TimeAxis, numbers: Mapping[int, str]) -> float:
    _, levels = _stacked([(event, row.step) for event in row.events], axis, numbers)
    return max(ROW, _spacing(row, numbers) * levels + 3)


def _spacing(row: Row, numbers: Mapping[int, str]) -> float:
    return (NUMBERED if any(id(event) in numbers for event in row.events) else DOT) + DOT + APART


def _rows(
    sheet: Canvas,
    part: Sequence[tuple[ScaleEntry | None, Row]],
    axis: TimeAxis,
    numbers: Mapping[int, str],
    frame: tuple[float, Headings],
) -> float:
    """The rows and their headings. `frame`: the width, and the headings. Returns the lower edge."""
    (full, headings), y, last = frame, AXIS, [""]
    for step, row in part:
        heading = [*headings[row.step]]
        if heading != last:
            base = y + HEAD - 4
            swatch(sheet, 0.3, base - SWATCH[1] + 0.5, SWATCH, step)
            for number, words in enumerate(heading):
                sheet.text(HEADED, base + KEY * number, words, bold=True)
            y, last = y + _head(heading), heading
            sheet.shape(line((0, y), (full, y)), stroke="@rule")
        high = _height(row, axis, numbers)
        placed, levels = _stacked([(event, row.step) for event in row.events], axis, numbers)
        sheet.text(0, y + high / 2 + SMALL * CAP / 2, row.label)
        _bars(sheet, axis, placed, y + high / 2, _spacing(row, numbers), levels)
        _dots(sheet, placed, y + high / 2, _spacing(row, numbers), levels, numbers)
        y += high
    return y


def _time(sheet: Canvas, axis: TimeAxis, bottom: float, as_of: float | None) -> None:
    """The years, every other one of them as a pale band, the breaks of the axis, and the line of the edition's date."""
    for number, (name, start, end) in enumerate(axis.years()):
        sheet.text((start + end) / 2, AXIS - 4, name, fill="@muted", align="center") if name else None
        if number % 2:
            sheet.shape(polygon(rectangle(start, AXIS - 1, end - start, bottom - AXIS + 1)), fill="@pale")
    for (_, _, left, right), after in pairwise([*axis.runs, (0, 0, 0, 0)]):
        sheet.shape(line((left, bottom), (right, bottom)), stroke="@rule")
        for x in (right + BREAK / 2 - 1, right + BREAK / 2 + 1) if after[1] else ():
            sheet.shape(line((x - 1.5, bottom + 2.5), (x + 1.5, bottom - 2.5)), stroke="@ink", name="break")
    today = axis.place(as_of) if as_of is not None else None
    if today is not None:
        sheet.shape(line((today, AXIS - 1), (today, bottom)), stroke="@ink", dash=[1.5, 1.5])


def _as_of(sheet: Canvas, axis: TimeAxis, bottom: float, as_of: float | None, words: str) -> float:
    """The name of the line of the edition's date, below it. Returns the lower edge."""
    today = axis.place(as_of) if as_of is not None else None
    if today is None or not words:
        return bottom
    sheet.text(today, bottom + 3 + SMALL, words, bold=True, align="center")
    return bottom + 3 + SMALL


def _stacked(
    dots: Sequence[tuple[Event, str | None]], axis: TimeAxis, numbers: Mapping[int, str]
) -> tuple[list[tuple[float, int, Event, str | None]], int]:
    """Each event at its time, on the first level on which it overlaps no other; and how many levels there are."""
    ends: list[float] = []
    placed = []
    for event, step in sorted(dots, key=lambda dot: (dot[0].place, dot[0].label)):
        x = axis.place(event.place) or 0.0
        radius = NUMBERED if id(event) in numbers else DOT
        level = next((n for n, end in enumerate(ends) if x - radius >= end + APART), len(ends))
        ends[level : level + 1] = [x + radius]
        placed.append((x, level, event, step))
    return placed, max(len(ends), 1)


def _bars(
    sheet: Canvas,
    axis: TimeAxis,
    placed: Sequence[tuple[float, int, Event, str | None]],
    middle: float,
    spacing: float,
    levels: int,
) -> None:
    """A bar across the year, or the years, for each event of which no more is known."""
    for _, level, event, step in placed:
        if event.year is not None:
            y = middle + (level - (levels - 1) / 2) * spacing
            start, end = axis.place(event.year) or 0.0, axis.place(event.year + event.years) or 0.0
            sheet.shape(line((start + 1, y), (end - 1, y)), stroke=f"@stance/{step}" if step else "@muted", width=BAR, name="year")


def _dots(
    sheet: Canvas,
    placed: Sequence[tuple[float, int, Event, str | None]],
    middle: float,
    spacing: float,
    levels: int,
    numbers: Mapping[int, str],
) -> None:
    for x, level, event, step in placed:
        y = middle + (level - (levels - 1) / 2) * spacing
        colour = f"@stance/{step}" if step else "@muted"
        number = numbers.get(id(event))
        radius = NUMBERED if number else DOT
        if event.planned:
            sheet.shape(circle(x, y, radius - 0.4), fill="@paper", stroke=colour, width=0.8, name="planned")
        else:
            sheet.shape(circle(x, y, radius), fill=colour, stroke="@paper", width=0.3, name="happened")
        if number:
            ink = "@ink" if event.planned or not step else f"@on-stance/{step}"
            sheet.text(x, y + 6 * CAP / 2, number, size=6, fill=ink, bold=True, align="center")


def _legend(sheet: Canvas, x: float, y: float, words: TimelineWords, has_bars: bool) -> float:
    """What a full and a hollow dot mean, and a bar if there is one. Returns the lower edge."""
    for label, planned in ((words.happened, False), (words.planned, True)):
        hollow = "@ink" if planned else None
        sheet.shape(circle(x + DOT, y, DOT - 0.4 * planned), fill="@paper" if planned else "@ink", stroke=hollow, width=0.8)
        sheet.text(x + 7, y + SMALL * CAP / 2, label)
        x += text_width(label, SMALL) + 18
    if has_bars and words.year_only:
        sheet.shape(line((x - DOT, y), (x + 5 * DOT, y)), stroke="@ink", width=BAR)
        sheet.text(x + 14, y + SMALL * CAP / 2, words.year_only)
    return y + 4


def _said(row: Row, event: Event, words: TimelineWords) -> str:
    """An event in words. Its country isn't named twice."""
    named = event.label if _begins_with(event.label, row.label) else words.named(row.label, event.label)
    return f"{event.when} · {named}"


def _begins_with(text: str, name: str) -> bool:
    """Whether a text begins with a name, and not with a longer word, as “Nigeria” does with “Niger”."""
    following = text[len(name) : len(name) + 1]
    return text.startswith(name) and unicodedata.category(following or " ")[0] not in "LM" and following not in HYPHENS


def _key(sheet: Canvas, entries: Sequence[tuple[str, str]], full: float, top: float, columns: int) -> float:
    """What the numbers stand for, read downwards in columns. Returns the lower edge."""
    if not entries:
        return top
    wide = (full - 10 * (columns - 1)) / columns
    deep = -(-len(entries) // columns)
    feet = []
    for column in range(columns):
        y, x = top, column * (wide + 10)
        for number, said in entries[column * deep : (column + 1) * deep]:
            lines = wrap(said, wide - 11, SMALL)
            sheet.text(x, y + KEY - 2, number, bold=True)
            for n, words in enumerate(lines):
                sheet.text(x + 11, y + KEY * (n + 1) - 2, words)
            y += KEY * len(lines) + 2.5
        feet.append(y)
    return max(feet)
