"""Figures of straight lines and whole texts, drawn in a fifth of the time, and texts with kerning.

In: WeasyPrint's functions that draw a path and a text of an SVG. Out: their replacements, which write operators to its stream.
WeasyPrint reads a path number by number, and lays out a text letter by letter, without kerning. Paths and texts that aren't plain
are left to WeasyPrint. Laying out texts whole would be worth offering upstream.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate
from math import inf
from typing import Any

from briefs.engine.text import BREAKS

SVG = Any  # weasyprint.svg.SVG
Node = Any  # weasyprint.svg.Node
Draw = Callable[[SVG, Node, float], None]
DrawNode = Callable[..., None]

LOGGER = logging.getLogger("weasyprint")
_PLAIN = re.compile(r"(?:M[-\d. ]+l[-\d. ]+z?)+")  # a plain path, in the form that `compose/figures/drawing.py` writes
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)")
_KNOWN = {
    "x",
    "y",
    "text-anchor",
    "font-size",
    "font-weight",
    "font-family",
    "fill",
    "role",
    "direction",
}  # attributes of a plain text
_PAINT = {
    "transform", "clip-path", "opacity", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset",
}  # WeasyPrint applies these attributes before it draws a text, so a plain text may have them  # fmt: skip
# By how much of its width a text begins to the left of its x, by its `text-anchor`.
_SHIFTS = {"start": 0.0, "middle": 0.5, "end": 1.0}
_SHIFTS_RTL = {"start": 1.0, "middle": 0.5, "end": 0.0}
_WEIGHTS = {"normal": 400, "bold": 700}


def path(original: Draw) -> Draw:
    """Replaces weasyprint.svg.path. Paths that don't look as our figures write them are left to WeasyPrint."""

    def path(svg: SVG, node: Node, font_size: float) -> None:
        outline = node.get("d", "")
        if _PLAIN.fullmatch(outline):
            svg.stream.stream.append(_lines(outline))
        else:
            original(svg, node, font_size)

    return path


@lru_cache(maxsize=512)  # maps share the outlines of countries
def _lines(outline: str) -> bytes:
    """The PDF operators of a plain path (ISO 32000-1, 8.5.2). In each piece of the path, the points after the first are given
    relative to the point before."""
    out: list[str] = []
    for piece in outline.split("M")[1:]:
        numbers = [float(number) for number in _NUMBER.findall(piece)]
        points = zip(accumulate(numbers[::2]), accumulate(numbers[1::2]), strict=True)
        out += (f"{x:.1f} {y:.1f} {'l' if n else 'm'}" for n, (x, y) in enumerate(points))
        if piece.endswith("z"):
            out.append("h")
    return "\n".join(out).encode()


def text(original: Draw) -> Draw:
    """Replaces weasyprint.svg.text. A `tspan`, and a text that has some, are left to WeasyPrint.

    WeasyPrint silently drops words that follow a `tspan` within a `tspan`. Such words are logged here as an error, so that the
    document fails.
    """

    def text(svg: SVG, node: Node, font_size: float) -> None:
        if dropped := _dropped(node):
            LOGGER.error("Failed to draw “%s” in SVG image %s: it follows a tspan within a tspan", dropped, svg.url)
        if _is_plain(node):
            _draw_whole(svg, node, font_size)
        else:
            original(svg, node, font_size)

    return text


def draw_node(original: DrawNode) -> DrawNode:
    """Replaces weasyprint.svg.SVG.draw_node. A plain text that doesn't begin at its x is drawn at once where it stands. WeasyPrint
    draws it at its x, as a group that it then moves, and PDFium loses the edge of the first letter of such a group."""

    def draw_node(svg: SVG, node: Node, font_size: float, fill_stroke: bool = True, context: Any = None) -> None:
        if _is_plain(node) and not hasattr(node, "shift"):  # it may be drawn again, on another page
            is_rtl = node.get("direction", "ltr") == "rtl"
            shifts = _SHIFTS_RTL if is_rtl else _SHIFTS
            node.shift = shifts[node.get("text-anchor", "start")]
            node.attrib["text-anchor"] = "end" if is_rtl else "start"  # WeasyPrint moves nothing
        original(svg, node, font_size, fill_stroke, context)

    return draw_node


def _is_plain(node: Node) -> bool:
    """Whether a text can be laid out whole: it has one position, a weight of `_WEIGHTS`, no child elements, and one line."""
    return (
        node.tag == "text"
        and bool(node.text)
        and not BREAKS.search(node.text)
        and set(node.attrib) <= _KNOWN | _PAINT
        and not len(node._etree_node)
        and node.get("font-weight", "normal") in _WEIGHTS
        and node.get("text-anchor", "start") in _SHIFTS
        and all(_NUMBER.fullmatch(node.get(axis, "")) for axis in ("x", "y"))
    )


def _dropped(node: Node) -> str:
    """The words that follow child elements in a `tspan`; empty for a `text`."""
    return "" if node.tag == "text" else " ".join(inner.tail.strip() for inner in node._etree_node if inner.tail).strip()


def _draw_whole(svg: SVG, node: Node, font_size: float) -> None:
    """Draw a text that is laid out as a whole, aligned at its x."""
    from weasyprint.draw.text import draw_emojis, draw_first_line
    from weasyprint.matrix import Matrix
    from weasyprint.svg.text import TextBox
    from weasyprint.text.line_break import split_first_line

    style = _style(svg, node, font_size)
    layout, _, _, width, height, baseline = split_first_line(node.text, style, svg.context, inf, 0)
    x, y = float(node.get("x")) - node.shift * width, float(node.get("y"))
    node.text_bounding_box = x, y - baseline, width, height
    stream = svg.stream
    stream.push_state()
    fill, stroke = svg.set_graphical_state(node, font_size)
    stream.begin_text()
    layout.reactivate(style)
    svg.fill_stroke(fill, stroke, text=True)
    box = TextBox(layout, style)
    box.baseline = baseline
    emojis = draw_first_line(stream, box, "none", "none", Matrix(d=-1, e=x, f=y))
    stream.end_text()
    stream.pop_state()
    draw_emojis(stream, style, x, y, emojis)


def _style(svg: SVG, node: Node, font_size: float) -> Any:
    """A text's style, as weasyprint.svg.text makes it."""
    from weasyprint.css.properties import INITIAL_VALUES
    from weasyprint.svg.text import Style

    style = Style()
    style.update(INITIAL_VALUES)
    style.font_config = svg.font_config
    style["font_family"] = tuple(name.strip(" \"'") for name in node.get("font-family", "sans-serif").split(","))
    style["font_weight"] = _WEIGHTS[node.get("font-weight", "normal")]
    style["font_size"] = font_size
    style["direction"] = node.get("direction", "ltr")
    return style
