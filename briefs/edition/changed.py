"""What changed since an older state of the edition, as documents print it.

In: nothing. Out: `Change`, which `ledger/changes.py` finds; `Changed`, which an edition holds if it says since when; the chains of
rewordings that an editor has marked (`rewordings.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Item = Literal["edition", "country", "stance", "point", "fact", "value", "section", "deck", "paragraph", "source", "word"]
Action = Literal[
    "new", "dropped", "reworded", "number", "date", "topic", "priority", "changed", "moved", "source-added", "source-dropped"
]
REWORDINGS = "rewordings.yaml"


@dataclass(frozen=True)
class Change:
    """A change: of what (`item`), how (`action`), where it stands.

    `subject`: a country's code, a section's or deck's path, or empty. `id`: that of a fact, column or source, or the field's name.
    `place`: the name of the text's place, today's if there is one. `before`, `after`: the words or values, as the content has them.
    `is_rewording`: whether an editor has marked that only the words are others.
    """

    item: Item
    action: Action
    subject: str = ""
    id: str = ""
    place: str = ""
    before: str = ""
    after: str = ""
    is_rewording: bool = False

    def to_dict(self) -> dict[str, object]:
        """For JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class PastStances:
    """The stance of each country, by code, in an older edition of this date."""

    date: str
    stances: Mapping[str, str]


@dataclass(frozen=True)
class Changed:
    """What changed since the edition of a date, and the stances in that one and those before it, the oldest first."""

    date: str
    changes: tuple[Change, ...]
    past: tuple[PastStances, ...] = ()

    def of(self, subjects: Iterable[str]) -> Changed:
        """What changed of some subjects."""
        wanted = {*subjects}
        return Changed(self.date, tuple(change for change in self.changes if change.subject in wanted))


def is_marked(before: str, after: str, marked: Iterable[tuple[str, str]]) -> bool:
    """Whether rewordings of a text that an editor has marked lead from one text to the other. All are hashes."""
    steps = [*marked]
    reached, waiting = {before}, [before]
    while waiting:
        at = waiting.pop()
        for start, end in steps:
            if start == at and end not in reached:
                reached.add(end)
                waiting.append(end)
    return after in reached and before != after
