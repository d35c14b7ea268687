"""A real mail server on this machine, with certificates of an authority of its own.

`serving(…)` runs aiosmtpd in a thread. It asks for STARTTLS or TLS, and for a password, if told so; `handler` decides what it
refuses and where it drops the connection, and keeps what arrived.
"""

from __future__ import annotations

import asyncio
import email
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from pathlib import Path
from typing import Any, Literal

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "localhost"
USER, PASSWORD = "desk", "open sesame"


@dataclass
class Arrived:
    """A message that has arrived at the server."""

    sender: str
    to: list[str]
    data: bytes
    encrypted: bool
    user: str

    @property
    def mail(self) -> EmailMessage:
        return email.message_from_bytes(self.data, policy=POLICY)  # type: ignore[return-value]

    @property
    def files(self) -> dict[str, bytes]:
        return {str(part.get_filename()): part.get_content() for part in self.mail.iter_attachments()}


@dataclass
class Handler:
    """Takes every message, but: `says` answers a command by a line; `drop` ends the connection there instead.

    Both are asked with the command and the address. The commands are MAIL, RCPT, DATA (the message has come, nobody has it yet) and
    `done` (it has arrived, and the sender hasn't heard of it).
    """

    says: Callable[[str, str], str | None] = lambda command, address: None
    drop: Callable[[str, str], bool] = lambda command, address: False
    arrived: list[Arrived] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    held: threading.Event | None = None  # the reply to a whole message waits until this is set

    def _asked(self, server: SMTP, command: str, address: str) -> str | None:
        self.commands.append(f"{command} {address}".strip())
        if self.drop(command, address):
            assert server.transport
            server.transport.abort()
            return "421 gone"
        return self.says(command, address)

    def check(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        self.commands.append("AUTH")
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=False, auth_data=data)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        answer = self._asked(server, "MAIL", address)
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        answer = self._asked(server, "RCPT", address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        to = envelope.rcpt_tos[0]
        answer = self._asked(server, "DATA", to)
        if answer:
            return answer
        login = session.auth_data.login.decode() if isinstance(session.auth_data, LoginPassword) else ""
        data = envelope.content if isinstance(envelope.content, bytes) else b""
        is_encrypted = session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None
        self.arrived.append(Arrived(str(envelope.mail_from), list(envelope.rcpt_tos), data, is_encrypted, login))
        while self.held and not self.held.is_set():
            await asyncio.sleep(0.01)
        return self._asked(server, "done", to) or "250 queued"

    @property
    def recipients(self) -> list[str]:
        return [address for message in self.arrived for address in message.to]


@dataclass(frozen=True)
class Running:
    """A running server: its handler, and the file with the authority of its certificate."""

    handler: Handler
    controller: Controller
    authority: Path

    def hang_up(self) -> None:
        """Accept no more connections."""
        self.controller.loop.call_soon_threadsafe(self.controller.server.close)

    @property
    def environment(self) -> dict[str, str]:
        """The settings for sending a mail to it, except encryption and user."""
        return {"BRIEFS_SMTP_HOST": HOST, "BRIEFS_SMTP_PORT": str(self.controller.port), "BRIEFS_SMTP_CA": str(self.authority)}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(
    folder: Path,
    handler: Handler | None = None,
    *,
    way: Literal["starttls", "tls", "plain"] = "starttls",
    users: bool = False,
    name: str = HOST,
    **options: Any,
) -> Iterator[Running]:
    """Run a server. `plain` has no encryption, `users` asks for a password, `name` is the host in its certificate."""
    handler = handler or Handler()
    authority = trustme.CA()
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    if users:
        options |= {"auth_required": True, "authenticator": handler.check, "auth_require_tls": way == "starttls"}
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=context if way == "tls" else None,
        tls_context=context if way == "starttls" else None,
        require_starttls=way == "starttls",
        **options,
    )
    controller.start()
    try:
        yield Running(handler, controller, file)
    finally:
        controller.stop()
