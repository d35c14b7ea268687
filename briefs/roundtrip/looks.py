"""Finds looks that an edited Word file has and the sent one hasn't. A look is formatting that Markdown can't express, such as a
colour.

In: pieces before and after, and the changes between them. Out: the new looks, with the words that have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from briefs.wordfile.pieces import Change, Piece, unchanged


def gained(
    before: Sequence[Piece], after: Sequence[Piece], found: Sequence[Change]
) -> Iterator[tuple[frozenset[str], list[Piece]]]:
    """The new looks, each set with the pieces that have it: words and pictures. New words may have any look that a word of the old
    text has."""
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
