"""Merges one edited Word file into the content, without writing it. Start reading the round trip here.

In: the file, the content folder as it is, the store of what was sent. Out: `Merge`: the files as they would be, and all that is
left to a person, each with its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from briefs.delivery.store import Store
from briefs.edition import texts
from briefs.edition.model import Text
from briefs.edition.read import Seen
from briefs.problems import Place
from briefs.roundtrip import decks, numbering
from briefs.roundtrip.apply import apply
from briefs.roundtrip.base import Files, Rebuild, edition_of, find_base, in_language, not_in
from briefs.roundtrip.compare import compare
from briefs.roundtrip.edits import Authors, Unmerged, Written, counted
from briefs.tools.pandoc import Pandoc
from briefs.typeset.word import origin, package
from briefs.wordfile import docx, opened
from briefs.wordfile.paragraphs import ChangeFilter, Comment, accept_all


@dataclass(frozen=True)
class LocatedComment:
    """A reviewer's comment, the place of the text that it is about, and the text of its paragraph."""

    comment: Comment
    place: Place | None
    beside: str = ""


@dataclass(frozen=True)
class ReturnedDocument:
    """The document of a returned file: its kind and subject, the id of its audience (empty for everyone), the tag of its language
    (empty for the source's), and its format (docx or pptx)."""

    kind: str
    subject: str
    audience: str
    language: str
    format: str


@dataclass(frozen=True)
class Merge:
    """What merging an edited file would do to the content.

    `base`: what the file was compared with, in words. `files`: the new bytes of the content files that would change; `written`: the
    changes in them. `unverified`: how many changes are of texts for which nobody knows the words that the file was made from; such
    changes are in `files` only if that was allowed. `authors`: the authors whose pending changes count among the edits, and when
    they made these. `document`: the document of the file; None for a workbook.
    `is_base_known`: whether the file is known to be made from the base. If not, what changed in the content since looks like an
    edit.
    """

    name: str
    base: str
    files: dict[str, bytes]
    written: tuple[Written, ...]
    unmerged: tuple[Unmerged, ...]
    comments: tuple[LocatedComment, ...]
    unverified: int
    authors: Authors
    document: ReturnedDocument | None = None
    is_base_known: bool = True

    @property
    def counts(self) -> Counter[str]:
        """The number of changes by what they do (“reworded”, “new”, “taken out”)."""
        return Counter(one.kind for one in self.written)

    @property
    def count(self) -> int:
        """The number of changes."""
        return self.counts.total()


@dataclass(frozen=True)
class MergeOutcome:
    """The merges of several files, one after the other. `after` holds the content files that change."""

    merges: tuple[Merge, ...]
    before: Files
    after: Files

    @property
    def needs_a_person(self) -> bool:
        """Whether any edit or comment is left to a person."""
        return any(m.unmerged or m.comments for m in self.merges)


def merge(
    data: bytes, name: str, today: Files, store: Store, rebuild: Rebuild, pandoc: Pandoc,
    change_filter: ChangeFilter = accept_all, no_base: bool = False, audience: str = "", allow_deletions: bool = False,
) -> Merge:  # fmt: skip
    """Compare a file with what was sent, and apply its edits to today's content. `no_base`: also apply edits of texts for which
    nobody knows the words that the file was made from. `audience`: the audience of a file that doesn't name its own.
    `allow_deletions`: delete the texts that the file lacks even if it may be only a part of its document.

    Raises Problems if the file can't be read, if it can't be found out which document it is, or if the content has errors.
    """
    # Open the file, and find what it was made from.
    file = opened.open_file(data, name)
    seen: Seen = {}
    current = edition_of(today, seen)
    base = find_base(data, name, file, current, store, rebuild, pandoc, today, audience)
    current = in_language(current, base.edition.translation, name)
    sent_file = package.read(base.document)
    known = texts.of(base.edition, pandoc, not_in(sent_file, base.edition))
    made_from = origin.read(file).revealed(known)
    blocks = origin.read(sent_file).revealed(known).blocks or {}

    # Read both as paragraphs. A document that was built again has today's blocks and names.
    sent, edited = opened.read(sent_file), opened.read(file, change_filter)
    if opened.is_presentation(file):
        own = base.edition.decks.get(base.subject)
        sent, blocks = decks.marked(sent, known, own.path if own else "", base.edition.countries, pandoc)
    if not base.is_sent:
        made_from, edited = numbering.with_names_of(blocks, made_from, edited)
        sent = numbering.without_newer_blocks(sent, blocks, made_from)
    outdated = set() if base.is_sent else (made_from.blocks or {}).keys() - blocks.keys()

    # Find the edits, and apply them.
    identifiers = {section.head.title.place.name: section.head.id for section in base.edition.sections}
    edits = compare(sent, edited, blocks, known, pandoc, outdated, identifiers, base.edition.sources)
    is_verified = _verifier(known, made_from, base.is_sent)
    images = docx.images(data)
    applied = apply(edits, base, known, blocks, today, current, pandoc, is_verified, no_base, images, allow_deletions, seen)

    comments = tuple(
        LocatedComment(c, _place(c, edits.nearest, known), edited.paragraphs[c.paragraph].text if edited.paragraphs else "")
        for c in edited.comments
    )
    return Merge(
        PurePosixPath(name).name, base.description, applied.files, applied.written,
        tuple(counted([*edits.unmerged, *applied.unmerged])), comments,
        applied.unverified, edited.authors,
        ReturnedDocument(base.kind, base.subject, base.audience, base.edition.translation, opened.format_of(file)),
        base.is_sent,
    )  # fmt: skip


def _verifier(known: Mapping[str, Text], made_from: origin.Origin, is_sent: bool) -> Callable[[str], bool]:
    """A function that takes the name of a text, and says whether its words in `known` are certainly those that the file was made
    from. If the sent file is not known, the words are compared with the hash of the text in the file."""
    hashes = {texts.owner(b.place, known)[0]: b.hash for b in (made_from.blocks or {}).values()}
    return lambda name: is_sent or (name in known and hashes.get(name) == known[name].hash)


def _place(comment: Comment, nearest: Mapping[int, str], known: Mapping[str, Text]) -> Place | None:
    """The place of the text in or after which a comment stands."""
    name = next((nearest[n] for n in range(comment.paragraph, -1, -1) if n in nearest), "")
    return known[name].place if name else None
