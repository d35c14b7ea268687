"""No field of a Word file reads a file, starts a program, or links where no document may."""

from __future__ import annotations

import pytest

from briefs.problems import Problems
from briefs.typeset.word import package
from briefs.typeset.word.package import Package, W, forbidden_links

OUTSIDE = [
    "DDEAUTO c:\\x\\cmd.exe", "ddeauto x", "DDE\tx", ' INCLUDETEXT "/etc/passwd" ', 'INCLUDEPICTURE "http://example.org/x"',
    "LINK Excel.Sheet x", "DATABASE x", "MACROBUTTON x y", "RD x", 'HYPERLINK "file:///etc/passwd"', "HYPERLINK file:///x",
    'HYPERLINK "ms-word:ofe|u|x" \\l "a"', 'HYPERLINK ""', "HYPERLINK", 'HYPERLINK \\l "a" "file:///x"', 'HYPERLINK \\n "file:///x"',
    'HYPERLINK \\t "x"',
]  # fmt: skip
INSIDE = [
    "PAGE", " STYLEREF 1 ", 'TOC \\o "1-2"', "REF a \\h", "SEQ Figure", "", 'HYPERLINK \\l "a"', 'HYPERLINK "https://example.org"',
    'HYPERLINK "https://example.org" \\l "a" \\o "A tip" \\h',
]  # fmt: skip
COMPLEX = "".join(
    f"<w:r>{inner}</w:r>"
    for inner in (
        '<w:fldChar w:fldCharType="begin"/>', "<w:instrText>{0}</w:instrText>", "<w:instrText>{1}</w:instrText>",
        '<w:fldChar w:fldCharType="separate"/>', "<w:t>x</w:t>", '<w:fldChar w:fldCharType="end"/>',
    )
)  # fmt: skip


def made(instruction: str, how: str, part: str) -> Package:
    text = instruction.replace("&", "&amp;").replace('"', "&quot;")
    field = f'<w:fldSimple w:instr="{text}"/>' if how == "simple" else COMPLEX.format(text[:4], text[4:])
    if how == "within another":
        field = COMPLEX.format(" TOC", "").replace("<w:t>x</w:t>", "<w:t>x</w:t></w:r>" + field + "<w:r>")
    body = f'<w:document xmlns:w="{W}"><w:p>{field}</w:p></w:document>'
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return Package({"[Content_Types].xml": types.encode(), part: body.encode()})


@pytest.mark.parametrize("part", ["word/document.xml", "word/footer3.xml"])
@pytest.mark.parametrize("how", ["simple", "in parts", "within another"])
@pytest.mark.parametrize("instruction", OUTSIDE)
def test_a_field_that_leads_outside(instruction: str, how: str, part: str) -> None:
    found = [" ".join(each.split()) for each in forbidden_links(made(instruction, how, part))]
    assert found == [" ".join(instruction.split())]
    with pytest.raises(Problems, match="is nothing that a document may link to"):
        package.write(made(instruction, how, part), "2020")


@pytest.mark.parametrize("how", ["simple", "in parts", "within another"])
@pytest.mark.parametrize("instruction", INSIDE)
def test_a_field_that_does_not(instruction: str, how: str) -> None:
    assert list(forbidden_links(made(instruction, how, "word/document.xml"))) == []
