"""The kinds of document, one row each. A new kind is a row, a template and a folder of tests.

In: nothing. Out: `KINDS`. Which formats a kind has, whom it is about, and by which ladder of the theme it is fitted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from briefs.compose import brief, deck, report
from briefs.compose.manuscript import Manuscript


@dataclass(frozen=True)
class Kind:
    """`subjects`: what there is one document of. `ladder`: the theme's steps of its type. `one_page`:
    a contract, held by the page fit.

    `compose(edition, writer, subject, gone)` makes the manuscript of a subject, with the first `gone` facts that wait
    to give way left out.
    """

    name: str
    subjects: Literal["country", "edition", "deck"]
    folder: str
    formats: tuple[str, ...]
    ladder: str
    one_page: bool
    compose: Callable[..., Manuscript]


KINDS = {
    "report": Kind("report", "edition", "", ("pdf", "docx"), "report", False, report.compose),
    "brief": Kind("brief", "country", "briefs/", ("pdf", "docx"), "brief", True, brief.compose),
    "handout": Kind("handout", "deck", "handouts/", ("pdf", "docx", "pptx"), "slide", False, deck.compose),
}
