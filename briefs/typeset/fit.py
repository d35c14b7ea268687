"""The page fit: the step of the ladder at which a document holds on its page, and the facts that give way.

In: functions that compose without the first n facts, lay out and measure; the length of the ladder. Out: `Fitted`. First the type
shrinks within the limits of the theme, then as few facts of low priority as possible give way. If that is not enough, it fails.
If the first step has much room, the page has something in addition.
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
    """The text is too long without all the facts that may give way. `lines`: too many, at the last step. `gone`: facts left out."""

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
) -> Fitted[L]:
    """Find the first step at which nothing is too long. If there is none, find the fewest facts to leave out at the last step. If
    only figures of values are left out, the step is the first at which the rest fits.

    `excess(layout)`: the number of lines that don't fit, 0 if all do. `guess(manuscript)`: the step to try first.
    `sure(layout, step)`: whether the layout at a step proves that the step above it is too large. `fuller(manuscript)`: the same
    document with additions that should fill its page, each with a step; the first that holds is taken. Raises TooLong.
    """

    def attempt(manuscript: Manuscript, step: int) -> L:
        _log.debug("%s: trying step %d of %d, %d facts left out", manuscript.stem, step + 1, steps, len(manuscript.gone))
        return lay_out(manuscript, step)

    whole = compose(0)
    for more, step in fuller(whole):
        layout = attempt(more, step)
        if not excess(layout):
            return Fitted(more, step, layout)
    found = _first(whole, guess(whole), steps, attempt, excess, sure)
    if found:
        return found
    last = steps - 1
    most = len(whole.waiting)
    fewest = _fewest(compose, most, lambda m: attempt(m, last), excess)
    if fewest is None:
        shortest = compose(most) if most else whole
        raise TooLong(excess(attempt(shortest, last)), most)
    manuscript, layout = fewest
    only_figures = all(name.startswith(PLOT) for name in manuscript.gone)
    larger = _first(manuscript, guess(manuscript), steps, attempt, excess, sure) if only_figures else None
    return larger or Fitted(manuscript, last, layout)


def _first(
    whole: Manuscript,
    guessed: int,
    steps: int,
    lay_out: Callable[[Manuscript, int], L],
    excess: Callable[[L], int],
    sure: Callable[[L, int], bool],
) -> Fitted[L] | None:
    """The first step that holds, searched from the guessed one on, in both directions; None if none does."""
    for step in range(guessed, steps):
        layout = lay_out(whole, step)
        if not excess(layout):
            break
    else:
        return None
    while step == guessed > 0 and not sure(layout, step):  # a step below one that was too large needs no proof
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
    """The fewest facts that must go, by bisection: fewer facts never take more room. None if the page never holds."""
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
