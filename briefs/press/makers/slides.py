"""Makes decks: the slides as PPTX, and their handout as PDF and Word: compose, fit each slide, arrange them on pages, write.

In: a target whose kind has the layout “slides”. Out: a finished document. It has no pieces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefs.clock import clock
from briefs.compose import tree
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.press.documents import FinishedDocument, Opened, PieceFiles, Target
from briefs.press.makers.base import Maker
from briefs.problems import Place, Problem, Problems, error
from briefs.typeset.page import html, raster
from briefs.typeset.page.layout import PageLayout
from briefs.typeset.slides import drawings, fit, handout, look, presentation
from briefs.typeset.word import slides as word

if TYPE_CHECKING:
    from briefs.press.composer import Composer
    from briefs.press.session import Session

ENDLESS = ":root { --height: 9000mm }"  # paper that cuts nothing off, to measure what is too long
FIT_PER_PAGE = 1  # slides are fitted in this layout, so that a slide has the same steps in every layout and format


@dataclass(frozen=True)
class ComposedDeck:
    """A manuscript whose blocks are slides, and its figures as drawn."""

    manuscript: Manuscript
    figures: Mapping[str, str | bytes]


class SlidesMaker(Maker[ComposedDeck, None]):
    """Makes decks and handouts: each slide shrinks by itself, and the notes of all slides shrink together."""

    def open(self, composer: Composer, target: Target) -> Opened[ComposedDeck, None]:
        with clock.stage("compose"):
            manuscript = composer.compose(target)
        return Opened(ComposedDeck(manuscript, composer.drawn(manuscript)))

    def close(self, session: Session, target: Target, state: ComposedDeck, pieces: Sequence[PieceFiles]) -> FinishedDocument:
        printer = _HandoutPrinter(session, target, state)
        with clock.stage("fit"):
            fitted = printer.fit_slides()
            how = printer.arrange(fitted.steps)
        with clock.stage("lay out"):
            layout = printer.lay_out(how, fitted.steps)
            session.check_pages(state.manuscript, target, layout.faults())
        with clock.stage("write"):
            files = printer.write(layout, how, fitted)
        smallest = session.theme.look.ladder[KINDS[target.kind].ladder][max(steps.text for steps in fitted.steps)]
        return FinishedDocument(state.manuscript.stem, files, layout.pages, smallest.name, warnings=state.manuscript.warnings)


@dataclass(frozen=True)
class _FittedSlides:
    """The steps of each slide, and the layout in which they were found."""

    steps: tuple[fit.SlideSteps, ...]
    layout: PageLayout


class _HandoutPrinter:
    """Lays out the handout of one deck."""

    def __init__(self, session: Session, target: Target, deck: ComposedDeck):
        self.session, self.theme, self.target = session, session.theme, target
        self.kind = KINDS[target.kind]
        self.ladder = self.theme.look.ladder[self.kind.ladder]
        self.manuscript, self.figures = deck.manuscript, deck.figures
        self.titles = handout.names([block for block in deck.manuscript.blocks if "slide" in tree.classes(block)])

    def fit_slides(self) -> _FittedSlides:
        """The first steps at which each slide fits. Raises Problems if one never does."""
        how = handout.layout(FIT_PER_PAGE, self.theme, self.theme.look.page[self.kind.page], "a4")
        last: list[PageLayout] = []

        def lay_out(steps: tuple[fit.SlideSteps, ...]) -> PageLayout:
            last[:] = [self.lay_out(how, steps, ENDLESS)]
            return last[0]

        try:
            steps = fit.fit(lay_out, list(self.titles), len(self.ladder), self._lists())
        except fit.Overfull as failure:
            raise Problems([self._problem(over, how) for over in failure.over]) from None
        return _FittedSlides(steps, last[0])

    def arrange(self, steps: Sequence[fit.SlideSteps]) -> handout.HandoutLayout:
        """The first layout in which all notes fit. Raises Problems if there is none.

        Measured on endless paper: WeasyPrint doesn't draw what doesn't fit on a page, so it couldn't be measured there.
        """
        over: list[fit.Overflow] = []
        page = self.theme.look.page[self.kind.page]
        for how in handout.layouts(self.target.per_page, self.theme, page, self.target.paper, len(steps)):
            over = fit.overflows(self.lay_out(how, steps, ENDLESS))
            if not over:
                return how
        raise Problems([self._problem(o, how) for o in over])

    def lay_out(self, how: handout.HandoutLayout, steps: Sequence[fit.SlideSteps], style: str = "") -> PageLayout:
        """The handout's pages. `style`: CSS that is added to the theme's."""
        pages = handout.pages(self.manuscript, how, self.theme, steps)
        content = html.body(pages, self.session.pandoc)
        rules = f"{look.rules(pages, self.theme, how)} {style}"
        bleed = self.session.bleed(self.target.printed)
        text = html.page(pages, content, self.theme, self.target.paper, self.ladder[0], rules, bleed)
        return self.session.typesetter.lay_out((self.kind.style,), text, self.figures)

    def write(self, layout: PageLayout, how: handout.HandoutLayout, fitted: _FittedSlides) -> dict[str, bytes]:
        """The files that the target asks for."""
        target, pandoc = self.target, self.session.pandoc
        made: dict[str, bytes] = {}
        if "pdf" in target.formats:
            made["pdf"] = self.session.pdf(self.manuscript, layout, target.printed)
        if "docx" in target.formats:
            pages = handout.pages(self.manuscript, how, self.theme, fitted.steps)
            shown = self._pngs(layout, raster.DPI)
            made["docx"] = word.write(pages, self.figures, self.theme, target.paper, how, pandoc, layout.page_numbers(), shown)
        if "pptx" in target.formats:
            places = fit.picture_boxes(fitted.layout)
            shown = self._pngs(layout, drawings.DPI / how.scale)
            made["pptx"] = presentation.write(self.manuscript, self.figures, self.theme, fitted.steps, places, pandoc, shown)
        return made

    def _pngs(self, layout: PageLayout, dpi: float) -> dict[str, bytes]:
        """PNGs of the figures as they are on the page. None for a printer, whose pages are larger by their bleed."""
        return {} if self.target.printed else layout.figure_pngs(round(dpi))

    def _problem(self, over: fit.Overflow, how: handout.HandoutLayout) -> Problem:
        """Which slide or notes hold too much, and by how many lines: of the slide as shown, or of the notes on paper."""
        title = self.titles[over.slide][:60]
        slide = f"the slide “{title}”"
        leading = how.type[1]
        hint = "Shorten them, or print fewer slides a page (--per-page)."
        what = f"the notes of {slide} are"
        if over.part != "notes":
            step = self.ladder[-1]
            leading = (step.lead if over.part == "title" else step.text)[1] * how.scale
            what = f"{slide} is" if over.part == "text" else f"the title of {slide} is"
            smaller = "give its picture a `width=60%`, " if self._has_picture(over.slide) else ""
            hint = f"Shorten it, {smaller}or make two slides of it."
        lines = max(1, round(over.points / leading + 0.3))
        return error(self._place(over.slide), f"{what} {lines} {'line' if lines == 1 else 'lines'} too long", hint)

    def _lists(self) -> list[str]:
        """The ids of the slides that list the countries of a step or show them on a map, which are all set in one type."""
        slides = [block for block in self.manuscript.blocks if "slide" in tree.classes(block)]
        return [tree.identifier(s) for s in slides if any(_is_of_step(node) for node in tree.walk(tree.blocks(s)))]

    def _has_picture(self, slide: str) -> bool:
        blocks = [b for b in self.manuscript.blocks if b["t"] == "Div" and tree.identifier(b) == slide]
        return any(node["t"] == "Image" for node in tree.walk(blocks))

    def _place(self, slide: str) -> Place:
        """Where the slide's text is in the content."""
        block = next(b for b in self.manuscript.blocks if b["t"] == "Div" and tree.identifier(b) == slide)
        names = (tree.identifier(n) for n in tree.walk(tree.blocks(block)) if n["t"] == "Span")
        found = next((self.manuscript.places[n] for n in names if n in self.manuscript.places), None)
        return found or self.session.place(self.target.subject)


def _is_of_step(node: Node) -> bool:
    names = tree.classes(node)
    return "countries" in names or ("figure" in names and any(name.startswith("step-") for name in names))


MAKER = SlidesMaker()
