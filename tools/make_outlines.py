"""Makes `briefs/compose/outlines.json`, the outlines of the world's countries that our maps are drawn from.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python3 tools/make_outlines.py package/countries-50m.json briefs/compose/outlines.json

Origin: Natural Earth 4.1.0, 1:50m “Admin 0 – countries”, public domain (naturalearthdata.com), as
redistributed in TopoJSON by the npm package `world-atlas` 2.0.2 (© 2013–2019 Michael Bostock, ISC licence).
Borders are Natural Earth's: those in force on the ground, whoever claims what.

What is done to it: arcs, which neighbours share, are simplified (Visvalingam) with their ends kept, so that
borders stay shared; islets are dropped, unless they are the largest piece of their country; ISO numbers
become two-letter codes; areas that Natural Earth gives no ISO number (Kosovo, Northern Cyprus, Somaliland …)
stay land under the empty code; Antarctica is left out. Positions are rounded to a fiftieth of a degree.

Result: `{"unit": degrees, "arcs": [[x, y, dx, dy, …], …], "countries": {"be": [[[arc, …], …], …]}}`: per
country its polygons, per polygon its rings, per ring its arcs, `~n` being arc n backwards, as in TopoJSON.
Needs `pycountry`.
"""

from __future__ import annotations

import heapq
import json
import sys
from collections import defaultdict
from math import cos, radians
from pathlib import Path

import pycountry

Point = tuple[float, float]

UNIT = 0.02  # degrees
DETAIL = 0.008  # square degrees at the equator: a corner whose triangle is smaller goes
ISLET = 0.03  # square degrees: a smaller island goes


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


def simplify(points: list[Point], detail: float, least: int) -> list[Point]:
    """`points` without the corners that matter least; both ends and at least `least` points stay."""
    before, after = list(range(-1, len(points) - 1)), list(range(1, len(points) + 1))
    weight = {i: triangle(*points[i - 1 : i + 2]) for i in range(1, len(points) - 1)}
    heap = [(w, i) for i, w in weight.items()]
    heapq.heapify(heap)
    kept = len(points)
    while heap and kept > least:
        w, i = heapq.heappop(heap)
        if weight.get(i) != w:
            continue
        if w > detail:
            break
        del weight[i]
        kept -= 1
        left, right = before[i], after[i]
        after[left], before[right] = right, left
        for j in (left, right):
            if j in weight:
                weight[j] = max(w, triangle(points[before[j]], points[j], points[after[j]]))
                heapq.heappush(heap, (weight[j], j))
    return [points[0], *(points[i] for i in sorted(weight)), points[-1]]


def main(source: Path, target: Path) -> None:
    topology = json.loads(source.read_text())
    arcs = decode(topology)

    def ring(indexes: list[int]) -> list[Point]:
        return [p for i in indexes for p in (arcs[i] if i >= 0 else arcs[~i][::-1])[1:]]

    codes = {country.numeric: country.alpha_2.lower() for country in pycountry.countries}
    countries: dict[str, list[list[list[int]]]] = defaultdict(list)
    for geometry in topology["objects"]["countries"]["geometries"]:
        polygons = geometry.get("arcs", [])
        countries[codes[geometry["id"]] if "id" in geometry else ""] += [polygons] if geometry["type"] == "Polygon" else polygons
    del countries["aq"]
    for code, polygons in countries.items():
        sizes = [area(ring(polygon[0])) for polygon in polygons]
        countries[code] = [polygon for polygon, size in zip(polygons, sizes, strict=True) if size > ISLET or size == max(sizes)]

    number: dict[int, int] = {}
    written = []

    def index(old: int) -> int:
        """The arc's new number; the arc is simplified and written when first met."""
        arc = old if old >= 0 else ~old
        if arc not in number:
            number[arc] = len(written)
            points, closed = arcs[arc], arcs[arc][0] == arcs[arc][-1]
            detail = min(DETAIL, area(points) / 30) if closed else DETAIL
            flat, last = [], (0, 0)
            for point in simplify(points, detail, 8 if closed else 2):
                here = round(point[0] / UNIT), round(point[1] / UNIT)
                if not flat or here != last:
                    flat += [here[0] - last[0], here[1] - last[1]]
                last = here
            written.append(flat)
        return number[arc] if old >= 0 else ~number[arc]

    shapes = {
        code: [[[index(i) for i in indexes] for indexes in polygon] for polygon in polygons]
        for code, polygons in sorted(countries.items())
    }
    target.write_text(json.dumps({"unit": UNIT, "arcs": written, "countries": shapes}, separators=(",", ":")) + "\n")
    print(f"{len(shapes)} countries, {sum(map(len, written)) // 2} points, {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
