"""Finds out which paragraphs of an edited Word file correspond to which paragraphs of the file that was sent.

In: the paragraphs of both files. Out: `Pair`s in the order of the edited file, then the paragraphs that were deleted. Paragraphs
are paired by bookmarks where there are any. Where a program dropped them, paragraphs are paired by equal words, then by similar
words. A paragraph that was split is paired with both its halves. Two paragraphs that were joined are paired with the resulting one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from briefs.sequences import matcher
from briefs.wordfile.paragraphs import Paragraph
from briefs.wordfile.pieces import Piece, similarity

MIN_SIMILARITY = 0.45  # the least similarity to pair two paragraphs between the same neighbours
MIN_SIMILARITY_MOVED = 0.8  # the least similarity to pair two paragraphs in different places
MAX_COMPARISONS = 200_000  # comparisons of paragraphs; if more would be needed, the file is taken for another document
MIN_SHARE = 0.6  # the least share of the words of a half that must be in the paragraph that was split
MAX_SHORT = 3  # pieces; a text with no more than these is too short to be recognised as a half


@dataclass(frozen=True)
class Pair:
    """The numbers of corresponding paragraphs. If `sent` is empty, the edited paragraph is new; if `edited` is empty, the sent one
    was deleted. Several numbers: a paragraph was split, or several were joined. `moved`: whether the paragraph was moved past
    others."""

    sent: tuple[int, ...]
    edited: tuple[int, ...]
    moved: bool = False


def pair(sent: Sequence[Paragraph], edited: Sequence[Paragraph]) -> list[Pair]:
    """The pairs. Each paragraph of either file is in exactly one of them."""
    pairing = _Pairing(sent, edited)
    pairing.by_bookmarks()
    pairing.by_equal_words()
    pairing.by_similar_words()
    pairing.by_first_halves()
    pairing.by_position()
    pairing.by_similar_words_elsewhere()
    return pairing.pairs()


class _Pairing:
    """The paragraphs that are paired so far. `i` is always the number of a sent paragraph, `j` the number of an edited one."""

    def __init__(self, sent: Sequence[Paragraph], edited: Sequence[Paragraph]):
        self.sent, self.edited = sent, edited
        self.words_of_sent, self.words_of_edited = ([_words(p.pieces) for p in side] for side in (sent, edited))
        self.edited_of: dict[int, int] = {}
        self.sent_of: dict[int, int] = {}
        self.marked: set[int] = set()  # sent paragraphs that their bookmarks have paired
        self.joined: dict[int, int] = {}  # sent paragraphs whose bookmarks ended up in an edited one that is already paired

    def set(self, i: int, j: int) -> None:
        self.edited_of[i], self.sent_of[j] = j, i

    def by_bookmarks(self) -> None:
        holders: dict[str, list[int]] = {}
        for j, paragraph in enumerate(self.edited):
            for name, (start, end) in paragraph.bookmarks.items():
                if start < end:
                    holders.setdefault(name, []).append(j)
        for i, paragraph in enumerate(self.sent):
            named = (holders[name] for name, (start, end) in paragraph.bookmarks.items() if start != end and name in holders)
            if candidates := next(named, None):
                free = [j for j in candidates if j not in self.sent_of]
                if free:  # if several have the bookmark, as after copying, the one with unchanged text corresponds
                    self.set(i, next((j for j in free if self.edited[j].text == self.sent[i].text), free[0]))
                else:
                    self.joined[i] = candidates[0]
        self.marked = set(self.edited_of)

    def by_equal_words(self) -> None:
        """Pair paragraphs of equal text that are in the same order in both files."""
        left, right = self._unpaired_sent(), self._unpaired_edited()
        a = [tuple(p.identity for p in self.sent[i].pieces) for i in left]
        b = [tuple(p.identity for p in self.edited[j].pieces) for j in right]
        for start, other, size in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
            for k in range(size):
                if self._fits(left[start + k], right[other + k]):
                    self.set(left[start + k], right[other + k])

    def by_similar_words(self) -> None:
        """Pair similar paragraphs between the same neighbours, the most similar first."""
        for i, j in self._most_similar(MIN_SIMILARITY, same_place=True):
            if i not in self.edited_of and j not in self.sent_of and self._fits(i, j):
                self.set(i, j)

    def by_first_halves(self) -> None:
        """If a paragraph was split and is paired with its second half, because that is more similar, pair it with the first half
        instead. Bookmarks also stay with the first half."""
        for j in reversed(self._unpaired_edited()):
            i = self.sent_of.get(j + 1)
            if i is not None and i not in self.marked and self._is_other_half(j, i, j + 1):
                del self.sent_of[j + 1]
                self.set(i, j)

    def by_similar_words_elsewhere(self) -> None:
        """Pair paragraphs of nearly the same words in different places: these were moved."""
        for i, j in self._most_similar(MIN_SIMILARITY_MOVED, same_place=False):
            if i not in self.edited_of and j not in self.sent_of:
                self.set(i, j)

    def _most_similar(self, least: float, *, same_place: bool) -> list[tuple[int, int]]:
        """Pairs of unpaired paragraphs that are similar, the most similar first. Equally similar ones keep their order."""
        left, right = self._unpaired_sent(), self._unpaired_edited()
        if len(left) * len(right) > MAX_COMPARISONS:
            return []
        found = []
        for i in left:
            for j in self._between_neighbours(i, right) if same_place else right:
                one, other = self.words_of_sent[i], self.words_of_edited[j]
                if (
                    _at_most_similar(one, other) >= least
                    and (value := similarity(self.sent[i].pieces, self.edited[j].pieces)) >= least
                ):
                    found.append((value, -i, -j))
        return [(-i, -j) for _, i, j in sorted(found, reverse=True)]

    def by_position(self) -> None:
        """Pair two paragraphs of the same style if each is the only unpaired one between the same two neighbours. This is done only
        for words of the program's own, which have no bookmark, for table cells, and for items of lists, such as a fact that was
        typed anew. Any other paragraph may have been deleted, and a new one put in its place.
        """
        right = self._unpaired_edited()
        for i in self._unpaired_sent():
            candidates = self._between_neighbours(i, right)
            alone = len(candidates) == 1 and all(k in self.edited_of for k in (i - 1, i + 1) if 0 <= k < len(self.sent))
            own = self.sent[i]
            fixed = not own.bookmarks or own.container == "cell" or own.is_item
            if alone and fixed and own.style == self.edited[candidates[0]].style:
                self.set(i, candidates[0])
                right.remove(candidates[0])

    def _fits(self, i: int, j: int) -> bool:
        """Whether the pair would be in the same order as the nearest pairs before and after it."""
        return bool(self._between_neighbours(i, [j]))

    def _between_neighbours(self, i: int, candidates: Iterable[int]) -> list[int]:
        """The candidates that stand where the sent paragraph `i` would. Its nearest neighbours that are paired have partners in the
        edited file: a candidate must stand between these."""
        before, after = self._neighbours(i)
        return [j for j in candidates if (before is None or before < j) and (after is None or j < after)]

    def _neighbours(self, i: int) -> tuple[int | None, int | None]:
        before = next((self.edited_of[k] for k in range(i - 1, -1, -1) if k in self.edited_of), None)
        after = next((self.edited_of[k] for k in range(i + 1, len(self.sent)) if k in self.edited_of), None)
        return before, after

    def _unpaired_sent(self) -> list[int]:
        return [i for i in range(len(self.sent)) if i not in self.edited_of and i not in self.joined]

    def _unpaired_edited(self) -> list[int]:
        return [j for j in range(len(self.edited)) if j not in self.sent_of]

    # The result.

    def pairs(self) -> list[Pair]:
        halves = self._halves()
        second_halves = {j for numbers in halves.values() for j in numbers}
        joined = self._joined()
        in_order = set(_longest_increasing([(i, self.edited_of[i]) for i in sorted(self.edited_of)]))
        out = []
        for j in range(len(self.edited)):
            if j in self.sent_of:
                i = self.sent_of[j]
                sent = sorted([i, *(k for k, into in joined.items() if into == j)])
                out.append(Pair(tuple(sent), (j, *halves.get(i, [])), moved=i not in in_order))
            elif j not in second_halves:
                out.append(Pair((), (j,)))
        return out + [Pair((i,), ()) for i in range(len(self.sent)) if i not in self.edited_of and i not in joined]

    def _halves(self) -> dict[int, list[int]]:
        """The new paragraphs that were split off from a sent paragraph and follow the rest of it, by the number of the sent
        paragraph."""
        out: dict[int, list[int]] = {}
        for j in self._unpaired_edited():
            whole = self._split_from(j)
            if whole is not None and j == (out.get(whole) or [self.edited_of[whole]])[-1] + 1:
                out.setdefault(whole, []).append(j)
        return out

    def _split_from(self, j: int) -> int | None:
        """The sent paragraph from which a new paragraph was split: the one that is paired with the paragraph before, if it has lost
        the words of the new one. None if it wasn't split."""
        before = next((k for k in range(j - 1, -1, -1) if k in self.sent_of), None)
        if before is None or not self._is_other_half(j, self.sent_of[before], before):
            return None
        return self.sent_of[before]

    def _is_other_half(self, j: int, i: int, half: int) -> bool:
        """Whether the new paragraph `j` is the other half of the sent paragraph `i`, which is paired with the edited paragraph
        `half`. It is if it has the words of the sent paragraph that `half` lacks."""
        if self.edited[half].container != self.edited[j].container:
            return False
        if _held(self.words_of_edited[j], self.words_of_sent[i]) < MIN_SHARE:
            return False
        lost = _missing(self.sent[i].pieces, self.edited[half].pieces)
        return _share(self.edited[j].pieces, lost) >= MIN_SHARE and len(lost) > MAX_SHORT

    def _joined(self) -> dict[int, int]:
        """The sent paragraphs that became part of another paragraph, each with the number of that edited paragraph."""
        found = {i: self._joined_into(i) for i in [*self._unpaired_sent(), *self.joined]}
        return {i: into for i, into in found.items() if into is not None}

    def _joined_into(self, i: int) -> int | None:
        """The number of the edited paragraph into which the sent paragraph `i` was joined: a neighbour that has gained its words.
        None if there is none."""
        if i in self.joined:
            return self.joined[i]
        for j in self._neighbours(i) if len(self.sent[i].pieces) > MAX_SHORT else ():
            if j is not None and _held(self.words_of_sent[i], self.words_of_edited[j]) >= MIN_SHARE:
                gained = _missing(self.edited[j].pieces, self.sent[self.sent_of[j]].pieces)
                if _share(self.sent[i].pieces, gained) >= MIN_SHARE:
                    return j
        return None


