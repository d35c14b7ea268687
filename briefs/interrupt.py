"""Ctrl-C, heard also where Python loses it.

In: SIGINT. Out: KeyboardInterrupt, at once; or, if an object that was being taken down or a library swallowed that, with the next
document that ends. https://docs.python.org/3/library/sys.html#sys.unraisablehook
"""

from __future__ import annotations

import signal
import sys
from types import FrameType

_is_heard = False


def listen() -> None:
    """For this process, once, in its main thread. A Ctrl-C that was swallowed isn't told as a fault. A process that is to ignore
    it, as a shell wants of those in the background, does so."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _hear)
    sys.unraisablehook = _tell


def check() -> None:
    """Raises KeyboardInterrupt if there was a Ctrl-C."""
    if _is_heard:
        raise KeyboardInterrupt


def _hear(number: int, frame: FrameType | None) -> None:
    global _is_heard
    _is_heard = True
    raise KeyboardInterrupt


def _tell(lost: sys.UnraisableHookArgs) -> None:
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)
