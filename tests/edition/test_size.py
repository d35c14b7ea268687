"""Large content: what would take a time that grows with the square of its size is done once, or bounded with a message."""

from __future__ import annotations

import difflib
import json

import pytest

from briefs import problems
from briefs.edition import bib, check, model, read, style, yamls
from briefs.edition.model import Text
from briefs.problems import Place, did_you_mean, error, nearest, warning
from tests import small

SECTION = "---\nid: a\ntitle: A\n---\n\n"


@pytest.mark.parametrize("text", ["", "a", "\n", "a\nbc\n\nd", "\n\na"])
def test_the_place_of_each_character(text: str) -> None:
    written = Text(text, Place("a.md", line=5, column=3))
    for offset in range(len(text) + 1):
        before = text[:offset].split("\n")
        column = len(before[-1]) + (1 if len(before) > 1 else 3)
        assert written.place_at(offset) == Place("a.md", line=4 + len(before), column=column)


def test_the_lines_of_a_text_are_looked_for_once() -> None:
    model.line_starts.cache_clear()
    small.reading(more={"report/01-a.md": SECTION + "Words.[@unknown]\n\n" * 300})
    assert model.line_starts.cache_info().misses < 20 < 300 <= model.line_starts.cache_info().hits


def test_a_check_ends_after_many_errors_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MOST", 3)
    said = [str(p) for p in small.reading(more={"report/01-a.md": SECTION + "Words.[@unknown]\n\n" * 9}).errors]
    hint = "“@unknown” is read as a citation. Add the source, or write `\\@unknown` to print it as it is."
    assert said == [
        *(f"report/01-a.md:{line}:8: error: there is no source “unknown”. {hint}" for line in (6, 8, 10)),
        f"report/01-a.md:12:8: error: there are more errors like this one from here on: there is no source “unknown”. {hint}",
    ]


SIGNED = f'when: "2020-01-01T00:00:00Z", labels: {"0" * 16}, items: {{{{}}}}'
UNKNOWN = {
    "audit.yaml": ("contested", "zz-{}"),
    "corrections.yaml": ("corrections", "{{id: be-{}, country: zz, fact: be-01, date: 2020, wrong: [a word]}}"),
    "signoff.yaml": ("signatures", "{{piece: countries/be.yaml, role: zz{}, by: Ann, " + SIGNED + "}}"),
}


