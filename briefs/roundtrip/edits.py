"""The edits that were made in a Word file, in terms of the content.

In: nothing. Out: `Edits`: the new text of each field and block, new blocks and facts with their positions, and as `Unmerged`
whatever is not content or has no certain place. `compare.py` finds them, `apply.py` makes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from briefs.problems import Place
from briefs.wordfile.paragraphs import Author
from briefs.wordfile.pieces import Piece

Authors = frozenset[Author]


@dataclass(frozen=True)
class Unmerged:
    """An edit that a person has to make: why, the words before and after, the page, the heading above it, its place.

    `count`: how often it was made, for instance by Replace All; the rest is of the first time."""

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


def counted(found: Iterable[Unmerged]) -> list[Unmerged]:
    """The edits with equal ones as one: the same words replaced by the same, or the items of one list all made something else."""
    first: dict[object, Unmerged] = {}
    for one in found:
        own_list = one.place.name if one.place and not one.after and _OF_A_LIST in one.reason else one.before
        key = (one.reason, own_list, one.after)
        same = first.get(key)
        first[key] = replace(same, count=same.count + 1, authors=same.authors | one.authors) if same else one
    return list(first.values())


_OF_A_LIST = "item was made into"


@dataclass
class TextEdit:
    """The new content of one text, leaf by leaf. A leaf is a paragraph, a heading or a list item; they are numbered from 1.

    `leaves`: the new pieces of a leaf, or None if it was deleted. `added`: new leaves after the one of that number, or before the
    first (0).
    """

    leaves: dict[int, list[Piece] | None] = field(default_factory=dict)
    added: dict[int, list[Sequence[Piece]]] = field(default_factory=dict)
    authors: Authors = frozenset()


@dataclass(frozen=True)
class NewBlock:
    """A new block of a section or deck, after the block `after`, or at the top of the file if `after` names its title.

    `style`: the name of its style in Word. `moved_from`: the block that was moved here.
    """

    after: str
    pieces: tuple[Piece, ...]
    style: str
    moved_from: str | None = None
    authors: Authors = frozenset()


@dataclass(frozen=True)
class NewFact:
    """A new fact next to the fact whose text has the name `beside`. `anchors`: the bookmarks in the list of sources that its
    numbers lead to; an empty one is that of a number that was typed."""

    beside: str
    pieces: tuple[Piece, ...]
    anchors: tuple[str, ...]
    authors: Authors = frozenset()


@dataclass
class Edits:
    """All edits of a file.

    `nearest`: the text in or after which each edited paragraph stands, by the paragraph's number. `deleted`: what was deleted, but
    is not content. `printed`: the names of all texts of the file that was sent. `missing`: those of which the edited file has
    nothing.
    """

    texts: dict[str, TextEdit] = field(default_factory=dict)
    blocks: list[NewBlock] = field(default_factory=list)
    facts: list[NewFact] = field(default_factory=list)
    unmerged: list[Unmerged] = field(default_factory=list)
    deleted: list[Unmerged] = field(default_factory=list)
    nearest: dict[int, str] = field(default_factory=dict)
    printed: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)


def file_of(name: str) -> str:
    """The content file of a text: `report/01-opening.md` of `report/01-opening.md#3`."""
    return name.partition("#")[0]


def is_fact(name: str) -> bool:
    """Whether it is the name of a fact's text."""
    return name.startswith("countries/") and "#" in name and name.endswith("/text")


def is_block(name: str) -> bool:
    """Whether it is the name of a block of a section or deck."""
    path, _, anchor = name.partition("#")
    return path.endswith(".md") and anchor.isdecimal()
