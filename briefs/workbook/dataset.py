"""An edition as data: its countries, facts, columns, values and sources as CSV, as a workbook, and as a Frictionless data package.

In: an edition. Out: files by name, the same bytes for the same edition. `datapackage.json` says what each field means, from which
sources it comes and under which licence it may be used. https://datapackage.org/standard/data-package/ (version 2)
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import xlsxwriter

from briefs.edition import restrictions
from briefs.edition.data.table import Value
from briefs.edition.data.values import plain
from briefs.edition.model import KEY_POINTS, Column, Country, Edition
from briefs.problems import Problem, Problems
from briefs.workbook.files import MOST, guarded

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_JOIN = "; "  # stands between several ids in a cell
_PARTIAL = "As far as it is known: a year, a month or a day (ISO 8601), or a span with a slash."
_ABOUT = (
    "Texts are Markdown. Several ids in a cell are separated by semicolons. An empty cell of a value says that none is recorded. "
    "In CSV a text that begins with =, +, - or @ has an apostrophe before it, so that no spreadsheet computes it."
)
Cell = str | int | float | bool | None


@dataclass(frozen=True)
class DataField:
    """A field of a table: its name, its type in Table Schema, and what it means."""

    name: str
    type: str
    meaning: str
    values: Sequence[str] = ()

    def described(self) -> dict[str, object]:
        """The field as Table Schema describes it."""
        limits = {"constraints": {"enum": list(self.values)}} if self.values else {}
        return {"name": self.name, "type": self.type, "description": self.meaning, **limits}


@dataclass(frozen=True)
class DataFile:
    """A table of the package. `meaning`: what it holds, in words. `key`: the names of the fields that identify a row. `refers`: its
    foreign keys, each as a field of this table, the other table, and the field there."""

    name: str
    meaning: str
    fields: Sequence[DataField]
    rows: Sequence[Sequence[Cell]]
    key: Sequence[str]
    refers: Sequence[tuple[str, str, str]] = field(default=())


def files(edition: Edition) -> dict[str, bytes]:
    """The files of an edition's data set by their names."""
    tables = [_countries(edition), _facts(edition), _columns(edition), _values(edition), _sources(edition)]
    made = {f"{table.name}.csv": _csv(table) for table in tables}
    package = json.dumps(_package(edition, tables, made), ensure_ascii=False, indent=2)
    return {**made, "dataset.xlsx": _xlsx(tables, edition), "datapackage.json": f"{package}\n".encode()}


def _countries(edition: Edition) -> DataFile:
    steps = [step.id for step in edition.about.scale]
    own = [
        DataField("stance", "string", "Where the country stands: the id of a step of the scale.", steps),
        DataField("stance_label", "string", "The same in words."),
        DataField("stance_note", "string", "What qualifies the stance."),
    ]
    texts = [DataField(name, "string", f"The text `{name}` of the country’s brief.") for name in ("summary", *KEY_POINTS)]
    fields = [
        DataField("code", "string", "ISO 3166-1 alpha-2, in small letters, or a code of the edition’s own."),
        DataField("name", "string", "What the edition calls the country."),
        DataField("covered", "boolean", "Whether the edition has data about it."),
        *(own if steps else []),
        *texts,
    ]
    rows = [_country(edition, code, fields) for code in sorted(edition.names)]
    return DataFile("countries", "The countries of the edition.", fields, rows, ["code"])


def _country(edition: Edition, code: str, fields: Sequence[DataField]) -> list[Cell]:
    country = edition.countries.get(code)
    stance = edition.stance(code) if country else None
    known: dict[str, Cell] = {"code": code, "name": edition.names[code], "covered": country is not None}
    known |= {"stance": stance.id, "stance_label": str(stance.label)} if stance else {}
    return [known.get(field.name, _text(country, field.name)) for field in fields]


def _text(country: Country | None, name: str) -> Cell:
    found = getattr(country, name, None)
    return None if found is None else str(found)


