"""What was edited in a Word file, said in terms of the content: which text has which words now, what is new, gone, moved.

In: the paragraphs of the file as it was sent and as it came back, the texts it was made from. Out: `Edits`: for each text the
new pieces of its paragraphs, new paragraphs and facts at their places; and all that isn't content or can't be placed, as
`Left`, for a person. Nothing is guessed: what has no certain place is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from briefs.edition import texts
from briefs.edition.model import Text
from briefs.problems import Place
from briefs.roundtrip import rewrite
from briefs.tools.pandoc import Pandoc, PandocError
from briefs.typeset.word.origin import Block
from briefs.wordfile.alignment import Pair, pair
from briefs.wordfile.paragraphs import Paragraph, WordText
from briefs.wordfile.pieces import PARAGRAPH, Change, Piece, changed, changes, of_inlines, tidy, words

By = frozenset[tuple[str, str]]  # who, and when
ATOMS = {"cite", "reference", "picture", "other"}


@dataclass(frozen=True)
class Left:
    """What a person has to see to: what it is, the words before and after, the page, the heading above it, its place."""

    what: str
    before: str = ""
    after: str = ""
    page: str = ""
    under: str = ""
    place: Place | None = None
    by: By = frozenset()


@dataclass
class Wanted:
    """A text's new pieces, by paragraph or item (from 1; None: taken out), and the items put in after one."""

    leaves: dict[int, list[Piece] | None] = field(default_factory=dict)
    added: dict[int, list[Sequence[Piece]]] = field(default_factory=dict)
    by: By = frozenset()


@dataclass(frozen=True)
class New:
    """A new block in a section or deck, after the block of that name (or at the top of the file, where the name is its title's).

    `source`: the block that was moved here; None for one that is new.
    """

    after: str
    pieces: tuple[Piece, ...]
    style: str
    source: str | None = None
    by: By = frozenset()


@dataclass(frozen=True)
class NewFact:
    """A new fact beside the fact whose text has that name; the numbers of its sources, as they are printed."""

    beside: str
    pieces: tuple[Piece, ...]
    numbers: tuple[str, ...]
    by: By = frozenset()


@dataclass
class Edits:
    wanted: dict[str, Wanted] = field(default_factory=dict)
    new: list[New] = field(default_factory=list)
    facts: list[NewFact] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    beside: dict[int, str] = field(default_factory=dict)  # the text that each paragraph of the edited file stands in or after


@dataclass(frozen=True)
class Region:
    """Where a content block stands among a paragraph's pieces."""

    start: int
    end: int
    name: str
    leaf: int


def find(
    sent: WordText,
    edited: WordText,
    blocks: Mapping[str, Block],
    known: Mapping[str, Text],
    pandoc: Pandoc,
    past: Collection[str] = (),
) -> Edits:
    """What was edited.

    `blocks`: what the sent file tells of its bookmarks. `known`: the texts by name (`edition/texts.py`). `past`: bookmarks of the
    edited file whose texts `sent` hasn't, as it isn't the file that was sent: what bears one is not new.
    """
    return _Finder(sent, edited, blocks, known, pandoc, past).found()


def is_fact(name: str) -> bool:
    """Is it the name of a fact's text?"""
    path, _, anchor = name.partition("#")
    return path.startswith("countries/") and anchor.endswith("/text")


def is_block(name: str) -> bool:
    """Is it the name of a block of a section or a deck?"""
    path, _, anchor = name.partition("#")
    return path.endswith(".md") and anchor.isdecimal()


