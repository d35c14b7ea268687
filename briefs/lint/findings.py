"""A finding: something on a finished page that a reader would stumble over, with what was measured and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """One finding. `page`: the number of the page or slide, from 1. `measure`, `limit`: what was measured and what is allowed, as
    words with their units."""

    file: str
    page: int
    rule: str
    what: str
    measure: str
    limit: str

    def __str__(self) -> str:
        return f"{self.file}:{self.page}: {self.rule}: {self.what}: {self.measure} ({self.limit})"

    def to_dict(self) -> dict[str, str | int]:
        """The fields as a mapping, for JSON."""
        return dict(vars(self))
