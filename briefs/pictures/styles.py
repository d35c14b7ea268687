"""The style sheets of an SVG, written into its elements, so that every program applies them.

In: the root of an SVG. Out: the same tree with presentation attributes instead of `style` elements and attributes, without
classes and families of fonts. References such as `url(#a)` then occur in attributes only.
https://www.w3.org/TR/SVG2/styling.html, https://doc.courtbouillon.org/cssselect2/stable/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import cssselect2
import tinycss2

Element = Any  # lxml.etree._Element
SVG = "http://www.w3.org/2000/svg"


def names(text: str) -> frozenset[str]:
    """The names in a text, which are separated by spaces."""
    return frozenset(text.split())


_PROPERTIES = names(
    """
    alignment-baseline background background-color baseline-shift clip clip-path clip-rule color color-interpolation
    color-interpolation-filters direction display dominant-baseline fill fill-opacity fill-rule filter flood-color
    flood-opacity font font-family font-size font-stretch font-style font-variant font-variant-caps font-weight
    image-rendering isolation letter-spacing lighting-color marker marker-end marker-mid marker-start mask mask-type
    mix-blend-mode opacity overflow paint-order shape-rendering stop-color stop-opacity stroke stroke-dasharray
    stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor
    text-decoration text-rendering text-shadow text-transform transform transform-box transform-origin unicode-bidi
    vector-effect visibility white-space word-spacing writing-mode x y width height cx cy r rx ry d
    """
)
_MOVES = dict.fromkeys(names("rotate translate scale offset offset-path"), "write it in “transform”")
_SHOWS = dict.fromkeys(names("animation animation-name"), "remove it, and draw the picture as it is to be printed")
_MASKS = dict.fromkeys(names("mask-image -webkit-mask -webkit-mask-image"), "write a <mask>")
UNKNOWN = {**_MOVES, **_SHOWS, **_MASKS}  # properties of CSS only that would change the picture, and what to do instead
GROUNDS = ("background-color", "background")  # only the whole picture has one
_NOTHING = names("none normal auto initial unset inherit")
_MEDIA = re.compile(r"\s*(only\s+)?(all|print)?\s*", re.I)  # the media queries that hold for printed pages
_FONT = re.compile(
    r"(?P<before>(?:(?:normal|italic|oblique|small-caps|bold|bolder|lighter|[1-9]00)\s+)*)"
    r"(?P<size>[\d.]+(?:px|pt|em|mm|cm|in|pc|ex|rem|%)?|medium|small|large|smaller|larger|x+-(?:small|large))(?:\s*/\s*\S+)?\s+"
    r"(?P<family>.+)",
    re.S | re.I,
)
_LIGHT = re.compile(r"light-dark\(\s*([^,()]*(?:\([^()]*\))?)\s*,[^()]*(?:\([^()]*\)[^()]*)*\)", re.I)
_VARIABLE = re.compile(r"var\(\s*--[\w-]+\s*,\s*([^,()]*(?:\([^()]*\))?)\s*\)", re.I)
_OUTSIDE = re.compile(r"url\(\s*(?!['\"]?#)['\"]?([^'\")\s]*)|(\\|(?:image|image-set|src|cross-fade)\()", re.I)
_IN_STYLE = ("mix-blend-mode", "isolation")  # resvg reads these in a `style` attribute only
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SPACES = {"pre": "preserve", "pre-wrap": "preserve", "break-spaces": "preserve", "normal": "default", "nowrap": "default"}
_PIXELS = {"pixelated", "crisp-edges"}  # resvg knows these by their older name, `optimizeSpeed`
_WEIGHTS = {"bold", "bolder", "lighter"}
_FACE = re.compile(  # a family that names a face: “MyriadPro-SemiboldIt”, “Arial-BoldMT”, “Segoe UI Semibold”
    r".+?[- ][\w -]*?(?P<bold>(?:Semi|Demi)[Bb]old|Bold|Demi|Black|Heavy)?[ -]?(?:Cond(?:ensed)?|Narrow)?[ -]?"
    r"(?P<italic>It(?:alic)?|Obl(?:ique)?)?(?:MT)?"
)


def matched(root: Element) -> dict[Element, dict[str, str]]:
    """The properties that the rules and `style` attributes give to each element, before any is removed: selectors such as
    `:nth-child(2)` count all of them. Raises ValueError for a rule that points outside the file or can't be understood."""
    matcher = cssselect2.Matcher()
    for element in root.iter(f"{{{SVG}}}style"):
        for prelude, declarations in _rules(tinycss2.parse_stylesheet("".join(element.itertext()), True, True)):
            _add(matcher, prelude, declarations)
    wrapped = cssselect2.ElementWrapper.from_xml_root(root)
    return {wrapper.etree_element: _cascaded(wrapper, matcher) for wrapper in wrapped.iter_subtree()}


def apply(root: Element, found: Mapping[Element, dict[str, str]]) -> None:
    """Write the properties that were `matched` into the elements, and remove the style sheets."""
    for element in list(root.iter(f"{{{SVG}}}style")):
        element.getparent().remove(element)
    faces: dict[Element, dict[str, str]] = {None: {}}
    for element in root.iter():
        outer = faces[element.getparent()]
        family = found[element].get("font-family") or element.get("font-family")
        faces[element] = _face(family) if family else outer
        changed = {**dict.fromkeys(outer, "normal"), **faces[element]} if family else {}
        _write(element, {**{name: value for name, value in changed.items() if name not in element.attrib}, **found[element]})


