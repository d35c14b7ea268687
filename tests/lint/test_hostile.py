"""Finished files of strangers: whatever they hold, each is looked at within limits, or is a finding itself."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from briefs.ledger import pages
from briefs.lint import folder
from briefs.problems import Problems
from briefs.tools.limited import LimitedProcess

PRESENTATION = "http://schemas.openxmlformats.org/presentationml/2006/main"


def forms(depth: int) -> bytes:
    """A page that draws a form, which draws another eight times, and so on."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    inner, body = Dictionary(), b"BT /F1 9 Tf (word) Tj ET " * 8
    for _ in range(depth):
        form = pdf.make_stream(body, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 600, 900]), Resources=inner)
        inner, body = Dictionary(XObject=Dictionary(X=pdf.make_indirect(form))), b"/X Do " * 8
    pdf.pages[0].obj.Resources, pdf.pages[0].obj.Contents = inner, pdf.make_stream(b"/X Do")
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def presentation(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("ppt/presentation.xml", text.replace("<p:presentation", f'<p:presentation xmlns:p="{PRESENTATION}"'))
    return out.getvalue()


DAMAGED = {
    "empty.pdf": b"",
    "empty.pptx": b"",
    "no-size.pptx": presentation("<p:presentation/>"),
    "words-for-numbers.pptx": presentation('<p:presentation><p:sldSz cx="wide" cy="1"/></p:presentation>'),
    "entities.pptx": presentation('<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]><p:presentation>&a;</p:presentation>'),
}


def test_damaged_files_are_findings(tmp_path: Path) -> None:
    for name, data in DAMAGED.items():
        (tmp_path / name).write_bytes(data)
    found = list(folder.findings(folder.files(tmp_path)))
    assert [(Path(one.file).name, one.rule) for one in found] == [(name, "unreadable") for name in sorted(DAMAGED)]


def test_a_file_that_takes_too_long_is_a_finding_and_the_next_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_PROCESS", LimitedProcess("briefs.lint", 60, 1, 1))
    for name, data in {"a.pdf": forms(7), "b.pdf": forms(1)}.items():
        (tmp_path / name).write_bytes(data)
    found = list(folder.findings(folder.files(tmp_path)))
    assert [(Path(one.file).name, one.what) for one in found if one.rule == "unreadable"] == [
        ("a.pdf", "the file takes too much time or memory, or ends the program that reads it")
    ]


def test_a_pipe_that_takes_the_place_of_a_file_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(forms(1))
    (wanted,) = folder.files(tmp_path)
    wanted.unlink()
    os.mkfifo(wanted)
    assert [one.what for one in folder.findings([wanted])] == ["the file can’t be looked at"]


@pytest.mark.parametrize("name", DAMAGED)
def test_the_words_of_damaged_files_are_errors_or_none(name: str) -> None:
    try:
        assert not any(page.text for page in pages.read(name, DAMAGED[name]))
    except Problems as fault:
        assert fault.problems[0].path == name


def test_the_words_of_a_file_are_read_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_PROCESS", LimitedProcess("briefs.ledger", 60, 1, 1))
    with pytest.raises(Problems, match="can’t be read within"):
        pages.read("a.pdf", forms(7))
    pages.close()
