"""Saved copies of sources, and what their addresses answered: the folder `evidence/` of an edition.

In: the names of an edition's files, keys of sources. Out: which file is the copy of which source. No document depends on
the copies; only `ledger/quotes.py` and `ledger/online.py` use them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

FOLDER = "evidence"
ANSWERS = f"{FOLDER}/addresses.yaml"
SUFFIXES = (".pdf", ".html", ".htm", ".txt")


def copies(names: Iterable[str], keys: Collection[str]) -> dict[str, list[str]]:
    """The paths of the saved copies of each source: `evidence/KEY.pdf`, `.html`, `.htm` or `.txt`."""
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        path = PurePosixPath(name)
        if name.startswith(f"{FOLDER}/") and path.suffix.lower() in SUFFIXES:
            key = name.removeprefix(f"{FOLDER}/").removesuffix(path.suffix)
            if key in keys:
                found.setdefault(key, []).append(name)
    return found


def used(names: Iterable[str], keys: Collection[str]) -> set[str]:
    """The paths that belong into the folder: the copies of known sources, and the file of answers."""
    return {ANSWERS, *(path for own in copies(names, keys).values() for path in own)}
