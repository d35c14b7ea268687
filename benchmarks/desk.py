"""Measures how soon the page follows the last key, in Chromium: `PYTHONPATH=. python3 -P -m benchmarks.desk [EDITS]`.

Prints the median and the 95th percentile in milliseconds, from the last key to the picture on the screen, for a brief of the first
edition and for a section of its report; and the processor time that the desk takes for each edit, which depends less on what else
the machine does. It is no test: timings decide nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil

from tests.desk import browser

WATCH = """
window.taken = []
let typed = 0
document.getElementById("form").addEventListener("input", () => { typed = performance.now() })
document.body.addEventListener("shown", () => requestAnimationFrame(() => requestAnimationFrame(() => {
  if (typed) window.taken.push(performance.now() - typed)
  typed = 0
})))
"""


def measure(page: Any, address: str, field: str, edits: int) -> list[float]:
    """Type so many words into a field, and wait for the page each time. Milliseconds."""
    page.goto(address)
    page.locator("#pages img").first.wait_for()
    page.evaluate(WATCH)
    text = page.locator(f"[data-field$='#{field}'] .cm-content")
    text.click()
    for number in range(edits):
        page.keyboard.type(f"{number} ", delay=30)
        while page.evaluate("window.taken.length") <= number:
            page.wait_for_timeout(20)
    return list(page.evaluate("window.taken"))


def processor_time() -> float:
    """The seconds that the desk and its processes have used until now."""
    own = [process for process in psutil.Process().children(recursive=True) if "python" in process.name()]
    return sum(sum(process.cpu_times()[:2]) for process in own)


def main(edits: int) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shutil.copytree(browser.ROOT / "content", folder / "content")
        with browser.serving(folder / "content", folder / "home") as address, browser.browsing() as chromium:
            page = chromium.new_page(viewport={"width": 1400, "height": 1000})
            page.set_default_timeout(120_000)
            page.goto(address)
            origin = re.match(r"http://[^/]+", address)[0]  # type: ignore[index]
            for path, field, number in (("countries/ee", "position", edits), ("sections/sec-bri", "body", edits)):
                before = processor_time()
                taken = sorted(measure(page, f"{origin}/write/{path}", field, number))
                used = (processor_time() - before) / (number + 1)  # the page is made once before the first edit
                high = taken[min(len(taken) - 1, int(len(taken) * 0.95))]
                shown = f"median {statistics.median(taken):.0f} ms, 95th percentile {high:.0f} ms"
                busy = f"the machine has {os.getloadavg()[0]:.0f} processes at work on {os.cpu_count()} cores"
                print(
                    f"{path}: {number} edits, {shown}; processor time of the desk {used * 1000:.0f} ms an edit; {busy}", flush=True
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
