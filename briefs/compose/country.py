"""What every document about one country shares: its facts, its name and stance, its three figures.

In: the edition and a country's code. Out: `Facts`, and the figures as specifications.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefs.compose import figures as draw
from briefs.compose.figures import Event, Figure, Inset, MapView, Step
from briefs.compose.labels import Labels
from briefs.edition.model import Edition, Fact
from briefs.edition.model import Step as Stance

SIDE = 57.0  # millimetres: the width of the figures beside the facts


@dataclass(frozen=True)
class Facts:
    """A country of an edition, with the facts that a document tells of it."""

    edition: Edition
    code: str
    facts: Sequence[Fact]

    @property
    def name(self) -> str:
        return self.edition.names[self.code]

    @property
    def stance(self) -> Stance:
        return self.edition.stance(self.code)


def steps_of(edition: Edition) -> list[Step]:
    return [Step(s.id, s.label.markdown) for s in edition.about.scale]


def view_of(edition: Edition) -> MapView:
    view = edition.about.map
    return MapView(tuple(view.countries), tuple(Inset(tuple(i.countries), i.corner, i.share) for i in view.insets))


def figures_of(facts: Facts, labels: Labels) -> dict[str, Figure]:
    """Map, counts and timeline of a country; no timeline if no fact has a date."""
    edition, steps = facts.edition, steps_of(facts.edition)
    states: dict[str, str | None] = {c: country.stance for c, country in edition.countries.items()}
    states |= dict.fromkeys(edition.not_covered)
    absent = (labels("not_covered"), len(edition.not_covered)) if edition.not_covered else None
    shown = [(s.label, edition.counts[s.id]) for s in steps] + ([absent] if absent else [])
    listed = ", ".join(labels("list_item", label=label, n=number) for label, number in shown)
    made = {
        "map": draw.alliance_map(
            states, steps, highlight=facts.code, width=SIDE, view=view_of(edition), labels={facts.code: facts.name},
            not_covered=labels("not_covered"), legend=False,
            alt=labels("alt_map", country=facts.name, stance=facts.stance.label)),
        "counts": draw.counts(steps, edition.counts, highlight=facts.stance.id, width=SIDE, not_covered=absent,
                              alt=labels("alt_counts", list=listed)),
    }
    events = events_of(facts)
    if events:
        told = "; ".join(labels("event_planned" if e.planned else "event", date=e.when, phrase=e.label) for e in events)
        made["timeline"] = draw.timeline(events, width=SIDE, height=None, alt=labels("alt_timeline", list=told),
                                         planned_label=labels("planned"))
    return made


def events_of(facts: Facts) -> list[Event]:
    """The dated facts in the order of time."""
    language = facts.edition.about.language
    dated = sorted((f for f in facts.facts if f.when), key=lambda f: (f.when.position, f.id))  # type: ignore[union-attr]
    return [Event(f.when.words(language, short=True), _sentence(f.text.key_phrase), f.due is not None, f.when.position)
            for f in dated if f.when]


def _sentence(phrase: str) -> str:
    """A key phrase as it stands alone: with a capital letter."""
    return phrase[:1].upper() + phrase[1:]
