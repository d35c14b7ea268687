"""Writes the sections of a Word file: page size, margins and columns, and the marks at which sections, columns and pages begin.

In: lengths of the theme; later a body as pandoc wrote it. Out: marks as raw blocks for pandoc, each a paragraph of its own; later
the same body, in which these marks are moved into neighbouring paragraphs. ECMA-376 part 1, 17.6 (sections), 17.3.3.1 (breaks).
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.theme import Page, Paper
from briefs.typeset.word import fields
from briefs.typeset.word.package import NAMES, Element, gap, style, twips, w

_END = "</w:sectPr>"
HEADINGS = ("Heading1", "TOCHeading")  # the style of headings of level 1, and the style of headings of the front matter


def section(sheet: Paper, page: Page, columns: Sequence[tuple[float, float]] = (), *, start: str = "continuous") -> Node:
    """The end of a section, as a paragraph that `fold` merges with the paragraph before it. After a table the paragraph stays; its
    height is as small as possible.

    `columns`: the width of each column and the gap after it, in millimetres; a width of 0 gives equal columns. `start`: where the
    section begins (17.18.77).
    """
    orientation = ' w:orient="landscape"' if sheet.width > sheet.height else ""
    size = f'<w:pgSz w:w="{twips(sheet.width)}" w:h="{twips(sheet.height)}"{orientation}/>'
    margins = (
        f'<w:pgMar w:top="{twips(page.top)}" w:right="{twips(page.right)}" w:bottom="{twips(page.bottom)}" w:left="{twips(page.left)}"'
        f' w:header="{twips(page.head)}" w:footer="{twips(page.foot)}" w:gutter="0"/>'
    )
    inner = f'<w:type w:val="{start}"/>{size}{margins}{_columns(columns)}'
    low = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    return fields.block(f"<w:p><w:pPr>{low}<w:sectPr>{inner}</w:sectPr></w:pPr></w:p>")


def ends(block: Node) -> bool:
    """Whether a block is the end of a section."""
    return block["t"] == "RawBlock" and _END in tree.text(block)


def has_columns(block: Node) -> bool:
    """Whether a block is the end of a section with columns."""
    return ends(block) and "<w:cols" in tree.text(block)


def with_numbers(blocks: Sequence[Node], numbers: str, later: str = "") -> list[Node]:
    """The blocks, with the `w:pgNumType` `numbers` in the first section, whose page numbers begin anew; and with the `w:pgNumType`
    `later` in the other sections, whose page numbers go on (17.6.12)."""
    first = next(at for at, block in enumerate(blocks) if ends(block))
    marked = _numbered(blocks[first], numbers)
    return [*blocks[:first], marked, *(_numbered(b, later) if later and ends(b) else b for b in blocks[first + 1 :])]


def _numbered(block: Node, numbers: str) -> Node:
    """The end of a section, with this `w:pgNumType` added before its columns (17.6.17)."""
    text = tree.text(block)
    return fields.block(
        text.replace("<w:cols", f"{numbers}<w:cols") if "<w:cols" in text else text.replace(_END, f"{numbers}{_END}")
    )


def on_next_page(blocks: Sequence[Node]) -> list[Node]:
    """The blocks, changed so that their first section begins a page."""
    first = next(at for at, block in enumerate(blocks) if ends(block))
    marked = fields.block(tree.text(blocks[first]).replace('<w:type w:val="continuous"/>', '<w:type w:val="nextPage"/>'))
    return [*blocks[:first], marked, *blocks[first + 1 :]]


def _columns(columns: Sequence[tuple[float, float]]) -> str:
    """The `w:cols` of a section; empty for one column."""
    if not columns:
        return ""
    inner = "".join(f'<w:col w:w="{twips(width)}" w:space="{twips(gap)}"/>' for width, gap in columns if width)
    if inner:
        return f'<w:cols w:num="{len(columns)}" w:equalWidth="0">{inner}</w:cols>'
    return f'<w:cols w:num="{len(columns)}" w:space="{twips(columns[0][1])}"/>'


def page_break() -> Node:
    """A mark after which a page begins. `fold` moves the break into the paragraph after it."""
    return fields.block('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')


def column_break() -> Node:
    """A mark after which the next column begins. `fold` moves the break into the paragraph after it."""
    return fields.block('<w:p><w:r><w:br w:type="column"/></w:r></w:p>')


def fold(body: Element) -> None:
    """Move each mark of a section, column or page into the paragraph before or after it, so that no empty paragraph remains."""
    _fold_sections(body)
    _fold_column_breaks(body)
    _fold_page_breaks(body)


def _fold_sections(body: Element) -> None:
    """Move the end of each section into the paragraph before it. The properties of the last section are put at the end of the body
    (17.6.17)."""
    *marks, last = body.xpath("w:p[w:pPr/w:sectPr and not(w:r)]", namespaces=NAMES)
    for old in body.findall(w("sectPr")):
        body.remove(old)
    body.append(_properties(last))
    if last.getprevious() is not None and last.getprevious().tag == w("tbl"):  # Word needs a paragraph after a table
        last[:] = [gap(1)]
    else:
        body.remove(last)
    for mark in marks:
        before = mark.getprevious()
        if before is None or before.tag != w("p") or _counts(before):
            continue
        properties = before.find(w("pPr"))
        if properties is None:
            properties = etree.Element(w("pPr"))
            before.insert(0, properties)
        if properties.find(w("sectPr")) is None:
            properties.append(_properties(mark))
            body.remove(mark)


def _counts(paragraph: Element) -> bool:
    """Whether a paragraph has a SEQ field, as captions have. Such a paragraph can't be the last of a section: LibreOffice would
    move the bookmark away from the field's number. When fields are updated, references would then lose the number."""
    return any((code.text or "").strip().startswith("SEQ ") for code in paragraph.iter(w("instrText")))


