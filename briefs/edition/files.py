"""The files of a content folder as bytes: which there are, and which may be read.

In: a folder. Out: relative POSIX paths and bytes. Links that lead out of the folder, special files and files that are too large are
problems, and are never read. Everything below the folder is opened relative to a descriptor, and without following links
(openat(2), O_NOFOLLOW), so a file that somebody swaps for a link meanwhile can't lead outside.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from briefs import plainfile
from briefs.problems import Place, Problem, error, nearest, warning

MAX_BYTES = 20_000_000
MAX_ALL_BYTES = 500_000_000
MAX_FILES = 5_000
MAX_DEPTH = 8
FILES = (
    "edition.yaml", "sources.yaml", "sources.json", "sources.bib", "glossary.yaml", "style.yaml", "brand.yaml", "columns.yaml",
    "errata.md",
)  # fmt: skip
FOLDERS = ("countries", "report", "labels", "figures", "decks", "sources", "data", "journeys", "translations", "brand")
SOURCES = (".yaml", ".json", ".bib")
# Suffixes of bibliographic formats that aren't read, and what to do with such a file besides exporting CSL JSON from Zotero.
_FOREIGN = {
    ".ris": "run `pandoc -f ris -t csljson {name} -o {stem}.json`",
    ".xml": "run `pandoc -f endnotexml -t csljson {name} -o {stem}.json`",
    ".enw": "export BibTeX from EndNote",
    ".enl": "export BibTeX from EndNote",
    ".nbib": "",
    ".ciw": "",
    ".rdf": "",
    ".ctv6": "export BibTeX from Citavi",
}

# Invisible characters that XML and Word can't hold, or that change how a terminal shows a text: controls, line ends that only some
# programs know, overrides of the writing direction, a byte order mark inside a text. Joiners, direction marks (U+200C to
# U+200F) and isolates (U+2066 to U+2069) are part of some scripts and are allowed.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\ufeff\ufffe\uffff\ud800-\udfff]")
# Characters that a message doesn’t show as they are: also isolates, because one that isn’t closed turns the rest of a line.
UNSHOWN = re.compile(rf"[\u2066-\u2069]|{CONTROL.pattern}")
_UNPRINTABLE = re.compile(rf"[\t\n]|{UNSHOWN.pattern}")


_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class _Unreadable(Exception):
    """A file isn't read. The arguments say why, and what to do."""


def read_folder(root: Path) -> tuple[Mapping[str, bytes], list[Problem]]:
    """Every file below `root` that an edition may have, by its path. Names that begin with a dot are skipped."""
    try:
        folder = os.open(root, _FOLDER & ~os.O_NOFOLLOW)  # the folder itself may be a link
    except OSError as fault:
        return {}, [_cannot(".", fault)]
    try:
        return _FolderReader(root, folder).read()
    finally:
        os.close(folder)


def printable(name: str) -> str:
    """A file's name for messages, with escapes for control characters and for bytes that are not UTF-8 (PEP 383)."""
    shown = os.fsencode(name).decode("utf-8", "backslashreplace")
    return _UNPRINTABLE.sub(lambda m: m[0].encode("unicode_escape").decode(), shown)


