"""The small edition whose Word files have been sent: what every test of the round trip starts from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from briefs.delivery.store import File, Store
from briefs.press.session import Session
from briefs.tools.pandoc import RememberingPandoc
from tests import small
from tests.roundtrip.harness import DOCUMENTS, EDITION, WHEN, MergeHarness


@pytest.fixture(scope="session")
def harness(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MergeHarness]:
    """The small edition. All three documents are built, and recorded in a store as sent."""
    files = {p.relative_to(EDITION).as_posix(): p.read_bytes() for p in sorted(EDITION.rglob("*")) if p.is_file()}
    files["labels/en.yaml"] = small.LABELS.read_bytes()
    store = Store(tmp_path_factory.mktemp("sent") / "exchange")
    with RememberingPandoc() as pandoc:
        made = MergeHarness(files, {}, store, pandoc, session)
        made.sent = {name: made.built(files, name) for name in DOCUMENTS}
        sent = [File(path, kind, subject, "a4", made.sent[name]) for name, (kind, subject, path) in DOCUMENTS.items()]
        store.record_export(sent, files, WHEN)
        yield made
