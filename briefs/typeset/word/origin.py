"""Writes the origin of a Word file into the file, so that `merge` knows from which content an edited copy was made; and reads it.

In: the package, the manuscript, the pages of its blocks. Out: the package with a part that lists each content block (its bookmark,
its place in the content, the hash of its text, its page), and with two properties: the name of the document, and one hash of all
blocks. Some programs drop the part when they save a file; more of them keep properties and bookmarks. ECMA-376 part 1, 15.2.5
(custom XML data storage) and 15.2.12.2 (custom file properties).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from briefs.compose.manuscript import Manuscript, opaque
from briefs.typeset.word import zotero
from briefs.typeset.word.package import BODY, Package, R

PART = "customXml/item1.xml"
PROPERTIES = "docProps/custom.xml"
NAMESPACE = "urn:briefs:origin"
DOCUMENT, CONTENT = "Briefs document", "Briefs content"  # the names of the properties, as Word shows them
LEAVES = 20  # the largest number of paragraphs and items in a text of a brief
OPAQUE = "sha256:"  # stands before the hash that replaces the name of a place in a file for an audience
_ID = "{6F1B6E0C-4E1B-4A53-9B52-6B7A7B1C0B1E}"  # the identifier of the part, the same in every file
_DATA = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_USER = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # the set of properties that users define ([MS-OLEPS] 2.18)


@dataclass(frozen=True)
class Block:
    """A content block of a Word file: its place in the content, the hash of its text (`Text.hash`), its printed page number."""

    place: str
    hash: str
    page: str


@dataclass(frozen=True)
class Origin:
    """The origin of a Word file: the name of the document (`briefs/belgium`, for an audience `press/briefs/belgium`, in another
    language `fr/briefs/belgique`), one hash of all blocks, and the blocks by bookmark.

    `blocks` is None if another program has dropped the part.
    """

    document: str = ""
    content: str = ""
    blocks: Mapping[str, Block] | None = None

    @property
    def is_opaque(self) -> bool:
        """Whether the names of places are replaced by hashes, as in a file for an audience."""
        return any(block.place.startswith(OPAQUE) for block in (self.blocks or {}).values())

    def revealed(self, names: Iterable[str]) -> Origin:
        """The origin with names of places instead of hashes. `names`: the names of all texts of the content, from which the hashes
        are recognised."""
        if not self.is_opaque:
            return self
        known = {f"{OPAQUE}{opaque(own)}": own for name in names for own in _leaves(name)}
        blocks = {name: replace(block, place=known.get(block.place, block.place)) for name, block in (self.blocks or {}).items()}
        return replace(self, blocks=blocks)


def _leaves(name: str) -> Iterator[str]:
    """The names of the places of a text and of its paragraphs. A place that is printed again has a suffix (`slots.mark`)."""
    for leaf in (name, *(f"{name}/{number}" for number in range(2, LEAVES + 1))):
        yield from (leaf, f"{leaf}@2", f"{leaf}@3")


def write(package: Package, manuscript: Manuscript, pages: Mapping[str, str]) -> None:
    """Add the part and the properties. `pages`: the printed page number of each bookmark."""
    root = etree.Element(f"{{{NAMESPACE}}}blocks", nsmap={None: NAMESPACE})
    for name, place in manuscript.places.items():
        hash = manuscript.hashes.get(name, "")
        written = f"{OPAQUE}{opaque(place.name)}" if manuscript.audience else place.name
        etree.SubElement(root, f"{{{NAMESPACE}}}block", name=name, place=written, hash=hash, page=pages.get(name, ""))
    package.add(PART, b"", "application/xml")
    package.trees[PART] = root
    package.relate(BODY, f"{R}/customXml", f"../{PART}")
    about = f'<ds:datastoreItem xmlns:ds="{_DATA}" ds:itemID="{_ID}"><ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    kind = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
    package.add("customXml/itemProps1.xml", about.encode(), kind)
    package.relate(PART, f"{R}/customXmlProps", "itemProps1.xml")
    write_properties(package, manuscript)
    _properties(package, zotero.preferences(manuscript))


def write_properties(package: Package, manuscript: Manuscript) -> None:
    """Add only the two properties, without the part; a presentation has no more."""
    document = "/".join(filter(None, (manuscript.translation, manuscript.audience, manuscript.stem)))
    _properties(package, {DOCUMENT: document, CONTENT: _whole(manuscript)})


def _whole(manuscript: Manuscript) -> str:
    """One hash of all blocks."""
    blocks = f"{manuscript.audience}\n" if manuscript.audience else ""
    blocks += "\n".join(f"{place.name} {manuscript.hashes.get(name, '')}" for name, place in manuscript.places.items())
    return hashlib.sha256(blocks.encode()).hexdigest()[:32]


def _properties(package: Package, values: Mapping[str, str]) -> None:
    """Add custom properties."""
    root = package.xml(PROPERTIES)
    for number, (name, value) in enumerate(values.items(), len(root) + 2):  # ids begin with 2 ([MS-OLEPS] 2.18)
        made = etree.SubElement(root, f"{{{_CUSTOM}}}property", fmtid=_USER, pid=str(number), name=name)
        etree.SubElement(made, f"{{{_TYPES}}}lpwstr").text = value


def read(package: Package) -> Origin:
    """Read the origin of a file. It is empty for a file that was not made here."""
    properties: dict[str, str] = {}
    if PROPERTIES in package.parts:
        properties = {p.get("name", ""): "".join(p.itertext()).strip() for p in package.xml(PROPERTIES)}
    blocks = None
    for name in sorted(n for n in package.parts if n.startswith("customXml/item") and n.endswith(".xml")):
        if NAMESPACE.encode() in package.parts[name] and (root := package.xml(name)).tag == f"{{{NAMESPACE}}}blocks":
            blocks = {b.get("name", ""): Block(b.get("place", ""), b.get("hash", ""), b.get("page", "")) for b in root}
    return Origin(properties.get(DOCUMENT, ""), properties.get(CONTENT, ""), blocks)
