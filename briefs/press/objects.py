"""A store that several machines reach, in a folder or in S3: the objects of a build, each under the hash of its bytes, and a cache.

In: a URL as fsspec takes it (a path, file://…, s3://…). Out: the hash of what is put; the bytes of a hash, or `StoreFailed`. The
store isn't trusted: bytes that don't have their hash are refused. https://filesystem-spec.readthedocs.io/
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, TypeVar

from briefs import atomic
from briefs.press.cache import Cache, digest

Answer = TypeVar("Answer")
_HASH = re.compile(r"[0-9a-f]{64}")
PAUSES = (0.2, 1.0)  # seconds before a failed call is tried again


class StoreFailed(Exception):
    """The store can't be used. The message says why."""


@cache
def _opened(url: str) -> tuple[Any, str]:
    """A file system of fsspec and the path in it."""
    import fsspec

    found: tuple[Any, str] = fsspec.url_to_fs(url)
    return found


def _path(url: str, *names: str) -> str:
    return "/".join([_opened(url)[1].rstrip("/"), *names])


def _write(url: str, path: str, data: bytes) -> None:
    """Write an object whole or not at all. A server of objects does so by itself, a file system doesn't."""
    files, _ = _opened(url)
    if "file" in files.protocol:
        atomic.write(Path(path), data, mode=0o600)
    else:
        files.pipe_file(path, data)


class Objects:
    """The objects of one build. `url`: the folder or bucket; `build`: the name of the build, a new name if none is given."""

    def __init__(self, url: str, build: str = ""):
        self.url, self.build = url, build or secrets.token_hex(16)

    def put(self, data: bytes) -> str:
        """Keep bytes, and return their SHA-256 in hexadecimal. Raises StoreFailed."""
        name = digest(data)
        self._tried(lambda: self._write(name, data))
        return name

    def get(self, name: str) -> bytes:
        """The bytes with this hash. Raises StoreFailed if `name` is no hash, or the bytes are missing or don't have it."""
        if not _HASH.fullmatch(name):
            raise StoreFailed(f"“{name[:64]}” is no name of an object")
        data = self._tried(lambda: self._read(name))
        if digest(data) != name:
            raise StoreFailed(f"{self.url} has other bytes than were put there")
        return data

    def remove(self) -> None:
        """Remove all objects of this build, if that is possible."""
        with suppress(Exception):
            files, _ = _opened(self.url)
            files.rm(_path(self.url, "builds", self.build), recursive=True)

    def _write(self, name: str, data: bytes) -> None:
        _write(self.url, _path(self.url, "builds", self.build, name), data)

    def _read(self, name: str) -> bytes:
        files, _ = _opened(self.url)
        data: bytes = files.cat_file(_path(self.url, "builds", self.build, name))
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


class SharedCache(Cache):
    """A cache of this machine over one in a store, which other machines fill and read too. A store that fails counts as empty.

    Whoever may write to the store may change documents, just like one who may write to the folder of a cache.
    """

    def __init__(self, folder: Path, url: str):
        super().__init__(folder)
        self._url = url

    def put(self, key: str, files: Mapping[str, bytes], about: Mapping[str, Any] = MappingProxyType({})) -> None:
        super().put(key, files, about)
        with suppress(Exception):
            _write(self._url, self._shared(key), self._path(key).read_bytes())

    @contextmanager
    def _opened(self, key: str) -> Iterator[BinaryIO]:
        if not self._path(key).exists():
            with suppress(Exception):
                atomic.write(self._path(key), _opened(self._url)[0].cat_file(self._shared(key)), mode=0o600)
        with super()._opened(key) as file:
            yield file

    def _shared(self, key: str) -> str:
        return _path(self._url, "cache", self._path(key).name)
