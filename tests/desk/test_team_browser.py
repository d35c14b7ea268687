"""The pages that only a team's desk has, in a real browser, held against WCAG 2.2 by axe."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml

from briefs.desk import app, history, proxy, server
from briefs.desk.activity import ActivityLog
from briefs.desk.desk import Desk
from briefs.desk.team import TeamFile
from tests import small
from tests.desk import browser
from tests.desk.conftest import SECTION, folders
from tests.desk.test_team import HEADER, MEMBERS, TEAM
from tests.tools.test_git import run

pytestmark = pytest.mark.skipif(not browser.CHROMIUM, reason="there is no Chromium here")
COUNTRY = "/write/countries/be"


@contextmanager
def forwarded(path: Path) -> Iterator[str]:
    """An address on this machine whose bytes go to a Unix socket and back, because a browser opens no such socket."""

    def copy(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def accept() -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(path))
                opened.extend((near, far))
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=copy, args=pair, daemon=True).start()

    opened: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    for one in opened:
        one.close()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A team's desk, served by its socket, in a repository."""
    small.write(tmp_path / "content", about={"roles": [{"id": "lawyer", "label": "Lawyer"}]}, more={"report/01-one.md": SECTION})
    for words in (["init", "-q"], ["add", "content"], ["commit", "-q", "-m", "Begin"]):
        run(tmp_path, *words)
    with forwarded(tmp_path / "desk.sock") as found:
        (tmp_path / "desk.yaml").write_text(yaml.safe_dump({**TEAM, "address": found, "members": MEMBERS}))
        team = TeamFile(tmp_path / "desk.yaml", tmp_path / "content", print)
        log, listening = ActivityLog(tmp_path / "desk.sqlite"), server._listen_at(tmp_path / "desk.sock")
        desk = Desk(folders(tmp_path), team=team, log=log, keep=history.TextHistory(tmp_path / "content").keep)
        config = uvicorn.Config(
            app.application(desk, proxy.ProxyDoor(team, log)),
            lifespan="off",
            log_level="error",
            proxy_headers=False,
            timeout_graceful_shutdown=1,
        )
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield found
        running.should_exit = running.force_exit = True  # a page that is open asks again and again
        thread.join(30)
        desk.close()
        log.close()


def test_a_member_s_day_and_its_pages(address: str) -> None:
    """Ann saves and signs; her pages, the log and the history are accessible on a wide screen and on a phone; Rita only reads."""
    with browser.browsing() as chromium:
        ann = _page(chromium, "ann")
        ann.goto(address + COUNTRY)
        text = ann.locator("[data-field$='#summary'] .cm-content, [data-field$='#summary'] textarea:visible").first
        text.click()
        ann.keyboard.press("Control+End")
        ann.keyboard.type(" Ann was here.")
        ann.get_by_role("button", name="Save", exact=True).first.click()
        ann.get_by_text("Saved").first.wait_for()
        ann.goto(f"{address}/sign")
        ann.get_by_label("Belgium: ").first.check()
        ann.get_by_role("button", name="Sign what is chosen", exact=True).click()
        ann.get_by_text("Ann Example").nth(1).wait_for()
        ann.goto(f"{address}{COUNTRY}/history")
        latest = ann.locator("tbody a").first.get_attribute("href")
        for width in (1400, 390):
            ann.set_viewport_size({"width": width, "height": 900})
            for path in ("/", "/log", "/sign", f"{COUNTRY}/history", latest):
                ann.goto(address + path)
                assert browser.faults(ann) == [], path
                assert ann.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} scrolls sideways"
        assert "Ann was here." in ann.locator("ins").first.inner_text()
        rita = _page(chromium, "rita")
        rita.goto(address)
        assert rita.get_by_text("You are Rita Reader.").is_visible() and not rita.get_by_role("link", name="Send").count()
        rita.goto(address + COUNTRY)
        assert rita.get_by_text("takes another role: writer").first.is_visible() and browser.faults(rita) == []


def _page(chromium: Any, name: str) -> Any:
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, extra_http_headers={HEADER: f"{name}@example.org"})
    context.set_default_timeout(60_000)
    return context.new_page()
