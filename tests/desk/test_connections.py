"""Connections that send no request don't keep anybody out, on a real socket."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from starlette.types import Receive, Scope, Send

from briefs.desk import access, app, connections, server
from tests.desk.conftest import OpenDesk

Connect = Callable[[bytes], socket.socket]
ENDED = 30.0  # seconds after which a test gives up


@pytest.fixture
def connect(opened: OpenDesk) -> Iterator[Connect]:
    """Opens a connection to the desk and sends bytes."""
    with socket.create_server(("127.0.0.1", 0)) as listening, contextlib.ExitStack() as open_ones:
        port = listening.getsockname()[1]
        own = server.server_of(app.application(opened.desk, access.TokenDoor(opened.keys, port)))
        thread = threading.Thread(target=own.run, kwargs={"sockets": [listening]})
        thread.start()

        def connected(data: bytes) -> socket.socket:
            found = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), timeout=ENDED))
            found.sendall(data.replace(b"PORT", str(port).encode()).replace(b"COOKIE", opened.keys.cookie.encode()))
            return found

        yield connected
        own.should_exit = True
        thread.join()


def received(connection: socket.socket) -> bytes:
    """All bytes until the other side ends the connection."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while data := connection.recv(65_536):
            found += data
    return found


GET = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n"
HALF = b"Cookie: briefs-desk-PORT=COOKIE\r\nOrigin: http://127.0.0.1:PORT\r\nContent-Length: 9\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n\r\nx"


ANSWERED = GET + b"\r\n"


@pytest.mark.parametrize(
    "data", [b"", b"GET", GET, b"POST /build HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n" + HALF + FORM, ANSWERED + GET]
)
def test_a_connection_without_a_whole_request_is_ended(connect: Connect, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LONGEST", 0.2)
    assert received(connect(data))[:12] == (b"HTTP/1.1 403" if data.startswith(ANSWERED) else b"")


def test_silent_connections_make_room_for_others(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest is ended, and whoever asks gets an answer."""
    monkeypatch.setattr(connections, "MOST_SILENT", 3)
    silent = [connect(b"") for _ in range(3)]
    asking = connect(GET + b"Connection: close\r\n\r\n")
    assert received(asking).startswith(b"HTTP/1.1 403")
    assert received(silent[0]) == b""
    silent[2].sendall(b"GET / HTTP/1.0\r\n\r\n")
    assert b" 421 " in received(silent[2])


def test_a_request_that_is_at_work_when_the_desk_ends_leaves_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    begun = threading.Event()

    async def waiting(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()
        await asyncio.sleep(ENDED)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        own = server.server_of(waiting)
        thread = threading.Thread(target=own.run, kwargs={"sockets": [listening]})
        thread.start()
        with socket.create_connection(listening.getsockname()) as asking:
            asking.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert begun.wait(ENDED)
            own.should_exit = True
            thread.join()
    assert capfd.readouterr().err == ""
