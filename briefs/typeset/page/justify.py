"""Vertical justification: fills a page that has room left by moving its parts down.

In: the layout of a page, the theme's lengths. Out: by how much each distance grows. The sources are moved to the foot of the page.
The two columns above them end at the same height, as far as the distances between their parts may grow. Nothing is laid out again.
All lengths are in points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from briefs.engine.boxes import LayoutBox
from briefs.engine.render import RenderedDocument
from briefs.theme import Page

MM = 72 / 25.4
TEXTS = {"h2", "li", "p"}


@dataclass(frozen=True)
class Stretch:
    """By how much distances grow, in points: above headings, between figures, above the sources, and above a figure across the
    page, between the columns and the sources. Both move down with the columns above, and by `sources` and `across` in addition."""

    headings: float = 0.0
    figures: float = 0.0
    sources: float = 0.0
    across: float = 0.0


@dataclass(frozen=True)
class _Stretchable:
    """The parts of a column from top to bottom, each with a weight for the distance above it; and where the last part ends."""

    parts: Sequence[tuple[LayoutBox, int]]
    bottom: float

    def stretch(self, to: float, most: float) -> float:
        """By how much a distance of weight 1 grows if the column is to end at `to`, but at most `most`."""
        weights = self._weights()
        return min(most, max(0.0, to - self.bottom) / weights) if weights else 0.0

    def foot(self, stretch: float) -> float:
        return self.bottom + stretch * self._weights()

    def spread(self, stretch: float) -> None:
        """Move the parts apart. `stretch`: by how much a distance of weight 1 grows."""
        moved = 0.0
        for part, weight in self.parts:
            moved += weight * stretch
            part.move_down(moved)

    def _weights(self) -> int:
        return sum(weight for _, weight in self.parts)


class Justification:
    """A page on which everything fits, and which is to be filled. `boxes`: the first box of each class on it."""

    def __init__(self, document: RenderedDocument, page: Page, boxes: Mapping[str, LayoutBox]):
        self._document, self._page = document, page
        self._main, self._side = _texts(boxes["main"]), _figures(boxes["side"])
        self._below = list(_after(document.pages[0].box, boxes["columns"]))
        self._foot = max(self._main.bottom, self._side.bottom)
        end = max(line.bottom for box in self._below for line in box.lines())
        self._free = max(0.0, document.pages[0].box.content_area.bottom - end)

    def in_word(self) -> Stretch:
        """By how much the distances grow in Word. The page's reserve is left free there, because Word may need it."""
        reserve = self._page.reserve * MM
        stretch = self._stretch(self._free)
        return replace(stretch, across=min(stretch.sources, (stretch.sources + reserve) / 2))

    @property
    def side_room(self) -> float:
        """How much higher the figures of the side column may be, in points. The page's reserve is left free."""
        return max(0.0, self._foot + self._free - self._side.bottom)

    def fill(self) -> None:
        """Move the parts of the page so that they fill it, with its reserve."""
        stretch = self._stretch(self._free + self._page.reserve * MM)
        self._main.spread(stretch.headings)
        self._side.spread(stretch.figures)
        grown = max(self._main.foot(stretch.headings), self._side.foot(stretch.figures), self._foot) - self._foot
        first, *others = self._below
        first.move_down(grown + (stretch.across if "figure" in first.classes else stretch.sources))
        for box in others:
            box.move_down(grown + stretch.sources)
        self._document.find_anchors()

    def _stretch(self, free: float) -> Stretch:
        target = self._foot + free
        headings = self._main.stretch(target, self._page.heading_stretch * MM)
        figures = self._side.stretch(target, self._page.figure_stretch * MM)
        sources = target - max(self._main.foot(headings), self._side.foot(figures), self._foot)
        return Stretch(headings, figures, sources, sources / 2)


def justification(document: RenderedDocument, page: Page) -> Justification | None:
    """The justification of a page on which everything fits. None for a page without columns and sources, which stays as it is."""
    boxes: dict[str, LayoutBox] = {}
    for box in document.pages[0].box.descendants():
        for name in box.classes:
            boxes.setdefault(name, box)
    return Justification(document, page, boxes) if boxes.keys() >= {"columns", "main", "side", "small-head"} else None


def _texts(main: LayoutBox) -> _Stretchable:
    """The headings and paragraphs of the main column. Only the distances above headings grow: facts stand as close on each page."""
    parts = [(box, int(number > 0 and box.tag == "h2")) for number, box in enumerate(_outermost(main, TEXTS))]
    return _Stretchable(parts, max((line.bottom for line in main.lines()), default=0.0))


def _figures(side: LayoutBox) -> _Stretchable:
    """The figures of the side column."""
    parts = [(box, 1 if number else 0) for number, box in enumerate(_outermost(side, {"div"}))]
    pictures = [box.border_area.bottom for box in side.descendants() if box.kind == "picture"]
    return _Stretchable(parts, max(pictures, default=0.0))


def _outermost(box: LayoutBox, tags: set[str]) -> Iterator[LayoutBox]:
    """The boxes in a box that have one of these tags, without boxes that are inside another such box."""
    for child in box.children:
        if child.tag in tags:
            yield child
        else:
            yield from _outermost(child, tags)


def _after(page: LayoutBox, box: LayoutBox) -> Iterator[LayoutBox]:
    """The boxes that come after a box in its parent."""
    for parent in page.descendants():
        children = list(parent.children)
        elements = [child.element for child in children]
        if box.element in elements:
            yield from children[elements.index(box.element) + 1 :]
            return