def _words(pieces: Iterable[Piece]) -> Counter[str]:
    return Counter(p.text for p in pieces if p.kind == "word")


def _at_most_similar(one: Counter[str], other: Counter[str]) -> float:
    """An upper limit for the similarity of two texts: the share of words that both have, in any order. It is quick to compute."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def _held(part: Counter[str], whole: Counter[str]) -> float:
    """The share of the words of `part` that are in `whole`, in any order, from 0 to 1."""
    return (part & whole).total() / part.total() if part else 0.0


def _missing(whole: Sequence[Piece], part: Sequence[Piece]) -> list[Piece]:
    """The pieces of `whole` that `part` lacks."""
    matched = matcher([p.text for p in whole], [p.text for p in part])
    return [p for tag, a, b, _, _ in matched.get_opcodes() if tag in {"delete", "replace"} for p in whole[a:b]]


def _share(part: Sequence[Piece], whole: Sequence[Piece]) -> float:
    """The share of the words of `part` that are in `whole` in the same order, from 0 to 1."""
    a, b = ([p.text for p in pieces if p.kind == "word"] for pieces in (part, whole))
    if not a:
        return 0.0
    return sum(m.size for m in matcher(a, b).get_matching_blocks()) / len(a)


def _longest_increasing(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """The first numbers of those pairs whose second numbers form the longest increasing subsequence. All other pairs were moved.

    https://en.wikipedia.org/wiki/Longest_increasing_subsequence
    """
    ends: list[int] = []  # for each length, the smallest last value of an increasing sequence
    last: list[int] = []  # for each length, the index of the pair with this value
    previous: list[int | None] = []  # for each pair, the index of the pair before it in its sequence
    for index, (_, value) in enumerate(pairs):
        length = bisect_left(ends, value)
        previous.append(last[length - 1] if length else None)
        ends[length : length + 1] = [value]
        last[length : length + 1] = [index]
    out: list[int] = []
    at: int | None = last[-1] if last else None
    while at is not None:
        out.append(pairs[at][0])
        at = previous[at]
    return out
