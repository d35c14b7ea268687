"""Runs commands of the program for the desk, each in a process of its own.

In: the words of a command. Out: `CommandRun`: what it prints, line by line, and its exit code; or, for a short one, its whole
answer. The words are a list that no shell reads. A command has the same rights and checks as in a terminal. Only so many are at
work at once, whoever asks for them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from secrets import token_hex
from threading import BoundedSemaphore, Lock, Thread
from typing import Any

from briefs.exitcodes import ExitCode
from briefs.problems import Problem, Problems, ToolError

MOST_LINES = 2_000  # the most lines of a command’s output that are kept
MOST_RUNS = 4  # commands at once that a page follows
MOST_ANSWERS = 4  # commands at once whose answer a page waits for
PATIENCE = 5.0  # seconds that a request waits for its turn; while it waits, it holds one of the server's threads
KEPT = 20  # commands that are kept after they have ended
OWN = "briefs: "  # how a message begins that is about the command
LONGEST = 300.0  # seconds for a command whose answer a page waits for


class Busy(Exception):
    """As many commands are at work as may be at once."""


class CommandRun:
    """A command that was started. `name`: its first word; `total`: how many lines it will print, about, 0 if that isn't known;
    `about`: of what, in words for people. `ended` is called at its end."""

    def __init__(self, words: Sequence[str], total: int, about: str, ended: Callable[[], None]):
        self.name, self.total, self.about, self._ended = words[0], total, about, ended
        self.lines: deque[str] = deque(maxlen=MOST_LINES)
        self._process = _started(words, stderr=subprocess.STDOUT)
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def code(self) -> int | None:
        """The exit code; None while the command is at work."""
        return self._process.poll()

    def end(self) -> None:
        """Interrupt the command, as Ctrl-C does, and wait for it."""
        if self._process.poll() is None:
            self._process.terminate()
        self._reader.join()

    def _read(self) -> None:
        assert self._process.stdout
        with self._process.stdout as printed:
            for line in printed:
                self.lines.append(line.rstrip("\n"))
        self._process.wait()
        self._ended()


class Commands:
    """The commands of a run of the desk, by a key."""

    def __init__(self) -> None:
        self._runs: OrderedDict[str, CommandRun] = OrderedDict()
        self._lock = Lock()
        self._running, self._answering = BoundedSemaphore(MOST_RUNS), BoundedSemaphore(MOST_ANSWERS)

    def start(self, words: Sequence[str], total: int = 0, about: str = "") -> str:
        """Start a command. Returns its key. Raises Busy."""
        _take(self._running)
        try:
            key, run = token_hex(12), CommandRun(words, total, about, self._running.release)
        except OSError:
            self._running.release()
            raise
        with self._lock:
            self._runs[key] = run
            ended = [one for one, run in self._runs.items() if run.code is not None]
            for one in ended[: max(0, len(ended) - KEPT)]:
                del self._runs[one]
        return key

    def answer(self, words: Sequence[str]) -> Any:
        """What a command with `--json` prints. Raises Busy, and what `answer` raises."""
        _take(self._answering)
        try:
            return answer(words)
        finally:
            self._answering.release()

    def get(self, key: str) -> CommandRun | None:
        with self._lock:
            return self._runs.get(key)

    def at_work(self, *names: str) -> Mapping[str, CommandRun]:
        """The runs of these commands that haven't ended, by their keys."""
        with self._lock:
            return {key: run for key, run in self._runs.items() if run.name in names and run.code is None}

    def close(self) -> None:
        with self._lock:
            for run in self._runs.values():
                run.end()


def _take(turns: BoundedSemaphore) -> None:
    if not turns.acquire(timeout=PATIENCE):
        raise Busy


def answer(words: Sequence[str]) -> Any:
    """What a command with `--json` prints. Raises Problems with its messages if it fails, ToolError if it takes too long."""
    process = _started([*words, "--json"], stderr=subprocess.PIPE)
    try:
        printed, said = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise ToolError(f"`{words[0]}` took longer than {LONGEST:.0f} seconds, so it was ended.") from None
    if process.returncode in {ExitCode.DONE, ExitCode.LEFT, ExitCode.FAILED}:
        return json.loads(printed)
    lines = _told(said) or [f"`{words[0]}` ended with code {process.returncode}"]
    raise Problems([Problem("error", words[0], 0, 0, line.rstrip(".")) for line in lines[:50]])


def _told(said: str) -> list[str]:
    """What stopped a command: its own message without the number of warnings beside it; else all that it said."""
    lines = said.strip().splitlines()
    return [line.removeprefix(OWN) for line in lines if line.startswith(OWN)] or lines


def _started(words: Sequence[str], stderr: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "briefs", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        errors="replace",
        env={**os.environ, "NO_COLOR": "1"},
    )
