"""Writes a handout of slides as a Word file: each slide is a framed table in a row of a table, with notes and ruled lines.

In: a manuscript whose blocks are the pages of a handout (`typeset/slides/handout.py`), its pictures, theme, paper, layout. Out: the
bytes of a DOCX. Rows have exact heights, so that every page holds as many slides as in the PDF. ECMA-376 part 1, 17.4 (tables).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from lxml import etree

from briefs.colours import PAPER, text_on
from briefs.compose import bidi, tree
from briefs.compose.deck import RESERVED
from briefs.compose.manuscript import Manuscript
from briefs.compose.pictures import pngs
from briefs.compose.slots import UNTRANSLATED
from briefs.compose.tree import Node
from briefs.compose.values import VALUE
from briefs.theme import Theme
from briefs.tools.pandoc import Pandoc
from briefs.typeset.slides import areas, points
from briefs.typeset.slides.handout import APART, BETWEEN, COLUMNS, SOURCES, HandoutLayout, noted_height
from briefs.typeset.word import drawings, fields, finish, numbering, origin, package, sections, styles, tables
from briefs.typeset.word.body import bookmark_name
from briefs.typeset.word.package import BODY, W, fill, w

OPENING = 65  # millimetres: how much lower than on other slides the text of dividers begins
BELOW_COVER = 12  # millimetres between the band of a title slide and its text, as in handout.css
LAST = fields.block('<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p>')
LINE = fields.block('<w:p><w:pPr><w:pStyle w:val="RuledLine"/></w:pPr></w:p>')


def write(
    manuscript: Manuscript,
    pictures: Mapping[str, str | bytes],
    theme: Theme,
    paper: str,
    how: HandoutLayout,
    pandoc: Pandoc,
    pages: Mapping[str, str],
    shown: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """The DOCX of a handout. `pages`: the page number of each content block, by its name. `shown`: PNGs that exist already, by
    figure."""
    body = _Body(manuscript, theme, paper, how)
    media = {name: data.encode() if isinstance(data, str) else data for name, data in pictures.items()}
    made = package.read(pandoc.docx(tree.document(body.blocks()), theme.reference_docx, media))
    ladder = theme.look.ladder[manuscript.kind.ladder]
    finish.document(made, manuscript, theme, ladder[0].model_copy(update={"sources": SOURCES}))
    styles.add_slide_styles(made, theme, ladder, how, points.label(manuscript))
    numbering.indent_slide_lists(made, how.scale, ladder)
    _begin_on_a_page(made, "SlideNoted")
    if any(APART in tree.classes(block) for block in manuscript.blocks):
        _begin_on_a_page(made, "Source")
    drawings.figures(made, pictures, dict.fromkeys(pictures, how.slide), {**shown, **pngs(manuscript.pictures)})
    origin.write(made, manuscript, pages)
    return package.write(made, manuscript.date)


def _begin_on_a_page(made: package.Package, style: str) -> None:
    """Make the heading of what comes after the slides, whose first paragraph has this style, begin a new page."""
    first = made.xml(BODY).find(f".//{{{W}}}pStyle[@{{{W}}}val='{style}']")
    heading = first.getparent().getparent().getprevious() if first is not None else None
    if heading is not None:
        heading.find(f"{{{W}}}pPr/{{{W}}}pStyle").addnext(etree.Element(w("pageBreakBefore")))


@dataclass(frozen=True)
class _Column:
    """A column of a slide: its width and its left and right margin in millimetres on paper, and its blocks."""

    width: float
    margins: tuple[float, float]
    blocks: Sequence[Node]


class _Body:
    """Writes the blocks of a handout: raw openings and ends of tables, rows and cells, with pandoc's blocks between them."""

    def __init__(self, manuscript: Manuscript, theme: Theme, paper: str, how: HandoutLayout):
        self.manuscript, self.theme, self.how = manuscript, theme, how
        self.directed = bidi.with_marks(manuscript.blocks, manuscript.language)
        self.shown = theme.look.slide
        self.page, self.sheet = theme.look.page[manuscript.kind.page], theme.look.paper[paper]
        self.full = self.sheet.width - self.page.left - self.page.right

    def blocks(self) -> list[Node]:
        """All blocks: the footer, one table with all slides, the notes if they follow the slides, the sources, the ruled lines."""
        foot = [_in_style(tree.blocks(block), "footer") for block in self._of("running-foot")]
        rows = [row for block in self._of("page") for row in tree.blocks(block)]
        table = [tables.table(self._widths()), *_joined(self._row(row, n == 0) for n, row in enumerate(rows)), tables.TABLE_END]
        listed = [_small_heading(tree.blocks(block)[0]) for block in self._of("notes-heading")]
        listed += self._in_columns(
            [node for block in self._of("notes-list") for entry in tree.blocks(block) for node in _noted(entry)]
        )
        for block in self.directed:
            if "rest" in tree.classes(block):
                listed += [LINE for _ in tree.blocks(block)]
            elif "sources" in tree.classes(block):
                heading, *entries = _sources(block)
                listed += [heading, *self._in_columns(entries)]
        after = [LAST] if listed and listed[-1] is not LINE else []
        return tree.transform([*foot, *table, *listed, *after, sections.section(self.sheet, self.page)], _with_names)

    def _in_columns(self, blocks: Sequence[Node]) -> list[Node]:
        """Blocks as a section with two columns, which are balanced because another section follows."""
        columns = [(0.0, BETWEEN)] * COLUMNS
        whole = sections.section(self.sheet, self.page)
        return [whole, *blocks, sections.section(self.sheet, self.page, columns)] if blocks else []

    def _of(self, name: str) -> list[Node]:
        return [b for b in self.directed if name in tree.classes(b)]

    def _widths(self) -> list[float]:
        """The widths of the outer table's columns, in millimetres."""
        if self.how.notes == "beside":
            return [self.full - self.how.side[0], self.how.side[0]]
        if self.how.columns == 2:  # so that the second slide ends at the margin
            return [self.full - self.how.slide, self.how.slide]
        return [self.full]

    def _row(self, row: Node, first: bool) -> list[Node]:
        """A row of the outer table, as high as in the PDF, and an empty row after it. Lines that are cut off at the foot of a row
        then don't touch the next row. The first row has a least height and not an exact one, because LibreOffice leaves out the
        content of an exact row at the beginning of a document. The content of the first row isn't higher than the row.
        """
        widths, gutter = self._widths(), self.page.gutter
        cells = zip(widths, self._cells(tree.blocks(row), first), strict=True)
        beside = (0.0, widths[0] - self.how.slide)  # makes what is below the first slide as wide as the slide
        opening = [tables.cell(width, 1, beside if n < len(widths) - 1 else None) for n, width in enumerate(widths)]
        inner = _joined([opened, *blocks, tables.CELL_END] for opened, (_, blocks) in zip(opening, cells, strict=True))
        opened = tables.row(self.how.row - gutter, "atLeast" if first else "exact")
        return [opened, *inner, tables.ROW_END, tables.empty_row(gutter, self.full, len(widths), "SlideNumber")]

    def _cells(self, parts: Sequence[Node], first: bool) -> list[list[Node]]:
        """The blocks of each cell of a row."""
        if self.how.notes == "beside":
            frame, number, side, *under = parts
            lines = [LINE for block in under for _ in tree.blocks(block)]
            return [[*self._slide(frame, number), *lines], self._side(side, first)]
        both = map(tree.blocks, parts) if self.how.columns == 2 else [parts]
        made = [self._cell(frame, number, side, first) for frame, number, side in both]
        return [*made, *([[fields.block("<w:p/>")]] * (self.how.columns - len(made)))]

    def _cell(self, frame: Node, number: Node, side: Node, first: bool) -> list[Node]:
        return [*self._slide(frame, number), *self._side(side, first)]

    def _slide(self, frame: Node, number: Node) -> list[Node]:
        """A slide as a table with two rows, one for the title and one for the text; and the slide's number below the table."""
        names, (heading, *rest) = tree.classes(frame), tree.blocks(tree.blocks(frame)[0])
        step, lead = (1 + int(next(n for n in names if n.startswith(part)).removeprefix(part)) for part in ("type-", "heading-"))
        is_large = bool({"title", "divider"} & set(names))
        title, text = ("Slide Opening", f"Slide Subtitle {step}") if is_large else (f"Slide Title {lead}", f"Slide Text {step}")
        cover = self.shown.cover if "title" in names else 0.0
        top = self._top(frame)
        columns = self._columns(next((b for b in rest if "slide-body" in tree.classes(b)), tree.div([])))
        margin = self.shown.margin * self.how.scale
        shade = self._colour(names) if cover else ""
        apart = tables.empty_row((top - cover) * self.how.scale, self.how.slide, len(columns), "SlideNumber")
        return [
            self._frame(names, [column.width for column in columns]),
            tables.row((cover or top) * self.how.scale),
            tables.cell(self.how.slide, len(columns), (margin, margin), low=is_large, colour=shade),
            _in_style([tree.para(self._on(tree.inlines(heading), shade))], title),
            fields.block("</w:tc></w:tr>"),
            *([apart] if cover else []),
            tables.row((self.shown.height - top) * self.how.scale - 0.3),
            *_joined([tables.cell(c.width, 1, c.margins), *_text(c.blocks, text), tables.CELL_END] for c in columns),
            fields.block("</w:tr></w:tbl>"),
            _in_style(tree.blocks(number), "Slide Number"),
        ]

    def _top(self, frame: Node) -> float:
        """How far below its edge the text of a slide begins, in millimetres of the slide as it is shown."""
        names = tree.classes(frame)
        if "title" in names:
            return self.shown.cover + BELOW_COVER
        return self.shown.body + OPENING if "divider" in names else areas.body(frame, self.shown)[0]

    def _on(self, words: list[Node], colour: str) -> list[Node]:
        """Words in white, if that reads better than black on a ground of this colour (`RRGGBB`, or empty: none)."""
        is_light = not colour or text_on(f"#{colour}") != PAPER
        return words if is_light else [tree.span(words, "", (), custom_style="On Colour")]

    def _columns(self, body: Node) -> list[_Column]:
        """The columns of a slide. A slide without columns is one column."""
        scale, margin, gutter = self.how.scale, self.shown.margin, self.shown.gutter
        divided = [column for b in tree.blocks(body) if "columns" in tree.classes(b) for column in tree.blocks(b)]
        parts = [tree.blocks(column) for column in divided if "column" in tree.classes(column)] or [tree.blocks(body)]
        widths = areas.columns([tree.div(blocks) for blocks in parts], self.shown)
        made = []
        for number, (blocks, inside) in enumerate(zip(parts, widths, strict=True)):
            left = margin if number == 0 else gutter / 2
            right = margin if number == len(parts) - 1 else gutter / 2
            made.append(_Column((left + inside + right) * scale, (left * scale, right * scale), blocks))
        return made

    def _colour(self, names: Sequence[str]) -> str:
        """The colour of a slide: that of its step on the scale, or the edition's."""
        stance = next((n.removeprefix("step-") for n in names if n.startswith("step-")), "")
        return fill(self.manuscript.colours.get(stance, self.theme.look.palette["accent"]))

    def _frame(self, names: Sequence[str], widths: Sequence[float]) -> Node:
        """The opening of a slide's table, with a thin line around it and the band of colour as its upper border."""
        colour, rule = self._colour(names), fill(self.theme.look.palette["rule"])
        band = min(96, round(self.shown.bar * self.how.scale * 72 / 25.4 * 8))  # eighths of a point, at most 12 points (17.18.25)
        edges = f'<w:top w:val="single" w:sz="{band}" w:space="0" w:color="{colour}"/>' + "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{rule}"/>' for side in ("left", "bottom", "right")
        )
        return tables.table(widths, f"<w:tblBorders>{edges}</w:tblBorders>")

    def _side(self, side: Node, first: bool) -> list[Node]:
        """Notes, sources and ruled lines. Ruled lines that don't fit are cut off at the foot of the row. In the first row, no ruled
        lines follow notes, because this row would grow instead. None follow sources."""
        notes = _joined(tree.blocks(part) for part in tree.blocks(side) if "notes" in tree.classes(part))
        sources = _joined(_sources(part) for part in tree.blocks(side) if "sources" in tree.classes(part))
        count = sum(len(tree.blocks(part)) for part in tree.blocks(side) if "lines" in tree.classes(part))
        used = math.ceil(noted_height(side, self.how.side[0], self.how) / self.how.ruled) if notes else 0
        lines = [LINE] * (0 if sources or (notes and first) else max(0, count - used))
        return [*([_in_style(notes, "Slide Notes")] if notes else []), *sources, *lines] or [LAST]


