"""Shows a translator whether translated briefs fit on their pages.

In: an edition with a translation, the theme. Out: for each country, the brief in the source's language as a PDF, and about how many
words too long the translated brief is for its page. A passage that isn't translated counts with the length of its source.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from briefs.compose.figures.drawing import MM, text_width
from briefs.compose.kinds import KINDS
from briefs.compose.wordcount import words_in
from briefs.edition.model import Country, Edition
from briefs.press import makers
from briefs.press.documents import Target
from briefs.press.makers import page
from briefs.press.session import Session
from briefs.theme import Theme

PAPER = "a4"


@dataclass(frozen=True)
class TranslatedBrief:
    """The brief of a country in the source's language as a PDF, and the number of words by which its translation is too long."""

    source: bytes
    too_many: int


def briefs(edition: Edition, tag: str, theme: Theme, codes: Sequence[str]) -> dict[str, TranslatedBrief]:
    """The briefs of countries, by code. Raises Problems if one can't be made. The fonts of a language are those of the process, so
    one session is closed before the other opens."""
    with closing(Session(replace(edition, translations={}), theme)) as session:
        shown = {code: makers.make(session, _target(session.edition, code, ("pdf",))).files["pdf"] for code in codes}
    with closing(Session(edition.translations[tag], theme)) as session:
        return {code: TranslatedBrief(shown[code], _too_many(session, code)) for code in codes}


def _target(edition: Edition, code: str, formats: tuple[str, ...]) -> Target:
    return Target("brief", code, edition.names[code], formats, PAPER, language=edition.translation)


def _too_many(session: Session, code: str) -> int:
    """About how many words a brief is too long, rounded up to whole words."""
    lines = page.lines_too_many(session, _target(session.edition, code, ()))
    return math.ceil(lines * _words_in_a_line(session, session.edition.countries[code])) if lines else 0


def _words_in_a_line(session: Session, country: Country) -> float:
    """How many words of a country's facts stand in a line of the brief's main column, at the smallest type."""
    look, kind = session.theme.look, KINDS["brief"]
    own = look.page[kind.page]
    column = (look.sheet(kind.page, PAPER).width - own.left - own.right - own.side_with(()) - own.gutter) * MM
    text = " ".join(fact.text.markdown for fact in country.facts) or str(country.summary or "")
    return words_in(text) * column / max(text_width(text, look.ladder[kind.ladder][-1].text[0]), 1.0)