class _FolderReader:
    """Reads one folder through its open descriptor."""

    def __init__(self, root: Path, folder: int):
        self._root, self._real, self._folder = root, Path(os.path.realpath(root)), folder
        self._problems: list[Problem] = []

    def read(self) -> tuple[Mapping[str, bytes], list[Problem]]:
        files: dict[str, bytes] = {}
        size = 0
        with closing(self._walk(self._folder, MAX_DEPTH)) as found:
            for count, (folder, name) in enumerate(found, 1):
                if count > MAX_FILES or size > MAX_ALL_BYTES:
                    much = f"over {MAX_FILES:,} files" if count > MAX_FILES else f"over {MAX_ALL_BYTES:,} bytes of files"
                    self._report(name, f"the folder has {much}", "Is this the right folder?")
                    break
                data = self._file(folder, name)
                if data is not None:
                    files[name] = data
                    size += len(data)
        return files, self._problems

    def _walk(self, folder: int, depth: int, inner: str = "") -> Generator[tuple[int, str], None, None]:
        """Every file below a folder, in the order of names, with the descriptor of the folder that it is in."""
        try:
            with os.scandir(folder) as found:
                entries = sorted((e.name, e.is_dir(follow_symlinks=False)) for e in found)
        except OSError as fault:
            self._problems.append(_cannot(inner or ".", fault))
            return
        for last, is_folder in entries:
            name = f"{inner}{last}"
            if last.startswith("."):
                continue
            if not is_folder:
                yield folder, name
            elif depth > 1:
                yield from self._walk_into(folder, name, depth - 1)
            else:
                self._report(name, "there are too many folders in folders", "Is this the right folder?")

    def _walk_into(self, folder: int, name: str, depth: int) -> Generator[tuple[int, str], None, None]:
        try:
            inner = os.open(name.rpartition("/")[2], _FOLDER, dir_fd=folder)
        except OSError as fault:
            self._problems.append(_cannot(name, fault))
            return
        try:
            yield from self._walk(inner, depth, f"{name}/")
        finally:
            os.close(inner)

    def _file(self, folder: int, name: str) -> bytes | None:
        """The bytes of a file. None if the file may not or can't be read; the problem is then noted."""
        try:
            return self._read(folder, name)
        except _Unreadable as fault:
            self._report(name, *fault.args)
        except plainfile.NotPlain:
            self._report(name, "this is not a plain file", "Delete it.")
        except plainfile.TooLarge:
            hint = "Make it smaller, or move it out of the content folder."
            self._report(name, f"the file has over {MAX_BYTES:,} bytes", hint)
        except (OSError, RuntimeError) as fault:  # RuntimeError: a loop of links, before Python 3.13
            self._problems.append(_cannot(name, fault))
        return None

    def _read(self, folder: int, name: str) -> bytes:
        if printable(name) != name:
            raise _Unreadable("the file’s name has characters that can’t be printed", "Rename it: letters, digits and hyphens.")
        try:
            return plainfile.read(name.rpartition("/")[2], MAX_BYTES, folder=folder, follow=False)
        except OSError as fault:
            if fault.errno != errno.ELOOP:
                raise
        target = (self._root / name).resolve(strict=True)
        if not target.is_relative_to(self._real):
            raise _Unreadable("the link leads out of the content folder", "Copy the file into it.")
        return self._read_below(self._folder, target.relative_to(self._real).parts)

    def _read_below(self, folder: int, parts: tuple[str, ...]) -> bytes:
        """The file at a path in a folder. No part of it may be a link."""
        if len(parts) < 2:
            return plainfile.read(parts[0] if parts else ".", MAX_BYTES, folder=folder, follow=False)
        inner = os.open(parts[0], _FOLDER, dir_fd=folder)
        try:
            return self._read_below(inner, parts[1:])
        finally:
            os.close(inner)

    def _report(self, name: str, what: str, hint: str) -> None:
        """Note a problem of a file or folder."""
        self._problems.append(error(Place(printable(name)), what, hint))


def _cannot(name: str, fault: Exception) -> Problem:
    reason = fault.strerror if isinstance(fault, OSError) and fault.errno != errno.ELOOP else "it is a link to itself"
    return error(Place(printable(name)), f"can’t be read: {reason}", "Look at the file and its rights.")


def unknown_files(names: Mapping[str, bytes], known: set[str]) -> list[Problem]:
    """A warning for each file that no part of the program uses."""
    return [warning(Place(name), "no document uses this file", _hint(name)) for name in sorted(set(names) - known)]


def is_country(name: str) -> bool:
    """Whether a path is that of a country's file."""
    folder, _, file = name.rpartition("/")
    return folder == "countries" and Path(file).suffix.lower() in {".yaml", ".yml"}


def is_sources(name: str) -> bool:
    """Whether a path is that of a file of sources: `sources.yaml`, or a file in the folder `sources`."""
    stem, dot, suffix = name.rpartition(".")
    return f"{dot}{suffix.lower()}" in SOURCES and (stem == "sources" or re.fullmatch(r"sources/[^/]+", stem) is not None)


def foreign_sources(names: Iterable[str]) -> Iterator[Problem]:
    """An error for each file of sources in a format that isn't read."""
    for name in names:
        stem, dot, suffix = name.rpartition(".")
        way = _FOREIGN.get(f"{dot}{suffix.lower()}")
        if way is None or "/" in stem.removeprefix("sources/"):
            continue
        hint = "Import it into Zotero and export “CSL JSON”" + (f", or {way.format(name=name, stem=stem)}." if way else ".")
        yield error(Place(name), "sources in this format can’t be read", hint)


def _hint(name: str) -> str:
    """The known file or folder with the most similar name, or else where the names are listed."""
    folder, slash, last = name.rpartition("/")
    near = nearest(folder if slash else name, FOLDERS if slash else FILES, cutoff=0.75)
    if near and near[0] != folder:
        return f"Did you mean “{near[0]}{slash}{last if slash else ''}”?"
    return "Move it out of the content folder, or give it a name that docs/content.md lists."
