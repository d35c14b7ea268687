"""Every format prints the number, letter or box that was written before an item."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from briefs.press.session import Session
from briefs.tools import libreoffice
from tests import small
from tests.report import words

LISTS = """
5. Article five
6. Article six

    a. first letter

        ii. second roman
        iii. third roman

    b. second letter

(b) point two
(c) point three

iv) case four
v) case five

C)  heading three
D)  heading four

(XL) chapter forty
(XLI) chapter forty-one

99. paragraph before
100. paragraph hundred

Words between.

#. counted one
#. counted two
"""
EXAMPLES = """
(@) example one

(@named) example two

Words about (@named) between them.

(@) example three
"""
TASKS = """
- [ ] undone
- [x] done
"""
REPORT = f"---\ntitle: Lists\nid: sec-one\n---\n{LISTS}{EXAMPLES}{TASKS}"
NEXT = "\n## More\n\n"
PARTED = """
1. first once

    - within it

2. first twice

Words between.

1. second once
2. second twice

Words between.

1. third once
"""
FURTHER = """
1. numbered item

    numbered further

    - bulleted item

        bulleted further

2. other item
"""
DECK = f"""---
title: Lists
---

## Lists
{LISTS.replace("iv) case", NEXT + "iv) case")}
## Parted
{PARTED}
## Further
{FURTHER}
## Examples
{EXAMPLES}
## Tasks
{TASKS}
::: notes
(c) said three
(d) said four
:::
"""
MARKED = [
    ("5.", "Article five"), ("6.", "Article six"), ("a.", "first letter"), ("ii.", "second roman"), ("iii.", "third roman"),
    ("b.", "second letter"), ("(b)", "point two"), ("(c)", "point three"), ("iv)", "case four"), ("v)", "case five"),
    ("C)", "heading three"), ("D)", "heading four"), ("(XL)", "chapter forty"), ("(XLI)", "chapter forty-one"),
    ("99.", "paragraph before"), ("100.", "paragraph hundred"), ("1.", "counted one"), ("2.", "counted two"),
    ("(1)", "example one"), ("(2)", "example two"), ("(3)", "example three"), ("☐", "undone"), ("☒", "done"),
]  # fmt: skip
NUMBERINGS = [
    "/Decimal", "/LowerAlpha", "/LowerRoman", "/LowerAlpha", "/LowerRoman", "/UpperAlpha", "/UpperRoman", "/Decimal", "/Decimal",
    "/Decimal", "/Decimal", "/None",
]  # fmt: skip


@pytest.fixture(scope="module")
def files(session: Session, cache: Path) -> dict[str, bytes]:
    """The PDFs of a report and a deck, and their office files as LibreOffice lays them out."""
    edition = small.edition(more={"report/01-lists.md": REPORT, "decks/lists.md": DECK})
    own = small.with_edition(session, edition)
    report = small.make(own, "report", "", ("pdf", "docx"), "a4").files
    handout = small.make(own, "handout", "lists", ("pdf", "docx", "pptx"), "a4").files
    word = libreoffice.pdfs({"report.docx": report["docx"], "handout.docx": handout["docx"]}, cache)
    slides = libreoffice.pdfs({"handout.pptx": handout["pptx"]}, cache)
    return {"report.pdf": report["pdf"], "handout.pdf": handout["pdf"], **word, **slides}


@pytest.mark.parametrize("name", ["report.pdf", "handout.pdf"])
def test_a_pdf_has_the_marker_as_the_label_of_its_item(files: dict[str, bytes], name: str) -> None:
    items = [item for top in words.elements_of(files[name]) for item in top.elements() if item.tag == "/LI"]
    labels = {_plain(item, "/LBody"): _plain(item, "/Lbl") for item in items}
    assert {said: labels.get(said) for _, said in MARKED} == {said: marker for marker, said in MARKED}


def _plain(item: words.Element, tag: str) -> str:
    """The words of an item's label or of its body up to an inner list."""
    part = next(kid for kid in item.kids if isinstance(kid, words.Element) and kid.tag == tag)
    return " ".join("".join(_outside_lists(part)).split())


