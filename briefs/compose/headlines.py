"""The titles of a country's slides: sentences that say what a slide shows, made of the edition's own words and labels.

In: texts, facts, dates. Out: the words of a title, at most `TITLE` letters; or what the slide is about, if nothing is short enough.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from briefs.compose import charts, tree
from briefs.compose.country import Facts
from briefs.compose.figures.drawing import letters, text_width
from briefs.compose.labels import Labels
from briefs.compose.slots import Inlines
from briefs.compose.spacing import NBSP
from briefs.compose.tree import Node
from briefs.compose.wordcount import words_in
from briefs.edition.model import Fact, Text, Topic

TITLE, POSITION, SHORT = 90, 112, 24  # letters in Carlito: the most of a title and of a position as title, the least of a clause
LINE, TAIL = 44, 14  # letters: a shorter title has one line; at least so many stand on the last line of a longer one
PHRASE = 8, 34  # letters: so many may stand behind the last comma of a title, which are then its last line
ONE_LINE = 22.2  # ems in Carlito: a title that is narrower has one line on a slide
_SENTENCE = re.compile(r"(?<=\w{4})\.(?=\s+[^\W\d_a-z])|。")  # where a sentence ends within a text: not behind “Dr.” or “z. B.”
# Where a clause ends within a text. A no-break space follows the signs of a formula that is set as words.
_CLAUSE = re.compile(rf"[;；؛](?!{NBSP})|{_SENTENCE.pattern}")
_PART = re.compile(rf"{_CLAUSE.pattern}|:(?=[^\S{NBSP}])|：")  # and where one ends that others explain
ROW = 20  # words: a longer text is cut at the end of its first clause in a row of key points
_BRACKETS = str.maketrans("[（［]）］", "((()))")
_SIGNS = str.maketrans(dict.fromkeys(";；؛.。:：([（［)]）］", "x"))  # what `_ends` looks for


def balanced(title: Sequence[Node], line: int = LINE, tail: int = TAIL, tie: str = NBSP) -> list[Node]:
    """The inlines of a title of several lines with its last words tied, so that no word stands alone on its last line. `line`: a
    shorter title has one line; `tail`: at least so many letters stand on the last line of a longer one; `tie`: what is put for a
    space."""
    return _bound(title, 0, tail, tie)[0] if has_several_lines(title, line) else list(title)


def balanced_at_phrase(title: Sequence[Node]) -> list[Node]:
    """The same for the title of a slide. If a phrase follows its last comma, this is the last line."""
    said = tree.text_of(title)
    phrase = len(said) - said.rfind(",") - 2 if "," in said else 0
    least, most = PHRASE
    return balanced(title, LINE, phrase if least <= phrase <= most else TAIL)


def sentences(text: str, most: int) -> str:
    """A text or, if it has more than `most` letters, as many of its first sentences as have no more."""
    ends = [end + 1 for end in _ends(_SENTENCE, text) if end < most]
    return text if len(text) <= most else text[: max(ends, default=0)]


def has_one_line(title: Sequence[Node]) -> bool:
    """Whether a title surely has one line on a slide."""
    return text_width(tree.text_of(title), 1, bold=True) <= ONE_LINE


def has_several_lines(title: Sequence[Node], line: int) -> bool:
    """Whether a title is longer than a line of so many letters."""
    return letters(tree.text_of(title)) > line


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


def _ends(sign: re.Pattern[str], text: str) -> Iterator[int]:
    """Where the clauses of a text end, without the space before the sign. A sign within brackets ends no clause."""
    plain = text.translate(_BRACKETS)
    for match in sign.finditer(text, SHORT):
        if plain.count("(", 0, match.start()) <= plain.count(")", 0, match.start()):
            yield len(text[: match.start()].rstrip())


def _prose(nodes: Sequence[Node]) -> str:
    """The words of inlines, with an x for each sign within code and formulas that would end a clause in prose."""

    def plain(node: Node) -> list[Node]:
        return [tree.string(tree.text(node).translate(_SIGNS))]

    return tree.text_of(tree.transform(list(nodes), plain, "Code", "Math"))


@dataclass(frozen=True)
class Headlines:
    """Makes titles. `inlines`: the function that makes inlines of a text of the content."""

    labels: Labels
    inlines: Callable[[Text], list[Node]]

    def opening(self, facts: Facts, points: Mapping[str, Text]) -> tuple[str, Mapping[str, Inlines | None]]:
        """What the position says or, if that is too long, why it matters; and what is left to say of that point below, which may be
        nothing. Without a short clause the title is the country's stance."""
        for name in ("position", "matters"):
            if name in points and (said := self.clause(points[name], POSITION))[0]:
                return said[0], {name: said[1]}
        if not facts.stance or "position" not in points:
            return self.labels("deck_points", country=facts.name), {}
        return self.labels("list_item", label=facts.name, n=facts.stance.label), {}

    def clause(self, text: Text, most: int, sign: re.Pattern[str] = _CLAUSE) -> tuple[str, Inlines | None]:
        """The first clause of a text, if it has at most `most` letters, and what the text says after it. Empty if there is no such
        clause, or nothing can be parted from it. `sign`: what ends a clause."""
        clause = self._clause(text, most, sign)
        if clause == self.words(text):
            return clause, None
        left = self._capital(self._after(text, clause, sign)) if clause else []
        return (clause, Inlines(left)) if left else ("", None)

    def _capital(self, nodes: Sequence[Node]) -> list[Node]:
        """Inlines whose first word has a capital letter, since they stand by themselves."""
        first = [tree.string(self.labels.sentence(tree.text(nodes[0])))] if nodes and nodes[0]["t"] == "Str" else nodes[:1]
        return [*first, *nodes[1:]]

    def row(self, text: Text) -> tuple[Text | Inlines, Inlines | None]:
        """A text for a row of key points: if it is long, its first clause, and what it says after that."""
        if words_in(text.markdown) <= ROW:
            return text, None
        whole = self.inlines(text)
        said = _prose(whole)
        end = next(_ends(_PART, said), None)
        if not end or not (sign := _PART.match(said, len(said) - len(said[end:].lstrip()))):
            return text, None
        left = tree.after(whole, len(said) - len(said[sign.end() :].lstrip()))
        return Inlines([*tree.first(whole, end), tree.string(".")]), Inlines(self._capital(left)) if left else None

    def _after(self, text: Text, clause: str, sign: re.Pattern[str]) -> list[Node]:
        """What a text says after its first clause. Empty if that can't be parted from it, as it ends with a citation."""
        whole = self.inlines(text)
        said = tree.text_of(whole)
        end = sign.match(_prose(whole), len(said) - len(said[len(clause) :].lstrip()))
        if not end or said[: len(clause)].split() != clause.split():
            return []
        return tree.after(whole, len(said) - len(said[end.end() :].lstrip()))

    def topics(self, name: str, topics: Sequence[Topic], facts: Sequence[Fact]) -> tuple[str, Fact | None, Inlines | None]:
        """The first clause of one of a slide's facts that goes on after it, with this fact and what is left of it; or else a key
        phrase of a fact that says more, best one within its text, so that the fact doesn't begin as the title does. If there is
        neither, the topics of the slide."""
        for sign in (_CLAUSE, _PART):
            for fact in facts:
                title, left = self.clause(fact.text, TITLE, sign)
                if left:
                    return title, fact, left
        phrased = [fact.text for fact in facts if fact.text.key_phrase]
        phrases = [(self.words(text).startswith(text.key_phrase), self.labels.sentence(text.key_phrase)) for text in phrased]
        whole = {self.words(fact.text) for fact in facts}
        if found := next((title for _, title in sorted(phrases, key=lambda pair: pair[0]) if title not in whole), None):
            return found, None, None
        return self.labels("deck_topic", country=name, topic=", ".join(topic.label.words for topic in topics)), None, None

    def dates(self, facts: Facts, shown: Sequence[Fact]) -> str:
        """How many of the dates on a country's timeline were still planned; or the year that at least half of them lie in; or else
        from when to when they reach. `shown`: the facts on the timeline."""
        events = charts.events_of(facts.edition, shown)
        name, count = facts.name, len(events)
        today = facts.edition.about.as_of.countries.latest
        planned = sum(event.planned and event.position > today for event in events)
        dates = [fact.when for fact in shown if fact.when]
        years = Counter(date.first.year for date in dates if date.first.year == date.last.year)
        year, most = next(iter(years.most_common(1)), (0, 0))
        span = "–".join(dict.fromkeys([events[0].when, events[-1].when]))
        dated = self.labels("as_of", date=facts.edition.about.says(facts.edition.about.as_of.countries))
        titles = [self.labels("deck_to_come", country=name, count=planned, total=count, as_of=dated)] if planned else []
        titles += (
            [self.labels("deck_in_year", country=name, count=most, total=count, year=year)]
            if most > 1 and 2 * most >= count
            else []
        )
        titles += [self.labels("deck_span", country=name, span=span), self.labels("deck_timeline", country=name)]
        return next((title for title in titles if letters(title) <= TITLE), titles[-1])

    def _clause(self, text: Text, most: int, sign: re.Pattern[str]) -> str:
        """A text or, if it is too long, its beginning up to the first `sign` of the end of a clause. Empty if that has more than
        `most` letters too."""
        words = self.words(text)
        prose = " ".join(_prose(tree.without_citations(self.inlines(text))).split())
        clauses = [words, *(words[:end] for end in _ends(sign, prose) if end < len(words))]
        return next((clause for clause in clauses if letters(clause) <= most), "")

    def words(self, text: Text) -> str:
        """A text without citations, and without its full stop."""
        said = tree.text_of(tree.without_citations(self.inlines(text)))
        return re.sub(r"(?<=[^.])[.。]$", "", " ".join(said.split()))
