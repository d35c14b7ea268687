"""No element of a Word file vanishes: each is read, known to be without meaning, or told.

The elements are those of the Open XML SDK's schemas (ISO/IEC 29500 transitional and Microsoft's extensions), which `openxml-audit`
brings. Each is put where the schema allows it into a small document, which is read with and without it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import docx
import pytest
from lxml import etree

from briefs.typeset.word.package import NAMES, Package, read, w
from briefs.wordfile import elements, paragraphs

SCHEMAS = files("openxml_audit") / "data/openxml"
WORDML = "schemas/schemas_openxmlformats_org_wordprocessingml_2006_main.json"
TYPES = {  # whose children are tried, and what a document needs around them
    "w:CT_Body/w:body": "{}<w:p><w:r><w:t>Last.</w:t></w:r></w:p>",
    "w:CT_P/w:p": "<w:p><w:r><w:t>First.</w:t></w:r>{}</w:p>",
    "w:CT_R/w:r": "<w:p><w:r><w:t>First.</w:t>{}<w:t>Last.</w:t></w:r></w:p>",
    "w:CT_RPr/w:rPr": "<w:p><w:r><w:rPr>{}</w:rPr><w:t>First.</w:t></w:r></w:p>",
    "w:CT_PPr/w:pPr": "<w:p><w:pPr>{}</w:pPr><w:r><w:t>First.</w:t></w:r></w:p>",
    "w:CT_Hyperlink/w:hyperlink": '<w:p><w:hyperlink w:anchor="x"><w:r><w:t>First.</w:t></w:r>{}</w:hyperlink></w:p>',
    "w:CT_RunTrackChange/w:ins": '<w:p><w:ins w:author="A"><w:r><w:t>First.</w:t></w:r>{}</w:ins></w:p>',
    "w:CT_SdtContentRun/w:sdtContent": "<w:p><w:sdt><w:sdtContent><w:r><w:t>First.</w:t></w:r>{}</w:sdtContent></w:sdt></w:p>",
    "w:CT_SdtContentBlock/w:sdtContent": "<w:sdt><w:sdtContent><w:p><w:r><w:t>First.</w:t></w:r></w:p>{}</w:sdtContent></w:sdt>",
    "w:CT_Tbl/w:tbl": "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>First.</w:t></w:r></w:p></w:tc></w:tr>{}</w:tbl>",
    "w:CT_Row/w:tr": "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>First.</w:t></w:r></w:p></w:tc>{}</w:tr></w:tbl>",
    "w:CT_TrPr/w:trPr": "<w:tbl><w:tr><w:trPr>{}</w:trPr><w:tc><w:p><w:r><w:t>First.</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    "w:CT_TcPr/w:tcPr": "<w:tbl><w:tr><w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>First.</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    "w:CT_Tc/w:tc": "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>First.</w:t></w:r></w:p>{}</w:tc></w:tr></w:tbl>",
}
WITHIN = {  # what an element holds that would be empty without it
    "w:p": "<w:r><w:t>More.</w:t></w:r>", "w:r": "<w:t>More.</w:t>", "w:t": "More.", "w:delText": "More.",
    **dict.fromkeys(["w:ins", "w:moveTo", "w14:conflictIns", "w:smartTag", "w:customXml"], "<w:r><w:t>More.</w:t></w:r>"),
    **dict.fromkeys(["w:fldSimple", "w:hyperlink", "w:dir", "w:bdo"], "<w:r><w:t>More.</w:t></w:r>"),
    "w:sdt": "<w:sdtContent><w:r><w:t>More.</w:t></w:r></w:sdtContent>",
    "w:ruby": "<w:rt><w:r><w:t>mo</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>More.</w:t></w:r></w:rubyBase>",
    "w:numPr": '<w:ilvl w:val="0"/><w:numId w:val="1"/>', "w:pBdr": '<w:top w:val="single"/>',
    "w:tbl": "<w:tr><w:tc><w:p><w:r><w:t>More.</w:t></w:r></w:p></w:tc></w:tr>",
    "w:tr": "<w:tc><w:p><w:r><w:t>More.</w:t></w:r></w:p></w:tc>", "w:tc": "<w:p><w:r><w:t>More.</w:t></w:r></w:p>",
}  # fmt: skip
VALUES = {
    "w:color": "FF0000", "w:highlight": "yellow", "w:u": "single", "w:em": "dot", "w:effect": "shimmer", "w:bdr": "single",
    "w:position": "6",
    "w:vertAlign": "superscript", "w:pStyle": "Heading1", "w:rStyle": "Strong",
}  # fmt: skip
MORE = {"w:shd": 'w:fill="FF0000"', "w:rFonts": 'w:ascii="Wingdings"', "w:bookmarkStart": 'w:id="7" w:name="name"'}
BLOCKS = {"w:CT_Body/w:body", "w:CT_SdtContentBlock/w:sdtContent", "w:CT_Tc/w:tc", "w:CT_Tbl/w:tbl", "w:CT_Row/w:tr"}
CONTAINERS = {"w:pPr", "w:rPr", "w:trPr", "w:tcPr"}  # of properties, which are tried themselves
# These show something only together with others: a range has two ends, and a field three characters.
TOGETHER = {"w:bookmarkStart", "w:bookmarkEnd", "w:commentRangeStart", "w:commentRangeEnd", "w:commentReference", "w:fldChar"}
TOGETHER |= {"w:instrText", "w:delInstrText"}
EMPTY = {"w:del", "w:moveFrom", "w14:conflictDel", "w:rPrChange", "w:pPrChange"}  # of a pending change that counts, nothing is left
EMPTY |= {"w:trPrChange", "w:tcPrChange", "w:cellIns"}


@cache
def _namespaces() -> dict[str, str]:
    found = {each["Prefix"]: each["Uri"] for each in json.loads((SCHEMAS / "namespaces.json").read_text())}
    return {**found, "w": NAMES["w"]}


def _children() -> Iterator[tuple[str, str]]:
    types = {t["Name"]: t for t in json.loads((SCHEMAS / WORDML).read_text())["Types"]}
    for name in TYPES:
        yield from ((name, child["Name"].rpartition("/")[2]) for child in types[name]["Children"])


def _element(name: str, parent: str) -> str:
    value = f' w:val="{VALUES[name]}"' if name in VALUES else ""
    more = f" {MORE[name]}" if name in MORE else ""
    within = WITHIN.get(name, "")
    if parent in BLOCKS and name in {"w:sdt", "w:customXml", "w:ins", "w:moveTo", "w14:conflictIns"}:
        within = "<w:p><w:r><w:t>More.</w:t></w:r></w:p>"
        within = f"<w:sdtContent>{within}</w:sdtContent>" if name == "w:sdt" else within
    return f"<{name}{value}{more}>{within}</{name}>"


@cache
def _plain() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


def _read(body: str) -> Any:
    """What is read of a document: paragraphs with pieces and looks."""
    package: Package = read(_plain())
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _namespaces().items() if prefix and prefix != "xml")
    package.trees["word/document.xml"] = etree.fromstring(f"<w:document {names}><w:body>{body}</w:body></w:document>")
    made = paragraphs.read(package).paragraphs
    return [(p.style, p.role, [(piece, piece.looks, piece.kind) for piece in p.pieces]) for p in made]


@pytest.mark.parametrize("parent", TYPES)
def test_no_element_vanishes(parent: str) -> None:
    tried = [child for own, child in _children() if own == parent]
    assert len(tried) > 5
    before = _read(TYPES[parent].format(""))
    vanished = []
    for name in tried:
        prefix, _, local = name.partition(":")
        tag = f"{{{_namespaces()[prefix]}}}{local}"
        empty = EMPTY | ({"w:ins"} if parent == "w:CT_TrPr/w:trPr" else set())
        if name in TOGETHER | empty | CONTAINERS or tag in elements.WITHOUT_MEANING:
            continue
        if _read(TYPES[parent].format(_element(name, parent))) == before:
            vanished.append(name)
    assert not vanished


def test_every_reason_is_given_once() -> None:
    assert all(reason and reason[0].islower() for reason in elements.WITHOUT_MEANING.values())


def test_an_element_that_nobody_knows_is_told() -> None:
    found = _read('<w:p><w:r><w:t>A </w:t><x:odd xmlns:x="urn:x">word</x:odd></w:r></w:p>')
    assert [piece.text for piece, _, kind in found[0][2] if kind == "other"] == ["[Word’s element “odd”: word]"]


def test_bold_that_two_styles_cancel_is_no_look_of_its_own() -> None:
    """LibreOffice since 25.2 writes it out: `b` is off where a style of a paragraph and one of its run have it on (17.7.3)."""
    words = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:rPr>{}<w:b w:val="0"/></w:rPr><w:t>Words</w:t></w:r></w:p>'
    assert [looks for *_, pieces in _read(words.format('<w:rStyle w:val="Strong"/>')) for _, looks, _ in pieces] == [frozenset()]
    assert [looks for *_, pieces in _read(words.format("")) for _, looks, _ in pieces] == [frozenset({"set without “strong”"})]


@pytest.mark.parametrize(("edges", "look"), [("top", ""), ("left", "put in a frame"), ("top left", "put in a frame")])
def test_a_border_is_no_frame_where_the_style_has_it(edges: str, look: str) -> None:
    """LibreOffice writes the border of a style into the paragraph too."""
    border = "".join(f'<w:{edge} w:val="single"/>' for edge in edges.split())
    properties = etree.fromstring(f'<w:pPr xmlns:w="{NAMES["w"]}"><w:pBdr>{border}</w:pBdr></w:pPr>')
    assert elements.paragraph_looks(properties, {w("top"): True, w("left"): False}) == {"pBdr": look}
