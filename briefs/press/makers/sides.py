"""Makes documents of two sides: the brief of a country in two languages, each fitted by itself, front and back.

In: a target whose kind has the layout “two sides”. Out: a finished document. It has no pieces. The PDF has both pages in one
structure tree, each in its language. The Word file is composed of the same manuscripts, in the smaller type of the two, since its
styles are those of the whole file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from briefs.clock import clock
from briefs.compose import bilingual, several
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.pack import renamed
from briefs.press.documents import FinishedDocument, Opened, PieceFiles, Target
from briefs.press.makers import page as one_page
from briefs.press.makers.base import Maker
from briefs.press.makers.bound import LaidOut, write
from briefs.typeset.page import html, justify
from briefs.typeset.page.chunks import Chunk

if TYPE_CHECKING:
    from briefs.press.composer import Composer
    from briefs.press.session import Session

_BRIEF = next(kind for kind in KINDS.values() if kind.subjects == "country")


class SidesMaker(Maker[Manuscript, None]):
    """Makes briefs in two languages."""

    def open(self, composer: Composer, target: Target) -> Opened[Manuscript, None]:
        with clock.stage("compose"):
            return Opened(composer.compose(target))

    def close(self, session: Session, target: Target, state: Manuscript, pieces: Sequence[PieceFiles]) -> FinishedDocument:
        code, *tags = several.codes(target.subject)
        made = [_side(session.in_language(tag), target, code, tag, number) for number, tag in enumerate(tags, 1)]
        whole = bilingual.whole(state, [brief for brief, _, _ in made])
        step = session.theme.look.ladder[_BRIEF.ladder][max(step for _, _, step in made)]
        pages = {name: str(number) for number, (brief, _, _) in enumerate(made, 1) for name in brief.places}
        return write(session, target, whole, [side for _, side, _ in made], step, pages)


def _side(session: Session, target: Target, code: str, tag: str, number: int) -> tuple[Manuscript, LaidOut, int]:
    """The brief in one language, on its page, and the number of its step. `session`: that of the language."""
    name, formats, printed = session.edition.names[code], _BRIEF.formats, target.printed
    language = session.edition.translation
    own = Target(_BRIEF.name, code, name, formats, target.paper, target.check_word, printed=printed, language=language)
    fitted = one_page.fitted_page(session, own)
    brief, look = renamed(fitted.manuscript, tag, number), session.theme.look
    step, drawn = look.ladder[_BRIEF.ladder][fitted.step], session.drawn(brief)
    page = html.page(brief, html.body(brief, session.pandoc), session.theme, target.paper, step, bleed=session.bleed(printed))
    layout = session.typesetter.lay_out((_BRIEF.style,), page, drawn, Chunk(tag, (), 0, ()))
    session.check_pages(brief, own, layout.faults())
    session.check_resolution(brief, layout.resolutions(), printed)
    if found := justify.justification(layout.document, look.page[_BRIEF.page]):
        found.fill()
    return brief, LaidOut(layout, drawn), fitted.step


MAKER = SidesMaker()
