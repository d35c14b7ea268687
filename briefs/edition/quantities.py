"""The numbers that a text says, in one form for all languages.

In: the prose of a text, its language. Out: `Quantities`. A number may be written in several ways: “1.5 million”, “150万” and
“1 500 000” are one. `2019年7月3日`, `03.07.2019` and “3 July 2019” have the same three. What only words or Roman numerals say, such
as the month, may be a number in another text, but need not be one. Numbers are strings of Western digits with a point: `-12.5`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from briefs.edition import numberwords

NUMBER = re.compile(r"\d+(?:[.,٫٬'’\u00a0\u202f\u2009 ]\d+)*")
_MINUS = re.compile(r"(?:^|(?<=[\s(\u2066-\u2069\u200e\u200f]))[-−\u200e\u200f]*[-−]$")
_GROUPS = re.compile(r"\d{1,3}(?:[.,٬'’\u00a0\u202f\u2009 ]\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")  # the second form is India's
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")
_FULL_HOUR = re.compile(r"(?<=\d)(?::|(\s?[hH]\s?))00(?!\d)")
_FRACTION = re.compile(r"(?<!\d)[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]")  # by itself; “2½” is 2 and a sign that words may say, too
_YEARS = re.compile(r"(?<!\d)((?:1\d|20)\d\d)[/–-]$")  # before the second of two years: “2018/19”
_TO = (  # words between two numbers with one unit: “5 to 7 million”
    "and|or|to|et|ou|à|und|oder|bis|y|o|u|e|a|tot|en|of|i|lub|do|až|nebo|och|eller|till|και|ή|έως|ως|ve|veya|ila|та|або|і|й|и|или|до|"
    "و|أو|إلى|حتى|یا|تا|ו|או|עד|到|至|和|或|から|または|と|에서|및|또는|और|या|से|และ|หรือ|ถึง|dhe|ose|deri"
)
_RANGE = re.compile(rf"\s*(?:[–—〜～-]|(?:{_TO})(?![^\W\d_]))\s*(\d+(?:[.,٫]\d+)?)")
_DECADE = re.compile(r"['’]?s\b|['’-]?[^\W\d_]{1,8}")  # “1990s”, “1990er”, “1990-х”, “1990’lar”, “1990年代”
_MOST = 40  # digits of a number that is multiplied


@dataclass(frozen=True)
class Quantity:
    """A number in digits. `written`: as the text has it. `values`: what it may mean, the likeliest first. `bare`: the number
    without the power of ten that follows it in words, which has `zeros`; empty if none follows. `start`, `end`: its place."""

    written: str
    values: tuple[str, ...]
    bare: str
    zeros: int
    start: int
    end: int


@dataclass(frozen=True)
class Quantities:
    """The numbers of a text: those in digits, and those that words may say. `months`: the numbers of the months that words name
    beside a number. `plain`: the text in which the figures have their places."""

    figures: Sequence[Quantity]
    in_words: frozenset[str]
    months: frozenset[int]
    plain: str


def read(plain: str, language: str = "") -> Quantities:
    """The numbers of some prose. `language`: its tag, if it is known."""
    plain = _FRACTION.sub(lambda sign: unicodedata.normalize("NFKC", sign[0]).replace("⁄", "/"), _FULL_HOUR.sub(r"\1", plain))
    figures = tuple(_joined(_figures(plain, language)))
    months = numberwords.months(language, plain) if language else []
    centuries = {int(one.values[0][:2]) + 1 for one in figures if _is_decade(one.values[0], plain[one.end : one.end + 10])}
    words = {month for _, _, month in months} | numberwords.roman(plain) | centuries
    beside = frozenset(month for start, end, month in months if _is_beside(plain, start, end))
    return Quantities(figures, frozenset(map(str, words)), beside, plain)


def paired(own: Quantities, other: Quantities) -> tuple[list[Quantity], list[Quantity], list[tuple[Quantity, Quantity]]]:
    """What the numbers of two texts don't share: those that only the first has, those that only the other has, and those that took
    the place of another: each pair stands more often in the other text, and less often there, than in the first."""
    index = _index(own.figures)
    here = Counter(one.values[0] for one in own.figures)
    keys = [_key(one, index) for one in other.figures]
    there = Counter(key for key in keys if key)
    firsts = {one.values[0]: one for one in reversed(own.figures)}
    lost = [one for key, one in firsts.items() if key not in there and not other.in_words.intersection(one.values)]
    new = [one for one, key in zip(other.figures, keys, strict=True) if not key and not own.in_words.intersection(one.values)]
    shown = {key: one for one, key in zip(other.figures, keys, strict=True) if key}
    more = [shown[key] for key in there - here]
    fewer = [firsts[key] for key in here - there if key in there]
    return lost, new, list(zip(more, fewer, strict=False))


def _index(figures: Sequence[Quantity]) -> dict[tuple[str, bool | None], str]:
    """The first value of a number by each of its values (with None), and, with whether a power of ten follows, by its digits."""
    found: dict[tuple[str, bool | None], str] = {(one.values[0], None): one.values[0] for one in figures}
    for one in figures:
        for number in one.values[1:]:
            found.setdefault((number, None), one.values[0])
        found.setdefault((one.bare or one.values[0], bool(one.bare)), one.values[0])
    return found


def _key(one: Quantity, index: dict[tuple[str, bool | None], str]) -> str:
    """The first value of the number in the index that another one may be. Empty if there is none. A number before a power of ten
    may be one without it, because not all words for it are known."""
    found = [index.get((number, None), "") for number in one.values]
    found.append(index.get((one.bare or one.values[0], not one.bare), ""))
    return next(filter(None, found), "")


def _figures(plain: str, language: str) -> Iterator[Quantity]:
    for match in NUMBER.finditer(plain):
        at = match.start()
        for part in apart(match[0]):
            start = plain.index(part, at)
            at = start + len(part)
            yield _quantity(plain, start, at, language)


def _quantity(plain: str, start: int, end: int, language: str) -> Quantity:
    """The number in the digits between two places of the prose."""
    before, after, written = plain[max(0, start - 12) : start], plain[end : end + 60], plain[start:end]
    number = value(written)
    zeros, length = _zeros(language, number, after) if len(number) <= _MOST else (0, 0)
    sign, shown = ("-", before[-1] + written) if _MINUS.search(before[-4:]) else ("", written)
    others = () if sign or zeros else _others(number, before, after, language)
    return Quantity(shown, (sign + _shifted(number, zeros), *others), sign + number if zeros else "", zeros, start, end + length)


def _zeros(language: str, number: str, after: str) -> tuple[int, int]:
    """The power of ten after a number, and the length of its words: also after the second of two numbers, as in “5–7 million”."""
    zeros, length = numberwords.zeros(language, after) if language else (0, 0)
    if language and not zeros and (end := end_of_range(number, after)):
        return numberwords.zeros(language, after[end:])[0], 0
    return zeros, length


def end_of_range(number: str, after: str) -> int:
    """Where the second number of a range ends in what stands after its first number: “–7” in “5–7 million”. The second is larger,
    so “En 2019 à 5 millions” has no range. Nought if there is none."""
    other = _RANGE.match(after)
    return other.end() if other and float(number) < float(value(other[1])) else 0


def _others(number: str, before: str, after: str, language: str) -> tuple[str, ...]:
    """What a number may mean by what stands beside it: a decade, a year, an hour of 24, a number below nought."""
    found = [number[2:]] if _is_decade(number, after) else []
    if len(number) == 2 and (first := _YEARS.search(before)) and first[1][2:] < number:
        found.append(first[1][:2] + number)
    half = numberwords.half_of_day(language, before, after) if language and len(number) <= 2 else ""
    if number.isdecimal() and ((half == "pm" and int(number) < 12) or (half == "am" and number == "12")):
        found.append(str((int(number) + 12) % 24))
    if numberwords.has_minus(before, after):
        found.append(f"-{number}")
    return tuple(found)


def _is_decade(number: str, after: str) -> bool:
    return bool(re.fullmatch(r"1[1-9]\d0|20\d0", number) and _DECADE.match(after))


def _is_beside(plain: str, start: int, end: int) -> bool:
    """Whether a word stands beside a number, also with one short word between them: “3 de julio”."""
    before, after = plain[max(0, start - 8) : start], plain[end : end + 3]
    return bool(re.search(r"\d\W{0,2}(?:\w{1,3}\W)?$", before) or re.match(r"\W{1,2}\d", after))


def _joined(figures: Iterator[Quantity]) -> Iterator[Quantity]:
    """The numbers, where “1億5000万” is one."""
    last: Quantity | None = None
    for one in figures:
        if last and last.bare and one.start - last.end <= bool(one.bare) and _fits(last, one):
            both = str(int(last.values[0]) + int(one.values[0]))
            last = replace(last, values=(both,), bare=both, zeros=one.zeros, end=one.end)
            continue
        if last:
            yield last
        last = one
    if last:
        yield last


def _fits(first: Quantity, one: Quantity) -> bool:
    """Whether a number goes on with smaller powers of ten than the first."""
    return first.values[0].isdecimal() and one.values[0].isdecimal() and len(one.values[0]) <= first.zeros > one.zeros


def apart(written: str) -> list[str]:
    """The numbers in digits that stand side by side: “12 000” is one number, “2019 2020” are two, `03.07.2019` is three."""
    if _GROUPS.fullmatch(re.sub(r"[.,٫]\d{1,2}$", "", written)):
        return [written]
    if _DATE.fullmatch(written):
        return written.split(".")
    return [part for part in re.split(r"[\u00a0\u202f\u2009 '’]|(?<=\d)[.,](?=\d+[.,])", written) if part]


def value(written: str) -> str:
    """A number in Western digits with a point, without its groups and without noughts that say nothing."""
    digits = "".join(str(unicodedata.digit(sign, sign)) for sign in written)
    if _GROUPS.fullmatch(digits):
        return re.sub(r"\D", "", digits).lstrip("0") or "0"
    whole, _, part = re.fullmatch(r"(.*?)(?:([.,٫])(\d{1,9}))?", digits).groups("")  # type: ignore[union-attr]
    part = part.rstrip("0")
    return (re.sub(r"\D", "", whole).lstrip("0") or "0") + (f".{part}" if part else "")


def _shifted(number: str, zeros: int) -> str:
    """A number times a power of ten."""
    if not zeros:
        return number
    whole, _, part = number.partition(".")
    digits = (whole + part.ljust(zeros, "0")[:zeros]).lstrip("0") or "0"
    return f"{digits}.{part[zeros:]}" if part[zeros:] else digits
