"""Each fault of a slide, put in on purpose, is found; and decks of the program have none."""

from __future__ import annotations

import io

import pptx
import pytest
from pptx.util import Mm, Pt

from briefs.lint import slides
from tests.conftest import ROOT


def deck(*bodies: str, left: int = 20, title: str = "A title") -> bytes:
    """A deck in the theme's layouts, with a slide for each body, whose place begins `left` millimetres from the slide's edge."""
    made = pptx.Presentation(str(ROOT / "templates/theme/reference.pptx"))
    for body in bodies:
        slide = made.slides.add_slide(made.slide_layouts.get_by_name("Title and Content"))
        slide.shapes.title.text, slide.placeholders[1].text = title, body
        slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size = Pt(36)
        place = slide.placeholders[1]
        place.left, place.top, place.width, place.height = Mm(left), Mm(47), Mm(300), Mm(130)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


TITLE = (
    "Belgium will not ban Huawei from its 5G networks, the federal telecoms minister announced in July 2020"  # two lines at 36 pt
)
WORDS = "Words that fill a line of this slide, or most of one, as far as can be told. " * 6


@pytest.mark.parametrize(
    ("data", "rules"),
    [
        (deck(WORDS), []),
        (deck(WORDS, "Few words."), ["2 fill"]),
        (deck(WORDS * 5), ["1 outside"]),
        (deck(WORDS, left=100), ["1 outside"]),
        (deck(WORDS, title=TITLE), []),
        (deck(WORDS, title=f"{TITLE}, in words of his own"), ["1 outside"]),
    ],
    ids=["sound", "nearly empty", "too long", "off the slide", "two lines of title", "three lines of title"],
)
def test_faults_of_slides(data: bytes, rules: list[str]) -> None:
    assert [f"{finding.page} {finding.rule}" for finding in slides.findings("a.pptx", data)] == rules
