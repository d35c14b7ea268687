"""The list of sources on slides: how many stand on each, and in which type.

In: a deck's manuscript, the theme. Out: `ListedSources`. PowerPoint lays out text, so lines are estimated from letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.theme import Slide, Theme, Type

POINT = 25.4 / 72  # millimetres
GAP = 0.15  # after each source, as a part of the leading
LETTER = 0.5  # the average width of a letter, as a part of the size of the type
MORE = 1.0, 1.25, 1.5  # times the type of the theme: what a list of few sources may be set in


@dataclass(frozen=True)
class ListedSources:
    """`counts`: how many sources each slide has; `type`: their size and leading in points."""

    counts: tuple[int, ...]
    type: Type


def listed(manuscript: Manuscript, theme: Theme) -> ListedSources:
    """As few slides as hold all sources, each with about as many of them, in the largest type in which that is so."""
    letters = [len(tree.text_of(item)) for item in _items(manuscript)]
    notes = [len(tree.text_of(note)) for note in _blocks(manuscript)[2:]]
    step, shown = theme.look.ladder[manuscript.kind.ladder][0], theme.look.slide
    size, leading = step.sources
    made = [_in_type(letters, notes, (size * more, leading * more), shown) for more in MORE]
    return max((m for m in made if len(m.counts) == len(made[0].counts)), key=lambda m: m.type)


def _items(manuscript: Manuscript) -> Sequence[list[tree.Node]]:
    return tree.list_items(_blocks(manuscript)[1]) if _blocks(manuscript) else []


def _blocks(manuscript: Manuscript) -> list[tree.Node]:
    """The heading, the list and the notes below it."""
    return next((tree.blocks(b) for b in manuscript.blocks if "sources" in tree.classes(b)), [])


def _in_type(letters: Sequence[int], notes: Sequence[int], type_: Type, shown: Slide) -> ListedSources:
    """The sources in a type. `letters`: of each; `notes`: of what stands below them."""
    size, leading = type_
    line = (shown.width - 2 * shown.margin) / (size * POINT * LETTER)
    heights = [(1 + int(count / line) + GAP) * leading * POINT for count in letters]
    below = sum((1 + int(count / line) + GAP) * leading * POINT for count in notes)
    slides = max(1, -int(-(sum(heights) + below) // shown.body_height)) if heights else 0
    return ListedSources(tuple(_shared(heights, slides)), type_)


def _shared(heights: Sequence[float], slides: int) -> list[int]:
    """How many of some heights stand on each slide, if each slide has about the same height of them."""
    counts = [0] * slides
    total, before = sum(heights), 0.0
    for height in heights:
        counts[min(int(before / total * slides), slides - 1)] += 1
        before += height
    return [count for count in counts if count]
