"""Country data: tables of three layouts and several file types, values in countries' files, and what is wrong with them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import yaml

from briefs.edition.data import grids, layouts, read
from briefs.edition.data.grids import Grid, GridPlaces, delimiter, letters
from briefs.edition.data.groups import members
from briefs.edition.model import Edition
from briefs.edition.read import Reading
from briefs.press.fingerprints import _parts
from tests import small

COLUMNS: list[dict[str, Any]] = [
    {"id": "internet", "label": "Internet users", "kind": "share", "source": "one", "headings": ["IT.NET.USER.ZS"]},
    {"id": "gdp", "label": "GDP", "source": "one", "better": "higher", "as_of": "2019"},
    {
        "id": "rule",
        "label": "Supplier rule",
        "kind": "category",
        "values": [{"id": "in-force", "label": "in force"}, {"id": "none", "label": "none"}],
    },
    {"id": "joint", "label": "Joint declaration", "kind": "date", "source": "one"},
    {"id": "member", "label": "Member", "kind": "yes-no", "source": "one"},
]


def reading(tables: dict[str, str | bytes], columns: list[dict[str, Any]] = COLUMNS, **more: Any) -> Reading:
    """A small edition about Belgium with these tables."""
    settings = more.pop("settings", [])
    head = yaml.safe_dump({"columns": columns, "tables": settings})
    return small.reading(more={"columns.yaml": head, **{f"data/{name}": data for name, data in tables.items()}}, **more)


def values(tables: dict[str, str | bytes], **more: Any) -> dict[tuple[str, str, str], tuple[Any, tuple[str, ...]]]:
    """Content and statuses by column, country and period. The edition must be free of errors."""
    found = reading(tables, **more)
    assert found.edition, [str(p) for p in found.errors]
    return {(column, code, period): (value.content, value.status) for column, code, period, value in found.edition.data}


def errors(tables: dict[str, str | bytes], **more: Any) -> list[str]:
    return [f"{p.path}:{p.line}:{p.column}: {p.message}" for p in reading(tables, **more).errors]


def test_a_tidy_table_has_one_value_a_row() -> None:
    table = (
        "country,column,year,value\nBelgium,internet,2018,88.2\nBEL,internet,2019,90.1 p\n056,internet,2017,..\nbe,gdp,2018,-4\n"
    )
    assert values({"t.csv": table}) == {
        ("internet", "be", "2017"): (None, ()),
        ("internet", "be", "2018"): (88.2, ()),
        ("internet", "be", "2019"): (90.1, ("provisional",)),
        ("gdp", "be", "2018"): (-4.0, ()),
    }


def test_a_table_as_the_world_bank_exports_it() -> None:
    table = (
        '"Data Source","World Development Indicators"\n\n"Last Updated Date","2020-07-01"\n\n'
        '"Country Name","Country Code","Indicator Name","Indicator Code","2018","2019"\n'
        '"Belgium","BEL","Individuals using the Internet","IT.NET.USER.ZS","88.2",""\n'
        '"World","WLD","Individuals using the Internet","IT.NET.USER.ZS","50","51"\n'
    )
    assert values({"wb.csv": table}, settings=[{"file": "data/wb.csv", "skip": ["WLD"]}]) == {
        ("internet", "be", "2018"): (88.2, ())
    }


def test_a_table_as_sdmx_csv_writes_it() -> None:
    table = (
        "DATAFLOW,FREQ,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
        "X:Y(1.0),A,BE,internet,2018,88,E\nX:Y(1.0),A,BE,internet,2019,,M\nX:Y(1.0),A,FR,internet,2019,3,A\n"
    )
    assert values({"s.csv": table}) == {("internet", "be", "2018"): (88.0, ("estimated",)), ("internet", "be", "2019"): (None, ())}


def test_a_table_with_a_heading_for_each_column() -> None:
    table = "Code\tinternet\tSupplier  RULE\tjoint\tmember\tsource\nbe\t83,4 %\tin force\t2020-05-04\tyes\ttwo\n"
    assert values({"t.tsv": table}, settings=[{"file": "data/t.tsv", "decimal": "comma", "period": "2020"}]) == {
        ("internet", "be", "2020"): (83.4, ()),
        ("rule", "be", "2020"): ("in-force", ()),
        ("joint", "be", "2020"): (small_date("2020-05-04"), ()),
        ("member", "be", "2020"): (True, ()),
    }


def small_date(text: str) -> Any:
    from briefs.edition.dates import Date

    return Date.parse(text)


def test_a_flag_beside_the_only_value_of_a_row_is_that_values() -> None:
    expected = {("gdp", "be", "2018"): (1.0, ("estimated",))}
    assert values({"gdp.csv": "country,flag,2018\nbe,E,1\n"}) == expected
    assert values({"t.csv": "country,year,gdp,flag\nbe,2018,1,E\n"}) == expected


def test_a_file_may_be_named_after_the_column_that_it_holds() -> None:
    assert values({"gdp.csv": "Country;2018;2019 [YR2019]\nBelgium;1;2\n"}) == {
        ("gdp", "be", "2018"): (1.0, ()),
        ("gdp", "be", "2019"): (2.0, ()),
    }


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Notes"
    sheet["B2"] = "Made by the statistics office"
    data = book.create_sheet("Data")
    for row in ([None, "Internet use"], [], [None, "Country", 2018, 2019], [None, "Belgium", 88.2, 90.5]):
        data.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def open_document() -> bytes:
    """The same sheets as a spreadsheet of ODF 1.2, with numbers that are shown otherwise than they are."""

    def cell(value: str | float) -> str:
        kind = "string" if isinstance(value, str) else "float"
        number = "" if isinstance(value, str) else f' office:value="{value}"'
        shown = value if isinstance(value, str) else f"{value:.0f}"
        return f'<table:table-cell office:value-type="{kind}"{number}><text:p>{shown}</text:p></table:table-cell>'

    def row(*values: str | float) -> str:
        return f"<table:table-row><table:table-cell/>{''.join(map(cell, values))}</table:table-row>"

    notes = row("Made by the statistics office")
    rows = row("Internet use") + row() + row("Country", 2018, 2019) + row("Belgium", 88.2, 90.5)
    name = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{name}:office:1.0" xmlns:table="{name}:table:1.0" xmlns:text="{name}:text:1.0"'
        f' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
        f' office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Notes">{notes}</table:table>'
        f'<table:table table:name="Data">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{name}:manifest:1.0" manifest:version="1.2"/>'
        )
    return out.getvalue()


@pytest.mark.parametrize(("name", "make"), [("internet.xlsx", workbook), ("internet.ods", open_document)])
def test_a_workbook_is_read_sheet_by_sheet(name: str, make: Callable[[], bytes]) -> None:
    found = reading({name: make()})
    assert [str(p) for p in found.problems if "Notes" in p.message]
    assert found.edition, [str(p) for p in found.errors]
    data = found.edition.data
    assert {when: value.content for when, value in data.series("internet", "be").items()} == {"2018": 88.2, "2019": 90.5}
    assert data.series("internet", "be")["2018"].place.anchor == "Data!C4"


def raw_workbook(cells: str, stale: bool) -> bytes:
    """A workbook as programs write it, with these cells after Belgium and 2018. `stale`: to be computed when it is opened."""
    book = openpyxl.Workbook()
    book.active.title = "Data"  # type: ignore[union-attr]
    for row in (["country", "year", "internet", "gdp", "Internal note"], ["be", 2018, "CELLS"]):
        book.active.append(row)  # type: ignore[union-attr]
    book.calculation.fullCalcOnLoad = stale
    out = io.BytesIO()
    book.save(out)
    return changed(out.getvalue(), "xl/worksheets/sheet1.xml", '<c r="C2" t="inlineStr"><is><t>CELLS</t></is></c>', cells)


@pytest.mark.parametrize(
    ("cells", "stale", "message"),
    [
        ('<c r="C2" t="e"><v>#REF!</v></c>', False, "cell C2 of the sheet “Data”: the cell holds the error #REF!"),
        ('<c r="C2" t="e"><f>NA()</f><v>#N/A</v></c>', False, "cell C2 of the sheet “Data”: the cell holds the error #N/A"),
        ("<c r='D2' t='e'><f>1/0</f><v>#DIV/0!</v></c>", False, "cell D2 of the sheet “Data”: the cell holds the error #DIV/0!"),
        ('<c r="C2"><f>80+8</f></c>', False, "cell C2 of the sheet “Data”: the formula “=80+8” has no computed value"),
        ('<c r="C2"><f>80+8</f><v></v></c>', False, "cell C2 of the sheet “Data”: the formula “=80+8” has no computed value"),
        ('<c r="C2"><f>80+8</f><v>0</v></c>', True, "cell C2 of the sheet “Data”: the formula “=80+8” has no computed value"),
        ('<c><v>88</v></c><c t="e"><v>#NUM!</v></c>', False, "cell D2 of the sheet “Data”: the cell holds the error #NUM!"),
    ],
)
def test_a_cell_of_a_workbook_without_a_value_is_an_error_at_its_place(cells: str, stale: bool, message: str) -> None:
    assert [found.partition(": ")[2] for found in errors({"t.xlsx": raw_workbook(cells, stale)})] == [message]


def test_the_value_of_a_formula_is_read_and_a_column_that_nobody_reads_may_hold_errors() -> None:
    made = raw_workbook(
        '<c r="C2"><f>80+8.5</f><v>88.5</v></c><c r="D2" t="str"><f>""</f><v></v></c><c r="E2" t="e"><v>#N/A</v></c>', True
    )
    assert values({"t.xlsx": made}) == {("internet", "be", "2018"): (88.5, ())}


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ('office:value-type="string" calcext:value-type="error"><text:p>#VALEUR !</text:p>', "the cell holds the error #VALEUR !"),
        ('table:formula="of:=1/0" office:value-type="string"><text:p>Err:502</text:p>', "the cell holds the error Err:502"),
        ('table:formula="of:=[.A1]+1"><text:p></text:p>', "the formula “=[.A1]+1” has no computed value"),
    ],
)
def test_a_cell_of_an_ods_file_without_a_value_is_an_error_at_its_place(cell: str, message: str) -> None:
    made = changed(open_document(), "content.xml", 'office:value-type="float" office:value="90.5"><text:p>90</text:p>', cell)
    assert errors({"internet.ods": made}) == [f"data/internet.ods:4:4: cell D4 of the sheet “Data”: {message}"]


def changed(book: bytes, part: str, old: str, new: str) -> bytes:
    """A workbook with other words in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            text = before.read(name).decode()
            assert name != part or old in text
            after.writestr(name, text.replace(old, new) if name == part else text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "part"), [("a.xlsx", workbook, "xl/worksheets/sheet2.xml"), ("a.ods", open_document, "content.xml")]
)
def test_a_workbook_with_two_parts_of_one_name_is_refused(name: str, make: Callable[[], bytes], part: str) -> None:
    out = io.BytesIO(make())
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(part, archive.read(part))
    (found,) = errors({name: out.getvalue()})
    assert "two of its parts have the same name" in found


