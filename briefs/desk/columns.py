"""A column of the data as a form: its value for each country in one period, wherever the value stands.

In: the files of the edition. Out: a `ColumnForm`, which turns texts that somebody wrote into changes for `edition/write.py`. A new
value goes into a table that has the column; if none has it, into the country's own file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import PurePosixPath

from pydantic import ValidationError

from briefs.desk.forms import FactFields, FileForm, FormField, choices_of, keys_in
from briefs.edition import yamls
from briefs.edition.data import grids
from briefs.edition.data.countries import CountryFinder
from briefs.edition.data.layouts import Cell, Layout
from briefs.edition.data.read import laid_out
from briefs.edition.data.sheets import SheetReader
from briefs.edition.model import Column, Columns, Edition, TableFile, place_of
from briefs.edition.names import knows_language
from briefs.edition.read import TABLES
from briefs.edition.write import AddRow, AddValue, AnyChange, Remove, Reword, SetList
from briefs.edition.yamls import Data
from briefs.problems import Place, Problem

VALUE, FLAG, SOURCES, FACTS = "value", "flag", "sources", "facts"
_PARTS = {VALUE: "value", FLAG: "status", SOURCES: "source"}  # the names of a value's parts in `Layout.parts`
_grids = lru_cache(maxsize=50)(grids.read)
_document = lru_cache(maxsize=500)(yamls.load)


@dataclass(frozen=True)
class _Table:
    """A sheet that has the column. `cells`: the cells with its values, by country code and period. `named`: the column's name in
    the sheet."""

    path: str
    layout: Layout
    cells: Mapping[tuple[str, str], Cell]
    named: str

    def place(self, row: int, column: int) -> Place:
        """The place of a cell of the grid."""
        return self.layout.grid.places.place(row, column)

    def index(self, part: str, cell: Cell | None) -> int | None:
        """The index of the sheet's column for a part of a value: the value itself, its flag or its sources. None if there is none.
        `cell`: the value's cell, or None if the value is new."""
        if part == VALUE and cell:
            return cell.column
        is_beside = self.layout.is_tidy or part == SOURCES
        return self.layout.parts.get(_PARTS[part]) if is_beside else None

    def heading(self, period: str) -> int | None:
        """The index of the sheet's column for values of a period, in a sheet that isn't tidy. A new year gets the next free column.
        None if the sheet has no column for the period."""
        layout = self.layout
        if not layout.years:
            return next((at for at, text in layout.others.items() if text == self.named), None)
        known = next((at for at, year in layout.years.items() if year == period), None)
        is_new = known is None and period.isdecimal() and len(period) == 4
        return len(layout.grid.rows[layout.heading]) if is_new else known

    def row_of(self, code: str) -> int | None:
        """The row of a country in a sheet with a column for each year. None for other sheets, and for a country without a row."""
        rows = (cell.row for (own, _), cell in self.cells.items() if own == code)
        return next(rows, None) if self.layout.years else None

    def country(self, edition: Edition, code: str) -> str:
        """The country as the sheet would write it: its code if the sheet has codes, else its name."""
        at = self.layout.parts["country"]
        written = [texts[at] for _, _, texts in self.layout.rows() if len(texts) > at]
        if written and all(len(text) == len(code) for text in written):
            return code if written[0].islower() else code.upper()
        return edition.names[code]


@dataclass(frozen=True)
class _ValueSlot:
    """Where the value of a country stands, or would stand. `table`: None for the country's own file. `cell`: None if it is new."""

    code: str
    path: str
    table: _Table | None = None
    cell: Cell | None = None
    is_written: bool = False


