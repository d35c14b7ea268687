"""Log lines on standard error, in a command and in its workers.

In: a level. Out: what the loggers below `briefs` report from that level on. Other libraries' log lines are never printed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

LEVELS = ("debug", "info", "warning", "error")
_LOGGER = logging.getLogger("briefs")
_NOWHERE = logging.NullHandler()


def level() -> int:
    """The level that is in force, to be passed to `start` in another process."""
    return _LOGGER.level


def start(level: int) -> logging.Handler:
    """Print log lines from this level on, as `DEBUG briefs.press.build: …`. Replaces what an earlier call, or a fork, left."""
    logging.getLogger().addHandler(_NOWHERE)  # or Python would print warnings of any library (`logging.lastResort`)
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    _LOGGER.handlers[:] = [handler]
    _LOGGER.setLevel(level)
    return handler


@contextmanager
def to_stderr(level: str) -> Iterator[None]:
    """Print log lines of one of `LEVELS` while a command runs."""
    handler = start(logging.getLevelNamesMapping()[level.upper()])
    try:
        yield
    finally:
        _LOGGER.removeHandler(handler)
        _LOGGER.setLevel(logging.NOTSET)
