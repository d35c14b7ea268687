"""A file that holds only a part of its document deletes nothing of the rest, unless somebody allows it."""

from __future__ import annotations

from briefs.typeset.word.package import w
from tests.roundtrip.harness import MergeHarness, unmerged
from tests.wordfile.word import Word


def only(word: Word, first: str, last: str) -> None:
    """Delete everything but the paragraphs from one to another."""
    keep = [word.found(first)]
    while keep[-1] is not word.found(last):
        keep.append(keep[-1].getnext())
    for node in list(word.body):
        if node not in keep and node.tag != w("sectPr"):
            word.body.remove(node)


def part(harness: MergeHarness) -> bytes:
    """One section of two, with a word changed."""
    word = Word(harness.sent["report"])
    only(word, "A bottle that comes back is filled again some thirty times before it breaks. Those", "Three sides pay")
    word.replace("mostly forgotten", "largely forgotten")
    return word.saved()


def test_a_part_of_a_document_deletes_nothing(harness: MergeHarness) -> None:
    merged = harness.merge(part(harness))
    assert set(merged.files) == {"report/01-opening.md"} and merged.counts == {"reworded": 1}
    [told] = unmerged(merged)
    assert told.startswith("this file has 1 of 2 sections; ") and "nothing was deleted; --allow-deletions" in told


def test_deletions_may_be_allowed(harness: MergeHarness) -> None:
    merged = harness.merge(part(harness), allow_deletions=True)
    assert merged.counts["taken out"] > 5 and merged.counts["reworded"] == 1


def test_an_empty_file_is_no_document(harness: MergeHarness) -> None:
    word = Word(harness.sent["brief"])
    only(word, "Belgium", "Belgium")
    word.found("Belgium").clear()
    merged = harness.merge(word.saved())
    assert not merged.files and any("--allow-deletions" in told for told in unmerged(merged))


def test_a_row_taken_out_of_the_appendix_deletes_its_fact_alone(harness: MergeHarness) -> None:
    word = Word(harness.sent["report"])
    word.remove_row("plain line about crates")
    merged = harness.merge(word.saved())
    assert merged.counts == {"taken out": 1} and not unmerged(merged)
    assert "  - id: be-03" not in merged.files["countries/be.yaml"].decode()


def test_a_country_taken_out_of_the_appendix_is_one_edit_and_not_half_of_one(harness: MergeHarness) -> None:
    """The facts of a country are missing as a whole: none of them is deleted."""
    word = Word(harness.sent["report"])
    word.remove_table("plain line about crates")
    word.remove_table("ministers’ bottle plan")
    merged = harness.merge(word.saved())
    assert not merged.files
    assert [t for t in unmerged(merged) if t.startswith("5 facts of countries/be.yaml are missing in this file, and stay")]


def test_a_section_of_which_something_has_to_stay_stays_whole(harness: MergeHarness) -> None:
    """The pull quote quotes a paragraph of a section that was deleted."""
    path, quoted, last = "report/01-opening.md", "A bottle that comes back is filled again", "The second paragraph speaks of shops"
    text = harness.files[path].decode()
    files = {**harness.files, path: text.replace(f"\n\n{quoted}", f"\n\n## A part\n\n{quoted}").encode()}
    assert files[path] != harness.files[path]
    word = Word(harness.built(files, "report"))
    heading, end = word.found("heading 2: A part"), word.found(last)
    while heading is not end:
        heading, gone = heading.getnext(), heading
        word.body.remove(gone)
    word.body.remove(end)
    merged = harness.merge(word.saved(), files=files)
    told = unmerged(merged)
    assert merged.files == {}
    assert any(
        "this section was deleted, but a text of it has to stay, so nothing of it was deleted: “## A part”" in one for one in told
    )
    assert any("the pull quote is not in the section" in one for one in told) and len(told) == 2
