"""Writes redlines: today's Word files with tracked changes since an older text, for people who approve in Word.

In: today's edition, the documents to compare, and the older state: the content at a git revision, or the output folder of an older
build. Out: a `Redline` for each document, and its file in `dist/redline/`. The older document is built with today's templates from
the content at a revision, or taken as it is from the older output folder. `tracked.py` makes one file out of the two documents.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from briefs import plainfile
from briefs.compose.kinds import KINDS
from briefs.delivery.store import put
from briefs.edition.dates import Date
from briefs.edition.files import CONTROL
from briefs.edition.model import Edition
from briefs.press import dates, manifest, plan
from briefs.press.documents import Target
from briefs.press.makers import make
from briefs.press.session import Session
from briefs.problems import NotUnderstood, Problem, Problems, ToolError, internal_error
from briefs.redline import tracked
from briefs.redline.revisions import Revision, in_revision, known
from briefs.theme import Theme
from briefs.tools import git
from briefs.typeset.word import package, zotero
from briefs.typeset.word.package import RELATIONS, Package, forbidden_links
from briefs.wordfile import docx

DEFAULT_AUTHOR = "briefs"  # the author of the changes, if the edition names no publisher
_FORMATS = ("docx",)


@dataclass(frozen=True)
class Redline:
    """The outcome for one document.

    `outcome`: written (with `path` and the number of `changes`), unchanged, new (the older state has no such document), or failed.
    `since`: the name of the older state.
    """

    target: Target
    since: str
    outcome: str
    path: Path | None = None
    changes: int = 0
    problems: tuple[Problem, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.target.kind,
            "subject": self.target.subject,
            "name": self.target.name,
            "paper": self.target.paper,
            "since": self.since,
            "outcome": self.outcome,
            "file": str(self.path) if self.path else None,
            "changes": self.changes,
            "problems": [problem.to_dict() for problem in self.problems],
        }


def line(redline: Redline) -> str:
    """The outcome on one line."""
    name = str(redline.target)
    if redline.outcome == "unchanged":
        return f"{name}: unchanged since {redline.since}; nothing to approve, no file"
    if redline.outcome == "new":
        return f"{name}: did not exist in {redline.since}; all of it is new, no file"
    if redline.outcome == "failed":
        return f"{name}: failed, {len(redline.problems)} problem{'s' if len(redline.problems) > 1 else ''}"
    changes = "1 tracked change" if redline.changes == 1 else f"{redline.changes} tracked changes"
    return f"{name}: {changes} since {redline.since}  {redline.path}"


# The older state.


class OlderState(Protocol):
    """The older state that documents are compared with."""

    @property
    def name(self) -> str:
        """The name of the older state, as the user gave it."""

    @property
    def unread(self) -> list[Problem]:
        """Warnings about content of the older state that today's rules refuse. The older documents are made without this content.
        Making a document may add warnings."""

    def docx(self, target: Target, session: Session) -> bytes | None:
        """The older file of a document; None if there was none. Raises Problems."""


@dataclass(frozen=True)
class OlderContent:
    """The content at a git revision. Its documents are made with today's templates."""

    revision: Revision

    @property
    def name(self) -> str:
        return self.revision.name

    @property
    def unread(self) -> list[Problem]:
        return self.revision.unread

    def docx(self, target: Target, session: Session) -> bytes | None:
        edition = self.revision.edition
        if not KINDS[target.kind].is_in(edition, target.subject):
            return None
        try:
            return _made(session.for_edition(edition, self.revision.add_unread), target)
        except Problems as error:
            raise Problems(in_revision(self.name, error.problems)) from None


@dataclass(frozen=True)
class OlderOutput:
    """The output folder of an older build. `today`: today's edition, from which the names of the files are derived."""

    name: str
    today: Edition
    unread: list[Problem] = field(default_factory=list)

    def docx(self, target: Target, session: Session) -> bytes | None:
        path = self.path(target)
        try:
            return plainfile.read(path, docx.MAX_FILE_BYTES) if path.exists() else None
        except OSError as error:
            message = f"can’t be read: {error.strerror or 'it is no plain file, or too large'}"
            raise Problems([Problem("error", str(path), 0, 0, message, "Check the file’s permissions.")]) from None

    def path(self, target: Target) -> Path:
        return _path(self.today, target, Path(self.name))


