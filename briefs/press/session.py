"""The tools that are needed to make documents, started once.

In: an edition, a theme. Out: a `Session`: a `Composer`, WeasyPrint, and what all makers do with a layout. It makes no document.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from functools import partial

import pikepdf

from briefs.clock import clock
from briefs.compose.manuscript import Manuscript
from briefs.edition.dates import Date
from briefs.edition.model import Edition
from briefs.engine.render import LayoutError
from briefs.press.composer import Composer
from briefs.press.documents import Target
from briefs.problems import Problems, error
from briefs.theme import Theme
from briefs.tools import icc
from briefs.typeset.page import pdfa, pdfx
from briefs.typeset.page.faults import PageFault
from briefs.typeset.page.layout import PageLayout, Typesetter

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")  # a colour in an SVG of plain shapes


class Session(Composer):
    """A composer and WeasyPrint for one edition and theme."""

    FAILURES = (*Composer.FAILURES, LayoutError, pdfx.MissingInk)

    def __init__(self, edition: Edition, theme: Theme):
        super().__init__(edition, theme)
        self.typesetter = Typesetter(theme)

    def pdf(self, manuscript: Manuscript, layout: PageLayout, printed: bool) -> bytes:
        """The PDF file of a layout."""
        self.check_resolution(manuscript, layout.resolutions(), printed)
        with pikepdf.open(io.BytesIO(layout.pdf(printed))) as pdf:
            return self.finish_pdf(manuscript, pdf, printed)

    def finish_pdf(self, manuscript: Manuscript, pdf: pikepdf.Pdf, printed: bool) -> bytes:
        """The file of a PDF with its metadata; for the screen also with the data attached to it."""
        day = Date.parse(manuscript.date).first.isoformat()
        info = pdfa.DocumentInfo(
            manuscript.title,
            manuscript.language,
            day,
            manuscript.authors,
            manuscript.publisher,
            manuscript.subtitle,
            manuscript.keywords,
        )
        with clock.stage("finish"):
            if printed:
                return pdfx.write_pdfx(pdf, info, self._printing_condition(manuscript))
            files = [pdfa.Attachment(file.name, file.content, file.mime, file.description) for file in manuscript.data]
            return pdfa.write_pdfa(pdf, info, files)

    def check_pages(self, manuscript: Manuscript, target: Target, faults: Sequence[PageFault]) -> None:
        """Raise Problems for what is wrong with the pages of a document."""
        if faults:
            raise Problems([fault.problem(manuscript.places, self.place(target.subject)) for fault in faults])

    def check_resolution(self, manuscript: Manuscript, resolutions: Mapping[str, float], printed: bool) -> None:
        """Raise Problems for pictures that have too few dots an inch to be printed. On a screen any resolution will do."""
        wanted = self.theme.look.print.dots if printed else 0
        coarse = {name: found for name, found in resolutions.items() if round(found) < wanted}
        if coarse:
            hint = f"Give it more pixels, or print it smaller (`width=60mm`); a printer wants {wanted} dots an inch."
            places = ((manuscript.pictures[name].place, round(found)) for name, found in coarse.items())
            raise Problems(error(place, f"the picture would be printed with {found} dots an inch", hint) for place, found in places)

    def _printing_condition(self, manuscript: Manuscript) -> pdfx.PrintCondition:
        """The inks and the profile that a document is printed with. Raises ToolError if the machine lacks the profile."""
        how = self.theme.look.print
        profile = icc.find(how.profile, how.package)
        colours = {colour for figure in manuscript.figures.values() for colour in figure.colours.values()}
        vectors = (picture.data for picture in manuscript.pictures.values() if isinstance(picture.data, str))
        colours |= {colour.lower() for vector in vectors for colour in _COLOUR.findall(vector)}
        inks = self.theme.inks([*manuscript.colours.values(), *sorted(colours)], partial(icc.inks, profile=profile))
        return pdfx.PrintCondition(inks, partial(icc.picture, profile=profile), profile, how.condition, how.bleed)
