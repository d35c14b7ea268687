"""Finds where each text of the content is printed in the Word file that was sent, and which piece of the source each printed piece
is.

In: the sent file's paragraphs and bookmarks, the texts of the content. Out: `Region`s, and positions in the source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

from briefs.compose import noted, numbering, tree
from briefs.edition import texts
from briefs.edition.csl import Source
from briefs.edition.model import Text
from briefs.edition.textnames import file_of, is_block, is_literal
from briefs.roundtrip import rewrite
from briefs.sequences import opcodes
from briefs.tools.pandoc import Pandoc, PandocError
from briefs.typeset.word.origin import Block
from briefs.wordfile.paragraphs import Paragraph
from briefs.wordfile.pieces import Piece, of_inlines, words

_LONGEST_LABEL = 4  # pieces of the label before a reference
ATOMS = {"cite", "reference", "picture", "other"}  # kinds of pieces that are not text


@dataclass(frozen=True)
class Region:
    """The range of a paragraph's pieces that prints a leaf of a text: a paragraph, a heading or a list item. `name`: the text's
    name; `leaf`: the number of the leaf in it, from 1."""

    start: int
    end: int
    name: str
    leaf: int


class PrintedText:
    """The texts of the content as they stand in a file.

    `blocks`: by bookmark, the block that the file names for it. `known`: the texts by name (`edition/texts.py`). `identifiers`: the
    ids of sections, by the names of their titles. `sources`: the records of sources by key.
    """

    def __init__(
        self, paragraphs: Sequence[Paragraph], blocks: Mapping[str, Block], known: Mapping[str, Text], pandoc: Pandoc,
        identifiers: Mapping[str, str], sources: Mapping[str, Source],
    ):  # fmt: skip
        self.paragraphs, self.blocks, self.known, self.pandoc = paragraphs, blocks, known, pandoc
        self.identifiers, self.sources = identifiers, sources
        self._leaves: dict[str, list[list[Piece]]] = {}
        self._pictures = self._leaves_of_pictures()
        files = {file_of(block.place) for block in self.blocks.values()}
        self._titles = {text.markdown.strip(): name for name, text in known.items() if is_literal(name) and file_of(name) in files}
        self.regions = [self._regions(paragraph) for paragraph in paragraphs]
        self._unlearned: list[int] = list(range(len(paragraphs)))  # paragraphs whose citations and references aren’t noted yet
        self._atoms: dict[tuple[str, str], list[Piece]] = {}  # pieces of the source, by kind and by printed text or target
        self._printed_as: dict[int, Piece] = {}  # by the `id()` of a piece in `_atoms`, the printed piece

    def _regions(self, paragraph: Paragraph) -> list[Region]:
        found = []
        for mark, (start, end) in paragraph.bookmarks.items():
            if mark in self.blocks and start < end:
                name, leaf = texts.owner(self.blocks[mark].place, self.known)
                if name in self.known:
                    found.append(Region(start, end, name, leaf))
        if not found and [p.kind for p in paragraph.pieces] == ["picture"]:
            found += [Region(0, 1, *own) for own in self._pictures.get(paragraph.text, ())]
        if not found and (title := self._titles.get(paragraph.text)):
            found.append(Region(0, len(paragraph.pieces), title, 1))
        return sorted(found, key=lambda r: (r.start, r.end))

    def _leaves_of_pictures(self) -> dict[str, list[tuple[str, int]]]:
        """The text and the leaf of each picture of the content that stands by itself, by its alternative text. Pictures that share
        an alternative text are left out."""
        files = {file_of(block.place) for block in self.blocks.values()}
        names = [name for name, t in self.known.items() if is_block(name) and file_of(name) in files and "![" in t.markdown]
        self._parse(names)
        found: dict[str, list[tuple[str, int]]] = {}
        for name in names:
            for number, pieces in enumerate(self._leaves.get(name, ()), 1):
                if [p.kind for p in pieces] == ["picture"]:
                    found.setdefault(pieces[0].text, []).append((name, number))
        return {alternative: own for alternative, own in found.items() if len(own) == 1}

    def regions_of(self, numbers: Iterable[int]) -> list[Region]:
        """The regions of some paragraphs."""
        return [region for i in numbers for region in self.regions[i]]

    def leaves(self, name: str) -> list[list[Piece]]:
        """For each paragraph, heading or list item of a text, its pieces in the Markdown. Empty if the text can't be parsed."""
        if name not in self._leaves:
            try:
                found = rewrite.leaves(rewrite.parsed(self._whole(name), self.pandoc))
            except PandocError:
                found = []
            self._leaves[name] = [of_inlines(tree.inlines(leaf)) for leaf in found]
        return self._leaves[name]

    def _parse(self, names: Iterable[str]) -> None:
        """Parse several texts at once, which is quicker than one after the other."""
        waiting = [name for name in dict.fromkeys(names) if name not in self._leaves]
        texts_ = [self._whole(name) for name in waiting]
        with suppress(PandocError):
            for name, text, blocks in zip(waiting, texts_, self.pandoc.parse(texts_), strict=True):
                found = rewrite.leaves(rewrite.parsed(text, self.pandoc, blocks))
                self._leaves[name] = [of_inlines(tree.inlines(leaf)) for leaf in found]

    def _whole(self, name: str) -> str:
        """A text with the notes and links that it calls and that are defined elsewhere in its file."""
        return noted.with_definitions(self.known[name].markdown, defined_beside(name, self.known))

    def leaf(self, name: str, number: int) -> list[Piece]:
        """The source's pieces of one leaf; none if the text has fewer leaves."""
        own = self.leaves(name)
        return own[number - 1] if number <= len(own) else []

    def is_container(self, name: str) -> bool:
        """Whether a text is a quotation or a div, such as speaker notes, which can take another paragraph."""
        return rewrite.parsed(self.known[name].markdown, self.pandoc)[0]["t"] in {"Div", "BlockQuote"}

    def is_rigid(self, name: str) -> bool:
        """Whether a text is a figure or a table, whose parts stand nowhere else."""
        return rewrite.parsed(self.known[name].markdown, self.pandoc)[0]["t"] in {"Figure", "Table"}

    def paragraph_of(self, name: str, leaf: int = 1) -> Paragraph:
        """The paragraph in which a leaf of a text is printed."""
        found = zip(self.paragraphs, self.regions, strict=True)
        return next((p for p, own in found if any((r.name, r.leaf) == (name, leaf) for r in own)), Paragraph())

    def _learn(self) -> None:
        """Note how all citations and references are printed, so that they are recognised in other places too."""
        waiting, self._unlearned = self._unlearned, []
        own = {i: [r for r in self.regions[i] if self._has_atoms(i, r)] for i in waiting}
        self._parse(region.name for regions in own.values() for region in regions)
        for i, regions in own.items():
            self._learn_atoms(i, regions)

    def _has_atoms(self, i: int, region: Region) -> bool:
        return any(p.kind in ATOMS for p in self.paragraphs[i].pieces[region.start : region.end])

    def _learn_atoms(self, i: int, regions: Iterable[Region]) -> None:
        pieces = self.paragraphs[i].pieces
        for region in regions:
            printed = pieces[region.start : region.end]
            source = self.leaf(region.name, region.leaf)
            for piece, position in zip(printed, positions(printed, source), strict=False):
                if piece.kind in ATOMS and position is not None:
                    own = source[position]
                    self._printed_as[id(own)] = piece
                    for key in filter(None, (piece.text, piece.target)):
                        same = self._atoms.setdefault((piece.kind, key), [])
                        same += [] if any(other.text == own.text for other in same) else [own]

    def source_atom(self, piece: Piece, spare: Iterable[Piece] = ()) -> Piece | None:
        """The piece of the source that is printed like this one. None if there are several, such as two notes that say “Ibid.”

        A reference is known by what it leads to, because two references may print the same number. `spare`: pieces of the source
        that are taken first if they print the same.
        """
        self._learn()
        for own in spare:
            printed = self._printed_as.get(id(own))
            if printed and printed.kind == piece.kind and _is_same(printed, piece):
                return own
        found = self._atoms.get((piece.kind, piece.target or piece.text), [])
        return found[0] if len(found) == 1 else self._new_reference(piece)

    def is_printed(self, piece: Piece) -> bool:
        """Whether the file that was sent has a citation or note of the same words."""
        self._learn()
        return (piece.kind, piece.text) in self._atoms

    def lacks_label(self, piece: Piece) -> bool:
        """Whether a reference is only a number, where the program prints a word before it."""
        own = self.source_atom(piece)
        printed = self._printed_as.get(id(own)) if own else None
        return printed is not None and _has_letters(printed) and not _has_letters(piece)

    def _new_reference(self, piece: Piece) -> Piece | None:
        """A reference to a section, a figure or a table that no other reference in the file leads to."""
        if piece.kind != "reference":
            return None
        identifier = self._captioned.get(piece.target, "")
        if piece.target in self.blocks:
            name, _ = texts.owner(self.blocks[piece.target].place, self.known)
            text = self.known.get(name)
            identifier = self.identifiers.get(name) or (_identifier(text.markdown) if text else "")
        return Piece("…", "reference", node=tree.link([], f"#{identifier}")) if identifier else None

    @cached_property
    def _captioned(self) -> Mapping[str, str]:
        """The identifier of each figure and table, by the bookmark of its number. Figures and tables that share a bookmark are left
        out."""
        names = [found for name, t in self.known.items() if is_block(name) and (found := _identifier(t.markdown))]
        marks = Counter(map(numbering.anchor_of, names))
        return {mark: name for name in names if marks[mark := numbering.anchor_of(name)] == 1}

    def page(self, i: int) -> str:
        """The printed page of a paragraph: the page of the nearest bookmark in it or before it."""
        pages = (self.blocks[b].page for k in range(i, -1, -1) for b in self.paragraphs[k].bookmarks if b in self.blocks)
        return next(filter(None, pages), "")


