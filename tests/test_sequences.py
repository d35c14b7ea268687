"""The matcher of words: as exact as difflib's where that is quick, and bounded where it isn't."""

from __future__ import annotations

import random
from difflib import SequenceMatcher

from briefs import sequences


def test_ordinary_texts_are_compared_as_difflib_does() -> None:
    words = [random.Random(1).choice(["the", "law", "of", "a", "state", "says", "that"]) for _ in range(200)]
    other = [*words[:50], "new", *words[60:]]
    assert sequences.matcher(words, other).get_opcodes() == SequenceMatcher(None, words, other, autojunk=False).get_opcodes()


def test_a_text_that_repeats_its_words_has_few_pairs_and_a_right_difference() -> None:
    one, other = [f"w{n % 7}" for n in range(20_000)], [f"w{n % 5}" for n in range(20_000)]
    one[9_000], other[9_500] = "only", "only"
    found = sequences.matcher(one, other)
    assert sum(len(places) for places in found.b2j.values()) * 4_000 < sequences.MOST_PAIRS
    assert "only" in found.b2j
    steps = found.get_opcodes()
    assert [word for _, _, _, k, m in steps for word in other[k:m]] == other
    assert all(one[i:j] == other[k:m] for tag, i, j, k, m in steps if tag == "equal")
    assert any(tag == "equal" and i <= 9_000 < j for tag, i, j, k, m in steps)
