"""Print PDFs: PDF/X-4 in the inks of the theme, walked to the last stream."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
import pytest
from PIL import Image

from briefs.edition.read import read
from briefs.press.session import Session
from briefs.problems import Problems
from briefs.theme import Theme
from tests import small
from tests.conftest import ROOT
from tests.standards import inks

DOCUMENTS = ("brief", "report", "handout")


@pytest.fixture(scope="module")
def printed(session: Session) -> dict[str, bytes]:
    """A brief, a small report with pictures of both sorts, a handout."""
    found = read(ROOT / "tests/editions/einwegpfand")
    assert found.edition
    german = small.with_edition(session, found.edition)
    return {
        "brief": small.make(session, "brief", "be", ("pdf",), "a4", printed=True).files["pdf"],
        "report": small.make(german, "report", "", ("pdf",), "a4", printed=True).files["pdf"],
        "handout": small.make(session, "handout", "be", ("pdf",), "a4", printed=True).files["pdf"],
    }


@pytest.fixture(params=DOCUMENTS)
def pdf(request: pytest.FixtureRequest, printed: dict[str, bytes]) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(printed[request.param])) as opened:
        yield opened


def test_every_colour_is_ink(pdf: pikepdf.Pdf) -> None:
    assert inks.not_ink(pdf) == []


def test_running_text_is_black_alone(pdf: pikepdf.Pdf) -> None:
    used = inks.text_inks(pdf)
    assert (0.0, 0.0, 0.0, 1.0) in used
    grey = {i for i in used if i[:3] == (0, 0, 0)}
    assert len(used - grey) <= 1, "the badge’s colour and no other"


def test_boxes_bleed_marks_and_no_annotations(pdf: pikepdf.Pdf, theme: Theme) -> None:
    assert theme.look.print.bleed == 3
    assert inks.paper(pdf, 3) == []


def test_fonts_are_embedded_and_cut_down(pdf: pikepdf.Pdf) -> None:
    assert inks.unembedded(pdf) == []


def test_the_printing_condition_is_in_the_file(pdf: pikepdf.Pdf) -> None:
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFX" and intent.OutputConditionIdentifier == "FOGRA39"
    assert intent.DestOutputProfile.N == 4 and intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
    with pdf.open_metadata() as xmp:
        assert xmp["pdfxid:GTS_PDFXVersion"] == "PDF/X-4" and xmp["pdf:Trapped"] == "False"
    assert pdf.docinfo.Trapped == "/False" and pdf.pdf_version == "1.6" and not pdf.is_encrypted


def test_a_band_runs_over_the_edge(printed: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(printed["brief"])) as pdf:
        boxes = [[float(n) for n in o] for o, op in pikepdf.parse_content_stream(pdf.pages[0]) if str(op) == "re"]
        # the page's own transformation turns y round and scales by 0.75
        assert any(x <= -3 * 96 / 25.4 + 0.1 and w >= (210 + 6) * 96 / 25.4 - 0.1 for x, _, w, _ in boxes), boxes[:5]


def test_pictures_have_the_dots_that_paper_shows(printed: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(printed["report"])) as pdf:
        found = inks.dots(pdf)
        assert found and min(found) >= 300


def test_a_picture_of_too_few_dots_fails_the_print_at_its_place(session: Session) -> None:
    dots = io.BytesIO()
    Image.new("RGB", (300, 100), "#445566").save(dots, "png")
    files = {
        "report/01-a.md": '---\nid: a\ntitle: A\n---\n\n![Dots](figures/a.png){alt="A grey field." width=60mm}\n',
        "figures/a.png": dots.getvalue(),
    }
    shop = small.with_edition(session, small.edition(more=files))
    assert small.make(shop, "report", "", ("pdf",), "a4").pages
    with pytest.raises(Problems, match=r"report/01-a.md:6:.*the picture would be printed with 127 dots an inch.*300"):
        small.make(shop, "report", "", ("pdf",), "a4", printed=True)


def test_a_screen_file_is_not_taken_for_a_print(session: Session) -> None:
    """The walk itself: the same brief for the screen has what it looks for."""
    with pikepdf.open(io.BytesIO(small.brief(session, small.edition(), "pdf").files["pdf"])) as pdf:
        assert inks.not_ink(pdf)


@pytest.mark.long
def test_the_report_is_printed_in_ink(session: Session) -> None:
    made = small.make(session, "report", "", ("pdf",), "a4", printed=True)
    with pikepdf.open(io.BytesIO(made.files["pdf"])) as pdf:
        assert inks.not_ink(pdf) == [] and inks.paper(pdf, 3) == [] and inks.unembedded(pdf) == []
