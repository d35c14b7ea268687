"""Reads the tables of an edition, and the values in its countries' files.

In: the files in `data/`, columns, countries. Out: a `DataTable`, and every problem with its file, sheet and cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from briefs.edition.data import grids, layouts
from briefs.edition.data.countries import CountryFinder
from briefs.edition.data.kept import KeptTables, Values
from briefs.edition.data.sheets import Found, SheetReader
from briefs.edition.data.table import DataTable, Value
from briefs.edition.data.values import Reader
from briefs.edition.dates import Date
from briefs.edition.model import Column, Columns, Country, TableFile, place_of
from briefs.problems import Place, Problem, UnreadableText, did_you_mean, error, warning

MOST_IN_FILE = 200  # the most problems of one file that are reported
MOST_CELLS = 4_000_000  # the most cells of all tables together


class Tables(NamedTuple):
    """The data of an edition, and the problems in its tables and in the values of countries' files."""

    data: DataTable
    problems: Sequence[Problem]


def read(
    files: Mapping[str, bytes],
    columns: Columns,
    countries: Sequence[Country],
    finder: CountryFinder,
    as_of: Date,
    kept: KeptTables | None = None,
) -> Tables:
    """All data of an edition. `files`: the bytes of the tables by path. `as_of`: no value may be of a later time. `kept`: the store
    of tables that were read before."""
    collector = _Collector(columns, finder, as_of, kept)
    for path in sorted(files):
        collector.file(path, files[path])
    for country in countries:
        collector.country(country)
    return collector.tables()


class _Values:
    """Values by column, country and period, one value for each."""

    def __init__(self, columns: Mapping[str, Column], as_of: Date):
        self._columns, self._as_of = columns, as_of
        self._late: dict[tuple[str, str], bool] = {}
        self.found: dict[str, dict[str, dict[str, Value]]] = {}

    def put(self, found: Found) -> Iterator[Problem]:
        """Add a value, unless there is one for the same column, country and period. Yields what is wrong with it."""
        id, code, period, value = found
        column = self._columns[id]
        series = self.found.setdefault(id, {}).setdefault(code, {})
        if (first := series.setdefault(period, value)) is not value:
            yield from _contradiction(id, code, period, first, value)
            return
        if period and self._is_late(id, period):
            limit = (column.as_of or self._as_of).text
            yield _at(value, f"{period} is later than {limit}, the date of the data", "Correct the period, or `as_of`.")
        if value.content is not None and not (column.source or value.sources or value.facts):
            hint = f"Name one as `source` of the column “{id}” in columns.yaml, or in a column “Source” of the table."
            yield _at(value, "the value has no source", hint)

    def add(self, others: Values) -> Iterator[Problem]:
        """Add the values of a file. Yields an error for each that contradicts an earlier value."""
        for id, countries in others.items():
            own = self.found.setdefault(id, {})
            for code, series in countries.items():
                known = own.setdefault(code, {})
                for period in known.keys() & series.keys():
                    yield from _contradiction(id, code, period, known[period], series[period])
                own[code] = {**series, **known} if known else dict(series)

    def _is_late(self, id: str, period: str) -> bool:
        """Whether a period begins after the date up to which a column has values."""
        if (id, period) not in self._late:
            limit = self._columns[id].as_of or self._as_of
            self._late[id, period] = Date.parse(period).first > limit.last
        return self._late[id, period]


def _contradiction(id: str, code: str, period: str, first: Value, other: Value) -> Iterator[Problem]:
    """An error if two values for the same column, country and period differ."""
    if (first.content, first.status) != (other.content, other.status):
        when = f" in {period}" if period else ""
        yield _at(other, f"“{id}” of {code}{when} has another value at {_where(first)}", "Keep one of the two.")


