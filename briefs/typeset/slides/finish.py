"""What pandoc's PPTX writer has no words for, set in its file's parts.

In: the package as pandoc wrote it, the manuscript, its pictures, the theme, each slide's step and the places of its pictures. Out: the same
package, changed: pictures with alternative texts, a slide's type, its colour and number, notes as lists, properties.
ECMA-376 part 1, 19 (PresentationML) and 20 (DrawingML).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy

from lxml import etree

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.theme import LadderStep, Theme
from briefs.tools.pandoc import media_type
from briefs.typeset import draw
from briefs.typeset.slides.tree import MARK, pictures
from briefs.typeset.word.finish import properties
from briefs.typeset.word.package import Package, R

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
NAMES = {"a": A, "p": P, "r": R}
Place = tuple[float, float, float, float]
INDENT = 9.0  # millimetres: of a list's text


def deck(
    package: Package, manuscript: Manuscript, drawn: Mapping[str, str | bytes], theme: Theme, steps: Sequence[int],
    places: Mapping[str, Sequence[Place]],
) -> None:  # fmt: skip
    """Everything, slide by slide; the slides of sources come after the manuscript's own."""
    own = [b for b in manuscript.blocks if "slide" in tree.classes(b)]
    names = _slides(package)
    ladder = theme.look.ladder[manuscript.kind.ladder]
    for number, name in enumerate(names):
        root = package.xml(name)
        for inset in root.iter(f"{{{A}}}normAutofit"):
            inset.getparent().remove(inset)
        _columns(package, name)
        if number < len(own):
            _illustrate(package, name, own[number], drawn, places[own[number]["c"][0][0]], theme)
            _type(root, ladder[steps[number]], first=steps[number] == 0)
            _bar(root, _colour(own[number], manuscript, theme), theme)
        else:
            small = ladder[0].model_copy(update={"text": ladder[0].sources, "lead": ladder[0].lead})
            _type(root, small, first=False)
            _bar(root, _colour(own[0], manuscript, theme), theme)
        _numbered_lists(root)
        if number:
            _slide_number(root, number + 1)
        _language(root, manuscript.language)
    for name in [n for n in package.parts if n.startswith("ppt/notesSlides/notesSlide")]:
        _notes(package.xml(name))
        _language(package.xml(name), manuscript.language)
    properties(package, manuscript)


def _slides(package: Package) -> list[str]:
    """The parts of the slides, in order."""
    relations = {e.get("Id"): e.get("Target") for e in package.xml("ppt/_rels/presentation.xml.rels")}
    listed = package.xml("ppt/presentation.xml").iterfind("p:sldIdLst/p:sldId", NAMES)
    return [f"ppt/{relations[e.get(f'{{{R}}}id')]}" for e in listed]


def _emu(parts: float, theme: Theme) -> int:
    """A length, given as a part of the slide's width, as OOXML counts it."""
    return round(parts * theme.look.slide.width * 36000)


def _columns(package: Package, slide: str) -> None:
    """Columns say themselves where they stand, as in their layout: some programs look a place up by kind, not by number."""
    relations = package.xml(slide.replace("slides/", "slides/_rels/") + ".rels")
    target = next(e.get("Target") for e in relations if e.get("Type").endswith("/slideLayout"))
    halves = {h.get("idx"): h.getparent().getparent().getparent() for h in _halves(package.xml(f"ppt/slideLayouts/{target[16:]}"))}
    for half in _halves(package.xml(slide)):
        own = half.getparent().getparent().getparent().find("p:spPr", NAMES)
        if own.find("a:xfrm", NAMES) is None:
            own.insert(0, deepcopy(halves[half.get("idx")].find("p:spPr/a:xfrm", NAMES)))


def _halves(root: etree._Element) -> list[etree._Element]:
    """The columns' placeholders."""
    return root.findall("p:cSld/p:spTree/p:sp/p:nvSpPr/p:nvPr/p:ph[@sz='half']", NAMES)


def _illustrate(
    package: Package, name: str, slide: Node, drawn: Mapping[str, str | bytes], places: Sequence[Place], theme: Theme
) -> None:
    """In the place of each mark a picture, set where it stands on the page; what held nothing else is gone."""
    shapes = package.xml(name).find("p:cSld/p:spTree", NAMES)
    waiting = list(zip(pictures(slide), places, strict=True))
    for shape in shapes.findall("p:sp", NAMES):
        paragraphs = shape.findall("p:txBody/a:p", NAMES)
        marks = [p for p in paragraphs if "".join(p.itertext()).strip() == MARK]
        before = bool(marks) and marks[0] is paragraphs[0]
        for mark in marks:
            image, place = waiting.pop(0)
            target, alt = image["c"][2][0], tree.text_of(image["c"][1])
            number = 100 + len(shapes.findall("p:pic", NAMES)) + 1
            made = _picture(package, name, number, target, alt, drawn[target], place, theme)
            at = shapes.index(shape) + (0 if before else 1)
            shapes.insert(at, made)
            mark.getparent().remove(mark)
        if len(marks) == len(paragraphs):
            shapes.remove(shape)


