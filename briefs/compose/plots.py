"""The figures of values: rankings, strips of dots, lines, slopes, parts of a whole, tables with bars, maps.

In: the keys of a `.figure` (`data=ranking column=internet countries=baltics`), and the edition. Out: figures with heading, notes,
sources and alternative text, and their numbers as CSV. What is missing is said, and never drawn as zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from statistics import median
from typing import NamedTuple

from briefs.compose import figures as draw
from briefs.compose import tree
from briefs.compose.figures import Bar, BarCell, BarColumn, Dot, Figure, Furniture, Line, Point, Slope, Stack, Strip
from briefs.compose.labels import Labels
from briefs.compose.manuscript import DataAttachment
from briefs.compose.plotmaps import ValueMap
from briefs.compose.plotrequests import BARS, PlotReader, PlotRequest, Shown, Unplottable, complete
from briefs.compose.plotwords import PlotWords, marks
from briefs.compose.slots import TemplateFiller
from briefs.edition.dates import Date
from briefs.edition.model import Column, Edition

PARTS = 100.5  # per cent: shares that add up to more are no parts of one whole


class NumbersTable(NamedTuple):
    """The numbers of a figure as a table, and what they are: column, unit and time."""

    head: str
    table: tree.Node


class PlotMaker:
    """Makes the figures of one document, and remembers them. `width`: the width of each in millimetres; `most`: the most bars in
    one; `tallest`: the greatest height of a map as a part of its width."""

    def __init__(
        self, edition: Edition, labels: Labels, writer: TemplateFiller, width: float, most: int = BARS, tallest: float = 1.1
    ):
        self.figures: dict[str, Figure] = {}
        self.attachments: list[DataAttachment] = []
        self.tables: dict[str, NumbersTable] = {}  # by the name of the figure, if its author wants one
        self._labels = labels
        self._width = width
        self._reader = PlotReader(edition, most)
        self._words = PlotWords(edition, labels, writer)
        self._map = ValueMap(edition, labels, self._words, width, tallest)

    def make(self, keys: Mapping[str, str], subjects: Sequence[str] = (), *, headed: bool = True) -> Figure:
        """The figure that these keys describe. `subjects`: the countries that the document is about. `headed`: whether what it
        shows stands above it. Raises Unplottable."""
        request = self._reader.request(keys, subjects)
        name = f"{request.kind}-{request.column.id}-{len(self.figures) + 1}"
        furniture = self._words.furniture(request, name)
        made = self._drawing(request.kind)(request, furniture if headed else replace(furniture, head=""))
        self.figures[name] = made
        if keys.get("table", "no") == "yes":
            self.tables[name] = NumbersTable(furniture.head, self._words.table(request))
        described = self._labels("attached_plot", figure=furniture.head)
        self.attachments.append(DataAttachment(f"{name}.csv", partial(bytes, self._words.csv(request)), "text/csv", described))
        return made

    def _drawing(self, kind: str) -> Callable[[PlotRequest, Furniture], Figure]:
        return {
            "ranking": self._ranking,
            "strip": self._strip,
            "strips": self._strips,
            "lines": self._lines,
            "multiples": self._multiples,
            "slope": self._slope,
            "shares": self._shares,
            "table": self._table,
            "bars": self._bars,
            "map": self._map.make,
        }[kind]

    def _ranking(self, request: PlotRequest, furniture: Furniture) -> Figure:
        return draw.ranking([self._bar(request, each) for each in self._words.ordered(request)], furniture, width=self._width)

    def _bar(self, request: PlotRequest, shown: Shown) -> Bar:
        return Bar(self._words.named(shown.code), shown.number, self._words.value(shown), shown.code in request.marked)

    def _strip(self, request: PlotRequest, furniture: Furniture) -> Figure:
        dots = [self._dot(request, each) for each in request.known]
        middle = median(each.number for each in request.known)
        compared = middle, self._labels("plot_median", n=self._words.number(request.column, middle))
        return draw.strip(dots, furniture, width=self._width, printed=self._words.tick(request.column), middle=compared)

    def _dot(self, request: PlotRequest, shown: Shown) -> Dot:
        return Dot(shown.number, self._words.labelled(shown), shown.code in request.marked, bool(shown.value.status))

    def _strips(self, request: PlotRequest, furniture: Furniture) -> Figure:
        parts = [part for part in map(request.alone, request.columns) if part.known]
        plain = Furniture(furniture.name, furniture.alt, furniture.title, furniture.foot)
        middle = self._labels("plot_median_line")
        return draw.strips([self._of_column(part) for part in parts], plain, width=self._width, middle=middle)

    def _of_column(self, part: PlotRequest) -> Strip:
        ordered = sorted(part.known, key=lambda each: each.number)
        dots = [self._dot(part, each) for each in ordered]
        own = [each for each in ordered if each.code in part.marked]
        said = [f"{self._words.value(each)} · {self._words.place(part, each)}" for each in own]
        if len(part.marked) > 1:
            said = [f"{self._words.named(each.code)} {words}" for each, words in zip(own, said, strict=True)]
        low, high = (self._words.labelled(each) + marks(each.value) for each in (ordered[0], ordered[-1]))
        middle = median(each.number for each in ordered)
        return Strip(self._words.measure(part, part.column), dots, (low, high), middle, "; ".join(said))

    def _lines(self, request: PlotRequest, furniture: Furniture) -> Figure:
        return draw.lines(
            self._all_lines(request),
            furniture,
            width=self._width,
            printed=self._words.tick(request.column),
            numeral=self._labels.number,
        )

    def _multiples(self, request: PlotRequest, furniture: Furniture) -> Figure:
        def last(line: Line) -> str:
            return self._words.number(request.column, line.points[-1].number)

        printed, numeral = self._words.tick(request.column), self._labels.number
        return draw.multiples(self._all_lines(request), furniture, width=self._width, printed=printed, last=last, numeral=numeral)

    def _all_lines(self, request: PlotRequest) -> list[Line]:
        drawn = [self._line(request, list(own)) for _, own in groupby(request.shown, key=lambda each: each.code)]
        return [each for each in drawn if each.runs]

    def _line(self, request: PlotRequest, own: Sequence[Shown]) -> Line:
        parts = [list(run) for known, run in groupby(own, key=lambda each: each.value.content is not None) if known]
        runs = [[Point(Date.parse(each.period).position, each.number, bool(each.value.status)) for each in run] for run in parts]
        return Line(self._words.named(own[0].code), runs, own[0].code in request.marked)

    def _slope(self, request: PlotRequest, furniture: Furniture) -> Figure:
        drawn = [self._sloping(request, *own) for _, own in complete(request)]
        if not drawn:
            raise Unplottable("none of these countries has values of both periods", "Choose others by from=… and to=….")
        first, last = (self._words.period(each.period) for each in (request.shown[0], request.shown[-1]))
        return draw.slopes(drawn, furniture, width=self._width, times=(first, last))

    def _sloping(self, request: PlotRequest, first: Shown, last: Shown) -> Slope:
        printed = self._words.value(first), self._words.value(last)
        hollow = bool(first.value.status), bool(last.value.status)
        is_marked = first.code in request.marked
        return Slope(self._words.named(first.code), (first.number, last.number), printed, is_marked, hollow)

    def _shares(self, request: PlotRequest, furniture: Furniture) -> Figure:
        bars = [self._stack(request, own) for _, own in complete(request)]
        if not bars:
            raise Unplottable(
                "none of these countries has a value in each of these columns", "Name other columns, or another year."
            )
        names = [column.label.words for column in request.columns]
        bars.sort(key=lambda bar: -bar.parts[0])
        return draw.stacks(bars, names, furniture, width=self._width)

    def _stack(self, request: PlotRequest, own: Sequence[Shown]) -> Stack:
        """The parts of a country: shares as they are, other numbers as parts of their sum."""
        total = sum(each.number for each in own)
        if any(each.number < 0 for each in own) or not total:
            raise Unplottable(f"the parts of {self._words.named(own[0].code)} make no whole", "Parts are positive numbers.")
        if request.are_shares and total > PARTS:
            said = f"the shares of {self._words.named(own[0].code)} add up to {total:g} per cent"
            raise Unplottable(said, "Name columns that are parts of one whole.")
        if request.are_shares:
            parts, printed = [each.number for each in own], [self._words.value(each) for each in own]
        else:
            parts = [100 * each.number / total for each in own]
            printed = [self._labels.number(f"{part:.0f}") + marks(each.value) for part, each in zip(parts, own, strict=True)]
        return Stack(self._words.named(own[0].code), parts, printed, own[0].code in request.marked)

    def _table(self, request: PlotRequest, furniture: Furniture) -> Figure:
        if len(request.columns) > draw.room_for(self._width):
            hint = f"There is room for {draw.room_for(self._width)} here."
            raise Unplottable(f"{len(request.columns)} columns are too many for a table of this width", hint)
        order = [each.code for each in self._words.ordered(request)] if request.column.is_numeric else []
        order += [code for code in request.codes if code not in {*order}]
        known = {each.code for each in request.known}
        codes = [code for code in order if code in known or code in request.marked]
        names = [(self._words.named(code), code in request.marked) for code in codes]
        columns = [self._cells(request, column, codes) for column in request.columns]
        plain = Furniture(furniture.name, furniture.alt, furniture.title, furniture.foot)
        return draw.bar_table(names, columns, plain, width=self._width)

    def _cells(self, request: PlotRequest, column: Column, codes: Sequence[str]) -> BarColumn:
        own = {each.code: each for each in request.of(column)}
        return BarColumn(self._words.measure(request, column), [self._cell(own[code]) for code in codes])

    def _cell(self, shown: Shown) -> BarCell:
        if shown.value.content is None:
            return BarCell(self._labels("not_recorded"), is_empty=True)
        return BarCell(self._words.value(shown), shown.value.number)

    def _bars(self, request: PlotRequest, furniture: Furniture) -> Figure:
        marked, nothing = {*request.marked}, self._labels("not_recorded")
        counted = self._words.counted(request).items()
        bars = [
            Bar(words, len(codes), self._labels.number(len(codes)), not marked.isdisjoint(codes), words == nothing)
            for words, codes in counted
        ]
        return draw.ranking(bars, furniture, width=self._width)
