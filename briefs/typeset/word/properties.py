"""Writes the properties of an OOXML file: title, subject, authors, keywords, language, date; and the publisher.

In: the package of a DOCX or PPTX, the manuscript. Out: the same package, changed. ECMA-376 part 2, 11 (core properties); part 1,
22.2.2.3 (the company, among the extended properties).
"""

from __future__ import annotations

from html import escape

from lxml import etree

from briefs.compose.manuscript import Manuscript
from briefs.edition.dates import Date
from briefs.typeset.word.package import NAMES, Package, w

STYLES, EXTENDED = "word/styles.xml", "docProps/app.xml"
PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"


def write(package: Package, manuscript: Manuscript) -> None:
    """Write the properties that the edition has, and the language of a Word file's text."""
    day = Date.parse(manuscript.date).first.isoformat()
    creator = f"<dc:creator>{escape('; '.join(manuscript.authors))}</dc:creator>" if manuscript.authors else ""
    subject = f"<dc:subject>{escape(manuscript.subtitle)}</dc:subject>" if manuscript.subtitle else ""
    keywords = f"<cp:keywords>{escape(manuscript.keywords)}</cp:keywords>" if manuscript.keywords else ""
    core = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(manuscript.title)}</dc:title>{subject}{creator}{keywords}<dc:language>{manuscript.language}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:modified></cp:coreProperties>'
    )
    package.parts["docProps/core.xml"] = core.encode()
    _write_publisher(package, manuscript.publisher)
    if STYLES in package.parts:
        for language in package.xml(STYLES).xpath("w:docDefaults//w:lang", namespaces=NAMES):
            language.set(w("val"), manuscript.language)


def _write_publisher(package: Package, publisher: str) -> None:
    """Write the publisher as the property Company (22.2.2.3). It replaces an older one."""
    if not publisher or EXTENDED not in package.parts:
        return
    root = package.xml(EXTENDED)
    for old in root.findall(f"{{{PROPERTIES}}}Company"):
        root.remove(old)
    made = etree.SubElement(root, f"{{{PROPERTIES}}}Company")
    made.text = publisher
