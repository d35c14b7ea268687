"""What happens to a machine in the middle of a build. Ctrl-C and killed workers: `tests/press/test_local.py`."""

from __future__ import annotations

import re
import threading
from contextlib import closing
from pathlib import Path

import pytest

from briefs.edition.read import read
from briefs.press import allowance, trial, worker
from briefs.press.allowance import COMPOSING, Allowance, Rate
from briefs.press.composer import Composer
from briefs.press.documents import Target
from briefs.press.executors.local import MEMORY
from briefs.press.session import Session
from briefs.theme import Theme
from briefs.tools import pandoc
from briefs.tools.pandoc import PandocError, PandocLost
from tests import small
from tests.press.test_build import ROOT, briefs, country, run, tree
from tests.press.test_local import workers

MORE = dict([country("fr"), country("it")])


def test_a_folder_that_takes_nothing(tmp_path: Path) -> None:
    content = small.write(tmp_path / "content")
    with briefs(["brief", "--content", content, "--out", "/proc/briefs"], tmp_path) as process:
        _, faults = process.answer()
    assert process.returncode == 3
    assert re.search(r"/proc/briefs.*can’t be written.*rights", faults) and "Traceback" not in faults


def test_a_country_whose_file_goes_away_in_the_middle(tmp_path: Path) -> None:
    content = small.write(tmp_path / "content", more=MORE)
    with briefs(["brief", "--content", content, "--out", "out", "--jobs", 1], tmp_path) as process:
        assert process.stdout
        process.stdout.readline()
        for path in (content / "countries").iterdir():
            path.unlink()
        _, faults = process.answer()
    assert (process.returncode, faults) == (0, "")
    assert len(tree(tmp_path / "out")) == 6


def test_a_file_that_comes_and_goes_while_it_is_read(tmp_path: Path) -> None:
    content, (name, text) = small.write(tmp_path / "content"), country("fr")
    ended = threading.Event()

    def come_and_go() -> None:
        while not ended.is_set():
            (content / name).write_text(text)
            (content / name).unlink()

    other = threading.Thread(target=come_and_go)
    other.start()
    try:
        for _ in range(100):
            reading = read(content)
            assert reading.edition or all(p.path == name for p in reading.errors), reading.problems
    finally:
        ended.set()
        other.join()


def test_two_builds_at_once_in_one_folder(tmp_path: Path) -> None:
    content = small.write(tmp_path / "content", more=MORE)
    words = ["brief", "--content", content, "--out"]
    both = [briefs([*words, "out"], tmp_path) for _ in range(2)]
    for process in both:
        _, faults = process.answer()
        assert (process.returncode, faults) == (0, "")
    with briefs([*words, "alone", "--no-cache"], tmp_path) as process:
        process.answer()
    assert tree(tmp_path / "out") == tree(tmp_path / "alone")
    with briefs(["verify", "--out", "out"], tmp_path) as process:
        assert process.wait() == 0


def test_a_worker_may_not_take_all_memory(tmp_path: Path) -> None:
    with briefs(["brief", "--content", ROOT / "content", "--out", "out", "--jobs", 2, "--no-cache"], tmp_path) as process:
        assert process.stdout
        process.stdout.readline()
        limits = [Path(f"/proc/{pid}/limits").read_text() for pid in workers(process.pid)]
        process.terminate()  # the other documents would say no more
        process.communicate()
    assert len(limits) == 2 and all(re.search(rf"Max data size +{MEMORY} ", limit) for limit in limits)


def test_workers_without_memory_fail_their_documents_and_the_build_ends(tmp_path: Path) -> None:
    content = small.write(tmp_path / "content", more=MORE)
    words = ["brief", "--content", content, "--out", "out", "--jobs", 2, "--no-cache"]
    with briefs(words, tmp_path) as process:
        assert process.wait() == 0
    before = tree(tmp_path / "out")
    with briefs(words, tmp_path, before=["bash", "-c", 'ulimit -d 60000; exec "$@"', "-"]) as process:  # kilobytes
        _, faults = process.answer()
    assert process.returncode == 3
    assert faults.count("error: ") >= 3 and "Traceback" not in faults
    assert tree(tmp_path / "out") == before


