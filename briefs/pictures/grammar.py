"""What the attributes of an SVG may say: numbers, paths, transformations, colours, names of other elements.

In: the root of an SVG whose styles are attributes. Out: each attribute whose value breaks the grammar of SVG, because programs draw
nothing for it or something that wasn't meant. Some spellings that only CSS has are rewritten as SVG 1.1 has them.
https://www.w3.org/TR/SVG11/paths.html#PathDataBNF, https://www.w3.org/TR/SVG11/coords.html#TransformAttribute
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from briefs.pictures import paints
from briefs.pictures.styles import names

Element = Any  # lxml.etree._Element
_NUMBER = r"(?>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"  # atomic: the engine tries only one way to read a long row of digits
_UNIT = r"(?:px|pt|pc|mm|cm|in|em|ex|rem|%)?"
_LIST = re.compile(rf"\s*(?:{_NUMBER}{_UNIT}[\s,]*)+", re.I)
_ONE = re.compile(rf"\s*{_NUMBER}{_UNIT}\s*", re.I)
_LISTS = names("points viewBox x y dx dy rotate")  # lists of numbers; the last five only at texts
_TEXTS = names("text tspan tref")
_LENGTHS = _LISTS | names(
    """
    x1 y1 x2 y2 cx cy r rx ry fx fy width height stroke-width stroke-dashoffset stroke-miterlimit textLength offset refX refY
    markerWidth markerHeight startOffset opacity fill-opacity stroke-opacity stop-opacity
    """
)
_WORDS_FOR_LENGTHS = names("none auto inherit initial context-stroke auto-start-reverse")
_NEVER_NEGATIVE = names("width height r rx ry stroke-width")
_SIZES = names("width height r")
_SHAPES = names("rect circle ellipse")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}
_COMMAND = re.compile(r"\s*([MmLlHhVvCcSsQqTtAaZz])([^MmLlHhVvCcSsQqTtAaZz]*)")
_COMMA = r"\s*,?\s*"
_ARC = re.compile(rf"\s*(?:{_NUMBER}{_COMMA}){{3}}[01]{_COMMA}[01]{_COMMA}{_NUMBER}{_COMMA}{_NUMBER}{_COMMA}")
_OF_PATH = re.compile(rf"\s*{_NUMBER}{_COMMA}")
_TRANSFORMS = names("transform gradientTransform patternTransform")
_FUNCTION = re.compile(rf"[\s,]*(matrix|translate|scale|rotate|skewX|skewY)\s*\(((?:[\s,]*{_NUMBER})+)\s*\)[\s,]*")
_COUNTS = {"matrix": {6}, "translate": {1, 2}, "scale": {1, 2}, "rotate": {1, 3}, "skewX": {1}, "skewY": {1}}
_CSS_UNIT = re.compile(r"(?<=\d)(?:px|deg)\b")
_CSS_PATH = re.compile(r"\s*path\(\s*(['\"])(.*)\1\s*\)\s*", re.S)
_COLOURS = names("fill stroke stop-color flood-color lighting-color color")
_PROFILE = re.compile(r"(?<=\S)\s+icc-color\([^()]*\)\s*")
_LINK = re.compile(r"\s*url\(\s*['\"]?#([^'\")]*)['\"]?\s*\)\s*(.*)", re.S)
_LINKING = _COLOURS | names("clip-path mask filter marker-start marker-mid marker-end")
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_CHOICES = {
    "text-anchor": names("start middle end inherit"), "fill-rule": names("nonzero evenodd inherit"),
    "clip-rule": names("nonzero evenodd inherit"), "stroke-linecap": names("butt round square inherit"),
    "stroke-linejoin": names("miter round bevel inherit miter-clip arcs"),
}  # fmt: skip
_WORDS_FOR_CASES = names("none inherit initial unset revert revert-layer")
_ELEMENTS = {"clip-path": "clipPath", "mask": "mask"}
_BLENDED = re.compile(r"mix-blend-mode:\s*([\w-]+)")
_BLENDS = names(
    """
    normal multiply screen overlay darken lighten color-dodge color-burn hard-light soft-light difference exclusion hue
    saturation color luminosity
    """
)
_FONT_SIZE = re.compile(rf"\s*(?:{_NUMBER}{_UNIT}|(?:xx?-)?(?:small|large)|medium|smaller|larger|inherit)\s*", re.I)


def faults(root: Element) -> Iterator[tuple[Element, str]]:
    """Each attribute that breaks the grammar: its element, and what is wrong. Rewrites spellings of CSS as SVG has them."""
    known = {element.get("id") for element in root.iter() if element.get("id")}
    for element in root.iter():
        kind = etree.QName(element).localname
        for name, value in [(name, value) for name, value in element.attrib.items() if value.strip()]:
            value = _as_svg(name, value)
            element.set(name, value)
            if wrong := _fault(kind, name, value.strip(), known):
                yield element, f"{etree.QName(name).localname}=“{value[:40]}” at <{kind}>, which {wrong}"


def _as_svg(name: str, value: str) -> str:
    """The value as SVG 1.1 writes it: no units in transformations, colours in sRGB without an ICC profile, a path without
    `path()`."""
    if name in _TRANSFORMS:
        return "" if value.strip() == "none" else _CSS_UNIT.sub("", value)
    if name in _COLOURS:
        value = _PROFILE.sub("", value)
        link = _LINK.fullmatch(value)
        return f"url(#{link[1]}) {paints.as_srgb(link[2])}".strip() if link else paints.as_srgb(value)
    match = _CSS_PATH.fullmatch(value) if name == "d" else None
    return match[2] if match else "" if name == "d" and value.strip() == "none" else value


def _fault(kind: str, name: str, value: str, known: set[str]) -> str:
    """What is wrong with an attribute; empty if nothing is."""
    if name in _HREFS:
        is_lost = kind in {"use", "textPath"} and value[1:] not in known
        return "names nothing in the picture" if is_lost else ""
    link = _LINK.fullmatch(value) if name in _LINKING else None
    if link and link[1] not in known and not link[2]:
        return "names nothing in the picture"
    if link or not value:
        return ""
    check = next((check for known_names, check in _CHECKS if name in known_names), None)
    return check(kind, name, value) if check else ""


def _length(kind: str, name: str, value: str) -> str:
    if value in _WORDS_FOR_LENGTHS:
        return "is no size; write a number" if kind in _SHAPES and name in _SIZES else ""
    is_list = name in {"points", "viewBox"} or (name in _LISTS and kind in _TEXTS)
    if not (_LIST if is_list else _ONE).fullmatch(value):
        return "is no number; write a number"
    if name in _NEVER_NEGATIVE and value.startswith("-") and kind != "svg":
        return "is below 0"
    return "has an odd count of numbers" if name == "points" and len(re.findall(_NUMBER, value)) % 2 else ""


def _path(kind: str, name: str, value: str) -> str:
    at, what = 0, "is no path; export it again"
    if kind not in {"path", "glyph"}:
        return ""
    while match := _COMMAND.match(value, at):
        if (not at and match[1] not in "Mm") or not _has_arguments(match[1].upper(), match[2]):
            return what
        at = match.end()
    return what if value[at:].strip() else ""


def _has_arguments(command: str, text: str) -> bool:
    """Whether as many numbers follow a command of a path as it takes, or a multiple of that."""
    pattern, wanted = (_ARC, 1) if command == "A" else (_OF_PATH, _ARGUMENTS.get(command, 0))
    at = count = 0
    while match := pattern.match(text, at):
        at, count = match.end(), count + 1
    return not text[at:].strip() and (count % wanted == 0 and count > 0 if wanted else count == 0)


def _transform(kind: str, name: str, value: str) -> str:
    at = 0
    while match := _FUNCTION.match(value, at):
        if len(re.findall(_NUMBER, match[2])) not in _COUNTS[match[1]]:
            break
        at = match.end()
    return "is no transformation; write functions such as translate(10 20)" if value[at:].strip() else ""


def _colour(kind: str, name: str, value: str) -> str:
    return "" if paints.is_colour(value) else "is no colour that is printed; write it as #rrggbb"


def _dashes(kind: str, name: str, value: str) -> str:
    is_known = value in {"none", "inherit"} or (_LIST.fullmatch(value) and "-" not in re.sub("[eE]-", "", value))
    return "" if is_known else "is no list of lengths"


def _choice(kind: str, name: str, value: str) -> str:
    return "" if value in _CHOICES[name] else f"isn’t one of {', '.join(sorted(_CHOICES[name] - {'inherit'}))}"


def _direction(kind: str, name: str, value: str) -> str:
    return "isn’t followed; remove it, and write text-anchor=“end” if the words end at their x" if value == "rtl" else ""


def _case(kind: str, name: str, value: str) -> str:
    return "" if value in _WORDS_FOR_CASES else "isn’t followed; write the words in capitals or small letters as they are meant"


def _cut(kind: str, name: str, value: str) -> str:
    return "" if value in _WORDS_FOR_CASES else f"isn’t followed; write <{_ELEMENTS[name]}>, and {name}=“url(#its-id)”"


def _blended(kind: str, name: str, value: str) -> str:
    wrong = next((mode for mode in _BLENDED.findall(value) if mode not in _BLENDS), "")
    return f"has “{wrong}”, which isn’t a way to mix colours" if wrong else ""


def _font_size(kind: str, name: str, value: str) -> str:
    return "" if _FONT_SIZE.fullmatch(value) else "is no size; write a number"


_CHECKS: tuple[tuple[frozenset[str], Callable[[str, str, str], str]], ...] = (
    (_LENGTHS, _length),
    (frozenset({"d"}), _path),
    (_TRANSFORMS, _transform),
    (_COLOURS, _colour),
    (frozenset({"stroke-dasharray"}), _dashes),
    (frozenset(_CHOICES), _choice),
    (frozenset({"font-size"}), _font_size),
    (frozenset({"direction"}), _direction),
    (frozenset({"text-transform"}), _case),
    (frozenset(_ELEMENTS), _cut),
    (frozenset({"style"}), _blended),
)
