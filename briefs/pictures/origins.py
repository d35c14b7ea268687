"""The point around which CSS turns and enlarges: `transform-origin` and `transform-box`, written into `transform`.

In: the root of an SVG whose styles are attributes, and its viewBox. Out: the same tree without these two.
https://www.w3.org/TR/css-transforms-1/#transform-origin-property
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fontTools.pens.basePen import AbstractPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.transformPen import TransformPen
from fontTools.svgLib.path import parse_path
from lxml import etree

from briefs.pictures.plain import MoreThanPlain, as_matrix

Element = Any  # lxml.etree._Element
Box = tuple[float, float, float, float]
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
_LENGTH = re.compile(rf"({_NUMBER})(px|pt|pc|mm|cm|in|)", re.I)
_SHARE = re.compile(rf"({_NUMBER})%")
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_ACROSS, _DOWN = {"left": "0%", "right": "100%"}, {"top": "0%", "bottom": "100%"}
_OWN = {"fill-box", "content-box"}  # the box around the shape itself, without its stroke
_AROUND = {"", "view-box"}
_HINT = "isn’t followed here; write it in units of the picture, such as transform-origin=“70 15”, without transform-box"


def apply(root: Element, box: Box) -> Iterator[tuple[Element, str]]:
    """Write each origin into the `transform` of its element. Yields the elements whose origin can't be found, and what is wrong."""
    for element in root.iter():
        origin, around = (element.attrib.pop(name, "").strip().lower() for name in ("transform-origin", "transform-box"))
        transform = element.get("transform", "").strip()
        if not transform or not (origin or around in _OWN):
            continue
        try:
            x, y = _point(origin or "0 0", _box(element, around, box))
        except (MoreThanPlain, ValueError, OverflowError, IndexError):
            said = f"transform-origin=“{origin[:40]}”" + (f" with transform-box=“{around[:20]}”" if around else "")
            yield element, f"{said} at <{etree.QName(element).localname}>, which {_HINT}"
        else:
            element.set("transform", f"translate({x:.9g} {y:.9g}) {transform} translate({-x:.9g} {-y:.9g})")


def _box(element: Element, around: str, box: Box) -> Box | None:
    """The box of which the percentages of an origin are a part: the whole picture, or the shape itself. None if it isn't known."""
    if around in _AROUND:
        inner = any(etree.QName(outer).localname in {"svg", "symbol"} for outer in list(element.iterancestors())[:-1])
        return None if inner else (0.0, 0.0, box[2], box[3])
    if around not in _OWN:
        raise MoreThanPlain
    pen = BoundsPen(None)
    _outline(element, pen)
    if pen.bounds is None:
        raise MoreThanPlain
    left, top, right, bottom = pen.bounds
    return left, top, right - left, bottom - top


def _point(origin: str, box: Box | None) -> tuple[float, float]:
    """The origin in units of the picture. A single value is the place across; down, the origin is then in the middle. The words for
    places may stand in either order."""
    parts = origin.replace(",", " ").split()
    if len(parts) == 3 and float(parts[2].removesuffix("px")) == 0:
        parts.pop()
    parts += ["center"] * (len(parts) == 1)
    if parts[0] in _DOWN or parts[1] in _ACROSS:
        parts.reverse()
    across, down = parts
    return _along(_ACROSS.get(across, across), box, 0), _along(_DOWN.get(down, down), box, 1)


def _along(text: str, box: Box | None, axis: int) -> float:
    share = _SHARE.fullmatch("50%" if text == "center" else text)
    length = _LENGTH.fullmatch(text)
    if share and box is not None:
        return box[axis] + box[axis + 2] * float(share[1]) / 100
    if not length:
        raise MoreThanPlain
    return (box[axis] if box else 0.0) + float(length[1]) * _UNITS[length[2].lower()]


def _outline(element: Element, pen: AbstractPen) -> None:
    """Draw the outlines of a shape, or of the shapes in a group."""
    name = etree.QName(element).localname
    if name in {"g", "a"}:
        for child in element:
            _outline(child, TransformPen(pen, as_matrix(child.get("transform", ""))) if child.get("transform") else pen)
    else:
        parse_path(_path(name, element), pen)


def _path(name: str, element: Element) -> str:
    """A shape as a path (SVG 2, 10)."""

    def numbers(keys: str) -> list[float]:
        return [float(element.get(key, "0").removesuffix("px")) for key in keys.split()]

    if name == "path":
        return str(element.get("d", ""))
    if name in {"polygon", "polyline"}:
        return f"M{element.get('points', '')}"
    if name == "line":
        return "M{} {}L{} {}".format(*numbers("x1 y1 x2 y2"))
    if name in {"rect", "image"}:
        x, y, width, height = numbers("x y width height")
        return f"M{x} {y}h{width}v{height}h{-width}z"
    if name not in {"circle", "ellipse"}:
        raise MoreThanPlain
    x, y, across, down = numbers("cx cy r r" if name == "circle" else "cx cy rx ry")
    half = f"a{across} {down} 0 0 1"
    return f"M{x - across} {y}{half} {2 * across} 0{half} {-2 * across} 0z"
