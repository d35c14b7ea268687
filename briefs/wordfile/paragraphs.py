"""A Word file as paragraphs of pieces, with bookmarks, pending changes and comments.

In: a package (`arrival.py`), and which pending changes count as made. Out: `Paper`. Read are the body with its tables, text
boxes, notes, running heads and feet. ECMA-376 part 1: 17.3 (paragraphs and runs), 17.13.4 (comments), 17.13.5 (revisions),
17.13.6 (bookmarks), 17.16 (fields).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from briefs.typeset.word.package import NAMES, Package, R, w
from briefs.wordfile.pieces import Piece, of_text, tidy, words

Takes = Callable[[str, str], bool]  # of a pending change's author and date: does it count as made?
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OFF = {"0", "false", "off", "none"}
_COPIED = re.compile(r"_Copy_\d+$")
_LISTS = ("toc", "table of figures", "contents", "figure index")  # styles of lists that a program makes
_PICTURES = {w("drawing"), w("pict"), w("object")}


def everything(author: str, date: str) -> bool:
    """Every pending change counts as made."""
    return True


@dataclass
class Paragraph:
    """A paragraph: its pieces, its bookmarks (each the range of pieces that it is round), its style by name.

    `item`: it is an item of a list. `joined`: the end of one before it was taken out, pending; LibreOffice then gives it that one's
    style. `place`: body, cell, box (a text box), head (a running head or foot). `page`: counted by the
    breaks that Word left. `by`: who has pending changes in it, and when.
    """

    pieces: list[Piece] = field(default_factory=list)
    marks: dict[str, tuple[int, int]] = field(default_factory=dict)
    style: str = ""
    item: bool = False
    joined: bool = False
    place: str = "body"
    page: int = 1
    by: set[tuple[str, str]] = field(default_factory=set)

    @property
    def text(self) -> str:
        return words(self.pieces)

    @property
    def sort(self) -> str:
        """What it is to a reader: a heading of some level, an item of a list, a paragraph."""
        heading = re.fullmatch(r"heading \d", self.style.lower())
        return heading[0] if heading else "list item" if self.item else "paragraph"


@dataclass(frozen=True)
class Comment:
    """A reviewer's comment, the words that it is about, and the number of the paragraph where they stand."""

    author: str
    date: str
    text: str
    about: str
    paragraph: int


@dataclass
class WordText:
    """A Word file: paragraphs in order, the texts of running heads and feet, comments."""

    paragraphs: list[Paragraph]
    heads: list[str]
    comments: list[Comment]


def read(package: Package, takes: Takes = everything) -> WordText:
    """The file's paragraphs; empty ones are left out."""
    reader = _TextReader(package, takes)
    reader.body(package.xml("word/document.xml").find(w("body")), "body")
    kept = [n for n, p in enumerate(reader.paragraphs) if p.pieces]
    number = {old: new for new, old in enumerate(kept)}
    placed = [
        replace(c, paragraph=next((number[n] for n in range(c.paragraph, -1, -1) if n in number), 0)) for c in reader.comments()
    ]
    return WordText([reader.paragraphs[n] for n in kept], reader.heads(), placed)


@dataclass
class _Field:
    """A complex field that is open: its instruction, whether its result has begun, and at which piece."""

    instruction: str = ""
    result: bool = False
    start: int = 0


@dataclass
class _OpenParagraph:
    """A paragraph as far as it is read: its pieces as they stand in the file, where bookmarks begin and end among them."""

    own: Paragraph
    pieces: list[Piece] = field(default_factory=list)
    starts: dict[str, int] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)


