"""The manuscript's tree in Word's styles: classes become custom styles, columns become sections.

In: a manuscript. Out: blocks for pandoc's DOCX writer. https://pandoc.org/MANUAL.html#custom-styles
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from briefs.compose import tree
from briefs.compose.manuscript import OPENER, Manuscript
from briefs.compose.tree import Node
from briefs.theme import Page, Paper, Theme
from briefs.typeset.word import fields

# A class of the tree, and the style of reference.docx that it is in Word.
PARAGRAPHS = {
    "kicker": "Kicker",
    "scale": "Scale",
    "lead": "Lead",
    "facts": "Fact",
    "more": "More",
    "sources": "Source",
    "scale-note": "Scale Note",
    "figure": "Figure",
    "running-foot": "footer",
    "legend": "Legend",
    "imprint": "Imprint",
    "source-country": "Source Country",
    "pull-quote": "Pull Quote",
    "table-caption": "Table Caption",
    "caption": "Image Caption",
    "cover-draft": "Cover Note",
    "cover-title": "Title",
    "cover-subtitle": "Subtitle",
    "cover-author": "Author",
    "cover-publisher": "Author",
    "cover-date": "Date",
}
RUNS = {"step": "Step", "here": "Step Here", "note": "Note", "draft": "Draft", "badge": "Badge"}


def blocks(manuscript: Manuscript, theme: Theme, paper: str, pages: Mapping[str, str]) -> list[Node]:
    """The blocks as Word shall have them. Figures keep the names under which their pictures are handed over.

    `pages`: the page number of each heading and caption, by its name.
    """
    change = _Change(manuscript, theme, paper, pages)
    last = change.section() if manuscript.kind.layout == "one page" else change.section(start="nextPage")
    return [*tree.transform(list(manuscript.blocks), change, *_Change.KINDS), last]


class _Change:
    """What becomes of each node; innermost nodes come first."""

    KINDS = ("Span", "Header", "Link", "Div", "Table", "DefinitionList", "BulletList")

    def __init__(self, manuscript: Manuscript, theme: Theme, paper: str, pages: Mapping[str, str]):
        self.manuscript = manuscript
        self.page, self.sheet = theme.look.page[manuscript.kind.page], theme.look.paper[paper]
        self.pages = pages
        self.headings = {h.id: h for h in manuscript.headings}
        self.captions = {c.id: c for c in manuscript.captions}
        self.openers = 0  # until now; each but the first begins a page, as in the PDF

    def __call__(self, node: Node) -> list[Node] | None:
        made: list[Node] | None = getattr(self, f"_{node['t'].lower()}")(node, tree.classes(node))
        return made

    def section(self, columns: Sequence[tuple[float, float]] = (), **how: str) -> Node:
        return section(self.sheet, self.page, columns, **how)

    def _span(self, node: Node, names: list[str]) -> list[Node] | None:
        if "label" in names:
            caption = next(c for c in self.captions.values() if c.anchor == node["c"][0][0])
            return [tree.span(fields.sequence(caption.label, caption.number, caption.kind), caption.anchor)]
        cell = next((n for n in names if n.startswith("cell-")), "")
        if cell:
            return [tree.span(node["c"][1], f"shade_{cell}")]
        bookmark = _bookmark(node["c"][0][0])
        style = next((RUNS[n] for n in reversed(names) if n in RUNS), "")
        step = next((n for n in names if n.startswith("stance-")), "")
        if style:
            name = f"shade_{step}" if step and "badge" in names else bookmark
            return [tree.span(node["c"][1], name, (), custom_style=style)]
        return [{"t": "Span", "c": [[bookmark, *node["c"][0][1:]], node["c"][1]]}]

    def _header(self, node: Node, names: list[str]) -> list[Node] | None:
        level, _, inlines = node["c"]
        if "small-head" in names:
            # Pandoc gives a heading no style but its level's; this one is based on Heading 2, so it stays a heading.
            return [tree.div([tree.para(inlines)], "", (), custom_style="Small Heading")]
        if "unlisted" in names:  # so that Word’s contents don’t list themselves when they are made anew
            return [tree.div([tree.para(inlines)], "", (), custom_style="TOC Heading")]
        head = tree.header(level, inlines)
        self.openers += OPENER in names
        return [page_break(), head] if OPENER in names and self.openers > 1 else [head]

    def _link(self, node: Node, names: list[str]) -> list[Node] | None:
        """References become fields; other links within the file point at bookmarks, which bear no hyphens."""
        _, inlines, (target, _) = node["c"]
        if not target.startswith("#"):
            return None
        heading, caption = self.headings.get(target[1:]), self.captions.get(target[1:])
        words = tree.text_of(inlines)
        if "reference" in names and heading and heading.number:
            return [fields.reference(words, heading.anchor, heading.number)]
        if "reference" in names and caption:
            return [fields.reference(words, caption.anchor)]
        marked = heading or caption
        anchor = marked.anchor if marked else _bookmark(target[1:])
        return [tree.link(inlines, f"#{anchor}")]

    def _table(self, node: Node, names: list[str]) -> list[Node]:
        """Cells in their own style; what a list holds there too."""

        def cell(inner: Node) -> list[Node]:
            return [tree.div([tree.para(inner["c"])], "", (), custom_style="Cell")]

        return [{"t": "Table", "c": tree.transform(node["c"], cell, "Plain", "Para")}]

    def _definitionlist(self, node: Node, names: list[str]) -> list[Node]:
        """A line an entry, its word in bold, a tab, its meaning."""
        lines = []
        for term, definitions in node["c"]:
            meaning = [n for blocks in definitions for b in blocks for n in b["c"]]
            line = [{"t": "Strong", "c": term}, fields.inline("<w:r><w:tab/></w:r>"), *meaning]
            lines.append(tree.div([tree.para(line)], "", (), custom_style="Glossary"))
        return lines

    def _bulletlist(self, node: Node, names: list[str]) -> list[Node]:
        """Lists of the running text in Word's own list style."""
        if self.manuscript.kind.layout == "one page":
            return [node]
        return [tree.div(_loose([node]), "", (), custom_style="List Bullet")]

    def _div(self, node: Node, names: list[str]) -> list[Node] | None:
        inner = node["c"][1]
        side, gutter = self.page.side, self.page.gutter
        if "columns" in names:
            main = self.sheet.width - self.page.left - self.page.right - side - gutter
            return [self.section(), *inner, self.section([(side, gutter), (main, 0.0)])]
        if "side" in names:
            return [*inner, column_break()]
        if "cover" in names:
            cover = {"head": 0.0, "left": self.page.left - self.page.hang}
            return [*inner, section(self.sheet, self.page.model_copy(update=cover))]
        if "front" in names:
            return [*inner, self.section(start="nextPage", numbers='<w:pgNumType w:fmt="lowerRoman" w:start="2"/>')]
        if "body" in names:
            return self._chapters(inner)
        if "appendix-part" in names:
            return self._appendix(inner)
        if "contents" in names:
            return fields.contents(self.manuscript.headings, self.pages)
        if "lists" in names:
            return fields.lists(self.manuscript.captions, self.pages)
        style = self._style(node["c"][0][0], names)
        if "table" in names or "band" in names:
            return inner
        styled = [tree.div(_loose(inner), "", (), custom_style=style)] if style else inner
        if "sources" in names and self.manuscript.kind.layout == "one page":
            return [self.section(), *styled, self.section([(0, 5.0)] * 3)]
        return styled

    def _style(self, identifier: str, names: list[str]) -> str:
        """The paragraph style of a div, empty if it has none."""
        if identifier == "refs":
            return "Bibliography"
        return "Wide Figure" if "float" in names else next((PARAGRAPHS[n] for n in names if n in PARAGRAPHS), "")

    def _chapters(self, inner: list[Node]) -> list[Node]:
        """Each chapter is a section of its own, so that its running head can name it; the first begins with page 1."""
        starts = [n for n, block in enumerate(inner) if block["t"] == "Header" and block["c"][0] == 1]
        numbers = ['<w:pgNumType w:fmt="decimal" w:start="1"/>', *[""] * len(starts)]
        out: list[Node] = []
        for start, end, number in zip(starts, [*starts[1:], len(inner)], numbers, strict=False):
            out += [*_after_quote(inner[start:end]), self.section(start="nextPage", numbers=number)]
        return out

    def _appendix(self, inner: list[Node]) -> list[Node]:
        """The tables take more of the paper; their sources stand in two columns below."""
        if not inner:
            return []
        wide = self.page.model_copy(update={"left": self.page.wide, "right": self.page.wide})
        return [*inner[:-1], section(self.sheet, wide, start="nextPage"), inner[-1], section(self.sheet, wide, [(0, 8.0)] * 2)]


