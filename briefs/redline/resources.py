"""What text of an older Word file needs in the newer one, to stand there as deleted: links, pictures, list numbers, styles.

In: both packages, the name of the part that is written. Out: elements of the older file that are at home in the newer.
ECMA-376 part 1: 17.9 (numbering), 17.7 (styles), 20.4.2.5 (ids of drawings); part 2, 8 (relationships).
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from briefs.press.cache import digest
from briefs.redline.tokens import Node, Shape, copied, shape
from briefs.typeset.word.package import NAMES, TYPES, WORD, Package, R, w

BODY, NOTES, NUMBERING, STYLES = "word/document.xml", "word/footnotes.xml", "word/numbering.xml", "word/styles.xml"
_RELATED = (f"{{{R}}}id", f"{{{R}}}embed", f"{{{R}}}link")
_DOCPR = f"{{{NAMES['wp']}}}docPr"
_FIRST_DRAWING = 5000  # ids of pictures that are carried over, past those of a file of ours


class PackagePart:
    """A part of a package, and what its relationships lead to."""

    def __init__(self, package: Package, name: str):
        self.package, self.name = package, name
        folder, _, own = name.rpartition("/")
        rels = f"{folder}/_rels/{own}.rels"
        self.relations = {e.get("Id"): e for e in package.xml(rels)} if rels in package.parts else {}

    def address(self, link: Node) -> str:
        """Where a hyperlink leads: an address, or a place in the file."""
        relation = self.relations.get(link.get(_RELATED[0]))
        anchor = link.get(w("anchor"))
        return ("" if relation is None else relation.get("Target", "")) + (f"#{anchor}" if anchor else "")

    def told(self, link: Node) -> str:
        """The same as it compares: names within a file are given anew each time."""
        address = self.address(link)
        return "#" if address.startswith("#") else address

    def picture(self, node: Node) -> Shape:
        """A picture as it compares: its words, its size, its dots."""
        words = [d.get("descr", "") for d in node.iter(_DOCPR)]
        size = [(e.get("cx"), e.get("cy")) for e in node.iter(f"{{{NAMES['wp']}}}extent")]
        dots = [digest(self.target(e.get(a))) for e in node.iter() for a in _RELATED[1:] if e.get(a)]
        return (*words, *size, *dots)

    def target(self, relation: str) -> bytes:
        name = self.path(relation)
        return self.package.parts.get(name, b"") if name else b""

    def path(self, relation: str) -> str:
        found = self.relations.get(relation)
        if found is None or found.get("TargetMode") == "External":
            return ""
        target: str = found.get("Target", "")
        return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(self.name), target))


class Carrier:
    """Carries elements from a part of the older file to the same part of the newer."""

    def __init__(self, old: PackagePart, new: PackagePart, numbers: Numbers):
        self.old, self.new, self.numbers = old, new, numbers

    def at_home(self, node: Node) -> Node:
        """A copy whose links, pictures and list numbers are those of the newer file."""
        made = copied(node)
        for each in made.iter():
            for name in _RELATED:
                if each.get(name):
                    each.set(name, self._relation(each.get(name)))
            if each.tag == w("numId"):
                each.set(w("val"), self.numbers.of(each.get(w("val"), "0")))
            elif each.tag == _DOCPR:
                each.set("id", str(self.numbers.next_drawing()))
        return made

    def _relation(self, name: str) -> str:
        found = self.old.relations.get(name)
        if found is None:
            return name
        kind, target, outside = found.get("Type"), found.get("Target"), found.get("TargetMode") == "External"
        if not outside:
            target = self._part(self.old.path(name))
        for known, own in self.new.relations.items():
            if (own.get("Type"), own.get("Target"), own.get("TargetMode") == "External") == (kind, target, outside):
                return str(known)
        made = self.new.package.relate(self.new.name, kind, target, external=outside)
        self.new.relations = PackagePart(self.new.package, self.new.name).relations
        return made

    def _part(self, path: str) -> str:
        """A picture's file in the newer package, named by what it holds; its name as the part writes it."""
        data = self.old.package.parts.get(path, b"")
        name = f"media/older-{digest(data)[:12]}{posixpath.splitext(path)[1]}"
        if f"word/{name}" not in self.new.package.parts:
            self.new.package.add(f"word/{name}", data, _content_type(self.old.package, path))
        return name


