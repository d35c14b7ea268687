"""Temporary folders: removed at exit, and after a killed process by the next one; never those of a living one or of others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from briefs import atomic, temporary
from tests import small
from tests.conftest import ROOT
from tests.press.test_build import briefs, country

HOLD = """
import time
from briefs import temporary
print(temporary.folder(), flush=True)
time.sleep(60)
"""


def holder(folder: Path) -> tuple[subprocess.Popen[str], Path]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
    process = subprocess.Popen([sys.executable, "-P", "-c", HOLD], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    path = Path(process.stdout.readline().strip())
    old = time.time() - 2 * temporary.YOUNG
    os.utime(path, (old, old))
    return process, path


def test_only_what_dead_processes_left_is_removed(tmp_path: Path) -> None:
    dead, left = holder(tmp_path)
    with dead:
        dead.kill()
    living, kept = holder(tmp_path)
    strange = [tmp_path / name for name in ("briefs-abc", "briefs-link1234", "briefs-public12", "briefs-file1234", "pymp-12345678")]
    (tmp_path / "elsewhere").mkdir()
    strange[1].symlink_to("elsewhere")
    strange[2].mkdir(0o755)
    strange[3].write_text("")
    young = tmp_path / "briefs-young123"
    young.mkdir(0o700)
    with living:
        temporary._remove_abandoned(tmp_path)
        assert not left.exists() and kept.exists() and young.exists() and strange[1].is_symlink()
        assert strange[2].exists() and strange[3].exists() and (tmp_path / "elsewhere").exists()
        living.send_signal(signal.SIGINT)
    assert not kept.exists(), "at exit"


def test_killed_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it leaves is removed by the next, which leaves nothing. The names are short: the path of a socket is."""
    (tmp_path / "t").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "t"))
    content = small.write(tmp_path / "content", more=dict([country("fr"), country("it")]))
    words = ["brief", "--content", content, "--out", "out", "--jobs", 2, "--no-cache", "--format", "docx"]
    with briefs(words, tmp_path) as process:
        while not list((tmp_path / "t").glob("briefs-*/*/*.at-*")) and process.poll() is None:
            time.sleep(0.001)
        process.kill()
    assert list((tmp_path / "t").glob("briefs-*"))
    for path in (tmp_path / "t").glob("briefs-*"):
        os.utime(path, (0, 0))
    end = time.monotonic() + 60
    while list((tmp_path / "t").glob("briefs-*")) and time.monotonic() < end:  # its workers end when they notice
        with briefs(words, tmp_path) as process:
            assert process.wait() == 0
    assert list((tmp_path / "t").glob("briefs-*")) == []


def test_hidden_files_of_killed_processes_are_removed_by_the_next_write(tmp_path: Path) -> None:
    names = [".a.pdf.0123abcd", ".a.pdf.notours!", ".b.pdf.0123abcd", ".a.pdf.89abcdef"]
    for name in names:
        (tmp_path / name).write_bytes(b"half")
        os.utime(tmp_path / name, (0, 0))
    os.utime(tmp_path / names[3])
    atomic.write(tmp_path / "a.pdf", b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {"a.pdf", *names[1:]}
