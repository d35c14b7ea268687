"""Reads older states of the content as editions. The module makes no documents, so it is quick to import.

In: a git revision, or the files of an older state. Out: a `Revision`: the edition as it was then, and warnings about content that
today's rules refuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from briefs.edition import files
from briefs.edition.dates import Date
from briefs.edition.model import Edition
from briefs.edition.read import Reading, read_past
from briefs.problems import NotUnderstood, Problem, Problems
from briefs.tools import git

_UNREAD = "The older document was made without it, so today’s words there may show as new."


@dataclass(frozen=True)
class Revision:
    """An older state of the content. `name`: the revision as the user named it. `unread`: warnings about content that today's rules
    refuse."""

    name: str
    edition: Edition
    unread: list[Problem] = field(default_factory=list)

    def in_language(self, tag: str) -> Revision:
        """This state in the language `tag`, or in the source's language if `tag` is empty. Raises NotUnderstood if the edition had
        no such translation then."""
        if tag and tag not in self.edition.translations:
            raise NotUnderstood(f"the edition wasn’t translated into “{tag}” yet at {self.name}. Name a later state.")
        return replace(self, edition=self.edition.translations[tag]) if tag else self

    def add_unread(self, problems: Iterable[Problem]) -> None:
        """Add warnings about content that was left out of the state, or out of a document that is made from it."""
        self.unread.extend(replace(problem, severity="warning", hint=_UNREAD) for problem in in_revision(self.name, problems))


def at_revision(since: str, content: Path, beside: Reading | None = None) -> Revision:
    """The content at the git revision `since`. `beside`: today's reading, which `read_past` needs.

    Raises git.NotThere, and Problems if the content had errors then.
    """
    return from_files(since, git.read(content, since, files.MAX_ALL_BYTES).files, beside)


def known(since: str, content: Path, beside: Reading | None = None) -> Revision:
    """Like `at_revision`; or, if git knows no such revision and `since` is a date, the content at the end of the last day that it
    may mean, in UTC."""
    try:
        return at_revision(since, content, beside)
    except git.NotThere:
        if not is_date(since):
            raise
    return replace(at_revision(git.revision_on(content, Date.parse(since).last), content, beside), name=since)


def commit_of(since: str, content: Path) -> str:
    """The full name of the commit that `known` reads. Raises git.NotThere and ToolError."""
    try:
        return git.commit_of(content, since)
    except git.NotThere:
        if not is_date(since):
            raise
    return git.revision_on(content, Date.parse(since).last)


def is_date(words: str) -> bool:
    """Whether words are a date as the content writes it."""
    try:
        Date.parse(words)
    except ValueError:
        return False
    return True


def from_files(name: str, found: Mapping[str, bytes], beside: Reading | None = None) -> Revision:
    """A state of the content called `name`. `found`: its files, by path. `beside`: see `at_revision`.

    Raises Problems if the content had errors then.
    """
    past = {path: data for path, data in found.items() if not _is_hidden(path)}
    if unreadable := sorted(path for path in past if files.printable(path) != path):
        what = "the file’s name has characters that can’t be printed"
        raise Problems(Problem("error", f"{name}:{files.printable(path)}", 0, 0, what) for path in unreadable)
    reading = read_past(past, beside)
    if reading.edition is None:
        raise Problems(in_revision(name, reading.errors))
    revision = Revision(name, reading.edition)
    revision.add_unread(reading.unread)
    return revision


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in PurePosixPath(name).parts)


def in_revision(since: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems of older content, with the name of the revision before each path."""
    return (replace(problem, path=f"{since}:{problem.path}") for problem in problems)
