"""The words that templates print: the program has them in many languages, and an edition words some of them itself."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from babel import Locale

from briefs.compose.labels import Labels
from briefs.edition import labels
from briefs.edition.model import Edition
from briefs.edition.read import read_past
from tests import small

ENGLISH = labels.of_language("en")
NUMBERS = range(201)


@pytest.mark.parametrize("tag", labels.languages())
def test_every_language_has_every_label_with_its_gaps(tag: str) -> None:
    own = labels.of_language(tag)
    assert labels.missing(tag) == [] and {labels.base(name) for name in own} <= {labels.base(name) for name in ENGLISH}
    for name, words in own.items():
        assert words.strip() == words and words, name
        assert labels.gaps(words) <= labels.gaps_of(name) or name, name  # type: ignore[operator]
        if name in ENGLISH:
            assert labels.gaps(words) | {"n"} >= labels.gaps(ENGLISH[name]), name
            assert len(re.findall(r"[{}]", words)) == 2 * len(re.findall(r"\{\w+\}", words)), name


@pytest.mark.parametrize("tag", labels.languages())
def test_every_label_with_a_number_has_the_forms_of_its_plurals(tag: str) -> None:
    """The forms that CLDR gives the numbers from 0 to 200."""
    needed = {Locale.parse(tag, sep="-").plural_form(n) for n in NUMBERS} | {"other"}
    forms: dict[str, set[str]] = defaultdict(set)
    for name in labels.of_language(tag):
        if labels.base(name) != name:
            forms[labels.base(name)].add(name.rpartition(".")[2])
    with_forms = {labels.base(name) for name in ENGLISH if labels.base(name) != name}
    assert {name: found for name, found in forms.items() if found < needed} == {} and forms.keys() == with_forms


def test_what_the_edition_words_itself_is_printed_and_the_rest_is_the_programs() -> None:
    edition = small.edition(about={"language": "de-AT"}, more={"labels/en.yaml": None, "labels/de.yaml": "sources: Belege\n"})
    printed = Labels(edition.labels, "de-AT")
    assert (printed("sources"), printed("summary")) == ("Belege", labels.of_language("de")["summary"])
    assert printed("more", n=1) != printed("more", n=2)


def test_an_edition_in_a_language_that_nobody_has_worded_prints_english_and_is_told() -> None:
    reading = small.reading(about={"language": "sq"}, more={"labels/en.yaml": None, "labels/sq.yaml": "sources: Burime\n"})
    (problem,) = reading.problems
    assert problem.severity == "warning" and " such as “abbreviations”; English is printed" in problem.message
    assert problem.hint.startswith("Write them in labels/sq.yaml: `abbreviations: ")
    assert reading.edition and Labels(reading.edition.labels, "sq")("summary") == "Summary"


def test_a_label_that_is_misspelt_is_told_at_its_line() -> None:
    (problem,) = small.reading(more={"labels/en.yaml": "# Ours.\ncontnts: What is inside\n"}).problems
    assert (problem.path, problem.line) == ("labels/en.yaml", 2) and problem.hint == "Did you mean “contents”?"


def test_a_gap_that_nothing_fills_is_told_at_its_line_and_left_out_of_a_past_edition() -> None:
    more: dict[str, str | bytes | None] = {"labels/en.yaml": "sources: Sources\nas_of: as of {month}\n"}
    (problem,) = small.reading(more=more).errors
    assert (problem.path, problem.line, problem.hint) == ("labels/en.yaml", 2, "It may have {date}.")
    past = read_past(small.files(more=more))
    assert past.edition and set(past.edition.labels) == {"sources"} and len(past.unread) == 1


@pytest.mark.parametrize(
    ("tag", "found"),
    [("zh-TW", "zh-Hant"), ("zh-HK", "zh-Hant"), ("zh", "zh"), ("zh-Hans", "zh-Hans"), ("de-CH", "de"), ("xx", "xx")],
)
def test_files_of_a_language_are_found_by_its_script(tag: str, found: str) -> None:
    assert found in labels.candidates(tag)


def test_the_first_edition_words_only_what_is_its_own(edition: Edition) -> None:
    assert edition.labels and all(str(words) != ENGLISH.get(name) for name, words in edition.labels.items())
