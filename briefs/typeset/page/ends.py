"""Mends the ends of pages: no word is broken over a page turn, no row goes on without its name, no page is nearly empty.

In: a layout, and a function that lays out the same chunk with other `PageEnds`. Out: a layout without these faults, if one is
found. Only a finished layout shows where pages end, so each fault costs another layout.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.engine.boxes import LayoutBox, RenderedPage
from briefs.engine.render import RenderedDocument
from briefs.typeset.page.layout import PageLayout

LEAST = 0.26  # the least part of its height that a page should fill
TIGHTER = (0.2, 0.4, 0.6)  # points: by how much the leading is reduced, in turn, to save a last page
SPARED = 4  # lines: on each page before the last, at most so many more than estimated are left free
TRIALS = 12  # the most layouts to mend rows and words; a change on one page may move the end of the next
KEPT, CARRIED = 2, 3  # items: the fewest of a list that end a page, and that begin the next (report.css)
EDGES = 14  # points: the space above and below an item in its cell
HYPHENS = "-\u2010"
BLANK = "blank"  # the class of the div that makes an empty page, and the CSS name of this page
GOES_ON = "goes-on"  # the class of a part of a row that another part follows
CONTINUED = "continued"  # the class of the later part of a row, and the attribute of a row with the name to show there

Splits = Mapping[int, tuple[tuple[int, ...], ...]]


@dataclass(frozen=True)
class PageEnds:
    """How the ends of the pages are changed.

    `whole`: the paragraphs that aren't hyphenated, by their numbers in the chunk. `earlier`: the paragraphs in which a hyphen that
    was written still ends a page; by the number of each, how many of its lines go to the next page. `rows`: the rows that are
    divided; by the number of each in the chunk, how many items of each cell come before each new row. `tighter`: by how many points
    the leading is reduced. `free`: how many lines stay free on every page. `blank`: whether an empty page follows.
    """

    whole: frozenset[int] = frozenset()
    earlier: Mapping[int, int] = field(default_factory=dict)
    rows: Splits = field(default_factory=dict)
    tighter: float = 0.0
    free: int = 0
    blank: bool = False


def mend(lay_out: Callable[[PageEnds], PageLayout], layout: PageLayout, leading: float, two_sided: bool) -> PageLayout:
    """The layout, or another one whose pages end better. `leading`: of the text, in points. `two_sided`: whether the layout must
    have an even number of pages, so that the next chunk begins on a right-hand page."""
    layout, ends = _mended(lay_out, layout, leading)
    return lay_out(replace(ends, blank=True)) if two_sided and layout.pages % 2 else layout


def _mended(lay_out: Callable[[PageEnds], PageLayout], layout: PageLayout, leading: float) -> tuple[PageLayout, PageEnds]:
    """Mend words and rows first, then pages that are nearly empty. Filling one moves the ends of other pages, so their words and
    rows are mended again."""
    layout, ends = _settled(lay_out, layout, PageEnds())
    for other in _fuller(lay_out, ends, layout, leading):
        tried, other = _settled(lay_out, lay_out(other), other)
        fuller = tried.pages < layout.pages or (tried.pages == layout.pages and not is_nearly_empty(tried))
        if fuller and _with_fewer_faults(other, tried) == other:
            return tried, other
    return layout, ends


def _settled(lay_out: Callable[[PageEnds], PageLayout], layout: PageLayout, ends: PageEnds) -> tuple[PageLayout, PageEnds]:
    """The layout with these ends, or another one in which no word is broken and each row has its name, if a few trials find one. A
    division that comes too early stays if without it a row would go on."""
    tried = [ends]
    for _ in range(TRIALS):
        wanted = _with_fewer_faults(ends, layout)
        if wanted == ends or (wanted in tried and not any(_going_on(layout.document))):
            break
        tried.append(wanted)
        ends = wanted
        layout = lay_out(ends)
    return layout, ends


def _with_fewer_faults(ends: PageEnds, layout: PageLayout) -> PageEnds:
    """The ends with which to lay out again; the same ends if every word is whole and every row has its name."""
    return _with_whole_words(_with_rows(ends, layout.document), layout.document)


# Pages that are nearly empty


def is_nearly_empty(layout: PageLayout) -> bool:
    """Whether a page after the first fills too little of its height. It is the last one, or it stands before a tall figure."""
    return _least_used(layout.document.pages) < LEAST


def _fuller(lay_out: Callable[[PageEnds], PageLayout], ends: PageEnds, layout: PageLayout, leading: float) -> Iterator[PageEnds]:
    """The changes to try if a page is nearly empty. The first ones reduce the leading, if this can save the page. The others
    leave lines free on the pages, which may fill it. Rows then end pages elsewhere, so none is divided yet."""
    pages = layout.document.pages
    used = _least_used(pages)
    if used >= LEAST:
        return
    ends = replace(ends, rows={})
    if lay_out(replace(ends, tighter=max(TIGHTER))).pages < len(pages):
        yield from (replace(ends, tighter=tighter) for tighter in TIGHTER)
    missing = (LEAST - used) * pages[-1].box.content_area.height / leading / (len(pages) - 1)
    yield from (replace(ends, free=int(missing) + more) for more in range(1, SPARED + 1))


def _least_used(pages: Sequence[RenderedPage]) -> float:
    """The least share that `_used` finds on a page after the first; 1 if there is none."""
    return min(map(_used, pages[1:]), default=1.0)


def _used(page: RenderedPage) -> float:
    """The share of a page's height that lines and pictures take."""
    boxes = [box.margin_area for box in page.box.descendants() if box.kind in {"line", "picture"}]
    used, reached = 0.0, page.box.content_area.top
    for area in sorted(boxes, key=lambda area: area.top):
        if area.bottom > reached and area.top >= page.box.content_area.top:
            used += area.bottom - max(area.top, reached)
            reached = area.bottom
    return used / page.box.content_area.height


