"""YAML read as text with places: every scalar is a string that has its place.

In: the bytes of a YAML or JSON file. Out: dicts, lists and `Scalar`s, and the places of all keys. No type is guessed from how a
value looks (the word `no` stays a text, and so do dates and numbers): the model decides. Tags, anchors, aliases and merge keys are
refused, so a file can't grow in memory or name a Python object.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, NamedTuple

import yaml

from briefs.edition import slips
from briefs.edition.files import CONTROL
from briefs.problems import Place, Problem, error, warning

MAX_BYTES = 4_000_000
MAX_DEPTH = 30
MAX_VALUES = 250_000  # keys, values, lists and mappings in a file: so many take about two seconds to read
MAX_REPEATS = 20  # problems of one kind in a file; a picture that was saved as text has thousands
EMPTY = frozenset(["", "~", "null", "Null", "NULL"])  # what means no value, unless it stands in quotation marks

_ESCAPE = re.compile(r"\\(x..|u.{4}|U.{8}|.|$)")  # https://yaml.org/spec/1.2.2/#57-escaped-characters
_CONTROL_ESCAPES = {
    "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v", "r": "\r", "N": "\x85", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_WHITE = frozenset(["", *"tnvfr \t_NLP"])  # letters after a backslash that mean white space; the empty one is the end of the line

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


class SourceLine(NamedTuple):
    """Where a line of a scalar's source begins. `before`: how many characters of the value come before the line. Spaces aren't
    counted, because YAML folds them. `line`, `column`: the place in the file. `style`: the scalar's quotation mark, or the sign of
    a block scalar, or nothing."""

    before: int
    line: int
    column: int
    style: str


class Scalar(str):
    """A string of a content file, with its place. `lines`: where the lines of its source begin; none if the string stands
    on one line without quotation marks."""

    place: Place
    lines: tuple[SourceLine, ...]

    def __new__(cls, value: str, place: Place, lines: tuple[SourceLine, ...] = ()) -> Scalar:
        scalar = super().__new__(cls, value)
        scalar.place = place
        scalar.lines = lines
        return scalar

    def __getnewargs__(self) -> tuple[str, Place, tuple[SourceLine, ...]]:  # type: ignore[override]
        """The arguments with which pickle makes the string again, since editions are passed to worker processes."""
        return str(self), self.place, self.lines


Data = Scalar | list["Data"] | dict[str, "Data"] | None  # a value in a YAML file, at any depth


class YamlDocument:
    """A YAML file.

    `places` and `keys` hold the places of values and of keys, by the path of keys and indices that leads there.
    """

    def __init__(self, path: str):
        self.path = path
        self.data: Data = None
        self.places: dict[tuple[str | int, ...], Place] = {}
        self.keys: dict[tuple[str | int, ...], Place] = {}  # the places of the keys themselves
        self.comments: dict[tuple[str | int, ...], str] = {}  # comments after keys that have no value, such as #ff0000
        self.problems: list[Problem] = []
        self.parents: frozenset[str] = frozenset()  # keys of BibTeX entries to which other entries point as their parents
        self.model: Any = None  # the valid model of `data`, kept for the next reading of the same bytes

    @property
    def mapping(self) -> dict[str, Data]:
        """The data of a file of keys and values. Empty for any other."""
        return self.data if isinstance(self.data, dict) else {}

    def place(self, keys: tuple[str | int, ...]) -> Place:
        """The place of the value at `keys`, or of the nearest value around it."""
        while keys and keys not in self.places:
            keys = keys[:-1]
        return self.places.get(keys, Place(self.path, line=1, column=1))


def decode(path: str, data: bytes) -> tuple[str, list[Problem]]:
    """The text of a file in UTF-8, without a BOM and with \\n as line ends, and its problems, with line and column."""
    if len(data) > MAX_BYTES:
        return "", [error(Place(path), f"the file has {len(data):,} bytes", f"Split it: {MAX_BYTES:,} is the most.")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        # `object` holds the bytes that were decoded. They don't include a BOM, so `start` doesn't count it.
        before = bytes(fault.object[: fault.start]).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        line, column = before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode("utf-8-sig")) + 1
        return "", [error(Place(path, "", line, column), "the file is not UTF-8", "Save it as UTF-8 in your editor.")]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, list(_controls(path, text)) if CONTROL.search(text) else []


def _controls(path: str, text: str) -> Iterator[Problem]:
    """A problem for the first control character of each line, for at most `MAX_REPEATS` lines."""
    found = 0
    for number, line in enumerate(text.split("\n"), 1):
        match = CONTROL.search(line)
        if match and found < MAX_REPEATS:
            found += 1
            yield _control(Place(path, "", number, match.start() + 1), match[0])


def _control(place: Place, letter: str) -> Problem:
    return error(place, f"there is a control character (U+{ord(letter):04X})", "Delete it.")


def _escaped_control(place: Place, letter: str, escape: str) -> Problem:
    """A problem for a control character that an escape stands for."""
    if not escape or place.path.endswith(".json"):
        return _control(place, letter)
    what = f"“{escape}” in double quotes is read as a control character (U+{ord(letter):04X})"
    return error(place, what, "Write single quotes round the text: '…'." if len(escape) == 2 else "Delete it.")


def _escape_of(letter: str, source: str) -> str:
    """A control character as the source of a text in double quotes writes it."""
    return next((match[0] for match in _ESCAPE.finditer(source) if _meant(match[1]) == letter), "")


def _meant(code: str) -> str:
    """The control character, or other character that is written by its number, for which a backslash and this code stand."""
    return chr(int(code[1:], 16)) if len(code) > 1 else _CONTROL_ESCAPES.get(code, "")


def load(path: str, data: bytes, *, line: int = 1) -> YamlDocument:
    """Read YAML. `line` is the line of the file where the text begins (front matter begins on line 2).

    Errors are in the `problems` of the result, whose `data` is then None or incomplete.
    """
    document = YamlDocument(path)
    text, document.problems = decode(path, data)
    if document.problems:
        return document
    if path.endswith(".json"):
        text = _as_yaml(text)
    try:
        node = _Parser(document, text, line - 1).node
    except yaml.YAMLError as fault:
        document.problems += _broken(path, fault, line - 1, text)
        return document
    except _RefusedYaml as fault:
        document.problems.append(fault.problem)
        return document
    if node:
        document.data = _Converter(document).value(node, (), "")
    if document.data is None and not document.problems:
        document.problems.append(error(Place(path, line=line), "the file is empty", "Write it or delete it."))
    return document


def _as_yaml(text: str) -> str:
    """JSON as YAML: without tabs, with which Zotero indents, and with surrogate pairs (`\\ud83d\\ude00`) as characters."""

    def letter(match: re.Match[str]) -> str:
        return match[0] if match[0] == "\\\\" else str(json.loads(f'"{match[0]}"'))

    return re.sub(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}", letter, text.replace("\t", " "))


def _broken(path: str, fault: yaml.YAMLError, offset: int, text: str) -> list[Problem]:
    """The mistakes because of which a file can't be read, each as a problem at its place."""
    if path.endswith(".json"):
        return [_broken_json(path, fault, text)]
    first = slips.find(text, fault)
    found = {first.row: first}
    for slip in islice(slips.others(text, first, _fault_of), MAX_REPEATS):
        found.setdefault(slip.row, slip)
    return [error(Place(path, "", slip.row + 1 + offset, slip.column + 1), slip.message, slip.hint) for slip in found.values()]


