"""Git repositories of strangers: damaged, partial, hostile or endless. Each is read rightly or refused in plain words."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from briefs.problems import ToolError
from briefs.tools import git

WHO = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "A"), ("EMAIL", "a@b.c"))}
MOST = 10**6


def run(folder: Path, *words: str, given: bytes = b"") -> str:
    environment = {**os.environ, **WHO, "GIT_CONFIG_GLOBAL": os.devnull}
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, input=given, check=True, capture_output=True, env=environment).stdout.decode().strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose folder `content` has a file, and one in a folder."""
    folder = tmp_path / "repository"
    (folder / "content/inner").mkdir(parents=True)
    (folder / "content/a.md").write_text("words")
    (folder / "content/inner/b.md").write_text("other words")
    run(folder, "init", "-q")
    run(folder, "add", "-A")
    run(folder, "commit", "-q", "-m", "x")
    return folder


def loose(folder: Path, name: str) -> Path:
    return folder / f".git/objects/{name[:2]}/{name[2:]}"


def make(folder: Path, kind: str, data: bytes) -> str:
    """An object with any content, as git stores it."""
    whole = f"{kind} {len(data)}\0".encode() + data
    name = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    loose(folder, name).parent.mkdir(exist_ok=True)
    loose(folder, name).write_bytes(zlib.compress(whole))
    return name


def entry(mode: str, name: str, object: str) -> bytes:
    return f"{mode} {name}\0".encode("utf-8", "surrogateescape") + bytes.fromhex(object)


def committed(folder: Path, tree: str) -> str:
    top = make(folder, "tree", entry("40000", "content", tree))
    return make(folder, "commit", f"tree {top}\nauthor A <a@b.c> 1 +0000\ncommitter A <a@b.c> 1 +0000\n\nx\n".encode())


def test_the_files_of_a_folder(repository: Path) -> None:
    found = git.read(repository / "content", "HEAD", MOST)
    assert found.files == {"a.md": b"words", "inner/b.md": b"other words"}
    assert git.read(repository / "content/inner", "HEAD", MOST).files == {"b.md": b"other words"}
    assert found.commit == run(repository, "rev-parse", "HEAD") and len(git.read(repository, "HEAD", MOST).files) == 2


