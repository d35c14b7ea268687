"""The made-up edition of the world's size, by which builds are measured."""

from __future__ import annotations

from pathlib import Path

from benchmarks import world
from briefs.edition.read import read, read_files
from briefs.press.session import Session
from tests import small


def test_a_small_one_has_no_faults_and_the_shape_that_was_asked_for() -> None:
    made = read_files({path: text.encode() for path, text in world.files(countries=12, facts=40, sections=2)})
    assert made.edition, [str(problem) for problem in made.errors]
    assert len(made.edition.countries) == 12 and sum(len(c.facts) for c in made.edition.countries.values()) == 40
    assert len(made.edition.sections) == 2 and not made.edition.about.scale


def test_all_countries_have_codes_of_their_own() -> None:
    assert len(set(world.codes(world.COUNTRIES))) == 260


def test_it_is_the_same_each_time(tmp_path: Path) -> None:
    sizes = {"countries": 3, "facts": 6, "sections": 1}
    world.write(tmp_path, **sizes)
    assert {path: (tmp_path / path).read_text() for path, _ in world.files(**sizes)} == dict(world.files(**sizes))
    assert read(tmp_path).edition


def test_six_topics_of_which_some_have_few_facts_fit_side_by_side(session: Session) -> None:
    """In the report's table of all facts, whose columns follow the length of their texts, each has room for its longest word."""
    made = read_files({path: text.encode() for path, text in world.files(countries=12, facts=40, sections=0)}).edition
    assert made
    assert small.make(small.with_edition(session, made), "report", "", ("pdf",)).pages > 3
