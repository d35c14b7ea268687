"""The facts, countries and values of an edition as tables of texts: a row for each of them, a column for each field.

In: an edition, the codes of countries. Out: `ContentTable`s. Each row ends with a hash of every field. The hashes show later what
was edited, also where nothing may be, and whether the content has changed since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from briefs.edition.data import grids
from briefs.edition.data.table import Value
from briefs.edition.model import KEY_POINTS, Edition, Fact

WRITTEN = "as written"  # how the heading of the column of hashes begins
_DATE = "A year, month, day or span: 2019, 2019-09, 2019-09-12, 2019-09/2019-11."
_PAGE = "A brief has one page: what is longer pushes facts off it."
_SIZES = {"stance_note": (30, "A few words beside the stance.")}  # the width in characters, and the hint


@dataclass(frozen=True)
class FieldColumn:
    """A column.

    `name`: its heading. `width`: in characters. `hint`: what the spreadsheet tells a person who edits a cell. `choices`: the texts
    that may be written in it; if empty, any text. `is_locked`: the column says what the row is about, and can't be edited.
    """

    name: str
    width: int
    hint: str = ""
    choices: tuple[str, ...] = ()
    is_locked: bool = False


@dataclass(frozen=True)
class ContentTable:
    """A table: its name, its columns (the last one holds the hashes), and its rows, as long as the columns."""

    name: str
    columns: Sequence[FieldColumn]
    rows: Sequence[Sequence[str]]


def facts(edition: Edition, codes: Collection[str]) -> ContentTable:
    """The facts of some countries, in the order of the content."""
    topics = tuple(topic.id for topic in edition.about.topics)
    columns = [
        FieldColumn("code", 8, "The country’s code.", tuple(edition.countries)),
        FieldColumn("country", 16, "From the code.", is_locked=True),
        FieldColumn("id", 10, "The fact’s name. A new fact gets one when the file is merged.", is_locked=True),
        FieldColumn("topic", 12, "One of the edition’s topics.", topics),
        FieldColumn("text", 80, f"One or two sentences in Markdown, with the key phrase in **two asterisks**. {_PAGE}"),
        FieldColumn("date", 12, f"{_DATE} Not together with `due`."),
        FieldColumn("due", 12, f"{_DATE} Not together with `date`."),
        FieldColumn("priority", 9, "1 is printed first; 3 gives way if a page is full.", ("1", "2", "3")),
        FieldColumn("sources", 30, "Keys of sources, with a comma between them."),
    ]
    rows = [_fact(edition, code, fact) for code in codes for fact in edition.countries[code].facts]
    return _table(edition, "facts", columns, rows)


def countries(edition: Edition, codes: Collection[str]) -> ContentTable:
    """The stance, the summary and the key points of some countries. A stance that is computed is left out."""
    steps = tuple(step.id for step in edition.about.scale)
    texts = (*(("stance_note",) if steps else ()), "summary", *KEY_POINTS)
    is_written = bool(steps) and not edition.about.computed_stance
    columns = [
        FieldColumn("code", 8, "The country’s code.", is_locked=True),
        FieldColumn("country", 16, "From the code.", is_locked=True),
        *([FieldColumn("stance", 12, "One of the steps of the scale.", steps)] if is_written else []),
        *(FieldColumn(name, *_SIZES.get(name, (60, _PAGE))) for name in texts),
    ]
    rows = []
    for code in codes:
        country = edition.countries[code]
        stance = [str(country.stance)] if is_written else []
        rows.append([code, edition.names[code], *stance, *(_text(getattr(country, name)) for name in texts)])
    return _table(edition, "countries", columns, rows)


def values(edition: Edition, codes: Collection[str], files: Mapping[str, bytes]) -> ContentTable:
    """The values of the data of some countries, as they stand in their files. `files`: the files of the content, by path."""
    columns = [
        FieldColumn("code", 8, "The country’s code.", is_locked=True),
        FieldColumn("country", 16, "From the code.", is_locked=True),
        FieldColumn("column", 18, "The column’s id in columns.yaml.", is_locked=True),
        FieldColumn("period", 10, "The time that the value is of.", is_locked=True),
        FieldColumn("value", 24, "As it stands in its file; .. where there is none. A new value is a new row."),
        FieldColumn("unit", 18, "From columns.yaml.", is_locked=True),
        FieldColumn("facts", 18, "The facts that it rests on.", is_locked=True),
        FieldColumn("sources", 18, "Keys of its own sources, with a comma between them. Without any, the column’s source counts."),
        FieldColumn("file", 26, "Where it stands. A new value needs it only if several tables have its column.", is_locked=True),
    ]
    written = WrittenValues(edition, files)
    rows = [
        [code, edition.names[code], id, period, said, _text(edition.columns[id].unit), *_beside(value)]
        for id, code, period, value in edition.data
        if code in codes and code in edition.countries and (said := written.text(id, code, value)) is not None
    ]
    return _table(edition, "data", columns, rows)


def _beside(value: Value) -> tuple[str, str, str]:
    """The facts and the sources of a value, and its file."""
    return ", ".join(value.facts), ", ".join(value.sources), value.place.path


class WrittenValues:
    """What the cells of values say in their files, before they are read as numbers, dates or categories."""

    def __init__(self, edition: Edition, files: Mapping[str, bytes]):
        self._edition, self._files = edition, files
        self._grids: dict[str, list[grids.Grid]] = {}

    def text(self, column: str, code: str, value: Value) -> str | None:
        """The text of a value's cell. None if its file can't be found."""
        if value.places is None:
            cell = self._edition.countries[code].data.get(column)
            return str(cell.value).strip() if cell else None
        path = value.places.path
        if path not in self._grids:
            self._grids[path] = grids.read(path, self._files[path])[0] if path in self._files else []
        return next((grid.rows[value.row][value.column] for grid in self._grids[path] if grid.places == value.places), None)


def _fact(edition: Edition, code: str, fact: Fact) -> list[str]:
    dates = (found.text if found else "" for found in (fact.date, fact.due))
    sources = ", ".join(fact.sources)
    return [code, edition.names[code], str(fact.id), str(fact.topic), _text(fact.text), *dates, str(fact.priority), sources]


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _table(edition: Edition, name: str, columns: Sequence[FieldColumn], rows: Sequence[Sequence[str]]) -> ContentTable:
    """The table with its column of hashes. The heading of that column has, for each country, a hash of the names of its rows. It
    shows later whether a missing row was deleted."""
    codes = dict.fromkeys(row[0] for row in rows)
    heading = f"{WRITTEN}: {hashed({code: names_of(name, edition, code) for code in codes})}"
    made = [[*row, hashed(dict(zip((column.name for column in columns), row, strict=True)))] for row in rows]
    hashes = FieldColumn(heading, 10, "By this it is known what was edited. Leave it as it is.", is_locked=True)
    return ContentTable(name, [*columns, hashes], made)


def names_of(table: str, edition: Edition, code: str) -> str:
    """The names of a country's rows in a table, in one text: the ids of its facts in the order of the content, or the columns and
    periods of its values."""
    if table == "data":
        values = edition.data.of([code])
        return "; ".join(f"{column} {period}" for column, _, period, _ in values)
    return " ".join(fact.id for fact in edition.countries[code].facts)


def hashed(fields: Mapping[str, str]) -> str:
    """The hashes of fields as they stand in the last column: `text=2f1e… date=…`."""
    return " ".join(f"{name}={digest(value)}" for name, value in fields.items())


def digest(value: str) -> str:
    """12 hexadecimal digits of the SHA-256 of a field."""
    return hashlib.sha256(value.encode()).hexdigest()[:12]
