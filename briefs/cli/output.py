"""What commands print.

In: problems, changes and results. Out: problems on standard error; diffs and JSON on standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from briefs.edition.files import UNSHOWN
from briefs.problems import Problem


def visible(text: str) -> str:
    """Text for a terminal: spaces take the place of what would change how other text is shown."""
    return UNSHOWN.sub(" ", text)


def one_line(text: str) -> str:
    """Text for one line of a terminal. What a stranger's file says can't begin a line that looks like the program's own."""
    return " ".join(visible(text).splitlines())


def show(problems: Sequence[Problem], *, traceback: bool = False) -> None:
    """Print each problem on a line, then how many there are. With `traceback` also where an internal error came from."""
    _show_each(problems, traceback)
    errors = sum(p.severity == "error" for p in problems)
    if problems:
        print(f"{count(errors, 'error')}, {count(len(problems) - errors, 'warning')}", file=sys.stderr)


def show_briefly(problems: Sequence[Problem], *, traceback: bool = False) -> None:
    """Print each error, and how many warnings the content has. `check` lists them."""
    errors = [problem for problem in problems if problem.severity == "error"]
    warnings = count(len(problems) - len(errors), "warning")
    _show_each(errors, traceback)
    if errors:
        print(f"{count(len(errors), 'error')}, {warnings}{'; see `check`' if len(problems) > len(errors) else ''}", file=sys.stderr)
    elif problems:
        print(f"{warnings}; see `check`", file=sys.stderr)


def _show_each(problems: Sequence[Problem], traceback: bool) -> None:
    for problem in problems:
        print(one_line(str(problem)), file=sys.stderr)
        if traceback and problem.traceback:
            print(problem.traceback, file=sys.stderr)


def count(number: int, one: str, several: str = "") -> str:
    """A number and its noun, such as “2 errors”."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def print_diff(lines: Iterable[str]) -> None:
    """Print the lines of a unified diff, in colours on a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, soft_wrap=True)
    styles = {"+": "green", "-": "red", "@": "cyan"}
    for line in map(visible, lines):
        style = "bold" if line.startswith(("+++", "---")) else styles.get(line[:1], "")
        console.print(Text(line, style)) if console.is_terminal else print(line)


def print_json(value: Any) -> None:
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    text = json.dumps(value, ensure_ascii=encoding != "utf8", indent=1)
    print(UNSHOWN.sub(lambda letter: f"\\u{ord(letter[0]):04x}", text))
