"""A mail server that doesn't speak SMTP, or never stops: nothing is told as sent that wasn't, and every dialogue ends."""

from __future__ import annotations

import re
import resource
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
import trustme

from briefs.delivery import replies, smtp
from briefs.delivery.smtp import Connection, Reply, Server, Unreachable
from briefs.delivery.store import Store
from briefs.problems import ToolError
from tests.delivery.conftest import Run
from tests.delivery.servers import HOST

Answer = bytes | Callable[[socket.socket], None]
POLITE: Mapping[str, Answer] = {
    "": b"220 here\r\n", "EHLO": b"250-here\r\n250 SIZE 1000000\r\n", "MAIL": b"250 ok\r\n", "RCPT": b"250 ok\r\n",
    "DATA": b"354 go on\r\n", ".": b"250 queued\r\n", "RSET": b"250 ok\r\n", "QUIT": b"221 bye\r\n", "AUTH": b"235 ok\r\n",
}  # fmt: skip
MESSAGE = b"Subject: x\r\n\r\n.A line that begins with a dot\r\n"


class Scripted:
    """A server of these answers: `""` is the greeting, `.` the end of a message. It keeps what it was told."""

    def __init__(self, answers: Mapping[str, Answer]):
        self.answers = {**POLITE, **answers}
        self.heard: list[str] = []
        self.messages: list[bytes] = []

    def serve(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as file:
            self._serve(connection, file)

    def _serve(self, connection: socket.socket, file: BinaryIO) -> None:
        self._say(connection, "")
        while line := file.readline():
            command = line.split()[0].decode("latin-1").upper()
            self.heard.append(command)
            self._say(connection, command)
            answer = self.answers.get(command, b"")
            if command == "DATA" and isinstance(answer, bytes) and answer.startswith(b"354"):
                data = b""
                while not data.endswith(b"\r\n.\r\n"):
                    line = file.readline()
                    if not line:
                        return
                    data += line
                self.messages.append(data)
                self._say(connection, ".")

    def _say(self, connection: socket.socket, command: str) -> None:
        answer = self.answers.get(command, b"500 what\r\n")
        connection.sendall(answer) if isinstance(answer, bytes) else answer(connection)


@contextmanager
def serving(folder: Path, **answers: Answer) -> Iterator[tuple[Scripted, Server]]:
    """Run the server, over TLS from the first byte. `greeting` and `end` (of a message) are answers too."""
    names = {"greeting": "", "end": "."}
    script = Scripted({names.get(name, name): answer for name, answer in answers.items()})
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(context)
    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with suppress(OSError):
            while True:
                raw, _ = listening.accept()
                with raw, suppress(OSError, ValueError), context.wrap_socket(raw, server_side=True) as connection:
                    script.serve(connection)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield script, Server(HOST, listening.getsockname()[1], "tls", authority=str(folder / "authority.pem"))
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "WAITS", (0, 0, 0))
    monkeypatch.setattr(smtp, "TIMEOUT", 5)
    monkeypatch.setattr(smtp, "MESSAGE_TIMEOUT", 5)
    monkeypatch.setattr(smtp, "QUIT_TIMEOUT", 0.2)
    monkeypatch.setattr(replies, "REPLY_SECONDS", 0.5)


def delivered(server: Server) -> tuple[Reply, list[str]]:
    """The reply to a message, and what was called on the way."""
    called: list[str] = []
    with Connection(server) as connection:
        return connection.deliver("desk@example.org", "ann@example.org", MESSAGE, lambda: called.append("begun")), called


def endless(connection: socket.socket) -> None:
    """Lines without end."""
    while True:
        connection.sendall(b"250-and more\r\n" * 1000)


def endless_line(connection: socket.socket) -> None:
    connection.sendall(b"250 ")
    while True:
        connection.sendall(b"x" * 100_000)


def dripping(connection: socket.socket) -> None:
    """A letter now and then, always before a single wait would end."""
    for letter in b"250 " + b"x" * 1000:
        connection.sendall(bytes([letter]))
        time.sleep(0.05)


def dripping_lines(connection: socket.socket) -> None:
    for _ in range(1000):
        connection.sendall(b"250-x\r\n")
        time.sleep(0.05)


