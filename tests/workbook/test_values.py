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
from briefs.roundtrip import summary, workbooks
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


def sourced(*row: str) -> Callable[[Any], None]:
    """A new row with its source: code, column, period, value, source."""
    return lambda book: book["data"].append([row[0], None, *row[1:4], None, None, row[4]])


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


def added(*rows: tuple[object, ...]) -> Callable[[Any], None]:
    """New rows below the others: code, column, period, value, file."""

    def edit(book: Any) -> None:
        for code, column, period, new, *file in rows:
            book["data"].append([code, None, column, period, new, None, None, None, *file])

    return edit


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
    ("a row deleted", removed(ROWS["use be 2018"], "data"), "", "values of be are not in the file, their rows were deleted; if "
     "that is meant, delete them in the content: use 2018"),
    ("a row copied", _copied, "", "there is another row of"),
    ("a new value", added(("fr", "use", "2019", "4")), "+fr,2019,4,", ""),
    ("a new value as numbers", added(("fr", "use", 2019, 4.5)), "+fr,2019,4.5,", ""),
    ("two new values of a row", added(("fr", "use", "2017", "3"), ("fr", "words", "2017", "a, b")), '+fr,2017,3,"a, b"', ""),
    ("a new value in an empty cell", added(("fr", "words", "2018", "yes")), "-fr,2018,9,\n+fr,2018,9,yes", ""),
    ("a new value below its country", added(("be", "use", "2017", ".. ")), "+be,2017,..,", ""),
    ("a new value of a named file", added(("fr", "use", "2017", "3", "data/use.csv")), "+fr,2017,3,", ""),
    ("a new value and another one edited", every(value("use be 2018", "1.75"), added(("be", "use", "2017", "3"))),
     f'{BE}+"be",2018,1.75,"one, two"\n+be,2017,3,', ""),
    ("a new value of a country's file", added(("fr", "rule", None, "in draft")), "+data:\n+  rule: {value: in draft}", ""),
    ("a new value of a country's file for a year", added(("fr", "rule", "2019", "in draft")),
     '+data:\n+  rule: {value: in draft, period: 2019}', ""),
    ("a new value for another year in a country's file", added(("be", "rule", "2019", "in draft")), "", "would break the content"),
    ("a new value of another file", added(("fr", "use", "2017", "3", "data/parts.csv")), "", "has no values of “use”; they are in"),
    ("a new value of a year without a column", added(("fr", "parts", "2020", "0,5")), "", "data/parts.csv has no column"),
    ("a new value without a period", added(("fr", "use", None, "3")), "", "a new value lacks its period"),
    ("a new value without a value", added(("fr", "use", "2017", None)), "", "a new value lacks value"),
    ("a new value of no column", added(("fr", "usee", "2017", "3")), "", "doesn’t have: usee. Did you mean “use”?"),
    ("a new value of no country", added(("xx", "use", "2017", "3")), "", "names what the edition doesn’t have: xx"),
    ("a new value twice", added(("xx", "use", "2017", "3"), ("xx", "use", "2017", "4")), "", "another row of use 2017 of xx"),
    ("a new value without a period twice", added(("xx", "rule", None, "a"), ("xx", "rule", None, "b")), "", "row of rule of xx"),
    ("a new value of a country's file with its source", sourced("fr", "rule", "", "in draft", "one"),
     "+data:\n+  rule: {value: in draft, sources: [one]}", ""),
    ("a new value with an unknown source", sourced("fr", "use", "2017", "3", "on"), "", "doesn’t have: on. Did you mean “one”?"),
    ("a new value with a source without room", sourced("fr", "use", "2017", "3", "one"), "", "has no column for one"),
    ("a source of a value", put(f"H{ROWS['use be 2018']}", "two", "data"), "", "`sources` can’t be written from a spreadsheet"),
    ("a new value of a number of days", added(("fr", "use", "42736", "3")), "", "program may have made it of 2017"),
    ("a year with a point", put(f"D{ROWS['use be 2018']}", "2018.0", "data"), "", "made “2018.0” of “2018”"),
    ("a year as a day", put(f"D{ROWS['use be 2018']}", datetime.date(1905, 7, 10), "data"), "", "made “1905-07-10” of “2018”"),
    ("a new value that is a text", added(("fr", "use", "2017", "many")), "", "this change would break the content"),
    ("a new value of no period", added(("fr", "use", "2017-13", "3")), "", "this change would break the content"),
    ("a new value later than the data", added(("fr", "use", "2031", "3")), "", "this change would break the content"),
    ("a new value that is no formula yet", added(("fr", "use", "2017", "=1+1")), "", "“=1+1” has no computed value"),
    ("a new value that the content has", added(("be", "use", "2018", "1.50")), "", "there is another row of use 2018 of be"),
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
    ("the country of a row", put(f"A{ROWS['use be 2018']}", "fr", "data"), "", "`code` can’t be written from a spreadsheet"),
    ("the unit of a row", put(f"F{ROWS['use be 2018']}", "litres", "data"), "", "`unit` can’t be written from a spreadsheet"),
    ("the file of a row", put(f"I{ROWS['use be 2018']}", "other.csv", "data"), "", "`file` can’t be written from a spreadsheet"),
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


