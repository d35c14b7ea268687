"""Edits Word files as a colleague would.

`Word(data)` opens one; its methods find text over the borders of runs and change it as Word would, tracked or not. `saved()`
gives the bytes. `without_origin` and `renamed_styles` do what other programs do to a file that they save.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import docx
from docx.opc.part import Part
from docx.text.run import Run
from lxml import etree

from briefs.typeset.word.package import w

Node = Any  # of lxml
WHEN = "2026-03-04T10:00:00Z"
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
VML = "urn:schemas-microsoft-com:vml"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def make(tag: str, *children: Node, **attributes: str) -> Node:
    """An element of WordprocessingML."""
    node = etree.Element(w(tag), {w(k): v for k, v in attributes.items()})
    node.extend(children)
    return node


def run(text: str, properties: Node | None = None) -> Node:
    """A run of text."""
    words = make("t")
    words.text = text
    words.set(_XML_SPACE, "preserve")
    return make("r", *([] if properties is None else [copy.deepcopy(properties)]), words)


class Word:
    """An open Word file. Methods use the first occurrence of a text, and raise KeyError if there is none."""

    def __init__(self, data: bytes, author: str = "Ann"):
        self.document = docx.Document(io.BytesIO(data))
        self.body = self.document.element.body
        self.author = author
        self.number = 9000

    def saved(self) -> bytes:
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    # Finding.

    def found(self, text: str) -> Node:
        """The first paragraph of the body that has the text; “style: text” also asks for a style."""
        style, _, rest = text.rpartition(": ")
        names = {s.style_id: s.name for s in self.document.styles}
        for node in self.body.iter(w("p")):
            if text in words(node):
                return node
            own = node.find(f"{w('pPr')}/{w('pStyle')}")
            if style and own is not None and str(names.get(own.get(w("val")))).lower() == style.lower() and rest in words(node):
                return node
        raise KeyError(text)

    def runs(self, text: str) -> list[Node]:
        """The runs that hold exactly this text, split from the text around it."""
        paragraph = self.found(text)
        text = text if text in words(paragraph) else text.rpartition(": ")[2]
        self._cut(paragraph, words(paragraph).index(text))
        self._cut(paragraph, words(paragraph).index(text) + len(text))
        start, at, own = words(paragraph).index(text), 0, []
        for each in paragraph.iter(w("r")):
            size = len(_text(each))
            if size and start <= at < start + len(text):
                own.append(each)
            at += size
        return own

    def _cut(self, paragraph: Node, place: int) -> None:
        at = 0
        for each in list(paragraph.iter(w("r"))):
            text = _text(each)
            if at < place < at + len(text):
                second = copy.deepcopy(each)
                _set(each, text[: place - at])
                _set(second, text[place - at :])
                each.addnext(second)
            at += len(text)

    # Words.

    def replace(self, old: str, new: str) -> None:
        """Type over some text."""
        first, *others = self.runs(old)
        _set(first, new)
        for each in others:
            each.getparent().remove(each)

    def delete(self, text: str) -> None:
        for each in self.runs(text):
            each.getparent().remove(each)

    def insert_before(self, text: str, new: str) -> None:
        first = self.runs(text)[0]
        first.addprevious(run(new, first.find(w("rPr"))))

    def insert_after(self, text: str, new: str) -> None:
        last = self.runs(text)[-1]
        last.addnext(run(new, last.find(w("rPr"))))

    def look(self, text: str, name: str, on: bool = True, **attributes: str) -> None:
        """Make text bold (`b`), italic (`i`) and so on, or undo that."""
        for each in self.runs(text):
            properties = each.find(w("rPr"))
            if properties is None:
                properties = make("rPr")
                each.insert(0, properties)
            for old in properties.findall(w(name)) + (properties.findall(w("rStyle")) if not on else []):
                properties.remove(old)
            properties.append(make(name, **(attributes if on else {"val": "0"})))

    def link(self, text: str, address: str) -> None:
        """Make text a link."""
        own = self.runs(text)
        link = make("hyperlink")
        link.set(_RELATION, self.document.part.relate_to(address, _HYPERLINK, is_external=True))
        own[0].addprevious(link)
        link.extend(own)

    def relink(self, text: str, address: str) -> None:
        """Give a link another address."""
        link = next(self.runs(text)[0].iterancestors(w("hyperlink")))
        link.set(_RELATION, self.document.part.relate_to(address, _HYPERLINK, is_external=True))

    def unlink(self, text: str) -> None:
        """Remove a link and its formatting, but not its words."""
        for each in self.runs(text):
            link = next(each.iterancestors(w("hyperlink")))
            for child in list(link):
                for style in child.iter(w("rStyle")):
                    style.getparent().remove(style)
                link.addprevious(child)
            link.getparent().remove(link)
            return

    # Tracked changes.

    def _change(self, tag: str, *children: Node) -> Node:
        self.number += 1
        return make(tag, *children, id=str(self.number), author=self.author, date=WHEN)

    def track_delete(self, text: str) -> Node:
        """Delete text with tracking on. Returns the mark."""
        mark = None
        for each in self.runs(text):
            mark = self._change("del")
            each.addprevious(mark)
            mark.append(each)
            for told in each.findall(w("t")):
                told.tag = w("delText")
        return mark

    def track_insert_after(self, text: str, new: str) -> None:
        last = self.runs(text)[-1]
        last.addnext(self._change("ins", run(new, last.find(w("rPr")))))

    def track_replace(self, old: str, new: str) -> None:
        properties = self.runs(old)[0].find(w("rPr"))
        self.track_delete(old).addnext(self._change("ins", run(new, properties)))

    def track_delete_paragraph(self, text: str) -> None:
        """Delete a paragraph with tracking on: its words and its end."""
        node = self.found(text)
        self._mark_end(node, "del")
        for each in list(node.iter(w("r"))):
            mark = self._change("del")
            each.addprevious(mark)
            mark.append(each)
            for told in each.iter(w("t"), w("instrText")):
                told.tag = w("delText") if told.tag == w("t") else w("delInstrText")

    def track_insert_paragraph(self, after: str, text: str) -> None:
        node = self.found(after)
        new = make("p", *map(copy.deepcopy, node.findall(w("pPr"))), self._change("ins", run(text)))
        self._mark_end(new, "ins")
        node.addnext(new)

    def track_move(self, text: str, before: str) -> None:
        """Move a paragraph with tracking on. Word writes `moveFrom` and `moveTo`."""
        old = self.found(text)
        new = _unmarked(old)
        for node, tag in ((old, "moveFrom"), (new, "moveTo")):
            self._mark_end(node, tag)
            for each in [c for c in node if c.tag in {w("r"), w("hyperlink")}]:
                mark = self._change(tag)
                each.addprevious(mark)
                mark.append(each)
        self.found(before).addprevious(new)

    def track_merge(self, text: str) -> None:
        """Delete the end of a paragraph with tracking on, so that the next one continues it."""
        self._mark_end(self.found(text), "del")

    def _mark_end(self, paragraph: Node, tag: str) -> None:
        properties = paragraph.find(w("pPr"))
        if properties is None:
            properties = make("pPr")
            paragraph.insert(0, properties)
        own = properties.find(w("rPr"))
        if own is None:
            own = make("rPr")
            properties.append(own)
        own.insert(0, self._change(tag))

    # Paragraphs.

    def new(self, beside: str, text: str, *, before: bool = False, style: str = "") -> Node:
        """Add a paragraph next to another one, with its properties or in a style by name."""
        node = self.found(beside)
        fresh = make("p", *map(copy.deepcopy, node.findall(w("pPr"))), run(text))
        if style:
            for old in fresh.findall(w("pPr")):
                fresh.remove(old)
            fresh.insert(0, make("pPr", make("pStyle", val=self._style(style))))
        (node.addprevious if before else node.addnext)(fresh)
        return fresh

    def copy(self, text: str, change: tuple[str, str] = ("", "")) -> None:
        """Copy a paragraph and change the words of the copy, as people add a fact with its source number."""
        node = self.found(text)
        fresh = _unmarked(node)
        node.addprevious(fresh)
        self.replace(*change)
        node.addnext(fresh)

    def retype(self, text: str, new: str) -> None:
        """Select the words of a paragraph and type others: the runs and the bookmark go, links stay."""
        node = self.found(text)
        for child in list(node):
            if child.tag in {w("r"), w("bookmarkStart"), w("bookmarkEnd")}:
                node.remove(child)
        node.insert(1 if node.find(w("pPr")) is not None else 0, run(new))

    def remove(self, text: str) -> None:
        node = self.found(text)
        node.getparent().remove(node)

    def move(self, text: str, *, before: str = "", after: str = "") -> None:
        node = self.found(text)
        other = self.found(before or after)
        (other.addprevious if before else other.addnext)(node)

    def split(self, text: str) -> None:
        """Press Enter before the text."""
        paragraph, first = self.found(text), self.runs(text)[0]
        top = next(c for c in paragraph if c is first or first in c.iterdescendants())
        second = make("p", *map(copy.deepcopy, paragraph.findall(w("pPr"))))
        followers = [top, *top.itersiblings()]
        paragraph.addnext(second)
        second.extend(followers)

    def join(self, text: str) -> None:
        """Press Delete at the end of the paragraph."""
        paragraph = self.found(text)
        following = paragraph.getnext()
        paragraph.extend([c for c in following if c.tag != w("pPr")])
        following.getparent().remove(following)

    def restyle(self, text: str, style: str) -> None:
        """Choose another style for a paragraph."""
        properties = self.found(text).find(w("pPr"))
        for old in properties.findall(w("pStyle")) + properties.findall(w("numPr")):
            properties.remove(old)
        properties.insert(0, make("pStyle", val=self._style(style)))

    def _style(self, name: str) -> str:
        return next(str(s.style_id) for s in self.document.styles if str(s.name).lower() == name.lower())

    def new_row(self, beside: str, *cells: str) -> None:
        """Add a row to a table, below the one with a text."""
        row = next(self.found(beside).iterancestors(w("tr")))
        fresh = _unmarked(row)
        row.addnext(fresh)
        for told, words_ in zip(fresh.iter(w("t")), cells, strict=True):
            told.text = words_

    def new_table(self, after: str, *cells: str) -> None:
        table = self.document.add_table(1, len(cells))
        for cell, words_ in zip(table.rows[0].cells, cells, strict=True):
            cell.text = words_
        self.found(after).addnext(table._tbl)

    def remove_row(self, text: str) -> None:
        row = next(self.found(text).iterancestors(w("tr")))
        row.getparent().remove(row)

    def remove_table(self, text: str) -> None:
        table = next(self.found(text).iterancestors(w("tbl")))
        table.getparent().remove(table)

    def text_box(self, beside: str, text: str) -> None:
        box = make("txbxContent", make("p", run(text)))
        shape = etree.SubElement(make("pict"), f"{{{VML}}}shape")
        etree.SubElement(shape, f"{{{VML}}}textbox").append(box)
        self.found(beside).append(make("r", shape.getparent()))

    def alternative(self, old: str) -> Node:
        """The properties of the picture with that alternative text."""
        return next(n for n in self.body.iter(_DRAWING) if old in n.get("descr", ""))

    def numbers(self, text: str, new: str) -> None:
        """Change or remove the source number of a fact."""
        link = self.found(text).findall(w("hyperlink"))[-1]
        if new:
            next(link.iter(w("t"))).text = new
        else:
            link.getparent().remove(link)

    def note(self, text: str) -> Node:
        """The run with the note that follows a text."""
        node = self.runs(text)[-1].getnext()
        while not list(node.iter(w("footnoteReference"))):
            node = node.getnext()
        return node

    def move_words(self, text: str, behind: str) -> None:
        """Cut text and its note, and paste them at the end of another paragraph."""
        own = [*self.runs(text), self.note(text)]
        target = self.found(behind)
        target.append(run(" "))
        target.extend(own)

    def line_break(self, text: str) -> None:
        self.runs(text)[-1].addnext(make("r", make("br")))

    # Fields and pictures.

    def refer(self, after: str, bookmark: str, words_: tuple[str, str]) -> None:
        """Insert a cross-reference to the number of a heading, whose bookmark begins so."""
        name = next(m.get(w("name")) for m in self.body.iter(w("bookmarkStart")) if m.get(w("name")).startswith(bookmark))
        instruction = make("instrText")
        instruction.text = f" REF {name} \\r \\h "
        label, number = words_
        parts = [make("fldChar", fldCharType="begin"), instruction, make("fldChar", fldCharType="separate")]
        nodes = [run(label), *(make("r", part) for part in parts), run(number), make("r", make("fldChar", fldCharType="end"))]
        last = self.runs(after)[-1]
        for node in reversed(nodes):
            last.addnext(node)

    def without_fields(self) -> None:
        """Turn all fields into their results, as Ctrl+Shift+F9 does."""
        for node in [n for n in self.body.iter(w("r")) if list(n.iter(w("fldChar"), w("instrText")))]:
            node.getparent().remove(node)

    def replace_picture(self, alternative: str) -> None:
        """Change Picture: the picture with that alternative text gets another image, and keeps the text."""
        part = self.document.part
        drawing = self.alternative(alternative).getparent()
        blip = next(drawing.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"))
        blip.set(_RELATION.replace("}id", "}embed"), part.get_or_add_image(io.BytesIO(PNG))[0])

    # Comments, other parts, notes.

    def comment(self, text: str, said: str) -> None:
        """A comment on some text."""
        runs = [Run(node, self.document._body) for node in self.runs(text)]
        comment = self.document.add_comment(runs, said, self.author, "A")
        comment._comment_elm.set(w("date"), WHEN)

    def part(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Change another part of the file (`footnotes`, `footer1`)."""
        inner = (r.target_part for r in self.document.part.rels.values() if not r.is_external)
        part: Part = next(p for p in inner if name in str(p.partname))
        if hasattr(part, "_element"):
            part._element = etree.fromstring(change(part.blob))
        else:
            part._blob = change(part.blob)

    def footnote(self, after: str, text: str) -> None:
        """Add a footnote, as Insert Footnote does."""

        def add(data: bytes) -> bytes:
            root = etree.fromstring(data)
            root.append(make("footnote", make("p", run(text)), id="900"))
            return etree.tostring(root)

        self.part("footnotes", add)
        self.runs(after)[-1].addnext(make("r", make("footnoteReference", id="900")))


