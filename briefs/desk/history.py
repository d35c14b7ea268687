"""The history of a text in git: who changed which words when, and the way back.

In: the repository in which the content is. Out: pages; the words of a revision, to be taken back passage by passage as the edits of
a returned file are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from starlette.responses import RedirectResponse, Response

from briefs.desk import editing, fieldchanges, forms
from briefs.desk.access import Visitor
from briefs.desk.desk import Asked, Desk, NoSuchPage
from briefs.desk.returned import ReturnedFiles, edits_of
from briefs.edition.files import MAX_ALL_BYTES
from briefs.problems import Problem, Problems, ToolError
from briefs.tools import git

MOST = 50  # revisions that a page lists
MESSAGE = "Change {}"  # what a commit of the desk says, with the paths of its files
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class TextHistory:
    """Makes each save a commit. `author`: a name and an address, for a desk whose visitors have no name."""

    def __init__(self, folder: Path, author: tuple[str, str] = ("", "")):
        """Raises Problems if the content is in no repository."""
        self._folder, self._author = folder, author
        if not git.is_in_repository(folder):
            what = "it is in no git repository, so saves can’t be commits"
            raise Problems([Problem("error", str(folder), 0, 0, what, "Make one with `git init`, and commit the content.")])

    def keep(self, changed: Mapping[str, bytes], visitor: Visitor) -> None:
        """Commit what a visitor saved, in the visitor's name.

        Raises ToolError with what git says. The files are saved nevertheless.
        """
        author = (visitor.name, visitor.id if "@" in visitor.id else "") if visitor.name else self._author
        try:
            git.commit(self._folder, changed, author, MESSAGE.format(", ".join(sorted(changed))))
        except (git.NotThere, ToolError) as fault:
            raise ToolError(f"It is saved, but isn’t in git’s history: {fault.args[0]}") from None


def history(desk: Desk, asked: Asked) -> Response:
    """The revisions of a text."""
    opened = _opened(desk, asked)
    path = opened.sheet.path
    found = git.revisions(desk.folders.content, path, MOST)
    own = MESSAGE.format(path)
    is_unrecorded = bool(found) and _files(desk, found[0].commit).get(path) != opened.now.files[path]
    title = desk.words("history_of", title=opened.title)
    return desk.page("history.html", title=title, opened=opened, revisions=found, is_unrecorded=is_unrecorded, own=own)


def revision(desk: Desk, asked: Asked) -> Response:
    """The words that a revision of a text changed."""
    opened = _opened(desk, asked)
    commit, path = _commit(asked), opened.sheet.path
    after = _files(desk, commit).get(path, b"")
    before = _files(desk, f"{commit}~1").get(path)
    shown: dict[str, Any] = {"first": after.decode("utf-8", "replace"), "edits": ()}
    if before is not None:
        shown = {"first": "", **_changes(desk, opened, before, after)}
    title, is_now = desk.words("history_of", title=opened.title), opened.now.files[path] == after
    return desk.page("revision.html", title=title, opened=opened, commit=commit, is_now=is_now, **shown)


def _changes(desk: Desk, opened: editing.OpenFile, before: bytes, after: bytes) -> dict[str, Any]:
    """What `revision.html` shows of the changes of a file: its fields, the facts that were moved, passages of its text, and all
    passages of the file."""
    path, files = opened.sheet.path, opened.now.files
    then, now = (opened.form_of({**files, path: data}) for data in (before, after))
    edits = edits_of(path, before, after)
    return {
        "edits": edits, "fields": fieldchanges.between(then, now, desk.words), "moved": [*fieldchanges.moved(then, now)],
        "in_text": [edit for edit in edits if then.field_at(edit.start + 1) == forms.BODY],
        "named": partial(editing.place_named, desk.words, opened.now, {**files, path: before}),
    }  # fmt: skip


def take_back(desk: Desk, asked: Asked) -> Response:
    """Show where a revision differs from the file, each passage to be taken or left."""
    opened = _opened(desk, asked)
    path = opened.sheet.path
    then = _files(desk, _commit(asked)).get(path)
    if then is None:
        raise NoSuchPage
    edits = tuple(edits_of(path, opened.now.files[path], then))
    title = desk.words("history_of", title=opened.title)
    key = desk.returned.put(ReturnedFiles((title,), edits, (), (), opened.now.files, is_back=True))
    return RedirectResponse(f"/incoming/{key}", 303)


def _opened(desk: Desk, asked: Asked) -> editing.OpenFile:
    """The file that a path names. Raises NoSuchPage if it isn't one file, such as values of the data."""
    opened = editing.opened_file(desk, asked)
    if not opened.is_file:
        raise NoSuchPage
    return opened


def _commit(asked: Asked) -> str:
    """The full name of a revision. Raises NoSuchPage for anything else, such as an option of git."""
    if not _COMMIT.fullmatch(asked.path["commit"]):
        raise NoSuchPage
    return str(asked.path["commit"])


def _files(desk: Desk, revision: str) -> dict[str, bytes]:
    """The content at a revision; empty if there was no content. Raises ToolError."""
    try:
        return dict(git.read(desk.folders.content, revision, MAX_ALL_BYTES).files)
    except git.NotThere:
        return {}
