"""Builds blocks of pandoc's tree from leaves and cells, whose role somebody changed in Word: headings, lists, quotations, tables.

In: blocks, what each leaf is now, the cells of a table. Out: blocks. A leaf is a paragraph, a heading or a list item; leaves are
numbered from 1, in the order of `compose/slots.mark`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.roundtrip.edits import CellGrid, NewLeaf
from briefs.wordfile.paragraphs import Shape
from briefs.wordfile.pieces import Piece, split_paragraphs, to_inlines

PARAGRAPH: Shape = ("paragraph", 0)
_ITEMS = {"BulletList": "list item", "OrderedList": "numbered item"}
_NUMBERS = [1, {"t": "Decimal"}, {"t": "Period"}]


class NotWritten(Exception):
    """Markdown for the change could not be found; the message says why."""


@dataclass(frozen=True)
class Leaf:
    """The inlines of a leaf, and its shape. `made_from`: the heading or the list that it comes from; its attributes stay.

    `is_loose`: it is an item with space around it.
    """

    inlines: Sequence[Node]
    shape: Shape = PARAGRAPH
    made_from: Node | None = None
    is_loose: bool = False


# Leaves.


def leaves_of(blocks: Sequence[Node]) -> list[Leaf]:
    """The leaves of some blocks, in order. Raises NotWritten if blocks can't be built from them again."""
    return [leaf for block in blocks for leaf in _leaves_of(block)]


def _leaves_of(block: Node) -> Iterator[Leaf]:
    kind = block["t"]
    if kind in {"Para", "Plain"}:
        yield Leaf(tree.inlines(block))
    elif kind == "Header":
        yield Leaf(tree.inlines(block), ("heading", tree.level(block)), block)
    elif kind == "BlockQuote" and all(own["t"] == "Para" for own in tree.blocks(block)):
        yield from (Leaf(tree.inlines(own), ("quotation", 0)) for own in tree.blocks(block))
    elif kind in _ITEMS:
        yield from _items_of(block, 0)
    else:
        raise NotWritten("it stands in something that can’t be changed so")


def _items_of(block: Node, level: int) -> Iterator[Leaf]:
    for item in tree.list_items(block):
        first, *others = item or [tree.plain([])]
        if first["t"] not in {"Para", "Plain"} or any(other["t"] not in _ITEMS for other in others):
            raise NotWritten("an item of the list has several paragraphs")
        yield Leaf(tree.inlines(first), (_ITEMS[block["t"]], level), block, first["t"] == "Para")
        for inner in others:
            yield from _items_of(inner, level + 1)


def reshaped(
    blocks: Sequence[Node], wanted: Mapping[int, Sequence[Piece] | None], added: Mapping[int, Sequence[NewLeaf]],
    shapes: Mapping[int, Shape],
) -> list[Node]:  # fmt: skip
    """The blocks with other leaves, some in other shapes. Raises NotWritten.

    `wanted`: the new pieces of a leaf by its number, or None to delete it. `added`: new leaves after that number.
    """
    out = [_new(one, PARAGRAPH) for one in added.get(0, ())]
    for number, leaf in enumerate(leaves_of(blocks), 1):
        shape = shapes.get(number, leaf.shape)
        parts = [leaf.inlines] if number not in wanted else [to_inlines(p) for p in split_paragraphs(wanted[number] or ())]
        made_from = leaf.made_from if shape[0] == leaf.shape[0] else None
        out += [Leaf(part, shape, made_from if not n else None, leaf.is_loose) for n, part in enumerate(parts)]
        out += [_new(one, shape) for one in added.get(number, ())]
    _check_levels(out)
    return built(out)


def _check_levels(leaves: Sequence[Leaf]) -> None:
    """Raise NotWritten if an item stands more than one level below the item before it: Markdown would put it higher."""
    deepest = 0
    for leaf in leaves:
        role, level = leaf.shape
        is_item = role in _ITEMS.values()
        if is_item and level > deepest:
            raise NotWritten("there is no item above this one that it could be part of")
        deepest = level + 1 if is_item else 0


def _new(one: NewLeaf, beside: Shape) -> Leaf:
    return Leaf(to_inlines(one.pieces), one.shape or beside)


