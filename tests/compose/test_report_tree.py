"""The report as a manuscript: what it leaves out when there is nothing to print."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefs.compose import tree
from briefs.compose.kinds import KINDS
from briefs.compose.slots import TemplateFiller
from briefs.press.session import Session
from tests import small

ROOT = Path(__file__).parents[2]
HEAD = "---\ntitle: A section\nid: sec-one\n---\n\n"


@pytest.mark.parametrize(("text", "has"), [("Words.[@one]\n", True), ("Words without a source.\n", False)])
def test_a_report_that_cites_nothing_has_no_empty_bibliography(text: str, has: bool, session: Session) -> None:
    edition = small.edition(more={"report/01-one.md": HEAD + text})
    made = KINDS["report"].compose(edition, TemplateFiller(ROOT / "templates", session.pandoc), "", 0)
    titles = [tree.text_of(node) for node in tree.walk(made.blocks) if node["t"] == "Header"]
    assert ("Bibliography" in titles) is has
    assert ("bibliography" in {heading.id for heading in made.headings}) is has