def _facts(edition: Edition) -> DataFile:
    fields = [
        DataField("country", "string", "The code of the country that the fact is about."),
        DataField("id", "string", "The fact’s name, which no other fact gets."),
        DataField("topic", "string", "What it is about.", [topic.id for topic in edition.about.topics]),
        DataField("text", "string", "The fact, with its key phrase between two pairs of asterisks."),
        DataField("date", "string", f"When it happened or was said. {_PARTIAL}"),
        DataField("due", "string", f"When it is planned. {_PARTIAL}"),
        DataField("priority", "integer", "1 stands first, 2 is usual, 3 stands last."),
        DataField("sources", "string", "The ids of the sources that say so."),
    ]
    rows = [
        [code, fact.id, fact.topic, str(fact.text), *_dates(fact.date, fact.due), fact.priority, _JOIN.join(fact.sources)]
        for code, country in sorted(edition.countries.items())
        for fact in country.facts
    ]
    return DataFile("facts", "What is known of each country, with its sources.", fields, rows, ["country", "id"], [_COUNTRY])


_COUNTRY = ("country", "countries", "code")


def _dates(*dates: object) -> Iterator[Cell]:
    yield from (getattr(date, "text", None) for date in dates)


def _columns(edition: Edition) -> DataFile:
    fields = [
        DataField("id", "string", "The column’s name."),
        DataField("label", "string", "What it is called."),
        DataField("kind", "string", "number, share (0 to 100), category, yes-no, date or text."),
        DataField("unit", "string", "The unit of its values."),
        DataField("decimals", "integer", "How many decimals are printed."),
        DataField("better", "string", "Which direction is better, higher or lower, if either is."),
        DataField("values", "string", "The values of a category, in their order."),
        DataField("as_of", "string", f"No value is of a later time. {_PARTIAL}"),
        DataField("source", "string", "The id of the source of its values that name none themselves."),
        DataField("note", "string", "What readers should know about it."),
    ]
    rows = [
        [
            column.id, str(column.label), column.kind, *_texts(column.unit), column.decimals, column.better,
            _JOIN.join(str(category.label) for category in column.values), *_dates(column.as_of), column.source,
            *_texts(column.note),
        ]
        for column in edition.columns.values()
    ]  # fmt: skip
    return DataFile("columns", "What the columns of the values mean.", fields, rows, ["id"])


def _texts(*texts: object) -> Iterator[Cell]:
    yield from (None if text is None else str(text) for text in texts)


def _values(edition: Edition) -> DataFile:
    fields = [
        DataField("country", "string", "The code of the country."),
        DataField("column", "string", "The id of the column."),
        DataField("period", "string", f"The time that the value is of. {_PARTIAL}"),
        DataField("number", "number", "The value, if it is a number."),
        DataField("text", "string", "The value, if it is none: a category’s label, true or false, a date, a text."),
        DataField("status", "string", "How the value was come by: estimated, provisional, a break in the series, and the like."),
        DataField("facts", "string", "The ids of the country’s facts that the value rests on."),
        DataField("sources", "string", "The ids of its sources."),
    ]
    rows = [
        [code, id, period or None, *_content(edition.columns[id], value), *_beside(edition.columns[id], value)]
        for id, code, period, value in edition.data
    ]
    key, refers = ["country", "column", "period"], [_COUNTRY, ("column", "columns", "id")]
    return DataFile("values", "The value of each country, column and period.", fields, rows, key, refers)


def _content(column: Column, value: Value) -> tuple[Cell, Cell]:
    if value.number is not None:
        return value.number, None
    said = plain(column, value.content)
    return None, str(said).lower() if isinstance(said, bool) else None if said is None else str(said)


def _beside(column: Column, value: Value) -> Iterator[Cell]:
    sources = value.sources or ((column.source,) if column.source and not value.facts else ())
    yield from (_JOIN.join(map(str, several)) or None for several in (value.status, value.facts, sources))


def _sources(edition: Edition) -> DataFile:
    fields = [
        DataField("id", "string", "The source’s name."),
        DataField("type", "string", "Its type, by the Citation Style Language."),
        DataField("title", "string", "Its title."),
        DataField("house", "string", "Its newspaper or site, publisher, or first author."),
        DataField("issued", "string", f"When it appeared. {_PARTIAL}"),
        DataField("url", "string", "Its address."),
        DataField("doi", "string", "Its DOI."),
    ]
    rows = [
        [source.id, source.type, *_texts(source.title), source.house or None, *_dates(source.issued), source.URL, source.DOI]
        for _, source in sorted(edition.sources.items())
    ]
    return DataFile("sources", "The sources of facts and values.", fields, rows, ["id"])


