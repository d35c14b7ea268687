"""Finds what an edited Word file was made from.

In: the file, the store of what was sent, today's content. Out: `Base`: the document as it was sent and the content of that day. If
the store doesn't have it, the same document is built again from today's content and that of the last builds on this machine, which
`press/contents.py` keeps, and the one that the file was made from is taken; if it is none of them, today's.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from briefs.compose.kinds import KINDS
from briefs.delivery.store import Sent, Store
from briefs.edition import texts
from briefs.edition.audiences import EVERYONE, audience_of, language_of
from briefs.edition.model import Edition
from briefs.edition.read import Reading, Seen, read_files, read_past
from briefs.edition.textnames import file_of
from briefs.press import contents
from briefs.press.cache import digest
from briefs.problems import Problem, Problems
from briefs.tools.pandoc import Pandoc
from briefs.typeset.word import origin, package
from briefs.typeset.word.package import Package
from briefs.wordfile import opened

MOST_KEPT = 4  # states of the content, from each of which the document is built again
Files = Mapping[str, bytes]  # a content folder: the bytes of each file by its path
Rebuild = Callable[
    [Edition, str, str, str, str], bytes
]  # takes an edition, a kind, a subject, an audience and a format, and returns the bytes of that file


@dataclass(frozen=True)
class Base:
    """What a file was made from. `description`: the base in words. `document`: the bytes of the DOCX or PPTX as it was sent.
    `kind`, `subject`: those of the document. `edition`: the content of that time, in the document's language.

    `is_sent`: whether the file is known to be made from these. If not, `document` and `edition` are today's. `audience`: the id of
    the audience that it was made for; empty for everyone.
    """

    description: str
    document: bytes
    kind: str
    subject: str
    edition: Edition
    is_sent: bool
    audience: str = ""


def find_base(
    data: bytes, name: str, file: Package, today: Edition, store: Store, rebuild: Rebuild, pandoc: Pandoc, files: Files,
    audience: str = "",
) -> Base:  # fmt: skip
    """Find what a file was made from.

    `file`: the package that `data` holds. `today`, `files`: today's content as an edition and as files. `audience`: the audience
    that the command was given, for a file that doesn't name its own.

    Raises Problems if it can't be found out which document the file is and for whom it was made, or if the content it was made from
    can't be read any more.
    """
    sent = store.by_hash(digest(data))
    document = origin.read(file).document
    language = language_of(document, today.translations)
    if not sent:
        audience = _audience(file, today, name, audience)
        sent = _sent_file(name, file, store, today.translations, language if document else None, audience)
    if sent:
        _refuse_two_languages(sent.kind, name)
        language = language_of(sent.name, today.translations)
        content = store.content(sent)
        edition = today if content == files else _valid(read_past(content))
        return Base(
            f"{sent.name}, sent {sent.when[:10]}",
            store.document(sent),
            sent.kind,
            sent.subject,
            in_language(edition, language, name),
            True,
            audience_of(sent.name.removeprefix(f"{language}/")),
        )
    today = in_language(today, language, name)
    stem = (origin.read(file).document or PurePosixPath(name).stem).removeprefix(f"{language}/").removeprefix(f"{audience}/")
    if audience and audience not in (one.id for one in today.about.audiences):
        hint = "Declare it again in edition.yaml, or name the store that has the file with --store."
        raise Problems([Problem("error", name, 0, 0, f"the edition has no audience “{audience}”, for which this was made", hint)])
    kind, subject = _document(stem, today, name)
    _refuse_two_languages(kind, name)

    def make(edition: Edition) -> bytes:
        return rebuild(edition, kind, subject, audience, opened.format_of(file))

    known: list[tuple[Edition, bytes]] = []
    if origin.read(file).content:
        states = [today, *_kept(files, language, kind, subject, audience)]
        known = list(_built(_with_texts_of(file, states, pandoc), make))
    if alike := [one for one in known if _is_copy(file, one[1])]:
        edition, built = max(alike, key=lambda one: _shared(file, one[1]))  # the first of equals, so today's
        return Base("the content that it was built from", built, kind, subject, edition, True, audience)
    rebuilt = next((built for edition, built in known if edition is today), None) or make(today)
    return Base("today’s content, because the sent file isn’t in the store", rebuilt, kind, subject, today, False, audience)


def _kept(files: Files, language: str, kind: str, subject: str, audience: str) -> Iterator[Edition]:
    """The editions other than today's from which output folders were last built on this machine, in a language, if they have the
    document."""
    for state in contents.kept(files, MOST_KEPT):
        if state == files:
            continue
        with suppress(Problems):
            edition = in_language(edition_of(state), language, "")
            is_for = not audience or audience in (one.id for one in edition.about.audiences)
            if is_for and subject in KINDS[kind].subjects_in(edition):
                yield edition


def _with_texts_of(file: Package, editions: list[Edition], pandoc: Pandoc) -> list[Edition]:
    """The editions that a file may be made from: those that lack no text of it which another one has. Building a document
    takes much longer than looking for its texts."""
    blocks = origin.read(file).blocks or {}
    if not blocks or len(editions) == 1:
        return editions
    has = [{text.hash for text in texts.of(own, pandoc, not_in(file, own)).values()} for own in editions]
    known = {block.hash for block in blocks.values()} & set().union(*has)
    return [edition for edition, own in zip(editions, has, strict=True) if known <= own]


def _built(editions: list[Edition], make: Callable[[Edition], bytes]) -> Iterator[tuple[Edition, bytes]]:
    """The document as it is built from each of the editions, without those from which it can't be built."""
    for edition in editions:
        with suppress(Problems):
            yield edition, make(edition)