def _properties(mark: Element) -> Element:
    return mark.find(f"{w('pPr')}/{w('sectPr')}")


def _fold_column_breaks(body: Element) -> None:
    for mark in body.xpath("w:p[w:r/w:br/@w:type='column']", namespaces=NAMES):
        after = next(e for e in mark.itersiblings() if e.tag == w("p"))
        after.insert(0 if after.find(w("pPr")) is None else 1, mark.find(w("r")))
        body.remove(mark)


def _fold_page_breaks(body: Element) -> None:
    """Move each page break into the paragraph after it. That is a heading, so it has a style."""
    for mark in body.xpath("w:p[w:r/w:br/@w:type='page']", namespaces=NAMES):
        heading = style(mark.getnext())
        assert heading is not None
        heading.addnext(etree.Element(w("pageBreakBefore")))
        body.remove(mark)


def begins_page(properties: Element) -> bool:
    """Whether a section begins on the next page."""
    start = properties.find(w("type"))
    return start is not None and start.get(w("val")) == "nextPage"


def text_width(section: Element) -> int:
    """The width of the text of a section in twentieths of a point."""
    margins = section.find(w("pgMar"))
    return int(section.find(w("pgSz")).get(w("w"))) - int(margins.get(w("left"))) - int(margins.get(w("right")))


def sides(body: Element) -> list[list[Element]]:
    """The parts of a body, which is divided before each section that begins on the next page. Each part is a list of its
    paragraphs, tables and section properties."""
    found: list[list[Element]] = [[]]
    section: list[Element] = []
    for each in body:
        section.append(each)
        properties = each if each.tag == w("sectPr") else _properties(each)
        if properties is not None:
            if begins_page(properties) and found[-1]:
                found.append([])
            found[-1] += section
            section = []
    return found


def with_headings(body: Element) -> list[tuple[Element, Element | None]]:
    """For each section: its properties, and the first heading in it, or the last section's heading if it has none."""
    found: list[tuple[Element, Element | None]] = []
    heading, first = None, True
    for each in body:
        named = style(each)
        if first and named is not None and named.get(w("val")) in HEADINGS:
            heading, first = each, False
        properties = each if each.tag == w("sectPr") else _properties(each)
        if properties is not None:
            found.append((properties, heading))
            first = True
    return found
