"""Which paragraph of an edited Word file is which of the file that was sent.

In: the paragraphs of both. Out: `Pair`s in the order of the edited file, then what was taken out. Bookmarks decide where there are
any; where a program dropped them, the same words do, then like words. A paragraph that was parted stands beside both its halves,
two that were joined stand beside the one that they became.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from briefs.wordfile.paragraphs import Paragraph
from briefs.wordfile.pieces import Piece, likeness

LIKE = 0.45  # how alike two paragraphs between the same neighbours are at least
MOVED = 0.8  # and two that stand elsewhere
MOST = 200_000  # comparisons of paragraphs; beyond it the file is another one
PART = 0.6  # how much of a half comes from the paragraph that was parted


@dataclass(frozen=True)
class Pair:
    """Numbers of paragraphs that belong together: none on the left is a new one, none on the right one that was taken out."""

    sent: tuple[int, ...]
    edited: tuple[int, ...]
    moved: bool = False


def pair(sent: Sequence[Paragraph], edited: Sequence[Paragraph]) -> list[Pair]:
    """The pairs; each paragraph of either file is in one of them."""
    found = _Found(sent, edited)
    found.by_bookmarks()
    found.by_same_words()
    found.by_like_words()
    found.by_place()
    found.elsewhere()
    return found.pairs()


class _Found:
    def __init__(self, sent: Sequence[Paragraph], edited: Sequence[Paragraph]):
        self.sent, self.edited = sent, edited
        self.there: dict[int, int] = {}  # from sent to edited
        self.back: dict[int, int] = {}
        self.joined: dict[int, int] = {}  # paragraphs that went into another, by the number of the edited one

    def set(self, i: int, j: int) -> None:
        self.there[i], self.back[j] = j, i

    def by_bookmarks(self) -> None:
        holders: dict[str, list[int]] = {}
        for j, paragraph in enumerate(self.edited):
            for name, (start, end) in paragraph.marks.items():
                if start < end:
                    holders.setdefault(name, []).append(j)
        for i, paragraph in enumerate(self.sent):
            for name, (start, end) in paragraph.marks.items():
                if start == end or not (numbers := holders.get(name)):
                    continue
                free = next((j for j in numbers if j not in self.back), None)
                if free is not None:
                    self.set(i, free)
                else:
                    self.joined[i] = numbers[0]
                break

    def by_same_words(self) -> None:
        """The same text, in the same order."""
        left, right = self._left(), self._right()
        a, b = ([tuple(p.own for p in side[n].pieces) for n in rest] for side, rest in ((self.sent, left), (self.edited, right)))
        for i, j, size in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
            for k in range(size):
                if self._between(left[i + k], right[j + k]):
                    self.set(left[i + k], right[j + k])

    def _between(self, i: int, j: int) -> bool:
        """Would the pair stand in the order of the pairs on both its sides?"""
        before, after = self._neighbours(i)
        return (before is None or before < j) and (after is None or j < after)

    def _neighbours(self, i: int) -> tuple[int | None, int | None]:
        before = next((self.there[k] for k in range(i - 1, -1, -1) if k in self.there), None)
        after = next((self.there[k] for k in range(i + 1, len(self.sent)) if k in self.there), None)
        return before, after

    def by_like_words(self) -> None:
        """Like words, between the same neighbours; the likest first."""
        left, right = self._left(), self._right()
        likes = []
        for i in left if len(left) * len(right) <= MOST else ():
            before, after = self._neighbours(i)
            for j in right:
                if (before is None or before < j) and (after is None or j < after):
                    like = likeness(self.sent[i].pieces, self.edited[j].pieces)
                    likes += [(like, -i, -j)] if like >= LIKE else []
        for _, i, j in sorted(likes, reverse=True):
            if -i not in self.there and -j not in self.back and self._between(-i, -j):
                self.set(-i, -j)

    def by_place(self) -> None:
        """What stands alone between the same neighbours, in the same style, is the same: the program's words, which have no
        bookmark, and a table's cell. Of other content a new one may have come for one that was taken out.
        """
        right = self._right()
        for i in self._left():
            before, after = self._neighbours(i)
            there = [j for j in right if (before is None or before < j) and (after is None or j < after)]
            alone = len(there) == 1 and all(k in self.there for k in (i - 1, i + 1) if 0 <= k < len(self.sent))
            mine = self.sent[i]
            fixed = not mine.marks or (mine.place == "cell" and not mine.item)
            if alone and fixed and mine.style == self.edited[there[0]].style:
                self.set(i, there[0])
                right.remove(there[0])

    def elsewhere(self) -> None:
        """What stands elsewhere now: nearly the same words in another place."""
        left, right = self._left(), self._right()
        likes = [
            (like, -i, -j)
            for i in (left if len(left) * len(right) <= MOST else ())
            for j in right
            if (like := likeness(self.sent[i].pieces, self.edited[j].pieces)) >= MOVED
        ]
        for _, i, j in sorted(likes, reverse=True):
            if -i not in self.there and -j not in self.back:
                self.set(-i, -j)

    def _left(self) -> list[int]:
        return [i for i in range(len(self.sent)) if i not in self.there and i not in self.joined]

    def _right(self) -> list[int]:
        return [j for j in range(len(self.edited)) if j not in self.back]

    def pairs(self) -> list[Pair]:
        stay = set(_longest_rise([(i, self.there[i]) for i in sorted(self.there)]))
        halves: dict[int, list[int]] = {}
        for j in self._right():
            if (whole := self._half_of(j)) is not None:
                halves.setdefault(whole, []).append(j)
        parted = {j for numbers in halves.values() for j in numbers}
        joins = {i: into for i in [*self._left(), *self.joined] if (into := self._joined_into(i)) is not None}
        out = []
        for j in range(len(self.edited)):
            if j in self.back:
                i = self.back[j]
                more = [k for k, into in joins.items() if into == j]
                out.append(Pair(tuple(sorted([i, *more])), (j, *halves.get(i, [])), i not in stay))
            elif j not in parted:
                out.append(Pair((), (j,)))
        gone = [i for i in range(len(self.sent)) if i not in self.there and i not in joins]
        return out + [Pair((i,), ()) for i in gone]

    def _half_of(self, j: int) -> int | None:
        """The paragraph that a new one was parted from: the one before it, which has lost these words."""
        before = next((k for k in range(j - 1, -1, -1) if k in self.back), None)
        if before is None or self.edited[before].place != self.edited[j].place:
            return None
        whole, first, second = self.sent[self.back[before]].pieces, self.edited[before].pieces, self.edited[j].pieces
        lost = _without(whole, first)
        return self.back[before] if _share(second, lost) >= PART and len(lost) > 3 else None

    def _joined_into(self, i: int) -> int | None:
        """The edited paragraph that one went into: a neighbour's, which has gained these words."""
        if i in self.joined:
            return self.joined[i]
        before, after = self._neighbours(i)
        for j in (before, after):
            if j is not None and len(self.sent[i].pieces) > 3:
                gained = _without(self.edited[j].pieces, self.sent[self.back[j]].pieces)
                if _share(self.sent[i].pieces, gained) >= PART:
                    return j
        return None


