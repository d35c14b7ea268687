"""Facts, summaries and key points as a workbook or a CSV file, read back with openpyxl and with our own reader."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from briefs import cli
from briefs.edition.model import Edition
from briefs.exitcodes import ExitCode
from briefs.tools import spreadsheets
from briefs.workbook import files, rows
from briefs.workbook.rows import ContentTable
from tests import small
from tests.small import fact

ODD = ["=1+1", "+1", "-1", "@A1", "'=1", "'plain", "_x000D_", "a\nb", "007", "2019-09", "é “q”", "x" * 300, "<b>&", "TRUE", "1e5"]


def edition() -> Edition:
    facts = [fact("A **thing** happened.", date="2019-03"), fact("=1+1 is two.", "policy", sources=["one", "two"], priority=1)]
    country = {"summary": "- A summary\n- of items", "position": "No limits.", "stance_note": "@ home"}
    return small.edition(facts=facts, country=country)


def tables(made: Edition) -> list[ContentTable]:
    return [rows.facts(made, ["be"]), rows.countries(made, ["be"])]


def opened(data: bytes) -> dict[str, Worksheet]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: sheet for sheet in book.worksheets}


def test_a_fact_is_a_row_and_a_field_a_column() -> None:
    sheets = opened(files.as_xlsx(tables(edition()), edition().about.date.first))
    found = [[cell.value for cell in row[:-1]] for row in sheets["facts"].iter_rows()]
    assert found == [
        ["code", "country", "id", "topic", "text", "date", "due", "priority", "sources"],
        ["be", "Belgium", "be-01", "market", "A **thing** happened.", "2019-03", None, "2", "one"],
        ["be", "Belgium", "be-02", "policy", "=1+1 is two.", None, None, "1", "one, two"],
    ]
    found = [[cell.value for cell in row[:-1]] for row in sheets["countries"].iter_rows()]
    assert found == [
        ["code", "country", "stance", "stance_note", "summary", "position", "matters", "next", "ask"],
        ["be", "Belgium", "wary", "@ home", "- A summary\n- of items", "No limits.", None, None, None],
    ]


def test_every_cell_is_a_text_and_none_a_formula() -> None:
    for sheet in opened(files.as_xlsx(tables(edition()), edition().about.date.first)).values():
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_the_sheet_guides_those_who_edit_it() -> None:
    sheets = opened(files.as_xlsx(tables(edition()), edition().about.date.first))
    sheet = sheets["facts"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("D2", "A1:J3")
    assert sheet.protection.sheet and not sheet.protection.autoFilter and not sheet.protection.insertRows
    assert [cell.protection.locked for cell in sheet[2]] == [False, True, True, *[False] * 6, True]
    assert sheet.column_dimensions["J"].hidden and not sheet.column_dimensions["E"].hidden
    assert sheet.column_dimensions["E"].width > 60 and sheet["E2"].alignment.wrap_text
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert rules["D2"].type == "list" and "one page" in rules["E2"].prompt
    choices = sheets["choices"]
    assert choices.sheet_state == "hidden"
    lists = [[cell.value for cell in column if cell.value] for column in choices.iter_cols()]
    assert lists == [["be"], ["market", "policy"], ["1", "2", "3"], ["open", "wary", "closed"]]


def test_the_same_edition_gives_the_same_bytes() -> None:
    one, other = (files.as_xlsx(tables(edition()), edition().about.date.first) for _ in range(2))
    assert one == other and files.as_csv(tables(edition())[0]) == files.as_csv(tables(edition())[0])


def test_each_row_has_the_hashes_of_what_was_written() -> None:
    table = tables(edition())[0]
    names = [column.name for column in table.columns]
    assert names[-1].startswith("as written: be=")
    for row in table.rows:
        hashes = dict(part.split("=") for part in row[-1].split())
        assert hashes == {name: rows.digest(cell) for name, cell in zip(names[:-1], row, strict=False)}


def test_odd_texts_come_back_from_both_formats() -> None:
    table = ContentTable("facts", tables(edition())[0].columns[:1], [[text] for text in ODD])
    (read, _) = spreadsheets.read(files.as_xlsx([table], edition().about.date.first))
    assert [row[0] for row in read.rows[1:]] == ODD
    book = opened(files.as_xlsx([table], edition().about.date.first))["facts"]
    assert [cell.value for (cell,) in book.iter_rows(min_row=2)] == ODD
    cells = [row[0] for row in csv.reader(io.StringIO(files.as_csv(table).decode("utf-8-sig"), newline=""))][1:]
    assert [files.unguarded(cell) for cell in cells] == ODD
    assert not any(cell[0] in "=+-@" for cell in cells)


def test_the_command_writes_either_and_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = str(small.write(tmp_path / "content"))
    for name in ("a.xlsx", "a.csv"):
        path = tmp_path / name
        assert cli.main(["sheet", str(path), "Belgium", "--content", content]) == ExitCode.DONE
        assert "facts: 2; countries: 1; values: 0" in capsys.readouterr().out
        before = path.read_bytes()
        assert cli.main(["sheet", str(path), "--content", content]) != ExitCode.DONE
        assert "there is a file of that name" in capsys.readouterr().err
        assert path.read_bytes() == before
    assert cli.main(["sheet", str(tmp_path / "a.txt"), "--content", content]) == ExitCode.USAGE
