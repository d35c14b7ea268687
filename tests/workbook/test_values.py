"""Values of the data in a workbook: those of tables and of countries' files come back into their cells, and nothing else moves."""

from __future__ import annotations

import datetime
import io
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefs.edition import write
from briefs.edition.read import read_files
from briefs.roundtrip import workbooks
from briefs.tools import libreoffice
from briefs.tools.pandoc import Pandoc
from briefs.workbook import files, rows
from tests import small
from tests.roundtrip.harness import diff, unmerged
from tests.workbook.test_merge import edited, every, put, removed

COLUMNS = """columns:
  - {id: use, label: Use, kind: number, unit: per cent, source: one}
  - {id: parts, label: Parts, kind: share, source: one, scale: 100}
  - {id: rule, label: Rule, kind: category, source: two, values: [{id: a, label: in force}, {id: b, label: in draft}]}
  - {id: day, label: Day, kind: date, source: two}
  - {id: words, label: Words, kind: text, source: two}
tables:
  - {file: data/parts.csv, column: parts, decimal: comma}
"""
USE = '\ufeffCountry,Year,use,words\r\n"be",2018, 1.50 ,"one, two"\r\nfr,2018,9,\r\nbe,2019,007,"say ""so"""\r\nbe,2020,..,\r\n'
PARTS = "Country;2018;2019\nBelgium;0,25;0,5\nFrance;1;1\n"
BELGIUM = """code: be
stance: wary
summary: A summary.
facts:
  - {id: be-01, topic: market, text: A thing., sources: [one]}
data:
  rule: {value: in force, facts: [be-01]}   # as coded
  day:
    value: 2020-06
    sources: [two]
"""
FRANCE = "code: fr\nstance: open\nsummary: Some.\nfacts:\n- {id: fr-01, topic: market, text: Fine., sources: [one]}\n"
CONTENT = small.files(
    more={
        "countries/be.yaml": BELGIUM, "countries/fr.yaml": FRANCE, "columns.yaml": COLUMNS,
        "data/use.csv": USE, "data/parts.csv": PARTS,
    },
    sources=[small.source("one"), small.source("two")],
)  # fmt: skip


@pytest.fixture(scope="module")
def pandoc() -> Iterator[Pandoc]:
    with Pandoc() as running:
        yield running


def written(content: Mapping[str, bytes] = CONTENT) -> bytes:
    edition = read_files(content).edition
    assert edition
    tables = [rows.facts(edition, ["be"]), rows.countries(edition, ["be"]), rows.values(edition, ["be", "fr"], content)]
    return files.as_xlsx(tables, edition.about.date.first)


def lines() -> dict[str, int]:
    """The row of each value in the workbook, by column, country and period."""
    sheet = openpyxl.load_workbook(io.BytesIO(written()))["data"]
    return {f"{row[2].value} {row[0].value} {row[3].value or ''}".strip(): row[0].row for row in sheet.iter_rows(min_row=2)}


ROWS = lines()


def value(name: str, new: object) -> Callable[[Any], None]:
    return put(f"E{ROWS[name]}", new, "data")


def _sorted(book: Any) -> None:
    sheet = book["data"]
    own = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for line, row in enumerate(reversed(own), 2):
        for column, cell in enumerate(row, 1):
            sheet.cell(line, column).value = cell


def _copied(book: Any) -> None:
    book["data"].append([cell.value for cell in book["data"][2]])


def _added(book: Any) -> None:
    book["data"].append(["fr", "France", "rule", None, "in draft"])


