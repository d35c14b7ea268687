"""What all documents about one country have in common: its facts, its name and its stance.

In: the edition and a country's code. Out: `Facts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel.lists import format_list

from briefs.compose.labels import Labels
from briefs.edition.model import Country, Edition, Fact, Stance


@dataclass(frozen=True)
class Facts:
    """A country of an edition, with the facts that a document shows."""

    edition: Edition
    code: str
    facts: Sequence[Fact]

    @property
    def country(self) -> Country:
        return self.edition.countries[self.code]

    @property
    def name(self) -> str:
        return self.edition.names[self.code]

    @property
    def stance(self) -> Stance | None:
        """Where the country stands. None if the edition has no scale."""
        return self.edition.stance(self.code)


def unsigned(edition: Edition, labels: Labels) -> str:
    """Who has yet to sign a draft, in words. Empty if nobody has."""
    roles = dict.fromkeys(role for roles in edition.unsigned.values() for role in roles)
    return labels("unsigned", list=format_list([*roles], locale=labels.locale)) if roles else ""


def computed_stance(edition: Edition, labels: Labels) -> str:
    """From which columns the stances are computed, in a sentence. Empty if the edition says them itself."""
    if not edition.about.computed_stance:
        return ""
    from briefs.edition.data import stances  # here, because it is rarely needed

    named = [edition.columns[id].label.words for id in stances.columns(edition)]
    return labels("stance_computed", list=format_list(named, locale=labels.locale))
