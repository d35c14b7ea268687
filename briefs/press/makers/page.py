"""Makes documents of one page: compose, fit, lay out, write.

In: a target whose kind has the layout “one page”. Out: a finished document. It has no pieces. Only `close` needs the typesetter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from briefs.clock import clock
from briefs.compose.figures.drawing import MM
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.press.documents import FinishedDocument, Opened, PieceFiles, Target, gave_way
from briefs.press.makers.base import Maker
from briefs.problems import Problem, Problems, error
from briefs.tools import fonts, libreoffice
from briefs.typeset.fit import Fitted, TooLong, fit
from briefs.typeset.page import html

if TYPE_CHECKING:
    from briefs.edition.model import Country
    from briefs.press.composer import Composer
    from briefs.press.session import Session
    from briefs.theme import LadderStep
    from briefs.typeset.page.justify import Justification
    from briefs.typeset.page.layout import PageLayout


@dataclass(frozen=True)
class ComposedPage:
    """A manuscript, its HTML as pandoc writes it, and its figures as drawn."""

    manuscript: Manuscript
    content: str
    figures: Mapping[str, str | bytes]


@dataclass(frozen=True)
class FittedPage:
    """A page laid out at one step of the ladder. `justification`: a function that returns how its parts can be moved to fill the
    page; None if they needn't be. `docx`: a function that makes the Word file. `seconds`: how long the layout took."""

    layout: PageLayout
    justification: Callable[[], Justification | None]
    docx: Callable[[], bytes]
    seconds: float

    def fill(self) -> None:
        """Move the parts of the page down, so that they fill it."""
        if found := self.justification():
            found.fill()
            self.layout.forget_pdf()

    def word_pages(self) -> int:
        """The number of pages of the Word file as LibreOffice lays it out."""
        return libreoffice.pages(libreoffice.pdfs({"document.docx": self.docx()}, fonts.cache_folder())["document.docx"])


class PageMaker(Maker[ComposedPage, None]):
    """Makes one-page documents: the type shrinks step by step, then facts are left out, until everything is on one page."""

    def open(self, composer: Composer, target: Target) -> Opened[ComposedPage, None]:
        return Opened(_compose(composer, target))

    def close(self, session: Session, target: Target, state: ComposedPage, pieces: Sequence[PieceFiles]) -> FinishedDocument:
        fitted = fitted_page(session, target, state)
        manuscript, page = fitted.manuscript, fitted.layout
        clock.move("fit", "lay out", page.seconds)
        session.check_pages(manuscript, target, page.layout.faults())
        files: dict[str, bytes] = {}
        with clock.stage("write"):
            page.fill()
            if "pdf" in target.formats:
                files["pdf"] = session.pdf(manuscript, page.layout, target.printed)
            if "docx" in target.formats:
                files["docx"] = page.docx()
        step = _ladder(session, target)[fitted.step]
        dropped, doubts = (*manuscript.without, *manuscript.gone), state.manuscript.warnings  # warnings also about what gave way
        return FinishedDocument(manuscript.stem, files, page.layout.pages, step.name, dropped, doubts)


@dataclass(frozen=True)
class FirstTry:
    """The first attempt at fitting a page: how many facts are left out, and the step (from 0). It changes how soon a fit is found,
    but not which fit."""

    gone: int
    step: int


def fitted_page(
    session: Session, target: Target, composed: ComposedPage | None = None, first: FirstTry | None = None
) -> Fitted[FittedPage]:
    """A document on its page. Raises Problems if it never fits."""
    try:
        return fit_page(session, target, composed or _compose(session, target), first)
    except TooLong as failure:
        raise Problems([_too_long(session, target, failure)]) from None


def lines_too_many(session: Session, target: Target) -> int:
    """How many lines of a document don't fit on its page in the smallest type, after everything that may be left out was left out.
    0 if it fits."""
    try:
        fit_page(session, target, _compose(session, target))
    except TooLong as failure:
        return failure.lines
    return 0


