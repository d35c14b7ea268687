"""Keeps the values of tables as bytes, so that a table whose bytes are known isn't read again.

In: the values of a file, or JSON that was made of them. Out: that JSON, or the same values. Nothing in JSON can run as code. The
store must return the bytes unchanged. Bytes that don't have the form that `written` makes count as unknown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from briefs.edition.data.grids import GridPlaces
from briefs.edition.data.table import Content, Series, TableStore, Value
from briefs.edition.dates import Date

LEAST = 2_000  # values: reading a smaller table takes no longer than finding it in the store
Values = Mapping[str, Mapping[str, Series]]  # values by column, country and period


@dataclass(frozen=True)
class KeptTables:
    """The tables of one edition in a store. `basis`: everything besides a table's bytes that decides what its values are."""

    store: TableStore
    basis: str

    def values(self, path: str, data: bytes) -> tuple[Values, int] | None:
        """The values of a file, and how many cells it has. None if the file isn't known."""
        found = self.store.get(self._key(path, data))
        try:
            return _read(path, found) if found else None
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return None

    def keep(self, path: str, data: bytes, values: Values, cells: int) -> None:
        """Keep the values of a file that has no problems."""
        if sum(len(series) for countries in values.values() for series in countries.values()) >= LEAST:
            self.store.put(self._key(path, data), written(values, cells))

    def _key(self, path: str, data: bytes) -> str:
        return hashlib.sha256(repr((self.basis, path, hashlib.sha256(data).hexdigest())).encode()).hexdigest()


class _Numbered(dict[Any, int]):
    """Gives each new key the next number, from 0."""

    def __missing__(self, thing: Any) -> int:
        self[thing] = len(self)
        return self[thing]


def written(values: Values, cells: int) -> bytes:
    """The values as bytes. A series is a list of lists: periods, contents, flags, sources, sheets, rows, columns."""
    flags, sources, sheets = _Numbered(), _Numbered(), _Numbered()
    grids: dict[int, GridPlaces] = {}  # by id(), since two sheets may be equal
    tables: dict[str, dict[str, list[object]]] = {}
    for name, countries in values.items():
        for code, series in countries.items():
            own = series.values()
            grids.update({id(value.places): value.places for value in own if value.places})
            tables.setdefault(name, {})[code] = [
                list(series),
                [_plain(value.content) for value in own],
                [flags[value.status] for value in own],
                [sources[value.sources] for value in own],
                [sheets[id(value.places)] for value in own],
                [value.row for value in own],
                [value.column for value in own],
            ]
    places = [[grids[each].sheet, grids[each].column, _lines(grids[each].lines)] for each in sheets]
    whole = {"cells": cells, "flags": list(flags), "sources": list(sources), "places": places, "values": tables}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _read(path: str, data: bytes) -> tuple[Values, int]:
    found = json.loads(data)
    flags, sources = ([tuple(each) for each in found[name]] for name in ("flags", "sources"))
    places = [GridPlaces(path, sheet, _lined(lines), column) for sheet, column, lines in found["places"]]
    series = _series(flags, sources, places)
    tables = found["values"].items()
    values = {name: {code: series(parts) for code, parts in countries.items()} for name, countries in tables}
    return values, int(found["cells"])


def _series(flags: Sequence[Any], sources: Sequence[Any], places: Sequence[GridPlaces]) -> Callable[[Sequence[Any]], Series]:
    def read(parts: Sequence[Any]) -> Series:
        periods, contents, status, source, sheet, rows, columns = parts
        known = map(_content, contents)
        marks, keys, grids = (map(table.__getitem__, each) for table, each in ((flags, status), (sources, source), (places, sheet)))
        return dict(zip(periods, map(Value, known, marks, keys, repeat(()), grids, rows, columns), strict=True))

    return read


def _plain(content: Content) -> object:
    """The content of a value in types of JSON. A date is put into a list, to tell it from a text."""
    return [content.text] if isinstance(content, Date) else content


def _content(plain: Any) -> Content:
    if isinstance(plain, list):
        return Date.parse(plain[0])
    made: Content = plain
    return made


def _lines(lines: Sequence[int]) -> list[int] | dict[str, int]:
    return {"first": lines.start, "end": lines.stop} if isinstance(lines, range) else list(lines)


def _lined(lines: Any) -> Sequence[int]:
    return range(lines["first"], lines["end"]) if isinstance(lines, dict) else [int(line) for line in lines]
