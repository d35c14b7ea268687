"""The files of a content folder as bytes: what is there, and what may be read.

In: a folder. Out: relative POSIX paths and bytes. Links that lead out of the folder, files that are not files
and files that are too large are problems, never read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from briefs.problems import Place, Problem, error, warning

MAX_BYTES = 20_000_000
MAX_FILES = 5_000


def read_folder(root: Path) -> tuple[Mapping[str, bytes], list[Problem]]:
    """Every file below `root` that an edition may have, by its path. Names that begin with a dot are left alone."""
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    real = root.resolve()
    for path in _walk(root):
        name = path.relative_to(root).as_posix()
        place = Place(name)
        if len(files) >= MAX_FILES:
            return files, [*problems, error(place, f"there are over {MAX_FILES} files", "Is this the right folder?")]
        try:
            target = path.resolve(strict=True)
            if not target.is_relative_to(real):
                problems.append(error(place, "the link leads out of the content folder", "Copy the file into it."))
            elif not target.is_file():
                problems.append(error(place, "this is not a plain file", "Delete it."))
            elif (size := target.stat().st_size) > MAX_BYTES:
                problems.append(error(place, f"the file has {size:,} bytes", f"{MAX_BYTES:,} is the most."))
            else:
                files[name] = target.read_bytes()
        except (OSError, RuntimeError) as fault:
            reason = getattr(fault, "strerror", None) or str(fault)
            problems.append(error(place, f"can't be read: {reason}", "Look at the file and its rights."))
    return files, problems


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            found += _walk(path)
        else:
            found.append(path)
    return found


def unknown_files(names: Mapping[str, bytes], known: set[str]) -> list[Problem]:
    """A warning for each file that no part of the reader asked for."""
    return [
        warning(Place(name), "no document uses this file", "Move it out of the content folder, or give it a name that docs/content.md lists.")
        for name in sorted(set(names) - known)
    ]
