"""Two Word files as one with tracked changes: the newer one, in which stands what was put in and what was taken out.

In: the older and the newer package, author and date of the changes. Out: the newer package, changed in place. Accepting all
changes gives the newer file's text, rejecting all the older's. Which paragraph is which is told by their words (`pairing.py`), not
by bookmarks: these count a file's blocks, and a new one moves all that follow. Blocks are marked here, words by `tokens.py`, and
what an older piece needs to stand in the newer file comes with it (`carried.py`). ECMA-376 part 1, 17.13.5 (revisions).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from lxml import etree

from briefs.redline.resources import BODY, NOTES, Carrier, Numbers, PackagePart, styles
from briefs.redline.tokens import Keys, Node, Shape, Token, TokenChange, TokenLine, changes, copied, line, shape
from briefs.typeset.word.package import Package, R, w
from briefs.wordfile.alignment import Pair, pair
from briefs.wordfile.paragraphs import Paragraph
from briefs.wordfile.pieces import Piece, of_text, similarity

INSERTED, DELETED, KEPT = "ins", "del", ""
_BLOCKS = {w("p"), w("tbl"), w("sdt")}
_SECTION = w("sectPr")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_AS_DELETED = {w("t"): w("delText"), w("instrText"): w("delInstrText")}
_NOT_OF_STYLE = {w("rPr"), _SECTION, w("pPrChange")}  # of a paragraph's properties: those that have changes of their own


def track(old: Package, new: Package, author: str, date: str) -> int:
    """Mark in `new` all that changed since `old`; returns how many marks. `date`: as xsd:dateTime."""
    made = _Comparison(old, new, author, date)
    made.document()
    return made.count


@dataclass(frozen=True)
class _Where:
    """A part of both files: how its things are told apart, and how the older's get into the newer."""

    carrier: Carrier
    old: Keys
    new: Keys


