"""Warns where a text of the edition has a word that its own style sheet, `style.yaml`, avoids.

In: an edition and its style sheet. Out: a warning for each word, at its line and column.
Quotations, citations, addresses and the records of sources keep their words.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from briefs.edition import markdown, texts
from briefs.edition.model import Edition, StyleSheet
from briefs.problems import Place, Problem, said, warning

FILE = "style.yaml"
SECONDS = 20.0  # the most seconds of processor time; a house style of 200 words takes 0.1 s
_WORD = re.compile(r"\w+")
_END = r"\n[ \t]*\n"  # the end of a paragraph
_QUOTED = re.compile(f"“(?:(?!{_END})[^”])*”|«(?:(?!{_END})[^»])*»")


@dataclass(frozen=True)
class _Rule:
    entries: Sequence[str]
    write: str
    files: Sequence[str]  # patterns of paths; empty for all files

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern that finds the entries. It is compiled when it is needed: most never are, and nothing else here takes
        longer."""
        return _pattern(self.entries)

    def applies_to(self, path: str) -> bool:
        return not self.files or any(fnmatchcase(path, pattern) for pattern in self.files)


def check(edition: Edition, sheet: StyleSheet) -> Iterator[Problem]:
    """A warning for each avoided word in the texts of the edition, with what to write instead."""
    rules, until = _Rules(sheet), time.process_time() + SECONDS
    for text in texts.whole(edition) if rules.rules else ():
        own = markdown.own_words(_QUOTED.sub(_blank, text.markdown))
        for rule in rules.that_may_match(own):
            if time.process_time() > until:
                what = f"the texts couldn’t be searched for all of its words within {SECONDS:.0f} seconds"
                yield warning(Place(FILE), what, "List fewer words that begin alike.")
                return
            for match in rule.pattern.finditer(own) if rule.applies_to(text.place.path) else ():
                words = " ".join(match[0].split())
                yield warning(
                    text.place_at(match.start()),
                    said("the style sheet avoids “{words}”", words=words),
                    said("Write “{words}”.", words=rule.write),
                )


class _Rules:
    """The rules of a style sheet by the first words of their entries, so that a text is searched only for entries that it may
    have."""

    def __init__(self, sheet: StyleSheet):
        avoided = [_Rule(a.words, a.write, a.files) for a in sheet.avoid]
        preferred = [_Rule(p.variants, p.form, p.files) for p in sheet.prefer]
        self.rules = [*avoided, *preferred]
        self._by_word: dict[str, list[tuple[frozenset[str], int]]] = {}
        for number, rule in enumerate(self.rules):
            for entry in rule.entries:
                self._by_word.setdefault(_first_word(entry), []).append((_whole_words(entry), number))

    def that_may_match(self, text: str) -> list[_Rule]:
        there = {word.lower() for word in _WORD.findall(text)}
        begun = (entry for word in ("", *there & self._by_word.keys()) for entry in self._by_word.get(word, ()))
        return [self.rules[number] for number in sorted({number for words, number in begun if words <= there})]


def _first_word(entry: str) -> str:
    """The word that an entry begins with, in small letters. Empty if the entry may also be found within a longer word."""
    match = _WORD.match(entry)
    is_whole = match and "_" not in match[0] and (match.end() < len(entry) or entry[-1].isalnum())
    return match[0].lower() if match and is_whole else ""


def _whole_words(entry: str) -> frozenset[str]:
    """The words, in small letters, that a text must have as whole words if it has the entry. Empty if the entry may begin within a
    word."""
    words = [word.lower() for word in _WORD.findall(entry)] if _first_word(entry) else []
    return frozenset(words if entry[-1].isalnum() else words[:-1])


def _pattern(entries: Sequence[str]) -> re.Pattern[str]:
    """A pattern for entries as whole words. It finds an entry in small letters also with a capital at its beginning, as at the head
    of a sentence."""
    return re.compile("|".join(map(_entry, sorted(entries, key=len, reverse=True))))


def _entry(entry: str) -> str:
    words = [re.escape(word) for word in entry.split()]
    if entry == entry.lower() and words[0][:1].isalpha():
        words[0] = f"[{entry[0]}{entry[0].upper()}]{words[0][1:]}"
    before, after = r"(?<!\w)" * entry[0].isalnum(), r"(?!\w)" * entry[-1].isalnum()
    return before + r"\s+".join(words) + after


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