def _without(whole: Sequence[Piece], part: Sequence[Piece]) -> list[Piece]:
    """The pieces of `whole` that `part` hasn't."""
    matcher = SequenceMatcher(None, [p.text for p in whole], [p.text for p in part], autojunk=False)
    return [p for tag, a, b, _, _ in matcher.get_opcodes() if tag in {"delete", "replace"} for p in whole[a:b]]


def _share(part: Sequence[Piece], whole: Sequence[Piece]) -> float:
    """How much of `part` stands in `whole`, in order, by words."""
    a, b = ([p.text for p in pieces if p.kind == "word"] for pieces in (part, whole))
    if not a:
        return 0.0
    return sum(m.size for m in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()) / len(a)


def _longest_rise(pairs: Iterable[tuple[int, int]]) -> list[int]:
    """The most pairs that stand in the same order in both: their first numbers. What isn't among them was moved."""
    ends: list[int] = []
    last: list[int] = []
    chain: list[int | None] = []
    items = list(pairs)
    for number, (_, j) in enumerate(items):
        at = bisect_left(ends, j)
        chain.append(last[at - 1] if at else None)
        ends[at : at + 1] = [j]
        last[at : at + 1] = [number]
    out: list[int] = []
    at_: int | None = last[-1] if last else None
    while at_ is not None:
        out.append(items[at_][0])
        at_ = chain[at_]
    return out
