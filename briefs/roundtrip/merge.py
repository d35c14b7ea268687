"""Edited Word files back into the content: the room's joining file for what comes back.

In: a file that came back, the content folder as it is, the store of what was sent. Out: `Merge`: the files as they would be,
each edit with its place, and all that is left to a person. The order of work: open the file (`arrival.py`), find what was sent
(`_origin`), read both as paragraphs (`paragraphs.py`), find the edits (`edits.py`), write each into its text (`rewrite.py`),
put it together with what happened to the text since (`edition/threeway.py`), and read the whole edition again before anything
is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from briefs.compose.kinds import KINDS
from briefs.compose.slots import faults as forbidden
from briefs.compose.sources import short
from briefs.compose.tree import text_of
from briefs.delivery.store import Sent, Store
from briefs.edition import texts, threeway, write
from briefs.edition.model import Edition, Text
from briefs.edition.read import read_files
from briefs.edition.write import Change as WriteChange
from briefs.press.cache import digest
from briefs.problems import Place, Problem, Problems
from briefs.roundtrip import edits, rewrite
from briefs.roundtrip.edits import Edits, Left
from briefs.tools.pandoc import Pandoc
from briefs.typeset.word import origin, package
from briefs.wordfile import docx as arrival
from briefs.wordfile import paragraphs
from briefs.wordfile.paragraphs import Comment, WordText
from briefs.wordfile.pieces import words

Files = Mapping[str, bytes]
Rebuild = Callable[[Edition, str, str], bytes]  # kind and subject to the bytes of a DOCX of today's content


@dataclass(frozen=True)
class Noted:
    """A reviewer's comment and the place of the text that it stands beside."""

    comment: Comment
    place: Place | None


@dataclass
class Merge:
    """What a file that came back means for the content.

    `files`: the files that would change, as they would be. `count`: how many changes that are. `left`: what a person has to see to.
    `unsure`: how many changes are of texts whose base is not known; they are among `files` only if that was allowed. `by`: whose
    pending changes count among the edits, and when they were made.
    """

    name: str
    base: str
    files: dict[str, bytes] = field(default_factory=dict)
    count: int = 0
    left: list[Left] = field(default_factory=list)
    comments: list[Noted] = field(default_factory=list)
    unsure: int = 0
    by: edits.By = frozenset()


@dataclass(frozen=True)
class _Base:
    """What the file was made from: its own bytes as sent, the texts, and whether that is known or only supposed."""

    said: str
    document: bytes
    files: Files
    edition: Edition
    sent: bool


def merge(
    data: bytes, name: str, today: Files, store: Store, rebuild: Rebuild, pandoc: Pandoc,
    takes: paragraphs.Takes = paragraphs.everything, no_base: bool = False,
) -> Merge:  # fmt: skip
    """Hold a file against what was sent and against today's content. `no_base`: also what has no known base is put among the files.

    Raises Problems if the file can't be read, nobody knows which document it is, or today's content has errors.
    """
    edited = arrival.open_docx(data, name)
    told = origin.read(edited)
    current = _edition(today)
    base = _base(data, name, told, today, current, store, rebuild)
    before = package.read(base.document)
    known = texts.of(base.edition)
    blocks = origin.read(before).blocks or {}
    sent, came = paragraphs.read(before), paragraphs.read(edited, takes)
    past: set[str] = set()
    if not base.sent:
        told, came = _called_as_today(told, came, blocks)
        sent = _as_old_as(sent, blocks, told)
        past = set(told.blocks or ()) - set(blocks)
    found = edits.find(sent, came, blocks, known, pandoc, past)
    result = Merge(PurePosixPath(name).name, base.said)
    result.by = frozenset(by for p in came.paragraphs for by in p.by)
    result.left += found.left
    result.comments = [Noted(c, _place(c, found.beside, known)) for c in came.comments]
    sure = (lambda n: True) if base.sent else _sure(known, told)
    _EditApplier(result, base, blocks, current, today, pandoc, sure, no_base).write(found)
    return result


def _edition(files: Files) -> Edition:
    reading = read_files(files)
    if reading.edition is None:
        raise Problems(reading.errors)
    return reading.edition