def test_a_cell_is_found_behind_an_empty_one_before_quotes() -> None:
    data = b'Country\tYear\tuse\nbe\t\t"a"\nbe\t2019\t\n"fr"\t2019\t1\n'
    made = write.changed({"data/a.csv": data}, [write.Reword("data/a.csv#C2", "b"), write.Reword("data/a.csv#C4", "2")])
    assert made["data/a.csv"] == data.replace(b'"a"', b'"b"').replace(b"2019\t1", b"2019\t2")


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


TIDY = "Country,Indicator,Time,Value,Flag\nBEL,Use,2018,1.5,\nBEL,Use,2019,2,e\nFrance,Day,2020-06,2020-06-01,\nFRA,Use,2018,,\n"


def with_tidy(text: str = TIDY) -> dict[str, bytes]:
    content = {path: data for path, data in CONTENT.items() if path not in {"data/use.csv", "data/parts.csv"}}
    columns = COLUMNS.partition("tables:")[0]
    return {**content, "data/tidy.csv": text.encode(), "columns.yaml": columns.encode()}


@pytest.mark.parametrize(
    ("rows_", "wanted"),
    [
        ([("be", "use", "2017", "3")], TIDY.replace("2,e\n", "2,e\nBEL,Use,2017,3,\n")),
        ([("fr", "use", "2018", "4")], TIDY.replace("2018,,", "2018,4,")),
        ([("fr", "use", "2019", "4")], f"{TIDY}FRA,Use,2019,4,\n"),
        ([("fr", "use", "2018", "4"), ("fr", "use", "2019", "5")], TIDY.replace("2018,,", "2018,4,") + "FRA,Use,2019,5,\n"),
    ],
)
def test_a_new_value_is_written_as_its_table_writes_countries_and_columns(pandoc: Pandoc, rows_: Any, wanted: str) -> None:
    content = with_tidy()
    merged = workbooks.merge(edited(added(*rows_), written(content)), "facts.xlsx", content, pandoc)
    assert unmerged(merged) == [] and merged.files["data/tidy.csv"].decode() == wanted


def test_a_table_that_ends_without_a_line_end_takes_a_row(pandoc: Pandoc) -> None:
    content = with_tidy(TIDY.rstrip())
    merged = workbooks.merge(edited(added(("fr", "use", "2019", "4")), written(content)), "facts.xlsx", content, pandoc)
    assert merged.files["data/tidy.csv"].decode() == f"{TIDY}FRA,Use,2019,4,"


def test_a_value_that_may_stand_in_two_tables_is_asked_for(pandoc: Pandoc) -> None:
    content = {**CONTENT, "data/more.csv": b"Country,Year,use\nfr,2016,3\n"}
    merged = workbooks.merge(edited(added(("fr", "use", "2017", "3")), written(content)), "facts.xlsx", content, pandoc)
    assert (
        merged.files == {}
        and "may belong into data/more.csv or data/use.csv: write one of them under `file`" in unmerged(merged)[0]
    )


def test_a_new_value_is_told_by_its_file(pandoc: Pandoc) -> None:
    merged = workbooks.merge(edited(added(("fr", "use", "2019", "4")), written()), "facts.xlsx", CONTENT, pandoc)
    assert [summary.written_line(one) for one in merged.written] == ["data/use.csv: new, not tracked: “4”"]


def test_a_new_value_is_merged_once(pandoc: Pandoc) -> None:
    data = edited(added(("fr", "use", "2019", "4")), written())
    once = {**CONTENT, **workbooks.merge(data, "facts.xlsx", CONTENT, pandoc).files}
    again = workbooks.merge(data, "facts.xlsx", once, pandoc)
    assert again.files == {} and unmerged(again) == []
    other = {**once, "data/use.csv": once["data/use.csv"].replace(b"fr,2019,4", b"fr,2019,5")}
    assert "lacks its last cell" in unmerged(workbooks.merge(data, "facts.xlsx", other, pandoc))[0]