def test_a_workbook_that_claims_billions_of_cells_is_refused() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book["Data"]["XFD1048576"] = "z"
    out = io.BytesIO()
    book.save(out)
    (found,) = errors({"internet.xlsx": out.getvalue()})
    assert "the table can’t be read within" in found


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("country,year,gdp\nBelgum,2018,1\n", "2:1: cell A2: there is no country “Belgum”"),
        ("country,year,gdp\nCongo,2018,1\n", "2:1: cell A2: “Congo” is the name of several countries"),
        ("country,year,gdp\n,2018,1\n", "2:1: cell A2: the row has values and no country"),
        ("country,year,gdp\nbe,2018,many\n", "2:3: cell C2: “many” stands in the column “gdp” of numbers"),
        ("country,year,gdp\nbe,2018,'1,000'\n", "2:4: cell D2: no heading stands above “000'”"),
        ('country,year,gdp\nbe,2018,"1,5"\n', "2:3: cell C2: “1,5” stands in the column “gdp” of numbers"),
        ("country,year,gdp\nbe,2018,12 kg\n", "2:3: cell C2: “12 kg” stands in the column “gdp” of numbers"),
        ("country,year,gdp\nbe,2018,1e999\n", "2:3: cell C2: “1e999” is too large for a number"),
        ("country,year,gdp\nbe,2018,1e15\n", "2:3: cell C2: “1e15” is too large for a number"),
        ("country,year,gdp\nbe,2018,-1234567890123456\n", "2:3: cell C2: “-1234567890123456” is too large for a number"),
        ("country,year,internet\nbe,2018,101\n", "2:3: cell C2: “101” isn’t between 0 and 100, and the column “internet”"),
        ("country,year,gdp\nbe,2018,1\nbe,2018,2\n", "3:3: cell C3: “gdp” of be in 2018 has another value at data/t.csv, cell C2"),
        ("country,year,gdp\nbe,2020,1\n", "2:3: cell C2: 2020 is later than 2019, the date of the data"),
        ("country,year,internet\nbe,2020-09,1\n", "2:3: cell C2: 2020-09 is later than 2020-08, the date of the data"),
        ("country,year,internet\nbe,20 20,1\n", "2:2: cell B2: “20 20” is not a date"),
        ("country,year,gdp\nbe,2018,#REF!\n", "2:3: cell C2: the cell holds the error #REF!"),
        ("country,member\nbe,Err:502\n", "2:2: cell B2: the cell holds the error Err:502"),
        ("country,rule\nbe,in force\n", "2:2: cell B2: the value has no source"),
        ("country,rule,source\nbe,in force,tow\n", "2:2: there is no source “tow”"),
        ("country,rule\nbe,perhaps\n", "2:2: cell B2: “perhaps” is no value of the column “rule”"),
        ("country,member\nbe,perhaps\n", "2:2: cell B2: “perhaps” stands in the column “member” of yes and no"),
        ("country,column,year,value,flag\nbe,gdp,2018,1,Z9\n", "2:5: cell E2: “Z9” is no known flag"),
        ("country,column,year,value,flag\nbe,gdp,2018,1,M\n", "2:4: cell D2: the flag “M” says that there is no value"),
        ("country,column,year,value,unit\nbe,gdp,2018,1,EUR\nbe,gdp,2017,1,USD\n", "3:5: cell E3: the unit of “gdp” is “USD” here"),
        ("country,year,value\nbe,2018,1\n", "1:3: cell C1: nothing says what these values are"),
        ("country,rule\nbe,in \x07 force\n", "2:2: cell B2: there is a control character (U+0007)"),
        ("sep=", "1:0: no row"),
        ("country,column,flag,2018,2019\nbe,gdp,E,1,2\n", "1:3: cell C1: nothing says which value of a row these flags belong to"),
        ("country,year,gdp,internet,flag\nbe,2018,1,2,E\n", "1:5: cell E1: nothing says which value of a row these flags belong"),
        ("a,b\n1,2\n", "1:0: no row says which column has the countries"),
        ('country,gdp\nbe,"1\n', "0:0: the table can’t be read as CSV: unexpected end of data"),
        ("", "0:0: the table is empty"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_cell(table: str, message: str) -> None:
    (found,) = errors({"t.csv": table})
    assert found.startswith(f"data/t.csv:{message}")


@pytest.mark.parametrize(
    ("period", "hint"),
    [
        ("2018Q2", "months: 2018-04/2018-06."),
        ("2018-q4", "months: 2018-10/2018-12."),
        ("Jan-18", "give the cells the format of text."),
    ],
)
def test_a_text_that_is_no_period_gets_a_hint(period: str, hint: str) -> None:
    (problem,) = reading({"t.csv": f"country,year,gdp\nbe,{period},1\n"}).errors
    assert problem.hint.endswith(hint)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tables": {"t.csv": "country;gdp\nbe;1|2|3\n"}}, "“1|2|3” stands in the column “gdp” of numbers"),
        ({"tables": {"t.csv": "country,gdp\nA|B,1\n"}}, "there is no country “A|B”"),
        ({"tables": {"t.csv": "country,column,value,unit\nbe,gdp,1,a|b\nbe,gdp,1,c|d\n"}},
         "the unit of “gdp” is “c|d” here and “a|b” above"),
        ({"tables": {}, "country": {"data": {"gdp": {"value": "1|2|3"}}}}, "“1|2|3” stands in the column “gdp” of numbers"),
    ],
)  # fmt: skip
def test_a_value_with_a_bar_is_quoted_whole(changes: dict[str, Any], said: str) -> None:
    (problem,) = reading(**changes).errors
    assert problem.message.endswith(said) and problem.hint and "|" not in problem.hint


