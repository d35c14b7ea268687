"""Edits made in real Word files, and the exact lines of the content that change by them (`cases.py`)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.roundtrip.cases import CASES, Case
from tests.roundtrip.harness import MergeHarness, diff, unmerged
from tests.wordfile.word import Word, renamed_styles, without_origin


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_edit_comes_back(case: Case, harness: MergeHarness) -> None:
    word = Word(harness.sent[case.document])
    case.edit(word)
    merged = harness.merge(word.saved())
    assert diff(harness.files, merged.files) == case.diff
    assert unmerged(merged) == list(case.unmerged)
    assert bool(merged.count) == bool(case.diff)


# A file from which another program dropped where it came from is found in the store, and its blocks by their words; the edits are
# the same. Only what then looks like something else comes back otherwise.
OTHERWISE = {"signs of markup in a fact"}  # of the fact's words so little is left that it is another fact
NAMES = {"report": "report (1) JS.docx", "brief": "belgium (1) JS.docx", "handout": "talk_final.docx"}
DROPPED: dict[str, Callable[[bytes], bytes]] = {
    "bookmarks": lambda data: without_origin(data, parts=False, properties=False),
    "parts": lambda data: without_origin(data, bookmarks=False),
    "all": lambda data: renamed_styles(without_origin(data)),
}


LONG = pytest.mark.long
SAME = [pytest.param(c, marks=[LONG] * bool(n % 4), id=c.name) for n, c in enumerate(CASES) if c.name not in OTHERWISE]


@pytest.mark.parametrize("dropped", [pytest.param("bookmarks", marks=LONG), pytest.param("parts", marks=LONG), "all"])
@pytest.mark.parametrize("case", SAME)
def test_an_edit_comes_back_without_what_the_file_says_of_itself(case: Case, dropped: str, harness: MergeHarness) -> None:
    word = Word(harness.sent[case.document])
    case.edit(word)
    merged = harness.merge(DROPPED[dropped](word.saved()), NAMES[case.document])
    assert diff(harness.files, merged.files) == case.diff
    assert unmerged(merged) == list(case.unmerged)


# Pending changes of two people.


def by_two(harness: MergeHarness) -> bytes:
    """Ann changed a word, Bo another, and put in a paragraph; Cy's change was accepted."""
    word = Word(harness.sent["report"], "Ann")
    word.track_replace("mostly forgotten", "largely forgotten")
    word.author = "Bo"
    word.track_replace("Nobody counts", "Everybody counts")
    word.track_insert_paragraph("The second paragraph", "By Bo.")
    word.replace("nobody plans", "Cy plans")
    return word.saved()


@pytest.mark.parametrize("authors", [{"Ann"}, {"Bo"}, {"Ann", "Bo"}, set()], ids=["Ann", "Bo", "both", "only accepted"])
def test_pending_changes_count_by_author(authors: set[str], harness: MergeHarness) -> None:
    merged = harness.merge(by_two(harness), change_filter=lambda author, date: author in authors)
    text, money = (merged.files.get(path, harness.files[path]).decode() for path in ("report/01-opening.md", "report/02-money.md"))
    assert ("largely forgotten" in text) == ("Ann" in authors)
    assert ("Everybody counts" in text) == ("\n\nBy Bo.\n\n" in text) == ("Bo" in authors)
    assert "that Cy plans for this" in money
    assert {author for author, _ in merged.authors} == authors and not merged.unmerged


def test_what_is_left_of_pending_changes_says_who_made_them(harness: MergeHarness) -> None:
    word = Word(harness.sent["brief"], "Ann")
    word.track_replace("Sources", "References")
    assert unmerged(harness.merge(word.saved()))[0].endswith("(page 1, under “Policy”), by Ann, 2026-03-04")


def test_accepted_and_pending_changes_look_the_same(harness: MergeHarness) -> None:
    tracked, plain = Word(harness.sent["report"]), Word(harness.sent["report"])
    tracked.track_replace("mostly forgotten", "largely forgotten")
    plain.replace("mostly forgotten", "largely forgotten")
    assert harness.merge(tracked.saved()).files == harness.merge(plain.saved()).files


def test_a_renamed_copy_of_one_of_two_is_found(harness: MergeHarness) -> None:
    """Name and words decide when nothing else is left: a brief isn't taken for the report that has the same facts."""
    for name, document in (("belgium (1) JS.docx", "brief"), ("report final2.docx", "report"), ("unnamed.docx", "handout")):
        merged = harness.merge(without_origin(harness.sent[document]), name)
        assert (merged.files, merged.unmerged) == ({}, ()) and merged.base.startswith(
            ("briefs/belgium", "report", "handouts/talk")
        ), name
