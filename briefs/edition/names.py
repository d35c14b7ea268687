"""Names of countries: what they are called in the edition's language, and which country a person means. Also tags of languages.

In: ISO 3166 codes, the edition's own names, what somebody typed. Out: names and codes. CLDR (through babel) has the names in every
language; pycountry (Debian's iso-codes) has the codes, and the official and common names in English. A tag of a language (BCP 47,
RFC 5646) is made of codes that ISO 639, ISO 15924 and ISO 3166 list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from briefs.problems import nearest

_DEMOCRATIC = ("democratic republic of congo", "democratic republic of the congo")
# Everyday names that neither CLDR nor pycountry has.
OTHER_NAMES = {
    "gb": ["uk", "britain", "great britain", "england"],
    "us": ["usa", "u.s.", "u.s.a.", "america"],
    "cz": ["czech republic", "czechia"],
    "gr": ["el"],  # the European Union's code
    "nl": ["holland"],
    "mk": ["macedonia"],
    "tr": ["turkey", "türkiye"],
    "ci": ["ivory coast"],
    "cd": ["dr congo", "drc", "zaire", "congo, dem rep", "congo kinshasa", *_DEMOCRATIC],
    "va": ["vatican", "holy see"],
    "tl": ["east timor"],
    "mm": ["burma"],
    "sz": ["swaziland"],
    "cv": ["cape verde"],
    "ae": ["uae"],
    "ba": ["bosnia"],
    "cg": ["congo, rep", "congo brazzaville", "republic of the congo", "republic of congo"],
    "kp": ["korea, dem peoples rep", "dprk"],
    "kr": ["korea, rep", "republic of korea"],
    # As the World Bank writes them.
    "bs": ["bahamas, the", "the bahamas"],
    "eg": ["egypt, arab rep"],
    "fm": ["micronesia, fed sts"],
    "gm": ["gambia, the", "the gambia"],
    "hk": ["hong kong sar, china"],
    "ir": ["iran, islamic rep"],
    "kg": ["kyrgyz republic"],
    "kn": ["st kitts and nevis"],
    "la": ["lao pdr"],
    "lc": ["st lucia"],
    "mf": ["st martin (french part)"],
    "mo": ["macao sar, china", "macau"],
    "pr": ["puerto rico (us)"],
    "ps": ["west bank and gaza", "palestine"],
    "sk": ["slovak republic"],
    "so": ["somalia, fed rep"],
    "sx": ["sint maarten (dutch part)"],
    "vc": ["st vincent and the grenadines"],
    "ve": ["venezuela, rb"],
    "vi": ["virgin islands (us)"],
    "ye": ["yemen, rep"],
}
# Words that several countries have as their name, or in it. Whoever types one is asked which country is meant.
SHARED = {
    "congo": ("cg", "cd"),
    "guinea": ("gn", "gw", "gq", "pg"),
    "korea": ("kp", "kr"),
    "saint martin": ("mf", "sx"),
    "virgin islands": ("vg", "vi"),
}
# RFC 5646, 2.1: language, script, region, variants. Extensions and private use say nothing that a document needs.
_TAG = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*", re.I | re.A)
UNKNOWN_REGION = "ZZ"  # CLDR's code for an unknown region
_SHORT = 3  # letters of a name that may be another word in small letters
STEM = 100  # the most characters of a file's name; file systems allow 255 bytes, including the suffix
# Letters that Unicode doesn't decompose.
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"})
_PARTS = str.maketrans(dict.fromkeys("-–—_", " "))


def is_iso(code: str) -> bool:
    """Whether `code` is one of the two-letter codes of ISO 3166-1."""
    return bool(_iso(code))


def _iso(code: str) -> dict[str, str]:
    """The record of a two-letter code in ISO 3166-1. Empty if there is none."""
    import pycountry  # takes 40 ms, and is rarely needed

    return dict(pycountry.countries.get(alpha_2=code.upper()) or {})


def iso_for(word: str) -> str | None:
    """The two-letter code that a wrong but similar code means: `be` for `bel`, `gb` for `uk`. None if nobody can tell."""
    import pycountry

    record = pycountry.countries.get(alpha_3=word.upper())
    return record.alpha_2.lower() if record else next((c for c, ways in OTHER_NAMES.items() if word in ways), None)


def script(tag: str) -> str:
    """The script of a language (ISO 15924): the one in its tag, or the likely one by CLDR. Empty if CLDR doesn't know the
    language."""
    if not knows_language(tag):
        return ""
    from babel import Locale
    from babel.core import get_global

    locale, likely = Locale.parse(tag, sep="-"), get_global("likely_subtags")
    named = "_".join(filter(None, (locale.language, locale.script, locale.territory)))
    found = str(likely.get(named) or likely.get(locale.language) or "")
    return locale.script or next((part for part in found.split("_") if len(part) == 4), "")


def tag_among(tag: str, tags: Iterable[str]) -> str | None:
    """The tag among `tags` that `tag` means: the same tag, in small letters or capitals, or the only one that begins with it (`en`
    means `en-GB`)."""
    word = tag.lower()
    same = [own for own in tags if own.lower() == word]
    found = same or [own for own in tags if own.lower().startswith(f"{word}-")]
    return found[0] if len(found) == 1 else None


def knows_language(tag: str) -> bool:
    """Whether CLDR has the names of countries and months in a language (a BCP 47 tag)."""
    from babel import Locale, UnknownLocaleError

    try:
        return bool(Locale.parse(tag, sep="-")) and ("-" not in tag or is_language(tag))
    except (ValueError, UnknownLocaleError):
        return False


def is_language(tag: str) -> bool:
    """Whether a tag of a language is one of BCP 47 whose language, script and region exist.

    A language that has a code of two letters is not written with three (RFC 5646, 2.2.1). Only the form of variants is
    checked.
    """
    found = _TAG.fullmatch(tag)
    return found is not None and _is_listed_language(found[1]) and _is_script(found[2]) and _is_region(found[3])


def _is_listed_language(code: str) -> bool:
    from babel import Locale

    if len(code) == 2 and code.lower() in Locale("en").languages:  # pycountry takes 50 ms to load all languages
        return True
    import pycountry

    if len(code) == 2:
        return pycountry.languages.get(alpha_2=code) is not None
    record = pycountry.languages.get(alpha_3=code) or pycountry.language_families.get(alpha_3=code)
    return record is not None and not hasattr(record, "alpha_2")


def _is_script(code: str | None) -> bool:
    import pycountry

    return code is None or pycountry.scripts.get(alpha_4=code) is not None


def _is_region(code: str | None) -> bool:
    from babel import Locale

    return code is None or (code.upper() in Locale("en").territories and code.upper() != UNKNOWN_REGION)


def name_of(code: str, language: str) -> str:
    """CLDR's name of the country in `language`, or else the code in capitals. CLDR writes the dash between two names as a hyphen
    between spaces (“Congo - Kinshasa”); here it is an en dash."""
    from babel import Locale

    return str(Locale.parse(language, sep="-").territories.get(code.upper(), code.upper())).replace(" - ", " – ")


def fold(word: str) -> str:
    """A name without accents, case, dots, dashes, apostrophes and repeated spaces. Spellings of one name become equal."""
    plain = unicodedata.normalize("NFKD", word.casefold()).translate(_LETTERS)
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c not in ".'’")
    return " ".join(plain.translate(_PARTS).split())


def spellings(names: Mapping[str, str], aliases: Mapping[str, Iterable[str]], language: str) -> dict[str, str]:
    """Every folded spelling of each country, with its code. `names` and `aliases` are the edition's own.

    The edition's own words come first: no alias or ISO name can take another country's code or name.
    """
    own = [(way, code) for code, name in names.items() for way in (code, name)]
    own += [(way, code) for code in names for way in aliases.get(code, ())]
    common = [(way, code) for code in names for way in _common(code, language)]
    own_words = {fold(way) for way, _ in own}
    known: dict[str, str] = {}
    for spelling, meant in [*own, *common]:
        known.setdefault(fold(spelling), meant)
    return {way: code for way, code in known.items() if way and (way not in SHARED or way in own_words)}


def _common(code: str, language: str) -> list[str]:
    """The names of a country that no edition has to declare: ISO's names and code of three letters, CLDR's names, everyday
    names."""
    record = _iso(code)
    if not record:
        return []
    listed = [record.get(k, "") for k in ("alpha_3", "name", "official_name", "common_name")]
    return [*listed, name_of(code, language), name_of(code, "en"), *OTHER_NAMES.get(code, ())]


def named_in(text: str, names: Mapping[str, str], aliases: Mapping[str, Iterable[str]], language: str) -> set[str]:
    """The codes of the countries that a text names, by the edition's names, CLDR's or everyday ones. Up to three letters more may
    follow a name (“Estonian”); a name of three letters or fewer counts in capitals alone (“US”)."""
    ways: dict[str, str] = {}
    for code, name in names.items():
        for way in (name, name_of(code, language), *aliases.get(code, ()), *OTHER_NAMES.get(code, ())):
            ways.setdefault(fold(way), code)
    plain, uncased = fold(text), {way for way in ways if way and way == way.upper()}  # without spaces, or joined to other words
    long = sorted((way for way in ways if len(way) > _SHORT and way not in uncased), key=len, reverse=True)
    words = re.finditer(rf"(?<!\w)({'|'.join(map(re.escape, long))})\w{{0,3}}(?!\w)", plain) if long else ()
    found = {ways[word[1]] for word in words} | {ways[way] for way in uncased if way in plain}
    capitals = {word.replace(".", "").lower() for word in re.findall(r"(?<!\w)(?:[A-Z]\.?){2,3}(?!\w)", text)}
    return found | {code for way, code in ways.items() if way in capitals and len(way) <= _SHORT}


def sharing(typed: str, names: Mapping[str, str]) -> list[str]:
    """The codes of the countries, among those in `names`, that share the typed word as their name."""
    return [code for code in SHARED.get(fold(typed), ()) if code in names]


def find(typed: str, known: Mapping[str, str], names: Mapping[str, str]) -> tuple[str | None, list[str]]:
    """The code that `typed` means; or None, and the names that are most similar.

    A word that several countries share as their name means none of them, unless it is an alias that the edition gives to one."""
    word = fold(typed)
    shared = [names[code] for code in sharing(typed, names)]
    if len(shared) > 1 and (word not in known or fold(names[known[word]]) == word):
        return None, shared
    if word in known:
        return known[word], []
    near = nearest(word, known, count=5, cutoff=0.55)
    return None, [*dict.fromkeys([*shared, *(names[known[w]] for w in near)])][:3]


def stem_of(name: str, code: str) -> str:
    """The name of a document's files: the country's name in lower-case ASCII letters and hyphens, or else its code."""
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
    stem = "-".join("".join(c if c.isalnum() else " " for c in letters).split())
    return stem[:STEM].rstrip("-") or code