def built(leaves: Sequence[Leaf]) -> list[Node]:
    """Blocks from leaves: items in a row are a list, quoted paragraphs in a row a quotation."""
    out: list[Node] = []
    at = 0
    while at < len(leaves):
        role, level = leaves[at].shape
        end = at + 1
        while end < len(leaves) and leaves[end].shape[0] in _alike(role):
            end += 1
        if role in _ITEMS.values():
            out += _lists(leaves[at:end])
        elif role == "quotation":
            out.append({"t": "BlockQuote", "c": [tree.para(leaf.inlines) for leaf in leaves[at:end]]})
        else:
            end = at + 1
            out.append(_heading(leaves[at], level) if role == "heading" else tree.para(leaves[at].inlines))
        at = end
    return out


def _alike(role: str) -> set[str]:
    return set(_ITEMS.values()) if role in _ITEMS.values() else {role}


def _heading(leaf: Leaf, level: int) -> Node:
    own = leaf.made_from
    attribute = tree.attr_of(own) if own is not None and own["t"] == "Header" else tree.attr()
    return {"t": "Header", "c": [level, attribute, list(leaf.inlines)]}


def _lists(leaves: Sequence[Leaf]) -> list[Node]:
    """Items as lists; deeper ones stand in the item before them. The first is the least deep."""
    least = min(leaf.shape[1] for leaf in leaves)
    out: list[tuple[str, Leaf, list[list[Node]]]] = []
    at = 0
    while at < len(leaves):
        end = at + 1
        while end < len(leaves) and leaves[end].shape[1] > least:
            end += 1
        leaf = leaves[at]
        inner = _lists(leaves[at + 1 : end]) if end > at + 1 else []
        item = [(tree.para if leaf.is_loose else tree.plain)(leaf.inlines), *inner]
        if out and out[-1][0] == leaf.shape[0]:
            out[-1][2].append(item)
        else:
            out.append((leaf.shape[0], leaf, [item]))
        at = end
    return [_list(leaf, items) for _, leaf, items in out]


def _list(first: Leaf, items: list[list[Node]]) -> Node:
    if first.shape[0] == "list item":
        return tree.bullets(items)
    own = first.made_from
    attributes = own["c"][0] if own is not None and own["t"] == "OrderedList" else _NUMBERS
    return {"t": "OrderedList", "c": [attributes, items]}


# Tables.


def table(grid: CellGrid) -> Node:
    """A new table. Its first row is its head."""
    head, *rows = [[to_inlines(cell) for cell in row] for row in grid.rows]
    made = tree.table(head, rows)
    made["c"][2] = [_column(None, ()) for _ in head]
    return made


def with_grid(blocks: Sequence[Node], grid: CellGrid) -> list[Node]:
    """Blocks whose table has other rows and columns. Columns keep their alignment. Raises NotWritten."""
    if sum(block["t"] == "Table" for block in blocks) != 1:
        raise NotWritten("its table isn’t certain")
    return [_with_rows(block, grid) if block["t"] == "Table" else block for block in blocks]


def _with_rows(old: Node, grid: CellGrid) -> Node:
    attribute, caption, columns, (head_attribute, head), bodies, foot = old["c"]
    if len(bodies) > 1 or foot[1] or len(head) > 1:
        raise NotWritten("its table has several parts")
    made = [[tree.attr(), [_cell(cell) for cell in row]] for row in grid.rows]
    new_head, rows = made[: len(head)], made[len(head) :]
    body = [bodies[0][0], 0, [], rows] if bodies else [tree.attr(), 0, [], rows]
    specs = [_column(n, columns) for n in grid.columns]
    return {"t": "Table", "c": [attribute, caption, specs, [head_attribute, new_head], [body], foot]}


def _column(number: int | None, columns: Sequence[Any]) -> Any:
    """The alignment of a column of the new table, which is that of the old column, and no width."""
    align = columns[number][0] if number is not None and number < len(columns) else {"t": "AlignDefault"}
    return [align, {"t": "ColWidthDefault"}]


def _cell(pieces: Sequence[Piece]) -> list[Any]:
    if len(split_paragraphs(pieces)) > 1:
        raise NotWritten("a cell of its table has several paragraphs")
    inlines = to_inlines(pieces)
    return [tree.attr(), {"t": "AlignDefault"}, 1, 1, [tree.plain(inlines)] if inlines else []]
