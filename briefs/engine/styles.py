"""WeasyPrint's styles, worked out once.

In: WeasyPrint's modules, as they are loaded. Out: the same modules, in which what depends on a style alone is worked out once a
style, and not with each box and each line that has it. No page changes by it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from operator import itemgetter
from typing import Any

_LENGTHS = tuple(f"{box}_{side}" for box in ("margin", "padding") for side in ("left", "right", "top", "bottom"))
_LENGTHS += tuple(f"{limit}{side}" for limit in ("", "min_", "max_") for side in ("width", "height"))
_USED = (*_LENGTHS, *(f"border_{side}_width" for side in ("top", "right", "bottom", "left")))
_lengths = itemgetter(*_LENGTHS)
MOST = 200  # values of one declaration that are kept


def once() -> None:
    """Change WeasyPrint's modules, once a process."""
    from weasyprint.css import ComputedStyle
    from weasyprint.css.tokens import Pending
    from weasyprint.layout.percent import resolve_percentages
    from weasyprint.text.line_break import strut

    ComputedStyle.__missing__ = _computed(ComputedStyle.__missing__)
    Pending.solve = _solved(Pending.solve)
    _replace(resolve_percentages, _resolved(resolve_percentages))
    _replace(strut, _kept(strut))


def _replace(old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Wherever WeasyPrint has imported a function by its name."""
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint.") and module.__dict__.get(old.__name__) is old:
            setattr(module, old.__name__, new)


def _computed(slowly: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """WeasyPrint works out each property of each element by all rules of the cascade. One that no rule names, as nearly all are, is
    its parent's or the initial one. https://www.w3.org/TR/css-cascade-4/#defaulting
    """
    from weasyprint.css import PHYSICAL_FUNCTIONS
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

    special = {"float", "display", "position", "page"} | {name for name in INITIAL_VALUES if name.startswith("text_decoration_")}
    inherited = frozenset(INHERITED - special - PHYSICAL_FUNCTIONS.keys())
    initial = {name: value for name, value in INITIAL_VALUES.items() if name not in special | INHERITED | INITIAL_NOT_COMPUTED}
    logical = {f(block="ttb", inline=way) for f in PHYSICAL_FUNCTIONS.values() for way in ("ltr", "rtl")}

    def missing(style: Any, name: str) -> Any:
        cascaded = style.cascaded
        if name not in cascaded and style.parent_style is not None:
            if name in inherited:
                value = style[name] = style.parent_style[name]
                return value
            if name in initial and (name not in PHYSICAL_FUNCTIONS or logical.isdisjoint(cascaded)):
                value = style[name] = initial[name]
                return value
        return slowly(style, name)

    return missing


def _solved(slowly: Callable[..., Any]) -> Callable[..., Any]:
    """A declaration with variables (https://www.w3.org/TR/css-variables-1/) is checked anew for each element, though the words in
    their places are nearly always the same."""

    def solve(pending: Any, tokens: Any, wanted_key: str, base_url: str | None) -> Any:
        known = pending.__dict__.setdefault("known", {})
        words = wanted_key, base_url, *(token.serialize() for token in tokens)
        if words not in known:
            value = slowly(pending, tokens, wanted_key, base_url)
            if len(known) == MOST:
                known.clear()
            known[words] = value
        return known[words]

    return solve


def _resolved(slowly: Callable[..., None]) -> Callable[..., None]:
    """Margins, paddings, borders and sizes of a box, which are its style's if none of them is a part of what the box stands in."""

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        own = box.style.__dict__
        used = own.get("used")
        if used:
            box.__dict__.update(used)
            return
        slowly(box, containing_block)
        if used is None:
            own["used"] = {name: getattr(box, name) for name in _USED} if _is_fixed(box.style) else {}

    return resolve_percentages


def _is_fixed(style: Any) -> bool:
    """Whether no length is a percentage or a calculation. Where borders collapse, a box has those of its neighbours."""
    if style["border_collapse"] == "collapse":
        return False
    return all(length is None or length == "auto" or getattr(length, "unit", "%") != "%" for length in _lengths(style))


def _kept(slowly: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The least height of a line and its baseline, kept with the style."""

    def strut(style: Any) -> Any:
        own = style.__dict__
        if "strut" not in own:
            own["strut"] = slowly(style)
        return own["strut"]

    return strut
