"""The interface of all makers.

In: a target. Out: a finished document, in three steps: *open* composes it, *piece* typesets one of its pieces, *close* finishes it.
The steps may run in different processes; what one returns to the next can be pickled.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic

from briefs.press.documents import Content, FinishedDocument, Opened, PieceFiles, State, Target

if TYPE_CHECKING:  # `open` is also used in a process that doesn't load the typesetter
    from briefs.press.composer import Composer
    from briefs.press.session import Session


class Maker(ABC, Generic[State, Content]):
    """Makes the documents of one layout. It has no state: each step gets a target and the tools."""

    @abstractmethod
    def open(self, composer: Composer, target: Target) -> Opened[State, Content]:
        """Compose a document, and say which pieces it has. Raises Problems."""

    def piece(self, session: Session, target: Target, content: Content) -> PieceFiles:
        """Typeset a piece. Only makers whose documents have pieces implement it."""
        raise NotImplementedError(f"a {target.kind} has no pieces")

    @abstractmethod
    def close(self, session: Session, target: Target, state: State, pieces: Sequence[PieceFiles]) -> FinishedDocument:
        """Finish a document whose pieces are typeset. Raises Problems."""
