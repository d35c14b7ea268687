"""A report through every room: composed once, its parts typeset side by side, each kept by its content, then joined and written.

In: the workshop, a kind, a subject, a paper. Out: `Opened`; of each of its pieces `Sheets`; of all together `Made`. The front
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
from briefs.compose.slots import Writer
from briefs.press.cache import Cache, Inputs
from briefs.press.dates import dated
from briefs.press.made import Made
from briefs.theme import Rung
from briefs.tools import fonts, libreoffice
from briefs.typeset import word
from briefs.typeset.page import html, join, parts, shown
from briefs.typeset.page.parts import Part, Sheets

if TYPE_CHECKING:
    from briefs.press.pipeline import Workshop


@dataclass(frozen=True)
class Piece:
    """All that a part is typeset from: its tree, what the document says of itself, and the figures that the part shows."""

    part: Part
    about: Manuscript
    figures: Mapping[str, str | bytes]
    paper: str
    rung: Rung
    printed: bool

    @property
    def length(self) -> int:
        """How much there is to do, roughly."""
        return len(repr(self.part.blocks))


@dataclass(frozen=True)
class Opened:
    """A report that is composed and cut: its manuscript, its figures as drawn, the front matter, and the pieces to begin with."""

    manuscript: Manuscript
    figures: Mapping[str, str | bytes]
    front: Piece
    pieces: tuple[Piece, ...]


def opened(workshop: Workshop, kind: Kind, subject: str, paper: str, printed: bool) -> Opened:
    """Compose a report, draw its figures, and cut it into pieces."""
    with clock.stage("compose"):
        share = kind.share(workshop.edition, subject)
        manuscript = dated(kind.compose(share, Writer(workshop.templates, workshop.pandoc), subject))
        workshop.check_glyphs(manuscript)
        figures = workshop.drawn(manuscript)
        about = replace(manuscript, blocks=(), figures={}, pictures={}, places={}, hashes={}, headings=(), captions=(), data=None)
        rung = workshop.theme.look.ladder[kind.ladder][0]

        def piece(part: Part) -> Piece:
            shown = {n["c"][2][0].removeprefix(html.FIGURE) for n in tree.walk(list(part.blocks)) if n["t"] == "Image"}
            return Piece(part, about, {name: figures[name] for name in sorted(shown)}, paper, rung, printed)

        front, *others = map(piece, parts.cut(html.blocks(manuscript)))
    return Opened(manuscript, figures, front, tuple(others))


def sheets(workshop: Workshop, piece: Piece, cache: Cache | None = None, inputs: Inputs | None = None) -> Sheets:
    """A piece on pages; from the `cache`, or put there, under the hash of all that it is made of."""
    name = key(workshop, piece, inputs) if inputs else ""
    known = _kept(cache, name) if cache and name else None
    if known:
        return known
    with clock.stage("lay out"):
        content = workshop.pandoc.html(tree.document(piece.part.blocks))
        laid = workshop.press.lay_out(piece.about.kind, _page(workshop, piece, content), piece.figures, piece.part)
    with clock.stage("write"):
        done = replace(laid.sheets(piece.printed), key=name)
    if cache and name:
        files = {"pdf": done.pdf, "json": json.dumps(done.told()).encode()}
        cache.put(name, Made(piece.part.name, files, len(done.names)))
    return done


def _page(workshop: Workshop, piece: Piece, content: str) -> str:
    bleed = workshop.theme.look.print.bleed if piece.printed else 0
    style = f"body {{ counter-reset: footnote {piece.part.notes} }}"
    return html.page(piece.about, content, workshop.theme, piece.paper, piece.rung, style, bleed)


def key(workshop: Workshop, piece: Piece, inputs: Inputs) -> str:
    """The hash of all that a piece is made of. What templates, fonts, program and tools are is told by the report's own inputs."""
    figures = {name: hashlib.sha256(f.encode() if isinstance(f, str) else f).hexdigest() for name, f in piece.figures.items()}
    made_of = [
        [getattr(piece.part, field.name) for field in fields(Part)],
        _page(workshop, piece, ""),
        figures,
        piece.printed,
        inputs.templates,
        inputs.fonts,
        inputs.program,
    ]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()


