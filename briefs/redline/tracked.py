"""Makes one Word file with tracked changes out of two: the newer file, in which insertions and deletions are marked.

In: the older and the newer package, the author and date of the changes. Out: the newer package, changed in place. Accepting all
changes gives the newer text; rejecting all changes gives the older text. `blocks.py` finds the blocks that correspond, `tokens.py`
the words; here the changes are marked. `resources.py` copies what deleted text needs. ECMA-376 part 1, 17.13.5 (revisions).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from briefs.redline.blocks import BLOCKS, SECTION, align_blocks, align_rows, blocks_of, holder, text_of
from briefs.redline.resources import BODY, NOTES, Importer, NumberingMap, PackagePart, import_styles
from briefs.redline.tokens import (
    KeyFunctions,
    Node,
    Structure,
    Token,
    TokenChange,
    TokenLine,
    changes,
    copied,
    read_tokens,
    structure,
)  # fmt: skip
from briefs.typeset.word.package import Package, R, w

INSERTED, DELETED, UNCHANGED = "ins", "del", ""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_DELETED_TEXT = {w("t"): w("delText"), w("instrText"): w("delInstrText")}
_TRACKED_APART = {w("rPr"), SECTION, w("pPrChange")}  # paragraph properties whose changes are tracked separately
_REFERENCES = {w("headerReference"), w("footerReference")}


def track(old: Package, new: Package, author: str, date: str) -> int:
    """Mark in `new` everything that changed since `old`. `date` is an xsd:dateTime. Returns the number of marks."""
    comparison = _Comparison(old, new, author, date)
    comparison.document()
    return comparison.count


@dataclass(frozen=True)
class _PartPair:
    """A part that both files have: the functions by which objects of the older and of the newer part are compared, and the importer
    that copies deleted elements into the newer part."""

    importer: Importer
    old: KeyFunctions
    new: KeyFunctions


def _take_frames(*bodies: Node) -> None:
    """Take the paragraphs of a cover out of their frame. LibreOffice deletes a frame together with a new
    paragraph before it, if that change is rejected."""
    for frame in [node for body in bodies for node in body.iter(w("framePr"))]:
        frame.getparent().remove(frame)


class _Comparison:
    def __init__(self, old: Package, new: Package, author: str, date: str):
        self.old_package, self.new_package = old, new
        self.author, self.date = author, date
        self.count = 0
        self.numbering = NumberingMap(old, new)
        self.old_notes, self.new_notes = _notes(old), _notes(new)
        import_styles(old, new)
        self.body, self.footnotes = self.parts(BODY, BODY), self.parts(NOTES, NOTES)
        self.names = {e.get(w("name")) for e in new.xml(BODY).iter(w("bookmarkStart"))}
        ids = [int(e.get(w("id"))) for e in new.xml(BODY).iter(w("bookmarkStart"), w("bookmarkEnd"))]
        self.last_id = max(ids, default=0)  # the highest id of bookmarks and changes
        self.bookmark_ids: dict[str, str] = {}  # new ids by old ids, for bookmarks of the older file whose end is still to come
        self.compared_headers: set[str] = set()  # the parts that were compared; several sections may share a header

    def parts(self, old: str, new: str) -> _PartPair:
        old_part, new_part = PackagePart(self.old_package, old), PackagePart(self.new_package, new)
        return _PartPair(
            Importer(old_part, new_part, self.numbering), _keys(old_part, self.old_notes), _keys(new_part, self.new_notes)
        )

    def document(self) -> None:
        old, new = (package.xml(BODY).find(w("body")) for package in (self.old_package, self.new_package))
        last_sections = old.find(SECTION), new.find(SECTION)  # found before anything is added
        _take_frames(old, new)
        self.blocks(old, new, self.body)
        self.headers(*last_sections)
        self._order_notes()

    def mark(self, name: str) -> Node:
        """An element for a change, with an id of its own."""
        self.count += 1
        self.last_id += 1
        made = etree.Element(w(name))
        for key, value in (("id", str(self.last_id)), ("author", self.author), ("date", self.date)):
            made.set(w(key), value)
        return made

    # Blocks.

    def blocks(self, old: Node, new: Node, part: _PartPair) -> None:
        """Compare the blocks of a body, cell, note, header or footer. Deleted blocks are put among the newer ones."""
        before, after = list(blocks_of(old)), list(blocks_of(new))
        pairs = align_blocks(before, after, part.old, part.new)
        for i, j in pairs:
            self._match_lists(before[i], after[j])
        last_i = last_j = -1
        at: Node = None  # the block after which deleted ones are put
        for i, j in [*pairs, (len(before), len(after))]:
            previous = (before[last_i], after[last_j]) if last_i >= 0 else None
            if previous is not None and (at is None or previous[1].tag != SECTION):  # the end of a section is no block of its own
                at = holder(previous[1])
            inserted, rest = after[last_j + 1 : j], after[j:]
            at = self._gap(before[last_i + 1 : i], inserted, previous, at, rest, part, new)
            if inserted and rest and rest[0].tag == SECTION:  # the section ends with an inserted paragraph
                at = holder(inserted[-1])
            if i < len(before):
                self._same_block(before[i], after[j], part)
            last_i, last_j = i, j

    def _match_lists(self, old: Node, new: Node) -> None:
        """If two corresponding blocks are items of lists, record that their lists correspond."""
        numbers = [block.find(f"{w('pPr')}/{w('numPr')}/{w('numId')}") for block in (old, new)]
        if None not in numbers:
            self.numbering.match(*(number.get(w("val")) for number in numbers))

    def _same_block(self, old: Node, new: Node, part: _PartPair) -> None:
        if new.tag == w("tbl"):
            self._table(old, new, part)
        elif new.tag == SECTION:
            self.headers(old, new)
        elif new.tag == w("sdt"):
            self.blocks(_content(old), _content(new), part)
        else:
            self._same_paragraph(old, new, part)

    def _gap(
        self, deleted: Sequence[Node], inserted: Sequence[Node], previous: tuple[Node, Node] | None, at: Node,
        rest: Sequence[Node], part: _PartPair, parent: Node,
    ) -> Node:  # fmt: skip
        """Mark the blocks between the pair `previous` and the blocks `rest`. Deleted blocks stand before inserted ones, and after
        the block `at`. Returns the block after which further ones may be put: the last deleted one, or `at`.

        If no paragraph follows the gap, the end of its last paragraph can't be inserted or deleted, because there is nothing to
        join the paragraph to. Then `_shift_end` marks the end of the paragraph before the gap instead.
        """
        placed = self._imported(deleted, part)
        self._place(placed, inserted, at, rest, parent)
        for block in inserted:
            self._mark_block(block, INSERTED, part)
        if (not rest or rest[0].tag != w("p")) and previous is not None:
            self._shift_end(previous, placed, inserted, part)
        return placed[-1] if placed else at

    def _imported(self, deleted: Sequence[Node], part: _PartPair) -> list[Node]:
        """Copies of older blocks, marked as deleted. The end of a section stays in the copy only if it is one of these blocks."""
        found = []
        for block, following in zip(deleted, [*deleted, None][1:], strict=True):
            if block.tag == SECTION:
                continue
            made = copied(block)
            if following is None or following.tag != SECTION:
                for section in made.findall(f"{w('pPr')}/{SECTION}"):
                    section.getparent().remove(section)
            self._mark_block(made, DELETED, part)
            found.append(made)
        return found

    def _place(self, placed: Sequence[Node], inserted: Sequence[Node], at: Node, rest: Sequence[Node], parent: Node) -> None:
        """Put deleted blocks where they stood, after the block `at`. If pictures replace pictures, each deleted one goes before its
        replacement."""
        side_by_side = len(placed) == len(inserted) and _are_pictures([*placed, *inserted])
        for n, block in enumerate(placed):
            if side_by_side:
                inserted[n].addprevious(block)
            elif at is not None:
                at.addnext(block)
            elif inserted or rest:
                (inserted or rest)[0].addprevious(block)
            else:
                parent.append(block)
            at = block

    def _shift_end(self, previous: tuple[Node, Node], deleted: Sequence[Node], inserted: Sequence[Node], part: _PartPair) -> None:
        """Mark the end of the paragraph before a gap instead of the end of the last paragraph in the gap. Does nothing unless the
        gap has only inserted paragraphs, or only deleted ones."""
        blocks, kept = [*deleted, *inserted], previous[1]
        if bool(deleted) == bool(inserted) or any(block.tag != w("p") for block in (*blocks, kept)):
            return
        last, name = blocks[-1], DELETED if deleted else INSERTED
        self._unmark_end(last, name)
        if deleted:  # accepting the change joins both paragraphs, and the result has the properties of the last one
            self._restyle(last, _properties(kept), _properties(last), _properties(kept).find(SECTION))
        else:
            old = part.importer.imported(_properties(previous[0]))
            self._restyle(last, _properties(last), old, _properties(last).find(SECTION))
        self._mark_end(kept, name)

    def _restyle(self, paragraph: Node, new: Node, old: Node, section: Node) -> None:
        """Give a paragraph the properties `new`, and record that it had the properties `old`. `section`: the `sectPr` to keep."""
        made = _own_properties(new)
        changed = structure(made) != structure(_own_properties(old))
        if section is not None:
            made.append(section)
        if changed:
            made.append(self._properties_change(old))
        if (properties := paragraph.find(w("pPr"))) is not None:
            paragraph.remove(properties)
        paragraph.insert(0, made)

    def _properties_change(self, old: Node) -> Node:
        """The record of the properties that a paragraph had (17.13.5.29)."""
        change = self.mark("pPrChange")
        change.append(_own_properties([] if old is None else old))
        return change

    # Whole blocks that were inserted or deleted.

    def _mark_block(self, block: Node, name: str, part: _PartPair) -> None:
        if block.tag == w("p"):
            self._mark_paragraph(block, name, part)
        elif block.tag == w("sdt"):
            for inner in block.iterfind(f"{w('sdtContent')}/*"):
                self._mark_block(inner, name, part)
        elif block.tag == w("tbl"):
            for row in block.findall(w("tr")):
                self._mark_row(row, name, part)

    def _mark_row(self, row: Node, name: str, part: _PartPair) -> None:
        properties = row.find(w("trPr"))
        if properties is None:
            properties = etree.Element(w("trPr"))
            properties.append(
                etree.Element(w("cantSplit"), {w("val"): "off"})
            )  # the schema requires another property besides the change (17.4.81)
            row.insert(1 if row.find(w("tblPrEx")) is not None else 0, properties)
        properties.append(self.mark(name))
        for block in row.iterfind(f"{w('tc')}/*"):
            self._mark_block(block, name, part)

    def _mark_paragraph(self, paragraph: Node, name: str, part: _PartPair) -> None:
        is_old = name == DELETED
        own = read_tokens(paragraph, part.old if is_old else part.new)
        tokens = tuple(own.tokens)
        properties = paragraph.find(w("pPr"))
        if is_old and properties is not None:
            made = part.importer.imported(properties)
            for reference in made.findall(f"{SECTION}/*"):
                if reference.tag in _REFERENCES:
                    reference.getparent().remove(reference)
            paragraph.replace(properties, made)
        if is_old:
            self._fill(paragraph, [TokenChange(False, tokens, ())], own, TokenLine(), part)
        else:
            self._fill(paragraph, [TokenChange(False, (), tokens)], TokenLine(), own, part)
        self._mark_end(paragraph, name)

    def _mark_end(self, paragraph: Node, name: str) -> None:
        """Mark the end of a paragraph as inserted or deleted (17.13.5.15, 17.13.5.20)."""
        properties = _properties(paragraph)
        own = properties.find(w("rPr"))
        if own is None:
            own = etree.Element(w("rPr"))
            following = next((e for e in properties if e.tag in {SECTION, w("pPrChange")}), None)
            properties.append(own) if following is None else following.addprevious(own)
        own.insert(0, self.mark(name))

    def _unmark_end(self, paragraph: Node, name: str) -> None:
        for change in paragraph.findall(f"{w('pPr')}/{w('rPr')}/{w(name)}"):
            own = change.getparent()
            own.remove(change)
            self.count -= 1
            if not len(own):
                own.getparent().remove(own)

    # Tables.

    def _table(self, old: Node, new: Node, part: _PartPair) -> None:
        """Compare a table row by row. If the number of columns differs, the old table is deleted and the new one inserted."""
        if len(old.findall(f"{w('tblGrid')}/*")) != len(new.findall(f"{w('tblGrid')}/*")):
            (made,) = self._imported([old], part)
            new.addprevious(made)
            self._mark_block(new, INSERTED, part)
            return
        before, after = old.findall(w("tr")), new.findall(w("tr"))
        last_i = last_j = -1
        for i, j in [*align_rows(before, after, part.old, part.new), (len(before), len(after))]:
            at = after[last_j] if last_j >= 0 else None
            for row in before[last_i + 1 : i]:
                made = copied(row)
                self._mark_row(made, DELETED, part)
                after[0].addprevious(made) if at is None else at.addnext(made)
                at = made
            for row in after[last_j + 1 : j]:
                self._mark_row(row, INSERTED, part)
            if i < len(before):
                for old_cell, new_cell in zip(before[i].findall(w("tc")), after[j].findall(w("tc")), strict=True):
                    self.blocks(old_cell, new_cell, part)
            last_i, last_j = i, j

    # Paragraphs that are in both files.

    def _same_paragraph(self, old: Node, new: Node, part: _PartPair) -> None:
        before, after = read_tokens(old, part.old), read_tokens(new, part.new)
        steps = changes(before.tokens, after.tokens)
        self._compare_properties(old, new, part)
        if all(step.same for step in steps):
            self._compare_notes(steps)
        else:
            self._fill(new, steps, before, after, part)

    def _compare_properties(self, old: Node, new: Node, part: _PartPair) -> None:
        before, after = old.find(w("pPr")), new.find(w("pPr"))
        if self._comparable_with_lists(before, self.old_package) != self._comparable_with_lists(after, self.new_package):
            had = None if before is None else part.importer.imported(before)
            _properties(new).append(self._properties_change(had))

    def _comparable_with_lists(self, properties: Node, package: Package) -> tuple[Structure, ...]:
        """The properties of a paragraph in a form that can be compared: the number of a list is replaced by the list's format."""
        if properties is None:
            return ()
        made = _own_properties(properties)
        lists = []
        for number in made.iter(w("numId")):
            lists.append(self.numbering.format(package, number.get(w("val"))))
            number.set(w("val"), "")
        return (structure(made), *lists)

    def _fill(self, paragraph: Node, steps: Iterable[TokenChange], before: TokenLine, after: TokenLine, part: _PartPair) -> None:
        """Write the content of a paragraph anew, step by step. Bookmarks that only the older file has are written too."""
        for child in list(paragraph):
            if child.tag != w("pPr"):
                paragraph.remove(child)
        out = _RevisionWriter(self, paragraph, part)
        old, new = _Bookmarks(before), _Bookmarks(after)
        i = j = 0
        for step in steps:
            if step.same:
                self._compare_notes([step])
                for n, token in enumerate(step.new):
                    out.bookmarks(self._imported_bookmarks(old.before(i + n)))
                    out.bookmarks(new.before(j + n))
                    out.token(token, UNCHANGED)
            else:
                self._write_change(step, i, j, old, new, out)
            i, j = i + len(step.old), j + len(step.new)
        out.bookmarks(self._imported_bookmarks(old.before(i)))
        out.bookmarks(new.before(j))

    def _write_change(
        self, step: TokenChange, i: int, j: int, old: _Bookmarks, new: _Bookmarks, out: _RevisionWriter
    ) -> None:  # fmt: skip
        out.bookmarks(new.starts_before(j) if step.old else ())
        are_pictures = all(token.key[0] == "picture" for token in (*step.old, *step.new))
        for token in step.new if are_pictures else ():  # the new picture first: a table row as high as a slide cuts off the rest
            out.token(token, INSERTED)
        for n, token in enumerate(step.old):
            out.bookmarks(self._imported_bookmarks(old.before(i + n)))
            out.token(token, DELETED)
        for n, token in enumerate(() if are_pictures else step.new):
            out.bookmarks(new.before(j + n))
            out.token(token, INSERTED)

    def _imported_bookmarks(self, bookmarks: Iterable[Node]) -> Iterator[Node]:
        """The bookmarks that only the older file has, with ids of their own."""
        for mark in bookmarks:
            id, is_start = mark.get(w("id"), ""), mark.tag == w("bookmarkStart")
            if is_start and mark.get(w("name")) not in self.names:
                self.names.add(mark.get(w("name")))
                self.last_id += 1
                self.bookmark_ids[id] = str(self.last_id)
            elif is_start or id not in self.bookmark_ids:
                continue
            made = copied(mark)
            made.set(w("id"), self.bookmark_ids[id] if is_start else self.bookmark_ids.pop(id))
            yield made

    # Notes, headers and footers.

    def _compare_notes(self, steps: Iterable[TokenChange]) -> None:
        """Compare the blocks of notes that are in both files."""
        for old, new in ((o, n) for s in steps if s.same for o, n in zip(s.old, s.new, strict=False) if n.note):
            before, after = self.old_notes.get(old.note), self.new_notes.get(new.note)
            if before is not None and after is not None:
                self.blocks(before, after, self.footnotes)

    def note(self, id: str, name: str) -> str:
        """Mark a note that was inserted or deleted, except for the end of its last paragraph. Returns its id in the newer file."""
        if name == INSERTED:
            found = self.new_notes.get(id)
        elif id in self.old_notes and NOTES in self.new_package.parts:
            root = self.new_package.xml(NOTES)
            found = copied(self.old_notes[id])
            id = str(max(int(note.get(w("id"), "0")) for note in root) + 1)
            found.set(w("id"), id)
            root.append(found)
        else:
            return id
        blocks = [] if found is None else [block for block in found if block.tag in BLOCKS]
        for block in blocks:
            self._mark_block(block, name, self.footnotes)
        for block in blocks[-1:]:
            self._unmark_end(block, name)
        return id

    def _order_notes(self) -> None:
        """Number the notes in the order of their references, because LibreOffice 7.4 assigns notes to references by that order."""
        if NOTES not in self.new_package.parts:
            return
        root = self.new_package.xml(NOTES)
        notes = _notes(self.new_package)
        first = max((int(n.get(w("id"))) for n in root if n not in notes.values()), default=0) + 1  # after the separators
        for number, reference in enumerate(list(self.new_package.xml(BODY).iter(w("footnoteReference"))), first):
            note = notes.pop(reference.get(w("id")), None)
            if note is not None:
                root.append(note)
                note.set(w("id"), str(number))
                reference.set(w("id"), str(number))
        for note in notes.values():  # notes that no reference in the text leads to
            root.remove(note)

    def headers(self, old: Node, new: Node) -> None:
        """Compare the headers and footers of a section."""
        for reference in [] if old is None or new is None else new:
            others = old.findall(reference.tag) if reference.tag in _REFERENCES else []
            other = next((e for e in others if e.get(w("type")) == reference.get(w("type"))), None)
            if other is not None:
                self._compare_header(self._header(self.old_package, other), self._header(self.new_package, reference))

    def _header(self, package: Package, reference: Node) -> str:
        """The name of the part of a header or footer; empty if it can't be read."""
        path = PackagePart(package, BODY).path(reference.get(f"{{{R}}}id"))
        return path if path in package.parts and path.endswith(".xml") else ""

    def _compare_header(self, old: str, new: str) -> None:
        if old and new and new not in self.compared_headers:
            self.compared_headers.add(new)
            self.blocks(self.old_package.xml(old), self.new_package.xml(new), self.parts(old, new))


