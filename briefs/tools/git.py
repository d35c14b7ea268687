"""Git: the files of a folder at a revision.

In: a folder, and a revision as people name it. Out: the bytes of the files by their paths in the folder. Nothing is checked out,
and no hook or filter of the repository runs: trees and blobs are read as they are stored. https://git-scm.com/docs/git-cat-file
"""

from __future__ import annotations

import os
import posixpath
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from briefs.problems import ToolError

SECONDS = 120
_LINK, _FILE = "120000", "100"  # the mode of a link, and the beginning of a plain file's mode
_LINKS = 8  # that may follow each other; more are a circle


class NotThere(Exception):
    """The folder is in no repository, the revision doesn't exist, or the folder isn't in it. The message says which, and what to
    do."""

    def __init__(self, what: str, hint: str):
        super().__init__(what, hint)
        self.what, self.hint = what, hint


@dataclass(frozen=True)
class Snapshot:
    """The files of a folder at a revision, by path. `commit` is the full name of the revision."""

    commit: str
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class _TreeEntry:
    mode: str
    blob: str
    size: int
    path: str


def read(folder: Path, revision: str, most: int) -> Snapshot:
    """The files of the folder at a revision. Links are followed within the folder; others are left out.

    Raises NotThere, and ToolError if git is missing or the files have more than `most` bytes.
    """
    git = _Git(folder)
    inside = git.run("rev-parse", "--show-prefix")
    if inside is None:
        raise NotThere(f"{folder} is in no git repository", "Give --since the folder of an older dist instead.")
    commit = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}") if revision else None
    if not commit:
        raise NotThere(f"git knows no revision “{revision}”", "`git log --oneline` and `git tag` list them.")
    tree = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit.strip()}:{inside.rstrip(chr(10))}")
    if not tree:
        raise NotThere(f"{folder} isn’t in the revision “{revision}”", "Name a later one, or --content as it was called then.")
    entries = list(_entries(git.run("ls-tree", "--full-tree", "-r", "-l", "-z", tree.strip()) or ""))
    if sum(e.size for e in entries) > most:
        raise ToolError(f"{folder} has more than {most:,} bytes at the revision “{revision}”. Is it the right folder?")
    return Snapshot(commit.strip(), _followed(entries, git.blobs([e.blob for e in entries])))


def _entries(listed: str) -> Iterator[_TreeEntry]:
    """The plain files and links in the output of `ls-tree -l -z`."""
    for line in listed.split("\0"):
        told, _, path = line.partition("\t")
        mode, kind, blob, size = told.split() if told else ("", "", "", "")
        if kind == "blob":
            yield _TreeEntry(mode, blob, int(size), path)


def _followed(entries: Sequence[_TreeEntry], blobs: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files by path. A link has the contents of its target."""
    known = {e.path: e for e in entries}
    found: dict[str, bytes] = {}
    for entry in entries:
        at: _TreeEntry | None = entry
        for _ in range(_LINKS):
            if at is None or at.mode != _LINK:
                break
            target = blobs[at.blob].decode("utf-8", "surrogateescape")
            at = known.get(posixpath.normpath(posixpath.join(posixpath.dirname(at.path), target)))
        if at is not None and at.mode.startswith(_FILE):
            found[entry.path] = blobs[at.blob]
    return found


class _Git:
    """Git in a folder. It may not prompt, fetch or take locks."""

    def __init__(self, folder: Path):
        found = shutil.which("git")
        if not found:
            raise ToolError("git is missing. Install it: sudo apt-get install git")
        self.command = [found, "-C", str(folder), "--no-pager"]
        self.environment = {
            **os.environ,
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "LC_ALL": "C",
        }

    def run(self, *words: str) -> str | None:
        """The output of a command; None if it fails."""
        ended = self._ended(words, b"")
        if ended.returncode and b"dubious ownership" in ended.stderr:
            raise ToolError(f"git doesn’t read a repository of another user: {_said(ended.stderr)}")
        return None if ended.returncode else ended.stdout.decode("utf-8", "surrogateescape")

    def blobs(self, names: Sequence[str]) -> dict[str, bytes]:
        """The contents of blobs by name, read by one process."""
        ended = self._ended(["cat-file", "--batch"], "".join(f"{n}\n" for n in names).encode())
        found: dict[str, bytes] = {}
        at = 0
        for name in names:
            head, _, _ = ended.stdout[at : at + 200].partition(b"\n")
            parts = head.split()
            if ended.returncode or len(parts) != 3:
                raise ToolError(f"git can’t read {name}: {_said(ended.stderr) or _said(head)}. Is the repository whole? `git fsck`")
            start = at + len(head) + 1
            found[name] = ended.stdout[start : start + int(parts[2])]
            at = start + int(parts[2]) + 1
        return found

    def _ended(self, words: Sequence[str], given: bytes) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run([*self.command, *words], input=given, capture_output=True, timeout=SECONDS, env=self.environment)
        except subprocess.TimeoutExpired:
            raise ToolError(f"git took more than {SECONDS} s and was stopped") from None


def _said(error: bytes) -> str:
    return " ".join(error.decode("utf-8", "replace").split())[:200]