class _Finder:
    def __init__(
        self, sent: WordText, edited: WordText, blocks: Mapping[str, Block], known: Mapping[str, Text], pandoc: Pandoc,
        past: Collection[str],
    ):  # fmt: skip
        self.sent, self.edited, self.blocks, self.known, self.pandoc, self.past = sent, edited, blocks, known, pandoc, past
        self.edits = Edits()
        self.sources: dict[str, list[list[Piece]]] = {}
        self.cites: dict[str, Piece] = {}  # the source's piece by how it is printed, of those that were met
        self.regions = [self._regions(p) for p in sent.paragraphs]
        self.pair_of: dict[int, Pair] = {}  # by the edited paragraph
        self.anchors: dict[int, str] = {}  # of edited paragraphs: the text after which the next one would be put

    # The file as it was sent.

    def _regions(self, paragraph: Paragraph) -> list[Region]:
        found = []
        for mark, (start, end) in paragraph.marks.items():
            if mark in self.blocks and start < end:
                name, leaf = texts.owner(self.blocks[mark].place, self.known)
                if name in self.known:
                    found.append(Region(start, end, name, leaf))
        return sorted(found, key=lambda r: (r.start, r.end))

    def leaf(self, name: str, number: int) -> list[Piece]:
        """The source's pieces of a paragraph or item; none if the text has fewer."""
        if name not in self.sources:
            try:
                found = rewrite.leaves(rewrite.parsed(self.known[name].markdown, self.pandoc))
            except PandocError:
                found = []
            self.sources[name] = [of_inlines(rewrite.inlines_of(leaf)) for leaf in found]
        own = self.sources[name]
        return own[number - 1] if number <= len(own) else []

    def found(self) -> Edits:
        pairs = pair(self.sent.paragraphs, self.edited.paragraphs)
        self.pair_of = {j: each for each in pairs if each.sent for j in each.edited}
        for each in pairs:
            for i in each.sent:
                self._learn(i)
        for each in pairs:
            if not each.sent:
                self._new(each.edited[0])
            elif not each.edited:
                self._gone(each.sent[0])
            else:
                self._compared(each)
                self._placed(each)
        self._heads()
        held = {j: self._held(j) for j in range(len(self.edited.paragraphs))}
        self.edits.beside = {j: regions[0].name for j, regions in held.items() if regions}
        return self.edits

    def _learn(self, i: int) -> None:
        """How the citations and references of the source are printed: so they are known where they were moved to."""
        pieces = self.sent.paragraphs[i].pieces
        for region in self.regions[i]:
            if any(p.kind in ATOMS for p in pieces[region.start : region.end]):
                source = self.leaf(region.name, region.leaf)
                at = _alignment(pieces[region.start : region.end], source)
                for piece, where in zip(pieces[region.start : region.end], at, strict=False):
                    if piece.kind in ATOMS and where is not None:
                        self.cites.setdefault(f"{piece.kind} {piece.text}", source[where])

    # Paragraphs that are there in both.

    def _compared(self, each: Pair) -> None:
        self._restyled(each)
        before, after = self._run(self.sent.paragraphs, each.sent), self._run(self.edited.paragraphs, each.edited)
        found = changes(before, after)
        if not found:
            return
        regions, at = [], 0
        for i in each.sent:
            regions += [replace(r, start=r.start + at, end=r.end + at) for r in self.regions[i]]
            at += len(self.sent.paragraphs[i].pieces) + 1
        own: dict[Region, list[Change]] = {}
        joined: list[tuple[Region, Region]] = []
        for change in found:
            self._share(change, before, regions, own, joined, each)
        made = {region: self._made(region, before, found, each) for region, found in own.items()}
        for first, second in joined:
            if not (is_block(first.name) and is_block(second.name)):
                made[first] = made[second] = None
                what = "two texts were joined that the content keeps apart"
                self._leave(what, words(before), words(after), each.edited[0], each.sent[0], first)
                continue
            ahead, behind = (made.get(r, self.leaf(r.name, r.leaf)) for r in (first, second))
            if ahead is not None and behind is not None:
                made[first], made[second] = tidy([*ahead, *behind]), []
        for region, pieces in made.items():
            if pieces is not None:
                self._want(region, pieces, each)

    def _restyled(self, each: Pair) -> None:
        """A paragraph that became a heading or an item of a list, or is none any more."""
        old, new = self.sent.paragraphs[each.sent[0]], self.edited.paragraphs[each.edited[0]]
        if old.sort != new.sort and not new.joined:
            region = next(iter(self.regions[each.sent[0]]), None)
            what = f"this {old.sort} was made a {new.sort}: the words are the same, how they are set is marked in the content"
            self._leave(what, old.text, "", each.edited[0], each.sent[0], region)

    def _run(self, paragraphs: Sequence[Paragraph], numbers: Iterable[int]) -> list[Piece]:
        out: list[Piece] = []
        for n in numbers:
            out += [PARAGRAPH] * bool(out) + paragraphs[n].pieces
        return out

    def _share(
        self, change: Change, before: Sequence[Piece], regions: Sequence[Region], own: dict[Region, list[Change]],
        joined: list[tuple[Region, Region]], each: Pair,
    ) -> None:  # fmt: skip
        """Give a change to the content that it is in; what reaches into the template's words is left there."""
        start, end, new = change
        inside = next((r for r in regions if r.start <= start and end <= r.end), None)
        if inside:
            own.setdefault(inside, []).append((start - inside.start, end - inside.start, new))
            return
        touched = [r for r in regions if r.start < end and start < r.end]
        if (
            len(touched) == 2
            and PARAGRAPH in before[start:end]
            and all(p.kind in {"paragraph", "cite"} for p in _outside(start, end, before, touched))
        ):
            first, second = touched
            own.setdefault(first, []).append((start - first.start, first.end - first.start, new))
            own.setdefault(second, []).append((0, end - second.start, []))
            joined.append((first, second))
            return
        if PARAGRAPH in before[start:end]:
            at_end = [r for r in regions if r.end <= start]
            behind = [r for r in regions if r.start >= end]
            if (
                at_end
                and behind
                and all(p.kind in {"paragraph", "cite", "space"} for p in before[at_end[-1].end : behind[0].start])
            ):
                own.setdefault(at_end[-1], []).append((at_end[-1].end - at_end[-1].start, at_end[-1].end - at_end[-1].start, new))
                joined.append((at_end[-1], behind[0]))
                return
        if len(touched) == 1:  # it begins or ends in the content
            only = touched[0]
            from_, to = max(start, only.start), min(end, only.end)
            spoken = [p for p in new if p.kind not in ATOMS]
            own.setdefault(only, []).append((from_ - only.start, to - only.start, spoken))
            rest = [p for p in before[start:end] if p.kind in ATOMS] if spoken else [*before[start:from_], *before[to:end]]
            if words(rest).strip() != words([p for p in new if p.kind in ATOMS]).strip():
                self._template(each, words(rest), words([p for p in new if p.kind in ATOMS]))
            return
        self._template(each, words(before[start:end]), words(new))

    def _template(self, each: Pair, before: str, after: str) -> None:
        """Words that are no content."""
        if before.strip() == after.strip():
            return
        region = next((r for i in each.sent for r in self.regions[i]), None)
        number = self.sent.paragraphs[each.sent[0]]
        cites = any(p.kind == "cite" for p in number.pieces) and not any(c.isalpha() for c in before + after)
        if region and is_fact(region.name) and cites:
            what = "the numbers of this fact’s sources were changed: change its `sources`"
        elif any(p.kind == "picture" for p in number.pieces):
            what = "a picture was changed: figures are drawn from the data, pictures are in figures/"
        else:
            what = "these words can’t be changed from Word: the program makes them, or they stand in a head, a label or a template"
        self._leave(what, before, after, each.edited[0] if each.edited else None, each.sent[0], region)

    def _made(self, region: Region, before: Sequence[Piece], found: Sequence[Change], each: Pair) -> list[Piece] | None:
        """The source's pieces with the changes made; None if one has no certain place in the source."""
        source = self.leaf(region.name, region.leaf)
        given = _common(before[region.start : region.end]) - _common(source)  # by the template, to all of it
        printed = _without(before[region.start : region.end], given)
        found = [(start, end, _without(new, given)) for start, end, new in found]
        at = _alignment(printed, source)
        mapped: list[Change] = []
        for start, end, new in found:
            first, last = _span(at, start, end, len(source))
            if first is None or last is None:
                self._leave(
                    "this change can’t be placed in the source",
                    words(printed[start:end]),
                    words(new),
                    each.edited[0],
                    each.sent[0],
                    region,
                )
                return None
            mapped.append((first, last, self._resolved(new, source, first, last, printed[start:end], each, region)))
        return changed(source, mapped)

    def _resolved(
        self, new: Sequence[Piece], source: Sequence[Piece], first: int, last: int, printed: Sequence[Piece], each: Pair,
        region: Region,
    ) -> list[Piece]:  # fmt: skip
        """Pieces from Word as the source has them: citations with their keys, passages in their language."""
        old = source[first:last]
        around = old or [*source[max(0, first - 1) : first], *source[last : last + 1]]
        inside = around[0].inside if around and all(p.inside == around[0].inside for p in around) else ()
        links = {k for p in around for k in p.look if k.startswith("link #")}
        told = words(p for p in new if p.kind not in ATOMS and any(k.startswith("link #") for k in p.look))
        if told and is_block(region.name) and not links:
            self._leave("a link within the file was put in", "", told, each.edited[0], each.sent[0] if each.sent else None, region)
        spare = [p for p in old if p.kind in ATOMS]
        dropped = [p for p in printed if p.kind in ATOMS]
        out: list[Piece] = []
        for piece in new:
            if piece.kind in ATOMS:
                out += self._atom(piece, spare, dropped, each, region)
            else:
                inner = {k for k in piece.look if k.startswith("link #")}
                out.append(Piece(piece.text, piece.kind, piece.look - inner | (links if inner else set()), inside=inside))
        return out

    def _atom(self, piece: Piece, spare: list[Piece], dropped: list[Piece], each: Pair, region: Region) -> list[Piece]:
        """A citation, a reference or a picture: the same as one of the source, or one that was rewritten, which stays as it was."""
        known = self.cites.get(f"{piece.kind} {piece.text}")
        if known is not None:
            spare[:] = [p for p in spare if p is not known]
            return [known]
        old = next((p for p in spare if p.kind == piece.kind), None)
        told = next((p.text for p in dropped if p.kind == piece.kind), "")
        what = {"cite": "a note", "reference": "a reference", "picture": "a picture"}.get(piece.kind, "something that is no text")
        if old is not None:
            spare.remove(old)
            self._leave(
                f"{what} was rewritten; the source still has the old one", told, piece.text, each.edited[0], each.sent[0], region
            )
            return [old]
        self._leave(f"{what} was put in", "", piece.text, each.edited[0], each.sent[0] if each.sent else None, region)
        return []

    def _want(self, region: Region, pieces: list[Piece], each: Pair) -> None:
        """Enter a text's new pieces. An item of a list that was parted becomes two; a fact needs a person, and its sources."""
        by = self._by(each.edited)
        parts = _parted(pieces)
        if len(parts) > 1 and is_fact(region.name):
            what = "a fact was parted in two: give each half its sources"
            self._leave(what, self.known[region.name].markdown, words(pieces), each.edited[0], each.sent[0], region)
            return
        wanted = self.edits.wanted.setdefault(region.name, Wanted())
        wanted.by |= by
        if len(parts) > 1 and is_block(region.name) and all(self.edited.paragraphs[j].sort == "list item" for j in each.edited):
            wanted.added.setdefault(region.leaf, []).extend(parts[1:])
            pieces = parts[0]
        known = wanted.leaves.get(region.leaf)
        if region.leaf in wanted.leaves and known != pieces:
            self._leave(
                "this text stands in the file more than once, and was changed in two ways",
                words(known or []),
                words(pieces),
                each.edited[0],
                each.sent[0],
                region,
            )
            return
        wanted.leaves[region.leaf] = pieces or None

    # What is new, gone, or stands elsewhere.

    def _placed(self, each: Pair) -> None:
        """Where the next new paragraph would go; and what was moved."""
        regions = [r for i in each.sent for r in self.regions[i]]
        if each.moved and regions:
            self._moved(each, regions)
        elif each.moved:
            self._leave(
                "this paragraph was moved; it is no content",
                self.sent.paragraphs[each.sent[0]].text,
                "",
                each.edited[0],
                each.sent[0],
            )
        elif regions:
            self.anchors[each.edited[-1]] = regions[-1].name

    def _moved(self, each: Pair, regions: Sequence[Region]) -> None:
        region = regions[0]
        j = each.edited[0]
        after = self._anchor(j)
        text = self.edited.paragraphs[j].text
        if is_fact(region.name):
            self.anchors[j] = region.name
            self._leave(
                "a fact was moved: facts stand in the order of their topics, priorities and dates",
                text,
                "",
                j,
                each.sent[0],
                region,
            )
        elif not is_block(region.name) or not after or not after.partition("#")[0].endswith(".md"):
            self._leave("this paragraph was moved where it can’t stand", text, "", j, each.sent[0], region)
        else:
            wanted = self.edits.wanted.setdefault(region.name, Wanted())
            wanted.by |= self._by(each.edited)
            source = self.leaf(region.name, region.leaf)
            pieces = wanted.leaves.get(region.leaf) or source
            changed_too = region.leaf in wanted.leaves
            wanted.leaves[region.leaf] = None
            number = self._leaf_before(j, region.name)
            if after == region.name and number:
                wanted.added.setdefault(number, []).append(pieces)
            else:
                whole = region.name if len(self.sources[region.name]) == 1 and not changed_too else None
                self.edits.new.append(New(after, tuple(pieces), _style(self.edited.paragraphs[j]), whole, wanted.by))
            self.anchors[j] = after

    def _leaf_before(self, j: int, name: str) -> int:
        """The item of the text `name` that stands before an edited paragraph; 0 if none does."""
        stood = (r.leaf for k in range(j - 1, -1, -1) for r in reversed(self._held(k)) if r.name == name)
        return next(stood, 0)

    def _held(self, j: int) -> list[Region]:
        """The content that an edited paragraph holds: that of those it was made from, unless they were moved there."""
        each = self.pair_of.get(j)
        return [r for i in each.sent for r in self.regions[i]] if each and not each.moved else []

    def _anchor(self, j: int) -> str:
        """The text after which a paragraph stands; none if nothing of the content stands before it."""
        return next((self.anchors[k] for k in range(j - 1, -1, -1) if k in self.anchors), "")

    def _new(self, j: int) -> None:
        paragraph = self.edited.paragraphs[j]
        if any(mark in self.past for mark in paragraph.marks):
            self._leave("this text isn’t in today’s document any more", paragraph.text, "", j, None)
            return
        before, behind = self._anchor(j), self._behind(j)
        fact = next((name for name in (before, behind) if is_fact(name) and self._like(name).style == paragraph.style), "")
        if fact and paragraph.item and not (before and is_block(before)):
            spoken = [p for p in paragraph.pieces if p.kind not in ATOMS]
            numbers = tuple(n for p in paragraph.pieces if p.kind == "cite" for n in p.text.split(","))
            plain = (replace(p, look=frozenset(k for k in p.look if not k.startswith("link #"))) for p in tidy(spoken))
            self.edits.facts.append(NewFact(fact, tuple(plain), numbers, self._by([j])))
            return
        path = before.partition("#")[0]
        inside = paragraph.place == "body" or (paragraph.place == "cell" and path.startswith("decks/"))
        if not before and is_block(behind) and paragraph.place == "body":
            before, path = behind.partition("#")[0] + "#title", behind.partition("#")[0]
        if not inside or not path.endswith(".md"):
            self._leave("a new paragraph stands where no content goes", "", paragraph.text, j, None)
            return
        each = Pair((), (j,))
        region = Region(0, 0, before, 1)
        pieces = self._resolved(paragraph.pieces, [], 0, 0, [], each, region)
        number = self._leaf_before(j, before)
        if number and self._joins(paragraph, before, number):
            self._inside(before, number, pieces, j)
        elif self._joins(paragraph, behind, 1):
            self._inside(behind, 0, pieces, j)
        else:
            self.edits.new.append(New(before, tuple(pieces), _style(paragraph), None, self._by([j])))
        self.anchors[j] = before

    def _inside(self, name: str, number: int, pieces: Sequence[Piece], j: int) -> None:
        """A new item of a list, or paragraph of a quotation or notes, after the one of that number."""
        wanted = self.edits.wanted.setdefault(name, Wanted())
        wanted.added.setdefault(number, []).append(pieces)
        wanted.by |= self._by([j])

    def _joins(self, paragraph: Paragraph, name: str, leaf: int) -> bool:
        """Does a new paragraph belong into the list, the quotation or the notes that the leaf stands in?"""
        if not is_block(name):
            return False
        like = self._like(name, leaf)
        if "list item" in {like.sort, paragraph.sort}:
            return like.sort == paragraph.sort
        outer = rewrite.parsed(self.known[name].markdown, self.pandoc)[0]["t"]
        return like.style == paragraph.style and outer in {"Div", "BlockQuote"}

    def _like(self, name: str, leaf: int = 1) -> Paragraph:
        """The paragraph that a text, or an item of it, was printed as."""
        places = ((p, r) for p, own in zip(self.sent.paragraphs, self.regions, strict=True) for r in own)
        return next((p for p, r in places if (r.name, r.leaf) == (name, leaf)), Paragraph())

    def _behind(self, j: int) -> str:
        """The text that stands next after an edited paragraph."""
        return next((r.name for k in range(j + 1, len(self.edited.paragraphs)) for r in self._held(k)), "")

    def _gone(self, i: int) -> None:
        paragraph = self.sent.paragraphs[i]
        for region in self.regions[i]:
            if is_fact(region.name) or is_block(region.name):
                wanted = self.edits.wanted.setdefault(region.name, Wanted())
                wanted.leaves[region.leaf] = None
            else:
                self._leave("this text was taken out; delete it in the file if that is meant", paragraph.text, "", None, i, region)
        if not self.regions[i]:
            what = (
                "a picture was taken out"
                if any(p.kind == "picture" for p in paragraph.pieces)
                else "this was taken out; it is no content"
            )
            self._leave(what, paragraph.text, "", None, i)

    def _heads(self) -> None:
        lost = [t for t in self.sent.heads if t not in self.edited.heads]
        come = [t for t in self.edited.heads if t not in self.sent.heads]
        if lost or come:
            what = "a running head or foot was changed: it is made from edition.yaml"
            self.edits.left.append(Left(what, " / ".join(lost), " / ".join(come)))

    # What a person sees to.

    def _leave(self, what: str, before: str, after: str, j: int | None, i: int | None, region: Region | None = None) -> None:
        place = self.known[region.name].place if region and region.name in self.known else None
        by = self._by([j]) if j is not None else frozenset()
        self.edits.left.append(Left(what, before.strip(), after.strip(), self._page(j, i), self._under(j, i), place, by))

    def _by(self, numbers: Iterable[int]) -> By:
        return frozenset(by for j in numbers for by in self.edited.paragraphs[j].by)

    def _page(self, j: int | None, i: int | None) -> str:
        """The page as it is printed, from the block that stands there or before; else as Word last counted."""
        if i is not None:
            for k in range(i, -1, -1):
                for mark in self.sent.paragraphs[k].marks:
                    if mark in self.blocks and self.blocks[mark].page:
                        return self.blocks[mark].page
        if j is not None:
            stood = next((i for k in range(j, -1, -1) if k in self.pair_of for i in reversed(self.pair_of[k].sent)), None)
            return (self._page(None, stood) if stood is not None else "") or str(self.edited.paragraphs[j].page)
        return ""

    def _under(self, j: int | None, i: int | None) -> str:
        paragraphs, number = (self.edited.paragraphs, j) if j is not None else (self.sent.paragraphs, i or 0)
        named = (
            p.text.strip()
            for p in reversed(paragraphs[: number + 1])
            if p.style.lower().startswith(("heading", "slide title", "slide opening"))
        )
        return next(named, "")


