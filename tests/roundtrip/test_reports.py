"""The report of a merge: it is written first, under a name that isn't there, and touches nothing of anybody's."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from briefs.exitcodes import ExitCode
from tests.roundtrip.harness import MergeHarness
from tests.roundtrip.test_merge import NEW, OLD, Run, content, edited, read, run
from tests.wordfile.word import Word

__all__ = ["content", "run"]  # fixtures


def commented(word: Word) -> None:
    word.replace(OLD, NEW)
    word.comment(NEW, "Is this so?")


def reports(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.glob("merge-report*"))


@pytest.mark.parametrize("mine", ["Mine.", "# Edits that are left to you\n\nMine.\n", "# What is left of the Word files\n", ""])
def test_a_persons_file_is_never_overwritten_or_deleted(mine: str, harness: MergeHarness, tmp_path: Path, run: Run) -> None:
    (tmp_path / "merge-report.md").write_text(mine)
    path = edited(harness, tmp_path / "edited.docx", commented)
    code, _, complaints = run(path)
    assert code == ExitCode.LEFT and f"what is left to you is in {tmp_path}/merge-report-2.md\n" in complaints
    assert "Is this so?" in (tmp_path / "merge-report-2.md").read_text()
    assert run(edited(harness, path, lambda word: None))[0] == ExitCode.DONE
    assert reports(tmp_path) == ["merge-report.md"] and (tmp_path / "merge-report.md").read_text() == mine


def test_a_report_that_somebody_has_worked_on_is_kept(harness: MergeHarness, tmp_path: Path, run: Run) -> None:
    path = edited(harness, tmp_path / "edited.docx", commented)
    run(path)
    report = tmp_path / "merge-report.md"
    report.write_text(worked_on := report.read_text().replace("Is this so?", "Is this so? Done."))
    run(path)
    assert report.read_text() == worked_on and reports(tmp_path) == ["merge-report-2.md", "merge-report.md"]


def test_the_same_merge_again_leaves_one_report(harness: MergeHarness, tmp_path: Path, run: Run) -> None:
    path = edited(harness, tmp_path / "edited.docx", commented)
    run(path)
    run(path)
    assert reports(tmp_path) == ["merge-report.md"]
    run(edited(harness, path, lambda word: word.comment(OLD, "Another one.")))
    assert len(reports(tmp_path)) == 1 and "Another one." in (tmp_path / reports(tmp_path)[0]).read_text()


def test_each_file_has_its_own_report(harness: MergeHarness, tmp_path: Path, run: Run) -> None:
    one = edited(harness, tmp_path / "one.docx", lambda word: word.comment(OLD, "First."))
    two = edited(harness, tmp_path / "two.docx", lambda word: word.comment(OLD, "Second."))
    run(one, two)
    first, second = (tmp_path / "merge-report.md").read_text(), (tmp_path / "merge-report-2.md").read_text()
    assert "## one.docx" in first and "First." in first and "## two.docx" in second and "Second." in second
    run(edited(harness, one, lambda word: None))
    assert reports(tmp_path) == ["merge-report-2.md"]


@pytest.mark.parametrize("target", ["precious.txt", "nothing.txt", "."])
def test_no_link_is_followed(target: str, harness: MergeHarness, tmp_path: Path, run: Run) -> None:
    (tmp_path / "precious.txt").write_text("precious")
    (tmp_path / "back").mkdir()
    (tmp_path / "back/merge-report.md").symlink_to(tmp_path / target)
    run(edited(harness, tmp_path / "back/edited.docx", commented))
    assert (tmp_path / "precious.txt").read_text() == "precious" and not (tmp_path / "nothing.txt").exists()
    assert (tmp_path / "back/merge-report.md").is_symlink() and "Is this so?" in (tmp_path / "back/merge-report-2.md").read_text()


def test_a_pipe_or_a_folder_of_the_name_holds_nobody_up(harness: MergeHarness, tmp_path: Path, run: Run) -> None:
    os.mkfifo(tmp_path / "merge-report.md")
    (tmp_path / "merge-report-2.md").mkdir()
    path = edited(harness, tmp_path / "edited.docx", commented)
    assert run(path)[0] == ExitCode.LEFT and "Is this so?" in (tmp_path / "merge-report-3.md").read_text()
    assert run(edited(harness, path, lambda word: None))[0] == ExitCode.DONE
    assert reports(tmp_path) == ["merge-report-2.md", "merge-report.md"]


def test_where_no_report_can_be_written_nothing_is_written(
    harness: MergeHarness, content: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list is printed, so it isn't lost either way."""
    opened = os.open

    def read_only(path: str | Path, flags: int, *rest: int, **more: int | None) -> int:
        if flags & os.O_CREAT and "merge-report" in str(path):
            raise OSError(30, "Read-only file system", str(path))
        return opened(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", read_only)
    path = edited(harness, tmp_path / "edited.docx", commented)
    code, said, complaints = run(path, "--apply")
    assert code == ExitCode.SETUP and read(content) == harness.files and "--apply writes them" in said
    assert "comment by Ann" in complaints and "the report can’t be written: Read-only file system" in complaints
    assert not json.loads(run(path, "--apply", "--json")[1])["applied"] and read(content) == harness.files


def test_a_full_disk_leaves_no_half_report(
    harness: MergeHarness, content: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, complaints = run(edited(harness, tmp_path / "edited.docx", commented), "--apply")
    assert code == ExitCode.SETUP and "No space left on device" in complaints
    assert reports(tmp_path) == [] and read(content) == harness.files


def test_what_a_word_file_says_is_printed_without_control_characters(harness: MergeHarness, tmp_path: Path, run: Run) -> None:
    """An override of the writing direction or an escape sequence would change how a terminal shows other lines."""
    evil = "An\u202en\u2066 \u009b31m" + "x" * 500

    def change(word: Word) -> None:
        word.author = evil
        word.track_replace(OLD, NEW)
        word.comment("A ", f"Is\u202e this {evil}?")

    path = edited(harness, tmp_path / "ed\u202eited\x1b[31m.docx", change)
    _, said, complaints = run(path)
    everything = said + complaints + (tmp_path / "merge-report.md").read_text() + run(path, "--json")[1]
    assert all(letter.isprintable() or letter == "\n" for letter in everything) and "An n" in said + complaints
    assert "x" * 100 not in said
    assert json.loads(run(path, "--json")[1])["files"][0]["by"][0][0] == evil
