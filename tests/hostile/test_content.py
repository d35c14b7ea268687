"""Each case of the corpus: a clear message at its place or a sound document; nothing fetched, read outside or lost."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import pytest

from briefs.edition.read import read
from briefs.press.build import BuildRequest, build
from briefs.press.plan import plan
from briefs.press.request import Request
from briefs.press.session import Session
from briefs.theme import Theme
from tests import small
from tests.hostile.cases import CANARY, CASES, Case, settled

SECONDS = 60
LAST = {"brief": "briefs/belgium.pdf", "report": "report.pdf", "handout": "handouts/t.pdf", "glance": "glance.pdf"}
GOOD = b"%PDF-1.7 the last good one"
OPENED = 0x20  # IN_OPEN
BYTES = 500_000_000  # of memory that a case may take on top of what is there


class Late(BaseException):
    """A case takes without end. Nothing of ours may take this for a fault of a disk or a document."""


@pytest.fixture(scope="module")
def listening() -> Iterator[socket.socket]:
    """A server that must never hear anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@contextmanager
def unread(secret: Path) -> Iterator[None]:
    """No process of the machine opens the file in between: not ours, not pandoc, no library (inotify(7), IN_OPEN)."""
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    assert watch >= 0 and libc.inotify_add_watch(watch, os.fsencode(secret), OPENED) >= 0, os.strerror(ctypes.get_errno())
    try:
        yield
        with pytest.raises(BlockingIOError):
            os.read(watch, 4096)
    finally:
        os.close(watch)


def test_a_reader_is_seen(tmp_path: Path) -> None:
    """The watch itself: a process of its own that reads the file."""
    (tmp_path / "secret.txt").write_text(CANARY)
    with pytest.raises(pytest.fail.Exception), unread(tmp_path / "secret.txt"):
        subprocess.run([sys.executable, "-c", "open('secret.txt')"], cwd=tmp_path, check=True)


@contextmanager
def bounded() -> Iterator[None]:
    """A hard limit of time, our own on the processor (what pandoc takes has its own limit), so that a busy machine decides nothing;
    and the most memory that was held in between, as the kernel counts it (proc_pid_status(5), VmHWM)."""

    def late(*_: object) -> None:
        raise Late

    Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins anew
    held = _mark()
    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    assert _mark() - held < BYTES


def _mark() -> int:
    status = Path("/proc/self/status").read_text()
    return 1024 * int(re.search(r"VmHWM:\s+(\d+)", status)[1])  # type: ignore[index]


def outcome(content: Path, out: Path, session: Session, theme: Theme) -> tuple[list[str], list[str]]:
    """The problems of reading and of building all that the edition has; and the kinds of which no document may be touched."""
    found = read(content)
    if not found.edition:
        return [str(p) for p in found.problems], list(LAST)
    wanted = plan(found.edition, Request()).targets
    warm = small.with_edition(session, found.edition)
    done = build(found.edition, theme, BuildRequest(wanted, out), lambda outcome: None, warm)
    return [str(p) for o in done for p in o.problems], [o.target.kind for o in done if o.problems]


def words(out: Path) -> str:
    """All that the finished files hold: the pages' text, and every part of Office files."""
    found = []
    for path in sorted(out.rglob("*")):
        if path.suffix == ".pdf" and path.read_bytes() != GOOD:
            document = pypdfium2.PdfDocument(path.read_bytes())
            found += [page.get_textpage().get_text_bounded() for page in document]
        elif path.suffix in {".docx", ".pptx"}:
            with zipfile.ZipFile(path) as archive:
                found += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return " ".join(" ".join(found).split())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_content_of_a_stranger(case: Case, listening: socket.socket, session: Session, theme: Theme, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(CANARY)
    port = listening.getsockname()[1]
    out, content = tmp_path / "out", small.write(tmp_path / "content", **settled(case, port, str(tmp_path / "secret.txt")))
    for name, target in case.links.items():
        (content / name).parent.mkdir(exist_ok=True)
        (content / name).symlink_to(target)
    for name in LAST.values():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(GOOD)
    with bounded(), unread(tmp_path / "secret.txt"):
        problems, failed = outcome(content, out, session, theme)
    if case.refused:
        assert any(re.search(case.refused, said) for said in problems), problems[:5]
        assert all(len(said) < 600 for said in problems), max(problems, key=len)[:700]
    else:
        assert problems == []
        assert case.printed in words(out)
    assert all((out / LAST[kind]).read_bytes() == GOOD for kind in failed)
    assert CANARY not in words(out)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["content", "out", "secret.txt"]
    with pytest.raises(BlockingIOError):
        listening.accept()
