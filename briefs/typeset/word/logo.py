"""Writes the logo and the pattern of a brand for the header of a Word file.

In: the package, the name of the header's part, the manuscript, the theme. Out: runs with anchored pictures, to be put into the
header's first paragraph. ECMA-376 part 1, 20.4.2.3 (anchor).
"""

from __future__ import annotations

from html import escape

from briefs.compose import tree
from briefs.compose.identity import LOGO, PATTERN
from briefs.compose.manuscript import Manuscript
from briefs.compose.pictures import Picture
from briefs.theme import Theme
from briefs.tools.pandoc import media_type
from briefs.typeset import draw
from briefs.typeset.word.drawings import SVG_BLIP
from briefs.typeset.word.package import NAMES, Package, R

EMU = 36000  # the number of EMU in a millimetre
PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
HEAD = 6.0  # millimetres between the band and the logo on a cover


def runs(package: Package, header: str, manuscript: Manuscript, theme: Theme, width: float) -> str:
    """Runs with the pattern over the band, and with the logo: on the band or below it on a cover, otherwise at the head of the
    page. `width`: of the sheet, in millimetres."""
    page = theme.look.page[manuscript.kind.page]
    found = ""
    if is_over_band(manuscript):
        pattern = _named(manuscript, PATTERN) or _plain(theme.look.palette["accent"])
        found += _run(package, header, pattern, 0, 0, width, page.band, 1)
    if logo := _named(manuscript, LOGO):
        left, top = width - page.right - logo.width, page.top
        if manuscript.kind.layout == "chapters":
            left, top = (page.left - page.hang, (page.band - logo.height) / 2) if _on_band(manuscript) else (left, page.band + HEAD)
        found += _run(package, header, logo, left, top, logo.width, logo.height, 2)
    return found


def is_over_band(manuscript: Manuscript) -> bool:
    """Whether a picture covers the band. If a pattern or logo stands on the band, it can't be a shaded paragraph, because
    LibreOffice paints shades over pictures."""
    return bool(_named(manuscript, PATTERN)) or _on_band(manuscript)


def _plain(colour: str) -> Picture:
    """A picture that is filled with one colour."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" width="1mm" height="1mm"><rect width="1" height="1" fill="{colour}"/></svg>'
    return Picture(f"{PATTERN}.svg", svg, 1, 1)


def _named(manuscript: Manuscript, stem: str) -> Picture | None:
    return next((picture for name, picture in manuscript.pictures.items() if name.startswith(f"{stem}.")), None)


def _on_band(manuscript: Manuscript) -> bool:
    """Whether the logo stands on the band of a cover."""
    return any(node["t"] == "Div" and "on-band" in tree.classes(node) for node in tree.walk(manuscript.blocks))


def _run(
    package: Package, header: str, picture: Picture, left: float, top: float, width: float, height: float, number: int
) -> str:  # fmt: skip
    """A run with a picture at this place of the page, in millimetres. The picture fills the place; the rest of it is cut off."""
    x, y, across, down = (round(part * EMU) for part in (left, top, width, height))
    shown = picture.alt and f' descr="{escape(picture.alt)}"'
    return (
        f'<w:r><w:drawing xmlns:wp="{NAMES["wp"]}" xmlns:a="{NAMES["a"]}" xmlns:pic="{PICTURE}" xmlns:r="{R}">'
        f'<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="{number}" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{x}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{y}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{across}" cy="{down}"/><wp:wrapNone/><wp:docPr id="{900 + number}" name="Brand {number}"{shown}/>'
        f'<a:graphic><a:graphicData uri="{PICTURE}"><pic:pic><pic:nvPicPr><pic:cNvPr id="{900 + number}" name="Brand {number}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f"<pic:blipFill>{_blip(package, header, picture)}{_cut(picture, width / height)}<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{across}" cy="{down}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )


def _cut(picture: Picture, ratio: float) -> str:
    """The `a:srcRect` that cuts off the sides of a picture, or its top and bottom, so that it has this ratio of width to height."""
    own = picture.width / picture.height
    aside, above = max(0, 1 - ratio / own) / 2, max(0, 1 - own / ratio) / 2
    return f'<a:srcRect l="{aside * 1e5:.0f}" t="{above * 1e5:.0f}" r="{aside * 1e5:.0f}" b="{above * 1e5:.0f}"/>'


def _blip(package: Package, part: str, picture: Picture) -> str:
    """Add the files of a picture, and return its `a:blip`. An SVG gets a PNG beside it."""
    if isinstance(picture.data, bytes):
        return f'<a:blip r:embed="{_related(package, part, picture.name, picture.data)}"/>'
    vector = _related(package, part, picture.name, picture.data.encode())
    pixels = _related(package, part, picture.name.replace(".svg", ".png"), draw.png(picture.data, width_mm=picture.width, paper=""))
    held = f'<asvg:svgBlip xmlns:asvg="{NAMES["asvg"]}" r:embed="{vector}"/>'
    return f'<a:blip r:embed="{pixels}"><a:extLst><a:ext uri="{SVG_BLIP}">{held}</a:ext></a:extLst></a:blip>'


def _related(package: Package, part: str, name: str, data: bytes) -> str:
    package.add(f"word/media/{name}", data, media_type(name))
    return package.relate(part, f"{R}/image", f"media/{name}")
