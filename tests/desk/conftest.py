"""A desk over a small edition, asked without a network. What is behind the gate is the real application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from briefs.desk import app
from briefs.desk.access import Keys, TokenDoor
from briefs.desk.desk import Desk
from briefs.desk.workspace import Folders
from briefs.templates import OWN
from tests import small

PORT = 8765
ORIGIN = f"http://127.0.0.1:{PORT}"


@dataclass
class OpenDesk:
    """A desk, its keys, and a browser that has entered it."""

    desk: Desk
    keys: Keys
    browser: TestClient

    @property
    def content(self) -> Path:
        return self.desk.folders.content

    def get(self, path: str) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.text


def folders(folder: Path) -> Folders:
    return Folders(folder / "content", OWN, folder / "dist", folder / "exchange", folder / "drafts", folder / "people.yaml")


def open_desk(folder: Path) -> OpenDesk:
    return enter(Desk(folders(folder)), Keys())


def enter(desk: Desk, keys: Keys) -> OpenDesk:
    """A browser that has entered a desk."""
    token = keys.token
    gate = app.application(desk, TokenDoor(keys, PORT))
    browser = TestClient(gate, ORIGIN, headers={"origin": ORIGIN}, raise_server_exceptions=False)
    assert browser.get(f"/enter?token={token}").url.path == "/"
    return OpenDesk(desk, keys, browser)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenDesk]:
    small.write(tmp_path / "content", more={"report/01-one.md": SECTION})
    found = open_desk(tmp_path)
    yield found
    found.desk.close()


SECTION = "---\ntitle: The first section\nid: one\n---\nA paragraph of the section [@one].\n\nAnother paragraph.\n"


def words(html: str) -> str:
    """The text of a page on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
