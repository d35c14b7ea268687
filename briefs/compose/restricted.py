"""What every page and slide says of a document's embargo and marking.

In: a document's restriction, its edition's `About` and labels. Out: a line of words, empty if nothing restricts the document.
"""

from __future__ import annotations

from babel.dates import format_time

from briefs.compose.labels import Labels
from briefs.edition import markdown
from briefs.edition.dates import Date
from briefs.edition.model import About
from briefs.edition.restrictions import Restriction


def words(found: Restriction, about: About, labels: Labels) -> str:
    """“Official, sensitive · Embargoed until 1 December 2026, 10:00 (UTC+01:00)”."""
    until, markings = found.until, [markdown.typographic(marking) for marking in found.markings]
    if until is None:
        return " · ".join(markings)
    day, time = about.says(Date.parse(until.date().isoformat())), format_time(until, "HH:mm", locale=labels.locale)
    return " · ".join([*markings, labels("embargo", date=f"{day}, {labels.number(time)} ({until.tzname()})")])
