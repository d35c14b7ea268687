"""Finds the mistake because of which a YAML parser gave up: where it is, and what to write instead.

In: the text of a broken file, and libyaml's error. Out: row and column from 0, a message and a hint in words for people who don't
know YAML. The lines are looked at one by one; the first line that nobody would have meant as YAML reads it counts.
https://yaml.org/spec/1.2.2/
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import yaml

_LINE = re.compile(r"(?P<indent> *)(?P<dashes>(?:- +)*)(?:(?P<key>[\w.-]+):(?= |$) *)?(?P<value>.*)")
_BLOCK = re.compile(r"[>|][-+0-9]*\s*(#.*)?$")
_NO_SPACE = re.compile(r" *(?:- +)?([a-z_]+):(?!//)[^\s:]")
_NO_ITEM = re.compile(r" *([-–—•])( *)([a-z_]+):(?: |$)")
_ODD_SPACE = re.compile(r"(?: *(?:- +)*[\w.-]+:)? *([\u00a0\u2000-\u200a\u202f\u3000])")
_HALVES = re.compile(  # a surrogate pair (RFC 8259, 7)
    r"(?<!\\)(?:\\\\)*(\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})"
)
_NO_ESCAPE = re.compile(
    r"(?<!\\)(?:\\\\)*(\\(?:x(?![\da-fA-F]{2})|u(?![\da-fA-F]{4})|U(?![\da-fA-F]{8})|[^0abtnvfre \"/\\N_LPxuU\n]))"
)
_COMMENT = re.compile(r" (#.*)")
_KEY_WITH_SIGN = re.compile(r"[\[,]\s*(@)[\w:.-]")  # an @ before a key in a list in brackets
_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*(\\t|(?<=[A-Za-z]:)\\n)")  # \t anywhere; \n only in a path such as C:\new
_FORMULA = re.compile(r"(?<![\\$])\$(?! )[^$]*(?<! )\$(?!\d)")
_IN_FORMULA = re.compile(r"(?<!\\)(?:\\\\)*(\\[n_])")
_ESCAPES = {"t": "a tab", "n": "the end of a line", "_": "a no-break space"}
MOST_IN_ITEM = 5  # mistakes that are reported in one item
QUOTES = "Put quotes round all of it: '…'. An apostrophe in it is then written twice."
_NEITHER = "this line is neither a key nor part of the text above it"
_GOES_ON = "Write `key: text`. A text that goes on stands further to the right than its key, all its lines alike."
_TABS = "Indent with spaces, not tabs."


@dataclass(frozen=True)
class Slip:
    """A mistake in a YAML file: row and column from 0, what is wrong, and what to write."""

    row: int
    column: int
    message: str
    hint: str
    is_doubt: bool = False  # it is printed as it stands, and may be meant so


def find(text: str, fault: yaml.YAMLError) -> Slip:
    """The mistake behind an error of the parser."""
    lines = text.split("\n")
    row, column = where(lines, fault)
    found = next(_slips(lines[: row + 1], lines), None)
    return found or _of_parser(lines, row, column, fault)


def others(text: str, first: Slip, parse: Callable[[str], yaml.YAMLError | None]) -> Iterator[Slip]:
    """The other mistakes in a YAML file, besides the first. Each top-level key, and each item of a list under it, is parsed by
    itself. After each mistake its value is taken out and the rest is parsed again. `parse`: the parser's error for a
    text, or None."""
    lines = text.split("\n")
    for start, end in _items(lines):
        own = lines[start:end]
        if start <= first.row < end:
            own = _without_value(own, first.row - start)
        for _ in range(MOST_IN_ITEM):
            fault = parse("\n".join(own))
            slip = find("\n".join(own), fault) if fault else None
            if slip is None or not own[slip.row].strip():
                break
            yield replace(slip, row=start + slip.row)
            own = _without_value(own, slip.row)


def _items(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The lines of each top-level key and of each item of its list: the first line, and the line after the last."""
    starts: list[int] = []
    dashes = -1  # the indentation of the list’s dashes; -1 before its first item
    for row, match in _outside_texts(lines):
        indent = len(match["indent"])
        if not indent and match["key"] and not match["dashes"]:
            dashes = -1
            starts.append(row)
        elif match["dashes"] and indent == (indent if dashes < 0 else dashes):
            dashes = indent
            starts.append(row)
    yield from pairwise([*starts, len(lines)])


def _without_value(lines: Sequence[str], row: int) -> list[str]:
    """The lines without the value in the line `row`. The lines on which the value goes on become empty."""
    match = _LINE.fullmatch(lines[row])
    assert match
    indent = len(match["indent"] + match["dashes"])
    rest = range(row + 1, len(lines))
    end = next((at for at in rest if lines[at].strip() and len(lines[at]) - len(lines[at].lstrip(" ")) <= indent), len(lines))
    key = f"{lines[row][:indent]}{match['key']}:" if match["key"] else lines[row][:indent].rstrip()
    return [*lines[:row], key, *[""] * (end - row - 1), *lines[end:]]


