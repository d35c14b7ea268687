"""Words that say numbers beside digits, by language: months, powers of ten, halves of the day, minus.

In: a language (a BCP 47 tag) and what stands beside a number. Out: the numbers that the words say. CLDR (through babel) has the
months (“July”, “ιουλίου”), the powers of ten (“million”, “万”, “लाख”) and the halves of the day (“p.m.”, “下午”). Words for minus
are here. Other numerals in words, such as “seven”, aren't known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from briefs.edition import dates, names

_MINUS_BEFORE = re.compile(
    r"(?:minus|moins|menos|meno|min|mínus|μείον|минус|мінус|eksi|ناقص|منفی|سالب|מינוס|マイナス|氷点下|零下|负|負|영하|ऋण|माइनस|ลบ)\s?$",
    re.I,
)
_BELOW_ZERO = re.compile(
    r"\W{0,2}[^\d.;:!?]{0,24}?(?:"
    r"(?:below|sous|dessous de|unter|bajo|abaixo de|sotto lo|onder|under|poniżej|pod|ниже|нижче|κάτω από το)\s"
    r"(?:zero|zéro|null|cero|nul|noll|zera|nulou|нуля|μηδέν)\b|تحت الصفر|زیر صفر|מתחת לאפס|sıfırın altında|नीचे)",
    re.I,
)
_WITH_MINUS = {  # languages whose words for minus are known
    "en", "fr", "de", "es", "pt", "it", "nl", "pl", "cs", "sv", "el", "ru",
    "uk", "tr", "ar", "fa", "he", "ja", "zh", "ko", "hi", "th",
}  # fmt: skip
_ROMAN = re.compile(r"(?<![^\W_])([VX]|[IVXL]{2,6})(?=(?:\^?(?:er?|e|ème|º|ᵉ)\^?|-?[а-яіїє]{1,2})?(?![^\W_]))")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
_OWN = {  # what CLDR's patterns lack: 3千万, which it writes 3000万, and the Indian words in English
    "zh": {"百": 2, "千": 3}, "ja": {"百": 2, "千": 3}, "en": {"lakh": 5, "crore": 7, "mn": 6, "bn": 9},
}  # fmt: skip
_STEM = 4  # letters that inflected forms of a power of ten must share
_BOUND_SCRIPTS = {"LATIN", "GREEK", "CYRILLIC"}  # scripts in which a word stands between spaces
_WORD = re.compile(r"\s?((?:[^\W\d_]|[\u0300-\u036f\u093c-\u094d]){1,30}[.\u0970]?)")
_TIME = re.compile(r"(?::\d\d)?[\s\u00a0\u202f]?")


def plain(text: str) -> str:
    """A text in small letters without the accents of Greek and Latin letters. Its length may change."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", parts))


def zeros(language: str, after: str) -> tuple[int, int]:
    """The power of ten that stands after a number, as the number of its zeros, and the length of its words. Several words are
    multiplied: “mil millones” has 9 zeros. Nought if there is none."""
    found = at = 0
    while match := _power(language, after[at:]):
        found, at = found + match[0], at + match[1]
    return found, at


def _power(language: str, after: str) -> tuple[int, int] | None:
    """The zeros and the length of the first word behind a number, if it is a power of ten."""
    if not (match := _WORD.match(after)):
        return None
    word, gap = match[1].rstrip("."), match.start(1)
    for name, power in _powers(language).items():
        if _is_bound(name) and _fits(plain(word), name):
            return power, gap + len(word)
        if not _is_bound(name) and word.startswith(name):
            return power, gap + len(name)
    return None


def _fits(word: str, stem: str) -> bool:
    """Whether a word may be a form of a name with this stem. Short names, such as “mil” or “tys”, have no other forms."""
    return word == stem or (word.startswith(stem) and len(stem) >= _STEM and len(word) <= len(stem) + 4)


def _is_bound(word: str) -> bool:
    return unicodedata.name(word[0], "").split(" ")[0] in _BOUND_SCRIPTS


