"""Reads the replies of a mail server that may send anything: without end, letter by letter, or no replies at all.

In: a connection. Out: clients of `smtplib` that read a reply only as RFC 5321 (4.2) has it, within bounds of length and time;
`NotSmtp` for anything else.
"""

from __future__ import annotations

import math
import re
import smtplib
import socket
import time

from briefs.edition.files import UNSHOWN

MAX_LINE = 2_000  # bytes; RFC 5321, 4.5.3.1.5, allows 512
MAX_LINES = 100  # lines of one reply
REPLY_SECONDS = 30.0  # the most seconds from the first byte of a reply to its last
_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.S)
_CLOSING = b"421"  # a server may say this without being asked (RFC 5321, 3.8)


def one_line(words: bytes | str) -> str:
    """A server's words on one line of at most 200 letters, without control characters for a terminal."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(UNSHOWN.sub(" ", text).split())[:200]


class NotSmtp(Exception):
    """The server's reply isn't one of SMTP. The message says why."""


class ReplyReader:
    """Reads replies from a socket. It stands where `smtplib` keeps the socket's file."""

    def __init__(self, sock: socket.socket):
        self._socket = sock
        self._data = b""
        self._end: float | None = None
        self._last = math.inf  # the time by which the dialogue must be over, on the monotonic clock

    def close(self) -> None:
        """Does nothing: the socket is closed by whoever opened it."""

    def reply(self, last: float) -> tuple[int, bytes]:
        """The code and the text of the next reply. The socket's timeout limits the wait for its first byte. `last`: when the whole
        dialogue must be over, on the monotonic clock.

        Raises NotSmtp, EOFError if the connection is closed, OSError if nothing comes.
        """
        if self._data and not self._data.startswith(_CLOSING):
            raise NotSmtp("it speaks without being asked")
        timeout, self._end, self._last = self._socket.gettimeout(), None, last
        try:
            return self._lines()
        finally:
            self._socket.settimeout(timeout)

    def _lines(self) -> tuple[int, bytes]:
        texts: list[bytes] = []
        codes: set[bytes] = set()
        while len(texts) < MAX_LINES:
            found = _LINE.fullmatch(line := self._line())
            if not found or len(codes | {found[1]}) > 1:
                raise NotSmtp(f"“{one_line(line)[:60]}” is no reply of a mail server")
            codes.add(found[1])
            texts.append(found[3] or b"")
            if found[2] != b"-":
                return int(found[1]), b"\n".join(texts)
        raise NotSmtp(f"its reply has more than {MAX_LINES} lines")

    def _line(self) -> bytes:
        while b"\n" not in self._data:
            if len(self._data) > MAX_LINE:
                raise NotSmtp(f"a line of its reply has more than {MAX_LINE:,} bytes")
            self._data += self._received()
        line, _, self._data = self._data.partition(b"\n")
        return line.removesuffix(b"\r")

    def _received(self) -> bytes:
        now, first = time.monotonic(), self._socket.gettimeout() or math.inf
        left = min(first if self._end is None else self._end - now, self._last - now)
        self._socket.settimeout(None if left == math.inf else max(left, 0.001))
        try:
            data = self._socket.recv(MAX_LINE)
        except TimeoutError:
            if time.monotonic() >= self._last:
                raise NotSmtp("the dialogue takes too long") from None
            if self._end is None:
                raise
            raise NotSmtp(f"its reply doesn’t end within {REPLY_SECONDS:g} s") from None
        if not data:
            raise EOFError
        self._end = self._end or time.monotonic() + REPLY_SECONDS
        return data


class Client(smtplib.SMTP):
    """A client whose `getreply` has limits of length and time, and accepts only replies of SMTP.

    `last`: the time by which the dialogue must be over, on the monotonic clock.
    """

    last = math.inf

    def getreply(self) -> tuple[int, bytes]:
        """The next reply of the server. Raises NotSmtp, and SMTPServerDisconnected if the connection is lost."""
        if not isinstance(self.file, ReplyReader):
            assert self.sock
            self.file = ReplyReader(self.sock)
        try:
            return self.file.reply(self.last)
        except (EOFError, OSError) as fault:
            self.close()
            raise smtplib.SMTPServerDisconnected("the connection was lost") from fault
        except NotSmtp:
            self.close()
            raise


class TlsClient(smtplib.SMTP_SSL, Client):
    """A `Client` over a connection that is encrypted from its first byte."""
