"""The outlines of countries, projected onto paper.

In: the countries to show, and a width on paper. Out: the rings of each country by code, in points, clipped to their place.
`tools/make_outlines.py` says where the outlines come from, their licence and their format.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import cos, hypot, radians, sin, sqrt
from pathlib import Path

from briefs.compose.figures.drawing import Point

Ring = list[Point]

OUTLINES = Path(__file__).parent.parent / "outlines.json"
DETAIL = 0.3  # points: how far a simplified border may be off; twice as far outside the edition's countries
SPECK = 1.5  # square points: smaller islands aren't drawn, unless a country has nothing else
MAINLAND = 0.18  # a piece counts as large from this part of the country's largest one on
GUTTER = 4.0  # points: the margin of an inset
EDGE = 1.0  # points: from an inset to the edge of the map


@dataclass(frozen=True)
class PlacedInset:
    """Distant countries, drawn small in a corner of the map.

    `countries`: their codes; the inset shows just these. `corner`: "bottom left", "top left", "bottom right", "top right", or
    "left" or "right" for the place on that side that widens the map least. `share`: its width as a part of the map's.
    """

    countries: tuple[str, ...]
    corner: str = "left"
    share: float = 0.24


@dataclass(frozen=True)
class MapFrame:
    """What part of the world a map shows, as `edition.yaml` says:

        map:
          countries: [is, no, pt, tr]      # the map shows all of these
          insets:
            - countries: [ca, us]
              corner: left
              share: 0.24

    Without `countries` it shows all countries except those in insets. Only the large pieces of land of a country count. Where an
    inset would cover a country of the edition, or all of another one, the map is widened on that side until it doesn't.
    """

    countries: tuple[str, ...] = ()
    insets: tuple[PlacedInset, ...] = ()


@dataclass(frozen=True)
class Panel:
    """The map or an inset: its place on paper in points, and the visible rings by country."""

    x: float
    y: float
    width: float
    height: float
    lands: Mapping[str, Sequence[Ring]]


@lru_cache(maxsize=32)
def panels(view: MapFrame, states: tuple[str, ...], width: float) -> tuple[Panel, ...]:
    """The map of `states` on paper, `width` points wide, followed by its insets in their corners."""
    away = {code for inset in view.insets for code in inset.countries}
    near = [code for code in states if code not in away]
    window = Window.round(view.countries or near)
    insets = [(inset, Window.round(inset.countries)) for inset in view.insets]
    coast = [point for code in _outlines()[1] if code not in away for point in window.whole(code, code in near)]
    for _ in range(60):
        scale = width / window.width
        points = [((x - window.left) * scale, (y - window.top) * scale) for x, y in coast]
        found = [_free_place(inset, shape, width, window.height * scale, points) for inset, shape in insets]
        crowded = [inset for inset, place in zip(view.insets, found, strict=True) if not place]
        if not crowded:
            break
        window = window.widened(left="left" in crowded[0].corner)
    main = _panel(window, 0, 0, width, set(near))
    return main, *(
        _panel(shape, *(place or (EDGE, EDGE)), inset.share * width, set(inset.countries))
        for (inset, shape), place in zip(insets, found, strict=True)
    )


def _free_place(
    inset: PlacedInset, shape: Window, width: float, height: float, points: Sequence[Point]
) -> tuple[float, float] | None:
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


@cache
def _outlines() -> tuple[list[Ring], dict[str, list[list[list[int]]]]]:
    """All arcs in degrees. Then the polygons by country, each a list of rings, each a list of arcs."""
    stored = json.loads(OUTLINES.read_text(encoding="utf-8"))
    arcs = []
    for flat in stored["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in zip(flat[::2], flat[1::2], strict=True):
            x, y = x + dx, y + dy
            arc.append((x * stored["unit"], y * stored["unit"]))
        arcs.append(arc)
    return arcs, stored["countries"]


@cache
def _mainland(code: str) -> Ring:
    """The outer points of a country's large pieces, in degrees. Empty if it has no outline."""
    arcs, countries = _outlines()
    pieces = [
        [place for i in polygon[0] for place in (arcs[i] if i >= 0 else arcs[~i][::-1])[1:]] for polygon in countries.get(code, [])
    ]
    sizes = [area(piece) * cos(radians(piece[0][1])) for piece in pieces]
    return [place for piece, size in zip(pieces, sizes, strict=True) if size >= MAINLAND * max(sizes) for place in piece]


class Projection:
    """Lambert's azimuthal equal-area projection around a place, on a sphere of radius 1; y runs down."""

    def __init__(self, longitude: float, latitude: float) -> None:
        self.middle = longitude, latitude
        self.longitude = radians(longitude)
        self.sin, self.cos = sin(radians(latitude)), cos(radians(latitude))

    def __call__(self, places: Iterable[Point]) -> list[Point]:
        """Project the points of a line. Each step is done for all of them at once, since there are many."""
        middle, sine, cosine, points = self.longitude, self.sin, self.cos, []
        for longitude, latitude in places:
            turn, latitude = radians(longitude) - middle, radians(latitude)
            up, out = sin(latitude), cos(latitude)
            toward = out * cos(turn)
            spread = 1 + sine * up + cosine * toward
            k = sqrt(2 / (spread if spread > 1e-6 else 1e-6))
            points.append((k * out * sin(turn), -k * (cosine * up - sine * toward)))
        return points


