"""Redlines: today's Word files with tracked changes from an older text. The room's joining file for who approves in Word.

In: today's edition, documents, and what they are held against: the content at a git revision, or the folder of an older dist.
Out: a `Redline` a document, and its file in `dist/redline/`. Of a revision the older document is built as today's is, with today's
templates; from an older dist it is taken as it stands. How two files become one stands in `tracked.py`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from briefs.compose.kinds import KINDS
from briefs.delivery.store import put
from briefs.edition import files
from briefs.edition.dates import Date
from briefs.edition.model import Edition
from briefs.edition.read import read_files
from briefs.press import dates, manifest
from briefs.press import plan as order
from briefs.press.documents import Target
from briefs.press.makers import make
from briefs.press.session import Session
from briefs.problems import NotUnderstood, Problem, Problems
from briefs.redline import tracked
from briefs.theme import Theme
from briefs.tools import git
from briefs.typeset.word import package
from briefs.wordfile import docx as arrival

NOBODY = "briefs"  # the author of changes if the edition names no publisher
_FORMAT = ("docx",)


@dataclass(frozen=True)
class Redline:
    """What came of a document: its file with so many tracked changes; or none, as it is unchanged or there is no older one."""

    target: Target
    since: str
    outcome: str  # written, unchanged, new (there was no such document), failed
    path: Path | None = None
    changes: int = 0
    problems: tuple[Problem, ...] = ()


class Older(Protocol):
    """What documents are held against."""

    @property
    def name(self) -> str:
        """As it was said."""

    def docx(self, target: Target, session: Session) -> bytes | None:
        """The older file of a document; None if there was none. Raises Problems if it can't be had."""


@dataclass(frozen=True)
class Revision:
    """The content at a git revision: its documents are built with today's templates."""

    name: str
    edition: Edition

    def docx(self, target: Target, session: Session) -> bytes | None:
        if not _is_in(self.edition, target):
            return None
        try:
            return _made(session.for_edition(self.edition), target)
        except Problems as fault:
            raise Problems(_at(self.name, fault.problems)) from None


@dataclass(frozen=True)
class Dist:
    """The output folder of an older build."""

    name: str
    today: Edition

    def docx(self, target: Target, session: Session) -> bytes | None:
        path = self.path(target)
        try:
            return path.read_bytes() if path.is_file() else None
        except OSError as fault:
            raise Problems([_problem(path, f"can’t be read: {fault.strerror}", "Look at its rights.")]) from None

    def path(self, target: Target) -> Path:
        return next(order.paths(self.today, [replace(target, formats=_FORMAT)], Path(self.name)))


def older(since: str, content: Path, today: Edition, targets: Iterable[Target]) -> Older:
    """What `since` names: a folder is an older dist, else it is a git revision of the content folder.

    Raises NotUnderstood if it is neither, or a folder that has none of the documents; Problems if the content had errors then.
    """
    if Path(since).is_dir():
        dist = Dist(since, today)
        wanted = [dist.path(t) for t in targets]
        if not any(path.is_file() for path in wanted):
            near = ", ".join(str(path) for path in wanted[:3])
            hint = "Is it the folder of an older build (dist)?"
            raise NotUnderstood(f"{since} is a folder, but has no such document: {near}. {hint}")
        return dist
    try:
        snapshot = git.read(content, since, files.MAX_ALL_BYTES)
    except git.NotThere as fault:
        raise NotUnderstood(f"{fault.what}, and there is no folder of that name. {fault.hint}") from None
    found = {name: data for name, data in snapshot.files.items() if not any(p.startswith(".") for p in PurePosixPath(name).parts)}
    reading = read_files(found)
    if reading.edition is None:
        raise Problems(_at(since, reading.errors))
    return Revision(since, reading.edition)


def redlines(
    edition: Edition, theme: Theme, targets: Sequence[Target], held: Older, out: Path, done: Callable[[Redline], None]
) -> list[Redline]:
    """Write the redline of each document; `done` hears of each as it ends. One that fails leaves the others alone."""
    found = []
    session = Session(edition, theme)
    try:
        for target in targets:
            found.append(_redline(session, target, held, out))
            done(found[-1])
    finally:
        session.close()
    return found


