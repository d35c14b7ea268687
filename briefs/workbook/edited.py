"""Reads a workbook or CSV file that `sheet` wrote and people edited, and recognises what a spreadsheet program changed by itself.

In: the bytes of a file. Out: an `EditedTable` for each table: its rows, with each field by its heading and the hash of what `sheet`
wrote into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

from briefs.edition.data import grids
from briefs.edition.data.grids import Grid
from briefs.problems import Place, Problems, error
from briefs.workbook.files import unguarded
from briefs.workbook.rows import WRITTEN, digest

_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%d/%m/%y", "%m/%d/%y", "%d-%b-%y", "%d-%b-%Y")
_MONTHS = ("%b-%y", "%b-%Y", "%B %Y", "%b %Y", "%m/%Y", "%Y-%m-%d")
_MOST_ZEROS = 6
_NAMING = {
    "facts": ("id",),
    "data": ("column", "period"),
    "countries": (),
}  # the columns that name the rows of a table, with `code`
_HASHES = re.compile(r"[a-z_]+=[0-9a-f]{12}( [a-z_]+=[0-9a-f]{12})*")  # a cell of the last column
_BROKEN = "has lost its headings or its last column, so its edits can’t be found"
_HINT = "Write it again with `sheet`, and keep the headings and the last column."
_FIRST_DAY = datetime(1899, 12, 30)  # day 0, from which spreadsheets count days
# A day or month with the month’s name in any language: 12-Mar-19, 01. Mrz, janv-20.
_NAMED_MONTH = re.compile(r"(?:(\d{1,2})[ ./-]+)?[^\W\d_]{3,12}\.?[ /-]*(\d{1,4})?")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?(?:E[+-]\d+)?")
_EXACT = 8  # digits: a number of fewer has been typed so, unless it has an exponent


@dataclass(frozen=True)
class EditedRow:
    """A row of a table.

    `fields`: the text of each cell, by its heading. `hashes`: the hash of what `sheet` wrote into each cell, by its heading; empty
    for a new row. `uncomputed`: for each cell that has an error (#REF!) or a formula without a value, what is wrong with it.
    """

    place: Place
    fields: Mapping[str, str]
    hashes: Mapping[str, str]
    uncomputed: Mapping[str, str]

    def is_edited(self, name: str) -> bool:
        """Whether a field differs from what `sheet` wrote."""
        return name in self.fields and digest(self.fields[name]) != self.hashes.get(name)

    def before_alteration(self, name: str) -> str:
        """What `sheet` wrote, if a spreadsheet program has turned it into what stands there now: a month into a day, 007 into 7.
        Empty otherwise."""
        return next((text for text in originals(self.fields[name]) if digest(text) == self.hashes.get(name)), "")


@dataclass(frozen=True)
class EditedTable:
    """A table that was read. `listed`: by the code of each country, the hash of the names of the rows that `sheet` wrote for it."""

    name: str
    headings: Sequence[str]
    rows: Sequence[EditedRow]
    listed: Mapping[str, str]


def read(name: str, data: bytes) -> list[EditedTable]:
    """The tables of a file. Raises Problems if it can't be read, holds none that `sheet` wrote, or one without its headings."""
    found, problems = grids.read(name, data)
    if problems:
        raise Problems(problems)
    is_text = name.lower().endswith(".csv")
    tables = [table for grid in found if (table := _table(grid, is_text))]
    if len(found) > 1 and (
        broken := [error(_start(grid), f"the sheet “{grid.places.sheet}” {_BROKEN}", _HINT) for grid in found if _is_broken(grid)]
    ):
        raise Problems(broken)
    if not tables:
        raise Problems([error(Place(name), "this has no table that `sheet` wrote", _HINT)])
    return tables


def _table(grid: Grid, is_text: bool) -> EditedTable | None:
    """The table of a sheet. None if it has no headings of one. Raises Problems if a heading that names the rows is missing."""
    rows = iter(enumerate(grid.rows))
    for _, cells in rows:
        names = _names(cells)
        if WRITTEN in names and "code" in names:
            break
    else:
        return None
    edited = [_row(grid, number, names, own, is_text) for number, own in rows if any(own)]
    known = {*names, *(name for row in edited for name in row.hashes)}
    kind = "facts" if known & {"id", "text"} else "data" if known & {"column", "value"} else "countries"
    if lacking := [name for name in _NAMING[kind] if name not in names]:
        raise Problems([error(_start(grid), f"the table of {kind} has no column “{lacking[0]}”, which names its rows", _HINT)])
    return EditedTable(kind, names, edited, _hashes(cells[names.index(WRITTEN)].partition(":")[2]))


def _names(cells: Sequence[str]) -> list[str]:
    """A row as headings."""
    return [cell.partition(":")[0].strip() for cell in cells]


def _is_broken(grid: Grid) -> bool:
    """Whether a sheet was a table that `sheet` wrote, and has lost its headings or its last column."""
    headings = [{*_names(cells)} & {WRITTEN, "code"} for cells in grid.rows]
    has_hashes = any(_HASHES.fullmatch(cell) for cells in grid.rows for cell in cells)
    return all(len(found) < 2 for found in headings) and (has_hashes or any(headings))


def _start(grid: Grid) -> Place:
    return grid.places.place(0, 0)


def _row(grid: Grid, number: int, names: Sequence[str], cells: Sequence[str], is_text: bool) -> EditedRow:
    fields = {name: _clean(cell, is_text) for name, cell in zip(names, cells, strict=False) if name}
    hashes = _hashes(fields.pop(WRITTEN, ""))
    uncomputed = {name: grid.without_value(number, at)[0] for at, name in enumerate(names) if (number, at) in grid.uncomputed}
    return EditedRow(grid.places.place(number, 0), fields, hashes, uncomputed)


def _clean(cell: str, is_text: bool) -> str:
    text = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    return unguarded(text) if is_text else text


def _hashes(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split() if "=" in part)


def originals(text: str) -> Iterator[str]:
    """The texts that a spreadsheet program may have turned into this one, the likeliest first."""
    for pattern in _DAYS:
        with suppress(ValueError):
            yield from _of_day(datetime.strptime(text, pattern))
    for pattern in _MONTHS:
        with suppress(ValueError):
            yield datetime.strptime(text, pattern).strftime("%Y-%m")
    if re.fullmatch(r"[1-9]\d{4}(\.0+)?", text):  # a date without its format is a number of days (ECMA-376 part 1, 18.17.4.1)
        day = _FIRST_DAY + timedelta(days=int(text.partition(".")[0]))
        yield from (day.strftime("%Y-%m-%d"), day.strftime("%Y-%m"), day.strftime("%Y"))
    yield from _of_number(text)
    if text.lower() in {"yes", "no", "true", "false"}:
        value = "true" if text.lower() in {"yes", "true"} else "false"
        yield from (value, value.upper(), value.title())
    if match := _NAMED_MONTH.fullmatch(text):
        yield from _of_named_month(match[1] or "", match[2] or "")


def is_shortened(text: str, before: str) -> bool:
    """Whether a number has lost digits as spreadsheet programs show it: 1.23457E+11 for 123456789012."""
    if text == before or not (_NUMBER.fullmatch(text) and _NUMBER.fullmatch(before)):
        return False
    new, old = (Decimal(one.replace(",", ".")) for one in (text, before))
    kept = len(new.as_tuple().digits)
    is_short = kept < len(old.as_tuple().digits) and (kept >= _EXACT or "E" in text)
    return new == old if "E" in text and not is_short else is_short and new == Context(kept, ROUND_HALF_UP).plus(old)


def _of_day(day: datetime) -> Iterator[str]:
    yield from (day.strftime("%Y-%m-%d"), day.strftime("%Y-%m"))
    yield from _of_parts(day.day, day.month)
    yield str((day - _FIRST_DAY).days)


def _of_parts(day: int, month: int) -> Iterator[str]:
    """The texts that are taken for a day of a month: 1-3, 03/01."""
    for first, second in ((day, month), (month, day)):
        for sign in "-/.":
            yield from (f"{first}{sign}{second}", f"{first:02}{sign}{second:02}")


def _of_number(text: str) -> Iterator[str]:
    """The texts that lose noughts when they are taken for numbers: 007, 1.50."""
    if re.fullmatch(r"\d+(\.0+)?", text):
        whole = text.partition(".")[0]
        yield from (whole.rjust(len(whole) + n, "0") for n in range(_MOST_ZEROS))
    if re.fullmatch(r"-?\d+([.,]\d+)?", text):
        signs = "" if re.search("[.,]", text) else ".,"
        yield from (f"{text}{sign}{'0' * n}" for sign in signs or [""] for n in range(1, _MOST_ZEROS))


def _of_named_month(day: str, last: str) -> Iterator[str]:
    """The texts that are shown with the name of a month. Which month that is isn’t known, as the name may be of any language."""
    years = [last] if len(last) == 4 else [f"{century}{last:0>2}" for century in (20, 19)] if last else []
    for month in range(1, 13):
        yield from (f"{year}-{month:02}{f'-{day:0>2}' if day else ''}" for year in years)
        if bool(day) != bool(last):
            yield from _of_parts(int(day or last), month)
