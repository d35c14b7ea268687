"""The words of a figure of values: what stands above and below it, its alternative text, and its numbers as a table.

In: a `PlotRequest`, and the edition. Out: `Furniture`, texts of numbers, and CSV. What is missing is said.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby

from briefs.compose import tree
from briefs.compose.figures import Furniture
from briefs.compose.labels import Labels
from briefs.compose.plotrequests import CATEGORIES, MAP, NUMBERS, PlotRequest, Shown, Unplottable, complete
from briefs.compose.slots import TemplateFiller
from briefs.compose.sources import short
from briefs.compose.values import STATUSES, ValuePrinter
from briefs.edition.data.table import Status, Value
from briefs.edition.dates import Date
from briefs.edition.model import Column, Edition
from briefs.problems import raise_all

MARKS = "*†‡§¶‖#"  # the marks after a number for the flags of its value, in the order of `STATUSES`
NAMED = 8  # the most countries that a note names; if there are more, it says how many
MARKED = {"ranking", "slope", "table", "shares", "strips"}  # kinds that print such marks
HOLLOW = {"strip", "lines", "multiples"}  # kinds that show flagged values as hollow points


class PlotWords:
    """Words a figure of values. Numbers are written by the rules of the edition's language."""

    def __init__(self, edition: Edition, labels: Labels, writer: TemplateFiller):
        self.edition = edition
        self.labels = labels
        self._writer = writer

    def furniture(self, request: PlotRequest, name: str) -> Furniture:
        """The words round the figure, and its alternative text, which the author may have written. Raises Unplottable."""
        head = self._head(request)
        foot = [*self._missing(request), *self._flags(request), *self._notes(request), *self._source(request)]
        kind = "map_values" if request.kind == MAP else request.kind
        seen = self._seen_missing(request)
        said = [self.labels(f"alt_{kind}", figure=head), *self._summary(request), *map(_sentence, [*seen, *foot])]
        return Furniture(name, request.keys.get("alt") or " ".join(said), head, foot, request.keys.get("title", ""))

    def named(self, code: str) -> str:
        """The name of a country."""
        return self.edition.names[code]

    def number(self, column: Column, number: float) -> str:
        """A number without its unit."""
        return self._values.number(column, number, unit=False)

    def rounded(self, shown: Shown) -> float:
        """A number as it is printed, so that it is in the class in which its reader looks for it."""
        return shown.number if shown.column.decimals is None else round(shown.number, shown.column.decimals)

    def tick(self, column: Column) -> Callable[[float], str]:
        """How the axis of a column prints a number: with as many decimals as it has."""
        plain = column.model_copy(update={"decimals": None})
        return lambda number: self.number(plain, number)

    def value(self, shown: Shown) -> str:
        """A value as a bar or a cell has it: a number with marks for its flags, or words."""
        if shown.value.number is not None:
            return self.number(shown.column, shown.number) + marks(shown.value)
        return self.category(shown.column, shown.value) + marks(shown.value)

    def category(self, column: Column, value: Value) -> str:
        """A value in words, without its flags."""
        return self._values.words(column, Value(value.content))

    def labelled(self, shown: Shown) -> str:
        """“Belgium 88.3”."""
        return f"{self.named(shown.code)} {self.number(shown.column, shown.number)}"

    def place(self, request: PlotRequest, own: Shown) -> str:
        """“2 of 28”: the place of a value among those of its column."""
        ordered = [each.number for each in self.ordered(request)]
        return self.labels("rank", rank=ordered.index(own.number) + 1, count=len(ordered))

    def measure(self, request: PlotRequest, column: Column) -> str:
        """“Internet users, per cent, 2019”: a column with its unit and time."""
        counted = self.labels("plot_counted") if request.kind == "bars" else ""
        unit = counted or (column.unit.markdown if column.unit else "")
        return ", ".join(filter(None, (column.label.words, unit, self._when(request.of(column)))))

    def period(self, period: str) -> str:
        """A period in words."""
        return self.edition.about.says(Date.parse(period))

    def counted(self, request: PlotRequest) -> dict[str, list[str]]:
        """The countries of each category, in the order of the column; at the end, those without a value."""
        column = request.column
        contents: list[str | bool] = [category.id for category in column.values] or [True, False]
        found: dict[str, list[str]] = {self.category(column, Value(content)): [] for content in contents}
        for each in request.shown:
            found.setdefault(self.category(column, each.value), []).append(each.code)
        nothing = self.labels("not_recorded")
        return found | ({nothing: found.pop(nothing)} if nothing in found else {})

    def ordered(self, request: PlotRequest) -> list[Shown]:
        """The values of the first column with the best first: the highest, or the lowest if that is better. Equal numbers stand
        in the order of names."""
        sign = 1 if request.column.better == "lower" else -1
        own = [each for each in request.known if each.column is request.column]
        return sorted(own, key=lambda each: sign * each.number)

    def table(self, request: PlotRequest) -> tree.Node:
        """The numbers as a table: a row for each country, a column for each column and period."""
        times = sorted({(request.columns.index(each.column), each.period) for each in request.shown})
        heads = [self._table_head(request, request.columns[number], period) for number, period in times]
        values = {(each.code, request.columns.index(each.column), each.period): each for each in request.shown}
        rows = [
            [tree.words(self.named(code)), *(tree.words(self.worded(values[code, *time])) for time in times)]
            for code in dict.fromkeys(each.code for each in request.shown)
        ]
        return tree.table([tree.words(self.labels("country")), *map(tree.words, heads)], rows)

    def _table_head(self, request: PlotRequest, column: Column, period: str) -> str:
        alone = len(request.columns) == 1 and period
        unit = column.unit.markdown if column.unit else ""
        when = self.period(period) if period else ""
        return when if alone else ", ".join(filter(None, (column.label.words, unit, when)))

    def worded(self, shown: Shown) -> str:
        """A value in words, with its flags, without its unit."""
        return self._values.words(shown.column, shown.value, unit=False)

    def csv(self, request: PlotRequest) -> bytes:
        """The numbers as a table that this program reads too: `..` where there is no value, and flags as the letters of SDMX."""
        made = io.StringIO()
        table = csv.writer(made, lineterminator="\n")
        table.writerow(["Country", "Name", "Column", "Year", "Value", "Flag", "Unit", "Source"])
        table.writerows(map(self._csv_row, request.shown))
        return made.getvalue().encode("utf-8-sig")  # the mark tells Excel that it is UTF-8

    def _csv_row(self, shown: Shown) -> list[str]:
        code, period, value, column = shown
        source = "; ".join(value.sources or filter(None, [column.source]))
        number = f"{value.number:.15g}" if value.number is not None else ".."
        if value.content is not None and value.number is None:
            number = self.category(column, value)
        unit = column.unit.markdown if column.unit else ""
        return [code, self.named(code), column.id, period, number, "".join(status[0] for status in value.status), unit, source]

    def _head(self, request: PlotRequest) -> str:
        """What is shown: a column, or what several columns have in common."""
        if len(request.columns) == 1:
            return self.measure(request, request.column)
        units = {column.unit.markdown if column.unit else "" for column in request.columns}
        if request.kind == "shares" and not request.are_shares:
            units = {self.labels("plot_parts")}
        times = {self._when(request.of(column)) for column in request.columns}
        common = [each.pop() for each in (units, times) if len(each) == 1]
        return ", ".join(filter(None, [*(column.label.words for column in request.columns), *common]))

    def _when(self, shown: Sequence[Shown]) -> str:
        first, last = shown[0].period, shown[-1].period
        return self.period(first if first == last else f"{first.partition('/')[0]}/{last.rpartition('/')[2]}") if first else ""

    def _summary(self, request: PlotRequest) -> list[str]:
        """The highest, the lowest and the marked value; of lines, the first and the last of each."""
        if request.column.kind in CATEGORIES and request.kind != "table":
            return self._counts(request)
        if request.kind in {"lines", "multiples", "slope"}:
            shown = _drawn(request).known if request.kind == "slope" else request.known
            return [self._course(list(own)) for _, own in groupby(shown, key=lambda each: each.code)]
        if request.kind == "shares":
            request = _drawn(request)
        single = [request.alone(column) for column in request.columns if column.kind in NUMBERS]
        return [words for part in single if part.known for words in self._extremes(part, is_named=len(request.columns) > 1)]

    def _extremes(self, request: PlotRequest, *, is_named: bool) -> Iterator[str]:
        """The highest, the lowest and the marked values of one column, after its name if `is_named`."""
        if is_named:
            yield _sentence(self.measure(request, request.column))
        ordered = sorted(request.known, key=lambda each: each.number)
        yield self.labels("alt_extremes", highest=self._said(ordered[-1]), lowest=self._said(ordered[0]))
        for own in (each for each in request.known if each.code in request.marked):
            yield self.labels("alt_subject", value=self._said(own), rank=self.place(request, own))

    def _counts(self, request: PlotRequest) -> list[str]:
        """How many countries have each category, and which the marked one has."""
        counted = self.counted(request)
        listed = ", ".join(self.labels("list_item", label=words, n=len(codes)) for words, codes in counted.items())
        marked = [(code, words) for code in request.marked for words, codes in counted.items() if code in codes]
        own = [self.labels("list_item", label=self.named(code), n=words) for code, words in marked]
        return list(map(_sentence, [listed, *own]))

    def _said(self, shown: Shown) -> str:
        return self.labels("list_item", label=self.named(shown.code), n=self.number(shown.column, shown.number))

    def _course(self, own: Sequence[Shown]) -> str:
        if len(own) == 1:
            only = f"{self.number(own[0].column, own[0].number)} ({self.period(own[0].period)})"
            return _sentence(self.labels("list_item", label=self.named(own[0].code), n=only))
        first, last = ((self.number(each.column, each.number), self.period(each.period)) for each in (own[0], own[-1]))
        words = {"first": first[0], "from": first[1], "last": last[0], "to": last[1]}
        return self.labels("alt_course", label=self.named(own[0].code), **words)

    def _missing(self, request: PlotRequest) -> list[str]:
        """A note that names the countries without a value. Of a country with some values, it says for which period or column one is
        missing."""
        return [] if request.kind in {"bars", "table", MAP} else self._absent(self._incomplete(request))

    def _seen_missing(self, request: PlotRequest) -> list[str]:
        """For the alternative text: which countries have no value, if the figure shows this and so needs no note of it. A map of
        categories counts these countries with its categories already."""
        shows = request.kind == "table" or (request.kind == MAP and request.column.kind not in CATEGORIES)
        return self._absent(self._incomplete(request)) if shows else []

    def _incomplete(self, request: PlotRequest) -> list[str]:
        """The countries that have no value, and the gaps of those that have some."""
        if request.kind in {"slope", "shares"}:
            whole = {code for code, _ in complete(request)}
            return [self.named(code) for code in request.codes if code not in whole]
        known = {each.code for each in request.known}
        absent = [self.named(code) for code in request.codes if code not in known]
        gaps = [each for each in request.shown if each.code in known and each.value.content is None]
        return absent + [self._gap(request, each) for each in gaps if each.code in request.marked or request.kind != "strips"]

    def _gap(self, request: PlotRequest, shown: Shown) -> str:
        """“Belgium 2018”, or of several columns “Belgium (Internet users)”."""
        beside = f"({shown.column.label.words})" if len(request.columns) > 1 else self.period(shown.period)
        return f"{self.named(shown.code)} {beside}"

    def _absent(self, absent: Sequence[str]) -> list[str]:
        return [self.labels("plot_missing", list=self._some(absent))] if absent else []

    def _some(self, names: Sequence[str]) -> str:
        """The first of these names, and how many more there are."""
        listed = ", ".join(names[:NAMED])
        return self.labels("plot_more", list=listed, n=len(names) - NAMED) if len(names) > NAMED else listed

    def _flags(self, request: PlotRequest) -> list[str]:
        """What the marks behind numbers mean, or hollow points; on a map, whose values have which flag."""
        if request.kind == "bars":
            return []
        found = [(MARKS[n], s) for n, s in enumerate(STATUSES) if any(s in each.value.status for each in request.known)]
        if not found:
            return []
        if request.kind in MARKED:
            return [", ".join(f"{mark} {self.labels(f'status_{status}')}" for mark, status in found)]
        if request.kind in HOLLOW:
            return [self.labels("plot_hollow", list=", ".join(self.labels(f"status_{status}") for _, status in found))]
        return ["; ".join(self._flagged(request, mark, status) for mark, status in found)]

    def _flagged(self, request: PlotRequest, mark: str, status: Status) -> str:
        """“* estimated: Belgium, France”, or the number of countries if they are many."""
        names = [self.named(each.code) for each in request.known if status in each.value.status]
        said = ", ".join(names) if len(names) <= NAMED else len(names)
        return self.labels("list_item", label=f"{mark} {self.labels(f'status_{status}')}", n=said)

    def _notes(self, request: PlotRequest) -> list[str]:
        return [self._note(column, column.note.citations) for column in request.columns if column.note]

    def _note(self, column: Column, cited: Sequence[str]) -> str:
        if cited:
            raise Unplottable(f"the note of the column “{column.id}” cites a source", "Name it by `source`, or in words.")
        return self._writer.words(column.note) if column.note else ""

    def _source(self, request: PlotRequest) -> list[str]:
        """The sources of the values shown, short; the columns' own first."""
        keys = dict.fromkeys(column.source for column in request.columns if column.source)
        keys |= dict.fromkeys(key for each in request.known for key in each.value.sources)
        listed = [tree.text_of(short(self.edition.sources[key], self.edition.about)) for key in keys if key in self.edition.sources]
        return [self.labels("plot_source", list="; ".join(listed))] if listed else []

    @cached_property
    def _values(self) -> ValuePrinter:
        return self._writer.values or ValuePrinter(self.edition, raise_all)


def marks(value: Value) -> str:
    """The marks for the flags of a value."""
    return "".join(MARKS[n] for n, status in enumerate(STATUSES) if status in value.status)


def _drawn(request: PlotRequest) -> PlotRequest:
    """The part of the request about the countries of which no value is missing: a slope and shares draw no others."""
    return replace(request, shown=[each for _, own in complete(request) for each in own])


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