def _fault_of(text: str) -> yaml.YAMLError | None:
    """The parser's error for a text, or None if it can be parsed."""
    try:
        for _ in yaml.parse(text, Loader=_Loader):
            pass
    except yaml.YAMLError as fault:
        return fault
    return None


# Our words for the messages of Python's `json`. https://docs.python.org/3/library/json.html#json.JSONDecodeError
_JSON = {
    "Expecting ',' delimiter": ("a comma or a closing bracket is missing before this", "Write `,` between two entries."),
    "Expecting ':' delimiter": ("a colon is missing before this", 'Write `"key": value`.'),
    "Expecting property name": ("a key in straight double quotes should be here", "After the last entry there is no comma."),
    "Expecting value": (
        "a value is missing here",
        "Write texts in straight double quotes. After the last entry there is no comma.",
    ),
    "Unterminated string": ("the quotation mark that opens here is never closed", 'Write `"` at the end of the text too.'),
    "Invalid control character": ("there is a tab or the end of a line within a text", "Write `\\t` or `\\n`, or delete it."),
    "Invalid \\": ("there is no such code with a backslash", "Write `\\\\` for a backslash."),
    "Extra data": ("the file goes on after its last bracket", "Delete what follows, or put all records into one list."),
}


def _broken_json(path: str, fault: yaml.YAMLError, text: str) -> Problem:
    try:
        json.loads(text)
    except json.JSONDecodeError as said:
        for begin, (message, hint) in _JSON.items():
            if said.msg.startswith(begin):
                return error(Place(path, "", said.lineno, said.colno), message, hint)
    except RecursionError:
        pass
    row, column = slips.where(text.split("\n"), fault)
    hint = "A comma, a quotation mark or a bracket may be missing."
    return error(Place(path, "", row + 1, column + 1), "this can’t be read as JSON", hint)


def _unescaped(line: str, style: str) -> str:
    """A line of a scalar's source with one character in place of each escape."""
    if style == "'":
        return line.replace("''", "'")
    return _ESCAPE.sub(lambda match: " " if match[1] in _WHITE else "x", line) if style == '"' else line


