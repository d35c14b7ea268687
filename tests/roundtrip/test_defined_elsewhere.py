"""Edits of blocks that use notes and links defined elsewhere in their section are merged, and keep these as they are."""

from __future__ import annotations

import pytest

from briefs.delivery.store import Store
from briefs.press.session import Session
from tests import small
from tests.roundtrip.harness import MergeHarness, diff, unmerged
from tests.wordfile.word import Word

TEXT = """---
title: Defined elsewhere
id: sec-a
---

A claim about bottles.[^1] A [link to a page][site].

A paragraph about crates.[@one, chap. 4, pp. 10-12, 101--9] As (@ex) shows, it is so.

(@ex) An example of words.

[^1]: The note has some words.

[site]: https://example.org/page "Title"
"""


@pytest.fixture(scope="module")
def sent(session: Session, tmp_path_factory: pytest.TempPathFactory) -> MergeHarness:
    files = small.files(more={"report/01-a.md": TEXT})
    made = MergeHarness(files, {}, Store(tmp_path_factory.mktemp("sent")), session.pandoc, session)
    made.sent = {"report": made.built(files, "report")}
    return made


@pytest.mark.parametrize(
    ("old", "new", "is_merged"),
    [
        ("A claim about", "A firm claim about", True),
        ("link to a page", "link to the page", True),
        ("about crates", "about many crates", True),
        ("it is so", "it was so", True),
        ("paragraph about crates", "paragraph on crates", True),
        ("An example of", "One example of", True),
    ],
)
def test_an_edit_is_merged_or_told(sent: MergeHarness, old: str, new: str, is_merged: bool) -> None:
    word = Word(sent.sent["report"])
    word.replace(old, new)
    merged = sent.merge(word.saved())
    expected = TEXT.replace(old, new) if is_merged else TEXT
    assert {**sent.files, **merged.files}["report/01-a.md"].decode() == expected, diff(sent.files, merged.files)
    assert bool(unmerged(merged)) is not is_merged


def test_an_unedited_file_changes_nothing(sent: MergeHarness) -> None:
    merged = sent.merge(sent.sent["report"])
    assert diff(sent.files, merged.files) == "" and not unmerged(merged)
