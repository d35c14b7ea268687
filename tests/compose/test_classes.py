"""Classes of numbers for maps, against values that others published."""

from __future__ import annotations

from itertools import combinations, pairwise
from random import Random
from statistics import fmean

import pytest

from briefs.compose.classes import breaks, class_of, natural, quantiles, simplest

# The example in the readme of the library jenkspy, which gives the breaks 1.2, 2.3, 5.0, 7.8.
JENKSPY = (1.3, 7.1, 7.3, 2.3, 3.9, 4.1, 7.8, 1.2, 4.3, 7.3, 5.0, 4.3)


def test_natural_breaks_are_those_of_a_known_library() -> None:
    groups = natural(JENKSPY, 3)
    assert [groups[0][0], *(group[-1] for group in groups)] == [1.2, 2.3, 5.0, 7.8]


def spread(group: tuple[float, ...]) -> float:
    return sum((number - fmean(group)) ** 2 for number in group)


@pytest.mark.parametrize("seed", range(6))
def test_no_other_grouping_has_less_spread(seed: int) -> None:
    random = Random(seed)
    numbers = sorted(random.choice([random.uniform(-50, 50), random.randint(0, 4)]) for _ in range(9))
    found = natural(numbers, 4)
    counted = [tuple(number for number in numbers if group[0] <= number <= group[-1]) for group in found]
    cuts = ((0, *inner, len(numbers)) for inner in combinations(range(1, len(numbers)), 3))
    least = min(sum(spread(tuple(numbers[a:b])) for a, b in pairwise(cut)) for cut in cuts)
    assert sum(map(spread, counted)) == pytest.approx(least)


def test_quantiles_are_of_one_size_and_part_no_equal_numbers() -> None:
    assert [len(group) for group in quantiles(range(10), 5)] == [2] * 5  # type: ignore[arg-type]
    assert quantiles([1, 1, 1, 1, 2, 3], 3) == [[1, 1, 1, 1], [2, 3]]


@pytest.mark.parametrize(
    ("method", "expected"),
    [("natural", (3.0, 6.0)), ("quantiles", (4.0, 6.0)), ("equal", (2.0, 4.0, 6.0))],
)  # fmt: skip
def test_breaks_are_round(method: str, expected: tuple[float, ...]) -> None:
    """Of jenkspy's numbers: between 2.3 and 3.9, and 5.0 and 7.1, and so on."""
    assert breaks(JENKSPY, method, 3 if method != "equal" else 4) == expected  # type: ignore[arg-type]


def test_a_middle_is_a_break_with_classes_on_both_sides() -> None:
    numbers = (-9.0, -8.0, -2.0, 1.0, 2.0, 7.0, 8.0)
    assert breaks(numbers, "natural", 4, 0.0) == (-5.0, 0.0, 5.0)
    assert breaks((1.0, 5.0), "natural", 4, 0.0) == (0.0, 5.0)


def test_a_number_at_a_break_is_in_the_class_above() -> None:
    assert [class_of(number, (10.0, 20.0)) for number in (9.99, 10.0, 19.0, 20.0, 99.0)] == [0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(66.1, 67, 67), (1234, 1750, 1500), (-3, 2, 0), (-70, -66, -66), (0.0012, 0.0014, 0.0014), (9.99, 10, 10), (5.2, 5.3, 5.3)],
)
def test_the_roundest_number_between_two(low: float, high: float, expected: float) -> None:
    assert low < simplest(low, high) == expected <= high


@pytest.mark.parametrize("numbers", [(), (3.0,), (3.0, 3.0)])
def test_numbers_that_dont_differ_have_one_class(numbers: tuple[float, ...]) -> None:
    assert breaks(numbers, "natural", 5) == breaks(numbers, "quantiles", 5) == breaks(numbers, "equal", 5) == ()