def _rules(parsed: list[Any]) -> Iterator[tuple[Any, list[Any]]]:
    """The selector and the declarations of each rule that holds on paper."""
    for rule in parsed:
        if rule.type == "qualified-rule":
            _value(tinycss2.serialize(rule.content))
            yield rule.prelude, rule.content
        elif rule.type == "at-rule" and rule.lower_at_keyword == "import":
            raise ValueError(f"points at “{tinycss2.serialize(rule.prelude).strip()[:60]}”, outside itself")
        elif rule.type == "at-rule" and rule.lower_at_keyword == "media" and _is_for_paper(rule):
            yield from _rules(tinycss2.parse_rule_list(rule.content, True, True))
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"supports", "layer", "container", "scope"}:
            raise ValueError(f"has a rule “@{rule.at_keyword}”, which isn’t understood; write its styles outside it")


def _is_for_paper(rule: Any) -> bool:
    queries = tinycss2.serialize(rule.prelude).split(",")
    return bool(rule.content) and any(_MEDIA.fullmatch(query) for query in queries)


def _add(matcher: Any, prelude: Any, content: list[Any]) -> None:
    try:
        selectors = cssselect2.compile_selector_list(prelude)
    except cssselect2.SelectorError:
        said = tinycss2.serialize(prelude).strip()[:60]
        if ":-" in said:  # a name that only one browser knows, of something on the screen
            return
        raise ValueError(f"has a style for “{said}”, a selector that isn’t understood; write a class instead") from None
    for selector in selectors:
        if selector.pseudo_element is None:
            matcher.add_selector(selector, content)


def _cascaded(wrapper: Any, matcher: Any) -> dict[str, str]:
    """The properties of an element (CSS Cascade 4, 6.1): rules by specificity, then its own `style`, then
    whatever is marked as important."""
    contents = [match[3] for match in sorted(matcher.match(wrapper), key=lambda match: (match[0], match[1]))]
    plain: dict[str, str] = {}
    important: dict[str, str] = {}
    for content in [*contents, wrapper.etree_element.get("style", "")]:
        for declaration in tinycss2.parse_blocks_contents(content, True, True):
            if declaration.type != "declaration":
                continue
            value = tinycss2.serialize(declaration.value).strip()
            if declaration.lower_name in UNKNOWN and value.lower() not in _NOTHING:
                raise _unfollowed(wrapper.etree_element, declaration.name, value)
            if declaration.lower_name in _PROPERTIES:
                (important if declaration.important else plain).update(_longhands(declaration.lower_name, value))
    return {**plain, **important}


def _unfollowed(element: Element, name: str, value: str) -> ValueError:
    line = f"(line {element.sourceline} of its file)"
    return ValueError(f"has {name}=“{value[:40]}” in a style, which isn’t followed {line}; {UNKNOWN[name.lower()]}")


def _longhands(name: str, value: str) -> dict[str, str]:
    if name == "marker":
        return {f"marker-{place}": value for place in ("start", "mid", "end")}
    if name != "font" or not (match := _FONT.fullmatch(value)):
        return {} if name == "font" else {name: value}
    words = match["before"].lower().split()
    weight = next((w for w in words if w in _WEIGHTS or w[0].isdigit()), "normal")
    style = "italic" if {"italic", "oblique"} & set(words) else "normal"
    variant = "small-caps" if "small-caps" in words else "normal"
    return {
        "font-style": style,
        "font-weight": weight,
        "font-variant": variant,
        "font-size": match["size"],
        "font-family": match["family"],
    }


def _face(family: str) -> dict[str, str]:
    """The weight and the slant that a drawing program has written into the name of the family, which isn't printed."""
    match = _FACE.fullmatch(family.split(",")[0].strip(" '\""))
    weight = {"font-weight": "bold"} if match and match["bold"] else {}
    return {**weight, "font-style": "italic"} if match and match["italic"] else weight


def _write(element: Element, properties: dict[str, str]) -> None:
    own = dict(element.attrib)
    if "font" in own:
        properties = {**_longhands("font", own["font"]), **properties}
    for name in ("style", "class", "font", "font-family"):
        element.attrib.pop(name, None)
    for name, value in properties.items():
        if name not in {"font-family", *_IN_STYLE} and (element.getparent() is None or name not in GROUNDS):
            element.set(name, value)
    if mixed := "; ".join(
        f"{name}: {properties[name]}" for name in _IN_STYLE if properties.get(name, "none").lower() not in _NOTHING
    ):
        element.set("style", mixed)
    if spaces := _SPACES.get(element.attrib.pop("white-space", "")):  # resvg reads only the older attribute
        element.set(_SPACE, spaces)
    if element.get("image-rendering") in _PIXELS:
        element.set("image-rendering", "optimizeSpeed")
    for name, value in element.attrib.items():
        if "(" in value or "\\" in value:
            element.set(name, _value(value))


def _value(value: str) -> str:
    """A value in which `light-dark()` is its light colour and `var()` its fallback. Raises ValueError for one that points
    outside the file, also by an escape (CSS Syntax 3, 4.3.7)."""
    value = _LIGHT.sub(r"\1", _VARIABLE.sub(r"\1", value))
    if match := _OUTSIDE.search(value):
        raise ValueError(f"points at “{(match[2] or match[1])[:60]}”, outside itself")
    return value
