"""Git: the files of a folder at a revision, the revisions of a file, and a new revision.

In: a folder, and a revision as people name it. Out: the bytes of the files by their paths in the folder. Nothing is checked out:
trees and blobs are read as they are stored, each is compared with the hash that names it, and how much is read has bounds. A new
revision is made of objects too: no hook or filter runs, and nothing that somebody has staged goes with it.

A repository may be a stranger's. Git runs in an environment of its own: no configuration but the repository's, of which nothing
that would run a program or fetch is in force, no replaced objects, no locks, no prompts. Which repositories of other users are read
is still the user's own setting (`safe.directory`). https://git-scm.com/docs/git-cat-file,
https://git-scm.com/docs/git#_environment_variables
"""

from __future__ import annotations

import datetime
import hashlib
import os
import posixpath
import resource
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from briefs.problems import ToolError
from briefs.tools.pipes import is_asleep, processor_time

SECONDS = 50
ASLEEP = 10  # seconds after which a process that sleeps, although it was asked, is stopped
MAX_NAME = 250  # the most letters of a revision's name
MAX_ENTRIES = 20_000  # the most entries of all trees of the folder; an entry counts as often as it is used
MAX_DEPTH = 20
MAX_TREE = 5_000_000  # the most bytes of one tree or commit
MEMORY = 1_000_000_000  # bytes that a git process may allocate (RLIMIT_DATA of getrlimit(2))
LAST_DAY = datetime.date(2099, 12, 31)  # git reads no later date
_SAID = 10_000  # the most bytes of the output of a command that prints little
_ENTRY = 2_000  # the most bytes of a revision in a list
_LINK, _FILE, _TREE = "120000", "100", "40000"  # the mode of a link, the beginning of a plain file's mode, the mode of a tree
_LINKS = 8  # the most links that are followed in a row; more are taken for a circle
_OFF = {
    "protocol.allow": "never", "core.fsmonitor": "false", "core.hooksPath": os.devnull, "core.useReplaceRefs": "false",
    "core.alternateRefsCommand": "", "core.pager": "cat", "core.packedGitWindowSize": "32m",
}  # fmt: skip
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "LC_ALL": "C",
}  # fmt: skip


class NotThere(Exception):
    """The folder is in no repository, or the revision doesn't exist, or the revision doesn't have the folder. The message says
    which, and what to do."""

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
    name: str  # the object's name, in hexadecimal digits
    path: str


def read(folder: Path, revision: str, most: int) -> Snapshot:
    """The files of the folder at a revision. Links are followed within the folder; others are left out.

    Raises NotThere, and ToolError if git is missing, the repository is damaged or lacks objects, or the files have more than `most`
    bytes.
    """
    git = _Git(folder)
    inside = git.run("rev-parse", "--show-prefix")
    if inside is None:
        raise NotThere(f"{folder} is in no git repository", "Give --since the folder of an older dist instead.")
    commit = _commit_of(git, revision)
    with git.objects() as objects:
        tree = objects.read(commit, "commit", MAX_TREE).partition(b"\n")[0].removeprefix(b"tree ").decode("ascii", "replace")
        for step in inside.rstrip("\n").split("/")[:-1]:
            inner = {entry.path: entry.name for entry in objects.tree(tree) if entry.mode == _TREE}
            if step not in inner:
                hint = "Name a later one, or --content as it was called then."
                raise NotThere(f"{folder} isn’t in the revision “{_shortened(revision)}”", hint)
            tree = inner[step]
        entries = list(_walk(objects, tree))
        return Snapshot(commit, _followed(entries, _blobs(objects, entries, most)))


def commit_of(folder: Path, revision: str) -> str:
    """The full name of the commit that a revision is now. Raises NotThere, and ToolError if git is missing (git-rev-parse(1))."""
    return _commit_of(_Git(folder), revision)


def _commit_of(git: _Git, revision: str) -> str:
    named = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    known = git.run(*named) if 0 < len(revision) <= MAX_NAME else None
    if not known or known.startswith("^"):  # git understands `^HEAD` as “not HEAD”
        raise NotThere(f"git knows no revision “{_shortened(revision)}”", "`git log --oneline` and `git tag` list them.")
    return known.strip()


def is_in_repository(folder: Path) -> bool:
    """Whether a folder is in a repository. Raises ToolError if git is missing."""
    return _Git(folder).run("rev-parse", "--show-prefix") is not None


@dataclass(frozen=True)
class FileRevision:
    """A commit: its full name, its day and time (ISO 8601), its author, the first line of its message."""

    commit: str
    when: str
    author: str
    subject: str


