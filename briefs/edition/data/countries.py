"""Finds the country that a table's row is about by its ISO 3166 code of two or three letters, M49 number, or name.

In: the edition's names, and what a cell says. Out: a code of the edition, None for a country that the edition doesn't have, or
a ValueError. M49 numbers are the numeric codes of ISO 3166-1: https://unstats.un.org/unsd/methodology/m49/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from briefs.edition import names
from briefs.problems import UnreadableText, did_you_mean


class CountryFinder:
    """Finds the countries of one edition."""

    def __init__(self, known: Mapping[str, str], aliases: Mapping[str, Iterable[str]], language: str):
        """`known`: the edition's names of countries by code; `aliases`: their other names."""
        self._edition = known
        self._spellings = names.spellings(known, aliases, language)
        self._language = language
        self._found: dict[str, str | None] = {}

    def find(self, text: str) -> str | None:
        """The edition's code of the country that `text` names. None for a country that the edition doesn't have.

        Raises UnreadableText.
        """
        if text not in self._found:
            self._found[text] = self._looked_up(text)
        return self._found[text]

    def _looked_up(self, text: str) -> str | None:
        word = names.fold(text)
        number = word.zfill(3) if word.isdigit() else ""
        for way in (word, number):
            if way in self._spellings:
                return self._spellings[way]
        if word in names.SHARED:
            meant = " or ".join(f"{code} ({names.name_of(code, self._language)})" for code in names.SHARED[word])
            raise UnreadableText(f"“{text[:60]}” is the name of several countries", f"Write the code: {meant}.")
        code = _everywhere(self._language).get(number or word)
        if code is None:
            hint = did_you_mean(text, self._edition.values(), "Write an ISO 3166 code")
            otherwise = "or list it under `skip` for this file in columns.yaml if it is no country."
            raise UnreadableText(f"there is no country “{text[:60]}”", f"{hint.rstrip('.')}, {otherwise}")
        return code if code in self._edition else None


@cache
def _everywhere(language: str) -> Mapping[str, str]:
    """The code of every country of ISO 3166, by each of its spellings and by its M49 number. Words that several countries share
    as their name are left out."""
    import pycountry

    records = {country.alpha_2.lower(): country.numeric for country in pycountry.countries}
    known = names.spellings({code: names.name_of(code, language) for code in records}, {}, language)
    known = {word: code for word, code in known.items() if word not in names.SHARED}
    return known | {number: code for code, number in records.items()}
