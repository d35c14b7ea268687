"""The timeline of one country, for briefs and decks. That of all countries is in `history.py`.

In: events with positions in time. Out: a figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

from briefs.compose.figures.drawing import (
    CAP,
    MM,
    NORMAL,
    SMALL,
    Canvas,
    Figure,
    Point,
    circle,
    line,
    polygon,
    rectangle,
    text_width,
    wrap,
)

DOT = 2.3  # points: the radius of a dot
TEXT = 11.0  # points from the left edge to the dates and phrases
DATE, LINE = 8.6, 9.2  # points: from a date to its phrase, and the phrase's line height
USUAL = 4.0  # points: between two events
# Points: the room above and below the line of today, besides the distance between events; the height of its row; the room below it
# at a timeline's foot.
CLEAR, MARK, LOW = 3.2, 15.0, 1.0
NEAR = 4.5  # points: a line to a dot that is no farther beside the words is upright, also between two texts
GUTTER = 9.0  # points: the least distance between two phrases of a horizontal timeline
AXIS_Y = 13.0  # points: from the top of a horizontal timeline to its axis
BAND, LEADER = 13.0, 18.0  # points: the height of the band of years of an axis to scale, and from that band to the texts
FEWEST = 3  # the least number of columns for the texts on each side of that band
ROW = 8.0  # points: the height of a line of the words of today beside that band


@dataclass(frozen=True)
class Event:
    """Something with a date. `when`: as it is printed. `position`: as a decimal year. `rank`: 1 for what counts most. `year`: the
    year, if nothing more is known of the date, or the first of so many `years`."""

    when: str
    label: str
    planned: bool
    position: float
    rank: int = 2
    year: int | None = None
    years: int = 1

    @property
    def place(self) -> float:
        """Where it stands on a scale of time: in the middle of the year or years, if no more is known."""
        return self.position if self.year is None else self.year + self.years / 2

    @property
    def covered(self) -> Sequence[float]:
        """The times that a scale must have for it: its place, or the middle of each of its years."""
        return [self.place] if self.year is None else [self.year + n + 0.5 for n in range(self.years)]


@dataclass(frozen=True)
class Today:
    """Up to when the facts reach: what is printed for it, and its end as a decimal year."""

    label: str
    position: float


def timeline(events: Sequence[Event], *, width: float, alt: str, planned_label: str = "", today: Today | None = None) -> Figure:
    """The events from top to bottom, the latest first, each with the date above the phrase. Planned events have a hollow dot.

    `width` is millimetres. `planned_label` is printed after a planned date. `today` is marked by a line, if an event comes later.
    A lone event is a line of text.
    """
    if len(events) == 1:
        return _lone(events[0], width, alt, planned_label)
    ordered = sorted(events, key=lambda event: (event.position, event.when), reverse=True)
    marked = _marked(ordered, today)
    sheet, dots, y = Canvas(), [], 0.0
    for number, event in enumerate(ordered):
        if today and number == marked:
            y = _mark(sheet, today.label, y, width * MM)
        base = y + DATE - 2
        dots.append(base - SMALL * CAP / 2)
        sheet.text(TEXT, base, _date(event, planned_label), fill="@muted")
        phrase = wrap(event.label, width * MM - TEXT, NORMAL)
        for i, part in enumerate(phrase):
            sheet.text(TEXT, base + LINE * (i + 1), part, size=NORMAL)
        y += DATE + LINE * len(phrase) + USUAL
    if today and marked == len(ordered):
        y = _mark(sheet, today.label, y, width * MM) + LOW
    for (start, end), event in zip(pairwise(dots), ordered, strict=False):
        sheet.shape(line((DOT + 0.5, start), (DOT + 0.5, end)), stroke="@ink", dash=[1.5, 1.5] if event.planned else None)
    for event, dot in zip(ordered, dots, strict=True):
        _dot(sheet, DOT + 0.5, dot, DOT, "@ink", event.planned)
    return sheet.figure("timeline", width, max(y - USUAL, 1), alt)


def _lone(event: Event, width: float, alt: str, planned_label: str) -> Figure:
    """A lone event: its date and its phrase."""
    sheet, base = Canvas(), DATE - 2
    for part in wrap(f"{_date(event, planned_label)} – {event.label}", width * MM, NORMAL):
        sheet.text(0, base, part, size=NORMAL)
        base += LINE
    return sheet.figure("timeline", width, base - LINE + 2, alt)


def _marked(ordered: Sequence[Event], today: Today | None) -> int | None:
    """The index of the event, in order from the latest, before which the line of today stands. None if no event comes later."""
    later = sum(event.position > today.position for event in ordered) if today else 0
    return later or None


def _mark(sheet: Canvas, label: str, y: float, width: float) -> float:
    """The line of today across the timeline, with its words at the end. Returns where the next event begins."""
    middle = y + CLEAR + SMALL * CAP / 2
    start = width - text_width(label, SMALL, bold=True)
    sheet.text(start, middle + SMALL * CAP / 2, label, bold=True)
    sheet.shape(line((TEXT, middle), (start - 3, middle)), stroke="@rule", name="today")
    return y + MARK


def _date(event: Event, planned_label: str) -> str:
    return " · ".join(filter(None, (event.when, planned_label if event.planned else "")))


def timeline_across(
    events: Sequence[Event], *, least: float, most: float, alt: str, planned_label: str = "", today: Today | None = None
) -> Figure:
    """A few events from left to right in order of time, evenly spaced, each over its date and phrase; the words of the last end at
    the right edge. The figure is from `least` to `most` millimetres wide: as narrow as its longest word allows. Otherwise like
    `timeline`; if all events come later than `today`, there are only its words."""
    ordered = sorted(events, key=lambda event: (event.position, event.when))
    later = _marked(ordered, today)
    width, phrases = _columns(ordered, least, most, planned_label, len(ordered))
    last = [text_width(_date(ordered[-1], planned_label), SMALL), *(text_width(part, NORMAL) for part in phrases[-1])]
    column = (width * MM - max(last)) / max(len(ordered) - 1, 1)
    bottom = AXIS_Y + 6 + DATE + LINE * max(map(len, phrases))
    sheet = Canvas()
    if today and later:
        _mark_across(sheet, today.label, DOT + column * (len(ordered) - later - 0.5), width * MM)
    for number, after in enumerate(ordered[1:]):
        start = DOT + column * number
        sheet.shape(line((start, AXIS_Y), (start + column, AXIS_Y)), stroke="@ink", dash=[1.5, 1.5] if after.planned else None)
    for number, (event, phrase) in enumerate(zip(ordered, phrases, strict=True)):
        x, base = column * number, AXIS_Y + 5 + DATE
        _dot(sheet, x + DOT, AXIS_Y, DOT, "@ink", event.planned)
        sheet.text(x, base, _date(event, planned_label), fill="@muted")
        for i, part in enumerate(phrase):
            sheet.text(x, base + LINE * (i + 1), part, size=NORMAL)
    return sheet.figure("timeline-across", width, bottom + 2, alt)


def _mark_across(sheet: Canvas, label: str, x: float, width: float) -> None:
    """The line of today across the axis, `x` points from the left, which ends above the dates; and its label over it. Left of the
    first event there is no room for a line, so the label stands alone."""
    base, half = SMALL * CAP + 1, text_width(label, SMALL, bold=True) / 2
    if x < 0:
        sheet.text(0, base, label, bold=True)
        return
    sheet.shape(line((x, base + 2), (x, AXIS_Y + 3)), stroke="@ink", name="today")
    sheet.text(min(max(x, half), width - half), base, label, bold=True, align="center")


def timeline_to_scale(
    events: Sequence[Event], *, least: float, most: float, alt: str, planned_label: str = "", today: Today | None = None,
    numeral: Callable[[int], str] = str,
) -> Figure:  # fmt: skip
    """A few events on a band of years, which is to scale. Each has its date and phrase above or below it, in turn, as near to its
    dot as the others allow. The figure is from `least` to `most` millimetres wide, as in `timeline_across`. `numeral`: writes the
    number of a year."""
    ordered = sorted(events, key=lambda event: (event.position, event.when))
    width, phrases = _columns(ordered, least, most, planned_label, max(FEWEST, ceil(len(ordered) / 2)))
    axis = _YearAxis.of(ordered, today, width * MM)
    told = [(event, [_date(event, planned_label), *phrase]) for event, phrase in zip(ordered, phrases, strict=True)]
    sides = told[::2], told[1::2]  # above, below
    placed = [_placed(axis, side) for side in sides]
    marked = axis.at(today.position) if today and _marked(ordered, today) else None
    words = _words_of_today(today.label, marked, placed, axis.width) if today and marked is not None else None
    away = [LEADER + (ROW * (len(words.lines) - 1) if words and words.side == n else 0) for n in (0, 1)]
    high, low = (max((DATE + LINE * (len(lines) - 1) for _, lines in side), default=0.0) for side in sides)
    top = high + away[0] if high else away[0] - LEADER / 2 + SMALL
    sheet = Canvas()
    dots: list[tuple[float, float, Event]] = []
    for n, (side, places) in enumerate(zip(sides, placed, strict=True)):
        dots += _beside_band(sheet, side, places, top, away[n], is_above=n == 0)
    axis.draw(sheet, top, numeral, marked)
    if words and marked is not None:
        _mark_today(sheet, marked, words, top)
    for x, y, event in sorted(dots, key=lambda mark: mark[0]):
        _dot(sheet, x, y, DOT, "@ink", event.planned)
    return sheet.figure("timeline-across", width, top + BAND + (away[1] + low if low else away[1] - LEADER / 2 + SMALL) + 2, alt)


@dataclass(frozen=True)
class _DatePlace:
    """Where an event stands beside the band of years: its `dot`, the left edge of its words, and the end of the line between. If
    that isn't above or below the dot, the line turns aside at `turn`, a part of its height."""

    dot: float
    left: float
    end: float
    turn: float = 0.5

    def crosses(self, begin: float, end: float) -> bool:
        """Whether its line comes near what stands from `begin` to `end`."""
        return min(self.dot, self.end) < end + DOT + 1 and max(self.dot, self.end) > begin - DOT - 1


