"""The kinds of document, one row each. A new kind is a row, a template and a folder of tests.

In: nothing. Out: `KINDS`. A row says everything about a kind that other packages ask, so none of them asks for a kind by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Literal

from briefs.compose import shares
from briefs.edition.model import Edition
from briefs.edition.names import stem_of

if TYPE_CHECKING:
    from briefs.compose.manuscript import Manuscript
    from briefs.compose.slots import TemplateFiller

Subjects = Literal["country", "edition", "deck"]
Layout = Literal["one page", "chapters", "slides"]


@dataclass(frozen=True)
class Kind:
    """One kind of document.

    `subjects`: there is one document for each of these. `folder`: where its files go below the output folder, with a slash at its
    end, or empty. `formats`: what it can be written as.

    `layout`: "one page" is a contract, held by the page fit; "chapters" is as long as it needs to be, each chapter typeset apart;
    "slides" are fitted one by one and printed as a handout.

    `page`, `style` and `ladder` name rows and a style sheet of the theme: `page.NAME` and `ladder.NAME` of theme.yaml, NAME.css.
    `module` is the module of this package that composes it, `template` the file that holds its words, and
    `share(edition, subject)` the part of the edition that it may show.
    """

    name: str
    subjects: Subjects
    layout: Layout
    folder: str
    formats: tuple[str, ...]
    page: str
    style: str
    ladder: str
    module: str
    template: str
    share: Callable[[Edition, str], Edition]

    def compose(self, share: Edition, filler: TemplateFiller, subject: str, gone: int = 0) -> Manuscript:
        """The manuscript about a subject, without the first `gone` of the facts that may give way."""
        manuscript: Manuscript = self.load().compose(self, share, filler, subject, gone)
        return manuscript

    def load(self) -> ModuleType:
        """The module that composes. It is imported late: to find out what is stale, nothing has to be composed."""
        return import_module(f"briefs.compose.{self.module}")

    def stem(self, edition: Edition, subject: str) -> str:
        """The path of a document's files below the output folder, without the ending: `briefs/belgium`."""
        if self.subjects == "edition":
            return f"{self.folder}{self.name}"
        own = subject if subject in edition.decks else stem_of(edition.names[subject], subject)
        return f"{self.folder}{own}"

    def subjects_in(self, edition: Edition) -> list[str]:
        """Every subject that the kind could have in an edition, whether there is enough content for a document or not."""
        if self.subjects == "edition":
            return [""]
        return [*(edition.decks if self.subjects == "deck" else ()), *edition.countries]

    def is_in(self, edition: Edition, subject: str) -> bool:
        """Whether an edition has the content that a document about the subject needs."""
        if self.subjects == "edition":
            return bool(edition.sections)
        country = edition.countries.get(subject)
        return bool(country and country.facts) or (self.subjects == "deck" and subject in edition.decks)


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "report", "edition", "chapters", folder="", formats=("pdf", "docx"), page="report", style="report", ladder="report",
            module="report", template="report.md.j2", share=shares.of_report,
        ),
        Kind(
            "brief", "country", "one page", folder="briefs/", formats=("pdf", "docx"), page="brief", style="brief", ladder="brief",
            module="brief", template="brief.md.j2", share=shares.of_country,
        ),
        Kind(
            "handout", "deck", "slides", folder="handouts/", formats=("pdf", "docx", "pptx"), page="handout", style="handout",
            ladder="slide", module="deck", template="country-deck.md.j2", share=shares.of_deck,
        ),
    )
}  # fmt: skip
