"""The size of a slide's pictures: as large as their place allows.

In: a slide, its manuscript, the theme's slide. Out: the slide with each image's `width` and `height` in millimetres on the page.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from lxml import etree
from PIL import Image

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.theme import Slide

LARGEST = 2.8  # times: the edition's own figures, whose type is 7 points, are not enlarged more
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def sized(slide: Node, manuscript: Manuscript, shown: Slide, scale: float) -> Node:
    """A slide whose pictures fill their places; `scale` is that of the slide on the page."""
    attributes, inner = slide["c"]
    return {"t": "Div", "c": [attributes, _in_place(inner, manuscript, shown, scale, shown.width - 2 * shown.margin)]}


def _in_place(blocks: Sequence[Node], manuscript: Manuscript, shown: Slide, scale: float, width: float) -> list[Node]:
    """The blocks of a place `width` millimetres wide; of columns each has its part."""
    made: list[Node] = []
    for block in blocks:
        names = tree.classes(block)
        if block["t"] == "Div" and "figure" not in names:
            parts = sum("column" in tree.classes(b) for b in block["c"][1]) if "columns" in names else 1
            inside = (width - (parts - 1) * shown.gutter) / max(parts, 1)
            made.append({"t": "Div", "c": [block["c"][0], _in_place(block["c"][1], manuscript, shown, scale, inside)]})
        else:
            made += tree.transform([block], lambda n: _image(n, manuscript, (width, shown.body_height), scale))
    return made


def _image(node: Node, manuscript: Manuscript, box: tuple[float, float], scale: float) -> list[Node] | None:
    if node["t"] != "Image":
        return None
    (identifier, names, keys), words, (name, title) = node["c"]
    asked = re.fullmatch(r"(\d{1,3})%", dict(keys).get("width", ""))
    part = min(int(asked[1]), 100) / 100 if asked else 1.0
    wide, high = natural(name, manuscript)
    most = LARGEST if name not in manuscript.pictures else 1e6
    factor = min(box[0] * part / wide, box[1] / high, most) * scale
    size = [["width", f"{wide * factor:.2f}mm"], ["height", f"{high * factor:.2f}mm"]]
    return [{"t": "Image", "c": [[identifier, names, size], words, [name, title]]}]


def natural(name: str, manuscript: Manuscript) -> tuple[float, float]:
    """A picture's own width and height; for what people drew only their relation counts."""
    figure = manuscript.figures.get(name.removesuffix(".svg"))
    if figure:
        return figure.width, figure.height
    data = manuscript.pictures[name]
    if not name.lower().endswith(".svg"):
        with Image.open(io.BytesIO(data)) as opened:
            return float(opened.width), float(opened.height)
    return _box(etree.fromstring(data, _PARSER))[2:]


def vector(data: bytes) -> str:
    """An SVG that people drew, with a `viewBox`: not every program writes one."""
    root = etree.fromstring(data, _PARSER)
    root.set("viewBox", " ".join(f"{n:g}" for n in _box(root)))
    return etree.tostring(root, encoding="unicode")


def _box(root: etree._Element) -> tuple[float, float, float, float]:
    """What an SVG shows: left, top, width, height."""
    given = [float(n) for n in re.findall(r"[-+.\d]+", root.get("viewBox") or "")]
    if len(given) == 4:
        return given[0], given[1], given[2], given[3]
    sides = [re.match(r"[.\d]+", root.get(k) or "") for k in ("width", "height")]
    width, height = (float(s[0]) if s else 100.0 for s in sides)
    return 0.0, 0.0, width, height
