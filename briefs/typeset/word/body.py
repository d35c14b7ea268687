"""Prepares the manuscript's tree for pandoc's DOCX writer: classes become styles, columns become sections, references fields.

In: a manuscript, the theme, a paper, the page numbers of the PDF. Out: blocks. https://pandoc.org/MANUAL.html#custom-styles
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

from briefs.compose import bidi, spacing, tree
from briefs.compose.identity import LOGO
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import UNTRANSLATED
from briefs.compose.tree import Node
from briefs.compose.values import VALUE
from briefs.edition import digits
from briefs.theme import Theme
from briefs.typeset.word import appendix, fields, sections, tables, zotero
from briefs.typeset.word.shading import SHADE

# The style of reference.docx for each class of the tree.
PARAGRAPHS = {
    "kicker": "Kicker",
    "scale": "Scale",
    "meaning": "Meaning",
    "lead": "Lead",
    "facts": "Fact",
    "more": "More",
    "standing": "Standing",
    "sources": "Source",
    "scale-note": "Scale Note",
    "timeline-across": "Figure Across",
    "figure": "Figure",
    "abreast": "First Figure",
    "running-foot": "footer",
    "imprint": "Imprint",
    "source-country": "Source Country",
    "pull-quote": "Pull Quote",
    "table-caption": "Table Caption",
    "finding": "Figure Title",
    "unit": "Figure Unit",
    "figure-note": "Figure Note",
    "caption": "Image Caption",
    "country-index": "Country Index",
    "cover-finding": "Cover Note",
    "cover-tiles": "Figure",
    "cover-title": "Title",
    "cover-subtitle": "Subtitle",
    "cover-author": "Author",
    "cover-publisher": "Cover Publisher",
    "cover-date": "Date",
    "pack-title": "Pack Title",
    "pack-subtitle": "Pack Subtitle",
}
LEVEL = {name: f"{name} Level" for name in ("Figure Title", "Figure Unit", "Figure Note")} | {"Image Caption": "caption"}
RULED = {"Imprint", "Country Index"}  # styles whose first paragraph, below a rule, has a style of its own
RUNS = {"stamp": "Stamp", "step": "Step", "here": "Step Here", "note": "Note", "draft": "Draft", "badge": "Badge"}
LIST = "List Bullet"
QUOTATIONS = ("Block Text", "Block Text 2", "Block Text 3")  # the styles of quotations, by their depth
QUOTED_LISTS = ("Block List", "Block List 2", "Block List 3")  # the styles of lists in quotations, by the depth of the quotation
LONG = 20  # letters: what is longer may be longer than a line of sources
_SLASH = re.compile(r"(?<![/:])/(?!/)")
TAB = fields.inline("<w:r><w:tab/></w:r>")
RULE = '<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr><w:spacing w:after="120"/></w:pPr></w:p>'
ROMAN = '<w:pgNumType w:fmt="lowerRoman" w:start="2"/>'
ROMAN_ON = '<w:pgNumType w:fmt="lowerRoman"/>'
GLOSSARY_GAP = 5.0  # millimetres between the columns of the abbreviations, as in report.css
FROM_ONE = '<w:pgNumType w:fmt="decimal" w:start="1"/>'
_OF_BRIEFS = {"one page", "bound", "two sides"}  # layouts in which no list is running text, and sources end a section


def blocks(manuscript: Manuscript, theme: Theme, paper: str, pages: Mapping[str, str]) -> list[Node]:
    """The manuscript's blocks, prepared for Word. Figures keep the names under which their pictures are given to pandoc.

    `pages`: the page number of each heading and caption, by its name.
    """
    change = _Change(manuscript, theme, paper, pages)
    made = _with_inner_quotations(tree.transform(zotero.blocks(_ordered(manuscript)), change, *_Change.NODES))
    if manuscript.language.partition("-")[0] in spacing.LANGUAGES:
        tied = partial(spacing.with_dates_kept, spacing.dates(manuscript.language), spacing.NBSP)
        made = tree.transform(made, tied, "Para", "Plain")
    if manuscript.kind.layout in {"one page", "pages"}:
        return [*made, change.section()]
    return made if sections.ends(made[-1]) else [*made, change.section(start="nextPage")]  # no empty page after the last section


def _ordered(manuscript: Manuscript) -> Manuscript:
    """The manuscript with the marks that other programs need to order numbers and words of another direction."""
    return replace(manuscript, blocks=bidi.with_marks(manuscript.blocks, manuscript.language))


class _Change:
    """Changes each node for Word. Inner nodes are changed before the outer ones."""

    NODES = ("Span", "Header", "Link", "Div", "Table", "BulletList", "OrderedList", "HorizontalRule")

    def __init__(self, manuscript: Manuscript, theme: Theme, paper: str, pages: Mapping[str, str]):
        self.manuscript = manuscript
        self.page = theme.look.page[manuscript.kind.page]
        self.sheet = theme.look.sheet(manuscript.kind.page, paper)
        self.pages = {name: digits.written(number, manuscript.numerals) for name, number in pages.items()}
        self.headings = {h.id: h for h in manuscript.headings}
        self.captions = {c.id: c for c in manuscript.captions}

    def __call__(self, node: Node) -> list[Node] | None:
        made: list[Node] | None = getattr(self, f"_{node['t'].lower()}")(node, tree.classes(node))
        return made

    def section(self, columns: Sequence[tuple[float, float]] = (), start: str = "continuous") -> Node:
        return sections.section(self.sheet, self.page, columns, start=start)

    def _span(self, node: Node, names: list[str]) -> list[Node] | None:
        inlines = tree.inlines(node)
        if "label" in names:
            caption = next(c for c in self.captions.values() if c.anchor == tree.identifier(node))
            number = digits.written(caption.number, self.manuscript.numerals)
            return [tree.span(fields.sequence(caption.label, number, caption.kind), caption.anchor)]
        if VALUE in names:
            return fields.value(inlines)
        if cell := next((n for n in names if n.startswith("cell-")), ""):
            return [tree.span(inlines, f"{SHADE}{cell}")]
        bookmark = bookmark_name(tree.identifier(node))
        if UNTRANSLATED in names:
            return [tree.span(inlines, bookmark, (), custom_style=UNTRANSLATED, lang=tree.attributes(node)["lang"])]
        if style := next((RUNS[n] for n in reversed(names) if n in RUNS), ""):
            stance = next((n for n in names if n.startswith("stance-")), "") if "badge" in names else ""
            return [tree.span(inlines, f"{SHADE}{stance}" if stance else bookmark, (), custom_style=style)]
        return [tree.with_attr(node, [bookmark, *tree.attr_of(node)[1:]])]

    def _header(self, node: Node, names: list[str]) -> list[Node] | None:
        inlines = tree.inlines(node)
        if "small-head" in names:
            # Pandoc gives a heading no style but that of its level. This style is based on Heading 2, so it remains a heading.
            return [_in_style([tree.para(inlines)], "Small Heading")]
        if "unlisted" in names:  # a heading of the front matter; as a heading of Word it would get into the table of contents
            is_small = "run-on" in names or self.manuscript.kind.layout == "bound"
            return [_in_style([tree.para(inlines)], "Front Heading" if is_small else "TOC Heading")]
        return [tree.header(tree.level(node), inlines)]

    def _link(self, node: Node, names: list[str]) -> list[Node] | None:
        """Turn a reference into a field. Any other link within the file leads to a bookmark. A link to another document leads to
        the Word file of that document."""
        inlines, target = tree.inlines(node), tree.target(node)
        if target in self.manuscript.documents:
            return [tree.with_target(node, f"{target}.docx")]
        if not target.startswith("#"):
            return None
        heading, caption = self.headings.get(target[1:]), self.captions.get(target[1:])
        words = tree.text_of(inlines)
        if "reference" in names and heading and heading.number:
            return [fields.reference(words, heading.anchor, heading.number)]
        if "reference" in names and caption:
            return [fields.reference(words, caption.anchor)]
        marked = heading or caption
        anchor = marked.anchor if marked else bookmark_name(target[1:])
        paged = "paged" in names and target[1:] in self.pages
        number = [tree.string("\N{NO-BREAK SPACE}"), fields.page(anchor, self.pages[target[1:]])] if paged else []
        return [tree.link(inlines, f"#{anchor}"), *number]

    def _table(self, node: Node, names: list[str]) -> list[Node]:
        """Give every paragraph in a cell the style of cells; in the head of a report's table the style of head cells, which is
        bold."""
        heading = tables.HEADER if self.manuscript.kind.layout == "chapters" else tables.CELL
        *before, head, bodies, foot = node["c"]
        parts = [*_cells(before, tables.CELL), *_cells([head], heading), *_cells([bodies, foot], tables.CELL)]
        return [{**node, "c": parts}]

    def _bulletlist(self, node: Node, names: list[str]) -> list[Node]:
        """Give a list in running text Word's own list style."""
        if self.manuscript.kind.layout in _OF_BRIEFS:
            return [node]
        return [_in_style(_loose([node]), LIST)]

    def _horizontalrule(self, node: Node, names: list[str]) -> list[Node]:
        """A line across is the border of an empty paragraph (17.3.1.7): LibreOffice shows pandoc's drawn line as a dot."""
        return [fields.block(RULE)]

    def _orderedlist(self, node: Node, names: list[str]) -> list[Node]:
        """Give a numbered list in running text the same style as other lists, for its distances. Its numbers stay."""
        return self._bulletlist(node, names)

    def _div(self, node: Node, names: list[str]) -> list[Node] | None:
        if LOGO in names:  # the logo stands in the header
            return []
        inner = tree.blocks(node)
        changes: dict[str, Callable[[list[Node]], list[Node]]] = {
            "columns": lambda blocks: self._columns(blocks, tree.attributes(node).get("added", "").split()),
            "bound": self._bound,
            "bound-first": lambda blocks: sections.with_numbers(self._bound(blocks), FROM_ONE),
            "bound-front": lambda blocks: sections.with_numbers([*blocks, self.section()], ROMAN.replace('"2"', '"1"')),
            "side": lambda blocks: [*_beside(blocks), sections.column_break()],
            "cover": self._cover,
            "front": self._front,
            "body": self._chapters,
            "listed-part": lambda blocks: [*blocks, self.section(start="nextPage")],
            "glance-part": lambda blocks: [*blocks, self._wide_section()],
            "appendix-part": self._appendix,
            "contents": lambda blocks: fields.contents(self.manuscript.headings, self.pages),
            "lists": lambda blocks: fields.lists(self.manuscript.captions, self.pages),
            "points": _key_points,
            "key-facts": _key_facts,
            "glossary": self._glossary,
            "table": lambda blocks: self._content_table(blocks, names, tree.attributes(node)),
        }
        change = next((change for name, change in changes.items() if name in names), None)
        made = change(inner) if change else self._styled(inner, tree.identifier(node), names)
        return self._in_language(made, tree.attributes(node).get("lang", ""))

    def _in_language(self, blocks: list[Node], tag: str) -> list[Node]:
        """The blocks of a div in its language, if it has one (17.3.2.20). Their notes stay in the document's."""

        def with_own(note: Node) -> list[Node]:
            own = partial(_with_language, self.manuscript.language)
            return [{"t": "Note", "c": tree.transform(note["c"], own, "Para", "Plain")}]

        return [tree.div(tree.transform(blocks, with_own, "Note"), lang=tag)] if tag else blocks

    def _styled(self, inner: list[Node], identifier: str, names: list[str]) -> list[Node]:
        """The blocks of a div, in the style of the div."""
        if "band" in names:  # the band stands in the header
            return []
        style = _style(identifier, names)
        if "sources" in names:
            inner = tree.transform(inner, _without_list_style, "Div")
        if self.manuscript.kind.layout == "chapters" and ("sources" in names or identifier == "refs"):
            inner = tree.transform(inner, _address, "Str")
        inner = tree.transform(inner, _level_with_text, "Div") if "narrow" in names else inner
        styled = [_in_style(_loose(inner), style)] if style else inner
        if style == "Country Index":
            inner = list(map(_tabbed, inner))
        if style in RULED:
            styled = [_in_style(_loose(inner[:1]), f"{style} First"), *([_in_style(_loose(inner[1:]), style)] if inner[1:] else [])]
        is_last = "sources" in names and self.manuscript.kind.layout in _OF_BRIEFS
        if is_last or ("scale-note" in names and self.manuscript.kind.layout == "pages"):
            return [self.section(), *styled, self.section(self._source_columns())]
        return styled

    def _source_columns(self) -> list[tuple[float, float]]:
        """The columns of lists of sources, which have equal widths (see `sections.section`)."""
        return [(0, self.page.source_gap)] * self.page.source_columns

    def _columns(self, inner: list[Node], added: Sequence[str]) -> list[Node]:
        """The blocks of a page with a narrow column at the left and the main column, which may be empty, as a section. `added`: the
        names of additions to this page, if it is a document bound with others."""
        inner = inner[:-1] if inner and inner[-1] == sections.column_break() else inner
        side, gutter = self.page.side_with([*self.manuscript.added, *added]), self.page.gutter
        main = self.sheet.width - self.page.left - self.page.right - side - gutter
        return [self.section(), *_with_first_heading(inner), self.section([(side, gutter), (main, 0.0)])]

    def _bound(self, inner: list[Node]) -> list[Node]:
        """A document that is bound with others. It begins a page, and its last section ends with it."""
        whole = inner if sections.ends(inner[-1]) else [*inner, self.section()]
        return sections.on_next_page(whole)

    def _cover(self, inner: list[Node]) -> list[Node]:
        """The cover: a section without running head, whose left margin is that of headings."""
        page = self.page.model_copy(update={"head": 0.0, "left": self.page.left - self.page.hang})
        return [*inner, sections.section(self.sheet, page)]

    def _front(self, inner: list[Node]) -> list[Node]:
        """The front matter, divided into sections so that running heads can name the headings: a new section begins before its
        second heading, and the abbreviations and the text after them have sections of their own."""
        heads = [at for at, block in enumerate(inner) if tree.attributes(block).get("custom-style") == "TOC Heading"]
        out = [*inner[: heads[1]], self.section(start="nextPage"), *inner[heads[1] :]] if len(heads) > 1 else inner
        if not sections.ends(out[-1]):
            out = [*out, self.section(start="continuous" if any(map(sections.has_columns, out)) else "nextPage")]
        return sections.with_numbers(out, ROMAN, ROMAN_ON)

    def _glossary(self, inner: list[Node]) -> list[Node]:
        """The abbreviations in two columns, as on the page."""
        columns = [(0.0, GLOSSARY_GAP)] * 2
        lines = tree.transform(inner, _glossary_lines, "DefinitionList")
        return [self.section(start="nextPage"), *lines, self.section(columns)]

    def _chapters(self, inner: list[Node]) -> list[Node]:
        """Make each chapter a section of its own, so that its running head can name it. The first chapter begins with page 1; the
        others run on, unless they have sections of their own."""
        starts = [n for n, block in enumerate(inner) if block["t"] == "Header" and tree.level(block) == 1]
        out: list[Node] = []
        for start, end in pairwise([*starts, len(inner)]):
            out += _with_first_paragraphs(_with_section_before_headings(inner[start:end]))
            runs_on = start > starts[0] and not any(map(sections.ends, inner[start:end]))
            out += [] if sections.ends(out[-1]) else [self.section(start="continuous" if runs_on else "nextPage")]
        return sections.with_numbers(out, FROM_ONE) if out else out

    def _content_table(self, inner: list[Node], names: list[str], keys: Mapping[str, str]) -> list[Node]:
        """A table with its caption, set as in the PDF: in the same type, in columns of the same widths, and on a page turned on its
        side if it is there."""
        step = next((name.removeprefix("step-") for name in names if name.startswith("step-")), "")
        if step:
            inner = tree.transform(inner, lambda node: _in_step(node, step), "Div")
        if "columns" in keys:
            inner = [*inner[:-1], tables.columns(list(map(float, keys["columns"].split()))), inner[-1]]
        if "turned" not in names:
            return inner
        wide = self.page.model_copy(update={"left": self.page.wide, "right": self.page.wide})
        sheet = self.sheet.model_copy(update={"width": self.sheet.height, "height": self.sheet.width})
        turned = sections.section(sheet, wide, start="nextPage")
        return [self.section(start="nextPage"), *inner, turned]

    def _appendix(self, inner: list[Node]) -> list[Node]:
        """A section with narrower margins for the tables of the appendix, and a section with columns for their sources. An empty
        section follows on the same page: Word makes columns of equal heights only before such a one."""
        if not inner:
            return []
        *tables, sources = [_in_style([block], "Appendix Text") if block["t"] == "Para" else block for block in inner]
        return [
            *appendix.by_country(tables),
            self._wide_section(),
            sources,
            self._wide_section(self._source_columns(), "continuous"),
            self._wide_section(start="continuous"),
        ]

    def _wide_section(self, columns: Sequence[tuple[float, float]] = (), start: str = "nextPage") -> Node:
        """The end of a section with narrower margins."""
        wide = self.page.model_copy(update={"left": self.page.wide, "right": self.page.wide})
        return sections.section(self.sheet, wide, columns, start=start)


