"""Finds the content's own tables whose rows or columns were changed in Word, and tables that are new.

In: paragraphs with their cells, and which belong together. Out: `ChangedTable`s, each with the numbers of the paragraphs in its
cells as they stand now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from briefs.edition.textnames import is_block
from briefs.roundtrip.printed import PrintedText
from briefs.wordfile.alignment import Pair
from briefs.wordfile.paragraphs import CellPlace, Paragraph

Places = tuple[tuple[tuple[int, ...], ...], ...]  # by row and column, the numbers of the edited paragraphs in the cell


@dataclass(frozen=True)
class ChangedTable:
    """A table whose rows or columns were changed. `name`: the name of its text; empty if the table is new. `pairs`: the paragraphs
    of its cells.

    `columns`: for each edited column, the number of the sent column that it was; None if it is new.
    """

    name: str
    places: Places
    columns: tuple[int | None, ...]
    pairs: tuple[Pair, ...]


def changed(
    printed: PrintedText, sent: Sequence[Paragraph], edited: Sequence[Paragraph], pair_of: Mapping[int, Pair], pairs: Sequence[Pair]
) -> Iterator[ChangedTable]:  # fmt: skip
    """The content's tables that have other rows or columns, and aren't gone. `pair_of`: by edited paragraph, the pair with a sent
    one. Tables with merged cells, and tables from which words were moved away, are left out as uncertain."""
    own = {i: pair for pair in pairs for i in pair.sent}
    new = {pair.edited[0]: pair for pair in pairs if not pair.sent}
    numbers_of = _by_table(edited)
    for numbers in _by_table(sent).values():
        names = {region.name for region in printed.regions_of(numbers)}
        homes = Counter(cell.table for i in numbers for j in own[i].edited if (cell := edited[j].cell))
        if len(names) != 1 or not is_block(min(names)) or not homes:
            continue
        now = numbers_of[homes.most_common(1)[0][0]]
        touched = {id(pair): pair for pair in [*(own[i] for i in numbers), *(pair_of.get(j) or new.get(j) for j in now)] if pair}
        is_closed = all(set(p.sent) <= set(numbers) and set(p.edited) <= set(now) for p in touched.values())
        is_plain = all(len(p.sent) < 2 and len(p.edited) < 2 for p in touched.values())
        places = _places(edited, now)
        if is_closed and is_plain and places and not all(_stayed(p, sent, edited) for p in touched.values()):
            columns = tuple(_column_of(n, places, pair_of, sent) for n in range(len(places[0])))
            yield ChangedTable(min(names), places, columns, tuple(touched.values()))


def new(edited: Sequence[Paragraph], pair_of: Mapping[int, Pair], pairs: Sequence[Pair]) -> Iterator[tuple[list[int], Places]]:
    """The tables that the sent file doesn't have: the numbers of their paragraphs, and the paragraphs by row and column. The latter
    are empty if the table can't be written in content."""
    for numbers in _by_table(edited).values():
        if not any(j in pair_of for j in numbers):
            yield numbers, _places(edited, numbers)


def _by_table(paragraphs: Sequence[Paragraph]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for n, paragraph in enumerate(paragraphs):
        if paragraph.cell:
            found.setdefault(paragraph.cell.table, []).append(n)
    return found


def _places(edited: Sequence[Paragraph], numbers: Sequence[int]) -> Places:
    """The paragraphs of a table by row and column; none if cells are merged or a row is longer than others."""
    cells = {j: cell for j in numbers if (cell := edited[j].cell)}
    widths = {cell.columns for cell in cells.values()}
    if len(widths) != 1 or any(cell.is_merged for cell in cells.values()):
        return ()
    rows = sorted({cell.row for cell in cells.values()})
    held: dict[tuple[int, int], list[int]] = {}
    for j, cell in cells.items():
        held.setdefault((cell.row, cell.column), []).append(j)
    return tuple(tuple(tuple(held.get((row, column), ())) for column in range(min(widths))) for row in rows)


def _stayed(pair: Pair, sent: Sequence[Paragraph], edited: Sequence[Paragraph]) -> bool:
    if not pair.sent or not pair.edited:
        return False
    return _place(sent[pair.sent[0]].cell) == _place(edited[pair.edited[0]].cell)


def _place(cell: CellPlace | None) -> tuple[int, int, int] | None:
    return (cell.row, cell.column, cell.columns) if cell else None


def _column_of(number: int, places: Places, pair_of: Mapping[int, Pair], sent: Sequence[Paragraph]) -> int | None:
    """The sent column from which most cells of an edited one come."""
    pairs = (pair_of[j] for row in places for j in row[number] if j in pair_of)
    found = Counter(cell.column for pair in pairs if (cell := sent[pair.sent[0]].cell))
    return found.most_common(1)[0][0] if found else None
