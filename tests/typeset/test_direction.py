"""A block in a language of the other direction runs in that direction, in every format."""

from __future__ import annotations

import io
from itertools import pairwise

import docx
import pptx
import pypdfium2
import pytest

from briefs.compose import bidi
from briefs.press.session import Session
from tests import small

BLOCK = "Latin words.\n\n::: {lang=ar}\nقال (Smith 2020) إن.\n\n- بند Smith\n:::\n\nMore Latin words.\n"
SECTION = f"---\ntitle: A section\nid: sec-a\n---\n\n{BLOCK}"
DECK = f"---\ntitle: A talk\n---\n\n## A slide\n\n{BLOCK}"


@pytest.fixture(scope="module")
def made(session: Session) -> Session:
    return small.with_edition(session, small.edition(more={"report/01-a.md": SECTION, "decks/talk.md": DECK}))


@pytest.mark.parametrize("kind", ["report", "handout"])
def test_in_word(made: Session, kind: str) -> None:
    data = small.make(made, kind, "talk" if kind == "handout" else "", ("docx",)).files["docx"]
    body = docx.Document(io.BytesIO(data)).element.body
    turned = [bool(p.xpath("w:pPr/w:bidi")) for p in body.iter(docx.oxml.ns.qn("w:p")) if "Smith" in "".join(p.itertext())]
    assert turned == [True, True]
    latin = [p.xpath("w:pPr/w:bidi") for p in body.iter(docx.oxml.ns.qn("w:p")) if "Latin" in "".join(p.itertext())]
    assert latin == [[], []] and bidi.OWN not in "".join(body.itertext())


def test_on_slides(made: Session) -> None:
    data = small.make(made, "handout", "talk", ("pptx",)).files["pptx"]
    shapes = [shape for slide in pptx.Presentation(io.BytesIO(data)).slides for shape in slide.shapes if shape.has_text_frame]
    said = {p.text: dict(p._p.get_or_add_pPr().attrib) for shape in shapes for p in shape.text_frame.paragraphs}
    own = {text: one for text, one in said.items() if "Smith" in text}
    assert len(own) == 2 and all((one["rtl"], one["algn"]) == ("1", "r") for one in own.values())
    assert "rtl" not in said["Latin words."] and bidi.OWN not in "".join(said)


@pytest.mark.parametrize("kind", ["report", "handout"])
def test_on_the_page(made: Session, kind: str) -> None:
    data = small.make(made, kind, "talk" if kind == "handout" else "", ("pdf",)).files["pdf"]
    places: list[tuple[float, float]] = []
    for page in pypdfium2.PdfDocument(data):
        text = page.get_textpage()
        letters = [(text.get_text_range(n, 1), text.get_charbox(n)) for n in range(text.count_chars())]
        own = [box for letter, box in letters if letter == "\u0642"]
        names = [box for (letter, box), (after, _) in pairwise(letters) if letter + after == "Sm"]
        places += [(own[0][0], names[0][0])] if own else []
    assert len(places) == 1 and places[0][0] > places[0][1]  # the first word stands at the right


def test_word_knows_the_language_of_a_block(session: Session) -> None:
    text = "Words.\n\n::: {lang=de}\nDie Donau.[^n]\n\n- Ein Fluss\n:::\n\n[^n]: A note.[@one]\n"
    edition = small.edition(more={"report/01-a.md": f"---\ntitle: A section\nid: sec-a\n---\n\n{text}"})
    data = small.make(small.with_edition(session, edition), "report", "", ("docx",)).files["docx"]
    document = docx.Document(io.BytesIO(data))
    notes = next(part for part in document.part.package.iter_parts() if part.partname.endswith("footnotes.xml"))
    runs = [*document.element.body.iter(docx.oxml.ns.qn("w:r")), *docx.oxml.parse_xml(notes.blob).iter(docx.oxml.ns.qn("w:r"))]
    said = [("".join(run.itertext()), run.xpath("string(w:rPr/w:lang/@w:val)")) for run in runs]
    for begin, language in (("Die Donau", "de"), ("Ein Fluss", "de"), ("Words", ""), ("A note", "en-GB")):
        assert [tag for words, tag in said if words.startswith(begin)] == [language], said
