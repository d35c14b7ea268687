"""Puts the sources and notes that end a page, and the authors and the date of a cover, at the foot of the page, as in the PDF,
however much room is left above them.

In: a body whose sections are folded, the page and the type of the sources. Out: the same body, in which these paragraphs stand in a
table that floats at the bottom margin, or in a frame there. ECMA-376 part 1, 17.4.57 (tblpPr), 17.3.1.11 (framePr).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lxml import etree

from briefs.theme import LadderStep, Page
from briefs.typeset.page import columns
from briefs.typeset.word import sections
from briefs.typeset.word.package import NAMES, Element, element, gap, style, twips, w

HEADING, SOURCE, NOTE = "SmallHeading", "Source", "ScaleNote"  # the styles of these paragraphs
COVER = ("Author", "Date")  # the styles of the paragraphs at the foot of a cover
_NUMBER = twips(columns.NUMBER)
_POINT = 20  # twips


def pin(body: Element, page: Page, step: LadderStep) -> None:
    """Pin what ends each page of a body: the list of sources under its heading, and the notes below it."""
    for side in sections.sides(body):
        ending = _ending(side)
        if ending:
            section = _ended(side, ending)
            _pin(ending, section, page, step)


def pin_cover(body: Element) -> None:
    """Pin the authors, the date and the addresses of a cover, which is the first section, in a frame. The frame is as wide as the
    text, so that it needs no side. A frame can't end a section, so an empty paragraph does. The frame has no line above it: programs
    that know no frames, such as Google Docs, would leave the line at each paragraph.
    """
    section = next(body.iter(w("sectPr")))
    last = section.getparent().getparent()
    framed = [block for block in (*reversed([*last.itersiblings(preceding=True)]), last) if _name(block) in COVER]
    for block in framed:
        named = style(block)
        assert named is not None
        named.addnext(
            element(
                "framePr", w=str(sections.text_width(section)), wrap="around", vAnchor="margin", hAnchor="margin", yAlign="bottom"
            )
        )
    if framed:
        anchor = element("p")
        anchor.append(gap(1))
        anchor[0].append(section)
        last.addnext(anchor)


def _ending(side: Sequence[Element]) -> list[Element]:
    """The paragraphs that end a page, from the heading above the sources on. None if the page has no sources."""
    blocks = [block for block in side if block.tag != w("sectPr")]
    names = [_name(block) for block in blocks]
    heads = (at for at, pair in enumerate(pairwise(names)) if pair == (HEADING, SOURCE))
    first = next(heads, len(names))
    return blocks[first:] if {HEADING, SOURCE, NOTE}.issuperset(names[first:]) else []


def _name(block: Element) -> str:
    found = style(block)
    return "" if found is None else str(found.get(w("val")))


def _ended(side: Sequence[Element], ending: Sequence[Element]) -> Element:
    """The properties of the section with which a page ends, which gets one column. The sections between these paragraphs are
    removed."""
    inner = [properties for block in ending for properties in block.iterfind(f"{w('pPr')}/{w('sectPr')}")]
    for properties in inner:
        properties.getparent().remove(properties)
    last = side[-1] if side[-1].tag == w("sectPr") else inner[-1]
    for found in last.findall(w("cols")):
        last.remove(found)
    return last


def _pin(ending: Sequence[Element], section: Element, page: Page, step: LadderStep) -> None:
    """Move paragraphs into a table, and put a paragraph behind it to which the table is anchored, and which ends the section."""
    anchor = etree.Element(w("p"))
    anchor.append(gap(1))
    if section.getparent() is None:
        anchor[0].append(section)
    ending[-1].addnext(anchor)
    width = sections.text_width(section)
    sources = [block for block in ending if _name(block) == SOURCE]
    lists = _divided(sources, width, page, step)
    widths = _widths(width, page)
    table = _table(widths, section.find(w("pgMar")).get(w("left")))
    anchor.addprevious(table)
    for block in ending:
        if block in sources[:1]:
            table.append(_row(lists, widths))
        elif block not in sources:
            table.append(_row([[block]], widths))


def _widths(width: int, page: Page) -> list[int]:
    """The widths of the columns of the sources, of which all but the last include the gap after them."""
    apart = int(twips(page.source_gap))
    each = (width - apart * (page.source_columns - 1)) // page.source_columns
    others = [each + apart] * (page.source_columns - 1)
    return [*others, width - sum(others)]


def _divided(sources: Sequence[Element], width: int, page: Page, step: LadderStep) -> list[list[Element]]:
    """The sources in columns, which begin at the same sources as on the page of the PDF."""
    each = (_widths(width, page)[-1] - int(_NUMBER)) / _POINT
    texts = ("".join(source.xpath(".//w:t/text()", namespaces=NAMES)) for source in sources)
    firsts = columns.starts([columns.lines_of(text, each, step.sources[0]) for text in texts], page.source_columns)
    return [list(sources[start:end]) for start, end in zip([0, *firsts], [*firsts, len(sources)], strict=True)]


def _table(widths: Sequence[int], left: str) -> Element:
    """A table at the bottom margin, without margins in its cells but for the gaps between columns."""
    table, properties = element("tbl"), element("tblPr")
    properties.append(
        element(
            "tblpPr", leftFromText="0", rightFromText="0", vertAnchor="margin", horzAnchor="page", tblpX=left, tblpYSpec="bottom"
        )
    )
    properties.append(element("tblW", w=str(sum(widths)), type="dxa"))
    properties.append(element("tblLayout", type="fixed"))
    margins = element("tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        margins.append(element(side, w="0", type="dxa"))
    properties.append(margins)
    grid = element("tblGrid")
    for width in widths:
        grid.append(element("gridCol", w=str(width)))
    table.extend([properties, grid])
    return table


def _row(cells: Sequence[Sequence[Element]], widths: Sequence[int]) -> Element:
    """A row with these paragraphs in its cells. The last cell takes all columns that are left; if there are others, the text in it
    is as wide as in those."""
    row = element("tr")
    for at, cell in enumerate(cells):
        own = widths[at:] if cell is cells[-1] else widths[at : at + 1]
        made, properties = element("tc"), element("tcPr")
        properties.append(element("tcW", w=str(sum(own)), type="dxa"))
        if len(own) > 1:
            properties.append(element("gridSpan", val=str(len(own))))
        apart = sum(own) - widths[-1] if _name(cell[0]) == SOURCE else 0
        if apart:
            margins = element("tcMar")
            margins.append(element("right", w=str(apart), type="dxa"))
            properties.append(margins)
        made.extend([properties, *cell])
        row.append(made)
    return row