def not_in(file: Package, edition: Edition) -> set[str]:
    """The paths of sections and decks that a document prints nothing of. Their blocks needn't be found."""
    made_from = origin.read(file)
    if not made_from.blocks or made_from.is_opaque or edition.translation:
        return set()
    sections, decks = {section.path for section in edition.sections}, {deck.path for deck in edition.decks.values()}
    return (sections | decks) - {file_of(block.place) for block in made_from.blocks.values()}


def _is_copy(file: Package, built: bytes) -> bool:
    """Whether a file is an edited copy of a document: it was made from the same texts and has all of its pictures, which show
    stances and values."""
    own = package.read(built)
    is_of_texts = origin.read(own).content == origin.read(file).content
    return is_of_texts and _pictures(own) <= _pictures(file)


def _pictures(file: Package) -> set[str]:
    """The size and checksum of each picture."""
    return {checksum for name, checksum in file.checksums.items() if "/media/" in name}


def _shared(file: Package, document: bytes) -> int:
    """How many paragraphs of a file a document has too."""
    return len({p.text for p in opened.read(file).paragraphs} & {p.text for p in opened.read(package.read(document)).paragraphs})


def _refuse_two_languages(kind: str, name: str) -> None:
    """Raise Problems for a file in two languages: an edit on one side says nothing about the other one."""
    if kind in KINDS and KINDS[kind].subjects == "country in two languages":
        hint = "Make the edits in the brief of each language (`brief COUNTRY --language TAG`), and merge these."
        raise Problems([Problem("error", name, 0, 0, "a brief in two languages can’t be merged", hint)])


def _audience(file: Package, today: Edition, name: str, said: str) -> str:
    """The id of the audience that a file was made for; empty for everyone. `said`: the audience that the command was given. Raises
    Problems if the audience can't be found out. Otherwise the texts that aren't for the audience would count as deleted."""
    known = [audience.id for audience in today.about.audiences]
    if document := origin.read(file).document:
        return audience_of(document.removeprefix(f"{language_of(document, today.translations)}/"))
    if not said and known and not _is_for_all(name, today):
        hint = f"Say it with --for: {', '.join([*known, EVERYONE])}."
        what = "it can’t be found out for which audience this file was made: the program that saved it has dropped that"
        raise Problems([Problem("error", name, 0, 0, what, hint)])
    return "" if said == EVERYONE else said


