"""Values of the data in forms: where a new one goes, what is written, what is refused."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from tests import small
from tests.desk.conftest import OpenDesk, open_desk, words
from tests.desk.test_write import Form

COLUMNS = """\
columns:
  - {id: internet, label: Internet users, kind: share}
  - {id: gdp, label: GDP, source: one}
  - id: rule
    label: Supplier rule
    kind: category
    source: one
    values: [{id: in-force, label: in force}, {id: none, label: none}]
tables:
  - {file: data/gdp.csv, column: gdp}
"""
TIDY = "Country,Column,Year,Value,Flag,Source\nBelgium,internet,2019, 88.2 ,p,one\nBelgium,internet,2018,87,,one\n"
YEARS = "Code;2018;2019\r\nBE;1,5;2\r\n"
FRANCE = "code: fr\nstance: wary\nsummary: >-\n  Words. # no comment\n"
MORE = {"columns.yaml": COLUMNS, "data/use.csv": TIDY, "data/gdp.csv": YEARS.replace("1,5", "1.5"), "countries/fr.yaml": FRANCE}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenDesk]:
    small.write(tmp_path / "content", more=MORE)
    found = open_desk(tmp_path)
    yield found
    found.desk.close()


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["Country", "internet"], ["Belgium", 88]):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def at(opened: OpenDesk, column: str, **texts: str) -> Callable[[], str]:
    """Fill the form of a column, and return a function that saves it and gives what the desk says."""
    form = Form(opened, f"/write/values/{column}")
    for name, text in texts.items():
        key = f"text:{name.replace('__', '/')}"
        assert key in form.fields, (key, sorted(form.fields))
        form.fields[key] = text

    def save() -> str:
        answer = form.post()
        return "" if answer.status_code == 303 else words(answer.text)

    return save


def test_a_value_of_a_table_is_changed_with_its_flag_and_source(opened: OpenDesk) -> None:
    assert at(opened, "internet@2019", be__value="89", be__flag="e")() == ""
    assert (opened.content / "data/use.csv").read_text() == TIDY.replace(" 88.2 ,p", "89,e")


def test_a_new_value_is_a_row_of_the_table_that_has_the_column(opened: OpenDesk) -> None:
    assert at(opened, "internet@2020", be__value="90.1", fr__value="85", fr__flag="e", be__sources="one", fr__sources="one")() == ""
    rows = "Belgium,internet,2020,90.1,,one\nFrance,internet,2020,85,e,one\n"
    assert (opened.content / "data/use.csv").read_text() == TIDY + rows
    assert opened.desk.workspace.now().edition.data.value("internet", "fr")[1].content == 85  # type: ignore[union-attr, index]


def test_a_new_year_is_a_new_heading_where_years_are_headings(opened: OpenDesk) -> None:
    assert at(opened, "gdp@2020", be__value="2.5", fr__value="3")() == ""
    assert (opened.content / "data/gdp.csv").read_bytes() == b"Code;2018;2019;2020\r\nBE;1.5;2;2.5\r\nFR;;;3\r\n"


def test_a_value_of_no_table_stands_in_its_country_s_file(opened: OpenDesk) -> None:
    before = (opened.content / "countries/fr.yaml").read_text()
    assert at(opened, "rule", fr__value="in force", fr__sources="one")() == ""
    assert (opened.content / "countries/fr.yaml").read_text() == before + "data:\n  rule: {value: in force, sources: [one]}\n"
    assert at(opened, "rule", fr__value="none")() == ""
    assert "rule: {value: none, sources: [one]}" in (opened.content / "countries/fr.yaml").read_text()
    assert at(opened, "rule", fr__value="")() == ""
    assert (opened.content / "countries/fr.yaml").read_text() == before


def test_nothing_is_saved_if_one_value_is_wrong_and_it_is_told_under_its_field(opened: OpenDesk) -> None:
    said = at(opened, "internet@2019", be__value="188", fr__value="85", fr__sources="one")()
    assert "isn’t between 0 and 100" in said and (opened.content / "data/use.csv").read_text() == TIDY
    form = Form(opened, "/write/values/internet@2019")
    assert form.fields["text:be/value"] == "188", "what was typed is kept as a draft"
    told = form.draft().partition('id="p-be/value"')[2].partition("</div>")[0]
    assert "isn’t between 0 and 100" in told


def test_a_workbook_is_shown_and_not_written_to(tmp_path: Path) -> None:
    table = workbook()
    small.write(tmp_path / "content", more={"columns.yaml": COLUMNS.partition("tables")[0], "data/use.xlsx": table})
    opened = open_desk(tmp_path)
    try:
        save = at(opened, "internet", be__value="89")
        assert Form(opened, "/write/values/internet").fields["base:be/value"] == "88"
        assert "is a workbook" in save() and (opened.content / "data/use.xlsx").read_bytes() == table
    finally:
        opened.desk.close()


def test_a_value_that_somebody_else_changed_meanwhile_is_a_clash(opened: OpenDesk) -> None:
    save = at(opened, "internet@2019", be__value="89")
    (opened.content / "data/use.csv").write_text(TIDY.replace("88.2", "91"))
    said = save()
    assert "There now 91" in said and "91" in (opened.content / "data/use.csv").read_text()


@pytest.mark.parametrize("path", ["/write/values/none", "/values?column=none&period=2019", "/write/values/internet@2019/history"])
def test_no_column_is_no_page(opened: OpenDesk, path: str) -> None:
    assert opened.browser.get(path).status_code == 404


def test_another_period_is_chosen_by_what_is_typed(opened: OpenDesk) -> None:
    assert opened.browser.get("/values?column=internet&period= 2018 ").url.path == "/write/values/internet@2018"
    assert opened.browser.get("/values?column=internet&period=soon").status_code == 409


def test_a_country_without_facts_gets_its_first_one(opened: OpenDesk) -> None:
    form = Form(opened, "/write/countries/fr")
    form.fields |= {
        "text:new/topic": "market",
        "text:new/text": "Something **happened** in France.",
        "text:new/due": "2021",
        "text:new/sources": "one",
    }
    assert form.post("/facts", do="add").status_code == 303
    facts = opened.desk.workspace.now().edition.countries["fr"].facts  # type: ignore[union-attr]
    assert [(str(fact.id), str(fact.due.text)) for fact in facts] == [("fr-01", "2021")]  # type: ignore[union-attr]


def test_a_category_that_the_file_names_by_its_id_is_shown_by_its_label_alone(opened: OpenDesk) -> None:
    file = opened.content / "countries/fr.yaml"
    file.write_text(FRANCE + "data:\n  rule: {value: in-force}\n")
    for address, name in (("/write/values/rule", "fr/value"), ("/write/countries/fr", "data/rule/value")):
        form = Form(opened, address)
        (choices,) = re.findall(rf'<select [^>]*name="text:{name}"[^>]*>(.*?)</select>', form.page, re.S)
        shown = re.findall(r"<option[^>]*>([^<]*)<", choices)
        assert shown == ["", "in force", "none", "no value"] and form.fields[f"text:{name}"] == "in-force"


def test_a_list_of_values_is_searched_by_country_code_and_what_is_shown(opened: OpenDesk) -> None:
    """Not by labels, nor by what could be chosen."""
    assert at(opened, "rule", be__value="in-force")() == ""
    found = re.findall(r'id="fact-(\w+)" data-words="([^"]*)"', opened.get("/write/values/rule"))
    assert [(name, words(shown)) for name, shown in found] == [("Belgium", "Belgium be in force"), ("France", "France fr")]
