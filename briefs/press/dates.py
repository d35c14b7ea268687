"""The date in the metadata of files.

In: a date, or a manuscript. Out: the same, with the date that the environment sets, if it sets one.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime

from briefs.compose.manuscript import Manuscript
from briefs.problems import ToolError


def day(date: str) -> str:
    """The edition's date, or the one that SOURCE_DATE_EPOCH sets. Raises ToolError if its value isn't a date.

    https://reproducible-builds.org/specs/source-date-epoch/
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return date
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        message = f"SOURCE_DATE_EPOCH can’t be “{epoch[:40]}”: it must be a number of seconds since 1970, or not be set"
        raise ToolError(message) from None


def dated(manuscript: Manuscript) -> Manuscript:
    """The manuscript with the date that `day` gives for it."""
    return replace(manuscript, date=day(manuscript.date))
