"""Accepts or rejects the tracked changes of a Word file as the standard describes, and lists what it contains then.

In: the bytes of a DOCX. Out: its paragraphs as a list, to compare with those of another file. Written independently of
`briefs/redline`, so that each can find mistakes of the other. ECMA-376 part 1, 17.13.5.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from briefs.typeset.word import package
from briefs.typeset.word.package import w

Node = Any
Said = list[tuple[str, ...]]
IN, OUT = {w("ins"), w("moveTo")}, {w("del"), w("moveFrom")}
KEPT = {w("delText"): w("t"), w("delInstrText"): w("instrText")}


def decide(data: bytes, accept: bool) -> package.Package:
    """The file after Accept All or Reject All."""
    made = package.read(data)
    for name in sorted(made.parts):
        if name.startswith(("word/document", "word/footnotes", "word/header", "word/footer")) and name.endswith(".xml"):
            _part(made.xml(name), IN if accept else OUT, OUT if accept else IN)
    return made


def _part(root: Node, stays: set[str], goes: set[str]) -> None:
    for row in list(root.iter(w("tr"))):
        if any(e.tag in goes for e in row.iterfind(f"{w('trPr')}/*")):
            row.getparent().remove(row)
    for table in list(root.iter(w("tbl"))):
        if table.find(w("tr")) is None:
            table.getparent().remove(table)
    joined = [p for p in root.iter(w("p")) if any(e.tag in goes for e in p.iterfind(f"{w('pPr')}/{w('rPr')}/*"))]
    for change in list(root.iter(*goes)):
        if change.getparent().tag not in {w("rPr"), w("trPr")}:
            change.getparent().remove(change)
    for change in list(root.iter(*stays)):
        parent = change.getparent()
        if parent.tag not in {w("rPr"), w("trPr")}:
            at = parent.index(change)
            parent[at : at + 1] = list(change)
        else:
            parent.remove(change)
    for had in list(root.iter(w("pPrChange"))):
        properties = had.getparent()
        properties.remove(had)
        if goes == IN:  # rejected: it gets its earlier properties
            kept = [e for e in properties if e.tag in {w("rPr"), w("sectPr")}]
            properties[:] = [*had.find(w("pPr")), *kept]
    for paragraph in reversed(joined):  # its end was deleted: the next one continues it
        following = paragraph.getnext()
        if following is not None and following.tag == w("p"):
            at = 1 if following.find(w("pPr")) is not None else 0
            following[at:at] = [e for e in paragraph if e.tag != w("pPr")]
            paragraph.getparent().remove(paragraph)
        elif not _content(paragraph):
            paragraph.getparent().remove(paragraph)
    for text in list(root.iter(*KEPT)):
        text.tag = KEPT[text.tag]


def said(made: package.Package) -> Said:
    """Each paragraph of the body in order: its depth in tables, its style, whether it is a list item, whether a section ends in it,
    its text with formatting, links, notes and pictures."""
    notes = {}
    if "word/footnotes.xml" in made.parts:
        notes = {n.get(w("id")): " ".join(_content(p) for p in n.iter(w("p"))) for n in made.xml("word/footnotes.xml")}
    out: Said = []
    for paragraph in made.xml("word/document.xml").iter(w("p")):
        style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        depth = sum(1 for _ in paragraph.iterancestors(w("tc")))
        ends = "section" if paragraph.find(f"{w('pPr')}/{w('sectPr')}") is not None else ""
        item = "item" if paragraph.find(f"{w('pPr')}/{w('numPr')}") is not None else ""
        out.append((str(depth), "" if style is None else style.get(w("val"), ""), item, ends, _content(paragraph, notes)))
    return out


def _content(paragraph: Node, notes: dict[str, str] | None = None) -> str:
    text = ""
    for run in paragraph.iter(w("r")):
        if next(run.iterancestors(w("p"))) is not paragraph:
            continue
        look = "".join(sorted(etree.QName(e).localname for e in run.iterfind(f"{w('rPr')}/*")))
        link = "→" if run.getparent().tag == w("hyperlink") else ""
        simple = run.getparent() if run.getparent().tag == w("fldSimple") else None
        text += "" if simple is None else f"b{{{simple.get(w('instr')).split()[0]}}}s"
        for child in run:
            name = etree.QName(child).localname
            if name == "t":
                text += f"{link}{look}‹{child.text or ''}›"
            elif name == "footnoteReference":
                text += f"[{(notes or {}).get(child.get(w('id')), '')}]"
            elif name == "instrText":
                text += f"{{{(child.text or '').split()[0]}}}"
            elif name == "fldChar":
                text += child.get(w("fldCharType"))[0]
            elif name == "drawing":
                text += "|".join(d.get("descr", "") for d in child.iter("{*}docPr"))
            elif name != "rPr":
                text += f"<{name}>"
        text += "" if simple is None else "e"
    while (shorter := _joined(text)) != text:
        text = shorter
    return text


def _joined(text: str) -> str:
    """Adjacent runs of equal formatting as one run."""
    return re.sub(r"(→?\w*)‹([^›]*)›\1‹([^›]*)›", r"\1‹\2\3›", text)


def is_sound(data: bytes) -> None:
    """Check what the schema doesn't: ids are unique, deleted text is named so, and changes hold no hyperlinks."""
    made = package.read(data)
    for name in made.parts:
        if not (name.startswith("word/") and name.endswith(".xml") and name.count("/") == 1):
            continue
        root = made.xml(name)
        changes = list(root.iter(w("ins"), w("del"), w("pPrChange")))
        assert all(c.get(w("author")) and c.get(w("date")) for c in changes)
        marks = [b.get(w("id")) for b in root.iter(w("bookmarkStart"))]
        numbers = [c.get(w("id")) for c in changes] + marks
        assert len(set(numbers)) == len(numbers)
        assert sorted(marks) == sorted(b.get(w("id")) for b in root.iter(w("bookmarkEnd")))
        names = [b.get(w("name")) for b in root.iter(w("bookmarkStart"))]
        assert len(set(names)) == len(names)
        for change in changes:
            if change.getparent().tag not in {w("rPr"), w("trPr")}:
                assert next(change.iter(w("hyperlink"), w("fldSimple"), w("p")), None) is None or change.tag == w("pPrChange")
        for deleted in root.iter(w("del")):
            assert next(deleted.iter(w("t"), w("instrText")), None) is None
        assert all(next(t.iterancestors(w("del")), None) is not None for t in root.iter(w("delText"), w("delInstrText")))
