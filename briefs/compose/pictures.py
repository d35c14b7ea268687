"""Pictures from the edition's folder `figures/`, made safe for other programs.

In: a file's bytes, and the width that its author asks for. Out: a `Picture`, or what is wrong with it. The file is opened by a
process of its own (`tools/pictures.py`), and typesetting sees only what that process makes of it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from PIL import Image

from briefs.pictures.pixels import LAYER
from briefs.problems import Place
from briefs.tools.pictures import PROCESS

SVG = "http://www.w3.org/2000/svg"
WIDE, TALL = 150.0, 190.0  # millimetres: the most that fits on a page
LONGEST = 40  # the largest ratio of the sides; what is thinner can't be seen, or runs off the page

NOWHERE = Place("")


@dataclass(frozen=True)
class Picture:
    """A picture for typesetting: its data, which is text for an SVG and bytes for other formats, and its size on paper in
    millimetres.

    `png`: an SVG as pixels, for programs that show no SVG. `words`: the words in the picture. `alt`: its alternative text, with the
    words that the picture shows only as pixels. `place`: the place of the content that names it. `unprinted`: what the file has
    that isn't printed."""

    name: str
    data: str | bytes
    width: float
    height: float
    words: str = ""
    place: Place = NOWHERE
    png: bytes = b""
    alt: str = ""
    unprinted: tuple[str, ...] = ()


def read(stem: str, path: str, data: bytes, alt: str, asked: str = "") -> Picture:
    """Read a picture file. `stem`: the stem of its name in the tree. `asked`: the width as written (`80mm`, `50%`), if any.

    Raises ValueError that says what is wrong with the file.
    """
    found = PROCESS.normalise(Path(path).suffix.lower(), data)
    width, height = _fitted(found.width, found.height / found.width, asked)
    name, is_svg = f"{stem}.{found.kind}", found.kind == "svg"
    made = sized(found.data, alt, width, height) if is_svg else found.data
    alt = alt if is_svg else _with_words(alt, found.words)
    return Picture(name, made, width, height, found.words, png=found.png, alt=alt, unprinted=found.unprinted)


def _with_words(alt: str, words: str) -> str:
    """The alternative text, followed by the words in the picture, unless it has them already."""
    return f"{alt.rstrip('.')}. {words}" if words and words not in alt else alt


def _fitted(natural: float, ratio: float, asked: str) -> tuple[float, float]:
    """Width and height in millimetres: as asked, or else the picture's own, and never more than the page has room for."""
    if not 1 / LONGEST <= ratio <= LONGEST:
        raise ValueError(f"is more than {LONGEST} times as long as it is wide")
    width = max(5.0, min(asked_width(asked) if asked else natural, WIDE, TALL / ratio))
    return round(width, 2), round(width * ratio, 2)


def asked_width(asked: str) -> float:
    """A width as it is written (`80mm`, `8cm`, `50%` of the widest figure), in millimetres. Raises ValueError if it is none."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(mm|cm|%)", asked)
    if not match:
        raise ValueError(f"can’t be “{asked}” wide: write 80mm or 50%")
    return float(match[1]) * {"mm": 1.0, "cm": 10.0, "%": WIDE / 100}[match[2]]


def sized(svg: bytes, alt: str, width: float, height: float) -> str:
    """An SVG as text, with its size on paper in millimetres, and with its alternative text as title."""
    root = etree.fromstring(svg)
    title = etree.Element(f"{{{SVG}}}title")
    title.text = alt
    root.insert(0, title)
    root.set("width", f"{width:g}mm")
    root.set("height", f"{height:g}mm")
    return str(etree.tostring(root, encoding="unicode"))


def pngs(pictures: Mapping[str, Picture]) -> dict[str, bytes]:
    """The pixels of each SVG, by its name."""
    return {name: picture.png for name, picture in pictures.items() if picture.png}


def layer_of(png: bytes) -> str:
    """The SVG of words that a PNG carries. Empty if it has none, or for another kind of picture."""
    return str(getattr(Image.open(io.BytesIO(png)), "text", {}).get(LAYER, ""))


def with_pixels(layer: str, url: str) -> str:
    """A layer of words over the pixels at this URL."""
    root = etree.fromstring(layer)
    x, y, width, height = root.get("viewBox", "").split()
    root.insert(0, etree.Element(f"{{{SVG}}}image", {"x": x, "y": y, "width": width, "height": height, "href": url}))
    return str(etree.tostring(root, encoding="unicode"))
