"""A text of the content with other words in it, everything else as it was written.

In: Markdown, the new pieces of its paragraphs and items. Out: Markdown. The change is made to the text's tree; pandoc writes the
tree before and after; what differs between these two is carried over to the source, word by word (`threeway.py`), so that its line
ends, its marks and its citations stay. What comes out is parsed again and must say exactly what was wanted, or it is not written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import takewhile
from typing import Any, cast

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.edition import threeway
from briefs.tools.pandoc import Pandoc, PandocError
from briefs.wordfile.pieces import PARAGRAPH, Piece, of_inlines, tidy, to_inlines

LEAVES = {"Para", "Plain", "Header"}
_SIGN = re.compile(r"\.\.\.|---|--")
_MARK = re.compile(r"(?m)^(\s*\d[.)]) +")  # of an item; pandoc sets items in columns
_RUNS = set(".-…–—")
_TYPED = {"'": "’", '"': "”", "“": "”", "‘": "’"}
_SIGNS = {"...": "…", "---": "—", "--": "–"}


class NotWritten(Exception):
    """The change can't be written into the text so that it says just that."""


def inlines_of(leaf: Node) -> list[Node]:
    """The inlines of a paragraph, heading or item."""
    return list(leaf["c"][2] if leaf["t"] == "Header" else leaf["c"])


def leaves(blocks: Sequence[Node]) -> list[Node]:
    """Paragraphs, headings and items in the order in which they are named (`compose/slots.mark`)."""
    found: list[Node] = []

    def note(node: Node) -> None:
        if node["t"] in LEAVES:
            found.append(node)

    tree.transform(list(blocks), note)
    return found


def parsed(markdown: str, pandoc: Pandoc) -> list[Node]:
    """The blocks of a text; a heading has no name but one that was typed."""

    def plain(node: Node) -> list[Node] | None:
        if node["t"] != "Header" or f"#{node['c'][1][0]}" in markdown:
            return None
        level, (_, classes, keys), inlines = node["c"]
        return [{"t": "Header", "c": [level, ["", classes, keys], inlines]}]

    blocks: list[Node] = tree.transform(pandoc.parse([markdown])[0], plain)
    return blocks


def rewritten(
    markdown: str, wanted: Mapping[int, Sequence[Piece] | None], pandoc: Pandoc,
    added: Mapping[int, Sequence[Sequence[Piece]]] | None = None,
) -> str:  # fmt: skip
    """The text with the pieces `wanted` in its n-th leaf (from 1; None takes it out) and items or paragraphs `added` after the n-th
    (after the 0th: before the first).


    Raises NotWritten.
    """
    try:
        before = parsed(markdown, pandoc)
        after = _edited(before, wanted, added or {})
        if not after:
            return ""
        old, new = (_MARK.sub(r"\1 ", pandoc.markdown(tree.document(blocks)).strip("\n")) for blocks in (before, after))
        # pandoc writes spaces that don't break after abbreviations; those that somebody typed are kept by the second way
        kept = (threeway.merge(old, markdown, new, prefer_theirs=True, any_space=any_space).text for any_space in (True, False))
        for candidate in (*kept, new, f"\\{new}"):  # a sign at the beginning may make another block of it
            if said(parsed(candidate, pandoc)) == said(after):
                return candidate
    except PandocError as fault:
        raise NotWritten(str(fault)) from None
    raise NotWritten("Markdown has no words for it")


def written(pieces: Sequence[Piece], pandoc: Pandoc, style: str = "") -> str:
    """New Markdown: a paragraph, or a heading or an item by Word's name of its style. Raises NotWritten."""
    inlines = to_inlines(pieces)
    level = style.lower().removeprefix("heading ")
    if style.lower().startswith("heading ") and level.isdigit():
        block: Node = {"t": "Header", "c": [int(level), tree.attr(), inlines]}
    elif style.lower().startswith("list"):
        block = {"t": "BulletList", "c": [[tree.plain(inlines)]]}
    else:
        block = tree.para(inlines)
    try:
        text = pandoc.markdown(tree.document([block])).strip("\n")
        for candidate in (text, f"\\{text}"):  # a sign at the beginning may make another block of it
            with suppress(PandocError):
                if _words(parsed(candidate, pandoc)) == _words([block]):
                    return candidate
    except PandocError as fault:
        raise NotWritten(str(fault)) from None
    raise NotWritten("Markdown has no words for it")


def said(blocks: Sequence[Node]) -> list[Any]:
    """What a text says, leaf by leaf, and how its blocks stand in each other; how a mark was typed makes no difference."""
    return list(_said(blocks, ()))


def _words(blocks: Sequence[Node]) -> list[Any]:
    return [found for _, found in said(blocks)]


