"""The lines of the record, in chains: each line holds the hash of the line before it.

In: the folder of a store, events. Out: files `chains/NAME.jsonl`, one for each installation, to which lines are only ever added;
`Chain`s as they were read, with what is wrong in them. An installation is a user's account on a machine with the store at one
path, so two stores that grew apart have files of different names, and their union is the record of both.

A chain says in what order its lines were written, and shows a line that was changed or taken out. It isn't signed: whoever may
write the file can write it anew from any line on, and lines that were cut off its end leave no trace. A last line that a crash cut
off is ignored by readers and removed by the next writer: nothing depended on it yet.
"""

from __future__ import annotations

import errno
import os
import platform
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from briefs import plainfile
from briefs.press.cache import digest
from briefs.problems import Problem, Problems

FOLDER = "chains"
SUFFIX = ".jsonl"
FIRST = "0" * 64  # what the first line of a chain holds instead of a hash
FORMAT = 2  # the record's format; format 1 was a journal without hashes (`oldjournal.py`)
MAX_BYTES = 500_000_000  # bytes of a chain, a file of people, an object
NOT_PLAIN = "it is no plain file, or too large"
_NAME = re.compile(r"([0-9a-f]{16})-[0-9a-f]{16}")
Channel = Literal["smtp", "outbox", "export"]
Outcome = Literal["sent", "refused", "failed"]
HexDigest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _moment(text: str) -> str:
    if len(text) > 40:
        raise ValueError("not a moment")
    datetime.fromisoformat(text)
    return text


def _relative(name: str) -> str:
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts:
        raise ValueError("not the name of a file below the output folder")
    return name


Moment = Annotated[str, AfterValidator(_moment)]
RelativeName = Annotated[str, AfterValidator(_relative)]


class ChainEvent(BaseModel):
    """The fields of every line of a chain. `previous`: the SHA-256 of the line before, including its line break."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    when: Moment
    previous: str = ""


class RecordedFile(BaseModel):
    """A file that went out."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sha256: HexDigest
    name: RelativeName
    kind: str
    subject: str
    paper: str


class ChainOpened(ChainEvent):
    """A chain begins. `id`: its name; `moved`: the SHA-256 of the old journal whose lines follow, or empty."""

    event: Literal["opened"] = "opened"
    format: Literal[2] = 2
    moved: str = ""


class Begun(ChainEvent):
    """A message is about to leave. `to`: the salted hash of an address (`persons.py`), empty for an export."""

    event: Literal["begun"] = "begun"
    to: str
    by: Channel
    content: HexDigest
    files: tuple[RecordedFile, ...]


class Ended(ChainEvent):
    """The outcome of a message is known. `said`: the salted hash of the server's reply, which may name people."""

    event: Literal["ended"] = "ended"
    outcome: Outcome
    said: str = ""


class Again(ChainEvent):
    """Files are to be sent again to people who have them: salted hashes of addresses, and hashes of files."""

    event: Literal["again"] = "again"
    owed: tuple[tuple[str, HexDigest], ...]


class Erased(ChainEvent):
    """A person was erased: the salted hashes whose texts and salts are gone."""

    event: Literal["erased"] = "erased"
    hashes: tuple[HexDigest, ...]


Event = ChainOpened | Begun | Ended | Again | Erased
EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])


@dataclass(frozen=True)
class Chain:
    """A chain as it was read: its path; its events, each with the hash of its line; what shows that it was changed."""

    path: Path
    lines: Sequence[tuple[str, Event]]
    problems: Sequence[Problem] = ()

    @property
    def head(self) -> str:
        """The hash of the last line."""
        return self.lines[-1][0] if self.lines else FIRST

    @property
    def moved(self) -> str:
        """The SHA-256 of the old journal whose lines it holds, or empty."""
        first = self.lines[0][1] if self.lines else None
        return first.moved if isinstance(first, ChainOpened) else ""


def paths(folder: Path) -> list[Path]:
    """The files of all chains of a store."""
    return sorted((folder / FOLDER).glob(f"*{SUFFIX}"))


def read(path: Path) -> Chain:
    """Read a chain. Raises Problems if it can't be read, or one of its lines isn't an event."""
    lines = [(digest(line), _event(path, number, line)) for number, line in enumerate(whole_lines(file_bytes(path)), 1)]
    return Chain(path, lines, tuple(_breaks(path, lines)))


def file_bytes(path: Path) -> bytes:
    """The bytes of a file of the record; empty if there is no such file. Raises Problems."""
    try:
        return plainfile.read(path, MAX_BYTES)
    except FileNotFoundError:
        return b""
    except OSError as fault:
        raise problem(path, f"can’t be read: {fault.strerror or NOT_PLAIN}", "Check the file and its permissions.") from None


def whole_lines(data: bytes) -> list[bytes]:
    """The lines of a file, with their line breaks. What follows the last line break is not a line yet."""
    return [line + b"\n" for line in data.split(b"\n")[:-1]]


def _event(path: Path, number: int, line: bytes) -> Event:
    try:
        return EVENT.validate_json(line)
    except ValidationError:
        hint = "Restore the file from a backup, or delete the line: `verify` then tells that one is missing."
        raise problem(path, "this line is damaged", hint, number) from None


