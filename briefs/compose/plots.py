"""The figures of a column's values: a ranking as bars, a strip of dots, lines over years, bars of categories.

In: the keys of a `.figure` (`data=ranking column=internet countries=baltics`), and the edition. Out: figures with heading, notes,
sources and alternative text, and their numbers as CSV. What is missing is said, and never drawn as zero.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from statistics import median

from briefs.compose import tree
from briefs.compose.figures import Bar, Dot, Figure, Furniture, Line, Point, lines, ranking, strip
from briefs.compose.labels import Labels
from briefs.compose.manuscript import DataAttachment
from briefs.compose.plotrequests import BARS, PlotReader, PlotRequest, Shown, Unplottable
from briefs.compose.slots import TemplateFiller
from briefs.compose.sources import short
from briefs.compose.values import STATUSES, ValuePrinter
from briefs.edition.data.table import Value
from briefs.edition.dates import Date
from briefs.edition.decks import PLOTS
from briefs.edition.model import Column, Edition
from briefs.problems import raise_all

MARKS = "*†‡§¶‖#"  # behind a number, for the flags of its value in the order of `STATUSES`
NAMED = 8  # countries without a value that are named; the others are counted


class PlotMaker:
    """Makes the figures of one document, and remembers them. `width`: of each, in millimetres; `most`: bars in one, at most."""

    def __init__(self, edition: Edition, labels: Labels, writer: TemplateFiller, width: float, most: int = BARS):
        self.figures: dict[str, Figure] = {}
        self.attachments: list[DataAttachment] = []
        self._edition = edition
        self._labels = labels
        self._writer = writer
        self._width = width
        self._reader = PlotReader(edition, most)

    def make(self, keys: Mapping[str, str], subject: str = "") -> Figure:
        """The figure that these keys describe. `subject`: the country that the document is about. Raises Unplottable."""
        request = self._reader.request(keys, subject)
        name = f"{request.kind}-{request.column.id}-{len(self.figures) + 1}"
        furniture = self._furniture(request, name, keys.get("alt", ""))
        draw = {"ranking": self._ranking, "strip": self._strip, "lines": self._lines, "bars": self._bars}[request.kind]
        made = draw(request, furniture)
        self.figures[name] = made
        described = self._labels("attached_plot", figure=furniture.head)
        self.attachments.append(DataAttachment(f"{name}.csv", self._csv(request), "text/csv", described))
        return made

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
        parts = [list(run) for known, run in groupby(own, key=lambda each: each.value.content is not None) if known]
        runs = [[Point(Date.parse(each.period).position, each.number, bool(each.value.status)) for each in run] for run in parts]
        return Line(self._named(own[0].code), runs, own[0].code == request.subject)

    def _bars(self, request: PlotRequest, furniture: Furniture) -> Figure:
        subject, nothing = request.subject, self._labels("not_recorded")
        counted = self._counted(request).items()
        bars = [Bar(words, len(codes), str(len(codes)), subject in codes, words == nothing) for words, codes in counted]
        return ranking(bars, furniture, width=self._width)

    def _counted(self, request: PlotRequest) -> dict[str, list[str]]:
        """The countries of each category, in the order of the column; at the end, those without a value."""
        column = request.column
        contents: list[str | bool] = [category.id for category in column.values] or [True, False]
        found: dict[str, list[str]] = {self._values.words(column, Value(content)): [] for content in contents}
        for code, _, value in request.shown:
            found.setdefault(self._values.words(column, Value(value.content)), []).append(code)
        nothing = self._labels("not_recorded")
        return found | ({nothing: found.pop(nothing)} if nothing in found else {})

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

    def _furniture(self, request: PlotRequest, name: str, alt: str) -> Furniture:
        column, labels = request.column, self._labels
        unit = labels("plot_counted") if request.kind == "bars" else column.unit.markdown if column.unit else ""
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
        if request.kind == "bars":
            return self._counts(request)
        if request.kind == "lines":
            return [self._course(request.column, list(own)) for _, own in groupby(request.known, key=lambda each: each.code)]
        ordered = sorted(request.known, key=lambda each: each.number)
        words = {"highest": self._said(request, ordered[-1]), "lowest": self._said(request, ordered[0])}
        own = next((each for each in request.known if each.code == request.subject), None)
        return [self._labels("alt_extremes", **words), *([self._place(request, own)] if own else [])]

    def _counts(self, request: PlotRequest) -> list[str]:
        """How many countries have each category, and which the marked one has."""
        counted = self._counted(request)
        listed = ", ".join(self._labels("list_item", label=words, n=len(codes)) for words, codes in counted.items())
        own = [
            self._labels("list_item", label=self._named(request.subject), n=w)
            for w, codes in counted.items()
            if request.subject in codes
        ]
        return list(map(_sentence, [listed, *own]))

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
        if request.kind == "bars":  # these are a bar of their own
            return []
        known = {each.code for each in request.known}
        absent = [self._named(code) for code in request.codes if code not in known]
        language = self._edition.about.language
        absent += [
            f"{self._named(each.code)} {Date.parse(each.period).words(language)}"
            for each in request.shown
            if each.code in known and each.value.content is None
        ]
        listed = ", ".join(absent[:NAMED])
        if len(absent) > NAMED:
            listed = self._labels("plot_more", list=listed, n=len(absent) - NAMED)
        return [self._labels("plot_missing", list=listed)] if absent else []

    def _flags(self, request: PlotRequest) -> list[str]:
        """What the marks behind numbers mean, or hollow points."""
        if request.kind == "bars":
            return []
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
            number = f"{value.number:.15g}" if value.number is not None else ".."
            if value.content is not None and value.number is None:
                number = self._values.words(column, Value(value.content))
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