def test_letters_that_are_not_utf_8_are_told_with_their_line() -> None:
    assert errors({"t.csv": "country,gdp\nbe,1\nCôte,2\n".encode("latin-1")}) == ["data/t.csv:3:0: the file is not UTF-8"]


def test_a_column_that_isnt_declared_is_a_warning_and_the_rest_is_read() -> None:
    found = reading({"t.csv": "country,year,gdp,area\nbe,2018,1,30\nfr,2018,2,40\n"})
    assert [p.message for p in found.problems if p.line == 1] == ["“area” is no column of columns.yaml, so its values aren’t read"]
    assert found.edition
    assert found.edition.data.value("gdp", "be") == ("2018", found.edition.data.series("gdp", "be")["2018"])


def test_columns_keep_the_order_in_which_they_are_declared() -> None:
    found = reading({"t.csv": "country,year,gdp\nbe,2018,1\n"}).edition
    assert found
    assert list(found.columns) == [column["id"] for column in COLUMNS]


def test_tables_without_columns_yaml_are_an_error() -> None:
    found = small.reading(more={"data/t.csv": "country,gdp\nbe,1\n"})
    assert [p.message for p in found.errors] == ["nothing says what this table’s columns mean"]


def test_a_countrys_value_rests_on_its_facts() -> None:
    data = {"rule": {"value": "in force", "facts": ["be-01"]}}
    found = reading({}, country={"data": data}).edition
    assert found
    assert found.data.series("rule", "be")[""].facts == ("be-01",)
    data = {"rule": {"value": "in force", "facts": ["be-09"]}, "rul": {"value": "none", "facts": ["be-01"]}}
    said = errors({}, country={"data": data})
    assert [line.partition(": ")[2] for line in said] == ["there is no fact “be-09” in this file", "there is no column “rul”"]
    assert [line.partition(": ")[2] for line in errors({}, country={"data": {"rule": {"value": "none"}}})] == [
        "the value has no source"
    ]


