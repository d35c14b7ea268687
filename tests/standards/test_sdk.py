"""The validator of Microsoft's Open XML SDK finds no error in our files, and does find one that is put in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from briefs.press.documents import FinishedDocument
from briefs.typeset.word import package
from briefs.typeset.word.package import BODY, w
from tools import conformance


def test_a_brief_holds_and_a_broken_one_does_not(built: Mapping[tuple[str, str], FinishedDocument], tmp_path: Path) -> None:
    made = next(iter(built.values()))
    file = tmp_path / "brief.docx"
    file.write_bytes(made.files["docx"])
    assert conformance.sdk(file) == []
    broken = package.read(made.files["docx"])
    etree.SubElement(next(broken.xml(BODY).iter(w("p"))), w("tbl"))
    file.write_bytes(package.write(broken, "2026-03-04"))
    assert any("tbl" in line for line in conformance.sdk(file))
