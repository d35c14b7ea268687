"""Tables fit: in smaller type, on a page on its side, or over several pages, in the PDF and in Word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from briefs.press.session import Session
from briefs.problems import Problems
from briefs.tools import libreoffice
from briefs.typeset.page import tables as table_settings
from briefs.typeset.page.chunks import Chunk
from briefs.typeset.page.layout import PageLayout, Typesetter
from tests import small
from tests.report import words
from tests.report.conftest import Report

FILLING = "Words that fill the page before the table begins. " * 60


def table(columns: int, word: str, rows: int, caption: str) -> str:
    """A pipe table; every cell has its own word."""
    head = " | ".join(f"{word}{n}" for n in range(columns))
    body = "\n".join("| " + " | ".join(f"{word.lower()}{row}x{n}" for n in range(columns)) + " |" for row in range(rows))
    return f"| {head} |\n|{'---|' * columns}\n{body}\n\n: {caption}\n"


BODY = f"""---
title: Tables
id: sec-a
---

{table(3, "Plain", 3, "Three columns")}

Between.

{table(7, "Responsibil", 3, "Seven columns")}

{FILLING}

## Long ones

{table(2, "Row", 70, "Two columns and many rows")}

Before the turned one.

{table(13, "Bottles", 40, "Thirteen columns")}

After the turned one.

| Key | Long |
|--|-----------------------------------------------------------------------|
| tall | {"Words of a row that is higher than a page. " * 150} |
| last | end |

> | Quoted | Column |
> |---|---|
> | https://example.org/{"word/" * 30} | x |
"""


@pytest.fixture(scope="module")
def tables(session: Session) -> Report:
    more = {"report/01-a.md": BODY, "report/02-b.md": f"---\ntitle: More\nid: sec-b\n---\n\n{table(13, 'Last', 2, 'Last')}"}
    made = small.make(small.with_edition(session, small.edition(more=more)), "report", "", ("pdf", "docx"))
    return Report(made.files["pdf"], made.files["docx"])


@pytest.fixture(scope="module")
def in_word(tables: Report, cache: Path) -> bytes:
    """The Word file as LibreOffice lays it out."""
    return libreoffice.pdfs({"report.docx": tables.docx}, cache)["report.docx"]


def pages(pdf: bytes) -> list[tuple[bool, str]]:
    """Each page: whether it is on its side, and its text."""
    document = pypdfium2.PdfDocument(pdf)
    return [(page.get_width() > page.get_height(), " ".join(page.get_textpage().get_text_range().split())) for page in document]


def page_number(text: str) -> str:
    """The number at the foot of a page, before the report's title, if it has one."""
    return text.removesuffix(f" {small.ABOUT['title']}").split()[-1]


def outside(pdf: bytes) -> list[str]:
    """The letters that are not within the page."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        text, width, height = page.get_textpage(), *page.get_size()
        for at in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(at)
            if left < 0 or bottom < 0 or right > width or top > height:
                found.append(text.get_text_range(at, 1))
    return found


@pytest.mark.parametrize("which", ["pdf", "word"])
def test_every_letter_is_on_a_page(which: str, tables: Report, in_word: bytes) -> None:
    assert outside(tables.pdf if which == "pdf" else in_word) == []


def test_both_files_say_the_same(tables: Report) -> None:
    pdf, word = words.of_both(tables.pdf, tables.docx)
    assert pdf.body == word.body
    for row in (0, 39):
        assert [f"bottles{row}x{n}" for n in range(13) if f"bottles{row}x{n}" not in pdf.body] == []


@pytest.mark.parametrize("which", ["pdf", "word"])
def test_a_wide_table_is_on_pages_on_their_side(which: str, tables: Report, in_word: bytes) -> None:
    found = pages(tables.pdf if which == "pdf" else in_word)
    turned = [text for side, text in found if side]
    assert all("Bottles12" in text or "Last12" in text for text in turned)
    assert "Thirteen columns" in turned[0] and "bottles39x12" in " ".join(turned)
    upright = " ".join(text for side, text in found if not side)
    assert "Before the turned one." in upright and "After the turned one." in upright and "bottles0x0" not in upright
    assert all(text for _, text in found), "no page is empty"


@pytest.mark.parametrize("which", ["pdf", "word"])
def test_a_long_table_begins_under_its_heading_and_repeats_its_header(which: str, tables: Report, in_word: bytes) -> None:
    body = [text for _, text in pages(tables.pdf if which == "pdf" else in_word) if "row" in text and "x0" in text]
    assert "Long ones" in body[0] and "Two columns and many rows" in body[0] and "row1x0" in body[0]
    assert len(body) > 1 and all("Row0 Row1" in text for text in body)


def test_the_pages_are_numbered_on_over_a_turned_one(tables: Report) -> None:
    numbers = [page_number(text) for _, text in pages(tables.pdf)]
    first = next(at for at, (_, text) in enumerate(pages(tables.pdf)) if "Three columns" in text and "Between." in text)
    assert numbers[first:] == [str(n) for n in range(1, len(numbers) - first + 1)]


def test_a_table_steps_down_in_type_before_it_turns(tables: Report) -> None:
    """Word takes the step from the page: 7.5 points for 8, in columns as wide as the page's."""
    by_head = {t.cell(0, 0).text: t for t in tables.word.tables}
    styles = {head: t.cell(1, 0).paragraphs[0].style for head, t in by_head.items() if head in {"Plain0", "Responsibil0"}}
    assert styles["Plain0"].name == "Cell" and styles["Responsibil0"].name.startswith("Cell ")
    assert styles["Responsibil0"].font.size.pt in {6.5, 7.5}
    seven = by_head["Responsibil0"]._tbl
    widths = [int(column.get(qn("w:w"))) for column in seven.tblGrid]
    assert sum(widths) == int(seven.tblPr.find(qn("w:tblW")).get(qn("w:w"))) == pytest.approx(125 / 25.4 * 1440, abs=9)


