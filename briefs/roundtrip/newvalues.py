"""Finds out where a new value of a workbook is to be written: into which file, row and cell.

In: an edition, its files, and the fields of a new row of values. Out: the change that writes the value, or `Unplaced`. The value is
written into a table that has values of the same column: into the row of its country and period, or into a new row below those of
its country. If there is no such table, it is written into the country's own file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import PurePosixPath

from briefs.edition.data import grids, layouts, sheets
from briefs.edition.data.countries import CountryFinder
from briefs.edition.data.layouts import Layout
from briefs.edition.dates import Date
from briefs.edition.model import Edition, place_of
from briefs.edition.write import AddTableValue, AddValue
from briefs.problems import did_you_mean


class Unplaced(Exception):
    """A new value that can't be written. The message says why."""


class NewValues:
    """Finds the places of new values in an edition."""

    def __init__(self, edition: Edition, files: Mapping[str, bytes]):
        self._edition, self._files = edition, files
        self._headings = sheets.headings(edition.columns.values())
        aliases = {subject.code: subject.aliases for subject in edition.about.subjects}
        self._finder = CountryFinder(edition.names, aliases, edition.about.language)
        self._layouts: dict[str, Layout | None] = {}

    def change(self, own: Mapping[str, str]) -> AddTableValue | AddValue:
        """The change that writes the value of a row. Raises Unplaced."""
        if empty := [name for name in ("code", "column", "value") if not own.get(name)]:
            raise Unplaced(f"lacks {', '.join(empty)}")
        for name, known in (("code", self._edition.countries), ("column", self._edition.columns)):
            if own[name] not in known:
                hint = did_you_mean(own[name], known, "")
                raise Unplaced(f"names what the edition doesn’t have: {own[name][:40]}. {hint}".rstrip(" ."))
        tables = self._tables(own["column"])
        return self._in_table(tables, own) if tables else self._in_country(own)

    def _tables(self, column: str) -> list[str]:
        """The paths of the tables that have values of a column."""
        every = (value for series in self._edition.data.values.get(column, {}).values() for value in series.values())
        return sorted({value.places.path for value in every if value.places})

    def _in_country(self, own: Mapping[str, str]) -> AddValue:
        path = place_of(self._edition.countries[own["code"]].code).path
        facts = tuple(filter(None, (id.strip() for id in own.get("facts", "").split(","))))
        return AddValue(f"{path}#data/{own['column']}", own["value"], own.get("period", ""), facts)

    def _in_table(self, tables: Sequence[str], own: Mapping[str, str]) -> AddTableValue:
        column, period = own["column"], own.get("period", "")
        path = self._path(tables, column, own.get("file", ""))
        layout = self._layout(path)
        if layout is None:
            raise Unplaced(f"belongs into {path}, which can’t be read")
        at = self._cell(layout, path, column, period)
        return AddTableValue(f"{path}#", self._row(layout, path, own["code"], column, period), at, own["value"])

    def _path(self, tables: Sequence[str], column: str, wanted: str) -> str:
        """The table that a value is written into: the wanted one, or the only one."""
        if wanted and wanted not in tables:
            raise Unplaced(
                f"names the file {wanted[:60]}, which has no values of “{column}”; they are in {', '.join(tables)[:120]}"
            )
        if not wanted and len(tables) > 1:
            raise Unplaced(f"may belong into {' or '.join(tables)[:120]}: write one of them under `file`")
        path = wanted or tables[0]
        if PurePosixPath(path).suffix.lower() in grids.WORKBOOKS:
            raise Unplaced(f"belongs into {path}, and workbooks aren’t written to: write it there, or keep the table as CSV")
        return path

    def _layout(self, path: str) -> Layout | None:
        if path not in self._layouts:
            found, _ = grids.read(path, self._files[path])
            self._layouts[path] = layouts.find(found[0]) if found else None
        return self._layouts[path]

    def _cell(self, layout: Layout, path: str, column: str, period: str) -> int:
        """The number of the column of a table in which a value belongs."""
        if not layout.years and "period" not in layout.parts:
            held = {
                when for series in self._edition.data.values[column].values() for when, v in series.items() if v.place.path == path
            }
            if period not in held:
                raise Unplaced(f"is of “{period}”, and {path} has values of {', '.join(sorted(held)) or 'no period'} only")
        if layout.is_tidy:
            return layout.parts["value"]
        if layout.years:
            found = [at for at, year in layout.years.items() if year == period]
            what = f"is of “{period}”, for which {path} has no column"
        else:
            found = [at for at, text in layout.others.items() if self._headings.get(sheets.folded(text)) == column]
            what = f"is of “{column}”, for which {path} has no column"
        if len(found) != 1:
            raise Unplaced(what)
        return found[0]

    def _row(self, layout: Layout, path: str, code: str, column: str, period: str) -> tuple[tuple[int, str], ...]:
        """The texts in the row of a value that name its country, column and period, each with the number of its column in the
        table. They are spelled as elsewhere in the table."""
        wanted = {"country": code, "column": column, "period": period}
        parts = [part for part in wanted if part in layout.parts and not (part == "period" and layout.years)]
        if "period" in parts and not period:
            raise Unplaced(f"lacks its period, which {path} has for each value")
        written = dict(wanted, country=code.upper())
        for _, _, cells in layout.rows():
            said = {part: cells[layout.parts[part]] for part in parts if layout.parts[part] < len(cells)}
            same = [part for part in parts if self._meant(part, said.get(part, "")) == wanted[part]]
            if same == parts:
                return tuple((layout.parts[part], said[part]) for part in parts)
            written |= {part: said[part] for part in same}
        return tuple((layout.parts[part], written[part]) for part in parts)

    def _meant(self, part: str, text: str) -> str | None:
        """The code, id or period that a cell means; None if it means none."""
        with suppress(ValueError):
            if part == "country":
                return self._finder.find(text)
            return self._headings.get(sheets.folded(text)) if part == "column" else Date.parse(text).text
        return None
