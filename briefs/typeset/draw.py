"""Draws a figure: its shapes and texts as SVG, and the same as PNG for programs that can't show SVG.

In: a figure, a palette, fonts. Out: an SVG of nothing but paths and texts, because WeasyPrint, Word and resvg each support less
than a browser; and its PNG. The same figure, palette and fonts give the same bytes.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import vl_convert
from lxml import etree
from PIL import Image, ImageChops

from briefs.clock import clock
from briefs.compose.figures import Figure
from briefs.typeset import indexed

SVG = "http://www.w3.org/2000/svg"
LOOKS = {
    "fill": "fill",
    "stroke": "stroke",
    "width": "stroke-width",
    "dash": "stroke-dasharray",
}  # by the name of a shape's drawing attribute in a figure, its name in SVG
ANCHORS = {"left": "", "center": "middle", "right": "end"}  # by the alignment of a text from left to right, its `text-anchor`
OPPOSITE = {"left": "right", "center": "center", "right": "left"}


def use_fonts(directories: Iterable[Path]) -> None:
    """Register the fonts of these folders with the library that draws PNGs, for the rest of this process."""
    for directory in directories:
        _register(str(directory))


@cache
def _register(directory: str) -> None:
    vl_convert.register_font_directory(directory)


def svg(figure: Figure, palette: Mapping[str, str], *, font: str) -> str:
    """The figure in the palette's colours (token to `#rrggbb`), with its texts in the CSS font family `font`.

    Raises KeyError for a token that isn't in the palette.
    """
    w, h = figure.points
    shapes = "".join(
        f"<path{_attributes(d=''.join(shape['path'] for shape in alike), **look)}/>"
        for look, alike in groupby(figure.shapes, key=lambda shape: {**_look(shape, palette), **_mirror(shape, figure)})
    )
    texts = "".join(_text(_turned(row, figure), palette) for row in figure.texts)
    mirror = f"matrix(-1 0 0 1 {w:g} 0)" if figure.is_mirrored else ""
    group = {"fill": "none", "stroke-linejoin": "round", **({"transform": mirror} if mirror else {})}
    written = {"font-family": font, **({"direction": "rtl"} if figure.direction == "rtl" else {})}
    size = _attributes(width=f"{figure.width:g}mm", height=f"{figure.height:g}mm", viewBox=f"0 0 {w:g} {h:g}")
    return (
        f'<svg xmlns="{SVG}"{size} role="img"><title>{escape(figure.alt)}</title>'
        f"<g{_attributes(**group)}>{shapes}</g><g{_attributes(**written)}>{texts}</g></svg>"
    )


def _turned(row: Mapping[str, Any], figure: Figure) -> Mapping[str, Any]:
    """A text of a figure. If the figure runs from right to left, the text's position is mirrored, or its alignment is reversed."""
    if figure.direction == "ltr":
        return row
    if figure.is_mirrored or row.get("aside"):
        return {**row, "x": round(_edges(row, figure) - row["x"], 2)}
    return {**row, "align": OPPOSITE[row["align"]]}


def _edges(row: Mapping[str, Any], figure: Figure) -> float:
    """The sum of the x-coordinates of the two edges between which a shape or text is mirrored. These are the edges of the figure,
    or of a column beside a part of it that isn't mirrored, such as a map."""
    aside = row.get("aside", True)
    return figure.points[0] if figure.is_mirrored or aside is True else float(aside)


def _mirror(shape: Mapping[str, Any], figure: Figure) -> dict[str, str]:
    """The `transform` that mirrors a shape in a figure from right to left. Only a shape with `aside` needs it, in a figure that
    isn't mirrored as a whole."""
    if figure.direction == "ltr" or figure.is_mirrored or "aside" not in shape:
        return {}
    return {"transform": f"matrix(-1 0 0 1 {_edges(shape, figure):g} 0)"}


def _look(shape: Mapping[str, Any], palette: Mapping[str, str]) -> dict[str, str]:
    """A shape's drawing attributes. Neighbours with the same attributes are drawn as one path."""
    values = {attribute: shape[name] for name, attribute in LOOKS.items() if name in shape}
    return {name: _value(value, palette) for name, value in values.items()}


def _value(value: Any, palette: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return ",".join(f"{number:g}" for number in value)
    return _colour(value, palette) if isinstance(value, str) else f"{value:g}"


def _colour(token: str, palette: Mapping[str, str]) -> str:
    if token not in palette:
        raise KeyError(f"the palette has no colour {token}; it has {', '.join(sorted(palette))}")
    return palette[token]


def _text(row: Mapping[str, Any], palette: Mapping[str, str]) -> str:
    attributes = {
        "x": f"{row['x']:g}",
        "y": f"{row['y']:g}",
        "text-anchor": ANCHORS[row["align"]],
        "font-size": f"{row['size']:g}px",
        "font-weight": row.get("weight", ""),
        "fill": _colour(row["fill"], palette),
    }
    return f"<text{_attributes(**{name: value for name, value in attributes.items() if value})}>{escape(row['text'])}</text>"


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())


@lru_cache(maxsize=16)  # countries with the same stance have the same bars
def png(svg: str, *, width_mm: float, dpi: int = 300, paper: str = "#ffffff") -> bytes:
    """An SVG that `svg` made, as a PNG of this width in millimetres. `paper`: the colour of its ground; transparent if empty."""
    root = etree.fromstring(svg.encode())
    _, _, w, h = map(float, root.get("viewBox", "").split())
    pixels = round(width_mm / 25.4 * dpi)
    root.set("width", str(pixels))
    root.set("height", str(round(pixels * h / w)))
    _direct(root)
    with clock.stage("draw"):
        if paper:
            return indexed.png(_on(root, paper), dpi)
        return _written(_see_through(_on(root, "#ffffff"), _on(root, "#000000")), dpi)


def _on(root: etree._Element, paper: str) -> Image.Image:
    """The pixels of an SVG on paper of this colour."""
    _, _, w, h = map(float, root.get("viewBox", "").split())
    sheet = copy.deepcopy(root)
    ground = {"x": "-9", "y": "-9", "width": f"{w + 18:g}", "height": f"{h + 18:g}", "fill": paper}
    sheet.insert(1, etree.Element(f"{{{SVG}}}rect", ground))
    drawn = vl_convert.svg_to_png(etree.tostring(sheet, encoding="unicode"), scale=1, ppi=72)
    return Image.open(io.BytesIO(drawn)).convert("RGB")


def _see_through(on_white: Image.Image, on_black: Image.Image) -> Image.Image:
    """The pixels of a picture without paper, computed from the picture on white and the picture on black. vl-convert can't draw it:
    it gives a half-transparent dot no colour that is brighter than the dot is opaque."""
    opacity = ImageChops.invert(ImageChops.subtract(on_white, on_black)).split()[1]
    return Image.merge("RGBa", [*on_black.split(), opacity]).convert("RGBA")  # RGBa: colours multiplied by the opacity


def _written(picture: Image.Image, dpi: int) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG", dpi=(dpi, dpi), compress_level=6)
    return written.getvalue()


def _direct(root: etree._Element) -> None:
    """Adapt texts from right to left to resvg, which ignores `direction`: it takes the direction from the first letter of a text,
    and `text-anchor` always counts from the left."""
    for text in root.iterfind(f"{{{SVG}}}g[@direction='rtl']/{{{SVG}}}text"):
        anchor = text.get("text-anchor", "")
        text.set("text-anchor", {"": "end", "end": "start"}.get(anchor, anchor))
        text.text = f"\u200f{text.text}"
