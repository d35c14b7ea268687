"""Reads files that came back from translators.

In: a format and the bytes of a file. Out: a `ReturnedFile`. A file may come from anybody, so XLIFF and PO are read in a process
with limits (`python -m briefs.translate`), and workbooks in the one for spreadsheets (`python -m briefs.spreadsheets`).
"""

from __future__ import annotations

import json

from briefs.tools.limited import LimitedProcess, LimitReached
from briefs.translate import sheets
from briefs.translate.units import Returned, ReturnedFile, UnreadableTranslation

KINDS = ("xliff", "po", "xlsx")
_PROCESS = LimitedProcess("briefs.translate")


def read(kind: str, data: bytes) -> ReturnedFile:
    """The translations in a file. `kind`: its format, one of `KINDS`. Raises UnreadableTranslation."""
    if kind == "xlsx":
        return sheets.read(data)
    try:
        answer = _PROCESS.ask(json.dumps({"kind": kind, "size": len(data)}).encode() + b"\n" + data)
    except LimitReached as limit:
        raise UnreadableTranslation(f"this takes more than {limit}, or ends the program that reads it") from None
    finally:
        _PROCESS.close()
    line, _, rest = answer.partition(b"\n")
    head = json.loads(line)
    if "fault" in head:
        raise UnreadableTranslation(head["fault"])
    return ReturnedFile(head["tag"], [Returned(*text) for text in json.loads(rest)])
