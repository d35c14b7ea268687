"""Where the address of a source is printed in a report: in the bibliography, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from briefs.compose import tree
from briefs.compose.kinds import KINDS
from briefs.compose.slots import TemplateFiller
from briefs.press.session import Session
from tests import small

ROOT = Path(__file__).parents[2]
HEAD = "---\ntitle: A section\nid: sec-one\n---\n\n"


def notes(session: Session, text: str, **source: Any) -> tuple[list[tree.Node], str]:
    """The notes of a report that says `text`, and the words of its bibliography. `source`: fields of the source `one`."""
    sources = [small.source("one", **source), small.source("two")]
    edition = small.edition(more={"report/01-one.md": HEAD + text}, sources=sources)
    made = KINDS["report"].compose(edition, TemplateFiller(ROOT / "templates", session.pandoc), "", 0)
    nodes = list(tree.walk(made.blocks))
    listed = next(node for node in nodes if node["t"] == "Div" and tree.identifier(node) == "refs")
    return [node for node in nodes if node["t"] == "Note"], tree.text_of(tree.blocks(listed))


@pytest.mark.parametrize(("more", "said"), [
    ({}, "“About One”, The Paper, 4 May 2020."),
    ({"issued": None, "status": "n.d."}, "“About One”, The Paper, n.d."),
    ({"type": "book"}, "About One (The Paper, 2020)."),
])  # fmt: skip
def test_a_note_has_no_address_that_the_bibliography_has(more: dict[str, Any], said: str, session: Session) -> None:
    (note,), listed = notes(session, "Words.[@one]\n", **more)
    assert tree.text_of(tree.blocks(note)) == said
    assert "https://example.org/one" in listed


def test_its_title_leads_there(session: Session) -> None:
    (note,), _ = notes(session, "Words.[see @one; @two]\n")
    links = [node for node in tree.walk(tree.blocks(note)) if node["t"] == "Link"]
    assert [(tree.text_of(tree.inlines(link)), tree.target(link)) for link in links] == [
        ("“About One”", "https://example.org/one"),
        ("“About Two”", "https://example.org/two"),
    ]
    assert tree.text_of(tree.blocks(note)).endswith("; “About Two”, The Paper, 4 May 2020.")


def test_an_address_that_the_author_wrote_stays(session: Session) -> None:
    (note,), _ = notes(session, "Words.[^1]\n\n[^1]: It is at <https://example.org/one>, says [@one].\n")
    assert "It is at https://example.org/one, says" in tree.text_of(tree.blocks(note))
