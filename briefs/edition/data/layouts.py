"""Finds out how a table is laid out, and reads its cells one by one.

In: a `Grid`. Out: its `Cell`s, each with its text, its period and the table's name of its column. Three layouts are known
by their headings: one value a row (tidy tables, SDMX-CSV), years as headings (the World Bank's exports), columns as headings.
https://github.com/sdmx-twg/sdmx-csv
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from briefs.edition.data.grids import Grid

SEARCHED = 40  # the first rows, in which the headings are searched for
# The headings of columns, by the part of a `Cell` that the column holds; the clearest heading first.
_HEADINGS: Mapping[str, Sequence[str]] = {
    "country": (
        "code", "country code", "ref_area", "iso", "iso2", "iso3", "iso 3166", "iso code", "iso2 code", "iso3 code", "iso_code",
        "geo", "m49", "m49 code", "country", "country name", "economy", "location", "entity", "area", "territory",
    ),
    "column": (
        "column", "indicator code", "indicator id", "indicator", "series code", "series", "indicator name", "series name",
        "variable", "measure",
    ),
    "period": ("period", "time_period", "time period", "time", "year", "date"),
    "value": ("value", "obs_value"),
    "status": ("flag", "flags", "status", "obs_status", "obs_flag", "obs. status", "footnote code"),
    "unit": ("unit", "units", "unit_measure", "unit of measure"),
    "source": ("source", "sources", "source key"),
}  # fmt: skip
# Headings of other columns in exports (the structure of SDMX, notes of the publisher), which are no data.
_BESIDE = {
    "dataflow", "structure", "structure_id", "structure_name", "action", "freq", "frequency", "last update", "decimals",
    "unit_mult", "notes", "note", "comment", "footnote", "region", "income group", "income level", "rank", "time code",
}  # fmt: skip
_PERHAPS = {"area", "location", "entity", "territory"}  # headings of countries only if there is no clearer one
_YEAR = re.compile(r"(?:YR?)?((?:1[5-9]|20|21)\d\d)(?: \[YR\d{4}\])?")


class Cell(NamedTuple):
    """A cell with a value. `named`: the table's name of the column, from a heading or a cell; empty if there is none. `status`,
    `unit`, `source`: the texts of cells beside it."""

    named: str
    period: str
    text: str
    row: int
    column: int
    status: str = ""
    unit: str = ""
    source: str = ""


@dataclass(frozen=True)
class Layout:
    """The layout of a grid. `parts`: for each part of a cell, the index of the column that holds it. `years`: the indices of
    columns that hold the values of a year, with the year. `others`: the indices of other columns, with their headings."""

    grid: Grid
    heading: int
    parts: Mapping[str, int]
    years: Mapping[int, str]
    others: Mapping[int, str]

    @cached_property
    def is_tidy(self) -> bool:
        return "value" in self.parts and not self.years

    def rows(self) -> Iterator[tuple[int, str, Sequence[str]]]:
        """Every row below the headings that isn't empty: its index, the text that names its country, and the texts of its cells. A
        row may have fewer cells than there are headings."""
        country = self.parts["country"]
        for row in range(self.heading + 1, len(self.grid.rows)):
            texts = self.grid.rows[row]
            if any(texts):
                yield row, _text(texts, country), texts

    def cells(self, row: int, texts: Sequence[str], *, empty: bool = False) -> Iterator[Cell]:
        """The cells with values of a row that `rows` gave. `empty`: also the cells that might have one."""
        named, period, status, unit, source = (_text(texts, at) for at in self._beside)
        if self.is_tidy:
            at = self.parts["value"]
            text = _text(texts, at) or (".." if status else "")  # a flag says why there is no value
            if text or empty:
                yield Cell(named, period, text, row, at, status, unit, source)
            return
        width = 1 + max((*self.years, *self.others), default=0) if empty else 0
        for at, text in enumerate([*texts, *[""] * (width - len(texts))]):
            if (text or empty) and at in self.years:
                yield Cell(named, self.years[at], text, row, at, status if self.stray_flags is None else "", unit, source)
            elif (text or empty) and not self.years and at in self.others:
                yield Cell(self.others[at], period, text, row, at, status if self.stray_flags is None else "", "", source)

    def beyond(self, texts: Sequence[str]) -> int | None:
        """The index of the first text of a row that stands beyond the last heading of a file of texts, where a comma in a number
        puts the rest of the number. None if there is none, and in a workbook, in which such cells are notes."""
        listed = range(1 + max(at for at, text in enumerate(self.grid.rows[self.heading]) if text), len(texts))
        return None if self.grid.places.sheet else next((at for at in listed if texts[at]), None)

    @cached_property
    def stray_flags(self) -> int | None:
        """The index of a column of flags, if nothing says to which value of a row a flag belongs. None otherwise."""
        return self.parts.get("status") if not self.is_tidy and len(self.years or self.others) > 1 else None

    @cached_property
    def _beside(self) -> tuple[int, ...]:
        """The indices of the columns that hold further parts of a value, such as its flag; -1 for each that is missing."""
        return tuple(self.parts.get(part, -1) for part in ("column", "period", "status", "unit", "source"))


def _text(texts: Sequence[str], at: int) -> str:
    """The text of a row's cell; empty where a row ends before it, or for the index -1."""
    return texts[at] if 0 <= at < len(texts) else ""


def find(grid: Grid) -> Layout | None:
    """The layout of a grid; None if no row says which column has the countries."""
    for row, texts in enumerate(grid.rows[:SEARCHED]):
        headings = {at: _folded(text) for at, text in enumerate(texts) if text}
        parts = {part: at for part, known in _HEADINGS.items() if (at := _first(headings, known)) is not None}
        if "country" in parts and len(headings) > 1:
            return _laid_out(grid, row, headings, parts)
    return None


def _laid_out(grid: Grid, row: int, headings: Mapping[int, str], parts: Mapping[str, int]) -> Layout:
    years = {at: match[1] for at, text in headings.items() if (match := _YEAR.fullmatch(text.upper()))}
    known = {*_HEADINGS["country"], *_BESIDE} - _PERHAPS
    used = {*years, *parts.values()}
    others = {at: grid.rows[row][at] for at, text in headings.items() if at not in used and text not in known}
    return Layout(grid, row, parts, years, others)


def _first(headings: Mapping[int, str], known: Sequence[str]) -> int | None:
    """The first column whose heading is the best of the known ones."""
    places = {text: at for at, text in reversed(list(headings.items()))}
    return next((places[heading] for heading in known if heading in places), None)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
