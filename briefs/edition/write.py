"""The only writer of content files: it changes what must change, and leaves every other character as it is.

In: the bytes of the files, and changes, each at the name of a place. Out: the bytes of the files that change. `put` writes them
into the folder, all or none. A YAML value is replaced where it is, in its own style. No file is generated from its data, so
comments, order, quotes and line ends elsewhere are never touched. Changed YAML files and tables are read again, and must have
exactly the wanted change.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import re
import textwrap
from bisect import bisect
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from briefs import atomic
from briefs.edition import blocks, csvtext, threeway
from briefs.edition.data import grids
from briefs.edition.files import MAX_BYTES, read_folder
from briefs.edition.read import FRONT_MATTER
from briefs.edition.yamls import EMPTY
from briefs.problems import Place, Problem, Problems, error
from briefs.tools.pandoc import Pandoc, PandocError

FACTS = "facts"
TOLERANCE = 8  # columns by which a changed line may be longer than the others
UNWRAPPED = 160  # columns: a file with a longer line counts as not wrapped
_MARKUP = re.compile(r"([-+*#>|:=~]|\d+[.)])")  # markup at the beginning of a line


@dataclass(frozen=True)
class Reword:
    """Give the field, block or cell `name` another text (`countries/be.yaml#be-07/text`, `report/04-bri.md#3`,
    `data/use.csv#C2`)."""

    name: str
    text: str


@dataclass(frozen=True)
class Translate(Reword):
    """Give the text `name` another translation (`translations/fr/countries/be.yaml#summary/text`). `of`: the hash of the source
    that the translation was made from. If the text has no entry yet, a new one is written after the entry `after`, or else at the
    end. The file is made if it doesn't exist."""

    of: str = ""
    after: str = ""


@dataclass(frozen=True)
class Remove:
    """Remove the block, the list item or the value of the data `name` (`report/04-bri.md#3`, `countries/be.yaml#be-07`,
    `countries/be.yaml#data/internet`)."""

    name: str


@dataclass(frozen=True)
class Add:
    """Add blocks to a Markdown file, after the block `after`, or at the top if that is only the path of the file."""

    after: str
    text: str


@dataclass(frozen=True)
class AddFact:
    """Add a fact after the fact `after`, and after facts that the same call has added there. Its id is a new one, which follows the
    ids of all facts in the file and in `taken`. If `after` is only the path of the file, it becomes the file's first fact.

    `taken`: ids of facts that were used once. `more`: other keys and their plain values, such as a date.
    """

    after: str
    topic: str
    text: str
    sources: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AddTableValue:
    """Write a value into an empty cell of the CSV table `name` (`data/use.csv#`), as `csvtext.with_value` does.

    `row`: the texts by which its row is found, each with the number of its column, counted from 0. `column`: the number of the
    value's column. `beside`: further texts of the row, such as its source, in cells that are empty or have them already."""

    name: str
    row: tuple[tuple[int, str], ...]
    column: int
    text: str
    beside: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class SetList:
    """Give the list of words `name` other items (`countries/be.yaml#be-07/sources`). A list that isn't there yet is
    added."""

    name: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class SetField:
    """Give the field `name` a text (`countries/be.yaml#be-07/label`). A field that its country or fact lacks is added. An empty
    text removes the field."""

    name: str
    text: str


@dataclass(frozen=True)
class RemoveKey:
    """Remove the key `name` of a mapping with all that it holds (`people.yaml#lists/press`). A mapping that has no other key goes
    with it."""

    name: str


@dataclass(frozen=True)
class Move:
    """Move the list item `name` after the item `after` of the same list, or to the beginning of the list if `after` is empty."""

    name: str
    after: str


@dataclass(frozen=True)
class SetBody:
    """Replace everything after the front matter of the Markdown file `name` by exactly this text."""

    name: str
    text: str


@dataclass(frozen=True)
class AddRow:
    """Add a row of cells at the end of the CSV table `name`."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class AddValue:
    """Add a value of the data to a country's file (`countries/be.yaml#data/internet`), with its period and what it rests on."""

    name: str
    value: str
    period: str = ""
    facts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class AddKey:
    """Add a key with a plain value before all other keys of the YAML file `name`."""

    name: str
    key: str
    value: str


Names = tuple[tuple[tuple[str, str], ...], ...]  # names of people and bodies: the parts of each, by their keys in CSL


@dataclass(frozen=True)
class AddItem:
    """Add an item at the end of the list `name` (`edition.yaml#roles`); or, if `in_order` and the first values of the list's items
    are in the order of letters, in its place there. A value is a text or names. A list that isn't there yet is added at the end of
    the file."""

    name: str
    values: tuple[tuple[str, str | Names], ...]
    in_order: bool = False


@dataclass(frozen=True)
class SetNames:
    """Give the list of names `name` other names (`sources.yaml#allison-2017-xi/author`). A name that stays isn't written anew. A
    list that isn't there yet is added; without names, it is removed."""

    name: str
    names: Names


@dataclass(frozen=True)
class RenameKeys:
    """Rename keys everywhere in the YAML file `name`, except in mappings that have the new name already. `keys`: old and new
    names."""

    name: str
    keys: Mapping[str, str]


Cuts = dict[str, list[blocks.Span]]  # the lines of the blocks of Markdown files, by path
Change = Reword | Remove | Add | AddFact | SetList | SetField | Move | SetBody
KeyChange = AddKey | AddItem | RenameKeys
AnyChange = Change | KeyChange | SetNames | RemoveKey | AddRow | AddValue | AddTableValue


class NotWritable(Exception):
    """A change that can't be made in the file. The message says why."""


