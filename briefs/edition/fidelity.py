"""Whether a translation says what its source says, as far as a program can tell: figures, citations, links, attributes.

In: a text and its translation. Out: what the translation lacks or adds. Figures are compared as numbers with their minus signs,
however a language groups digits and marks decimals, and in whatever script its digits are; how often one stands in either text
doesn't count. Numbers in words aren't compared. A per cent sign that the translation adds is told, but none that it leaves out,
because it may be a word there. A unit is told if both languages' names of units are known (`units.py`) and one took the place of
another: “5 miles” for “5 km”.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from briefs.edition import markdown, units
from briefs.edition.model import Text

_CODE = re.compile(r"\{[^{}\n]*\}|\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)|<https?://[^<>\s]*>|\[\^[^\]\s]+\]")
_ADDRESS = re.compile(r"\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)|<(https?://[^<>\s]*)>")
_TAG = re.compile(r"</?[A-Za-z][^<>:@\n]*>")
_MINUS = re.compile(r"(?:^|(?<=[\s(\u2066-\u2069\u200e\u200f]))[-−\u200e\u200f]*[-−]$")
_PERCENT = re.compile(r"[%٪％]")
_PERCENT_WORD = re.compile(r"\s*(?:[%٪％]|per ?cent|pour ?cent|pro[zc]ent|por cien|por cento|процент|відсот|τοις εκατό)", re.I)
_NUMBER = re.compile(r"\d+(?:[.,٫٬'’\u00a0\u202f\u2009 ]\d+)*")
_GROUPS = re.compile(r"\d{1,3}(?:[.,٬'’\u00a0\u202f\u2009 ]\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")  # the second form is India's
_PLACEHOLDER = re.compile(r"\{(\w+)\}")  # a gap in a label
_FENCED = re.compile(r"^:{3,}.*$", re.M)


def differences(source: Text, translation: Text, languages: tuple[str, str] = ("", "")) -> Iterator[tuple[int, str, str]]:
    """The differences between a text and its translation: the offset in the translation, what is wrong, and what to do.
    `languages`: the tags of both languages, if they are known."""
    own, other = source.markdown, translation.markdown
    for key, count in (Counter(source.citations) - Counter(translation.citations)).items():
        yield 0, f"the citation “@{key}” of the source is missing here{_times(count)}", "Write it where it belongs."
    for key in Counter(translation.citations) - Counter(source.citations):
        yield other.find(f"@{key}"), f"the source doesn’t cite “@{key}” here", "Cite what the source cites."
    for tag in _tags(other) - _tags(own):
        yield max(0, other.find(tag)), f"the source has no “{tag[:60]}”", "Write Markdown: HTML isn’t printed."
    for name, find in (("link", _addresses), ("attribute", _attributes)):
        here, there = find(own), find(other)
        for one in here - there:
            yield 0, f"the {name} “{one[:60]}” of the source is missing here", "Write it as the source has it."
        for one in there - here:
            yield max(0, other.find(one)), f"the source has no {name} “{one[:60]}”", "Write it as the source has it."
    yield from _figures(own, other)
    yield from _units(own, other, languages)
    if bool(source.key_phrase) != bool(translation.key_phrase) and source.markdown.count("**") == 2:
        yield (
            0,
            "the key phrase that the source marks with **…** isn’t marked here",
            "Mark the same words: the timeline prints them.",
        )


def _times(count: int) -> str:
    return f" {count} times" if count > 1 else ""


def _tags(text: str) -> Counter[str]:
    return Counter(_TAG.findall(markdown.without_code(text)))


def _addresses(text: str) -> Counter[str]:
    return Counter(one or other for one, other in _ADDRESS.findall(markdown.without_code(text)))


def _attributes(text: str) -> Counter[str]:
    """The attributes in braces, the gaps of labels, and the lines of fenced divs, without words for readers (`title=`, `alt=`)."""
    plain = markdown.without_code(text)
    found = [re.sub(r"""\b(?:title|alt)=("[^"]*"|'[^']*'|\S+)""", "", one) for one in re.findall(r"\{[^{}\n]*\}", plain)]
    fenced = [line.partition("{")[0].strip() for line in _FENCED.findall(plain)]
    return Counter(" ".join(one.split()) for one in (*found, *fenced))


