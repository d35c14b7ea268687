"""Refuses to let documents out that are under embargo, that show something of a country under embargo, or that have a marking which
the recipients may not get.

In: an edition, documents, the people file, who gets them, the time. Out: nothing, or NotUnderstood with every document that stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from briefs.compose.kinds import KINDS
from briefs.delivery.people import People
from briefs.edition import audiences, restrictions
from briefs.edition.model import Edition
from briefs.press.documents import Target
from briefs.problems import NotUnderstood

NAMED = 5  # documents that a message names


def check(edition: Edition, targets: Iterable[Target], known: People | None, words: Sequence[str], when: datetime) -> None:
    """Raise NotUnderstood if a document may not go out now, or not to these lists and addresses.

    `words`: lists of the people file and addresses; none if nobody is named. `edition`: in all its languages.
    """
    early: dict[str, list[str]] = {}
    kept: dict[str, list[str]] = {}
    shown: dict[tuple[str, str], list[str]] = {}
    for target in targets:
        found = restriction(edition, target)
        if found.until and when < found.until:
            early.setdefault(found.embargo, []).append(str(target))
        for marking in found.markings:
            kept.setdefault(marking, []).append(str(target))
        for country, embargo in _of_others(edition, target).items():
            if when < datetime.fromisoformat(embargo):
                shown.setdefault((country, embargo), []).append(str(target))
    refused = [f"{_named(held)}: embargoed until {embargo}; it is {_stamp(when)} now." for embargo, held in early.items()]
    refused += [f"{_named(held)}: {_showing(edition, *what, when)}" for what, held in shown.items()]
    refused += [reason for marking, held in kept.items() if (reason := _refusal(marking, held, known, words))]
    if refused:
        raise NotUnderstood(" ".join(refused))


def restriction(edition: Edition, target: Target) -> restrictions.Restriction:
    """The embargo and the markings of a document."""
    return restrictions.of(_share(edition, target))


def _of_others(edition: Edition, target: Target) -> dict[str, str]:
    return restrictions.of_others(_share(edition, target), edition)


def _share(edition: Edition, target: Target) -> Edition:
    own = edition.translations.get(target.language, edition)
    return KINDS[target.kind].share(audiences.of_audience(own, target.audience), target.subject)


def _showing(edition: Edition, country: str, embargo: str, when: datetime) -> str:
    """Why a document may not go out if it shows something of this country, whose embargo isn't over."""
    name = edition.names.get(country, country)
    return (
        f"shows where {name} stands or a value of it, or names it, which is embargoed until {embargo}; it is {_stamp(when)} now. "
        f"Wait until then, or take {name} out of the edition for this round."
    )


def _refusal(marking: str, held: Sequence[str], known: People | None, words: Sequence[str]) -> str:
    """Why documents with a marking may not go to these people. Empty if they may."""
    hint = f'`markings` of the people file says which lists may have it: `{(words or ["board"])[0]}: ["{marking}"]`.'
    if known is None or not words:
        return f"{_named(held)}: marked “{marking}”. Say with --to for which list it is. {hint}"
    refused = [word for word in words if marking not in known.markings_of(word)]
    return f"{_named(held)}: marked “{marking}”, which {', '.join(refused[:NAMED])} may not have. {hint}" if refused else ""


def _named(documents: Sequence[str]) -> str:
    more = f" and {len(documents) - NAMED} more" if len(documents) > NAMED else ""
    return f"{', '.join(documents[:NAMED])}{more}"


def _stamp(when: datetime) -> str:
    return when.astimezone().isoformat(timespec="minutes")
