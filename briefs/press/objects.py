"""A store of bytes that several machines reach: each object under the hash of its bytes, in a folder or in S3.

In: a URL as fsspec takes it (a path, file://…, s3://…). Out: the hash of what is put; the bytes of a hash, or `StoreFailed`. The
store isn't trusted: bytes that don't have their hash are refused. https://filesystem-spec.readthedocs.io/
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from briefs import atomic
from briefs.press.cache import digest

Answer = TypeVar("Answer")
PAUSES = (0.2, 1.0)  # seconds before a failed call is tried again


class StoreFailed(Exception):
    """The store can't be used. The message says why."""


@cache
def _opened(url: str) -> tuple[Any, str]:
    """A file system of fsspec and the path in it."""
    import fsspec

    found: tuple[Any, str] = fsspec.url_to_fs(url)
    return found


class Objects:
    """The objects of one build. `url`: where stores lie; `build`: the name of this one, a new name if none is given."""

    def __init__(self, url: str, build: str = ""):
        self.url, self.build = url, build or secrets.token_hex(16)

    def put(self, data: bytes) -> str:
        """Keep bytes, and return their SHA-256 in hexadecimal. Raises StoreFailed."""
        name = digest(data)
        self._tried(lambda: self._write(name, data))
        return name

    def get(self, name: str) -> bytes:
        """The bytes of this hash. Raises StoreFailed if they aren't there, or are others."""
        data = self._tried(lambda: self._read(name))
        if digest(data) != name:
            raise StoreFailed(f"{self.url} has other bytes than were put there")
        return data

    def remove(self) -> None:
        """Remove all objects of this build, if that is possible."""
        with suppress(Exception):
            files, _ = _opened(self.url)
            files.rm(self._path(), recursive=True)

    def _path(self, name: str = "") -> str:
        return "/".join(filter(None, [_opened(self.url)[1].rstrip("/"), "builds", self.build, name]))

    def _write(self, name: str, data: bytes) -> None:
        files, _ = _opened(self.url)
        path = self._path(name)
        if "file" in files.protocol:
            Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            atomic.write(Path(path), data, mode=0o600)
        else:
            files.pipe_file(path, data)

    def _read(self, name: str) -> bytes:
        files, _ = _opened(self.url)
        data: bytes = files.cat_file(self._path(name))
        return data

    def _tried(self, call: Callable[[], Answer]) -> Answer:
        """What a call returns, which is tried again when it fails. Raises StoreFailed."""
        for pause in (*PAUSES, None):
            try:
                return call()
            except Exception as failure:  # each file system has errors of its own
                if pause is None:
                    why = getattr(failure, "strerror", None) or " ".join(str(failure).split())[:200] or type(failure).__name__
                    raise StoreFailed(f"{self.url} can’t be used: {why}") from failure
                time.sleep(pause)
        raise AssertionError
