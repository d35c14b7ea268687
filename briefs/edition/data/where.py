"""Choosing countries by what is known about them: `stance=ban`, `internet>=80`, `supplier-rule=in force`.

In: an edition, and conditions as people type them. Out: the codes of the countries that fulfil all of them. The latest value
of a country is compared. “not recorded” is true of a country without a value, and no other condition is.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from briefs.edition.data import groups
from briefs.edition.data.table import Content
from briefs.edition.data.values import Reader
from briefs.edition.dates import Date
from briefs.edition.model import Column, Edition
from briefs.edition.names import fold
from briefs.problems import NotUnderstood, UnreadableText, did_you_mean, nearest

NOT_RECORDED = "not recorded"
_LISTED = 12  # the most columns that a message names
_FORM = re.compile(r"(?P<name>[^<>=!]+)(?P<sign>!=|<=|>=|==?|<|>)(?P<value>.+)", re.S)
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """A condition: the id of a column, `stance` or `group`; a sign such as `>=`; and what a country's value is compared with."""

    name: str
    sign: str
    value: str

    @property
    def is_equality(self) -> bool:
        return self.sign in {"=", "!="}


def test(edition: Edition, text: str, but: Collection[str] = ()) -> Callable[[str], bool]:
    """A function that says whether a condition is true of a country, by its code. Raises NotUnderstood, also if the condition names
    something in `but`."""
    condition = _parsed(edition, text)
    if condition.name in but:
        raise NotUnderstood(f"a condition on {condition.name} can’t stand here. Name a column or a group.")
    return _test(edition, condition)


def chosen(edition: Edition, texts: Iterable[str]) -> list[str]:
    """The codes of the countries for which all conditions are true, sorted by name. Raises NotUnderstood."""
    tests = [test(edition, text) for text in texts]
    found = [code for code in edition.countries if all(test(code) for test in tests)]
    return sorted(found, key=edition.rank)


def columns(edition: Edition, texts: Iterable[str]) -> list[Column]:
    """The columns that conditions name, each once. Raises NotUnderstood."""
    named = dict.fromkeys(_parsed(edition, text).name for text in texts)
    return [edition.columns[name] for name in named if name in edition.columns]


def _parsed(edition: Edition, text: str) -> Condition:
    known = {fold(name): name for name in ("stance", "group")}
    for id, column in edition.columns.items():
        known |= {fold(column.label.markdown): id, fold(id): id}
    match = _FORM.fullmatch(text)
    if not match or not (match["name"].strip() and match["value"].strip()):
        named = edition.columns.get(known.get(fold(text), ""))
        example = _example(named) if named else f"stance={next(iter(edition.steps))}" if edition.steps else "group=europe"
        example = f'"{example}"' if " " in example else example
        raise NotUnderstood(f"“{text[:60]}” is no condition. Write column=value, such as --where {example}.")
    typed = match["name"].strip()
    name = known.get(fold(typed))
    if name is None:
        raise NotUnderstood(f"there is no column “{typed[:60]}”. {_near_columns(edition, typed, known)}")
    return Condition(name, "=" if match["sign"] == "==" else match["sign"], match["value"].strip())


def _near_columns(edition: Edition, typed: str, known: Mapping[str, str]) -> str:
    """A hint what to write instead of a column that doesn't exist. `known`: what a condition may name, by its folded spellings."""
    word = fold(typed)
    within = [name for name in edition.columns if word in fold(name)] or [name for text, name in known.items() if word in text]
    if near := nearest(word, known):
        return f"Did you mean “{known[near[0]]}”?"
    if 0 < len(within) <= _LISTED:
        return f"Did you mean {' or '.join(f'“{name}”' for name in within)}?"
    names = [*edition.columns, "stance", "group"]
    more = f" and {len(names) - _LISTED} more in columns.yaml" if len(names) > _LISTED else ""
    return f"There are {', '.join(names[:_LISTED])}{more}."


