"""What stands beside the text of a Word page: pull quotes, and the numbers of notes, as on the PDF's page.

In: a Word file as pandoc wrote it, the theme. Out: the same file; each pull quote is a text frame beside the text, and a tab follows the
number of each note. ECMA-376 part 1, 17.3.1.11 (framePr), 17.11.13 (footnoteRef).
"""

from __future__ import annotations

from briefs.theme import Page
from briefs.typeset.word.package import NAMES, Element, Package, element, twips, w

GAP, WIDE = 4.0, 27.0  # millimetres, as in report.css: from the text to a pull quote, and its width
NOTES = "word/footnotes.xml"
BEFORE = ("pStyle", "keepNext", "keepLines", "pageBreakBefore")  # what stands before a frame's properties (17.3.1.26)


def frame_pull_quotes(body: Element, page: Page) -> None:
    """Put pull quotes into the right margin, where lines end."""
    sheet = int(next(body.iter(w("pgSz"))).get(w("w")))
    measure = sheet - int(twips(page.left)) - int(twips(page.right))
    for properties in body.xpath(".//w:pPr[w:pStyle/@w:val='PullQuote']", namespaces=NAMES):
        frame = element(
            "framePr", w=twips(WIDE), hSpace="0", wrap="around", vAnchor="text", hAnchor="margin", x=str(measure + int(twips(GAP))), y="1"
        )  # fmt: skip
        before = [child for child in properties if child.tag in {w(name) for name in BEFORE}]
        before[-1].addnext(frame)


def hang_notes(package: Package) -> None:
    """Put a tab for the space after the number of each note, so that its lines are level with the first."""
    if NOTES not in package.parts:
        return
    for space in package.xml(NOTES).xpath(".//w:r[w:footnoteRef]/following-sibling::w:r[1]/w:t[.=' ']", namespaces=NAMES):
        space.getparent().replace(space, element("tab"))
