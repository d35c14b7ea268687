"""Edits that LibreOffice itself makes, tracked or not (`uno_edits.py`), and the exact lines of the content that they change."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from briefs.roundtrip import folder
from briefs.theme import Theme
from briefs.tools import libreoffice
from briefs.wordfile.paragraphs import accept_all
from tests.roundtrip.cases import CASES
from tests.roundtrip.harness import MergeHarness, diff, edit_in_libreoffice, unmerged
from tests.wordfile.word import Word


@dataclass(frozen=True)
class Job:
    """Edits in one file. `like`: the cases of `cases.py` that together have the same result."""

    document: str
    edits: tuple[tuple[str, ...], ...]
    like: tuple[str, ...] = ()
    diff: str = ""
    unmerged: tuple[str, ...] = ()


JOBS = [
    Job("report", (("replace", "mostly forgotten", "largely forgotten"),), ("a word replaced",)),
    Job("report", (("bold", "mostly"),), ("made bold",)),
    Job("report", (("after", "The second paragraph", "A new middle stands here."),), ("a new paragraph in the middle",)),
    Job("report", (("after", "which would rather not", "the state, which looks on;"),), ("a new item",)),
    Job("report", (("remove", "The second paragraph"),), ("a paragraph deleted",)),
    Job("report", (("split", "It says that shops"),), ("a paragraph split",)),
    Job("report", (("join", "Nobody counts the crates"),), ("two paragraphs joined",)),
    Job("report", (("replace", "a little", "a little more"),), ("a cell of a table",)),
    Job("brief", (("replace", "the large brewers", "the small brewers"),), ("a folded fact",)),
    Job("brief", (("replace", "on cans yet", "on cans so far"),), ("the note on the stance",)),
    Job("brief", (("remove", "A plain line about crates"),), ("a fact deleted",)),
    Job("brief", (("replace", "ten cents on", "twelve cents on"),), ("a literal fact",)),
    Job("handout", (("replace", "Shops take", "Most shops take"),), ("a bullet",)),
    Job("handout", (("after", "broken glass", "A new bullet"),), ("a new bullet",)),
    Job("handout", (("replace", "speaker waits", "speaker goes on"),), ("speaker notes",)),
    Job("report", (("comment", "trucks that drive", "Which ones?"),),
        unmerged=("report/01-opening.md:19: comment by Bo: Which ones?",)),
    Job("report", (("replace", "Nobody counts", "没有人数 counts"), ("replace", "speaks of shops", "tells of “shops”")), diff="""
report/01-opening.md
-promise”.[See @gazette, p. 3] Nobody counts the crates.
+promise”.[See @gazette, p. 3] 没有人数 counts the crates.
-The second paragraph speaks of shops. It says that shops in Ghent and Liège take bottles back, as
+The second paragraph tells of “shops”. It says that shops in Ghent and Liège take bottles back, as
"""),
]  # fmt: skip


@pytest.fixture(scope="module")
def edited(harness: MergeHarness, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[int, bool], bytes]:
    """The files of all jobs, with and without tracking, made by one LibreOffice."""
    folder = tmp_path_factory.mktemp("office")
    jobs = []
    for document, data in harness.sent.items():
        (folder / f"{document}.docx").write_bytes(data)
    for number, job in enumerate(JOBS):
        for record in (False, True):
            target = folder / f"{number}-{record}.docx"
            jobs.append(
                {"source": str(folder / f"{job.document}.docx"), "target": str(target), "record": record, "edits": job.edits}
            )
    edit_in_libreoffice(jobs, folder, cache)
    return {(n, record): (folder / f"{n}-{record}.docx").read_bytes() for n, _ in enumerate(JOBS) for record in (False, True)}


@pytest.mark.parametrize("record", [False, True], ids=["untracked", "tracked"])
@pytest.mark.parametrize("number", range(len(JOBS)), ids=lambda n: " ".join(JOBS[n].edits[0]))
def test_an_edit_made_by_libreoffice_is_merged(
    number: int, record: bool, edited: Mapping[tuple[int, bool], bytes], harness: MergeHarness
) -> None:
    job = JOBS[number]
    merged = harness.merge(edited[number, record])
    like = "\n".join(case.diff for name in job.like for case in CASES if case.name == name)
    assert diff(harness.files, merged.files) == (like or job.diff.strip("\n"))
    assert unmerged(merged) == list(job.unmerged)
    if job.edits[0][0] not in {"bold", "comment"}:  # LibreOffice doesn't track formatting in a DOCX, and a comment is no change
        assert bool(merged.authors) == record


def test_pending_changes_can_be_ignored(edited: Mapping[tuple[int, bool], bytes], harness: MergeHarness) -> None:
    """With accepted changes only, a tracked file has no edits, and one without tracking has all of them."""
    for number, job in enumerate(JOBS):
        if "bold" in job.edits[0] or "comment" in job.edits[0]:
            continue
        assert harness.merge(edited[number, True], change_filter=lambda author, date: False).files == {}, job
        assert (
            harness.merge(edited[number, False], change_filter=lambda author, date: False).files
            == harness.merge(edited[number, False], change_filter=accept_all).files
        )
    assert re.match(r"\d{4}-\d\d-\d\dT", next(iter(harness.merge(edited[0, True]).authors))[1])


@pytest.mark.parametrize("suffix", [".odt", ".rtf", ".doc"])
def test_another_format_is_converted_and_that_is_said(
    suffix: str, harness: MergeHarness, tmp_path: Path, cache: Path, theme: Theme
) -> None:
    """A word that was changed in an ODT or RTF file comes back."""
    word = Word(harness.sent["brief"])
    word.replace("plain line about crates", "long line about crates")
    for name, data in harness.files.items():
        (tmp_path / "content" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "content" / name).write_bytes(data)
    (tmp_path / "belgium.docx").write_bytes(word.saved())
    office = [libreoffice.program(), f"-env:UserInstallation={(cache / 'libreoffice').as_uri()}", "--headless", "--norestore"]
    command = [*office, "--convert-to", suffix[1:], "--outdir", str(tmp_path), str(tmp_path / "belgium.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    every = folder.change_filter(None, only_accepted=False)
    outcome = folder.merge_files([tmp_path / f"belgium{suffix}"], tmp_path / "content", harness.store, theme, every)
    assert b"A long line about crates" in outcome.after["countries/be.yaml"]
    assert (
        outcome.merges[0].name == f"belgium{suffix}"
        and "LibreOffice turned the file into one of Microsoft’s formats" in outcome.merges[0].base
    )
