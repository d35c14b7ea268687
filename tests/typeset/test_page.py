"""The PDF: one page, the theme's fonts and sizes, what it links to, and that nothing from outside gets in."""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from briefs.colours import contrast
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import TemplateFiller
from briefs.edition.model import Edition
from briefs.engine.render import LayoutError
from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from briefs.problems import Problems
from briefs.theme import SMALLEST, SMALLEST_SOURCE, Theme
from briefs.typeset.page import html
from briefs.typeset.page.layout import PageLayout
from tests import small
from tests.samewords import of_docx, of_pdf

POINTS = 72 / 25.4  # to the millimetre
SOME_OF_ALL = "Ελλάδα, Москва, საქართველო, 华为, 日本, “Huawei” → 5G"


@dataclass(frozen=True)
class Run:
    """A piece of text as it is drawn: its size in points, its colour, its left and lower edge in points from the page's."""

    text: str
    size: float
    colour: str
    left: float
    bottom: float


def runs(pdf: bytes) -> list[Run]:
    """Every piece of text that the first page draws, as PDFium reads it."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    reader = page.get_textpage()
    found = []
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        size, red, green, blue, alpha = pdfium.c_float(), *(pdfium.c_uint() for _ in range(4))
        pdfium.FPDFTextObj_GetFontSize(drawn, size)
        pdfium.FPDFPageObj_GetFillColor(drawn, red, green, blue, alpha)
        length = pdfium.FPDFTextObj_GetText(drawn, reader, None, 0)
        buffer = (pdfium.c_ushort * (length // 2))()
        pdfium.FPDFTextObj_GetText(drawn, reader, buffer, length)
        text = bytes(buffer).decode("utf-16-le").rstrip("\0")
        colour = "#" + "".join(f"{part.value:02x}" for part in (red, green, blue))
        found.append(Run(text, size.value * abs(drawn.get_matrix().d), colour, *drawn.get_bounds()[:2]))
    document.close()
    return found


def fonts(pdf: bytes) -> dict[str, pikepdf.Object]:
    """Every font of a PDF by the name it is embedded under, without the subset's six letters."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = {}
        for thing in opened.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
                found[str(thing.FontName)[1:].partition("+")[2]] = bool("/FontFile2" in thing or "/FontFile3" in thing)
        return found


