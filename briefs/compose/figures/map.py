"""The map of the countries, each filled in the colour of its stance.

On the map of one country, this country has its full colour, and the others are paler. Nothing is drawn over a country's edge: its
outline lies outside. A country that is too small to be seen is a dot, and one that isn't drawn at all is listed below the map.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import hypot
from typing import NamedTuple

from briefs.compose.figures.atlas import Ring
from briefs.compose.figures.drawing import (
    CAP,
    HAIRLINE,
    MM,
    NORMAL,
    SMALL,
    Canvas,
    Figure,
    Point,
    ScaleEntry,
    circle,
    letter_widths,
    line,
    polygon,
    rectangle,
    text_width,
    wrap,
)
from briefs.compose.figures.geography import BESIDE_NAME, EDGE, GUTTER, NAME, MapFrame, Panel, area, map_height, panels, roomy
from briefs.compose.figures.hatching import hatched
from briefs.compose.figures.labels import INSET, Corners, Ground, Placed, anchor, corners, inside, ordered, spots

Rings = Sequence[Ring]
NBSP = "\u00a0"

EMPTY = "@paper"  # the colour of a country without a value, unlike that of land which isn't the edition's
FRAME = 0.4  # points: the white line around an inset
BORDER, COAST = 0.35, 0.7  # points: the widths of the lines of borders and coasts; half of a coast's line lies in the sea
DASH = [1.4, 1.0]
OUTLINE = 0.35  # points: the outline of the highlighted country, outside it
SPOT = 8.0  # square points: a smaller highlighted country is a dot in its ring
SMALL_AREA = 28.0  # square points: a smaller highlighted country gets a ring
SEEN, DOT = 2.0, (2.9, 1.3)  # a country of which fewer square points are seen is a dot; its radius in points, and on a crowded map
MOVES = 8  # how often dots are moved apart
NUMBERED, DISC = 15, 4.2  # the most countries with a number and a label below the map; the radius of their discs in points
SHORT = 3.5  # points: shorter leaders aren't drawn, except that of the highlighted country's name
RING, RINGED = 8.5, 4 * MM  # points: the radius of a ring; a highlighted country that is narrower and lower than the second has one
FEW = 3  # if there are no more labels than this, each is printed, however far from its country
# The same limits for the highlighted country's name, the first one from its ring; and whether the name may stand on land that isn't
# a country of the edition. The first limits at which there is a place are taken: the sea off its own coast comes before such land.
OWN_REACH = (
    (30.0, 4.5, False), (45.0, 9.0, False), (30.0, 4.5, True), (60.0, 15.0, False), (30.0, 30.0, True), (1000.0, 1000.0, True),
)  # fmt: skip
REACH = 30.0, 4.5  # points: the longest leader of an optional label, and how much of it may lie on other countries
ACROSS = 75.0, 42.0  # points: the same limits on such a map, for the rest; they are better off than with a tag on their neighbours
LONGER = 60.0, 12.0  # points: the same limits if only `FEW` labels are left
FARTHER = 36.0, 4.5  # points: the same limits on a map on which each country has its label
CROWDED = 60  # a map of more countries names none but the highlighted one
CLEAR = 2.2  # points: from a dot to its name
SMALLER, SMALLEST = (-1.0, 0.0), 6.0  # as `LEVEL`: a label on its country in type of this size
AIR = 1.0  # points between a label and its leader
CLEAN = 16.0, 1.5  # points: the same limits for a whole name on a map of all countries, whose leader crosses none
CODED = 1 / 3  # the greatest part of the countries of such a map that have codes there, as their whole names find no place
LONG = 45.0, 12.0  # points: the same for a name that finds no other place
LEVEL = 0.0, 0.0  # no leader: a label level with its country
ENDS = 6  # how many places in a country are tried for the end of its leader
NAMED = 20  # a map of more countries that labels them all has codes only
FAR = 1000.0, 1000.0  # points: the same limits for a label that is always printed
TAG, TAGGED = (1.4, 5.8), 5.6  # points: how much wider than its label a tag is, and its height; the size of its type
APART = 2.0  # points: the least distance from a tag to a label
SWATCH, LINE = (10.0, 6.5), 10.5  # points: size and line height of the legend's swatches
NOTE, KEY = 7.0, 6.0  # points: the size of the type below a map, and of the names of codes
LEGEND = 12.0  # points: the height of a row of a legend with bars
LEAST_BAR = 20.0  # points: if the longest bar had to be shorter, the legend stands below the map
SEA_BAR, AWAY = 60.0, 6.0  # points: the longest bar of a legend on the sea, and its distance from the edges of the map
PARTED = 1.5  # points between two notes
ASIDE = 10.0  # points between a map and what stands beside it

_has_land: ContextVar[bool] = ContextVar("whether maps show land", default=True)


@contextmanager
def maps_without_land() -> Iterator[None]:
    """Maps have their colours and words, but no land: enough to find what is wrong with a document.

    Outlines come from the program, so nothing that an author writes can make them fail. Placing them takes most of the time that a
    map takes.
    """
    before = _has_land.set(False)
    try:
        yield
    finally:
        _has_land.reset(before)


class _Label(NamedTuple):
    """The place of a label, its lines, and the size of its type."""

    place: Placed
    lines: Sequence[str]
    size: float


@dataclass(frozen=True)
class MapWords:
    """The words on a map and below it. `names`: the name of each country by its code. `not_covered`: the label for countries that
    aren't covered. `not_drawn`: the words before the list of countries that aren't drawn. `disclaimer`: the line that says what the
    borders mean; `dashed`: the words on dashed lines, if there are any; `elsewhere`: those on land in light grey. `named`: writes
    words before what they name. `numeral`: writes a number."""

    names: Mapping[str, str]
    not_covered: str
    not_drawn: str
    disclaimer: str
    named: Callable[[str, str], str]
    numeral: Callable[[int], str] = str
    dashed: str = ""
    elsewhere: str = ""


def country_map(
    states: Mapping[str, str | None],
    steps: Sequence[ScaleEntry],
    *,
    highlight: str | None,
    width: float,
    view: MapFrame,
    labels: Mapping[str, str],
    words: MapWords,
    alt: str,
    legend: bool,
    step: str = "",
    side: float = 0.0,
    numbers: Mapping[str | None, int] | None = None,
    said: Sequence[str] = (),
    meant: Sequence[str] = (),
    is_numbered: bool = True,
) -> Figure:
    """A map, `width` millimetres wide. `side`: the width in millimetres of a column beside it for the legend and the notes; without
    one, or if the legend is wider, they stand below the map. On a crowded map without one, the legend stands on the sea if there is
    room. `numbers`: how many countries stand at each step, for bars in the legend. `said`: what else stands below the legend;
    `meant`: what stands there too, a line each; beside a map only if it makes the figure no higher, and so do the names of the
    codes that are printed. `is_numbered`: whether countries whose labels find no place have numbers.

    `states`: the id of the stance by country code (ISO, two lower-case letters), or None for a member that the edition doesn't
    cover. A country that has no outline or lies outside the view is listed below the map. `labels`: the printed text by country
    code, on its country or on the sea, on one line or two. A label that finds no place stands below the map with a number, unless
    there are many of them. Countries at `step` stand out.
    """
    full = width * MM
    sheet, height, below, about = drawn_map(
        Colouring(states, highlight, others="pale", step=step), full, view, labels, words, is_numbered=is_numbered
    )
    shown: list[tuple[ScaleEntry | None, str]] = [(step, step.label) for step in steps] if legend else []
    shown += [(None, words.not_covered)] if legend and None in states.values() else []
    counted = [(step, label, (numbers or {}).get(step.id if step else None, 0)) for step, label in shown]
    bars = _Bars.of(counted, words.numeral) if shown and numbers else None
    items = bars.items() if bars else [(step, label, SWATCH[0]) for step, label in shown]
    is_beside = side > 0 and (bars.least if bars else max((_wide([item]) for item in items), default=0.0)) <= side * MM
    left, across, top = (full + ASIDE, side * MM, 0.0) if is_beside else (0.0, full, height + 6)
    said = said if is_beside else [*said, *_in_line(meant, across)]
    own = states.get(highlight or "")
    with sheet.aside(left, left + across):
        if is_beside and bars:
            low = bars.draw(sheet, (left, across), own)
            low = notes(sheet, said, across, low, left, colour="@ink")
            for more, size in ((meant, NOTE), (_keys(sheet, labels, words), KEY)):
                if notes(Canvas(), below, across, notes(Canvas(), more, across, low, left, size=size), left) <= height:
                    low = notes(sheet, more, across, low, left, colour="@ink", size=size)
        elif bars and (corner := _free_corner(view, states, full, bars.size)):
            bars.draw(sheet, (corner[0], bars.size[0]), own, corner[1])
            low = notes(sheet, [*said, *below], across, height, left)
            below = []
        elif items:
            low, right = _legend(sheet, items, across, top, left, own)
            below = [*_note_in_line(sheet, list(said[:1]) or below, right, across, low), *said[1:], *(below if said else [])]
        else:
            low = top - 6
        low = notes(sheet, below, across, low, left)
    across = width + (ASIDE / MM + side) * is_beside
    return sheet.figure("map", across, max(height, low), f"{alt} {about}".strip(), has_sides=True)


def _keys(sheet: Canvas, labels: Mapping[str, str], words: MapWords) -> list[str]:
    """The codes that a map has printed, each with the name of its country, in the order of the codes."""
    printed = {row["text"] for row in sheet.texts}
    coded = sorted((label, name) for code, label in labels.items() if (name := words.names.get(code, label)) != label)
    keys = [f"{label} {name}".replace(" ", NBSP) for label, name in coded if label in printed]
    return ["\u2002 ".join(keys)] if keys else []


@dataclass(frozen=True)
class Colouring:
    """The colours of the countries. `states`: the step of a ramp of the palette by the code of the country, or None if the country
    has no colour.

    `highlight`: the code of the country that stands out, or None; `step`: the step whose countries stand out, or empty. `ramp`: the
    ramp of the countries that stand out, or of all if none does; `others`: the ramp of the other countries. `not_covered`: the
    countries that are hatched; of a stance, those without a colour are too.
    """

    states: Mapping[str, str | None]
    highlight: str | None = None
    ramp: str = "stance"
    others: str = "stance"
    step: str = ""
    not_covered: Collection[str] = ()

    def is_hatched(self, code: str) -> bool:
        """Whether white lines cross a country."""
        return code in self.not_covered or (self.states[code] is None and self.ramp == "stance")

    def fill(self, code: str) -> str:
        """The colour of a country."""
        step = self.states[code]
        if step is not None:
            return f"@{self._ramp(code)}/{step}"
        return "@absent" if self.is_hatched(code) else EMPTY

    def text(self, code: str) -> str:
        """The colour of a text on a country."""
        step = self.states[code]
        return f"@on-{self.ramp}/{step}" if step and self._ramp(code) == self.ramp else "@ink"

    @property
    def edge(self) -> str:
        """The colour of the lines between countries: dark beside the light colours of classes."""
        return "@paper" if self.ramp == "stance" else "@rule"

    def _ramp(self, code: str) -> str:
        if self.step:
            return self.ramp if self.states[code] == self.step else self.others
        return self.ramp if self.highlight in (None, code) else self.others


def drawn_map(
    colours: Colouring, width: float, view: MapFrame, labels: Mapping[str, str], words: MapWords, *, is_numbered: bool = True
) -> tuple[Canvas, float, list[str], str]:
    """A map, `width` points wide, its height, the notes that belong below it, and what its alternative text says of its borders.
    `is_numbered`: as in `country_map`."""
    states, highlight = colours.states, colours.highlight
    if not _has_land.get():
        return _without_land(colours, labels), map_height(view, tuple(states), width), [words.disclaimer], words.disclaimer
    land = _geography(view, tuple(states), width)
    maps, homes = land.maps, land.homes
    shown, names = tuple(labels.items()), tuple(words.names.items())
    placed = _placed((view, tuple(states), width), shown, highlight, names, not is_numbered, letter_widths())
    discs = _discs(land, labels, placed, highlight) if is_numbered else {}
    tags = {} if is_numbered else _tags(land, labels, placed, highlight)
    sheet = Canvas()
    for part, paths, again in zip(maps, land.paths, land.again, strict=True):
        _panel(sheet, part, maps[0], paths)
        _filled(sheet, colours, again)
        own = [code for code, rings in homes.items() if part.lands.get(code) is rings]
        _filled(sheet, colours, {code: homes[code] for code in own if code != highlight}, is_home=True)
        if highlight is not None and highlight in own:
            _highlight(sheet, land.outlines[highlight], colours.fill(highlight), highlight)
        _borders(sheet, paths, colours.edge)
        if part is not maps[0]:
            _frame(sheet, part)
    for left, top, wide, high in land.frames:
        sheet.shape(polygon(rectangle(left, top, wide, high)), stroke="@ink", width=HAIRLINE, name="shown in the inset")
    for name, box in _name_boxes(land):
        _name(sheet, name, box)
    for code, at in _dots(land, highlight).items():
        _dot(sheet, at, colours, radius(states) * (1.3 if code == highlight else 1), code)
    if highlight is not None and highlight in land.anchors and _is_ringed(homes.get(highlight, ())):
        _ring(sheet, land.anchors[highlight])
    for code, label in placed.items():
        stop = radius(states) if code in land.dots else 0.0
        _label(
            sheet,
            label,
            colours.text(code),
            label.place.to or land.anchors[code],
            homes.get(code, ()),
            strong=code == highlight,
            stop=stop,
        )
    for code, at in tags.items():
        _tag(sheet, at, labels[code], colours, code)
    for number, (code, at) in enumerate(discs.items(), 1):
        _disc(sheet, at, words.numeral(number), colours, code)
    return sheet, maps[0].height, _notes_of(states, land, words, labels, list(discs)), _about_borders(land, words)


def _without_land(colours: Colouring, labels: Mapping[str, str]) -> Canvas:
    """A canvas with all colours and labels of a map, but all of them at the origin."""
    sheet = Canvas()
    for code in colours.states:
        sheet.shape("M0 0", fill=colours.fill(code))
        sheet.text(0, 0, labels.get(code, ""), fill=colours.text(code))
    return sheet


@dataclass(frozen=True)
class _Paths:
    """The paths on the map or an inset that are the same for all documents."""

    others: str
    coast: str
    borders: str
    dashed: str
    faint: str

    @classmethod
    def of(cls, part: Panel, subjects: Collection[str]) -> _Paths:
        """The paths of a part. Dashed lines between countries that aren't `subjects` of the edition are faint."""
        others = [ring for code, rings in part.lands.items() if code not in subjects for ring in rings]
        edges = {_tenth(place) for code, rings in part.lands.items() if code in subjects for ring in rings for place in ring}
        concern = [sum(_tenth(place) in edges for place in ring) * 2 > len(ring) for ring in part.dashed]
        dashed = [[ring for ring, does in zip(part.dashed, concern, strict=True) if does is kind] for kind in (True, False)]
        lines = ("".join(line(*ring) for ring in rings) for rings in (part.coast, part.borders, *dashed))
        return cls(_outline(others), *lines)