def changed(
    files: Mapping[str, bytes], changes: Sequence[AnyChange], pandoc: Pandoc | None = None, cuts: Cuts | None = None
) -> dict[str, bytes]:  # fmt: skip
    """The new bytes of the files that the changes affect. Raises NotWritable. `files` stays as it is.

    `pandoc`: a running pandoc. Without it, one is started if blocks of Markdown change. `cuts`: the lines of blocks that are known
    from before, for the same files. Those that are found now are added to it.
    """
    out: dict[str, bytes] = {}
    in_blocks = [c for c in changes if _is_block(c)]
    last: dict[str, str] = {}  # the anchor of the last fact added after a fact, by that fact's name
    for change in sorted(
        changes, key=lambda change: isinstance(change, AddTableValue)
    ):  # new rows last: they change the numbers of the rows below
        if change not in in_blocks:
            path, anchor = _parted(change)
            if Path(path).suffix.lower() in grids.WORKBOOKS:
                raise NotWritable(
                    f"{path} is a workbook, and workbooks aren’t written to: write it there, or keep the table as CSV"
                )
            data = out.get(path) or files.get(path, b"")
            write = _with_body if isinstance(change, SetBody) else _in_csv if _is_table(path) else _in_yaml
            if isinstance(change, AddFact):
                anchor = last.get(change.after, anchor)
                last[change.after] = _free_id(_File.of(data).text, anchor, change.taken) if anchor else ""
            try:
                out[path] = _translated(data, path, change) if isinstance(change, Translate) else write(data, path, anchor, change)
            except yaml.YAMLError as fault:
                mark = getattr(fault, "problem_mark", None)
                where = f"{path}:{mark.line + 1}" if mark else path
                raise NotWritable(f"{where} is not sound YAML, so nothing is written into it: mend it there first") from None
    # From the last block to the first, so that earlier blocks keep their numbers. Blocks are added after a block before it changes.
    numbered = sorted(enumerate(in_blocks), key=lambda item: (_number(item[1]), isinstance(item[1], Add), item[0]), reverse=True)
    spans = {} if cuts is None else cuts
    spans |= _spans_of(files, {_parted(change)[0] for change in in_blocks} - spans.keys(), pandoc)
    for _, change in numbered:
        path, _ = _parted(change)
        out[path] = _in_markdown(out.get(path, files[path]), spans[path], _number(change), change)
    return {path: data for path, data in out.items() if data != files.get(path)}


def path_of(change: AnyChange) -> str:
    """The path of the file that a change is made in."""
    return _parted(change)[0]


def _parted(change: AnyChange) -> tuple[str, str]:
    path, _, anchor = (change.after if isinstance(change, Add | AddFact) else change.name).partition("#")
    return path, anchor


def _is_block(change: AnyChange) -> bool:
    path, anchor = _parted(change)
    return path.endswith(".md") and (anchor.isdecimal() or not anchor) and not isinstance(change, SetBody)


def _number(change: AnyChange) -> int:
    return int(_parted(change)[1] or 0)


@dataclass
class _File:
    """The text of a file with plain line ends. The file's own line ends and byte order mark are kept, to be restored."""

    text: str
    mark: str
    ends: str

    @classmethod
    def of(cls, data: bytes) -> _File:
        """Decode a file. Raises NotWritable if it is not UTF-8 text, such as a workbook."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise NotWritable("the file is not UTF-8 text") from None
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        ends = "\r\n" if "\r\n" in text else "\n"
        return cls(text.removeprefix(mark).replace("\r\n", "\n"), mark, ends)

    def encoded(self, text: str) -> bytes:
        return (self.mark + text.replace("\n", self.ends)).encode("utf-8")


# Markdown: blocks are found by their numbers.


def _spans_of(files: Mapping[str, bytes], paths: Collection[str], pandoc: Pandoc | None) -> dict[str, list[blocks.Span]]:
    """The lines of the blocks of Markdown files. Raises NotWritable."""
    if not paths:
        return {}
    bodies = [_parted_head(_File.of(files[path]))[1] for path in paths]
    try:
        with contextlib.nullcontext(pandoc) if pandoc else Pandoc() as running:
            parts = blocks.parts_of(bodies, running)
    except PandocError as fault:
        raise NotWritable(f"it can’t be divided into blocks: {fault}") from None
    return {path: [part.span for part in own] for path, own in zip(paths, parts, strict=True)}


def _parted_head(file: _File) -> tuple[str, str]:
    """The front matter of a Markdown file, and what follows it."""
    match = FRONT_MATTER.match(file.text)
    start = match.end() if match else 0
    return file.text[:start], file.text[start:]


def _is_table(path: str) -> bool:
    return Path(path).suffix.lower() in grids.TEXTS


def _with_body(data: bytes, path: str, anchor: str, change: AnyChange) -> bytes:
    """A Markdown file with another text after its front matter."""
    assert isinstance(change, SetBody)
    file = _File.of(data)
    head, _ = _parted_head(file)
    if not head:
        raise NotWritable(f"{path} has no front matter")
    return file.encoded(head + change.text)


def _in_markdown(data: bytes, spans: Sequence[blocks.Span], number: int, change: AnyChange) -> bytes:
    file = _File.of(data)
    head, body = _parted_head(file)
    lines = body.split("\n")
    if number > len(spans):
        raise NotWritable(f"there is no block {number}")
    first, last = spans[number - 1] if number else (0, 0)
    while last > first + 1 and not lines[last - 1].strip():  # the span of the last block extends to the end of the file
        last -= 1
    if isinstance(change, Reword):
        lines[first:last] = _wrapped(lines[first:last], change.text.strip("\n").split("\n"), _width(lines), markdown=True)
    elif isinstance(change, Remove):
        while last < len(lines) and not lines[last].strip():
            last += 1
        lines[first:last] = []
        while len(lines) > 1 and lines[-1] == lines[-2] == "":
            lines.pop()
    elif isinstance(change, Add):
        new = _wrapped([], change.text.strip("\n").split("\n"), _width(lines), markdown=True)
        if number:
            lines[last:last] = ["", *new]
        else:
            first = spans[0][0] if spans else len(lines)
            lines[first:first] = [*new, ""]
    return file.encoded(head + "\n".join(lines))


def _width(lines: Sequence[str]) -> int:
    """The column at which the lines of a file are wrapped. 0 if they aren't wrapped."""
    longest = max((len(line) for line in lines if " " in line.strip()), default=0)
    return 0 if longest > UNWRAPPED else max(longest, 80)


