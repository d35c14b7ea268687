"""Compares two sequences of words in bounded time.

In: two sequences. Out: difflib's matcher. Its time grows with the pairs of equal words, of which a text that repeats a word ten
thousand times has a hundred million.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

MOST_PAIRS = 50_000  # of equal words; a paragraph of 1,000 words and its edit have 20,000

_T = TypeVar("_T", bound=Hashable)


class _Matcher(SequenceMatcher[_T]):
    b2j: dict[_T, list[int]]  # the places of each word of the second sequence; the attribute is documented in the library's source


def matcher(one: Sequence[_T], other: Sequence[_T]) -> SequenceMatcher[_T]:
    """A matcher of two sequences. If they have too many pairs, the most frequent words begin no match: they only prolong one, as
    difflib's popular elements do. https://docs.python.org/3/library/difflib.html#sequencematcher-objects"""
    made = _Matcher(None, one, other, autojunk=False)
    counts = Counter(one)
    pairs = {word: counts[word] * len(places) for word, places in made.b2j.items() if word in counts}
    left = sum(pairs.values())
    for word in sorted(pairs, key=lambda word: pairs[word], reverse=True) if left > MOST_PAIRS else ():
        if left <= MOST_PAIRS:
            break
        left -= pairs[word]
        del made.b2j[word]
    return made
