"""Replacements for two functions of WeasyPrint that compute styles, so that each value is computed once for each style.

In: functions of WeasyPrint that depend on a box's style. Out: their replacements. A value that depends on the style alone is
computed once for each style, not for each box and each line that has the style. No page changes. All of this is worth offering
upstream.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Style = Any  # weasyprint.css.ComputedStyle


def missing(original: Callable[[Style, str], Any]) -> Callable[[Style, str], Any]:
    """Replaces ComputedStyle.__missing__, which applies the whole cascade to each property of each element. Most properties of an
    element are named by no rule. Here they get the parent's value or the initial value at once.
    https://www.w3.org/TR/css-cascade-4/#defaulting
    """
    from weasyprint.css import PHYSICAL_FUNCTIONS
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

    special = {"float", "display", "position", "page"} | {name for name in INITIAL_VALUES if name.startswith("text_decoration_")}
    inherited = frozenset(INHERITED - special - PHYSICAL_FUNCTIONS.keys())
    initial = {name: value for name, value in INITIAL_VALUES.items() if name not in special | INHERITED | INITIAL_NOT_COMPUTED}
    logical = {f(block="ttb", inline=way) for f in PHYSICAL_FUNCTIONS.values() for way in ("ltr", "rtl")}

    def missing(style: Style, name: str) -> Any:
        cascaded = style.cascaded
        if name not in cascaded and style.parent_style is not None:
            if name in inherited:
                value = style[name] = style.parent_style[name]
                return value
            if name in initial and (name not in PHYSICAL_FUNCTIONS or logical.isdisjoint(cascaded)):
                value = style[name] = initial[name]
                return value
        return original(style, name)

    return missing


def strut(original: Callable[[Style], Any]) -> Callable[[Style], Any]:
    """Replaces strut, which lays out an empty line to find its height and baseline. Here that is done once for each style.
    https://www.w3.org/TR/CSS21/visudet.html#strut"""

    def strut(style: Style) -> Any:
        own = style.__dict__
        if "strut" not in own:
            own["strut"] = original(style)
        return own["strut"]

    return strut
