"""Assigns the changes of a paragraph to the texts that they belong to.

In: the changes between the pieces of a paragraph as it was sent and as it came back; the regions of the sent paragraph, each of
which prints a text (`Region`). Out: `Assignment`: the changes of each region, the regions that were joined to one, and the changes
of words that are not content, because a template or the program writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from briefs.roundtrip.printed import ATOMS, Region
from briefs.wordfile.pieces import PARAGRAPH, Change, Piece, words


@dataclass
class Assignment:
    """The changes of a paragraph. `own`: the changes of each region, with positions counted from the region's start. `joined`:
    pairs of regions that became one, with the space that now stands between them. `outside`: for each change in no region, the
    words before and after it."""

    own: dict[Region, list[Change]] = field(default_factory=dict)
    joined: list[tuple[Region, Region, list[Piece]]] = field(default_factory=list)
    outside: list[tuple[str, str]] = field(default_factory=list)

    def add(self, region: Region, start: int, end: int, new: list[Piece]) -> None:
        self.own.setdefault(region, []).append((start - region.start, end - region.start, new))


def assign(changes: Iterable[Change], before: Sequence[Piece], regions: Sequence[Region]) -> Assignment:
    """Assign each change by the first rule that fits it."""
    found = Assignment()
    for change in changes:
        if not any(rule(change, before, regions, found) for rule in _RULES):
            start, end, new = change
            found.outside.append((words(before[start:end]), words(new)))
    return found


def _within_one(change: Change, before: Sequence[Piece], regions: Sequence[Region], found: Assignment) -> bool:
    start, end, new = change
    region = next((r for r in regions if r.start <= start and end <= r.end), None)
    if region:
        found.add(region, start, end, new)
    return region is not None


def _over_a_paragraph_break(change: Change, before: Sequence[Piece], regions: Sequence[Region], found: Assignment) -> bool:
    """A change that replaced the end of one text, the start of the next, and the paragraph break between them."""
    start, end, new = change
    touched = _touched(regions, start, end)
    if len(touched) != 2 or PARAGRAPH not in before[start:end]:
        return False
    first, second = touched
    between = [p for n, p in enumerate(before[start:end], start) if not any(r.start <= n < r.end for r in touched)]
    if any(p.kind not in {"paragraph", "cite"} for p in between):
        return False
    found.add(first, start, first.end, new)
    found.add(second, second.start, end, [])
    beside = [
        *(new[-1:] or before[start - 1 : start]),
        *before[end : end + 1],
    ]  # where the two meet: each alone would lose its space
    found.joined.append((first, second, [p for p in beside if p.kind == "space"]))
    return True


def _of_a_paragraph_break(change: Change, before: Sequence[Piece], regions: Sequence[Region], found: Assignment) -> bool:
    """A change that deleted or replaced only the paragraph break between two texts."""
    start, end, new = change
    first = next((r for r in reversed(regions) if r.end <= start), None)
    second = next((r for r in regions if r.start >= end), None)
    if PARAGRAPH not in before[start:end] or not first or not second:
        return False
    if any(p.kind not in {"paragraph", "cite", "space"} for p in before[first.end : second.start]):
        return False
    found.add(first, first.end, first.end, new)
    found.joined.append((first, second, [p for p in new[-1:] if p.kind == "space"]))
    return True


def _partly_in_one(change: Change, before: Sequence[Piece], regions: Sequence[Region], found: Assignment) -> bool:
    """A change that starts or ends within a text. New words go to the text; notes and references outside it were not content."""
    start, end, new = change
    touched = _touched(regions, start, end)
    if len(touched) != 1:
        return False
    region = touched[0]
    inner_start, inner_end = max(start, region.start), min(end, region.end)
    text = [p for p in new if p.kind not in ATOMS]
    found.add(region, inner_start, inner_end, text)
    rest = [p for p in before[start:end] if p.kind in ATOMS] if text else [*before[start:inner_start], *before[inner_end:end]]
    found.outside.append((words(rest), words(p for p in new if p.kind in ATOMS)))
    return True


def _touched(regions: Sequence[Region], start: int, end: int) -> list[Region]:
    return [r for r in regions if r.start < end and start < r.end]


_Rule = Callable[[Change, Sequence[Piece], Sequence[Region], Assignment], bool]
_RULES: tuple[_Rule, ...] = (_within_one, _over_a_paragraph_break, _of_a_paragraph_break, _partly_in_one)
