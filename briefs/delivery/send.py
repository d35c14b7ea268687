"""Sends documents: decides which documents go to whom, mails or exports them, and records all of it in the store.

In: an edition, the words of a request, the documents as they were built, recipients, a store. Out: mails at a server or in the
outbox, or copies in a folder; a `DeliveryResult` for each mail.

A mail is recorded as begun before it may arrive, and as ended when its outcome is known (`store.py`). So a run that was interrupted
can be repeated: what is recorded as sent is skipped; what was begun and has no outcome is sent again under the same Message-ID, and
its line says that it may arrive twice; the rest was never tried.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol

from briefs import plainfile
from briefs.compose import restricted
from briefs.compose.kinds import KINDS, Kind, Subjects
from briefs.compose.labels import Labels
from briefs.delivery import mail, release, smtp
from briefs.delivery.chains import Channel
from briefs.delivery.pades import PdfSealer
from briefs.delivery.people import People, Person
from briefs.delivery.store import File, Sent, Store, now, put
from briefs.edition.model import Edition
from briefs.press import manifest, plan, request
from briefs.press.cache import digest
from briefs.press.documents import Outcome, Target
from briefs.press.fingerprints import Fingerprinter
from briefs.press.request import Request
from briefs.problems import Problem
from briefs.theme import Theme

AGAIN = "; --again sends it again"  # ends a line about a file that somebody has already
DEFAULT_FORMAT = "docx"  # the format that people can edit
EDITABLE = ".docx"
WAITING = "Another run is sending; waiting for it."
Resends = set[tuple[str, str]]  # the address and the hash of each file that is sent again


@dataclass(frozen=True)
class OutgoingDocument:
    """A document with its files of the requested formats. A file that has not been built yet has no bytes."""

    target: Target
    files: tuple[File, ...]

    def __str__(self) -> str:
        return str(self.target)


@dataclass(frozen=True)
class Delivery:
    """What is sent and to whom: documents, the content folder they were made from, people of the people file, the store."""

    edition: Edition
    content: Mapping[str, bytes]
    documents: Sequence[OutgoingDocument]
    people: People | None
    recipients: Sequence[Person]
    store: Store


@dataclass(frozen=True)
class PendingMail:
    """A mail to one person, with those files of a document that are to be sent. `id`: its Message-ID without brackets.

    `was_begun`: an earlier run began to send it, and its outcome is not known.
    """

    document: OutgoingDocument
    recipient: Person
    files: tuple[File, ...]
    id: str
    was_begun: bool = False


@dataclass(frozen=True)
class DeliveryResult:
    """The outcome of one document for one person.

    `outcome`: the outcome of a `smtp.Reply`, or `written` to the outbox, `had` if the person has it already, `due` in a dry run.
    `details`: the server's words, a path, a date.
    """

    document: OutgoingDocument
    recipient: Person
    outcome: str
    details: str = ""
    tries: int = 1
    may_arrive_twice: bool = False

    @property
    def is_failed(self) -> bool:
        return self.outcome in {"refused", "failed", "unsure"}

    def to_dict(self) -> dict[str, Any]:
        target = self.document.target
        return {
            "kind": target.kind,
            "subject": target.subject,
            "name": target.name,
            **({"audience": target.audience} if target.audience else {}),
            **({"language": target.language} if target.language else {}),
            "files": [file.name for file in self.document.files],
            "to": self.recipient.address,
            "outcome": self.outcome,
            "said": self.details,
            "tries": self.tries,
            "may_arrive_twice": self.may_arrive_twice,
        }


# Which documents.


def targets(
    edition: Edition, words: Sequence[str], kinds: str | None, formats: str | None, paper: str, audience: str = ""
) -> tuple[list[Target], list[str]]:
    """The documents that words name: kinds (`report`, `handouts`, `all`), decks, and countries for their briefs. No word: all.

    With `kinds`, the words name countries and decks, and their documents of these kinds are meant. A target has all formats of its
    kind, so that it is the same as in a plain build. With an `audience`, they are the documents for it. Also returns the names of
    countries without facts. Raises NotUnderstood.
    """
    subjects_of_all = [] if "all" in words else list(words)
    plan.check_audience(edition, audience)
    asked = dict.fromkeys(kinds.split(","), subjects_of_all) if kinds else _subjects_by_kind(edition, words)
    if audience and not (kinds or subjects_of_all):  # no words: everything for this audience
        asked = {name: subjects for name, subjects in asked.items() if KINDS[name].has_audiences}
    format_words = request.words(formats or DEFAULT_FORMAT)
    found: list[Target] = []
    left_out: list[str] = []
    for kind, subjects in asked.items():
        planned = plan.plan(edition, Request(tuple(subjects), kinds=(kind,), paper=paper, audience=audience))
        if plan.formats_of(KINDS[kind], format_words, list(asked)):
            found += planned.targets
            left_out += planned.left_out
    return found, list(dict.fromkeys(left_out))


def _subjects_by_kind(edition: Edition, words: Sequence[str]) -> dict[str, list[str]]:
    """The kinds that words name, each with its subjects; an empty list stands for all of them."""
    kind_of = {word: kind for kind in KINDS for word in (kind, f"{kind}s")}
    brief, handout = _first_kind("country"), _first_kind("deck")
    whole = {kind_of[word.lower()] for word in words if word.lower() in kind_of}
    if not words or "all" in map(str.lower, words):
        whole = {name for name, kind in KINDS.items() if _has_any(edition, kind)}
    named: dict[str, list[str]] = {}
    for word in words:
        if word.lower() not in {*kind_of, "all"}:
            named.setdefault(handout if word in edition.decks else brief, []).append(word)
    plan.codes(edition, named.get(brief, []))  # raises for a word that is no country, even if all documents are asked for
    return {kind: [] if kind in whole else named[kind] for kind in KINDS if kind in whole or kind in named}


def _first_kind(subjects: Subjects) -> str:
    """The kind that is meant if only a country or a deck is named."""
    return next(name for name, kind in KINDS.items() if kind.subjects == subjects)


def _has_any(edition: Edition, kind: Kind) -> bool:
    """Whether an edition has anything that documents of the kind are about."""
    has: Mapping[Subjects, object] = {"country": edition.countries, "deck": edition.decks}
    return bool(has.get(kind.subjects)) or (kind.is_single and kind.is_in(edition, ""))


def built(outcomes: Iterable[Outcome], out: Path, formats: str | None) -> list[OutgoingDocument]:
    """The documents that were built, with the bytes of their files."""
    return [
        OutgoingDocument(
            o.target, tuple(_file(o.target, path, out, path.read_bytes()) for path in o.files if _is_requested(path, formats))
        )
        for o in outcomes
        if not o.problems
    ]


def sealed(documents: Sequence[OutgoingDocument], sealer: PdfSealer, store: Store, *, dry_run: bool) -> list[OutgoingDocument]:
    """The documents with their PDFs signed. A PDF that went out with a signature by the same certificate is taken as it went out,
    so that nobody gets it twice. A dry run signs nothing."""
    sent = {one.sha256: one for one in store.sent() if one.name.endswith(".pdf")}

    def signed(file: File) -> File:
        if not file.name.endswith(".pdf") or not file.data:
            return file
        known = (store.document(one) for one in reversed(sent.values()) if one.name == file.name)
        old = next((data for data in known if sealer.has_signed(data, file.data)), b"")
        return replace(file, data=old or (file.data if dry_run else sealer.signed(file.data)))

    return [replace(one, files=tuple(map(signed, one.files))) for one in documents]


def not_built(edition: Edition, theme: Theme, wanted: Iterable[Target], out: Path, formats: str | None) -> list[OutgoingDocument]:
    """The documents as they stand in the output folder, for a dry run. Stale files have no bytes."""
    fingerprinter = Fingerprinter(edition, theme)
    known: Mapping[str, Any] = manifest.read(out).get("files", {})
    found = []
    for target in wanted:
        inputs = asdict(fingerprinter.inputs(target))
        paths = [path for path in plan.paths(edition, [target], out) if _is_requested(path, formats)]
        files = [_file(target, path, out, manifest.if_fresh(path, known.get(_name(path, out), {}), inputs)) for path in paths]
        found.append(OutgoingDocument(target, tuple(files)))
    return found


def _is_requested(path: Path, formats: str | None) -> bool:
    return path.suffix[1:] in request.words(formats or DEFAULT_FORMAT)


def _file(target: Target, path: Path, out: Path, data: bytes) -> File:
    return File(_name(path, out), target.kind, target.subject, target.paper, data)


def _name(path: Path, out: Path) -> str:
    return path.relative_to(out).as_posix()


# Mails.


def pending_mails(
    delivery: Delivery, people: People, sent: Iterable[Sent], resends: Container[tuple[str, str]]
) -> tuple[list[PendingMail], list[DeliveryResult]]:
    """The mails that are to be sent, and a result for each person who has a document already.

    No file is sent to the same person twice, except those in `resends`: addresses of the people file with hashes of files.
    """
    had: dict[tuple[str, str], Sent] = {}
    begun: dict[tuple[str, str], Sent] = {}
    for one in sent:
        (had if one.is_certain else begun)[one.to.lower(), one.sha256] = one
    pending: list[PendingMail] = []
    skipped: list[DeliveryResult] = []
    for document in delivery.documents:
        for person in delivery.recipients:
            files = {(person.address.lower(), digest(file.data)): file for file in document.files}
            missing = {key: file for key, file in files.items() if key not in had or (person.address, key[1]) in resends}
            if missing:
                pending.append(_pending(document, person, missing, begun, people))
            elif files:
                latest = max((had[key] for key in files), key=lambda one: one.when)
                skipped.append(DeliveryResult(document, person, "had", _how_sent(latest)))
    return pending, skipped


def _pending(
    document: OutgoingDocument, person: Person, files: Mapping[tuple[str, str], File], begun: Mapping[tuple[str, str], Sent],
    people: People,
) -> PendingMail:  # fmt: skip
    """A mail under a new id, or under the id of an earlier mail with the same files whose outcome is not known."""
    ids = {begun[key].message if key in begun else "" for key in files}
    if len(ids) == 1 and "" not in ids:
        return PendingMail(document, person, tuple(files.values()), ids.pop(), was_begun=True)
    id = f"{secrets.token_hex(10)}@{people.sender.address.rpartition('@')[2]}"
    return PendingMail(document, person, tuple(files.values()), id)


def _how_sent(sent: Sent) -> str:
    how = {"smtp": "mailed", "outbox": "written to the outbox", "export": "exported"}[sent.channel]
    return f"{how} on {sent.when[:10]}"


class Transport(Protocol):
    """A way to send mails."""

    channel: Channel

    def deliver(self, pending: PendingMail, message: EmailMessage, before_arrival: Callable[[], None]) -> smtp.Reply:
        """Send a mail. `before_arrival` is called just before it may arrive."""


class SmtpTransport:
    """Sends mails through a mail server, from the sender's address."""

    channel: Channel = "smtp"

    def __init__(self, connection: smtp.Connection, sender: Person):
        self._connection = connection
        self._sender = sender

    def deliver(self, pending: PendingMail, message: EmailMessage, before_arrival: Callable[[], None]) -> smtp.Reply:
        return self._connection.deliver(self._sender.address, pending.recipient.address, mail.raw(message), before_arrival)


