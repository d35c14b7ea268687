"""Every note of a manuscript is in the PDF and in Word, in order, wherever it is called and however long it is."""

from __future__ import annotations

import pypdfium2
import pytest

from briefs.press.session import Session
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


def test_each_paragraph_of_a_note_begins_a_line(session: Session) -> None:
    body = BODY.split("\n\n")[0] + "\n\nWords.[^n]\n\n[^n]: A first paragraph.\n\n    A second one."
    made = small.make(small.with_edition(session, small.edition(more={"report/01-a.md": body})), "report", "", ("pdf",))
    with pypdfium2.PdfDocument(made.files["pdf"]) as pdf:
        lines = [line for page in pdf for line in page.get_textpage().get_text_bounded().splitlines()]
    (first,) = [number for number, line in enumerate(lines) if line.endswith("A first paragraph.")]
    assert lines[first + 1] == "A second one."