class _RefusedYaml(Exception):
    """Valid YAML that we don't accept."""

    def __init__(self, place: Place, message: str, hint: str = ""):
        self.problem = error(place, message, hint)


@dataclass(slots=True)
class _Node:
    """A part of a YAML file. Its anchor isn't known yet, because the `id` that names a list item may be its last key."""

    kind: Literal["scalar", "list", "mapping"]
    line: int
    column: int
    text: str = ""
    plain: bool = False
    lines: tuple[SourceLine, ...] = ()
    comment: str = ""  # the comment that stands where the value is missing
    items: Sequence[_Node] = ()
    pairs: Sequence[tuple[_Node, _Node]] = ()
    start: tuple[int, int] = (0, 0)  # where a scalar begins: row and column from 0 in the parsed text
    end: tuple[int, int] = (0, 0)
    escape: str = ""  # the first control character in it, as it is written


class _Parser:
    """Builds the nodes of a YAML text from libyaml's events. Nothing is built from YAML that we refuse."""

    def __init__(self, document: YamlDocument, text: str, offset: int):
        self.path = document.path
        self.problems = document.problems
        self.lines = text.split("\n")
        self.offset = offset
        self.events = yaml.parse(text, Loader=_Loader)
        self.node: _Node | None = None
        self.count = 0
        self.cut: list[Problem] = []
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self.node:
                    hint = "Delete the line `---`, or move what follows to a file of its own."
                    raise _RefusedYaml(self._place(event), "a second YAML document begins here", hint)
                self.node = self._node(next(self.events), 1)
        self.problems += self.cut  # only now: if a text begins with a brace, the parsing ends with another, clearer error

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        assert mark
        row, column = slips.inside(self.lines, mark.line, mark.column)
        return Place(self.path, "", row + 1 + self.offset, column + 1)

    def _node(self, event: yaml.Event, depth: int) -> _Node:
        self._refuse_tricks(event, depth)
        self.count += 1
        if self.count > MAX_VALUES:
            raise _RefusedYaml(self._place(event), f"the file has over {MAX_VALUES:,} values", "Split it.")
        place = self._place(event)
        line, column = place.line, place.column
        if isinstance(event, yaml.ScalarEvent):
            self._report_altered(event)
            comment = "" if event.value or event.style else self._comment(line - 1 - self.offset, column - 1)
            start, end = event.start_mark, event.end_mark
            assert start and end
            return _Node(
                "scalar", line, column, event.value, event.implicit[0], self._source_lines(event), comment,
                start=(start.line, start.column), end=(end.line, end.column), escape=self._escape(event),
            )  # fmt: skip
        if isinstance(event, yaml.SequenceStartEvent):
            return _Node("list", line, column, items=list(self._until(yaml.SequenceEndEvent, depth)))
        nodes = list(self._until(yaml.MappingEndEvent, depth))
        pairs = list(zip(nodes[::2], nodes[1::2], strict=True))
        in_braces = isinstance(event, yaml.MappingStartEvent) and event.flow_style
        return _Node("mapping", line, column, pairs=[pair for pair in pairs if not (in_braces and self._is_cut(*pair))])

    def _until(self, end: type, depth: int) -> Iterator[_Node]:
        while not isinstance(event := next(self.events), end):
            yield self._node(event, depth + 1)

    def _report_altered(self, event: yaml.ScalarEvent) -> None:
        """Record an error if YAML reads a text differently from a person who doesn't know YAML."""
        start, end = event.start_mark, event.end_mark
        assert start and end
        if self.path.endswith(".json"):
            return
        slip = slips.altered(self.lines, (start.line, start.column), (end.line, end.column), event.style)
        if slip:
            place = Place(self.path, "", slip.row + 1 + self.offset, slip.column + 1)
            self.problems.append((warning if slip.is_doubt else error)(place, slip.message, slip.hint))

    def _is_cut(self, key: _Node, value: _Node) -> bool:
        """Whether a key in braces has no colon, which is then recorded as an error: a comma has cut it off from a text."""
        found = key.kind == value.kind == "scalar" and not value.text and value.start == key.end
        if found:
            hint = "If it belongs to the text before it, put quotes round all of that text: '…'."
            what = f"“{key.text[:40]}” is read as a key without a value, because within {{…}} a comma ends a text"
            self.cut.append(error(Place(self.path, "", key.line, key.column), what, hint))
        return found

    def _escape(self, event: yaml.ScalarEvent) -> str:
        """The first control character of a text, as it is written. Only an escape can stand for one."""
        match, start, end = CONTROL.search(event.value), event.start_mark, event.end_mark
        if not match or not start or not end:
            return ""
        rows = self.lines[start.line : end.line + 1]
        rows[-1] = rows[-1][: end.column if end.line < len(self.lines) else None]
        return _escape_of(match[0], "\n".join([rows[0][start.column :], *rows[1:]]))

    def _comment(self, row: int, column: int) -> str:
        """The comment that stands where a value is missing."""
        match = re.match(r"\s*(#.*)", self.lines[row][column:]) if row < len(self.lines) else None
        return match[1].strip() if match else ""

    def _source_lines(self, event: yaml.ScalarEvent) -> tuple[SourceLine, ...]:
        """Where the lines of a scalar's source begin, for lines that have words. None if the scalar stands on one line without
        quotation marks."""
        start, end, style = event.start_mark, event.end_mark, event.style or ""
        assert start and end
        if self.path.endswith(".json") or (not style and start.line == end.line):
            return ()
        first, inset = (start.line + 1, 0) if style in {"|", ">"} else (start.line, start.column + len(style))
        found: list[SourceLine] = []
        before = 0
        for row in range(first, min(end.line + 1, len(self.lines))):
            line = self.lines[row][: end.column if row == end.line else None]
            begin = inset if row == first else 0
            words = _unescaped(line[begin:], style)
            if count := len("".join(words.split())):
                column = begin + len(line[begin:]) - len(line[begin:].lstrip())
                found.append(SourceLine(before, row + 1 + self.offset, column + 1, style))
                before += count
        return tuple(found)

    def _refuse_tricks(self, event: yaml.Event, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            trick = "“*” at the beginning of a text"
        elif isinstance(event, yaml.NodeEvent) and event.anchor:
            trick = "“&” at the beginning of a text"
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag and event.tag != "!":
            trick = "“!” at the beginning of a text"
        elif depth > MAX_DEPTH:
            trick = "nesting too deep"
        else:
            return
        hint = slips.QUOTES if trick.startswith("“") else "Write the value out."
        raise _RefusedYaml(self._place(event), f"{trick} isn’t allowed here", hint)


class _Converter:
    """Turns nodes into strings, lists and dicts, and records the place of each in the document."""

    def __init__(self, document: YamlDocument):
        self.document = document

    def value(self, node: _Node, keys: tuple[str | int, ...], anchor: str) -> Data:
        place = Place(self.document.path, anchor, node.line, node.column)
        self.document.places[keys] = place
        if node.kind == "scalar":
            return self.scalar(node, place)
        if node.kind == "list":
            return [self.value(n, (*keys, i), _item(n, i, anchor)) for i, n in enumerate(node.items)]
        return self.mapping(node, keys, anchor)

    def scalar(self, node: _Node, place: Place) -> Scalar | None:
        """The text, or None for an empty value. Control characters are removed and reported: in quotation marks, an
        escape may stand for one."""
        match = CONTROL.search(node.text)
        if match:
            self.document.problems.append(_escaped_control(place, match[0], node.escape))
        empty = node.plain and node.text in EMPTY
        return None if empty else Scalar(CONTROL.sub("", node.text), place, node.lines)

    def mapping(self, node: _Node, keys: tuple[str | int, ...], anchor: str) -> dict[str, Data]:
        found: dict[str, Data] = {}
        for key, value in node.pairs:
            place = Place(self.document.path, anchor, key.line, key.column)
            fault = self.fault(key, found)
            if fault:
                self.document.problems.append(error(place, *fault))
                continue
            name = key.text
            found[name] = self.value(value, (*keys, name), f"{anchor}/{name}" if anchor else name)
            self.document.keys[*keys, name] = place
            if value.comment:
                self.document.comments[*keys, name] = value.comment
            if value.kind != "scalar" or found[name] is None:
                self.document.places[(*keys, name)] = place
        return found

    def fault(self, key: _Node, found: dict[str, Data]) -> tuple[str, str] | None:
        if key.kind != "scalar" or CONTROL.search(key.text):
            return "a key must be a word", "Write `word: text`; put quotes round a text that begins with ? or {."
        if key.text == "<<":
            return "a merge key isn’t allowed here", "Write the values out."
        if key.text[:1] in {"-", "–", "—", "•"} and (name := key.text[1:].strip()):
            hint = f"Write `- {name[:60]}: …`, with a hyphen and a space."
            return f"“{key.text[:60]}” isn’t read as the beginning of a list item", hint
        if key.text in found:
            return f"the key “{key.text[:60]}” stands twice", "Keep one of the two."
        return None


def _item(node: _Node, number: int, anchor: str) -> str:
    """The anchor of a list item: its `id` if it has one (ids are unique in a file), or else its number, from 1."""
    for key, value in node.pairs:
        if key.text == "id" and value.text:
            return value.text
    return f"{anchor}/{number + 1}"
