"""A command whose work is done in a child: exit codes, deaths in a row, Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.conftest import ROOT

HEAD = """
import os, signal, sys, time
from briefs.exitcodes import ExitCode
from briefs.press import guard
from briefs.problems import ToolError

def work(ended):
    print("begun", ended, flush=True)
    WORK
    return ExitCode.FAILED

try:
    code = guard.guarded(work, lambda words: print(words, flush=True))
except ToolError as failure:
    print(failure)
    code = 4
except KeyboardInterrupt:
    print("interrupted")
    code = 130
sys.exit(code)
"""


def started(work: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-c", HEAD.replace("WORK", work)]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("work", "code", "lines"),
    [
        ("pass", 3, ["begun 0"]),
        ("raise KeyboardInterrupt", 130, ["begun 0", "interrupted"]),
        ("os._exit(99)", 70, ["begun 0"]),
        (
            "ended or os.abort()",
            3,
            ["begun 0", "its process was ended by SIGABRT; another one goes on", "begun 1"],
        ),
    ],
)
def test_the_exit_code_is_that_of_the_child(work: str, code: int, lines: list[str]) -> None:
    with started(work) as process:
        said, _ = process.communicate(timeout=60)
    assert (process.returncode, said.splitlines()) == (code, lines)


def test_deaths_in_a_row_end_it() -> None:
    with started("os.kill(os.getpid(), signal.SIGKILL)") as process:
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 4 and said.count("begun") == 3
    assert said.endswith("its process was ended by SIGKILL, 3 times in a row. Is the machine short of memory?\n")


def test_ctrl_c_reaches_the_child_once() -> None:
    with started("time.sleep(60)") as process:
        assert process.stdout and process.stdout.readline() == "begun 0\n"
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "interrupted\n")
