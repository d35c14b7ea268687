"""What a Markdown text points at: citations, names within the report, pictures; without parsing all of it.

In: Markdown as pandoc reads it. Out: each pointer with its offset, so that a problem can name line and column. Code, comments,
escapes and addresses are blanked first, letter for letter, so that an `@` or `#` in them points at nothing.
https://pandoc.org/MANUAL.html#citation-syntax, https://pandoc.org/MANUAL.html#extension-link_attributes
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_UNREAD = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"  # fenced code
    r"|\\[^\n]"  # an escaped letter
    r"|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)(?P=ticks)(?!`)"  # code in a line, within its paragraph
    r"|<!--(?:(?!<!--).)*?-->",
    re.S | re.M,
)
_ADDRESS = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*|<[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>]*>|\{[^{}\n]*=[^{}\n]*\}")
_CITATION = re.compile(r"(?<![^\W_])-?@(?:\{([^{}\s]+)\}|(\w+(?:[:.#$%&\-+?<>~/]\w+)*))")
_REFERENCE = re.compile(r"\]\(#([^()\s]*)\)")
_TARGET = re.compile(r"\{#([^\s{}]+)[^{}]*\}")
_PICTURE = re.compile(r"!\[[^\[\]]*\]\((figures/[^()\s]+)")

_TANGLE = re.compile(r"([\[\](){}*_~^`<>|])(?:[ \t]*\1){99}")

Found = Iterator[tuple[int, str]]


def citations(text: str) -> Found:
    """The key of each `@key`, and where its `@` stands."""
    for match in _CITATION.finditer(_blank(_ADDRESS, read(text))) if "@" in text else ():
        yield text.index("@", match.start()), match[1] or match[2]


def references(text: str) -> Found:
    """The name of each cross-reference `[](#name)`, and where its `#` stands."""
    return ((m.start(1) - 1, m[1]) for m in _REFERENCE.finditer(read(text)))


def targets(text: str) -> Found:
    """Each name that `{#name …}` gives to a heading, figure or other part, and where its `#` stands."""
    return ((m.start(1) - 1, m[1]) for m in _TARGET.finditer(read(text)))


def pictures(text: str) -> Found:
    """The path of each picture of the edition's own, and where it stands."""
    return ((m.start(1), m[1]) for m in _PICTURE.finditer(read(text)))


def tangles(text: str) -> Found:
    """The first sign of each run of a hundred or more, and where it stands."""
    return ((m.start(), m[1]) for m in _TANGLE.finditer(text))


def own_words(text: str) -> str:
    """The text with spaces for code, comments, addresses, attributes and citations: what is left is prose."""
    return _blank(_CITATION, _blank(_ADDRESS, read(text)))


def read(text: str) -> str:
    """The text with spaces for what isn't read as Markdown."""
    return _blank(_UNREAD, text) if any(c in text for c in "`\\~<") else text


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