# Words


def _with_whole_words(ends: PageEnds, document: RenderedDocument) -> PageEnds:
    """The ends. Each paragraph in which a word is broken over a page turn is added to `whole`. If it is there already, it is added
    to `earlier`."""
    pages, numbers = document.pages, _numbers(document, "p")
    whole, earlier = set(ends.whole), dict(ends.earlier)
    for before, after in pairwise(pages):
        goes_on = {id(box.element): box for box in _boxes(after, "p")}
        for paragraph in _boxes(before, "p"):
            if id(paragraph.element) in goes_on and _last_letter(paragraph) in HYPHENS:
                number = numbers[id(paragraph.element)]
                if number in whole:
                    earlier[number] = sum(1 for _ in goes_on[id(paragraph.element)].lines()) + 1
                whole.add(number)
    return replace(ends, whole=frozenset(whole), earlier=earlier)


def _last_letter(box: LayoutBox) -> str:
    text = "".join(inner.text for inner in box.descendants() if inner.kind == "text" and "footnote" not in inner.classes)
    return text.rstrip("\u2060 ")[-1:] or " "


# Rows


def _with_rows(ends: PageEnds, document: RenderedDocument) -> PageEnds:
    """The ends, with a division added for each row that goes on to another page. Divisions that leave a page nearly empty are
    removed: since its row was divided, it has moved, and the division now comes too early."""
    numbers = _numbers(document, "tr")
    origins = _origins(ends.rows, len(numbers))
    rows = {number: set(splits) for number, splits in ends.rows.items()}
    for element, counts in _going_on(document):
        number, start = origins[numbers[element]]
        rows.setdefault(number, set()).add(tuple(a + b for a, b in zip(start or [0] * len(counts), counts, strict=True)))
    for element in _too_early(document):
        number, start = origins[numbers[element]]
        rows[number].discard(tuple(start))
    return replace(ends, rows={number: tuple(sorted(splits)) for number, splits in rows.items() if splits})