def _with_inner_quotations(blocks: list[Node]) -> list[Node]:
    """Give each quotation in another quotation, in a list or in the meaning of a term the style of a quotation that is indented
    further. Give lists in quotations and meanings styles of their own, by which `numbering` indents them."""

    def deeper(node: Node) -> list[Node] | None:
        style = tree.attributes(node).get("custom-style", "") if node["t"] == "Div" else QUOTATIONS[0]
        for own in (QUOTATIONS, QUOTED_LISTS):
            if style in own:
                return [_in_style(tree.blocks(node), own[min(own.index(style) + 1, len(own) - 1)])]
        return None

    def outer(node: Node) -> list[Node]:
        own = {"BlockQuote": QUOTED_LISTS[0], "DefinitionList": "Definition List"}.get(node["t"], LIST)
        inner = tree.transform(node["c"], deeper, "BlockQuote", "Div")

        def listed(div: Node) -> list[Node] | None:
            return [_in_style(tree.blocks(div), own)] if tree.attributes(div).get("custom-style") == LIST else None

        return [{**node, "c": inner if own == LIST else tree.transform(inner, listed, "Div")}]

    return tree.transform(blocks, outer, "BlockQuote", "BulletList", "OrderedList", "DefinitionList")


def _tabbed(paragraph: Node) -> Node:
    """A paragraph in which a tab parts the bold words with which it begins from the others."""
    first, *rest = tree.inlines(paragraph)
    return tree.para([first, TAB, *rest[1:]]) if first["t"] == "Strong" else paragraph


