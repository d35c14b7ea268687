"""Applies the edits of a Word file to today's content, without writing it.

In: the edits, what the file was made from, today's content. Out: `Applied`: the files as they would be, and what could not be
applied because it conflicts with the content or would break it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from briefs.compose import sources
from briefs.compose.tree import text_of
from briefs.edition import texts, threeway, write
from briefs.edition.model import Edition, Fact, Text
from briefs.edition.read import Seen
from briefs.edition.textnames import file_of, is_block, is_fact, is_literal, names_today
from briefs.problems import Place
from briefs.roundtrip import deletions, figures, rewrite, trial
from briefs.roundtrip.base import Base, Files
from briefs.roundtrip.edits import (
    Authors,
    Edits,
    FactSources,
    JoinedFacts,
    MovedFact,
    NewBlock,
    NewFact,
    NewLeaf,
    TextEdit,
    Unmerged,
    Written,
)
from briefs.roundtrip.figures import Figures
from briefs.roundtrip.printed import defined_beside
from briefs.roundtrip.structure import NotWritten
from briefs.tools.pandoc import Pandoc
from briefs.typeset.word import package
from briefs.typeset.word.origin import Block
from briefs.wordfile import opened
from briefs.wordfile.pieces import Piece, words


@dataclass(frozen=True)
class Applied:
    """The result. `files`: the new bytes of the files that change. `written`: the changes in them. `unmerged`: the edits that are
    left to a person. `unverified`: how many changes are of texts for which nobody knows the words that the file was made from."""

    files: dict[str, bytes]
    written: tuple[Written, ...]
    unmerged: tuple[Unmerged, ...]
    unverified: int


def apply(
    edits: Edits, base: Base, known: Mapping[str, Text], blocks: Mapping[str, Block], today: Files, current: Edition,
    pandoc: Pandoc, is_verified: Callable[[str], bool], no_base: bool, pictures: figures.Images, allow_deletions: bool = False,
    seen: Seen | None = None,
) -> Applied:  # fmt: skip
    """Apply the edits.

    `known`: the texts of the base by name. `blocks`: the blocks of the base's document by bookmark. `today`, `current`: today's
    content as files and as an edition. `is_verified`: a function that takes the name of a text, and says whether its words in
    `known` are certainly those that the file was made from. With `no_base`, edits of other texts are applied too.
    `allow_deletions`: delete missing texts even if so many are missing that the file may be only a part of the document.
    `pictures`: a function that takes the checksum of a picture, and returns its name in the Word file and its bytes. `seen`:
    today's YAML files that were parsed before.
    """
    applier = _Applier(base, known, blocks, today, current, pandoc, is_verified, no_base, Figures(today, pictures))
    kept_texts, told = deletions.guarded(edits, allow_deletions)
    applier.unmerged += told
    applier.collect(edits, kept_texts)
    kept = applier.keep(seen)
    unused = applier.figures.added.keys() - applier.used_pictures(kept)
    changed = {path: data for path, data in kept.files.items() if data != today.get(path) and path not in unused}
    saved = [path for path in dict.fromkeys(applier.saved) if path in changed]
    written = (*(one.written for one in kept.changes), *(Written("new", "", path) for path in saved))
    return Applied(changed, written, tuple(applier.unmerged), applier.unverified)


class _Applier:
    def __init__(
        self, base: Base, known: Mapping[str, Text], blocks: Mapping[str, Block], today: Files, current: Edition, pandoc: Pandoc,
        is_verified: Callable[[str], bool], no_base: bool, pictures: Figures,
    ):  # fmt: skip
        self.figures = pictures
        self.base, self.today, self.pandoc, self.is_verified, self.no_base = base, today, pandoc, is_verified, no_base
        self.current = current
        self.known, self.now = known, texts.of(current, pandoc) if base.edition is not current else known
        self.names = names_today(self.known, self.now)
        self.pages = {texts.owner(b.place, self.known)[0]: b.page for b in blocks.values() if b.page}
        self.changes: list[trial.Proposed] = []
        self.unmerged: list[Unmerged] = []
        self.moved: set[str] = set()  # blocks that were moved whole
        self.moved_in: Counter[str] = Counter()  # the number of moved facts by file
        self.unverified = 0
        self.saved: list[str] = []  # pictures that stand nowhere in the content yet

    def collect(self, edits: Edits, kept: Collection[str]) -> None:
        """Turn the edits into changes of today's files. `kept`: the names of texts that the file lacks and that aren't deleted."""
        self.moved = {block.moved_from for block in edits.blocks if block.moved_from}
        for name, edit in edits.texts.items():
            if name not in kept:
                self._text(name, edit)
        for block in edits.blocks:
            self._block(block)
        self.moved_in = Counter(file_of(moved.name) for moved in edits.moved_facts)
        for moved in edits.moved_facts:
            self._moved_fact(moved)
        needs_keys = edits.facts or edits.sources or edits.joined_facts
        keys = source_keys(self.base.document, self.base.edition) if needs_keys else {}
        for joined in edits.joined_facts:
            self._joined_facts(joined, keys)
        for cited in edits.sources:
            self._sources(cited, keys)
        taken: list[str] = []
        for fact in edits.facts:
            self._fact(fact, keys, taken)

    def _today(self, name: str) -> str | None:
        """Today's name of a text; None if it was deleted."""
        return self.names.get(name) if is_block(name) else (name if name in self.now else None)

    # Texts that were changed or deleted.

    def _text(self, name: str, edit: TextEdit) -> None:
        text = self.known[name]
        is_empty = not edit.added and not edit.grid and all(pieces is None for pieces in edit.leaves.values())
        if is_empty and len(edit.leaves) >= len(rewrite.leaves(rewrite.parsed(text.markdown, self.pandoc))):
            self._delete(name, edit)
            return
        defined = defined_beside(name, self.known)
        try:
            if is_literal(name):
                self._reword(name, _as_typed(edit.leaves[1] or ()), edit)
                return
            self._reword(name, rewrite.rewritten(text.markdown, edit, self.pandoc, defined), edit)
        except NotWritten as error:
            if edit.shapes:
                self.unmerged += [told for _, told in edit.shapes.values()]
                self._text(name, replace(edit, shapes={}))
            else:
                after = " … ".join(words(pieces) for pieces in edit.leaves.values() if pieces)
                after = after or " / ".join(words(cell) for row in edit.grid.rows for cell in row) if edit.grid else after
                self._report(
                    f"this change can’t be written into the source: {error}", text.markdown, after, text.place, edit.authors
                )

    def _reword(self, name: str, new: str, edit: TextEdit) -> None:
        text, today = self.known[name], self._today(name)
        if today is None:
            self._report("this text is no longer in the content", text.markdown, new, text.place, edit.authors)
            return
        now = self.now[today]
        merged = self._merged(text.markdown, now.markdown, new)
        if merged.clashes and is_block(name) and _on_one_line(new) in _on_one_line(self.today[now.place.path].decode()):
            return  # the new text is in the content already, as several blocks: it was merged earlier
        for clash in merged.clashes:
            before, ours, theirs = (side.strip() for side in (clash.before, clash.ours, clash.theirs))
            reason = f"a conflict: “{before}” became “{ours}” in the content and “{theirs}” in the Word file"
            self._report(reason, now.markdown, new, now.place, edit.authors)
        if not merged.clashes and merged.text.strip("\n") != now.markdown.strip("\n"):
            made = write.Reword(today, merged.text)
            self._change(write.Translate(today, new, text.hash) if text.language else made, name, now, new, edit.authors)

    def _merged(self, before: str, now: str, new: str) -> threeway.Merged:
        """Today's text with the change. If merging gave a kind of block that neither text has, the whole text is a conflict."""
        if now.strip() == before.strip():
            return threeway.Merged(new)
        merged = threeway.merge(before, now, new)
        ours, theirs, both = ({path for path, _ in self._meaning(text)} for text in (now, new, merged.text))
        if not merged.clashes and not both <= ours | theirs:
            return threeway.Merged(now, (threeway.Clash(before, now, new),))
        return merged

    def _meaning(self, markdown: str) -> list[tuple[tuple[str, ...], object]]:
        return rewrite.meaning(rewrite.parsed(markdown, self.pandoc))

    def _delete(self, name: str, edit: TextEdit) -> None:
        text, today = self.known[name], self._today(name)
        if today is None:
            return
        now = self.now[today]
        if now.markdown.strip() != text.markdown.strip() and name not in self.moved:
            reason = "a conflict: this was deleted in Word, and has been changed in the content"
            self._report(reason, text.markdown, now.markdown, now.place, edit.authors)
        else:
            removed = today.removesuffix("/text") if is_fact(today) else today
            self._change(write.Remove(removed), name, now, "", edit.authors)

    # The topic and the sources of a fact.

    def _fact_of(self, name: str, edition: Edition) -> Fact | None:
        return next((f for c in edition.countries.values() for f in c.facts if f.text.place.name == name), None)

    def _joined_facts(self, joined: JoinedFacts, keys: Mapping[str, str]) -> None:
        """Make two facts one, if only the id of the second is lost: the first has everything else that the second has, besides its
        words and its sources."""
        names = (joined.first, joined.second)
        first, second = (self._fact_of(name, self.base.edition) for name in names)
        is_current = [self._fact_of(name, self.current) for name in names] == [first, second]
        found = tuple(dict.fromkeys(keys[anchor] for anchor in joined.anchors if anchor in keys))
        if not (first and second and is_current and all(map(self.is_verified, names)) and _adds_nothing_else(first, second)):
            self.unmerged.append(joined.told)
            return
        if set(found) != {*first.sources, *second.sources}:
            self.unmerged.append(joined.told)
            return
        try:
            text = " ".join(rewrite.written(NewBlock("", (NewLeaf(joined.pieces),)), self.pandoc).split())
        except NotWritten as error:
            self.unmerged.append(replace(joined.told, reason=f"{joined.told.reason}: {error}"))
            return
        own, other = (name.removesuffix("/text") for name in names)
        sources_ = [] if set(found) == set(first.sources) else [write.SetList(f"{own}/sources", found)]
        self._propose(joined.told, write.Reword(joined.first, text), *sources_, write.Remove(other))

    def _moved_fact(self, moved: MovedFact) -> None:
        """Give a moved fact the topic of the facts beside it. If these have its own topic, give it the priority that puts it
        there."""
        facts = [self._fact_of(name, self.base.edition) for name in (moved.name, moved.before, moved.behind)]
        own, now = facts[0], self._fact_of(moved.name, self.current)
        beside = {fact.topic for fact in facts[1:] if fact}
        same_file = all(file_of(name) == file_of(moved.name) for name in (moved.before, moved.behind) if is_fact(name))
        if own and now and same_file and own.topic in beside and own == now and self.moved_in[file_of(moved.name)] == 1:
            self._reordered_fact(moved, own)
        elif own and now and len(beside) == 1 and same_file and own.topic not in beside and own.topic == now.topic:
            name = f"{moved.name.removesuffix('/text')}/topic"
            self._propose(replace(moved.told, reason="this topic can’t be written"), write.Reword(name, min(beside)))
        else:
            self.unmerged.append(moved.told)

    def _reordered_fact(self, moved: MovedFact, own: Fact) -> None:
        """Give a fact the priority that puts it where it was moved, if only one does. The facts of a topic are sorted by priority
        and date."""
        from briefs.compose.brief import rank  # imported here, because it loads all figures

        country = next(c for c in self.current.countries.values() if own in c.facts)
        others = sorted((fact for fact in country.facts if fact.topic == own.topic and fact != own), key=rank)
        places = [n + 1 for n, fact in enumerate(others) if fact.text.place.name == moved.before]
        places += [n for n, fact in enumerate(others) if fact.text.place.name == moved.behind]
        here = {p: sum(rank(fact) < (p, *rank(own)[1:]) for fact in others) for p in _PRIORITIES}
        found = [p for p, place in here.items() if place in places]
        is_far = bool(places) and abs(here[own.priority] - places[0]) > 1  # if two neighbours swap, either may have been moved
        if is_far and len(set(places)) == len(found) == 1 and self.is_verified(moved.name):
            name = f"{moved.name.removesuffix('/text')}/priority"
            reason = f"a fact was moved: with `priority: {found[0]}` it would stand there"
            self._propose(replace(moved.told, reason=reason), write.Reword(name, str(found[0])))
        else:
            self.unmerged.append(moved.told)

    def _sources(self, cited: FactSources, keys: Mapping[str, str]) -> None:
        """Give a fact the sources that its numbers lead to."""
        own, now = self._fact_of(cited.name, self.base.edition), self._fact_of(cited.name, self.current)
        found = tuple(dict.fromkeys(keys[anchor] for anchor in cited.anchors if anchor in keys))
        is_certain = cited.anchors and all(anchor in keys for anchor in cited.anchors) and self.is_verified(cited.name)
        is_other = own is not None and set(found) != set(own.sources)  # a number that was typed over keeps its old link
        if is_certain and is_other and own and now and list(own.sources) == list(now.sources):
            name = f"{cited.name.removesuffix('/text')}/sources"
            self._propose(cited.told, write.SetList(name, found))
        else:
            self.unmerged.append(cited.told)

    # New blocks and facts.

    def _block(self, new: NewBlock) -> None:
        path = file_of(new.after)
        after = self._today(new.after) if is_block(new.after) else path
        try:
            text = self._moved(new.moved_from) if new.moved_from else self._written(new)
        except NotWritten as error:
            beside = self.known.get(new.after)
            place = beside.place if beside else None
            self.unmerged.append(
                replace(new.told, reason=f"{new.told.reason}: {error}", place=place) if new.told
                else self._told(f"this paragraph can’t be written: {error}", "", new.text, place, new.authors)
            )  # fmt: skip
            return
        if after is None or path not in self.today:
            self._report("the text before this paragraph is no longer in the content", "", text, None, new.authors)
        elif all(self.now[name].markdown.strip() != text.strip() for name in self._newer_blocks(path)):  # else it was merged before
            self._change(write.Add(after, text), new.after, self.now.get(after), text, new.authors)

    def _written(self, new: NewBlock) -> str:
        """The Markdown of a new block. A picture is put among the files. Raises NotWritten."""
        if not new.picture:
            return rewrite.written(new, self.pandoc)
        path = self.figures.put(new.picture)
        if not new.picture.alternative:
            self.saved.append(path)
            shown = figures.markdown(path, new.picture, "…", self.pandoc)
            raise NotWritten(f"it is saved as {path}, and needs an alternative text: put {shown} here")
        return figures.markdown(path, new.picture, new.picture.alternative, self.pandoc)

    def _moved(self, name: str) -> str:
        """The text of a block that was moved, as the content has it today."""
        today = self._today(name)
        return (self.now[today] if today else self.known[name]).markdown

    def _newer_blocks(self, path: str) -> Iterator[str]:
        """The blocks of a file that it didn't have when the Word file was made."""
        old = set(self.names.values())
        return (name for name in self.now if file_of(name) == path and is_block(name) and name not in old)

    def _fact(self, fact: NewFact, keys: Mapping[str, str], taken: list[str]) -> None:
        """Add a new fact. `keys`: the key of the source at each bookmark in the lists of sources. `taken`: ids that the fact can't
        have; those of its country's facts are added."""
        try:
            text = " ".join(rewrite.written(NewBlock("", (NewLeaf(fact.pieces),)), self.pandoc).split())
        except NotWritten as error:
            self._report(f"this fact can’t be written: {error}", "", words(fact.pieces), None, fact.authors)
            return
        path, today = file_of(fact.beside), self._today(fact.beside)
        if any(t.markdown == text for name, t in self.now.items() if file_of(name) == path):
            return  # the fact is in the content already
        if today is None:
            self._report("the fact next to this new one is no longer in the content", "", text, None, fact.authors)
            return
        facts = next(
            c.facts for c in self.base.edition.countries.values() if any(f.text.place.name == fact.beside for f in c.facts)
        )
        topic = next(f.topic for f in facts if f.text.place.name == fact.beside)
        cited = tuple(dict.fromkeys(keys[anchor] for anchor in fact.anchors if anchor in keys))
        if reason := self._unsourced(fact, text, topic, keys):
            self._report(reason, "", text, self.now[today].place, fact.authors)
            return
        taken += [f.id for f in facts]
        change = write.AddFact(today.removesuffix("/text"), topic, text, cited, tuple(taken))
        self._change(change, fact.beside, self.now[today], text, fact.authors)

    def _unsourced(self, fact: NewFact, text: str, topic: str, keys: Mapping[str, str]) -> str:
        """Why it isn’t certain which sources a new fact has; empty if it is."""
        if not fact.anchors:
            return f"a new fact under “{topic}” has no source number, and every fact needs a source: add it with its source"
        if not all(anchor in keys for anchor in fact.anchors):
            return f"a source number of a new fact under “{topic}” leads to no source of this file: add the fact with its source"
        path = file_of(fact.beside)
        others = {name: t.markdown.split() for name, t in self.known.items() if is_fact(name) and file_of(name) != path}
        same = next((name for name, words_ in others.items() if _is_like(text.split(), words_)), "")
        if same and any(_OF_ONE_LIST.fullmatch(anchor) for anchor in fact.anchors):
            return f"a new fact reads like {same}: if it was copied from another file, its number means another source there"
        return ""

    # What is reported, and what is kept.

    def _report(self, reason: str, before: str, after: str, place: Place | None, authors: Authors) -> None:
        self.unmerged.append(self._told(reason, before, after, place, authors))

    def _told(self, reason: str, before: str, after: str, place: Place | None, authors: Authors) -> Unmerged:
        page = self.pages.get(place.name, "") if place else ""
        return Unmerged(reason, before, after, page, place=place, authors=authors)

    def _change(self, change: write.Change, name: str, now: Text | None, new: str, authors: Authors) -> None:
        """Note a change of the text that had the name `name`, unless the text is unverified or the change is forbidden."""
        before, place = (now.markdown, now.place) if now else ("", None)
        if not self.is_verified(name):
            self.unverified += 1
            if not self.no_base:
                reason = "the text that was edited isn’t known, so nothing was written; --no-base writes the edit over today’s text"
                self._report(reason, before, new, place, authors)
                return
        shown = change.text if isinstance(change, write.Reword) else new
        unmerged = replace(self._told("this change would break the content", before, shown, place, authors), page=self._page(name))
        if reason := self._forbidden(change, now):
            self._reject(unmerged, reason)
        else:
            self._propose(unmerged, change)

    def _page(self, name: str) -> str:
        """The printed page of a text of the base."""
        return self.pages.get(name, "")

    def _propose(self, told: Unmerged, *changes: write.Change) -> None:
        self.changes.append(trial.Proposed(changes, told))

    def _reject(self, unmerged: Unmerged, reason: str) -> None:
        self._report(f"{unmerged.reason}: {reason}", unmerged.before, unmerged.after, unmerged.place, unmerged.authors)

    def _forbidden(self, change: write.Change, now: Text | None) -> str:
        """Why the new text may not stand in content, such as a link that is not to the web; empty if it may."""
        if isinstance(change, write.Remove | write.SetList | write.Move) or now is None:
            return ""
        return trial.forbidden(change.text, now, self.pandoc)

    @property
    def with_pictures(self) -> Files:
        """Today’s files, and the pictures that were put in."""
        return {**self.today, **self.figures.added}

    def used_pictures(self, kept: trial.Kept) -> set[str]:
        """The new pictures that a kept change shows, and those that were saved for a person to put in."""
        new = [one.told.after for one in kept.changes if one.kind == "new"]
        return {path for path in self.figures.added if path in self.saved or any(f"({path})" in text for text in new)}

    def keep(self, seen: Seen | None) -> trial.Kept:
        """Keep the changes that cause no new errors, and report the others. A section is deleted whole or not at all."""
        kept = trial.kept(self.with_pictures, self.changes, self.pandoc, seen)
        if halves := self._half_sections(kept):
            self.changes = [one for one in self.changes if _removed(one) not in halves]
            kept = trial.kept(self.with_pictures, self.changes, self.pandoc, seen)
        for unmerged, reason in kept.rejected:
            self._reject(unmerged, reason)
        return kept

    def _half_sections(self, kept: trial.Kept) -> set[str]:
        """The blocks whose deletion isn’t written, because a text of their section has to stay. Each such section is reported."""
        stay = {id(told) for told, _ in kept.rejected}
        refused = {_removed(one) for one in self.changes if id(one.told) in stay}
        found = deletions.half_sections({_removed(one) for one in kept.changes} - {""}, refused - {""}, self.now)
        for heading in found:
            reason = "this section was deleted, but a text of it has to stay, so nothing of it was deleted"
            self._report(reason, self.now[heading].markdown, "", self.now[heading].place, frozenset())
        return {name for own in found.values() for name in own}


