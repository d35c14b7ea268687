"""Currencies in prose, by their signs, codes and names in a language.

In: some prose, its language. Out: the signs of the currencies that it may name: “€5”, “5 EUR” and “5 millions d’euros” are all `€`.
All dollars are `$`. CLDR (through babel) has the names. Only those that stand behind a number are read, by the first letters of
their words, so that inflected forms are known too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from briefs.edition import names

_SIGNS = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "¥", "INR": "₹", "RUB": "₽",
    "UAH": "₴", "TRY": "₺", "PLN": "zł", "CHF": "CHF",
}  # fmt: skip
_CODE = re.compile(rf"\b({'|'.join(_SIGNS)})(?![A-Z])")
_BEHIND = re.compile(r"\d[^\d.;:!?()]{0,24}")
_STEM = 4  # letters of a name that its inflected forms have too


def named(language: str, plain: str) -> frozenset[str]:
    """The signs of the currencies that some prose may name."""
    signs = {sign for sign in plain if unicodedata.category(sign) == "Sc"}
    codes = {_SIGNS[code] for code in _CODE.findall(plain)}
    behind = " ".join(_BEHIND.findall(plain)).casefold()
    words = {sign for stem, sign in _stems(language).items() if re.search(stem, behind)} if language else set()
    return frozenset(signs | codes | words)


@cache
def _stems(language: str) -> Mapping[str, str]:
    """The sign of each currency by a pattern of its name. Empty if CLDR doesn't know the language."""
    if not names.knows_language(language):
        return {}
    from babel import Locale
    from babel.numbers import get_currency_name

    locale, found = Locale.parse(language, sep="-"), dict[str, str]()
    for code, sign in _SIGNS.items():
        for count in (1, 3, 5):
            for word in re.findall(r"[^\W\d_]{2,}", get_currency_name(code, count, locale).casefold()):
                if names.script(language) in {"Hans", "Hant", "Jpan", "Thai"}:
                    found.setdefault(re.escape(word), sign)
                elif len(word) >= _STEM:
                    found.setdefault(rf"\b{re.escape(word[:_STEM])}", sign)
    return found
