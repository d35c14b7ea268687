"""A mail server, and a connection to it that lasts.

In: the settings in the environment, messages as bytes, one address each. Out: an `Answer` a message. The connection is always
encrypted and the certificate checked before a name or password is said (RFC 8314; STARTTLS, RFC 3207): there is no way round it.
A connection that drops is opened again, a few times, with growing waits; a server that can't be used at all is a ToolError.

A message is handed over with DATA. If the connection drops after it was sent and before the server has answered, nobody can know
whether it arrived (RFC 1047). Then it is sent again under the same Message-ID, as RFC 5321 (4.5.4.1) asks of senders: twice is
better than never, many mail programs show such a pair once, and the answer says that it may be a pair.
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

from briefs.edition.files import CONTROL
from briefs.problems import ToolError

WAITS = (1, 4, 15)  # seconds before the second, third and last try
PATIENCE = 60.0  # seconds for any answer of the server …
LONG_PATIENCE = 600.0  # … and for that to a whole message (RFC 5321, 4.5.3.2.6)
SERVICE = "briefs"  # in the keyring
_WORDS = "See docs/exchange.md."


@dataclass(frozen=True)
class Server:
    """Where mails are handed in. `security`: `tls` from the first byte, or `starttls`. No user: the server wants none."""

    host: str
    port: int
    security: Literal["starttls", "tls"]
    user: str = ""
    password: str = field(default="", repr=False)
    authority: str = ""  # a file with certificates to trust, besides those of the system

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def server(environment: Mapping[str, str]) -> Server | None:
    """The server of the environment's BRIEFS_SMTP_… variables; None if no host is set. Raises ToolError for wrong settings."""

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
        raise ToolError(f"BRIEFS_SMTP_TLS is “{security}”: write starttls or tls. Mail never goes out unencrypted.")
    number = int(port or (465 if security == "tls" else 587))
    way: Literal["starttls", "tls"] = "tls" if security == "tls" or (not security and number == 465) else "starttls"
    password = environment.get("BRIEFS_SMTP_PASSWORD", "")
    if user and not password:
        password = _from_keyring(user)
    return Server(host, number, way, user, password, setting("CA"))


def _from_keyring(user: str) -> str:
    """The password that the system's keyring has for the user."""
    import keyring  # seldom needed
    import keyring.errors

    how = f"Set BRIEFS_SMTP_PASSWORD, or put it into the keyring: .venv/bin/keyring set {SERVICE} {user}"
    try:
        found = keyring.get_password(SERVICE, user)
    except keyring.errors.NoKeyringError:
        raise ToolError(f"there is no password for the mail server, and this system has no keyring. {how}") from None
    except keyring.errors.KeyringError as fault:
        raise ToolError(f"the keyring can’t be asked for the mail server’s password: {_said(str(fault))}. {how}") from None
    if not found:
        raise ToolError(f"there is no password for the mail server. {how}")
    return found


@dataclass(frozen=True)
class Answer:
    """What came of a message. `said`: the server's words. `twice`: it may have arrived twice.

    `sent`; `refused` for good (this address, or this message); `failed` for now; `unsure`, if nobody knows.
    """

    outcome: Literal["sent", "refused", "failed", "unsure"]
    said: str
    tries: int = 1
    twice: bool = False


class Unreachable(Exception):
    """The server was there and is gone; the message says how."""


class _Dropped(Exception):
    """The connection is lost. `handed_over`: while a message was on its way."""

    def __init__(self, said: str, handed_over: bool = False):
        self.handed_over = handed_over
        super().__init__(said)