class _Comparison:
    def __init__(self, old: Package, new: Package, author: str, date: str):
        self.packages = old, new
        self.author, self.date = author, date
        self.count = 0
        self.numbers = Numbers(old, new)
        self.notes = tuple(_notes(p) for p in self.packages)
        styles(old, new)
        self.body, self.foot = self.where(BODY, BODY), self.where(NOTES, NOTES)
        self.names = {e.get(w("name")) for e in new.xml(BODY).iter(w("bookmarkStart"))}
        ids = [int(e.get(w("id"))) for e in new.xml(BODY).iter(w("bookmarkStart"), w("bookmarkEnd"))]
        self.next = max(ids, default=0)
        self.done: set[str] = set()  # running heads and feet: sections may share one
        self.bookmarks: dict[str, str] = {}  # ids of the older file's bookmarks that are carried over

    def where(self, old: str, new: str) -> _Where:
        parts = PackagePart(self.packages[0], old), PackagePart(self.packages[1], new)
        keys = [
            Keys(part.told, part.picture, lambda n, known=known: _words(known.get(n)))  # type: ignore[misc]
            for part, known in zip(parts, self.notes, strict=True)
        ]
        return _Where(Carrier(*parts, self.numbers), *keys)

    def document(self) -> None:
        old, new = (p.xml(BODY).find(w("body")) for p in self.packages)
        last = old.find(w("sectPr")), new.find(w("sectPr"))  # before anything is put in
        self.blocks(old, new, self.body)
        self.heads(*last)
        self._order_notes()

    def _order_notes(self) -> None:
        """Notes in the order of the text, numbered so: LibreOffice 7.4 takes them one after the other, by number."""
        if NOTES not in self.packages[1].parts:
            return
        root = self.packages[1].xml(NOTES)
        known = {n.get(w("id")): n for n in root if n.get(w("type")) in {None, "normal"}}
        first = max((int(n.get(w("id"))) for n in root if n not in known.values()), default=0) + 1
        called = list(self.packages[1].xml(BODY).iter(w("footnoteReference")))
        for number, reference in enumerate(called, first):
            note = known.pop(reference.get(w("id")), None)
            if note is not None:
                root.append(note)
                note.set(w("id"), str(number))
                reference.set(w("id"), str(number))
        for note in known.values():  # that nobody calls
            root.remove(note)

    def mark(self, name: str) -> Node:
        """An `ins` or `del` with a number of its own."""
        self.count += 1
        self.next += 1
        made = etree.Element(w(name))
        for key, value in (("id", str(self.next)), ("author", self.author), ("date", self.date)):
            made.set(w(key), value)
        return made

    # Blocks.

    def blocks(self, old: Node, new: Node, where: _Where) -> None:
        """The blocks of the body, a cell, a note, a foot: the newer ones are marked where they stand, the older put among them."""
        before, after = (list(_blocks(side)) for side in (old, new))
        pairs = _aligned(before, after, where)
        for i, j in pairs:
            self._know_list(before[i], after[j])
        i0, j0 = -1, -1
        for i, j in [*pairs, (len(before), len(after))]:
            self._gap(before[i0 + 1 : i], after[j0 + 1 : j], (before[i0], after[j0]) if i0 >= 0 else None, after[j:], where, new)
            if i < len(before):
                self._both(before[i], after[j], where)
            i0, j0 = i, j

    def _know_list(self, old: Node, new: Node) -> None:
        """Items that are one another are of one list."""
        numbers = [b.find(f"{w('pPr')}/{w('numPr')}/{w('numId')}") for b in (old, new)]
        if None not in numbers:
            self.numbers.same(*(n.get(w("val")) for n in numbers))

    def _both(self, old: Node, new: Node, where: _Where) -> None:
        if new.tag == w("tbl"):
            self.table(old, new, where)
        elif new.tag == _SECTION:
            self.heads(old, new)
        elif new.tag == w("sdt"):
            self.blocks(old.find(w("sdtContent")), new.find(w("sdtContent")), where)
        else:
            self.paragraph(old, new, where)

    def _gap(
        self, gone: Sequence[Node], come: Sequence[Node], before: tuple[Node, Node] | None, rest: Sequence[Node],
        where: _Where, parent: Node,
    ) -> None:  # fmt: skip
        """Blocks that have no other, between the pair `before` and the `rest`. What went stands before what came.

        The end of a last paragraph can't be put in or taken out (nothing follows that it could be joined to): the one before
        it bears the change instead, and the last takes its looks.
        """
        placed = []
        for n, block in enumerate(gone):
            if block.tag != _SECTION:
                placed.append(self._gone(block, where, ends=any(b.tag == _SECTION for b in gone[n + 1 : n + 2])))
        at = _holder(before[1]) if before is not None else None
        in_turn = len(placed) == len(come) and _are_pictures([*placed, *come])
        for n, block in enumerate(placed):
            if in_turn:  # each picture beside the one that takes its place
                come[n].addprevious(block)
            elif at is not None:
                at.addnext(block)
            elif come or rest:
                (come or rest)[0].addprevious(block)
            else:
                parent.append(block)
            at = block
        for block in come:
            self._whole(block, INSERTED, where)
        if (not rest or rest[0].tag != w("p")) and before is not None:
            self._shift(before, placed, come, where)

    def _shift(self, before: tuple[Node, Node], gone: Sequence[Node], come: Sequence[Node], where: _Where) -> None:
        """Nothing but paragraphs came, or went, between one that stayed and what can't be joined to it."""
        blocks, kept = [*gone, *come], before[1]
        if bool(gone) == bool(come) or any(b.tag != w("p") for b in (*blocks, kept)):
            return
        last, name = blocks[-1], DELETED if gone else INSERTED
        self._unmark(last, name)
        if gone:  # accepted, the last end is that of the paragraph that stays
            section = _properties(kept).find(_SECTION)
            self._restyle(last, _properties(kept), _properties(last), section)
        else:
            self._restyle(last, _properties(last), where.carrier.at_home(_properties(before[0])), _properties(last).find(_SECTION))
        self._end(kept, name)

    def _unmark(self, paragraph: Node, name: str) -> None:
        """Take the change of a paragraph's end away."""
        for change in paragraph.findall(f"{w('pPr')}/{w('rPr')}/{w(name)}"):
            own = change.getparent()
            own.remove(change)
            self.count -= 1
            if not len(own):
                own.getparent().remove(own)

    def _restyle(self, paragraph: Node, new: Node, old: Node, section: Node) -> None:
        """Give a paragraph's end other properties, and note those that it had."""
        made = etree.Element(w("pPr"))
        made.extend(copied(e) for e in new if e.tag not in _NOT_OF_STYLE)
        changed = _look(made) != _look(old)
        if section is not None:
            made.append(section)
        if changed:
            made.append(self._had(old))
        if (properties := paragraph.find(w("pPr"))) is not None:
            paragraph.remove(properties)
        paragraph.insert(0, made)

    def _had(self, old: Node) -> Node:
        """The properties that a paragraph had (17.13.5.29)."""
        change = self.mark("pPrChange")
        inner = etree.SubElement(change, w("pPr"))
        inner.extend(copied(e) for e in ([] if old is None else old) if e.tag not in _NOT_OF_STYLE)
        return change

    def _gone(self, block: Node, where: _Where, *, ends: bool = False) -> Node:
        """A block of the older file, at home in the newer, as deleted. `ends`: the end of its section goes too."""
        made = copied(block)
        for section in () if ends else made.findall(f"{w('pPr')}/{_SECTION}"):
            section.getparent().remove(section)
        self._whole(made, DELETED, where)
        return made

    def _whole(self, block: Node, name: str, where: _Where) -> None:
        """All of a block is put in or taken out."""
        if block.tag == w("p"):
            self._whole_paragraph(block, name, where)
        elif block.tag == w("sdt"):
            for inner in block.iterfind(f"{w('sdtContent')}/*"):
                self._whole(inner, name, where)
        elif block.tag == w("tbl"):
            for row in block.findall(w("tr")):
                self._whole_row(row, name, where)

    def _whole_row(self, row: Node, name: str, where: _Where) -> None:
        properties = row.find(w("trPr"))
        if properties is None:
            properties = etree.Element(w("trPr"))
            properties.append(etree.Element(w("cantSplit"), {w("val"): "off"}))  # the schema wants one besides the change (17.4.81)
            row.insert(1 if row.find(w("tblPrEx")) is not None else 0, properties)
        properties.append(self.mark(name))
        for block in row.iterfind(f"{w('tc')}/*"):
            self._whole(block, name, where)

    def _whole_paragraph(self, paragraph: Node, name: str, where: _Where) -> None:
        old = name == DELETED
        own = line(paragraph, where.old if old else where.new)
        tokens = tuple(own.tokens)
        step = TokenChange(False, tokens, ()) if old else TokenChange(False, (), tokens)
        properties = paragraph.find(w("pPr"))
        if old and properties is not None:
            made = where.carrier.at_home(properties)
            for head in made.findall(f"{w('sectPr')}/*"):
                if head.tag in {w("headerReference"), w("footerReference")}:
                    head.getparent().remove(head)
            paragraph.replace(properties, made)
        self._fill(paragraph, [step], own if old else TokenLine(), TokenLine() if old else own, where)
        self._end(paragraph, name)

    def _end(self, paragraph: Node, name: str) -> None:
        """A paragraph's end is put in or taken out (17.13.5.15, .20)."""
        properties = _properties(paragraph)
        own = properties.find(w("rPr"))
        if own is None:
            own = etree.Element(w("rPr"))
            after = next((e for e in properties if e.tag in {w("sectPr"), w("pPrChange")}), None)
            properties.append(own) if after is None else after.addprevious(own)
        own.insert(0, self.mark(name))

    # Tables.

    def table(self, old: Node, new: Node, where: _Where) -> None:
        """Row by row; a table of other columns is another table."""
        if len(old.findall(f"{w('tblGrid')}/*")) != len(new.findall(f"{w('tblGrid')}/*")):
            new.addprevious(self._gone(old, where))
            self._whole(new, INSERTED, where)
            return
        before, after = (t.findall(w("tr")) for t in (old, new))
        pairs = _rows(before, after, where)
        i0, j0 = -1, -1
        for i, j in [*pairs, (len(before), len(after))]:
            at = after[j0] if j0 >= 0 else None
            for row in before[i0 + 1 : i]:
                made = copied(row)
                self._whole_row(made, DELETED, where)
                after[0].addprevious(made) if at is None else at.addnext(made)
                at = made
            for row in after[j0 + 1 : j]:
                self._whole_row(row, INSERTED, where)
            if i < len(before):
                for cell, own in zip(before[i].findall(w("tc")), after[j].findall(w("tc")), strict=True):
                    self.blocks(cell, own, where)
            i0, j0 = i, j

    # Paragraphs.

    def paragraph(self, old: Node, new: Node, where: _Where) -> None:
        before, after = line(old, where.old), line(new, where.new)
        steps = changes(before.tokens, after.tokens)
        self._style(old, new, where)
        if all(s.same for s in steps):
            self._same_notes(steps)
        else:
            self._fill(new, steps, before, after, where)

    def _style(self, old: Node, new: Node, where: _Where) -> None:
        """A paragraph that became another kind of paragraph tells which it was."""
        was, now = old.find(w("pPr")), new.find(w("pPr"))
        if _look(was, self.numbers, 0) != _look(now, self.numbers, 1):
            _properties(new).append(self._had(None if was is None else where.carrier.at_home(was)))

    def _fill(self, paragraph: Node, steps: Iterable[TokenChange], before: TokenLine, after: TokenLine, where: _Where) -> None:
        """Write a paragraph anew, step by step. Of the older bookmarks those stay that the newer file hasn't."""
        for child in list(paragraph):
            if child.tag != w("pPr"):
                paragraph.remove(child)
        out = _RevisionWriter(self, paragraph, where)
        old, new = _Marks(before.marks), _Marks(after.marks)
        i = j = 0
        for step in steps:
            if step.same:
                self._same_notes([step])
                for n, token in enumerate(step.new):
                    out.marks(self._carried(old.until(i + n)))
                    out.marks(new.until(j + n))
                    out.token(token, KEPT)
            else:
                out.marks(new.starts(j) if step.old else ())
                pictures = all(t.key[0] == "picture" for t in (*step.old, *step.new))
                for token in step.new if pictures else ():  # first: a row of a slide's height cuts off what comes after
                    out.token(token, INSERTED)
                for n, token in enumerate(step.old):
                    out.marks(self._carried(old.until(i + n)))
                    out.token(token, DELETED)
                for n, token in enumerate(() if pictures else step.new):
                    out.marks(new.until(j + n))
                    out.token(token, INSERTED)
            i, j = i + len(step.old), j + len(step.new)
        out.marks(self._carried(old.until(i)))
        out.marks(new.until(j))

    def _carried(self, marks: Iterable[Node]) -> Iterator[Node]:
        """Bookmarks of the older file that the newer hasn't, under numbers of their own."""
        for mark in marks:
            number = mark.get(w("id"), "")
            if mark.tag == w("bookmarkStart") and mark.get(w("name")) not in self.names:
                self.names.add(mark.get(w("name")))
                self.next += 1
                self.bookmarks[number] = str(self.next)
            elif mark.tag == w("bookmarkStart") or number not in self.bookmarks:
                continue
            made = copied(mark)
            made.set(w("id"), self.bookmarks[number] if mark.tag == w("bookmarkStart") else self.bookmarks.pop(number))
            yield made

    # Notes, heads and feet.

    def _same_notes(self, steps: Iterable[TokenChange]) -> None:
        """Notes that stayed: what changed in their words."""
        for old, new in ((o, n) for s in steps if s.same for o, n in zip(s.old, s.new, strict=False) if n.note):
            before, after = self.notes[0].get(old.note), self.notes[1].get(new.note)
            if before is not None and after is not None:
                self.blocks(before, after, self.foot)

    def note(self, number: str, name: str) -> str:
        """A note that came or went; gives its number in the newer file. Its words bear the change too; its last end doesn't."""
        if name == INSERTED:
            found = self.notes[1].get(number)
        elif number in self.notes[0] and NOTES in self.packages[1].parts:
            root = self.packages[1].xml(NOTES)
            found = copied(self.notes[0][number])
            number = str(max(int(n.get(w("id"), "0")) for n in root) + 1)
            found.set(w("id"), number)
            root.append(found)
        else:
            return number
        blocks = [] if found is None else [b for b in found if b.tag in _BLOCKS]
        for block in blocks:
            self._whole(block, name, self.foot)
        for block in blocks[-1:]:
            self._unmark(block, name)
        return number

    def heads(self, old: Node, new: Node) -> None:
        """Running heads and feet of a section."""
        for reference in [] if old is None or new is None else new:
            if reference.tag in {w("headerReference"), w("footerReference")}:
                kind = reference.get(w("type"))
                other = next((e for e in old.findall(reference.tag) if e.get(w("type")) == kind), None)
                paths = [
                    PackagePart(p, BODY).path(r.get(f"{{{R}}}id"))
                    for p, r in zip(self.packages, (other, reference), strict=True)
                    if r is not None
                ]
                if (
                    len(paths) == 2
                    and paths[1] not in self.done
                    and all(path in p.parts for path, p in zip(paths, self.packages, strict=True))
                ):
                    self.done.add(paths[1])
                    self.blocks(self.packages[0].xml(paths[0]), self.packages[1].xml(paths[1]), self.where(*paths))


