"""A new edition to start from.

In: a folder that doesn't exist yet or is empty, and the starter edition of the templates. Out: the folder, and the names of its
files. The folder is written completely or not at all.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from briefs import atomic
from briefs.edition.files import printable
from briefs.problems import Problem, Problems, ToolError


def write(folder: str | Path, starter: Path) -> list[str]:
    """Copy the starter to `folder`. Raises Problems if something is there already, or if it can't be written."""
    folder = Path(folder)
    if not starter.is_dir():
        raise ToolError(f"the starter edition is missing: {starter}. Set up again with `python3 build.py`.")
    names = sorted(p.relative_to(starter).as_posix() for p in starter.rglob("*") if p.is_file())
    try:
        if folder.is_symlink() or (folder.exists() and not (folder.is_dir() and _is_empty(folder))):
            raise _refused(folder, "something stands there already", "Name a folder that isn’t there yet, or an empty one.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        _move_in(folder, starter, names)
    except (OSError, ValueError) as fault:  # ValueError: the name contains a NUL
        reason = getattr(fault, "strerror", None) or str(fault)
        raise _refused(folder, f"can’t be written: {reason}", "Look at the folder and its rights.") from None
    return names


def _move_in(folder: Path, starter: Path, names: list[str]) -> None:
    with atomic.new_folder(folder) as beside:
        for name in names:
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(starter / name, beside / name)


def _is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


def _refused(folder: Path, message: str, hint: str) -> Problems:
    return Problems([Problem("error", printable(str(folder)), 0, 0, message, hint)])
