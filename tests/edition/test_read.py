"""The reader on odd input: never a traceback, never slow; and what it keeps of sound input."""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from briefs.edition.read import read, read_files
from tests import small

ROOT = Path(__file__).parents[2]
BASE = {p.relative_to(ROOT / "tests/broken/base").as_posix(): p.read_bytes() for p in (ROOT / "tests/broken/base").rglob("*.*")}
KEYS = (
    "title date as_of countries language scale id label colour meaning topics subjects code covered map insets share facts topic "
    "text due sources priority origin stance summary references type author family issued date-parts raw URL numbered x"
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["2020", "open", "be", "[@x]", "[](#x)"])
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS.split(" ")), inner, max_size=6),
    max_leaves=20,
)


@pytest.mark.parametrize("path", ["edition.yaml", "countries/be.yaml", "sources.yaml", "labels/en.yaml", "glossary.yaml"])
@settings(max_examples=25, deadline=None)
@given(TREES)
@example({"date-parts": None})
@example([[]])
def test_any_tree_in_any_file_ends_in_problems_not_in_a_traceback(path: str, tree: Any) -> None:
    read_files(BASE | {path: json.dumps(tree).encode()})


def nested(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every list or mapping in a tree, with each of its keys."""
    keys = tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield tree, key
        yield from nested(tree[key])


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_value_of_another_kind_anywhere(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(["edition.yaml", "countries/be.yaml", "sources.yaml"]))
    tree = yaml.load(BASE[path], yaml.BaseLoader)
    places = list(nested(tree))
    where, key = data.draw(st.sampled_from(places))
    where[key] = data.draw(TREES)
    read_files(BASE | {path: json.dumps(tree).encode()})


@pytest.mark.parametrize("path", [*BASE, "glossary.yaml", "report/02.md", "sources.json"])
def test_bytes_changed_at_random(path: str) -> None:
    chance = random.Random(path)
    sound = BASE.get(path, BASE["sources.yaml"])
    for _ in range(20):
        data = bytearray(sound)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 3)] = chance.choice(
                [b"", b"\n", b"\t", b"---\n", b": ", b"- ", b"[", b"{", b"\xff", b"`", b"**", b"@", b"\0"]
            )
        reading = read_files({k: v for k, v in BASE.items() if k != "sources.yaml" or path != "sources.json"} | {path: bytes(data)})
        assert all("\n" not in str(p) and str(p).isprintable() for p in reading.problems)


def facts(number: int) -> bytes:
    rows = (
        f"  - id: be-{n}\n    topic: market\n    text: Fact {n}\n    sources: [first-source, second-source]\n"
        for n in range(number)
    )
    return b"code: be\nstance: open\nsummary: Much.\nfacts:\n" + "".join(rows).encode()


@pytest.mark.parametrize(
    "files",
    [
        {"countries/be.yaml": facts(10_000)},
        {"countries/be.yaml": b"a: " + b"[" * 1_000_000},
        {"countries/be.yaml": b"\0\n" * 1_000_000},
        {"countries/be.yaml": b"- x\n" * 300_000},
        {"countries/be.yaml": b"x" * 5_000_000},
        {"report/02.md": b"---\ntitle: x\nid: x\n---\n" + b"[@first-source] ` <!-- **x \\ ::: {#" * 3_000},
    ],
    ids=["10,000 facts", "deep nesting", "a million bad lines", "a long list", "5 MB", "half-open marks"],
)
def test_large_and_hostile_files_end_in_a_few_problems(files: Mapping[str, bytes]) -> None:
    """What grows without bound would never end here; how long it takes is the benchmarks' matter."""
    assert len(read_files({**BASE, **files}).problems) < 100


def test_the_real_edition_is_sound() -> None:
    reading = read(ROOT / "content")
    assert reading.errors == []
    assert reading.edition
    assert len(reading.edition.countries) == 28


def test_places() -> None:
    edition = read_files(BASE).edition
    assert edition
    fact = edition.countries["be"].facts[0]
    assert fact.date and fact.date.place
    assert (fact.text.place.name, fact.text.place.line, fact.text.place.column) == ("countries/be.yaml#be-01/text", 7, 11)
    assert (fact.date.place.line, fact.date.place.column) == (8, 11)
    assert edition.sections[0].body.place.line == 5
    assert edition.about.scale[1].label.place.name == "edition.yaml#closed/label"


def test_every_value_is_text_to_the_reader() -> None:
    edition = read_files(BASE | {"countries/no.yaml": b"code: no\nstance: open\nstance_note: 2020-09\n"}).edition
    assert edition
    assert str(edition.countries["no"].stance_note) == "2020-09"


def test_an_edition_can_be_handed_to_another_process() -> None:
    edition = read_files(BASE).edition
    assert pickle.loads(pickle.dumps(edition)) == edition


@pytest.mark.parametrize(("language", "name"), [("de", "Belgien"), ("fr-CA", "Belgique"), ("zh-Hans", "比利时")])
def test_names_are_those_of_the_language(language: str, name: str) -> None:
    about = BASE["edition.yaml"].replace(b"language: en", f"language: {language}".encode())
    edition = read_files(BASE | {"edition.yaml": about, f"labels/{language}.yaml": b"sources: S\n"}).edition
    assert edition
    assert edition.names == {"be": name}


def test_declared_names_have_the_marks_that_other_texts_have() -> None:
    subjects = [{"code": "be", "name": "Côte d'Or", "in_sentences": "the Côte d'Or"}]
    edition = small.edition(about={"subjects": subjects})
    assert (edition.names["be"], edition.named_in_sentences["be"]) == ("Côte d’Or", "the Côte d’Or")


def test_front_matter_without_its_last_line_says_so() -> None:
    errors = small.reading(more={"report/01-a.md": "---\ntitle: A\nid: sec-a\n\nWords.\n"}).errors
    assert [(p.path, p.line, p.message) for p in errors] == [("report/01-a.md", 1, "the front matter of the section has no end")]


def test_what_stands_twice_is_told_together_with_the_other_faults_of_its_file() -> None:
    facts = [
        small.fact("A **x** y.", date="2019-13-45", id="be-01"),
        small.fact("B.", id="be-01"),
        small.fact("C.", id="be-02", priority="9"),
        small.fact("D.", id="be-02"),
    ]
    topics = [{"id": "market", "label": "M"}, {"id": "policy", "label": "P"}, {"id": "market", "label": "N", "colour": "red"}]
    told = [problem.message for problem in small.reading(facts=facts, about={"topics": topics, "date": "20x"}).errors]
    assert [message for message in told if message.endswith("stands twice")] == [
        "the fact “be-01” stands twice",
        "the fact “be-02” stands twice",
        "the id “market” stands twice",
    ]
    assert any("no month 13" in message for message in told) and any("20x" in message for message in told)
