"""The fit of slides: finds for each slide the first steps of the ladder at which its title and its text fit into their places.

In: a function that lays out all slides at given steps, and the number of steps. Out: the steps of each slide. `overflows` finds the
parts of slides that reach over the edge of their area, and by how much.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from briefs.engine.boxes import LayoutBox
from briefs.typeset.page.layout import PageLayout
from briefs.typeset.slides.areas import SHORT

PARTS = {"h1": "title", "h2": "title", "slide-body": "text", "side": "notes"}  # the part of a slide, by its element or class
SPARE = 0.07  # the part of a body below a short title that its text leaves free, as other programs need more room for it
ROWS = 0.08  # the part that key points leave free, whose narrow texts have more lines in other programs
ROUNDING = 0.4  # points: a part of a slide may reach so far over its edge
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SlideSteps:
    """The steps of the ladder, from 0, of a slide's title and of its text. Each shrinks by itself."""

    title: int = 0
    text: int = 0


@dataclass(frozen=True)
class Overflow:
    """A part of a slide that is too long: the id of the slide, the part (title, text, notes), and by how many points on the
    page."""

    slide: str
    part: str
    points: float


class Overfull(Exception):
    """Some slides hold too much even at the last step. `over`: their parts that are too long."""

    def __init__(self, over: Sequence[Overflow]):
        self.over = over
        super().__init__("; ".join(f"{o.slide}: {o.part} {o.points:.1f} pt" for o in over))


def fit(
    lay_out: Callable[[tuple[SlideSteps, ...]], PageLayout], slides: Sequence[str], steps: int, alike: Sequence[str] = ()
) -> tuple[SlideSteps, ...]:
    """The steps of each slide. The slides `alike` have the same steps. Notes that are too long are ignored, as notes have no steps.
    Raises Overfull."""
    chosen = dict.fromkeys(slides, SlideSteps())
    while found := [o for o in overflows(lay_out(tuple(chosen.values()))) if o.part != "notes"]:
        if hopeless := [o for o in found if getattr(chosen[o.slide], o.part) == steps - 1]:
            raise Overfull(hopeless)
        for slide, part in {(o.slide, o.part) for o in found}:
            chosen[slide] = replace(chosen[slide], **{part: getattr(chosen[slide], part) + 1})
        same = [chosen[slide] for slide in alike]
        least = SlideSteps(max((own.title for own in same), default=0), max((own.text for own in same), default=0))
        chosen |= dict.fromkeys(alike, least)
    _log.debug("steps of the slides: %s", chosen)
    return tuple(chosen.values())


def overflows(layout: PageLayout) -> list[Overflow]:
    """Every part of a slide that reaches over the edges of its area: below its foot, above its top, or over the side where lines
    end."""
    found: list[Overflow] = []
    for page in layout.document.pages:
        slide, spare = "", 0.0
        for box in page.box.descendants(absolute=True):
            names = _names(box)
            if "frame" in names:
                slide, spare = box.attribute("id"), SPARE if SHORT in names else 0.0
            part = next((PARTS[n] for n in names if n in PARTS), "")
            if part == "text" and any("points" in _names(inner) for inner in box.descendants()):
                spare = ROWS
            if part and slide and (points := _excess(box, spare if part == "text" else 0.0)) > ROUNDING:
                found.append(Overflow(slide, part, points))
    return found


def picture_boxes(layout: PageLayout) -> Mapping[str, list[tuple[float, float, float, float]]]:
    """The boxes of each slide's pictures, by the slide's id: left, top, width and height, as fractions of the slide's width, from
    the slide's upper left corner."""
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
    """The tag and the classes of the element of a box; nothing for the box of a line or pseudo-element."""
    if box.kind == "line" or box.is_pseudo_element:
        return set()
    return {name for name in (box.tag, *box.classes) if name}


def _excess(outer: LayoutBox, spare: float) -> float:
    """By how many points the lines and pictures in a box reach over its foot or over the side where lines end. Lines that are
    aligned to the foot may also reach over its top, and are measured there too. `spare`: the part of the height that lines of text
    leave free at the foot."""
    area = outer.content_area
    highest = 0.0
    for box in _inside(outer):
        if box.kind != "other":
            inner = box.margin_area
            has_text = box.kind == "line" and not any("img" in _names(child) for child in box.descendants())
            free = spare * area.height if has_text else 0.0
            highest = max(highest, inner.bottom - area.bottom + free, inner.end(outer.is_rtl) - area.end(outer.is_rtl))
            if box.kind == "line":
                highest = max(highest, area.top - inner.top)
    return highest


def _inside(outer: LayoutBox) -> Iterator[LayoutBox]:
    """The boxes in a box, without the ruled lines that fill the room under the notes."""
    for child in outer.children:
        if "lines" not in _names(child):
            yield child
            yield from _inside(child)
