"""Where a passage is printed, and who has it.

In: passages, an output folder, the record of what went out. Out: for each finished file the pages and lines that print one; for
each file that was sent, to whom and when, and whether they were sent a newer one since; all this as lines for a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

from briefs.delivery.chains import Channel
from briefs.delivery.store import Sent, Store
from briefs.edition.data.table import TableStore
from briefs.ledger import pages
from briefs.ledger.finished import SUFFIXES, FinishedFiles
from briefs.ledger.pages import PrintedPage
from briefs.ledger.passages import Excerpt
from briefs.press import manifest

LONGEST = 120  # letters of a passage that a line quotes


@dataclass(frozen=True)
class Occurrence:
    """A passage in a finished file. `passage`: its name. `file`: the path in the output folder; `kind`, `subject`: those of the
    document. `page`, `line`, `words`: as in a `Hit`."""

    passage: str
    file: str
    kind: str
    subject: str
    page: int
    line: int
    words: str

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Holding:
    """A file that went out with a passage in it, and somebody who has it. `passage`: the passage's name; `words`: its words in the
    file. `to`: an address; empty for an export. `channel`: how it went out. What was written to the outbox may not have been sent.

    `newer`: when the same person was last sent a newer version of the document; empty if never. `still`: whether the newer version
    prints the passage too; `is_reworded`: whether it does so in other words. `is_certain`: False while it isn't known whether the
    message arrived.
    """

    passage: str
    file: str
    sha256: str
    to: str
    when: str
    words: str
    is_certain: bool
    channel: Channel
    newer: str = ""
    still: bool = False
    is_reworded: bool = False

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def printed(out: Path, files: FinishedFiles, passages: Sequence[Excerpt]) -> Iterator[Occurrence]:
    """Every place where a finished file of the output folder prints one of the passages. Raises Problems for a file that can't be
    read."""
    entries: Mapping[str, Any] = manifest.read(out).get("files", {})
    for name, read in files.items():
        entry = entries.get(name, {})
        for passage, hit in _hits(read.result(), passages):
            yield Occurrence(passage.name, name, entry.get("kind", ""), entry.get("subject", ""), hit.page, hit.line, hit.words)


def stale(out: Path, inputs: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The names of files that aren't in the output folder, or were made from other inputs there. `inputs`: by the name of each
    file, the hashes of what it is made from today."""
    entries: Mapping[str, Any] = manifest.read(out).get("files", {})
    return [name for name, own in inputs.items() if not manifest.if_fresh(out / name, entries.get(name, {}), own)]


def _hits(found: Sequence[PrintedPage], passages: Sequence[Excerpt]) -> Iterator[tuple[Excerpt, pages.Hit]]:
    """The passages on pages. A passage whose words are part of another one's on the same line is left out."""
    told: list[pages.Hit] = []
    for passage in passages:
        for hit in pages.find(found, passage.parts):
            if not any(one.page == hit.page and hit.words in one.words and 0 <= hit.line - one.line <= 1 for one in told):
                told.append(hit)
                yield passage, hit


def held(store: Store, passages_of: Callable[[Sent], Sequence[Excerpt]], kept: TableStore | None = None) -> list[Holding]:
    """The files that went out with a passage in them, by who has them, the newest first.

    `passages_of`: what to look for in a file, since its words may have been others when it was made. Raises Problems if the record
    is damaged.
    """
    sent, known = store.sent(), dict[tuple[str, str], dict[str, str]]()

    def found(one: Sent) -> Mapping[str, str]:
        key = (one.sha256, one.content)
        if key not in known:
            known[key] = in_file(store, one, passages_of(one), kept)
        return known[key]

    holdings = []
    for one, new in zip(sent, newer_versions(sent), strict=True):
        newer, now = (new.when, found(new)) if new and found(one) else ("", {})
        holdings += [
            Holding(
                name,
                one.name,
                one.sha256,
                one.to,
                one.when,
                words,
                one.is_certain,
                one.channel,
                newer,
                name in now,
                name in now and pages.folded(now[name]) != pages.folded(words),
            )
            for name, words in found(one).items()
        ]
    return list(reversed(holdings))


def in_file(store: Store, one: Sent, passages: Sequence[Excerpt], kept: TableStore | None = None) -> dict[str, str]:
    """The passages that a sent file prints. The key is the passage's name, the value its words in the file."""
    read = pages.read(one.name, store.document(one), kept) if one.name.endswith(SUFFIXES) else []
    found: dict[str, str] = {}
    for passage, hit in _hits(read, passages):
        found.setdefault(passage.name, hit.words)
    return found


def _document(one: Sent) -> tuple[str, ...]:
    """What two files share that are the same document in the same format for the same person."""
    return one.to.lower(), one.kind, one.subject, one.paper, Path(one.name).suffix


def newer_versions(sent: Sequence[Sent]) -> list[Sent | None]:
    """For each file the newest other version of its document that the same person was sent after it; None if there is none."""
    versions: dict[tuple[str, ...], list[Sent]] = {}  # by document, the newest version and the newest version that differs from it
    found: list[Sent | None] = []
    for one in reversed(sent):
        newest = versions.setdefault(_document(one), [])
        found.append(next((new for new in newest if new.sha256 != one.sha256), None))
        if len(newest) < 2 and one.sha256 not in {new.sha256 for new in newest}:
            newest.append(one)
    return found[::-1]


# For a terminal.


def lines(wanted: Sequence[Excerpt], found: Sequence[Occurrence], holdings: Sequence[Holding]) -> Iterator[str]:
    """What was looked for, each place that prints it, and each person who has it."""
    for passage in wanted:
        yield f"{passage.name}{f' ({passage.place.path}:{passage.place.line})' if passage.place.line else ''}: {passage.words}"
    yield from (f"  {_place(one)}: {_quoted(one.words)}" for one in found)
    if not found:
        yield "  no finished file prints it"
    yield from dict.fromkeys(f"  {_holding(one)}" for one in holdings)
    if not holdings:
        yield "  no file with it was sent or exported"


def _place(one: Occurrence) -> str:
    page = "slide" if one.file.endswith(".pptx") else "page"
    return f"{one.file}, {page} {one.page}, line {one.line}" if one.page else one.file


def went_out(channel: Channel, *, is_certain: bool) -> str:
    """How a file went out, in words. A mail in the outbox may not have been sent yet."""
    if channel == "outbox":
        return f"{'was' if is_certain else 'may have been'} written to the outbox in a mail"
    return "went out" if is_certain else "may have gone out"


def _holding(one: Holding) -> str:
    to = f" to {one.to}" if one.to else ", exported,"
    told = f"{one.file} {went_out(one.channel, is_certain=one.is_certain)}{to} on {one.when[:10]}"
    if not one.newer:
        return f"{told}; nothing newer since"
    now = "in other words" if one.is_reworded else "which still prints it" if one.still else "without it"
    return f"{told}; a newer one on {one.newer[:10]}, {now}"


def _quoted(text: str) -> str:
    return f"“{shorten(text, LONGEST, placeholder=' …')}”"
