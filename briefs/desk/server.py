"""Starts the desk on this machine, and ends it with Ctrl-C.

In: the folders, a port. Out: a server on 127.0.0.1, and a line with its address. The address has a token that is good for one use;
no log has it.
"""

from __future__ import annotations

import socket
import threading
import webbrowser
from collections.abc import Callable

import uvicorn

from briefs.desk import app, render, workspace
from briefs.desk.access import ADDRESS, ENTRY, Keys, TokenDoor
from briefs.desk.desk import Desk
from briefs.desk.workspace import Folders
from briefs.press.cache import TableCache
from briefs.problems import NotUnderstood

PORT = 8765


def serve(folders: Folders, port: int, tables: TableCache | None, say: Callable[[str], None], *, opens_browser: bool) -> None:
    """Serve until Ctrl-C. Port 0 is any that is free.

    Raises Problems if there is no edition, NotUnderstood if the port is taken.
    """
    workspace.check(folders)
    render.static_files()
    listening = _listen(port)
    number = listening.getsockname()[1]
    keys = Keys()
    address = f"http://{ADDRESS}:{number}{ENTRY}?token={keys.token}"
    desk = Desk(folders, tables=tables)
    config = uvicorn.Config(
        app.application(desk, TokenDoor(keys, number)), log_level="error", access_log=False, lifespan="off", server_header=False,
        date_header=False, ws="none", timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    say(
        f"The desk is open; Ctrl-C closes it.\n{address}"
        if not opens_browser
        else "The desk is open in your browser; Ctrl-C closes it."
    )
    if opens_browser:
        threading.Timer(0.5, _open, (address, say)).start()
    threading.Thread(target=desk.warm_up, daemon=True).start()
    try:
        server.run(sockets=[listening])
    finally:
        desk.close()


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((ADDRESS, port))
        listening.listen()  # who opens the address at once has to wait, and isn’t refused
    except OSError as fault:
        listening.close()
        raise NotUnderstood(f"port {port} can’t be used: {fault.strerror}. Name another with --port.") from None
    return listening


def _open(address: str, say: Callable[[str], None]) -> None:
    """Open the browser; where there is none, say the address."""
    if not webbrowser.open(address):
        say(f"No browser was found. Open this address:\n{address}")
