"""Splits a long document into chunks. Each chunk begins a page, is laid out on its own and cached under a hash of its content.
Chapters run on in one chunk, unless they are so long that it would take too long to lay out.

In: a manuscript's tree in the form that `html.py` prepares. Out: `Chunk`s. Laying out a chunk gives `TypesetPages`, which `join.py`
puts into one file. (Pandoc uses the word in the same sense: https://pandoc.org/MANUAL.html#chunked-html.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import accumulate, groupby, pairwise
from typing import Any

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.typeset.page.faults import PageFault
from briefs.typeset.page.raster import FigureBox
from briefs.typeset.page.tables import TableSetting

BODY, LONGEST = "body", 90_000  # the class of the chapters that run on, and the most letters of a chunk of several of them
FRONT = "front"  # the class of the front matter, whose pages have roman numbers and whose contents list all other pages


@dataclass(frozen=True)
class Chunk:
    """A part of the tree that begins a page, named after its heading.

    `notes_before`: how many footnotes are in the chunks before it; 0 if it has no footnotes itself. `external_anchors`: anchors in
    other chunks to which it links.
    """

    name: str
    blocks: Sequence[Node]
    notes_before: int
    external_anchors: tuple[str, ...]


@dataclass(frozen=True)
class TypesetPages:
    """The pages of a chunk.

    `page_names`: the CSS page name of each page; `anchors`: the page of each anchor, from 0; `bookmarks`: the entries of the
    outline, each with level, text, page, and left and top in points; `resolutions`: dots per inch of its pictures; `fonts`: the
    fonts and glyphs that it uses (`engine/fonts.py`); `figures`: where its figures are; `pdf`: a file without fonts, for
    `join.py`; `faults`: what is wrong with its pages; `tables`: how each table is set.
    """

    name: str
    page_names: tuple[str, ...]
    anchors: Mapping[str, int]
    bookmarks: tuple[tuple[int, str, int, float, float], ...]
    resolutions: Mapping[str, float]
    fonts: Mapping[str, Mapping[str, Any]]
    figures: tuple[FigureBox, ...]
    pdf: bytes
    faults: tuple[PageFault, ...] = ()
    tables: Mapping[str, TableSetting] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Everything but the PDF, in types that JSON has."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "pdf"}
        lists = {"figures": [asdict(figure) for figure in self.figures], "faults": [asdict(fault) for fault in self.faults]}
        return values | lists | {"tables": {name: asdict(setting) for name, setting in self.tables.items()}}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], pdf: bytes) -> TypesetPages:
        """The inverse of `to_dict`, with the PDF."""
        bookmarks = tuple((level, text, page, left, top) for level, text, page, left, top in values["bookmarks"])
        figures = tuple(FigureBox(**figure) for figure in values["figures"])
        faults = tuple(PageFault(tuple(fault["names"]), fault["what"], fault["hint"]) for fault in values["faults"])
        changed = {"page_names": tuple(values["page_names"]), "bookmarks": bookmarks, "figures": figures, "faults": faults}
        tables = {name: TableSetting(**{**table, "columns": tuple(table["columns"])}) for name, table in values["tables"].items()}
        return cls(**{**values, **changed, "tables": tables}, pdf=pdf)


def split(blocks: Sequence[Node]) -> list[Chunk]:
    """The chunks of a document: the first is the front matter, which may be empty; then each title begins another one, unless
    chapters run on. What is longer than LONGEST letters is divided further: a table between its rows, a list of sources between
    countries."""
    front, others = _front(list(blocks))
    return _chunks([front, *(part for block in others for part in _cut(block, LONGEST))], first=FRONT)


def chapter(blocks: Sequence[Node], is_wanted: Callable[[Sequence[Node]], bool]) -> Chunk | None:
    """The first chapter that is wanted, which begins a page even if it runs on in the document; None if no chapter is wanted. For a
    look at one chapter: it takes less time than the whole document."""
    front, others = _front(list(blocks))
    notes = _notes(tree.walk(front))
    for part in (part for block in others for part in _cut(block, longest=0)):
        if is_wanted(part):
            return _chunks([part], notes, "chapter")[0]
        notes += _notes(tree.walk(part))
    return None


def divided(chapter: Chunk) -> list[Chunk]:
    """The parts of a chapter that has more than LONGEST letters, or else the chapter alone."""
    if len(tree.text_of(chapter.blocks)) <= LONGEST:
        return [chapter]
    return _chunks([part for block in chapter.blocks for part in _cut(block, LONGEST)], chapter.notes_before, chapter.name)


def _chunks(parts: Sequence[list[Node]], notes: int = 0, first: str = "") -> list[Chunk]:
    """`notes`: how many footnotes are before the parts. `first`: the name of the first part."""
    chunks: list[Chunk] = []
    for part in parts:
        nodes = list(tree.walk(part))
        anchors = {name for node in nodes if (name := tree.identifier(node))}
        targets = {tree.target(n)[1:] for n in nodes if n["t"] == "Link" and tree.target(n).startswith("#")}
        heading = next((tree.identifier(n) for n in nodes if n["t"] == "Header"), "")
        name = (heading or f"part-{len(chunks)}") if chunks else first
        own = _notes(nodes)
        chunks.append(Chunk(name, part, notes if own else 0, tuple(sorted(targets - anchors))))
        notes += own
    return chunks


def _notes(nodes: Iterable[Node]) -> int:
    """The number of footnotes, as pandoc or as HTML has them."""
    return sum(n["t"] == "Note" or (n["t"] == "Span" and "footnote" in tree.classes(n)) for n in nodes)


def _front(blocks: list[Node]) -> tuple[list[Node], list[Node]]:
    """The blocks of the front matter, and the other blocks."""
    at = next((n + 1 for n, block in enumerate(blocks) if FRONT in tree.classes(block)), 0)
    return blocks[:at], blocks[at:]


def _cut(block: Node, longest: float) -> Iterator[list[Node]]:
    """The parts of a block, which is divided before its headings of level 1. Chapters that run on stay together as far as they have
    no more than `longest` letters; other chapters are divided if they have more. Each part is wrapped in a block of the same
    kind."""
    if block["t"] != "Div":
        yield [block]
        return
    inner = tree.blocks(block)
    title = next((tree.attributes(n).get("short") for n in inner if n["t"] == "Header" and tree.level(n) == 1), None)
    runs_on = BODY in tree.classes(block)
    part: list[Node] = []
    for chapter in _chapters(inner):
        if part and not (runs_on and len(tree.text_of([*part, *chapter])) <= longest):
            yield [_wrapped(block, part, title)]
            part = []
        *first, part = [[*part, *chapter]] if runs_on else _pieces(chapter, longest or math.inf)
        yield from ([_wrapped(block, group, title)] for group in first)
    yield [_wrapped(block, part, title)]


def _chapters(blocks: Sequence[Node]) -> Iterator[list[Node]]:
    """The blocks, divided before each heading of level 1."""
    starts = [n for n, node in enumerate(blocks) if n and node["t"] == "Header" and tree.level(node) == 1]
    return (list(blocks[a:b]) for a, b in pairwise([0, *starts, len(blocks)]))


def _pieces(blocks: Sequence[Node], longest: float) -> Iterator[list[Node]]:
    """The blocks in groups of at most `longest` letters, as far as they can be divided. What leads to a block stays with it."""
    group: list[Node] = []
    size = 0
    for block in (part for whole in blocks for part in _parts(whole, longest)):
        size += len(tree.text_of([block]))
        end = next((n for n in range(len(group), 0, -1) if not _leads(group[n - 1])), 0)
        if end and size > longest:
            yield group[:end]
            group = group[end:]
            size = len(tree.text_of([*group, block]))
        group.append(block)
    yield group


def _parts(block: Node, longest: float) -> Iterator[Node]:
    """The parts of a block of more than `longest` letters: of a div between its blocks, of a table between its rows. Only the
    first part keeps the identifier. Any other block, and a numbered table, is its only part."""
    if block["t"] not in {"Div", "Table"} or "table" in tree.attributes(block) or len(tree.text_of([block])) <= longest:
        yield block
        return
    parts = _with_rows(block, longest) if block["t"] == "Table" else _with_blocks(block, longest)
    for number, part in enumerate(parts):
        _, classes, keys = tree.attr_of(part)
        yield tree.with_attr(part, ["", classes, keys]) if number else part


def _with_blocks(div: Node, longest: float) -> Iterator[Node]:
    return (tree.with_blocks(div, group) for group in _pieces(tree.blocks(div), longest))


def _with_rows(table: Node, longest: float) -> Iterator[Node]:
    """The parts of a table, each of which has its head, and rows of at most `longest` letters or a single row."""
    *before, bodies, foot = table["c"]
    for attr, heads, inner, rows in bodies:
        ends = accumulate(len(tree.text_of(row)) for row in rows)
        for _, group in groupby(zip(ends, rows, strict=True), lambda pair: pair[0] // longest):
            yield {"t": "Table", "c": [*before, [[attr, heads, inner, [row for _, row in group]]], foot]}


def _leads(block: Node) -> bool:
    """Whether a block leads to the next one, and stays on its page (`report.css`)."""
    return block["t"] == "Header" or bool({"caption", "meaning", "source-country"} & set(tree.classes(block)))


def _wrapped(block: Node, part: Sequence[Node], title: str | None) -> Node:
    """A part of a block, wrapped in a block with the same attributes, and with the title for the running head."""
    identifier, classes, keys = tree.attr_of(block)
    named = dict(keys) | ({"short": title} if title else {})
    return tree.with_blocks(tree.with_attr(block, [identifier, classes, [list(pair) for pair in named.items()]]), part)


def page_numbers(typeset: Sequence[TypesetPages]) -> dict[str, str]:
    """The printed page number of each anchor in the chunks after the front matter. The first page is 1."""
    found: dict[str, str] = {}
    before = 0
    for pages in typeset:
        for anchor, page in pages.anchors.items():
            found.setdefault(anchor, str(before + page + 1))
        before += len(pages.page_names)
    return found


def resolutions(typeset: Sequence[TypesetPages]) -> dict[str, float]:
    """The lowest resolution at which each picture is printed, in dots per inch."""
    found: dict[str, float] = {}
    for pages in typeset:
        found.update({name: min(dpi, found.get(name, dpi)) for name, dpi in pages.resolutions.items()})
    return found


def figure_boxes(typeset: Sequence[TypesetPages]) -> list[FigureBox]:
    """The place of each figure in the joined file."""
    found: list[FigureBox] = []
    before = 0
    for pages in typeset:
        found += [replace(figure, page=before + figure.page) for figure in pages.figures]
        before += len(pages.page_names)
    return found
