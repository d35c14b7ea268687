"""What a figure of values is to show.

In: the keys of a `.figure` (`data=ranking column=internet countries=baltics`), and the edition. Out: a `PlotRequest` with the
values, or what is wrong with the keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from briefs.compose.attributes import PLOT
from briefs.edition.data import groups
from briefs.edition.data.table import Series, Value
from briefs.edition.model import Column, Edition
from briefs.problems import did_you_mean

BARS, LINES = 40, 12  # the most bars and the most lines in a figure: more can't be read
NUMBERS, CATEGORIES = frozenset({"number", "share"}), frozenset({"category", "yes-no"})  # kinds of columns


@dataclass(frozen=True)
class PlotKind:
    """A kind of figure. `fits`: the kinds of columns that it shows. `columns`: the most columns. `most`: the most countries with
    values. `times`: which values it shows: those of `one` period, the `latest` of each country, those of `all` periods, or those of
    the first and the last (`ends`). `keys`: the attributes that only this kind may have."""

    fits: frozenset[str]
    columns: int = 1
    most: int = 300
    times: Literal["one", "latest", "all", "ends"] = "one"
    keys: frozenset[str] = frozenset()

    @property
    def attributes(self) -> frozenset[str]:
        """The keys that a figure of this kind may have."""
        when = {"from", "to"} if self.times in {"all", "ends"} else {"year"}
        which = {"columns", "column"} if self.columns > 1 else {"column"}
        return self.keys | when | which | {"countries", "country", "alt", "title", "table"}


MAP = "map"
KINDS: Mapping[str, PlotKind] = {
    "ranking": PlotKind(NUMBERS, most=BARS),
    "strip": PlotKind(NUMBERS),
    "strips": PlotKind(NUMBERS, columns=8),
    "lines": PlotKind(NUMBERS, most=LINES, times="all"),
    "multiples": PlotKind(NUMBERS, most=24, times="all"),
    "slope": PlotKind(NUMBERS, most=20, times="ends"),
    "shares": PlotKind(NUMBERS, columns=7, most=BARS),
    "table": PlotKind(NUMBERS | CATEGORIES | {"date"}, columns=6, most=BARS),
    "bars": PlotKind(CATEGORIES, times="latest"),
    MAP: PlotKind(NUMBERS | CATEGORIES, keys=frozenset({"by", "classes", "breaks", "middle"})),
}


def is_plot(keys: Mapping[str, str]) -> bool:
    """Whether the keys of a `.figure` ask for a figure of values. A map without a column is the map of stances."""
    kind = keys.get("data", "")
    return kind in KINDS and (kind != MAP or "column" in keys)


class Unplottable(Exception):
    """A figure that can't be drawn: what is wrong, and what to write instead."""

    def __init__(self, message: str, hint: str):
        self.fault = message, hint
        super().__init__(message)


class Shown(NamedTuple):
    """A value of a country in a column and a period, for a figure. It may be missing; the figure then shows that."""

    code: str
    period: str
    value: Value
    column: Column

    @property
    def number(self) -> float:
        """The number. 0 if there is none: ask `value.number` first."""
        return self.value.number or 0.0


@dataclass(frozen=True)
class PlotRequest:
    """What a figure is to show. `codes`: the countries, in the order of their names. `marked`: the countries that are marked.
    `shown`: the values, column by column. `keys`: the attributes of the `.figure`."""

    kind: str
    columns: Sequence[Column]
    codes: Sequence[str]
    marked: Sequence[str]
    shown: Sequence[Shown]
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def column(self) -> Column:
        """The only column, or the first one."""
        return self.columns[0]

    @property
    def known(self) -> list[Shown]:
        """The values that aren't missing."""
        return [each for each in self.shown if each.value.content is not None]

    @property
    def are_shares(self) -> bool:
        """Whether all columns are shares, so that their numbers may be parts of one whole as they are."""
        return all(column.kind == "share" for column in self.columns)

    def of(self, column: Column) -> list[Shown]:
        """The values of one column."""
        return [each for each in self.shown if each.column is column]

    def alone(self, column: Column) -> PlotRequest:
        """The part of the request that is about one column."""
        return PlotRequest(self.kind, [column], self.codes, self.marked, self.of(column), self.keys)


