"""Files and folders that are written whole or not at all.

In: paths and bytes. Out: the files. Each is written beside its place, under a hidden name, and renamed when it is complete: a
reader sees the old file or the new one, never a part of either (rename(2)). Whatever goes wrong before that, Ctrl-C included, the
old file stays and the hidden one is removed. A symbolic link at the place is replaced, not followed. Everything is done by the
descriptor of the file's folder, so a folder that is swapped meanwhile can't lead the file elsewhere.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

MODE = 0o644
ABANDONED = 3600.0  # seconds: an older hidden file was left behind by a process that was killed
_RANDOM = re.compile(r"[0-9a-f]{8}")  # the end of a hidden name
_NO_LINKS = {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK}
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True)
class _Slot:
    """A file that is being written: its path, the descriptor of its folder, and its hidden name there."""

    path: Path
    folder: int
    hidden: str


def write(path: Path, data: bytes, *, mode: int | None = MODE, sync: bool = False, tidy: bool = True) -> None:
    """Write one file. See `write_all`."""
    write_all({path: data}, mode=mode, sync=sync, tidy=tidy)


def write_all(
    files: Mapping[Path, bytes],
    *,
    mode: int | None = MODE,
    sync: bool = False,
    before: Mapping[Path, bytes] = MappingProxyType({}),
    below: Path | None = None,
    tidy: bool = True,
) -> None:
    """Write several files; the first takes its place only when all of them are complete. Folders that are missing are made.

    `mode`: the files' permissions; None keeps those of the file that stands there. `sync`: whether the data is on the disk before a
    file takes its place (fsync(2)). `before`: by path, what stands there now; if one file can't take its place, those that already
    did are put back. `below`: a folder to which the paths are relative, and below which no link is followed. `tidy`: whether hidden
    files are removed that killed processes have left beside a file; it takes milliseconds in a folder of thousands of files. Raises
    OSError.
    """
    complete: list[_Slot] = []
    with contextlib.ExitStack() as opened:
        folders = _Folders(below, opened)
        try:
            for path, data in files.items():
                slot = _Slot(path, folders.at(path.parent), _hidden(path.name))
                complete.append(slot)  # noted before it exists, because Ctrl-C may come at any moment
                with _with_path(path):
                    if tidy:
                        _remove_abandoned(slot)
                    _create(slot, data, _mode_of(slot) if mode is None else mode, sync)
            _replace(complete, before, below)
        finally:
            for slot in complete:
                with contextlib.suppress(OSError):  # usually there is no hidden file any more: `_replace` has renamed it
                    os.unlink(slot.hidden, dir_fd=slot.folder)


def write_new(path: Path, data: bytes) -> None:
    """Write a file where nothing stands yet; when this returns, it is on the disk. Raises FileExistsError, or another OSError.

    A hard link never takes the place of a file (link(2)); rename(2) would. On file systems without hard links, a file that somebody
    puts there between the look and the rename is lost.
    """
    with contextlib.ExitStack() as opened:
        slot = _Slot(path, _Folders(None, opened).at(path.parent), _hidden(path.name))
        try:
            with _with_path(path):
                _create(slot, data, MODE, sync=True)
                _link(slot)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(slot.hidden, dir_fd=slot.folder)


def remove(path: Path, *, below: Path) -> None:
    """Remove a file whose path is relative to the folder `below`, under which no link is followed. Raises OSError."""
    with contextlib.ExitStack() as opened:
        folder = _Folders(below, opened).at(path.parent)
        with _with_path(path):
            os.unlink(path.name, dir_fd=folder)


def _link(slot: _Slot) -> None:
    try:
        os.link(slot.hidden, slot.path.name, src_dir_fd=slot.folder, dst_dir_fd=slot.folder)
    except FileExistsError:
        raise
    except OSError as fault:
        if fault.errno not in _NO_LINKS:
            raise
        if _found(slot, slot.path.name):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(slot.path)) from None
        os.replace(slot.hidden, slot.path.name, src_dir_fd=slot.folder, dst_dir_fd=slot.folder)


class _Folders:
    """The descriptors of folders, each opened once. A folder that is missing is made."""

    def __init__(self, below: Path | None, opened: contextlib.ExitStack):
        self._below = below
        self._opened = opened
        self._found: dict[Path, int] = {}

    def at(self, path: Path) -> int:
        """The descriptor of a folder. Below `below` no link is followed (openat(2), O_NOFOLLOW)."""
        if path not in self._found:
            self._found[path] = self._open(path)
            self._opened.callback(os.close, self._found[path])
        return self._found[path]

    def _open(self, path: Path) -> int:
        if self._below is None:
            path.mkdir(parents=True, exist_ok=True)
            return os.open(path, _FOLDER)
        if path == path.parent:
            return os.open(self._below, _FOLDER)
        outer = self.at(path.parent)
        with _with_path(path):
            with contextlib.suppress(FileExistsError):
                os.mkdir(path.name, dir_fd=outer)
            return os.open(path.name, _FOLDER | os.O_NOFOLLOW, dir_fd=outer)


@contextlib.contextmanager
def _with_path(path: Path) -> Iterator[None]:
    """Give an OSError the path of the file or folder instead of the name that was opened below a descriptor."""
    try:
        yield
    except OSError as fault:
        fault.filename = str(path)
        raise


@contextlib.contextmanager
def new_folder(path: Path, *, mode: int = 0o777) -> Iterator[Path]:
    """Make a folder whole or not at all. Yields a hidden folder beside it, which takes its place if the block ends without an
    error.

    An empty folder is replaced. Raises OSError if a folder with files stands there by then. `mode` is subject to the umask.
    """
    name = str(path.parent / _hidden(path.name))
    try:
        os.mkdir(name, mode)
        yield Path(name)
        os.rename(name, path)
    finally:
        shutil.rmtree(name, ignore_errors=True)


def _hidden(name: str) -> str:
    return f".{name}.{os.urandom(4).hex()}"


def _remove_abandoned(slot: _Slot) -> None:
    """Remove the hidden files that killed processes have left beside a file. A process that runs needs its hidden file for seconds
    only."""
    prefix = f".{slot.path.name}."
    with os.scandir(slot.folder) as entries:
        own = [entry.name for entry in entries if entry.name.startswith(prefix)]
    found = [name for name in own if _RANDOM.fullmatch(name.removeprefix(prefix))]
    for name in found:
        with contextlib.suppress(OSError):
            if time.time() - os.lstat(name, dir_fd=slot.folder).st_mtime > ABANDONED:
                os.unlink(name, dir_fd=slot.folder)


def _create(slot: _Slot, data: bytes, mode: int, sync: bool) -> None:
    """Create a file that nobody else can read until it is complete. It must not exist yet (O_EXCL)."""
    with open(slot.hidden, "xb", opener=lambda name, flags: os.open(name, flags, 0o600, dir_fd=slot.folder)) as file:
        file.write(data)
        file.flush()
        if sync:
            os.fsync(file.fileno())
        os.fchmod(file.fileno(), mode)


def _mode_of(slot: _Slot) -> int:
    found = _found(slot, slot.path.name)
    return stat.S_IMODE(found.st_mode) & 0o777 if found and stat.S_ISREG(found.st_mode) else MODE


def _found(slot: _Slot, name: str) -> os.stat_result | None:
    """What stands under a name in the folder of a file, if anything; a link is not followed."""
    try:
        return os.lstat(name, dir_fd=slot.folder)
    except FileNotFoundError:
        return None


def _replace(complete: list[_Slot], before: Mapping[Path, bytes], below: Path | None) -> None:
    for slot in complete:
        found = _found(slot, slot.path.name)
        if found and stat.S_ISDIR(found.st_mode):  # rename(2) would refuse it, perhaps after other files took their places
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(slot.path))
    try:
        for slot in complete:
            with _with_path(slot.path):
                os.replace(slot.hidden, slot.path.name, src_dir_fd=slot.folder, dst_dir_fd=slot.folder)
    except BaseException:
        for slot in complete:
            if slot.path in before and not _found(slot, slot.hidden):  # the hidden file has been renamed
                write_all({slot.path: before[slot.path]}, mode=None, below=below)
        raise
