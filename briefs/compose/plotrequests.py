"""What a figure of a column's values is to show.

In: the keys of a `.figure` (`data=ranking column=internet countries=baltics`), and the edition. Out: a `PlotRequest` with the
values, or what is wrong with the keys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from briefs.edition.data import groups
from briefs.edition.data.table import Series, Value
from briefs.edition.model import Column, Edition
from briefs.problems import did_you_mean

BARS, LINES = 40, 12  # at most: more can't be read
_KINDS = {"ranking": ({"number", "share"}, "numbers"), "bars": ({"category", "yes-no"}, "categories")}  # of columns


class Unplottable(Exception):
    """A figure that can't be drawn: what is wrong, and what to write instead."""

    def __init__(self, message: str, hint: str):
        self.fault = message, hint
        super().__init__(message)


class Shown(NamedTuple):
    """A value that a figure shows, or shows the lack of."""

    code: str
    period: str
    value: Value

    @property
    def number(self) -> float:
        """The number. 0 if there is none: ask `value.number` first."""
        return self.value.number or 0.0


@dataclass(frozen=True)
class PlotRequest:
    """What a figure is to show. `codes`: the countries, in the order of their names; `subject`: the one to mark, or empty."""

    kind: str
    column: Column
    codes: Sequence[str]
    subject: str
    shown: Sequence[Shown]

    @property
    def known(self) -> list[Shown]:
        """The values that there are."""
        return [each for each in self.shown if each.value.content is not None]


@dataclass(frozen=True)
class PlotReader:
    """Reads what figures of one document are to show. `most`: bars in a ranking, at most."""

    edition: Edition
    most: int = BARS

    def request(self, keys: Mapping[str, str], subject: str = "") -> PlotRequest:
        """What these keys ask for. `subject`: the country that the document is about. Raises Unplottable."""
        kind, column = keys["data"], self._column(keys)
        marked = self._country(keys["country"]) if "country" in keys else subject
        among = self._countries(keys.get("countries", ""), column, kind) | ({marked} if marked else set())
        codes = sorted(among, key=lambda code: (self.named(code), code))
        choose = {"lines": self._over_time, "bars": self._latest}.get(kind, self._at_once)
        request = PlotRequest(kind, column, codes, marked, choose(column, codes, keys))
        self._check_number(request)
        return request

    def _column(self, keys: Mapping[str, str]) -> Column:
        name, known = keys.get("column", ""), self.edition.columns
        kinds, what = _KINDS["bars"] if keys["data"] == "bars" else _KINDS["ranking"]
        fit = [id for id, column in known.items() if column.kind in kinds]
        there = f"There are {', '.join(fit)}." if fit else "Declare one in columns.yaml."
        if not name:
            raise Unplottable(f"a {keys['data']} names its column", f"Write {{.figure data={keys['data']} column=…}}.")
        if name not in known:
            raise Unplottable(f"there is no column “{name[:40]}”", did_you_mean(name, known, there))
        if name not in fit:
            raise Unplottable(f"the column “{name}” has no {what}", f"data={keys['data']} shows a column of {what}. {there}")
        return known[name]

    def _country(self, code: str) -> str:
        if code not in self.edition.names:
            hint = did_you_mean(code, self.edition.names, "Write the code of a country of the edition.")
            raise Unplottable(f"there is no country “{code[:40]}”", hint)
        return code

    def _countries(self, written: str, column: Column, kind: str) -> set[str]:
        """The codes of groups and countries, parted by commas or spaces. Without any, of all countries that the column has; for
        bars, of all that the edition covers."""
        known = groups.members(self.edition)
        found: set[str] = set()
        for name in filter(None, re.split(r"[\s,]+", written)):
            if name not in known and name not in self.edition.names:
                hint = did_you_mean(name, [*known, *self.edition.names], "Write groups of edition.yaml, or codes of countries.")
                raise Unplottable(f"there is no group or country “{name[:40]}”", hint)
            found |= known.get(name, {name})
        return found or set(self.edition.standings if kind == "bars" else self.edition.data.values.get(column.id, ()))

    def _latest(self, column: Column, codes: Sequence[str], keys: Mapping[str, str]) -> list[Shown]:
        """The values of the period that is asked for, or else the latest of each country."""
        if "year" in keys:
            return self._at_once(column, codes, keys)
        found = {code: self.edition.data.value(column.id, code) for code in codes}
        return [Shown(code, "", own[1] if own else Value(None)) for code, own in found.items()]

    def _at_once(self, column: Column, codes: Sequence[str], keys: Mapping[str, str]) -> list[Shown]:
        """The values of one period: the one asked for, or the latest."""
        data = self.edition.data
        when = keys.get("year") or data.latest(column.id)
        self._check_period(column, when)
        return [Shown(code, when, data.series(column.id, code).get(when, Value(None))) for code in codes]

    def _over_time(self, column: Column, codes: Sequence[str], keys: Mapping[str, str]) -> list[Shown]:
        """The values of each country from one period to another, both included."""
        for key in ("from", "to"):
            if key in keys:
                self._check_period(column, keys[key])
        first, last = keys.get("from", ""), keys.get("to", "9999-99-99")
        times = sorted({when for code in codes for when in self._series(column, code) if first <= when <= last and when})
        if len(times) < 2:
            hint = "Lines need values of two periods or more; for one period, write data=ranking or data=strip."
            raise Unplottable(f"the column “{column.id}” has no two periods for these lines", hint)
        return [Shown(code, when, self._series(column, code).get(when, Value(None))) for code in codes for when in times]

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
        """Refuse a figure of nothing, and one of more than can be read."""
        if not request.known:
            raise Unplottable("none of these countries has a value to show", "Name other countries, or another year.")
        number = len({each.code for each in request.known})
        most = {"ranking": self.most, "lines": LINES}.get(request.kind, number)
        if number > most:
            hint = "Name a group or some countries by countries=…, or write data=strip."
            raise Unplottable(f"{number} countries are too many for a figure of this kind; {most} can be read", hint)

    def named(self, code: str) -> str:
        """The name of a country."""
        return self.edition.names[code]