@dataclass(frozen=True)
class PlotReader:
    """Reads what figures of one document are to show. `most`: the most countries of a ranking, table or shares."""

    edition: Edition
    most: int = BARS

    def request(self, keys: Mapping[str, str], subjects: Sequence[str] = ()) -> PlotRequest:
        """What these keys ask for. `subjects`: the countries that the document is about. Raises Unplottable."""
        name = keys["data"]
        kind = KINDS[name]
        _check_keys(name, keys)
        columns = self._columns(name, keys)
        marked = [self._country(keys["country"])] if "country" in keys else subjects
        among = self._countries(keys.get("countries", ""), columns, name) | {*marked}
        codes = sorted(among, key=lambda code: (self.named(code), code))
        shown = [each for column in columns for each in self._shown(kind, column, codes, keys)]
        request = PlotRequest(name, columns, codes, marked, shown, keys)
        self._check_number(request)
        return request

    def _columns(self, kind: str, keys: Mapping[str, str]) -> list[Column]:
        several = KINDS[kind].columns > 1
        named = re.split(r"[\s,]+", keys.get("columns", "").strip()) if several and "columns" in keys else [keys.get("column", "")]
        if len(named) > KINDS[kind].columns:
            raise Unplottable(f"{len(named)} columns are too many for data={kind}", f"It has room for {KINDS[kind].columns}.")
        return [self._column(kind, name) for name in dict.fromkeys(named)]

    def _column(self, kind: str, name: str) -> Column:
        fits, known = KINDS[kind].fits, self.edition.columns
        what = "numbers" if fits == NUMBERS else "categories" if fits == CATEGORIES else "numbers or categories"
        fit = [id for id, column in known.items() if column.kind in fits]
        there = f"There are {', '.join(fit)}." if fit else "Declare one in columns.yaml."
        if not name:
            raise Unplottable(f"data={kind} needs a column", f"Write {{.figure data={kind} column=…}}.")
        if name not in known:
            raise Unplottable(f"there is no column “{name[:40]}”", did_you_mean(name, known, there))
        if name not in fit:
            raise Unplottable(f"the column “{name}” has no {what}", f"data={kind} shows a column of {what}. {there}")
        return known[name]

    def _country(self, code: str) -> str:
        if code not in self.edition.names:
            hint = did_you_mean(code, self.edition.names, "Write the code of a country of the edition.")
            raise Unplottable(f"there is no country “{code[:40]}”", hint)
        return code

    def _countries(self, written: str, columns: Sequence[Column], kind: str) -> set[str]:
        """The codes of the countries in `written`, a list of groups and countries with commas or spaces between them. If it is
        empty, of all countries that have values in the columns; for bars, of all that the edition covers; for a map, of both."""
        known = groups.members(self.edition)
        found: set[str] = set()
        for name in filter(None, re.split(r"[\s,]+", written)):
            if name not in known and name not in self.edition.names:
                hint = did_you_mean(name, [*known, *self.edition.names], "Write groups of edition.yaml, or codes of countries.")
                raise Unplottable(f"there is no group or country “{name[:40]}”", hint)
            found |= known.get(name, {name})
        if found:
            return found
        having = {code for column in columns for code in self.edition.data.values.get(column.id, ())}
        return {*self.edition.standings} if kind == "bars" else having | {*self.edition.standings} if kind == MAP else having

    def _shown(self, kind: PlotKind, column: Column, codes: Sequence[str], keys: Mapping[str, str]) -> list[Shown]:
        if kind.times in {"all", "ends"}:
            return self._over_time(column, codes, keys, only_ends=kind.times == "ends")
        is_latest = not column.is_numeric and "year" not in keys
        return self._latest(column, codes) if is_latest else self._at_once(column, codes, keys)

    def _latest(self, column: Column, codes: Sequence[str]) -> list[Shown]:
        """The latest value of each country."""
        found = {code: self.edition.data.value(column.id, code) for code in codes}
        return [Shown(code, "", own[1] if own else Value(None), column) for code, own in found.items()]

    def _at_once(self, column: Column, codes: Sequence[str], keys: Mapping[str, str]) -> list[Shown]:
        """The values of one period: the one asked for, or the latest."""
        data = self.edition.data
        when = keys.get("year") or data.latest(column.id)
        self._check_period(column, when)
        return [Shown(code, when, data.series(column.id, code).get(when, Value(None)), column) for code in codes]

    def _over_time(
        self, column: Column, codes: Sequence[str], keys: Mapping[str, str], *, only_ends: bool
    ) -> list[Shown]:  # fmt: skip
        """The values of each country from one period to another, both included; or, with `only_ends`, of the first and the
        last of these periods."""
        for key in ("from", "to"):
            if key in keys:
                self._check_period(column, keys[key])
        first, last = keys.get("from", ""), keys.get("to", "9999-99-99")
        times = sorted({when for code in codes for when in self._series(column, code) if first <= when <= last and when})
        if len(times) < 2:
            hint = "Lines need values of two periods or more; for one period, write data=ranking or data=strip."
            raise Unplottable(f"the column “{column.id}” has no two periods for these lines", hint)
        if only_ends:
            times = [times[0], times[-1]]
        return [Shown(code, when, self._series(column, code).get(when, Value(None)), column) for code in codes for when in times]

    def _series(self, column: Column, code: str) -> Series:
        return self.edition.data.series(column.id, code)

    def _check_period(self, column: Column, period: str) -> None:
        periods = {when for series in self.edition.data.values.get(column.id, {}).values() for when in series}
        if period not in periods:
            if not periods:
                raise Unplottable(f"the column “{column.id}” has no values", "Add a table with it.")
            hint = did_you_mean(period, periods, f"Its values are of {', '.join(sorted(periods)[-8:])}.")
            raise Unplottable(f"the column “{column.id}” has no values of “{period[:40]}”", hint)

    def _check_number(self, request: PlotRequest) -> None:
        """Refuse a figure without values, and one of more countries than can be read."""
        if not request.known:
            raise Unplottable("none of these countries has a value to show", "Name other countries, or another year.")
        number = len({each.code for each in request.known})
        most = min(KINDS[request.kind].most, self.most if request.kind in {"ranking", "table", "shares"} else number)
        if number > most:
            hint = "Name a group or some countries by countries=…, or write data=strip."
            raise Unplottable(f"{number} countries are too many for a figure of this kind; {most} can be read", hint)

    def named(self, code: str) -> str:
        """The name of a country."""
        return self.edition.names[code]


def _check_keys(kind: str, keys: Mapping[str, str]) -> None:
    """Refuse an attribute that another kind of figure has, and a `table` that is neither yes nor no."""
    if keys.get("table", "no") not in {"yes", "no"}:
        raise Unplottable(f"`table`: “{keys['table'][:40]}” is neither yes nor no", "Write table=yes for a table below the figure.")
    for key in sorted(PLOT & keys.keys() - KINDS[kind].attributes):
        hint = f"A {kind} may have {_listed(sorted(KINDS[kind].attributes))}."
        raise Unplottable(f"the attribute “{key}” isn’t for a {kind}", hint)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def complete(request: PlotRequest) -> Iterator[tuple[str, list[Shown]]]:
    """The countries of which no value is missing, each with its values."""
    for code in request.codes:
        own = [each for each in request.shown if each.code == code]
        if all(each.value.content is not None for each in own):
            yield code, own
