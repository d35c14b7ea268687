"""The manuscript: one document as pandoc's tree, and everything else that typesetting needs.

In: nothing. Out: `Manuscript`, and the rule for the bookmark of a place in the content.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from briefs.compose import tree
from briefs.compose.kinds import Kind
from briefs.compose.numbering import Caption, Heading
from briefs.compose.tree import Node
from briefs.edition.digits import WESTERN
from briefs.problems import Place, Problem

if TYPE_CHECKING:  # for types only: code that reads documents needs none of the modules that draw
    from briefs.compose.figures import Figure
    from briefs.compose.pictures import Picture

KEY_FACTS = "key_facts"  # the name of the row of key facts in `waiting` and `gone`
PLOT = "figure/"  # with a number after it: the name of a figure of values in `waiting` and `gone`
VALUES = "values/"  # with the id of a column after it: the name of a row of values in `waiting` and `gone`
# The prefixes of classes of blocks. The name of an addition follows. A page has such a block only if it has the addition (WITH), or
# only if it doesn't (WITHOUT).
WITH, WITHOUT = "with-", "without-"
BOOKMARK_LENGTH = 40  # Word's limit (ECMA-376 part 1, 17.13.6.2, and Word's own dialog)


@dataclass(frozen=True)
class DataAttachment:
    """Data behind the document, as a machine-readable file that is attached to the PDF. `made` gives its bytes: they are made when
    they are first asked for, since a document that is only checked needs none."""

    name: str
    made: Callable[[], bytes] = field(compare=False)
    mime: str
    description: str

    @cached_property
    def content(self) -> bytes:
        """The bytes of the file."""
        return self.made()

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the bytes, and not what they are made from."""
        return DataAttachment, (self.name, partial(bytes, self.content), self.mime, self.description)


@dataclass(frozen=True)
class Manuscript:
    """A document: its tree, the figures and pictures in it, and where its blocks come from.

    `figures`: specifications of the figures drawn from data, by name. `pictures`: pictures from the content, by their names in the
    tree. `colours`: the colours of the scale, by the stance's id. `accent`: the id of the stance that colours the page, or empty.
    `places`, `hashes`: the place of each content block and the hash of its text, by its bookmark.

    `waiting`: the names of the parts that may still give way, such as ids of facts, the next one first. `gone`: the names of those
    that gave way. `without`: the names of figures of values for which the page has no room, whatever gives way. `whole`: the tree
    with all that a page with much room can have in addition; empty if there is nothing. `drawn`: the figures of `blocks` and of
    `whole`. `added`: the names of the additions that are in `blocks`. `taller`: by name, versions of a figure that show more, the
    lowest first, for a page with room beside its text.

    `audience`: the id of the audience that it is made for, or empty. `translation`: the tag of the language that it is translated
    into, or empty. `languages`: the languages of its two sides, if it is in two languages; `language` is the first one.
    `restriction`: the line on each page about its embargo and marking; `keywords`: the same for its metadata.

    `running`: the footer of a handout. `documents`: the other documents to which it links, by the path of their files without the
    suffix. `warnings`: what `check` should tell about the content. `records`: the sources that its citations name, as CSL's JSON,
    and `style` the name of the style that wrote the citations; both are empty if the document numbers its sources. `numerals`: the
    numbering system of pages, notes and lists (`edition/digits.py`).
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
    subtitle: str = ""
    accent: str = ""
    waiting: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    captions: tuple[Caption, ...] = ()
    data: tuple[DataAttachment, ...] = ()
    running: str = ""
    documents: frozenset[str] = frozenset()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    audience: str = ""
    translation: str = ""
    restriction: str = ""
    keywords: str = ""
    whole: Sequence[Node] = ()
    drawn: Mapping[str, Figure] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    taller: Mapping[str, Sequence[Figure]] = field(default_factory=dict)
    records: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    style: str = ""
    languages: tuple[str, ...] = ()
    numerals: str = WESTERN

    @property
    def additions(self) -> frozenset[str]:
        """The names of the additions that the document can have."""
        return frozenset(_additions(self.whole))

    def with_additions(self, names: Collection[str]) -> Manuscript:
        """The same document with these additions, and no others."""
        blocks = list(_chosen(self.whole, names))
        images = {tree.target(node) for node in _images(blocks)}
        figures = {name: figure for name, figure in self.drawn.items() if f"{figure.name}.svg" in images}
        return replace(self, blocks=blocks, figures=figures, added=tuple(names))

    def with_taller(self, room: float) -> Manuscript:
        """The same document with the tallest version of a figure that needs at most `room` millimetres more than its own."""
        for name, figure in self.figures.items():
            if fitting := [more for more in self.taller.get(name, ()) if figure.height < more.height <= figure.height + room]:
                return self._with_figure(fitting[-1])
        return self

    def with_figures(self, change: Callable[[Figure], Figure]) -> Manuscript:
        """The same document with each of its figures changed, also those that it may come to have."""
        own, drawn = ({name: change(figure) for name, figure in found.items()} for found in (self.figures, self.drawn))
        taller = {name: [change(figure) for figure in found] for name, found in self.taller.items()}
        return replace(self, figures=own, drawn=drawn, taller=taller)

    def _with_figure(self, figure: Figure) -> Manuscript:
        image, figures = figure_image(figure), {**self.figures, figure.name: figure}
        blocks = tree.transform(
            list(self.blocks), lambda node: [image] if tree.target(node) == tree.target(image) else None, "Image"
        )
        return replace(self, blocks=blocks, figures=figures)


def figure_image(figure: Figure) -> Node:
    """The Image node of a figure. It has the figure's name; typesetting puts the drawing in its place."""
    return tree.image(f"{figure.name}.svg", figure.alt, width=f"{figure.width:g}mm", height=f"{figure.height:.2f}mm")