BE = '-"be",2018, 1.50 ,"one, two"\n'
Case = tuple[str, Callable[[Any], None], str, str]  # what was edited, how, the lines that change, what is reported
CASES: list[Case] = [
    ("nothing", lambda book: None, "", ""),
    ("a number of a table", value("use be 2018", "1.75"), f'{BE}+"be",2018,1.75,"one, two"', ""),
    ("a number as a number", value("use be 2018", 1.75), f'{BE}+"be",2018,1.75,"one, two"', ""),
    ("a number with a flag", value("use be 2018", "1.75 e"), f'{BE}+"be",2018,1.75 e,"one, two"', ""),
    ("a number that is none now", value("use be 2018", ".."), f'{BE}+"be",2018,..,"one, two"', ""),
    ("a number where there was none", value("use be 2020", "3"), "-be,2020,..,\n+be,2020,3,", ""),
    ("a text in quotes", value("words be 2018", "one; two"), f'{BE}+"be",2018, 1.50 ,"one; two"', ""),
    ("a text with quotation marks", value("words be 2019", 'say "no"'),
     '-be,2019,007,"say ""so"""\n+be,2019,007,"say ""no"""', ""),
    ("a text with a comma", value("words be 2018", "one, three"), f'{BE}+"be",2018, 1.50 ,"one, three"', ""),
    ("a text that begins with =", value("words be 2018", "=so"), "", "the formula “=so” has no computed value"),
    ("a decimal comma", value("parts be 2018", "0,35"), "-Belgium;0,25;0,5\n+Belgium;0,35;0,5", ""),
    ("two values of a row", every(value("parts be 2018", "0,35"), value("parts be 2019", "0,75")),
     "-Belgium;0,25;0,5\n+Belgium;0,35;0,75", ""),
    ("another country's value", value("use fr 2018", "8"), "-fr,2018,9,\n+fr,2018,8,", ""),
    ("a value of a country's file", value("rule be", "in draft"),
     "-  rule: {value: in force, facts: [be-01]}   # as coded\n+  rule: {value: in draft, facts: [be-01]}   # as coded", ""),
    ("a month of a country's file", value("day be", "2020-07"), "-    value: 2020-06\n+    value: 2020-07", ""),
    ("rows sorted", _sorted, "", ""),
    ("a row deleted", removed(ROWS["use be 2018"], "data"), "", ""),
    ("a row copied", _copied, "", "there is another row of"),
    ("a new row", _added, "", "the content has no “rule”; write it there first"),
    ("a text in a column of numbers", value("use be 2018", "many"), "", "this change would break the content"),
    ("an unknown category", value("rule be", "in doubt"), "", "this change would break the content"),
    ("a decimal point for a comma", value("parts be 2018", "0.35"), "", ""),
    ("a share over 100 per cent", value("parts be 2018", "3,5"), "", "this change would break the content"),
    ("a value emptied", value("use be 2018", None), "", "`value` was emptied"),
    ("a month that became a day", value("day be", datetime.date(2020, 6, 1)), "", "made “2020-06-01” of “2020-06”"),
    ("leading zeros that went", value("use be 2019", 7), "", "made “7” of “007”"),
    ("a formula without value", value("use be 2018", "=1+1"), "", "the formula “=1+1” has no computed value"),
    ("an error", value("use be 2018", "#REF!"), "", "the cell holds the error #REF!"),
    ("the period of a row", put(f"D{ROWS['use be 2018']}", "2017", "data"), "", "the content has no"),
    ("the column of a row", put(f"C{ROWS['use be 2018']}", "rule", "data"), "", "the content has no rule 2018 of be"),
    ("a line break in a text", value("words be 2018", "one\ntwo"), None, ""),  # type: ignore[list-item]
]  # fmt: skip


@pytest.mark.parametrize(("name", "edit", "changed", "said"), CASES, ids=[case[0] for case in CASES])
def test_an_edit_comes_back(pandoc: Pandoc, name: str, edit: Callable[[Any], None], changed: str | None, said: str) -> None:
    merged = workbooks.merge(edited(edit, written()), "facts.xlsx", CONTENT, pandoc)
    if changed:
        assert "\n".join(diff(CONTENT, merged.files).split("\n")[1:]).rstrip().replace("\r", "") == changed
    reports = unmerged(merged)
    if said:
        assert merged.files == {} and said in "\n".join(reports)
    assert reports or merged.files or name in {"nothing", "rows sorted", "a row deleted"}
    assert read_files({**CONTENT, **merged.files}).edition


def test_every_other_byte_of_a_table_stays(pandoc: Pandoc) -> None:
    merged = workbooks.merge(edited(value("use be 2018", "1.75"), written()), "facts.xlsx", CONTENT, pandoc)
    assert merged.files == {"data/use.csv": CONTENT["data/use.csv"].replace(b" 1.50 ", b"1.75")}


