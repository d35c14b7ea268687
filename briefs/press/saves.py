"""Notices what is saved in some folders, whatever happens to the folders themselves.

In: folders. Out: a signal for each change. The system reports changes at once (inotify(7)), but only of the folder that was there
when watching began. So every second the folders are also looked at: one that was swapped, removed and made anew, or that the
system can't watch, is followed as well.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Any

SETTLE = 10  # milliseconds: files count as saved when they haven't changed for this long
TIMEOUT = 60  # milliseconds after which waiting for changes is interrupted
LOOK = 1.0  # seconds between two snapshots of the folders
MOST = 20_000  # the most files that a snapshot reads

Snapshot = Sequence[tuple[str, int, int]]  # path, inode and time of the last change of each file and folder (stat(2), st_ctime)


def notice(folders: Sequence[Path], out: Path, ended: Event) -> Iterator[None]:
    """Yield when watching begins, then after each change of a file, until `ended` is set.

    Changes in `out` don't count, unless one of the folders is in it, or is it.
    """
    while not ended.is_set():
        is_output = _output_below(folders, out)
        before = _look(folders, is_output)
        yield
        for changed in _reports(folders, ended):
            if any(not is_output(Path(name)) for name in changed):
                before = _look(folders, is_output)
                yield
            elif not changed and _look(folders, is_output) != before:
                break  # the system didn't report it: watch anew


def _reports(folders: Sequence[Path], ended: Event) -> Iterator[Sequence[str]]:
    """The paths that the system reports as changed; an empty list each time the folders should be looked at."""
    import watchfiles

    times: dict[str, Any] = {"step": SETTLE, "debounce": 10 * SETTLE, "rust_timeout": TIMEOUT}
    due = time.monotonic() + LOOK
    try:
        for found in watchfiles.watch(*folders, stop_event=ended, yield_on_timeout=True, **times):
            if found:
                yield [name for _, name in found]
            elif time.monotonic() >= due:
                yield []
                due = time.monotonic() + LOOK
    except (OSError, RuntimeError):  # a folder is gone, or the system watches no more of them
        while not ended.wait(LOOK):
            yield []


def _output_below(folders: Iterable[Path], out: Path) -> Callable[[Path], bool]:
    """A function that says whether a path is in the output folder, if the output folder is in one of the folders."""
    real = Path(os.path.realpath(out))
    is_below = any(real != Path(os.path.realpath(folder)) and real.is_relative_to(os.path.realpath(folder)) for folder in folders)

    def is_output(path: Path) -> bool:
        return is_below and Path(os.path.realpath(path.parent), path.name).is_relative_to(real)

    return is_output


def _look(folders: Sequence[Path], is_output: Callable[[Path], bool]) -> Snapshot:
    """A snapshot of everything in the folders."""
    return [entry for folder in folders for entry in islice(_entries(folder, is_output), MOST)]


def _entries(folder: Path, is_output: Callable[[Path], bool]) -> Iterator[tuple[str, int, int]]:
    if is_output(folder):
        return
    try:
        found = os.stat(folder)
        yield str(folder), found.st_ino, 0  # a folder's time is left out: it also changes with hidden files in it
        with os.scandir(folder) as entries:
            visible = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError:
        return
    for entry in visible:
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path), is_output)
        else:
            yield from _file(entry)


def _file(entry: os.DirEntry[str]) -> Iterator[tuple[str, int, int]]:
    try:
        found = entry.stat()
    except OSError:  # it is gone, or a link to nowhere
        return
    yield entry.path, found.st_ino, found.st_ctime_ns
