"""Reads a presentation as paragraphs of pieces, as `paragraphs.py` reads a Word file.

In: a package (`docx.open_pptx`). Out: `WordText`: the titles, texts, pictures and notes of the slides in their order, the texts of
footers, and the comments. An object that isn't read, such as a chart, becomes a piece of kind `other`, so that it is reported.
ECMA-376 part 1, 19 (PresentationML) and 21.1 (DrawingML).
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lxml import etree

from briefs.typeset.slides.presentationml import NAMES, A, P
from briefs.typeset.word.package import Package, R
from briefs.wordfile import drawings
from briefs.wordfile.elements import HIDDEN, MC
from briefs.wordfile.paragraphs import Comment, Paragraph, WordText
from briefs.wordfile.pieces import Formatting, Piece, of_text, tidy
from briefs.wordfile.styles import Item

PRESENTATION = "ppt/presentation.xml"
TITLE, NOTES = "heading 2", "slide notes"  # the styles given to titles and notes; every title counts as a heading of level 2
MOST = 0.5  # share of all words: a look that more words have comes from the program, not from a person
_SIDE = {"sldNum", "dt", "sldImg"}  # placeholders that a program fills
_NOTES, _COMMENTS = "ppt/notesSlides/", "ppt/comments/"
_FOOTERS = {"ftr", "hdr"}
_TITLES = {"title", "ctrTitle"}
_UNREAD = {
    f"{{{P}}}cxnSp": "[a line between shapes]",
    f"{{{P}}}contentPart": "[handwriting]",
    f"{MC}AlternateContent": "[something that only newer programs show]",
}
_JOINER = "\u2060"  # stands before the number of a source (`compose/sources.py`)
_LOOKS = {"solidFill": "coloured", "highlight": "highlighted", "gradFill": "coloured"}
_NUMBER = re.compile(r"\d+(,\d+)*")


def read(package: Package) -> WordText:
    """Read the presentation. Empty paragraphs are left out. The page of a paragraph is the number of its slide."""
    reader = _SlideReader(package)
    for number, name in enumerate(slides(package), 1):
        reader.slide(name, number)
    paragraphs = [p for p in map(_finished, _without_common_looks(reader.paragraphs)) if p.pieces]
    first = {number: next((n for n, p in enumerate(paragraphs) if p.page >= number), 0) for number in reader.commented}
    comments = [replace(c, paragraph=first[number]) for number, own in reader.commented.items() for c in own]
    return WordText(paragraphs, [(text, text) for text in sorted(reader.footers)], comments)


def slides(package: Package) -> list[str]:
    """The parts of the slides, in their order."""
    targets = _targets(package, PRESENTATION)
    listed = package.xml(PRESENTATION).iterfind("p:sldIdLst/p:sldId", NAMES)
    named = (targets.get(e.get(f"{{{R}}}id", ""), "") for e in listed)
    return [name for name in named if package.parts.get(name)]


def parts(package: Package) -> list[str]:
    """The parts that are read: the slides, and the notes and comments of each. A part that is read several times stands in the list
    as often."""
    return [part for name in slides(package) for part in (name, *_beside(package, name))]


def _beside(package: Package, name: str) -> list[str]:
    """The parts with the notes of a slide, then those with its comments."""
    found = sorted(target for target in _targets(package, name).values() if package.parts.get(target))
    return [part for folder in (_NOTES, _COMMENTS) for part in found if part.startswith(folder)]


def _targets(package: Package, part: str) -> dict[str, str]:
    """For each relationship of a part, by its id, the part or the address to which it leads."""
    folder, _, name = part.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels"
    found = package.xml(rels) if package.parts.get(rels) else ()
    return {e.get("Id", ""): _target(folder, e) for e in found}


def _target(folder: str, relationship: etree._Element) -> str:
    target = str(relationship.get("Target", ""))
    if relationship.get("TargetMode") == "External":
        return target
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


class _SlideReader:
    """Reads slides one after the other. `commented`: the comments of each slide, by the slide's number."""

    def __init__(self, package: Package):
        self.package = package
        self.paragraphs: list[Paragraph] = []
        self.footers: set[str] = set()
        self.commented: dict[int, list[Comment]] = {}
        self.authors = dict(_authors(package))
        self.targets: Mapping[str, str] = {}  # the targets of relationships of the part that is being read
        self.number = 0
        self.is_hidden = False

    def slide(self, name: str, number: int) -> None:
        """Read a slide, then its notes and its comments."""
        self.number, root = number, self.package.xml(name)
        self.is_hidden = root.get("show", "1") in {"0", "false"}
        self._part(name, "body")
        for other in _beside(self.package, name):
            if other.startswith(_NOTES):
                self._part(other, "notes")
            else:
                self.commented.setdefault(number, []).extend(self._comments(other))

    def _part(self, name: str, container: str) -> None:
        self.targets = _targets(self.package, name)
        for tree in self.package.xml(name).iterfind("p:cSld/p:spTree", NAMES):
            self._shapes(tree, container)

    def _shapes(self, parent: etree._Element, container: str) -> None:
        for shape in parent:
            if shape.tag == f"{{{P}}}grpSp":
                self._shapes(shape, container)
            elif shape.tag == f"{{{P}}}sp":
                self._shape(shape, container)
            elif shape.tag == f"{{{P}}}pic":
                self._add([self._picture(shape)], container)
            elif shape.tag == f"{{{P}}}graphicFrame":
                self._frame(shape, container)
            elif shape.tag in _UNREAD:
                self._add([Piece(_UNREAD[shape.tag], "other")], container)

    def _frame(self, frame: etree._Element, container: str) -> None:
        """Read the cells of a table. If a frame holds something else, a piece of kind `other` says so."""
        cells = frame.findall(".//a:tc/a:txBody", NAMES)
        for cell in cells:
            self._lines(cell, "box", "")
        if not cells:
            self._add([Piece("[a chart or diagram]", "other")], container)

    def _picture(self, shape: etree._Element) -> Piece:
        properties = shape.find("p:nvPicPr/p:cNvPr", NAMES)
        text = "" if properties is None else " ".join(properties.get("descr", "").split())
        blips = (self.targets.get(blip.get(f"{{{R}}}embed", ""), "") for blip in shape.iter(f"{{{A}}}blip"))
        target = " ".join(self.package.checksums.get(name, name) for name in blips)
        return Piece(text, "picture", target=target, looks=drawings.looks(shape, self.targets))

    def _shape(self, shape: etree._Element, container: str) -> None:
        placeholder = shape.find("p:nvSpPr/p:nvPr/p:ph", NAMES)
        kind = "box" if placeholder is None else placeholder.get("type", "obj")
        body = shape.find("p:txBody", NAMES)
        if body is None or kind in _SIDE:
            return
        if kind in _FOOTERS:
            self.footers.add(" ".join("".join(t.itertext()) for t in body.iter(f"{{{A}}}t")).strip())
        elif container == "notes":
            self._lines(body, "notes", NOTES)
        else:
            style = TITLE if kind in _TITLES else "" if kind == "subTitle" else "slide text"
            self._lines(body, "box" if kind == "box" else container, style)

    def _lines(self, body: etree._Element, container: str, style: str) -> None:
        """Read the paragraphs of a text. Titles and subtitles are no list items. In a text without a style, such as a subtitle,
        each line is a paragraph."""
        for node in body.iterfind("a:p", NAMES):
            pieces = self._pieces(node)
            lines = [pieces] if style else _on_lines(pieces)
            for line in lines:
                item = self._item(node) if style == "slide text" or container == "notes" else None
                self._add(line, container, style, item if container != "notes" or _is_marked(node) else None)

    def _item(self, node: etree._Element) -> Item | None:
        """The kind of list item that a paragraph is; None if it is no item. A paragraph has a bullet unless its properties say
        otherwise (21.1.2.2.7)."""
        properties = node.find("a:pPr", NAMES)
        if properties is None:
            return Item(False, 0)
        said = properties.get("lvl", "0")
        level = int(said) if re.fullmatch("[0-8]", said) else 0  # 20.1.10.72
        if properties.find("a:buNone", NAMES) is not None:
            return None
        return Item(properties.find("a:buAutoNum", NAMES) is not None, level)

    def _add(self, pieces: list[Piece], container: str, style: str = "", item: Item | None = None) -> None:
        shown = [replace(p, looks=p.looks | {HIDDEN}) for p in pieces] if self.is_hidden else pieces
        heading = 2 if style == TITLE else 0
        self.paragraphs.append(Paragraph(shown, style=style, heading=heading, item=item, container=container, page=self.number))

    # The pieces of a paragraph.

    def _pieces(self, node: etree._Element) -> list[Piece]:
        out: list[Piece] = []
        for child in node:
            if child.tag == f"{{{A}}}r":
                out += self._run(child, out)
            elif child.tag == f"{{{A}}}br":
                out.append(Piece("↵", "break"))
            elif child.tag == f"{{{A}}}fld":
                out.append(Piece("".join(child.itertext()), "reference"))
            elif child.tag not in {f"{{{A}}}pPr", f"{{{A}}}endParaRPr"} and isinstance(child.tag, str):
                out.append(Piece(f"[{etree.QName(child).localname}]", "other"))
        return out

    def _run(self, run: etree._Element, before: Sequence[Piece]) -> list[Piece]:
        properties, text = run.find("a:rPr", NAMES), run.findtext("a:t", "", NAMES)
        formatting = self._formatting(properties)
        is_number = "super" in formatting and _NUMBER.fullmatch(text.replace(_JOINER, ""))
        leads_to_slide = any(f.startswith("link #") for f in formatting)
        after_joiner = text.startswith(_JOINER) or bool(before and before[-1].text == _JOINER)
        if is_number and (leads_to_slide or after_joiner):
            return [Piece(text.replace(_JOINER, ""), "cite")]
        if "super" in formatting and text in {_JOINER, f",{_JOINER}", ","}:
            return [Piece(_JOINER, "cite")]
        return [replace(p, looks=_looks(properties)) for p in of_text(text, formatting)]

    def _formatting(self, properties: etree._Element | None) -> Formatting:
        found: set[str] = set()
        if properties is None:
            return frozenset()
        switched = {"b": "strong", "i": "emph"}
        found |= {kind for name, kind in switched.items() if properties.get(name, "0") in {"1", "true"}}
        found |= {"strike"} if properties.get("strike", "noStrike") != "noStrike" else set()
        found |= {"caps"} if properties.get("cap") == "small" else set()
        raised = properties.get("baseline", "0").rstrip("%")
        height = int(raised) if re.fullmatch(r"-?\d{1,9}", raised) else 0
        found |= {"super"} if height > 0 else {"sub"} if height < 0 else set()
        link = properties.find("a:hlinkClick", NAMES)
        if link is not None:
            target = self.targets.get(link.get(f"{{{R}}}id", ""), "")
            found.add(f"link {'#' if 'hlinksldjump' in link.get('action', '') else ''}{target}")
        elif properties.get("u", "none") != "none":
            found.add("underline")
        return frozenset(found)

    # Comments.

    def _comments(self, name: str) -> Iterator[Comment]:
        """The comments of a slide with their replies, in both forms that PowerPoint writes ([MS-PPTX] 2.6)."""
        found = [n for n in self.package.xml(name).iter(etree.Element) if etree.QName(n).localname == "cm"]
        texts = {(node.get("authorId"), node.get("idx")): _said(node) for node in found}
        for node in found:
            said, answers = _said(node), texts.get(_answered(node), "")
            yield Comment(self._by(node), node.get("dt") or node.get("created") or "", said, "", 0, answers, _is_resolved(node))
            for reply in (n for n in node.iter() if isinstance(n.tag, str) and etree.QName(n).localname == "reply"):
                yield Comment(self._by(reply), reply.get("created", ""), _said(reply), "", 0, said, _is_resolved(node))

    def _by(self, node: etree._Element) -> str:
        return self.authors.get(node.get("authorId", ""), "")