def test_values_are_multiplied_by_the_columns_scale_exactly() -> None:
    column = {"id": "share", "label": "Share", "kind": "share", "scale": 100, "source": "one"}
    assert values({"t.csv": "country,year,share\nbe,2018,0.834\n"}, columns=[column]) == {("share", "be", "2018"): (83.4, ())}


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"id": "a", "label": "A", "kind": "category"}, "a column of categories needs `values`: the id and label of each"),
        (
            {"id": "a", "label": "A", "kind": "text", "decimals": 1},
            "only numbers and shares have `decimals`, `better`, `scale` and `compare`",
        ),
        ({"id": "a", "label": "A", "compare": {"to": "median", "group": "baltics"}}, "there is no group “baltics”"),
        ({"id": "a", "label": "A", "source": "tow"}, "there is no source “tow”"),
    ],
)  # fmt: skip
def test_a_column_that_makes_no_sense_is_refused(column: dict[str, Any], message: str) -> None:
    assert [p.message for p in reading({}, columns=[column]).errors] == [message]


def grouped(*groups: dict[str, Any], **more: Any) -> Reading:
    return small.reading(about={"groups": list(groups), "subjects": [{"code": "lu", "covered": "no"}]}, **more)


def test_groups_are_those_of_the_edition_and_the_regions_of_the_united_nations() -> None:
    found = grouped({"id": "benelux", "label": "Benelux", "members": ["be", "lu"]}).edition
    assert isinstance(found, Edition)
    everyone = frozenset({"be", "lu"})
    assert members(found) == {"benelux": everyone, "europe": everyone, "western-europe": everyone}


