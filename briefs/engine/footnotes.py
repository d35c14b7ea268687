"""Footnotes: each begins on the page that calls it, goes on to the next page if it is long, and is measured once.

In: WeasyPrint's functions that lay out a page and measure its footnotes. Out: their replacements. WeasyPrint would rather move a
footnote to the next page than break a paragraph after its first line. Here that paragraph moves to the next page instead, with the
headings above it, and the page is laid out again. WeasyPrint never breaks a footnote, and loses a footnote that is longer than a
page. Here a long footnote is divided into several footnotes of a few lines, and only the call of the first is shown. To know the
height of a page's footnotes, WeasyPrint lays out all of them whenever a footnote is added; here only the new footnote is laid out.
The first two changes would be worth offering upstream.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf
from typing import Any

Context = Any  # weasyprint.layout.LayoutContext
Box = Any  # weasyprint.formatting_structure.boxes.Box
PageState = Any  # the lists and dictionaries of counters that weasyprint.layout.page.make_page changes
Element = Any  # xml.etree.ElementTree.Element
SkipStack = Mapping[int, Any] | None  # where a box goes on: a child's index, and where the child goes on; in a text, bytes of UTF-8
ATTEMPTS = 6  # times that a page is laid out; each time, one more paragraph moves to the next page
LONG = 12  # lines; a footnote with more lines may go on to the next page
LETTERS = 400  # a footnote of so many letters or fewer isn't long, and its lines aren't counted
_PARAGRAPHS = frozenset({"p", "li", "dt", "dd", "div"})  # elements that may hold words directly; a `div` does so in verse
_OUTER = frozenset({"ul", "ol", "li", "dl", "dd", "blockquote"})
_BLOCKS = frozenset(
    {"p", "ul", "ol", "dl", "div", "section", "blockquote", "pre", "table", "figure", "hr", "h1", "h2", "h3", "h4", "h5", "h6"}
)
PART = 3  # the lines of each part of a long footnote; the last part may have one more


def make_page(original: Callable[..., Any]) -> Callable[..., Any]:
    """Replaces weasyprint.layout.page.make_page."""

    def make_page(context: Context, root_box: Box, page_type: Any, resume_at: Any, number: int, state: PageState) -> Any:
        if number == 1 and not hasattr(context, "long_notes"):
            for note in context.footnotes:  # WeasyPrint does this for the text only: a line end in a note would break the line
                note.process_whitespace()
            before = _Snapshot(context, state)
            long = [note for note in context.footnotes if sum(map(len, _texts(note))) > LETTERS]
            page = original(context, root_box, page_type, resume_at, number, state)[0] if long else None
            before.restore(context, state)
            _divide(context, root_box, page, long)
        _await_parts(context)
        context.may_be_called = set(map(id, context.footnotes))
        before = _Snapshot(context, state)
        last: Box = None
        for attempt in range(ATTEMPTS):
            made = original(context, root_box, page_type, resume_at, number, state)
            _report_forgotten(context, made[0])
            paragraph = _paragraph_to_move(context, made[0])
            if paragraph is None or attempt == ATTEMPTS - 1:
                break
            box = _with_headings(root_box, paragraph)
            if box.style["break_before"] == "page":  # the paragraph begins a page already
                break
            if last is not None:  # the paragraph that was moved before follows the one that moves now, and needs no break
                last.style["break_before"] = "auto"
            last = box
            box.style = box.style.copy()  # boxes that look the same share their style
            box.style["break_before"] = "page"
            before.restore(context, state)
        return made

    return make_page


def unlayout_footnote(original: Callable[[Context, Box], None]) -> Callable[[Context, Box], None]:
    """Replaces LayoutContext.unlayout_footnote, which takes a footnote off the page when its call leaves the page.

    When the rest of a paragraph or row leaves the page, WeasyPrint also calls this function for footnotes whose calls are on
    earlier pages. These footnotes stay.
    """

    def unlayout_footnote(context: Context, footnote: Box) -> None:
        if id(footnote) in getattr(context, "may_be_called", {id(footnote)}):
            original(context, footnote)

    return unlayout_footnote


def update_footnote_area(original: Callable[[Context], bool]) -> Callable[[Context], bool]:
    """Replaces LayoutContext._update_footnote_area, which makes room for a page's footnotes and returns whether they overflow it.

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
        return overflows or bool(others and area.height > area.max_height)

    return update_footnote_area


