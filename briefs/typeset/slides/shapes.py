"""Adds and changes shapes of a slide: the places of columns, the band of colour, the number, the source, the restriction.

In: the package or a slide as pandoc wrote it, colours, the theme. Out: the same package or slide, changed. ECMA-376 part 1, 19.3
(slides).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from lxml import etree

from briefs.compose import tree
from briefs.compose.figures.drawing import text_width
from briefs.compose.tree import Node
from briefs.theme import Theme
from briefs.typeset.slides import areas
from briefs.typeset.slides.presentationml import NAMES, A, P, emu
from briefs.typeset.word.package import Element, Package, R, fill

SOURCE = "Slide Source"  # the name of the shape
EM, LEADING = 12 * 25.4 / 72, 1440  # of the line of sources: an em in millimetres, and the leading in hundredths of a point
HYPERLINK = f"{R}/hyperlink"  # the type of a relationship
_PLACEHOLDER = "p:cSld/p:spTree/p:sp/p:nvSpPr/p:nvPr/p:ph"
RESTRICTION, RESTRICTION_HEIGHT = "Restriction", 5.5  # the name of the shape, and its height in millimetres


def fix_size(slide: Element) -> None:
    """Keep programs from shrinking the text, because the fit of slides (`fit.py`) has chosen its size."""
    for autofit in slide.iter(f"{{{A}}}normAutofit"):
        autofit.getparent().remove(autofit)


def place_body(package: Package, name: str, slide: Node, theme: Theme) -> None:
    """Set the place of the text of a slide and of each of its columns. Some programs look places up by the kind of placeholder and
    not by its number, so each column needs a place of its own."""
    shown, (top, _) = theme.look.slide, areas.body(slide, theme.look.slide)
    high = shown.body + shown.body_height - top
    parts = [p for b in tree.walk([slide]) if "columns" in tree.classes(b) for p in tree.blocks(b) if "column" in tree.classes(p)]
    if not parts and top == shown.body:
        return  # the layout has this place
    left = shown.margin
    bodies = [p for p in package.xml(name).iterfind(_PLACEHOLDER, NAMES) if p.get("idx") and p.get("type") is None]
    widths = areas.columns(parts, shown) if parts else [shown.width - 2 * shown.margin]
    for body, width in zip(bodies, widths, strict=False):
        _place(_shape(body), [length / shown.width for length in (left, top, width, high)], theme)
        left += width + shown.gutter


def _place(shape: Element, box: Sequence[float], theme: Theme) -> None:
    """Give a shape a place of its own. `box`: left, top, width and height, as fractions of the slide's width."""
    left, top, wide, high = (emu(part, theme) for part in box)
    properties = shape.find("p:spPr", NAMES)
    for old in properties.findall("a:xfrm", NAMES):
        properties.remove(old)
    properties.insert(
        0, etree.fromstring(f'<a:xfrm xmlns:a="{A}"><a:off x="{left}" y="{top}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>')
    )


def _shape(placeholder: Element) -> Element:
    """The shape (p:sp) of a placeholder (p:nvSpPr/p:nvPr/p:ph)."""
    return placeholder.getparent().getparent().getparent()


