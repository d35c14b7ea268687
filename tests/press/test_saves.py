"""Saves are noticed whatever happens to the folder: swapped, removed, back from a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from briefs.press import saves

PATIENCE = 60.0  # seconds


class Listener:
    """Reads a file of the content after each change that is noticed."""

    def __init__(self, content: Path, out: Path):
        self.path = content / "countries/be.yaml"
        self.read: set[str] = set()
        self._ended = Event()
        self._thread = Thread(target=self._listen, args=(content, out), daemon=True)
        self._thread.start()

    def _listen(self, content: Path, out: Path) -> None:
        for _ in saves.notice((content,), out, self._ended):
            self.read.add(self.path.read_text() if self.path.exists() else "gone")

    def hears(self, words: str) -> bool:
        end = time.monotonic() + PATIENCE
        while words not in self.read and time.monotonic() < end:
            time.sleep(0.01)
        return words in self.read

    def hears_saves(self) -> bool:
        """Whether a save is noticed, and the one after it."""
        for words in ("once", "twice"):
            self.path.write_text(words)
            if not self.hears(words):
                return False
        return True

    def end(self) -> None:
        self._ended.set()
        self._thread.join()


def make(content: Path, words: str) -> None:
    (content / "countries").mkdir(parents=True, exist_ok=True)
    (content / "countries/be.yaml").write_text(words)


@pytest.fixture
def listen(tmp_path: Path) -> Iterator[Callable[[str, str], Listener]]:
    """Starts to listen to a folder; the second name is that of the output folder."""
    listeners = []

    def start(content: str = "ed-src", out: str = "dist") -> Listener:
        if not (tmp_path / content).exists():
            make(tmp_path / content, "first")
        listeners.append(Listener(tmp_path / content, tmp_path / out))
        assert listeners[-1].hears("first")
        return listeners[-1]

    yield start
    for listener in listeners:
        listener.end()


@pytest.mark.parametrize("out", ["dist", "ed", "ed-src/dist", ".", "ed-src"])
def test_a_save_is_noticed_wherever_the_output_is(out: str, listen: Callable[..., Listener]) -> None:
    assert listen(out=out).hears_saves()


def git(folder: Path, *words: str) -> None:
    own = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *own, *words], cwd=folder, check=True, capture_output=True)


def swap(folder: Path) -> None:
    make(folder / "other", "another")
    (folder / "ed-src").rename(folder / "old")
    (folder / "other").rename(folder / "ed-src")


def make_anew(folder: Path) -> None:
    shutil.rmtree(folder / "ed-src")
    make(folder / "ed-src", "another")


def make_a_subfolder_anew(folder: Path) -> None:
    shutil.rmtree(folder / "ed-src/countries")
    make(folder / "ed-src", "another")


@pytest.mark.parametrize("change", [swap, make_anew, make_a_subfolder_anew])
def test_a_folder_that_is_replaced_is_followed(
    change: Callable[[Path], None], tmp_path: Path, listen: Callable[..., Listener]
) -> None:
    listener = listen()
    change(tmp_path)
    assert listener.hears("another") and listener.hears_saves()


def test_a_folder_that_goes_away_and_comes_back_is_followed(tmp_path: Path, listen: Callable[..., Listener]) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    make(tmp_path / "ed-src", "first")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "One")
    git(tmp_path, "checkout", "-q", "--orphan", "empty")
    git(tmp_path, "rm", "-qrf", ".")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "None")
    git(tmp_path, "checkout", "-q", "main")
    listener = listen()
    git(tmp_path, "checkout", "-q", "empty")
    assert listener.hears("gone") and not (tmp_path / "ed-src").exists()
    listener.read.clear()
    git(tmp_path, "checkout", "-q", "main")
    assert listener.hears("first") and listener.hears_saves()


def test_a_link_that_is_pointed_elsewhere_is_followed(tmp_path: Path, listen: Callable[..., Listener]) -> None:
    make(tmp_path / "one", "first")
    make(tmp_path / "two", "another")
    (tmp_path / "ed-src").symlink_to("one")
    listener = listen()
    (tmp_path / "link").symlink_to("two")
    (tmp_path / "link").rename(tmp_path / "ed-src")
    assert listener.hears("another") and listener.hears_saves()


def test_a_system_that_watches_no_more_folders_is_made_up_for(
    monkeypatch: pytest.MonkeyPatch, listen: Callable[..., Listener]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "OS file watch limit reached.")

    monkeypatch.setattr("watchfiles.watch", refuse)
    assert listen().hears_saves()


OUTPUTS = [
    ("dist", "ed-src/dist/briefs/a.pdf", False),
    ("ed-src/dist", "ed-src/dist/briefs/a.pdf", True),
    ("ed-src/dist", "ed-src/dist", True),
    ("ed-src/dist", "ed-src/dist-old/a", False),
    ("ed-src/link", "ed-src/dist/a", True),
    ("ed-src/dist", "ed-src/link/a", True),
    ("ed-src", "ed-src/a", False),
    (".", "ed-src/a", False),
]


@pytest.mark.parametrize(("out", "path", "expected"), OUTPUTS)
def test_only_what_is_in_an_output_folder_within_the_content_is_left_out(
    out: str, path: str, expected: bool, tmp_path: Path
) -> None:
    (tmp_path / "ed-src/dist").mkdir(parents=True)
    (tmp_path / "ed-src/link").symlink_to("dist")
    assert saves._output_below([tmp_path / "ed-src"], tmp_path / out)(tmp_path / path) is expected


def test_a_look_takes_in_no_more_than_it_must(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        (tmp_path / f"{number}").write_text("")
    (tmp_path / ".hidden").write_text("")
    (tmp_path / "loop").symlink_to(".")
    assert len(saves._look([tmp_path], lambda path: False)) == 12
    monkeypatch.setattr(saves, "MOST", 5)
    assert len(saves._look([tmp_path, Path(os.devnull)], lambda path: False)) == 6