def revisions(folder: Path, path: str, most: int) -> list[FileRevision]:
    """The last revisions that changed a file of the folder, the latest first; none if the folder is in no repository.

    Raises ToolError if git is missing or takes too long (git-log(1)).
    """
    git = _Git(folder)
    words = ("log", "-z", f"--max-count={most}", "--format=%H%n%aI%n%an%n%s", "--end-of-options", "HEAD", "--", f":(literal){path}")
    found = git.run(*words, most=most * _ENTRY) or ""
    lines = (entry.strip("\n").split("\n") for entry in found.split("\0"))
    return [FileRevision(*parts) for parts in lines if len(parts) == 4]


def commit(folder: Path, files: Mapping[str, bytes | None], author: tuple[str, str], message: str) -> str:
    """Make a revision of these files of the folder, by path, on the branch that is checked out. None: the file is removed. Returns
    its name, or nothing if they are as they were.

    `author`: a name and an address, which may be empty. Raises NotThere if the folder is in no repository, ToolError if git is
    missing or refuses (gitcore-tutorial(7): hash-object, update-index, write-tree, commit-tree, update-ref).
    """
    git = _Git(folder)
    inside = git.run("rev-parse", "--show-prefix")
    if inside is None:
        raise NotThere(f"{folder} is in no git repository", "Make one with `git init`, or write `commits: false`.")
    prefix = inside.rstrip("\n")
    before = (git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}") or "").strip()
    entries = [_entry(git, path, data, "0" * (len(before) or 40)) for path, data in files.items()]
    with tempfile.TemporaryDirectory(prefix="briefs-git-") as made:
        own = {"GIT_INDEX_FILE": str(Path(made) / "index")}
        git.must("read-tree", before or "--empty", more=own)
        _put(git, entries, prefix, own)
        tree = git.must("write-tree", more=own)
    if before and tree == git.must("rev-parse", f"{before}^{{tree}}"):
        return ""
    name, address = (" ".join("".join(c for c in one if c not in "<>").split()) for one in author)
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", name), ("EMAIL", address))}
    parent = ("-p", before) if before else ()
    commit = git.must("commit-tree", tree, *parent, "-m", message, more=who)
    git.must("update-ref", "-m", message.partition("\n")[0], "HEAD", commit, before or "0" * len(commit), more=who)
    _put(git, entries, prefix, _without_filters(git))  # otherwise the files would count as staged changes
    return commit


def _entry(git: _Git, path: str, data: bytes | None, nothing: str) -> tuple[str, str, str]:
    """The mode, name and path of a file for an index. `nothing`: the name of no object, which with the mode 0 removes the file
    (git-update-index(1))."""
    if data is None:
        return "0", nothing, path
    return "100644", git.must("hash-object", "-w", "--no-filters", "--stdin", data=data), path


def _without_filters(git: _Git) -> dict[str, str]:
    """Environment variables that switch every filter off. Otherwise git may run filters when it writes an index, because it hashes
    files anew (gitattributes(5), git-config(1), GIT_CONFIG_COUNT)."""
    found = git.run("config", "--null", "--name-only", "--get-regexp", r"^filter\..*\.(clean|process)$") or ""
    keys = [key for key in found.split("\0") if key]
    pairs = {f"GIT_CONFIG_KEY_{n}": key for n, key in enumerate(keys)} | {f"GIT_CONFIG_VALUE_{n}": "" for n in range(len(keys))}
    return {**pairs, "GIT_CONFIG_COUNT": str(len(keys))}


def _put(git: _Git, entries: Sequence[tuple[str, str, str]], prefix: str, more: Mapping[str, str]) -> None:
    """Put blobs into an index. `entries`: the mode, name and path of each; `prefix`: what stands before each path; `more`: further
    environment variables."""
    lines = "".join(f"{mode} {blob}\t{prefix}{path}\0" for mode, blob, path in entries)
    git.must("update-index", "-z", "--add", "--index-info", data=lines.encode("utf-8", "surrogateescape"), more=more)


def revision_on(folder: Path, day: datetime.date) -> str:
    """The name of the latest revision at the end of a day in UTC, on the branch that is checked out.

    Raises NotThere if there was none yet, and ToolError if git is missing (git-rev-list(1), `--before`).
    """
    git, day = _Git(folder), min(day, LAST_DAY)
    found = git.run("rev-list", "-1", "--first-parent", f"--before={day.isoformat()}T23:59:59+00:00", "HEAD")
    if not (found or "").strip():
        raise NotThere(f"{folder} has no revision in git that is as old as {day.isoformat()}", "`git log` lists them.")
    return (found or "").strip()


