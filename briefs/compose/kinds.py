"""The kinds of document, one row each. A new kind is a row, a template and a folder of tests.

In: nothing. Out: `KINDS`. Which formats a kind has, whom it is about, and by which ladder of the theme it is fitted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Literal

from briefs.compose import shares
from briefs.edition.model import Edition

if TYPE_CHECKING:
    from briefs.compose.manuscript import Manuscript
    from briefs.compose.slots import TemplateFiller


@dataclass(frozen=True)
class Kind:
    """`subjects`: what there is one document of. `ladder`: the theme's steps of its type. `one_page`:
    a contract, held by the page fit.

    `share(edition, subject)` is what a document is composed from, `module` the one of this room that composes it.
    """

    name: str
    subjects: Literal["country", "edition", "deck"]
    folder: str
    formats: tuple[str, ...]
    ladder: str
    one_page: bool
    share: Callable[[Edition, str], Edition]
    module: str

    def compose(self, share: Edition, writer: TemplateFiller, subject: str, gone: int = 0) -> Manuscript:
        """The manuscript of a subject, with the first `gone` facts that wait to give way left out."""
        manuscript: Manuscript = self.load().compose(share, writer, subject, gone)
        return manuscript

    def load(self) -> ModuleType:
        """The module that composes; imported late, since to know what is fresh nothing has to be composed."""
        return import_module(f"briefs.compose.{self.module}")

    @property
    def in_pieces(self) -> bool:
        """Whether it is long: its parts are typeset side by side (`press/report.py`)."""
        return self.subjects == "edition"


KINDS = {
    "report": Kind("report", "edition", "", ("pdf", "docx"), "report", False, shares.of_report, "report"),
    "brief": Kind("brief", "country", "briefs/", ("pdf", "docx"), "brief", True, shares.of_country, "brief"),
    "handout": Kind("handout", "deck", "handouts/", ("pdf", "docx", "pptx"), "slide", False, shares.of_deck, "deck"),
}
