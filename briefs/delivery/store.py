"""What went out: every file as it was, the content that it was made from, when and to whom.

In: files, the bytes of a content folder, addresses. Out: a folder, `exchange/` beside the content, that holds them for good:
`objects/` has each file once, named by its SHA-256; a content folder is an object too, a list of paths and hashes. `journal.jsonl`
has a line for each thing that happened, and lines are only ever added: `begun` before a message leaves, `ended` when its outcome is
known; `again` before files go a second time. A line is on the disk (fsync(2)) before what follows from it is done. So whatever
moment a run is ended at, no file is with somebody of which the store knows nothing; and a message that was begun and not ended may
have arrived, or not.

A line that a crash cut off is left out by readers and taken away by the next writer: nothing had followed from it yet.
"""

from __future__ import annotations

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

from briefs import atomic
from briefs.edition.names import fold
from briefs.press.cache import digest
from briefs.problems import Problem, Problems

FOLDER = "exchange"
JOURNAL = "journal.jsonl"
Way = Literal["smtp", "outbox", "export"]
Outcome = Literal["sent", "refused", "failed"]


@dataclass(frozen=True)
class File:
    """A file that is about to go out: its path in the output folder (`briefs/belgium.docx`), what it is, its bytes."""

    name: str
    kind: str
    subject: str
    paper: str
    data: bytes


@dataclass(frozen=True)
class Sent:
    """A file that went out, or may have: `sure` is False while the outcome of its message is not known.

    `to` is an address, empty for an export. `when` is UTC (ISO 8601). `content` is the id of what `Store.content` gives,
    `message` that of the message, which may carry several files.
    """

    sha256: str
    name: str
    kind: str
    subject: str
    paper: str
    when: str
    to: str
    by: Way
    content: str
    message: str
    sure: bool


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
    by: Way
    content: _Hash
    files: tuple[_Item, ...]


class _Ended(_Line):
    event: Literal["ended"] = "ended"
    outcome: Outcome
    said: str = ""


class _Again(_Line):
    """Files that are to go once more to people who have them."""

    event: Literal["again"] = "again"
    owed: tuple[tuple[str, _Hash], ...]


_Event = _BegunLine | _Ended | _Again
_EVENT: TypeAdapter[_Event] = TypeAdapter(Annotated[_Event, Field(discriminator="event")])


def beside(content: Path) -> Path:
    """Where the store of a content folder is if nobody says otherwise."""
    return content.resolve().parent / FOLDER


