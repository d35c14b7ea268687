"""Finds formatting that Markdown has no words for, such as a colour, where an edited Word file has it and the sent one has not.

In: pieces before and after, and the changes between them. Out: the looks, with the words that got them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from briefs.wordfile.pieces import Change, Piece, unchanged


def gained(
    before: Sequence[Piece], after: Sequence[Piece], found: Sequence[Change]
) -> Iterator[tuple[frozenset[str], list[Piece]]]:
    """The looks that words and pictures got, and these. New words may look as any word of the old text does."""
    common = frozenset[str]().union(*(p.looks for p in before))
    stayed = {m: before[n].looks for n, m in unchanged(before, found)}
    new: list[frozenset[str]] = []
    for m, piece in enumerate(after):
        is_left_out = piece.kind in {"space", "other"} or (piece.kind == "cite" and m not in stayed)  # new notes have their reports
        new.append(frozenset() if is_left_out else piece.looks - stayed.get(m, common))
    for m in range(1, len(new) - 1):
        if after[m].kind == "space":
            new[m] = new[m - 1] & new[m + 1] & after[m].looks
    for looks, group in groupby(range(len(after)), key=lambda m: new[m]):
        if looks:
            yield looks, [after[m] for m in group]
