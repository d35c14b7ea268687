"""A finished document. In: nothing. Out: `Made`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FinishedDocument:
    """A finished document: bytes by format, how many pages, the name of its step, which facts gave way; the hash of each piece, by
    name, of what was typeset in pieces."""

    stem: str
    files: Mapping[str, bytes]
    pages: int
    step: str = ""
    gone: tuple[str, ...] = ()
    pieces: Mapping[str, str] = field(default_factory=dict)
