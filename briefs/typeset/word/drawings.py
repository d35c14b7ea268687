"""Completes pictures in a Word file: SVGs get a PNG beside them, and drawings get unique ids.

In: the package as pandoc wrote it, the figures as drawn. Out: the same package, changed. ECMA-376 part 1, 20.4 (drawings);
[MS-ODRAWXML] 2.3.1 (svgBlip).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from lxml import etree

from briefs.typeset import draw
from briefs.typeset.word.package import BODY, NAMES, Element, Package, R

A, ASVG, WP = NAMES["a"], NAMES["asvg"], NAMES["wp"]
TALL = 0.75  # how much of the height of a page's text a picture has at most
EMU = 36000  # English metric units, in which pictures are measured, in a millimetre
SVG_BLIP = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"  # the URI of the extension that refers to an SVG


def figures(
    package: Package,
    drawn: Mapping[str, str | bytes],
    widths: Mapping[str, float],
    shown: Mapping[str, bytes] = MappingProxyType({}),
) -> None:
    """Give each SVG a PNG of 300 dpi, for programs that don't show SVGs: the PNG in `shown`, or a new one.

    `widths`: the width of each picture in millimetres, by its name. Pandoc gives pictures names of its own, so each is recognised
    by its content.
    """
    relations = {e.get("Id"): e for e in package.xml("word/_rels/document.xml.rels")}
    by_content = {data.encode() if isinstance(data, str) else data: name for name, data in drawn.items()}
    pictures: dict[str, str] = {}  # by the name of each figure, the relationship of its PNG; a figure may stand in many places
    for number, blip in enumerate(package.xml(BODY).iter(f"{{{A}}}blip"), 1):
        vector = blip.find(f".//{{{ASVG}}}svgBlip")
        own = (vector if vector is not None else blip).get(f"{{{R}}}embed")
        name = by_content.get(package.parts.get(f"word/{relations[own].get('Target')}", b""))
        if name is None:
            continue
        _name(blip, number)
        svg = drawn[name]
        if isinstance(svg, bytes):  # a picture made of pixels stays as it is
            continue
        if vector is None:
            _keep_vector(blip, own)
        if name not in pictures:
            picture = f"media/figure{number}.png"
            package.add(f"word/{picture}", shown.get(name) or draw.png(svg, width_mm=widths[name]), "image/png")
            pictures[name] = package.relate(BODY, f"{R}/image", picture)
        blip.set(f"{{{R}}}embed", pictures[name])


def lower(package: Package, height: float) -> None:
    """Make each picture that is higher than 3/4 of a page's text, whose `height` is in millimetres, that high, so that the page has
    room for the lines and notes before it: Word and LibreOffice move no text before a picture that doesn't fit."""
    most = round(TALL * height * EMU)
    for inline in package.xml(BODY).iter(f"{{{WP}}}inline"):
        sizes = [each for each in inline.iter(f"{{{WP}}}extent", f"{{{A}}}ext") if each.get("cy")]
        tall = int(sizes[0].get("cy"))
        for size in sizes if tall > most else ():
            size.set("cx", str(int(size.get("cx")) * most // tall))
            size.set("cy", str(most))


def _keep_vector(blip: Element, relationship: str) -> None:
    """Add the reference to the SVG in an extension of the blip. The caller makes the blip itself refer to the PNG."""
    extensions = etree.SubElement(blip, f"{{{A}}}extLst")
    extension = etree.SubElement(extensions, f"{{{A}}}ext", uri=SVG_BLIP)
    vector = etree.SubElement(extension, f"{{{ASVG}}}svgBlip", nsmap={"asvg": ASVG})
    vector.set(f"{{{R}}}embed", relationship)


def _name(blip: Element, number: int) -> None:
    """Give the drawing an id and a name. Ids are unique in a document (20.4.2.5); the alternative text stays as pandoc wrote it."""
    inline = next(a for a in blip.iterancestors() if a.tag == f"{{{WP}}}inline")
    for side in ("distT", "distB", "distL", "distR"):  # without these, LibreOffice leaves 3 mm at the sides
        inline.set(side, "0")
    properties = inline.find(f"{{{WP}}}docPr")
    properties.set("id", str(1000 + number))
    properties.set("name", re.sub(r"\W+", " ", properties.get("name") or f"Figure {number}").strip())
