"""The locale of citations in a language: the forms of dates and quotation marks of CLDR, and terms that the CSL project's locale
lacks or has wrong.

In: a BCP 47 tag. Out: a `cs:locale` element for a style, or nothing for English. The terms come from `locales.yaml`. CSL has one
form of each month and sets a space between a label and its number. What it can't say is marked in the locale by control
characters, which content can't have, and `settled` replaces the marks in what citeproc wrote.
https://docs.citationstyles.org/en/stable/specification.html#locale, https://www.unicode.org/reports/tr35/tr35-dates.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import yaml

from briefs.edition import terms
from briefs.edition.dates import first_of_month, locale_of
from briefs.edition.names import knows_language

FILE = Path(__file__).with_name("locales.yaml")
_FORMS = {"": ("long", "short"), "verb": ("verb", "verb-short")}  # the forms of CSL in which a term is written, by its form here
_FIELD = re.compile(r"'([^']*)'|(d+)|([ML]+)|(y+)|([^dMLy']+)")
_UNITS = ("year", "month", "day")
# A month is `_WITH_DAY`, its form after a day, `_OR`, its form without one, `_END`. A day begins with `_DAY`. What follows the year
# of a date with a month stands between `_TAIL` and `_END`. A label with its number in it is `_LABEL` or `_COUNTED`, what stands
# before the number, `_OR`, what stands after it, `_END`. `JOINED` at an end of a term takes away the space there. `_NOTHING` is the
# ending of an ordinal that has none, because citeproc ignores an empty term.
_WITH_DAY, _OR, _END, _DAY, _TAIL, _LABEL, _COUNTED, JOINED, _NOTHING = "\x90\x91\x92\x93\x94\x95\x96\x97\x98"
_MONTH = f"{_WITH_DAY}([^{_OR}]*){_OR}([^{_END}]*){_END}"
_BETWEEN = r"[^\d,;()\x90-\x98]{0,9}"
_AFTER_DAY = re.compile(rf"({_DAY}\d+{_BETWEEN}){_MONTH}")
_BEFORE_DAY = re.compile(rf"{_MONTH}(?={_BETWEEN}{_DAY})")
_AFTER_MONTH = re.compile(rf"(?<={_END})({_BETWEEN}\d+){_TAIL}([^{_END}]*?(\.?)){_END}\3?")
_ENDED = re.compile(f"{_TAIL}[^{_END}]*{_END}")
_NUMBER = r"(?P<number>\w[\w‑–-]*)"
_HOLE = f"(?P<before>[^{_OR}]*){_OR}(?P<after>[^{_END}]*){_END}"
_INSERTED = (re.compile(f"{_NUMBER} {_COUNTED}{_HOLE}"), re.compile(f"{_LABEL}{_HOLE} {_NUMBER}"))
_UNFILLED = re.compile(f"[{_LABEL}{_COUNTED}]([^{_OR}]*){_OR}([^{_END}]*){_END}")
_AFTER_NUMBER = {"edition", "number-of-volumes"}  # labels that the style sets after the number
_ORDINALS = ("ordinal", *(f"ordinal-{n:02}" for n in (0, 1, 2, 3, 11, 12, 13)))  # those of English, to which citeproc turns
_NUMBERED = {*_AFTER_NUMBER, "volume", "issue", "chapter", "section", "paragraph", "part", "figure", "note"}


def of(language: str) -> str:
    """The `cs:locale` element. Empty for English, and for a language that CLDR doesn't have."""
    if language.partition("-")[0] == "en" or not knows_language(language):
        return ""
    own = dict(terms.nearest(language, _written()) or {})
    if "{}" in own.get("edition", ""):
        own |= dict.fromkeys(_ORDINALS, _NOTHING)
    era = f'<term name="bc"> {escape(terms.before_christ(language))}</term>'
    made = "".join([era, *_quotes(language), *_months(language), *(_term(name, words) for name, words in own.items())])
    options = '<style-options punctuation-in-quote="false"/>'
    return f"<locale xml:lang={quoteattr(language)}>{options}{_dates(language)}<terms>{made}</terms></locale>"


