"""Several countries side by side as a manuscript: what its table says, what gives way, and what it may show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from briefs.compose import tree
from briefs.compose.bars import CellBars
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
NUMBERS = [
    {"id": "users", "label": "Users", "kind": "share", "unit": "per cent", "decimals": 1, "source": "one", "better": "higher"},
    {"id": "growth", "label": "Growth", "unit": "per cent", "source": "two"},
]
TABLE = "Country,Year,users,growth\nbe,2018,40,1\nbe,2019,80 e,-2\nfr,2019,40,2\nit,2019,60,4\nlu,2019,..,1\n"
MEASURED = {"columns.yaml": yaml.safe_dump({"columns": NUMBERS}), "data/t.csv": TABLE}
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
        ["", "Belgium Wary", "France Open"],
        ["Position", "A summary of two sentences. It says what matters.", "France decides."],
        ["What comes next", "Nothing recorded", "A law.\u20601"],
        ["The market", "An important thing.\u20602A later one.\u20602", "French thing.\u20602"],
        ["Facts", "2 more in the brief", ""],
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
    assert rows(composed(writer, made))[-2:] == [
        ["Policy", "Policy first.\u20602", "Nothing recorded"],
        ["Facts", "2 more in the brief", ""],
    ]
    assert rows(composed(writer, made, 4))[-1] == ["Facts", "5 facts in the brief", "1 fact in the brief"]


def test_a_dash_stands_where_a_country_has_other_facts_on_a_topic(writer: TemplateFiller) -> None:
    facts = [small.fact("A small thing.", priority=3), small.fact("A policy.", "policy", priority=1)]
    assert rows(composed(writer, edition(facts=facts)))[-3:] == [
        ["The market", "–", "French thing.\u20602"],
        ["Policy", "A policy.\u20602", "Nothing recorded"],
        ["Facts", "1 more in the brief", ""],
    ]


def test_the_last_fact_of_the_country_that_has_the_most_gives_way_first(writer: TemplateFiller) -> None:
    made = composed(writer, edition())
    assert made.waiting == ("be-02", "be-01", "fr-1")
    assert composed(writer, edition(), 1).gone == ("be-02",)


def test_countries_keep_about_as_many_facts(writer: TemplateFiller) -> None:
    more = {**MORE, "countries/fr.yaml": yaml.safe_dump({**FRANCE, "facts": FACTS})}
    assert composed(writer, edition(more=more)).waiting == ("fr-3", "be-02", "fr-2", "be-01", "fr-1")


def test_the_last_facts_of_a_row_give_way_together(writer: TemplateFiller) -> None:
    """A row that is left for one country alone says little about the others."""
    facts = [small.fact("A thing.", priority=1), small.fact("A policy.", "policy", priority=1)]
    gone = [composed(writer, edition(facts=facts), count).gone for count in range(4)]
    assert gone == [(), ("be-02",), ("be-02", "be-01", "fr-1"), ("be-02", "be-01", "fr-1")]
    titles = [cells[0] for cells in rows(composed(writer, edition(facts=facts), 2))]
    assert "The market" not in titles and "Policy" not in titles


def test_it_has_no_key_point_that_it_doesnt_print(writer: TemplateFiller) -> None:
    made = composed(writer, edition())
    data = json.loads(made.data[0].content)
    assert data["countries"].keys() == {"be", "fr"}
    assert not {"ask", "matters"} & data["countries"]["fr"].keys() and data["countries"]["fr"]["next"] == "A law.[@two]"


def test_its_share_has_no_other_country() -> None:
    more = {**MORE, "countries/it.yaml": yaml.safe_dump({**FRANCE, "code": "it"}).replace("fr-1", "it-1")}
    share = COMPARE.share(edition(more=more), "fr+be")
    assert share.countries.keys() == share.standings.keys() == {"fr", "be"}


def measured(more: Mapping[str, str | None] = MEASURED, **about: Any) -> Edition:
    """An edition of Belgium, France and two countries without facts, with numbers."""
    france = {key: value for key, value in FRANCE.items() if key != "data"}
    others = {f"countries/{code}.yaml": f"code: {code}\nstance: open\nsummary: Words.\n" for code in ("it", "lu")}
    files = {"countries/fr.yaml": yaml.safe_dump(france), **others, **more}
    return edition(more=files, about=about)


def bars(manuscript: Manuscript) -> list[tuple[str, str]]:
    """Width and alternative text of each bar, in the order of reading."""
    (table,) = (node for node in tree.walk(manuscript.blocks) if node["t"] == "Table")
    images = [node for node in tree.walk(table) if node["t"] == "Image"]
    return [(tree.attributes(node)["width"], tree.text_of(tree.inlines(node))) for node in images]


def test_numbers_have_bars_and_their_unit_and_period_in_the_heading(writer: TemplateFiller) -> None:
    made = composed(writer, measured(key_facts=["users"]))
    assert [row[0] for row in rows(made)] == [
        "", "Position", "What comes next", "Users, per cent, 2019", "Growth, per cent, 2019", "The market", "Facts",
    ]  # fmt: skip
    assert rows(made)[3][1:] == ["\xa080.0 (estimated)\u20602", "\xa040.0\u20602"]
    (whole, first), (half, second), *_ = bars(made)
    assert float(whole.removesuffix("mm")) == pytest.approx(2 * float(half.removesuffix("mm")), abs=0.3)
    assert (first, second) == ("Belgium, Users: 1 of 2", "France, Users: 2 of 2")
    assert {f"{name}.svg" for name in made.figures} == {tree.target(n) for n in tree.walk(made.blocks) if n["t"] == "Image"}


def test_bars_of_negative_numbers_run_to_the_left_of_one_zero(writer: TemplateFiller) -> None:
    made = composed(writer, measured())
    (belgium, _), (france, _) = bars(made)[2:]
    names = [tree.target(node).removesuffix(".svg").split("-")[1:] for node in tree.walk(made.blocks) if node["t"] == "Image"]
    (_, zero, _), (begin, end, whole) = (map(int, name) for name in names[2:])
    assert belgium == france and zero == begin and end == whole


def test_small_numbers_have_a_bar_and_zero_has_one_only_beside_negative_ones() -> None:
    def widths(*numbers: float) -> list[tuple[str, ...]]:
        shown = CellBars(10)
        images = [shown.image(number, numbers, "A bar.") for number in numbers]
        return [tuple(tree.target(node).removesuffix(".svg").split("-")[1:]) for image in images for node in image]

    assert widths(100, 0.001, 0) == [("0", "40", "40"), ("0", "1", "1")]
    assert widths(30, 0, -10) == [("10", "40", "40"), ("10", "11", "40"), ("0", "10", "40")]
    assert widths(0, -10) == [("39", "40", "40"), ("0", "40", "40")]


def test_a_value_of_another_period_says_so_and_a_missing_one_has_no_bar(writer: TemplateFiller) -> None:
    table = "Country,Year,users\nbe,2018,80\nfr,2019,40\nlu,2019,..\n"
    made = composed(writer, measured({**MEASURED, "data/t.csv": table}))
    assert rows(made)[3] == ["Users, per cent, 2019", "\xa080.0 (2018)\u20602", "\xa040.0\u20602"]
    three = composed(writer, measured({**MEASURED, "data/t.csv": table}), subject="be+fr+lu")
    assert rows(three)[3][3] == "not recorded" and len(bars(three)) == 2


def ruled(**countries: str) -> Edition:
    """An edition whose countries have these values in the column “Rule”."""
    columns = "columns:\n  - {id: rule, label: Rule, kind: text, source: one}\n"
    table = "".join(f"{code},{value}\n" for code, value in countries.items())
    return measured({"columns.yaml": columns, "data/t.csv": f"Country,rule\n{table}"})


def test_a_value_of_one_country_alone_has_no_row(writer: TemplateFiller) -> None:
    titles = [[cells[0] for cells in rows(composed(writer, made))] for made in (ruled(fr="strict"), ruled(be="lax", fr="strict"))]
    assert ["Rule" in own for own in titles] == [False, True]


def test_the_title_of_a_row_is_bold_if_its_values_differ(writer: TemplateFiller) -> None:
    def bold(made: Edition) -> list[str]:
        return [tree.text_of(node) for node in tree.walk(composed(writer, made).blocks) if node["t"] == "Strong"]

    assert "Rule" in bold(ruled(be="lax", fr="strict"))
    assert "Rule" not in bold(ruled(be="lax", fr="lax"))


def test_a_note_explains_bold_titles_if_there_are_any(writer: TemplateFiller) -> None:
    def notes(made: Edition) -> list[str]:
        divs = (
            node for node in tree.walk(composed(writer, made).blocks) if node["t"] == "Div" and "scale-note" in tree.classes(node)
        )
        return [tree.text_of(block) for div in divs for block in tree.blocks(div)]

    assert notes(ruled(be="lax", fr="strict")) == ["Bold titles: rows in which the countries differ."]
    assert notes(ruled(be="lax", fr="lax")) == []


def test_a_declared_figure_has_the_alternative_text_of_its_author(writer: TemplateFiller) -> None:
    made = composed(writer, measured(figures=[{"data": "strip", "column": "users", "alt": "Most are online."}]))
    assert [figure.alt for figure in made.figures.values() if figure.name.startswith("strip")] == ["Most are online."]


def test_rows_of_values_that_are_no_key_facts_give_way_after_facts_and_before_figures(writer: TemplateFiller) -> None:
    made = composed(writer, measured(key_facts=["users"], figures=[{"data": "strip", "column": "users"}]))
    assert made.waiting == ("be-02", "be-01", "fr-1", "values/growth", "figure/1")
    assert "Growth, per cent, 2019" not in [row[0] for row in rows(composed(writer, measured(key_facts=["users"]), 4))]


def test_the_figures_of_the_edition_mark_its_countries(writer: TemplateFiller) -> None:
    shown = measured(figures=[{"data": "strip", "column": "users"}, {"data": "ranking", "column": "growth"}])
    made = composed(writer, shown)
    strip, ranking = (figure for name, figure in made.figures.items() if not name.startswith("bar-"))
    assert {row["text"] for row in strip.texts if row.get("weight")} >= {"Belgium 80.0", "France 40.0"}
    assert "Italy" not in {row["text"] for row in ranking.texts if row.get("weight")}
    assert strip.height == ranking.height  # so that their heads stand on one line
    assert [file.name for file in made.data] == ["data.json", "strip-users-1.csv", "ranking-growth-2.csv"]


def test_without_values_there_is_neither_a_figure_nor_a_gap(writer: TemplateFiller) -> None:
    shown = measured({**MEASURED, "data/t.csv": "Country,Year,growth\nfr,2019,1\n"}, figures=[{"data": "strip", "column": "users"}])
    made = composed(writer, shown)
    assert not [name for name in made.figures if not name.startswith("bar-")] and made.without == ("figure/1",)
    assert not [node for node in tree.walk(made.blocks) if "abreast" in (tree.classes(node) if node["t"] == "Div" else ())]
