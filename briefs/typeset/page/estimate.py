"""Which step of the ladder a brief will take: guessed from its length before it is laid out, and proved from the layout.

In: a manuscript, the theme, a paper; or a layout. Out: a step; whether the step above could hold. A guess saves layouts and
decides nothing: `typeset/fit.py` takes the first step that holds, whichever it looks at first.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.theme import LadderStep, Theme
from briefs.typeset.page.layout import POINTS, PageLayout

MM = 72 / 25.4  # points in a millimetre
LETTER = 0.44  # ems: how wide a letter is on the average
ELSE = 128.0  # points: what stands on every brief's page besides its summary, figures, facts and sources
HEADING = 15.0  # points: the leading of a topic's heading
LEAD = 150.0  # millimetres: a summary's longest line
PARTS = ("lead", "facts", "sources")


def step(manuscript: Manuscript, theme: Theme, paper: str) -> int:
    """The first step at which the page should hold the manuscript."""
    size, page, steps = theme.look.paper[paper], theme.look.page[manuscript.kind.page], theme.look.ladder[manuscript.kind.ladder]
    room = (size.height - page.top - page.bottom - page.reserve) * MM
    wide = (size.width - page.left - page.right) * MM
    beside = wide - (page.side + page.gutter) * MM
    divs = [(tree.classes(n), n["c"][1]) for n in tree.walk(manuscript.blocks) if n["t"] == "Div"]
    blocks = {part: [text for names, inner in divs if part in names for text in _texts(inner)] for part in PARTS}
    topics = sum("facts" in names for names, _ in divs)
    figures = sum(figure.height + 3.4 for figure in manuscript.figures.values()) * MM
    for number, step in enumerate(steps):
        facts = _high(blocks["facts"], beside, *step.text, step.text[1] * step.gap)
        facts += topics * HEADING + (2.2 * topics - 1.6) * step.text[1] * step.gap
        lead = _high(blocks["lead"], min(wide, LEAD * MM), *step.lead)
        sources = _high(blocks["sources"], wide / page.source_columns - 16, *step.sources) / page.source_columns
        if lead + max(facts, figures) + sources + ELSE <= room:
            return number
    return len(steps) - 1


def _texts(blocks: Sequence[tree.Node]) -> list[str]:
    """The paragraphs among blocks."""
    return [tree.text_of(leaf) for leaf in tree.walk(blocks) if leaf["t"] in {"Para", "Plain"}]


def _high(texts: Sequence[str], width: float, size: float, leading: float, gap: float = 0) -> float:
    """About how high these paragraphs stand, in points."""
    letters = width / (size * LETTER)
    return sum(ceil(len(text) / letters) * leading + gap for text in texts)


def step_above_overflows(layout: PageLayout, step: LadderStep, above: LadderStep) -> bool:
    """Whether the page would surely not hold the layout at the step above. There are no fewer lines in larger type, so it grows by
    its lines and gaps at least."""
    page = layout.document.pages[0]._page_box
    lines = [box for box in page.descendants() if type(box).__name__ == "LineBox"]
    foot = page.content_box_y() + page.height
    free = (foot - max(line.position_y + line.height for line in lines if line.position_y < foot)) * POINTS
    blocks = (box for box in page.descendants() if box.element is not None and box.element_tag in {"div", "section"})
    columns = {box.element.get("class"): box for box in blocks}
    if not {"main", "side", "lead", "sources"} <= columns.keys():
        return False
    gaps = above.text[1] * above.gap - step.text[1] * step.gap
    items = {id(box.element) for box in columns["main"].descendants() if box.element_tag == "li"}
    facts = _lines(columns["main"]) * (above.text[1] - step.text[1]) + (len(items) - 1) * gaps
    shorter = (columns["side"].margin_height() - columns["main"].margin_height()) * POINTS
    lead = _lines(columns["lead"]) * (above.lead[1] - step.lead[1])
    side_by_side = sum(getattr(box, "is_column", False) for box in columns["sources"].descendants())
    sources = _lines(columns["sources"]) / max(side_by_side, 1) * (above.sources[1] - step.sources[1])
    return bool(lead + sources + min(facts, facts - shorter) > free + 1)


def _lines(box: Any) -> int:
    """How many lines of text stand in a box."""
    return sum(type(inner).__name__ == "LineBox" for inner in box.descendants())
