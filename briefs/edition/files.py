"""The files of a content folder as bytes: which there are, and which may be read.

In: a folder. Out: relative POSIX paths and bytes. Links that lead out of the folder, special files and files that are too large are
problems, and are never read.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from briefs.problems import Place, Problem, error, nearest, warning

MAX_BYTES = 20_000_000
MAX_ALL_BYTES = 500_000_000
MAX_FILES = 5_000
MAX_DEPTH = 8
FILES = ("edition.yaml", "sources.yaml", "sources.json", "sources.bib", "glossary.yaml", "style.yaml", "errata.md")
FOLDERS = ("countries", "report", "labels", "figures", "decks")

# Invisible characters that XML and Word can't hold, or that change how a terminal shows a text: controls, line ends that only some
# programs know, overrides of the writing direction, a byte order mark inside a text. Joiners and direction marks (U+200C to
# U+200F) are part of some scripts and are allowed.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_UNPRINTABLE = re.compile(rf"[\t\n]|{CONTROL.pattern}")


class _Unreadable(Exception):
    """Why a file isn't read, and what to do."""


def read_folder(root: Path) -> tuple[Mapping[str, bytes], list[Problem]]:
    """Every file below `root` that an edition may have, by its path. Names that begin with a dot are skipped."""
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    real, size = Path(os.path.realpath(root)), 0
    for count, path in enumerate(_walk(root, MAX_DEPTH, problems), 1):
        name = path.relative_to(root).as_posix()
        if count > MAX_FILES or size > MAX_ALL_BYTES:
            much = f"over {MAX_FILES:,} files" if count > MAX_FILES else f"over {MAX_ALL_BYTES:,} bytes of files"
            problems.append(error(Place(printable(name)), f"the folder has {much}", "Is this the right folder?"))
            break
        try:
            files[name] = _read(path, name, real)
            size += len(files[name])
        except _Unreadable as fault:
            problems.append(error(Place(printable(name)), *fault.args))
        except (OSError, RuntimeError) as fault:  # RuntimeError: a loop of links, before Python 3.13
            problems.append(_cannot(name, fault))
    return files, problems


def printable(name: str) -> str:
    """A file's name for messages, with escapes for control characters and for bytes that are not UTF-8 (PEP 383)."""
    shown = os.fsencode(name).decode("utf-8", "backslashreplace")
    return _UNPRINTABLE.sub(lambda m: m[0].encode("unicode_escape").decode(), shown)


def _read(path: Path, name: str, real: Path) -> bytes:
    target = path.resolve(strict=True)
    if printable(name) != name:
        raise _Unreadable("the file’s name has characters that can’t be printed", "Rename it: letters, digits and hyphens.")
    if not target.is_relative_to(real):
        raise _Unreadable("the link leads out of the content folder", "Copy the file into it.")
    if not target.is_file():
        raise _Unreadable("this is not a plain file", "Delete it.")
    if (size := target.stat().st_size) > MAX_BYTES:
        raise _Unreadable(f"the file has {size:,} bytes", f"{MAX_BYTES:,} is the most.")
    return target.read_bytes()


def _cannot(name: str, fault: Exception) -> Problem:
    reason = fault.strerror if isinstance(fault, OSError) and fault.errno != errno.ELOOP else "it is a link to itself"
    return error(Place(printable(name)), f"can’t be read: {reason}", "Look at the file and its rights.")


def _walk(root: Path, depth: int, problems: list[Problem], inner: str = "") -> Iterator[Path]:
    """Every file below the folder, in the order of names. A folder that can't be listed is a problem."""
    try:
        entries = sorted(os.scandir(root / inner), key=lambda e: e.name)
    except OSError as fault:
        problems.append(_cannot(inner or ".", fault))
        return
    for entry in entries:
        name = f"{inner}{entry.name}"
        if entry.name.startswith("."):
            continue
        if not entry.is_dir(follow_symlinks=False):
            yield root / name
        elif depth > 1:
            yield from _walk(root, depth - 1, problems, f"{name}/")
        else:
            problems.append(error(Place(printable(name)), "there are too many folders in folders", "Is this the right folder?"))


def unknown_files(names: Mapping[str, bytes], known: set[str]) -> list[Problem]:
    """A warning for each file that no part of the program uses."""
    return [warning(Place(name), "no document uses this file", _hint(name)) for name in sorted(set(names) - known)]


def _hint(name: str) -> str:
    """The known file or folder with the most similar name, or else where the names are listed."""
    folder, slash, last = name.rpartition("/")
    near = nearest(folder if slash else name, FOLDERS if slash else FILES, cutoff=0.75)
    if near and near[0] != folder:
        return f"Did you mean “{near[0]}{slash}{last if slash else ''}”?"
    return "Move it out of the content folder, or give it a name that docs/content.md lists."
