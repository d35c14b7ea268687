"""The fit of slides: each takes the first step of the ladder at which its frame holds everything.

In: a way to lay out all slides at given steps, the number of steps. Out: a step for each slide. `over` reads from a layout what
stands out of its place, and by how much.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from briefs.typeset.page.layout import POINTS, PageLayout

PARTS = {"h1": "title", "h2": "title", "slide-body": "text", "side": "notes"}  # element or class, and what it holds
ROUNDING = 0.4  # points
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Overflow:
    """What stands out: a slide's id, which part of it (title, text, notes), and by how many points on the page."""

    slide: str
    part: str
    points: float


class Overfull(Exception):
    """A slide holds too much at the last step."""

    def __init__(self, over: Sequence[Overflow]):
        self.over = over
        super().__init__("; ".join(f"{o.slide}: {o.part} {o.points:.1f} pt" for o in over))


def fit(lay_out: Callable[[tuple[int, ...]], PageLayout], slides: Sequence[str], steps: int) -> tuple[int, ...]:
    """The step of each slide, from 0. Raises Overfull. Notes aren't asked about: they have no steps."""
    chosen = dict.fromkeys(slides, 0)
    while found := [o for o in overflows(lay_out(tuple(chosen.values()))) if o.part != "notes"]:
        if hopeless := [o for o in found if chosen[o.slide] == steps - 1]:
            raise Overfull(hopeless)
        for slide in {o.slide for o in found}:
            chosen[slide] += 1
    _log.debug("steps of the slides: %s", chosen)
    return tuple(chosen.values())


def overflows(layout: PageLayout) -> list[Overflow]:
    """Every part of every slide that stands out of its place: below its foot or beside its right edge."""
    found: list[Overflow] = []
    for page in layout.document.pages:
        slide = ""
        for box in page._page_box.descendants(placeholders=True):
            names = _names(box)
            if "frame" in names:
                slide = box.element.get("id", "")
            part = next((PARTS[n] for n in names if n in PARTS), "")
            if part and slide and (points := _excess(box)) > ROUNDING:
                found.append(Overflow(slide, part, points))
    return found


def picture_boxes(layout: PageLayout) -> Mapping[str, list[tuple[float, float, float, float]]]:
    """Where each slide's pictures stand: left, top, width, height as parts of the slide's width, from its upper left corner."""
    found: dict[str, list[tuple[float, float, float, float]]] = {}
    for page in layout.document.pages:
        slide, frame = "", None
        for box in page._page_box.descendants(placeholders=True):
            names = _names(box)
            if "frame" in names:
                slide, frame = box.element.get("id", ""), box
                found[slide] = []
            elif "img" in names and frame is not None:
                x, y = box.content_box_x() - frame.position_x, box.content_box_y() - frame.position_y
                width = frame.border_width()
                found[slide].append((x / width, y / width, box.width / width, box.height / width))
    return found


def _names(box: Any) -> set[str]:
    """The name and the classes of the element that a box is the principal box of."""
    element = getattr(box, "element", None)
    if element is None or getattr(box, "pseudo_type", None) or not hasattr(element, "get") or type(box).__name__ == "LineBox":
        return set()
    return {getattr(element, "tag", ""), *(element.get("class") or "").split()}


def _excess(place: Any) -> float:
    """By how many points the lines and pictures in a box pass its foot or its right edge, or its top, if they stand low."""
    top, right = place.content_box_y(), place.content_box_x() + place.width
    foot = top + place.height
    highest = 0.0
    for box in _inside(place):
        if type(box).__name__ in {"LineBox", "BlockReplacedBox", "InlineReplacedBox", "TextBox"}:
            highest = max(highest, box.position_y + box.margin_height() - foot, box.position_x + box.margin_width() - right)
        if type(box).__name__ == "LineBox":
            highest = max(highest, top - box.position_y)
    return highest * POINTS


def _inside(place: Any) -> Iterator[Any]:
    """What a box holds, ruled lines left out: they fill what notes leave."""
    for child in getattr(place, "children", ()):
        if "lines" not in _names(child):
            yield child
            yield from _inside(child)
