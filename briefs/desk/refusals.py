"""What stops a save, each thing at the field that it is about.

In: problems, and a form as it was sent. Out: the problems by field, and a list with links for the top of the page. A fact that is
being added isn't in the file yet: its fields are called `new/text`, `new/date` and so on, and the fact itself `new`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from briefs.desk import forms
from briefs.desk.forms import NEW, FactFields, FileForm
from briefs.desk.words import OwnProblem, Words
from briefs.edition.model import Edition, place_of
from briefs.problems import Problem


@dataclass(frozen=True)
class Refusal:
    """A problem that stops a save. `target`: the id of the element on the page that it is about; `label`: what that is called.
    Both are empty if it is in no field of the form."""

    target: str
    label: str
    problem: Problem


def by_field(
    sheet: FileForm, after: FileForm, problems: Sequence[Problem], refused: Mapping[str, Sequence[Problem]]
) -> dict[str, list[Problem]]:  # fmt: skip
    """Problems by the name of their field. `sheet`: the form as it is; `after`: as it would be, with the lines of the problems;
    `refused`: problems whose fields are known, which stand first."""
    known = {*sheet.all, *(fact.title for fact in sheet.facts), ""}
    found = {name: [*own] for name, own in refused.items()}
    for name, own in forms.by_field(after, problems).items():
        found.setdefault(name if name in known else _new(name, after), []).extend(own)
    return found


def _new(name: str, after: FileForm) -> str:
    return f"{NEW}/{name.rpartition('/')[2]}" if name in after.all else NEW


def listed(sheet: FileForm, found: Mapping[str, Sequence[Problem]], words: Words) -> list[Refusal]:
    """All problems of a refused save, in the order of the fields on the page."""
    order = ["", *sheet.all, *(fact.title for fact in sheet.facts)]
    names = sorted(found, key=lambda name: order.index(name) if name in order else len(order))
    return [Refusal(*called(sheet, name, words), problem) for name in names for problem in found[name]]


def called(sheet: FileForm, name: str, words: Words) -> tuple[str, str]:
    """The id of the element of a field or a fact, and what it is called."""
    part = name.rpartition("/")[2]
    if name == NEW or name.startswith(f"{NEW}/"):
        return f"f-{NEW}/{part if part != NEW else 'text'}", f"{words('new_fact')}{f', {words.field(part)}' if part != NEW else ''}"
    for fact in sheet.facts:
        if name == fact.title:
            return f"fact-{name}", _of_fact(fact, words)
        for field in (field for field in fact.fields if field.name == name):
            return f"f-{name}", f"{_of_fact(fact, words)}, {words.field(field.word)}"
    return (f"f-{name}", words.field(sheet.all[name].word)) if name in sheet.all else ("", "")


def _of_fact(fact: FactFields, words: Words) -> str:
    return words("fact_named", fact=fact.id) if fact.id else fact.title


@dataclass(frozen=True)
class RestingValue:
    """A value of the data that rests on a fact: the name of its column, and the address of its field."""

    label: str
    address: str


def resting(edition: Edition, code: str, id: str) -> list[RestingValue]:
    """The values of a country that rest on a fact."""
    country = edition.countries.get(code)
    cells = country.data.items() if country else ()
    return [
        RestingValue(
            str(edition.columns[name].label), f"/write/values/{name}{f'@{cell.period}' if cell.period else ''}#f-{code}/facts"
        )
        for name, cell in cells
        if id in cell.facts and name in edition.columns
    ]


def of_deletion(edition: Edition, code: str, id: str, words: Words) -> list[Problem]:
    """Why a fact can't be deleted: values of the data that rest on it."""
    values = resting(edition, code, id)
    if not values:
        return []
    country = edition.countries[code]
    named = ", ".join(f"“{one.label}”" for one in values)
    place = next((place_of(fact.id) for fact in country.facts if fact.id == id), place_of(country.code))
    said, hint = words("rests_on_fact", values=named), words("rests_on_fact_hint")
    return [OwnProblem("error", place.path, place.line, place.column, said, hint)]
