"""What every page and slide says of a document's embargo and marking.

In: a document's restriction, its language and labels. Out: a line of words, empty if nothing restricts the document.
"""

from __future__ import annotations

from babel.dates import format_time

from briefs.compose.labels import Labels
from briefs.edition.dates import Date
from briefs.edition.restrictions import Restriction


def words(found: Restriction, language: str, labels: Labels) -> str:
    """“Official, sensitive · Embargoed until 1 December 2026, 10:00 (UTC+01:00)”."""
    until = found.until
    if until is None:
        return " · ".join(found.markings)
    day, time = Date.parse(until.date().isoformat()).words(language), format_time(until, "HH:mm", locale=labels.locale)
    return " · ".join([*found.markings, labels("embargo", date=f"{day}, {time} ({until.tzname()})")])
