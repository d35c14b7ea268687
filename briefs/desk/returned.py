"""Edited Word files and workbooks that somebody sends back: their edits, each to be taken or left.

In: the bytes of the files, the edition as it is. Out: `ReturnedFiles`: the edits that `merge` makes of them, as passages of lines
before and after; what it leaves to a person; the content with those edits that were taken. The merge itself is done by the command,
in a process of its own, on a copy of the content.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from briefs.desk.commands import Commands
from briefs.desk.workspace import EditionNow, Folders
from briefs.problems import NotUnderstood
from briefs.roundtrip.differences import differing
from briefs.sequences import matcher

_WORD = re.compile(r"\w+")
MOST_BYTES_OF_NAME = 200  # file systems take 255
SUFFIXES = (".docx", ".xlsx", ".csv", ".odt", ".ods", ".pptx")
TRACKING = (".docx", ".odt")  # the suffixes of files that track changes


@dataclass(frozen=True)
class ReturnedEdit:
    """A passage of a file that edits change: its lines before and after, from the line `start` (from 0) to `end`.

    `words`: both texts in one, word by word, as `differing` returns them. `by`: who made the edit, if the file tracked it.
    """

    path: str
    start: int
    end: int
    after: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class ToTick:
    """An edit or a comment that is left to a person, as the command's JSON has it. `name`: that of its field in the form;
    `is_perhaps_own`: whether it may be a change of the content since the file was built, which nobody made in the file."""

    name: str
    edit: Mapping[str, Any] = field(default_factory=dict)
    comment: Mapping[str, Any] = field(default_factory=dict)
    is_perhaps_own: bool = False


@dataclass(frozen=True)
class ReturnedFiles:
    """What came back: the names of the files, the edits, and what is left to a person (as the command's JSON has it).

    `before`: the content that the edits were made against.
    """

    names: tuple[str, ...]
    edits: tuple[ReturnedEdit, ...]
    left: tuple[Mapping[str, Any], ...]
    comments: tuple[Mapping[str, Any], ...]
    before: Mapping[str, bytes] = field(repr=False)
    whole: Mapping[str, bytes] = field(repr=False, default_factory=dict)  # new files that are not text, such as pictures
    is_back: bool = False  # whether the edits put older words back
    written: tuple[ReturnedEdit, ...] = ()  # edits that were written into the content,
    passed: tuple[ReturnedEdit, ...] = ()  # and edits that were left, when the person had decided
    is_base_known: bool = True  # whether each file was compared with what it was made from, and not with today's content
    seen: frozenset[str] = frozenset()  # what the person ticked off of what is left, by the names of its fields
    is_put_away: bool = False  # whether the person has done with them

    @property
    def to_tick(self) -> tuple[ToTick, ...]:
        """What is left to the person: comments, then edits."""
        comments = (ToTick(f"seen:comment:{number}", comment=one) for number, one in enumerate(self.comments))
        edits = (
            ToTick(f"seen:left:{number}", edit=one, is_perhaps_own=not (self.is_base_known or one.get("by")))
            for number, one in enumerate(self.left)
        )
        return (*comments, *edits)

    @property
    def unticked(self) -> tuple[ToTick, ...]:
        """What is left to the person and isn't ticked off."""
        return tuple(one for one in self.to_tick if one.name not in self.seen)

    @property
    def is_tracking(self) -> bool:
        """Whether all of the files are of a sort that tracks changes."""
        return not self.is_back and all(name.lower().endswith(TRACKING) for name in self.names)

    def decided(self, chosen: Collection[int], *, is_changed: bool) -> ReturnedFiles:
        """The same files after the edits of these numbers were written: what is left to a person stays."""
        written = tuple(edit for number, edit in enumerate(self.edits) if number in chosen)
        passed = tuple(edit for number, edit in enumerate(self.edits) if number not in chosen)
        whole = {} if is_changed else self.unshown()
        return replace(self, edits=(), whole=whole, written=written, passed=passed)

    def taken(self, chosen: Collection[int]) -> dict[str, bytes]:
        """The files that change if the edits of these numbers are taken. A new picture comes with the edit that shows it; one that
        no edit shows comes with any edit, or with none if there are none."""
        found: dict[str, bytes] = {}
        for path in dict.fromkeys(edit.path for edit in self.edits):
            own = [edit for number, edit in enumerate(self.edits) if edit.path == path and number in chosen]
            if own:
                found[path] = applied(self.before.get(path, b""), own)
        shown = self._shown([edit for number, edit in enumerate(self.edits) if number in chosen])
        return found | shown | (self.unshown() if found or not self.edits else {})

    def unshown(self) -> dict[str, bytes]:
        """The new pictures that no edit shows: somebody has to say first what they show."""
        return {path: data for path, data in self.whole.items() if path not in self._shown(self.edits)}

    def _shown(self, edits: Sequence[ReturnedEdit]) -> dict[str, bytes]:
        lines = [line for edit in edits for line in edit.after]
        return {path: data for path, data in self.whole.items() if any(path in line for line in lines)}

    def lines(self, path: str, chosen: Collection[int]) -> list[int]:
        """The line, from 1, on which each chosen edit of a file begins when it is taken."""
        found, shift = [], 0
        for number, edit in enumerate(self.edits):
            if edit.path == path and number in chosen:
                found.append(edit.start + shift + 1)
                shift += len(edit.after) - (edit.end - edit.start)
        return found


def read(files: Sequence[tuple[str, bytes]], now: EditionNow, folders: Folders, commands: Commands) -> ReturnedFiles:
    """Merge files into a copy of the content. Raises NotUnderstood for a file of another kind, Problems if one can't be read, and
    Busy."""
    for name, _ in files:
        if not name.lower().endswith(SUFFIXES):
            raise NotUnderstood(f"“{safe_name(name)}” is no file that comes back. Choose one that ends in {', '.join(SUFFIXES)}.")
    with tempfile.TemporaryDirectory(prefix="briefs-desk-") as made:
        folder = Path(made)
        content = folder / "content"
        for path, data in now.files.items():
            (content / path).parent.mkdir(parents=True, exist_ok=True)
            (content / path).write_bytes(data)
        paths = [_put(folder / f"returned-{number}", name, data) for number, (name, data) in enumerate(files)]
        told = commands.answer(
            ["merge", *map(str, paths), "--apply", "--content", str(content), "--store", str(folders.store),
             "--templates", str(folders.templates)]
        )  # fmt: skip
        after = {str(path.relative_to(content)): path.read_bytes() for path in content.rglob("*") if path.is_file()}
    changed = {path: data for path, data in after.items() if data != now.files.get(path)}
    texts = {path: data for path, data in changed.items() if path in now.files}
    edits = tuple(edit for path in sorted(texts) for edit in edits_of(path, now.files[path], texts[path]))
    merges = told["files"]
    edits = tuple(_with_authors(edit, [one for merge in merges for one in merge["written"]]) for edit in edits)
    return ReturnedFiles(
        tuple(safe_name(name) for name, _ in files), edits, tuple(one for merge in merges for one in merge["left"]),
        tuple(one for merge in merges for one in merge["comments"]), now.files,
        {path: data for path, data in changed.items() if path not in texts},
        is_base_known=all(merge["base_known"] for merge in merges),
    )  # fmt: skip


def _with_authors(edit: ReturnedEdit, written: Sequence[Mapping[str, Any]]) -> ReturnedEdit:
    """An edit with the authors of what was written there. `written`: as the command's JSON has it. An edit lies in the texts that
    begin in its lines, and in the last one that begins above them; who tracked other words didn't make it."""
    first, last = edit.start + 1, max(edit.end, edit.start + 1)
    places = [
        (each["place"]["line"], tuple(dict(each["by"])), _holds(one, edit))
        for one in written
        for each in one["places"]
        if each["place"] and each["place"]["path"] == edit.path and each["place"]["line"] <= last
    ]
    above = max((line for line, _, _ in places if line <= first), default=first)
    by = [name for line, names, holds in sorted(places) if line >= above and holds for name in names]
    return replace(edit, by=tuple(dict.fromkeys(by)))


def _holds(written: Mapping[str, Any], edit: ReturnedEdit) -> bool:
    """Whether a change of a text has words that the edit takes out or puts in. Signs count if an edit has no words."""
    for kind, text in (("-", written["before"]), ("+", written["after"])):
        changed = " ".join(words for mark, words in edit.words if mark == kind)
        if {*_WORD.findall(changed)} & {*_WORD.findall(text)}:
            return True
    return not any(_WORD.search(words) for mark, words in edit.words if mark != "=")


def safe_name(name: str) -> str:
    """The last part of a file's name, with letters, digits and `-_. ()` only, in at most `MOST_BYTES_OF_NAME`."""
    last = re.sub(r"[^\w .()-]", "_", PurePosixPath(name.replace("\\", "/")).name)
    return last.encode()[-MOST_BYTES_OF_NAME:].decode(errors="ignore").lstrip(". ") or "file"


def _put(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir()
    path = folder / safe_name(name)
    path.write_bytes(data)
    return path


def edits_of(path: str, before: bytes, after: bytes) -> list[ReturnedEdit]:
    """The passages of a file that differ, in the order of its lines."""
    old, new = _lines(before), _lines(after)
    codes = matcher(old, new).get_opcodes()
    return [
        ReturnedEdit(path, i, j, tuple(new[k:m]), tuple(differing("".join(old[i:j]), "".join(new[k:m]))))
        for tag, i, j, k, m in codes
        if tag != "equal"
    ]


def applied(data: bytes, edits: Sequence[ReturnedEdit]) -> bytes:
    """A file with these edits of it, which are in the order of its lines."""
    lines = _lines(data)
    for edit in reversed(edits):
        lines[edit.start : edit.end] = edit.after
    return "".join(lines).encode("utf-8", "surrogateescape")


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "surrogateescape").splitlines(keepends=True)
