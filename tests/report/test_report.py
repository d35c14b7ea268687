"""The report of the first edition, as PDF and as Word: complete, in order, and the same in both."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import etree
from openxml_audit import OpenXmlValidator

from briefs.colours import text_on, tint
from briefs.compose import spacing
from briefs.edition.model import Edition
from briefs.tools import libreoffice
from tests.report import words
from tests.report.conftest import Pages, Report
from tests.samewords import WORD
from tests.standards import held
from tests.typeset.test_raster import shows_the_svgs

ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii"]


def xml_of(report: Report, part: str) -> str:
    with zipfile.ZipFile(io.BytesIO(report.docx)) as archive:
        return archive.read(f"word/{part}.xml").decode()


def tagged(report: Report, *tags: str) -> list[words.Element]:
    return [e for top in report.tags for e in top.elements() if e.tag in {f"/{t}" for t in tags}]


GLANCE = "28 countries at a glance"


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


# Words ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def said(report: Report) -> tuple[words.Words, words.Words]:
    return words.of_both(report.pdf, report.docx)


def test_both_files_say_the_same(said: tuple[words.Words, words.Words]) -> None:
    pdf, word = said
    assert len(pdf.body) > 15_000 and len(pdf.notes) > 2_500
    assert pdf.body == word.body
    assert pdf.notes == word.notes


@pytest.mark.parametrize("part", ["document", "footnotes"])
def test_a_word_less_in_the_word_file_is_seen(report: Report, said: tuple[words.Words, words.Words], part: str) -> None:
    """Every hundredth text of the part in turn loses its first word."""
    xml = xml_of(report, part)
    texts = [m for m in re.finditer(r"<w:t[^>]*>([^<]+)</w:t>", xml) if WORD.search(m[1].strip("\u2060"))]
    texts = [m for m in texts if not words.MADE.fullmatch(m[1])]  # the numbers of headings are left out
    names = {word for table in appendix_of(report) for word in name_of(table).split()}
    for match in texts[40::100] or texts:
        first = WORD.search(xml, match.start(1))
        assert first
        if first[0] in names:  # it may be a repeated one, of which no word may be lost
            continue
        less = words.of_docx(_with(report.docx, f"word/{part}.xml", xml[: first.start()] + xml[first.end() :]))
        assert (less.body, less.notes) != (said[0].body, said[0].notes), match[1]


def _with(data: bytes, name: str, text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in ("word/document.xml", "word/footnotes.xml"):
            new.writestr(part, text if part == name else old.read(part))
    return out.getvalue()


# Notes and bibliography ----------------------------------------------------------------------------------------------


def test_88_notes_called_and_printed_in_both(said: tuple[words.Words, words.Words]) -> None:
    for file in said:
        assert (file.calls, file.marks) == (88, 88)


def test_no_number_of_a_note_begins_a_line(said: tuple[words.Words, words.Words]) -> None:
    assert said[0].stranded == 0


def test_footnotes_are_word_s_own(report: Report) -> None:
    part = next(p for p in report.word.part.package.iter_parts() if p.partname == "/word/footnotes.xml")
    notes = re.findall(rb"<w:footnote (?![^>]*w:type)[^>]*>.*?</w:footnote>", part.blob, re.S)
    assert len(notes) == 88
    assert all(b"<w:footnoteRef" in note for note in notes), "Word numbers them itself"
    assert "numRestart" not in xml_of(report, "document")


def test_each_note_stands_on_the_page_that_calls_it(report: Report) -> None:
    elements = [e for top in report.tags for e in top.elements()]
    begun = {re.match(r"\s*(\d+)\s", e.text)[1]: e.page for e in elements if e.tag == "/Note"}  # type: ignore[index]
    called: dict[str, int] = {}
    for element in elements:
        if element.tag == "/Reference":
            called.setdefault(element.text.strip(), element.kids[0].page)  # type: ignore[union-attr]
    assert len(begun) == 88
    assert {n: called[n] for n in begun} == begun


def test_notes_are_tagged_as_notes_with_links_both_ways(report: Report) -> None:
    """PDF/UA-1, 7.9: each has an identifier of its own; its call leads to it, its number back to the call."""
    tree = [o for o in report.objects.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o and "/P" in o]
    notes = [e for e in tree if e.S == "/Note"]
    assert len({str(e.ID) for e in notes}) == len(notes) == 88
    targets = [str(a.Dest) for page in report.objects.pages for a in page.get("/Annots", []) if "/Dest" in a]
    assert {t for t in targets if t.startswith(("note-", "call-"))} == {f"{k}-{n}" for n in range(1, 89) for k in ("note", "call")}


def test_tables_say_what_heads_what_and_the_contents_is_a_list_of_links(report: Report) -> None:
    tree = [o for o in report.objects.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o and "/P" in o]
    assert {str(e.A.Scope) for e in tree if e.S == "/TH"} == {"/Row", "/Column"}
    items = [e for e in tagged(report, "TOCI")]
    assert len(items) > 30 and all(any(e.tag == "/Link" for e in item.elements()) for item in items)
    assert not any("/Alt" not in e for e in tree if e.S == "/Figure")


def test_the_report_conforms_and_its_word_file_is_valid(report: Report, tmp_path: Path) -> None:
    held.hold({"pdf": report.pdf, "docx": report.docx}, tmp_path)


def test_the_bibliography_lists_each_cited_source_once_in_order(report: Report, edition: Edition) -> None:
    entries = [p.text for p in report.word.paragraphs if p.style.name == "Bibliography"]
    cited = {key for section in edition.sections for key in section.body.citations}
    assert len(entries) == len(cited) == 85
    for key in cited:
        source = edition.sources[key]
        first = source.author[0] if source.author else None
        title, author = letters(str(source.title)).lower(), letters(first.family or first.literal or "") if first else ""
        assert sum(title in letters(e).lower() and (author in letters(e) or "———" in e) for e in entries) == 1, key
    names = [_sorting(e.split(". ")[0]) for e in entries]
    assert names == sorted(names)


def _sorting(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9 ,]", "", plain)


# Headings, contents, references --------------------------------------------------------------------------------------


def headings_of(document: Document) -> list[tuple[int, str, Paragraph]]:
    """Level, number as Word counts it, paragraph."""
    found, counts = [], [0, 0]
    for paragraph in document.paragraphs:
        match = re.fullmatch(r"Heading ([1-3])", paragraph.style.name)
        if match:
            level = int(match[1])
            number = ""
            if level <= 2 and paragraph._p.pPr.numPr is not None:
                assert paragraph._p.pPr.numPr.ilvl.val == level - 1
                counts = [counts[0] + 1, 0] if level == 1 else [counts[0], counts[1] + 1]
                number = ".".join(map(str, counts[:level]))
            found.append((level, number, paragraph))
    return found


def test_headings_stand_in_order_in_both(report: Report, edition: Edition) -> None:
    word = [(level, letters(p.text)) for level, _, p in headings_of(report.word)]
    outline = [(level + 1, letters(item["/Title"])) for level, item in _outline(report.objects.Root.Outlines)]
    assert [entry for entry in outline[3:] if entry[0] < 3] == word, "the front matter’s headings have a style of their own in Word"
    assert sorted(t for level, t in outline if level == 3) == sorted(letters(edition.names[c]) for c in edition.countries)
    titles = [letters(str(s.head.title)) for s in edition.sections]
    assert [t for _, t in outline[:3]] == ["Contents", "Figuresandtables", "Abbreviations"]
    assert [t for level, t in word if level == 1] == [
        *titles,
        letters(GLANCE),
        letters(str(edition.about.appendix.title)),
        "Bibliography",  # type: ignore[union-attr]
    ]
    within = [h for s in edition.sections for h in re.findall(r"^## (.*?) \{", s.body.markdown, re.M)]
    steps = [str(s.label) for s in edition.about.scale]
    assert [t for level, t in word if level == 2] == [
        letters(t) for t in [*within, *steps, "About this list", "Sources by country"]
    ]


def _outline(node: pikepdf.Object, level: int = 0) -> list[tuple[int, dict[str, str]]]:
    found, item = [], node.get("/First")
    while item is not None:
        found.append((level, {"/Title": str(item.Title)}))
        found += _outline(item, level + 1)
        item = item.get("/Next")
    return found


def test_the_six_sections_are_numbered_by_word(report: Report) -> None:
    numbers = [number for level, number, _ in headings_of(report.word) if level == 1 and number]
    assert numbers == ["1", "2", "3", "4", "5", "6"]
    assert any(number == "2.3" for _, number, _ in headings_of(report.word))


Entry = tuple[str, str, str, str]  # number, text, anchor, page


def entries_of(document: Document, style: str) -> list[Entry]:
    """The entries of a contents field."""
    found = []
    for paragraph in document.element.body.iter(qn("w:p")):
        value = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        if value is None or not re.fullmatch(style, value.get(qn("w:val"))):
            continue
        link = paragraph.find(qn("w:hyperlink"))
        text = "".join({qn("w:t"): n.text or "", qn("w:tab"): "\t"}.get(n.tag, "") for n in link.iter())
        field = re.findall(r"PAGEREF (\w+)", "".join(n.text for n in link.iter(qn("w:instrText"))))
        assert field == [link.get(qn("w:anchor"))]
        *number, label, page = text.split("\t")
        found.append(("".join(number), label, field[0], page.strip()))
    return found


def bookmarks_in(paragraph: Paragraph) -> set[str]:
    return {b.get(qn("w:name")) for b in paragraph._p.iter(qn("w:bookmarkStart"))}


def test_the_contents_hold_every_heading(report: Report) -> None:
    entries = entries_of(report.word, "TOC[12]")
    listed = headings_of(report.word)  # the front matter's own have another style
    assert [(e[0], e[1]) for e in entries] == [(number, p.text.replace("\u00a0", " ").strip()) for _, number, p in listed]
    assert all(entry[2] in bookmarks_in(p) for entry, (_, _, p) in zip(entries, listed, strict=True))


def captions_of(report: Report) -> list[Paragraph]:
    return [p for p in report.word.paragraphs if p.style.name in {"Figure Title", "Figure Title Level", "Table Caption"}]


def test_the_index_of_countries_hangs_in_word(report: Report, edition: Edition) -> None:
    lines = [p.text.split("\t") for p in report.word.paragraphs if p.style.name in {"Country Index", "Country Index First"}]
    assert [label for label, _ in lines] == [step.label.words for step in edition.about.scale]
    assert all(re.fullmatch(r"[^\d]+\N{NO-BREAK SPACE}\d+", one) for _, names in lines for one in names.split("\N{EM SPACE}"))


def test_titles_of_chapters_have_one_size_in_both(report: Report) -> None:
    rules = (Path(__file__).parents[2] / "templates/theme/report.css").read_text(encoding="utf-8")
    sizes = set(re.findall(r"^(?:\.body )?h1 \{[^}]*?(?:font: 700|font-size:) (\d+)pt", rules, re.M))
    styles = report.word.styles
    assert {f"{styles['Heading 1'].font.size.pt:g}"} == sizes and styles["TOC Heading"].font.size is None


def test_captions_count_themselves(report: Report) -> None:
    captions = captions_of(report)
    texts = [p.text for p in captions]
    assert [t.split(". ")[0] for t in texts] == [
        "Figure 1",
        "Figure 2",
        "Figure 3",
        *(f"Table {n}" for n in range(1, 6)),
    ]
    for paragraph in captions:
        kind = paragraph.text.split()[0]
        assert re.search(rf"SEQ {kind} \\\* ARABIC", _instructions(paragraph))


def _instructions(paragraph: Paragraph) -> str:
    return "".join(n.text for n in paragraph._p.iter(qn("w:instrText")))


def test_the_lists_hold_every_caption(report: Report) -> None:
    entries = entries_of(report.word, "TableofFigures")
    assert [e[1] for e in entries] == [p.text for p in captions_of(report)]
    assert all(e[2] in bookmarks_in(p) for e, p in zip(entries, captions_of(report), strict=True))


def test_contents_and_lists_are_fields_of_word(report: Report) -> None:
    xml = xml_of(report, "document")
    assert re.findall(r"<w:instrText[^>]*> (TOC .*?) </w:instrText>", xml) == [
        'TOC \\o "1-2" \\h \\z \\u',
        'TOC \\h \\z \\c "Figure"',
        'TOC \\h \\z \\c "Table"',
    ]
    kinds = re.findall(r'w:fldCharType="(\w+)"', xml)
    depth = 0
    for kind in kinds:
        depth += {"begin": 1, "separate": 0, "end": -1}[kind]
        assert depth in {0, 1, 2}
    assert depth == 0 and kinds.count("begin") == kinds.count("separate")


def test_nothing_asks_word_to_update(report: Report) -> None:
    with zipfile.ZipFile(io.BytesIO(report.docx)) as archive:
        whole = b"".join(archive.read(n) for n in archive.namelist() if n.endswith(".xml"))
    assert b"w:dirty" not in whole and b"updateFields" not in whole


def test_cross_references_are_fields_that_say_what_their_target_says(report: Report) -> None:
    numbers = {name: number for _, number, p in headings_of(report.word) for name in bookmarks_in(p)}
    xml = xml_of(report, "document")
    found = re.findall(r"<w:instrText[^>]*> REF (\w+)( \\r)? \\h </w:instrText>.*?separate.*?<w:t[^>]*>(.*?)</w:t>", xml)
    assert len(found) >= 10
    for name, by_number, result in found:
        target = re.search(rf'<w:bookmarkStart w:id="(\d+)" w:name="{name}"/>(.*?)<w:bookmarkEnd w:id="\1"/>', xml, re.S)
        assert target, name
        said = "".join(re.findall(r"<w:t(?: [^>]*)?>(.*?)</w:t>", target[2]))
        assert result == (numbers[name] if by_number else said), name


# Pages ---------------------------------------------------------------------------------------------------------------


def test_front_matter_in_roman_the_body_from_1(report: Report) -> None:
    numbers = report.pages.numbers
    front = numbers.index("1")
    assert numbers == ["", *ROMAN[1:front], *(str(n) for n in range(1, len(numbers) - front + 1))]
    labels = [report.pages.document.get_page_label(n) for n in range(report.pages.count)]
    assert labels == [ROMAN[0], *numbers[1:]]
    assert [e.page for e in tagged(report, "H1")][3] == front, "page 1 is the first section's"


def test_abbreviations_stand_below_the_lists_in_both(report: Report, laid_out: Pages) -> None:
    """Neither filled half of its page. What the edition retells is on that page too."""
    for pages in (report.pages, laid_out):
        page = pages.text(pages.numbers.index("iii"))
        assert all(words in page for words in ("Figures and tables", "Abbreviations", "Zhongxing", "This edition retells"))


def test_word_counts_its_pages_alike(report: Report, laid_out: Pages) -> None:
    types = [s._sectPr.find(qn("w:pgNumType")) for s in report.word.sections]
    said = [(t.get(qn("w:fmt")), t.get(qn("w:start"))) for t in types if t is not None]
    front = said.index(("decimal", "1"))
    assert said == [("lowerRoman", "2"), *[("lowerRoman", None)] * (front - 1), ("decimal", "1")]
    numbers = laid_out.numbers
    front = numbers.index("1")
    assert numbers == ["", *ROMAN[1:front], *(str(n) for n in range(1, len(numbers) - front + 1))]


def test_contents_and_lists_name_the_pages_of_the_pdf(report: Report) -> None:
    """As they are printed there: by the text of the page whose number it is."""
    entries = entries_of(report.word, "TOC[12]|TableofFigures")
    assert len(entries) == 32 + 8
    for _, text, _, page in entries:
        there = report.pages.text(len(report.pages.numbers) - report.pages.numbers[::-1].index(page) - 1)
        assert letters(text) in letters(there), f"{text} on page {page}"


def test_the_pdf_s_own_contents_name_the_same_pages(report: Report) -> None:
    pages = {text: page for _, text, _, page in entries_of(report.word, "TOC[12]|TableofFigures")}
    lines = " ".join(report.pages.text(n) for n, label in enumerate(report.pages.numbers) if label in {"ii", "iii"})
    for text, page in pages.items():
        pattern = r"\W*".join(re.escape(w) for w in re.findall(r"\w+", text)) + r"[\s.”’]*?(?:\. )*\.? ?" + page + r"\b"
        assert re.search(pattern, lines), text


def test_the_contents_in_word_print_the_pages_that_libreoffice_counts(report: Report, laid_out: Pages) -> None:
    """LibreOffice keeps the stored number of a PAGEREF field inside a TOC field, and counts every other."""
    entries = entries_of(report.word, "TOC[12]|TableofFigures")
    found = libreoffice.bookmarks(laid_out.data, [e[2] for e in entries])
    first = laid_out.numbers.index("1")
    printed = letters("".join(laid_out.text(n) for n in range(1, first)))
    lost = [text for _, text, anchor, _ in entries if letters(text) + str(found[anchor] - first) not in printed]
    assert len(entries) == 40 and not lost


def test_every_part_begins_on_a_fresh_page_in_both(report: Report, laid_out: Pages) -> None:
    """Chapters run on; the first of them and the parts after them begin pages, as a title does that has no room below the text."""
    titles = [letters(p.text) for level, _, p in headings_of(report.word) if level == 1]
    parts = [titles[0], *titles[-3:]]
    for pages in (report.pages, laid_out):
        starts = [letters(re.sub(r" ?\d$|^\d ", "", pages.text(n, below=21, down=16))) for n in range(pages.count)]
        begun = [next((t for t in titles if start and t.startswith(start)), "") for start in starts]
        assert [t for t in begun if t in parts] == parts and len(list(filter(None, begun))) < len(titles)


def test_the_running_head_names_the_section_that_begins_on_the_page_or_goes_on(report: Report, edition: Edition) -> None:
    pages = report.pages
    front = pages.numbers.index("1")
    titles = {e.page: letters(e.text)[:9] for e in tagged(report, "H1") if e.page >= front}
    begun = {page: title in letters(pages.text(page, below=24, down=14)) for page, title in titles.items()}
    names = [str(s.head.short or s.head.title) for s in edition.sections]
    names += [GLANCE, str(edition.about.appendix.title), "Bibliography"]  # type: ignore[union-attr]
    assert len(begun) == len(names) and not all(begun.values()), "some chapters begin below others"
    wanted = [names[sum(start < page for start in begun) - (page not in begun)] for page in range(front, pages.count)]
    assert pages.running_heads[front:] == wanted


def test_word_s_header_and_footer_are_fields(report: Report, edition: Edition) -> None:
    """A heading is found by its bookmark: LibreOffice 24.2 prints an error for a STYLEREF field with its level, and a style's name
    differs between the languages of Word. One that has other words for the running head is named in them."""
    cover, first, *others = report.word.sections
    assert "fldSimple" not in cover.header.part.element.xml
    own = [s for s in (first, *others) if not s.footer.is_linked_to_previous]
    assert first in own and all('w:instr=" PAGE "' in s.footer.part.element.xml for s in own)
    body = [s.header.part.element.xml for s in (first, *others) if "lowerRoman" not in s._sectPr.xml]
    short = {str(s.head.short) for s in edition.sections if s.head.short} | {str(edition.about.title)}
    assert not any("STYLEREF" in head for head in body)
    for head in body:
        bookmark = re.search(r'w:instr=" REF (\w+) "', head)
        words = "".join(re.findall("<w:t>(.*?)</w:t>", head))
        marked = words in short or report.word.element.xpath(f".//w:p[w:bookmarkStart[@w:name='{bookmark[1]}']]//w:t/text()")  # type: ignore[index]
        assert marked is True or "".join(marked) == words


def test_word_s_front_matter_names_its_headings_without_a_field(report: Report) -> None:
    """They have no bookmarks."""
    heads = [s.header for s in report.word.sections if "lowerRoman" in s._sectPr.xml]
    assert [head.paragraphs[0].text for head in heads][:2] == ["Contents", "Figures and tables"]
    assert not any("fldSimple" in head.part.element.xml for head in heads)


def test_word_s_footer_reaches_the_right_margin_of_every_section(report: Report) -> None:
    _, *numbered = report.word.sections
    foot = 0
    for section in numbered:
        if not section.footer.is_linked_to_previous:
            (stop,) = section.footer.paragraphs[0].paragraph_format.tab_stops
            foot = stop.position
        assert foot == section.page_width - section.left_margin - section.right_margin


def test_word_s_running_head_is_stored_as_the_section_s(report: Report, laid_out: Pages) -> None:
    """It is the one of the PDF: a long heading's has other words, if its author gave it some. The head of chapters that run on is
    the title in LibreOffice."""
    front, front_of_word = (pages.numbers.index("1") for pages in (report.pages, laid_out))
    heads = list(dict.fromkeys(report.pages.running_heads[front:]))
    assert list(dict.fromkeys(laid_out.running_heads[front_of_word:])) == ["5G and Huawei in the NATO states", *heads[-3:]]


def test_no_heading_is_left_at_a_page_s_foot(report: Report, laid_out: Pages) -> None:
    last: dict[int, str] = {}
    tags = words.Element("/Document", list(words.elements_of(report.pdf)))
    words._without_notes(tags)
    for element in tags.elements():
        if any(isinstance(k, str) and k.strip() for k in element.kids):
            last[element.page] = element.text
    ends = {letters(text) for text in last.values()}
    titles = {letters(p.text) for _, _, p in headings_of(report.word)}
    assert not ends & titles
    for page in range(laid_out.count):
        body = letters(laid_out.text(page)).removesuffix(laid_out.numbers[page])
        assert not any(body.endswith(t) for t in titles if page > 3 and len(body) > 200), laid_out.text(page)[-80:]


# The appendix --------------------------------------------------------------------------------------------------------


def appendix_of(report: Report) -> list[Any]:
    return [table for table in report.word.tables if table.rows[0].cells[1].text.startswith(("The market", "Policy"))]


def name_of(table: Any) -> str:
    """The country whose table this is: the first cell of its head."""
    return str(table.rows[0].cells[0].text)


def test_each_table_of_the_appendix_repeats_its_country_and_topic(report: Report, edition: Edition) -> None:
    """Word repeats the head where a table goes on on another page, and divides no fact between pages."""
    tables = appendix_of(report)
    for table in tables:
        head, *others = (row._tr.trPr for row in table.rows)
        assert head.find(qn("w:tblHeader")) is not None
        assert others and all(len(row.findall(qn("w:cantSplit"))) == 1 for row in others)
        assert table._tbl.getnext().tag == qn("w:p"), "Word joins tables with nothing between them"
    order = sorted(edition.countries.values(), key=lambda c: (list(edition.steps).index(c.stance), edition.names[c.code]))
    assert list(dict.fromkeys(map(name_of, tables))) == [edition.names[c.code] for c in order]
    firsts = {name_of(table): table for table in reversed(tables)}
    assert [firsts[edition.names[c.code]].rows[1].cells[0].text for c in order] == [str(c.stance_note or "") for c in order]


def test_no_page_of_the_appendix_begins_without_a_name(report: Report, laid_out: Pages, edition: Edition) -> None:
    """As LibreOffice lays it out: a country with its topic, or a step."""
    marks = [f"{letters(edition.names[code])}{topic}" for code in edition.countries for topic in ("Themarket", "Policy")]
    marks += [letters(step.label.words) for step in edition.about.scale]
    anchors = ["ref_appendix_about", *(f"country_{code}" for code in edition.countries)]
    found = libreoffice.bookmarks(laid_out.data, anchors)
    first, last = min(found.values()), found["ref_appendix_about"]
    tops = [letters(laid_out.text(page, below=22, down=40)) for page in range(first, last)]
    assert len(tops) > 5 and [top for top in tops if not top.startswith(tuple(marks))] == []


def test_28_rows_in_the_pdf_s_tables(report: Report, edition: Edition) -> None:
    rows = [row for row in tagged(report, "TR") if not words.is_continued(row)]
    first = [row.kids[0].text.replace("\v", " ") for row in rows if isinstance(row.kids[0], words.Element)]
    names = [n for n in edition.names.values() if sum(f"{cell.strip()} ".startswith(n + " ") for cell in first) == 2]
    assert len(names) == 28, "at a glance and in the appendix"
    assert sum(cell.strip() == "Country" for cell in first) >= 5


def test_rows_hold_every_fact(report: Report, edition: Edition) -> None:
    rows: dict[str, list[int]] = {}
    for table in appendix_of(report):
        items = [[p for p in row.cells[1].paragraphs if p._p.pPr.numPr is not None] for row in table.rows[1:]]
        if any(items):  # else nothing is recorded
            assert all(len(item) == 1 for item in items)
            rows.setdefault(name_of(table), []).append(len(items))
    for code, country in edition.countries.items():
        listed = [[fact for fact in country.facts if fact.topic == topic] for topic in ("market", "policy")]
        assert rows[edition.names[code]] == [len(own) for own in listed if own], code


def test_cells_are_shaded_in_the_tint_of_their_step_in_both(report: Report, edition: Edition) -> None:
    colours = {edition.names[c.code]: edition.steps[c.stance].colour for c in edition.countries.values()}
    for table in appendix_of(report):
        shades = [row.cells[0]._tc.tcPr.find(qn("w:shd")).get(qn("w:fill")).lower() for row in table.rows]
        assert set(shades) == {tint(colours[name_of(table)])[1:]}
    painted = _fills(report.objects)
    assert painted >= {tint(s.colour)[1:] for s in edition.about.scale} | {s.colour[1:].lower() for s in edition.about.scale}


def _fills(pdf: pikepdf.Pdf) -> set[str]:
    """The colours that fill something on the pages."""
    found = set()
    for page in pdf.pages:
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) in {"rg", "scn"} and len(operands) == 3:
                found.add("".join(f"{round(float(o) * 255):02x}" for o in operands))
    return found


def test_badges_of_the_groups_read_well_in_word(report: Report, edition: Edition) -> None:
    labels = [step.label.words for step in edition.about.scale]
    named = {p.text.replace("\u00a0", " ").strip(): p for _, _, p in headings_of(report.word)}
    groups = [named[label] for label in labels]
    for paragraph, step in zip(groups, edition.about.scale, strict=True):
        properties = paragraph._p.find(f".//{qn('w:shd')}").getparent()
        assert properties.find(qn("w:shd")).get(qn("w:fill")).lower() == step.colour[1:]
        assert properties.find(qn("w:color")).get(qn("w:val")).lower() == text_on(step.colour)[1:]


def test_no_note_is_called_from_a_table(report: Report) -> None:
    assert not [t for t in appendix_of(report) if list(t._tbl.iter(qn("w:footnoteReference")))]


def test_source_numbers_of_the_appendix_link_to_its_list(report: Report) -> None:
    anchors = {a.get(qn("w:anchor")) for t in appendix_of(report) for a in t._tbl.iter(qn("w:hyperlink"))} - {None}
    names = {b.get(qn("w:name")) for b in report.word.element.body.iter(qn("w:bookmarkStart"))}
    assert len(anchors) > 90 and anchors <= names


# Figures -------------------------------------------------------------------------------------------------------------


def test_four_figures_with_the_same_words_for_who_can_t_see(report: Report) -> None:
    drawn = [p.get("descr") for p in report.word.element.body.iter(qn("wp:docPr"))]
    told = [e.text.strip("\n") for e in tagged(report, "Figure")]
    assert len(drawn) == 4, "the tiles of the cover, the map, the timeline, the data"
    assert drawn == told
    assert all(len(text) > 60 for text in drawn)


def test_figures_are_vector_in_both_with_a_picture_beside_it_in_word(report: Report) -> None:
    assert [n for n, page in enumerate(report.objects.pages) if page.get_images()] == [], "the PDF draws them"
    body, part = report.word.element.body, report.word.part
    for number, blip in enumerate(body.iter(qn("a:blip")), 1):
        vector = next(e for e in blip.iter() if e.tag.endswith("}svgBlip"))
        assert part.related_parts[vector.get(qn("r:embed"))].blob.startswith(b"<svg"), number
        picture = part.related_parts[blip.get(qn("r:embed"))]
        width = int.from_bytes(picture.blob[16:20], "big")
        extent = next(a for a in blip.iterancestors() if a.tag == qn("wp:inline")).find(qn("wp:extent"))
        assert width >= int(extent.get("cx")) / 914400 * 300 - 2, "300 dots an inch"
        assert int(extent.get("cy")) / 36000 <= 0.75 * (297 - 25 - 25), "a page has room for lines before it"


def test_the_picture_beside_it_shows_the_same(report: Report) -> None:
    assert shows_the_svgs(report.docx) == 4


# The files -----------------------------------------------------------------------------------------------------------


def test_openxml_audit_finds_no_error(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(report.docx)
    assert [str(e) for e in OpenXmlValidator().validate(path).errors] == []


def test_no_glyph_is_missing_from_its_font(report: Report) -> None:
    """Glyph 0 is .notdef: the box."""
    used: set[int] = set()
    for page in report.objects.pages:
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) in {"Tj", "TJ"}:
                strings = operands[0] if str(operator) == "TJ" else [operands[0]]
                for codes in (bytes(s) for s in strings if isinstance(s, pikepdf.String)):
                    used |= {codes[i] << 8 | codes[i + 1] for i in range(0, len(codes), 2)}
    assert len(used) > 100 and 0 not in used


def test_metadata_and_language(report: Report, edition: Edition) -> None:
    assert str(report.objects.Root.Lang) == report.word.core_properties.language == edition.about.language
    assert str(report.objects.docinfo["/Title"]) == report.word.core_properties.title == str(edition.about.title)
    assert "/Author" not in report.objects.docinfo and report.word.core_properties.author == "", "the edition names none"


def test_the_contents_name_the_page_of_each_country(report: Report, edition: Edition) -> None:
    index = [p for p in report.word.paragraphs if p.style.name in {"Country Index", "Country Index First"}]
    said = " ".join(" ".join(p.text.replace("\u2060", "").split()) for p in index)
    field = re.compile(r"PAGEREF country_(\w\w) ")
    fields = [code for p in index for node in p._p.iter(qn("w:instrText")) for code in field.findall(node.text)]
    assert sorted(fields) == sorted(code for code, country in edition.countries.items() if country.facts)
    printed = report.pages.text(report.pages.numbers.index("ii"))
    for code in fields:
        number = re.search(rf"{re.escape(edition.names[code])} (\d+)", said)
        assert number and f"{edition.names[code]} {number[1]}" in printed
        assert edition.names[code] in report.pages.text(report.pages.numbers.index(number[1]))


def test_no_page_of_the_word_file_is_nearly_empty(report: Report, laid_out: Pages) -> None:
    """As LibreOffice lays it out: no white band takes two thirds of a page, unless a part ends there."""
    titles = tuple(letters(p.text) for level, _, p in headings_of(report.word) if level == 1)
    ends = [
        laid_out.count - 1,
        *(n - 1 for n in range(1, laid_out.count) if letters(laid_out.text(n, below=22)).startswith(titles)),
    ]
    found = {n: _white(laid_out, n) for n in range(laid_out.count) if n not in ends}
    assert len(found) > 30 and not {n: share for n, share in found.items() if share > 2 / 3}


def _white(pages: Pages, number: int) -> float:
    """The share that the highest white band has of the part of a page between its running head and its foot."""
    image = pages.document[number].render(grayscale=True).to_pil()
    part = image.crop((0, 60, image.width, image.height - 65))
    inked = [row for row in range(part.height) if min(part.crop((0, row, part.width, row + 1)).tobytes()) < 250]
    return max(below - above for above, below in pairwise([0, *inked, part.height])) / part.height


def test_no_line_ends_within_a_date_in_word(report: Report) -> None:
    notes = next(p for p in report.word.part.package.iter_parts() if p.partname == "/word/footnotes.xml")
    whole = "".join(n.text or "" for part in (report.word.element, etree.fromstring(notes.blob)) for n in part.iter(qn("w:t")))
    tied, loose = (re.findall(rf"\b\d\d?{space}(?:June|February){space}\d{{4}}", whole) for space in (spacing.NBSP, " "))
    assert len(tied) > 10 and not loose


def test_notes_hang_beside_their_numbers(report: Report) -> None:
    part = next(p for p in report.word.part.package.iter_parts() if p.partname == "/word/footnotes.xml")
    notes = etree.fromstring(part.blob).findall(qn("w:footnote"))
    after = [note.findall(f"{qn('w:p')}/{qn('w:r')}")[1][0] for note in notes if note.get(qn("w:type")) is None]
    assert len(after) == 88 and {node.tag for node in after} == {qn("w:tab")}


def test_the_numbers_of_notes_are_as_large_as_the_notes_in_libreoffice(laid_out: Pages) -> None:
    number = next(n for n in range(laid_out.count) if "Zhong" in laid_out.text(n) and "highly dubious" in laid_out.text(n))
    text = laid_out.document[number].get_textpage()
    at, _ = text.search("The report calls this claim").get_next()
    sizes = []
    for each in (text.get_text_range()[:at].rstrip().rindex("1"), at):
        _, bottom, _, top = text.get_charbox(each, loose=True)
        sizes.append(top - bottom)
    assert sizes[0] == pytest.approx(sizes[1], abs=0.2)


def test_addresses_of_the_bibliography_break_at_single_slashes(report: Report) -> None:
    entries = "".join(p.text for p in report.word.paragraphs if p.style.name == "Bibliography")
    assert "https://www.nytimes.com/\u200b2019/\u200b04/\u200b25/\u200btechnology/\u200bwho-owns-huawei.html" in entries


def test_the_summary_is_one_page(report: Report, edition: Edition) -> None:
    """Findings, the map and what follows."""
    first = report.pages.numbers.index("1")
    text = report.pages.text(first)
    assert "What follows" in text and "Figure 1" in text
    assert report.pages.running_heads[first + 1] != report.pages.running_heads[first]
