"""The size of a slide's pictures: as large as their place allows.

In: a slide, its manuscript, the theme's slide. Out: the slide with each image's `width` and `height` in millimetres on the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.theme import Slide

LARGEST = 2.8  # times: the edition's own figures, whose type is 7 points, are not enlarged more


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
    own = manuscript.figures.get(name.removesuffix(".svg")) or manuscript.pictures[name]
    return own.width, own.height
