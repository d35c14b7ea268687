"""The figures of values that an edition declares, in documents about several countries: a row or more of them below the table.

In: the edition or a share of it, and the countries that the document is about. Out: figures, and their numbers as attachments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from briefs.compose import charts, tree
from briefs.compose.figures import Figure
from briefs.compose.labels import Labels
from briefs.compose.manuscript import PLOT, DataAttachment
from briefs.compose.plotrequests import BARS, Unplottable
from briefs.compose.plots import PlotMaker
from briefs.compose.slots import Blocks, TemplateFiller
from briefs.edition.model import Edition

FEWEST, MOST = 2, 3  # figures side by side
APART, SPACE = 6.0, 1.5  # millimetres between two, and what the space between them takes of these, at most
FLAT = 0.42  # the height of a map as a part of its width, at most


@dataclass(frozen=True)
class DeclaredFigures:
    """The figures by their names in the order of giving way (`PLOT`), and the numbers of each. `without`: those that are too high,
    or that can't show so many countries."""

    drawn: Mapping[str, Figure] = field(default_factory=dict)
    attachments: Mapping[str, DataAttachment] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    def figures(self, gone: Collection[str] = ()) -> dict[str, Figure]:
        """Those that haven't given way, by their own names. They are equally high, and each but the last has room beside it, so
        that they stand side by side as words of a line do."""
        kept = [figure for name, figure in self.drawn.items() if name not in gone]
        high = max((figure.height for figure in kept), default=0.0)
        wide = [figure.width + APART - SPACE for figure in kept[:-1]] + [figure.width for figure in kept[-1:]]
        return {figure.name: replace(figure, width=own, height=high) for figure, own in zip(kept, wide, strict=True)}

    def blocks(self, gone: Collection[str] = ()) -> Blocks:
        """These side by side, in a paragraph that breaks between them."""
        images = [[charts.image(figure)] for figure in self.figures(gone).values()]
        inlines = [node for number, image in enumerate(images) for node in ([tree.SPACE] * bool(number) + image)]
        return Blocks([tree.div([tree.para(inlines)], "", ["abreast", "figure"])] if images else [])

    def data(self, gone: Collection[str] = ()) -> list[DataAttachment]:
        """The numbers of these."""
        return [file for name, file in self.attachments.items() if name not in gone]


def declared(
    edition: Edition, labels: Labels, writer: TemplateFiller, codes: Sequence[str], *, wide: float, high: float
) -> DeclaredFigures:
    """The figures of values that the edition declares, with these countries marked. What is wrong with one is told by the briefs.

    `wide`: the width of a row of them in millimetres; `high`: the height of a figure, at most.
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
    return DeclaredFigures(drawn, attachments, tuple(name for name in names if name not in drawn))
