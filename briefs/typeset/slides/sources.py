"""Divides the list of sources among slides: how many sources stand on each slide, and in which type.

In: a deck's manuscript, the theme. Out: `ListedSources`. Lines are estimated from the number of letters, because only PowerPoint
lays out the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.theme import Slide, Theme, Type

POINT = 25.4 / 72  # millimetres
GAP = 0.15  # the distance after each source, as a fraction of the leading
LETTER = 0.5  # the average width of a letter, as a fraction of the size of the type
MORE = 1.0, 1.25, 1.5  # factors for the size of the theme's type; a list of few sources may be set larger


@dataclass(frozen=True)
class ListedSources:
    """The arrangement of the sources. `counts`: how many sources each slide has; `type`: the size and leading of their type, in
    points."""

    counts: tuple[int, ...]
    type: Type


def listed(manuscript: Manuscript, theme: Theme) -> ListedSources:
    """The arrangement of all sources on as few slides as possible, each about equally full. The type is the largest one that needs
    no more slides than the theme's type."""
    letters = [len(tree.text_of(item)) for item in _items(manuscript)]
    notes = [len(tree.text_of(note)) for note in _blocks(manuscript)[2:]]
    step, shown = theme.look.ladder[manuscript.kind.ladder][0], theme.look.slide
    size, leading = step.sources
    made = [_in_type(letters, notes, (size * more, leading * more), shown) for more in MORE]
    return max((m for m in made if len(m.counts) == len(made[0].counts)), key=lambda m: m.type)


def _items(manuscript: Manuscript) -> Sequence[list[tree.Node]]:
    return tree.list_items(_blocks(manuscript)[1]) if _blocks(manuscript) else []


def _blocks(manuscript: Manuscript) -> list[tree.Node]:
    """The blocks of the list of sources: its heading, the list, the notes below. Empty if there is none."""
    return next((tree.blocks(b) for b in manuscript.blocks if "sources" in tree.classes(b)), [])


def _in_type(letters: Sequence[int], notes: Sequence[int], type_: Type, shown: Slide) -> ListedSources:
    """The arrangement of the sources in a type. `letters`: the number of letters of each source; `notes`: of each note below the
    list."""
    size, leading = type_
    line = (shown.width - 2 * shown.margin) / (size * POINT * LETTER)
    heights = [(1 + int(count / line) + GAP) * leading * POINT for count in letters]
    below = sum((1 + int(count / line) + GAP) * leading * POINT for count in notes)
    slides = max(1, -int(-(sum(heights) + below) // shown.body_height)) if heights else 0
    return ListedSources(tuple(_shared(heights, slides)), type_)


def _shared(heights: Sequence[float], slides: int) -> list[int]:
    """How many sources stand on each slide, if all slides are about equally full. `heights`: the heights of the sources."""
    counts = [0] * slides
    total, before = sum(heights), 0.0
    for height in heights:
        counts[min(int(before / total * slides), slides - 1)] += 1
        before += height
    return [count for count in counts if count]