def _is_for_all(name: str, today: Edition) -> bool:
    """Whether a file has the name of a document that is always for everyone, such as the report."""
    try:
        kind, _ = _document(PurePosixPath(name).stem, today, name)
    except Problems:
        return False
    return not KINDS[kind].has_audiences


def edition_of(files: Files, seen: Seen | None = None) -> Edition:
    """The edition of a content folder. Raises Problems if it has errors, but not for what isn't translated yet. `seen`: the YAML
    files that were parsed before."""
    return _valid(read_files(files, seen=seen, is_unfinished=True))


def in_language(edition: Edition, tag: str, name: str) -> Edition:
    """The edition in the language in which the file `name` was made. Raises Problems if the edition isn't translated into it."""
    if tag and tag not in edition.translations:
        hint = "List the language in edition.yaml again, or name the store that has the file with --store."
        raise Problems([Problem("error", name, 0, 0, f"the edition has no language “{tag}”, in which this was made", hint)])
    return edition.translations[tag] if tag else edition


def _valid(reading: Reading) -> Edition:
    if reading.edition is None:
        raise Problems(reading.errors)
    return reading.edition


def _sent_file(
    name: str, file: Package, store: Store, languages: Container[str], language: str | None, audience: str
) -> Sent | None:  # fmt: skip
    """The record of the sent file. If the file has the hash of its content, it is the sent file with the same hash; else the one
    with the nearest name and words. None if there is none.

    Only files for this audience count; if `audience` is empty, only those for everyone. They must be in this language; if it isn’t
    known (None), any language will do."""

    def is_for(sent: Sent) -> bool:
        own = language_of(sent.name, languages)
        is_in_language = language is None or own == language
        is_alike = is_in_language and sent.name.endswith(f".{opened.format_of(file)}")
        return is_alike and audience_of(sent.name.removeprefix(f"{own}/")) == audience

    newest = {s.sha256: s for s in reversed(store.sent()) if is_for(s)}.values()
    content = origin.read(file).content
    if content:
        return next((s for s in newest if origin.read(package.read(store.document(s))).content == content), None)
    named = [s for s in store.by_name(name) if is_for(s)] or list(newest)
    own = {p.text for p in opened.read(file).paragraphs}
    shared = [_shared(file, store.document(s)) for s in named]
    most = max(shared, default=0)
    return named[shared.index(most)] if most and most * 2 >= len(own) else None


def _document(stem: str, edition: Edition, name: str) -> tuple[str, str]:
    """The kind and subject of a document, by the path of its files (`briefs/belgium`) or a file name that begins like it."""
    for own in KINDS.values():
        for path in (stem, f"{own.folder}{stem}"):
            subject = own.subject_of(edition, path)
            if subject is not None:
                return own.name, subject
    known = _documents(edition)
    by_name: dict[str, tuple[str, str]] = {}
    for path, document in known.items():  # several kinds may share a name, and the first one is taken
        by_name.setdefault(path.rpartition("/")[2], document)
    found = next((by_name[own] for own in sorted(by_name, key=len, reverse=True) if stem.lower().startswith(own)), None)
    if found is None:
        hint = "Give the file the name under which it was sent, or name the store that has it with --store."
        raise Problems([Problem("error", name, 0, 0, "it can’t be found out which document this is", hint)])
    return found


def _documents(edition: Edition) -> dict[str, tuple[str, str]]:
    """The kind and subject of each document that an edition could have, by the path of its files without the ending."""
    return {kind.stem(edition, subject): (kind.name, subject) for kind in KINDS.values() for subject in kind.subjects_in(edition)}
