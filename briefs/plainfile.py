"""Reads plain files, and nothing else.

In: a path. Out: the file's bytes. A device, a pipe or a socket is refused before it is opened, because opening one may wait for
ever or have effects. At most so many bytes are read as are allowed, whatever size stat(2) reported before.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO


class NotPlain(OSError):
    """This is a folder, a device, a pipe or a socket."""


class TooLarge(OSError):
    """The file has more bytes than may be read."""


def read(path: str | Path, most: int, *, folder: int | None = None, follow: bool = True) -> bytes:
    """The bytes of a file, at most `most`. `folder`: the descriptor of the folder that the path is relative to (openat(2)).

    Without `follow`, a link in the last place is refused (O_NOFOLLOW). Raises NotPlain, TooLarge or another OSError.
    """
    with opened(path, folder=folder, follow=follow) as file:
        expected = min(most, os.fstat(file.fileno()).st_size)  # Python takes memory for as many bytes as it is asked to read
        data = file.read(expected + 1)
        if expected < len(data) <= most:  # it has grown, or its size isn't reported, as in /proc
            data += file.read(most + 1 - len(data))
    if len(data) > most:
        raise TooLarge(f"{path}: over {most:,} bytes")
    return data


def opened(path: str | Path, *, folder: int | None = None, follow: bool = True) -> BinaryIO:
    """A file, open for reading. Raises NotPlain or another OSError."""
    _check(os.stat(path, dir_fd=folder, follow_symlinks=follow), path)
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    handle = os.open(path, flags, dir_fd=folder)
    try:
        _check(os.fstat(handle), path)  # another file may have taken the name since
    except OSError:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def _check(found: os.stat_result, path: str | Path) -> None:
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode)):
        raise NotPlain(f"{path}: not a plain file")
