"""The date that files are dated with.

In: a manuscript. Out: the same, dated as the environment says, if it does.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime

from briefs.compose.manuscript import Manuscript


def dated(manuscript: Manuscript) -> Manuscript:
    """The date inside files is the edition's, unless the environment sets another: https://reproducible-builds.org/specs/source-date-epoch/"""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch.isdecimal():
        return manuscript
    return replace(manuscript, date=datetime.fromtimestamp(int(epoch), UTC).date().isoformat())
