"""Files go out: which documents to whom, mailed or exported, and all of it in the store.

In: an edition, the words of a request, the documents as they were built, persons, a store. Out: mails at a server or in the
outbox, or copies in a folder; a `Result` a mail. Joins the modules of this room.

A mail is noted as begun before it may arrive and as ended when its outcome is known (`store.py`). So a run that was ended
anywhere goes on when it is started again: what is noted as sent is left out; what was begun and has no outcome is sent again, with
the same Message-ID, and its line says that it may arrive twice; the rest has never been tried.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol

from briefs.compose.kinds import KINDS
from briefs.delivery import mail, smtp
from briefs.delivery.people import People, Person
from briefs.delivery.store import File, Sent, Store, Way, now, put
from briefs.edition.model import Edition
from briefs.press import manifest
from briefs.press import plan as order
from briefs.press.cache import digest
from briefs.press.documents import Outcome, Target
from briefs.press.fingerprints import Fingerprinter
from briefs.press.request import Request
from briefs.press.request import words as words_of
from briefs.problems import Problem
from briefs.theme import Theme

FORMAT = "docx"  # goes out if no other is asked for: what people can edit
EDITABLE = ".docx"
WAITING = "Another run is sending; waiting for it."


@dataclass(frozen=True)
class OutgoingDocument:
    """A document that goes out, with its files of the formats asked for. In a file that isn't built yet is nothing."""

    target: Target
    files: tuple[File, ...]

    def __str__(self) -> str:
        return f"{self.target.kind} {self.target.name}"


@dataclass(frozen=True)
class Going:
    """What goes out: documents, the content folder that they were made from, to whom (of which people), recorded where."""

    edition: Edition
    content: Mapping[str, bytes]
    documents: Sequence[OutgoingDocument]
    people: People | None
    to: Sequence[Person]
    store: Store


@dataclass(frozen=True)
class Letter:
    """A mail to one person: those files of a document that go to them. `unsure`: it was begun before, with no outcome."""

    document: OutgoingDocument
    to: Person
    files: tuple[File, ...]
    name: str  # its Message-ID
    unsure: bool = False


@dataclass(frozen=True)
class Result:
    """What came of a document and a person.

    `outcome` is an `Answer`'s, or `written` to the outbox, or `had` if it was there already, or `due` in a dry run.
    """

    document: OutgoingDocument
    to: Person
    outcome: str
    said: str = ""
    tries: int = 1
    twice: bool = False

    @property
    def is_failed(self) -> bool:
        return self.outcome in {"refused", "failed", "unsure"}


# What was asked for.


def targets(
    edition: Edition, words: Sequence[str], kinds: str | None, formats: str | None, paper: str
) -> tuple[list[Target], list[str]]:
    """The documents that the words name: kinds (`report`, `handouts`, `all`), decks, countries for their briefs. No word: all.

    With `kinds`, the words name countries and decks whose documents of these kinds are meant. A target has all formats of its
    kind, so that it is the one that a plain build makes. Also gives the countries that have no facts. Raises NotUnderstood.
    """
    subjects_of_all = [] if "all" in words else list(words)
    asked = dict.fromkeys(kinds.split(","), subjects_of_all) if kinds else _asked(edition, words)
    found: list[Target] = []
    left_out: list[str] = []
    for kind, subjects in asked.items():
        planned = order.plan(edition, Request(tuple(subjects), (kind,), paper=paper))
        if order.formats_of(KINDS[kind], words_of(formats or FORMAT), list(asked)):
            found += planned.targets
            left_out += planned.left_out
    return found, list(dict.fromkeys(left_out))


def _asked(edition: Edition, words: Sequence[str]) -> dict[str, list[str]]:
    """Each kind that words name, and the subjects; none stands for all of them."""
    named = {way: kind for kind in KINDS for way in (kind, f"{kind}s")}
    brief = next(kind for kind, row in KINDS.items() if row.subjects == "country")
    handout = next(kind for kind, row in KINDS.items() if row.subjects == "deck")
    asked: dict[str, list[str]] = {}
    whole = {named[w.lower()] for w in words if w.lower() in named}
    if not words or "all" in map(str.lower, words):
        whole = _there(edition)
    for word in words:
        if word.lower() not in {*named, "all"}:
            asked.setdefault(handout if word in edition.decks else brief, []).append(word)
    order.codes(edition, asked.get(brief, []))  # also where all are asked for, no word is passed over
    return {kind: [] if kind in whole else asked[kind] for kind in KINDS if kind in whole or kind in asked}


