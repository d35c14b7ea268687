"""Fonts of an edition's script that aren't there: named, installed by build.py as root, and noticed by `watch`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from queue import SimpleQueue

import pytest

from briefs.cli import main
from briefs.exitcodes import ExitCode
from briefs.press.watch import Watcher
from briefs.theme import Theme
from briefs.tools import apt, fonts
from tests import small

PACKAGE = "fonts-noto-core"
HIDDEN = "Arabic-"


@pytest.fixture
def visible(tmp_path: Path, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the fonts that can be found: all of the theme's but the Arabic ones."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    for name, path in fonts.find(theme.look.fonts.files).items():
        (folder / name).symlink_to(path)
    monkeypatch.setattr(fonts, "SYSTEM", (str(folder),))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def apt_get(tmp_path: Path, theme: Theme, visible: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of apt-get that notes what it is asked for, and brings the Arabic fonts. Returns the note."""
    note, real = tmp_path / "asked", fonts.find(_arabic(theme), ["/usr/share/fonts", "/usr/local/share/fonts"])
    links = "".join(f"ln -s {path} {visible}/\n" for path in real.values())
    program = tmp_path / "bin/apt-get"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> {note}\n[ "$1" = install ] || exit 1\n{links}')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return note


def _arabic(theme: Theme) -> Mapping[str, list[str]]:
    script = theme.look.fonts.scripts["Arab"]
    return {script.package: script.files}


def arabic_edition(folder: Path) -> Path:
    return small.write(folder, about={"language": "ar"}, more={"labels/en.yaml": None})


def test_check_names_the_package_and_the_command(visible: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--content", str(arabic_edition(tmp_path / "content"))]) == ExitCode.SETUP
    said = capsys.readouterr().err
    assert "NotoSansArabic-Regular.ttf, NotoSansArabic-Bold.ttf" in said and f"sudo apt-get install {PACKAGE}" in said


def test_build_py_installs_it_as_root_and_goes_on(
    apt_get: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(apt.ALLOWED, "1")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert main(["check", "--content", str(arabic_edition(tmp_path / "content"))]) == ExitCode.DONE
    update, install = apt_get.read_text().splitlines()
    assert update.startswith("update ") and install.startswith(f"install --no-install-recommends {PACKAGE} ")
    assert f"to install the fonts that this edition needs: {PACKAGE}" in capsys.readouterr().err


@pytest.mark.parametrize(("allowed", "user"), [("", 0), ("1", 1000)])
def test_nothing_is_installed_otherwise(
    allowed: str, user: int, apt_get: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(apt.ALLOWED, allowed)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert main(["check", "--content", str(arabic_edition(tmp_path / "content"))]) == ExitCode.SETUP
    assert not apt_get.exists()


@pytest.mark.parametrize("package", ["openssh-server", "fonts-x; reboot", "--purge", "fonts-a fonts-b"])
def test_only_packages_with_fonts_are_installed(package: str, apt_get: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(apt.ALLOWED, "1")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert not apt.install_fonts([PACKAGE, package]) and not apt_get.exists()


def test_watch_goes_on_when_the_fonts_are_there(visible: Path, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("briefs.press.watch.LOOK", 0.01)
    watcher = Watcher.__new__(Watcher)
    watcher._saved, watcher._missing = SimpleQueue(), _arabic(theme)
    looks = 0

    def look(files: Mapping[str, list[str]]) -> bool:
        nonlocal looks
        looks += 1
        if looks == 3:
            for name, path in fonts.find(files, ["/usr/share/fonts", "/usr/local/share/fonts"]).items():
                (visible / name).symlink_to(path)
        return are_there(files)

    are_there = fonts.are_there
    monkeypatch.setattr(fonts, "are_there", look)
    watcher._wait()
    assert looks == 3 and not watcher._missing
