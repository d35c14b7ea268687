"""Estimates at which source each column of a page's sources begins, from the lengths of the texts.

In: a manuscript, the theme, a paper, a step of the ladder. Out: CSS rules. WeasyPrint balances columns by laying them out again and
again, which takes a quarter of the time of a page's layout. If the breaks are given, it lays out each column once.
https://www.w3.org/TR/css-break-3/#break-between
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from briefs.compose import tree
from briefs.compose.figures.drawing import text_width
from briefs.compose.manuscript import Manuscript
from briefs.theme import LadderStep, Theme

MM = 72 / 25.4  # points in a millimetre
NUMBER = 4.0  # millimetres for the number of an entry, as in brief.css


def breaks(manuscript: Manuscript, theme: Theme, paper: str, step: LadderStep) -> str:
    """CSS rules that put a column break before the entries at which balanced columns would begin."""
    size, page = theme.look.sheet(manuscript.kind.page, paper), theme.look.page[manuscript.kind.page]
    columns = page.source_columns
    other = ((columns - 1) * page.source_gap + columns * NUMBER) * MM
    width = ((size.width - page.left - page.right) * MM - other) / columns
    divs = (n for n in tree.walk(manuscript.blocks) if n["t"] == "Div" and "sources" in tree.classes(n))
    entries = (item for div in divs for block in tree.blocks(div) if block["t"] == "OrderedList" for item in tree.list_items(block))
    firsts = starts([lines_of(tree.text_of(entry), width, step.sources[0]) for entry in entries], columns)
    named = ", ".join(f".sources li:nth-child({first + 1})" for first in firsts)
    return f"{named} {{ break-before: column }}" if named else ""


def lines_of(text: str, width: float, size: float) -> int:
    """The estimated number of lines that a text needs. `width`: the width of the column, and `size`: the size of the type, in
    points."""
    lines, used, space = 1, 0.0, _ems(" ") * size
    for word in text.split():
        wide = _ems(word) * size
        if used and used + space + wide > width:
            lines, used = lines + 1, wide
        else:
            used += wide + (space if used else 0)
    return lines


@lru_cache(maxsize=8192)
def _ems(word: str) -> float:
    """The width of a word in ems."""
    return text_width(word, 1)


def starts(heights: Sequence[int], columns: int) -> list[int]:
    """The index of the first entry of each column except the first, chosen so that the tallest column is as short as possible.

    `heights`: the heights of the entries, in lines. Each column takes as many entries as fit into that height.
    """
    for limit in range(max(heights, default=0), sum(heights) + 1):
        found, total = [], 0
        for number, height in enumerate(heights):
            if total + height > limit:
                found.append(number)
                total = 0
            total += height
        if len(found) < columns:
            return found
    return []
