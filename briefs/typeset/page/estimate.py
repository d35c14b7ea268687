"""Estimates how much room the texts of a brief need: at which step of the ladder it will fit, and which additions fill its page.

In: a manuscript, the theme, a paper; or a layout. Out: a step; the manuscript with additions; whether the text surely doesn't fit
at the larger step above. An estimate only saves layouts: `typeset/fit.py` takes the first step that fits, whichever it tries first.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from math import ceil
from operator import itemgetter
from typing import Self

from briefs.compose import tree
from briefs.compose.figures.drawing import Figure, text_width
from briefs.compose.manuscript import Manuscript
from briefs.engine.boxes import LayoutBox
from briefs.theme import LadderStep, Theme
from briefs.typeset import points
from briefs.typeset.page import columns
from briefs.typeset.page.layout import PageLayout

MM = 72 / 25.4  # points in a millimetre
SOURCE = 20.0  # points beside the text of a source: its number, and its share of the gaps between columns
RAGGED = 1.0  # a factor for the length of a text, because its lines end between words
OTHER = 151.5  # points: the height of everything on a brief's page besides its summary or key points, figures, facts and sources
STRIP = 40.0  # points: the height of the row of key facts, which is counted in OTHER
SPARE = 8.0  # points: by how much the facts are usually lower than estimated from lengths of texts
CLOSE = 2.2  # points: added to the heights of two parts if lines are estimated word by word (`_Words.is_close`)
SCALE = 35.5  # points: the height of the scale of stances with its explanation, which is counted in OTHER
HEADING = 15.0  # points: the leading of a topic's heading
LEAD = 150.0  # millimetres: the longest line of a summary
STANDING_GAP = 0.7  # the distance between lines on the others, as a fraction of the distance between facts
BESIDE = 7.2  # millimetres beside a key point and its label: the edges of the box
BARE = 97.0  # points: the height of everything on a page of tables besides the tables and the sources
CELL, IN_LIST = 8.0, 9.1  # points: the padding at both sides of a cell, and the indent of a list in a cell
NARROW = 1.05  # the same factor for a text in a cell
BOX = 13.0  # points: the edges of the box of key points, above and below together
BULLET = 3.2  # millimetres: the indent of a fact, for its bullet
FIGURE = 3.4  # millimetres: the distance below a figure
PARTS = ("lead", "points", "facts", "more", "standing", "sources")
WORTH = 10.0  # millimetres: how much emptier a page may be that says where the others stand than one that doesn't
NARROWEST = 4.0  # millimetres: additions are worthwhile only if they fill more of the page than this


@dataclass(frozen=True)
class _Room:
    """The estimated heights of a page, in points: the height of the page itself, of everything above and below the two columns, and
    of each column, and by how much the distances in each column may grow."""

    page: float
    fixed: float
    side: float
    main: float
    side_stretch: float
    main_stretch: float

    @property
    def needed(self) -> float:
        return self.fixed + max(self.side, self.main)

    @property
    def holds(self) -> bool:
        return self.needed <= self.page

    @property
    def empty(self) -> float:
        """How much of both columns together is empty after each has grown as far as it may."""
        columns = self.page - self.fixed
        return max(0.0, columns - self.side - self.side_stretch) + max(0.0, columns - self.main - self.main_stretch)


@dataclass(frozen=True)
class _Words:
    """The content of a manuscript's page that is the same at each step. `parts`: the paragraphs of each part of the page. `topics`:
    the number of topics. `labels`: the labels of the key points. `figures`: the highest figure of each row. `has_key_facts`,
    `has_scale`: whether there is a row of key facts, and a scale of stances.

    `is_close`: whether lines are estimated word by word. This is done to find the step. To find the additions that fill a page
    best, lines are estimated from the lengths of the texts.
    """

    manuscript: Manuscript
    parts: Mapping[str, Sequence[str]]
    topics: int
    labels: Sequence[str]
    figures: Sequence[Figure]
    has_key_facts: bool
    has_scale: bool
    is_close: bool

    @classmethod
    def of(cls, manuscript: Manuscript, *, is_close: bool) -> Self:
        blocks = tree.transform(list(manuscript.blocks), lambda mark: [], "Superscript") if is_close else manuscript.blocks
        divs, labels = [(tree.classes(n), tree.blocks(n)) for n in _divs(blocks)], points.labels(manuscript)
        parts = {part: [text for names, inner in divs if part in names for text in _texts(inner)] for part in PARTS}
        if is_close:
            parts["points"] = [text.removeprefix(label) for text, label in zip(parts["points"], labels, strict=True)]
        return cls(
            manuscript,
            parts,
            sum("facts" in names or "standing" in names for names, _ in divs),
            labels,
            [max(row, key=lambda figure: figure.height) for row in _rows(manuscript)],
            any("key-facts" in names for names, _ in divs),
            any("scale" in names for names, _ in divs),
            is_close,
        )


def step(manuscript: Manuscript, theme: Theme, paper: str) -> int:
    """The first step at which the manuscript should fit on its page, by the estimate."""
    return _step(_Words.of(manuscript, is_close=True), theme, paper)


def _step(words: _Words, theme: Theme, paper: str) -> int:
    steps = theme.look.ladder[words.manuscript.kind.ladder]
    return next((n for n, step in enumerate(steps) if _room(words, theme, paper, step).holds), len(steps) - 1)


def gone(compose: Callable[[int], Manuscript], most: int, step: int, *, theme: Theme, paper: str) -> int:
    """The fewest of `most` facts to leave out so that the rest should fit at a step; 0 if all should fit."""

    def holds(number: int) -> bool:
        manuscript = compose(number)
        return _room(_Words.of(manuscript, is_close=True), theme, paper, theme.look.ladder[manuscript.kind.ladder][step]).holds

    return 0 if holds(0) else bisect_left(range(most), True, lo=1, key=holds)  # mostly all fit, and composing takes long


def fuller(manuscript: Manuscript, theme: Theme, paper: str) -> list[tuple[Manuscript, int]]:
    """Versions of the manuscript, each with its step: first the one whose additions should serve the page best, then those that
    should need less room. The fullest page is best, but WORTH is allowed for words on where the others stand. Empty if there is no
    room for any addition. With a timeline across the page, the manuscript may fit at a step at which it doesn't fit without the
    timeline."""
    steps = theme.look.ladder[manuscript.kind.ladder]
    roomy = [n for n, each in enumerate(steps) if each.additions] if manuscript.whole else []
    if not roomy:
        return []
    known = manuscript.additions
    sets = dict.fromkeys(tuple(name for name in names if name in known) for names in theme.look.additions[manuscript.kind.ladder])
    whole = _Words.of(manuscript, is_close=False)
    versions = [_Words.of(manuscript.with_additions(names), is_close=False) for names in sets if names]

    def lacking(room: _Room, words: _Words) -> float:
        return room.empty + (0 if words.parts["standing"] else WORTH * MM)

    def holding(numbers: Iterable[int]) -> list[tuple[float, _Room, Manuscript, int]]:
        rooms = ((_room(more, theme, paper, steps[n]), more, n) for more in versions for n in numbers)
        held = [(lacking(room, more), room, more.manuscript, n) for room, more, n in rooms if room.holds]
        return sorted(held, key=itemgetter(0))

    plain = [lacking(room, whole) for n in roomy if (room := _room(whole, theme, paper, steps[n])).holds]
    best = holding(roomy)
    if not plain and not best:  # try the smaller steps down to the one at which the page without additions would fit
        others = range(max(roomy) + 1, _step(whole, theme, paper))
        best = next((found for n in others if (found := holding([n]))), [])
    if not best or best[0][0] > min(plain, default=math.inf) - NARROWEST * MM:
        return []
    needed = best[0][1].needed
    return [(more, n) for number, (_, room, more, n) in enumerate(best) if number == 0 or room.needed < needed - NARROWEST * MM]


def _room(words: _Words, theme: Theme, paper: str, step: LadderStep) -> _Room:
    manuscript, blocks, topics = words.manuscript, words.parts, words.topics
    kind, look = manuscript.kind, theme.look
    size, page = look.sheet(kind.page, paper), look.page[kind.page]
    wide = (size.width - page.left - page.right) * MM
    beside = wide - (page.side_with(manuscript.added) + page.gutter) * MM
    gap = step.text[1] * step.gap
    height = partial(_height, columns.lines_of if words.is_close else _lines_of)
    main = height(blocks["facts"], beside - BULLET * MM, *step.text, gap) + height(
        blocks["standing"], beside, *step.text, gap * STANDING_GAP
    )
    main += topics * HEADING + ((1.2 if words.is_close else 2.2) * topics - 1.6) * gap
    main += height(blocks["more"], beside, *step.text, gap) if words.is_close else -SPARE
    lead = height(blocks["lead"], min(wide, LEAD * MM), *step.lead)
    if blocks["points"]:
        labels = (BESIDE + points.width_of(words.labels, step)) * MM
        lead = BOX + height(blocks["points"], wide - labels, *step.text, points.GAP)
    sources = _tallest(blocks["sources"], wide, page.source_columns, *step.sources)
    across = [figure for figure in words.figures if figure.width > page.side_with(manuscript.added)]
    beside_main = [figure.height for figure in words.figures if figure.width <= page.side_with(manuscript.added)]
    other = OTHER if any(blocks[part] for part in PARTS[:-1]) else BARE + _tables(manuscript, wide, step)
    other -= 0 if words.has_key_facts else min(STRIP, other - BARE)
    other -= SCALE if words.is_close and not words.has_scale else 0
    fixed = CLOSE * words.is_close + lead + sources + other + sum(figure.height + FIGURE for figure in across) * MM
    return _Room(
        (size.height - page.top - page.bottom - page.reserve) * MM,
        fixed,
        (sum(height + FIGURE for height in beside_main) - FIGURE) * MM + CLOSE * words.is_close,
        main,
        max(0, len(beside_main) - 2) * page.figure_stretch * MM,
        (topics - 1) * page.heading_stretch * MM,
    )


def _divs(blocks: Sequence[tree.Node]) -> Iterator[tree.Node]:
    """All divs among these blocks, and the divs within these at any depth."""
    for block in blocks:
        if block["t"] == "Div":
            yield block
            yield from _divs(tree.blocks(block))


def _rows(manuscript: Manuscript) -> list[list[Figure]]:
    """The figures of each paragraph in a div, one list for each paragraph that has any."""
    figures = {f"{name}.svg": figure for name, figure in manuscript.figures.items()}
    paragraphs = [leaf for div in _divs(manuscript.blocks) for leaf in tree.blocks(div) if leaf["t"] == "Para"]
    found = ([tree.target(node) for node in tree.inlines(leaf) if node["t"] == "Image"] for leaf in paragraphs)
    rows = ([figures[name] for name in names if name in figures] for names in found)
    return [row for row in rows if row]


def _tables(manuscript: Manuscript, wide: float, step: LadderStep) -> float:
    """The estimated height of all tables on a page, in points. `wide`: the width of the page's content, in points."""
    total, gap = 0.0, step.text[1] * step.gap
    for table in (node for node in tree.walk(manuscript.blocks) if node["t"] == "Table"):
        widths = [wide * (width["c"] if width["t"] == "ColWidth" else 0) - CELL for _, width in table["c"][2]]
        head, bodies = table["c"][3][1], table["c"][4]
        for _, cells in [*head, *(row for body in bodies for row in body[3])]:
            heights = [_height_of_cell(cell[4], width / NARROW, step) for cell, width in zip(cells, widths, strict=False)]
            total += max(heights, default=0) + 0.6 * gap
    return total


