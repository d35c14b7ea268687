"""Running text as pieces: words, signs, spaces, and what stands among them that is no text (a note, a reference, a picture).

In: pandoc's inlines, or runs of a Word file (`paragraphs.py`). Out: `Piece`s that compare alike wherever they came from, and
inlines made of pieces again. Two texts are held against each other piece by piece (`difflib`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any
from urllib.parse import unquote

from briefs.compose import tree
from briefs.compose.tree import Node

_WORD = re.compile(r"[^\S\u00a0\u202f]+|[\u00a0\u202f]|\w+(?:['’]\w+)*|[^\w\s]")
_UNSEEN = re.compile("[\u00ad\u2060\u200b]")  # soft hyphens, word joiners: put in and taken out by programs
LOOKS = {
    "Strong": "strong", "Emph": "emph", "Strikeout": "strike", "Superscript": "super", "Subscript": "sub",
    "SmallCaps": "caps", "Underline": "underline",
}  # fmt: skip
_ORDER = ["link", "strong", "emph", "strike", "super", "sub", "caps", "underline", "code"]  # from the outside in
_NODES = {look: name for name, look in LOOKS.items()}


@dataclass(frozen=True)
class Piece:
    """A word, a sign, a space, or one thing that is no text.

    `kind`: word, space, break (a new line), paragraph (a new paragraph), cite (a note or a number of a source), reference (to a
    section, a figure …), picture, other. `look`: strong, emph, link https://… and so on. From the tree: `node`, and the spans
    that it stands `inside`, which Word doesn't show; of a space, where the source's line ends. From Word: whom a pending change
    is `by`.
    """

    text: str
    kind: str = "word"
    look: frozenset[str] = frozenset()
    node: Node | None = field(default=None, compare=False, hash=False)
    inside: tuple[str, ...] = field(default=(), compare=False)
    by: tuple[str, str] = field(default=("", ""), compare=False)

    @property
    def own(self) -> tuple[str, str, frozenset[str]]:
        """What tells the piece from others of one text; a reference's words are the program's."""
        return self.kind, "" if self.kind == "reference" else self.text, frozenset(map(_alike, self.look))

    @property
    def key(self) -> tuple[str, str, frozenset[str]]:
        """What the piece is held against others by: a citation is a citation, whatever number or note it became."""
        if self.kind in {"cite", "reference", "picture"}:
            return self.kind, "", frozenset()
        return self.kind, self.text, frozenset(map(_alike, self.look))


def _alike(look: str) -> str:
    """A look as it compares: programs write addresses in several ways, and give names within a file anew."""
    if look.startswith("link #"):
        return "link #"
    return unquote(look).partition("#")[0].rstrip("/") if look.startswith("link ") else look


PARAGRAPH = Piece("¶", "paragraph")


def of_text(text: str, look: frozenset[str] = frozenset(), **more: Any) -> list[Piece]:
    """Plain text as pieces; white space is one space, unless it must not break."""
    found = _WORD.findall(_UNSEEN.sub("", text))
    spaces = {t for t in found if t.isspace() and t not in "\u00a0\u202f"}
    return [Piece(" ", "space", look, **more) if t in spaces else Piece(t, "word", look, **more) for t in found]


def of_inlines(inlines: Iterable[Node], look: frozenset[str] = frozenset(), inside: tuple[str, ...] = ()) -> list[Piece]:
    """A tree's inlines as pieces."""
    return tidy(_of_nodes(inlines, look, inside))


def _of_nodes(inlines: Iterable[Node], look: frozenset[str], inside: tuple[str, ...]) -> Iterator[Piece]:
    for node in inlines:
        kind: str = node["t"]
        inner: Any = node.get("c")
        if kind == "Str":
            yield from of_text(inner, look, inside=inside)
        elif kind in {"Space", "SoftBreak"}:
            yield Piece(" ", "space", look, node if kind == "SoftBreak" else None, inside)
        elif kind == "LineBreak":
            yield Piece("↵", "break", inside=inside)
        elif kind in LOOKS:
            yield from _of_nodes(inner, look | {LOOKS[kind]}, inside)
        elif kind == "Code":
            yield from of_text(inner[1], look | {"code"}, inside=inside)
        elif kind == "Quoted":
            opened, closed = "‘’" if inner[0]["t"] == "SingleQuote" else "“”"
            yield from of_text(opened, look, inside=inside)
            yield from _of_nodes(inner[1], look, inside)
            yield from of_text(closed, look, inside=inside)
        elif kind == "Link" and inner[1]:
            yield from _of_nodes(inner[1], look | {f"link {inner[2][0]}"}, inside)
        elif kind == "Span":
            bare = inner[0] == tree.attr()
            yield from _of_nodes(inner[1], look, inside if bare else (*inside, json.dumps(inner[0])))
        elif kind == "RawInline":  # a comment: nobody sees it
            continue
        else:
            kinds = {"Cite": "cite", "Note": "cite", "Link": "reference", "Image": "picture"}
            yield Piece(tree.text_of(inner) or "…", kinds.get(kind, "other"), look, node, inside)


