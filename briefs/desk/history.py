"""The history of a text: who changed which words when, and the way back.

In: the repository in which the content is, the saves at the desk. Out: pages; the words of a revision or a save, to be taken back
passage by passage as the edits of a returned file are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from starlette.responses import RedirectResponse, Response

from briefs.desk import editing, fieldchanges, forms, refusals
from briefs.desk.access import Visitor
from briefs.desk.desk import Asked, Desk, NoSuchPage
from briefs.desk.returned import ReturnedFiles, edits_of
from briefs.desk.saves import DeskSave, SaveDeed
from briefs.desk.words import Words
from briefs.desk.workspace import NotKept
from briefs.edition.files import MAX_ALL_BYTES
from briefs.problems import Problem, Problems, ToolError
from briefs.tools import git

MOST = 50  # revisions that a page lists
MESSAGE = "Change {}"  # what a commit of the desk says, with the paths of its files
NOW = "now"  # the name of what has changed since the last revision
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class TextHistory:
    """Makes each save a commit. `author`: a name and an address, for a desk whose visitors have no name."""

    def __init__(self, folder: Path, author: tuple[str, str] = ("", "")):
        """Raises Problems if the content is in no repository."""
        self._folder, self._author = folder, author
        if not git.is_in_repository(folder):
            what = "it is in no git repository, so saves can’t be commits"
            raise Problems([Problem("error", str(folder), 0, 0, what, "Make one with `git init`, and commit the content.")])

    def keep(self, changed: Mapping[str, bytes | None], visitor: Visitor) -> None:
        """Commit what a visitor saved, in the visitor's name. None: the file is removed.

        Raises NotKept with what git says. The files are saved nevertheless.
        """
        author = (visitor.name, visitor.id if "@" in visitor.id else "") if visitor.name else self._author
        try:
            git.commit(self._folder, changed, author, MESSAGE.format(", ".join(sorted(changed))))
        except (git.NotThere, ToolError) as fault:
            raise NotKept(f"It is saved, but isn’t in git’s history: {fault.args[0]}") from None


def history(desk: Desk, asked: Asked) -> Response:
    """The saves of a text, and its revisions."""
    opened = _opened(desk, asked)
    path = opened.sheet.path
    found = git.revisions(desk.folders.content, path, MOST)
    own, rows = MESSAGE.format(path), [*desk.workspace.saves(path), *found]
    is_unrecorded = bool(found) and _files(desk, found[0].commit).get(path) != opened.now.files[path]
    title = desk.words("history_of", title=opened.title)
    return desk.page(
        "history.html", title=title, opened=opened, rows=sorted(rows, key=_moment, reverse=True),
        is_unrecorded=is_unrecorded, own=own, said=partial(_said, desk.words, opened),
    )  # fmt: skip


def _said(words: Words, opened: editing.OpenFile, deed: SaveDeed) -> str:
    """What a save did: to which fact, or to which fields; where it was done, if that was another page or a file that came back."""
    if deed.fact:
        return words(deed.name, fact=deed.fact)
    sheet = opened.sheet
    fields = [refusals.called(sheet, name, words)[1] for name in deed.fields if name in sheet.all]
    named = "; ".join([deed.title] * (deed.title not in ("", opened.title)) + fields)
    return f"{words('desk_saved')}: {named}" if named else words("desk_saved")


def _moment(one: DeskSave | git.FileRevision) -> datetime:
    """When something was saved or recorded in git, to the minute. Saves have the local time."""
    return datetime.fromisoformat(one.when).astimezone().replace(second=0)


@dataclass(frozen=True)
class TextVersion:
    """A file before and after a revision or a save. `before`: None if the file was new. `back`: the name of the
    version whose words can be put back."""

    before: bytes | None
    after: bytes
    back: str


def _version(desk: Desk, opened: editing.OpenFile, name: str) -> TextVersion:
    """The version of a name: the full name of a revision, `save-` and the number of a save, or `now` for what has changed since the
    last revision. Raises NoSuchPage for anything else, such as an option of git."""
    path = opened.sheet.path
    for save in desk.workspace.saves(path):
        if name == f"save-{save.number}":
            return TextVersion(save.before[path], save.after[path], name)
    if name == NOW and (found := git.revisions(desk.folders.content, path, 1)):
        return TextVersion(_files(desk, found[0].commit).get(path), opened.now.files[path], found[0].commit)
    if not _COMMIT.fullmatch(name):
        raise NoSuchPage
    return TextVersion(_files(desk, f"{name}~1").get(path), _files(desk, name).get(path, b""), name)


def _dated(desk: Desk, opened: editing.OpenFile, name: str) -> str:
    """The heading of a version: the title of the text, and when that was saved or recorded."""
    path = opened.sheet.path
    times = {NOW: desk.words("now"), **{f"save-{save.number}": save.when for save in desk.workspace.saves(path)}}
    if _COMMIT.fullmatch(name):
        times |= {found.commit: found.when[:16].replace("T", " ") for found in git.revisions(desk.folders.content, path, MOST)}
    return desk.words("history_at", title=opened.title, when=times.get(name, name[:10]))


def revision(desk: Desk, asked: Asked) -> Response:
    """The words that a revision or a save of a text changed."""
    opened = _opened(desk, asked)
    name = asked.path["commit"]
    version = _version(desk, opened, name)
    shown: dict[str, Any] = {"first": version.after.decode("utf-8", "replace"), "edits": ()}
    if version.before is not None:
        shown = {"first": "", **_changes(desk, opened, version.before, version.after)}
    title = _dated(desk, opened, name)
    is_now = name != NOW and opened.now.files[opened.sheet.path] == version.after
    return desk.page("revision.html", title=title, opened=opened, back=version.back, is_now=is_now, **shown)


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
    """Show where a revision or a save differs from the file, each passage to be taken or left."""
    opened = _opened(desk, asked)
    path = opened.sheet.path
    then = _version(desk, opened, asked.path["commit"]).after
    if not then or asked.path["commit"] == NOW:
        raise NoSuchPage
    edits = tuple(edits_of(path, opened.now.files[path], then))
    title = _dated(desk, opened, asked.path["commit"])
    key = desk.returned.put(ReturnedFiles((title,), edits, (), (), opened.now.files, is_back=True))
    return RedirectResponse(f"/incoming/{key}", 303)


def _opened(desk: Desk, asked: Asked) -> editing.OpenFile:
    """The file that a path names. Raises NoSuchPage if it isn't one file, such as values of the data."""
    opened = editing.opened_file(desk, asked)
    if not opened.is_file:
        raise NoSuchPage
    return opened


def _files(desk: Desk, revision: str) -> dict[str, bytes]:
    """The content at a revision; empty if there was no content. Raises ToolError."""
    try:
        return dict(git.read(desk.folders.content, revision, MAX_ALL_BYTES).files)
    except git.NotThere:
        return {}