def where(lines: Sequence[str], fault: yaml.YAMLError) -> tuple[int, int]:
    """The row and column where the parser gave up."""
    mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
    return inside(lines, mark.line, mark.column) if mark else (0, 0)


def inside(lines: Sequence[str], row: int, column: int) -> tuple[int, int]:
    """A row and column of libyaml as a place in the lines. libyaml may name a line after the last one."""
    return (row, column) if row < len(lines) else (len(lines) - 1, len(lines[-1]))


def altered(lines: Sequence[str], start: tuple[int, int], end: tuple[int, int], style: str | None) -> Slip | None:
    """The place in a valid file where YAML reads a text differently from a person. `start`, `end`: row and column from 0.

    A # after a text begins a comment that is meant as one if two spaces stand before it, as all style guides want. After a single
    word, one space on each side of the # is enough. A # at the head of a line looks like a part of the text above it if it stands
    deeper than the key of that text. One within a text under > is a part of it.
    """
    (row, column), (last, until) = start, end
    if not style and row <= last < len(lines):
        match = _COMMENT.fullmatch(lines[last][until:])
        own = lines[last][column if row == last else 0 : until].strip()
        has_words = bool(own) and (row < last or " " in own)
        if match and (has_words or (own and match[1][1:2].strip())):
            return _comment(last, until + 1, match[1], "Leave two spaces before a comment.")
        below = lines[last + 1] if last + 1 < len(lines) else ""
        depth = len(below) - len(below.lstrip(" "))
        if has_words and below[depth : depth + 1] == "#" and depth > _depth(lines[row]) and not lines[last][until:].strip():
            return _comment(last + 1, depth, below[depth:], "Write a comment as far left as the key.")
    if style == ">":
        return _in_folded_text(lines, row, last)
    if style == '"':
        return _escaped(lines, start, end)
    return None


def _escaped(lines: Sequence[str], start: tuple[int, int], end: tuple[int, int]) -> Slip | None:
    """An escape in a text in double quotes that is meant as letters, as in `C:\\temp` and in the LaTeX of a formula, `$\\nu$`."""
    (row, column), (last, until) = start, end
    for at in range(row, min(last, len(lines) - 1) + 1):
        own = (lines[at], column if at == row else 0, until if at == last else len(lines[at]))
        formulas = (_IN_FORMULA.search(lines[at], *found.span()) for found in _FORMULA.finditer(*own))
        match = _ESCAPE.search(*own) or next(filter(None, formulas), None)
        if match:
            what = f"“{match[1]}” in double quotes is read as {_ESCAPES[match[1][-1]]}"
            return Slip(at, match.start(1), what, "Write single quotes round the text: '…'.")
    return None


def _in_folded_text(lines: Sequence[str], row: int, last: int) -> Slip | None:
    """A line within a paragraph under > that looks like a comment. `row`: the row of the sign; `last`: the row after the text."""
    for at in range(row + 2, min(last, len(lines))):
        depth = len(lines[at]) - len(said := lines[at].lstrip(" "))
        if said.startswith("# ") and lines[at - 1].strip() and lines[at - 1][:depth].isspace():
            what = f"“{said[:30]}” is printed: a text under > holds no comments"
            return Slip(at, depth, what, "Write a comment above the key, and `\\#` to print the sign.", is_doubt=True)
    return None


def _comment(row: int, column: int, words: str, hint: str) -> Slip:
    return Slip(row, column, f"“{words[:30]}” is read as a comment, which isn’t printed", f"{QUOTES} {hint}")


def _depth(line: str) -> int:
    """How far to the right the key or the dash stands that a text on this line belongs to. One without either stands deeper."""
    match = _LINE.fullmatch(line)
    assert match
    return len(match["indent"] + match["dashes"]) if match["key"] else len(match["indent"]) - (not match["dashes"])


def _slips(until: Sequence[str], lines: Sequence[str]) -> Iterator[Slip]:
    """The mistakes in the lines up to the place where the parser gave up. The texts under > and | are skipped."""
    for row, match in _outside_texts(until):
        if not _BLOCK.match(match["value"]) and (slip := _of_line(row, match[0], match, lines)):
            yield slip


