"""Every command takes a kind that has a row, also one that only the tests have."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from briefs import cli
from briefs.cli import parser
from briefs.compose.kinds import KINDS
from briefs.edition.model import Edition
from briefs.exitcodes import ExitCode
from briefs.press import makers
from briefs.press.cache import Cache
from briefs.press.documents import Target
from briefs.press.session import Session
from briefs.press.watch import Watcher
from briefs.theme import Theme
from tests import small
from tests.kinds.conftest import MORE, files, targets

OLD, NEW = "Policy is a second thing.", "Policy is another thing."
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small edition and a list of people."""
    small.write(tmp_path / "content", more=MORE)
    (tmp_path / "people.yaml").write_text("sender: Desk <desk@example.org>\nlists:\n  staff: [ann@example.org]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, templates: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in the folder: its exit code, what it printed, and its complaints."""

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main([*words, "--templates", str(templates)])
        return code, *capsys.readouterr()

    return run


def test_all_builds_one_kind(run: Run, folder: Path) -> None:
    code, said, complaints = run("all", "--kinds", "profile", "--format", "pdf", "--jobs", "2")
    assert (code, complaints) == (ExitCode.DONE, "") and "profile Belgium: 1 page" in said
    assert files(folder / "dist").keys() == {"profiles/belgium.pdf", "profiles/france.pdf"}


def test_the_help_names_every_kind_and_each_has_a_command() -> None:
    own = [name for name in KINDS if name != "profile"]
    assert parser.OPTIONS["--kinds"]["help"] == f"only these kinds: {', '.join(own)}"
    assert {*own} <= parser.COMMANDS.keys()


def test_a_dry_run_lists_its_files(run: Run) -> None:
    said = run("all", "--dry-run")[1].split()
    assert {"dist/profiles/belgium.pdf", "dist/briefs/belgium.docx", "dist/report.pdf", "dist/handouts/talk.pptx"} <= set(said)


def test_export_copies_it(run: Run, folder: Path) -> None:
    code, said, _ = run("export", "gone", "profiles", "--jobs", "1")
    assert code == ExitCode.DONE and set(said.split()) >= {"gone/profiles/belgium.docx", "gone/profiles/france.docx"}
    assert files(folder / "gone").keys() == {"profiles/belgium.docx", "profiles/france.docx"}


def test_send_names_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("BRIEFS_SMTP_")]:
        monkeypatch.delenv(name)
    code, said, complaints = run("send", "be", "--kinds", "profile", "--to", "staff", "--jobs", "1")
    assert (code, complaints) == (ExitCode.DONE, "") and "profile Belgium to ann@example.org" in said


def test_redline_tracks_its_changes(run: Run, folder: Path) -> None:
    git(folder, "init", "-q")
    git(folder, "add", "content")
    git(folder, "commit", "-q", "-m", "first")
    path = folder / "content/countries/be.yaml"
    path.write_text(path.read_text().replace(OLD, NEW))
    code, said, complaints = run("redline", "be", "--kinds", "profile", "--since", "HEAD")
    assert (code, complaints) == (ExitCode.DONE, "") and "profile Belgium: 2 tracked changes since HEAD" in said
    assert files(folder / "dist").keys() == {"redline/profiles/belgium.docx"}


@pytest.mark.parametrize("kind", ["brief", "profile"])
def test_merge_takes_a_file_for_what_it_says_it_is(kind: str, run: Run, folder: Path, theme: Theme, edition: Edition) -> None:
    """Without the store: the document is built again from the folder's content, to be compared with what came back."""
    path = folder / "belgium.docx"
    path.write_bytes(edited(word(kind, replace(edition, changes=None), theme)))
    code, said, complaints = run("merge", str(path), "--no-base", "--apply")
    assert (code, complaints) == (ExitCode.DONE, "") and "1 change in 1 file written" in said
    assert NEW in (folder / "content/countries/be.yaml").read_text()


@pytest.mark.parametrize("kind", ["brief", "profile"])
def test_merge_takes_a_file_without_origin_for_the_first_kind_of_its_name(
    kind: str, run: Run, folder: Path, theme: Theme, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[str] = []
    make = makers.make
    monkeypatch.setattr(makers, "make", lambda session, target: built.append(target.kind) or make(session, target))
    path = folder / "belgium.docx"
    path.write_bytes(without_origin(word(kind, edition, theme)))
    built.clear()
    run("merge", str(path))
    assert built == ["brief"]


def test_watch_makes_it_again(folder: Path, templates: Path, cache: Path) -> None:
    said: list[str] = []

    def wanted(edition: Edition) -> Sequence[Target]:
        return targets(edition, "a4", "pdf", ["profile"])

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("2 made"):
            path = folder / "content/countries/be.yaml"
            path.write_text(path.read_text().replace(OLD, NEW))
        elif "watching" in line:
            raise KeyboardInterrupt

    watcher = Watcher(folder / "content", templates, folder / "dist", 1, Cache(folder / "cache"), wanted, said.extend, say)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        watcher.run()
    assert [line.split(":")[0] for line in said if line.startswith("profile")] == [
        "profile Belgium",
        "profile France",
        "profile Belgium",
    ]


def word(kind: str, edition: Edition, theme: Theme) -> bytes:
    """The Word file about Belgium."""
    session = Session(edition, theme)
    try:
        return small.make(session, kind, "be", ("docx",), "a4").files["docx"]
    finally:
        session.close()


def edited(data: bytes) -> bytes:
    """A Word file in which a person has rewritten the fact about policy."""
    document = docx.Document(io.BytesIO(data))
    (run,) = [run for paragraph in document.paragraphs for run in paragraph.runs if OLD in run.text]
    run.text = run.text.replace(OLD, NEW)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def without_origin(data: bytes) -> bytes:
    """A Word file as a program saves it that keeps neither the part nor the properties that say which document it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if not name.startswith(("customXml/", "docProps/custom")):
                new.writestr(name, old.read(name))
    return out.getvalue()


def git(folder: Path, *words: str) -> None:
    who = {f"GIT_{role}_{what}": "x@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, env={**os.environ, **who})
