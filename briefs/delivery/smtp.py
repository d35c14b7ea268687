"""A mail server, and a connection to it that is opened again when it drops.

In: the settings in the environment, messages as bytes, one address each. Out: a `Reply` for each message. The connection is always
encrypted, and the certificate is checked before a user name or password is sent (RFC 8314; STARTTLS, RFC 3207). A connection that
drops is opened again, a few times, after growing waits. A server that can't be used at all is a ToolError.

A message is handed over with DATA. If the connection drops after it was sent and before the server has replied, nobody can know
whether it arrived (RFC 1047). It is then sent again under the same Message-ID, as RFC 5321 (4.5.4.1) asks of senders: arriving
twice is better than never, many mail programs show such a pair once, and the reply says that it may be a pair.

The server is not trusted to speak SMTP. Only the codes of RFC 5321 (4.3.2) mean success. A reply has bounds of length and time
(`replies.py`). One that isn't a reply of SMTP ends the run; after a message, nobody can know whether that arrived, and it isn't
sent again in this run. So does silence: a connection that has sent messages may have been lost on the way, and is opened again
once; a server that doesn't answer on a new connection isn't asked again.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Literal

from briefs.delivery.replies import REPLY_SECONDS, Client, NotSmtp, TlsClient, one_line
from briefs.problems import ToolError

WAITS = (1, 4, 15)  # seconds before the second, third and last try
# Seconds until the server begins a reply, and until it begins the reply to a whole message. RFC 5321 (4.5.3.2) advises minutes,
# because giving up early may send a message twice. Here nobody waits unseen: the next run sends it, under the same Message-ID.
TIMEOUT = 30.0
MESSAGE_TIMEOUT = 120.0
SLOWEST = 10_000  # bytes a second at which a server takes a message
CHUNK = 64 << 10  # bytes that are sent at once
QUIT_TIMEOUT = 5.0
DIALOGUE_SECONDS = 180.0  # the most seconds for one message, besides the time to transfer it; then the run ends
LOST_IN_A_ROW = 3  # messages that failed because the connection dropped at each try; then the run ends
ACCEPTED = {"MAIL": {250}, "RCPT": {250, 251}, "DATA": {354}, "the message": {250}}  # codes that accept it (RFC 5321, 4.3.2)
SERVICE = "briefs"  # the name of this program in the keyring
_SEE = "See docs/exchange.md."
_SILENT = "no answer"


@dataclass(frozen=True)
class Server:
    """A mail server. `security`: `tls` from the first byte, or `starttls`. `user` is empty if the server needs none."""

    host: str
    port: int
    security: Literal["starttls", "tls"]
    user: str = ""
    password: str = field(default="", repr=False)
    authority: str = ""  # a file of certificates to trust in addition to those of the system

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def server(environment: Mapping[str, str]) -> Server | None:
    """The server that the BRIEFS_SMTP_… variables describe; None if no host is set. Raises ToolError for wrong settings."""

    def setting(name: str) -> str:
        return environment.get(f"BRIEFS_SMTP_{name}", "").strip()

    host, port, security, user = setting("HOST"), setting("PORT"), setting("TLS").lower(), setting("USER")
    if not host:
        return None
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", host):
        raise ToolError(f"BRIEFS_SMTP_HOST is “{host}”: write the server’s name only, such as mail.example.org.")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ToolError(f"BRIEFS_SMTP_PORT is “{port}”: write a number such as 587 or 465.")
    if security not in ("", "starttls", "tls"):
        raise ToolError(f"BRIEFS_SMTP_TLS is “{security}”: write starttls or tls. Mail is never sent unencrypted.")
    number = int(port or (465 if security == "tls" else 587))
    way: Literal["starttls", "tls"] = "tls" if security == "tls" or (not security and number == 465) else "starttls"
    password = environment.get("BRIEFS_SMTP_PASSWORD", "")
    if user and not password:
        password = _from_keyring(user)
    return Server(host, number, way, user, password, setting("CA"))


def _from_keyring(user: str) -> str:
    """The user's password in the system's keyring."""
    import keyring  # imported late, because it is seldom needed
    import keyring.errors

    how = f"Set BRIEFS_SMTP_PASSWORD, or put it into the keyring: .venv/bin/keyring set {SERVICE} {user}"
    try:
        found = keyring.get_password(SERVICE, user)
    except keyring.errors.NoKeyringError:
        raise ToolError(f"there is no password for the mail server, and this system has no keyring. {how}") from None
    except keyring.errors.KeyringError as fault:
        raise ToolError(f"the keyring can’t be read for the mail server’s password: {one_line(str(fault))}. {how}") from None
    if not found:
        raise ToolError(f"there is no password for the mail server. {how}")
    return found


@dataclass(frozen=True)
class Reply:
    """The server's reply to a message.

    `outcome`: sent, refused (for good: this address, or this message), failed (for now), or unsure, if nobody can know.
    """

    outcome: Literal["sent", "refused", "failed", "unsure"]
    text: str
    tries: int = 1
    may_arrive_twice: bool = False


class Unreachable(Exception):
    """The server stopped answering. The message says how. `is_unsure`: nobody can know whether the message arrived."""

    def __init__(self, text: str, is_unsure: bool):
        self.is_unsure = is_unsure
        super().__init__(text)


class _Dropped(Exception):
    """The connection was lost, or is silent. `in_handover`: while a message was being handed over."""

    def __init__(self, fault: BaseException | str, in_handover: bool = False):
        text = fault if isinstance(fault, str) else _why(fault)
        self.in_handover = in_handover
        self.is_silent = text == _SILENT
        super().__init__(text)


class Connection:
    """Sends messages through a server, over one connection as long as it lasts. Use it as a context manager.

    `say` is called with a sentence before each wait.
    """

    def __init__(self, server: Server, say: Callable[[str], None] = lambda words: None):
        self.server = server
        self._say = say
        self._client: Client | None = None
        self._was_there = False
        self._has_worked = False  # the server has replied to a message on this connection
        self._lost = 0  # messages in a row that failed because the connection dropped

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        if kind or self._client is None:  # the server may wait for the rest of a command, and take QUIT for it
            self._close()
            return
        with suppress(OSError, NotSmtp):  # smtplib's exceptions are subclasses of OSError
            if self._client.sock:
                self._client.sock.settimeout(QUIT_TIMEOUT)
            self._client.quit()
        self._close()

    def deliver(self, sender: str, to: str, message: bytes, before_arrival: Callable[[], None]) -> Reply:
        """Send a message to one address. `before_arrival` is called once, just before it may arrive.

        Raises ToolError if the server can't be used with these settings, Unreachable if it was there and is gone.
        """
        twice = has_begun = False
        last = time.monotonic() + DIALOGUE_SECONDS
        for tries, wait in enumerate((*WAITS, None), 1):
            try:
                client = self._client or self._connect(last)
                client.last = last
                refusal = self._announce(client, sender, to, message)
                if not refusal and not has_begun:
                    before_arrival()
                    has_begun = True
                reply = refusal or self._hand_over(client, message)
                self._has_worked, self._lost = True, 0
                if twice and reply.outcome != "sent":  # “554 duplicate” may mean that an earlier try arrived
                    reply = replace(reply, outcome="unsure")
                return replace(reply, tries=tries, may_arrive_twice=twice)
            except NotSmtp as fault:
                self._close()
                raise self._given_up(fault, twice) from None
            except _Dropped as drop:
                twice = twice or drop.in_handover
                is_over = time.monotonic() > last or (drop.is_silent and not self._has_worked)
                is_gone = is_over or self._client is None
                self._close()
                if is_over or wait is None:
                    self._lost += 1
                    if is_gone or not self._was_there or self._lost >= LOST_IN_A_ROW:
                        raise self._given_up(drop, twice) from None
                    return Reply("unsure" if twice else "failed", str(drop), tries, twice)
                self._say(f"{self.server}: {drop}; trying again in {wait:g} s")
                time.sleep(wait)
        raise AssertionError

    def _given_up(self, fault: Exception, twice: bool) -> ToolError | Unreachable:
        """The exception for a server that isn't tried again: ToolError if no connection was ever made, because the settings may be
        wrong; else Unreachable."""
        if not self._was_there:
            return ToolError(f"the mail server {self.server} can’t be used: {fault}. {_SEE}")
        return Unreachable(str(fault), twice)

    def _announce(self, client: Client, sender: str, to: str, message: bytes) -> Reply | None:
        """Name sender and recipient (MAIL, RCPT). Returns a reply if the server doesn't accept them."""
        said = client.esmtp_features.get("size", "")
        most = int(said) if re.fullmatch("[0-9]{1,20}", said) else 0  # RFC 1870, 4; without a number there is no limit
        if 0 < most < len(message):
            return Reply("refused", f"the message has {len(message):,} bytes, and the server accepts {most:,}")
        size = [f"SIZE={len(message)}"] if client.has_extn("size") else []
        with _dropping():
            code, words = client.mail(sender, size)
            if code == 530:
                raise ToolError(f"{self.server} accepts mail only from known users: set BRIEFS_SMTP_USER. {_SEE}")
            refusal = _refusal("MAIL", code, words) or _refusal("RCPT", *client.rcpt(to))
        if refusal:
            self._reset(client)
        return refusal

    def _hand_over(self, client: Client, message: bytes) -> Reply:
        with _dropping():
            refusal = _refusal("DATA", *client.docmd("DATA"))
        if refusal:
            self._reset(client)
            return refusal
        try:
            code, words = self._send(client, message)
        except NotSmtp as fault:
            self._close()
            return Reply("unsure", str(fault))
        return _refusal("the message", code, words) or Reply("sent", _text(code, words))

    def _send(self, client: Client, message: bytes) -> tuple[int, bytes]:
        """Send a message and its end (RFC 5321, 4.5.2), and read the reply to it."""
        assert client.sock
        data = re.sub(rb"(?m)^\.", b"..", message).removesuffix(b"\r\n") + b"\r\n.\r\n"
        end = time.monotonic() + MESSAGE_TIMEOUT + len(data) / SLOWEST
        try:
            with _dropping(in_handover=True):
                for start in range(0, len(data), CHUNK):
                    client.sock.settimeout(max(end - time.monotonic(), 0.001))
                    client.send(data[start : start + CHUNK])
                client.sock.settimeout(MESSAGE_TIMEOUT)
                client.last = time.monotonic() + MESSAGE_TIMEOUT + REPLY_SECONDS
                return client.getreply()
        finally:
            if client.sock:
                client.sock.settimeout(TIMEOUT)

    def _reset(self, client: Client) -> None:
        """Make the connection ready for another message, or close it."""
        with _dropping():
            code, _ = client.rset()
        if code != 250:
            self._close()

    def _close(self) -> None:
        client, self._client = self._client, None
        if client:
            client.close()

    def _connect(self, last: float) -> Client:
        """An encrypted connection to the right server, with the user logged in. `last`: see `Client`."""
        context = self._context()
        host, port = self.server.host, self.server.port
        client: Client | None = None
        try:
            if self.server.security == "tls":
                client = TlsClient(host, port, timeout=TIMEOUT, context=context)
            else:
                client = Client(host, port, timeout=TIMEOUT)
                client.last = last
                client.starttls(context=context)
            client.last = last
            code, words = client.ehlo()
            if code != 250:
                raise smtplib.SMTPHeloError(code, words)
            if self.server.user:
                client.login(self.server.user, self.server.password)
        except Exception as fault:
            if client:
                client.close()
            raise self._fault(fault) from None
        self._client, self._was_there, self._has_worked = client, True, False
        return client

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.server.authority:
            try:
                context.load_verify_locations(self.server.authority)
            except (OSError, ssl.SSLError) as fault:
                why = fault.strerror if isinstance(fault, FileNotFoundError | PermissionError) else "it holds no certificates"
                raise ToolError(f"BRIEFS_SMTP_CA names {self.server.authority}, which can’t be used: {why}.") from None
        return context

    def _fault(self, fault: Exception) -> Exception:
        """The exception for a failed connection: `_Dropped` if it can be tried again, ToolError if a person must change
        settings."""
        host = self.server.host
        if isinstance(fault, ssl.SSLCertVerificationError):
            hint = f"Is {host} the name in it? If its authority is one of your own, name its file in BRIEFS_SMTP_CA."
            why = one_line(fault.verify_message)
            return ToolError(f"the certificate of {self.server} can’t be trusted: {why}. Nothing was sent. {hint}")
        if isinstance(fault, ssl.SSLError):
            other = "starttls" if self.server.security == "tls" else "tls"
            return ToolError(f"{self.server} doesn’t speak TLS as expected ({fault.reason}). Try BRIEFS_SMTP_TLS={other}.")
        if isinstance(fault, UnicodeError):
            return ToolError("the user or password of the mail server has letters other than ASCII, which can’t be sent.")
        if isinstance(fault, ValueError):  # binascii's error, if the challenge isn't base64
            return NotSmtp("it asks for the password in a way that can’t be read")
        if isinstance(fault, smtplib.SMTPNotSupportedError):
            what = "user and password" if "AUTH" in str(fault) else "STARTTLS"
            return ToolError(f"{self.server} doesn’t offer {what}; mail is never sent unencrypted. Is it the right port? {_SEE}")
        if isinstance(fault, smtplib.SMTPException) and "authentication method" in str(fault):  # smtplib has no class for it
            return ToolError(f"{self.server} offers no way to log in that is known here (CRAM-MD5, PLAIN, LOGIN). {_SEE}")
        if isinstance(fault, smtplib.SMTPAuthenticationError) and fault.smtp_code >= 500:
            text = one_line(fault.smtp_error)
            return ToolError(
                f"{self.server} doesn’t know this user and password: {fault.smtp_code} {text}. Check BRIEFS_SMTP_USER."
            )
        if isinstance(fault, smtplib.SMTPResponseException) and (fault.smtp_code >= 500 or fault.smtp_code < 400):
            return ToolError(f"{self.server} doesn’t let us in: {fault.smtp_code} {one_line(fault.smtp_error)}.")
        if isinstance(fault, smtplib.SMTPResponseException):
            return _Dropped(f"{fault.smtp_code} {one_line(fault.smtp_error)}")
        if not isinstance(fault, OSError | smtplib.SMTPException):
            return fault
        if self._was_there or isinstance(fault, smtplib.SMTPServerDisconnected):
            return _Dropped(fault)
        return ToolError(f"the mail server {self.server} can’t be reached: {_why(fault)}. Check BRIEFS_SMTP_HOST, _PORT and _TLS.")


