"""The sources of a new fact are found by what its numbers lead to, never by the numbers."""

from __future__ import annotations

from briefs.roundtrip.apply import source_keys
from briefs.typeset.word import package
from briefs.wordfile import paragraphs
from tests.roundtrip.harness import MergeHarness, diff, unmerged
from tests.wordfile.word import Word

FACT = "plain line about crates"
NEW = ("A plain line about crates, which are returned more often than bottles are.", "Crates are new.")


def test_the_number_in_an_appendix_is_that_of_its_country(harness: MergeHarness) -> None:
    """Each country of the appendix counts its own sources, from 1."""
    for text, path, key in ((FACT, "countries/be.yaml", "crates"), ("goes into banks", "countries/fr.yaml", "")):
        word = Word(harness.sent["report"])
        anchors = [p.target for p in _facts(harness, text)]
        assert anchors and all(anchor.startswith(f"source_{path[-7:-5]}_") for anchor in anchors)
        if key:
            word.copy(text, NEW)
            merged = harness.merge(word.saved())
            assert f"+    sources: [{key}]" in diff(harness.files, merged.files) and not merged.unmerged


def _facts(harness: MergeHarness, text: str) -> list[paragraphs.Piece]:
    read = paragraphs.read(package.read(harness.sent["report"])).paragraphs
    return [piece for p in read if text in p.text for piece in p.pieces if piece.kind == "cite" and piece.target]


def test_a_typed_number_is_no_source(harness: MergeHarness) -> None:
    word = Word(harness.sent["brief"])
    word.copy(FACT, NEW)
    link = word.found("Crates are new.").findall("{*}hyperlink")[-1]
    link.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}anchor", "source_77")
    merged = harness.merge(word.saved())
    assert not merged.files and "leads to no source of this file" in unmerged(merged)[0]


def test_a_fact_from_another_file_is_told(harness: MergeHarness) -> None:
    """Its number may be that of another source here."""
    other = next(
        p for p in paragraphs.read(package.read(harness.sent["report"])).paragraphs if "goes into banks" in p.text and p.is_item
    )
    word = Word(harness.sent["brief"])
    word.copy(FACT, (NEW[0], other.text.rstrip("\u20600123456789,")))
    merged = harness.merge(word.saved())
    assert not merged.files and "if it was copied from another file" in unmerged(merged)[0]


def test_bookmarks_lead_to_keys(harness: MergeHarness) -> None:
    from briefs.edition.read import read_files

    edition = read_files(harness.files).edition
    assert edition
    found = source_keys(harness.sent["brief"], edition)
    assert set(found) == {f"source_{n}" for n in range(1, len(found) + 1)} and "crates" in found.values()
