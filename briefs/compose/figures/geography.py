"""What a map shows of the world, and where each country is on paper.

In: the countries to show, and a width on paper. Out: the rings of each country by code and the lines between countries, in points,
clipped to their place. `atlas.py` has the world in degrees, `projection.py` projects it. What maps show is kept in the cache,
because it takes longer to work out than all else on a brief.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from math import asin, atan2, cos, degrees, dist, hypot, pi, radians, sin
from typing import Any, Self

from briefs.compose.figures.atlas import Ring, World, level_of, stored, world
from briefs.compose.figures.drawing import Point, text_width
from briefs.compose.figures.projection import lines, place, polygons, project
from briefs.tools.limited import KeptAnswers

CORNER = 0.6  # square points: a corner whose triangle is smaller isn't drawn
SPECK = 1.5  # square points: smaller islands aren't drawn, unless a country has nothing else
MAINLAND = 0.18  # a piece of land is large if it has at least this part of the area of the country's largest piece
ISLAND, OFFSHORE = 0.05, 2.0  # so is an island with at least this part, and this many degrees from that piece at most
GUTTER = 4.0  # points: the margin of an inset
NAME, BESIDE_NAME = 6.0, 1.5  # points: the type size of the name of an inset, and the room on its left and right
MOST_SHARE = 0.5  # of a map's width: no inset is made wider for its name
EDGE = 1.0  # points: from an inset to the edge of the map
MARGIN = 0.03  # the margin around a map's countries, as a part of its width
FLATTEST, TALLEST = 0.45, 1.1  # the least and the greatest height of a map, as a part of its width
CUT = 0.06  # of a map's width: land that reaches less far beyond the sides of a map of the world is shown whole
FLATTEST_WORLD = 0.4  # the least height of a map of the world
LEAST = 9.0  # degrees: the least width of a map
REGION, TILT = 65.0, 35.0  # degrees: if countries reach farther, or would be turned by more, the map is one of the world
WORLD = "equalEarth"  # the projection of a map of the world
MIDDLES = (11.0, 160.0)  # longitudes: the middle of a map of the world; its edge is then in the Pacific or the Atlantic
# A map of at most ALONE countries shows all of them. A map of more leaves one out if it is WIDER times smaller without it.
ALONE, WIDER = 4, 3.3
COARSE = "h"  # the level of detail that is enough to find out what a map shows
UNIT = 180 / pi  # the scale at which a degree in the middle of a map is 1 wide
_KEPT = KeptAnswers("maps", ("compose/figures", "projections"), ("vl-convert-python",), most=200)


@dataclass(frozen=True)
class PlacedInset:
    """Distant countries, drawn small in a corner of the map.

    `countries`: their codes; the inset shows just these. `corner`: "bottom left", "top left", "bottom right", "top right", or
    "left" or "right" for the place on that side that widens the map least. `share`: its width as a part of the map's. `name`: what
    is printed in it.
    """

    countries: tuple[str, ...]
    corner: str = "left"
    share: float = 0.24
    name: str = ""


@dataclass(frozen=True)
class MapFrame:
    """What part of the world a map shows, and in whose view, as `edition.yaml` says:

        map:
          view: un
          countries: [is, no, pt, tr]      # the map shows all of these
          insets:
            - countries: [ca, us]
              corner: left
              share: 0.24

    Without `countries` it shows all countries except those in insets. Only the large pieces of land of a country count. Where an
    inset would cover a part of a country of the edition, or of another one that is wholly visible, the map is widened on that side
    until it doesn't. `tallest`: the greatest height of the map as a part of its width.
    """

    countries: tuple[str, ...] = ()
    insets: tuple[PlacedInset, ...] = ()
    view: str = "un"
    tallest: float = TALLEST


@dataclass(frozen=True)
class Panel:
    """The map or an inset, with its place on paper in points; and what is visible on it: the rings of each country by its code, the
    lines of coasts, the solid and the dashed lines between countries, and a place in each country of the edition."""

    x: float
    y: float
    width: float
    height: float
    lands: Mapping[str, Sequence[Ring]]
    coast: Sequence[Ring]
    borders: Sequence[Ring]
    dashed: Sequence[Ring]
    places: Mapping[str, Point]

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Self:
        """A panel as JSON has it."""

        def rings(of: Sequence[Sequence[Point]]) -> list[Ring]:
            return [[(x, y) for x, y in ring] for ring in of]

        lands = {code: rings(own) for code, own in found["lands"].items()}
        drawn = {name: rings(found[name]) for name in ("coast", "borders", "dashed")}
        return cls(**{**found, **drawn, "lands": lands, "places": {code: (x, y) for code, (x, y) in found["places"].items()}})


@lru_cache(maxsize=32)
def panels(view: MapFrame, states: tuple[str, ...], width: float) -> tuple[Panel, ...]:
    """The map of `states` on paper, `width` points wide, followed by its insets in their corners."""
    made = _kept(lambda: [asdict(panel) for panel in _panels(view, states, width)], view=asdict(view), states=states, width=width)
    return tuple(map(Panel.from_dict, made))


def _kept(make: Callable[[], object], **settings: Any) -> Any:
    """What `make` returns, as JSON has it, from the cache if it is there. `settings`: all that it depends on besides the world's
    outlines."""
    _, kept = _KEPT.answer(stored(), lambda key, request: b"{}\n" + json.dumps(make()).encode(), **settings)
    return json.loads(kept)


def _panels(view: MapFrame, states: tuple[str, ...], width: float) -> tuple[Panel, ...]:
    window, insets = _windows(view, states, width)
    main = _panel(view.view, states, window, (0, 0), width, _near(view, states), states)
    return main, *(
        _panel(view.view, states, shape, at, inset.share * width, inset.countries)
        for inset, (shape, at) in zip(view.insets, insets, strict=True)
    )


def roomy(view: MapFrame, width: float) -> MapFrame:
    """A view whose insets are at least as wide as their names on a map `width` points wide, up to `MOST_SHARE`."""
    wide = [
        max(i.share, min((text_width(i.name, NAME) + 2 * BESIDE_NAME) / width, MOST_SHARE)) if i.name else i.share
        for i in view.insets
    ]
    return replace(view, insets=tuple(replace(inset, share=share) for inset, share in zip(view.insets, wide, strict=True)))


def map_height(view: MapFrame, states: tuple[str, ...], width: float) -> float:
    """The height in points of the map that `panels` makes. To compute it takes a third of the time that `panels` takes.
    Its insets have room for their names."""
    window, _ = _windows(roomy(view, width), states, width)
    return width * window.height / window.width


def _near(view: MapFrame, states: Sequence[str]) -> list[str]:
    """Those of `states` that are on the map and not on an inset."""
    away = {code for inset in view.insets for code in inset.countries}
    return [code for code in states if code not in away]


@lru_cache(maxsize=32)
def _windows(view: MapFrame, states: tuple[str, ...], width: float) -> tuple[Window, Sequence[tuple[Window, Point]]]:
    """What the map shows; what each inset shows, and the place of its upper left corner."""
    near = _near(view, states)
    globe = world(view.view, states, COARSE)
    window, mainlands = _window(globe, view.countries or near, globe.countries, view.tallest)
    if window.projection["type"] == WORLD:
        window = window.uncut([[place for ring in rings for place in ring] for rings in mainlands.values()])
    insets = [(inset, _window(globe, inset.countries, inset.countries)[0]) for inset in view.insets]
    away = {code for inset in view.insets for code in inset.countries}
    kept = [(code, rings) for code, rings in mainlands.items() if code not in away]
    coast = [p for code, rings in kept if code in near or window.shows(rings) for ring in rings for p in ring]
    for _ in range(60):
        scale = width / window.width
        points = [((x - window.left) * scale, (y - window.top) * scale) for x, y in coast]
        found = [_free_place(inset, shape, width, window.height * scale, points) for inset, shape in insets]
        crowded = [inset for inset, free in zip(view.insets, found, strict=True) if not free]
        if not crowded:
            break
        window = window.widened(left="left" in crowded[0].corner)
    return window, [(shape, free or (EDGE, EDGE)) for (_, shape), free in zip(insets, found, strict=True)]


def framed(view: str, codes: Sequence[str]) -> tuple[str, ...]:
    """The countries around which a map of `codes` is drawn: all of them, or all but one that alone would make the map far larger.

    So a map of Europe shows only as much of Russia as lies beside the other countries.
    """
    globe = world(view, tuple(codes), COARSE)
    boxes = {code: _box(globe.countries[code]) for code in codes if code in globe.countries}
    whole = _extent([*boxes.values()])
    for code in boxes if len(boxes) > ALONE else ():
        if _extent([box for other, box in boxes.items() if other != code]) * WIDER < whole:
            return tuple(other for other in codes if other != code)
    return tuple(codes)


def _box(polygons: Sequence[Sequence[Ring]]) -> tuple[float, float, float, float]:
    """West, south, east and north of the largest piece of a country, in degrees."""
    ring = max((rings[0] for rings in polygons), key=area)
    xs, ys = zip(*ring, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _extent(boxes: Sequence[tuple[float, float, float, float]]) -> float:
    """Width times height of what holds all boxes, in degrees."""
    if not boxes:
        return 0.0
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    return (max(box[2] for box in boxes) - west) * (max(box[3] for box in boxes) - south)


def neighbours(view: str, states: tuple[str, ...], code: str) -> list[str]:
    """The codes of those of `states` that have a border with a country."""
    found = _neighbours(view, states).get(code, [])
    return [state for state in states if state in found]


@lru_cache(maxsize=32)
def _neighbours(view: str, states: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    """The codes of the countries that each one has a border with, by its code."""

    def made() -> dict[str, list[str]]:
        return {code: sorted(found) for code, found in world(view, states, COARSE).neighbours.items()}

    found: dict[str, list[str]] = _kept(made, neighbours=view, states=states)
    return found


def _free_place(inset: PlacedInset, shape: Window, width: float, height: float, points: Sequence[Point]) -> Point | None:
    """A place for the upper left corner of an inset on a map of `width` and `height` points, where it covers none of the points."""
    wide = inset.share * width
    high = wide * shape.height / shape.width
    x = width - wide - EDGE if "right" in inset.corner else EDGE
    top, bottom = EDGE, height - high - EDGE
    between = [bottom + (top - bottom) * i / 20 for i in range(21)]
    beside = [py for px, py in points if x - GUTTER < px < x + wide + GUTTER]
    for y in [top] if "top" in inset.corner else [bottom] if "bottom" in inset.corner else between:
        if not any(y - GUTTER < py < y + high + GUTTER for py in beside):
            return x, y
    return None


@dataclass(frozen=True)
class Window:
    """A projection, and the rectangle of it that is visible, in degrees at its middle."""

    projection: Mapping[str, Any]
    left: float
    top: float
    width: float
    height: float

    @classmethod
    def around(cls, projection: Mapping[str, Any], points: Sequence[Point], tallest: float) -> Window:
        """The window that shows these points with a margin, neither too small nor too flat or tall."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        is_world = projection["type"] == WORLD
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        room = 2 * MARGIN * max(wide, LEAST)
        width, height = max(wide + room, LEAST), high * (1 + 2 * MARGIN) if is_world else high + room
        width = max(width, height / tallest)
        height = max(height, width * (FLATTEST_WORLD if is_world else FLATTEST))
        x, y = (min(xs) + max(xs) - width) / 2, (min(ys) + max(ys) - height) / 2
        return cls(projection, x, y, width, height)

    def shows(self, rings: Iterable[Ring]) -> bool:
        """Whether all points of the rings are visible."""
        return all(0 < x - self.left < self.width and 0 < y - self.top < self.height for ring in rings for x, y in ring)

    def uncut(self, countries: Iterable[Sequence[Point]]) -> Window:
        """A copy that also shows the rest of countries that its left or right edge cuts, if that is little."""
        left, right, room = self.left, self.left + self.width, CUT * self.width
        west, east = left, right
        for points in [*countries] * 2:  # what is shown of one may cut another
            xs, ys = zip(*points, strict=True)
            if min(ys) < self.top + self.height and max(ys) > self.top:
                west = min(west, min(xs) - room / 5) if left - room < min(xs) < west < max(xs) else west
                east = max(east, max(xs) + room / 5) if min(xs) < east < max(xs) < right + room else east
        return replace(self, left=west, width=east - west)

    def widened(self, *, left: bool) -> Window:
        """A copy with more room on its left or right."""
        more = 0.01 * self.width
        return replace(self, left=self.left - more * left, width=self.width + more)


