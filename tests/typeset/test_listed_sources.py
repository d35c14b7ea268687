"""How the list of sources is shared out over slides."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pptx
import pytest
from pptx.slide import Slide
from pptx.util import Pt

from briefs.compose import tree
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import TemplateFiller
from briefs.press.session import Session
from briefs.theme import Theme
from briefs.typeset.slides import sources
from tests import small

ROOT = Path(__file__).parents[2]


@pytest.fixture
def deck(session: Session) -> Manuscript:
    kind = next(kind for kind in KINDS.values() if kind.layout == "slides")
    made: Manuscript = kind.compose(small.edition(), TemplateFiller(ROOT / "templates", session.pandoc), "be")
    return made


@pytest.mark.parametrize(("entries", "counts", "size", "columns"), [
    (4, (4,), 21.0, 1),
    (16, (16,), 17.5, 1),
    (30, (15, 15), 12.04, 2),
    (80, (20, 20, 20, 20), 9.1, 2),
])  # fmt: skip
def test_few_slides_hold_all_sources_in_the_largest_type(
    entries: int, counts: tuple[int, ...], size: float, columns: int, deck: Manuscript, theme: Theme
) -> None:
    blocks = [block for block in deck.blocks if block["c"][0][1] != ["sources"]]
    heading, listed = next(block["c"][1] for block in deck.blocks if block["c"][0][1] == ["sources"])[:2]
    (item,) = listed["c"][1][:1]
    long = {**listed, "c": [listed["c"][0], [item] * entries]}
    made = sources.listed(replace(deck, blocks=[*blocks, {"t": "Div", "c": [["", ["sources"], []], [heading, long]]}]), theme)
    assert (made.counts, round(made.type[0], 2), made.columns) == (counts, size, columns)


def test_few_sources_stand_at_the_foot_of_the_last_slide(deck: Manuscript, session: Session, theme: Theme) -> None:
    said = tree.text_of(sources.at_foot(deck))
    assert said.startswith("1\u00a0") and "slide" not in said
    blocks = [block for block in deck.blocks if "sources" in tree.classes(block)]
    (item, *_) = tree.list_items(tree.blocks(blocks[0])[1])
    long = tree.div([tree.blocks(blocks[0])[0], tree.ordered([item] * 4)], "", ["sources"])
    assert not sources.at_foot(replace(deck, blocks=[*(b for b in deck.blocks if b is not blocks[0]), long]))
    made = pptx.Presentation(
        io.BytesIO(small.make(small.with_edition(session, small.edition()), "handout", "be", ("pptx",)).files["pptx"])
    )
    *_, last = made.slides
    assert last.shapes.title.text_frame.text != "Sources"
    assert next(shape for shape in last.shapes if shape.name == "Slide Source").text_frame.text == said
    assert not last.element.xpath("//a:hlinkClick[@action]"), "no link leads to a slide that isn't there"


def shown(session: Session, **changes: Any) -> tuple[list[str], Slide]:
    """The titles of the slides of an edition's deck `talk` in PowerPoint, and the last slide."""
    made = small.make(small.with_edition(session, small.edition(**changes)), "handout", "talk", ("pptx",))
    slides = [*pptx.Presentation(io.BytesIO(made.files["pptx"])).slides]
    return [slide.shapes.title.text_frame.text for slide in slides if slide.shapes.title], slides[-1]


def foot(slide: Slide) -> Any:
    """The line at the foot of a slide."""
    return next(shape for shape in slide.shapes if shape.name == "Slide Source").text_frame


def test_a_source_at_the_foot_keeps_its_link(session: Session) -> None:
    deck = "---\ntitle: Talk\n---\n\n## Costs\n\nThey are high.[@one; @two]\n"
    _, last = shown(session, more={"decks/talk.md": deck})
    links = [run.hyperlink.address for run in foot(last).paragraphs[0].runs]
    assert [link for link in links if link] == ["https://example.org/one", "https://example.org/two"]


def test_the_foot_of_the_last_slide_keeps_its_own_words(session: Session) -> None:
    """The section that it retells, or the note on stances if no other slide has that."""
    deck = "---\ntitle: Talk\n---\n\n## Costs\n\nThey are high.[@one]\n\n## Gains\n\n"
    section = "---\ntitle: Costs\nid: sec-costs\nnumbered: true\n---\n\nWords of the report.\n"
    retold = deck + "None.\n\n::: {.source section=sec-costs}\n:::\n"
    more = {"decks/talk.md": retold, "report/01-costs.md": section}
    titles, _ = shown(session, more=more)
    assert titles == ["Talk", "Costs", "Gains", "Sources"]
    made = small.make(small.with_edition(session, small.edition(more=more)), "handout", "talk", ("pptx",))
    *_, gains, _ = pptx.Presentation(io.BytesIO(made.files["pptx"])).slides
    assert foot(gains).text == "Source: Small things, Section 1"
    figure = "::: {.figure data=map step=wary}\n:::\n"
    about = {"scale_note": "Stances are the editors’ reading."}
    titles, last = shown(session, about=about, more={"decks/talk.md": deck + figure})
    assert titles[-1] == "Sources" and "editors’ reading" in last.element.xpath("string()")


def test_sources_too_long_for_two_lines_have_a_slide(session: Session) -> None:
    named = "A Newspaper of the Capital of Belgium with a Long Name"
    keys = ("one", "two", "three")
    listed = [small.source(key, publisher=f"{named} {key}", title="A title as long as titles are") for key in keys]
    deck = "---\ntitle: Talk\n---\n\n## Costs\n\nThey are high.[@one; @two{}]\n"
    (two, last), (three, _) = (
        shown(session, sources=listed, more={"decks/talk.md": deck.format(more)}) for more in ("", "; @three")
    )
    assert (two[-1], three[-1]) == ("Costs", "Sources")
    assert foot(last).paragraphs[0].line_spacing == Pt(14.4), "both lines stand on the slide"