def _figures(own: str, other: str) -> Iterator[tuple[int, str, str]]:
    here, there = _numbers(own), _numbers(other)
    for number in here.keys() - there.keys():
        yield 0, f"the figure “{here[number]}” of the source is missing here", "Write the figures of the source, in digits."
    for number, written in there.items():
        if number not in here:
            yield max(0, other.find(written)), f"the source has no figure “{written}” here", "Write the figures of the source."
    for number in _percentages(other, _PERCENT) - _percentages(own, _PERCENT_WORD):
        if number in here:
            what = f"the figure “{there[number]}” is no percentage in the source"
            yield max(0, other.find(there[number])), what, "Write the unit of the source."


def _units(own: str, other: str, languages: tuple[str, str]) -> Iterator[tuple[int, str, str]]:
    """The numbers whose unit is another one in the translation."""
    here, there = (_measured(text, tag) for text, tag in zip((own, other), languages, strict=True))
    for number, (written, found) in there.items():
        before = here[number][1] if number in here else []
        added = [unit for unit in found if not any(units.may_be_one(unit, one) for one in before)]
        if added and any(not any(units.may_be_one(unit, one) for one in found) for unit in before):
            what = f"the figure “{written}” has another unit in the source: “{here[number][0]}”"
            yield max(0, other.find(written)), what, "Write the unit of the source."


def _measured(text: str, language: str) -> dict[str, tuple[str, list[frozenset[str]]]]:
    """The numbers of a text that have a unit in a language, by `_value`: how the text writes the first of each with what follows,
    and its units."""
    found: dict[str, tuple[str, list[frozenset[str]]]] = {}
    plain = _CODE.sub(" ", markdown.own_words(text))
    for match in _NUMBER.finditer(plain) if language else ():
        if unit := units.named(language, plain[match.end() : match.end() + 40]):
            written = " ".join(plain[match.start() : match.end() + 20].split()[:2])
            found.setdefault(_value(_apart(match[0])[-1]), (written, []))[1].append(unit)
    return found


def _percentages(text: str, sign: re.Pattern[str]) -> set[str]:
    """The numbers before or after a per cent sign, as `_numbers` has them."""
    plain = _CODE.sub(" ", markdown.own_words(text))
    return {
        _value(match[0])
        for match in _NUMBER.finditer(plain)
        if sign.match(plain[match.end() :].lstrip()[:20])
        or _PERCENT.search(plain[max(0, match.start() - 2) : match.start()].strip())
    }


def _numbers(text: str) -> dict[str, str]:
    """The numbers of a text as the text writes them, by one form for all languages: “12,000” and “12 000” are under `12000`, “14,4”
    is under `14.4`."""
    plain = _CODE.sub(" ", markdown.own_words(text))
    found: dict[str, str] = {}
    for match in _NUMBER.finditer(plain):
        for written in _apart(match[0]):
            minus = "−" if _MINUS.search(plain[max(0, match.start() - 4) : match.start()]) else ""
            found.setdefault(minus + _value(written), written if not minus else f"{plain[match.start() - 1]}{written}")
    return found


def _apart(written: str) -> list[str]:
    """The numbers in digits that stand side by side: “12 000” is one number, “2019 2020” are two."""
    if _GROUPS.fullmatch(re.sub(r"[.,٫]\d{1,2}$", "", written)):
        return [written]
    return [part for part in re.split(r"[\u00a0\u202f\u2009 '’]|(?<=\d)[.,](?=\d+[.,])", written) if part]


def _value(written: str) -> str:
    digits = "".join(str(unicodedata.digit(sign, sign)) for sign in written)
    if _GROUPS.fullmatch(digits):
        return re.sub(r"\D", "", digits)
    whole, sign, part = re.fullmatch(r"(.*?)(?:([.,٫])(\d{1,9}))?", digits).groups("")  # type: ignore[union-attr]
    return re.sub(r"\D", "", whole) + (f".{part}" if sign else "")
