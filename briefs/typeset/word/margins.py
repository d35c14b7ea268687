"""Lets chapters run on in a Word file, as on the PDF's page.

In: a Word file as pandoc wrote it. Out: the same file, in which titles stand on the page of the text above them. ECMA-376 part 1,
17.3.1.23 (pageBreakBefore).
"""

from __future__ import annotations

from briefs.typeset.word.package import NAMES, Element, element, twips, w

APART = 13.0  # millimetres, as in report.css: between the text above a title and the title
BEFORE = ("pStyle", "pageBreakBefore", "numPr")  # properties of a title that stand before `spacing` (17.3.1.26)


def run_on(body: Element) -> None:
    """Begin no page before a title whose section goes on on the page, and set it apart from the text above it."""
    for properties in body.xpath("w:p/w:pPr[w:pStyle/@w:val='Heading1']", namespaces=NAMES):
        start = properties.xpath("string((following::w:sectPr)[1]/w:type/@w:val)", namespaces=NAMES)
        if start == "continuous":
            properties.find(w("pStyle")).addnext(element("pageBreakBefore", val="0"))
            before = [child for child in properties if child.tag in {w(name) for name in BEFORE}]
            before[-1].addnext(element("spacing", before=twips(APART)))
