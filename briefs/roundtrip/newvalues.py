"""Finds out where a new value of a workbook is to be written: into which file, row and cell.

In: an edition, its files, and the fields of a new row of values. Out: the change that writes the value, or `Unplaced`. The value is
written into a table that has values of the same column: into the row of its country and period, or into a new row below those of
its country. If there is no such table, it is written into the country's own file.
"""

from __future__ import annotations

import re
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
from briefs.workbook import edited


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
        self._check_period(own["column"], own.get("period", ""))
        sources = tuple(filter(None, (key.strip() for key in re.split("[,;]", own.get("sources", "")))))
        if unknown := [key for key in sources if key not in self._edition.sources]:
            hint = did_you_mean(unknown[0], self._edition.sources, "Write the source into sources.yaml first")
            raise Unplaced(f"names a source that the edition doesn’t have: {unknown[0][:60]}. {hint}".rstrip(" ."))
        tables = self._tables(own["column"])
        return self._in_table(tables, own, sources) if tables else self._in_country(own, sources)

    def _check_period(self, column: str, period: str) -> None:
        """Raise Unplaced for a period that no value of the column has the like of, if a spreadsheet program may have made it."""
        held = {when for series in self._edition.data.values.get(column, {}).values() for when in series if when}
        sizes = {len(when) for when in held}
        if held and period and len(period) not in sizes:
            meant = next((text for text in edited.originals(period) if len(text) in sizes and self._meant("period", text)), "")
            if meant:
                like = f"and other values of “{column}” of times such as {min(held)}"
                raise Unplaced(f"is of “{period}”, {like}. A spreadsheet program may have made it of {meant}: write that as a text")

    def _tables(self, column: str) -> list[str]:
        """The paths of the tables that have values of a column."""
        every = (value for series in self._edition.data.values.get(column, {}).values() for value in series.values())
        return sorted({value.places.path for value in every if value.places})

    def _in_country(self, own: Mapping[str, str], sources: tuple[str, ...]) -> AddValue:
        path = place_of(self._edition.countries[own["code"]].code).path
        facts = tuple(filter(None, (id.strip() for id in own.get("facts", "").split(","))))
        return AddValue(f"{path}#data/{own['column']}", own["value"], own.get("period", ""), facts, sources)

    def _in_table(self, tables: Sequence[str], own: Mapping[str, str], sources: Sequence[str]) -> AddTableValue:
        column, period = own["column"], own.get("period", "")
        path = self._path(tables, column, own.get("file", ""))
        layout = self._layout(path)
        if layout is None:
            raise Unplaced(f"belongs into {path}, which can’t be read")
        at = self._cell(layout, path, column, period)
        row = self._row(layout, path, own["code"], column, period)
        return AddTableValue(f"{path}#", row, at, own["value"], self._source(layout, path, row, sources))

    def _source(
        self, layout: Layout, path: str, row: Sequence[tuple[int, str]], sources: Sequence[str]
    ) -> tuple[tuple[int, str], ...]:
        """The cell with the sources of a value, if it has its own. Raises Unplaced if the table has no place for them."""
        if not sources:
            return ()
        if "source" not in layout.parts:
            raise Unplaced(f"names its source, and {path} has no column for one: add a column “Source” to the table")
        at, text = layout.parts["source"], "; ".join(sources)
        for _, _, cells in layout.rows():
            said = cells[at] if at < len(cells) else ""
            is_taken = said != text and (bool(said) or not layout.is_tidy)
            if is_taken and all(number < len(cells) and cells[number] == name for number, name in row):
                shown = f"“{said[:60]}”" if said else "that of their columns"
                raise Unplaced(f"belongs into a row of {path} whose source is {shown}: one row has one source")
        return ((at, text),)

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