def _outside_texts(lines: Sequence[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """The lines that aren't empty, aren't comments, and aren't part of a text under > or |."""
    block = -1  # the indentation of the line that opened a text under > or |
    for row, line in enumerate(lines):
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip() or line.lstrip().startswith("#") or (0 <= block < indent):
            continue
        match = _LINE.fullmatch(line)
        assert match
        block = indent + len(match["dashes"]) if _BLOCK.match(match["value"]) else -1
        yield row, match


def _of_line(row: int, line: str, match: re.Match[str], lines: Sequence[str]) -> Slip | None:
    column = match.start("value")
    if line.lstrip(" ").startswith("\t"):
        return Slip(row, line.index("\t"), "there is a tab", _TABS)
    if re.match(r"(<{7}|={7}|>{7})( |$)", line):
        return Slip(row, 0, f"“{line[:7]}” is a mark of git’s for a conflict", "Keep one of the two states, and delete the marks.")
    if (item := _NO_ITEM.match(line)) and (item[1] != "-" or not item[2]):
        what = f"“{item[1]}”" if item[1] != "-" else "“-” without a space after it"
        return Slip(row, item.start(1), f"{what} isn’t read as the beginning of a list item", f"Write `- {item[3]}: …`.")
    if odd := _ODD_SPACE.match(line):
        hint = "Delete it, and write a plain space."
        return Slip(
            row, odd.start(1), f"there is a space of a special kind (U+{ord(odd[1]):04X}), which doesn’t count as one", hint
        )
    if match["key"] is None and not match["dashes"] and (close := _NO_SPACE.match(line)):
        return Slip(
            row, close.end(1), f"there is no space after “{close[1]}:”, so it isn’t read as a key", f"Write `{close[1]}: …`."
        )
    if match["key"] is None and not match["dashes"]:
        return None
    found = _of_value(match["value"].rstrip(), row, lines)
    return Slip(row, column + found[0], found[1], found[2]) if found else None


def _of_value(value: str, row: int, lines: Sequence[str]) -> tuple[int, str, str] | None:
    """What is wrong with a value: the column in it, a message, and a hint."""
    sign = value[:1]
    if sign in {'"', "'"}:
        return _of_quoted(value, sign, row, lines)
    if sign in {"[", "{"}:
        return _of_brackets(value, sign, row, lines)
    if sign in _READ_AS and (sign not in {"-", "?"} or value[1:2] in {" ", ""}):
        return 0, f"“{sign}” at the beginning of a text {_READ_AS[sign]}", _INSTEAD.get(sign, QUOTES)
    colon = re.search(r":(?= |$)", re.sub(r"\s#.*", "", value))
    if colon:
        word = re.split(r"[\s“‘„‚«\"'(]", value[: colon.start()])[-1]
        message = f"“{word}:” within a text is read as a key"
        if sign in "“‘„‚«":
            return colon.start(), message, f"Curly quotation marks are only printed. {QUOTES}"
        return colon.start(), message, "Put quotes round the whole text, or begin it on a line of its own after `>-`."
    return None


_READ_AS = {
    **dict.fromkeys("@`%", "can’t be read"),
    **dict.fromkeys("&*", "has a meaning of its own"),
    "!": "is read as the name of a type",
    ">": "says that a text follows on the next lines",
    "|": "says that a text follows on the next lines",
    "-": "is read as an item of a list",
    "?": "is read as a key",
    ",": "is read as the comma of a list",
    "]": "is read as the end of a list",
    "}": "is read as the end of keys and values",
}
_INSTEAD = {
    **dict.fromkeys(">|", "Begin the text on the next line, indented; or put quotes round all of it: '…'."),
    "-": "Begin a list on the next line; put quotes round a text: '…'.",
}


def _of_quoted(value: str, sign: str, row: int, lines: Sequence[str]) -> tuple[int, str, str] | None:
    """What is wrong with a quoted text: it is never closed, or goes on after its closing mark."""
    pattern = r"'(?:[^']|'')*'" if sign == "'" else r'"(?:[^"\\]|\\.)*"'
    rest = "\n".join([value, *lines[row + 1 :]])
    closed = re.match(pattern, rest, re.S)
    if not closed or re.search(r"\n *(?:- +)*[\w.-]+:(?: |$)", closed[0], re.M):
        return 0, f"the quotation mark {sign} that opens here is never closed", f"Write {sign} at the end of the text too."
    end = closed.end()
    bad = _NO_ESCAPE.search(closed[0]) if sign == '"' else None
    if bad and bad.start(1) < len(value):
        shown = closed[0][bad.start(1) : bad.start(1) + 2]
        return (
            bad.start(1),
            f"a backslash in double quotes begins a code, and there is no code “{shown}”",
            "Write it in single quotes.",
        )
    half = _HALVES.search(closed[0]) if sign == '"' else None
    if half and half.start(1) < len(value):
        letter = json.loads(f'"{half[1]}"')
        hint = f"Write {letter} itself, or `\\U{ord(letter):08X}`."
        return half.start(1), f"“{half[1]}” is a letter in two halves, as JSON writes it, which can’t be read here", hint
    if end <= len(value) and re.match(r"\s*[^\s#]", value[end:]):
        message = f"the text in quotes ends before “{value[end:].strip()[:30]}”"
        return (
            end,
            message,
            "Put quotes round the whole text. Within '…' an apostrophe is written twice; “…” may stand in it as they are.",
        )
    return None


def _of_brackets(value: str, sign: str, row: int, lines: Sequence[str]) -> tuple[int, str, str] | None:
    """What is wrong with a value that begins with a bracket: it is a list that is never closed, or a text without quotation
    marks."""
    close = "]" if sign == "[" else "}"
    what = "a list" if sign == "[" else "keys and values"
    end = value.find(close)
    if end >= 0 and re.match(r"\s*[^\s#]", value[end + 1 :]):
        return 0, f"“{sign}” at the beginning of a text is read as the beginning of {what}", QUOTES
    if sign == "[" and (key := _KEY_WITH_SIGN.search(value, 0, end if end >= 0 else len(value))):
        return key.start(1), "“@” can’t begin a key in a list", "Write the keys without @: [one, two]."
    following = "\n".join([value, *lines[row + 1 :]])
    whole = following.partition(close)[0]
    if close not in following or re.search(r"\n *(?:- +)*[\w.-]+:(?: |$)", whole, re.M):
        return 0, f"“{sign}” that opens here is never closed", f"Write “{close}” at the end of the list."
    return None


def _of_parser(lines: Sequence[str], row: int, column: int, fault: yaml.YAMLError) -> Slip:
    """A mistake at the place that the parser names, with a message for people who don't know YAML."""
    problem = str(getattr(fault, "problem", None) or fault)
    context = getattr(fault, "context_mark", None)
    line = lines[row] if row < len(lines) else ""
    said_indent = any(said in problem for said in ("mapping values", "expected key", "'-' indicator", "block sequence"))
    if line[column : column + 1] == "\t":
        return Slip(row, column, "there is a tab", _TABS)
    if "could not find expected ':'" in problem and context:
        return Slip(context.line, context.column, _NEITHER, _GOES_ON)
    above = next((at for at in range(row - 1, -1, -1) if lines[at].strip()), -1)
    if "mapping values" in problem and above >= 0 and ":" not in lines[above]:
        hint = "Write `key: text`, or `>-` after the key of a text of several lines."
        first = len(lines[above]) - len(lines[above].lstrip())
        return Slip(above, first, "there is no colon after the key in this line", hint)
    if said_indent:
        return _of_indent(lines, row, above, goes_on="mapping values" in problem)
    hint = "Look at its indentation, and put quotes round a text that holds “: ” or begins with a sign."
    return Slip(
        row, column, f"“{line[column]}” can’t be read here" if line[column : column + 1].strip() else "this can’t be read", hint
    )


def _of_indent(lines: Sequence[str], row: int, above: int, *, goes_on: bool) -> Slip:
    """A mistake of indentation: a line begins in a column in which no line above begins that it can belong to. `goes_on`: the
    parser has read the line as part of the text above."""
    match = _LINE.fullmatch(lines[row])
    assert match
    column, opened = len(match["indent"]), list(_begun(lines, row))
    shown = f"“{match['key']}:”" if match["key"] else "this line"
    keys = [(at, word) for at, word in opened if word != "-" and at != column]
    if goes_on and above >= 0 and keys and keys[0][0] < column:
        hint = f"Begin it in column {keys[0][0] + 1}, like “{keys[0][1]}”. If it is part of that text, write `>-` before the text."
        return Slip(row, column, f"{shown} is read as part of the text above, because it is indented further", hint)
    if not match["key"] and not match["dashes"]:
        return Slip(row, column, _NEITHER, _GOES_ON)
    if match["dashes"] or not keys:
        return Slip(row, column, "this line doesn’t stand below the dashes that it belongs to", "All dashes of a list do.")
    nearest = sorted(keys, key=lambda key: abs(key[0] - column))[:2]
    begins_item = f"Write `- {match['key']}: …` if it begins an item. If not, begin" if (column, "-") in opened else "Begin"
    hint = f"{begins_item} it {', or '.join(f'in column {at + 1}, like “{word}”' for at, word in nearest)}."
    return Slip(row, column, f"{shown} begins in column {column + 1}, where nothing begins that it can belong to", hint)


def _begun(lines: Sequence[str], row: int) -> Iterator[tuple[int, str]]:
    """The keys and dashes above a line to which the line can still belong, with their columns from 0, the nearest first."""
    edge = len(max(lines, key=len)) + 1
    for line in reversed(lines[:row]):
        match = _LINE.fullmatch(line)
        if not line.strip() or line.lstrip().startswith("#") or not match:
            continue
        indent, column = len(match["indent"]), len(match["indent"] + match["dashes"])
        if match["key"] and column < edge:
            yield column, f"{match['key']}:"
            edge = column
        if match["dashes"] and indent < edge:
            yield indent, "-"
            edge = indent
