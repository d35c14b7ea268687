"""Finds out which blocks of an older Word file correspond to which blocks of the newer one.

In: the blocks (paragraphs, tables, content controls, ends of sections) of a body, cell, note, header or footer of both files. Out:
pairs of indices in order. Blocks are compared by their words, not by their bookmarks, whose numbers shift when a block is added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from lxml import etree

from briefs.redline.tokens import KeyFunctions, Node
from briefs.typeset.word.package import w
from briefs.wordfile.alignment import Pair, pair
from briefs.wordfile.paragraphs import Paragraph
from briefs.wordfile.pieces import Piece, of_text, similarity

SECTION = w("sectPr")
BLOCKS = {w("p"), w("tbl"), w("sdt")}
Indices = list[tuple[int, int]]
_FIXED = {"end", "tbl", "sdt", "sectPr"}  # kinds of blocks to which a paragraph before them can't be joined


def blocks_of(parent: Node) -> Iterator[Node]:
    """The blocks of an element. The end of a section (`sectPr`) is a block of its own, after the paragraph that holds it."""
    for block in parent:
        if block.tag in BLOCKS:
            yield block
            yield from block.findall(f"{w('pPr')}/{SECTION}")


def holder(block: Node) -> Node:
    """The paragraph that holds the end of a section; any other block itself."""
    return block.getparent().getparent() if block.tag == SECTION else block


def text_of(node: Node) -> str:
    return "" if node is None else "".join(t.text or "" for t in node.iter(w("t")))


def align_blocks(old: Sequence[Node], new: Sequence[Node], old_keys: KeyFunctions, new_keys: KeyFunctions) -> Indices:
    """The pairs of blocks that correspond. First, blocks are paired by their words. Then the blocks that aren't plain paragraphs
    (tables, ends of sections, parts of long fields) are paired by their order. Then so are the last paragraphs before such blocks
    and before the end, because the end of such a paragraph can't be tracked. Paragraphs with different pictures never correspond.
    """
    kinds = [_kind(b) for b in old], [_kind(b) for b in new]
    sides = [_paragraph(b, old_keys) for b in old], [_paragraph(b, new_keys) for b in new]

    def fits(i: int, j: int) -> bool:
        one, other = sides[0][i].pieces, sides[1][j].pieces
        are_pictures = one and other and all(p.kind == "picture" for p in (*one, *other))
        return kinds[0][i] == kinds[1][j] and not (are_pictures and one != other)

    pairs = [(i, j) for i, j in _in_order(pair(*sides), *sides) if fits(i, j)]
    pairs = _filled(pairs, len(old), len(new), lambda i, j: _structural(*kinds, i, j))
    return _filled(pairs, len(old), len(new), lambda i, j: _last_paragraphs(*kinds, i, j))


def align_rows(old: Sequence[Node], new: Sequence[Node], old_keys: KeyFunctions, new_keys: KeyFunctions) -> Indices:
    """The pairs of rows that correspond: by their words, else by their order where both files have the same number of rows."""
    sides = [_paragraph(r, old_keys) for r in old], [_paragraph(r, new_keys) for r in new]
    cells = [len(r.findall(w("tc"))) for r in old], [len(r.findall(w("tc"))) for r in new]

    def fits(i: int, j: int) -> bool:
        return cells[0][i] == cells[1][j]

    def in_turn(left: range, right: range) -> Indices:
        return [(i, j) for i, j in zip(left, right, strict=True) if fits(i, j)] if len(left) == len(right) else []

    pairs = [(i, j) for i, j in _in_order(pair(*sides), *sides) if fits(i, j)]
    return _filled(pairs, len(old), len(new), in_turn)


def _kind(block: Node) -> str:
    """The kind of a block. A paragraph that holds only the beginning or the end of a field has a kind of its own."""
    if block.tag != w("p"):
        return str(etree.QName(block).localname)
    kinds = [c.get(w("fldCharType")) for c in block.iter(w("fldChar"))]
    begun, ended = kinds.count("begin"), kinds.count("end")
    return "p" if begun == ended else "open" if begun > ended else "close"


def _paragraph(block: Node, keys: KeyFunctions) -> Paragraph:
    """A block in the form that `pair` compares: its words and its pictures."""
    text = re.sub(r"\s+", " ", " ".join(text_of(p) for p in block.iter(w("p"))))
    pictures = [Piece(str(keys.picture(d)), "picture") for d in block.iter(w("drawing"))]
    return Paragraph([*of_text(text), *pictures], container=_kind(block))


def _in_order(found: Iterable[Pair], old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Indices:
    """Pairs of single blocks that are in the same order in both files. A block that was split is paired with the most similar part
    of it, and a block that was joined from several with the most similar of these."""
    pairs = []
    for each in found:
        if each.sent and each.edited and not each.moved:
            choice = [(i, j) for i in each.sent for j in each.edited]
            ratios = [similarity(old[i].pieces, new[j].pieces) for i, j in choice] if len(choice) > 1 else [1.0]
            pairs.append(choice[ratios.index(max(ratios))])
    out: Indices = []
    for i, j in sorted(pairs):
        if not out or (i > out[-1][0] and j > out[-1][1]):
            out.append((i, j))
    return out


def _filled(pairs: Indices, old: int, new: int, more: Callable[[range, range], Indices]) -> Indices:
    """The pairs, and the further pairs that `more` finds in each gap between them."""
    out: Indices = []
    old_start = new_start = 0
    for i, j in [*pairs, (old, new)]:
        out += more(range(old_start, i), range(new_start, j))
        if i < old:
            out.append((i, j))
        old_start, new_start = i + 1, j + 1
    return out


def _structural(old_kinds: Sequence[str], new_kinds: Sequence[str], old: range, new: range) -> Indices:
    """Pairs of the blocks in a gap that aren't plain paragraphs, by their kind and order."""
    left, right = [n for n in old if old_kinds[n] != "p"], [n for n in new if new_kinds[n] != "p"]
    matcher = SequenceMatcher(None, [old_kinds[n] for n in left], [new_kinds[n] for n in right], autojunk=False)
    return [(left[a + n], right[b + n]) for a, b, size in matcher.get_matching_blocks() for n in range(size)]


def _last_paragraphs(old_kinds: Sequence[str], new_kinds: Sequence[str], old: range, new: range) -> Indices:
    """The pair of the last paragraphs in a gap, if no plain paragraph follows the gap; else nothing."""
    if not old or not new or old_kinds[old[-1]] != "p" or new_kinds[new[-1]] != "p":
        return []
    following = new_kinds[new.stop] if new.stop < len(new_kinds) else "end"
    return [(old[-1], new[-1])] if following in _FIXED else []
