"""Makes documents of as many pages as they need, typeset at once: compose, set the tables, lay out, write.

In: a target whose kind has the layout “pages”. Out: a finished document. It has no pieces. Tables that are too wide are made
smaller, and a later step of the ladder saves a last page that is nearly empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from briefs.clock import clock
from briefs.compose import tree
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.press.documents import FinishedDocument, Opened, PieceFiles, Target
from briefs.press.makers.base import Maker
from briefs.typeset.page import ends, html, tables
from briefs.typeset.word import document as word

if TYPE_CHECKING:
    from briefs.press.composer import Composer
    from briefs.press.session import Session
    from briefs.theme import LadderStep
    from briefs.typeset.page.layout import PageLayout


FLOW = "flow"  # the style sheet that all these documents share


class PagesMaker(Maker[Manuscript, None]):
    """Makes documents whose text runs on from page to page."""

    def open(self, composer: Composer, target: Target) -> Opened[Manuscript, None]:
        with clock.stage("compose"):
            return Opened(composer.compose(target))

    def close(self, session: Session, target: Target, state: Manuscript, pieces: Sequence[PieceFiles]) -> FinishedDocument:
        figures = session.drawn(state)
        with clock.stage("lay out"):
            step, layout, settings = _fitted(session, target, state, figures)
            session.check_pages(state, target, layout.faults())
        files: dict[str, bytes] = {}
        with clock.stage("write"):
            if "pdf" in target.formats:
                files["pdf"] = session.pdf(state, layout, target.printed)
            if "docx" in target.formats:
                as_laid_out = replace(state, blocks=tables.with_settings(state.blocks, settings))
                pictures = {} if target.printed else layout.figure_pngs()
                numbers = layout.page_numbers()
                made = (as_laid_out, figures, session.theme, target.paper, step, session.pandoc, numbers, pictures)
                files["docx"] = word.write(*made)
        return FinishedDocument(state.stem, files, layout.pages, step.name, state.without, state.warnings)


def _fitted(
    session: Session, target: Target, manuscript: Manuscript, figures: Mapping[str, str | bytes]
) -> tuple[LadderStep, PageLayout, dict[str, tables.TableSetting]]:
    """The layout at the first step of the ladder; or, if a page of it is nearly empty, at the first step that takes fewer pages."""
    first, *others = session.theme.look.ladder[KINDS[target.kind].ladder]
    layout, settings = _lay_out(session, target, manuscript, figures, first)
    for step in others if ends.is_nearly_empty(layout) else ():
        smaller, own = _lay_out(session, target, manuscript, figures, step)
        if smaller.pages < layout.pages:
            return step, smaller, own
    return first, layout, settings


def _lay_out(
    session: Session, target: Target, manuscript: Manuscript, figures: Mapping[str, str | bytes], step: LadderStep
) -> tuple[PageLayout, dict[str, tables.TableSetting]]:
    """The layout, and how each table is set in it."""
    look, kind = session.theme.look, manuscript.kind
    turned = look.sheet(kind.page, target.paper).height - 2 * look.page[kind.page].wide
    blocks = html.blocks(manuscript)

    def lay_out(settings: Mapping[str, tables.TableSetting]) -> PageLayout:
        content = session.pandoc.html(tree.document(tables.with_settings(blocks, settings)))
        bleed = session.bleed(target.printed)
        page = html.page(manuscript, content, session.theme, target.paper, step, bleed=bleed)
        return session.typesetter.lay_out((FLOW, kind.style), page, figures)

    return tables.fit(lay_out, [size for size, _ in look.table], turned * 72 / 25.4, blocks)


MAKER = PagesMaker()
