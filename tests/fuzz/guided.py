"""`python -m tests.fuzz.guided TARGET,… RUNS SECONDS [OPTION…]`: looks for inputs that take new ways through a reader.

Coverage of our own code and of PyYAML guides libFuzzer, through atheris. Each target begins with its corpus, in a process of its
own, and goes on for so many inputs (0: no end) or seconds. New inputs, and the one that failed, are kept in the folder that FUZZ
names. Options are libFuzzer's: https://llvm.org/docs/LibFuzzer.html
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path
from typing import NoReturn

import atheris

with atheris.instrument_imports(include=["briefs", "yaml"]):
    from tests.fuzz import targets

CORPUS = Path(__file__).with_name("corpus")
LIMITS = ["-timeout=20", "-rss_limit_mb=1500", "-max_len=4096"]  # seconds for an input, memory, bytes


def fuzz(target: str, runs: int, seconds: float, options: list[str]) -> None:
    """Fuzz one target. Ends this process."""
    found, end, count = Path(os.environ["FUZZ"], target), time.monotonic() + seconds, 0
    found.mkdir(parents=True, exist_ok=True)

    def run(data: bytes) -> None:
        nonlocal count
        if (runs and count == runs) or time.monotonic() > end:
            print(f"{target}: {count} inputs")
            leave(0)
        count += 1
        try:
            targets.TARGETS[target](data)
        except BaseException:
            path = found.with_name(f"{target}-failed")
            path.write_bytes(data)
            print(f"{target}: failed at {path}\n{traceback.format_exc()}")
            leave(1)

    folders = [str(found), str(CORPUS / target)]
    atheris.Setup([sys.argv[0], *folders, f"-artifact_prefix={found.parent}/{target}-", *LIMITS, *options], run)
    atheris.Fuzz()


def leave(code: int) -> NoReturn:
    """End at once: an exit of libFuzzer's own sometimes hangs."""
    targets.close()
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    names, runs, seconds, *options = sys.argv[1:]
    failed = 0
    for target in names.split(","):
        child = os.fork()
        if not child:
            fuzz(target, int(runs), float(seconds), options)
        failed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    sys.exit(failed)
