"""Standard input, output and error, as a command finds them: closed, full, or in another encoding than UTF-8.

In: the streams that the process was started with. Out: streams that can be written to.
"""

from __future__ import annotations

import io
import os
import sys


def open_streams() -> None:
    """Open closed streams on the null device, and make the streams escape letters that they can't encode.

    A file that is opened while a stream is closed gets the stream's number, and what is printed would go into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def flush() -> None:
    """Write what was printed. Raises OSError, for example on a full disk or a closed pipe."""
    if sys.stdout:
        sys.stdout.flush()


def drop_output() -> None:
    """Discard what is still to be written to standard output, so that Python doesn't try to write it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
