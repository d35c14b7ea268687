"""A report through every room: composed once, its parts typeset side by side, each kept by its content, then joined and written.

In: the session, a kind, a subject, a paper. Out: `Opened`; of each of its pieces `Sheets`; of all together `Made`. The front
matter waits for the others: it tells on which pages they stand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import groupby
from typing import TYPE_CHECKING

from briefs.clock import clock
from briefs.compose import tree
from briefs.compose.kinds import Kind
from briefs.compose.manuscript import Manuscript
from briefs.compose.numbering import Caption, Heading
from briefs.compose.slots import TemplateFiller
from briefs.press.cache import Cache, Inputs
from briefs.press.dates import dated
from briefs.press.made import FinishedDocument
from briefs.theme import LadderStep
from briefs.tools import fonts, libreoffice
from briefs.typeset import word
from briefs.typeset.page import chunks, html, join, raster
from briefs.typeset.page.chunks import Chunk, TypesetPages

if TYPE_CHECKING:
    from briefs.press.session import Session


@dataclass(frozen=True)
class LayoutRequest:
    """All that a part is typeset from: its tree, what the document says of itself, and the figures that the part shows."""

    chunk: Chunk
    about: Manuscript
    figures: Mapping[str, str | bytes]
    paper: str
    step: LadderStep
    printed: bool

    @property
    def length(self) -> int:
        """How much there is to do, roughly."""
        return len(repr(self.chunk.blocks))


@dataclass(frozen=True)
class Opened:
    """A report that is composed and cut: its manuscript, its figures as drawn, the front matter, and the pieces to begin with."""

    manuscript: Manuscript
    figures: Mapping[str, str | bytes]
    front: LayoutRequest
    pieces: tuple[LayoutRequest, ...]


def opened(session: Session, kind: Kind, subject: str, paper: str, printed: bool) -> Opened:
    """Compose a report, draw its figures, and cut it into pieces."""
    with clock.stage("compose"):
        share = kind.share(session.edition, subject)
        manuscript = dated(kind.compose(share, TemplateFiller(session.templates, session.pandoc), subject))
        session.check_glyphs(manuscript)
        figures = session.drawn(manuscript)
        about = replace(manuscript, blocks=(), figures={}, pictures={}, places={}, hashes={}, headings=(), captions=(), data=None)
        step = session.theme.look.ladder[kind.ladder][0]

        def piece(part: Chunk) -> LayoutRequest:
            shown = {n["c"][2][0].removeprefix(html.FIGURE) for n in tree.walk(list(part.blocks)) if n["t"] == "Image"}
            return LayoutRequest(part, about, {name: figures[name] for name in sorted(shown)}, paper, step, printed)

        front, *others = map(piece, chunks.split(html.blocks(manuscript)))
    return Opened(manuscript, figures, front, tuple(others))


def sheets(session: Session, piece: LayoutRequest, cache: Cache | None = None, inputs: Inputs | None = None) -> TypesetPages:
    """A piece on pages; from the `cache`, or put there, under the hash of all that it is made of."""
    name = key(session, piece, inputs) if inputs else ""
    known = _kept(cache, name) if cache and name else None
    if known:
        return known
    with clock.stage("lay out"):
        content = session.pandoc.html(tree.document(piece.chunk.blocks))
        laid = session.press.lay_out((piece.about.kind.style,), _page(session, piece, content), piece.figures, piece.chunk)
    with clock.stage("write"):
        done = replace(laid.typeset_pages(piece.printed), key=name)
    if cache and name:
        files = {"pdf": done.pdf, "json": json.dumps(done.to_dict()).encode()}
        cache.put(name, FinishedDocument(piece.chunk.name, files, len(done.page_names)))
    return done


def _page(session: Session, piece: LayoutRequest, content: str) -> str:
    bleed = session.theme.look.print.bleed if piece.printed else 0
    style = f"body {{ counter-reset: footnote {piece.chunk.notes_before} }}"
    return html.page(piece.about, content, session.theme, piece.paper, piece.step, style, bleed)


def key(session: Session, piece: LayoutRequest, inputs: Inputs) -> str:
    """The hash of all that a piece is made of. What templates, fonts, program and tools are is told by the report's own inputs."""
    figures = {name: hashlib.sha256(f.encode() if isinstance(f, str) else f).hexdigest() for name, f in piece.figures.items()}
    made_of = [
        [getattr(piece.chunk, field.name) for field in fields(Chunk)],
        _page(session, piece, ""),
        figures,
        piece.printed,
        inputs.templates,
        inputs.fonts,
        inputs.program,
    ]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()


