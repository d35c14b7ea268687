"""Changes the styles part of a Word file: sets the type of a step of the ladder, and adds the styles of slides on a handout.

In: the package as pandoc wrote it, a step, or the ladder and the layout of a handout. Out: the same package, changed. In the file,
sizes of type are in half points, leading and distances in twentieths of a point. ECMA-376 part 1, 17.7 (styles).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from briefs.colours import tint
from briefs.compose.slots import UNTRANSLATED  # this class is also the name of a style, which pandoc adds if it is used
from briefs.theme import LadderStep, Theme
from briefs.typeset.points import GAP as POINT_GAP
from briefs.typeset.slides.handout import SOURCES, HandoutLayout
from briefs.typeset.word.package import Element, Package, W, element, fill, w
from briefs.typeset.word.tables import CELL, HEADER

PART = "word/styles.xml"
RULED = 0.6  # how much is left of the colour of rules in ruled lines, which programs draw thicker than in the PDF
SMALL = 0.72  # a factor for the type of the lines of publication on a title slide, as in handout.css
ABOVE = 8.0  # millimetres of the shown slide between a picture and the text below it
TITLE = (19.0, 23.0)  # size and leading of the type on a title slide, in millimetres of the shown slide
CELL_SIDE = 4.0  # points at the left and right of a cell, as in glance.css and compare.css
BOLD = "<w:b/><w:bCs/>"
# Distances of headings in points, as in note.css and pack.css.
NOTE: Mapping[str, Mapping[str, float]] = {"Heading1": {"after": 11.3}, "Heading2": {"before": 17.0, "after": 4.3}}
CHAPTER = (19.0, 24.0)  # size and leading of the titles of chapters, as in report.css
PACK: Mapping[str, Mapping[str, float]] = {"FrontHeading": {"before": 51.0}}


def set_type(package: Package, step: LadderStep) -> None:
    """Set the sizes, leading and distances of the step in the styles that the page fit changes."""
    gap = step.text[1] * step.gap
    sizes = {
        "Fact": (*step.text, gap),
        "More": (*step.text, 0),
        "Standing": (*step.text, gap * 0.7),
        "KeyPoint": (*step.text, POINT_GAP),
        "Lead": (*step.lead, None),
        "Source": (*step.sources, 0),
        "ScaleNote": (*step.sources, 0),
    }
    for style in package.xml(PART).iter(w("style")):
        if style.get(w("styleId")) in sizes:
            _resize(style, *sizes[style.get(w("styleId"))])


def remove_rule_of_lead(package: Package) -> None:
    """Take the rule above a lead away. Only a brief has one, which parts the lead from the scale."""
    for edges in package.xml(PART).xpath("w:style[@w:styleId='Lead']/w:pPr/w:pBdr", namespaces={"w": W}):
        edges.getparent().remove(edges)


def set_headings(package: Package, distances: Mapping[str, Mapping[str, float]]) -> None:
    """Give headings the distances of their kind of document, in points, by the style's id and the side."""
    for style in package.xml(PART).iter(w("style")):
        for side, points in distances.get(str(style.get(w("styleId"))), {}).items():
            style.find(f"{w('pPr')}/{w('spacing')}").set(w(side), f"{points * 20:.0f}")


def set_chapters(package: Package) -> None:
    """Give the titles of a report's chapters their size, and the meanings of its steps the colour of text. The titles of its front
    matter are based on those of chapters."""
    for style in package.xml(PART).iter(w("style")):
        if style.get(w("styleId")) == "Heading1":
            _resize(style, *CHAPTER, None)
        elif style.get(w("styleId")) == "Meaning":
            style.find(w("rPr")).remove(style.find(f"{w('rPr')}/{w('color')}"))


def darken_strong(body: Element) -> None:
    """Give bold words in paragraphs of muted text the colour of text, as in the PDF: the values of key facts, and the name of the
    step before its meaning."""
    muted = "w:pPr/w:pStyle[@w:val='KeyFact' or @w:val='Meaning']"
    for run in body.xpath(f".//w:p[{muted}]//w:rPr[w:b and not(w:rStyle)]", namespaces={"w": W}):
        run.insert(0, element("rStyle", val="KeyValue"))


