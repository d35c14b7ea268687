"""How much processor time the documents of a command may take, each and together, so that many slow ones don't add up.

In: the number of documents, and what each task took. Out: the limit of the next task. Seconds are of processor time, pandoc's
included, so other work on a busy machine doesn't count. An ordinary document takes a fifth of what it adds to the total, or less.
"""

from __future__ import annotations

from dataclasses import dataclass

SECONDS = 60.0  # seconds that a task may take without pandoc: enough for several hundred pages
PANDOC = 30.0  # seconds that pandoc may take for a document; a report of 40 pages takes one
FEWEST = 0.1  # seconds: the least limit, since a timer of zero seconds never goes off (setitimer(2))


@dataclass(frozen=True)
class Rate:
    """The seconds that all documents may take together: `start` once, and `each` for every document."""

    start: float
    each: float


COMPOSING = Rate(60, 1)  # a brief takes 0.08 seconds, a report of 40 pages two
MAKING = Rate(240, 3)  # a brief takes 0.5 seconds, a report of 40 pages ten


@dataclass(frozen=True)
class TimeLimit:
    """The processor time that a task may take: `pandoc` for pandoc, `seconds` for the rest. `together`: the seconds that all
    documents may take; set only if so few of these are left that this task gets less time than usual, else None."""

    seconds: float = SECONDS
    pandoc: float = PANDOC
    together: float | None = None

    @property
    def said(self) -> tuple[str, str]:
        """The message and the hint for a document that needs more."""
        if self.together is None:
            message = f"needs more than {self.seconds:.0f} s of work and was given up"
            return message, "Is there a picture or a table in it without end? If not, allow more: `--more-time 4`."
        message = f"needs more work than the {max(self.seconds, 1):.0f} s that were left for it"
        hint = f"All documents may take {self.together:.0f} s together."
        return message, f"{hint} Look for what takes long in them, or allow more: `--more-time 4`."


USUAL = TimeLimit()


class Allowance:
    """The seconds that are left for the documents of a command."""

    def __init__(self, documents: int, rate: Rate, times: float = 1):
        """`times`: how many times the usual seconds each document and all together may take."""
        self._total, self._each, self._times = times * (rate.start + rate.each * documents), times * rate.each, times
        self._left = self._total

    def spend(self, seconds: float) -> None:
        """Subtract the seconds that a task took."""
        self._left -= seconds

    def limit(self, used: float = 0) -> TimeLimit:
        """The limit of the next task. `used`: the seconds that earlier tasks of its document took.

        When the seconds for all documents are used up, each document may still take what it added to the total.
        """
        allowed = max(self._left, self._each - used, FEWEST)
        seconds, pandoc = self._times * SECONDS, self._times * PANDOC
        if allowed >= seconds:
            return TimeLimit(seconds, pandoc)
        return TimeLimit(allowed, min(pandoc, allowed), self._total)
