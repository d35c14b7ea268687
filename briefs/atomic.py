"""Files and folders that are written whole or not at all.

In: paths and bytes. Out: the files. Each is written beside its place, under a hidden name, and renamed when it is complete: a
reader sees the old file or the new one, never a part of either (rename(2)). Whatever goes wrong before that, Ctrl-C included, the
old file stays and the hidden one is removed. A symbolic link at the place is replaced, not followed.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

MODE = 0o644
ABANDONED = 3600.0  # seconds after which a hidden file belongs to nobody


def write(path: Path, data: bytes, *, mode: int | None = MODE, sync: bool = False) -> None:
    """Write one file. See `write_all`."""
    write_all({path: data}, mode=mode, sync=sync)


def write_all(
    files: Mapping[Path, bytes],
    *,
    mode: int | None = MODE,
    sync: bool = False,
    before: Mapping[Path, bytes] = MappingProxyType({}),
) -> None:
    """Write several files; the first takes its place only when all of them are complete. Folders that are missing are made.

    `mode` is the files' permissions; None keeps those of the file that stands there. With `sync` the data is on the disk before it
    takes its place (fsync(2)). `before` holds what stands there now: if one file can't take its place, those that already did
    are put back. Raises OSError.
    """
    complete: dict[str, Path] = {}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            _remove_abandoned(path)
            name = _hidden(path)
            complete[name] = path  # noted before it exists, because Ctrl-C may come at any moment
            _create(name, data, _mode_of(path) if mode is None else mode, sync)
        _replace(complete, before)
    finally:
        for name in complete:
            with contextlib.suppress(OSError):  # most often because it has taken its place
                os.unlink(name)


@contextlib.contextmanager
def new_folder(path: Path, *, mode: int = 0o777) -> Iterator[Path]:
    """Make a folder whole or not at all: yields a hidden folder beside it, which takes its place if the block ends well.

    An empty folder is replaced. Raises OSError if another one stands there by then. `mode` is subject to the umask.
    """
    name = _hidden(path)
    try:
        os.mkdir(name, mode)
        yield Path(name)
        os.rename(name, path)
    finally:
        shutil.rmtree(name, ignore_errors=True)


def _hidden(path: Path) -> str:
    return str(path.parent / f".{path.name}.{secrets.token_hex(4)}")


def _remove_abandoned(path: Path) -> None:
    """Remove what a process that was killed has left beside a file. A living one needs its hidden file for seconds only."""
    for name in path.parent.glob(f".{glob.escape(path.name)}.????????"):
        with contextlib.suppress(OSError):
            if re.fullmatch(r"[0-9a-f]{8}", name.name[-8:]) and time.time() - name.lstat().st_mtime > ABANDONED:
                name.unlink()


def _create(name: str, data: bytes, mode: int, sync: bool) -> None:
    """Create a file that nobody else can read until it is complete. It must not exist yet (O_EXCL)."""
    with open(name, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(data)
        file.flush()
        if sync:
            os.fsync(file.fileno())
        os.fchmod(file.fileno(), mode)


def _mode_of(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        return MODE


def _replace(complete: Mapping[str, Path], before: Mapping[Path, bytes]) -> None:
    for path in complete.values():
        if path.is_dir() and not path.is_symlink():  # rename(2) would refuse it, perhaps after other files took their places
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    try:
        for name, path in complete.items():
            os.replace(name, path)
    except BaseException:
        for name, path in complete.items():
            if path in before and not os.path.lexists(name):  # it has taken its place
                write(path, before[path], mode=None)
        raise