def _unmarked(node: Node) -> Node:
    """A copy without bookmarks, which pasted text doesn't have."""
    fresh = copy.deepcopy(node)
    for mark in list(fresh.iter(w("bookmarkStart"), w("bookmarkEnd"))):
        mark.getparent().remove(mark)
    return fresh


def words(node: Node) -> str:
    """The text of a paragraph's own runs."""
    return "".join(_text(r) for r in node.iter(w("r")) if next(r.iterancestors(w("p"))) is node)


def _text(each: Node) -> str:
    return "".join(t.text or "" for t in each if t.tag == w("t"))


def _set(each: Node, text: str) -> None:
    first, *others = each.findall(w("t"))
    first.text = text
    first.set(_XML_SPACE, "preserve")
    for other in others:
        each.remove(other)


def rezipped(data: bytes, change: Callable[[dict[str, bytes]], None], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The file with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {e.filename: archive.read(e) for e in archive.infolist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def without_origin(data: bytes, *, bookmarks: bool = True, parts: bool = True, properties: bool = True) -> bytes:
    """The file without what it says about its origin."""

    def strip(files: dict[str, bytes]) -> None:
        if bookmarks:
            files["word/document.xml"] = re.sub(rb"<w:bookmark(Start|End)[^>]*/>", b"", files["word/document.xml"])
        for name in list(files):
            if (parts and name.startswith("customXml/")) or (properties and name == "docProps/custom.xml"):
                del files[name]
        for name in [n for n in files if n.endswith(".rels")]:
            files[name] = re.sub(rb"<Relationship [^>]*(customXml|custom\.xml|custom-properties)[^>]*/>", b"", files[name])
        gone = rb"<Override [^>]*(customXml/|docProps/custom)[^>]*/>"
        files["[Content_Types].xml"] = re.sub(gone, b"", files["[Content_Types].xml"])

    return rezipped(data, strip)


def renamed_styles(data: bytes) -> bytes:
    """The file with other style ids, as LibreOffice writes it. The names of styles stay."""

    def rename(files: dict[str, bytes]) -> None:
        ids = re.findall(rb'w:styleId="([^"]+)"', files["word/styles.xml"])
        new = {name: b"st%d" % number for number, name in enumerate(ids)}
        for part in [n for n in files if re.fullmatch(r"word/\w+\.xml", n)]:
            files[part] = re.sub(
                rb'(<w:(?:pStyle|rStyle|tblStyle|basedOn|next|link) w:val=|w:styleId=)"([^"]+)"',
                lambda m: m[1] + b'"' + new.get(m[2], m[2]) + b'"',
                files[part],
            )

    return rezipped(data, rename)


def with_endnotes(data: bytes) -> bytes:
    """The file after Word’s “Convert All Notes”: its footnotes are endnotes."""

    def convert(files: dict[str, bytes]) -> None:
        files["word/document.xml"] = files["word/document.xml"].replace(b"w:footnoteReference", b"w:endnoteReference")
        notes: Node = etree.fromstring(files["word/footnotes.xml"])
        ends = make("endnotes", *(note for note in notes if note.get(w("type")) in {None, "normal"}))
        for note in ends:
            note.tag = w("endnote")
        files["word/footnotes.xml"], files["word/endnotes.xml"] = etree.tostring(notes), etree.tostring(ends)

    return rezipped(data, convert)


def parts(data: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {e.filename: archive.read(e) for e in archive.infolist()}
