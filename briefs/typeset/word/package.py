"""Reads and writes OOXML packages. Parts are written in a fixed order and with one date, so that equal content gives equal bytes.

In: the bytes of a DOCX or PPTX. Out: `Package`, and its bytes. ECMA-376 part 2 (Open Packaging Conventions).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from briefs.edition.addresses import link_target
from briefs.edition.dates import Date
from briefs.problems import Problem, Problems

Element: TypeAlias = etree._Element
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
BODY = "word/document.xml"
NOTES = "word/footnotes.xml"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NAMES = {
    "w": W,
    "r": R,
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
}
_OUTSIDE = frozenset(
    [
        "AUTOTEXT",
        "AUTOTEXTLIST",
        "DATABASE",
        "DDE",
        "DDEAUTO",
        "EMBED",
        "GOTOBUTTON",
        "IMPORT",
        "INCLUDE",
        "INCLUDEPICTURE",
        "INCLUDETEXT",
        "LINK",
        "MACROBUTTON",
        "PRINT",
        "RD",
    ]
)  # names of fields that reach outside their file (ECMA-376 part 1, 17.16.5, and older versions of Word)
_ARGUMENT = re.compile(r'"[^"]*"?|[^\s"]+')  # the name or an argument of a field
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_blank_text=False)


@dataclass
class Package:
    """The parts of a package, by name. An XML part is parsed when `xml` first returns it, and is then written from its tree.

    `checksums`: the size and CRC of each part that was read from a ZIP file, as the file’s directory has them."""

    parts: dict[str, bytes]
    trees: dict[str, Element] = field(default_factory=dict)
    checksums: dict[str, str] = field(default_factory=dict)

    def xml(self, name: str) -> Element:
        """The root element of a part. Changes to it become part of the package."""
        if name not in self.trees:
            self.trees[name] = etree.fromstring(self.parts[name], _PARSER)
        return self.trees[name]

    def add(self, name: str, data: bytes, content_type: str) -> None:
        """Add a part and its content type."""
        self.parts[name] = data
        types = self.xml("[Content_Types].xml")
        if not types.xpath(f"*[@PartName='/{name}']"):
            etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{name}", ContentType=content_type)

    def relate(self, source: str, kind: str, target: str, *, external: bool = False) -> str:
        """Add a relationship from a part to another part, or to an address outside the package; returns its id."""
        folder, _, name = source.rpartition("/")
        rels = f"{folder}/_rels/{name}.rels"
        if rels not in self.parts:
            self.parts[rels] = f'<Relationships xmlns="{RELATIONS}"/>'.encode()
        root = self.xml(rels)
        taken = {e.get("Id") for e in root}
        number = next(n for n in range(1, len(taken) + 2) if f"rIdB{n}" not in taken)
        new = etree.SubElement(root, f"{{{RELATIONS}}}Relationship", Id=f"rIdB{number}", Type=kind, Target=target)
        if external:
            new.set("TargetMode", "External")
        return f"rIdB{number}"


def forbidden_links(package: Package, documents: Container[str] = ()) -> Iterator[str]:
    """The addresses outside the package to which no document may lead. Links may lead only to the web, to mail addresses, to DOIs
    and to these other `documents`. All addresses that a program would open by itself, such as a template or a picture, are
    forbidden."""
    for part in (name for name in package.parts if name.endswith(".rels")):
        root = package.trees[part] if part in package.trees else etree.fromstring(package.parts[part], _PARSER)
        for relationship in root.iter(f"{{{RELATIONS}}}Relationship"):
            target, is_link = relationship.get("Target", ""), relationship.get("Type", "").endswith("/hyperlink")
            if relationship.get("TargetMode") == "External" and not (is_link and (link_target(target) or target in documents)):
                yield target
    for part, data in package.parts.items():
        if part.endswith(".xml") and (part in package.trees or b"instr" in data):
            root = package.trees[part] if part in package.trees else etree.fromstring(data, _PARSER)
            yield from filter(_leads_outside, _instructions(root))


def _instructions(root: Element) -> Iterator[str]:
    """The instruction of each field (ECMA-376 part 1, 17.16). In a complex field, it stands between `begin` and `separate` or
    `end`."""
    opened: list[str] = []
    for node in root.iter(w("fldSimple"), w("fldChar"), w("instrText")):
        kind = node.get(w("fldCharType"))
        if node.tag == w("fldSimple"):
            yield node.get(w("instr"), "")
        elif node.tag == w("instrText") and opened:
            opened[-1] += node.text or ""
        elif kind == "begin":
            opened.append("")
        elif opened and kind in {"separate", "end"}:
            yield opened[-1]
            opened[-1] = ""
            del opened[len(opened) - (kind == "end") :]


def _leads_outside(instruction: str) -> bool:
    """Whether a field with this instruction reads a file, starts a program, or links to a forbidden address."""
    words = _ARGUMENT.findall(instruction)
    name = words[0].upper() if words else ""
    if name != "HYPERLINK":
        return name in _OUTSIDE
    rest = iter(words[1:])
    addresses = [word.strip('"') for word in rest if not (word.startswith("\\") and (word[1:2] not in "lot" or next(rest, "")))]
    return any(link_target(address) is None for address in addresses) or not (addresses or "\\l" in words)


def w(name: str) -> str:
    """A name in the namespace of WordprocessingML, in the form of lxml: `{namespace}name`."""
    return f"{{{W}}}{name}"


def element(name: str, **values: str) -> Element:
    """A WordprocessingML element with attributes of the same namespace."""
    made = etree.Element(w(name))
    for key, value in values.items():
        made.set(w(key), value)
    return made


def gap(points: float) -> Element:
    """The `w:pPr` of an empty paragraph of this height."""
    made = element("pPr")
    made.append(element("spacing", before="0", after="0", line=f"{points * 20:.0f}", lineRule="exact"))
    return made


def style(paragraph: Element) -> Element | None:
    """The `w:pStyle` of a paragraph."""
    return paragraph.find(f"{w('pPr')}/{w('pStyle')}")


def twips(millimetres: float) -> str:
    """A length in twentieths of a point, the unit of WordprocessingML."""
    return f"{millimetres * 1440 / 25.4:.0f}"


def fill(colour: str) -> str:
    """A colour `#rrggbb` as OOXML writes it."""
    return colour[1:].upper()


def read(data: bytes) -> Package:
    """The package in the bytes of a DOCX or PPTX."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return Package({n: archive.read(n) for n in archive.namelist()}, checksums=checksums(archive))


