"""The style sheet: `check` warns of a word that it avoids, at its letter, and of nothing else."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from briefs.edition import style
from briefs.edition.read import Reading
from tests import small
from tests.small import FACTS, fact

SHEET = {
    "avoid": [{"words": ["the authors", "the writer"], "write": "the report"}, {"words": ["US$"], "write": "$"}],
    "prefer": [{"form": "cybersecurity", "variants": ["cyber security", "cyber-security"]}],
}
SECTION = "---\ntitle: A section\nid: sec-one\n---\n"
LABELS = small.LABELS.read_text(encoding="utf-8")
DECK = "---\ntitle: A deck\n---\n\n## A slide\n\n- A point\n"


def read(sheet: Any = SHEET, *, more: dict[str, str] | None = None, **changes: Any) -> Reading:
    return small.reading(more={"style.yaml": yaml.safe_dump(sheet, allow_unicode=True), **(more or {})}, **changes)


def told(reading: Reading) -> list[str]:
    return [f"{p.path}:{p.line}:{p.column}: {p.severity}: {p.message}. {p.hint}" for p in reading.problems]


def places(reading: Reading) -> list[str]:
    return [f"{p.path}:{p.line}:{p.column}" for p in reading.problems]


def test_a_word_is_told_at_its_letter_with_what_to_write() -> None:
    text = "First line.\n\nOn the second, the authors\nagree, and so does\nthe\nwriter.\n"
    assert told(read(more={"report/01.md": SECTION + text})) == [
        "report/01.md:7:16: warning: the style sheet avoids “the authors”. Write “the report”.",
        "report/01.md:9:1: warning: the style sheet avoids “the writer”. Write “the report”.",
    ]


def test_a_folded_field_is_told_at_its_letter() -> None:
    country = """\
code: be
stance: wary
summary: >-
  A summary in which “the authors” are quoted, and then the
  authors speak. It says that the authors speak.
facts: []
"""
    assert places(read(more={"countries/be.yaml": country}, sources=[])) == ["countries/be.yaml:4:57", "countries/be.yaml:5:31"]


@pytest.mark.parametrize(
    ("where", "changes"),
    [
        ("countries/be.yaml", {"facts": [*FACTS, fact("A fact of the authors.")]}),
        ("countries/be.yaml", {"country": {"summary": "Cyber security is first. It is a word."}}),
        ("countries/be.yaml", {"country": {"stance_note": "by the authors"}}),
        ("edition.yaml", {"about": {"scale_note": "Whose? The authors’ judgement."}}),
        ("edition.yaml", {"about": {"subtitle": "It cost US$14 billion"}}),
        ("glossary.yaml", {"more": {"glossary.yaml": "NCSC: a centre for cyber-security\n"}}),
        ("labels/en.yaml", {"more": {"labels/en.yaml": LABELS.replace("\nsources: Sources", "\nsources: By the authors")}}),
        ("report/01.md", {"more": {"report/01.md": SECTION.replace("A section", "The authors") + "Words.\n"}}),
        ("report/01.md", {"more": {"report/01.md": SECTION + "Words.[The authors doubt it. See @one]\n"}}),
        ("decks/talk.md", {"more": {"decks/talk.md": DECK.replace("A point", "A point of the authors")}}),
        ("decks/talk.md", {"more": {"decks/talk.md": DECK.replace("A deck", "The authors’ deck")}}),
    ],
)
def test_every_kind_of_text_is_read(where: str, changes: dict[str, Any]) -> None:
    (problem,) = read(**changes).problems
    assert (problem.path, problem.severity) == (where, "warning")
    line = small.files(**changes)[where].decode().splitlines()[problem.line - 1]
    words = problem.message.split("“")[1].rstrip("”")
    assert line[problem.column - 1 :].startswith(words)


@pytest.mark.parametrize(
    "text",
    [
        "“A cyber security risk, say the authors”, it says.",
        "«Cyber security», it says.",
        "The National Cyber Security Centre says so.",
        "They bathe authors.",
        "See [the page](https://example.org/cyber-security).",
        "It is said.[@one]",
        "Code: `cyber security`.",
    ],
)
def test_names_quotations_addresses_and_parts_of_words_are_left_alone(text: str) -> None:
    assert places(read(facts=[*FACTS, fact(text)])) == []


def test_titles_of_sources_are_left_alone() -> None:
    sources = [small.source("one", title="The authors on cyber security"), small.source("two")]
    assert places(read(sources=sources)) == []


def test_a_citation_s_key_is_left_alone() -> None:
    sheet = {"avoid": [{"words": ["one"], "write": "two", "files": ["report/*.md"]}]}
    assert places(read(sheet, more={"report/01.md": SECTION + "Word.[@one]\n"})) == []


def test_an_entry_with_capitals_is_found_as_it_stands() -> None:
    sheet = {"avoid": [{"words": ["Kit"], "write": "equipment"}]}
    assert len(read(sheet, facts=[*FACTS, fact("Kit, kit and KIT.")]).problems) == 1


def test_an_entry_without_capitals_is_found_at_the_head_of_a_sentence() -> None:
    sheet = {"avoid": [{"words": ["kit"], "write": "equipment"}]}
    assert len(read(sheet, facts=[*FACTS, fact("Kit, kit and KIT.")]).problems) == 2


def test_an_entry_may_be_limited_to_files() -> None:
    sheet = {"avoid": [{"words": ["kit"], "write": "equipment", "files": ["report/*.md", "edition.yaml"]}]}
    found = read(sheet, facts=[*FACTS, fact("A kit.")], about={"subtitle": "Of kit"}, more={"report/01.md": SECTION + "Kit.\n"})
    assert [p.path for p in found.problems] == ["edition.yaml", "report/01.md"]


def test_warnings_stop_no_build() -> None:
    found = read(facts=[*FACTS, fact("The authors say.")])
    assert found.problems and found.edition


def test_the_sheet_may_be_left_out_or_empty() -> None:
    assert small.reading().problems == () == read({}).problems


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        ("avoid:\n- words: [a]\n", "style.yaml:2:3: error: “write” is missing"),
        ("avoid:\n- words: []\n  write: b\n", "style.yaml:2:3: error: “words” needs at least 1"),
        ("prefer:\n- form: a\n  varians: [b]\n", "style.yaml:3:3: error: the key “varians” isn’t known here"),
        ("prefer:\n- form: a\n  variants: ['']\n", "style.yaml:3:14: error: “variants” can’t be “”"),
    ],
)
def test_a_faulty_sheet_is_told_at_its_place(sheet: str, message: str) -> None:
    found = small.reading(more={"style.yaml": sheet})
    assert not found.edition
    assert any(f"{p.path}:{p.line}:{p.column}: {p.severity}: {p.message}".startswith(message) for p in found.problems), told(found)


def test_a_sheet_that_takes_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "SECONDS", -1.0)
    reading = read({"avoid": [{"words": ["first"], "write": "other"}]})
    assert ["texts couldn’t be searched for all of its words" in problem.message for problem in reading.problems] == [True]


def test_an_entry_has_few_words_and_files() -> None:
    for key, entry in {"words": {"words": [f"w{n}" for n in range(101)]}, "files": {"words": ["w"], "files": ["a*"] * 101}}.items():
        reading = read({"avoid": [{"write": "x", **entry}]})
        assert [problem.message for problem in reading.errors] == [f"“{key}” can’t have more than 100"]