def _origins(rows: Splits, count: int) -> list[tuple[int, Sequence[int]]]:
    """For each of `count` rows of a document in which some rows are divided: the number of the row that it is a part of, counted
    before the division, and how many items of each cell come before the part. The second is empty for the first part of a row."""
    found: list[tuple[int, Sequence[int]]] = []
    number = 0
    while len(found) < count:
        splits = rows.get(number, ())
        begins: list[Sequence[int]] = [] if splits and not any(splits[0]) else [()]
        found += [(number, start) for start in [*begins, *splits]]
        number += 1
    return found


def _going_on(document: RenderedDocument) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The id() of the element of each row that goes on to another page, and how many items of each cell come before the page
    turn."""
    items: Counter[tuple[int, int]] = Counter()  # the number of a cell's items so far, by the row and the column
    seen: set[int] = set()
    for page in document.pages:
        for row in _body_rows(page, document):
            cells = [box for box in row.children if box.tag in {"th", "td"}]
            own = [[id(item.element) for item in _items(cell)] for cell in cells]
            if id(row.element) in seen and not any(item in seen for inner in own for item in inner[:1]):
                yield id(row.element), tuple(items[id(row.element), column] for column in range(len(cells)))
            for column, inner in enumerate(own):
                items[id(row.element), column] += len(set(inner) - seen)
                seen.update(inner)
            seen.add(id(row.element))


def _too_early(document: RenderedDocument) -> Iterator[int]:
    """The id() of each part of a divided row that begins a page, while the page before holds little more than the row's first
    part, or has room for more items."""
    for before, after in pairwise(document.pages):
        rows, following = list(_body_rows(before, document)), list(_body_rows(after, document))
        if following and CONTINUED in following[0].classes:
            is_bare = len(rows) == 1 and _used(before) < LEAST
            if is_bare or _height_of_first(following[0]) + EDGES < _free(before):
                yield id(following[0].element)


def _height_of_first(row: LayoutBox) -> float:
    """The height of the fewest items that can move from the top of a part of a row to the page before, in points, with the words
    above them. Infinite if too few would be left in the part."""
    cells = [(cell, items) for cell in row.children if len(items := _items(cell)) >= KEPT + CARRIED]
    return min((items[KEPT - 1].margin_area.bottom - cell.content_area.top for cell, items in cells), default=math.inf)


def _items(cell: LayoutBox) -> list[LayoutBox]:
    """The items of the lists in a cell."""
    return [item for item in cell.descendants() if item.tag == "li" and item.kind == "other"]


def _free(page: RenderedPage) -> float:
    """How many points are free below the last line of a page."""
    area = page.box.content_area
    return area.bottom - max((line.bottom for line in page.box.lines() if line.bottom <= area.bottom), default=area.top)


def _body_rows(page: RenderedPage, document: RenderedDocument) -> Iterator[LayoutBox]:
    """The rows on a page, except those in the heads of tables, which are repeated on each page."""
    heads = {id(row) for head in document.root.iter() if _tag(head) == "thead" for row in head.iter()}
    return (row for row in _boxes(page, "tr") if id(row.element) not in heads)


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _numbers(document: RenderedDocument, tag: str) -> dict[int, int]:
    """The number of each element with this tag in a document, by the id() of the element, from 0 in the order of the text."""
    found = (element for element in document.root.iter() if _tag(element) == tag)
    return {id(element): number for number, element in enumerate(found)}


def _boxes(page: RenderedPage, tag: str) -> Iterator[LayoutBox]:
    return (box for box in page.box.descendants() if box.tag == tag and box.kind == "other")


# The chunk with these ends


def with_rows(blocks: Sequence[Node], rows: Splits) -> list[Node]:
    """A tree in which rows are divided. The first cell of each later part shows the name in the row's attribute `continued`."""
    number = -1

    def change(node: Node) -> list[Node]:
        nonlocal number
        head, bodies = node["c"][3], node["c"][4]
        number += len(head[1])
        made = []
        for attr, columns, inner, body in bodies:
            out: list[Any] = []
            for row in body:
                number += 1
                out += _divided(row, rows.get(number, ()))
            made.append([attr, columns, inner, out])
        return [{"t": "Table", "c": [*node["c"][:4], made, *node["c"][5:]]}]

    return tree.transform(list(blocks), change, "Table") if rows else list(blocks)


