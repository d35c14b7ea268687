"""Redlines from older Word files that somebody else wrote: each ends in a redline or in a problem of the file. An internal
error is reported as one, never as a problem of the file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from briefs.press.documents import Target
from briefs.press.session import Session
from briefs.problems import Problems
from briefs.redline import documents, tracked
from briefs.redline.revisions import Revision
from briefs.theme import Theme
from briefs.typeset.word import package
from tests import small
from tests.wordfile.hostile import CASES, Hostile, body, part
from tests.wordfile.word import parts, rezipped

RELS, NUMBERING = "word/_rels/document.xml.rels", "word/numbering.xml"
SLOW = {  # minutes
    "4,000 paragraphs of one word", "700 long paragraphs", "2,000 runs at the end of thirty paragraphs",
}  # fmt: skip
TEXT = "A paragraph.[@one]\n\n- An item\n- Another\n\n| A | B |\n|---|---|\n| c | d |\n\n: A table {#tbl-a}\n\nThe end.[@one]\n"
EDITION = small.edition(more={"report/01-x.md": f"---\ntitle: T\nid: sec-t\n---\n\n{TEXT}"})
REPORT = Target("report", "", "T", ("docx",), "a4")


@pytest.fixture(scope="module")
def report(session: Session) -> bytes:
    return small.make(session.for_edition(EDITION), "report", "", ("docx",), "a4").files["docx"]


def compared(before: bytes, after: bytes) -> str:
    """What comes of a file: `done`, or the problem. Any other exception is an internal error."""
    try:
        documents.compare(before, after, EDITION, "older.docx")
    except Problems as error:
        return str(error)
    return "done"


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name, marks=[pytest.mark.long] * (c.name in SLOW)) for c in CASES])
def test_a_hostile_file_is_refused_or_compared(case: Hostile, report: bytes) -> None:
    found = compared(case.make(report), report)
    if case.refused:
        assert re.search(case.refused, found, re.DOTALL), found
    else:
        assert found == "done" or "pictures" in found


PICTURE = (
    b'<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="rX"/></w:drawing></w:r></w:p>'
)


def changed(name: str, old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """The file with other bytes in a part."""

    def change(files: dict[str, bytes]) -> None:
        files[name], count = re.subn(old, new, files[name])
        assert count

    return lambda data: rezipped(data, change)


COMPARED = {
    "a content control without content": body(b"<w:sdt/>"),
    "a list without a definition": changed(NUMBERING, rb"<w:abstractNumId [^>]*/>", b""),
    "headers that are pictures": lambda data: changed(RELS, rb'Target="(?:header|footer)\d*\.xml"', b'Target="media/x.png"')(
        part("word/media/x.png", b"x")(data)
    ),
    "a picture whose extension is no name": lambda data: body(PICTURE)(
        changed(RELS, rb"</Relationships>", b'<Relationship Id="rX" Type="image" Target="media/x.p\'ng"/></Relationships>')(
            part("word/media/x.p'ng", b"x")(data)
        )
    ),
    "a comment among the blocks": body(b"<!-- x --><w:p><!-- x --><w:r><!-- x --><w:t>Words.</w:t></w:r></w:p>"),
}
REFUSED = {
    "an empty numbering": (part(NUMBERING, b""), r"its part word/numbering\.xml is empty"),
    "a relationship without a type": (changed(RELS, rb' Type="[^"]*"', b""), "a relationship without id, type or target"),
    "a relationship without a target": (changed(RELS, rb' Target="[^"]*"', b""), "a relationship without id, type or target"),
    "a broken picture": (lambda data: broken_picture(data), "not a Word file that can be read"),
}


def broken_picture(data: bytes) -> bytes:
    """A picture that doesn't match its checksum."""
    mark = b"a picture, stored as it is"
    stored = rezipped(data, lambda files: files.update({"word/media/x.bin": mark}), zipfile.ZIP_STORED)
    return stored.replace(mark, mark.upper())


@pytest.mark.parametrize("name", COMPARED)
def test_an_odd_file_is_compared(name: str, report: bytes) -> None:
    assert compared(COMPARED[name](report), report) == "done"


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_can_not_be_compared_is_refused(name: str, report: bytes) -> None:
    make, message = REFUSED[name]
    assert re.search(message, compared(make(report), report))


@pytest.mark.parametrize("seed", range(12))
def test_a_file_that_lost_elements_and_attributes_is_refused_or_compared(seed: int, report: bytes) -> None:
    random = Random(seed)
    found = parts(report)
    trees = {name: etree.fromstring(found[name]) for name in sorted(found) if name.endswith((".xml", ".rels"))}
    for _ in range(60):
        root = trees[random.choice(sorted(n for n in trees if n.startswith("word/")))]
        node = random.choice(list(root.iter()))
        if node.attrib and random.random() < 0.6:
            del node.attrib[random.choice(sorted(node.attrib))]
        elif node is not root and node.tag != package.w("body"):
            node.getparent().remove(node)
    data = rezipped(report, lambda files: files.update({name: etree.tostring(root) for name, root in trees.items()}))
    found_ = compared(data, report)
    assert found_ == "done" or "older.docx: error: " in found_


def test_an_internal_error_is_reported_as_such_and_the_other_documents_are_written(
    theme: Theme, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The older file is valid, and no message may say otherwise."""
    track, older = tracked.track, small.edition(more={"report/01-x.md": "---\ntitle: T\nid: sec-t\n---\n\nOther words.\n"})
    targets = [REPORT, Target("brief", "be", "Belgium", ("docx",), "a4")]
    calls: list[int] = []

    def failing(*arguments: object) -> int:
        calls.append(1)
        if len(calls) == 1:
            raise KeyError("a fault")
        return track(*arguments) or 1  # type: ignore[arg-type]

    monkeypatch.setattr(tracked, "track", failing)
    ended: list[documents.Redline] = []
    held = documents.OlderContent(Revision("v1", older))
    found = documents.redlines(EDITION, theme, targets, held, tmp_path, ended.append)
    assert found == ended and [one.outcome for one in found] == ["failed", "written"]
    (problem,) = found[0].problems
    assert str(problem).startswith("report T: error: internal error: KeyError ('a fault')")
    assert "a fault in the program, not in your content or files" in problem.hint and "failing" in problem.traceback