def _outside_lists(element: words.Element) -> Iterator[str]:
    for kid in element.kids:
        if isinstance(kid, str):
            yield kid
        elif kid.tag != "/L":
            yield from _outside_lists(kid)


@pytest.mark.parametrize("name", ["report.docx", "handout.docx", "handout.pptx"])
def test_word_and_slides_print_the_same_markers(files: dict[str, bytes], name: str) -> None:
    printed = _text(files[name])
    assert [f"{m} {said}" for m, said in MARKED if not re.search(rf"(?<!\S){re.escape(m)} {said}\b", printed)] == []


@pytest.mark.parametrize("name", ["handout.pdf", "handout.docx", "handout.pptx"])
def test_lists_that_words_part_begin_with_their_own_number(files: dict[str, bytes], name: str) -> None:
    printed = _text(files[name])
    marked = [("1.", "first once"), ("2.", "first twice"), ("1.", "second once"), ("2.", "second twice"), ("1.", "third once")]
    if name.endswith("pdf"):  # its markers stand beside the text
        assert all(said in printed for _, said in marked)
    else:
        assert [m for m in marked if not re.search(rf"(?<!\S){re.escape(m[0])} ?{m[1]}", printed)] == []


@pytest.mark.parametrize("name", ["handout.pdf", "handout.docx", "handout.pptx"])
def test_further_paragraphs_of_an_item_begin_where_its_text_begins(files: dict[str, bytes], name: str) -> None:
    for kind in ("numbered", "bulleted"):
        first, further = (_left(files[name], f"{kind} {what}") for what in ("item", "further"))
        assert further == pytest.approx(first, abs=1), kind
    assert re.search(r"(?<!\S)2\. ?other item" if not name.endswith(".pdf") else "other item", _text(files[name]))


def _left(pdf: bytes, said: str) -> float:
    """How far from the left edge words begin, in points."""
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        if found := text.search(said).get_next():
            left: float = text.get_charbox(found[0])[0]
            return left
    raise AssertionError(f"“{said}” is not there")


def test_notes_of_slides_keep_their_letters(files: dict[str, bytes]) -> None:
    items = [item for top in words.elements_of(files["handout.pdf"]) for item in top.elements() if item.tag == "/LI"]
    assert "(c) said three" in [" ".join(item.text.split()) for item in items]
    assert "(d) said four" in _text(files["handout.docx"])


def _text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def test_a_pdf_says_how_a_list_is_numbered(files: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(files["report.pdf"])) as pdf:
        lists = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/L"]
        found = [str(e.A.ListNumbering) for e in lists]
    others = ["/Decimal", "/Decimal"]  # the sources of the appendix; and a list that goes on on another page counts twice
    assert sorted(n for n in found if n != "/Disc") == sorted([*NUMBERINGS, *others])


def test_further_paragraphs_of_an_item_and_a_meaning_stand_apart_on_the_page(session: Session) -> None:
    lines = "{} one\\\n    {} two\n\n    {} three\n"
    said = f"---\ntitle: Lists\nid: sec-one\n---\n\n- {lines.format(*['item'] * 3)}\nTerm\n\n:   {lines.format(*['meaning'] * 3)}"
    own = small.with_edition(session, small.edition(more={"report/01-lists.md": said}))
    pdf = small.make(own, "report", "", ("pdf",), "a4").files["pdf"]
    for kind in ("item", "meaning"):
        one, two, three = (_foot(pdf, f"{kind} {number}") for number in ("one", "two", "three"))
        assert two - three == pytest.approx(one - two + 4.5, abs=1), kind


def _foot(pdf: bytes, said: str) -> float:
    """How far above the foot of the page words stand, in points."""
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        if found := text.search(said).get_next():
            foot: float = text.get_charbox(found[0], loose=True)[1]
            return foot
    raise AssertionError(f"“{said}” is not there")
