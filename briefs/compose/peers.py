"""Where other countries stand: those at a country's step of the scale, its neighbours, and the groups that it is in.

In: the edition or a document's share of it, a country's code, the labels. Out: lines, each with its label. Of the other
countries only the stances are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from briefs.compose import charts
from briefs.compose.labels import Labels
from briefs.edition.model import Edition


@dataclass(frozen=True)
class PeerLine:
    """A line: what some other countries have in common with the document's country, and which they are."""

    label: str
    text: str


def lines(edition: Edition, code: str, labels: Labels) -> Iterator[PeerLine]:
    """The others at the same step; the neighbours that the edition covers; the other members of each group, unless those that the
    edition covers are all neighbours."""
    if stance := edition.stance(code):
        same = [other for other, standing in edition.standings.items() if standing.stance == stance.id and other != code]
        names = _joined(edition.names[c] for c in same)
        yield PeerLine(labels("same_step", stance=stance.label), names or labels("deck_alone"))
    beside = [other for other in charts.neighbours(edition, code) if other in edition.standings]
    if beside:
        yield PeerLine(labels("neighbours"), _with_stances(edition, beside, labels))
    for group in edition.about.groups:
        others = [other for other in group.members if other != code]
        if code in group.members and any(other in edition.standings and other not in beside for other in others):
            yield PeerLine(group.label.words, _with_stances(edition, others, labels))


def _with_stances(edition: Edition, codes: Iterable[str], labels: Labels) -> str:
    """“Latvia (Restrictions), Netherlands (Not covered)”; without the stances if the edition has no scale."""
    if not edition.about.scale:
        return _joined(edition.names[code] for code in codes)
    standings = edition.standings
    steps = {code: edition.stance(code) if code in standings else None for code in codes}
    words = {code: step.label.words if step else labels("not_covered") for code, step in steps.items()}
    return _joined(labels("peer", country=edition.names[code], stance=step) for code, step in words.items())


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(sorted(parts))
