"""Reads what a process answers through a pipe, within a time.

In: the handle of a pipe, and a time of the monotonic clock. Out: bytes.
"""

from __future__ import annotations

import os
import select
import time

SIZE = 1 << 20  # bytes of one piece at most


def piece(handle: int, until: float) -> bytes:
    """The next bytes of a pipe. Raises TimeoutError at `until` (seconds of the monotonic clock), or EOFError at its end."""
    if not select.select([handle], [], [], max(0.0, until - time.monotonic()))[0]:
        raise TimeoutError
    data = os.read(handle, SIZE)
    if not data:
        raise EOFError
    return data
