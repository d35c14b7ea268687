"""Capitals by language."""

from __future__ import annotations

import pytest

from briefs.compose import charts
from briefs.edition import casing
from tests import small


@pytest.mark.parametrize(
    ("language", "words", "made"),
    [("tr", "istanbul ili", "İstanbul ili"), ("tr-TR", "ısı", "Isı"), ("az", "il", "İl"), ("en", "istanbul", "Istanbul"),
     ("nl", "ijsland", "IJsland"), ("de", "ßa", "Ssa"), ("el", "άνοιξη", "Άνοιξη"), ("hr", "ǆep", "ǅep"),
     ("ka", "აბ", "აბ"), ("en", "", "")],
)  # fmt: skip
def test_a_phrase_has_the_capital_of_its_language(language: str, words: str, made: str) -> None:
    assert casing.capitalised(words, language) == made


def test_small_letters_are_the_languages() -> None:
    assert casing.lower("IĞDIR İL", "tr") == "ığdır il" and casing.lower("ID", "en") == "id"


def test_a_turkish_timeline_has_a_dotted_capital() -> None:
    edition = small.edition(about={"language": "tr"}, facts=[small.fact("Yeni **istanbul kararı** var.", date="2019-03")])
    (event,) = charts.events_of(edition, next(iter(edition.countries.values())).facts)
    assert event.label == "İstanbul kararı"
