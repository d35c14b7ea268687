"""The harness at which Word files of a small edition come back: what was sent, what knows of it, and how an outcome is told."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from briefs.delivery.store import Store
from briefs.edition.read import read_files
from briefs.press.session import Session
from briefs.roundtrip import summary as told
from briefs.roundtrip.merge import Merge, merge
from briefs.tools.pandoc import Pandoc
from tests import small

EDITION = Path(__file__).parent / "edition"
WHEN = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
DOCUMENTS = {
    "report": ("report", "", "report.docx"),
    "brief": ("brief", "be", "briefs/belgium.docx"),
    "handout": ("handout", "talk", "handouts/talk.docx"),
}


@dataclass
class MergeHarness:
    """The small edition's files, the Word files that were sent of it, and what knows of them."""

    files: dict[str, bytes]
    sent: Mapping[str, bytes]
    store: Store
    pandoc: Pandoc
    session: Session

    def merge(self, data: bytes, name: str = "edited.docx", files: Mapping[str, bytes] | None = None, **more: Any) -> Merge:
        """Hold a file that came back against the content."""
        store = more.pop("store", self.store)
        return merge(data, name, self.files if files is None else files, store, self.made, self.pandoc, **more)

    def made(self, edition: Any, kind: str, subject: str) -> bytes:
        """The Word file of an edition's document."""
        return small.make(small.with_edition(self.session, edition), kind, subject, ("docx",), "a4").files["docx"]

    def built(self, files: Mapping[str, bytes], document: str) -> bytes:
        """The Word file of other content."""
        reading = read_files(files)
        assert reading.edition, [str(p) for p in reading.errors]
        return self.made(reading.edition, *DOCUMENTS[document][:2])


def diff(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """What changes, file by file: its path, the lines that go, the lines that come."""
    out: list[str] = []
    for path in sorted(after):
        old, new = (side.get(path, b"").decode().splitlines() for side in (before, after))
        out += [path, *(line for line in list(difflib.unified_diff(old, new, n=0, lineterm=""))[2:] if not line.startswith("@@"))]
    return "\n".join(out)


def left(merged: Merge) -> list[str]:
    """What is left to a person, and the comments, each on a line."""
    return [*map(told.left, merged.left), *map(told.comment, merged.comments)]