def _style(paragraph: Paragraph) -> str:
    return "list" if paragraph.sort == "list item" else paragraph.style


def _outside(start: int, end: int, before: Sequence[Piece], regions: Sequence[Region]) -> Iterator[Piece]:
    for n in range(start, end):
        if not any(r.start <= n < r.end for r in regions):
            yield before[n]


def _common(pieces: Sequence[Piece]) -> frozenset[str]:
    """The looks that all words of a text have."""
    looks = [p.look for p in pieces if p.kind == "word"]
    return frozenset.intersection(*looks) if looks else frozenset()


def _without(pieces: Iterable[Piece], looks: frozenset[str]) -> list[Piece]:
    return [replace(p, look=p.look - looks) for p in pieces]


def _parted(pieces: Sequence[Piece]) -> list[list[Piece]]:
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.kind == "paragraph":
            parts.append([])
        else:
            parts[-1].append(piece)
    return [tidy(part) for part in parts if tidy(part)] or [[]]


def _alignment(printed: Sequence[Piece], source: Sequence[Piece]) -> list[int | None]:
    """For each printed piece, and for the end, where it stands in the source; None where nothing stands there."""
    a, b = [p.key for p in printed], [p.key for p in source]
    if a == b:
        return list(range(len(a) + 1))
    at: list[int | None] = [None] * (len(a) + 1)
    for i, j, size in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
        for k in range(size):
            at[i + k] = j + k
    at[len(a)] = len(b)
    return at


def _span(at: Sequence[int | None], start: int, end: int, length: int) -> tuple[int | None, int | None]:
    """From where to where a change of printed pieces goes in the source; None if what stands there isn't the source's."""
    if start == end:
        here, before = at[start], at[start - 1] if start else -1
        if here is not None and (before is None or before == here - 1 or start == len(at) - 1):
            return here, here
        return (None, None) if before is None else (before + 1, before + 1)
    own = at[start:end]
    if any(n is None for n in own):
        return None, None
    first, last = own[0], own[-1]
    assert first is not None and last is not None
    return (first, last + 1) if last - first == end - start - 1 else (None, None)
