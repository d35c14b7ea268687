"""Whatever a deck holds, each slide and its notes have the same words in the handout's PDF, its Word file and the slides.

Decks are made at random of what a slide may hold. Each word is made up for its place, so that a lost one is seen.
"""

from __future__ import annotations

import re
from dataclasses import astuple

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from briefs.press.session import Session
from briefs.problems import Problems
from tests import small
from tests.handout import decks
from tests.report import test_any_manuscript as any_manuscript
from tests.report.test_any_manuscript import BOXES, SETTINGS

FIGURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="20mm" height="20mm"><rect width="9" height="9"/></svg>'


class DeckWriter(any_manuscript.Writer):
    """Writes one deck. A slide has about forty words."""

    def note(self) -> str:
        return ",[@one]" if self.n(0, 1) else ",[@two]"  # a comma keeps the number from the word

    def paragraph(self) -> str:
        return self.inline(6)

    def broken(self) -> str:
        return f"{self.words(4)}\\\n{self.inline(3)}"

    def bullets(self) -> str:
        return "\n".join(f"- {self.inline(3)}" for _ in range(self.n(1, 3)))

    def numbers(self) -> str:
        first = self.n(1, 12)
        return "\n".join(f"{n}. {self.inline(3)}" for n in range(first, first + self.n(2, 4)))

    def nested(self) -> str:
        inner = f"    - {self.inline(2)}\n\n        {self.words(2)}"
        return f"1. {self.inline(2)}\n\n    {self.inline(2)}\n\n{inner}\n\n2. {self.words(2)}"

    def verse(self) -> str:
        return f"| {self.inline(2)}\n| {self.words(3)}"

    def picture(self) -> str:
        return f"![{self.words(3)}](figures/dot.svg){{width=20%}}"

    ON_SLIDES = (
        paragraph, paragraph, broken, bullets, numbers, any_manuscript.Writer.letters, nested, any_manuscript.Writer.tasks,
        any_manuscript.Writer.examples, verse, picture,
    )  # fmt: skip
    IN_NOTES = (paragraph, bullets, numbers, nested, any_manuscript.Writer.letters)

    def body(self) -> str:
        kind = self.n(0, 5)
        one = self.ON_SLIDES[self.n(0, len(self.ON_SLIDES) - 1)](self)
        if kind == 0:
            return ":::: columns\n::: column\n" + one + "\n:::\n::: column\n" + self.bullets() + "\n:::\n::::"
        return one if kind < 3 else f"{one}\n\n{self.words(3)}\n\n{self.ON_SLIDES[self.n(0, len(self.ON_SLIDES) - 1)](self)}"

    def slide(self) -> str:
        if self.n(0, 5) == 5:
            return f"# {self.words(4)}"
        title = f"## {self.words(4)}{' *' + self.word() + '*' if self.n(0, 3) == 3 else ''}"
        notes = f"\n\n::: notes\n{self.IN_NOTES[self.n(0, len(self.IN_NOTES) - 1)](self)}\n:::" if self.n(0, 1) else ""
        return f"{title}\n\n{self.body()}{notes}"

    def deck(self) -> str:
        return "\n\n".join(self.slide() for _ in range(self.n(1, 4)))


@st.composite
def any_decks(draw: any_manuscript.Draw) -> tuple[str, list[str]]:
    """A deck's Markdown, and the words in it."""
    writer = DeckWriter(draw)
    return writer.deck(), writer.said


def check(session: Session, text: str, said: list[str]) -> None:
    made = small.edition(more={"decks/talk.md": f"---\ntitle: Any\n---\n\n{text}\n", "figures/dot.svg": FIGURE})
    try:
        files = small.make(small.with_edition(session, made), "handout", "talk", ("pdf", "docx", "pptx")).files
    except Problems as refused:  # a slide may be said to be too long
        assume(not all(re.search(r"slide “.*” is \d+ lines? too long", problem.message) for problem in refused.problems))
        raise
    printed = [words_of(slide) for slide in decks.of_pdf(files["pdf"])]
    assert printed == [words_of(slide) for slide in decks.of_docx(files["docx"])]
    assert printed == [words_of(slide) for slide in decks.of_pptx(files["pptx"])]
    found = {word for slide in printed for part in slide for word in part}
    assert [word for word in said if word not in found] == []


def words_of(slide: decks.Slide) -> list[list[str]]:
    """Title, body and notes. Small capitals are capitals in a PDF, and boxes of tasks labels."""
    return [[word.lower() for word in part if word not in BOXES] for part in astuple(slide)]


@settings(max_examples=4, phases=[Phase.generate], **SETTINGS)
@given(any_decks())
def test_no_word_of_a_slide_is_lost(session: Session, made: tuple[str, list[str]]) -> None:
    check(session, *made)


@pytest.mark.long
@settings(max_examples=200, **SETTINGS)
@given(any_decks())
def test_no_word_of_many_slides_is_lost(session: Session, made: tuple[str, list[str]]) -> None:
    check(session, *made)