def checksums(archive: zipfile.ZipFile) -> dict[str, str]:
    """The size and CRC of each part."""
    return {entry.filename: f"{entry.file_size} {entry.CRC:08x}" for entry in archive.infolist()}


def write(package: Package, date: str, documents: Container[str] = ()) -> bytes:
    """The bytes of the file: content types first, then the other parts by name, each with the first day of `date` as its date.
    `documents`: the other Word files to which it may link, by their paths relative to it.

    Raises Problems if the file has a forbidden link. The content was checked before, so such a link comes from the theme's file.
    """
    for address in forbidden_links(package, documents):
        hint = "Take it out of the theme’s reference.docx or reference.pptx."
        raise Problems([Problem("error", "theme", 0, 0, f"“{address[:60]}” is nothing that a document may link to", hint)])
    for name, root in package.trees.items():
        package.parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    day = Date.parse(date).first
    stamp = (min(max(day.year, 1980), 2107), day.month, day.day, 0, 0, 0)  # the years that a ZIP can hold (APPNOTE.TXT, 4.4.6)
    out = io.BytesIO()
    first = {"[Content_Types].xml": 0, "_rels/.rels": 1}
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(package.parts, key=lambda n: (first.get(n, 2), n)):
            entry = zipfile.ZipInfo(name, stamp)
            entry.external_attr = 0o600 << 16
            kind = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, package.parts[name], kind)
    return out.getvalue()
