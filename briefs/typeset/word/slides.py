"""A handout of slides as a Word file: each slide a framed row of a table, its notes and ruled lines beside or below it.

In: a manuscript whose blocks are the pages of a handout (`typeset/slides/handout.py`), its pictures, theme, paper, layout. Out: the bytes of a
DOCX. Rows have exact heights, so every page holds as many slides as the PDF's. ECMA-376 part 1, 17.4 (tables).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.theme import LadderStep, Theme
from briefs.tools.pandoc import Pandoc
from briefs.typeset.slides.handout import HandoutLayout
from briefs.typeset.word import fields, finish, origin, package, styled
from briefs.typeset.word.package import NAMES, W, w
from briefs.typeset.word.styled import twips

SOURCES = (7.5, 9.5)  # points, as in handout.css
TITLE = (16.0, 20.0)  # of a title slide: size and leading in millimetres of the slide


def write(
    manuscript: Manuscript,
    pictures: Mapping[str, str | bytes],
    theme: Theme,
    paper: str,
    how: HandoutLayout,
    pandoc: Pandoc,
    pages: Mapping[str, str],
) -> bytes:
    """The DOCX of a handout. `pages`: the page of each content block."""
    body = _Body(manuscript, theme, paper, how)
    media = {name: data.encode() if isinstance(data, str) else data for name, data in pictures.items()}
    made = package.read(pandoc.docx(tree.document(body.blocks()), theme.reference_docx, media))
    first = theme.look.ladder[manuscript.kind.ladder][0]
    finish.document(made, manuscript, theme, first.model_copy(update={"sources": SOURCES}))
    _styles(made, theme, theme.look.ladder[manuscript.kind.ladder], how)
    _lists(made, how)
    _notes_page(made)
    finish.figures(made, pictures, dict.fromkeys(pictures, how.slide))
    origin.write(made, manuscript, pages)
    return package.write(made, manuscript.date)


class _Body:
    """Writes the handout's blocks: tables around what pandoc makes of each cell."""

    def __init__(self, manuscript: Manuscript, theme: Theme, paper: str, how: HandoutLayout):
        self.manuscript, self.theme, self.how = manuscript, theme, how
        self.shown = theme.look.slide
        self.page, self.sheet = theme.look.page[manuscript.kind.page], theme.look.paper[paper]
        self.full = self.sheet.width - self.page.left - self.page.right

    def blocks(self) -> list[Node]:
        """The foot, one table of all slides, the notes if they follow, the sources."""
        out: list[Node] = []
        rows = [row for block in self._of("page") for row in block["c"][1]]
        for foot in self._of("running-foot"):
            out.append(_styled(foot["c"][1], "footer"))
        out += [
            self._open_table(self._widths()),
            *(part for n, row in enumerate(rows) for part in self._row(row, n == 0)),
            _raw("</w:tbl>"),
        ]
        for listed in self._of("notes-list"):
            out += [part for entry in listed["c"][1] for part in self._noted(entry)]
        for block in self._of("sources"):
            heading, items = block["c"][1]
            out += [_styled([tree.para(heading["c"][2])], "Small Heading"), _styled([items], "Source")]
        out.append(styled.section(self.sheet, self.page))
        return list(tree.transform(out, _named))

    def _of(self, name: str) -> list[Node]:
        return [b for b in self.manuscript.blocks if name in tree.classes(b)]

    def _widths(self) -> list[float]:
        """The columns of the outer table, millimetres."""
        if self.how.notes == "beside":
            return [self.full - self.how.side[0], self.how.side[0]]
        if self.how.columns == 2:  # the second slide ends at the margin
            return [self.full - self.how.slide, self.how.slide]
        return [self.full]

    def _row(self, row: Node, first: bool) -> list[Node]:
        """A row of the outer table, as high as on the page. The first could grow, though nothing in it does: LibreOffice leaves out what
        stands in an exact row with which a document begins.
        """
        cells = self._cells(row["c"][1])
        inner = [
            part for width, blocks in zip(self._widths(), cells, strict=True) for part in [_cell(width), *blocks, _raw("</w:tc>")]
        ]
        height = _height(self.how.row - self.page.gutter, "atLeast" if first else "exact")
        return [_raw(f"<w:tr>{height}"), *inner, _raw("</w:tr>"), self._gap()]

    def _gap(self) -> Node:
        """An empty row between slides: what is cut off at the foot of one doesn't touch the next."""
        spans, empty = len(self._widths()), '<w:p><w:pPr><w:pStyle w:val="SlideNumber"/></w:pPr></w:p>'
        cell = f'<w:tc><w:tcPr><w:tcW w:w="{twips(self.full)}" w:type="dxa"/><w:gridSpan w:val="{spans}"/></w:tcPr>{empty}</w:tc>'
        return _raw(f"<w:tr>{_height(self.page.gutter)}{cell}</w:tr>")

    def _cells(self, parts: Sequence[Node]) -> list[list[Node]]:
        if self.how.notes == "after":
            cells = [self._slide(*cell["c"][1]) for cell in parts]
            return [*cells, *([[tree.para([])]] * (self.how.columns - len(cells)))]
        frame, number, side = parts
        slide, beside = self._slide(frame, number), self._side(side)
        return [slide, beside] if self.how.notes == "beside" else [[*slide, *beside]]

    def _slide(self, frame: Node, number: Node) -> list[Node]:
        """A slide as a table of its own, of a row for the title and one for the text, and its number below."""
        names, inner = tree.classes(frame), frame["c"][1][0]["c"][1]
        step = next(int(n.removeprefix("type-")) for n in names if n.startswith("type-"))
        large = bool({"title", "divider"} & set(names))
        heading, body = inner[0], next((b for b in inner if "slide-body" in tree.classes(b)), tree.div([]))
        columns = self._columns(body)
        title = "Slide Opening" if large else f"Slide Title {step + 1}"
        top = self.shown.body + 65 if large else self.shown.body
        out = [self._frame(names, [width for width, _, _ in columns])]
        out.append(_raw(f"<w:tr>{_height(top * self.how.scale)}"))
        margins = (self.shown.margin * self.how.scale,) * 2
        out += [
            _cell(self.how.slide, len(columns), margins, low=large),
            _styled([tree.para(heading["c"][2])], title),
            _raw("</w:tc></w:tr>"),
        ]
        out.append(_raw(f"<w:tr>{_height((self.shown.height - top) * self.how.scale - 0.3)}"))
        for width, edges, blocks in columns:
            style = "Slide Subtitle" if large else f"Slide Text {step + 1}"
            out += [_cell(width, 1, edges), *self._text(blocks, style), _raw("</w:tc>")]
        return [*out, _raw("</w:tr></w:tbl>"), _styled(number["c"][1], "Slide Number")]

    def _columns(self, body: Node) -> list[tuple[float, tuple[float, float], list[Node]]]:
        """Width, left and right margin (millimetres on paper) and blocks of each column of a slide; one, if it has none."""
        scale, margin, gutter = self.how.scale, self.shown.margin, self.shown.gutter
        found = [c["c"][1] for b in body["c"][1] if "columns" in tree.classes(b) for c in b["c"][1] if "column" in tree.classes(c)]
        parts = found or [body["c"][1]]
        inside = (self.shown.width - 2 * margin - (len(parts) - 1) * gutter) / len(parts)
        made = []
        for number, blocks in enumerate(parts):
            left = margin if number == 0 else gutter / 2
            right = margin if number == len(parts) - 1 else gutter / 2
            made.append(((left + inside + right) * scale, (left * scale, right * scale), blocks))
        return made

    def _frame(self, names: Sequence[str], widths: Sequence[float]) -> Node:
        """The opening of a slide's table: a hairline round it, the band of colour on top."""
        step = next((n.removeprefix("step-") for n in names if n.startswith("step-")), "")
        colour = self.manuscript.colours.get(step, self.theme.look.palette["accent"])[1:].upper()
        rule = self.theme.look.palette["rule"][1:].upper()
        band = min(96, round(self.shown.bar * self.how.scale * 72 / 25.4 * 8))
        edges = f'<w:top w:val="single" w:sz="{band}" w:space="0" w:color="{colour}"/>'
        edges += "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{rule}"/>' for side in ("left", "bottom", "right")
        )
        return self._open_table(widths, f"<w:tblBorders>{edges}</w:tblBorders>")

    def _open_table(self, widths: Sequence[float], borders: str = "") -> Node:
        columns = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
        return _raw(
            f'<w:tbl><w:tblPr><w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/>{borders}<w:tblLayout w:type="fixed"/><w:tblCellMar>'
            '<w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
            f"</w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
        )

    def _text(self, blocks: Sequence[Node], style: str) -> list[Node]:
        """A slide's blocks in a style; a cell always holds a paragraph."""
        out: list[Node] = []
        for block in blocks:
            if block["t"] == "Div" and "figure" not in tree.classes(block):
                out += self._text(block["c"][1], style)
            else:
                pictured = "figure" in tree.classes(block)
                out.append(_styled([block], "Slide Figure" if pictured else style))
        return out or [_raw("<w:p/>")]

    def _side(self, side: Node) -> list[Node]:
        """Notes, and ruled lines to the foot of the row, which cuts them off."""
        notes = [b for part in side["c"][1] if "notes" in tree.classes(part) for b in part["c"][1]]
        line = _raw('<w:p><w:pPr><w:pStyle w:val="RuledLine"/></w:pPr></w:p>')
        return [*([_styled(notes, "Slide Notes")] if notes else []), *([line] * self.how.lines)]

    def _noted(self, entry: Node) -> list[Node]:
        title, *notes = entry["c"][1]
        told = [b for part in notes for b in part["c"][1]]
        return [_styled(title["c"][1], "Slide Noted"), _styled(told, "Slide Notes")]


