"""What a merge writes is told change by change: its place, its words, who made it and when, and how often."""

from __future__ import annotations

import pytest

from briefs.roundtrip import summary
from briefs.roundtrip.differences import differing, marked, repeated
from briefs.roundtrip.edits import Written
from briefs.roundtrip.merge import MergeOutcome
from tests.roundtrip.cases_structure import track_row
from tests.roundtrip.harness import MergeHarness
from tests.wordfile.word import Word


def told(harness: MergeHarness, word: Word) -> list[str]:
    merged = harness.merge(word.saved(), "report.docx")
    return list(summary.lines_written(MergeOutcome((merged,), harness.files, merged.files)))


def test_each_change_says_who_made_it(harness: MergeHarness) -> None:
    word = Word(harness.sent["report"], "Ann")
    word.track_replace("the shops, which", "the stores, which")
    word.author = "Bo"
    word.track_delete_paragraph("The towns pay least")
    word.replace("nobody plans for this", "nobody plans for that")
    track_row(word, "a lot", "del")
    lines = told(harness, word)
    assert any(":21: reworded, by Ann, 2026-03-04: " in line and "[-shops,-] {+stores,+}" in line for line in lines)
    assert any(":25: taken out, by Bo, 2026-03-04: “The towns pay least." in line for line in lines)
    assert any("reworded, not tracked: " in line and "[-this.-] {+that.+}" in line for line in lines)
    assert any("reworded, by Bo, 2026-03-04: " in line and "Ghent" in line for line in lines)


def test_a_deleted_paragraph_is_not_the_next_one_s_change(harness: MergeHarness) -> None:
    word = Word(harness.sent["report"], "Ann")
    word.track_delete_paragraph("The second paragraph")
    word.replace("Heading 2: Who pays for the trucks", "Who pays for trucks")
    lines = sorted(told(harness, word))
    assert len(lines) == 2
    assert ":14: taken out, by Ann, 2026-03-04: " in lines[0] and "reworded, not tracked: " in lines[1] and "[-the-]" in lines[1]


def test_a_new_paragraph_is_told_without_the_one_above_it(harness: MergeHarness) -> None:
    word = Word(harness.sent["report"], "Ann")
    word.new("The second paragraph", "Nobody had thought of trains.")
    (line,) = told(harness, word)
    assert "new, not tracked: “Nobody had thought of trains.”" in line and "[-" not in line


def test_the_same_change_is_told_once_with_its_number() -> None:
    found = [
        Written("reworded", "Huawei, of Shenzhen, sells. Huawei pays.", "Acme, of Shenzhen, sells. Acme pays."),
        Written("reworded", "What Huawei owns", "What Acme owns"),
        Written("reworded", "What Huawei owns", "What Acme and others own"),
        Written("taken out", "Huawei", ""),
    ]
    assert [one.count for one in repeated(found)] == [3, 1, 1]


def test_the_report_lists_what_is_written(harness: MergeHarness) -> None:
    word = Word(harness.sent["report"], "Ann")
    word.track_replace("the shops, which", "the stores, which")
    word.comment("Nobody counts", "Who says so?")
    merged = harness.merge(word.saved(), "report.docx")
    text = summary.report([merged])
    assert "### Changes of the content" in text and "`report/01-opening.md:21`, reworded, by Ann, 2026-03-04: " in text
    assert "~~shops,~~ **stores,**" in text
    data = summary.to_dict(MergeOutcome((merged,), harness.files, merged.files), False)["files"][0]["written"]
    assert [(one["kind"], one["by"], one["count"]) for one in data] == [("reworded", [("Ann", "2026-03-04T10:00:00Z")], 1)]
    assert ["-", "shops,"] in [list(part) for part in data[0]["marked"]]


def test_marks_stand_around_the_words_that_differ() -> None:
    assert (
        marked("one two three four five six seven", "one two three four five six eight")
        == "… three four five six [-seven-] {+eight+}"
    )
    assert differing("a b", "a c b") == [("=", "a"), ("+", "c"), ("=", "b")]
    long = " ".join(map(str, range(5000)))
    assert [kind for kind, _ in differing(long, long.replace("1", "x"))] == ["=", "-", "+", "="]  # in bounded time


@pytest.mark.parametrize(("typed", "written"), [("stores ::: here", "stores \\::: here"), ("stores {{here}} :smile:", "")])
def test_signs_that_check_refuses_are_escaped_or_left_to_a_person(harness: MergeHarness, typed: str, written: str) -> None:
    word = Word(harness.sent["report"], "Ann")
    word.track_replace("the shops, which", f"the {typed}, which")
    merged = harness.merge(word.saved(), "report.docx")
    assert bool(merged.files) == bool(written)
    assert all(written in data.decode() for data in merged.files.values())
    harness.built({**harness.files, **merged.files}, "report")  # it would raise Problems
    reasons = [one.reason for one in merged.unmerged]
    assert written or reasons == ["this change would break the content: “{{here}}” is left as text: nothing fills it in"]
