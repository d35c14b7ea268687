"""A finished document. In: nothing. Out: `Made`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Made:
    """A finished document: bytes by format, pages by format, the name of its rung, how many facts gave way."""

    stem: str
    files: Mapping[str, bytes]
    pages: int
    rung: str
    gone: tuple[str, ...]
