"""The program as a command, in processes that end with the test that started them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from types import TracebackType

import psutil

MOST = 600.0  # seconds of processor time that a command may take
STILL = 300.0  # seconds in which a command that goes on takes a second of processor time, on a busy machine too


class Command(subprocess.Popen[str]):
    """A process in a session of its own. Used as a context, it ends with all its children if the test fails."""

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, traceback: TracebackType | None) -> None:
        if kind:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        super().__exit__(kind, fault, traceback)

    def answer(self) -> tuple[str, str]:
        """What the command has written to standard output and standard error when it ends.

        How long it may take is measured in processor time, so that a busy machine decides nothing. A command that
        stands still fails.
        """
        used, since = 0.0, time.monotonic()
        with self:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return self.communicate(timeout=5)
                taken = self._taken()
                assert taken < MOST, f"{self.args} takes over {MOST:g} seconds of processor time"
                if abs(taken - used) >= 1:
                    used, since = taken, time.monotonic()
                assert time.monotonic() - since < STILL, f"{self.args} stands still"

    def _taken(self) -> float:
        """The processor time of the processes of the session, and of those children of theirs that have ended."""
        taken = 0.0
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                if os.getsid(process.pid) == self.pid:
                    taken += sum(process.cpu_times()[:4])
        return taken