def _report_forgotten(context: Context, page: Box) -> None:
    """Move footnotes to the next page if their calls are on this page but WeasyPrint has placed them nowhere. It forgets footnotes
    of a line if it has moved others of that line. Then sort all moved footnotes in the order of their calls, because WeasyPrint
    moves later parts of a footnote before the first."""
    waiting = set(map(id, context.footnotes))
    called = [box.footnote for box in page.descendants() if getattr(box, "footnote", None) is not None]
    forgotten = [note for note in called if id(note) in waiting]
    context.footnotes = [note for note in context.footnotes if id(note) not in set(map(id, forgotten))]
    place = {id(note): number for number, note in enumerate(called)}
    context.reported_footnotes = sorted([*context.reported_footnotes, *forgotten], key=lambda note: place.get(id(note), -1))


def _divide(context: Context, root_box: Box, page: Box, notes: Sequence[Box]) -> None:
    """Divide those of the footnotes that have too many lines. `page`: the first page as it was laid out, which shows how wide
    footnotes are."""
    context.long_notes = {}
    for note in notes:
        area = next(box for box in page.children if type(box).__name__ == "FootnoteAreaBox")
        if parts := _divided(context, area, note):
            context.long_notes[id(note)] = parts
    if context.long_notes:
        for box in [box for box in root_box.descendants() if getattr(box, "children", None)]:
            box.children = [call for child in box.children for call in _calls(child, context.long_notes)]


def _texts(box: Box) -> Iterator[str]:
    return (inner.text for inner in box.descendants() if hasattr(inner, "text"))


def _divided(context: Context, area: Box, note: Box) -> Sequence[Box]:
    """Leave the first lines in a footnote, and return the others as footnotes of their own. Returns nothing if the footnote isn't
    long."""
    from weasyprint.formatting_structure import build
    from weasyprint.layout.block import block_level_layout

    whole = build.create_anonymous_boxes(area.copy_with_children([note]).deepcopy())
    (paragraph, *blocks) = whole.children[0].children  # of a note without blocks it is all, before it is broken into lines
    context.create_block_formatting_context()
    laid_out = block_level_layout(context, whole, -inf, None, area.page)[0].children[0]
    context.finish_block_formatting_context()
    lines = [box for box in laid_out.descendants() if type(box).__name__ == "LineBox"]
    if len(lines) <= LONG:
        return ()
    if blocks or type(paragraph).__name__ != "LineBox":
        first, *others = _by_blocks(note.children)
    else:
        cuts = [None, *(line.resume_at for line in lines[PART - 1 : -2 : PART]), None]
        first, *others = [_between(paragraph.children, start, end) for start, end in pairwise(cuts)]
    if str(first[0].element_tag).endswith("::footnote-marker"):  # take the marker as it was before its own lines were made
        first[0] = note.children[0]
    note.children = first
    parts = [note.copy_with_children(part) for part in others]
    for part in parts:
        part.style = note.style.copy()
        part.style["footnote_policy"] = "auto"  # the part may stand on a later page than its call
    return parts


def _by_blocks(children: Iterable[Box]) -> list[list[Box]]:
    """The boxes of a footnote, divided at its blocks, and at the items of its lists."""
    found: list[list[Box]] = [[]]
    for child in children:
        if child.element_tag not in _BLOCKS or hasattr(child, "text"):
            found[-1].append(child)
        elif child.element_tag in {"ul", "ol"}:
            found += [[child.copy_with_children([item])] for item in child.children]
        else:
            found.append([child])
    return found


