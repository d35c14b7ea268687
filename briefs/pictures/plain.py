"""An SVG of plain shapes and texts, spelled out so that every program draws it alike, and fast.

In: the root of an SVG whose styles are attributes, and its viewBox. Out: a new SVG that holds shapes, texts of one line, groups and
rectangles to clip by; or None if the picture has more than these. Lengths are in user units, colours are hexadecimal, paths consist
of absolute lines and curves, and all of it is near the picture.
https://www.w3.org/TR/SVG11/coords.html, https://www.w3.org/TR/SVG11/paths.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fontTools.misc.transform import Transform
from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path import parse_path
from lxml import etree

from briefs.pictures.styles import names

Element = Any  # lxml.etree._Element
Box = tuple[float, float, float, float]
SVG = "http://www.w3.org/2000/svg"
FAR = 1000.0  # times the size of the picture: the most that a place or a length may be
DEPTH = 60  # the most groups within one another
DASHES = 2000  # the most dashes of one outline
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_UNUSED = names("defs symbol clipPath mask pattern marker linearGradient radialGradient filter")  # drawn only if referred to
_GROUPS = {"g", "a"}
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_LENGTH = re.compile(rf"\s*({_NUMBER})(px|pt|pc|mm|cm|in|%|)\s*")
_NUMBERS = re.compile(rf"(?:\s*{_NUMBER}\s*,?)*\s*")
_FUNCTION = re.compile(rf"\s*(matrix|translate|scale|rotate|skewX|skewY)\s*\(((?:[\s,]*{_NUMBER})+)\s*\)\s*,?")
_BREAKS = re.compile(r"[\t\n\r]")
_LOST_SPACES = re.compile(r"^ +| {2,}| +$")
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_GEOMETRY = {
    "rect": "x y width height rx ry", "circle": "cx cy r", "ellipse": "cx cy rx ry", "line": "x1 y1 x2 y2", "path": "d",
    "polyline": "points", "polygon": "points",
}  # fmt: skip
_SIZES = {"width", "height", "rx", "ry", "r", "stroke-width"}  # never negative
_DOWN = {"y", "y1", "y2", "cy", "height", "ry"}  # a percentage in these is of the height; in others, of the width
_CHOICES = {
    "stroke-linecap": names("butt round square"), "stroke-linejoin": names("miter round bevel"),
    "fill-rule": names("nonzero evenodd"), "text-anchor": names("start middle end"),
}  # fmt: skip
_OPACITIES = {"opacity", "fill-opacity", "stroke-opacity"}
_WEIGHTS = {"normal": "normal", "400": "normal", "bold": "bold", "700": "bold"}
_OF_TEXT = ("text-anchor", "font-size", "font-weight", "fill")  # other attributes of a text go to a group around it
_MEANINGLESS = names(
    """
    id role version baseProfile color overflow preserveAspectRatio viewBox font-family shape-rendering text-rendering
    image-rendering color-rendering color-interpolation color-interpolation-filters enable-background clip-rule
    stop-color stop-opacity flood-color flood-opacity lighting-color alignment-baseline lang space text-transform
    """
)  # these have no effect in a picture without gradients and filters
_USUAL = {
    "font-style": "normal", "font-variant": "normal", "font-stretch": "normal 100%", "letter-spacing": "0 0px normal",
    "word-spacing": "0 0px normal", "text-decoration": "none", "writing-mode": "lr-tb lr horizontal-tb", "direction": "ltr",
    "display": "inline block", "visibility": "visible", "mask": "none", "filter": "none", "marker-start": "none",
    "marker-mid": "none", "marker-end": "none", "mix-blend-mode": "normal", "isolation": "auto", "paint-order": "normal",
    "vector-effect": "none", "dominant-baseline": "auto alphabetic", "baseline-shift": "baseline 0", "unicode-bidi": "normal",
}  # values with which these have no effect  # fmt: skip


class MoreThanPlain(Exception):
    """The picture needs more than shapes and texts."""


@dataclass(frozen=True)
class _Around:
    """What an element inherits. `depth`: in how many groups it stands. `scale`: how many times it is enlarged. `dash`: the length
    of a dash and its gap together. `letters`: the size of letters."""

    depth: int = 0
    scale: float = 1.0
    dash: float = math.inf
    letters: float = 16.0


def spelled_out(root: Element, box: Box) -> Element | None:
    """The picture as plain shapes and texts, or None if it has more than these. `root`: has the theme's families in
    `font-family`."""
    try:
        return _Writer(root, box).picture()
    except (MoreThanPlain, ValueError, OverflowError, IndexError):
        return None


class _Writer:
    """Writes the elements of one picture."""

    def __init__(self, root: Element, box: Box):
        self._root, self._box = root, box
        self._named = {element.get("id"): element for element in root.iter() if element.get("id")}
        self._far = FAR * max(box[2], box[3], abs(box[0]), abs(box[1]))
        self._clips: dict[str, Element] = {}

    def picture(self) -> Element:
        made = etree.Element(f"{{{SVG}}}svg", nsmap={None: SVG})
        kept = {name: value for name, value in self._root.attrib.items() if name not in {"width", "height"}}
        attributes, around = self._attributes(kept, _Around())
        for name, value in {
            "viewBox": self._root.get("viewBox"),
            "font-family": self._root.get("font-family"),
            **attributes,
        }.items():
            made.set(name, value)
        self._children(self._root, made, around)
        for clip in reversed(self._clips.values()):
            made.insert(0, clip)
        return made

    def _children(self, element: Element, made: Element, around: _Around) -> None:
        if around.depth > DEPTH:
            raise MoreThanPlain
        for child in element:
            self._write(child, made, replace(around, depth=around.depth + 1))

    def _write(self, element: Element, parent: Element, around: _Around) -> None:
        name = etree.QName(element).localname
        if name in _UNUSED or element.get("display") == "none":
            return
        if name in _GROUPS:
            self._group(element, parent, around)
        elif name == "use":
            self._use(element, parent, around)
        elif name == "text":
            self._text(element, parent, around)
        elif name in _GEOMETRY:
            self._shape(name, element, parent, around)
        else:
            raise MoreThanPlain

    def _group(self, element: Element, parent: Element, around: _Around) -> None:
        attributes, inside = self._attributes(element.attrib, around)
        self._children(element, _added(parent, "g", attributes), inside)

    def _use(self, element: Element, parent: Element, around: _Around) -> None:
        """Write a copy of the element that a `use` refers to, moved to its place (SVG 1.1, 5.6)."""
        used = next((self._named.get(element.get(href, "")[1:]) for href in _HREFS if element.get(href)), None)
        if used is None or etree.QName(used).localname in {"svg", "symbol"}:
            raise MoreThanPlain
        own = {k: v for k, v in element.attrib.items() if k not in {*_HREFS, "x", "y", "width", "height"}}
        x, y = self._length("x", element.get("x", "0"), around), self._length("y", element.get("y", "0"), around)
        own["transform"] = f"{own.get('transform', '')} translate({x!r} {y!r})"
        attributes, inside = self._attributes(own, around)
        self._write(used, _added(parent, "g", attributes), replace(inside, depth=inside.depth + 1))

    def _shape(self, name: str, element: Element, parent: Element, around: _Around) -> None:
        geometry = names(_GEOMETRY[name])
        attributes, inside = self._attributes({k: v for k, v in element.attrib.items() if k not in geometry}, around)
        made, length = self._geometry(name, {k: v for k, v in element.attrib.items() if k in geometry}, inside)
        if length > DASHES * inside.dash:
            raise MoreThanPlain
        if made:
            _added(parent, "path" if name in {"polyline", "polygon"} else name, {**made, **attributes})

    def _geometry(self, name: str, own: Mapping[str, str], around: _Around) -> tuple[dict[str, str], float]:
        """The attributes of a shape, which are empty if it draws nothing, and the most that its outline can be long."""
        if "d" in own or "points" in own:
            pen = _PathPen(lambda number: self._near(number, around))
            parse_path(own["d"], pen) if "d" in own else _draw_points(own["points"], pen, name == "polygon")
            return ({"d": " ".join(pen.commands)} if pen.commands else {}), pen.length
        numbers = {key: self._length(key, value, around) for key, value in own.items() if value != "auto"}
        return {key: _short(value) for key, value in numbers.items()}, 8 * sum(map(abs, numbers.values()))

    def _text(self, element: Element, parent: Element, around: _Around) -> None:
        """Write a text, or each of its lines if these have places of their own."""
        kept = {k: v for k, v in element.attrib.items() if k not in {"x", "y"}}
        attributes, inside = self._attributes(kept, around)
        own = {name: attributes.pop(name) for name in _OF_TEXT if name in attributes}
        group = _added(parent, "g", attributes) if attributes else parent
        for words, x, y, line in self._lines(element, inside):
            added, _ = self._attributes(line, inside)
            if set(added) - set(_OF_TEXT):
                raise MoreThanPlain
            _added(group, "text", {"x": _short(x), "y": _short(y), **own, **added}).text = words

    def _lines(self, text: Element, around: _Around) -> Iterator[tuple[str, float, float, dict[str, str]]]:
        """The words, place and attributes of each line of a text: of the text itself, or of each of its `tspan` elements."""
        x, y = self._length("x", text.get("x", "0"), around), self._length("y", text.get("y", "0"), around)
        if not len(text):
            yield from [(words, x, y, {}) for words in [_words(text)] if words]
            return
        if _is_said(text.text) or any(_is_said(part.tail) or len(part) or not _has_place(part, n) for n, part in enumerate(text)):
            raise MoreThanPlain
        for part in text:
            inside = self._attributes({"font-size": part.get("font-size", f"{around.letters!r}")}, around)[1]
            x = self._length("x", part.get("x", f"{x!r}"), around)
            y = self._length("y", part.get("y", f"{y!r}"), around) + self._moved(part.get("dy", "0"), inside)
            attributes = {k: v for k, v in part.attrib.items() if k not in {"x", "y", "dy"}}
            yield from [(words, x, y, attributes) for words in [_words(part)] if words]

    def _moved(self, text: str, around: _Around) -> float:
        if text.endswith("em"):
            return float(text[:-2]) * around.letters
        return self._length("dy", text, around)

    def _attributes(self, own: Mapping[str, str], around: _Around) -> tuple[dict[str, str], _Around]:
        """The attributes that any element may have, as they are written, and what the element's content inherits."""
        made: dict[str, str] = {}
        if own.get("transform", "").strip():
            matrix = as_matrix(own["transform"])
            around = replace(around, scale=around.scale * max(map(abs, (*matrix[:4], 1e-9))))
            for moved in (*matrix[4:], around.scale):
                self._near(moved, replace(around, scale=1.0))
            made["transform"] = f"matrix({' '.join(map(_short, matrix))})"
        for key, value in own.items():
            name, value = etree.QName(key).localname, value.strip()
            if name in _MEANINGLESS or name == "transform" or value in _USUAL.get(name, "").split():
                continue
            around = self._attribute(name, value, around, made)
        return made, around

    def _attribute(self, name: str, value: str, around: _Around, made: dict[str, str]) -> _Around:
        """Write one attribute into `made`. Raises MoreThanPlain if it isn't one of a plain picture."""
        if name == "font-size":
            around = replace(around, letters=self._length(name, value, around))
            made[name] = _short(around.letters)
        elif name == "stroke-dasharray":
            around = replace(around, dash=math.inf if value == "none" else self._dash(value, around))
            made[name] = " ".join(value.replace(",", " ").split()) if around.dash < math.inf else "none"
        elif name == "clip-path":
            made.update({} if value == "none" else {name: self._clip(value, around)})
        else:
            made[name] = self._value(name, value, around)
        return around

    def _value(self, name: str, value: str, around: _Around) -> str:
        if name in {"fill", "stroke"}:
            return _colour(value)
        if name in _OPACITIES:
            return _short(min(1.0, max(0.0, float(value[:-1]) / 100 if value.endswith("%") else float(value))))
        if name == "font-weight" and value in _WEIGHTS:
            return _WEIGHTS[value]
        if value in _CHOICES.get(name, ()):
            return value
        if name in {"stroke-width", "stroke-dashoffset", "stroke-miterlimit"}:
            return _short(self._length(name, value, around))
        raise MoreThanPlain

    def _dash(self, value: str, around: _Around) -> float:
        """The length of the whole pattern of dashes and gaps. Infinite if it is 0, since the line then has no dashes."""
        lengths = [self._near(float(number), around) for number in value.replace(",", " ").split()]
        if min(lengths) < 0:
            raise MoreThanPlain
        return sum(lengths) or math.inf

    def _clip(self, value: str, around: _Around) -> str:
        """A reference to a clip by one rectangle, which is written at the beginning of the picture."""
        match = re.fullmatch(r"url\(['\"]?#([^'\")]+)['\"]?\)", value)
        clip = self._named.get(match[1]) if match else None
        if clip is None or len(clip) != 1 or set(clip.attrib) - {"id", "clipPathUnits"} or clip.get("clipPathUnits", "u")[0] != "u":
            raise MoreThanPlain
        kept = {k: v for k, v in clip[0].attrib.items() if k in names("x y width height")}
        if etree.QName(clip[0]).localname != "rect" or set(clip[0].attrib) - set(kept) - {"id", "fill", "clip-rule"}:
            raise MoreThanPlain
        sides, _ = self._geometry("rect", kept, around)
        name = f"clip-{list(self._clips).index(match[1]) if match and match[1] in self._clips else len(self._clips)}"
        made = self._clips.setdefault(match[1] if match else "", etree.Element(f"{{{SVG}}}clipPath", id=name))
        if not len(made):
            _added(made, "rect", sides)
        return f"url(#{name})"

    def _length(self, name: str, text: str, around: _Around) -> float:
        """A length in user units. Raises MoreThanPlain if it is none, is too large (`FAR`), or is negative where it may not be."""
        match = _LENGTH.fullmatch(text)
        if not match or (match[2] == "%" and name not in names("x y x1 y1 x2 y2 cx cy width height")):
            raise MoreThanPlain
        share = self._box[3 if name in _DOWN else 2] / 100
        length = float(match[1]) * (share if match[2] == "%" else _UNITS[match[2]])
        if (name in _SIZES and length < 0) or (name == "font-size" and length <= 0):
            raise MoreThanPlain
        return self._near(length, around)

    def _near(self, number: float, around: _Around) -> float:
        if not abs(number) * around.scale <= self._far:
            raise MoreThanPlain
        return number


