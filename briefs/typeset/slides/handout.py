"""Arranges the slides of a deck on the pages of a handout, as a transformation of the manuscript's tree.

In: a deck's manuscript, how many slides stand on a page, the steps of each slide's type. Out: the same manuscript, whose blocks are
pages. HTML and Word are both written from it. A `Div.page` holds `Div.row`s. A row holds a `Div.frame` (the slide), a `Div.number`
and a `Div.side` (notes, ruled lines), and if notes stand beside a slide that is much lower than they may be, a `Div.under` (ruled
lines below the slide). With four or six slides on a page, a row holds two `Div.cell`s, each with the first three. With six slides on
a page, the notes may not fit below the slides. Then only ruled lines stand there, and the notes follow on pages of their own as a
list, `Div.notes-list`. The sources come last, or beside or below the last slide if they fit there, or on a page of their own if the last one has too
little room for them (`Div.sources.apart`). Ruled lines (`Div.rest`) fill the room that is left. Notes after the slides and sources at the end are set in two columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from briefs.compose import tree
from briefs.compose.deck import UNCODED
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.edition import digits
from briefs.theme import Page, Theme, Type
from briefs.typeset.slides import areas, pictures
from briefs.typeset.slides.fit import SlideSteps

PER_PAGE = (1, 2, 3, 4, 6)
MOST = PER_PAGE[-1]  # slides on a page; only with so many are the slides so small that notes may not fit below them
BESIDE = (2, 3)  # with so many slides on a page, notes stand beside their slide
FEWEST = 4  # fewer ruled lines than this below a slide are left out
COLUMNS = 2  # the columns of notes and sources that follow after the slides
BETWEEN = 10.0  # millimetres between these columns, as between two slides; as in handout.css
GENEROUS = 1.15  # a factor for the estimated height of notes, which may be higher than estimated
ENTRY = 8.0  # millimetres: the height of a slide's title above its notes, with the distance to the next entry
T = TypeVar("T")
Notes = Literal["beside", "below", "after"]
SOURCES = (7.5, 9.5)  # points: the type of the sources, as in handout.css
POINT = 25.4 / 72  # millimetres
SPACES = "\u00a0\u2002"  # between a slide's number and its line of sources
APART = "apart"  # the class of sources that begin a page of their own
NUMBER = 5.0  # millimetres between a slide and its notes below it, for the slide's number


@dataclass(frozen=True)
class HandoutLayout:
    """How slides are arranged on a page. Lengths are in millimetres.

    `notes`: where notes stand: beside their slide, below it, or after all slides. `slide`, `high`: the width and height of a
    slide. `row`: the height of a row. `side`: width and height of the place for notes and ruled lines. `lines`: how many ruled
    lines this place has; `under`: how many stand below a slide that has its notes beside it. `ruled`: the distance between
    them. `full`, `height`: width and height of a page's content. `scale`: the size of a slide on paper in relation to its size
    when it is shown. `type`: size and leading of the notes in points. `closes`: whether the sources stand beside or below the
    last slide, under its notes, in place of its ruled lines.
    """

    per_page: int
    columns: int
    notes: Notes
    slide: float
    high: float
    row: float
    side: tuple[float, float]
    lines: int
    under: int
    scale: float
    type: Type
    ruled: float
    full: float
    height: float
    closes: bool = False

    @property
    def column(self) -> float:
        """The width of a column of notes or sources that follow after the slides."""
        return (self.full - BETWEEN) / COLUMNS

    @property
    def ruled_top(self) -> float:
        """How far below the top of a slide the ruled lines beside it begin, so that the last one is at its foot, or at the foot of
        the lines below it."""
        return max(0.0, self.high - self.lines * self.ruled)


def layouts(per_page: int, theme: Theme, page: Page, paper: str, slides: int) -> Iterator[HandoutLayout]:
    """The layouts of `per_page` slides on a page, in order of preference: first the notes stand beside or below their slide, beside
    narrower and narrower slides, of which each is tried with smaller type; in the smallest type, and beside the narrowest slides,
    only if nothing else fits; then, if there are six slides on a page, the notes stand after all slides. If the last page is full of `slides`, the sources stand under the last notes
    if they fit there in any type, which saves a page."""
    own = theme.look.handout
    *wide, least = own.slide[per_page]
    *types, smallest = range(len(own.notes[per_page]))
    tried = ((wide, types), (wide, [smallest]), ([least], [*types, smallest]))
    steps = [layout(per_page, theme, page, paper, step, slide) for widths, sizes in tried for slide in widths for step in sizes]
    if slides % per_page == 0:
        yield from (replace(how, closes=True) for how in steps)
    yield from steps
    if per_page == MOST:
        yield layout(per_page, theme, page, paper, is_apart=True)


def layout(
    per_page: int, theme: Theme, page: Page, paper: str, step: int = 0, slide: float = 0.0, *, is_apart: bool = False
) -> HandoutLayout:  # fmt: skip
    """The layout of `per_page` slides on a page of a paper. `step`: the step of the type of notes; `slide`: the width of a slide, or
    nothing for the first; `is_apart`: whether the notes stand after all slides."""
    sheet, shown = theme.look.paper[paper], theme.look.slide
    own = theme.look.handout
    slide = slide or own.slide[per_page][0]
    full = sheet.width - page.left - page.right
    columns = 1 if per_page <= 3 else 2
    height = sheet.height - page.top - page.bottom - 1
    row = height // (per_page // columns)
    high = slide * shown.height / shown.width
    notes: Notes = "after" if is_apart else "beside" if per_page in BESIDE else "below"
    beside = (full - slide - page.gutter, row - page.gutter - own.reserve)
    below = (full if columns == 1 else slide, row - high - NUMBER - page.gutter - own.reserve)
    side = beside if notes == "beside" else below
    under = int((row - high - NUMBER - page.gutter) // own.line) if notes == "beside" else 0
    lines = int(side[1] // own.line) // (2 if per_page == 1 else 1)  # half a page of lines is enough
    if notes == "beside" and under < FEWEST:
        lines = int(high // own.line)  # they end at the foot of the slide
    scale, kind = slide / shown.width, own.notes[per_page][step]
    return HandoutLayout(
        per_page,
        columns,
        notes,
        slide,
        high,
        row,
        side,
        lines,
        under if under >= FEWEST else 0,
        scale,
        kind,
        own.line,
        full,
        height,
    )


def pages(manuscript: Manuscript, how: HandoutLayout, theme: Theme, steps: Sequence[SlideSteps]) -> Manuscript:
    """The manuscript with its slides on pages, and pictures as large as their places on paper."""
    slides = [b for b in manuscript.blocks if "slide" in tree.classes(b)]
    sources = [b for b in manuscript.blocks if "sources" in tree.classes(b)]
    shown = slides if how.per_page == 1 else [_uncoded(slide, manuscript) for slide in slides]
    sized = [areas.with_broad_columns(pictures.sized(s, manuscript, theme.look.slide, how.scale)) for s in shown]
    beside = sources if slides and how.closes else []
    framed = [
        _framed(slide, digits.written(number, manuscript.numerals), step, how, beside if number == len(slides) else [])
        for number, (slide, step) in enumerate(zip(sized, steps, strict=True), 1)
    ]
    made = [
        tree.div([_row(cells, how) for cells in _batched(page, how.columns)], "", ["page"])
        for page in _batched(framed, how.per_page)
    ]
    notes = _notes_list(slides, manuscript) if how.notes == "after" else []
    left = [] if beside else sources
    return replace(manuscript, blocks=[_foot(manuscript), *made, *notes, *_end(slides, left, how)])


def _uncoded(slide: Node, manuscript: Manuscript) -> Node:
    """A slide whose maps have no codes, which are too small to read if several slides stand on a page."""

    def swapped(image: Node) -> list[Node]:
        name = tree.target(image).removesuffix(".svg") + UNCODED
        return [tree.with_target(image, f"{name}.svg") if name in manuscript.figures else image]

    return tree.with_blocks(slide, tree.transform(tree.blocks(slide), swapped, "Image"))


def _batched(items: Sequence[T], count: int) -> list[Sequence[T]]:
    return [items[i : i + count] for i in range(0, len(items), count)]


def _row(cells: Sequence[Sequence[Node]], how: HandoutLayout) -> Node:
    parts = cells[0] if how.columns == 1 else [tree.div(cell, "", ["cell"]) for cell in cells]
    return tree.div(parts, "", ["row"])


def noted_height(slide: Node, width: float, how: HandoutLayout) -> float:
    """The estimated height of the notes of a slide in this width, in millimetres."""
    size, leading = (points * POINT for points in how.type)
    notes = [len(tree.text_of(inner)) for b in tree.blocks(slide) if "notes" in tree.classes(b) for inner in tree.blocks(b)]
    return sum(int(length / (width / (size / 2))) + 1.5 for length in notes) * leading


def _end(slides: Sequence[Node], sources: Sequence[Node], how: HandoutLayout) -> list[Node]:
    """The sources after the slides, and ruled lines that fill the last page. If by the estimate the sources need more room than the
    slides leave on it, they begin a page of their own (`apart`), and ruled lines fill both."""
    rows = 0 if how.notes == "after" else _rows(len(slides), how)
    if not rows or _height_of(sources, how) <= how.height - rows * how.row:
        return [*sources, *_rest(slides, sources, how)]
    apart = [tree.div(tree.blocks(block), tree.identifier(block), [*tree.classes(block), APART]) for block in sources]
    return [*_rest(slides, [], how), *apart, *_rest([], sources, how)]


def _height_of(sources: Sequence[Node], how: HandoutLayout) -> float:
    """The estimated height of the sources after the slides, in millimetres."""
    return sum(2 * ENTRY + GENEROUS * _listed(block, how.column) / COLUMNS for block in sources)


def _rest(slides: Sequence[Node], sources: Sequence[Node], how: HandoutLayout) -> list[Node]:
    """Ruled lines that fill the last page, after the slides, the notes after them and the sources. None if by the estimate the notes
    and sources need more than one page, because then the room on the last page isn't known."""
    rows = 0 if how.notes == "after" else _rows(len(slides), how)
    used = rows * how.row
    if how.notes == "after":
        noted = [height for slide in slides if (height := noted_height(slide, how.column, how))]
        used += ENTRY + GENEROUS * (sum(noted) + ENTRY * len(noted)) / COLUMNS + max(noted, default=0) / COLUMNS
    used += _height_of(sources, how)
    count = int((how.height - used) / how.ruled) - 1
    return [_ruled(count, "rest")] if (rows or sources or how.notes == "after") and count > 1 else []


