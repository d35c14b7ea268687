"""Every note of a manuscript is in the PDF and in Word, in order, wherever it is called and however long it is."""

from __future__ import annotations

import io
import zipfile

import pypdfium2
import pytest
from lxml import etree

from briefs.compose import tree
from briefs.press.session import Session
from briefs.typeset.page import notes as page_notes
from briefs.typeset.word.package import NAMES, W
from tests import samewords, small
from tests.report import words
from tests.report.conftest import Report

LONG = "".join(f"Sentence {n} of this note goes on, as notes of *lawyers* do. " for n in range(260))
ROWS = "\n".join(f"| cell{n}^[Note of cell {n}. {'It goes on. ' * (n % 4 * 3)}] | b{n} {'text ' * (n % 5 * 9)}|" for n in range(40))
BODY = f"""---
title: Notes
id: sec-a
---

{"Words before. " * 90}

A long one.^[{LONG}] And one beside it.^[A short one.] {"Words after. " * 200}

- An item^[Note of an item.] with a second.^[Second note of an item.]

> A quotation.^[Note of a quotation.]

1. One^[Note of a number.]

| A^[Note of a header.] | B |
|---|---|
{ROWS}

: A caption.

{" ".join(f"Word{n}.^[Many {n}. {'Some words. ' * (n % 9 * 2)}]" for n in range(40))}

{"Words. " * 60} At the end.^[The last of the notes.]
"""


@pytest.fixture(scope="module")
def notes(session: Session) -> Report:
    made = small.make(small.with_edition(session, small.edition(more={"report/01-a.md": BODY})), "report", "", ("pdf", "docx"))
    return Report(made.files["pdf"], made.files["docx"])


def test_both_files_have_every_note_in_order(notes: Report) -> None:
    pdf, word = words.of_both(notes.pdf, notes.docx)
    assert pdf.body == word.body and pdf.notes == word.notes
    assert pdf.calls == pdf.marks == word.calls == word.marks == 88
    assert " ".join(samewords.split(LONG.replace("*", ""))) in " ".join(pdf.notes)


def test_the_long_note_is_on_several_pages_and_is_one_note(notes: Report) -> None:
    pages = [notes.pages.text(page) for page in range(notes.pages.count)]
    assert sum("of this note goes on" in text for text in pages) > 2
    (long,) = [e for top in notes.tags for e in top.elements() if e.tag == "/Note" and "Sentence 0 of" in e.text]
    assert "Sentence 259" in long.text


BLOCKS = """Words.[^list] Others.[^code] More.[^plain]

[^list]: It has reasons:

    - one with *words*
        - one of its own
    - two

    > A quotation of its own.

    (a) letter
    (b) other [@one]

    - [x] done

[^code]:
        if a < b:
            print("x & y")

    Term
    :   Its meaning.

    | A line of verse
    | and another

[^plain]: A first paragraph.

    A second one.
"""


@pytest.fixture(scope="module")
def blocks(session: Session) -> Report:
    body = BODY.split("\n\n")[0] + "\n\n" + BLOCKS
    made = small.make(small.with_edition(session, small.edition(more={"report/01-a.md": body})), "report", "", ("pdf", "docx"))
    return Report(made.files["pdf"], made.files["docx"])


def test_lists_code_and_quotations_of_notes_are_in_both_files(blocks: Report) -> None:
    pdf, word = words.of_both(blocks.pdf, blocks.docx)
    assert [each for each in pdf.notes if each not in "☒"] == [each for each in word.notes if each not in "☒"]
    assert pdf.calls == pdf.marks == word.calls == word.marks == 3
    said = "It has reasons : one with words one of its own two A quotation of its own . letter other ( “ About One ”"
    assert " ".join(pdf.notes).startswith(said) and 'if a < b : print ( " x & y " ) Term Its meaning .' in " ".join(pdf.notes)


