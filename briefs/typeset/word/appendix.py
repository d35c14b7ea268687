"""Divides the tables of the appendix for Word: a table for each country, whose head has the country's name.

In: blocks in which cells have Word's styles, with a table per stance and a row per country. Out: the same, with a table per country.
Word repeats the head of a table on each page to which the table goes on (ECMA-376 part 1, 17.4.78), so no row stands there
without its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.typeset.word.fields import block
from briefs.typeset.word.shading import SHADE

_APART = 5  # points between two tables, which Word would otherwise join
_BETWEEN = block(f'<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="{_APART * 20}" w:lineRule="exact"/></w:pPr></w:p>')


def by_country(blocks: Sequence[Node]) -> list[Node]:
    """The blocks, with each table of the appendix divided into one for each of its rows."""
    return tree.transform(list(blocks), lambda table: _divided(table) if "appendix" in tree.classes(table) else None, "Table")


def _divided(table: Node) -> list[Node]:
    attribute, caption, columns, (head_attribute, (titles,)), ((body_attribute, heads, inner, rows),), foot = table["c"]
    made: list[Node] = []
    for row in rows:
        head, body = _parts(titles, row)
        parts = [attribute, caption, columns, [head_attribute, [head]], [[body_attribute, heads, inner, [body]]], foot]
        made += [*([_BETWEEN] if made else []), {**table, "c": parts}]
    return made


def _parts(titles: Any, row: Any) -> tuple[Any, Any]:
    """The head and the row of a country's table. The first line of the row's first cell, which is the name, becomes the first cell
    of the head."""
    (title_attribute, (title, *others)), (row_attribute, (name, *facts)) = titles, row
    (styled,) = name[-1]
    (paragraph,) = tree.blocks(styled)
    first, rest = _first_line(tree.inlines(paragraph))
    (title_styled,) = title[-1]
    head = [*title[:-1], [tree.with_blocks(title_styled, [tree.para(first)])]]
    left = [*name[:-1], [tree.with_blocks(styled, [tree.para(_shaded(first, rest))])]]
    return [title_attribute, [head, *others]], [row_attribute, [left, *facts]]


def _first_line(inlines: Sequence[Node]) -> tuple[list[Node], list[Node]]:
    """The inlines before the first line break, and those after it."""
    at = next((n for n, inline in enumerate(inlines) if inline["t"] == "LineBreak"), len(inlines))
    return list(inlines[:at]), list(inlines[at + 1 :])


def _shaded(first: Sequence[Node], rest: Sequence[Node]) -> list[Node]:
    """The rest of a name's cell, with the mark by which `shading` tints the cell, if the first line has it."""
    mark = next(
        (tree.identifier(one) for one in tree.walk(first) if one["t"] == "Span" and tree.identifier(one).startswith(SHADE)), ""
    )
    return [tree.span(rest[:1], mark), *rest[1:]] if mark else list(rest)