class _RevisionWriter:
    """Writes tokens into a paragraph: in runs of one look, within `ins` and `del`, within hyperlinks (which these can't hold)."""

    def __init__(self, comparison: _Comparison, paragraph: Node, where: _Where):
        self.comparison, self.paragraph, self.where = comparison, paragraph, where
        self.address = ""
        self.link: Node = None
        self.state: str | None = None
        self.group: Node = None
        self.run: Node = None
        self.look: Shape = ()

    def marks(self, marks: Iterable[Node]) -> None:
        for mark in marks:
            (self.paragraph if self.link is None else self.link).append(copied(mark))
            self.state = self.run = None

    def token(self, token: Token, state: str) -> None:
        carrier = self.where.carrier
        self._within(token, state)
        if state != self.state:
            holder = self.paragraph if self.link is None else self.link
            self.state, self.run = state, None
            self.group = holder
            if state:
                self.group = self.comparison.mark(state)
                holder.append(self.group)
        nodes = [carrier.at_home(n) if state == DELETED else copied(n) for n in token.nodes]
        if token.kind == "whole":
            self.group.extend(part for n in nodes for part in _named(_as_runs(n) if state else [n], state))
            self.run = None
            return
        if self.run is None or shape(token.look) != self.look:
            self.run, self.look = etree.SubElement(self.group, w("r")), shape(token.look)
            if token.look is not None:
                self.run.append(copied(token.look))
        if token.kind == "text":
            self._text(token.text, state)
        elif token.note and state:
            nodes[0].set(w("id"), self.comparison.note(token.note, state))
        self.run.extend(nodes)

    def _text(self, text: str, state: str) -> None:
        name = w("delText") if state == DELETED else w("t")
        last = self.run[-1] if len(self.run) and self.run[-1].tag == name else None
        if last is None:
            last = etree.SubElement(self.run, name)
            last.set(_SPACE, "preserve")
            last.text = ""
        last.text += text

    def _within(self, token: Token, state: str) -> None:
        """Open the hyperlink that the token stands in, close one that it doesn't."""
        carrier = self.where.carrier
        part = carrier.old if state == DELETED else carrier.new
        address = "" if token.link is None else part.address(token.link)
        if address == self.address and (token.link is None) == (self.link is None):
            return
        self.address, self.link, self.state, self.run = address, None, None, None
        if token.link is not None:
            bare = etree.Element(token.link.tag, dict(token.link.attrib))
            self.link = carrier.at_home(bare) if state == DELETED else bare
            self.paragraph.append(self.link)


