"""Finds grid tables whose rows don't align, which pandoc reads with a sign in a cell, with two cells as one, or not as a table; and
those whose colons stand in a line where pandoc doesn't read them.

In: a text's Markdown and its tree. Out: for each such table its lines, the offset of the first faulty one, and what to write.
https://pandoc.org/MANUAL.html#extension-grid_tables
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from briefs.compose import tree
from briefs.compose.attributes import Fault
from briefs.compose.tree import Node
from briefs.edition.markdown import hidden_escapes, read

_TABLE = re.compile(r"^(?P<before>[ \t>]*(?:(?:[-+*:]|\(?\w{1,3}[.)])[ \t]+)*)\+(?:[-=:]+\+)+[ \t]*$(?:\n[ \t>]*[|+].*)+", re.M)
_RULE = re.compile(r"\+(?:[-=:]+\+)+")
_PART = re.compile(r"\+(?=[-=:]+\+)|(?<=[-=:])\+")  # the `+` in a line across some of the columns
_HINT = "Give all its lines the same length, and set each `|` below a `+` of the line above."
_WIDE = " A letter of Chinese, Japanese or Korean and most emoji are as wide as two others."


class FaultyTable(NamedTuple):
    """A grid table with a fault. `start`, `end`: the offsets at which the part begins and ends in which any sign may be left over;
    `at`: the offset of the first faulty line."""

    start: int
    end: int
    at: int
    fault: Fault


def faulty(markdown: str, blocks: Sequence[Node]) -> Iterator[FaultyTable]:
    """The grid tables of a text with a fault. Code is left out."""
    if "+--" not in markdown and "+==" not in markdown and "+:-" not in markdown:
        return
    code = "\n".join(tree.text(node) for node in tree.walk(list(blocks)) if node["t"] == "CodeBlock")
    unread = read(hidden_escapes(markdown))
    for match in _TABLE.finditer(markdown):
        first = match[0].split("\n")[0].strip()
        if first in code or "\t" in match[0] or not unread[match.start() : match.end()].strip():
            continue
        if (at := _first_uneven(match[0], unread[match.start() : match.end()], len(match["before"]))) >= 0:
            what = "the rows of this grid table are uneven: this line doesn’t align with the first"
            line = markdown[match.start() + at :].partition("\n")[0]
            hint = _HINT + _WIDE * any(_width(letter) != 1 for letter in line)
            yield FaultyTable(match.start(), match.end(), match.start() + at, Fault(what, hint))
        elif wanted := _unread_colons(match[0], len(match["before"])):
            what = (
                "pandoc doesn’t read the colons in the first line of a grid table that has a header, so its columns aren’t aligned"
            )
            hint = f"Write them into the line below the header: `{wanted}`."
            yield FaultyTable(match.start(), match.start(), match.start(), Fault(what, hint))


def _unread_colons(table: str, margin: int) -> str:
    """The line below the header with the colons of the first line; empty if it has them, or if there is no header or no colon."""
    first, *rules = [line[margin:].rstrip() for line in table.split("\n") if _RULE.fullmatch(line[margin:].rstrip())]
    header = next((rule for rule in rules if "=" in rule), "")
    wanted = "".join(sign if sign in "+:" else "=" for sign in first)
    return wanted if header and ":" in first and header != wanted else ""


def _first_uneven(table: str, unread: str, margin: int) -> int:
    """The offset of the first line that doesn't align with the first; -1 if all do. `unread`: the table with spaces in place of
    code and escapes. `margin`: the width of what stands before the table in its first line."""
    lines = table.split("\n")
    drawn = [_in_columns(line, line).rstrip() for line in lines]
    rules = [bool(_RULE.fullmatch(line[margin:])) for line in drawn]
    edges = {sign.start() for line in drawn for sign in _PART.finditer(line)}
    above: set[int] = set()
    offset = 0
    for line, shown, is_rule, bare in zip(lines, drawn, rules, unread.split("\n"), strict=True):
        if is_rule:
            above = {at for at, sign in enumerate(shown) if sign == "+" and at >= margin}
        above |= {sign.start() for sign in _PART.finditer(shown)}
        if len(shown) != len(drawn[0]) or _has_strayed(_in_columns(bare, line), above, edges):
            return offset + len(line) - len(line[margin:].lstrip())
        offset += len(line) + 1
    return -1


def _in_columns(letters: str, line: str) -> str:
    """The text `letters`, made as wide as pandoc takes `line` to be. `letters` is the line itself, or the line with some letters
    replaced. A letter gets a space after it if the letter of the line in its place is two columns wide (East Asian). It is left out
    if that letter has no width (an accent, a sign that isn't seen)."""
    return "".join(letter + " " * (_width(own) - 1) if _width(own) else "" for letter, own in zip(letters, line, strict=True))


def _width(letter: str) -> int:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _has_strayed(line: str, above: set[int], edges: set[int]) -> bool:
    """Whether a line has a `|` where a column ends in other rows only, or where none ends and a sign at an edge of the row is
    missing. `above`: the edges in the line above the row; `edges`: those of all rows."""
    bars = {at for at, sign in enumerate(line) if sign == "|"}
    is_missed = any(line[edge : edge + 1] not in {"|", "+"} for edge in above)
    return bool(bars & edges - above) or (is_missed and bool(bars - edges))
