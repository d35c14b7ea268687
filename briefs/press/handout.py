"""A deck through every room: compose, fit each slide, arrange them on pages, write.

In: the session, a deck's name or a country's code, formats, a paper, how many slides stand on a page. Out: `Made`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from briefs.clock import clock
from briefs.compose import tree
from briefs.compose.kinds import Kind
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import TemplateFiller
from briefs.press.dates import dated
from briefs.problems import Place, Problem, Problems, error
from briefs.typeset import slides
from briefs.typeset.page import html
from briefs.typeset.page.layout import PageLayout
from briefs.typeset.slides import fit, handout, look
from briefs.typeset.word import slides as word

if TYPE_CHECKING:
    from briefs.press.session import Session

ENDLESS = ":root { --height: 9000mm }"  # paper that cuts nothing off, to measure what is too long
MEASURED = 1  # a page: the layout in which slides are fitted, so that a slide has one step in every layout and format


class Printer:
    """Makes the handout of one deck."""

    def __init__(self, session: Session, kind: Kind, subject: str, paper: str, printed: bool = False):
        self.session = session
        self.theme = session.theme
        self.kind, self.subject, self.paper = kind, subject, paper
        self.printed = printed
        writer = TemplateFiller(session.templates, session.pandoc)
        with clock.stage("compose"):
            self.manuscript: Manuscript = dated(kind.compose(kind.share(session.edition, subject), writer, subject))
            session.check_glyphs(self.manuscript)
        self.figures: Mapping[str, str | bytes] = session.drawn(self.manuscript)
        self.titles = handout.names([block for block in self.manuscript.blocks if "slide" in tree.classes(block)])
        with clock.stage("fit"):
            self.steps, self.measured = self._fit()

    def files(self, formats: Sequence[str], per_page: int) -> tuple[dict[str, bytes], int]:
        """The files asked for, and the pages that the handout has."""
        with clock.stage("fit"):
            how = self._arranged(per_page)
        with clock.stage("lay out"):
            layout = self._lay_out(how, self.steps)
        with clock.stage("write"):
            return self._written(layout, how, formats), layout.pages

    def _written(self, layout: PageLayout, how: handout.HandoutLayout, formats: Sequence[str]) -> dict[str, bytes]:
        made: dict[str, bytes] = {}
        if "pdf" in formats:
            made["pdf"] = self.session.pdf(self.manuscript, layout, self.printed)
        if "docx" in formats:
            pages = handout.pages(self.manuscript, how, self.theme, self.steps)
            made["docx"] = word.write(pages, self.figures, self.theme, self.paper, how, self.session.pandoc, layout.page_numbers())
        if "pptx" in formats:
            made["pptx"] = slides.write(
                self.manuscript, self.figures, self.theme, self.steps, fit.picture_boxes(self.measured), self.session.pandoc
            )
        return made

    def _arranged(self, per_page: int) -> handout.HandoutLayout:
        """The layout at the first step of the notes' type at which all have room. Measured on endless paper: where a page ends,
        what doesn't fit is not drawn at all, and so not seen.
        """
        over: list[fit.Overflow] = []
        for step in range(len(self.theme.look.handout.notes)):
            how = handout.layout(per_page, self.theme, self.theme.look.page[self.kind.page], self.paper, step)
            over = fit.overflows(self._lay_out(how, self.steps, ENDLESS))
            if not over:
                return how
        raise Problems([self._problem(o, how) for o in over])

    def _fit(self) -> tuple[tuple[int, ...], PageLayout]:
        """The step of each slide, and the layout in which they were found."""
        how = handout.layout(MEASURED, self.theme, self.theme.look.page[self.kind.page], "a4")
        last: list[PageLayout] = []

        def lay_out(steps: tuple[int, ...]) -> PageLayout:
            last[:] = [self._lay_out(how, steps, ENDLESS)]
            return last[0]

        try:
            steps = fit.fit(lay_out, list(self.titles), len(self.theme.look.ladder[self.kind.ladder]))
        except fit.Overfull as fault:
            raise Problems([self._problem(o, how) for o in fault.over]) from None
        return steps, last[0]

    def _lay_out(self, how: handout.HandoutLayout, steps: Sequence[int], style: str = "") -> PageLayout:
        pages = handout.pages(self.manuscript, how, self.theme, steps)
        content = html.body(pages, self.session.pandoc)
        first = self.theme.look.ladder[self.kind.ladder][0]
        bleed = self.theme.look.print.bleed if self.printed else 0
        text = html.page(pages, content, self.theme, self.paper, first, f"{look.rules(pages, self.theme, how)} {style}", bleed)
        return self.session.press.lay_out((self.kind.style,), text, self.figures)

    def _problem(self, over: fit.Overflow, how: handout.HandoutLayout) -> Problem:
        """What holds too much, and by how much: lines of a slide as it is shown, or of notes on paper."""
        title = self.titles[over.slide][:60]
        leading = how.type[1]
        hint = "Shorten them, or print fewer slides a page (--per-page)."
        what = f"the notes of the slide “{title}” are"
        if over.part != "notes":
            step = self.theme.look.ladder[self.kind.ladder][-1]
            leading = (step.lead if over.part == "title" else step.text)[1] * how.scale
            what = f"the slide “{title}” is" if over.part == "text" else f"the title of the slide “{title}” is"
            hint = "Shorten it, or make two slides of it."
        lines = max(1, round(over.points / leading + 0.3))
        return error(self._place(over.slide), f"{what} {lines} {'line' if lines == 1 else 'lines'} too long", hint)

    def _place(self, slide: str) -> Place:
        """Where the slide's text stands in the content."""
        block = next(b for b in self.manuscript.blocks if b["t"] == "Div" and b["c"][0][0] == slide)
        named = (n["c"][0][0] for n in tree.walk(block["c"][1]) if n["t"] == "Span")
        found = next((self.manuscript.places[n] for n in named if n in self.manuscript.places), None)
        return found or self.session.place(self.subject)
