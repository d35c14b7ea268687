"""The edition as it is now, for as long as the desk is open.

In: the folders. Out: `Workspace.now()`, the edition as the files have it at this moment. Whoever else writes into the folder, an
editor or git, is noticed at the next look: the bytes are compared, and what changed is read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock

from briefs.compose import collation
from briefs.desk import localnames
from briefs.desk.access import Visitor
from briefs.desk.saves import MOST_SAVES, SAVED, DeskSave, SaveDeed, SavesFolder
from briefs.edition import write
from briefs.edition.model import Edition
from briefs.edition.read import Reading, Seen, files_of, read_files
from briefs.press import plan
from briefs.press.cache import TableCache
from briefs.press.documents import Target
from briefs.press.request import Request
from briefs.problems import NotUnderstood, Problem, Problems, ToolError
from briefs.tools.pandoc import Pandoc


@dataclass(frozen=True)
class Folders:
    """Where things are: the edition, the templates, finished files, the record of what went out, drafts; and the people file."""

    content: Path
    templates: Path
    out: Path
    store: Path
    drafts: Path
    people: Path


@dataclass(frozen=True)
class EditionNow:
    """The edition at a moment. `edition`: while the files have errors, the last one without errors, or the valid part of the files;
    None if there was neither yet.

    `version`: the hash of all files. `names`: the names of its countries, by code, in their order; `steps`: those of its stances;
    `topics`, `groups`: the labels of these, by id; all in the language in which the edition was asked for. `changes`: the edition
    with its changes since older ones, by the commits of these. `contents`: by these commits and a document, the hash of the
    content that it shows.
    """

    files: Mapping[str, bytes] = field(repr=False)
    problems: Sequence[Problem]
    edition: Edition | None
    is_sound: bool
    version: str
    names: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    changes: dict[tuple[str, ...], Edition] = field(default_factory=dict, compare=False, repr=False)
    contents: dict[tuple[tuple[str, ...], Target], str] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def targets(self) -> Mapping[str, Target]:
        """The documents of the edition in its own language, by kind and subject: `brief/ee`, `report/`."""
        if self.edition is None:
            return {}
        try:
            planned = plan.plan(self.edition, Request())
        except NotUnderstood:
            return {}
        return {f"{one.kind}/{one.subject}": one for one in planned.targets if not one.audience}

    def errors_in(self, path: str) -> int:
        return sum(problem.path == path and problem.severity == "error" for problem in self.problems)

    def warnings_in(self, path: str) -> int:
        return sum(problem.path == path and problem.severity == "warning" for problem in self.problems)


Keep = Callable[[Mapping[str, bytes | None], Visitor], None]  # puts what a visitor saved into a history; None: the file is removed


class NotKept(ToolError):
    """What was saved couldn't be put into the history."""