def _placed(axis: _YearAxis, told: Sequence[tuple[Event, Sequence[str]]]) -> list[_DatePlace]:
    """The places of the events on one side of the band."""
    dots = [axis.at(axis.place_of(event)) for event, _ in told]
    wide = [max([text_width(lines[0], SMALL), *(text_width(part, NORMAL) for part in lines[1:])]) for _, lines in told]
    lefts = _lefts(dots, wide, axis.width)
    ends = [min(max(x, left - NEAR), left + own + NEAR) for x, left, own in zip(dots, lefts, wide, strict=True)]
    return [_DatePlace(*place) for place in zip(dots, lefts, ends, _turns(dots, ends), strict=True)]


def _turns(dots: Sequence[float], ends: Sequence[float]) -> list[float]:
    """At which part of their height the lines from dots to ends turn aside, so that none crosses another: of lines that turn right,
    the later ones turn nearer to the band; of lines that turn left, the earlier ones."""
    turns = [0.5] * len(dots)
    right = [n for n, (dot, end) in enumerate(zip(dots, ends, strict=True)) if end > dot]
    left = [n for n, (dot, end) in enumerate(zip(dots, ends, strict=True)) if end < dot]
    for way in (right[::-1], left):
        for place, number in enumerate(way, 1):
            turns[number] = place / (len(way) + 1)
    return turns


