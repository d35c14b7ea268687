"""Whatever a section holds, its words are in the PDF and in Word, in the same order.

Manuscripts are made at random of the constructs of `BLOCKS`. Each word is made up for its place, so that a lost one is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from briefs.press.session import Session
from tests import small
from tests.report import words

SETTINGS = {"deadline": None, "derandomize": True, "database": None, "suppress_health_check": list(HealthCheck)}
Draw = Callable[[st.SearchStrategy[int]], int]
FORMS = (
    "{}", "{}", "*{}*", "**{}**", "[{}](https://example.org/x)", "“{}”", "`{}`", "~~{}~~", "^{}^", "[{}]{{.smallcaps}}",
    "<!-- nothing --> {}", "***{}***", "\"{}\"", "'{}'", "[{}]{{lang=fr}}",
)  # fmt: skip
BOXES = {"☐", "☒"}  # words of Word, labels of items in the PDF
SHORT = {"`{}`", "^{}^"}  # of one word


class Writer:
    """Writes one manuscript: `n(first, last)` draws a number, `said` has every word that it has written."""

    def __init__(self, draw: Draw):
        self._draw, self._count = draw, count(1)
        self.said: list[str] = []
        self.apart: list[str] = []  # definitions of notes and links, which follow the block that uses them, or the last one

    def n(self, first: int, last: int) -> int:
        return self._draw(st.integers(first, last))

    def word(self) -> str:
        self.said.append(f"w{next(self._count)}" + "abcdefgh"[: self.n(0, 8)])
        return self.said[-1]

    def words(self, most: int) -> str:
        return " ".join(self.word() for _ in range(self.n(1, most)))

    def inline(self, most: int, notes: bool = True) -> str:
        parts = []
        for _ in range(self.n(1, 4)):
            kind = self.n(0, len(FORMS) - 1)
            words = FORMS[kind].format(self.words(1 if FORMS[kind] in SHORT else most))
            parts.append(words + (self.note() if notes and self.n(0, 3) == 3 else ""))
        return " ".join(parts)

    def note(self) -> str:
        most, kind = 400 if self.n(0, 40) == 40 else 12, self.n(0, 3)
        if kind == 2:
            return "[@one]"
        if kind == 3:
            name = f"n{next(self._count)}"
            self.apart.append(f"[^{name}]: {self.words(most)}." + (f"\n\n    {self.words(9)}." if self.n(0, 2) == 2 else ""))
            return f"[^{name}]"
        return f"^[{self.words(most)}.]"

    # Blocks

    def paragraph(self) -> str:
        return self.inline(60)

    def heading(self) -> str:
        return f"## {self.words(5)}"

    def bullets(self) -> str:
        return "\n".join(f"- {self.inline(20)}" for _ in range(self.n(1, 6)))

    def numbers(self) -> str:
        return "\n".join(f"{n}. {self.inline(20)}" for n in range(1, self.n(2, 6)))

    def letters(self) -> str:
        frame = ("{}.  ", "{})  ", "({})  ")[self.n(0, 2)]
        letters = "abcdef" if self.n(0, 1) else "BCDEFG"
        return "\n".join(frame.format(letters[n]) + self.inline(9) for n in range(self.n(1, 4)))

    def nested(self) -> str:
        inner = f"    - {self.inline(6)}\n    - {self.inline(6)}"
        return f"- {self.inline(9)}\n\n    {self.inline(9)}\n\n{inner}\n\n- {self.inline(9)}\n\n    > {self.inline(9)}"

    def tasks(self) -> str:
        return f"- [ ] {self.inline(6)}\n- [x] {self.inline(6)}"

    def examples(self) -> str:
        return f"(@) {self.inline(9)}\n\n(@) {self.inline(9)}"

    def definitions(self) -> str:
        return f"{self.inline(3)}\n\n:   {self.inline(20)}\n\n    {self.words(9)}\n\n:   {self.inline(9)}"

    def quotation_in_quotation(self) -> str:
        return f"> {self.inline(9)}\n>\n> > {self.inline(9)}\n> >\n> > 1. {self.inline(6)}\n> > 2. {self.inline(6)}"

    def reference(self) -> str:
        name = f"l{next(self._count)}"
        self.apart.append(f"[{name}]: https://example.org/{name}")
        return f"[{self.words(3)}][{name}] {self.inline(9)}"

    def grid(self) -> str:
        cells = [[self.words(2) for _ in range(3)] for _ in range(self.n(2, 4))]
        wide = [max(len(row[at]) for row in cells) + 2 for at in range(3)]
        rule, lines = "+" + "+".join("-" * w for w in wide) + "+", []
        for row in cells:
            lines += ["|" + "|".join(f" {cell}".ljust(w) for cell, w in zip(row, wide, strict=True)) + "|", rule]
        lines[1] = rule.replace("-", "=")
        return "\n".join(["Table: " + self.words(4), "", rule, *lines])

    def rule(self) -> str:
        return f"{self.words(4)}\n\n* * *\n\n{self.words(4)}"

    def quotation(self) -> str:
        return f"> {self.inline(60)}\n>\n> - {self.inline(9)}"

    def code(self) -> str:
        return f"```\n{self.words(3)}\n{self.words(3)}\n```"

    def lines(self) -> str:
        return f"| {self.inline(8)}\n| {self.words(8)}"

    def table(self) -> str:
        columns, rows = self.n(1, 7), self.n(1, 25)
        head = " | ".join(self.words(2) for _ in range(columns))
        body = "\n".join("| " + " | ".join(self.inline(2, self.n(0, 9) == 0) for _ in range(columns)) + " |" for _ in range(rows))
        return f"| {head} |\n|{'---|' * columns}\n{body}\n\n: {self.words(6)}"

    BLOCKS = (
        paragraph, paragraph, heading, bullets, numbers, quotation, code, lines, table, letters, nested, tasks, examples,
        definitions, quotation_in_quotation, reference, grid, rule,
    )  # fmt: skip

    def manuscript(self) -> str:
        blocks = []
        for _ in range(self.n(1, 7)):
            blocks.append(self.BLOCKS[self.n(0, len(self.BLOCKS) - 1)](self))
            if self.n(0, 1):
                blocks, self.apart = [*blocks, *self.apart], []
        blocks, self.apart = [*blocks, *self.apart], []
        return "\n\n<!-- so that no list goes on -->\n\n".join(["Beginning.", *blocks])


@st.composite
def manuscripts(draw: Draw) -> tuple[str, list[str]]:
    """A section's Markdown, and the words in it."""
    writer = Writer(draw)
    return writer.manuscript(), writer.said


def check(session: Session, text: str, said: list[str]) -> None:
    made = small.edition(more={"report/01-a.md": f"---\ntitle: Any\nid: sec-a\n---\n\n{text}\n"})
    files = small.make(small.with_edition(session, made), "report", "", ("pdf", "docx")).files
    pdf, word = words.of_both(files["pdf"], files["docx"])
    body, notes = ([w.lower() for w in part] for part in (pdf.body, pdf.notes))  # small capitals are capitals in a PDF
    assert body == [w.lower() for w in word.body if w not in BOXES] and notes == [w.lower() for w in word.notes]
    assert [w for w in said if w not in {*body, *notes}] == []


@settings(max_examples=5, phases=[Phase.generate], **SETTINGS)
@given(manuscripts())
def test_no_word_is_lost(session: Session, made: tuple[str, list[str]]) -> None:
    check(session, *made)


@pytest.mark.long
@settings(max_examples=400, **SETTINGS)
@given(manuscripts())
def test_no_word_is_lost_of_many(session: Session, made: tuple[str, list[str]]) -> None:
    check(session, *made)
