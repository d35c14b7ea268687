"""The dates of bibliographic records: partial, uncertain and open dates, spans, seasons, and dates in words.

In: EDTF (ISO 8601-2), the date variables of CSL's JSON (`date-parts`, `season`, `circa`, `literal`, `raw`), or year, month and day
as keys. Out: `CslDate`, in the form that CSL takes, and its words in any language.
https://docs.citationstyles.org/en/stable/specification.html#date-variables, https://www.loc.gov/standards/datetime/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from briefs.edition import terms
from briefs.edition.dates import Date
from briefs.problems import Place

Part = tuple[int, ...]  # year, month and day, or fewer; the year 0 is an open end; months 21 to 24 are the seasons from spring

_EDTF = re.compile(r"(-?[0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?:T[0-9:.]+(?:Z|[+-][0-9:]+)?)?([?~%]?)")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})")
_MONTH_NAMES = "january february march april may june july august september october november december"
PARTS_OF_A_YEAR = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}  # English names: numbers in EDTF
PARTS_OF_A_YEAR |= {form: number for number, name in enumerate(_MONTH_NAMES.split(), 1) for form in (name, name[:3], name[:4])}
_SEASONS = range(21, 25)
_TRUE = {"true", "1", "yes"}


@dataclass(frozen=True)
class CslDate:
    """A date of a record. `parts`: one date, or the two ends of a span; none for a date in words. `text`: EDTF, or those words."""

    text: str
    parts: tuple[Part, ...] = ()
    circa: bool = False
    place: Place | None = field(default=None, compare=False, repr=False)  # where the date stands in the content

    @classmethod
    def parse(cls, value: object) -> CslDate | None:
        """Read a date as bibliographic programs export it. None if the value is empty. Raises ValueError with a message for
        people."""
        if isinstance(value, dict):
            return _of_mapping(value)
        if isinstance(value, list):
            return _of_list(value)
        if not isinstance(value, str):
            raise ValueError("there is no date")
        return replace(_of_edtf(value.strip()), place=getattr(value, "place", None))

    @classmethod
    def of_words(cls, words: str) -> CslDate:
        """Read a date as programs keep it when they don't read it: EDTF, or `March 12, 2020`. Other words are printed as they
        stand."""
        said = _in_numbers(words.strip())
        found = _of_literal(said) if said else None
        return replace(found, place=getattr(words, "place", None)) if found and found.parts else _of_literal(words)

    @property
    def has_season(self) -> bool:
        return any(len(part) > 1 and part[1] in _SEASONS for part in self.parts)

    def words(self, language: str, *, short: bool = False) -> str:
        """The date as people write it in `language` (a BCP 47 tag): “12 September 2019”, “Spring 2019”, “[1950?]”, “2019–”."""
        if not self.parts:
            return self.text
        if len(self.parts) == 2 and not any(map(_special, self.parts)):
            said = Date.parse("/".join(map(_edtf, self.parts))).words(language, short=short)
        else:
            said = "–".join(_words(part, language, short) for part in self.parts)
        return f"[{said}?]" if self.circa else said


def _of_mapping(value: dict[object, object]) -> CslDate | None:
    """Read a date from a mapping: `{date-parts: [[2019, 4]], circa: true}`, `{literal: n.d.}`, `{raw: 2019-04}`, or `{year: 2019,
    month: 4}`."""
    for key in ("raw", "edtf", "literal"):
        if isinstance(said := value.get(key), str) and said.strip() and not value.get("date-parts"):
            return CslDate.of_words(said) if key != "literal" else _of_literal(said)
    if "date-parts" not in value:
        return _of_list([value])
    listed = value["date-parts"]
    if not isinstance(listed, list):
        raise ValueError("there is no date")
    made = _of_list(listed)
    if made and len(made.parts) == 1 and len(made.parts[0]) == 1 and value.get("season"):
        made = _made([(*made.parts[0], _season(value["season"]))])
    return made and _qualified(made, value.get("circa"))


def _of_list(listed: Sequence[object]) -> CslDate | None:
    """Read a date from a list: `[[2019, 4], [2019, 5]]`, `[2019, 4]`, or `[{year: 2019}, {year: 2020}]`."""
    if not all(isinstance(v, (list, dict)) for v in listed):
        listed = [listed]
    if len(listed) == 1 and isinstance(only := listed[0], dict) and isinstance(only.get("literal"), str):
        return _of_literal(only["literal"])
    parts = [part for part in map(_numbers, listed) if part]
    circa = any(isinstance(v, dict) and str(v.get("circa")).lower() in _TRUE for v in listed)
    return _qualified(_made(parts), circa) if parts else None


def _in_numbers(words: str) -> str:
    """A date of one year, perhaps an English month or season, and perhaps a day, in EDTF: `March 12, 2020`, `12 Mar. 2020`,
    `11.05.2018`. Empty if the words say anything else."""
    if match := _DAY_FIRST.fullmatch(words):
        return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    said = re.split(r"[\s,.]+", words.lower().rstrip("."))
    years, days = ([w for w in said if re.fullmatch(form, w)] for form in (r"[0-9]{4}", r"[0-9]{1,2}"))
    months = [PARTS_OF_A_YEAR[w] for w in said if w in PARTS_OF_A_YEAR]
    if len(years) != 1 or len(months) != 1 or len(days) > 1 or len(said) != 2 + len(days):
        return ""
    return "-".join([*years, f"{months[0]:02}", *(f"{int(day):02}" for day in days)])


def _of_literal(words: str) -> CslDate:
    """A date in EDTF, or else in words, which are printed as they stand."""
    try:
        return replace(_of_edtf(words.strip()), place=getattr(words, "place", None))
    except ValueError:
        return CslDate(" ".join(words.split()), place=getattr(words, "place", None))


def _numbers(part: object) -> Part:
    if isinstance(part, dict):
        season = part.get("season")
        found = [part.get("year"), _season(season) if season else part.get("month"), part.get("day")]
    else:
        found = list(part) if isinstance(part, list) else [part]
    while found and found[-1] in (None, ""):
        found.pop()
    if not found:
        return ()
    if len(found) > 3 or not all(re.fullmatch(r"-?[0-9]{1,4}", str(number)) for number in found):
        said = "-".join(str(number) for number in found)
        raise ValueError(f"“{said[:60]}” is not a date; write 2019, 2019-09, 2019-09-12 or a span 2019-09/2019-11")
    year, *rest = (int(str(number)) for number in found)
    if not (year or any(rest)):
        return (0,)
    month = [n + 8 if n in range(13, 17) else n for n in rest[:1]]  # citeproc-js numbers the seasons from 13 to 16
    return (year, *month, *rest[1:])


def _season(value: object) -> int:
    """The number of a season from 21 to 24, by a number from 1 or by its English name."""
    names = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}
    number = names.get(str(value).strip().lower()) or (int(str(value)) if re.fullmatch(r"\d{1,2}", str(value)) else 0)
    if number % 20 not in range(1, 5):
        raise ValueError(f"there is no season {str(value)[:20]}")
    return 20 + number % 20


def _qualified(date: CslDate, circa: object) -> CslDate:
    yes = str(circa).lower() in _TRUE
    return _made(date.parts, circa=True) if yes and date.parts else date


def _of_edtf(text: str) -> CslDate:
    """Read a date in EDTF: level 0, and those parts of level 1 that CSL has. Raises ValueError."""
    ends = text.split("/")
    found = [_EDTF.fullmatch(end) for end in ends]
    opened = [end in {"", "..", "open"} for end in ends]
    if len(ends) > 2 or all(opened) or not all(a or b for a, b in zip(found, opened, strict=True)):
        raise ValueError(f"“{text[:60]}” is not a date; write 2019, 2019-09, 2019-09-12 or a span 2019-09/2019-11")
    parts = [tuple(int(n) for n in match.groups()[:3] if n) if match else (0,) for match in found]
    before = [(p[0] - 1, *p[1:]) if match and p[0] <= 0 else p for p, match in zip(parts, found, strict=True)]
    return _made(before, circa=any(match and match[4] for match in found))


def _made(parts: Sequence[Part], *, circa: bool = False) -> CslDate:
    """A date of these parts. Raises ValueError if there is no such day."""
    if len(parts) > 2 or not any(part[0] for part in parts):
        raise ValueError("a date is one day, month or year, or a span of two, and one end of a span may be open")
    for part in parts:
        _check(part, is_end=len(parts) == 2)
    ends = list(map(_edtf, parts))
    if len(parts) == 2 and not any(map(_special, parts)):
        Date.parse("/".join(ends))
    if circa:
        ends[-1 if parts[-1][0] else 0] += "~"  # an open end is never uncertain
    return CslDate("/".join(ends), tuple(parts), circa)


def _check(part: Part, is_end: bool) -> None:
    """Raises ValueError if there is no such day. `is_end`: the part is an end of a span, so it may be open."""
    year, *rest = part
    if not year and (rest or not is_end):
        raise ValueError("there is no year 0")
    if rest[:1] and rest[0] in _SEASONS and len(rest) > 1:
        raise ValueError("a season has no days")
    if year > 0 and not _special(part):
        Date.parse(_edtf(part))
    elif year < 0 and rest and rest[0] not in _SEASONS and not (1 <= rest[0] <= 12 and all(1 <= day <= 31 for day in rest[1:])):
        raise ValueError(f"there is no day {_edtf(part)}")


def _special(part: Part) -> bool:
    """Whether only CSL, and not `Date`, has such a part: an open end, a season, a year before the year 1."""
    return part[0] <= 0 or (len(part) > 1 and part[1] in _SEASONS)


def _edtf(part: Part) -> str:
    if part[0] == 0:
        return ".."
    year = part[0] if part[0] > 0 else part[0] + 1  # EDTF has a year 0, which is 1 BC
    sign = "-" if year < 0 else ""
    return "-".join([f"{sign}{abs(year):04}", *(f"{n:02}" for n in part[1:])])


def _words(part: Part, language: str, short: bool) -> str:
    if part[0] == 0:
        return ""
    if not _special(part):
        return Date.parse(_edtf(part)).words(language, short=short)
    if len(part) > 1 and part[1] in _SEASONS:
        return terms.season(part[1] - 21, part[0], language)
    return terms.year(part[0], language)
