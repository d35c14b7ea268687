"""A note stands on the page that calls it; and is measured once.

WeasyPrint would rather put a note off to the next page than part a paragraph after its first line. Such a paragraph is sent to
the next page instead, and its page made again: that page only, while the document is being laid out. For each note it lays all of
its page's notes out, to know how high they are; here it is given the new one alone.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

ATTEMPTS = 6  # at a page; each sends a paragraph more to the next


@contextmanager
def kept() -> Iterator[None]:
    """While a document is laid out. WeasyPrint has no hooks here: its functions that make a page and measure notes are wrapped."""
    from weasyprint.layout import LayoutContext, page

    original, measure = page.make_page, LayoutContext._update_footnote_area

    def make_page(context: Any, root_box: Any, page_type: Any, resume_at: Any, number: int, state: Any) -> Any:
        before = _State(context, state)
        for _ in range(ATTEMPTS):
            made = original(context, root_box, page_type, resume_at, number, state)
            crowding = _crowding(context, made[0])
            if crowding is None:
                break
            box = next(b for b in root_box.descendants() if b.element is crowding and b.element_tag == "p")
            box.style = box.style.copy()  # boxes that look the same share theirs
            box.style["break_before"] = "page"
            before.restore(context, state)
        return made

    page.make_page = make_page
    LayoutContext._update_footnote_area = lambda context: _measured(context, measure)
    try:
        yield
    finally:
        page.make_page = original
        LayoutContext._update_footnote_area = measure


def _measured(context: Any, measure: Callable[[Any], bool]) -> bool:
    """Make room for the page's notes: `measure` does, and says whether they overflow. Where margins collapse, this is a little more
    than they need."""
    area, notes = context.current_footnote_area, context.current_page_footnotes
    heights: dict[int, float] = area.__dict__.setdefault("heights", {})
    new = [note for note in notes if id(note) not in heights]
    others = sum(heights[id(note)] for note in notes if id(note) in heights)
    if len(new) != 1 or context.in_column:
        return measure(context)
    context.current_page_footnotes = new
    overflows = measure(context)
    heights[id(new[0])] = area.height
    context.current_page_footnotes = area.children = notes
    area.height += others
    context.page_bottom -= others
    return overflows


class _State:
    """What making a page changes: notes, boxes that go on from the page before, counters."""

    def __init__(self, context: Any, state: Any):
        self.notes, self.reported = list(context.footnotes), list(context.reported_footnotes)
        self.out_of_flow = dict(context.broken_out_of_flow)
        self.state = copy.deepcopy(state)

    def restore(self, context: Any, state: Any) -> None:
        context.footnotes, context.reported_footnotes = list(self.notes), list(self.reported)
        context.broken_out_of_flow = dict(self.out_of_flow)
        for live, saved in zip(state, copy.deepcopy(self.state), strict=True):
            live.clear()
            (live.update if isinstance(live, dict) else live.extend)(saved)


def _crowding(context: Any, page: Any) -> Any:
    """The last paragraph that begins on a page from which a note was put off that is called there; None if there is none."""
    put_off = {id(note.element) for note in context.reported_footnotes}
    if not put_off:
        return None
    called, last = set(), None
    for box in page.descendants():
        if box.element_tag == "span::footnote-call":
            called.add(id(box.element))
        elif box.element_tag == "span" and id(box.element) in put_off:
            put_off.discard(id(box.element))  # its beginning stands here
        elif box.element_tag == "p" and len(box.element):
            last = box.element
    return last if called & put_off else None
