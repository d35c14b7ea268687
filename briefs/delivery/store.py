"""Records what went out: every file as it was, the content it was made from, when and to whom.

In: files, the bytes of a content folder, addresses. Out: a folder, `exchange/` beside the content, that keeps them for good.
`objects/` has each file once, named by its SHA-256. A content folder is an object too: a list of paths and hashes. `journal.jsonl`
has one line for each event, and lines are only ever added: `begun` before a message leaves, `ended` when its outcome is known,
`again` before files are sent a second time. A line is on the disk (fsync(2)) before anything that depends on it is done. So at
whatever moment a run ends, nobody has a file that the store doesn't know; and a message that was begun and not ended may or may not
have arrived.

A last line that a crash cut off is ignored by readers and removed by the next writer: nothing depended on it yet.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from briefs import atomic, plainfile
from briefs.edition.names import fold
from briefs.press.cache import digest
from briefs.problems import Problem, Problems

FOLDER = "exchange"
MAX_BYTES = 500_000_000  # of the journal, and of an object
NOT_PLAIN = "it is no plain file, or too large"
JOURNAL = "journal.jsonl"
Channel = Literal["smtp", "outbox", "export"]
Outcome = Literal["sent", "refused", "failed"]


@dataclass(frozen=True)
class File:
    """A file to be delivered: its path in the output folder (`briefs/belgium.docx`), its document, its bytes."""

    name: str
    kind: str
    subject: str
    paper: str
    data: bytes


@dataclass(frozen=True)
class Sent:
    """A file that was sent, or may have been: `is_certain` is False while the outcome of its message is not known.

    `to` is an address, empty for an export. `when` is in UTC (ISO 8601). `content` is the id that `Store.content` takes, `message`
    that of the message, which may have carried several files.
    """

    sha256: str
    name: str
    kind: str
    subject: str
    paper: str
    when: str
    to: str
    channel: Channel
    content: str
    message: str
    is_certain: bool


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    when: str


_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Item(BaseModel):
    """A file in a line of the journal."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sha256: _Hash
    name: str
    kind: str
    subject: str
    paper: str


class _BegunLine(_Line):
    event: Literal["begun"] = "begun"
    to: str
    by: Channel
    content: _Hash
    files: tuple[_Item, ...]


class _Ended(_Line):
    event: Literal["ended"] = "ended"
    outcome: Outcome
    said: str = ""


class _ResendLine(_Line):
    """Files that are to be sent again to people who have them: addresses and hashes."""

    event: Literal["again"] = "again"
    owed: tuple[tuple[str, _Hash], ...]


_Event = _BegunLine | _Ended | _ResendLine
_TREE: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, _Hash])  # the hash of each file by its path
_EVENT: TypeAdapter[_Event] = TypeAdapter(Annotated[_Event, Field(discriminator="event")])


def default_folder(content: Path) -> Path:
    """The folder of a content folder's store, unless another is named."""
    return content.resolve().parent / FOLDER