def add_band(slide: Element, colour: str, theme: Theme, height: float) -> None:
    """Add the band of colour at the upper edge, `height` millimetres high, behind everything else."""
    shown = theme.look.slide
    shape = etree.fromstring(
        f'<p:sp xmlns:p="{P}" xmlns:a="{A}"><p:nvSpPr><p:cNvPr id="90" name="Band"><a:extLst><a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}">'
        '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst></p:cNvPr><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{emu(1, theme)}" cy="{emu(height / shown.width, theme)}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:srgbClr val="{fill(colour)}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )
    slide.find("p:cSld/p:spTree", NAMES).insert(2, shape)


def add_slide_number(slide: Element, number: int) -> None:
    """Add the number of the slide, at the place that the layout has for it."""
    slide.find("p:cSld/p:spTree", NAMES).append(etree.fromstring(
        f'<p:sp xmlns:p="{P}" xmlns:a="{A}"><p:nvSpPr><p:cNvPr id="99" name="Slide Number"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        '<p:nvPr><p:ph type="sldNum" sz="quarter" idx="12"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/><a:p>'
        f'<a:fld id="{{C5EF2332-01BF-834F-8236-50238282D533}}" type="slidenum"><a:rPr/><a:t>{number}</a:t></a:fld></a:p></p:txBody></p:sp>'))  # fmt: skip


def add_source(package: Package, name: str, said: Sequence[Node], theme: Theme) -> None:
    """Add the line at the foot of the slide that names the publishers of the cited sources, or the sources with links to their
    addresses. `said`: its inlines."""
    shown = theme.look.slide
    runs = [
        (tree.text_of([*nodes]), package.relate(name, HYPERLINK, address, external=True) if address else "")
        for address, nodes in groupby(tree.transform(list(said), tree.inlines, "Span"), _address)
    ]
    place = shown.source, shown.height - shown.source - 2
    made = _add_line(package.xml(name), runs, theme, (SOURCE, 91), place, fill(theme.look.palette["muted"]))
    if text_width(tree.text_of(list(said)), 1) > (shown.width - 2 * shown.margin) / EM:  # two lines need less leading
        spacing = f'<a:lnSpc xmlns:a="{A}"><a:spcPts val="{LEADING}"/></a:lnSpc>'
        made.find(".//a:pPr", NAMES).append(etree.fromstring(spacing))


def _address(node: Node) -> str:
    """The address to which a link leads. Empty for other inlines."""
    return tree.target(node) if node["t"] == "Link" else ""


def add_restriction(slide: Element, words: str, theme: Theme, above: float) -> None:
    """Add the embargo and the marking of the deck, below the band at the top. `above`: the height of the band in millimetres."""
    _add_line(
        slide,
        [(words, "")],
        theme,
        (RESTRICTION, 92),
        (above + 1.5, RESTRICTION_HEIGHT),
        fill(theme.look.palette["ink"]),
        ' algn="r"',
        ' b="1"',
    )


def _add_line(
    slide: Element, runs: Sequence[tuple[str, str]], theme: Theme, name: tuple[str, int], place: tuple[float, float], colour: str,
    paragraph: str = ' algn="l"', run: str = "",
) -> Element:  # fmt: skip
    """Add a line of small type from margin to margin. `runs`: its words, each with the id of its link's relationship if it has one;
    `name`: the name and the id of the shape; `place`: its top and height in millimetres; `paragraph`, `run`: attributes of their
    properties. The line's side is given, so that `scripts` can exchange it."""
    shown = theme.look.slide
    left, top = emu(shown.margin / shown.width, theme), emu(place[0] / shown.width, theme)
    wide, high = emu(1 - 2 * shown.margin / shown.width, theme), emu(place[1] / shown.width, theme)
    made = etree.fromstring(
        f'<p:sp xmlns:p="{P}" xmlns:a="{A}"><p:nvSpPr><p:cNvPr id="{name[1]}" name="{name[0]}"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        '<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0"/><a:lstStyle/>'
        f"<a:p><a:pPr{paragraph}/></a:p></p:txBody></p:sp>"
    )
    for words, link in runs:
        made.find(".//a:p", NAMES).append(_run(words, link, colour, run))
    slide.find("p:cSld/p:spTree", NAMES).append(made)
    return made


def _run(words: str, link: str, colour: str, attributes: str) -> Element:
    """A run of small type. `link`: the id of the relationship to its link's address."""
    leads = f'<a:hlinkClick xmlns:r="{R}" r:id="{link}"/>' if link else ""
    made = etree.fromstring(
        f'<a:r xmlns:a="{A}"><a:rPr sz="1200"{attributes}><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>{leads}</a:rPr><a:t/></a:r>'
    )
    made.find("a:t", NAMES).text = words
    return made
