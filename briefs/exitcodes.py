"""The exit codes of the command line, and what each means.

In: nothing. Out: `ExitCode`. The text of `--help` is made from it, and tests compare the README and `build.py` with it.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class ExitCode(IntEnum):
    """70 is EX_SOFTWARE of sysexits(3); 130 is 128 + SIGINT, as shells report it (bash(1), EXIT STATUS)."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    DONE = 0, "done, also when there was nothing to do"
    CONTENT = 1, "the content has errors, and nothing was built"
    USAGE = 2, "the command was not understood"
    FAILED = 3, "a document failed or a mail was not sent, and the others were built or sent"
    SETUP = (
        4,
        "a person must set something up: a program, font, folder or mail server is missing or can’t be used",
    )
    LEFT = 5, "merge left something for a person to decide"
    INTERNAL = 70, "internal error: a fault in the program, not in the content"
    INTERRUPTED = 130, "interrupted, and no half-written file is left"
