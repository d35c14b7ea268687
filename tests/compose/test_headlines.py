"""The titles of a country's slides."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from briefs.compose import tree
from briefs.compose.figures import drawing
from briefs.compose.headlines import balanced
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import TemplateFiller
from briefs.compose.spacing import NBSP
from briefs.edition.model import Edition
from briefs.press.session import Session
from tests import small

ROOT = Path(__file__).parents[2]
LONG = "A sentence that goes on, and on, and on, until there is no room left for it in a title of two lines, nor in three."
PLANNED = small.fact("The **auction begins** then.", due="2021")


def composed(session: Session, edition: Edition) -> Manuscript:
    kind = next(kind for kind in KINDS.values() if kind.layout == "slides")
    return kind.compose(kind.share(edition, "be"), TemplateFiller(ROOT / "templates", session.pandoc), "be")


def slides(session: Session, edition: Edition) -> dict[str, str]:
    """The words of each slide by its title."""
    found = [b for b in composed(session, edition).blocks if "slide" in tree.classes(b)]
    parts = [tree.blocks(slide)[:2] for slide in found]
    return {tree.text_of(title).replace(NBSP, " "): tree.text_of(body) for title, body in parts}


@pytest.mark.parametrize(("position", "title", "left"), [
    ("Belgium waits.", "Belgium waits", ""),
    (f"Belgium will wait for the others; {LONG}", "Belgium will wait for the others", f"Position: {LONG}"),
    (f"The *ministry* of Belgium will wait. {LONG}", "The ministry of Belgium will wait", f"Position: {LONG}"),
    (LONG.replace("and on", "and on and on"), "Belgium: Wary", f"Position: {LONG.replace('and on', 'and on and on')}"),
    (f"The ministry of Belgium will wait.[@one] {LONG}", "Belgium: Wary", f"Position: The ministry of Belgium will wait.1 {LONG}"),
])  # fmt: skip
def test_key_points_are_headed_by_the_position_which_is_not_repeated(
    position: str, title: str, left: str, session: Session
) -> None:
    made = slides(session, small.edition(country={"position": position, "ask": "What now?"}))
    assert list(made)[1] == title
    assert made[title].replace("\N{WORD JOINER}", "") == f"Wary: Some limits.{left}"
    assert list(made.items())[-1] == ("Belgium: What to ask", "What to ask: What now?")


def test_the_last_slide_is_headed_by_what_comes_next(session: Session) -> None:
    country = {"next": "The law comes in 2021; by when it binds is open.", "ask": "What now?"}
    made = slides(session, small.edition(country=country))
    assert list(made.items())[-1] == ("The law comes in 2021; by when it binds is open", "What to ask: What now?")
    country["next"] = f"The law comes into force in 2021; {LONG}"
    made = slides(session, small.edition(country=country))
    assert list(made.items())[-1] == ("The law comes into force in 2021", f"What comes next: {LONG}What to ask: What now?")


def test_a_long_key_point_is_cut_at_a_clause_and_stands_whole_in_the_notes(session: Session) -> None:
    long = f"Belgium has many partners there: {LONG}"
    made = composed(session, small.edition(country={"position": "Belgium waits.", "matters": long}))
    slide = next(b for b in made.blocks if tree.text_of(tree.blocks(b)[:1]) == "Belgium waits")
    _, body, _, notes = tree.blocks(slide)
    assert tree.text_of(body).endswith("Why it matters: Belgium has many partners there.")
    assert tree.text_of(notes).endswith(f"Why it matters: {long}")


def test_a_slide_of_facts_does_not_say_its_title_twice(session: Session) -> None:
    """A fact whose key phrase is the title stands in the notes, with its source, if the others fill the slide."""
    facts = [small.fact(f"**Belgium bans nobody** so far, {LONG}"), small.fact(LONG), small.fact(LONG), small.fact(LONG)]
    made = composed(session, small.edition(facts=facts))
    slide = next(b for b in made.blocks if tree.text_of(tree.blocks(b)[:1]) == "Belgium bans nobody")
    _, body, _, notes = tree.blocks(slide)
    assert "bans nobody" not in tree.text_of(body) and tree.text_of(notes).startswith("Belgium bans nobody so far")


def test_every_slide_of_a_country_names_a_source(session: Session) -> None:
    country = {"position": "Belgium waits.", "matters": "It is in the middle.", "next": "A law.", "ask": "What now?"}
    made = composed(session, small.edition(country=country, about={"scale_note": "Stances are the editors’ reading."}))
    first, *others = [b for b in made.blocks if "slide" in tree.classes(b)]
    assert not [b for b in tree.blocks(first) if "slide-source" in tree.classes(b)]
    lines = {}
    for slide in others:
        heading, *parts = tree.blocks(slide)
        lines[tree.text_of(heading)] = [tree.text_of(part) for part in parts if "slide-source" in tree.classes(part)]
    assert all(lines.values())
    assert lines["1 of 1 countries stands at “Wary”: Belgium"] == ["Stances are the editors’ reading."]


@pytest.mark.parametrize(
    ("title", "last"),
    [
        ("Nine of the states stand at “Allowed” now, among them Belgium", "now, among them Belgium"),
        ("The Belt and Road will outlast the company, the report expects", "company, the report expects"),
        ("A title of one line is left as it is", "is"),
    ],
)
def test_no_word_stands_alone_on_the_last_line_of_a_title(title: str, last: str) -> None:
    made = tree.text_of(balanced(tree.words(title)))
    assert made.replace(NBSP, " ") == title
    assert made.split(" ")[-1] == last.replace(" ", NBSP)


def test_a_title_in_a_wider_face_has_fewer_letters(session: Session) -> None:
    """A slide that the program fills may not fail because the font of a brand is wide."""
    position = "Belgium will not ban anybody from its networks, as a minister of its government announced in July 2020."
    made = small.edition(country={"position": position, "ask": "What now?"})
    assert list(slides(session, made))[1] == position[:-1]
    with drawing.widths_of([65] * 95):
        assert list(slides(session, made))[1] == "Belgium: Wary"


@pytest.mark.parametrize(("priority", "title"), [(1, "Wary: No law binds operators"), (2, "Belgium: Wary")])
def test_a_long_position_gives_way_to_the_most_important_key_phrase(priority: int, title: str, session: Session) -> None:
    facts = [small.fact("So far **no law binds operators**.", priority=priority), *small.FACTS]
    country = {"position": LONG.replace("and on", "and on and on"), "ask": "What now?"}
    assert list(slides(session, small.edition(country=country, facts=facts)))[1] == title


@pytest.mark.parametrize(("more", "title"), [
    ({}, "1 of 1 countries stands at “Wary”: Belgium"),
    ({"fr": "wary", "it": "open"}, "2 of 3 countries stand at “Wary”, among them Belgium"),
])  # fmt: skip
def test_a_map_is_headed_by_how_many_stand_there(more: Mapping[str, str], title: str, session: Session) -> None:
    files = {f"countries/{c}.yaml": f"code: {c}\nstance: {s}\nsummary: Words.\n" for c, s in more.items()}
    made = composed(session, small.edition(more=files))
    slide = next(b for b in made.blocks if tree.text_of(tree.blocks(b)[:1]).replace(NBSP, " ") == title)
    assert ("Other countries at “Wary”: France" in tree.text_of(tree.blocks(slide)[-1])) is ("fr" in more)


def test_a_slide_of_facts_is_headed_by_one_of_them_which_its_notes_repeat_with_its_source(session: Session) -> None:
    facts = [small.fact(LONG), small.fact("Operators **wait** for a law.", sources=["two"]), small.fact("And more.")]
    made = composed(session, small.edition(facts=facts))
    slide = next(b for b in made.blocks if tree.text_of(tree.blocks(b)[:1]) == "Operators wait for a law")
    _, body, source, notes = tree.blocks(slide)
    assert "Operators" not in tree.text_of([body]) and LONG in tree.text_of([body])
    assert tree.text_of([notes]).startswith("Operators wait for a law.")
    assert [tree.target(n) for n in tree.walk(tree.blocks(notes)) if n["t"] == "Link"] == ["#source-2"]
    assert tree.text_of([source]) == "1\N{NO-BREAK SPACE}The Paper, 4 May 2020 · 2\N{NO-BREAK SPACE}The Paper, 4 May 2020"


def test_few_facts_share_a_slide(session: Session) -> None:
    facts = [small.fact("One short fact of the market."), small.fact(LONG, "policy"), small.fact(LONG, "policy")]
    made = slides(session, small.edition(facts=facts))
    assert any(LONG in body for title, body in made.items() if title.startswith("One short fact of the market"))


@pytest.mark.parametrize(("facts", "title"), [
    ([small.fact("A **law passed**.", date="2019"), PLANNED], "2021: Auction begins"),
    ([small.fact("A **law passed**.", date="2019"), small.fact("A **test began**.", date="2020")], "2020: Test began"),
    ([PLANNED], ""),
])  # fmt: skip
def test_a_timeline_of_two_dates_or_more_is_headed_by_the_next(facts: list[dict[str, Any]], title: str, session: Session) -> None:
    made = composed(session, small.edition(facts=facts))
    heads = {tree.text_of(tree.blocks(b)[:1]): b for b in made.blocks if "slide" in tree.classes(b)}
    figures = [h for h, b in heads.items() if any(tree.target(n) == "timeline-be.svg" for n in tree.walk(b) if n["t"] == "Image")]
    assert figures == ([title] if title else [])
