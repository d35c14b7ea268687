"""Ours and theirs in turn, on the same content, in one run: cold, one fact edited, nothing edited, the world, data.

In: how often, which peers, which measures. Out: seconds, medians and ratios, as a table in Markdown and as data. Whatever else the
machine does slows both sides of a turn alike, so that ratios hold where seconds don't. A measure that fails is reported, and the
others go on.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from benchmarks import numbers, peers, world
from briefs import theme as themes
from briefs.edition.model import Edition
from briefs.edition.read import read
from briefs.theme import Theme

ROOT = Path(__file__).parents[1]
COUNTRY = "be"  # whose fact is edited
MEASURES = ("cold", "warm", "watch", "data", "world")  # in the order of their turns


@dataclass
class Row:
    """A measure: our seconds in each turn, and the seconds of others in the same turns."""

    name: str
    ours: list[float] = field(default_factory=list)
    theirs: dict[str, list[float]] = field(default_factory=dict)

    def ratio(self, peer: str) -> float:
        """The median of the turns' ratios."""
        return statistics.median(own / other for own, other in zip(self.ours, self.theirs[peer], strict=True))


@dataclass
class Memory:
    """The most that a process held, in megabytes: the command itself, a worker, a pandoc. `together`: all at one moment."""

    parent: float = 0.0
    worker: float = 0.0
    pandoc: float = 0.0
    together: float = 0.0


