"""Currencies in prose, by their signs, codes and names in a language.

In: some prose, its language. Out: the signs of the currencies that it may name: “€5”, “5 EUR” and “5 millions d’euros” are all `€`.
All dollars are `$`. CLDR (through babel) has the names. Only those that stand behind a number are read, by the first letters of
their words, so that inflected forms are known too. In them the word of a country (“Polish” in “Polish zloty”) names no currency.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from briefs.edition import names

_SIGNS = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "¥", "INR": "₹", "RUB": "₽",
    "UAH": "₴", "TRY": "₺", "PLN": "zł", "CHF": "CHF",
}  # fmt: skip
_CODE = re.compile(rf"\b({'|'.join(_SIGNS)})(?![A-Z])")
_BEHIND = re.compile(r"\d[^\d.;:!?()]{0,24}")
_STEM = 4  # letters of a name that its inflected forms have too
_ALIKE = 3  # letters that the name of a country and its adjective share


def named(language: str, plain: str) -> frozenset[str]:
    """The signs of the currencies that some prose may name."""
    signs = {sign for sign in plain if unicodedata.category(sign) == "Sc"}
    codes = {_SIGNS[code] for code in _CODE.findall(plain)}
    behind = " ".join(_BEHIND.findall(plain)).casefold()
    words = {sign for stem, sign in _stems(language).items() if re.search(stem, behind)} if language else set()
    return frozenset(signs | codes | words)


@cache
def _stems(language: str) -> Mapping[str, str]:
    """The sign of each currency by a pattern of its unit's name. Empty if CLDR doesn't know the language."""
    if not names.knows_language(language):
        return {}
    from babel import Locale
    from babel.numbers import get_currency_name

    locale = Locale.parse(language, sep="-")
    countries = {code: name.casefold() for code, name in locale.territories.items()}
    written = {code: {get_currency_name(code, count, locale) for count in (1, 3, 5)} for code in _SIGNS}
    is_first = _begin_with_countries(written, countries)
    found = dict[str, str]()
    for code, texts in written.items():
        for word in (word for text in sorted(texts) for word in _unit(text, is_first)):
            if pattern := _pattern(word, language, countries.values()):
                found.setdefault(pattern, _SIGNS[code])
    return found


def _words(name: str) -> list[str]:
    """The words of a currency's name, without letters that stand for a country (US, США)."""
    parted = "".join(sign if sign.isalpha() or unicodedata.category(sign) in {"Mn", "Mc"} else " " for sign in name).split()
    return [word.casefold() for word in parted if len(word) > 3 or not word.isupper()]


def _begin_with_countries(written: Mapping[str, Iterable[str]], countries: Mapping[str, str]) -> bool:
    """Whether names begin with the word of the country (Polish zloty, złoty polski), which begins like the country's own name."""
    votes = 0
    for code, texts in written.items():
        for words in map(_words, texts):
            country = countries.get(code[:2], "")[:_ALIKE]
            votes += (words[0][:_ALIKE] == country) - (words[-1][:_ALIKE] == country) if len(words) > 1 else 0
    return votes > 0


def _unit(name: str, is_first: bool) -> list[str]:
    """The words of a currency's name that name its unit. `is_first`: whether the country's word stands before them."""
    words = _words(name)
    return words if len(words) < 2 else words[1:] if is_first else words[:1]


def _pattern(word: str, language: str, countries: Iterable[str]) -> str:
    """A pattern of a word in any of its forms; empty for a short one, which may be another word too (Czech “jen”). If the name of a
    country begins like it, as France and Europe do, the pattern is all of the word, and doesn't fit that name and what goes on with
    a hyphen (Franco-German)."""
    is_joined = names.script(language) in {"Hans", "Hant", "Jpan", "Thai"}
    stem = word if is_joined else word[:_STEM]
    if len(stem) < _STEM and not is_joined:
        return ""
    begin = "" if is_joined else r"\b"
    if not any(name.startswith(stem) for name in countries):
        return begin + re.escape(stem)
    others = "".join(sorted({name[len(word)] for name in countries if name.startswith(word) and name != word}))
    return rf"{begin}{re.escape(word)}(?![{re.escape(others)}]|\w+-)" if others else rf"{begin}{re.escape(word)}(?!\w+-)"
