"""What the cells of a table of countries hold: a country's name and stance, its texts, its values.

In: an edition or a share of one. Out: cells. If the document lists its sources, cells cite them by number; otherwise citations are
left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from briefs.compose import tables, tree
from briefs.compose.bars import CellBars
from briefs.compose.labels import Labels
from briefs.compose.slots import TemplateFiller
from briefs.compose.sources import Numbered
from briefs.compose.tables import Cell
from briefs.compose.tree import Node
from briefs.compose.values import ValuePrinter
from briefs.edition.data.table import Value
from briefs.edition.dates import Date
from briefs.edition.model import Column, Edition, Text

DASH = "–"  # what a cell without a value shows
NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class CellPrinter:
    """Prints cells about the countries of an edition. `numbered`: the sources that the document lists, if it lists any. `dashes`:
    a cell without a value has a dash, which is read aloud as words; the document says once what it means."""

    edition: Edition
    labels: Labels
    writer: TemplateFiller
    numbered: Numbered | None = None
    dashes: bool = False

    def stance(self, code: str) -> list[Node]:
        """Where a country stands, as a badge, and below it the note on it. Empty if the edition has no scale."""
        step, note = self.edition.stance(code), self.edition.countries[code].stance_note
        if step is None:
            return []
        badge = tree.span(tree.words(step.label.words), "", ["badge", f"stance-{step.id}"])
        if not note:
            return [badge]
        return [badge, tree.LINE_BREAK, *self.inlines(note)]

    def text(self, text: Text | None) -> Cell:
        """A text of one paragraph."""
        return tables.words(self.inlines(text)) if text else self.none("nothing")

    def none(self, label: str) -> Cell:
        """A cell without content, or without further content: it prints a label instead."""
        return tables.words([tree.span(tree.words(self.labels(label)), "", ["note"])])

    def unrecorded(self) -> Cell:
        """The cell of a value that isn't recorded: a label, or a dash."""
        if not self.dashes:
            return self.none("not_recorded")
        return tables.words([tree.span([tree.string(DASH)], "", ["note"], aria_label=self.labels("not_recorded"))])

    def value(self, column: Column, code: str) -> Cell:
        """The latest value of a country in a column, with its period."""
        found = self.edition.data.value(column.id, code)
        if found is None:
            return self.unrecorded()
        period, value = found
        said = ValuePrinter(self.edition, self.writer.report).words(column, value)
        return tables.words([*tree.words(f"{said} ({period})" if period else said), *self._marks(column, code, value)])

    def numbers(self, column: Column, codes: Sequence[str], bars: CellBars) -> tuple[str, list[Cell]]:
        """The heading of a column of numbers, with its unit and its latest period; and the cell of each country: a bar, its latest
        number, and the period of the number if it isn't the column's latest."""
        found = {code: own for code in codes if (own := self.edition.data.value(column.id, code))}
        latest = max((period for period, _ in found.values()), default="")
        when = self.edition.about.says(Date.parse(latest)) if latest else ""
        parts = (column.label.words, column.unit, when)
        numbers = {code: value.number for code, (_, value) in found.items() if value.number is not None}
        cells = [
            self._number(column, code, *found[code], latest, numbers, bars) if code in numbers else self.unrecorded()
            for code in codes
        ]
        return ", ".join(str(part) for part in parts if part), cells

    def _number(
        self, column: Column, code: str, period: str, value: Value, latest: str, numbers: Mapping[str, float], bars: CellBars
    ) -> Cell:
        own, sign = numbers[code], 1 if column.better == "lower" else -1
        place = 1 + sum(sign * other < sign * own for other in numbers.values())
        named = f"{self.edition.names[code]}, {column.label.words}"
        alt = self.labels("list_item", label=named, n=self.labels("rank", rank=place, count=len(numbers)))
        bar = bars.image(own, numbers.values(), alt)
        said = ValuePrinter(self.edition, self.writer.report).words(column, value, unit=False)
        words = tree.words(said if period == latest else f"{said} ({period})")
        return tables.words([*bar, *(tree.words(NBSP) if bar else []), *words, *self._marks(column, code, value)])

    def inlines(self, text: Text) -> list[Node]:
        """A text of one paragraph, with the numbers of the sources that it cites."""
        return self.cited(self.writer.inlines(text))

    def cited(self, nodes: list[Node]) -> list[Node]:
        """Inlines with the numbers of the sources that they cite."""
        return self.numbered.cited(nodes) if self.numbered else tree.without_citations(nodes)

    def _marks(self, column: Column, code: str, value: Value) -> list[Node]:
        """The numbers of the sources that a value rests on."""
        return self.numbered.marks(self.edition.sources_of(column, code, value)) if self.numbered else []