def test_lists_and_quotations_of_notes_are_tagged_as_such(blocks: Report) -> None:
    first, second, _ = [e for top in blocks.tags for e in top.elements() if e.tag == "/Note"]
    assert [kid.tag for kid in first.kids if isinstance(kid, words.Element)] == ["/Lbl", "/Span", "/L", "/BlockQuote", "/L", "/L"]
    assert [e.text.strip() for e in first.elements() if e.tag == "/Lbl"] == ["1", "•", "•", "•", "(a)", "(b)", "☒"]
    assert [e.tag for e in second.elements() if e.tag in {"/L", "/LI"}] == ["/L", "/LI"]


def test_lines_of_notes_are_one_leading_apart(blocks: Report) -> None:
    """A line break in a note left a line empty: WeasyPrint keeps the line ends of the HTML there."""
    with pypdfium2.PdfDocument(blocks.pdf) as pdf:
        page = next(page.get_textpage() for page in pdf if "It has reasons" in page.get_textpage().get_text_bounded())
        lines = ("A line of", "and another", "A first par", "A second")
        at = {line: page.get_charbox(page.search(line).get_next()[0], loose=True)[3] for line in lines}
    assert at["A line of"] - at["and another"] == pytest.approx(10.5, abs=1)
    assert at["A first par"] - at["A second"] == pytest.approx(10.5, abs=1)


def test_blocks_of_notes_have_the_type_of_notes_in_word(blocks: Report) -> None:
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(blocks.docx)).read("word/footnotes.xml"))
    paragraphs = {"".join(p.itertext()): p for p in root.iter(f"{{{W}}}p")}
    assert set(root.xpath("//w:footnote//w:pStyle/@w:val", namespaces=NAMES)) == {"FootnoteText"}
    indents = {text: p.find("w:pPr/w:ind", NAMES) for text, p in paragraphs.items()}
    left = {text: int(indent.get(f"{{{W}}}left")) for text, indent in indents.items() if indent is not None}
    assert left["A second one."] == 340 < left["one with words"] < left["one of its own"]
    assert left["A quotation of its own."] == 340 + 400 and left["Its meaning."] == 340 + 340
    assert paragraphs["Term"].find("w:r/w:rPr/w:b", NAMES) is not None


def test_a_long_list_in_a_note_goes_on_to_the_next_page(session: Session) -> None:
    items = "\n".join(f"    {n}. item{n} of a long note" for n in range(1, 121))
    text = "\n\n".join([BODY.split("\n\n")[0], "Words. " * 200, f"Words.[^n]\n\n[^n]: Its items:\n\n{items}\n\n    Its end."])
    made = small.make(small.with_edition(session, small.edition(more={"report/01-a.md": text})), "report", "", ("pdf", "docx"))
    found = Report(made.files["pdf"], made.files["docx"])
    pdf, word = words.of_both(found.pdf, found.docx)
    assert pdf.notes == word.notes and pdf.calls == pdf.marks == 1
    assert sum("of a long note" in found.pages.text(page) for page in range(found.pages.count)) > 1
    (note,) = [e for top in found.tags for e in top.elements() if e.tag == "/Note"]
    assert [len([e for e in note.elements() if e.tag == tag]) for tag in ("/L", "/LI")] == [1, 120]


def test_each_paragraph_of_a_note_begins_a_line(session: Session) -> None:
    body = BODY.split("\n\n")[0] + "\n\nWords.[^n]\n\n[^n]: A first paragraph.\n\n    A second one."
    made = small.make(small.with_edition(session, small.edition(more={"report/01-a.md": body})), "report", "", ("pdf",))
    with pypdfium2.PdfDocument(made.files["pdf"]) as pdf:
        lines = [line for page in pdf for line in page.get_textpage().get_text_bounded().splitlines()]
    (first,) = [number for number, line in enumerate(lines) if line.endswith("A first paragraph.")]
    assert lines[first + 1] == "A second one."


def test_a_note_without_words_is_an_empty_span() -> None:
    """Past editions are typeset with what today's rules refuse."""
    _, span = page_notes.span({"t": "Note", "c": []})
    assert tree.classes(span) == ["footnote"] and tree.inlines(span) == []