def _raw(xml: str) -> Node:
    return fields.block(xml)


def _styled(blocks: Sequence[Node], style: str) -> Node:
    """Blocks in a style, divs among them dissolved: nothing of them shows in Word."""
    flat = tree.transform(
        list(blocks), lambda n: n["c"][1] if n["t"] == "Div" else [tree.para(n["c"])] if n["t"] == "Plain" else None
    )
    return tree.div(flat, "", (), custom_style=style)


def _named(node: Node) -> list[Node] | None:
    """Names as Word's bookmarks are, without hyphens, and links to them."""
    if node["t"] == "Span" and node["c"][0][0]:
        return [tree.span(node["c"][1], node["c"][0][0].replace("-", "_"))]
    if node["t"] == "Link" and node["c"][2][0].startswith("#"):
        return [tree.link(node["c"][1], node["c"][2][0].replace("-", "_"))]
    return None


def _height(height: float, rule: str = "exact") -> str:
    """A row's height, millimetres (17.4.80)."""
    return f'<w:trPr><w:cantSplit/><w:trHeight w:val="{twips(height)}" w:hRule="{rule}"/></w:trPr>'


def _cell(width: float, span: int = 1, margins: tuple[float, float] | None = None, *, low: bool = False) -> Node:
    """The opening of a cell; `margins` left and right in millimetres. `low`: what it holds stands at its foot."""
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    edges = (
        f'<w:tcMar><w:left w:w="{twips(margins[0])}" w:type="dxa"/><w:right w:w="{twips(margins[1])}" w:type="dxa"/></w:tcMar>'
        if margins
        else ""
    )
    foot = '<w:vAlign w:val="bottom"/>' if low else ""
    return _raw(f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/>{spans}{edges}{foot}</w:tcPr>')


def _styles(made: package.Package, theme: Theme, ladder: Sequence[LadderStep], how: HandoutLayout) -> None:
    """The type of slides at their scale, a style a step; of notes and lines."""
    look, scale, shown = theme.look, how.scale, theme.look.slide
    face, muted = look.fonts.title.word, look.palette["muted"][1:].upper()
    titled = "<w:b/><w:bCs/>"
    fonts = f'<w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:cs="{face}"/>'
    large = tuple(n * scale * 72 / 25.4 for n in TITLE)
    first = ladder[0]
    small = tuple(n * scale for n in first.text)
    size, leading = how.type
    written = [
        _style("Slide Opening", large, after=6 * scale * 72 / 25.4, run=fonts + titled, level=1),
        _style("Slide Subtitle", small, after=small[1] * first.gap, run=f'<w:color w:val="{muted}"/>'),
        _style("Slide Figure", None),
        _style("Slide Notes", (size, leading), after=3),
        _style("Slide Noted", (size, leading), before=8, after=3, run=titled, properties="<w:keepNext/>"),
        _style("Slide Number", (7.5, 9), before=3, run=f'<w:color w:val="{muted}"/>'),
        _style("Ruled Line", (8.5, look.handout.line * 72 / 25.4), properties=_ruled(look.palette["rule"][1:].upper())),
    ]
    for number, step in enumerate(ladder, 1):
        text, lead = (tuple(n * scale for n in pair) for pair in (step.text, step.lead))
        written.append(_style(f"Slide Text {number}", text, after=text[1] * step.gap))
        written.append(_style(f"Slide Title {number}", lead, before=shown.title * scale * 72 / 25.4, run=fonts + titled, level=1))
    root = made.xml("word/styles.xml")
    for style in written:
        for old in root.xpath(f"w:style[@w:styleId='{style.get(w('styleId'))}']", namespaces=NAMES):
            root.remove(old)
        root.append(style)


def _style(
    name: str,
    type: Sequence[float] | None,
    *,
    before: float = 0,
    after: float = 0,
    run: str = "",
    properties: str = "",
    level: int | None = None,
) -> etree._Element:
    """A paragraph style: size and exact leading in points (none: as high as a picture), distances in points."""
    line = f' w:line="{type[1] * 20:.0f}" w:lineRule="exact"' if type else ' w:line="240" w:lineRule="auto"'
    sizes = f'<w:sz w:val="{_half_points(type[0])}"/><w:szCs w:val="{_half_points(type[0])}"/>' if type else ""
    outline = f'<w:outlineLvl w:val="{level}"/>' if level is not None else ""
    return etree.fromstring(
        f'<w:style xmlns:w="{W}" w:type="paragraph" w:customStyle="1" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/><w:qFormat/>'
        f'<w:pPr>{properties}<w:spacing w:before="{before * 20:.0f}" w:after="{after * 20:.0f}"{line}/>{outline}</w:pPr><w:rPr>{run}{sizes}</w:rPr></w:style>'
    )


def _half_points(points: float) -> int:
    """A size as Word counts it; rather smaller than larger, so that lines break no sooner than on the page."""
    return int(points * 2 + 0.2)


def _ruled(colour: str) -> str:
    edge = f'w:val="single" w:sz="4" w:space="0" w:color="{colour}"'
    return f"<w:pBdr><w:bottom {edge}/><w:between {edge}/></w:pBdr>"


def _lists(made: package.Package, how: HandoutLayout) -> None:
    """Bullets and numbers on slides hang as far as on the page; those of notes keep the file's own indent."""
    if "word/numbering.xml" not in made.parts:
        return
    numbering = made.xml("word/numbering.xml")
    kinds = {
        a.get(w("abstractNumId")): a.find("w:lvl/w:numFmt", NAMES).get(w("val")) for a in numbering.iterfind("w:abstractNum", NAMES)
    }
    formats = {n.get(w("numId")): kinds[n.find("w:abstractNumId", NAMES).get(w("val"))] for n in numbering.iterfind("w:num", NAMES)}
    for item in made.xml(finish.BODY).iterfind(".//w:p/w:pPr[w:numPr]", NAMES):
        style = item.find("w:pStyle", NAMES)
        if style is None or not style.get(w("val"), "").startswith("SlideText"):
            continue
        depth = int(item.find("w:numPr/w:ilvl", NAMES).get(w("val"))) + 1
        hanging = 6 if formats[item.find("w:numPr/w:numId", NAMES).get(w("val"))] == "bullet" else 9
        for old in item.findall("w:ind", NAMES):
            item.remove(old)
        item.append(
            etree.fromstring(
                f'<w:ind xmlns:w="{W}" w:left="{twips(9 * depth * how.scale)}" w:hanging="{twips(hanging * how.scale)}"/>'
            )
        )


def _notes_page(made: package.Package) -> None:
    """The list of notes begins a page."""
    first = made.xml(finish.BODY).find(f".//{{{W}}}pStyle[@{{{W}}}val='SlideNoted']")
    if first is not None:
        first.addnext(etree.Element(w("pageBreakBefore")))
