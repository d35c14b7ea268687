"""YAML read as text with places: every scalar is a string that knows where it stands.

In: the bytes of a YAML (or JSON) file. Out: dicts, lists and `Scalar`s, and the place of every key.
Nothing is guessed from a value's looks (no “Norway problem”, no dates, no numbers): the model says what a value is.
Tags, anchors, aliases and merge keys are refused, so a file can't grow in memory or name a Python object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from briefs.problems import Place, Problem, error

MAX_BYTES = 4_000_000
MAX_DEPTH = 30

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


class Scalar(str):
    """A string of a content file, with its place."""

    place: Place

    def __new__(cls, value: str, place: Place) -> Scalar:
        scalar = super().__new__(cls, value)
        scalar.place = place
        return scalar

    def __getnewargs__(self) -> tuple[str, Place]:  # type: ignore[override]
        """For pickle: an edition is handed to the workers."""
        return str(self), self.place


class Document:
    """A YAML file: `data`, and `places`, from a path of keys and indices to where that value stands."""

    def __init__(self, path: str):
        self.path = path
        self.data: Any = None
        self.places: dict[tuple[str | int, ...], Place] = {}
        self.problems: list[Problem] = []

    def place(self, keys: tuple[str | int, ...]) -> Place:
        """The place of the value at `keys`, or of the nearest thing around it."""
        while keys and keys not in self.places:
            keys = keys[:-1]
        return self.places.get(keys, Place(self.path, line=1, column=1))


def decode(path: str, data: bytes) -> tuple[str, list[Problem]]:
    """UTF-8 text (a leading BOM dropped, line ends made \\n), or the problem with its line."""
    if len(data) > MAX_BYTES:
        place = Place(path)
        return "", [error(place, f"the file has {len(data):,} bytes", f"Split it: {MAX_BYTES:,} is the most.")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        return "", [error(Place(path, line=line), "the file is not UTF-8", "Save it as UTF-8 in your editor.")]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    problems = []
    for number, line in enumerate(text.split("\n"), 1):
        bad = [c for c in line if c != "\t" and (c < " " or c in "\x7f\ufeff\u202a\u202b\u202d\u202e\u2066\u2067\u2068")]
        if bad:
            place = Place(path, line=number, column=line.index(bad[0]) + 1)
            problems.append(error(place, f"there is a control character (U+{ord(bad[0]):04X})", "Delete it."))
    return text, problems


def load(path: str, data: bytes, *, line: int = 1) -> Document:
    """Read YAML. `line` is the line of the file at which the text begins (front matter stands on line 2).

    Faults are in the result's `problems`; its `data` is then None or partial.
    """
    document = Document(path)
    text, document.problems = decode(path, data)
    if document.problems:
        return document
    if not text.strip():
        document.problems.append(error(Place(path, line=line), "the file is empty", "Write it or delete it."))
        return document
    try:
        _refuse_tricks(document, text, line - 1)
        node = yaml.compose(text, Loader=_Loader) if not document.problems else None
    except yaml.YAMLError as fault:
        document.problems.append(_broken(path, fault, line - 1))
        return document
    except RecursionError:
        document.problems.append(error(Place(path, line=line), "the YAML is nested too deeply"))
        return document
    if node is not None:
        document.data = _Converter(document, line - 1).value(node, (), "")
    elif not document.problems:
        document.problems.append(error(Place(path, line=line), "the file is empty", "Write it or delete it."))
    return document


def _broken(path: str, fault: yaml.YAMLError, offset: int) -> Problem:
    mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
    place = Place(path, line=(mark.line + 1 if mark else 1) + offset, column=mark.column + 1 if mark else 1)
    what = getattr(fault, "problem", None) or str(fault)
    context = getattr(fault, "context", None)
    hint = "Check the indentation, and put quotes round a value that holds “: ” or begins with a sign."
    return error(place, f"broken YAML: {what}" + (f" {context}" if context else ""), hint)


def _refuse_tricks(document: Document, text: str, offset: int) -> None:
    """Anchors, aliases and tags are seen in the event stream, before anything is built from them."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        trick = (
            "an alias" if name == "AliasEvent"
            else "an anchor" if getattr(event, "anchor", None)
            else "a tag" if getattr(event, "tag", None) and not _plain(event.tag)
            else "nesting too deep" if depth > MAX_DEPTH
            else ""
        )
        if trick:
            mark = event.start_mark
            place = Place(document.path, line=mark.line + 1 + offset, column=mark.column + 1)
            document.problems.append(error(place, f"{trick} isn't allowed here", "Write the value out."))
            return


def _plain(tag: str) -> bool:
    return tag in {"!"} or tag.startswith("tag:yaml.org,2002:str")


class _Converter:
    def __init__(self, document: Document, offset: int):
        self.document = document
        self.offset = offset

    def at(self, node: Any, anchor: str) -> Place:
        mark = node.start_mark
        return Place(self.document.path, anchor, mark.line + 1 + self.offset, mark.column + 1)

    def value(self, node: Any, keys: tuple[str | int, ...], anchor: str) -> Any:
        place = self.at(node, anchor)
        self.document.places[keys] = place
        if isinstance(node, yaml.ScalarNode):
            empty = node.style is None and node.value in {"", "~", "null"}
            return None if empty else Scalar(node.value, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(n, (*keys, i), a) for i, (n, a) in enumerate(_anchored(node, anchor))]
        return self.mapping(node, keys, anchor)

    def mapping(self, node: Any, keys: tuple[str | int, ...], anchor: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            place = self.at(key, anchor)
            if not isinstance(key, yaml.ScalarNode):
                self.document.problems.append(error(place, "a key must be a word"))
            elif key.value == "<<":
                self.document.problems.append(error(place, "a merge key isn't allowed here", "Write the values out."))
            elif key.value in found:
                self.document.problems.append(
                    error(place, f"the key “{key.value}” stands twice", "Keep one of the two."))
            else:
                name = Scalar(key.value, place)
                inner = f"{anchor}/{name}" if anchor else str(name)
                found[name] = self.value(value, (*keys, str(name)), inner)
                if not isinstance(value, yaml.ScalarNode) or found[name] is None:
                    self.document.places[(*keys, str(name))] = place
        return found


def _anchored(node: Any, anchor: str) -> Iterator[tuple[Any, str]]:
    """Each item of a list with its anchor: the item's `id` where it has one (ids are unique in a file), else its number."""
    for number, item in enumerate(node.value, 1):
        names = {k.value: v.value for k, v in item.value} if isinstance(item, yaml.MappingNode) else {}
        own = names.get("id")
        yield item, own if isinstance(own, str) and own else f"{anchor}/{number}"
