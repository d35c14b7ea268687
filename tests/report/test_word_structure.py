"""How Word sets quotations in quotations, tables that follow one another, and the end of the report."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pypdfium2
import pytest
from openxml_audit import OpenXmlValidator

from briefs.press.session import Session
from briefs.tools import libreoffice
from tests import small

TEXT = """---
title: A section
id: sec-one
---

Before.

> Outer.
>
> > Inner.
> >
> > > Innermost.

- item

  > Of an item.

Term

:   Meaning.

    > Of a meaning.

| Head |
|------|
| body |

----
next
----
"""


QUOTED_LISTS = """Words.

- Plain item.

> Quoted.
>
> - Quoted item.
>
>     - Inner item.
>
> > 1. Twice quoted.
> > 2. And more.

Term

:   Its meaning.

    - Meant item.

        Meant further.

1. Numbered item.

    Numbered further.

    - Bulleted item.

        Bulleted further.
"""


def test_inner_lists_and_further_paragraphs_are_indented_with_what_they_belong_to(
    session: Session, tmp_path: Path, cache: Path
) -> None:
    edition = small.edition(more={"report/01-one.md": "---\ntitle: A\nid: sec-a\n---\n\n" + QUOTED_LISTS})
    files = small.make(small.with_edition(session, edition), "report", "", ("pdf", "docx")).files
    word = libreoffice.pdfs({"report.docx": files["docx"]}, cache)["report.docx"]
    for data in (files["pdf"], word):
        plain, quoted, inner, twice = (
            left_of(data, words) for words in ("Plain item.", "Quoted item.", "Inner item.", "Twice quoted.")
        )
        assert plain + 10 < quoted < inner and quoted + 10 < twice
        assert left_of(data, "Its meaning.") + 5 < left_of(data, "Meant item.")
        for item in ("Meant", "Numbered", "Bulleted"):
            assert left_of(data, f"{item} further.") == pytest.approx(left_of(data, f"{item} item."), abs=0.5), item
    (tmp_path / "a.docx").write_bytes(files["docx"])
    assert [str(e) for e in OpenXmlValidator().validate(tmp_path / "a.docx").errors] == []


def left_of(data: bytes, words: str) -> float:
    """Where these words begin on their page, in points from the left."""
    for page in pypdfium2.PdfDocument(data):
        text = page.get_textpage()
        if found := text.search(words).get_next():
            return float(text.get_charbox(found[0])[0])
    raise AssertionError(words)


def test_quotations_tables_and_the_end_of_a_report_without_appendix_and_sources(session: Session, cache: Path) -> None:
    edition = small.edition(facts=[], sources=[small.source("one")], more={"report/01-one.md": TEXT})
    data = small.make(small.with_edition(session, edition), "report", "", ("pdf", "docx")).files["docx"]
    made = docx.Document(io.BytesIO(data))
    styles = {p.text: (p.style.name, p.style.paragraph_format.left_indent) for p in made.paragraphs}
    assert [styles[words][0] for words in ("Outer.", "Inner.", "Innermost.")] == ["Block Text", "Block Text 2", "Block Text 3"]
    assert styles["Outer."][1] < styles["Inner."][1] < styles["Innermost."][1]
    assert [styles[words][0] for words in ("Of an item.", "Of a meaning.")] == ["Block Text 2"] * 2
    (in_item,) = (p for p in made.paragraphs if p.text == "Of an item.")
    assert in_item._p.pPr.numPr is None  # of a list's, whose indent would count
    first, second = made.tables
    assert [t.cell(0, 0).text for t in made.tables] == ["Head", "next"] and first._tbl.getnext().tag.endswith("}p")
    assert second._tbl.getnext() is not None and second._tbl.getnext().tag.endswith("}p")
    laid = pypdfium2.PdfDocument(libreoffice.pdfs({"report.docx": data}, cache)["report.docx"])
    assert "next" in laid[len(laid) - 1].get_textpage().get_text_range()


TABLED_LIST = """- An item.

    - An inner item.

        | Left | Right |
        |:-----|------:|
        | low  | high  |

1. Numbered item.

    | One | Two |
    |:----|----:|
    | few | whole |
"""


def test_a_table_in_an_item_is_as_wide_as_the_item(session: Session, cache: Path) -> None:
    edition = small.edition(more={"report/01-one.md": "---\ntitle: A\nid: sec-a\n---\n\n" + TABLED_LIST})
    files = small.make(small.with_edition(session, edition), "report", "", ("pdf", "docx")).files
    word = libreoffice.pdfs({"report.docx": files["docx"]}, cache)["report.docx"]
    for item, first, last in (("An inner item.", "low", "high"), ("Numbered item.", "few", "whole")):
        for data in (files["pdf"], word):
            assert left_of(data, first) == pytest.approx(left_of(data, item), abs=8)
        assert left_of(word, last) == pytest.approx(left_of(files["pdf"], last), abs=8)


FIRST = """## A heading^[With a note.]

After a heading.

Next to it.

| Head |
|---|
| Cell |

: A caption

After a table.

- An item

After a list.
"""


def test_only_a_paragraph_after_another_is_indented(session: Session, cache: Path) -> None:
    edition = small.edition(more={"report/01-one.md": f"---\ntitle: A\nid: sec-a\n---\n\n{FIRST}"})
    files = small.make(small.with_edition(session, edition), "report", "", ("pdf", "docx")).files
    word = libreoffice.pdfs({"report.docx": files["docx"]}, cache)["report.docx"]
    for data in (files["pdf"], word):
        heading, table, items, next_to = (
            left_of(data, words) for words in ("After a heading.", "After a table.", "After a list.", "Next to it.")
        )
        assert heading == pytest.approx(table, abs=0.5) == pytest.approx(items, abs=0.5)
        assert next_to > heading + 5
