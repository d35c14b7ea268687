"""Measures how long each stage takes.

In: stages as they begin and end, also one within another. Out: seconds by stage, in which no second is counted twice; and a log
line for each stage of each document. A process works on one document at a time, so it has one clock.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

STAGES = ("start", "read", "compose", "draw", "pandoc", "fit", "lay out", "write", "finish")  # in the order of the work
_log = logging.getLogger(__name__)


class Clock:
    """Counts seconds by stage. While a stage within another one runs, the outer one is paused."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._open: list[str] = []
        self._since = 0.0
        self._document = "all documents"

    @contextmanager
    def document(self, name: str) -> Iterator[None]:
        """Name the document that the stages within the block belong to."""
        before, self._document = self._document, name
        try:
            yield
        finally:
            self._document = before

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time of the block for a stage of `STAGES`."""
        self._switch()
        start = self._since
        self._open.append(name)
        try:
            yield
        finally:
            self._switch()
            self._open.pop()
            _log.debug("%s: %s took %.3f s", self._document, name, self._since - start)

    def _switch(self) -> None:
        """Add the time since the last switch to the innermost open stage."""
        now = time.perf_counter()
        if self._open:
            self.move("", self._open[-1], now - self._since)
        self._since = now

    def of(self, name: str) -> float:
        """The seconds that a stage has taken so far."""
        return self._seconds.get(name, 0.0)

    def move(self, old: str, new: str, seconds: float) -> None:
        """Move seconds from one stage to another, or add them if `old` is empty."""
        if old:
            self._seconds[old] = self.of(old) - seconds
        self._seconds[new] = self.of(new) + seconds

    def taken(self) -> Mapping[str, float]:
        """The seconds by stage since the last call. Counting then starts again from zero."""
        seconds, self._seconds = self._seconds, {}
        return seconds


clock = Clock()
