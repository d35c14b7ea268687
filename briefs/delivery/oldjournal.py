"""Reads and moves a record of the old format: `journal.jsonl`, one file without hashes, with addresses in its lines.

In: the folder of a store. Out: its events; or a chain with people beside it that hold the same events, and no journal.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from briefs import atomic
from briefs.delivery import chains, persons
from briefs.delivery.chains import Again, Begun, Ended, Event
from briefs.delivery.persons import PersonalText
from briefs.press.cache import digest

FILE = "journal.jsonl"


def events(folder: Path) -> list[Event]:
    """The events of a journal that wasn't moved yet. Raises Problems if it can't be read or a line is damaged."""
    data = chains.file_bytes(folder / FILE)
    return [] if _was_moved(folder, data) else _events(folder / FILE, data)


def _was_moved(folder: Path, data: bytes) -> bool:
    return not data or digest(data) in {chains.read(path).moved for path in chains.paths(folder)}


def _events(path: Path, data: bytes) -> list[Event]:
    found: list[Event] = []
    for number, line in enumerate(chains.whole_lines(data), 1):
        try:
            found.append(chains.EVENT.validate_json(line))
        except ValidationError:
            hint = "Restore the file from a backup, or delete the line: the store then forgets what it recorded."
            raise chains.problem(path, "this line is damaged", hint, number) from None
    return found


def move(folder: Path) -> bool:
    """Move a journal into a chain of its own, if there is one. The store is locked meanwhile. Raises Problems, or OSError."""
    if not (folder / FILE).exists():
        return False
    bring(folder, folder)
    (folder / FILE).unlink()
    return True


def bring(folder: Path, into: Path) -> None:
    """Write the events of a journal as a chain of the store `into`, unless a chain there has them already. Raises Problems, or
    OSError.

    The chain's file is written whole or not at all, and its first line has the journal's hash. So the events aren't read twice even
    if a run ends before it removes the journal.
    """
    data = chains.file_bytes(folder / FILE)
    if _was_moved(into, data):
        return
    people = _People()
    moved = [people.hidden(event) for event in _events(folder / FILE, data)]
    new = chains.new(into)
    atomic.write(persons.path(new), persons.text(people.entries), sync=True)
    atomic.write(new, chains.text(new.stem, moved, moved[0].when if moved else "", digest(data)), sync=True)
    chains.sync(new.parent)


class _People:
    """Replaces addresses and the replies of servers by hashes. `entries`: what was replaced, with the hashes."""

    def __init__(self) -> None:
        self.entries: list[PersonalText] = []
        self._addresses: dict[str, str] = {}
        self._readers: dict[str, str] = {}  # the hash of the address of each message, by the message's id

    def hidden(self, event: Event) -> Event:
        """An event with hashes in place of addresses and replies."""
        match event:
            case Begun():
                self._readers[event.id] = to = self._address(event.to)
                return event.model_copy(update={"to": to})
            case Again():
                return event.model_copy(update={"owed": tuple((self._address(to), sha256) for to, sha256 in event.owed)})
            case Ended() if event.said:
                return event.model_copy(update={"said": self._entry(event.said, self._readers.get(event.id) or event.id)})
        return event

    def _address(self, text: str) -> str:
        if text and text not in self._addresses:
            self._addresses[text] = self._entry(text)
        return self._addresses.get(text, "")

    def _entry(self, text: str, of: str = "") -> str:
        self.entries.append(persons.salted(text, of))
        return self.entries[-1].hash
