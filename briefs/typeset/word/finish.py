"""What pandoc's DOCX writer has no words for, set in its file's parts.

In: the package as pandoc wrote it, the manuscript, the theme. Out: the same package, changed: sections and columns, the
page, header and footer, the step's type, the badge's colour, pictures, properties. ECMA-376 part 1 (WordprocessingML).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from html import escape
from types import MappingProxyType

from lxml import etree

from briefs.colours import text_on, tint
from briefs.compose.appendix import WHOLE
from briefs.compose.manuscript import Manuscript
from briefs.edition.dates import Date
from briefs.theme import LadderStep, Theme
from briefs.typeset import draw
from briefs.typeset.word.package import NAMES, WORD, Package, R, W, w
from briefs.typeset.word.styled import twips

BODY = "word/document.xml"


def document(package: Package, manuscript: Manuscript, theme: Theme, step: LadderStep) -> None:
    """Everything but the pictures."""
    body = package.xml(BODY).find(w("body"))
    foot = _take_footer(body)
    _fold_breaks(body)
    _lists(package)
    heads = {"one page": _running, "slides": _counted, "chapters": _chapters}
    heads[manuscript.kind.layout](package, body, manuscript, theme, foot)
    _badge(body, manuscript)
    _shade(body, manuscript)
    _type(package, step)
    properties(package, manuscript)


def _take_footer(body: etree._Element) -> list[etree._Element]:
    """The paragraphs that run at the foot, out of the body."""
    found = body.xpath("w:p[w:pPr/w:pStyle/@w:val='Footer']", namespaces=NAMES)
    for paragraph in found:
        body.remove(paragraph)
    return list(found)


def _fold_breaks(body: etree._Element) -> None:
    """No empty paragraph stands for the end of a section, a column or a page: the one before or after it carries the mark.

    The last section's properties stand at the body's end (17.6.17).
    """
    marks = body.xpath("w:p[w:pPr/w:sectPr and not(w:r)]", namespaces=NAMES)
    for old in body.findall(w("sectPr")):
        body.remove(old)
    body.append(marks[-1].find(f"{w('pPr')}/{w('sectPr')}"))
    body.remove(marks[-1])
    for mark in marks[:-1]:
        before = mark.getprevious()
        if before is None or before.tag != w("p"):
            continue
        properties = before.find(w("pPr"))
        if properties is None:
            properties = etree.Element(w("pPr"))
            before.insert(0, properties)
        if properties.find(w("sectPr")) is None:
            properties.append(mark.find(f"{w('pPr')}/{w('sectPr')}"))
            body.remove(mark)
    for mark in body.xpath("w:p[w:r/w:br/@w:type='column']", namespaces=NAMES):
        after = next(e for e in mark.itersiblings() if e.tag == w("p"))
        properties = after.find(w("pPr"))
        after.insert(0 if properties is None else 1, mark.find(w("r")))
        body.remove(mark)
    for mark in body.xpath("w:p[w:r/w:br/@w:type='page']", namespaces=NAMES):
        mark.getnext().find(f"{w('pPr')}/{w('pStyle')}").addnext(
            etree.Element(w("pageBreakBefore"))
        )  # a heading, which has a style
        body.remove(mark)


def _running(package: Package, body: etree._Element, manuscript: Manuscript, theme: Theme, foot: list[etree._Element]) -> None:
    """Header and footer on the first section; the others go on with them."""
    section = next(body.iter(w("sectPr")))
    section.insert(0, _reference("headerReference", _header(package, manuscript, theme)))
    section.insert(1, _reference("footerReference", _footer(package, foot)))


def _counted(package: Package, body: etree._Element, manuscript: Manuscript, theme: Theme, foot: list[etree._Element]) -> None:
    """The foot of a handout's pages, their number at its right."""
    page, sheet = theme.look.page[manuscript.kind.page], next(body.iter(w("pgSz"))).get(w("w"))
    right = int(sheet) - int(twips(page.left + page.right))
    for paragraph in foot:
        tabs = etree.fromstring(f'<w:tabs xmlns:w="{W}"><w:tab w:val="right" w:pos="{right}"/></w:tabs>')
        style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        style.addnext(tabs)
        style.addnext(etree.fromstring(f'<w:pBdr xmlns:w="{W}"><w:top w:val="nil"/></w:pBdr>'))
        number = f'<w:p xmlns:w="{W}"><w:r><w:tab/></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>'
        for part in etree.fromstring(number):
            paragraph.append(part)
    next(body.iter(w("sectPr"))).insert(0, _reference("footerReference", _footer(package, foot)))


