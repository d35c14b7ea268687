"""An edition in Arabic: pages, Word files and slides run from right to left, and words of other scripts keep their order."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import docx
import pikepdf
import pypdfium2
import pypdfium2.raw as raw
import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator
from PIL import Image, ImageChops, ImageOps, ImageStat
from pptx import Presentation

from briefs.compose.figures import MapFrame, MapWords, country_map
from briefs.compose.figures.code import address_code
from briefs.compose.figures.counts import counts
from briefs.compose.figures.drawing import ScaleEntry
from briefs.press.documents import FinishedDocument, Target
from briefs.press.session import Session
from briefs.theme import Theme
from briefs.tools import fonts, libreoffice
from briefs.typeset import draw
from briefs.typeset.page.layout import mirrored
from briefs.typeset.slides.shapes import SOURCE
from tests import small

A4 = 595.3
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FACTS = [
    small.fact("أعلنت **هيئة الاتصالات** قواعد الجيل الخامس.", date="2019-03-04"),
    small.fact("وقعت الحكومة اتفاقا مع Huawei **Technologies** Egypt بقيمة 35%.", "policy", sources=["two"]),
]
CHANGES = {
    "about": {
        "language": "ar", "title": "سياسات الجيل الخامس",
        "topics": [{"id": "market", "label": "السوق"}, {"id": "policy", "label": "السياسة"}],
    },
    "country": {"summary": "لم تتخذ الحكومة قرارا بعد. وقد يأتي القرار في عام 2021."},
    "facts": FACTS,
}  # fmt: skip
DECK = "---\ntitle: عرض\n---\n\n## العنوان\n\n- نقطة أولى [@one]\n- نقطة من Huawei **Technologies**\n"


@pytest.fixture(scope="module")
def arabic(theme: Theme) -> Iterator[Session]:
    edition = small.edition(**CHANGES, more={"labels/en.yaml": None, "decks/talk.md": DECK})
    with closing(Session(edition, theme)) as session:
        yield session


@pytest.fixture(scope="module")
def brief(arabic: Session) -> FinishedDocument:
    return small.make(arabic, "brief", "be", ("pdf", "docx"))


@pytest.fixture(scope="module")
def deck(arabic: Session) -> FinishedDocument:
    return small.make(arabic, "handout", "talk", ("pdf", "docx", "pptx"))


@pytest.fixture(scope="module")
def text(brief: FinishedDocument) -> pypdfium2.PdfTextPage:
    return pypdfium2.PdfDocument(brief.files["pdf"])[0].get_textpage()


def box(text: pypdfium2.PdfTextPage, words: str) -> tuple[float, float]:
    """The left and the right edge of some words on the page. pdfium gives letters in the order in which they stand."""
    found = text.search(words).get_next()
    assert found, words
    edges = [text.get_charbox(found[0] + n) for n in range(found[1])]
    return min(edge[0] for edge in edges), max(edge[2] for edge in edges)


def test_the_page_begins_at_the_right(text: pypdfium2.PdfTextPage) -> None:
    left, right = box(text, "بلجيكا")
    assert A4 - right < 50 < 400 < left


def test_a_run_of_latin_words_keeps_its_order_whatever_is_bold_in_it(text: pypdfium2.PdfTextPage) -> None:
    first, second, third = (box(text, word) for word in ("Huawei", "Technologies", "Egypt"))
    assert first[1] < second[0] and second[1] < third[0]


def test_notes_of_a_paragraph_in_english_have_the_direction_of_the_page(arabic: Session) -> None:
    section = "---\ntitle: مقدمة\nid: sec-a\n---\n\nAll in English.^[An English note.]\n"
    made = small.edition(**CHANGES, more={"labels/en.yaml": None, "report/01-a.md": section})
    pdf = small.make(small.with_edition(arabic, made), "report", "", ("pdf",)).files["pdf"]
    (page,) = [page for page in (p.get_textpage() for p in pypdfium2.PdfDocument(pdf)) if "note" in page.get_text_range()]
    assert box(page, "note")[1] < A4 - 85, "its number stands at the right"


def test_the_pdf_says_its_direction_and_its_language(brief: FinishedDocument) -> None:
    with pikepdf.open(io.BytesIO(brief.files["pdf"])) as pdf:
        assert pdf.Root.ViewerPreferences.Direction == "/R2L" and pdf.Root.Lang == "ar"


def test_paragraphs_tables_and_runs_of_word_run_from_right_to_left(brief: FinishedDocument, tmp_path: Path) -> None:
    document = docx.Document(io.BytesIO(brief.files["docx"]))
    paragraphs = list(document.element.body.iter(f"{W}p"))
    assert paragraphs and all(p.find(f"{W}pPr/{W}bidi") is not None for p in paragraphs)
    runs = {"".join(run.itertext(f"{W}t")): run.find(f"{W}rPr/{W}rtl") is not None for run in document.element.body.iter(f"{W}r")}
    assert runs["Technologies"] is False and all(turned for text, turned in runs.items() if re.search(r"[\u0600-\u06ff]", text))
    (tmp_path / "a.docx").write_bytes(brief.files["docx"])
    assert OpenXmlValidator().validate(str(tmp_path / "a.docx")).errors == []


def test_the_margins_of_a_report_are_mirrored_in_word(arabic: Session) -> None:
    """`left` and `right` of a page are sides of the paper (17.6.11)."""
    section = "---\ntitle: مقدمة\nid: sec-a\n---\n\nنص.\n"
    made = small.edition(**CHANGES, more={"labels/en.yaml": None, "report/01-a.md": section})
    file = small.make(small.with_edition(arabic, made), "report", "", ("docx",)).files["docx"]
    margins = {(round(s.left_margin.mm), round(s.right_margin.mm)) for s in docx.Document(io.BytesIO(file)).sections}
    page = arabic.theme.look.page["report"]
    assert (page.right, page.left) in margins and (page.left, page.right) not in margins


def test_word_has_faces_for_arabic_letters(brief: FinishedDocument) -> None:
    styles = docx.Document(io.BytesIO(brief.files["docx"])).styles.element
    faces = {element.get(f"{W}cs") for element in styles.iter(f"{W}rFonts")} - {None}
    (language,) = styles.iterfind(f"{W}docDefaults//{W}lang")
    assert faces == {"Arial"} and language.get(f"{W}bidi") == "ar"


def test_slides_are_mirrored(deck: FinishedDocument) -> None:
    slides = Presentation(io.BytesIO(deck.files["pptx"]))
    width = slides.slide_width
    assert width
    for slide in slides.slides:
        for paragraph in slide.element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}pPr"):
            assert paragraph.get("rtl") == "1"
    numbers = [s for slide in slides.slides for s in slide.shapes if s.is_placeholder and s.placeholder_format.type == 13]
    assert all(shape.left + shape.width / 2 < width / 2 for shape in numbers)  # the number stands at the left
    (line,) = [s.text_frame.paragraphs[0]._p for slide in slides.slides for s in slide.shapes if s.name == SOURCE]
    assert (line.pPr.get("rtl"), line.pPr.get("algn")) == ("1", "r")  # the sources stand at the right


def test_a_chart_is_mirrored_and_a_map_is_not() -> None:
    steps = [ScaleEntry("open", "مفتوح"), ScaleEntry("shut", "مغلق")]
    chart = counts(steps, {"open": 2}, highlight="open", width=57, alt="رسم")
    palette = dict.fromkeys([f"@{c}/{s}" for c in ("stance", "pale", "on-stance") for s in ("open", "shut")] + ["@ink"], "#000000")
    turned = etree.fromstring(draw.svg(replace(chart, direction="rtl"), palette, font="Carlito"))
    plain = etree.fromstring(draw.svg(chart, palette, font="Carlito"))
    width = chart.points[0]
    places = [[(float(t.get("x", "")), t.get("text-anchor")) for t in svg.iter("{*}text")] for svg in (plain, turned)]
    assert [(round(width - x, 2), anchor) for x, anchor in places[0]] == places[1]
    assert turned.find("{*}g").get("transform") == f"matrix(-1 0 0 1 {width:g} 0)" and plain.find("{*}g").get("transform") is None


def test_what_a_short_brief_has_in_addition_is_turned_too(arabic: Session) -> None:
    made = arabic.compose(Target("brief", "be", "", ("pdf",), "a4"))
    fuller = made.with_additions(made.additions)
    assert made.additions and {figure.direction for figure in fuller.figures.values()} == {"rtl"}
    assert {name.partition("-")[0]: figure.is_mirrored for name, figure in fuller.figures.items()} == {
        "map": False, "counts": True, "timeline": True,
    }  # fmt: skip


def test_a_taller_timeline_has_the_direction_and_the_signs_of_the_page(theme: Theme) -> None:
    facts = [small.fact(f"أعلنت **هيئة الاتصالات, القسم {n}** قواعد.", date=f"201{n}") for n in range(9)]
    edition = small.edition(**{**CHANGES, "facts": facts}, more={"labels/en.yaml": None})
    with closing(Session(edition, theme)) as session:
        made = session.compose(Target("brief", "be", "", ("pdf",), "a4"))
    taller = made.taller["timeline"]
    assert taller and {figure.direction for figure in taller} == {"rtl"}
    assert not any("," in text["text"] for figure in (made.figures["timeline"], *taller) for text in figure.texts)


def test_a_code_is_never_mirrored() -> None:
    turned = replace(address_code("https://example.org", words="Sources", width=57, alt="A code"), direction="rtl")
    assert not turned.is_mirrored


def test_margin_boxes_change_sides() -> None:
    css = "@page { margin-left: var(--left); @bottom-left { content: none } } p { left: 0; margin-left: 1mm }"
    assert mirrored(css) == "@page { margin-right: var(--left); @bottom-right { content: none } } p { left: 0; margin-left: 1mm }"


@pytest.mark.parametrize("side", [0.0, 45.0])
def test_a_legend_runs_from_right_to_left_below_or_beside_its_map(side: float) -> None:
    steps = [ScaleEntry("open", "مفتوح"), ScaleEntry("shut", "مغلق")]
    words = MapWords({"be": "بلجيكا", "fr": "فرنسا"}, "بلا بيانات", "ليس على الخريطة", "تنبيه.", "{}: {}".format)
    made = country_map(
        {"be": "open", "fr": "shut"}, steps, highlight=None, width=90, view=MapFrame(), labels={}, words=words, alt="", legend=True,
        side=side,
    )  # fmt: skip
    colours = {token: "#000000" for shape in made.shapes for token in (shape.get("fill"), shape.get("stroke")) if token}
    colours |= {text["fill"]: "#000000" for text in made.texts}
    turned = draw.svg(replace(made, direction="rtl"), colours, font="Carlito")
    ((path, edges),) = {*re.findall(r'<path d="(M[^"]*)"[^>]*transform="matrix\(-1 0 0 1 ([\d.]+) 0\)"', turned)}
    left, right = (float(edges) - made.points[0] if side else 0.0), made.points[0]
    places = [float(edges) - float(x) for x in re.findall(r"[ML]([\d.]+)", path)]
    assert max(places) == pytest.approx(right, abs=0.5) and min(places) >= left  # the first swatch stands at the right
    labels = {t.text: (float(t.get("x", "")), t.get("text-anchor")) for t in etree.fromstring(turned).iter("{*}text")}
    assert labels["مغلق"][0] < labels["مفتوح"][0] < right or side
    assert all(left <= labels[word][0] <= right for word in ("مفتوح", "مغلق", "تنبيه."))


def test_a_picture_on_a_slide_is_the_one_on_the_page(arabic: Session) -> None:
    """The renderer of SVGs takes Arabic letters from any face that has them, such as one whose letters all have the same width."""
    slide = "---\ntitle: عرض\n---\n\n## صورة\n\n::: {.figure data=counts}\n:::\n"
    names = {"Open": "مفتوح", "Wary": "متحفظ", "Closed": "مغلق"}
    scale = [{**step, "label": names[step["label"]]} for step in small.ABOUT["scale"]]
    changes = {**CHANGES, "about": {**CHANGES["about"], "scale": scale}}
    made = small.edition(**changes, more={"labels/en.yaml": None, "decks/talk.md": slide})
    file = small.make(small.with_edition(arabic, made), "handout", "talk", ("pptx",)).files["pptx"]
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        (shown,) = [package.read(name) for name in package.namelist() if name.endswith("counts.png")]
        (vector,) = [package.read(name).decode() for name in package.namelist() if name.endswith("counts.svg")]
    picture = Image.open(io.BytesIO(shown)).convert("L")
    other = Image.open(io.BytesIO(draw.png(vector, width_mm=picture.width / 200 * 25.4, dpi=200))).convert("L")
    bars = (0, 0, picture.width // 2, picture.height)
    ink = [ImageStat.Stat(ImageOps.invert(each.resize(picture.size).crop(bars))).mean[0] for each in (picture, other)]
    assert ink[0] == pytest.approx(ink[1], rel=0.05), "both show the same bars"
    assert ImageStat.Stat(ImageChops.difference(picture, other.resize(picture.size))).mean[0] > 0.5, "in other letters"


ENDS = {
    "It is gone, and العربية 123.": ("en", "ltr"),
    "It is gone, and عربية.": ("en", "ltr"),
    "انتهى الأمر في 2024.": ("ar", "rtl"),
    "وفاز حزب Green Party.": ("ar", "rtl"),
}


@pytest.mark.parametrize("text", ENDS)
def test_the_numbers_of_sources_stand_at_the_end_of_a_fact_in_word(text: str, theme: Theme) -> None:
    language, way = ENDS[text]
    edition = small.edition(
        about={"language": language}, facts=[small.fact(text, sources=["one", "two"])], more={"labels/en.yaml": None}
    )
    with closing(Session(edition, theme)) as session:
        docx = small.make(session, "brief", "be", ("docx",)).files["docx"]
    page = pypdfium2.PdfDocument(libreoffice.pdfs({"document.docx": docx}, fonts.cache_folder())["document.docx"])[0]
    marks, words = _raised(page.get_textpage())
    assert marks[0] > words[1] if way == "ltr" else marks[1] < words[0], (marks, words)


def _raised(page: pypdfium2.PdfTextPage) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the raised numbers of the first fact begin and end on their line, and where the other letters do."""
    found = [
        (page.get_charbox(n), raw.FPDFText_GetFontSize(page, n))
        for n in range(page.count_chars())
        if page.get_text_range(n, 1).strip()
    ]
    letters = [box for box, size in found if size > 7]

    def beside(mark: tuple[float, float, float, float]) -> list[tuple[float, float, float, float]]:
        return [box for box in letters if abs(box[3] - mark[3]) < 8 and abs(box[0] - mark[0]) < 100]

    marks = [box for box, size in found if size < 7 and beside(box)][:2]  # LibreOffice 24.2 writes the page in another order
    line = beside(marks[0])
    (marked, worded) = ((min(box[0] for box in boxes), max(box[2] for box in boxes)) for boxes in (marks, line))
    return marked, worded