class _PathPen(BasePen):  # type: ignore[misc]
    """Writes a path with absolute lines and cubic curves only. `check` is called with each number, and raises if it is too
    large."""

    def __init__(self, check: Callable[[float], float]):
        super().__init__(None)
        self.commands: list[str] = []
        self.length = 0.0
        self._check, self._at = check, (0.0, 0.0)

    def _moveTo(self, point: tuple[float, float]) -> None:
        self._add("M", point, drawn=False)

    def _lineTo(self, point: tuple[float, float]) -> None:
        self._add("L", point)

    def _curveToOne(self, *points: tuple[float, float]) -> None:
        self._add("C", *points)

    def _closePath(self) -> None:
        self.commands.append("Z")

    def _add(self, command: str, *points: tuple[float, float], drawn: bool = True) -> None:
        for point in points:
            self.length += math.dist(self._at, point) if drawn else 0.0
            self._at = point
        self.commands.append(f"{command}{' '.join(_short(self._check(number)) for point in points for number in point)}")


def _draw_points(text: str, pen: _PathPen, is_closed: bool) -> None:
    if not _NUMBERS.fullmatch(text):
        raise MoreThanPlain
    numbers = [float(number) for number in re.findall(_NUMBER, text)]
    points = list(zip(numbers[::2], numbers[1::2], strict=False))
    for place, point in enumerate(points):
        pen.lineTo(point) if place else pen.moveTo(point)
    if points and is_closed:
        pen.closePath()


