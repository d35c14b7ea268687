"""The cells of a workbook that have no value: errors such as #REF!, and formulas that no program has computed.

In: the bytes of an XLSX or ODS file. Out: for each sheet the rows and columns of these cells (from 0), and the error or formula in
each. python-calamine reads such cells as empty. ECMA-376 part 1, 18.2.2 (calcPr), 18.3.1.4 (c), 18.18.11 (ST_CellType); ODF 1.2
part 1, 9.1.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from lxml import etree

Uncomputed = dict[tuple[int, int], str]  # by row and column: “#REF!”, or a formula with its equals sign

MOST = 100_000  # the most cells without a value in one sheet
_SPACES = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_RELATIONS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TYPE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
_TYPE_OF_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_COUNT = re.compile(r"[1-9]\d{0,6}")  # of rows or columns
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ERROR = re.compile(r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d+")
_SIGN = re.compile(rb"""["']e["']|<(?:\w+:)?f[\s/>]""")  # what shows that a sheet of XLSX has an error or a formula
_PIECE, _OVERLAP = 1 << 20, 64  # bytes; a sign may begin in one piece and end in the next, so the ends of pieces overlap


def of(data: bytes) -> Mapping[str, Uncomputed]:
    """The cells without a value in each sheet, by the sheet's name. Raises ValueError if the file is broken or a sheet has too many
    such cells."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.lower(): name for name in archive.namelist()}
            if len(names) < len(archive.namelist()):  # programs differ in which of them they read
                raise ValueError("can’t be read as a workbook: two of its parts have the same name")
            return _of_ods(archive) if "content.xml" in names else _of_xlsx(archive, names)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError, EOFError, KeyError) as fault:
        raise ValueError(f"can’t be read as a workbook: {' '.join(str(fault).split())[:120]}") from None


def _of_xlsx(archive: zipfile.ZipFile, names: Mapping[str, str]) -> dict[str, Uncomputed]:
    book = _root(archive, names["xl/workbook.xml"])
    targets = {found.get("Id"): found.get("Target", "") for found in _root(archive, names["xl/_rels/workbook.xml.rels"])}
    is_stale = any(found.get("fullCalcOnLoad") in {"1", "true"} for found in book.iter(*_named("calcPr")))
    sheets: dict[str, Uncomputed] = {}
    for sheet in book.iter(*_named("sheet")):
        target = next((targets[id] for name in _RELATIONS if (id := sheet.get(name)) in targets), "")
        part = names.get(posixpath.normpath(posixpath.join("/xl", target))[1:].lower())
        if part and _has_sign(archive, part):
            sheets[sheet.get("name", "")] = _bounded(_of_sheet(archive, part, is_stale))
    return sheets


def _bounded(cells: Iterator[tuple[tuple[int, int], str]]) -> Uncomputed:
    found: Uncomputed = {}
    for at, text in cells:
        found[at] = text
        if len(found) > MOST:
            raise ValueError(f"has a sheet with over {MOST:,} cells that are errors or formulas without a value")
    return found


def _named(tag: str) -> list[str]:
    return [f"{{{space}}}{tag}" for space in _SPACES]


def _root(archive: zipfile.ZipFile, name: str) -> Any:
    with archive.open(name) as file:
        return etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()


def _has_sign(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a sheet may hold an error or a formula. Most sheets hold none, and needn't be parsed a second time."""
    with archive.open(name) as file:
        last = b""
        while piece := file.read(_PIECE):
            if _SIGN.search(last + piece):
                return True
            last = piece[-_OVERLAP:]
    return False


def _of_sheet(archive: zipfile.ZipFile, name: str, is_stale: bool) -> Iterator[tuple[tuple[int, int], str]]:
    """The cells without a value in a sheet of XLSX. A row or cell that doesn't say its place follows the last one. `is_stale`: the
    workbook says that its formulas are to be computed when it is opened."""
    row = -1
    for element in _elements(archive, name, *_named("row")):
        said = element.get("r", "")
        row, column = int(said) - 1 if _COUNT.fullmatch(said) else row + 1, -1
        for cell in element.iterchildren(*_named("c")):
            match = _REFERENCE.fullmatch(cell.get("r", ""))
            column = _number(match[1]) if match else column + 1
            if text := _missing(cell, is_stale):
                yield (row, column), text


def _missing(cell: Any, is_stale: bool) -> str:
    """The error or the formula of a cell of XLSX that has no value. Empty if it has one. An empty text counts as a
    value. A 0 in a stale workbook doesn't, because libraries write 0 for formulas that they can't compute."""
    value, formula = (next(cell.iterchildren(*_named(tag)), None) for tag in ("v", "f"))
    text = "" if value is None else value.text or ""
    if cell.get("t") == "e":
        return text or "an error"
    if formula is not None and cell.get("t") != "str" and (not text or (is_stale and text == "0")):
        return f"={formula.text or ''}"
    return ""


def _elements(archive: zipfile.ZipFile, name: str, *tags: str) -> Iterator[Any]:
    """The elements of these names, one after the other. Each is emptied after it has been used."""
    with archive.open(name) as file:
        for _, element in etree.iterparse(file, tag=tags, resolve_entities=False, no_network=True):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _number(letters: str) -> int:
    """The index of a column by its letters, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _of_ods(archive: zipfile.ZipFile) -> dict[str, Uncomputed]:
    sheets: dict[str, Uncomputed] = {}
    row: dict[Any, int] = {}
    for element in _elements(archive, "content.xml", f"{_TABLE}table-row"):
        table = next(element.iterancestors(f"{_TABLE}table"), None)
        if table is None:
            continue
        name, first = table.get(f"{_TABLE}name", ""), row.get(table, 0)
        row[table] = first + _times(element, "rows")
        cells = _bounded((at, text) for at, text in _of_row(element, range(first, row[table])))
        if cells:
            sheets[name] = _bounded(iter([*sheets.get(name, {}).items(), *cells.items()]))
    return sheets


def _of_row(element: Any, rows: range) -> Iterator[tuple[tuple[int, int], str]]:
    """The cells without a value in a row of ODS. The row stands for several equal rows; `rows` are their numbers."""
    column = 0
    for cell in element.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
        first = column
        column += _times(cell, "columns")
        if text := _missing_of_ods(cell):
            yield from ((at, text) for at in product(rows, range(first, column)))


def _times(element: Any, what: str) -> int:
    """How many equal rows or columns an element of ODS stands for. Raises ValueError if it doesn't say a number."""
    said = element.get(f"{_TABLE}number-{what}-repeated", "1")
    if not _COUNT.fullmatch(said):
        raise ValueError(f"can’t be read as a workbook: “{said[:20]}” is no number of {what}")
    return int(said)


def _missing_of_ods(cell: Any) -> str:
    """The error or the formula of a cell of ODS that has no value. Empty if it has one."""
    formula = cell.get(f"{_TABLE}formula")
    if formula is None and cell.get(_TYPE_OF_CALC) != "error":
        return ""
    words = "".join(cell.itertext()).strip()
    if cell.get(_TYPE_OF_CALC) == "error" or _ERROR.fullmatch(words):
        return words or "an error"
    return f"={formula.partition('=')[2]}" if formula is not None and not cell.get(_TYPE) else ""
