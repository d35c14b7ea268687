"""A footnote is on the page that calls it, and is measured once.

In: WeasyPrint's functions that lay out a page and measure its footnotes. Out: their replacements. WeasyPrint would rather move a
footnote to the next page than break a paragraph after its first line. Here that paragraph moves to the next page instead, and the
page is laid out again. And WeasyPrint lays out all footnotes of a page for each one that is added, to know their height; here
only the new one. The first would be worth offering upstream, as an option.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

Context = Any  # weasyprint.layout.LayoutContext
Box = Any  # weasyprint.formatting_structure.boxes.Box
PageState = Any  # the lists and dictionaries of counters that weasyprint.layout.page.make_page changes
Element = Any  # xml.etree.ElementTree.Element
ATTEMPTS = 6  # at a page; each moves one more paragraph to the next


def make_page(original: Callable[..., Any]) -> Callable[..., Any]:
    """For weasyprint.layout.page.make_page."""

    def make_page(context: Context, root_box: Box, page_type: Any, resume_at: Any, number: int, state: PageState) -> Any:
        before = _Snapshot(context, state)
        for _ in range(ATTEMPTS):
            made = original(context, root_box, page_type, resume_at, number, state)
            paragraph = _paragraph_to_move(context, made[0])
            if paragraph is None:
                break
            box = next(b for b in root_box.descendants() if b.element is paragraph and b.element_tag == "p")
            box.style = box.style.copy()  # boxes that look the same share their style
            box.style["break_before"] = "page"
            before.restore(context, state)
        return made

    return make_page


def update_footnote_area(original: Callable[[Context], bool]) -> Callable[[Context], bool]:
    """For LayoutContext._update_footnote_area, which makes room for a page's footnotes and returns whether they overflow it.

    Where margins of footnotes collapse, this reserves a little more room than they need.
    """

    def update_footnote_area(context: Context) -> bool:
        area, notes = context.current_footnote_area, context.current_page_footnotes
        heights: dict[int, float] = area.__dict__.setdefault("heights", {})
        new = [note for note in notes if id(note) not in heights]
        others = sum(heights[id(note)] for note in notes if id(note) in heights)
        if len(new) != 1 or context.in_column:
            return original(context)
        context.current_page_footnotes = new
        overflows = original(context)
        heights[id(new[0])] = area.height
        context.current_page_footnotes = area.children = notes
        area.height += others
        context.page_bottom -= others
        return overflows

    return update_footnote_area


class _Snapshot:
    """What laying out a page changes: footnotes, boxes that go on from the page before, counters."""

    def __init__(self, context: Context, state: PageState):
        self.notes, self.reported = list(context.footnotes), list(context.reported_footnotes)
        self.out_of_flow = dict(context.broken_out_of_flow)
        self.state = copy.deepcopy(state)

    def restore(self, context: Context, state: PageState) -> None:
        context.footnotes, context.reported_footnotes = list(self.notes), list(self.reported)
        context.broken_out_of_flow = dict(self.out_of_flow)
        for live, saved in zip(state, copy.deepcopy(self.state), strict=True):
            live.clear()
            (live.update if isinstance(live, dict) else live.extend)(saved)


def _paragraph_to_move(context: Context, page: Box) -> Element | None:
    """The last paragraph that begins on a page, if a footnote that is called on the page was moved off it; else None."""
    moved = {id(note.element) for note in context.reported_footnotes}
    if not moved:
        return None
    called, last = set(), None
    for box in page.descendants():
        if box.element_tag == "span::footnote-call":
            called.add(id(box.element))
        elif box.element_tag == "span" and id(box.element) in moved:
            moved.discard(id(box.element))  # its beginning is on this page
        elif box.element_tag == "p" and len(box.element):
            last = box.element
    return last if called & moved else None
