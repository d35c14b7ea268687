"""The way from slides to a handout: a transformation of the tree.

In: a deck's manuscript, how many slides stand on a page, the step of each slide's type. Out: the same manuscript with pages for
blocks: `Div.page` holds `Div.row`s, a row `Div.frame`s (the slides), `Div.number` and `Div.side` (notes, ruled lines); where slides
stand six on a page their notes follow as a list, `Div.notes-list`; the sources come last. HTML and Word are both written from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.theme import Page, Theme, Type
from briefs.typeset.slides import pictures

PER_PAGE = (1, 2, 3, 6)
T = TypeVar("T")
NUMBER = 5.0  # millimetres between a slide and what stands below it: its number


@dataclass(frozen=True)
class HandoutLayout:
    """How slides stand on a page. Lengths in millimetres: `slide` is a slide's width, `row` a row's height, `side` the place of
    notes and lines (width and height), `lines` how many ruled lines fill it. `type` is the notes' size and leading in points.
    """

    per_page: int
    columns: int
    notes: Literal["beside", "below", "after"]
    slide: float
    row: float
    side: tuple[float, float]
    lines: int
    scale: float  # of a slide on paper to one that is shown
    type: Type


def layout(per_page: int, theme: Theme, page: Page, paper: str, step: int = 0) -> HandoutLayout:
    """The layout of `per_page` slides on a page of some paper, notes at a step of their type."""
    sheet, shown = theme.look.paper[paper], theme.look.slide
    own = theme.look.handout
    slide = own.slide[per_page]
    full = sheet.width - page.left - page.right
    columns = 2 if per_page == 6 else 1
    row = (sheet.height - page.top - page.bottom - 1) // (per_page // columns)
    high = slide * shown.height / shown.width
    if per_page == 3:
        notes, side = "beside", (full - slide - page.gutter, row - page.gutter - own.reserve)
    else:
        below = (full, row - high - NUMBER - page.gutter - own.reserve)
        notes, side = ("after", (0.0, 0.0)) if per_page == 6 else ("below", below)
    lines = int(side[1] // own.line)
    return HandoutLayout(per_page, columns, notes, slide, row, side, lines, slide / shown.width, own.notes[step])  # type: ignore[arg-type]


def pages(manuscript: Manuscript, how: HandoutLayout, theme: Theme, steps: Sequence[int]) -> Manuscript:
    """The manuscript's slides on pages, pictures in the size that their places have."""
    slides = [b for b in manuscript.blocks if "slide" in tree.classes(b)]
    sources = [b for b in manuscript.blocks if "sources" in tree.classes(b)]
    sized = [pictures.sized(s, manuscript, theme.look.slide, how.scale) for s in slides]
    framed = [_framed(slide, number, step, how) for number, (slide, step) in enumerate(zip(sized, steps, strict=True), 1)]
    made = [
        tree.div(
            [tree.div([part for cells in row for part in cells], "", ["row"]) for row in _batched(page, how.columns)], "", ["page"]
        )
        for page in _batched(framed, how.per_page)
    ]
    told = _listed(slides) if how.notes == "after" else []
    return replace(manuscript, blocks=[_foot(manuscript), *made, *told, *sources])


def _batched(items: Sequence[T], count: int) -> list[Sequence[T]]:
    return [items[i : i + count] for i in range(0, len(items), count)]


def _framed(slide: Node, number: int, step: int, how: HandoutLayout) -> list[Node]:
    """A slide's frame and what stands beside or below it."""
    (identifier, names, _), inner = slide["c"]
    own = [b for b in inner if "notes" not in tree.classes(b)]
    notes = [b for b in inner if "notes" in tree.classes(b)]
    frame = tree.div([tree.div(own, "", ["inside"])], identifier, ["frame", f"type-{step}", *(n for n in names if n != "slide")])
    counted = tree.div([tree.para(tree.words(str(number)))], "", ["number"])
    if how.notes == "after":
        return [tree.div([frame, counted], "", ["cell"])]
    line = tree.div([], "", ["line"])
    return [frame, counted, tree.div([*notes, tree.div([line] * how.lines, "", ["lines"])], "", ["side", how.notes])]


def _listed(slides: Sequence[Node]) -> list[Node]:
    """The notes of all slides that have any, each under its slide's number and title."""
    parts: list[Node] = []
    for number, slide in enumerate(slides, 1):
        title, *rest = slide["c"][1]
        notes = [b for b in rest if "notes" in tree.classes(b)]
        if notes:
            words = [*tree.words(f"{number}."), tree.SPACE, *_nameless(tree.inlines(title))]
            parts.append(tree.div([tree.div([tree.para(words)], "", ["noted"]), *notes], "", ["notes-entry"]))
    return [tree.div(parts, "", ["notes-list"])] if parts else []


def _nameless(inlines: Sequence[Node]) -> list[Node]:
    """Inlines without names: they stand on the slide already."""
    return list(tree.transform(list(inlines), lambda n: [tree.span(n["c"][1], "", n["c"][0][1])] if n["t"] == "Span" else None))


def _foot(manuscript: Manuscript) -> Node:
    """What runs at the foot of every page: the deck's title and the date."""
    return tree.div([tree.para(tree.words(manuscript.running))], "", ["running-foot"])


def notes_of(slide: Node) -> list[Node]:
    """The blocks of a slide's notes."""
    return [block for part in slide["c"][1] if "notes" in tree.classes(part) for block in part["c"][1]]


def names(slides: Sequence[Node]) -> Mapping[str, str]:
    """Each slide's title by its id."""
    return {s["c"][0][0]: tree.text_of(s["c"][1][0]) for s in slides}