def _tenth(place: Point) -> Point:
    """A place, rounded to tenths of a point."""
    return round(place[0], 1), round(place[1], 1)


class _Middles(Mapping[str, Point]):
    """The middle of each country, worked out when a map first asks for it: a map of the world has few labels."""

    def __init__(self, homes: Mapping[str, Rings], dots: Mapping[str, Point]):
        self._homes, self._known = homes, {**dots}

    def __getitem__(self, code: str) -> Point:
        if code not in self._known:
            self._known[code] = anchor(self._homes[code])
        return self._known[code]

    def __contains__(self, code: object) -> bool:
        return code in self._known or code in self._homes

    def __iter__(self) -> Iterator[str]:
        return iter({**self._homes, **self._known})

    def __len__(self) -> int:
        return len({**self._homes, **self._known})


@dataclass(frozen=True)
class _Land:
    """What all maps of one view have in common.

    The map and its insets; for each country its rings on its inset or else on the map, their path and their middle; the places of
    those that are dots; the paths on each part; the ground for labels. `again`: for each part the rings of the countries of the
    edition that belong on another part, and are seen on this one too; `frames`: left, top, width and height of what an inset
    shows, where the map has all of it too. `names`: those of insets, each with the frame at which it stands, and the number of the
    inset if that is the inset's own frame, in which it may stand; otherwise 0.
    """

    maps: tuple[Panel, ...]
    homes: Mapping[str, Rings]
    outlines: Mapping[str, str]
    anchors: Mapping[str, Point]
    dots: Mapping[str, Point]
    paths: Sequence[_Paths]
    ground: Ground
    again: Sequence[Mapping[str, Rings]]
    frames: Sequence[tuple[float, float, float, float]]
    names: Sequence[tuple[str, Corners, int]]