class _RevisionWriter:
    """Writes tokens into a paragraph. Tokens with the same properties share a run. Runs are put into `ins` and `del`, and these
    into hyperlinks, because `ins` and `del` can't hold hyperlinks."""

    def __init__(self, comparison: _Comparison, paragraph: Node, part: _PartPair):
        self.comparison, self.paragraph, self.importer = comparison, paragraph, part.importer
        self.address = ""
        self.link: Node = None
        self.state: str | None = None  # None: a new group is needed
        self.group: Node = None  # the element that runs are added to: the `ins` or `del`, or the parent of unchanged runs
        self.run: Node = None
        self.properties: Structure = ()

    @property
    def parent(self) -> Node:
        return self.paragraph if self.link is None else self.link

    def bookmarks(self, elements: Iterable[Node]) -> None:
        for element in elements:
            self.parent.append(copied(element))
            self.state = self.run = None

    def token(self, token: Token, state: str) -> None:
        self._open_link(token, state)
        self._open_group(state)
        nodes = [self.importer.imported(n) if state == DELETED else copied(n) for n in token.nodes]
        if token.kind == "whole":
            self.group.extend(part for n in nodes for part in _deleted(_as_runs(n) if state else [n], state))
            self.run = None
            return
        self._open_run(token)
        if token.kind == "text":
            self._text(token.text, state)
        elif token.note and state:
            nodes[0].set(w("id"), self.comparison.note(token.note, state))
        self.run.extend(nodes)

    def _open_link(self, token: Token, state: str) -> None:
        """Open the hyperlink of a token, and close the hyperlink before it if the token isn't in that one."""
        part = self.importer.old if state == DELETED else self.importer.new
        address = "" if token.link is None else part.address(token.link)
        if address == self.address and (token.link is None) == (self.link is None):
            return
        self.address, self.link, self.state, self.run = address, None, None, None
        if token.link is not None:
            bare = etree.Element(token.link.tag, dict(token.link.attrib))
            self.link = self.importer.imported(bare) if state == DELETED else bare
            self.paragraph.append(self.link)

    def _open_group(self, state: str) -> None:
        if state != self.state:
            self.state, self.run, self.group = state, None, self.parent
            if state:
                self.group = self.comparison.mark(state)
                self.parent.append(self.group)

    def _open_run(self, token: Token) -> None:
        if self.run is None or structure(token.properties) != self.properties:
            self.run, self.properties = etree.SubElement(self.group, w("r")), structure(token.properties)
            if token.properties is not None:
                self.run.append(copied(token.properties))

    def _text(self, text: str, state: str) -> None:
        name = w("delText") if state == DELETED else w("t")
        last = self.run[-1] if len(self.run) and self.run[-1].tag == name else None
        if last is None:
            last = etree.SubElement(self.run, name)
            last.set(_SPACE, "preserve")
            last.text = ""
        last.text += text


