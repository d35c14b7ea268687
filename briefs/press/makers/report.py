"""Makes documents of chapters: composed once, split into chunks that are typeset apart, then joined and written.

In: a target whose kind has the layout “chapters”. Out: a finished document. Its pieces are its chunks except the front
matter, which names the pages of all others and is therefore typeset last.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from briefs.clock import clock
from briefs.compose import identity, tree
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.numbering import Caption, Heading
from briefs.compose.pictures import Picture
from briefs.edition import digits
from briefs.press.documents import DocumentPiece, FinishedDocument, Opened, PieceFiles, Target
from briefs.press.makers.base import Maker
from briefs.theme import LadderStep
from briefs.tools import fonts, libreoffice
from briefs.typeset.page import chunks, ends, html, join, raster, tables
from briefs.typeset.page.chunks import Chunk, TypesetPages
from briefs.typeset.page.ends import PageEnds
from briefs.typeset.word import document as word

if TYPE_CHECKING:
    from briefs.press.composer import Composer
    from briefs.press.session import Session
    from briefs.typeset.page.layout import PageLayout


@dataclass(frozen=True)
class LayoutRequest:
    """What a chunk is typeset from: its tree, the figures in it, and the manuscript's metadata (`about`, without its blocks)."""

    chunk: Chunk
    about: Manuscript
    figures: Mapping[str, str | bytes]


@dataclass(frozen=True)
class ComposedReport:
    """A report's manuscript, its figures as drawn, and its front matter."""

    manuscript: Manuscript
    figures: Mapping[str, str | bytes]
    front: LayoutRequest


class ReportMaker(Maker[ComposedReport, LayoutRequest]):
    """Makes reports. Their chunks can be typeset at the same time, and each is cached under a hash of its own content."""

    def open(self, composer: Composer, target: Target) -> Opened[ComposedReport, LayoutRequest]:
        with clock.stage("compose"):
            manuscript = composer.compose(target)
            figures = composer.drawn(manuscript)
            front, *others = _cut(manuscript, figures)
            pieces = (DocumentPiece(p.chunk.name, key(composer, target, p), len(repr(p.chunk.blocks)), p) for p in others)
            return Opened(ComposedReport(manuscript, figures, front), tuple(pieces))

    def piece(self, session: Session, target: Target, content: LayoutRequest) -> PieceFiles:
        pages = typeset(session, target, content)
        with clock.stage("write"):
            return {"pdf": pages.pdf, "json": json.dumps(pages.to_dict()).encode()}

    def close(self, session: Session, target: Target, state: ComposedReport, pieces: Sequence[PieceFiles]) -> FinishedDocument:
        body = [TypesetPages.from_dict(json.loads(files["json"]), files["pdf"]) for files in pieces]
        numbers = chunks.page_numbers(body)
        printed = {name: digits.written(page, state.manuscript.numerals) for name, page in numbers.items()}
        front = typeset(session, target, replace(state.front, chunk=_with_page_numbers(state.front.chunk, printed)))
        whole = [front, *body]
        session.check_pages(state.manuscript, target, [fault for pages in whole for fault in pages.faults])
        files: dict[str, bytes] = {}
        with clock.stage("write"):
            if "pdf" in target.formats:
                files["pdf"] = _pdf(session, target, state, whole)
            if "docx" in target.formats:
                state = replace(state, manuscript=_with_tables(state.manuscript, whole))
                pictures = {} if target.printed else _pictures(session, whole, files.get("pdf"))
                files["docx"] = _docx(session, target, state, numbers | dict.fromkeys(front.anchors, ""), pictures)
        pages = sum(len(chunk.page_names) for chunk in whole)
        name = _step(session, target).name
        return FinishedDocument(state.manuscript.stem, files, pages, name, warnings=state.manuscript.warnings)


def key(composer: Composer, target: Target, piece: LayoutRequest) -> str:
    """The hash of the content that a piece is made of. `Inputs.piece_key` adds the templates, the fonts and the program to it."""
    figures = {name: hashlib.sha256(f.encode() if isinstance(f, str) else f).hexdigest() for name, f in piece.figures.items()}
    chunk = [getattr(piece.chunk, field.name) for field in fields(Chunk)]
    made_of = [chunk, _page(composer, target, piece, ""), figures, target.printed]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()