def mark_untranslated(package: Package, colour: str) -> None:
    """Give the style of untranslated text, which is in the source's language, a colour (`#rrggbb`)."""
    for name in package.xml(PART).iterfind(f"{w('style')}/{w('name')}"):
        if name.get(w("val")) == UNTRANSLATED:
            run = etree.SubElement(name.getparent(), w("rPr"))
            etree.SubElement(run, w("color")).set(w("val"), fill(colour))


def _resize(style: Element, size: float, leading: float, after: float | None) -> None:
    """Change the type of a style. All lengths are in points. Without `after`, the distance after a paragraph stays."""
    spacing = style.find(f"{w('pPr')}/{w('spacing')}")
    spacing.set(w("line"), f"{leading * 20:.0f}")
    if after is not None:
        spacing.set(w("after"), f"{after * 20:.0f}")
    for points in (e for e in style.find(w("rPr")) if e.tag in {w("sz"), w("szCs")}):
        points.set(w("val"), f"{size * 2:.0f}")


def set_cell_styles(package: Package, theme: Theme) -> None:
    """Set the styles of cells at the steps of a table's type after the first, if the package has them. The type is a little smaller
    than in the PDF, so that no word is wider than its column. The same is true for the style of cells at the first step."""
    root = package.xml(PART)
    for number, (size, leading) in enumerate(theme.look.table[1:], 1):
        for name, run in ((CELL, ""), (HEADER, BOLD)):
            style = _style(f"{name} {number}", (size - 0.5, leading - 0.5), after=3, run=run)
            for old in root.xpath(f"w:style[@w:styleId='{style.get(w('styleId'))}']", namespaces={"w": W}):
                root.replace(old, style)


def set_cell_type(package: Package, step: LadderStep) -> None:
    """Set table cells to the type and the spacing of the step, in every document but reports and handouts. A cell has no margin at
    its foot: the space after its last paragraph serves."""
    gap = step.text[1] * step.gap
    margins = {w("top"): gap * 20, w("bottom"): 0, w("left"): CELL_SIDE * 20, w("right"): CELL_SIDE * 20}
    for style in package.xml(PART).iter(w("style")):
        if style.get(w("styleId")) == CELL:
            _resize(style, *step.text, gap)
        for edge in style.iterfind(f"{w('tblPr')}/{w('tblCellMar')}/*"):
            edge.set(w("w"), f"{margins[edge.tag]:.0f}")


def add_slide_styles(package: Package, theme: Theme, ladder: Sequence[LadderStep], how: HandoutLayout, label: float) -> None:
    """Add the styles of a handout. They replace styles with the same ids. `label`: the width of the labels of key points, as a
    multiple of the size of their type."""
    root = package.xml(PART)
    for style in (*_opening(theme, how.scale), *_notes(theme, how), *_steps(theme, ladder, how.scale, label)):
        for old in root.xpath(f"w:style[@w:styleId='{style.get(w('styleId'))}']", namespaces={"w": W}):
            root.remove(old)
        root.append(style)


def _opening(theme: Theme, scale: float) -> Iterator[Element]:
    """The styles of title slides and dividers, of figures on slides, and of the line of sources."""
    large = _points(TITLE[0] * scale), _points(TITLE[1] * scale)
    yield _style("Slide Opening", large, after=_points(6 * scale), run=_title_face(theme), level=1)
    for name, colour in (("On Colour", "paper"), ("Reserved", "muted")):
        yield etree.fromstring(
            f'<w:style xmlns:w="{W}" w:type="character" w:customStyle="1" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
            f'<w:qFormat/><w:rPr><w:color w:val="{fill(theme.look.palette[colour])}"/></w:rPr></w:style>'
        )
    yield _style("Slide Figure", None)
    yield _style("Slide Figure Above", None, after=_points(ABOVE * scale))


