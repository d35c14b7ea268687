"""The appendix of the report: all countries with facts in one table per stance, and their sources by country.

In: the edition. Out: blocks. Cells hold lists of facts with source numbers, and no notes: WeasyPrint may lose a footnote that is
called from a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from briefs.compose import tables, tree
from briefs.compose.country import computed_stance
from briefs.compose.labels import Labels
from briefs.compose.slots import TemplateFiller
from briefs.compose.sources import Numbered, cite
from briefs.compose.tree import Node
from briefs.edition.model import Country, Edition, Fact, Stance, Topic

LOPSIDED = 0.6  # side by side, topics of which one has less than this part of the letters of another leave a hole
LONG = 450  # characters: if no cell of a row has so many, the hole is too small to matter
WHOLE = 450  # characters: a row whose cells are all shorter stays on one page; about an eighth of a page
LETTER, CELL = 0.0096, 0.041  # widths as parts of the table's: of a letter of a long word; of the sides and bullet of a cell
APART = "\N{EM SPACE}"  # between the countries of a step in the contents
NAME = 0.17  # the width of the column of countries, as a part of the table's

_WORD = re.compile("[A-Za-z\u00c0-\u052f]+")  # words in Latin, Greek or Cyrillic; other scripts break between letters


class AppendixTable:
    """Makes the parts of the appendix, and keeps the numbers of each country's sources."""

    def __init__(self, edition: Edition, labels: Labels, writer: TemplateFiller):
        self.edition = edition
        self.labels = labels
        self.writer = writer
        self.sources: dict[str, Numbered] = {}

    def blocks(self) -> list[Node]:
        """Heading, a table per stance, what is said about them, and the sources by country. Empty if no country has facts."""
        about = self.edition.about
        if not any(c.facts for c in self.edition.countries.values()):
            return []
        self.writer.expect(fact.text for country in self.edition.countries.values() for fact in country.facts)
        title = self.writer.inlines(about.appendix.title) if about.appendix else tree.words(self.labels("appendix"))
        heading = tree.header(1, title, "appendix", ["unnumbered"])
        tables = [block for step in about.scale or (None,) for block in self._group(step)]
        return [heading, *tables, *self._about(), *self._sources()]

    def index(self) -> list[Node]:
        """The countries by stance, each as a link to its row. Typesetting adds the page number of the row."""
        made = []
        steps: list[Stance | None] = [*self.edition.about.scale]
        for step in steps or [None]:
            countries = self._countries(step)
            links = [tree.link(tree.words(self.edition.names[c.code]), f"#{anchor(c.code)}", ["paged"]) for c in countries]
            listed = [node for n, one in enumerate(links) for node in (*([tree.string(APART)] if n else []), one)]
            label = [tree.strong(tree.words(step.label.words)), tree.SPACE] if step else []
            made += [tree.para([*label, *listed])] if countries else []
        return [tree.div(made, "", ["country-index"])] if made else []

    def _countries(self, step: Stance | None) -> list[Country]:
        own = [c for c in self.edition.countries.values() if c.stance == (step and step.id) and c.facts]
        return sorted(own, key=lambda c: self.edition.rank(c.code))

    def _about(self) -> Iterator[Node]:
        """What the edition says of the tables, and from which columns stances are computed, under a heading."""
        own = self.edition.about.appendix
        blocks = self.writer.blocks([own.introduction]) if own and own.introduction else []
        if computed := computed_stance(self.edition, self.labels):
            blocks.append(tree.para(tree.words(computed)))
        if blocks:
            yield tree.header(2, tree.words(self.labels("about_list")), "appendix-about", ["group"])
            yield from blocks

    def _group(self, step: Stance | None) -> Iterator[Node]:
        """The countries at a step, in a table. Without a scale all of them are in one."""
        countries = self._countries(step)
        if not countries:
            return
        if step is None:
            yield self._table(None, countries)
            return
        label = tree.span(tree.words(step.label.words), "", ["badge", f"stance-{step.id}"])
        yield tree.header(2, [label], f"step-{step.id}", ["group"])
        yield tree.div([tree.para(self.writer.inlines(step.meaning))], "", ["meaning"])
        caption = tree.para(tree.words(self._caption(step, countries)))
        yield tree.div(
            [tree.div([caption], "", ["table-caption", "caption"]), self._table(step, countries)],
            f"table-{step.id}",
            ["table", "float"],
        )

    def _caption(self, step: Stance, countries: Sequence[Country]) -> str:
        """How many countries stand at a step, and which of them with a note on their stance."""
        said = self.labels("table_caption", label=step.label, n=len(countries))
        reserved = ", ".join(self.edition.names[country.code] for country in countries if country.stance_note)
        return self.labels("table_reserved", caption=said, list=reserved) if reserved else said

    def _table(self, step: Stance | None, countries: list[Country]) -> Node:
        """A table of one column of facts for each topic, or of a single one. All tables have the same columns."""
        is_across = self._is_across
        wanted = [CELL] if is_across else self._least_widths()
        crowded = " crowded" if sum(wanted) > 1 - NAME else ""
        widths = [NAME, *_divided(1 - NAME, [1.0] * len(wanted), wanted)]
        named = [self.labels("facts")] if is_across else [topic.label.words for topic in self.edition.about.topics]
        titles = tables.row([tables.words([tree.strong(tree.words(title))]) for title in (self.labels("country"), *named)])
        return tables.table(f"appendix{crowded}", widths, titles, [self._row(c, step, is_across) for c in countries])

    @cached_property
    def _is_across(self) -> bool:
        """Whether the topics stand one above the other in all tables, because a row of one of them would be lopsided."""
        return any(self._is_lopsided(country) for country in self.edition.countries.values() if country.facts)

    def _letters(self, country: Country) -> list[int]:
        """How many letters the facts about each topic have."""
        topics = self.edition.about.topics
        return [sum(len(str(fact.text)) for fact in country.facts if fact.topic == topic.id) for topic in topics]

    def _is_lopsided(self, country: Country) -> bool:
        """Whether topics side by side would leave a hole in a country's row: only one is recorded, or far less about another."""
        letters = self._letters(country)
        longest, least = max(letters, default=0), min(filter(None, letters), default=0)
        is_alone = len(letters) > 1 and letters.count(0) == len(letters) - 1
        return is_alone or (longest > LONG and least < LOPSIDED * longest)

    def _least_widths(self) -> list[float]:
        """The width that each column of facts needs for its longest word, as a part of the table's: the same in all tables."""
        return [CELL + LETTER * self._longest_word(topic) for topic in self.edition.about.topics]

    def _longest_word(self, topic: Topic) -> int:
        """The letters of the longest word in the column of a topic."""
        facts = (fact for country in self.edition.countries.values() for fact in country.facts if fact.topic == topic.id)
        texts = (topic.label.words, *(str(fact.text) for fact in facts))
        return max((len(word) for text in texts for word in _WORD.findall(text)), default=0)

    def _row(self, country: Country, step: Stance | None, is_across: bool) -> tables.Row:
        """The row of a country. It stays on one page, unless it is long. `is_across`: whether the topics stand one above the
        other."""
        facts = [self._across(country)] if is_across else [self._facts(country, topic) for topic in self.edition.about.topics]
        goes_on = self.labels("continued", country=self.edition.names[country.code])
        is_short = max(self._letters(country), default=0) < WHOLE
        stance = [f"stance-{step.id}"] if step else []
        return tables.row([self._name(country, step), *facts], stance, "whole" if is_short else "", goes_on)

    def _name(self, country: Country, step: Stance | None) -> list[Node]:
        """The first cell of a row: the country's name, and on a line of its own the note on its stance."""
        name = tree.strong(tree.words(self.edition.names[country.code]))
        mark = tree.span([], anchor(country.code))
        if step is None:
            return [tree.plain([mark, name])]
        lines = [mark, tree.span([name], "", [f"cell-{step.id}"])]
        note = [tree.LINE_BREAK, *self.writer.inlines(country.stance_note)] if country.stance_note else []
        return [tree.plain([*lines, *note])]

    def _facts(self, country: Country, topic: Topic) -> list[Node]:
        """The facts about a topic as a list, in the order of their ids. This is the order in which the edition's source has
        them."""
        own = sorted((f for f in country.facts if f.topic == topic.id), key=lambda f: f.id)
        return [tree.bullets([self._fact(country, f) for f in own])] if own else [tree.plain(tree.words(self.labels("nothing")))]

    def _across(self, country: Country) -> list[Node]:
        """The facts about each topic that has any, under its name. Beside the first stand the names of the topics without facts."""
        told = [topic for topic in self.edition.about.topics if any(fact.topic == topic.id for fact in country.facts)]
        others = [topic.label.words for topic in self.edition.about.topics if topic not in told]
        nothing = self.labels("list_item", label=", ".join(others), n=self.labels("nothing")) if others else ""
        made = []
        for topic in told:
            beside = [tree.string(" · "), *tree.words(nothing)] if nothing and topic is told[0] else []
            title = tree.para([tree.strong(tree.words(topic.label.words)), *beside])
            made += [tree.div([title], "", ["topic-alone"]), *self._facts(country, topic)]
        return made

    def _fact(self, country: Country, fact: Fact) -> list[Node]:
        numbered = self.sources.setdefault(country.code, Numbered(self.edition, f"source-{country.code}"))
        return [tree.plain(numbered.cited([*self.writer.inlines(fact.text), *cite(fact.sources)]))]

    def _sources(self) -> Iterator[Node]:
        """The sources, country by country in the order of the names. One that stands above in full has only its publisher."""
        yield tree.header(2, tree.words(self.labels("sources_by_country")), "appendix-sources", ["group"])
        blocks: list[Node] = []
        known: dict[str, str] = {}
        for code in sorted(self.sources, key=self.edition.rank):
            blocks += [
                tree.div([tree.para(tree.words(self.edition.names[code]))], "", ["source-country"]),
                self.sources[code].entries(known),
            ]
        yield tree.div(blocks, "", ["sources"])


def anchor(code: str) -> str:
    """The identifier of a country's row, to which links lead."""
    return f"country-{code}"


def _divided(whole: float, wanted: Sequence[float], least: Sequence[float]) -> list[float]:
    """Divide `whole` in proportion to `wanted`, so that no part is smaller than its number in `least`. If the numbers in `least`
    add up to more than `whole`, it is divided in proportion to them."""
    if sum(least) >= whole:
        return [whole * part / sum(least) for part in least]
    held: dict[int, float] = {}  # the parts that have their least size, by their index
    while True:
        left = (whole - sum(held.values())) / sum(part for n, part in enumerate(wanted) if n not in held)
        parts = [held.get(n, left * part) for n, part in enumerate(wanted)]
        short = {n: least[n] for n, part in enumerate(parts) if part < least[n]}
        if not short:
            return parts
        held |= short