def _wrapped(old: Sequence[str], new: Sequence[str], width: int, *, markdown: bool) -> list[str]:
    """The new lines of a text, in which changed lines are broken if they are much too long.

    The rest of a broken line moves to the beginning of the next line if there is room.
    """
    known, lines = set(old), list(new)
    out: list[str] = []
    while lines:
        line = lines.pop(0)
        fixed = markdown and re.match(r"\s*(#|\||:::|```|~~~)", line)
        if not width or line in known or fixed or len(line) <= width + TOLERANCE:
            out.append(line)
            continue
        margin = re.match(r"\s*(?:([-+*]|\d+[.)])\s+)?", line)
        assert margin
        following = lines[0] if lines else ""
        goes_on = bool(following.strip()) and not (markdown and _MARKUP.match(following.lstrip()))
        indent = following[: len(following) - len(following.lstrip())] if goes_on else " " * len(margin[0])
        *broken, rest = _broken(line, indent, width, markdown=markdown)
        out += broken
        if broken and goes_on and len(rest) + 1 + len(following.strip()) <= width + TOLERANCE:
            lines[0] = f"{rest} {following.strip()}"
        elif broken:
            lines.insert(0, rest) if len(rest) > width + TOLERANCE else out.append(rest)
        else:
            out.append(rest)
    return out


def _broken(line: str, indent: str, width: int, *, markdown: bool) -> Iterator[str]:
    while len(line) > width:
        start = len(line) - len(line.lstrip())
        cuts = [m.start() for m in re.finditer(r"(?<=\S) (?=\S)", line) if start < m.start()]
        cuts = [c for c in cuts if not (markdown and _MARKUP.match(line[c + 1 :]))]
        cut = max((c for c in cuts if c <= width), default=min(cuts, default=0))
        if not cut:
            break
        yield line[:cut]
        line = indent + line[cut + 1 :]
    yield line


# Tables: cells are found by their letters and numbers.


def _in_csv(data: bytes, path: str, anchor: str, change: AnyChange) -> bytes:
    """The bytes of a CSV file with another text in one cell, or with one more value or row. Raises NotWritable."""
    try:
        if isinstance(change, Reword):
            return csvtext.with_cell(path, data, anchor, change.text)
        if isinstance(change, AddRow):
            return csvtext.with_row(path, data, change.cells)
        if isinstance(change, AddTableValue):
            return csvtext.with_value(path, data, change.row, ((change.column, change.text), *change.beside))
    except csvtext.NotInTable as fault:
        raise NotWritable(str(fault)) from None
    raise NotWritable(f"{path} is a table")


# YAML: values are found by their anchors (`yamls.py`).


def _in_yaml(data: bytes, path: str, anchor: str, change: AnyChange) -> bytes:
    file = _File.of(data)
    if isinstance(change, KeyChange):
        return file.encoded(_with_keys(file.text, change))
    head, body, tail = "", file.text, ""
    if path.endswith(".md"):
        match = FRONT_MATTER.match(file.text)
        if not match:
            raise NotWritable(f"{path} has no front matter")
        head, body, tail = file.text[: match.start(1)], match[1], file.text[match.end(1) :]
    before = _as_texts(body)
    if isinstance(change, Reword):
        made = _reworded(body, anchor, change.text)
    elif isinstance(change, Remove):
        made = _removed(body, anchor)
    elif isinstance(change, RemoveKey):
        made = _without_key(body, anchor)
    elif isinstance(change, SetList):
        made = _with_items(body, anchor, change.items)
    elif isinstance(change, SetNames):
        made = _with_names(body, anchor, change.names)
    elif isinstance(change, SetField):
        made = _with_field(body, anchor, change.text)
    elif isinstance(change, Move):
        made = _moved(body, anchor, change.after)
    elif isinstance(change, AddValue):
        made = _with_value(body, anchor, change)
    else:
        assert isinstance(change, AddFact)
        made = _with_fact(body, anchor, change)
    _check_only_change(before, _as_texts(made), anchor, change)
    return file.encoded(head + made + tail)


def _translated(data: bytes, path: str, change: Translate) -> bytes:
    """A file of translations in which an entry has another text and hash, or which has one more entry."""
    file = _File.of(data or b"texts:\n")
    id = _parted(change)[1].removesuffix("/text")
    ids = [str(entry.get("id")) for entry in (_loaded(file.text) or {}).get("texts") or []]
    if id in ids:
        data = _in_yaml(data, path, f"{id}/text", Reword(change.name, change.text))
        return _in_yaml(data, path, f"{id}/of", Reword(f"{path}#{id}/of", change.of))
    lines = file.text.rstrip("\n").split("\n")
    starts = [line for name, line in _items(file.text) if name in ids]
    number = ids.index(change.after) + 1 if change.after in ids else len(ids)
    at = starts[number] if number < len(starts) else len(lines)
    margin = next((m[1] for line in lines if (m := re.match(r"( *)- ", line))), "  ")
    lines[at:at] = [f"{margin}{line}" if line else "" for line in _entry(id, change)]
    made = "\n".join(lines) + "\n"
    with suppress(yaml.YAMLError, LookupError, TypeError):
        if _loaded(made)["texts"][number]["text"] == change.text:
            return file.encoded(made)
    raise NotWritable(f"“{id}” can’t be written")


def _items(text: str) -> Iterator[tuple[str, int]]:
    """The id of each entry of a file of translations, and its first line."""
    for _, node in _nodes(yaml.compose(text, Loader=yaml.CSafeLoader)):
        own = _ids(node)
        if own:
            yield own[0], node.start_mark.line


def _entry(id: str, change: Translate) -> list[str]:
    """The lines of a new entry. A text without line breaks is written as a folded block."""
    head = [f"- id: {_plain(id)}", f"  of: {change.of if not change.of.isdecimal() else json.dumps(change.of)}"]
    text = change.text
    if "\n" in text and not text.startswith(" "):
        return [*head, "  text: |-", *(f"    {line}" if line else "" for line in text.split("\n"))]
    lines = textwrap.wrap(text, UNWRAPPED - 50, break_long_words=False, break_on_hyphens=False)
    if " ".join(lines) == text:
        return [*head, "  text: >-", *(f"    {line}" for line in lines)]
    return [*head, f"  text: {json.dumps(text, ensure_ascii=False)}"]


def _plain(value: str) -> str:
    """A value as YAML: in quotation marks, unless it begins with a letter and has only letters, digits and `/-_.`."""
    return value if re.fullmatch(r"[A-Za-z][\w/.-]*", value) else json.dumps(value, ensure_ascii=False)


