"""Divides the list of sources among slides: how many sources stand on each slide, and in which type.

In: a deck's manuscript, the theme. Out: `ListedSources`. Lines are estimated from the number of letters, because only PowerPoint
lays out the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefs.compose import tree
from briefs.compose.figures.drawing import text_width
from briefs.compose.manuscript import Manuscript
from briefs.edition import digits
from briefs.theme import Slide, Theme, Type

POINT = 25.4 / 72  # millimetres
GAP = 0.15  # the distance after each source, as a fraction of the leading
LETTER = 0.5  # the average width of a letter, as a fraction of the size of the type
MORE = 1.5, 1.25, 1.0  # factors for the size of the theme's type; a list of few sources may be set larger
LESS = 0.86, 0.75, 0.65  # and factors for lists in two columns, which have several slides otherwise
ROUNDING = 1e-9  # what sums of heights may differ by: from Python 3.12 on, `sum` rounds otherwise
FEW = 3  # so many sources stand at the foot of the last slide
LINE = 68.0  # ems: the width of a line there, left of the slide's number; the sources have two


@dataclass(frozen=True)
class ListedSources:
    """The arrangement of the sources. `counts`: how many sources each column has; `type`: the size and leading of their type, in
    points; `columns`: how many columns a slide has."""

    counts: tuple[int, ...]
    type: Type
    columns: int = 1


def listed(manuscript: Manuscript, theme: Theme) -> ListedSources:
    """The arrangement of all sources on as few slides as possible, each about equally full: on one slide in the largest type in which
    one column holds them, or else two; or on several in the smallest."""
    letters = [len(tree.text_of(item)) for item in _items(manuscript)]
    notes = [len(tree.text_of(note)) for note in _blocks(manuscript)[2:]]
    step, shown = theme.look.ladder[manuscript.kind.ladder][0], theme.look.slide
    size, leading = step.sources
    ways = [*((factor, 1) for factor in MORE), *((factor, 2) for factor in LESS)]
    made = [_in_type(letters, notes, (size * factor, leading * factor), shown, columns) for factor, columns in ways]
    return next((way for way in made if len(way.counts) <= way.columns), made[-1])


def at_foot(manuscript: Manuscript) -> list[tree.Node]:
    """The sources as a line at the foot of the last slide, if they are few and short, that foot has nothing else to say than who
    published them, and what stands below their list is on another slide too: their inlines, with their numbers. Empty if they have
    slides of their own."""
    items, notes = _items(manuscript), {tree.text_of(note) for note in _blocks(manuscript)[2:]}
    *others, last = [[*_feet(block)] for block in manuscript.blocks if "slide" in tree.classes(block)]
    is_free = all("credits" in tree.classes(foot) for foot in last)
    said = {tree.text_of(foot) for feet in others for foot in feet}
    if not items or len(items) > FEW or not is_free or notes - said:
        return []
    entries = [_numbered(item, digits.written(number, manuscript.numerals)) for number, item in enumerate(items, 1)]
    point = [tree.SPACE, tree.string("·"), tree.SPACE]
    made = [node for entry in entries for node in (*point, *entry)][len(point) :]
    return made if _fit([text_width(tree.text_of([*point, *entry]), 1) for entry in entries]) else []


def _numbered(item: Sequence[tree.Node], number: str) -> list[tree.Node]:
    """The inlines of a source after its number, which belongs to the link if there is one, as Impress begins lines with links."""
    own, mark = tree.transform(tree.inlines(item[0]), tree.inlines, "Span"), tree.words(f"{number}\u00a0")
    if own[0]["t"] == "Link":
        return [tree.with_inlines(own[0], [*mark, *tree.inlines(own[0])]), *own[1:]]
    return [*mark, *own]


def _fit(widths: Sequence[float]) -> bool:
    """Whether sources of these widths, in ems, fit in two lines. Impress breaks no line within a link."""
    lines = [0.0]
    for width in widths:
        lines = [*lines[:-1], lines[-1] + width] if lines[-1] + width <= LINE else [*lines, width]
    return len(lines) <= 2 and max(lines) <= LINE


def foot(slide: tree.Node) -> list[tree.Node]:
    """The inlines of the line at the foot of a slide."""
    return [node for block in _feet(slide) for line in tree.blocks(block) for node in tree.inlines(line)]


def _feet(slide: tree.Node) -> Iterator[tree.Node]:
    return (block for block in tree.blocks(slide) if "slide-source" in tree.classes(block))


def _items(manuscript: Manuscript) -> Sequence[list[tree.Node]]:
    return tree.list_items(_blocks(manuscript)[1]) if _blocks(manuscript) else []


def _blocks(manuscript: Manuscript) -> list[tree.Node]:
    """The blocks of the list of sources: its heading, the list, the notes below. Empty if there is none."""
    return next((tree.blocks(b) for b in manuscript.blocks if "sources" in tree.classes(b)), [])


def _in_type(letters: Sequence[int], notes: Sequence[int], type_: Type, shown: Slide, columns: int) -> ListedSources:
    """The arrangement of the sources in a type. `letters`: the number of letters of each source; `notes`: of each note below the
    list."""
    size, leading = type_
    inside = shown.width - 2 * shown.margin - (columns - 1) * shown.gutter
    line = inside / columns / (size * POINT * LETTER)
    heights = [(1 + int(count / line) + GAP) * leading * POINT for count in letters]
    below = sum((1 + int(count / line) + GAP) * leading * POINT for count in notes)
    room = (shown.body_height + shown.longer) * columns
    slides = max(1, -int(-(sum(heights) + below) // room))
    if not heights:
        return ListedSources((), type_, columns)
    *counts, last = _shared([*heights, below], slides * columns)
    return ListedSources((*counts, *([last - 1] if last > 1 else [])), type_, columns)


def _shared(heights: Sequence[float], slides: int) -> list[int]:
    """How many sources stand on each slide, if all slides are about equally full. `heights`: the heights of the sources."""
    counts = [0] * slides
    total, before = sum(heights), 0.0
    for height in heights:
        counts[min(int(before / total * slides + ROUNDING), slides - 1)] += 1
        before += height
    return [count for count in counts if count]