@cache
def _powers(language: str) -> Mapping[str, int]:
    """The zeros of each name of a power of ten, the longest name first. Forms of one name stand as the letters that they share."""
    forms: dict[int, set[str]] = {}
    found: dict[str, int] = {}
    for power, name in _compact(language):
        if len(name) > 1 or not _is_bound(name):
            forms.setdefault(power, set()).add(plain(name) if _is_bound(name) else name)
    for power, own in forms.items():
        for name in own:
            alike = [other for other in own if other[:_STEM] == name[:_STEM]]
            found.setdefault(_shared(alike) if _is_bound(name) else name, power)
    own_signs = _OWN.get(language.partition("-")[0], {})
    return dict(sorted({**own_signs, **found}.items(), key=lambda item: -len(item[0])))


def _shared(names: Sequence[str]) -> str:
    """The letters with which all of these names begin."""
    first, last = min(names), max(names)
    return next((first[:n] for n in range(len(first), 0, -1) if last.startswith(first[:n])), "")


def _compact(language: str) -> Iterator[tuple[int, str]]:
    """The zeros and the name of each power of ten in CLDR's compact patterns. A pattern `00 mille` of 10,000 has three zeros."""
    if not names.knows_language(language):
        return
    from babel import Locale

    for length in ("long", "short"):
        for patterns in (Locale.parse(language, sep="-").compact_decimal_formats.get(length) or {}).values():
            for number, pattern in patterns.items():
                words = re.sub("['\u200e\u200f]", "", pattern.pattern.partition(";")[0]).split()
                name = re.fullmatch(r"(0+)(.*)", "".join(words)) if len(words) <= 2 else None
                if name and (own := name[2].rstrip(".")):
                    yield len(str(number)) - len(name[1]), own


def months(language: str, text: str) -> list[tuple[int, int, int]]:
    """The months that a text names: the place of each, its end and its number from 1 to 12."""
    pattern, numbers = _months(language)
    if not pattern:
        return []
    found = [match for match in pattern.finditer(text)]
    return [(match.start(), match.end(), numbers[match[0].casefold()]) for match in found if match[0].casefold() in numbers]


@cache
def _months(language: str) -> tuple[re.Pattern[str] | None, Mapping[str, int]]:
    if not names.knows_language(language):
        return None, {}
    widths = [own[width] for own in dates.locale_of(language).months.values() for width in ("wide", "abbreviated")]
    found = {
        name.rstrip(".").casefold(): int(number)
        for own in widths
        for number, name in own.items()
        if len(name) > 2 and not any(c.isdigit() for c in name)
    }
    by_length = sorted(found, key=len, reverse=True)
    bound = [rf"(?<![^\W_]){re.escape(name)}(?![^\W_])" if _is_bound(name) else re.escape(name) for name in by_length]
    return (re.compile("|".join(bound), re.I) if bound else None), found


def half_of_day(language: str, before: str, after: str) -> str:
    """`am` or `pm`, if the words beside a number say so. Empty if they don't."""
    time = _TIME.match(after)
    rest = _undotted(after[time.end() : time.end() + 12] if time else after)
    for name, half in _halves(language).items():
        ends = rest.startswith(name) and not (_is_bound(name) and rest[len(name) : len(name) + 1].isalpha())
        if ends or (_undotted(before[-12:]).rstrip().endswith(name) and not _is_bound(name)):
            return half
    return ""


def _undotted(text: str) -> str:
    return text.replace(".", "").casefold()


@cache
def _halves(language: str) -> Mapping[str, str]:
    if not names.knows_language(language):
        return {}
    from babel import Locale

    periods = Locale.parse(language, sep="-").day_periods
    found = {
        _undotted(name).strip(): "am" if period in {"am", "midnight"} or period.startswith("morning") else "pm"
        for own in periods.values()
        for width, named in own.items()
        if width != "narrow"
        for period, name in named.items()
        if period in {"am", "pm"} or period.startswith(("afternoon", "evening"))
    }
    return dict(sorted(((name, half) for name, half in found.items() if len(name) > 1), key=lambda item: -len(item[0])))


def has_minus(before: str, after: str) -> bool:
    """Whether words beside a number say that it is below nought: “minus 5”, “5 degrees below zero”."""
    return bool(_MINUS_BEFORE.search(before[-12:]) or _BELOW_ZERO.match(after[:60]))


def knows_minus(language: str) -> bool:
    """Whether the words for minus of a language are known."""
    return language.partition("-")[0] in _WITH_MINUS


def roman(text: str) -> set[int]:
    """The Roman numerals of a text, from two letters on, or V or X alone."""
    return {_roman(match[1]) for match in _ROMAN.finditer(text)}


def _roman(letters: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in letters]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
