"""The edits that were made in a Word file, in terms of the content.

In: nothing. Out: `Edits`: the new text of each field and block, new blocks and facts with their positions, and as `Unmerged`
whatever is not content or has no certain place. `compare.py` finds them, `apply.py` makes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from briefs.problems import Place
from briefs.wordfile.paragraphs import Author, Shape
from briefs.wordfile.pieces import Piece, words

Authors = frozenset[Author]


@dataclass(frozen=True)
class Unmerged:
    """An edit that a person has to make in the content. `reason`: why it isn't written. `before`, `after`: the words. `page`,
    `heading`: the printed page, and the heading above the edit. `place`: the place of the text in the content, or None. `authors`:
    those of the tracked changes.

    `count`: how often the edit was made, for instance by Replace All; the other fields are those of the first time."""

    reason: str
    before: str = ""
    after: str = ""
    page: str = ""
    heading: str = ""
    place: Place | None = None
    authors: Authors = frozenset()
    count: int = 1

    def to_dict(self) -> dict[str, Any]:
        return {
            "what": self.reason,
            "before": self.before,
            "after": self.after,
            "page": self.page,
            "under": self.heading,
            "place": self.place and vars(self.place),
            "by": sorted(self.authors),
            "count": self.count,
        }


@dataclass(frozen=True)
class Written:
    """A change of the content: what it does (“reworded”, “new”, “taken out”), the words before and after, the page, its place.

    `authors`: of the tracked changes in its paragraph; none if they were typed without tracking. `count`: how often it was made;
    `places`: where, each place with its own authors, once changes are counted (`differences.repeated`)."""

    kind: str
    before: str
    after: str
    page: str = ""
    place: Place | None = None
    authors: Authors = frozenset()
    count: int = 1
    places: tuple[tuple[Place | None, Authors], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "before": self.before,
            "after": self.after,
            "page": self.page,
            "place": self.place and vars(self.place),
            "by": sorted(self.authors),
            "count": self.count,
            "places": [{"place": place and vars(place), "by": sorted(authors)} for place, authors in self.places],
        }


def counted(found: Iterable[Unmerged]) -> list[Unmerged]:
    """The edits, of which equal ones are made one with a count. Edits are equal if they replace the same words by the same words,
    or give several items of one list the same new shape."""
    first: dict[object, Unmerged] = {}
    for one in found:
        own_list = one.place.name if one.place and not one.after and _OF_A_LIST in one.reason else one.before
        key = (one.reason, own_list, one.after)
        same = first.get(key)
        first[key] = replace(same, count=same.count + 1, authors=same.authors | one.authors) if same else one
    return list(first.values())


_OF_A_LIST = "item was made into"


@dataclass(frozen=True)
class NewLeaf:
    """A new paragraph, heading or list item. `shape`: which of these it is, with its level; None if it has the shape of the leaf
    before it."""

    pieces: Sequence[Piece]
    shape: Shape | None = None


@dataclass(frozen=True)
class CellGrid:
    """The new cells of a table, row by row. `columns`: for each column, the number that it had before, from 0; None if it is
    new."""

    rows: tuple[tuple[tuple[Piece, ...], ...], ...]
    columns: tuple[int | None, ...]


@dataclass
class TextEdit:
    """The new content of one text, leaf by leaf. A leaf is a paragraph, a heading or a list item; they are numbered from 1.

    The keys of the dicts are numbers of leaves. `leaves`: the new pieces of a leaf, or None if it was deleted. `added`: the new
    leaves after a leaf; those with the key 0 come before the first. `shapes`: the new shape of a leaf, and what a person is told if
    the shape can’t be written. `grid`: the cells of the text’s table, if rows or columns were changed.
    """

    leaves: dict[int, list[Piece] | None] = field(default_factory=dict)
    added: dict[int, list[NewLeaf]] = field(default_factory=dict)
    shapes: dict[int, tuple[Shape, Unmerged]] = field(default_factory=dict)
    grid: CellGrid | None = None
    authors: Authors = frozenset()


@dataclass(frozen=True)
class NewPicture:
    """A picture that was put in: its alternative text, the pieces of its caption, and the size and checksum of its part."""

    alternative: str
    caption: tuple[Piece, ...]
    checksum: str


@dataclass(frozen=True)
class NewBlock:
    """A new block of a section or deck, after the block `after`, or at the top of the file if `after` names its title.

    `leaves`: a paragraph, a heading, or the items of a list. `moved_from`: the name of the block that was moved here as a whole, or
    None. `grid`, `picture`: set instead of `leaves` if the block is a table or a picture. `told`: what a person is told if it can't
    be written. `at`: the number of its first paragraph in the edited file.
    """

    after: str
    leaves: tuple[NewLeaf, ...]
    moved_from: str | None = None
    authors: Authors = frozenset()
    grid: CellGrid | None = None
    picture: NewPicture | None = None
    told: Unmerged | None = None
    at: int = 0

    @property
    def text(self) -> str:
        """Its words, for a message."""
        cells = [cell for row in self.grid.rows for cell in row] if self.grid else []
        return " / ".join(filter(None, [words(part) for part in (*(leaf.pieces for leaf in self.leaves), *cells)]))


@dataclass(frozen=True)
class NewFact:
    """A new fact next to the fact whose text has the name `beside`. `pieces`: its words without the source numbers. `anchors`: the
    bookmark in the list of sources to which each of its source numbers leads; empty for a number that somebody typed."""

    beside: str
    pieces: tuple[Piece, ...]
    anchors: tuple[str, ...]
    authors: Authors = frozenset()


@dataclass(frozen=True)
class FactSources:
    """A change of a fact's source numbers. `name`: the name of the fact's text. `anchors`: the bookmark to which each number leads
    now; empty for a number that somebody typed. `told`: what a person is told if the change can’t be written."""

    name: str
    anchors: tuple[str, ...]
    told: Unmerged


@dataclass(frozen=True)
class JoinedFacts:
    """Two facts that became one paragraph. `first`, `second`: the names of their texts. `pieces`: the words of both, without the
    source numbers. `anchors`: the bookmarks to which the source numbers lead. `told`: what a person is told if the change can’t be
    written."""

    first: str
    second: str
    pieces: tuple[Piece, ...]
    anchors: tuple[str, ...]
    told: Unmerged


@dataclass(frozen=True)
class MovedFact:
    """A fact that was moved. `before`, `behind`: the names of the texts before and after it in its new position. `told`: what a
    person is told if the move can't be written."""

    name: str
    before: str
    behind: str
    told: Unmerged


@dataclass
class Edits:
    """All edits of a file.

    `texts`: the changed texts by name. `nearest`: by the number of an edited paragraph, the name of the text that it prints.
    `deleted`: reports of deleted paragraphs that are not content. `printed`: the names of all texts that the sent file prints.
    `missing`: those of which the edited file has nothing.
    """

    texts: dict[str, TextEdit] = field(default_factory=dict)
    blocks: list[NewBlock] = field(default_factory=list)
    facts: list[NewFact] = field(default_factory=list)
    sources: list[FactSources] = field(default_factory=list)
    moved_facts: list[MovedFact] = field(default_factory=list)
    joined_facts: list[JoinedFacts] = field(default_factory=list)
    unmerged: list[Unmerged] = field(default_factory=list)
    deleted: list[Unmerged] = field(default_factory=list)
    nearest: dict[int, str] = field(default_factory=dict)
    printed: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
