"""Commands beside `watch`: it makes their documents, never from older content, and nothing is lost without it."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from briefs.press import warm
from tests.press.test_build import briefs, country, tree
from tests.press.test_watch import Watch, child, ended


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    running = Watch(tmp_path, "brief", dict([country("fr")]))
    with ended(running):
        yield running


def brief(watch: Watch, name: str, *options: object, out: str = "asked") -> tuple[dict[str, Any], str]:
    """What a command says of a brief that it builds into a folder of its own, and its warnings."""
    words = ["brief", name, "--content", "content", "--out", out, "--json", *options]
    said, warned = briefs(words, watch.content.parent).communicate(timeout=120)
    return json.loads(said)[0], warned


def test_a_command_beside_watch_has_its_document_made_there(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.until("watching")
    watch.edit("countries/be.yaml", lambda text: text.replace("happened", "took place"))
    made, _ = brief(watch, "be")
    assert made["executor"] == "watch" or made["up_to_date"]  # watch may have been faster
    assert made["files"] == ["asked/briefs/belgium.pdf", "asked/briefs/belgium.docx"]
    assert brief(watch, "be")[0]["up_to_date"]
    assert brief(watch, "be", "--no-cache", out="alone")[0]["executor"] == "processes"
    folder = watch.content.parent
    assert tree(folder / "asked") == tree(folder / "alone")

    assert brief(watch, "be", "--paper", "letter")[0]["executor"] == "watch"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert brief(watch, "be", "--paper", "letter")[0]["executor"] == "processes"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")

    _, warned = briefs(["brief", "nowhere", "--content", "content"], folder).communicate(timeout=120)
    assert "nowhere" in warned and brief(watch, "fr", "--paper", "letter")[0]["executor"] == "watch"
    os.kill(child(watch.process), signal.SIGKILL)
    os.killpg(watch.process.pid, signal.SIGKILL)
    assert brief(watch, "fr", "--format", "pdf")[0]["executor"] == "processes"


Heard = Callable[[warm.Visit], None]


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Callable[[Heard], Path]]:
    over = Event()
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)

    def start(visited: Heard) -> Path:
        warm.listen(folder / "x.sock", visited, over)
        return folder / "x.sock"

    yield start
    over.set()


def echo(visit: warm.Visit) -> None:
    assert visit.begin()
    visit.end(visit.question)


def test_a_question_is_answered(listening: Callable[[Heard], Path]) -> None:
    assert warm.ask(listening(echo), {"a": ["é"]}) == {"a": ["é"]}


@pytest.mark.parametrize(
    "visited",
    [
        lambda visit: (time.sleep(2 * warm.TAKEN_UP), visit.end(None)),
        lambda visit: visit.end({"not": "begun"}),
        lambda visit: visit.begin() and visit.end(None),
        lambda visit: visit.begin() and visit._connection.close(),
    ],
    ids=["busy", "another version", "refused", "killed"],
)
def test_without_an_answer_the_command_goes_on_alone(visited: Heard, listening: Callable[[Heard], Path]) -> None:
    assert warm.ask(listening(visited), {}) is None


NO_MESSAGES = {
    "nothing": b"",
    "an empty line": b"\n",
    "no JSON": b"GET / HTTP/1.1\r\n\r\n",
    "no text": b'"\xff"\n',
    "a number": b"5\n",
    "a list": b"[1]\n",
    "a long number": b"1" * 6000 + b"\n",
    "nested lists": b"[" * 200_000 + b"\n",
    "nested objects": b'{"a":' * 100_000 + b"\n",
    "too long": b'"' + b"x" * (warm.LINE + 1000) + b'"\n',
    "half of one": b'{"a": ',
}


@pytest.mark.parametrize("sent", NO_MESSAGES.values(), ids=NO_MESSAGES)
def test_what_is_no_question_is_not_heard_and_the_next_one_is(sent: bytes, listening: Callable[[Heard], Path]) -> None:
    path = listening(echo)
    with socket.socket(socket.AF_UNIX) as other:
        other.connect(str(path))
        with suppress(OSError):  # it may be closed before everything was sent
            other.sendall(sent)
            other.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            assert other.recv(100) == b""
    assert warm.ask(path, {"a": 1}) == {"a": 1}


def test_a_question_that_comes_in_drops_keeps_nobody_waiting(listening: Callable[[Heard], Path]) -> None:
    path = listening(echo)
    with socket.socket(socket.AF_UNIX) as other:
        other.connect(str(path))
        other.settimeout(20 * warm.WAIT)
        with pytest.raises(OSError):  # the other side has closed it, which more time would not bring about
            for _ in range(100):
                other.sendall(b" ")
                time.sleep(warm.WAIT / 5)
    assert warm.ask(path, {}) == {}


@pytest.mark.parametrize("sent", NO_MESSAGES.values(), ids=NO_MESSAGES)
def test_what_is_no_answer_counts_as_none(sent: bytes, listening: Callable[[Heard], Path]) -> None:
    def answer(visit: warm.Visit) -> None:
        assert visit.begin()
        with suppress(OSError):
            visit._connection.sendall(sent)
        visit._connection.close()

    assert warm.ask(listening(answer), {}) is None


def test_a_socket_that_others_may_reach_isnt_used(listening: Callable[[Heard], Path], tmp_path: Path) -> None:
    path = listening(echo)
    path.parent.chmod(0o755)
    assert warm.ask(path, {}) is None
    warm.listen(path.parent / "y.sock", echo, Event())
    assert not (path.parent / "y.sock").exists()


def test_the_socket_of_a_killed_process_is_taken_over(listening: Callable[[Heard], Path], tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "run/x.sock"))
    assert warm.ask(tmp_path / "run/x.sock", {}) is None
    assert warm.ask(listening(echo), {}) == {}
    other = listening(lambda visit: visit.end(None))  # the first one that listens stays
    assert warm.ask(other, {"a": 1}) == {"a": 1}


def test_sockets_are_in_the_runtime_folder_and_differ_by_what_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    (tmp_path / "runtime").mkdir(mode=0o755)
    places = [tmp_path / name for name in ("content", "templates", "cache")]
    assert warm.socket_path(*places).parent == tmp_path / "cache/run"  # others may look into that one
    (tmp_path / "runtime").chmod(0o700)
    path = warm.socket_path(*places)
    assert path.parent == tmp_path / "runtime/briefs"
    found = {warm.socket_path(*(place / "x" if n == changed else place for n, place in enumerate(places))) for changed in range(3)}
    assert len(found | {path}) == 4
    (tmp_path / "link").symlink_to(tmp_path / "content")
    assert warm.socket_path(tmp_path / "link", *places[1:]) == path
