"""The note of a correction: what it marks, and what it says of a statement that is withdrawn."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from briefs.compose import tree
from briefs.compose.kinds import KINDS
from briefs.compose.slots import TemplateFiller
from briefs.compose.tree import Node
from briefs.press.session import Session
from briefs.typeset.word.package import NAMES
from tests import small

ROOT = Path(__file__).parents[2]
ITEM = "corrections:\n  - {{id: be-01, country: be, fact: be-01, date: 2024-09-20, wrong: ['{wrong}']{right}}}\n"


def blocks(session: Session, wrong: str, right: str = "") -> list[Node]:
    """The blocks of a note."""
    item = ITEM.format(wrong=wrong, right=f", right: '{right}'" if right else "")
    edition = small.edition(more={"corrections.yaml": item})
    kind = KINDS["correction"]
    writer = TemplateFiller(ROOT / "templates", session.pandoc)
    return list(kind.compose(kind.share(edition, "be-01"), writer, "be-01").blocks)


def marked(made: list[Node], type: str = "Strong") -> list[str]:
    return [tree.text_of(tree.inlines(node)) for node in tree.walk(made) if node["t"] == type]


def test_the_words_that_differ_are_struck_out_and_bold(session: Session) -> None:
    made = blocks(session, "The **operator** reaches 35 per cent.[@one]", "The **operator** reaches 30 per cent of homes.[@one]")
    assert marked(made, "Strikeout") == ["35", "cent."]
    assert marked(made) == ["30", "cent of homes."]
    assert "The operator reaches 30 per cent of homes." in tree.text_of(made)


def test_texts_that_have_nothing_in_common_stay_as_they_are(session: Session) -> None:
    assert marked(blocks(session, "One **thing**.", "Another matter altogether")) == ["thing"]


def test_a_withdrawal_says_so_once_and_speaks_of_no_error(session: Session) -> None:
    said = tree.text_of(blocks(session, "Talks were announced."))
    assert said.count("This statement is withdrawn.") == 1
    assert "Talks were announced." in said
    assert "error" not in said and "What was wrong" not in said


def test_headings_of_a_note_stand_as_far_apart_in_word_as_on_the_page(session: Session) -> None:
    """6 millimetres above a heading, 1.5 below, as note.css has them."""
    edition = small.edition(more={"corrections.yaml": ITEM.format(wrong="One.", right="")})
    made = small.make(small.with_edition(session, edition), "correction", "be-01", ("docx",))
    with zipfile.ZipFile(io.BytesIO(made.files["docx"])) as archive:
        styles = etree.fromstring(archive.read("word/styles.xml"))
    (spacing,) = styles.xpath("w:style[@w:styleId='Heading2']/w:pPr/w:spacing", namespaces=NAMES)
    points = [int(spacing.get(f"{{{NAMES['w']}}}{side}")) / 20 for side in ("before", "after")]
    assert points == pytest.approx([6 * 72 / 25.4, 1.5 * 72 / 25.4], abs=0.1)


def test_a_note_ends_with_how_to_cite_the_edition(session: Session) -> None:
    """In the text, as screen readers don't read the foot of a page."""
    edition = small.edition(about={"cite_as": "House, 2020"}, more={"corrections.yaml": ITEM.format(wrong="One.", right="")})
    kind = KINDS["correction"]
    made = kind.compose(kind.share(edition, "be-01"), TemplateFiller(ROOT / "templates", session.pandoc), "be-01").blocks
    assert tree.text_of([made[-1]]) == "Cite as: House, 2020"
