"""The cover of a report in Word: the publisher is set apart from the band, and authors, date and addresses stand at the foot."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pypdfium2
import pytest

from briefs.press.session import Session
from briefs.tools import libreoffice
from tests import small

LINES = ("Ann Author", "Ben Author", "desk@example.org", "https://example.org/report")
POINT = 72 / 25.4  # a millimetre


@pytest.fixture(scope="module")
def made(session: Session) -> bytes:
    about = {"authors": list(LINES[:2]), "publisher": "The Publisher", "contact": LINES[2], "address": LINES[3]}
    edition = small.edition(about=about, more={"report/01-a.md": "---\ntitle: A section\nid: sec-a\n---\n\nWords.\n"})
    return small.make(small.with_edition(session, edition), "report", "", ("docx",)).files["docx"]


def test_what_ends_a_cover_stands_at_its_foot(made: bytes, cache: Path) -> None:
    page = pypdfium2.PdfDocument(libreoffice.pdfs({"report.docx": made}, cache)["report.docx"])[0]
    text = page.get_textpage()
    lines = [_place(text, words) for words in LINES]
    assert lines == sorted(lines, reverse=True)
    assert lines[-1] - 25 * POINT < 6, "the last line stands on the bottom margin"
    assert lines[0] - lines[1] < 18 and lines[2] - lines[3] < 18, "without gaps"
    height = page.get_height()
    assert height - 45 * POINT < _place(text, "The Publisher") < height - 39 * POINT, "apart from the band, which is 32 mm high"


def _place(text: pypdfium2.PdfTextPage, words: str) -> float:
    """How high the bottom of the words stands on the page, in points."""
    found = text.search(words).get_next()
    assert found, words
    return float(min(text.get_charbox(found[0] + n)[1] for n in range(found[1])))


def test_no_paragraph_in_a_frame_ends_a_section(made: bytes) -> None:
    """Word would end the section outside the frame."""
    body = docx.Document(io.BytesIO(made)).element.body
    framed = body.xpath("w:p[w:pPr/w:framePr]")
    assert len(framed) == 6 and not any(p.xpath("w:pPr/w:sectPr") for p in framed)
    assert framed[-1].getnext().xpath("w:pPr/w:sectPr") and not "".join(framed[-1].getnext().itertext())


def test_an_empty_section_follows_columns_of_sources(made: bytes) -> None:
    """Word makes columns of equal heights only before a section that goes on on the same page."""
    sections = docx.Document(io.BytesIO(made)).sections
    (at,) = [n for n, section in enumerate(sections) if section._sectPr.xpath("w:cols[@w:num='3']")]
    assert sections[at + 1].start_type == docx.enum.section.WD_SECTION.CONTINUOUS