def _loaded(text: str) -> Any:
    """The values of a YAML text. libyaml reads them if PyYAML was built with it, because it is ten times as fast."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _as_texts(text: str) -> Any:
    """The values of a YAML text, each as a text, which is how content is read: `yes` is a word, and `4.50` isn’t 4.5."""
    return yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))


def _nodes(node: yaml.Node | None, anchor: str = "") -> Iterator[tuple[str, yaml.Node]]:
    """Every value with its anchor. An item of a list is named by its `id`, or else by its number."""
    if node is None:
        return
    yield anchor, node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _nodes(value, f"{anchor}/{key.value}" if anchor else str(key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value, 1):
            own = [v.value for k, v in getattr(item, "value", []) if k.value == "id"] if isinstance(item, yaml.MappingNode) else []
            yield from _nodes(item, str(own[0]) if own and own[0] else f"{anchor}/{number}")


def _node(text: str, anchor: str) -> yaml.Node:
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    found = next((node for name, node in _nodes(root) if name == anchor), None)
    if found is None:
        raise NotWritable(f"there is no “{anchor}” any more")
    return found


def _reworded(text: str, anchor: str, wanted: str) -> str:
    node = _node(text, anchor)
    if not isinstance(node, yaml.ScalarNode):
        raise NotWritable(f"“{anchor}” is no text")
    lines = text.split("\n")
    start, end = node.start_mark, node.end_mark
    if node.style in {">", "|"}:
        return "\n".join(_in_block(lines, start.line, end.line, node, wanted))
    before, after = lines[start.line][: start.column], lines[end.line][end.column :]
    raw = "\n".join([lines[start.line][start.column :], *lines[start.line + 1 : end.line + 1]])
    raw = raw[: len(raw) - len(after)]
    width = _width(lines)
    for candidate in _inline(raw, node, wanted, len(before), width):
        made = [*lines[: start.line], *(before + candidate + after).split("\n"), *lines[end.line + 1 :]]
        with suppress(yaml.YAMLError, NotWritable):
            if _node("\n".join(made), anchor).value == wanted:
                return "\n".join(made)
    raise NotWritable(f"“{anchor}” can’t be written")


def _inline(raw: str, node: yaml.ScalarNode, wanted: str, column: int, width: int) -> Iterator[str]:
    """Ways to write a value on the line of its key, to be tried in order: first in its old style, then in quotation marks."""
    merged = threeway.merge(node.value, raw, wanted, prefer_theirs=True).text
    long = bool(width) and column + len(merged) > width and "\n" not in merged
    if not node.style and not long:
        yield merged
    quoted = json.dumps(wanted, ensure_ascii=False)
    if node.style in {"'", '"'} and not long:
        yield merged
        yield "'" + wanted.replace("'", "''") + "'" if node.style == "'" else quoted
    yield quoted


def _in_block(lines: list[str], first: int, last: int, node: yaml.ScalarNode, wanted: str) -> list[str]:
    """The lines of a file with new words in a block scalar. Line ends stay where they can. Other lines are wrapped again."""
    end = last
    while end > first + 1 and not lines[end - 1].strip():
        end -= 1
    body = lines[first + 1 : end]
    indent = min((len(line) - len(line.lstrip()) for line in body if line.strip()), default=2)
    own = "\n".join(line[indent:] for line in body)
    width = _width(lines) - indent if _width(lines) else 0
    merged = threeway.merge(node.value.strip("\n"), own, wanted, prefer_theirs=True).text.split("\n")
    folded = re.sub(r"\n+", lambda m: m[0] + "\n", wanted).split("\n") if node.style == ">" else wanted.split("\n")
    for new in (merged, folded):
        new = _wrapped(own.split("\n"), new, width, markdown=False) if node.style == ">" else new
        made = [*lines[: first + 1], *(" " * indent + line if line else "" for line in new), *lines[end:]]
        with suppress(yaml.YAMLError):
            found = next((n.value for _, n in _nodes(yaml.compose("\n".join(made), Loader=yaml.CSafeLoader)) if _at(n, node)), "")
            if found.strip("\n") == wanted or (node.style == "|" and found.split() == wanted.split()):
                return made
    raise NotWritable("the text can’t be written as a block")


def _at(one: yaml.Node, other: yaml.Node) -> bool:
    return (one.start_mark.line, one.start_mark.column) == (other.start_mark.line, other.start_mark.column)


def _item(text: str, anchor: str) -> tuple[int, int, int]:
    """The lines of a list item, from its dash to its last value, and the column of the dash."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    lines = text.split("\n")
    for _, node in _nodes(root):
        if isinstance(node, yaml.SequenceNode) and not node.flow_style:
            starts = [item.start_mark.line for item in node.value]
            for number, item in enumerate(node.value):
                own = [v.value for k, v in item.value if k.value == "id"] if isinstance(item, yaml.MappingNode) else []
                if own and str(own[0]) == anchor:
                    end = starts[number + 1] if number + 1 < len(starts) else node.end_mark.line
                    end = len(lines) if end == node.end_mark.line and end == len(lines) - 1 and lines[-1].strip() else end
                    first = starts[number]
                    while end > first + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
                        end -= 1
                    return first, end, lines[first].index("-")
    raise NotWritable(f"there is no “{anchor}” any more")


def _with_items(text: str, anchor: str, items: Sequence[str]) -> str:
    parent, _, name = anchor.rpartition("/")
    owner = _node(text, parent)
    if isinstance(owner, yaml.MappingNode) and name not in {key.value for key, _ in owner.value}:
        return _with_list(text, owner, name, items)
    node = _node(text, anchor)
    if not isinstance(node, yaml.SequenceNode) or not all(isinstance(item, yaml.ScalarNode) for item in node.value):
        raise NotWritable(f"“{anchor}” is no list of words")
    if not node.flow_style:
        lines, margin = text.split("\n"), " " * node.start_mark.column
        last, old = node.value[-1].end_mark, [item.value for item in node.value]
        end = last.line + bool(last.column)
        if items and (gone := _gone(old, items)) is not None:
            return "\n".join(_without_lines(lines, [node.value[number] for number in gone]))
        kept = len(old) if [*items[: len(old)]] == old else 0  # what is only added to stays as it is written
        first = end if kept else node.start_mark.line
        return "\n".join([*lines[:first], *(f"{margin}- {_listed(item)}" for item in items[kept:]), *lines[end:]])
    return f"{text[: node.start_mark.index]}[{', '.join(map(_listed, items))}]{text[node.end_mark.index :]}"


