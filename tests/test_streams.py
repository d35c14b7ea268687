"""What a command does when its streams, its descriptors or its numbers are not what they usually are."""

from __future__ import annotations

import io
import os
import resource
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from briefs import cli
from briefs.cli import output, parser
from briefs.edition import read
from briefs.exitcodes import ExitCode
from briefs.press.executors import local
from briefs.typeset.word import package
from tests import small
from tests.conftest import ROOT


def streams(tmp_path: Path, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A shell command in which `$briefs` is the program, on a small edition in `content`."""
    small.write(tmp_path / "content")
    briefs = f"{sys.executable} -P -m briefs"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "briefs": briefs, **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    "command", ["--help", "check --help", "--version", "list", "check", "check --json", "brief be --out out --format pdf"]
)
def test_a_full_standard_output_is_told(tmp_path: Path, command: str) -> None:
    for unbuffered in ("", "1"):
        done = streams(tmp_path, f"$briefs {command} > /dev/full", PYTHONUNBUFFERED=unbuffered)
        assert done.returncode == ExitCode.SETUP
        assert done.stderr.startswith("briefs: No space left on device. Look at the disk’s space") and done.stderr.count("\n") == 1


def test_closed_streams_cost_no_document(tmp_path: Path) -> None:
    for closed in (">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
        done = streams(tmp_path, f"$briefs brief be --out out --no-cache --format docx {closed}")
        assert (done.returncode, done.stderr) == (0, "")
        assert zipfile.ZipFile(tmp_path / "out/briefs/belgium.docx").testzip() is None
        shutil.rmtree(tmp_path / "out")


def test_letters_that_standard_output_lacks_are_escaped(tmp_path: Path) -> None:
    done = streams(tmp_path, "$briefs --help && $briefs brief nowhere", PYTHONIOENCODING="ascii")
    assert done.returncode == ExitCode.USAGE and "edition\\u2019s" in done.stdout and "\\u201cnowhere\\u201d" in done.stderr


def test_json_has_escapes_where_standard_output_is_not_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding, written in (("ascii", '"\\ud834\\udd1e"'), ("utf-8", '"𝄞"')):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr("sys.stdout", stream)
        output.print_json("𝄞")
        stream.seek(0)
        assert stream.read() == f"{written}\n"


def test_no_descriptors_are_told(tmp_path: Path) -> None:
    for number in (7, 9, 11):
        done = streams(tmp_path, f"ulimit -n {number}; $briefs brief be --out out --no-cache --jobs 2")
        assert "Traceback" not in done.stderr and "fault in the program" not in done.stderr, number
        assert done.returncode in {ExitCode.DONE, ExitCode.CONTENT, ExitCode.FAILED, ExitCode.SETUP}


def test_as_many_files_as_the_system_allows_may_be_open(tmp_path: Path) -> None:
    done = streams(tmp_path, "ulimit -n 24; $briefs check")
    said = "briefs: only 24 files may be open at once, and 64 are needed. Raise the limit (ulimit -n).\n"
    assert (done.returncode, done.stderr) == (ExitCode.SETUP, said)
    assert streams(tmp_path, "ulimit -S -n 24; $briefs brief be --out out --no-cache --jobs 2").returncode == 0


@pytest.mark.parametrize(("jobs", "number"), [("1", 1), ("99999999999999999999", 256), ("9" * 5000, 256)])
def test_the_number_of_jobs_has_a_limit(jobs: str, number: int) -> None:
    assert parser._jobs(jobs) == number


@pytest.mark.parametrize("jobs", ["0", "-5", "x", "", "1.5", "²"])
def test_jobs_that_are_no_number_are_told(jobs: str, capfd: Any) -> None:
    assert cli.main(["all", f"--jobs={jobs}"]) == ExitCode.USAGE
    assert "argument --jobs: it must be a number, 1 or more" in capfd.readouterr().err


@pytest.mark.parametrize("day", ["1970-01-01", "2107-12-31", "2286-11-20", "9999-12-31"])
def test_a_date_that_a_zip_cannot_hold_is_no_fault(day: str) -> None:
    read = package.read((ROOT / "templates/theme/reference.docx").read_bytes())
    made = zipfile.ZipFile(io.BytesIO(package.write(read, day)))
    assert {entry.date_time[0] for entry in made.infolist()} == {min(max(int(day[:4]), 1980), 2107)}


def test_a_document_of_a_far_day_is_made(tmp_path: Path) -> None:
    done = streams(tmp_path, "$briefs brief be --out out --no-cache", SOURCE_DATE_EPOCH="9999999999")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_check_has_the_memory_of_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    small.write(tmp_path / "content")
    limits = [resource.getrlimit(resource.RLIMIT_DATA)]

    def exhausted(*_: object, **options: object) -> None:
        limits.append(resource.getrlimit(resource.RLIMIT_DATA))
        raise MemoryError

    monkeypatch.setattr(read, "read", exhausted)
    assert cli.main(["check", "--content", str(tmp_path / "content"), "--no-cache"]) == ExitCode.SETUP
    assert capfd.readouterr().err.startswith("briefs: it needs more memory than there is.")
    assert limits[1][0] == local.MEMORY and resource.getrlimit(resource.RLIMIT_DATA) == limits[0]
