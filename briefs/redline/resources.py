"""Copies from the older Word file to the newer one what deleted text needs there: links, pictures, list numbers, styles.

In: both packages, the name of the part that is written. Out: copies of elements of the older file, adapted to the newer file.
ECMA-376 part 1: 17.9 (numbering), 17.7 (styles), 20.4.2.5 (ids of drawings); part 2, 8 (relationships).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence

from lxml import etree

from briefs.press.cache import digest
from briefs.redline.tokens import Node, Structure, copied, structure
from briefs.typeset.word.package import NAMES, TYPES, WORD, Package, R, w

BODY, NOTES, NUMBERING, STYLES = "word/document.xml", "word/footnotes.xml", "word/numbering.xml", "word/styles.xml"
_RELATED = (f"{{{R}}}id", f"{{{R}}}embed", f"{{{R}}}link")  # attributes that hold the id of a relationship
_DRAWING_PROPERTIES = f"{{{NAMES['wp']}}}docPr"
_FIRST_DRAWING_ID = 5000  # imported pictures get ids above this; pictures in files that we write have smaller ids


class PackagePart:
    """A part of a package, with its relationships by id."""

    def __init__(self, package: Package, name: str):
        self.package, self.name = package, name
        folder, _, own = name.rpartition("/")
        rels = f"{folder}/_rels/{own}.rels"
        self.relationships = {e.get("Id"): e for e in package.xml(rels)} if rels in package.parts else {}

    def address(self, link: Node) -> str:
        """The target of a hyperlink: an address, or `#` and a bookmark of the file."""
        relationship = self.relationships.get(link.get(_RELATED[0]))
        anchor = link.get(w("anchor"))
        return ("" if relationship is None else relationship.get("Target", "")) + (f"#{anchor}" if anchor else "")

    def link_key(self, link: Node) -> str:
        """The text by which a hyperlink is compared with others: its address. Names of bookmarks are left out, because they change
        when blocks are added."""
        address = self.address(link)
        return "#" if address.startswith("#") else address

    def picture_key(self, node: Node) -> Structure:
        """The values by which a picture is compared with others: its alternative text, its size, a hash of its data."""
        texts = [d.get("descr", "") for d in node.iter(_DRAWING_PROPERTIES)]
        sizes = [(e.get("cx"), e.get("cy")) for e in node.iter(f"{{{NAMES['wp']}}}extent")]
        data = [digest(self._data(e.get(a))) for e in node.iter() for a in _RELATED[1:] if e.get(a)]
        return (*texts, *sizes, *data)

    def _data(self, relationship: str) -> bytes:
        return self.package.parts.get(self.path(relationship), b"")

    def path(self, relationship: str) -> str:
        """The name of the part that a relationship leads to; empty if it leads out of the file or nowhere."""
        found = self.relationships.get(relationship)
        if found is None or found.get("TargetMode") == "External":
            return ""
        target: str = found.get("Target", "")
        return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(self.name), target))


class Importer:
    """Copies elements from a part of the older file into the same part of the newer one."""

    def __init__(self, old: PackagePart, new: PackagePart, numbering: NumberingMap):
        self.old, self.new, self.numbering = old, new, numbering

    def imported(self, node: Node) -> Node:
        """A copy of an element, with the ids of relationships, numbers of lists and ids of drawings that the newer file has."""
        made = copied(node)
        for each in made.iter():
            for name in _RELATED:
                if each.get(name):
                    each.set(name, self._relationship(each.get(name)))
            if each.tag == w("numId"):
                each.set(w("val"), self.numbering.new_number(each.get(w("val"), "0")))
            elif each.tag == _DRAWING_PROPERTIES:
                each.set("id", str(self.numbering.next_drawing_id()))
        return made

    def _relationship(self, id: str) -> str:
        """The id that a relationship of the older file has in the newer file. The relationship is added there if it is missing."""
        found = self.old.relationships.get(id)
        if found is None:
            return id
        kind, target, is_external = found.get("Type"), found.get("Target"), found.get("TargetMode") == "External"
        if not is_external:
            target = self._media(self.old.path(id))
        for known, own in self.new.relationships.items():
            if (own.get("Type"), own.get("Target"), own.get("TargetMode") == "External") == (kind, target, is_external):
                return str(known)
        made = self.new.package.relate(self.new.name, kind, target, external=is_external)
        self.new.relationships = PackagePart(self.new.package, self.new.name).relationships
        return made

    def _media(self, path: str) -> str:
        """The target of a picture in the newer package. The picture is added there, under a name that is made from its content."""
        data = self.old.package.parts.get(path, b"")
        name = f"media/older-{digest(data)[:12]}{re.sub(r'[^.A-Za-z0-9]', '', posixpath.splitext(path)[1])}"
        if f"word/{name}" not in self.new.package.parts:
            self.new.package.add(f"word/{name}", data, _content_type(self.old.package, path))
        return name


def _content_type(package: Package, path: str) -> str:
    extension = posixpath.splitext(path)[1][1:]
    for entry in package.xml("[Content_Types].xml"):
        is_default = entry.tag == f"{{{TYPES}}}Default" and entry.get("Extension") == extension
        if entry.get("ContentType") and (is_default or entry.get("PartName") == f"/{path}"):
            return str(entry.get("ContentType"))
    return f"image/{extension}"


class NumberingMap:
    """Maps the lists of the older file to lists of the newer one. A list that was deleted is copied to the newer file."""

    def __init__(self, old: Package, new: Package):
        self.old, self.new = old, new
        self.known: dict[str, str] = {"0": "0"}  # the number of a list in the newer file, by its number in the older file
        self.drawing_id = _FIRST_DRAWING_ID

    def next_drawing_id(self) -> int:
        self.drawing_id += 1
        return self.drawing_id

    def match(self, old: str, new: str) -> None:
        """Record that list `old` of the older file corresponds to list `new` of the newer file, if both have the same format."""
        if self.format(self.old, old) == self.format(self.new, new):
            self.known.setdefault(old, new)

    def format(self, package: Package, number: str) -> Structure:
        """The format of a list, level by level."""
        found = _definitions(package).get(number)
        return () if found is None else (*_levels(found[1]), *map(structure, found[0].findall(w("lvlOverride"))))

    def new_number(self, number: str) -> str:
        """The number that a list of the older file has in the newer file."""
        if number not in self.known:
            found = _definitions(self.old).get(number)
            self.known[number] = "0" if found is None else self._add(*found)
        return self.known[number]

    def _add(self, number: Node, abstract: Node) -> str:
        if NUMBERING not in self.new.parts:
            self.new.add(NUMBERING, f'<w:numbering xmlns:w="{NAMES["w"]}"/>'.encode(), f"{WORD}.numbering+xml")
            self.new.relate(BODY, f"{R}/numbering", "numbering.xml")
        root = self.new.xml(NUMBERING)
        alike = (a for a in root.findall(w("abstractNum")) if _levels(a) == _levels(abstract))
        own = next(alike, None)
        made = copied(number)
        made.set(w("numId"), _unused(root.findall(w("num")), "numId"))
        made.find(w("abstractNumId")).set(w("val"), (_add_abstract(root, abstract) if own is None else own).get(w("abstractNumId")))
        nums = root.findall(w("num"))
        root.append(made) if not nums else nums[-1].addnext(made)
        return str(made.get(w("numId")))


def _add_abstract(root: Node, abstract: Node) -> Node:
    """Copy a list definition, without the ids that make it unique. Definitions stand before all numbers (17.9.17)."""
    made = copied(abstract)
    made.set(w("abstractNumId"), _unused(root.findall(w("abstractNum")), "abstractNumId"))
    for unique in made.findall(w("nsid")) + made.findall(w("tmpl")):
        made.remove(unique)
    first = root.find(w("num"))
    root.append(made) if first is None else first.addprevious(made)
    return made


def _levels(abstract: Node) -> list[Structure]:
    """The levels of a list as they are compared. The colour of the markers is left out, because it depends on the stance."""
    levels = [copied(e) for e in abstract.findall(w("lvl"))]
    for look in (e for level in levels for e in level.findall(w("rPr"))):
        etree.strip_elements(look, w("color"), with_tail=False)
    return [structure(level) for level in levels]


def _unused(elements: Sequence[Node], name: str) -> str:
    return str(max((int(e.get(w(name))) for e in elements), default=0) + 1)


def _definitions(package: Package) -> Mapping[str, tuple[Node, Node]]:
    """By the number of each list, its element (`num`) and the element of its definition (`abstractNum`)."""
    if NUMBERING not in package.parts:
        return {}
    root = package.xml(NUMBERING)
    abstract = {e.get(w("abstractNumId")): e for e in root.findall(w("abstractNum"))}
    numbers = ((e, e.find(w("abstractNumId"))) for e in root.findall(w("num")))
    linked = ((e, abstract.get(link.get(w("val")))) for e, link in numbers if link is not None)
    return {e.get(w("numId")): (e, own) for e, own in linked if own is not None}


def import_styles(old: Package, new: Package) -> None:
    """Add the styles that only the older file has to the newer one, for deleted text. Their list numbering is left out."""
    if STYLES not in old.parts or STYLES not in new.parts:
        return
    root = new.xml(STYLES)
    known = {s.get(w("styleId")) for s in root.findall(w("style"))}
    for style in old.xml(STYLES).findall(w("style")):
        if style.get(w("styleId")) not in known:
            made = copied(style)
            made.attrib.pop(w("default"), None)
            for numbered in made.findall(f"{w('pPr')}/{w('numPr')}"):
                numbered.getparent().remove(numbered)
            root.append(made)