def _element(name: str, **values: str) -> etree._Element:
    made = etree.Element(w(name))
    for key, value in values.items():
        made.set(w(key), value)
    return made


def _reference(name: str, relation: str) -> etree._Element:
    made = _element(name, type="default")
    made.set(f"{{{R}}}id", relation)
    return made


def _header(package: Package, manuscript: Manuscript, theme: Theme) -> str:
    """The band of colour at the page's top edge: an empty, shaded paragraph as wide as the page."""
    page = theme.look.page[manuscript.kind.page]
    left = page.left - page.hang  # a cover's text begins where the headings do
    colour = manuscript.colours.get(manuscript.accent, theme.look.palette["accent"])[1:]
    xml = (
        f'<w:hdr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Header"/><w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>'
        f'<w:spacing w:before="0" w:after="0" w:line="{twips(page.band)}" w:lineRule="exact"/><w:ind w:left="-{twips(left)}" w:right="-{twips(page.right)}"/></w:pPr></w:p></w:hdr>'
    )
    package.add("word/header1.xml", xml.encode(), f"{WORD}.header+xml")
    return package.relate(BODY, f"{R}/header", "header1.xml")


def _footer(package: Package, paragraphs: list[etree._Element]) -> str:
    """The running foot as a part of its own; its links come along, and leave the body's relations if the body has none such."""
    root = etree.Element(w("ftr"), nsmap={"w": W, "r": R})
    for paragraph in paragraphs:
        root.append(copy.deepcopy(paragraph))
    if not paragraphs:
        etree.SubElement(root, w("p"))
    package.add("word/footer1.xml", b"", f"{WORD}.footer+xml")
    relations = {e.get("Id"): e for e in package.xml("word/_rels/document.xml.rels")}
    kept = {link.get(f"{{{R}}}id") for link in package.xml(BODY).iter(w("hyperlink"))}
    for link in root.iter(w("hyperlink")):
        old = link.get(f"{{{R}}}id")
        if old in relations:
            relation = relations[old]
            link.set(f"{{{R}}}id", package.relate("word/footer1.xml", f"{R}/hyperlink", relation.get("Target"), external=True))
            if old not in kept and relation.getparent() is not None:
                relation.getparent().remove(relation)
    package.trees["word/footer1.xml"] = root
    return package.relate(BODY, f"{R}/footer", "footer1.xml")


def _chapters(package: Package, body: etree._Element, manuscript: Manuscript, theme: Theme, foot: list[etree._Element]) -> None:
    """A report's running heads and page numbers, and headings that number themselves and begin a page.

    The head is a STYLEREF field, so Word follows an edited heading; its stored result is the heading of that section.
    """
    page = theme.look.page[manuscript.kind.page]
    sections = _with_headings(body)
    sections[0][0].insert(0, _reference("headerReference", _header(package, manuscript, theme)))
    number_foot = (
        f'<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="PageNumber"/></w:pPr>'
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
    )
    package.add("word/footer2.xml", number_foot.encode(), f"{WORD}.footer+xml")
    sections[1][0].insert(0, _reference("footerReference", package.relate(BODY, f"{R}/footer", "footer2.xml")))
    for number, (section, heading) in enumerate(sections[1:], 2):
        hangs = section.find(w("pgMar")).get(w("left")) == twips(page.left)
        indent = f'<w:ind w:left="-{twips(page.hang)}"/>' if hangs else ""
        head = (
            f'<w:hdr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Header"/>{indent}</w:pPr>'
            f'<w:fldSimple w:instr=" STYLEREF 1 "><w:r><w:t>{escape(heading)}</w:t></w:r></w:fldSimple></w:p></w:hdr>'
        )
        package.add(f"word/header{number}.xml", head.encode(), f"{WORD}.header+xml")
        section.insert(0, _reference("headerReference", package.relate(BODY, f"{R}/header", f"header{number}.xml")))
    _number_headings(package, body, manuscript, theme)


