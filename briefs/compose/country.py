"""What all documents about one country have in common: its facts, its name and its stance.

In: the edition and a country's code. Out: `Facts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefs.edition.model import Edition, Fact, Stance


@dataclass(frozen=True)
class Facts:
    """A country of an edition, with the facts that a document shows."""

    edition: Edition
    code: str
    facts: Sequence[Fact]

    @property
    def name(self) -> str:
        return self.edition.names[self.code]

    @property
    def stance(self) -> Stance:
        return self.edition.stance(self.code)
