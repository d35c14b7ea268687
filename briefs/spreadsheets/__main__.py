"""`python -m briefs.spreadsheets CPU MEMORY`: reads workbooks from standard input, until it ends.

In: for each workbook a line of JSON (`size`) and its bytes (XLSX or ODS). Out: a line of JSON with `sizes` or `fault`, and the
sheets as JSON. `tools/spreadsheets.py` is the other side.
"""

from __future__ import annotations

import datetime
import io
import json
from typing import Any

import python_calamine

from briefs import limits

MOST = 3_000_000  # cells of a workbook, counted as rows by columns; a sheet with one cell in its last corner has billions


def _answer(request: dict[str, Any], data: bytes) -> limits.Answer:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [_sheet(book.get_sheet_by_name(name)) for name in book.sheet_names]
    except (python_calamine.CalamineError, OSError) as fault:
        raise ValueError(f"can’t be read as a workbook: {' '.join(str(fault).split())[:120]}") from None
    return {}, (json.dumps(sheets, ensure_ascii=False).encode(),)


def _sheet(sheet: python_calamine.CalamineSheet) -> dict[str, Any]:
    """A sheet's name, the row and column (from 0) of its first cell, and its cells as texts."""
    start = sheet.start or (0, 0)
    if sheet.width * sheet.height > MOST:
        raise ValueError(f"has a sheet of {sheet.height:,} rows and {sheet.width:,} columns; {MOST:,} cells are the most")
    return {"name": sheet.name, "start": start, "rows": [[_text(cell) for cell in row] for row in sheet.to_python()]}


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
