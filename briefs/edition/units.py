"""Units of measurement behind numbers, by their names and symbols in a language.

In: a tag of a language, what stands behind a number. Out: the units that it may name: “km”, “kilometres” and “كيلومترات” are all
`length-kilometer`. CLDR (through babel) has the names. Other names, such as inflected ones that CLDR lacks, aren't known.
Names that are words too, as Spanish “a” for years, are left out, and so is what is part of a longer unit in words: “km per hour”.
A unit by another is both: “kg/m²” is `compound-kilogram-per-square-meter`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from briefs.edition import names

_UNITS = tuple(
    f"{dimension}-{unit}"
    for dimension, units in (
        ("length", "kilometer meter centimeter millimeter mile yard"),
        ("area", "square-kilometer square-meter hectare square-mile acre"),
        ("mass", "tonne kilogram gram milligram pound"),
        ("volume", "cubic-meter liter milliliter gallon barrel"),
        ("power", "gigawatt megawatt kilowatt watt"),
        ("energy", "kilowatt-hour joule"),
        ("frequency", "gigahertz megahertz kilohertz hertz"),
        ("digital", "terabyte gigabyte megabyte gigabit megabit"),
        ("temperature", "celsius fahrenheit"),
        ("duration", "second minute hour day week month year"),
        ("speed", "kilometer-per-hour mile-per-hour"),
        ("concentr", "percent permille"),
    )
    for unit in units.split()
)
_SYMBOLS = {  # which stand in texts of every language
    f"{sign}{symbol}".casefold(): f"{dimension}-{prefix}{unit}"
    for sign, prefix in {"k": "kilo", "M": "mega", "G": "giga", "T": "tera"}.items()
    for symbol, dimension, unit in (
        ("W", "power", "watt"), ("Wh", "energy", "watt-hour"), ("B", "digital", "byte"), ("Hz", "frequency", "hertz"),
    )
} | {"km": "length-kilometer", "kg": "mass-kilogram"}  # fmt: skip
_COUNTS = (0, 1, 2, 3, 5, 11, 100, 1.5)  # numbers by which every plural form of CLDR is reached
_NUMBER = re.compile(r"\d+(?:\D\d+)?")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]$"
)  # scripts without spaces between words
_WORDS = frozenset("aeiouyàåkswvzавикосуяізй")  # words of one letter: “100 a 200” is no number of years
_GOES_ON = re.compile(r"[\d^~²³]|\s*[/·⋅]|\s+(?:per|an?|each|every|par|pro|por)\b")
_BY = re.compile(r"\s*/\s*")
_STEM = 3  # letters of a name that its inflected forms have too


def named(language: str, text: str) -> frozenset[str]:
    """The units that the beginning of a text may name, by the longest name that it begins with. Empty if it begins with none."""
    known, words = _names(language), text.lstrip("\u00a0\u202f -").casefold()
    for name in known:
        if words.startswith(name) and (_UNSPACED.search(name) or not words[len(name) : len(name) + 1].isalpha()):
            return _compound(language, known[name], words[len(name) :])
    return frozenset()


def _compound(language: str, units: frozenset[str], after: str) -> frozenset[str]:
    """The units that a name means together with what stands after it. Empty if that makes another unit of it which isn't known."""
    if by := _BY.match(after):
        others = named(language, after[by.end() :])
        return frozenset(f"compound-{_name(one)}-per-{_name(other)}" for one in units for other in others)
    return frozenset() if _GOES_ON.match(after) else units


def _name(unit: str) -> str:
    return unit.partition("-")[2]


def may_be_one(units: frozenset[str], others: frozenset[str], text: tuple[str, str], other_text: tuple[str, str]) -> bool:
    """Whether what one text names may be what another names: they share a unit; or a unit begins the other one, as “kilometre”
    does “kilometre per hour”, and its text mentions what the other one ends in. Each text has its language with it."""
    pairs = [(_name(one), _name(other)) for one in units for other in others]
    return any(_goes_on(one, other, *text) or _goes_on(other, one, *other_text) for one, other in pairs)


def _goes_on(unit: str, longer: str, text: str, language: str) -> bool:
    more = longer.removeprefix(unit)
    return not more or (more != longer and _mentions(more.removeprefix("-per").strip("-"), text, language))


def _mentions(unit: str, text: str, language: str) -> bool:
    """Whether a text may name a unit: it has the first letters of one of its names. True if no name of it is known."""
    names_of = [name for name, units in _names(language).items() if any(_name(one) == unit for one in units)]
    stems = {
        stem
        for name in names_of
        if len(name) >= _STEM or _UNSPACED.search(name)
        for stem in ((name[0], name[-1]) if _UNSPACED.search(name) else (name[:_STEM],))  # 时速 for 小时
    }
    return not stems or any(stem in text.casefold() for stem in stems)


@cache
def _names(language: str) -> Mapping[str, frozenset[str]]:
    """The units of each name, the longest name first. Empty if CLDR doesn't know the language."""
    if not names.knows_language(language):
        return {}
    from babel import Locale
    from babel.units import format_unit

    locale, found = Locale.parse(language, sep="-"), dict[str, frozenset[str]]()
    for unit in _UNITS:
        for length in ("long", "short"):
            for count in _COUNTS:
                written = format_unit(count, unit, length, locale=locale)
                name = _NUMBER.sub("", written).strip("\u00a0\u202f\u200f\u200e ").casefold()
                if name and name != unit and name not in _WORDS:
                    found[name] = found.get(name, frozenset()) | {unit}
    for symbol, unit in _SYMBOLS.items():
        found.setdefault(symbol, frozenset({unit}))
    # The full stop of a short name may end the sentence.
    ended = {name: meant | found.get(name.rstrip("."), frozenset()) for name, meant in found.items()}
    return dict(sorted(ended.items(), key=lambda item: -len(item[0])))