def _there(edition: Edition) -> set[str]:
    has = {"edition": edition.sections, "country": edition.countries, "deck": edition.decks}
    return {kind for kind, row in KINDS.items() if has[row.subjects]}


def built(outcomes: Iterable[Outcome], out: Path, formats: str | None) -> list[OutgoingDocument]:
    """The documents that were built, with their files' bytes."""
    return [
        OutgoingDocument(
            o.target, tuple(_file(o.target, path, out, path.read_bytes()) for path in o.files if _is_in(path, formats))
        )
        for o in outcomes
        if not o.problems
    ]


def foreseen(edition: Edition, theme: Theme, wanted: Iterable[Target], out: Path, formats: str | None) -> list[OutgoingDocument]:
    """The documents as they are, with nothing in the files that would have to be built first."""
    press = Fingerprinter(edition, theme)
    made: Mapping[str, Any] = manifest.read(out).get("files", {})
    found = []
    for target in wanted:
        inputs = asdict(press.inputs(target))
        files = []
        for path in order.paths(edition, [target], out):
            if _is_in(path, formats):
                known = made.get(path.relative_to(out).as_posix(), {})
                data = path.read_bytes() if known.get("inputs") == inputs and path.is_file() else b""
                files.append(_file(target, path, out, data if digest(data) == known.get("sha256") else b""))
        found.append(OutgoingDocument(target, tuple(files)))
    return found


def _is_in(path: Path, formats: str | None) -> bool:
    return path.suffix[1:] in [word.strip().lower() for word in (formats or FORMAT).split(",")]


def _file(target: Target, path: Path, out: Path, data: bytes) -> File:
    return File(path.relative_to(out).as_posix(), target.kind, target.subject, target.paper, data)


# Mails.


def letters(
    going: Going, people: People, sent: Iterable[Sent], again: Container[tuple[str, str]]
) -> tuple[list[Letter], list[Result]]:
    """The mails that are due, and who has a document already.

    No file goes to the same person twice but those in `again`, by address (as the people file has it) and hash.
    """
    had: dict[tuple[str, str], Sent] = {}
    unsure: dict[tuple[str, str], Sent] = {}
    for one in sent:
        (had if one.sure else unsure)[one.to.lower(), one.sha256] = one
    due: list[Letter] = []
    left: list[Result] = []
    for document in going.documents:
        for person in going.to:
            keys = {(person.address.lower(), digest(file.data)): file for file in document.files}
            missing = {key: f for key, f in keys.items() if key not in had or (person.address, key[1]) in again}
            begun = {unsure[key].message if key in unsure else "" for key in missing}
            if missing and len(begun) == 1 and "" not in begun:
                due.append(Letter(document, person, tuple(missing.values()), begun.pop(), unsure=True))
            elif missing:
                name = f"{secrets.token_hex(10)}@{people.sender.address.rpartition('@')[2]}"
                due.append(Letter(document, person, tuple(missing.values()), name))
            elif keys:
                left.append(Result(document, person, "had", _had(max((had[key] for key in keys), key=lambda one: one.when))))
    return due, left


def _had(sent: Sent) -> str:
    how = {"smtp": "mailed", "outbox": "written to the outbox", "export": "exported"}[sent.by]
    return f"{how} on {sent.when[:10]}"


class Post(Protocol):
    """A way for mails to go."""

    way: Way

    def deliver(self, letter: Letter, message: EmailMessage, begun: Callable[[], None]) -> smtp.Answer:
        """Let a mail go; `begun` is called just before it may arrive."""