def _between(children: Sequence[Box], start: SkipStack, end: SkipStack) -> list[Box]:
    """The inline boxes from the beginning of one line to the beginning of another."""
    first, first_skip = next(iter(start.items())) if start else (0, None)
    last, last_skip = next(iter(end.items())) if end else (len(children), None)
    found = []
    for at, child in enumerate(children[first : last + 1], first):
        begin, stop = first_skip if at == first else None, last_skip if at == last else None
        if at == last and stop is None:
            break
        if not hasattr(child, "text"):
            found.append(child.copy_with_children(_between(child.children, begin, stop)) if begin or stop else child)
        elif text := _cut(child.text, begin, stop):
            found.append(child.copy_with_text(text))
    return found


def _cut(text: str, start: SkipStack, end: SkipStack) -> str:
    """The part of a text from the beginning of one line to the beginning of another, without the spaces at the end of a line."""
    found = text.encode()[next(iter(start)) if start else 0 : next(iter(end)) if end else None].decode()
    return found.rstrip(" ") if end else found


def _calls(box: Box, long_notes: Mapping[int, Sequence[Box]]) -> Iterator[Box]:
    """The box. If it is the call of a long footnote, it is followed by empty calls of the footnote's later parts."""
    yield box
    if box.footnote is not None and str(box.element_tag).endswith("::footnote-call"):
        for part in long_notes.get(id(box.footnote), ()):
            call = box.copy_with_children([])
            call.element_tag, call.footnote = "span", part
            yield call


def _await_parts(context: Context) -> None:
    """Put the later parts of long footnotes behind their first part in WeasyPrint's list of footnotes that wait to be placed."""
    for note in [note for note in context.footnotes if id(note) in getattr(context, "long_notes", {})]:
        new = [part for part in context.long_notes[id(note)] if part not in context.footnotes]
        at = context.footnotes.index(note) + 1
        context.footnotes[at:at] = new


class _Snapshot:
    """A copy of everything that laying out a page changes: lists of footnotes, boxes that go on from the page before, counters."""

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
    """The last paragraph that begins on a page, if a footnote whose call is on the page was moved to the next page; else None."""
    areas = [child for child in page.children if type(child).__name__ == "FootnoteAreaBox"]
    begun = {id(box.element) for area in areas for box in area.descendants()}  # of some only the first parts are on the page
    moved = {id(note.element) for note in context.reported_footnotes} - begun
    if not moved:
        return None
    called, last = set(), None
    for box in (box for child in page.children if child not in areas for box in child.descendants()):
        if box.element_tag == "span::footnote-call":
            called.add(id(box.element))
        elif box.element_tag in _PARAGRAPHS and _has_words(box.element):
            last = box.element
    return last if called & moved else None


def _has_words(element: Element) -> bool:
    """Whether an element begins with words and has child elements, such as a note. Lists and other blocks may follow the words."""
    return bool(len(element)) and (element[0].tag not in _BLOCKS or bool((element.text or "").strip()))


def _with_headings(root_box: Box, paragraph: Element) -> Box:
    """The box that begins with `paragraph`, or the first of the headings right above it, which move to the next page with it."""
    for outer in (root_box, *root_box.descendants()):
        children = getattr(outer, "children", ())
        if (at := next((n for n, child in enumerate(children) if _begins_with(child, paragraph)), None)) is not None:
            while at and children[at - 1].style["break_after"].startswith("avoid"):
                at -= 1
            return children[at]
    raise ValueError("the paragraph is on the page, but not in the document")


def _begins_with(box: Box, paragraph: Element) -> bool:
    """Whether `paragraph` is the element of a box, or the first one in it if the box is a list or quotation. A page break must be
    set on the outermost of them: before the first paragraph of a list item, which stands behind the marker, it would do nothing."""
    while box.element is not paragraph and box.element_tag in _OUTER:
        box = next((child for child in box.children if not str(child.element_tag).endswith("::marker")), None)
        if box is None:
            return False
    return box.element is paragraph and box.element_tag in _PARAGRAPHS