def _removed(proposed: trial.Proposed) -> str:
    """The name of the text that a change removes; empty if it does something else."""
    first = proposed.changes[0]
    return first.name if isinstance(first, write.Remove) else ""


def source_keys(document: bytes, edition: Edition) -> dict[str, str]:
    """The key of each source by its bookmark in a Word file. Sources whose entries read alike are left out."""
    keys: dict[str, set[str]] = {}
    for key, source in edition.sources.items():
        for with_address in (False, True):
            entry = sources.short(source, edition.about, with_address=with_address)
            keys.setdefault(_on_one_line(text_of(entry)), set()).add(key)
    found: dict[str, str] = {}
    for paragraph in opened.read(package.read(document)).paragraphs:
        own = keys.get(_on_one_line(paragraph.text), set())
        found |= {bookmark: min(own) for bookmark in paragraph.bookmarks if bookmark.startswith("source_") and len(own) == 1}
    return found


_PRIORITIES = (1, 2, 3)  # the priorities that a fact can have


def _adds_nothing_else(first: Fact, second: Fact) -> bool:
    """Whether the first fact has all that the second one has besides its words and sources."""
    same = (first.topic, first.priority, first.origin) == (second.topic, second.priority, second.origin)
    return same and second.when in {None, first.when} and second.label is None


_OF_ONE_LIST = re.compile(r"source_\d+")  # a bookmark in a file with one list of sources: other files use it for other sources


def _as_typed(pieces: Sequence[Piece]) -> str:
    """The words of a text without markup. Raises NotWritten if it has some."""
    if any(p.formatting or p.kind not in {"word", "space"} for p in pieces):
        raise NotWritten("this text can’t have markup")
    return words(pieces)


def _is_like(words_: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two texts share most of their words."""
    shared = sum((Counter(words_) & Counter(others)).values())
    return shared * 2 > max(len(words_), len(others))


def _on_one_line(text: str) -> str:
    return " ".join(text.replace("\u2060", "").split())
