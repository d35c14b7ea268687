"""Reads what a process answers through a pipe, within a time, how much processor time it has used, and whether it sleeps.

In: the handle of a pipe, and a time of the monotonic clock; the number of a process. Out: bytes; seconds.
"""

from __future__ import annotations

import os
import select
import time
from pathlib import Path

SIZE = 1 << 20  # the most bytes of one piece


def piece(handle: int, until: float) -> bytes:
    """The next bytes of a pipe. Raises TimeoutError at `until` (seconds of the monotonic clock), or EOFError at its end."""
    if not select.select([handle], [], [], max(0.0, until - time.monotonic()))[0]:
        raise TimeoutError
    data = os.read(handle, SIZE)
    if not data:
        raise EOFError
    return data


def processor_time(process: int) -> float:
    """The seconds of processor time that a process has used (proc(5), stat, fields 14 and 15).

    Where the system doesn't say, the time of the clock.
    """
    try:
        fields = _stat(process)
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return time.monotonic()


def is_asleep(process: int) -> bool:
    """Whether a process waits for anything but a disk or the processor (proc(5), stat, field 3)."""
    try:
        return _stat(process)[0] == "S"
    except OSError:
        return False


def _stat(process: int) -> list[str]:
    """The fields of a process from the third on. Raises OSError where the system doesn't say."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
