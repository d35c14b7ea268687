"""The figures of a column's values: a ranking as bars, a strip of dots, lines over years.

In: the keys of a `.figure` (`data=ranking column=internet countries=baltics`), and the edition. Out: figures with heading, notes,
sources and alternative text, and their numbers as CSV. What is missing is said, and never drawn as zero.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from statistics import median
from typing import NamedTuple

from briefs.compose import tree
from briefs.compose.figures import Bar, Dot, Figure, Furniture, Line, Point, lines, ranking, strip
from briefs.compose.labels import Labels
from briefs.compose.manuscript import DataAttachment
from briefs.compose.slots import TemplateFiller
from briefs.compose.sources import short
from briefs.compose.values import STATUSES, ValuePrinter
from briefs.edition.data import groups
from briefs.edition.data.table import Series, Value
from briefs.edition.dates import Date
from briefs.edition.decks import PLOTS
from briefs.edition.model import Column, Edition
from briefs.problems import did_you_mean, raise_all

MARKS = "*†‡§¶‖#"  # behind a number, for the flags of its value in the order of `STATUSES`
BARS, LINES = 40, 12  # at most: more can't be read
NAMED = 8  # countries without a value that are named; the others are counted


class Unplottable(Exception):
    """A figure that can't be drawn: what is wrong, and what to write instead."""

    def __init__(self, message: str, hint: str):
        self.fault = message, hint
        super().__init__(message)


class Shown(NamedTuple):
    """A value that a figure shows, or shows the lack of."""

    code: str
    period: str
    value: Value

    @property
    def number(self) -> float:
        """The number. 0 if there is none: ask `value.number` first."""
        return self.value.number or 0.0


@dataclass(frozen=True)
class PlotRequest:
    """What a figure is to show. `codes`: the countries, in the order of their names; `subject`: the one to mark, or empty."""

    kind: str
    column: Column
    codes: Sequence[str]
    subject: str
    shown: Sequence[Shown]

    @property
    def known(self) -> list[Shown]:
        """The values that are numbers."""
        return [each for each in self.shown if each.value.number is not None]


