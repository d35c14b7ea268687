"""Holds finished files against their standards, with validators that others wrote, and keeps the result as a table.

    python3 -m tools.conformance dist docs/conformance.md

In: an output folder that `build.py` filled. Out: the table in the page, between its two marks. Needs requirements/test.txt.
PDFs: page-validation (PDF/UA-1 and PDF/A), pdfua, outloud. Word files and decks: openxml-audit, docx-integrity, and Microsoft's
Open XML SDK where its program runs (Linux on x86-64).
"""

from __future__ import annotations

import json
import platform
import subprocess
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

SDK = Path(sys.prefix) / "share" / "briefs" / "ooxml-validator"  # requirements/test-npm.txt
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
    """What pdfua and outloud say, errors and warnings, by the rule's name: each finding of outloud is a line, with its evidence."""
    said = {f.rule_id if hasattr(f, "rule_id") else str(f): str(f) for f in pdfua.validate(str(pdf)).findings}
    for f in outloud.check(str(pdf)).findings:
        if f.severity != "info":
            line = f"page {f.page}: {f.message}: {f.evidence or ''}"
            said[f.rule] = "\n".join(filter(None, (said.get(f.rule), line)))
    return said


def sdk(file: Path) -> list[str]:
    """What the Open XML SDK finds in a Word file or a deck; nothing where it doesn't run."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return []
    done = subprocess.run([SDK, file], capture_output=True, text=True, timeout=300)
    found = json.loads(done.stdout)
    return [] if found["ok"] else [f"{error['path']} {error['xPath']}: {error['description']}" for error in found["errors"]]


def office(file: Path) -> list[str]:
    """What openxml-audit, docx-integrity and the Open XML SDK find in a Word file or a deck."""
    errors = [*sdk(file), *(str(e) for e in OpenXmlValidator().validate(str(file)).errors)]
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