def _height_of_cell(cell: Sequence[tree.Node], width: float, step: LadderStep) -> float:
    gap = step.text[1] * step.gap
    listed = [text for block in cell if block["t"] == "BulletList" for text in _texts([block])]
    others = _texts([block for block in cell if block["t"] != "BulletList"])
    breaks = sum(node["t"] == "LineBreak" for node in tree.walk(cell)) * step.text[1]
    return (
        _height(_lines_of, listed, width - IN_LIST, *step.text, gap) + _height(_lines_of, others, width, *step.text, gap) + breaks
    )


def _texts(blocks: Sequence[tree.Node]) -> list[str]:
    """The texts of all paragraphs in these blocks."""
    return [tree.text_of(leaf) for leaf in tree.walk(blocks) if leaf["t"] in {"Para", "Plain"}]


def _tallest(texts: Sequence[str], width: float, count: int, size: float, leading: float) -> float:
    """The estimated height of the tallest column if the texts are set in `count` columns, in points."""
    lines = [_lines_of(text, width / count - SOURCE, size) for text in texts]
    firsts = [0, *columns.starts(lines, count), len(lines)]
    return max(sum(lines[a:b]) for a, b in pairwise(firsts)) * leading


def _lines_of(text: str, width: float, size: float) -> int:
    return ceil(_ems(text) * size * RAGGED / width)


