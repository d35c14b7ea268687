"""Classes of numbers for a map: where one colour ends and the next begins.

In: numbers, a method, how many classes. Out: breaks in ascending order. A number that equals a break is in the class above it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Literal, get_args

from briefs.compose.figures.frame import rounded

Method = Literal["natural", "quantiles", "equal"]
METHODS: tuple[Method, ...] = get_args(Method)


@lru_cache(maxsize=64)  # the briefs of an edition show the same numbers
def breaks(numbers: tuple[float, ...], method: Method, classes: int, middle: float | None = None) -> tuple[float, ...]:
    """The breaks between at most `classes` classes. The method `equal` makes round breaks, and perhaps one class more.

    If a `middle` is given, it is always a break. At most half of the classes are for the numbers below it, and half for the others.
    """
    if middle is not None:
        below, above = tuple(n for n in numbers if n < middle), tuple(n for n in numbers if n >= middle)
        half = max(1, classes // 2)
        return tuple(sorted({middle, *breaks(below, method, half), *breaks(above, method, half)}))
    if len(set(numbers)) < 2 or classes < 2:
        return ()
    if method == "equal":
        low, high = min(numbers), max(numbers)
        return tuple(number for number in rounded(low, high, classes) if low < number <= high)
    groups = (natural if method == "natural" else quantiles)(numbers, classes)
    return tuple(simplest(below[-1], above[0]) for below, above in pairwise(groups))


def class_of(number: float, bounds: Sequence[float]) -> int:
    """The class of a number, from 0."""
    return bisect_right(bounds, number)


def quantiles(numbers: Sequence[float], classes: int) -> list[list[float]]:
    """The numbers in ascending groups of about the same size. Equal numbers are in one group."""
    ordered = sorted(numbers)
    places = [round(len(ordered) * part / classes) for part in range(1, classes)]
    starts = sorted({_parted(ordered, place) for place in places} - {0, len(ordered)})
    return [ordered[start:end] for start, end in pairwise([0, *starts, len(ordered)])]


def _parted(ordered: Sequence[float], place: int) -> int:
    """The index nearest to `place` that divides no equal numbers. 0 and the length divide none."""
    between = [n for n in range(1, len(ordered)) if ordered[n - 1] < ordered[n]]
    return min((0, *between, len(ordered)), key=lambda n: abs(n - place))


def natural(numbers: Sequence[float], classes: int) -> list[list[float]]:
    """The numbers in ascending groups whose squared distances from the mean of their group have the least sum.

    This is the optimum that Fisher (1958) and Jenks (1977) describe, found exactly by dynamic programming. Equal numbers are in
    one group.
    """
    values = sorted(set(numbers))
    counts = [sum(number == value for number in numbers) for value in values]
    cost = _Spread(values, counts)
    size = len(values)
    least = [cost(0, end) for end in range(size + 1)]  # least[n]: the least cost of the first n values, in one group
    starts: list[list[int]] = []  # starts[round][n]: where the last group of the first n values begins
    for _ in range(1, min(classes, size)):
        found = [min((least[start] + cost(start, end), start) for start in range(end + 1)) for end in range(size + 1)]
        least, best = [sum_ for sum_, _ in found], [start for _, start in found]
        starts.append(best)
    ends = [size]
    for best in reversed(starts):
        ends.append(best[ends[-1]])
    return [values[start:end] for start, end in pairwise(sorted({0, *ends}))]


class _Spread:
    """Computes, for the values from `start` up to `end`, the sum of their squared distances from their mean."""

    def __init__(self, values: Sequence[float], counts: Sequence[int]):
        middle = sum(values) / len(values)  # sums of smaller numbers lose fewer digits
        shifted = [value - middle for value in values]
        pairs = list(zip(shifted, counts, strict=True))
        self._counts = [0, *accumulate(counts)]
        self._sums = [0.0, *accumulate(value * count for value, count in pairs)]
        self._squares = [0.0, *accumulate(value * value * count for value, count in pairs)]

    def __call__(self, start: int, end: int) -> float:
        count = self._counts[end] - self._counts[start]
        total = self._sums[end] - self._sums[start]
        return max(0.0, self._squares[end] - self._squares[start] - total * total / count) if count else 0.0


def simplest(low: float, high: float) -> float:
    """The roundest number above `low` and not above `high`: a multiple of 1, 5 or 2 times the largest power of ten."""
    bottom, top = Decimal(repr(low)), Decimal(repr(high))
    power = Decimal(1).scaleb(max(abs(bottom), abs(top)).adjusted() + 1)
    while True:
        for step in (power, power / 2, power / 5):
            multiple = (top / step).to_integral_value(ROUND_FLOOR) * step
            if bottom < multiple <= top:
                return float(multiple)
        power /= 10
