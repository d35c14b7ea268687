"""Figures of straight lines and whole texts, drawn as WeasyPrint draws them, in a fifth of the time.

In: a node of an SVG that WeasyPrint draws. Out: operators in its stream. WeasyPrint reads a path number by number, and lays out a
text letter by letter, without kerning; it has no hook here, so its two functions are wrapped. What isn't plain is left to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import accumulate
from math import inf
from typing import Any

_PLAIN = re.compile(r"(?:M[-\d. ]+l[-\d. ]+z?)+")  # as `compose/figures/drawing.py` writes them
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)")
_KNOWN = {"x", "y", "text-anchor", "font-size", "font-weight", "font-family", "fill", "role"}  # of a text that is set whole


@contextmanager
def plainly() -> Iterator[None]:
    """While a PDF is written."""
    from weasyprint import svg

    path, text = svg.path, svg.text

    def draw_path(image: Any, node: Any, font_size: float) -> None:
        outline = node.get("d", "")
        if _PLAIN.fullmatch(outline):
            image.stream.stream.append(_lines(outline))
        else:
            path(image, node, font_size)

    def draw_text(image: Any, node: Any, font_size: float) -> None:
        if node.text and set(node.attrib) <= _KNOWN and not len(node._etree_node) and _one(node.get("x")) and _one(node.get("y")):
            _text(image, node, font_size)
        else:
            text(image, node, font_size)

    svg.TAGS |= {"path": draw_path, "text": draw_text}
    svg.text = draw_text  # a tag whose function this is may be anchored
    try:
        yield
    finally:
        svg.text = text
        svg.TAGS |= {"path": path, "text": text}


@lru_cache(maxsize=512)  # the lands of a map are those of the next
def _lines(outline: str) -> bytes:
    """The operators of a plain path (ISO 32000-1, 8.5.2): its numbers are steps in tenths."""
    out: list[str] = []
    for piece in outline.split("M")[1:]:
        numbers = [float(number) for number in _NUMBER.findall(piece)]
        places = zip(accumulate(numbers[::2]), accumulate(numbers[1::2]), strict=True)
        out += (f"{x:.1f} {y:.1f} {'l' if n else 'm'}" for n, (x, y) in enumerate(places))
        if piece.endswith("z"):
            out.append("h")
    return "\n".join(out).encode()


def _one(number: Any) -> bool:
    return bool(number) and bool(_NUMBER.fullmatch(number))


def _text(image: Any, node: Any, font_size: float) -> None:
    """The text at its place, laid out once. Its anchor is seen to by who called, by the box that is kept here."""
    from weasyprint.css.properties import INITIAL_VALUES
    from weasyprint.draw.text import draw_first_line
    from weasyprint.matrix import Matrix
    from weasyprint.svg.text import Style, TextBox
    from weasyprint.text.line_break import split_first_line

    style = Style()
    style.update(INITIAL_VALUES)
    style.font_config = image.font_config
    style["font_family"] = tuple(name.strip(" \"'") for name in node.get("font-family", "sans-serif").split(","))
    style["font_weight"] = 700 if node.get("font-weight") == "bold" else 400
    style["font_size"] = font_size
    layout, _, _, width, height, baseline = split_first_line(node.text, style, image.context, inf, 0)
    x, y = float(node.get("x")), float(node.get("y"))
    node.text_bounding_box = x, y - baseline, width, height
    stream = image.stream
    stream.push_state()
    fill, stroke = image.set_graphical_state(node, font_size)
    stream.begin_text()
    layout.reactivate(style)
    image.fill_stroke(fill, stroke, text=True)
    box = TextBox(layout, style)
    box.baseline = baseline
    draw_first_line(stream, box, "none", "none", Matrix(d=-1, e=x, f=y))
    stream.end_text()
    stream.pop_state()