def _divided(row: Any, splits: Sequence[Sequence[int | None]]) -> list[Any]:
    """The rows into which a row is divided at its splits. A row without the attribute `continued` stays whole. If only the name
    would stay on the first page, the row has no part there."""
    (identifier, classes, keys), cells = row
    name = dict(keys).get(CONTINUED)
    if not splits or not name:
        return [row]
    if not any(splits[0]):  # only the name of the row would stand on the first page, so no part is left there
        row = [[identifier, [*classes, CONTINUED], keys], cells]
        return _divided(row, splits[1:]) if splits[1:] else [row]
    bounds: list[Sequence[int | None]] = [[0] * len(cells), *splits, [None] * len(cells)]
    parts = []
    for number, (start, end) in enumerate(pairwise(bounds)):
        own = [
            _part(cell, a, b, number, name if column == 0 else "")
            for column, (cell, a, b) in enumerate(zip(cells, start, end, strict=True))
        ]
        marks = [*[CONTINUED] * bool(number), *[GOES_ON] * (number < len(bounds) - 2)]
        parts.append([[identifier if not number else "", [*classes, *marks], keys], own])
    return parts


def _part(cell: Any, start: int | None, end: int | None, number: int, name: str) -> list[Any]:
    """The part of a cell from one item of its lists to another. A cell without a list has its content in the first part only."""
    *form, blocks = cell
    if number and name:
        return [*form, [tree.plain([tree.strong(tree.words(name))])]]
    if any(block["t"] == "BulletList" for block in blocks):
        return [*form, list(_between(blocks, start or 0, end))]
    return [*form, [] if number else blocks]


def _between(blocks: Sequence[Node], start: int, end: int | None) -> Iterator[Node]:
    """The blocks from one item of their lists to another, counted over all lists. What stands above a list stays with its first
    item, and is repeated above a later part of the list."""
    above: list[Node] = []
    for block in blocks:
        if block["t"] != "BulletList":
            above.append(block)
            continue
        items = tree.list_items(block)
        if shown := items[max(start, 0) : None if end is None else max(end, 0)]:
            yield from above if start <= 0 else map(_repeated, above)
            yield tree.bullets(shown)
        start, end, above = start - len(items), None if end is None else end - len(items), []
    yield from above if end is None else ()


def _repeated(block: Node) -> Node:
    """The name of a topic as it is repeated: without what stands beside it, and without `p`, so that the paragraphs of the chunk
    keep their numbers."""
    return tree.transform([block], lambda node: [tree.plain(tree.inlines(node)[:1])], "Para")[0]


def with_ends(html: str, ends: PageEnds) -> str:
    """HTML in which some paragraphs aren't hyphenated, or have more lines on the next page. Pandoc's own `p` have no attributes."""
    html += f'<div class="{BLANK}"></div>' * ends.blank
    numbers = iter(range(html.count("<p>")))

    def change(match: re.Match[str]) -> str:
        number = next(numbers)
        style = "hyphens: manual" if number in ends.whole else ""
        lines = f"; widows: {ends.earlier[number]}" if number in ends.earlier else ""
        return f'<p style="{style}{lines}">' if style else match[0]

    return re.sub("<p>", change, html) if ends.whole else html


def style(ends: PageEnds, leading: float, bottom: float) -> str:
    """CSS for less leading and for lines that stay free. `leading`: of the text, in points; `bottom`: the margin, in
    millimetres."""
    tighter = f"--text-leading: {leading - ends.tighter:g}pt; " if ends.tighter else ""
    free = f"--bottom: calc({bottom:g}mm + {ends.free * leading:g}pt)" if ends.free else ""
    return f":root {{ {tighter}{free} }}" if tighter or free else ""
