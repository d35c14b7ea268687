"""Tables that the program makes itself, as pandoc's tree has them.

In: cells, which are lists of blocks; the widths of the columns as parts of the table's. Out: a table, or a row of one. The first
cell of each row is its heading. https://hackage.haskell.org/package/pandoc-types/docs/Text-Pandoc-Definition.html#t:Block
"""

from __future__ import annotations

from collections.abc import Sequence

from briefs.compose import tree
from briefs.compose.tree import Node

Cell = list[Node]
Row = list[object]


def table(name: str, widths: Sequence[float], head: Row, rows: Sequence[Row]) -> Node:
    """A table of the class `name`, or of several classes with spaces between them."""
    return {
        "t": "Table",
        "c": [
            tree.attr("", name.split()),
            [None, []],
            [[{"t": "AlignLeft"}, {"t": "ColWidth", "c": width}] for width in widths],
            [tree.attr(), [head]],
            [[tree.attr(), 1, [], list(rows)]],
            [tree.attr(), []],
        ],
    }


def row(cells: Sequence[Cell], classes: Sequence[str] = (), name: str = "", continued: str = "") -> Row:
    """A row. `classes`: the class of each cell, from the first one on; cells without one may have an empty text or be left out.
    `name`: the class of the row.

    `continued`: the words of the first cell on a later page, if the row is divided between pages.
    """
    named = [*classes, *[""] * (len(cells) - len(classes))]
    return [
        tree.attr("", [name] if name else [], **({"continued": continued} if continued else {})),
        [[tree.attr("", own.split()), {"t": "AlignDefault"}, 1, 1, cell] for cell, own in zip(cells, named, strict=True)],
    ]


def words(inlines: Sequence[Node]) -> Cell:
    """A cell of one line of words."""
    return [tree.plain(inlines)]
