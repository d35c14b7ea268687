"""A temporary folder for the files of a process.

In: nothing. Out: the folder. It is removed at exit. If a process is killed, its folder stays. The next process finds that the
folder's lock is free (flock(2)), and removes the folder.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from functools import cache
from multiprocessing import util
from pathlib import Path

PREFIX = "briefs-"
YOUNG = 60.0  # seconds in which a folder may still have no lock, because it is just being made


def folder() -> Path:
    """The folder of this process. Raises OSError if none can be made."""
    return _folder_of(os.getpid())  # a forked child needs a folder of its own


@cache
def _folder_of(process: int) -> Path:
    _remove_abandoned(Path(tempfile.gettempdir()))
    path = Path(tempfile.mkdtemp(prefix=PREFIX))
    handle = _open(path)
    fcntl.flock(handle, fcntl.LOCK_EX)  # held until this process and its children are gone
    util.Finalize(None, shutil.rmtree, (path, True), exitpriority=-200)  # multiprocessing's own folder in it goes first, at -100
    return path


def _remove_abandoned(place: Path) -> None:
    """Remove this user's folders whose processes are gone."""
    for path in place.glob(f"{PREFIX}????????"):
        with suppress(OSError):
            handle = _open(path)
            try:
                found = os.fstat(handle)
                is_ours = found.st_uid == os.getuid() and stat.S_IMODE(found.st_mode) == 0o700
                if is_ours and time.time() - found.st_mtime > YOUNG:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises if the folder's process is alive
                    shutil.rmtree(path)
            finally:
                os.close(handle)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
