"""Building: files whole or not at all, the last good one kept, the same bytes whoever builds them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from briefs import interrupt
from briefs.cli import main
from briefs.edition.model import Edition
from briefs.edition.read import read
from briefs.exitcodes import ExitCode
from briefs.press import plan
from briefs.press import workers as side_by_side
from briefs.press.build import build
from briefs.press.job import Outcome, Target
from briefs.press.request import Request, words
from briefs.theme import Theme
from tests import small

ROOT = Path(__file__).parents[2]
STRANGE = "Eye \U00013080 of Horus"  # no font has it


def country(code: str, text: str = "A **first thing** happened.", *, facts: int = 1) -> tuple[str, str]:
    """Another country's file for the small edition."""
    listed = "".join(
        f"\n- {{id: {code}-{n}, topic: market, text: '{text}', sources: [one], date: 2019}}" for n in range(1, facts + 1)
    )
    return f"countries/{code}.yaml", f"code: {code}\nstance: open\nsummary: What matters.\nfacts:{listed or ' []'}\n"


def three(**texts: str) -> Edition:
    return small.edition(more=dict(country(code, **({"text": texts[code]} if code in texts else {})) for code in ("fr", "it")))


def wanted(edition: Edition, *codes: str, formats: str | None = None, paper: str = "a4") -> list[Target]:
    return list(plan.plan(edition, Request(codes, ("brief",), words(formats), paper)).targets)


def run(edition: Edition, theme: Theme, out: Path, *codes: str, **choice: Any) -> list[Outcome]:
    return build(edition, theme, wanted(edition, *codes, **choice), out, 1, lambda outcome: None)


