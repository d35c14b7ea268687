"""The date that files are dated with.

In: a date, or a manuscript. Out: the same, dated as the environment says, if it does.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime

from briefs.compose.manuscript import Manuscript


def day(date: str) -> str:
    """The edition's date, unless the environment sets another: https://reproducible-builds.org/specs/source-date-epoch/"""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC).date().isoformat() if epoch.isdecimal() else date


def dated(manuscript: Manuscript) -> Manuscript:
    """A manuscript of that date."""
    return replace(manuscript, date=day(manuscript.date))