def _is_same(printed: Piece, piece: Piece) -> bool:
    """Whether a citation, reference or picture of the source is the one that a printed piece shows."""
    if piece.kind == "reference" and piece.target and printed.target:
        return piece.target == printed.target
    return piece.text == printed.text


def _has_letters(piece: Piece) -> bool:
    return any(c.isalpha() for c in piece.text)


def _identifier(markdown: str) -> str:
    """The identifier of a heading, figure or table in its Markdown: `sec-money` of `## Money {#sec-money}`."""
    found = re.search(r"\{#([\w-]+)", markdown)
    return found[1] if found else ""


# What the program prints before the number of a section belongs to the reference.


def labels_of_references(printed: PrintedText, paragraphs: Sequence[Paragraph]) -> set[tuple[str, ...]]:
    """The texts of the pieces that the program prints before references (“Section”, a space), in each way that it does."""
    found: set[tuple[str, ...]] = set()
    for paragraph, regions in zip(paragraphs, printed.regions, strict=True):
        for region in regions:
            own = paragraph.pieces[region.start : region.end]
            if any(p.kind == "reference" and p.target for p in own):
                at = positions(own, printed.leaf(region.name, region.leaf))
                found |= {_label(own, at, n) for n, p in enumerate(own) if p.kind == "reference" and at[n] is not None}
    return found - {()}