def _authors(package: Package) -> Iterator[tuple[str, str]]:
    for name in ("ppt/commentAuthors.xml", "ppt/authors.xml"):
        if package.parts.get(name):
            yield from ((node.get("id", ""), node.get("name", "")) for node in package.xml(name))


def _answered(node: etree._Element) -> tuple[str | None, str | None]:
    """The author and number of the comment that a comment of the older form answers ([MS-PPTX] 2.6.2.1)."""
    parent = next((n for n in node.iter(etree.Element) if etree.QName(n).localname == "parentCm"), None)
    return (None, None) if parent is None else (parent.get("authorId"), parent.get("idx"))


def _is_resolved(node: etree._Element) -> bool:
    return node.get("status", "active") in {"resolved", "closed"}


def _said(node: etree._Element) -> str:
    """The words of a comment, without the words of its replies."""
    own = (child for child in node if isinstance(child.tag, str) and etree.QName(child).localname in {"text", "txBody"})
    lines = (["".join(p.itertext()) for p in child.iter(f"{{{A}}}p")] or ["".join(child.itertext())] for child in own)
    return "\n".join(line for found in lines for line in found).strip()


def _is_marked(node: etree._Element) -> bool:
    """Whether a paragraph of notes has a bullet or a number of its own."""
    properties = node.find("a:pPr", NAMES)
    return properties is not None and any(properties.find(f"a:{name}", NAMES) is not None for name in ("buChar", "buAutoNum"))


