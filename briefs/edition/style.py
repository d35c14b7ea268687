"""Warns where a text of the edition has a word that its own style sheet, `style.yaml`, avoids.

In: an edition, its style sheet, and the files from which both were read. Out: a warning for each word, at its line and column.
Quotations, citations, addresses and the records of sources keep their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from briefs.edition import markdown, texts
from briefs.edition.model import Edition, StyleSheet, Text
from briefs.problems import Place, Problem, warning

_QUOTED = re.compile("“[^”]*”|«[^»]*»")


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    write: str
    files: Sequence[str]  # patterns of paths; empty for all

    def applies_to(self, path: str) -> bool:
        return not self.files or any(fnmatchcase(path, pattern) for pattern in self.files)


def check(edition: Edition, sheet: StyleSheet, files: Mapping[str, bytes]) -> Iterator[Problem]:
    """A warning for each avoided word in the texts of the edition, with what to write instead."""
    rules = [*_rules(sheet)]
    for text in _texts(edition) if rules else ():
        own = markdown.own_words(_QUOTED.sub(_blank, text.markdown))
        for rule in rules:
            for match in rule.pattern.finditer(own) if rule.applies_to(text.place.path) else ():
                place, words = _place(text, rule, match.start(), files), " ".join(match[0].split())
                yield warning(place, f"the style sheet avoids “{words}”", f"Write “{rule.write}”.")


def _texts(edition: Edition) -> Iterator[Text]:
    """The texts that are in the edition's own words: all but the records of sources."""
    return (text for text in texts.of(edition).values() if not text.place.path.startswith("sources."))


def _rules(sheet: StyleSheet) -> Iterator[_Rule]:
    for avoided in sheet.avoid:
        yield _Rule(_pattern(avoided.words), avoided.write, avoided.files)
    for preferred in sheet.prefer:
        yield _Rule(_pattern(preferred.variants), preferred.form, preferred.files)


def _pattern(entries: Sequence[str]) -> re.Pattern[str]:
    """Whole words only. An entry without capitals is found at the head of a sentence too, but not in a name."""
    return re.compile("|".join(map(_entry, sorted(entries, key=len, reverse=True))))


def _entry(entry: str) -> str:
    words = [re.escape(word) for word in entry.split()]
    if entry == entry.lower() and words[0][:1].isalpha():
        words[0] = f"[{entry[0]}{entry[0].upper()}]{words[0][1:]}"
    before, after = r"(?<!\w)" * entry[0].isalnum(), r"(?!\w)" * entry[-1].isalnum()
    return before + r"\s+".join(words) + after


def _place(text: Text, rule: _Rule, offset: int, files: Mapping[str, bytes]) -> Place:
    """The place of a match in its file, whose lines differ from the text's where YAML folds them.

    The nth match in the text is the nth match in the file after the text's beginning.
    """
    number = sum(1 for match in rule.pattern.finditer(text.markdown) if match.start() < offset)
    raw = files[text.place.path].decode("utf-8", "replace")
    lines = raw.splitlines(keepends=True)
    begin = sum(map(len, lines[: text.place.line - 1])) + text.place.column - 1
    found = next((m.start() for n, m in enumerate(rule.pattern.finditer(raw, begin)) if n == number), begin)
    return replace(text.place, line=raw.count("\n", 0, found) + 1, column=found - raw.rfind("\n", 0, found))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
