"""Makes `briefs/compose/outlines.json`, the outlines of the world's areas that our maps are drawn from.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python3 tools/make_outlines.py package briefs/compose/outlines.json

Origin: Natural Earth 4.1.0, “Admin 0 – countries”, public domain (naturalearthdata.com), as redistributed in
TopoJSON by the npm package `world-atlas` 2.0.2 (© 2013–2019 Michael Bostock, ISC licence). Its 1:50m file is
used; areas that only its 1:10m file has (Tuvalu, Gibraltar, Bouvet …) are added from that.

The areas are smaller than countries: what is disputed, and what lies far from its mainland, stands by itself
(`PIECES`, `CUTS`). Which areas make a country in whose view is said by `briefs/compose/views.yaml`, not here.

What is done to the source: islets are dropped, unless they are the largest piece of their area; ISO numbers
become two-letter codes; Antarctica is left out. Arcs, which neighbours share, are simplified (Visvalingam).
Each point that stays has a level, so that a small map can drop more of them and neighbours still fit.

Result: `{"unit": degrees, "arcs": [[x, y, dx, dy, …], …], "levels": ["zbaz", …], "areas": {"be": [[[arc, …], …], …]},
"places": {"be": [longitude, latitude]}}`. Per area its polygons, per polygon its rings, per ring its arcs, `~n`
being arc n backwards, as in TopoJSON. The levels have a letter for each point: “a” where the triangle with its
neighbours is at least `DETAIL` square degrees, then one letter for each doubling; “z” always stays. A place is
a point in the largest piece of its area. Needs `pycountry`.
"""

from __future__ import annotations

import heapq
import json
import sys
from collections import defaultdict
from math import cos, hypot, log2, radians
from pathlib import Path

import pycountry

Point = tuple[float, float]
Polygon = list[list[int]]

UNIT = 0.01  # degrees
DETAIL = 0.002  # square degrees at the equator: a corner whose triangle is smaller goes
ISLET = 0.015  # square degrees: a smaller island goes

# Areas without an ISO number in the source, by their names there.
NAMES = {"Kosovo": "xk", "N. Cyprus": "northern-cyprus", "Somaliland": "somaliland", "Siachen Glacier": "siachen"}
# Pieces that stand by themselves: in which area the source has them, and boxes around them (west, south, east, north).
PIECES = {
    "crimea": ("ru", (32.3, 44.3, 36.7, 46.3)),
    "gf": ("fr", (-55, 2, -51, 6)),
    "gp": ("fr", (-62, 15.7, -60.9, 16.6)),
    "mq": ("fr", (-61.3, 14.3, -60.7, 15)),
    "re": ("fr", (55, -21.5, 56, -20.8)),
    "yt": ("fr", (44.9, -13.1, 45.4, -12.5)),
    "bq": ("nl", (-68.5, 12, -68.1, 12.4), (-63.3, 17.4, -62.9, 17.7)),
    "sj": ("no", (10, 74, 35, 81), (-9.5, 70.5, -7.5, 71.5)),
    "bv": ("no", (3, -55, 4, -54)),
    "cx": ("", (105.4, -10.7, 105.8, -10.3)),
    "cc": ("", (96.7, -12.3, 97, -11.7)),
}
# Pieces south of a parallel: in which area the source has them, the latitude, and where the parallel meets another country. The
# source has Western Sahara as far as Morocco doesn't hold it; its border with Morocco is the parallel of 27°40′ N.
CUTS = {"western-sahara": ("ma", 27 + 40 / 60, (-8.67, 27.67))}


class Source:
    """A file of the package: its arcs in degrees, and the polygons of each area."""

    def __init__(self, path: Path) -> None:
        topology = json.loads(path.read_text())
        self.arcs = decode(topology)
        codes = {country.numeric: country.alpha_2.lower() for country in pycountry.countries}
        found: dict[str, list[Polygon]] = defaultdict(list)
        for geometry in topology["objects"]["countries"]["geometries"]:
            polygons = geometry.get("arcs", [])
            code = codes[geometry["id"]] if "id" in geometry else NAMES.get(geometry["properties"]["name"], "")
            found[code] += [polygons] if geometry["type"] == "Polygon" else polygons
        del found["aq"]
        self.areas: dict[str, list[Polygon]] = defaultdict(list)
        for code, polygons in found.items():
            for polygon in polygons:
                self.areas[self.piece(code, polygon)].append(polygon)
        for name, (owner, latitude, meeting) in CUTS.items():
            self.cut(name, owner, latitude, meeting)
        self.sizes = {code: [area(self.ring(polygon[0])) for polygon in polygons] for code, polygons in self.areas.items()}

    def ring(self, indexes: list[int]) -> list[Point]:
        """The points of a ring, without a jump where it crosses the 180th meridian."""
        points = [p for i in indexes for p in (self.arcs[i] if i >= 0 else self.arcs[~i][::-1])[1:]]
        return [(x - 360 * round((x - points[0][0]) / 360), y) for x, y in points]

    def piece(self, code: str, polygon: Polygon) -> str:
        """The area that a polygon belongs to."""
        ring = self.ring(polygon[0])
        for name, (owner, *boxes) in PIECES.items():
            if owner == code and any(all(w <= x <= e and s <= y <= n for x, y in ring) for w, s, e, n in boxes):
                return name
        return code

    def cut(self, name: str, owner: str, latitude: float, meeting: Point) -> None:
        """Part the largest polygon of an area along a parallel, from the end of an arc near `meeting` to the coast."""
        polygon = max(self.areas[owner], key=lambda polygon: area(self.ring(polygon[0])))
        lines = [self.arcs[i] if i >= 0 else self.arcs[~i][::-1] for i in polygon[0]]
        first = min(range(len(lines)), key=lambda n: hypot(lines[n][0][0] - meeting[0], lines[n][0][1] - meeting[1]))
        lines, indexes = lines[first:] + lines[:first], polygon[0][first:] + polygon[0][:first]
        steps = [
            (n, at)
            for n, line in enumerate(lines)
            for at in range(1, len(line))
            if (line[at - 1][1] < latitude) != (line[at][1] < latitude)
        ]
        n, at = max(steps, key=lambda step: abs(lines[step[0]][step[1]][0] - lines[0][0][0]))
        (x0, y0), (x1, y1) = lines[n][at - 1 : at + 1]
        coast = (x0 + (latitude - y0) * (x1 - x0) / (y1 - y0), latitude)
        before, after, parallel = (len(self.arcs) + k for k in range(3))
        self.arcs += [[*lines[n][:at], coast], [coast, *lines[n][at:]], [coast, lines[0][0]]]
        parts = [[*indexes[:n], before, parallel], [~parallel, after, *indexes[n + 1 :]]]
        south, north = sorted(parts, key=lambda part: min(y for _, y in self.ring(part)))
        self.areas[owner][self.areas[owner].index(polygon)] = [north, *polygon[1:]]
        self.areas[name] = [[south]]

    def largest(self, code: str) -> list[Point]:
        """The outer ring of an area's largest piece."""
        return self.ring(self.areas[code][self.sizes[code].index(max(self.sizes[code]))][0])


