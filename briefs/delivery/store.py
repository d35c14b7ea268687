"""Records what went out: every file as it was, the content it was made from, when and to whom.

In: files, the bytes of a content folder, addresses. Out: a folder, `exchange/` beside the content, that keeps them for good.
`objects/` has each file once, named by its SHA-256. A content folder is an object too: a list of paths and hashes. `chains/` has a
file for each installation with one line for each event (`chains.py`): `begun` before a message leaves, `ended` when its outcome is
known, `again` before files are sent a second time. `people/` has the addresses, which the chains name by salted hashes only
(`persons.py`). A line is on the disk (fsync(2)) before anything that depends on it is done. So at whatever moment a run ends,
nobody has a file that the store doesn't know; and a message that was begun and not ended may or may not have arrived.

The union of two stores' files is the store of both.
"""

from __future__ import annotations

import json
import re
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Annotated

from filelock import FileLock, Timeout
from pydantic import Field, TypeAdapter, ValidationError

from briefs import atomic, plainfile
from briefs.delivery import chains, oldjournal, persons
from briefs.delivery.chains import (
    NOT_PLAIN,
    Again,
    Begun,
    Chain,
    Channel,
    Ended,
    Erased,
    Event,
    Outcome,
    RecordedFile,
    problem,
    sync,
)
from briefs.delivery.persons import PersonalText
from briefs.edition.names import fold
from briefs.press.cache import digest

FOLDER = "exchange"
_Tree = Annotated[dict[str, chains.HexDigest], Field(min_length=1)]
_TREE: TypeAdapter[dict[str, str]] = TypeAdapter(_Tree)  # the hash of each file by its path
MAX_BYTES = chains.MAX_BYTES  # bytes of an object


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

    `to` is an address, empty for an export; for somebody who was erased it begins with `persons.ERASED`. `when` is in UTC (ISO
    8601). `content` is the id that `Store.content` takes, `message` the id of the message, which may have carried several files.
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

    @property
    def reader(self) -> str:
        """The address, if it is known and can be written to."""
        return "" if self.to.startswith(persons.ERASED) else self.to


def default_folder(content: Path) -> Path:
    """The folder of a content folder's store, unless another is named."""
    return content.resolve().parent / FOLDER