def test_a_polite_server_gets_the_message_as_it_is(tmp_path: Path) -> None:
    with serving(tmp_path) as (script, server):
        reply, called = delivered(server)
    assert (reply, called) == (Reply("sent", "250 queued"), ["begun"])
    assert script.messages == [b"Subject: x\r\n\r\n..A line that begins with a dot\r\n.\r\n"]
    assert script.heard == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize("code", [200, 211, 214, 220, 221, 235, 250, 251, 252, 253, 299, 300, 334, 354, 399])
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "end"])
def test_only_the_codes_of_the_standard_mean_success(command: str, code: int, tmp_path: Path) -> None:
    """RFC 5321, 4.3.2: 250 for MAIL and for a message, 250 or 251 for RCPT, 354 for DATA."""
    success = {"MAIL": {250}, "RCPT": {250, 251}, "DATA": {354}, "end": {250}}[command]
    with serving(tmp_path, **{command: f"{code} well\r\n".encode()}) as (script, server):
        reply, called = delivered(server)
    if code in success:
        assert (reply.outcome, len(script.messages)) == ("sent", 1)
        return
    assert reply.outcome == ("unsure" if command == "end" else "failed") and f"{code} well (which is no answer to" in reply.text
    assert called == (["begun"] if command in {"DATA", "end"} else []) and len(script.messages) == (command == "end")


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "end"])
@pytest.mark.parametrize(("code", "outcome"), [(450, "failed"), (499, "failed"), (550, "refused"), (599, "refused")])
def test_a_refusal_is_one_whatever_its_number(command: str, code: int, outcome: str, tmp_path: Path) -> None:
    with serving(tmp_path, **{command: f"{code} no\r\n".encode()}) as (_, server):
        assert delivered(server)[0] == Reply(outcome, f"{code} no")  # type: ignore[arg-type]


RUBBISH = {
    "rubbish": b"\x00\xff\x1b[31m rubbish\r\n",
    "an empty line": b"\r\n",
    "a web server": b"HTTP/1.1 400 Bad Request\r\n",
    "two digits": b"25 ok\r\n",
    "four digits": b"2500 ok\r\n",
    "digits of another script": "２５０ ok\r\n".encode(),
    "what Python takes for a number": b"+25 ok\r\n2_5 ok\r\n",
    "a code below the first": b"150 ok\r\n",
    "a code above the last": b"650 ok\r\n",
    "two codes in a reply": b"250-ok\r\n550 no\r\n",
    "a line over the limit": b"250 " + b"x" * 5_000 + b"\r\n",
    "more lines than the limit": b"250-x\r\n" * 5_000 + b"250 x\r\n",
    "no end of lines": endless,
    "no end of a line": endless_line,
    "letters one by one": dripping,
    "lines one by one": dripping_lines,
}


@pytest.mark.parametrize("answer", RUBBISH.values(), ids=RUBBISH)
@pytest.mark.parametrize("command", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "end", "RSET", "QUIT"])
def test_what_is_no_reply_ends_the_dialogue(command: str, answer: Answer, tmp_path: Path) -> None:
    answers: dict[str, Answer] = {command: answer}
    if command == "RSET":
        answers["RCPT"] = b"550 no\r\n"
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with serving(tmp_path, **answers) as (script, server):
        if command in {"greeting", "EHLO"}:
            with pytest.raises(ToolError, match="can’t be used"):
                delivered(server)
        elif command in {"MAIL", "RCPT", "DATA", "RSET"}:
            with pytest.raises(Unreachable):
                delivered(server)
        else:
            reply, _ = delivered(server)
            assert (reply.outcome, reply.tries) == ("unsure" if command == "end" else "sent", 1)
            assert len(script.messages) == 1 and reply.text.isprintable()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held < 50_000  # kilobytes


@pytest.mark.parametrize(
    "size", [b"", b"0", b"-1", b"1e9", "²".encode("latin-1"), "٣".encode(), b"9" * 1500, b"x", b"1 2", b"0x10"]
)
def test_a_size_that_is_none_is_no_limit(size: bytes, tmp_path: Path) -> None:
    with serving(tmp_path, EHLO=b"250-here\r\n250 SIZE " + size + b"\r\n") as (_, server):
        assert delivered(server)[0].outcome in {"sent", "refused"}


