"""Decks of an edition of many countries: an automatic slide never asks to be shortened, and a list of countries goes on."""

from __future__ import annotations

import io

import pptx
import pycountry
import pytest
import yaml

from briefs.edition.model import Edition
from briefs.lint import slides
from briefs.press.session import Session
from tests import small

CODES = sorted(country.alpha_2.lower() for country in pycountry.countries)[:56]
POINT = "A sentence of some length that says where the country stands and what follows from it for its neighbours and its networks."
DECK = "---\ntitle: A deck\n---\n\n## All that are wary\n\n::: {.countries step=wary}\n:::\n"


@pytest.fixture(scope="module")
def many() -> Edition:
    """56 countries of one stance; Belgium has long key points."""
    others = {f"countries/{code}.yaml": yaml.safe_dump({"code": code, "stance": "wary"}) for code in CODES if code != "be"}
    points = dict.fromkeys(("position", "matters", "next", "ask"), f"{POINT} {POINT}")
    return small.edition(country=points, more={**others, "decks/all.md": DECK})


def titles(data: bytes) -> list[str]:
    return [slide.shapes.title.text_frame.text.replace("\u00a0", " ") for slide in pptx.Presentation(io.BytesIO(data)).slides]


def test_a_country_s_deck_leads_with_its_key_points_and_fits(session: Session, many: Edition) -> None:
    data = small.make(small.with_edition(session, many), "handout", "be", ("pptx",)).files["pptx"]
    assert titles(data)[1:3] == ["Belgium: Wary", "56 of 56 countries stand at “Wary”, among them Belgium"]
    assert titles(data)[-1] == "Belgium: What to ask", "two sources have no slide of their own"
    assert [found for found in slides.findings("be.pptx", data) if found.rule == "outside"] == []


def test_a_long_list_of_countries_goes_on_on_other_slides(session: Session, many: Edition) -> None:
    data = small.make(small.with_edition(session, many), "handout", "all", ("pptx",)).files["pptx"]
    assert titles(data)[1:] == ["All that are wary", "All that are wary (continued)"]
    said = " ".join(shape.text_frame.text for slide in pptx.Presentation(io.BytesIO(data)).slides for shape in slide.placeholders)
    assert all(said.count(name) >= 1 for code, name in many.names.items() if code in CODES)


def test_a_slide_says_at_its_foot_who_published_what_it_cites(session: Session, many: Edition) -> None:
    data = small.make(small.with_edition(session, many), "handout", "be", ("pptx",)).files["pptx"]
    feet = [
        s.text_frame.text for slide in pptx.Presentation(io.BytesIO(data)).slides for s in slide.shapes if s.name == "Slide Source"
    ]
    points, facts, listed = [foot.replace("\u00a0", " ") for foot in feet]  # the edition has no note on its stances for the map
    assert (points, facts) == ("Source: The Paper, 4 May 2020", "1 The Paper, 4 May 2020 · 2 The Paper, 4 May 2020")
    assert listed.startswith("1 The Paper, ") and " · 2 The Paper, " in listed


def test_speaker_notes_have_no_marks_of_type(session: Session) -> None:
    body = "::: {.countries step=wary}\n:::\n\n::: large\nWords\n:::\n"
    deck = f"---\ntitle: Talk\n---\n\n## Wary\n\n{body}\n:::: notes\n{body}::::\n"
    edition = small.edition(country={"stance_note": "but undecided"}, more={"decks/talk.md": deck})
    data = small.make(small.with_edition(session, edition), "handout", "talk", ("pptx",)).files["pptx"]
    *_, slide = pptx.Presentation(io.BytesIO(data)).slides
    shown = [slide.notes_slide.notes_text_frame.text, slide.placeholders[1].text_frame.text]
    assert [said.replace("\xa0", " ").split("\n") for said in shown] == [["Belgium (but undecided)", "Words"]] * 2
