"""Warns where a text of the edition has a word that its own style sheet, `style.yaml`, avoids.

In: an edition, its style sheet, and the files from which both were read. Out: a warning for each word, at its line and column.
Quotations, citations, addresses and the records of sources keep their words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import accumulate

from briefs.edition import markdown, texts
from briefs.edition.model import Edition, StyleSheet, Text, line_starts
from briefs.problems import Place, Problem, warning

_WORD = re.compile(r"\w+")
_END = r"\n[ \t]*\n"  # of a paragraph
_QUOTED = re.compile(f"“(?:(?!{_END})[^”])*”|«(?:(?!{_END})[^»])*»")


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    write: str
    files: Sequence[str]  # patterns of paths; empty for all

    def applies_to(self, path: str) -> bool:
        return not self.files or any(fnmatchcase(path, pattern) for pattern in self.files)


def check(edition: Edition, sheet: StyleSheet, files: Mapping[str, bytes]) -> Iterator[Problem]:
    """A warning for each avoided word in the texts of the edition, with what to write instead."""
    rules = _Rules(sheet)
    raw = {path: _RawFile(data.decode("utf-8", "replace")) for path, data in files.items()} if rules.rules else {}
    for text in texts.whole(edition) if rules.rules else ():
        own = markdown.own_words(_QUOTED.sub(_blank, text.markdown))
        for rule in rules.that_may_match(own):
            found = [*rule.pattern.finditer(own)] if rule.applies_to(text.place.path) else []
            offsets = _in_file(text, rule, raw[text.place.path]) if found else {}
            for match in found:
                place = raw[text.place.path].place(text.place, offsets.get(match.start()))
                words = " ".join(match[0].split())
                yield warning(place, f"the style sheet avoids “{words}”", f"Write “{rule.write}”.")


class _Rules:
    """The rules of a style sheet, found by the words that they begin with: a text is searched only for those that may be in it."""

    def __init__(self, sheet: StyleSheet):
        avoided = [_Rule(_pattern(a.words), a.write, a.files) for a in sheet.avoid]
        preferred = [_Rule(_pattern(p.variants), p.form, p.files) for p in sheet.prefer]
        self.rules = [*avoided, *preferred]
        self._by_word: dict[str, set[int]] = {}
        entries = [*(a.words for a in sheet.avoid), *(p.variants for p in sheet.prefer)]
        for number, words in enumerate(entries):
            for entry in words:
                self._by_word.setdefault(_first_word(entry), set()).add(number)

    def that_may_match(self, text: str) -> list[_Rule]:
        numbers = set(self._by_word.get("", ()))
        for word in {word.lower() for word in _WORD.findall(text)}:
            numbers |= self._by_word.get(word, set())
        return [self.rules[number] for number in sorted(numbers)]


def _first_word(entry: str) -> str:
    """The word that an entry begins with, in small letters. Empty if a text may have it as a part of another word."""
    match = _WORD.match(entry)
    is_whole = match and "_" not in match[0] and (match.end() < len(entry) or entry[-1].isalnum())
    return match[0].lower() if match and is_whole else ""


def _pattern(entries: Sequence[str]) -> re.Pattern[str]:
    """Whole words only. An entry without capitals is found at the head of a sentence too, but not in a name."""
    return re.compile("|".join(map(_entry, sorted(entries, key=len, reverse=True))))


def _entry(entry: str) -> str:
    words = [re.escape(word) for word in entry.split()]
    if entry == entry.lower() and words[0][:1].isalpha():
        words[0] = f"[{entry[0]}{entry[0].upper()}]{words[0][1:]}"
    before, after = r"(?<!\w)" * entry[0].isalnum(), r"(?!\w)" * entry[-1].isalnum()
    return before + r"\s+".join(words) + after


class _RawFile:
    """A file as it was read. Its lines differ from a text's where YAML folds them."""

    def __init__(self, text: str):
        self.text = text
        self._lines = [0, *accumulate(map(len, text.splitlines(keepends=True)))]

    def begin(self, place: Place) -> int:
        """The offset of a place."""
        return self._lines[min(place.line, len(self._lines)) - 1] + place.column - 1

    def place(self, place: Place, offset: int | None) -> Place:
        """The place of an offset. That of the text itself if it isn't known."""
        starts = line_starts(self.text)
        at = self.begin(place) if offset is None else offset
        line = bisect_right(starts, at)
        return replace(place, line=line, column=at - starts[line - 1] + 1)


def _in_file(text: Text, rule: _Rule, raw: _RawFile) -> dict[int, int]:
    """The offset in the file of each match of a rule, by its offset in the text.

    The nth match in the text is the nth match in the file after the text's beginning.
    """
    offsets = [match.start() for match in rule.pattern.finditer(text.markdown)]
    return dict(zip(offsets, (m.start() for m in rule.pattern.finditer(raw.text, raw.begin(text.place))), strict=False))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
