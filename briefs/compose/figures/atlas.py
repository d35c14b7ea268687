"""The world's countries in degrees, as a view of its borders has them.

In: the name of a view, the edition's subjects, and how much detail is of use. Out: the polygons of each country, and the lines
between them. `views.yaml` says which areas belong to a country in each view. `tools/make_outlines.py` says where the areas come
from, and what their licence and format are.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby, pairwise
from math import log2
from pathlib import Path
from typing import Any

import yaml

from briefs.compose.figures.drawing import Point

Ring = list[Point]
Box = tuple[float, float, float, float]

OUTLINES, VIEWS = (Path(__file__).parent.parent / name for name in ("outlines.json", "views.yaml"))
COARSER = 2  # levels: how much coarser the lines of countries are that aren't subjects of the edition
FINEST = 0.002  # square degrees: the finest detail, `DETAIL` of tools/make_outlines.py


@dataclass(frozen=True)
class World:
    """The world's countries. All places are in degrees, longitude first.

    `countries`: the polygons of each country by its code; a polygon is a list of closed rings, the outer one first. `coast`: the
    lines of the coast. `borders`, `dashed`: the solid and the dashed lines between two countries. `places`: a place in the largest
    piece of each country. `neighbours`: the codes of the countries that each one has a border with. An area that belongs to no
    country in this view has a name of its own in place of a code.
    """

    countries: Mapping[str, Sequence[Sequence[Ring]]]
    coast: Sequence[Ring]
    borders: Sequence[Ring]
    dashed: Sequence[Ring]
    places: Mapping[str, Point]
    neighbours: Mapping[str, frozenset[str]]


@lru_cache(maxsize=8)
def world(view: str, subjects: tuple[str, ...], level: str) -> World:
    """The world in a view. A subject of the edition is always a country by itself, even if the view joins it to another.

    `level`: what `level_of` returned. Points of lower levels are left out of the lines.
    """
    fine, areas, places = _outlines(level)
    coarse = _outlines(chr(ord(level) + COARSER))[0]
    table = _views()[view]
    joined = {area: country for area, country in table.joined.items() if area not in subjects}
    countries: dict[str, list[Sequence[Ring]]] = defaultdict(list)
    owners: dict[int, list[str]] = defaultdict(list)
    for area, polygons in areas.items():
        for arc in (max(i, ~i) for polygon in polygons for ring in polygon for i in ring):
            owners[arc].append(area)
    own = {arc for arc, both in owners.items() if not {joined.get(area, area) for area in both}.isdisjoint(subjects)}
    arcs = [one if number in own else other for number, (one, other) in enumerate(zip(fine, coarse, strict=True))]
    for area, polygons in areas.items():
        for polygon in polygons:
            rings = [_ring(arcs, indexes) for indexes in polygon]
            if _turn(rings[0]) < 0:
                countries[joined.get(area, area)].append([rings[0], *(hole for hole in rings[1:] if _turn(hole) > 0)])
    borders: list[Ring] = []
    dashed: list[Ring] = []
    neighbours: dict[str, set[str]] = defaultdict(set)
    for arc, both in owners.items():
        if len(both) == 2 and both[0] != both[1]:
            one, other = (joined.get(area, area) for area in both)
            is_border = one != other
            if is_border:
                neighbours[one].add(other)
                neighbours[other].add(one)
            for is_dashed, line in table.parts(both, arcs[arc]):
                if is_dashed or is_border:
                    (dashed if is_dashed else borders).append(line)
    coast = [arcs[arc] for arc, both in owners.items() if len(both) == 1]
    return World(countries, coast, borders, dashed, places, {code: frozenset(found) for code, found in neighbours.items()})


def names() -> tuple[str, ...]:
    """The names of the views, the default first."""
    return tuple(_views())


def level_of(size: float) -> str:
    """The level of detail for a map on which corners smaller than `size` square degrees can't be seen."""
    return chr(ord("a") + min(24, max(0, int(log2(max(size, FINEST) / FINEST)))))


@dataclass(frozen=True)
class _View:
    """A row of `views.yaml`."""

    joined: Mapping[str, str]
    boxes: Mapping[tuple[str, ...], Sequence[Box]]

    def parts(self, areas: Iterable[str], line: Ring) -> Iterable[tuple[bool, Ring]]:
        """The parts of the line between two areas, each with whether it is dashed."""
        boxes = self.boxes.get(tuple(sorted(areas)), ())
        for is_dashed, steps in groupby(pairwise(line), key=lambda step: any(_is_in(step, box) for box in boxes)):
            points = list(steps)
            yield is_dashed, [points[0][0], *(end for _, end in points)]


def _is_in(step: tuple[Point, Point], box: Box) -> bool:
    """Whether the middle of a step lies in a box."""
    x, y = ((a + b) / 2 for a, b in zip(*step, strict=True))
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


@cache
def stored() -> bytes:
    """The bytes of all files that the world is read from."""
    return b"".join(path.read_bytes() for path in (OUTLINES, VIEWS))


@cache
def _views() -> Mapping[str, _View]:
    stored: Mapping[str, Any] = yaml.safe_load(VIEWS.read_text(encoding="utf-8"))
    found = {}
    for name, row in stored.items():
        boxes: dict[tuple[str, ...], list[Box]] = defaultdict(list)
        for line in row["dashed"]:
            boxes[tuple(sorted(line["between"]))].append(tuple(line.get("within", (-180, -90, 180, 90))))
        found[name] = _View(row["joined"], boxes)
    return found


@cache
def _stored() -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(OUTLINES.read_text(encoding="utf-8"))
    return stored


@cache
def _outlines(level: str) -> tuple[list[Ring], Mapping[str, list[list[list[int]]]], Mapping[str, Point]]:
    """All arcs in degrees, the polygons of each area as lists of arcs, and the places."""
    stored = _stored()
    arcs = []
    for flat, levels in zip(stored["arcs"], stored["levels"], strict=True):
        x = y = 0
        arc = []
        for dx, dy, own in zip(flat[::2], flat[1::2], levels, strict=True):
            x, y = x + dx, y + dy
            if own >= level:
                arc.append((x * stored["unit"], y * stored["unit"]))
        arcs.append(arc)
    return arcs, stored["areas"], {area: (x, y) for area, (x, y) in stored["places"].items()}


def _ring(arcs: Sequence[Ring], indexes: Sequence[int]) -> Ring:
    """A closed ring, made of the arcs of these indexes. The index `~i` means the arc `i` backwards."""
    points = [place for i in indexes for place in (arcs[i] if i >= 0 else arcs[~i][::-1])[1:]]
    return [points[-1], *points]


def _turn(ring: Ring) -> float:
    """Twice the area of a ring in square degrees, negative for one that runs clockwise, as outer rings do."""
    total, (x0, y0) = 0.0, ring[0]
    start = x0
    for x, y in ring:
        x -= 360 * round((x - start) / 360)  # the ring may cross the 180th meridian
        total += x0 * y - x * y0
        x0, y0 = x, y
    return total