def _joined(parts: Iterable[Sequence[Node]]) -> list[Node]:
    return [node for part in parts for node in part]


def _text(blocks: Sequence[Node], style: str) -> list[Node]:
    """The blocks of a slide in a style. If there are none, an empty paragraph, because a cell must hold a paragraph."""
    out: list[Node] = []
    for block in blocks:
        is_figure, names = "figure" in tree.classes(block), tree.classes(block)
        if "points" in names:
            out += [_in_style([_point(point)], style.replace("Text", "Point")) for point in tree.blocks(block)]
        elif block["t"] == "Div" and not is_figure:
            own = {"large", "published"} & {*names}
            out += _text(tree.blocks(block), re.sub("Text|Subtitle", names[-1].title(), style) if own else style)
        else:
            above = "Slide Figure Above" if block is not blocks[-1] else "Slide Figure"
            out.append(_in_style([block], above if is_figure else style))
    return out or [fields.block("<w:p/>")]


def _point(paragraph: Node) -> Node:
    """A key point: its label, a tab, its text."""
    label, space, *words = tree.inlines(paragraph)
    return tree.para([label, fields.inline("<w:r><w:tab/></w:r>") if space["t"] == "Space" else space, *words])


def _noted(entry: Node) -> list[Node]:
    """The title of a slide and its notes, in the list that follows the slides."""
    title, *notes = tree.blocks(entry)
    return [_in_style(tree.blocks(title), "Slide Noted"), _in_style(_joined(map(tree.blocks, notes)), "Slide Notes")]