# Which file it was.


def _base(data: bytes, name: str, told: origin.Origin, today: Files, current: Edition, store: Store, rebuild: Rebuild) -> _Base:
    same = store.by_hash(digest(data))
    sent = same or _sent(data, name, told, store)
    if sent:
        files = store.content(sent)
        return _Base(f"{sent.name}, sent {sent.when[:10]}", store.document(sent), files, _edition(files), True)
    kind, subject = _document(told.document or PurePosixPath(name).stem, current, name)
    return _Base("today’s content, as the sent file isn’t in the store", rebuild(current, kind, subject), today, current, False)


def _sent(data: bytes, name: str, told: origin.Origin, store: Store) -> Sent | None:
    """The file that was sent: the one of the same content, else the one whose name and words are nearest."""
    candidates = list({s.sha256: s for s in [*store.sent()][::-1]}.values())
    if told.content:
        for sent in candidates:
            if sent.name.endswith(".docx") and origin.read(package.read(store.document(sent))).content == told.content:
                return sent
        return None
    named = [s for s in store.by_name(name) if s.name.endswith(".docx")] or [s for s in candidates if s.name.endswith(".docx")]
    came = {p.text for p in paragraphs.read(arrival.open_docx(data, name)).paragraphs}
    likes = [
        (len(came & {p.text for p in paragraphs.read(package.read(store.document(s))).paragraphs}), -n) for n, s in enumerate(named)
    ]
    best = max(likes, default=(0, 0))
    return named[-best[1]] if best[0] * 2 >= len(came) else None


def _document(stem: str, current: Edition, name: str) -> tuple[str, str]:
    """Kind and subject of a document's name (`briefs/belgium`), or of a file's."""
    known = {}
    for kind in KINDS.values():
        for subject in kind.subjects_in(current):
            known[kind.stem(current, subject)] = (kind.name, subject)
    if stem in known:
        return known[stem]
    short_names: dict[str, tuple[str, str]] = {}
    for path, document in known.items():  # without its folder a name is that of the first kind which has it
        short_names.setdefault(path.rpartition("/")[2], document)
    found = next((v for k, v in sorted(short_names.items(), key=lambda i: -len(i[0])) if stem.lower().startswith(k)), None)
    if found is None:
        hint = "Give the file the name that it was sent under, or name the store that has it by --store."
        raise Problems([Problem("error", name, 0, 0, "nobody knows which document this is", hint)])
    return found


_BLOCK = re.compile(r"(.+\.md)#(\d+)((?:/\d+)?(?:@\d+)?)")  # the place of a block of a section or deck: file, number, the rest


def _called_as_today(told: origin.Origin, came: WordText, blocks: Mapping[str, origin.Block]) -> tuple[origin.Origin, WordText]:
    """What came back with today's names: blocks are named by their numbers, which move; their hashes tell which is which.

    Where the file doesn't have the hashes any more, the blocks' names say nothing: they are left out.
    """
    then, now = _hashes(told.blocks or {}), _hashes(blocks)
    number: dict[tuple[str, int], int] = {}
    for file, old in then.items():
        new = now.get(file, {})
        a, b = sorted(old), sorted(new)
        matcher = SequenceMatcher(None, [old[n] for n in a], [new[n] for n in b], autojunk=False)
        for _, i, j, k, m in matcher.get_opcodes():
            number |= {(file, x): y for x, y in zip(a[i:j], b[k:m], strict=False)} if j - i == m - k else {}
    marks = {block.place: mark for mark, block in blocks.items()}
    names: dict[str, str] = {}
    own: dict[str, origin.Block] = {}
    for mark, block in (told.blocks or {}).items():
        if found := _BLOCK.fullmatch(block.place):
            block = replace(block, place=f"{found[1]}#{number.get((found[1], int(found[2])), 'past')}{found[3]}")
            names[mark] = marks.get(block.place, f"past {mark}")
        own[names.setdefault(mark, mark)] = block
    numbered = {mark for mark, block in blocks.items() if _BLOCK.fullmatch(block.place)}
    came = WordText([replace(p, marks=_renamed(p.marks, names, numbered)) for p in came.paragraphs], came.heads, came.comments)
    return replace(told, blocks=None if told.blocks is None else own), came


