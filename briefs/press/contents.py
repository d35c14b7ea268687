"""Keeps, in the user's own folder, the content from which output folders were built, to compare it with today's.

In: an output folder, the files of its content. Out: the same files, for that output folder or a copy of it. An output folder is
known by the hash of its manifest. Nothing of the content is written into it, because it may be handed on. Each file of the content
is kept once, compressed, under its SHA-256. A kept file that was changed on the disk counts as missing. The folder of the kept
files may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from briefs import atomic, plainfile
from briefs.press import manifest
from briefs.press.cache import digest

MOST = 500_000_000  # bytes of one file of the content
MOST_LOOKED_AT = 100  # lists of files in which states of an edition are looked for


def folder() -> Path:
    """Where the content is kept (XDG Base Directory Specification, XDG_STATE_HOME)."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "briefs" / "built"


def keep(out: Path, files: Mapping[str, bytes]) -> None:
    """Keep the files of the content from which an output folder was just built. On a full or read-only disk nothing is kept."""
    tree = json.dumps({path: digest(data) for path, data in sorted(files.items())}).encode()
    place = _place(out)
    if place is None:
        return
    with contextlib.suppress(OSError):
        if _read(place) == tree:
            os.utime(place)  # so that it counts among the last
            return
        for data in files.values():
            _write(folder() / digest(data), data)
        _write(place, tree)


def is_kept(out: Path) -> bool:
    """Whether the content of an output folder is kept. Also true if the folder has no manifest, by which it would be known."""
    place = _place(out)
    return place is None or place.exists()


def of(out: Path) -> dict[str, bytes] | None:
    """The files of the content from which an output folder was built, by path. None if that isn't known here."""
    place = _place(out)
    return _files(place) if place else None


def kept(now: Mapping[str, bytes], most: int) -> Iterator[dict[str, bytes]]:
    """The files of the content from which output folders were last built, the latest first, in at most so many states, of which no
    two are alike. States of other editions, which share no file with `now`, are left out."""
    own, seen = {digest(data) for data in now.values()}, set[tuple[str, ...]]()
    for place in sorted(folder().glob("*.files"), key=_time, reverse=True)[:MOST_LOOKED_AT]:
        tree = _tree(place)
        state = tuple(f"{path} {sha256}" for path, sha256 in tree.items())
        if len(seen) < most and state not in seen and own & {*tree.values()} and (found := _files(place)):
            seen.add(state)
            yield found


def _time(path: Path) -> float:
    """When a file was last written; 0 if it is gone."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0


def _tree(place: Path) -> dict[str, str]:
    """The hash of each file by its path, as a list of files has it."""
    found: dict[str, str] = json.loads(_read(place) or b"{}")
    return found


def _files(place: Path) -> dict[str, bytes] | None:
    """The files that a list names. None if one is missing."""
    tree = _tree(place)
    read = {path: _read(folder() / sha256) for path, sha256 in tree.items()}
    found = {path: data for path, data in read.items() if data is not None and digest(data) == tree[path]}
    return found if found and len(found) == len(tree) else None


def _place(out: Path) -> Path | None:
    """Where the list of the files is kept for an output folder. None if the folder has no manifest."""
    try:
        written = plainfile.read(out / manifest.NAME, manifest.MAX_BYTES)
    except OSError:
        return None
    return folder() / f"{digest(written)}.files"


def _read(path: Path) -> bytes | None:
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(plainfile.read(path, MOST), MOST)
    except (OSError, zlib.error):
        return None
    return data if unpacker.eof else None


def _write(path: Path, data: bytes) -> None:
    """Pack bytes into a file that only its owner can read. A file under its own hash is written once. Raises OSError."""
    if path.suffix or not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        atomic.write(path, zlib.compress(data), mode=0o600)