class _TextReader:
    def __init__(self, package: Package, takes: Takes):
        self.package = package
        self.takes = takes
        self.paragraphs: list[Paragraph] = []
        self.styles = self._styles()
        self.looks = self._looks_of_styles()
        self.links = self._relations("word/document.xml")
        self.fields: list[_Field] = []
        self.open: dict[str, str] = {}  # bookmarks that have begun, by id
        self.begun: dict[str, tuple[int, list[Piece]]] = {}  # comments that have begun: paragraph, the words so far
        self.about: dict[str, tuple[int, str]] = {}  # comments: paragraph, the words that they are about
        self.page = 1
        self.notes: dict[str, str] = {}
        self.notes = self._notes()

    # Parts beside the text.

    def _xml(self, name: str) -> etree._Element | None:
        return self.package.xml(name) if self.package.parts.get(name) else None

    def _styles(self) -> dict[str, str]:
        """Names of styles by id: programs change the ids, and keep the names."""
        root = self._xml("word/styles.xml")
        found = [] if root is None else root.iter(w("style"))
        return {s.get(w("styleId"), ""): s.find(w("name")).get(w("val"), "") for s in found if s.find(w("name")) is not None}

    def _looks_of_styles(self) -> dict[str, frozenset[str]]:
        root = self._xml("word/styles.xml")
        own: dict[str, tuple[frozenset[str], str]] = {}
        for style in [] if root is None else root.iter(w("style")):
            if style.get(w("type")) == "character":
                based, properties = style.find(w("basedOn")), style.find(w("rPr"))
                name = self.styles.get(style.get(w("styleId"), ""), "").lower()
                looks = frozenset({"code"}) if name in {"verbatim char", "html code", "source text"} else _looks(properties)
                own[style.get(w("styleId"), "")] = looks - {"underline"}, "" if based is None else based.get(w("val"), "")

        def whole(name: str, depth: int = 0) -> frozenset[str]:
            looks, based = own.get(name, (frozenset(), ""))
            return looks | whole(based, depth + 1) if based and depth < 10 else looks

        return {name: whole(name) for name in own}

    def _relations(self, part: str) -> dict[str, str]:
        folder, _, name = part.rpartition("/")
        root = self._xml(f"{folder}/_rels/{name}.rels")
        return {} if root is None else {e.get("Id", ""): e.get("Target", "") for e in root}

    def _notes(self) -> dict[str, str]:
        """The words of each note, by its number in the file."""
        root = self._xml("word/footnotes.xml")
        found: dict[str, str] = {}
        for note in [] if root is None else root.iter(w("footnote")):
            if note.get(w("type")) in {None, "normal"}:
                inner = self._beside("word/footnotes.xml")
                inner.body(note, "note")
                found[note.get(w("id"), "")] = " ".join(p.text for p in inner.paragraphs if p.pieces)
        return found

    def heads(self) -> list[str]:
        """The texts of running heads and feet, each once; what a field in them shows is left out."""
        found: set[str] = set()
        for name in self.package.parts:
            if re.fullmatch(r"word/(header|footer)\d*\.xml", name) and (root := self._xml(name)) is not None:
                inner = self._beside(name)
                inner.body(root, "head")
                text = " ".join("".join(p.text for p in para.pieces if p.kind != "reference") for para in inner.paragraphs).strip()
                found |= {text} if text else set()
        return sorted(found)

    def _beside(self, part: str) -> _TextReader:
        """A reader of another part, or of a box, that knows what this one knows of the file."""
        inner = copy.copy(self)
        inner.paragraphs, inner.fields, inner.open, inner.begun, inner.about = [], [], {}, {}, {}
        inner.links = self._relations(part)
        return inner

    def comments(self) -> Iterator[Comment]:
        root = self._xml("word/comments.xml")
        for comment in [] if root is None else root.iter(w("comment")):
            number, about = self.about.get(comment.get(w("id"), ""), (0, ""))
            text = "\n".join("".join(t.text or "" for t in p.iter(w("t"))) for p in comment.iter(w("p"))).strip()
            yield Comment(comment.get(w("author"), ""), comment.get(w("date"), ""), text, about, number)

    # The text.

    def body(self, parent: etree._Element, place: str) -> None:
        """The blocks of the body, a cell, a box, a note."""
        glued: _OpenParagraph | None = None
        for block in parent:
            if block.tag == w("p"):
                glued = self.paragraph(block, place, glued)
            elif block.tag == w("tbl"):
                glued = None  # no paragraph goes on in a table
                self.table(block)
            elif block.tag == w("sdt"):
                content = block.find(w("sdtContent"))
                if content is not None:
                    self.body(content, place)
            elif block.tag in {w("ins"), w("moveTo"), w("customXml"), w("smartTag")}:
                self.body(block, place)

    def table(self, table: etree._Element) -> None:
        for row in table.iter(w("tr")):
            if next((a for a in row.iterancestors(w("tbl"))), None) is not table or not self._row_stays(row):
                continue
            for cell in row.iter(w("tc")):
                if next(a for a in cell.iterancestors(w("tr"))) is row:
                    self.body(cell, "cell")

    def _row_stays(self, row: etree._Element) -> bool:
        """A row that was put in or taken out, pending, stands or doesn't."""
        for name, stays in (("ins", True), ("del", False)):
            change = row.find(f"{w('trPr')}/{w(name)}")
            if change is not None:
                return self.takes(*_by(change)) is stays
        return True

    def paragraph(self, node: etree._Element, place: str, glued: _OpenParagraph | None) -> _OpenParagraph | None:
        """Read a paragraph. Returns it if its end is taken out, so that the next one goes on with it."""
        properties = node.find(w("pPr"))
        begun = glued or _OpenParagraph(Paragraph(place=place, page=self.page), starts=dict.fromkeys(self.open.values(), 0))
        own = begun.own
        own.joined = glued is not None
        if glued is None:
            self.paragraphs.append(own)
        style = None if properties is None else properties.find(w("pStyle"))
        name = "" if style is None else style.get(w("val"), "")
        own.style = self.styles.get(name, name)
        own.item = self._is_item(properties, own.style)
        self.inline(node, frozenset(), ("", ""), begun.pieces, begun.starts, begun.ends, own)
        self.fields = [f for f in self.fields if f.result]  # one that gets no result in its paragraph is broken
        self._settle(begun)
        return begun if self._end_is_gone(properties, own) else None

    def _is_item(self, properties: etree._Element | None, style: str) -> bool:
        """Does the paragraph have a number or a bullet, of its own or by its style's name? A number 0 takes it away (17.9.18)."""
        number = None if properties is None else properties.find(f"{w('numPr')}/{w('numId')}")
        return style.lower().startswith("list ") if number is None else number.get(w("val")) != "0"

    def _end_is_gone(self, properties: etree._Element | None, own: Paragraph) -> bool:
        """A paragraph's end that was put in (and doesn't count) or taken out (and does) joins it to the next (17.13.5.15, .20)."""
        for name, gone in (("ins", False), ("moveTo", False), ("del", True), ("moveFrom", True)):
            change = None if properties is None else properties.find(f"{w('rPr')}/{w(name)}")
            if change is not None:
                by = _by(change)
                if self.takes(*by):
                    own.by.add(by)
                if self.takes(*by) is gone:
                    return True
        return False

    def _settle(self, begun: _OpenParagraph) -> None:
        """Pieces made comparable; the bookmarks' ranges follow."""
        own, raw = begun.own, begun.pieces
        pieces, where = _compact(raw)
        for name, start in begun.starts.items():
            first, last = where[start], where[begun.ends.get(name, len(raw))]
            while first < last and pieces[first].kind == "space":
                first += 1
            while last > first and pieces[last - 1].kind == "space":
                last -= 1
            own.marks[name] = (first, last)
        own.pieces = _listed(pieces) if own.style.lower().startswith(_LISTS) else pieces

    def inline(
        self, node: etree._Element, look: frozenset[str], by: tuple[str, str], out: list[Piece], starts: dict[str, int],
        ends: dict[str, int], own: Paragraph,
    ) -> None:  # fmt: skip
        """What stands in a paragraph, or in something within it."""
        for child in node:
            tag = child.tag
            if tag == w("r"):
                self.run(child, look, by, out, own)
            elif tag == w("bookmarkStart"):
                name = child.get(w("name"), "")
                if not name.startswith("_") and not _COPIED.search(name):
                    self.open[child.get(w("id"), "")] = name
                    starts.setdefault(name, len(out))
            elif tag == w("bookmarkEnd"):
                if (ended := self.open.pop(child.get(w("id"), ""), "")) and ended in starts:
                    ends[ended] = len(out)
            elif tag in {w("ins"), w("moveTo"), w("del"), w("moveFrom")}:
                change = _by(child)
                taken = self.takes(*change)
                if taken:
                    own.by.add(change)
                if taken is (tag in {w("ins"), w("moveTo")}):
                    self.inline(child, look, change if taken else by, out, starts, ends, own)
            elif tag == w("hyperlink"):
                self.inline(child, look | self._target(child), by, out, starts, ends, own)
            elif tag == w("fldSimple"):
                inner: list[Piece] = []
                self.inline(child, look, by, inner, starts, ends, own)
                out += self._of_field(child.get(w("instr"), ""), inner)
            elif tag in {w("commentRangeStart"), w("commentRangeEnd")}:
                self._comment(child, out)
            elif tag == w("sdt"):
                content = child.find(w("sdtContent"))
                if content is not None:
                    self.inline(content, look, by, out, starts, ends, own)
            elif tag in {w("smartTag"), w("customXml"), w("dir"), w("bdo")}:
                self.inline(child, look, by, out, starts, ends, own)
            elif tag == f"{_MC}AlternateContent":
                choice = child.find(f"{_MC}Choice")
                if choice is not None:
                    self.inline(choice, look, by, out, starts, ends, own)

    def _target(self, link: etree._Element) -> frozenset[str]:
        anchor = f"#{link.get(w('anchor'))}" if link.get(w("anchor")) else ""
        address = self.links.get(link.get(f"{{{R}}}id", ""), "") + anchor
        return frozenset({f"link {address}"} if address else ())

    def _comment(self, mark: etree._Element, out: list[Piece]) -> None:
        name, here = mark.get(w("id"), ""), len(self.paragraphs) - 1
        if mark.tag == w("commentRangeStart"):
            self.begun[name] = here, out[:]
            self.about[name] = here, ""
        elif name in self.begun:
            start, before = self.begun.pop(name)
            self.about[name] = start, words(tidy(out[len(before) :] if start == here else out)).strip()

    def run(self, run: etree._Element, look: frozenset[str], by: tuple[str, str], out: list[Piece], own: Paragraph) -> None:
        properties = run.find(w("rPr"))
        style = None if properties is None else properties.find(w("rStyle"))
        of_style: frozenset[str] = frozenset() if style is None else self.looks.get(style.get(w("val"), ""), frozenset())
        own_look = look | _looks(properties) | of_style
        if any(k.startswith("link ") for k in own_look):
            own_look -= {"underline"}
        made: list[Piece] = []
        for child in run:
            tag = child.tag
            if tag in {w("t"), w("delText")}:
                made += of_text(child.text or "", own_look, by=by)
            elif tag == w("fldChar"):
                self._flush(made, out)
                self._field_mark(child.get(w("fldCharType"), ""), out)
            elif tag in {w("instrText"), w("delInstrText")}:
                if self.fields:
                    self.fields[-1].instruction += child.text or ""
            elif tag in {w("tab"), w("ptab")}:
                made.append(Piece(" ", "space", own_look, by=by))
            elif tag in {w("br"), w("cr")}:
                if child.get(w("type"), "textWrapping") == "textWrapping":
                    made.append(Piece("↵", "break", by=by))
            elif tag == w("noBreakHyphen"):
                made.append(Piece("\u2011", "word", own_look, by=by))
            elif tag == w("sym"):
                made.append(Piece(f"[{child.get(w('char'), '?')}]", "other", own_look, by=by))
            elif tag == w("footnoteReference"):
                made.append(Piece(self.notes.get(child.get(w("id"), ""), ""), "cite", by=by))
            elif tag == w("commentReference"):
                self.about.setdefault(child.get(w("id"), ""), (len(self.paragraphs) - 1, ""))  # of a comment on no words
            elif tag == w("endnoteReference"):
                made.append(Piece("an endnote", "other", by=by))
            elif tag == w("lastRenderedPageBreak"):
                self.page += 1
                own.page = self.page if not out and not made else own.page
            elif tag in _PICTURES:
                made += self._picture(child, by)
            elif tag == f"{_MC}AlternateContent":
                choice = child.find(f"{_MC}Choice")
                for inner in [] if choice is None else choice:
                    if inner.tag in _PICTURES:
                        made += self._picture(inner, by)
        self._flush(made, out)

    def _flush(self, made: list[Piece], out: list[Piece]) -> None:
        """Words go to the text, or to the result of the field that is open; a field's instruction is no text."""
        if all(f.result for f in self.fields):
            out += made
        made.clear()

    def _field_mark(self, kind: str, out: list[Piece]) -> None:
        if kind == "begin":
            self.fields.append(_Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].result = True
            self.fields[-1].start = len(out)
        elif kind == "end" and self.fields:
            ended = self.fields.pop()
            if ended.result and all(f.result for f in self.fields):
                start = min(ended.start, len(out))
                inner = out[start:]
                out[start:] = self._of_field(ended.instruction, inner)

    def _of_field(self, instruction: str, inner: list[Piece]) -> list[Piece]:
        """A field's result as pieces: a reference is one thing; a link is a look; of others the words count."""
        name, _, rest = instruction.strip().partition(" ")
        if name.upper() == "HYPERLINK":
            target = re.match(r'\s*(\\l\s+)?"([^"]*)"', rest)
            look = frozenset({f"link {'#' if target[1] else ''}{target[2]}"}) if target else frozenset()
            return [Piece(p.text, p.kind, p.look | look, by=p.by) for p in inner]
        if name.upper() in {"REF", "PAGEREF", "NOTEREF", "PAGE", "NUMPAGES", "STYLEREF", "SEQ", "DATE", "TIME"}:
            return [Piece(words(tidy(inner)), "reference")] if inner else []
        return inner

    def _picture(self, node: etree._Element, by: tuple[str, str]) -> list[Piece]:
        """A picture by its alternative text; a text box's paragraphs are read apart."""
        boxes = list(node.iter(w("txbxContent")))
        for box in boxes:
            if not any(outer in boxes for outer in box.iterancestors()):  # a box in a box is read with it
                self._box(box)
        told = next(node.iter(f"{{{NAMES['wp']}}}docPr"), None)
        if boxes:
            return []
        return [Piece("" if told is None else " ".join(told.get("descr", "").split()), "picture", by=by)]

    def _box(self, box: etree._Element) -> None:
        inner = self._beside("word/document.xml")
        inner.body(box, "box")
        self.paragraphs += inner.paragraphs


