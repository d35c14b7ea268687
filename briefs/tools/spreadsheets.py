"""Asks the process that reads workbooks from content (`python -m briefs.spreadsheets`).

In: the bytes of an XLSX or ODS file. Out: its sheets, every cell as a text. A formula's cell has the value that was saved with it.
What was read is kept in the cache under the hash of the file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from briefs.tools.limited import KeptAnswers, LimitedProcess, LimitReached

_KEPT = KeptAnswers("spreadsheets", "spreadsheets", ("python-calamine",), most=50)


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its cells as texts, and where they begin: `row` and `column` of the first, from 1."""

    name: str
    row: int
    column: int
    rows: list[list[str]]


def read(data: bytes) -> list[Sheet]:
    """The sheets of a workbook. Raises ValueError that says what is wrong with it."""
    head, rest = _KEPT.answer(data, _ask)
    if "fault" in head:
        raise ValueError(head["fault"])
    return [Sheet(found["name"], found["start"][0] + 1, found["start"][1] + 1, found["rows"]) for found in json.loads(rest)]


def _ask(key: str, request: bytes) -> bytes:
    process = LimitedProcess("briefs.spreadsheets")  # workbooks are few, and kept
    try:
        return process.ask(request)
    except LimitReached as fault:
        raise ValueError(f"can’t be read within {fault}, or ends the program that reads it") from None
    finally:
        process.close()