def _content_type(package: Package, path: str) -> str:
    ending = posixpath.splitext(path)[1][1:]
    for entry in package.xml("[Content_Types].xml"):
        if entry.get("PartName") == f"/{path}" or (entry.tag == f"{{{TYPES}}}Default" and entry.get("Extension") == ending):
            return str(entry.get("ContentType"))
    return f"image/{ending}"


class Numbers:
    """The numbers of lists: which of the older file's lists is which of the newer's. Those that are gone are copied."""

    def __init__(self, old: Package, new: Package):
        self.old, self.new = old, new
        self.known: dict[str, str] = {"0": "0"}
        self.drawings = _FIRST_DRAWING

    def next_drawing(self) -> int:
        self.drawings += 1
        return self.drawings

    def same(self, old: str, new: str) -> None:
        """A list of the older file is one of the newer's."""
        if self.kind(self.old, old) == self.kind(self.new, new):
            self.known.setdefault(old, new)

    def kind(self, package: Package, number: str) -> Shape:
        """What a list looks like, level by level."""
        found = _by_number(package).get(number)
        if found is None:
            return ()
        return (*_levels(found[1]), *map(shape, found[0].findall(w("lvlOverride"))))

    def of(self, number: str) -> str:
        """The number in the newer file of a list of the older."""
        if number not in self.known:
            found = _by_number(self.old).get(number)
            self.known[number] = "0" if found is None else self._add(*found)
        return self.known[number]

    def _add(self, number: Node, abstract: Node) -> str:
        if NUMBERING not in self.new.parts:
            self.new.add(NUMBERING, f'<w:numbering xmlns:w="{NAMES["w"]}"/>'.encode(), f"{WORD}.numbering+xml")
            self.new.relate(BODY, f"{R}/numbering", "numbering.xml")
        root = self.new.xml(NUMBERING)
        like = next((a for a in root.findall(w("abstractNum")) if _levels(a) == _levels(abstract)), None)
        if like is None:
            like = copied(abstract)
            like.set(w("abstractNumId"), _free(root.findall(w("abstractNum")), "abstractNumId"))
            for once in like.findall(w("nsid")) + like.findall(w("tmpl")):
                like.remove(once)
            first = root.find(w("num"))
            root.append(like) if first is None else first.addprevious(like)
        made = copied(number)
        made.set(w("numId"), _free(root.findall(w("num")), "numId"))
        made.find(w("abstractNumId")).set(w("val"), like.get(w("abstractNumId")))
        nums = root.findall(w("num"))
        root.append(made) if not nums else nums[-1].addnext(made)
        return str(made.get(w("numId")))


def _levels(abstract: Node) -> list[Shape]:
    return [shape(e) for e in abstract.findall(w("lvl"))]


def _free(taken: list[Node], name: str) -> str:
    return str(max((int(e.get(w(name))) for e in taken), default=0) + 1)


def _by_number(package: Package) -> Mapping[str, tuple[Node, Node]]:
    """Each list's own element and that of its kind."""
    if NUMBERING not in package.parts:
        return {}
    root = package.xml(NUMBERING)
    kinds = {e.get(w("abstractNumId")): e for e in root.findall(w("abstractNum"))}
    numbers = [(e, e.find(w("abstractNumId")).get(w("val"))) for e in root.findall(w("num"))]
    return {e.get(w("numId")): (e, kinds[kind]) for e, kind in numbers if kind in kinds}


def styles(old: Package, new: Package) -> None:
    """Styles that only the older file has, for what is deleted in them."""
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
