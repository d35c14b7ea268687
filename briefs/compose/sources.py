"""Numbered short sources: the citations of briefs, slides and the appendix.

In: the keys that facts cite, in the order of the text. Out: superscript numbers that link to the list, and the numbered list with
publisher, title and date. Numbers follow the order of first citation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.edition.model import Edition, Source

WORD_JOINER = "\u2060"
TITLE = 70  # characters of a title in a short source, at most


class Numbered:
    """The numbered sources of one document. `prefix` keeps the link targets of two lists apart."""

    def __init__(self, edition: Edition, prefix: str = "source"):
        self.edition = edition
        self.prefix = prefix
        self.keys: list[str] = []

    def number(self, key: str) -> int:
        if key not in self.keys:
            self.keys.append(key)
        return self.keys.index(key) + 1

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
            marks.append(tree.link(tree.words(str(n)), f"#{self.target(n)}"))
        joined = [tree.string(WORD_JOINER), *marks]  # a mark never begins a line
        return [{"t": "Superscript", "c": joined}] if marks else []

    def cited(self, nodes: Sequence[Node]) -> list[Node]:
        """The nodes with each citation `[@key]` replaced by its number."""
        return tree.transform(list(nodes), lambda cite: self.marks(c["citationId"] for c in tree.citations(cite)), "Cite")

    def entries(self) -> Node:
        """The numbered list. Each entry is the target of its marks."""
        entries = []
        for number, key in enumerate(self.keys, 1):
            entry = short(self.edition.sources[key], self.edition.about.language)
            entries.append([tree.plain([tree.span(entry, self.target(number))])])
        return tree.ordered(entries)


def short(source: Source, language: str) -> list[Node]:
    """“Reuters, Belgian cybersecurity agency finds no threat, 15 April 2019”, with a link to its address."""
    parts = [tree.words(source.house)] if source.house else []
    if source.title and source.title.markdown != source.house:
        parts.append([{"t": "Emph", "c": _title(source)}])
    if source.issued:
        parts.append(tree.words(source.issued.words(language, short=True)))
    inlines: list[Node] = []
    for part in parts:
        inlines += [tree.string(","), tree.SPACE] if inlines else []
        inlines += part
    return [tree.link(inlines, source.URL)] if source.URL else inlines


def _title(source: Source) -> list[Node]:
    assert source.title
    title = (source.title_short or source.title).markdown
    if len(title) > TITLE:
        title = title[:TITLE].rsplit(" ", 1)[0].rstrip(" ,.:;–-") + "…"
    inlines = tree.words(title)
    return [tree.span(inlines, "", (), lang=source.language)] if source.language else inlines