def _picture(
    package: Package, slide: str, number: int, name: str, alt: str, data: str | bytes, place: Place, theme: Theme
) -> etree._Element:
    """A picture; a vector has a PNG of 200 dpi beside it, for programs that show none. [MS-ODRAWXML] 2.3.1 (svgBlip)."""
    stem = name.rpartition("/")[2].rpartition(".")[0]
    left, top, width, height = (_emu(part, theme) for part in place)
    vector = ""
    if name.lower().endswith(".svg"):
        svg = data if isinstance(data, str) else data.decode()
        vector = _related(package, slide, f"{stem}.svg", svg.encode())
        name, data = f"{stem}.png", draw.png(svg, width_mm=width / 36000, dpi=200)
    relation = _related(
        package, slide, f"{stem}.{name.rpartition('.')[2].lower()}", data if isinstance(data, bytes) else data.encode()
    )
    extension = (
        f'<a:extLst><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}"><asvg:svgBlip xmlns:asvg="{SVG}" r:embed="{vector}"/></a:ext></a:extLst>'
        if vector
        else ""
    )
    made = etree.fromstring(
        f'<p:pic xmlns:p="{P}" xmlns:a="{A}" xmlns:r="{R}"><p:nvPicPr><p:cNvPr id="{number}" name="Picture {number - 100}"/>'
        '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>'
        f'<p:blipFill><a:blip r:embed="{relation}">{extension}</a:blip><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
        f'<p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
    )
    made.find(".//p:cNvPr", NAMES).set("descr", alt)
    return made


def _related(package: Package, slide: str, name: str, data: bytes) -> str:
    package.add(f"ppt/media/{name}", data, media_type(name))
    return package.relate(slide, f"{R}/image", f"../media/{name}")


def _type(root: etree._Element, step: LadderStep, *, first: bool) -> None:
    """The step's type in the placeholders of title and text; the first step is that of the layouts."""
    if first:
        return
    for shape in root.iterfind(".//p:sp", NAMES):
        kind = shape.find("p:nvSpPr/p:nvPr/p:ph", NAMES)
        style = shape.find("p:txBody/a:lstStyle", NAMES)
        if kind is None or style is None or kind.get("type") in {"ctrTitle", "subTitle", "sldNum"}:
            continue
        size, leading = step.lead if kind.get("type") == "title" else step.text
        after = 0 if kind.get("type") == "title" else leading * step.gap
        for level in range(1, 10 if after else 2):
            style.append(etree.fromstring(
                f'<a:lvl{level}pPr xmlns:a="{A}"><a:lnSpc><a:spcPts val="{leading * 100:.0f}"/></a:lnSpc><a:spcAft><a:spcPts val="{after * 100:.0f}"/></a:spcAft>'
                f'<a:defRPr sz="{size * 100:.0f}"/></a:lvl{level}pPr>'))  # fmt: skip


def _colour(slide: Node, manuscript: Manuscript, theme: Theme) -> str:
    """A slide's colour: that of its stance, or the theme's own."""
    steps = [c.removeprefix("step-") for c in tree.classes(slide) if c.startswith("step-")]
    return manuscript.colours[steps[0]] if steps else theme.look.palette["accent"]


def _bar(root: etree._Element, colour: str, theme: Theme) -> None:
    """The band of colour at the slide's upper edge, behind everything."""
    shown = theme.look.slide
    shape = etree.fromstring(
        f'<p:sp xmlns:p="{P}" xmlns:a="{A}"><p:nvSpPr><p:cNvPr id="90" name="Band"><a:extLst><a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}">'
        '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst></p:cNvPr><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{_emu(1, theme)}" cy="{_emu(shown.bar / shown.width, theme)}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:srgbClr val="{colour[1:].upper()}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )
    root.find("p:cSld/p:spTree", NAMES).insert(2, shape)


def _numbered_lists(root: etree._Element) -> None:
    """Numbers hang before their text, as bullets do; pandoc gives a numbered list no indent."""
    for mark in root.iter(f"{{{A}}}buAutoNum"):
        depth = int(mark.getparent().get("lvl", "0")) + 1
        mark.getparent().set("marL", str(round(INDENT * depth * 36000)))
        mark.getparent().set("indent", str(round(-INDENT * 36000)))


def _slide_number(root: etree._Element, number: int) -> None:
    """The slide's number, in the place that the layout has for it."""
    root.find("p:cSld/p:spTree", NAMES).append(etree.fromstring(
        f'<p:sp xmlns:p="{P}" xmlns:a="{A}"><p:nvSpPr><p:cNvPr id="99" name="Slide Number"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        '<p:nvPr><p:ph type="sldNum" sz="quarter" idx="12"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/><a:p>'
        f'<a:fld id="{{C5EF2332-01BF-834F-8236-50238282D533}}" type="slidenum"><a:rPr/><a:t>{number}</a:t></a:fld></a:p></p:txBody></p:sp>'))  # fmt: skip


def _notes(root: etree._Element) -> None:
    """No empty paragraphs between notes; lists have their bullets."""
    for paragraph in root.xpath(".//a:p[not(.//a:t)]", namespaces=NAMES):
        if len(paragraph.getparent().findall("a:p", NAMES)) > 1:
            paragraph.getparent().remove(paragraph)
    for properties_ in root.xpath(".//a:pPr[not(@indent)]", namespaces=NAMES):
        properties_.set("marL", "171450")
        properties_.set("indent", "-171450")
        properties_.append(etree.Element(f"{{{A}}}buFont", typeface="Arial"))
        properties_.append(etree.Element(f"{{{A}}}buChar", char="•"))


def _language(root: etree._Element, language: str) -> None:
    """The language of every run, for spelling and screen readers."""
    for run in root.iter(f"{{{A}}}rPr"):
        run.set("lang", language)
