"""Starts the desk on this machine, and ends it with Ctrl-C.

In: the folders, a port. Out: a server on 127.0.0.1, and a line with its address. The address has a token that is good for one use;
no log has the token.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from briefs.desk import app, history, render, workspace
from briefs.desk.access import ADDRESS, ENTRY, Door, Keys, TokenDoor
from briefs.desk.activity import ActivityLog
from briefs.desk.connections import DeskConnection
from briefs.desk.desk import Desk
from briefs.desk.proxy import ProxyDoor
from briefs.desk.team import TeamFile
from briefs.desk.workspace import Folders
from briefs.exitcodes import ExitCode
from briefs.press.cache import TableCache
from briefs.problems import NotUnderstood

PORT = 8765


def serve(
    folders: Folders, port: int, tables: TableCache | None, say: Callable[[str], None], *, opens_browser: bool,
    author: tuple[str, str] | None = None,
) -> None:  # fmt: skip
    """Serve until Ctrl-C. Port 0 is any that is free. `author`: the name and address in which each save is committed.

    Raises Problems if there is no edition, NotUnderstood if the port is taken.
    """
    workspace.check(folders)
    render.static_files()
    listening = _listen(port)
    number = listening.getsockname()[1]
    keys = Keys()
    address = f"http://{ADDRESS}:{number}{ENTRY}?token={keys.token}"
    desk = Desk(folders, tables=tables, keep=history.TextHistory(folders.content, author).keep if author else None)
    say(
        f"The desk is open; Ctrl-C closes it.\n{address}"
        if not opens_browser
        else "The desk is open in your browser; Ctrl-C closes it."
    )
    if opens_browser:
        threading.Timer(0.5, _open, (address, say)).start()
    _run(desk, TokenDoor(keys, number), listening)


def serve_team(folders: Folders, file: Path, tables: TableCache | None, say: Callable[[str], None]) -> None:
    """Serve a team behind a reverse proxy until Ctrl-C or SIGTERM, on the Unix socket that the team's file names.

    Raises Problems if there is no edition or the file has errors, NotUnderstood if the socket can't be used, OSError if the log
    can't be written.
    """
    workspace.check(folders)
    render.static_files()
    members = TeamFile(file, folders.content, say)
    team = members.now()
    keep = history.TextHistory(folders.content).keep if team.commits else None
    log = ActivityLog(file.parent / team.log)
    path = file.parent / team.socket
    listening = _listen_at(path)
    desk = Desk(folders, tables=tables, team=members, log=log, keep=keep)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ExitCode.DONE))  # uvicorn raises the signal again when it has ended
    say(f"The team’s desk is open at {team.address}, by the socket {path}; Ctrl-C closes it.")
    try:
        _run(desk, ProxyDoor(members, log), listening)
    finally:
        with contextlib.suppress(OSError):
            path.unlink()
        log.close()


def _run(desk: Desk, door: Door, listening: socket.socket) -> None:
    """Serve until a signal ends it."""
    threading.Thread(target=desk.warm_up, daemon=True).start()
    try:
        server_of(app.application(desk, door)).run(sockets=[listening])
    finally:
        desk.close()


def server_of(application: ASGIApp) -> uvicorn.Server:
    """The server of the desk. No header of a proxy says who is at the other end of the connection. uvicorn's own log is off: it has
    a traceback for each request that Ctrl-C interrupts, and what fails in the application is answered by the application."""
    config = uvicorn.Config(
        application, http=DeskConnection, ws="none", lifespan="off", log_level="critical", access_log=False, server_header=False,
        date_header=False, proxy_headers=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    return uvicorn.Server(config)


def _listen_at(path: Path) -> socket.socket:
    """A Unix socket that its owner and group may open (unix(7)). A socket that nobody listens on any more is replaced."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.is_socket() and not _is_served(path):
            path.unlink()
        before = os.umask(0o117)
        try:
            listening.bind(str(path))
        finally:
            os.umask(before)
    except OSError as fault:
        listening.close()
        raise NotUnderstood(f"the socket {path} can’t be used: {fault.strerror or fault}. Name another in the file.") from None
    return listening


def _is_served(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        try:
            asking.connect(str(path))
        except OSError:
            return False
        return True


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((ADDRESS, port))
        listening.listen()  # so whoever opens the address at once waits, and isn’t refused
    except OSError as fault:
        listening.close()
        raise NotUnderstood(f"port {port} can’t be used: {fault.strerror}. Name another with --port.") from None
    return listening


def _open(address: str, say: Callable[[str], None]) -> None:
    """Open the browser; where there is none, say the address."""
    if not webbrowser.open(address):
        say(f"No browser was found. Open this address:\n{address}")