def _beside_band(
    sheet: Canvas, told: Sequence[tuple[Event, Sequence[str]]], places: Sequence[_DatePlace], top: float, far: float,
    *, is_above: bool,
) -> list[tuple[float, float, Event]]:  # fmt: skip
    """The dates and phrases above the band of years, or below it, `far` from it, each with a line to its dot. `top`: the upper edge
    of the band. Returns the middle of each dot with its event."""
    edge, away = (top, -1) if is_above else (top + BAND, 1)
    dots: list[tuple[float, float, Event]] = []
    for place, (event, lines) in zip(places, told, strict=True):
        level = sum(abs(place.dot - other) < 2 * DOT for other, _, _ in dots)
        dots.append((place.dot, edge + away * level * 2 * DOT, event))
        turn, foot = edge + away * (far - 2) * place.turn, edge + away * (far - 2)
        aside = [(place.dot, turn), (place.end, turn)] if place.end != place.dot else []
        sheet.shape(line((place.dot, edge), *aside, (place.end, foot)), stroke="@rule", name="stem")
        base = edge + away * far + (DATE - 3 if not is_above else -LINE * (len(lines) - 1))
        sheet.text(place.left, base, lines[0], fill="@muted")
        for i, part in enumerate(lines[1:], 1):
            sheet.text(place.left, base + LINE * i, part, size=NORMAL)
    return dots


