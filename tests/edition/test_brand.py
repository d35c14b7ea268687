"""A brand: the colours, the foot and the disclaimer of `brand.yaml` reach the pages, Word, slides and the printer's inks."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pikepdf
import pypdfium2
import pytest

from briefs.compose import charts
from briefs.compose.labels import Labels
from briefs.press.session import Session
from briefs.theme import Theme
from briefs.typeset.page.pdfx import MissingInk
from tests import small
from tests.samewords import of_docx, of_pdf

BRAND = """
meta: {name: The Office}
color:
  palette: {sea: "#0b3d91", night: "#101820"}
  foreground: night
  primary: sea
  secondary: "#4a5560"
defaults:
  briefs: {footer: "Third floor, 1 Main Square", disclaimer: The office takes no position on borders.}
"""


def branded(**about: Any) -> Any:
    return small.edition(more={"brand.yaml": BRAND}, about=about)


def test_colours_take_the_place_of_the_themes(theme: Theme) -> None:
    made = theme.with_brand(branded().brand.colours)
    assert (made.look.palette["accent"], made.look.palette["ink"], made.look.palette["muted"]) == ("#0b3d91", "#101820", "#4a5560")
    assert made.look.palette["rule"] == theme.look.palette["rule"] and theme.with_brand({}) is theme
    inks = made.inks([], lambda colour: (1.0, 0.5, 0.0, 0.25))
    assert inks[0x0B, 0x3D, 0x91] == (1.0, 0.5, 0.0, 0.25), "the theme's inks are those of its own colour"
    assert inks[0x1A, 0x1A, 0x1A] == (0.0, 0.0, 0.0, 1.0), "text on a light stance"


@pytest.mark.parametrize(
    ("made", "own"),
    [
        (branded(), "The office takes no position on borders."),
        (small.edition(about={"map": {"disclaimer": "No view of borders."}}), "No view of borders."),
    ],
)
def test_a_disclaimer_of_its_own_leaves_the_words_on_dashed_lines(made: Any, own: str) -> None:
    words = charts.map_words(made, Labels.of(made), "", is_keyed=True)
    assert (words.disclaimer, words.dashed) == (own, "Dashed lines are unsettled.") and words.elsewhere


def test_a_brief_has_the_brand_in_pdf_and_word(session: Session) -> None:
    made = small.make(small.with_edition(session, branded()), "brief", "be", ("pdf", "docx"), "a4")
    assert of_pdf(made.files["pdf"]) == of_docx(made.files["docx"])
    foot = pypdfium2.PdfDocument(made.files["pdf"])[0].get_textpage().get_text_range()
    assert "Third floor, 1 Main Square" in foot and "The office takes no position on borders." in foot
    with zipfile.ZipFile(io.BytesIO(made.files["docx"])) as archive:
        styles = archive.read("word/styles.xml").decode()
    assert 'w:val="4A5560"' in styles and 'w:val="595959"' not in styles
    with pikepdf.open(io.BytesIO(made.files["pdf"])) as pdf:
        assert "The Office" in str(pdf.open_metadata())


@pytest.mark.parametrize(
    ("brand", "says"),
    [
        (
            "color: {primary: see, palette: {sea: '#0b3d91'}}",
            "brand.yaml:1:18: error: the palette has no colour “see”. Did you mean “sea”?",
        ),
        (
            "color: {foreground: '#999999'}",
            "brand.yaml:1:21: error: foreground #999999 has a contrast of 2.8 to white paper. It needs 4.5: take a darker colour.",
        ),
        ("color: {primary: blue-ish green}", "brand.yaml:1:18: error: "),
        ("colour: {}", "brand.yaml:1:1: error: "),
    ],
)  # fmt: skip
def test_check_finds_what_is_wrong_with_a_brand(brand: str, says: str) -> None:
    found = [str(problem) for problem in small.reading(more={"brand.yaml": brand}).errors]
    assert len(found) == 1 and found[0].startswith(says), found


def test_a_printed_brief_has_inks_for_the_brand(session: Session) -> None:
    try:
        made = small.make(small.with_edition(session, branded()), "brief", "be", ("pdf",), "a4", printed=True)
    except MissingInk as missing:  # pragma: no cover
        pytest.fail(str(missing))
    assert made.pages == 1
