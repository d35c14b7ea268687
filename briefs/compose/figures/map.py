"""The map of the countries, each filled in the colour of its stance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import hypot

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
    line,
    polygon,
    rectangle,
    text_width,
    wrap,
)
from briefs.compose.figures.geography import GUTTER, MapFrame, Panel, Ring, panels
from briefs.compose.figures.hatch import HATCHES, NOT_COVERED, hatch
from briefs.compose.figures.labels import INSET, Corners, Ground, Placed, anchor, corners, inside

Rings = Sequence[Ring]

BORDER = 0.35
HATCH = 0.4
OUTLINE = 1.0  # points: the outline of the highlighted country
TINY = 6.5  # points: a smaller highlighted country gets a ring
SHORT = 6.0  # points: shorter leaders aren't drawn
REACH = 70.0  # points: the longest leader of an optional label
SWATCH, LINE = (10.0, 6.5), 10.5  # points: size and line height of the legend's swatches


def country_map(
    states: Mapping[str, str | None],
    steps: Sequence[ScaleEntry],
    *,
    highlight: str | None,
    width: float,
    view: MapFrame,
    labels: Mapping[str, str],
    not_covered: str,
    alt: str,
    legend: bool,
) -> Figure:
    """A map, `width` millimetres wide.

    `states`: the id of the stance by country code (ISO, two lower-case letters), or None for a member that the edition doesn't
    cover. A country that has no outline or lies outside the view isn't drawn. `labels`: the printed text by country code. The label
    of the highlighted country is always printed, others where they find a place, on one line or two. `not_covered`: the word for
    None in the legend.
    """
    full = width * MM
    land = _geography(view, tuple(states), full)
    maps, homes = land.maps, land.homes
    placed = _place(land, labels, highlight)
    spare = tuple((place.start, place.end) for place, _ in placed.values() if not place.leader)

    sheet = Canvas()
    for part, others in zip(maps, land.others, strict=True):
        if part is not maps[0]:
            _frame(sheet, part, maps[0])
        sheet.shape(others, fill="@land", stroke="@paper", width=BORDER)
        _states(sheet, states, steps, land, [code for code, rings in homes.items() if part.lands.get(code) is rings], spare)
    if highlight is not None and highlight in homes:
        _highlight(sheet, land.outlines[highlight], homes[highlight], land.anchors[highlight])
    for code, (place, lines) in placed.items():
        _label(sheet, lines, place, states[code], land.anchors[code], homes[code], strong=code == highlight)
    height = maps[0].height
    if legend:
        height = _legend(sheet, steps, not_covered if None in states.values() else "", full, height + 6)
    return sheet.figure("map", width, height, alt)


@dataclass(frozen=True)
class _Land:
    """What all maps of one view have in common.

    The map and its insets; for each country its rings on its inset or else on the map, their path and their middle; the path of all
    other land on each part; the ground for labels.
    """

    maps: tuple[Panel, ...]
    homes: Mapping[str, Rings]
    outlines: Mapping[str, str]
    anchors: Mapping[str, Point]
    others: Sequence[str]
    ground: Ground
    _hatches: dict[object, str] = field(default_factory=dict)

    def hatch(self, code: str, number: int | None, spare: Sequence[Corners]) -> str:
        """The hatch of a country, with room for the labels on it. It is kept, since most maps have the same labels there."""
        (left, top), (right, bottom) = corners(self.homes[code])
        own = tuple((a, b) for a, b in spare if a[0] < right and left < b[0] and a[1] < bottom and top < b[1])
        key = code, number, own
        if key not in self._hatches:
            self._hatches[key] = _cover(self.homes[code], number, own)
        return self._hatches[key]


Shared = dict[tuple[MapFrame, tuple[str, ...], float], _Land]
_lands: Shared = {}


def shared(view: MapFrame, states: Iterable[str], width: float) -> Shared:
    """What all maps of a view that are `width` millimetres wide have in common. It takes a seventh of a second to make."""
    key = view, tuple(states), width * MM
    return {key: _geography(*key)}


def set_shared(known: Shared) -> None:
    """Use what `shared` returned in another process."""
    _lands.update(known)


def _geography(view: MapFrame, states: tuple[str, ...], width: float) -> _Land:
    """What all maps of a view have in common. It is computed once and kept."""
    key = view, states, width
    if key not in _lands:
        if len(_lands) >= 32:
            _lands.clear()
        _lands[key] = _made(*key)
    return _lands[key]


def _made(view: MapFrame, states: tuple[str, ...], width: float) -> _Land:
    maps = panels(view, states, width)
    homes: dict[str, Rings] = {}
    for code in states:
        number = next((i for i, inset in enumerate(view.insets, 1) if code in inset.countries), 0)
        if rings := maps[number].lands.get(code):
            homes[code] = rings
    others = [[r for code, rings in part.lands.items() if homes.get(code) is not rings for r in rings] for part in maps]
    ground = Ground(homes, others[0], width, maps[0].height)
    for inset in maps[1:]:
        _reserve(ground, inset, homes)
    anchors = {code: anchor(rings) for code, rings in homes.items()}
    outlines = {code: _outline(rings) for code, rings in homes.items()}
    return _Land(maps, homes, outlines, anchors, [_outline(rings) for rings in others], ground)


def _outline(rings: Rings) -> str:
    return "".join(map(polygon, rings))


def _reserve(ground: Ground, inset: Panel, homes: Mapping[str, Rings]) -> None:
    """Keep labels of the map out of the inset."""
    own = {code for code, rings in homes.items() if inset.lands.get(code) is rings}
    ground.reserve(*_bounds(inset), INSET, but=own)


def _bounds(inset: Panel) -> Corners:
    """The upper left and lower right corner of an inset."""
    return (inset.x - GUTTER, inset.y - GUTTER), (
        inset.x + inset.width + GUTTER,
        inset.y + inset.height + GUTTER,
    )


def _place(land: _Land, labels: Mapping[str, str], highlight: str | None) -> dict[str, tuple[Placed, list[str]]]:
    """A place for each label that finds one: first the highlighted country's, then those on their country, then those beside it."""
    ground, homes, anchors = land.ground.copy(), land.homes, land.anchors
    placed: dict[str, tuple[Placed, list[str]]] = {}
    codes = sorted((code for code in labels if code in homes), key=lambda code: (code != highlight, code))
    for beside in (False, True):
        for code in codes:
            if code in placed:
                continue
            strong, at = code == highlight, anchors[code]
            found = []
            for lines in _broken(labels[code]):
                size = _size(lines, strong)
                place = None if beside else ground.on(code, at, homes[code], size)
                if place is None and (beside or strong):
                    place = ground.beside(code, at, size, 1000 if strong else REACH)
                if place:
                    found.append((place, lines))
            if found:
                placed[code] = min(found, key=lambda pair: pair[0].cost)
                ground.put(placed[code][0], at)
    return placed


