"""What is remembered of a request: believed while every byte that it came from is the same, and no longer."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from briefs import cli
from briefs.cli import inputs
from briefs.exitcodes import ExitCode
from briefs.press.cache import Cache, packages
from tests import small
from tests.conftest import ROOT
from tests.press.test_build import country, tree


class Read(BaseException):
    """The edition was read."""


class Desk:
    """A small edition with a country without facts and a source that nobody cites, templates of its own, output and cache."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.content, self.templates, self.out = folder / "content", folder / "templates", folder / "dist"
        self.cache = Cache(folder / "cache")

    def run(self, *words: str, command: str = "brief") -> int:
        places = ["--content", self.content, "--templates", self.templates, "--out", self.out]
        return cli.main([command, *words, "--jobs", "1", *map(str, places)])

    @property
    def note(self) -> Path:
        (path,) = (path for path in self.cache.folder.iterdir() if b'"left_out"' in path.read_bytes())
        return path

    @property
    def documents(self) -> list[Path]:
        return [path for path in self.cache.folder.iterdir() if path != self.note]

    def rewrite(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change what the note says, as a program with our format would."""
        facts = self.cache.entry(self.note.stem)
        assert facts
        change(facts)
        self.cache.put(self.note.stem, {}, facts)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first build of the brief that there is."""
    folder = tmp_path_factory.mktemp("first")
    shutil.copytree(ROOT / "templates", folder / "templates")
    sources = [small.source(name) for name in ("one", "two", "three")]
    small.write(folder / "content", sources=sources, more=dict([country("ee", facts=0)]))
    desk = Desk(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inputs, "document_cache", lambda: desk.cache)
        assert desk.run() == 0
    return folder


@pytest.fixture
def desk(first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The same, of which nothing more is read."""

    def read(root: Path, **_: object) -> None:
        raise Read

    shutil.copytree(first, tmp_path / "desk", symlinks=True)
    desk = Desk(tmp_path / "desk")
    monkeypatch.setattr(inputs, "document_cache", lambda: desk.cache)
    monkeypatch.setattr("briefs.edition.read.read", read)
    return desk


def test_with_nothing_to_do_no_edition_is_read_and_what_was_said_is_said_again(desk: Desk, capfd: Any) -> None:
    before = tree(desk.out)
    for path in desk.folder.rglob("*"):
        os.utime(path)
    assert desk.run() == 0
    told = capfd.readouterr()
    assert told.out == f"brief Belgium: up to date  {desk.out}/briefs/belgium.pdf {desk.out}/briefs/belgium.docx\n"
    assert told.err == "left out, because they have no facts: Estonia\n1 warning; see `check`\n"
    assert desk.run("--quiet") == 0 and capfd.readouterr() == ("", "")
    assert desk.run("--json") == 0
    (record,) = json.loads(capfd.readouterr().out)
    assert record["up_to_date"] and record["pages"] == 1 and record["name"] == "Belgium"
    assert tree(desk.out) == before


def test_a_file_that_was_changed_or_lost_is_put_back(desk: Desk) -> None:
    before = tree(desk.out)
    (desk.out / "briefs/belgium.pdf").unlink()
    (desk.out / "briefs/belgium.docx").write_bytes(b"mine")
    (desk.out / "manifest.json").write_text("{}")
    assert desk.run() == 0 and tree(desk.out) == before
    desk.out = desk.folder / "elsewhere"
    assert desk.run() == 0 and tree(desk.out) == before


def _more(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


CHANGES: dict[str, Callable[[Desk], object]] = {
    "a word": lambda desk: _more(desk.content / "countries/be.yaml", "stance_note: Today.\n"),
    "a remark": lambda desk: _more(desk.content / "countries/be.yaml", "# A remark.\n"),
    "a new file": lambda desk: (desk.content / "glossary.yaml").write_text("word: What it means.\n"),
    "a file less": lambda desk: (desk.content / "countries/ee.yaml").unlink(),
    "another name": lambda desk: (desk.content / "countries/ee.yaml").rename(desk.content / "countries/ee.yml"),
    "no folder": lambda desk: shutil.rmtree(desk.content),
    "a template": lambda desk: _more(desk.templates / "brief.md.j2", "\n"),
    "a style": lambda desk: _more(desk.templates / "theme/brief.css", "/* */"),
    "no document": lambda desk: [path.unlink() for path in desk.documents],
    "no note": lambda desk: desk.note.unlink(),
    "half a note": lambda desk: desk.note.write_bytes(desk.note.read_bytes()[:-9]),
    "an empty note": lambda desk: desk.note.write_bytes(b""),
    "no such fonts": lambda desk: desk.rewrite(lambda facts: facts.update(fonts={"fonts": ["no.ttf"]})),
    "a paper that leads elsewhere": lambda desk: desk.rewrite(lambda facts: facts["documents"][0][0].update(paper="../elsewhere")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_it_is_not_believed_when_something_changed(desk: Desk, what: str) -> None:
    CHANGES[what](desk)
    with pytest.raises(Read):
        desk.run()


OTHERS = [["be"], ["--format", "pdf"], ["--paper", "letter"], ["--no-cache"], ["--check-word"], ["--dry-run"]]


@pytest.mark.parametrize("words", OTHERS)
def test_another_request_is_another(desk: Desk, words: list[str]) -> None:
    with pytest.raises(Read):
        desk.run(*words)


def test_other_kinds_are_another_request(desk: Desk) -> None:
    with pytest.raises(Read):
        desk.run(command="all")


@pytest.mark.parametrize("what", ["font", "tool", "package", "program", "date"])
def test_nor_when_the_machine_did(desk: Desk, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if what == "font":
        monkeypatch.setattr("briefs.press.cache.fonts.find", lambda files: {"a": ROOT / "README.md"})
    elif what == "tool":
        monkeypatch.setattr("briefs.press.cache.versions", lambda: {"weasyprint": "0"})
    elif what == "package":
        (desk.folder / "else" / "pydantic-0.dist-info").mkdir(parents=True)
        monkeypatch.setattr(sys, "path", [str(desk.folder / "else"), *sys.path])
        monkeypatch.setattr("briefs.press.memory.packages", packages.__wrapped__)
    elif what == "program":
        monkeypatch.setattr("briefs.press.cache._loaded_program", lambda: "another")
    else:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    with pytest.raises(Read):
        desk.run()


def test_content_with_an_error_and_a_failed_document_are_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    desk = Desk(tmp_path)
    shutil.copytree(ROOT / "templates", desk.templates)
    monkeypatch.setattr(inputs, "document_cache", lambda: desk.cache)
    small.write(desk.content, country={"stance": "nowhere"})
    assert desk.run() == ExitCode.CONTENT == desk.run()
    small.write(desk.content, country={"summary": "\U00013080"})  # a letter that no font has
    assert desk.run() == ExitCode.FAILED == desk.run()
    assert not list(tmp_path.glob("cache/*")) and "no font of the theme" in capfd.readouterr().err