class Store:
    """A store in a folder. The folder is created when the first thing is recorded, not by reading.

    Every method raises Problems if something is damaged or can't be read or written.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._read: tuple[int, list[_Event]] = (0, [])
        self._trees: dict[str, dict[str, str]] = {}

    # Reading.

    def sent(self) -> list[Sent]:
        """Every file that was sent or may have been, in order. A message that was begun twice counts where it was begun last."""
        return [
            Sent(**item.model_dump(), when=m.when, to=m.to, channel=m.by, content=m.content, message=m.id, is_certain=certain)
            for m, certain in self._messages()
            for item in m.files
        ]

    def by_hash(self, sha256: str) -> Sent | None:
        """The latest record of a file with these bytes."""
        return next((s for s in reversed(self.sent()) if s.sha256 == sha256), None)

    def by_name(self, name: str) -> list[Sent]:
        """The files that were sent under a similar name, newest first: `belgium (1).docx` and `belgium_JS edits.docx` may have been
        `belgium.docx`.

        The sent name must be part of the name, in whole words. One at its beginning comes first, then the longest. Several kinds
        may share a name (a brief and a handout), so these are only candidates.
        """
        fits: dict[tuple[bool, int], list[Sent]] = {}
        typed = _words(name)
        for sent in reversed(self.sent()):
            stem = _words(sent.name)
            found = re.search(rf"\b{re.escape(stem)}\b", typed)
            if found:
                fits.setdefault((found.start() == 0, len(stem)), []).append(sent)
        return fits[max(fits)] if fits else []

    def pending_resends(self) -> set[tuple[str, str]]:
        """Address and hash of each file that an interrupted run was asked to send again, and didn't."""
        owed: set[tuple[str, str]] = set()
        begun: dict[str, _BegunLine] = {}
        for event in self._events():
            if isinstance(event, _ResendLine):
                owed.update(event.owed)
            elif isinstance(event, _BegunLine):
                begun[event.id] = event
            elif isinstance(event, _Ended) and event.outcome != "failed" and event.id in begun:
                owed -= {(begun[event.id].to, item.sha256) for item in begun[event.id].files}
        return owed

    def document(self, sent: Sent) -> bytes:
        """The bytes of a file that was sent."""
        return self._object(sent.sha256)

    def content(self, sent: Sent) -> dict[str, bytes]:
        """The content folder from which a file was made: the bytes of each file by its path."""
        return {path: self._object(sha256) for path, sha256 in self.tree(sent.content).items()}

    def tree(self, content: str) -> dict[str, str]:
        """The hash of each file of a content folder, by its path. `content`: its id, as a `Sent` has it."""
        if content not in self._trees:
            data = self._object(content)
            try:
                self._trees[content] = _TREE.validate_json(data)
            except ValidationError:
                hint = "Restore it from a backup of the folder."
                raise _problem(self._path(content), "is no list of the files of a content folder", hint) from None
        return self._trees[content]

    def content_file(self, content: str, path: str) -> bytes:
        """One file of a content folder; no bytes if it has no such file."""
        sha256 = self.tree(content).get(path)
        return self._object(sha256) if sha256 else b""

    # Recording.

    @contextmanager
    def locked(self, busy: str = "") -> Iterator[None]:
        """Lock the store. Other runs wait: if two send the same file, the second finds it sent.

        `busy` is printed on standard error if this run has to wait. The lock ends with the process.
        """
        with _writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / ".lock", fallback_to_soft=False)
        try:
            with _writing(self.folder):
                try:
                    lock.acquire(blocking=False)
                except Timeout:
                    if busy:
                        print(busy, file=sys.stderr, flush=True)
                    lock.acquire()
                self._repair()
            yield
        finally:
            lock.release()

    def record_export(self, files: Sequence[File], snapshot: Mapping[str, bytes], when: datetime, to: str = "") -> None:
        """Record an export. Call it before the files are put where people find them."""
        with self.locked():
            name = f"{_stamp(when)} {digest(b''.join(f.data for f in files))[:16]}"
            self.begin(name, to, "export", files, self.add_content(snapshot), when)
            self.end(name, "sent", when)

    def add_content(self, snapshot: Mapping[str, bytes]) -> str:
        """Store a content folder, and return its id."""
        tree = {path: self._add(data) for path, data in sorted(snapshot.items())}
        return self._add(json.dumps(tree, ensure_ascii=False, indent=0).encode())

    def begin(self, message: str, to: str, channel: Channel, files: Iterable[File], content: str, when: datetime) -> None:
        """Record that a message is about to leave. It may not leave before. Call this while the store is `locked`."""
        items = []
        for file in files:
            fields = {name: value for name, value in vars(file).items() if name != "data"}
            items.append(_Item(sha256=self._add(file.data), **fields))
        self._append(_BegunLine(id=message, when=_stamp(when), to=to, by=channel, content=content, files=tuple(items)))

    def begin_resends(self, owed: Iterable[tuple[str, str]], when: datetime) -> None:
        """Record which files are to be sent again, by address and hash, before the first of them is. Call this while `locked`."""
        self._append(_ResendLine(id="", when=_stamp(when), owed=tuple(sorted(owed))))

    def end(self, message: str, outcome: Outcome, when: datetime, reply: str = "") -> Outcome:
        """Record the outcome of a message, with the server's reply. Until then it may or may not have arrived.

        Returns the outcome as the journal has it.
        """
        line = self._append(_Ended(id=message, when=_stamp(when), outcome=outcome, said=reply))
        assert isinstance(line, _Ended)
        return line.outcome

    # The journal and the objects.

    def _messages(self) -> Iterator[tuple[_BegunLine, bool]]:
        """Each message that was sent (True) or may have been (False), in the order of its last beginning."""
        begun: dict[str, _BegunLine] = {}
        outcomes: dict[str, Outcome] = {}
        unsure: set[str] = set()  # some attempt has no outcome; a later one that fails doesn't change that
        for event in self._events():
            if isinstance(event, _BegunLine):
                if begun.pop(event.id, None) and event.id not in outcomes:
                    unsure.add(event.id)
                outcomes.pop(event.id, None)
                begun[event.id] = event
            elif isinstance(event, _Ended):
                outcomes[event.id] = event.outcome
        for name, message in begun.items():
            if outcomes.get(name) == "sent":
                yield message, True
            elif name not in outcomes or name in unsure:
                yield message, False

    def _events(self) -> list[_Event]:
        """The lines of the journal. What follows the last line break is not a line yet."""
        path = self.folder / JOURNAL
        try:
            data = plainfile.read(path, MAX_BYTES)
        except FileNotFoundError:
            return []
        except OSError as fault:
            raise _problem(path, f"can’t be read: {fault.strerror or NOT_PLAIN}", "Check the file and its permissions.") from None
        lines = data[: data.rfind(b"\n") + 1].splitlines()
        if self._read[0] != len(data):
            self._read = (len(data), [self._event(number, line) for number, line in enumerate(lines, 1)])
        return self._read[1]

    def _event(self, number: int, line: bytes) -> _Event:
        try:
            return _EVENT.validate_json(line)
        except ValidationError:
            hint = "Restore the file from a backup, or delete the line: the store then forgets what it recorded."
            raise _problem(self.folder / JOURNAL, "this line is damaged", hint, number) from None

    def _repair(self) -> None:
        """Remove a last line that a crash cut off."""
        path = self.folder / JOURNAL
        if not path.is_file():
            return
        with path.open("r+b") as journal:
            whole = journal.read().rfind(b"\n") + 1
            if whole != journal.tell():
                journal.truncate(whole)
                os.fsync(journal.fileno())

    def _append(self, event: _Event) -> _Event:
        """Add a line to the journal. Returns the event in the line that stands there now."""
        path = self.folder / JOURNAL
        with _writing(self.folder):
            with path.open("a+b", buffering=0) as journal:
                before = journal.seek(0, os.SEEK_END)
                data = event.model_dump_json().encode() + b"\n"
                try:
                    if journal.write(data) < len(data):  # a full disk takes a part
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                    os.fsync(journal.fileno())
                except OSError:
                    journal.truncate(before)
                    raise
                journal.seek(before)
                line = journal.read()
            if not before:
                _sync(self.folder)
        return _EVENT.validate_json(line)

    def _add(self, data: bytes) -> str:
        """Store an object. One that is there already is checked, and replaced if it is damaged."""
        sha256 = digest(data)
        path = self._path(sha256)
        with _writing(path):
            if path.is_file() and digest(path.read_bytes()) == sha256:
                return sha256
        put(path, data)
        return sha256

    def _object(self, sha256: str) -> bytes:
        path = self._path(sha256)
        try:
            data = plainfile.read(path, MAX_BYTES)
        except OSError as fault:
            raise _problem(
                path, f"can’t be read: {fault.strerror or NOT_PLAIN}", "Restore it from a backup of the folder."
            ) from None
        if digest(data) != sha256:
            raise _problem(path, "is damaged: it isn’t what was stored", "Restore it from a backup of the folder.")
        return data

    def _path(self, sha256: str) -> Path:
        return self.folder / "objects" / sha256


def put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. When this returns, it is on the disk. Raises Problems."""
    with _writing(path):
        atomic.write(path, data, sync=True)
        _sync(path.parent)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        hint = "Check the folder’s permissions and the free disk space."
        raise _problem(Path(fault.filename or path), f"can’t be written: {fault.strerror or fault}", hint) from None


def now() -> datetime:
    """The current time, for what is sent."""
    return datetime.now(UTC)


def _words(name: str) -> str:
    """The words of a file's name without folder and suffix, in lower case and without accents."""
    return fold(PurePosixPath(name.replace("\\", "/")).stem.replace(".", " "))


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _sync(folder: Path) -> None:
    """Make sure that a new name in a folder is on the disk (fsync(2))."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _problem(path: Path, message: str, hint: str, line: int = 0) -> Problems:
    return Problems([Problem("error", str(path), line, 0, message, hint)])