def test_a_group_isn_t_blamed_for_a_member_whose_file_can_t_be_read() -> None:
    found = grouped({"id": "low", "label": "Low", "members": ["be", "lu", "nl"]}, more={"countries/nl.yaml": "code: [nl"}).errors
    assert [problem.path for problem in found] == ["countries/nl.yaml"]


def test_a_groups_members_are_countries_of_the_edition() -> None:
    found = grouped(
        {"id": "a", "label": "A", "members": ["be", "nl"]},
        {"id": "a", "label": "B", "members": ["be"]},
        {"id": "be", "label": "B", "members": ["be"]},
    )
    assert [p.message for p in found.errors] == [
        "“nl” is no country of the edition",
        "the group “a” has the same name",
        "the country “be” has the same name",
    ]


def test_ranks_and_medians_count_only_numbers() -> None:
    about = {"subjects": [{"code": code, "covered": "no"} for code in ("nl", "lu", "fr")]}
    found = reading({"gdp.csv": "code,2018\nbe,3\nnl,5\nlu,3\nfr,..\n"}, about=about).edition
    assert found
    data = found.data
    assert data.rank("gdp", "be", "2018", lowest_first=False) == (2, 3)
    assert data.rank("gdp", "be", "2018", lowest_first=True) == (1, 3)
    assert data.rank("gdp", "fr", "2018", lowest_first=True) is None
    assert data.rank("gdp", "be", "2018", lowest_first=False, among={"be", "lu"}) == (1, 2)
    assert data.median("gdp", "2018") == 3
    assert data.latest("gdp") == "2018"


