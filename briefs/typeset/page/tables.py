"""Finds out how to set each table of a report: in which type, upright or on a page turned on its side, on one page or several.

In: a layout function, and the steps of the theme. Out: a `TableSetting` for each table, found by laying out and measuring; and a
tree whose divs carry these settings. The Word file takes the settings and the widths of columns from the PDF, so that it shows the
same tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.engine.boxes import LayoutBox, RenderedPage
from briefs.engine.render import RenderedDocument

ROUNDING = 0.5  # points: differences that are smaller don't count
LONG = 0.4  # a table that is higher than this part of a page may break between rows
TALL = 0.3  # if a row is higher than this part of a page, the rows of its table may break too
MANY = 20  # a table with so many rows is taken to be long until it is measured
SURELY = 1.2  # if a table that was taken to be long isn't so many times as high as a long one, all are laid out without the guess
TURNED = "turned"  # the class of a table on its side, and the name of its page


@dataclass(frozen=True)
class TableSetting:
    """How a table is set. `step`: the step of its type, from 0; `turned`: whether it stands on a page turned on its side; `long`:
    whether it may break between rows; `tall`: whether it may also break within rows; `columns`: the widths of its columns in
    points."""

    step: int = 0
    turned: bool = False
    long: bool = False
    tall: bool = False
    columns: tuple[float, ...] = ()


@dataclass
class MeasuredTable:
    """A table as it was laid out, in points: the width that it takes, the width that is available, the height of each row, the
    height of a page, and the widths of its columns.

    `turnable`: whether it may be turned, because it stands in no list or quotation.
    """

    turnable: bool = True
    width: float = 0.0
    available: float = 0.0
    rows: dict[int, float] = field(default_factory=dict)
    page_height: float = 0.0
    columns: tuple[float, ...] = ()


class HasDocument(Protocol):
    """A layout, of which this module needs only the document."""

    @property
    def document(self) -> RenderedDocument: ...


Layout = TypeVar("Layout", bound=HasDocument)


def fit(
    lay_out: Callable[[Mapping[str, TableSetting]], Layout], sizes: Sequence[float], turned_width: float, blocks: Sequence[Node]
) -> tuple[Layout, dict[str, TableSetting]]:
    """The layout in which every table has the first setting in which it fits, or the last setting if it fits in none; and the
    settings by the table's number.

    `sizes`: the size of type of each step; `turned_width`: the width of the text on a turned page, in points. `blocks`: the tree
    with the tables. It only saves layouts: tables with many rows are taken to be long from the beginning.
    """
    guessed = dict.fromkeys(_with_many_rows(blocks), TableSetting(long=True))
    settings = guessed
    while True:
        layout = lay_out(settings)
        measured = measure(layout.document.pages)
        if settings is guessed and not all(name in measured and _is_surely_long(measured[name]) for name in guessed):
            settings = {}
            continue
        now = {name: settings.get(name, TableSetting()) for name in measured}
        settings = {name: _next(now[name], table, sizes, turned_width) for name, table in measured.items()}
        if settings == now:
            return layout, {name: replace(setting, columns=measured[name].columns) for name, setting in now.items()}


def _next(now: TableSetting, table: MeasuredTable, sizes: Sequence[float], turned_width: float) -> TableSetting:
    """The setting to try next, or the same one if the table fits. The width of a table is assumed to grow with the size of its
    type."""
    tall = now.tall or max(table.rows.values()) > TALL * table.page_height
    now = replace(now, long=now.long or sum(table.rows.values()) > LONG * table.page_height, tall=tall)
    if table.width <= table.available + ROUNDING:
        return now
    every = [(step, turned) for turned in (False, True)[: 1 + table.turnable] for step in range(len(sizes))]
    left = every[every.index((now.step, now.turned)) + 1 :]
    for step, turned in left:
        wanted = table.width * sizes[step] / sizes[now.step]
        if wanted <= (turned_width if turned else table.available) + ROUNDING:
            return replace(now, step=step, turned=turned, long=now.long or turned)
    return replace(now, step=left[-1][0], turned=left[-1][1], long=True) if left else now


def _with_many_rows(blocks: Sequence[Node]) -> Iterator[str]:
    """The numbers of the tables that have many rows."""
    for outer in (node for node in tree.walk(blocks) if node["t"] == "Div" and "table" in tree.attributes(node)):
        bodies = (body for node in tree.walk([outer]) if node["t"] == "Table" for body in node["c"][4])
        if sum(len(rows) for _, _, _, rows in bodies) >= MANY:
            yield tree.attributes(outer)["table"]


def _is_surely_long(table: MeasuredTable) -> bool:
    return sum(table.rows.values()) > SURELY * LONG * table.page_height


def measure(pages: Sequence[RenderedPage]) -> dict[str, MeasuredTable]:
    """The measures of each table, by the table's number."""
    found: dict[str, MeasuredTable] = {}
    for page in pages:
        for outer in page.box.descendants():
            if outer.kind == "other" and outer.tag == "div" and (name := outer.attribute("data-table")):
                new = MeasuredTable("inside" not in outer.classes, page_height=page.box.content_area.height)
                table = found.setdefault(name, new)
                for part in _tables(outer):
                    table.width, table.available = max(table.width, part.border_area.width), outer.content_area.width
                    table.columns = part.column_widths
                    for row in (box for box in part.descendants() if box.tag == "tr" and box.kind == "other"):
                        table.rows[id(row.element)] = table.rows.get(id(row.element), 0) + row.content_area.height
    return found


def _tables(outer: LayoutBox) -> Iterator[LayoutBox]:
    return (box for box in outer.descendants() if box.column_widths)


def with_settings(blocks: Sequence[Node], settings: Mapping[str, TableSetting]) -> list[Node]:
    """A tree in which the div of each table has the table's setting: in classes and, for Word, in the attribute `columns`.

    Headings right before a turned table get its class too, so that they are on its page.
    """

    def change(node: Node) -> list[Node] | None:
        setting = settings.get(tree.attributes(node).get("table", ""))
        if not setting:
            return [tree.with_blocks(node, _with_turned_headings(tree.blocks(node)))] if turned else None
        identifier, classes, keys = tree.attr_of(node)
        more = (
            [f"step-{setting.step}"] * bool(setting.step)
            + [TURNED] * setting.turned
            + ["long"] * setting.long
            + ["tall"] * setting.tall
        )
        columns = [["columns", " ".join(f"{width:.2f}" for width in setting.columns)]] if setting.columns else []
        return [tree.with_attr(node, [identifier, [*classes, *more], [*keys, *columns]])]

    turned = any(setting.turned for setting in settings.values())
    return tree.transform(list(blocks), change, "Div")


def _with_turned_headings(blocks: Sequence[Node]) -> list[Node]:
    out: list[Node] = []
    for block in reversed(blocks):
        if block["t"] == "Header" and out and TURNED in tree.classes(out[-1]):
            identifier, classes, keys = tree.attr_of(block)
            block = tree.with_attr(block, [identifier, [*classes, TURNED], keys])
        out.append(block)
    return out[::-1]
