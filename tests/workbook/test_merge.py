"""Workbooks and CSV files that people edited come back into the content's own lines: a corpus of edits, and random ones."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefs import cli
from briefs.edition.read import read_files
from briefs.exitcodes import ExitCode
from briefs.problems import Problems
from briefs.roundtrip import workbooks
from briefs.tools.pandoc import Pandoc
from briefs.workbook import files, rows
from tests import small
from tests.roundtrip.harness import diff, unmerged
from tests.small import fact

BELGIUM = """# Belgium, with comments.
code: be
stance: wary   # so far
stance_note: no rule yet
summary: >-
  A summary of two sentences, which is long enough to be folded over lines here in the file. It says
  what matters.
position: "No limits, it is said."
facts:
  - id: be-01
    topic: market
    # The first one.
    text: >-
      The **first thing** happened in the market, and this is told at such length that the text needs
      a second line.
    date: 2019-03
    sources: [one]
  - id: be-02
    topic: policy
    text: 'Policy is a **second** thing; =1+1 is two.'
    due: 2021-01-02
    sources: [one, two]
    priority: 1

  - id: be-03
    topic: policy
    text: |
      A third thing, as it stands.
    sources: [two]
"""
CONTENT = small.files(more={"countries/be.yaml": BELGIUM}, sources=[small.source("one"), small.source("two")])


@pytest.fixture(scope="module")
def pandoc() -> Iterator[Pandoc]:
    with Pandoc() as running:
        yield running


def written(content: Mapping[str, bytes] = CONTENT) -> bytes:
    edition = read_files(content).edition
    assert edition
    return files.as_xlsx([rows.facts(edition, ["be"]), rows.countries(edition, ["be"])], edition.about.date.first)


def edited(edit: Callable[[Any], None], data: bytes | None = None) -> bytes:
    """The workbook with an edit made by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(data or written()))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(cell: str, value: object, sheet: str = "facts") -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        book[sheet][cell] = value

    return edit


def added(**cells: object) -> Callable[[Any], None]:
    """A new row of facts."""

    def edit(book: Any) -> None:
        names = [cell.value for cell in book["facts"][1]]
        book["facts"].append([cells.get(name) for name in names])

    return edit


def removed(row: int, sheet: str = "facts") -> Callable[[Any], None]:
    return lambda book: book[sheet].delete_rows(row)


def every(*edits: Callable[[Any], None]) -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        for one in edits:
            one(book)

    return edit


def _sorted(book: Any) -> None:
    sheet = book["facts"]
    own = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for line, row in enumerate(reversed(own), 2):
        for column, value in enumerate(row, 1):
            sheet.cell(line, column).value = value


def _copied(book: Any) -> None:
    book["facts"].append([cell.value for cell in book["facts"][2]])


def _columns_moved(book: Any) -> None:
    """The country's name is taken out, and a column of one's own put in."""
    book["facts"].delete_cols(2)
    book["facts"].insert_cols(1)
    book["facts"]["A1"] = "my notes"
    book["facts"]["A2"] = "ask Ann"


FIRST = "The **first thing** happened in the market, and this is told at such length that the text needs a second line."
SUMMARY = "A summary of two sentences, which is long enough to be folded over lines here in the file."
UNKNOWN = "a new fact names what the edition doesn’t have"
NEW = {"code": "be", "topic": "market", "text": "A new thing.", "sources": "one"}
Case = tuple[str, Callable[[Any], None], str, str]  # what was edited, how, the lines that change, what is reported