def _kept(cache: Cache, key: str) -> TypesetPages | None:
    known = cache.told(key)
    files = {format: cache.file(key, format, file["sha256"]) for format, file in known["files"].items()} if known else {}
    if files.get("json") is None or files.get("pdf") is None:
        return None
    return TypesetPages.from_dict(json.loads(files["json"]), files["pdf"])  # type: ignore[arg-type]


def made(
    session: Session, report: Opened, done: Sequence[TypesetPages], formats: Sequence[str], check_word: bool = False
) -> FinishedDocument:
    """A report whose pieces are `done`."""
    numbers = chunks.page_numbers(done)
    front = sheets(session, replace(report.front, chunk=_numbered(report.front.chunk, numbers)))
    whole = [front, *done]
    files: dict[str, bytes] = {}
    with clock.stage("write"):
        if "pdf" in formats:
            files["pdf"] = _pdf(session, report, whole)
        if "docx" in formats:
            pictures = {} if report.front.printed else _shown(session, whole, files.get("pdf"))
            files["docx"] = _docx(session, report, numbers | dict.fromkeys(front.anchors, ""), pictures, check_word)
    pieces = {part.name: part.key for part in done if part.key}
    return FinishedDocument(
        report.manuscript.stem, files, sum(len(part.page_names) for part in whole), report.front.step.name, (), pieces
    )


def _numbered(front: Chunk, numbers: Mapping[str, str]) -> Chunk:
    """The front matter with the page of each entry of its lists."""

    def number(node: tree.Node) -> list[tree.Node] | None:
        if not node["c"][2][0].startswith("#"):
            return None
        (identifier, classes, keys), inlines, target = node["c"]
        return [{"t": "Link", "c": [[identifier, classes, [*keys, ["page", numbers.get(target[0][1:], "")]]], inlines, target]}]

    return replace(front, blocks=tree.transform(list(front.blocks), number, "Link"))


def _pdf(session: Session, report: Opened, whole: Sequence[TypesetPages]) -> bytes:
    piece = report.front
    names = groupby(name for part in whole for name in part.page_names)
    page = '<div style="break-before: page"></div>'
    empty = "".join(f'<div style="page: {name}">{page * len(list(pages))}</div>' for name, pages in names)
    folios = session.press.lay_out((piece.about.kind.style, "folio"), _page(session, piece, empty), {})
    stamped = folios.typeset_pages(True)
    session.check_dots(report.manuscript, chunks.resolutions(whole), piece.printed)
    with join.joined(whole, session.press.shared_fonts([*whole, stamped]), stamped.pdf) as pdf:
        return session.finished(report.manuscript, pdf, piece.printed)


def _shown(session: Session, whole: Sequence[TypesetPages], pdf: bytes | None) -> dict[str, bytes]:
    """Each figure as its page shows it: cut out of the PDF, or where none was asked for, of a file of the parts with figures."""
    some = whole if pdf else [part for part in whole if part.figures]
    if not some:
        return {}
    return raster.pngs(chunks.figure_boxes(some), pdf or join.to_bytes(some, session.press.shared_fonts(some)))


def _docx(session: Session, report: Opened, numbers: Mapping[str, str], pictures: Mapping[str, bytes], check_word: bool) -> bytes:
    """The Word file with the numbers of the PDF's pages; or with its own, as LibreOffice lays it out."""
    piece, manuscript = report.front, report.manuscript

    def write(pages: Mapping[str, str]) -> bytes:
        return word.write(manuscript, report.figures, session.theme, piece.paper, piece.step, session.pandoc, pages, pictures)

    made = write(numbers)
    return write(_word_numbers(made, manuscript)) if check_word and manuscript.headings else made


def _word_numbers(docx: bytes, manuscript: Manuscript) -> dict[str, str]:
    """The Word file's own page numbers of headings and captions; the body begins with page 1."""
    marks: list[Heading | Caption] = [*manuscript.headings, *manuscript.captions]
    laid = libreoffice.pdfs({"document.docx": docx}, fonts.cache_folder())["document.docx"]
    found = libreoffice.bookmarks(laid, [m.anchor for m in marks])
    first = found[manuscript.headings[0].anchor]
    return {m.id: str(found[m.anchor] - first + 1) for m in marks if m.anchor in found}
