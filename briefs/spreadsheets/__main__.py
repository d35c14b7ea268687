"""`python -m briefs.spreadsheets CPU MEMORY`: reads workbooks from standard input, until the input ends.

In: for each workbook a line of JSON (`size`) and its bytes (XLSX or ODS). Out: a line of JSON with `sizes` or `fault`, and the
sheets as JSON. A cell that holds an error, or a formula without a value, has the error or the formula as its text, and is listed in
`uncomputed`. `tools/spreadsheets.py` runs this process.
"""

from __future__ import annotations

import datetime
import io
import json
from typing import Any

import python_calamine

from briefs import limits
from briefs.spreadsheets import uncomputed
from briefs.spreadsheets.uncomputed import Uncomputed

MOST = 3_000_000  # the most cells of a sheet: its rows by its columns; a sheet with a cell in its last corner has billions
MOST_SHOWN = 60  # the most letters of an error or a formula that are passed on


def _answer(request: dict[str, Any], data: bytes) -> limits.Answer:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        without = uncomputed.of(data)
        sheets = [_sheet(book.get_sheet_by_name(name), without.get(name, {})) for name in book.sheet_names]
    except (python_calamine.CalamineError, OSError) as fault:
        raise ValueError(f"can’t be read as a workbook: {' '.join(str(fault).split())[:120]}") from None
    return {}, (json.dumps(sheets, ensure_ascii=False).encode(),)


def _sheet(sheet: python_calamine.CalamineSheet, without: Uncomputed) -> dict[str, Any]:
    """A sheet's name, the row and column (from 0) of its first cell, its cells as texts, and which of them have no value."""
    first, last = sheet.start or min(without, default=(0, 0)), sheet.end or (0, 0)
    first = min([first[0], *(row for row, _ in without)]), min([first[1], *(column for _, column in without)])
    last = max([last[0], *(row for row, _ in without)]), max([last[1], *(column for _, column in without)])
    height, width = last[0] - first[0] + 1, last[1] - first[1] + 1
    if height * width > MOST:
        raise ValueError(f"has a sheet of {height:,} rows and {width:,} columns; {MOST:,} cells are the most")
    rows = [[_text(cell) for cell in row] for row in sheet.to_python()]
    if without and (sheet.start, sheet.end) != (first, last):
        rows = _placed(rows, sheet.start or first, first, height, width)
    for (row, column), text in without.items():
        rows[row - first[0]][column - first[1]] = text[:MOST_SHOWN]
    return {"name": sheet.name, "start": first, "rows": rows, "uncomputed": [[r - first[0], c - first[1]] for r, c in without]}


def _placed(rows: list[list[str]], start: tuple[int, int], first: tuple[int, int], height: int, width: int) -> list[list[str]]:
    """The rows of a part of a sheet, put into the whole sheet. `start`: the row and column of their first cell; `first`, `height`,
    `width`: the first cell and the size of the whole sheet."""
    larger = [[""] * width for _ in range(height)]
    for number, row in enumerate(rows, start[0] - first[0]):
        at = start[1] - first[1]
        larger[number][at : at + len(row)] = row
    return larger


def _text(cell: object) -> str:
    """A cell as a person would type it: whole numbers without a point, dates as ISO 8601 writes them."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    return str(cell).strip()


if __name__ == "__main__":
    limits.serve(_answer)