@contextmanager
def _dropping(in_handover: bool = False) -> Iterator[None]:
    """Turn the exceptions of a lost connection into `_Dropped`."""
    try:
        yield
    except OSError as fault:
        raise _Dropped(fault, in_handover) from None


def _refusal(command: str, code: int, words: bytes) -> Reply | None:
    """The reply to a command, or to a message, that wasn't accepted; None if it was. RFC 5321, 4.2.1 and 4.3.2.

    Only the command's own codes accept it. After a message, any other code of success is unclear. 421 says that the server
    closes the connection.
    """
    if code in ACCEPTED[command]:
        return None
    text = _text(code, words)
    if code == 421:
        raise _Dropped(text)
    if code >= 400:
        return Reply("refused" if code >= 500 else "failed", text)
    return Reply("unsure" if command == "the message" else "failed", f"{text} (which is no answer to {command})")


def _text(code: int, words: bytes) -> str:
    return f"{code} {one_line(words)}".strip()


def _why(fault: BaseException) -> str:
    if isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError):  # smtplib wraps it
        return _SILENT
    if isinstance(fault, socket.gaierror):
        return "there is no such name"
    if isinstance(fault, smtplib.SMTPServerDisconnected):
        return "the connection was lost"
    return one_line(getattr(fault, "strerror", None) or str(fault))
