"""Puts pull quotes beside the text of a Word page, and the numbers of notes beside the notes, as on the PDF's page.

In: a Word file as pandoc wrote it, the theme. Out: the same file, in which each pull quote is a text frame beside the text, and a
tab follows the number of each note. ECMA-376 part 1, 17.3.1.11 (framePr), 17.11.13 (footnoteRef).
"""

from __future__ import annotations

from briefs.theme import Page
from briefs.typeset.word.package import NAMES, Element, Package, element, twips, w

GAP, WIDE = 4.0, 27.0  # millimetres, as in report.css: the distance from the text to a pull quote, and the width of a pull quote
NOTES = "word/footnotes.xml"
BEFORE = ("pStyle", "keepNext", "keepLines", "pageBreakBefore")  # properties that stand before `framePr` (17.3.1.26)


def frame_pull_quotes(body: Element, page: Page) -> None:
    """Put pull quotes into the margin at the side where lines end."""
    sheet = int(next(body.iter(w("pgSz"))).get(w("w")))
    measure = sheet - int(twips(page.left)) - int(twips(page.right))
    for properties in body.xpath(".//w:pPr[w:pStyle/@w:val='PullQuote']", namespaces=NAMES):
        frame = element(
            "framePr", w=twips(WIDE), hSpace="0", wrap="around", vAnchor="text", hAnchor="margin", x=str(measure + int(twips(GAP))), y="1"
        )  # fmt: skip
        before = [child for child in properties if child.tag in {w(name) for name in BEFORE}]
        before[-1].addnext(frame)


def hang_notes(package: Package) -> None:
    """Replace the space after the number of each note by a tab, so that all lines of the note begin at the same place."""
    if NOTES not in package.parts:
        return
    for space in package.xml(NOTES).xpath(".//w:r[w:footnoteRef]/following-sibling::w:r[1]/w:t[.=' ']", namespaces=NAMES):
        space.getparent().replace(space, element("tab"))
