"""Reads the pictures of a Word file: their alternative text, what identifies them, and how they were altered.

In: a `w:drawing`, `w:pict` or `w:object`, and the relationships of its part. Out: texts. ECMA-376 part 1, 20.1 and 20.4
(DrawingML); part 4, 19.1 (VML).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from briefs.typeset.word.package import NAMES, R

_A, _SVG = f"{{{NAMES['a']}}}", f"{{{NAMES['asvg']}}}svgBlip"
_VML = "{urn:schemas-microsoft-com:vml}"
_LINKS = {f"{_A}hlinkClick", f"{_A}hlinkHover"}


def alternative_text(picture: etree._Element) -> str:
    """The alternative text of a picture, or the words of a watermark."""
    properties = next(picture.iter(f"{{{NAMES['wp']}}}docPr"), None)
    if properties is not None:
        return " ".join(properties.get("descr", "").split())
    shapes = [shape for shape in picture.iter() if isinstance(shape.tag, str) and shape.tag.startswith(_VML)]
    return " ".join(" ".join(shape.get("string") or shape.get("alt") or "" for shape in shapes).split())


def identity(picture: etree._Element, checksum: Callable[[str], str]) -> tuple[str, str]:
    """Two texts that identify a picture’s image and its SVG, which is shown in place of the image ([MS-ODRAWXML] 2.3.1). The second
    is empty if there is no SVG.

    Each text is made of the cropping (20.1.8.55) and of the checksums of the parts to which the picture's relationships lead. A
    picture without relationships, such as a drawn shape, is identified by its elements.

    `checksum`: a function that takes the id of a relationship, and returns the checksum of its part.
    """
    images = [checksum(own) for node in picture.iter(etree.Element) if node.tag != _SVG for own in _relationships(node)]
    drawn = [checksum(own) for node in picture.iter(_SVG) for own in _relationships(node)]
    crops = [item for crop in picture.iter(f"{_A}srcRect") for item in sorted(crop.attrib.items())]
    cropped = [f"{side} {size}" for side, size in crops if size != "0"]
    return " ".join((images or [_shape(picture)]) + cropped), " ".join(drawn + cropped if drawn else [])


def _relationships(node: etree._Element) -> Iterator[str]:
    if node.tag not in _LINKS:
        yield from (value for name, value in node.attrib.items() if name.startswith(f"{{{R}}}"))


def _shape(picture: etree._Element) -> str:
    names = " ".join(etree.QName(node).localname for node in picture.iter(etree.Element))
    return f"{zlib.crc32(names.encode()):08x}"


def looks(picture: etree._Element, links: Mapping[str, str]) -> frozenset[str]:
    """How somebody altered a picture in a way that Markdown can’t express. `links`: the target of each relationship."""
    found = {name for frame in picture.iter(f"{_A}xfrm") for name in _turned(frame)}
    effects = [*picture.iter(f"{_A}effectLst", f"{_A}effectDag"), *picture.iter(f"{_A}blip")]
    if any(child.tag != f"{_A}extLst" for own in effects for child in own.iterchildren(etree.Element)):
        found.add("given an effect")
    for link in picture.iter(*_LINKS):
        found.add(f"given the link {links.get(link.get(f'{{{R}}}id', ''), '')}".strip())
    return frozenset(found)


def _turned(frame: etree._Element) -> Iterator[str]:
    if frame.get("rot", "0") != "0":
        yield "rotated"
    if any(frame.get(name, "0").lower() in {"1", "true"} for name in ("flipH", "flipV")):
        yield "mirrored"
