"""The fit of slides: each one takes the first step of the ladder at which its frame holds everything.

In: a function that lays out all slides at given steps, and the number of steps. Out: a step for each slide. `overflows` reads
from a layout what goes over the edge of its area, and by how much.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from briefs.engine.boxes import LayoutBox
from briefs.typeset.page.layout import PageLayout

PARTS = {"h1": "title", "h2": "title", "slide-body": "text", "side": "notes"}  # an element or a class, and what it holds
ROUNDING = 0.4  # points
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Overflow:
    """Something is too long: a slide's id, which part of it (title, text, notes), and by how many points on the page."""

    slide: str
    part: str
    points: float


class Overfull(Exception):
    """A slide holds too much at the last step."""

    def __init__(self, over: Sequence[Overflow]):
        self.over = over
        super().__init__("; ".join(f"{o.slide}: {o.part} {o.points:.1f} pt" for o in over))


def fit(lay_out: Callable[[tuple[int, ...]], PageLayout], slides: Sequence[str], steps: int) -> tuple[int, ...]:
    """The step of each slide, from 0. Notes don't count, as they have no steps. Raises Overfull."""
    chosen = dict.fromkeys(slides, 0)
    while found := [o for o in overflows(lay_out(tuple(chosen.values()))) if o.part != "notes"]:
        if hopeless := [o for o in found if chosen[o.slide] == steps - 1]:
            raise Overfull(hopeless)
        for slide in {o.slide for o in found}:
            chosen[slide] += 1
    _log.debug("steps of the slides: %s", chosen)
    return tuple(chosen.values())


def overflows(layout: PageLayout) -> list[Overflow]:
    """Every part of every slide that goes over the foot of its area, or the edge where lines end."""
    found: list[Overflow] = []
    for page in layout.document.pages:
        slide = ""
        for box in page.box.descendants(absolute=True):
            names = _names(box)
            if "frame" in names:
                slide = box.attribute("id")
            part = next((PARTS[n] for n in names if n in PARTS), "")
            if part and slide and (points := _excess(box)) > ROUNDING:
                found.append(Overflow(slide, part, points))
    return found


def picture_boxes(layout: PageLayout) -> Mapping[str, list[tuple[float, float, float, float]]]:
    """Where each slide's pictures are: left, top, width, height as fractions of the slide's width, from its upper left corner."""
    found: dict[str, list[tuple[float, float, float, float]]] = {}
    for page in layout.document.pages:
        slide, frame = "", None
        for box in page.box.descendants(absolute=True):
            names = _names(box)
            if "frame" in names:
                slide, frame = box.attribute("id"), box
                found[slide] = []
            elif "img" in names and frame is not None:
                area, outer, width = box.content_area, frame.margin_area, frame.border_area.width
                left, top = area.left - outer.left, area.top - outer.top
                found[slide].append((left / width, top / width, area.width / width, area.height / width))
    return found


def _names(box: LayoutBox) -> set[str]:
    """The tag and the classes of the element whose box this is. A line and a pseudo-element have none."""
    if box.kind == "line" or box.is_pseudo_element:
        return set()
    return {name for name in (box.tag, *box.classes) if name}


def _excess(outer: LayoutBox) -> float:
    """By how many points the lines and pictures in a box go over its foot or the edge where lines end; or over its top, if they are
    aligned to its foot."""
    area = outer.content_area
    highest = 0.0
    for box in _inside(outer):
        if box.kind != "other":
            inner = box.margin_area
            highest = max(highest, inner.bottom - area.bottom, inner.end(outer.is_rtl) - area.end(outer.is_rtl))
            if box.kind == "line":
                highest = max(highest, area.top - inner.top)
    return highest


def _inside(outer: LayoutBox) -> Iterator[LayoutBox]:
    """The boxes in a box, without the ruled lines that fill the room under the notes."""
    for child in outer.children:
        if "lines" not in _names(child):
            yield child
            yield from _inside(child)