def as_matrix(text: str) -> Transform:
    """A `transform` attribute as one matrix (SVG 1.1, 7.6)."""
    matrix, at = Transform(), 0
    while at < len(text.rstrip()):
        match = _FUNCTION.match(text, at)
        if not match:
            raise MoreThanPlain
        matrix = matrix.transform(_function(match[1], [float(number) for number in re.findall(_NUMBER, match[2])]))
        at = match.end()
    return matrix


def _function(name: str, numbers: list[float]) -> Transform:
    if name == "matrix" and len(numbers) == 6:
        return Transform(*numbers)
    if name == "translate" and len(numbers) <= 2:
        return Transform().translate(*numbers)
    if name == "scale" and len(numbers) <= 2:
        return Transform().scale(*numbers)
    if name == "rotate" and len(numbers) in {1, 3}:
        x, y = numbers[1:] or (0.0, 0.0)
        return Transform().translate(x, y).rotate(math.radians(numbers[0])).translate(-x, -y)
    if name.startswith("skew") and len(numbers) == 1:
        angle = math.radians(numbers[0])
        return Transform().skew(angle, 0) if name == "skewX" else Transform().skew(0, angle)
    raise MoreThanPlain


def _colour(value: str) -> str:
    """An opaque colour in sRGB, as `paints.as_srgb` writes it, or `none`."""
    if value != "none" and not value.startswith("#"):
        raise MoreThanPlain
    return value


def _added(parent: Element, name: str, attributes: Mapping[str, str]) -> Element:
    return etree.SubElement(parent, f"{{{SVG}}}{name}", attributes)


def _has_place(part: Element, number: int) -> bool:
    """Whether a part of a text begins a line: a `tspan` that has a place of its own, or is the first."""
    return etree.QName(part).localname == "tspan" and (number == 0 or bool(part.get("x")))


def _is_said(text: str | None) -> bool:
    return bool(text and text.strip())


def _words(part: Element) -> str:
    """The words of a text or a `tspan`. Where its spaces stay as they are, those that would be lost are no-break spaces."""
    words, kept = part.text or "", part.xpath("ancestor-or-self::*[@xml:space][1]/@xml:space")
    if not _is_said(words) or kept != ["preserve"]:
        return " ".join(words.split())
    return _LOST_SPACES.sub(lambda spaces: "\u00a0" * len(spaces[0]), _BREAKS.sub(" ", words))


def _short(number: float) -> str:
    return f"{number:.9g}"
