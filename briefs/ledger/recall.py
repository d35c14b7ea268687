"""Finds who holds files with a fact, text or value as it was before it was corrected, and what these people are to be told.

In: an edition, what is recalled, the record of what went out. Out: a `Recall`: the words that went out, the right ones, and each
person who has a file with the old ones; the content with the correction in it; what each person gets.

`ledger/oldwords.py` finds the old words in each file, so nobody is told of an error that their file doesn't have. A person who was
sent a newer file since is told too: an error isn't erased in silence.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, count, groupby, product
from pathlib import Path
from textwrap import shorten
from typing import Any

import yaml

from briefs.compose.kinds import KINDS
from briefs.delivery import persons, send
from briefs.delivery.chains import Channel
from briefs.delivery.send import OutgoingDocument
from briefs.delivery.store import Sent, Store
from briefs.edition import corrections, yamls
from briefs.edition.model import Correction, Edition
from briefs.ledger import oldwords, where
from briefs.press import plan
from briefs.press.documents import PER_PAGE, Target
from briefs.problems import Problem, Problems
from briefs.tools.pandoc import Pandoc

NOTE = "correction"  # the kind of document that tells people of a correction
TOLD = ".pdf"  # the format of the note that is sent
LONGEST = 120  # letters of a text that is quoted
HEAD = "# What was corrected after it went out. `recall` adds to this file; docs/ledger.md says how.\ncorrections:\n"
_ITEM = re.compile(r"^( *)- ", re.M)


@dataclass(frozen=True)
class Holder:
    """A file with the old words, and somebody who has it. `to`: an address; empty for an export whose reader nobody knows.

    `channel`: how it went out; `newer`: when they were last sent a newer version of the document; `told`: when they were sent the
    note. Empty if never.
    """

    to: str
    file: str
    kind: str
    subject: str
    paper: str
    when: str
    is_certain: bool
    channel: Channel
    newer: str = ""
    told: str = ""

    @property
    def can_be_told(self) -> bool:
        """Whether the person's address is known. It isn't after an export, or if the person was erased from the record."""
        return bool(self.to) and not self.to.startswith(persons.ERASED)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Recall:
    """A fact, text or value that went out in other words than it has now. `what`: the fact's id, the text's place or the value's
    name. `country`: the code of the country that it is about, or empty.

    `id`: the id of its correction. `wrong`: the words that went out, the oldest first. `right`: today's words; empty if it was
    taken out. `holders`: who has a file with wrong words. `is_recorded`: whether corrections.yaml has the correction.
    """

    id: str
    what: str
    country: str
    wrong: tuple[str, ...]
    right: str
    holders: tuple[Holder, ...]
    is_recorded: bool

    @property
    def people(self) -> list[str]:
        """The addresses of those who hold a file with the old words, each once."""
        return list(dict.fromkeys(holder.to for holder in self.holders if holder.can_be_told))

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "id": self.id,
            "what": self.what,
            "country": self.country,
            "wrong": list(self.wrong),
            "right": self.right,
            "recorded": self.is_recorded,
            "held": [holder.to_dict() for holder in self.holders],
        }


# Who has it.


def find(edition: Edition, what: str, store: Store, pandoc: Pandoc) -> Recall:
    """Find the files in which a fact, text or value is other than it is today, and who holds them.

    `what`: the fact, text or value, as `ledger/oldwords.py` says. Raises NotUnderstood if neither the edition nor a file that went
    out has it; Problems if the record is damaged; PandocError.
    """
    sent = store.sent()
    finder = oldwords.finder(edition, what, store, pandoc)
    listed = [(one, newer, words) for one, newer in zip(sent, where.newer_versions(sent), strict=True) if (words := finder(one))]
    right = finder.today
    recorded = next((one for one in edition.corrections.values() if finder.is_of(one) and _is_right(one, right)), None)
    name = str(recorded.id) if recorded else _free(edition, finder.slug)
    told = {new.to.lower(): new.when for new in sent if new.name == f"{KINDS[NOTE].folder}{name}{TOLD}" and new.to}
    holders = tuple(_holder(one, newer, told) for one, newer, _ in listed)
    wrong = tuple(dict.fromkeys(words for *_, words in listed))
    return Recall(name, finder.name, finder.country, wrong, right, holders, recorded is not None)


def _is_right(one: Correction, right: str) -> bool:
    return (one.right.markdown if one.right else "").split() == right.split()


def _free(edition: Edition, id: str) -> str:
    """An id for a correction of a fact: the fact's own, or with a number if it was corrected before."""
    names = chain([id], (f"{id}-{number}" for number in count(2)))
    return next(name for name in names if name not in edition.corrections)


def _holder(one: Sent, newer: Sent | None, told: Mapping[str, str]) -> Holder:
    """`told`: when each address was last sent the note."""
    known = (one.to, one.name, one.kind, one.subject, one.paper, one.when, one.is_certain, one.channel)
    return Holder(*known, newer.when if newer else "", told.get(one.to.lower(), ""))


# The record.


