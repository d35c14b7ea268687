"""What the figures of a column's values have in common: the words above and below, and an axis with round numbers.

In: lengths in points, numbers. Out: shapes and texts on a canvas.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, floor

from briefs.compose.figures.drawing import (
    CAP,
    HAIRLINE,
    MM,
    NORMAL,
    SMALL,
    Canvas,
    Figure,
    line,
    polygon,
    rectangle,
    text_width,
    wrap,
)
from briefs.compose.figures.hatching import hatched

LEADING = 9.2  # points: the line height
FOOT = 6.5  # points: the size of the type of the foot
TITLE = 8.5  # points: the size of a title
BELOW = 1.5  # points: the distance between a title and the figure below it
SWATCH = 6.5  # points: the side of a swatch in a legend
APART = 9.0  # points between two entries of a legend
NEAREST = 34.0  # points: the least distance between two numbers on an axis


@dataclass(frozen=True)
class Furniture:
    """The words round a figure. `head`: what is shown, in which unit, of which time. `foot`: notes and sources. `title`: the
    author's title, or empty.

    `name`: the name of the figure. `alt`: its alternative text.
    """

    name: str
    alt: str
    head: str
    foot: Sequence[str] = ()
    title: str = ""

    def begin(self, width: float) -> tuple[Canvas, float]:
        """A canvas with title and head, for a figure `width` points wide, and where the head ends."""
        sheet, y = Canvas(), 0.0
        for part in wrap(self.title, width, TITLE, bold=True):
            y += LEADING + 1
            sheet.text(0, y - 2, part, size=TITLE, bold=True, aside=True)
        for part in wrap(self.head, width, NORMAL, bold=not self.title):
            y += LEADING
            sheet.text(0, y - 2, part, size=NORMAL, bold=not self.title, fill="@muted" if self.title else "@ink", aside=True)
        return sheet, y + 4

    def end(self, sheet: Canvas, width: float, y: float, millimetres: float) -> Figure:
        """The figure with its foot, which begins at `y` points."""
        for note in self.foot:
            for part in wrap(note, width, FOOT):
                y += LEADING - 1
                sheet.text(0, y, part, size=FOOT, fill="@muted", aside=True)
        return sheet.figure(self.name, millimetres, y + 3, self.alt)


def titled(figure: Figure, title: str, end: str = "") -> Figure:
    """A figure with a title above it. `end`: words at the end of its first line."""
    sheet, low, full = Canvas(), 0.0, figure.width * MM
    if end:
        sheet.text(full, LEADING - 2, end, fill="@muted", align="right", aside=True)
    for part in wrap(title, full - (text_width(end, SMALL) + APART if end else 0), NORMAL, bold=True):
        low += LEADING
        sheet.text(0, low - 2, part, size=NORMAL, bold=True, aside=True)
    sheet.add(Canvas([*map(dict, figure.shapes)], [*map(dict, figure.texts)]), low + BELOW)
    whole = sheet.figure(figure.name, figure.width, (figure.height * MM) + low + BELOW, figure.alt, has_sides=figure.has_sides)
    return replace(figure, shapes=whole.shapes, texts=whole.texts, height=whole.height)


@dataclass(frozen=True)
class Swatch:
    """An entry of a legend: the token of a colour, and its label. `is_hatched`: white lines cross it;
    `is_outlined`: a thin line is around it, since its colour is the paper's."""

    fill: str
    label: str
    is_hatched: bool = False
    is_outlined: bool = False


def legend(sheet: Canvas, entries: Sequence[Swatch], width: float, y: float, x: float = 0.0) -> float:
    """Swatches with their labels, one after the other in as many rows as needed, from (x, y) on. Returns the lower edge."""
    for entry in entries:
        parts = wrap(entry.label, width - SWATCH - 3, SMALL)
        wide = SWATCH + 3 + max(text_width(part, SMALL) for part in parts)
        if x and x + wide > width:
            x, y = 0.0, y + LEADING + 1
        area = rectangle(x, y, SWATCH, SWATCH)
        if entry.is_hatched:
            hatched(sheet, [area], fill=entry.fill, name="swatch")
        else:
            sheet.shape(polygon(area), fill=entry.fill, name="swatch")
        if entry.is_outlined:
            sheet.shape(polygon(area), stroke="@coast", width=HAIRLINE)
        for number, part in enumerate(parts):
            sheet.text(x + SWATCH + 3, y + SWATCH / 2 + SMALL * CAP / 2 + number * LEADING, part)
        y += (len(parts) - 1) * LEADING
        x += wide + APART
    return y + SWATCH + 3


def row_width(entries: Sequence[Swatch]) -> float:
    """The width of a legend whose entries stand in one row."""
    return sum(SWATCH + 3 + text_width(entry.label, SMALL) for entry in entries) + APART * (len(entries) - 1)


@dataclass(frozen=True)
class Axis:
    """A scale from `low` to `high` between the places `start` and `end`, with round numbers. `printed`: makes a number a text."""

    low: float
    high: float
    start: float
    end: float
    printed: Callable[[float], str]

    def at(self, number: float) -> float:
        """Where a number stands. If all numbers are the same, in the middle."""
        span = self.high - self.low
        return self.start + (self.end - self.start) * ((number - self.low) / span if span else 0.5)

    def ticks(self) -> list[float]:
        """Round numbers between the ends: at most as many as have room."""
        most = max(1, floor(abs(self.end - self.start) / NEAREST))
        return [number for number in rounded(self.low, self.high, most) if self.low <= number <= self.high]

    def across(self, sheet: Canvas, y: float) -> None:
        """Draw a horizontal axis at `y`, with its numbers below."""
        sheet.shape(line((self.start, y), (self.end, y)), stroke="@rule")
        for number in self.ticks():
            x, words = self.at(number), self.printed(number)
            sheet.shape(line((x, y), (x, y + 2.5)), stroke="@rule")
            half = text_width(words, SMALL) / 2
            sheet.text(min(max(x, half), self.end - half), y + 10, words, fill="@muted", align="center")

    def up(self, sheet: Canvas, right: float) -> None:
        """Draw the numbers of a vertical axis from x = 0, each with a hairline to `right`."""
        for number in self.ticks():
            y, words = self.at(number), self.printed(number)
            sheet.shape(line((0, y), (right, y)), stroke="@rule" if number == 0 and self.low < 0 else "@land")
            sheet.text(0, y - 1.8, words, fill="@muted")


def rounded(low: float, high: float, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten, of which about `most` cover the span from `low` to `high`, ends included."""
    span = Decimal(repr(high)) - Decimal(repr(low))
    if span <= 0:
        return [low]
    power = Decimal(1).scaleb((span / most).adjusted())
    step = next(power * times for times in (1, 2, 5, 10) if span / (power * times) <= most)
    first, last = floor(Decimal(repr(low)) / step), ceil(Decimal(repr(high)) / step)
    return [float(step * number) for number in range(first, last + 1)]


def apart(places: Sequence[float], room: float, low: float, high: float) -> list[float]:
    """The places moved as little as needed, so that each is `room` from the next, and all are between `low` and `high`.

    They keep their order. If there is too little room for all, the distances are smaller.
    """
    order = sorted(range(len(places)), key=lambda n: (places[n], n))
    room = min(room, (high - low) / max(len(places) - 1, 1))
    moved = dict.fromkeys(order, low)
    last = low - room
    for n in order:
        moved[n] = last = max(places[n], last + room)
    last = high + room
    for n in reversed(order):
        moved[n] = last = min(moved[n], last - room)
    return [moved[n] for n in range(len(places))]