def tidy(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces as they compare: no two spaces in a row, none at the edges; a space has the looks that both its neighbours have."""
    found: list[Piece] = []
    for piece in pieces:
        if not (piece.kind == "space" and (not found or found[-1].kind in {"space", "break", "paragraph"})):
            if piece.kind in {"break", "paragraph"} and found and found[-1].kind == "space":
                found.pop()
            found.append(piece)
    while found and found[-1].kind == "space":
        found.pop()
    for n, piece in enumerate(found):
        if piece.kind == "space" and 0 < n < len(found) - 1:
            common = found[n - 1].look & found[n + 1].look
            found[n] = replace(piece, look=common)
    return found


def words(pieces: Iterable[Piece]) -> str:
    """The text of pieces."""
    return "".join("\n" if p.kind in {"break", "paragraph"} else p.text for p in pieces)


Change = tuple[int, int, list[Piece]]  # from, to (of the old pieces), what stands there now


def changes(old: Sequence[Piece], new: Sequence[Piece], *, loose: bool = False) -> list[Change]:
    """What is otherwise in `new`; `loose`: a citation is like any other."""
    a, b = ([p.key if loose else p.own for p in pieces] for pieces in (old, new))
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    found = [(a, b, list(new[c:d])) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
    return _joined(old, found)


def _joined(old: Sequence[Piece], found: Sequence[Change]) -> list[Change]:
    """Changes with nothing but a space between them are one."""
    out: list[Change] = []
    for start, end, new in found:
        if out and 0 <= start - out[-1][1] <= 1 and all(p.kind == "space" for p in old[out[-1][1] : start]):
            first, last, before = out.pop()
            out.append((first, end, [*before, *old[last:start], *new]))
        else:
            out.append((start, end, new))
    return out


def changed(old: Sequence[Piece], found: Iterable[Change]) -> list[Piece]:
    """The pieces with changes made."""
    out, at = [], 0
    for start, end, new in sorted(found, key=lambda c: (c[0], c[1])):
        out += [*old[at:start], *new]
        at = end
    return tidy([*out, *old[at:]])


def likeness(one: Sequence[Piece], other: Sequence[Piece]) -> float:
    """How alike two texts are, from 0 to 1, by their words in order."""
    a, b = ([p.text for p in pieces if p.kind == "word"] for pieces in (one, other))
    if not a or not b:
        return 1.0 if a == b and one and other else 0.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() > 0.3 and matcher.quick_ratio() > 0.3 else 0.0


def to_inlines(pieces: Sequence[Piece]) -> list[Node]:
    """Pieces as inlines again. Pieces that were inside a span of the tree stand in it again."""
    out: list[Node] = []
    for wrappers, group in groupby(pieces, key=lambda p: p.inside):
        inlines = _looked(list(group), 0)
        for attributes in reversed(wrappers):
            inlines = [{"t": "Span", "c": [json.loads(attributes), inlines]}]
        out += inlines
    return out


def _looked(pieces: Sequence[Piece], depth: int) -> list[Node]:
    if depth == len(_ORDER):
        return list(_plain(pieces))
    name = _ORDER[depth]
    out: list[Node] = []
    for look, group in groupby(pieces, key=lambda p: next((k for k in p.look if k.split(" ")[0] == name), "")):
        own = list(group)
        if not look:
            out += _looked(own, depth + 1)
        elif name == "code":
            out.append({"t": "Code", "c": [tree.attr(), words(own)]})
        elif name == "link":
            out.append(tree.link(_looked(own, depth + 1), look.removeprefix("link ")))
        else:
            out.append({"t": _NODES[look], "c": _looked(own, depth + 1)})
    return out


def _plain(pieces: Sequence[Piece]) -> Iterator[Node]:
    text = ""
    for piece in pieces:
        if piece.kind == "word" and piece.node is None:
            text += piece.text
            continue
        if text:
            yield {"t": "Str", "c": text}
            text = ""
        if piece.node is not None:
            yield piece.node
        elif piece.kind == "space":
            yield {"t": "Space"}
        elif piece.kind == "break":
            yield {"t": "LineBreak"}
    if text:
        yield {"t": "Str", "c": text}
