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
from briefs.compose.wordcount import words_in
from briefs.edition.model import Fact, Text, Topic

TITLE, POSITION, SHORT = 90, 112, 24  # letters in Carlito: the most of a title and of a position as title, the least of a clause
LINE, TAIL = 44, 22  # letters: a shorter title has one line; at least so many stand on the last line of a longer one
IMPORTANT = 1  # the priority of the facts whose key phrase may be a title
_CLAUSE = re.compile(r"[;；؛]|(?<=\w{4})\.(?=\s+[^\W\d_a-z])|。")  # where a clause ends within a text
_PART = re.compile(rf"{_CLAUSE.pattern}|:(?=\s)|：")  # and where one ends that others explain
ROW = 20  # words: a longer text is cut at the end of its first clause in a row of key points


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
        clause, left = self.clause(text, POSITION)
        if clause:
            return clause, left
        if not facts.stance:
            return self.labels("deck_points", country=facts.name), text
        first = sorted((fact for fact in facts.facts if fact.priority == IMPORTANT), key=rank)
        phrase = next((fact.text.key_phrase for fact in first if fact.text.key_phrase), "")
        label, said = (facts.stance.label, self.labels.sentence(phrase)) if phrase else (facts.name, facts.stance.label)
        return self.labels("list_item", label=label, n=said), text

    def clause(self, text: Text, most: int) -> tuple[str, Inlines | None]:
        """The first clause of a text, if it has at most `most` letters, and what the text says after it. Empty if there is no such
        clause, or nothing can be parted from it."""
        clause = self._clause(text, most)
        if clause == self.words(text):
            return clause, None
        left = self._capital(self._after(text, clause)) if clause else []
        return (clause, Inlines(left)) if left else ("", None)

    def _capital(self, nodes: Sequence[Node]) -> list[Node]:
        """Inlines whose first word has a capital letter, since they stand by themselves."""
        first = [tree.string(self.labels.sentence(tree.text(nodes[0])))] if nodes and nodes[0]["t"] == "Str" else nodes[:1]
        return [*first, *nodes[1:]]

    def row(self, text: Text) -> Text | Inlines:
        """A text for a row of key points: if it is long, its first clause."""
        if words_in(text.markdown) <= ROW:
            return text
        whole = self.inlines(text)
        said = tree.text_of(whole)
        end = next((m for m in _PART.finditer(said) if m.start() >= SHORT), None)
        return Inlines([*tree.first(whole, end.start()), tree.string(".")]) if end else text

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

    def topics(self, name: str, topics: Sequence[Topic], facts: Sequence[Fact]) -> tuple[str, Fact | None]:
        """The first clause of a fact, or else the phrase of the first fact that has one, and this fact. If there is neither, the
        topics of the slide, and no fact."""
        clauses = ((self._clause(fact.text, TITLE), fact) for fact in facts)
        phrases = ((self.labels.sentence(fact.text.key_phrase), fact) for fact in facts if fact.text.key_phrase)
        if found := next(((title, fact) for title, fact in (*clauses, *phrases) if title), None):
            return found
        return self.labels("deck_topic", country=name, topic=", ".join(topic.label.words for topic in topics)), None

    def dates(self, name: str, events: Sequence[Event]) -> str:
        """A title that says the first planned event, or else the latest, with its date. `events`: in the order of time."""
        event = next((event for event in events if event.planned), events[-1])
        title = self.labels("event", date=event.when, phrase=event.label)
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