def test_a_repository_with_longer_hashes(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("words")
    run(tmp_path, "init", "-q", "--object-format=sha256")
    run(tmp_path, "add", "-A")
    run(tmp_path, "commit", "-q", "-m", "x")
    assert git.read(tmp_path, "HEAD", MOST).files == {"a.md": b"words"}


@pytest.mark.parametrize("what", ["HEAD:content/a.md", "HEAD:content/inner", "HEAD:content", "HEAD^{tree}"])
@pytest.mark.parametrize("fault", ["missing", "empty", "cut off", "rubbish", "another object"])
def test_an_object_that_is_damaged_or_missing_is_named(what: str, fault: str, repository: Path) -> None:
    name = run(repository, "rev-parse", what)
    path = loose(repository, name)
    data = path.read_bytes()
    path.unlink()
    if fault == "another object":
        path.write_bytes(zlib.compress(b"blob 5\0WORDS" if what.endswith("md") else b"tree 0\0"))
    elif fault != "missing":
        path.write_bytes({"empty": b"", "cut off": data[:-5], "rubbish": b"rubbish"}[fault])
    with pytest.raises(ToolError, match=f"git can’t read the (blob|tree) {name}: the repository is damaged"):
        git.read(repository / "content", "HEAD", MOST)


def test_a_missing_commit_is_no_revision(repository: Path) -> None:
    loose(repository, run(repository, "rev-parse", "HEAD")).unlink()
    with pytest.raises(git.NotThere, match="no revision “HEAD”"):
        git.read(repository / "content", "HEAD", MOST)


@pytest.mark.parametrize(
    "name", ["^HEAD", "x" * 5000, "x" * 250, "a/" * 2400, "HEAD" + "^" * 5000, "HEAD\n", "..", "@{-1}", "HEAD:content", "\udcff"]
)
def test_names_of_revisions(name: str, repository: Path) -> None:
    with pytest.raises(git.NotThere) as caught:
        git.read(repository / "content", name, MOST)
    assert len(caught.value.what) < 200


@pytest.mark.parametrize("fetch", ["file", "ext"])
def test_a_partial_clone_fetches_nothing(fetch: str, repository: Path, tmp_path: Path) -> None:
    run(repository, "config", "uploadpack.allowFilter", "true")
    run(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repository}", "partial")
    partial, trap = tmp_path / "partial", tmp_path / "trap"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n")
    script.chmod(0o755)
    run(partial, "config", "remote.origin.uploadpack", str(script))
    run(partial, "config", "protocol.ext.allow", "always")
    run(partial, "config", "protocol.allow", "always")
    if fetch == "ext":
        run(partial, "config", "remote.origin.url", f"ext::{script}")
    (partial / "content").mkdir()
    with pytest.raises(ToolError, match="a partial clone without it"):
        git.read(partial / "content", "HEAD", MOST)
    assert not trap.exists()


def test_nothing_of_a_configuration_runs(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the repository's, nor the user's, nor that of the environment."""
    trap, script = tmp_path / "trap", tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n")
    script.chmod(0o755)
    keys = (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.gitProxy",
        "core.editor",
        "core.alternateRefsCommand",
        "core.askPass",
    )
    for key in (*keys, "diff.external", "credential.helper", "gpg.program", "alias.rev-parse", "alias.cat-file"):
        run(repository, "config", key, f"!{script}" if key.startswith("alias") else str(script))
    run(repository, "config", "core.hooksPath", str(tmp_path))
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.gitconfig").write_text(f"[core]\n\tfsmonitor = {script}\n\thooksPath = {tmp_path}\n\tbroken\n[")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, value in {
        "GIT_DIR": "/nowhere",
        "GIT_EXTERNAL_DIFF": str(script),
        "GIT_CONFIG_COUNT": "x",
        "GIT_TRACE": str(trap),
    }.items():
        monkeypatch.setenv(name, value)
    assert len(git.read(repository / "content", "HEAD", MOST).files) == 2 and not trap.exists()


def test_replaced_objects_are_as_they_were(repository: Path) -> None:
    other = make(repository, "blob", b"WORDS")
    run(repository, "replace", run(repository, "rev-parse", "HEAD:content/a.md"), other)
    assert git.read(repository / "content", "HEAD", MOST).files["a.md"] == b"words"


def multiplied(folder: Path, inner: str, depth: int, width: int = 50) -> str:
    for _ in range(depth):
        inner = make(folder, "tree", b"".join(entry("40000", f"d{n:02}", inner) for n in range(width)))
    return inner


@pytest.mark.parametrize("depth", [4, 8, 60])
@pytest.mark.parametrize("is_empty", [True, False])
def test_trees_that_multiply_are_refused(depth: int, is_empty: bool, repository: Path) -> None:
    leaf = make(repository, "tree", b"" if is_empty else entry("100644", "a.md", make(repository, "blob", b"words")))
    commit = committed(repository, multiplied(repository, leaf, depth))
    begun = time.process_time()
    with pytest.raises(ToolError, match="more than 20,000 files"):
        git.read(repository / "content", commit, MOST)
    assert time.process_time() - begun < 20


def test_folders_in_folders_are_bounded(repository: Path) -> None:
    leaf = make(repository, "tree", entry("100644", "a.md", make(repository, "blob", b"words")))
    with pytest.raises(ToolError, match="or 20 folders in each other"):
        git.read(repository / "content", committed(repository, multiplied(repository, leaf, 5000, 1)), MOST)


def test_a_blob_counts_as_often_as_it_is_used(repository: Path) -> None:
    blob = make(repository, "blob", b"x" * 1000)
    tree = make(repository, "tree", b"".join(entry("100644", f"{n:05}", blob) for n in range(2000)))
    with pytest.raises(ToolError, match="more than 1,000,000 bytes"):
        git.read(repository / "content", committed(repository, tree), MOST)


def test_a_blob_of_many_zeros_is_not_unpacked(repository: Path) -> None:
    tree = make(repository, "tree", entry("100644", "a.md", make(repository, "blob", bytes(200_000_000))))
    with pytest.raises(ToolError, match="more than 1,000,000 bytes"):
        git.read(repository / "content", committed(repository, tree), MOST)


@pytest.mark.parametrize(
    "made",
    [
        lambda blob: entry("100644", "../a.md", blob),
        lambda blob: entry("100644", "..", blob),
        lambda blob: entry("100644", "", blob),
        lambda blob: entry("100644", "a.md", blob)[:-3],
        lambda blob: b"100644 a.md",
        lambda blob: b"\0",
    ],
)
def test_a_tree_that_is_none_is_refused(made: Callable[[str], bytes], repository: Path) -> None:
    tree = make(repository, "tree", made(make(repository, "blob", b"words")))
    with pytest.raises(ToolError, match="git can’t read the tree"):
        git.read(repository / "content", committed(repository, tree), MOST)


def test_links_modules_and_odd_modes(repository: Path) -> None:
    blob, link = make(repository, "blob", b"words"), make(repository, "blob", b"../../../etc/passwd")
    loop, inside = make(repository, "blob", b"loop"), make(repository, "blob", b"a.md")
    entries = [
        ("100755", "a.md", blob),
        ("120000", "in", inside),
        ("120000", "loop", loop),
        ("160000", "module", blob),
        ("120000", "out", link),
    ]
    tree = make(repository, "tree", b"".join(entry(*e) for e in entries))
    assert git.read(repository / "content", committed(repository, tree), MOST).files == {"a.md": b"words", "in": b"words"}


def test_git_that_never_ends_is_stopped(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_text('#!/bin/sh\ncase "$*" in *batch*) exec sleep 600;; esac\nexec /usr/bin/git "$@"\n')
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    monkeypatch.setattr(git, "SECONDS", 0.5)
    with pytest.raises(ToolError, match=r"took more than 0\.5 s"):
        git.read(repository / "content", "HEAD", MOST)


@pytest.mark.parametrize("at", ["config", "object"])
def test_a_pipe_that_git_would_wait_for_is_told(at: str, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "ASLEEP", 1)
    if at == "config":
        os.mkfifo(repository / "content/pipe")
        run(repository, "config", "include.path", "../content/pipe")
    else:
        stored = loose(repository, run(repository, "rev-parse", "HEAD:content/a.md"))
        stored.unlink()
        os.mkfifo(stored)
    with pytest.raises(ToolError, match=r"waits for a pipe or a device"):
        git.read(repository / "content", "HEAD", MOST)


def test_a_repository_that_the_user_trusts(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's list of trusted repositories holds, though nothing else of their configuration does."""
    (tmp_path / ".gitconfig").write_text("[safe]\n\tdirectory = /somewhere\n\tdirectory = *\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert git._safe_directories("git") == ["safe.directory=/somewhere", "safe.directory=*"]
