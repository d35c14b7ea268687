"""Lets chapters run on in a Word file, and puts the numbers of notes beside the notes, as on the PDF's page.

In: a Word file as pandoc wrote it. Out: the same file, in which titles stand on the page of the text above them, and a tab follows
the number of each note. ECMA-376 part 1, 17.3.1.23 (pageBreakBefore), 17.11.13 (footnoteRef).
"""

from __future__ import annotations

from briefs.typeset.word.package import NAMES, Element, Package, element, twips, w

APART = 13.0  # millimetres, as in report.css: between the text above a title and the title
NOTES = "word/footnotes.xml"
BEFORE = ("pStyle", "pageBreakBefore", "numPr")  # properties of a title that stand before `spacing` (17.3.1.26)


def run_on(body: Element) -> None:
    """Begin no page before a title whose section goes on on the page, and set it apart from the text above it."""
    for properties in body.xpath("w:p/w:pPr[w:pStyle/@w:val='Heading1']", namespaces=NAMES):
        start = properties.xpath("string((following::w:sectPr)[1]/w:type/@w:val)", namespaces=NAMES)
        if start == "continuous":
            properties.find(w("pStyle")).addnext(element("pageBreakBefore", val="0"))
            before = [child for child in properties if child.tag in {w(name) for name in BEFORE}]
            before[-1].addnext(element("spacing", before=twips(APART)))


def hang_notes(package: Package) -> None:
    """Replace the space after the number of each note by a tab, so that all lines of the note begin at the same place."""
    if NOTES not in package.parts:
        return
    for space in package.xml(NOTES).xpath(".//w:r[w:footnoteRef]/following-sibling::w:r[1]/w:t[.=' ']", namespaces=NAMES):
        space.getparent().replace(space, element("tab"))
