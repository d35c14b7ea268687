"""What of another country makes a document stale: what the document shows, whichever field it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefs.compose.kinds import KINDS
from briefs.edition.model import KEY_POINTS, Country, DataCell, Edition, Fact, Text
from briefs.press.documents import Target
from briefs.press.fingerprints import Fingerprinter
from briefs.problems import Place
from briefs.theme import Theme
from tests import small
from tests.press.test_build import country

DECK = "---\ntitle: T\n---\n\n## Facts\n\n::: {.facts country=fr}\n:::\n\n## Who\n\n::: {.countries step=open}\n:::\n"
ALL_DECK = "---\ntitle: All\n---\n\n## When\n\n::: {.figure data=timeline}\n:::\n"
SECTION = "---\nid: a\ntitle: A\n---\n\nWords.[@one]\n"

RESTRICTED = ("embargo", "marking")

# What each kind shows of a country that the document is not about; a deck of slides may be about several.
SHOWN = {
    ("brief", "be"): {"code", "stance"},
    ("correction", "be-01"): set(),
    ("changes", ""): {"code", *RESTRICTED, "stance", "stance_note", "summary", *KEY_POINTS, "facts", "data", "added"},
    ("glance", ""): {"code", *RESTRICTED, "stance", "stance_note", "next", "facts", "data", "added"},
    ("compare", "be+fr"): set(),
    ("pack", "two"): {"code", "stance"},
    ("bilingual", "be+en-GB+fr"): {"code", "stance"},
    ("handout", "be"): {"code", "stance", "stance_note"},
    ("handout", "t"): {"code", "stance", "stance_note"},
    ("handout", "all"): {"code", *RESTRICTED, "stance", "stance_note", "summary", *KEY_POINTS, "facts", "data", "added"},
    ("report", ""): {"code", *RESTRICTED, "stance", "stance_note", "summary", *KEY_POINTS, "facts", "data", "added"},
}


class Later(Country):
    """A country with a field that the model may get one day."""

    added: Text | None = None


@pytest.fixture(scope="module")
def edition() -> Edition:
    more = {
        **dict([country("fr"), country("it"), country("lu")]),
        "decks/t.md": DECK,
        "decks/all.md": ALL_DECK,
        "report/01-a.md": SECTION,
        "corrections.yaml": "corrections: [{id: be-01, country: be, fact: be-01, date: 2020, wrong: [A.]}]\n",
        "journeys/two.yaml": "title: Two\ncountries: [be, fr]\n",
    }
    made = small.edition(more=more)
    return replace(made, countries={code: Later(**dict(c)) for code, c in made.countries.items()})


@pytest.fixture(scope="module")
def printer(edition: Edition, theme: Theme) -> Fingerprinter:
    return Fingerprinter(edition, theme)


texts = st.text("abc é", min_size=1, max_size=20).map(lambda t: Text(t, Place("countries/it.yaml", "summary")))
facts = st.builds(
    Fact, id=st.sampled_from(["it-01", "it-02"]), topic=st.sampled_from(["market", "policy"]), text=texts,
    sources=st.just(["one"]), priority=st.integers(1, 3),
)  # fmt: skip
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "code": st.sampled_from(["de", "nl"]),
    "embargo": st.sampled_from(["2026-12-01T10:00+01:00", "2026-12-02T10:00Z"]),
    "marking": st.sampled_from(["Official", "Secret"]),
    "stance": st.sampled_from(["open", "wary", "closed"]),
    "stance_note": st.none() | texts,
    "summary": st.none() | texts,
    **{name: st.none() | texts for name in KEY_POINTS},
    "facts": st.lists(facts, max_size=3),
    "data": st.dictionaries(st.just("gdp"), st.builds(DataCell, value=st.sampled_from(["1", "2"])), max_size=1),
    "added": st.none() | texts,
}


def test_every_kind_and_every_field_is_in_the_tables() -> None:
    assert {kind for kind, _ in SHOWN} == set(KINDS)
    assert VALUES.keys() == Later.model_fields.keys(), "say what each kind shows of a new field of another country"


@pytest.mark.parametrize("document", SHOWN, ids=" ".join)
@pytest.mark.parametrize("field", VALUES)
@given(data=st.data(), other=st.sampled_from(["it", "lu"]))
@settings(max_examples=15, deadline=None)
def test_another_country_s_field_makes_stale_what_shows_it_and_nothing_else(
    document: tuple[str, str], field: str, data: st.DataObject, other: str, edition: Edition, printer: Fingerprinter, theme: Theme
) -> None:
    value = data.draw(VALUES[field].filter(lambda v: v != getattr(edition.countries[other], field)))
    changed = edition.countries[other].model_copy(update={field: value})
    countries = {(value if field == "code" and code == other else code): c for code, c in edition.countries.items()}
    edited = replace(
        edition,
        countries={code: changed if c is edition.countries[other] else c for code, c in countries.items()},
        names={**edition.names, changed.code: changed.code},
    )
    named = replace(edition, names=edited.names)  # a country's name is the edition's, not the country's
    target = Target(document[0], document[1], "", ("pdf",), "a4")
    before = Fingerprinter(named, theme, printer).inputs(target)
    after = Fingerprinter(edited, theme, printer).inputs(target)
    assert (before.key != after.key) == (field in SHOWN[document])
    assert before.key == after.key or before.content != after.content


def test_a_document_s_own_country_counts_whole(edition: Edition, printer: Fingerprinter, theme: Theme) -> None:
    changed = edition.countries["be"].model_copy(update={"added": Text("New.", Place("countries/be.yaml", "added"))})
    edited = replace(edition, countries={**edition.countries, "be": changed})
    for kind in ("brief", "handout"):
        target = Target(kind, "be", "", ("pdf",), "a4")
        assert printer.inputs(target).content != Fingerprinter(edited, theme).inputs(target).content