def _window(
    globe: World, codes: Iterable[str], seen: Iterable[str], tallest: float = TALLEST
) -> tuple[Window, Mapping[str, Sequence[Ring]]]:
    """The window that shows the large pieces of these countries, and the large pieces of those in `seen` in its projection.

    It shows the whole world if none of them has a place.
    """
    shown = [code for code in codes if code in globe.places] or list(globe.countries)
    projection = _projection([globe.places[code] for code in shown])
    shapes = {code: polygons(globe.countries[code]) for code in seen if code in globe.countries}
    shapes |= {f"/{code}": place(globe.places[code]) for code in shown}
    drawn = project(shapes, {**projection, "scale": UNIT, "precision": 0})
    mainlands = {code: _large(rings) for code, rings in drawn.items() if code in globe.countries}
    points = [point for code in shown for ring in (*mainlands.get(code, ()), *drawn.get(f"/{code}", ())) for point in ring]
    return Window.around(projection, points, tallest), mainlands


def _large(rings: Sequence[Ring]) -> list[Ring]:
    """The large pieces of a country's land."""
    sizes = [area(ring) for ring in rings]
    most = max(sizes)
    main = rings[sizes.index(most)]
    return [
        ring
        for ring, size in zip(rings, sizes, strict=True)
        if size >= (ISLAND if _gap(main, ring) <= OFFSHORE else MAINLAND) * most
    ]


