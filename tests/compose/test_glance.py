"""All countries in one table as a manuscript: its rows, its columns, and where its links lead."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import pypdfium2
import pytest
import yaml

from briefs.compose import tree
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import TemplateFiller
from briefs.edition.model import Edition
from briefs.press.session import Session
from tests import small
from tests.compose.test_comparison import BELGIUM, FRANCE, MORE, SOURCES, bars, edition, measured, rows

ROOT = Path(__file__).parents[2]
GLANCE = KINDS["glance"]


@pytest.fixture
def writer(session: Session) -> TemplateFiller:
    return TemplateFiller(ROOT / "templates", session.pandoc)


def composed(writer: TemplateFiller, made: Edition) -> Manuscript:
    return GLANCE.compose(GLANCE.share(made, ""), writer, "")


def test_each_country_with_facts_has_a_row(writer: TemplateFiller) -> None:
    """A citation has no mark, since the table lists no sources."""
    more = {**MORE, "countries/al.yaml": "code: al\nstance: open\nsummary: Words.\n"}
    assert rows(composed(writer, edition(country={"stance_note": "for now"}, more=more))) == [
        ["Country", "Position on the scale", "Rule", "What comes next"],
        ["Belgium", "Wary for now", "–", "Nothing recorded"],
        ["France", "Open", "in force", "A law."],
    ]


def test_a_dash_stands_for_a_value_that_is_not_recorded(writer: TemplateFiller) -> None:
    """It is read aloud as words, and said once below the table; where no cell has one, nothing is said of it."""
    made = composed(writer, edition(country={}, more=MORE))
    dashes = [node for node in tree.walk(made.blocks) if node["t"] == "Span" and tree.text_of(node) == "–"]
    assert [tree.attributes(node)["aria-label"] for node in dashes] == ["not recorded"]
    assert "– not recorded" in [tree.text_of(node) for node in tree.walk(made.blocks) if node["t"] == "Para"]


def test_the_number_of_facts_stands_where_no_country_decides_next(writer: TemplateFiller) -> None:
    found = rows(composed(writer, small.edition(facts=BELGIUM, sources=SOURCES)))
    assert found == [["Country", "Position on the scale", "Facts"], ["Belgium", "Wary", "4"]]


def test_it_has_the_first_six_columns_and_values_with_their_period(writer: TemplateFiller) -> None:
    columns = [{"id": f"c{n}", "label": f"Column {n}", "unit": "euros"} for n in range(8)]
    data = {f"c{n}": {"value": str(n), "period": "2019", "sources": ["one"]} for n in range(8)}
    more = {"columns.yaml": yaml.safe_dump({"columns": columns})}
    head, belgium = rows(composed(writer, edition(country={"data": data}, more=more)))
    assert head[2:-1] == [f"Column {n}, euros, 2019" for n in range(6)]
    assert [cell.strip() for cell in belgium[2:-1]] == [str(n) for n in range(6)]


def test_the_notes_of_its_columns_say_below_it_what_they_mean(writer: TemplateFiller) -> None:
    columns = [{"id": "one", "label": "Rule", "note": "As *we* read it."}, {"id": "two", "label": "Users"}]
    data = {name: {"value": "1", "sources": ["one"]} for name in ("one", "two")}
    made = composed(writer, edition(country={"data": data}, more={"columns.yaml": yaml.safe_dump({"columns": columns})}))
    said = [tree.text_of(node) for node in tree.walk(made.blocks) if node["t"] == "Para"]
    assert "Rule: As we read it." in said and not any("Users" in words for words in said)


def test_each_name_leads_to_the_countrys_brief(writer: TemplateFiller) -> None:
    made = composed(writer, edition())
    (table,) = (node for node in tree.walk(made.blocks) if node["t"] == "Table")
    links = {tree.text_of(node): tree.target(node) for node in tree.walk(table) if node["t"] == "Link"}
    assert links == {"Belgium": "briefs/belgium", "France": "briefs/france"} and made.documents == {*links.values()}


def test_its_data_has_the_facts_and_no_key_point_that_it_doesnt_print(writer: TemplateFiller) -> None:
    made = composed(writer, edition())
    france = json.loads(made.data[0].content)["countries"]["fr"]
    assert france["next"] == FRANCE["next"] and france["facts"] and not {"ask", "matters", "position"} & france.keys()


def test_numbers_have_bars_and_the_edition_has_its_figures(writer: TemplateFiller) -> None:
    made = composed(writer, measured(figures=[{"data": "strip", "column": "users"}]))
    assert rows(made)[0][2:4] == ["Users, per cent, 2019", "Growth, per cent, 2019"]
    assert [alt for _, alt in bars(made)] == [
        "Belgium, Users: 1 of 2", "Belgium, Growth: 2 of 2", "France, Users: 2 of 2", "France, Growth: 1 of 2",
    ]  # fmt: skip
    (strip,) = (figure for name, figure in made.figures.items() if not name.startswith("bar-"))
    assert {row["text"] for row in strip.texts} >= {"Belgium 80.0", "France 40.0"}  # the ends; none is marked
    assert made.data[-1].name == "strip-users-1.csv"


def test_the_numbers_of_a_figure_are_a_table_if_its_author_wants_one(session: Session) -> None:
    """In the PDF and in Word, and for that figure only; `compare`, which has one page, prints none."""
    figures = [{"data": "strip", "column": "users", "table": True}, {"data": "ranking", "column": "users"}]
    made = small.with_edition(session, measured(figures=figures))
    document = small.make(made, "glance", "", ("pdf", "docx"))
    tables = docx.Document(io.BytesIO(document.files["docx"])).tables
    assert [[[cell.text for cell in row.cells] for row in table.rows] for table in tables[1:]] == [
        [
            ["Country", "2019"],
            ["Belgium", "80.0 (estimated)"],
            ["France", "40.0"],
            ["Italy", "60.0"],
            ["Luxembourg", "not recorded"],
        ]
    ]
    with pypdfium2.PdfDocument(document.files["pdf"]) as pdf:
        assert "Country 2019" in " ".join(pdf[len(pdf) - 1].get_textpage().get_text_range().split())
    compared = small.make(made, "compare", "be+fr", ("docx",))
    tables = docx.Document(io.BytesIO(compared.files["docx"])).tables
    assert all("2019" not in [cell.text for cell in table.rows[0].cells] for table in tables)
