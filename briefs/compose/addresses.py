"""An address is printed once: in the bibliography, and not again in each note that cites the source.

In: a tree in which citeproc has written notes and bibliography. Out: the same tree. In a note the title leads to the address that
stood after it. An address that the bibliography doesn't have stays in its note.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from briefs.compose import tree
from briefs.compose.tree import Node

_SEPARATORS = ",،、，"  # signs that stand before an address, in any language
_TITLES = {"Span", "Quoted", "Emph"}


def printed_once(blocks: Sequence[Node]) -> list[Node]:
    """The blocks, with addresses in the bibliography only."""
    entries = [node for node in tree.walk(list(blocks)) if "csl-entry" in (tree.classes(node) if node["t"] == "Div" else ())]
    listed = {tree.target(node) for node in tree.walk(entries) if node["t"] == "Link"}

    def cite(node: Node) -> list[Node]:
        noted = tree.transform(tree.inlines(node), lambda para: [tree.para(_without(tree.inlines(para), listed))], "Para")
        return [tree.with_inlines(node, _without(noted, listed))]

    return list(tree.transform(list(blocks), cite, "Cite")) if listed else list(blocks)


def _without(inlines: Sequence[Node], listed: Collection[str]) -> list[Node]:
    """The inlines of a note without the addresses in `listed`. The title of each source leads to its address instead."""
    out: list[Node] = []
    start = 0  # where the source that is being read begins in `out`
    for node in inlines:
        if node["t"] == "Link" and tree.target(node) in listed and tree.text_of(tree.inlines(node)) == tree.target(node):
            out = [*out[:start], *_leading(_ended(out[start:]), tree.target(node))]
            start = len(out)
        else:
            out.append(_after(out, node) if len(out) == start else node)
    return out


def _ended(words: Sequence[Node]) -> list[Node]:
    """The words before an address, without the comma and the space that stand between them and the address."""
    *before, last = words if words[-1:] != [tree.SPACE] else words[:-1]
    return [*before, tree.string(tree.text(last).rstrip(_SEPARATORS)) if last["t"] == "Str" else last]


def _leading(words: Sequence[Node], address: str) -> list[Node]:
    """The words about a source, with its title as a link to its address."""
    at = next((n for n, node in enumerate(words) if node["t"] in _TITLES and not _has_link(node)), None)
    return [tree.link([node], address) if n == at else node for n, node in enumerate(words)]


def _has_link(node: Node) -> bool:
    return any(inner["t"] == "Link" for inner in tree.walk([node]))


def _after(before: Sequence[Node], node: Node) -> Node:
    """The node that follows an address that was taken out. It loses its full stop if the words before the address end with one."""
    stops = bool(before) and node["t"] == "Str" and tree.text_of(before[-1:]).endswith(".")
    return tree.string(tree.text(node).removeprefix(".")) if stops else node