def test_a_reply_that_was_not_asked_for_is_not_taken_for_the_next_one(tmp_path: Path) -> None:
    """A server that says “queued” in advance has queued nothing."""
    with serving(tmp_path, RCPT=b"250 ok\r\n354 go on\r\n250 queued\r\n") as (_, server), pytest.raises(Unreachable):
        delivered(server)


def test_a_server_that_closes_without_being_asked_is_opened_again(tmp_path: Path) -> None:
    with serving(tmp_path, RCPT=b"250 ok\r\n421 closing\r\n") as (_, server):
        reply, _ = delivered(server)
    assert (reply.outcome, reply.text, reply.tries) == ("failed", "421 closing", 4)


@pytest.mark.parametrize(
    "challenge", [b"334 \xff\xff\r\n", b"334 a\r\n", b"334 " + b"x" * 5000 + b"\r\n", b"200 ok\r\n", b"rubbish\r\n"]
)
def test_a_challenge_that_can_not_be_read_is_no_traceback(challenge: bytes, tmp_path: Path) -> None:
    ehlo = b"250-here\r\n250 AUTH CRAM-MD5 PLAIN LOGIN\r\n"
    with serving(tmp_path, EHLO=ehlo, AUTH=challenge) as (_, server):
        named = Server(server.host, server.port, "tls", "desk", "word", server.authority)
        with pytest.raises(ToolError, match=re.escape(str(server))):
            delivered(named)


# What is printed, and what the record has.


