"""Digits of a script beside those that the program prints."""

from __future__ import annotations

import pytest

from tests import small


@pytest.mark.parametrize(
    ("words", "digits"), [("در سال ۱۳۹۹ چنین شد.", "۱۳۹۹"), ("في عام ٢٠١٩ حدث.", "٢٠١٩"), ("वर्ष २०१९ में", "२०१९")]
)
def test_digits_of_a_script_are_told_once(words: str, digits: str) -> None:
    found = small.reading(about={"language": "fa"}, country={"summary": words, "position": words})
    (told,) = [problem for problem in found.problems if "digits" in problem.message]
    assert (told.severity, told.path) == ("warning", "countries/be.yaml") and f"“{digits}” is written" in told.message
    assert not found.errors


def test_western_digits_are_right_in_every_language() -> None:
    found = small.reading(about={"language": "fa"}, country={"summary": "در سال 1399 چنین شد."})
    assert not any("digits" in problem.message for problem in found.problems)
