"""tools/matrix.py, as far as it can be tried without downloading a system."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import matrix

FILE = Path(matrix.__file__)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("9 passed in 1.0s\n\n1204 passed, 3 skipped in 512.33s (0:08:32)\n", "1204 passed, 3 skipped"),
        ("== 1 failed, 20 passed, 2 warnings, 1 error in 3.00s ==\nFAILED a.py::b - 1 passed\n", "1 failed, 20 passed, 1 error"),
        ("no tests ran in 0.02s\n", "none ran"),
        ("build.py: this needs Python 3.11\n", "none ran"),
    ],
)
def test_the_closing_line_of_pytest_is_counted(printed, expected):
    assert matrix.counts(printed) == expected


def test_settings_of_pip_go_in_but_not_folders_that_only_this_machine_has(tmp_path, monkeypatch):
    printed = (
        "global.extra-index-url='file:///nowhere/simple https://index.example/simple'\n:env:.timeout='7'\n"
        "global.timeout='9'\nglobal.cert='/ca.crt'\nglobal.find-links='/wheels'\nglobal.proxy='/nowhere'\n"
    )
    monkeypatch.setattr(matrix, "read", lambda command: printed)
    (tmp_path / "ca.crt").touch()
    expected = {"PIP_EXTRA_INDEX_URL": "https://index.example/simple", "PIP_TIMEOUT": "7", "PIP_CERT": "/ca.crt"}
    assert matrix.pip_settings(tmp_path) == expected


def test_a_copy_is_deleted_whatever_happens_and_its_original_kept(tmp_path):
    (tmp_path / "bookworm").mkdir()
    (tmp_path / "bookworm/file").touch()
    with pytest.raises(KeyboardInterrupt), matrix.copied(tmp_path / "bookworm", keep=False) as root:
        assert (root / "file").exists()
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.iterdir()] == ["bookworm"]


@pytest.mark.skipif(subprocess.run([*matrix.NAMESPACE, "true"]).returncode != 0, reason="nobody may mount here, or only root")
def test_mounts_end_with_the_command_that_failed(tmp_path):
    for name in ("proc", "dev/shm", "dev/pts"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "log").touch()
    with pytest.raises(matrix.Failed, match=r"^the-command \(exit code 127\)$"):  # there is no shell in this root
        matrix.Inside(tmp_path, dict(os.environ), tmp_path / "log").run("the-command")
    assert "chroot: failed to run command" in (tmp_path / "log").read_text()
    assert str(tmp_path) not in Path("/proc/self/mounts").read_text()


def test_two_do_not_work_in_one_cache(tmp_path):
    with matrix.only_one(tmp_path), pytest.raises(matrix.Failed, match="another"), matrix.only_one(tmp_path):
        pass


@pytest.mark.parametrize("words", [["debian-1"], ["--mirror", "nosuite=http://localhost"], ["--mirror", "noble"]])
def test_a_wrong_word_is_explained_before_anything_is_made(words, capsys):
    with pytest.raises(SystemExit):
        matrix.main(words)
    assert re.search(r"is none of debian-12, |is not SUITE=URL", capsys.readouterr().err)


def test_help_needs_only_the_standard_library_and_no_root():
    said = subprocess.run([sys.executable, "-I", "-S", FILE, "--help"], capture_output=True, text=True)
    assert said.returncode == 0 and all(name in said.stdout for name in [*matrix.SYSTEMS, "--only", "--tests", "--mirror"])


def test_it_names_no_mirror():
    assert not re.search(r"://\w", FILE.read_text(encoding="utf-8"))