def _with_headings(body: etree._Element) -> list[tuple[etree._Element, str]]:
    """Each section's properties, and the heading of level 1 that its pages stand under."""
    found: list[tuple[etree._Element, str]] = []
    heading, first = "", True
    for element in body:
        style = element.find(f"{w('pPr')}/{w('pStyle')}")
        if first and style is not None and style.get(w("val")) in {"Heading1", "TOCHeading"}:
            heading, first = "".join(t.text or "" for t in element.iter(w("t"))), False
        section = element if element.tag == w("sectPr") else element.find(f"{w('pPr')}/{w('sectPr')}")
        if section is not None:
            found.append((section, heading))
            first = True
    return found


HEADING_SPACE = {1: (0.0, 8.0), 2: (7.0, 2.0)}  # millimetres before and after, as in report.css
HEADINGS = 900  # the number of our own numbering, past pandoc's


def _number_headings(package: Package, body: etree._Element, manuscript: Manuscript, theme: Theme) -> None:
    """Word counts the numbered headings (17.9). Level 1 begins a page."""
    hang, muted = twips(theme.look.page[manuscript.kind.page].hang), theme.look.palette["muted"][1:].upper()
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:tabs><w:tab w:val="num" w:pos="0"/></w:tabs><w:ind w:left="0" w:hanging="{hang}"/></w:pPr><w:rPr><w:color w:val="{muted}"/></w:rPr></w:lvl>'
        for i, text in enumerate(("%1", "%1.%2"))
    )
    numbering = package.xml("word/numbering.xml")
    abstract = etree.fromstring(
        f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="{HEADINGS}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    first_num = numbering.find(w("num"))
    numbering.insert(len(numbering) if first_num is None else list(numbering).index(first_num), abstract)
    numbering.append(etree.fromstring(f'<w:num xmlns:w="{W}" w:numId="{HEADINGS}"><w:abstractNumId w:val="{HEADINGS}"/></w:num>'))
    styles = package.xml("word/styles.xml")
    for level, (before, after) in HEADING_SPACE.items():
        properties = styles.find(f"w:style[@w:styleId='Heading{level}']/w:pPr", NAMES)
        spacing = properties.find(w("spacing"))
        spacing.set(w("before"), twips(before))
        spacing.set(w("after"), twips(after))
        if level == 1:
            properties.insert(2, etree.Element(w("pageBreakBefore")))  # after keepNext and keepLines
    numbered = {h.anchor: h.level for h in manuscript.headings if h.number}
    for paragraph in body.xpath("w:p[starts-with(w:pPr/w:pStyle/@w:val, 'Heading')]", namespaces=NAMES):
        for level in {numbered[b.get(w("name"))] for b in paragraph.iter(w("bookmarkStart")) if b.get(w("name")) in numbered}:
            number = f'<w:numPr xmlns:w="{W}"><w:ilvl w:val="{level - 1}"/><w:numId w:val="{HEADINGS}"/></w:numPr>'
            paragraph.find(f"{w('pPr')}/{w('pStyle')}").addnext(etree.fromstring(number))


def _shade(body: etree._Element, manuscript: Manuscript) -> None:
    """Badges in their step's colour, table cells in a tint of it; the marks that told which are taken out."""
    ends = {end.get(w("id")): end for end in body.iter(w("bookmarkEnd"))}
    for mark in body.xpath(".//w:bookmarkStart[starts-with(@w:name, 'shade_')]", namespaces=NAMES):
        step = mark.get(w("name")).removeprefix("shade_").removeprefix("stance-")
        cell = next((a for a in mark.iterancestors() if a.tag == w("tc")), None)
        if step.startswith("cell-") and cell is not None:
            _tint(cell, manuscript.colours[step.removeprefix("cell-")])
        elif step in manuscript.colours:
            colour = manuscript.colours[step]
            for run in _between(mark, ends[mark.get(w("id"))]):
                properties = run.find(w("rPr"))
                properties.append(_element("color", val=text_on(colour)[1:].upper()))
                properties.append(_element("shd", val="clear", color="auto", fill=colour[1:].upper()))
                for text in run.iter(w("t")):
                    text.text = f"\u00a0{text.text}\u00a0".replace(" ", "\u00a0")
        for element in (ends[mark.get(w("id"))], mark):
            element.getparent().remove(element)


def _between(start: etree._Element, end: etree._Element) -> list[etree._Element]:
    """The runs from a bookmark's start to its end, within a paragraph."""
    runs = []
    for element in start.itersiblings():
        if element is end:
            break
        runs += [element] if element.tag == w("r") else list(element.iter(w("r")))
    return runs


def _tint(cell: etree._Element, colour: str) -> None:
    """A cell's shade, and a strong edge in the full colour (17.4.66, in the schema's order)."""
    properties = cell.find(w("tcPr"))
    if properties is None:
        properties = etree.Element(w("tcPr"))
        cell.insert(0, properties)
    row = cell.getparent()
    if len("".join(t.text or "" for t in row.iter(w("t")))) < WHOLE:
        _row_properties(row).append(_element("cantSplit"))
    borders = etree.SubElement(properties, w("tcBorders"))
    borders.append(_element("left", val="single", sz="48", space="0", color=colour[1:].upper()))
    properties.append(_element("shd", val="clear", color="auto", fill=tint(colour)[1:].upper()))


def _row_properties(row: etree._Element) -> etree._Element:
    properties = row.find(w("trPr"))
    if properties is None:
        properties = etree.Element(w("trPr"))
        row.insert(0, properties)
    return properties


def _badge(body: etree._Element, manuscript: Manuscript) -> None:
    """The country's own step is shaded in its colour, in text that reads on it."""
    colour = manuscript.colours.get(manuscript.accent)
    if not colour:
        return
    for run in body.xpath(".//w:r[w:rPr/w:rStyle/@w:val='StepHere']", namespaces=NAMES):
        properties = run.find(w("rPr"))
        properties.append(_element("color", val=text_on(colour)[1:].upper()))
        properties.append(_element("shd", val="clear", color="auto", fill=colour[1:].upper()))
    for run in body.xpath(".//w:r[w:rPr/w:rStyle/@w:val='Step' or w:rPr/w:rStyle/@w:val='StepHere']", namespaces=NAMES):
        for text in run.iter(w("t")):
            text.text = f" {text.text} ".replace(" ", "\u00a0")


def _lists(package: Package) -> None:
    """Bullets and numbers hang as they do on the page: pandoc indents its lists by half an inch."""
    if "word/numbering.xml" not in package.parts:
        return
    for level in package.xml("word/numbering.xml").iter(w("lvl")):
        indent = level.find(f"{w('pPr')}/{w('ind')}")
        if indent is not None:
            depth = int(level.get(w("ilvl"))) + 1
            numbered = level.find(w("numFmt")).get(w("val")) != "bullet"
            step = 4.0 if numbered else 3.2
            indent.set(w("left"), twips(step * depth))
            indent.set(w("hanging"), twips(step))


def _type(package: Package, step: LadderStep) -> None:
    """The step's sizes and distances in the styles that the fit changes."""
    gap = step.text[1] * step.gap
    sizes = {
        "Fact": (*step.text, gap),
        "More": (*step.text, 0),
        "Lead": (*step.lead, None),
        "Source": (*step.sources, 0),
        "ScaleNote": (*step.sources, 0),
    }
    for style in package.xml("word/styles.xml").iter(w("style")):
        if style.get(w("styleId")) not in sizes:
            continue
        size, leading, after = sizes[style.get(w("styleId"))]
        spacing = style.find(f"{w('pPr')}/{w('spacing')}")
        spacing.set(w("line"), f"{leading * 20:.0f}")
        if after is not None:
            spacing.set(w("after"), f"{after * 20:.0f}")
        for points in (e for e in style.find(w("rPr")) if e.tag in {w("sz"), w("szCs")}):
            points.set(w("val"), f"{size * 2:.0f}")


def properties(package: Package, manuscript: Manuscript) -> None:
    """Title, author, language and date; what the edition doesn't give is left out."""
    day = Date.parse(manuscript.date).first.isoformat()
    creator = f"<dc:creator>{escape('; '.join(manuscript.authors))}</dc:creator>" if manuscript.authors else ""
    core = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(manuscript.title)}</dc:title>{creator}<dc:language>{manuscript.language}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:modified></cp:coreProperties>'
    )
    package.parts["docProps/core.xml"] = core.encode()
    styles = (
        package.xml("word/styles.xml").xpath("w:docDefaults//w:lang", namespaces=NAMES)
        if "word/styles.xml" in package.parts
        else ()
    )
    for language in styles:
        language.set(w("val"), manuscript.language)