def _cut(manuscript: Manuscript, figures: Mapping[str, str | bytes]) -> list[LayoutRequest]:
    """The front matter, then each other chunk, with the figures that are in it. The cover has the pattern of the brand too."""
    patterns = {name: picture for name, picture in manuscript.pictures.items() if name.startswith(identity.PATTERN)}
    front, *others = chunks.split(html.blocks(manuscript))
    return [_request(manuscript, figures, front, patterns), *(_request(manuscript, figures, chunk) for chunk in others)]


def _request(
    manuscript: Manuscript, figures: Mapping[str, str | bytes], chunk: Chunk, patterns: Mapping[str, Picture] = MappingProxyType({})
) -> LayoutRequest:
    about = replace(
        manuscript, blocks=(), figures={}, pictures=dict(patterns), places={}, hashes={}, headings=(), captions=(), data=()
    )
    names = {tree.target(n).removeprefix(html.FIGURE) for n in tree.walk(list(chunk.blocks)) if n["t"] == "Image"}
    return LayoutRequest(chunk, about, {name: figures[name] for name in sorted({*names, *patterns})})


def chapter(composer: Composer, manuscript: Manuscript, is_wanted: Callable[[Sequence[tree.Node]], bool]) -> LayoutRequest:
    """The first chapter that is wanted, as `ReportMaker.open` would cut it out if it began a page; the front matter if no chapter
    is wanted."""
    figures = composer.drawn(manuscript)
    found = chunks.chapter(manuscript.blocks, is_wanted)
    if found is None:
        return _cut(manuscript, figures)[0]
    parts = chunks.divided(replace(found, blocks=html.blocks(manuscript, found.blocks)))
    return _request(manuscript, figures, next((part for part in parts if is_wanted(part.blocks)), parts[0]))


def _step(composer: Composer, target: Target) -> LadderStep:
    """A report is as long as it needs to be, so it is set at the first step of its ladder."""
    return composer.theme.look.ladder[KINDS[target.kind].ladder][0]


def _page(composer: Composer, target: Target, piece: LayoutRequest, content: str, style: str = "") -> str:
    """The HTML of a piece. `style`: CSS in addition to the theme's."""
    style = f"body {{ counter-reset: footnote {piece.chunk.notes_before} }} {style}"
    bleed = composer.bleed(target.printed)
    return html.page(piece.about, content, composer.theme, target.paper, _step(composer, target), style, bleed)


def typeset(session: Session, target: Target, piece: LayoutRequest) -> TypesetPages:
    """The pages of a piece, as `join.py` takes them."""
    layout, settings = laid_out(session, target, piece)
    with clock.stage("write"):
        return replace(layout.typeset_pages(target.printed), tables=settings)


def laid_out(session: Session, target: Target, piece: LayoutRequest) -> tuple[PageLayout, Mapping[str, tables.TableSetting]]:
    """The layout of a piece, and how its tables are set."""
    look, step = session.theme.look, _step(session, target)
    own = look.page[piece.about.kind.page]
    turned = look.paper[target.paper].height - 2 * own.wide

    def lay_out(settings: Mapping[str, tables.TableSetting], page_ends: PageEnds) -> PageLayout:
        blocks = ends.with_rows(tables.with_settings(piece.chunk.blocks, settings), page_ends.rows)
        content = ends.with_ends(session.pandoc.html(tree.document(blocks)), page_ends)
        page = _page(session, target, piece, content, ends.style(page_ends, step.text[1], own.bottom))
        styles = (piece.about.kind.style, *(["two-sided"] if target.printed else []))
        return session.typesetter.lay_out(styles, page, piece.figures, piece.chunk)

    with clock.stage("lay out"):
        sizes = [size for size, _ in look.table]
        layout, settings = tables.fit(lambda found: lay_out(found, PageEnds()), sizes, turned * 72 / 25.4, piece.chunk.blocks)
        return ends.mend(partial(lay_out, settings), layout, step.text[1], target.printed), settings