def test_what_changed_in_a_table_since_stays(pandoc: Pandoc) -> None:
    newer = {**CONTENT, "data/use.csv": USE.replace(" 1.50 ", "1.60").encode()}
    merged = workbooks.merge(edited(value("use be 2018", "1.75"), written()), "facts.xlsx", newer, pandoc)
    assert merged.files == {} and "a conflict: `value` was changed" in unmerged(merged)[0]
    merged = workbooks.merge(edited(value("use fr 2018", "8"), written()), "facts.xlsx", newer, pandoc)
    assert merged.files["data/use.csv"] == newer["data/use.csv"].replace(b"fr,2018,9", b"fr,2018,8")


def test_a_value_of_a_workbook_of_the_content_is_left_to_a_person(pandoc: Pandoc) -> None:
    book = openpyxl.Workbook()
    for row in (["Country", "Year", "use"], ["be", 2018, 5]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    content = {path: data for path, data in CONTENT.items() if path != "data/use.csv"} | {"data/use.xlsx": out.getvalue()}
    sheet = openpyxl.load_workbook(io.BytesIO(written(content)))["data"]
    line = next(row[0].row for row in sheet.iter_rows(min_row=2) if row[2].value == "use")
    merged = workbooks.merge(edited(put(f"E{line}", "6", "data"), written(content)), "facts.xlsx", content, pandoc)
    assert merged.files == {}
    said = "it stands in cell Sheet!C2 of data/use.xlsx, and workbooks aren’t written to: write it there, or keep the table as CSV"
    assert said in unmerged(merged)[0]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co", "Cf"]), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXTS)
def test_any_text_is_written_as_it_is_or_reported(pandoc: Pandoc, text: str) -> None:
    def edit(book: Any) -> None:
        cell = book["data"].cell(ROWS["words be 2018"], 5, text)
        cell.data_type = "s"

    merged = workbooks.merge(edited(edit, written()), "facts.xlsx", CONTENT, pandoc)
    made = read_files({**CONTENT, **merged.files}).edition
    assert made
    said = made.data.series("words", "be")["2018"].content
    if merged.files:
        assert (said is None or str(said).split() == text.split()) and not unmerged(merged)
    else:
        assert unmerged(merged) or text.strip() in {"", "one, two"}


@settings(max_examples=150, deadline=None)
@given(
    cells=st.lists(st.lists(st.text(st.sampled_from('ab ",;\n\r=é'), max_size=6), min_size=2, max_size=4), min_size=1, max_size=4),
    new=st.text(st.sampled_from('xy ",;\n'), min_size=1, max_size=6),
    at=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    quoting=st.sampled_from([0, 1]),
)
def test_a_cell_is_written_and_no_other(cells: list[list[str]], new: str, at: tuple[int, int], quoting: int) -> None:
    import csv

    from briefs.edition.data import grids

    out = io.StringIO()
    csv.writer(out, quoting=quoting).writerows(cells)
    data = out.getvalue().encode()
    found, problems = grids.read("data/a.csv", data)
    if problems or not found or at[0] >= len(found[0].rows) or at[1] >= len(found[0].rows[at[0]]):
        return
    anchor = found[0].places.place(*at).anchor
    try:
        made = write.changed({"data/a.csv": data}, [write.Reword(f"data/a.csv#{anchor}", new)])
    except write.NotWritable:
        return
    after = grids.read("data/a.csv", made.get("data/a.csv", data))[0][0].rows
    wanted = [list(row) for row in found[0].rows]
    wanted[at[0]][at[1]] = new.strip()
    assert [list(row) for row in after] == wanted


def test_edits_in_libreoffice_come_back(pandoc: Pandoc, tmp_path: Path, cache: Path) -> None:
    """The edited workbook, opened and saved by LibreOffice as ODS, XLSX and CSV."""
    (tmp_path / "facts.xlsx").write_bytes(edited(value("use be 2018", "1.75"), written()))
    profile = f"-env:UserInstallation={(cache / 'libreoffice').as_uri()}"
    for ending in ("ods", "xlsx"):
        words = [profile, "--headless", "--norestore", "--convert-to", ending, "--outdir", str(tmp_path / "out")]
        command = [libreoffice.program(), *words, str(tmp_path / "facts.xlsx")]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        merged = workbooks.merge((tmp_path / f"out/facts.{ending}").read_bytes(), f"facts.{ending}", CONTENT, pandoc)
        assert unmerged(merged) == []
        assert merged.files == {"data/use.csv": CONTENT["data/use.csv"].replace(b" 1.50 ", b"1.75")}