CASES: list[Case] = [
    ("nothing", lambda book: None, "", ""),
    ("a word of a folded text", put("E2", FIRST.replace("happened", "occurred")),
     "-      The **first thing** happened in the market, and this is told at such length that the text needs\n"
     "+      The **first thing** occurred in the market, and this is told at such length that the text needs", ""),
    ("a text in quotes", put("E3", "Policy is **another** thing; =1+1 is two."),
     "-    text: 'Policy is a **second** thing; =1+1 is two.'\n+    text: 'Policy is **another** thing; =1+1 is two.'", ""),
    ("a text as it stands", put("E4", "A third thing, as it stood."),
     "-      A third thing, as it stands.\n+      A third thing, as it stood.", ""),
    ("a quotation mark and an apostrophe", put("E3", "It's a **second** “thing”: so."),
     "-    text: 'Policy is a **second** thing; =1+1 is two.'\n+    text: 'It''s a **second** “thing”: so.'", ""),
    ("a text in Chinese", put("E4", "第三件事。"), "-      A third thing, as it stands.\n+      第三件事。", ""),
    ("a month", put("F2", "2019-04"), "-    date: 2019-03\n+    date: 2019-04", ""),
    ("a day in a cell of dates", put("G3", datetime.date(2021, 2, 3)), "-    due: 2021-01-02\n+    due: 2021-02-03", ""),
    ("a year as a number", put("F2", 2018), "-    date: 2019-03\n+    date: 2018", ""),
    ("a topic", put("D3", "market"), "-    topic: policy\n+    topic: market", ""),
    ("a priority as a number", put("H3", 3), "-    priority: 1\n+    priority: 3", ""),
    ("a priority in the same words", put("H3", 1.0), "", ""),
    ("two texts", every(put("E3", "Policy is **one**."), put("E4", "A third.")),
     "-    text: 'Policy is a **second** thing; =1+1 is two.'\n+    text: 'Policy is **one**.'\n"
     "-      A third thing, as it stands.\n+      A third.", ""),
    ("a stance", put("C2", "closed", "countries"), "-stance: wary   # so far\n+stance: closed   # so far", ""),
    ("a note on the stance", put("D2", "a rule", "countries"), "-stance_note: no rule yet\n+stance_note: a rule", ""),
    ("a key point", put("F2", "No limits, it is held.", "countries"),
     '-position: "No limits, it is said."\n+position: "No limits, it is held."', ""),
    ("a summary", put("E2", f"{SUMMARY} It tells what matters.", "countries"),
     f"-  {SUMMARY} It says\n+  {SUMMARY} It tells", ""),
    ("a new fact", added(**NEW),
     "+  - id: be-04\n+    topic: market\n+    text: >-\n+      A new thing.\n+    sources: [one]", ""),
    ("a new fact with a date and a priority", added(**{**NEW, "text": "A **new** thing."}, date="2020-01", priority=1),
     "+  - id: be-04\n+    topic: market\n+    text: >-\n+      A **new** thing.\n+    date: 2020-01\n+    priority: 1\n"
     "+    sources: [one]", ""),
    ("two new facts", every(added(**NEW), added(**{**NEW, "text": "Another."})),
     "+  - id: be-04\n+    topic: market\n+    text: >-\n+      A new thing.\n+    sources: [one]\n"
     "+  - id: be-05\n+    topic: market\n+    text: >-\n+      Another.\n+    sources: [one]", ""),
    ("rows sorted", _sorted, "", ""),
    ("columns moved and added", _columns_moved, "", ""),
    ("a formula that nobody computed", put("E3", "=1+1"), "", "row 3: `text`: the formula “=1+1” has no computed value"),
    ("an error in a cell", put("E3", "#REF!"), "", "row 3: `text`: the cell holds the error #REF!"),
    ("a new fact with an error", added(code="be", topic="market", text="=NA()", sources="one"), "",
     "a new fact can’t be read: the formula “=NA()” has no computed value"),
    ("a text emptied", put("E3", None), "", "`text` was emptied; if that is meant, delete it in the content"),
    ("a row deleted", removed(3), "", "be-02 is not in the file, its row was deleted; if that is meant"),
    ("a country's row deleted", removed(2, "countries"), "", ""),
    ("a month that became a day", put("F2", datetime.date(2019, 3, 1)), "", "made “2019-03-01” of “2019-03”"),
    ("a row copied", _copied, "", "there is another row of be-01; to add a fact, leave its `id` empty"),
    ("an unknown name", put("C3", "be-99"), "", "be-02 is not in the file"),
    ("sources", put("I3", "two"), "", "`sources` can’t be written from a spreadsheet"),
    ("another country", put("A3", "fr"), "", "`code` can’t be written from a spreadsheet"),
    ("the name of a country", put("B3", "Belgie"), "", "row 3: `country` can’t be written from a spreadsheet"),
    ("the name of a country emptied", put("B2", None, "countries"), "", "`country` can’t be written from a spreadsheet"),
    ("the code of a country", put("A2", "fr", "countries"), "", "`code` can’t be written from a spreadsheet"),
    ("a date where there is none", put("F4", "2020"), "", "`date` can’t be written from a spreadsheet"),
    ("a topic that isn't there", put("D3", "weather"), "", "this change would break the content"),
    ("a date that is none", put("F2", "soon"), "", "this change would break the content"),
    ("a link to a file", put("E4", "A [third](file:///etc/passwd) thing."), "", "this change would break the content"),
    ("a new fact without source", added(code="be", topic="market", text="A new thing."), "", "a new fact lacks sources"),
    ("a new fact of an unknown source", added(**{**NEW, "sources": "nine"}), "", f"{UNKNOWN}: nine"),
    ("a new fact with YAML in its source", added(**{**NEW, "sources": "one]\n  - id: be-77"}), "", UNKNOWN),
    ("a new fact of an unknown topic", added(**{**NEW, "topic": "weather"}), "", f"{UNKNOWN}: weather"),
    ("a new fact with a date that is none", added(**{**NEW, "date": "soon: 1"}), "", "this change would break the content"),
    ("a new fact of no country", added(topic="market", text="A new thing."), "", "a new fact lacks code, sources"),
    ("a new fact of a known text", added(**{**NEW, "text": "A third thing, as it stands."}), "", ""),
    ("a heading changed", every(put("E1", "Text!"), put("E3", "**Policy**.")), "",
     "the table of facts has no column “text”, and a column “Text!” that isn’t known: it wasn’t read"),
    ("a column deleted", lambda book: book["facts"].delete_cols(5), "", ""),
    ("the hashes of a row emptied", every(put("J3", None), put("E3", "**Policy**.")), "", "the row of be-02 lacks its last cell"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "lines", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_an_edit_comes_back(pandoc: Pandoc, edit: Callable[[Any], None], lines: str, said: str) -> None:
    merged = workbooks.merge(edited(edit), "facts.xlsx", CONTENT, pandoc)
    assert "\n".join(diff(CONTENT, merged.files).split("\n")[1:]).rstrip() == lines
    reports = unmerged(merged)
    assert (said in "\n".join(reports)) if said else reports == []
    assert read_files({**CONTENT, **merged.files}).edition


def as_csv(change: Callable[[list[list[str]]], None], **how: Any) -> bytes:
    """The facts as CSV, edited and saved as another program would."""
    edition = read_files(CONTENT).edition
    assert edition
    text = files.as_csv(rows.facts(edition, ["be"])).decode("utf-8-sig")
    cells = list(csv.reader(io.StringIO(text, newline="")))
    change(cells)
    out = io.StringIO()
    csv.writer(out, **how).writerows(cells)
    return out.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize("how", [{}, {"delimiter": ";"}, {"delimiter": "\t", "lineterminator": "\n"}, {"quoting": csv.QUOTE_ALL}])
def test_a_csv_file_comes_back_however_it_was_saved(pandoc: Pandoc, how: Mapping[str, Any]) -> None:
    unedited = workbooks.merge(as_csv(lambda cells: None, **how), "facts.csv", CONTENT, pandoc)
    assert (unedited.files, unmerged(unedited)) == ({}, [])

    def change(cells: list[list[str]]) -> None:
        cells[2][4] = "+ Policy is **one**."

    merged = workbooks.merge(as_csv(change, **how), "facts.csv", CONTENT, pandoc)
    assert unmerged(merged) == []
    assert "+    text: '+ Policy is **one**.'" in diff(CONTENT, merged.files)


@pytest.mark.parametrize("altered", ["Mar-19", "2019-03-01", "Mar-2019", "03/2019"])
def test_a_date_that_excel_wrote_in_its_own_way_is_told(pandoc: Pandoc, altered: str) -> None:
    def change(cells: list[list[str]]) -> None:
        cells[1][5] = altered

    merged = workbooks.merge(as_csv(change), "facts.csv", CONTENT, pandoc)
    assert merged.files == {}
    assert f"a spreadsheet program made “{altered}” of “2019-03”; the content keeps its own" in unmerged(merged)[0]


def test_leading_zeros_that_excel_took_away_are_told(pandoc: Pandoc) -> None:
    content = {**CONTENT, "countries/be.yaml": BELGIUM.replace("A third thing, as it stands.", "007").encode()}
    merged = workbooks.merge(edited(put("E4", 7), written(content)), "facts.xlsx", content, pandoc)
    assert merged.files == {}
    assert "made “7” of “007”" in unmerged(merged)[0]


def as_google(edit: Callable[[Any], None] = lambda book: None, *, dates: bool = False) -> bytes:
    """The workbook as Google Sheets exports it: no styles, no lists, no widths; texts in their cells; numbers where a text is one;
    hundreds of empty rows and some empty columns; other names of the sheets. `dates`: dates are numbers without a format."""
    read, made = openpyxl.load_workbook(io.BytesIO(edited(edit))), openpyxl.Workbook()
    made.remove(made.active)
    for number, sheet in enumerate(read):
        copy = made.create_sheet(f"An export of the edition with a long name {number}"[: 31 - number])
        for row in sheet.iter_rows(values_only=True):
            copy.append([_as_number(cell, dates) for cell in row] + ["", ""])
        for _ in range(300):
            copy.append([""] * (sheet.max_column + 2))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _as_number(cell: Any, dates: bool) -> Any:
    if isinstance(cell, str) and cell.isdecimal():
        return int(cell)
    if dates and isinstance(cell, str) and re.fullmatch(r"\d{4}-\d\d(-\d\d)?", cell):
        day = datetime.date.fromisoformat(cell if len(cell) == 10 else f"{cell}-01")
        return (day - datetime.date(1899, 12, 30)).days
    return cell


def test_an_export_of_google_sheets_comes_back_without_a_change(pandoc: Pandoc) -> None:
    merged = workbooks.merge(as_google(), "facts.xlsx", CONTENT, pandoc)
    assert merged.files == {} and unmerged(merged) == []


@pytest.mark.parametrize(("edit", "lines", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_an_edit_in_google_sheets_comes_back(pandoc: Pandoc, edit: Callable[[Any], None], lines: str, said: str) -> None:
    merged = workbooks.merge(as_google(edit), "facts.xlsx", CONTENT, pandoc)
    plain = workbooks.merge(edited(edit), "facts.xlsx", CONTENT, pandoc)
    assert merged.files == plain.files and len(unmerged(merged)) == len(unmerged(plain))


def test_dates_that_became_numbers_without_a_format_are_told(pandoc: Pandoc) -> None:
    merged = workbooks.merge(as_google(put("E2", "Other **words**."), dates=True), "facts.xlsx", CONTENT, pandoc)
    assert "made “43525” of “2019-03”" in unmerged(merged)[0] and "made “44198” of “2021-01-02”" in unmerged(merged)[1]
    assert len(unmerged(merged)) == 2 and b"Other **words**." in merged.files["countries/be.yaml"]


def test_what_changed_in_the_content_since_stays(pandoc: Pandoc) -> None:
    """Another field is merged; the same field is a conflict; the same words are none."""
    newer = {**CONTENT, "countries/be.yaml": BELGIUM.replace("Policy is a **second**", "Policy is the **second**").encode()}
    merged = workbooks.merge(edited(put("D3", "market")), "facts.xlsx", newer, pandoc)
    assert unmerged(merged) == [] and b"topic: market\n    text: 'Policy is the **second**" in merged.files["countries/be.yaml"]
    merged = workbooks.merge(edited(put("E3", "Policy is a **third** thing.")), "facts.xlsx", newer, pandoc)
    assert merged.files == {}
    assert "a conflict: `text` was changed in the file, and in the content since" in unmerged(merged)[0]
    merged = workbooks.merge(edited(put("E3", "Policy is the **second** thing; =1+1 is two.")), "facts.xlsx", newer, pandoc)
    assert (merged.files, unmerged(merged)) == ({}, [])


def test_a_fact_that_is_newer_than_the_file_is_not_taken_for_a_deleted_one(pandoc: Pandoc) -> None:
    newer = {**CONTENT, "countries/be.yaml": f"{BELGIUM}  - {{id: be-04, topic: market, text: New., sources: [one]}}\n".encode()}
    merged = workbooks.merge(written(), "facts.xlsx", newer, pandoc)
    assert merged.files == {}
    assert "be-04 is not in the file, it has no row: this was deleted, or the fact is newer than the file" in unmerged(merged)[0]


def test_facts_of_two_countries_may_have_one_name(pandoc: Pandoc) -> None:
    france = b"code: fr\nstance: open\nsummary: Bien.\nfacts:\n- {id: be-03, topic: market, text: Fine, sources: [one]}\n"
    content = {**CONTENT, "countries/fr.yaml": france}
    edition = read_files(content).edition
    assert edition
    data = files.as_xlsx([rows.facts(edition, ["be", "fr"])], edition.about.date.first)
    merged = workbooks.merge(edited(put("E5", "Better"), data), "facts.xlsx", content, pandoc)
    assert unmerged(merged) == [] and list(merged.files) == ["countries/fr.yaml"]
    assert b"text: Better" in merged.files["countries/fr.yaml"]


def test_a_new_fact_is_merged_once(pandoc: Pandoc) -> None:
    data = edited(added(**NEW))
    once = workbooks.merge(data, "facts.xlsx", CONTENT, pandoc)
    again = workbooks.merge(data, "facts.xlsx", {**CONTENT, **once.files}, pandoc)
    assert again.files == {}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a,b\n1,2\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_such_table_is_refused(pandoc: Pandoc, data: bytes) -> None:
    for name in ("a.xlsx", "a.csv"):
        with pytest.raises(Problems):
            workbooks.merge(data, name, CONTENT, pandoc)


def _unnamed(book: Any) -> None:
    book["facts"]["C1"] = "idd"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (removed(1), "has lost its headings or its last column"),
        (lambda book: book["facts"].delete_cols(10), "has lost its headings or its last column"),
        (lambda book: book["facts"].delete_cols(1), "has lost its headings or its last column"),
        (lambda book: book["facts"].delete_cols(3), "the table of facts has no column “id”"),
        (_unnamed, "the table of facts has no column “id”"),
    ],
)
def test_a_sheet_that_lost_its_headings_is_told(pandoc: Pandoc, edit: Callable[[Any], None], said: str) -> None:
    """The other sheets of the workbook are whole, so it would pass for a file without edits."""
    with pytest.raises(Problems) as fault:
        workbooks.merge(edited(every(put("E3", "**Policy**."), edit)), "back.xlsx", CONTENT, pandoc)
    assert said in str(fault.value.problems[0]) and "facts" in str(fault.value.problems[0])


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co", "Cf"]), min_size=1, max_size=40)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXTS, line=st.integers(2, 4), as_text=st.booleans())
def test_any_text_is_written_as_it_is_or_reported(pandoc: Pandoc, text: str, line: int, as_text: bool) -> None:
    """Nothing is lost: the content has the text, or it is listed for a person."""
    text = text if line == 4 else f"**Key** {text}"  # a fact with a date needs a key phrase

    def change(cells: list[list[str]]) -> None:
        cells[line - 1][4] = files.guarded(text)

    if as_text:
        merged = workbooks.merge(as_csv(change), "facts.csv", CONTENT, pandoc)
    else:
        data = edited(lambda book: book["facts"].cell(line, 5, text).__setattr__("data_type", "s"))
        merged = workbooks.merge(data, "facts.xlsx", CONTENT, pandoc)
    made = read_files({**CONTENT, **merged.files}).edition
    assert made
    texts = [str(fact.text).strip() for fact in made.countries["be"].facts]
    before = read_files(CONTENT).edition
    assert before
    if unmerged(merged):
        assert texts == [str(fact.text).strip() for fact in before.countries["be"].facts]
    else:
        assert texts[line - 2].split() == text.split()
        others = [fact for n, fact in enumerate(texts) if n != line - 2]
        assert others == [str(fact.text).strip() for n, fact in enumerate(before.countries["be"].facts) if n != line - 2]


def test_the_command_merges_a_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = small.write(tmp_path / "content", facts=[fact("A **thing** happened.")])
    path = tmp_path / "facts.xlsx"
    assert cli.main(["sheet", str(path), "--content", str(content)]) == ExitCode.DONE
    path.write_bytes(edited(put("E2", "A **thing** occurred."), path.read_bytes()))
    assert cli.main(["merge", str(path), "--apply", "--content", str(content)]) == ExitCode.DONE
    assert "1 change in 1 file written" in capsys.readouterr().out
    assert "occurred" in (content / "countries/be.yaml").read_text()
