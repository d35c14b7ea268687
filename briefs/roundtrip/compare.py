"""Finds what was edited in a Word file, in terms of the content: which texts have which words now, what is new, deleted or moved.

In: the file as it was sent and as it came back, the texts from which it was made. Out: `Edits`. Nothing is guessed: an edit
without a certain place is reported as `Unmerged`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from briefs.edition.csl import Source
from briefs.edition.model import Text
from briefs.edition.textnames import file_of, is_block, is_fact
from briefs.roundtrip import losses, notes, tables, values
from briefs.roundtrip.assign import Assignment, assign
from briefs.roundtrip.edits import (
    Authors,
    CellGrid,
    Edits,
    FactSources,
    JoinedFacts,
    MovedFact,
    NewBlock,
    NewFact,
    NewLeaf,
    NewPicture,
    TextEdit,
    Unmerged,
)  # fmt: skip
from briefs.roundtrip.looks import gained
from briefs.roundtrip.printed import ATOMS, PrintedText, Region, labels_of_references, with_whole_references
from briefs.roundtrip.resolve import Resolver, without_internal_links
from briefs.roundtrip.tables import ChangedTable
from briefs.tools.pandoc import Pandoc
from briefs.typeset.word.origin import Block
from briefs.wordfile import alignment, slides
from briefs.wordfile.alignment import Pair
from briefs.wordfile.elements import HIDDEN, titled
from briefs.wordfile.paragraphs import Paragraph, Shape, WordText
from briefs.wordfile.pieces import PARAGRAPH, Change, Piece, changes, split_paragraphs, tidy, unchanged, words

Headers = Sequence[tuple[str, str]]
_CAPTIONS = {"caption", "image caption", "figure", "bildunterschrift"}  # styles of captions
_TITLE_BLOCK = {"title", "subtitle", "author", "date", "abstract"}  # styles of paragraphs that pandoc reads as metadata
_LONGEST_NUMBER = 2  # pieces before the number of a caption: “Figure” and a space
_AFTER_NUMBER = {".", ":", "–", "—"}
_SPACE = Piece(" ", "space")
_HEADINGS = ("heading", "first heading", "slide title", "slide opening")  # how the names of heading styles begin


def compare(
    sent: WordText, edited: WordText, blocks: Mapping[str, Block], known: Mapping[str, Text], pandoc: Pandoc,
    outdated: Collection[str] = (), identifiers: Mapping[str, str] | None = None, sources: Mapping[str, Source] | None = None,
) -> Edits:  # fmt: skip
    """The edits.

    `blocks`: by bookmark, the block that the sent file names for it. `known`: the texts by name (`edition/texts.py`). `outdated`:
    if `sent` is not the file that was sent, the bookmarks of texts that the edited file has and `sent` lacks. `identifiers`: the
    ids of sections, by the names of their titles. `sources`: the records of sources by key.
    """
    printed = PrintedText(sent.paragraphs, blocks, known, pandoc, identifiers or {}, sources or {})
    if labels := labels_of_references(printed, sent.paragraphs):
        sent, edited = (
            replace(text, paragraphs=[with_whole_references(p, labels) for p in text.paragraphs]) for text in (sent, edited)
        )
        printed = PrintedText(sent.paragraphs, blocks, known, pandoc, identifiers or {}, sources or {})
    return _ParagraphComparison(printed, sent, edited, outdated).edits


class _ParagraphComparison:
    """Compares two files paragraph by paragraph. `i` is always the number of a sent paragraph, `j` that of an edited one."""

    def __init__(self, printed: PrintedText, sent: WordText, edited: WordText, outdated: Collection[str]):
        self.printed, self.known, self.outdated = printed, printed.known, outdated
        self.sent, self.edited = sent.paragraphs, edited.paragraphs
        self.deleted_by, self.lost, self.styles = edited.deleted_by, edited.lost, edited.styles or ()
        # Looks (`looks.py`) that aren’t reported: hidden words have their own reports, and pandoc also writes a table’s caption as
        # its title.
        self.untold = {HIDDEN, *(titled(p.text.strip()) for p in self.edited if "caption" in p.style.lower())}
        self.edits = Edits()
        # Pictures whose image isn't the one that was sent: the pair, the alternative text, the region, and whether the picture has
        # an SVG that is the one that was sent.
        self.pictures: list[tuple[Pair, str, Region | None, bool]] = []
        self.dropped: list[tuple[int, Unmerged]] = []  # deleted paragraphs that are not content, by number, with their reports
        self.last_block = (-1, "", "")  # the last new block: its paragraph, the text before it, its style
        self.anchors: dict[int, str] = {}  # by edited paragraph, the text after which a new block that follows it is added
        pairs = alignment.pair(self.sent, self.edited)
        self.pair_of = {j: pair for pair in pairs if pair.sent for j in pair.edited}
        changed_tables = list(tables.changed(self.printed, self.sent, self.edited, self.pair_of, pairs))
        self.table_of = {id(pair): table for table in changed_tables for pair in table.pairs}
        self.new_tables = {
            j: (numbers, places) for numbers, places in tables.new(self.edited, self.pair_of, pairs) for j in numbers
        }
        self.moved_leaves: dict[str, list[tuple[int, bool, str, NewLeaf, Unmerged, int]]] = {}
        self.used: set[int] = set()  # new paragraphs that were read together with the one before them
        for pair in pairs:
            self._pair(pair)
        for table in changed_tables:
            self._changed_table(table)
        self._move_whole()
        self._report_pictures()
        self._compare_headers(sent.headers, edited.headers)
        self.edits.deleted += losses.deleted_together(self.dropped)
        self.edits.unmerged = losses.told_once(self.edits.unmerged, self.sent, self.edited)
        self._count(pairs)
        regions = {j: self._regions_in(j) for j in range(len(self.edited))}
        self.edits.nearest = {j: own[0].name for j, own in regions.items() if own}

    def _pair(self, pair: Pair) -> None:
        if table := self.table_of.get(id(pair)):
            self.anchors |= dict.fromkeys(pair.edited, table.name)
        elif not pair.sent:
            self._added(pair)
        elif not pair.edited:
            self._deleted(pair)
        else:
            self._changed(pair)
            self._positioned(pair)

    def _count(self, pairs: Iterable[Pair]) -> None:
        """Note which texts the sent file prints, and which of these are missing in the edited file."""
        present = {r.name for pair in pairs if pair.edited for r in self.printed.regions_of(pair.sent)}
        self.edits.printed = {r.name for own in self.printed.regions for r in own}
        self.edits.missing = self.edits.printed - present

    # Paragraphs that are in both files.

    def _changed(self, pair: Pair) -> None:
        self._restyled(pair)
        if _is_untouched([self.sent[i] for i in pair.sent], [self.edited[j] for j in pair.edited]):
            return
        pair = self._without_new_facts(pair)
        before = _joined(self.sent[i] for i in pair.sent)
        after = notes.renumbered(before, notes.restored(before, values.restored(before, self._pieces(pair))))
        regions, offset = [], 0
        for i in pair.sent:
            regions += [replace(r, start=r.start + offset, end=r.end + offset) for r in self.printed.regions[i]]
            offset += len(self.sent[i].pieces) + 1
        found = self._told_looks(pair, before, after, changes(before, after))
        found = sorted([*found, *self._retargeted(pair, before, after, found)], key=lambda c: (c[0], c[1]))
        assignment = assign(found, before, regions)
        for old, new in assignment.outside:
            self._report_outside(pair, old, new)
        for region, pieces in self._rewritten(pair, before, assignment).items():
            if pieces is not None:
                self._record(region, pieces, pair)

    def _pieces(self, pair: Pair) -> list[Piece]:
        """The edited pieces of a pair. If the edited file has lost the style of a sent paragraph, the formatting and looks that the
        style gave are taken off."""
        lost = frozenset[str]().union(*(self.lost(self.sent[i]) for i in pair.sent))
        after = _joined(self.edited[j] for j in pair.edited)
        return [replace(p, formatting=p.formatting - lost, looks=p.looks - lost) for p in after] if lost else after

    def _without_new_facts(self, pair: Pair) -> Pair:
        """The pair of a fact without the paragraphs that were split off from it. These are entered as new facts. All parts must
        have source numbers of their own; otherwise the pair stays as it is."""
        regions = self.printed.regions_of(pair.sent)
        is_fact_alone = len(pair.sent) == len(regions) == 1 and is_fact(regions[0].name)
        if len(pair.edited) < 2 or not is_fact_alone or not all(_cited(self.edited[j]) for j in pair.edited):
            return pair
        for j in pair.edited[1:]:
            self._add_fact(regions[0].name, Pair((), (j,)))
        return Pair(pair.sent, pair.edited[:1], pair.moved)

    def _restyled(self, pair: Pair) -> None:
        """Note that a paragraph was made into a heading or a list item, or the other way round."""
        old, new = self.sent[pair.sent[0]], self.edited[pair.edited[0]]
        region = next(iter(self.printed.regions[pair.sent[0]]), None)
        is_dropped = bool(self.styles) and old.style not in self.styles and new.role == "paragraph"
        if new.is_joined or old.shape == new.shape or is_dropped:
            return
        reason = f"this {old.role} was made into a {new.role}: change that in the content"
        if old.role == new.role:
            reason = f"this {old.role} was put at level {new.shape[1] + 1} of the list: change that in the content"
        told = self._unmerged(pair, reason, old.text, "", region)
        if region and self._can_become(region, pair):
            self._text_edit(region.name, self._authors(pair.edited)).shapes[region.leaf] = new.shape, told
        else:
            self.edits.unmerged.append(told)

    def _can_become(self, region: Region, pair: Pair) -> bool:
        """Whether the new shape of a paragraph may be written. A heading of level 1 may not, because it would be a title; an item
        beside another list may not, because it would be an item of that list."""
        if not is_block(region.name) or len(pair.sent) > 1 or self.edited[pair.edited[0]].shape == ("heading", 1):
            return False
        if not self.edited[pair.edited[0]].is_item or self.sent[pair.sent[0]].is_item:
            return True
        beside = (self.edited[n] for n in (pair.edited[0] - 1, pair.edited[-1] + 1) if 0 <= n < len(self.edited))
        return not any(other.is_item for other in beside)

    def _told_looks(self, pair: Pair, before: Sequence[Piece], after: Sequence[Piece], found: Sequence[Change]) -> list[Change]:
        """Report looks that Markdown can't express. Returns the changes without hidden text, which nobody wants printed."""
        region = next(iter(self.printed.regions_of(pair.sent)), None)
        for looks, own in gained(before, after, found):
            if told := ", ".join(sorted(looks - self.untold)):
                what = "this picture was" if all(p.kind in {"picture", "space"} for p in own) else "these words were"
                self._report(pair, f"{what} {told}: Markdown can’t say that", "", words(own), region)
        stayed = [(n, m) for n, m in unchanged(before, found) if HIDDEN in after[m].looks - before[n].looks]
        if any(before[n].kind != "space" for n, _ in stayed):
            reason = "these words were hidden; they are still in the content"
            self._report(pair, reason, words(before[n] for n, _ in stayed), "", region)
        return [(start, end, self._without_hidden(pair, new, region)) for start, end, new in found]

    def _without_hidden(self, pair: Pair, new: list[Piece], region: Region | None) -> list[Piece]:
        if hidden := [p for p in new if HIDDEN in p.looks]:
            self._report(pair, "hidden text was added, and left out", "", words(hidden), region)
        return [p for p in new if HIDDEN not in p.looks]

    def _retargeted(self, pair: Pair, before: Sequence[Piece], after: Sequence[Piece], found: Sequence[Change]) -> list[Change]:
        """A change for each reference that leads elsewhere now. Pictures with another image are added to `pictures`."""
        out: list[Change] = []
        region = next(iter(self.printed.regions_of(pair.sent)), None)
        for n, m in unchanged(before, found):
            old, new = before[n], after[m]
            if not (old.target and new.target) or old.target == new.target:
                continue
            if old.kind == "picture":
                self.pictures.append((pair, old.text, region, bool(old.drawing) and old.drawing == new.drawing))
            elif old.kind == "reference" and (new.target in self.printed.blocks or old.text != new.text):
                out.append((n, n + 1, [new]))
        return out

    def _report_pictures(self) -> None:
        """Report pictures that have another image. If all pictures have one, a program has stored them anew, and only that is
        reported. A program that draws SVG itself may store new images for all pictures with an SVG, and leave the SVG as it was.
        Such pictures aren't reported."""
        sent, edited = (
            [p for paragraph in own for p in paragraph.pieces if p.kind == "picture"] for own in (self.sent, self.edited)
        )
        kept = {p.target for p in sent if p.drawing} & {p.target for p in edited}
        changed = [own for own in self.pictures if kept or not own[3]]
        if len(sent) > 1 and len(changed) == len(sent):
            reason = "all pictures are stored anew, so it can’t be seen whether one was replaced: look at them"
            self.edits.unmerged.append(Unmerged(reason))
            return
        for pair, alt, region, _ in changed:
            reason = "a picture was replaced by another one: figures are drawn from the data, pictures are in figures/"
            self._report(pair, reason, alt, "", region)

    def _report_outside(self, pair: Pair, before: str, after: str) -> None:
        """Report a change of words that are not content."""
        if before.strip() == after.strip():
            return
        region = next(iter(self.printed.regions_of(pair.sent)), None)
        kinds = {p.kind for p in self.sent[pair.sent[0]].pieces}
        if region and is_fact(region.name) and "cite" in kinds and not any(c.isalpha() for c in before + after):
            reason = "the source numbers of this fact were changed: change its `sources` instead"
            anchors = [anchor for n in pair.edited for anchor in _cited(self.edited[n])]
            told = self._unmerged(pair, reason, before, after, region)
            self.edits.sources.append(FactSources(region.name, tuple(anchors), told))
            return
        elif "picture" in kinds:
            reason = "a picture was changed: figures are drawn from the data, pictures are in figures/"
        elif label := self._label(pair):
            reason = f"these words are the label {label}: change it there, for every document, if that is meant"
        else:
            reason = "these words can’t be changed in Word: the program or a template makes them, or they are a label or heading"
        self._report(pair, reason, before, after, region)

    def _label(self, pair: Pair) -> str:
        """The name and the file of the label that is all that a paragraph prints: “no_facts” of labels/en.yaml. Empty if there is
        none."""
        text = self.sent[pair.sent[0]].text.strip()
        own = (t.place for name, t in self.known.items() if name.startswith("labels/") and t.markdown.strip() == text)
        return next((f"“{place.anchor}” of {place.path}" for place in own), "")

    def _rewritten(self, pair: Pair, before: Sequence[Piece], found: Assignment) -> dict[Region, list[Piece] | None]:
        """The new source pieces of each region that was changed; None for a region whose change was reported instead."""
        out: dict[Region, list[Piece] | None] = {}
        for region, own in found.own.items():
            resolver = Resolver(self.printed, region)
            out[region] = resolver.rewritten(before[region.start : region.end], own)
            self._report_all(pair, resolver)
        for first, second, glue in found.joined:
            head, tail = (out.get(r, self.printed.leaf(r.name, r.leaf)) for r in (first, second))
            has_heading = len({bool(self.sent[i].heading) for i in pair.sent}) > 1
            if has_heading or not (is_block(first.name) and is_block(second.name)):
                out[first] = out[second] = None
                reason = "two texts were joined that are separate in the content"
                after = words(_joined(self.edited[j] for j in pair.edited))
                told = self._unmerged(pair, reason, words(before), after, first)
                self._join_facts(pair, first, second, head and tail and [*head, _SPACE, *tail], told)
            elif head is not None and tail is not None:
                out[first], out[second] = tidy([*head, *glue, *tail]), []
        return out

    def _join_facts(self, pair: Pair, first: Region, second: Region, pieces: list[Piece] | None, told: Unmerged) -> None:
        """Enter two facts that became one paragraph, if both are whole. Any other texts that became one are reported."""
        texts_of = [region.name for region in self.printed.regions_of(pair.sent)]
        if not pieces or texts_of != [first.name, second.name] or not all(map(is_fact, texts_of)) or len(pair.edited) > 1:
            self.edits.unmerged.append(told)
            return
        anchors = tuple(_cited(self.edited[pair.edited[0]]))
        self.edits.joined_facts.append(JoinedFacts(first.name, second.name, tuple(tidy(pieces)), anchors, told))

    def _record(self, region: Region, pieces: list[Piece], pair: Pair) -> None:
        """Enter the new pieces of a leaf. A list item that was split becomes two; a fact can't be split without a person, because
        each half needs its sources."""
        parts = split_paragraphs(pieces)
        if len(parts) > 1 and is_fact(region.name):
            reason = "a fact was split in two: give each half its sources"
            self._report(pair, reason, self.known[region.name].markdown, words(pieces), region)
            return
        edit = self._text_edit(region.name, self._authors(pair.edited))
        if len(parts) > 1 and is_block(region.name) and all(self.edited[j].is_item for j in pair.edited):
            edit.added.setdefault(region.leaf, []).extend(map(NewLeaf, parts[1:]))
            pieces = parts[0]
        other = edit.leaves.get(region.leaf) or []
        if region.leaf in edit.leaves and other != pieces:
            reason = "this text is printed more than once, and was changed in two different ways"
            self._report(pair, reason, words(other), words(pieces), region)
            return
        edit.leaves[region.leaf] = pieces or None

    def _text_edit(self, name: str, authors: Authors) -> TextEdit:
        edit = self.edits.texts.setdefault(name, TextEdit())
        edit.authors |= authors
        return edit

    # Paragraphs that were moved.

    def _positioned(self, pair: Pair) -> None:
        """Note after which text the next new paragraph would be added. Enter or report a paragraph that was moved."""
        regions = self.printed.regions_of(pair.sent)
        if pair.moved and self._is_in_title_block(pair):
            return
        if pair.moved and regions:
            self._moved(pair, regions[0])
        elif pair.moved:
            self._report(pair, "this paragraph was moved; it is not content", self.sent[pair.sent[0]].text)
        elif regions:
            self.anchors[pair.edited[-1]] = regions[-1].name

    def _is_in_title_block(self, pair: Pair) -> bool:
        """Whether a paragraph stands among title, subtitle, author and date. The template prints these in an order of its own."""
        i, j = pair.sent[0], pair.edited[0]
        numbers = [(i, self.sent), (j, self.edited)]
        return all(p.style.lower() in _TITLE_BLOCK for n, own in numbers for p in own[: n + 1])

    def _moved(self, pair: Pair, region: Region) -> None:
        j = pair.edited[0]
        anchor, text = self._anchor(j), self.edited[j].text
        if is_fact(region.name):
            self.anchors[j] = region.name
            told = self._unmerged(pair, "a fact was moved: facts are ordered by topic, priority and date", text, "", region)
            before, behind = anchor, self._text_behind(j)
            if self.edited[j].cell:  # only texts in the same cell are of its topic
                before, behind = self._text_in_cell(j, j - 1), self._text_in_cell(j, j + 1)
            self.edits.moved_facts.append(MovedFact(region.name, before, behind, told))
        elif self.edited[j].is_framed:
            self.anchors[j] = region.name
        elif not is_block(region.name) or not file_of(anchor).endswith(".md"):
            self._report(pair, "this paragraph was moved to where no content can go", text, "", region)
        else:
            self._move(pair, region, anchor)
            self.anchors[j] = anchor

    def _move(self, pair: Pair, region: Region, anchor: str) -> None:
        """Move a leaf within its text, or make it a block of its own elsewhere."""
        j = pair.edited[0]
        edit = self._text_edit(region.name, self._authors(pair.edited))
        was_changed = region.leaf in edit.leaves
        pieces = edit.leaves.get(region.leaf) or self.printed.leaf(region.name, region.leaf)
        edit.leaves[region.leaf] = None
        before = self._leaf_before(j, region.name)
        if (anchor == region.name and before) or (self.edited[j].is_item and self._text_behind(j) == region.name):
            edit.added.setdefault(before if anchor == region.name else 0, []).append(NewLeaf(pieces))
            return
        if len(self.printed.leaves(region.name)) > 1:
            told = self._unmerged(pair, "a part of a text was moved away from it", words(pieces), "", region)
            self.moved_leaves.setdefault(region.name, []).append(
                (region.leaf, was_changed, anchor, NewLeaf(pieces, self.edited[j].shape), told, j)
            )
            return
        whole = None if was_changed else region.name
        self.edits.blocks.append(NewBlock(anchor, (NewLeaf(pieces, self.edited[j].shape),), whole, edit.authors, at=j))

    def _move_whole(self) -> None:
        """Enter the leaves that were moved away from a text. If all leaves of the text were, the text is moved as a whole;
        otherwise each leaf becomes a block, or is reported if it can't stand by itself."""
        for name, moved in self.moved_leaves.items():
            numbers = [leaf for leaf, *_ in moved]
            anchor = moved[0][2]
            edit = self.edits.texts[name]
            if sorted(numbers) == list(range(1, len(self.printed.leaves(name)) + 1)) and not any(was for _, was, *_ in moved):
                self.edits.blocks.append(NewBlock(anchor, (), name, edit.authors, at=moved[0][-1]))
                continue
            for leaf, _, own_anchor, new, told, j in moved:
                if self.printed.is_rigid(name):
                    edit.leaves.pop(leaf)
                    self.edits.unmerged.append(told)
                else:
                    self.edits.blocks.append(NewBlock(own_anchor, (new,), None, edit.authors, at=j))
        self.edits.blocks.sort(key=lambda block: block.at)

    # Paragraphs that are new.

    def _added(self, pair: Pair) -> None:
        j = pair.edited[0]
        paragraph = self.edited[j]
        before, behind = self._anchor(j), self._text_behind(j)
        if j in self.used:
            return
        if j in self.new_tables:
            self._add_table(pair, *self.new_tables[j])
        elif any(mark in self.outdated for mark in paragraph.bookmarks):
            self._report(pair, "this text is no longer in the document", paragraph.text)
        elif any(p.kind == "other" for p in paragraph.pieces):
            self._report(pair, "a new paragraph holds something that Markdown can’t say, so it was not written", "", paragraph.text)
        elif all(p.kind in {"picture", "space", "break"} for p in paragraph.pieces):
            self._add_picture(pair, paragraph, _block_anchor(paragraph, before, behind))
        elif all(HIDDEN in p.looks for p in paragraph.pieces if p.kind != "space"):
            self._report(pair, "hidden text was added, and left out", "", paragraph.text)
        elif values.of(paragraph.pieces):
            self._report(pair, "a new paragraph has a value of the data: write it in the content with its span", "", paragraph.text)
        elif fact := self._fact_beside(paragraph, before, behind):
            self._add_fact(fact, pair)
        elif anchor := _block_anchor(paragraph, before, behind) or self._anchor_in_notes(j, before, behind):
            self._add_block(anchor, behind, pair)
            self.anchors[j] = anchor
        elif paragraph.style == slides.NOTES:
            reason = "there are notes on a slide that had none: write them into the content, between `::: notes` and `:::`"
            self._report(pair, reason, "", paragraph.text)
        else:
            self._report(pair, "there is a new paragraph where no content can go", "", paragraph.text)

    def _anchor_in_notes(self, j: int, before: str, behind: str) -> str:
        """The text after which a new paragraph of a slide’s notes is added to them; empty if the slide had no notes."""
        paragraph = self.edited[j]
        same = [k for k, p in enumerate(self.edited) if (p.style, p.page) == (paragraph.style, paragraph.page)]
        own = {region.name for k in same for region in self._regions_in(k)}
        return before if paragraph.style == slides.NOTES and own & {before, behind} else ""

    def _fact_beside(self, paragraph: Paragraph, before: str, behind: str) -> str:
        """The fact beside a new paragraph, if the paragraph is a list item in the same style and so a new fact; else empty."""
        if not paragraph.is_item or (before and is_block(before)):
            return ""
        facts = filter(is_fact, (before, behind))
        return next((name for name in facts if paragraph.style in self._styles_of(name)), "")

    def _styles_of(self, name: str) -> set[str]:
        """The styles in which a text may stand in the edited file: the style in which it was sent; or, if the file has lost that
        style, the ones in which it came back."""
        sent = self.printed.paragraph_of(name)
        if not self.styles or sent.style in self.styles:
            return {sent.style}
        return {self.edited[j].style for j in self.pair_of if any(r.name == name for r in self._regions_in(j))}

    def _new_pieces(self, pair: Pair) -> list[Piece]:
        """The pieces of a new paragraph, without hidden text. Looks are reported."""
        pieces = self.edited[pair.edited[0]].pieces
        for _, _, new in self._told_looks(pair, [], pieces, [(0, 0, list(pieces))]):
            pieces = new
        return tidy(pieces)

    def _add_fact(self, beside: str, pair: Pair) -> None:
        pieces = self._new_pieces(pair)
        text = without_internal_links(tidy(p for p in pieces if p.kind not in ATOMS))
        anchors = [self._renamed.get(anchor, anchor) for p in pieces if p.kind == "cite" for anchor in _anchors(p)]
        self.edits.facts.append(NewFact(beside, tuple(text), tuple(anchors), self._authors(pair.edited)))

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        """For each bookmark of a source that a program renamed, the name that it had in the sent file. It is found by comparing the
        source numbers of paragraphs that are in both files."""
        known = {anchor for p in self.sent for anchor in _cited(p)}
        found: dict[str, set[str]] = {}
        for j, pair in self.pair_of.items():
            old, new = [a for i in pair.sent for a in _cited(self.sent[i])], _cited(self.edited[j])
            if len(old) == len(new):
                for name, other in zip(new, old, strict=True):
                    found.setdefault(name, set()).add(other)
        return {name: min(own) for name, own in found.items() if len(own) == 1 and name and name not in known}

    def _add_block(self, anchor: str, behind: str, pair: Pair) -> None:
        """Enter a new paragraph: as a leaf of the text before or after it if it belongs there, else as a block of its own."""
        j = pair.edited[0]
        paragraph, authors = self.edited[j], self._authors(pair.edited)
        resolver = Resolver(self.printed, Region(0, 0, anchor, 1))
        pieces = resolver.new(self._new_pieces(pair))
        self._report_all(pair, resolver)
        if pieces is None:
            return
        leaf = self._leaf_before(j, anchor)
        if leaf and self._belongs_to(paragraph, anchor, leaf):
            self._text_edit(anchor, authors).added.setdefault(leaf, []).append(
                NewLeaf(pieces, self._level(paragraph, anchor, leaf))
            )
        elif self._belongs_to(paragraph, behind, 1):
            self._text_edit(behind, authors).added.setdefault(0, []).append(NewLeaf(pieces))
        elif not pieces:
            return  # everything in it has been reported
        elif paragraph.shape == ("heading", 1) and file_of(anchor).startswith("report/"):
            self._report(pair, "a new heading 1 begins a section, which is a file of its own in report/", "", paragraph.text)
        elif behind == anchor and leaf:
            reason = "a new paragraph stands between two parts of one text, where Markdown has no place for it"
            self._report(pair, reason, "", paragraph.text, Region(0, 0, anchor, leaf))
        else:
            self._append_block(j, NewBlock(anchor, (NewLeaf(pieces, paragraph.shape),), None, authors, at=j))

    def _level(self, paragraph: Paragraph, name: str, leaf: int) -> Shape | None:
        """The shape of a new item, if it isn’t at the level of the item before it."""
        return None if paragraph.shape == self.printed.paragraph_of(name, leaf).shape else paragraph.shape

    def _append_block(self, j: int, block: NewBlock) -> None:
        """Enter a new block. An item right after a new item is part of the same list."""
        last, role = self.edits.blocks[-1] if self.edits.blocks else None, self.edited[j].role
        if last and self.last_block == (j - 1, last.after, role) and self.edited[j].is_item:
            whole = replace(last, leaves=(*last.leaves, *block.leaves), authors=last.authors | block.authors)
            self.edits.blocks[-1] = whole
        else:
            self.edits.blocks.append(block)
        self.last_block = j, block.after, role

    # Tables and pictures.

    def _changed_table(self, table: ChangedTable) -> None:
        """Enter a table of the content that has other rows or columns."""
        rows: list[tuple[tuple[Piece, ...], ...]] = []
        authors: Authors = frozenset()
        for row in table.places:
            cells = [self._cell(table, own) for own in row]
            if None in cells:
                return  # what can’t be written has been reported
            rows.append(tuple(tuple(cell or ()) for cell in cells))
            authors |= self._authors(j for own in row for j in own)
        authors |= frozenset().union(*(self._who_deleted(pair.sent[0]) for pair in table.pairs if not pair.edited))
        if rows:
            self._text_edit(table.name, authors).grid = CellGrid(tuple(rows), table.columns)

    def _cell(self, table: ChangedTable, numbers: Sequence[int]) -> list[Piece] | None:
        """The source’s pieces of a cell; None if they aren’t certain."""
        out: list[Piece] = []
        for j in numbers:
            pair = self.pair_of.get(j) or Pair((), (j,))
            region = next(iter(self.printed.regions_of(pair.sent)), None)
            resolver = Resolver(self.printed, region or Region(0, 0, table.name, 1))
            before = self.sent[pair.sent[0]].pieces if pair.sent else []
            after = values.restored(before, self._pieces(Pair(pair.sent, (j,))))
            found = self._told_looks(pair, before, after, changes(before, after))
            if region:
                inner = assign(found, before, [region])
                own = resolver.rewritten(before[region.start : region.end], inner.own.get(region, []))
            else:
                own = resolver.new([p for _, _, new in found for p in new])
            self._report_all(pair, resolver)
            if own is None:
                return None
            out += [PARAGRAPH] * bool(out) + own
        return out

    def _add_table(self, pair: Pair, numbers: Sequence[int], places: tables.Places) -> None:
        """Enter a new table, read whole."""
        self.used |= set(numbers)
        j = pair.edited[0]
        anchor = _block_anchor(replace(self.edited[j], container="body"), self._anchor(j), self._text_behind(j))
        text = " / ".join(self.edited[n].text for n in numbers)
        if not places or any(len(own) > 1 for row in places for own in row):
            self._report(pair, "a new table has cells that were merged or hold several paragraphs, so it was not written", "", text)
        elif not file_of(anchor).startswith("report/"):
            self._report(pair, "there is a new table where no content can go", "", text)
        else:
            new = ChangedTable(anchor, places, (), ())
            cells = [[self._cell(new, own) for own in row] for row in places]
            if not any(cell is None for row in cells for cell in row):
                grid = CellGrid(tuple(tuple(tuple(cell or ()) for cell in row) for row in cells), ())
                self.edits.blocks.append(NewBlock(anchor, (), None, self._authors(numbers), grid, at=j))
            self.anchors[numbers[-1]] = anchor

    def _add_picture(self, pair: Pair, paragraph: Paragraph, anchor: str) -> None:
        """Enter a new picture, with the caption in the paragraph after it."""
        j = pair.edited[0]
        pictures = [p for p in paragraph.pieces if p.kind == "picture"]
        told = self._unmerged(pair, "a picture was added", "", paragraph.text)
        if len(pictures) != 1 or not anchor or not pictures[0].target:
            self.edits.unmerged.append(told)
            return
        caption: list[Piece] = []
        if j + 1 < len(self.edited) and j + 1 not in self.pair_of and self.edited[j + 1].style.lower() in _CAPTIONS:
            self.used.add(j + 1)
            resolver = Resolver(self.printed, Region(0, 0, anchor, 1))
            caption = resolver.new(without_number(self.edited[j + 1].pieces)) or []
            self._report_all(Pair((), (j + 1,)), resolver)
        picture = NewPicture(pictures[0].text, tuple(caption), pictures[0].target)
        self.edits.blocks.append(NewBlock(anchor, (), None, self._authors(pair.edited), None, picture, told, at=j))
        self.anchors[j] = anchor

    def _belongs_to(self, paragraph: Paragraph, name: str, leaf: int) -> bool:
        """Whether a new paragraph belongs to the list, the quotation or the speaker notes of which the leaf is a part."""
        if not is_block(name):
            return False
        own = self.printed.paragraph_of(name, leaf)
        if own.is_item or paragraph.is_item:
            return own.role == paragraph.role
        return own.style == paragraph.style and self.printed.is_container(name)

    # What was deleted, and what stands on every page.

    def _deleted(self, pair: Pair) -> None:
        i = pair.sent[0]
        paragraph, regions = self.sent[i], self.printed.regions[i]
        for region in regions:
            if is_fact(region.name) or is_block(region.name):
                self._text_edit(region.name, self._who_deleted(i)).leaves[region.leaf] = None
            else:
                reason = "this text was deleted; if that is meant, delete it in the content"
                self.edits.deleted.append(self._unmerged(pair, reason, paragraph.text, "", region))
        if not regions:
            has_picture = any(p.kind == "picture" for p in paragraph.pieces)
            reason = "a picture was deleted" if has_picture else "this was deleted; it is not content"
            told = self._unmerged(pair, reason, paragraph.text)
            if has_picture:
                self.edits.deleted.append(told)
            else:
                self.dropped.append((i, told))

    def _who_deleted(self, i: int) -> Authors:
        """Who has a pending deletion of a sent paragraph."""
        return frozenset(author for mark in self.sent[i].bookmarks for author in self.deleted_by.get(mark, ()))

    def _compare_headers(self, sent: Headers | None, edited: Headers | None) -> None:
        """Report changed words in headers and footers. If a file has none any more, a program dropped them: no report. Fields may
        have become plain text."""
        if sent is None or edited is None:
            return
        known, there = ({text for own in side for text in own} for side in (sent, edited))
        lost = [plain for plain, whole in sent if plain and not {plain, whole} & there]
        new = [plain for plain, whole in edited if plain and not {plain, whole} & known]
        if lost or new:
            reason = "a header or footer was changed: it is made from edition.yaml"
            self.edits.unmerged.append(Unmerged(reason, " / ".join(lost), " / ".join(new)))

    # Positions.

    def _regions_in(self, j: int) -> list[Region]:
        """The regions of an edited paragraph: the regions of the sent paragraphs that it was made from, unless these were moved."""
        pair = self.pair_of.get(j)
        return self.printed.regions_of(pair.sent) if pair and not pair.moved else []

    def _text_in_cell(self, j: int, other: int) -> str:
        """The text of another edited paragraph, if it stands in the same cell; else empty."""
        is_near = 0 <= other < len(self.edited) and self.edited[other].cell == self.edited[j].cell
        pair = self.pair_of.get(other) if is_near else None
        return next((region.name for region in self.printed.regions_of(pair.sent)), "") if pair else ""

    def _leaf_before(self, j: int, name: str) -> int:
        """The number of the nearest leaf of a text before an edited paragraph; 0 if there is none."""
        found = (r.leaf for k in range(j - 1, -1, -1) for r in reversed(self._regions_in(k)) if r.name == name)
        return next(found, 0)

    def _anchor(self, j: int) -> str:
        """The text after which an edited paragraph stands; empty if no content stands before it."""
        return next((self.anchors[k] for k in range(j - 1, -1, -1) if k in self.anchors), "")

    def _text_behind(self, j: int) -> str:
        """The next text after an edited paragraph."""
        return next((r.name for k in range(j + 1, len(self.edited)) for r in self._regions_in(k)), "")

    # Reports.

    def _report(self, pair: Pair, reason: str, before: str = "", after: str = "", region: Region | None = None) -> None:
        """Report an edit for a person to make."""
        self.edits.unmerged.append(self._unmerged(pair, reason, before, after, region))

    def _unmerged(self, pair: Pair, reason: str, before: str = "", after: str = "", region: Region | None = None) -> Unmerged:
        """An edit for a person to make, with the page and the heading of the pair's first paragraph."""
        place = self.known[region.name].place if region and region.name in self.known else None
        own, number = (self.edited, pair.edited[0]) if pair.edited else (self.sent, pair.sent[0])
        headings = (p.text.strip() for p in reversed(own[: number + 1]) if p.style.lower().startswith(_HEADINGS))
        authors = self._authors(pair.edited[:1])
        return Unmerged(reason, before.strip(), after.strip(), self._page(pair), next(headings, ""), place, authors)

    def _report_all(self, pair: Pair, resolver: Resolver) -> None:
        for reason, before, after in resolver.reports:
            self._report(pair, reason, before, after, resolver.region)

    def _authors(self, numbers: Iterable[int]) -> Authors:
        return frozenset(author for j in numbers for author in self.edited[j].authors)

    def _page(self, pair: Pair) -> str:
        """The page on which a paragraph was printed. For a new one: the page of the one before it, or as Word last counted."""
        if pair.sent and (page := self.printed.page(pair.sent[0])):
            return page
        if not pair.edited:
            return ""
        j = pair.edited[0]
        before = next((i for k in range(j, -1, -1) if k in self.pair_of for i in reversed(self.pair_of[k].sent)), None)
        return (self.printed.page(before) if before is not None else "") or str(self.edited[j].page)


