"""Writes what a merge leaves to a person into a file beside each Word file: `merge-report.md`, `merge-report-2.md` …

In: the outcome of a merge, the paths of the Word files. Out: the paths of the reports. A report gets a name that isn't there yet,
and follows no link. It ends with a hash of its text and of the Word file's name: an older one about the same file is deleted only
if nobody has changed it since.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from briefs import atomic, plainfile
from briefs.press.cache import digest
from briefs.problems import Problem, Problems
from briefs.roundtrip import summary
from briefs.roundtrip.merge import MergeOutcome

NAME = "merge-report"
MAX_REPORTS = 100  # reports that may be in a folder
MAX_BYTES = 50_000_000


def write(outcome: MergeOutcome, paths: Sequence[Path]) -> list[Path]:
    """Write a report about each file with something left to do, and delete older ones about these files. Returns the paths.

    Call it before anything else is written. Raises Problems if a report can't be written; new reports are then deleted.
    """
    written: list[Path] = []
    kept: list[Path] = []
    older = [own for path in dict.fromkeys(paths) for own in _own(path)]
    try:
        for merge, path in zip(outcome.merges, paths, strict=True):
            if text := summary.report([merge]):
                data = _signed(text, path)
                same = next((own for own in older if own.parent == path.parent and _read(own) == data and own not in kept), None)
                kept.append(same or _create(path.parent, data))
                written += [] if same else kept[-1:]
    except OSError as fault:
        _delete(written)
        hint = "Nothing was written into the content. Copy the Word file into a folder that you can write to."
        name = str(fault.filename or paths[0].parent)
        raise Problems([Problem("error", name, 0, 0, f"the report can’t be written: {fault.strerror}", hint)]) from None
    _delete(set(older) - set(kept))
    return kept


def _create(folder: Path, data: bytes) -> Path:
    """Write a file under the first name that isn't there. Raises OSError."""
    for path in _names(folder):
        with contextlib.suppress(FileExistsError):
            atomic.write_new(path, data)
            return path
    raise OSError(0, f"there are {MAX_REPORTS} reports already", str(folder))


def _names(folder: Path) -> Iterable[Path]:
    return (folder / f"{NAME}{f'-{number}' if number > 1 else ''}.md" for number in range(1, MAX_REPORTS + 1))


def _own(word_file: Path) -> list[Path]:
    """The reports about a Word file that nobody has changed."""
    found = []
    for path in _names(word_file.parent):
        data = _read(path)
        text, _, _ = data.rpartition(b"\n<!-- ")
        if data and data == _signed(text.decode("utf-8", "replace"), word_file):
            found.append(path)
    return found


def _signed(text: str, word_file: Path) -> bytes:
    """The text of a report with its hash."""
    return f"{text}\n<!-- {digest(f'{word_file.name}/{text}'.encode('utf-8', 'surrogateescape'))} -->\n".encode()


def _read(path: Path) -> bytes:
    """The bytes of a plain file; empty for anything else, such as a link or a pipe."""
    try:
        return plainfile.read(path, MAX_BYTES, follow=False)
    except OSError:
        return b""


def _delete(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()
