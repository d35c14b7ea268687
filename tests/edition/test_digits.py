"""The digits of a language: which are printed, and which stand beside them in the content."""

from __future__ import annotations

from typing import Any

import pytest

from briefs.edition import digits
from briefs.edition.dates import Date
from briefs.problems import Problem
from tests import small


@pytest.mark.parametrize(
    ("language", "system"),
    [
        ("fa", "arabext"), ("fa-AF", "arabext"), ("ar", "latn"), ("ar-EG", "arab"), ("ar-MA", "latn"), ("ar-AE", "latn"),
        ("hi", "latn"),
        ("mr", "deva"), ("ne", "deva"), ("bn", "beng"), ("my", "mymr"), ("th", "latn"), ("zh-CN", "latn"), ("en-GB", "latn"),
    ],
)  # fmt: skip
def test_the_usual_digits_are_those_of_cldr(language: str, system: str) -> None:
    assert digits.usual(language) == system


def test_an_edition_may_have_other_digits() -> None:
    for chosen, shown in (({}, "۱۲ سپتامبر ۲۰۱۹"), ({"fa": "latn"}, "12 سپتامبر 2019")):
        about = small.edition(about={"language": "fa", "digits": chosen}).about
        assert about.says(Date.parse("2019-09-12")) == shown


def told(**changes: Any) -> list[Problem]:
    return [problem for problem in small.reading(**changes).problems if "digits" in problem.message]


def test_digits_in_which_a_language_is_not_written_are_refused() -> None:
    (problem,) = told(about={"language": "fa", "digits": {"fa": "deva"}})
    assert (problem.severity, problem.path) == ("error", "edition.yaml") and "Write arabext or latn." in problem.hint


@pytest.mark.parametrize(
    ("about", "words", "message", "hint"),
    [
        ({"language": "fa"}, "در سال 1399 چنین شد.", "“1399”", "Write “۱۳۹۹”, or `digits: {fa: latn}`"),
        ({"language": "ar"}, "في عام ٢٠١٩ حدث.", "“٢٠١٩”", "Write “2019”, or `digits: {ar: arab}`"),
        ({"language": "hi"}, "वर्ष २०१९ में", "“२०१९”", "Write “2019”, or `digits: {hi: deva}`"),
        (
            {"language": "fa", "digits": {"fa": "latn"}},
            "در سال ۱۳۹۹ چنین شد.",
            "“۱۳۹۹”",
            "Write “1399”, or `digits: {fa: arabext}`",
        ),
    ],
)
def test_digits_beside_others_are_told_once(about: dict[str, Any], words: str, message: str, hint: str) -> None:
    (problem,) = told(about={"title": "A", **about}, country={"summary": words, "position": words})
    assert (problem.severity, problem.path) == ("warning", "countries/be.yaml")
    assert problem.message.startswith(message) and hint in problem.hint


def test_a_text_with_latin_letters_may_have_western_digits() -> None:
    assert not told(about={"language": "fa"}, country={"summary": "گزارش UNEP در سال 2018."})