def _gap(one: Ring, other: Ring) -> float:
    """The distance between the boxes around two rings."""
    (xs, ys), (other_xs, other_ys) = zip(*one, strict=True), zip(*other, strict=True)
    aside = max(min(other_xs) - max(xs), min(xs) - max(other_xs), 0.0)
    return hypot(aside, max(min(other_ys) - max(ys), min(ys) - max(other_ys), 0.0))


def _projection(places: Sequence[Point]) -> dict[str, Any]:
    """Lambert's azimuthal equal-area projection around the places, or Equal Earth if they are all over the world."""
    middle, reach = _middle(places)
    aside = max(abs((x - middle[0] + 180) % 360 - 180) for x, _ in places)
    if reach <= REGION and aside * abs(sin(radians(middle[1]))) <= TILT:
        return {"type": "azimuthalEqualArea", "rotate": [-middle[0], -middle[1]], "translate": [0, 0], "clipAngle": 150}
    spans = {centre: [(x - centre + 180) % 360 for x, _ in places] for centre in MIDDLES}
    centre = min(MIDDLES, key=lambda centre: max(spans[centre]) - min(spans[centre]))
    return {"type": WORLD, "rotate": [-centre, 0], "translate": [0, 0]}


def _middle(places: Sequence[Point]) -> tuple[Point, float]:
    """The middle of the smallest ball around places on the globe, as longitude and latitude, and the degrees to the farthest.

    It moves from the first place towards the farthest one, each time by less (Bădoiu and Clarkson, 2003).
    """
    vectors = [(cos(radians(y)) * cos(radians(x)), cos(radians(y)) * sin(radians(x)), sin(radians(y))) for x, y in places]
    middle = vectors[0]
    for i in range(1, 300):
        far = max(vectors, key=lambda vector: dist(vector, middle))
        x, y, z = (a + (b - a) / (i + 1) for a, b in zip(middle, far, strict=True))
        middle = x, y, z
    radius = max(dist(vector, middle) for vector in vectors)
    east, north, up = middle
    place_of_middle = round(degrees(atan2(north, east)), 1), round(degrees(atan2(up, hypot(east, north))), 1)
    return place_of_middle, degrees(asin(min(1.0, radius)))