@dataclass(frozen=True)
class ColumnForm(FileForm):
    """The form of a column in a period. `path` names the form; its files are those of its fields."""

    edition: Edition | None = field(default=None, repr=False, compare=False)
    column: str = ""
    period: str = ""
    slots: tuple[_ValueSlot, ...] = ()

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset(slot.path for slot in self.slots if slot.table)

    def field_of(self, problem: Problem) -> str:
        """The name of the field that has a problem in its cell of a table, or on its line of a country's file."""
        own = [one for one in self.all.values() if one.place.path == problem.path and one.line and one.line == problem.line]
        exact = [one for one in own if one.place.column == problem.column]
        return next((one.name for one in (*exact, *own)), "")

    def concerns(self, problem: Problem) -> bool:
        return problem.path in self._paths or bool(self.field_of(problem))

    def changes(self, texts: Mapping[str, str]) -> Iterator[AnyChange]:
        """The changes that give values these texts."""
        for slot in self.slots:
            own = {name.partition("/")[2]: one for name, one in self.all.items() if name.startswith(f"{slot.code}/")}
            wanted = {part: texts.get(one.name, one.text).strip() for part, one in own.items()}
            changed = {part: text for part, text in wanted.items() if not own[part].same(text, own[part].text)}
            if changed and slot.table:
                yield from self._in_table(slot, slot.table, wanted, changed)
            elif changed:
                yield from self._in_country(slot, wanted, changed)

    def _in_country(self, slot: _ValueSlot, wanted: Mapping[str, str], changed: Mapping[str, str]) -> Iterator[AnyChange]:
        name = f"{slot.path}#data/{self.column}"
        if not slot.is_written:
            facts, sources = (tuple(keys_in(wanted[part])) for part in (FACTS, SOURCES))
            yield AddValue(name, wanted[VALUE], self.period, facts, sources)
        elif not wanted[VALUE]:
            yield Remove(name)
        else:
            for part, text in changed.items():
                yield Reword(f"{name}/value", text) if part == VALUE else SetList(f"{name}/{part}", tuple(keys_in(text)))

    def _in_table(
        self, slot: _ValueSlot, table: _Table, wanted: Mapping[str, str], changed: Mapping[str, str]
    ) -> Iterator[AnyChange]:
        if slot.cell:
            for part, text in changed.items():
                at = table.index(part, slot.cell)
                assert at is not None
                yield self._reword(table, slot.cell.row, at, _joined(part, text))
            return
        layout, row = table.layout, table.row_of(slot.code)
        at = layout.parts["value"] if layout.is_tidy else table.heading(self.period)
        assert at is not None and self.edition
        if layout.years and at not in layout.years:
            yield self._reword(table, layout.heading, at, self.period)
        if row is not None:
            yield self._reword(table, row, at, wanted[VALUE])
            return
        cells = {layout.parts["country"]: table.country(self.edition, slot.code), at: wanted[VALUE]}
        beside = {"column": table.named or self.column, "period": self.period}
        beside |= {_PARTS[part]: _joined(part, wanted.get(part, "")) for part in (FLAG, SOURCES)}
        cells |= {layout.parts[part]: text for part, text in beside.items() if part in layout.parts}
        yield AddRow(table.path, tuple(cells.get(number, "") for number in range(max(cells) + 1)))

    @staticmethod
    def _reword(table: _Table, row: int, at: int, text: str) -> Reword:
        return Reword(f"{table.path}#{table.place(row, at).anchor}", text)


def _joined(part: str, text: str) -> str:
    """A text as a cell has it: keys of sources have semicolons between them."""
    return "; ".join(keys_in(text)) if part == SOURCES else text


def of(
    files: Mapping[str, bytes], edition: Edition, names: Mapping[str, str], column: Column, period: str
) -> ColumnForm:  # fmt: skip
    """The form of a column in a period, with every country of the edition. `names`: what they are called, in their order."""
    tables = [*_tables(files, edition, column)]
    codes = [code for code in names if code in edition.countries]
    slots = [_slot(files, edition, column, period, code, tables) for code in codes]
    rows = tuple(_fields(files, names[slot.code], column, slot) for slot in slots)
    path = f"data/{column.id}@{period}"
    return ColumnForm(path, (), rows, edition=edition, column=column.id, period=period, slots=tuple(slots))


def periods(edition: Edition, column: str) -> list[str]:
    """The periods that a column has values of, the latest first."""
    found = {period for id, _, period, _ in edition.data if id == column}
    return sorted(found, reverse=True)


def _settings(files: Mapping[str, bytes]) -> Mapping[str, TableFile]:
    """The settings of tables in columns.yaml, by the path of the table. Empty if columns.yaml has errors."""
    try:
        found = Columns.model_validate(_document("columns.yaml", files.get("columns.yaml", b"")).mapping)
    except ValidationError:
        return {}
    return {str(table.file): table for table in found.tables}


