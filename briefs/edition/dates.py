"""Partial dates and spans, as content has them and as people read them.

In: `2019`, `2019-09`, `2019-09-12`, `2019-09/2019-11` (a subset of EDTF, ISO 8601-2 level 0). Out: `Date`, and its words in any
language of CLDR (through babel).
"""

from __future__ import annotations

import calendar
import datetime
import re
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from briefs.problems import Place, said

if TYPE_CHECKING:
    from babel import Locale

_PART = r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?"
_FORM = re.compile(rf"{_PART}(?:/{_PART})?")


@dataclass(frozen=True)
class Date:
    """A year, a month or a day, or a span of two of them. `first` and `last` are the earliest and latest day that it may mean."""

    text: str
    first: datetime.date
    last: datetime.date
    place: Place | None = field(default=None, compare=False, repr=False)  # where the date stands in the content

    @classmethod
    def parse(cls, text: str, place: Place | None = None) -> Date:
        """Read a date. Raises ValueError with a message for people."""
        text = text.strip()
        match = _FORM.fullmatch(text)
        if not match:
            raise ValueError(
                said("“{text}” is not a date; write 2019, 2019-09, 2019-09-12 or a span 2019-09/2019-11", text=text[:60])
            )
        first, last = _days(*match.groups()[:3])
        if match[4]:
            start, last = _days(*match.groups()[3:])
            if start < first:
                raise ValueError(said("“{text}” is a span that ends before it begins", text=text))
        return cls(text, first, last, place)

    @property
    def end(self) -> Date:
        """The second part of a span. For any other date, the date itself."""
        return replace(Date.parse(self.text.rpartition("/")[2]), place=self.place)

    @property
    def position(self) -> float:
        """The middle of the days that the date may mean, as a decimal year: the date's place on a time axis."""
        return _decimal(self.first + (self.last - self.first) / 2)

    @property
    def latest(self) -> float:
        """The last day that the date may mean, as a decimal year."""
        return _decimal(self.last)

    def words(self, language: str, *, short: bool = False) -> str:
        """The date as people write it in `language` (a BCP 47 tag): “12 September 2019”, or “Sept 2019” if `short`."""
        parts = self.text.split("/")
        if len(parts) == 1 or parts[0] == parts[1]:
            return _words(parts[0], language, short)
        if len(parts[0]) != len(parts[1]):
            return "–".join(_words(part, language, short) for part in parts)
        skeleton = {4: "y", 7: "yMMM" if short else "yMMMM", 10: "yMMMd" if short else "yMMMMd"}[len(parts[0])]
        return _interval(self.first, self.last if len(parts[0]) == 10 else _first_of(parts[1]), skeleton, language)


def _decimal(day: datetime.date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 366


def _first_of(part: str) -> datetime.date:
    numbers = [int(n) for n in part.split("-")]
    return datetime.date(*numbers, *[1] * (3 - len(numbers)))


def _interval(first: datetime.date, last: datetime.date, skeleton: str, language: str) -> str:
    """A span in CLDR's interval formats (UTS 35, part 4), without the thin spaces that some languages have around the dash."""
    from babel.dates import format_interval

    words: str = format_interval(first, last, skeleton, locale=locale_of(language))
    return words.replace("\u2009", "")


def _days(year: str, month: str | None, day: str | None) -> tuple[datetime.date, datetime.date]:
    y, m, d = int(year), int(month or 0), int(day or 0)
    if y < 1:
        raise ValueError(said("there is no year {year}", year=year))
    if month and not 1 <= m <= 12:
        raise ValueError(said("there is no month {month}", month=month))
    if not month:
        return datetime.date(y, 1, 1), datetime.date(y, 12, 31)
    length = calendar.monthrange(y, m)[1]
    if not day:
        return datetime.date(y, m, 1), datetime.date(y, m, length)
    if not 1 <= d <= length:
        raise ValueError(said("{year}-{month} has no day {day}", year=year, month=month, day=day))
    return datetime.date(y, m, d), datetime.date(y, m, d)


def _words(part: str, language: str, short: bool) -> str:
    from babel.dates import format_date, get_date_format

    locale = locale_of(language)
    numbers = [int(n) for n in part.split("-")]
    day = datetime.date(*numbers, *[1] * (3 - len(numbers)))
    if len(numbers) == 1:
        return part
    if len(numbers) == 2:
        return format_skeleton_of(day, "yMMM" if short else "yMMMM", locale)
    pattern = str(get_date_format("medium" if short else "long", locale))
    if "MMM" not in pattern:  # CLDR's medium form has the month as a number in some languages, and months alone are words
        return format_skeleton_of(day, "yMMMd", locale)
    return first_of_month(format_date(day, pattern, locale), language)


def first_of_month(words: str, language: str) -> str:
    """A date that begins with its day, or the day alone, with “1er” in French. CLDR has no form for the first of a month."""
    return re.sub(r"^1\b", "1er", words) if language.partition("-")[0] == "fr" else words


@cache
def locale_of(language: str) -> Locale:
    """CLDR's locale of a language (a BCP 47 tag), with months of its own.

    Babel 2.18 lets locales share what they inherit, and writes the months that one of them inherits from itself into the shared
    part. The next locale would have these months: Spanish ones in Hebrew.
    """
    from babel import Locale, localedata

    locale = Locale.parse(language, sep="-")
    shared = localedata.load(str(locale))
    shared["months"] = deepcopy(shared["months"])
    return locale


def format_skeleton_of(day: datetime.date, skeleton: str, locale: Locale) -> str:
    """A day in the form of one of CLDR's skeletons (UTS 35), such as `yMMMM`."""
    from babel.dates import format_skeleton

    return format_skeleton(skeleton, day, locale=locale)