def _test(edition: Edition, condition: Condition) -> Callable[[str], bool]:
    """A function that says whether the country with a code fulfils a condition."""
    if condition.name in edition.columns:
        return _of_column(edition, edition.columns[condition.name], condition)
    if not condition.is_equality:
        raise _incomparable(f"a {condition.name}", condition)
    if condition.name == "group":
        members = member_codes(edition, condition.value)
        return lambda code: (code in members) == (condition.sign == "=")
    if not edition.steps:
        raise NotUnderstood("this edition has no scale, so no country has a stance. Name a column, or a group.")
    words = {fold(word): step.id for step in edition.about.scale for word in (step.label.markdown, step.id)}
    wanted = words.get(fold(condition.value))
    if wanted is None:
        hint = did_you_mean(condition.value, edition.steps, f"There are {', '.join(edition.steps)}.")
        raise NotUnderstood(f"there is no stance “{condition.value[:60]}”. {hint}")
    return lambda code: (edition.standings[code].stance == wanted) == (condition.sign == "=")


def _of_column(edition: Edition, column: Column, condition: Condition) -> Callable[[str], bool]:
    def content(code: str) -> Content:
        found = edition.data.value(column.id, code)
        return found[1].content if found else None

    wanted = _wanted(column, condition.value)
    if not condition.is_equality and (wanted is None or not (column.is_numeric or column.kind == "date")):
        raise _incomparable(f"“{condition.value}”", condition)
    if wanted is None:
        return lambda code: (content(code) is None) == (condition.sign == "=")
    return lambda code: _compares(content(code), condition.sign, wanted)


def _incomparable(what: str, condition: Condition) -> NotUnderstood:
    name = condition.name
    return NotUnderstood(f"{what} can’t be compared by {condition.sign}. Write {name}=… or {name}!=….")


def _wanted(column: Column, typed: str) -> Content:
    """The value with which a condition compares the values of a column. None for “not recorded”. Raises NotUnderstood."""
    if fold(typed) == NOT_RECORDED:
        return None
    try:
        return Reader(column).read(typed)[0]
    except UnreadableText as fault:
        message = str(fault)
        hint = f"Write {_example(column)}, for example, or {column.id}!=not recorded."
    if column.kind == "category":
        labels = {fold(word): c.label.markdown for c in column.values for word in (c.id, c.label.markdown)}
        several = len({label for word, label in labels.items() if word in fold(typed)}) > 1
        near = [] if several else nearest(fold(typed), labels)
        every = f"It has {', '.join(c.label.markdown for c in column.values)}. A condition names one of them."
        hint = f"Did you mean “{labels[near[0]]}”?" if near else every
    raise NotUnderstood(f"{message}. {hint}")


def _example(column: Column) -> str:
    """An example of a condition that fits a column, for messages."""
    if column.kind == "category":
        return f"{column.id}={column.values[0].label.markdown}"
    return f"{column.id}{'>=50' if column.is_numeric else {'yes-no': '=yes', 'date': '>=2020'}.get(column.kind, '=…')}"


def _compares(content: Content, sign: str, wanted: Content) -> bool:
    """Whether a value fulfils a condition. A value that isn't recorded fulfils none."""
    if content is None:
        return False
    if isinstance(content, float) and isinstance(wanted, float):
        return _SIGNS[sign](content, wanted)
    if isinstance(content, Date) and isinstance(wanted, Date):
        return _compares_dates(content, sign, wanted)
    return (content == wanted) == (sign == "=")


def _compares_dates(date: Date, sign: str, wanted: Date) -> bool:
    """Whether a date fulfils a condition on every day that it may mean: “2020” is after 2019, but neither before nor after May
    2020. `!=` is true where `=` isn't."""
    if sign in {"=", "!="}:
        return (wanted.first <= date.first and date.last <= wanted.last) == (sign == "=")
    pairs = {"<": (date.last, wanted.first), "<=": (date.last, wanted.last), ">": (date.first, wanted.last)}
    own, limit = pairs.get(sign, (date.first, wanted.first))
    return _SIGNS[sign](own.toordinal(), limit.toordinal())


def when_none(edition: Edition, texts: Iterable[str]) -> str:
    """A message for conditions that no country fulfils. It says how many countries have no value at all."""
    for column in columns(edition, texts):
        silent = [code for code in edition.countries if edition.data.value(column.id, code) is None]
        if silent:
            of = f"{len(silent)} of {len(edition.countries)} countries"
            return f'For {of} “{column.id}” is not recorded: list --where "{column.id}={NOT_RECORDED}".'
    return "`list` shows the countries."


def member_codes(edition: Edition, typed: str) -> frozenset[str]:
    """The members of a group that somebody has named by its id or label. Raises NotUnderstood if there is no such group."""
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
    """The ids of all groups, for suggestions."""
    return list(groups.members(edition))