def _gone(old: Sequence[str], items: Sequence[str]) -> list[int] | None:
    """The numbers of the items of `old` that aren't in `items`, if these are what is left of it; else None."""
    left, gone = [*items], []
    for number, item in enumerate(old):
        if left and left[0] == item:
            left.pop(0)
        else:
            gone.append(number)
    return None if left else gone


def _without_lines(lines: Sequence[str], nodes: Sequence[yaml.Node]) -> list[str]:
    """The lines that none of these values stands on."""
    taken = {n for node in nodes for n in range(node.start_mark.line, node.end_mark.line + bool(node.end_mark.column))}
    return [line for number, line in enumerate(lines) if number not in taken]


def _without_key(text: str, anchor: str) -> str:
    """A YAML text in which a mapping has one key less."""
    parent, _, name = anchor.rpartition("/")
    node, lines = _node(text, parent), text.split("\n")
    if not isinstance(node, yaml.MappingNode):
        raise NotWritable(f"there is no “{anchor}” any more")
    pairs = node.value
    number = next((n for n, (key, _) in enumerate(pairs) if key.value == name), None)
    if number is None:
        raise NotWritable(f"there is no “{anchor}” any more")
    if len(pairs) == 1 and parent:
        return _without_key(text, parent)
    key, value = pairs[number]
    if node.flow_style:
        first = pairs[number - 1][1].end_mark.index if number else key.start_mark.index
        return text[:first] + text[value.end_mark.index if number else pairs[1][0].start_mark.index :]
    if lines[key.start_mark.line][: key.start_mark.column].strip():
        raise NotWritable(f"“{anchor}” begins its item")
    return "\n".join([*lines[: key.start_mark.line], *lines[_end(lines, key, value) :]])


def _with_list(text: str, owner: yaml.MappingNode, name: str, items: Sequence[str]) -> str:
    """A YAML text in which a mapping has one more list."""
    written = f"{name}: [{', '.join(map(_listed, items))}]"
    if owner.flow_style:
        end = owner.value[-1][1].end_mark.index
        return f"{text[:end]}, {written}{text[end:]}"
    lines = text.split("\n")
    at = _end(lines, *owner.value[-1])
    return "\n".join([*lines[:at], f"{' ' * owner.value[0][0].start_mark.column}{written}", *lines[at:]])


def _with_names(text: str, anchor: str, names: Names) -> str:
    """A YAML text in which a list of names has these names."""
    parent, _, key = anchor.rpartition("/")
    owner = _node(text, parent)
    if not isinstance(owner, yaml.MappingNode) or owner.flow_style:
        raise NotWritable(f"“{parent}” can’t take names")
    lines, margin = text.split("\n"), " " * owner.value[0][0].start_mark.column
    found = next(((own, value) for own, value in owner.value if own.value == key), None)
    if found is None:
        at = _end(lines, *owner.value[-1])
        return "\n".join([*lines[:at], *(f"{margin}{line}" for line in _lines_of_names(key, names)), *lines[at:]])
    if not isinstance(found[1], yaml.SequenceNode):
        raise NotWritable(f"“{anchor}” is no list of names")
    first, end = found[0].start_mark.line, _end(lines, *found)
    if not names and lines[first][: len(margin)].strip():
        raise NotWritable(f"“{anchor}” begins its item")
    known = {} if found[1].flow_style else _known_names(lines, found[1].value, end)
    dash = f"{next(iter(known.values()), [f'{margin}  -'])[0].partition('-')[0]}- "
    new = [line for name in names for line in known.get(name) or [dash + _as_flow(name)]]
    head = _head_of_names(lines, *found)
    return "\n".join([*lines[:first], *([*head, *new] if names else []), *lines[end:]])


def _head_of_names(lines: Sequence[str], key: yaml.Node, names: yaml.SequenceNode) -> Sequence[str]:
    """The lines of a key before the first name of its list, with their comments."""
    first, end = key.start_mark, names.end_mark
    if names.flow_style:
        return [f"{lines[first.line][: first.column]}{key.value}:{lines[end.line][end.column :]}"]
    return lines[first.line : names.value[0].start_mark.line]


def _known_names(lines: Sequence[str], items: Sequence[yaml.Node], end: int) -> dict[tuple[tuple[str, str], ...], list[str]]:
    """The lines of each name of a list that ends before the line `end`, by the parts of the name."""
    starts = [*(item.start_mark.line for item in items), end]
    parts = [
        tuple((own.value, str(said.value)) for own, said in item.value) if isinstance(item, yaml.MappingNode) else ()
        for item in items
    ]
    return {name: [*lines[begin:stop]] for name, begin, stop in zip(parts, starts, starts[1:], strict=False)}


def _lines_of_names(key: str, names: Names) -> list[str]:
    return [f"{key}:", *(f"  - {_as_flow(name)}" for name in names)]


def _as_flow(name: tuple[tuple[str, str], ...]) -> str:
    """A name as YAML in braces."""
    return f"{{{', '.join(f'{part}: {_in_flow(said)}' for part, said in name)}}}"


def _with_value(text: str, anchor: str, value: AddValue) -> str:
    """A country's file with one more value of the data, after the others."""
    parent, _, column = anchor.partition("/")
    lists = [(key, [*items]) for key, items in (("facts", value.facts), ("sources", value.sources)) if items]
    plain = [(key, said) for key, said in (("value", value.value), ("period", value.period)) if said]
    parts = [*(f"{key}: {_in_flow(said)}" for key, said in plain), *(f"{key}: [{', '.join(items)}]" for key, items in lists)]
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    data = next((node for name, node in _nodes(root) if name == parent), None)
    if data is None:
        return f"{text.rstrip()}\n{parent}:\n  {column}: {{{', '.join(parts)}}}\n"
    if not isinstance(data, yaml.MappingNode) or data.flow_style:
        raise NotWritable(f"“{parent}” can’t take values")
    if any(key.value == column for key, _ in data.value):
        raise NotWritable(f"“{anchor}” is there for another time; values of several times stand in a table")
    lines, margin = text.split("\n"), " " * data.value[0][0].start_mark.column
    at = _end(lines, *data.value[-1])
    return "\n".join([*lines[:at], f"{margin}{column}: {{{', '.join(parts)}}}", *lines[at:]])


