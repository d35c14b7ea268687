"""Compares two sequences of words in bounded time.

In: two sequences. Out: difflib's matcher. Its time grows with the number of pairs of equal words. A text that repeats a word ten
thousand times has a hundred million such pairs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from operator import eq
from typing import TypeVar

MOST_PAIRS = 50_000  # pairs of equal words; a paragraph of 1,000 words and its edit have 20,000

_T = TypeVar("_T", bound=Hashable)


class _Matcher(SequenceMatcher[_T]):
    b2j: dict[_T, list[int]]  # the places of each word of the second sequence; the attribute is documented in the library's source


def matcher(one: Sequence[_T], other: Sequence[_T]) -> SequenceMatcher[_T]:
    """A matcher of two sequences. If they have too many pairs of equal words, no match begins with the most frequent words. A match
    that has begun may go on over them, as over difflib's popular elements.
    https://docs.python.org/3/library/difflib.html#sequencematcher-objects"""
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


def opcodes(one: Sequence[_T], other: Sequence[_T]) -> list[tuple[str, int, int, int, int]]:
    """How one sequence becomes the other, as difflib's `get_opcodes` says it. What both begin or end with is put aside first."""
    head = _equal(one, other)
    tail = _equal(one[head:][::-1], other[head:][::-1])
    middle = matcher(one[head : len(one) - tail], other[head : len(other) - tail]).get_opcodes()
    moved = [(tag, i + head, j + head, k + head, m + head) for tag, i, j, k, m in middle]
    begin = [("equal", 0, head, 0, head)] if head else []
    end = [("equal", len(one) - tail, len(one), len(other) - tail, len(other))] if tail else []
    return [*begin, *moved, *end]


def _equal(one: Sequence[_T], other: Sequence[_T]) -> int:
    """How many items both sequences begin with."""
    return sum(1 for _ in takewhile(bool, map(eq, one, other)))
