"""The numbering part of a Word file: the indents of lists, and headings that Word numbers.

In: the package as pandoc wrote it, the manuscript, the theme. Out: the same package, changed. ECMA-376 part 1, 17.9 (numbering).
"""

from __future__ import annotations

from lxml import etree

from briefs.compose.manuscript import Manuscript
from briefs.theme import Theme
from briefs.typeset.word.package import BODY, NAMES, Element, Package, W, fill, style, twips, w

PART = "word/numbering.xml"
BULLET, NUMBER = 3.2, 4.0  # millimetres: the hanging indent of each level of a list
SLIDE_INDENT, SLIDE_BULLET, SLIDE_NUMBER = 9, 6, 9  # the same on a slide at the size at which it is shown
HEADING_SPACE = {1: (0.0, 8.0), 2: (7.0, 2.0)}  # millimetres before and after, as in report.css
HEADINGS = 900  # the number of our own numbering; pandoc uses lower ones


def indent_lists(package: Package) -> None:
    """Hang bullets and numbers as far as on the page. Pandoc indents lists by half an inch."""
    if PART not in package.parts:
        return
    for level in package.xml(PART).iter(w("lvl")):
        indent = level.find(f"{w('pPr')}/{w('ind')}")
        if indent is not None:
            depth = int(level.get(w("ilvl"))) + 1
            step = BULLET if level.find(w("numFmt")).get(w("val")) == "bullet" else NUMBER
            indent.set(w("left"), twips(step * depth))
            indent.set(w("hanging"), twips(step))


def indent_slide_lists(package: Package, scale: float) -> None:
    """Hang bullets and numbers on slides as far as on the page. Lists in notes keep the indent of the numbering part.

    `scale`: of a slide on paper to one that is shown.
    """
    if PART not in package.parts:
        return
    formats = _formats(package.xml(PART))
    for properties in package.xml(BODY).iterfind(".//w:p/w:pPr[w:numPr]", NAMES):
        named = properties.find("w:pStyle", NAMES)
        if named is None or not named.get(w("val"), "").startswith("SlideText"):
            continue
        depth = int(properties.find("w:numPr/w:ilvl", NAMES).get(w("val"))) + 1
        is_bullet = formats[properties.find("w:numPr/w:numId", NAMES).get(w("val"))] == "bullet"
        for old in properties.findall("w:ind", NAMES):
            properties.remove(old)
        left, hanging = twips(SLIDE_INDENT * depth * scale), twips((SLIDE_BULLET if is_bullet else SLIDE_NUMBER) * scale)
        properties.append(etree.fromstring(f'<w:ind xmlns:w="{W}" w:left="{left}" w:hanging="{hanging}"/>'))


def _formats(numbering: Element) -> dict[str, str]:
    """The format of the first level of each `w:num` by its id: `bullet`, `decimal` …"""
    abstract = {
        a.get(w("abstractNumId")): a.find("w:lvl/w:numFmt", NAMES).get(w("val")) for a in numbering.iterfind("w:abstractNum", NAMES)
    }
    return {n.get(w("numId")): abstract[n.find("w:abstractNumId", NAMES).get(w("val"))] for n in numbering.iterfind("w:num", NAMES)}


def number_headings(package: Package, body: Element, manuscript: Manuscript, theme: Theme) -> None:
    """Let Word count the headings that have a number. A heading of level 1 begins a page."""
    _add_numbering(package.xml(PART), twips(theme.look.page[manuscript.kind.page].hang), fill(theme.look.palette["muted"]))
    _space_headings(package.xml("word/styles.xml"))
    numbered = {h.anchor: h.level for h in manuscript.headings if h.number}
    for paragraph in body.xpath("w:p[starts-with(w:pPr/w:pStyle/@w:val, 'Heading')]", namespaces=NAMES):
        for level in {numbered[b.get(w("name"))] for b in paragraph.iter(w("bookmarkStart")) if b.get(w("name")) in numbered}:
            number = f'<w:numPr xmlns:w="{W}"><w:ilvl w:val="{level - 1}"/><w:numId w:val="{HEADINGS}"/></w:numPr>'
            named = style(paragraph)
            assert named is not None
            named.addnext(etree.fromstring(number))


def _add_numbering(numbering: Element, hang: str, colour: str) -> None:
    """The numbering of headings: 1, 1.1, in the margin. `hang`: twips."""
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:tabs><w:tab w:val="num" w:pos="0"/></w:tabs><w:ind w:left="0" w:hanging="{hang}"/></w:pPr><w:rPr><w:color w:val="{colour}"/></w:rPr></w:lvl>'
        for i, text in enumerate(("%1", "%1.%2"))
    )
    abstract = etree.fromstring(
        f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="{HEADINGS}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    first_num = numbering.find(w("num"))
    numbering.insert(len(numbering) if first_num is None else list(numbering).index(first_num), abstract)
    numbering.append(etree.fromstring(f'<w:num xmlns:w="{W}" w:numId="{HEADINGS}"><w:abstractNumId w:val="{HEADINGS}"/></w:num>'))


def _space_headings(styles: Element) -> None:
    """The space round headings, and the page break before those of level 1."""
    for level, (before, after) in HEADING_SPACE.items():
        properties = styles.find(f"w:style[@w:styleId='Heading{level}']/w:pPr", NAMES)
        spacing = properties.find(w("spacing"))
        spacing.set(w("before"), twips(before))
        spacing.set(w("after"), twips(after))
        if level == 1:
            properties.insert(2, etree.Element(w("pageBreakBefore")))  # after keepNext and keepLines