class Workspace:
    """The folders, and the edition in them. It may be asked by several threads."""

    def __init__(self, folders: Folders, tables: TableCache | None = None, keep: Keep | None = None):
        self.folders = folders
        self._keep = keep
        self._tables = tables
        self._seen: Seen = {}
        self._lock = Lock()
        self._writing = Lock()  # one save at a time: each looks whether the files are as they were before it writes
        self._now: EditionNow | None = None
        self._unread: list[Problem] = []  # what was wrong with files that couldn't be read
        self._orders: dict[str, tuple[Mapping[str, str], tuple[str, ...]]] = {}  # by language: names, and their codes in order
        self._named: dict[str, tuple[EditionNow, EditionNow]] = {}  # by language: the edition, and the same with names in it
        self._folder = SavesFolder(folders.drafts / "saves")
        self._saves = self._folder.read()

    def now(self, language: str = "") -> EditionNow:
        """The edition as it is. `language`: that of the names of countries and stances; that of the edition if it is empty. Raises
        Problems if there is no folder."""
        files, problems = files_of(self.folders.content)
        with self._lock:
            if self._now is None or files != self._now.files or problems != self._unread:
                self._unread = problems
                self._now = self._after(self._now, read_files(files, problems, self._seen, store=self._tables))
            own = self._named.get(language)
            if own is None or own[0] is not self._now:
                own = self._named[language] = (self._now, self._with_names(self._now, language))
            return own[1]

    def _with_names(self, now: EditionNow, language: str) -> EditionNow:
        edition = now.edition
        if edition is None:
            return now
        names = localnames.countries(edition, language)
        alphabet = self._alphabet(names, language or edition.about.language)
        return replace(
            now, names={code: names[code] for code in alphabet}, steps=localnames.steps(edition, language),
            topics=localnames.topics(edition, language), groups=localnames.groups(edition, language),
        )  # fmt: skip

    def read(self, files: Mapping[str, bytes]) -> Reading:
        """What reading an edition of these files would give."""
        with self._lock:
            return read_files(files, (), self._seen, store=self._tables)

    def put(self, before: Mapping[str, bytes], changed: Mapping[str, bytes], visitor: Visitor, deed: SaveDeed = SAVED) -> None:
        """Write files of the edition for a visitor, all or none, and keep what was written if the desk has a history.

        Raises Problems if one isn't as it was `before`, or can't be written; NotKept if it is written and can't be kept.
        """
        old = {path: data for path in changed if (data := before.get(path)) is not None}
        with self._writing:
            write.put(self.folders.content, old, changed)
            if old.keys() == changed.keys() or deed.address:  # a new file without a page, such as a picture, can't be taken back
                self._record(visitor, deed, {path: old.get(path) for path in changed}, {**changed})
            self._kept(changed, visitor)

    def _record(self, visitor: Visitor, deed: SaveDeed, before: Mapping[str, bytes | None], after: Mapping[str, bytes]) -> None:
        """Note a save, so that it can be undone, also in a later run. If it can't be noted on the disk, it can in this run."""
        with self._lock:
            number = max(self._folder.next_number(), self._saves[-1].number + 1 if self._saves else 1)
            when = datetime.now().isoformat(" ", "minutes")
            save = DeskSave(number, visitor.id, visitor.name, when, deed, before, after)
            self._saves = [*self._saves[1 - MOST_SAVES :], save]
            with suppress(OSError):
                self._folder.add(save)

    def last_deed(self, visitor: Visitor, address: str = "", path: str = "") -> SaveDeed | None:
        """What the save did that `undo` would put back. None if there is none."""
        save = self._last_save(visitor, address, path)
        return save.deed if save else None

    def _last_save(self, visitor: Visitor, address: str, path: str) -> DeskSave | None:
        """The last save of a visitor; if a page is given by its address and its file, the last one that was done there
        or that changed the file."""
        own = (save for save in reversed(self._saves) if save.visitor == visitor.id)
        return next((save for save in own if not address or save.deed.address == address or path in save.before), None)

    def saves(self, path: str) -> list[DeskSave]:
        """The saves of a file that no history keeps and nobody has undone, the latest first."""
        return [] if self._keep else [save for save in reversed(self._saves) if path in save.before]

    def undo(self, visitor: Visitor, address: str = "", path: str = "") -> list[str]:
        """Put back what the last save of a visitor changed, as `_last_save` finds it. Returns the paths of its files.

        Raises Problems if somebody has changed them since. A second call undoes the save before.
        """
        last = self._last_save(visitor, address, path)
        if last is None:
            return []
        with self._writing:
            write.put(self.folders.content, last.after, last.before)
            with self._lock:
                self._saves = [save for save in self._saves if save is not last]
                with suppress(OSError):
                    self._folder.drop(last)
            self._kept(last.before, visitor)
        return [*last.before]

    def _kept(self, changed: Mapping[str, bytes | None], visitor: Visitor) -> None:
        if self._keep:
            self._keep(changed, visitor)

    def _after(self, before: EditionNow | None, reading: Reading) -> EditionNow:
        is_about_lost = any(problem.path == "edition.yaml" and problem.severity == "error" for problem in reading.problems)
        edition = reading.edition or (before.edition if before else None) or (None if is_about_lost else reading.valid)
        edition = edition and self._in_order(edition)
        digest = hashlib.sha256()
        for path, data in sorted(reading.files.items()):
            digest.update(f"{path}\0{len(data)}\0".encode() + data)
        return EditionNow(reading.files, reading.problems, edition, reading.edition is not None, digest.hexdigest()[:16])

    def _in_order(self, edition: Edition) -> Edition:
        """The edition with its subjects in the order of its language, as documents have them."""
        return replace(edition, alphabet=self._alphabet(edition.names, edition.about.language))

    def _alphabet(self, names: Mapping[str, str], language: str) -> tuple[str, ...]:
        """The codes of countries in the order of their names."""
        known, alphabet = self._orders.get(language, ({}, ()))
        if known != names:
            with Pandoc() as pandoc:
                alphabet = collation.alphabet(names, language, pandoc)
            self._orders[language] = (names, alphabet)
        return alphabet


def check(folders: Folders) -> None:
    """Raise Problems if there is no edition to be opened."""
    files, problems = files_of(folders.content)
    if "edition.yaml" not in files:
        hint = "Name the folder of an edition with --content, or make one with `new DIR`."
        raise Problems([*problems, Problem("error", str(folders.content), 0, 0, "there is no edition.yaml in it", hint)])