def _glossary_lines(node: Node) -> list[Node]:
    """Make each abbreviation one paragraph: the term in bold, a tab, its meaning, whose paragraphs are joined."""
    lines = []
    for term, definitions in tree.definitions(node):
        meaning = [inline for blocks in definitions for block in blocks for inline in tree.inlines(block)]
        lines.append(_in_style([tree.para([tree.strong(term), TAB, *meaning])], "Glossary"))
    return lines


def _key_points(blocks: list[Node]) -> list[Node]:
    """The key points in their styles. The first and the last have styles of their own, for the distance above and below them."""
    *others, last = tree.transform(blocks, _key_point, "Para")
    styled = [_in_style(others[:1], "Key Point First"), _in_style(others[1:], "Key Point")] if others else []
    return [*styled, _in_style([last], "Key Point Last")]


def _with_first_heading(blocks: list[Node]) -> list[Node]:
    """The blocks of two columns. A heading that begins the second column gets a style without distance above."""
    at = blocks.index(sections.column_break()) + 1 if sections.column_break() in blocks else len(blocks)
    if at >= len(blocks) or blocks[at]["t"] != "Header":
        return blocks
    heading = _in_style([tree.para(tree.inlines(blocks[at]))], "First Heading")
    return [*blocks[:at], heading, *blocks[at + 1 :]]


