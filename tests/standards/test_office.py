"""Word files and decks keep their pages, tables, notes and pictures when LibreOffice opens and saves them."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import docx
import pptx
import pytest
from lxml import etree
from pptx.presentation import Presentation

from briefs.edition.model import Edition
from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from briefs.tools import libreoffice
from tests import small
from tests.kept import KeptDocuments
from tests.samewords import W

Counts = dict[str, int]


def saved_again(files: Mapping[str, bytes], folder: Path, cache: Path) -> dict[str, bytes]:
    """Each file as LibreOffice saves it in the same format. All files must have one format."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (kind,) = {Path(name).suffix[1:] for name in files}
    profile = f"-env:UserInstallation={(cache / 'libreoffice').as_uri()}"
    words = [profile, "--headless", "--norestore", "--convert-to", kind, "--outdir", str(folder / "out")]
    subprocess.run([libreoffice.program(), *words, *(str(folder / n) for n in files)], check=True, capture_output=True, timeout=180)
    return {name: (folder / "out" / name).read_bytes() for name in files}


def of_word(data: bytes) -> Counts:
    """How many tables, notes with text, and pictures a Word file has."""
    docx.Document(io.BytesIO(data))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
        notes = etree.fromstring(archive.read("word/footnotes.xml")) if "word/footnotes.xml" in archive.namelist() else []
    shown = body.iter("{http://schemas.openxmlformats.org/drawingml/2006/picture}pic")
    written = [note for note in notes if note.get(f"{W}type") is None]
    return {"tables": len(list(body.iter(f"{W}tbl"))), "notes": len(written), "pictures": len(list(shown))}


def of_deck(data: bytes) -> Counts:
    """How many slides, tables, slides with notes, and pictures a deck has."""
    slides = list(_opened(data).slides)
    shapes = [shape for slide in slides for shape in slide.shapes]
    return {
        "pages": len(slides),
        "tables": sum(bool(shape.has_table) for shape in shapes),
        "notes": sum(bool(_notes(slide)) for slide in slides),
        "pictures": sum(shape.shape_type == pptx.enum.shapes.MSO_SHAPE_TYPE.PICTURE for shape in shapes),
    }


def _opened(data: bytes) -> Presentation:
    return pptx.Presentation(io.BytesIO(data))


def _notes(slide: pptx.slide.Slide) -> str:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    return frame.text.strip() if frame else ""


def hold(made: Mapping[str, FinishedDocument], folder: Path, cache: Path) -> None:
    """Check that every Word file and deck keeps its content when LibreOffice saves it."""
    for format, count in (("docx", of_word), ("pptx", of_deck)):
        files = {f"{name}.{format}": m.files[format] for name, m in made.items() if format in m.files}
        before = {name: count(data) for name, data in files.items()}
        again = saved_again(files, folder, cache) if files else {}
        assert {name: count(data) for name, data in again.items()} == before
        pages = [{n: libreoffice.pages(pdf) for n, pdf in libreoffice.pdfs(f, cache).items()} for f in (files, again) if f]
        assert pages[:1] == pages[1:], "pages"


def test_a_report_briefs_and_a_handout_keep_their_content(
    first_edition: KeptDocuments, built: Mapping[tuple[str, str], FinishedDocument], tmp_path: Path, cache: Path
) -> None:
    made = {code: brief for (code, paper), brief in built.items() if paper == "a4"}
    made["report"] = first_edition.make("report", "")
    made["overview"] = first_edition.make("handout", "overview", ("pdf", "docx", "pptx"))
    assert of_word(made["report"].files["docx"])["notes"] == 88
    assert of_word(made["be"].files["docx"])["pictures"] == 3
    assert of_deck(made["overview"].files["pptx"])["notes"] > 10
    hold(made, tmp_path, cache)


@pytest.mark.long
def test_every_document_keeps_its_content(edition: Edition, session: Session, tmp_path: Path, cache: Path) -> None:
    codes = [code for code, country in edition.countries.items() if country.facts]
    made = {code: small.make(session, "brief", code, ("docx",), "a4") for code in codes}
    made |= {f"{code}-deck": small.make(session, "handout", code, ("docx", "pptx"), "a4") for code in codes}
    hold(made, tmp_path, cache)
