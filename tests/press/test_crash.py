"""Ended at any system call that writes: afterwards each file is the old one or the new one, and the next run goes on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from briefs.delivery.store import Store
from briefs.press import manifest
from briefs.press.cache import Cache, digest
from tests.conftest import ROOT
from tests.press.ended import CALLS, REPORT, SIZE

OLD, NEW = b"o" * SIZE, b"n" * SIZE
WRITTEN = {"content/a.yaml", "content/b.yaml", REPORT, "dist/briefs/belgium.pdf", "dist/briefs/belgium.docx", "arrived", "exported"}
FEW = 12  # calls at which a run ends in the quick test


class Runs:
    """Runs of one work, in a process that has its modules loaded."""

    def __init__(self, work: str, folder: Path):
        self.work, self.folder = work, folder
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.press.ended", work],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, root: Path, letter: str, call: str = "", number: int = 0) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        print(
            json.dumps({"root": str(root), "letter": letter, "call": call, "number": number}), file=self._process.stdin, flush=True
        )
        return dict(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        self._process.communicate()

    def old(self) -> Path:
        """The folder as the first run has left it."""
        root = self.folder / "old"
        root.mkdir()
        if self.work == "content":
            (root / "content").mkdir()
            for name in ("a.yaml", "b.yaml"):
                (root / "content" / name).write_bytes(b"first")
        assert self.run(root, "o")["code"] == 0
        (root / REPORT).unlink(missing_ok=True)
        return root

    def points(self, old: Path) -> list[tuple[str, int]]:
        """Each call that the next run makes, with its number."""
        shutil.copytree(old, self.folder / "traced")
        done = self.run(self.folder / "traced", "n")
        assert done["code"] == 0
        return [(call, number) for call, most in sorted(done["calls"].items()) for number in range(1, most + 1)]


@pytest.fixture(params=["content", "output", "store"])
def runs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Runs, Callable[[Path], None]]]:
    """The runs of a work, and what must hold of a folder whenever one ended."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    if subprocess.run(["strace", "-o", os.devnull, "true"]).returncode:
        pytest.skip("strace may not trace here")
    found = Runs(request.param, tmp_path)
    yield found, {"content": holds_of_content, "output": holds_of_output, "store": holds_of_store}[request.param]
    found.close()


def files(root: Path) -> Mapping[str, bytes]:
    """All files but locks, and hidden ones that nobody reads."""
    found = (path for path in root.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def holds_of_content(root: Path) -> None:
    found = files(root)
    assert {found[f"content/{name}.yaml"] for name in "ab"} <= {OLD, NEW}
    assert found.get(REPORT, NEW) == NEW
    assert NEW not in {found[f"content/{name}.yaml"] for name in "ab"} or REPORT in found  # what is left to a person comes first


def holds_of_output(root: Path) -> None:
    found = files(root)
    assert {found[f"dist/briefs/belgium.{format}"] for format in ("pdf", "docx")} <= {OLD, NEW}
    assert manifest.read(root / "dist")["files"].keys() == {"briefs/belgium.pdf", "briefs/belgium.docx"}
    cache = Cache(root / "cache")
    note = cache.entry("note")
    assert note and note["words"].encode() in {OLD, NEW}
    entries = [path for path in (root / "cache").iterdir() if not path.name.startswith(".")]
    assert 2 <= len(entries) <= 3 and all(cache.files(path.stem) is not None for path in entries)


def holds_of_store(root: Path) -> None:
    """Whatever was recorded can be read; and whoever has a file, the store knows it."""
    store = Store(root / "exchange")
    sent = store.sent()
    assert len([one for one in sent if store.document(one) == OLD and one.is_certain]) == 2
    assert all(store.document(one) == store.content(one)["edition.yaml"] for one in sent)
    assert all(store.document(one) in {OLD, NEW} for one in sent)
    for name, channel in (("arrived", "smtp"), ("exported", "export")):
        data = (root / name).read_bytes()
        assert data in {OLD, NEW} and digest(data) in {one.sha256 for one in sent if one.channel == channel}
    assert store.pending_resends()


def end_at(runs: Runs, old: Path, holds: Callable[[Path], None], call: str, number: int) -> None:
    """End a run at one call, look at what is there, and run it again."""
    root = runs.folder / "root"
    shutil.copytree(old, root)
    try:
        assert runs.run(root, "n", call, number)["code"] == -9
        holds(root)
        assert runs.run(root, "n")["code"] == 0
        holds(root)
        assert {data for name, data in files(root).items() if name in WRITTEN} == {NEW}
    except BaseException as fault:
        fault.add_note(f"ended at {call}, number {number}")
        raise
    shutil.rmtree(root)


def test_ended_at_some_calls(runs: tuple[Runs, Callable[[Path], None]]) -> None:
    found, holds = runs
    old = found.old()
    points = found.points(old)
    assert len(points) > 20 and {call for call, _ in points} <= set(CALLS.split(","))
    for call, number in points[:: max(1, len(points) // FEW)]:
        end_at(found, old, holds, call, number)


@pytest.mark.long
def test_ended_at_each_call(runs: tuple[Runs, Callable[[Path], None]]) -> None:
    found, holds = runs
    old = found.old()
    for call, number in found.points(old):
        end_at(found, old, holds, call, number)