def _height(
    lines_of: Callable[[str, float, float], int], texts: Sequence[str], width: float, size: float, leading: float, gap: float = 0
) -> float:
    """The estimated height of these paragraphs, in points."""
    return sum(lines_of(text, width, size) * leading + gap for text in texts)


@lru_cache(maxsize=4096)
def _ems(text: str) -> float:
    """The width of a text in ems."""
    return text_width(text, 1)


def step_above_overflows(layout: PageLayout, step: LadderStep, above: LadderStep) -> bool:
    """Whether the content of a layout surely doesn't fit on its page at the step above. Larger type never needs fewer lines, so the
    content grows at least by the difference in the leading of its lines and in its gaps."""
    page = layout.document.pages[0].box
    foot = page.content_area.bottom
    free = foot - max(line.bottom for line in page.lines() if line.top < foot)
    parts = {box.attribute("class"): box for box in page.descendants() if box.tag in {"div", "section"}}
    if not ({"main", "side", "sources"} <= parts.keys() and parts.keys() & {"lead", "points"}):
        return False
    gaps = above.text[1] * above.gap - step.text[1] * step.gap
    items = {box.element for box in parts["main"].descendants() if box.tag == "li"}
    headings = sum(box.tag == "h2" for box in parts["main"].children)
    facts = (_lines(parts["main"]) - headings) * (above.text[1] - step.text[1]) + (len(items) - 1) * gaps
    shorter = parts["side"].margin_area.height - parts["main"].margin_area.height
    if "points" in parts:
        lead = _lines(parts["points"]) * (above.text[1] - step.text[1])
    else:
        lead = _lines(parts["lead"]) * (above.lead[1] - step.lead[1])
    columns = sum(box.is_column for box in parts["sources"].descendants())
    sources = _lines(parts["sources"]) / max(columns, 1) * (above.sources[1] - step.sources[1])
    return lead + sources + min(facts, facts - shorter) > free + 1


def _lines(box: LayoutBox) -> int:
    """The number of lines in a box. Lines of markers, and lines within a line, such as the label of a key point, aren't counted."""
    inner = (child for child in box.children if "::" not in child.tag)
    return sum(1 if child.kind == "line" else _lines(child) for child in inner)
