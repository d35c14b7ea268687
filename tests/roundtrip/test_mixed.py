"""Ten kinds of edits in one file, tracked and not, by two people: each comes back as if it were alone."""

from __future__ import annotations

import random

import pytest

from tests.roundtrip.cases import CASES
from tests.roundtrip.harness import MergeHarness, diff, unmerged
from tests.wordfile.word import Word

COUNT = 10
LOWER = "an item put lower"  # under the one above it, which another edit may take away


def lines(text: str) -> set[str]:
    """The lines that go and come, and the files that they are in."""
    return {line for line in text.split("\n") if line.strip("+-")}


@pytest.mark.parametrize("seed", [1, 2])
def test_edits_of_ten_kinds_come_back_together(seed: int, harness: MergeHarness) -> None:
    pool = [c for c in CASES if c.document == "report" and c.diff and not c.unmerged and c.diff.count("\n") < 4]
    pool = [c for c in pool if c.name != LOWER]
    random.Random(seed).shuffle(pool)
    word = Word(harness.sent["report"], "Ann")
    word.track_replace("mostly forgotten", "largely forgotten")
    wanted = lines(next(c.diff for c in CASES if c.name == "a word replaced"))
    gone = {line for line in wanted if line.startswith("-")}
    made = 1
    for one in pool:
        own = {line for line in lines(one.diff) if line.startswith("-")}
        if not own or own & gone or made == COUNT:
            continue
        word.author = ("Ann", "Bo")[made % 2]
        try:
            one.edit(word)
        except KeyError:  # an edit before it took these words
            continue
        gone |= own
        wanted |= lines(one.diff)
        made += 1
    merged = harness.merge(word.saved())
    assert made == COUNT and not unmerged(merged)
    assert lines(diff(harness.files, merged.files)) == wanted