# The files.


def _csv(table: DataFile) -> bytes:
    """A table as CSV: UTF-8, lines that end with CR and LF (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([field.name for field in table.fields])
    writer.writerows([_written(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode()


def _written(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell)
    return "" if cell is None else guarded(cell) if isinstance(cell, str) else str(cell)


def _number(number: float) -> str:
    """The shortest form from which the same number is read again. A whole number has no decimal point."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _xlsx(tables: Iterable[DataFile], edition: Edition) -> bytes:
    """A workbook with a sheet for each table, and a sheet that says what the fields mean. No text becomes a formula or a link.
    Raises Problems if a cell can't hold a text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made = datetime.datetime.combine(edition.about.date.first, datetime.time())
    book.set_properties({"created": made, "keywords": restrictions.of(edition).keywords})
    head = book.add_format({"bold": True, "bottom": 1})
    meanings: list[list[Cell]] = []
    for table in tables:
        meanings += [[table.name, field.name, field.type, field.meaning] for field in table.fields]
        _sheet(book, table.name, [field.name for field in table.fields], table.rows, head)
    _sheet(book, "fields", ["table", "field", "type", "meaning"], meanings, head)
    book.close()
    return out.getvalue()


def _sheet(book: xlsxwriter.Workbook, name: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], head: object) -> None:
    sheet = book.add_worksheet(name)
    for number, words in enumerate(heads):
        sheet.write_string(0, number, words, head)
    for line, row in enumerate(rows, 1):
        for number, cell in enumerate(row):
            if isinstance(cell, bool):
                sheet.write_boolean(line, number, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(line, number, cell)
            elif cell:
                if len(cell) > MOST:  # xlsxwriter would cut the text off
                    what, hint = f"no cell of a workbook can hold “{cell[:60]}…”", "Divide this text."
                    raise Problems([Problem("error", "dataset.xlsx", 0, 0, what, hint)])
                sheet.write_string(line, number, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(heads) - 1)


# The description.


def _package(edition: Edition, tables: Sequence[DataFile], made: dict[str, bytes]) -> dict[str, object]:
    about = edition.about
    subtitle = f"{about.subtitle}. " if about.subtitle else ""
    found: dict[str, object] = {
        "$schema": PROFILE,
        "name": re.sub(r"[^a-z0-9]+", "-", str(about.title).lower()).strip("-") or "edition",
        "title": str(about.title),
        "description": f"{subtitle}As of {about.as_of.countries.text}. {_ABOUT}",
        "version": about.date.text,
        "created": f"{about.date.first.isoformat()}T00:00:00Z",
        "contributors": [{"title": str(name), "roles": ["author"]} for name in about.authors],
    }
    if about.publisher:
        found["contributors"] = [*_listed(found["contributors"]), {"title": str(about.publisher), "roles": ["publisher"]}]
    if about.address:
        found["homepage"] = about.address
    if about.licence:
        name = re.sub(r"[^-a-zA-Z0-9._]+", "-", str(about.licence)).strip("-")
        found["licenses"] = [{"name": name, "title": str(about.licence)}]
    restriction = restrictions.of(edition)
    found |= {"keywords": list(restriction.markings)} if restriction.markings else {}
    found |= {"embargo": restriction.embargo} if restriction.embargo else {}
    retold = [edition.sources[key] for key in about.retells if key in edition.sources]
    if retold:
        found["sources"] = [{"title": str(one.title or one.house), **({"path": one.URL} if one.URL else {})} for one in retold]
    found["resources"] = [_resource(table, made[f"{table.name}.csv"]) for table in tables]
    return {key: value for key, value in found.items() if value}


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _resource(table: DataFile, data: bytes) -> dict[str, object]:
    refers = [{"fields": [own], "reference": {"resource": other, "fields": [key]}} for own, other, key in table.refers]
    fields = [one.described() for one in table.fields]
    schema: dict[str, object] = {"fields": fields, "primaryKey": list(table.key), "missingValues": [""]}
    return {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.csv",
        "title": table.meaning,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": {**schema, **({"foreignKeys": refers} if refers else {})},
    }
