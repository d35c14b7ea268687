"""Sets the size of pictures on slides: each is as large as its place allows.

In: a slide, its manuscript, the theme's slide. Out: the same slide, in which each image has a `width` and a `height`, in
millimetres on the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.theme import Slide
from briefs.typeset.slides import areas

LARGEST = 3.5  # the largest factor by which figures drawn from data are enlarged; their type is 7 points
UNLIMITED = 1e6


def sized(slide: Node, manuscript: Manuscript, shown: Slide, scale: float) -> Node:
    """A slide whose pictures fill their places. `scale`: the size of the slide on the page in relation to its size when shown."""
    room = shown.width - 2 * shown.margin, areas.body(slide, shown)[1]
    return tree.with_blocks(slide, _in_place(tree.blocks(slide), manuscript, shown, scale, room))


def _in_place(
    blocks: Sequence[Node], manuscript: Manuscript, shown: Slide, scale: float, room: tuple[float, float]
) -> list[Node]:  # fmt: skip
    """The blocks of a place, with their pictures sized. `room`: its width and height in millimetres. Columns divide the width."""
    made: list[Node] = []
    for block in blocks:
        inner = tree.blocks(block) if block["t"] == "Div" else []
        parts = [b for b in inner if "column" in tree.classes(b)] if "columns" in tree.classes(block) else []
        if parts:
            sized = [
                tree.with_blocks(part, _in_place(tree.blocks(part), manuscript, shown, scale, (width, room[1])))
                for part, width in zip(parts, areas.columns(parts, shown), strict=True)
            ]
            made.append(tree.with_blocks(block, sized))
        elif block["t"] == "Div" and "figure" not in tree.classes(block):
            made.append(tree.with_blocks(block, _in_place(inner, manuscript, shown, scale, room)))
        else:
            made += tree.transform([block], lambda n: [_image(n, manuscript, room, scale)], "Image")
    return made


def _image(image: Node, manuscript: Manuscript, box: tuple[float, float], scale: float) -> Node:
    """An image, sized to a box of this width and height in millimetres. If the image has a `width` in percent, it takes only this
    part of the box's width."""
    asked = re.fullmatch(r"(\d{1,3})%", tree.attributes(image).get("width", ""))
    part = min(int(asked[1]), 100) / 100 if asked else 1.0
    name = tree.target(image)
    wide, high = natural(name, manuscript)
    most = UNLIMITED if name in manuscript.pictures else LARGEST
    factor = min(box[0] * part / wide, box[1] / high, most) * scale
    size = tree.attr(tree.identifier(image), tree.classes(image), width=f"{wide * factor:.2f}mm", height=f"{high * factor:.2f}mm")
    return tree.with_attr(image, size)


def natural(name: str, manuscript: Manuscript) -> tuple[float, float]:
    """A picture's own width and height. For a picture from the content, only their ratio matters."""
    own = manuscript.figures.get(name.removesuffix(".svg")) or manuscript.pictures[name]
    return own.width, own.height
