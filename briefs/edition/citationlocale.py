"""The locale of citations in a language for which the CSL project has none or has the wrong dates: months, the order of a date,
and a few terms.

In: a BCP 47 tag. Out: a `cs:locale` element for a style, or nothing. Months, “and” and the order of dates come from CLDR, the terms
from `locales.yaml`. https://docs.citationstyles.org/en/stable/specification.html#locale
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import yaml

FILE = Path(__file__).with_name("locales.yaml")
_VERBS = {"editor", "translator"}  # terms that stand before a name: “edited by”
_FIELD = re.compile(r"'([^']*)'|(d+)|(M+|L+)|(y+)|([^dMLy']+)")


def of(language: str) -> str:
    """The `cs:locale` element. Empty for a language that isn't in `locales.yaml`."""
    tag = language.partition("-")[0]
    if tag not in _written():
        return ""
    own = "".join(_term(name, words) for name, words in _written()[tag].items())
    return f"<locale xml:lang={quoteattr(language)}>{_date(language)}<terms>{own}{_months(language)}</terms></locale>"


def _term(name: str, words: str) -> str:
    form = ' form="verb"' if name in _VERBS else ""
    return f"<term name={quoteattr(name)}{form}>{escape(words)}</term>"


def _months(language: str) -> str:
    from babel import Locale

    locale = Locale.parse(language, sep="-")
    months = locale.months["format"]
    both = locale.list_patterns["standard"]["2"]
    joined = re.sub(r"\{\d\}", "", both).strip()
    long = (f'<term name="month-{n:02}">{escape(months["wide"][n])}</term>' for n in range(1, 13))
    short = (f'<term name="month-{n:02}" form="short">{escape(months["abbreviated"][n])}</term>' for n in range(1, 13))
    return f'<term name="and">{escape(joined)}</term>' + "".join([*long, *short])


def _date(language: str) -> str:
    """The `cs:date` element: the parts of a date in the language's order, each with the text before it as its prefix.

    The text after the last part is left out, because it would also follow a year that stands alone.
    """
    from babel import Locale

    pattern = Locale.parse(language, sep="-").date_formats["long"].pattern
    return f'<date form="text">{"".join(_parts(pattern))}</date>'


def _parts(pattern: str) -> Iterator[str]:
    before = ""
    for quoted, day, month, year, other in _FIELD.findall(pattern):
        name = "day" if day else "month" if month else "year" if year else ""
        if name:
            yield f"<date-part name={quoteattr(name)} prefix={quoteattr(before)}/>"
            before = ""
        else:
            before += quoted or other


@cache
def _written() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = yaml.load(FILE.read_bytes(), yaml.CBaseLoader)
    return found