def _said(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _said(item, path)
    elif isinstance(value, dict) and value.get("t") in LEAVES:
        kind = f"Header {value['c'][0]} {value['c'][1]}" if value["t"] == "Header" else "Para"
        yield (*path, kind), _typed(of_inlines(inlines_of(cast(Node, value))))
    elif isinstance(value, dict) and value.get("t") in {"Div", "Figure", "Table"}:
        yield (*path, value["t"]), repr(value["c"][0])
        yield from _said(value["c"][1:], (*path, value["t"]))
    elif isinstance(value, dict) and value.get("t") in {"CodeBlock", "RawBlock", "HorizontalRule"}:
        yield (*path, value["t"]), repr(value.get("c"))
    elif isinstance(value, dict):
        yield from _said(value.get("c"), (*path, value["t"]) if "t" in value else path)


def _typed(pieces: Sequence[Piece]) -> list[Any]:
    """Pieces as they compare after a trip through Markdown: typed and printed quotation marks, dots and dashes are the same."""
    out: list[Any] = []
    for piece in pieces:
        text = "".join(_TYPED.get(c, c) for c in piece.text)
        last = out[-1] if out and out[-1][0] == piece.kind == "word" and out[-1][2] == piece.look else None
        if text in _RUNS and last and set(last[1]) <= _RUNS:
            out[-1] = ("word", out[-1][1] + text, piece.look)
        else:
            out.append((piece.kind, text if piece.node is None or piece.kind == "space" else _bare(piece.node), piece.look))
    return [(kind, _SIGN.sub(lambda m: _SIGNS[m[0]], text) if kind == "word" else text, look) for kind, text, look in out]


def _bare(node: Node) -> str:
    """A node that is no text, as it compares: a citation by its keys."""
    if node["t"] == "Cite":
        pointers = node["c"][0]
        return " ".join(c["citationId"] + tree.text_of(c["citationPrefix"] + c["citationSuffix"]) for c in pointers)
    return repr(tree.transform(node, lambda n: None))


_GONE: Node = {"t": "Gone"}


def _edited(
    blocks: Sequence[Node], wanted: Mapping[int, Sequence[Piece] | None], added: Mapping[int, Sequence[Sequence[Piece]]]
) -> list[Node]:
    count = 0

    def put_in(number: int) -> list[Node]:
        return [{"t": "Added", "c": to_inlines(pieces)} for pieces in added.get(number, ())]

    def change(node: Node) -> list[Node] | None:
        nonlocal count
        kind = node["t"]
        if kind in {"BulletList", "OrderedList"}:
            return _listed(node)
        if kind in {"Div", "BlockQuote"}:
            inner = node["c"][1] if kind == "Div" else node["c"]
            kept = [tree.para(b["c"]) if b["t"] == "Added" else b for b in inner if b != _GONE]
            if inner and not kept:
                return [_GONE]
            return None if kept == inner else [{"t": kind, "c": [node["c"][0], kept] if kind == "Div" else kept}]
        if kind not in LEAVES:
            return None
        count += 1
        ahead = put_in(0) if count == 1 else []
        pieces = wanted.get(count, ())
        own = [node] if count not in wanted else [_GONE] if pieces is None else _leaf(node, pieces)
        return [*ahead, *own, *put_in(count)]

    made = [b for b in tree.transform(list(blocks), change) if b != _GONE]
    if any(b["t"] in {"Added", "Gone"} for b in tree.walk(made)):
        raise NotWritten("that can’t be taken out or put in there")
    return made


def _leaf(node: Node, pieces: Sequence[Piece]) -> list[Node]:
    """A leaf with other inlines; it becomes several where a new paragraph begins."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.kind == PARAGRAPH.kind:
            parts.append([])
        else:
            parts[-1].append(piece)
    made = [to_inlines(tidy(part)) for part in parts if tidy(part)]
    if not made:
        return [_GONE]
    first = tree.with_inlines(node, made[0])
    return [first, *(tree.para(inlines) for inlines in made[1:])]


def _listed(node: Node) -> list[Node]:
    """A list without the items that hold nothing any more, and with those that were put in; nothing if none is left."""
    items = node["c"][1] if node["t"] == "OrderedList" else node["c"]
    kept: list[list[Node]] = []
    for item in items:
        own = [b for b in item if b["t"] not in {"Added", "Gone"}]
        plain = "Para" if any(b["t"] == "Para" for b in own) else "Plain"
        ahead = len(list(takewhile(lambda b: b["t"] == "Added", item)))
        new: list[list[Node]] = [[{"t": plain, "c": b["c"]}] for b in item if b["t"] == "Added"]
        kept += [*new[:ahead], *([own] if own else []), *new[ahead:]]
    if not kept:
        return [_GONE]
    return [{"t": node["t"], "c": [node["c"][0], kept] if node["t"] == "OrderedList" else kept}]
