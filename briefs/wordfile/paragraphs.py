"""Reads a Word file as paragraphs of pieces, with bookmarks, pending changes and comments.

In: a package (`docx.py`), and a filter that tells which pending changes count as made. Out: `WordText`: the body with its tables
and text boxes, its notes, headers, footers and comments. ECMA-376 part 1: 17.3 (paragraphs and runs), 17.13.4 (comments), 17.13.5
(revisions), 17.13.6 (bookmarks), 17.16 (fields).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, groupby
from typing import Any

from lxml import etree

from briefs.typeset.word.fields import VALUE_TAG
from briefs.typeset.word.package import Package, R, w
from briefs.wordfile import citations, drawings, elements
from briefs.wordfile.elements import MC, WORD_2010
from briefs.wordfile.pieces import Formatting, Piece, is_word, of_text, tidy, words
from briefs.wordfile.styles import Item, Styles

ChangeFilter = Callable[[str, str], bool]  # takes the author and date of a pending change; whether the change counts as made
Shape = tuple[str, int]  # a paragraph's role (heading, list item, numbered item, quotation or paragraph), and its level
Author = tuple[str, str]  # who made a pending change, and when (xsd:dateTime)
_DOCUMENT, _COMMENTS = "word/document.xml", "word/comments.xml"
_THREADS, _WORD_2012 = "word/commentsExtended.xml", "{http://schemas.microsoft.com/office/word/2012/wordml}"
_NOTES, _ENDNOTES = "word/footnotes.xml", "word/endnotes.xml"
_BOOKMARK_COPY = re.compile(r"_Copy_\d+$")  # LibreOffice's name for the bookmark of pasted text
_GENERATED_LISTS = ("toc", "table of figures", "contents", "figure index")  # names of the styles of lists that a program makes
_PICTURES = {w("drawing"), w("pict"), w("object")}
_INSERTIONS = {w("ins"), w("moveTo"), f"{WORD_2010}conflictIns"}
_DELETIONS = {w("del"), w("moveFrom"), f"{WORD_2010}conflictDel"}
_NOT_PRINTED = {"XE", "TC", "TA", "SET", "ASK", "NEXT", "NEXTIF", "SKIPIF", "PRIVATE"}  # fields without a result
_FRAMED = {"pull quote"}  # styles of what was a text frame in files of older versions; a trip through .odt loses the frame itself
_QUOTATIONS = {"quote", "intense quote", "block text", "quotations", "quotation"}  # names of styles
_APOSTROPHES = {"'", "’"}
_SYMBOL = re.compile("[\ue000-\uf8ff]")  # the private use area, whose characters have a meaning only in a symbol font
_REFERENCES = {"REF", "PAGEREF", "NOTEREF", "PAGE", "NUMPAGES", "STYLEREF", "SEQ", "DATE", "TIME"}


MOST_ABOUT = 400  # about how many letters of the words that a comment is about are kept; reports show half as many
MOST_JOINED = 1_000  # letters: the longest word that is put together from several runs
_DOUBLED = re.compile("(^|[ \n]) +")


def accept_all(author: str, date: str) -> bool:
    """The filter by which every pending change counts as made."""
    return True


@dataclass(frozen=True)
class CellPlace:
    """The place of a cell: the numbers of its table in the file, of its row and of its column, from 0; and how many cells its row
    has.

    `is_merged`: whether the cell is merged with others.
    """

    table: int
    row: int
    column: int
    columns: int
    is_merged: bool = False


@dataclass
class Paragraph:
    """A paragraph: its pieces, its bookmarks (the range of pieces that each encloses), and the name of its style.

    `heading`: the level of its style, if that is a heading style or based on one. `item`: the kind of list item that it is.
    `is_joined`: whether a pending deletion joins it to the paragraph before, or would do so if the deletion counted; LibreOffice
    then gives it the style of the paragraph before. `container`: body, cell, box (a text box), note, head (a header or footer).
    `page`: its page, counted by the page breaks that Word left in the file. `authors`: who made pending changes in it that count.
    `is_framed`: whether it is a text frame, whose place in the file has no meaning (17.3.1.11). `cell`: the innermost table cell
    around it. `given`: the formatting and looks that its style gives.
    """

    pieces: list[Piece] = field(default_factory=list)
    bookmarks: dict[str, tuple[int, int]] = field(default_factory=dict)
    style: str = ""
    heading: int = 0
    item: Item | None = None
    is_joined: bool = False
    container: str = "body"
    page: int = 1
    authors: set[Author] = field(default_factory=set)
    is_framed: bool = False
    cell: CellPlace | None = None
    given: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        return words(self.pieces)

    @property
    def role(self) -> str:
        """The role of the paragraph in words: “heading 2”, “list item”, “numbered item”, “quotation” or “paragraph”."""
        if self.heading:
            return f"heading {self.heading}"
        if self.item:
            return "numbered item" if self.item.is_numbered else "list item"
        return "quotation" if self.style.lower() in _QUOTATIONS else "paragraph"

    @property
    def shape(self) -> Shape:
        """The role of the paragraph without a level, and its level: for a heading from 1, for an item from 0, else 0."""
        role, _, level = self.role.rpartition(" ")
        if role == "heading":
            return role, int(level)
        return self.role, self.item.level if self.item else 0

    @property
    def is_item(self) -> bool:
        """Whether the paragraph is an item of a list."""
        return self.role in {"list item", "numbered item"}


@dataclass(frozen=True)
class Comment:
    """A reviewer's comment, the words that it is about, and the number of the paragraph where these words are.

    `answers`: the text of the comment to which it replies. `is_resolved`: whether somebody marked it, or the comment to which it
    replies, as done.
    """

    author: str
    date: str
    text: str
    about: str
    paragraph: int
    answers: str = ""
    is_resolved: bool = False


@dataclass
class WordText:
    """A Word file: its paragraphs in order, the texts of its headers and footers, its comments.

    `headers`: each text in two forms: without the results of fields, and with those that have letters. None if the file has no
    header and no footer at all. `deleted_by`: for each bookmark of which no word is left, the authors of pending changes that count
    in its paragraph, or those who deleted its row. `authors`: the authors of all pending changes that count. `styles`: the names of
    the file’s styles; None for a presentation."""

    paragraphs: list[Paragraph]
    headers: list[tuple[str, str]] | None
    comments: list[Comment]
    deleted_by: Mapping[str, frozenset[Author]] = field(default_factory=dict)
    authors: frozenset[Author] = frozenset()
    styles: frozenset[str] | None = None

    def lost(self, sent: Paragraph) -> frozenset[str]:
        """The formatting and looks of the style of a sent paragraph, if this file lacks that style. The program that dropped the
        style has given them to the words instead. Empty if the file has the style."""
        return sent.given if self.styles is not None and sent.style not in self.styles else frozenset()


def read(package: Package, change_filter: ChangeFilter = accept_all) -> WordText:
    """Read a Word file. Empty paragraphs are left out."""
    reader = _TextReader(package, change_filter)
    reader.blocks(package.xml(_DOCUMENT).find(w("body")), "body")
    kept = [n for n, paragraph in enumerate(reader.paragraphs) if paragraph.pieces]
    number = {old: new for new, old in enumerate(kept)}
    comments = [
        replace(c, paragraph=next((number[n] for n in range(c.paragraph, -1, -1) if n in number), 0)) for c in reader.comments()
    ]
    emptied = ((name, p) for p in reader.paragraphs for name, (start, end) in p.bookmarks.items() if start == end)
    deleted_by = {name: reader.deleted_by.get(name, frozenset()) | p.authors for name, p in emptied} | reader.deleted_by
    kept_paragraphs = [reader.paragraphs[n] for n in kept]
    return WordText(kept_paragraphs, reader.headers(), comments, deleted_by, frozenset(reader.authors), reader.styles.names)


@dataclass
class _Field:
    """A complex field that is open: its instruction, whether its result has begun, the number of the result's first piece, and the
    pieces before the result, which no program shows."""

    instruction: str = ""
    has_result: bool = False
    start: int = 0
    hidden: list[Piece] = field(default_factory=list)


def _begin(texts: Iterable[str]) -> str:
    """The beginning of some texts on one line: only as many of them as are needed for `MOST_ABOUT` letters."""
    found: list[str] = []
    size = 0
    for text in texts:
        found.append(text[:MOST_ABOUT].strip())
        size += len(text)
        if size > MOST_ABOUT:
            break
    return " ".join(filter(None, found))


@dataclass
class _OpenParagraph:
    """A paragraph that is being read: its pieces as they are in the file, and the numbers of the pieces at which bookmarks start
    and end."""

    paragraph: Paragraph
    pieces: list[Piece] = field(default_factory=list)
    looks: dict[str, str] = field(default_factory=dict)  # the looks of the words that are being read, by property
    starts: dict[str, int] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)


class _TextReader:
    def __init__(self, package: Package, change_filter: ChangeFilter):
        self.package = package
        self.change_filter = change_filter
        self.styles = Styles(package)
        self.records = _word_sources(package)
        self.relationships: dict[str, dict[str, str]] = {}  # by part, the target of each relationship
        self.notes: dict[str, list[Piece]] = {}
        self.endnotes: dict[str, list[Piece]] = {}
        self._start(_DOCUMENT)
        self.page = 1
        self.notes, self.endnotes = dict(self._read_notes(_NOTES, "footnote")), dict(self._read_notes(_ENDNOTES, "endnote"))

    def _start(self, part: str) -> None:
        """Set up the state for reading a part or a text box."""
        if part not in self.relationships:
            self.relationships[part] = _relationships(self.package, part)
        self.links = self.relationships[part]
        self.style = ""  # the id of the current paragraph's style
        self.joining: str | None = None  # the last paragraph's style if the pending deletion of its end doesn't count, else None
        self.looks: dict[str, str] = {}  # the looks that the current cell gives to its words
        self.first_looks: dict[str, str] = {}  # the looks of a table whose first cell isn’t read yet
        self.cell: CellPlace | None = None
        self.tables = 0  # the number of tables that have begun
        self.paragraphs: list[Paragraph] = []
        self.current = _OpenParagraph(Paragraph())
        self.fields: list[_Field] = []
        self.open_bookmarks: dict[str, str] = {}  # by id, the name of a bookmark
        self.authors: set[Author] = set()  # the authors of all pending changes that count
        self.deleted_by: dict[str, frozenset[Author]] = {}  # by bookmark, who deleted its row or all words of its paragraph
        self.open_comments: dict[str, tuple[int, int, int]] = {}  # by id, the paragraph, piece and letter at which a range starts
        self.commented: dict[str, tuple[int, str]] = {}  # by id, the paragraph in which a comment's range starts, and its words

    def _reader_of(self, part: str) -> _TextReader:
        """A reader of another part, or of a text box, that knows this file's styles and notes."""
        inner = copy.copy(self)
        inner._start(part)
        return inner

    # Parts besides the text.

    def _read_notes(self, part: str, name: str) -> Iterator[tuple[str, list[Piece]]]:
        """The id of each note in the file, and its pieces. The paragraphs of a note are joined by spaces."""
        for note in _elements(_xml(self.package, part), name):
            if note.get(w("type")) in {None, "normal"}:
                inner = self._reader_of(part)
                inner.blocks(note, "note")
                yield note.get(w("id"), ""), tidy(piece for p in inner.paragraphs for piece in (*p.pieces, Piece(" ", "space")))

    def headers(self) -> list[tuple[str, str]] | None:
        """The texts of headers and footers, each once. None if there are no such parts."""
        found: set[tuple[str, str]] = set()
        names = [name for name in self.package.parts if re.fullmatch(r"word/(header|footer)\d*\.xml", name)]
        for name in names:
            root = _xml(self.package, name)
            if root is not None:
                inner = self._reader_of(name)
                inner.blocks(root, "head")
                pieces = [piece for line in inner.paragraphs for piece in (*line.pieces, Piece(" ", "space"))]
                found.add(_header(pieces))
        return sorted(found - {("", "")}) if names else None

    def comments(self) -> Iterator[Comment]:
        found = list(_elements(_xml(self.package, _COMMENTS), "comment"))
        text_of = {_paragraph_id(comment): _comment_text(comment) for comment in found}
        threads = _threads(_xml(self.package, _THREADS))
        for comment in found:
            number, about = self.commented.get(comment.get(w("id"), ""), (0, ""))
            parent, is_done = threads.get(_paragraph_id(comment), ("", False))
            is_done = is_done or threads.get(parent, ("", False))[1]
            yield Comment(
                *_author(comment),
                _comment_text(comment),
                about,
                number,
                text_of[parent] if parent in text_of and parent else "",
                is_done,
            )

    # Blocks.

    def blocks(self, parent: etree._Element, container: str) -> None:
        """Read the blocks of the body, a cell, a text box, a note, a header or a footer."""
        unfinished: _OpenParagraph | None = None  # a paragraph whose end was deleted, so that the next paragraph continues it
        for block in parent:
            if block.tag == w("p"):
                unfinished = self._paragraph(block, container, unfinished)
            else:
                unfinished = unfinished if block.tag in _BETWEEN_BLOCKS else None  # a block such as a table ends the paragraph
                self._block(block, container)

    def _block(self, block: etree._Element, container: str) -> None:
        """Read a block that isn’t a paragraph. An unknown block becomes a paragraph of its own, so that it is reported."""
        if block.tag == w("tbl"):
            self._table(block)
        elif block.tag in {w("sdt"), w("sdtContent"), w("customXml"), w("smartTag")}:
            self.blocks(block, container)
        elif block.tag == f"{MC}AlternateContent":
            self.blocks(_chosen(block, _BLOCKS), container)
        elif block.tag in _INSERTIONS | _DELETIONS:
            if self._is_made(block) is (block.tag in _INSERTIONS):
                self.blocks(block, container)
        elif block.tag in _COMMENT_RANGE:
            self._comment_of_blocks(block)
        elif block.tag in _MARKS:
            _MARKS[block.tag](self, block, frozenset(), [])
        elif _is_told(block):
            self.paragraphs.append(Paragraph([Piece(elements.called(block), "other")], container=container, page=self.page))

    def _table(self, table: etree._Element) -> None:
        """Read the cells of a table, row by row. Rows and cells may be inside content controls."""
        number, outer, count = self.tables, self.cell, 0
        self.tables += 1
        self.first_looks = elements.table_looks(self._before_change(table.find(w("tblPr"))))
        for row in _within(table, "tr"):
            if row.tag != w("tr"):
                self._block(row, "cell")
            elif self._stays(row.find(w("trPr")), "ins", "del"):
                self._row(row, number, count)
                count += 1
            else:
                self._note_deletion(row)
        self.cell = outer

    def _note_deletion(self, row: etree._Element) -> None:
        """Record who deleted a row that is no longer part of the text, by the bookmarks in it."""
        change = row.find(f"{w('trPr')}/{w('del')}")
        if change is not None:
            names = (mark.get(w("name"), "") for mark in row.iter(w("bookmarkStart")))
            self.deleted_by |= {name: frozenset([_author(change)]) for name in names}

    def _row(self, row: etree._Element, table: int, number: int) -> None:
        cells = [c for c in _within(row, "tc") if c.tag != w("tc") or self._stays(c.find(w("tcPr")), "cellIns", "cellDel")]
        column, columns = 0, sum(c.tag == w("tc") for c in cells)
        for cell in cells:
            if cell.tag != w("tc"):
                self._block(cell, "cell")
                continue
            of_row = [elements.cell_looks(self._before_change(row.find(w(name)))) for name in ("tblPrEx", "trPr")]
            properties = self._before_change(cell.find(w("tcPr")))
            self.cell = CellPlace(table, number, column, columns, elements.is_merged(properties))
            outer = self.looks
            self.looks = outer | self.first_looks | of_row[0] | of_row[1] | elements.cell_looks(properties)
            self.first_looks = {}
            self.blocks(cell, "cell")
            self.looks = outer
            column += 1

    def _stays(self, properties: etree._Element | None, insertion: str, deletion: str) -> bool:
        """Whether a row or a cell is part of the text: its pending insertion counts, or its pending deletion doesn't count, or
        there is neither."""
        for name, stays in ((insertion, True), (deletion, False)):
            change = None if properties is None else properties.find(w(name))
            if change is not None:
                return self._is_made(change) is stays
        return True

    def _is_made(self, change: etree._Element) -> bool:
        """Whether a pending change of a table or of whole blocks counts as made. If so, its author is recorded."""
        made = self.change_filter(*_author(change))
        self.authors |= {_author(change)} if made else set()
        return made

    def _before_change(self, properties: etree._Element | None) -> etree._Element | None:
        """The properties of a table, row or cell; if a pending change of them doesn’t count, those before it (17.13.5.34 to
        17.13.5.36)."""
        name = "" if properties is None else etree.QName(properties).localname
        pending = None if properties is None else properties.find(w(f"{name}Change"))
        return properties if pending is None or self._is_made(pending) else pending.find(w(name))

    def _paragraph(self, node: etree._Element, container: str, unfinished: _OpenParagraph | None) -> _OpenParagraph | None:
        """Read a paragraph. If its end is deleted, return it, so that the next paragraph continues it."""
        marks = node.find(w("pPr"))
        if unfinished:
            self.current = unfinished
            self._part_from_emptied(unfinished)
        else:
            paragraph = Paragraph(container=container, page=self.page, cell=self.cell)
            self.current = _OpenParagraph(paragraph, starts=dict.fromkeys(self.open_bookmarks.values(), 0))
            self.paragraphs.append(paragraph)
        current = self.current
        properties = self._now(marks, "pPrChange", "pPr")
        style = None if properties is None else properties.find(w("pStyle"))
        self.style = "" if style is None else style.get(w("val"), "")
        current.paragraph.style = self.styles.name(self.style)
        current.paragraph.heading = self.styles.heading(self.style)
        current.paragraph.given = self.styles.given(self.style)
        numbered = None if properties is None else properties.find(f"{w('numPr')}/{w('ins')}")
        is_numbered = numbered is None or self._counts(numbered)
        current.paragraph.item = self.styles.item(properties if is_numbered else None, self.style)
        current.paragraph.is_joined = unfinished is not None or self.style == self.joining
        framed = properties is not None and properties.find(w("framePr")) is not None
        current.paragraph.is_framed = framed or current.paragraph.style.lower() in _FRAMED
        current.looks = (
            self.looks | elements.paragraph_looks(properties, self.styles.edges(self.style)) | elements.mark_looks(marks)
        )
        self._inlines(node, frozenset(), current.pieces)
        self._end_broken_fields(current)
        _finish(current)
        is_deleted = self._end_is_deleted(marks)
        self.joining = self.style if _has_deleted_end(marks) and not is_deleted else None
        return current if is_deleted else None

    def _end_broken_fields(self, current: _OpenParagraph) -> None:
        """End the fields without a result at the end of their paragraph. They have no end, so the words behind them are text."""
        for broken in (f for f in self.fields if not f.has_result):
            current.pieces += broken.hidden
        self.fields = [f for f in self.fields if f.has_result]

    def _part_from_emptied(self, opened: _OpenParagraph) -> None:
        """If all words of a paragraph and its end were deleted, record its authors for its bookmarks, and take them from the
        paragraph. They didn't change the paragraph that follows and now stands in its place."""
        if not opened.pieces:
            self.deleted_by |= dict.fromkeys(opened.starts, frozenset(opened.paragraph.authors))
            opened.paragraph.authors = set()

    def _now(self, properties: etree._Element | None, change: str, name: str) -> etree._Element | None:
        """The properties of a run or paragraph. If a pending change of them doesn’t count, those before the change (17.13.5.29,
        17.13.5.31)."""
        pending = None if properties is None else properties.find(w(change))
        return properties if pending is None or self._counts(pending) else pending.find(w(name))

    def _end_is_deleted(self, properties: etree._Element | None) -> bool:
        """Whether a paragraph continues in the next one: because its end was deleted and the deletion counts, or because its end
        was inserted and the insertion doesn't count (17.13.5.15, 17.13.5.20)."""
        mark = None if properties is None else properties.find(w("rPr"))
        changes = () if mark is None else (node for node in mark if node.tag in _INSERTIONS | _DELETIONS)
        return any(self._counts(change) is (change.tag in _DELETIONS) for change in changes)

    def _counts(self, change: etree._Element) -> bool:
        """Whether a pending change counts as made. If so, its author is recorded."""
        author = _author(change)
        counts = self.change_filter(*author)
        if counts:
            self.current.paragraph.authors.add(author)
            self.authors.add(author)
        return counts

    # Inlines: the children of a paragraph, or of an element within it. Each method adds pieces to `out`.

    def _inlines(self, parent: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        for child in parent:
            if read := _INLINES.get(child.tag):
                read(self, child, formatting, out)
            elif _is_told(child):
                self._add([Piece(elements.called(child), "other")], out)

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
        start = len(out)
        self._inlines(node, formatting, out)
        self._end_field(node.get(w("instr"), ""), start, out)

    def _comment_range(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        name, here = node.get(w("id"), ""), len(self.paragraphs) - 1
        if node.tag == w("commentRangeStart"):
            self.open_comments[name] = here, len(out), len(_DOUBLED.sub(r"\1", words(out)))
            self.commented[name] = here, ""
        elif name in self.open_comments:
            first, start, letters = self.open_comments.pop(name)
            begin = start if first == here else 0
            last = words(tidy(out[begin : begin + MOST_ABOUT]))
            before = (p.text[letters if n == 0 else 0 :] for n, p in enumerate(self.paragraphs[first:here]))
            self.commented[name] = first, _begin(chain(before, [last]))

    def _comment_of_blocks(self, node: etree._Element) -> None:
        """Begin or end the range of a comment between two blocks."""
        name = node.get(w("id"), "")
        if node.tag == w("commentRangeStart"):
            self.open_comments[name] = len(self.paragraphs), 0, 0
            self.commented[name] = len(self.paragraphs), ""
        elif name in self.open_comments:
            first, _, letters = self.open_comments.pop(name)
            own = (p.text[letters if n == 0 else 0 :] for n, p in enumerate(self.paragraphs[first:]))
            self.commented[name] = first, _begin(own)

    def _content_control(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        """Read the words in a content control. A value from the data becomes one piece. The placeholder that asks for words isn't
        read (17.5.2.39)."""
        properties, start = node.find(w("sdtPr")), len(out)
        if properties is not None and properties.find(w("showingPlcHdr")) is not None:
            return
        self._inlines(node, formatting, out)
        tag = None if properties is None else properties.find(w("tag"))
        if tag is not None and tag.get(w("val")) == VALUE_TAG:
            out[start:] = _value(out[start:])
            self._shorten_bookmarks(start, len(out))

    def _shorten_bookmarks(self, start: int, end: int) -> None:
        """Move the starts of bookmarks within a value before the value, and their ends after it. `start`, `end`: its pieces."""
        own = self.current
        own.starts = {name: start if at > start else at for name, at in own.starts.items()}
        own.ends = {name: end if at > start else at for name, at in own.ends.items()}

    def _alternate_content(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        self._inlines(_chosen(node, _INLINES), formatting, out)

    def _run(self, run: etree._Element, outer: Formatting, out: list[Piece]) -> None:
        properties = self._now(run.find(w("rPr")), "rPrChange", "rPr")
        style = None if properties is None else properties.find(w("rStyle"))
        of_paragraph, own = self.styles.formatting(self.style), self.styles.of_run(properties)
        made = outer | (own.formatting - of_paragraph)
        character = "" if style is None else style.get(w("val"), "")
        of_style = self.styles.formatting(character) if character else frozenset()
        made |= of_style
        if is_link := any(name.startswith("link ") for name in made):
            made -= {"underline"}
        start, before = len(out), self.current.looks
        self.current.looks = before | self._looks(own.looks, character, is_link)
        switched = of_paragraph - of_style  # bold in a style of a paragraph and of a run is not bold (part 1, 17.7.3)
        self.current.looks |= {
            kind: f"set without “{kind}”" for kind, is_on in own.switches.items() if not is_on and kind in switched
        }
        self._run_content(run, made, out)
        shown = frozenset(filter(None, self.current.looks.values()))
        out[start:] = [replace(p, looks=p.looks | shown) for p in out[start:]] if shown else out[start:]
        self.current.looks = before

    def _looks(self, own: Mapping[str, str], style: str, is_link: bool) -> dict[str, str]:
        """The looks of a run that its paragraph’s style doesn’t have. For a link, the colour is ignored."""
        found = {**self.styles.looks(style), **own}
        of_paragraph = self.styles.looks(self.style)
        return {
            name: look for name, look in found.items() if look != of_paragraph.get(name, "") and not (is_link and name == "color")
        }

    def _run_content(self, parent: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        for child in parent:
            if read := _RUN_CONTENT.get(child.tag):
                read(self, child, formatting, out)
            elif _is_told(child) and child.tag != w("rPr"):
                self._add([Piece(elements.called(child), "other")], out)

    # The children of a run.

    def _add(self, pieces: Iterable[Piece], out: list[Piece]) -> None:
        """Add pieces to `out`, unless they are in the instruction of an open field, which isn't text."""
        without = next((f for f in self.fields if not f.has_result), None)
        (without.hidden if without else out).extend(pieces)

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
                self._end_field(ended.instruction, min(ended.start, len(out)), out)
            elif not ended.has_result and (name := ended.instruction.split(" ")[:1]) and name[0].upper() not in _NOT_PRINTED:
                self._add([Piece(f"[a field of Word: {ended.instruction}]", "other")], out)

    def _end_field(self, instruction: str, start: int, out: list[Piece]) -> None:
        """Put the result of a field in the place of the pieces from `start` on. If it has another number of pieces, the bookmarks
        among them move to its edges."""
        count = len(out)
        out[start:] = self._field_result(instruction, out[start:])
        if len(out) != count:
            for places, edge in ((self.current.starts, start), (self.current.ends, len(out))):
                places.update({name: edge for name, place in places.items() if place > start})

    def _field_result(self, instruction: str, result: list[Piece]) -> list[Piece]:
        """The pieces of a field's result. A citation in the text becomes one piece. In a note, the words stay, and each piece
        refers to the citation."""
        if citation := citations.read(instruction, self.records):
            if self.current.paragraph.container == "note":
                return [replace(p, citation=citation) for p in result]
            return [Piece(words(tidy(result)), "cite", citation=citation)]
        return _field_result(instruction, result)

    def _instruction(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        if self.fields:
            self.fields[-1].instruction += node.text or ""

    def _picture(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        """Read a picture as a piece with its alternative text. If it holds text boxes, read their paragraphs instead, as paragraphs
        of their own."""
        boxes = list(node.iter(w("txbxContent")))
        for box in boxes:
            if not any(outer in boxes for outer in box.iterancestors()):  # boxes within a box are read with the outer box
                inner = self._reader_of(_DOCUMENT)
                inner.blocks(box, "box")
                self.paragraphs += inner.paragraphs
        if not boxes:
            image, drawing = drawings.identity(node, self._checksum)
            looks = drawings.looks(node, self.links)
            self._add([Piece(drawings.alternative_text(node), "picture", target=image, drawing=drawing, looks=looks)], out)

    def _checksum(self, relation: str) -> str:
        """The size and checksum of the part to which a relationship leads; its target if the file has no such part."""
        target = self.links.get(relation, "")
        return self.package.checksums.get(target.lstrip("/") if target.startswith("/") else f"word/{target}", target)

    def _alternate_run(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        self._run_content(_chosen(node, _RUN_CONTENT), formatting, out)

    def _ruby(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        """Read the words under a phonetic guide (17.3.3.25). The guide itself becomes a look of these words."""
        inner: list[Piece] = []
        for text in node.findall(w("rt")):
            self._inlines(text, frozenset(), inner)
        guide, start = words(inner), len(out)
        for base in node.findall(w("rubyBase")):
            self._inlines(base, formatting, out)
        out[start:] = [replace(p, looks=p.looks | {f"given the phonetic guide “{guide}”"}) for p in out[start:]]

    def _text(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        """Read text. A character of the private use area, which has a meaning only in a symbol font, becomes a piece of its own."""
        text = node.text or ""
        for n, part in enumerate(_SYMBOL.split(text)):
            signs = _SYMBOL.findall(text)[n - 1 : n] if n else []
            self._add([Piece(f"[a sign of a symbol font: {ord(sign):X}]", "other", formatting) for sign in signs], out)
            self._add(of_text(part, formatting), out)

    def _note(self, node: etree._Element, formatting: Formatting, out: list[Piece]) -> None:
        """Read a note as one piece. If words in the note have formatting or looks, these become looks of the piece.

        Endnotes are the notes of a file without footnotes, because Word turns all of the ones into the others at once."""
        number = node.get(w("id"), "")
        is_endnote = node.tag == w("endnoteReference")
        if is_endnote and self.notes:
            self._add([Piece(f"[an endnote: {words(self.endnotes.get(number, []))}]", "other")], out)
            return
        own = (self.endnotes if is_endnote else self.notes).get(number, [])
        fields = {id(p.citation): p.citation for p in own if p.kind == "word"}
        citation = next(iter(fields.values())) if len(fields) == 1 else None
        marked = {f"given {name} in a note: “{p.text}”" for p in own for name in (*p.formatting, *p.looks) if p.kind == "word"}
        marked = {mark for mark in marked if not mark.startswith(("given link ", "given super"))}
        self._add([Piece(words(own), "cite", inner=tuple(own), looks=frozenset(marked), citation=citation)], out)


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
    **dict.fromkeys(map(w, ("sdtContent", "smartTag", "customXml", "dir", "bdo")), _TextReader._inlines),
    f"{MC}AlternateContent": _TextReader._alternate_content,
}
_COMMENT_RANGE = (w("commentRangeStart"), w("commentRangeEnd"))
_MARKS: Mapping[str, _Handler] = {
    tag: _INLINES[tag] for tag in (w("bookmarkStart"), w("bookmarkEnd"), *_COMMENT_RANGE)
}  # elements that may also stand between paragraphs
_BLOCKS = {w("p"), w("tbl"), w("sdt"), w("customXml")}
_BETWEEN_BLOCKS = {*_MARKS, *(tag for tag in elements.WITHOUT_MEANING if tag != w("sectPr"))}
_PIECES: Mapping[str, Callable[[_TextReader, etree._Element, Formatting], list[Piece]]] = {
    w("tab"): lambda reader, node, formatting: [Piece(" ", "space", formatting)],
    w("ptab"): lambda reader, node, formatting: [Piece(" ", "space", formatting)],
    w("noBreakHyphen"): lambda reader, node, formatting: [Piece("\u2011", "word", formatting)],
    w("sym"): lambda reader, node, formatting: [
        Piece(f"[a sign of a symbol font: {node.get(w('font'), '')} {node.get(w('char'), '?')}]", "other", formatting)
    ],
}
_RUN_CONTENT: Mapping[str, _Handler] = {
    **dict.fromkeys(_PIECES, _TextReader._piece),
    **dict.fromkeys([w("br"), w("cr")], _TextReader._break),
    w("commentReference"): _TextReader._comment_reference,
    w("lastRenderedPageBreak"): _TextReader._page_break,
    w("fldChar"): _TextReader._field_character,
    **dict.fromkeys([w("instrText"), w("delInstrText")], _TextReader._instruction),
    **dict.fromkeys(_PICTURES, _TextReader._picture),
    **dict.fromkeys([w("t"), w("delText")], _TextReader._text),
    **dict.fromkeys([w("footnoteReference"), w("endnoteReference")], _TextReader._note),
    w("ruby"): _TextReader._ruby,
    f"{MC}AlternateContent": _TextReader._alternate_run,
}


def _is_told(node: etree._Element) -> bool:
    """Whether an element that isn’t read must be reported, because it may have a meaning."""
    return isinstance(node.tag, str) and node.tag not in elements.WITHOUT_MEANING and node.tag not in _PROPERTIES


_PROPERTIES = {w("pPr"), w("rPr"), w("tcPr"), w("trPr"), w("tblPr"), w("tblPrEx")}


def _chosen(node: etree._Element, known: Iterable[str]) -> etree._Element | Sequence[etree._Element]:
    """A branch of alternate content: the first of its choices and its fallback that has only `known` elements; else the first of
    all (part 3, 10.2.1)."""
    branches = [*node.findall(f"{MC}Choice"), *node.findall(f"{MC}Fallback")]
    return next((b for b in branches if len(b) and all(child.tag in known for child in b)), branches[0] if branches else ())


def _within(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, also those inside content controls and the like; and unknown elements between
    them."""
    for child in parent:
        if child.tag in {w("sdt"), w("sdtContent"), w("customXml"), w("ins"), w("moveTo")}:
            yield from _within(child, name)
        elif child.tag == w(name) or _is_told(child):
            yield child


# Parts and properties.


def _word_sources(package: Package) -> citations.Records:
    """The records of Word’s own sources, from the part that holds them."""
    found: dict[str, dict[str, Any]] = {}
    for name in package.parts:
        if name.startswith("customXml/item") and b"officeDocument/2006/bibliography" in package.parts[name]:
            found |= citations.word_sources(package.xml(name))
    return found


def _xml(package: Package, name: str) -> etree._Element | None:
    return package.xml(name) if package.parts.get(name) else None


def _has_deleted_end(properties: etree._Element | None) -> bool:
    """Whether the deletion of a paragraph's end is pending (17.13.5.15, 17.13.5.21)."""
    return properties is not None and any(properties.find(f"{w('rPr')}/{w(name)}") is not None for name in ("del", "moveFrom"))


def _elements(root: etree._Element | None, name: str) -> Iterator[etree._Element]:
    return iter(()) if root is None else root.iter(w(name))


def _relationships(package: Package, part: str) -> dict[str, str]:
    """The target of each relationship of a part, by id."""
    folder, _, name = part.rpartition("/")
    root = _xml(package, f"{folder}/_rels/{name}.rels")
    return {} if root is None else {e.get("Id", ""): e.get("Target", "") for e in root}


def _comment_text(comment: etree._Element) -> str:
    return "\n".join("".join(t.text or "" for t in p.iter(w("t"))) for p in comment.iter(w("p"))).strip()


def _paragraph_id(comment: etree._Element) -> str:
    """The id of a comment’s last paragraph, by which threads refer to the comment ([MS-DOCX] 2.5.1.8)."""
    return next((p.get(f"{WORD_2010}paraId", "") for p in reversed(list(comment.iter(w("p"))))), "")


def _threads(root: etree._Element | None) -> dict[str, tuple[str, bool]]:
    """For each comment, by the id of its last paragraph: the id of the last paragraph of the comment to which it replies, and
    whether it is resolved."""
    found: dict[str, tuple[str, bool]] = {}
    for one in () if root is None else root.iter(f"{_WORD_2012}commentEx"):
        is_done = one.get(f"{_WORD_2012}done", "0") in {"1", "true"}
        found[one.get(f"{_WORD_2012}paraId", "")] = one.get(f"{_WORD_2012}paraIdParent", ""), is_done
    return found


def _author(change: etree._Element) -> Author:
    return change.get(w("author"), ""), change.get(w("date"), "")


def _field_result(instruction: str, result: list[Piece]) -> list[Piece]:
    """The result of a field as pieces: a reference is one piece, a link is formatting, any other result is its words."""
    name, _, rest = instruction.strip().partition(" ")
    if name.upper() == "HYPERLINK":
        target = re.match(r'\s*(\\l\s+)?"([^"]*)"', rest)
        link = {f"link {'#' if target[1] else ''}{target[2]}"} if target else set()
        return [Piece(p.text, p.kind, p.formatting | link) for p in result]
    if name.upper() in _REFERENCES:
        leads_to = rest.split()[0] if rest.split() and name.upper() == "REF" else ""
        is_page = name.upper() == "PAGEREF"  # LibreOffice writes no number in this field if it hasn't laid out the pages
        return [Piece(words(tidy(result)), "reference", target=leads_to)] if result or is_page else []
    return result


def _value(pieces: list[Piece]) -> list[Piece]:
    """The words of a value from the data as one piece. Spaces at the edges stay beside it."""
    own = tidy(pieces)
    if not own:
        return pieces
    before, after = ([p] if p.kind == "space" else [] for p in (pieces[0], pieces[-1]))
    shared = frozenset.intersection(*(p.formatting for p in own))
    return [*before, Piece(words(own), "value", shared), *after]


def _header(pieces: Iterable[Piece]) -> tuple[str, str]:
    """The text of a header without the results of fields, and with those that have letters."""
    shown = [p for p in pieces if p.kind != "reference" or any(c.isalpha() for c in p.text)]
    plain = [p for p in shown if p.kind != "reference"]
    return words(tidy(plain)), words(tidy(shown))


# Finishing a paragraph.


def _finish(current: _OpenParagraph) -> None:
    """Make the pieces of a paragraph comparable, and adapt the ranges of the bookmarks to them."""
    own = current.paragraph
    pieces, index = _compact(current.pieces)
    most = len(current.pieces)  # a bookmark within a phonetic guide, which is no piece, may stand further on
    for name, start in current.starts.items():
        first, last = index[min(start, most)], index[min(current.ends.get(name, most), most)]
        while first < last and pieces[first].kind == "space":
            first += 1
        while last > first and pieces[last - 1].kind == "space":
            last -= 1
        own.bookmarks[name] = (first, last)
    style = own.style.lower()
    is_entry = style.startswith(_GENERATED_LISTS) and not style.endswith("heading")
    own.pieces = _generated_entry(pieces) if is_entry else pieces


def _generated_entry(pieces: Sequence[Piece]) -> list[Piece]:
    """An entry of a table of contents: its words. The page number is a reference, because the program writes it."""
    plain = [replace(p, formatting=frozenset()) for p in pieces]
    return [*plain[:-1], Piece(plain[-1].text, "reference")] if plain and plain[-1].text.isalnum() else plain


def _compact(raw: Sequence[Piece]) -> tuple[list[Piece], list[int]]:
    """The pieces, tidied: a word that is divided among several runs becomes one word, and numbers of sources in a row become one
    citation. New lines at the edges are removed, because some programs turn the end of a column into one.

    Also returns the new index of each old piece, and of the end.
    """
    out: list[Piece] = []
    index: list[int] = []
    commas = _note_commas(raw)
    for n, piece in enumerate(raw):
        last = out[-1] if out else None
        if piece.kind == "word" and (not last or last.kind == "space") and "super" not in piece.formatting:
            index.append(len(out))  # most words: there is nothing to join
            out.append(piece)
        elif last and last.text in _APOSTROPHES and len(out) > 1 and (whole := _joined_over_apostrophe(out[-2], last, piece)):
            out[-2:] = [whole]
            index[n - 1 :] = [len(out) - 1] * 2
        elif n in commas:
            index.append(len(out))
        elif piece.kind == "space":
            index.append(len(out))
            if last and last.kind not in {"space", "break"}:
                out.append(piece)
        elif piece.kind == "break" and not last:
            index.append(0)
        elif last and (joined := _joined(last, piece)):
            index.append(len(out) - 1)
            out[-1] = joined
        else:
            index.append(len(out))
            out.append(replace(piece, kind="cite", target=_anchor(piece)) if _is_source_number(piece) else piece)
    while out and out[-1].kind in {"space", "break"}:
        out.pop()
    return tidy(out), [min(n, len(out)) for n in [*index, len(out)]]


def _note_commas(raw: Sequence[Piece]) -> set[int]:
    """The numbers of the raised commas and spaces beside notes. This program writes them between two notes, so they are no text."""

    def is_comma(n: int) -> bool:
        return raw[n].text in {",", " "} and "super" in raw[n].formatting

    found: set[int] = set()
    if all(piece.kind != "cite" for piece in raw):
        return found
    for _, group in groupby(range(len(raw)), key=lambda n: raw[n].kind == "cite" or is_comma(n)):
        own = list(group)
        found |= {n for n in own if is_comma(n)} if any(raw[n].kind == "cite" for n in own) else set()
    return found


def _joined_over_apostrophe(first: Piece, middle: Piece, last: Piece) -> Piece | None:
    """Three pieces as one word, if they are a word that runs divide at its apostrophe; else None."""
    is_divided = first.kind == last.kind == "word" and first.formatting == middle.formatting == last.formatting
    whole = first.text + middle.text + last.text
    return replace(first, text=whole) if is_divided and _is_word(whole) else None


def _is_word(text: str) -> bool:
    return len(text) <= MOST_JOINED and is_word(text)


def _joined(last: Piece, piece: Piece) -> Piece | None:
    """Two pieces as one, if they are parts of one word or one citation; else None."""
    is_raised = "super" in last.formatting and "super" in piece.formatting
    if last.kind == "cite" and is_raised and (_is_source_number(piece) or piece.text == ","):
        return replace(last, text=last.text + piece.text, target=",".join(filter(None, [last.target, _anchor(piece)])))
    same_run = last.kind == piece.kind == "word" and last.formatting == piece.formatting
    if same_run and _is_word(last.text + piece.text):
        return replace(last, text=last.text + piece.text)
    return piece if last.kind == "space" and piece.kind == "break" else None


def _anchor(piece: Piece) -> str:
    """The bookmark to which a piece links; empty if it links to none."""
    return next((name.removeprefix("link #") for name in piece.formatting if name.startswith("link #")), "")


def _is_source_number(piece: Piece) -> bool:
    """Whether a piece is the number of a source: a raised word that links to a bookmark."""
    return piece.kind == "word" and "super" in piece.formatting and any(f.startswith("link #") for f in piece.formatting)
