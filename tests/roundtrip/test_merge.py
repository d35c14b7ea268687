"""The command `merge`: what it shows and writes, its exit codes, and `merge-report.md`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from briefs import cli
from briefs.exitcodes import ExitCode
from tests.roundtrip.harness import MergeHarness
from tests.wordfile.word import Word

OLD, NEW = "plain line about crates", "long line about crates"
LINE = 25  # of the fact’s text
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def content(harness: MergeHarness, tmp_path: Path) -> Path:
    """The small edition in a folder."""
    for name, data in harness.files.items():
        (tmp_path / "content" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "content" / name).write_bytes(data)
    return tmp_path / "content"


@pytest.fixture
def run(harness: MergeHarness, content: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str | Path) -> tuple[int, str, str]:
        code = cli.main(["merge", *map(str, words), "--content", str(content), "--store", str(harness.store.folder)])
        return code, *capsys.readouterr()

    return run


def edited(harness: MergeHarness, path: Path, change: Callable[[Word], None]) -> Path:
    word = Word(harness.sent["brief"])
    change(word)
    path.write_bytes(word.saved())
    return path


def read(content: Path) -> dict[str, bytes]:
    return {p.relative_to(content).as_posix(): p.read_bytes() for p in content.rglob("*") if p.is_file()}


def test_edits_are_shown_and_written_only_with_apply(harness: MergeHarness, content: Path, tmp_path: Path, run: Run) -> None:
    path = edited(harness, tmp_path / "belgium (1).docx", lambda word: word.replace(OLD, NEW))
    code, said, complaints = run(path)
    assert (code, complaints) == (ExitCode.DONE, "") and "to be written; --apply writes them" in said
    assert any(line.startswith("-") and OLD in line for line in said.splitlines())
    assert any(line.startswith("+") and NEW in line for line in said.splitlines())
    assert read(content) == harness.files

    code, said, _ = run(path, "--apply")
    now = read(content)
    assert code == ExitCode.DONE and "1 change in 1 file written" in said
    changed = {name for name in now if now[name] != harness.files[name]}
    assert changed == {"countries/be.yaml"}
    assert now["countries/be.yaml"] == harness.files["countries/be.yaml"].replace(OLD.encode(), NEW.encode())
    assert run(path) == (ExitCode.DONE, "no edits\n", "") and not (tmp_path / "merge-report.md").exists()


def test_the_authors_of_pending_changes_are_named(harness: MergeHarness, tmp_path: Path, run: Run) -> None:
    path = edited(harness, tmp_path / "edited.docx", lambda word: word.track_replace(OLD, NEW))
    code, said, _ = run(path)
    assert code == ExitCode.DONE and said.endswith("; tracked changes by Ann, 2026-03-04\n")
    assert run(path, "--only-accepted") == (ExitCode.DONE, "no edits\n", "")


def test_unmerged_edits_and_comments_are_in_the_report(harness: MergeHarness, content: Path, tmp_path: Path, run: Run) -> None:
    def change(word: Word) -> None:
        word.comment(OLD, "Is *this* so?")
        word.numbers(OLD, "7")

    path = edited(harness, tmp_path / "edited.docx", change)
    code, said, complaints = run(path, "--apply")
    assert code == ExitCode.LEFT and "1 comment" in said and "merge-report.md" in complaints
    assert read(content) == harness.files
    report = (tmp_path / "merge-report.md").read_text()
    comment = next(t for t in report.split("\n") if r"Is \*this\* so?" in t)
    assert comment.startswith(f"- [ ] `countries/be.yaml:{LINE}`, Ann, 2026-") and OLD in comment
    assert "source numbers of this fact" in report and "- Page: 1" in report and "In Word: “7”" in report

    told = json.loads(run(path, "--json")[1])
    assert told["files"][0]["comments"][0]["text"] == "Is *this* so?" and told["files"][0]["left"][0]["page"] == "1"
    assert run(edited(harness, path, lambda word: None)) == (ExitCode.DONE, "no edits\n", "")
    assert not (tmp_path / "merge-report.md").exists()


def test_somebody_elses_report_is_kept(harness: MergeHarness, tmp_path: Path, run: Run) -> None:
    (tmp_path / "merge-report.md").write_text("My own notes.")
    assert run(edited(harness, tmp_path / "edited.docx", lambda word: None))[0] == ExitCode.DONE
    assert (tmp_path / "merge-report.md").read_text() == "My own notes."


def test_with_one_unreadable_file_nothing_is_written(harness: MergeHarness, content: Path, tmp_path: Path, run: Run) -> None:
    good = edited(harness, tmp_path / "good.docx", lambda word: word.replace(OLD, NEW))
    (tmp_path / "bad.docx").write_bytes(b"PK\x03\x04 no")
    code, _, complaints = run(good, tmp_path / "bad.docx", "--apply")
    assert code == ExitCode.CONTENT and "bad.docx: error: " in complaints and "Traceback" not in complaints
    assert read(content) == harness.files
