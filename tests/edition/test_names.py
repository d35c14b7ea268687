"""Which country a person means, and what its documents are called."""

from __future__ import annotations

import pytest

from briefs.edition import names
from briefs.edition.records import language_tag

OWN = {"gb": "United Kingdom", "us": "United States", "cz": "Czech Republic", "tr": "Turkey", "ee": "Estonia", "xq": "Be"}
KNOWN = names.spellings(OWN, {"cz": ["Czechia Republic"], "xq": ["USA Minor", "Estonia"]}, "en-GB")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Britain", "gb"),
        ("uk", "gb"),
        ("U.K.", "gb"),
        ("USA", "us"),
        ("u.s.a.", "us"),
        ("America", "us"),
        ("Czechia", "cz"),
        ("czech-republic", "cz"),
        ("Czechia Republic", "cz"),
        ("Türkiye", "tr"),
        ("TÜRKİYE", "tr"),
        ("turkiye", "tr"),
        ("EST", "ee"),
        ("ee", "ee"),
        ("  Estonia ", "ee"),
        ("republic of estonia", "ee"),
        ("be", "xq"),
        ("usa minor", "xq"),
    ],
)
def test_a_country_is_found_in_any_case(typed: str, code: str) -> None:
    assert names.find(typed, KNOWN, OWN) == (code, [])


@pytest.mark.parametrize(("typed", "near"), [("Turky", "Turkey"), ("Untied Kingdom", "United Kingdom"), ("Estland", "Estonia")])
def test_a_near_miss_is_answered_with_the_nearest(typed: str, near: str) -> None:
    code, nearest = names.find(typed, KNOWN, OWN)
    assert code is None
    assert near in nearest
    assert len(nearest) <= 3


@pytest.mark.parametrize("typed", ["", "   ", ".", "?", "x" * 5000, "\udcff"])
def test_nonsense_finds_nothing(typed: str) -> None:
    assert names.find(typed, KNOWN, OWN) == (None, [])


def test_german_names() -> None:
    own = {"gb": names.name_of("gb", "de"), "be": names.name_of("be", "de")}
    known = names.spellings(own, {}, "de")
    assert own == {"gb": "Vereinigtes Königreich", "be": "Belgien"}
    assert [names.find(w, known, own)[0] for w in ("vereinigtes konigreich", "Belgium", "Belgien", "BEL")] == [
        "gb",
        "be",
        "be",
        "be",
    ]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("United Kingdom", "united-kingdom"),
        ("Türkiye", "turkiye"),
        ("Côte d’Ivoire", "cote-divoire"),
        ("Weißrussland", "weissrussland"),
        ("Færøerne", "faeroerne"),
        ("中国", "cn"),
        ("../../etc/passwd", "etc-passwd"),
        ("", "cn"),
    ],
)
def test_the_name_of_a_file(name: str, stem: str) -> None:
    assert names.stem_of(name, "cn") == stem


def test_codes() -> None:
    assert [c for c in ("be", "BE", "uk", "xk", "eu", "b", "", "bel") if names.is_iso(c)] == ["be", "BE"]
    assert [names.iso_for(w) for w in ("bel", "uk", "el", "xx")] == ["be", "gb", "gr", None]
    assert [t for t in ("en", "en-GB", "de", "zh-Hans", "xx", "qqq", "en-XX", "en-ZZ") if names.knows_language(t)] == [
        "en",
        "en-GB",
        "de",
        "zh-Hans",
    ]


def test_tags_of_languages() -> None:
    known = ["en", "EN-gb", "grc", "zh-Hans", "zh-Hant-TW", "sr-Latn-RS", "es-419", "de-1996", "sl-rozaj", "sq-XK", "mul", "sgn"]
    unknown = ["", "zz", "xx", "qqq", "deu", "ger", "english", "en-", "en-ZZ", "en-XX", "zh-Hxxx", "en_GB", "en-a", "ｅｎ", "en\n"]
    assert [tag for tag in known + unknown if names.is_language(tag)] == known


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("ga", "ga"),
        ("GA", "ga"),
        ("Ga", "gaa"),
        ("kom", "kv"),
        ("ger", "de"),
        ("German", "de"),
        ("fr_CA", "fr-CA"),
        ("Elvish", None),
    ],
)
def test_a_language_of_a_record_is_a_tag_a_code_or_a_name(words: str, tag: str | None) -> None:
    assert language_tag(words) == tag


@pytest.mark.parametrize("language", ["en", "el", "he", "hi"])
def test_two_names_of_a_country_are_joined_by_a_dash_and_found_with_a_hyphen(language: str) -> None:
    name = names.name_of("cd", language)
    assert " – " in name and " - " not in name
    known = names.spellings({"cd": name}, {}, language)
    assert [names.find(way, known, {"cd": name})[0] for way in (name, name.replace("–", "-"))] == ["cd", "cd"]