def _as_runs(node: Node) -> list[Node]:
    """A simple field as a complex one: only runs can be put in and taken out (17.16.18)."""
    if node.tag != w("fldSimple"):
        return [node]
    instruction = etree.Element(w("instrText"))
    instruction.text = node.get(w("instr"))
    instruction.set(_SPACE, "preserve")
    parts = []
    for name in ("begin", "", "separate"):
        run = etree.Element(w("r"))
        run.append(instruction if not name else etree.Element(w("fldChar"), {w("fldCharType"): name}))
        parts.append(run)
    end = etree.Element(w("r"))
    end.append(etree.Element(w("fldChar"), {w("fldCharType"): "end"}))
    return [*parts, *node.findall(w("r")), end]


def _named(nodes: Sequence[Node], state: str) -> Sequence[Node]:
    for node in nodes if state == DELETED else ():
        for each in node.iter(*_AS_DELETED):
            each.tag = _AS_DELETED[each.tag]
    return nodes


class _Marks:
    """A line's marks, taken one after the other."""

    def __init__(self, marks: Iterable[tuple[int, Node]]):
        self.left = list(marks)

    def until(self, at: int) -> list[Node]:
        """Those that stand before a token and weren't taken."""
        taken = [m for n, m in self.left if n <= at]
        self.left = [(n, m) for n, m in self.left if n > at]
        return taken

    def starts(self, at: int) -> list[Node]:
        """Those before a token but for ends: what is deleted there stands within what ends there."""
        taken = [(n, m) for n, m in self.left if n < at or (n == at and m.tag == w("bookmarkStart"))]
        self.left = [pair for pair in self.left if pair not in taken]
        return [m for _, m in taken]