def test_a_value_that_is_newer_than_the_file_is_not_taken_for_a_deleted_one(pandoc: Pandoc) -> None:
    newer = {**CONTENT, "data/use.csv": CONTENT["data/use.csv"] + b"fr,2019,4,\r\n"}
    (said,) = unmerged(workbooks.merge(written(), "facts.xlsx", newer, pandoc))
    assert "values of fr are not in the file, they have no row: these were deleted, or the values are newer than the file" in said


VALUE_TEXTS = st.text(st.sampled_from('xy ",;'), min_size=1, max_size=6).filter(str.strip)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cells=st.lists(st.tuples(st.sampled_from(["be", "fr"]), st.integers(2010, 2019), VALUE_TEXTS | st.just("")), max_size=6),
    new=st.lists(st.tuples(st.sampled_from(["be", "fr"]), st.integers(2010, 2019), VALUE_TEXTS), min_size=1, max_size=3),
    sign=st.sampled_from(",;\t"),
    ends=st.sampled_from(["\n", "\r\n"]),
)
def test_every_new_value_arrives_and_no_other_changes(cells: Any, new: Any, sign: str, ends: str) -> None:
    import csv

    from briefs.roundtrip.newvalues import NewValues

    out = io.StringIO()
    table = csv.writer(out, delimiter=sign, lineterminator=ends)
    table.writerows([["Country", "Year", "use", "words"], ["be", 2009, "1", "first"]])
    first = {(code, year): text.strip() for code, year, text in reversed(cells)}
    table.writerows([code, year, "", text] for (code, year), text in first.items())
    content = {**CONTENT, "data/use.csv": out.getvalue().encode()}
    edition = read_files(content).edition
    assert edition
    changes, expected = [], {key: text for key, text in first.items() if text} | {("be", 2009): "first"}
    for code, year, text in new:
        if (code, year) not in expected:
            own = {"code": code, "column": "words", "period": str(year), "value": text}
            changes.append(NewValues(edition, content).change(own))
            expected[code, year] = text.strip()
    made = read_files({**content, **write.changed(content, changes)}).edition
    assert made
    found = {(code, int(when)): v.content for id, code, when, v in made.data if id == "words"}
    assert found == expected
    assert next(v for v in made.data if v[0] == "use")[3].content == 1


# What spreadsheet programs alter by themselves.

MONTHS = "Country,Time,use,words\nbe,2018-01,1.50,1-3\nbe,2018-02,123456789012,10/12\nbe,2018-12-24,0.123456789012,x\nfr,2017,2,\n"
ALTERED = [
    ("2018-01", "2018-01-01"), ("2018-01", "Jan-18"), ("2018-01", "janv-18"), ("2018-01", "43101"), ("2018-02", "01/02/2018"),
    ("2018-12-24", "24.12.2018"), ("2018-12-24", "24-Dez-18"), ("2017", "2017.0"),
]  # fmt: skip


def as_csv(content: Mapping[str, bytes], replaced: Mapping[str, str], column: int) -> bytes:
    """The sheet of values as a CSV file that a spreadsheet program wrote anew, with other texts in one column."""
    import csv

    edition = read_files(content).edition
    assert edition
    table = rows.values(edition, ["be", "fr"], content)
    cells = list(csv.reader(io.StringIO(files.as_csv(table).decode("utf-8-sig"))))
    assert {row[column] for row in cells} >= replaced.keys()
    out = io.StringIO()
    csv.writer(out).writerows([*row[:column], replaced.get(row[column], row[column]), *row[column + 1 :]] for row in cells)
    return out.getvalue().encode()


@pytest.mark.parametrize(("period", "made"), ALTERED)
def test_a_period_that_a_spreadsheet_program_altered_is_told_and_its_row_found(pandoc: Pandoc, period: str, made: str) -> None:
    content = {**CONTENT, "data/use.csv": MONTHS.encode()}
    merged = workbooks.merge(as_csv(content, {period: made}, 3), "data.csv", content, pandoc)
    said = f"a spreadsheet program made “{made}” of “{period}”; the content keeps its own"
    assert merged.files == {} and unmerged(merged) and all(said in one for one in unmerged(merged))
    edited_too = as_csv(content, {period: made}, 3).replace(b",1.50,", b",1.75,").replace(b",x,", b",y,").replace(b",2,", b",3,")
    wanted = {"2018-01": "1.50>1.75", "2018-12-24": ",x>,y", "2017": ",2,>,3,", "2018-02": "1.50>1.75"}[period].split(">")
    assert wanted[1] in workbooks.merge(edited_too, "data.csv", content, pandoc).files["data/use.csv"].decode()


