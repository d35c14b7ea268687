"""The report as a manuscript: what it leaves out when there is nothing to print."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefs.compose import tree
from briefs.compose.illustrations import MEASURE
from briefs.compose.kinds import KINDS
from briefs.compose.slots import TemplateFiller
from briefs.press.session import Session
from briefs.problems import Problems
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


def test_countries_stand_in_the_contents_and_at_a_glance_with_links_to_their_rows(session: Session) -> None:
    edition = small.edition(country={"next": "A law."}, more={"report/01-one.md": HEAD + "Words.\n"})
    made = KINDS["report"].compose(edition, TemplateFiller(ROOT / "templates", session.pandoc), "", 0)
    nodes = list(tree.walk(made.blocks))
    links = [(tree.classes(n), tree.target(n)) for n in nodes if n["t"] == "Link" and tree.text_of(tree.inlines(n)) == "Belgium"]
    assert links == [(["paged"], "#country-be"), ([], "#country-be")]
    assert "country-be" in {tree.identifier(n) for n in nodes if n["t"] == "Span"}
    assert "1 country at a glance" in [tree.text_of(list(heading.inlines)) for heading in made.headings]
    (table,) = (n for n in nodes if n["t"] == "Table" and "glance" in tree.classes(n))
    assert "A law." in tree.text_of(table)


@pytest.mark.parametrize(("long", "spans"), [(900, ["2"]), (300, [])])
def test_a_topic_with_far_more_facts_than_another_has_the_whole_width(long: int, spans: list[str], session: Session) -> None:
    facts = [small.fact("A first thing."), small.fact("word " * (long // 5) + "at last.", "policy", sources=["two"])]
    edition = small.edition(facts=facts, more={"report/01-one.md": HEAD + "Words.\n"})
    made = KINDS["report"].compose(edition, TemplateFiller(ROOT / "templates", session.pandoc), "", 0)
    titles = [tree.text_of(tree.inlines(tree.blocks(n)[0])) for n in tree.walk(made.blocks) if "topic-alone" in tree.classes(n)]
    assert titles == (["The market", "Policy"] if spans else [])


def test_the_caption_of_a_table_names_the_countries_with_a_reservation(session: Session) -> None:
    for note, told in (("but asked twice", True), (None, False)):
        edition = small.edition(country={"stance_note": note}, more={"report/01-one.md": HEAD + "Words.\n"})
        made = KINDS["report"].compose(edition, TemplateFiller(ROOT / "templates", session.pandoc), "", 0)
        (caption,) = (tree.text_of(n) for n in tree.walk(made.blocks) if "table-caption" in tree.classes(n))
        assert ("reservation: Belgium" in caption) == told


FIGURE = "::: {{#fig-map .figure data=map {}}}\nThe map.\n:::\n"


@pytest.mark.parametrize(
    ("asked", "width", "narrow"),
    [("", 150, False), ("width=90mm", 90, True), ("width=110mm", 110, True), ("width=90%", 135, False)],
)
def test_a_figure_may_be_narrower_than_its_place(asked: str, width: float, narrow: bool, session: Session) -> None:
    edition = small.edition(more={"report/01-one.md": HEAD + FIGURE.format(asked)})
    made = KINDS["report"].compose(edition, TemplateFiller(ROOT / "templates", session.pandoc), "", 0)
    (placed,) = (n for n in tree.walk(made.blocks) if n["t"] == "Div" and tree.identifier(n) == "fig-map")
    assert ("narrow" in tree.classes(placed)) is narrow
    image = next(n for n in tree.walk(tree.blocks(placed)) if n["t"] == "Image")
    figure = made.figures[tree.target(image).removesuffix(".svg")]
    sea = next(shape for shape in figure.shapes if shape.get("name") == "sea")
    assert f"l{width / 25.4 * 72:.4g} 0 " in sea["path"]
    assert figure.width == pytest.approx(
        MEASURE if width == 90 else width, abs=0.5
    )  # its legend stands beside it, where there is room


@pytest.mark.parametrize("asked", ["width=wide", "column=x data=ranking width=90mm"])
def test_what_is_no_width_is_refused(asked: str, session: Session) -> None:
    columns = "columns:\n  - {id: x, label: X}\n"
    edition = small.edition(more={"report/01-one.md": HEAD + FIGURE.format(asked), "columns.yaml": columns})
    with pytest.raises(Problems, match=r"wide: write 80mm|has no `width`"):
        KINDS["report"].compose(edition, TemplateFiller(ROOT / "templates", session.pandoc), "", 0)
