"""The personal data of the record: who was sent something, and what mail servers replied.

In: the folder of a store, texts. Out: files `people/NAME.jsonl`, one for each chain. A chain holds only the hash of a salt and a
text; the salt and the text are in the file here. Without the salt nobody can find the text by trying addresses. So a person who is
removed from these files is erased from the record, and the chains, which don't change, are still whole.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from briefs import atomic
from briefs.delivery import chains
from briefs.press.cache import digest

FOLDER = "people"
ERASED = "erased:"  # how the text begins that replaces an erased address; no address begins so


class PersonalText(BaseModel):
    """An address, or a server's reply about an address. `hash`: the hash of salt and text. `of`: for a reply, the hash of the
    address; else empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    hash: str
    salt: str
    text: str
    of: str = ""

    @property
    def is_whole(self) -> bool:
        return digest((self.salt + self.text).encode()) == self.hash


def salted(text: str, of: str = "") -> PersonalText:
    """A text with a new salt."""
    salt = secrets.token_hex(16)
    return PersonalText(hash=digest((salt + text).encode()), salt=salt, text=text, of=of)


def path(chain: Path) -> Path:
    """The file of personal data beside a chain."""
    return chain.parent.parent / FOLDER / chain.name


def read(folder: Path) -> dict[str, PersonalText]:
    """All personal data of a store, by hash. Raises Problems if a file can't be read or a line is damaged."""
    return {one.hash: one for own in sorted((folder / FOLDER).glob(f"*{chains.SUFFIX}")) for one in of_file(own)}


def of_file(own: Path) -> Iterator[PersonalText]:
    """The personal data of one file, if it is there. Raises Problems."""
    for number, line in enumerate(chains.whole_lines(chains.file_bytes(own)), 1):
        try:
            one = PersonalText.model_validate_json(line)
            if not one.is_whole:
                raise ValueError
        except (ValidationError, ValueError):
            hint = "Restore the file from a backup, or delete the line: the record then no longer knows who that was."
            raise chains.problem(own, "this line is damaged: the text isn’t the one that was recorded", hint, number) from None
        yield one


def text(entries: Iterable[PersonalText]) -> bytes:
    """The lines of a file."""
    return b"".join(one.model_dump_json().encode() + b"\n" for one in entries)


def erase(folder: Path, hashes: Collection[str]) -> None:
    """Remove entries with their salts from all files of a store. Raises OSError."""
    for own in sorted((folder / FOLDER).glob(f"*{chains.SUFFIX}")):
        entries = list(of_file(own))
        kept = [one for one in entries if one.hash not in hashes]
        if len(kept) < len(entries):
            atomic.write(own, text(kept), sync=True)


def stand_in(hash: str) -> str:
    """The text that takes the place of an address that was erased."""
    return ERASED + hash[:12]