class Connection:
    """Hands messages in at a server, over one connection as long as it holds. Use as a context manager.

    `say` is told of waits.
    """

    def __init__(self, server: Server, say: Callable[[str], None] = lambda words: None):
        self.server = server
        self._say = say
        self._client: smtplib.SMTP | None = None
        self._was_there = False

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        if kind or self._client is None:  # in the middle of something: a polite end would be read as a part of it
            self._close()
            return
        with suppress(OSError):  # smtplib's faults are such
            self._client.quit()
        self._close()

    def deliver(self, sender: str, to: str, message: bytes, begun: Callable[[], None]) -> Answer:
        """Hand in a message for one address. `begun` is called just before it may first arrive.

        Raises ToolError if the server can't be used as it is set, Unreachable if it was there and is no more.
        """
        twice = told = False
        for tries, wait in enumerate((*WAITS, None), 1):
            try:
                client = self._client or self._connect()
                refusal = self._announce(client, sender, to, message)
                if not refusal and not told:
                    begun()
                    told = True
                answer = refusal or self._hand_over(client, message)
                unsure = twice and answer.outcome != "sent"  # an earlier try may have arrived: “554 duplicate” is no refusal
                return replace(answer, outcome="unsure" if unsure else answer.outcome, tries=tries, twice=twice)
            except _Dropped as drop:
                twice = twice or drop.handed_over
                was_connected = self._client is not None
                self._close()
                if wait is None and not self._was_there:
                    raise ToolError(f"the mail server {self.server} can’t be used: {drop}. {_WORDS}") from None
                if wait is None and not was_connected:
                    raise Unreachable(str(drop)) from None
                if wait is None:
                    return Answer("unsure" if twice else "failed", str(drop), tries, twice)
                self._say(f"{self.server}: {drop}; trying again in {wait:g} s")
                time.sleep(wait)
        raise AssertionError

    def _announce(self, client: smtplib.SMTP, sender: str, to: str, message: bytes) -> Answer | None:
        """Sender and recipient (MAIL, RCPT); what the server has against them."""
        most = client.esmtp_features.get("size", "")
        if most.isdigit() and 0 < int(most) < len(message):
            return Answer("refused", f"the message has {len(message):,} bytes, and the server takes {int(most):,}")
        size = [f"SIZE={len(message)}"] if client.has_extn("size") else []
        with _dropping():
            code, words = client.mail(sender, size)
            if code == 530:
                raise ToolError(f"{self.server} takes mail only from users that it knows: set BRIEFS_SMTP_USER. {_WORDS}")
            if code == 250:
                code, words = client.rcpt(to)
            if code in (250, 251):
                return None
            answer = _answer(code, words)
            client.rset()
        return answer

    def _hand_over(self, client: smtplib.SMTP, message: bytes) -> Answer:
        assert client.sock
        try:
            client.sock.settimeout(LONG_PATIENCE)
            with _dropping(handed_over=True):
                return _answer(*client.data(message))
        except smtplib.SMTPDataError as refusal:  # before the message was sent
            with _dropping():
                answer = _answer(refusal.smtp_code, refusal.smtp_error)
                client.rset()
            return answer
        finally:
            if client.sock:
                client.sock.settimeout(PATIENCE)

    def _close(self) -> None:
        client, self._client = self._client, None
        if client:
            client.close()

    def _connect(self) -> smtplib.SMTP:
        """A connection that is encrypted, checked, and logged in on."""
        context = self._context()
        host, port = self.server.host, self.server.port
        client: smtplib.SMTP | None = None
        try:
            if self.server.security == "tls":
                client = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
            else:
                client = smtplib.SMTP(host, port, timeout=PATIENCE)
                client.starttls(context=context)
            client.ehlo()
            if self.server.user:
                client.login(self.server.user, self.server.password)
        except Exception as fault:
            if client:
                client.close()
            raise self._fault(fault) from None
        self._client, self._was_there = client, True
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
        """What a failed connection means: one that can be tried again, or settings that a person must look at."""
        host = self.server.host
        if isinstance(fault, ssl.SSLCertVerificationError):
            return ToolError(
                f"the certificate of {self.server} can’t be trusted: {_said(fault.verify_message)}. Nothing was sent. Is {host} "
                "the name in it? If its authority is one of your own, name its file in BRIEFS_SMTP_CA."
            )
        if isinstance(fault, ssl.SSLError):
            other = "starttls" if self.server.security == "tls" else "tls"
            return ToolError(f"{self.server} doesn’t speak TLS as expected ({fault.reason}). Try BRIEFS_SMTP_TLS={other}.")
        if isinstance(fault, UnicodeError):
            return ToolError("the user or password of the mail server has letters other than ASCII, which can’t be sent.")
        if isinstance(fault, smtplib.SMTPNotSupportedError):
            what = "user and password" if "AUTH" in str(fault) else "STARTTLS"
            return ToolError(f"{self.server} doesn’t offer {what}; mail never goes out unencrypted. Is it the right port? {_WORDS}")
        if isinstance(fault, smtplib.SMTPAuthenticationError) and fault.smtp_code >= 500:
            said = _said(fault.smtp_error)
            return ToolError(
                f"{self.server} doesn’t know this user and password: {fault.smtp_code} {said}. Check BRIEFS_SMTP_USER."
            )
        if isinstance(fault, smtplib.SMTPResponseException) and fault.smtp_code >= 500:
            return ToolError(f"{self.server} doesn’t let us in: {fault.smtp_code} {_said(fault.smtp_error)}.")
        if isinstance(fault, smtplib.SMTPResponseException):
            return _Dropped(f"{fault.smtp_code} {_said(fault.smtp_error)}")
        if not isinstance(fault, OSError | smtplib.SMTPException):
            return fault
        if self._was_there or isinstance(fault, smtplib.SMTPServerDisconnected):
            return _Dropped(_why(fault))
        return ToolError(f"the mail server {self.server} can’t be reached: {_why(fault)}. Check BRIEFS_SMTP_HOST, _PORT and _TLS.")


@contextmanager
def _dropping(handed_over: bool = False) -> Iterator[None]:
    """Turns the ways in which a connection is lost into `_Dropped`."""
    try:
        yield
    except smtplib.SMTPResponseException:  # an answer, though an OSError to Python
        raise
    except OSError as fault:
        raise _Dropped(_why(fault), handed_over) from None


def _answer(code: int, words: bytes | str) -> Answer:
    """The server's reply to a command (RFC 5321, 4.2.1). 421 means that it hangs up."""
    said = f"{code} {_said(words)}".strip()
    if code == 421:
        raise _Dropped(said)
    return Answer("sent" if 200 <= code < 300 else "refused" if code >= 500 else "failed", said)


def _why(fault: BaseException) -> str:
    if isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError):  # as smtplib says it
        return "no answer"
    if isinstance(fault, socket.gaierror):
        return "there is no such name"
    if isinstance(fault, smtplib.SMTPServerDisconnected):
        return "the connection was lost"
    return _said(getattr(fault, "strerror", None) or str(fault))


def _said(words: bytes | str) -> str:
    """Words of a server on one line, without anything that a terminal would obey."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(CONTROL.sub(" ", text).split())[:200]
