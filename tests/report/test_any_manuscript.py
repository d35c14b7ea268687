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


class Writer:
    """Writes one manuscript: `n(first, last)` draws a number, `said` has every word that it has written."""

    def __init__(self, draw: Draw):
        self._draw, self._count = draw, count(1)
        self.said: list[str] = []

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
            kind = self.n(0, 9 if notes else 6)
            form = ("{}", "*{}*", "**{}**", "[{}](https://example.org/x)", "“{}”", "{}", "`{}`")[kind % 7]
            parts.append(form.format(self.words(most if kind % 7 < 6 else 1)) + (self.note() if kind > 6 else ""))
        return " ".join(parts)

    def note(self) -> str:
        most = 400 if self.n(0, 40) == 40 else 12
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

    BLOCKS = (paragraph, paragraph, heading, bullets, numbers, quotation, code, lines, table)

    def manuscript(self) -> str:
        blocks = [self.BLOCKS[self.n(0, len(self.BLOCKS) - 1)](self) for _ in range(self.n(1, 7))]
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
    assert pdf.body == word.body and pdf.notes == word.notes
    assert [w for w in said if w not in {*pdf.body, *pdf.notes}] == []


@settings(max_examples=5, phases=[Phase.generate], **SETTINGS)
@given(manuscripts())
def test_no_word_is_lost(session: Session, made: tuple[str, list[str]]) -> None:
    check(session, *made)


@pytest.mark.long
@settings(max_examples=400, **SETTINGS)
@given(manuscripts())
def test_no_word_is_lost_of_many(session: Session, made: tuple[str, list[str]]) -> None:
    check(session, *made)