def _listed(sources: Node, width: float) -> float:
    """The estimated height of a list of sources in this width, in millimetres."""
    size, leading = (points * POINT for points in SOURCES)
    items = [len(tree.text_of(node)) for node in tree.walk(sources) if node["t"] in {"Plain", "Para"}]
    return sum(int(length / (width / (size / 2))) + 1.5 for length in items) * leading


def _ruled(count: int, name: str) -> Node:
    return tree.div([tree.div([], "", ["line"])] * count, "", [name])


def _rows(slides: int, how: HandoutLayout) -> int:
    """How many rows of slides stand on the last page; 0 if it is full."""
    return -(-(slides % how.per_page) // how.columns)


def _framed(slide: Node, number: str, step: SlideSteps, how: HandoutLayout, sources: Sequence[Node]) -> list[Node]:
    """The frame of a slide, its number, and the block beside or below it: its notes and ruled lines, and the sources if they stand
    there. The slide's line of sources would be too small to read there. It stands below the slide, after its number, if there is
    room for two lines."""
    own = [b for b in tree.blocks(slide) if not {"notes", "slide-source"} & {*tree.classes(b)}]
    notes = [b for b in tree.blocks(slide) if "notes" in tree.classes(b)]
    names = ["frame", f"type-{step.text}", f"heading-{step.title}", *(n for n in tree.classes(slide) if n != "slide")]
    frame = tree.div([tree.div(own, "", ["inside"])], tree.identifier(slide), names)
    foot = [words for b in tree.blocks(slide) if "slide-source" in tree.classes(b) for words in tree.blocks(b)]
    said = [tree.string(SPACES), *tree.inlines(foot[0])] if foot and how.notes == "beside" and not how.under else []
    counted = tree.div([tree.para([*tree.words(number), *said])], "", ["number"])
    is_title = "title" in names
    under = [_ruled(how.under, "under")] if how.under and not is_title else []
    if sources:
        return [frame, counted, tree.div([*notes, *sources], "", ["side", how.notes]), *under]
    lines = _ruled(0 if is_title else how.lines, "lines")
    if how.notes == "after":
        return [frame, counted, tree.div([lines], "", ["side", "below"])]
    return [frame, counted, tree.div([*notes, lines], "", ["side", how.notes]), *under]


def _notes_list(slides: Sequence[Node], manuscript: Manuscript) -> list[Node]:
    """The notes of all slides that have any, each under the number and title of its slide, below a heading on a page of their own."""
    parts: list[Node] = []
    for number, slide in enumerate(slides, 1):
        title, *rest = tree.blocks(slide)
        notes = [b for b in rest if "notes" in tree.classes(b) and tree.text_of(tree.blocks(b))]
        if notes:
            shown = digits.written(f"{number}.", manuscript.numerals)
            words = [*tree.words(shown), tree.SPACE, *_without_ids(tree.inlines(title))]
            parts.append(tree.div([tree.div([tree.para(words)], "", ["noted"]), *notes], "", ["notes-entry"]))
    heading = [b for b in manuscript.blocks if "notes-heading" in tree.classes(b)]
    return [*heading, tree.div(parts, "", ["notes-list"])] if parts else []


def _without_ids(inlines: Sequence[Node]) -> list[Node]:
    """The inlines without their ids, because the slide already has elements with these ids."""
    return tree.transform(list(inlines), lambda n: [tree.span(tree.inlines(n), "", tree.classes(n))], "Span")


def _foot(manuscript: Manuscript) -> Node:
    """The running foot of every page: the title of the deck and the date."""
    return tree.div([tree.para(tree.words(manuscript.running))], "", ["running-foot"])


def names(slides: Sequence[Node]) -> Mapping[str, str]:
    """The title of each slide by its identifier."""
    return {tree.identifier(s): tree.text_of(tree.blocks(s)[0]) for s in slides}