def _redline(session: Session, target: Target, held: Older, out: Path) -> Redline:
    path = next(order.paths(session.edition, [replace(target, formats=_FORMAT)], out / manifest.REDLINES))
    try:
        before = held.docx(target, session)
        if before is None:
            return Redline(target, held.name, "new")
        data, count = compared(before, _made(session, target), session.edition, f"{held.name}: {target.kind} {target.name}")
        if not count:
            return Redline(target, held.name, "unchanged")
        put(path, data)
    except Problems as fault:
        return Redline(target, held.name, "failed", problems=tuple(fault.problems))
    return Redline(target, held.name, "written", path, count)


def compared(before: bytes, after: bytes, edition: Edition, name: str) -> tuple[bytes, int]:
    """The newer file with the changes since the older, and how many. The changes bear the edition's publisher and date.

    Raises Problems if the older file is no Word file that can be read.
    """
    old, new = _opened(before, name), package.read(after)
    author = edition.about.publisher.markdown if edition.about.publisher else NOBODY
    date = dates.day(edition.about.date.text)
    when = f"{Date.parse(date).first.isoformat()}T00:00:00Z"
    try:
        count = tracked.track(old, new, author, when)
    except (AttributeError, KeyError, TypeError, ValueError) as fault:  # a file that another program wrote
        what = f"can’t be held against today’s: {type(fault).__name__} ({' '.join(str(fault).split())[:80]})"
        raise Problems([Problem("error", name, 0, 0, what, "Use a file that was built here, or a git revision.")]) from None
    return package.write(new, date), count


def _opened(data: bytes, name: str) -> package.Package:
    """A Word file of an older dist: looked at as one that a stranger sent, then with its pictures."""
    found = arrival.open_docx(data, name)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        pictures = [e for e in archive.infolist() if not found.parts.get(e.filename) and not e.is_dir()]
        if sum(e.file_size for e in pictures) > arrival.MAX_TOTAL_BYTES:
            raise arrival.too_large(name, sum(e.file_size for e in pictures))
        for entry in pictures:
            with archive.open(entry) as file:
                found.parts[entry.filename] = file.read(entry.file_size)
    return found


def _made(session: Session, target: Target) -> bytes:
    return make(session, replace(target, formats=_FORMAT)).files["docx"]


def _is_in(edition: Edition, target: Target) -> bool:
    """Could the document be made of the edition?"""
    return KINDS[target.kind].is_in(edition, target.subject)


def _at(since: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Problems of the older content, so named."""
    return (replace(p, path=f"{since}:{p.path}") for p in problems)


def _problem(path: Path, what: str, hint: str) -> Problem:
    return Problem("error", str(path), 0, 0, what, hint)


# For people.


def line(redline: Redline) -> str:
    """A document on one line."""
    name = f"{redline.target.kind} {redline.target.name}"
    if redline.outcome == "unchanged":
        return f"{name}: unchanged since {redline.since}; nothing to approve, no file"
    if redline.outcome == "new":
        return f"{name}: not there in {redline.since}: all of it is new, no file"
    if redline.outcome == "failed":
        return f"{name}: failed, {len(redline.problems)} problem{'s' if len(redline.problems) > 1 else ''}"
    changes = "1 tracked change" if redline.changes == 1 else f"{redline.changes} tracked changes"
    return f"{name}: {changes} since {redline.since}  {redline.path}"


def record(redline: Redline) -> dict[str, Any]:
    """The same for `--json`."""
    return {
        "kind": redline.target.kind,
        "subject": redline.target.subject,
        "name": redline.target.name,
        "paper": redline.target.paper,
        "since": redline.since,
        "outcome": redline.outcome,
        "file": str(redline.path) if redline.path else None,
        "changes": redline.changes,
        "problems": [p.to_dict() for p in redline.problems],
    }
