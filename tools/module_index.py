"""Writes docs/modules.md: every module of `briefs/` with the first sentence of its docstring.

    python3 tools/module_index.py            writes the file
    python3 tools/module_index.py --check    exits with 1 if the file is not what would be written

The test suite runs the check, so the index can't drift from the code.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INDEX = ROOT / "docs" / "modules.md"
HEAD = """# Modules

Every module of `briefs/` and what it is for. `python3 tools/module_index.py` writes this page from the modules' own docstrings.
Start with the [tour](architecture.md).
"""


def summary(path: Path) -> str:
    """The first sentence of a module's docstring, on one line. Raises ValueError if there is none."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    if not text:
        raise ValueError(f"{path} has no docstring")
    first = " ".join(text.partition("\n\n")[0].split())
    return re.split(r"(?<=[.?]) ", first)[0].rstrip(":")


def index() -> str:
    """The page as it should be."""
    return "\n".join([HEAD, *_sections()])


def _sections() -> Iterator[str]:
    package = ROOT / "briefs"
    yield from _section("`briefs/`", package)
    for folder in sorted(p for p in package.rglob("*") if (p / "__init__.py").is_file()):
        yield from _section(f"`{folder.relative_to(ROOT).as_posix()}/`: {summary(folder / '__init__.py')}", folder)


def _section(title: str, folder: Path) -> Iterator[str]:
    modules = [path for path in sorted(folder.glob("*.py")) if path.name != "__init__.py"]
    yield from (f"## {title}", "", "| module | |", "|---|---|")
    yield from (f"| `{path.name}` | {summary(path)} |" for path in modules)
    yield ""


def main(words: list[str]) -> int:
    text = index()
    if words == ["--check"]:
        return int(not INDEX.is_file() or INDEX.read_text(encoding="utf-8") != text)
    INDEX.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
