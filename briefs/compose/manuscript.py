"""The manuscript: one document as pandoc's tree, with all that the typesetters need to know of it.

In: nothing. Out: `Manuscript`, and the rule by which a place of the content gets its bookmark.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from briefs.compose.figures import Figure
from briefs.compose.kinds import Kind
from briefs.compose.numbering import Caption, Heading
from briefs.compose.pictures import Picture
from briefs.compose.tree import Node
from briefs.problems import Place

OPENER = "group"  # the class of headings that begin a page as titles do, but for the first after its title
BOOKMARK_LENGTH = 40  # Word's limit (ECMA-376 part 1, 17.13.6.2, and Word's own dialog)


@dataclass(frozen=True)
class DataAttachment:
    """What the document rests on, as a file for machines that goes with it."""

    name: str
    content: bytes
    mime: str
    description: str


@dataclass(frozen=True)
class Manuscript:
    """A document: its tree, its figures as specifications, its pictures, where its blocks come from (`places`, and the `hashes` of
    their sources, by bookmark), and what gave way.

    `steps` are the scale's colours by id, for badges and figures. `waiting` are the ids of the facts that could still give
    way, the next first; `gone` those that did. `accent` is the stance that colours the page, if it has one.
    `running` is what stands at the foot of a handout's pages. `pictures` are those that people drew, by the tree's names for them.
    """

    kind: Kind
    stem: str
    title: str
    language: str
    date: str
    blocks: Sequence[Node]
    figures: Mapping[str, Figure]
    colours: Mapping[str, str]
    places: Mapping[str, Place]
    hashes: Mapping[str, str] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    publisher: str = ""
    accent: str = ""
    waiting: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    captions: tuple[Caption, ...] = ()
    data: DataAttachment | None = None
    running: str = ""
    pictures: Mapping[str, Picture] = field(default_factory=dict)


def bookmark(place: Place) -> str:
    """The bookmark of a content block, from its place.

    The rule (docs/architecture.md): the place's name with every run of other characters than letters and digits as one
    underscore, cut to 31 characters, then an underscore and the first 8 hexadecimal digits of the SHA-256 of the whole name.
    """
    word = re.sub(r"[^A-Za-z0-9]+", "_", place.name).strip("_")
    digest = hashlib.sha256(place.name.encode()).hexdigest()[:8]
    return f"{word[: BOOKMARK_LENGTH - 9]}_{digest}"
