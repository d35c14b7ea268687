"""Merges Word files of a small edition: the edition's files, the Word files that were sent, and their store."""

from __future__ import annotations

import difflib
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from briefs.delivery.store import Store
from briefs.edition.model import Edition
from briefs.edition.read import read_files
from briefs.press.session import Session
from briefs.roundtrip import summary
from briefs.roundtrip.merge import Merge, merge
from briefs.tools import libreoffice
from briefs.tools.pandoc import Pandoc
from tests import small

PYTHON = "/usr/bin/python3"  # the system's, which has UNO
EDITION = Path(__file__).parent / "edition"
WHEN = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
DOCUMENTS = {
    "report": ("report", "", "report.docx"),
    "brief": ("brief", "be", "briefs/belgium.docx"),
    "handout": ("handout", "talk", "handouts/talk.docx"),
}


@dataclass
class MergeHarness:
    """`files`: the small edition. `sent`: its Word files, which `store` has on record."""

    files: dict[str, bytes]
    sent: Mapping[str, bytes]
    store: Store
    pandoc: Pandoc
    session: Session

    def merge(self, data: bytes, name: str = "edited.docx", files: Mapping[str, bytes] | None = None, **more: Any) -> Merge:
        """Merge an edited file into the edition, or into `files`."""
        store = more.pop("store", self.store)
        return merge(data, name, self.files if files is None else files, store, self.built_from, self.pandoc, **more)

    def built_from(self, edition: Edition, kind: str, subject: str, audience: str = "", format: str = "docx") -> bytes:
        """The Word file of a document of an edition, or the same in another format."""
        made = small.with_edition(self.session, edition)
        return small.make(made, kind, subject, (format,), "a4", audience=audience).files[format]

    def built(self, files: Mapping[str, bytes], document: str) -> bytes:
        """The Word file of one of `DOCUMENTS`, of other content."""
        reading = read_files(files)
        assert reading.edition, [str(p) for p in reading.errors]
        return self.built_from(reading.edition, *DOCUMENTS[document][:2])


def edit_in_libreoffice(jobs: Sequence[Mapping[str, Any]], folder: Path, cache: Path) -> None:
    """Let one LibreOffice do the jobs of `uno_edits.py`. `folder` is the test's own."""
    (folder / "jobs.json").write_text(json.dumps(jobs))
    script, profile = Path(__file__).with_name("uno_edits.py"), cache / f"office-{folder.parent.name}-{folder.name}"
    command = [PYTHON, *map(str, (script, folder / "jobs.json", profile)), libreoffice.program()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr


def diff(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """What changes: the path of each file, and the lines that are removed and added; the size of a picture."""
    out: list[str] = []
    for path in sorted(after):
        if path.startswith("figures/"):
            out.append(f"{path} ({len(after[path])} bytes)")
            continue
        old, new = (side.get(path, b"").decode().splitlines() for side in (before, after))
        out += [path, *(line for line in list(difflib.unified_diff(old, new, n=0, lineterm=""))[2:] if not line.startswith("@@"))]
    return "\n".join(out)


def unmerged(merged: Merge) -> list[str]:
    """What is left to a person, and the comments, each on a line."""
    return [*map(summary.unmerged_line, merged.unmerged), *map(summary.comment_line, merged.comments)]
