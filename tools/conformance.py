"""Holds finished files against their standards, with validators that others wrote, and keeps the result as a table.

    python3 -m tools.conformance dist docs/conformance.md

In: an output folder that `build.py` filled. Out: the table in the page, between its two marks. Needs requirements/test.txt.
PDFs: page-validation (PDF/UA-1 and PDF/A), pdfua, outloud. Word files and decks: openxml-audit, docx-integrity.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import docx_integrity
import outloud
import page
import pdfua
import pikepdf
from openxml_audit import OpenXmlValidator
from page import ValidationProfile as Profile

MARKS = ("<!-- the table begins -->\n", "<!-- the table ends -->\n")
EXPLAINED = {"ORD-001", "TBL-010"}  # findings of outloud that docs/conformance.md explains


def profiles(pdf: Path) -> dict[str, page.ValidationReport]:
    """The reports of PDF/UA-1 and of the PDF/A that the file is meant to be: 3a with something attached, else 2a."""
    with pikepdf.open(pdf) as opened:
        archive = Profile.PDF_A_3A if "/AF" in opened.Root else Profile.PDF_A_2A
    return {
        "PDF/UA-1": page.validate_pdf(str(pdf), profile=Profile.PDF_UA_1),
        archive.name: page.validate_pdf(str(pdf), profile=archive),
    }


def heard(pdf: Path) -> dict[str, str]:
    """What pdfua and outloud say, errors and warnings, by the rule's name."""
    said = {f.rule_id if hasattr(f, "rule_id") else str(f): str(f) for f in pdfua.validate(str(pdf)).findings}
    return said | {f.rule: f"page {f.page}: {f.message}" for f in outloud.check(str(pdf)).findings if f.severity != "info"}


def office(file: Path) -> list[str]:
    """What openxml-audit and docx-integrity find in a Word file or a deck."""
    errors = [str(e) for e in OpenXmlValidator().validate(str(file)).errors]
    return errors + [str(f) for f in (docx_integrity.check_pptx if file.suffix == ".pptx" else docx_integrity.check)(str(file))]


def rows(folder: Path) -> Iterator[str]:
    """A line of the table for each file."""
    for pdf in sorted(folder.rglob("*.pdf")):
        if "print" in pdf.relative_to(folder).parts:
            continue
        found = profiles(pdf)
        said = ["conforms" if r.is_compliant else f"**{len(r.failures)} failures**" for r in found.values()]
        name = (
            next(n for n in found if n.startswith("PDF_A")).replace("PDF_A_", "PDF/A-").replace("A", "a").replace("PDF/a", "PDF/A")
        )
        other = ", ".join(f"{rule}" for rule in sorted(heard(pdf))) or "nothing"
        yield f"| {pdf.relative_to(folder)} | {said[0]} | {name}: {said[1]} | {other} |"
    for file in sorted([*folder.rglob("*.docx"), *folder.rglob("*.pptx")]):
        yield f"| {file.relative_to(folder)} | | | {'; '.join(office(file)) or 'nothing'} |"


def main(folder: str, target: str) -> None:
    path = Path(target)
    before, rest = path.read_text(encoding="utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    head = "| file | PDF/UA-1 | PDF/A | findings of the others |\n|---|---|---|---|\n"
    table = "".join(f"{row}\n" for row in rows(Path(folder)))
    path.write_text(f"{before}{MARKS[0]}{head}{table}{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
