"""Saves a Word file as Google Docs is known to export one that it imported.

Only `Normal`, `Title`, `Subtitle` and headings are left of the styles, and all else that styles gave is set directly on paragraphs
and runs. Bookmarks have other names, fields and content controls are plain text, text frames stand in the text, pictures have no
SVG, runs are divided, and the file's properties are gone. Footnotes stay.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from lxml import etree

from briefs.typeset.word.package import NAMES, R, w
from tests.wordfile.word import Node, make, rezipped

KEPT = re.compile(r"(?i)normal|title|subtitle|heading [1-6]")
TEXTS = re.compile(r"word/(document|footnotes|comments|header\d*|footer\d*)\.xml")
GONE = re.compile(r"customXml/|docProps/custom|word/(settings|theme|webSettings)")
PAGE = re.compile(r"\bPAGE\b")  # the only field that stays
FRAGMENT = 12  # letters: a run is divided behind so many


def saved_by_google(data: bytes) -> bytes:
    """The file as Google Docs would export it."""

    def change(files: dict[str, bytes]) -> None:
        styles = _Styles(etree.fromstring(files["word/styles.xml"]))
        for name in [name for name in files if TEXTS.fullmatch(name)]:
            root: Node = etree.fromstring(files[name])
            _plain_text(root)
            _rename_bookmarks(root)
            for paragraph in root.iter(w("p")):
                styles.flatten(paragraph)
            for each in list(root.iter(w("r"))):
                _divide(each)
            files[name] = etree.tostring(root)
        files["word/styles.xml"] = etree.tostring(styles.exported())
        for name in [name for name in files if GONE.match(name)]:
            del files[name]
        for name in [name for name in files if name.endswith(".rels") or name == "[Content_Types].xml"]:
            files[name] = _without_gone(files[name])

    return rezipped(data, change)


def _without_gone(data: bytes) -> bytes:
    root: Node = etree.fromstring(data)
    for each in list(root):
        target = each.get("Target") or each.get("PartName") or ""
        if each.get("TargetMode") != "External" and re.search(r"(?i)customXml|custom\.xml|settings|theme", target):
            root.remove(each)
    return etree.tostring(root)


class _Styles:
    """The styles of the file, of which only few are exported."""

    def __init__(self, root: Node):
        self.root = root
        self.by_id = {own.get(w("styleId")): own for own in root.iter(w("style"))}

    def exported(self) -> Node:
        made = make("styles")
        for own in self.by_id.values():
            if KEPT.fullmatch(own.find(w("name")).get(w("val"))) and own.get(w("type")) == "paragraph":
                own = copy.deepcopy(own)
                for child in own.xpath("w:basedOn | w:next | w:link", namespaces=NAMES):
                    own.remove(child)
                made.append(own)
        return made

    def _chain(self, id: str) -> Iterator[Node]:
        while id in self.by_id:
            yield self.by_id[id]
            based = self.by_id[id].find(w("basedOn"))
            id = "" if based is None else based.get(w("val"))

    def _all(self, id: str, part: str) -> dict[str, Node]:
        """What a style and those that it is based on set, by the name of each property."""
        found: dict[str, Node] = {}
        for own in self._chain(id):
            for child in () if own.find(w(part)) is None else own.find(w(part)):
                found.setdefault(child.tag, child)
        return found

    def flatten(self, paragraph: Node) -> None:
        """Set directly what the styles of a paragraph and of its runs give."""
        properties = paragraph.find(w("pPr"))
        if properties is None:
            properties = make("pPr")
            paragraph.insert(0, properties)
        style = properties.find(w("pStyle"))
        id = "Normal" if style is None else style.get(w("val"))
        name = self.by_id[id].find(w("name")).get(w("val")) if id in self.by_id else ""
        of_style = {} if KEPT.fullmatch(name) else self._all(id, "rPr")
        if not KEPT.fullmatch(name) and style is not None:
            style.set(w("val"), "Normal")
            _add(properties, self._all(id, "pPr"))
        for child in properties.xpath("w:framePr", namespaces=NAMES):
            properties.remove(child)
        for each in paragraph.iter(w("r")):
            self._flatten_run(each, of_style)

    def _flatten_run(self, own: Node, of_style: dict[str, Node]) -> None:
        properties = own.find(w("rPr"))
        if properties is None:
            properties = make("rPr")
            own.insert(0, properties)
        character = properties.find(w("rStyle"))
        if character is not None:
            properties.remove(character)
            _add(properties, self._all(character.get(w("val")), "rPr"))
        _add(properties, of_style)
        _add(properties, {w("rtl"): make("rtl", val="0")})


def _add(properties: Node, more: dict[str, Node]) -> None:
    """Set those properties that aren't set."""
    for tag, node in more.items():
        if properties.find(tag) is None:
            properties.append(copy.deepcopy(node))


def _plain_text(root: Node) -> None:
    """Take out content controls, fields and the drawings of pictures, and keep what they show."""
    for control in list(root.iter(w("sdt"))):
        for child in list(control.find(w("sdtContent"))):
            control.addprevious(child)
        control.getparent().remove(control)
    for field in [field for field in root.iter(w("fldSimple")) if not PAGE.search(field.get(w("instr")))]:
        for child in list(field):
            field.addprevious(child)
        field.getparent().remove(field)
    for paragraph in root.iter(w("p")):
        if not any(PAGE.search(node.text or "") for node in paragraph.iter(w("instrText"))):
            for part in list(paragraph.iter(w("fldChar"), w("instrText"))):
                part.getparent().remove(part)
    for drawing in list(root.iter(f"{{{NAMES['asvg']}}}svgBlip")):
        drawing.getparent().remove(drawing)


def _rename_bookmarks(root: Node) -> None:
    names = {mark.get(w("name")): f"kix.{number:012x}" for number, mark in enumerate(root.iter(w("bookmarkStart")))}
    for mark in root.iter(w("bookmarkStart")):
        mark.set(w("name"), names[mark.get(w("name"))])
    for link in root.iter(w("hyperlink")):
        anchor = link.get(w("anchor"))
        if anchor in names:
            link.set(w("anchor"), names[anchor])
        elif anchor and link.get(f"{{{R}}}id") is None:
            del link.attrib[w("anchor")]


def _divide(own: Node) -> None:
    """Divide a run that holds only words into two."""
    words = own.findall(w("t"))
    if len(words) != 1 or {child.tag for child in own} - {w("rPr"), w("t")} or len(words[0].text or "") <= FRAGMENT:
        return
    second = copy.deepcopy(own)
    for node, text in ((words[0], words[0].text[:FRAGMENT]), (second.find(w("t")), words[0].text[FRAGMENT:])):
        node.text = text
        node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    own.addnext(second)