def _hashes(blocks: Mapping[str, origin.Block]) -> dict[str, dict[int, str]]:
    """The hash of each block, by file and number."""
    found: dict[str, dict[int, str]] = {}
    for block in blocks.values():
        if match := _BLOCK.fullmatch(block.place):
            found.setdefault(match[1], {})[int(match[2])] = block.hash
    return found


def _renamed(marks: Mapping[str, tuple[int, int]], names: Mapping[str, str], numbered: set[str]) -> dict[str, tuple[int, int]]:
    return {names.get(m, m): span for m, span in marks.items() if m in names or m not in numbered}


def _as_old_as(sent: WordText, blocks: Mapping[str, origin.Block], told: origin.Origin) -> WordText:
    """Today's file without the blocks that are younger than the file that came back."""
    if told.blocks is None:
        return sent
    young = {n for n in blocks if n not in told.blocks}
    kept = [p for p in sent.paragraphs if not (p.marks.keys() & blocks.keys() and p.marks.keys() & blocks.keys() <= young)]
    return WordText(kept, sent.heads, sent.comments)


def _sure(known: Mapping[str, Text], told: origin.Origin) -> Callable[[str], bool]:
    """Is a text today what it was when the file was made? The file has the hash of each."""
    hashes = {texts.owner(b.place, known)[0]: b.hash for b in (told.blocks or {}).values()}
    return lambda name: name in known and hashes.get(name) == known[name].hash


def _place(comment: Comment, beside: Mapping[int, str], known: Mapping[str, Text]) -> Place | None:
    """The text that a comment stands in or after."""
    name = next((beside[n] for n in range(comment.paragraph, -1, -1) if n in beside), "")
    return known[name].place if name else None


# Into the content.