def fit_page(session: Session, target: Target, composed: ComposedPage, first: FirstTry | None = None) -> Fitted[FittedPage]:
    """Shrink a composed page until it fits. `first`: the fit of last time, if that is known. Raises TooLong if it never does."""
    from briefs.typeset.page import estimate

    steps = _ladder(session, target)
    made = {_key(composed.manuscript): composed}

    @cache
    def compose(dropped: int) -> Manuscript:
        with clock.stage("compose"):
            return session.compose(target, dropped) if dropped else composed.manuscript

    def lay_out(manuscript: Manuscript, step: int) -> FittedPage:
        key = _key(manuscript)
        if key not in made:
            made[key] = _drawn(session, manuscript)
        return _lay_out(session, target, made[key], steps[step])

    def fuller(manuscript: Manuscript) -> Sequence[tuple[Manuscript, int]]:
        return estimate.fuller(manuscript, session.theme, target.paper)

    def excess(page: FittedPage) -> int:
        return page.layout.overflow_lines(steps[-1].text[1]) or (page.word_pages() - 1 if target.check_word else 0)

    def sure(page: FittedPage, step: int) -> bool:
        return estimate.step_above_overflows(page.layout, steps[step], steps[step - 1])

    def guess(manuscript: Manuscript) -> int:
        return first.step if first else estimate.step(manuscript, session.theme, target.paper)

    def gone(compose: Callable[[int], Manuscript], most: int, step: int) -> int:
        return min(first.gone, most) if first else estimate.gone(compose, most, step, theme=session.theme, paper=target.paper)

    yields = next((number for number, step in enumerate(steps) if step.yields), None)
    fitted = fit(compose, len(steps), lay_out, excess, guess=guess, sure=sure, fuller=fuller, yields=yields, guess_gone=gone)
    taller = _taller(session, target, fitted, steps[fitted.step])
    return taller if taller and not excess(taller.layout) else fitted


def _taller(session: Session, target: Target, fitted: Fitted[FittedPage], step: LadderStep) -> Fitted[FittedPage] | None:
    """A page that fits, with a taller figure in its side column. None if there is no room for one."""
    found = fitted.layout.justification() if fitted.manuscript.taller else None
    manuscript = fitted.manuscript.with_taller(found.side_room / MM) if found else fitted.manuscript
    if manuscript is fitted.manuscript:
        return None
    return Fitted(manuscript, fitted.step, _lay_out(session, target, _drawn(session, manuscript), step))


def _key(manuscript: Manuscript) -> tuple[int, tuple[str, ...]]:
    """A value that differs for each manuscript of a document: the number of facts that were left out, and what was added."""
    return len(manuscript.gone), manuscript.added


def _compose(composer: Composer, target: Target, dropped: int = 0) -> ComposedPage:
    with clock.stage("compose"):
        return _drawn(composer, composer.compose(target, dropped))


def _drawn(composer: Composer, manuscript: Manuscript) -> ComposedPage:
    with clock.stage("compose"):
        return ComposedPage(manuscript, html.body(manuscript, composer.pandoc), composer.drawn(manuscript))


def _lay_out(session: Session, target: Target, composed: ComposedPage, step: LadderStep) -> FittedPage:
    from briefs.typeset.page import justify
    from briefs.typeset.word import document as word

    manuscript, figures = composed.manuscript, composed.figures
    before = clock.of("fit")
    with clock.stage("fit"):
        bleed = session.bleed(target.printed)
        text = html.page(manuscript, composed.content, session.theme, target.paper, step, bleed=bleed)
        layout = session.typesetter.lay_out((manuscript.kind.style,), text, figures)

    @cache
    def justification() -> Justification | None:
        return justify.justification(layout.document, session.theme.look.page[manuscript.kind.page])

    @cache
    def docx() -> bytes:
        pictures = {} if target.printed else layout.figure_pngs()  # a printer's page is larger by its bleed
        pages = layout.page_numbers()
        found = justification()
        stretch = found.in_word() if found else None
        return word.write(manuscript, figures, session.theme, target.paper, step, session.pandoc, pages, pictures, stretch)

    return FittedPage(layout, justification, docx, clock.of("fit") - before)


def _ladder(session: Session, target: Target) -> Sequence[LadderStep]:
    return session.theme.look.ladder[KINDS[target.kind].ladder]


def _too_long(session: Session, target: Target, failure: TooLong) -> Problem:
    """By how much a text is too long, and what an editor could shorten or which facts could give way."""
    codes = KINDS[target.kind].countries_of(target.subject)
    country = session.edition.countries.get(target.subject)
    usual = [fact.id for fact in country.facts if fact.priority == 2] if country else []
    lines = "1 line" if failure.lines == 1 else f"{failure.lines} lines"
    dropped = f" after {gave_way(session.compose(target, failure.gone).gone, ' of low priority')} gave way" if failure.gone else ""
    some = ", ".join([*usual[:50], *["…"] * (len(usual) > 50)])
    hint = f"Shorten it, or give `priority: 3` to some of {some}." if usual else "Shorten its summary or its facts."
    message = f"the {session.title(target)} is {lines} too long for its page{dropped}"
    if len(codes) == 1:
        return error(session.place(target.subject), message, hint)
    longest = max(codes, key=lambda code: _length(session.edition.countries[code]))
    named = session.edition.names[longest]
    hint = f"Shorten the position, or else the summary, and the next decision of {named}, or take fewer countries."
    return error(session.place(longest), message, hint)


def _length(country: Country) -> int:
    """How many letters of a country's texts stay in a document of several countries when all facts have given way."""
    return sum(len(text.markdown) for text in (country.position or country.summary, country.next) if text)


MAKER = PageMaker()
