"""Pairing the paragraphs of two Word files when there are no bookmarks."""

from __future__ import annotations

import pytest

from briefs.wordfile.alignment import Pair, pair
from briefs.wordfile.paragraphs import Paragraph
from briefs.wordfile.pieces import of_text

ONE, TWO, THREE = (
    "The first paragraph speaks of bottles that come back to the shops.",
    "A second one is about the crates, which nobody has counted so far.",
    "The last of them says who pays for the trucks and for the drivers.",
)


@pytest.mark.parametrize(
    ("edited", "pairs"),
    [
        ([ONE, TWO, THREE], [Pair((0,), (0,)), Pair((1,), (1,)), Pair((2,), (2,))]),
        ([ONE, TWO.replace("crates", "boxes"), THREE], [Pair((0,), (0,)), Pair((1,), (1,)), Pair((2,), (2,))]),
        ([ONE, "New words.", TWO, THREE], [Pair((0,), (0,)), Pair((), (1,)), Pair((1,), (2,)), Pair((2,), (3,))]),
        ([ONE, THREE], [Pair((0,), (0,)), Pair((2,), (1,)), Pair((1,), ())]),
        ([TWO, THREE, ONE], [Pair((1,), (0,)), Pair((2,), (1,)), Pair((0,), (2,), moved=True)]),
        ([ONE, TWO[:36], TWO[36:], THREE], [Pair((0,), (0,)), Pair((1,), (1, 2)), Pair((2,), (3,))]),
        ([ONE, TWO[:21], TWO[21:], THREE], [Pair((0,), (0,)), Pair((1,), (1, 2)), Pair((2,), (3,))]),
        ([ONE, f"{TWO} {THREE}"], [Pair((0,), (0,)), Pair((1, 2), (1,))]),
    ],
    ids=["unchanged", "reworded", "added", "deleted", "moved", "split", "split near its beginning", "joined"],
)
def test_paragraphs_are_paired(edited: list[str], pairs: list[Pair]) -> None:
    sides = [[Paragraph(of_text(text)) for text in texts] for texts in ([ONE, TWO, THREE], edited)]
    assert pair(*sides) == pairs
