"""Makes Word count in the digits of the language: pages, notes, headings, items of lists and captions.

In: the package, the numbering system of its language. Out: the same package, changed. Word has formats for Devanagari and Thai
digits only (ECMA-376 part 1, 17.18.59 and 17.16.4.3.1). In other systems, the results that are stored in fields have the digits of
the language. When Word counts again, it uses the digits that its user has chosen.
"""

from __future__ import annotations

import re

from lxml import etree

from briefs.edition import digits
from briefs.typeset.word.numbering import PART
from briefs.typeset.word.package import BODY, NAMES, Element, Package, element, w

FORMATS = {"deva": ("hindiNumbers", "HINDIARABIC"), "thai": ("thaiNumbers", "THAIARABIC")}  # the formats of numbers and of fields
_FOOTERS = re.compile(r"word/footer\d+\.xml")
_BEFORE_NOTES = {w("headerReference"), w("footerReference")}
_BEFORE_PAGES = _BEFORE_NOTES | {
    w(name) for name in ("footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType")
}


def write(package: Package, numerals: str) -> None:
    """Make Word count in the digits of a numbering system."""
    for name in filter(_FOOTERS.fullmatch, sorted({*package.parts, *package.trees})):
        for text in package.xml(name).iterfind(".//w:fldSimple//w:t", NAMES):
            text.text = digits.written(text.text, numerals)
    if numerals not in FORMATS:
        return
    number, switch = FORMATS[numerals]
    if PART in package.parts:
        for shown in package.xml(PART).iterfind(".//w:numFmt[@w:val='decimal']", NAMES):
            shown.set(w("val"), number)
    for section in package.xml(BODY).iter(w("sectPr")):
        _count(section, number)
    for instruction in package.xml(BODY).iter(w("instrText")):
        instruction.text = re.sub(r"\\\* ARABIC\b", rf"\\* {switch}", instruction.text or "")


def _count(section: Element, number: str) -> None:
    """Set the format of the numbers of a section's pages and notes (17.6.12, 17.11.18)."""
    pages = _child(section, "pgNumType", _BEFORE_PAGES)
    if pages.get(w("fmt"), "decimal") == "decimal":
        pages.set(w("fmt"), number)
    notes = _child(section, "footnotePr", _BEFORE_NOTES)
    notes.insert(0 if notes.find(w("pos")) is None else 1, element("numFmt", val=number))


def _child(section: Element, name: str, before: set[str]) -> Element:
    """A child of a section's properties. One that isn't there is added after the elements that come before it in the schema."""
    found = section.find(w(name))
    if found is None:
        found = etree.Element(w(name))
        section.insert(sum(1 for child in section if child.tag in before), found)
    return found
