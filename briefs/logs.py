"""Log lines on standard error, in a command and in its workers; and those of libraries, which fail the document.

In: a level. Out: what the loggers below `briefs` report from that level on. Log lines of libraries are never printed. While a
document is made they are heard, because a library often logs what it leaves out and goes on.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

LEVELS = ("debug", "info", "warning", "error")
_LOGGER = logging.getLogger("briefs")
_NOWHERE = logging.NullHandler()
HARMLESS = ("Using fontTools instead of HarfBuzz-Subset", "'created' timestamp")  # beginnings of messages: no content is lost


class LibraryWarning(Exception):
    """A library logged a warning or an error. The message has the library's words."""


def level() -> int:
    """The level that is in force, to be passed to `start` in another process."""
    return _LOGGER.level


def start(level: int, stream: TextIO | None = None) -> logging.Handler:
    """Print log lines from this level on, as `DEBUG briefs.press.build: …`. Replaces the handler of an earlier call.

    `stream`: where they are printed, instead of standard error.
    """
    logging.getLogger().addHandler(_NOWHERE)  # otherwise Python prints the warnings of every library (`logging.lastResort`)
    handler = logging.StreamHandler(stream)
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


class _Listener(logging.Handler):
    """Collects what libraries log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage().rstrip(".")
        if record.name.partition(".")[0] != _LOGGER.name and not said.startswith(HARMLESS):
            self.messages.append(f"{record.name} says “{said}”")


@contextmanager
def libraries_heard() -> Iterator[None]:
    """Raise LibraryWarning at the end of the block if a library has logged a warning or an error in it, or has issued a UserWarning
    or RuntimeWarning (https://docs.python.org/3/library/warnings.html#warning-categories)."""
    listener = _Listener()
    logging.getLogger().addHandler(listener)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("ignore")
            for category in (UserWarning, RuntimeWarning):
                warnings.simplefilter("always", category)
            yield
    finally:
        logging.getLogger().removeHandler(listener)
    listener.messages += [f"{warning.category.__name__}: {warning.message}" for warning in warned]
    if listener.messages:
        raise LibraryWarning("; ".join(listener.messages))