Shared = dict[tuple[MapFrame, tuple[str, ...], float], _Land]
_lands: Shared = {}


def shared(view: MapFrame, states: Iterable[str], width: float) -> Shared:
    """What all maps of a view that are `width` millimetres wide have in common. It takes most of a second to make."""
    key = roomy(view, width * MM), tuple(states), width * MM
    return {key: _geography(*key)}


def set_shared(known: Shared) -> None:
    """Use what `shared` returned in another process."""
    _lands.update(known)


def _geography(view: MapFrame, states: tuple[str, ...], width: float) -> _Land:
    """What all maps of a view have in common. It is computed once and kept."""
    key = roomy(view, width), states, width
    if key not in _lands:
        if len(_lands) >= 32:
            _lands.clear()
        _lands[key] = _made(*key)
    return _lands[key]


def _made(view: MapFrame, states: tuple[str, ...], width: float) -> _Land:
    maps = panels(view, states, width)
    homes: dict[str, Rings] = {}
    dots: dict[str, Point] = {}
    for code in states:
        number = next((i for i, inset in enumerate(view.insets, 1) if code in inset.countries), 0)
        if rings := maps[number].lands.get(code):
            homes[code] = rings
        if code in maps[number].places and sum(map(area, rings or ())) < SEEN:
            dots[code] = maps[number].places[code]
    dots = _apart(dots, radius(states))
    again = [{code: rings for code, rings in part.lands.items() if homes.get(code, rings) is not rings} for part in maps]
    others = [ring for code, rings in maps[0].lands.items() if code not in homes for ring in rings]
    twice = again[0]
    ground = Ground({**{f"{code} on the map": rings for code, rings in twice.items()}, **homes}, others, width, maps[0].height)
    for inset in maps[1:]:
        _reserve(ground, inset, homes)
    size = radius(states)
    for code, (x, y) in dots.items():
        ground.reserve((x - size, y - size), (x + size, y + size), code)
    outlines = {code: _outline(rings) for code, rings in homes.items()}
    paths = [_Paths.of(part, homes.keys()) for part in maps]
    named = [(inset.name, [c for c in inset.countries if c in states]) for inset in view.insets]
    frames = [(name, _frame_of(maps[0], codes)) for name, codes in named if codes and maps[0].places.keys() >= {*codes}]
    names = [(inset.name, _bounds(maps[number]), number) for number, inset in enumerate(view.insets, 1)]
    names += [(name, _corners_of(frame), 0) for name, frame in frames]
    middles, shown = _Middles(homes, dots), [frame for _, frame in frames]
    return _Land(maps, homes, outlines, middles, dots, paths, ground, again, shown, [row for row in names if row[0]])


