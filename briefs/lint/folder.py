"""Looks at every finished PDF and PPTX of an output folder.

In: a folder, and names of files in it. Out: `Finding`s, file by file, page by page. Each file is read in a process with limits
(`python -m briefs.lint`), because it may come from a stranger.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from briefs import plainfile
from briefs.lint.findings import Finding
from briefs.tools.limited import LimitedProcess, LimitReached

SUFFIXES = (".pdf", ".pptx")
MAX_BYTES = 500_000_000  # of a finished file
SECONDS, CPU, SHORT = 60.0, 45, 5  # limits for one file; a report of 50 pages takes 2 s of processor time

_PROCESS = LimitedProcess("briefs.lint", SECONDS, CPU, SHORT)


class NothingToLookAt(Exception):
    """There is no finished file where one was named, or none at all. The message says so, and what to do."""


def files(out: Path, wanted: Sequence[Path] = ()) -> list[Path]:
    """The finished files to look at: the `wanted` ones, or else all files of the folder `out`. Raises NothingToLookAt."""
    for path in wanted:
        if path.suffix not in SUFFIXES or not path.is_file():
            raise NothingToLookAt(f"{path}: is no PDF or PPTX. Name finished files, or none to look at all of {out}.")
    found = list(wanted) or sorted(path for path in out.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    if not found:
        raise NothingToLookAt(f"{out}: has no PDF or PPTX. Build documents first, or name their folder with --out.")
    return found


def findings(paths: Sequence[Path]) -> Iterator[Finding]:
    """The findings in files, one file after another."""
    try:
        for path in paths:
            yield from _of_file(path)
    finally:
        _PROCESS.close()


def _of_file(path: Path) -> list[Finding]:
    """The findings in a file. If the file can't be looked at, that is its only finding."""
    try:
        data = plainfile.read(path, MAX_BYTES)
        answer = _PROCESS.ask(json.dumps({"suffix": path.suffix, "size": len(data)}).encode() + b"\n" + data)
    except OSError as fault:
        return [_unreadable(path, "the file can’t be looked at", fault.strerror or type(fault).__name__)]
    except LimitReached as fault:
        return [_unreadable(path, "the file takes too much time or memory, or ends the program that reads it", str(fault))]
    line, _, rest = answer.partition(b"\n")
    head = json.loads(line)
    if "fault" in head:
        return [_unreadable(path, "the file can’t be looked at", head["fault"])]
    return [Finding(str(path), *found) for found in json.loads(rest)]


def _unreadable(path: Path, what: str, measure: str) -> Finding:
    return Finding(str(path), 0, "unreadable", what, measure, "a PDF or PPTX")
