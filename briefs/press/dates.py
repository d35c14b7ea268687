"""The date that files are dated with.

In: a date, or a manuscript. Out: the same, dated as the environment says, if it does.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime

from briefs.compose.manuscript import Manuscript
from briefs.problems import ToolError


def day(date: str) -> str:
    """The edition's date, unless the environment sets another. Raises ToolError if it sets none that can be.

    https://reproducible-builds.org/specs/source-date-epoch/
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return date
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        what = f"SOURCE_DATE_EPOCH can’t be “{epoch[:40]}”: it is a number of seconds since 1970, or isn’t set"
        raise ToolError(what) from None


def dated(manuscript: Manuscript) -> Manuscript:
    """A manuscript of that date."""
    return replace(manuscript, date=day(manuscript.date))