def _looks(properties: etree._Element | None) -> frozenset[str]:
    found = () if properties is None else (_LOOKS.get(etree.QName(c).localname, "") for c in properties if isinstance(c.tag, str))
    return frozenset(filter(None, found))


def _on_lines(pieces: Iterable[Piece]) -> list[list[Piece]]:
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.kind == "break":
            lines.append([])
        else:
            lines[-1].append(piece)
    return lines


def _without_common_looks(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """The paragraphs without the looks that most words have, because these come from a program and not from a person."""
    words = [p for paragraph in paragraphs for p in paragraph.pieces if p.kind == "word"]
    count = Counter(look for p in words for look in p.looks if look != HIDDEN)
    common = {look for look, number in count.items() if number > MOST * len(words)}
    for paragraph in paragraphs:
        yield replace(paragraph, pieces=[replace(p, looks=p.looks - common) for p in paragraph.pieces])


def _finished(paragraph: Paragraph) -> Paragraph:
    """The paragraph with tidy pieces. Numbers of sources in a row become one citation, and parts of a word one word. If a whole
    title is bold, the bold is left out, because it comes from the layout."""
    out: list[Piece] = []
    for piece in paragraph.pieces:
        last = out[-1] if out else None
        if piece.kind == "cite" and last and last.kind == "cite":
            out[-1] = replace(last, text=",".join(filter(None, [last.text, piece.text.replace(_JOINER, "")])))
        elif piece.kind == "word" and last and last.kind == "word" and _is_one_word(last, piece):
            out[-1] = replace(last, text=last.text + piece.text)
        else:
            out.append(replace(piece, text=piece.text.replace(_JOINER, "")) if piece.kind == "cite" else piece)
    kept = tidy(p for p in out if p.kind != "cite" or p.text)
    words = [p for p in kept if p.kind == "word"]
    if paragraph.style == TITLE and all("strong" in p.formatting for p in words):
        kept = [replace(p, formatting=p.formatting - {"strong"}) for p in kept]
    return replace(paragraph, pieces=kept)


def _is_one_word(last: Piece, piece: Piece) -> bool:
    return last.formatting == piece.formatting and len(of_text(last.text + piece.text)) == 1