def _lefts(places: Sequence[float], wide: Sequence[float], full: float) -> list[float]:
    """Where texts of these widths begin: at their dots, or so far beside them that they lie apart and within `full` points. A text
    that others keep from its dot ends there, so that they have room."""
    lefts: list[float] = []
    end = 0.0
    for x, width in zip(places, wide, strict=True):
        lefts.append(max(x - width - NEAR, end))
        end = lefts[-1] + width + GUTTER
    end = full
    for number in range(len(lefts) - 1, -1, -1):
        lefts[number] = max(0.0, min(max(lefts[number], places[number] - DOT), end - wide[number]))
        end = lefts[number] - GUTTER
    return lefts


@dataclass(frozen=True)
class _TodayWords:
    """The words of today: their lines, whether they stand above the band of years (0) or below it (1), and their middle."""

    lines: Sequence[str]
    side: int
    middle: float


def _words_of_today(label: str, x: float, placed: Sequence[Sequence[_DatePlace]], full: float) -> _TodayWords:
    """The words of today at their line, which is at `x`: in as few lines of text, and as near to its middle, as they cross no line
    to a dot. `placed`: the events above and below the band."""
    whole, *words = (text_width(text, SMALL, bold=True) for text in (label, *label.split()))
    found: list[tuple[tuple[int, int, float], _TodayWords]] = []
    limits = (max(whole / parts, *words) for parts in (1, 1.6, 2.2))
    for lines in (wrap(label, limit + 1, SMALL, bold=True) for limit in limits):
        half = max(text_width(part, SMALL, bold=True) for part in lines) / 2
        for side, places in enumerate(placed):
            beside = [middle for place in places for middle in _clear_of(place, half)]
            for middle in (min(max(wish, half), full - half) for wish in (x, *beside) if abs(wish - x) <= half + 4):
                crossed = sum(place.crosses(middle - half, middle + half) for place in places)
                found.append(((crossed, len(lines), abs(middle - x)), _TodayWords(lines, side, middle)))
    return min(found, key=lambda one: one[0])[1]


def _clear_of(place: _DatePlace, half: float) -> Point:
    """Where the middle of words that are twice `half` wide is, if they end before the line to a dot, or begin after it."""
    ends = sorted((place.dot, place.end))
    return ends[0] - half - DOT - 1, ends[1] + half + DOT + 1