def _in_flow(value: str) -> str:
    """A value as YAML in braces: in quotation marks, unless it is of words."""
    return value if re.fullmatch(r"\w+([ -]\w+)*", value) and value not in EMPTY else json.dumps(value, ensure_ascii=False)


def _listed(item: str) -> str:
    """An item of a list as YAML in brackets: in quotation marks if a sign in it would mean something else there."""
    is_plain = re.fullmatch(r"\w[^,\[\]{}\n]*", item) and not re.search(r":(\s|$)|\s#|\s$", item) and item not in EMPTY
    return item if is_plain else json.dumps(item, ensure_ascii=False)


def _without_value(text: str, anchor: str) -> str:
    """A country's file without a value of the data, and without `data` if that was its last one."""
    parent, _, column = anchor.partition("/")
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    assert isinstance(root, yaml.MappingNode)
    found = next(((key, node) for key, node in root.value if key.value == parent), None)
    values = found[1].value if found and isinstance(found[1], yaml.MappingNode) and not found[1].flow_style else []
    own = next(((key, node) for key, node in values if key.value == column), None)
    if found is None or own is None:
        raise NotWritable(f"“{anchor}” can’t be taken out")
    key, node = own if len(values) > 1 else found
    lines = text.split("\n")
    return "\n".join([*lines[: key.start_mark.line], *lines[_end(lines, key, node) :]])


def _removed(text: str, anchor: str) -> str:
    if anchor.startswith("data/"):
        return _without_value(text, anchor)
    first, end, _ = _item(text, anchor)
    lines = text.split("\n")
    return "\n".join([*lines[:first], *lines[end:]])


def _with_field(text: str, anchor: str, wanted: str) -> str:
    """A YAML text with another value of a field, with one more field, or with one less. A new field
    is written before the first list or mapping."""
    parent, _, name = anchor.rpartition("/")
    node = _node(text, parent)
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        raise NotWritable(f"“{parent}” can’t take fields")
    keys = {key.value: (key, value) for key, value in node.value}
    if name in keys and wanted:
        return _reworded(text, anchor, wanted)
    lines = text.split("\n")
    if name in keys:
        key, value = keys[name]
        if key is node.value[0][0] and parent:
            raise NotWritable(f"“{anchor}” begins its item")
        return "\n".join([*lines[: key.start_mark.line], *lines[_end(lines, key, value) :]])
    before = next((key.start_mark.line for key, value in node.value[1:] if not isinstance(value, yaml.ScalarNode)), None)
    at = _end(lines, *node.value[-1]) if before is None else _above_comments(lines, before)
    margin = " " * node.value[0][0].start_mark.column
    for candidate in _field(name, wanted, margin, _width(lines) or 100):
        made = "\n".join([*lines[:at], *candidate, *lines[at:]])
        with suppress(yaml.YAMLError):
            if str(dict(_values(_loaded(made))).get(anchor)) == wanted:
                return made
    raise NotWritable(f"“{anchor}” can’t be written")


def _end(lines: Sequence[str], key: yaml.Node, value: yaml.Node) -> int:
    """The number of the first line after a key and its value."""
    mark = value.end_mark  # of a list or mapping in block style, it is where the next key begins
    end = mark.line + bool(mark.column and lines[mark.line][: mark.column].strip())
    while end > key.start_mark.line + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def _above_comments(lines: Sequence[str], line: int) -> int:
    while line and lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return line


def _field(name: str, wanted: str, margin: str, width: int) -> Iterator[list[str]]:
    """Ways to write a new key with its value, to be tried in order: on one line, as a block scalar, in quotation marks."""
    first = f"{margin}{name}: {wanted}"
    if "\n" not in wanted and len(first) <= width:
        yield [first]
    inner = f"{margin}  "
    if len(first) > width or "\n" in wanted:
        folded = re.sub(r"\n+", lambda m: m[0] + "\n", wanted).split("\n")
        pieces = [piece for line in folded for piece in ([*_broken(line, "", width - len(inner), markdown=False)] or [""])]
        yield [f"{margin}{name}: >-", *(f"{inner}{piece}" if piece else "" for piece in pieces)]
    yield [f"{margin}{name}: {json.dumps(wanted, ensure_ascii=False)}"]


def _moved(text: str, anchor: str, after: str) -> str:
    first, end, _ = _item(text, anchor)
    lines = text.split("\n")
    first = _above_comments(lines, first)
    own, rest = lines[first:end], [*lines[:first], *lines[end:]]
    shortened = "\n".join(rest)
    at = _item(shortened, after)[1] if after else _first_item(text, anchor)
    return "\n".join([*rest[:at], *own, *rest[at:]])


def _first_item(text: str, anchor: str) -> int:
    """The line on which the list of an item begins, or the first line of comments above that."""
    for _, node in _nodes(yaml.compose(text, Loader=yaml.CSafeLoader)):
        if isinstance(node, yaml.SequenceNode) and any(anchor in _ids(item) for item in node.value):
            return _above_comments(text.split("\n"), node.value[0].start_mark.line)
    raise NotWritable(f"there is no “{anchor}” any more")


def _with_fact(text: str, anchor: str, fact: AddFact) -> str:
    if not anchor:
        return _with_first_fact(text, fact)
    _, end, column = _item(text, anchor)
    lines = text.split("\n")
    return "\n".join([*lines[:end], *_lines_of_fact(text, _free_id(text, anchor, fact.taken), " " * column, fact), *lines[end:]])