class OutboxTransport:
    """Writes mails as files, for a mail program to send."""

    channel: Channel = "outbox"

    def __init__(self, folder: Path):
        self._folder = folder

    def deliver(self, pending: PendingMail, message: EmailMessage, before_arrival: Callable[[], None]) -> smtp.Reply:
        before_arrival()
        path = mail.write_to_outbox(message, self._folder, pending.recipient, Path(pending.files[0].name).stem)
        return smtp.Reply("sent", str(path))


@dataclass
class MailRun:
    """Sends each document to each person. `templates`: the folder with the template of mails. `resend`: send also to those who have
    the document already."""

    delivery: Delivery
    templates: Path
    resend: bool
    _people: People = field(init=False)

    def __post_init__(self) -> None:
        assert self.delivery.people
        self._people = self.delivery.people
        self._writer = mail.MessageWriter(self.templates)

    def __len__(self) -> int:
        return len(self.delivery.documents) * len(self.delivery.recipients)

    def dry_run(self, done: Callable[[DeliveryResult], None]) -> list[DeliveryResult]:
        """What would be sent to whom. `done` is called for each."""
        unfinished, every = self._resends()
        pending, results = self._pending_mails(unfinished or every)
        results += [DeliveryResult(one.document, one.recipient, "due", _files_due(one)) for one in pending]
        for result in results:
            done(result)
        return results

    def send(
        self, server: smtp.Server | None, done: Callable[[DeliveryResult], None], say: Callable[[str], None]
    ) -> list[DeliveryResult]:
        """Send the mails one after the other through the server, or write them to the outbox if there is none.

        `done` is called after each mail, `say` with a sentence when the run has to wait. The store is locked meanwhile. If the
        server goes away, the rest is left for the next run. Raises ToolError if the server can't be used.
        """
        store = self.delivery.store
        with store.locked(WAITING), ExitStack() as stack:
            unfinished, every = self._resends()
            if self.resend and unfinished:
                say("Continuing an interrupted run: what it has sent again is not sent once more.")
            elif self.resend:
                store.begin_resends(every, now())
            pending, results = self._pending_mails(unfinished or every)
            for result in results:
                done(result)
            written = [(one, self._text(one)) for one in pending]  # an error in the template shows before anything is sent
            content = store.add_content(self.delivery.content) if pending else ""
            transport: Transport = OutboxTransport(mail.OUTBOX)
            if server:
                transport = SmtpTransport(stack.enter_context(smtp.Connection(server, say)), self._people.sender)
            for result in self._sent(written, content, transport):
                results.append(result)
                done(result)
        return results

    def _sent(
        self, written: Iterable[tuple[PendingMail, mail.MailText]], content: str, transport: Transport
    ) -> Iterator[DeliveryResult]:
        gone = ""
        for pending, text in written:
            try:
                reply = smtp.Reply("failed", gone) if gone else self._send_one(pending, text, content, transport)
            except smtp.Unreachable as error:
                gone = f"the server is gone ({error})"
                reply = smtp.Reply("unsure" if error.is_unsure else "failed", gone, may_arrive_twice=error.is_unsure)
            outcome = "written" if reply.outcome == "sent" and transport.channel == "outbox" else reply.outcome
            twice = reply.may_arrive_twice or (pending.was_begun and outcome == "sent")
            yield DeliveryResult(pending.document, pending.recipient, outcome, reply.text, reply.tries, twice)

    def _resends(self) -> tuple[Resends, Resends]:
        """Two sets of files that are sent to people who have them already. The first: those that an interrupted run was to send
        again. The second: all files with `resend`, else none."""
        delivery = self.delivery
        hashes = [digest(file.data) for document in delivery.documents for file in document.files]
        every = {(person.address, sha256) for person in delivery.recipients for sha256 in hashes}
        return every & delivery.store.pending_resends(), every if self.resend else set()

    def _pending_mails(self, resends: Resends) -> tuple[list[PendingMail], list[DeliveryResult]]:
        return pending_mails(self.delivery, self._people, self.delivery.store.sent(), resends)

    def _send_one(self, pending: PendingMail, text: mail.MailText, content: str, transport: Transport) -> smtp.Reply:
        people, store = self._people, self.delivery.store
        message = mail.message(people.sender, people.replies, pending.recipient, text, pending.files, pending.id, now())
        has_begun = False

        def before_arrival() -> None:
            nonlocal has_begun
            store.begin(pending.id, pending.recipient.address, transport.channel, pending.files, content, now())
            has_begun = True

        try:
            reply = transport.deliver(pending, message, before_arrival)
        except smtp.Unreachable as gone:
            if has_begun and not gone.is_unsure:
                store.end(pending.id, "failed", now(), str(gone))
            raise
        if reply.outcome == "unsure" or (reply.outcome == "failed" and not has_begun):
            return reply
        if not has_begun:  # a refusal ends a resend that an interrupted run still owed
            before_arrival()
        return replace(reply, outcome=store.end(pending.id, reply.outcome, now(), reply.text))

    def _text(self, pending: PendingMail) -> mail.MailText:
        edition, people = self.delivery.edition, self._people
        about, target = edition.about, pending.document.target
        labels = Labels.of(edition)
        deck = edition.decks.get(target.subject)
        title, name = (" ".join(text.split()) for text in (about.title.words, deck.head.title.words if deck else target.name))
        return self._writer.text(
            {
                "title": title,
                "status": about.status,
                "date": about.says(about.date),
                "as_of": labels("as_of", date=about.says(about.as_of.countries)),
                "kind": target.kind,
                "name": name,
                "files": [Path(file.name).name for file in pending.files],
                "editable": any(file.name.endswith(EDITABLE) for file in pending.files),
                "restriction": restricted.words(release.restriction(self.delivery.edition, target), about, labels),
                "to": pending.recipient.name,
                "sender": people.sender.name or people.sender.address,
                "replies": people.replies.address if people.replies else "",
            }
        )