def _anchors(citation: Piece) -> list[str]:
    """The bookmark that each number of a citation leads to; empty for each that leads nowhere."""
    found = citation.target.split(",") if citation.target else []
    return found + [""] * (citation.text.count(",") + 1 - len(found))


def without_number(caption: Sequence[Piece]) -> list[Piece]:
    """A caption without the “Figure 3.” before its words. The number may be a field, or typed."""
    kinds = [(p.kind == "reference" or p.text.isdigit(), p.text in _AFTER_NUMBER) for p in caption[: _LONGEST_NUMBER + 2]]
    number = next((n for n, (is_number, _) in enumerate(kinds) if is_number), None)
    if number is None or not any(is_end for _, is_end in kinds[number + 1 :]):
        return list(caption)
    rest = number + 1
    while rest < len(caption) and (caption[rest].kind == "space" or caption[rest].text in _AFTER_NUMBER):
        rest += 1
    return list(caption[rest:])


def _cited(paragraph: Paragraph) -> list[str]:
    """The bookmarks that the numbers of a fact lead to."""
    return [anchor for p in paragraph.pieces if p.kind == "cite" for anchor in _anchors(p)]


def _joined(paragraphs: Iterable[Paragraph]) -> list[Piece]:
    """The pieces of several paragraphs, with a paragraph break between each two."""
    out: list[Piece] = []
    for paragraph in paragraphs:
        out += [PARAGRAPH] * bool(out) + paragraph.pieces
    return out


def _is_untouched(sent: Sequence[Paragraph], edited: Sequence[Paragraph]) -> bool:
    """Whether paragraphs have the same pieces, in all that is compared."""
    if list(map(len, (p.pieces for p in sent))) != list(map(len, (p.pieces for p in edited))):
        return False
    pairs = (pair for own in zip(sent, edited, strict=True) for pair in zip(own[0].pieces, own[1].pieces, strict=True))
    return all(one is other or _all_of(one) == _all_of(other) for one, other in pairs)


def _all_of(piece: Piece) -> tuple[object, ...]:
    return piece.text, piece.kind, piece.formatting, piece.target, piece.looks, piece.citation, piece.inner


def _block_anchor(paragraph: Paragraph, before: str, behind: str) -> str:
    """The block or title after which a new paragraph can be a block of its own; empty if it can't be one there."""
    if not before and is_block(behind) and paragraph.container == "body":
        return f"{file_of(behind)}#title"
    path = file_of(before)
    can_stand = paragraph.container == "body" or (paragraph.container == "cell" and path.startswith("decks/"))
    return before if can_stand and path.endswith(".md") else ""