def figures(
    package: Package,
    drawn: Mapping[str, str | bytes],
    widths: Mapping[str, float],
    shown: Mapping[str, bytes] = MappingProxyType({}),
) -> None:
    """Each SVG keeps its vector and gets a PNG of 300 dpi beside it, for programs that show no SVG: that of `shown`, or one drawn here.

    Pandoc numbers the pictures in the order of the text, as rIdN.svg. [MS-ODRAWXML] 2.3.1 (svgBlip).
    """
    relations = {e.get("Id"): e for e in package.xml("word/_rels/document.xml.rels")}
    by_content = {data.encode() if isinstance(data, str) else data: name for name, data in drawn.items()}
    for number, blip in enumerate(package.xml(BODY).iter(f"{{{NAMES['a']}}}blip"), 1):
        vector = blip.find(f".//{{{NAMES['asvg']}}}svgBlip")
        own = (vector if vector is not None else blip).get(f"{{{R}}}embed")
        target = relations[own].get("Target")
        name = by_content.get(package.parts.get(f"word/{target}", b""))
        if name is None:
            continue
        _name_picture(blip, number)
        svg = drawn[name]
        if isinstance(svg, bytes):  # a picture of dots stays as it is
            continue
        if vector is None:
            extensions = etree.SubElement(blip, f"{{{NAMES['a']}}}extLst")
            extension = etree.SubElement(extensions, f"{{{NAMES['a']}}}ext", uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}")
            vector = etree.SubElement(extension, f"{{{NAMES['asvg']}}}svgBlip", nsmap={"asvg": NAMES["asvg"]})
            vector.set(f"{{{R}}}embed", own)
        picture = f"word/media/figure{number}.png"
        package.add(picture, shown.get(name) or draw.png(svg, width_mm=widths[name]), "image/png")
        blip.set(f"{{{R}}}embed", package.relate(BODY, f"{R}/image", f"media/figure{number}.png"))


def _name_picture(blip: etree._Element, number: int) -> None:
    """Drawing ids are unique in a document (20.4.2.5); the alternative text stays as pandoc wrote it."""
    inline = next(a for a in blip.iterancestors() if a.tag == f"{{{NAMES['wp']}}}inline")
    for side in ("distT", "distB", "distL", "distR"):  # without them LibreOffice puts 3 mm at the sides
        inline.set(side, "0")
    properties = inline.find(f"{{{NAMES['wp']}}}docPr")
    properties.set("id", str(1000 + number))
    properties.set("name", re.sub(r"\W+", " ", properties.get("name") or f"Figure {number}").strip())