class Bench:
    """All measures, in a temporary folder."""

    def __init__(self, runs: int, jobs: int, with_peers: Sequence[str], say: Callable[[str], None]):
        self.runs, self.jobs, self.peers, self.say = runs, jobs, with_peers, say
        self.failed: list[str] = []
        self.edits = 0
        self.folder = Path(tempfile.mkdtemp(prefix="briefs-bench-"))
        self.content = self.folder / "content"
        self.rows: list[Row] = []
        self.stages: dict[str, float] = {}
        self.memory = Memory()
        self.sizes = {"pdf": 0.0, "docx": 0.0}
        shutil.copytree(ROOT / "content", self.content)
        self.theme: Theme = themes.read(ROOT / "templates")

    def run(self, measures: Sequence[str] = MEASURES) -> None:
        """The named measures. Each is told as soon as it is taken; what was made is deleted afterwards."""
        takes: dict[str, Callable[[], Iterable[Row]]] = {
            "cold": self._cold, "warm": self._warm, "watch": self._watched, "data": self._with_data, "world": self._world,
        }  # fmt: skip
        try:
            self.names = peers.write(self.folder / "peers", self.content, self._edition(), self.theme)
            self._ours("brief", COUNTRY, "--no-cache")  # the fonts' own cache is there for both sides
            for name in measures:
                self.take(name, takes[name])
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def take(self, name: str, measure: Callable[[], Iterable[Row]]) -> None:
        """Take a measure and tell its rows. One that fails is named, and what it had taken stays."""
        try:
            for row in measure():
                self.rows.append(row)
                self.say("\n".join(lines(row)))
        except (RuntimeError, OSError) as problem:
            self.failed.append(name)
            self.say(f"{name}: failed\n{problem}")

    def _edition(self) -> Edition:
        reading = read(self.content)
        assert reading.edition
        return reading.edition

    def _ours(self, *words: str, content: Path | None = None, is_weighed: bool = False) -> tuple[float, str]:
        """Seconds of a command, from its start to its end, and what it printed. `is_weighed`: whether to look at its memory."""
        start = time.perf_counter()
        process = self._started(words, content or self.content)
        watching = threading.Thread(target=self._watch_memory, args=(process.pid,)) if is_weighed else None
        if watching:
            watching.start()
        out, said = process.communicate()
        seconds = time.perf_counter() - start
        if watching:
            watching.join()
        if process.returncode:
            raise RuntimeError(said or out)
        return seconds, said

    def _started(self, words: Sequence[str], content: Path) -> subprocess.Popen[str]:
        places = ["--content", str(content), "--out", str(self.folder / "dist")]
        command = [sys.executable, str(ROOT / "build.py"), *words, *places]
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")}  # no document of another run
        return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def _watch_memory(self, pid: int) -> None:
        try:
            parent = psutil.Process(pid)
            while parent.is_running() and parent.status() != psutil.STATUS_ZOMBIE:
                held = [("parent", _megabytes(parent))]
                held += [(_kind(process), _megabytes(process)) for process in parent.children(recursive=True)]
                for kind, megabytes in [*held, ("together", sum(own for _, own in held))]:
                    setattr(self.memory, kind, max(getattr(self.memory, kind), megabytes))
                time.sleep(0.2)
        except psutil.NoSuchProcess:
            return

    def _cold(self) -> Iterator[Row]:
        row = Row("everything, cold")
        for turn in range(self.runs):
            seconds, said = self._ours("all", "--kinds", "report,brief", "--no-cache", "--jobs", str(self.jobs), "--timings")
            row.ours.append(seconds)
            self.stages = {name.strip(): float(n) for name, n in re.findall(r"^([a-z ]+?) +([\d.]+) s +\d+ %$", said, re.M)}
            for peer in self.peers:
                row.theirs.setdefault(peer, []).append(peers.run(self.folder / "peers", peer, self.theme, self.names, self.jobs))
            self.say(f"cold, turn {turn + 1} of {self.runs}: {_turn(row)}")
        for suffix in self.sizes:
            self.sizes[suffix] = max(path.stat().st_size for path in (self.folder / "dist" / "briefs").glob(f"*.{suffix}")) / 1000
        yield row

    def _one(self, row: Row) -> None:
        """The peers' seconds for the edited document alone."""
        for peer in self.peers:
            row.theirs.setdefault(peer, []).append(peers.run(self.folder / "peers", peer, self.theme, [COUNTRY], 1))

    def _edit(self, content: Path | None = None) -> None:
        """Another number in the first fact, so that the text grows no longer."""
        path = (content or self.content) / "countries" / f"{COUNTRY}.yaml"
        self.edits += 1
        path.write_text(edited(path.read_text(encoding="utf-8"), self.edits), encoding="utf-8")

    def _warm(self) -> Iterator[Row]:
        brief, everything = Row("one fact edited: its brief, by a command"), Row("one fact edited: all that shows it, by a command")
        nothing, starts = Row("nothing edited"), []
        wanted = ("all", "--kinds", "report,brief", "--jobs", str(self.jobs))
        self._ours(*wanted)
        for turn in range(self.runs):
            self._edit()
            brief.ours.append(self._ours("brief", COUNTRY)[0])
            self._one(brief)
            everything.ours.append(self._ours(*wanted)[0])
            nothing.ours.append(self._ours(*wanted)[0])
            start = time.perf_counter()
            for _ in range(2):
                subprocess.run([sys.executable, "-c", "pass"], check=True)
            starts.append(time.perf_counter() - start)
            self.say(f"warm, turn {turn + 1} of {self.runs}: {_turn(brief)}")
        nothing.theirs["two Python starts"] = starts
        yield from (brief, everything, nothing)

    def _watched(self) -> Iterator[Row]:
        row = Row("one fact edited: its brief, under watch")
        process = self._started(("watch", "--kinds", "report,brief"), self.content)
        name = self._edition().names[COUNTRY]
        try:
            self._until(process, "watching")
            for _ in range(self.runs):
                start = time.perf_counter()
                self._edit()
                self._until(process, f"brief {name}")
                row.ours.append(time.perf_counter() - start)
                self._until(process, "watching")
                self._one(row)
        finally:
            process.terminate()  # Ctrl-C is not heard by what a shell started in the background
            process.wait()
        yield row

    def _until(self, process: subprocess.Popen[str], words: str) -> None:
        assert process.stdout
        for line in process.stdout:
            if words in line:
                return
        raise RuntimeError("watch ended")

    def _with_data(self) -> Iterator[Row]:
        """A brief with 40 columns of numbers over 20 years and a figure of one of them, and one without."""
        folder = self.folder / "data"
        numbers.write(folder, self.content)
        count, row = len(list((self.content / "countries").glob("*.yaml"))), Row("a brief with data, cold")
        plain = f"a brief of the same {count} without (ours)"
        wanted = ("all", "--kinds", "brief", "--no-cache", "--jobs", str(self.jobs))
        for turn in range(self.runs):
            row.theirs.setdefault(plain, []).append(self._ours(*wanted)[0] / count)
            row.ours.append(self._ours(*wanted, content=folder)[0] / count)
            self.say(f"data, turn {turn + 1} of {self.runs}: {_turn(row)}")
        yield row

    def _world(self) -> Iterator[Row]:
        """Once: an edition of the world's size from nothing, and then one fact of it."""
        folder = self.folder / "world"
        world.write(folder)
        cold, one = Row(f"{world.COUNTRIES} countries, cold"), Row(f"one fact of {world.COUNTRIES} countries edited: its brief")
        wanted = ("all", "--kinds", "report,brief", "--jobs", str(self.jobs))
        cold.ours.append(self._ours(*wanted, content=folder, is_weighed=True)[0])
        yield cold
        self._edit(folder)
        one.ours.append(self._ours("brief", COUNTRY, content=folder)[0])
        yield one


