"""All countries in one table: where each stands, what the data says of it, and its next decision.

In: an edition. Out: the `Manuscript` of the table, and of the figures of values if the edition declares any, with their numbers
if it asks for them. The words round them are in `templates/glance.md.j2`. Each country's name leads to its brief, which stands
beside the table's own file in the output folder. The report has a table of this kind too, in which a name leads to the country's
row of the appendix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from briefs.compose import data, tables, tree
from briefs.compose.bars import CellBars
from briefs.compose.cells import DASH, CellPrinter
from briefs.compose.country import computed_stance, unsigned
from briefs.compose.declared import declared
from briefs.compose.kinds import KINDS, Kind
from briefs.compose.labels import Labels
from briefs.compose.manuscript import Manuscript
from briefs.compose.separators import titled
from briefs.compose.slots import Blocks, TemplateFiller, link
from briefs.compose.tables import Cell
from briefs.edition.model import Column, Edition

SMALL = (
    "step-1"  # the class of a table whose type is that of the theme's second step for tables, so that it has one page in Word too
)
COLUMNS = 6  # the most columns of data: with more, none would be wide enough for its words
NAME, STANCE, VALUE, NUMBER, NEXT, FACTS = 1.05, 1.3, 1.02, 1.2, 4.2, 0.6  # the widths of the columns, in proportion
SHORT, LONG = 8, 13  # letters: if a column's longest cell is shorter than `LONG`, it is narrower, down to the width for `SHORT`
BESIDE, ALONE = 1.75, 4.65  # the widths of the columns of stances and next decisions, if there are no columns of data
WIDE, HIGH = 255.0, 120.0  # millimetres: the width of the table on the narrower paper; the greatest height of a figure
BAR = 8.0  # millimetres: the longest bar


@dataclass(frozen=True)
class CountryTable:
    """Makes the table. `targets`: the address to which a country's name leads, such as that of its brief, by the country's code.
    `most`: how many columns of the data the table has room for."""

    edition: Edition
    labels: Labels
    cells: CellPrinter
    bars: CellBars
    targets: Mapping[str, str]
    most: int = COLUMNS

    def block(self) -> tree.Node:
        """The table, in a `Div.table`, by which typesetting knows it."""
        values = [self._values(column) for column in self.columns]
        relative = [
            NAME,
            *([STANCE if self.columns else BESIDE] if self.edition.steps else []),
            *(NUMBER if column.is_numeric else _width(*value) for column, value in zip(self.columns, values, strict=True)),
            (NEXT if self.columns else ALONE) if self._has_next else FACTS,
        ]
        by_country = zip(*(cells for _, cells in values), strict=True) if values else [()] * len(self.targets)
        named = zip(self.targets, by_country, strict=True)
        rows = [tables.row(self._cells(code, own), name="whole") for code, own in named]
        head = self._head([title for title, _ in values])
        made = tables.table("glance", [width / sum(relative) for width in relative], head, rows)
        names = ["table", "inside", *([] if self.columns else [SMALL])]
        return tree.div([made], "", names, table="glance")

    def meanings(self) -> list[tree.Node]:
        """A paragraph on what a dash means, if the table has one, and one on each column whose meaning the edition gives."""
        values = self.edition.data.value
        has_dash = any(values(column.id, code) is None for column in self.columns for code in self.targets)
        dash = [tree.para(tree.words(f"{DASH} {self.labels('not_recorded')}"))] if has_dash else []
        named = [(tree.strong(tree.words(f"{c.label.words}:")), c.note) for c in self.columns if c.note]
        return [*dash, *(tree.para([name, tree.SPACE, *self.cells.inlines(note)]) for name, note in named)]

    @property
    def columns(self) -> list[Column]:
        """The columns of data that the table has room for."""
        return list(self.edition.columns.values())[: self.most]

    @property
    def _has_next(self) -> bool:
        """Whether any country has a next decision. If none has, the number of facts is in its place."""
        return any(country.next for country in self.edition.countries.values())

    def _values(self, column: Column) -> tuple[str, list[Cell]]:
        """The heading of a column, and the cell of each country."""
        if column.is_numeric:
            return self.cells.numbers(column, list(self.targets), self.bars)
        return column.label.words, [self.cells.value(column, code) for code in self.targets]

    def _head(self, values: Sequence[str]) -> tables.Row:
        stance = [self.labels("scale")] if self.edition.steps else []
        titles = [self.labels("country"), *stance, *values]
        titles.append(self.labels("point_next" if self._has_next else "facts"))
        return tables.row([tables.words([tree.strong(tree.words(title))]) for title in titles])

    def _cells(self, code: str, values: Sequence[Cell]) -> list[Cell]:
        country, name = self.edition.countries[code], tree.words(self.edition.names[code])
        last = self.cells.text(country.next) if self._has_next else tables.words(tree.words(self.labels.number(len(country.facts))))
        named = [tree.strong([tree.link(name, self.targets[code])])]
        stance = [tables.words(self.cells.stance(code))] if self.edition.steps else []
        return [tables.words(named), *stance, *values, last]


def _width(title: str, cells: Sequence[Cell]) -> float:
    """The width of a column of words, in proportion: less for one that holds only short ones, such as “yes”."""
    longest = max(map(len, [*title.split(), *(tree.text_of(cell) for cell in cells)]))
    return VALUE * min(1, max(SHORT, longest) / LONG)


def compose(kind: Kind, edition: Edition, writer: TemplateFiller, subject: str, gone: int = 0) -> Manuscript:
    """The table of all countries of a share, in the order of their names. Nothing gives way."""
    about = edition.about
    labels = Labels.of(edition, writer.report)
    brief = next(kind for kind in KINDS.values() if kind.subjects == "country")
    codes = sorted(edition.countries, key=edition.rank)
    briefs = {code: brief.stem(edition, code) for code in codes}
    title = labels("glance", n=len(codes))
    bars = CellBars(BAR)
    made = CountryTable(edition, labels, CellPrinter(edition, labels, writer, dashes=True), bars, briefs)
    figures = declared(edition, labels, writer, [], wide=WIDE, high=HIGH)
    printed = [text for code in codes for text in (edition.countries[code].stance_note, edition.countries[code].next)]
    writer.expect(text for text in [*printed, *(column.note for column in made.columns)] if text)
    context = {
        "edition": about,
        "title": title,
        "as_of": labels("as_of", date=about.says(about.as_of.countries)),
        "table": Blocks([made.block()]),
        "figures": figures.blocks(),
        "numbers": figures.numbers(),
        "meanings": Blocks(made.meanings()),
        "computed": computed_stance(edition, labels),
        "label": labels,
        "unsigned": unsigned(edition, labels),
        "link": link,
    }
    return replace(
        writer.manuscript(kind, edition, subject, titled(title, edition), writer.fill(kind.template, context)),
        figures=bars.figures | figures.figures(),
        without=figures.without,
        data=(data.attached(edition, labels, codes), *figures.data()),
        documents=frozenset(briefs.values()),
    )