@dataclass(frozen=True)
class Window:
    """A projection, and the rectangle of it that is visible."""

    projection: Projection
    left: float
    top: float
    width: float
    height: float

    @classmethod
    def round(cls, codes: Iterable[str]) -> Window:
        """The window that shows the large pieces of these countries, with a margin. The whole world if none is named."""
        places = [place for code in codes for place in _mainland(code)] or [(-179.0, -60.0), (179.0, 80.0)]
        longitudes, latitudes = [x for x, _ in places], [y for _, y in places]
        projection = Projection((min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2)
        points = projection(places)
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        top, bottom = min(y for _, y in points), max(y for _, y in points)
        room = 0.015 * (right - left)
        return cls(projection, left - room, top - room, right - left + 2 * room, bottom - top + 2 * room)

    def whole(self, code: str, even_if_cut: bool) -> list[Point]:
        """The coast of a country's large pieces. Empty if it isn't completely visible, unless `even_if_cut`."""
        coast = _mainland(code)
        if not even_if_cut and not self._shows(self.projection(coast[:1])):  # as for most of the world
            return []
        points = self.projection(coast)
        return points if even_if_cut or self._shows(points) else []

    def _shows(self, points: Iterable[Point]) -> bool:
        return all(0 < x - self.left < self.width and 0 < y - self.top < self.height for x, y in points)

    def widened(self, *, left: bool) -> Window:
        """A copy with more room on its left or right."""
        more = 0.01 * self.width
        return replace(self, left=self.left - more * left, width=self.width + more)


def _panel(window: Window, x: float, y: float, width: float, states: Set[str]) -> Panel:
    """What a window shows, `width` points wide, with its upper left corner at (x, y). No piece of `states` is left out as too
    small."""
    scale, height = width / window.width, width * window.height / window.width
    arcs, countries = _outlines()

    near = {max(i, ~i) for code in states for polygon in countries.get(code, []) for ring in polygon for i in ring}

    @cache
    def projected(arc: int) -> Ring:
        points = [(x + (px - window.left) * scale, y + (py - window.top) * scale) for px, py in window.projection(arcs[arc])]
        detail = DETAIL if arc in near else 2 * DETAIL
        island = points[0] == points[-1]
        return _simplify(points, min(detail, sqrt(area(points)) / 4) if island else detail)

    lands = {}
    for code, polygons in countries.items():
        rings = []
        for polygon in polygons:
            if all(_on_far_side(window.projection.middle, arcs[max(i, ~i)][0]) for i in polygon[0]):
                continue
            for indexes in polygon:
                ring = [p for i in indexes for p in (projected(i) if i >= 0 else projected(~i)[::-1])[1:]]
                rings.append(_clip(ring, x, y, x + width, y + height))
        sizes = [area(ring) if len(ring) > 2 else 0.0 for ring in rings]
        least = min(SPECK, max(sizes, default=0)) if code in states else SPECK
        lands[code] = [ring for ring, size in zip(rings, sizes, strict=True) if size >= least > 0]
    return Panel(x, y, width, height, {code: rings for code, rings in lands.items() if rings})


def _on_far_side(middle: Point, place: Point) -> bool:
    """Whether a place is on the other side of the world."""
    return abs((place[0] - middle[0] + 180) % 360 - 180) > 110 or abs(place[1] - middle[1]) > 75


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


def _simplify(points: Ring, detail: float) -> Ring:
    """A line reduced to its ends and the points that are more than `detail` off the rest (Douglas-Peucker)."""
    kept, todo = {0, len(points) - 1}, [(0, len(points) - 1)]
    while todo:
        first, last = todo.pop()
        (ax, ay), (bx, by) = points[first], points[last]
        dx, dy = bx - ax, by - ay
        length = hypot(dx, dy)
        worst, at = detail, 0
        for i in range(first + 1, last):
            px, py = points[i][0] - ax, points[i][1] - ay
            off = abs(px * dy - py * dx) / length if length else hypot(px, py)
            if off > worst:
                worst, at = off, i
        if at:
            kept.add(at)
            todo += [(first, at), (at, last)]
    return [points[i] for i in sorted(kept)]


def _clip(ring: Ring, left: float, top: float, right: float, bottom: float) -> Ring:
    """The part of a ring inside a rectangle (Sutherland-Hodgman)."""
    for axis, limit, sign in ((0, left, 1), (0, right, -1), (1, top, 1), (1, bottom, -1)):
        if all((point[axis] - limit) * sign >= 0 for point in ring):
            continue
        result: Ring = []
        for i, here in enumerate(ring):
            last = ring[i - 1]
            a, b = (last[axis] - limit) * sign, (here[axis] - limit) * sign
            if (a < 0) != (b < 0):
                t = a / (a - b)
                result.append((last[0] + t * (here[0] - last[0]), last[1] + t * (here[1] - last[1])))
            if b >= 0:
                result.append(here)
        ring = result
    return ring
