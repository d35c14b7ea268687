"""`manifest.json`: what an output folder holds, and a check of the folder against it.

In: outcomes with the inputs of their documents. Out: for each file its SHA-256, size, pages, kind and subject, and the hashes of
its inputs and pieces; and the versions of the tools. The same documents give the same bytes. A build of some documents keeps the
entries of the others.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from briefs import atomic, plainfile
from briefs.press.cache import digest
from briefs.press.documents import Outcome, is_below
from briefs.problems import Problem

NAME = "manifest.json"
LOCK = f".{NAME}.lock"  # hidden: `verify` skips it
MAX_BYTES = 50_000_000  # a larger manifest isn't read; ours have a kilobyte for each file
LARGEST = 500_000_000  # bytes of a document that stands in a folder already
REDLINES = "redline"  # a folder in the output folder with files that no build makes (`redline/documents.py`)


def write(out: Path, outcomes: Iterable[Outcome], versions: Mapping[str, str]) -> None:
    """Add documents that were made or are fresh to the manifest. Two builds at the same time wait for each other."""
    entries = {path.relative_to(out).as_posix(): _entry(o, path) for o in outcomes if o.inputs for path in o.files}
    if not entries or _text(out, entries, versions) == _current(out):
        return
    with locked(out):
        atomic.write(out / NAME, _text(out, entries, versions))


def locked(out: Path) -> AbstractContextManager[object]:
    """A lock that only one build at a time has. An output folder may be shared."""
    from filelock import FileLock  # importing it takes longer than finding that nothing has changed

    return FileLock(out / LOCK, mode=0o666, fallback_to_soft=False)


def drop_missing(out: Path) -> None:
    """Leave out the entries of files that don't exist. The caller has the lock. Raises OSError."""
    text = _text(out, {}, read(out).get("made_with", {}))
    if text != _current(out):
        atomic.write(out / NAME, text)


def _text(out: Path, entries: Mapping[str, Any], versions: Mapping[str, str]) -> bytes:
    """The manifest with these entries, and with the entries that it has of other files that still exist."""
    others = {name: entry for name, entry in read(out).get("files", {}).items() if os.path.isfile(out / name)}
    try:
        return _json({**others, **entries}, versions)
    except (ValueError, RecursionError):  # a manifest that isn't ours: half a surrogate pair, or lists nested very deeply
        return _json(entries, versions)


def _json(entries: Mapping[str, Any], versions: Mapping[str, str]) -> bytes:
    written = {"made_with": dict(versions), "files": dict(sorted(entries.items()))}
    return (json.dumps(written, ensure_ascii=False, indent=1) + "\n").encode()


def _current(out: Path) -> bytes | None:
    try:
        return plainfile.read(out / NAME, MAX_BYTES)
    except OSError:
        return None


def read(out: Path) -> dict[str, Any]:
    """The manifest of a folder. Empty if there is none, or it is damaged, or it names a file outside the folder."""
    try:
        manifest = json.loads(plainfile.read(out / NAME, MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    files = manifest.get("files") if isinstance(manifest, dict) else None
    is_sound = isinstance(files, dict) and all(is_below(name) and _is_entry(entry) for name, entry in files.items())
    return manifest if is_sound else {}


def _is_entry(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("inputs", {}), dict)


def if_fresh(path: Path, entry: Mapping[str, Any], inputs: Mapping[str, Any]) -> bytes:
    """The bytes of a file if its entry in the manifest says that it was made from these inputs, else none. A file that can't be
    read has to be built anew."""
    try:
        data = plainfile.read(path, LARGEST) if entry.get("inputs") == inputs else b""
    except OSError:
        return b""
    return data if digest(data) == entry.get("sha256") else b""


def verify(out: Path, leftovers: frozenset[str] = frozenset()) -> list[Problem]:
    """Compare a folder with its manifest: finds files that are missing, changed, or not in it. What can't be read is a problem.

    `leftovers`: the names of files whose document the edition no longer has; they are problems as long as they are there.
    """
    entries = read(out).get("files")
    if entries is None:
        return [_problem(out / NAME, "there is no manifest that can be read", "Build first: python3 build.py.")]
    problems: list[Problem] = []
    found = dict(_files(out, problems))
    for name, entry in entries.items():
        if name in leftovers:
            problems += [_leftover(out / name, entry)] if name in found else []
        elif name not in found:
            problems.append(_problem(out / name, "is missing", "Build it again."))
        else:
            problems += _compared(found[name], entry)
    unknown = [out / name for name in found if name not in entries and name != NAME]
    return problems + [_problem(path, "isn’t in the manifest", "It was not made here; move it elsewhere.") for path in unknown]


def _files(out: Path, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    """The files of a folder by their names in the manifest. Hidden ones and redlines aren't in it."""

    def report(fault: OSError) -> None:
        problems.append(_unreadable(Path(fault.filename), fault))

    for folder, folders, names in os.walk(out, onerror=report):
        folders.sort()
        for path in (Path(folder, name) for name in sorted(names) if not name.startswith(".")):
            if path.relative_to(out).parts[0] != REDLINES and os.path.isfile(path):
                yield path.relative_to(out).as_posix(), path


def _compared(path: Path, entry: Mapping[str, Any]) -> Iterator[Problem]:
    """The problem of a file that differs from its entry in the manifest, or can't be read."""
    try:
        with path.open("rb") as file:
            is_same = hashlib.file_digest(file, "sha256").hexdigest() == entry.get("sha256")
    except OSError as fault:
        yield _unreadable(path, fault)
    else:
        if not is_same:
            yield _problem(path, "isn’t what was made", "Keep it elsewhere if it is wanted; build again.")


def _leftover(path: Path, entry: Mapping[str, Any]) -> Problem:
    is_changed = any(_compared(path, entry))
    hint = (
        "Keep it elsewhere if it is wanted, then delete it here."
        if is_changed
        else "The next build of everything removes it. Or name another edition with --content."
    )
    since = ", and the file has changed since it was made" if is_changed else ""
    return _problem(path, f"the edition no longer has this document{since}", hint)


def _unreadable(path: Path, fault: OSError) -> Problem:
    return _problem(path, f"can’t be read: {fault.strerror}", "Look at the rights of the file and its folders.")


def _entry(outcome: Outcome, path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    assert outcome.inputs
    return {
        "sha256": digest(data),
        "size": len(data),
        "pages": outcome.pages,
        "kind": outcome.target.kind,
        "subject": outcome.target.subject,
        "fit": outcome.step,
        **({"audience": outcome.target.audience} if outcome.target.audience else {}),
        **({"language": outcome.target.language} if outcome.target.language else {}),
        "inputs": asdict(outcome.inputs),
        **({"pieces": dict(outcome.pieces)} if outcome.pieces else {}),
    }


def _problem(path: Path, what: str, hint: str) -> Problem:
    return Problem("error", str(path), 0, 0, what, hint)
