"""Divides the tables of the appendix for Word: for each country a table of each topic, whose head has the names of both.

In: blocks in which cells have Word's styles, with a table per stance and a row per country. Out: the same, with a table per country
and topic and a row per fact; in the finished body, their rules and margins. Word repeats the head of a table on each page to which
the table goes on (ECMA-376 part 1, 17.4.78), so no fact stands there without the names of its country and topic. No row is divided
between pages (17.4.6).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.typeset.word.fields import block
from briefs.typeset.word.numbering import set_indent
from briefs.typeset.word.package import NAMES, Element, element, gap, w
from briefs.typeset.word.shading import SHADE

_MARK = "appendix "
_BETWEEN = {"country": 6, "topic": 2}  # points above a table, which Word would otherwise join to the one before it
_WIDTH = "4982"  # of the table, in fiftieths of a per cent: half of the rule at its left is outside it (17.18.90)
_BULLET = "170"  # twips: the hanging indent of facts
_EDGE = "79"  # twips above the head of a table
_BORDERS = {
    "top": {"val": "single", "sz": "4", "space": "0", "color": "D9D9D9"},
    "bottom": {"val": "nil"},
    "insideH": {"val": "nil"},
}


def by_country(blocks: Sequence[Node]) -> list[Node]:
    """The blocks, with each table of the appendix divided into one for each country and topic, after a mark."""
    return tree.transform(list(blocks), lambda table: _divided(table) if "appendix" in tree.classes(table) else None, "Table")


def set_tables(body: Element) -> None:
    """Set the rules and margins of the tables after marks, and replace each mark by the distance above its table."""
    for text in [text for text in body.iter(w("instrText")) if (text.text or "").startswith(_MARK)]:
        mark = text.getparent().getparent()
        _set_table(mark.getnext())
        before = mark.getprevious()
        if before is not None and before.tag == w("tbl"):
            mark[:] = [gap(_BETWEEN[text.text.removeprefix(_MARK)])]
        else:
            mark.getparent().remove(mark)


def _set_table(table: Element) -> None:
    """Give a table a rule above its head only, no space between its rows, and no row that is divided (17.4.38, 17.4.42)."""
    borders, margins = element("tblBorders"), element("tblCellMar")
    borders.extend([element(side, **how) for side, how in _BORDERS.items()])
    margins.extend([element(side, w="0", type="dxa") for side in ("top", "bottom")])
    layout = table.find("w:tblPr/w:tblLayout", NAMES)
    layout.addprevious(borders)
    layout.addnext(margins)
    table.find("w:tblPr/w:tblW", NAMES).set(w("w"), _WIDTH)
    head, *others = table.iterfind("w:tr", NAMES)
    for properties in head.iterfind("w:tc/w:tcPr", NAMES):
        above = element("tcMar")
        above.append(element("top", w=_EDGE, type="dxa"))
        properties.append(above)
    for item in table.iterfind(".//w:pPr[w:numPr]", NAMES):
        set_indent(item, _BULLET, _BULLET)
    for row in others:
        row.insert(0, element("trPr"))
        row[0].append(element("cantSplit"))


def _divided(table: Node) -> list[Node]:
    attribute, caption, columns, (head_attribute, (titles,)), ((body_attribute, heads, _, rows),), foot = table["c"]
    (first, width), (alignment, _) = columns[0], columns[1]
    widths = [[first, width], [alignment, {"t": "ColWidth", "c": 1 - width["c"]}]]
    made: list[Node] = []
    for row in rows:
        for number, (head, body) in enumerate(_tables(titles, row)):
            parts = [attribute, caption, widths, [head_attribute, [head]], [[body_attribute, heads, [], body]], foot]
            made += [_mark("topic" if number else "country"), {**table, "c": parts}]
    return made


def _mark(name: str) -> Node:
    return block(f"<w:p><w:r><w:instrText>{_MARK}{name}</w:instrText></w:r></w:p>")


def _tables(titles: Any, row: Any) -> Iterator[tuple[Any, list[Any]]]:
    """The head and the rows of each table of a country. The first line of the row's first cell, which is the name, becomes the
    first cell of each head; its other lines stand beside the first fact."""
    (title_attribute, (title, *names)), (row_attribute, (name, *facts)) = titles, row
    (styled,) = name[-1]
    (paragraph,) = tree.blocks(styled)
    first, rest = _first_line(tree.inlines(paragraph))
    mark = next((tree.identifier(one) for one in tree.walk(first) if tree.identifier(one).startswith(SHADE)), "")
    (style,) = title[-1]

    def left(inlines: Sequence[Node]) -> Any:
        shaded = [tree.span(inlines[:1], mark), *inlines[1:]] if mark else list(inlines)
        return [*name[:-1], [tree.with_blocks(styled, [tree.para(shaded)])]]

    for number, (topic, items) in enumerate(_topics(names, facts)):
        named = tree.with_blocks(styled, [tree.para(_plain(first))]) if number else tree.with_blocks(style, [tree.para(first)])
        cells = [[*title[:-1], [named]], [*names[0][:-1], [tree.with_blocks(style, topic)]]]
        beside = [[] if number or at else rest for at in range(len(items))]
        rows = [[row_attribute, [left(lines), [*facts[0][:-1], [item]]]] for lines, item in zip(beside, items, strict=True)]
        yield [title_attribute, cells], rows


def _topics(names: Sequence[Any], facts: Sequence[Any]) -> list[tuple[list[Node], list[Node]]]:
    """The paragraphs of each topic's title, with the blocks about the topic, one for each fact. A topic is a column, or a paragraph
    before a list."""
    found: list[tuple[list[Node], list[Node]]] = []
    for name, cell in zip(names, facts, strict=True):
        blocks = cell[-1]
        titles = [at for at, each in enumerate(blocks) if not _items(each)]
        if len(names) > 1 or len(titles) in {0, len(blocks)}:
            found.append((tree.blocks(name[-1][0]), [item for each in blocks for item in _items(each) or [each]]))
            continue
        for start, end in zip(titles, [*titles[1:], len(blocks)], strict=True):
            found.append((tree.blocks(blocks[start]), [item for each in blocks[start + 1 : end] for item in _items(each)]))
    return found


def _items(each: Node) -> list[Node]:
    """The items of a list as lists of one item. Empty if the block is no list."""
    if each["t"] == "BulletList":
        return [{**each, "c": [item]} for item in each["c"]]
    inner = tree.blocks(each) if each["t"] == "Div" else []
    return [tree.with_blocks(each, [item]) for one in inner for item in _items(one)]


def _plain(inlines: Sequence[Node]) -> list[Node]:
    """A name that is repeated: not bold, and without the bookmarks in it, which may stand once in a file. The marks of shades
    stay."""

    def bare(node: Node) -> list[Node] | None:
        return None if node["t"] == "Span" and tree.identifier(node).startswith(SHADE) else tree.inlines(node)

    return list(tree.transform(list(inlines), bare, "Span", "Strong"))


def _first_line(inlines: Sequence[Node]) -> tuple[list[Node], list[Node]]:
    """The inlines before the first line break, and those after it."""
    at = next((n for n, inline in enumerate(inlines) if inline["t"] == "LineBreak"), len(inlines))
    return list(inlines[:at]), list(inlines[at + 1 :])