def test_cells_and_signs_between_them_are_those_of_spreadsheets() -> None:
    assert [letters(n) for n in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]
    assert [delimiter(text) for text in ("a,b", "a;b,5", 'a\t"b,c,d"', "sep=;\na,b", "a")] == [",", ";", "\t", ";", ","]


def test_a_hash_of_a_value_doesnt_look_at_the_rest_of_its_table() -> None:
    rows = "".join(f"be,gdp,{1600 + n},5\n" for n in range(400))
    made = reading({"t.csv": "country,column,year,value\n" + rows}).edition
    assert made
    assert len(list(_parts(made.data))) < 400 * 40


def test_cells_are_looked_at_only_where_a_row_has_them() -> None:
    grid = Grid(GridPlaces("data/t.csv", "", range(1, 3)), [["Country", *(f"c{n}" for n in range(1000))], ["be", "5"]])
    layout = layouts.find(grid)
    assert layout
    ((row, country, texts),) = layout.rows()
    assert (country, len(texts), [cell.named for cell in layout.cells(row, texts)]) == ("be", 2, ["c0"])


def test_a_table_with_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grids, "MAX_CELLS", 100)
    table = "Country,gdp" + "," * 50 + "\nbe,5" + "," * 50 + "\n"
    assert errors({"t.csv": table}) == ["data/t.csv:0:0: the table has over 100 cells"]


def test_tables_with_too_many_cells_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_CELLS", 10)
    tables: dict[str, str | bytes] = {f"t{n}.csv": f"Country,Year,gdp\nbe,{2000 + n},5\n" for n in range(4)}
    assert errors(tables) == ["data/t1.csv:0:0: the tables up to this one have over 10 cells together"]


def test_a_table_of_faults_is_read_up_to_the_most_that_are_told() -> None:
    found = errors({"t.csv": "Country,gdp\n" + "be,x\n" * 1000})
    assert len(found) == read.MOST_IN_FILE + 2
    assert "data/t.csv:0:0: there are more problems in this table" in found


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ("Country,Column,Year,Value\nBEL,internet,2018,2\nBEL,internet,2019,1,5\n", "3:5: cell E3: no heading stands above “5”"),
        ("Country,Column,Year,Value\nBEL,internet,2019,1,234,567\n", "2:5: cell E2: no heading stands above “234”"),
        ("Country,2018,2019\nBEL,1,5,2,7\n", "2:4: cell D2: no heading stands above “2”"),
        ("Country,Internet users,GDP,,\nBEL,1,5,,7\n", "2:5: cell E2: no heading stands above “7”"),
    ],
)  # fmt: skip
def test_a_piece_of_a_number_beyond_the_headings_is_an_error(table: str, place: str) -> None:
    assert errors({"t.csv": table}, columns=COLUMNS[:2]) == [f"data/t.csv:{place}"]


def test_a_note_in_a_workbook_beside_the_headings_is_left_alone() -> None:
    made = raw_workbook("<c><v>88.5</v></c><c/><c/><c><v>3</v></c>", False)
    assert values({"t.xlsx": made}) == {("internet", "be", "2018"): (88.5, ())}


def test_cells_beyond_the_headings_of_a_row_that_is_skipped_are_left_alone() -> None:
    table = "Country,Column,Year,Value\nBEL,internet,2019,1.5\nWorld,internet,2019,1,5\n"
    assert values({"t.csv": table}, settings=[{"file": "data/t.csv", "skip": ["World"]}]) == {("internet", "be", "2019"): (1.5, ())}


def test_empty_cells_beyond_the_headings_are_none() -> None:
    assert values({"t.csv": "Country,Column,Year,Value\nBEL,internet,2019,1.5,,\n"}) == {("internet", "be", "2019"): (1.5, ())}
