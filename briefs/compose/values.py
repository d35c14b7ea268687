"""Values of the data, printed in prose: `[]{.value column=internet year=2019}` becomes “83.4 per cent”.

In: the blocks of a text, and the edition. Out: the same blocks with the values in the place of their spans, or an error for each
that can't be printed. Numbers are written by the rules of the edition's language (CLDR, through babel).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import TypeVar

from babel import Locale
from babel.numbers import format_decimal

from briefs.compose import attributes, tree
from briefs.compose.labels import Labels
from briefs.compose.tree import Node
from briefs.edition.data import groups
from briefs.edition.data.table import Status, Value
from briefs.edition.dates import Date
from briefs.edition.model import Column, Edition, Text
from briefs.problems import Problem, Report, did_you_mean, error

VALUE = "data-value"  # the class of a printed value
_Named = TypeVar("_Named")
_OF_COUNTRY = re.compile(r"countries/([^/.]+)\.ya?ml")
STATUSES: Sequence[Status] = ("estimated", "provisional", "break", "forecast", "imputed", "uncertain", "differs")
_PERIODS = {"year", "from", "to"}  # attributes that are periods
_NBSP, _MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"
_LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"  # without it, the sign before a number would stand after it in text from right to left


class _Unprintable(Exception):
    """A span that can't be printed: what is wrong, and what to write instead."""

    def __init__(self, message: str, hint: str):
        self.fault = message, hint
        super().__init__(message)


def _check_period(key: str, text: str) -> None:
    """Raises _Unprintable if a span's `year`, `from` or `to` is no period. Without this check, the error would say that nothing is
    recorded for it."""
    try:
        Date.parse(text)
    except ValueError as fault:
        raise _Unprintable(f"`{key}`: {fault}", "Write the period as the table has it.") from None