def _walk(objects: _Objects, tree: str) -> Iterator[_TreeEntry]:
    """The plain files and links of a tree, with their paths in it. Raises ToolError for one that is too large."""
    waiting, seen = [(tree, "", 0)], 0
    while waiting:
        name, folder, depth = waiting.pop()
        for entry in objects.tree(name):
            seen += 1
            if seen > MAX_ENTRIES or depth > MAX_DEPTH:
                raise ToolError(f"the folder has more than {MAX_ENTRIES:,} files or {MAX_DEPTH} folders in each other in git")
            path = f"{folder}{entry.path}"
            if entry.mode == _TREE:
                waiting.append((entry.name, f"{path}/", depth + 1))
            elif entry.mode == _LINK or entry.mode.startswith(_FILE):
                yield _TreeEntry(entry.mode, entry.name, path)


def _blobs(objects: _Objects, entries: Sequence[_TreeEntry], most: int) -> dict[str, bytes]:
    """The contents of all blobs by name. A blob counts towards `most` as often as it is used."""
    found: dict[str, bytes] = {}
    left = most
    for entry in entries:
        size = len(found[entry.name]) if entry.name in found else objects.size(entry.name, "blob")
        left -= size
        if left < 0:
            raise ToolError(f"the folder has more than {most:,} bytes at that revision. Is it the right folder?")
        if entry.name not in found:
            found[entry.name] = objects.read(entry.name, "blob", size)
    return found


