"""Two to six countries side by side on one page.

In: an edition, the codes of the countries, and how much has given way. Out: the `Manuscript` of the page: a table with a column for
each country, figures of values if the edition declares any, and the sources. The words round them are in `templates/compare.md.j2`.
The rows are where the countries stand, the key facts, what comes next, numbers with bars, and then as many facts as there is room
for. If few countries are compared, these are the facts of the first priority. If there are more, the columns are narrow: each fact
is then printed as its date and key phrase, as on a timeline, also those of the second priority. The last row says how many more
facts each brief has. A column of the data has a row if two of the countries have a value in it; the title of a row of words is bold
if they differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from babel.lists import format_list

from briefs.compose import data, several, tables, tree
from briefs.compose.bars import CellBars
from briefs.compose.brief import rank
from briefs.compose.cells import CellPrinter
from briefs.compose.country import computed_stance, unsigned
from briefs.compose.declared import declared
from briefs.compose.kinds import Kind
from briefs.compose.labels import Labels
from briefs.compose.manuscript import VALUES, Manuscript
from briefs.compose.separators import titled
from briefs.compose.slots import Blocks, TemplateFiller, link
from briefs.compose.sources import Numbered, cite
from briefs.compose.tables import Cell, Row
from briefs.edition.model import Column, Country, Edition, Fact, Text, Topic

FEW = 2  # the most countries whose facts are printed whole
FIRST, SECOND = 1, 2  # the lowest priority that is printed: if few countries are compared, and if more are
TITLES, WITH_UNITS = 0.11, 0.15  # the width of the column of row titles, without and with units, as a part of the table's
WIDE = 247.0  # millimetres: the width of the table, on the narrower paper
BAR = 0.4  # the longest bar, as a part of a country's column
HIGH = 60.0  # millimetres: the height of a figure below the table, at most


@dataclass(frozen=True)
class ComparedTable:
    """Makes the table. `gone`: the ids of the facts, and the names of the rows of values, that gave way."""

    edition: Edition
    labels: Labels
    cells: CellPrinter
    bars: CellBars
    codes: Sequence[str]
    gone: Collection[str]

    def block(self) -> tree.Node:
        """The table. Cells are printed row by row, so that sources are numbered in the order of reading."""
        columns = self._columns
        coded = (self._value(column) for column in columns if not column.is_numeric)
        measured = (self._measured(column) for column in columns if column.is_numeric)
        rows = [*self._position(), *coded, *self._next(), *measured, *self._topics(), *self._more()]
        titles = WITH_UNITS if any(column.is_numeric for column in columns) else TITLES
        widths = [titles, *[(1 - titles) / len(self.codes)] * len(self.codes)]
        return tables.table("compare", widths, self._head(), rows)

    @property
    def has_differences(self) -> bool:
        """Whether a row of words has a bold title."""
        return any(self._differs(column) for column in self._columns if not column.is_numeric)

    @property
    def _columns(self) -> list[Column]:
        return [column for column in shown_columns(self.edition, self.codes) if VALUES + column.id not in self.gone]

    def _head(self) -> Row:
        cells = []
        for code in self.codes:
            stance = self.cells.stance(code)
            name = tree.strong(tree.words(self.edition.names[code]))
            cells.append(tables.words([name, *([tree.LINE_BREAK, *stance] if stance else [])]))
        return tables.row([[], *cells])

    @property
    def _countries(self) -> list[Country]:
        return [self.edition.countries[code] for code in self.codes]

    def _position(self) -> Iterator[Row]:
        """Where the countries stand. A country without a position shows its summary."""
        title = "point_position" if any(country.position for country in self._countries) else "summary"
        yield self._row(self.labels(title), [self.cells.text(each.position or each.summary) for each in self._countries])

    def _next(self) -> Iterator[Row]:
        if any(country.next for country in self._countries):
            yield self._row(self.labels("point_next"), [self.cells.text(country.next) for country in self._countries])

    def _value(self, column: Column) -> Row:
        """A row of words. If they differ, its title is bold."""
        cells = [self.cells.value(column, code) for code in self.codes]
        return self._row(column.label.words, cells, differs=self._differs(column))

    def _differs(self, column: Column) -> bool:
        """Whether the countries have different values in a column of words."""
        found = [self.edition.data.value(column.id, code) for code in self.codes]
        return len({str(value.content) for _, value in filter(None, found)}) > 1

    def _measured(self, column: Column) -> Row:
        return self._row(*self.cells.numbers(column, self.codes, self.bars))

    def _topics(self) -> Iterator[Row]:
        """A row for each topic of which a fact is shown."""
        shown = {fact.topic for code in self.codes for fact in self._shown(code)}
        for topic in (topic for topic in self.edition.about.topics if topic.id in shown):
            yield self._row(topic.label.words, [self._topic(country, topic) for country in self._countries])

    def _shown(self, code: str) -> list[Fact]:
        """The facts of a country that are important enough and haven't given way."""
        facts = self.edition.countries[code].facts
        return sorted((fact for fact in facts if fact.priority <= _lowest(self.codes) and fact.id not in self.gone), key=rank)

    def _topic(self, country: Country, topic: Topic) -> Cell:
        """The facts of a country about a topic that are shown, or a dash if it has only others."""
        if own := [fact for fact in self._shown(country.code) if fact.topic == topic.id]:
            return [tree.bullets([self._fact(fact) for fact in own])]
        has_any = any(fact.topic == topic.id for fact in country.facts)
        return tables.words(tree.words("–")) if has_any else self.cells.none("nothing")

    def _more(self) -> Iterator[Row]:
        """How many facts each brief has beyond those that are shown."""
        counts = [(len(self._shown(country.code)), len(country.facts)) for country in self._countries]
        if any(shown < count for shown, count in counts):
            yield self._row(self.labels("facts"), [self._rest(shown, count) for shown, count in counts])

    def _rest(self, shown: int, count: int) -> Cell:
        said = self.labels("more_in_brief" if shown else "in_brief", n=count - shown) if shown < count else ""
        return tables.words([tree.span(tree.words(said), "", ["note"])] if said else [])

    def _fact(self, fact: Fact) -> Cell:
        is_short = len(self.codes) > FEW and fact.text.key_phrase
        words = tree.words(self._phrase(fact)) if is_short else self.cells.writer.inlines(fact.text)
        return tables.words(self.cells.cited([*words, *cite(fact.sources)]))

    def _phrase(self, fact: Fact) -> str:
        """The date of a fact and its key phrase: “March 2019: First thing”."""
        phrase = self.labels.sentence(fact.text.key_phrase)
        if not fact.when:
            return phrase
        date = self.edition.about.says(fact.when, short=True)
        return self.labels("event_planned" if fact.due else "event", date=date, phrase=phrase)

    def _row(self, title: str, cells: Sequence[Cell], *, differs: bool = False) -> Row:
        words = tree.words(title)
        return tables.row([tables.words([tree.strong(words)] if differs else words), *cells])


