"""Asks the process that reads workbooks from content (`python -m briefs.spreadsheets`).

In: the bytes of an XLSX or ODS file. Out: its sheets, every cell as a text. A formula's cell has the value that was saved with it.
A cell that is an error (#REF!) or a formula without a value has that error or formula as its text, and is told apart
from a cell into which somebody typed it.
What was read is kept in the cache under the hash of the file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from briefs.tools.limited import KeptAnswers, LimitedProcess, LimitReached

_PROCESS = LimitedProcess("briefs.spreadsheets")
_KEPT = KeptAnswers("spreadsheets", ("spreadsheets",), ("python-calamine",), most=50)


@dataclass(frozen=True)
class Sheet:
    """A sheet. `rows`: its cells as texts. `row`, `column`: where the first cell stands in the sheet, from 1. `uncomputed`: each
    cell that has no value, by its row and column in `rows`."""

    name: str
    row: int
    column: int
    rows: list[list[str]]
    uncomputed: frozenset[tuple[int, int]] = frozenset()


def read(data: bytes) -> list[Sheet]:
    """The sheets of a workbook. Raises ValueError that says what is wrong with it."""
    head, rest = _KEPT.answer(data, _ask)
    if "fault" in head:
        raise ValueError(head["fault"])
    return [_sheet(found) for found in json.loads(rest)]


def _sheet(found: dict[str, Any]) -> Sheet:
    row, column = found["start"]
    return Sheet(found["name"], row + 1, column + 1, found["rows"], frozenset((r, c) for r, c in found["uncomputed"]))


def _ask(key: str, request: bytes) -> bytes:
    try:
        return _PROCESS.ask(request)
    except LimitReached as fault:
        raise ValueError(f"can’t be read within {fault}, or ends the program that reads it") from None
    finally:
        _PROCESS.close()  # workbooks are few, and what was read is kept
