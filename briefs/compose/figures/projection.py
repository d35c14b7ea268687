"""Places on the globe, projected by d3-geo.

In: polygons, lines and points in degrees, and a projection of d3-geo with its settings. Out: rings, lines and points on paper, cut
at the antimeridian and clipped. d3-geo runs inside Vega, which vl-convert carries (`tools/projections.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from briefs.clock import clock
from briefs.compose.figures.drawing import Point
from briefs.tools import projections

Geometry = Mapping[str, Any]  # a geometry of GeoJSON (RFC 7946, 3.1)

_START = re.compile(r"M(?=[^M])")
_NUMBER = re.compile(r"-?[\d.]+(?:e-?\d+)?")


def project(geometries: Mapping[str, Geometry], settings: Mapping[str, Any]) -> dict[str, list[list[Point]]]:
    """The rings or lines of each geometry, by its name. What can't be seen is left out. A point comes as a list of one.

    `settings`: a projection of Vega with its properties (vega.github.io/vega/docs/projections).
    """
    rows = [{"type": "Feature", "name": name, "geometry": geometry} for name, geometry in geometries.items()]
    with clock.stage("project"):
        drawn = projections.svg(
            {
                "data": [{"name": "rows", "values": rows}],
                "projections": [{"name": "paper", "pointRadius": 0.001, **settings}],
                "marks": [
                    {
                        "type": "shape",
                        "from": {"data": "rows"},
                        "encode": {"update": {"fill": {"value": "black"}, "description": {"field": "name"}}},
                        "transform": [{"type": "geoshape", "projection": "paper"}],
                    }
                ],
            }
        )
    paths = etree.fromstring(drawn).iterfind(".//{*}path[@aria-label]")
    found = {path.get("aria-label", ""): _lines(path.get("d", "")) for path in paths}
    return {name: lines for name, lines in found.items() if lines}


def _lines(path: str) -> list[list[Point]]:
    """The lines of an SVG path of absolute moves and lines."""
    return [_points(part) for part in path.split("M") if part]


def _points(part: str) -> list[Point]:
    numbers = [float(number) for number in _NUMBER.findall(part.partition("m")[0].partition("A")[0])]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def polygons(rings: Sequence[Sequence[Sequence[Point]]]) -> Geometry:
    return {"type": "MultiPolygon", "coordinates": rings}


def lines(found: Sequence[Sequence[Point]]) -> Geometry:
    return {"type": "MultiLineString", "coordinates": found}


def place(found: Point) -> Geometry:
    return {"type": "Point", "coordinates": found}
