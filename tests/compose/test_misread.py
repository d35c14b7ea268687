"""What was meant as words and is read as something else is told with the sign that did it."""

from __future__ import annotations

import pytest

from briefs.compose import tree
from briefs.compose.slots import TemplateFiller
from briefs.edition import powers
from briefs.edition.model import Text, text_of
from briefs.edition.yamls import Scalar, load
from briefs.press.session import Session
from briefs.problems import Place, Problem
from tests import small

FIELD, SECTION = "countries/be.yaml", "report/01-a.md"


def problems(session: Session, markdown: str, path: str = FIELD) -> list[Problem]:
    found: list[Problem] = []
    TemplateFiller(session.templates, session.pandoc, found.extend).blocks([Text(markdown, Place(path, "x", 5, 1))])
    return found


@pytest.mark.parametrize(
    ("markdown", "said", "write"),
    [
        ("1492.", "“1492.” at the beginning of a line is read as the number of an item", "`1492\\.`"),
        ("1. January is a holiday.", "“1.”", "`1\\.`"),
        ("(a) is the first.", "“(a)”", "`(a\\)`"),
        ("+ 20 % in a year", "“+” at the beginning of a line is read as an item of a list", "`\\+`"),
        ("- 5 degrees", "“-”", "`\\-`"),
        ("# 1 in the world", "“#” at the beginning of a line is read as a heading", "`\\#`"),
        ("> 20 per cent", "“>” at the beginning of a line is read as a quotation", "`\\>`"),
        ("| a |", "“|”", "`\\|`"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a table can’t stand in this text", "Write sentences"),
        ("Words.\n\n    four spaces", "code can’t stand in this text", "Write sentences"),
        ("Some <b>words.", "“<b>” is read as HTML", "`\\<`"),
        ("In C:\\temp it is.", "“\\temp” is read as a command of TeX", "`\\\\`"),
        ("See [](https://example.org/x).", "this link has no words", "[words]"),
        ("See [the map](#fig-map).", "this text can’t point at “fig-map”", "in words"),
        ("It ends so. \\", "the backslash at the end isn’t printed", "to print it"),
        ("Two rates:\n- 15 cent - 25 cent", "“- 15 cent", "Write a sentence"),
        ("Words^[of a note].", "a note can’t stand in this text", "in brackets"),
        ("Words.[^1]\n\n[^1]: Of a note.", "a note can’t stand in this text", "in brackets"),
        ("As @one says.", "the source “one” prints only a number here, no name", "Name [@one]"),
        ("It is so.[see @one, p. 5; @two]", "“see … p.\u00a05” isn’t printed", "Say it in the sentence"),
    ],
)
def test_a_text_that_is_read_as_something_else_says_so(session: Session, markdown: str, said: str, write: str) -> None:
    [found] = problems(session, markdown)
    assert found.message.startswith(said) and write in found.hint


@pytest.mark.parametrize("markdown", ["1492\\.", "\\+ 20 %", "\\# 1", "\\> 20", "About ~20 %, A&B, a < b, x_y, 5\n\nand more."])
def test_what_the_hints_say_is_printed(session: Session, markdown: str) -> None:
    assert problems(session, markdown) == []


@pytest.mark.parametrize(
    ("markdown", "printed"),
    [
        ("AT&T &amp; T&uuml;rkiye&nbsp;x.", "AT&T & Türkiye\u00a0x."),
        ("~20% from $5 to $6 in the A&B_C d_e case; <50 and a < b.", "~20% from $5 to $6 in the A&B_C d_e case; <50 and a < b."),
        ("H~2~O, x^2^ and C:\\\\temp", "H2O, x2 and C:\\temp"),
    ],
)
def test_signs_and_names_of_letters_are_printed_as_they_are_meant(session: Session, markdown: str, printed: str) -> None:
    found: list[Problem] = []
    [block] = TemplateFiller(session.templates, session.pandoc, found.extend).blocks([Text(markdown, Place("a.yaml", "", 1, 1))])
    assert (tree.text_of([block]), found) == (printed, [])


TWO_SPACES = "Leave an empty line before the list, and put two spaces after a capital letter and its full stop."


def test_a_list_without_an_empty_line_before_it_is_refused_in_a_section(session: Session) -> None:
    [found] = problems(session, "Two rates:\n- 15 cent\n- 25 cent", SECTION)
    assert found.hint == "Leave an empty line before the list."
    assert len(problems(session, "Two rates:\n1. 15 cent\n2. 25 cent", SECTION)) == 1
    assert problems(session, "Two rates:\n\n- 15 cent\n- 25 cent", SECTION) == []
    assert len(problems(session, "– 15 cent\n– 25 cent", SECTION)) == 1
    assert problems(session, "Two rates\n– 15 cent and 25 cent –\nare paid.", SECTION) == []
    assert problems(session, "It was\n2. May.", SECTION) == []
    for close in ("-one\n-two", "Rates:\n1.one\n2.two"):
        [found] = problems(session, close, SECTION)
        assert found.message.endswith("not as an item of a list") and found.hint.startswith("Write a space after “")
    assert problems(session, "From 5 to\n-5 and then\n-7 degrees, over\n-all.", SECTION) == []
    for swallowed in ("IV. four\nV. five", "A.  one\nB. two", "1. a\n\n    A.  one\n    B. two"):
        [found] = problems(session, swallowed, SECTION)
        assert found.hint == TWO_SPACES
    [found] = problems(session, "C. three\nD. four", SECTION)
    assert found.hint == TWO_SPACES
    assert problems(session, "A.  one\nC. Two wrote", SECTION) == []


FOLDED = """\
a: >-
  Some <b>words</b>
  and <b>more</b> of them,

  with `<b>code</b>` and
  a [word]{.red} <i>at the end.
b: 'It''s <b>here</b>,
  and in {x=y} \\temp.'
c: "It\\u2019s \\"so\\",
  - one
  - two"
d: |
  Words.

  | a | b |
  |---|---|
  | c | d |
"""


def test_what_is_wrong_is_told_at_its_own_place_in_a_text_that_yaml_folds(session: Session) -> None:
    values = load(FIELD, FOLDED.encode()).mapping
    found: list[Problem] = []
    TemplateFiller(session.templates, session.pandoc, found.extend).blocks(
        text_of(value) for value in values.values() if isinstance(value, Scalar)
    )
    lines = FOLDED.split("\n")
    told = sorted((p.line, p.column, lines[p.line - 1][p.column - 1 :]) for p in found)
    assert [(line, rest[:6]) for line, _, rest in told] == [
        (2, "<b>wor"), (2, "</b>"), (3, "<b>mor"), (3, "</b> o"), (6, ".red} "), (6, "<i>at "),
        (7, "<b>her"), (7, "</b>,"), (8, "{x=y} "), (8, "\\temp."), (15, "| a | "),
    ]  # fmt: skip


def test_a_note_and_a_picture_in_a_field_are_told_once(session: Session) -> None:
    assert len(problems(session, "![Words](figures/x.png)")) == 1
    found: list[Problem] = []
    filler = TemplateFiller(session.templates, session.pandoc, found.extend)
    blocks = filler.blocks([Text("Words^[of a note].", Place(FIELD, "x", 5, 1))])
    assert len(found) == 1 and not any(node["t"] == "Note" for node in tree.walk(blocks))


@pytest.mark.parametrize(
    ("markdown", "base"),
    [
        ("It rose to 25^[Words.] then.", "25"),
        ("It rose to **1,500** [@one] then.", "1,500"),
        ("It is 5 km[@one] long.", "5 km"),
        ("It is 5 m^2^^[Words.].", "m^2^"),
        ("It rose to 25^[Words.].", "25"),
    ],
)
def test_a_number_that_would_read_as_a_power_is_warned_of(session: Session, markdown: str, base: str) -> None:
    found: list[Problem] = []
    text = Text(markdown, Place(SECTION, "", 10, 1))
    TemplateFiller(session.templates, session.pandoc, found.extend).cut([text])
    assert [(p.severity, p.message) for p in found] == [
        (
            "warning",
            f"the number of {'a source' if '@' in markdown else 'a note'} stands right behind “{base}” and reads as a power",
        )
    ]


@pytest.mark.parametrize(
    "words",
    [
        "in 2019^[Words.] then",
        "to 25.^[Words.]",
        "to 25[@one].",
        "the G20^[Words.] and",
        "12 months[@one] on",
        "5 %^[Words.]",
        "since the 1990s[@one] only",
        "in 2019–20[@one] and",
        "am 30.9.2020^[Words.] so",
        "in the 19^th^[@one] century",
    ],
)
def test_a_number_that_reads_as_a_note_is_not_warned_of(session: Session, words: str) -> None:
    found: list[Problem] = []
    text = Text(f"It came {words}", Place(SECTION, "", 10, 1))
    TemplateFiller(session.templates, session.pandoc, found.extend).cut([text])
    assert found == []


def test_only_the_last_letters_before_a_number_are_looked_at() -> None:
    assert powers.read_as_base("_" * 400_000 + "x") == powers.read_as_base(" " * 400_000 + "x") == ""  # else they take minutes
    assert powers.read_as_base("a" * 400_000 + " 5 km" + "*" * 2) == "5 km"


def test_a_source_behind_the_last_number_of_a_fact_is_warned_of() -> None:
    facts = [small.fact("It is 5 km"), small.fact("It is 5 km."), small.fact("In 2019")]
    said = [p for p in small.reading(facts=facts).problems if "power" in p.message]
    assert [(p.severity, p.path) for p in said] == [("warning", "countries/be.yaml")]


def test_a_citation_right_behind_a_name_is_refused(session: Session) -> None:
    found: list[Problem] = []
    text = Text("Words.\n\nSo @one [p. 3][@two].", Place(SECTION, "", 10, 1))
    TemplateFiller(session.templates, session.pandoc, found.extend).cut([text])
    assert [(p.line, p.column, p.hint) for p in found] == [(12, 4, "Write both as one: @one [@two].")]
