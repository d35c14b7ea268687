"""Sets the typefaces of scripts and the direction of slides.

In: the package, its manuscript, the theme. Out: the same package, changed: the typefaces of Asian and complex scripts are set. In a
language that runs from right to left, the paragraphs do so too, and every shape is moved to the other side (ECMA-376 part 1,
21.1.2.2.7 and 20.1.7.6).
"""

from __future__ import annotations

import re

from lxml import etree

from briefs.compose import bidi
from briefs.compose.manuscript import Manuscript
from briefs.theme import Theme
from briefs.tools.fribidi import Direction
from briefs.typeset.slides.presentationml import NAMES, A
from briefs.typeset.word.package import Element, Package

_SHAPES = re.compile(r"ppt/(?:slides|slideLayouts|slideMasters)/\w+\.xml")
_SLIDES = re.compile(r"ppt/(?:slides|notesSlides)/\w+\.xml")
_NOTES = re.compile(r"ppt/(?:notesSlides|notesMasters)/\w+\.xml")
_THEME = re.compile(r"ppt/theme/theme\d+\.xml")
_OTHER_SIDE = {"l": "r", "r": "l"}


def write(package: Package, manuscript: Manuscript, theme: Theme) -> None:
    """Set the typefaces and the direction."""
    parts = sorted({*package.parts, *package.trees})
    for name in filter(_THEME.fullmatch, parts):
        for tag, face in (("ea", theme.look.fonts.asian), ("cs", theme.look.fonts.complex)):
            for element in package.xml(name).iterfind(f".//a:fontScheme//a:{tag}", NAMES) if face else ():
                element.set("typeface", face)
    base = bidi.direction(manuscript.language)
    width = int(package.xml("ppt/presentation.xml").find("p:sldSz", NAMES).get("cx"))
    for name in parts if base == "rtl" else ():
        if _SHAPES.fullmatch(name):
            _mirror(package.xml(name), width)
        if _SHAPES.fullmatch(name) or _NOTES.fullmatch(name):
            _turn(package.xml(name))
    for name in filter(_SLIDES.fullmatch, parts):
        _turn_against(package.xml(name), base)


def _turn_against(slide: Element, base: Direction) -> None:
    """Make the paragraphs that are marked run against the slide's direction, and take the marks away."""
    is_rtl = base == "ltr"
    for paragraph in slide.iterfind(".//a:p", NAMES):
        marked = [text for text in paragraph.iterfind(".//a:t", NAMES) if bidi.OWN in (text.text or "")]
        for text in marked:
            text.text = text.text.replace(bidi.OWN, "")
        if marked:
            properties = paragraph.find("a:pPr", NAMES)
            if properties is None:
                properties = etree.Element(f"{{{A}}}pPr")
                paragraph.insert(0, properties)
            properties.set("rtl", str(int(is_rtl)))
            properties.set("algn", "r" if is_rtl else "l")


def _mirror(slide: Element, width: int) -> None:
    """Put every shape as far from the right edge of the slide as it was from the left edge. `width`: of the slide, in EMU.

    Pictures stay, because their places come from the handout's layout, which is mirrored already.
    """
    for box in slide.xpath("p:cSld/p:spTree/p:sp/p:spPr/a:xfrm | p:cSld/p:spTree/p:graphicFrame/p:xfrm", namespaces=NAMES):
        offset, extent = box.find("a:off", NAMES), box.find("a:ext", NAMES)
        if offset is not None and extent is not None:
            offset.set("x", str(width - int(offset.get("x")) - int(extent.get("cx"))))


def _turn(slide: Element) -> None:
    """Make the paragraphs run from right to left, and exchange their alignments: `l` and `r` are sides of the slide, whatever the
    direction."""
    for properties in slide.xpath(".//a:pPr | .//*[starts-with(local-name(), 'lvl') and @algn]", namespaces=NAMES):
        properties.set("rtl", "1")
        if side := _OTHER_SIDE.get(properties.get("algn", "")):
            properties.set("algn", side)
    for body in slide.iterfind(".//a:bodyPr[@rtlCol]", NAMES):
        body.set("rtlCol", "1")