def _with_first_fact(text: str, fact: AddFact) -> str:
    """A country's file with its first fact, whose id begins with the country's code, before the values of the data."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    nodes = {key.value: (key, value) for key, value in root.value} if isinstance(root, yaml.MappingNode) else {}
    if "code" not in nodes or (FACTS in nodes and nodes[FACTS][1].value):
        raise NotWritable("the file has facts already, or no code")
    id = _next(f"{nodes['code'][1].value}-00", fact.taken)
    new = [f"{FACTS}:", *_lines_of_fact(text, id, "  ", fact)]
    lines = text.rstrip("\n").split("\n")
    if FACTS in nodes:
        first, end = nodes[FACTS][0].start_mark.line, _end(lines, *nodes[FACTS])
    else:
        first = end = _above_comments(lines, nodes["data"][0].start_mark.line) if "data" in nodes else len(lines)
    return "\n".join([*lines[:first], *new, *lines[end:], ""])


def _lines_of_fact(text: str, id: str, margin: str, fact: AddFact) -> list[str]:
    """The lines of a new fact, wrapped as the text is that it goes into."""
    width = (_width(text.split("\n")) or 100) - len(margin) - 4
    lines_of_text = [
        piece
        for line in re.sub(r"\n+", lambda m: m[0] + "\n", fact.text).split("\n")
        for piece in _broken(line, "", width, markdown=False)
    ]
    return [
        f"{margin}- id: {id}",
        f"{margin}  topic: {fact.topic}",
        f"{margin}  text: >-",
        *(f"{margin}    {line}" if line else "" for line in lines_of_text),
        *(f"{margin}  {key}: {_quoted(value)}" for key, value in fact.more),
        f"{margin}  sources: [{', '.join(fact.sources)}]",
    ]


def _quoted(value: str) -> str:
    """A value as YAML: in quotation marks, unless it has only digits and hyphens, like a date."""
    return value if re.fullmatch(r"[\d-]+", value) else json.dumps(value, ensure_ascii=False)


def _ids(node: yaml.Node) -> list[str]:
    return [v.value for k, v in node.value if k.value == "id"] if isinstance(node, yaml.MappingNode) else []


def _free_id(text: str, like: str, taken: Sequence[str]) -> str:
    """The id of a new fact in a YAML file, made like the id of the fact before it."""
    ids = [id for _, node in _nodes(yaml.compose(text, Loader=yaml.CSafeLoader)) for id in _ids(node)]
    return _next(like, [*ids, *taken])


def _next(like: str, taken: Sequence[str]) -> str:
    """The next id after all `taken` ones that is formed like `like`. An id is never used a second time."""
    match = re.fullmatch(r"(.*?)(\d+)([a-z]*)", like)
    if not match:
        return next(f"{like}-{n}" for n in range(2, len(taken) + 3) if f"{like}-{n}" not in taken)
    numbers = [int(m[1]) for name in taken if (m := re.fullmatch(re.escape(match[1]) + r"(\d+)[a-z]*", name))]
    return f"{match[1]}{max(numbers, default=0) + 1:0{len(match[2])}}"


def _with_keys(text: str, change: KeyChange) -> str:
    """A YAML file with an additional key or item, or with renamed keys. Raises NotWritable if anything else would change."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    before = yaml.load(text, yaml.CBaseLoader)
    if isinstance(change, RenameKeys):
        made, wanted = _renamed(text, root, change.keys), _under_other_keys(before, change.keys)
    elif isinstance(change, AddItem) and isinstance(before, dict):
        key = _parted(change)[1]
        items, new = [*(before.get(key) or ())], {name: _as_read(said) for name, said in change.values}
        at = _place_in(items, change) if change.in_order else len(items)
        made, wanted = _with_item(text, root, key, change, at), {**before, key: [*items[:at], new, *items[at:]]}
    elif isinstance(change, AddKey) and isinstance(root, yaml.MappingNode) and change.key not in before:
        made, wanted = _with_key(text, root, change), {change.key: change.value, **before}
    else:
        raise NotWritable(f"{change.name} can’t take {change.key if isinstance(change, AddKey) else 'an item'}")
    with suppress(yaml.YAMLError):
        if yaml.load(made, yaml.CBaseLoader) == wanted:
            return made
    raise NotWritable(f"the keys of {change.name} can’t be changed alone")


def _with_key(text: str, root: yaml.MappingNode, change: AddKey) -> str:
    mark, written = root.start_mark, f"{change.key}: {change.value}"
    if root.flow_style:
        return f"{text[: mark.index + 1]}{written}, {text[mark.index + 1 :]}"
    return f"{text[: mark.index]}{written}\n{' ' * mark.column}{text[mark.index :]}"


def _as_read(said: str | Names) -> str | list[dict[str, str]]:
    """A value of a new item as it is read again."""
    return said if isinstance(said, str) else [dict(name) for name in said]


def _place_in(items: Sequence[Any], change: AddItem) -> int:
    """The number of items before a new one: where it belongs if they are in order, else all of them."""
    key, first = change.values[0]
    ids = [str(item.get(key, "")) if isinstance(item, dict) else "" for item in items]
    return bisect(ids, str(first)) if ids == sorted(ids) else len(ids)


def _with_item(text: str, root: yaml.Node | None, name: str, change: AddItem, at: int) -> str:
    """A YAML text with a new item, before which the list has `at` items."""
    nodes = {key.value: (key, value) for key, value in root.value} if isinstance(root, yaml.MappingNode) else {}
    lines = text.rstrip("\n").split("\n")
    first, end, margin, head = len(lines), len(lines), "  ", [f"{name}:"]
    if name in nodes:
        key, node = nodes[name]
        first, end = key.start_mark.line, _end(lines, key, node)
        if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
            first, margin, head = end, " " * node.start_mark.column, []
            first = end = _above_comments(lines, node.value[at].start_mark.line) if at < len(node.value) else end
        elif node.value:
            raise NotWritable(f"“{name}” stands on one line; write its items below each other first")
    item = [line for own, said in change.values for line in _lines_of_value(own, said, (_width(lines) or 100) - len(margin) - 2)]
    new = [f"{margin}{'  ' if number else '- '}{line}" if line else "" for number, line in enumerate(item)]
    return "\n".join([*lines[:first], *head, *new, *lines[end:], ""])


def _lines_of_value(key: str, said: str | Names, width: int) -> list[str]:
    """The lines of a key with its value, in the first way in which YAML reads them as they are meant."""
    if not isinstance(said, str):
        return _lines_of_names(key, said)
    for lines in _field(key, said, "", width):
        with suppress(yaml.YAMLError, TypeError, AttributeError):
            read = _loaded("\n".join(lines))[key]
            if str(read) == said or (isinstance(read, bool) and said in {"yes", "no"}):
                return lines
    raise NotWritable(f"“{key}” can’t be written")


