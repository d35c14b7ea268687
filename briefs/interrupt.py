"""Ctrl-C, also where Python ignores it.

In: SIGINT. Out: KeyboardInterrupt. Python ignores an exception that is raised while an object is finalized, and some libraries
catch every exception. If a KeyboardInterrupt is lost in this way, it is raised again when the next document ends.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType

_was_interrupted = False


def listen() -> None:
    """Listen for Ctrl-C in this process. Call it once, in the main thread.

    A process that was started to ignore SIGINT, as a shell starts those in the background, goes on ignoring it.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _on_sigint)
    sys.unraisablehook = _report_unraisable


def raise_if_interrupted() -> None:
    """Raise KeyboardInterrupt if there was a Ctrl-C."""
    if _was_interrupted:
        raise KeyboardInterrupt


def _on_sigint(number: int, frame: FrameType | None) -> None:
    global _was_interrupted
    _was_interrupted = True
    raise KeyboardInterrupt


def _report_unraisable(ignored: sys.UnraisableHookArgs) -> None:
    """Report what Python ignored, except Ctrl-C, which is raised again later."""
    if ignored.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(ignored)
