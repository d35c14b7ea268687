"""“Same words”: a document says the same in every format, word for word."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from lxml import etree

from briefs.edition.model import Edition
from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from briefs.theme import Theme
from briefs.tools import libreoffice
from tests import samewords, small
from tests.kept import KeptDocuments
from tests.samewords import W, of_docx, of_pdf

ABOUT = {
    "scale": [{**step, "label": f"Half {step['id']}"} for step in small.ABOUT["scale"]],
    "subjects": [{"code": "be", "name": "Long Name Land"}],
    "scale_note": "Whose judgement it is.",
}
FACT = small.fact(
    "A **key phrase here** with a [linked word](https://example.org/w) and high-risk 3400–3800 MHz 中文.", date="2019-03"
)
FACTS = [FACT, *small.FACTS[1:]]
WHERE = {
    "a summary": ("countries/be.yaml", "matters"),
    "a fact": ("countries/be.yaml", "and "),
    "a link": ("countries/be.yaml", "linked "),
    "a source": ("sources.yaml", "About "),
    "an alternative text": ("labels/en.yaml", "Map "),
    "a heading": ("edition.yaml", "The "),
    "a step": ("edition.yaml", "Half "),
    "the name": ("edition.yaml", "Long "),
    "the note": ("edition.yaml", "judgement "),
    "a number": ("countries/be.yaml", "3800"),
    "a letter": ("countries/be.yaml", "文"),
    "a sign": ("countries/be.yaml", "–"),
}


def test_both_formats_say_the_same(brief: FinishedDocument) -> None:
    pdf, docx = of_pdf(brief.files["pdf"]), of_docx(brief.files["docx"])
    assert len(pdf) > 200
    assert pdf == docx


def test_both_formats_have_the_same_foot_and_the_same_words_in_figures(brief: FinishedDocument, theme: Theme) -> None:
    """Neither is in a PDF's tags: the foot runs, and a figure is read by its alternative text."""
    page = pypdfium2.PdfDocument(brief.files["pdf"])[0]
    text = page.get_textpage()
    foot = text.get_text_bounded(0, 0, page.get_width(), (theme.look.page["brief"].bottom - 1) * 72 / 25.4)
    with zipfile.ZipFile(io.BytesIO(brief.files["docx"])) as archive:
        running = etree.fromstring(archive.read("word/footer1.xml"))
    assert samewords.split(foot) == samewords.split("".join(t.text for t in running.iter(f"{W}t"))) != []
    assert not _only_drawn_in_word(brief.files)


@pytest.fixture(scope="module")
def first(first_edition: KeptDocuments, edition: Edition) -> Mapping[str, FinishedDocument]:
    """The brief of each country of the first edition in both formats, by code."""
    return {code: first_edition.make("brief", code) for code in edition.countries}


def test_every_brief_of_the_first_edition_says_the_same_in_both_formats(first: Mapping[str, FinishedDocument]) -> None:
    """What depends on the room that a page has left, too: where the others stand, and how many dates the timeline has."""
    files = {code: brief.files for code, brief in first.items()}
    assert len(files) == 28
    assert {code for code, made in files.items() if of_pdf(made["pdf"]) != of_docx(made["docx"])} == set()
    assert {code: left for code, made in files.items() if (left := _only_drawn_in_word(made))} == {}


@pytest.mark.long
def test_every_brief_of_the_first_edition_is_one_page_in_word(first: Mapping[str, FinishedDocument], cache: Path) -> None:
    laid_out = libreoffice.pdfs({code: brief.files["docx"] for code, brief in first.items()}, cache)
    assert {code: libreoffice.pages(pdf) for code, pdf in laid_out.items()} == dict.fromkeys(first, 1)


@pytest.fixture(scope="module")
def whole(session: Session) -> FinishedDocument:
    return small.brief(session, small.edition(about=ABOUT, facts=FACTS), "pdf", "docx")


@pytest.mark.parametrize("where", WHERE)
def test_a_word_less_in_either_is_seen(where: str, whole: FinishedDocument, session: Session) -> None:
    path, word = WHERE[where]
    text = small.files(about=ABOUT, facts=FACTS)[path].decode()
    assert word in text
    changed = text.replace(word, "", 1)
    less = small.brief(session, small.edition(about=ABOUT, facts=FACTS, more={path: changed}), "pdf", "docx")
    assert of_pdf(whole.files["pdf"]) == of_docx(whole.files["docx"])
    assert of_pdf(whole.files["pdf"]) != of_docx(less.files["docx"])
    assert of_pdf(less.files["pdf"]) != of_docx(whole.files["docx"])


def test_a_word_taken_out_of_any_run_of_the_word_file_is_seen(built: Any) -> None:
    data = built["lu", "a4"].files["docx"]
    whole = of_docx(data)
    number = sum(1 for t in _texts(data)[1] if t.text.strip("\u2060 "))
    for run in range(number):
        archive, texts = _texts(data)
        text = [t for t in texts if t.text.strip("\u2060 ")][run]
        words = text.text.split()
        text.text = " ".join(words[: len(words) // 2] + words[len(words) // 2 + 1 :])
        assert of_docx(_with(archive, text)) != whole, words


def _only_drawn_in_word(files: Mapping[str, bytes]) -> Counter[str]:
    """The words in figures of the Word file that aren't on the page of the PDF."""
    with zipfile.ZipFile(io.BytesIO(files["docx"])) as archive:
        figures = [etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".svg")]
    drawn = ["".join(words.itertext()) for figure in figures for words in figure.iter("{http://www.w3.org/2000/svg}text")]
    assert len(drawn) > 10
    text = pypdfium2.PdfDocument(files["pdf"])[0].get_textpage().get_text_range()
    return Counter(samewords.split(" ".join(drawn))) - Counter(samewords.split(text))


def _texts(data: bytes) -> tuple[zipfile.ZipFile, list[etree._Element]]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return archive, list(etree.fromstring(archive.read("word/document.xml")).iter(f"{W}t"))


def _with(archive: zipfile.ZipFile, changed: etree._Element) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        new.writestr("word/document.xml", etree.tostring(changed.getroottree()))
    return out.getvalue()


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("net\u00adwork", "network"),
        ("net\u2010\vwork", "network"),
        ("high-\vrisk", "high-risk"),
        ("a\vb", "a b"),
        ("ﬁne\u2060.", "fine ."),
        ("中\v文", "中文"),
        ("non\u2011stop", "non\u2010stop"),
        ("3400–\v3800", "3400–3800"),
    ],
)
def test_what_typesetters_do_to_words_is_undone(broken: str, whole: str) -> None:
    assert samewords.split(broken) == samewords.split(whole)


def test_words_and_signs_are_told_apart() -> None:
    assert samewords.split("It’s 5G, 35 %!") == ["It’s", "5G", ",", "35", "%", "!"]
