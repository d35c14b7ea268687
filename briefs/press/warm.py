"""A warm process that makes documents for other commands of the same person, through a Unix socket.

In: the path of the socket; a question, as JSON. Out: an answer, as JSON, or nothing: then the command does the work itself. Other
people can't use the socket (unix(7), SO_PEERCRED). The command and the process both hash everything that a document depends on. The
process makes the document only if the hashes are equal.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import struct
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread
from types import NoneType
from typing import Any

from briefs.press.cache import Inputs, hashed
from briefs.press.documents import Outcome, Target
from briefs.problems import Problem

VERSION = 2
TAKEN_UP = 0.3  # seconds in which the process has to begin; it may be busy with a document
ANSWERED = 120.0  # seconds in which it has to answer
WAIT = 0.5  # seconds after which the process looks whether to go on listening
LINE = 10_000_000  # bytes of a question or an answer
CHUNK = 1_000_000  # bytes that are read at once
Message = Mapping[str, Any]


def socket_path(content: Path, templates: Path, cache: Path) -> Path:
    """The socket of the process that has this content and these templates loaded, and keeps documents in this cache."""
    real = [os.path.realpath(path) for path in (content, templates, cache)]
    return _folder(cache) / f"{hashed([str(VERSION), *real])[:32]}.sock"


def _folder(cache: Path) -> Path:
    """The person's folder for sockets (XDG Base Directory Specification); without one, a folder in the cache."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(runtime) / "briefs" if os.path.isabs(runtime) and _is_own(Path(runtime)) else cache / "run"


def _is_own(folder: Path) -> bool:
    """Whether only this person may use a folder."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def ask(path: Path, question: Message) -> dict[str, Any] | None:
    """The answer of the process that listens at a socket. None if there is none, or it doesn't begin or end in time."""
    if not path.exists() or not _is_own(path.parent):
        return None
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(TAKEN_UP)
            connection.connect(str(path))
            if not _is_same_person(connection):
                return None
            connection.sendall(_line(question))
            with connection.makefile("rb") as answers:
                if answers.readline(LINE) != _line({"begun": VERSION}):
                    return None
                connection.settimeout(ANSWERED)
                return _message(answers.readline(LINE))
    except (OSError, ValueError):
        return None


class Visit:
    """A command that asks."""

    def __init__(self, connection: socket.socket, question: Message):
        self._connection, self.question = connection, question

    def begin(self) -> bool:
        """Tell the command that its work begins. False if it is gone."""
        is_there = self._send({"begun": VERSION})
        if not is_there:
            self._connection.close()
        return is_there

    def end(self, answer: Message | None) -> None:
        """Answer the command. None tells it to do its work itself."""
        self._send(answer)
        self._connection.close()

    def _send(self, message: Message | None) -> bool:
        try:
            self._connection.sendall(_line(message))
        except OSError:
            return False
        return True


def listen(path: Path, visited: Callable[[Visit], None], ended: Event) -> None:
    """Call `visited` in a thread of its own for each command that asks, until `ended` is set. If the socket can't be made, nobody
    asks."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _is_own(path.parent) or _is_heard(path):
            return
        server = socket.socket(socket.AF_UNIX)
        path.unlink(missing_ok=True)
        server.bind(str(path))
        server.listen()
        server.settimeout(WAIT)
        Thread(target=_accept, args=(server, path, visited, ended), daemon=True).start()


def _is_heard(path: Path) -> bool:
    """Whether another process listens at a socket. One that was killed leaves its socket behind."""
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(path)) == 0


def _accept(server: socket.socket, path: Path, visited: Callable[[Visit], None], ended: Event) -> None:
    with closing(server):
        while not ended.is_set():
            with suppress(TimeoutError, OSError, ValueError):
                connection, _ = server.accept()
                _hear(connection, visited)
    path.unlink(missing_ok=True)


def _hear(connection: socket.socket, visited: Callable[[Visit], None]) -> None:
    """Take a question from a connection, which is closed if no question comes in time."""
    try:
        question = _message(_first_line(connection)) if _is_same_person(connection) else None
    except (OSError, ValueError):
        question = None
    if question is None:
        connection.close()
        return
    connection.settimeout(WAIT)
    visited(Visit(connection, question))


def _first_line(connection: socket.socket) -> bytes:
    """The first line that a command sends, which has to come within `WAIT`. Raises TimeoutError; ValueError if it is too long."""
    end, found = time.monotonic() + WAIT, bytearray()
    while not found.endswith(b"\n"):
        connection.settimeout(max(end - time.monotonic(), 0.001))
        part = connection.recv(CHUNK)
        found += part
        if not part or len(found) > LINE or time.monotonic() > end:
            raise ValueError("no question")
    return bytes(found)


def _message(line: bytes) -> dict[str, Any] | None:
    """The message in a line. None if the line is `null`. Raises ValueError if it is no message."""
    try:
        found: object = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(found, dict | NoneType):
        raise ValueError("no message")
    return found


def _is_same_person(connection: socket.socket) -> bool:
    """Whether this person runs the process at the other end. Where the system doesn't say, the folder's rights have to do."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    _, user, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return bool(user == os.getuid())


def _line(message: Message | None) -> bytes:
    return json.dumps(message).encode() + b"\n"


def outcome_to_json(outcome: Outcome, out: Path) -> dict[str, Any]:
    """An outcome, with its files as paths below the output folder."""
    problems, warnings = (
        [problem.to_dict() | {"traceback": problem.traceback} for problem in found]
        for found in (outcome.problems, outcome.warnings)
    )
    files = [str(file.relative_to(out)) for file in outcome.files]
    return {**asdict(outcome), "files": files, "problems": problems, "warnings": warnings}


def outcome_from_json(message: Message, out: Path) -> Outcome:
    """The same outcome, for a command that calls the output folder by another path."""
    target = Target(**{**message["target"], "formats": tuple(message["target"]["formats"])})
    made = {
        "target": target,
        "files": tuple(out / file for file in message["files"]),
        "inputs": Inputs(**message["inputs"]) if message["inputs"] else None,
        "problems": tuple(Problem(**problem) for problem in message["problems"]),
        "warnings": tuple(Problem(**problem) for problem in message["warnings"]),
        "dropped_facts": tuple(message["dropped_facts"]),
    }
    return Outcome(**{**message, **made})
