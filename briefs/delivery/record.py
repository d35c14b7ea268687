"""Looks after the record of what went out: whether it is whole, who is in it, two records as one.

In: a store. Out: what is wrong with it, as problems; a `ChainSummary` for each chain; the union with another store.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from briefs import atomic
from briefs.delivery import chains, oldjournal, persons
from briefs.delivery.chains import Again, Begun, Chain, Ended
from briefs.delivery.persons import PersonalText
from briefs.delivery.store import Store, put
from briefs.press.cache import digest
from briefs.problems import Problem, Problems

RESTORE = "Restore it from a backup of the folder."
AGAIN = "The next command that writes to the record removes them, such as `record erase` with the address."


@dataclass(frozen=True)
class ChainSummary:
    """A chain at a glance. `head`: the hash of its last line; `last`: when that was written; `people`: addresses that are known."""

    name: str
    lines: int
    last: str
    head: str
    people: int

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return vars(self)


def summaries(store: Store) -> list[ChainSummary]:
    """Each chain of the record. Raises Problems if a file can't be read."""
    return [_summary(chain) for chain in store.chains()]


def _summary(chain: Chain) -> ChainSummary:
    known = sum(not one.of for one in persons.of_file(persons.path(chain.path)))
    last = chain.lines[-1][1].when if chain.lines else ""
    return ChainSummary(chain.path.stem, len(chain.lines), last, chain.head, known)


def problems(store: Store) -> list[Problem]:
    """Everything that shows that the record isn't as it was written. docs/privacy.md says what can't be seen in it."""
    try:
        known = store.chains()
        people = persons.read(store.folder)
        oldjournal.events(store.folder)
    except Problems as fault:
        return fault.problems
    found = [problem for chain in known for problem in chain.problems]
    return [*found, *_unfinished(store), *chains.forks(known), *_people(known, people), *_objects(store)]


def _unfinished(store: Store) -> Iterator[Problem]:
    """A warning for each chain whose last line has no end."""
    for path in chains.paths(store.folder):
        line = chains.file_bytes(path).rpartition(b"\n")[2]
        if line:
            why = "a program was ended while it wrote, or they were added"
            what = f"{len(line)} bytes behind the last line aren’t a whole line: {why}"
            yield Problem("warning", str(path), 0, 0, what, "They count for nothing. The next command that writes takes them out.")


def chain_problems(store: Store) -> list[Problem]:
    """The problems of the chains' lines. A command that uses the record prints them before it does anything."""
    try:
        return [problem for chain in store.chains() for problem in chain.problems]
    except Problems as fault:
        return fault.problems


def _people(known: list[Chain], people: dict[str, PersonalText]) -> Iterator[Problem]:
    """Problems of the personal data: a hash in a chain whose text is missing though nobody erased it; a text whose hash is in no
    chain; a text that was erased and is there again."""
    erased = chains.erased(known)
    named: set[str] = set()
    for chain in known:
        for number, (_, event) in enumerate(chain.lines, 1):
            own = _named(event)
            named |= own
            if lost := own - erased - people.keys():
                what = f"this line names {len(lost)} of whom {persons.path(chain.path)} knows nothing, and nobody erased them"
                yield Problem("error", str(chain.path), number, 0, what, RESTORE)
    if unnamed := people.keys() - named - erased:
        what = f"{len(unnamed)} of these texts are named by no line: lines were cut off, or a run ended before it wrote one"
        yield Problem("warning", str(store_of(known) / persons.FOLDER), 0, 0, what, "Compare the chains with a backup.")
    if again := erased & people.keys():
        what = f"{len(again)} of these texts were erased, and an older copy brought them back; nothing reads them"
        yield Problem("warning", str(store_of(known) / persons.FOLDER), 0, 0, what, AGAIN)


def store_of(known: list[Chain]) -> Path:
    """The folder of the store that chains are in."""
    return known[0].path.parent.parent if known else Path()


def _named(event: chains.Event) -> set[str]:
    """The salted hashes in a line."""
    match event:
        case Begun():
            return {event.to} - {""}
        case Ended():
            return {event.said} - {""}
        case Again():
            return {to for to, _ in event.owed}
    return set()


def _objects(store: Store) -> Iterator[Problem]:
    """A problem for each file or content that the record names, if its bytes are missing or were changed."""
    seen: set[str] = set()
    for sent in store.sent():
        for hash in (sent.sha256, sent.content):
            if hash not in seen:
                seen.add(hash)
                yield from _object(store, hash, is_tree=hash == sent.content)


def _object(store: Store, hash: str, *, is_tree: bool) -> Iterator[Problem]:
    try:
        store.object(hash)
        for own in store.tree(hash).values() if is_tree else ():
            store.object(own)
    except Problems as fault:
        yield from fault.problems


# Two records as one.


def unite(store: Store, other: Path) -> list[str]:
    """Take what another store's folder has and this one lacks. Returns the names of chains that were new or had more lines.

    Call this while the store is `locked`. Nothing of the other folder changes. A chain that goes on differently in the two is kept
    twice. Raises Problems if a file of the other store is damaged.
    """
    theirs = [(path, chains.read(path), chains.file_bytes(path)) for path in chains.paths(other)]
    for path in sorted((other / "objects").glob("[!.]*")):  # hidden files are skipped: a crash left them half written
        data = chains.file_bytes(path)
        if digest(data) != path.name:
            raise chains.problem(path, "is damaged: it isn’t what was stored", RESTORE)
        store.add(data)
    for path in sorted((other / persons.FOLDER).glob(f"*{chains.SUFFIX}")):
        own = store.folder / persons.FOLDER / path.name
        put(own, persons.text({one.hash: one for file in (own, path) for one in persons.of_file(file)}.values()))
    taken = [path.stem for path, _, data in theirs if _take(store.folder / chains.FOLDER / path.name, data)]
    oldjournal.bring(other, store.folder)
    store.drop_erased()
    return taken


def _take(own: Path, theirs: bytes) -> bool:
    """Write a chain of another store into ours, if it has lines that ours lacks."""
    ours = chains.file_bytes(own)
    if ours.startswith(theirs):
        return False
    if not theirs.startswith(ours):
        own = own.with_stem(f"{own.stem}-{digest(theirs)[:8]}")
    atomic.write(own, theirs, sync=True)
    return True
