"""Handouts: the same words in all three files, every slide within its frame, every layout, and what is refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import docx
import pptx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from openxml_audit import OpenXmlValidator
from PIL import Image
from pptx.util import Mm

from briefs.edition.model import Edition
from briefs.press.documents import FinishedDocument, Target
from briefs.press.output import folder
from briefs.press.plan import plan
from briefs.press.request import Request
from briefs.press.session import Session
from briefs.problems import NotUnderstood, Problems
from briefs.theme import Theme
from briefs.tools import libreoffice
from briefs.tools.fonts import cache_folder
from tests import small
from tests.handout import decks
from tests.handout.conftest import TALK, Make
from tests.standards import held

TITLES = ["A talk", "A divider", "A picture", "Columns", "One country", "Who is wary"]
SLIDES = {"overview": 15, "be": 7, "us": 6, "al": 6}


def pages(data: bytes) -> int:
    return len(pypdfium2.PdfDocument(data))


def page_text(data: bytes, page: int) -> str:
    return " ".join(pypdfium2.PdfDocument(data)[page].get_textpage().get_text_bounded().split())


# The three files have the same words.


def test_the_three_files_have_the_same_words_on_every_slide_and_in_its_notes(handout: FinishedDocument) -> None:
    printed = decks.of_pdf(handout.files["pdf"])
    assert printed == decks.of_docx(handout.files["docx"])
    assert printed == decks.of_pptx(handout.files["pptx"])
    assert all(slide.title for slide in printed)


def test_so_do_decks_with_pictures_columns_and_numbered_lists(talk: FinishedDocument) -> None:
    printed = decks.of_pdf(talk.files["pdf"])
    assert printed == decks.of_docx(talk.files["docx"]) == decks.of_pptx(talk.files["pptx"])
    assert [" ".join(s.title) for s in printed] == TITLES
    assert printed[2].body == ["A", "mast", "on", "a", "hill"]


def test_the_three_files_conform(handout: FinishedDocument, tmp_path: Path) -> None:
    held.hold(handout.files, tmp_path)


def test_a_word_missing_in_one_file_is_detected(talk: FinishedDocument) -> None:
    source = zipfile.ZipFile(io.BytesIO(talk.files["pptx"]))
    parts = {name: source.read(name) for name in source.namelist()}
    for word, name in (("above", "ppt/slides/slide4.xml"), ("divider", "ppt/notesSlides/notesSlide1.xml")):
        assert word.encode() in parts[name]
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for part, data in parts.items():
                archive.writestr(part, data.replace(word.encode(), b"") if part == name else data)
        assert decks.of_pptx(out.getvalue()) != decks.of_pdf(talk.files["pdf"])


def test_each_file_ends_with_the_sources_of_its_slides(handouts: Mapping[str, FinishedDocument]) -> None:
    made = handouts["be"]
    listed = decks.sources_of_pptx(made.files["pptx"])
    assert any(source.startswith("The Brussels Times, Where can you get 5G") for source in listed)
    assert "Where can you get 5G" in page_text(made.files["pdf"], made.pages - 1)
    body = docx.Document(io.BytesIO(made.files["docx"])).element.body
    styled = body.xpath(".//w:p[w:pPr/w:pStyle[@w:val='Source' or @w:val='SourceNote']]")
    printed = ["".join(t.text for t in p.xpath(".//w:t")) for p in styled]
    assert printed == listed


def test_sources_on_slides_are_plain_and_apart_from_their_note(handouts: Mapping[str, FinishedDocument]) -> None:
    """Impress breaks lines between links, so no link may begin with the comma after a title. No link has a line under it."""
    slides = [*pptx.Presentation(io.BytesIO(handouts["be"].files["pptx"])).slides]
    links = [run for slide in slides for run in slide.element.xpath(".//a:r[a:rPr/a:hlinkClick]")]
    assert links and not [run for run in links if run.rPr.get("u") != "none"]
    parts = slides[-1].element.xpath(".//a:r[preceding-sibling::a:r]/a:t/text()")
    assert parts and not [part for part in parts if part.startswith(",") and part != ","]
    first, *_ = slides[-1].element.xpath(".//a:p[starts-with(., 'From number ') or starts-with(., 'Stances')]/a:pPr")
    assert int(first.xpath("a:spcBef/a:spcPts/@val")[0]) >= 1000


def test_a_handout_made_twice_has_the_same_bytes(talk: FinishedDocument, make: Make) -> None:
    assert make().files == talk.files


@pytest.mark.parametrize("name", SLIDES)
def test_how_many_slides_a_deck_has(name: str, handouts: Mapping[str, FinishedDocument]) -> None:
    made = handouts[name]
    assert len(decks.of_pptx(made.files["pptx"])) == SLIDES[name]
    assert made.pages in {-(-SLIDES[name] // 3), -(-SLIDES[name] // 3) + 1}


# The PPTX.


def test_the_deck_has_real_titles_lists_notes_and_alternative_texts(talk: FinishedDocument) -> None:
    slides = list(pptx.Presentation(io.BytesIO(talk.files["pptx"])).slides)
    assert [s.shapes.title.text_frame.text for s in slides[:6]] == TITLES
    assert [s.slide_layout.name for s in slides[:4]] == ["Title Slide", "Section Header", "Title and Content", "Two Content"]
    listed = slides[3].placeholders[2].text_frame.paragraphs
    assert [(p.text, p.level) for p in listed][:3] == [("first", 0), ("second", 0), ("inner", 1)]
    assert slides[1].notes_slide.notes_text_frame.text == "Notes of the divider.\u20602"
    alts = [s._element.nvPicPr.cNvPr.get("descr") for slide in slides for s in slide.shapes if s.shape_type == 13]
    assert alts[:2] == ["A mast on a hill", "The mast again"] and len(alts) == 3
    media = zipfile.ZipFile(io.BytesIO(talk.files["pptx"])).namelist()
    assert {"ppt/media/picture-1.svg", "ppt/media/picture-1.png", "ppt/media/map.svg", "ppt/media/map.png"} <= set(media)


@pytest.mark.parametrize("name", ["overview", "be"])
def test_figures_have_as_many_dots_as_a_screen_or_paper_shows(name: str, handouts: Mapping[str, FinishedDocument]) -> None:
    found = list[tuple[int, float]]()
    for slide in pptx.Presentation(io.BytesIO(handouts[name].files["pptx"])).slides:
        for shape in (shape for shape in slide.shapes if shape.shape_type == 13):
            found.append((dots(slide.part.related_part(shape._element.blip_rId).blob), shape.width / 914400 * 200))
    paper = docx.Document(io.BytesIO(handouts[name].files["docx"]))
    for drawn in paper.element.body.iterfind(".//{*}inline"):
        picture = paper.part.related_parts[drawn.find(".//{*}blip").get(qn("r:embed"))]
        found.append((dots(picture.blob), int(drawn.find("{*}extent").get("cx")) / 914400 * 300))
    assert len(found) >= 4 and all(count == pytest.approx(width, abs=3) for count, width in found), found


def dots(png: bytes) -> int:
    return Image.open(io.BytesIO(png)).width


@pytest.mark.parametrize("name", [*SLIDES, "talk"])
def test_no_text_leaves_its_placeholder_in_impress(
    name: str, handouts: Mapping[str, FinishedDocument], talk: FinishedDocument, laid_out: Mapping[str, bytes]
) -> None:
    made = talk if name == "talk" else handouts[name]
    shown = pptx.Presentation(io.BytesIO(made.files["pptx"]))
    pdf = pypdfium2.PdfDocument(laid_out[f"{name}.pptx"])
    assert len(pdf) == len(shown.slides)
    for number, slide in enumerate(shown.slides):
        boxes = [(s.left, s.top, s.left + s.width, s.top + s.height) for s in slide.shapes]
        text = pdf[number].get_textpage()
        height = pdf[number].get_size()[1]
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            if right > left and text.get_text_range(index, 1).strip():
                middle = height - (top + bottom) / 2
                first, last, y = left * 12700 + Mm(1), right * 12700 - Mm(1), middle * 12700
                held = [b for b in boxes if b[0] <= first and last <= b[2] and b[1] <= y <= b[3]]
                assert held, (slide.shapes.title.text_frame.text, text.get_text_range(index, 12))


@pytest.mark.parametrize("format", ["docx", "pptx"])
@pytest.mark.parametrize("name", [*SLIDES, "talk"])
def test_office_finds_no_error(
    name: str, format: str, handouts: Mapping[str, FinishedDocument], talk: FinishedDocument, tmp_path: Path
) -> None:
    path = tmp_path / f"deck.{format}"
    path.write_bytes((talk if name == "talk" else handouts[name]).files[format])
    result = OpenXmlValidator().validate(path)
    assert result.is_valid, [str(e) for e in result.errors]


def test_the_reference_has_no_error_either(theme: Theme) -> None:
    assert OpenXmlValidator().validate(theme.reference_pptx).is_valid


# The paper.


@pytest.mark.parametrize(("per_page", "sheets"), [(1, 6), (2, 3), (3, 2), (4, 2), (6, 1)])
def test_each_layout_has_its_number_of_slides_on_a_page(per_page: int, sheets: int, make: Make) -> None:
    made = make(per_page=per_page, formats=("pdf",))
    texts = [page_text(made.files["pdf"], n) for n in range(made.pages)]
    for number, title in enumerate(TITLES):
        assert title in texts[number // per_page]
    assert all(text.endswith(f"A talk · Small things · as of August 2020 · Draft {n}") for n, text in enumerate(texts, 1))
    notes = next(n for n, text in enumerate(texts) if "Notes of the divider" in text)
    assert notes == 1 // per_page, "they stand with their slide"
    assert made.pages >= sheets


@pytest.mark.parametrize(("per_page", "name"), [(1, "talk-1"), (2, "talk-2"), (3, "talk"), (4, "talk-4"), (6, "talk-6")])
def test_the_word_file_has_the_same_slides_on_each_page(per_page: int, name: str, laid_out: Mapping[str, bytes]) -> None:
    for number, title in enumerate(TITLES):
        assert title in page_text(laid_out[f"{name}.docx"], number // per_page)


def test_the_word_file_has_as_many_pages(handouts: Mapping[str, FinishedDocument], laid_out: Mapping[str, bytes]) -> None:
    for name, made in handouts.items():
        assert pages(laid_out[f"{name}.docx"]) == made.pages


def test_letter_paper_also_has_three_slides_on_a_page(make: Make) -> None:
    made = make(formats=("pdf",), paper="letter")
    assert "Columns" in page_text(made.files["pdf"], 1)


# Slides and notes that are too long.


def test_a_full_slide_gets_smaller_type(make: Make) -> None:
    lines = "\n".join(f"- Line {n}" for n in range(9))
    assert make(f"---\ntitle: T\n---\n\n## Full\n\n{lines}\n", formats=("pdf",)).step not in {"normal", "least"}


def test_a_long_title_leaves_its_text_large_and_a_full_slide_its_title(make: Make) -> None:
    lines = "\n".join(f"- Line {n}" for n in range(12))
    title = "A long title that tells what the minister said in the month of September about a network and about all its makers"
    made = make(f"---\ntitle: T\n---\n\n## {title}\n\nWords.\n\n## Full\n\n{lines}\n").files
    deck = pptx.Presentation(io.BytesIO(made["pptx"]))
    sizes = [
        [int(level.get("sz")) / 100 for level in slide._element.iterfind(".//{*}lstStyle/{*}lvl1pPr/{*}defRPr")]
        for slide in list(deck.slides)[1:3]
    ]
    assert sizes[0][0] < 36 and sizes[0][1] == 28, "the title alone is smaller"
    assert sizes[1][0] == 36 and sizes[1][1] < 28, "the text alone is smaller"
    word = zipfile.ZipFile(io.BytesIO(made["docx"])).read("word/document.xml").decode()
    titles, texts = (re.findall(rf'w:val="Slide{part}(\d)"', word) for part in ("Title", "Text"))
    assert titles[0] > titles[1] == texts[0] < texts[-1], "in the handout too"


def test_a_slide_that_is_too_long_fails_with_its_title_and_the_number_of_lines(make: Make) -> None:
    lines = "\n".join(f"- Line {n}" for n in range(20))
    with pytest.raises(Problems) as caught:
        make(f"---\ntitle: T\n---\n\n## Fine\n\nWords.\n\n## Much too full\n\n{lines}\n")
    (problem,) = caught.value.problems
    found = re.fullmatch(r"the slide “Much too full” is (\d+) lines too long", problem.message)
    assert found and 8 <= int(found[1]) <= 11
    assert (problem.path, problem.line) == ("decks/talk.md", 9)


def test_a_title_of_three_lines_fails(make: Make) -> None:
    with pytest.raises(Problems, match=r"the title of the slide “Long long .* is 1 line too long"):
        make(f"---\ntitle: T\n---\n\n## {'Long long title ' * 12}\n\nWords.\n")


def test_a_title_slide_holds_three_lines(make: Make) -> None:
    words = "A long title of a talk "
    assert make(f"---\ntitle: {words * 3}\n---\n\n## A\n\nWords.\n", formats=("pdf",)).pages == 1
    with pytest.raises(Problems, match=r"the title of the slide “A long title .* lines? too long"):
        make(f"---\ntitle: {words * 7}\n---\n\n## A\n\nWords.\n", formats=("pdf",))


def noted(items: int, words: str = "an item of some notes that is long enough for two lines or three") -> str:
    """A deck of two slides. The second has this many items in its notes."""
    listed = f"- {words}\n" * (items - 1)
    return f"---\ntitle: T\n---\n\n## Short\n\nWords.\n\n::: notes\n{listed}- the last\n:::\n"


def test_bullets_of_notes_stand_within_their_column(make: Make) -> None:
    """What hangs out of the column is cut off."""
    for per_page in (1, 3, 4):
        made = make(
            "---\ntitle: T\n---\n\n## Short\n\nWords.\n\n::: notes\nXX\n\n- one\n- two\n:::\n", per_page=per_page, formats=("pdf",)
        )
        text = pypdfium2.PdfDocument(made.files["pdf"])[1 if per_page == 1 else 0].get_textpage()
        letters = text.get_text_range()
        left = text.get_charbox(letters.index("XX"), loose=True)[0]
        bullets = [text.get_charbox(n, loose=True)[0] for n, letter in enumerate(letters) if letter == "•"]
        assert len(bullets) == 2
        assert min(bullets) >= left - 0.1


def test_slides_on_paper_have_no_line_of_sources_but_the_list_of_them(talk: FinishedDocument) -> None:
    """The line would be too small to read."""
    printed = page_text(talk.files["pdf"], 0)
    assert printed.count("The Paper") == 0
    assert "The Paper" in page_text(talk.files["pdf"], pages(talk.files["pdf"]) - 1)
    assert "Slide Source" not in [style.name for style in docx.Document(io.BytesIO(talk.files["docx"])).styles]


def test_notes_get_smaller_type_before_they_fail(make: Make) -> None:
    sizes = []
    with pytest.raises(Problems, match=r"the notes of the slide “Short” are \d+ lines? too long"):
        for items in range(12, 40):
            made = make(noted(items, "an item"), formats=("docx",))
            sizes.append(docx.Document(io.BytesIO(made.files["docx"])).styles["Slide Notes"].font.size.pt)
    assert list(dict.fromkeys(sizes)) == [8, 7.5, 7]


def test_notes_stand_beside_two_or_three_slides_a_page(make: Make) -> None:
    """Beside a slide and not below it, so that slides on a page keep their notes in sight; lines for notes are below the slide."""
    for per_page in (2, 3):
        pdf = pypdfium2.PdfDocument(make(noted(2), per_page=per_page, formats=("pdf",)).files["pdf"])
        text = pdf[0].get_textpage()
        title, note = (text.get_charbox(text.search(words).get_next()[0]) for words in ("Short", "the last"))
        assert note[0] > title[2] + 100, "to the right of the slide's title"
        assert note[1] > title[1] - 120, "level with the slide"


def ruled(page: pypdfium2.PdfPage) -> list[tuple[float, float]]:
    """The left end and the distance from the top, in millimetres, of each ruled line that is seen on a page."""
    picture = page.render(scale=300 / 72).to_pil().convert("L")
    found = []
    for left in (20.0, 150.0):
        column = picture.crop((round(left / 25.4 * 300), 0, round((left + 40) / 25.4 * 300), picture.height))
        is_line = [
            low > 120 and high < 250
            for low, high in (column.crop((0, y, column.width, y + 1)).getextrema() for y in range(column.height))
        ]
        found += [(left, y * 25.4 / 300) for y in range(1, len(is_line)) if is_line[y] and not is_line[y - 1]]
    return found


def test_ruled_lines_beside_a_slide_end_at_its_foot_whatever_its_notes(make: Make) -> None:
    slides = f"## One\n\nWords.\n\n## Two\n\nWords.\n\n::: notes\n{'Many words. ' * 30}\n:::\n"
    lines = ruled(pypdfium2.PdfDocument(make(f"---\ntitle: T\n---\n\n{slides}", formats=("pdf",)).files["pdf"])[0])
    row, high = 265 // 3, 126 * 9 / 16
    for number in (1, 2):
        own = [y for left, y in lines if left == 150 and 14 + number * row < y < 14 + (number + 1) * row]
        assert own and own[-1] == pytest.approx(14 + number * row + high, abs=0.3)
        assert len(own) == 10 if number == 1 else 2 <= len(own) < 9


def test_what_is_left_below_the_sources_has_ruled_lines(make: Make) -> None:
    """In both formats, on the last page."""
    made = make("---\ntitle: T\n---\n\n## One\n\nWords.[@one]\n\n## Two\n\nWords.\n\n## Three\n\nWords.\n", formats=("pdf", "docx"))
    word = libreoffice.pdfs({"t.docx": made.files["docx"]}, cache_folder())["t.docx"]
    for data in (made.files["pdf"], word):
        document = pypdfium2.PdfDocument(data)
        assert len(document) == 2 and "Sources" in page_text(data, 1)
        assert max(y for left, y in ruled(document[1]) if left == 20) > 240


def test_sources_that_would_be_divided_stand_on_a_page_of_their_own(session: Session) -> None:
    """In both formats. Ruled lines fill the page before it."""
    keys = [f"source-{n}" for n in range(1, 41)]
    cited = " ".join(f"Words.[@{key}]" for key in keys)
    text = f"---\ntitle: T\n---\n\n## One\n\nWords.\n\n## Two\n\nWords.\n\n::: notes\n{cited}\n:::\n"
    sources = [small.source(key, title=f"A title of many words about {key}") for key in ["one", "two", *keys]]
    made = small.make(
        small.with_edition(session, small.edition(sources=sources, more={"decks/talk.md": text})),
        "handout", "talk", ("pdf", "docx"), "a4", per_page=2,
    )  # fmt: skip
    word = libreoffice.pdfs({"t.docx": made.files["docx"]}, cache_folder())["t.docx"]
    for data in (made.files["pdf"], word):
        assert pages(data) == 3
        assert page_text(data, 2).startswith("Sources") and page_text(data, 2).count("A title of many words") == 40
        assert max(y for left, y in ruled(pypdfium2.PdfDocument(data)[1]) if left == 20) > 240


def test_the_opening_slide_has_a_field_of_its_colour_in_word_too(talk: FinishedDocument) -> None:
    first, second = (row.cells[0].tables[0] for row in docx.Document(io.BytesIO(talk.files["docx"])).tables[0].rows[::2][:2])
    assert len(first.rows) == 3 and len(second.rows) == 2
    assert first.rows[0].height > Mm(15) and first.rows[0].cells[0]._tc.find(f".//{qn('w:shd')}").get(qn("w:fill")) == "24405C"


def test_notes_after_the_slides_stand_below_a_heading_in_the_order_of_the_slides(make: Make) -> None:
    slides = "".join(f"## Slide {n}\n\nWords.\n\n::: notes\nNote {n}. {'Many words. ' * 60}\n:::\n\n" for n in range(6))
    made = make(f"---\ntitle: T\n---\n\n{slides}", per_page=6, formats=("pdf", "docx"))
    laid_out = libreoffice.pdfs({"t.docx": made.files["docx"]}, cache_folder())["t.docx"]
    for data in (made.files["pdf"], laid_out):
        assert "Many words" not in page_text(data, 1), "the page of the last slide has no notes"
        after = page_text(data, 2)
        assert "Notes" in after[: after.index("Note 0.")].split()
        assert sorted(after.index(f"Note {n}.") for n in range(6)) == [after.index(f"Note {n}.") for n in range(6)]


def test_notes_at_the_foot_of_the_page_are_never_lost(make: Make) -> None:
    """WeasyPrint draws no line of a paragraph that may not be split if the rest of the page is too short for it."""
    with pytest.raises(Problems, match="too long"):
        make(noted(14, " ".join(["telecommunications"] * 70)), per_page=1, formats=("pdf",))


def test_notes_that_fill_their_place_are_complete_in_word(make: Make, cache: Path) -> None:
    full = {}
    for per_page, items, words in ((3, 13, "an item of a few words or some more"), (2, 8, "an item")):
        while True:
            try:
                make(noted(items + 1, words), per_page=per_page, formats=())
                items += 1
            except Problems:
                break
        full[f"{per_page}.docx"] = make(noted(items, words), per_page=per_page, formats=("docx",)).files["docx"]
    for name, pdf in libreoffice.pdfs(full, cache).items():
        page = pypdfium2.PdfDocument(pdf)[0]
        text = page.get_textpage()
        found = text.search("the last").get_next()
        foot = text.get_charbox(found[0] + found[1] - 1)[1] * 25.4 / 72
        assert 297 - foot < 14 + 2 * (265 // int(name[0])) - 6, name  # the second row ends there


def test_notes_that_are_too_long_for_their_place_fail(make: Make) -> None:
    text = f"---\ntitle: T\n---\n\n## Short\n\nWords.\n\n::: notes\n{'Many words. ' * 150}\n:::\n"
    with pytest.raises(Problems, match=r"the notes of the slide “Short” are \d+ lines? too long"):
        make(text)
    apart = make(text, per_page=6, formats=("pdf",))
    assert apart.pages == 2 and "2. Short Many words." in page_text(apart.files["pdf"], 1), "after six slides all notes have room"


def test_notes_that_follow_their_slides_stand_in_two_columns(make: Make) -> None:
    """In both formats, so that no line has 120 letters."""
    slides = "".join(f"## Slide {n}\n\nWords.\n\n::: notes\n{'Many words. ' * 60}\n:::\n\n" for n in range(3))
    made = make(f"---\ntitle: T\n---\n\n{slides}", per_page=6, formats=("pdf", "docx"))
    laid_out = libreoffice.pdfs({"t.docx": made.files["docx"]}, cache_folder())["t.docx"]
    for data in (made.files["pdf"], laid_out):
        text = pypdfium2.PdfDocument(data)[1].get_textpage()
        found = text.search("Many words.")
        left = {round(text.get_charbox(at[0])[0] * 25.4 / 72) for at in iter(found.get_next, None)}
        assert min(left) < 18 and any(108 <= x <= 112 for x in left)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("| a | b |\n|---|---|\n| c | d |", "holds a table. Write it as a list or in two columns"),
        ("Words.\n\n:::: columns\n::: column\na\n:::\n::: column\nb\n:::\n::::", "has columns, but not two, or more beside them"),
        ("Words.\n\n::: notes\n![A](figures/mast.svg)\n:::", "hold a picture"),
        ("### Small", "holds a heading of level 3"),
        ("## A^[A note.]\n\nWords.", "the slide “A” holds a footnote"),
        ("[![A mast](figures/mast.svg)](https://example.org)", "a picture can’t stand within a text"),
        ("Words ![A mast](figures/mast.svg) and words.", "a picture can’t stand within a text"),
        ("## A ![A mast](figures/mast.svg)\n\nWords.", "a picture can’t stand within a text"),
        ('![A caption](figures/mast.svg){alt="What it shows"}', "“A caption” isn’t printed: a picture on a slide has no caption"),
        ("- Words\n" * 9 + "\n![A mast](figures/mast.svg)", "give its picture a `width=60%`"),
    ],
)
def test_a_slide_with_content_that_slides_cannot_have_fails(body: str, message: str, make: Make) -> None:
    with pytest.raises(Problems, match=message):
        make(f"---\ntitle: T\n---\n\n## Title\n\n{body}\n")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Words.\n\n## A", "decks/talk.md:5:1: error: this stands on no slide"),
        ("# A\n\nWords.", "decks/talk.md:7:1: error: only notes may stand under a title of level 1"),
        ("A\n===\n\n::: notes\nWords.\n:::\n\nWords.", "decks/talk.md:12:1: error: only notes may stand under a title"),
        ("A\n---\n\n::: {.columns}\n\nWords.", "decks/talk.md:8:1: error: what begins here is never closed"),
    ],
)
def test_what_stands_outside_slides_fails(body: str, said: str, make: Make) -> None:
    with pytest.raises(Problems) as raised:
        make(f"---\ntitle: T\n---\n\n{body}\n", formats=())
    assert any(str(problem).startswith(said) for problem in raised.value.problems), list(map(str, raised.value.problems))


# Decks in the content folder.


START = "---\ntitle: T\n---\n## A\n\n"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"decks/belgium.md": TALK}, "decks/belgium.md:1: error: “belgium” is the name of a country’s own deck (Belgium)"),
        ({"decks/BE.md": TALK}, "decks/BE.md:1: error: “BE” is the name of a country’s own deck (Belgium)"),
        ({"decks/a b.md": TALK}, "decks/a b.md:1: error: a deck can’t be called “a b”"),
        ({"decks/t.md": START + "::: {.figure data=mop}\n:::\n"}, "t.md:6:7: error: there is no data “mop”. Did you mean “map”?"),
        ({"decks/t.md": START + "::: {.countries step=wery}\n:::\n"}, "there is no step “wery”. Did you mean “wary”?"),
        ({"decks/t.md": START + "::: {.facts country=zz}\n:::\n"}, "there is no country “zz”"),
        ({"decks/t.md": START + "::: {.facts}\n:::\n"}, "a `.facts` names its `country`"),
        ({"decks/t.md": START + "Words.[@nobody]\n"}, "decks/t.md:6:8: error: there is no source “nobody”"),
        ({"decks/t.md": START + "![](figures/x.svg)\n"}, "there is no picture “figures/x.svg”"),
        ({"decks/t.md": START.replace("T", "T^[note]")}, "decks/t.md:2:8: error: “^[” would be printed as it stands"),
        ({"decks/t.md": "## A\n"}, "decks/t.md:1: error: the deck has no front matter"),
    ],
)  # fmt: skip
def test_errors_in_a_deck_are_reported_at_their_place(files: Mapping[str, str], said: str) -> None:
    found = [str(p) for p in small.reading(more={**files, "figures/mast.svg": "<svg/>"}).problems]
    assert any(said in line for line in found), found


def test_a_timeline_of_a_country_without_dates_is_an_error() -> None:
    fence = "::: {.figure data=timeline country=be}\n:::\n"
    undated = small.reading(facts=[small.fact("Something happened.")], more={"decks/t.md": START + fence})
    assert [str(p) for p in undated.problems if "t.md:6:7: error: no fact has a date" in str(p)]


def test_without_names_only_the_decks_of_the_edition_are_built(edition: Edition) -> None:
    def asked(*countries: str, kinds: list[str] | None = None, every: bool = False) -> list[str]:
        found = plan(edition, Request(countries, tuple(kinds or ()), all_countries=every)).targets
        return [t.subject for t in found if t.kind == "handout"]

    assert asked() == ["overview"] == asked(kinds=["handout"])
    assert asked("Belgium", kinds=["handout"]) == ["be"]
    assert asked("overview", kinds=["handout"]) == ["overview"] and asked("be", "overview", kinds=["handout"]) == ["overview", "be"]
    assert len(asked(kinds=["handout"], every=True)) == sum(bool(c.facts) for c in edition.countries.values())
    with pytest.raises(NotUnderstood, match="no decks"):
        plan(small.edition(), Request(kinds=("handout",)))
    with pytest.raises(NotUnderstood, match=r"no deck or country “Overvew” in this edition. Did you mean overview\?"):
        asked("Overvew", kinds=["handout"])


def test_another_number_of_slides_on_a_page_has_its_own_folder() -> None:
    target = Target("handout", "overview", "overview", ("pdf",), "a4", per_page=6)
    assert folder(Path("dist"), target) == Path("dist/6-per-page")