def _notes(package: Package) -> dict[str, Node]:
    if NOTES not in package.parts:
        return {}
    found = package.xml(NOTES).findall(w("footnote"))
    return {n.get(w("id"), ""): n for n in found if n.get(w("type")) in {None, "normal"}}


def _words(node: Node) -> str:
    return "" if node is None else "".join(t.text or "" for t in node.iter(w("t")))


def _properties(paragraph: Node) -> Node:
    found = paragraph.find(w("pPr"))
    if found is None:
        found = etree.Element(w("pPr"))
        paragraph.insert(0, found)
    return found


def _look(properties: Node, numbers: Numbers | None = None, side: int = 0) -> Shape:
    """A paragraph's properties as they compare: a list by its looks, not by its number."""
    if properties is None:
        return shape(etree.Element(w("pPr")))
    made = etree.Element(w("pPr"))
    made.extend(copied(e) for e in properties if e.tag not in _NOT_OF_STYLE)
    lists: list[Shape] = []
    for number in made.iter(w("numId")) if numbers else ():
        lists.append(numbers.kind((numbers.old, numbers.new)[side], number.get(w("val"))) if numbers else ())
        number.set(w("val"), "")
    return (shape(made), *lists) if numbers else shape(made)


# Which block is which.


def _blocks(parent: Node) -> Iterator[Node]:
    """What stands in the body, a cell, a note; the end of a section after the paragraph that bears it."""
    for block in parent:
        if block.tag in _BLOCKS:
            yield block
            yield from block.findall(f"{w('pPr')}/{_SECTION}")