@dataclass(frozen=True)
class ValuePrinter:
    """Prints the values of an edition, or of a document's share of one."""

    edition: Edition
    report: Report = field(repr=False)

    def put(self, text: Text, blocks: Sequence[Node]) -> list[Node]:
        """The blocks of a text with its values printed. Reports those that can't be printed."""
        if "]{" not in text.markdown and "<" not in text.markdown:  # a span may also be written as HTML writes it
            return list(blocks)
        found: list[Problem] = []

        def printed(node: Node) -> list[Node] | None:
            kind = next((name for name in tree.classes(node) if name in attributes.VALUES), None)
            if kind is None:
                return None
            try:
                return [tree.span(tree.words(self._words(kind, node, text)), "", [VALUE])]
            except _Unprintable as fault:
                found.append(error(text.place, *fault.fault))
                return []

        made = tree.transform(list(blocks), printed, "Span")
        self.report(found)
        return made

    def words(self, column: Column, value: Value, *, unit: bool = True, short: bool = False) -> str:
        """A value in words, with its unit and with what its flags say: “83.4 per cent (estimated)”. `short`: months are
        abbreviated."""
        if value.content is None:
            return self._labels("not_recorded")
        statuses = [self._labels(f"status_{status}") for status in STATUSES if status in value.status]
        content = self.edition.about.says(value.content, short=short) if isinstance(value.content, Date) else ""
        said = content or self._content(column, value, unit)
        return f"{said} ({', '.join(statuses)})" if statuses else said

    def comparison(self, column: Column, code: str, period: str) -> str:
        """What a country's number is compared with, as its column says: a median, the best, or the period before. Empty if the
        column says nothing, or if there is no other number."""
        how, data = column.compare, self.edition.data
        if how is None:
            return ""
        if how.to == "previous":
            before = [(when, value.number) for when, value in data.series(column.id, code).items() if when < period]
            numbers = {when: number for when, number in before if number is not None}
            return self._compared(column, max(numbers), numbers[max(numbers)]) if numbers else ""
        among = self._groups.get(how.group) if how.group else None
        numbers = data.numbers(column.id, period, among)
        if how.to == "median":
            found = data.median(column.id, period, among)
            return "" if found is None else self._labels("plot_median", n=self.number(column, found))
        best = (min if column.better == "lower" else max)(numbers, key=lambda code: numbers[code], default="")
        return self._compared(column, self.edition.names[best], numbers[best]) if best else ""

    def _compared(self, column: Column, label: str, number: float) -> str:
        return self._labels("list_item", label=label, n=self.number(column, number))

    def number(self, column: Column, number: float, *, unit: bool = True, signed: bool = False) -> str:
        """A number by the rules of the language, rounded half up to the column's decimals, perhaps with its sign and unit."""
        exact = Decimal(repr(number))
        if column.decimals is not None:
            exact = exact.quantize(Decimal(1).scaleb(-column.decimals), ROUND_HALF_UP)
        places = column.decimals if column.decimals is not None else 6
        least = "0" * (column.decimals or 0)
        pattern = f"#,##0{'.' if places else ''}{least}{'#' * (places - len(least))}"
        shown = format_decimal(abs(exact), pattern, locale=self._locale, numbering_system=self.edition.about.numerals)
        sign = _MINUS if exact < 0 else "+" if signed and exact > 0 else ""
        sign = f"{_LEFT_TO_RIGHT}{sign}" if sign and self._locale.text_direction == "rtl" else sign
        return f"{sign}{shown}{_NBSP}{column.unit.markdown}" if unit and column.unit else f"{sign}{shown}"

    def _content(self, column: Column, value: Value, unit: bool) -> str:
        content = value.content
        if isinstance(content, bool):
            return self._labels("yes" if content else "no")
        if isinstance(content, float):
            return self.number(column, content, unit=unit)
        labels = {category.id: category.label.words for category in column.values}
        return labels.get(str(content), str(content))

    def _words(self, kind: str, span: Node, text: Text) -> str:
        """The words that a span prints."""
        if tree.inlines(span):
            raise _Unprintable(f"a `.{kind}` prints its value by itself", f"Leave its brackets empty: []{{.{kind} …}}.")
        keys = tree.attributes(span)
        for key in _PERIODS & keys.keys():
            _check_period(key, keys[key])
        column = self._named(keys.get("column", ""), self.edition.columns, "column", f"Write []{{.{kind} column=…}}.")
        code = self._country(keys, text) if kind != "median" else ""
        printers = {"value": self._value, "rank": self._rank, "median": self._median, "change": self._change}
        return printers[kind](column, code, keys)

    def _value(self, column: Column, code: str, keys: Mapping[str, str]) -> str:
        found = self.edition.data.value(column.id, code, keys.get("year", ""))
        value = found[1] if found else Value(None)
        return self.words(column, value, unit=keys.get("unit") != "no")

    def _rank(self, column: Column, code: str, keys: Mapping[str, str]) -> str:
        period = keys.get("year") or self._latest(column, code)
        found = self.edition.data.rank(column.id, code, period, lowest_first=column.better == "lower", among=self._among(keys))
        if found is None:
            return self._labels("not_recorded")
        return self._labels("rank", rank=found[0], count=found[1])

    def _median(self, column: Column, code: str, keys: Mapping[str, str]) -> str:
        period = keys.get("year") or self.edition.data.latest(column.id)
        found = self.edition.data.median(column.id, period, self._among(keys))
        return self._labels("not_recorded") if found is None else self.number(column, found, unit=keys.get("unit") != "no")

    def _change(self, column: Column, code: str, keys: Mapping[str, str]) -> str:
        """The difference of two periods' numbers. Shares differ by percentage points."""
        if "from" not in keys:
            raise _Unprintable("a `.change` says from when", "Write []{.change column=… from=2015}.")
        data = self.edition.data
        ends = [data.value(column.id, code, keys["from"]), data.value(column.id, code, keys.get("to", ""))]
        first, last = (found[1].number if found else None for found in ends)
        if first is None or last is None:
            return self._labels("not_recorded")
        difference = float(Decimal(repr(last)) - Decimal(repr(first)))
        if column.kind != "share":
            return self.number(column, difference, unit=keys.get("unit") != "no", signed=True)
        bare = self.number(column, difference, unit=False, signed=True)
        return bare if keys.get("unit") == "no" else f"{bare}{_NBSP}{self._labels('percentage_points')}"

    def _latest(self, column: Column, code: str) -> str:
        found = self.edition.data.value(column.id, code)
        return found[0] if found else ""

    def _among(self, keys: Mapping[str, str]) -> Collection[str] | None:
        """The members of the group that a span names, or None for all countries."""
        return self._named(keys["group"], self._groups, "group", "Declare it in edition.yaml.") if "group" in keys else None

    def _country(self, keys: Mapping[str, str], text: Text) -> str:
        """The country that a span names, or that its file is about."""
        match = _OF_COUNTRY.fullmatch(text.place.source)
        own = next((code for code in self.edition.countries if match and code == match[1].lower()), "")
        code = keys.get("country", own)
        if not code:
            raise _Unprintable("nothing says of which country this value is", "Write country=… with its code.")
        if code not in self.edition.names:
            hint = did_you_mean(code, self.edition.names, "Write the code of a country of the edition.")
            raise _Unprintable(f"there is no country “{code}”", hint)
        return code

    def _named(self, name: str, known: Mapping[str, _Named], what: str, hint: str) -> _Named:
        if name not in known:
            said = f"there is no {what} “{name[:40]}”" if name else f"a value names its {what}"
            raise _Unprintable(said, did_you_mean(name, known, hint))
        return known[name]

    @cached_property
    def _groups(self) -> Mapping[str, Collection[str]]:
        return groups.members(self.edition)

    @cached_property
    def _labels(self) -> Labels:
        return Labels.of(self.edition, self.report)

    @cached_property
    def _locale(self) -> Locale:
        return Locale.parse(self.edition.about.language, sep="-")