class PlotMaker:
    """Makes the figures of one document, and remembers them. `width`: of each, in millimetres; `most`: bars in one, at most."""

    def __init__(self, edition: Edition, labels: Labels, writer: TemplateFiller, width: float, most: int = BARS):
        self.figures: dict[str, Figure] = {}
        self.attachments: list[DataAttachment] = []
        self._edition = edition
        self._labels = labels
        self._writer = writer
        self._width = width
        self._most = most

    def make(self, keys: Mapping[str, str], subject: str = "") -> Figure:
        """The figure that these keys describe. `subject`: the country that the document is about. Raises Unplottable."""
        request = self._request(keys, subject)
        name = f"{request.kind}-{request.column.id}-{len(self.figures) + 1}"
        furniture = self._furniture(request, name, keys.get("alt", ""))
        made = {"ranking": self._ranking, "strip": self._strip, "lines": self._lines}[request.kind](request, furniture)
        self.figures[name] = made
        described = self._labels("attached_plot", figure=furniture.head)
        self.attachments.append(DataAttachment(f"{name}.csv", self._csv(request), "text/csv", described))
        return made

    # What is asked for ---------------------------------------------------------------------------------------------------

    def _request(self, keys: Mapping[str, str], subject: str) -> PlotRequest:
        kind, column = keys["data"], self._column(keys)
        marked = self._country(keys["country"]) if "country" in keys else subject
        among = self._countries(keys.get("countries", ""), column.id) | ({marked} if marked else set())
        codes = sorted(among, key=lambda code: (self._named(code), code))
        shown = self._over_time(column, codes, keys) if kind == "lines" else self._at_once(column, codes, keys.get("year", ""))
        request = PlotRequest(kind, column, codes, marked, shown)
        self._check_number(request)
        return request

    def _column(self, keys: Mapping[str, str]) -> Column:
        name, known = keys.get("column", ""), self._edition.columns
        numeric = [id for id, column in known.items() if column.is_numeric]
        there = f"There are {', '.join(numeric)}." if numeric else "Declare one in columns.yaml."
        if not name:
            raise Unplottable(f"a {keys['data']} names its column", f"Write {{.figure data={keys['data']} column=…}}.")
        if name not in known:
            raise Unplottable(f"there is no column “{name[:40]}”", did_you_mean(name, known, there))
        if not known[name].is_numeric:
            raise Unplottable(f"the column “{name}” has no numbers", f"A {keys['data']} shows a column of numbers. {there}")
        return known[name]

    def _country(self, code: str) -> str:
        if code not in self._edition.names:
            hint = did_you_mean(code, self._edition.names, "Write the code of a country of the edition.")
            raise Unplottable(f"there is no country “{code[:40]}”", hint)
        return code

    def _countries(self, written: str, column: str) -> set[str]:
        """The codes of groups and countries, parted by commas or spaces; without any, of all countries that the column has."""
        known = groups.members(self._edition)
        found: set[str] = set()
        for name in filter(None, re.split(r"[\s,]+", written)):
            if name not in known and name not in self._edition.names:
                hint = did_you_mean(name, [*known, *self._edition.names], "Write groups of edition.yaml, or codes of countries.")
                raise Unplottable(f"there is no group or country “{name[:40]}”", hint)
            found |= known.get(name, {name})
        return found or set(self._edition.data.values.get(column, ()))

    def _at_once(self, column: Column, codes: Sequence[str], period: str) -> list[Shown]:
        """The values of one period: the one asked for, or the latest."""
        data = self._edition.data
        when = period or data.latest(column.id)
        self._check_period(column, when)
        return [Shown(code, when, data.series(column.id, code).get(when, Value(None))) for code in codes]

    def _over_time(self, column: Column, codes: Sequence[str], keys: Mapping[str, str]) -> list[Shown]:
        """The values of each country from one period to another, both included."""
        for key in ("from", "to"):
            if key in keys:
                self._check_period(column, keys[key])
        first, last = keys.get("from", ""), keys.get("to", "9999-99-99")
        times = sorted({when for code in codes for when in self._series(column, code) if first <= when <= last and when})
        if len(times) < 2:
            hint = "Lines need values of two periods or more; for one period, write data=ranking or data=strip."
            raise Unplottable(f"the column “{column.id}” has no two periods for these lines", hint)
        return [Shown(code, when, self._series(column, code).get(when, Value(None))) for code in codes for when in times]

    def _series(self, column: Column, code: str) -> Series:
        return self._edition.data.series(column.id, code)

    def _check_period(self, column: Column, period: str) -> None:
        periods = {when for series in self._edition.data.values.get(column.id, {}).values() for when in series}
        if period not in periods:
            if not periods:
                raise Unplottable(f"the column “{column.id}” has no values", "Add a table with it.")
            hint = did_you_mean(period, periods, f"Its values are of {', '.join(sorted(periods)[-8:])}.")
            raise Unplottable(f"the column “{column.id}” has no values of “{period[:40]}”", hint)

    def _check_number(self, request: PlotRequest) -> None:
        """Refuse a figure of nothing, and one of more than can be read."""
        if not request.known:
            raise Unplottable("none of these countries has a value to show", "Name other countries, or another year.")
        number = len({each.code for each in request.known})
        most = {"ranking": self._most, "lines": LINES}.get(request.kind, number)
        if number > most:
            hint = "Name a group or some countries by countries=…, or write data=strip."
            raise Unplottable(f"{number} countries are too many for a figure of this kind; {most} can be read", hint)

    # What is drawn -------------------------------------------------------------------------------------------------------

    def _ranking(self, request: PlotRequest, furniture: Furniture) -> Figure:
        return ranking([self._bar(request, each) for each in self._ordered(request)], furniture, width=self._width)

    def _bar(self, request: PlotRequest, shown: Shown) -> Bar:
        printed = self._number(request.column, shown.number) + _marks(shown.value)
        return Bar(self._named(shown.code), shown.number, printed, shown.code == request.subject)

    def _strip(self, request: PlotRequest, furniture: Furniture) -> Figure:
        dots = [self._dot(request, each) for each in request.known]
        middle = median(each.number for each in request.known)
        compared = middle, self._labels("plot_median", n=self._number(request.column, middle))
        return strip(dots, furniture, width=self._width, printed=self._tick(request.column), middle=compared)

    def _dot(self, request: PlotRequest, shown: Shown) -> Dot:
        label = f"{self._named(shown.code)} {self._number(request.column, shown.number)}"
        return Dot(shown.number, label, shown.code == request.subject, bool(shown.value.status))

    def _lines(self, request: PlotRequest, furniture: Furniture) -> Figure:
        drawn = [self._line(request, list(own)) for _, own in groupby(request.shown, key=lambda each: each.code)]
        return lines([each for each in drawn if each.runs], furniture, width=self._width, printed=self._tick(request.column))

    def _line(self, request: PlotRequest, own: Sequence[Shown]) -> Line:
        parts = [list(run) for known, run in groupby(own, key=lambda each: each.value.number is not None) if known]
        runs = [[Point(Date.parse(each.period).position, each.number, bool(each.value.status)) for each in run] for run in parts]
        return Line(self._named(own[0].code), runs, own[0].code == request.subject)

    def _ordered(self, request: PlotRequest) -> list[Shown]:
        """The values with the best first: the highest, or the lowest if that is better. Equal ones stand by name."""
        sign = 1 if request.column.better == "lower" else -1
        return sorted(request.known, key=lambda each: sign * each.number)

    def _number(self, column: Column, number: float) -> str:
        return self._values.number(column, number, unit=False)

    def _tick(self, column: Column) -> Callable[[float], str]:
        """How the axis prints a number: with as many decimals as it has."""
        plain = column.model_copy(update={"decimals": None})
        return lambda number: self._number(plain, number)

    # What is said --------------------------------------------------------------------------------------------------------

    def _furniture(self, request: PlotRequest, name: str, alt: str) -> Furniture:
        column, labels = request.column, self._labels
        unit = column.unit.markdown if column.unit else ""
        head = ", ".join(filter(None, (column.label.markdown, unit, self._when(request))))
        foot = [*self._missing(request), *self._flags(request), *self._note(column), *self._source(request)]
        said = [labels(f"alt_{request.kind}", figure=head), *self._summary(request), *map(_sentence, foot)]
        return Furniture(name, alt or " ".join(said), head, foot)

    def _when(self, request: PlotRequest) -> str:
        first, last = request.shown[0].period, request.shown[-1].period
        language = self._edition.about.language
        return Date.parse(first if first == last else f"{first}/{last}").words(language) if first else ""

    def _summary(self, request: PlotRequest) -> list[str]:
        """The highest, the lowest and the marked value; of lines, the first and the last of each."""
        if request.kind == "lines":
            return [self._course(request.column, list(own)) for _, own in groupby(request.known, key=lambda each: each.code)]
        ordered = sorted(request.known, key=lambda each: each.number)
        words = {"highest": self._said(request, ordered[-1]), "lowest": self._said(request, ordered[0])}
        own = next((each for each in request.known if each.code == request.subject), None)
        return [self._labels("alt_extremes", **words), *([self._place(request, own)] if own else [])]

    def _said(self, request: PlotRequest, shown: Shown) -> str:
        return self._labels("list_item", label=self._named(shown.code), n=self._number(request.column, shown.number))

    def _place(self, request: PlotRequest, own: Shown) -> str:
        ordered = [each.number for each in self._ordered(request)]
        rank = self._labels("rank", rank=ordered.index(own.number) + 1, count=len(ordered))
        return self._labels("alt_subject", value=self._said(request, own), rank=rank)

    def _course(self, column: Column, own: Sequence[Shown]) -> str:
        language = self._edition.about.language
        first, last = ((self._number(column, each.number), Date.parse(each.period).words(language)) for each in (own[0], own[-1]))
        words = {"first": first[0], "from": first[1], "last": last[0], "to": last[1]}
        return self._labels("alt_course", label=self._named(own[0].code), **words)

    def _missing(self, request: PlotRequest) -> list[str]:
        """Who has no value; of lines that have gaps, also when."""
        known = {each.code for each in request.known}
        absent = [self._named(code) for code in request.codes if code not in known]
        language = self._edition.about.language
        absent += [
            f"{self._named(each.code)} {Date.parse(each.period).words(language)}"
            for each in request.shown
            if each.code in known and each.value.number is None
        ]
        listed = ", ".join(absent[:NAMED])
        if len(absent) > NAMED:
            listed = self._labels("plot_more", list=listed, n=len(absent) - NAMED)
        return [self._labels("plot_missing", list=listed)] if absent else []

    def _flags(self, request: PlotRequest) -> list[str]:
        """What the marks behind numbers mean, or hollow points."""
        found = [(MARKS[n], s) for n, s in enumerate(STATUSES) if any(s in each.value.status for each in request.known)]
        if request.kind == "ranking":
            return [", ".join(f"{mark} {self._labels(f'status_{status}')}" for mark, status in found)] if found else []
        listed = ", ".join(self._labels(f"status_{status}") for _, status in found)
        return [self._labels("plot_hollow", list=listed)] if found else []

    def _note(self, column: Column) -> list[str]:
        if not column.note:
            return []
        if column.note.citations:
            raise Unplottable(f"the note of the column “{column.id}” cites a source", "Name it by `source`, or in words.")
        return [self._writer.words(column.note)]

    def _source(self, request: PlotRequest) -> list[str]:
        """The sources of the values shown, short; the column's own first."""
        column = request.column
        keys = dict.fromkeys([column.source] if column.source else [])
        keys |= dict.fromkeys(key for each in request.known for key in each.value.sources)
        language = self._edition.about.language
        listed = [tree.text_of(short(self._edition.sources[key], language)) for key in keys if key in self._edition.sources]
        return [self._labels("plot_source", list="; ".join(listed))] if listed else []

    def _csv(self, request: PlotRequest) -> bytes:
        """The numbers as a table that this program reads too: `..` where there is no value, and flags as the letters of SDMX."""
        made = io.StringIO()
        table = csv.writer(made, lineterminator="\n")
        table.writerow(["Country", "Name", "Column", "Year", "Value", "Flag", "Unit", "Source"])
        column = request.column
        unit = column.unit.markdown if column.unit else ""
        for code, period, value in request.shown:
            source = "; ".join(value.sources or filter(None, [column.source]))
            number = ".." if value.number is None else f"{value.number:.15g}"
            table.writerow(
                [code, self._named(code), column.id, period, number, "".join(status[0] for status in value.status), unit, source]
            )
        return made.getvalue().encode("utf-8-sig")  # the mark tells Excel that it is UTF-8

    def _named(self, code: str) -> str:
        return self._edition.names[code]

    @cached_property
    def _values(self) -> ValuePrinter:
        return self._writer.values or ValuePrinter(self._edition, raise_all)


def is_plot(keys: Mapping[str, str]) -> bool:
    """Whether the keys of a `.figure` ask for a figure of a column's values."""
    return keys.get("data") in PLOTS


def _marks(value: Value) -> str:
    return "".join(MARKS[n] for n, status in enumerate(STATUSES) if status in value.status)


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
