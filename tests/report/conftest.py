"""The real report, built once for all tests of a session: both files, and the Word file laid out by LibreOffice."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import docx
import pikepdf
import pypdfium2
import pytest
from docx.document import Document

from briefs.tools import libreoffice
from tests.kept import KeptDocuments
from tests.report import words

POINTS = 72 / 25.4  # in a millimetre


class Pages:
    """A PDF, read page by page."""

    def __init__(self, data: bytes):
        self.data = data
        self.document = pypdfium2.PdfDocument(data)
        self.count = len(self.document)
        self.height = self.document[0].get_size()[1] / POINTS

    def text(self, page: int, *, below: float = 0, down: float = 0, wide: float = 0) -> str:
        """What stands on a page (from 0), or in the strip that begins `below` its upper edge and reaches `down` (millimetres).

        `wide`: only in its part from the left edge, of this many millimetres.
        """
        width, height = self.document[page].get_size()
        width = wide * POINTS or width
        bottom = height - (below + down) * POINTS if down else 0
        found: str = self.document[page].get_textpage().get_text_bounded(0, bottom, width, height - below * POINTS)
        return " ".join(found.split())

    @cached_property
    def numbers(self) -> list[str]:
        """The number printed at the foot of each page."""
        return [self.text(page, below=self.height - 22, wide=65) for page in range(self.count)]

    @cached_property
    def running_heads(self) -> list[str]:
        return [self.text(page, down=21) for page in range(self.count)]


@dataclass(frozen=True)
class Report:
    """The files of a report, each opened for reading."""

    pdf: bytes
    docx: bytes

    @cached_property
    def pages(self) -> Pages:
        return Pages(self.pdf)

    @cached_property
    def tags(self) -> list[words.Element]:
        return words.elements_of(self.pdf)

    @cached_property
    def word(self) -> Document:
        return docx.Document(io.BytesIO(self.docx))

    @cached_property
    def objects(self) -> pikepdf.Pdf:
        return pikepdf.open(io.BytesIO(self.pdf))


@pytest.fixture(scope="session")
def report(first_edition: KeptDocuments) -> Report:
    """The first edition's report."""
    made = first_edition.make("report", "")
    return Report(made.files["pdf"], made.files["docx"])


@pytest.fixture(scope="session")
def laid_out(report: Report, cache: Path) -> Pages:
    """The Word file as LibreOffice lays it out."""
    return Pages(libreoffice.pdfs({"report.docx": report.docx}, cache)["report.docx"])
