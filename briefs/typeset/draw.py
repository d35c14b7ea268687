"""Draws a figure: its Vega specification as SVG, and that SVG as PNG for programs that show no SVG.

Vega's own SVG is written again with nothing but paths and texts, for WeasyPrint, Word and resvg read each
less than a browser does. The same figure, palette and fonts give the same bytes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import vl_convert
from lxml import etree

from briefs.clock import clock
from briefs.compose.figures import Figure

SVG = "http://www.w3.org/2000/svg"


def use_fonts(directories: Iterable[Path]) -> None:
    """Makes the fonts of these folders known, once; for every figure that this process draws from then on."""
    for directory in directories:
        _register(str(directory))


@cache
def _register(directory: str) -> None:
    vl_convert.register_font_directory(directory)


def svg(figure: Figure, palette: Mapping[str, str], *, font: str) -> str:
    """The figure in the palette's colours (token to `#rrggbb`), its texts set in the CSS font family `font`.

    A token that the palette hasn't is a KeyError.
    """
    specification = _coloured(figure.spec, palette)
    drawn = etree.fromstring(vl_convert.vega_to_svg(specification, allowed_base_urls=[]).encode())
    w, h = figure.spec["width"], figure.spec["height"]
    root = etree.Element(
        f"{{{SVG}}}svg",
        {
            "width": f"{figure.width:g}mm",
            "height": f"{figure.height:g}mm",
            "viewBox": f"0 0 {w:g} {h:g}",
            "role": "img",
        },
        nsmap={None: SVG},
    )
    etree.SubElement(root, f"{{{SVG}}}title").text = figure.alt
    shapes = etree.SubElement(root, f"{{{SVG}}}g", {"fill": "none", "stroke-linejoin": "round"})
    texts = etree.SubElement(root, f"{{{SVG}}}g", {"font-family": font})
    for mark in drawn.iterfind(f".//{{{SVG}}}g[@class='mark-path role-mark']/{{{SVG}}}path"):
        shapes.append(_plain(mark))
    for mark in drawn.iterfind(f".//{{{SVG}}}g[@class='mark-text role-mark']/{{{SVG}}}text"):
        texts.append(_plain(mark))
    return etree.tostring(root, encoding="unicode")


def png(svg: str, *, width_mm: float, dpi: int = 300) -> bytes:
    """An SVG that `svg` made, as an opaque picture `width_mm` wide."""
    root = etree.fromstring(svg.encode())
    _, _, w, h = map(float, root.get("viewBox", "").split())
    pixels = round(width_mm / 25.4 * dpi)
    root.set("width", str(pixels))
    root.set("height", str(round(pixels * h / w)))
    root.insert(
        1,
        etree.Element(
            f"{{{SVG}}}rect",
            {"x": "-9", "y": "-9", "width": f"{w + 18:g}", "height": f"{h + 18:g}", "fill": "#ffffff"},
        ),
    )
    with clock.stage("draw"):
        drawn = vl_convert.svg_to_png(etree.tostring(root, encoding="unicode"), scale=1, ppi=72)
    return _with_resolution(drawn, dpi)


def _with_resolution(picture: bytes, dpi: int) -> bytes:
    """A PNG that says how large it is on paper: its `pHYs` chunk, which the drawing program set for 72 dpi,
    set anew.
    """
    data = b"pHYs" + struct.pack(">IIB", *[round(dpi / 0.0254)] * 2, 1)
    chunk = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    at = picture.find(b"pHYs") - 4
    return picture[:at] + chunk + picture[at + len(chunk) :] if at > 0 else picture[:33] + chunk + picture[33:]


def _coloured(node: Any, palette: Mapping[str, str]) -> Any:
    """The specification with its tokens filled in; texts are left alone, whatever they begin with."""
    if isinstance(node, Mapping):
        return {key: value if key == "text" else _coloured(value, palette) for key, value in node.items()}
    if isinstance(node, list):
        return [_coloured(value, palette) for value in node]
    if isinstance(node, str) and node.startswith("@"):
        if node not in palette:
            raise KeyError(f"the palette has no colour {node}; it has {', '.join(sorted(palette))}")
        return palette[node]
    return node


def _plain(mark: Any) -> Any:
    """A path or text with its drawing attributes only."""
    attributes = {key: value for key, value in mark.attrib.items() if value != "translate(0,0)"}
    if attributes.get("text-anchor") == "start":
        del attributes["text-anchor"]
    attributes.pop("font-family", None)
    if "transform" in attributes:
        x, y = attributes.pop("transform").removeprefix("translate(").removesuffix(")").split(",")
        attributes = {"x": x, "y": y, **attributes}
    element = etree.Element(f"{{{SVG}}}{etree.QName(mark).localname}", attributes, nsmap={None: SVG})
    element.text = mark.text
    return element