class _Bookmarks:
    """The bookmark elements of a line, taken one after the other."""

    def __init__(self, line: TokenLine):
        self.rest = list(line.bookmarks)

    def before(self, at: int) -> list[Node]:
        """Take the bookmark elements that stand before a token."""
        taken = [mark for n, mark in self.rest if n <= at]
        self.rest = [(n, mark) for n, mark in self.rest if n > at]
        return taken

    def starts_before(self, at: int) -> list[Node]:
        """Like `before`, but leaves bookmark ends right before the token, since words deleted there belong inside the bookmark."""
        taken = [(n, mark) for n, mark in self.rest if n < at or (n == at and mark.tag == w("bookmarkStart"))]
        self.rest = [pair for pair in self.rest if pair not in taken]
        return [mark for _, mark in taken]


def _as_runs(node: Node) -> list[Node]:
    """The runs of an element, because only runs can be inserted and deleted: a simple field becomes a complex field (17.16.18), a
    content control becomes its content."""
    if node.tag == w("sdt"):
        return list(_content(node))
    if node.tag != w("fldSimple"):
        return [node]
    instruction = etree.Element(w("instrText"))
    instruction.text = node.get(w("instr"))
    instruction.set(_SPACE, "preserve")
    begin, separate, end = (etree.Element(w("fldChar"), {w("fldCharType"): kind}) for kind in ("begin", "separate", "end"))
    return [*map(_run, (begin, instruction, separate)), *node.findall(w("r")), _run(end)]


