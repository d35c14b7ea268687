"""Notes that stand beside each other, and the punctuation mark that they follow.

In: blocks before and after citeproc's pass. Out: the same, with the mark before all notes of a row, and commas between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from briefs.compose import tree
from briefs.compose.tree import Node

_MARKS = re.compile(r"[.,;:!?]+")
_KINDS = ("LineBlock", "DefinitionList", *tree.WITH_INLINES)


def with_marks_before(blocks: Sequence[Node]) -> list[Node]:
    """The blocks with the punctuation mark that follows several citations and notes before these.

    Citeproc moves the mark before a citation, and would repeat it before each of several.
    """
    return list(tree.transform(list(blocks), lambda node: _rewritten(node, _marked), *_KINDS))


def with_commas(blocks: Sequence[Node]) -> list[Node]:
    """The blocks with a raised comma between two adjacent notes, whose numbers would otherwise look like one number."""
    return list(tree.transform(list(blocks), lambda node: _rewritten(node, _parted), *_KINDS))


def _rewritten(node: Node, change: Callable[[list[Node]], list[Node]]) -> list[Node] | None:
    """For `tree.transform`: a node with its inlines changed; None if they stay. Lines of verse and terms are lists of inlines."""
    if node["t"] == "LineBlock":
        return [{"t": "LineBlock", "c": list(map(change, node["c"]))}]
    if node["t"] == "DefinitionList":
        return [{"t": "DefinitionList", "c": [[change(term), meanings] for term, meanings in tree.definitions(node)]}]
    inlines = tree.inlines(node)
    changed = change(inlines)
    return None if changed is inlines else [tree.with_inlines(node, changed)]


def _marked(inlines: list[Node]) -> list[Node]:
    if sum(map(_becomes_a_note, inlines)) < 2:
        return inlines
    out: list[Node] = []
    at = 0
    while at < len(inlines):
        end = _end_of_row(inlines, at)
        row, after = inlines[at:end], inlines[end : end + 1]
        mark = _MARKS.match(tree.text(after[0])) if after and after[0]["t"] == "Str" else None
        row = [node for node in row if node != tree.SPACE] if mark else row
        if len(row) > 1 and mark and any(node["t"] == "Cite" for node in row):
            out = out[:-1] if out[-1:] == [tree.SPACE] else out
            rest = tree.text(after[0])[mark.end() :]
            after = [tree.string(rest)] if rest else []
            out.append(tree.string(mark[0]))
        out += [*row, *after]
        at = end + 1
    return out


def _end_of_row(inlines: Sequence[Node], at: int) -> int:
    """Where a row of notes ends that begins at an inline; there may be spaces between them. It is `at` if no note is there."""
    end = at
    for number in range(at, len(inlines)):
        if _becomes_a_note(inlines[number]):
            end = number + 1
        elif inlines[number] != tree.SPACE or end == at:
            break
    return end


def _becomes_a_note(node: Node) -> bool:
    return node["t"] == "Note" or (node["t"] == "Cite" and tree.citations(node)[0]["citationMode"]["t"] != "AuthorInText")


def _parted(inlines: list[Node]) -> list[Node]:
    """Citeproc leaves an empty word where it has moved a full stop before a note."""
    words = [node for node in inlines if node != tree.string("")]
    out = words[:1]
    for before, after in pairwise(words):
        out += [*[tree.NOTE_COMMA] * (_is_note(before, -1) and _is_note(after, 0)), after]
    return out if tree.NOTE_COMMA in out else inlines


def _is_note(node: Node, at: int) -> bool:
    """Whether an inline is a note, or begins (`at` 0) or ends (`at` -1) with one."""
    inner = tree.inlines(node)[at:][:1] if node["t"] in tree.WITH_INLINES else []
    return node["t"] == "Note" or any(_is_note(n, at) for n in inner)
