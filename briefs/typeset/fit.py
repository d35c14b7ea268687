"""The page fit: finds the step of the ladder at which a document fits on its page, and the facts that must be left out.

In: functions that compose the document without its first n facts, lay it out and measure it; the number of steps. Out: `Fitted`. A
ladder is a list of sizes of type, from the largest to the smallest. First the type shrinks within the limits of the theme, then as
few facts of low priority as possible are left out. If that isn't enough, the type shrinks further if the theme has smaller steps;
otherwise the fit fails. If much room is left on the page, something is added to it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from briefs.compose.manuscript import PLOT, Manuscript

L = TypeVar("L")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fitted(Generic[L]):
    """The manuscript that fits, the step at which it fits (from 0), and its layout."""

    manuscript: Manuscript
    step: int
    layout: L


class TooLong(Exception):
    """The text is too long even at the last step and without all facts that may be left out. `lines`: how many lines are too many.
    `gone`: how many facts were left out."""

    def __init__(self, lines: int, gone: int):
        self.lines = lines
        self.gone = gone
        super().__init__(f"the text is {lines} lines too long for its page")


def fit(
    compose: Callable[[int], Manuscript],
    steps: int,
    lay_out: Callable[[Manuscript, int], L],
    excess: Callable[[L], int],
    *,
    guess: Callable[[Manuscript], int] = lambda manuscript: 0,
    sure: Callable[[L, int], bool] = lambda layout, step: False,
    fuller: Callable[[Manuscript], Iterable[tuple[Manuscript, int]]] = lambda manuscript: (),
    yields: int | None = None,
    guess_gone: Callable[[Callable[[int], Manuscript], int, int], int] = lambda compose, most, step: 0,
) -> Fitted[L]:
    """Find the first step, down to the step `yields` (or the last step), at which the whole document fits. If it doesn't fit at any
    of them, find the fewest facts to leave out at step `yields`. If the document doesn't fit even without all of these facts, take
    the first smaller step at which it does, and put back as many facts as fit there. If `yields` is given, or if only figures of
    values were left out, the document without these facts is set at the first step at which it fits.

    `excess(layout)`: the number of lines that don't fit, 0 if all do. `guess(manuscript)`: the step to try first.
    `guess_gone(compose, most, step)`: how many of the `most` facts to leave out first at a step; 0 if all should fit.
    `sure(layout, step)`: whether the layout at a step proves that the type of the step above is too large. `fuller(manuscript)`:
    versions of the document with additions that should fill its page, each with a step; the first that fits is taken. Raises
    TooLong.
    """

    def attempt(manuscript: Manuscript, step: int) -> L:
        _log.debug("%s: trying step %d of %d, %d facts left out", manuscript.stem, step + 1, steps, len(manuscript.gone))
        return lay_out(manuscript, step)

    whole = compose(0)
    for more, step in fuller(whole):
        layout = attempt(more, step)
        if not excess(layout):
            return Fitted(more, step, layout)
    last = steps - 1 if yields is None else yields
    most = len(whole.waiting)
    first = guess_gone(compose, most, last) if most else 0
    found = None if first else _first(whole, min(guess(whole), last), last + 1, attempt, excess, sure)
    if found:
        return found
    fewest = _fewest(compose, first, most, lambda m: attempt(m, last), excess)
    if fewest is None:
        small = _smaller(compose(most) if most else whole, last + 1, steps, attempt, excess)
        some = guess_gone(compose, most, small.step) if most else 0
        again = _fewest(compose, some, most, lambda m: attempt(m, small.step), excess)
        return Fitted(again[0], small.step, again[1]) if again else small
    manuscript, layout = fewest
    may_grow = yields is not None or all(name.startswith(PLOT) for name in manuscript.gone)
    larger = _first(manuscript, min(guess(manuscript), last), last + 1, attempt, excess, sure) if may_grow else None
    return larger or Fitted(manuscript, last, layout)


def _smaller(
    shortest: Manuscript, first: int, steps: int, lay_out: Callable[[Manuscript, int], L], excess: Callable[[L], int]
) -> Fitted[L]:
    """The document without all facts that may be left out, at the first of the smaller steps at which it fits. Raises TooLong."""
    for step in range(first, steps):
        layout = lay_out(shortest, step)
        if not excess(layout):
            return Fitted(shortest, step, layout)
    raise TooLong(excess(lay_out(shortest, steps - 1)), len(shortest.gone))


def _first(
    whole: Manuscript,
    guessed: int,
    steps: int,
    lay_out: Callable[[Manuscript, int], L],
    excess: Callable[[L], int],
    sure: Callable[[L, int], bool],
) -> Fitted[L] | None:
    """The first step at which the document fits, None if there is none. The search begins at the guessed step."""
    for step in range(guessed, steps):
        layout = lay_out(whole, step)
        if not excess(layout):
            break
    else:
        return None
    while step == guessed > 0 and not sure(layout, step):  # if a larger step was tried, it didn't fit
        above = lay_out(whole, step - 1)
        if excess(above):
            break
        guessed = step = step - 1
        layout = above
    return Fitted(whole, step, layout)


def _fewest(
    compose: Callable[[int], Manuscript],
    first: int,
    most: int,
    lay_out: Callable[[Manuscript], L],
    excess: Callable[[L], int],
) -> tuple[Manuscript, L] | None:
    """The document with the fewest facts left out that fits, and its layout. None if it doesn't fit even without all of them. The
    search relies on a document with fewer facts never taking more room.

    `first`: how many facts to leave out at first; then 1, 3, 7 … more or fewer, until one number is too small and another is large
    enough, and then a binary search between the two. If `first` is 0, the whole document surely doesn't fit, and the binary search
    starts at once."""
    low, high, found, stride, is_too_few = int(not first), most, None, 1, not first
    at = first or (most + 1) // 2
    while low <= high:
        manuscript = compose(at)
        layout = lay_out(manuscript)
        if excess(layout):
            low, is_too_few = at + 1, True
        else:
            found, high = (manuscript, layout), at - 1
        if is_too_few and (found or not first):
            at = (low + high) // 2
        else:
            at = min(max(at + (stride if is_too_few else -stride), low), high)
            stride *= 2
    return found