def _holder(block: Node) -> Node:
    """The paragraph that bears the end of a section; other blocks bear themselves."""
    return block.getparent().getparent() if block.tag == _SECTION else block


def _kind(block: Node) -> str:
    """What a block is: some must stay what they are, as other things hang on them."""
    if block.tag != w("p"):
        return str(etree.QName(block).localname)
    kinds = [c.get(w("fldCharType")) for c in block.iter(w("fldChar"))]
    begun, ended = kinds.count("begin"), kinds.count("end")
    return "p" if begun == ended else "open" if begun > ended else "close"


def _are_pictures(blocks: Sequence[Node]) -> bool:
    """Paragraphs of pictures, without words."""
    return all(b.tag == w("p") and next(b.iter(w("drawing")), None) is not None and not _words(b) for b in blocks)


def _paragraph(block: Node, keys: Keys) -> Paragraph:
    """A block for `pairing.pair`: by its words and its pictures."""
    text = " ".join(_words(p) for p in block.iter(w("p")))
    pictures = [Piece(str(keys.picture(d)), "picture") for d in block.iter(w("drawing"))]
    return Paragraph([*of_text(re.sub(r"\s+", " ", text)), *pictures], container=_kind(block))


def _aligned(old: Sequence[Node], new: Sequence[Node], where: _Where) -> list[tuple[int, int]]:
    """The blocks that are one another, in order. Tables, ends of sections and of fields are so by their order where words don't
    tell; so are the last paragraphs before them and before the end. A paragraph of another picture is another one.
    """
    kinds = [_kind(b) for b in old], [_kind(b) for b in new]
    sides = [_paragraph(b, where.old) for b in old], [_paragraph(b, where.new) for b in new]

    def fits(i: int, j: int) -> bool:
        one, other = sides[0][i].pieces, sides[1][j].pieces
        pictures = one and other and all(p.kind == "picture" for p in (*one, *other))
        return kinds[0][i] == kinds[1][j] and not (pictures and one != other)

    pairs = [(i, j) for i, j in _in_order(pair(*sides), sides) if fits(i, j)]
    pairs = _between(pairs, len(old), len(new), lambda i, j: _of_structure(kinds, i, j))
    return _between(pairs, len(old), len(new), lambda i, j: _last(kinds, i, j))