def _beside(blocks: list[Node]) -> list[Node]:
    """The blocks of a narrow column. The first and the last figure get styles of their own: the first begins level with a heading,
    and the last has no distance below."""
    named = [at for at, block in enumerate(blocks) if tree.attributes(block).get("custom-style") == "Figure"]
    styles = {**dict.fromkeys(named[-1:], "Last Figure"), **dict.fromkeys(named[:1], "First Figure")}
    return [_in_style(tree.blocks(block), styles[at]) if at in styles else block for at, block in enumerate(blocks)]


def _key_facts(blocks: list[Node]) -> list[Node]:
    """The table of key facts, in styles of its own: one for their names in the head, one for their values below."""

    def styled(name: str, cells: object) -> object:
        return tree.transform(cells, lambda div: [_in_style(tree.blocks(div), name)], "Div")

    def table(node: Node) -> list[Node]:
        attribute, caption, columns, head, bodies, foot = node["c"]
        return [{**node, "c": [attribute, caption, columns, styled("Key Fact Name", head), styled("Key Fact", bodies), foot]}]

    return tree.transform(blocks, table, "Table")


def _key_point(node: Node) -> list[Node]:
    """A key point as a paragraph: its label, a tab, its text."""
    label, *text = tree.inlines(node)
    return [tree.para([tree.span(tree.inlines(label), custom_style="Point Label"), TAB, *text[text[:1] == [tree.SPACE] :]])]


