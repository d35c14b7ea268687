"""Watching: what a save touches is made again, a broken file is told and survived, Ctrl-C ends it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from zlib import crc32

import pytest

from briefs.press.cache import Cache
from briefs.press.documents import Target
from briefs.press.watch import Watcher
from briefs.problems import Problem
from briefs.theme import Theme
from tests import small
from tests.conftest import ROOT
from tests.press.test_build import briefs, country

PATIENCE = 60.0  # seconds


class Watch:
    """`briefs watch` on a small edition with these files too, and what it prints."""

    def __init__(self, folder: Path, kinds: str, more: Mapping[str, str], *options: object):
        about = {"title": f"Watched {crc32(str(folder).encode())}"}  # no other test has made these documents, whose cache is shared
        self.content = small.write(folder / "content", about=about, more=more)
        self.out = folder / "out"
        words = ["watch", "--kinds", kinds, "--content", self.content, "--out", self.out, "--jobs", 1, *options]
        self.process = briefs(words, folder)
        self.lines: Queue[str] = Queue()
        self.readers = [Thread(target=self._read, args=(s,), daemon=True) for s in (self.process.stdout, self.process.stderr)]
        for reader in self.readers:
            reader.start()

    def _read(self, stream: Iterable[str]) -> None:
        for line in stream:
            self.lines.put(line)

    def until(self, wanted: str) -> list[str]:
        """The lines up to one that holds these words."""
        heard: list[str] = []
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                heard.append(self.lines.get(timeout=1))
            except Empty:
                assert self.process.poll() is None, heard
                continue
            if wanted in heard[-1]:
                return heard
        raise AssertionError(f"no “{wanted}” in {heard}")

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        path = self.content / name
        path.write_text(change(path.read_text()))


@contextmanager
def ended(running: Watch) -> Iterator[None]:
    """Ends `watch` at last."""
    with running.process:
        try:
            yield
        finally:
            if running.process.poll() is None:
                os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait()
            for reader in running.readers:
                reader.join()


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    running = Watch(tmp_path, "brief", dict(country(code) for code in ("fr", "it")))
    with ended(running):
        yield running


def test_a_save_makes_what_it_touches_and_a_broken_file_is_survived(watch: Watch) -> None:
    first = watch.until("watching")
    assert "3 made" in first[-1] and sum("brief " in line for line in first) == 3
    before = {path.name: path.read_bytes() for path in watch.out.rglob("*.pdf")}

    watch.edit("countries/fr.yaml", lambda text: text.replace("happened", "took place"))
    (line, ready) = watch.until("watching")
    assert line.startswith("brief France: 1 page") and ready.startswith("1 made")
    after = {path.name: path.read_bytes() for path in watch.out.rglob("*.pdf")}
    assert {name for name in after if after[name] != before[name]} == {"france.pdf"}

    watch.edit("countries/it.yaml", lambda text: text.replace("stance: open", "stance: nowhere"))
    told = watch.until("warnings")
    assert any("countries/it.yaml:2:" in line and "nowhere" in line for line in told)
    watch.edit("countries/it.yaml", lambda text: text.replace("stance: nowhere", "stance: open"))
    assert watch.until("watching")[-1].startswith("0 made")

    os.utime(watch.content / "countries/fr.yaml")
    assert watch.until("watching")[-1].startswith("0 made")

    watch.process.send_signal(signal.SIGINT)
    assert watch.process.wait(timeout=PATIENCE) == 130


def child(process: subprocess.Popen[str]) -> int:
    """The process that does the work."""
    return int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text())


def test_it_outlives_the_death_of_its_process(watch: Watch) -> None:
    watch.until("watching")
    os.kill(child(watch.process), signal.SIGKILL)
    assert watch.until("SIGKILL")[-1] == "its process was ended by SIGKILL; another one goes on\n"
    assert watch.until("watching")[-1].startswith("0 made")
    watch.edit("countries/fr.yaml", lambda text: text.replace("happened", "came about"))
    assert watch.until("watching")[-1].startswith("1 made")


def test_its_process_ends_when_the_command_is_killed(watch: Watch) -> None:
    watch.until("watching")
    worker = Path(f"/proc/{child(watch.process)}")
    watch.process.kill()
    end = time.monotonic() + PATIENCE
    while worker.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not worker.exists()


def test_a_disk_that_takes_nothing_and_a_broken_theme_are_survived(tmp_path: Path, theme: Theme, cache: Path) -> None:
    content, templates = small.write(tmp_path / "content"), tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    shown: list[Problem] = []
    targets = (Target("brief", "be", "Belgium", ("pdf",), "a4"),)
    watcher = Watcher(
        content, templates, tmp_path / "out", 1, Cache(tmp_path / "cache"), lambda _: targets, shown.extend, shown.append
    )  # type: ignore[arg-type]
    faults: list[tuple[Exception, str]] = [
        (OSError(28, "No space left on device", "x"), "x: error: No space left on device"),
        (RecursionError("deep"), "watch: error: internal error: RecursionError"),
        (MemoryError(), "watch: error: it needs more memory than there is"),
    ]
    sound = watcher._build
    for fault, said in faults:

        def fail(fault: Exception = fault) -> int:
            raise fault

        watcher._build = fail  # type: ignore[method-assign]
        watcher._round()
        assert str(shown[-1]).startswith(said)
    watcher._build = sound  # type: ignore[method-assign]
    watcher._round()
    assert str(shown[-1]).startswith("1 made")
    sound_theme = (templates / "theme/theme.yaml").read_text()
    (templates / "theme/theme.yaml").write_text("fonts: [")
    watcher._round()
    assert "theme.yaml" in str(shown[-1]) and shown[-1].severity == "error"
    (templates / "theme/theme.yaml").write_text(sound_theme)
    watcher._round()
    assert str(shown[-1]).startswith("0 made")
    watcher._close()


def test_a_kind_that_isnt_there_ends_it(tmp_path: Path) -> None:
    content = small.write(tmp_path / "content")
    with briefs(["watch", "--kinds", "leaflet", "--content", content], tmp_path) as process:
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2 and "leaflet" in said and isinstance(process, subprocess.Popen)


def test_a_folder_that_isnt_there_is_told(tmp_path: Path) -> None:
    with briefs(["watch", "--content", tmp_path / "nowhere"], tmp_path) as process:
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1 and f"{tmp_path / 'nowhere'}: error: there is no content folder" in said
