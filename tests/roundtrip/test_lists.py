"""Lists with numbers, letters and boxes of their own come back from Word as they were."""

from __future__ import annotations

from tests.roundtrip.harness import MergeHarness, diff, unmerged
from tests.wordfile.word import Word

SECTION = """---
title: Lists
id: sec-lists
---

(b) point two
(c) point three

iv) case four
v) case five

99. paragraph before
100. paragraph hundred

(@) example one

- [ ] undone
- [x] done
"""


def test_only_the_edited_word_of_a_list_changes(harness: MergeHarness) -> None:
    files = {**harness.files, "report/99-lists.md": SECTION.encode()}
    sent = harness.built(files, "report")
    unedited = harness.merge(sent, files=files)
    assert (unedited.files, unmerged(unedited)) == ({}, [])
    word = Word(sent)
    for old, new in (("point three", "point drei"), ("case four", "case vier"), ("hundred", "hundert"), ("undone", "unmade")):
        word.replace(old, new)
    merged = harness.merge(word.saved(), files=files)
    assert unmerged(merged) == []
    changed = diff(files, merged.files).split("\n")[1:]
    assert [line for line in changed if line.startswith("+")] == [
        "+(c) point drei", "+iv) case vier", "+100. paragraph hundert", "+- [ ] unmade",
    ]  # fmt: skip