@pytest.mark.parametrize("path", UNKNOWN)
def test_names_that_don_t_exist_are_looked_for_a_limited_number_of_times(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To find what looks like each of 20,000 names among 10,000 took a minute."""
    monkeypatch.setattr(check, "MOST", 3)
    key, entry = UNKNOWN[path]
    entries = ", ".join(entry.format(number) for number in range(9))
    said = [p.message for p in small.reading(more={path: f"{key}: [{entries}]"}).errors]
    assert len(said) == 4 and said[3].startswith("there are more errors like this one from here on: there is no"), said


def test_warnings_hide_no_error() -> None:
    many = [warning(Place("a"), "a warning")] * (check.MOST + 1)
    found = [*many, error(Place("a"), "an error")]
    assert list(check.limited(iter(found))) == found


def test_a_word_is_compared_with_a_limited_number_of_words(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [f"source-{number}" for number in range(50)]
    assert did_you_mean("sourse-17", known) == "Did you mean “source-17”?"
    monkeypatch.setattr(problems, "COMPARED", 10)
    seen: list[list[str]] = []
    monkeypatch.setattr(difflib, "get_close_matches", lambda word, words, **_: seen.append(words) or [])
    nearest("xxxxxx-x17", [*known, "xxx-8"])
    nearest("source-17", known)
    assert [len(words) for words in seen] == [2, 10] and {"source-17", "xxx-8"} <= set(seen[0])


def test_a_text_is_searched_only_for_the_words_that_may_be_in_it() -> None:
    sheet = model.StyleSheet.model_validate({
        "avoid": [
            {"words": ["the authors", "writer"], "write": "a"},
            {"words": ["US$"], "write": "b"},
            {"words": ["-like"], "write": "c"},
            {"words": ["_odd"], "write": "d"},
            {"words": ["cyber-security"], "write": "e"},
        ]
    })  # fmt: skip
    rules = style._Rules(sheet)

    def may(text: str) -> str:
        return "".join(rule.write for rule in rules.that_may_match(text))

    assert may("Nothing.") == "cd"
    assert may("THE authors.") == may("a Writer") == "acd"
    assert may("5 US$") == "bcd" and may("US") == "bcd"
    assert may("Cyber-security and the writer") == "acde"


def test_a_long_hint_is_cut() -> None:
    written = error(Place("a"), "A message  of\ntwo lines", "word " * 1_000)
    tidy = read._tidy(written)
    assert (tidy.message, len(tidy.hint)) == ("A message of two lines", read.MESSAGE + 1)


def test_brackets_that_are_never_closed_are_told_before_pandoc_reads_them() -> None:
    text = "[a](b) " * 50 + "\n\n" + "[a " * 12 + "\n\n" + "\\[a " * 50 + "`[a`" * 50 + "\n\nHere " + "[a " * 13 + "\n"
    (problem,) = small.reading(more={"report/01-a.md": SECTION + text}).errors
    assert str(problem) == (
        "report/01-a.md:12:42: error: over 12 brackets are open here, one in another."
        " Close them, or write a bracket that is only a sign as \\[."
    )
    (fact,) = small.reading(facts=[small.fact("[a " * 13)]).errors
    assert fact.path == "countries/be.yaml" and "brackets" in fact.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Words.\n\n" + "<!-- a " * 51, "8:1: error: over 50 tags or comments begin from here on and aren’t closed"),
        ("Words <a " * 51, "6:7: error: over 50 tags or comments begin from here on and aren’t closed"),
        ("".join(f"{'`' * n} a " for n in range(1, 32)), "6:556: error: over 30 runs of backticks of different lengths"),
        ("Words.\n\n" + "> " * 31 + "deep", "8:1: error: over 30 quotations, one in another"),
    ],
    ids=["comments", "tags", "backticks", "quotations"],
)
def test_markup_that_takes_pandoc_minutes_is_told_before_it_reads_it(text: str, said: str) -> None:
    found = small.reading(more={"report/01-a.md": SECTION + text + "\n"})
    assert [str(p).partition(". ")[0] for p in found.errors] == [f"report/01-a.md:{said}"]
    assert found.valid is None or not check.is_bounded(found.valid)


def test_markup_as_people_write_it_is_not_taken_for_slow() -> None:
    text = "A <!-- comment --> and `code`, ``more `code` ``, <b> and 3 < 4 and a<b.\n\n> > One in another.\n\n" * 200
    assert not [p for p in small.reading(more={"report/01-a.md": SECTION + text}).errors if "over" in p.message]


def test_sources_without_end_are_bounded() -> None:
    records = [small.source(f"s{n}") for n in range(check.MOST_IN_NOTES + 1)]
    text = "\n\n".join(f"Words.[@s{n}]" for n in range(check.MOST_IN_NOTES + 1))
    listed = [small.fact("A fact.", sources=[f"s{n}" for n in range(check.MOST_LISTED + 1)])]
    more = {"sources.yaml": None, "sources.json": json.dumps(records), "report/01-a.md": f"---\ntitle: A\nid: a\n---\n\n{text}\n"}
    told = [str(p) for p in small.reading(facts=listed, more=more).errors]
    assert told == [
        "countries/be.yaml:1:7: error: the country cites 501 sources; 500 is the most. Name the best source of each fact.",
        "report/01-a.md:8006:8: error: the report cites more than 4,000 sources. Cite fewer, or divide the edition.",
    ]


def test_bibtex_without_end_is_told_at_the_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    def said(text: str) -> list[str]:
        return [
            str(p).partition(". ")[0] for p in bib.load("sources.bib", f"@book{{w, title = {{T}}}}\n\n{text}".encode()).problems
        ]

    people = " and\n".join(f"B{n}, A" for n in range(bib.MOST_NAMES + 1))
    assert said(f"@book{{x,\n author = {{{people}}}\n}}\n") == ["sources.bib:3:1: error: “x” has over 1,000 names"]
    assert said("@book{x,\n" + " title = {T},\n" * 500 + "}\n") == ["sources.bib:3:1: error: the field “title” stands twice in “x”"]
    monkeypatch.setattr(yamls, "MAX_VALUES", 20)
    assert said("@book{x, author = {A, B and C, D}}\n") == [
        "sources.bib:3:1: error: the entries up to this one hold over 20 values"
    ]


def test_of_very_many_sources_that_nothing_cites_the_first_are_named() -> None:
    records = [small.source(f"s{n}") for n in range(1_000)]
    found = small.reading(facts=[], sources=records).problems
    assert len(found) == check.MOST_UNCITED + 1
    assert found[-1].message == "950 more sources are never cited"


def test_a_journey_without_countries_is_told_once_and_at_its_place() -> None:
    found = small.reading(more={"journeys/baltics.yaml": "title: Baltics\n"}).errors
    assert [(p.path, p.message) for p in found] == [("journeys/baltics.yaml", "“countries” is missing")]
