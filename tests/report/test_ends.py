"""Where pages end: rows that go on have their names, no word is broken over a page turn, no last page is nearly empty."""

from __future__ import annotations

import json
from itertools import pairwise
from unittest import mock

import pypdfium2
import pytest

from briefs.lint import documents
from briefs.press.documents import Target
from briefs.press.makers import report as reports
from briefs.press.session import Session
from briefs.typeset.page import ends
from tests import small
from tests.report.conftest import Report
from tests.report.words import Element, elements_of, is_continued, of_both, repeats_topic

SECTION = "---\ntitle: A section\nid: sec-a\n---\n\n"
SENTENCE = "The report says that telecommunications infrastructure is an extraordinarily controversial responsibility. "
HYPHENATED = SENTENCE.replace("telecommunications ", "so-called telecommunications-")


def pdf(session: Session, body: str = "", **changes: object) -> bytes:
    """The report of a small edition with one section."""
    made = small.edition(more={"report/01-a.md": SECTION + (body or "Words.") + "\n"}, **changes)
    return small.make(small.with_edition(session, made), "report", "", ("pdf",)).files["pdf"]


def facts_of(cell: Element) -> int:
    """How many facts a cell has."""
    return sum(e.tag == "/LI" for e in cell.elements())


def begins_topic(cell: Element, rest: Element) -> bool:
    """Whether the rest of a cell begins with the name of a topic that has no facts on the page before."""
    first = rest.kids[0] if rest.kids else None
    return isinstance(first, Element) and first.tag == "/Div" and not repeats_topic(cell, rest)


def rules(data: bytes) -> list[str]:
    return [finding.rule for finding in documents.findings("report.pdf", data)]


def test_the_first_edition_s_report_has_no_finding(report: Report) -> None:
    assert [str(finding) for finding in documents.findings("report.pdf", report.pdf)] == []


def test_a_row_that_goes_on_has_its_name(session: Session) -> None:
    facts = [small.fact(f"Fact {n}: " + SENTENCE * 3) for n in range(24)]
    data = pdf(session, facts=facts)
    names = [e.text.replace("\v", " ").strip() for top in elements_of(data) for e in top.elements() if e.tag == "/TH"]
    assert {name for name in names if "continued" in name} == {"Belgium (continued)"}
    facts_printed = [e.text for top in elements_of(data) for e in top.elements() if e.tag == "/TD"]
    assert all(sum(f"Fact {n}:" in text for text in facts_printed) == 1 for n in range(24)), "each fact once"
    assert "nameless row" not in rules(data)


def test_a_row_whose_topics_stand_one_above_the_other_has_its_name_too(session: Session) -> None:
    """Its items are counted over all topics. The name of a topic stands above its first fact on each page, and nowhere else."""
    facts = [small.fact(f"Fact {n}: " + SENTENCE * 3, "market" if n < 3 else "policy") for n in range(24)]
    made = small.edition(more={"report/01-a.md": f"{SECTION}Words.\n"}, facts=facts)
    files = small.make(small.with_edition(session, made), "report", "", ("pdf", "docx")).files
    data = files["pdf"]
    in_pdf, in_word = of_both(data, files["docx"])
    assert in_pdf == in_word and in_pdf.body.count("Policy") == 1, "above its facts once, and not in the head"
    cells = [e.text for top in elements_of(data) for e in top.elements() if e.tag == "/TD"]
    printed = [text for text in cells if "Fact " in text]
    assert all(sum(f"Fact {n}:" in text for text in printed) == 1 for n in range(24)), "each fact once"
    topics = {f"Fact {n}:": "The market" if n < 3 else "Policy" for n in range(24)}
    named = [[topic for topic in ("The market", "Policy") if topic in text] for text in printed]
    wanted = [list(dict.fromkeys(topics[fact] for fact in topics if fact in text)) for text in printed]
    assert named == wanted and len(printed) >= 2 and "nameless row" not in rules(data)