def glyphs(pdf: bytes) -> Iterator[int]:
    """The number in its font of each glyph that the page, or a drawing in it, shows."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        forms = [o for o in opened.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Form"]
        for stream in (opened.pages[0], *forms):
            for operands, operator in pikepdf.parse_content_stream(stream):
                parts = operands[0] if str(operator) == "TJ" else operands if str(operator) == "Tj" else ()
                for codes in (bytes(part) for part in parts if isinstance(part, pikepdf.String)):
                    yield from (codes[i] << 8 | codes[i + 1] for i in range(0, len(codes), 2))


def facts_of(edition: Edition, made: FinishedDocument) -> str:
    """The text of the key points, or the summary, and the facts that are set as body."""
    code = next(c for c, name in edition.names.items() if made.stem.endswith(name.lower().replace(" ", "-")))
    country = edition.countries[code]
    first = list(country.points.values()) or [country.summary]
    texts = [*(text.markdown for text in first if text), *(f.text.markdown for f in country.facts)]
    return " ".join(" ".join(texts).replace("*", "").split())


def lay_out(session: Session, content: str) -> PageLayout:
    """A piece of HTML as a page of a brief."""
    manuscript = Manuscript(KINDS["brief"], "x", "Title", "en", "2020", blocks=[], figures={}, colours={}, places={})
    step = session.theme.look.ladder["brief"][0]
    page = html.page(manuscript, content, session.theme, "a4", step)
    return session.typesetter.lay_out(("brief",), page, {"known.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"})


def test_one_page_of_the_papers_size(built: Mapping[tuple[str, str], FinishedDocument], theme: Theme) -> None:
    for (_, paper), made in built.items():
        size = theme.look.paper[paper]
        with pikepdf.open(io.BytesIO(made.files["pdf"])) as pdf:
            assert len(pdf.pages) == made.pages == 1
            for box in (pdf.pages[0].mediabox, pdf.pages[0].trimbox):
                assert [float(n) for n in box] == pytest.approx([0, 0, size.width * POINTS, size.height * POINTS], abs=0.01)


def test_only_the_themes_fonts_and_all_embedded(brief: FinishedDocument) -> None:
    found = fonts(brief.files["pdf"])
    assert {name.split("-")[0] for name in found} == {"Carlito", "Caladea"}
    assert all(found.values())


def test_no_text_is_smaller_than_the_limits(brief: FinishedDocument, edition: Edition, theme: Theme) -> None:
    body, page = facts_of(edition, brief), theme.look.page["brief"]
    facts = (page.left + page.side + page.gutter) * 72 / 25.4 - 1  # beside the figures, which print phrases of facts too
    events = [fact.short for country in edition.countries.values() for fact in country.facts]
    every = runs(brief.files["pdf"])
    (foot,) = [run.bottom for run in every if run.text.strip() == "Sources"]  # titles of sources may repeat a fact's words
    for run in every:
        text = run.text.strip("\u2060\ufffe ")
        if run.size < SMALLEST_SOURCE - 0.01:
            assert re.fullmatch(r"[\d,]*", text), run  # the marks of sources, raised
        elif run.size < SMALLEST - 0.01:
            assert len(text) < 12 or text not in body or run.left < facts or run.bottom < foot or text in events, run


def test_the_limits_are_looked_at(brief: FinishedDocument, edition: Edition) -> None:
    """The text of facts is found among the runs: the test above looks at something."""
    body = facts_of(edition, brief)
    assert sum(len(r.text) for r in runs(brief.files["pdf"]) if len(r.text) > 11 and r.text.strip() in body) > 0.7 * len(body)


def test_text_has_contrast(brief: FinishedDocument, edition: Edition) -> None:
    badges = [step.colour.lower() for step in edition.about.scale]
    for run in runs(brief.files["pdf"]):
        if run.text.strip() and run.text.strip() != "•":
            light = contrast(run.colour, "#ffffff") < 4.5
            assert not light or any(contrast(run.colour, badge) >= 4.5 for badge in badges), run


def test_the_palette_has_contrast(theme: Theme) -> None:
    palette = theme.look.palette
    assert {
        name: round(contrast(palette[name], palette["paper"]), 1)
        for name in ("ink", "muted", "link")
        if contrast(palette[name], palette["paper"]) < 4.5
    } == {}


def test_figures_are_vectors_with_alternative_texts(brief: FinishedDocument) -> None:
    with pikepdf.open(io.BytesIO(brief.files["pdf"])) as pdf:
        kinds = [str(o.get("/Subtype", "")) for o in pdf.objects if isinstance(o, pikepdf.Stream)]
        assert "/Image" not in kinds
        figures = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        assert len(figures) == 3
        assert all(len(str(figure.Alt)) > 40 for figure in figures)


def test_title_and_language_are_set_and_no_author_is_made_up(brief: FinishedDocument, session: Session) -> None:
    with pikepdf.open(io.BytesIO(brief.files["pdf"])) as pdf, pdf.open_metadata() as xmp:
        assert pdf.Root.Lang == "en-GB"
        assert xmp["dc:title"].endswith(": 5G and Huawei in the NATO states") and str(pdf.docinfo.Title) == xmp["dc:title"]
        assert "/Author" not in pdf.docinfo and "dc:creator" not in xmp
    given = small.edition(about={"authors": ["Ann Ă. O’Neil & < Sons >", "Bo Beta"], "language": "en-US"})
    with pikepdf.open(io.BytesIO(small.brief(session, given, "pdf").files["pdf"])) as pdf, pdf.open_metadata() as xmp:
        assert pdf.Root.Lang == "en-US"
        assert xmp["dc:creator"] == ["Ann Ă. O’Neil & < Sons >", "Bo Beta"]


def test_every_source_is_linked_and_every_mark_leads_to_it(
    built: Mapping[tuple[str, str], FinishedDocument], edition: Edition
) -> None:
    for (code, _), made in built.items():
        shown = [f for f in edition.countries[code].facts if f.id not in made.dropped_facts]
        values = {column: edition.data.value(column, code) for column in edition.about.key_facts}
        marks = [list(f.sources) for f in shown]
        marks += [edition.sources_of(edition.columns[column], code, found[1]) for column, found in values.items() if found]
        wanted = {edition.sources[key].URL for keys in marks for key in keys} - {None}
        with pikepdf.open(io.BytesIO(made.files["pdf"])) as pdf:
            links = [a for a in pdf.pages[0].Annots if a.Subtype == "/Link"]
            assert {str(link.A.URI) for link in links if "/A" in link and "/URI" in link.A} == wanted
            inner = [link for link in links if not ("/A" in link and "/URI" in link.A)]
            assert len(inner) == sum(len(set(keys)) for keys in marks)
            names = {str(name) for name in pdf.Root.Names.Dests.Names[::2]}
            assert {str(link.get("/Dest") or link.A.D) for link in inner} <= names


def test_letters_of_other_scripts_come_from_the_fallback_fonts(session: Session) -> None:
    edition = small.edition(
        about={"subjects": [{"code": "be", "name": "比利时 ბელგია"}]},
        facts=[small.fact(f"**All {SOME_OF_ALL[:14]}** of {SOME_OF_ALL}", date="2020-01")],
    )
    pdf = small.brief(session, edition, "pdf").files["pdf"]
    assert {name.split("-")[0] for name in fonts(pdf)} == {"Carlito", "Caladea", "DejaVu", "Droid"}
    said = of_pdf(pdf)
    assert set(["Ελλάδα", "Москва", "საქართველო", "华", "为"]) <= set(said)
    assert 0 not in set(glyphs(pdf))  # .notdef, the empty box


@pytest.mark.parametrize("where", ["a fact", "the name", "a source", "a label"])
def test_a_letter_that_no_font_has_fails_at_its_place(where: str, session: Session) -> None:
    strange = "Eye \U00013080 of Horus"
    changes: dict[str, Any] = {
        "a fact": {"facts": [*small.FACTS, small.fact(strange)]},
        "the name": {"about": {"subjects": [{"code": "be", "name": strange}]}},
        "a source": {"sources": [small.source("one", title=strange), small.source("two")]},
        "a label": {"about": {"topics": [{"id": "market", "label": strange}, {"id": "policy", "label": "Policy"}]}},
    }[where]
    with pytest.raises(Problems) as caught:
        small.brief(session, small.edition(**changes), "pdf")
    problems = caught.value.problems
    assert {p.path for p in problems} <= {"countries/be.yaml", "edition.yaml", "sources.yaml"}
    assert all("U+13080" in p.message and p.hint for p in problems)
    if where == "a fact":
        line = small.files(**changes)["countries/be.yaml"].decode().split("\n").index(f"  text: {strange}") + 1
        assert [(p.path, p.line) for p in problems] == [("countries/be.yaml", line)]


OUTSIDE = {
    "a picture": '<img alt="x" src="{url}">',
    "a style sheet": '<link rel="stylesheet" href="{url}">',
    "a background": '<p style="background: url({url})">x</p>',
    "a font": "<style>@font-face {{ font-family: F; src: url({url}) }}</style>",
    "an import": "<style>@import url({url});</style>",
    "an object": '<object data="{url}">x</object>',
    "a list’s marker": '<ul style="list-style-image: url({url})"><li>x</ul>',
}


@pytest.fixture
def impatient() -> Iterator[None]:
    """Who connects to a server that never answers gives up."""
    socket.setdefaulttimeout(1)
    yield
    socket.setdefaulttimeout(None)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:{port}/x.png", "file:///etc/hostname", "data:image/svg+xml,<svg/>", "figure:other.svg"]
)
@pytest.mark.parametrize("what", OUTSIDE)
@pytest.mark.usefixtures("impatient")
def test_nothing_is_fetched(what: str, address: str, session: Session) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = address.format(port=listening.getsockname()[1])
        with pytest.raises(LayoutError, match="Font-face" if what == "a font" else re.escape(url[:12])):
            lay_out(session, f"{OUTSIDE[what].format(url=url)}<p>Text.</p>")
        listening.settimeout(0)
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_what_we_write_is_xml_and_html_alike(session: Session) -> None:
    """It is read as XML, which is quicker; what isn't XML is read as HTML, and laid out the same."""
    manuscript = KINDS["brief"].compose(session.edition, TemplateFiller(session.templates, session.pandoc), "be", 0)
    content, step = html.body(manuscript, session.pandoc), session.theme.look.ladder["brief"][0]
    page = html.page(replace(manuscript, authors=("A & B",)), content, session.theme, "a4", step)
    ElementTree.fromstring(page)
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(page.replace("<p>", "<p hidden_not>"))
    places = [
        [(box.kind, box.tag, box.margin_area.left, box.margin_area.top) for box in layout.document.pages[0].box.descendants()]
        for written in (page, page.replace("<p>", "<p hidden_not>"))
        for layout in [session.typesetter.lay_out(("brief",), written, session.drawn(manuscript))]
    ]
    assert places[0] == places[1]


