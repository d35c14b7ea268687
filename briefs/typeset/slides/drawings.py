"""Puts pictures on slides, at the places that they have in the PDF, with their alternative texts.

In: the package as pandoc wrote it, with a mark for each picture; a slide's tree, its pictures, their boxes. Out: the same package
with the pictures in place of the marks. ECMA-376 part 1, 19.3.1.37 (pic); [MS-ODRAWXML] 2.3.1 (svgBlip).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from types import MappingProxyType

from lxml import etree

from briefs.compose import tree
from briefs.compose.identity import LOGO
from briefs.compose.pictures import Picture, pngs
from briefs.compose.tree import Node
from briefs.theme import Theme
from briefs.tools.pandoc import media_type
from briefs.typeset import draw
from briefs.typeset.slides.presentationml import EMU, NAMES, SVG, A, Box, P, emu
from briefs.typeset.slides.tree import MARK, pictures
from briefs.typeset.word.drawings import SVG_BLIP
from briefs.typeset.word.package import Element, Package, R

BELOW = 3.0  # millimetres between a picture and the text below it; less than in handout.css, so that the text surely fits
DPI = 200  # the resolution of the PNG that is put beside an SVG


def illustrate(
    package: Package,
    name: str,
    slide: Node,
    drawn: Mapping[str, str | bytes],
    boxes: Sequence[Box],
    theme: Theme,
    shown: Mapping[str, bytes] = MappingProxyType({}),
) -> None:
    """Replace each mark in the part `name` by its picture, which is put into its box. A shape that held only marks is removed.
    `shown`: PNGs that exist already, by the name of the SVG."""
    shapes = package.xml(name).find("p:cSld/p:spTree", NAMES)
    waiting = list(zip(pictures(slide), boxes, strict=True))
    for shape in shapes.findall("p:sp", NAMES):
        paragraphs = shape.findall("p:txBody/a:p", NAMES)
        marks = [p for p in paragraphs if "".join(p.itertext()).strip() == MARK]
        is_above = bool(marks) and marks[0] is paragraphs[0]
        if (
            shape.find("p:nvSpPr/p:nvPr/p:ph[@type='subTitle']", NAMES) is not None
        ):  # its pictures have no marks, and stand above it
            marks, is_above = [etree.Element("none") for _ in waiting], bool(waiting)
        lowest = 0.0
        for mark in marks:
            image, box = waiting.pop(0)
            number = len(shapes.findall("p:pic", NAMES)) + 1
            blip = _blip(package, name, tree.target(image), drawn[tree.target(image)], emu(box[2], theme) / EMU, shown)
            shapes.insert(
                shapes.index(shape) + (not is_above), _picture(number, tree.text_of(tree.inlines(image)), blip, box, theme)
            )
            lowest = box[1] + box[3]
            if mark in paragraphs:
                mark.getparent().remove(mark)
        if paragraphs and len(shape.findall("p:txBody/a:p", NAMES)) == 0:
            shapes.remove(shape)
        elif is_above and len(marks) == 1:
            _put_below(shape, lowest, theme)


def _put_below(shape: Element, top: float, theme: Theme) -> None:
    """Make the text of a shape begin below the picture that stands above it. `top`: the foot of the picture, as a fraction of the
    slide's width."""
    shown, properties = theme.look.slide, shape.find("p:spPr", NAMES)
    begin = emu(top + BELOW / shown.width, theme)
    end = emu(shown.source / shown.width, theme)
    place = properties.find("a:xfrm", NAMES)
    if place is None:
        left, wide = emu(shown.margin / shown.width, theme), emu(1 - 2 * shown.margin / shown.width, theme)
        place = etree.fromstring(f'<a:xfrm xmlns:a="{A}"><a:off x="{left}" y="0"/><a:ext cx="{wide}" cy="0"/></a:xfrm>')
        properties.insert(0, place)
    place.find("a:off", NAMES).set("y", str(begin))
    place.find("a:ext", NAMES).set("cy", str(end - begin))


def logo_of(pictures: Mapping[str, Picture]) -> Picture | None:
    """The logo among the pictures of a deck."""
    return next((picture for name, picture in pictures.items() if name.startswith(f"{LOGO}.")), None)


def add_logo(package: Package, pictures: Mapping[str, Picture], theme: Theme) -> None:
    """Put the logo of a brand onto the slide master, so that every slide has it: at the end of the top, above the title's end."""
    logo = logo_of(pictures)
    if logo is None:
        return
    slide, master = (
        theme.look.slide,
        next(name for name in sorted(package.parts) if name.startswith("ppt/slideMasters/slideMaster")),
    )
    top = slide.bar + (slide.title - slide.bar - logo.height) / 2
    blip = _blip(package, master, logo.name, logo.data, logo.width, pngs(pictures))
    left, top, width, height = (
        length / slide.width for length in (slide.width - slide.margin - logo.width, top, logo.width, logo.height)
    )
    package.xml(master).find("p:cSld/p:spTree", NAMES).append(_picture(1, logo.alt, blip, (left, top, width, height), theme))


def _blip(package: Package, slide: str, name: str, data: str | bytes, width: float, shown: Mapping[str, bytes]) -> str:
    """Add the files of a picture that is `width` millimetres wide, and return its `a:blip`. An SVG gets a PNG beside it, for
    programs that don't show SVGs.
    """
    path = PurePosixPath(name)
    if path.suffix.lower() != ".svg":
        pixels = data if isinstance(data, bytes) else data.encode()
        return f'<a:blip r:embed="{_related(package, slide, path.stem + path.suffix.lower(), pixels)}"></a:blip>'
    svg = data if isinstance(data, str) else data.decode()
    vector = _related(package, slide, f"{path.stem}.svg", svg.encode())
    picture = _related(package, slide, f"{path.stem}.png", shown.get(name) or draw.png(svg, width_mm=width, dpi=DPI))
    extension = f'<a:ext uri="{SVG_BLIP}"><asvg:svgBlip xmlns:asvg="{SVG}" r:embed="{vector}"/></a:ext>'
    return f'<a:blip r:embed="{picture}"><a:extLst>{extension}</a:extLst></a:blip>'


def _picture(number: int, alt: str, blip: str, box: Box, theme: Theme) -> Element:
    """The `p:pic` element of a picture. `number`: counts the pictures of its slide; `box`: its place."""
    left, top, width, height = (emu(part, theme) for part in box)
    made = etree.fromstring(
        f'<p:pic xmlns:p="{P}" xmlns:a="{A}" xmlns:r="{R}"><p:nvPicPr><p:cNvPr id="{100 + number}" name="Picture {number}"/>'
        '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>'
        f"<p:blipFill>{blip}<a:stretch><a:fillRect/></a:stretch></p:blipFill>"
        f'<p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
    )
    made.find(".//p:cNvPr", NAMES).set("descr", alt)
    return made


def _related(package: Package, slide: str, name: str, data: bytes) -> str:
    package.add(f"ppt/media/{name}", data, media_type(name))
    return package.relate(slide, f"{R}/image", f"../media/{name}")
