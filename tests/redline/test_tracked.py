"""Tracked changes between any two Word files: accepting all gives the newer one, rejecting all the older one."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from lxml import etree

from briefs.redline import tracked
from briefs.typeset.word import package
from briefs.typeset.word.package import RELATIONS, TYPES, R, W, w
from briefs.wordfile import paragraphs
from tests.redline.decided import decide, is_sound, said

SECTION = '<w:sectPr><w:pgSz w:w="1" w:h="1"/></w:sectPr>'
CONTROL = '<w:sdt><w:sdtPr><w:tag w:val="data-value"/></w:sdtPr><w:sdtContent>'
WHEN = "2020-10-01T00:00:00Z"
Atom = tuple[str, str]  # kind, words
Block = tuple[str, Any]

WORDS = st.sampled_from(
    ["the", "new", "old", "network", "of", "Huawei", "grows,", "not", "yet.", "“so”", "a\xa0b", "5G", "&", "<x>", "é", "网络"]
)
ATOMS = st.tuples(st.sampled_from(["text"] * 8 + ["bold", "link", "anchor", "note", "field", "tab", "simple", "value"]), WORDS)
LINES = st.lists(ATOMS, max_size=7)


def paragraphs_of(styles: st.SearchStrategy[str]) -> st.SearchStrategy[Block]:
    return st.tuples(styles, LINES)


PARAGRAPHS = paragraphs_of(st.sampled_from(["Normal", "Normal", "Heading1", "Item", "Other"]))


@st.composite
def tables(draw: DrawFn, cells: st.SearchStrategy[list[Block]]) -> Block:
    columns = draw(st.integers(1, 2))
    return "table", draw(st.lists(st.lists(cells, min_size=columns, max_size=columns), min_size=1, max_size=3))


CELLS = st.lists(PARAGRAPHS, min_size=1, max_size=3)
BLOCKS = st.one_of(PARAGRAPHS, PARAGRAPHS, PARAGRAPHS, paragraphs_of(st.just("Section")), tables(st.one_of(CELLS, CELLS.flatmap(
    lambda inner: tables(st.just(inner)).map(lambda table: [table, *inner])
))))  # fmt: skip
BODIES = st.lists(BLOCKS, max_size=8)


@st.composite
def edited(draw: DrawFn, old: list[Block]) -> list[Block]:
    """The same body with some blocks moved, deleted, added or reworded."""
    new = list(old)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(new)))
        match draw(st.integers(0, 3)):
            case 0:
                new.insert(at, draw(BLOCKS))
            case 1:
                del new[at : at + 1]
            case 2 if new:
                new.insert(at, new.pop(draw(st.integers(0, len(new) - 1))))
            case _ if at < len(new) and new[at][0] != "table":
                style, line = new[at]
                place = draw(st.integers(0, len(line)))
                new[at] = style, [*line[:place], *draw(LINES), *line[place + draw(st.integers(0, 2)) :]]
    return new


def xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def root(name: str, inner: str) -> str:
    return f'<w:{name} xmlns:w="{W}" xmlns:r="{R}">{inner}</w:{name}>'


class Paper:
    """Writes a body as a package. Notes and bookmarks are numbered in their order."""

    def __init__(self, body: list[Block]):
        self.notes: list[str] = []
        self.number = 0
        text = "".join(map(self.block, body)) + f"<w:p><w:r><w:t>The end.</w:t></w:r></w:p>{SECTION}"
        link, items = f"rId{len(body) + 1}", str(len(body) + 5)  # different in each file
        notes = "".join(
            f'<w:footnote w:id="{n}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> {xml(t)} said</w:t></w:r></w:p></w:footnote>'
            for n, t in enumerate(self.notes, 20)
        )
        level = '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
        numbers = (
            f'<w:abstractNum w:abstractNumId="1">{level}</w:abstractNum>'
            f'<w:num w:numId="{items}"><w:abstractNumId w:val="1"/></w:num>'
        )
        relation = f'<Relationship Id="{link}" Type="{R}/hyperlink" Target="https://example.org" TargetMode="External"/>'
        separator = '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
        parts = {
            "[Content_Types].xml": f'<Types xmlns="{TYPES}"/>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relation}</Relationships>',
            "word/document.xml": root("document", f"<w:body>{text}</w:body>").replace("rId?", link).replace("num?", items),
            "word/footnotes.xml": root("footnotes", separator + notes),
            "word/numbering.xml": root("numbering", numbers),
            "word/styles.xml": root("styles", ""),
        }
        self.data = package.write(package.Package({name: part.encode() for name, part in parts.items()}), "2020")

    def block(self, block: Block) -> str:
        kind, inner = block
        if kind == "table":
            rows = "".join(f"<w:tr>{''.join(map(self.cell, row))}</w:tr>" for row in inner)
            return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * len(inner[0])}</w:tblGrid>{rows}</w:tbl>"
        self.number += 1
        number, name = self.number, f"block_{self.number}"
        more = {
            "Item": '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="num?"/></w:numPr>',
            "Section": SECTION,
        }
        line = "".join(self.atom(*atom) for atom in inner)
        marks = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>', f'<w:bookmarkEnd w:id="{number}"/>'
        return f'<w:p><w:pPr><w:pStyle w:val="{kind}"/>{more.get(kind, "")}</w:pPr>{marks[0]}{line}{marks[1]}</w:p>'

    def cell(self, blocks: list[Block]) -> str:
        return f"<w:tc>{''.join(map(self.block, blocks))}</w:tc>"

    def atom(self, kind: str, words: str) -> str:
        text = f'<w:t xml:space="preserve">{xml(words)} </w:t>'
        if kind == "note":
            self.notes.append(words)
            return f'<w:r><w:footnoteReference w:id="{19 + len(self.notes)}"/></w:r>'
        begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{k}"/></w:r>' for k in ("begin", "separate", "end"))
        return {
            "text": f"<w:r>{text}</w:r>",
            "bold": f"<w:r><w:rPr><w:b/></w:rPr>{text}</w:r>",
            "link": f'<w:hyperlink r:id="rId?"><w:r>{text}</w:r></w:hyperlink>',
            "anchor": f'<w:hyperlink w:anchor="block_1"><w:r>{text}</w:r></w:hyperlink>',
            "field": f"{begin}<w:r><w:instrText> REF a </w:instrText></w:r>{separate}<w:r>{text}</w:r>{end}",
            "simple": f'<w:fldSimple w:instr=" SEQ Figure "><w:r>{text}</w:r></w:fldSimple>',
            "tab": "<w:r><w:tab/></w:r>",
            "value": f"{CONTROL}<w:r>{text}</w:r></w:sdtContent></w:sdt>",
        }[kind]


def texts(data: bytes, accept: bool) -> list[str]:
    return [p.text for p in paragraphs.read(package.read(data), lambda author, date: accept).paragraphs]


def tracked_of(old: bytes, new: bytes) -> tuple[bytes, int]:
    made = package.read(new)
    count = tracked.track(package.read(old), made, "The Institute", WHEN)
    return package.write(made, "2020"), count


def test_what_was_deleted_after_the_end_of_a_section_stays_after_it() -> None:
    before, after = [("Section", []), ("Normal", [])], [("Normal", []), ("Normal", []), ("Section", [])]
    old, new = Paper(before).data, Paper(after).data
    made, _ = tracked_of(old, new)
    assert said(decide(made, False)) == said(package.read(old)) and said(decide(made, True)) == said(package.read(new))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_accepting_gives_the_newer_text_and_rejecting_the_older(data: st.DataObject) -> None:
    before = data.draw(BODIES)
    after = data.draw(st.one_of(edited(before), edited(before), BODIES))
    old, new = Paper(before).data, Paper(after).data
    made, count = tracked_of(old, new)
    is_sound(made)
    assert texts(made, True) == texts(new, True)
    assert texts(made, False) == texts(old, True)
    assert said(decide(made, True)) == said(package.read(new))
    # The end of a section isn't tracked if its paragraph is in both files: it is that of the newer file.
    assert [told[:3] + told[4:] for told in said(decide(made, False))] == [told[:3] + told[4:] for told in said(package.read(old))]
    if before == after:
        assert count == 0


def test_blocks_deleted_on_both_sides_of_a_section_keep_their_order() -> None:
    """The paragraph that now ends the section is another one, after which all deleted blocks are put."""
    old = Paper(
        [("Normal", []), ("table", [[[("Normal", [])]]]), ("Section", [("text", "the")]), ("Normal", [("text", "new")])]
    ).data
    new = Paper([("Normal", [("text", "the")]), ("Section", [])]).data
    made, _ = tracked_of(old, new)
    assert texts(made, True) == texts(new, True)
    assert texts(made, False) == texts(old, True) == ["the", "new", "The end."]


def test_a_changed_value_of_the_data_is_marked_as_a_whole() -> None:
    """Not figure by figure. A value that stays keeps its content control."""
    old, new = (Paper([("Normal", [("text", "Of it"), ("value", n), ("text", "and"), ("value", "12.5"), ("text", "so")])]).data
                for n in ("83.4 per cent", "83.9 per cent"))  # fmt: skip
    body = package.read(tracked_of(old, new)[0]).xml("word/document.xml")
    marked = [(etree.QName(e).localname, "".join(e.itertext())) for e in body.iter(w("ins"), w("del"))]
    assert marked == [("del", "83.4 per cent "), ("ins", "83.9 per cent ")]
    assert ["".join(e.itertext()) for e in body.iter(w("sdt"))] == ["12.5 "]
