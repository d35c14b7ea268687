"""What a person asked for, as one immutable object.

In: words of the command line. Out: `Request`. `plan.py` turns it into documents, `memory.py` remembers builds by it.
Imports nothing heavy, because a command with nothing to do reads no edition.
"""

from __future__ import annotations

from dataclasses import dataclass

from briefs.press.documents import PER_PAGE


@dataclass(frozen=True)
class Request:
    """The documents that a person wants. An empty tuple is no choice: all subjects, all kinds, or all formats of a kind.

    `what` names countries and decks as people write them. `paper` is `a4` or `letter`. `per_page` is the number of slides on
    a page of a handout. `all_countries` asks for the decks of all countries with facts. `printed` asks for PDF/X files.
    `check_word` also lays the Word files out in LibreOffice. `where` holds conditions such as `stance=ban`, which a country must
    fulfil. `audience` asks for the briefs of these readers only; a request of everything includes the briefs of all audiences.
    `language`: the tag of the language of the documents; empty for the source's. `languages`: the tags of the two languages of
    documents that are in two.
    """

    what: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    paper: str = "a4"
    per_page: int = PER_PAGE
    all_countries: bool = False
    printed: bool = False
    check_word: bool = False
    where: tuple[str, ...] = ()
    audience: str = ""
    language: str = ""
    languages: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether all subjects, kinds, formats and audiences are wanted. It may be everything in one language."""
        return not (self.what or self.where or self.kinds or self.formats or self.audience)


def words(text: str | None) -> tuple[str, ...]:
    """The words of a list such as `pdf,docx`, in lower case."""
    return tuple(word.strip().lower() for word in (text or "").split(",") if word.strip())
