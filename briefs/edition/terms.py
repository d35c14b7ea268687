"""Words and marks that lists of sources need in the edition's language: quotation marks, seasons, years before Christ.

In: a BCP 47 tag. Out: what `terms.json` has for it (written by `tools/make_terms.py`: quotation marks of CLDR, words of the CSL
project's locales), or else the English ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NotRequired, TypedDict, TypeVar

from briefs.edition.names import script

T = TypeVar("T")


class Terms(TypedDict):
    """The words of a language. `quotes`: outer opening and closing quotation mark, then the inner ones. `titles`: the same for the
    titles of articles and what is quoted in them, where these have other marks. `bc`: “BC”. `seasons`: patterns for spring to
    winter, with `{year}`."""

    quotes: tuple[str, str, str, str]
    titles: NotRequired[tuple[str, str, str, str]]
    bc: str
    seasons: list[str]
    numbered: bool  # whether dates in words write months as numbers


def quotes(language: str) -> tuple[str, str, str, str]:
    """The marks of a quotation and of one inside it: “, ”, ‘ and ’ in English."""
    return _terms(language)["quotes"]


def title_quotes(language: str) -> tuple[str, str, str, str]:
    """The marks of the title of an article and of a quotation in it: 《, 》, “ and ” in Chinese."""
    return _terms(language).get("titles", quotes(language))


def season(number: int, year: int, language: str) -> str:
    """A season of a year in words. `number`: 0 for spring to 3 for winter."""
    return _terms(language)["seasons"][number].format(year=year)


def before_christ(language: str) -> str:
    """What marks a year before the year 1: “BC”."""
    return _terms(language)["bc"]


def numbers_months(language: str) -> bool:
    """Whether months are numbers in a date that is written out, as in Japanese."""
    return _terms(language)["numbered"]


def year(number: int, language: str) -> str:
    """A year in words. -1 is the year 1 BC."""
    return str(number) if number > 0 else f"{-number} {before_christ(language)}"


@lru_cache
def _terms(language: str) -> Terms:
    known = _all()
    return nearest(language, known) or known["en"]


def nearest(language: str, known: Mapping[str, T]) -> T | None:
    """What is known for a language: for its tag, for its script (`zh-Hant` for `zh-TW`), or for it in general."""
    tag = language.partition("-")[0]
    return known.get(language) or known.get(f"{tag}-{script(language)}") or known.get(tag)


@lru_cache
def _all() -> dict[str, Terms]:
    found: dict[str, Terms] = json.loads(Path(__file__).with_name("terms.json").read_text(encoding="utf-8"))
    return found