def _in_order(found: Iterable[Pair], sides: tuple[list[Paragraph], list[Paragraph]]) -> list[tuple[int, int]]:
    """Pairs of one and one; of halves the likest is it."""
    pairs = []
    for each in found:
        if each.sent and each.edited and not each.moved:
            choice = [(i, j) for i in each.sent for j in each.edited]
            likest = (
                max(choice, key=lambda c: similarity(sides[0][c[0]].pieces, sides[1][c[1]].pieces))
                if len(choice) > 1
                else choice[0]
            )
            pairs.append(likest)
    out: list[tuple[int, int]] = []
    for i, j in sorted(pairs):
        if not out or (i > out[-1][0] and j > out[-1][1]):
            out.append((i, j))
    return out


def _between(
    pairs: Sequence[tuple[int, int]], old: int, new: int, more: Callable[[range, range], list[tuple[int, int]]]
) -> list[tuple[int, int]]:
    """The pairs, and what `more` finds in each gap between them."""
    out: list[tuple[int, int]] = []
    i0 = j0 = 0
    for i, j in [*pairs, (old, new)]:
        out += more(range(i0, i), range(j0, j))
        if i < old:
            out.append((i, j))
        i0, j0 = i + 1, j + 1
    return out


def _of_structure(kinds: tuple[list[str], list[str]], old: range, new: range) -> list[tuple[int, int]]:
    left, right = ([n for n in numbers if k[n] != "p"] for numbers, k in zip((old, new), kinds, strict=True))
    matcher = SequenceMatcher(None, [kinds[0][n] for n in left], [kinds[1][n] for n in right], autojunk=False)
    return [(left[a + n], right[b + n]) for a, b, size in matcher.get_matching_blocks() for n in range(size)]


def _last(kinds: tuple[list[str], list[str]], old: range, new: range) -> list[tuple[int, int]]:
    """The last paragraphs of a gap, if what follows is none."""
    if not old or not new or kinds[0][old[-1]] != "p" or kinds[1][new[-1]] != "p":
        return []
    follows = kinds[1][new.stop] if new.stop < len(kinds[1]) else "end"
    return [(old[-1], new[-1])] if follows in {"end", "tbl", "sdt", "sectPr"} else []


def _rows(old: Sequence[Node], new: Sequence[Node], where: _Where) -> list[tuple[int, int]]:
    """The rows that are one another: by their words, else by their order where there are as many."""
    sides = [_paragraph(r, where.old) for r in old], [_paragraph(r, where.new) for r in new]
    cells = [len(r.findall(w("tc"))) for r in old], [len(r.findall(w("tc"))) for r in new]

    def fits(i: int, j: int) -> bool:
        return cells[0][i] == cells[1][j]

    def in_turn(left: range, right: range) -> list[tuple[int, int]]:
        return [(i, j) for i, j in zip(left, right, strict=True) if fits(i, j)] if len(left) == len(right) else []

    pairs = [(i, j) for i, j in _in_order(pair(*sides), sides) if fits(i, j)]
    return _between(pairs, len(old), len(new), in_turn)
