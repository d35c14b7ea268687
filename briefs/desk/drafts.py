"""Texts that somebody is writing and hasn't saved yet, on the disk.

In: the text of a field, and the text that the writer started from. Out: the same texts, also after the server was killed: a draft
is on the disk before it is acknowledged (fsync(2)). Drafts are outside the content folder, in a folder of the user, one file for
each file of the content.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock

from briefs import atomic

MODE = 0o600  # permissions of a file of drafts
MOST_WINDOWS = 1_000  # windows whose last number is known
_last: OrderedDict[str, int] = OrderedDict()  # by window, the number of the last request whose drafts were kept
_writing = Lock()  # each request has its own `Drafts`, and two of one writer may come at the same moment


@dataclass(frozen=True)
class Draft:
    """A text that isn't saved yet. `base`: the text in the file from which the writer started; `window`: the id of the browser's
    window in which it was written."""

    base: str
    text: str
    window: str = ""


def folder(content: Path, environment: Mapping[str, str], home: Path) -> Path:
    """Where the drafts of a content folder are (XDG Base Directory Specification, XDG_STATE_HOME)."""
    state = Path(environment.get("XDG_STATE_HOME") or home / ".local" / "state")
    own = hashlib.sha256(os.fsencode(os.path.realpath(content))).hexdigest()[:16]
    return state / "briefs" / "desk" / own


class Drafts:
    """The drafts of a writer in a folder, by the path of their file in the content and the name of their field.

    `writer`: whose drafts they are; empty on one person's desk."""

    def __init__(self, folder: Path, writer: str = ""):
        self._folder = folder / hashlib.sha256(writer.encode()).hexdigest()[:32] if writer else folder

    def of(self, path: str) -> dict[str, Draft]:
        """The drafts of a file of the content. A damaged file of drafts counts as empty."""
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            found = json.loads(self._file(path).read_bytes())["texts"]
            return {str(name): Draft(**draft) for name, draft in found.items()}
        return {}

    def keep(
        self, path: str, drafts: Mapping[str, Draft], without: Collection[str] = (), window: str = "", number: int = 0
    ) -> None:  # fmt: skip
        """Put these drafts of a file on the disk, and take away those of the fields `without`. Raises OSError.

        `number`: what `window` has counted up to. Nothing is done if the window has sent something later that was kept already: a
        busy machine may come to requests in another order."""
        with _writing:
            if _is_late(window, number):
                return
            before = self.of(path)
            self._write(path, before, {name: draft for name, draft in {**before, **drafts}.items() if name not in without})

    def drop_saved(self, path: str, saved: Mapping[str, Draft]) -> None:
        """Take away the drafts of a file that are in it now. A field in which somebody went on typing meanwhile keeps its draft.
        That draft then starts from the saved text. Raises OSError."""
        with _writing:
            before = self.of(path)
            newer = {name: draft for name, draft in before.items() if saved.get(name) != draft}
            self._write(path, before, {name: _begun_from(draft, saved.get(name)) for name, draft in newer.items()})

    def _write(self, path: str, before: Mapping[str, Draft], kept: Mapping[str, Draft]) -> None:
        if kept == before:
            return
        file = self._file(path)
        if kept:
            written = {"path": path, "texts": {name: asdict(draft) for name, draft in kept.items()}}
            atomic.write(file, json.dumps(written, ensure_ascii=False).encode(), mode=MODE, sync=True)
        else:
            file.unlink(missing_ok=True)

    def paths(self) -> list[str]:
        """The files of the content that have drafts."""
        found = []
        for file in sorted(self._folder.glob("*.json")):
            with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
                found.append(str(json.loads(file.read_bytes())["path"]))
        return found

    def _file(self, path: str) -> Path:
        """The file that holds the drafts of a content file. Its name is a hash, so nothing of the path gets into it."""
        return self._folder / f"{hashlib.sha256(path.encode()).hexdigest()[:32]}.json"


def _is_late(window: str, number: int) -> bool:
    """Whether a later request of a window was kept already. The caller has the lock."""
    if not window:
        return False
    is_late = number < _last.get(window, 0)
    _last[window] = max(number, _last.get(window, 0))
    _last.move_to_end(window)
    while len(_last) > MOST_WINDOWS:
        _last.popitem(last=False)
    return is_late


def _begun_from(draft: Draft, saved: Draft | None) -> Draft:
    """A draft that goes on from a saved one, if it was typed in the same window and from the same text."""
    if saved and (draft.window, draft.base) == (saved.window, saved.base):
        return replace(draft, base=saved.text)
    return draft
