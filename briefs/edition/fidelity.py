"""Whether a translation says what its source says, as far as a program can tell: figures, citations, links, attributes.

In: a text and its translation. Out: what the translation lacks or adds. Figures are compared as numbers, however a language groups
digits and marks decimals, and in whatever script its digits are; how often one stands in either text doesn't count. Numbers in
words aren't compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from briefs.edition import markdown
from briefs.edition.model import Text

_CODE = re.compile(r"\{[^{}\n]*\}|\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)|<https?://[^<>\s]*>|\[\^[^\]\s]+\]")
_ADDRESS = re.compile(r"\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)|<(https?://[^<>\s]*)>")
_NUMBER = re.compile(r"\d+(?:[.,٫٬'’\u00a0\u202f\u2009 ]\d+)*")
_GROUPS = re.compile(r"\d{1,3}(?:[.,٬'’\u00a0\u202f\u2009 ]\d{3})+")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")  # a gap in a label
_FENCED = re.compile(r"^:{3,}.*$", re.M)


def differences(source: Text, translation: Text) -> Iterator[tuple[int, str, str]]:
    """The differences between a text and its translation: the offset in the translation, what is wrong, and what to do."""
    own, other = source.markdown, translation.markdown
    for key, count in (Counter(source.citations) - Counter(translation.citations)).items():
        yield 0, f"the citation “@{key}” of the source is missing here{_times(count)}", "Write it where it belongs."
    for key in Counter(translation.citations) - Counter(source.citations):
        yield other.find(f"@{key}"), f"the source doesn’t cite “@{key}” here", "Cite what the source cites."
    for name, find in (("link", _addresses), ("attribute", _attributes)):
        here, there = find(own), find(other)
        for one in here - there:
            yield 0, f"the {name} “{one[:60]}” of the source is missing here", "Write it as the source has it."
        for one in there - here:
            yield max(0, other.find(one)), f"the source has no {name} “{one[:60]}”", "Write it as the source has it."
    yield from _figures(own, other)
    if bool(source.key_phrase) != bool(translation.key_phrase) and source.markdown.count("**") == 2:
        yield (
            0,
            "the key phrase that the source marks with **…** isn’t marked here",
            "Mark the same words: the timeline prints them.",
        )


def _times(count: int) -> str:
    return f" {count} times" if count > 1 else ""


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


def _numbers(text: str) -> dict[str, str]:
    """The numbers of a text as the text writes them, by one form for all languages: “12,000” and “12 000” are under `12000`, “14,4”
    is under `14.4`."""
    plain = _CODE.sub(" ", markdown.own_words(text))
    found: dict[str, str] = {}
    for match in _NUMBER.finditer(plain):
        for written in _apart(match[0]):
            found.setdefault(_value(written), written)
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
