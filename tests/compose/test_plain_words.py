"""Titles and labels are printed with the dashes, ellipses and quotation marks that pandoc sets, also where they aren't parsed."""

from __future__ import annotations

import io
import re
import zipfile

import pypdfium2
import pytest
from lxml import etree

from briefs.compose import tree
from briefs.edition import markdown
from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from tests import small

ABOUT = {
    "title": 'The "grand" plan -- it\'s here...', "subtitle": "A 'small' *sub* -- title", "publisher": "People's Press",
    "authors": ["Tim O'Brien"],
    "scale": [
        {"id": "open", "label": "Won't act", "colour": "#01665e", "meaning": "No limits."},
        {"id": "wary", "label": '"Wary" -- so', "colour": "#d8b365", "meaning": "Some limits."},
    ],
    "topics": [{"id": "market", "label": 'The market\'s "size"'}, {"id": "policy", "label": "Policy -- all"}],
}  # fmt: skip
DECK = "---\ntitle: Deck's \"title\" -- so\nsubtitle: Sub -- it's\n---\n\n## A slide\n\n- Point\n"
SECTION = "---\ntitle: A section\nid: sec-one\n---\n\nWords.\n"
_AS_TYPED = re.compile(r"""['"]|--|\.\.\.""")


def _words(data: bytes) -> list[str]:
    """The words of each page of a PDF and its title, or of each part of an OOXML file."""
    if data.startswith(b"%PDF"):
        document = pypdfium2.PdfDocument(data)
        return [*document.get_metadata_dict().values(), *(page.get_textpage().get_text_bounded() for page in document)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [name for name in archive.namelist() if re.search(r"(core|document|header\d*|footer\d*|slide\d+)\.xml$", name)]
        read = [etree.fromstring(archive.read(name)) for name in parts]
        return ["\n".join(part.xpath("//*[local-name()='t' or starts-with(name(), 'dc:')]/text()")) for part in read]


@pytest.mark.parametrize(
    ("kind", "subject", "formats"),
    [("report", "", ("pdf", "docx")), ("brief", "be", ("pdf", "docx")), ("glance", "", ("pdf", "docx")),
     ("handout", "talk", ("pdf", "docx", "pptx")), ("handout", "be", ("pptx",))],
)  # fmt: skip
def test_no_title_and_no_label_is_printed_as_it_was_typed(
    session: Session, kind: str, subject: str, formats: tuple[str, ...]
) -> None:  # fmt: skip
    edition = small.edition(about=ABOUT, more={"decks/talk.md": DECK, "report/01-one.md": SECTION})
    made: FinishedDocument = small.make(small.with_edition(session, edition), kind, subject, formats)
    for format in formats:
        found = _words(made.files[format])
        assert any("The “grand” plan – it’s here…" in words for words in found), format
        assert not [words for words in found if _AS_TYPED.search(re.sub(r"D:\d+[^\n]*|<[^>]*>", "", words))], format


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ('A "b" c', "A “b” c"),
        ("\"'A' b\" c", "“‘A’ b” c"),
        ("The dogs' '90s", "The dogs’ ’90s"),
        ("(\"a\") --- 'b'", "(“a”) — ‘b’"),
        ("l'été -- d\u00a0x...", "l’été – d\u00a0x…"),
        ("two\n  lines", "two lines"),
    ],
)
def test_plain_words_have_the_marks_that_pandoc_sets(session: Session, typed: str, printed: str) -> None:
    assert markdown.typographic(typed) == printed
    (blocks,) = session.pandoc.parse([typed])
    assert tree.text_of(blocks) == printed
