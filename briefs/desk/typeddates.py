"""Dates as people type them, in the form that the content has.

In: what was typed, such as `May 2020`, `5/2020` or `12.5.2020`, and the languages in which months may be named. Out: the date that
it can only mean, as `edition/dates.py` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from briefs.desk.drafts import Draft
from briefs.desk.forms import FileForm
from briefs.edition.dates import Date, locale_of

_SPLIT = re.compile(r"[\s,./–-]+")  # what stands between the parts of a date
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er)")


def offered(sheet: FileForm, drafts: Mapping[str, Draft], language: str) -> dict[str, str]:
    """By the names of a form's fields of dates: what can be written instead of a draft that is no date."""
    found = {name: suggested(draft.text, language) for name, draft in drafts.items() if _is_date(sheet, name)}
    return {name: text for name, text in found.items() if text}


def _is_date(sheet: FileForm, name: str) -> bool:
    return name in sheet.all and sheet.all[name].sort == "date"


def suggested(typed: str, language: str) -> str:
    """The date that was meant, in the form that the content has. Empty if it has this form already, is no date, or may be another
    one too: `5/12/2020`. Months may be named in `language` and in English."""
    text = typed.strip().lower()
    for written in _readings(text, {**_months("en"), **_months(language)}):
        try:
            found = Date.parse(written).text
        except ValueError:
            return ""
        return found if found != typed.strip() else ""
    return ""


def _readings(text: str, months: Mapping[str, int]) -> Iterator[str]:
    """The one meaning of a text that is a year, perhaps with a month and a day, or two years; nothing if there are several."""
    parts = [_ORDINAL.sub(r"\1", part) for part in _SPLIT.split(text.strip(" .,")) if part != "de"]
    years = [part for part in parts if re.fullmatch(r"[0-9]{4}", part)]
    named = [months[part] for part in parts if part in months]
    small = [int(part) for part in parts if re.fullmatch(r"[0-9]{1,2}", part)]
    if len(parts) != len(years) + len(named) + len(small):
        return
    if len(years) == 2 == len(parts):
        yield "/".join(years)
    elif len(years) == 1:
        numbers = _month_and_day(named, small, is_year_first=parts[0] == years[0], is_dotted="." in text)
        yield from ("-".join([years[0], *(f"{number:02}" for number in numbers)]) for numbers in [numbers] if numbers)


def _month_and_day(named: Sequence[int], small: Sequence[int], *, is_year_first: bool, is_dotted: bool) -> Sequence[int]:
    """The month, and perhaps the day, of a date. `named`: the numbers of months that are named; `small`: the other numbers. Empty
    if it isn't clear which is which."""
    if len(named) == 1 and len(small) < 2:
        return [*named, *small]
    if named or len(small) not in (1, 2):
        return []
    if len(small) == 1 or is_year_first:
        return small
    first, second = small
    if is_dotted or first > 12 or first == second:
        return [second, first]
    return [first, second] if second > 12 else []


@cache
def _months(language: str) -> Mapping[str, int]:
    """The numbers of months by their names, their short names (CLDR), and the first three or four letters of one name alone."""
    widths = [context.get(width, {}) for context in locale_of(language).months.values() for width in ("wide", "abbreviated")]
    names = {name.lower().rstrip("."): number for width in widths for number, name in width.items()}
    begun: dict[str, set[int]] = {}
    for name, number in names.items():
        for letters in (3, 4):
            begun.setdefault(name[:letters], set()).add(number)
    return {**{form: min(own) for form, own in begun.items() if len(own) == 1}, **names}