def tree(folder: Path) -> Mapping[str, bytes]:
    """Every file below a folder, hidden ones too, but the manifest."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "manifest.json"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def briefs(words: Sequence[object], folder: Path, **options: Any) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [*options.pop("before", []), sys.executable, "-P", "-m", "briefs", *map(str, words)]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        **options,
    )


def test_each_document_has_its_files_and_outcome(theme: Theme, tmp_path: Path) -> None:
    heard: list[Outcome] = []
    edition = three()
    outcomes = build(edition, theme, wanted(edition), tmp_path, 1, heard.append)
    assert [o.target.subject for o in outcomes] == ["be", "fr", "it"] and heard == outcomes
    assert set(tree(tmp_path)) == {f"briefs/{name}.{end}" for name in ("belgium", "france", "italy") for end in ("pdf", "docx")}
    for outcome in outcomes:
        assert (outcome.pages, outcome.step, outcome.gone, outcome.problems) == (1, theme.look.ladder["brief"][0].name, (), ())
        assert outcome.size == sum(f.stat().st_size for f in outcome.files) and outcome.seconds > 0
        assert {f.stat().st_mode & 0o777 for f in outcome.files} == {0o644}


def test_formats_and_papers_have_their_places(theme: Theme, tmp_path: Path) -> None:
    edition = three()
    run(edition, theme, tmp_path, "be", formats="pdf", paper="letter")
    assert list(tree(tmp_path)) == ["letter/briefs/belgium.pdf"]
    targets = wanted(edition, "be", paper="letter")
    assert [str(p) for p in plan.paths(edition, targets, Path("x"))] == [
        "x/letter/briefs/belgium.pdf",
        "x/letter/briefs/belgium.docx",
    ]


def test_a_document_that_fails_keeps_its_last_good_files_and_the_others_are_built(theme: Theme, tmp_path: Path) -> None:
    run(three(), theme, tmp_path)
    before = tree(tmp_path)
    outcomes = run(three(fr=f"**{STRANGE}**", it="Something **else happened**."), theme, tmp_path)
    assert [bool(o.problems) for o in outcomes] == [False, True, False]
    assert outcomes[1].problems[0].path == "countries/fr.yaml" and outcomes[1].files == ()
    after = tree(tmp_path)
    assert set(after) == set(before)
    assert {name for name in after if after[name] != before[name]} == {"briefs/italy.pdf", "briefs/italy.docx"}


@pytest.mark.parametrize("blocked", ["out", "out/briefs", "out/briefs/belgium.docx/in the way"])
def test_what_cant_be_written_fails_the_document_and_leaves_nothing(blocked: str, theme: Theme, tmp_path: Path) -> None:
    path = tmp_path / blocked
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way")
    (outcome,) = run(small.edition(), theme, tmp_path / "out", "be")
    (problem,) = outcome.problems
    assert "can’t be written" in problem.message and problem.hint
    assert {name: data for name, data in tree(tmp_path).items() if name != "out/briefs/belgium.pdf"} == {blocked: b"in the way"}


def test_a_full_disk_leaves_no_half_file(theme: Theme, tmp_path: Path) -> None:
    """A limit on the size of a file stands in for the disk: the PDF still gets through, the Word file does not."""
    content = small.write(tmp_path / "content")
    out = tmp_path / "out"
    words = ["brief", "--content", content, "--out", out, "--jobs", 1]
    with briefs(words, tmp_path) as process:
        process.communicate()
        assert process.returncode == 0
    before = tree(out)
    limit = max(map(len, before.values())) // 1024 - 10
    small.write(content, country={"summary": "Other words now."})
    process = briefs(words, tmp_path, before=["bash", "-c", f'ulimit -f {limit}; exec "$@"', "-"])
    _, said = process.communicate()
    assert process.returncode == 3
    assert "File too large" in said and "can’t be written" in said and "Traceback" not in said
    assert tree(out) == before


def test_the_number_of_jobs_and_a_second_run_change_no_byte(theme: Theme, tmp_path: Path) -> None:
    codes = ("dk", "es", "fr", "gr", "it", "lv", "no", "pl")
    sections = {f"report/{id}.md": f"---\nid: {id}\ntitle: Of {id}\n---\n\nWords.[@one]\n" for id in "abc"}
    content = small.write(tmp_path / "content", more={**dict(map(country, codes)), **sections})
    for jobs in (1, 2, 8):
        with briefs(["all", "--content", content, "--out", f"{jobs}", "--jobs", jobs, "--no-cache"], tmp_path) as process:
            said, faults = process.communicate()
        assert (process.returncode, faults, len(said.splitlines())) == (0, "", 10)
    assert len(tree(tmp_path / "1")) == 20
    assert tree(tmp_path / "1") == tree(tmp_path / "2") == tree(tmp_path / "8")
    reading = read(content)
    assert reading.edition
    run(reading.edition, theme, tmp_path / "once more", "fr", "it")
    assert tree(tmp_path / "once more").items() < tree(tmp_path / "1").items()


def test_a_document_alone_is_composed_here_and_set_beside_to_the_same_bytes(tmp_path: Path) -> None:
    """One that has to shrink, and to let facts go, is composed anew by its worker."""
    long = country("fr", "A **first thing** happened, of which much is to be told, in more words than are needed. " * 2, facts=40)
    content = small.write(tmp_path / "content", more=dict([(long[0], long[1].replace("date: 2019", "date: 2019, priority: 3"))]))
    for code, name in (("be", "belgium"), ("fr", "france")):
        for jobs in (1, 2):
            words = ["brief", code, "--content", content, "--out", f"{jobs}", "--jobs", jobs, "--no-cache"]
            with briefs(words, tmp_path) as process:
                said, faults = process.communicate()
            assert (process.returncode, faults, said.count(name), "gave way" in said) == (0, "", 2, code == "fr")
    assert len(tree(tmp_path / "1")) == 4 and tree(tmp_path / "1") == tree(tmp_path / "2")


def test_a_document_alone_that_cant_be_composed_names_its_place_and_keeps_its_files(tmp_path: Path) -> None:
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
def test_a_command_that_has_no_work_for_its_worker_doesn_t_wait_for_it(word: str, code: int, tmp_path: Path) -> None:
    """The content is broken; the country isn’t in it; the document is there, though it was asked for otherwise."""
    content = small.write(tmp_path / "content", more=dict([country("it")]))
    words = ["--content", str(content), "--out", str(tmp_path / "out"), "--format", "pdf"]
    assert main(["brief", "it", *words, "--jobs", "1"]) == ExitCode.DONE
    if word == "be":
        small.write(content, country={"summary": "A [missing one](#nowhere"}, more={"countries/it.yaml": "code: it"})
    assert main(["brief", word.upper(), *words, "--jobs", "2"]) == code
    assert active_children() == []


def test_a_document_alone_that_cant_be_composed_doesn_t_wait_for_its_worker(theme: Theme, tmp_path: Path) -> None:
    edition, before = small.edition(country={"summary": STRANGE}), set(active_children())
    with side_by_side.ready(alone=True):
        (worker,) = set(active_children()) - before
        (outcome,) = build(edition, theme, wanted(edition), tmp_path, 2, lambda outcome: None)
    assert outcome.problems and worker.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("while_it", ["loads", "works"])
def test_a_document_alone_whose_worker_is_killed_is_made_again(while_it: str, tmp_path: Path) -> None:
    words = ["brief", "be", "--content", ROOT / "content", "--out", "out", "--jobs", 2, "--no-cache"]
    process = briefs(words, tmp_path, before=["env", f"TMPDIR={tmp_path}"])
    found: list[int] = []
    while not found and process.poll() is None:
        found = (
            [int(mark.name.partition("-")[2]) for mark in tmp_path.glob("*/0.at-*")]
            if while_it == "works"
            else _children(process.pid)
        )
    os.kill(found[0], signal.SIGKILL)
    said, faults = process.communicate(timeout=300)
    assert (process.returncode, faults) == (0, "")
    assert said.count("made again after its worker was ended from outside") == (while_it == "works")
    assert len(tree(tmp_path / "out")) == 2


def test_ctrl_c_that_was_swallowed_ends_the_build_after_the_document(
    theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interrupt, "_was_interrupted", True)
    with pytest.raises(KeyboardInterrupt):
        run(three(), theme, tmp_path, formats="pdf")
    assert len(tree(tmp_path)) == 1 and len(json.loads((tmp_path / "manifest.json").read_text())["files"]) == 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_with_130_and_leaves_no_half_file(jobs: int, tmp_path: Path) -> None:
    process = briefs(["brief", "--content", ROOT / "content", "--out", "out", "--jobs", jobs, "--no-cache"], tmp_path)
    assert process.stdout
    process.stdout.readline()  # one document is done, others are being made
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the group
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "interrupted; no half-written file is left" and "Traceback" not in said
    files = tree(tmp_path / "out")
    assert 0 < len(files) < 30, "it went on with what was queued"
    for name, data in files.items():
        if name.endswith(".pdf"):
            assert data.rstrip().endswith(b"%%EOF")
        else:
            assert name.endswith(".docx") and zipfile.ZipFile(tmp_path / "out" / name).testzip() is None
    assert alive(process.pid) == []


def test_a_document_whose_worker_is_killed_is_made_again(tmp_path: Path) -> None:
    words = ["brief", "--content", ROOT / "content", "--out", "out", "--jobs", 2, "--no-cache"]
    process = briefs(words, tmp_path, before=["env", f"TMPDIR={tmp_path}"])
    assert process.stdout
    process.stdout.readline()
    marks: list[Path] = []
    while not marks and process.poll() is None:
        marks = list(tmp_path.glob("*/*.at-*"))
    os.kill(int(marks[0].name.partition("-")[2]), signal.SIGKILL)
    said, faults = process.communicate(timeout=300)
    assert (process.returncode, faults) == (0, "")
    assert 1 <= said.count("made again after its worker was ended from outside") <= 2
    assert len(tree(tmp_path / "out")) == 56


def test_a_report_of_which_one_piece_s_worker_is_killed_is_made_again(tmp_path: Path) -> None:
    words = ["report", "--content", ROOT / "content", "--out", "out", "--jobs", 2, "--no-cache", "--format", "pdf"]
    process = briefs(words, tmp_path, before=["env", f"TMPDIR={tmp_path}"])
    marks: list[Path] = []
    while len(marks) < 2 and process.poll() is None:  # one opens the report; two are at its pieces
        marks = list(tmp_path.glob("*/0.at-*"))
    os.kill(int(marks[0].name.partition("-")[2]), signal.SIGKILL)
    said, faults = process.communicate(timeout=300)
    assert (process.returncode, faults) == (0, "")
    assert said.count("made again after its worker was ended from outside") == 1
    assert list(tree(tmp_path / "out")) == ["report.pdf"]


def test_a_build_whose_workers_are_all_killed_ends(tmp_path: Path) -> None:
    process = briefs(["brief", "be", "us", "--content", ROOT / "content", "--out", "out", "--jobs", 2, "--no-cache"], tmp_path)
    while process.poll() is None:
        for worker in workers(process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 3
    assert said.count("its worker was ended from outside, again and again") == 2 and "Traceback" not in said
    assert not tree(tmp_path / "out")


@pytest.mark.parametrize("what", [["be"], []])
def test_no_worker_outlives_a_command_that_is_killed(what: list[str], tmp_path: Path) -> None:
    words = ["brief", *what, "--content", ROOT / "content", "--out", "out", "--jobs", 2, "--no-cache"]
    process = briefs(words, tmp_path, before=["env", f"TMPDIR={tmp_path}"])
    while not list(tmp_path.glob("*/*.at-*")) and process.poll() is None:  # a worker is at a document
        time.sleep(0.001)
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


def test_without_semaphores_one_process_makes_everything(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container whose /dev/shm may not be written to."""

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", refused)
    edition = three()
    with side_by_side.ready(alone=True):
        outcomes = build(edition, theme, wanted(edition, formats="pdf"), tmp_path, 2, lambda outcome: None)
    assert [o.problems for o in outcomes] == [()] * 3 and len(tree(tmp_path)) == 3


