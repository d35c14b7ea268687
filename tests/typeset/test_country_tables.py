"""Tables of countries on the page and in Word: paper on its side, rows that stay whole, links to the documents beside them."""

from __future__ import annotations

import io

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn

from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from briefs.tools import libreoffice
from briefs.tools.fonts import cache_folder
from tests import small

CODES = ("at", "de", "es", "fr", "it", "pt", "nl", "se", "fi", "ie", "gr", "pl")
OTHER = "code: XX\nstance: open\nsummary: Words.\nfacts:\n- {id: XX-1, topic: market, text: Words., sources: [one]}\n"
LONG = "A decision that needs some words to be told, and a few more. " * 8


@pytest.fixture(scope="module")
def made(session: Session) -> FinishedDocument:
    """A table of more than one page."""
    more = {f"countries/{code}.yaml": f"{OTHER}next: {LONG}\n".replace("XX", code) for code in CODES}
    shop = small.with_edition(session, small.edition(more=more))
    return small.make(shop, "glance", "", ("pdf", "docx"), "a4")


def test_the_paper_lies_on_its_side(made: FinishedDocument) -> None:
    with pikepdf.open(io.BytesIO(made.files["pdf"])) as pdf:
        assert {tuple(round(float(side)) for side in page.MediaBox[2:]) for page in pdf.pages} == {(842, 595)}
    for section in docx.Document(io.BytesIO(made.files["docx"])).sections:
        assert section.page_width > section.page_height


def test_both_formats_have_more_than_one_page(made: FinishedDocument) -> None:
    laid_out = libreoffice.pdfs({"glance.docx": made.files["docx"]}, cache_folder())["glance.docx"]
    assert made.pages == libreoffice.pages(made.files["pdf"]) == libreoffice.pages(laid_out) > 1


def test_in_word_no_row_breaks_and_its_head_is_repeated(made: FinishedDocument) -> None:
    (table,) = docx.Document(io.BytesIO(made.files["docx"])).tables
    head, *others = (row._tr.trPr for row in table.rows)
    assert head.find(qn("w:tblHeader")) is not None and all(row.find(qn("w:tblHeader")) is None for row in others)
    assert len(others) == 13 and all(len(row.findall(qn("w:cantSplit"))) == 1 for row in (head, *others))


def test_names_lead_to_the_briefs_beside_it(made: FinishedDocument) -> None:
    """To the PDF from the PDF, and to the Word file from the Word file."""
    with pikepdf.open(io.BytesIO(made.files["pdf"])) as pdf:
        found = {str(link.A.URI) for page in pdf.pages for link in page.get("/Annots", []) if "/URI" in link.get("/A", {})}
    relations = docx.Document(io.BytesIO(made.files["docx"])).part.rels.values()
    links = {relation.target_ref for relation in relations if relation.is_external}
    assert len(found) == len(links) == 13 and {"briefs/belgium.pdf", "briefs/austria.pdf"} < found
    assert {name.replace(".pdf", ".docx") for name in found} == links


def test_a_page_of_countries_shrinks_in_both_formats(session: Session) -> None:
    facts = [small.fact(f"Thing {n} happened, and this is what is known of it so far.", priority=1) for n in range(26)]
    shop = small.with_edition(session, small.edition(facts=facts, more={"countries/fr.yaml": OTHER.replace("XX", "fr")}))
    page = small.make(shop, "compare", "be+fr", ("pdf", "docx"), "a4")
    laid_out = libreoffice.pdfs({"compare.docx": page.files["docx"]}, cache_folder())["compare.docx"]
    steps = session.theme.look.ladder["compare"]
    at = [step.name for step in steps].index(page.step)
    assert at > 0 and page.pages == libreoffice.pages(laid_out) == 1
    type = docx.Document(io.BytesIO(page.files["docx"])).styles["Cell"].font.size
    assert type.pt == steps[at].text[0]
