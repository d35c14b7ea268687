"""Measures the column that holds the labels of key points. It is as wide as the longest label needs.

In: a manuscript, a step of the ladder. Out: a width in millimetres, for the page and for Word.
"""

from __future__ import annotations

from collections.abc import Sequence

from briefs.compose import tree
from briefs.compose.figures.drawing import MM, text_width
from briefs.compose.manuscript import Manuscript
from briefs.theme import LadderStep

NARROWEST = 29.0  # the least width of the column, in millimetres
GAP = 4.0  # points: the distance between two key points, at all steps, as in brief.css
APART = 3.5  # the distance between the longest label and the texts, in millimetres


def label_width(manuscript: Manuscript, step: LadderStep) -> float:
    """The distance from the beginning of the labels to the beginning of the texts, in millimetres."""
    return width_of(labels(manuscript), step)


def labels(manuscript: Manuscript) -> list[str]:
    """The texts of the labels of the key points."""
    spans = (node for node in tree.walk(list(manuscript.blocks)) if node["t"] == "Span" and "point-label" in tree.classes(node))
    return [tree.text_of(tree.inlines(span)) for span in spans]


def width_of(texts: Sequence[str], step: LadderStep) -> float:
    """The width of a column that holds these labels, in millimetres."""
    widest = max((text_width(text, step.text[0], bold=True) for text in texts), default=0)
    return round(max(NARROWEST, widest / MM + APART), 1)