def recorded(files: Mapping[str, bytes], found: Recall, day: datetime.date) -> bytes:
    """The text of `corrections.yaml` with a correction added to it. What stands in it stays as it is.

    Raises Problems if the file is written so that nothing can be added.
    """
    item: dict[str, object] = {"id": found.id, **({"country": str(found.country)} if found.country else {})}
    item |= {corrections.field_of(found.what): found.what, "date": day, "wrong": list(found.wrong)}
    item |= {"right": found.right} if found.right else {}
    before = files.get(corrections.FILE, b"").decode()
    listed = yamls.load(corrections.FILE, before.encode()).mapping.get("corrections") or []
    first = _ITEM.search(before) if listed else None
    indent = first[1] if first else "  "
    written = yaml.safe_dump([item], allow_unicode=True, sort_keys=False, width=1000)
    added = "".join(f"{indent}{line}\n" for line in written.splitlines())
    text = f"{before.rstrip()}\n{added}" if listed else HEAD + added
    made = yamls.load(corrections.FILE, text.encode())
    now = made.mapping.get("corrections")
    if any(problem.severity == "error" for problem in made.problems) or not isinstance(now, list) or len(now) != len(listed) + 1:
        hint = "Write its `corrections` as a list, each item on lines of its own; docs/ledger.md shows one."
        raise Problems([Problem("error", corrections.FILE, 1, 0, "nothing can be added to this file as it is written", hint)])
    return text.encode()


# What each person gets.


@dataclass(frozen=True)
class Parcel:
    """The same files for one or more people. `people`: their addresses. `files`: the names of the files: the note, and today's
    version of each file that these people hold."""

    people: tuple[str, ...]
    files: tuple[str, ...]


def parcels(found: Recall, names: Mapping[Holder, str]) -> list[Parcel]:
    """The files for each person. `names`: the name of today's version of a holder's file. A holder whose file the edition no longer
    has isn't among the keys, and gets the note only."""
    files: dict[str, dict[str, None]] = {}
    for holder in found.holders:
        if holder.can_be_told:
            files.setdefault(holder.to, {}).update({names[holder]: None} if holder in names else {})
    note = f"{KINDS[NOTE].folder}{found.id}{TOLD}"
    by_files = sorted(((note, *own), to) for to, own in files.items())
    return [Parcel(tuple(to for _, to in group), own) for own, group in groupby(by_files, key=lambda pair: pair[0])]


def targets(edition: Edition, found: Recall, out: Path) -> tuple[dict[Target, None], dict[Holder, str]]:
    """The documents that are sent, the note first; and for each holder the name of today's version of the file, if there is one."""
    note = Target(NOTE, found.id, plan.correction_name(edition, found.id), KINDS[NOTE].formats, "a4")
    wanted, names = {note: None}, dict[Holder, str]()
    for holder in found.holders:
        for target in _candidates(edition, holder):
            of_language = edition.translations.get(target.language, edition)
            own = [path.relative_to(out).as_posix() for path in plan.paths(of_language, [target], out)]
            if holder.file in own:
                wanted[target], names[holder] = None, holder.file
    return wanted, names


def _candidates(edition: Edition, holder: Holder) -> Iterator[Target]:
    """The documents of today's edition that may be new versions of a holder's file: for everyone or for an audience, in each
    language, and with each number of slides on a page of a handout."""
    kind = KINDS.get(holder.kind)
    for own in (edition, *edition.translations.values()) if kind else ():
        assert kind
        if kind.is_in(own, holder.subject):
            name = own.names.get(holder.subject, holder.subject)
            for id, slides in product(kind.audiences_in(own), (PER_PAGE, 1, 2, 3, 4, 6)):
                yield Target(
                    kind.name,
                    holder.subject,
                    name,
                    kind.formats,
                    holder.paper,
                    per_page=slides,
                    audience=id,
                    language=own.translation,
                )


def targets_of(parcel: Parcel, edition: Edition, wanted: Iterable[Target]) -> list[Target]:
    """The documents of which a parcel has files."""
    found = []
    for target in wanted:
        own = edition.translations.get(target.language, edition)
        if {path.as_posix() for path in plan.paths(own, [target], Path())} & {*parcel.files}:
            found.append(target)
    return found


def packed(documents: Iterable[OutgoingDocument], parcel: Parcel) -> OutgoingDocument:
    """The files of a parcel as one document, the note's, so that they go out in one mail."""
    built = list(documents)
    known = {file.name: file for document in built for file in document.files}
    note = next(document for document in built if document.target.kind == NOTE)
    return replace(note, files=tuple(known[name] for name in parcel.files if name in known))


# For a terminal.


def lines(found: Recall, wanted: Sequence[Parcel], edition: Edition) -> Iterator[str]:
    """What was wrong, what is right, who has it, and what they would be sent."""
    yield f"{found.what} ({edition.names.get(found.country, found.country)})" if found.country else found.what
    yield from (f"  wrong: {_quoted(words)}" for words in found.wrong)
    yield f"  right: {_quoted(found.right)}" if found.right else "  withdrawn: the edition no longer says it"
    yield from (f"  {_held(holder)}" for holder in found.holders)
    for parcel in wanted:
        yield from (f"  {to} would get {', '.join(parcel.files)}" for to in parcel.people)


def told(result: send.DeliveryResult) -> str:
    """The outcome of a mail on one line."""
    return send.line(result).removesuffix(send.AGAIN)


def end(found: Recall) -> str:
    """What to do next, on one line."""
    if not found.holders:
        return "nobody holds a file with other words than today’s. If these are wrong, mend them in the content first."
    untold = {holder.to for holder in found.holders if holder.can_be_told and not holder.told}
    if untold:
        return f"nothing was sent; --send tells {len(untold)} {'person' if len(untold) == 1 else 'people'}"
    return "all whose address is known have been told" if found.people else "nobody of them has a known address"


def _held(holder: Holder) -> str:
    how = where.went_out(holder.channel, is_certain=holder.is_certain)
    to = f" to {holder.to}" if holder.to else ", exported; nobody knows to whom,"
    newer = f"; a newer one on {holder.newer[:10]}" if holder.newer else ""
    return f"{holder.file} {how}{to} on {holder.when[:10]}{newer}{f'; told on {holder.told[:10]}' if holder.told else ''}"


def _quoted(text: str) -> str:
    return f"“{shorten(text, LONGEST, placeholder=' …')}”"
