"""Reads who works at a team's desk, and what each may do.

In: desk.yaml, a file outside the content. Out: `Team`; or every problem in the file with line and column. The file is read again
when it changes, so that a person who is taken out of it is locked out at once. While it has errors, the last good one counts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Annotated

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from briefs.desk.access import Role
from briefs.edition.model import Model
from briefs.edition.settings import SettingsFile
from briefs.problems import Problems

_ORIGIN = re.compile(r"https://[A-Za-z0-9.-]+(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")  # RFC 9110, 5.1, without the signs that proxies may alter
_ID = re.compile(r"[^\s\x00-\x1f\x7f]{1,200}")


def _whole(message: str) -> PydanticCustomError:
    return PydanticCustomError("whole", "{msg}", {"msg": message})


class Member(Model):
    """Somebody who uses the desk. Everybody may read."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    roles: Annotated[list[Role], Field(default_factory=list)]


class Team(Model):
    """`desk.yaml`. `address`: where browsers open the desk; `socket`: where the proxy finds it; `header`: the header in which the
    proxy says who asks; `log`: the database of sessions and of who did what; `commits`: whether each save is a commit in git;
    `members`: people by the name that the proxy gives them.
    """

    address: str
    socket: str
    header: str
    log: str
    commits: bool = False
    members: Annotated[dict[str, Member], Field(min_length=1)]

    @field_validator("address")
    @classmethod
    def _origin(cls, value: str) -> str:
        if not _ORIGIN.fullmatch(value.rstrip("/")):
            raise _whole(f"“{value[:100]}” is not an address such as https://desk.example.org")
        return value.rstrip("/").lower()

    @field_validator("header")
    @classmethod
    def _name(cls, value: str) -> str:
        if not _HEADER.fullmatch(value):
            raise _whole(f"“{value[:100]}” is not the name of a header such as X-Remote-User")
        return value

    @model_validator(mode="after")
    def _members(self) -> Team:
        for id in self.members:
            if not _ID.fullmatch(id):
                raise _whole(f"`members` has the name “{id[:100]}”, which has spaces or is longer than 200 letters")
        if len({id.lower() for id in self.members}) < len(self.members):
            raise _whole("`members` names somebody twice, in capital and small letters")
        return self

    def member(self, id: str) -> tuple[str, Member] | None:
        """The member that the proxy names, and the name as the file has it. Capital letters don't matter."""
        return next(((one, member) for one, member in self.members.items() if one.lower() == id.lower()), None)


FILE = SettingsFile(
    Team, "file of the team", "desk.example.yaml", "--serve", "content must not choose who may write it",
    hints={"whole": "desk.example.yaml shows how it is written."},
)  # fmt: skip


class TeamFile:
    """The team's file, which is read again when it changes. `say`: a function that gets its problems in words, once for each
    change. Raises Problems if the file has errors at the start."""

    def __init__(self, path: Path, content: Path, say: Callable[[str], None]):
        self._path, self._content, self._say = path, content, say
        self._lock = Lock()
        self._state = self._seen()
        self._team = FILE.read(path, content)

    def now(self) -> Team:
        """The team as the file has it, or had it when it was last without errors."""
        with self._lock:
            state = self._seen()
            if state != self._state:
                self._state = state
                try:
                    self._team = FILE.read(self._path, self._content)
                except Problems as fault:
                    self._say("\n".join([*map(str, fault.problems), "The team is as it was before this change."]))
            return self._team

    def _seen(self) -> tuple[int, int, int]:
        """Numbers that differ once the file has changed (stat(2))."""
        try:
            found = os.stat(self._path)
        except OSError:
            return (0, 0, 0)
        return (found.st_mtime_ns, found.st_size, found.st_ino)