def settled(text: str, language: str) -> str:
    """A text that citeproc wrote, without the marks of the locale."""
    text = _ENDED.sub("", _AFTER_MONTH.sub(r"\1\2", text.replace(_NOTHING, "")))
    text = _BEFORE_DAY.sub(r"\1", _AFTER_DAY.sub(r"\1\2", text))
    text = re.sub(f"{JOINED} ?", "", re.sub(f",? {JOINED}", "", re.sub(_MONTH, r"\2", text)))
    for pattern in _INSERTED:
        text = pattern.sub(r"\g<before>\g<number>\g<after>", text)
    text = _UNFILLED.sub(r"\1\2", text)
    return re.sub(rf"{_DAY}(\d*)", lambda day: first_of_month(day[1], language), text)


def is_marked(text: str) -> bool:
    """Whether a text has marks of the locale."""
    return any(_WITH_DAY <= sign <= _NOTHING for sign in text)


def _term(name: str, words: str) -> str:
    name, _, form = name.partition("/")
    made = (f"<term name={quoteattr(name)} form={quoteattr(one)}>{_marked(name, words)}</term>" for one in _FORMS[form])
    return "".join(made)


def _marked(name: str, words: str) -> str:
    """A term with its marks. “第{}版” has its number in it; “收入{}” has no space after it."""
    inner = escape(words)
    if name.startswith("season-"):  # stands in the place of a month
        return f"{_WITH_DAY}{inner}{_OR}{inner}{_END}"
    if name in _NUMBERED and "{}" in words:
        start = _COUNTED if name in _AFTER_NUMBER else _LABEL
        return f"{start}{inner.replace('{}', _OR)}{_END}"
    return inner.replace("{}", JOINED)


def _quotes(language: str) -> Iterator[str]:
    names = ("open-quote", "close-quote", "open-inner-quote", "close-inner-quote")
    marks = zip(names, terms.title_quotes(language), strict=True)
    return (f"<term name={quoteattr(name)}>{escape(mark)}</term>" for name, mark in marks)


def _months(language: str) -> Iterator[str]:
    """The months, each with both of its forms, and “and”. None for a language that writes months as numbers."""
    if terms.numbers_months(language):
        return
    locale = locale_of(language)
    joined = locale.list_patterns["standard"]["2"].removeprefix("{0}").removesuffix("{1}")
    left, right = ("" if end.isspace() else JOINED for end in (joined[0], joined[-1]))
    yield f'<term name="and">{left}{escape(joined.strip())}{right}</term>'
    for form, width in (("long", "wide"), ("short", "abbreviated")):
        for n in range(1, 13):
            with_day, alone = (escape(locale.months[use][width][n]) for use in ("format", "stand-alone"))
            yield f'<term name="month-{n:02}" form="{form}">{_WITH_DAY}{with_day}{_OR}{alone}{_END}</term>'


def _dates(language: str) -> str:
    """The `cs:date` element: the parts of a date in the language's order. Nothing for a language that writes months as numbers."""
    if terms.numbers_months(language):
        return ""
    return f'<date form="text">{"".join(_parts(locale_of(language).date_formats["long"].pattern))}</date>'


def _parts(pattern: str) -> Iterator[str]:
    """The parts of a date. The text between two of them belongs to the smaller unit, so that it goes where this is missing: “de” in
    “3 de julio” goes with the day."""
    units, texts = _fields(pattern)
    for n, unit in enumerate(units):
        before = texts[n] if n and _is_smaller(unit, units[n - 1]) else ""
        after = texts[n + 1] if n + 1 == len(units) or _is_smaller(unit, units[n + 1]) else ""
        prefix = before + _DAY if unit == "day" else before
        suffix = f"{_TAIL}{after}{_END}" if after and unit == "year" else after
        yield f"<date-part name={quoteattr(unit)} prefix={quoteattr(prefix)} suffix={quoteattr(suffix)}/>"


def _is_smaller(unit: str, other: str) -> bool:
    return _UNITS.index(unit) > _UNITS.index(other)


def _fields(pattern: str) -> tuple[list[str], list[str]]:
    """The units of a pattern, and the texts before, between and after them. An era is left out."""
    units: list[str] = []
    texts = [""]
    for quoted, day, month, year, other in _FIELD.findall(re.sub(" ?G+", "", pattern)):
        if day or month or year:
            units.append("day" if day else "month" if month else "year")
            texts.append("")
        else:
            texts[-1] += quoted or other
    return units, texts


def season(number: int, language: str) -> str | None:
    """The program's own word for a season, 0 for spring to 3 for winter. None where it is the CSL project's."""
    return (terms.nearest(language, _written()) or {}).get(f"season-{number + 1:02}")


@cache
def _written() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = yaml.load(FILE.read_bytes(), yaml.CBaseLoader)
    return found