def _notes(theme: Theme, how: HandoutLayout) -> Iterator[Element]:
    """The styles of notes, slide numbers and ruled lines, which stand beside or below a slide or after all slides."""
    ruled = _ruled(fill(tint(theme.look.palette["rule"], RULED)))
    yield _style("Slide Notes", how.type, after=3)
    yield _style("Slide Noted", how.type, before=8, after=3, run=BOLD, properties="<w:keepNext/>")
    yield _style("Source Note", SOURCES, before=SOURCES[1] / 2, run=_muted(theme))
    yield _style("Slide Number", (7, 9), before=3, run=_muted(theme))
    yield _style("Ruled Line", (8.5, _points(theme.look.handout.line)), properties=ruled)


def _steps(theme: Theme, ladder: Sequence[LadderStep], scale: float, label: float) -> Iterator[Element]:
    """The styles of text and titles of slides, one of each for each step of the ladder."""
    before = _points(theme.look.slide.title * scale)
    for number, step in enumerate(ladder, 1):
        text, lead = _scaled(step.text, scale), _scaled(step.lead, scale)
        yield _style(f"Slide Text {number}", text, after=text[1] * step.gap)
        yield _style(f"Slide Subtitle {number}", text, after=text[1] * step.gap)
        yield _style(f"Slide Published {number}", (text[0] * SMALL, text[1] * SMALL), run=_muted(theme))
        yield _style(f"Slide Point {number}", text, after=text[1] * step.gap, hanging=text[0] * label)
        for name, factor in theme.look.slide.larger.items():
            larger = text[0] * factor, text[1] * factor
            run = f"{BOLD}<w:color w:val='{fill(theme.look.palette['accent'])}'/>" if name == "huge" else ""
            yield _style(f"Slide {name.title()} {number}", larger, after=text[1] * step.gap, run=run)
        yield _style(f"Slide Title {number}", lead, before=before, run=_title_face(theme), level=1)


def _points(millimetres: float) -> float:
    return millimetres * 72 / 25.4


def _scaled(pair: tuple[float, float], scale: float) -> tuple[float, float]:
    return pair[0] * scale, pair[1] * scale


def _title_face(theme: Theme) -> str:
    face = theme.look.fonts.title.word
    return f'<w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:cs="{face}"/>{BOLD}'


def _muted(theme: Theme) -> str:
    return f'<w:color w:val="{fill(theme.look.palette["muted"])}"/>'


def _ruled(colour: str) -> str:
    """The borders of a paragraph: a line below it, and one between it and the next."""
    edge = f'w:val="single" w:sz="2" w:space="0" w:color="{colour}"'
    return f"<w:pBdr><w:bottom {edge}/><w:between {edge}/></w:pBdr>"


def _style(
    name: str,
    type: tuple[float, float] | None,
    *,
    before: float = 0,
    after: float = 0,
    run: str = "",
    properties: str = "",
    level: int | None = None,
    hanging: float = 0,
) -> Element:
    """A paragraph style. `type`: size and exact leading in points; without it, a line is as high as the picture in it. `before`,
    `after`: distances in points. `run`, `properties`: XML for its run and paragraph properties. `level`: its outline level, from 0.
    `hanging`: by how many points lines after the first begin farther inside.
    """
    line = f' w:line="{type[1] * 20:.0f}" w:lineRule="exact"' if type else ' w:line="240" w:lineRule="auto"'
    sizes = f'<w:sz w:val="{_half_points(type[0])}"/><w:szCs w:val="{_half_points(type[0])}"/>' if type else ""
    indent = f'<w:ind w:left="{hanging * 20:.0f}" w:hanging="{hanging * 20:.0f}"/>' if hanging else ""
    outline = f'<w:outlineLvl w:val="{level}"/>' if level is not None else ""
    return etree.fromstring(
        f'<w:style xmlns:w="{W}" w:type="paragraph" w:customStyle="1" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/><w:qFormat/>'
        f'<w:pPr>{properties}<w:spacing w:before="{before * 20:.0f}" w:after="{after * 20:.0f}"{line}/>{indent}{outline}</w:pPr><w:rPr>{run}{sizes}</w:rPr></w:style>'
    )


def _half_points(points: float) -> int:
    """A size in half points, rounded down, so that a line never holds fewer words than in the PDF."""
    return int(points * 2 + 0.2)
