"""What changed since an older state of the edition, as documents print it.

In: nothing. Out: the types `Change` (`ledger/changes.py` finds the changes) and `Changed` (for an edition that says since when it
prints them). Also whether an editor has marked that only the words of a text changed (`rewordings.yaml`).
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
    """A change. `item`: the kind of thing that changed; `action`: how it changed.

    `subject`: a country's code, a section's or deck's path, or empty. `id`: the id of a fact, column or source, or a field's name.
    `place`: the name of the text's place today; if the text is gone, the name that it had. `before`, `after`: the words or values
    as the content has them. `is_rewording`: whether an editor has marked that the new words say the same.
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
        """The fields as a mapping, for JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class PastStances:
    """The stance of each country, by its code, in an older edition. `date`: that edition's date."""

    date: str
    stances: Mapping[str, str]


@dataclass(frozen=True)
class Changed:
    """What changed since the older edition of `date`. `past`: the stances in that edition and in editions before it, oldest
    first."""

    date: str
    changes: tuple[Change, ...]
    past: tuple[PastStances, ...] = ()

    def of(self, subjects: Iterable[str]) -> Changed:
        """These changes, reduced to those of some subjects."""
        wanted = {*subjects}
        return Changed(self.date, tuple(change for change in self.changes if change.subject in wanted))


def is_marked(before: str, after: str, marked: Iterable[tuple[str, str]]) -> bool:
    """Whether marked rewordings lead in one or more steps from the text `before` to the text `after`. All texts are hashes."""
    steps = [*marked]
    reached, waiting = {before}, [before]
    while waiting:
        at = waiting.pop()
        for start, end in steps:
            if start == at and end not in reached:
                reached.add(end)
                waiting.append(end)
    return after in reached and before != after