def _cells(parts: list[Any], style: str) -> list[Any]:
    """Parts of a table in which every paragraph has this style, also in lists, but not in notes."""

    def cell(inner: Node) -> list[Node]:
        if inner["t"] == "Note":
            return [tree.with_blocks(inner, [block for styled in tree.blocks(inner) for block in tree.blocks(styled)])]
        return [_in_style([tree.para(tree.inlines(inner))], style)]

    return tree.transform(parts, cell, "Plain", "Para", "Note")


def _in_step(node: Node, step: str) -> list[Node] | None:
    """Replace the style of cells in a div by their style at a step of the type of tables. None if the div has another style."""
    style = tree.attributes(node).get("custom-style", "")
    return [_in_style(tree.blocks(node), f"{style} {step}")] if style in {tables.CELL, tables.HEADER} else None


def _with_language(tag: str, paragraph: Node) -> list[Node]:
    return [tree.with_inlines(paragraph, [tree.span(tree.inlines(paragraph), lang=tag)])]


def _without_list_style(node: Node) -> list[Node] | None:
    return tree.blocks(node) if tree.attributes(node).get("custom-style") == LIST else None


def _address(text: Node) -> list[Node] | None:
    """A web address that may be longer than a line, which may end after each of its single slashes."""
    words = tree.text(text)
    return [tree.string(_SLASH.sub("/\N{ZERO WIDTH SPACE}", words))] if len(words) > LONG and _SLASH.search(words) else None