class Store:
    """A store in a folder. The folder is created when the first thing is recorded, not by reading.

    Every method raises Problems if something is damaged or can't be read or written.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._read: tuple[tuple[object, ...], list[Event]] = ((), [])
        self._trees: dict[str, dict[str, str]] = {}
        self._chain = folder  # while locked: the chain of this installation
        self._own: dict[str, str] = {}  # while locked: the hashes of addresses in this installation's file
        self._readers: dict[str, str] = {}  # the hash of the address of each message that was begun, by the message's id

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
        begun: dict[str, Begun] = {}
        for event in self._events():
            if isinstance(event, Again):
                owed.update(event.owed)
            elif isinstance(event, Begun):
                begun[event.id] = event
            elif isinstance(event, Ended) and event.outcome != "failed" and event.id in begun:
                owed -= {(begun[event.id].to, item.sha256) for item in begun[event.id].files}
        return owed

    def document(self, sent: Sent) -> bytes:
        """The bytes of a file that was sent."""
        return self.object(sent.sha256)

    def content(self, sent: Sent) -> dict[str, bytes]:
        """The content folder from which a file was made: the bytes of each file by its path."""
        return {path: self.object(sha256) for path, sha256 in self.tree(sent.content).items()}

    def tree(self, content: str) -> dict[str, str]:
        """The hash of each file of a content folder, by its path. `content`: its id, as a `Sent` has it."""
        if content not in self._trees:
            data = self.object(content)
            try:
                self._trees[content] = _TREE.validate_json(data)
            except ValidationError:
                hint = "Restore it from a backup of the folder."
                raise problem(self._path(content), "is no list of the files of a content folder", hint) from None
        return self._trees[content]

    def content_file(self, content: str, path: str) -> bytes:
        """One file of a content folder; no bytes if it has no such file."""
        sha256 = self.tree(content).get(path)
        return self.object(sha256) if sha256 else b""

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
                self._make_ready()
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
        tree = {path: self.add(data) for path, data in sorted(snapshot.items())}
        return self.add(json.dumps(tree, ensure_ascii=False, indent=0).encode())

    def begin(self, message: str, to: str, channel: Channel, files: Iterable[File], content: str, when: datetime) -> None:
        """Record that a message is about to leave. It may not leave before. Call this while the store is `locked`."""
        items = []
        for file in files:
            fields = {name: value for name, value in vars(file).items() if name != "data"}
            items.append(RecordedFile(sha256=self.add(file.data), **fields))
        self._readers[message] = reader = self._salted(to)
        self._append(Begun(id=message, when=_stamp(when), to=reader, by=channel, content=content, files=tuple(items)))

    def begin_resends(self, owed: Iterable[tuple[str, str]], when: datetime) -> None:
        """Record which files are to be sent again, by address and hash, before the first of them is. Call this while `locked`."""
        listed = tuple((self._salted(to), sha256) for to, sha256 in sorted(owed))
        self._append(Again(id=secrets.token_hex(10), when=_stamp(when), owed=listed))

    def end(self, message: str, outcome: Outcome, when: datetime, reply: str = "") -> Outcome:
        """Record the outcome of a message, with the server's reply. Until then it may or may not have arrived.

        Returns the outcome as the chain has it.
        """
        said = self._salted(reply, self._readers.get(message) or message) if reply else ""
        line = self._append(Ended(id=message, when=_stamp(when), outcome=outcome, said=said))
        assert isinstance(line, Ended)
        return line.outcome

    def erase(self, address: str, when: datetime) -> int:
        """Remove an address, what servers replied about it, and the salts of both from the record. Returns how many texts went.

        Call this while the store is `locked`.
        """
        known = persons.read(self.folder)
        own = {hash for hash, one in known.items() if not one.of and one.text.lower() == address.lower()}
        hashes = own | {hash for hash, one in known.items() if one.of in own}
        if hashes:
            self._append(Erased(id=secrets.token_hex(10), when=_stamp(when), hashes=tuple(sorted(hashes))))
            with _writing(self.folder):
                persons.erase(self.folder, hashes)
        return len(hashes)

    # The chains and the objects.

    def _messages(self) -> Iterator[tuple[Begun, bool]]:
        """Each message that was sent (True) or may have been (False), in the order of its last beginning."""
        begun: dict[str, Begun] = {}
        outcomes: dict[str, Outcome] = {}
        unsure: set[str] = set()  # messages of which an attempt has no outcome, even if a later one failed
        for event in self._events():
            if isinstance(event, Begun):
                if begun.pop(event.id, None) and event.id not in outcomes:
                    unsure.add(event.id)
                outcomes.pop(event.id, None)
                begun[event.id] = event
            elif isinstance(event, Ended):
                outcomes[event.id] = event.outcome
        for name, message in begun.items():
            if outcomes.get(name) == "sent":
                yield message, True
            elif name not in outcomes or name in unsure:
                yield message, False

    def _events(self) -> list[Event]:
        """The events of all chains and of a journal that wasn't moved yet, with the addresses as they are."""
        files = [*chains.paths(self.folder), *sorted((self.folder / persons.FOLDER).glob("[!.]*")), self.folder / oldjournal.FILE]
        state = tuple((path, stat.st_size, stat.st_mtime_ns) for path in files if path.exists() for stat in [path.stat()])
        if self._read[0] != state:
            found = self.chains()
            gone = chains.erased(found)  # an older copy may have brought some back
            known = {hash: one for hash, one in persons.read(self.folder).items() if hash not in gone}
            events = [*oldjournal.events(self.folder), *(_named(event, known) for event in chains.in_order(found))]
            self._read = (state, events)
        return self._read[1]

    def chains(self) -> list[Chain]:
        """All chains as they are on the disk. A chain's problems say how it was changed."""
        return [chains.read(path) for path in chains.paths(self.folder)]

    def _make_ready(self) -> None:
        """Move a journal of the old format, and remove what a crash cut off."""
        if oldjournal.move(self.folder):
            told = f"{self.folder}: all of {oldjournal.FILE} was moved to {chains.FOLDER}/ and {persons.FOLDER}/."
            print(told, file=sys.stderr, flush=True)
        self._chain = own = chains.own(self.folder)
        chains.repair(own)
        chains.repair(persons.path(own))
        self.drop_erased()
        self._own = {one.text: one.hash for one in persons.of_file(persons.path(own)) if not one.of}

    def drop_erased(self) -> None:
        """Remove the entries of people who were erased, which an older copy may have brought back."""
        persons.erase(self.folder, chains.erased(self.chains()))

    def _append(self, event: Event) -> Event:
        """Add a line to this installation's chain. Returns the event in the line that stands there now."""
        with _writing(self.folder):
            return chains.append(self._chain, event)

    def _salted(self, words: str, of: str = "") -> str:
        """The hash by which a chain names an address or a reply. Writes the words into the file of people. Empty for no words."""
        if not words or (not of and words in self._own):
            return self._own[words] if words else ""
        own, one = persons.path(self._chain), persons.salted(words, of)
        with _writing(own):
            chains.append_bytes(own, persons.text([one]))
        if not of:
            self._own[words] = one.hash
        return one.hash

    def add(self, data: bytes) -> str:
        """Store an object. One that is there already is checked, and replaced if it is damaged."""
        sha256 = digest(data)
        path = self._path(sha256)
        with _writing(path):
            if path.is_file() and digest(path.read_bytes()) == sha256:
                return sha256
        put(path, data)
        return sha256

    def object(self, sha256: str) -> bytes:
        """The bytes of an object."""
        path = self._path(sha256)
        try:
            data = plainfile.read(path, MAX_BYTES)
        except OSError as fault:
            raise problem(
                path, f"can’t be read: {fault.strerror or NOT_PLAIN}", "Restore it from a backup of the folder."
            ) from None
        if digest(data) != sha256:
            raise problem(path, "is damaged: it isn’t what was stored", "Restore it from a backup of the folder.")
        return data

    def _path(self, sha256: str) -> Path:
        return self.folder / "objects" / sha256


def put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. When this returns, it is on the disk. Raises Problems."""
    with _writing(path):
        atomic.write(path, data, sync=True)
        sync(path.parent)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        hint = "Check the folder’s permissions and the free disk space."
        raise problem(Path(fault.filename or path), f"can’t be written: {fault.strerror or fault}", hint) from None


def now() -> datetime:
    """The current time, for what is sent."""
    return datetime.now(UTC)


def _words(name: str) -> str:
    """The words of a file's name without folder and suffix, in lower case and without accents."""
    return fold(PurePosixPath(name.replace("\\", "/")).stem.replace(".", " "))


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _named(event: Event, known: Mapping[str, PersonalText]) -> Event:
    """An event with addresses in the place of their hashes."""

    def address(hash: str) -> str:
        return known[hash].text if hash in known else persons.stand_in(hash) if hash else ""

    match event:
        case Begun():
            return event.model_copy(update={"to": address(event.to)})
        case Again():
            return event.model_copy(update={"owed": tuple((address(to), sha256) for to, sha256 in event.owed)})
        case Ended():
            return event.model_copy(update={"said": known[event.said].text if event.said in known else ""})
    return event
