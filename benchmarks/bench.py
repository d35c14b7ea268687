"""Ours and theirs in turn, on the same content, in one run: cold, one fact edited, nothing edited, 250 countries, data.

In: how often, which peers. Out: seconds, medians and ratios, as a table in Markdown and as data. Whatever else the machine does
slows both sides of a turn alike, so that ratios hold where seconds don't.
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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from benchmarks import many, peers
from briefs import theme as themes
from briefs.edition.model import Edition
from briefs.edition.read import read
from briefs.theme import Theme

ROOT = Path(__file__).parents[1]
COUNTRY = "be"  # whose fact is edited
MANY = 250


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
    """The most that each process held at once, in megabytes: the command itself, a worker, a pandoc."""

    parent: float = 0.0
    worker: float = 0.0
    pandoc: float = 0.0


class Bench:
    """All measures, in a temporary folder."""

    def __init__(self, runs: int, jobs: int, with_peers: Sequence[str], say: Callable[[str], None]):
        self.runs, self.jobs, self.peers, self.say = runs, jobs, with_peers, say
        self.folder = Path(tempfile.mkdtemp(prefix="briefs-bench-"))
        self.content = self.folder / "content"
        self.rows: list[Row] = []
        self.stages: dict[str, float] = {}
        self.memory = Memory()
        shutil.copytree(ROOT / "content", self.content)
        self.theme: Theme = themes.read(ROOT / "templates")

    def run(self) -> None:
        """Everything; what was made is deleted afterwards."""
        try:
            names = peers.write(self.folder / "peers", self.content, self._edition(), self.theme)
            self._ours("brief", COUNTRY, "--no-cache")  # the fonts' own cache is there for both sides
            self._cold(names)
            self._warm()
            self._watched()
            self._many()
            self._with_data()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _edition(self) -> Edition:
        reading = read(self.content)
        assert reading.edition
        return reading.edition

    def _ours(self, *words: str, content: Path | None = None) -> tuple[float, str]:
        """Seconds of a command, from its start to its end, and what it printed."""
        start = time.perf_counter()
        process = self._started(words, content or self.content)
        watching = threading.Thread(target=self._watch_memory, args=(process.pid,)) if content else None
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
                self.memory.parent = max(self.memory.parent, _megabytes(parent))
                for process in parent.children(recursive=True):
                    kind = "pandoc" if "pandoc" in process.name() else "worker"
                    setattr(self.memory, kind, max(getattr(self.memory, kind), _megabytes(process)))
                time.sleep(0.05)
        except psutil.NoSuchProcess:
            return

    def _cold(self, names: Sequence[str]) -> None:
        row = Row("everything, cold")
        for turn in range(self.runs):
            seconds, said = self._ours("all", "--kinds", "report,brief", "--no-cache", "--jobs", str(self.jobs), "--timings")
            row.ours.append(seconds)
            self.stages = {name.strip(): float(n) for name, n in re.findall(r"^([a-z ]+?) +([\d.]+) s +\d+ %$", said, re.M)}
            for peer in self.peers:
                row.theirs.setdefault(peer, []).append(peers.run(self.folder / "peers", peer, self.theme, names, self.jobs))
            self.say(f"cold, turn {turn + 1} of {self.runs}: {_turn(row)}")
        self.rows.append(row)

    def _one(self, row: Row) -> None:
        """The peers' seconds for the edited document alone."""
        for peer in self.peers:
            row.theirs.setdefault(peer, []).append(peers.run(self.folder / "peers", peer, self.theme, [COUNTRY], 1))

    def _edit(self) -> None:
        """Another word in a fact."""
        path = self.content / "countries" / f"{COUNTRY}.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(- id: .*?text: >-\n\s+)", r"\1Also ", text, count=1, flags=re.S), encoding="utf-8")

    def _warm(self) -> None:
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
        self.rows += [brief, everything, nothing]

    def _watched(self) -> None:
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
        self.say(f"watch: {_turn(row)}")
        self.rows.append(row)

    def _until(self, process: subprocess.Popen[str], words: str) -> None:
        assert process.stdout
        for line in process.stdout:
            if words in line:
                return
        raise RuntimeError("watch ended")

    def _with_data(self) -> None:
        """A brief with 40 columns of numbers over 20 years and a figure of one of them, and one without."""
        folder = self.folder / "data"
        many.write_with_data(folder, self.content)
        count, row = len(list((self.content / "countries").glob("*.yaml"))), Row("a brief with data, cold")
        plain = f"a brief of the same {count} without (ours)"
        wanted = ("all", "--kinds", "brief", "--no-cache", "--jobs", str(self.jobs))
        for turn in range(self.runs):
            row.theirs.setdefault(plain, []).append(self._ours(*wanted)[0] / count)
            row.ours.append(self._ours(*wanted, content=folder)[0] / count)
            self.say(f"data, turn {turn + 1} of {self.runs}: {_turn(row)}")
        self.rows.append(row)

    def _many(self) -> None:
        """A brief's share of 250 and of the edition's own."""
        folder = self.folder / "many"
        many.write(folder, self.content, MANY)
        few, lots = len(list((self.content / "countries").glob("*.yaml"))), Row(f"a brief of {MANY}, cold")
        words = ("brief", "--no-cache", "--jobs", str(self.jobs))
        lots.ours.append(self._ours(*words, content=folder)[0] / MANY)
        lots.theirs[f"a brief of {few}, cold (ours)"] = [self._ours(*words)[0] / few]
        self.rows.append(lots)


def _megabytes(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


def _turn(row: Row) -> str:
    others = "".join(f", {peer} {seconds[-1]:.2f} s" for peer, seconds in row.theirs.items())
    return f"ours {row.ours[-1]:.2f} s{others}"


def table(bench: Bench) -> str:
    """What was measured, in Markdown."""
    lines = ["| measure | ours | beside it | ratio |", "|---|---:|---|---:|"]
    for row in bench.rows:
        ours = f"{statistics.median(row.ours):.2f} s"
        beside = {_NAMES.get(peer, peer): (statistics.median(s), row.ratio(peer)) for peer, s in row.theirs.items()}
        others = [f"{name}: {seconds:.2f} s | {ratio:.2f}" for name, (seconds, ratio) in beside.items()] or [" | "]
        lines.append(f"| {row.name} | {ours} | {others[0]} |")
        lines += [f"| | | {other} |" for other in others[1:]]
    total = sum(bench.stages.values()) or 1
    lines += ["", "| stage of a cold build | seconds, all processes | part |", "|---|---:|---:|"]
    lines += [f"| {name} | {seconds:.2f} | {100 * seconds / total:.0f} % |" for name, seconds in bench.stages.items()]
    held = bench.memory
    said = f"the command {held.parent:.0f} MB, a worker {held.worker:.0f} MB, its pandoc {held.pandoc:.0f} MB"
    lines += ["", f"Memory with {MANY} countries, at most: {said}."]
    return "\n".join(lines)


_NAMES = {"typst": "pandoc + Typst", "weasyprint": "pandoc + WeasyPrint"}


def data(bench: Bench) -> Mapping[str, object]:
    """The same for machines: every turn's seconds."""
    rows = [{**asdict(row), "ratios": {peer: round(row.ratio(peer), 3) for peer in row.theirs}} for row in bench.rows]
    return {"rows": rows, "stages": bench.stages, "memory_mb": asdict(bench.memory), "runs": bench.runs, "jobs": bench.jobs}