def older(since: str, content: Path, today: Edition, targets: Iterable[Target]) -> OlderState:
    """The older state that `since` names. If `since` is a folder, it is the output of an older build, otherwise a git revision of
    the content folder, or a date.

    Raises NotUnderstood if it is neither, or a folder that has none of the documents; Problems if the content had errors then.
    """
    if os.path.isdir(since):  # False for a name that no file can have
        output = OlderOutput(since, today)
        wanted = [output.path(target) for target in targets]
        if not any(path.is_file() for path in wanted):
            near = ", ".join(str(path) for path in wanted[:3])
            hint = "Is it the output folder of an older build?"
            raise NotUnderstood(f"{since} is a folder, but has no such document: {near}. {hint}")
        return output
    try:
        return OlderContent(known(since, content).in_language(today.translation))
    except git.NotThere as error:
        raise NotUnderstood(f"{error.what}, and there is no folder of that name. {error.hint}") from None


# Redlines.


def redlines(
    edition: Edition, theme: Theme, targets: Sequence[Target], older: OlderState, out: Path, done: Callable[[Redline], None]
) -> list[Redline]:
    """Write the redline of each document, and call `done` after each. If one fails, the others are still written."""
    found = []
    session = Session(edition, theme)
    try:
        for target in targets:
            found.append(_redline(session, target, older, out))
            done(found[-1])
    finally:
        session.close()
    return found


def _redline(session: Session, target: Target, older: OlderState, out: Path) -> Redline:
    name = str(target)
    try:
        before = older.docx(target, session)
        if before is None:
            return Redline(target, older.name, "new")
        data, count = compare(before, _made(session, target), session.edition, f"{older.name}: {name}")
        if not count:
            return Redline(target, older.name, "unchanged")
        path = _path(session.edition, target, out / manifest.REDLINES)
        put(path, data)
    except Problems as error:
        return Redline(target, older.name, "failed", problems=tuple(error.problems))
    except ToolError:
        raise
    except Exception as error:  # a fault of ours, not of the file
        return Redline(target, older.name, "failed", problems=(internal_error(name, error),))
    return Redline(target, older.name, "written", path, count)


def compare(before: bytes, after: bytes, edition: Edition, name: str) -> tuple[bytes, int]:
    """The newer file with tracked changes since the older one, and the number of changes. The author of the changes is the
    edition's publisher; their date is the date of the edition.

    Raises Problems if the older file, called `name`, can't be compared.
    """
    old, new = docx.open_docx(before, name, media=True), package.read(after)
    documents = {f"{stem.removeprefix(f'{edition.translation}/')}.docx" for stem in plan.stems(edition)}
    _check(old, name, documents)
    for one in (old, new):  # links in fields can't be inside a tracked change
        zotero.unwrap(one)
    author = edition.about.publisher.words if edition.about.publisher else DEFAULT_AUTHOR
    date = dates.day(edition.about.date.text)
    count = tracked.track(old, new, author, f"{Date.parse(date).first.isoformat()}T00:00:00Z")
    return package.write(new, date, documents), count


def _check(older: Package, name: str, documents: Container[str]) -> None:
    """Check that a file, which another program may have written, has what `tracked` needs: parts that are XML, and complete
    relationships. Also refuse links that a document may not have. Raises Problems."""
    for part in older.parts:
        if not part.endswith((".xml", ".rels")):
            continue
        if not older.parts[part]:
            raise _not_comparable(name, f"its part {part[:60]} is empty")
        relationships = older.xml(part).iter(f"{{{RELATIONS}}}Relationship")
        if any(not relationship.get(key) for relationship in relationships for key in ("Id", "Type", "Target")):
            raise _not_comparable(name, f"its part {part[:60]} has a relationship without id, type or target")
    if address := next(forbidden_links(older, documents), None):
        raise _not_comparable(name, f"“{CONTROL.sub(' ', address)[:60]}” is nothing that a document may link to")


def _not_comparable(name: str, why: str) -> Problems:
    hint = "Use a file that was built here, or a git revision."
    return Problems([Problem("error", name, 0, 0, f"can’t be compared with today’s document: {why}", hint)])


def _made(session: Session, target: Target) -> bytes:
    return make(session, replace(target, formats=_FORMATS)).files["docx"]


def _path(edition: Edition, target: Target, folder: Path) -> Path:
    return next(plan.paths(edition, [replace(target, formats=_FORMATS)], folder))