def _broken(label: str) -> list[list[str]]:
    """A label on one line and, if it has several words, on two."""
    half = wrap(label, text_width(label, SMALL) * 0.7, SMALL)
    return [[label], half] if len(half) == 2 and " " in label else [[label]]


def _size(lines: Sequence[str], strong: bool) -> Point:
    """Width and height of a label in points."""
    size = NORMAL if strong else SMALL
    return max(text_width(part, size, bold=strong) for part in lines) + 2, size * len(lines) + 0.5


def _frame(sheet: Canvas, inset: Panel, whole: Panel) -> None:
    """White ground under an inset, with a hairline around it."""
    (x0, y0), (x1, y1) = _bounds(inset)
    sheet.shape(polygon(rectangle(x0, y0, x1 - x0, y1 - y0)), fill="@paper")
    edge = HAIRLINE / 2
    left, top, right, bottom = max(x0, edge), max(y0, edge), min(x1, whole.width - edge), min(y1, whole.height - edge)
    sides = [((left, y), (right, y)) for y in (top, bottom)] + [((x, top), (x, bottom)) for x in (left, right)]
    sheet.shape("".join(line(*side) for side in sides), stroke="@rule")


def _states(
    sheet: Canvas,
    states: Mapping[str, str | None],
    steps: Sequence[ScaleEntry],
    land: _Land,
    codes: Sequence[str],
    spare: Sequence[Corners],
) -> None:
    """All countries in their colours, stance by stance; then the hatch of each stance; then the countries that are not covered."""
    for code in sorted(codes, key=lambda code: (states[code] is None, states[code] or "")):
        colour = f"@stance/{states[code]}" if states[code] is not None else "@paper"
        edge = ("@paper", BORDER) if states[code] is not None else ("@hatch", HAIRLINE)
        sheet.shape(land.outlines[code], fill=colour, stroke=edge[0], width=edge[1], name=code)
    for number, step in [*enumerate(step.id for step in steps), (None, None)]:
        covers = [land.hatch(code, number, spare) for code in codes if states[code] == step]
        sheet.shape("".join(covers), stroke="@hatch" if step is None else "@paper", width=HATCH)


