"""Which files of a folder are read, and which are refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from briefs import plainfile
from briefs.edition import files
from briefs.edition.read import read
from briefs.problems import Problems


def said(folder: Path) -> list[str]:
    return [str(p) for p in files.read_folder(folder)[1]]


def test_files_are_read_and_dotted_names_left_alone(tmp_path: Path) -> None:
    (tmp_path / "countries").mkdir()
    (tmp_path / "countries/be.yaml").write_bytes(b"x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_bytes(b"x")
    (tmp_path / "countries/.be.yaml.swp").write_bytes(b"x")
    assert files.read_folder(tmp_path) == ({"countries/be.yaml": b"x"}, [])


def test_links_within_the_folder_are_followed_and_others_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    root = tmp_path / "content"
    root.mkdir()
    (root / "real").write_bytes(b"real")
    (root / "in").symlink_to("real")
    (root / "out").symlink_to("../secret")
    (root / "absolute").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path)
    (root / "loop").symlink_to("loop")
    (root / "gone").symlink_to("nowhere")
    found, problems = files.read_folder(root)
    assert found == {"real": b"real", "in": b"real"}
    assert [(p.path, p.message) for p in problems] == [
        ("absolute", "the link leads out of the content folder"),
        ("folder", "the link leads out of the content folder"),
        ("gone", "can’t be read: No such file or directory"),
        ("loop", "can’t be read: it is a link to itself"),
        ("out", "the link leads out of the content folder"),
    ]


def test_a_folder_may_itself_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a").write_bytes(b"a")
    (tmp_path / "link").symlink_to("real")
    assert files.read_folder(tmp_path / "link") == ({"a": b"a"}, [])


def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "edition.yaml")
    assert said(tmp_path) == ["edition.yaml: error: this is not a plain file. Delete it."]


def test_names_that_cannot_be_printed(tmp_path: Path) -> None:
    for name in (b"caf\xe9.yaml", b"two\nlines", b"a\x1b[31m", "\u202egnp".encode()):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_bytes(b"")
    assert [(p.path, p.message) for p in files.read_folder(tmp_path)[1]] == [
        (shown, "the file’s name has characters that can’t be printed")
        for shown in (r"a\x1b[31m", r"caf\xe9.yaml", r"two\nlines", r"\u202egnp")
    ]


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    monkeypatch.setattr(files, "MAX_ALL_BYTES", 15)
    monkeypatch.setattr(files, "MAX_FILES", 4)
    monkeypatch.setattr(files, "MAX_DEPTH", 2)
    (tmp_path / "a").write_bytes(b"x" * 11)
    assert said(tmp_path) == ["a: error: the file has over 10 bytes. Make it smaller, or move it out of the content folder."]
    (tmp_path / "a").unlink()
    (tmp_path / "b/c/d").mkdir(parents=True)
    assert said(tmp_path) == ["b/c: error: there are too many folders in folders. Is this the right folder?"]
    for name in "efg":
        (tmp_path / name).write_bytes(b"x" * 8)
    assert said(tmp_path)[-1] == "g: error: the folder has over 15 bytes of files. Is this the right folder?"
    for name in "efghi":
        (tmp_path / name).write_bytes(b"")
    assert said(tmp_path)[-1] == "i: error: the folder has over 4 files. Is this the right folder?"


def test_a_link_within_the_folder_may_lead_through_others(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/real").write_bytes(b"real")
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to(tmp_path / "a/b/../b/real")
    (tmp_path / "self").symlink_to(".")
    found, problems = files.read_folder(tmp_path)
    assert found == dict.fromkeys(["a/b/real", "first", "second"], b"real")
    assert [(p.path, p.message) for p in problems] == [("self", "this is not a plain file")]


SWAPS: dict[str, tuple[str, str]] = {"a file": ("countries/be.yaml", "secret/be.yaml"), "a folder": ("countries", "secret")}


@pytest.mark.parametrize("what", SWAPS)
@pytest.mark.parametrize("call", ["stat", "open", "scandir", "readlink"])
def test_a_link_that_is_swapped_in_between_any_two_calls_leads_nowhere(
    what: str, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before each call that touches the disk, and for each of them alone, the file or folder becomes a link to outside."""
    secret, content = tmp_path / "secret", tmp_path / "content"
    for folder, words in ((secret, b"secret"), (content / "countries", b"ours")):
        folder.mkdir(parents=True)
        (folder / "be.yaml").write_bytes(words)
    (content / "inner").symlink_to("countries/be.yaml")
    place, target = content / SWAPS[what][0], tmp_path / SWAPS[what][1]
    sound, calls, turn = getattr(os, call), 0, 0

    def swapping(*words: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == turn:
            place.rename(tmp_path / "away")
            place.symlink_to(target)
        return sound(*words, **more)

    while calls >= turn:
        calls, turn = 0, turn + 1
        monkeypatch.setattr(os, call, swapping)
        found, _ = files.read_folder(content)
        monkeypatch.setattr(os, call, sound)
        assert set(found.values()) <= {b"ours"}
        if place.is_symlink():
            place.unlink()
            (tmp_path / "away").rename(place)


def test_a_file_that_grows_while_it_is_read_is_bounded_by_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    (tmp_path / "a").write_bytes(b"x")
    checked = plainfile._check

    def growing(found: os.stat_result, path: str | Path) -> None:
        checked(found, path)
        (tmp_path / "a").write_bytes(b"x" * 11)

    monkeypatch.setattr(plainfile, "_check", growing)
    assert "over 10 bytes" in said(tmp_path)[0]


def test_no_descriptor_is_left_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILES", 1)
    (tmp_path / "a/b").mkdir(parents=True)
    for name in ("a/b/one", "a/b/two", "three"):
        (tmp_path / name).write_bytes(b"x")
    before = os.listdir("/proc/self/fd")
    files.read_folder(tmp_path)
    assert os.listdir("/proc/self/fd") == before


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.write_bytes(b""), lambda p: p.symlink_to(p.name)])
def test_no_content_folder(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "content")
    with pytest.raises(Problems, match=r"there is no content folder|this is not a folder"):
        read(tmp_path / "content")


def test_an_empty_folder(tmp_path: Path) -> None:
    assert [str(p) for p in read(tmp_path).problems] == [
        "edition.yaml: error: the edition has no edition.yaml. `new DIR` writes one to start from."
    ]


def test_folders_for_files(tmp_path: Path) -> None:
    for name in ("edition.yaml", "countries/be.yaml", "sources.bib"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "edition.yaml/x").write_bytes(b"")
    assert [p.path for p in read(tmp_path).problems] == ["edition.yaml", "edition.yaml/x"]