def _label(printed: Sequence[Piece], at: Sequence[int | None], end: int) -> tuple[str, ...]:
    start = end
    while start and end - start <= _LONGEST_LABEL and at[start - 1] is None and printed[start - 1].kind in {"word", "space"}:
        start -= 1
    return () if end - start > _LONGEST_LABEL else tuple(p.text for p in printed[start:end])


def with_whole_references(paragraph: Paragraph, labels: Collection[tuple[str, ...]]) -> Paragraph:
    """A paragraph in which a reference and the label before it are one piece."""
    if all(piece.kind != "reference" for piece in paragraph.pieces):
        return paragraph
    out: list[Piece] = []
    index: list[int] = []
    for piece in paragraph.pieces:
        own = next((label for label in labels if piece.kind == "reference" and _ends_with(out, label)), ())
        if own:
            start = len(out) - len(own)
            piece = replace(piece, text=words(out[start:]) + piece.text)
            del out[start:]
            index = [min(n, start) for n in index]
        index.append(len(out))
        out.append(piece)
    at = [*index, len(out)]
    bookmarks = {name: (at[start], at[end]) for name, (start, end) in paragraph.bookmarks.items()}
    return replace(paragraph, pieces=out, bookmarks=bookmarks)


def _ends_with(pieces: Sequence[Piece], label: tuple[str, ...]) -> bool:
    return tuple(p.text for p in pieces[-len(label) :]) == label


def positions(printed: Sequence[Piece], source: Sequence[Piece]) -> list[int | None]:
    """The position in the source of each printed piece, and of the end; None for a piece that is not in the source."""
    a, b = [p.alignment_key for p in printed], [p.alignment_key for p in source]
    if a == b:
        return list(range(len(a) + 1))
    found: list[int | None] = [None] * (len(a) + 1)
    for tag, i, i_end, j, j_end in opcodes(a, b):
        if tag == "equal":
            found[i:i_end] = range(j, j_end)
    found[len(a)] = len(b)
    return found


def source_range(found: Sequence[int | None], start: int, end: int) -> tuple[int, int] | None:
    """The range of the source's pieces for a range of printed pieces. None if the range has no certain place in the source."""
    if start == end:
        here, before = found[start], found[start - 1] if start else -1
        if here is not None and (before is None or before == here - 1 or start == len(found) - 1):
            return here, here
        return None if before is None else (before + 1, before + 1)
    first, last = found[start], found[end - 1]
    if first is None or last is None or None in found[start:end]:
        return None
    return (first, last + 1) if last - first == end - start - 1 else None


def defined_beside(name: str, known: Mapping[str, Text]) -> Mapping[str, str]:
    """The notes and links that are defined in the file of a block; none for any other text."""
    if not is_block(name) or "[" not in known[name].markdown:
        return {}
    beside = (t.markdown for other, t in known.items() if is_block(other) and file_of(other) == file_of(name))
    return noted.defined_in(text for text in beside if "]:" in text)
