"""The slides of a deck as read from each of its three files, to be compared.

In: a handout of three slides a page as PDF or DOCX, the deck as PPTX, each as bytes. Out: a `Slide` for each: the words of title,
body and notes. Left out are numbers of slides and pages, markers of lists, ruled lines, the sources and the lines
of them on slides; a picture counts as its alternative text.
The slides of sources that a PPTX ends with are left to their own function.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import docx
import pptx
from docx.oxml.ns import qn
from pptx.enum.shapes import PP_PLACEHOLDER

from tests import samewords
from tests.report import words
from tests.report.words import Element
from tests.samewords import BREAK

NUMBER = PP_PLACEHOLDER.SLIDE_NUMBER
SKIPPED = {"RuledLine", "SlideNumber", "Source", "SourceNote", "SmallHeading"}


@dataclass(frozen=True)
class Slide:
    title: list[str]
    body: list[str]
    notes: list[str]


def of_pdf(data: bytes) -> list[Slide]:
    """Read by the tag tree: a row has a slide, its number, and its notes if there are any."""
    found = []
    for element in (e for top in words.elements_of(data) for e in top.elements()):
        kids = [k for k in element.kids if isinstance(k, Element)]
        frame = _sect(kids[0]) if len(kids) in {2, 3} else None
        if frame is not None:
            heading, *rest = [k for k in frame.kids if isinstance(k, Element)]
            assert heading.tag in {"/H1", "/H2"}
            found.append(Slide(_split([heading]), _split(rest), _split(list(map(_without_sources, kids[2:])))))
    return found


def _sect(frame: Element) -> Element | None:
    inner = [k for k in frame.kids if isinstance(k, Element)]
    return inner[0] if len(inner) == 1 and inner[0].tag == "/Sect" else None


def _without_sources(side: Element) -> Element:
    """What stands beside a slide without the sources, which have a heading of their own."""
    if side.tag == "/H2":
        return Element("/Div", [])
    at = next((n for n, kid in enumerate(side.kids) if isinstance(kid, Element) and _has_heading(kid)), len(side.kids))
    is_part = at < len(side.kids) and side.kids[at].tag != "/H2"  # type: ignore[union-attr]
    inner = [_without_sources(side.kids[at])] if is_part else []  # type: ignore[arg-type]
    return Element(side.tag, [*side.kids[:at], *inner])


def _has_heading(element: Element) -> bool:
    return any(inner.tag == "/H2" for inner in element.elements())


def _split(elements: list[Element]) -> list[str]:
    whole = Element("/Div", list(elements))
    words._without_made(whole)
    return samewords.split("".join(words._flat(whole)))


def of_docx(data: bytes) -> list[Slide]:
    """Read by the outer table: each row has the table of a slide and, beside it, notes and lines."""
    found = []
    for row in docx.Document(io.BytesIO(data)).tables[0].rows:
        slide, side = row.cells
        if not slide.tables:  # the gap between two slides
            continue
        title, *_, body = slide.tables[0].rows  # an opening slide has an empty row between them
        texts = ["".join(c.text for c in dict.fromkeys(title.cells)), *(_paragraphs(c._tc) for c in dict.fromkeys(body.cells))]
        texts = [texts[0], BREAK.join(texts[1:]), _paragraphs(side._tc)]
        found.append(Slide(*map(samewords.split, texts)))
    return found


def _paragraphs(cell: object) -> str:
    parts = []
    for paragraph in cell.iter(qn("w:p")):  # type: ignore[attr-defined]
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        if style is None or style.get(qn("w:val")) not in SKIPPED:
            parts.append("".join(samewords._runs(paragraph)))
    return BREAK.join(parts)


def of_pptx(data: bytes) -> list[Slide]:
    """Read by shapes, in reading order."""
    return [_shown(slide) for slide in pptx.Presentation(io.BytesIO(data)).slides if not _lists_sources(slide)]


def sources_of_pptx(data: bytes) -> list[str]:
    """The entries on the slides of sources."""
    slides = pptx.Presentation(io.BytesIO(data)).slides
    return [p.text for s in slides if _lists_sources(s) for p in s.placeholders[1].text_frame.paragraphs]


def _lists_sources(slide: object) -> bool:
    return bool(slide.shapes.title.text_frame.text == "Sources")  # type: ignore[attr-defined]


def _shown(slide: object) -> Slide:
    texts, title = [], slide.shapes.title  # type: ignore[attr-defined]
    for shape in slide.shapes:  # type: ignore[attr-defined]
        if shape.shape_type == 13:  # a picture
            texts.append(shape._element.nvPicPr.cNvPr.get("descr"))
        elif shape.is_placeholder and shape.shape_id != title.shape_id and shape.placeholder_format.type != NUMBER:
            texts.append(shape.text_frame.text)
    notes = slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""  # type: ignore[attr-defined]
    return Slide(*(samewords.split(text.replace("\v", BREAK)) for text in (title.text_frame.text, BREAK.join(texts), notes)))