def _kept(cache: Cache, key: str) -> Sheets | None:
    known = cache.told(key)
    files = {format: cache.file(key, format, file["sha256"]) for format, file in known["files"].items()} if known else {}
    if files.get("json") is None or files.get("pdf") is None:
        return None
    return Sheets.of(json.loads(files["json"]), files["pdf"])  # type: ignore[arg-type]


def made(workshop: Workshop, report: Opened, done: Sequence[Sheets], formats: Sequence[str], check_word: bool = False) -> Made:
    """A report whose pieces are `done`."""
    numbers = parts.numbers(done)
    front = sheets(workshop, replace(report.front, part=_numbered(report.front.part, numbers)))
    whole = [front, *done]
    files: dict[str, bytes] = {}
    with clock.stage("write"):
        if "pdf" in formats:
            files["pdf"] = _pdf(workshop, report, whole)
        if "docx" in formats:
            pictures = {} if report.front.printed else _shown(workshop, whole, files.get("pdf"))
            files["docx"] = _docx(workshop, report, numbers | dict.fromkeys(front.anchors, ""), pictures, check_word)
    pieces = {part.name: part.key for part in done if part.key}
    return Made(report.manuscript.stem, files, sum(len(part.names) for part in whole), report.front.rung.name, (), pieces)


def _numbered(front: Part, numbers: Mapping[str, str]) -> Part:
    """The front matter with the page of each entry of its lists."""

    def number(node: tree.Node) -> list[tree.Node] | None:
        if not node["c"][2][0].startswith("#"):
            return None
        (identifier, classes, keys), inlines, target = node["c"]
        return [{"t": "Link", "c": [[identifier, classes, [*keys, ["page", numbers.get(target[0][1:], "")]]], inlines, target]}]

    return replace(front, blocks=tree.transform(list(front.blocks), number, "Link"))


def _pdf(workshop: Workshop, report: Opened, whole: Sequence[Sheets]) -> bytes:
    piece = report.front
    names = groupby(name for part in whole for name in part.names)
    page = '<div style="break-before: page"></div>'
    empty = "".join(f'<div style="page: {name}">{page * len(list(pages))}</div>' for name, pages in names)
    folios = workshop.press.lay_out("folio", _page(workshop, piece, empty), {})
    stamped = folios.sheets(True)
    workshop.check_dots(report.manuscript, parts.dots(whole), piece.printed)
    with join.joined(whole, workshop.press.together([*whole, stamped]), stamped.pdf) as pdf:
        return workshop.finished(report.manuscript, pdf, piece.printed)


def _shown(workshop: Workshop, whole: Sequence[Sheets], pdf: bytes | None) -> dict[str, bytes]:
    """Each figure as its page shows it: cut out of the PDF, or where none was asked for, of a file of the parts with figures."""
    some = whole if pdf else [part for part in whole if part.frames]
    if not some:
        return {}
    return shown.pngs(parts.frames(some), pdf or join.written(some, workshop.press.together(some)))


def _docx(workshop: Workshop, report: Opened, numbers: Mapping[str, str], pictures: Mapping[str, bytes], check_word: bool) -> bytes:
    """The Word file with the numbers of the PDF's pages; or with its own, as LibreOffice lays it out."""
    piece, manuscript = report.front, report.manuscript

    def write(pages: Mapping[str, str]) -> bytes:
        return word.write(manuscript, report.figures, workshop.theme, piece.paper, piece.rung, workshop.pandoc, pages, pictures)

    made = write(numbers)
    return write(_word_numbers(made, manuscript)) if check_word and manuscript.headings else made


def _word_numbers(docx: bytes, manuscript: Manuscript) -> dict[str, str]:
    """The Word file's own page numbers of headings and captions; the body begins with page 1."""
    marks: list[Heading | Caption] = [*manuscript.headings, *manuscript.captions]
    laid = libreoffice.pdfs({"document.docx": docx}, fonts.cache_folder())["document.docx"]
    found = libreoffice.bookmarks(laid, [m.anchor for m in marks])
    first = found[manuscript.headings[0].anchor]
    return {m.id: str(found[m.anchor] - first + 1) for m in marks if m.anchor in found}
