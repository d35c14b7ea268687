"""Changes the text of a CSV table, and leaves every other letter as it is.

In: the bytes of a table, a cell or a row. Out: the bytes with that change. The new table is read again, and must have exactly the
wanted change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from briefs.edition.data import grids

MARK = "\ufeff"  # the byte order mark
_ENDS = re.compile(r"\r\n|\r|\n")


class NotInTable(ValueError):
    """A change that can't be made in a table. The message says why."""


def with_cell(path: str, data: bytes, anchor: str, wanted: str) -> bytes:
    """A table with another text in one cell (`C2`). A row that ends before the cell is made longer. Raises NotInTable."""
    text = _text(data)
    sign = grids.delimiter(text.removeprefix(MARK))
    start, end, missing = _span(text, sign, anchor)
    is_quoted = text[start:end].lstrip().startswith('"')
    made = f"{text[:start]}{sign * missing}{_cell(wanted, sign, is_quoted=is_quoted)}{text[end:]}".encode()
    before, after = (dict(_cells(path, one)) for one in (data, made))
    differs = {name for name in before.keys() | after.keys() if before.get(name, "") != after.get(name, "")}
    if differs - {anchor} or after.get(anchor) != wanted.strip():
        raise NotInTable(f"cell {anchor} can’t be changed alone")
    return made


def with_row(path: str, data: bytes, texts: Sequence[str], above: int | None = None) -> bytes:
    """A table with one more row: below the row of the number `above`, counted from 0, or at its end. Raises NotInTable."""
    text = _text(data)
    sign = grids.delimiter(text.removeprefix(MARK))
    ends = found[0] if (found := _ENDS.search(text)) else "\n"
    row = sign.join(_cell(one, sign) for one in texts)
    (grid,) = _grids(path, data)
    wanted = [[*cells] for cells in grid.rows]
    at = len(wanted) if above is None else above + 1
    wanted.insert(at, [one.strip() for one in texts])
    if above is None:
        is_ended = text.endswith(("\n", "\r"))
        made = f"{text}{'' if is_ended else ends}{row}{ends if is_ended else ''}"
    else:
        _, end, _ = _span(text, sign, grid.places.place(above, len(grid.rows[above]) - 1).anchor)
        made = f"{text[:end]}{ends}{row}{text[end:]}"
    if [[*cells] for cells in _grids(path, made.encode())[0].rows] != wanted:
        raise NotInTable("no row can be added to the table alone")
    return made.encode()


def with_value(path: str, data: bytes, named: Sequence[tuple[int, str]], wanted: Sequence[tuple[int, str]]) -> bytes:
    """A table with a value in a cell that was empty, and with texts beside it. Raises NotInTable, also if the cell has a value
    already, or a cell beside it another text.

    `named`: the texts by which the value's row is found, each with the number of its column, counted from 0. If no row has all of
    them, a new row is written below the last row that has the first one, or else at the end. `wanted`: the value, then the texts
    beside it, each with the number of its column.
    """
    (grid,) = _grids(path, data)
    same = [n for n, row in enumerate(grid.rows) if all(_said(row, at) == text for at, text in named)]
    empty = next((n for n in same if not _said(grid.rows[n], wanted[0][0])), None)
    if empty is not None:
        return _with_cells(path, data, grid, empty, wanted)
    if same:
        raise NotInTable("there is a value already")
    first, name = named[0]
    beside = [n for n, row in enumerate(grid.rows) if _said(row, first) == name]
    above = beside[-1] if beside else None
    cells = dict((*named, *wanted))
    width = len(grid.rows[above if above is not None else 0])
    texts = [cells.get(number, "") for number in range(max(width, 1 + max(cells)))]
    return with_row(path, data, texts, above)


def _with_cells(path: str, data: bytes, grid: grids.Grid, row: int, wanted: Sequence[tuple[int, str]]) -> bytes:
    """A table with texts in cells of a row that are empty or have them already."""
    for column, text in wanted:
        said = _said(grid.rows[row], column)
        if said and said != text:
            raise NotInTable(f"beside it stands “{said[:60]}”")
        data = data if said else with_cell(path, data, grid.places.place(row, column).anchor, text)
    return data


def _said(row: Sequence[str], column: int) -> str:
    """The text of a cell; empty if its row ends before it."""
    return row[column] if column < len(row) else ""


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotInTable("the file is not UTF-8 text") from None


def _cell(text: str, sign: str, *, is_quoted: bool = False) -> str:
    """A text as a cell: in quotation marks if it was so, or has to be."""
    if is_quoted or re.search(rf'["\r\n{sign}]', text):
        quoted = text.replace('"', '""')
        return f'"{quoted}"'
    return text


def _span(text: str, sign: str, anchor: str) -> tuple[int, int, int]:
    """The offsets at which a cell begins and ends in the text of a table, and how many separators its row lacks before the cell."""
    match = re.fullmatch(r"([A-Z]+)(\d+)", anchor)
    last = 0  # the end of the row so far, if it is the row of the cell
    missing = 0
    for line, column, start, end in _walk(text, sign):
        if match and str(line) == match[2]:
            last, missing = end, _number(match[1]) - column
            if not missing:
                return start, end, 0
    if not missing:
        raise NotInTable(f"there is no cell {anchor} any more")
    return last, last, missing


def _walk(text: str, sign: str) -> Iterator[tuple[int, int, int, int]]:
    """Each cell: the line on which its row begins and its column, both from 1; the offsets at which it begins and ends. `sign`
    separates cells."""
    field = re.compile(rf'(?:"(?:[^"]|"")*")?[^{sign}\r\n]*')
    at, line, column = int(text.startswith(MARK)), 1, 1
    begun = at  # where the row begins
    while at <= len(text):
        match = field.match(text, at)
        assert match
        yield line, column, match.start(), match.end()
        if match.end() < len(text) and text[match.end()] == sign:
            at, column = match.end() + 1, column + 1
            continue
        ended = _ENDS.match(text, match.end())
        if not ended:
            return
        line += len(_ENDS.findall(text, begun, ended.end()))
        at = begun = ended.end()
        column = 1


def _number(letters: str) -> int:
    """The number of a column by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _cells(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Each cell of a table by its anchor."""
    for grid in _grids(path, data):
        for row, cells in enumerate(grid.rows):
            yield from ((grid.places.place(row, column).anchor, cell) for column, cell in enumerate(cells))


def _grids(path: str, data: bytes) -> list[grids.Grid]:
    found, problems = grids.read(path, data)
    if problems:
        raise NotInTable("the table can’t be read")
    return found
