"""Documents of the first edition that several tests read: each is made once, for all workers of a run.

They are only read. Tests of how a document is made make it themselves.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from tests import small


class KeptDocuments:
    """The documents of a session's edition. `folder`: where all workers of this run keep them, and no other run."""

    def __init__(self, session: Session, folder: Path):
        self._session, self._folder = session, folder

    def make(self, kind: str, subject: str, formats: Sequence[str] = ("pdf", "docx"), paper: str = "a4") -> FinishedDocument:
        """A document, made now unless a worker has made it. If one is making it, it is waited for."""
        name = hashlib.sha256(repr((kind, subject, *formats, paper)).encode()).hexdigest()
        path = self._folder / name
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                path.write_bytes(pickle.dumps(small.make(self._session, kind, subject, formats, paper)))
        made: FinishedDocument = pickle.loads(path.read_bytes())
        return made
