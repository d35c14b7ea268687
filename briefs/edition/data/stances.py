"""Stances that are computed from the data, by the limits or the rules of `computed_stance` in edition.yaml.

In: an edition. Out: the stance of each country, and a problem for each country that gets none or more than one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from briefs.edition.data import where
from briefs.edition.model import ComputedStance, Edition, StanceRule, place_of
from briefs.problems import NotUnderstood, Place, Problem, did_you_mean, error

_Test = Callable[[str], bool]  # whether a rule holds for a country's code


def computed(edition: Edition, how: ComputedStance) -> tuple[Mapping[str, str], list[Problem]]:
    """The stance of each country by its code, and a problem for each country that gets none."""
    problems = [*_written(edition), *(_faulty_limits(edition, how) if how.column else ())]
    tests: dict[str, list[_Test]] = {}
    for rule in how.rules:
        try:
            tests.setdefault(rule.stance, []).append(_test(edition, rule))
        except NotUnderstood as fault:
            problems.append(error(place_of(rule.where[0]), str(fault)))
    found: dict[str, str] = {}
    for code in edition.countries if not problems else ():
        by_rules = (step for step, each in tests.items() if any(test(code) for test in each))
        steps = _by_limits(edition, how, code) if how.column else list(by_rules)
        if len(steps) == 1:
            found[code] = steps[0]
        else:
            problems.append(_undecided(edition, how, code, steps))
    return found, problems


def columns(edition: Edition) -> list[str]:
    """The ids of the columns from which an edition computes its stances, each once."""
    how = edition.about.computed_stance
    conditions = [text for rule in how.rules for text in rule.where] if how else []
    return [how.column] if how and how.column else [column.id for column in where.columns(edition, conditions)]


def _written(edition: Edition) -> Iterator[Problem]:
    for country in edition.countries.values():
        if country.stance is not None:
            hint = "Delete this line, or `computed_stance` in edition.yaml."
            yield error(place_of(country.stance), "the stance is computed from the data, and is written here too", hint)


def _faulty_limits(edition: Edition, how: ComputedStance) -> Iterator[Problem]:
    column, place = edition.columns.get(how.column or ""), place_of(how.column)
    if column is None:
        hint = did_you_mean(how.column or "", edition.columns, "Declare it in columns.yaml.")
        yield error(place, f"there is no column “{how.column}”", hint)
    elif not column.is_numeric:
        yield error(place, f"the column “{how.column}” has no numbers", "Write `rules` instead of `limits`.")
    steps = len(edition.about.scale)
    if len(how.limits) != steps - 1:
        yield error(
            place, f"a scale of {steps} steps has {steps - 1} limits, and not {len(how.limits)}", "Write one between each two."
        )
    if any(first >= second for first, second in pairwise(how.limits)):
        yield error(place, "the limits don’t rise", "Write them from the lowest to the highest, in the order of the scale.")


def _test(edition: Edition, rule: StanceRule) -> _Test:
    """A function that says whether all conditions of a rule are true of a country. Raises NotUnderstood."""
    if rule.stance not in edition.steps:
        hint = did_you_mean(rule.stance, edition.steps, f"The scale has {', '.join(edition.steps)}.")
        raise NotUnderstood(f"there is no stance “{rule.stance}”. {hint}")
    tests = [where.test(edition, text, but=("stance",)) for text in rule.where]
    return lambda code: all(test(code) for test in tests)


def _by_limits(edition: Edition, how: ComputedStance, code: str) -> list[str]:
    found = edition.data.value(how.column or "", code)
    number = found[1].number if found else None
    return [] if number is None else [edition.about.scale[bisect_right(how.limits, number)].id]


def _undecided(edition: Edition, how: ComputedStance, code: str, steps: list[str]) -> Problem:
    name = edition.names[code]
    place = Place("edition.yaml", "computed_stance", place_of(how.column or how.rules[0].stance).line, 1)
    if steps:
        hint = "Add a condition to one of the rules, such as another column."
        return error(place, f"the rules of {' and '.join(steps)} are both true of {name}", hint)
    if how.column:
        return error(place, f"{name} has no number in {how.column}, so it gets no stance", "Add its value, or use `rules`.")
    hint = "Add a rule for it. `column=not recorded` is true of a country without a value."
    return error(place, f"no rule is true of {name}, so it gets no stance", hint)
