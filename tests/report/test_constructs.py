"""What people write in a section is set right in the PDF and in Word."""

from __future__ import annotations

import ctypes
import io
import zipfile

import docx
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from lxml import etree

from briefs.press.session import Session
from tests import small
from tests.report import words
from tests.report.conftest import Report
from tests.report.test_report import entries_of
from tests.report.test_tables import page_number, pages, table

AUTHORED = small.source("zhang", type="book", author=[{"family": "Zhang", "given": "Li"}])
HEADINGS = """---
title: What @zhang says of *it* [@one]
id: sec-a
---

Opening words.

## 2019

See [the next](#sec-next) and [2019].

## 2020 {#sec-next}

## Same

See [](#sec-last).

## Same^[A note of a heading.] {#sec-last}
"""
APART = """---
title: Written apart
id: sec-b
---

## Same

A claim.[^1] A [link][site], a [site] and (@here).

| A line.[@one]^[Own.]
| A second line.[@one][@two]

Term^[Of it.]^[More.]

:   Its meaning.

    A second paragraph.

    - an item

:   Another meaning.

(@here) An example.

[^1]: The note.

    Its second paragraph.

[site]: https://example.org/page "Title"

Table: A caption above

| A | B |
|---|---|
| 1 | `code in a cell` |

```
SELECT country, stance, date, source FROM facts WHERE topic = 'security' AND date >= '2019-01-01' ORDER BY country; -- END
```
"""
INSIDE = """---
title: Tables inside
id: sec-d
---

1. An item.

    | In^[Of a header.] | List |
    |---|---|
    | 1^[Of a cell.] | 2 |

    : Within a list {#tbl-list}

> | In | Quote |
> |---|---|
> | 1 | 2 |
>
> : Within a quotation

## Appendix

See [](#tbl-list) and [](#appendix).
"""
WIDE = f"---\ntitle: Wide\nid: sec-c\n---\n\n{table(13, 'Wide', 3, 'Wide')}\nAfter.\n\n## Below\n\n{table(13, 'Other', 3, 'Other')}"


@pytest.fixture(scope="module")
def made(session: Session) -> Report:
    sources = [small.source("one"), small.source("two"), AUTHORED]
    more = {"report/01-c.md": WIDE, "report/02-a.md": HEADINGS, "report/03-b.md": APART, "report/04-d.md": INSIDE}
    edition = small.edition(sources=sources, more=more)
    files = small.make(small.with_edition(session, edition), "report", "", ("pdf", "docx")).files
    return Report(files["pdf"], files["docx"])


def lines(made: Report, style: str) -> list[str]:
    """The paragraphs of a style in Word."""
    return [p.text for p in made.word.paragraphs if p.style.name == style]


def face(made: Report, said: str) -> str:
    """The face in which these words are printed, where they stand first in the body."""
    for page in list(pypdfium2.PdfDocument(made.pdf))[3:]:
        text = page.get_textpage()
        at = text.get_text_range().find(said)
        if at >= 0:
            name = ctypes.create_string_buffer(200)
            pdfium.FPDFText_GetFontInfo(text.raw, at, name, 200, ctypes.byref(ctypes.c_int()))
            return name.value.decode().partition("+")[2]
    raise AssertionError(said)


def test_both_files_say_the_same(made: Report) -> None:
    pdf, word = words.of_both(made.pdf, made.docx)
    assert pdf.body == word.body and pdf.notes == word.notes


def test_headings_of_years_and_equal_ones_are_numbered_and_listed_with_their_pages(made: Report) -> None:
    entries = [(number, said, page) for number, said, _, page in entries_of(made.word, "TOC2") if number[:1] in {"2", "3"}]
    assert entries == [*((f"2.{n}", said, "4") for n, said in enumerate(("2019", "2020", "Same", "Same"), 1)), ("3.1", "Same", "4")]
    assert len({anchor for _, said, anchor, _ in entries_of(made.word, "TOC2") if said == "Same"}) == 3
    titles = [entry.get_title() for entry in pypdfium2.PdfDocument(made.pdf).get_toc()]
    assert titles[titles.index("2019") :][:5] == ["2019", "2020", "Same", "Same", "Written apart"]
    printed = " ".join(text for _, text in pages(made.pdf))
    assert "See the next and 2019." in printed and "See Section 2.4." in printed


def test_the_name_of_a_cited_author_is_in_the_title_the_contents_and_the_running_head(made: Report) -> None:
    said = "What Li Zhang says of it"
    assert ("2", said, "4") in [(entry[0], entry[1], entry[3]) for entry in entries_of(made.word, "TOC1")]
    assert said in [entry.get_title() for entry in pypdfium2.PdfDocument(made.pdf).get_toc()]
    (page,) = [n for n in range(made.pages.count) if "Opening words." in made.pages.text(n)]
    assert made.pages.running_heads[page] == said


