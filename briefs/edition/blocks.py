"""A section's Markdown, split into blocks that each have a place.

In: the text of a section. Out: a `Text` per block, in order. Each is parsed separately, so nothing in one affects another, and each
knows its line. A block ends at a blank line, but fenced divs and code, lists with all their paragraphs, and tables with their
captions stay whole.
https://pandoc.org/MANUAL.html#block-quotations ff.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefs.edition.model import Text
from briefs.problems import Place

_DIV = re.compile(r":{3,}")
_CODE = re.compile(r"(`{3,}|~{3,})")
_CAPTION = re.compile(r"(Table)?:\s")  # a table's, before or after it; definitions begin the same way
_ITEM = re.compile(r"([-*+]|\(?(\d+|[a-zA-Z#]|[ivxlc]+)[.)])\s")


def split(text: Text) -> Iterator[Text]:
    """The blocks of a text. Block number n (from 1) has the anchor `n` and the line where it begins."""
    lines = text.markdown.split("\n")
    for count, (first, last) in enumerate(spans(lines), 1):
        anchor = f"{text.place.anchor}/{count}".lstrip("/")
        place = Place(text.place.path, anchor, text.place.line + first, 1)
        yield Text("\n".join(lines[first:last]), place)


def unclosed(text: Text) -> int | None:
    """The offset of the line that opens a div or code block which is never closed. It would swallow all that follows."""
    opened, outside, offset = 0, True, 0
    for _, line, inside in _nesting(text.markdown.split("\n")):
        opened = offset if inside and outside else opened
        outside = not inside
        offset += len(line) + 1
    return None if outside else opened


def spans(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The first line of each block, and the line after its last one, counted from 0."""
    start: int | None = None
    for number, line, inside in _nesting(lines):
        if start is None:
            start = number if line.strip() else None
        elif not line.strip() and not inside and not _goes_on(lines, start, number):
            yield start, number
            start = None
    if start is not None:
        yield start, len(lines)


def _nesting(lines: list[str]) -> Iterator[tuple[int, str, bool]]:
    """Each line with its number, and whether it is inside a fenced div or fenced code."""
    divs, code = 0, ""
    for number, line in enumerate(lines):
        fence = _CODE.match(line.lstrip())
        if code:
            code = "" if fence and line.strip().startswith(code) and not line.strip().strip(code[0]) else code
        elif fence:
            code = fence[1]
        elif _DIV.match(line):
            divs = max(0, divs + (1 if line.strip(": \t") else -1))
        yield number, line, bool(code) or divs > 0


def _goes_on(lines: list[str], start: int, blank: int) -> bool:
    """Whether the block that began at `start` continues after a blank line: a list, a table and its caption, a term and its
    meaning."""
    following = next((line for line in lines[blank:] if line.strip()), "")
    if _CAPTION.match(following) or _CAPTION.match(lines[start]):
        return True
    if not _ITEM.match(lines[start].lstrip()):
        return False
    return bool(_ITEM.match(following) or following.startswith(("  ", "\t")))