def _after_quote(blocks: list[Node]) -> list[Node]:
    """The paragraph after a pull quote begins the text: it isn't indented."""
    out: list[Node] = []
    for before, block in zip([None, *blocks], blocks, strict=False):
        quoted = before is not None and before["t"] == "Div" and ["custom-style", "Pull Quote"] in before["c"][0][2]
        out.append(tree.div([block], "", (), custom_style="First Paragraph") if quoted and block["t"] == "Para" else block)
    return out


def _bookmark(name: str) -> str:
    """A name as Word's bookmarks are: no hyphens."""
    return name.replace("-", "_")


def _loose(blocks: list[Node]) -> list[Node]:
    """Paragraphs for plain lines: in a tight list pandoc writes its own style, Compact, over ours."""
    return list(tree.transform(blocks, lambda n: [tree.para(n["c"])], "Plain"))


def section(
    sheet: Paper, page: Page, columns: Sequence[tuple[float, float]] = (), *, start: str = "continuous", numbers: str = ""
) -> Node:
    """The end of a section, as a paragraph that `finish` folds into the one before it.

    `columns`: width and following gap of each in millimetres, width 0 for equal ones. `start`: where it begins (17.18.77).
    `numbers`: its w:pgNumType, if page numbers change here.
    """
    size = f'<w:pgSz w:w="{twips(sheet.width)}" w:h="{twips(sheet.height)}"/>'
    margins = (
        f'<w:pgMar w:top="{twips(page.top)}" w:right="{twips(page.right)}" w:bottom="{twips(page.bottom)}" w:left="{twips(page.left)}"'
        f' w:header="{twips(page.head)}" w:footer="{twips(page.foot)}" w:gutter="0"/>'
    )
    inner = "".join(f'<w:col w:w="{twips(width)}" w:space="{twips(gap)}"/>' for width, gap in columns if width)
    cols = (
        f'<w:cols w:num="{len(columns)}" w:equalWidth="0">{inner}</w:cols>'
        if inner
        else f'<w:cols w:num="{len(columns)}" w:space="{twips(columns[0][1])}"/>'
        if columns
        else ""
    )
    return fields.block(f'<w:p><w:pPr><w:sectPr><w:type w:val="{start}"/>{size}{margins}{numbers}{cols}</w:sectPr></w:pPr></w:p>')


def twips(millimetres: float) -> str:
    """A length as WordprocessingML counts it, in twentieths of a point."""
    return f"{millimetres * 1440 / 25.4:.0f}"


def page_break() -> Node:
    """What follows begins a page; `finish` folds it into the paragraph after it."""
    return fields.block('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')


def column_break() -> Node:
    """What follows begins in the next column; `finish` folds it into the paragraph after it."""
    return fields.block('<w:p><w:r><w:br w:type="column"/></w:r></w:p>')