class _EditApplier:
    """Turns edits into changes of today's files; what clashes or would break the edition is left."""

    def __init__(
        self, result: Merge, base: _Base, blocks: Mapping[str, origin.Block], current: Edition, today: Files, pandoc: Pandoc,
        sure: Callable[[str], bool], no_base: bool,
    ):  # fmt: skip
        self.result, self.base, self.today, self.pandoc, self.no_base = result, base, today, pandoc, no_base
        self.known, self.now = texts.of(base.edition), texts.of(current)
        self.current = current
        self.sure = sure
        self.moved = _numbers(self.known, self.now)
        self.pages = {texts.owner(b.place, self.known)[0]: b.page for b in blocks.values() if b.page}
        self.changes: list[tuple[WriteChange, Left]] = []

    def write(self, found: Edits) -> None:
        for name, wanted in found.wanted.items():
            self.text(name, wanted)
        for new in found.new:
            self.block(new)
        numbers = self._numbers_of_sources()
        taken: list[str] = []
        for fact in found.facts:
            self.fact(fact, numbers, taken)
        self._keep()

    def _name(self, name: str) -> str | None:
        """What the text is called today; None if it is gone."""
        return self.moved.get(name) if edits.is_block(name) else (name if name in self.now else None)

    def text(self, name: str, wanted: edits.Wanted) -> None:
        text = self.known[name]
        all_gone = not wanted.added and all(p is None for p in wanted.leaves.values())
        if all_gone and len(wanted.leaves) >= len(rewrite.leaves(rewrite.parsed(text.markdown, self.pandoc))):
            self.removed(name, wanted)
            return
        try:
            new = rewrite.rewritten(text.markdown, wanted.leaves, self.pandoc, wanted.added)
        except rewrite.NotWritten as fault:
            told = " … ".join(words(p) for p in wanted.leaves.values() if p)
            self.left(f"this change can’t be written into the source: {fault}", text.markdown, told, text.place, wanted.by)
            return
        self.reworded(name, new, wanted)

    def reworded(self, name: str, new: str, wanted: edits.Wanted) -> None:
        text, today = self.known[name], self._name(name)
        if today is None:
            self.left("this text isn’t in the content any more", text.markdown, new, text.place, wanted.by)
            return
        now = self.now[today]
        merged = self._together(text.markdown, now.markdown, new)
        if merged.clashes and edits.is_block(name) and _plain(new) in _plain(self.today[now.place.path].decode()):
            return  # it was written before, in several blocks
        for clash in merged.clashes:
            here, came, stood = (side.strip() for side in (clash.ours, clash.theirs, clash.before))
            said = f"a clash: today’s content has “{here}”, the Word file “{came}”, where “{stood}” stood"
            self.left(said, now.markdown, new, now.place, wanted.by)
        if not merged.clashes and merged.text.strip("\n") != now.markdown.strip("\n"):
            self.change(write.Reword(today, merged.text), name, now, new, wanted.by)

    def _together(self, before: str, now: str, new: str) -> threeway.Merged:
        """Today's text with the change; a clash of the whole text if the two together make another kind of block."""
        if now.strip() == before.strip():
            return threeway.Merged(new)
        merged = threeway.merge(before, now, new)
        shapes = [{path for path, _ in rewrite.said(rewrite.parsed(text, self.pandoc))} for text in (now, new, merged.text)]
        if not merged.clashes and not shapes[2] <= shapes[0] | shapes[1]:
            return threeway.Merged(now, (threeway.Clash(before, now, new),))
        return merged

    def removed(self, name: str, wanted: edits.Wanted) -> None:
        text, today = self.known[name], self._name(name)
        if today is None:
            return
        now = self.now[today]
        if now.markdown.strip() != text.markdown.strip():
            self.left(
                "a clash: this was taken out in Word, and changed in the content since",
                text.markdown,
                now.markdown,
                now.place,
                wanted.by,
            )
        else:
            self.change(write.Remove(today.removesuffix("/text") if edits.is_fact(today) else today), name, now, "", wanted.by)

    def block(self, new: edits.New) -> None:
        path, _, _ = new.after.partition("#")
        after = self._name(new.after) if edits.is_block(new.after) else path
        try:
            text = self.known[new.source].markdown if new.source else rewrite.written(new.pieces, self.pandoc, new.style)
        except rewrite.NotWritten as fault:
            beside = self.known.get(new.after)
            said = f"this paragraph can’t be written: {fault}"
            self.left(said, "", words(new.pieces), beside.place if beside else None, new.by)
            return
        if after is None or path not in self.today:
            self.left("what this paragraph stood after isn’t in the content any more", "", text, None, new.by)
        elif any(self.now[n].markdown.strip() == text.strip() for n in self._younger(path)):
            return  # it was put in before
        else:
            self.change(write.Add(after, text), new.after, self.now.get(after), text, new.by)

    def _younger(self, path: str) -> Iterator[str]:
        """The blocks of a file that it didn't have when the Word file was made."""
        old = set(self.moved.values())
        return (n for n in self.now if n.startswith(f"{path}#") and edits.is_block(n) and n not in old)

    def fact(self, fact: edits.NewFact, numbers: Mapping[str, str], taken: list[str]) -> None:
        path = fact.beside.partition("#")[0]
        today = self._name(fact.beside)
        try:
            text = rewrite.written(fact.pieces, self.pandoc)
        except rewrite.NotWritten as fault:
            self.left(f"this fact can’t be written: {fault}", "", words(fact.pieces), None, fact.by)
            return
        text = " ".join(text.split())
        if any(t.markdown == text for n, t in self.now.items() if n.startswith(f"{path}#")):
            return  # it was put in before
        if today is None:
            self.left("the fact beside which this new one stood isn’t in the content any more", "", text, None, fact.by)
            return
        country = next(c for c in self.base.edition.countries.values() if any(f.text.place.name == fact.beside for f in c.facts))
        topic = next(f.topic for f in country.facts if f.text.place.name == fact.beside)
        sources = tuple(dict.fromkeys(numbers[n] for n in fact.numbers if n in numbers))
        if not sources:
            said = f"a new fact under “{topic}” bears no number of a source, and none stands without: add it with its source"
            self.left(said, "", text, self.now[today].place, fact.by)
            return
        taken += [f.id for f in country.facts]
        beside = today.removesuffix("/text")
        self.change(write.AddFact(beside, topic, text, sources, tuple(taken)), fact.beside, self.now[today], text, fact.by)

    def _numbers_of_sources(self) -> dict[str, str]:
        """The key of each number in the sent file's list of sources."""
        language = self.base.edition.about.language
        keys = {_plain(text_of(short(source, language))): key for key, source in self.base.edition.sources.items()}
        found = {}
        for paragraph in paragraphs.read(package.read(self.base.document)).paragraphs:
            for mark in paragraph.marks:
                if mark.startswith("source_") and (key := keys.get(_plain(paragraph.text))):
                    found[mark.rpartition("_")[2]] = key
        return found

    def left(self, what: str, before: str, after: str, place: Place | None, by: edits.By) -> None:
        page = self.pages.get(place.name, "") if place else ""
        self.result.left.append(Left(what, before, after, page, place=place, by=by))

    def change(self, change: WriteChange, name: str, now: Text | None, new: str, by: edits.By) -> None:
        if not self.sure(name):
            self.result.unsure += 1
            if not self.no_base:
                said = "the text that this was made from isn’t known: nothing was written; --no-base would write it over today’s"
                self.left(said, now.markdown if now else "", new, now.place if now else None, by)
                return
        told = Left(
            "this change would break the content", now.markdown if now else "", new, place=now.place if now else None, by=by
        )
        if fault := self._forbidden(change, now):
            self.left(f"{told.what}: {fault}", told.before, told.after, told.place, by)
        else:
            self.changes.append((change, told))

    def _forbidden(self, change: WriteChange, now: Text | None) -> str:
        """What the change would put into a text that no text may hold: an address of another kind, a picture from elsewhere."""
        if isinstance(change, write.Remove) or now is None:
            return ""
        found = forbidden(now.place, rewrite.parsed(change.text, self.pandoc))
        return found[0].message if found else ""

    def _keep(self) -> None:
        """The changes that the edition can take, all together; else those that it can take one by one."""
        faults = _faults(self.today)
        kept: list[WriteChange] = []
        whole = self._tried([c for c, _ in self.changes])
        if whole is not None and not _faults(whole) - faults:
            kept = [c for c, _ in self.changes]
        else:
            for change, told in self.changes:
                tried = self._tried([*kept, change])
                new = _faults(tried) - faults if tried is not None else {"it can’t be written there"}
                if new:
                    self.left(f"{told.what}: {min(new)}", told.before, told.after, told.place, told.by)
                else:
                    kept.append(change)
        made = self._tried(kept) or {}
        self.result.files = {path: data for path, data in made.items() if data != self.today.get(path)}
        self.result.count = len(kept)

    def _tried(self, changes: Sequence[WriteChange]) -> dict[str, bytes] | None:
        try:
            return {**self.today, **write.changed(self.today, changes)}
        except write.NotWritable:
            return None


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2060", "").split())


def _faults(files: Files | None) -> set[str]:
    """What is wrong with an edition."""
    return {f"{p.path}: {p.message}" for p in read_files(files or {}).errors}


def _numbers(known: Mapping[str, Text], now: Mapping[str, Text]) -> dict[str, str]:
    """What each block of the sections and decks is called today: their numbers move when one is put in or taken out."""
    found: dict[str, str] = {}
    for path in {n.partition("#")[0] for n in known if edits.is_block(n)}:
        old, new = ([n for n in side if edits.is_block(n) and n.startswith(f"{path}#")] for side in (known, now))
        a, b = [known[n].markdown.strip() for n in old], [now[n].markdown.strip() for n in new]
        for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            if tag == "equal":
                found |= dict(zip(old[i:j], new[k:m], strict=True))
            elif tag == "replace":
                for x in range(i, j):
                    likes = [(SequenceMatcher(None, a[x].split(), b[y].split(), autojunk=False).ratio(), -y) for y in range(k, m)]
                    like, y = max(likes)
                    if like > 0.4 and new[-y] not in found.values():
                        found[old[x]] = new[-y]
    return found