def _by(change: etree._Element) -> tuple[str, str]:
    return change.get(w("author"), ""), change.get(w("date"), "")


def _looks(properties: etree._Element | None) -> frozenset[str]:
    """The looks that a run's properties give it (17.3.2)."""
    if properties is None:
        return frozenset()
    names = {"b": "strong", "i": "emph", "strike": "strike", "dstrike": "strike", "smallCaps": "caps", "u": "underline"}
    found = set()
    for name, look in names.items():
        element = properties.find(w(name))
        if element is not None and element.get(w("val"), "1").lower() not in _OFF:
            found.add(look)
    raised = properties.find(w("vertAlign"))
    if raised is not None and raised.get(w("val")) in {"superscript", "subscript"}:
        found.add("super" if raised.get(w("val")) == "superscript" else "sub")
    return frozenset(found)


def _listed(pieces: list[Piece]) -> list[Piece]:
    """An entry of the contents: its words; the page's number is the program's."""
    plain = [replace(p, look=frozenset()) for p in pieces]
    return [*plain[:-1], Piece(plain[-1].text, "reference")] if plain and plain[-1].text.isalnum() else plain


def _compact(raw: list[Piece]) -> tuple[list[Piece], list[int]]:
    """Pieces tidied; parts of a word that stood in several runs are one, numbers of sources in a row are one citation.

    Beside them the new index of each old one, and of the end.
    """
    out: list[Piece] = []
    where: list[int] = []
    for piece in raw:
        last = out[-1] if out else None
        joined = _joined(last, piece) if last else None
        if joined:
            where.append(len(out) - 1)
            out[-1] = joined
        elif piece.kind == "space" and (last is None or last.kind in {"space", "break"}):
            where.append(len(out))
        else:
            where.append(len(out))
            out.append(replace(piece, kind="cite") if _is_number(piece) else piece)
    while out and out[-1].kind == "space":
        out.pop()
    return tidy(out), [min(n, len(out)) for n in [*where, len(out)]]


def _joined(last: Piece, piece: Piece) -> Piece | None:
    """Both as one piece, if they are."""
    if last.kind == "cite" and "super" in last.look and "super" in piece.look and (_is_number(piece) or piece.text == ","):
        return replace(last, text=last.text + piece.text)
    if last.kind == piece.kind == "word" and last.look == piece.look and len(of_text(last.text + piece.text)) == 1:
        return replace(last, text=last.text + piece.text, by=max(last.by, piece.by))
    return replace(piece) if last.kind == "space" and piece.kind == "break" else None


def _is_number(piece: Piece) -> bool:
    """A raised number that leads to a source."""
    return piece.kind == "word" and "super" in piece.look and any(k.startswith("link #") for k in piece.look)
