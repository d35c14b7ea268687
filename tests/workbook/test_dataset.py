"""An edition as data: complete, described as the standard wants it, safe in a spreadsheet, and always the same bytes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from frictionless import Package, system

from briefs.cli import main
from briefs.edition.model import Edition
from briefs.exitcodes import ExitCode
from briefs.problems import Problems
from briefs.workbook import dataset
from tests import small

COLUMNS = """columns:
  - {id: use, label: Use, kind: number, unit: points, source: one, decimals: 1, note: "=1+1"}
  - {id: rule, label: Rule, kind: category, source: two, values: [{id: a, label: in force}, {id: b, label: none}]}
  - {id: open, label: Open, kind: yes-no, source: two}
"""
TABLE = "Country,Year,use,rule,open\nbe,2019,-4.25,in force,yes\nbe,2020,..,,\n"
UNSAFE = ["=cmd|' /C calc'!A0", "+1", "-1", "\\@SUM(A1)", "'=quoted"]


def little(**about: Any) -> Edition:
    facts = [small.fact(f"{text} said **so**.", sources=["one", "two"], date="2019-03") for text in UNSAFE]
    more = {"columns.yaml": COLUMNS, "data/all.csv": TABLE}
    about = {"authors": ["Jane Doe"], "licence": "CC BY 4.0", "retells": ["one"], "address": "https://example.org/e", **about}
    return small.edition(about=about, country={"stance_note": "=1+1"}, facts=facts, more=more)


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_a_package_is_valid_and_its_tables_agree_with_it(tmp_path: Path, edition: Edition) -> None:
    """The first edition and a small one, by the standard's own program, with types, keys and references."""
    for name, made in {"first": edition, "small": little()}.items():
        folder = tmp_path / name
        folder.mkdir()
        for file, data in dataset.files(made).items():
            (folder / file).write_bytes(data)
        with system.use_context(trusted=True):
            report = Package(str(folder / "datapackage.json")).validate()
        assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:5]


def test_nothing_is_lost_and_numbers_are_numbers() -> None:
    made = dataset.files(little())
    values = read(made["values.csv"])
    assert [(v["column"], v["period"], v["number"], v["text"], v["sources"]) for v in values] == [
        ("use", "2019", "-4.25", "", "one"),
        ("use", "2020", "", "", "one"),
        ("rule", "2019", "", "in force", "two"),
        ("open", "2019", "", "true", "two"),
    ]
    assert [f["sources"] for f in read(made["facts.csv"])] == ["one; two"] * len(UNSAFE)
    assert read(made["countries.csv"])[0]["stance_label"] == "Wary"


def test_no_cell_is_computed_by_a_spreadsheet() -> None:
    made = dataset.files(little())
    for name in ("countries.csv", "facts.csv", "columns.csv", "sources.csv"):
        for row in read(made[name]):
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values()), name
    texts = [row["text"] for row in read(made["facts.csv"])]
    assert texts[0].startswith("'=cmd") and texts[4].startswith("''=quoted")
    book = openpyxl.load_workbook(io.BytesIO(made["dataset.xlsx"]))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "b"}
    assert book["facts"]["D2"].value.startswith("=cmd") and book["values"]["D2"].value == -4.25


def test_the_package_says_licence_sources_and_meanings() -> None:
    package = json.loads(dataset.files(little())["datapackage.json"])
    assert package["licenses"] == [{"name": "CC-BY-4.0", "title": "CC BY 4.0"}]
    assert package["sources"] == [{"title": "About one", "path": "https://example.org/one"}]
    assert package["contributors"] == [{"title": "Jane Doe", "roles": ["author"]}]
    assert all(field["description"] for resource in package["resources"] for field in resource["schema"]["fields"])


def test_the_same_content_gives_the_same_bytes() -> None:
    assert dataset.files(little()) == dataset.files(little())


def test_an_edition_without_a_scale_has_no_stances() -> None:
    made = dataset.files(small.edition(about={"scale": None}, country={"stance": None}))
    assert "stance" not in read(made["countries.csv"])[0]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = small.write(tmp_path / "content")
    out = tmp_path / "out"
    assert main(["dataset", str(out), "--content", str(content)]) == 0
    assert (out / "datapackage.json").exists() and "no `licence`" in capsys.readouterr().err
    (out / "facts.csv").write_text("mine")
    assert main(["dataset", str(out), "--content", str(content)]) != 0
    assert (out / "facts.csv").read_text() == "mine" and "there is something of that name" in capsys.readouterr().err


def test_a_data_set_is_not_written_into_the_content(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = small.write(tmp_path / "content")
    for folder in (content / "data", content):
        assert main(["dataset", str(folder), "--content", str(content)]) == ExitCode.USAGE
        assert "is in the content folder" in capsys.readouterr().err
    assert not (content / "data").exists()


def test_a_text_that_no_cell_can_hold_is_refused() -> None:
    """The library that writes workbooks would cut it off."""
    with pytest.raises(Problems, match="no cell of a workbook can hold"):
        dataset.files(small.edition(country={"summary": "word " * 7_000}))
