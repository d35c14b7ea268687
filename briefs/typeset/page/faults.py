"""Finds faults on the pages of a layout: words that leave their box, and words that are on no page.

In: a layout. Out: faults, each with the names of the block that it is in and of the blocks before, the nearest first. The place of
the fault in the content is found by these names. A box is the area in which words are laid out: a page, a column, a cell, a block.
Lengths are in points; messages have millimetres.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from briefs.engine.boxes import LayoutBox, RenderedPage
from briefs.engine.render import RenderedDocument
from briefs.engine.words import Element
from briefs.problems import Place, Problem, error

ROUNDING = 0.5  # points by which words may leave their box at its sides
LEADING, MOST = 0.35, 5.0  # of a face's height, and points: how far words may leave the page; a face may be higher than its line
MILLIMETRE = 72 / 25.4
SHOWN = 40  # the most letters of a text that a message shows
NEAR = 8  # the most names that a fault has
WIDE = "Break the line, shorten the words, or write them without the list or quotation that leaves them so little room."
TABLE = "Take out columns, shorten its longest words, or make two tables of it."
LOST = "Shorten or divide the paragraph, the table or the note."


@dataclass(frozen=True)
class PageFault:
    """A fault on a page. `names`: the name of its block and of the blocks before it, the nearest first. A block without a name has
    its place in the content instead (see `_place`)."""

    names: tuple[str, ...]
    what: str
    hint: str

    def problem(self, places: Mapping[str, Place], document: Place) -> Problem:
        """The fault as a problem at the place of the nearest block whose place is known, otherwise at the document's place."""
        known = (places.get(name) or _place(name) for name in self.names)
        return error(next((place for place in known if place), document), self.what, self.hint)


@dataclass(frozen=True)
class Excess:
    """A text or picture that leaves its box: on which side, and by how many points."""

    box: LayoutBox
    side: str
    points: float


def faults(document: RenderedDocument) -> list[PageFault]:
    """All faults on the pages, one for each block and side, and one for each table that is too wide."""
    order = _Order(document)
    found: dict[object, PageFault] = {}
    widest: dict[int, float] = {}
    for excess in (e for page in document.pages for e in page_excesses(page)):
        length, table = f"{excess.points / MILLIMETRE:.1f} mm", order.tables.get(id(excess.box.element), 0)
        names = order.names(id(excess.box.element))
        if table and excess.side == "right":
            if excess.points > widest.get(table, 0):
                widest[table] = excess.points
                found[table] = PageFault(order.names(table), f"the table is {length} too wide for its page", TABLE)
            continue
        shown = excess.box.text.strip(" \u2060")[:SHOWN]
        what = f"the words “{shown}” reach" if shown else "the picture reaches"
        message = f"{what} {length} over the {excess.side} edge of their place"
        found.setdefault((names[:1], excess.side), PageFault(names, message, WIDE))
    for element, text in document.lost_words():
        message = f"there is no room on any page for the words “{text[:SHOWN]}”"
        found[id(element), ""] = PageFault(order.names(id(element)), message, LOST)
    return list(found.values())


def page_excesses(page: RenderedPage) -> Iterator[Excess]:
    """The texts and pictures of a page that leave their boxes."""
    area = page.box.content_area
    for child in page.box.children:
        if child.is_margin_box:
            yield from excesses(child, child.content_area.end(child.is_rtl), child.is_rtl)
            continue
        yield from excesses(child, area.end(child.is_rtl), child.is_rtl)
        for box in child.descendants(absolute=True):
            if box.kind == "text" and box.text.strip():
                own = box.border_area
                points, side = max((area.top - own.top, "upper"), (own.bottom - area.bottom, "lower"))
                if points > min(LEADING * own.height, MOST):
                    yield Excess(box, side, points)


def excesses(outer: LayoutBox, end: float, is_rtl: bool = False) -> Iterator[Excess]:
    """The texts and pictures in a box that reach over the edge at which lines end, of this box or of a box within it.

    `end`: the position of the edge that the content of the box must not cross, in points (`Rectangle.end`).
    """
    for child in outer.children:
        edge = min(end, outer.content_area.end(is_rtl)) if child.kind in {"line", "picture"} else end
        points = child.border_area.end(is_rtl) - edge
        shows = child.kind == "picture" or (child.kind == "text" and not child.is_pseudo_element and child.text.strip())
        if shows and points > ROUNDING:
            yield Excess(child, "left" if is_rtl else "right", points)
        yield from excesses(child, edge, is_rtl)


class _Order:
    """The names of a document's elements (`id` or `data-place`), in the order of its text. `tables`: the `id()` of its table, by
    the `id()` of each element in a table."""

    def __init__(self, document: RenderedDocument):
        self.tables: dict[int, int] = {}
        self._names: list[str] = []
        self._counts: dict[int, int] = {}
        self._read(document.root, 0)

    def names(self, element: int) -> tuple[str, ...]:
        """The name of an element and the names before it, the nearest first. `element`: its `id()`."""
        count = self._counts.get(element, 0)
        return tuple(reversed(self._names[max(0, count - NEAR) : count]))

    def _read(self, element: Element, table: int) -> None:
        """Read an element and its children. An element that begins with a named element counts as having this name: a paragraph the
        name of the empty element at its beginning (`html.py`), a table the name of its first cell."""
        own = element.get("id") or element.get("data-place")
        self._names += [own] * bool(own)
        table = table or (id(element) if element.tag == "table" else 0)
        if table:
            self.tables[id(element)] = table
        count = len(self._names)
        for child in element:
            self._read(child, table)
        begins_with_name = len(self._names) > count and not (element.text or "").strip()
        self._counts[id(element)] = count + begins_with_name


def _place(name: str) -> Place | None:
    """The place that an attribute `data-place` gives, as `path:line:column`; None if it is no such text."""
    path, _, numbers = name.partition(":")
    line, _, column = numbers.partition(":")
    return Place(path, "", int(line), int(column)) if line.isdecimal() and column.isdecimal() else None
