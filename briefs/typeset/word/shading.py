"""Shades parts of a Word file: badges get the colour of their stance, and table cells a tint of it.

In: the body as pandoc wrote it, with bookmarks `shade_…` and the styles of badges; the manuscript. Out: the same body, shaded and
without these bookmarks. ECMA-376 part 1, 17.3.2.32 and 17.4.33 (shd).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

from lxml import etree

from briefs.colours import text_on, tint
from briefs.compose import bidi
from briefs.compose.manuscript import Manuscript
from briefs.theme import LadderStep
from briefs.typeset.points import label_width
from briefs.typeset.word import sections
from briefs.typeset.word.package import NAMES, Element, element, fill, style, twips, w

SHADE = "shade_"  # the prefix of bookmarks that mark what to shade: shade_stance-ID around a badge, shade_cell-ID in a cell
WHOLE_ROW = 1100  # characters, about a third of a page: a table row with fewer is kept on one page
NO_BREAK_SPACE = "\u00a0"
LAST_SPACE = "\u202f"  # a no-break space of about the same width, which LibreOffice 24 doesn't let hang over the end of a line
STEP_PADDING = (
    2  # points, as in the style of the other steps: a border in the colour of the ground, which LibreOffice ends at the letters
)


def shade(body: Element, manuscript: Manuscript) -> None:
    """Shade badges and cells, and remove the bookmarks that mark them."""
    ends = {end.get(w("id")): end for end in body.iter(w("bookmarkEnd"))}
    for mark in body.xpath(f".//w:bookmarkStart[starts-with(@w:name, '{SHADE}')]", namespaces=NAMES):
        end = ends[mark.get(w("id"))]
        name = mark.get(w("name")).removeprefix(SHADE).removeprefix("stance-")
        cell = next((a for a in mark.iterancestors() if a.tag == w("tc")), None)
        if name.startswith("cell-") and cell is not None:
            _shade_cell(cell, manuscript.colours[name.removeprefix("cell-")])
        elif name in manuscript.colours:
            for run in _between(mark, end):
                _shade_run(run, manuscript.colours[name])
                _pad(run, NO_BREAK_SPACE)
        for bookmark in (end, mark):
            bookmark.getparent().remove(bookmark)


def badges(body: Element, styles: Element, manuscript: Manuscript) -> None:
    """Shade the country's own stance in the scale at the top of a page. Also pad all steps of the scale and the stamp, and give the
    spaces between steps or badges a style."""
    colour = manuscript.colours.get(manuscript.accent)
    for run in body.xpath(".//w:r[w:rPr/w:rStyle/@w:val='StepHere']", namespaces=NAMES) if colour else ():
        _shade_run(run, str(colour), STEP_PADDING)
    for run in body.xpath(".//w:r[w:rPr/w:rStyle/@w:val='Step' or w:rPr/w:rStyle/@w:val='StepHere']", namespaces=NAMES):
        _pad(run, "  ")
    for run in body.xpath(".//w:r[w:rPr/w:rStyle/@w:val='Stamp']", namespaces=NAMES):
        _pad(run, "  ")
    _stamp(body, styles, manuscript)
    between = "w:rPr/w:rStyle[@w:val='Step' or @w:val='StepHere' or @w:val='Badge']"
    for run in body.xpath(
        f".//w:r[not(w:rPr)][preceding-sibling::*[1][{between}]][following-sibling::*[1][{between}]]", namespaces=NAMES
    ):
        properties = element("rPr")
        properties.append(element("rStyle", val="Seam"))
        run.insert(0, properties)


def _stamp(body: Element, styles: Element, manuscript: Manuscript) -> None:
    """Move the stamp after the scale to the end of its line, unless a note follows the stamp. In a document with a language from
    right to left, the stamp stays."""
    if "rtl" in map(bidi.direction, (manuscript.language, *manuscript.languages)):
        return
    size, margins = next(body.iter(w("pgSz"))), next(body.iter(w("pgMar")))
    end = int(size.get(w("w"))) - int(margins.get(w("left"))) - int(margins.get(w("right")))
    for run in body.xpath(".//w:r[w:rPr/w:rStyle/@w:val='Stamp']", namespaces=NAMES):
        space = next((each for each in run.itersiblings(w("r"), preceding=True)), None)
        if space is None or list(run.itersiblings(w("r"))) or (space.findtext(w("t")) or "").strip():
            continue
        space[:] = [element("tab")]
        for text in run.iter(w("t")):
            text.text = f"{text.text.removesuffix(NO_BREAK_SPACE)}{LAST_SPACE}"
    for tab in styles.xpath("w:style[@w:styleId='Scale']/w:pPr/w:tabs/w:tab", namespaces=NAMES):
        tab.set(w("pos"), str(end))


def bullets(numbering: Element, colour: object) -> None:
    """Give bullets a colour: that of the country's stance on a page. None leaves them as they are."""
    for level in numbering.iter(w("lvl")) if colour else ():
        if level.find(w("numFmt")).get(w("val")) == "bullet":
            properties = level.find(w("rPr"))
            if properties is None:
                properties = element("rPr")
                level.append(properties)
            properties.append(element("color", val=fill(str(colour))))


