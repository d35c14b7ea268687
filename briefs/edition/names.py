"""Names of countries: what they are called in the edition's language, and which one a person means.

In: ISO 3166 codes, an edition's own names, what somebody typed. Out: names and codes. CLDR (through babel) knows the names
in every language, pycountry (Debian's iso-codes) the codes and the official and common names in English.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from babel import Locale

from briefs.problems import nearest

# Everyday names that neither list has.
OTHER_NAMES = {
    "gb": ["uk", "britain", "great britain", "england"],
    "us": ["usa", "u.s.", "u.s.a.", "america"],
    "cz": ["czech republic", "czechia"],
    "nl": ["holland"],
    "mk": ["macedonia"],
    "tr": ["turkey", "türkiye"],
    "ci": ["ivory coast"],
    "cd": ["dr congo"],
    "va": ["vatican"],
    "tl": ["east timor"],
}


def is_iso(code: str) -> bool:
    """Is `code` one of ISO 3166-1's two-letter codes?"""
    return _iso(code) is not None


def _iso(code: str) -> object | None:
    import pycountry  # 40 ms; only for those who ask

    return pycountry.countries.get(alpha_2=code.upper())


def name_of(code: str, language: str) -> str:
    """CLDR's name of the country in `language`, or the code in capitals."""
    return Locale.parse(language, sep="-").territories.get(code.upper(), code.upper())


def fold(word: str) -> str:
    """Letters without accents, case, dots and doubled spaces: two spellings of one name fold alike."""
    plain = unicodedata.normalize("NFKD", word).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(plain.replace(".", "").replace("-", " ").replace("_", " ").split())


def spellings(names: Mapping[str, str], aliases: Mapping[str, Iterable[str]], language: str) -> dict[str, str]:
    """Every folded way to write each country, to its code. `names` and `aliases` are the edition's own."""
    known: dict[str, str] = {}
    for code, name in names.items():
        record = _iso(code)
        ways = [code, name, *aliases.get(code, ()), *OTHER_NAMES.get(code, ())]
        if record is not None:
            ways += [getattr(record, k, "") for k in ("alpha_3", "name", "official_name", "common_name")]
            ways += [name_of(code, language), name_of(code, "en")]
        for way in ways:
            if way:
                known.setdefault(fold(way), code)
    return known


def find(typed: str, known: Mapping[str, str], names: Mapping[str, str]) -> tuple[str | None, list[str]]:
    """The code that `typed` means, or None and the names that come nearest."""
    word = fold(typed)
    if word in known:
        return known[word], []
    near = nearest(word, known, count=5, cutoff=0.55)
    return None, list(dict.fromkeys(names[known[w]] for w in near))[:3]


def stem_of(name: str, code: str) -> str:
    """The name of a document's file: the country's name in lower-case ASCII letters and hyphens, or its code."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in letters).split()) or code
