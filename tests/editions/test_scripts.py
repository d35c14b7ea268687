"""Editions in Hindi, Thai and Arabic: words are copied and found as they were written, and the files keep both profiles."""

from __future__ import annotations

import re
import unicodedata
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest

from briefs.compose.wordcount import words_in
from briefs.press.session import Session
from briefs.theme import Theme
from tests import small
from tests.standards import held

FACTS = {
    "hi": ["भारत में प्रतिदिन लगभग 26,000 **टन प्लास्टिक** कचरा निकलता है।", "इसका 40% इकट्ठा नहीं होता; उन्नीस वस्तुओं पर रोक लगी।"],
    "th": ["รัฐบาลประกาศ**ห้ามใช้ถุงพลาสติก**ในห้างใหญ่แล้ว", "น้ำท่วมและขยะเป็นปัญหาที่ต้องแก้ด้วยกัน"],
    "ar": ["حظر الأكياس البلاستيكية على السواحل إلى الأبد", "لا يزال لأصحاب المتاجر الإعفاء والآجال"],
}


@pytest.mark.parametrize("language", FACTS)
def test_the_words_of_a_page_are_those_of_the_content(language: str, theme: Theme, tmp_path: Path) -> None:
    facts = [small.fact(text, topic) for text, topic in zip(FACTS[language], ("market", "policy"), strict=True)]
    edition = small.edition(about={"language": language}, facts=facts, more={"labels/en.yaml": None})
    with closing(Session(edition, theme)) as session:
        made = small.make(session, "brief", "be", ("pdf",)).files["pdf"]
    printed = _letters(pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range())
    assert all(_letters(text) in printed for text in FACTS[language])
    # FIG-012 takes an alternative text in these scripts for none in words. TXT-004 takes the four forms of an Arabic letter, and
    # its empty glyph, for faults of a font.
    held.hold({"pdf": made}, tmp_path, {"FIG-012", "TXT-004"})


def _letters(text: str) -> str:
    """A text without marks of Markdown, numbers of notes, spaces and ends of lines."""
    return re.sub(r"[\s\u2060*\ufffe]|(?<=\D)\d(?=\s|$)", "", unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "words"),
    [("Three plain words", 3), ("国家发展和改革委员会", 6), ("รัฐบาลประกาศห้ามใช้ถุงพลาสติก", 5), ("대한민국 정부", 2)],
)
def test_words_are_counted_as_the_script_counts(text: str, words: int) -> None:
    assert words_in(text) == words


def test_greek_capitals_keep_their_accents(theme: Theme) -> None:
    texts = ["Η Ένωση απαγόρευσε τη σακούλα.", "Ο Όμιλος είπε ότι Α Ά διαφέρουν."]
    facts = [small.fact(text, topic) for text, topic in zip(texts, ("market", "policy"), strict=True)]
    edition = small.edition(about={"language": "el"}, facts=facts, more={"labels/en.yaml": None})
    with closing(Session(edition, theme)) as session:
        made = small.make(session, "brief", "be", ("pdf",)).files["pdf"]
    printed = pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range()
    assert "Η Ένωση" in printed and "Ο Όμιλος" in printed and "Α Ά" in printed
