"""The sessions of a team's desk, and who did what, in an SQLite database.

In: a file, sessions, requests that change something. Out: the same sessions and requests, also after the server was killed. Lines
are only added to the record of what was done: triggers refuse to change or delete one. A request that can't be written down is
refused. Of a session, only a hash of its cookie is kept.
https://www.sqlite.org/wal.html
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

MODE = 0o600  # permissions of the database's file
WAIT = 5.0  # seconds to wait for another process that writes
IDLE = timedelta(hours=12)  # a session that isn't used for this long is over
KEPT = 20  # sessions that one person may have
SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (cookie TEXT PRIMARY KEY, member TEXT NOT NULL, seen TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS asked
    (id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, member TEXT NOT NULL, what TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answered (asked INTEGER NOT NULL REFERENCES asked(id), time TEXT NOT NULL, status INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS answers ON answered (asked);
"""
FOR_EVER = """
CREATE TRIGGER IF NOT EXISTS {table}_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'the log can only be added to'); END;
"""


@dataclass(frozen=True)
class Deed:
    """What somebody asked for: when (UTC, ISO 8601), who, what; and the status of the answer (HTTP), 0 if there was none."""

    time: str
    member: str
    what: str
    status: int


class ActivityLog:
    """The database. It may be used by several threads. Raises OSError if it can't be read or written."""

    def __init__(self, path: Path):
        self._lock = Lock()
        self._path = path
        with _as_os_error(path):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, MODE))
            self._database = sqlite3.connect(path, timeout=WAIT, check_same_thread=False, isolation_level=None)
            with ExitStack() as close_if_unfit:
                close_if_unfit.callback(self._database.close)
                self._prepare()
                close_if_unfit.pop_all()

    def _prepare(self) -> None:
        """Make the tables of a new database, and what keeps their rows from being changed."""
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(SCHEMA)
        for table in ("asked", "answered"):
            for verb in ("UPDATE", "DELETE"):
                self._database.executescript(FOR_EVER.format(table=table, verb=verb))

    def begin(self, member: str, what: str) -> int:
        """Write down what somebody asked for, before it is done. Returns its number."""
        with self._lock, _as_os_error(self._path):
            row = self._database.execute("INSERT INTO asked (time, member, what) VALUES (?, ?, ?)", (_now(), member, what))
            return int(row.lastrowid or 0)

    def end(self, number: int, status: int) -> None:
        """Write down how the request with this number was answered."""
        with self._lock, _as_os_error(self._path):
            self._database.execute("INSERT INTO answered (asked, time, status) VALUES (?, ?, ?)", (number, _now(), status))

    def last(self, most: int) -> list[Deed]:
        """The last deeds, the latest first."""
        query = (
            "SELECT asked.time, member, what, coalesce(status, 0) FROM asked LEFT JOIN answered ON answered.asked = asked.id "
            "ORDER BY asked.id DESC LIMIT ?"
        )
        with self._lock, _as_os_error(self._path):
            return [Deed(*row) for row in self._database.execute(query, (most,))]

    def open_session(self, cookie: str, member: str) -> None:
        """Begin a session. If the member has too many, the oldest ones end."""
        with self._lock, _as_os_error(self._path):
            self._database.execute("DELETE FROM sessions WHERE seen < ?", (_now(-IDLE),))
            self._database.execute("INSERT INTO sessions VALUES (?, ?, ?)", (_hashed(cookie), member, _now()))
            older = "SELECT cookie FROM sessions WHERE member = ? ORDER BY seen DESC LIMIT -1 OFFSET ?"
            self._database.execute(f"DELETE FROM sessions WHERE cookie IN ({older})", (member, KEPT))

    def has_session(self, cookie: str, member: str) -> bool:
        """Whether this is a session of the member that isn't over. If it is, its time begins anew."""
        with self._lock, _as_os_error(self._path):
            found = self._database.execute(
                "SELECT seen FROM sessions WHERE cookie = ? AND member = ?", (_hashed(cookie), member)
            ).fetchone()
            if found is None or found[0] < _now(-IDLE):
                return False
            if found[0] < _now(-timedelta(minutes=1)):
                self._database.execute("UPDATE sessions SET seen = ? WHERE cookie = ?", (_now(), _hashed(cookie)))
            return True

    def close(self) -> None:
        with self._lock:
            self._database.close()


def _now(shift: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + shift).isoformat(timespec="milliseconds")


def _hashed(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


@contextmanager
def _as_os_error(path: Path) -> Iterator[None]:
    """Raise SQLite's errors as an OSError about the file, which pages and commands can show."""
    try:
        yield
    except sqlite3.Error as fault:
        raise OSError(0, f"the log can’t be used: {fault}", str(path)) from None
