"""Ctrl-C that Python ignores."""

import signal
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import os, signal, sys, weakref
from briefs import interrupt

class Thing: pass

def finalize(what):
    thing = Thing()
    reference = weakref.ref(thing, lambda _: what())  # Python ignores what is raised here
    del thing

def ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(100): pass

interrupt.listen()
interrupt.raise_if_interrupted()
finalize(lambda: 1 / 0)
finalize(ctrl_c)
try:
    interrupt.raise_if_interrupted()
except KeyboardInterrupt:
    print("raised")
else:
    print("lost")
"""


def ran(**how: object) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[1]
    return subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=root, check=True, **how)  # type: ignore[call-overload, no-any-return]


def test_ctrl_c_while_an_object_is_finalized_is_raised_later_and_only_other_errors_are_reported() -> None:
    done = ran()
    assert done.stdout == "raised\n"
    assert "ZeroDivisionError" in done.stderr and "KeyboardInterrupt" not in done.stderr


def test_a_process_that_ignores_sigint_goes_on_ignoring_it() -> None:
    assert ran(preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)).stdout == "lost\n"
