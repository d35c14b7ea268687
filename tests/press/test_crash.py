"""Ended at any system call that writes: afterwards each file is the old one or the new one, and the next run goes on.

strace (1) ends the process with SIGKILL as it enters the nth of these calls, before the call has an effect.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT

CALLS = "write,openat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,fchmod,fsync,ftruncate,link,symlink"
WRITE = """
import json, sys
from pathlib import Path
from briefs import atomic
from briefs.edition import write
from briefs.press import manifest
from briefs.press.cache import Cache, Inputs
from briefs.press.documents import FinishedDocument, Target
from briefs.press.output import Output

root, words = Path(sys.argv[1]), sys.argv[2].encode()
print("begin", flush=True)
content = root / "content"
before = {p.name: p.read_bytes() for p in content.iterdir() if not p.name.startswith(".")}
write.put(content, before, {name: words for name in before})
output = Output(root / "dist", Cache(root / "cache"))
target, inputs = Target("brief", "be", "Belgium", ("docx", "pdf"), "a4"), Inputs("c", "t", "r", "f", "p")
document = FinishedDocument("briefs/belgium", {"docx": words, "pdf": words}, 1)
outcome = output.write(target, inputs, document, {})
assert not outcome.problems, outcome.problems
manifest.write(root / "dist", [outcome], {})
assert output.restore(target, inputs)
print("done")
"""
SIZE = 100_000
OLD, NEW = b"o" * SIZE, b"n" * SIZE


def command(root: Path, words: bytes) -> list[str]:
    script = WRITE.replace("sys.argv[2].encode()", f"b{words[:1].decode()!r} * {SIZE}")
    return [sys.executable, "-B", "-P", "-c", script, str(root)]


def ran(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)


def files(root: Path) -> Mapping[str, bytes]:
    """All files but locks, and hidden ones that nobody reads."""
    found = (path for path in root.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a first run has written."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    root = tmp_path_factory.mktemp("old")
    (root / "content").mkdir()
    for name in ("a.yaml", "b.yaml"):
        (root / "content" / name).write_bytes(b"first")
    done = ran(command(root, OLD))
    assert done.returncode == 0, done.stderr
    if ran(["strace", "-o", os.devnull, "true"]).returncode:
        pytest.skip("strace may not trace here")
    return root


def writes_from(trace: Path, root: Path) -> Mapping[str, tuple[int, int]]:
    """For each call the number of its first use after the program has begun, and of its last."""
    begun, counts, first = False, dict[str, int](), dict[str, int]()
    for line in trace.read_text().splitlines():
        call = line.split("(")[0].rpartition(" ")[2]
        begun = begun or '"begin' in line
        counts[call] = counts.get(call, 0) + 1
        if begun:
            first.setdefault(call, counts[call])
    return {call: (first[call], counts[call]) for call in first if call in CALLS.split(",")}


def points(old: Path, folder: Path) -> list[tuple[str, int]]:
    """Each call that the program makes after it has begun, with its number."""
    shutil.copytree(old, folder / "traced")
    trace = folder / "trace"
    done = ran(["strace", "-f", "-o", str(trace), "-e", f"trace={CALLS}", *command(folder / "traced", NEW)])
    assert done.returncode == 0, done.stderr
    return [(call, number) for call, (low, high) in writes_from(trace, folder).items() for number in range(low, high + 1)]


def end_at(old: Path, root: Path, call: str, number: int) -> None:
    """End the program at one call, look at what is there, and run it again."""
    shutil.copytree(old, root)
    inject = f"inject={call}:signal=SIGKILL:when={number}"
    ended = ran(["strace", "-f", "-o", os.devnull, "-e", f"trace={call}", "-e", inject, *command(root, NEW)])
    assert ended.returncode != 0, (call, number)
    before = files(old)
    found = files(root)
    for name, data in found.items():
        whole = {before.get(name), NEW} if not name.endswith((".json", ".entry")) else {data}
        assert data in whole, (call, number, name, len(data))
    assert set(before) <= set(found), (call, number)
    again = ran(command(root, NEW))
    assert (again.returncode, again.stderr) == (0, ""), (call, number, again.stderr)
    assert files(root)["dist/briefs/belgium.pdf"] == NEW
    shutil.rmtree(root)


def test_ended_at_some_calls(old: Path, tmp_path: Path) -> None:
    found = points(old, tmp_path)
    renames = [point for point in found if point[0].startswith("rename")]
    assert len(found) > 20 and len(renames) >= 5
    for call, number in [*renames[:: max(1, len(renames) // 3)], *found[:: len(found) // 5]]:
        end_at(old, tmp_path / "root", call, number)


@pytest.mark.long
def test_ended_at_each_call(old: Path, tmp_path: Path) -> None:
    for call, number in points(old, tmp_path):
        end_at(old, tmp_path / "root", call, number)