def _followed(entries: Sequence[_TreeEntry], blobs: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files by path. A link has the contents of its target."""
    known = {e.path: e for e in entries}
    found: dict[str, bytes] = {}
    for entry in entries:
        at: _TreeEntry | None = entry
        for _ in range(_LINKS):
            if at is None or at.mode != _LINK:
                break
            target = blobs[at.name].decode("utf-8", "surrogateescape")
            at = known.get(posixpath.normpath(posixpath.join(posixpath.dirname(at.path), target)))
        if at is not None and at.mode.startswith(_FILE):
            found[entry.path] = blobs[at.name]
    return found


class _Git:
    """Git in a folder. It may not prompt, fetch, take locks or run other programs."""

    def __init__(self, folder: Path):
        found = shutil.which("git")
        if not found:
            raise ToolError("git is missing. Install it: sudo apt-get install git")
        own = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SSH_"))}
        self.environment = {**own, **_ENVIRONMENT}
        options = [f"{key}={value}" for key, value in _OFF.items()] + _safe_directories(found)
        self._unasked: set[int] = set()  # the numbers of processes that wait for a question
        self.command = [found, *(word for option in options for word in ("-c", option)), "-C", str(folder), "--no-pager"]

    def run(self, *words: str, most: int = _SAID) -> str | None:
        """The output of a git command, at most `most` bytes of it. None if the command fails. Raises ToolError for a repository of
        another user."""
        with self._process(words, subprocess.PIPE) as process:
            output = _of(process.stdout).read(most)
            said = _of(process.stderr).read(_SAID).decode("utf-8", "replace")
            process.kill() if len(output) == most else None
            code = process.wait()
        if code and "dubious ownership" in said:
            raise ToolError(f"git doesn’t read a repository of another user: {' '.join(said.split())[:200]}")
        return None if code else output.decode("utf-8", "surrogateescape")

    def must(self, *words: str, data: bytes = b"", more: Mapping[str, str] | None = None) -> str:
        """The output of a git command that prints little, without white space at its ends. `data`: its input; `more`: further
        environment variables.

        Raises ToolError, with git's message if the command fails.
        """
        with self._process(words, subprocess.PIPE, more) as process:
            output, said = process.communicate(data)
        if process.returncode:
            raise ToolError(f"git {words[0]} failed: {_shortened(' '.join(said.decode('utf-8', 'replace').split()))}")
        return output[:_SAID].decode("utf-8", "surrogateescape").strip()

    @contextmanager
    def objects(self) -> Iterator[_Objects]:
        """The objects of the repository."""
        with self._process(["cat-file", "--batch-check"]) as sizes, self._process(["cat-file", "--batch"]) as contents:
            yield _Objects(sizes, contents, self._unasked)

    @contextmanager
    def _process(
        self, words: Sequence[str], errors: int = subprocess.DEVNULL, more: Mapping[str, str] | None = None
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Git, until the end of the block, with limits of time and memory. Raises ToolError if it was stopped."""
        environment = {**self.environment, **(more or {})}
        reasons: list[str] = []
        ended = threading.Event()
        with subprocess.Popen(
            [*self.command, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment
        ) as process:

            def watch() -> None:
                if reason := self._reason_to_stop(process.pid, ended):
                    reasons.append(reason)
                    process.kill()

            watcher = threading.Thread(target=watch, daemon=True)
            watcher.start()
            try:
                with suppress(OSError):  # git has ended already
                    resource.prlimit(process.pid, resource.RLIMIT_DATA, (MEMORY, MEMORY))
                yield process
            except ToolError:
                if not reasons:
                    raise
            finally:
                ended.set()
                watcher.join()
                process.kill()
        if reasons:
            raise ToolError(reasons[0])

    def _reason_to_stop(self, process: int, ended: threading.Event) -> str:
        """Why a process has to be stopped, as soon as it has; empty if it ends before. Git never waits for anything but a disk or
        its input. If it sleeps although it has been asked, it has opened a pipe that nobody writes to: a hostile repository can
        name one in its configuration, or have one among its objects."""
        began = awake = time.monotonic()
        used = 0.0
        while not ended.wait(min(1.0, SECONDS)):
            now, using = time.monotonic(), processor_time(process)
            if using != used or process in self._unasked or not is_asleep(process):
                awake, used = now, using
            if now - awake > ASLEEP:
                return "git was stopped, because it waits for a pipe or a device: the repository’s files or configuration name one"
            if now - began > SECONDS:
                return f"git took more than {SECONDS} s and was stopped"
        return ""


class _Objects:
    """The objects of a repository, by their names in hexadecimal digits. Raises ToolError for one that is damaged or not there."""

    def __init__(self, sizes: subprocess.Popen[bytes], contents: subprocess.Popen[bytes], unasked: set[int]):
        """`unasked`: holds the number of each process that wasn't asked, or has answered."""
        self._sizes, self._contents, self._unasked = sizes, contents, unasked
        self._unasked |= {sizes.pid, contents.pid}
        self._trees: dict[str, list[_TreeEntry]] = {}

    def size(self, name: str, kind: str) -> int:
        """The size of an object in bytes. Raises ToolError if it is of another kind."""
        return self._head(self._sizes, name, kind)

    def read(self, name: str, kind: str, most: int) -> bytes:
        """The content of an object, which may have at most `most` bytes."""
        size = self.size(name, kind)
        if size > most:
            raise ToolError(f"git’s {kind} {name} has {size:,} bytes; {most:,} is the most")
        self._head(self._contents, name, kind)
        data = _of(self._contents.stdout).read(size + 1)[:size]
        made = hashlib.new("sha1" if len(name) == 40 else "sha256", f"{kind} {size}\0".encode() + data, usedforsecurity=False)
        if made.hexdigest() != name:
            raise _unreadable(kind, name)
        return data

    def tree(self, name: str) -> list[_TreeEntry]:
        """The entries of a tree, with their names in it as paths."""
        if name not in self._trees:
            self._trees[name] = list(_entries(name, self.read(name, "tree", MAX_TREE)))
        return self._trees[name]

    def _head(self, process: subprocess.Popen[bytes], name: str, kind: str) -> int:
        """Ask a process for an object, and read the line `name kind size` before its content."""
        self._unasked.discard(process.pid)
        with suppress(OSError):  # the process has ended
            _of(process.stdin).write(f"{name}\n".encode())
            _of(process.stdin).flush()
        words = _of(process.stdout).readline(1000).decode("ascii", "replace").split()
        self._unasked.add(process.pid)
        if words[:2] != [name, kind] or len(words) != 3:
            raise _unreadable(kind, name)
        return int(words[2])


def _entries(name: str, data: bytes) -> Iterator[_TreeEntry]:
    """The entries of a tree object: mode, space, name, NUL, the bytes of a hash."""
    length, at = len(name) // 2, 0
    while at < len(data):
        end = data.find(b"\0", at)
        mode, _, path = data[at : max(end, at)].partition(b" ")
        at, own = end + 1 + length, data[end + 1 : end + 1 + length]
        if not path or b"/" in path or path in (b".", b"..") or len(own) < length:
            raise _unreadable("tree", name)
        yield _TreeEntry(mode.decode("ascii", "replace"), own.hex(), path.decode("utf-8", "surrogateescape"))


def _unreadable(kind: str, name: str) -> ToolError:
    return ToolError(
        f"git can’t read the {kind} {name}: the repository is damaged, or a partial clone without it. `git fsck` says more; "
        "`git fetch --refetch` completes a partial clone."
    )


def _safe_directories(git: str) -> list[str]:
    """The repositories of other users that the user trusts, as options for git."""
    with suppress(OSError, subprocess.TimeoutExpired):
        command = [git, "config", "--global", "--get-all", "safe.directory"]
        found = subprocess.run(command, capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL, cwd="/")  # in no repository
        return [f"safe.directory={line}" for line in found.stdout.decode("utf-8", "surrogateescape").splitlines()]
    return []


def _of(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream
    return stream


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}…"