def test_a_comma_parts_notes_in_lines_of_verse_and_in_terms(made: Report) -> None:
    (page,) = [text for _, text in pages(made.pdf) if "A line." in text]
    assert "A line.5, 6 A second line.7, 8" in page and "Term9, 10 Its meaning." in page


def test_verse_is_not_indented_in_word(made: Report) -> None:
    assert sum(text.startswith("A line.") for text in lines(made, "First Paragraph")) == 1


def test_a_line_across_is_a_border_in_word(session: Session) -> None:
    """LibreOffice shows the line that pandoc draws as a dot."""
    body = "---\ntitle: Line\nid: sec-a\n---\n\nFirst words.\n\n---\n\nLast words.\n"
    edition = small.edition(more={"report/01-a.md": body})
    data = small.make(small.with_edition(session, edition), "report", "", ("docx",)).files["docx"]
    words = [p for p in docx.Document(io.BytesIO(data)).paragraphs if p.text or p._p.xpath("w:pPr/w:pBdr")]
    (at,) = [n for n, paragraph in enumerate(words) if paragraph.text == "First words."]
    assert words[at + 1]._p.xpath("w:pPr/w:pBdr/w:bottom") and words[at + 2].text == "Last words."
    assert not words[at + 1]._p.xpath(".//w:pict")


def test_the_note_of_a_heading_is_in_the_type_of_notes(made: Report) -> None:
    assert face(made, "A note of a heading.") == "Carlito" and face(made, "Written apart") == "Caladea-Bold"


def test_code_has_its_face_and_wraps(made: Report) -> None:
    assert face(made, "SELECT") == face(made, "END") == "DejaVu-Sans-Mono"
    word = made.word
    run = next(r for p in word.paragraphs if p.text.startswith("SELECT") for r in p.runs if r.text)
    assert run.style.font.name == "Consolas"


def test_code_is_broken_without_hyphens(session: Session) -> None:
    code = "def enumerate_representatives(administration, communication, international_organisation, telecommunication):"
    body = f"---\ntitle: Code\nid: sec-a\n---\n\n```\n{code}\n```\n\nThe words are `{code.replace('_', ' ')}` in a line.\n"
    pdf = small.make(small.with_edition(session, small.edition(more={"report/01-a.md": body})), "report", "", ("pdf",)).files["pdf"]
    printed = "".join("".join(text for _, text in pages(pdf)).split())
    assert "".join(code.split()) in printed and "".join(code.replace("_", " ").split()) in printed


def test_terms_and_each_paragraph_of_a_meaning_stand_on_lines_of_their_own(made: Report) -> None:
    assert lines(made, "Definition Term") == ["Term, "]
    assert lines(made, "Definition") == ["Its meaning.", "A second paragraph.", "Another meaning."]
    assert "an item" in lines(made, "Definition List")


def test_a_caption_above_is_the_tables(made: Report) -> None:
    assert "Table 3. A caption above" in lines(made, "Table Caption")


def test_headings_stand_with_a_turned_table_on_numbered_pages(made: Report) -> None:
    found = pages(made.pdf)
    turned = [text for side, text in found if side]
    assert turned[0].startswith("1 Wide Table 1. Wide") and turned[1].startswith("1.1 Below Table 2. Other")
    first = found.index((True, turned[0]))
    assert [page_number(text) for _, text in found[first : first + 4]] == ["1", "2", "3", "4"]
    word = made.word
    wide = [section.orientation == WD_ORIENT.LANDSCAPE for section in word.sections]
    assert wide[wide.index(True) :][:4] == [True, False, True, False]
    heading = next(p for p in word.paragraphs if p.text == "Wide" and p.style.name == "Heading 1")
    indent = heading._p.pPr.find(qn("w:ind"))
    assert indent.get(qn("w:left")) == indent.get(qn("w:hanging")) != "0"


def test_captions_in_lists_and_quotations_are_numbered_and_notes_of_cells_are_notes(made: Report) -> None:
    assert {"Table 4. Within a list", "Table 5. Within a quotation"} <= set(lines(made, "Table Caption"))
    (page,) = [text for _, text in pages(made.pdf) if "An item." in text]
    assert "See Table 4 and the Appendix." in page and "11 Of a header. 12 Of a cell." in page
    with zipfile.ZipFile(io.BytesIO(made.docx)) as archive:
        notes = etree.fromstring(archive.read("word/footnotes.xml"))
    assert {style.get(qn("w:val")) for style in notes.iter(qn("w:pStyle"))} == {"FootnoteText"}
