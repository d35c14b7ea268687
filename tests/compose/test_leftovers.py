"""Signs of Markdown that would be printed are errors at their place; those that were escaped or stand in code are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from briefs.compose import leftovers
from briefs.compose.signs import Sign
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
    ("markdown", "line", "column", "said"),
    [
        ("Words[^1] here.", 10, 6, "no note “[^1]” is defined"),
        ("Words.\n\nMore^[a note.", 12, 5, "the note that “^[” begins isn’t closed"),
        ("As [see @key, p. 3 says.", 10, 4, "“[” doesn’t begin a citation"),
        ("As [@key says.", 10, 4, "“[” doesn’t begin a citation"),
        ("As [@one] and [@key; p. 4] say.", 10, 15, "“[” doesn’t begin a citation"),
        ("As [@one] and [-@key; p. 4] say.", 10, 15, "“[” doesn’t begin a citation"),
        ("Undetected.[The article is cited; its\ntitle speaks. See @key] More.", 10, 12, "“[” doesn’t begin a citation"),
        ("As [@one] and [@one, and @key] say.", 10, 26, "“@key” stands among the words of the citation of “one”"),
        ("A note.^[As [@one and @key; @two] says.]", 10, 23, "“@key” stands among the words of the citation of “one”"),
        ("It.[@one, p. 3; @key, vol. 10, 33, 35--9]", 10, 23, "“33” would be printed as another “vol.” in the citation of “key”"),
        ("It.^[So @one [bk. II, xiv]\nand @key [Chapter 4, 2019].]", 10, 15, "“xiv” would be printed as another “bk.”"),
        ("A **bold word.", 10, 3, "“**” is left as signs"),
        ("It is so, see [@one].", 10, 11, "“see” stays in the text, and the source goes into a note"),
        ("It is (see *also* so; cf. [@one, p. 3]).", 10, 23, "“cf.” stays in the text, and the source goes into a note"),
        ("   +---+---+\n   | a | b |\n   +===+===+\n   | 1 | 2 |", 10, 1, "a table is left as text"),
        ("Yes \\*\\* and **bold\n\nmore.", 10, 14, "“**” is left as signs"),
        ("Yes **bold** and ** not.", 10, 18, "“**” is left as signs"),
        ("A __word here.", 10, 3, "“__” is left as signs"),
        ('A [link](https://example.org "title) here.', 10, 8, "a link is left as text"),
        ("A [link][nowhere] here.", 10, 8, "no link of this name is defined"),
        ("Words.\n::: note\nmore", 11, 1, "“:::” is left as signs"),
        ("*[EU]: European Union", 10, 1, "“*[EU]:” doesn’t define an abbreviation"),
        ("```\ncode\n\nWords.", 10, 1, "“```” begins no block here"),
        ("```\ncode\n```\n\n```\ncode\n\nWords.", 14, 1, "“```” begins no block here"),
        ("~~~\ncode\n\nWords.", 10, 1, "“~~~” begins no block here"),
        ("It is `code here.", 10, 7, "“`” is left as a sign"),
        ("Words.\n| a | b |\n|---|---|\n| 1 | 2 |", 12, 1, "a table is left as text"),
        ("A ~~struck word.", 10, 3, "“~~” is left as signs"),
        ("A ==marked== word.", 10, 3, "“==” is left as signs"),
        ("Huawei@smith2020 said.", 10, 7, "“@smith2020” after a letter is read as text"),
        ("Write to info@key now.", 10, 14, "“@key” after a letter is read as text"),
        ("2^^ is no power.", 10, 2, "“^^” is left as signs"),
        ("Words {.red} here.", 10, 7, "attributes in braces are left as text"),
        ("Words.\n## Heading", 11, 1, "“##” is left as signs"),
        ("##Heading", 10, 1, "“##” is left as signs"),
        ("Words.\n> A quotation", 11, 1, "“>” is left as a sign"),
        ("A picture ![alt] (figures/a.png).", 10, 11, "a picture is left as text"),
        ("A &nbps; letter.", 10, 3, "“&nbps;” is the name of no letter"),
        ("Term\n\n- item with **bold\n- item", 12, 13, "“**” is left as signs"),
        ("A note.[^n]\n\n[^n]: It has **bold.", 12, 14, "“**” is left as signs"),
        ("A ^raised part^ of it.", 10, 3, "“^raised part^” is left as text"),
        ("A part a^b c^ of it.", 10, 8, "“^b c^” is left as text"),
        ("Some H~2 O~ here.", 10, 6, "“~2 O~” is left as text"),
        ("#Heading", 10, 1, "“#” is left as signs"),
        ("Header\n:-----\ncell", 11, 1, "“:—–” is left as text: no table is read here"),
        ("Words.\n\nTable: A caption.", 12, 1, "“Table:” begins no caption here"),
        ("As [@key: 3] says.", 10, 5, "“:” right after a key is left"),
        ("| a | b |\n|---|---|\n| c | d\\\ne |", 12, 8, "“\\” at the end is left"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n\n|---|---|\n| no | head |", 14, 1, "a table is left as text"),
    ],
)
def test_a_sign_that_would_be_printed_is_refused_at_its_place(
    session: Session, markdown: str, line: int, column: int, said: str
) -> None:
    found = problems(session, markdown)
    assert [(p.line, p.column) for p in found[:1]] == [(line, column)], found
    assert found[0].message.startswith(said) and found[0].hint


@pytest.mark.parametrize(
    "markdown",
    [
        "An escaped \\*\\*, \\_\\_, \\[\\^1], \\[\\@key], \\~\\~, \\=\\=, \\`, \\:::, \\](x) and \\$\\$.",
        "In code: `**`, `__`, `[^1]`, `[@key`, `~~`, `\\`, `](`.",
        "```\n**, __, [^1], ~~, |---|\n```",
        "Write to me@example.org, or <me@example.org>, or 写信给me@example.org。",
        "At https://example.org/a__b==c and <https://example.org/a__b**c>, www.example.org/__.",
        "He wrote “[sic]” [and more] (see there), 5 * 3 = 15, a_b, x > y, #MeToo, { name }, 20–30 – so.",
        "A [link][law], a note[^1], **bold**, __bold__, ~~struck~~, H~2~O, x^2^.\n\n[law]: https://example.org\n\n[^1]: Words.",
        "As @one says [@one; see @two, p. 3], [as @two says].",
        "It.[@a, chaps 3, 5, 7; @b, vol. 10, p. 33; @c, vols. 1, 2; @d, p. 3, 12; @e, paras 1, 9; @f, sec. 4.1, 4.2]",
        "It.[@a, no. 5, 2nd ed.; @b, part 3, in the end; @c, vol. 10 33]",
        "| a verse\n| and another",
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n: The caption {#tab-a}",
        "Term\n\n:   Meaning",
        "## Heading {#sec-a}\n\n::: {.figure data=map}\nA caption.\n:::",
        "At 5 @ 3 each & more; AT&T;",
        "From 10^6 to 10^-3; O(2^n) or O(n^-1); a^b and c^(d), 2^n or 2^{n}, x^2 and x^−2.",
    ],
)
def test_what_was_meant_is_no_error(session: Session, markdown: str) -> None:
    assert problems(session, markdown) == []


PIPES, MULTILINE = (
    "| a | b |\n|---|---|\n| {} | d |",
    "--------- ---------\na         b\n--------- ---------\n{}\n\nc         d\n-------------------",
)


@pytest.mark.parametrize(
    ("cell", "severity", "said", "write"),
    [
        ("- word", "warning", "“-” at the beginning of a cell is printed as it stands", "grid table"),
        ("* **bold**", "warning", "“*” at the beginning of a cell", "`\\*`"),
        ("> words", "error", "“>” is left as a sign", "grid table"),
        ("## Words", "error", "“##” is left as signs: a cell holds no headings", "**words**"),
        ("- [x] task", "error", "“- [x]” is left as signs", "grid table"),
        ("one<br>two", "error", "“<br>” is read as HTML", "grid table"),
    ],
)
def test_a_list_or_quotation_in_a_cell_that_holds_none_says_so(
    session: Session, cell: str, severity: str, said: str, write: str
) -> None:
    [found] = problems(session, PIPES.format(cell))
    assert (found.severity, found.line) == (severity, 12) and 3 <= found.column <= 6
    assert found.message.startswith(said) and write in found.hint


def test_lines_of_a_cell_that_look_like_items_need_a_grid_table(session: Session) -> None:
    [found] = problems(session, MULTILINE.format("1. one    d\n2. two    e"))
    assert "grid table" in found.hint


CELLS = (
    "- 5",
    "> 20",
    "1. FC Köln",
    "– of which",
    "\\- of which",
    "\\> words",
    "-",
    "*",
    "# of firms",
    "\\## x",
    "\\* note",
    "a - b",
)


@pytest.mark.parametrize("cell", CELLS)
def test_prose_in_a_cell_is_printed(session: Session, cell: str) -> None:
    assert problems(session, PIPES.format(cell)) == []


def test_a_grid_table_holds_lists_and_quotations(session: Session) -> None:
    rows = ["- a | 1. x", "- b | 2. y"], ["> q | ", "    | - [ ] t"]
    assert problems(session, grid(*rows)) == []


def test_a_bar_within_a_cell_of_a_grid_table_is_printed(session: Session) -> None:
    lines = [EDGE, "| wide           |", EDGE, "| tall   | a | b |", "|        +-------+", "|        | c     |", EDGE]
    assert problems(session, "\n".join(lines)) == []


EDGE, RULE = "+--------+-------+", "+========+=======+"


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ([EDGE, "| Name   | Value|", RULE, "| Ports  | 1,000 |", EDGE], 11),
        ([EDGE, "| Name   | Value |", RULE, "| Quays | 2,000 |", EDGE], 13),
        ([EDGE, "| Name   | Value |", RULE, "| Quays | 2,000  |", EDGE], 13),
        ([EDGE, "| Name   | Value |", RULE[:-1], "| Ports  | 1,000 |", EDGE], 12),
        ([EDGE, "| Ports  | 1,000 |", EDGE, "| over both  | 1 |", EDGE], 13),
        ([EDGE, "| Ports  | 1,000 |", "+----------------+", "| Quays  | 2,000 |", EDGE], 13),
    ],
)
@pytest.mark.parametrize(("first", "others"), [("", ""), ("> ", "> "), ("- ", "  ")])
def test_a_grid_table_with_uneven_rows_is_refused_at_its_line(
    session: Session, lines: list[str], line: int, first: str, others: str
) -> None:
    found, *_ = problems(session, first + f"\n{others}".join(lines))
    assert (found.line, found.column) == (line, 1 + len(first))
    assert found.message.startswith("the rows of this grid table are uneven") and "below a `+`" in found.hint


COLONS = EDGE.replace("-+", ":+")


@pytest.mark.parametrize(("first", "others"), [("", ""), ("> ", "> "), ("- ", "  ")])
def test_colons_that_pandoc_does_not_read_in_a_grid_table_are_refused(session: Session, first: str, others: str) -> None:
    lines = [COLONS, "| Name   | Value |", RULE, "| Ports  | 1,000 |", EDGE]
    found, *more = problems(session, first + f"\n{others}".join(lines))
    assert (found.line, more) == (10, []) and "the colons in the first line" in found.message
    wanted = re.search("`(.*)`", found.hint)
    assert wanted and problems(session, first + f"\n{others}".join([EDGE, lines[1], wanted[1], *lines[3:]])) == []
    assert problems(session, first + f"\n{others}".join([*lines[:2], wanted[1], *lines[3:]])) == []
    assert problems(session, first + f"\n{others}".join([COLONS, *lines[3:]])) == []


@pytest.mark.parametrize(
    "row", ["| 港口     | 1,000 |", "| 港口  | 1,000 |", "| 😀    | 1,000  |", "| 港口 | 1,000 |", "| e\u0301    | 1,000 |"]
)
def test_wide_letters_and_accents_count_as_pandoc_counts_them(session: Session, row: str) -> None:
    [found] = problems(session, "\n".join([EDGE, "| Ports  | 2,000 |", EDGE, row, EDGE]))
    assert found.line == 13 and found.message.startswith("the rows of this grid table are uneven") and "as two others" in found.hint


@pytest.mark.parametrize(
    "lines",
    [
        [EDGE, "| a \\| b | c     |", EDGE, "| `a|b`  | d     |", EDGE],
        [EDGE, "| over both      |", EDGE, "| Ports  | 1,000 |", EDGE],
        [EDGE, "| both \\| of it  |", EDGE, "| Ports  | 1,000 |", EDGE],
        ["+--------+---+---+", "| Ports  | 1 | 2 |", "|        +---+---+", "|        | both  |", "+--------+-------+"],
        [EDGE, "| Ports  | 1,000 |", "|        +-------+", "|        | 2,000 |", EDGE],
        [EDGE, "| 港口   | 1,000 |", EDGE],
        [EDGE, "| `港口` | 1,000 |", EDGE, "| \\|é😀  | １    |", EDGE],
        ["```", EDGE, "| Quays | 2,000 |", EDGE, "```"],
        ["    " + EDGE, "    | Quays | 2,000 |", "    " + EDGE],
    ],
)
def test_an_even_grid_table_and_one_in_code_are_no_error(session: Session, lines: list[str]) -> None:
    assert problems(session, "\n".join(lines)) == []


@pytest.mark.parametrize(
    ("markdown", "line", "column", "said"),
    [
        (" # One space", 10, 2, "“#” is left as signs"),
        ("# Top\n\nWords.\n\n  ## Two spaces", 14, 3, "“##” is left as signs"),
        ("- item\n\n    ### Third", 12, 5, "“###” is left as signs"),
        ("- [ ]\n- [x] done", 10, 3, "“[ ]” makes no box"),
        ("+ [X]", 10, 3, "“[X]” makes no box"),
        ("- [ ] b\n- [x]c", 11, 3, "“[x]” makes no box"),
        ("* [] no space", 10, 3, "“[]” makes no box"),
        ("1. [ ] a\n2. [-] dropped", 11, 4, "“[-]” makes no box"),
        ("First\nSecond\n:   One meaning", 12, 1, "“:” is left as a sign"),
        ("First\nSecond\n  ~ One meaning", 12, 3, "“~” is left as a sign"),
    ],
)
def test_an_indented_heading_an_empty_box_and_a_meaning_of_two_terms_are_refused(
    session: Session, markdown: str, line: int, column: int, said: str
) -> None:
    [found] = problems(session, markdown)
    assert (found.line, found.column) == (line, column) and found.message.startswith(said) and found.hint


@pytest.mark.parametrize(
    "markdown",
    [
        "\\# words and\n\\: more, 5 :\n6",
        "## # of firms",
        "- [ ] a\n- [X] b\n    1. [x] c",
        "- [x](https://example.org)\n- [word] and […] so",
        "Term\n:   Meaning\n:   Another",
    ],
)
def test_an_escaped_sign_a_task_and_a_meaning_are_no_error(session: Session, markdown: str) -> None:
    assert problems(session, markdown) == []


@pytest.mark.parametrize(
    ("markdown", "line", "column", "where"),
    [
        ("> # In a quotation", 10, 3, "a quotation"),
        ("> Words.\n>\n> ## More *words*", 12, 3, "a quotation"),
        ("- # In an item", 10, 3, "an item of a list"),
        ("1. one\n\n   ## In an item", 12, 4, "an item of a list"),
        ("Term\n\n:   ### In a meaning\n\n    Words.", 12, 5, "the meaning of a term"),
        (f"{EDGE}\n| ## H   | b     |\n{EDGE}", 11, 3, "a table"),
    ],
)
def test_a_heading_in_another_block_is_refused_at_its_line(
    session: Session, markdown: str, line: int, column: int, where: str
) -> None:
    [found] = problems(session, markdown)
    assert (found.line, found.column, found.message) == (line, column, f"a heading can’t stand in {where}")


@pytest.mark.parametrize(
    ("markdown", "line", "column", "said"),
    [
        ('A [link](https://example.org/a "Its title") here.', 10, 32, "the title “Its title” of this link"),
        ("Note.^[A [link](https://example.org/a 'Its \"title\"').]", 10, 39, 'the title “Its "title"” of this link'),
        ('A [link][x] here.\n\n[x]: https://example.org/a "Its title"', 10, 1, "the title “Its title” of this link"),
        ('![A map](figures/map.svg "Its title")', 10, 26, "the title “Its title” of this picture"),
    ],
)
def test_the_title_of_a_link_is_told_since_no_page_has_it(
    session: Session, markdown: str, line: int, column: int, said: str
) -> None:
    [found] = problems(session, markdown)
    assert (found.severity, found.line, found.column) == ("warning", line, column) and found.message.startswith(said)


@pytest.mark.parametrize(
    "lost", ["[^x]: A note that nothing calls.", "[a]: https://a.org\n[a]: https://b.org", "::: {.notes}\nWords."]
)
def test_what_pandoc_only_logs_hides_no_other_fault(session: Session, lost: str) -> None:
    found = problems(session, f"Words <b>bold</b> and **left.\n\n{lost}")
    alone = problems(session, "Words <b>bold</b> and **left.")
    assert len(alone) >= 2 and {*alone} < {*found}


def grid(*rows: list[str]) -> str:
    rule = "+" + ("-" * 8 + "+") * 2
    lines = [["".join(f"| {cell.strip():<7}" for cell in line.split("|")) + "|" for line in row] for row in rows]
    return "\n".join([rule, *(line for row in lines for line in [*row, rule])])


@pytest.mark.parametrize(
    ("suffix", "hint"),
    [
        ("chap. 3, v. 16", "Write `chap. 3, verse 16`."),  # pandoc takes `v` and `l` for Roman numbers
        ("vol. 10, l. 16-18", "Write `vol. 10, line 16-18`."),
        ("vol. 10, v", "Write `vol. 10, p. v` for a page, or `vols. 10, v` for several."),
        ("chap. 3, vv. 16-18", None),
        ("bk. 2, ll. 4-5", None),
        ("chap. 3, verse 16", None),
        ("vol. 10, line 16", None),
    ],
)
def test_a_verse_behind_a_chapter_is_refused_only_where_pandoc_misreads_it(session: Session, suffix: str, hint: str | None) -> None:
    assert [problem.hint for problem in problems(session, f"It.[@key, {suffix}]")] == [hint] * (hint is not None)


class Counting:
    """A pattern that counts the places where it is found."""

    def __init__(self, pattern: str):
        self.pattern, self.count = re.compile(pattern), 0

    def finditer(self, *where: Any) -> Iterator[re.Match[str]]:
        for match in self.pattern.finditer(*where):
            self.count += 1
            yield match


def test_for_each_sign_only_a_few_places_are_compared(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    source: Any = Counting(r"[*_]")
    monkeypatch.setattr(leftovers, "MARKDOWN", (Sign(re.compile(r"(?<=\S )[*_](?=[^\W_])"), "a sign", "", source),))
    found = problems(session, "*a _b " * 500)
    assert len(found) == 999
    assert source.count < 2 * len(found)
