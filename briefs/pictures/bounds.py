"""How much an SVG would draw, before it is drawn: the number of its shapes, each counted as often as it is used.

In: the root of an SVG whose styles are attributes. Out: nothing, or a ValueError. A mask, a clip or a filter counts as several
shapes, because it is drawn as a picture of its own. A marker counts once for each corner of its path. If a picture takes too long
all the same, the limits of the process end it.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

Element = Any  # lxml.etree._Element
SHAPES = 20_000  # the most, which take some seconds; two letters, or 200 characters of attributes, count as one shape
DEPTH = 60  # the longest chain of elements of which each refers to the next
OCTAVES = 10  # the most octaves of a filter's noise (feTurbulence); more can't be seen
RADIUS = 200.0  # the largest radius of a blur or another effect, in the units of the picture
REACH = 10.0  # the largest radius of an effect whose time grows with the square of the radius
REGION = 10.0  # how many times as large as its shape the region of a filter, mask or pattern may be
PRIMITIVE = 30  # how many shapes a step of a filter counts as
_COSTS = {"filter": 300, "mask": 60, "clip-path": 3, "marker-start": 1, "marker-mid": 1, "marker-end": 1}
_POINTER = re.compile(r"url\(\s*['\"]?#([^'\")\s]*)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.I)
_HREF = "{http://www.w3.org/1999/xlink}href"


def check(root: Element) -> None:
    """Raise ValueError for a picture that contains itself, or that repeats its parts too often, such as a `use` of ten parts each
    of which uses ten more."""
    for element in root.iter():
        _check_filter(element)
    found = _Counter(root).size(root, 0)
    if found > SHAPES:
        raise ValueError(f"has {found:,} shapes to draw, counted as often as they are used; {SHAPES:,} is the most")


class _Counter:
    """Counts the shapes of an element and of all elements that it refers to."""

    def __init__(self, root: Element):
        self._named = {element.get("id"): element for element in root.iter() if element.get("id")}
        self._sizes: dict[Element, int] = {}
        self._under_way: set[Element] = set()

    def size(self, element: Element, depth: int) -> int:
        if element in self._under_way:
            raise ValueError(f"draws “{element.get('id') or _local(element)}” within itself")
        if depth > DEPTH:
            raise ValueError(f"refers to its parts more than {DEPTH} times in one another")
        if element not in self._sizes:
            self._under_way.add(element)
            letters = len(element.text or "") // 2 + sum(len(v) for k, v in element.attrib.items() if not k.endswith("href")) // 200
            used = sum(times * self.size(self._named[name], depth + 1) for name, times in self._references(element))
            self._sizes[element] = 1 + letters + used + self._effects(element) + sum(self.size(part, depth) for part in element)
            self._under_way.discard(element)
        return self._sizes[element]

    def _references(self, element: Element) -> list[tuple[str, int]]:
        """The names of the elements that an element refers to, each with how often it draws them."""
        corners = len(_NUMBER.findall(f"{element.get('d', '')} {element.get('points', '')}")) // 2 or 2
        found = [
            (name, corners if key.startswith("marker") else 1)
            for key, value in element.attrib.items()
            for name in _POINTER.findall(value)
        ]
        found += [(v[1:], 1) for k, v in element.attrib.items() if k in {"href", _HREF} and v.startswith("#")]
        return [(name, times) for name, times in found if name in self._named]

    def _effects(self, element: Element) -> int:
        own = PRIMITIVE if _local(element).startswith("fe") else 0
        return own + sum(cost for name, cost in _COSTS.items() if "url(" in element.get(name, ""))


def _check_filter(element: Element) -> None:
    name = _local(element)
    if name == "feTurbulence" and _largest(element.get("numOctaves", "1")) > OCTAVES:
        raise ValueError(f"has noise of more than {OCTAVES} octaves, in line {element.sourceline} of its file")
    radius = max(_largest(element.get(key, "0")) for key in ("stdDeviation", "radius", "order"))
    most = REACH if name in {"feMorphology", "feConvolveMatrix"} else RADIUS
    if name.startswith("fe") and radius > most:
        raise ValueError(f"has an effect that reaches over {most:g} units, in line {element.sourceline} of its file")
    if name in {"filter", "mask", "pattern"} and not (element.get(f"{name}Units") or element.get("maskUnits", "")).startswith(
        "user"
    ):
        sides = (element.get(key, "0") for key in ("x", "y", "width", "height"))
        if any(_largest(side) > REGION * (100 if side.endswith("%") else 1) for side in sides):
            raise ValueError(f"has a <{name}> of more than {REGION:g} times its shape, in line {element.sourceline} of its file")


def _largest(text: str) -> float:
    return max((abs(float(number)) for number in _NUMBER.findall(text)), default=0.0)


def _local(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
