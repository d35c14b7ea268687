"""Writes tables of content as a workbook (XLSX) or as a CSV file.

In: `ContentTable`s, the date of the edition. Out: bytes, the same for the same tables. Every cell is a text: nothing in it is
computed when the file opens. ECMA-376 part 1, 18.3 (worksheets); RFC 4180 (CSV).
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from briefs.workbook.rows import ContentTable, FieldColumn

MOST = 32_767  # the most characters of a cell in Excel
NEW_ROWS = 1000  # the number of empty rows below the last one that have choices and hints too
_LISTS = "choices"  # the hidden sheet with the lists of what may be written
_ALLOWED = {
    "sort": True, "autofilter": True, "format_columns": True, "format_rows": True, "insert_rows": True, "delete_rows": True,
    "select_locked_cells": True, "select_unlocked_cells": True,
}  # what people may do in a sheet whose first columns are locked  # fmt: skip
_COMPUTED = re.compile(r"'*[=+\-@\t\r]")


def too_long(tables: Sequence[ContentTable]) -> str:
    """The first characters of a text that no cell can hold; empty if all fit."""
    return next((cell[:60] for table in tables for row in table.rows for cell in row if len(cell) > MOST), "")


def as_xlsx(tables: Sequence[ContentTable], date: datetime.date, keywords: str = "") -> bytes:
    """A workbook with a sheet for each table. The heading stays in sight, rows can be filtered, and cells that name a row are
    locked.

    `date`: the date of creation in the workbook's properties. `keywords`: the keywords there, which say what restricts the file.
    The sheets are protected without a password: that is enough to keep anybody from changing the name of a row by mistake.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": datetime.datetime.combine(date, datetime.time()), "keywords": keywords})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text = {"text_wrap": True, "valign": "top", "num_format": "@"}
    looks = {locked: book.add_format({**text, "locked": locked}) for locked in (False, True)}
    sheets = [book.add_worksheet(table.name) for table in tables]
    lists = book.add_worksheet(_LISTS)
    lists.hide()
    at = 0
    for table, sheet in zip(tables, sheets, strict=True):
        _fill(sheet, table, head, looks)
        for number, column in enumerate(table.columns):
            _guide(sheet, lists, column, (number, len(table.rows)), at)
            at += bool(column.choices)
    book.close()
    return out.getvalue()


def _fill(sheet: Worksheet, table: ContentTable, head: Format, looks: dict[bool, Format]) -> None:
    """Write the widths, headings and cells of a sheet, and protect it."""
    last = len(table.columns) - 1
    for number, column in enumerate(table.columns):
        hidden = {"hidden": True} if number == last else {}
        sheet.set_column(number, number, column.width, looks[False], hidden)
        sheet.write_string(0, number, column.name, head)
    for line, row in enumerate(table.rows, 1):
        for number, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            if cell:
                sheet.write_string(line, number, cell, looks[column.is_locked])
            else:
                sheet.write_blank(line, number, None, looks[column.is_locked])
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, max(len(table.rows), 1), last)
    sheet.protect("", _ALLOWED)


def _guide(sheet: Worksheet, lists: Worksheet, column: FieldColumn, place: tuple[int, int], at: int) -> None:
    """Give a column its choices and its hint. `place`: the column's number, and how many rows the table has. `at`: the column of
    the hidden sheet that takes the choices."""
    number, rows = place
    rule: dict[str, object] = {"validate": "any", "input_title": column.name[:32], "input_message": column.hint[:255]}
    for line, choice in enumerate(column.choices):
        lists.write_string(line, at, choice)
    if column.choices:
        source = f"={_LISTS}!{xl_range_abs(0, at, len(column.choices) - 1, at)}"
        rule |= {"validate": "list", "source": source, "error_message": f"{column.hint} Choose one of the list."[:255]}
    sheet.data_validation(1, number, rows + NEW_ROWS, number, rule)


def as_csv(table: ContentTable) -> bytes:
    """A table as CSV: UTF-8 with a byte order mark, by which Excel recognises UTF-8.

    A text that a spreadsheet would compute, because it begins with = + - @, has an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([guarded(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def guarded(cell: str) -> str:
    """The text as a cell of a CSV file. It gets an apostrophe before it if a spreadsheet program would compute it."""
    return f"'{cell}" if _COMPUTED.match(cell) else cell


def unguarded(cell: str) -> str:
    """The text of a cell of a CSV file, without the apostrophe that `guarded` sets before it."""
    return cell[1:] if cell.startswith("'") and _COMPUTED.match(cell) else cell
