"""The makers, by layout.

In: a target. Out: the maker of its kind; or, from `make`, the finished document.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from briefs.compose.kinds import KINDS, Layout
from briefs.press.documents import FinishedDocument, Target
from briefs.press.makers.base import Maker

if TYPE_CHECKING:
    from briefs.press.session import Session

MAKERS: dict[Layout, str] = {  # the module of each layout's maker
    "one page": "page", "pages": "pages", "chapters": "report", "slides": "slides", "bound": "bound",
    "two sides": "sides",
}  # fmt: skip


def maker_of(target: Target) -> Maker[Any, Any]:
    """The maker for a target. Its module is imported now, so that a process imports only what it makes."""
    maker: Maker[Any, Any] = import_module(f"briefs.press.makers.{MAKERS[KINDS[target.kind].layout]}").MAKER
    return maker


def make(session: Session, target: Target) -> FinishedDocument:
    """Make a document in this process. Raises Problems, each with its place in the content."""
    with session.report_failures(target):
        maker = maker_of(target)
        opened = maker.open(session, target)
        pieces = [maker.piece(session, target, piece.content) for piece in opened.pieces]
        return maker.close(session, target, opened.state, pieces)
