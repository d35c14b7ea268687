"""Ten kinds of edits in one file, tracked and not, by two people: each comes back as if it were alone."""

from __future__ import annotations

import random

import pytest

from tests.roundtrip.cases import CASES
from tests.roundtrip.cases_structure import deeper
from tests.roundtrip.harness import MergeHarness, diff, unmerged
from tests.wordfile.word import Word

COUNT = 10
ABOVE = "-- the brewers, who own most of the bottles;"  # the item above the one that is put lower


def lines(text: str) -> set[str]:
    """The lines that go and come, and the files that they are in."""
    return {line for line in text.split("\n") if line.strip("+-")}


@pytest.mark.parametrize("seed", [1, 2])
def test_edits_of_ten_kinds_come_back_together(seed: int, harness: MergeHarness) -> None:
    pool = [c for c in CASES if c.document == "report" and c.diff and not c.unmerged and c.diff.count("\n") < 4]
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
    lower = {line for line in lines(next(c.diff for c in CASES if c.name == "an item put lower")) if line[0] in "+-"}
    is_orphan = lower <= wanted and ABOVE in gone
    assert made == COUNT and ["at level 2 of the list" in line for line in unmerged(merged)] == [True] * is_orphan
    assert lines(diff(harness.files, merged.files)) == wanted - (lower if is_orphan else set())


@pytest.mark.parametrize("takes_away", ["deleted", "moved", "made a paragraph"])
def test_an_item_put_lower_is_told_if_the_one_above_it_is_gone(takes_away: str, harness: MergeHarness) -> None:
    """Markdown has no item below none. It must not come back level with the others."""
    word = Word(harness.sent["report"])
    if takes_away == "deleted":
        word.remove("the brewers, who")
    elif takes_away == "moved":
        word.move("the brewers, who", after="the towns, where")
    else:
        word.restyle("the brewers, who", "Body Text")
    deeper(word, "the shops, which")
    merged = harness.merge(word.saved())
    left = unmerged(merged)
    assert any("was put at level 2 of the list" in line for line in left)
    if takes_away == "deleted":
        assert diff(harness.files, merged.files) == "report/01-opening.md\n-- the brewers, who own most of the bottles;"