def settings(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    for name, value in {"HOST": HOST, "PORT": server.port, "TLS": "tls", "CA": server.authority}.items():
        monkeypatch.setenv(f"BRIEFS_SMTP_{name}", str(value))


def recorded() -> list[tuple[str, str]]:
    """Event and outcome of each line about a message in the record."""
    found = [event for chain in Store(Path("exchange")).chains() for _, event in chain.lines]
    return [(event.event, getattr(event, "outcome", "")) for event in found if event.event in {"begun", "ended"}]


@pytest.mark.parametrize(
    ("answers", "said", "lines"),
    [
        ({}, "sent\n", [("begun", ""), ("ended", "sent")]),
        ({"RCPT": b"252 ok\r\n"}, "not sent: 252 ok (which is no answer to RCPT)\n", []),
        ({"MAIL": b"200 ok\r\n"}, "not sent: 200 ok (which is no answer to MAIL)\n", []),
        ({"DATA": b"250 ok\r\n"}, "not sent: 250 ok (which is no answer to DATA)\n", [("begun", ""), ("ended", "failed")]),
        ({"RCPT": b"550 no\r\n"}, "refused: 550 no\n", [("begun", ""), ("ended", "refused")]),
        ({"end": b"rubbish\r\n"}, "perhaps sent: “rubbish” is no reply of a mail server\n", [("begun", "")]),
        ({"end": b"251 ok\r\n"}, "perhaps sent: 251 ok (which is no answer to the message)\n", [("begun", "")]),
        ({"RCPT": b"rubbish\r\n"}, "not sent: the server is gone (“rubbish” is no reply of a mail server)\n", []),
    ],
    ids=str,
)
def test_what_is_printed_is_what_the_record_has(
    answers: dict[str, Answer], said: str, lines: list[tuple[str, str]], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path, **answers) as (_, server):
        settings(monkeypatch, server)
        code, printed, _ = run("send", "be", "--to", "bob@example.org")
    assert code == (0 if said == "sent\n" else 3) and f"brief Belgium to bob@example.org: {said}" in printed
    assert recorded() == lines


def test_a_mail_of_which_nothing_is_known_is_sent_again_under_its_own_id(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path, end=b"rubbish\r\n") as (script, server):
        settings(monkeypatch, server)
        run("send", "be", "--to", "bob@example.org")
        script.answers["."] = b"250 queued\r\n"
        code, printed, _ = run("send", "be", "--to", "bob@example.org")
        again = run("send", "be", "--to", "bob@example.org")[1]
    assert code == 0 and "bob@example.org: sent; may arrive twice" in printed and "has it already" in again
    assert len({re.search(rb"Message-ID: (\S+)", message)[1] for message in script.messages}) == 1  # type: ignore[index]
    assert len(script.messages) == 2


# A server that says nothing.


def silent(connection: socket.socket) -> None:
    """No reply, until the other side hangs up."""
    while connection.recv(1000):
        pass


@pytest.mark.parametrize("command", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "end"])
def test_a_silent_server_is_asked_once(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT", 0.3)
    monkeypatch.setattr(smtp, "MESSAGE_TIMEOUT", 0.3)
    with serving(tmp_path, **{command: silent}) as (script, server):
        gone = (ToolError, "no answer") if command in {"greeting", "EHLO"} else (Unreachable, "^no answer$")
        with pytest.raises(gone[0], match=gone[1]) as fault:
            delivered(server)
    assert getattr(fault.value, "is_unsure", False) == (command == "end")
    assert script.heard.count("EHLO") <= 1 and len(script.messages) == (command == "end")


def test_a_connection_that_has_worked_is_opened_again_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A router on the way may have forgotten it."""
    monkeypatch.setattr(smtp, "TIMEOUT", 0.3)
    said: list[str] = []
    with serving(tmp_path) as (script, server), Connection(server, said.append) as connection:

        def send() -> Reply:
            return connection.deliver("desk@example.org", "ann@example.org", MESSAGE, lambda: None)

        assert send().outcome == "sent"
        script.answers["MAIL"] = silent
        with pytest.raises(Unreachable, match="no answer"):
            send()
    assert len(said) == 1 and script.heard.count("EHLO") == 2


def test_a_server_that_takes_a_message_too_slowly_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "MESSAGE_TIMEOUT", 0.3)
    monkeypatch.setattr(smtp, "SLOWEST", 1e9)
    message = MESSAGE + b"x" * 30_000_000
    given_up = threading.Event()

    def stuck(connection: socket.socket) -> None:
        connection.sendall(b"354 go on\r\n")
        given_up.wait(60)
        raise ConnectionAbortedError

    with (
        serving(tmp_path, DATA=stuck, EHLO=b"250 here\r\n") as (_, server),
        Connection(server) as connection,
        pytest.raises(Unreachable, match="no answer") as fault,
    ):
        connection.deliver("desk@example.org", "ann@example.org", message, lambda: None)
    given_up.set()
    assert fault.value.is_unsure


@pytest.mark.parametrize(
    ("command", "said", "lines"),
    [
        ("MAIL", "not sent", []),
        ("DATA", "not sent", [("begun", ""), ("ended", "failed")]),
        ("end", "perhaps sent", [("begun", "")]),
    ],
)
def test_after_silence_no_other_mail_is_tried(
    command: str, said: str, lines: list[tuple[str, str]], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT", 0.5)
    monkeypatch.setattr(smtp, "MESSAGE_TIMEOUT", 0.5)
    with serving(tmp_path, **{command: silent}) as (script, server):
        settings(monkeypatch, server)
        code, printed, _ = run("send", "be", "--to", "staff")
        assert code == 3 and f"<ann@example.org>: {said}: the server is gone (no answer)" in printed
        assert printed.count(": not sent: the server is gone (no answer)\n") == (2 if command == "end" else 3)
        assert recorded() == lines and script.heard.count("EHLO") == 1
        script.answers = {**POLITE}
        code, printed, _ = run("send", "be", "--to", "staff")
    assert code == 0 and printed.count(": sent") == 3 and ("may arrive twice" in printed) == (command == "end")


# Dialogues that go on, in the small or in the large.


def slowly(answer: bytes) -> Callable[[socket.socket], None]:
    """An answer that comes in time, but late."""

    def say(connection: socket.socket) -> None:
        time.sleep(0.4)
        connection.sendall(answer)

    return say


def lost(connection: socket.socket) -> None:
    raise ConnectionAbortedError


def test_a_server_that_is_late_with_each_reply_does_not_hold_a_message_up_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "DIALOGUE_SECONDS", 1.0)
    late = {name: slowly(POLITE[name]) for name in ("MAIL", "RCPT", "DATA")}  # type: ignore[arg-type]
    with serving(tmp_path, **late) as (script, server), pytest.raises(Unreachable, match="the dialogue takes too long"):
        delivered(server)
    assert not script.messages


def test_a_connection_that_is_lost_with_each_message_ends_the_run(tmp_path: Path) -> None:
    with serving(tmp_path, MAIL=lost) as (script, server), Connection(server) as connection:
        outcomes = []
        with pytest.raises(Unreachable, match="the connection was lost"):
            for _ in range(10):
                outcomes.append(connection.deliver("desk@example.org", "ann@example.org", MESSAGE, lambda: None).outcome)
    assert outcomes == ["failed", "failed"] and script.heard.count("MAIL") == 12


@pytest.mark.parametrize("methods", [b"", b"XOAUTH2", b"NTLM GSSAPI", b"\xff"])
def test_a_server_with_no_known_way_to_log_in_is_told_as_that(methods: bytes, tmp_path: Path) -> None:
    with serving(tmp_path, EHLO=b"250-here\r\n250 AUTH " + methods + b"\r\n") as (script, server):
        known = replace(server, user="desk", password="secret")
        with pytest.raises(ToolError, match="offers no way to log in that is known here"):
            delivered(known)
    assert set(script.heard) == {"EHLO"}


# A server, or somebody on the way, that wants the dialogue in the clear.


@contextmanager
def in_the_clear(*answers: bytes) -> Iterator[tuple[list[bytes], Server]]:
    """A server that asks for no encryption: one answer after another, whatever it is told. It keeps what it heard."""
    heard: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection, suppress(OSError):
                    for answer in answers:
                        connection.sendall(answer)
                        heard.append(connection.recv(10_000))

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield heard, Server(HOST, listening.getsockname()[1], "starttls", "desk", "secret")
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


OFFER = b"250-here\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n"
CLEAR: Mapping[str, tuple[bytes, ...]] = {
    "no offer": (b"220 a\r\n", b"250-here\r\n250 AUTH PLAIN\r\n"),
    "an offer in other letters": (b"220 a\r\n", b"250-here\r\n250 XSTARTTLS\r\n"),
    "logged in already": (b"220 a\r\n", b"250-here\r\n250 AUTH PLAIN\r\n", b"235 ok\r\n"),
    "refused": (b"220 a\r\n", OFFER, b"454 not now\r\n"),
    "refused for good": (b"220 a\r\n", OFFER, b"502 no\r\n"),
    "another code": (b"220 a\r\n", OFFER, b"250 ok\r\n", b"250 here\r\n", b"235 ok\r\n"),
    "replies instead of TLS": (b"220 a\r\n", OFFER, b"220 go\r\n", b"250 here\r\n"),
    "replies before TLS": (b"220 a\r\n", OFFER, b"220 go\r\n250-here\r\n250 AUTH PLAIN\r\n235 ok\r\n"),
    "rubbish instead of TLS": (b"220 a\r\n", OFFER, b"220 go\r\n", b"\x16\x03\x01\xff\xff" + b"\0" * 5_000),
    "an alert": (b"220 a\r\n", OFFER, b"220 go\r\n", b"\x15\x03\x03\x00\x02\x02\x28"),
    "SSL 3": (b"220 a\r\n", OFFER, b"220 go\r\n", b"\x16\x03\x00\x00\x04\x0e\x00\x00\x00"),
    "the end": (b"220 a\r\n", OFFER, b"220 go\r\n"),
    "EHLO without an answer": (b"220 a\r\n", b"502 no\r\n", b"250 here\r\n", b"250 ok\r\n"),
    "a greeting with more": (b"220 a\r\n250-here\r\n250 STARTTLS\r\n", b"250 here\r\n"),
    "421": (b"220 a\r\n", OFFER, b"421 bye\r\n"),
}


@pytest.mark.parametrize("answers", CLEAR.values(), ids=CLEAR)
def test_no_password_and_no_mail_go_out_in_the_clear(answers: tuple[bytes, ...]) -> None:
    with in_the_clear(*answers) as (heard, server), pytest.raises(ToolError, match=f"{HOST}:[0-9]+"):
        delivered(server)
    assert not re.search(rb"AUTH|c2VjcmV0|secret|MAIL|Subject", b"".join(heard), re.I)