class ByServer:
    """Mails go to a mail server, from the sender's address."""

    way: Way = "smtp"

    def __init__(self, connection: smtp.Connection, sender: Person):
        self._connection = connection
        self._sender = sender

    def deliver(self, letter: Letter, message: EmailMessage, begun: Callable[[], None]) -> smtp.Answer:
        return self._connection.deliver(self._sender.address, letter.to.address, mail.raw(message), begun)


class ToOutbox:
    """Mails are written as files, for a mail program to send."""

    way: Way = "outbox"

    def __init__(self, folder: Path):
        self._folder = folder

    def deliver(self, letter: Letter, message: EmailMessage, begun: Callable[[], None]) -> smtp.Answer:
        begun()
        return smtp.Answer("sent", str(mail.put_out(message, self._folder, letter.to, Path(letter.files[0].name).stem)))


class Mails:
    """The mails of a run: each document to each person."""

    def __init__(self, going: Going, templates: Path, again: bool):
        assert going.people
        self._going = going
        self._people = going.people
        self._writer = mail.MessageWriter(templates)
        self._again = again

    def __len__(self) -> int:
        return len(self._going.documents) * len(self._going.to)

    def foresee(self, done: Callable[[Result], None]) -> list[Result]:
        """Who would get what; nothing goes."""
        left, whole = self._owed()
        due, results = self._due(left or whole)
        results += [Result(letter.document, letter.to, "due", _foreseen(letter)) for letter in due]
        for result in results:
            done(result)
        return results

    def send(self, server: smtp.Server | None, done: Callable[[Result], None], say: Callable[[str], None]) -> list[Result]:
        """Let the mails go, one after the other, to the server or else into the outbox; `done` hears of each, `say` of waits.

        The store is held meanwhile. Of a server that is gone the rest is left for the next run. Raises ToolError for one that
        can't be used.
        """
        store = self._going.store
        with store.alone(WAITING), ExitStack() as stack:
            left, whole = self._owed()
            if self._again and left:
                say("Going on with a run that broke off: what it sent again isn’t sent once more.")
            elif self._again:
                store.again(whole, now())
            due, results = self._due(left or whole)
            for result in results:
                done(result)
            written = [(letter, self._words(letter)) for letter in due]  # a fault of the template shows before anything goes
            content = store.keep(self._going.content) if due else ""
            post: Post = ToOutbox(mail.OUTBOX)
            if server:
                post = ByServer(stack.enter_context(smtp.Connection(server, say)), self._people.sender)
            gone = ""
            for letter, words in written:
                try:
                    answer = smtp.Answer("failed", gone) if gone else self._let_go(letter, words, content, post)
                except smtp.Unreachable as fault:
                    gone = f"the server is gone ({fault})"
                    answer = smtp.Answer("failed", gone)
                outcome = "written" if answer.outcome == "sent" and not server else answer.outcome
                twice = answer.twice or (letter.unsure and outcome == "sent")
                results.append(Result(letter.document, letter.to, outcome, answer.said, answer.tries, twice))
                done(results[-1])
        return results

    def _owed(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """What is to go once more: what is left of such a run that was broken off; and all of it, if this is such a run."""
        going = self._going
        files = [digest(file.data) for document in going.documents for file in document.files]
        whole = {(person.address, sha256) for person in going.to for sha256 in files}
        return whole & going.store.owed(), whole if self._again else set()

    def _due(self, again: set[tuple[str, str]]) -> tuple[list[Letter], list[Result]]:
        return letters(self._going, self._people, self._going.store.sent(), again)

    def _let_go(self, letter: Letter, words: mail.Words, content: str, post: Post) -> smtp.Answer:
        people, store = self._people, self._going.store
        message = mail.message(people.sender, people.replies, letter.to, words, letter.files, letter.name, now())
        has_begun = False

        def begun() -> None:
            nonlocal has_begun
            store.begin(letter.name, letter.to.address, post.way, letter.files, content, now())
            has_begun = True

        answer = post.deliver(letter, message, begun)
        if answer.outcome == "refused" and not has_begun:  # it is a part of the story, and an answer to who sends again
            begun()
        if has_begun and answer.outcome != "unsure":
            store.end(letter.name, answer.outcome, now(), answer.said)
        return answer

    def _words(self, letter: Letter) -> mail.Words:
        """The words of a mail, from the template."""
        edition, people = self._going.edition, self._people
        about, target = edition.about, letter.document.target
        deck = edition.decks.get(target.subject)
        title, name = (" ".join(str(text).split()) for text in (about.title, deck.head.title if deck else target.name))
        return self._writer.words(
            {
                "title": title,
                "status": about.status,
                "date": about.date.words(about.language),
                "as_of": about.as_of.countries.words(about.language),
                "kind": target.kind,
                "name": name,
                "files": [Path(file.name).name for file in letter.files],
                "editable": any(file.name.endswith(EDITABLE) for file in letter.files),
                "to": letter.to.name,
                "sender": people.sender.name or people.sender.address,
                "replies": people.replies.address if people.replies else "",
            }
        )


def _foreseen(letter: Letter) -> str:
    return ", ".join(f"{file.name}{'' if file.data else ' (to be built first)'}" for file in letter.files)


def line(result: Result) -> str:
    """A mail on one line: the document, to whom, what came of it."""
    said = {
        "sent": "sent",
        "refused": f"refused: {result.said}",
        "failed": f"not sent: {result.said}",
        "unsure": f"perhaps sent: {result.said}",
        "written": f"written to {result.said}",
        "had": f"has it already, {result.said}; --again sends it again",
        "due": f"would get {result.said}",
    }[result.outcome]
    tries = f" at try {result.tries}" if result.outcome == "sent" and result.tries > 1 else ""
    twice = "; may arrive twice, as the connection or the last run broke off while it was handed over" if result.twice else ""
    return f"{result.document} to {result.to}: {said}{tries}{twice}"


def record(result: Result) -> dict[str, Any]:
    """A result for `--json`."""
    target = result.document.target
    return {
        "kind": target.kind,
        "subject": target.subject,
        "name": target.name,
        "files": [file.name for file in result.document.files],
        "to": result.to.address,
        "outcome": result.outcome,
        "said": result.said,
        "tries": result.tries,
        "may_arrive_twice": result.twice,
    }


def summary(results: Sequence[Result]) -> str:
    """How many mails went, and what to do about those that didn’t."""
    said = {
        "sent": "sent",
        "written": f"written to {mail.OUTBOX}/",
        "refused": "refused",
        "failed": "not sent",
        "unsure": "perhaps sent",
        "had": "there already",
        "due": "to send",
    }
    counts = {outcome: sum(r.outcome == outcome for r in results) for outcome in said}
    whole = ", ".join(f"{counts[outcome]} {words}" for outcome, words in said.items() if counts[outcome]) or "nothing to send"
    todo = " Open each in a mail program and send it; no mail server is set." if counts["written"] else ""
    todo += " The same command again goes on with what is left." if counts["failed"] or counts["unsure"] else ""
    return f"{whole}.{todo}"


# Exports.


def export(going: Going, folder: Path, dry: bool) -> Iterator[Path | Problem]:
    """Copy files into a folder, in the subfolders that they have in the output folder; each is recorded before it is there.

    A file that stands there already is replaced only if it once went out: another may be somebody's work.
    """
    files = [file for document in going.documents for file in document.files]
    if dry:
        yield from (folder / file.name for file in files)
        return
    store = going.store
    with store.alone(WAITING):
        content = store.keep(going.content)
        for file in files:
            path = folder / file.name
            if path.exists() and not _is_ours(path, file, store):
                hint = "It may be somebody’s work: move it elsewhere, or export to another folder."
                yield Problem("error", str(path), 0, 0, "stands there already, and never went out as it is", hint)
                continue
            for address in [person.address for person in going.to] or [""]:
                name = f"export-{secrets.token_hex(10)}"
                store.begin(name, address, "export", [file], content, now())
                store.end(name, "sent", now())
            put(path, file.data)
            yield path


def _is_ours(path: Path, file: File, store: Store) -> bool:
    if not path.is_file():
        return False
    data = path.read_bytes()
    return data == file.data or store.by_hash(digest(data)) is not None
