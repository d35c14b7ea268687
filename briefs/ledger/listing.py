"""The changes between two states of an edition as lines of text.

In: `Change`s and the two states. Out: lines for a terminal, under a heading for each country, section and deck.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import shorten

from briefs.edition.changed import Change
from briefs.edition.dates import Date
from briefs.ledger.changes import State, numbers
from briefs.roundtrip.differences import marked

LONGEST = 400  # letters of a text that is quoted
_POINTS = {"summary": "summary", "position": "position", "matters": "why it matters", "next": "next decision", "ask": "what to ask"}


def lines(found: Iterable[Change], then: State, now: State) -> Iterator[str]:
    """A heading for what each run of changes is about, and a line for each change."""
    for subject, own in groupby(found, key=lambda change: change.subject):
        yield heading(subject, then, now)
        yield from (f"  {sentence(change, then, now)}" for change in own)


def heading(subject: str, then: State, now: State) -> str:
    """What changes are about: a country's name, the title of a section or deck, or the edition."""
    if not subject:
        return "The edition"
    for edition in (now.edition, then.edition):
        if subject in edition.names:
            return edition.names[subject]
        titles = {section.path: section.head.title for section in edition.sections}
        titles |= {deck.path: deck.head.title for deck in edition.decks.values()}
        if subject in titles:
            return f"{titles[subject]} ({subject})"
    return subject


def sentence(change: Change, then: State, now: State) -> str:
    """A change in a sentence, as an editor would say it."""
    what = _what(change)
    match change.action:
        case "new" | "dropped":
            return f"{change.action} {what}: {_quoted(change.after or change.before)}"
        case "reworded" if change.is_rewording:
            return f"{what} in other words, with the same meaning: {marked(change.before, change.after)}"
        case "reworded":
            return f"{what} reworded: {marked(change.before, change.after)}"
        case "number":
            pairs = ", ".join(f"{old} → {new}" for old, new in numbers(change.before, change.after))
            return f"number in {what}: {pairs}: {_quoted(change.after)}"
        case "date":
            return f"{what}: date moved from {_date(change.before)} to {_date(change.after)}"
        case "source-added":
            return f"source added to {what}: {change.after}"
        case "source-dropped":
            return f"source taken from {what}: {change.before}"
        case "moved":
            return f"{what} moved here from {change.before}"
        case _:
            return f"{what} changed from {_value(change, change.before, then)} to {_value(change, change.after, now)}"


def _what(change: Change) -> str:
    """The thing that changed, with its id."""
    match change.item:
        case "point":
            return _POINTS[change.id]
        case "stance":
            return "note on the stance" if change.id else "stance"
        case "country" | "section" | "deck" if change.action in {"new", "dropped"}:
            return change.item
        case "fact" if change.action in {"topic", "priority"}:
            return f"{change.action} of fact {change.id}"
        case "paragraph":
            return f"paragraph {change.id.rpartition('#')[2]}"
        case "edition" | "section" | "deck":
            return change.id.replace("_", " ")
        case "value":
            return f"value of {change.id}"
    return f"{change.item} {change.id}"


def _value(change: Change, text: str, state: State) -> str:
    """A value as it is printed: a stance by its label."""
    step = state.edition.steps.get(text) if change.item == "stance" else None
    return f"“{step.label if step else text or 'none'}”"


def _date(text: str) -> str:
    """A date in English words. That of a plan begins with “due”."""
    if not text:
        return "no date"
    due, date = ("due ", text[4:]) if text.startswith("due ") else ("", text)
    return f"{due}{Date.parse(date).words('en-GB')}"


def _quoted(text: str) -> str:
    return f"“{shorten(text, LONGEST, placeholder=' …')}”"
