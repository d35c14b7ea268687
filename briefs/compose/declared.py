"""The figures of values that an edition declares, in documents about several countries: a row or more of them below the table.

In: the edition or a share of it, and the countries that the document is about. Out: figures, and their numbers as attachments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from briefs.compose import tree
from briefs.compose.figures import Figure
from briefs.compose.labels import Labels
from briefs.compose.manuscript import PLOT, DataAttachment, figure_image
from briefs.compose.plotrequests import BARS, Unplottable
from briefs.compose.plots import NumbersTable, PlotMaker
from briefs.compose.slots import Blocks, TemplateFiller
from briefs.edition.model import Edition

FEWEST, MOST = 2, 3  # places for figures side by side
APART, SPACE = 6.0, 1.5  # millimetres: the distance between two figures, and the part of it that a word space may take
FLAT = 0.42  # the greatest height of a map, as a part of its width


@dataclass(frozen=True)
class DeclaredFigures:
    """The figures by the names under which they give way (`PLOT` and a number), and the numbers of each. `tables`: the numbers of
    those whose author wants them printed. `without`: the names of figures that are too high, or that can't show so many
    countries."""

    drawn: Mapping[str, Figure] = field(default_factory=dict)
    attachments: Mapping[str, DataAttachment] = field(default_factory=dict)
    tables: Sequence[NumbersTable] = ()
    without: tuple[str, ...] = ()

    def figures(self, gone: Collection[str] = ()) -> dict[str, Figure]:
        """The figures that haven't given way, by their own names. All are given the same height, and all but the last have room at
        their side. So they stand side by side like the words of a line."""
        kept = [figure for name, figure in self.drawn.items() if name not in gone]
        high = max((figure.height for figure in kept), default=0.0)
        wide = [figure.width + APART - SPACE for figure in kept[:-1]] + [figure.width for figure in kept[-1:]]
        return {figure.name: replace(figure, width=own, height=high) for figure, own in zip(kept, wide, strict=True)}

    def blocks(self, gone: Collection[str] = ()) -> Blocks:
        """The figures that haven't given way, side by side in a paragraph whose lines break between figures."""
        images = [[figure_image(figure)] for figure in self.figures(gone).values()]
        inlines = [node for number, image in enumerate(images) for node in ([tree.SPACE] * bool(number) + image)]
        return Blocks([tree.div([tree.para(inlines)], "", ["abreast", "figure"])] if images else [])

    def numbers(self) -> Blocks:
        """The numbers of figures as tables, each with a heading. A document of one page has no room for them."""
        found: list[tree.Node] = []
        for number, (head, table) in enumerate(self.tables, 1):
            heading = tree.header(2, tree.words(head), "", ["small-head"])
            found += [heading, tree.div([table], "", ["table", "inside", "numbers"], table=f"numbers-{number}")]
        return Blocks(found)

    def data(self, gone: Collection[str] = ()) -> list[DataAttachment]:
        """The numbers of the figures that haven't given way."""
        return [file for name, file in self.attachments.items() if name not in gone]


def declared(
    edition: Edition, labels: Labels, writer: TemplateFiller, codes: Sequence[str], *, wide: float, high: float
) -> DeclaredFigures:
    """The figures of values that the edition declares, with these countries marked. Those that can't be drawn are left out.

    What is wrong with a figure is reported when briefs are made. `wide`: the width of a row of figures in millimetres; `high`: the
    most that a figure may be high.
    """
    abreast = min(max(FEWEST, len(edition.about.figures)), MOST)
    width = (wide - (abreast - 1) * APART) / abreast
    plots = PlotMaker(edition, labels, writer, width, BARS, FLAT)
    drawn: dict[str, Figure] = {}
    attachments: dict[str, DataAttachment] = {}
    names = [f"{PLOT}{number}" for number in range(1, len(edition.about.figures) + 1)]
    for name, figure in zip(names, edition.about.figures, strict=True):
        with suppress(Unplottable):
            made = plots.make(figure.keys, codes)
            if made.height <= high:
                drawn[name], attachments[name] = made, plots.attachments[-1]
    tables = [plots.tables[figure.name] for figure in drawn.values() if figure.name in plots.tables]
    return DeclaredFigures(drawn, attachments, tables, tuple(name for name in names if name not in drawn))
