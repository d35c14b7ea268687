"""Notes that stand beside each other, and the punctuation mark that they follow.

In: blocks before and after citeproc's pass. Out: the same, with the mark before all notes of a row, and commas between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from briefs.compose import tree
from briefs.compose.tree import Node

_MARKS = re.compile(r"[.,;:!?]+")
_SPACES = frozenset({"Space", "SoftBreak"})
_CITE_COMMA: Node = {"t": "Superscript", "c": [tree.string(",")]}  # without a space, as between the numbers of one citation
_KINDS = ("LineBlock", "DefinitionList", *tree.WITH_INLINES)


def with_marks_before(blocks: Sequence[Node]) -> list[Node]:
    """The blocks. A punctuation mark that follows several citations or notes in a row is put before the row.

    Citeproc moves the mark before a citation, and would repeat it before each of several.
    """
    return list(tree.transform(list(blocks), lambda node: _rewritten(node, _marked), *_KINDS))


def with_commas(nodes: Sequence[Node], numbered: str = "Note") -> list[Node]:
    """Blocks or inlines with a raised comma between two numbers that stand together or a space apart, since they would look like
    one number.

    `numbered`: the type of the nodes that are printed as numbers, `Note` or `Cite`.
    """
    part = partial(_parted, numbered=numbered)
    return part(tree.transform(list(nodes), lambda node: _rewritten(node, part), *_KINDS))


def without_space_before(nodes: Sequence[Node], numbered: str) -> list[Node]:
    """Blocks or inlines without the space before a number, which is raised and stands at its word."""
    close = partial(_closed, numbered=numbered)
    return close(tree.transform(list(nodes), lambda node: _rewritten(node, close), *_KINDS))


def cited_once(nodes: Sequence[Node]) -> list[Node]:
    """Blocks or inlines in which each row of citations names a source only once."""
    return _once(tree.transform(list(nodes), lambda node: _rewritten(node, _once), *_KINDS))


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
    """The index after a row of notes that begins at `at`, perhaps with spaces between them. It is `at` if no note is there."""
    end = at
    for number in range(at, len(inlines)):
        if _becomes_a_note(inlines[number]):
            end = number + 1
        elif inlines[number] != tree.SPACE or end == at:
            break
    return end


def _becomes_a_note(node: Node) -> bool:
    return node["t"] == "Note" or (node["t"] == "Cite" and tree.citations(node)[0]["citationMode"]["t"] != "AuthorInText")


def _parted(inlines: list[Node], numbered: str) -> list[Node]:
    """The inlines with a comma between two numbers, in place of the space there, if there is one. Citeproc has removed some of
    these spaces. Where it has moved a full stop before a note, it has left an empty word."""
    comma = tree.NOTE_COMMA if numbered == "Note" else _CITE_COMMA
    out: list[Node] = []
    for node in (node for node in inlines if node != tree.string("")):
        if _is_number(node, 0, numbered):
            last = -2 if out and out[-1]["t"] in _SPACES else -1
            if len(out) >= -last and _is_number(out[last], -1, numbered):
                out[len(out) + last + 1 :] = [comma]
        out.append(node)
    return out if comma in out else inlines


def _closed(inlines: list[Node], numbered: str) -> list[Node]:
    following = [*inlines[1:], tree.SPACE][: len(inlines)]
    out = [a for a, b in zip(inlines, following, strict=True) if a["t"] not in _SPACES or not _is_number(b, 0, numbered)]
    return out if len(out) < len(inlines) else inlines


def _once(inlines: list[Node]) -> list[Node]:
    out: list[Node] = []
    row: set[str] = set()  # the keys that are cited by the citations in a row at the end of `out`
    for node in inlines:
        if node["t"] != "Cite":
            row = _last_cited(node)
            out.append(node)
            continue
        own = [one for one in tree.citations(node) if one["citationId"] not in row]
        row |= {one["citationId"] for one in own}
        out += [node] if len(own) == len(tree.citations(node)) else [{**node, "c": [own, node["c"][1]]}] if own else []
    return out if len(out) < len(inlines) or any(a is not b for a, b in zip(out, inlines, strict=True)) else inlines


def _last_cited(node: Node) -> set[str]:
    """The keys that are cited by the citation at the end of an inline. Empty if it doesn't end with one."""
    inner = tree.inlines(node)[-1:] if node["t"] in tree.WITH_INLINES else []
    return {one["citationId"] for one in tree.citations(node)} if node["t"] == "Cite" else set().union(*map(_last_cited, inner))


def _is_number(node: Node, at: int, numbered: str) -> bool:
    """Whether an inline is a number of this type, or begins (`at` 0) or ends (`at` -1) with one."""
    inner = tree.inlines(node)[at:][:1] if node["t"] in tree.WITH_INLINES else []
    return node["t"] == numbered or any(_is_number(n, at, numbered) for n in inner)