def _files_due(pending: PendingMail) -> str:
    return ", ".join(f"{file.name}{'' if file.data else ' (to be built first)'}" for file in pending.files)


def line(result: DeliveryResult) -> str:
    """The outcome of a mail on one line."""
    text = {
        "sent": "sent",
        "refused": f"refused: {result.details}",
        "failed": f"not sent: {result.details}",
        "unsure": f"perhaps sent: {result.details}",
        "written": f"written to {result.details}",
        "had": f"has it already, {result.details}{AGAIN}",
        "due": f"would get {result.details}",
    }[result.outcome]
    tries = f" at try {result.tries}" if result.outcome == "sent" and result.tries > 1 else ""
    twice = (
        "; may arrive twice, because the connection or the last run broke off during the handover"
        if result.may_arrive_twice
        else ""
    )
    return f"{result.document} to {result.recipient}: {text}{tries}{twice}"


def summary(results: Sequence[DeliveryResult]) -> str:
    """How many mails were sent, and what to do about the others."""
    texts = {
        "sent": "sent",
        "written": f"written to {mail.OUTBOX}/",
        "refused": "refused",
        "failed": "not sent",
        "unsure": "perhaps sent",
        "had": "there already",
        "due": "to send",
    }
    counts = {outcome: sum(r.outcome == outcome for r in results) for outcome in texts}
    whole = ", ".join(f"{counts[outcome]} {text}" for outcome, text in texts.items() if counts[outcome]) or "nothing to send"
    todo = " Open each in a mail program and send it; no mail server is set." if counts["written"] else ""
    todo += " Run the same command again to send the rest." if counts["failed"] or counts["unsure"] else ""
    return f"{whole}.{todo}"


# Exports.


def export(delivery: Delivery, folder: Path, dry_run: bool) -> Iterator[Path | Problem]:
    """Copy files into a folder, in the subfolders that they have in the output folder. Each is recorded before it is written.

    A file that is there already is replaced only if it was sent before; any other file may be somebody's work.
    """
    files = [file for document in delivery.documents for file in document.files]
    if dry_run:
        yield from (folder / file.name for file in files)
        return
    store = delivery.store
    with store.locked(WAITING):
        content = store.add_content(delivery.content)
        for file in files:
            path = folder / file.name
            if path.exists() and not _may_replace(path, file, store):
                hint = "It may be somebody’s work: move it elsewhere, or export to another folder."
                yield Problem("error", str(path), 0, 0, "there is a file that was never sent as it is now", hint)
                continue
            for address in [person.address for person in delivery.recipients] or [""]:
                id = f"export-{secrets.token_hex(10)}"
                store.begin(id, address, "export", [file], content, now())
                store.end(id, "sent", now())
            put(path, file.data)
            yield path


def _may_replace(path: Path, file: File, store: Store) -> bool:
    try:
        data = plainfile.read(path, manifest.LARGEST)
    except OSError:
        return False
    return data == file.data or store.by_hash(digest(data)) is not None
