"""`python -m tests.fuzz.guided TARGET,… [-runs=N] [-max_total_time=SECONDS]`: looks for inputs that take new ways through a reader.

Coverage of our own code and of PyYAML guides libFuzzer, through atheris. Each target begins with its corpus and runs in a process
of its own. New inputs, and those that fail, are kept in the folder that FUZZ names. Options are libFuzzer's:
https://llvm.org/docs/LibFuzzer.html
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["briefs", "yaml"]):
    from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).with_name("corpus")
LIMITS = ["-timeout=20", "-rss_limit_mb=1500", "-max_len=4096", "-print_final_stats=1"]  # seconds for an input, memory, bytes


def fuzz(target: str, options: list[str]) -> None:
    """Fuzz one target. Ends this process."""
    found = Path(os.environ["FUZZ"], target)
    found.mkdir(parents=True, exist_ok=True)

    def run(data: bytes) -> None:
        try:
            TARGETS[target](data)
        except BaseException:
            found.with_name(f"{target}-failed").write_bytes(data)
            raise

    folders = [str(found), str(CORPUS / target)]
    atheris.Setup([sys.argv[0], *folders, f"-artifact_prefix={found.parent}/{target}-", *LIMITS, *options], run)
    atheris.Fuzz()


if __name__ == "__main__":
    names, *options = sys.argv[1:]
    failed = 0
    for target in names.split(","):
        child = os.fork()
        if not child:
            fuzz(target, options)
        failed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    sys.exit(failed)