def _apart(dots: Mapping[str, Point], size: float) -> dict[str, Point]:
    """Dots that would hide each other, moved until they stand side by side, or nearly so. `size`: their radius."""
    found = dict(dots)
    for _ in range(MOVES):
        for one, other in combinations(found, 2):
            (x, y), (to_x, to_y) = found[one], found[other]
            off = hypot(to_x - x, to_y - y)
            if off < 2 * size:
                dx, dy = ((to_x - x) / off, (to_y - y) / off) if off else (1.0, 0.0)
                lack = size - off / 2
                found[one], found[other] = (x - dx * lack, y - dy * lack), (to_x + dx * lack, to_y + dy * lack)
    return found


def _frame_of(whole: Panel, codes: Sequence[str]) -> tuple[float, float, float, float]:
    """Left, top, width and height of a frame on the map around some countries: their largest pieces, or else their places."""
    shown = [max(whole.lands[code], key=area) if code in whole.lands else [whole.places[code]] for code in codes]
    (left, top), (right, bottom) = corners(shown)
    return left - GUTTER / 2, top - GUTTER / 2, right - left + GUTTER, bottom - top + GUTTER


def _name_boxes(land: _Land) -> list[tuple[str, Corners]]:
    """The names of insets, each with its box at what it names: where the box hides the least land. No box reaches over an edge of
    the map, and none over another one or into a frame, if there is room elsewhere."""
    found: list[tuple[str, Corners]] = []
    frames = [_bounds(part) for part in land.maps[1:]] + [_corners_of(frame) for frame in land.frames]
    for name, own, number in land.names:
        size = text_width(name, NAME) + 2 * BESIDE_NAME, NAME * CAP + 3.4
        around = [_within(land.maps[0], place, size) for place in _around(own, size)]
        taken = [*(frame for frame in frames if frame != own), *(box for _, box in found)]
        places = [(_hidden(land, 0, box), box) for box in around if not any(_overlap(box, other) for other in (*taken, own))]
        if number:
            inner = [_within(land.maps[0], place, size) for place in _corners_in(own, size)]
            places += [(_hidden(land, number, box), box) for box in inner]
        found.append((name, min(places, key=lambda place: place[0])[1] if places else around[0]))
    return found


def _around(own: Corners, size: Point) -> list[Point]:
    """Where the upper left corner of a box may be that stands at a frame: above it, below it, on its right or on its left."""
    ((left, top), (right, bottom)), (wide, high) = own, size
    level = [(x, y) for y in (top - high, bottom) for x in (left, right - wide)]
    return level + [(x, y) for x in (right, left - wide) for y in (top, bottom - high)]


def _corners_in(own: Corners, size: Point) -> list[Point]:
    """The same for a box within a frame, in one of its corners."""
    (left, top), (right, bottom) = own
    return [(x, y) for y in (top, bottom - size[1]) for x in (left, right - size[0])]


def _within(whole: Panel, place: Point, size: Point) -> Corners:
    """A box of `size` at a place, moved so that it lies on the map."""
    x, y = (max(min(at, full - EDGE - own), EDGE) for at, full, own in zip(place, (whole.width, whole.height), size, strict=True))
    return (x, y), (x + size[0], y + size[1])


def _overlap(one: Corners, other: Corners) -> bool:
    """Whether two boxes overlap by more than a hairline."""
    return all(
        begin < other_end - HAIRLINE and other_begin < end - HAIRLINE
        for begin, end, other_begin, other_end in zip(*one, *other, strict=True)
    )


def _hidden(land: _Land, number: int, box: Corners) -> int:
    """How much a box hides on the map or an inset: places on land, of some that are spread over it, and dots."""
    (left, top), (right, bottom) = box
    spread = [(left + (right - left) * i / 8, top + (bottom - top) * j / 3) for i in range(9) for j in range(4)]
    rings = [ring for own in land.maps[number].lands.values() for ring in own if _overlap(box, corners([ring]))]
    size = radius(land.anchors)
    dots = [1 for x, y in land.dots.values() if left - size < x < right + size and top - size < y < bottom + size]
    return sum(any(inside(ring, place) for ring in rings) for place in spread) + len(spread) * len(dots)


def _ground(land: _Land) -> Ground:
    """The ground for the labels of a map, without the boxes of the names of insets. Their widths depend on the font."""
    ground = land.ground.copy()
    for _, box in _name_boxes(land):
        ground.reserve(*box)
    return ground


def _corners_of(frame: tuple[float, float, float, float]) -> Corners:
    """The upper left and lower right corner of a frame."""
    left, top, wide, high = frame
    return (left, top), (left + wide, top + high)


def radius(states: Collection[str]) -> float:
    """The radius of the dots on a map of so many countries."""
    return DOT[len(states) > CROWDED]


def _outline(rings: Rings) -> str:
    return "".join(map(polygon, rings))


def _reserve(ground: Ground, inset: Panel, homes: Mapping[str, Rings]) -> None:
    """Keep labels of the map out of the inset."""
    own = {code for code, rings in homes.items() if inset.lands.get(code) is rings}
    ground.reserve(*_bounds(inset, GUTTER), INSET, but=own)


