"""What the routes work on, opened once for a run of the desk.

In: the folders. Out: `Desk`: the edition as it is, the warm typesetter, typeset documents by their keys, and the words and pages
that everything is shown with.
"""

from __future__ import annotations

import copy
import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from secrets import token_hex
from threading import Lock
from typing import Any, Generic, Self, TypeVar

from starlette.responses import HTMLResponse

from briefs.desk import pasted, pictures
from briefs.desk.access import Visitor
from briefs.desk.activity import ActivityLog
from briefs.desk.commands import Commands
from briefs.desk.drafts import Drafts
from briefs.desk.render import PageRenderer
from briefs.desk.returned import ReturnedFiles
from briefs.desk.team import Team, TeamFile
from briefs.desk.typesetting import TypesetDocument, TypesettingProcess, TypesettingProcesses
from briefs.desk.words import Words, preferred
from briefs.desk.workspace import EditionNow, Folders, Keep, Workspace
from briefs.press.cache import TableCache
from briefs.problems import Problem, Problems
from briefs.tools.pandoc import Pandoc

Kept = TypeVar("Kept")
KEPT = 60  # typeset documents on the shelf
MOST_PROCESSES = 8  # processes that typeset for a team
WAITING = 12  # returned files that may wait for one visitor's decision


class NoSuchPage(Exception):
    """The address names nothing that the edition has."""


@dataclass(frozen=True)
class Asked:
    """A request: what its path names, its query, its form and the files in it. `partial`: only a part of a page is wanted."""

    path: Mapping[str, Any]
    query: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: Mapping[str, Sequence[tuple[str, bytes]]] = field(default_factory=dict, repr=False)
    partial: bool = False


class Shelf(Generic[Kept]):
    """Keeps the things that were put there last, by their keys. If there are too many, the oldest one goes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = Lock()

    def put(self, thing: Kept, key: str = "") -> str:
        """Keep a thing. Returns its key, which nobody can guess if none is given."""
        key = key or token_hex(12)
        with self._lock:
            self._kept[key] = thing
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return key

    def get(self, key: str) -> Kept:
        """Raises NoSuchPage."""
        with self._lock:
            if key not in self._kept:
                raise NoSuchPage
            return self._kept[key]

    def drop(self, key: str) -> None:
        with self._lock:
            self._kept.pop(key, None)

    def all(self) -> Mapping[str, Kept]:
        with self._lock:
            return dict(self._kept)


class Desk:
    """The edition, the typesetter and the pages of one run, as a visitor sees them. `seen_by` makes the desk of another visitor.

    `log`: where a team's desk writes down who did what. `keep`: puts each save into a history.
    """

    def __init__(
        self, folders: Folders, language: str = "en", tables: TableCache | None = None, team: TeamFile | None = None,
        log: ActivityLog | None = None, keep: Keep | None = None,
    ):  # fmt: skip
        self._team, self.log = team, log
        self.workspace = Workspace(folders, tables, keep)
        number = min(MOST_PROCESSES, os.cpu_count() or 1)
        own = TypesettingProcesses(folders.templates, number) if team else TypesettingProcess(folders.templates)
        self.typesetting: TypesettingProcess | TypesettingProcesses = own
        self.shelf: Shelf[TypesetDocument] = Shelf(KEPT)
        self.good: Shelf[TypesetDocument] = Shelf(KEPT)  # by visitor and address of a form, the last pages without a mistake
        self.tried: Shelf[tuple[str, TypesetDocument]] = Shelf(KEPT)  # in the same way, the hash of the last drafts and their pages
        self.decided: Shelf[ReturnedFiles] = Shelf(KEPT)  # returned files whose edits were written or left, and nothing else
        self.dry_runs: Shelf[Sequence[Any]] = Shelf(KEPT)  # who would get what, as `send` says it
        self.commands = Commands()
        self._pandoc, self._reading = Pandoc(), Lock()
        self.words = Words(language)
        self._returned: dict[str, Shelf[ReturnedFiles]] = {}  # by the visitor's id
        self._set_visitor(Visitor(""))

    def seen_by(self, visitor: Visitor, accepted: str = "", at: str = "") -> Self:
        """The same desk with the drafts and the returned files of a visitor, in the language that the browser likes best.

        `accepted`: the browser's Accept-Language; if it is empty, the language stays. `at`: the path of the page that is asked
        for."""
        own = copy.copy(self)
        own.words = Words(preferred(accepted)) if accepted else self.words
        own._set_visitor(visitor, at)
        return own

    def _set_visitor(self, visitor: Visitor, at: str = "") -> None:
        self.visitor = visitor
        self.drafts = Drafts(self.folders.drafts, visitor.id)
        self.returned = self._returned.setdefault(visitor.id, Shelf(WAITING))
        self._render = PageRenderer(self.words, csrf=visitor.csrf, visitor=visitor, at=at)

    @property
    def team(self) -> Team | None:
        """Who works at this desk, if it is a team's."""
        return self._team.now() if self._team else None

    def others_in(self, path: str) -> list[str]:
        """The names of the others who have drafts of a file."""
        members = self.team.members if self.team else {}
        others = ((id, member.name) for id, member in members.items() if id != self.visitor.id)
        return sorted(name for id, name in others if Drafts(self.folders.drafts, id).of(path))

    def now(self) -> EditionNow:
        """The edition as it is, with names in the visitor's language. Raises Problems if there is no folder."""
        return self.workspace.now(self.words.tag)

    @property
    def folders(self) -> Folders:
        return self.workspace.folders

    def page(self, name: str, status: int = 200, **shown: Any) -> HTMLResponse:
        """A page of `html/`."""
        return self._render(name, status, **shown)

    def message(self, status: int, title: str, problems: Sequence[Problem] = (), *, partial: bool = False) -> HTMLResponse:
        """A page, or a part of one, that says why something wasn't done."""
        return self.page("message.html", status, title=title, problems=problems, partial=partial)

    def picture(self, key: str, number: int, scale: float) -> bytes:
        """A page of a document on the shelf as PNG. Raises NoSuchPage."""
        return pictures.png(self.shelf.get(key).pdf, number, scale)

    def clean(self, html: str, *, is_field: bool) -> str:
        """The Markdown of HTML from elsewhere. Raises NotUnderstood if it can't be converted."""
        with self._reading:
            self._pandoc.begin_document()
            return pasted.markdown(html, self._pandoc, is_field=is_field)

    def warm_up(self) -> None:
        """Typeset a short document, so that the first person doesn't have to wait until everything is loaded."""
        with suppress(Problems):
            now = self.workspace.now()
            countries = now.edition.countries if now.edition else {}
            short = next((target for target in now.targets.values() if target.subject in countries), None)
            if short:
                self.typesetting.typeset(now.version, now.files, {}, short)

    def close(self) -> None:
        self.commands.close()
        self.typesetting.close()
        self._pandoc.close()