class _Collector:
    """Collects the values and the problems of all files."""

    def __init__(self, columns: Columns, finder: CountryFinder, as_of: Date, kept: KeptTables | None):
        self._columns = {column.id: column for column in columns.columns}
        self._settings = {table.file: table for table in columns.tables}
        self._finder, self._as_of, self._kept = finder, as_of, kept
        self._values = _Values(self._columns, as_of)
        self._problems: list[Problem] = []
        self._read: set[str] = set()
        self._cells = 0

    def tables(self) -> Tables:
        """The values, each series in the order of time, and the problems."""
        for path, table in self._settings.items():
            if path not in self._read:
                hint = did_you_mean(path, self._read, "Correct the name, or take the entry out.")
                self._problems.append(error(place_of(table.file), f"there is no table “{path}”", hint))
        found = self._values.found
        ordered = {
            id: {code: dict(sorted(series.items())) for code, series in found[id].items()} for id in self._columns if id in found
        }
        return Tables(DataTable(ordered), self._problems)

    def file(self, path: str, data: bytes) -> None:
        """Add the values of a file."""
        self._read.add(path)
        if self._cells > MOST_CELLS:
            return
        known = self._kept.values(path, data) if self._kept else None
        values, cells, problems = (*known, []) if known else self._table(path, data)
        self._cells += cells
        if self._cells > MOST_CELLS:
            hint = "Take out the countries, columns and years that the edition doesn’t need."
            self._problems.append(error(Place(path), f"the tables up to this one have over {MOST_CELLS:,} cells together", hint))
            return
        self._problems += _not_too_many(path, [*problems, *self._values.add(values)])

    def _table(self, path: str, data: bytes) -> tuple[Values, int, list[Problem]]:
        """The values of a file, how many cells it has, and what is wrong in it."""
        settings = self._settings.get(path) or TableFile(file=path)
        found, problems = grids.read(path, data)
        cells = sum(len(row) for grid in found for row in grid.rows)
        values = _Values(self._columns, self._as_of)
        if self._cells + cells <= MOST_CELLS:
            for problem in self._read_grids(path, found, settings, values, problems):
                problems.append(problem)
                if len(problems) > MOST_IN_FILE:
                    break
        if self._kept and not problems:
            self._kept.keep(path, data, values.found, cells)
        return values.found, cells, problems

    def _read_grids(
        self, path: str, found: Sequence[grids.Grid], settings: TableFile, values: _Values, problems: list[Problem]
    ) -> Iterator[Problem]:
        """Add the values of a file's grids. Yields what is wrong with them."""
        for layout in laid_out(path, found, settings, problems):
            for item in SheetReader(layout, settings, self._columns, self._finder).read():
                if isinstance(item, Found):
                    yield from values.put(item)
                else:
                    yield item

    def country(self, country: Country) -> None:
        """Add the values that a country's own file gives."""
        for id, cell in country.data.items():
            place = place_of(cell.value)
            if id not in self._columns:
                hint = did_you_mean(id, self._columns, "Declare it in columns.yaml.")
                self._problems.append(error(place, f"there is no column “{id}”", hint))
                continue
            try:
                content, statuses = Reader(self._columns[id]).read(cell.value)
            except UnreadableText as fault:
                self._problems.append(error(place, fault.args[0], fault.hint))
                continue
            value = Value(content, statuses, tuple(cell.sources), tuple(cell.facts), written=place)
            self._problems += self._values.put(Found(id, country.code, cell.period.text if cell.period else "", value))


def _not_too_many(path: str, problems: Sequence[Problem]) -> list[Problem]:
    """The first problems of a file, and a note if there are more."""
    if len(problems) <= MOST_IN_FILE:
        return list(problems)
    hint = "Mend the first ones, and run `check` again."
    return [*problems[: MOST_IN_FILE + 1], error(Place(path), "there are more problems in this table", hint)]


def laid_out(path: str, found: Sequence[grids.Grid], settings: TableFile, problems: list[Problem]) -> Iterator[layouts.Layout]:
    """The layouts of a file's sheets. Adds problems for sheets that have none or don't
    exist."""
    names, listed = {grid.places.sheet for grid in found}, set(settings.sheets)
    wanted = [grid for grid in found if not listed or grid.places.sheet in listed]
    for name in sorted(listed - names) if found else ():
        hint = did_you_mean(name, names, "Correct the name under `tables` in columns.yaml.")
        problems.append(error(place_of(name), f"there is no sheet “{name}” in {path}", hint))
    known = [(grid, layouts.find(grid)) for grid in wanted if any(map(any, grid.rows))]
    has_layout = any(layout for _, layout in known)
    for grid, layout in known:
        if layout:
            yield layout
            continue
        hint = "Head that column with Country or Code, and the others with years or ids of columns."
        if has_layout:
            what = f"the sheet “{grid.places.sheet}” isn’t read: none of its rows has headings"
            problems.append(warning(Place(path), what, hint))
        else:
            problems.append(error(Place(path, "", 1), "no row says which column has the countries", hint))
    if found and not known:
        problems.append(error(Place(path), "the table is empty", "Fill it or delete it."))


def _at(value: Value, message: str, hint: str) -> Problem:
    """An error at the place of a value; for a value in a table, at its cell."""
    return value.places.problem(value.row, value.column, message, hint) if value.places else error(value.place, message, hint)


def _where(value: Value) -> str:
    """The place of a value in words."""
    place = value.place
    return f"{place.path}, cell {place.anchor}" if value.places else f"{place.path}:{place.line}"