def test_any_warning_of_the_typesetter_fails_the_page(session: Session) -> None:
    with pytest.raises(LayoutError, match="colour"):
        lay_out(session, '<p style="colour: red">Text.</p>')
    assert lay_out(session, '<p style="color: red">Text.</p><img alt="x" src="figure:known.svg">').pages == 1


def test_the_same_brief_gives_the_same_bytes(
    built: Mapping[tuple[str, str], FinishedDocument], edition: Edition, theme: Theme
) -> None:
    other = Session(edition, theme)
    try:
        again = small.brief(other, edition, "pdf", "docx", code="lu")
    finally:
        other.close()
    assert again.files == built["lu", "a4"].files


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("Two universities were connected to 5G.", "to \u20605G."),
        ("It is a **matter of its time**.", "its \u2060time</strong>."),
        ("It is *slow* here.", "</em> \u2060here."),
        ("It is a long time until **then**.", "until \u2060<strong>then</strong>."),
        ("The network is in Brussels.", "in \u2060Brussels."),
        ("The network is in Luxembourg.", "in Luxembourg."),
        ("Telecommunications.", "Telecommunications."),
    ],
)
def test_a_short_last_word_hangs_on_the_one_before_it(text: str, tied: str, session: Session) -> None:
    edition = small.edition(facts=[*small.FACTS, small.fact(text)])
    manuscript = KINDS["brief"].compose(edition, TemplateFiller(session.templates, session.pandoc), "be")
    assert tied in html.body(manuscript, session.pandoc).replace("\n", " ")
    made = small.brief(session, edition, "pdf", "docx")
    assert of_pdf(made.files["pdf"]) == of_docx(made.files["docx"])
    assert "\u00a0" not in pypdfium2.PdfDocument(made.files["pdf"])[0].get_textpage().get_text_bounded()