def _with_tables(manuscript: Manuscript, whole: Sequence[TypesetPages]) -> Manuscript:
    """The manuscript for Word, in which each table is set as on the pages."""
    settings = {name: setting for pages in whole for name, setting in pages.tables.items()}
    return replace(manuscript, blocks=tables.with_settings(manuscript.blocks, settings))


def _with_page_numbers(front: Chunk, numbers: Mapping[str, str]) -> Chunk:
    """The front matter with a page number for each entry of its lists."""

    def number(node: tree.Node) -> list[tree.Node] | None:
        if not tree.target(node).startswith("#"):
            return None
        identifier, classes, keys = tree.attr_of(node)
        page = numbers.get(tree.target(node)[1:], "")
        return [tree.with_attr(node, [identifier, classes, [*keys, ["page", page]]])]

    return replace(front, blocks=tree.transform(list(front.blocks), number, "Link"))


def _pdf(session: Session, target: Target, report: ComposedReport, whole: Sequence[TypesetPages]) -> bytes:
    """All chunks in one PDF. Their page numbers come from a second layout of empty pages with the same names, which is laid over
    them."""
    empty = _empty_pages([name for chunk in whole for name in chunk.page_names])
    style = report.manuscript.kind.style
    styles = (style, "folio", *(["folio-two-sided"] if target.printed else []))
    folios = session.typesetter.lay_out(styles, _page(session, target, report.front, empty), {})
    stamped = folios.typeset_pages(True)
    session.check_resolution(report.manuscript, chunks.resolutions(whole), target.printed)
    with join.joined(whole, session.typesetter.shared_fonts([*whole, stamped]), stamped.pdf) as pdf:
        return session.finish_pdf(report.manuscript, pdf, target.printed)


def _empty_pages(names: Sequence[str]) -> str:
    """HTML of empty pages of these names, each with its number in the counter `folio`. After the front matter `folio` begins anew.

    A page without a name has only the rest of its chunk's notes.
    """
    found, number, part = [], 0, ""
    for name in names:
        begins = part == chunks.FRONT and name not in {chunks.FRONT, ends.BLANK}
        number, part = (1 if begins else number + 1), (part if name == ends.BLANK else name)
        style = f"break-before: page; page: {name or 'auto'}; counter-reset: folio {number}"
        found.append(f'<div class="folio {part}" style="{style}"></div>')
    return "".join(found)


def _pictures(session: Session, whole: Sequence[TypesetPages], pdf: bytes | None) -> dict[str, bytes]:
    """Each figure as a picture, cut out of the PDF. Without a PDF, all chunks are joined for this: PDFium draws letters a little
    otherwise from another subset of a font."""
    boxes = chunks.figure_boxes(whole)
    if not boxes:
        return {}
    return raster.pngs(boxes, pdf or join.to_bytes(whole, session.typesetter.shared_fonts(whole)))


def _docx(
    session: Session, target: Target, report: ComposedReport, numbers: Mapping[str, str], pictures: Mapping[str, bytes]
) -> bytes:
    """The Word file with the page numbers of the PDF; with `--check-word` with its own, as LibreOffice lays it out."""
    manuscript, step = report.manuscript, _step(session, target)

    def write(pages: Mapping[str, str]) -> bytes:
        return word.write(manuscript, report.figures, session.theme, target.paper, step, session.pandoc, pages, pictures)

    docx = write(numbers)
    return write(_word_numbers(docx, manuscript)) if target.check_word and manuscript.headings else docx


def _word_numbers(docx: bytes, manuscript: Manuscript) -> dict[str, str]:
    """The Word file's own page numbers of headings and captions. The body begins with page 1."""
    marks: list[Heading | Caption] = [*manuscript.headings, *manuscript.captions]
    laid_out = libreoffice.pdfs({"document.docx": docx}, fonts.cache_folder())["document.docx"]
    found = libreoffice.bookmarks(laid_out, [mark.anchor for mark in marks])
    first = found[manuscript.headings[0].anchor]
    return {mark.id: str(found[mark.anchor] - first + 1) for mark in marks if mark.anchor in found}


MAKER = ReportMaker()