@pytest.mark.parametrize(
    ("value", "made"),
    [
        ("1.50", "1.5"), ("123456789012", "1.23457E+11"), ("0.123456789012", "0.12345679"), ("1-3", "03-Jan"),
        ("1-3", "01. Mrz"), ("1-3", "2026-03-01"), ("10/12", "12-Oct"), ("10/12", "2026-12-10"),
    ],
)  # fmt: skip
def test_a_value_that_a_spreadsheet_program_altered_is_told(pandoc: Pandoc, value: str, made: str) -> None:
    content = {**CONTENT, "data/use.csv": MONTHS.encode()}
    merged = workbooks.merge(as_csv(content, {value: made}, 4), "data.csv", content, pandoc)
    assert merged.files == {}
    assert [one for one in unmerged(merged) if f"made “{made}” of “{value}”; the content keeps its own" in one]


@pytest.mark.parametrize(
    ("value", "typed"), [("0.123456789012", "0.1"), ("1.50", "1.6"), ("0.123456789012", "0.12345678"), ("1-3", "2-3")]
)
def test_a_value_that_a_person_typed_is_no_alteration(pandoc: Pandoc, value: str, typed: str) -> None:
    content = {**CONTENT, "data/use.csv": MONTHS.encode()}
    merged = workbooks.merge(as_csv(content, {value: typed}, 4), "data.csv", content, pandoc)
    assert unmerged(merged) == [] and f",{typed},".encode() in merged.files["data/use.csv"].replace(b"\n", b",")


def test_what_was_altered_everywhere_is_told_once(pandoc: Pandoc) -> None:
    months = "Country,Time,use\n" + "".join(f"be,2018-{month:02},{month}\n" for month in range(1, 13))
    content = {**CONTENT, "data/use.csv": months.encode()}
    replaced = {f"2018-{month:02}": f"2018-{month:02}-01" for month in range(1, 13)}
    merged = workbooks.merge(as_csv(content, replaced, 3), "data.csv", content, pandoc)
    (said,) = (one for one in unmerged(merged) if "a spreadsheet program" in one)
    assert "made “2018-01-01” of “2018-01”, and altered 11 more cells of the column “period”; the content keeps its own" in said


def test_a_new_value_comes_back_with_its_source(pandoc: Pandoc) -> None:
    text = "Country,Indicator,Time,Value,Source\nBEL,Use,2018,1.5,\nFRA,Use,2018,,\nFRA,Use,2019,,two\n"
    content = with_tidy(text)
    for row, wanted in (
        (("be", "use", "2017", "3", "two"), text.replace("1.5,\n", "1.5,\nBEL,Use,2017,3,two\n")),
        (("fr", "use", "2018", "3", "one, two"), text.replace("2018,,\n", "2018,3,one; two\n")),
        (("fr", "use", "2019", "3", "two"), text.replace("2019,,two", "2019,3,two")),
    ):
        merged = workbooks.merge(edited(sourced(*row), written(content)), "facts.xlsx", content, pandoc)
        assert unmerged(merged) == [] and merged.files["data/tidy.csv"].decode() == wanted
        made = read_files({**content, **merged.files}).edition
        assert made and made.data.series("use", row[0])[row[2]].sources == tuple(row[4].split(", "))
    merged = workbooks.merge(edited(sourced("fr", "use", "2019", "3", "one"), written(content)), "facts.xlsx", content, pandoc)
    assert merged.files == {} and "whose source is “two”" in unmerged(merged)[0]


def test_a_source_doesnt_become_that_of_the_other_values_of_a_row(pandoc: Pandoc) -> None:
    content = {**CONTENT, "data/use.csv": b"Country,Year,use,words,Source\nbe,2018,1,,\nfr,2018,,x,two\n"}
    edits = {("be", "words", "2018", "a", "two"): "that of their columns", ("fr", "use", "2018", "3", "one"): "“two”"}
    for row, said in edits.items():
        merged = workbooks.merge(edited(sourced(*row), written(content)), "facts.xlsx", content, pandoc)
        assert merged.files == {} and f"whose source is {said}: one row has one source" in unmerged(merged)[0]
    merged = workbooks.merge(edited(sourced("fr", "use", "2018", "3", "two"), written(content)), "facts.xlsx", content, pandoc)
    assert merged.files["data/use.csv"].endswith(b"fr,2018,3,x,two\n")
