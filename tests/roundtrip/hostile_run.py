"""Merges hostile Word files into the content, each in a process of its own with little memory and time.

In: hostile_run.py FOLDER, which has `content/`, the store `exchange/`, and `*.docx`. Out: a JSON line a file: its name, what came
of it (`refused`, `taken`, or the traceback), seconds, megabytes of memory.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from pathlib import Path

from briefs import theme
from briefs.delivery.store import Store
from briefs.problems import Problems
from briefs.roundtrip import summary
from briefs.roundtrip.folder import merge_files
from briefs.wordfile.paragraphs import accept_all

MEMORY = 1_500_000_000  # bytes of address space that a process may use
SECONDS = 120


def merged(folder: Path, path: Path) -> str:
    try:
        found = merge_files([path], folder / "content", Store(folder / "exchange"), theme.read(Path(sys.argv[2])), accept_all)
        lines = [*summary.diff(found), summary.report(found.merges)]
        return f"taken {len(lines)} {sum(len(m.unmerged) for m in found.merges)}"
    except Problems as fault:
        return "refused " + "; ".join(map(str, fault.problems))
    except BaseException:
        return traceback.format_exc()


def main(folder: Path) -> None:
    for path in sorted(folder.glob("*.docx")):
        out, into = os.pipe()
        started = time.monotonic()
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            os.write(into, merged(folder, path).encode()[-4000:])
            os._exit(0)
        os.close(into)
        with os.fdopen(out, "rb") as pipe:
            said = pipe.read().decode("utf-8", "replace")
        _, _, usage = os.wait4(child, 0)
        print(json.dumps([path.stem, said, round(time.monotonic() - started, 1), usage.ru_maxrss // 1024]), flush=True)


main(Path(sys.argv[1]))
