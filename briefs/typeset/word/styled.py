"""The manuscript's tree in Word's styles: classes become custom styles, columns become sections.

In: a manuscript. Out: blocks for pandoc's DOCX writer. https://pandoc.org/MANUAL.html#custom-styles
"""

from __future__ import annotations

from collections.abc import Sequence

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.theme import Page, Paper, Theme

# A class of the tree, and the style of reference.docx that it is in Word.
PARAGRAPHS = {
    "kicker": "Kicker", "scale": "Scale", "lead": "Lead", "facts": "Fact", "more": "More", "sources": "Source",
    "scale-note": "Scale Note", "figure": "Figure", "running-foot": "footer",
}
RUNS = {"step": "Step", "here": "Step Here", "note": "Note", "draft": "Draft"}


def blocks(manuscript: Manuscript, theme: Theme, paper: str) -> list[Node]:
    """The blocks as Word shall have them. Figures keep the names under which their pictures are handed over."""
    page, sheet = theme.look.page[manuscript.kind], theme.look.paper[paper]
    text = sheet.width - page.left - page.right
    main = (text - page.side - page.gutter, 0.0)
    one = section(sheet, page)

    def change(node: Node) -> list[Node] | None:
        names = tree.classes(node)
        if node["t"] == "Span":
            style = next((RUNS[n] for n in reversed(names) if n in RUNS), "")
            return [tree.span(node["c"][1], node["c"][0][0], (), custom_style=style)] if style else None
        if node["t"] == "Header" and "small-head" in names:
            # Pandoc gives a heading no style but its level's; this one is based on Heading 2, so it stays a heading.
            return [tree.div([tree.para(node["c"][2])], "", (), custom_style="Small Heading")]
        if node["t"] != "Div":
            return None
        inner = node["c"][1]
        if "columns" in names:
            return [one, *inner, section(sheet, page, [(page.side, page.gutter), main])]
        if "side" in names:
            return [*inner, column_break()]
        style = next((PARAGRAPHS[n] for n in names if n in PARAGRAPHS), "")
        styled = [tree.div(_loose(inner), "", (), custom_style=style)] if style else inner
        return [one, *styled, section(sheet, page, [(0, 5.0)] * 3)] if "sources" in names else styled

    return [*tree.transform(list(manuscript.blocks), change), one]


def _loose(blocks: list[Node]) -> list[Node]:
    """Paragraphs for plain lines: in a tight list pandoc writes its own style, Compact, over ours."""
    return list(tree.transform(blocks, lambda n: [tree.para(n["c"])] if n["t"] == "Plain" else None))


def section(sheet: Paper, page: Page, columns: Sequence[tuple[float, float]] = (), *, start: str = "continuous", numbers: str = "") -> Node:
    """The end of a section, as a paragraph that `finish` folds into the one before it.

    `columns`: width and following gap of each in millimetres, width 0 for equal ones. `start`: where it begins (17.18.77).
    `numbers`: its w:pgNumType, if page numbers change here.
    """
    size = f'<w:pgSz w:w="{twips(sheet.width)}" w:h="{twips(sheet.height)}"/>'
    margins = (f'<w:pgMar w:top="{twips(page.top)}" w:right="{twips(page.right)}" w:bottom="{twips(page.bottom)}" w:left="{twips(page.left)}"'
               f' w:header="{twips(page.head)}" w:footer="{twips(page.foot)}" w:gutter="0"/>')
    inner = "".join(f'<w:col w:w="{twips(width)}" w:space="{twips(gap)}"/>' for width, gap in columns if width)
    cols = (f'<w:cols w:num="{len(columns)}" w:equalWidth="0">{inner}</w:cols>' if inner
            else f'<w:cols w:num="{len(columns)}" w:space="{twips(columns[0][1])}"/>' if columns else "")
    return raw(f'<w:p><w:pPr><w:sectPr><w:type w:val="{start}"/>{size}{margins}{numbers}{cols}</w:sectPr></w:pPr></w:p>')


def twips(millimetres: float) -> str:
    """A length as WordprocessingML counts it, in twentieths of a point."""
    return f"{millimetres * 1440 / 25.4:.0f}"


def column_break() -> Node:
    """What follows begins in the next column; `finish` folds it into the paragraph after it."""
    return raw('<w:p><w:r><w:br w:type="column"/></w:r></w:p>')


def raw(xml: str) -> Node:
    """OOXML as a block of its own."""
    return {"t": "RawBlock", "c": ["openxml", xml]}
