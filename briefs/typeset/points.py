"""The column of the labels of key points, as wide as the longest label needs.

In: a manuscript, a step of the ladder. Out: a width in millimetres, for the page and for Word.
"""

from __future__ import annotations

from collections.abc import Sequence

from briefs.compose import tree
from briefs.compose.figures.drawing import MM, text_width
from briefs.compose.manuscript import Manuscript
from briefs.theme import LadderStep

NARROWEST = 29.0  # the least width of the labels, in millimetres
APART = 3.5  # between the longest label and the texts, in millimetres


def label_width(manuscript: Manuscript, step: LadderStep) -> float:
    """The distance from where labels begin to where texts do."""
    return width_of(labels(manuscript), step)


def labels(manuscript: Manuscript) -> list[str]:
    """The labels of the key points."""
    spans = (node for node in tree.walk(list(manuscript.blocks)) if node["t"] == "Span" and "point-label" in tree.classes(node))
    return [tree.text_of(tree.inlines(span)) for span in spans]


def width_of(texts: Sequence[str], step: LadderStep) -> float:
    """The width of a column of these labels."""
    widest = max((text_width(text, step.text[0], bold=True) for text in texts), default=0)
    return round(max(NARROWEST, widest / MM + APART), 1)
