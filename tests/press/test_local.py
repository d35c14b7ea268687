"""Several processes: the same bytes as one, killed workers, Ctrl-C, and what the system refuses."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
import zipfile
from multiprocessing import active_children
from pathlib import Path

import pytest

from briefs.cli import main
from briefs.exitcodes import ExitCode
from briefs.press.build import BuildRequest, build
from briefs.press.executors import local
from briefs.theme import Theme
from tests import small
from tests.press.test_build import ROOT, STRANGE, briefs, country, three, tree, wanted


def test_a_lone_document_has_the_same_bytes_with_one_process_and_two(tmp_path: Path) -> None:
    """The command composes it while its worker loads. If facts have to give way, the worker composes it again."""
    long = country("fr", "A **first thing** happened, of which much is to be told, in more words than are needed. " * 2, facts=40)
    content = small.write(tmp_path / "content", more=dict([(long[0], long[1].replace("date: 2019", "date: 2019, priority: 3"))]))
    for code, name in (("be", "belgium"), ("fr", "france")):
        for jobs in (1, 2):
            words = ["brief", code, "--content", content, "--out", f"{jobs}", "--jobs", jobs, "--no-cache"]
            with briefs(words, tmp_path) as process:
                said, faults = process.communicate()
            assert (process.returncode, faults, said.count(name), "gave way" in said) == (0, "", 2, code == "fr")
    assert len(tree(tmp_path / "1")) == 4 and tree(tmp_path / "1") == tree(tmp_path / "2")


def test_a_lone_document_that_cant_be_composed_names_its_place_and_keeps_its_files(tmp_path: Path) -> None:
    content = small.write(tmp_path / "content")
    words = ["brief", "be", "--content", content, "--out", "out", "--jobs", 2]
    with briefs(words, tmp_path) as process:
        process.communicate()
    before = tree(tmp_path / "out")
    small.write(content, country={"summary": STRANGE})
    with briefs(words, tmp_path) as process:
        _, faults = process.communicate()
    assert process.returncode == 3 and faults.startswith("countries/be.yaml:") and "no font of the theme" in faults
    assert len(before) == 2 and tree(tmp_path / "out") == before


@pytest.mark.parametrize(("word", "code"), [("be", ExitCode.CONTENT), ("fr", ExitCode.USAGE), ("it", ExitCode.DONE)])
def test_a_command_without_work_for_its_worker_doesnt_wait_for_it(word: str, code: int, tmp_path: Path) -> None:
    """The content has errors; the country isn’t in it; the document is fresh, though the request isn’t remembered."""
    content = small.write(tmp_path / "content", more=dict([country("it")]))
    words = ["--content", str(content), "--out", str(tmp_path / "out"), "--format", "pdf"]
    assert main(["brief", "it", *words, "--jobs", "1"]) == ExitCode.DONE
    if word == "be":
        small.write(content, country={"summary": "A [missing one](#nowhere"}, more={"countries/it.yaml": "code: it"})
    assert main(["brief", word.upper(), *words, "--jobs", "2"]) == code
    assert active_children() == []


def test_a_lone_document_that_cant_be_composed_doesnt_wait_for_its_worker(theme: Theme, tmp_path: Path) -> None:
    edition, before = small.edition(country={"summary": STRANGE}), set(active_children())
    with local.early_start(alone=True):
        (worker,) = set(active_children()) - before
        (outcome,) = build(edition, theme, BuildRequest(wanted(edition), tmp_path, 2), lambda outcome: None)
    assert outcome.problems and worker.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("while_it", ["loads", "works"])
def test_a_lone_document_is_made_again_when_its_worker_is_killed(while_it: str, tmp_path: Path) -> None:
    words = ["brief", "be", "--content", ROOT / "content", "--out", "out", "--jobs", 2, "--no-cache"]
    with briefs(words, tmp_path, before=["env", f"TMPDIR={tmp_path}"]) as process:
        found = at_work(process, tmp_path) if while_it == "works" else []
        while not found and process.poll() is None:
            found = _children(process.pid)
        os.kill(found[0], signal.SIGKILL)
        said, faults = process.answer()
    assert (process.returncode, faults) == (0, "")
    assert said.count("made again after its worker was ended from outside") == (while_it == "works")
    assert len(tree(tmp_path / "out")) == 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_with_130_and_leaves_no_half_file(jobs: int, tmp_path: Path) -> None:
    with briefs(["brief", "--content", ROOT / "content", "--out", "out", "--jobs", jobs, "--no-cache"], tmp_path) as process:
        assert process.stdout
        process.stdout.readline()  # one document is done, others are being made
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the group
        _, said = process.answer()
    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "interrupted; no half-written file is left" and "Traceback" not in said
    files = tree(tmp_path / "out")
    assert 0 < len(files) < 30, "it went on with the queue"
    for name, data in files.items():
        if name.endswith(".pdf"):
            assert data.rstrip().endswith(b"%%EOF")
        else:
            assert name.endswith(".docx") and zipfile.ZipFile(tmp_path / "out" / name).testzip() is None
    assert alive(process.pid) == []


def test_a_document_is_made_again_when_its_worker_is_killed(tmp_path: Path) -> None:
    some = ["us", "be", "lu", "ee", "lv", "lt", "de", "si"]
    words = ["brief", *some, "--content", ROOT / "content", "--out", "out", "--jobs", 2, "--no-cache"]
    with briefs(words, tmp_path, before=["env", f"TMPDIR={tmp_path}"]) as process:
        assert process.stdout
        process.stdout.readline()
        os.kill(at_work(process, tmp_path)[0], signal.SIGKILL)
        said, faults = process.answer()
    assert (process.returncode, faults) == (0, "")
    assert 1 <= said.count("made again after its worker was ended from outside") <= 2
    assert len(tree(tmp_path / "out")) == 16


def test_a_report_is_made_again_when_the_worker_of_a_piece_is_killed(tmp_path: Path) -> None:
    long = "Many words of which a page is full before long. " * 30
    section = "---\ntitle: A section\nid: sec-a\n---\n\n" + f"{long}\n\n" * 60
    content = small.write(tmp_path / "content", facts=[small.fact(long) for _ in range(40)], more={"report/01-a.md": section})
    words = ["report", "--content", content, "--out", "out", "--jobs", 2, "--no-cache", "--format", "pdf"]
    with briefs(words, tmp_path, before=["env", f"TMPDIR={tmp_path}"]) as process:
        os.kill(at_work(process, tmp_path, 2)[0], signal.SIGKILL)  # the second one typesets a piece
        said, faults = process.answer()
    assert (process.returncode, faults) == (0, "")
    assert said.count("made again after its worker was ended from outside") == 1
    assert list(tree(tmp_path / "out")) == ["report.pdf"]


def test_a_build_ends_when_all_its_workers_are_killed(tmp_path: Path) -> None:
    with briefs(
        ["brief", "be", "us", "--content", ROOT / "content", "--out", "out", "--jobs", 2, "--no-cache"], tmp_path
    ) as process:
        while process.poll() is None:
            for worker in workers(process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
        _, said = process.answer()
    assert process.returncode == 3, said
    assert said.count("its worker was ended from outside, again and again") == 2 and "Traceback" not in said
    assert not tree(tmp_path / "out")


@pytest.mark.parametrize("what", [["be"], []])
def test_no_worker_outlives_a_killed_command(what: list[str], tmp_path: Path) -> None:
    words = ["brief", *what, "--content", ROOT / "content", "--out", "out", "--jobs", 2, "--no-cache"]
    with briefs(words, tmp_path, before=["env", f"TMPDIR={tmp_path}"]) as process:
        at_work(process, tmp_path)
        assert len(alive(process.pid)) > 1
        process.kill()
        process.wait()
        for _ in range(300):
            if not (left := alive(process.pid)):
                break
            time.sleep(0.1)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert left == []


def test_without_semaphores_one_process_makes_all(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container in which /dev/shm can’t be written."""

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", refused)
    edition = three()
    with local.early_start(alone=True):
        outcomes = build(edition, theme, BuildRequest(wanted(edition, formats="pdf"), tmp_path, 2), lambda outcome: None)
    assert [o.problems for o in outcomes] == [()] * 3 and len(tree(tmp_path)) == 3