def _level_with_text(node: Node) -> list[Node] | None:
    """Give the captions of a figure that doesn't extend into the margin styles that are level with the text."""
    style = LEVEL.get(tree.attributes(node).get("custom-style", ""))
    return [_in_style(tree.blocks(node), style)] if style else None


def _style(identifier: str, names: list[str]) -> str:
    """The paragraph style of a div; empty if it has none."""
    if identifier == "refs":
        return "Bibliography"
    wide = "float" in names and "narrow" not in names
    return "Wide Figure" if wide else next((PARAGRAPHS[n] for n in names if n in PARAGRAPHS), "")


def _in_style(blocks: Sequence[Node], style: str) -> Node:
    return tree.div(blocks, "", (), custom_style=style)


def _with_section_before_headings(blocks: list[Node]) -> list[Node]:
    """The blocks of a chapter. If the end of a section stands after headings, because a turned table follows, it is moved before
    them. If it would then come first, it is removed, because the chapter begins a section anyway."""
    out: list[Node] = []
    for block in blocks:
        at = len(out)
        while sections.ends(block) and at and out[at - 1]["t"] == "Header":
            at -= 1
        out[at:at] = [block] if at or not sections.ends(block) else []
    return out


def _with_first_paragraphs(blocks: list[Node]) -> list[Node]:
    """Give verse, and a paragraph that doesn't follow another paragraph, a style without indent, as on the page. The first block
    stays."""
    kinds = [block["t"] for block in blocks]
    are_first = [kind == "LineBlock" or (kind == "Para" and before != "Para") for before, kind in pairwise(kinds)]
    return blocks[:1] + [
        _in_style([block], "First Paragraph") if is_first else block for block, is_first in zip(blocks[1:], are_first, strict=True)
    ]


def bookmark_name(name: str) -> str:
    """A name for a bookmark in Word, where hyphens aren't allowed."""
    return name.replace("-", "_")


def _loose(blocks: list[Node]) -> list[Node]:
    """The blocks with each Plain as a Para. Pandoc would give a Plain in a list its own style Compact."""
    return tree.transform(blocks, lambda n: [tree.para(tree.inlines(n))], "Plain")