class Store:
    """A store in a folder. Reading makes nothing; the folder comes with the first thing that is kept.

    What is damaged or can't be written raises Problems.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._read: tuple[int, list[_Event]] = (0, [])

    # What is in it.

    def sent(self) -> list[Sent]:
        """Every file that went out or may have, in order; a message that was begun again counts where it was begun last."""
        return [
            Sent(**item.model_dump(), when=m.when, to=m.to, by=m.by, content=m.content, message=m.id, sure=sure)
            for m, sure in self._messages()
            for item in m.files
        ]

    def by_hash(self, sha256: str) -> Sent | None:
        """The file with these bytes as it went out last."""
        return next((s for s in reversed(self.sent()) if s.sha256 == sha256), None)

    def by_name(self, name: str) -> list[Sent]:
        """What went out under a name like this, newest first: `belgium (1).docx` and `belgium_JS edits.docx` were `belgium.docx`.

        Whole words count; a name that begins with the sent one comes before one that only holds it, a longer one before a shorter.
        Several kinds may share a name (a brief and a handout), so this is where to look, not an answer.
        """
        fits: dict[tuple[bool, int], list[Sent]] = {}
        typed = _words(name)
        for sent in reversed(self.sent()):
            stem = _words(sent.name)
            found = re.search(rf"\b{re.escape(stem)}\b", typed)
            if found:
                fits.setdefault((found.start() == 0, len(stem)), []).append(sent)
        return fits[max(fits)] if fits else []

    def owed(self) -> set[tuple[str, str]]:
        """Address and hash of what is to go once more and hasn't yet: left by a run that was broken off."""
        owed: set[tuple[str, str]] = set()
        begun: dict[str, _BegunLine] = {}
        for event in self._events():
            if isinstance(event, _Again):
                owed.update(event.owed)
            elif isinstance(event, _BegunLine):
                begun[event.id] = event
            elif event.outcome != "failed" and event.id in begun:
                owed -= {(begun[event.id].to, item.sha256) for item in begun[event.id].files}
        return owed

    def document(self, sent: Sent) -> bytes:
        """The file as it went out."""
        return self._object(sent.sha256)

    def content(self, sent: Sent) -> dict[str, bytes]:
        """The content folder that the file was made from: every file's path in it, and its bytes."""
        tree: dict[str, str] = json.loads(self._object(sent.content))
        return {path: self._object(sha256) for path, sha256 in tree.items()}

    # What is put into it.

    @contextmanager
    def alone(self, busy: str = "") -> Iterator[None]:
        """Hold the store against other runs, which wait: of two that send the same, the second finds that it was sent.

        `busy` is said on standard error if this run has to wait. The lock ends with the process.
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
                self._mend()
            yield
        finally:
            lock.release()

    def record(self, files: Sequence[File], snapshot: Mapping[str, bytes], when: datetime, to: str = "") -> None:
        """Note files that go out by hand (an export). Call it before they are put where people find them."""
        with self.alone():
            name = f"{_stamp(when)} {digest(b''.join(f.data for f in files))[:16]}"
            self.begin(name, to, "export", files, self.keep(snapshot), when)
            self.end(name, "sent", when)

    def keep(self, snapshot: Mapping[str, bytes]) -> str:
        """Keep a content folder; returns its id."""
        tree = {path: self._keep(data) for path, data in sorted(snapshot.items())}
        return self._keep(json.dumps(tree, ensure_ascii=False, indent=0).encode())

    def begin(self, message: str, to: str, by: Way, files: Iterable[File], content: str, when: datetime) -> None:
        """Note that a message is about to leave, with its files; only then may it. Call it inside `alone`."""
        items = []
        for file in files:
            told = {k: v for k, v in vars(file).items() if k != "data"}
            items.append(_Item(sha256=self._keep(file.data), **told))
        self._append(_BegunLine(id=message, when=_stamp(when), to=to, by=by, content=content, files=tuple(items)))

    def again(self, owed: Iterable[tuple[str, str]], when: datetime) -> None:
        """Note what is to go once more, by address and hash, before the first of it does. Call it inside `alone`."""
        self._append(_Again(id="", when=_stamp(when), owed=tuple(sorted(owed))))

    def end(self, message: str, outcome: Outcome, when: datetime, said: str = "") -> None:
        """Note what came of a message; `said` is the server's answer. Without it the message may have arrived or not."""
        self._append(_Ended(id=message, when=_stamp(when), outcome=outcome, said=said))

    # How.

    def _messages(self) -> Iterator[tuple[_BegunLine, bool]]:
        """The messages that were sent, or may have been (False), as and in the order in which they were begun last."""
        begun: dict[str, _BegunLine] = {}
        outcomes: dict[str, Outcome] = {}
        unsure: set[str] = set()  # those of which some try has no outcome: a later one that fails doesn't undo it
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
        """The journal's lines. What stands behind the last line end is not a line yet."""
        path = self.folder / JOURNAL
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as fault:
            raise _problem(path, f"can’t be read: {fault.strerror}", "Look at the file and its rights.") from None
        lines = data[: data.rfind(b"\n") + 1].splitlines()
        if self._read[0] != len(data):
            self._read = (len(data), [self._event(number, line) for number, line in enumerate(lines, 1)])
        return self._read[1]

    def _event(self, number: int, line: bytes) -> _Event:
        try:
            return _EVENT.validate_json(line)
        except ValidationError:
            hint = "Put the file back from a copy; or delete the line, and what it told is forgotten."
            raise _problem(self.folder / JOURNAL, "this line is damaged", hint, number) from None

    def _mend(self) -> None:
        """Take away a last line that a crash cut off."""
        path = self.folder / JOURNAL
        if not path.exists():
            return
        with path.open("r+b") as journal:
            whole = journal.read().rfind(b"\n") + 1
            if whole != journal.tell():
                journal.truncate(whole)
                os.fsync(journal.fileno())

    def _append(self, event: _Event) -> None:
        path = self.folder / JOURNAL
        with _writing(self.folder):
            with path.open("ab", buffering=0) as journal:
                before = journal.tell()
                try:
                    journal.write(event.model_dump_json().encode() + b"\n")
                    os.fsync(journal.fileno())
                except OSError:
                    journal.truncate(before)
                    raise
            if not before:
                _sync(self.folder)

    def _keep(self, data: bytes) -> str:
        """Put an object in its place, whole or not at all; one that is there already is looked at, and mended."""
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
            data = path.read_bytes()
        except OSError as fault:
            raise _problem(path, f"can’t be read: {fault.strerror}", "Put it back from a copy of the folder.") from None
        if digest(data) != sha256:
            raise _problem(path, "is damaged: it isn’t what was put there", "Put it back from a copy of the folder.")
        return data

    def _path(self, sha256: str) -> Path:
        return self.folder / "objects" / sha256


def put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; when this returns, it is on the disk. Raises Problems if that can't be."""
    with _writing(path):
        atomic.write(path, data, sync=True)
        _sync(path.parent)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        hint = "Look at the folder’s rights and at the disk’s space."
        raise _problem(Path(fault.filename or path), f"can’t be written: {fault.strerror or fault}", hint) from None


def now() -> datetime:
    """The time, for what goes out."""
    return datetime.now(UTC)


def _words(name: str) -> str:
    """A file's name without folder and suffix, as folded words."""
    return fold(PurePosixPath(name.replace("\\", "/")).stem.replace(".", " "))


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _sync(folder: Path) -> None:
    """Make sure that a name that was entered in a folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _problem(path: Path, message: str, hint: str, line: int = 0) -> Problems:
    return Problems([Problem("error", str(path), line, 0, message, hint)])