def test_a_process_that_is_refused_is_asked_for_once_more(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    edition = three()
    with side_by_side.ready(alone=True):
        outcomes = build(edition, theme, wanted(edition, "fr", formats="pdf"), tmp_path, 2, lambda outcome: None)
    assert [o.problems for o in outcomes] == [()] and len(tree(tmp_path)) == 1


LOADING = """
import sys
from briefs.cli import main
from briefs.clock import clock
from briefs.engine import load as typesetter
load = typesetter.load
def loaded():
    print(clock._open[-1], "weasyprint" in sys.modules)
    return load()
typesetter.load = loaded
sys.exit(main(["brief", "be", "--content", sys.argv[1], "--out", "out", "--jobs", "1", "--no-cache", "--quiet"]))
"""


def test_the_typesetter_is_loaded_at_the_first_layout_before_any_part_of_it_and_told_as_the_start(tmp_path: Path) -> None:
    content = small.write(tmp_path / "content")
    command, environment = [sys.executable, "-P", "-c", LOADING, content], {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout == "start False\n"


def alive(group: int) -> list[str]:
    """The processes of a group that have not ended (a container's first process may be slow to bury them)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, owner = path.read_text().rpartition(")")[2].split()[:3]
            command = (path.parent / "cmdline").read_text()
            if int(owner) == group and state != "Z" and command:  # one that is ending has none
                found.append(command)
    return found


def workers(pid: int) -> list[int]:
    """The processes that make documents: children of the server that forks them."""
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
