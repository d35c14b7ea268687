"""What the program prints in the digits of the language, in every format; and what of the content keeps its own."""

from __future__ import annotations

import io
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from openxml_audit import OpenXmlValidator

from briefs.press.session import Session
from briefs.theme import Theme
from tests import small

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SECTIONS = "".join(f"\n\n## بخش\n\n{words}" for words in ("یک.^[یادداشت 77.]\n\n1.  نخست\n2.  دوم", "دو، بنگرید به [](#sec-b)."))
MORE = {
    "labels/en.yaml": None,
    "report/01-a.md": f"---\ntitle: درآمد\nid: sec-a\n---\n\nآغاز 2016.{SECTIONS}\n",
    "report/02-b.md": "---\ntitle: پایان\nid: sec-b\n---\n\nپایان.\n",
    "decks/talk.md": "---\ntitle: نما\n---\n\n## نخست\n\n1. یک\n",
}
FACTS = [small.fact("در 2016 **چنین شد**.", date="2019-03"), small.fact("دیگر.", "policy", sources=["two"])]
NOT_PERSIAN = re.compile(r"[0-9]+")


def edition(language: str, **about: Any) -> Any:
    topics = [{"id": "market", "label": "بازار"}, {"id": "policy", "label": "سیاست"}]
    return small.edition(about={"language": language, "title": "آ", "topics": topics, **about}, facts=FACTS, more=MORE)


def pages(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def made(theme: Theme, language: str, kind: str, subject: str, suffix: str, **about: Any) -> bytes:
    """A file of the edition. The fonts of a language are those of the process, so its session is closed before another opens."""
    with closing(Session(edition(language, **about), theme)) as session:
        return small.make(session, kind, subject, (suffix,)).files[suffix]


@pytest.fixture
def words(theme: Theme) -> str:
    """The text of a Persian brief."""
    return "\n".join(pages(made(theme, "fa", "brief", "be", "pdf")))


def test_a_brief_has_dates_counts_and_sources_in_persian_digits(words: str) -> None:
    assert "۲۰۲۰" in words and "۲۰۱۹" in words and {"۱", "۲"} <= {*re.findall("[۰-۹]+", words)}


def test_the_digits_of_the_content_stay(words: str) -> None:
    assert set(NOT_PERSIAN.findall(words)) == {"2016"}


def test_other_digits_can_be_asked_for(theme: Theme) -> None:
    (page,) = pages(made(theme, "fa", "brief", "be", "pdf", digits={"fa": "latn"}))
    assert not re.search("[۰-۹]", page) and "2020" in page


def test_a_report_counts_its_pages_headings_notes_lists_and_references(theme: Theme) -> None:
    whole = pages(made(theme, "fa", "report", "", "pdf"))
    (page,) = [words for words in whole if "77" in words]
    numbers = re.findall(r"[۰-۹]+(?:\.[۰-۹]+)?", page)
    assert {*NOT_PERSIAN.findall(page)} == {"2016", "77"}, "only those of the content"
    assert numbers.count("۱.۱") == numbers.count("۱.۲") == 1, "headings"
    assert numbers.count("۲") == 3, "the next heading, an item and the reference"
    assert numbers.count("۱") == 5, "the heading, the call, the note, an item and the page"
    assert {"۱", "۲", "۱.۱", "۱.۲"} <= {*re.findall("[۰-۹.]*[۰-۹]", whole[1])}, "the contents"


def test_a_handout_counts_its_slides_and_items(theme: Theme) -> None:
    (page,) = pages(made(theme, "fa", "handout", "talk", "pdf"))[:1]
    assert {"۱", "۲"} <= {*re.findall("[۰-۹]", page)} and not re.search("[1-3]", page.replace("2020", ""))


def test_word_counts_in_devanagari(theme: Theme, tmp_path: Path) -> None:
    file = made(theme, "ne", "report", "", "docx")
    (tmp_path / "a.docx").write_bytes(file)
    assert OpenXmlValidator().validate(str(tmp_path / "a.docx")).errors == []
    document = docx.Document(io.BytesIO(file))
    sections = list(document.element.body.iter(f"{W}sectPr"))
    assert all(section.find(f"{W}footnotePr/{W}numFmt").get(f"{W}val") == "hindiNumbers" for section in sections)
    assert {section.find(f"{W}pgNumType").get(f"{W}fmt") for section in sections} == {"hindiNumbers", "lowerRoman"}
    formats = {shown.get(f"{W}val") for shown in document.part.numbering_part.element.iter(f"{W}numFmt")}
    assert "hindiNumbers" in formats and "decimal" not in formats


def test_word_stores_results_of_fields_in_persian(theme: Theme) -> None:
    document = docx.Document(io.BytesIO(made(theme, "fa", "report", "", "docx")))
    paragraphs = document.element.body.xpath(".//w:p[w:pPr/w:pStyle[@w:val='TOC1' or @w:val='TOC2']]")
    entries = ["".join(p.itertext(f"{W}t")) for p in paragraphs]
    assert any("۲" in entry for entry in entries) and not any(map(NOT_PERSIAN.search, entries))
