"""The passages of a Markdown text that are translated one by one: its paragraphs, headings, items of lists, tables, blocks of code.

In: the Markdown of a section or deck. Out: its passages, each with the line that it begins on. A text is divided at blank lines,
but nowhere within code, an item, a note or a table. The passages with a blank line between them give the same text again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_MARKUP = re.compile(r"^:{3,}.*$|\{[^{}]*\}", re.M)
_CAPTION = re.compile(r"(Table)?: ")
_RULE = re.compile(r"\s*-{3,}[- ]*$")


class Passage(NamedTuple):
    """A passage, and the line of the text on which it begins, from 0."""

    line: int
    markdown: str


def of(markdown: str) -> list[Passage]:
    """The passages of a text, in their order."""
    found: list[Passage] = []
    for passage in _between_blank_lines(markdown):
        if found and _goes_on(found[-1].markdown, passage.markdown):
            first = found.pop()
            blank = passage.line - first.line - first.markdown.count("\n") - 1
            passage = Passage(first.line, first.markdown + "\n" * (blank + 1) + passage.markdown)
        found.append(passage)
    return found


def has_words(markdown: str) -> bool:
    """Whether a passage has words, apart from the lines of fenced divs and from attributes."""
    return any(map(str.isalpha, _MARKUP.sub("", markdown)))


def _between_blank_lines(markdown: str) -> Iterator[Passage]:
    """The pieces of a text between blank lines. Blank lines in fenced code don't count."""
    start, fence, lines = 0, "", markdown.split("\n")
    for number, line in enumerate([*lines, ""]):
        if match := _FENCE.match(line):
            sign = match[1]
            fence = sign if not fence else "" if sign.startswith(fence) and not line.strip(sign[0] + " ") else fence
        if not line.strip() and (not fence or number == len(lines)):
            if start < number:
                yield Passage(start, "\n".join(lines[start:number]).rstrip())
            start = number + 1


def _goes_on(before: str, passage: str) -> bool:
    """Whether a passage belongs to the one before it: the next paragraph of an item or a note, a table's caption or next rows."""
    if passage.startswith(("  ", "\t")) or _CAPTION.match(passage):
        return True
    lines = before.split("\n")
    return bool(_RULE.match(lines[0])) and len(lines) > 1 and not _RULE.match(lines[-1])