def _renamed(text: str, root: yaml.Node | None, keys: Mapping[str, str]) -> str:
    mappings = [node for _, node in _nodes(root) if isinstance(node, yaml.MappingNode)]
    own = [[key for key, _ in node.value] for node in mappings]
    found = [key for names in own for key in names if key.value in keys and keys[key.value] not in {k.value for k in names}]
    for key in sorted(found, key=lambda key: -key.start_mark.index):
        start, end = key.start_mark.index, key.end_mark.index
        text = text[:start] + text[start:end].replace(key.value, keys[key.value]) + text[end:]
    return text


def _under_other_keys(value: object, keys: Mapping[str, str]) -> object:
    if isinstance(value, dict):
        other = {key: new for key, new in keys.items() if key in value and new not in value}
        return {other.get(key, key): _under_other_keys(item, keys) for key, item in value.items()}
    return [_under_other_keys(item, keys) for item in value] if isinstance(value, list) else value


def _check_only_change(before: object, after: object, anchor: str, change: AnyChange) -> None:
    """Raise NotWritable if anything but the wanted change differs."""
    old, new = dict(_values(before)), dict(_values(after))
    if isinstance(change, Reword):
        differs = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        if differs - {anchor} or str(new.get(anchor)).split() != change.text.split():
            raise NotWritable(f"“{anchor}” can’t be changed alone")
    elif isinstance(change, SetField):
        if {n for n in old.keys() | new.keys() if old.get(n) != new.get(n)} - {anchor}:
            raise NotWritable(f"“{anchor}” can’t be changed alone")
        if str(new.get(anchor, "")).split() != change.text.split():
            raise NotWritable(f"“{anchor}” can’t be changed alone")
    elif isinstance(change, Move):
        if old != new or [n for n in old if not n.startswith(f"{anchor}/")] != [n for n in new if not n.startswith(f"{anchor}/")]:
            raise NotWritable(f"“{anchor}” can’t be moved alone")
    elif isinstance(change, SetNames):
        own = [said for name, said in new.items() if name.startswith(f"{anchor}/")]
        if {n for n, _ in (old.items() ^ new.items()) if not n.startswith(f"{anchor}/")} or own != [
            said for one in change.names for _, said in one
        ]:
            raise NotWritable(f"“{anchor}” can’t be changed alone")
    elif isinstance(change, SetList):
        own = [new[name] for name in new if name.startswith(f"{anchor}/")]
        if {n: v for n, v in (old.items() ^ new.items()) if not n.startswith(f"{anchor}/")} or own != list(change.items):
            raise NotWritable(f"“{anchor}” can’t be changed alone")
    else:
        gone, more = old.keys() - new.keys(), new.keys() - old.keys()
        moved = any(old[name] != new[name] for name in old.keys() & new.keys())
        is_less = isinstance(change, Remove | RemoveKey)
        wrong = [name for name in more if new[name]] if is_less else gone  # a list without its only item is an empty value
        stranger = [n for n in gone if n != anchor and not n.startswith(f"{anchor}/")] if is_less else []
        if moved or wrong or stranger:
            raise NotWritable(f"“{anchor}” can’t be changed alone")


def _values(value: object, anchor: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _values(item, f"{anchor}/{key}" if anchor else str(key))
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            own = item.get("id") if isinstance(item, dict) else None
            yield from _values(item, str(own) if own else f"{anchor}/{number}")
    else:
        yield anchor, value


# Reading and writing the content folder.


def diff(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    """Unified diffs of the files in `after`, in the order of their names. Of a picture there is only the name and size. Line
    numbers are those of the content files."""
    for path in sorted(after):
        if path.startswith("figures/"):
            yield f"+++ {path} ({len(after[path]):,} bytes)"
            continue
        old, new = (side.get(path, b"").decode("utf-8-sig").splitlines() for side in (before, after))
        yield from difflib.unified_diff(old, new, path, path, n=1, lineterm="")


def put(folder: Path, before: Mapping[str, bytes], after: Mapping[str, bytes | None]) -> None:
    """Write the files of `after` into the folder, all or none. A file for which it has None is removed.

    No link below the folder is followed. Raises Problems if a file can't be written, or has changed since it was read (`before`).
    """
    now, _ = read_folder(folder)
    moved = [path for path in after if now.get(path) != before.get(path)]
    if moved:
        hint = "Nothing was written. Run it again: it will start from the file as it is now."
        raise Problems(error(Place(path), "the file has changed meanwhile", hint) for path in moved)
    if unread := [*_unreadable(folder, now, after)]:
        raise Problems(unread)
    old = {Path(path): data for path, data in before.items()}
    try:
        _replace(folder, old, {Path(path): data for path, data in after.items()})
    except OSError as fault:
        hint = "Nothing was changed. Look at the folder’s rights and at the disk’s space."
        raise Problems([error(Place(str(fault.filename or folder)), f"can’t be written: {fault.strerror}", hint)]) from None


def _replace(folder: Path, before: Mapping[Path, bytes], after: Mapping[Path, bytes | None]) -> None:
    """Write and remove files. If one can't be removed, those that were written or removed are put back. Raises OSError."""
    new = {path: data for path, data in after.items() if data is not None}
    atomic.write_all(new, mode=None, sync=True, before=before, below=folder)
    with contextlib.ExitStack() as back:
        old = {path: before[path] for path in new if path in before}
        back.callback(atomic.write_all, old, mode=None, below=folder)
        for path in (path for path, data in after.items() if data is None):
            atomic.remove(path, below=folder)
            back.callback(atomic.write_all, {path: before[path]}, below=folder)
        back.pop_all()


def _unreadable(folder: Path, now: Mapping[str, bytes], after: Mapping[str, bytes | None]) -> Iterator[Problem]:
    """What stands in the way of files that the reader of the folder leaves out: one that is there, or one that is too large."""
    for path, data in after.items():
        if len(data or b"") > MAX_BYTES:
            yield error(Place(path), f"the file has over {MAX_BYTES:,} bytes", "Nothing was written. Make it smaller.")
        elif path not in now and os.path.lexists(folder / path):
            yield error(Place(path), "there is a file of that name that can’t be read", "Nothing was written. Look at `check`.")
