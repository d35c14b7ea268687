"""Writes other words into a text of the content, and keeps everything else as it was typed.

In: Markdown, the new pieces of its leaves. Out: Markdown. The change is made to the text's tree. pandoc writes the tree before and
after; the difference between the two is carried over to the source word by word (`edition/threeway.py`), so that its line breaks,
markup and citations stay. The result is parsed again and must say exactly what was wanted, else it is not written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import product, takewhile
from types import MappingProxyType
from typing import Any, cast

from briefs.compose import foreign, noted, tree
from briefs.compose.tree import Node
from briefs.edition import threeway
from briefs.roundtrip import structure
from briefs.roundtrip.edits import NewBlock, TextEdit
from briefs.roundtrip.structure import Leaf, NotWritten
from briefs.tools.pandoc import Pandoc, PandocError
from briefs.wordfile.pieces import Piece, of_inlines, split_paragraphs, to_inlines, words

LEAVES = {"Para", "Plain", "Header"}  # the blocks that hold inlines
_ITEM_MARKER = re.compile(r"(?m)^(\s*\d[.)]) +")  # pandoc aligns the text of items with further spaces
_ASCII_MARK = re.compile(r"\.\.\.|---|--")
_MARKS = {"...": "…", "---": "—", "--": "–"}
_DASHES = set(".-…–—")
_QUOTES = {"'": "’", '"': "”", "“": "”", "‘": "’"}
_PLAIN_SIGNS = set(",;?’")  # signs that are never markup
_SIGNS = "$*_~^#@<>"  # signs that pandoc escapes wherever they might be markup
_DELETED: Node = {"t": "Deleted"}  # takes the place of a leaf until the block around it is rebuilt; “Added” stands for a new leaf
Meaning = list[tuple[tuple[str, ...], Any]]  # for each leaf, the names of the blocks around it, and its pieces


# Reading a text.


def leaves(blocks: Sequence[Node]) -> list[Node]:
    """Paragraphs, headings and items, in the order of their numbers (`compose/slots.mark`)."""
    found: list[Node] = []
    tree.transform(list(blocks), found.append, *LEAVES)
    return found


def parsed(markdown: str, pandoc: Pandoc, blocks: list[Node] | None = None) -> list[Node]:
    """The blocks of a text. A heading has no identifier unless one was typed. `blocks`: pandoc’s tree of the text, if it was parsed
    before."""

    def without_identifier(header: Node) -> list[Node] | None:
        identifier, *others = tree.attr_of(header)
        return None if f"#{identifier}" in markdown else [tree.with_attr(header, ["", *others])]

    return tree.transform(pandoc.parse([markdown])[0] if blocks is None else blocks, without_identifier, "Header")


# Writing.


def rewritten(
    markdown: str, edit: TextEdit, pandoc: Pandoc, defined: Mapping[str, str] = MappingProxyType({}),
) -> str:  # fmt: skip
    """The text with the edits. `defined`: the notes and links that are defined elsewhere in its file. Raises NotWritten."""
    try:
        before = tree.transform(parsed(noted.with_definitions(markdown, defined), pandoc), _without_title, "Link")
        after = _made(before, edit)
        if not after:
            return ""
        # pandoc writes no-break spaces after abbreviations; the second merge keeps those that somebody typed
        wanted, found = meaning(after), []

        def meaning_of(text: str) -> Meaning:
            return meaning(parsed(noted.with_definitions(text, defined), pandoc))

        for candidate in map(_signs_as_typed, _candidates(markdown, before, after, pandoc)):
            if noted.calls(candidate) != noted.calls(markdown):  # a definition would be left over
                continue
            with suppress(PandocError):  # a candidate may be no Markdown that pandoc takes
                found.append((candidate, meaning_of(candidate)))
            if found and found[-1] == (candidate, wanted):
                return _as_typed(candidate, wanted, markdown, meaning_of)
        for candidate, own in found:
            if _without_spaces_of_abbreviations(own) == _without_spaces_of_abbreviations(wanted):
                return _as_typed(candidate, own, markdown, meaning_of)
    except PandocError as error:
        raise NotWritten(str(error)) from None
    raise NotWritten("Markdown can’t express it")


def _made(blocks: Sequence[Node], edit: TextEdit) -> list[Node]:
    """The blocks with an edit made. Raises NotWritten."""
    if edit.shapes or any(leaf.shape for own in edit.added.values() for leaf in own):
        shapes = {number: shape for number, (shape, _) in edit.shapes.items()}
        return structure.reshaped(blocks, edit.leaves, edit.added, shapes)
    made = _edited(blocks, edit.leaves, {number: [leaf.pieces for leaf in own] for number, own in edit.added.items()})
    return structure.with_grid(made, edit.grid) if edit.grid else made


def _candidates(markdown: str, before: Sequence[Node], after: Sequence[Node], pandoc: Pandoc) -> Iterator[str]:
    """Texts that may have the wanted meaning, to be tried in order. If only words differ, the first is the source with the other
    words. Then comes the source with the differences between pandoc's Markdown for both trees, merged in several ways. The last are
    pandoc’s Markdown for the new tree, and the same with its first character escaped, in case that is read as markup."""
    if plain := _in_words(before, after):
        yield threeway.merge(plain[0], markdown, plain[1], prefer_theirs=True).text
    old, new = (_ITEM_MARKER.sub(r"\1 ", _markdown(blocks, pandoc)) for blocks in (before, after))
    for lines, any_space in product((False, True), (True, False)):
        yield threeway.merge(old, markdown, new, prefer_theirs=True, any_space=any_space, lines=lines).text
    yield threeway.merge(old, threeway.relaid(markdown, old), new, prefer_theirs=True, lines=True).text
    yield from (new, f"\\{new}")


def _in_words(before: Sequence[Node], after: Sequence[Node]) -> tuple[str, str] | None:
    """Both texts as plain words, if only words differ: as many paragraphs, no span and no new sign that might be markup."""
    old, new = ([of_inlines(tree.inlines(leaf)) for leaf in leaves(blocks)] for blocks in (before, after))
    if len(old) != len(new) or any(piece.spans for leaf in (*old, *new) for piece in leaf):
        return None
    own, other = ("\n\n".join(map(words, side)) for side in (old, new))
    signs = [Counter(c for c in text if not c.isalnum() and not c.isspace()) for text in (own, other)]
    return (own, other) if (signs[1] - signs[0]).keys() <= _PLAIN_SIGNS else None


def _as_typed(text: str, means: Meaning, source: str, meaning_of: Callable[[str], Meaning]) -> str:
    """A text without pandoc’s backslashes before signs that the source has only unescaped (“US$5”), if the meaning stays."""
    for sign in _SIGNS:
        escaped = f"\\{sign}"
        if escaped in text and sign in source and escaped not in source:
            bare = text.replace(escaped, sign)
            text = bare if meaning_of(bare) == means else text
    return text


def _signs_as_typed(candidate: str) -> str:
    """A text with the signs escaped that pandoc leaves bare, and the other way round, as `check` wants them."""
    return foreign.fences_as_signs(foreign.brackets_as_signs(candidate))


def _without_title(link: Node) -> list[Node]:
    """For `tree.transform`: a link without its title, as pieces have it. The source keeps the title."""
    attribute, inlines, (address, _) = link["c"]
    return [{"t": "Link", "c": [attribute, inlines, [address, ""]]}]


def _markdown(blocks: Sequence[Node], pandoc: Pandoc) -> str:
    """Blocks as Markdown. Notes of one paragraph stand where they are called: pandoc would write them apart, under a number."""

    def inline(note: Node) -> list[Node] | None:
        own = tree.blocks(note)
        if len(own) != 1 or own[0]["t"] not in {"Para", "Plain"}:
            return None
        text = pandoc.markdown(tree.document([tree.para(tree.inlines(own[0]))])).strip("\n")
        return [{"t": "RawInline", "c": ["markdown", f"^[{text}]"]}]

    return pandoc.markdown(tree.document(tree.transform(list(blocks), inline, "Note"))).strip("\n")


def written(new: NewBlock, pandoc: Pandoc) -> str:
    """The Markdown of a new block. Raises NotWritten."""
    parts = [(part, leaf.shape) for leaf in new.leaves for part in split_paragraphs(leaf.pieces)]
    leaves = [Leaf(to_inlines(part), shape or structure.PARAGRAPH) for part, shape in parts]
    blocks = [structure.table(new.grid)] if new.grid else structure.built(leaves)
    try:
        text = _ITEM_MARKER.sub(r"\1 ", _markdown(blocks, pandoc))
        for candidate in map(_signs_as_typed, (text, f"\\{text}")):  # the first character may be markup here too
            with suppress(PandocError):
                own, wanted = meaning(parsed(candidate, pandoc)), meaning(blocks)
                if [leaf for _, leaf in _without_spaces_of_abbreviations(own)] == [
                    leaf for _, leaf in _without_spaces_of_abbreviations(wanted)
                ]:
                    return candidate
    except PandocError as error:
        raise NotWritten(str(error)) from None
    raise NotWritten("Markdown can’t express it")


# What a text means.


def meaning(blocks: Sequence[Node]) -> Meaning:
    """The content of each leaf with the names of the blocks around it. It does not depend on how the markup was typed."""
    return list(_meaning(blocks, ()))


def _without_spaces_of_abbreviations(meanings: list[Any]) -> list[Any]:
    """Meanings in which the no-break spaces that pandoc reads after abbreviations (“e.g.”, “Mr.”, “p.”) are plain spaces."""
    return [(path, _plain_spaces(leaf) if isinstance(leaf, list) else leaf) for path, leaf in meanings]


def _plain_spaces(pieces: list[Any]) -> list[Any]:
    ends = [text.endswith(".") for _, text, _ in pieces]
    return [
        ("space", " ", f) if text == "\u00a0" and n and ends[n - 1] else (kind, text, f) for n, (kind, text, f) in enumerate(pieces)
    ]


def _meaning(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _meaning(item, path)
    elif isinstance(value, dict) and "t" in value:
        yield from _node_meaning(cast(Node, value), path)
    elif isinstance(value, dict):
        yield from _meaning(value.get("c"), path)


def _node_meaning(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    kind, content = node["t"], node.get("c")
    if kind in LEAVES:
        name = f"Header {tree.level(node)} {tree.attr_of(node)}" if kind == "Header" else "Para"
        yield (*path, name), _comparable(of_inlines(tree.inlines(node)))
    elif kind in {"Div", "Figure", "Table"}:
        yield (*path, kind), repr(tree.attr_of(node))
        yield from _meaning(node["c"][1:], (*path, kind))
    elif kind in {"CodeBlock", "RawBlock", "HorizontalRule"}:
        yield (*path, kind), repr(content)
    else:
        yield from _meaning(content, (*path, kind))


def _comparable(pieces: Sequence[Piece]) -> list[Any]:
    """Pieces for comparison after a round trip through Markdown: typed and printed quotation marks, dots and dashes are equal.
    Spans, such as of a language, count as formatting of words."""
    out: list[Any] = []
    for piece in pieces:
        text = "".join(_QUOTES.get(c, c) for c in piece.text)
        marked = piece.formatting if piece.kind == "space" else piece.formatting.union(piece.spans)
        last = out[-1] if out and out[-1][0] == piece.kind == "word" and out[-1][2] == marked else None
        if text in _DASHES and last and set(last[1]) <= _DASHES:
            out[-1] = ("word", last[1] + text, marked)
        else:
            own = text if piece.node is None or piece.kind == "space" else _node_key(piece.node)
            out.append((piece.kind, own, marked))
    return [(kind, _ASCII_MARK.sub(lambda m: _MARKS[m[0]], text) if kind == "word" else text, own) for kind, text, own in out]


def _node_key(node: Node) -> str:
    """The text by which a node that is not text is compared: of a citation, its keys, prefixes and suffixes."""
    if node["t"] == "Note":
        return repr([_comparable(of_inlines(tree.inlines(block))) for block in tree.blocks(node) if block["t"] in LEAVES])
    if node["t"] == "Image":
        keys = {key: value for key, value in tree.attributes(node).items() if key != "alt"}
        return repr((tree.target(node), keys, tree.alternative(node)))
    if node["t"] == "Cite":
        cited = tree.citations(node)
        said = " ".join(c["citationId"] + tree.text_of(c["citationPrefix"] + c["citationSuffix"]) for c in cited)
        return said.replace("\u00a0", " ")  # pandoc reads a no-break space after “p.”
    return repr(node)


# Editing the tree.


def _edited(
    blocks: Sequence[Node], wanted: Mapping[int, Sequence[Piece] | None], added: Mapping[int, Sequence[Sequence[Piece]]]
) -> list[Node]:
    count = 0

    def new_leaves(number: int) -> list[Node]:
        return [{"t": "Added", "c": to_inlines(pieces)} for pieces in added.get(number, ())]

    def change(node: Node) -> list[Node] | None:
        nonlocal count
        if node["t"] in _CONTAINERS:
            return _CONTAINERS[node["t"]](node)
        count += 1
        ahead = new_leaves(0) if count == 1 else []
        own = _leaf(node, wanted[count]) if count in wanted else [node]
        return [*ahead, *own, *new_leaves(count)]

    made = [b for b in tree.transform(list(blocks), change, *LEAVES, *_CONTAINERS) if b != _DELETED]
    if any(b["t"] in {"Added", "Deleted"} for b in tree.walk(made)):
        raise NotWritten("a part of a figure or table can’t be added or deleted by itself")
    return made


def _leaf(node: Node, pieces: Sequence[Piece] | None) -> list[Node]:
    """The blocks that replace a leaf: one for each new paragraph in its pieces, and none if it has no pieces."""
    first, *others = [to_inlines(part) for part in split_paragraphs(pieces or ())] or [[]]
    return [tree.with_inlines(node, first), *map(tree.para, others)] if first else [_DELETED]


def _container(node: Node) -> list[Node] | None:
    """A Div or BlockQuote without deleted blocks and with added ones. It is deleted itself if no block is left."""
    blocks = tree.blocks(node)
    kept = [tree.para(b["c"]) if b["t"] == "Added" else b for b in blocks if b != _DELETED]
    if blocks and not kept:
        return [_DELETED]
    return None if kept == blocks else [tree.with_blocks(node, kept)]


def _list(node: Node) -> list[Node]:
    """The list with the added items and without the empty ones. If no item is left, the list itself is deleted."""
    kept: list[list[Node]] = []
    for item in tree.list_items(node):
        own = [b for b in item if b["t"] not in {"Added", "Deleted"}]
        kind = "Para" if any(b["t"] == "Para" for b in own) else "Plain"
        ahead = len(list(takewhile(lambda b: b["t"] == "Added", item)))
        new: list[list[Node]] = [[{"t": kind, "c": b["c"]}] for b in item if b["t"] == "Added"]
        kept += [*new[:ahead], *([own] if own else []), *new[ahead:]]
    return [tree.with_list_items(node, kept)] if kept else [_DELETED]


_CONTAINERS: Mapping[str, Callable[[Node], list[Node] | None]] = {
    "Div": _container, "BlockQuote": _container, "BulletList": _list, "OrderedList": _list,
}  # fmt: skip