def test_the_header_of_a_table_is_bold_as_on_the_page(tables: Report) -> None:
    for table in (t for t in tables.word.tables if t.cell(0, 0).text in {"Plain0", "Responsibil0"}):
        head, body = (row.cells[0].paragraphs[0].style for row in table.rows[:2])
        assert head.name == body.name.replace("Cell", "Table Header") and head.font.bold and not body.font.bold
        assert (head.font.size or head.base_style.font.size) == body.font.size


def test_words_sections_turn_with_the_table(tables: Report) -> None:
    sections = tables.word.sections
    turned = [section for section in sections if section.orientation == WD_ORIENT.LANDSCAPE]
    assert len(turned) == 2 and all(section.page_width > section.page_height for section in turned)
    numbers = [section._sectPr.find(qn("w:pgNumType")) for section in sections]
    starts = [number.get(qn("w:start")) for number in numbers if number is not None and number.get(qn("w:start"))]
    assert len(starts) == 2, "roman numbers, then from one; never again"


def test_a_row_that_is_higher_than_a_page_goes_on(tables: Report) -> None:
    tall = [text for _, text in pages(tables.pdf) if "Words of a row" in text]
    assert len(tall) > 1 and all(text.count("Key Long") == 1 for text in tall)
    assert sum(text.count("higher than a page") for text in tall) >= 148, "but for those that a page's end cuts"


def test_a_table_that_fits_nowhere_says_by_how_much(session: Session) -> None:
    more = {"report/01-a.md": f"---\ntitle: T\nid: sec-a\n---\n\n{table(24, 'Responsibilities', 2, 'Too many')}"}
    with pytest.raises(Problems) as found:
        small.make(small.with_edition(session, small.edition(more=more)), "report", "", ("docx",))
    (problem,) = found.value.problems
    assert problem.message.startswith("the table is ") and problem.message.endswith("mm too wide for its page")
    assert (problem.path, problem.line) == ("report/01-a.md", 6) and problem.hint.startswith("Take out columns")


def test_a_note_of_a_turned_table_goes_on_beside_the_notes_of_the_next_page(session: Session) -> None:
    long = " ".join(f"Sentence {n} of this note goes on as notes of lawyers do, with words that fill a foot." for n in range(80))
    noted = table(13, "Bottles", 12, "Turned[@one]").replace("bottles11x12", f"bottles11x12^[{long}]")
    text = f"---\ntitle: Tables\nid: sec-a\n---\n\n{noted}\nAfter it.^[A note of the next page.]\n"
    made = small.make(small.with_edition(session, small.edition(more={"report/01-a.md": text})), "report", "", ("pdf",))
    found = pages(made.files["pdf"])
    (last,) = [page for page in found if "A note of the next page." in page[1]]
    assert "Sentence 79 of this note" in last[1] and not last[0]
    assert any(is_turned and "Sentence 0 of this note" in said for is_turned, said in found)


@pytest.mark.parametrize(
    ("rows", "many", "layouts"),
    [(12, 20, [1, 1]), (24, 20, [1, 2]), (40, 20, [4, 5]), (12, 12, [2, 1]), (16, 12, [3, 2])],
    ids=["few", "many", "more than a page", "guessed wrongly", "guessed rightly, but not surely"],
)
def test_a_table_with_many_rows_is_laid_out_as_a_long_one_at_once_and_has_the_same_bytes(
    rows: int, many: int, layouts: list[int], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`layouts`: how many its section takes, also without a guess. A table over two pages takes three more for the ends."""
    counted: list[int] = []
    original = Typesetter.lay_out

    def lay_out(typesetter: Typesetter, styles: tuple[str, ...], html: str, figures: Any, chunk: Chunk | None = None) -> PageLayout:
        counted[-1] += chunk is not None and chunk.name == "sec-a"
        return original(typesetter, styles, html, figures, chunk)

    monkeypatch.setattr(Typesetter, "lay_out", lay_out)
    files = []
    for least in (many, 10**6):
        counted.append(0)
        monkeypatch.setattr(table_settings, "MANY", least)
        more = {"report/01-a.md": f"---\ntitle: Tables\nid: sec-a\n---\n\n{table(2, 'Row', rows, 'Many rows')}"}
        files.append(small.make(small.with_edition(session, small.edition(more=more)), "report", "", ("pdf", "docx")).files)
    assert files[0] == files[1] and counted == layouts


def test_the_number_of_an_item_stands_beside_it_in_a_centred_column(session: Session) -> None:
    rows = [
        "+------------+------------------------+",
        "| A          | B                      |",
        "+============+:======================:+",
    ]
    rows += ["| one        | 1. first               |", "|            | 2. second              |", rows[0]]
    edition = small.edition(more={"report/01-a.md": "---\ntitle: A\nid: sec-a\n---\n\n" + "\n".join([*rows, "", ": A caption"])})
    made = small.make(small.with_edition(session, edition), "report", "", ("pdf",), "a4")
    with pypdfium2.PdfDocument(made.files["pdf"]) as pdf:
        page = next(text for text in (page.get_textpage() for page in pdf) if "second" in text.get_text_bounded())
        number, word = (page.get_charbox(page.search(said).get_next()[0]) for said in ("2. ", "second"))
    assert 0 < word[0] - number[0] < 15
