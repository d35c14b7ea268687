"""Emphasis in Chinese, Japanese and Korean: brackets around titles, another face on the page, dots in Word, nothing slanted."""

from __future__ import annotations

import ctypes
import io
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import docx
import pypdfium2
import pytest

from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from briefs.theme import Theme
from briefs.typeset.word import package
from briefs.wordfile import opened
from tests import small

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SECTION = "---\ntitle: 导言\nid: sec-a\n---\n\n第一*重点*说明。**要点**也在。[@one; @two]^[注释中的*强调*。]\n"
SOURCES = [
    small.source("one", type="book", title="塑料的社会史", publisher="商务印书馆"),
    small.source("two", type="book", title="A Roadmap", publisher="UNEP"),
]


@pytest.fixture(scope="module")
def report(theme: Theme) -> Iterator[FinishedDocument]:
    topics = [{"id": "market", "label": "市场"}, {"id": "policy", "label": "政策"}]
    more: dict[str, Any] = {"labels/en.yaml": None, "report/01-a.md": SECTION}
    made = small.edition(about={"language": "zh-CN", "title": "报告", "topics": topics}, sources=SOURCES, more=more)
    with closing(Session(made, theme)) as session:
        yield small.make(session, "report", "", ("pdf", "docx"))


def faces(report: FinishedDocument) -> dict[str, set[str]]:
    """The faces in which each word of the section is set in the PDF."""
    found: dict[str, set[str]] = {}
    for page in pypdfium2.PdfDocument(report.files["pdf"]):
        text = page.get_textpage()
        for word in ("重点", "强调", "要点", "说明", "Roadmap"):
            searched = text.search(word)
            while hit := searched.get_next():
                found.setdefault(word, set()).add(font(text, hit[0]))
    return found


def font(text: pypdfium2.PdfTextPage, at: int) -> str:
    """The name of the font of a letter."""
    name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
    pypdfium2.raw.FPDFText_GetFontInfo(text, at, name, 200, flags)
    return name.value.decode()


def test_what_is_emphasised_is_in_another_face(report: FinishedDocument) -> None:
    shown = faces(report)
    assert all("Serif" in name for word in ("重点", "强调") for name in shown[word])
    assert all("Sans" in name for name in shown["说明"]) and all("Bold" in name for name in shown["要点"])
    assert any("Carlito" in name and "Italic" in name for name in shown["Roadmap"]), "Latin titles have their italics"


def test_titles_are_in_brackets(report: FinishedDocument) -> None:
    words = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(report.files["pdf"]))
    assert "《塑料的社会史》" in re.sub(r"\s", "", words) and "《重点" not in words


def test_word_puts_dots_and_slants_nothing(report: FinishedDocument) -> None:
    document = docx.Document(io.BytesIO(report.files["docx"]))
    runs = {"".join(run.itertext(f"{W}t")): run for run in document.element.body.iter(f"{W}r")}
    assert runs["重点"].find(f"{W}rPr/{W}em").get(f"{W}val") == "underDot" and runs["重点"].find(f"{W}rPr/{W}i") is None
    assert runs["要点"].find(f"{W}rPr/{W}b") is not None
    assert not list(document.styles.element.iter(f"{W}i"))


def test_a_word_file_that_comes_back_has_its_emphasis(report: FinishedDocument) -> None:
    read = opened.read(package.read(report.files["docx"]))
    pieces = [piece for paragraph in read.paragraphs for piece in paragraph.pieces]
    assert any("重点" in piece.text and "emph" in piece.formatting for piece in pieces)
