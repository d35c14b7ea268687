"""Estimates which step of the ladder a brief will need, from the length of its texts.

In: a manuscript, the theme, a paper; or a layout. Out: a step; whether the larger step above surely can't hold it. An estimate
saves layouts and decides nothing: `typeset/fit.py` takes the first step that holds, whichever one it tries first.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.engine.boxes import LayoutBox
from briefs.theme import LadderStep, Theme
from briefs.typeset.page.layout import PageLayout

MM = 72 / 25.4  # points in a millimetre
LETTER = 0.44  # ems: the average width of a letter
OTHER = 141.0  # points: the height of everything on a brief's page besides its summary or key points, figures, facts and sources
HEADING = 15.0  # points: the leading of a topic's heading
LEAD = 150.0  # millimetres: the longest line of a summary
POINT_GAP = 0.7  # of the distance of facts: the distance of key points
LABEL = 36.2  # millimetres beside a key point: its label, and the edges of the box
BARE = 75.0  # points: the height of everything on the page of a table besides it and the sources
CELL = 11.0  # points at the sides of a cell, and before a bullet in it
BOX = 13.0  # points: the edges of the box above and below
PARTS = ("lead", "points", "facts", "sources")


def step(manuscript: Manuscript, theme: Theme, paper: str) -> int:
    """The first step at which the page should hold the manuscript."""
    kind, look = manuscript.kind, theme.look
    size, page, steps = look.sheet(kind.page, paper), look.page[kind.page], look.ladder[kind.ladder]
    room = (size.height - page.top - page.bottom - page.reserve) * MM
    wide = (size.width - page.left - page.right) * MM
    beside = wide - (page.side + page.gutter) * MM
    divs = [(tree.classes(n), tree.blocks(n)) for n in tree.walk(manuscript.blocks) if n["t"] == "Div"]
    blocks = {part: [text for names, inner in divs if part in names for text in _texts(inner)] for part in PARTS}
    topics = sum("facts" in names for names, _ in divs)
    figures = sum(figure.height + 3.4 for figure in manuscript.figures.values()) * MM
    for number, step in enumerate(steps):
        facts = _height(blocks["facts"], beside, *step.text, step.text[1] * step.gap)
        facts += topics * HEADING + (2.2 * topics - 1.6) * step.text[1] * step.gap
        lead = _height(blocks["lead"], min(wide, LEAD * MM), *step.lead)
        if blocks["points"]:
            lead = BOX + _height(blocks["points"], wide - LABEL * MM, *step.text, step.text[1] * step.gap * POINT_GAP)
        sources = _height(blocks["sources"], wide / page.source_columns - 16, *step.sources) / page.source_columns
        other = OTHER if any(blocks[part] for part in PARTS[:-1]) else BARE + _tables(manuscript, wide, step)
        if lead + max(facts, figures) + sources + other <= room:
            return number
    return len(steps) - 1


def _tables(manuscript: Manuscript, wide: float, step: LadderStep) -> float:
    """The estimated height of the tables of a page that has little else."""
    total, gap = 0.0, step.text[1] * step.gap
    for table in (node for node in tree.walk(manuscript.blocks) if node["t"] == "Table"):
        widths = [wide * (width["c"] if width["t"] == "ColWidth" else 0) - CELL for _, width in table["c"][2]]
        head, bodies = table["c"][3][1], table["c"][4]
        for _, cells in [*head, *(row for body in bodies for row in body[3])]:
            heights = [_height(_texts(cell[4]), width, *step.text, gap) for cell, width in zip(cells, widths, strict=False)]
            total += max(heights, default=0) + 0.6 * gap
    return total


def _texts(blocks: Sequence[tree.Node]) -> list[str]:
    """The paragraphs among blocks."""
    return [tree.text_of(leaf) for leaf in tree.walk(blocks) if leaf["t"] in {"Para", "Plain"}]


def _height(texts: Sequence[str], width: float, size: float, leading: float, gap: float = 0) -> float:
    """The estimated height of these paragraphs, in points."""
    letters = width / (size * LETTER)
    return sum(ceil(len(text) / letters) * leading + gap for text in texts)


def step_above_overflows(layout: PageLayout, step: LadderStep, above: LadderStep) -> bool:
    """Whether the page surely couldn't hold the layout at the step above. Larger type never needs fewer lines, so the layout
    grows at least by the leading of its lines and by its gaps."""
    page = layout.document.pages[0].box
    foot = page.content_area.bottom
    free = foot - max(line.bottom for line in page.lines() if line.top < foot)
    parts = {box.attribute("class"): box for box in page.descendants() if box.tag in {"div", "section"}}
    if not ({"main", "side", "sources"} <= parts.keys() and parts.keys() & {"lead", "points"}):
        return False
    gaps = above.text[1] * above.gap - step.text[1] * step.gap
    items = {box.element for box in parts["main"].descendants() if box.tag == "li"}
    facts = _lines(parts["main"]) * (above.text[1] - step.text[1]) + (len(items) - 1) * gaps
    shorter = parts["side"].margin_area.height - parts["main"].margin_area.height
    if "points" in parts:
        points = sum(box.tag == "p" for box in parts["points"].descendants())
        lead = _lines(parts["points"]) * (above.text[1] - step.text[1]) + (points - 1) * gaps * POINT_GAP
    else:
        lead = _lines(parts["lead"]) * (above.lead[1] - step.lead[1])
    columns = sum(box.is_column for box in parts["sources"].descendants())
    sources = _lines(parts["sources"]) / max(columns, 1) * (above.sources[1] - step.sources[1])
    return lead + sources + min(facts, facts - shorter) > free + 1


def _lines(box: LayoutBox) -> int:
    return sum(1 for _ in box.lines())
