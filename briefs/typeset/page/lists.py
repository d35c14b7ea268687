"""Writes lists as HTML, in which each item has the same marker as in all other formats.

In: lists of pandoc's tree. Out: the same lists as HTML. The marker of an item is its number with the delimiter, or the box of a
task. `--marker` of a numbered list is the width of its widest marker, in em. Pandoc's own HTML has no delimiters, and makes form
fields of boxes.
https://pandoc.org/MANUAL.html#ordered-lists, https://www.w3.org/TR/css-lists-3/#text-markers
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from briefs.compose import lists, tree
from briefs.compose.figures.drawing import text_width
from briefs.compose.tree import Node

TYPES = {
    "Decimal": "1",
    "LowerAlpha": "a",
    "UpperAlpha": "A",
    "LowerRoman": "i",
    "UpperRoman": "I",
}  # `type` of `ol`
BULLET = "•"
USUAL = (1, "Decimal", "Period")  # start, style and delimiter of the lists that the style sheets number, without markers from here


def ordered(numerals: str, node: Node) -> list[Node] | None:
    """A numbered list as HTML with its markers, in the digits of a numbering system; None if its numbering is the usual one. For
    `tree.transform` with OrderedList."""
    start, style, _ = tree.numbering(node)
    if tree.numbering(node) == USUAL:
        return None
    markers = lists.markers(node, numerals)
    width = max(text_width(f"{marker} ", 1) for marker in markers)
    opened = f'<ol start="{start}" type="{TYPES[style]}" style="--marker: {width:.2f}em">'
    return list(_list(opened, zip(markers, tree.list_items(node), strict=True), "</ol>"))


def tasks(node: Node) -> list[Node] | None:
    """A task list as HTML with its boxes as markers; None for another list. For `tree.transform` with BulletList."""
    items = tree.list_items(node)
    boxes = list(map(lists.box, items))
    if not any(boxes):
        return None
    bare = [lists.without_box(item) if box else item for box, item in zip(boxes, items, strict=True)]
    markers = [box or BULLET for box in boxes]
    return list(_list('<ul class="tasks">', zip(markers, bare, strict=True), "</ul>"))


def _list(opened: str, items: Iterator[tuple[str, Sequence[Node]]], closed: str) -> Iterator[Node]:
    yield _html(opened)
    for marker, blocks in items:
        yield _html(f"<li style=\"list-style-type: '{marker} '\">")
        yield from blocks
        yield _html("</li>")
    yield _html(closed)


def _html(tag: str) -> Node:
    return {"t": "RawBlock", "c": ["html", tag]}
