"""A brief in Word looks as it does on the page: the scale, the key facts, the key points, the tops of the columns, the sources."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from lxml import etree

from briefs.edition.model import Edition
from briefs.press.session import Session
from briefs.theme import Theme
from briefs.tools import libreoffice
from briefs.typeset.word.package import NAMES, Element, w
from tests import small
from tests.emptiness import inked

COLUMNS = "- {id: launched, label: Launched, kind: yes-no, source: one}\n"
POINTS = {"position": "It stands.", "matters": "It matters.", "next": "It comes.", "ask": "Will it?"}


@pytest.fixture(scope="module")
def parts(session: Session) -> Iterator[dict[str, Element]]:
    about = {"key_points": [*POINTS], "key_facts": ["launched"]}
    country = {**POINTS, "summary": None, "stance_note": "so far", "data": {"launched": {"value": "yes"}}}
    made = small.edition(about=about, country=country, more={"columns.yaml": f"columns:\n{COLUMNS}"})
    data = small.brief(session, made, "docx").files["docx"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield {name: etree.fromstring(archive.read(f"word/{name}.xml")) for name in ("document", "styles", "numbering")}


def style(parts: dict[str, Element], name: str) -> Element:
    (found,) = parts["styles"].xpath(f"w:style[@w:styleId='{name}']", namespaces=NAMES)
    return found


def test_the_scale_is_filled_and_its_stamp_stands_at_the_end_of_the_line(parts: dict[str, Element]) -> None:
    grounds = [style(parts, "Step"), *parts["document"].xpath(".//w:r[w:rPr/w:rStyle/@w:val='StepHere']", namespaces=NAMES)]
    for ground in grounds:
        shade, border = (next(ground.iter(w(name))) for name in ("shd", "bdr"))
        assert shade.get(w("fill")) == border.get(w("color")), "a border in another colour would make seams"
        assert border.get(w("space")) == "2", "the ground is as high as in the PDF"
    (stamp,) = parts["document"].xpath(".//w:r[w:rPr/w:rStyle/@w:val='Stamp']", namespaces=NAMES)
    before = next(stamp.itersiblings(w("r"), preceding=True))
    assert [child.tag for child in before if child.tag != w("rPr")] == [w("tab")]
    assert (stamp.findtext(w("t")) or "").endswith("\u202f"), "the right edge of its box is cut off in LibreOffice 24"
    (tab,) = style(parts, "Scale").iter(w("tab"))
    size, margins = (next(parts["document"].iter(w(name))) for name in ("pgSz", "pgMar"))
    wide = int(size.get(w("w"))) - int(margins.get(w("left"))) - int(margins.get(w("right")))
    assert (tab.get(w("val")), int(tab.get(w("pos")))) == ("right", wide)


def test_a_note_on_the_stance_stands_before_its_meaning(parts: dict[str, Element]) -> None:
    (meaning,) = parts["document"].xpath(".//w:p[w:pPr/w:pStyle/@w:val='Meaning']", namespaces=NAMES)
    assert " (so far): " in "".join(meaning.itertext())


def test_columns_begin_level(parts: dict[str, Element]) -> None:
    names = [found.get(w("val")) for found in parts["document"].iter(w("pStyle"))]
    assert names.count("FirstHeading") == 1 and names.index("FirstFigure") < names.index("FirstHeading") < names.index("Heading2")
    for name in ("FirstHeading", "FirstFigure"):
        assert style(parts, name).find(f".//{w('spacing')}").get(w("before")) == "0"


def test_key_points_are_apart_from_the_key_facts_and_their_labels_fit(parts: dict[str, Element]) -> None:
    assert style(parts, "KeyPointFirst").find(f".//{w('spacing')}").get(w("before")) == "190"
    (indent,) = style(parts, "KeyPoint").iter(w("ind"))
    assert int(indent.get(w("hanging"))) > 29 * 1440 / 25.4, "the labels of the largest step need more than 29 mm"
    bar = next(style(parts, "KeyPoint").iter(w("left")))
    begins = int(indent.get(w("left"))) - int(indent.get(w("hanging")))
    assert begins == pytest.approx(4.4 * 1440 / 25.4, abs=2), "padding and bar are as wide as in the PDF"
    outer = begins - 20 * int(bar.get(w("space"))) - 20 * int(bar.get(w("sz"))) / 8
    assert outer == pytest.approx(0, abs=2), "the bar stands at the margin"
    (borders,) = parts["document"].xpath(".//w:tbl[.//w:pStyle/@w:val='KeyFactName']/w:tblPr/w:tblBorders/*", namespaces=NAMES)
    assert (borders.tag, borders.get(w("val"))) == (w("insideH"), "nil")


@pytest.mark.parametrize(("muted", "strong"), [("KeyFact", "yes"), ("Meaning", "Wary")])
def test_strong_words_among_muted_ones_are_in_the_colour_of_text(
    parts: dict[str, Element], theme: Theme, muted: str, strong: str
) -> None:
    values = parts["document"].xpath(f".//w:p[w:pPr/w:pStyle/@w:val='{muted}']//w:r[w:rPr/w:b]", namespaces=NAMES)
    assert ["".join(value.itertext()) for value in values] == [strong]
    assert [value.find(f"{w('rPr')}/{w('rStyle')}").get(w("val")) for value in values] == ["KeyValue"]
    (colour,) = style(parts, "KeyValue").iter(w("color"))
    assert f"#{colour.get(w('val'))}".lower() == theme.look.palette["ink"]


def test_numbers_of_sources_have_no_full_stop(parts: dict[str, Element]) -> None:
    used = set(parts["document"].xpath(".//w:pPr[w:pStyle/@w:val='Source']/w:numPr/w:numId/@w:val", namespaces=NAMES))
    assert used
    for number in used:
        (abstract,) = parts["numbering"].xpath(f"w:num[@w:numId='{number}']/w:abstractNumId/@w:val", namespaces=NAMES)
        path = f"w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl[@w:ilvl='0']/w:lvlText/@w:val"
        (text,) = parts["numbering"].xpath(path, namespaces=NAMES)
        assert text == "%1"


def test_the_distance_below_a_timeline_across_the_page_stays(session: Session, edition: Edition) -> None:
    """The distances between the figures of a column grow so that the page is filled. Below this figure nothing of the column
    follows."""
    made = small.brief(session, edition, "docx", code="it")
    paragraphs = docx.Document(io.BytesIO(made.files["docx"])).paragraphs
    told = [(p.style.name, d.get("descr")) for p in paragraphs for d in p._p.iter(qn("wp:docPr"))]
    assert [style for style, words in told if str(words).startswith("Timeline")] == ["Figure Across"]
    assert {style for style, words in told if str(words).startswith("Map")} == {"First Figure"}


def test_sources_and_notes_stand_at_the_foot_of_the_page_however_much_room_is_left(session: Session, cache: Path) -> None:
    """Norway’s page has few facts. The PDF has its last source just above the footer."""
    made = small.brief(session, session.edition, "pdf", "docx", code="no").files
    pages = [made["pdf"], libreoffice.pdfs({"no.docx": made["docx"]}, cache)["no.docx"]]
    in_pdf, in_word = (lowest(page, "[2020?]") for page in pages)
    assert abs(in_pdf - in_word) < 1.0 * 72 / 25.4


def test_a_timeline_across_the_page_stands_where_it_does_in_the_pdf(session: Session, cache: Path) -> None:
    """Italy's page has few facts. Its timeline stands halfway between the columns and the sources."""
    made = small.brief(session, session.edition, "pdf", "docx", code="it").files
    pages = [made["pdf"], libreoffice.pdfs({"it.docx": made["docx"]}, cache)["it.docx"]]
    in_pdf, in_word = map(foot_of_timeline, pages)
    assert abs(in_pdf - in_word) < 4.5, "half of the page's reserve, and what Word needs less"


def foot_of_timeline(data: bytes) -> float:
    """Where the last ink above the sources is, in millimetres from the head of the only page."""
    height = pypdfium2.PdfDocument(data)[0].get_height()
    rule = (height - lowest(data, "Sources")) * 25.4 / 72 - 6
    return max(row for row in inked(data) if row < rule)


def lowest(data: bytes, words: str) -> float:
    """How far the last line with these words stands above the foot of the only page, in points."""
    (page,) = pypdfium2.PdfDocument(data)
    text = page.get_textpage()
    at, length = text.search(words).get_next()
    return min(text.get_charbox(at + n)[1] for n in range(length))
