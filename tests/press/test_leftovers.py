"""Files of documents that the edition no longer has."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from briefs import cli
from briefs.cli import inputs
from briefs.press import leftovers, manifest
from briefs.press.cache import Cache, Inputs
from briefs.press.documents import Outcome, Target
from tests import small
from tests.press.test_build import country

INPUTS = Inputs("content", "templates", "request", "fonts", "program")


def folder(out: Path, names: Sequence[str]) -> Path:
    """An output folder with these files, as if they had been built."""
    for name in names:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(name)
        target = Target("brief", name, name, ("pdf",), "a4")
        manifest.write(out, [Outcome(target, (out / name,), inputs=INPUTS)], {"python": "3"})
    return out


def entries(out: Path) -> list[str]:
    return list(json.loads((out / "manifest.json").read_text())["files"])


def files(out: Path) -> list[str]:
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file() and path.name[0] != ".")


VARIANTS = ("briefs/at.pdf", "letter/briefs/at.pdf", "print/letter/briefs/at.pdf", "6-per-page/handouts/at.pptx")


def test_what_is_gone_is_removed_on_every_paper_and_what_is_there_is_kept(tmp_path: Path) -> None:
    kept = [name.replace("at.", "be.") for name in VARIANTS]
    out = folder(tmp_path, ["report.pdf", *VARIANTS, *kept])
    found = leftovers.remove(out, {"report", "briefs/be", "handouts/be"})
    assert sorted(found.removed) == sorted(out / name for name in VARIANTS) and not found.kept
    assert files(out) == sorted(["manifest.json", "report.pdf", *kept]) and entries(out) == sorted(["report.pdf", *kept])
    assert manifest.verify(out) == []


def test_a_changed_file_is_kept_and_named_until_it_is_gone(tmp_path: Path) -> None:
    out = folder(tmp_path, ["briefs/at.pdf", "briefs/at.docx", "briefs/be.pdf"])
    (out / "briefs/at.docx").write_text("edited")
    for _ in range(2):
        found = leftovers.remove(out, {"briefs/be"})
        assert [str(p) for p in found.kept] == [
            f"{out}/briefs/at.docx: warning: the edition no longer has this document, and the file has changed since it was made. "
            "Keep it elsewhere if it is wanted, then delete it here."
        ]
    assert (out / "briefs/at.docx").read_text() == "edited" and entries(out) == ["briefs/at.docx", "briefs/be.pdf"]
    (problem,) = manifest.verify(out, leftovers.names(out, {"briefs/be"}))
    assert problem.path == f"{out}/briefs/at.docx" and "no longer has this document, and the file has changed" in problem.message
    (out / "briefs/at.docx").unlink()
    assert not leftovers.remove(out, {"briefs/be"}).kept and entries(out) == ["briefs/be.pdf"]


@pytest.mark.parametrize("link", ["briefs", "briefs/at.pdf"])
def test_no_link_is_followed(link: str, tmp_path: Path) -> None:
    out = folder(tmp_path / "out", ["briefs/at.pdf", "briefs/be.pdf"])
    shutil.move(out / link, tmp_path / "elsewhere")
    (out / link).symlink_to(tmp_path / "elsewhere")
    found = leftovers.remove(out, {"briefs/be"})
    assert not found.removed and [p.path for p in found.kept] == [f"{out}/briefs/at.pdf"]
    assert (out / link).is_symlink() and (out / "briefs/at.pdf").read_text() == "briefs/at.pdf"


def test_a_file_that_cant_be_removed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    out = folder(tmp_path, ["briefs/at.pdf"])
    monkeypatch.setattr(os, "unlink", refuse)
    (problem,) = leftovers.remove(out, set()).kept
    assert "can’t be removed: Permission denied" in problem.message and problem.hint


class Office:
    """A content folder with two countries, and what was built of it."""

    def __init__(self, root: Path):
        self.content, self.out = root / "content", root / "dist"
        small.write(self.content, more=dict([country("at")]))

    def run(self, *words: str) -> int:
        more = [] if words[0] == "verify" else ["--jobs", "1"]
        return cli.main([*words, *more, "--content", str(self.content), "--out", str(self.out)])


def test_only_a_build_of_everything_removes_what_verify_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    monkeypatch.setattr(inputs, "document_cache", lambda: Cache(tmp_path / "cache"))
    office = Office(tmp_path)
    austria = [f"{office.out}/briefs/austria.{format}" for format in ("docx", "pdf")]
    assert office.run("all") == 0 and office.run("verify") == 0
    whole = files(office.out)
    (office.content / "countries/at.yaml").rename(tmp_path / "at.yaml")
    for words in (["brief", "be"], ["all", "--kinds", "brief"], ["all", "--format", "pdf"], ["all", "--dry-run"]):
        capfd.readouterr()
        assert office.run(*words) == 0 and files(office.out) == whole, words
    assert [line.partition(": ")[0] for line in capfd.readouterr().err.splitlines()] == austria
    assert office.run("verify") == 3
    told = capfd.readouterr().err
    said = "error: the edition no longer has this document. The next build of everything removes it. Or name another edition with"
    said += " --content."
    assert told.splitlines()[:-1] == [f"{path}: {said}" for path in austria]
    assert office.run("all") == 0
    assert [line for line in capfd.readouterr().out.splitlines() if "removed" in line] == [
        f"{path}: removed, because the edition no longer has it" for path in austria
    ]
    assert office.run("verify") == 0 and not any("austria" in name for name in files(office.out))

    (tmp_path / "at.yaml").rename(office.content / "countries/at.yaml")  # it comes back, and is gone again: both are remembered
    assert office.run("brief", "at") == 0
    (office.content / "countries/at.yaml").unlink()
    assert office.run("all") == 0 and not any("austria" in name for name in files(office.out))

    about = office.content / "edition.yaml"  # a country with another name has other files
    about.write_text(f"{about.read_text()}subjects:\n- code: be\n  name: Belgica\n")
    assert office.run("all") == 0
    assert [name for name in files(office.out) if "brief" in name] == ["briefs/belgica.docx", "briefs/belgica.pdf"]
    assert office.run("verify") == 0
