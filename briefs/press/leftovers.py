"""Files of documents that the edition no longer has: `verify` names them, and the next build of everything removes them.

In: an output folder, and the stems of all documents that the edition has. Out: what was removed, and a warning for each file that
was kept because it has changed since it was made. Only files of the manifest count. No link below the output folder is followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from briefs import plainfile
from briefs.compose import several
from briefs.press import manifest
from briefs.press.cache import digest
from briefs.press.output import is_variant
from briefs.problems import Problem

MAX_BYTES = 500_000_000  # a larger file isn't one of ours
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True)
class Removal:
    """Files that were removed, and warnings about those that were kept."""

    removed: tuple[Path, ...] = ()
    kept: tuple[Problem, ...] = ()


def names(out: Path, stems: Collection[str]) -> list[str]:
    """The files of the manifest that belong to no document of the edition, on whatever paper, by their names in the manifest.

    `stems`: see `plan.stems`. The files of another paper, of a printer and of another number of slides stand in folders above the
    stem, and below that of an audience (`output.folder`).
    """
    return [name for name in manifest.read(out).get("files", {}) if not _is_in(name.rpartition(".")[0], stems)]


def _is_in(path: str, stems: Collection[str]) -> bool:
    own = "/".join(part for part in path.split("/") if not is_variant(part))
    return own in stems or bool(several.parts_of(own, stems))


def remove(out: Path, stems: Collection[str]) -> Removal:
    """Remove the leftover files that haven't changed since they were made, and the entries of files that are gone.

    Two builds at the same time wait for each other.

    Raises OSError if the manifest can't be written.
    """
    if not names(out, stems):
        return Removal()
    removed: list[Path] = []
    kept: list[Problem] = []
    with manifest.locked(out):
        entries = manifest.read(out).get("files", {})
        for name in names(out, stems):
            try:
                if _removed(out, name, entries[name].get("sha256")):
                    removed.append(out / name)
            except OSError as fault:
                kept.append(_kept(out / name, fault))
        manifest.drop_missing(out)
    return Removal(tuple(removed), tuple(kept))


class _Changed(OSError):
    """The file has changed since it was made."""


def _removed(out: Path, name: str, sha256: str) -> bool:
    """Remove a file; False if it isn't there. Raises OSError if it can't be, and _Changed if it isn't the file that was made."""
    last = name.rpartition("/")[2]
    try:
        with _folder(out, name) as folder:
            if digest(_data(last, folder)) != sha256:
                raise _Changed
            os.unlink(last, dir_fd=folder)
    except FileNotFoundError:
        return False
    return True


def _data(name: str, folder: int) -> bytes:
    """The bytes of a file. Raises _Changed for a link, a folder, or more bytes than any of our files has."""
    if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        raise _Changed
    try:
        return plainfile.read(name, MAX_BYTES, folder=folder, follow=False)
    except (plainfile.NotPlain, plainfile.TooLarge):
        raise _Changed from None


@contextmanager
def _folder(out: Path, name: str) -> Iterator[int]:
    """The descriptor of the folder that a file of the manifest is in. Raises OSError if a folder on the way is a link."""
    with ExitStack() as opened:
        folder = os.open(out, _FOLDER)
        opened.callback(os.close, folder)
        for part in name.split("/")[:-1]:
            folder = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
            opened.callback(os.close, folder)
        yield folder


def _kept(path: Path, fault: OSError) -> Problem:
    if isinstance(fault, _Changed):
        why, hint = "and the file has changed since it was made", "Keep it elsewhere if it is wanted, then delete it here."
    else:
        why, hint = f"and it can’t be removed: {fault.strerror}", "Look at its rights, and whether a folder on the way is a link."
    return Problem("warning", str(path), 0, 0, f"the edition no longer has this document, {why}", hint)
