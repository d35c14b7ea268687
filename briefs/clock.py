"""How long each stage took.

In: stages as they are entered and left, one within another too. Out: seconds by stage, in which no second is counted twice. A
process makes one document at a time, so it has one clock.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

STAGES = ("start", "read", "compose", "draw", "pandoc", "fit", "lay out", "write", "finish")  # in the order that data walks


class Clock:
    """Seconds by stage; a stage that is entered within another stops the outer one until it is left."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._open: list[str] = []
        self._since = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """What is done here belongs to a stage of `STAGES`."""
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def _turn(self) -> None:
        now = time.perf_counter()
        if self._open:
            self.move("", self._open[-1], now - self._since)
        self._since = now

    def of(self, name: str) -> float:
        """The seconds of a stage until now."""
        return self._seconds.get(name, 0.0)

    def move(self, old: str, new: str, seconds: float) -> None:
        """Seconds that turned out to belong to another stage."""
        if old:
            self._seconds[old] = self.of(old) - seconds
        self._seconds[new] = self.of(new) + seconds

    def taken(self) -> Mapping[str, float]:
        """All seconds since the last call, by stage; the next ones are counted from nothing."""
        seconds, self._seconds = self._seconds, {}
        return seconds


clock = Clock()
