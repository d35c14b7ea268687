"""The manuscript's tree in Word's styles: classes become custom styles, columns become sections.

In: a manuscript. Out: blocks for pandoc's DOCX writer. https://pandoc.org/MANUAL.html#custom-styles
"""

from __future__ import annotations

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.theme import Theme

# A class of the tree, and the style of reference.docx that it is in Word.
PARAGRAPHS = {
    "kicker": "Kicker", "scale": "Scale", "lead": "Lead", "facts": "Fact", "more": "More", "sources": "Source",
    "scale-note": "Scale Note", "figure": "Figure", "running-foot": "footer",
}
RUNS = {"step": "Step", "here": "Step Here", "note": "Note", "draft": "Draft"}
TWIPS = 1440 / 25.4  # to the millimetre


def blocks(manuscript: Manuscript, theme: Theme, paper: str) -> list[Node]:
    """The blocks as Word shall have them. Figures keep the names under which their pictures are handed over."""
    look = theme.look
    text = (look.paper[paper].width - 2 * look.brief.margin) * TWIPS
    side, gutter = look.brief.side * TWIPS, look.brief.gutter * TWIPS
    widths = {"columns": [(side, gutter), (text - side - gutter, 0.0)], "sources": [(0.0, 5 * TWIPS)] * 3}

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
            return [section(), *inner, section(widths["columns"])]
        if "side" in names:
            return [*inner, column_break()]
        style = next((PARAGRAPHS[n] for n in names if n in PARAGRAPHS), "")
        styled = [tree.div(_loose(inner), "", (), custom_style=style)] if style else inner
        return [section(), *styled, section(widths["sources"])] if "sources" in names else styled

    return list(tree.transform(list(manuscript.blocks), change))


def _loose(blocks: list[Node]) -> list[Node]:
    """Paragraphs for plain lines: in a tight list pandoc writes its own style, Compact, over ours."""
    return list(tree.transform(blocks, lambda n: [tree.para(n["c"])] if n["t"] == "Plain" else None))


def section(columns: list[tuple[float, float]] | None = None) -> Node:
    """The end of a continuous section, as a paragraph that `finish` folds into the one before it. Widths in twips."""
    if not columns:
        cols = ""
    elif columns[0][0]:
        inner = "".join(f'<w:col w:w="{width:.0f}" w:space="{gap:.0f}"/>' for width, gap in columns)
        cols = f'<w:cols w:num="{len(columns)}" w:equalWidth="0">{inner}</w:cols>'
    else:
        cols = f'<w:cols w:num="{len(columns)}" w:space="{columns[0][1]:.0f}"/>'
    return _raw(f'<w:p><w:pPr><w:sectPr><w:type w:val="continuous"/>{cols}</w:sectPr></w:pPr></w:p>')


def column_break() -> Node:
    """What follows begins in the next column; `finish` folds it into the paragraph after it."""
    return _raw('<w:p><w:r><w:br w:type="column"/></w:r></w:p>')


def _raw(xml: str) -> Node:
    return {"t": "RawBlock", "c": ["openxml", xml]}
