"""Edits in real Word files, and the exact lines of the content that they change (`cases.py`, `cases_structure.py`)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from briefs.typeset.word.package import w
from tests.roundtrip import cases_structure
from tests.roundtrip.cases import CASES, Case
from tests.roundtrip.harness import MergeHarness, diff, unmerged
from tests.wordfile.word import Word, make, renamed_styles, without_origin

assert cases_structure  # it adds its cases to `CASES`


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_edit_is_merged(case: Case, harness: MergeHarness) -> None:
    word = Word(harness.sent[case.document])
    case.edit(word)
    merged = harness.merge(word.saved())
    assert diff(harness.files, merged.files) == case.diff
    assert unmerged(merged) == list(case.unmerged)
    assert bool(merged.count) == bool(case.diff)


# If another program dropped what a file says about its origin, the sent file is found in the store by its name and words, and its
# blocks by their words. The edits are the same, with these exceptions.
OTHERWISE = {"signs of markup in a fact"}  # so few of the fact's words are left that it counts as another fact
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
def test_an_edit_is_merged_without_what_the_file_says_about_its_origin(case: Case, dropped: str, harness: MergeHarness) -> None:
    word = Word(harness.sent[case.document])
    case.edit(word)
    merged = harness.merge(DROPPED[dropped](word.saved()), NAMES[case.document])
    assert diff(harness.files, merged.files) == case.diff
    assert unmerged(merged) == list(case.unmerged)


# Pending changes of two people.


def by_two(harness: MergeHarness) -> bytes:
    """Ann changed a word; Bo changed another and added a paragraph; Cy's change was accepted."""
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


@pytest.mark.parametrize("counts", [True, False])
def test_a_pending_change_of_formatting_counts_by_its_author_too(counts: bool, harness: MergeHarness) -> None:
    word = Word(harness.sent["report"])
    word.look("Nobody counts", "b")
    change = make("rPrChange", make("rPr"), id="1", author="Bo", date="2026-03-04T10:00:00Z")
    word.runs("Nobody counts")[0].find(w("rPr")).append(change)
    merged = harness.merge(word.saved(), change_filter=lambda author, date: counts)
    assert ("+promise”.[See @gazette, p. 3] **Nobody counts** the crates." in diff(harness.files, merged.files)) == counts


def test_an_unmerged_pending_change_names_its_author(harness: MergeHarness) -> None:
    word = Word(harness.sent["brief"], "Ann")
    word.track_replace("Sources", "References")
    assert unmerged(harness.merge(word.saved()))[0].endswith("(page 1, under “Where the others stand”), by Ann, 2026-03-04")


def test_accepted_and_pending_changes_are_merged_alike(harness: MergeHarness) -> None:
    tracked, plain = Word(harness.sent["report"]), Word(harness.sent["report"])
    tracked.track_replace("mostly forgotten", "largely forgotten")
    plain.replace("mostly forgotten", "largely forgotten")
    assert harness.merge(tracked.saved()).files == harness.merge(plain.saved()).files


def test_the_document_of_a_renamed_copy_is_found_by_its_words(harness: MergeHarness) -> None:
    """Name and words decide if nothing else is known: a brief isn't mistaken for the report with the same facts."""
    for name, document in (("belgium (1) JS.docx", "brief"), ("report final2.docx", "report"), ("unnamed.docx", "handout")):
        merged = harness.merge(without_origin(harness.sent[document]), name)
        assert (merged.files, merged.unmerged) == ({}, ()) and merged.base.startswith(
            ("briefs/belgium", "report", "handouts/talk")
        ), name