def _run(child: Node) -> Node:
    made = etree.Element(w("r"))
    made.append(child)
    return made


def _deleted(nodes: Sequence[Node], state: str) -> Sequence[Node]:
    """The elements. If `state` is DELETED, their text is moved to the elements that WordprocessingML has for deleted text."""
    for node in nodes if state == DELETED else ():
        for each in node.iter(*_DELETED_TEXT):
            each.tag = _DELETED_TEXT[each.tag]
    return nodes


def _keys(part: PackagePart, notes: dict[str, Node]) -> KeyFunctions:
    return KeyFunctions(part.link_key, part.picture_key, lambda id: text_of(notes.get(id)))


def _notes(package: Package) -> dict[str, Node]:
    """The notes by id, without the separators."""
    if NOTES not in package.parts:
        return {}
    found = package.xml(NOTES).findall(w("footnote"))
    return {note.get(w("id"), ""): note for note in found if note.get(w("type")) in {None, "normal"}}


def _content(control: Node) -> Node:
    """The content of a content control, which may have none (17.5.2)."""
    found = control.find(w("sdtContent"))
    return etree.SubElement(control, w("sdtContent")) if found is None else found


def _properties(paragraph: Node) -> Node:
    """The properties element (`pPr`) of a paragraph, which is added if there is none."""
    found = paragraph.find(w("pPr"))
    if found is None:
        found = etree.Element(w("pPr"))
        paragraph.insert(0, found)
    return found


def _own_properties(properties: Node) -> Node:
    """A copy of a paragraph's properties, without those whose changes are tracked separately."""
    made = etree.Element(w("pPr"))
    made.extend(copied(e) for e in properties if e.tag not in _TRACKED_APART)
    return made


def _are_pictures(blocks: Sequence[Node]) -> bool:
    """Whether all these blocks are paragraphs that hold pictures and no words."""
    return all(b.tag == w("p") and next(b.iter(w("drawing")), None) is not None and not text_of(b) for b in blocks)
