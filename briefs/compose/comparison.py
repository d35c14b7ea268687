"""Two to six countries side by side on one page.

In: an edition, the codes of the countries, and how many facts have given way. Out: the `Manuscript` of the page: a table with a
column for each country, and the sources. The words round it are in `templates/compare.md.j2`. Facts of the first priority are
printed as far as there is room; a cell says how many more its brief has. Of more countries than three, whose columns are narrow,
facts of the second priority are there too, each by its key phrase and its date, as on a timeline.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from babel.lists import format_list

from briefs.compose import charts, data, several, tables, tree
from briefs.compose.brief import rank
from briefs.compose.cells import CellPrinter
from briefs.compose.country import computed_stance
from briefs.compose.kinds import Kind
from briefs.compose.labels import Labels
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import Blocks, TemplateFiller, link
from briefs.compose.sources import Numbered
from briefs.compose.tables import Cell, Row
from briefs.edition.model import Country, Edition, Fact, Text, Topic

FEW = 3  # countries whose facts are printed whole
FIRST, SECOND = 1, 2  # the lowest priority of the facts that are printed: of a few countries, and of more
TITLES = 0.11  # the width of the column of titles, as a part of the table's


@dataclass(frozen=True)
class ComparedTable:
    """Makes the table. `gone`: the ids of the facts that gave way."""

    edition: Edition
    labels: Labels
    cells: CellPrinter
    codes: Sequence[str]
    gone: Collection[str]

    def block(self) -> tree.Node:
        """The table. Cells are printed row by row, so that sources are numbered in the order of reading."""
        head, rows = self._head(), [*self._points(), *self._values(), *self._topics()]
        widths = [TITLES, *[(1 - TITLES) / len(self.codes)] * len(self.codes)]
        return tables.table("compare", widths, head, rows)

    def _head(self) -> Row:
        cells = []
        for code in self.codes:
            stance = self.cells.stance(code)
            name = tree.strong(tree.words(self.edition.names[code]))
            cells.append(tables.words([name, *([tree.LINE_BREAK, *stance] if stance else [])]))
        return tables.row([tables.words(tree.words(self.labels("country"))), *cells])

    def _points(self) -> Iterator[Row]:
        """Where the countries stand, and what they decide next. A country without a position has its summary."""
        countries = [self.edition.countries[code] for code in self.codes]
        title = "point_position" if any(country.position for country in countries) else "summary"
        yield self._row(self.labels(title), [self.cells.text(country.position or country.summary) for country in countries])
        if any(country.next for country in countries):
            yield self._row(self.labels("point_next"), [self.cells.text(country.next) for country in countries])

    def _values(self) -> Iterator[Row]:
        """A row for each column of the data in which one of the countries has a value."""
        for column in self.edition.columns.values():
            if any(self.edition.data.value(column.id, code) for code in self.codes):
                yield self._row(column.label.markdown, [self.cells.value(column, code) for code in self.codes])

    def _topics(self) -> Iterator[Row]:
        for topic in self.edition.about.topics:
            printed = (fact for code in self.codes for fact in self._facts(code) if fact.priority <= _lowest(self.codes))
            if any(fact.topic == topic.id for fact in printed):
                yield self._row(topic.label.markdown, [self._topic(code, topic) for code in self.codes])

    def _facts(self, code: str) -> Sequence[Fact]:
        return self.edition.countries[code].facts

    def _topic(self, code: str, topic: Topic) -> Cell:
        """The facts about a topic that are important enough and haven't given way; then how many more there are."""
        own = sorted((fact for fact in self._facts(code) if fact.topic == topic.id), key=rank)
        shown = [fact for fact in own if fact.priority <= _lowest(self.codes) and fact.id not in self.gone]
        more = len(own) - len(shown)
        facts = [tree.bullets([self._fact(fact) for fact in shown])] if shown else []
        if not own:
            return self.cells.none("nothing")
        said = tree.words(self.labels("more_in_brief" if shown else "in_brief", n=more))
        return [*facts, *([tree.plain([tree.span(said, "", ["note"])])] if more else [])]

    def _fact(self, fact: Fact) -> Cell:
        numbered = self.cells.numbered
        is_short = len(self.codes) > FEW and fact.text.key_phrase
        words = tree.words(self._phrase(fact)) if is_short else self.cells.inlines(fact.text)
        return tables.words([*words, *(numbered.marks(fact.sources) if numbered else [])])

    def _phrase(self, fact: Fact) -> str:
        """The date of a fact and its key phrase: “March 2019: First thing”."""
        phrase = charts.sentence(fact.text.key_phrase)
        if not fact.when:
            return phrase
        date = fact.when.words(self.edition.about.language, short=True)
        return self.labels("event_planned" if fact.due else "event", date=date, phrase=phrase)

    def _row(self, title: str, cells: Sequence[Cell]) -> Row:
        return tables.row([tables.words(tree.words(title)), *cells])