def test_no_page_of_the_appendix_ends_or_begins_with_a_lone_fact(report: Report) -> None:
    """Of facts that go on, two at least end a page, and three begin the next, or all of a topic."""
    rows = [e for top in elements_of(report.pdf) for e in top.elements() if e.tag == "/TR"]
    parted = [(one, next_) for one, next_ in pairwise(rows) if is_continued(next_)]
    pairs = [pair for one, next_ in parted for pair in zip(one.kids[1:], next_.kids[1:], strict=True)]
    cells = [(one, rest) for one, rest in pairs if isinstance(one, Element) and isinstance(rest, Element)]
    counts = [(facts_of(one), facts_of(rest), begins_topic(one, rest)) for one, rest in cells]
    going_on = [(ending, beginning) for ending, beginning, is_new in counts if ending and beginning and not is_new]
    assert going_on and all(ending >= ends.KEPT and beginning >= ends.CARRIED for ending, beginning in going_on), counts
    assert all(beginning >= ends.KEPT for ending, beginning, is_new in counts if is_new), counts


@pytest.mark.parametrize(("language", "most"), [("fr", 8), ("de", 13)])
def test_the_appendix_settles_in_a_few_layouts(session: Session, language: str, most: int) -> None:
    """In French a name of a topic, with the first item below it, doesn't fit where the item alone would, and the last page is to be
    filled. In German each division of a row moves the next one."""
    target = Target("report", "", "", ("pdf",), "a4", language=language)
    own = session.in_language(language)
    with own.report_failures(target), mock.patch.object(own.typesetter, "lay_out", wraps=own.typesetter.lay_out) as lay_out:
        piece = next(p for p in reports.MAKER.open(own, target).pieces if p.name == "appendix")
        layout, _ = reports.laid_out(own, target, piece.content)
    assert not list(ends._going_on(layout.document)) and not ends.is_nearly_empty(layout)
    assert lay_out.call_count <= most, "those that set the table, and a few for the ends"


@pytest.mark.parametrize("lines", range(36, 46, 3))
def test_a_chapter_whose_last_page_would_hold_a_line_or_two_is_set_otherwise(session: Session, lines: int) -> None:
    data = pdf(session, "\n\n".join("A line of the section." for _ in range(lines)), facts=[], country={"summary": None})
    with pypdfium2.PdfDocument(data) as opened:
        last = len(opened)
    assert (last, "fill") not in [(finding.page, finding.rule) for finding in documents.findings("report.pdf", data)]


def test_no_page_before_a_tall_figure_holds_a_line_or_two(session: Session) -> None:
    """The German conclusion had three lines before the timeline of all countries, which has a page of its own."""
    target = Target("report", "", "", ("pdf",), "a4", language="de")
    own = session.in_language("de")
    with own.report_failures(target):
        piece = next(p for p in reports.MAKER.open(own, target).pieces if "fig-timeline" in json.dumps(p.content.chunk.blocks))
        layout, _ = reports.laid_out(own, target, piece.content)
    assert layout.pages > 2 and not ends.is_nearly_empty(layout)


def test_no_word_is_broken_over_a_page_turn(session: Session) -> None:
    for more in range(3):
        body = "\n\n".join([SENTENCE * (9 + more)] * 6)
        assert "hyphen" not in rules(pdf(session, body, facts=[], country={"summary": None})), more


@pytest.mark.parametrize(("paragraphs", "sentences", "sentence"), [(6, 12, SENTENCE), (7, 9, HYPHENATED), (8, 12, HYPHENATED)])
def test_no_word_is_broken_where_lines_were_moved_to_fill_the_last_page(
    session: Session, paragraphs: int, sentences: int, sentence: str
) -> None:
    """To fill the last page moves the ends of the pages before it, to places where a word would be broken."""
    found = rules(pdf(session, "\n\n".join([sentence * sentences] * paragraphs), facts=[], country={"summary": None}))
    assert "hyphen" not in found


def test_each_part_of_a_divided_row_is_known_by_its_row_and_what_comes_before_it() -> None:
    """The third row stands in three parts; of the fifth, nothing stood on the page on which it began."""
    rows = {2: ((0, 1), (3, 4)), 4: ((0, 0), (2, 2))}
    found = ends._origins(rows, 8)
    assert found == [(0, ()), (1, ()), (2, ()), (2, (0, 1)), (2, (3, 4)), (3, ()), (4, (0, 0)), (4, (2, 2))]
