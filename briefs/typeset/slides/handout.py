"""Arranges the slides of a deck on the pages of a handout, as a transformation of the manuscript's tree.

In: a deck's manuscript, how many slides stand on a page, the step of each slide's type. Out: the same manuscript, whose blocks are
pages. HTML and Word are both written from it. A `Div.page` holds `Div.row`s. A row holds a `Div.frame` (the slide), a `Div.number`
and a `Div.side` (notes, ruled lines). With four or six slides on a page, a row holds two `Div.cell`s, each with these three. With
six slides on a page, the notes may not fit below the slides. Then only ruled lines stand there, and the notes follow after all
slides as a list, `Div.notes-list`. The sources come last, or beside or below the last slide if they fit there. If the last page has
room left, ruled lines (`Div.rest`) fill it. Notes after the slides and sources at the end are set in two columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.edition import digits
from briefs.theme import Page, Theme, Type
from briefs.typeset.slides import pictures

PER_PAGE = (1, 2, 3, 4, 6)
MOST = PER_PAGE[-1]  # slides on a page; only with so many are the slides so small that notes may not fit below them
COLUMNS = 2  # the columns of notes and sources that follow after the slides
BETWEEN = 10.0  # millimetres between these columns, as between two slides; as in handout.css
GENEROUS = 1.15  # a factor for the estimated height of notes, which may be higher than estimated
ENTRY = 8.0  # millimetres: the height of a slide's title above its notes, with the distance to the next entry
T = TypeVar("T")
Notes = Literal["beside", "below", "after"]
SOURCE_LETTER, SOURCE_LINE = 1.25, 3.35  # millimetres: about the width of a letter and the height of a line of the sources
SOURCE_ROOM = 0.85  # the share of the place beside or below a slide that notes and sources may fill there
POINT = 25.4 / 72  # millimetres
NUMBER = 5.0  # millimetres between a slide and its notes below it, for the slide's number


@dataclass(frozen=True)
class HandoutLayout:
    """How slides are arranged on a page. Lengths are in millimetres.

    `notes`: where notes stand: beside their slide, below it, or after all slides. `slide`: the width of a slide. `row`: the height
    of a row. `side`: width and height of the place for notes and ruled lines. `lines`: how many ruled lines fill this place.
    `ruled`: the distance between them. `full`, `height`: width and height of a page's content. `scale`: the size of a slide on
    paper in relation to its size when it is shown. `type`: size and leading of the notes in points.
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
        """The width of a column of notes or sources that follow after the slides."""
        return (self.full - BETWEEN) / COLUMNS


def layouts(per_page: int, theme: Theme, page: Page, paper: str) -> Iterator[HandoutLayout]:
    """The layouts of `per_page` slides on a page, in order of preference: first the notes stand beside or below their slide, in
    smaller and smaller type; then, if there are six slides on a page, after all slides."""
    yield from (layout(per_page, theme, page, paper, step) for step in range(len(theme.look.handout.notes)))
    if per_page == MOST:
        yield layout(per_page, theme, page, paper, is_apart=True)


def layout(per_page: int, theme: Theme, page: Page, paper: str, step: int = 0, is_apart: bool = False) -> HandoutLayout:
    """The layout of `per_page` slides on a page of a paper. `step`: the step of the type of notes; `is_apart`: whether the notes
    stand after all slides."""
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
        _framed(slide, digits.written(number, manuscript.numerals), step, how, beside if number == len(slides) else [])
        for number, (slide, step) in enumerate(zip(sized, steps, strict=True), 1)
    ]
    made = [
        tree.div([_row(cells, how) for cells in _batched(page, how.columns)], "", ["page"])
        for page in _batched(framed, how.per_page)
    ]
    notes = _notes_list(slides, how, manuscript.numerals) if how.notes == "after" else []
    left = [] if beside else sources
    end = [*left, *_rest(slides, left, how)]
    return replace(manuscript, blocks=[_foot(manuscript), *made, *notes, *end])


def _batched(items: Sequence[T], count: int) -> list[Sequence[T]]:
    return [items[i : i + count] for i in range(0, len(items), count)]


def _row(cells: Sequence[Sequence[Node]], how: HandoutLayout) -> Node:
    parts = cells[0] if how.columns == 1 else [tree.div(cell, "", ["cell"]) for cell in cells]
    return tree.div(parts, "", ["row"])


def _have_room(last: Node, sources: Sequence[Node], how: HandoutLayout) -> bool:
    """Whether by an estimate the sources fit beside or below the last slide, under its notes, in place of its ruled lines."""
    return bool(sources) and how.notes != "after" and _needed(last, sources, how) < SOURCE_ROOM * how.side[1]


def _needed(last: Node, sources: Sequence[Node], how: HandoutLayout) -> float:
    """The estimated height of the notes of a slide with the sources below them, in millimetres."""
    return _noted(last, how.side[0], how) + 3 * SOURCE_LINE + _height(sources, how.side[0])


