"""Sizes of letters that are given as words, and lengths that depend on the letters of the whole picture, as numbers.

In: the root of an SVG whose styles are attributes. Out: the same tree with sizes that every program reads alike: resvg begins with
letters of 12 pixels, browsers with 16. https://www.w3.org/TR/css-fonts-4/#absolute-size-mapping
"""

from __future__ import annotations

import re
from typing import Any

Element = Any  # lxml.etree._Element
MEDIUM = 16.0  # pixels
_WORDS = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": MEDIUM, "large": 18.0, "x-large": 24.0, "xx-large": 32.0}
_AROUND = {"inherit": 1.0, "smaller": 1 / 1.2, "larger": 1.2}  # factors of the size that is inherited
_UNITS = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0,
    "em": MEDIUM, "rem": MEDIUM, "ex": MEDIUM / 2, "%": MEDIUM / 100,
}  # of letters of the whole picture, in pixels  # fmt: skip
_NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)"
_LENGTH = re.compile(rf"{_NUMBER}([a-z]*|%)", re.I)
_REM = re.compile(rf"(?<![\w.#(]){_NUMBER}rem\b", re.I)
_NO_LENGTHS = {"id", "class", "href", "d", "{http://www.w3.org/1999/xlink}href"}


def apply(root: Element) -> None:
    """Write as numbers: sizes of letters that are given as words, the size of letters of the whole picture, and lengths in
    `rem`."""
    around = _of_root(root.get("font-size", "medium").strip().lower())
    root.set("font-size", f"{around:.9g}")
    for element in root.iter():
        size = element.get("font-size", "").strip().lower()
        if size in _WORDS:
            element.set("font-size", f"{_WORDS[size]:g}")
        for name, value in element.attrib.items():
            if "rem" in value.lower() and name not in _NO_LENGTHS:
                element.set(name, _REM.sub(lambda match: f"{float(match[1]) * around:.9g}", value))


def _of_root(size: str) -> float:
    """The size of letters of the whole picture in pixels. A relative size is relative to `MEDIUM`."""
    match = _LENGTH.fullmatch(size)
    if match and match[2] in _UNITS:
        return float(match[1]) * _UNITS[match[2]]
    return _WORDS.get(size, MEDIUM * _AROUND.get(size, 1.0))