def _bounds(inset: Panel, room: float = 0) -> Corners:
    """The upper left and lower right corner of an inset, with `room` points around it."""
    return (inset.x - room, inset.y - room), (inset.x + inset.width + room, inset.y + inset.height + room)


@lru_cache(64)
def _placed(
    shown: tuple[MapFrame, tuple[str, ...], float], labels: tuple[tuple[str, str], ...], highlight: str | None,
    names: tuple[tuple[str, str], ...], every: bool, widths: tuple[int, ...],
) -> Mapping[str, _Label]:  # fmt: skip
    """The places of labels, remembered: a map is often drawn again with other colours, or with the same. `shown`: what
    `_geography` takes; `widths`: those of the letters, on which the places depend.

    If each country has a label, there are at most `NAMED`, and the whole names of most find places, those are printed, and codes
    for the rest, which is at most the part `CODED` of them all.
    """
    land, codes, whole = _geography(*shown), dict(labels), dict(names)
    if highlight is None and len(codes) <= NAMED and codes.keys() == {*shown[1]} <= whole.keys():
        placed = _place(land, {code: whole[code] for code in codes}, None, every=True, passes=(None, SMALLER, LEVEL, CLEAN, LONG))
        rest = {code: codes[code] for code in codes if code not in placed and code in land.anchors}
        if len(rest) <= CODED * len(codes):
            return {**placed, **_place(land, rest, None, every=every, before=placed)}
    return _place(land, codes, highlight, every=every)


def _place(
    land: _Land, labels: Mapping[str, str], highlight: str | None, *, every: bool,
    before: Mapping[str, _Label] | None = None, passes: Sequence[Point | None] = (),
) -> dict[str, _Label]:  # fmt: skip
    """A place for each label that finds one: first the highlighted country's, then those on their country, then those beside it,
    each time from the smallest country to the largest. On a crowded map only the highlighted country has a label: the names of the
    others would cover the land, and their codes say nothing to most readers. `every`: a label that finds no place near its country
    may stand farther off. `before`: the labels that have their places. `passes`: the limits of leaders that are tried one after the
    other, if not the usual ones.
    """
    ground, anchors = _ground(land), land.anchors
    for code, label in (before or {}).items():
        ground.put(label.place, anchors[code])
    placed: dict[str, _Label] = {}
    if highlight and highlight in anchors and (own := _own_name(ground, land, highlight, labels.get(highlight, ""))):
        placed[highlight] = own
        ground.put(own.place, anchors[highlight])
    codes = [code for code in labels if code in anchors and code != highlight and len(anchors) <= CROWDED]
    codes.sort(key=lambda code: (code not in land.dots, sum(map(area, land.homes.get(code, ()))), code))
    for limits in passes or (None, SMALLER, LEVEL, REACH, *((FARTHER, ACROSS) if every else (LONGER,))):
        rest = [code for code in codes if code not in placed]
        for code in rest if every or limits != LONGER or len(rest) <= FEW else ():
            reach = FAR if limits in (REACH, LONGER) and len(labels) <= FEW and not every else limits
            size = SMALLEST if limits == SMALLER else SMALL
            found = [
                _Label(place, lines, size)
                for lines in _broken(labels[code])
                if (place := _place_of(ground, land, code, _tight(_size(lines, size), lines, size), reach))
            ]
            if found:
                placed[code] = min(found, key=lambda label: label.place.cost)
                ground.put(placed[code].place, anchors[code])
    return placed | _in_order({code: label for code, label in placed.items() if code != highlight}, anchors)


def _in_order(placed: Mapping[str, _Label], anchors: Mapping[str, Point]) -> dict[str, _Label]:
    """Labels beside their countries, in the order of these: two that stand the other way round change their places."""
    order = ordered({code: label.place for code, label in placed.items()}, anchors)
    return {code: placed[code]._replace(place=place) for code, place in order.items()}


def _place_of(ground: Ground, land: _Land, code: str, size: Point, reach: Point | None) -> Placed | None:
    """A place for a label of a country: on it if no `reach` is given, or else beside it, at its right or left if there is sea."""
    at, rings = land.anchors[code], land.homes.get(code, ())
    if reach in (None, SMALLER):
        return None if code in land.dots else ground.on(code, at, rings, size)
    if reach == LEVEL:
        return ground.at_dot(at, size, radius(land.anchors) + CLEAR) if code in land.dots else ground.at_side(at, rings, size)
    if code in land.dots:
        return ground.beside(code, at, size, *reach)
    best: Placed | None = None
    for end in spots(rings, at, ENDS):
        most = min(reach[0], best.cost) if best else reach[0]
        place = ground.beside(code, end, size, most, reach[1], over=1 if reach == ACROSS else None)
        best = place if place and (best is None or place.cost < best.cost) else best
    return best


def _own_name(ground: Ground, land: _Land, code: str, name: str) -> _Label | None:
    """A place for the name of the highlighted country: on its land, or else as near to it as `OWN_REACH` allows."""
    if not name:
        return None
    _clear_ring(ground, land, code)
    at, rings = land.anchors[code], land.homes.get(code, ())
    radius = max(hypot(*_extent(rings)) / 2, RING)

    def places(size: Point) -> Iterator[Placed | None]:
        yield None if code in land.dots else ground.on(code, at, rings, size)
        for away, crossing, on_land in OWN_REACH:
            yield ground.beside(code, at, size, radius + away, crossing, on_land=on_land)

    forms = _broken(name)
    for found in zip(*(places(_size(lines, NORMAL, strong=True)) for lines in forms), strict=True):
        if fitting := [_Label(place, lines, NORMAL) for place, lines in zip(found, forms, strict=True) if place]:
            return min(fitting, key=lambda label: label.place.cost)
    return None


def _clear_ring(ground: Ground, land: _Land, highlight: str | None) -> None:
    """Keep labels out of the ring around a small highlighted country."""
    if highlight and highlight in land.anchors and _is_ringed(land.homes.get(highlight, ())):
        (x, y), radius = land.anchors[highlight], RING + 1
        ground.reserve((x - radius, y - radius), (x + radius, y + radius), highlight)


