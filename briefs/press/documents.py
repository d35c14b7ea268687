"""Documents on their way through the press.

In: nothing. Out: `Target`, what is asked for; `Opened` and `Piece`, work in progress; `FinishedDocument`, what was made; `Outcome`,
what became of a target. Nothing heavy is imported here: a command with nothing to do needs only this.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from briefs.press.cache import Inputs
    from briefs.problems import Problem

State = TypeVar("State")
Content = TypeVar("Content")
PER_PAGE = 3  # slides on a page of a handout, unless another number was asked for
_BELOW = re.compile(r"(?!\.)[^/\0]{1,255}(?:/(?!\.)[^/\0]{1,255}){0,15}")  # NAME_MAX; more folders than we make
PieceFiles = Mapping[str, bytes]  # the files of a typeset piece: their bytes by format


@dataclass(frozen=True)
class Target:
    """One document: its kind, its subject, the subject's name for people, its formats and its paper.

    `check_word`: the Word file is laid out in LibreOffice too. `per_page`: how many slides a page of a handout has. `printed`: it
    is for a printer. `audience`: the id of the readers for whom alone it is, or empty. `language`: the tag of the language that it
    is translated into, or empty.
    """

    kind: str
    subject: str
    name: str
    formats: tuple[str, ...]
    paper: str
    check_word: bool = False
    per_page: int = PER_PAGE
    printed: bool = False
    audience: str = ""
    language: str = ""

    def __str__(self) -> str:
        language = f" in {self.language}" if self.language else ""
        return f"{self.kind} {self.name}{f' for {self.audience}' if self.audience else ''}{language}"


@dataclass(frozen=True)
class DocumentPiece(Generic[Content]):
    """A part of a document that can be typeset alone.

    `key`: the hash of the content that the piece is made of. `size`: an estimate of the work that the piece takes, without a unit.
    """

    name: str
    key: str
    size: int
    content: Content


@dataclass(frozen=True)
class Opened(Generic[State, Content]):
    """A composed document: its pieces, if it has any, and what else is needed to finish it."""

    state: State
    pieces: tuple[DocumentPiece[Content], ...] = ()


@dataclass(frozen=True)
class FinishedDocument:
    """A finished document: bytes by format, the number of pages, the step of the ladder, the ids of facts that were dropped.

    `stem` is the path of its files below the output folder, without the ending. `warnings`: those of composing it.
    """

    stem: str
    files: Mapping[str, bytes]
    pages: int
    step: str = ""
    dropped_facts: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a target: its files and the warnings of composing it, or its problems.

    `size`: bytes of all files. `inputs`: the hashes of what it was made of. `pieces`: the key of each piece, by name. `fresh`:
    nothing had to be made. `retried`: it was made a second time, because its worker was killed. `stages`: the seconds of each
    stage, including the start of the worker if this was its first document. `executor`: what made it (`--on`), if it was made.
    """

    target: Target
    files: tuple[Path, ...] = ()
    size: int = 0
    pages: int = 0
    step: str = ""
    dropped_facts: tuple[str, ...] = ()
    seconds: float = 0.0
    inputs: Inputs | None = None
    pieces: Mapping[str, str] = field(default_factory=dict)
    fresh: bool = False
    retried: bool = False
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    stages: Mapping[str, float] = field(default_factory=dict)
    executor: str = ""


def is_below(name: str) -> bool:
    """Whether a relative POSIX path, as read from a file, names a file below the output folder that isn't hidden."""
    return _BELOW.fullmatch(name) is not None


def gave_way(names: Sequence[str], sort: str = "") -> str:
    """What gave way, in words: “3 facts, 1 row of values and 2 figures of values”. `names`: ids of facts, `KEY_FACTS`, names of
    figures (which begin with `PLOT`) and of rows of values (which begin with `VALUES`). `sort`: words that follow “facts”."""
    from briefs.compose.manuscript import KEY_FACTS, PLOT, VALUES  # not needed where nothing was made

    figures, values = (sum(name.startswith(what) for name in names) for what in (PLOT, VALUES))
    facts = len(names) - figures - values - names.count(KEY_FACTS)
    parts = [f"{facts} {'fact' if facts == 1 else 'facts'}{sort}"] if facts else []
    parts += ["the row of key facts"] if KEY_FACTS in names else []
    parts += [f"{values} {'row' if values == 1 else 'rows'} of values"] if values else []
    parts += [f"{figures} {'figure' if figures == 1 else 'figures'} of values"] if figures else []
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
