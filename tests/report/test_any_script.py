"""The same manuscripts at random, in Arabic, Hindi and Chinese words: none is lost in the PDF or in Word in silence.

The PDF is read by pdfium, as people copy from it. Spaces aren't compared, since Chinese words have none and lines end within them.
"""

from __future__ import annotations

import io
import re
from contextlib import closing
from pathlib import Path

import docx
import pypdfium2
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from briefs.press.session import Session
from briefs.problems import Problems
from briefs.theme import Theme
from tests import small
from tests.report.test_any_manuscript import SETTINGS, Draw, Writer

# Letters for words. The Arabic ones have no ligature that readers turn round (docs/languages.md).
LETTERS = {"ar": "بتثجحخدذرزسشصضطظعغفقكمنهوي", "hi": "कखगघचछजटडतदनपबमयरलवसह", "zh": "国家规定电信网络安全标准设备运营政府"}
VOWELS = {"hi": ["", "ा", "ि", "ी", "े", "ो", "्र", "ं"]}


class ScriptWriter(Writer):
    """Writes words of a script instead of Latin ones; each has letters of its own number."""

    def __init__(self, draw: Draw, language: str):
        super().__init__(draw)
        self.letters, self.vowels = LETTERS[language], VOWELS.get(language, [""])

    def word(self) -> str:
        number, made = next(self._count) + 400, ""
        while number:
            number, at = divmod(number, len(self.letters))
            made += self.letters[at] + self.vowels[self.n(0, len(self.vowels) - 1)]
        self.said.append(made)
        return made


@st.composite
def manuscripts(draw: Draw, language: str) -> tuple[str, list[str]]:
    writer = ScriptWriter(draw, language)
    return writer.manuscript(), writer.said


def bare(text: str) -> str:
    """A text without white space, marks of direction, soft hyphens and joiners of words."""
    return re.sub("[\\s\u00ad\u200b-\u200f\u2060\u2066-\u2069\ufffe]", "", text)


def check(session: Session, language: str, text: str, said: list[str]) -> None:
    more = {"report/01-a.md": f"---\ntitle: Any\nid: sec-a\n---\n\n{text}\n"}
    made = small.edition(about={"language": language}, more=more)
    try:
        files = small.make(session.for_edition(made), "report", "", ("pdf", "docx")).files
    except Problems as told:  # lines of Arabic links may be a millimetre or two too long: that is said, and nothing is printed
        assert language == "ar" and all("over the left edge of their place" in problem.message for problem in told.problems)
        return
    pdf = bare("".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(files["pdf"])))
    package = docx.Document(io.BytesIO(files["docx"])).part.package
    parts = [part.blob.decode() for part in package.iter_parts() if part.partname.endswith(("document.xml", "footnotes.xml"))]
    word = bare("".join(re.sub("<[^>]*>", "", part) for part in parts))
    assert [w for w in said if bare(w) not in word] == []
    assert [w for w in said if bare(w) not in pdf] == []


@pytest.mark.parametrize("language", LETTERS)
def test_no_word_is_lost_in_a_script(theme: Theme, cache: Path, language: str) -> None:
    """The fonts of a language are those of the process, so its session is closed before the next one opens."""
    with closing(Session(small.edition(about={"language": language}), theme)) as session:

        @settings(max_examples=2, phases=[Phase.generate], **SETTINGS)
        @given(manuscripts(language))
        def holds(made: tuple[str, list[str]]) -> None:
            check(session, language, *made)

        holds()
