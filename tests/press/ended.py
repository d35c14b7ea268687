"""Work that writes, done in forked processes that strace (1) ends at one system call.

`python -m tests.press.ended WORK` reads a line of JSON for each run: the folder, the letter that is written, and the call at which
the run ends, with its number; without a call the run is only traced. It answers with the exit code of the run and how often it
made each call. All modules are loaded once, so that a run takes some hundredths of a second. A run ends with SIGKILL as it enters
the call, before that has an effect.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from briefs.delivery.store import File, Store, put
from briefs.edition import write
from briefs.edition.files import read_folder
from briefs.press import manifest
from briefs.press.cache import Cache, Inputs
from briefs.press.documents import FinishedDocument, Target
from briefs.press.output import Output
from briefs.roundtrip import reports

SIZE = 100_000  # bytes of a file
CALLS = (
    "write,pwrite64,writev,sendfile,copy_file_range,openat,creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,"
    "unlinkat,mkdir,mkdirat,rmdir,fchmod,fchmodat,chmod,fsync,fdatasync,ftruncate,truncate,fallocate,utimensat,flock"
)
WHEN = datetime(2026, 3, 4, tzinfo=UTC)
REPORT = "merge-report.md"


def content(root: Path, words: bytes) -> None:
    """A merge that is written back: the report, then the content."""
    if not (root / REPORT).exists():
        reports._create(root, words)
    before, _ = read_folder(root / "content")
    write.put(root / "content", before, {name: words for name in before})


def output(root: Path, words: bytes) -> None:
    """A document in the output folder, the cache and the manifest, and what a build remembers."""
    cache = Cache(root / "cache")
    output = Output(root / "dist", cache)
    target, inputs = Target("brief", "be", "Belgium", ("docx", "pdf"), "a4"), Inputs("c", "t", "r", "f", words[:1].decode())
    document = FinishedDocument("briefs/belgium", {"docx": words, "pdf": words}, 1)
    outcome = output.write(target, inputs, document, {})
    assert not outcome.problems, outcome.problems
    manifest.write(root / "dist", [outcome], {})
    cache.put("note", {}, {"words": words.decode()})
    assert output.restore(target, inputs)
    assert manifest.verify(root / "dist") == []


def store(root: Path, words: bytes) -> None:
    """A mail and an export, each recorded before it is there."""
    store = Store(root / "exchange")
    file = File("briefs/belgium.docx", "brief", "be", "a4", words)
    with store.locked():
        store.begin_resends([("ann@example.org", "0" * 64)], WHEN)
        id = f"{words[:1].decode()}@example.org"
        store.begin(id, "ann@example.org", "smtp", [file], store.add_content({"edition.yaml": words, "a": b"a"}), WHEN)
        put(root / "arrived", words)
        store.end(id, "sent", WHEN)
    store.record_export([file], {"edition.yaml": words, "b": b"b"}, WHEN)
    put(root / "exported", words)


WORKS: Mapping[str, Callable[[Path, bytes], None]] = {"content": content, "output": output, "store": store}


def run(work: Callable[[Path, bytes], None], root: Path, letter: str, call: str, number: int) -> dict[str, Any]:
    """Do the work in a child, under strace."""
    child = os.fork()
    if not child:
        os.kill(os.getpid(), signal.SIGSTOP)  # until strace is there
        try:
            work(root, letter.encode() * SIZE)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    os.waitpid(child, os.WUNTRACED)
    with tempfile.NamedTemporaryFile() as trace:
        inject = ["-e", f"inject={call}:signal=SIGKILL:when={number}"] if call else []
        command = ["strace", "-q", "-p", str(child), "-o", trace.name, "-e", f"trace={CALLS}", *inject]
        strace = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        while strace.poll() is None and not _is_traced(child):
            time.sleep(0.001)
        os.kill(child, signal.SIGCONT)
        _, status = os.waitpid(child, 0)
        traced = strace.wait() == 0
        calls = Counter(line.split("(")[0] for line in trace.read().decode().splitlines() if "(" in line)
    return {"code": os.waitstatus_to_exitcode(status), "traced": traced, "calls": calls}


def _is_traced(child: int) -> bool:
    return "TracerPid:\t0\n" not in Path(f"/proc/{child}/status").read_text()


if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(run(WORKS[sys.argv[1]], Path(asked["root"]), asked["letter"], asked["call"], asked["number"])), flush=True)
