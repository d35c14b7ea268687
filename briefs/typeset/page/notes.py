"""Writes footnotes as HTML: each is a span at its call, which the style sheet floats to the foot of the page.

In: notes of pandoc's tree. Out: spans. Pandoc's tree has no blocks within words, so the tags of a note's lists, code and quotations
are written here. The page is read as XML, where such elements may stand in a paragraph (`engine/render.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, takewhile

from briefs.compose import tree
from briefs.compose.sources import WORD_JOINER
from briefs.compose.tree import Node

_WORDS = frozenset({"Para", "Plain"})


def span(node: Node) -> list[Node]:
    """A footnote as a span. For `tree.transform` with Note. Each further paragraph of the footnote begins a line. A word joiner
    before the span keeps the footnote's number from beginning a line."""
    blocks = tree.blocks(node)
    words = [*takewhile(lambda block: block["t"] in _WORDS, blocks)]
    lines = [inline for block in words for inline in (tree.LINE_BREAK, *tree.inlines(block))]
    inlines = [*lines[1:], *_blocks(blocks[len(words) :])]
    return [tree.string(WORD_JOINER), tree.span(inlines, "", ["footnote"])]


def _block(node: Node) -> Iterator[Node]:
    """A block as inlines, with the tags that pandoc writes for it. Lists with markers of their own have their tags already."""
    kind: str = node["t"]
    if kind == "RawBlock":
        yield _html(tree.text(node))
    elif kind in _WORDS:
        yield from _tagged("p", tree.inlines(node)) if kind == "Para" else tree.inlines(node)
    elif kind == "CodeBlock":
        yield from _tagged("pre", [{"t": "Code", "c": node["c"]}])
    elif kind == "LineBlock":
        yield from _tagged("div", [inline for line in node["c"] for inline in (tree.LINE_BREAK, *line)][1:])
    elif kind == "DefinitionList":
        yield from _tagged("dl", chain.from_iterable(_definitions(tree.definitions(node))))
    elif kind in {"BulletList", "OrderedList"}:
        items = (_tagged("li", _blocks(item)) for item in tree.list_items(node))
        yield from _tagged("ul" if kind == "BulletList" else "ol", chain.from_iterable(items))
    else:
        yield from _tagged("blockquote", _blocks(tree.blocks(node)))


def _blocks(nodes: Sequence[Node]) -> Iterator[Node]:
    return chain.from_iterable(map(_block, nodes))


def _definitions(terms: Sequence[tuple[list[Node], list[list[Node]]]]) -> Iterator[Iterator[Node]]:
    for term, definitions in terms:
        yield _tagged("dt", term)
        yield from (_tagged("dd", _blocks(definition)) for definition in definitions)


def _tagged(name: str, inner: Iterable[Node]) -> Iterator[Node]:
    yield _html(f"<{name}>")
    yield from inner
    yield _html(f"</{name}>")


def _html(tag: str) -> Node:
    return {"t": "RawInline", "c": ["html", tag]}
