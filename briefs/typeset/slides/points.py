"""Measures the column that holds the labels of key points on slides.

In: a deck's manuscript. Out: a width as a multiple of the size of the type, since each slide has a size of its own.
"""

from __future__ import annotations

from briefs.compose import tree
from briefs.compose.figures.drawing import text_width
from briefs.compose.manuscript import Manuscript

LEAST = 7.6  # so wide at least, so that the decks of all countries look alike
APART = 1.4  # the distance between the longest label and the texts, which a wide face of a brand may use up
WIDEST = 12.0  # a longer label is wrapped


def label(manuscript: Manuscript) -> float:
    """The distance from the beginning of the labels to the beginning of the texts. Both are as wide on all slides of a deck."""
    paragraphs = (
        paragraph
        for node in tree.walk(list(manuscript.blocks))
        if node["t"] == "Div" and "points" in tree.classes(node)
        for paragraph in tree.blocks(node)
    )
    labels = [tree.text_of(tree.inlines(paragraph)[:1]) for paragraph in paragraphs]
    return min(WIDEST, max(LEAST, *(text_width(words, 1, bold=True) + APART for words in labels), 0.0))