def _breaks(path: Path, lines: Sequence[tuple[str, Event]]) -> Iterator[Problem]:
    """A problem for each line that doesn't hold the hash of the line before it."""
    before = FIRST
    hint = "Compare it with a backup. What stands in the lines can’t be relied on from the change on."
    for number, (own, event) in enumerate(lines, 1):
        if event.previous != before:
            what = "this line doesn’t follow the one before it: a line was changed, taken out or put in"
            yield Problem("error", str(path), number, 0, what, hint)
        before = own
    if lines and not isinstance(lines[0][1], ChainOpened):
        yield Problem("error", str(path), 1, 0, "the chain doesn’t begin with its first line: lines were taken out", hint)


def forks(chains: Iterable[Chain]) -> Iterator[Problem]:
    """Lines of two chains that follow the same line: one installation wrote its chain twice, as from a restored backup."""
    followers: dict[str, tuple[str, Path]] = {}
    for chain in chains:
        for number, (own, event) in enumerate(chain.lines, 1):
            other, path = followers.setdefault(event.previous, (own, chain.path))
            if event.previous != FIRST and other != own:
                what = f"this line and one of {path.name} follow the same line: the record was continued from an older copy"
                yield Problem("error", str(chain.path), number, 0, what, "Both are read. Keep a note of what happened.")


def in_order(chains: Iterable[Chain]) -> list[Event]:
    """The events of all chains by their times, each once. Those of one chain stay in its order, whatever its clock did.

    A journal that was moved into two chains counts once.
    """
    placed: dict[str, tuple[tuple[str, int, int], Event]] = {}
    moved: set[str] = set()
    for number, chain in enumerate(chains):
        if chain.moved and chain.moved in moved:
            continue
        moved.add(chain.moved)
        latest = ""
        for line, (own, event) in enumerate(chain.lines):
            latest = max(latest, event.when)
            placed.setdefault(own, ((latest, number, line), event))
    return [event for _, event in sorted(placed.values(), key=lambda pair: pair[0])]


# Writing. The store is locked meanwhile.


def erased(known: Iterable[Chain]) -> set[str]:
    """The hashes of all texts that were erased."""
    return {hash for chain in known for _, event in chain.lines if isinstance(event, Erased) for hash in event.hashes}


def own(folder: Path) -> Path:
    """The chain of this installation, which may not be there yet."""
    place = _place(folder)
    known = [path for path in paths(folder) if (found := _NAME.fullmatch(path.stem)) and found[1] == place]
    return known[0] if known else new(folder)


def new(folder: Path) -> Path:
    """A name for a further chain of this installation."""
    return folder / FOLDER / f"{_place(folder)}-{secrets.token_hex(8)}{SUFFIX}"


def _place(folder: Path) -> str:
    """A text that is different for each installation: it names the machine, the account and the path."""
    return digest(f"{platform.node()}\n{os.getuid()}\n{os.path.realpath(folder)}".encode())[:16]


def text(name: str, events: Iterable[Event], when: str, moved: str = "") -> bytes:
    """A new chain with these events."""
    lines = [_line(ChainOpened(id=name, when=when, moved=moved), FIRST)]
    for event in events:
        lines.append(_line(event, digest(lines[-1])))
    return b"".join(lines)


def append(path: Path, event: Event) -> Event:
    """Add a line to a chain. The chain is begun if there is none. On return the line is on the disk (fsync(2)).

    Returns the event as it is read back from the chain's last line. Raises OSError.
    """
    data = b"" if path.exists() else text(path.stem, [], event.when)
    last = data or _last_line(path)
    append_bytes(path, data + _line(event, digest(last) if last else FIRST))
    return EVENT.validate_json(_last_line(path))


def _last_line(path: Path) -> bytes:
    """The last line of a file, with its line break."""
    with path.open("rb") as file:
        size, length = file.seek(0, os.SEEK_END), 1 << 16
        while True:
            file.seek(max(0, size - length))
            lines = whole_lines(file.read())
            if len(lines) > 1 or length >= size:
                return lines[-1] if lines else b""
            length *= 16


def _line(event: Event, previous: str) -> bytes:
    return event.model_copy(update={"previous": previous}).model_dump_json().encode() + b"\n"


def append_bytes(path: Path, data: bytes) -> None:
    """Add bytes to a file, all or none. When this returns, they are on the disk. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        try:
            if file.write(data) < len(data):  # a full disk takes only a part
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file.fileno())
        except OSError:
            file.truncate(before)
            raise
    if not before:
        sync(path.parent)


def repair(path: Path) -> None:
    """Remove a last line that a crash cut off."""
    if not path.is_file():
        return
    with path.open("r+b") as file:
        whole = file.read().rfind(b"\n") + 1
        if whole != file.tell():
            file.truncate(whole)
            os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """Make sure that a new name in a folder is on the disk (fsync(2))."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def problem(path: Path, message: str, hint: str, line: int = 0) -> Problems:
    """An error in a file of the record."""
    return Problems([Problem("error", str(path), line, 0, message, hint)])
