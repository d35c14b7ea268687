"""The folders of templates: the program's own, and over it the folder that a person names, which holds only what differs.

In: a folder, the path of a file in it. Out: where that file is; and the numbers of both `theme.yaml`, merged by key.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from briefs import plainfile
from briefs.problems import Problem, Problems

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "templates"
OWN = _INSTALLED if (_INSTALLED / "theme").is_dir() else _PACKAGE.parent / "templates"  # in the package, or beside it in a checkout
THEME = "theme/theme.yaml"
MAX_BYTES = 1_000_000  # bytes of theme.yaml, or of a style sheet
MOST_TOGETHER = 100_000_000  # bytes of all files below a folder, which are hashed and sent to other machines
SKIPPED = {"__pycache__", "starter"}  # folders in which no document's template is


def find(folder: Path, name: str) -> Path:
    """The path of the file of this name: in the folder or, if only the program's own templates have it, there.

    Anything of this name in the folder counts, also a pipe or a link to nothing. So it is reported and not passed over.
    """
    path = folder / name
    return path if os.path.lexists(path) or not (OWN / name).is_file() else OWN / name


def is_own(folder: Path) -> bool:
    """Whether a folder is the program's own."""
    return os.path.realpath(folder) == os.path.realpath(OWN)


def check(folder: Path) -> None:
    """Raise Problems for the wrong folder: none of its files has the name of one of the program's templates, or they are too large
    together."""
    if not folder.is_dir():
        raise Problems(
            [Problem("error", str(folder), 0, 0, "there is no such folder", "Name a folder of templates by --templates.")]
        )
    if not any(os.path.lexists(folder / name) for name in _names()):
        hint = "A theme.yaml or a style sheet belongs into theme/ below it; docs/theming.md lists the templates."
        raise Problems([Problem("error", str(folder), 0, 0, "no file here has the name of one of the program’s templates", hint)])
    if _size(folder) > MOST_TOGETHER:
        what = f"the files below this folder have over {MOST_TOGETHER:,} bytes together"
        raise Problems([Problem("error", str(folder), 0, 0, what, "Leave only templates and a theme there.")])


def _size(folder: Path) -> int:
    """The bytes of all files below a folder, as far as they are needed to see that these are too many."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.stat(os.path.join(parent, name)).st_size
        if total > MOST_TOGETHER:
            break
    return total


def _names() -> Iterator[str]:
    """The paths of the program's templates."""
    for parent, folders, names in os.walk(OWN):
        folders[:] = [name for name in folders if name not in SKIPPED]
        yield from (os.path.relpath(os.path.join(parent, name), OWN) for name in names)


def theme_data(folder: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The data of the folder's `theme.yaml` merged into the program's, and the folder's data alone. Mappings are merged by key. Any
    other value replaces the program's value, and a key without a value removes it. Raises Problems."""
    if is_own(folder):
        return _mapping(OWN / THEME), {}
    own = _mapping(folder / THEME) if os.path.lexists(folder / THEME) else {}
    return _merged(_mapping(OWN / THEME), own), own


def line_of(path: Path, keys: Sequence[int | str]) -> int:
    """The line of a value in a file of YAML. `keys`: the keys and indexes that lead to it. If there is no such value, the line of
    the innermost mapping or list on the way to it."""
    try:
        node = yaml.compose(read(path), Loader=yaml.SafeLoader)
        line = 0
        for key in keys:
            if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                node = node.value[key]
                line = node.start_mark.line + 1
            elif isinstance(node, yaml.MappingNode) and (found := [pair for pair in node.value if pair[0].value == str(key)]):
                line, node = found[0][0].start_mark.line + 1, found[0][1]
        return line
    except (OSError, yaml.YAMLError, RecursionError, ValueError):
        return 0


def read(path: Path) -> bytes:
    """The bytes of a file of a theme. Raises FileNotFoundError, NotADirectoryError, or Problems if it can't be read."""
    try:
        return plainfile.read(path, MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as fault:
        why = fault.strerror or "it is no plain file, or too large"
        raise Problems([Problem("error", str(path), 0, 0, f"can’t be read: {why}", "Check the file’s permissions.")]) from None


def _mapping(path: Path) -> dict[str, Any]:
    """A `theme.yaml`. Raises Problems."""
    try:
        data = yaml.load(read(path), Loader=_Loader)
    except (FileNotFoundError, NotADirectoryError):
        hint = "Name a folder with theme/theme.yaml by --templates."
        raise Problems([Problem("error", str(path), 0, 0, "the theme is missing", hint)]) from None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        what = f"broken YAML: {getattr(fault, 'problem', fault)}"
        raise Problems([Problem("error", str(path), mark.line + 1 if mark else 0, 0, what)]) from None
    except (ValueError, RecursionError) as fault:  # a date or a number that Python can't hold, or thousands of brackets
        raise Problems([Problem("error", str(path), 0, 0, f"broken YAML: {fault}")]) from None
    if not isinstance(data, dict):
        raise Problems([Problem("error", str(path), 1, 0, "there should be keys and values here")])
    return data


def _merged(below: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(below)
    for key, value in over.items():
        if value is None:
            made.pop(key, None)
        elif isinstance(value, dict) and isinstance(below.get(key), dict):
            made[key] = _merged(below[key], value)
        else:
            made[key] = value
    return made
