"""The only place that writes finished documents: their files into the output folder, and a copy into the cache.

In: targets with the hashes of their inputs, finished documents. Out: files, all formats of a document or none; an `Outcome`. A
document that fails leaves its last good files where they are.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from briefs import atomic
from briefs.press.cache import Cache, Inputs, digest
from briefs.press.documents import PER_PAGE, FinishedDocument, Outcome, Target, is_below
from briefs.problems import Problem

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Output:
    """An output folder, and the cache that goes with it; without a cache, nothing is kept or restored."""

    folder: Path
    cache: Cache | None

    def write(self, target: Target, inputs: Inputs, document: FinishedDocument, pieces: Mapping[str, str]) -> Outcome:
        """Write a document. `pieces`: the key of each of its pieces, by name."""
        try:
            files = write_files(document.stem, document.files, folder(self.folder, target))
        except OSError as failure:
            return self._unwritten(target, failure)
        _log.debug("%s: wrote %s", target, ", ".join(map(str, files)))
        pages, step, dropped = document.pages, document.step, document.dropped_facts
        if self.cache and not target.check_word:
            doubts = [problem.to_dict() for problem in document.warnings]
            facts = {"stem": document.stem, "pages": pages, "step": step, "dropped_facts": dropped, "pieces": pieces}
            self.cache.put(inputs.key, document.files, {**facts, "warnings": doubts})
        size = sum(map(len, document.files.values()))
        return Outcome(target, files, size, pages, step, dropped, inputs=inputs, pieces=pieces, warnings=document.warnings)

    def restore(self, target: Target, inputs: Inputs) -> Outcome | None:
        """A document from the cache: its files are written where they are missing or changed. None if it has to be made.

        What LibreOffice makes of a file isn't among the inputs, so a document whose Word file is checked is always made.
        """
        start = time.perf_counter()
        entry = self.cache.entry(inputs.key) if self.cache and not target.check_word else None
        if not entry or not _stays_below(entry, target):
            return None
        stem, place = entry["stem"], folder(self.folder, target)
        try:
            wrong = self._wrong_files(place / stem, inputs.key, entry["files"])
            if wrong is None:
                return None
            write_files(stem, wrong, place)
        except OSError as failure:
            return self._unwritten(target, failure)
        files = tuple(place / f"{stem}.{format}" for format in entry["files"])
        size = sum(file["size"] for file in entry["files"].values())
        dropped, seconds = tuple(entry["dropped_facts"]), time.perf_counter() - start
        doubts = tuple(Problem(**problem) for problem in entry["warnings"])
        pages, step, pieces = entry["pages"], entry["step"], entry["pieces"]
        return Outcome(target, files, size, pages, step, dropped, seconds, inputs, pieces, fresh=True, warnings=doubts)

    def _wrong_files(self, stem: Path, key: str, files: Mapping[str, Mapping[str, str]]) -> dict[str, bytes] | None:
        """The cached bytes, by format, of the files that are missing or changed. None if the cache is damaged."""
        assert self.cache
        wrong: dict[str, bytes] = {}
        for format, file in files.items():
            path = stem.with_name(f"{stem.name}.{format}")
            if _hash_of(path) != file["sha256"]:
                data = self.cache.file(key, format, file["sha256"])
                if data is None:
                    return None
                wrong[format] = data
        return wrong

    def _unwritten(self, target: Target, failure: OSError) -> Outcome:
        """The problem of a file that the system didn't let us write."""
        message = f"can’t be written: {failure.strerror or failure}"
        hint = "Look at the folder’s rights and at the disk’s space."
        return Outcome(target, problems=(Problem("error", str(failure.filename or self.folder), 0, 0, message, hint),))


def _hash_of(path: Path) -> str:
    """The hash of a file; empty if there is none, or if it can't be read. Such a file is replaced, if its folder allows that."""
    try:
        return digest(path.read_bytes()) if path.is_file() else ""
    except OSError:
        return ""


def _stays_below(entry: Mapping[str, Any], target: Target) -> bool:
    """Whether an entry's files would be written below the output folder."""
    place = folder(Path(), target)
    return all(is_below((place / f"{entry['stem']}.{format}").as_posix()) for format in entry["files"])


def is_variant(folder: str) -> bool:
    """Whether this is the name of a folder for a paper, a printer or a number of slides per page: one that `folder` puts below
    the folders of language and audience, and above the kind's folder."""
    return folder in {"print", "letter"} or folder.endswith("-per-page")


def folder(out: Path, target: Target) -> Path:
    """The folder for a document's files. There is a subfolder for each choice that isn't the default, in this order: language,
    audience, printer, paper, slides on a page."""
    out = out / target.language if target.language else out
    out = out / target.audience if target.audience else out
    out = out / "print" if target.printed else out
    out = out if target.paper == "a4" else out / target.paper
    return out if target.per_page == PER_PAGE else out / f"{target.per_page}-per-page"


def write_files(stem: str, files: Mapping[str, bytes], out: Path) -> tuple[Path, ...]:
    """Write all formats of a document, or none. Raises OSError."""
    paths = {out / f"{stem}.{format}": data for format, data in files.items()}
    atomic.write_all(paths)
    return tuple(paths)
