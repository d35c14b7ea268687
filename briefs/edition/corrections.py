"""`corrections.yaml`: what was wrong in documents that went out, and what is right.

In: the models of the file. Out: `Correction`s by their ids, or the problems in them. `recall` writes the file (`ledger/recall.py`);
the report prints the corrections, each has a note of its own, and the brief of its country says when it was corrected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from briefs.edition.model import Correction, Corrections, Edition, place_of
from briefs.problems import Problem, did_you_mean, error

FILE = "corrections.yaml"


def by_id(listed: Corrections) -> dict[str, Correction]:
    """The corrections by their ids, the latest first. Corrections of one day stay in the order of the file."""
    ordered = sorted(listed.corrections, key=lambda one: one.date.last, reverse=True)
    return {one.id: one for one in ordered}


def field_of(what: str) -> str:
    """The field of a correction that names a text by its place, a value by its country and column, or a fact by its id."""
    return "text" if "#" in what else "value" if "/" in what else "fact"


def problems(edition: Edition, listed: Corrections) -> Iterator[Problem]:
    """An error for each correction of a country that the edition doesn't have, or that doesn't name one fact, text or value, and
    for each id that stands twice."""
    seen: set[str] = set()
    for one in listed.corrections:
        if sum(named is not None for named in (one.fact, one.text, one.value)) != 1:
            hint = "Write `fact` with the fact’s id, `text` with the place of another text, or `value` such as be/internet/2019."
            yield error(place_of(one.id), f"the correction “{one.id}” doesn’t name one fact, text or value", hint)
        elif one.country is None and not one.text:
            yield error(place_of(one.id), f"the correction “{one.id}” has no country", "Write the code of its country.")
        if one.country is not None and one.country not in edition.countries:
            hint = did_you_mean(one.country, edition.countries, "Write the code of a country of the edition.")
            yield error(place_of(one.country), f"there is no country “{one.country}”", hint)
        if one.id in seen:
            yield error(place_of(one.id), f"the correction “{one.id}” stands twice", "Give each an id of its own, such as be-07-2.")
        seen.add(one.id)


def of_country(edition: Edition, code: str) -> Mapping[str, Correction]:
    """The corrections of what was said about a country, the latest first."""
    return {id: one for id, one in edition.corrections.items() if one.country == code}
