"""The values of one sheet of a table.

In: a `Grid` with its layout, what columns.yaml says of the file, the columns, the countries. Out: each value with its column,
country and period; and the problems of cells that can't be understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from briefs.edition.data import values
from briefs.edition.data.countries import CountryFinder
from briefs.edition.data.grids import GridPlaces
from briefs.edition.data.layouts import Cell, Layout
from briefs.edition.data.table import Content, Status, Value
from briefs.edition.data.values import Reader
from briefs.edition.dates import Date
from briefs.edition.model import Column, TableFile
from briefs.problems import Problem, UnreadableText, did_you_mean, warning

MOST_UNKNOWN = 20  # headings that are no columns and are named one by one


class Found(NamedTuple):
    """A value of a sheet, with the column, country and period that it is for."""

    column: str
    country: str
    period: str
    value: Value


_BEYOND = "Put a number with a comma into quotation marks, or write it without the comma. If it is a column of its own, head it."


class CellFault(Exception):
    """A cell can't be understood. `at`: the index of its column in the grid. `hint`: what to write instead."""

    def __init__(self, at: int, message: str, hint: str = ""):
        self.at, self.message, self.hint = at, message, hint
        super().__init__(message)


class SheetReader:
    """Reads one sheet."""

    def __init__(self, layout: Layout, settings: TableFile, columns: Mapping[str, Column], finder: CountryFinder):
        self._layout, self._settings, self._columns, self._finder = layout, settings, columns, finder
        self._named = headings(columns.values())
        self._skipped = {folded(text) for text in settings.skip}
        self._readers: dict[str, Reader | None] = {}  # by the table's name of the column
        self._periods: dict[str, str] = {}
        self._units: dict[str, str] = {}
        self._unknown: dict[str, tuple[int, int]] = {}  # names that no column has, and where each stands first

    def read(self) -> Iterator[Found | Problem]:
        """Every value, and a problem for each cell that isn't understood."""
        places = self._layout.grid.places
        for row, text, texts in self._layout.rows():
            try:
                country = self._country(text)
                if country and (at := self._layout.beyond(texts)) is not None:
                    raise CellFault(at, f"no heading stands above “{texts[at][:40]}”", _BEYOND)
                for cell in self._layout.cells(row, texts) if country else ():
                    try:
                        if found := self._found(country or "", cell):
                            yield found
                    except CellFault as fault:
                        yield places.problem(row, fault.at, fault.message, fault.hint)
            except CellFault as fault:
                yield places.problem(row, fault.at, fault.message, fault.hint)
        if (flags := self._layout.stray_flags) is not None:
            hint = "Write them behind the numbers (83.4 p), or one value a row. If this is a column of its own, call it otherwise."
            yield places.problem(self._layout.heading, flags, "nothing says which value of a row these flags belong to", hint)
        yield from self._warnings(places)

    def addressed(self) -> Iterator[tuple[str, str, str, Cell]]:
        """The column, country and period of each cell that has a value or might have one, and the cell. The cell's text isn't read,
        so no error in it is reported."""
        for row, text, texts in self._layout.rows():
            with suppress(CellFault):
                country = self._country(text)
                for cell in self._layout.cells(row, texts, empty=True) if country else ():
                    if reader := self._reader(cell):
                        yield reader.column.id, country or "", self._period(cell, reader.column), cell

    def _found(self, country: str, cell: Cell) -> Found | None:
        """The value of a cell. None if its column isn't one of the edition."""
        reader = self._readers[cell.named] if cell.named in self._readers else self._reader(cell)
        if reader is None:
            return None
        grid = self._layout.grid
        if (cell.row, cell.column) in grid.uncomputed:
            raise CellFault(cell.column, *grid.without_value(cell.row, cell.column))
        try:
            content, statuses = reader.read(cell.text)
        except UnreadableText as fault:
            raise CellFault(cell.column, fault.args[0], fault.hint) from None
        if cell.unit:
            self._check_unit(cell, reader.column)
        if cell.status:
            statuses = (*statuses, *self._statuses(cell, content))
        sources = tuple(key.strip() for key in cell.source.split(";")) if cell.source else ()
        value = Value(content, statuses, sources, (), grid.places, cell.row, cell.column)
        period = self._periods.get(cell.period) or self._period(cell, reader.column)
        return Found(reader.column.id, country, period, value)

    def _country(self, text: str) -> str | None:
        """The country of a row. None if the row is to be skipped, or about another country."""
        if folded(text) in self._skipped:
            return None
        at = self._layout.parts["country"]
        if not text:
            raise CellFault(at, "the row has values and no country", "Write one, or take the row out.")
        try:
            return self._finder.find(text)
        except UnreadableText as fault:
            raise CellFault(at, fault.args[0], fault.hint) from None

    def _reader(self, cell: Cell) -> Reader | None:
        """The reader of a cell's column. None if the edition has no such column, which is then
        noted."""
        id = self._named.get(folded(cell.named)) if cell.named else self._settings.column or self._only()
        reader = Reader(self._columns[id], self._settings.decimal) if id and id in self._columns else None
        if id is None:
            names = self._layout.parts.get("column")
            self._unknown[cell.named] = (self._layout.heading, cell.column) if names is None else (cell.row, names)
        return self._readers.setdefault(cell.named, reader)

    def _only(self) -> str | None:
        """The column for a file that has no name for its values: the column that the file is named after, or the edition's only
        column."""
        stem = self._layout.grid.places.path.rpartition("/")[2].partition(".")[0]
        return self._named.get(folded(stem)) or (next(iter(self._columns)) if len(self._columns) == 1 else None)

    def _check_unit(self, cell: Cell, column: Column) -> None:
        """Raise CellFault unless the unit is the same in all rows of a column."""
        first = self._units.setdefault(column.id, cell.unit)
        if first != cell.unit and folded(first) != folded(cell.unit):
            what = f"the unit of “{column.id}” is “{cell.unit[:40]}” here and “{first[:40]}” above"
            raise CellFault(self._layout.parts["unit"], what, "Make a column of each unit, or convert the values.")

    def _statuses(self, cell: Cell, content: Content) -> tuple[Status, ...]:
        """The statuses in the cell of flags that belongs to a value."""
        try:
            found, has_none = values.read_status(cell.status)
        except UnreadableText as fault:
            raise CellFault(self._layout.parts["status"], str(fault), fault.hint) from None
        if has_none and content is not None:
            what = f"the flag “{cell.status[:40]}” says that there is no value, but there is one"
            raise CellFault(cell.column, what, "Take out one of the two.")
        return found

    def _period(self, cell: Cell, column: Column) -> str:
        """The period of a cell: its own, the file's or the column's date. Empty if none is known."""
        if not cell.period:
            date = self._settings.period or column.as_of
            return date.text if date else ""
        try:
            return self._periods.setdefault(cell.period, Date.parse(cell.period).text)
        except ValueError as fault:
            raise CellFault(self._layout.parts.get("period", cell.column), str(fault), _period_hint(cell.period)) from None

    def _warnings(self, places: GridPlaces) -> Iterator[Problem]:
        """Problems about headings and names of columns that columns.yaml doesn't have."""
        for number, (name, (row, at)) in enumerate(self._unknown.items()):
            if number == MOST_UNKNOWN:
                yield warning(places.place(row, at), f"{len(self._unknown) - number:,} more columns of this table aren’t read", "")
                return
            if name:
                said = f"“{name[:80]}” is no column of columns.yaml, so its values aren’t read"
                hint = did_you_mean(name, self._named, "Declare it there, with this heading under `headings`, if it should be.")
                yield warning(places.place(row, at), said, hint)
            else:
                hint = "Name the `column` of this file under `tables` in columns.yaml."
                yield places.problem(row, at, "nothing says what these values are", hint)


def _period_hint(text: str) -> str:
    """What to write in place of a text that is no period."""
    quarter = re.fullmatch(r"(\d{4})-?Q([1-4])", text.strip(), re.IGNORECASE)
    if not quarter:
        return "Write the period so. If a spreadsheet program has altered it, give the cells the format of text."
    first = 3 * int(quarter[2]) - 2
    return f"A quarter is a span of months: {quarter[1]}-{first:02}/{quarter[1]}-{first + 2:02}."


def headings(columns: Iterable[Column]) -> dict[str, str]:
    """The id of each column by the names that tables may have for it: its id, its label, and the headings that it lists."""
    found: dict[str, str] = {}
    for column in columns:
        for name in (column.id, column.label.markdown, *column.headings):
            found.setdefault(folded(name), column.id)
    return found


def folded(text: str) -> str:
    """The name of a column as names are compared: in small letters, with single spaces."""
    return " ".join(text.split()).casefold()