def test_a_command_without_memory_says_so_and_writes_nothing(tmp_path: Path) -> None:
    """While it reads, while the server of workers loads, or while the workers do. Python or a library may also end the process, or
    not say what happened, so that not all of these runs can say it."""
    content, said = small.write(tmp_path / "content"), 0
    words = ["brief", "--content", content, "--out", "out", "--jobs", 2, "--no-cache"]
    for kilobytes in (20_000, 22_000, 25_000, 30_000, 40_000, 50_000):
        with briefs(words, tmp_path, before=["bash", "-c", f'ulimit -d {kilobytes}; exec "$@"', "-"]) as process:
            _, faults = process.answer()
        assert process.returncode and tree(tmp_path / "out") == {}
        if process.returncode in {3, 4}:
            assert "memory" in faults and "Traceback" not in faults
            said += 1
    assert said >= 3


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (MemoryError(), r"countries/be\.yaml.*the brief of Belgium can’t be set: it needs more memory than there is"),
        (
            ImportError("x.so: failed to map segment from shared object"),
            r"^brief Belgium: error: it needs more memory than there is",
        ),
        (RuntimeError("can't start new thread"), r"^brief Belgium: error: it needs more memory than there is"),
        (RecursionError(), r"countries/be\.yaml.*it is nested too deeply"),
        (PandocError("pandoc needed more than 1000 MB"), r"countries/be\.yaml.*can’t be set: pandoc needed more than"),
        (
            PandocLost(10, "pandoc was ended from outside, again and again"),
            r"brief Belgium.*can’t be made: pandoc was ended .*memory",
        ),
        (SystemError("error return\nwithout exception set"), r"brief Belgium.*SystemError.*fault in the program"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_fault_in_the_middle_of_a_document(
    fault: Exception, said: str, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = small.edition(more=MORE)
    run(edition, theme, tmp_path / "out")
    before, sound = tree(tmp_path / "out"), Session.drawn

    def drawn(self: Session, manuscript: object) -> object:
        if manuscript.stem == "briefs/belgium":  # type: ignore[attr-defined]
            raise fault
        return sound(self, manuscript)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "drawn", drawn)
    outcomes = run(edition, theme, tmp_path / "out")
    assert [len(o.problems) for o in outcomes] == [1, 0, 0]
    assert re.search(said, str(outcomes[0].problems[0]))
    assert tree(tmp_path / "out") == before


def test_a_document_without_end_is_given_up_and_the_others_are_made(
    theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition, sound = small.edition(more=MORE), Session.drawn

    def drawn(self: Session, manuscript: object) -> object:
        while manuscript.stem == "briefs/belgium":  # type: ignore[attr-defined]
            self.pandoc.parse([f"{sum(range(100_000))}"])
        return sound(self, manuscript)  # type: ignore[arg-type]

    monkeypatch.setattr(allowance, "SECONDS", 1)
    monkeypatch.setattr(Session, "drawn", drawn)
    outcomes = run(edition, theme, tmp_path / "out")
    assert [len(o.problems) for o in outcomes] == [1, 0, 0]
    assert re.search(r"brief Belgium.*needs more than 1 s of work and was given up", str(outcomes[0].problems[0]))
    assert len(tree(tmp_path / "out")) == 4


SHORT = r"needs more work than the \d+ s that were left for it. All documents may take {} s together.* `--more-time 4`"


def test_many_documents_that_take_long_do_not_add_up(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first two take as much as all may together. The last one is made in what it adds to that."""
    edition, sound = small.edition(more=MORE), Session.drawn

    def drawn(self: Session, manuscript: object) -> object:
        while manuscript.stem != "briefs/italy":  # type: ignore[attr-defined]
            sum(range(100_000))
        return sound(self, manuscript)  # type: ignore[arg-type]

    monkeypatch.setattr(allowance, "MAKING", Rate(1, 1))
    monkeypatch.setattr(Session, "drawn", drawn)
    outcomes = run(edition, theme, tmp_path / "out")
    assert [len(o.problems) for o in outcomes] == [1, 1, 0]
    assert all(re.search(SHORT.format(4), str(o.problems[0])) for o in outcomes[:2])


def test_many_texts_that_take_pandoc_long_do_not_add_up(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request takes 20 seconds. No text is blamed, since each alone may take that long."""
    edition, used = small.edition(more=MORE), iter(range(0, 1_000_000, 20))
    monkeypatch.setattr(pandoc, "processor_time", lambda process: next(used))
    monkeypatch.setattr(trial, "COMPOSING", Rate(30, 1))
    found = trial.compose_all(edition, theme, None, lambda target: None)
    assert sum(map(bool, found.values())) >= 2
    said = SHORT.format(30 + len(found))
    assert all(re.search(said, str(problem)) for problems in found.values() for problem in problems)
    more = trial.compose_all(edition, theme, None, lambda target: None, times=1000)
    assert not any(more.values())


def test_the_section_that_takes_pandoc_too_long_is_named_and_not_read_again(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    head = "---\nid: {0}\ntitle: {0}\n---\n\n"
    slow = head.format("b") + "## Head\n\n" * 8_000  # pandoc compares each name with all before
    edition = small.edition(more={"report/01-a.md": head.format("a") + "Words.\n", "report/02-b.md": slow})
    monkeypatch.setattr(allowance, "PANDOC", 1.0)
    monkeypatch.setattr(pandoc, "SEARCH", 1.0)
    monkeypatch.setattr(pandoc, "LEAST", 1.0)
    said = "report/02-b.md:5:1: error: pandoc takes too long for this. Take out what is nested or repeated in it, or divide it."
    with closing(Composer(edition, theme)) as composer:
        report, time = Target("report", "", "report", ("pdf",), "a4"), Allowance(2, COMPOSING)
        assert [str(p) for p in worker.compose(composer, report, time)] == [said]
        asked: list[bytes] = []
        sound = composer.pandoc._answer_once
        monkeypatch.setattr(composer.pandoc, "_answer_once", lambda data: asked.append(data) or sound(data))
        assert [str(p) for p in worker.compose(composer, report, time)] == [said]
        assert not any(b"Head" in data for data in asked)
