"""All data of an edition: the value of each country, column and period.

In: values. Out: `DataTable`, which documents, figures and commands ask.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median
from typing import Literal, NamedTuple, Protocol

from briefs.edition.data.grids import GridPlaces
from briefs.edition.dates import Date
from briefs.problems import Place

Status = Literal["estimated", "provisional", "break", "forecast", "imputed", "uncertain", "differs"]
Content = float | str | bool | Date | None


class Value(NamedTuple):
    """A value of the data. `content`: the value itself; None if the cell says that there is none. `sources`: the keys of its
    sources. `facts`: the ids of the facts that support it. `places`, `row`, `column`: where a value from a table stands, both
    numbers from 0."""

    content: Content
    status: tuple[Status, ...] = ()
    sources: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    places: GridPlaces | None = None
    row: int = 0
    column: int = 0
    written: Place | None = None  # where a value in a country's file stands

    @property
    def place(self) -> Place:
        """Where the value stands in the content."""
        return self.places.place(self.row, self.column) if self.places else self.written or Place("")

    @property
    def number(self) -> float | None:
        """The value as a number. None if it isn't one."""
        return self.content if isinstance(self.content, float) else None


Series = Mapping[str, Value]  # the values of one country and column, by period, the earliest first
_NO_SERIES: Series = {}


class TableStore(Protocol):
    """Keeps bytes under keys. `get` returns what `put` got for a key, or None if there is nothing under the key
    or it was damaged."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, data: bytes) -> None: ...


@dataclass(frozen=True)
class DataTable:
    """All values. `values`: by column, country and period. A period is a partial date as text (`2019`, `2019-06`), or empty."""

    values: Mapping[str, Mapping[str, Series]] = field(default_factory=dict)

    def series(self, column: str, code: str) -> Series:
        """A country's values in a column by period, also those that say that there is no value."""
        return self.values.get(column, {}).get(code, _NO_SERIES)

    def value(self, column: str, code: str, period: str = "") -> tuple[str, Value] | None:
        """A period and the country's value in it: in `period`, or else in the latest period with a value. None if there is none."""
        series = self.series(column, code)
        if period:
            return (period, series[period]) if period in series else None
        return next(((when, series[when]) for when in reversed(list(series)) if series[when].content is not None), None)

    def latest(self, column: str) -> str:
        """The latest period for which any country has a value. Empty if none has."""
        listed = (when for series in self.values.get(column, {}).values() for when, v in series.items() if v.content is not None)
        return max(listed, default="")

    def numbers(self, column: str, period: str, among: Collection[str] | None = None) -> dict[str, float]:
        """The numbers of a column in one period by country: of all countries, or of those in `among`."""
        found = {}
        for code, series in self.values.get(column, {}).items():
            number = series[period].number if period in series else None
            if number is not None and (among is None or code in among):
                found[code] = number
        return found

    def median(self, column: str, period: str, among: Collection[str] | None = None) -> float | None:
        """The median of a column's numbers in one period. None if there are none."""
        numbers = self.numbers(column, period, among)
        return median(numbers.values()) if numbers else None

    def rank(
        self, column: str, code: str, period: str, *, lowest_first: bool, among: Collection[str] | None = None
    ) -> tuple[int, int] | None:
        """A country's rank among the countries that have a number, and how many these are. Equal numbers share a rank.

        None if the country has no number."""
        numbers = self.numbers(column, period, among)
        if code not in numbers:
            return None
        sign = 1 if lowest_first else -1
        own = sign * numbers[code]
        return 1 + sum(sign * other < own for other in numbers.values()), len(numbers)

    def of(self, codes: Collection[str], everywhere: Collection[str] = ()) -> DataTable:
        """The part of the table about some countries. The columns in `everywhere` keep the values of all countries. No series is
        copied."""
        listed = sorted(codes)
        parts = {
            id: countries if id in everywhere else {code: countries[code] for code in listed if code in countries}
            for id, countries in self.values.items()
        }
        return DataTable({id: part for id, part in parts.items() if part})

    def sources(self, codes: Collection[str], everywhere: Collection[str] = ()) -> set[str]:
        """The keys of the sources of those values that `of` returns for the same arguments."""
        return {
            key
            for id, countries in self._sources.items()
            for code in (countries if id in everywhere else codes)
            for key in countries.get(code, ())
        }

    @cached_property
    def _sources(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """By column and country, the keys of the sources that values name. Countries without any are left out."""
        found = {
            id: {code: frozenset(key for value in series.values() for key in value.sources) for code, series in countries.items()}
            for id, countries in self.values.items()
        }
        return {id: {code: keys for code, keys in countries.items() if keys} for id, countries in found.items()}

    def __iter__(self) -> Iterator[tuple[str, str, str, Value]]:
        """Column, country, period and value of every value."""
        for column, countries in self.values.items():
            for code, series in countries.items():
                for period, value in series.items():
                    yield column, code, period, value
