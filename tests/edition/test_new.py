"""`new DIR`: a small edition that is sound, whole or not there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from briefs.edition import new
from briefs.edition.read import read
from briefs.problems import Problems, ToolError

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "templates" / "starter"


def test_the_starter_is_sound(tmp_path: Path) -> None:
    names = new.write(tmp_path / "mine", STARTER)
    reading = read(tmp_path / "mine")
    assert reading.problems == ()
    assert reading.edition
    assert names == sorted(p.relative_to(tmp_path / "mine").as_posix() for p in (tmp_path / "mine").rglob("*") if p.is_file())
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_the_starter_shows_every_kind_of_thing() -> None:
    edition = read(STARTER).edition
    assert edition
    facts = [f for c in edition.countries.values() for f in c.facts]
    assert any(f.date for f in facts) and any(f.due for f in facts) and not all(f.when for f in facts)
    assert edition.sections and edition.glossary and edition.about.status == "draft"
    assert all(p.read_text(encoding="utf-8").count("# ") for p in STARTER.rglob("*.*")), "each file has a comment"


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert new.write(str(tmp_path / "mine"), STARTER)
    assert (tmp_path / "mine/edition.yaml").exists()


def test_folders_on_the_way_are_made(tmp_path: Path) -> None:
    assert new.write(tmp_path / "a/b", STARTER)


def test_what_stands_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("full", "file", "link"):
        with pytest.raises(Problems, match="something stands there already"):
            new.write(tmp_path / name, STARTER)
    for name in ("file/inner", "nul\0"):
        with pytest.raises(Problems, match="can’t be written"):
            new.write(tmp_path / name, STARTER)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "full", "link", "x"]


def test_half_an_edition_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copies = iter([shutil.copyfile, shutil.copyfile])

    def full_disk(source: Path, target: Path) -> None:
        copy = next(copies, None)
        if copy is None:
            raise OSError(28, "No space left on device")
        copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", full_disk)
    with pytest.raises(Problems, match="No space left on device"):
        new.write(tmp_path / "mine", STARTER)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_starter_is_said(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="Set up again"):
        new.write(tmp_path / "mine", tmp_path / "nowhere")
