"""`manifest.json` when several builds write it at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from briefs.press import manifest
from briefs.press.cache import Inputs
from briefs.press.documents import Outcome, Target
from tests.conftest import ROOT

BUILD = """
import sys
from pathlib import Path
from tests.press.test_manifest import enter
print("ready", flush=True)
enter(Path(sys.argv[1]), sys.argv[2])
"""
HOLD = """
import sys, time
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


def enter(out: Path, name: str) -> None:
    """Make a document and enter it into the manifest."""
    (out / f"{name}.pdf").write_text(name)
    inputs = Inputs("content", "templates", "request", "fonts", "program")
    manifest.write(
        out, [Outcome(Target("brief", name, name, "a4", ("pdf",)), (out / f"{name}.pdf",), inputs=inputs)], {"python": "3"}
    )


def started(script: str, *arguments: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-c", script, *map(str, arguments)]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline()
    return process


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A build that is at the manifest of `tmp_path`."""
    process = started(HOLD, tmp_path / manifest.LOCK)
    yield process
    process.kill()
    process.communicate()


def test_builds_at_once_enter_all_their_documents(tmp_path: Path) -> None:
    with FileLock(tmp_path / manifest.LOCK):
        builds = [started(BUILD, tmp_path, name) for name in ("be", "fr", "lu")]
    assert [build.wait(60) for build in builds] == [0, 0, 0]
    for build in builds:
        build.communicate()
    assert list(json.loads((tmp_path / "manifest.json").read_text())["files"]) == ["be.pdf", "fr.pdf", "lu.pdf"]
    assert manifest.verify(tmp_path) == []


def test_a_build_waits_for_another_that_is_at_the_manifest(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    build = started(BUILD, tmp_path, "be")
    with pytest.raises(subprocess.TimeoutExpired):
        build.wait(0.3)
    assert not (tmp_path / "manifest.json").exists()
    holder.send_signal(signal.SIGKILL)  # its lock ends with it
    assert build.wait(30) == 0
    build.communicate()
    assert manifest.verify(tmp_path) == []


def test_a_build_that_changes_nothing_neither_waits_nor_writes(tmp_path: Path) -> None:
    enter(tmp_path, "be")
    before = (tmp_path / "manifest.json").stat().st_ino
    with FileLock(tmp_path / manifest.LOCK):
        enter(tmp_path, "be")
    assert (tmp_path / "manifest.json").stat().st_ino == before
