"""Keeps a command running when a signal ends its work: the work is done in a child process, and a new child replaces a killed one.

In: the work. Out: its exit code, in the command and in the child. A library in native code can end a
process without an exception (abort(3)), and so can a system without memory. Call `guarded` before the process has a thread.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from briefs.exitcodes import ExitCode
from briefs.problems import ToolError

_CODES = {int(code): code for code in ExitCode}
MOST = 3  # children that were killed one after another before the work is given up
LIVED = 60.0  # seconds: if a child lived longer than this, the count begins anew
GRACE = 5.0  # seconds in which a child whose command is gone has to end
ORPHANED = 0.5  # seconds between two checks whether the command is still there


def guarded(work: Callable[[int], ExitCode], say: Callable[[str], None]) -> ExitCode:
    """Do the work in a child, and return its exit code. It returns in the child too, with what `work` returned.

    `work` takes the number of children that were ended before. `say` reports each of them. Raises ToolError when `MOST` were
    ended one after another.
    """
    ended = in_a_row = 0
    while True:
        began, command = time.monotonic(), os.getpid()
        child = os.fork()
        if not child:
            os.setpgid(0, 0)  # so that Ctrl-C reaches it only once, through the command
            _end_with(command)
            return work(ended)
        status = _waited_for(child)
        if not os.WIFSIGNALED(status):
            return _CODES.get(os.waitstatus_to_exitcode(status), ExitCode.INTERNAL)
        ended += 1
        in_a_row = in_a_row + 1 if time.monotonic() - began < LIVED else 1
        name = signal.Signals(os.WTERMSIG(status)).name
        if in_a_row == MOST:
            raise ToolError(f"its process was ended by {name}, {MOST} times in a row. Is the machine short of memory?")
        say(f"its process was ended by {name}; another one goes on")


def _waited_for(child: int) -> int:
    """The status with which a child ended (wait(2)). Ctrl-C is passed on to it."""
    while True:
        try:
            return os.waitpid(child, 0)[1]
        except KeyboardInterrupt:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGINT)


def _end_with(command: int) -> None:
    """Interrupt this process, which is the child, when the command is gone."""

    def look() -> None:
        while os.getppid() == command:
            time.sleep(ORPHANED)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(GRACE)
        os._exit(ExitCode.INTERRUPTED)  # the interrupt did nothing: SIGINT is ignored, or native code takes long

    Thread(target=look, daemon=True).start()
