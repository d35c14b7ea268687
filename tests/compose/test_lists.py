"""A number that would be printed otherwise than it was written is an error at its place."""

from __future__ import annotations

import pytest

from briefs.compose import tree
from briefs.compose.lists import markers
from briefs.compose.slots import TemplateFiller
from briefs.edition.model import Text
from briefs.press.session import Session
from briefs.problems import Place, Problem


def problems(session: Session, markdown: str) -> list[Problem]:
    """What is found in a section whose text begins at line 10."""
    found: list[Problem] = []
    TemplateFiller(session.templates, session.pandoc, found.extend).cut([Text(markdown, Place("report/01-a.md", "", 10, 1))])
    return found


@pytest.mark.parametrize(
    ("markdown", "line", "column", "said", "write"),
    [
        ("Words.\n\n5. five\n7. seven", 13, 1, "“7.” would be printed as “6.”", "`6.`"),
        ("5. five\n\n7. seven", 12, 1, "“7.” would be printed as “6.”", "`6.`"),
        ("(a) one\n(c) three", 11, 1, "“(c)” would be printed as “(b)”", "`(b)`"),
        ("i) one\niii) three", 11, 1, "“iii)” would be printed as “ii)”", "`ii)`"),
        ("C.  three\nD.  four\n\nI.  roman", 13, 1, "“I.” would be printed as “E.”", "`E.`"),
        ("- one\n\n    1. two\n    3. three", 13, 5, "“3.” would be printed as “2.”", "`2.`"),
        ("1. **Same**\n2. Same\n4. Same", 12, 1, "“4.” would be printed as “3.”", "`3.`"),
        ("5. five\n5. again", 11, 1, "“5.” would be printed as “6.”", "`6.`"),
        ("05. five\n06. six", 10, 1, "“05.” would be printed as “5.”", "`5.`"),
    ],
)
def test_a_number_that_a_list_would_alter_is_refused_at_its_place(
    session: Session, markdown: str, line: int, column: int, said: str, write: str
) -> None:
    found = problems(session, markdown)
    assert (found[0].line, found[0].column) == (line, column)
    assert found[0].message.startswith(said) and write in found[0].hint


@pytest.mark.parametrize(
    "markdown",
    [
        "1. one\n1. two\n1. three",
        "5. five\n\n<!-- -->\n\n7. seven",
        "#. one\n#. two",
        "1. Yes\n    a. Yes\n    b. No\n2. Yes\n\n(@) x\n\n(@y) z",
        "1. Same\n2. Same\n3. Same",
        "1. [Linked](https://example.org) words\n2. *Set* words\n3. `code`",
        "    7. code\n    9. code\n\n```\n1. code\n3. code\n```",
        "(a) one\n(b) two\n\ni) one\nii) two",
        "1. a. first\n   b. second\n2. other",
        "(B)  <!-- a comment --> one\n(C)  two\n(D)  `code`",
    ],
)
def test_what_is_printed_as_it_was_written_is_no_error(session: Session, markdown: str) -> None:
    assert problems(session, markdown) == []


@pytest.mark.parametrize(
    ("markdown", "line", "said", "write"),
    [
        ("2021. It was a year.", 10, "“2021.” begins a list here", "`2021\\.`"),
        ("Words.\n\n> 1989. It was.", 12, "“1989.” begins a list here", "`1989\\.`"),
        ("2019. One.\n\n2020. Another.", 10, "“2019.”", "`2019\\.`"),
        ("112. is the number to call.", 10, "“112.”", "`112\\.`"),
        ("(2021) was a year.", 10, "“(2021)”", "`(2021\\)`"),
        ("c. 1850 the mill was built.", 10, "“c.”", "`c\\.`"),
        ("i. e. nothing of it.", 10, "“i.”", "`i\\.`"),
        ("(c) 2020 The Institute", 10, "“(c)”", "`(c\\)`"),
        ("> 50% of the states have it, and > 20% of the towns.", 10, "“>” before “50% of", "`\\>`"),
        ("Words.\n\n- 5 °C in winter", 12, "“-” before “5 °C", "`−`"),
        ("+ 5 per cent in 2020", 10, "“+” before “5 per cent", "`\\+`"),
        ("* provisional", 10, "“*” before “provisional", "`\\*`"),
        ("* p < 0.05\n\n+ words", 10, "“*” before “p < 0.05", "`\\*`"),
        ("He said &#x27;so'.", 10, "“&#x27;” prints", "itself"),
        ("Words.[^1]\n\n- one\n\n    v. 5 says so\n\n[^1]: A note.", 14, "“v.”", "`v\\.`"),
    ],
)
def test_a_year_that_begins_a_list_is_a_warning(session: Session, markdown: str, line: int, said: str, write: str) -> None:
    [found] = problems(session, markdown)
    assert (found.severity, found.line) == ("warning", line)
    assert found.message.startswith(said) and write in found.hint


