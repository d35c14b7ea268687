"""Makes bound documents: a cover with the contents, then documents of one page about countries, each fitted by itself.

In: a target whose kind has the layout “bound”. Out: a finished document. It has no pieces. The pages are joined into one PDF with
one structure tree, outline and page labels. The Word file is composed of the same manuscripts, in the smallest type that one of
them needs, since its styles are those of the whole file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from briefs.clock import clock
from briefs.compose import pack, tree
from briefs.compose.kinds import KINDS, Kind
from briefs.compose.manuscript import Manuscript
from briefs.compose.pack import BoundBrief
from briefs.edition import digits
from briefs.press.documents import FinishedDocument, Opened, PieceFiles, Target
from briefs.press.makers import page as one_page
from briefs.press.makers.base import Maker
from briefs.typeset.page import html, join
from briefs.typeset.page.chunks import Chunk
from briefs.typeset.word import document as word

if TYPE_CHECKING:
    from briefs.press.composer import Composer
    from briefs.press.session import Session
    from briefs.theme import LadderStep
    from briefs.typeset.page.layout import PageLayout


@dataclass(frozen=True)
class _LaidOut:
    """A brief on its page, with its figures as drawn."""

    brief: BoundBrief
    layout: PageLayout
    figures: Mapping[str, str | bytes]


@dataclass(frozen=True)
class LaidOut:
    """A part of a document on its page, with its figures as drawn."""

    layout: PageLayout
    figures: Mapping[str, str | bytes]


def write(
    session: Session,
    target: Target,
    whole: Manuscript,
    parts: Sequence[LaidOut],
    step: LadderStep,
    pages: Mapping[str, str],
    *,
    has_front: bool = False,
) -> FinishedDocument:
    """The files of a document of several parts. `whole`: the manuscript of all of them. `step`: the step of the ladder whose type
    the Word file has. `pages`: the page number of each block, by the block's bookmark. `has_front`: the first part has a page
    number of its own."""
    typeset = [part.layout.typeset_pages(target.printed) for part in parts]
    files: dict[str, bytes] = {}
    with clock.stage("write"):
        if "pdf" in target.formats:
            with join.joined(typeset, session.typesetter.shared_fonts(typeset), has_front=has_front) as pdf:
                files["pdf"] = session.finish_pdf(whole, pdf, target.printed)
        if "docx" in target.formats:
            figures = {name: figure for part in parts for name, figure in part.figures.items()}
            pictures = {} if target.printed else {n: p for part in parts for n, p in part.layout.figure_pngs().items()}
            made = (whole, figures, session.theme, target.paper, step, session.pandoc, pages, pictures)
            files["docx"] = word.write(*made)
    count = sum(len(pages.page_names) for pages in typeset)
    return FinishedDocument(whole.stem, files, count, step.name, whole.gone, whole.warnings)


class BoundMaker(Maker[Manuscript, None]):
    """Makes packs of briefs."""

    def open(self, composer: Composer, target: Target) -> Opened[Manuscript, None]:
        with clock.stage("compose"):
            return Opened(composer.compose(target))

    def close(self, session: Session, target: Target, state: Manuscript, pieces: Sequence[PieceFiles]) -> FinishedDocument:
        ladder = session.theme.look.ladder[state.kind.ladder]
        laid_out, step = _briefs(session, target)
        numbers = {f"brief_{one.brief.code}": str(one.brief.number) for one in laid_out}
        front = _lay_out(session, target, _with_numbers(state, numbers), ladder[0], "", Chunk("front", (), 0, tuple(numbers)))
        session.check_pages(state, target, front.faults())
        whole = pack.whole(state, [one.brief for one in laid_out])
        pages = {name: str(one.brief.number) for one in laid_out for name in one.brief.manuscript.places} | numbers
        bound = [LaidOut(one.layout, one.figures) for one in laid_out]
        return write(session, target, whole, [LaidOut(front, {}), *bound], ladder[step], pages, has_front=True)


def _briefs(session: Session, target: Target) -> tuple[list[_LaidOut], int]:
    """Each brief of the journey on its page, and the highest number of a step that one of them needs."""
    kind = _kind()
    ladder, last, found = session.theme.look.ladder[kind.ladder], 0, []
    for number, code in enumerate(session.edition.journeys[target.subject].countries, 1):
        formats, printed = kind.formats, target.printed
        own = Target(kind.name, code, session.edition.names[code], formats, target.paper, target.check_word, printed=printed)
        fitted = one_page.fitted_page(session, own)
        brief = pack.bound(fitted.manuscript, code, number)
        counted = digits.written(number, brief.manuscript.numerals)
        layout = _lay_out(session, target, brief.manuscript, ladder[fitted.step], counted, Chunk(code, (), 0, ()))
        session.check_pages(brief.manuscript, own, layout.faults())
        session.check_resolution(brief.manuscript, layout.resolutions(), target.printed)
        found.append(_LaidOut(brief, layout, session.drawn(brief.manuscript)))
        last = max(last, fitted.step)
    return found, last


def _kind() -> Kind:
    """The kind of the documents that are bound."""
    return next(kind for kind in KINDS.values() if kind.subjects == "country")


def _lay_out(
    session: Session, target: Target, manuscript: Manuscript, step: LadderStep, number: str, chunk: Chunk
) -> PageLayout:  # fmt: skip
    """A part of the pack on its page, with its number at the foot."""
    content = html.body(manuscript, session.pandoc)
    style = f'@page {{ @bottom-right {{ content: "{number}" }} }}' if number else ""
    page = html.page(manuscript, content, session.theme, target.paper, step, style, session.bleed(target.printed))
    return session.typesetter.lay_out((_kind().style, KINDS[target.kind].style), page, session.drawn(manuscript), chunk)


def _with_numbers(front: Manuscript, numbers: Mapping[str, str]) -> Manuscript:
    """The cover with the page number of each brief."""

    def number(node: tree.Node) -> list[tree.Node] | None:
        page = numbers.get(tree.target(node).removeprefix("#"))
        identifier, classes, keys = tree.attr_of(node)
        return [tree.with_attr(node, [identifier, classes, [*keys, ["page", page]]])] if page else None

    return replace(front, blocks=tree.transform(list(front.blocks), number, "Link"))


MAKER = BoundMaker()