@pytest.mark.parametrize("seconds", [0, 0.5])
def test_documents_are_lost_when_the_thread_of_the_pool_dies(
    seconds: float, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where memory is short, it can die of want, before a task is there or after. Its futures would never end."""

    def exhausted(*_: object) -> None:
        time.sleep(seconds)
        raise MemoryError

    monkeypatch.setattr("concurrent.futures.process._ExecutorManagerThread.add_call_item_to_queue", exhausted)
    edition = three()
    outcomes = build(edition, theme, BuildRequest(wanted(edition, formats="pdf"), tmp_path, 2), lambda outcome: None)
    assert [len(outcome.problems) for outcome in outcomes] == [1, 1, 1] and not tree(tmp_path)
    assert active_children() == []


def test_after_a_build_new_threads_have_the_usual_stack(theme: Theme, tmp_path: Path) -> None:
    """The pool's own threads have a small one. `watch` and the desk start others after their first build."""
    edition = three()
    build(edition, theme, BuildRequest(wanted(edition, formats="pdf"), tmp_path, 2), lambda outcome: None)
    assert threading.stack_size() == 0


def test_a_process_that_is_refused_is_started_later(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    edition = three()
    with local.early_start(alone=True):
        outcomes = build(edition, theme, BuildRequest(wanted(edition, "fr", formats="pdf"), tmp_path, 2), lambda outcome: None)
    assert [o.problems for o in outcomes] == [()] and len(tree(tmp_path)) == 1


def alive(group: int) -> list[str]:
    """The commands of the processes of a group. A zombie doesn’t count: a container’s first process may be slow to wait for it."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, owner = path.read_text().rpartition(")")[2].split()[:3]
            command = (path.parent / "cmdline").read_text()
            if int(owner) == group and state != "Z" and command:  # a process that is ending has none
                found.append(command)
    return found


def at_work(process: subprocess.Popen[str], folder: Path, fewest: int = 1) -> list[int]:
    """The workers that are at work on a document, as soon as there are so many. `folder`: the command's temporary folder."""
    found: list[int] = []
    while len(found) < fewest and process.poll() is None:
        time.sleep(0.001)
        with contextlib.suppress(FileNotFoundError):  # of a folder that has been removed meanwhile
            found = [int(mark.name.partition("-")[2]) for mark in folder.glob("*/*/*.at-*")]
    return found


def workers(pid: int) -> list[int]:
    """The processes that make documents: the children of the server that forks them."""
    found = []
    for child in _children(pid):
        with contextlib.suppress(OSError):
            if b"forkserver" in Path(f"/proc/{child}/cmdline").read_bytes():
                found += _children(child)
    return found


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return []


def test_a_long_path_of_the_temporary_folder_stops_no_worker(tmp_path: Path) -> None:
    """The path of a socket has 107 bytes at most."""
    long = tmp_path / ("x" * 110)
    long.mkdir()
    small.write(tmp_path / "content", more={"countries/fr.yaml": small.files()["countries/be.yaml"].replace(b"be", b"fr")})
    words = ["brief", "--content", tmp_path / "content", "--out", "out", "--jobs", 2, "--no-cache", "--format", "docx"]
    with briefs(words, tmp_path, before=["env", f"TMPDIR={long}"]) as process:
        _, complaints = process.answer()
    assert process.returncode == 0, complaints
    assert list(long.iterdir()) == []
