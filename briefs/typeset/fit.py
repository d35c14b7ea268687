"""The page fit: which step of the ladder, and what gives way.

In: a way to compose with the first n facts gone, the ladder's length, a way to measure. Out: `Fitted`. One page is a
contract: type first shrinks within the theme's limits, then facts of low priority give way, the fewest that do; then it fails.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from briefs.compose.manuscript import Manuscript

L = TypeVar("L")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fitted(Generic[L]):
    """The manuscript that fits, the step it fits at (from 0), and its layout."""

    manuscript: Manuscript
    step: int
    layout: L


class TooLong(Exception):
    """Nothing that may give way is enough. `lines` too many at the last step; `could_go`: facts that an editor could cut."""

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
) -> Fitted[L]:
    """Find the first step at which nothing is too long; at the last step the fewest facts that must go.

    `excess(layout)` is the number of lines that don't fit, 0 if all do. `guess(manuscript)` is the step to look at first;
    `sure(layout, step)` says whether the layout at a step shows that the one above it can't hold. Raises TooLong.
    """

    def attempt(manuscript: Manuscript, step: int) -> L:
        _log.debug("%s: trying step %d of %d, %d facts left out", manuscript.stem, step + 1, steps, len(manuscript.gone))
        return lay_out(manuscript, step)

    whole = compose(0)
    found = _first(whole, guess(whole), steps, attempt, excess, sure)
    if found:
        return found
    last = steps - 1
    most = len(whole.waiting)
    fewest = _fewest(compose, most, lambda m: attempt(m, last), excess)
    if fewest is None:
        shortest = compose(most) if most else whole
        raise TooLong(excess(attempt(shortest, last)), most)
    return Fitted(fewest[0], last, fewest[1])


def _first(
    whole: Manuscript,
    guessed: int,
    steps: int,
    lay_out: Callable[[Manuscript, int], L],
    excess: Callable[[L], int],
    sure: Callable[[L, int], bool],
) -> Fitted[L] | None:
    """The first step that holds, looked for from the guessed one on, down or up; None if none does."""
    for step in range(guessed, steps):
        layout = lay_out(whole, step)
        if not excess(layout):
            break
    else:
        return None
    while step == guessed > 0 and not sure(layout, step):  # what is below a step that didn't hold needs no proof
        above = lay_out(whole, step - 1)
        if excess(above):
            break
        guessed = step = step - 1
        layout = above
    return Fitted(whole, step, layout)


def _fewest(
    compose: Callable[[int], Manuscript],
    most: int,
    lay_out: Callable[[Manuscript], L],
    excess: Callable[[L], int],
) -> tuple[Manuscript, L] | None:
    """By halving: the fewest facts gone with which the page holds. Fewer facts are never longer."""
    low, high, found = 1, most, None
    while low <= high:
        middle = (low + high) // 2
        manuscript = compose(middle)
        layout = lay_out(manuscript)
        if excess(layout):
            low = middle + 1
        else:
            found, high = (manuscript, layout), middle - 1
    return found
