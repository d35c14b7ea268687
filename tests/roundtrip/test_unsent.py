"""Merging files that were never sent: they are compared with today's content and that of the last builds on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from briefs.delivery.store import Store
from briefs.edition.model import Edition
from briefs.press import contents, manifest
from briefs.press.session import Session
from briefs.roundtrip.merge import Merge, merge
from tests import small
from tests.roundtrip.harness import MergeHarness, unmerged
from tests.wordfile.word import Word

FROM_BUILD = "the content that it was built from"
COLUMNS = "columns:\n  - id: speed\n    label: Speed\n"
PRINTED = "A speed of []{.value column=speed country=be} was measured."


@pytest.fixture
def unsent(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MergeHarness]:
    """Nothing was sent, and nothing was built on this machine."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    yield MergeHarness(small.files(), {}, Store(tmp_path / "nothing"), session.pandoc, session)


def built_here(folder: Path, *states: Mapping[str, bytes]) -> None:
    """Let the machine have built from these states."""
    for number, state in enumerate(states):
        out = folder / f"out {number}"
        out.mkdir()
        (out / manifest.NAME).write_text(str(number))
        before = {*contents.folder().glob("*.files")}
        contents.keep(out, state)
        (place,) = {*contents.folder().glob("*.files")} - before
        os.utime(place, (number, number))  # the clock of a disk may be too coarse to tell which was first


def measured(value: str, **more: str) -> dict[str, bytes]:
    country = {"matters": PRINTED, "data": {"speed": {"value": value, "sources": ["one"]}}, **more}
    return small.files(country=country, more={"columns.yaml": COLUMNS})


def returned(harness: MergeHarness, files: Mapping[str, bytes], old: str, new: str) -> bytes:
    """The brief of some content, in which somebody has replaced words."""
    word = Word(harness.built(files, "brief"))
    word.replace(old, new)
    return word.saved()


def merged(harness: MergeHarness, data: bytes, today: Mapping[str, bytes]) -> tuple[Merge, list[Edition]]:
    """The merge, and the editions from which the document was built again."""
    editions: list[Edition] = []

    def rebuild(edition: Edition, *of: str) -> bytes:
        editions.append(edition)
        return harness.built_from(edition, *of)

    return merge(data, "belgium.docx", today, harness.store, rebuild, harness.pandoc), editions


def test_a_state_from_which_the_document_cant_be_built_is_left_out(unsent: MergeHarness, tmp_path: Path) -> None:
    today = small.files()
    too_long = small.files(country={"matters": "Very many words stand here. " * 600})
    built_here(tmp_path, too_long)
    found, editions = merged(unsent, returned(unsent, today, "second thing", "minor thing"), today)
    assert found.base == FROM_BUILD and found.count == 1 and not unmerged(found)
    assert len(editions) == 2, "the other one was tried"


def test_todays_content_wins_over_a_state_that_differs_in_a_value(unsent: MergeHarness, tmp_path: Path) -> None:
    """Also if the paragraph of the value was edited, so that neither document has it."""
    today = measured("13")
    built_here(tmp_path, measured("12"))
    found, editions = merged(unsent, returned(unsent, today, "was measured", "was noted"), today)
    assert found.base == FROM_BUILD and not unmerged(found)
    assert [one.after for one in found.written] == [PRINTED.replace("measured", "noted")]
    assert len(editions) == 2, "each document is built once"


def test_states_without_a_text_of_the_file_are_not_built(unsent: MergeHarness, tmp_path: Path) -> None:
    states = [small.files(facts=[small.fact("One thing stays."), small.fact(f"State {number} was here.")]) for number in range(5)]
    built_here(tmp_path, *states[:4])
    found, editions = merged(unsent, returned(unsent, states[1], "thing stays", "thing goes"), states[4])
    assert found.base == FROM_BUILD and not unmerged(found) and found.count == 1
    assert [edition.countries["be"].facts[1].text.markdown for edition in editions] == ["State 1 was here."]


def test_a_state_without_the_files_audience_is_left_out(unsent: MergeHarness, tmp_path: Path) -> None:
    about = {"audiences": [{"id": "press", "label": "The press", "blocks": ["facts"]}]}
    built_here(tmp_path, small.files())
    word = Word(unsent.built_from(small.edition(about=about), "brief", "be", "press"))
    word.replace("second thing", "minor thing")
    found, _ = merged(unsent, word.saved(), small.files(about=about))
    assert found.base == FROM_BUILD and found.count == 1 and not unmerged(found)


def test_what_is_built_again_is_among_the_last(unsent: MergeHarness, tmp_path: Path) -> None:
    first, second = measured("12"), measured("13")
    built_here(tmp_path, first, second)
    contents.keep(tmp_path / "out 0", first)
    assert list(contents.kept(first, 2)) == [first, second]
