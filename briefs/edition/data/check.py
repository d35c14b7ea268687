"""Whether columns, values, groups and the rest of an edition agree with each other.

In: an edition whose files are valid, or the valid part of it. Out: problems.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from briefs.edition.data import groups
from briefs.edition.model import Column, Country, Edition, place_of
from briefs.problems import Problem, did_you_mean, error, warning


def check(edition: Edition, columns: list[Column], sources: Collection[str] | None, *, is_sound: bool) -> Iterator[Problem]:
    """All such problems. `columns`: the columns of columns.yaml, also those whose id stands twice. `sources`: the keys of all
    records of sources, also of faulty ones; None if they can't be read. `is_sound`: whether no file has an error by itself."""
    yield from _groups(edition)
    yield from _columns(edition, columns)
    for id in edition.about.key_facts:
        if id not in edition.columns:
            hint = did_you_mean(id, edition.columns, "Declare it in columns.yaml.")
            yield error(place_of(id), f"there is no column “{id}”", hint)
    if is_sound:
        yield from _empty(edition)
    for country in edition.countries.values():
        yield from _facts(country)
    if sources is not None:
        yield from _sources(edition, sources)


def _columns(edition: Edition, columns: list[Column]) -> Iterator[Problem]:
    seen: set[str] = set()
    known = groups.members(edition)
    for column in columns:
        if column.id in seen:
            yield error(place_of(column.id), f"the column “{column.id}” stands twice", "Give each its own id.")
        seen.add(column.id)
        ids = [category.id for category in column.values]
        if double := next((id for id in ids if ids.count(id) > 1), None):
            yield error(place_of(double), f"the value “{double}” stands twice", "Give each its own id.")
        group = column.compare.group if column.compare else None
        if group and group not in known:
            yield error(place_of(group), f"there is no group “{group}”", did_you_mean(group, known, "Declare it in edition.yaml."))


def _empty(edition: Edition) -> Iterator[Problem]:
    for id in edition.columns:
        if id not in edition.data.values:
            yield warning(place_of(id), f"the column “{id}” has no values", "Add a table with it, or take it out.")


def _groups(edition: Edition) -> Iterator[Problem]:
    seen: set[str] = set()
    for group in edition.about.groups:
        if group.id in seen or group.id in edition.names:
            other = "the group" if group.id in seen else "the country"
            yield error(place_of(group.id), f"{other} “{group.id}” has the same name", "Give the group another id.")
        seen.add(group.id)
        for code in group.members:
            if code not in edition.names:
                hint = did_you_mean(code, edition.names, "Take it out, or declare it under `subjects`.")
                yield error(place_of(code), f"“{code}” is no country of the edition", hint)


def _facts(country: Country) -> Iterator[Problem]:
    """An error for each fact that a value names and its country doesn't have."""
    known = {fact.id for fact in country.facts}
    for cell in country.data.values():
        for id in cell.facts:
            if id not in known:
                yield error(
                    place_of(id), f"there is no fact “{id}” in this file", did_you_mean(id, known, "Name one of its facts.")
                )


def _sources(edition: Edition, known: Collection[str]) -> Iterator[Problem]:
    """An error for each source that a column or value names and the edition doesn't have. Each wrong key is reported once."""
    named = [(column.source, place_of(column.source)) for column in edition.columns.values() if column.source]
    keys = dict(named)
    for _, _, _, value in edition.data:
        for key in value.sources:
            keys.setdefault(key, value.place)
    for key, place in keys.items():
        if key not in known:
            yield error(place, f"there is no source “{key}”", did_you_mean(key, known, "Add it to the sources."))