def _tags(land: _Land, labels: Mapping[str, str], placed: Mapping[str, _Label], highlight: str | None) -> dict[str, Point]:
    """The middles of the tags of the countries whose labels found no place: as near to the country as they overlap no label and no
    other tag."""
    rest = [code for code in labels if code in land.anchors and code not in placed and code != highlight]
    labelled = [*((label.place.start, label.place.end) for label in placed.values()), *(box for _, box in _name_boxes(land))]
    taken = [((left - APART, top - APART), (right + APART, bottom + APART)) for (left, top), (right, bottom) in labelled]
    size = radius(land.anchors)
    taken += [((x - size, y - size), (x + size, y + size)) for x, y in land.dots.values()]
    tags: dict[str, Point] = {}
    for code in rest if len(land.anchors) <= CROWDED else ():
        half = (text_width(labels[code], TAGGED) + TAG[0]) / 2, TAG[1] / 2
        tags[code] = x, y = _free_near(land.anchors[code], land.homes.get(code, ()), taken, half)
        taken.append(((x - half[0], y - half[1]), (x + half[0], y + half[1])))
    return tags


def _discs(land: _Land, labels: Mapping[str, str], placed: Mapping[str, _Label], highlight: str | None) -> dict[str, Point]:
    """Where the numbers of the countries stand whose labels found no place, from the top left to the bottom right."""
    rest = [code for code in labels if code in land.anchors and code not in placed and code != highlight]
    if len(rest) > NUMBERED or len(land.anchors) > CROWDED:
        rest = []
    ordered = sorted(rest, key=lambda code: (land.anchors[code][1] // 20, land.anchors[code][0]))
    taken = [*((label.place.start, label.place.end) for label in placed.values()), *(box for _, box in _name_boxes(land))]
    discs: dict[str, Point] = {}
    for code in ordered:
        discs[code] = x, y = _free_near(land.anchors[code], land.homes.get(code, ()), taken, (DISC, DISC))
        taken.append(((x - DISC, y - DISC), (x + DISC, y + DISC)))
    return discs


def _free_near(at: Point, rings: Rings, taken: Sequence[Corners], half: Point) -> Point:
    """The place on a country, near the point `at`, where a mark overlaps nothing; or else such a place beside the country, or that
    point. `half`: half of the width and of the height of the mark."""
    steps = sorted(((x, y) for x in range(-14, 15) for y in range(-14, 15)), key=lambda step: hypot(*step))
    wide, high = half
    places = [(at[0] + x, at[1] + y) for x, y in steps]
    free = [
        (x, y)
        for x, y in places
        if not any(a[0] < x + wide and x - wide < b[0] and a[1] < y + high and y - high < b[1] for a, b in taken)
    ]
    own = (place for place in free if place == at or any(inside(ring, place) for ring in rings))
    return next(own, free[0] if free else at)


def _broken(label: str) -> list[list[str]]:
    """A label on one line and, if it has several words, on two."""
    half = wrap(label, text_width(label, SMALL) * 0.7, SMALL)
    return [[label], half] if len(half) == 2 and " " in label else [[label]]


def _size(lines: Sequence[str], size: float, *, strong: bool = False) -> Point:
    """Width and height of a label in points. `size`: of its type."""
    return max(text_width(part, size, bold=strong) for part in lines) + 2, size * len(lines) + 0.5


def _tight(size: Point, lines: Sequence[str], type_size: float) -> Point:
    """The size of a label of capitals on one line, which has nothing below the line."""
    return (size[0] - 1.6, type_size * CAP + 1) if len(lines) == 1 and lines[0].isupper() else size


def _panel(sheet: Canvas, part: Panel, whole: Panel, paths: _Paths) -> None:
    """The sea, the coast and the land of countries that aren't subjects of the edition. Around an inset is a white line."""
    if part is not whole:
        (x0, y0), (x1, y1) = _bounds(part, FRAME)
        sheet.shape(polygon(rectangle(x0, y0, x1 - x0, y1 - y0)), fill="@paper")
    sheet.shape(polygon(rectangle(part.x, part.y, part.width, part.height)), fill="@sea", name="sea")
    sheet.shape(paths.coast, stroke="@coast", width=COAST, name="coast")
    sheet.shape(paths.others, fill="@land")


def _borders(sheet: Canvas, paths: _Paths, edge: str) -> None:
    """The lines between countries, as thin as can be printed. Those that aren't settled are dashed, in grey if they concern the
    edition."""
    sheet.shape(paths.borders, stroke=edge, width=BORDER, name="borders")
    sheet.shape(paths.faint, stroke="@paper", width=BORDER, dash=DASH)
    sheet.shape(paths.dashed, stroke="@paper", width=BORDER)
    sheet.shape(paths.dashed, stroke="@muted", width=BORDER, dash=DASH, name="dashed")


def _frame(sheet: Canvas, inset: Panel) -> None:
    """A hairline around an inset."""
    sheet.shape(polygon(rectangle(inset.x, inset.y, inset.width, inset.height)), stroke="@ink", width=HAIRLINE, name="frame")


def _name(sheet: Canvas, name: str, box: Corners) -> None:
    """The name of an inset in its box, whose lines are those of its frame."""
    (x, y), (right, bottom) = box
    sheet.shape(
        polygon(rectangle(x, y, right - x, bottom - y)), fill="@paper", stroke="@ink", width=HAIRLINE, name="name of an inset"
    )
    sheet.text(x + BESIDE_NAME, (y + bottom) / 2 + NAME * CAP / 2, name, size=NAME)


def _filled(sheet: Canvas, colours: Colouring, lands: Mapping[str, Rings], *, is_home: bool = False) -> None:
    """Countries in their colours, step by step. `is_home`: this is where their labels belong, on the map or on an inset."""
    states = colours.states
    for code in sorted(lands, key=lambda code: (states[code] is None, states[code] or "")):
        name = code if is_home else ""
        if colours.is_hatched(code):
            hatched(sheet, lands[code], fill=colours.fill(code), name=name)
        else:
            sheet.shape(_outline(lands[code]), fill=colours.fill(code), name=name)


def _highlight(sheet: Canvas, path: str, colour: str, code: str) -> None:
    """The highlighted country in its solid colour, with a thin line around it that takes nothing away from it."""
    sheet.shape(path, stroke="@ink", width=2 * OUTLINE)
    sheet.shape(path, fill=colour, name=code)


def _dots(land: _Land, highlight: str | None) -> dict[str, Point]:
    """The countries that are dots: also the highlighted one if it is so small that its colour can hardly be seen."""
    size = sum(map(area, land.homes.get(highlight or "", ())))
    is_hidden = highlight in land.anchors and size < SPOT
    return {**land.dots, **({highlight: land.anchors[highlight]} if highlight and is_hidden else {})}


def _dot(sheet: Canvas, at: Point, colours: Colouring, radius: float, code: str) -> None:
    sheet.shape(circle(*at, round(radius, 1)), fill=colours.fill(code), stroke="@ink", width=HAIRLINE, name=f"dot {code}")


def _is_ringed(rings: Rings) -> bool:
    """Whether a highlighted country has a ring, because it is small on paper."""
    return max(_extent(rings)) < RINGED


def _ring(sheet: Canvas, at: Point) -> None:
    """The ring around a highlighted country."""
    path = circle(*at, RING)
    sheet.shape(path, stroke="@paper", width=2.2)
    sheet.shape(path, stroke="@ink", width=0.9, name="ring")


def _disc(sheet: Canvas, at: Point, number: str, colours: Colouring, code: str) -> None:
    """The number of a country whose label stands below the map."""
    sheet.shape(circle(*at, DISC), fill=colours.fill(code), stroke="@paper", width=HAIRLINE)
    sheet.text(at[0], at[1] + SMALL * CAP / 2, number, fill=colours.text(code), bold=True, align="center")


def _tag(sheet: Canvas, at: Point, label: str, colours: Colouring, code: str) -> None:
    """The label of a country that is too small for it, on a field in the country's colour with a white edge."""
    wide = text_width(label, TAGGED) + TAG[0]
    field = rectangle(at[0] - wide / 2, at[1] - TAG[1] / 2, wide, TAG[1])
    sheet.shape(polygon(field), fill=colours.fill(code), stroke="@paper", width=0.6, name=f"tag {code}")
    sheet.text(at[0], at[1] + TAGGED * CAP / 2, label, size=TAGGED, fill=colours.text(code), align="center")


def _extent(rings: Rings) -> Point:
    """The width and the height of a country's largest piece."""
    if not rings:
        return 0, 0
    (left, top), (right, bottom) = corners([max(rings, key=area)])
    return right - left, bottom - top


def _label(sheet: Canvas, label: _Label, fill: str, at: Point, rings: Rings, *, strong: bool, stop: float) -> None:
    """The text, and the leader from it to the country. `fill`: the colour of a text on its country; `stop`: how many points before
    the middle of the country the leader ends, if it isn't in the ring of the highlighted one."""
    place, lines, size = label
    x, y = (place.start[0] + place.end[0]) / 2, (place.start[1] + place.end[1]) / 2 + size * CAP / 2
    bases = [y + size * (i - (len(lines) - 1) / 2) for i in range(len(lines))]
    if place.leader:
        begin = _beginning(
            [(x, base - size * CAP / 2, text_width(part, size, bold=strong) / 2) for base, part in zip(bases, lines, strict=True)],
            size,
            at,
        )
        start, end = _leader(begin, at, rings, RING if strong and _is_ringed(rings) else stop)
        if hypot(end[0] - start[0], end[1] - start[1]) > (1 if strong else SHORT):
            sheet.shape(line(start, end), stroke="@paper", width=1.8)
            sheet.shape(line(start, end), stroke="@ink", width=0.7 if strong else HAIRLINE, name="leader")
    for base, part in zip(bases, lines, strict=True):
        sheet.text(x, base, part, size=size, fill="@ink" if place.leader else fill, bold=strong, align="center")


def _beginning(lines: Sequence[tuple[float, float, float]], size: float, at: Point) -> Point:
    """Where a leader to the point `at` begins: at the nearest edge of the letters. `lines`: for each line of the label its middle
    and half of its width."""
    half = size * CAP / 2
    sides = [(x + side * (wide + AIR), y) for x, y, wide in lines for side in (-1, 1)]
    (top_x, top, above), (low_x, low, below) = lines[0], lines[-1]
    ends = [(top_x, above, top - half - AIR), (low_x, below, low + half + AIR)]
    sides += [(min(max(at[0], x - wide), x + wide), y) for x, wide, y in ends]
    return min(sides, key=lambda place: hypot(at[0] - place[0], at[1] - place[1]))


def _leader(start: Point, at: Point, rings: Rings, stop: float) -> tuple[Point, Point]:
    """The ends of a leader: near its label, and `stop` points before the middle of the country or just inside its edge."""
    length = hypot(at[0] - start[0], at[1] - start[1]) or 1
    dx, dy = (at[0] - start[0]) / length, (at[1] - start[1]) / length
    reach = length - stop
    if not stop:
        within = (i for i in range(int(length)) if any(inside(r, (start[0] + dx * i, start[1] + dy * i)) for r in rings))
        reach = min(next(within, length) + 1.5, length)
    off = min(1.2, reach)
    return (start[0] + dx * off, start[1] + dy * off), (start[0] + dx * reach, start[1] + dy * reach)


def swatch(sheet: Canvas, x: float, y: float, size: Point, step: ScaleEntry | None, own: str | None = None) -> None:
    """A rectangle in a stance's colour, or hatched for what isn't covered. `own`: the step that stands out, beside which the colour
    of another is paler, as on the map of a country; None if none does."""
    area = rectangle(x, y, *size)
    if step is None:
        hatched(sheet, [area])
    else:
        sheet.shape(polygon(area), fill=f"@{'stance' if own in (None, step.id) else 'pale'}/{step.id}")


# An entry of the legend: its step, or None for what isn't covered; its label; the length of its swatch.
_Item = tuple[ScaleEntry | None, str, float]


def _wide(items: Sequence[_Item]) -> float:
    """The width of a column of the legend."""
    return 4 + max(long + text_width(label, SMALL) for _, label, long in items)


def _legend(
    sheet: Canvas, items: Sequence[_Item], width: float, top: float, left: float = 0.0, own: str | None = None
) -> tuple[float, float]:  # fmt: skip
    """Swatches and labels, read downwards, in as many columns as fit. Returns the lower edge and, of a single line, the right one.
    `own`: the step that stands out."""
    for columns in range(len(items), 0, -1):
        deep = -(-len(items) // columns)
        parts = [items[i : i + deep] for i in range(0, len(items), deep)]
        widths = [*map(_wide, parts)]
        if sum(widths) + 10 * (len(parts) - 1) <= width or columns == 1:
            break
    gap = min(18.0, (width - sum(widths)) / max(len(parts) - 1, 1))
    x = left + 0.3
    for part, wide in zip(parts, widths, strict=True):
        for row, (step, label, long) in enumerate(part):
            y = top + row * LINE
            swatch(sheet, x, y, (long, SWATCH[1]), step, own)
            sheet.text(x + long + 4, y + SWATCH[1] / 2 + SMALL * CAP / 2, label)
        x += wide + gap
    return top + (deep - 1) * LINE + SWATCH[1] + 2, x if deep == 1 else width


def _free_corner(view: MapFrame, states: Collection[str], full: float, size: Point) -> Point | None:
    """A place for the upper left corner of a legend in one of the corners of a crowded map, which has no labels: on nothing but
    sea."""
    if len(states) <= CROWDED or not _has_land.get():
        return None
    ground, (width, height) = _ground(_geography(view, tuple(states), full)), size
    lefts, tops = (AWAY, ground.width - width - AWAY), (ground.height - height - AWAY, AWAY)
    places = [(left, top) for top in tops for left in lefts]
    free = [
        (x, y) for x, y in places if ground.is_free((x - AWAY / 2, y - AWAY / 2), (x + width + AWAY / 2, y + height + AWAY / 2))
    ]
    return free[0] if free else None


def _in_line(texts: Sequence[str], width: float) -> list[str]:
    """Notes in one line if they fit, or else in a line each."""
    joined = "\u2002 ".join(texts)
    return [joined] if texts and text_width(joined, NOTE) <= width else list(texts)


def _note_in_line(sheet: Canvas, texts: list[str], left: float, right: float, low: float) -> list[str]:
    """Put a single note at the end of a legend's line if it has room there. Returns the notes that belong below."""
    if len(texts) != 1 or text_width(texts[0], NOTE) > right - left:
        return texts
    sheet.text(right, low - 2 - SWATCH[1] / 2 + NOTE * CAP / 2, texts[0], size=NOTE, fill="@muted", align="right")
    return []


@dataclass(frozen=True)
class _Bars:
    """A legend with a bar for each entry, as long as its number of countries. `counted`: each step with its label and its number.
    `names`, `ends`: the widths of the labels and of the numbers, with the room beside them."""

    counted: Sequence[tuple[ScaleEntry | None, str, int]]
    numeral: Callable[[int], str]
    names: float
    ends: float

    @classmethod
    def of(cls, counted: Sequence[tuple[ScaleEntry | None, str, int]], numeral: Callable[[int], str]) -> _Bars:
        """The bars of some entries."""
        names = max(text_width(label, SMALL, bold=True) for _, label, _ in counted) + 4
        most = max(number for _, _, number in counted)
        return cls(counted, numeral, names, 3 + text_width(numeral(most), SMALL, bold=True))

    def items(self) -> list[_Item]:
        """The entries of a legend below the map, each with its number."""
        return [(step, f"{label} {self.numeral(number)}", SWATCH[0]) for step, label, number in self.counted]

    @property
    def size(self) -> Point:
        """The width and the height of a legend on the sea."""
        return self.names + SEA_BAR + self.ends, LEGEND * len(self.counted)

    @property
    def least(self) -> float:
        """The least width of the legend."""
        return self.names + LEAST_BAR + self.ends

    def draw(self, sheet: Canvas, place: Point, own: str | None, top: float = 0.0) -> float:
        """Draw it. `place`: the left edge and the width. `own`: the step that stands out. Returns the lower edge."""
        left, across = place
        column = left + self.names
        unit = (across - self.names - self.ends) / max(1, *(number for _, _, number in self.counted))
        for row, (step, label, number) in enumerate(self.counted):
            middle, is_own = top + LEGEND * (row + 0.5), step is not None and step.id == own
            sheet.text(left, middle + SMALL * CAP / 2, label, bold=is_own)
            if number:
                swatch(sheet, column, middle - SWATCH[1] / 2, (number * unit, SWATCH[1]), step, own)
            sheet.text(column + number * unit + 3, middle + SMALL * CAP / 2, self.numeral(number), bold=is_own)
        return top + LEGEND * len(self.counted)


def _notes_of(
    states: Mapping[str, str | None], land: _Land, words: MapWords, labels: Mapping[str, str], numbered: Sequence[str]
) -> list[str]:
    """What stands below a map: the countries of the numbers, those that aren't drawn, and the disclaimer."""
    listed = [f"{words.numeral(number)}\u00a0{words.names.get(code, labels[code])}" for number, code in enumerate(numbered, 1)]
    missing = ", ".join(sorted(words.names.get(code, code.upper()) for code in states if code not in land.anchors))
    absent = words.named(words.not_drawn, missing) if missing and words.not_drawn else missing
    has_others = any(part.others for part in land.paths)
    about = f"{words.elsewhere * has_others} {_about_borders(land, words)}".strip()
    return [note for note in ("\u00a0· ".join(listed), absent, about) if note]


def _about_borders(land: _Land, words: MapWords) -> str:
    """The disclaimer, and the words on dashed lines if there are any."""
    return f"{words.disclaimer} {words.dashed * any(part.dashed for part in land.paths)}".strip()


def notes(
    sheet: Canvas, texts: Sequence[str], width: float, top: float, left: float = 0.0, colour: str = "@muted", size: float = NOTE
) -> float:  # fmt: skip
    """The notes on a map, wrapped. Returns the lower edge."""
    y = top + 2
    for note in texts:
        for part in wrap(note, width, size):
            y += size * 1.2
            sheet.text(left, y, part, size=size, fill=colour)
        y += PARTED
    return y + 2 if texts else top