def _noted(slide: Node, width: float, how: HandoutLayout) -> float:
    """The estimated height of the notes of a slide in this width, in millimetres."""
    size, leading = (points * POINT for points in how.type)
    notes = [len(tree.text_of(inner)) for b in tree.blocks(slide) if "notes" in tree.classes(b) for inner in tree.blocks(b)]
    return sum(int(length / (width / (size / 2))) + 1.5 for length in notes) * leading


def _height(sources: Sequence[Node], width: float) -> float:
    """The estimated height of the list of sources in this width, in millimetres."""
    letters = width / SOURCE_LETTER
    entries = [len(tree.text_of(item)) for block in sources for item in tree.list_items(tree.blocks(block)[1])]
    entries += [len(tree.text_of(note)) for block in sources for note in tree.blocks(block)[2:]]
    return sum(int(length / letters) + 1 for length in entries) * SOURCE_LINE


def _rest(slides: Sequence[Node], sources: Sequence[Node], how: HandoutLayout) -> list[Node]:
    """Ruled lines that fill the last page, after the slides and the notes after them. None below sources, and none if by the
    estimate the notes need more than one page, because then the room on the last page isn't known."""
    if sources:
        return []
    rows = 0 if how.notes == "after" and not _has_room(len(slides), how) else _rows(len(slides), how)
    used = rows * how.row
    if how.notes == "after":
        noted = [height for slide in slides if (height := _noted(slide, how.column, how))]
        used += GENEROUS * (sum(noted) + ENTRY * len(noted)) / COLUMNS + max(noted, default=0) / COLUMNS
    count = int((how.height - used) / how.ruled) - 1
    return [tree.div([tree.div([], "", ["line"])] * count, "", ["rest"])] if (rows or how.notes == "after") and count > 1 else []


def _has_room(slides: int, how: HandoutLayout) -> bool:
    """Whether the last page with slides has room for a row or more, in which notes after the slides may begin."""
    return 0 < _rows(slides, how) < how.per_page // how.columns


def _rows(slides: int, how: HandoutLayout) -> int:
    """How many rows of slides stand on the last page; 0 if it is full."""
    return -(-(slides % how.per_page) // how.columns)


def _framed(slide: Node, number: str, step: int, how: HandoutLayout, sources: Sequence[Node]) -> list[Node]:
    """The frame of a slide, its number, and the block beside or below it: its notes and ruled lines, and the sources if they stand
    there. The slide's line of sources is left out: it would be too small to read, and the handout lists them."""
    own = [b for b in tree.blocks(slide) if not {"notes", "slide-source"} & {*tree.classes(b)}]
    notes = [b for b in tree.blocks(slide) if "notes" in tree.classes(b)]
    names = ["frame", f"type-{step}", *(n for n in tree.classes(slide) if n != "slide")]
    frame = tree.div([tree.div(own, "", ["inside"])], tree.identifier(slide), names)
    counted = tree.div([tree.para(tree.words(number))], "", ["number"])
    if sources:
        return [frame, counted, tree.div([*notes, *sources], "", ["side", how.notes])]
    count = 0 if "title" in names else how.lines
    lines = [tree.div([tree.div([], "", ["line"])] * count, "", ["lines"])]
    if how.notes == "after":
        return [frame, counted, tree.div(lines, "", ["side", "below"])]
    return [frame, counted, tree.div([*notes, *lines], "", ["side", how.notes])]


def _notes_list(slides: Sequence[Node], how: HandoutLayout, numerals: str) -> list[Node]:
    """The notes of all slides that have any, each under the number and title of its slide. They begin a new page, unless the last
    page with slides has room."""
    parts: list[Node] = []
    for number, slide in enumerate(slides, 1):
        title, *rest = tree.blocks(slide)
        notes = [b for b in rest if "notes" in tree.classes(b) and tree.text_of(tree.blocks(b))]
        if notes:
            words = [*tree.words(digits.written(f"{number}.", numerals)), tree.SPACE, *_without_ids(tree.inlines(title))]
            parts.append(tree.div([tree.div([tree.para(words)], "", ["noted"]), *notes], "", ["notes-entry"]))
    return [tree.div(parts, "", ["notes-list", *([] if _has_room(len(slides), how) else ["new-page"])])] if parts else []


def _without_ids(inlines: Sequence[Node]) -> list[Node]:
    """The inlines without their ids, because the slide already has elements with these ids."""
    return tree.transform(list(inlines), lambda n: [tree.span(tree.inlines(n), "", tree.classes(n))], "Span")


def _foot(manuscript: Manuscript) -> Node:
    """The running foot of every page: the title of the deck and the date."""
    return tree.div([tree.para(tree.words(manuscript.running))], "", ["running-foot"])


def names(slides: Sequence[Node]) -> Mapping[str, str]:
    """The title of each slide by its identifier."""
    return {tree.identifier(s): tree.text_of(tree.blocks(s)[0]) for s in slides}
