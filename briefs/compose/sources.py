"""Numbered short sources: the citations of briefs, slides and the appendix.

In: the keys that facts cite, in the order of the text. Out: superscript numbers that link to the list, and the numbered list with
publisher, title and date. Numbers follow the order of first citation.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from briefs.compose import adjacent, richtext, tree
from briefs.compose.tree import Node
from briefs.edition import digits
from briefs.edition.csl import Source
from briefs.edition.csldates import CslDate
from briefs.edition.model import About, Edition

WORD_JOINER = "\u2060"
TITLE = 70  # characters of a title in a short source, at most
_POINT = " · "


class Numbered:
    """The numbered sources of one document. `prefix` keeps the link targets of two lists apart. `with_addresses`: the list prints
    short addresses, for readers of paper."""

    def __init__(self, edition: Edition, prefix: str = "source", *, with_addresses: bool = False):
        self.edition = edition
        self.prefix = prefix
        self.with_addresses = with_addresses
        self._numbers: dict[str, int] = {}

    @property
    def keys(self) -> list[str]:
        """The keys in the order of their numbers."""
        return list(self._numbers)

    def number(self, key: str) -> int:
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def add(self, keys: Iterable[str]) -> None:
        """Number the sources that a text cites, before its marks are made."""
        for key in keys:
            self.number(key)

    def target(self, number: int) -> str:
        return f"{self.prefix}-{number}"

    def marks(self, keys: Iterable[str]) -> list[Node]:
        """Superscript numbers with links to the list."""
        numbers = sorted(self.number(k) for k in dict.fromkeys(keys))
        marks: list[Node] = []
        for n in numbers:
            marks += [tree.string(f",{WORD_JOINER}")] if marks else []
            marks.append(tree.link(tree.words(digits.written(n, self.edition.about.numerals)), f"#{self.target(n)}"))
        joined = [tree.string(WORD_JOINER), *marks]  # a mark never begins a line
        return [{"t": "Superscript", "c": joined}] if marks else []

    def cited(self, nodes: Sequence[Node]) -> list[Node]:
        """The nodes with each citation `[@key]` replaced by its number, without a space before it. In a row of citations there are
        commas between the numbers, and each source is there once."""
        parted = adjacent.with_commas(adjacent.cited_once(nodes), "Cite")
        closed = adjacent.without_space_before(parted, "Cite")
        return tree.transform(closed, lambda cite: self.marks(c["citationId"] for c in tree.citations(cite)), "Cite")

    def credits(self, keys: Iterable[str], most: int) -> list[Node]:
        """“1 Reuters, 2019 · 2 The Brussels Times, Jul 2020”: who published these sources, and when, after their numbers. A line of
        more than `most` letters has no dates; in one that is still too long the last sources have only numbers."""
        numbers = sorted((self.number(key), key) for key in keys)
        shown = [self._credit(number, key, dated=True) for number, key in numbers]
        if len(_POINT.join(shown)) > most:
            shown = [self._credit(number, key, dated=False) for number, key in numbers]
        for place in range(len(shown) - 1, 0, -1):
            if len(_POINT.join(shown)) > most:
                shown[place] = digits.written(numbers[place][0], self.edition.about.numerals)
        return tree.words(_POINT.join(shown))

    def _credit(self, number: int, key: str, *, dated: bool) -> str:
        counted, words = digits.written(number, self.edition.about.numerals), self._publisher(key, dated=dated)
        return f"{counted}\u00a0{words}" if words else counted

    def publishers(self, keys: Iterable[str], most: int) -> str:
        """“Reuters, 2019; The Brussels Times, Jul 2020”: who published these sources, and when. A line of more than `most` letters
        has no dates."""
        listed = list(keys)
        dated, undated = ("; ".join(dict.fromkeys(self._publisher(key, dated=d) for key in listed)) for d in (True, False))
        return dated if len(dated) <= most else undated

    def _publisher(self, key: str, *, dated: bool) -> str:
        source, about = self.edition.sources[key], self.edition.about
        house = tree.text_of(richtext.inlines(source.house or source.title or ""))
        date = source.issued or source.event_date
        return ", ".join(filter(None, [house, about.says(date, short=True) if date and dated else ""]))

    def entries(self, known: dict[str, str] | None = None) -> Node:
        """The numbered list. Each entry is the target of its marks. `known`: the targets of the entries of other lists, by their
        keys; those of this list are added. A source that is there already has a link to its full entry instead of its title, date
        and address, if it is the only one of its publisher."""
        entries, above = [], {} if known is None else known
        for number, key in enumerate(self.keys, 1):
            source = self.edition.sources[key]
            if key in above and self._is_alone(source):
                entry = [tree.link(richtext.marked(richtext.inlines(source.house), self.edition.about.language), f"#{above[key]}")]
            else:
                entry = short(source, self.edition.about, with_address=self.with_addresses)
            above.setdefault(key, self.target(number))
            entries.append([tree.plain([tree.span(entry, self.target(number))])])
        return tree.ordered(entries)

    def _is_alone(self, source: Source) -> bool:
        """Whether a source is the only one of its publisher in the edition."""
        return bool(source.house) and [one.house for one in self.edition.sources.values()].count(source.house) == 1


def cite(keys: Sequence[str]) -> list[Node]:
    """A `Cite` of these sources, if there are any. `Numbered.cited` replaces it by numbers, as it does the citations in texts."""
    mode = {"t": "NormalCitation"}
    pointers = [
        {"citationId": k, "citationPrefix": [], "citationSuffix": [], "citationMode": mode, "citationNoteNum": 0, "citationHash": 0}
        for k in keys
    ]
    return [{"t": "Cite", "c": [pointers, []]}] if pointers else []


def short(source: Source, about: About, *, with_address: bool = False, with_guess: bool = True) -> list[Node]:
    """“Reuters, Belgian cybersecurity agency finds no threat, 15 April 2019, reuters.com”, with a link to its address. A source
    without title and date has its whole address, or the host if each source has one. It tells the source from others of its house.
    `with_guess`: whether a date that is a guess is told, in brackets.
    """
    language = about.language
    house = richtext.marked(richtext.inlines(source.house), language)
    parts = [house] if house else []
    if source.title and source.title != source.house:
        parts.append(_title(source, language))
    date = source.issued or source.event_date
    if date and (with_guess or not date.circa):
        parts.append(tree.words(_dated(date, about, tree.text_of([i for part in parts for i in part]))))
    elif source.status:
        parts.append(richtext.marked(richtext.inlines(source.status), language))
    address = source.URL or (f"https://doi.org/{source.DOI}" if source.DOI else "")
    if address and (with_address or not (source.title or date)):
        parts.append(tree.words(short_address(address, whole=not with_address)))
    inlines: list[Node] = []
    for part in parts:
        inlines += [tree.string(","), tree.SPACE] if inlines else []
        inlines += part
    return [tree.link(inlines, address)] if address else inlines


def _dated(date: CslDate, about: About, before: str) -> str:
    """A date in words. A bare year after Latin letters stays in Western digits, because it belongs to them."""
    said = about.says(date, short=True)
    last = next(filter(str.isalpha, reversed(before)), "")
    return digits.western(said) if digits.is_latin(last) and not any(map(str.isalpha, said)) else said


def short_address(address: str, *, whole: bool = False) -> str:
    """The host of an address of the web, without `www.`; the whole of it if it is a DOI, or if asked for, without its scheme."""
    parts = urlsplit(address)
    host = parts.netloc.removeprefix("www.")
    is_whole = whole or host == "doi.org"
    return f"{host}{parts.path.rstrip('/')}{'?' * bool(parts.query)}{parts.query}" if is_whole else host


def _title(source: Source, language: str) -> list[Node]:
    """The title of a source in italics; words that are in italics within it become upright. A long title is cut after a word."""
    words = richtext.marked(richtext.inlines(source.title_short or source.title or ""), language)
    text = tree.text_of(words)
    if len(text) > TITLE:
        kept = text[:TITLE].rsplit(" ", 1)[0].rstrip(" ,.:;–-")
        words = [*tree.first(words, len(kept)), tree.string("…")]
    italic = list(_emphasised(tree.joined(words)))
    tag = source.language
    if not tag:
        return italic
    return tree.transform(italic, lambda emph: [tree.with_inlines(emph, [tree.span(tree.inlines(emph), "", (), lang=tag)])], "Emph")


def _emphasised(nodes: Sequence[Node]) -> Iterator[Node]:
    """The nodes in italics, except those that are in italics already."""
    for is_italic, group in itertools.groupby(nodes, lambda node: node["t"] == "Emph"):
        if is_italic:
            yield from (inner for node in group for inner in tree.inlines(node))
        else:
            yield {"t": "Emph", "c": list(group)}