def _sources(block: Node) -> list[Node]:
    """The heading of the sources, their list, and the notes below it, each in its style."""
    heading, listed, *notes = tree.blocks(block)
    return [_small_heading(heading), _in_style([listed], "Source"), *([_in_style(notes, "Source Note")] if notes else [])]


def _small_heading(heading: Node) -> Node:
    return _in_style([tree.para(tree.inlines(heading))], "Small Heading")


def _in_style(blocks: Sequence[Node], style: str) -> Node:
    """Blocks in a style. The divs among them are replaced by their blocks, because Word has no divs."""

    def flat(node: Node) -> list[Node] | None:
        if node["t"] == "Div":
            return tree.blocks(node)
        return [tree.para(tree.inlines(node))] if node["t"] == "Plain" else None

    return tree.div(tree.transform(list(blocks), flat), "", (), custom_style=style)


def _with_names(node: Node) -> list[Node] | None:
    """Rename spans and the links to them, so that their names are bookmarks that Word allows. Put values from the data into content
    controls, and give texts that aren't translated a style of their own."""
    if node["t"] == "Span" and VALUE in tree.classes(node):
        return fields.value(tree.inlines(node))
    if node["t"] == "Span" and RESERVED in tree.classes(node):
        return [tree.span(tree.inlines(node), "", (), custom_style="Reserved")]
    if node["t"] == "Span" and UNTRANSLATED in tree.classes(node):
        own = {"custom_style": UNTRANSLATED, "lang": tree.attributes(node)["lang"]}
        return [tree.span(tree.inlines(node), bookmark_name(tree.identifier(node)), (), **own)]
    if node["t"] == "Span" and tree.identifier(node):
        return [tree.span(tree.inlines(node), bookmark_name(tree.identifier(node)))]
    if node["t"] == "Link" and tree.target(node).startswith("#"):
        return [tree.link(tree.inlines(node), bookmark_name(tree.target(node)))]
    return None
