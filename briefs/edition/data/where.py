"""Choosing countries by what is known about them: `stance=ban`, `internet>=80`, `supplier-rule=in force`.

In: an edition, and conditions as people type them. Out: the codes of the countries that fulfil all of them. A number is compared
with the latest one that a country has. “not recorded” is true of a country without a value.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from briefs.edition.data import groups
from briefs.edition.data.table import Content
from briefs.edition.data.values import Reader
from briefs.edition.dates import Date
from briefs.edition.model import Edition
from briefs.edition.names import fold
from briefs.problems import NotUnderstood, did_you_mean

NOT_RECORDED = "not recorded"
_FORM = re.compile(r"\s*(?P<name>[^<>=!]+?)\s*(?P<sign>!=|<=|>=|=|<|>)\s*(?P<value>.+?)\s*", re.S)
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """A condition: the id of a column, or `stance` or `group`; a sign; and what the value is compared with."""

    name: str
    sign: str
    value: str

    @property
    def is_equality(self) -> bool:
        return self.sign in {"=", "!="}


def chosen(edition: Edition, texts: Iterable[str]) -> list[str]:
    """The codes of the countries for which all conditions are true, sorted by name. Raises NotUnderstood."""
    tests = [_test(edition, _parsed(edition, text)) for text in texts]
    found = [code for code in edition.countries if all(test(code) for test in tests)]
    return sorted(found, key=lambda code: edition.names[code])


def _parsed(edition: Edition, text: str) -> Condition:
    match = _FORM.fullmatch(text)
    if not match:
        example = f"stance={next(iter(edition.steps))}"
        raise NotUnderstood(f"“{text[:60]}” is no condition. Write column=value, such as --where {example}.")
    known = {fold(name): name for name in ("stance", "group")}
    for id, column in edition.columns.items():
        known |= {fold(column.label.markdown): id, fold(id): id}
    name = known.get(fold(match["name"]))
    if name is None:
        listed = [*edition.columns, "stance", "group"]
        hint = did_you_mean(match["name"], listed, f"There are {', '.join(listed)}.")
        raise NotUnderstood(f"there is no column “{match['name'][:60]}”. {hint}")
    return Condition(name, match["sign"], match["value"])


def _test(edition: Edition, condition: Condition) -> Callable[[str], bool]:
    """What is true of the code of a country that fulfils a condition."""
    if condition.name in edition.columns:
        return _of_column(edition, condition)
    if not condition.is_equality:
        name = condition.name
        raise NotUnderstood(f"a {name} can’t be compared by {condition.sign}. Write {name}=… or {name}!=….")
    if condition.name == "group":
        members = member_codes(edition, condition.value)
        return lambda code: (code in members) == (condition.sign == "=")
    words = {fold(word): step.id for step in edition.about.scale for word in (step.label.markdown, step.id)}
    wanted = words.get(fold(condition.value))
    if wanted is None:
        hint = did_you_mean(condition.value, edition.steps, f"There are {', '.join(edition.steps)}.")
        raise NotUnderstood(f"there is no stance “{condition.value[:60]}”. {hint}")
    return lambda code: (edition.standings[code].stance == wanted) == (condition.sign == "=")


def _of_column(edition: Edition, condition: Condition) -> Callable[[str], bool]:
    def content(code: str) -> Content:
        found = edition.data.value(condition.name, code)
        return found[1].content if found else None

    if fold(condition.value) == NOT_RECORDED and condition.is_equality:
        return lambda code: (content(code) is None) == (condition.sign == "=")
    column = edition.columns[condition.name]
    try:
        wanted, _ = Reader(column).read(condition.value)
    except ValueError as fault:
        message, _, hint = str(fault).partition("|")
        raise NotUnderstood(f"{message}. {hint}") from None
    return lambda code: _compares(content(code), condition.sign, wanted)


def _compares(content: Content, sign: str, wanted: Content) -> bool:
    """Whether a value is as a condition wants it. Nothing is true of a value that isn't recorded."""
    if content is None:
        return False
    if isinstance(content, float) and isinstance(wanted, float):
        return _SIGNS[sign](content, wanted)
    if isinstance(content, Date) and isinstance(wanted, Date):
        if sign in {"=", "!="}:
            return (wanted.first <= content.first and content.last <= wanted.last) == (sign == "=")
        return _SIGNS[sign](content.first.toordinal(), wanted.first.toordinal())
    if sign not in {"=", "!="}:
        raise NotUnderstood(f"“{wanted}” can’t be compared by {sign}. Write = or !=.")
    return (content == wanted) == (sign == "=")


def member_codes(edition: Edition, typed: str) -> frozenset[str]:
    """The members of a group that somebody named by its id or label. Raises NotUnderstood."""
    found = group_named(edition, typed)
    if found is None:
        known = groups.members(edition)
        hint = did_you_mean(typed, known, f"There are {', '.join(known)}.")
        raise NotUnderstood(f"there is no group “{typed[:60]}”. {hint}")
    return found


def group_named(edition: Edition, typed: str) -> frozenset[str] | None:
    """The members of a group by its id or label, or None if there is no such group."""
    known = groups.members(edition)
    words = {fold(id): id for id in known} | {fold(g.label.markdown): g.id for g in edition.about.groups}
    id = words.get(fold(typed))
    return known.get(id) if id else None


def group_ids(edition: Edition) -> Sequence[str]:
    """The ids of all groups, to suggest one."""
    return list(groups.members(edition))
