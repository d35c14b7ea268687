"""The map of a column: each country in the colour of its class or category.

In: the class of each country, and the words of the legend. Out: a figure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from briefs.compose.figures.drawing import MM, SMALL, Canvas, Figure, polygon, rectangle, text_width
from briefs.compose.figures.frame import LEADING, Furniture, Swatch, legend, row_width
from briefs.compose.figures.geography import MapFrame
from briefs.compose.figures.map import EMPTY, Colouring, MapWords, drawn_map

DEEP, BROAD = 6.5, 28.0  # points: the height of the bar of classes; the least width of a class, if there is room


@dataclass(frozen=True)
class Classes:
    """The class or category of each country, and the entries of the legend.

    `ramp`: the name of the palette's ramp of colours. `states`: the step of the ramp by the code of the country, or None if the
    country has no value. `steps`: the steps that the legend has, in order. `labels`: one for each step; for classes of numbers, one
    for each end of a class, so one more than there are steps. `colours`: by token, the colours (`#rrggbb`) that the palette doesn't
    have. `not_covered`: the countries that the edition doesn't cover.
    """

    ramp: str
    states: Mapping[str, str | None]
    steps: Sequence[str]
    labels: Sequence[str]
    colours: Mapping[str, str] = field(default_factory=dict)
    not_covered: Collection[str] = ()

    @property
    def is_scale(self) -> bool:
        """Whether the labels are numbers at the ends of classes."""
        return len(self.labels) > len(self.steps)


def choropleth(
    classes: Classes,
    furniture: Furniture,
    *,
    width: float,
    view: MapFrame,
    labels: Mapping[str, str],
    words: MapWords,
    empty: str,
    highlight: str | None,
) -> Figure:
    """A map, `width` millimetres wide. `empty`: the legend's label for countries without a value.

    `labels`: what is printed on or beside some countries, by code. `highlight`: the country that is outlined.
    """
    full = width * MM
    sheet, top = furniture.begin(full)
    states = {**classes.states, **dict.fromkeys(classes.not_covered)}
    colours = Colouring(states, highlight, classes.ramp, classes.ramp, not_covered=classes.not_covered)
    drawn, height, notes, about = drawn_map(colours, full, view, labels, words, is_numbered=False)
    sheet.add(drawn, round(top, 2))
    plain = [Swatch(EMPTY, empty, is_outlined=True)] if None in classes.states.values() else []
    crossed = [Swatch("@absent", words.not_covered, is_hatched=True)] if classes.not_covered else []
    with sheet.aside(0, full):
        bottom = _legend(sheet, classes, [*plain, *crossed], full, top + height + 6)
    below = Furniture(furniture.name, f"{furniture.alt} {about}".strip(), "", [*notes, *furniture.foot])
    made = below.end(sheet, full, bottom - 2, width)
    return replace(made, colours=classes.colours, has_sides=True)


def _legend(sheet: Canvas, classes: Classes, absent: Sequence[Swatch], width: float, y: float) -> float:
    if not classes.is_scale:
        entries = zip(classes.steps, classes.labels, strict=True)
        return legend(sheet, [*(Swatch(f"@{classes.ramp}/{step}", label) for step, label in entries), *absent], width, y)
    right = _bar(sheet, classes, width, y)
    if not absent:
        return y + DEEP + LEADING
    is_beside = right + 14 + row_width(absent) <= width
    bottom = legend(sheet, absent, width, y if is_beside else y + DEEP + LEADING + 4, right + 14 if is_beside else 0)
    return max(bottom, y + DEEP + LEADING)


def _bar(sheet: Canvas, classes: Classes, width: float, y: float) -> float:
    """The classes side by side, with the numbers at their ends below. Returns the right edge."""
    widest = max(text_width(label, SMALL) for label in classes.labels)
    broad = min(max(BROAD, widest + 5), width / len(classes.steps))
    for number, step in enumerate(classes.steps):
        path = polygon(rectangle(number * broad, y, broad, DEEP))
        sheet.shape(path, fill=f"@{classes.ramp}/{step}", name="class")
    free = 0.0
    last = len(classes.steps)
    for number, label in enumerate(classes.labels):
        wide = text_width(label, SMALL)
        align, start = ("left", 0.0) if number == 0 else ("right", -wide) if number == last else ("center", -wide / 2)
        x = number * broad
        if x + start >= free:
            sheet.text(x, y + DEEP + 8, label, fill="@muted", align=align)
            free = x + start + wide + 3
    return last * broad