def compose(kind: Kind, edition: Edition, writer: TemplateFiller, subject: str, gone: int = 0) -> Manuscript:
    """The page about the countries of `subject`, without the first `gone` of the parts that may give way. These are, in this order:
    facts, rows of values that are no key facts, the edition's figures of values. Parts of one group give way together, so a few
    more than `gone` may be missing."""
    about, codes = edition.about, several.codes(subject)
    labels = Labels.of(edition, writer.report)
    figures = declared(edition, labels, writer, codes, wide=WIDE, high=HIGH)
    rows = [VALUES + column.id for column in reversed(shown_columns(edition, codes)) if column.id not in about.key_facts]
    facts = giving_way([edition.countries[code].facts for code in codes], _lowest(codes))
    groups = [*facts, *([name] for name in [*rows, *reversed([*figures.drawn])])]
    waiting = [name for group in groups for name in group]
    gone = next(end for end in accumulate((len(group) for group in groups), initial=0) if end >= gone)
    left = {*waiting[:gone]}
    numbered = Numbered(edition)
    bars = CellBars(WIDE * (1 - WITH_UNITS) / len(codes) * BAR)
    writer.expect(text for code in codes for text in _texts(edition.countries[code]))
    made = ComparedTable(edition, labels, CellPrinter(edition, labels, writer, numbered), bars, codes, left)
    block = made.block()
    title = format_list([edition.names[code] for code in codes], locale=labels.locale)
    context = {
        "edition": about,
        "title": title,
        "as_of": labels("as_of", date=about.says(about.as_of.countries)),
        "table": Blocks([block]),
        "figures": figures.blocks(left),
        "sources": Blocks([numbered.entries()]) if numbered.keys else "",
        "computed": computed_stance(edition, labels),
        "differ": labels("rows_differ") if made.has_differences else "",
        "label": labels,
        "unsigned": unsigned(edition, labels),
        "link": link,
    }
    return replace(
        writer.manuscript(kind, edition, subject, titled(title, edition), writer.fill(kind.template, context)),
        figures=bars.figures | figures.figures(left),
        waiting=tuple(waiting[gone:]),
        gone=tuple(waiting[:gone]),
        without=figures.without,
        data=(data.attached(edition, labels, codes), *figures.data(left)),
    )


