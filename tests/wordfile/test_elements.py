"""No element of a Word file vanishes: each is read, known to be without meaning, or told.

The elements are those of the Open XML SDK's schemas (ISO/IEC 29500 transitional and Microsoft's extensions), which `openxml-audit`
brings. Every type that the document part can hold is put into a small document, along the shortest way that the schema allows, and
each of its children is put into it in turn. The document is read with and without the child, with the pending changes of two, one
and no persons made. What is told is told with all that is in it, so the way ends there.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest
from lxml import etree

from briefs.typeset.word.package import NAMES, RELATIONS, Package, w
from briefs.wordfile import elements, paragraphs

SCHEMAS = files("openxml_audit") / "data/openxml"
DOCUMENT = "w:CT_Document/w:document"
RUN = "<w:r><w:t>More.</w:t></w:r>"
PARAGRAPH, CELL = f"<w:p>{RUN}</w:p>", f"<w:tc><w:p>{RUN}</w:p></w:tc>"
ROW = f"<w:tr>{CELL}</w:tr>"
CONTENT = {"Block": PARAGRAPH, "Body": PARAGRAPH, "Row": ROW, "Cell": CELL, "Tc": PARAGRAPH, "Tbl": ROW}
FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>{}</w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
WITHIN = {  # what an element holds that would be empty without it
    "w:p": f"{RUN}{RUN}", "w:r": "<w:t>More.</w:t>", "w:t": "More.", "w:delText": "More.", "w:tbl": ROW, "w:tr": CELL,
    "w:ruby": f"<w:rt>{RUN}</w:rt><w:rubyBase>{RUN}</w:rubyBase>", "w:rt": RUN, "w:rubyBase": RUN,
    **dict.fromkeys(["w:fldSimple", "w:hyperlink", "w:dir", "w:bdo"], RUN),
    "w:numPr": '<w:numId w:val="1"/>',
}  # fmt: skip
VALUES = {
    "w:color": "FF0000", "w:highlight": "yellow", "w:u": "single", "w:em": "dot", "w:effect": "shimmer", "w:bdr": "single",
    "w:position": "6", "w:vertAlign": "superscript", "w:pStyle": "Heading1", "w:rStyle": "Strong", "w:ilvl": "1", "w:numId": "2",
    "w:tblCaption": "Title", "w:tblDescription": "Words", "w:instrText": "",
    **dict.fromkeys(["w:top", "w:left", "w:bottom", "w:right", "w:between", "w:bar"], "single"),
}  # fmt: skip
CHANGES = ["w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:cellIns", "w:cellDel", "w14:conflictIns", "w14:conflictDel"]
CHANGES += [f"w:{name}Change" for name in ("rPr", "pPr", "trPr", "tcPr", "tblPr", "tblPrEx")]
MORE = {
    "w:shd": 'w:fill="FF0000"', "w:rFonts": 'w:ascii="Wingdings"', "w:hyperlink": 'w:anchor="x"',
    "w:fldSimple": 'w:instr=" QUOTE "',
    "w:sym": 'w:font="Wingdings" w:char="F04A"', "w:commentReference": 'w:id="0"', "w:fldChar": 'w:fldCharType="begin"',
    **dict.fromkeys(CHANGES, 'w:author="{author}"'),
}  # fmt: skip
# These show something only together with others: a range has two ends, and a field has three characters.
TOGETHER = {
    **dict.fromkeys(["w:bookmarkStart", "w:bookmarkEnd"], '<w:bookmarkStart w:id="7" w:name="n"/>{}<w:bookmarkEnd w:id="7"/>'),
    **dict.fromkeys(["w:commentRangeStart", "w:commentRangeEnd"], '<w:commentRangeStart w:id="0"/>{}<w:commentRangeEnd w:id="0"/>'),
}  # fmt: skip
IN_RUN = {  # the children of a run that need words, or other runs, around them
    **dict.fromkeys(["w:tab", "w:ptab", "w:br", "w:cr"], "<w:t>One</w:t>{}<w:t>two</w:t>"),
    "w:fldChar": '{}<w:instrText> DATE </w:instrText><w:fldChar w:fldCharType="end"/>',
    **dict.fromkeys(
        ["w:instrText", "w:delInstrText"],
        '<w:fldChar w:fldCharType="begin"/><w:instrText> DATE </w:instrText><w:fldChar w:fldCharType="end"/>',
    ),
}
# Properties and contents mean something by what is in them, which is tried itself.
CONTAINERS = {"w:body", "w:sdtContent", "w:pPr", "w:rPr", "w:trPr", "w:tcPr", "w:tblPr", "w:tblPrEx", "w:pBdr", "w:numPr"}
# The mark at the end of a paragraph has no letters that could look otherwise.
MARKS = {"w:CT_ParaRPr/w:rPr", "w:CT_ParaRPrOriginal/w:rPr"}
# A state before a change has no pending changes of its own.
PAST = {("w:CT_TcPrInner/w:tcPr", "w:CT_TrackChange/w:cellIns"), ("w:CT_TcPrInner/w:tcPr", "w:CT_TrackChange/w:cellDel")}


@cache
def _types() -> Mapping[str, Any]:
    read = (json.loads(file.read_text()) for file in (SCHEMAS / "schemas").iterdir() if file.name.endswith(".json"))
    return {one["Name"]: one for schema in read for one in schema.get("Types", ())}


@cache
def _namespaces() -> dict[str, str]:
    found = {each["Prefix"]: each["Uri"] for each in json.loads((SCHEMAS / "namespaces.json").read_text())}
    return {**found, "w": NAMES["w"]}


def _name(type_: str) -> str:
    return type_.rpartition("/")[2]


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_namespaces()[prefix]}}}{local}"


def _children(type_: str) -> list[str]:
    """The types of the children of a type, without those that have no meaning and those of no prefix."""
    own = (child["Name"] for child in _types().get(type_, {}).get("Children", ()))
    return [child for child in own if _tag(_name(child)) not in elements.WITHOUT_MEANING]


def _element(type_: str, parent: str, within: str = "{}", author: str = "Ann") -> str:
    """An element of a type. `within`: what is in it; `{}` stands for the words that it needs to be seen."""
    name, kind = _name(type_), type_.partition("/")[0]
    value = f' w:val="{VALUES[name]}"' if VALUES.get(name) else ""
    more = f" {MORE[name].format(author=author)}" if name in MORE else ""
    own = WITHIN.get(name) or next((CONTENT[end] for end in CONTENT if kind.endswith(end)), "")
    if not own and (name in {"w:sdt", "w:sdtContent", "w:customXml"} or kind.endswith("RunTrackChange")):
        own = next((CONTENT[end] for end in CONTENT if parent.partition("/")[0].endswith(end)), RUN)
    own = f"<w:sdtContent>{own}</w:sdtContent>" if name == "w:sdt" else own
    return f"<{name}{value}{more}>{within.format(own)}</{name}>"


def _added(type_: str, parent: str) -> str:
    """An element of a type that is tried in a parent, and `{}` for the parent’s words. Its changes are by another person than those
    around it."""
    name, own = _name(type_), _element(type_, parent, author="Bo")
    if name in TOGETHER:
        return TOGETHER[name]
    return (IN_RUN.get(name, "{}").format(own) if _name(parent) == "w:r" else own) + "{}"


def _document(way: list[str], added: str) -> str:
    for parent, type_ in reversed(list(pairwise(way))):
        added = _element(type_, parent, added) + "{}"
    added = added.replace("{}", "").replace("<w:body>", f"<w:body>{PARAGRAPH}")
    body = "" if "<w:body>" in added else f"<w:body>{PARAGRAPH}</w:body>"
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _namespaces().items() if prefix and prefix != "xml")
    return f"<w:document {names}>{added}{body}</w:document>"


W = f'xmlns:w="{NAMES["w"]}"'
STYLES = f"""<w:styles {W}>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style></w:styles>"""
NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>
<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""
COMMENTS = f'<w:comments {W}><w:comment w:id="0" w:author="Ann"><w:p>{RUN}</w:p></w:comment></w:comments>'
PARTS = {"word/styles.xml": STYLES, "word/numbering.xml": NUMBERING, "word/comments.xml": COMMENTS}


def _read(document: str) -> list[Any]:
    """All that is read of a document, for each choice of the persons whose pending changes count."""
    package = Package({name: text.encode() for name, text in {**PARTS, "word/document.xml": document}.items()})
    found: list[Any] = []
    for made in ({"Ann", "Bo"}, {"Ann"}, {"Bo"}, set()):
        text = paragraphs.read(package, lambda author, date, made=made: author in made)  # type: ignore[misc]
        of_pieces = [[(p, p.looks, p.target, p.inner) for p in paragraph.pieces] for paragraph in text.paragraphs]
        found.append((text.paragraphs, of_pieces, text.comments, text.authors))
    return found


def _told(read: list[Any]) -> int:
    """How many pieces are told by themselves: unknown elements, pictures, and words with looks."""
    pieces = [piece for own in read[0][1] for piece, *_ in own]
    return sum(bool(piece.looks) + (piece.kind in {"other", "picture"}) for piece in pieces)


def _walk() -> Iterator[tuple[list[str], str, bool]]:
    """Each child that is tried, behind the shortest way to its parent, and whether it vanished there."""
    known, waiting = {DOCUMENT}, deque([[DOCUMENT]])
    while waiting:
        way = waiting.popleft()
        before = _read(_document(way, "{}"))
        for child in () if way[-1] in MARKS else _children(way[-1]):
            after = _read(_document(way, _added(child, way[-1])))
            yield way, child, after == before and _name(child) not in CONTAINERS and (way[-1], child) not in PAST
            if child not in known and _told(after) <= _told(before):
                waiting.append([*way, child])
            known.add(child)


def test_no_element_vanishes() -> None:
    tried = list(_walk())
    assert len(tried) > 800
    assert [f"{_name(child)} in {way[-1]}" for way, child, vanished in tried if vanished] == []
    assert {"w:tblDescription", "w:specVanish", "w:ptab", "w:hMerge"} <= {_name(child) for _, child, _ in tried}


def test_every_reason_is_given_once() -> None:
    assert all(reason and reason[0].islower() for reason in elements.WITHOUT_MEANING.values())


def _paragraphs(body: str) -> Any:
    """For each paragraph of a document, its pieces, their looks and their kinds."""
    first, *found = _read(_document([DOCUMENT], f"<w:body>{body}</w:body>"))[0][1]
    assert first  # the paragraph that stands before all that is tried
    return [[(piece, piece.looks, piece.kind) for piece, *_ in own] for own in found]


def test_an_element_that_nobody_knows_is_told() -> None:
    found = _paragraphs('<w:p><w:r><w:t>A </w:t><x:odd xmlns:x="urn:x">word</x:odd></w:r></w:p>')
    assert [piece.text for piece, _, kind in found[0] if kind == "other"] == ["[Word’s element “odd”: word]"]


def test_bold_that_two_styles_cancel_is_no_look_of_its_own() -> None:
    """LibreOffice since 25.2 writes it out: `b` is off where a style of a paragraph and one of its run have it on (17.7.3)."""
    words = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:rPr>{}<w:b w:val="0"/></w:rPr><w:t>Words</w:t></w:r></w:p>'
    assert [looks for pieces in _paragraphs(words.format('<w:rStyle w:val="Strong"/>')) for _, looks, _ in pieces] == [frozenset()]
    assert [looks for pieces in _paragraphs(words.format("")) for _, looks, _ in pieces] == [frozenset({"set without “strong”"})]


@pytest.mark.parametrize(("edges", "look"), [("top", ""), ("left", "put in a frame"), ("top left", "put in a frame")])
def test_a_border_is_no_frame_where_the_style_has_it(edges: str, look: str) -> None:
    """LibreOffice writes the border of a style into the paragraph too."""
    border = "".join(f'<w:{edge} w:val="single"/>' for edge in edges.split())
    properties = etree.fromstring(f'<w:pPr xmlns:w="{NAMES["w"]}"><w:pBdr>{border}</w:pBdr></w:pPr>')
    assert elements.paragraph_looks(properties, {w("top"): True, w("left"): False}) == {"pBdr": look}


def test_a_hidden_mark_at_the_end_of_a_paragraph_is_a_look() -> None:
    body = "<w:p><w:pPr><w:rPr><w:specVanish/></w:rPr></w:pPr><w:r><w:t>Words</w:t></w:r></w:p>"
    assert [looks for [(_, looks, _)] in _paragraphs(body)] == [{"joined to the next paragraph by a hidden mark"}]


def test_the_alternative_text_of_a_table_is_a_look_of_its_first_cell() -> None:
    table = f'<w:tbl><w:tblPr><w:tblDescription w:val="All of it"/></w:tblPr>{ROW}{ROW}</w:tbl>'
    told = frozenset({"put into a table with the alternative text “All of it”"})
    assert [{looks for _, looks, _ in own} for own in _paragraphs(table)] == [{told}, {frozenset()}]


def test_the_shade_of_a_cell_before_a_change_that_does_not_count() -> None:
    old = '<w:tcPr><w:shd w:fill="00FF00"/></w:tcPr>'
    change = f'<w:tcPrChange w:author="Ann">{old}</w:tcPrChange>'
    cell = f'<w:tc><w:tcPr><w:shd w:fill="FF0000"/>{change}</w:tcPr>{PARAGRAPH}</w:tc>'
    read = _read(_document([DOCUMENT], f"<w:body><w:tbl><w:tr>{cell}</w:tr></w:tbl></w:body>"))
    looks = [{look for piece, *_ in paragraphs_[1] for look in piece.looks} for _, paragraphs_, *_ in read]
    assert looks == [{"shaded FF0000"}, {"shaded FF0000"}, {"shaded 00FF00"}, {"shaded 00FF00"}]


def test_a_comment_between_paragraphs_is_on_all_words_between_its_ends() -> None:
    words = [f"<w:p><w:r><w:t>{word}</w:t></w:r></w:p>" for word in ("Before", "One", "two", "After")]
    start, end = '<w:commentRangeStart w:id="0"/>', '<w:commentRangeEnd w:id="0"/>'
    body = f"<w:body>{words[0]}{start}{words[1]}{words[2]}{end}{words[3]}</w:body>"
    _, _, [comment], _ = _read(_document([DOCUMENT], body))[0]
    assert (comment.about, comment.paragraph) == ("One two", 2)


def test_pictures_are_known_by_what_they_name_and_altered_ones_are_told() -> None:
    a = _namespaces()["a"]
    picture = f'<w:r><w:drawing><a:graphic xmlns:a="{a}">{{}}</a:graphic></w:drawing></w:r>'
    shapes = [picture.format(own) for own in ("<a:rect/>", "<a:line/>", '<a:xfrm rot="60000" flipH="1"/>')]
    shapes += [f'<w:r><w:pict><v:shape><v:imagedata r:id="{id}"/></v:shape></w:pict></w:r>' for id in ("rId1", "rId2")]
    rels = "".join(f'<Relationship Id="{id}" Target="{name}.png"/>' for id, name in (("rId1", "a"), ("rId2", "b")))
    package = Package({"word/document.xml": _document([DOCUMENT], f"<w:body><w:p>{''.join(shapes)}</w:p></w:body>").encode()})
    package.parts["word/_rels/document.xml.rels"] = f'<Relationships xmlns="{RELATIONS}">{rels}</Relationships>'.encode()
    pieces = paragraphs.read(package).paragraphs[1].pieces
    assert len({piece.target for piece in pieces}) == 5 and [piece.target for piece in pieces][3:] == ["a.png", "b.png"]
    assert [piece.looks for piece in pieces if piece.looks] == [{"rotated", "mirrored"}]


@pytest.mark.parametrize("instruction", ["", "<w:r><w:instrText>DATE</w:instrText></w:r>"])
def test_the_words_behind_a_field_without_an_end_are_read(instruction: str) -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    broken = f"<w:p><w:r><w:t>One </w:t></w:r>{begin}{instruction}{begin}<w:r><w:t>two.</w:t></w:r></w:p>"
    body = f"<w:body>{broken}<w:p><w:r><w:t>Three.</w:t></w:r></w:p></w:body>"
    _, first, second = paragraphs.read(Package({"word/document.xml": _document([DOCUMENT], body).encode()})).paragraphs
    assert ["".join(piece.text for piece in each.pieces) for each in (first, second)] == ["One two.", "Three."]


@pytest.mark.parametrize(("instruction", "marked"), [('HYPERLINK "https://example.org"', "two"), ("REF x", "One two three.")])
@pytest.mark.parametrize("is_simple", [True, False])
def test_a_bookmark_within_a_field_stays_at_its_words(instruction: str, marked: str, is_simple: bool) -> None:
    """A reference becomes one piece, so a bookmark within it is round all of it."""
    mark = '<w:bookmarkStart w:id="1" w:name="own"/><w:r><w:t>two</w:t></w:r><w:bookmarkEnd w:id="1"/>'
    result = f"<w:r><w:t>One </w:t></w:r>{mark}<w:r><w:t> three.</w:t></w:r>"
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    named = instruction.replace('"', "&quot;")
    whole = f"{begin}<w:r><w:instrText>{instruction}</w:instrText></w:r>{separate}{result}{end}"
    field = f'<w:fldSimple w:instr="{named}">{result}</w:fldSimple>' if is_simple else whole
    body = f"<w:body><w:p><w:r><w:t>Before: </w:t></w:r>{field}<w:r><w:t> After.</w:t></w:r></w:p></w:body>"
    read = paragraphs.read(Package({"word/document.xml": _document([DOCUMENT], body).encode()})).paragraphs[1]
    start, stop = read.bookmarks["own"]
    assert "".join(piece.text for piece in read.pieces[start:stop]) == marked
