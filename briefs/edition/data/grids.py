"""The files in `data/` as grids of texts.

In: bytes of a CSV (separated by commas, semicolons or tabs), XLSX or ODS file. Out: a `Grid` for each sheet, or what is wrong.
https://www.rfc-editor.org/rfc/rfc4180
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from briefs.problems import Place, Problem, error
from briefs.tools import spreadsheets

TEXTS = {".csv", ".tsv", ".tab", ".txt"}
WORKBOOKS = {".xlsx", ".ods"}
MAX_ROWS = 500_000
MAX_CELLS = 3_000_000  # cells of one file
MAX_FIELD = 10_000  # characters of a cell


@dataclass(frozen=True)
class GridPlaces:
    """Where the cells of a grid stand in their file. `lines`: the line on which each row begins (in a workbook, the row's number),
    from 1. `column`: the number of the first column, from 1. Values refer to this object, so that the cells of the table can be
    forgotten."""

    path: str
    sheet: str
    lines: Sequence[int] = field(compare=False, repr=False)
    column: int = 1

    def place(self, row: int, column: int) -> Place:
        """The place of a cell, whose row and column are counted from 0."""
        cell = f"{letters(self.column + column)}{self.lines[row]}"
        return Place(self.path, f"{self.sheet}!{cell}" if self.sheet else cell, self.lines[row], self.column + column)

    def problem(self, row: int, column: int, message: str, hint: str) -> Problem:
        """An error that names the cell, and the sheet if there are several."""
        place = self.place(row, column)
        cell = place.anchor.rpartition("!")[2]
        return error(place, f"cell {cell}{f' of the sheet “{self.sheet}”' if self.sheet else ''}: {message}", hint)


@dataclass(frozen=True)
class Grid:
    """A sheet of a file: its cells, and where they stand. `uncomputed`: the row and column in `rows` of each cell of a workbook
    that is an error or a formula without a value."""

    places: GridPlaces
    rows: Sequence[Sequence[str]]
    uncomputed: frozenset[tuple[int, int]] = frozenset()

    def without_value(self, row: int, column: int) -> tuple[str, str]:
        """What is wrong with a cell that holds an error or an uncomputed formula, and what to do."""
        text = self.rows[row][column]
        if text[:1] == "=":
            what = f"the formula “{text}” has no computed value"
            return what, "Open the file in a spreadsheet program and save it; or write the value itself."
        return f"the cell holds the error {text}", "Mend its formula, or write the value itself; write .. where there is none."


def letters(number: int) -> str:
    """The letters of a column, counted from 1, as spreadsheets show them: A, B … Z, AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def read(path: str, data: bytes) -> tuple[list[Grid], list[Problem]]:
    """The grids of a file. If the file can't be read, there are none, and one problem."""
    try:
        if PurePosixPath(path).suffix.lower() in WORKBOOKS:
            return [_of_sheet(path, sheet) for sheet in spreadsheets.read(data)], []
        return [_of_text(path, data)], []
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        return [], [error(Place(path, "", line), "the file is not UTF-8", "In Excel, save it as “CSV UTF-8”.")]
    except csv.Error as fault:
        return [], [error(Place(path), f"the table can’t be read as CSV: {fault}", "Save it again from your spreadsheet program.")]
    except ValueError as fault:
        return [], [error(Place(path), f"the table {fault}", "Save it again from your spreadsheet program.")]


def _of_sheet(path: str, sheet: spreadsheets.Sheet) -> Grid:
    lines = range(sheet.row, sheet.row + len(sheet.rows))
    return Grid(GridPlaces(path, sheet.name, lines, sheet.column), sheet.rows, sheet.uncomputed)


def _of_text(path: str, data: bytes) -> Grid:
    text = data.decode("utf-8-sig")
    if "\0" in text:
        raise ValueError("holds a NUL character, so it is no text")
    rows: list[list[str]] = []
    lines: list[int] = []
    cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    for line, row in _numbered(reader):
        rows.append(row)
        lines.append(line)
        if len(rows) > MAX_ROWS:
            raise ValueError(f"has over {MAX_ROWS:,} rows")
        if (cells := cells + len(row)) > MAX_CELLS:
            raise ValueError(f"has over {MAX_CELLS:,} cells")
    return Grid(GridPlaces(path, "", lines), rows)


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV reader, each with the line on which it begins."""
    line = 1
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(len(cell) > MAX_FIELD for cell in cells):
            raise ValueError(f"has a cell of over {MAX_FIELD:,} characters near line {line}; a quotation mark may be missing")
        yield line, cells
        line = reader.line_num + 1  # type: ignore[attr-defined]


def delimiter(text: str) -> str:
    """The sign that separates cells: the tab, semicolon or comma, whichever is most frequent at the file's beginning, outside
    quotes.

    A first line such as `sep=;`, which Excel understands, decides it.
    """
    if text[:4].lower() == "sep=" and text[4:5] in {",", ";", "\t"}:
        return text[4]
    outside = "".join(part for part in text[:20_000].split('"')[::2])
    counts = {sign: outside.count(sign) for sign in "\t;,"}
    return max(counts, key=lambda sign: counts[sign]) if any(counts.values()) else ","