def _mark_today(sheet: Canvas, x: float, words: _TodayWords, top: float) -> None:
    """The line of today across the band of years, and its words above or below it. A line to a dot that they can't keep clear of
    is broken behind them."""
    sheet.shape(line((x, top - 4), (x, top + BAND + 4)), stroke="@ink", width=0.9, name="today")
    base = top + BAND + 6 + SMALL * CAP if words.side else top - 6 - ROW * (len(words.lines) - 1)
    wide = max(text_width(part, SMALL, bold=True) for part in words.lines) + 2
    field = rectangle(words.middle - wide / 2, base - SMALL * CAP - 1, wide, ROW * (len(words.lines) - 1) + SMALL * CAP + 2)
    sheet.shape(polygon(field), fill="@paper", name="behind")
    for i, part in enumerate(words.lines):
        sheet.text(words.middle, base + ROW * i, part, bold=True, align="center")


def _columns(
    ordered: Sequence[Event], least: float, most: float, planned_label: str, columns: int
) -> tuple[float, list[list[str]]]:  # fmt: skip
    """The width of a timeline in millimetres and the lines of the phrases, for each of which a column has room: it is as narrow as
    the longest word allows."""
    whole = [*(_date(event, planned_label) for event in ordered), *(word for event in ordered for word in event.label.split())]
    longest = max(text_width(text, NORMAL) for text in whole) + GUTTER
    width = min(most, max(least, longest * columns / MM))
    return width, [wrap(event.label, width * MM / columns - GUTTER, NORMAL) for event in ordered]


@dataclass(frozen=True)
class _YearAxis:
    """An axis of whole years, from `first` to before `end`, `width` points long."""

    first: int
    end: int
    width: float
    now: float | None = None  # the end of today, as a decimal year

    @classmethod
    def of(cls, ordered: Sequence[Event], today: Today | None, width: float) -> _YearAxis:
        """The years of all events, and of today if an event comes later."""
        places = [place for event in ordered for place in (event.place, event.position)]
        places += [today.position] if today and _marked(ordered, today) else []
        return cls(floor(min(places)), max(ceil(max(places)), floor(min(places)) + 1), width, today.position if today else None)

    def place_of(self, event: Event) -> float:
        """Where an event stands, as a decimal year. A planned one of which only the year is known stands in the middle of what is
        left of that year."""
        if event.planned and self.now is not None and event.place <= self.now < event.position:
            return (self.now + event.position) / 2
        return event.place

    def at(self, position: float) -> float:
        """Where a decimal year stands, in points; clear of the ends by the radius of a dot."""
        return DOT + (self.width - 2 * DOT) * (position - self.first) / (self.end - self.first)

    def draw(self, sheet: Canvas, top: float, numeral: Callable[[int], str], marked: float | None) -> None:
        """The band of the years, from `top` down, with a line at each year. As many years as have room have their numbers where
        they begin; where they end, if the line of today, at `marked`, would cross a number at the beginning."""
        sheet.shape(polygon(rectangle(0, top, self.width, BAND)), fill="@land", name="years")
        wide, room = text_width(numeral(self.first), SMALL), (self.width - 2 * DOT) / (self.end - self.first)
        every = ceil((wide + 4) / room)
        for year in range(self.first + 1, self.end):
            sheet.shape(line((self.at(year), top), (self.at(year), top + BAND)), stroke="@paper", width=0.9)
        for year in range(self.first, self.end, every):
            part = room * min(every, self.end - year)
            inset = max(min(DOT + 2, (part - wide) / 2), 0.0)  # clear of a dot at the end of the year before
            places = [self.at(year) + place for place in (inset, min(inset, 1.0), part - inset - wide)]
            clear = [begin for begin in places if marked is None or not begin - 1 < marked < begin + wide + 1]
            begin = (clear or places)[0]
            sheet.text(begin, top + BAND / 2 + SMALL * CAP / 2, numeral(year), fill="@ink")


def _dot(sheet: Canvas, x: float, y: float, radius: float, colour: str, planned: bool) -> None:
    """Filled for what happened, hollow for what is planned."""
    if planned:
        sheet.shape(circle(x, y, radius - 0.4), fill="@paper", stroke=colour, width=0.8, name="planned")
    else:
        sheet.shape(circle(x, y, radius), fill=colour, stroke="@ink", width=0.3, name="happened")