def _panel(
    view: str, states: tuple[str, ...], window: Window, at: Point, width: float, own: Iterable[str], found: Iterable[str] = ()
) -> Panel:  # fmt: skip
    """What a window shows, `width` points wide, with its upper left corner at a point. No country of `own` is left out as too
    small. `found`: the countries that have places on it, if not only those."""
    (x, y), scale, height = at, width / window.width, width * window.height / window.width
    globe = world(view, states, level_of(CORNER / scale**2))
    seen = {code: polygons(rings) for code, rings in globe.countries.items()}
    seen |= {"/coast": lines(globe.coast), "/borders": lines(globe.borders), "/dashed": lines(globe.dashed)}
    seen |= {f"/{code}": place(globe.places[code]) for code in found or own if code in globe.places}
    settings = {
        **window.projection,
        "scale": UNIT * scale,
        "translate": [x - window.left * scale, y - window.top * scale],
        "clipExtent": [[x, y], [x + width, y + height]],
        "precision": 0.5,
    }
    drawn = project(seen, settings)
    lands = {}
    for code in globe.countries.keys() & drawn.keys():
        sizes = [area(ring) for ring in drawn[code]]
        least = min(SPECK, max(sizes)) if code in own else SPECK
        if rings := [ring for ring, size in zip(drawn[code], sizes, strict=True) if size >= least > 0]:
            lands[code] = rings
    places = {name[1:]: shown[0][0] for name, shown in drawn.items() if name.startswith("/") and len(shown[0]) == 1}
    ordered = {code: lands[code] for code in sorted(lands)}
    coast = [points for points in drawn.get("/coast", []) if points[0] != points[-1] or area(points) >= SPECK]
    return Panel(x, y, width, height, ordered, coast, drawn.get("/borders", []), drawn.get("/dashed", []), places)


def area(ring: Sequence[Point]) -> float:
    """The area inside a ring, in its unit squared."""
    total, (x0, y0) = 0.0, ring[-1]
    for x1, y1 in ring:
        total += x0 * y1 - x1 * y0
        x0, y0 = x1, y1
    return abs(total) / 2


def crossings(rings: Iterable[Sequence[Point]], y: float) -> list[float]:
    """Where the edges of the rings meet the horizontal line at y, from left to right."""
    found = []
    for ring in rings:
        x0, y0 = ring[-1]
        for x1, y1 in ring:
            if (y0 <= y) != (y1 <= y):
                found.append(x0 + (y - y0) * (x1 - x0) / (y1 - y0))
            x0, y0 = x1, y1
    return sorted(found)
