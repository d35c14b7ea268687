"""Ctrl-C that Python loses."""

import signal
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import os, signal, sys, weakref
from briefs import interrupt

class Thing: pass

def taken_down(what):
    thing = Thing()
    reference = weakref.ref(thing, lambda _: what())  # Python ignores what is raised here
    del thing

def ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(100): pass

interrupt.listen()
interrupt.raise_if_interrupted()
taken_down(lambda: 1 / 0)
taken_down(ctrl_c)
try:
    interrupt.raise_if_interrupted()
except KeyboardInterrupt:
    print("heard")
else:
    print("lost")
"""


def ran(**how: object) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[1]
    return subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=root, check=True, **how)  # type: ignore[call-overload, no-any-return]


def test_ctrl_c_while_an_object_is_taken_down_is_heard_afterwards_and_no_fault_is_told_but_others() -> None:
    done = ran()
    assert done.stdout == "heard\n"
    assert "ZeroDivisionError" in done.stderr and "KeyboardInterrupt" not in done.stderr


def test_a_process_that_is_to_ignore_ctrl_c_does() -> None:
    assert ran(preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)).stdout == "lost\n"
