"""The outline of a PDF has common spaces, also where words of a title are tied on the page, and dates stay on one line."""

from __future__ import annotations

import pypdfium2
import pytest

from briefs.compose import spacing
from briefs.press.session import Session
from tests import small

LONG = "The Very Serene and Most Ancient Republic of Someplace"
NETHERLANDS = "{code: nl, stance: open, summary: Another summary., facts: []}\n"


@pytest.mark.parametrize(("kind", "subject"), [("brief", "be"), ("compare", "be+nl")])
def test_entries_of_long_titles_have_common_spaces(kind: str, subject: str, session: Session) -> None:
    subjects = [{"code": "be", "name": LONG}, {"code": "nl", "name": "The Netherlands"}]
    edition = small.edition(about={"subjects": subjects}, more={"countries/nl.yaml": NETHERLANDS})
    made = small.make(small.with_edition(session, edition), kind, subject, ["pdf"])
    titles = [entry.get_title() for entry in pypdfium2.PdfDocument(made.files["pdf"]).get_toc()]
    assert any(LONG in title for title in titles) and not any("\u2060" in title for title in titles), titles


@pytest.mark.parametrize(
    ("language", "date"), [("fr", "15 janv. 2020"), ("de", "15. Jan. 2020"), ("en-GB", "15 July 2020"), ("fr", "1 juillet.")]
)
def test_no_line_ends_between_a_day_and_its_month(language: str, date: str) -> None:
    assert spacing.dates(language).match(date)


@pytest.mark.parametrize(("language", "words"), [("en-GB", "15 Marchers"), ("fr", "15 mains"), ("fr", "115 janv. 2020")])
def test_other_words_after_a_number_are_no_month(language: str, words: str) -> None:
    assert not spacing.dates(language).match(words)