def _tables(files: Mapping[str, bytes], edition: Edition, column: Column) -> Iterator[_Table]:
    """The sheets that have the column, those that can be written to first."""
    about = edition.about
    language = about.language if knows_language(about.language) else "en"
    finder = CountryFinder(edition.names, {one.code: one.aliases for one in about.subjects}, language)
    settings = _settings(files)
    paths = [path for path in files if path.startswith("data/") and PurePosixPath(path).suffix.lower() in TABLES]
    for path in sorted(paths, key=lambda path: (PurePosixPath(path).suffix.lower() in grids.WORKBOOKS, path)):
        own = settings.get(path) or TableFile(file=path)
        for layout in laid_out(path, _grids(path, files[path])[0], own, []):
            cells: dict[tuple[str, str], Cell] = {}
            for id, code, period, cell in SheetReader(layout, own, edition.columns, finder).addressed():
                if id == column.id and not cells.get((code, period), cell).text:
                    cells[code, period] = cell
                elif id == column.id:
                    cells.setdefault((code, period), cell)
            if cells:
                yield _Table(path, layout, cells, next(iter(cells.values())).named)


def _slot(
    files: Mapping[str, bytes], edition: Edition, column: Column, period: str, code: str, tables: Sequence[_Table]
) -> _ValueSlot:  # fmt: skip
    path = place_of(edition.countries[code].code).path
    written = _written(files, path, column.id)
    if written is not None and str(written.get("period") or "") == period:
        return _ValueSlot(code, path, is_written=True)
    found = ((table, table.cells[code, period]) for table in tables if (code, period) in table.cells)
    for table, cell in sorted(found, key=lambda one: not one[1].text):
        return _ValueSlot(code, table.path, table, cell)
    return next((_ValueSlot(code, table.path, table) for table in tables if _takes(table, period)), _ValueSlot(code, path))


def _takes(table: _Table, period: str) -> bool:
    """Whether a sheet has a place for values of a period."""
    has_period = "period" in table.layout.parts or bool(table.layout.years)
    is_known = any(period == known for _, known in table.cells)
    is_tidy = table.layout.is_tidy
    return (is_known or (has_period and bool(period))) and (is_tidy or table.heading(period) is not None)


def _written(files: Mapping[str, bytes], path: str, column: str) -> Mapping[str, Data] | None:
    """The value of a column in a country's file, with its period, flag and sources. None if the file has none."""
    cells = _document(path, files.get(path, b"")).mapping.get("data")
    found = cells.get(column) if isinstance(cells, dict) else None
    return found if isinstance(found, dict) else None


def _fields(files: Mapping[str, bytes], name: str, column: Column, slot: _ValueSlot) -> FactFields:
    """The fields of the value of a country, which is called `name`."""
    make = _fields_in_table(slot, slot.table, column) if slot.table else _fields_in_country(files, slot, column)
    fields = tuple(make)
    return FactFields("", name, max((one.line for one in fields), default=0), fields)


def _fields_in_table(slot: _ValueSlot, table: _Table, column: Column) -> Iterator[FormField]:
    for part in (VALUE, FLAG, SOURCES):
        at = table.index(part, slot.cell)
        if at is None and (part != VALUE or slot.cell):
            continue
        text, place = "", Place(slot.path)
        if slot.cell and at is not None:
            row = table.layout.grid.rows[slot.cell.row]
            text, place = row[at] if at < len(row) else "", table.place(slot.cell.row, at)
        yield _field(slot, part, text, place, column)


def _fields_in_country(files: Mapping[str, bytes], slot: _ValueSlot, column: Column) -> Iterator[FormField]:
    written = _written(files, slot.path, column.id) if slot.is_written else None
    keys = _document(slot.path, files.get(slot.path, b"")).keys
    for part in (VALUE, FACTS, SOURCES):
        said = (written or {}).get(part) or ""
        text = ", ".join(map(str, said)) if isinstance(said, list) else str(said).strip()
        line = next((keys[at].line for at in (("data", column.id, part), ("data", column.id)) if at in keys), 0) if written else 0
        yield _field(slot, part, text, Place(slot.path, "", line), column)


def _field(slot: _ValueSlot, part: str, text: str, place: Place, column: Column) -> FormField:
    choices = choices_of(column, text) if part == VALUE else ()
    sort = "choice" if choices else "list" if part in {SOURCES, FACTS} else "line"
    return FormField(f"{slot.code}/{part}", part, text, place.line, sort, choices, place)
