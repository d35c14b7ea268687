"""The messages between the command and the workers that make its documents.

In: nothing. Out: tasks and their results. They hold bytes, numbers and names only, so they can be pickled cheaply and sent to any
process on any machine, and no process has to load the typesetter to pass them on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from briefs.press.allowance import USUAL, TimeLimit
from briefs.press.documents import FinishedDocument, Opened, PieceFiles, Target
from briefs.problems import Problem


@dataclass(frozen=True)
class Open:
    """Compose a document. A document without pieces may be finished in the same task. `document`: its number in this build."""

    document: int
    target: Target
    limit: TimeLimit = USUAL


@dataclass(frozen=True)
class TypesetPiece:
    """Typeset the piece with this index. `content`: the piece's content, as `Open` returned it."""

    document: int
    target: Target
    index: int
    content: bytes
    limit: TimeLimit = USUAL


@dataclass(frozen=True)
class Close:
    """Finish a document. `state`: as `Open` returned it. `pieces`: the files of all its pieces, in order."""

    document: int
    target: Target
    state: bytes
    pieces: tuple[PieceFiles, ...]
    limit: TimeLimit = USUAL


@dataclass(frozen=True)
class Failed:
    """The document can't be made."""

    problems: tuple[Problem, ...]


Task = Open | TypesetPiece | Close


@dataclass(frozen=True)
class TaskResult:
    """What a task returned, how many seconds it took, the seconds of each stage, and the seconds of processor time."""

    value: Opened[bytes, bytes] | PieceFiles | FinishedDocument | Failed
    seconds: float
    stages: Mapping[str, float]
    work: float