def _texts(country: Country) -> Iterator[Text]:
    """The texts of a country that may be printed."""
    found = [country.stance_note, country.position or country.summary, country.next, *(fact.text for fact in country.facts)]
    yield from filter(None, found)


def shown_columns(edition: Edition, codes: Sequence[str]) -> list[Column]:
    """The columns in which at least two of these countries have a value: the key facts in their order, then the others."""
    order = [*(id for id in edition.about.key_facts if id in edition.columns), *edition.columns]
    known = (edition.columns[id] for id in dict.fromkeys(order))
    return [column for column in known if sum(edition.data.value(column.id, code) is not None for code in codes) > 1]


def _lowest(codes: Sequence[str]) -> int:
    """The lowest priority that is printed; it depends on how many countries are compared."""
    return FIRST if len(codes) <= FEW else SECOND


def giving_way(countries: Sequence[Sequence[Fact]], lowest: int = FIRST) -> list[list[str]]:
    """The ids of the printed facts in the order in which they give way, in groups that give way together.

    At first single facts give way: each time the last fact of the cell with the most facts left, since a row is as high as its
    fullest cell. If several cells are as full, it is a fact of the country with the most facts left. When no cell has more than one
    fact, whole rows give way, so that no row is left with a single country. The row with the fewest cells is the first.
    `countries`: the facts of each country; `lowest`: the lowest priority that is printed.
    """
    cells: dict[tuple[int, str], list[Fact]] = {}
    for number, facts in enumerate(countries):
        for fact in sorted((fact for fact in facts if fact.priority <= lowest), key=rank):
            cells.setdefault((number, fact.topic), []).append(fact)

    def fullness(cell: tuple[int, str]) -> tuple[object, ...]:
        number, left = cell[0], cells[cell]
        return len(left), sum(len(own) for (other, _), own in cells.items() if other == number), -number, rank(left[-1])

    order: list[list[str]] = []
    while full := [cell for cell, left in cells.items() if len(left) > 1]:
        order.append([cells[max(full, key=fullness)].pop().id])
    rows: dict[str, list[Fact]] = {}
    for (_, topic), (fact,) in cells.items():
        rows.setdefault(topic, []).append(fact)
    last = sorted(rows.values(), key=lambda row: (-len(row), min(map(rank, row))), reverse=True)
    return [*order, *([fact.id for fact in row] for row in last)]