def _cover(rings: Rings, number: int | None, spare: Sequence[Corners] = ()) -> str:
    rules = NOT_COVERED if number is None else HATCHES[number % len(HATCHES)]
    return hatch(rings, rules, spare)


def _highlight(sheet: Canvas, path: str, rings: Rings, middle: Point) -> None:
    """A strong outline, and a ring around a tiny country."""
    if _tiny(rings):
        ring = circle(*middle, _radius(rings))
        sheet.shape(ring, stroke="@paper", width=2 * OUTLINE + 0.8)
        sheet.shape(ring, stroke="@ink", width=OUTLINE)
    else:
        sheet.shape(path, stroke="@paper", width=OUTLINE + 0.9)
        sheet.shape(path, stroke="@ink", width=OUTLINE / 2)


def _extent(rings: Rings) -> Point:
    (left, top), (right, bottom) = corners(rings)
    return right - left, bottom - top


def _tiny(rings: Rings) -> bool:
    return max(_extent(rings)) < TINY


def _radius(rings: Rings) -> float:
    return round(max(hypot(*_extent(rings)) / 2 + 1.5, TINY / 2), 1)


def _label(
    sheet: Canvas,
    lines: Sequence[str],
    place: Placed,
    step: str | None,
    at: Point,
    rings: Rings,
    *,
    strong: bool,
) -> None:
    """The text, and the leader from it to the country."""
    size = NORMAL if strong else SMALL
    if place.leader:
        ringed = strong and _tiny(rings)
        start, end = _leader(place.leader, at, rings, _radius(rings) if ringed else 0)
        if (place.foreign and not strong) or hypot(end[0] - start[0], end[1] - start[1]) > SHORT:
            sheet.shape(line(start, end), stroke="@paper", width=1.8)
            sheet.shape(line(start, end), stroke="@ink", width=0.7 if strong else HAIRLINE)
    colour = "@ink" if place.leader or step is None else f"@on-stance/{step}"
    x, y = (place.start[0] + place.end[0]) / 2, (place.start[1] + place.end[1]) / 2 + size * CAP / 2
    for i, part in enumerate(lines):
        base = y + size * (i - (len(lines) - 1) / 2)
        sheet.text(x, base, part, size=size, fill=colour, bold=strong, align="center")


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


def swatch(sheet: Canvas, x: float, y: float, size: Point, step: ScaleEntry | None, number: int | None) -> None:
    """A rectangle in a stance's colour and hatch (`number`: its position in the scale), or in those of what isn't covered."""
    corners = rectangle(x, y, *size)
    fill, edge, ruled = (f"@stance/{step.id}", None, "@paper") if step else ("@paper", "@hatch", "@hatch")
    sheet.shape(polygon(corners), fill=fill, stroke=edge, width=HAIRLINE)
    sheet.shape(_cover([corners], number), stroke=ruled, width=HATCH)


def _legend(sheet: Canvas, steps: Sequence[ScaleEntry], not_covered: str, width: float, top: float) -> float:
    """Swatches and labels, read downwards, in as many columns as fit. Returns the lower edge."""
    items: list[tuple[ScaleEntry | None, int | None, str]] = [(step, i, step.label) for i, step in enumerate(steps)]
    items += [(None, None, not_covered)] * bool(not_covered)
    for columns in range(len(items), 0, -1):
        deep = -(-len(items) // columns)
        parts = [items[i : i + deep] for i in range(0, len(items), deep)]
        widths = [SWATCH[0] + 4 + max(text_width(label, SMALL) for _, _, label in part) for part in parts]
        if sum(widths) + 10 * (len(parts) - 1) <= width or columns == 1:
            break
    gap = min(18.0, (width - sum(widths)) / max(len(parts) - 1, 1))
    x = 0.3
    for part, wide in zip(parts, widths, strict=True):
        for row, (step, number, label) in enumerate(part):
            y = top + row * LINE
            swatch(sheet, x, y, SWATCH, step, number)
            sheet.text(x + SWATCH[0] + 4, y + SWATCH[1] / 2 + SMALL * CAP / 2, label)
        x += wide + gap
    return top + (deep - 1) * LINE + SWATCH[1] + 2
