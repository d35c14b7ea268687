"""A handout: the slides of a deck on pages, as a transformation of the manuscript's tree.

In: a deck's manuscript, how many slides stand on a page, the step of each slide's type. Out: the same manuscript with pages for blocks.
A `Div.page` holds `Div.row`s, a row holds a `Div.frame` (the slide), a `Div.number` and a `Div.side` (notes, ruled lines); two of
these in `Div.cell`s where four or six slides stand on a page. Where the notes of six don't fit below them, they follow as a list,
`Div.notes-list`, and only ruled lines stand there. The sources come last, or beside the last slide if they fit there; ruled lines
(`Div.rest`) fill a page that they don't. Notes that follow and sources that come last stand in two columns. HTML and Word are both
written from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.theme import Page, Theme, Type
from briefs.typeset.slides import pictures

PER_PAGE = (1, 2, 3, 4, 6)
MOST = PER_PAGE[-1]  # slides on a page; only they are so small that notes may not fit below them
COLUMNS = 2  # of notes and sources that stand in a page's whole width
BETWEEN = 10.0  # millimetres between these, as in handout.css: as between two slides
GENEROUS = 1.15  # how much higher notes may be than estimated
ENTRY = 8.0  # millimetres: the title of a slide over its notes, and the distance to the next
T = TypeVar("T")
Notes = Literal["beside", "below", "after"]
SOURCE_LETTER, SOURCE_LINE = 1.25, 3.35  # millimetres: of a letter and a line of the sources, about
SOURCE_ROOM = 0.85  # of the place beside or below a slide
SOURCE_HEAD = 14.0  # millimetres: of what stands round the sources
POINT = 25.4 / 72  # millimetres
NUMBER = 5.0  # millimetres between a slide and its notes below it, for the slide's number


@dataclass(frozen=True)
class HandoutLayout:
    """How slides stand on a page. Lengths are in millimetres.

    `slide`: the width of a slide. `row`: the height of a row. `side`: width and height of the place of notes and ruled lines, of which
    `lines` fill it, `ruled` apart. `full`, `height`: of what a page holds. `scale`: of a slide on paper to one that is shown. `type`: size
    and leading of the notes in points.
    """

    per_page: int
    columns: int
    notes: Notes
    slide: float
    row: float
    side: tuple[float, float]
    lines: int
    scale: float
    type: Type
    ruled: float
    full: float
    height: float

    @property
    def column(self) -> float:
        """The width of a column of notes that follow, and of sources that come last."""
        return (self.full - BETWEEN) / COLUMNS


def layouts(per_page: int, theme: Theme, page: Page, paper: str) -> Iterator[HandoutLayout]:
    """The layouts of `per_page` slides on a page, the one to be preferred first: the notes with their slide in ever smaller type,
    then after all slides, if there are so many on a page."""
    yield from (layout(per_page, theme, page, paper, step) for step in range(len(theme.look.handout.notes)))
    if per_page == MOST:
        yield layout(per_page, theme, page, paper, is_apart=True)


def layout(per_page: int, theme: Theme, page: Page, paper: str, step: int = 0, is_apart: bool = False) -> HandoutLayout:
    """The layout of `per_page` slides on a page of a paper, with notes at a step of their type; `is_apart`: after all slides."""
    sheet, shown = theme.look.paper[paper], theme.look.slide
    own = theme.look.handout
    slide = own.slide[per_page]
    full = sheet.width - page.left - page.right
    columns = 1 if per_page <= 3 else 2
    height = sheet.height - page.top - page.bottom - 1
    row = height // (per_page // columns)
    high = slide * shown.height / shown.width
    notes: Notes = "after" if is_apart else "beside" if per_page == 3 else "below"
    beside = (full - slide - page.gutter, row - page.gutter - own.reserve)
    below = (full if columns == 1 else slide, row - high - NUMBER - page.gutter - own.reserve)
    side = beside if notes == "beside" else below
    lines = int(side[1] // own.line)
    scale, kind = slide / shown.width, own.notes[step]
    return HandoutLayout(per_page, columns, notes, slide, row, side, lines, scale, kind, own.line, full, height)


def pages(manuscript: Manuscript, how: HandoutLayout, theme: Theme, steps: Sequence[int]) -> Manuscript:
    """The manuscript with its slides on pages, and pictures as large as their places on paper."""
    slides = [b for b in manuscript.blocks if "slide" in tree.classes(b)]
    sources = [b for b in manuscript.blocks if "sources" in tree.classes(b)]
    sized = [pictures.sized(s, manuscript, theme.look.slide, how.scale) for s in slides]
    beside = sources if slides and _have_room(slides[-1], sources, how) else []
    framed = [
        _framed(slide, number, step, how, beside if number == len(slides) else [])
        for number, (slide, step) in enumerate(zip(sized, steps, strict=True), 1)
    ]
    made = [
        tree.div([_row(cells, how) for cells in _batched(page, how.columns)], "", ["page"])
        for page in _batched(framed, how.per_page)
    ]
    notes = _notes_list(slides, how) if how.notes == "after" else []
    left = [] if beside else sources
    end = [*left, *_rest(slides, left, how)]
    return replace(manuscript, blocks=[_foot(manuscript), *made, *notes, *end])


def _batched(items: Sequence[T], count: int) -> list[Sequence[T]]:
    return [items[i : i + count] for i in range(0, len(items), count)]


def _row(cells: Sequence[Sequence[Node]], how: HandoutLayout) -> Node:
    parts = cells[0] if how.columns == 1 else [tree.div(cell, "", ["cell"]) for cell in cells]
    return tree.div(parts, "", ["row"])


def _have_room(last: Node, sources: Sequence[Node], how: HandoutLayout) -> bool:
    """Whether the sources, by an estimate, fit beside or below the last slide, under its notes, instead of its ruled lines."""
    return bool(sources) and how.notes != "after" and _needed(last, sources, how) < SOURCE_ROOM * how.side[1]


def _needed(last: Node, sources: Sequence[Node], how: HandoutLayout) -> float:
    """About how high the notes of a slide and the sources below them are."""
    return _noted(last, how.side[0], how) + 3 * SOURCE_LINE + _height(sources, how.side[0])


def _noted(slide: Node, width: float, how: HandoutLayout) -> float:
    """About how high the notes of a slide are in this width."""
    size, leading = (points * POINT for points in how.type)
    notes = [len(tree.text_of(inner)) for b in tree.blocks(slide) if "notes" in tree.classes(b) for inner in tree.blocks(b)]
    return sum(int(length / (width / (size / 2))) + 1.5 for length in notes) * leading


def _height(sources: Sequence[Node], width: float) -> float:
    """About how high the list of sources is in this width."""
    letters = width / SOURCE_LETTER
    entries = [len(tree.text_of(item)) for block in sources for item in tree.list_items(tree.blocks(block)[1])]
    entries += [len(tree.text_of(note)) for block in sources for note in tree.blocks(block)[2:]]
    return sum(int(length / letters) + 1 for length in entries) * SOURCE_LINE


def _rest(slides: Sequence[Node], sources: Sequence[Node], how: HandoutLayout) -> list[Node]:
    """Ruled lines that fill the page on which the sources end. None where this isn't known: on a page that the slides, the notes
    after them and the sources overfill."""
    is_own = not sources and how.notes != "after"
    rows = 0 if how.notes == "after" and not _has_room(len(slides), how) else _rows(len(slides), how)
    used = rows * how.row + _height(sources, how.column) / COLUMNS + (SOURCE_HEAD if sources else 0)
    if how.notes == "after":
        noted = [height for slide in slides if (height := _noted(slide, how.column, how))]
        used += GENEROUS * (sum(noted) + ENTRY * len(noted)) / COLUMNS + max(noted, default=0) / COLUMNS
    count = int((how.height - used) / how.ruled) - 1
    return [tree.div([tree.div([], "", ["line"])] * count, "", ["rest"])] if not (is_own and not rows) and count > 1 else []


def _has_room(slides: int, how: HandoutLayout) -> bool:
    """Whether the last page of slides leaves a row or more for the notes after them."""
    return 0 < _rows(slides, how) < how.per_page // how.columns


def _rows(slides: int, how: HandoutLayout) -> int:
    """How many rows of slides stand on the last page; 0 if it is full."""
    return -(-(slides % how.per_page) // how.columns)


def _framed(slide: Node, number: int, step: int, how: HandoutLayout, sources: Sequence[Node]) -> list[Node]:
    """The frame of a slide, and what stands beside or below it: its notes and ruled lines, or the sources."""
    own = [b for b in tree.blocks(slide) if "notes" not in tree.classes(b)]
    notes = [b for b in tree.blocks(slide) if "notes" in tree.classes(b)]
    names = ["frame", f"type-{step}", *(n for n in tree.classes(slide) if n != "slide")]
    frame = tree.div([tree.div(own, "", ["inside"])], tree.identifier(slide), names)
    counted = tree.div([tree.para(tree.words(str(number)))], "", ["number"])
    line = tree.div([], "", ["line"])
    if sources:
        count = max(0, int((SOURCE_ROOM * how.side[1] - _needed(slide, sources, how)) / how.ruled))
        rest = [tree.div([line] * count, "", ["lines"])] if count else []
        return [frame, counted, tree.div([*notes, *sources, *rest], "", ["side", how.notes])]
    if how.notes == "after":
        return [frame, counted, tree.div([tree.div([line] * how.lines, "", ["lines"])], "", ["side", "below"])]
    return [frame, counted, tree.div([*notes, tree.div([line] * how.lines, "", ["lines"])], "", ["side", how.notes])]


def _notes_list(slides: Sequence[Node], how: HandoutLayout) -> list[Node]:
    """The notes of all slides that have any, each under the number and title of its slide: on a page of their own, unless the
    slides leave room on theirs."""
    parts: list[Node] = []
    for number, slide in enumerate(slides, 1):
        title, *rest = tree.blocks(slide)
        notes = [b for b in rest if "notes" in tree.classes(b) and tree.text_of(tree.blocks(b))]
        if notes:
            words = [*tree.words(f"{number}."), tree.SPACE, *_without_ids(tree.inlines(title))]
            parts.append(tree.div([tree.div([tree.para(words)], "", ["noted"]), *notes], "", ["notes-entry"]))
    return [tree.div(parts, "", ["notes-list", *([] if _has_room(len(slides), how) else ["new-page"])])] if parts else []


def _without_ids(inlines: Sequence[Node]) -> list[Node]:
    """The inlines without their ids: the slide already has elements with these."""
    return tree.transform(list(inlines), lambda n: [tree.span(tree.inlines(n), "", tree.classes(n))], "Span")


def _foot(manuscript: Manuscript) -> Node:
    """What runs at the foot of every page: the title of the deck and the date."""
    return tree.div([tree.para(tree.words(manuscript.running))], "", ["running-foot"])


def names(slides: Sequence[Node]) -> Mapping[str, str]:
    """The title of each slide by its identifier."""
    return {tree.identifier(s): tree.text_of(tree.blocks(s)[0]) for s in slides}
