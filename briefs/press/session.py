"""One document through every room, in the order the data walks: compose (`composer.py`), fit, lay out, write.

In: the edition, a kind, a subject, formats, a paper. Out: `Made`: each format's bytes, and what the fit did.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial

import pikepdf

from briefs.clock import clock
from briefs.compose.kinds import Kind
from briefs.compose.manuscript import Manuscript
from briefs.edition.dates import Date
from briefs.edition.model import Edition
from briefs.press import report
from briefs.press.cache import Cache, Inputs
from briefs.press.composer import Composed, Composer
from briefs.press.made import FinishedDocument
from briefs.problems import Problem, Problems, error
from briefs.theme import Theme
from briefs.tools import fonts, icc, libreoffice
from briefs.typeset import word
from briefs.typeset.fit import Fitted, TooLong, fit
from briefs.typeset.page import estimate, html
from briefs.typeset.page.layout import LayoutError, PageLayout, Typesetter
from briefs.typeset.page.pdfa import Attachment, DocumentInfo
from briefs.typeset.page.pdfa import write_pdfa as to_read
from briefs.typeset.page.pdfx import MissingInk, PrintCondition
from briefs.typeset.page.pdfx import write_pdfx as to_print


@dataclass(frozen=True)
class FittedPage:
    """A document laid out at one step: its pages, its Word file for who asks, and how long the layout took."""

    layout: PageLayout
    docx: Callable[[], bytes]
    seconds: float

    def word_pages(self) -> int:
        """How many pages the Word file has when LibreOffice lays it out."""
        return libreoffice.pages(libreoffice.pdfs({"document.docx": self.docx()}, fonts.cache_folder())["document.docx"])


class Session(Composer):
    """The slow things, started once: a composer and WeasyPrint. Makes one document after another."""

    UNSET = (*Composer.UNSET, LayoutError, MissingInk)

    def __init__(self, edition: Edition, theme: Theme):
        super().__init__(edition, theme)
        self.press = Typesetter(theme)

    def make(
        self,
        kind: Kind,
        subject: str,
        formats: tuple[str, ...],
        paper: str,
        check_word: bool = False,
        per_page: int = 3,
        printed: bool = False,
        cache: Cache | None = None,
        inputs: Inputs | None = None,
    ) -> FinishedDocument:
        """Make a document; pieces of a report may be in the `cache`. Raises Problems with the place of the fault in the content."""
        with self.careful(kind, subject):
            if kind.layout == "chapters":
                opened = report.opened(self, kind, subject, paper, printed)
                sheets = [report.sheets(self, piece, cache, inputs) for piece in opened.pieces]
                return report.made(self, opened, sheets, formats, check_word)
            if kind.layout == "slides":
                return self._handout(kind, subject, formats, paper, per_page, printed)
            return self.page(kind, subject, formats, paper, check_word, printed)

    @contextmanager
    def careful(self, kind: Kind, subject: str) -> Iterator[None]:
        """As in the composer; what is too long for its page is told too."""
        with super().careful(kind, subject):
            try:
                yield
            except TooLong as fault:
                raise Problems([self._too_long(subject, fault)]) from None

    def page(
        self, kind: Kind, subject: str, formats: tuple[str, ...], paper: str, check_word: bool, printed: bool,
        begun: Composed | None = None,
    ) -> FinishedDocument:  # fmt: skip
        """A document of one page; it may have been composed already."""
        fitted = self._fit(kind, subject, paper, check_word, printed, begun)
        manuscript, sheet = fitted.manuscript, fitted.layout
        clock.move("fit", "lay out", sheet.seconds)
        files: dict[str, bytes] = {}
        with clock.stage("write"):
            if "pdf" in formats:
                files["pdf"] = self.pdf(manuscript, sheet.layout, printed)
            if "docx" in formats:
                files["docx"] = sheet.docx()
        step = self.theme.look.ladder[kind.ladder][fitted.step]
        return FinishedDocument(manuscript.stem, files, sheet.layout.pages, step.name, manuscript.gone)

    def pdf(self, manuscript: Manuscript, layout: PageLayout, printed: bool) -> bytes:
        """The PDF's bytes of a layout."""
        self.check_dots(manuscript, layout.resolutions(), printed)
        with pikepdf.open(io.BytesIO(layout.pdf(printed))) as pdf:
            return self.finished(manuscript, pdf, printed)

    def finished(self, manuscript: Manuscript, pdf: pikepdf.Pdf, printed: bool) -> bytes:
        """The PDF's bytes, with what the file says of itself; for the screen with the data that go with it."""
        day = Date.parse(manuscript.date).first.isoformat()
        about = DocumentInfo(manuscript.title, manuscript.language, day, manuscript.authors, manuscript.publisher)
        with clock.stage("finish"):
            if printed:
                return to_print(pdf, about, self.condition(manuscript))
            file = manuscript.data
            return to_read(pdf, about, Attachment(file.name, file.content, file.mime, file.description) if file else None)

    def check_dots(self, manuscript: Manuscript, dots: Mapping[str, float], printed: bool) -> None:
        """A picture of too few dots fails the print: paper shows what a screen forgives."""
        wanted = self.theme.look.print.dots if printed else 0
        coarse = {name: found for name, found in dots.items() if round(found) < wanted}
        if coarse:
            hint = f"Give it more pixels, or print it smaller (`width=60mm`); a printer wants {wanted} dots an inch."
            said = ((manuscript.pictures[name].place, round(found)) for name, found in coarse.items())
            raise Problems(error(place, f"the picture would be printed with {found} dots an inch", hint) for place, found in said)

    def condition(self, manuscript: Manuscript) -> PrintCondition:
        """What a document is printed with. Raises ToolError if the machine lacks the profile."""
        how = self.theme.look.print
        profile = icc.find(how.profile, how.package)
        inks = self.theme.inks(manuscript.colours.values(), partial(icc.inks, profile=profile))
        return PrintCondition(inks, partial(icc.picture, profile=profile), profile, how.condition, how.bleed)

    def _handout(
        self, kind: Kind, subject: str, formats: tuple[str, ...], paper: str, per_page: int, printed: bool
    ) -> FinishedDocument:
        """A deck's handout, and the deck itself. Its steps are those of its slides, the smallest type named."""
        from briefs.press import handout  # which takes its time to import, and has its own kind of document

        printer = handout.Printer(self, kind, subject, paper, printed)
        files, pages = printer.files(formats, per_page)
        step = self.theme.look.ladder[kind.ladder][max(printer.steps)]
        return FinishedDocument(printer.manuscript.stem, files, pages, step.name, ())

    def _fit(
        self, kind: Kind, subject: str, paper: str, check_word: bool, printed: bool, begun: Composed | None = None
    ) -> Fitted[FittedPage]:
        """Compose, draw, lay out; shrink until it holds."""
        steps = self.theme.look.ladder[kind.ladder]
        bleed = self.theme.look.print.bleed if printed else 0
        ready: dict[int, Composed] = {}  # by how many facts are gone

        def compose(gone: int) -> Manuscript:
            composed = begun if begun and not gone else self.composed(kind, subject, gone)
            ready[len(composed.manuscript.gone)] = composed
            return composed.manuscript

        def lay_out(manuscript: Manuscript, step: int) -> FittedPage:
            composed = ready[len(manuscript.gone)]
            figures = composed.figures
            before = clock.of("fit")
            with clock.stage("fit"):
                text = html.page(manuscript, composed.content, self.theme, paper, steps[step], bleed=bleed)
                layout = self.press.lay_out((manuscript.kind.style,), text, figures)

            @cache
            def docx() -> bytes:
                shown = {} if printed else layout.figure_pngs()  # a printer's page is larger by its bleed
                return word.write(manuscript, figures, self.theme, paper, steps[step], self.pandoc, layout.page_numbers(), shown)

            return FittedPage(layout, docx, clock.of("fit") - before)

        def excess(sheet: FittedPage) -> int:
            return sheet.layout.overflow_lines(steps[-1].text[1]) or (sheet.word_pages() - 1 if check_word else 0)

        def sure(sheet: FittedPage, step: int) -> bool:
            return estimate.step_above_overflows(sheet.layout, steps[step], steps[step - 1])

        return fit(compose, len(steps), lay_out, excess, guess=lambda m: estimate.step(m, self.theme, paper), sure=sure)

    def _too_long(self, subject: str, fault: TooLong) -> Problem:
        """By how much, and what an editor could let go."""
        country = self.edition.countries[subject]
        usual = [f.id for f in country.facts if f.priority == 2]
        lines = "1 line" if fault.lines == 1 else f"{fault.lines} lines"
        gone = f" after {fault.gone} facts of low priority gave way" if fault.gone else ""
        some = ", ".join([*usual[:50], *["…"] * (len(usual) > 50)])
        hint = f"Shorten it, or give `priority: 3` to some of {some}." if usual else "Shorten its summary or its facts."
        name = self.edition.names[subject]
        return error(self.place(subject), f"the brief of {name} is {lines} too long for its page{gone}", hint)