def test_in_a_table_only_the_shortest_last_words_do(session: Session) -> None:
    """Its lines may be too short for two words of some length."""
    edition = small.edition(facts=[*small.FACTS, small.fact("The network is in Brussels."), small.fact("Brussels has it now.")])
    made = html.body(KINDS["report"].compose(edition, TemplateFiller(session.templates, session.pandoc), ""), session.pandoc)
    assert "in Brussels." in made and "it \u2060now." in made


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("It was signed on 13 August 2020 and then voted on.", "13~August~2020 and"),
        ("It was signed on *13 August 2020* and then voted on.", "13~August~2020</em> and"),
        ("It was signed in August 2020 and then voted on.", "in August 2020 and"),
        ("On 2 May 30 of them signed, and then voted on it.", "On 2~May 30 of"),
        ("It was signed on 31 May 2017. https://example.org has the rest of it.", "on 31~May~2017. h"),
    ],
)
def test_day_month_and_year_stay_together(text: str, kept: str, session: Session) -> None:
    edition = small.edition(facts=[*small.FACTS, small.fact(text)])
    manuscript = KINDS["brief"].compose(edition, TemplateFiller(session.templates, session.pandoc), "be")
    assert kept.replace("~", " \u2060") in html.body(manuscript, session.pandoc).replace("\n", " ")


def test_texts_of_a_tight_definition_are_paragraphs(session: Session) -> None:
    markdown = "Term\n:   One.\n\n    Two.\n\nOther\n:   Single.\n"
    blocks = session.pandoc.parse([markdown])[0]
    manuscript = Manuscript(KINDS["brief"], "x", "Title", "en", "2020", blocks=blocks, figures={}, colours={}, places={})
    made = html.body(manuscript, session.pandoc)
    assert "<p>One.</p>" in made and "<p>Two.</p>" in made and "<p>Single.</p>" not in made