def _additions(blocks: Sequence[Node]) -> Iterator[str]:
    for block in (block for block in blocks if block["t"] == "Div"):
        yield from (name.removeprefix(WITH) for name in tree.classes(block) if name.startswith(WITH))
        yield from _additions(tree.blocks(block))


def _chosen(blocks: Sequence[Node], names: Collection[str]) -> Iterator[Node]:
    """The blocks of a document that has the additions `names`. A div that marks an addition is left out, or only its blocks
    stay."""
    for block in blocks:
        mark = next((c for c in tree.classes(block) if c.startswith((WITH, WITHOUT))), "") if block["t"] == "Div" else ""
        if block["t"] != "Div":
            yield block
        elif not mark:
            yield tree.with_blocks(block, list(_chosen(tree.blocks(block), names)))
        elif (mark.removeprefix(WITHOUT).removeprefix(WITH) in names) == mark.startswith(WITH):
            yield from _chosen(tree.blocks(block), names)


def _images(blocks: Sequence[Node]) -> Iterator[Node]:
    """The images that stand alone in a paragraph, within divs at any depth."""
    for block in blocks:
        if block["t"] == "Div":
            yield from _images(tree.blocks(block))
        elif block["t"] == "Para" and tree.inlines(block)[0]["t"] == "Image":
            yield tree.inlines(block)[0]


def bookmark(place: Place) -> str:
    """The bookmark of a content block at a place.

    The rule (docs/decisions.md, 2): in the name of the place every run of characters other than letters and digits becomes an
    underscore; its first 31 characters, an underscore, and the first 8 hexadecimal digits of the SHA-256 of the whole name follow.
    """
    word = re.sub(r"[^A-Za-z0-9]+", "_", place.name).strip("_")
    digest = hashlib.sha256(place.name.encode()).hexdigest()[:8]
    return f"{word[: BOOKMARK_LENGTH - 9]}_{digest}"


def opaque(name: str) -> str:
    """What stands for the name of a place in the files of an audience: the first 16 hexadecimal digits of its SHA-256.

    Names have the ids of facts, and a gap between these would tell that there is a fact that isn't for this audience.
    """
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def for_audience(manuscript: Manuscript, audience: str) -> Manuscript:
    """The manuscript with bookmarks that don't name their places."""
    names = {name: f"b_{opaque(place.name)}" for name, place in manuscript.places.items()}

    def renamed(span: Node) -> list[Node] | None:
        identifier, classes, keys = tree.attr_of(span)
        return [tree.with_attr(span, [names[identifier], classes, keys])] if identifier in names else None

    return replace(
        manuscript,
        blocks=tree.transform(list(manuscript.blocks), renamed, "Span"),
        whole=tree.transform(list(manuscript.whole), renamed, "Span"),
        places={names[name]: place for name, place in manuscript.places.items()},
        hashes={names[name]: hash for name, hash in manuscript.hashes.items()},
        audience=audience,
    )
