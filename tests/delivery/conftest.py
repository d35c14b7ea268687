"""A folder with a small edition of three countries and lists of people, and the command run in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from briefs import cli
from briefs.delivery import smtp
from tests import small
from tests.press.test_build import country

PEOPLE = """
sender: Policy Desk <desk@example.org>
replies: edits@example.org
lists:
  staff: [Ann Example <ann@example.org>, bob@example.org, "Müller, Zoë <zoe@example.org>"]
  board: [chair@example.org, Ann <ANN@example.org>]
"""
STAFF = ["ann@example.org", "bob@example.org", "zoe@example.org"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder. No mail server is set."""
    deck = "---\ntitle: Small slides\n---\n\n## One\n\n- A thing\n"
    small.write(tmp_path / "content", more=dict([country("fr"), country("lv"), ("decks/talk.md", deck)]))
    (tmp_path / "people.yaml").write_text(PEOPLE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(smtp, "WAITS", (0, 0, 0))
    for name in [name for name in os.environ if name.startswith("BRIEFS_SMTP_")]:
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in one process. Returns its exit code, its standard output and its standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main([*words, "--jobs", "1"])
        return code, *capsys.readouterr()

    return run
