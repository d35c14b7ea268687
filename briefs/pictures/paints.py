"""Colours of CSS Color 4, written as the drawing program and older programs read them.

In: the value of an attribute such as `fill`. Out: the same colour in sRGB: `#rrggbb`, or `rgba(…)` if light passes through it.
resvg paints black what it doesn't read, and says nothing: `rgb(0 0 0 / 50%)`, `hwb()`, `lab()`, `oklch()`, `currentcolor`.
https://www.w3.org/TR/css-color-4/#color-conversion-code
"""

from __future__ import annotations

import tinycss2.color4

WORDS = frozenset({"none", "inherit", "initial", "unset", "context-fill", "context-stroke", "currentcolor"})
_TO_LINEAR = {
    "xyz-d65": ((3.2409699, -1.5373832, -0.4986108), (-0.9692436, 1.8759675, 0.0415551), (0.0556301, -0.203977, 1.0569715)),
    "xyz-d50": ((3.1338561, -1.6168667, -0.4906146), (-0.9787684, 1.9161415, 0.033454), (0.0719453, -0.2289914, 1.4052427)),
}  # from CIE XYZ to linear sRGB
_THROUGH = {"lab": "xyz-d50", "lch": "xyz-d50", "oklab": "xyz-d65", "oklch": "xyz-d65"}


def as_srgb(value: str) -> str:
    """A colour in sRGB, or the value as it is if it isn't a colour that can be converted (`is_colour`)."""
    word = value.strip().lower()
    if word in WORDS:
        return "currentColor" if word == "currentcolor" else word
    found = _parts(value)
    if found is None:
        return value
    channels, alpha = found
    if alpha < 1:
        return f"rgba({', '.join(map(str, channels))}, {alpha:g})"
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def is_colour(value: str) -> bool:
    """Whether a value is a word for a colour, or a colour that can be written in sRGB."""
    return value.lower() in WORDS or _parts(value) is not None


def _parts(value: str) -> tuple[list[int], float] | None:
    """Red, green and blue from 0 to 255, and the opacity. Colours that sRGB hasn't are cut to the nearest channels, as browsers
    do."""
    try:
        colour = tinycss2.color4.parse_color(value)
        if colour is None or isinstance(colour, str):
            return None
        if colour.space in {*_THROUGH, *_TO_LINEAR}:
            found = colour.to(_THROUGH.get(colour.space, colour.space))
            channels = [_encoded(sum(map(float.__mul__, row, found.coordinates))) for row in _TO_LINEAR[found.space]]
        else:
            channels = list(colour.to("srgb").coordinates)
    except (NotImplementedError, ValueError):
        return None
    return [round(255 * min(1.0, max(0.0, channel))) for channel in channels], colour.alpha


def _encoded(light: float) -> float:
    """A channel of linear light with the curve of sRGB."""
    return 12.92 * light if light <= 0.0031308 else float(1.055 * light ** (1 / 2.4) - 0.055)
