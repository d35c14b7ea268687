"""What can be wrong, said one way.

In: nothing. Out: `Problem`, one thing that is wrong at one place, and the exceptions that carry
problems up to the command line. Every room reports through this module; one printer (`cli.py`) shows them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Place:
    """Where a piece of content stands: file (relative to the content folder), anchor in it, line and column (from 1).

    `name` (`countries/be.yaml#be-07/text`) stays the same while lines move; it is what bookmarks, the
    cache and a merge go by. Line and column are for people.
    """

    path: str
    anchor: str = ""
    line: int = 0
    column: int = 0

    @property
    def name(self) -> str:
        return f"{self.path}#{self.anchor}" if self.anchor else self.path


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it (`hint`, a sentence)."""

    severity: Severity
    path: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = ":".join([self.path, *(str(n) for n in (self.line, self.column) if n)])
        hint = f" {self.hint}" if self.hint else ""
        return f"{place}: {self.severity}: {self.message}.{hint}"


def error(place: Place, message: str, hint: str = "") -> Problem:
    """An error at a place of the content."""
    return Problem("error", place.path, place.line, place.column, message, hint)


def warning(place: Place, message: str, hint: str = "") -> Problem:
    """A warning at a place of the content: a build goes on."""
    return Problem("warning", place.path, place.line, place.column, message, hint)


class Problems(Exception):
    """The content has errors; carries every one of them, and the warnings found beside them."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(problems, key=lambda p: (p.path, p.line, p.column, p.message))
        super().__init__("\n".join(map(str, self.problems)))


class NotUnderstood(Exception):
    """A word of the request means nothing here; the message says what comes near."""


class ToolError(Exception):
    """An outside program or a font is missing or failed; the message says what to do next."""


def nearest(word: str, known: Iterable[str], *, count: int = 1, cutoff: float = 0.6) -> Sequence[str]:
    """The known words that look most like `word`, best first (difflib's ratio), at most `count`."""
    return difflib.get_close_matches(word, list(known), n=count, cutoff=cutoff)


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint with the nearest known word, or `otherwise`."""
    near = nearest(word, known)
    return f"Did you mean “{near[0]}”?" if near else otherwise
