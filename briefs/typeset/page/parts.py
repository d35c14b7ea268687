"""A long document in parts: each begins a page, is laid out alone, and kept by its own content; then all are joined.

In: a manuscript's tree as the page has it. Out: `Part`s; of each, laid out, `Sheets`, which `join.py` makes one file of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from briefs.compose import tree
from briefs.compose.manuscript import OPENER
from briefs.compose.tree import Node
from briefs.typeset.page.shown import Frame

FRONT = "front"  # the class of what is numbered in roman, and waits for the page numbers of all else


@dataclass(frozen=True)
class ReportPart:
    """A piece of the tree that begins a page, named after its heading. `notes`: how many stand before its own. `elsewhere`: names
    in other parts that it points at."""

    name: str
    blocks: Sequence[Node]
    notes: int
    elsewhere: tuple[str, ...]


@dataclass(frozen=True)
class PartPages:
    """A part on pages. `names`: the named page that each is; `anchors`: the page of each name, from 0; `titles`: for the outline,
    level, words, page, and where on it in points; `dots`: dots an inch of its pictures; `faces`: fonts and their letters
    (`faces.py`); `frames`: where its figures stand; `pdf`: a file without fonts, for `join`; `key`: the hash under which they are
    kept, if they are."""

    name: str
    names: tuple[str, ...]
    anchors: Mapping[str, int]
    titles: tuple[tuple[int, str, int, float, float], ...]
    dots: Mapping[str, float]
    faces: Mapping[str, Mapping[str, Any]]
    frames: tuple[Frame, ...]
    pdf: bytes
    key: str = ""

    def told(self) -> dict[str, Any]:
        """All but the file, as JSON holds it."""
        told = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "pdf"}
        return told | {"frames": [asdict(frame) for frame in self.frames]}

    @classmethod
    def of(cls, told: Mapping[str, Any], pdf: bytes) -> PartPages:
        """What `told` gave, and the file."""
        titles = tuple((level, words, page, left, top) for level, words, page, left, top in told["titles"])
        frames = tuple(Frame(**frame) for frame in told["frames"])
        return cls(**{**told, "names": tuple(told["names"]), "titles": titles, "frames": frames}, pdf=pdf)


def cut(blocks: Sequence[Node]) -> list[ReportPart]:
    """The parts of a document of these blocks: what stands before the body is one, then each title and each opener begins one."""
    front, pieces = _front(list(blocks))
    parts: list[ReportPart] = []
    notes = 0
    for piece in [front, *pieces]:
        nodes = list(tree.walk(piece))
        names = {name for node in nodes if (name := _name(node))}
        targets = {n["c"][2][0][1:] for n in nodes if n["t"] == "Link" and n["c"][2][0].startswith("#")}
        heading = next((n["c"][1][0] for n in nodes if n["t"] == "Header"), "")
        name = (heading or f"part-{len(parts)}") if parts else FRONT
        own = sum(n["t"] == "Span" and "footnote" in tree.classes(n) for n in nodes)
        parts.append(ReportPart(name, piece, notes if own else 0, tuple(sorted(targets - names))))
        notes += own
    return parts


def _front(blocks: list[Node]) -> tuple[list[Node], list[list[Node]]]:
    """What stands before the body, and the pieces of all else."""
    at = next((n + 1 for n, block in enumerate(blocks) if FRONT in tree.classes(block)), 0)
    return blocks[:at], [piece for block in blocks[at:] for piece in _pieces(block)]


def _pieces(block: Node) -> Iterator[list[Node]]:
    """A block cut where a page begins; each piece in a block of the same kind."""
    if block["t"] != "Div":
        yield [block]
        return
    attributes, inner = block["c"]
    title = next((dict(n["c"][1][2]).get("short") for n in inner if n["t"] == "Header" and n["c"][0] == 1), None)
    piece: list[Node] = []
    for node in inner:
        if piece and _opens(node, piece):
            yield [_within(attributes, piece, title)]
            piece = []
        piece.append(node)
    yield [_within(attributes, piece, title)]


def _opens(node: Node, piece: Sequence[Node]) -> bool:
    """Whether a page begins with a node: a title; an opener too, but for the first after its title."""
    if node["t"] != "Header":
        return False
    level, (_, classes, _), _ = node["c"]
    return level == 1 or (OPENER in classes and any(OPENER in n["c"][1][1] for n in piece if n["t"] == "Header"))


def _within(attributes: Sequence[Any], piece: Sequence[Node], title: str | None) -> Node:
    """A piece in its block, which says the title that runs on over it."""
    identifier, classes, keys = attributes
    return {"t": "Div", "c": [[identifier, classes, [*keys, *([["short", title]] if title else [])]], list(piece)]}


def _name(node: Node) -> str:
    """The name that a node has, to be pointed at."""
    if node["t"] == "Header":
        return str(node["c"][1][0])
    return str(node["c"][0][0]) if node["t"] in {"Div", "Span", "Link", "Image", "Code", "CodeBlock", "Table"} else ""


def numbers(sheets: Sequence[PartPages]) -> dict[str, str]:
    """The number printed on the page of each name, of the parts after the front matter: the first page counts as 1."""
    found: dict[str, str] = {}
    before = 0
    for part in sheets:
        for name, page in part.anchors.items():
            found.setdefault(name, str(before + page + 1))
        before += len(part.names)
    return found


def dots(sheets: Sequence[PartPages]) -> dict[str, float]:
    """The fewest dots an inch that each picture has."""
    found: dict[str, float] = {}
    for part in sheets:
        found.update({name: min(dots, found.get(name, dots)) for name, dots in part.dots.items()})
    return found


def frames(sheets: Sequence[PartPages]) -> list[Frame]:
    """Where each figure stands in the joined file."""
    found: list[Frame] = []
    before = 0
    for part in sheets:
        found += [replace(frame, page=before + frame.page) for frame in part.frames]
        before += len(part.names)
    return found