def compose(kind: Kind, edition: Edition, writer: TemplateFiller, subject: str, gone: int = 0) -> Manuscript:
    """The page about the countries of `subject`, without the first `gone` of the facts that may give way."""
    about, codes = edition.about, several.codes(subject)
    labels = Labels(edition.labels, about.language, writer.report)
    waiting = giving_way([edition.countries[code].facts for code in codes], _lowest(codes))
    numbered = Numbered(edition)
    writer.expect(text for code in codes for text in _texts(edition.countries[code]))
    made = ComparedTable(edition, labels, CellPrinter(edition, labels, writer, numbered), codes, {*waiting[:gone]})
    block = made.block()
    title = format_list([edition.names[code] for code in codes], locale=labels.locale)
    context = {
        "edition": about,
        "title": title,
        "as_of": labels("as_of", date=about.as_of.countries.words(about.language)),
        "table": Blocks([block]),
        "sources": Blocks([numbered.entries()]) if numbered.keys else "",
        "computed": computed_stance(edition, labels),
        "label": labels,
        "link": link,
    }
    return Manuscript(
        kind=kind,
        stem=kind.stem(edition, subject),
        title=f"{title}: {about.title}",
        language=about.language,
        date=about.date.text,
        blocks=writer.fill(kind.template, context),
        figures={},
        colours={s.id: s.colour for s in about.scale},
        places=dict(writer.places),
        hashes=dict(writer.hashes),
        authors=tuple(a.markdown for a in about.authors),
        publisher=about.publisher.markdown if about.publisher else "",
        subtitle=about.subtitle.markdown if about.subtitle else "",
        waiting=tuple(waiting[gone:]),
        gone=tuple(waiting[:gone]),
        data=(data.attached(edition, labels, codes),),
    )


def _texts(country: Country) -> Iterator[Text]:
    """The texts of a country that may be printed."""
    found = [country.stance_note, country.position or country.summary, country.next, *(fact.text for fact in country.facts)]
    yield from filter(None, found)


def _lowest(codes: Sequence[str]) -> int:
    """The lowest priority of the facts that are printed of so many countries."""
    return FIRST if len(codes) <= FEW else SECOND


def giving_way(countries: Sequence[Sequence[Fact]], lowest: int = FIRST) -> list[str]:
    """The ids of the printed facts of each country in the order in which they give way: the last of the cell that has the most
    left, since a row is as high as its fullest cell; of several such cells, one of the country that has the most left. `lowest`:
    the lowest priority that is printed."""
    cells: dict[tuple[int, str], list[Fact]] = {}
    for number, facts in enumerate(countries):
        for fact in sorted((fact for fact in facts if fact.priority <= lowest), key=rank):
            cells.setdefault((number, fact.topic), []).append(fact)

    def fullness(cell: tuple[int, str]) -> tuple[object, ...]:
        number, left = cell[0], cells[cell]
        return len(left), sum(len(own) for (other, _), own in cells.items() if other == number), -number, rank(left[-1])

    order: list[str] = []
    while full := [cell for cell, left in cells.items() if left]:
        order.append(cells[max(full, key=fullness)].pop().id)
    return order
