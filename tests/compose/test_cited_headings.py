"""Notes beside each other, and citations and notes in headings and captions."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pypdfium2
import pytest

from briefs.compose import tree
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import TemplateFiller
from briefs.press.session import Session
from briefs.problems import Problems
from tests import small

ROOT = Path(__file__).parents[2]
TEXT = """---
title: A section [@one] of them
id: sec-one
---

Adjacent.[@one][@two] Apart.[@one] [@two] Own.[@one]^[Own words.] *Inside.^[More.]*^[And more.] One^[a] by^[b] one.

Row [@one] [@two] [@one]
[@two] ^[n] ^[m] end.

## What one says [@one]

## Two ^[A note.] of them

::: {#fig-map .figure data=map}
The *steps* of it.[@one]^[A note.]
:::
"""


@pytest.fixture(scope="module")
def manuscript(session: Session) -> Manuscript:
    edition = small.edition(more={"report/01-one.md": TEXT})
    return KINDS["report"].compose(edition, TemplateFiller(ROOT / "templates", session.pandoc), "", 0)


def test_a_comma_stands_between_two_notes(manuscript: Manuscript) -> None:
    first = next(n for n in tree.walk(list(manuscript.blocks)) if n["t"] == "Para" and "Adjacent" in tree.text_of(n))
    assert tree.text_of(first) == "Adjacent.,  Apart.,  Own.,  Inside.,  One by one."
    raised = [tree.text_of(n) for n in tree.walk(first) if n["t"] == "Superscript"]
    assert raised == [", "] * 4
    row = next(n for n in tree.walk(list(manuscript.blocks)) if n["t"] == "Para" and tree.text_of(n).startswith("Row"))
    assert tree.text_of(row) == "Row, , , , ,  end." and sum(n["t"] == "Note" for n in tree.walk(row)) == 6


def test_lists_and_running_heads_have_no_citations_and_notes(manuscript: Manuscript) -> None:
    words = {tree.text_of(list(h.inlines)) for h in manuscript.headings}
    assert {"A section of them", "What one says", "Two of them"} <= words
    assert not any(n["t"] in {"Note", "Cite"} for h in manuscript.headings for n in tree.walk(list(h.inlines)))
    assert tree.text_of(list(manuscript.captions[0].inlines)) == "The steps of it."
    title = next(n for n in tree.walk(list(manuscript.blocks)) if n["t"] == "Header" and tree.identifier(n) == "sec-one")
    assert tree.attributes(title)["short"] == "A section of them"


def test_both_files_print_commas_and_bare_titles(session: Session) -> None:
    edition = small.edition(more={"report/01-one.md": TEXT})
    made = small.make(small.with_edition(session, edition), "report", "", ("pdf", "docx"), "a4")
    pdf = pypdfium2.PdfDocument(made.files["pdf"])
    text = "".join(pdf[n].get_textpage().get_text_bounded() for n in range(len(pdf)))
    assert "Adjacent.2, 3 Apart.4, 5 Own.6, 7" in " ".join(text.split())
    assert "[@" not in text and "Figure 1. The steps of it. ." in text
    assert {"A section of them", "What one says", "Two of them"} <= {entry.get_title() for entry in pdf.get_toc()}
    word = docx.Document(io.BytesIO(made.files["docx"]))
    assert "[@" not in "".join(p.text for p in word.paragraphs)


def test_a_caption_without_words_has_none_in_the_lists_either() -> None:
    assert tree.without_notes([]) == [] == tree.without_citations([])


def test_a_source_whose_author_cannot_be_named_in_a_sentence_is_refused(session: Session) -> None:
    head = "---\ntitle: T\nid: sec-one\n---\n\n"
    edition = small.edition(more={"report/01-one.md": f"{head}Words.\n\nAs @one says, so it is.^[As @two says.]\n"})
    with pytest.raises(Problems) as raised:
        KINDS["report"].compose(edition, TemplateFiller(ROOT / "templates", session.pandoc), "", 0)
    hints = [f"Write a name, and the source in brackets: Name [@{key}]." for key in ("one", "two")]
    assert sorted((found.line, found.hint) for found in raised.value.problems) == [(8, hint) for hint in hints]
