"""The Word file: styles and structure for people who edit it, valid parts, a bookmark round each block, one page in LibreOffice."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.text.paragraph import Paragraph
from lxml import etree
from openxml_audit import OpenXmlValidator

from briefs.colours import contrast
from briefs.compose.manuscript import bookmark
from briefs.edition.labels import of_language
from briefs.edition.model import Edition, Text
from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from briefs.theme import Theme
from briefs.tools import libreoffice
from briefs.typeset.word.package import NAMES
from tests import generated, small
from tests.emptiness import inked, widest_gap
from tests.generated import SHAPES
from tests.samewords import of_docx, of_pdf

W = f"{{{NAMES['w']}}}"
MM = 25.4 / 72  # to the point
ABOVE_HEADING, ABOVE_SOURCES = 3.0, 2.5  # millimetres: from the rule over the sources to their heading; above the rule
BRIMS = [
    ("few long facts", 0, "a4"),
    ("long words", 0, "letter"),
    ("usual", 1, "a4"),
    ("usual", 2, "a4"),
    ("many sources", 3, "letter"),
    ("14 dated facts", 4, "a4"),
    ("long foot", 5, "a4"),
]


def parts(data: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def body(data: bytes) -> etree._Element:
    return etree.fromstring(parts(data)["word/document.xml"])


def find(node: etree._Element, path: str) -> list[Any]:
    return list(etree._Element.xpath(node, path, namespaces=NAMES))


def open_word(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


def code_of(made: FinishedDocument, edition: Edition) -> str:
    return next(code for code, name in edition.names.items() if made.stem.endswith(name.lower().replace(" ", "-")))


# What people who edit the file find in it.


def test_every_paragraph_has_a_style_of_the_reference(brief: FinishedDocument, edition: Edition, theme: Theme) -> None:
    document = open_word(brief.files["docx"])
    code = code_of(brief, edition)
    shown = [f for f in edition.countries[code].facts if f.id not in brief.dropped_facts]
    topics = [t.label.markdown for t in edition.about.topics if any(f.topic == t.id for f in shown)]
    paragraphs = [Paragraph(p, document) for p in document.element.body.iter(f"{W}p")]
    texts = {
        name: [p.text.strip() for p in paragraphs if p.style.name == name]
        for name in ("Heading 1", "First Heading", "Heading 2", "Small Heading")
    }
    added = [words for name, words in of_language("en").items() if name in {"standing", "unrecorded"}]
    first = texts.pop("First Heading")
    assert len(first) == 1 and [*first, *texts.pop("Heading 2")] in [
        topics,
        *([*topics, *added[:n]] for n in (1, 2)),
        [*topics, added[1]],
    ]
    assert texts == {"Heading 1": [edition.names[code]], "Small Heading": ["Sources"]}
    assert all(document.styles[name].base_style.name == "Heading 2" for name in ("Small Heading", "First Heading"))
    listed = [p for p in paragraphs if p._p.pPr.numPr is not None]
    assert sum(p.style.name == "Fact" for p in listed) == len(shown)
    assert sum(p.style.name == "Source" for p in listed) == len({key for f in shown for key in f.sources})
    assert {p.style.name for p in listed} == {"Fact", "Source"}
    assert document.styles["Fact"].base_style.name == "List Bullet"
    known = {s.name for s in docx.Document(str(theme.reference_docx)).styles}
    assert {p.style.name for p in paragraphs} <= known
    assert {r.style.name for p in paragraphs for r in p.runs} <= known


def test_nothing_hinders_editing(brief: FinishedDocument) -> None:
    root = body(brief.files["docx"])
    assert not find(root, "//w:txbxContent | //w:framePr | //wp:anchor | //w:sdt")
    empty = [p for p in find(root, "//w:p") if not "".join(find(p, ".//w:t/text()")).strip() and not find(p, ".//w:drawing")]
    assert empty == find(root, "//w:p[preceding-sibling::*[1][self::w:tbl[w:tblPr/w:tblpPr]]]"), "only the one below the sources"
    # Everything that a style can set is set by styles. Direct formatting is only the badge's colours, superscript numbers, and bold
    # and italic where the text has them.
    assert {e.tag.removeprefix(W) for e in find(root, "//w:rPr/*")} <= {
        "rStyle",
        "color",
        "shd",
        "bdr",
        "vertAlign",
        "b",
        "bCs",
        "i",
        "iCs",
        "lang",
    }
    assert {find(e, "../w:rStyle/@w:val")[0] for e in find(root, "//w:color | //w:rPr/w:shd | //w:bdr")} == {"StepHere"}
    set_apart = {e.tag.removeprefix(W) for p in find(root, "//w:p") if p not in empty for e in find(p, "w:pPr/*")}
    assert set_apart <= {"pStyle", "numPr", "sectPr"}


def test_the_badge_is_shaded_in_the_colour_of_the_stance(brief: FinishedDocument, edition: Edition) -> None:
    step = edition.stance(code_of(brief, edition))
    runs = find(body(brief.files["docx"]), "//w:r[w:rPr/w:rStyle/@w:val='StepHere']")
    assert ["".join(find(r, "w:t/text()")).replace("\u00a0", " ").strip() for r in runs] == [step.label.markdown]
    for run in runs:
        fill, text = find(run, "w:rPr/w:shd/@w:fill")[0], find(run, "w:rPr/w:color/@w:val")[0]
        assert f"#{fill}".lower() == step.colour.lower()
        assert contrast(f"#{fill}", f"#{text}") >= 4.5


def test_header_and_footer(brief: FinishedDocument, edition: Edition) -> None:
    document = open_word(brief.files["docx"])
    step = edition.stance(code_of(brief, edition))
    for section in document.sections:
        assert [p.text for p in section.footer.paragraphs] == ["2020 · Draft"]
        assert find(section.header._element, ".//w:shd/@w:fill")[0].lower() == step.colour.lower()[1:]


def test_the_footer_has_contact_and_address_as_links(session: Session) -> None:
    given = {
        "publisher": "The House",
        "contact": "desk@example.org",
        "address": "https://example.org/r",
        "status": "final",
    }
    document = open_word(small.brief(session, small.edition(about=given), "docx").files["docx"])
    footer = document.sections[0].footer
    said = "".join(find(footer._element, ".//w:t/text()"))
    assert said == "The House · October 2020 · desk@example.org · https://example.org/r"
    assert {r.target_ref for r in footer.part.rels.values() if r.is_external} >= {"https://example.org/r"}


def test_title_and_language_are_set_and_no_author_is_invented(brief: FinishedDocument, session: Session) -> None:
    document = open_word(brief.files["docx"])
    core = parts(brief.files["docx"])["docProps/core.xml"].decode()
    assert document.core_properties.title.endswith(": 5G and Huawei in the NATO states")
    assert document.core_properties.language == "en-GB"
    assert "creator" not in core and "lastModifiedBy" not in core
    assert find(document.styles.element, "w:docDefaults//w:lang/@w:val") == ["en-GB"]
    given = small.edition(about={"authors": ["Ann O’Neil & < Sons >", "Bo Beta"], "language": "en-US"})
    document = open_word(small.brief(session, given, "docx").files["docx"])
    assert document.core_properties.author == "Ann O’Neil & < Sons >; Bo Beta"
    assert find(document.styles.element, "w:docDefaults//w:lang/@w:val") == ["en-US"]


def test_every_source_is_linked(brief: FinishedDocument, edition: Edition) -> None:
    document = open_word(brief.files["docx"])
    shown = [f for f in edition.countries[code_of(brief, edition)].facts if f.id not in brief.dropped_facts]
    wanted = {edition.sources[key].URL for f in shown for key in f.sources} - {None}
    used = find(document.element, "//w:hyperlink/@r:id")
    assert {document.part.rels[i].target_ref for i in used} == wanted
    names = set(find(document.element, "//w:bookmarkStart/@w:name"))
    assert set(find(document.element, "//w:hyperlink/@w:anchor")) <= names


def test_pictures_are_vectors_with_a_png_of_300_dpi_and_the_alternative_text_of_the_pdf(brief: FinishedDocument) -> None:
    document = open_word(brief.files["docx"])
    with pikepdf.open(io.BytesIO(brief.files["pdf"])) as pdf:
        said = [str(o.Alt) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
    drawings = find(document.element, "//wp:inline")
    assert sorted(find(d, "wp:docPr/@descr")[0] for d in drawings) == sorted(said) and len(said) == 3
    assert len({find(d, "wp:docPr/@id")[0] for d in drawings}) == 3
    for drawing in drawings:
        vector = document.part.related_parts[find(drawing, ".//asvg:svgBlip/@r:embed")[0]]
        assert vector.content_type == "image/svg+xml" and etree.fromstring(vector.blob).tag.endswith("}svg")
        fallback = document.part.related_parts[find(drawing, ".//a:blip/@r:embed")[0]].blob
        width, height = struct.unpack(">II", fallback[16:24])
        wanted = [int(find(drawing, f"wp:extent/@{side}")[0]) / 914400 * 300 for side in ("cx", "cy")]
        assert fallback[:8] == b"\x89PNG\r\n\x1a\n" and [width, height] == pytest.approx(wanted, abs=1, rel=0.001)


def test_a_brief_is_a_small_file(built: Mapping[tuple[str, str], FinishedDocument]) -> None:
    """It is mailed, and kept for years."""
    for made in built.values():
        assert len(made.files["pdf"]) <= 150_000 and len(made.files["docx"]) <= 200_000


def test_paper_margins_and_columns(built: Mapping[tuple[str, str], FinishedDocument], theme: Theme) -> None:
    page = theme.look.page["brief"]
    for (_, paper), made in built.items():
        size = theme.look.paper[paper]
        sections = open_word(made.files["docx"]).sections
        assert {(round(s.page_width.mm, 1), round(s.page_height.mm, 1)) for s in sections} == {(size.width, size.height)}
        assert {round(s.left_margin.mm) for s in sections} == {page.left} and {round(s.bottom_margin.mm) for s in sections} == {
            page.bottom
        }
        columns = [int((find(s._sectPr, "w:cols/@w:num") or [1])[0]) for s in sections]
        assert columns == [1, 2, 1]
        widths = [int(w) / 1440 * 25.4 for w in find(sections[1]._sectPr, "w:cols/w:col/@w:w")]
        side = min((page.side, *page.wider.values()), key=lambda side: abs(side - widths[0]))
        assert widths == pytest.approx([side, size.width - page.left - page.right - side - page.gutter], abs=0.1)


def test_the_styles_have_the_type_of_the_step(built: Mapping[tuple[str, str], FinishedDocument], theme: Theme) -> None:
    for made in built.values():
        step = next(r for r in theme.look.ladder["brief"] if r.name == made.step)
        styles = open_word(made.files["docx"]).styles
        for name, type in (("Fact", step.text), ("Lead", step.lead), ("Source", step.sources)):
            assert (styles[name].font.size.pt, styles[name].paragraph_format.line_spacing.pt) == type


def test_fonts_are_named_as_in_word(brief: FinishedDocument, theme: Theme) -> None:
    styles = open_word(brief.files["docx"]).styles
    faces = {s.font.name for s in styles if s.type == WD_STYLE_TYPE.PARAGRAPH and s.font.name}
    assert faces == {theme.look.fonts.text.word, theme.look.fonts.title.word}


def test_the_validator_finds_no_error(brief: FinishedDocument, tmp_path: Path) -> None:
    path = tmp_path / "brief.docx"
    path.write_bytes(brief.files["docx"])
    assert [str(e) for e in OpenXmlValidator().validate(path).errors] == []


def test_the_validator_finds_a_planted_error(built: Any, tmp_path: Path) -> None:
    path = tmp_path / "broken.docx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts(built["lu", "a4"].files["docx"]).items():
            archive.writestr(name, data.replace(b"<w:pStyle", b"<w:pStile"))
    assert OpenXmlValidator().validate(path).errors


def test_no_part_has_a_time_or_a_name_of_the_machine(brief: FinishedDocument) -> None:
    with zipfile.ZipFile(io.BytesIO(brief.files["docx"])) as archive:
        assert {i.date_time for i in archive.infolist()} == {(2020, 1, 1, 0, 0, 0)}
        assert set(re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", archive.read("docProps/core.xml"))) == {b"2020-01-01T00:00:00Z"}


# Bookmarks, by which an edit finds its block of content.


def bookmarks(data: bytes) -> Iterator[tuple[str, str]]:
    """The name of each bookmark in body and footer, and the text within it."""
    for name in ("word/document.xml", "word/footer1.xml"):
        root = etree.fromstring(parts(data)[name])
        for start in find(root, "//w:bookmarkStart"):
            end = find(root, f"//w:bookmarkEnd[@w:id='{start.get(f'{W}id')}']")
            assert len(end) == 1, start.get(f"{W}name")
            order = list(root.iter())
            inside = order[order.index(start) : order.index(end[0])]
            yield start.get(f"{W}name"), "".join(e.text or "" for e in inside if e.tag == f"{W}t")


def test_each_block_of_content_is_within_one_bookmark(brief: FinishedDocument, edition: Edition) -> None:
    country = edition.countries[code_of(brief, edition)]
    blocks = [*country.points.values(), country.stance_note, *(f.text for f in country.facts if f.id not in brief.dropped_facts)]
    found = list(bookmarks(brief.files["docx"]))
    for block in filter(None, blocks):
        own = [text for name, text in found if name == bookmark(block.place)]
        assert [text.split() for text in own] == [block.markdown.replace("*", "").split()], block.place.name
    ours = [name for name, _ in found if not name.startswith(("section", "source"))]
    assert len(ours) > len(blocks) and all(re.fullmatch(r"[A-Za-z0-9_]{1,40}", name) for name in ours)


def test_bookmarks_are_unique_in_the_whole_file(brief: FinishedDocument) -> None:
    names = [name for name, _ in bookmarks(brief.files["docx"])]
    assert sorted(names) == sorted(set(names))
    numbers = [
        i
        for part in ("word/document.xml", "word/footer1.xml")
        for i in find(etree.fromstring(parts(brief.files["docx"])[part]), "//w:bookmarkStart/@w:id")
    ]
    assert sorted(numbers) == sorted(set(numbers))


def test_a_field_of_several_blocks_has_a_bookmark_for_each(session: Session) -> None:
    edition = small.edition(country={"summary": "First part.\n\nSecond part."})
    place = edition.countries["be"].summary.place  # type: ignore[union-attr]
    found = dict(bookmarks(small.brief(session, edition, "docx").files["docx"]))
    assert found[bookmark(place)] == "First part."
    assert found[bookmark(type(place)(place.path, f"{place.anchor}/2"))] == "Second part."


def test_bookmarks_are_named_by_the_rule() -> None:
    place = Text("", small.edition().countries["be"].facts[0].text.place).place
    assert place.name == "countries/be.yaml#be-01/text"
    assert bookmark(place) == f"countries_be_yaml_be_01_text_{hashlib.sha256(place.name.encode()).hexdigest()[:8]}"
    long = bookmark(type(place)("countries/" + "long-name/" * 9, "ünïcode"))
    assert re.fullmatch(r"[A-Za-z0-9_]{40}", long)


# One page, also in LibreOffice.


def free(pdf: bytes) -> float:
    """Millimetres between what stands above the sources and the rule over them, beyond the distance that is always there."""
    page = pypdfium2.PdfDocument(pdf)[0]
    rule = (page.get_height() - heading_of_sources(page.get_textpage())) * MM - ABOVE_HEADING
    return rule - max(row for row in inked(pdf) if row < rule) - ABOVE_SOURCES


def heading_of_sources(text: pypdfium2.PdfTextPage) -> float:
    """The upper edge of the heading over the sources, in points from the page's foot. The word may also stand beside the QR code,
    and the order of texts differs between releases of LibreOffice; only the heading is a line of its own."""
    search = text.search("Sources", match_case=True, match_whole_word=True)
    found = list(iter(search.get_next, None))
    (heading,) = (at for at, length in found if text.get_text_range(at + length, 1) in {"", "\r", "\n"})
    return float(text.get_charbox(heading)[3])


@pytest.fixture(scope="module")
def brims(session: Session) -> Mapping[tuple[str, int, str], FinishedDocument]:
    """Invented countries that fill the PDF page to its last line, by shape, step and paper."""
    shapes = {shape.name: shape for shape in SHAPES}
    near = dict(zip(BRIMS, (360, 145, 315, 335, 210, 350, 385), strict=True))  # the words that each held when it was last looked at
    return {
        (name, step, paper): generated.to_the_brim(session, shapes[name], step, paper, near=words)[1]
        for (name, step, paper), words in near.items()
    }


def test_facts_have_no_widow_control(built: Mapping[tuple[str, str], FinishedDocument]) -> None:
    """With widow control LibreOffice leaves 3 cm empty below some sections of two columns, and there are two pages."""
    style = open_word(built["lu", "a4"].files["docx"]).styles["Fact"]
    assert style.paragraph_format.widow_control is False


def test_the_full_pages_cover_every_step(theme: Theme) -> None:
    assert sorted({step for _, step, _ in BRIMS}) == list(range(len(theme.look.ladder["brief"])))


@pytest.fixture(scope="module")
def laid_out(
    built: Mapping[tuple[str, str], FinishedDocument], brims: Mapping[tuple[str, int, str], FinishedDocument], cache: Path
) -> Mapping[Any, bytes]:
    """All Word files as LibreOffice lays them out; it is started once."""
    files = {str(n): made.files["docx"] for n, made in enumerate([*built.values(), *brims.values()])}
    made = libreoffice.pdfs({f"{n}.docx": data for n, data in files.items()}, cache)
    return dict(zip([*built, *brims], made.values(), strict=True))


def test_the_word_files_of_the_countries_have_one_page(
    built: Mapping[tuple[str, str], FinishedDocument], laid_out: Mapping[Any, bytes]
) -> None:
    assert {key: libreoffice.pages(laid_out[key]) for key in built} == dict.fromkeys(built, 1)


@pytest.mark.parametrize("brim", BRIMS, ids=lambda b: f"{b[0]}, step {b[1]}, {b[2]}")
def test_the_word_page_has_room_where_the_pdf_page_is_full(brim: Any, brims: Any, laid_out: Mapping[Any, bytes]) -> None:
    made = brims[brim]
    assert of_pdf(made.files["pdf"]) == of_docx(made.files["docx"])
    assert widest_gap(made.files["pdf"]) < 20, "a fact more, its date and its sources would fit"
    assert libreoffice.pages(laid_out[brim]) == 1
    assert free(laid_out[brim]) > 1


@pytest.mark.long
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_every_country_has_one_page_in_both(paper: str, edition: Edition, session: Session, cache: Path) -> None:
    codes = [code for code, country in edition.countries.items() if country.facts]
    made = {f"{code}.docx": small.make(session, "brief", code, ("pdf", "docx"), paper) for code in codes}
    assert {of_docx(m.files["docx"]) == of_pdf(m.files["pdf"]) for m in made.values()} == {True}
    pages = {
        name: libreoffice.pages(pdf) for name, pdf in libreoffice.pdfs({n: m.files["docx"] for n, m in made.items()}, cache).items()
    }
    assert pages == dict.fromkeys(made, 1)


@pytest.mark.long
@pytest.mark.parametrize("step", sorted({step for _, step, _ in BRIMS}))
def test_fifty_full_pages_at_each_step(
    step: int, session: Session, theme: Theme, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = theme.look.page["brief"]
    made = {}
    near = dict.fromkeys((shape.name for shape in SHAPES), 250)  # how many words the page held last time
    for number in range(50):
        shape, paper = SHAPES[number % len(SHAPES)], ("a4", "letter")[number % 2]
        near[shape.name], full = generated.to_the_brim(session, shape, step, paper, seed=number, near=near[shape.name])
        made[f"{shape.name}, {paper}, seed {number}"] = full
    files = {f"{number}.docx": m.files["docx"] for number, m in enumerate(made.values())}
    pdfs = dict(zip(made, libreoffice.pdfs(files, cache).values(), strict=True))
    room = {name: free(pdf) if libreoffice.pages(pdf) == 1 else -1.0 for name, pdf in pdfs.items()}
    least = min(room, key=lambda name: room[name])
    with capsys.disabled():
        print(
            f"\nrung {step}: the Word page has {room[least]:.1f} mm left or more ({least}); "
            f"the theme’s reserve is {page.reserve:g} mm"
        )
    assert room[least] > 0, [name for name, left in room.items() if left <= 0]


def test_a_report_without_sections_is_a_file(session: Session) -> None:
    made = small.make(small.with_edition(session, small.edition()), "report", "", ("docx",))
    assert small.ABOUT["title"] in "".join(body(made.files["docx"]).itertext())
