"""Notes in languages for which the CSL project has no locale."""

from __future__ import annotations

import pytest

from briefs.compose import references, tree
from briefs.compose.report import STYLE
from briefs.edition import citationlocale
from briefs.press.session import Session
from tests import small

AUTHORS = [{"family": "A", "given": "B"}, {"family": "C", "given": "D"}]
SOURCES = [
    small.source("one", accessed="2021-03-05", author=AUTHORS),
    small.source("two", issued=None, accessed="2021-03-05"),
]


def notes(session: Session, language: str) -> str:
    edition = small.edition(about={"language": language}, sources=SOURCES)
    (blocks,) = session.pandoc.parse(["A.[@one] B.[@two]"])
    cited = references.cite(edition, blocks, STYLE, session.pandoc).blocks
    return " ".join(tree.text_of(node["c"]) for node in tree.walk(cited) if node["t"] == "Note")


@pytest.mark.parametrize(
    ("language", "words"),
    [("hi", ["और", "4 मई 2020", "अभिगमन तिथि 5 मार्च 2021"]), ("sq-AL", ["dhe", "4 maj 2020", "parë më 5 mars 2021"]),
     ("mk", ["4 мај 2020", "пристапено на"]), ("ka", ["4 მაისი, 2020"])],
)  # fmt: skip
def test_dates_and_terms_are_the_languages(language: str, words: list[str], session: Session) -> None:
    made = notes(session, language)
    assert all(word in made for word in words), made
    assert not {"and", "accessed", "May", "March"} & set(made.replace(",", " ").split())


@pytest.mark.parametrize(("language", "date"), [("tr", "4 Mayıs 2020"), ("sv", "4 maj 2020"), ("eu", "2020(e)ko maiatzaren 4")])
def test_dates_are_cldrs_where_the_projects_locale_has_wrong_ones(language: str, date: str, session: Session) -> None:
    assert f" {date}" in notes(session, language)


@pytest.mark.parametrize("language", ["en-GB", "de", "ar", "xx"])
def test_the_projects_locales_are_left_alone(language: str) -> None:
    assert citationlocale.of(language) == ""


def test_a_key_after_a_letter_of_a_script_without_spaces_is_a_citation(session: Session) -> None:
    """Pandoc alone would read the letter and the key as one word."""
    (blocks,) = session.pandoc.parse(["他说[参见@one，第12页; @two]。王@one说。邮箱a@b.cn，`码@x`。"])
    cites = [node for node in tree.walk(blocks) if node["t"] == "Cite"]
    keys = [[citation["citationId"] for citation in tree.citations(cite)] for cite in cites]
    assert keys == [["one", "two"], ["one说"]]  # a letter after the key belongs to it: then there is no such source
    assert tree.text_of(tree.citations(cites[0])[0]["citationPrefix"]) == "参见"
    assert "\u2064" not in str(blocks) and "a@b.cn" in tree.text_of(blocks) and "码@x" in tree.text_of(blocks)
