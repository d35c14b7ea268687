"""What was saved at the desk, on the disk: a later run lists the same saves and can take them back.

In: a save. Out: the same save, also after the desk was closed. Each is a file of its own, outside the content, beside the drafts.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from briefs import atomic
from briefs.desk.drafts import MODE

MOST_SAVES = 100  # saves that can be undone


@dataclass(frozen=True)
class SaveDeed:
    """What a save did: `saved`, or what it did to a fact: `added`, `moved` or `deleted`. `fact`: the id of that fact; `fields`: the
    names of the fields that were saved; `address` and `title`: those of the page on which it was done."""

    name: str = "saved"
    fact: str = ""
    fields: tuple[str, ...] = ()
    address: str = ""
    title: str = ""


SAVED = SaveDeed()


@dataclass(frozen=True)
class DeskSave:
    """Files as they were, and as a visitor wrote them, and what was done by it. `before`: None for a new file. `number`: its place
    among the saves, from 1; `by`: the visitor's name; `when`: the local day and time."""

    number: int
    visitor: str
    by: str
    when: str
    deed: SaveDeed
    before: Mapping[str, bytes | None]
    after: Mapping[str, bytes]


class SavesFolder:
    """The last saves of a content folder, each in a file that is called by its number."""

    def __init__(self, folder: Path):
        self._folder = folder

    def read(self) -> list[DeskSave]:
        """The saves, the latest last. A damaged file is left out."""
        found = []
        for path in self._paths():
            with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
                found.append(_save_of(json.loads(path.read_bytes())))
        return found

    def next_number(self) -> int:
        """A number that no save has, greater than those of all others."""
        return max((int(path.stem) for path in self._paths()), default=0) + 1

    def add(self, save: DeskSave) -> None:
        """Put a save on the disk. If there are too many, the oldest ones go. Raises OSError."""
        written = {**asdict(save), "before": _texts(save.before), "after": _texts(save.after)}
        atomic.write(self._file(save.number), json.dumps(written).encode(), mode=MODE, sync=True)
        for path in self._paths()[:-MOST_SAVES]:
            path.unlink(missing_ok=True)

    def drop(self, save: DeskSave) -> None:
        """Take away a save that was undone. Raises OSError."""
        self._file(save.number).unlink(missing_ok=True)

    def _paths(self) -> Sequence[Path]:
        return sorted((path for path in self._folder.glob("*.json") if path.stem.isdecimal()), key=lambda path: int(path.stem))

    def _file(self, number: int) -> Path:
        return self._folder / f"{number}.json"


def _texts(files: Mapping[str, bytes | None]) -> dict[str, str | None]:
    return {path: None if data is None else b64encode(data).decode() for path, data in files.items()}


def _save_of(written: Mapping[str, object]) -> DeskSave:
    """The save in a file. Raises ValueError, TypeError, KeyError or AttributeError if the file is damaged."""
    deed, before, after = written["deed"], written["before"], written["after"]
    if not (isinstance(deed, dict) and isinstance(before, dict) and isinstance(after, dict)):
        raise ValueError
    return DeskSave(
        int(str(written["number"])), str(written["visitor"]), str(written["by"]), str(written["when"]),
        SaveDeed(**{**deed, "fields": tuple(deed["fields"])}),
        {path: None if data is None else b64decode(data) for path, data in before.items()},
        {path: b64decode(data) for path, data in after.items()},
    )  # fmt: skip
