"""What a Word file says of its own origin, so that an edited copy of it finds its way back.

In: the package, the manuscript, the pages that its blocks stand on. Out: the package with a part that lists each content block
(its bookmark, its place in the content, the hash of the text it was made from, its page), and with two properties: the document's
name, and one hash of all blocks. A program may drop the part; properties and bookmarks stay longer. ECMA-376 part 1, 15.2.5
(custom XML data storage) and 15.2.12.2 (custom file properties).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from briefs.compose.manuscript import Manuscript
from briefs.typeset.word.package import Package, R

PART = "customXml/item1.xml"
PROPERTIES = "docProps/custom.xml"
NAMESPACE = "urn:briefs:origin"
DOCUMENT, CONTENT = "Briefs document", "Briefs content"  # the properties' names, as Word shows them
_ID = "{6F1B6E0C-4E1B-4A53-9B52-6B7A7B1C0B1E}"  # of the part, the same in every file
_DATA = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_USER = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # the set of properties that users define ([MS-OLEPS] 2.18)


@dataclass(frozen=True)
class Block:
    """A content block of a Word file: where it stands in the content, the hash of its text (`Text.hash`), its page as it is printed."""

    place: str
    hash: str
    page: str


@dataclass(frozen=True)
class Origin:
    """What a Word file tells: the document's name (`briefs/belgium`), one hash of all blocks, the blocks by bookmark."""

    document: str = ""
    content: str = ""
    blocks: Mapping[str, Block] | None = None


def write(package: Package, manuscript: Manuscript, pages: Mapping[str, str]) -> None:
    """Put the part and the properties in. `pages`: the page of each bookmark, as it is printed."""
    root = etree.Element(f"{{{NAMESPACE}}}blocks", nsmap={None: NAMESPACE})
    for name, place in manuscript.places.items():
        hash = manuscript.hashes.get(name, "")
        etree.SubElement(root, f"{{{NAMESPACE}}}block", name=name, place=place.name, hash=hash, page=pages.get(name, ""))
    package.add(PART, b"", "application/xml")
    package.trees[PART] = root
    package.relate("word/document.xml", f"{R}/customXml", f"../{PART}")
    about = f'<ds:datastoreItem xmlns:ds="{_DATA}" ds:itemID="{_ID}"><ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    kind = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
    package.add("customXml/itemProps1.xml", about.encode(), kind)
    package.relate(PART, f"{R}/customXmlProps", "itemProps1.xml")
    _properties(package, {DOCUMENT: manuscript.stem, CONTENT: _whole(manuscript)})


def _whole(manuscript: Manuscript) -> str:
    told = "\n".join(f"{place.name} {manuscript.hashes.get(name, '')}" for name, place in manuscript.places.items())
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _properties(package: Package, values: Mapping[str, str]) -> None:
    root = package.xml(PROPERTIES)
    for number, (name, value) in enumerate(values.items(), len(root) + 2):  # 0 and 1 are taken (18.2)
        told = etree.SubElement(root, f"{{{_CUSTOM}}}property", fmtid=_USER, pid=str(number), name=name)
        etree.SubElement(told, f"{{{_TYPES}}}lpwstr").text = value


def read(package: Package) -> Origin:
    """What a file tells of its origin; `blocks` is None where another program dropped the part."""
    told: dict[str, str] = {}
    if PROPERTIES in package.parts:
        told = {p.get("name", ""): "".join(p.itertext()).strip() for p in package.xml(PROPERTIES)}
    blocks = None
    for name in sorted(n for n in package.parts if n.startswith("customXml/item") and n.endswith(".xml")):
        if NAMESPACE.encode() in package.parts[name] and (root := package.xml(name)).tag == f"{{{NAMESPACE}}}blocks":
            blocks = {b.get("name", ""): Block(b.get("place", ""), b.get("hash", ""), b.get("page", "")) for b in root}
    return Origin(told.get(DOCUMENT, ""), told.get(CONTENT, ""), blocks)