def key_points(styles: Element, manuscript: Manuscript, step: LadderStep) -> None:
    """Set the style of key points: the width of the column of labels, a bar in the colour of the country's stance, and a ground in
    a tint of it."""
    colour = manuscript.colours.get(manuscript.accent)
    for properties in styles.xpath("w:style[@w:styleId='KeyPoint']/w:pPr", namespaces=NAMES):
        indent, column = properties.find(w("ind")), int(twips(label_width(manuscript, step)))
        left = int(indent.get(w("left"))) - int(indent.get(w("hanging"))) + column
        indent.set(w("left"), str(left))
        indent.set(w("hanging"), str(column))
        properties.find(f"{w('tabs')}/{w('tab')}").set(w("pos"), str(left))
        if colour:
            _colour_point(properties.find(w("pBdr")), properties.find(w("shd")), colour)


def bound(body: Element, styles: Element, manuscript: Manuscript) -> None:
    """Give the key points and the bullets of each document that is bound with others the colour of its stance. The styles can't do
    it, as they are those of the whole file. The mark of a paragraph colours its bullet (17.9.6)."""
    (points,) = styles.xpath("w:style[@w:styleId='KeyPoint']/w:pPr", namespaces=NAMES)
    for side in sections.sides(body):
        colour = manuscript.colours.get(stance_of(side))
        for paragraph in (each for block in side if colour for each in block.iter(w("p"))):
            properties, found = paragraph.find(w("pPr")), style(paragraph)
            named = "" if found is None else found.get(w("val"))
            if named.startswith("KeyPoint"):
                edges, ground = (copy.deepcopy(points.find(w(name))) for name in ("pBdr", "shd"))
                _colour_point(edges, ground, str(colour))
                properties.find(w("pStyle")).addnext(edges)
                edges.addnext(ground)
            elif named == "Fact":
                mark = element("rPr")
                mark.append(element("color", val=fill(str(colour))))
                last = properties.find(w("sectPr"))
                properties.append(mark) if last is None else last.addprevious(mark)


def stance_of(blocks: Sequence[Element]) -> str:
    """The id of the stance that is marked in the scale among these blocks of a bound document. Empty if none is."""
    badge = f"w:pPr/w:pStyle/@w:val='Scale' and w:bookmarkStart[starts-with(@w:name, '{SHADE}stance-')]"
    names = (str(name) for block in blocks for name in block.xpath(f"self::w:p[{badge}]/w:bookmarkStart/@w:name", namespaces=NAMES))
    found = (name.removeprefix(f"{SHADE}stance-") for name in names if name.startswith(f"{SHADE}stance-"))
    return next(found, "")


def _colour_point(edges: Element, ground: Element, colour: str) -> None:
    """Give the borders and the ground of a key point a colour: the bar at its left in full, the rest in a tint of it."""
    ground.set(w("fill"), fill(tint(colour)))
    for edge in edges:
        edge.set(w("color"), fill(colour) if edge.tag == w("left") else fill(tint(colour)))


def _shade_run(run: Element, colour: str, padding: int = 0) -> None:
    """Give a run this colour as its ground, and a colour for its text that is legible on it. `padding`: by how many points the
    ground reaches beyond the line of letters."""
    properties = run.find(w("rPr"))
    properties.append(element("color", val=fill(text_on(colour))))
    if padding:
        properties.append(element("bdr", val="single", sz="4", space=str(padding), color=fill(colour)))
    properties.append(element("shd", val="clear", color="auto", fill=fill(colour)))


def _pad(run: Element, space: str) -> None:
    """Put spaces at both ends of a run's text. All its spaces become no-break spaces, so that no line ends within it."""
    for text in run.iter(w("t")):
        text.text = f"{space}{text.text}{space}".replace(" ", NO_BREAK_SPACE)


def _between(start: Element, end: Element) -> list[Element]:
    """The runs from the start of a bookmark to its end, within a paragraph."""
    runs = []
    for sibling in start.itersiblings():
        if sibling is end:
            break
        runs += [sibling] if sibling.tag == w("r") else list(sibling.iter(w("r")))
    return runs


def _shade_cell(cell: Element, colour: str) -> None:
    """Tint a cell, and give it a border in the full colour at its left (17.4.66). If its row is short, keep the row on one page."""
    properties = _properties(cell, "tcPr")
    row = cell.getparent()
    is_short = len("".join(t.text or "" for t in row.iter(w("t")))) < WHOLE_ROW
    if is_short and row.find(f"{w('trPr')}/{w('cantSplit')}") is None:
        _properties(row, "trPr").append(element("cantSplit"))
    borders, ground = element("tcBorders"), element("shd", val="clear", color="auto", fill=fill(tint(colour)))
    borders.append(element("left", val="single", sz="48", space="0", color=fill(colour)))
    margins = properties.find(w("tcMar"))  # it follows the two in the schema
    at = len(properties) if margins is None else list(properties).index(margins)
    properties[at:at] = [borders, ground]


def _properties(of: Element, name: str) -> Element:
    """The properties element (`tcPr`, `trPr`) of a cell or row, which is added if there is none."""
    properties = of.find(w(name))
    if properties is None:
        properties = etree.Element(w(name))
        of.insert(0, properties)
    return properties
