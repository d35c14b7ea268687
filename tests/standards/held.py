"""Holds a document's files against their standards, as tools/conformance.py does for a whole folder.

In: files by format, a folder to write them to. Raises AssertionError with what the validators say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from pathlib import Path

from tools import conformance

HEADINGS = "Country Position on the scale What comes next"  # of the table at a glance; artifacts on its second page
REPEATED = re.compile(rf"page \d+: 1 line\(s\) of prose [^\n]*: {HEADINGS}")

# The end of a note on several pages: the day on which its source was read.
LAST_LINE = re.compile(r"page \d+: 1 running header or footer line\(s\) are tagged as content on 3 or more pages: \d+ \w+ \d{4}\.")


def hold(files: Mapping[str, bytes], folder: Path, also: Set[str] = frozenset()) -> None:
    """`also`: findings that the document's own words explain, beside those that docs/conformance.md does."""
    for format, data in files.items():
        path = folder / f"document.{format}"
        path.write_bytes(data)
        if format == "pdf":
            found = {name: [str(f) for f in report.failures] for name, report in conformance.profiles(path).items()}
            assert len(found) == 2 and not any(found.values()), found
            heard = conformance.heard(path)
            if REPEATED.fullmatch(heard.get("TAG-002", "")):
                del heard["TAG-002"]
            if LAST_LINE.fullmatch(heard.get("PAG-001", "").strip()):
                del heard["PAG-001"]
            assert set(heard) <= conformance.EXPLAINED | also, heard
        else:
            assert conformance.office(path) == []