@pytest.mark.parametrize("heading", ["## Learning C#", "## On F# {#sec-f}", "> ## C##", "## C# ##"])
def test_a_sign_that_ends_a_heading_is_an_error(session: Session, heading: str) -> None:
    found = problems(session, f"{heading}\n\nWords.")
    assert [p.line for p in found if "behind “" in p.message] == ([] if heading.endswith(" ##") else [10])
    assert not any(
        "behind “" in p.message for p in problems(session, heading.replace("C#", "C\\#").replace("F#", "F\\#") + "\n\nX.")
    )


ORDINARY = (
    "- 5 °C\n- 7 °C",
    "> A quotation of words.",
    "> 50 states said so\n> in two lines.",
    "- words alone",
    "5. five",
    "99. ninety-nine",
    "101. one\n102. two",
    "(b) second",
    "a. first",
    "i. first",
    "B.  second",
    "2021\\. It was.",
    "v) x",
)


@pytest.mark.parametrize("markdown", ORDINARY)
def test_other_lists_are_no_warning(session: Session, markdown: str) -> None:
    assert problems(session, markdown) == []


@pytest.mark.parametrize(
    "markdown", ["In short:\n(a) one point\n(b) another point", "C. upper\nD. upper with one space", "Two:\ni) one\nii) two"]
)
def test_lines_that_were_meant_as_a_list_are_refused(session: Session, markdown: str) -> None:
    [found] = problems(session, markdown)
    assert "is read as running text, not as an item of a list" in found.message


@pytest.mark.parametrize(
    ("start", "style", "delimiter", "printed"),
    [
        (9, "Decimal", "Period", ["9.", "10."]),
        (25, "LowerAlpha", "TwoParens", ["(y)", "(z)"]),
        (4, "UpperRoman", "OneParen", ["IV)", "V)"]),
        (1994, "LowerRoman", "Period", ["mcmxciv.", "mcmxcv."]),
    ],
)
def test_the_markers_of_a_list(start: int, style: str, delimiter: str, printed: list[str]) -> None:
    assert markers(tree.ordered([[], []], start, style, delimiter)) == printed


@pytest.mark.parametrize(
    ("markdown", "boxes", "printed"),
    [
        ("- \\[ \\] brackets\n- [x] box", "☒", "[ ] brackets"),
        ("- [ ] a\n    1. \\[X] b\n    2. [ ] c\n- [ ] d", "☐☐☐", "[X] b"),
        ("Words.\n\n- \\[x] only *so*", "", "[x] only so"),
    ],
)
def test_escaped_brackets_are_printed_and_are_no_box(session: Session, markdown: str, boxes: str, printed: str) -> None:
    found: list[Problem] = []
    cut = TemplateFiller(session.templates, session.pandoc, found.extend).cut
    [blocks] = cut([Text(markdown, Place("report/01-a.md", "", 10, 1))])
    texts = [tree.text_of(node) for _, nodes in blocks for node in tree.walk(nodes) if node["t"] in {"Para", "Plain"}]
    assert found == [] and printed in texts
    assert "".join(c for text in texts for c in text if c in "☐☒") == boxes
