"""Writes the opening tags of tables, rows and cells around pandoc's blocks, and sets the columns of tables that pandoc writes.

In: lengths in millimetres, or in points if they come from the PDF's layout. Out: raw blocks of pandoc; a body whose tables have
their columns. ECMA-376 part 1, 17.4 (tables).
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from briefs.compose.tree import Node
from briefs.typeset.word.fields import block
from briefs.typeset.word.package import NAMES, Element, element, gap, twips, w

TABLE_END = block("</w:tbl>")
ROW_END = block("</w:tr>")
CELL_END = block("</w:tc>")
CELL = "Cell"  # the style of paragraphs in cells; for later steps of a table's type, the number of the step is added: “Cell 1”
HEADER = "Table Header"  # the style of paragraphs in the head of a table; numbers are added as for cells
_MARK = "columns "
_BEFORE_BORDERS = {w(name) for name in ("tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblStyleRowBandSize", "tblStyleColBandSize",
                                          "tblW", "jc", "tblCellSpacing", "tblInd")}  # fmt: skip
_APART = 11.0  # points between two tables


def columns(widths: Sequence[float]) -> Node:
    """A mark, to be put before a table, with the widths of the table's columns in points. `set_columns` removes the mark."""
    return block(f"<w:p><w:r><w:instrText>{_MARK}{' '.join(map(str, widths))}</w:instrText></w:r></w:p>")


def narrow_margins(body: Element) -> None:
    """Give the cells of tables in smaller type smaller margins above and below, as in report.css."""
    small = f"w:tr/w:tc/w:p/w:pPr/w:pStyle[starts-with(@w:val, '{CELL}') and @w:val != '{CELL}']"
    for table in body.xpath(f".//w:tbl[{small}]", namespaces=NAMES):
        properties = table.find(w("tblPr"))
        margins = element("tblCellMar")
        margins.extend([element("top", w="20", type="dxa"), element("bottom", w="0", type="dxa")])
        for look in [child for child in properties if child.tag == w("tblLook")] or [None]:
            properties.append(margins) if look is None else look.addprevious(margins)


def set_columns(body: Element) -> None:
    """Give the table after each mark the widths of columns in the mark, and remove the mark."""
    for text in list(body.iter(w("instrText"))):
        if (text.text or "").startswith(_MARK):
            mark = text.getparent().getparent()
            _set_columns(mark.getnext(), [twips(float(width) / 72 * 25.4) for width in text.text.removeprefix(_MARK).split()])
            if mark.getprevious() is not None and mark.getprevious().tag == w("tbl"):  # Word joins tables with nothing between them
                mark[:] = [gap(_APART)]
            else:
                mark.getparent().remove(mark)


def keep_rows(body: Element) -> None:
    """Keep each row of each table on one page (17.4.6)."""
    for found in body.iter(w("tr")):
        properties = found.find(w("trPr"))
        if properties is None:
            properties = etree.Element(w("trPr"))
            found.insert(0, properties)
        if properties.find(w("cantSplit")) is None:
            properties.insert(0, element("cantSplit"))


def set_key_facts(body: Element) -> None:
    """Set the borders and margins of the table of key facts: no rule between its rows, and no margins but those between
    columns (17.4.38, 17.4.42)."""
    for found in body.xpath("w:tbl[.//w:pStyle/@w:val='KeyFactName']", namespaces=NAMES):
        properties, borders, margins = found.find(w("tblPr")), element("tblBorders"), element("tblCellMar")
        borders.append(element("insideH", val="nil"))
        for side, distance in (("top", "0"), ("left", "0"), ("bottom", "0"), ("right", "113")):
            margins.append(element(side, w=distance, type="dxa"))
        for made in (borders, margins):
            for old in properties.findall(made.tag):
                properties.remove(old)
        at = sum(child.tag in _BEFORE_BORDERS for child in properties)
        properties.insert(at, borders)
        layout = sum(child.tag in {*_BEFORE_BORDERS, borders.tag, w("shd"), w("tblLayout")} for child in properties)
        properties.insert(layout, margins)


def _set_columns(made: Element, widths: Sequence[str]) -> None:
    """Give a table columns of these widths in twips (17.4.52, 17.4.48, 17.4.71). A cell over several columns gets the sum of their
    widths."""
    total = made.find(f"{w('tblPr')}/{w('tblW')}")
    total.set(w("type"), "dxa")
    total.set(w("w"), str(sum(map(int, widths))))
    for column, width in zip(made.find(w("tblGrid")), widths, strict=True):
        column.set(w("w"), width)
    for found in made.iterfind(w("tr")):
        at = 0
        for inner in found.iterfind(w("tc")):
            span = inner.find(f"{w('tcPr')}/{w('gridSpan')}")
            count = 1 if span is None else int(span.get(w("val")))
            inner.find(w("tcPr")).insert(0, element("tcW", w=str(sum(map(int, widths[at : at + count]))), type="dxa"))
            at += count


def table(widths: Sequence[float], borders: str = "") -> Node:
    """The opening of a table with columns of these widths. `borders`: its `w:tblBorders`."""
    columns = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    return block(
        f'<w:tbl><w:tblPr><w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/>{borders}<w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
    )


def row(height: float, rule: str = "exact") -> Node:
    """The opening of a row of this height in millimetres. `rule`: `exact` or `atLeast` (17.4.80, 17.18.37)."""
    return block(f"<w:tr>{_height(height, rule)}")


def cell(width: float, span: int = 1, margins: tuple[float, float] | None = None, *, low: bool = False, colour: str = "") -> Node:
    """The opening of a cell over `span` columns. `margins`: left and right. `low`: whether its content stands at its foot. `colour`:
    what fills it."""
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    edges = (
        f'<w:tcMar><w:left w:w="{twips(margins[0])}" w:type="dxa"/><w:right w:w="{twips(margins[1])}" w:type="dxa"/></w:tcMar>'
        if margins
        else ""
    )
    foot = '<w:vAlign w:val="bottom"/>' if low else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>' if colour else ""
    return block(f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/>{spans}{shade}{edges}{foot}</w:tcPr>')


def empty_row(height: float, width: float, span: int, style: str, colour: str = "") -> Node:
    """A whole row with one cell, whose paragraph is empty. `style`: the id of the paragraph's style. `colour`: what fills the cell."""
    inner = f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr></w:p>'
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>' if colour else ""
    only = f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/><w:gridSpan w:val="{span}"/>{shade}</w:tcPr>{inner}</w:tc>'
    return block(f"<w:tr>{_height(height)}{only}</w:tr>")


def _height(height: float, rule: str = "exact") -> str:
    return f'<w:trPr><w:cantSplit/><w:trHeight w:val="{twips(height)}" w:hRule="{rule}"/></w:trPr>'