def edited(country: str, number: int) -> str:
    """A country's file with this number after the key phrase of its first fact, in place of an earlier one."""
    return re.sub(r"(text: .*?\*\*.*?\*\*:? )(\(\d+\) )?", rf"\1({number}) ", country, count=1, flags=re.S)


def _kind(process: psutil.Process) -> str:
    try:
        return "pandoc" if "pandoc" in process.name() else "worker"
    except psutil.NoSuchProcess:
        return "worker"


def _megabytes(process: psutil.Process) -> float:
    """What a process holds; of pages that several share, its part (proc(5), Pss)."""
    try:
        return float(process.memory_full_info().pss) / 1e6
    except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
        return 0.0


def _turn(row: Row) -> str:
    others = "".join(f", {peer} {seconds[-1]:.2f} s" for peer, seconds in row.theirs.items())
    return f"ours {row.ours[-1]:.2f} s{others}"


def lines(row: Row) -> list[str]:
    """The lines of a measure in a table in Markdown."""
    ours = f"{statistics.median(row.ours):.2f} s"
    beside = {_NAMES.get(peer, peer): (statistics.median(s), row.ratio(peer)) for peer, s in row.theirs.items()}
    others = [f"{name}: {seconds:.2f} s | {ratio:.2f}" for name, (seconds, ratio) in beside.items()] or [" | "]
    return [f"| {row.name} | {ours} | {others[0]} |", *(f"| | | {other} |" for other in others[1:])]


def table(bench: Bench) -> str:
    """What was measured, in Markdown."""
    told = ["| measure | ours | beside it | ratio |", "|---|---:|---|---:|", *(line for row in bench.rows for line in lines(row))]
    total = sum(bench.stages.values()) or 1
    told += ["", "| stage of a cold build | seconds, all processes | part |", "|---|---:|---:|"]
    told += [f"| {name} | {seconds:.2f} | {100 * seconds / total:.0f} % |" for name, seconds in bench.stages.items()]
    held = bench.memory
    parts = f"the command {held.parent:.0f} MB, a worker {held.worker:.0f} MB, its pandoc {held.pandoc:.0f} MB"
    said = f"Memory with {world.COUNTRIES} countries, at most: {parts}; all together {held.together:.0f} MB."
    sizes = f"A brief's largest PDF: {bench.sizes['pdf']:.0f} kB; its largest Word file: {bench.sizes['docx']:.0f} kB."
    return "\n".join([*told, "", said, sizes])


_NAMES = {"typst": "pandoc + Typst", "weasyprint": "pandoc + WeasyPrint"}


def data(bench: Bench) -> Mapping[str, object]:
    """The same for machines: every turn's seconds."""
    rows = [{**asdict(row), "ratios": {peer: round(row.ratio(peer), 3) for peer in row.theirs}} for row in bench.rows]
    return {
        "rows": rows,
        "stages": bench.stages,
        "memory_mb": asdict(bench.memory),
        "largest_kb": bench.sizes,
        "runs": bench.runs,
        "jobs": bench.jobs,
        "failed": bench.failed,
    }
