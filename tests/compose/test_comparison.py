"""Several countries side by side as a manuscript: what its table says, what gives way, and what it may show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from briefs.compose import tree
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import TemplateFiller
from briefs.edition.model import Edition
from briefs.press.session import Session
from tests import small

ROOT = Path(__file__).parents[2]
COMPARE = KINDS["compare"]
BELGIUM = [
    small.fact("An important **thing**.", priority=1, date="2019-03"),
    small.fact("A later **one**.", priority=1, date="2020"),
    small.fact("A small thing.", priority=3),
    small.fact("Policy of Belgium.", "policy", priority=2),
]
FRANCE = {
    "code": "fr", "stance": "open", "position": "France decides.", "next": "A law.[@two]", "matters": "Why.", "ask": "What?",
    "facts": [{"id": "fr-1", "topic": "market", "text": "French thing.", "sources": ["one"], "priority": 1}],
    "data": {"rule": {"value": "in force", "facts": ["fr-1"]}},
}  # fmt: skip
FACTS = [small.fact(f"**Thing** {n}.", id=f"fr-{n}", priority=1, date=f"201{n}") for n in (1, 2, 3)]
COLUMNS = """columns:
  - {id: rule, label: Rule, kind: category, values: [{id: in-force, label: in force}]}
  - {id: price, label: Price, kind: number, unit: euros}
"""
MORE = {"countries/fr.yaml": yaml.safe_dump(FRANCE), "columns.yaml": COLUMNS}
SOURCES = [small.source("one"), small.source("two")]


@pytest.fixture
def writer(session: Session) -> TemplateFiller:
    return TemplateFiller(ROOT / "templates", session.pandoc)


def edition(**changes: Any) -> Edition:
    return small.edition(**{"facts": BELGIUM, "more": MORE, "sources": SOURCES, **changes})


def composed(writer: TemplateFiller, made: Edition, gone: int = 0, subject: str = "be+fr") -> Manuscript:
    return COMPARE.compose(COMPARE.share(made, subject), writer, subject, gone)


def rows(manuscript: Manuscript) -> list[list[str]]:
    """The words of each cell, row by row."""
    (table,) = (node for node in tree.walk(manuscript.blocks) if node["t"] == "Table")
    _, _, _, (_, head), ((_, _, _, body),), _ = table["c"]
    return [[" ".join(tree.text_of(block) for block in cell[4]) for cell in cells] for _, cells in [*head, *body]]


def test_each_country_has_a_column(writer: TemplateFiller) -> None:
    assert rows(composed(writer, edition())) == [
        ["Country", "Belgium Wary", "France Open"],
        ["Position", "A summary of two sentences. It says what matters.", "France decides."],
        ["What comes next", "Nothing recorded", "A law.\u20601"],
        ["Rule", "not recorded", "in force\u20602"],
        ["The market", "An important thing.\u20602A later one.\u20602 1 more in the brief", "French thing.\u20602"],
    ]


def test_summaries_are_called_so_if_no_country_has_a_position(writer: TemplateFiller) -> None:
    france = {**FRANCE, "position": None, "next": None, "summary": "France waits."}
    more = {**MORE, "countries/fr.yaml": yaml.safe_dump({k: v for k, v in france.items() if v})}
    found = rows(composed(writer, edition(more=more)))
    assert found[1] == ["Summary", "A summary of two sentences. It says what matters.", "France waits."]
    assert "What comes next" not in [cells[0] for cells in found]


def test_a_cell_says_how_many_facts_the_brief_has(writer: TemplateFiller) -> None:
    """Facts of a lower priority and those that gave way count; “nothing recorded” stands only where there is no fact."""
    made = edition(facts=[*BELGIUM, small.fact("Policy first.", "policy", priority=1)])
    assert rows(composed(writer, made))[-1] == ["Policy", "Policy first.\u20602 1 more in the brief", "Nothing recorded"]
    assert rows(composed(writer, made, 4))[-2:] == [
        ["The market", "3 facts in the brief", "1 fact in the brief"],
        ["Policy", "2 facts in the brief", "Nothing recorded"],
    ]


def test_the_last_fact_of_the_country_that_has_the_most_gives_way_first(writer: TemplateFiller) -> None:
    made = composed(writer, edition())
    assert made.waiting == ("be-02", "be-01", "fr-1")
    assert composed(writer, edition(), 1).gone == ("be-02",)


def test_countries_keep_about_as_many_facts(writer: TemplateFiller) -> None:
    more = {**MORE, "countries/fr.yaml": yaml.safe_dump({**FRANCE, "facts": FACTS})}
    assert composed(writer, edition(more=more)).waiting == ("fr-3", "be-02", "fr-2", "be-01", "fr-1")


def test_it_has_no_key_point_that_it_doesnt_print(writer: TemplateFiller) -> None:
    made = composed(writer, edition())
    data = json.loads(made.data[0].content)
    assert data["countries"].keys() == {"be", "fr"}
    assert not {"ask", "matters"} & data["countries"]["fr"].keys() and data["countries"]["fr"]["next"] == "A law.[@two]"


def test_its_share_has_no_other_country() -> None:
    more = {**MORE, "countries/it.yaml": yaml.safe_dump({**FRANCE, "code": "it"}).replace("fr-1", "it-1")}
    share = COMPARE.share(edition(more=more), "fr+be")
    assert share.countries.keys() == share.standings.keys() == {"fr", "be"}
