"""A workbook (XLSX) for translators who work in a spreadsheet: a row for each text, the source beside the translation.

In: `Unit`s, or a workbook that came back. Out: the bytes of a workbook, or the translations in the one that came back. Only the
translation and its state can be edited. The hashes of the source and of the translation are in hidden columns.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from types import MappingProxyType

import xlsxwriter

from briefs.problems import Problem, Problems
from briefs.tools import spreadsheets
from briefs.translate.units import Returned, ReturnedFile, Unit, UnreadableTranslation, digest

SHEET = "translation"
COLUMNS = (("Text", 30), ("Source", 70), ("Translation", 70), ("State", 12), ("Notes", 50), ("of", 0), ("was", 0))
MOST = 32_767  # characters of a cell, by the limits of Excel


def write(units: Sequence[Unit], target: str, pictures: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The units as a workbook. The sheet's name ends in the tag of the language. `pictures`: pictures of pages, by the names under
    which notes mention them; each is on a sheet of its own. Raises Problems if a cell can't hold a text."""
    for unit in units:
        if max(len(unit.source), len(unit.target)) > MOST:
            what, hint = "no cell of a workbook can hold this text", "Take another format: a file in .xlf or .po."
            raise Problems([Problem("error", unit.name, 0, 0, what, hint)])
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(f"{SHEET} {target}")
    head = book.add_format({"bold": True, "bottom": 1})
    looks = {"text_wrap": True, "valign": "top", "num_format": "@"}
    locked, open_ = book.add_format(looks), book.add_format({**looks, "locked": False})
    for number, (name, width) in enumerate(COLUMNS):
        sheet.set_column(number, number, width, locked, {} if width else {"hidden": True})
        sheet.write_string(0, number, name, head)
    for line, unit in enumerate(units, 1):
        notes = "\n".join([*unit.notes, *([f"{unit.limit} characters at most"] if unit.limit else [])])
        cells = (unit.name, unit.source, unit.target, unit.state, notes, unit.of, unit.was)
        for number, cell in enumerate(cells):
            look = open_ if number in {2, 3} else locked
            sheet.write_string(line, number, cell, look) if cell else sheet.write_blank(line, number, None, look)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(units)), len(COLUMNS) - 1)
    sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True})
    for name, picture in pictures.items():
        page = book.add_worksheet(PurePosixPath(name).stem)
        page.insert_image(0, 0, name, {"image_data": io.BytesIO(picture), "description": name})
    book.close()
    return out.getvalue()


def read(data: bytes) -> ReturnedFile:
    """The translations in a workbook. A stale translation that nobody changed isn't taken back, unless somebody wrote another word
    than “stale” as its state. Raises UnreadableTranslation."""
    try:
        found = [sheet for sheet in spreadsheets.read(data) if sheet.name.startswith(f"{SHEET} ")]
    except ValueError as fault:
        raise UnreadableTranslation(str(fault)) from None
    if len(found) != 1 or not found[0].rows:
        raise UnreadableTranslation(f"it has no sheet “{SHEET} …”")
    head, *rows = found[0].rows
    at = {name: number for number, name in enumerate(head)}
    if missing := [name for name, _ in COLUMNS if name not in at]:
        raise UnreadableTranslation(f"it has no column “{missing[0]}”")
    texts = []
    for row in rows:
        cell = {name: row[number].strip() if number < len(row) else "" for name, number in at.items()}
        is_untouched = cell["State"] == "stale" and digest(cell["Translation"]) == cell["was"]
        if (cell["Translation"] or cell["was"]) and not is_untouched:
            texts.append(Returned(cell["Text"], cell["of"], cell["was"], cell["Source"], cell["Translation"]))
    return ReturnedFile(found[0].name.removeprefix(f"{SHEET} "), texts)
