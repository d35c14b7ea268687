"""The desk in Debian's Chromium, as a person has it: a server of its own, a browser, and axe to hold pages against WCAG."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from briefs.desk.render import SCRIPTS

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def serving(content: Path, home: Path, *more: str) -> Iterator[str]:
    """A desk in a process of its own. Yields the address that opens it."""
    home.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-P", "-m", "briefs", "desk", "--no-browser", "--port", "0", "--content", str(content), *more]
    environment = {
        "HOME": str(Path.home()),
        "XDG_STATE_HOME": str(home / "state"),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
    }
    with (home / "said").open("w") as said:
        process = subprocess.Popen(command, cwd=home, stdout=said, stderr=subprocess.STDOUT, env=environment)
        try:
            while not (found := re.search(r"http://\S+", (home / "said").read_text())):
                assert process.poll() is None, (home / "said").read_text()
                time.sleep(0.1)
            yield found[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(120)


@contextmanager
def browsing() -> Iterator[Any]:
    """Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, headless=True)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def country_form(folder: Path, wait: int, **context_options: Any) -> Iterator[Any]:
    """The form of Belgium in the edition at `folder`/content, with its pages. An error of a script fails the test. `wait`: how long
    an element may take to appear, in milliseconds."""
    with serving(folder / "content", folder / "home") as address, browsing() as chromium:
        context = chromium.new_context(**context_options)
        context.set_default_timeout(wait)
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        page.goto(re.match(r"http://[^/]+", address)[0] + "/write/countries/be")  # type: ignore[index]
        page.locator("#pages img").first.wait_for()
        yield page
        assert errors == []


def faults(page: Any) -> list[str]:
    """What axe finds on a page as it is: the rule, what it asks for, and the elements."""
    page.evaluate((SCRIPTS / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    return [f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]
