"""The titles of a country's slides: sentences that say what a slide shows, made of the edition's own words and labels.

In: texts, facts, dates. Out: the words of a title, at most `TITLE` letters; or what the slide is about, if nothing is short enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from briefs.compose import tree
from briefs.compose.brief import rank
from briefs.compose.country import Facts
from briefs.compose.figures import Event
from briefs.compose.figures.drawing import letters
from briefs.compose.labels import Labels
from briefs.compose.slots import Inlines
from briefs.compose.spacing import NBSP
from briefs.compose.tree import Node
from briefs.edition.model import Fact, Text, Topic

TITLE, POSITION, SHORT = 90, 112, 24  # letters in Carlito: the most of a title and of a position as title, the least of a clause
LINE, TAIL = 44, 22  # letters: a shorter title has one line; at least so many stand on the last line of a longer one
IMPORTANT = 1  # the priority of the facts whose key phrase may be a title
_CLAUSE = re.compile(r"[;；؛]|(?<=\w{4})\.(?=\s+[^\W\d_a-z])|。")  # where a clause ends within a text


def balanced(title: Sequence[Node], line: int = LINE, tail: int = TAIL, tie: str = NBSP) -> list[Node]:
    """The inlines of a title of several lines with its last words tied, so that no word stands alone on its last line. `line`: a
    shorter title has one line; `tail`: at least so many letters stand on the last line of a longer one; `tie`: what is put for a
    space."""
    return _bound(title, 0, tail, tie)[0] if letters(tree.text_of(title)) > line else list(title)


def _bound(nodes: Sequence[Node], after: int, tail: int, tie: str) -> tuple[list[Node], int]:
    """The inlines with tied words, and their letters. `after`: how many letters stand after them."""
    made: list[Node] = []
    for node in reversed(nodes):
        if node["t"] in tree.WITH_INLINES:
            own, after = _bound(tree.inlines(node), after, tail, tie)
            made.append(tree.with_inlines(node, own))
            continue
        text = tree.text_of([node])
        near = max(0, tail - after)
        start = max(0, len(text) - near)
        is_bound = near and " " in text[start:] and node["t"] in {"Space", "SoftBreak", "Str"}
        made.append(tree.string(text[:start] + text[start:].replace(" ", tie)) if is_bound else node)
        after += len(text)
    return made[::-1], after


@dataclass(frozen=True)
class Headlines:
    """Makes titles. `inlines`: the function that makes inlines of a text of the content."""

    labels: Labels
    inlines: Callable[[Text], list[Node]]

    def position(self, facts: Facts, text: Text) -> tuple[str, Text | Inlines | None]:
        """What a position says, and what is left to say of it below: all of it and nothing; or its first clause and the clauses
        after it; or else the stance with the most important key phrase, and the whole position."""
        clause = self._clause(text, POSITION)
        if clause and clause == self.words(text):
            return clause, None
        if clause and (left := self._after(text, clause)):
            return clause, Inlines(left)
        if not facts.stance:
            return self.labels("deck_points", country=facts.name), text
        first = sorted((fact for fact in facts.facts if fact.priority == IMPORTANT), key=rank)
        phrase = next((fact.text.key_phrase for fact in first if fact.text.key_phrase), "")
        label, said = (facts.stance.label, self.labels.sentence(phrase)) if phrase else (facts.name, facts.stance.label)
        return self.labels("list_item", label=label, n=said), text

    def _after(self, text: Text, clause: str) -> list[Node]:
        """What a text says after its first clause. Empty if that can't be parted from it, as it ends with a citation."""
        whole = self.inlines(text)
        said = tree.text_of(whole)
        end = _CLAUSE.match(said, len(clause))
        if not end or said[: len(clause)].split() != clause.split():
            return []
        return tree.after(whole, len(said) - len(said[end.end() :].lstrip()))

    def fact(self, facts: Sequence[Fact]) -> Fact | None:
        """The first of several facts that a title has room for. None if there is only one fact: it stands below the title."""
        return next((fact for fact in facts if letters(self.words(fact.text)) <= TITLE), None) if len(facts) > 1 else None

    def topics(self, name: str, topics: Sequence[Topic], facts: Sequence[Fact]) -> str:
        """The first clause of a fact, or else the topics of a slide and the phrase of the first fact that has one."""
        if clause := next(filter(None, (self._clause(fact.text, TITLE) for fact in facts)), ""):
            return clause
        phrase = next((fact.text.key_phrase for fact in facts if fact.text.key_phrase), "")
        about = ", ".join(topic.label.words for topic in topics)
        if not phrase:
            return self.labels("deck_topic", country=name, topic=about)
        return self.labels("deck_topic", country=about, topic=self.labels.sentence(phrase))

    def dates(self, name: str, events: Sequence[Event]) -> str:
        """A title that says the first planned event, or else the latest. `events`: in the order of time."""
        planned = next((event for event in events if event.planned), None)
        label = self.labels("point_next" if planned else "latest")
        title = self.labels("list_item", label=label, n=(planned or events[-1]).label)
        return title if letters(title) <= TITLE else self.labels("deck_timeline", country=name)

    def _clause(self, text: Text, most: int) -> str:
        """A text or, if it is too long, its beginning up to the end of a sentence or a semicolon. Empty if that has more than
        `most` letters too."""
        words = self.words(text)
        clauses = [words, *(words[: m.start()] for m in _CLAUSE.finditer(words) if m.start() >= SHORT)]
        return next((clause for clause in clauses if letters(clause) <= most), "")

    def words(self, text: Text) -> str:
        """A text without citations, and without its full stop."""
        said = tree.text_of(tree.without_citations(self.inlines(text)))
        return re.sub(r"(?<=[^.])[.。]$", "", " ".join(said.split()))
