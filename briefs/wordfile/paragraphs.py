"""Reads a Word file as paragraphs of pieces, with bookmarks, pending changes and comments.

In: a package (`docx.py`), and which pending changes count as made. Out: `WordText`: the body with its tables and text boxes, its
notes, headers, footers and comments. ECMA-376 part 1: 17.3 (paragraphs and runs), 17.13.4 (comments), 17.13.5 (revisions),
17.13.6 (bookmarks), 17.16 (fields).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from lxml import etree

from briefs.typeset.word.fields import VALUE_TAG
from briefs.typeset.word.package import NAMES, Package, R, w
from briefs.wordfile.pieces import Formatting, Piece, of_text, tidy, words

ChangeFilter = Callable[[str, str], bool]  # of a pending change's author and date: does it count as made?
Author = tuple[str, str]  # who made a pending change, and when (xsd:dateTime)
_DOCUMENT, _STYLES, _NOTES, _COMMENTS = "word/document.xml", "word/styles.xml", "word/footnotes.xml", "word/comments.xml"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OFF = {"0", "false", "off", "none"}
_BOOKMARK_COPY = re.compile(r"_Copy_\d+$")  # LibreOffice's name for the bookmark of pasted text
_GENERATED_LISTS = ("toc", "table of figures", "contents", "figure index")  # styles of lists that a program makes
_PICTURES = {w("drawing"), w("pict"), w("object")}
_INSERTIONS, _DELETIONS = {w("ins"), w("moveTo")}, {w("del"), w("moveFrom")}
_REFERENCES = {"REF", "PAGEREF", "NOTEREF", "PAGE", "NUMPAGES", "STYLEREF", "SEQ", "DATE", "TIME"}
_CODE_STYLES = {"verbatim char", "html code", "source text"}
_FORMATS = {"b": "strong", "i": "emph", "strike": "strike", "dstrike": "strike", "smallCaps": "caps", "u": "underline"}
_VERTICAL = {"superscript": "super", "subscript": "sub"}


def accept_all(author: str, date: str) -> bool:
    """The filter by which every pending change counts as made."""
    return True


@dataclass
class Paragraph:
    """A paragraph: its pieces, its bookmarks (the range of pieces that each encloses), and the name of its style.

    `is_item`: it is an item of a list. `is_joined`: a pending deletion joins it to the one before; LibreOffice then gives it the
    style of that one. `container`: body, cell, box (a text box), note, head (a header or footer). `page`: counted by the page
    breaks that Word left in the file. `authors`: who has pending changes in it that count.
    """

    pieces: list[Piece] = field(default_factory=list)
    bookmarks: dict[str, tuple[int, int]] = field(default_factory=dict)
    style: str = ""
    is_item: bool = False
    is_joined: bool = False
    container: str = "body"
    page: int = 1
    authors: set[Author] = field(default_factory=set)

    @property
    def text(self) -> str:
        return words(self.pieces)

    @property
    def role(self) -> str:
        """What a reader sees in it: a heading of some level, a list item, or a paragraph."""
        heading = re.fullmatch(r"heading \d", self.style.lower())
        return heading[0] if heading else "list item" if self.is_item else "paragraph"


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
    """A Word file: its paragraphs in order, the texts of its headers and footers, its comments."""

    paragraphs: list[Paragraph]
    headers: list[str]
    comments: list[Comment]


def read(package: Package, change_filter: ChangeFilter = accept_all) -> WordText:
    """Read the file. Empty paragraphs are left out."""
    reader = _TextReader(package, change_filter)
    reader.blocks(package.xml(_DOCUMENT).find(w("body")), "body")
    kept = [n for n, paragraph in enumerate(reader.paragraphs) if paragraph.pieces]
    number = {old: new for new, old in enumerate(kept)}
    comments = [
        replace(c, paragraph=next((number[n] for n in range(c.paragraph, -1, -1) if n in number), 0)) for c in reader.comments()
    ]
    return WordText([reader.paragraphs[n] for n in kept], reader.headers(), comments)


@dataclass
class _Field:
    """A complex field that is open: its instruction, whether its result has begun, and at which piece."""

    instruction: str = ""
    has_result: bool = False
    start: int = 0


@dataclass
class _OpenParagraph:
    """A paragraph that is being read: its pieces as they stand in the file, and where bookmarks start and end among them."""

    paragraph: Paragraph
    pieces: list[Piece] = field(default_factory=list)
    starts: dict[str, int] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)


class _TextReader:
    def __init__(self, package: Package, change_filter: ChangeFilter):
        self.package = package
        self.change_filter = change_filter
        self.styles = _style_names(_xml(package, _STYLES))
        self.style_formatting = _style_formatting(_xml(package, _STYLES), self.styles)
        self.notes: dict[str, str] = {}
        self._start(_DOCUMENT)
        self.page = 1
        self.notes = dict(self._read_notes())

    def _start(self, part: str) -> None:
        """Set up the state for reading a part or a text box."""
        self.links = _relationships(self.package, part)
        self.paragraphs: list[Paragraph] = []
        self.current = _OpenParagraph(Paragraph())
        self.fields: list[_Field] = []
        self.open_bookmarks: dict[str, str] = {}  # name by id
        self.open_comments: dict[str, tuple[int, int]] = {}  # by id: the paragraph and the piece where its range starts
        self.commented: dict[str, tuple[int, str]] = {}  # by id: the paragraph, and the words in the range

    def _reader_of(self, part: str) -> _TextReader:
        """A reader of another part, or of a text box, that knows this file's styles and notes."""
        inner = copy.copy(self)
        inner._start(part)
        return inner

    # Parts besides the text.

    def _read_notes(self) -> Iterator[tuple[str, str]]:
        """The words of each note, by its id in the file."""
        for note in _elements(_xml(self.package, _NOTES), "footnote"):
            if note.get(w("type")) in {None, "normal"}:
                inner = self._reader_of(_NOTES)
                inner.blocks(note, "note")
                yield note.get(w("id"), ""), " ".join(p.text for p in inner.paragraphs if p.pieces)

    def headers(self) -> list[str]:
        """The texts of headers and footers, each once, without the results of fields."""
        found: set[str] = set()
        for name in self.package.parts:
            root = _xml(self.package, name) if re.fullmatch(r"word/(header|footer)\d*\.xml", name) else None
            if root is not None:
                inner = self._reader_of(name)
                inner.blocks(root, "head")
                lines = ("".join(p.text for p in line.pieces if p.kind != "reference") for line in inner.paragraphs)
                found.add(" ".join(lines).strip())
        return sorted(found - {""})

    def comments(self) -> Iterator[Comment]:
        for comment in _elements(_xml(self.package, _COMMENTS), "comment"):
            number, about = self.commented.get(comment.get(w("id"), ""), (0, ""))
            text = "\n".join("".join(t.text or "" for t in p.iter(w("t"))) for p in comment.iter(w("p"))).strip()
            yield Comment(*_author(comment), text, about, number)

    # Blocks.

    def blocks(self, parent: etree._Element, container: str) -> None:
        """The blocks of the body, a cell, a text box, a note, a header or a footer."""
        unfinished: _OpenParagraph | None = None  # its end was deleted: the next paragraph continues it
        for block in parent:
            if block.tag == w("p"):
                unfinished = self._paragraph(block, container, unfinished)
            elif block.tag == w("tbl"):
                unfinished = None  # a table ends it
                self._table(block)
            elif block.tag == w("sdt"):
                for content in block.findall(w("sdtContent"))[:1]:
                    self.blocks(content, container)
            elif block.tag in {w("ins"), w("moveTo"), w("customXml"), w("smartTag")}:
                self.blocks(block, container)

    def _table(self, table: etree._Element) -> None:
        for row in table.iter(w("tr")):
            if next(row.iterancestors(w("tbl")), None) is not table or not self._row_stays(row):
                continue
            for cell in row.iter(w("tc")):
                if next(cell.iterancestors(w("tr"))) is row:
                    self.blocks(cell, "cell")

    def _row_stays(self, row: etree._Element) -> bool:
        """Whether a row is part of the text, given its pending insertion or deletion."""
        for name, stays in (("ins", True), ("del", False)):
            change = row.find(f"{w('trPr')}/{w(name)}")
            if change is not None:
                return self.change_filter(*_author(change)) is stays
        return True

    def _paragraph(self, node: etree._Element, container: str, unfinished: _OpenParagraph | None) -> _OpenParagraph | None:
        """Read a paragraph. Returns it if its end is deleted, so that the next one continues it."""
        properties = node.find(w("pPr"))
        if unfinished:
            self.current = unfinished
        else:
            paragraph = Paragraph(container=container, page=self.page)
            self.current = _OpenParagraph(paragraph, starts=dict.fromkeys(self.open_bookmarks.values(), 0))
            self.paragraphs.append(paragraph)
        current = self.current
        style = None if properties is None else properties.find(w("pStyle"))
        name = "" if style is None else style.get(w("val"), "")
        current.paragraph.style = self.styles.get(name, name)
        current.paragraph.is_item = _is_item(properties, current.paragraph.style)
        current.paragraph.is_joined = unfinished is not None
        self._inlines(node, frozenset(), current.pieces)
        self.fields = [f for f in self.fields if f.has_result]  # a field without a result in its paragraph is broken
        _finish(current)
        return current if self._end_is_deleted(properties) else None

    def _end_is_deleted(self, properties: etree._Element | None) -> bool:
        """Whether the paragraph continues in the next one: its end was deleted and that counts, or it was inserted and that does
        not (17.13.5.15, 17.13.5.20)."""
        for name, is_deletion in (("ins", False), ("moveTo", False), ("del", True), ("moveFrom", True)):
            change = None if properties is None else properties.find(f"{w('rPr')}/{w(name)}")
            if change is not None and self._counts(change) is is_deletion:
                return True
        return False

    def _counts(self, change: etree._Element) -> bool:
        """Whether a pending change counts as made. If so, its author is noted."""
        author = _author(change)
        counts = self.change_filter(*author)
        if counts:
            self.current.paragraph.authors.add(author)
        return counts

    # Inlines: the children of a paragraph, or of an element within it. Each method adds pieces to `out`.

    def _inlines(self, parent: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        for child in parent:
            if read := _INLINES.get(child.tag):
                read(self, child, formatting, out)

    def _bookmark_start(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        name = node.get(w("name"), "")
        if not name.startswith("_") and not _BOOKMARK_COPY.search(name):
            self.open_bookmarks[node.get(w("id"), "")] = name
            self.current.starts.setdefault(name, len(out))

    def _bookmark_end(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        name = self.open_bookmarks.pop(node.get(w("id"), ""), "")
        if name and name in self.current.starts:
            self.current.ends[name] = len(out)

    def _revision(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        if self._counts(node) is (node.tag in _INSERTIONS):
            self._inlines(node, formatting, out)

    def _hyperlink(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        anchor = f"#{node.get(w('anchor'))}" if node.get(w("anchor")) else ""
        address = self.links.get(node.get(f"{{{R}}}id", ""), "") + anchor
        self._inlines(node, formatting | ({f"link {address}"} if address else set()), out)

    def _simple_field(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        inner: list[Piece] = []
        self._inlines(node, formatting, inner)
        out += _field_result(node.get(w("instr"), ""), inner)

    def _comment_range(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        name, here = node.get(w("id"), ""), len(self.paragraphs) - 1
        if node.tag == w("commentRangeStart"):
            self.open_comments[name] = here, len(out)
            self.commented[name] = here, ""
        elif name in self.open_comments:
            paragraph, start = self.open_comments.pop(name)
            self.commented[name] = paragraph, words(tidy(out[start:] if paragraph == here else out)).strip()

    def _content_control(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        """The words in a content control. Those of a value of the data are one piece; a prompt for words is none (17.5.2.39)."""
        properties, start = node.find(w("sdtPr")), len(out)
        if properties is not None and properties.find(w("showingPlcHdr")) is not None:
            return
        for content in node.findall(w("sdtContent"))[:1]:
            self._inlines(content, formatting, out)
        tag = None if properties is None else properties.find(w("tag"))
        if tag is not None and tag.get(w("val")) == VALUE_TAG:
            out[start:] = _value(out[start:])
            self._shorten_bookmarks(start, len(out))

    def _shorten_bookmarks(self, start: int, end: int) -> None:
        """Let the bookmarks that begin or end within a value begin before it and end after it."""
        own = self.current
        own.starts = {name: start if at > start else at for name, at in own.starts.items()}
        own.ends = {name: end if at > start else at for name, at in own.ends.items()}

    def _alternate_content(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        for choice in node.findall(f"{_MC}Choice")[:1]:
            self._inlines(choice, formatting, out)

    def _run(self, run: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        properties = run.find(w("rPr"))
        style = None if properties is None else properties.find(w("rStyle"))
        formatting |= _formatting(properties)
        if style is not None:
            formatting |= self.style_formatting.get(style.get(w("val"), ""), frozenset())
        if any(name.startswith("link ") for name in formatting):
            formatting -= {"underline"}
        for child in run:
            if read := _RUN_CONTENT.get(child.tag):
                read(self, child, formatting, out)

    # The children of a run.

    def _add(self, pieces: Iterable[Piece], out: list[Piece]) -> None:
        """Add pieces to the text, or to the result of the open field. A field's instruction is not text."""
        if all(f.has_result for f in self.fields):
            out += pieces

    def _piece(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        self._add(_PIECES[node.tag](self, node, formatting), out)

    def _break(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        if node.get(w("type"), "textWrapping") == "textWrapping":
            self._add([Piece("↵", "break")], out)

    def _comment_reference(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        self.commented.setdefault(node.get(w("id"), ""), (len(self.paragraphs) - 1, ""))  # a comment on no words

    def _page_break(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        self.page += 1
        if not out:
            self.current.paragraph.page = self.page

    def _field_character(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        kind = node.get(w("fldCharType"), "")
        if kind == "begin":
            self.fields.append(_Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].has_result = True
            self.fields[-1].start = len(out)
        elif kind == "end" and self.fields:
            ended = self.fields.pop()
            if ended.has_result and all(f.has_result for f in self.fields):
                start = min(ended.start, len(out))
                out[start:] = _field_result(ended.instruction, out[start:])

    def _instruction(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        if self.fields:
            self.fields[-1].instruction += node.text or ""

    def _picture(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        """A picture, by its alternative text. The paragraphs of a text box are read as paragraphs of their own."""
        boxes = list(node.iter(w("txbxContent")))
        for box in boxes:
            if not any(outer in boxes for outer in box.iterancestors()):  # a box within a box is read with that one
                inner = self._reader_of(_DOCUMENT)
                inner.blocks(box, "box")
                self.paragraphs += inner.paragraphs
        properties = next(node.iter(f"{{{NAMES['wp']}}}docPr"), None)
        if not boxes:
            alt = "" if properties is None else " ".join(properties.get("descr", "").split())
            self._add([Piece(alt, "picture")], out)

    def _alternate_picture(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        for choice in node.findall(f"{_MC}Choice")[:1]:
            for picture in choice:
                if picture.tag in _PICTURES:
                    self._picture(picture, formatting, out)


_Handler = Callable[[_TextReader, etree._Element, Formatting, list[Piece]], None]
_INLINES: Mapping[str, _Handler] = {
    w("r"): _TextReader._run,
    w("bookmarkStart"): _TextReader._bookmark_start,
    w("bookmarkEnd"): _TextReader._bookmark_end,
    **dict.fromkeys(_INSERTIONS | _DELETIONS, _TextReader._revision),
    w("hyperlink"): _TextReader._hyperlink,
    w("fldSimple"): _TextReader._simple_field,
    w("commentRangeStart"): _TextReader._comment_range,
    w("commentRangeEnd"): _TextReader._comment_range,
    w("sdt"): _TextReader._content_control,
    **dict.fromkeys([w("smartTag"), w("customXml"), w("dir"), w("bdo")], _TextReader._inlines),
    f"{_MC}AlternateContent": _TextReader._alternate_content,
}
_PIECES: Mapping[str, Callable[[_TextReader, etree._Element, Formatting], list[Piece]]] = {
    w("t"): lambda reader, node, formatting: of_text(node.text or "", formatting),
    w("delText"): lambda reader, node, formatting: of_text(node.text or "", formatting),
    w("tab"): lambda reader, node, formatting: [Piece(" ", "space", formatting)],
    w("ptab"): lambda reader, node, formatting: [Piece(" ", "space", formatting)],
    w("noBreakHyphen"): lambda reader, node, formatting: [Piece("\u2011", "word", formatting)],
    w("sym"): lambda reader, node, formatting: [Piece(f"[{node.get(w('char'), '?')}]", "other", formatting)],
    w("footnoteReference"): lambda reader, node, formatting: [Piece(reader.notes.get(node.get(w("id"), ""), ""), "cite")],
    w("endnoteReference"): lambda reader, node, formatting: [Piece("an endnote", "other")],
}
_RUN_CONTENT: Mapping[str, _Handler] = {
    **dict.fromkeys(_PIECES, _TextReader._piece),
    **dict.fromkeys([w("br"), w("cr")], _TextReader._break),
    w("commentReference"): _TextReader._comment_reference,
    w("lastRenderedPageBreak"): _TextReader._page_break,
    w("fldChar"): _TextReader._field_character,
    **dict.fromkeys([w("instrText"), w("delInstrText")], _TextReader._instruction),
    **dict.fromkeys(_PICTURES, _TextReader._picture),
    f"{_MC}AlternateContent": _TextReader._alternate_picture,
}


# Parts and properties.


def _xml(package: Package, name: str) -> etree._Element | None:
    return package.xml(name) if package.parts.get(name) else None


def _elements(root: etree._Element | None, name: str) -> Iterator[etree._Element]:
    return iter(()) if root is None else root.iter(w(name))


def _relationships(package: Package, part: str) -> dict[str, str]:
    """The target of each relationship of a part, by id."""
    folder, _, name = part.rpartition("/")
    root = _xml(package, f"{folder}/_rels/{name}.rels")
    return {} if root is None else {e.get("Id", ""): e.get("Target", "") for e in root}


def _style_names(root: etree._Element | None) -> dict[str, str]:
    """Names of styles by id. Programs change the ids and keep the names."""
    names = ((style.get(w("styleId"), ""), style.find(w("name"))) for style in _elements(root, "style"))
    return {id: name.get(w("val"), "") for id, name in names if name is not None}


def _style_formatting(root: etree._Element | None, names: Mapping[str, str]) -> dict[str, Formatting]:
    """The formatting of each character style by id, with that of the styles it is based on."""
    own: dict[str, tuple[Formatting, str]] = {}
    for style in _elements(root, "style"):
        if style.get(w("type")) == "character":
            id, based = style.get(w("styleId"), ""), style.find(w("basedOn"))
            is_code = names.get(id, "").lower() in _CODE_STYLES
            formatting = frozenset({"code"}) if is_code else _formatting(style.find(w("rPr")))
            own[id] = formatting - {"underline"}, "" if based is None else based.get(w("val"), "")

    def whole(id: str, depth: int = 0) -> Formatting:
        formatting, based = own.get(id, (frozenset(), ""))
        return formatting | whole(based, depth + 1) if based and depth < 10 else formatting

    return {id: whole(id) for id in own}


def _author(change: etree._Element) -> Author:
    return change.get(w("author"), ""), change.get(w("date"), "")


def _is_item(properties: etree._Element | None, style: str) -> bool:
    """Whether the paragraph has a number or a bullet, of its own or by its style's name. The number 0 removes it (17.9.18)."""
    number = None if properties is None else properties.find(f"{w('numPr')}/{w('numId')}")
    return style.lower().startswith("list ") if number is None else bool(number.get(w("val")) != "0")


def _formatting(properties: etree._Element | None) -> Formatting:
    """The formatting that the properties of a run give it (17.3.2)."""
    if properties is None:
        return frozenset()
    found = set()
    for name, formatting in _FORMATS.items():
        element = properties.find(w(name))
        if element is not None and element.get(w("val"), "1").lower() not in _OFF:
            found.add(formatting)
    vertical = properties.find(w("vertAlign"))
    if vertical is not None and vertical.get(w("val")) in _VERTICAL:
        found.add(_VERTICAL[vertical.get(w("val"))])
    return frozenset(found)


def _field_result(instruction: str, result: list[Piece]) -> list[Piece]:
    """The result of a field as pieces: a reference is one piece, a link is formatting, any other result is its words."""
    name, _, rest = instruction.strip().partition(" ")
    if name.upper() == "HYPERLINK":
        target = re.match(r'\s*(\\l\s+)?"([^"]*)"', rest)
        link = {f"link {'#' if target[1] else ''}{target[2]}"} if target else set()
        return [Piece(p.text, p.kind, p.formatting | link) for p in result]
    if name.upper() in _REFERENCES:
        return [Piece(words(tidy(result)), "reference")] if result else []
    return result


def _value(pieces: list[Piece]) -> list[Piece]:
    """The words of a value of the data as one piece. Spaces at their edges stand beside it."""
    own = tidy(pieces)
    if not own:
        return pieces
    before, after = ([p] if p.kind == "space" else [] for p in (pieces[0], pieces[-1]))
    shared = frozenset.intersection(*(p.formatting for p in own))
    return [*before, Piece(words(own), "value", shared), *after]


# Finishing a paragraph.


def _finish(current: _OpenParagraph) -> None:
    """Make the pieces comparable, and the ranges of the bookmarks fit them."""
    own = current.paragraph
    pieces, index = _compact(current.pieces)
    for name, start in current.starts.items():
        first, last = index[start], index[current.ends.get(name, len(current.pieces))]
        while first < last and pieces[first].kind == "space":
            first += 1
        while last > first and pieces[last - 1].kind == "space":
            last -= 1
        own.bookmarks[name] = (first, last)
    own.pieces = _generated_entry(pieces) if own.style.lower().startswith(_GENERATED_LISTS) else pieces


def _generated_entry(pieces: Sequence[Piece]) -> list[Piece]:
    """An entry of a table of contents: its words. The page number is a reference, because the program writes it."""
    plain = [replace(p, formatting=frozenset()) for p in pieces]
    return [*plain[:-1], Piece(plain[-1].text, "reference")] if plain and plain[-1].text.isalnum() else plain


def _compact(raw: Sequence[Piece]) -> tuple[list[Piece], list[int]]:
    """Tidy pieces, in which a word spread over several runs is one word, and numbers of sources in a row are one citation.

    Also returns the new index of each old piece, and of the end.
    """
    out: list[Piece] = []
    index: list[int] = []
    commas = _note_commas(raw)
    for n, piece in enumerate(raw):
        last = out[-1] if out else None
        if n in commas:
            index.append(len(out))
        elif last and (joined := _joined(last, piece)):
            index.append(len(out) - 1)
            out[-1] = joined
        else:
            index.append(len(out))
            if not (piece.kind == "space" and (last is None or last.kind in {"space", "break"})):
                out.append(replace(piece, kind="cite") if _is_source_number(piece) else piece)
    while out and out[-1].kind == "space":
        out.pop()
    return tidy(out), [min(n, len(out)) for n in [*index, len(out)]]


def _note_commas(raw: Sequence[Piece]) -> set[int]:
    """Where the raised commas and spaces beside notes stand. The program writes them between two notes."""

    def is_comma(n: int) -> bool:
        return raw[n].text in {",", " "} and "super" in raw[n].formatting

    found: set[int] = set()
    for _, group in groupby(range(len(raw)), key=lambda n: raw[n].kind == "cite" or is_comma(n)):
        own = list(group)
        found |= {n for n in own if is_comma(n)} if any(raw[n].kind == "cite" for n in own) else set()
    return found


def _joined(last: Piece, piece: Piece) -> Piece | None:
    """Two pieces as one, if they are parts of one word or one citation; else None."""
    is_raised = "super" in last.formatting and "super" in piece.formatting
    if last.kind == "cite" and is_raised and (_is_source_number(piece) or piece.text == ","):
        return replace(last, text=last.text + piece.text)
    same_run = last.kind == piece.kind == "word" and last.formatting == piece.formatting
    if same_run and len(of_text(last.text + piece.text)) == 1:
        return replace(last, text=last.text + piece.text)
    return piece if last.kind == "space" and piece.kind == "break" else None


def _is_source_number(piece: Piece) -> bool:
    """Whether it is a raised number that leads to a source."""
    return piece.kind == "word" and "super" in piece.formatting and any(f.startswith("link #") for f in piece.formatting)
