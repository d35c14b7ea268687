"""Runs of text against the direction of their paragraph."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from briefs.compose import bidi, tree
from briefs.compose.tree import Node
from briefs.press.session import Session
from briefs.tools import fribidi
from briefs.wordfile import pieces


def marked(session: Session, markdown: str, language: str = "ar") -> str:
    """A paragraph in the order of its text, with ‹ and › round each run against it and * round bold words."""
    (blocks,) = session.pandoc.parse([markdown])
    (made,) = bidi.directed(blocks, language)
    return _shown(tree.inlines(made))


def _shown(inlines: Iterable[Node]) -> str:
    marks = {"Strong": "**", "Link": "[]"}
    shown = ""
    for node in inlines:
        inner = _shown(tree.inlines(node)) if node["t"] in tree.WITH_INLINES else tree.text_of(node)
        left, right = "‹›" if node["t"] == "Span" and "dir" in tree.attributes(node) else marks.get(node["t"], ("", ""))
        shown += f"{left}{inner}{right}"
    return shown


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("نص عربي فقط 25 و07/12/2015.", "نص عربي فقط 25 و07/12/2015."),  # numbers are words of the line
        ("قال Huawei Technologies شيئا", "قال ‹Huawei Technologies› شيئا"),
        ("قال English **bold** words شيئا", "قال ‹English *bold* words› شيئا"),  # one box, whatever is bold in it
        ("قال **نص English** words شيئا", "قال *نص *‹*English* words› شيئا"),  # bold is parted where the direction changes
        ("جيل 5G و(EU) هنا", "جيل ‹5G› و(‹EU›) هنا"),
        ("انظر [here نص](https://a.bc)", "انظر [‹here› نص]"),
        ("كلمة `code x` هنا", "كلمة ‹code x› هنا"),
        ("All English, 2018.", "‹All English, 2018.›"),  # the full stop too
        ("مثل Carrefour.^3^", "مثل ‹Carrefour›.3"),  # the mark of a note doesn't draw the full stop to the name
        ("12 %", "12 %"),
        ("The Paper, *About*, 4 مايو 2020", "‹The Paper, About›, 4 مايو 2020"),  # the day goes with its month
        ("The Paper, *About*, 04\u200f/05\u200f/2020, example.org", "‹The Paper, About›, 04\u200f/05\u200f/2020, ‹example.org›"),
        ("نظام Windows 10 جديد", "نظام ‹Windows 10› جديد"),  # a number that isn't set off belongs to the name
        ("كتاب Press (London: Press, 2019), 12 هنا", "كتاب ‹Press (London: Press, 2019), 12› هنا"),
        ("انظر The Paper, 2019.", "انظر ‹The Paper, 2019›."),
        ("وفاز Law 12, Art. 3 هنا", "وفاز ‹Law 12, Art. 3› هنا"),
    ],
)
def test_runs_of_latin_letters_in_arabic(markdown: str, expected: str, session: Session) -> None:
    assert marked(session, markdown) == expected


def test_a_passage_says_its_direction_itself(session: Session) -> None:
    assert marked(session, "See [عالم Huawei]{dir=rtl} here.", "en") == "See ‹عالم ‹Huawei›› here."


def test_arabic_words_in_english(session: Session) -> None:
    assert marked(session, "The word **سلام عليكم** means peace.", "en") == "The word ‹*سلام عليكم*› means peace."
    assert marked(session, "**سلام** عليكم.", "en") == "‹*سلام* عليكم.›"  # the full stop too


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("A1 says العربية 123, end.", "A1 says ‹العربية 123›, end."),
        ("A3 says עברית 123, end.", "A3 says ‹עברית 123›, end."),
        ("Says עברית, ערבית 123 (2020), end.", "Says ‹עברית, ערבית 123 (2020)›, end."),
        ("Law 123 of עברית here", "Law 123 of ‹עברית› here"),  # a number before them isn't in their run
    ],
)
def test_a_number_behind_right_to_left_words_is_in_their_run(markdown: str, expected: str, session: Session) -> None:
    assert marked(session, markdown, "en") == expected


def test_a_tree_without_such_runs_stays_the_same(session: Session) -> None:
    (blocks,) = session.pandoc.parse(["Plain *English* words."])
    assert bidi.directed(blocks, "en-GB") is blocks


@pytest.mark.parametrize(
    ("language", "direction"), [("ar", "rtl"), ("he-IL", "rtl"), ("fa", "rtl"), ("ur", "rtl"), ("tr", "ltr"), ("zh", "ltr")]
)
def test_the_direction_is_the_languages(language: str, direction: str) -> None:
    assert bidi.direction(language) == direction


def test_levels_are_those_of_the_algorithm() -> None:
    """Numbers run from left to right also after Arabic letters (UAX 9, W2 and I1); the full stop is the paragraph's."""
    assert fribidi.levels("نص 5G.", "rtl") == [1, 1, 1, 2, 2, 1]
    assert fribidi.levels("", "rtl") == []


def test_the_marks_of_numbers_are_no_words(session: Session) -> None:
    (blocks,) = session.pandoc.parse(["It was [عالم 123]{dir=rtl}.^1^"])
    (made,) = bidi.with_marks(blocks, "en")
    assert tree.text_of(made) == f"It was عالم 123.{bidi.MARKS['ltr']}1"
    assert pieces.words(pieces.of_inlines(tree.inlines(made))) == "It was عالم 123.1"
    assert bidi.with_marks(blocks[:0], "en") == []


def test_a_block_has_the_direction_of_its_language(session: Session) -> None:
    (blocks,) = session.pandoc.parse(
        ["::: {lang=ar}\nقال (Smith 2020) إن.[^n]\n\n| بيت EU\n\n::: {lang=en}\nIn لا it.\n:::\n:::\n\n[^n]: See قال."]
    )
    [div] = bidi.directed(blocks, "en")
    para, verse, inner = tree.blocks(div)
    assert tree.attributes(div)["dir"] == "rtl" and tree.attributes(inner)["dir"] == "ltr"
    assert _shown(tree.inlines(para)).startswith("قال (‹Smith 2020›) إن.")
    assert _shown(verse["c"][0]) == "بيت ‹EU›" and _shown(tree.inlines(tree.blocks(inner)[0])) == "In ‹لا› it."
    [note] = [node for node in tree.walk(para) if node["t"] == "Note"]
    assert _shown(tree.inlines(note["c"][0])) == "See ‹قال›."  # notes stand at the foot of the page


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("Said [قال Huawei]{lang=ar} here.", "Said ‹قال ‹Huawei›› here."),
        ("Said [قال 50%]{lang=ar}.", "Said ‹قال 50%›."),
        ("Said [قال]{lang=ar} [وقال]{lang=ar}.", "Said ‹قال وقال›."),  # one run
        ("Said [قال Huawei]{lang=ar dir=ltr}.", "Said ‹‹قال› Huawei›."),
    ],
)
def test_a_passage_has_the_direction_of_its_language(markdown: str, expected: str, session: Session) -> None:
    assert marked(session, markdown, "en") == expected
