"""The column of the labels of key points, as wide as the longest label needs.

In: a manuscript, a step of the ladder. Out: a width in millimetres, for the page and for Word.
"""

from __future__ import annotations

from briefs.compose import tree
from briefs.compose.figures.drawing import MM, text_width
from briefs.compose.manuscript import Manuscript
from briefs.theme import LadderStep

NARROWEST = 29.0  # the least width of the labels, in millimetres
APART = 3.5  # between the longest label and the texts, in millimetres


def label_width(manuscript: Manuscript, step: LadderStep) -> float:
    """The distance from where labels begin to where texts do."""
    labels = (node for node in tree.walk(list(manuscript.blocks)) if node["t"] == "Span" and "point-label" in tree.classes(node))
    widest = max((text_width(tree.text_of(tree.inlines(label)), step.text[0], bold=True) for label in labels), default=0)
    return round(max(NARROWEST, widest / MM + APART), 1)
