"""Looks at every finished PDF and PPTX of an output folder.

In: a folder, and names of files in it. Out: `Finding`s, file by file, page by page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import BadZipFile

import pypdfium2
from lxml import etree

from briefs.lint import documents, slides
from briefs.lint.findings import Finding

UNREADABLE = (pypdfium2.PdfiumError, BadZipFile, etree.XMLSyntaxError, KeyError)
RULES = {".pdf": documents.findings, ".pptx": slides.findings}


class NothingToLookAt(Exception):
    """There is no finished file where one was named. The text says so to a person."""


def files(out: Path, wanted: Sequence[Path] = ()) -> list[Path]:
    """The finished files to look at: those wanted, or all of the folder. Raises NothingToLookAt."""
    for path in wanted:
        if path.suffix not in RULES or not path.is_file():
            raise NothingToLookAt(f"{path}: is no PDF or PPTX. Name finished files, or none to look at all of {out}.")
    found = list(wanted) or sorted(path for path in out.rglob("*") if path.suffix in RULES and path.is_file())
    if not found:
        raise NothingToLookAt(f"{out}: has no PDF or PPTX. Build documents first, or name their folder with --out.")
    return found


def findings(paths: Sequence[Path]) -> Iterator[Finding]:
    """What is found in files, one after another."""
    for path in paths:
        try:
            yield from RULES[path.suffix](str(path), path.read_bytes())
        except UNREADABLE as failure:
            yield Finding(str(path), 0, "unreadable", "the file can’t be opened", type(failure).__name__, "a PDF or PPTX")