def decode(topology: dict) -> list[list[Point]]:
    """The arcs in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def triangle(a: Point, b: Point, c: Point) -> float:
    """Its area in square degrees, as wide as it is at its latitude."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2 * cos(radians(b[1]))


def area(ring: list[Point]) -> float:
    """Its area in square degrees, as wide as it is at its latitude."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2 * cos(radians(ring[0][1]))


def place_in(ring: list[Point]) -> Point:
    """A point inside a ring: the middle of the widest span of the parallel at its middle."""
    y = (min(y for _, y in ring) + max(y for _, y in ring)) / 2
    met = sorted(
        x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True)
        if (y0 <= y) != (y1 <= y)
    )
    left, right = max(zip(met[::2], met[1::2], strict=True), key=lambda span: span[1] - span[0])
    x = ((left + right) / 2 + 180) % 360 - 180
    return round(x, 3), round(y, 3)


def simplify(points: list[Point], least: int) -> list[tuple[Point, str]]:
    """The points that matter, each with its level. `least` points always stay, both ends among them."""
    before, after = list(range(-1, len(points) - 1)), list(range(1, len(points) + 1))
    weight = {i: triangle(*points[i - 1 : i + 2]) for i in range(1, len(points) - 1)}
    heap = [(w, i) for i, w in weight.items()]
    heapq.heapify(heap)
    levels, reached, left = ["z"] * len(points), 0.0, len(points)
    while heap and left > least:
        w, i = heapq.heappop(heap)
        if weight.get(i) != w:
            continue
        del weight[i]
        reached = max(reached, w)
        levels[i] = letter(reached)
        left -= 1
        a, b = before[i], after[i]
        after[a], before[b] = b, a
        for j in (a, b):
            if j in weight:
                weight[j] = max(w, triangle(points[before[j]], points[j], points[after[j]]))
                heapq.heappush(heap, (weight[j], j))
    return [(point, level) for point, level in zip(points, levels, strict=True) if level]


def letter(size: float) -> str:
    """The level of a triangle of this size in square degrees. Empty if it is too small to stay."""
    return chr(ord("a") + min(24, int(log2(size / DETAIL)))) if size >= DETAIL else ""


def main(package: Path, target: Path) -> None:
    coarse, fine = Source(package / "countries-50m.json"), Source(package / "countries-10m.json")
    number: dict[tuple[Source, int], int] = {}
    arcs, levels = [], []

    def index(source: Source, old: int) -> int:
        """The arc's new number; the arc is simplified and written when first met."""
        arc = old if old >= 0 else ~old
        if (source, arc) not in number:
            number[source, arc] = len(arcs)
            points = source.arcs[arc]
            flat, kept, last = [], "", (0, 0)
            for point, level in simplify(points, 6 if points[0] == points[-1] else 3):
                here = round(point[0] / UNIT), round(point[1] / UNIT)
                if not flat or here != last:
                    flat += [here[0] - last[0], here[1] - last[1]]
                    kept += level
                last = here
            arcs.append(flat)
            levels.append(kept[:-1] + "z")
        new = number[source, arc]
        return new if old >= 0 else ~new

    areas, places = {}, {}
    for code in sorted({*coarse.areas, *fine.areas}):
        source = coarse if code in coarse.areas else fine
        polygons, sizes = source.areas[code], source.sizes[code]
        kept = [polygon for polygon, size in zip(polygons, sizes, strict=True) if size > ISLET or size == max(sizes)]
        areas[code] = [[[index(source, i) for i in indexes] for indexes in polygon] for polygon in kept]
        places[code] = place_in((fine if code in fine.areas else coarse).largest(code))
    written = {"unit": UNIT, "arcs": arcs, "levels": levels, "areas": areas, "places": places}
    target.write_text(json.dumps(written, separators=(",", ":")) + "\n")
    print(f"{len(areas)} areas, {sum(map(len, arcs)) // 2} points, {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
