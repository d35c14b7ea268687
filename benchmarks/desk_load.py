"""Several people at a team's desk at once: how long each waits for the page, and whether anything is lost.

    PYTHONPATH=. python3 -P -m benchmarks.desk_load [PEOPLE] [EDITS]

starts `desk --serve` on a copy of the first edition and lets so many people (10) each change the summary of a country of their own
so many times (10), with a pause of one to three seconds after each page; then all of them save. Prints the median and the 95th
percentile of the seconds from an edit to the picture of its page, and the processor time of all processes. Fails if a saved text
isn't in its file.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psutil
import yaml

from tests.desk.test_write import fields

ROOT = Path(__file__).parents[1]
ADDRESS, HEADER = "http://127.0.0.1:8765", "X-Remote-User"
PAUSE = (1.0, 3.0)  # seconds in which a person thinks


def main(people: int = 10, edits: int = 10) -> int:
    """Run the test. Returns an exit code."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shutil.copytree(ROOT / "content", folder / "content")
        names = [f"person{number}" for number in range(people)]
        codes = sorted(path.stem for path in (folder / "content/countries").glob("*.yaml"))[:people]
        with _served(folder, names) as process:
            with ThreadPoolExecutor(people) as pool:
                waits = list(pool.map(_works, [folder] * people, names, codes, [edits] * people))
            spent = _processor_time(process)
        lost = [code for code in codes if f"Edit {edits} of {code}" not in (folder / f"content/countries/{code}.yaml").read_text()]
    flat = sorted(wait for own in waits for wait in own)
    print(
        f"{people} people, {len(flat)} edits: median {statistics.median(flat):.2f} s, 95th percentile "
        f"{flat[int(len(flat) * 0.95) - 1]:.2f} s, longest {flat[-1]:.2f} s, {spent / len(flat):.2f} s of processor time for each"
    )
    print(f"lost: {', '.join(lost) or 'nothing'}")
    return 1 if lost else 0


class _served:
    """The desk, until the end of the block."""

    def __init__(self, folder: Path, names: list[str]):
        self._folder = folder
        members = {name: {"name": name.title(), "roles": ["writer"]} for name in names}
        team = {"address": ADDRESS, "socket": "desk.sock", "header": HEADER, "log": "desk.sqlite", "members": members}
        (folder / "desk.yaml").write_text(yaml.safe_dump(team))

    def __enter__(self) -> subprocess.Popen[bytes]:
        folder = self._folder
        words = ["desk", "--serve", str(folder / "desk.yaml"), "--content", str(folder / "content"), "--out", str(folder / "dist")]
        home = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-P", "-m", "briefs", *words]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT, env=home)
        while self._process.poll() is None:
            with socket.socket(socket.AF_UNIX) as asking:
                try:
                    asking.connect(str(folder / "desk.sock"))
                    return self._process
                except OSError:
                    time.sleep(0.2)
        raise RuntimeError("the desk didn’t start")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def _works(folder: Path, name: str, code: str, edits: int) -> list[float]:
    """What one person does. Returns the seconds that each edit took to the picture of its page."""
    chance, waits = random.Random(code), []
    transport = httpx2.HTTPTransport(uds=str(folder / "desk.sock"))
    with httpx2.Client(transport=transport, base_url=ADDRESS, headers={HEADER: name, "origin": ADDRESS}, timeout=120) as client:
        address = f"/write/countries/{code}"
        form = _form(client, address)
        client.post(f"{address}/draft", data=form)  # the page that is there when somebody begins to write
        for number in range(1, edits + 1):
            time.sleep(chance.uniform(*PAUSE))
            form["text:summary"] = f"Edit {number} of {code}. The page follows what is typed."
            start = time.perf_counter()
            answer = client.post(f"{address}/draft", data=form)
            found = re.search(r'/pages/\w+/1\.png[^"]*', answer.text)
            if not found:
                raise RuntimeError(answer.text[:2000])
            client.get(found[0]).raise_for_status()
            waits.append(time.perf_counter() - start)
        saved = client.post(address, data=form)
        if saved.status_code != 303:
            raise RuntimeError(saved.text[:2000])
    return waits


def _form(client: httpx2.Client, address: str) -> dict[str, str]:
    answer = client.get(address)
    answer.raise_for_status()
    found: Mapping[str, str] = fields(answer.text)
    return dict(found)


def _processor_time(process: subprocess.Popen[bytes]) -> float:
    every = [psutil.Process(process.pid)]
    every += every[0].children(recursive=True)
    return float(sum(sum(one.cpu_times()[:2]) for one in every))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
