"""Changes the numbering part of a Word file: the indents and markers of lists, and headings that Word numbers.

In: the package as pandoc wrote it, the manuscript, the theme. Out: the same package, changed. ECMA-376 part 1, 17.9 (numbering).
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree

from briefs.compose import lists, tree
from briefs.compose.figures.drawing import text_width
from briefs.compose.manuscript import Manuscript
from briefs.theme import LadderStep, Theme
from briefs.typeset.word.package import BODY, NAMES, NOTES, Element, Package, W, element, fill, style, twips, w

PART = "word/numbering.xml"
NOTE = 340  # twips, as in the style of notes: the indent of a note beside its number
BULLET, NUMBER = 3.2, 4.0  # millimetres: the hanging indent of each level of a list
REPORT_BULLET = 4.5  # of a report's lists, as in report.css
GAP = 0.9  # millimetres between a number that ends before the text and the text
QUOTATION, MEANING = 400, 340  # twips, as in their styles: the indent of each depth of a quotation, and of the meaning of a term
BOX = 4.2  # millimetres: the width of a box of a task list with the space after it
SLIDE_INDENT, SLIDE_BULLET, SLIDE_NUMBER = 9, 9, 9  # millimetres of the shown slide: a level's indent, and hanging indents
HEADING_SPACE = {1: (0.0, 8.0), 2: (7.0, 2.0)}  # millimetres before and after a heading of each level, as in report.css
HEADINGS, TASKS = 900, 901  # the numbers of our own numberings; pandoc's begin at 1000
UNMARKED = "1000"  # pandoc's numbering without markers, for the further paragraphs of an item
FORMATS = {
    "decimal": "Decimal", "lowerLetter": "LowerAlpha", "upperLetter": "UpperAlpha", "lowerRoman": "LowerRoman", "upperRoman": "UpperRoman",
}  # fmt: skip
DELIMITERS = {"%1.": "Period", "%1)": "OneParen", "(%1)": "TwoParens"}
ABOVE = "114"  # twips above a list
_QUOTED_IN_ITEM = f".//w:pPr[starts-with(w:pStyle/@w:val, 'BlockText')]/w:numPr[w:numId/@w:val='{UNMARKED}']"
_TURNED = "(following-sibling::w:p/w:pPr/w:sectPr | following-sibling::w:sectPr)[1]/w:pgSz[@w:orient='landscape']"


def indent_lists(package: Package, bullet: float = BULLET) -> None:
    """Give lists the indents and the bullet that they have on the page. Pandoc indents lists by half an inch. `bullet`: the hanging
    indent of bullets in millimetres."""
    if PART not in package.parts:
        return
    for level in package.xml(PART).iter(w("lvl")):
        is_bullet = level.find(w("numFmt")).get(w("val")) == "bullet"
        if is_bullet and level.find(w("lvlText")).get(w("val")).strip():
            _set_bullet(level)
        indent = level.find(f"{w('pPr')}/{w('ind')}")
        if indent is not None:
            depth = int(level.get(w("ilvl"))) + 1
            step = bullet if is_bullet else NUMBER
            indent.set(w("left"), twips(step * depth))
            indent.set(w("hanging"), twips(step))
    for number in (number for text in _texts(package) for number in text.xpath(_QUOTED_IN_ITEM, namespaces=NAMES)):
        number.getparent().remove(number)  # the style of the quotation has its indent


def _texts(package: Package) -> Iterator[Element]:
    """The parts of the package that may hold lists: the text, and its notes if there are any."""
    return (package.xml(name) for name in (BODY, NOTES) if name in package.parts)


def _set_bullet(level: Element) -> None:
    """Give a level of a list the bullet of the page, in the font of the text. Pandoc's bullets are in fonts that not every machine
    has, and those of inner levels are wider than the indent."""
    level.find(w("lvlText")).set(w("val"), "•")
    for fonts in level.findall("w:rPr", NAMES):
        level.remove(fonts)


def indent_inner_lists(package: Package) -> None:
    """Indent lists in quotations, meanings and notes in addition to the indent of these, and further paragraphs of an item like its
    first paragraph. The indent is set in the paragraph, because the indent of its numbering overrides that of its style."""
    for text, outer in zip(_texts(package), (0, NOTE), strict=False):  # there may be no notes
        _indent_inner_lists(package, text, outer)


def _indent_inner_lists(package: Package, text: Element, outermost: int) -> None:
    before: dict[str, Element] = {}  # the properties of the last item, by its level
    for properties in text.iterfind(".//w:p/w:pPr[w:numPr]", NAMES):
        number, depth = properties.find("w:numPr/w:numId", NAMES), properties.find("w:numPr/w:ilvl", NAMES)
        is_further = number.get(w("val")) == UNMARKED
        if not is_further:
            before[depth.get(w("val"))] = properties
        level = _level(package.xml(PART), number, depth)
        item = before.get(depth.get(w("val"))) if is_further else None
        indent = level.find("w:pPr/w:ind", NAMES)
        first = (
            indent
            if item is None
            else _level(package.xml(PART), item.find("w:numPr/w:numId", NAMES), depth).find("w:pPr/w:ind", NAMES)
        )
        outer = outermost + _indent_of(properties.find("w:pStyle", NAMES))
        if outer or first.get(w("left")) != indent.get(w("left")):
            left, hanging = int(first.get(w("left"))) + outer, indent.get(w("hanging"))
            set_indent(properties, left, hanging)


def indent_tables(package: Package) -> None:
    """Begin each table of an item of a list where the words of the item begin (17.4.50). Pandoc indents it by half an inch for each
    level of the list."""
    for text in _texts(package):
        for indent in text.iterfind(".//w:tbl/w:tblPr/w:tblInd", NAMES):
            table = indent.getparent().getparent()
            item = next((p for p in table.itersiblings(w("p"), preceding=True) if p.find("w:pPr/w:numPr", NAMES) is not None), None)
            if item is not None and indent.get(w("type")) == "dxa":
                indent.set(w("w"), _left(package, item.find("w:pPr", NAMES)))


def _left(package: Package, properties: Element) -> str:
    """The left indent of an item of a list, in twips: its own, or else that of its level."""
    own = properties.find("w:ind", NAMES)
    if own is None:
        number, depth = properties.find("w:numPr/w:numId", NAMES), properties.find("w:numPr/w:ilvl", NAMES)
        own = _level(package.xml(PART), number, depth).find("w:pPr/w:ind", NAMES)
    return str(own.get(w("left")))


def set_indent(properties: Element, left: int | str, hanging: str) -> None:
    """Set the indent of a paragraph, in twips, before the properties that follow it in the schema (ECMA-376 part 1, 17.3.1.26)."""
    for old in properties.findall("w:ind", NAMES):
        properties.remove(old)
    later = [child for child in properties if child.tag in {w("contextualSpacing"), w("jc"), w("rPr"), w("sectPr")}]
    indent = etree.fromstring(f'<w:ind xmlns:w="{W}" w:left="{left}" w:hanging="{hanging}"/>')
    properties.insert(list(properties).index(later[0]) if later else len(properties), indent)


def _indent_of(named: Element | None) -> int:
    """The indent of the quotation or meaning in which a list stands, by the style of the list, in twips; otherwise 0."""
    name = "" if named is None else named.get(w("val"))
    return (
        QUOTATION * int(name.removeprefix("BlockList") or 1)
        if name.startswith("BlockList")
        else MEANING * (name == "DefinitionList")
    )


def _level(numbering: Element, number: Element, level: Element) -> Element:
    """The level (`w:lvl`) to which the `numId` and the `ilvl` of a paragraph refer."""
    abstract = numbering.find(f"w:num[@w:numId='{number.get(w('val'))}']/w:abstractNumId", NAMES).get(w("val"))
    return numbering.find(f"w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl[@w:ilvl='{level.get(w('val'))}']", NAMES)


def align_numbers(package: Package) -> None:
    """Align the numbers of a list at the right, shortly before its text, as on the page; but not if each is one digit and a full
    stop. Otherwise text after a number that is wider than the indent would begin at the next tab stop."""
    if PART not in package.parts:
        return
    numbering = package.xml(PART)
    aligned: dict[str, str] = {}
    for number in _markers(package):
        reference = numbering.find(f"w:num[@w:numId='{number}']/w:abstractNumId", NAMES)
        old = reference.get(w("val"))
        if old not in aligned:
            aligned[old] = f"1{old}"
            _align(_add_copy(numbering, old, aligned[old]))
        reference.set(w("val"), aligned[old])


def set_apart(body: Element) -> None:
    """Put a distance above the first item of each list after a paragraph, as on the page."""
    items = "w:p[w:pPr[w:pStyle/@w:val='ListBullet' and w:numPr]][preceding-sibling::*[1][self::w:p[not(w:pPr/w:numPr)]]]"
    for properties in body.xpath(f"{items}/w:pPr", namespaces=NAMES):
        properties.find("w:numPr", NAMES).addnext(element("spacing", before=ABOVE))


def bare_sources(package: Package) -> None:
    """Print the numbers of sources without a full stop, as the page does. Other lists share their definition and keep theirs."""
    numbering = package.xml(PART)
    paragraphs = package.xml(BODY).xpath(".//w:p/w:pPr[w:pStyle/@w:val='Source']/w:numPr/w:numId/@w:val", namespaces=NAMES)
    bare: dict[str, str] = {}
    for number in dict.fromkeys(paragraphs):
        reference = numbering.find(f"w:num[@w:numId='{number}']/w:abstractNumId", NAMES)
        old = reference.get(w("val"))
        if old not in bare:
            bare[old] = f"2{old}"
            _add_copy(numbering, old, bare[old]).find(f"{w('lvl')}/{w('lvlText')}").set(w("val"), "%1")
        reference.set(w("val"), bare[old])


def _add_copy(numbering: Element, old: str, number: str) -> Element:
    """Add a copy of a list definition under another number."""
    abstract = numbering.find(f"w:abstractNum[@w:abstractNumId='{old}']", NAMES)
    made = copy.deepcopy(abstract)
    made.set(w("abstractNumId"), number)
    for identifier in made.findall(w("nsid")):  # that of the original definition
        made.remove(identifier)
    abstract.addnext(made)
    return made


def _align(definition: Element) -> None:
    """Align the numbers of a list at the right, shortly before its text."""
    for level in definition.iter(w("lvl")):
        level.find(w("lvlJc")).set(w("val"), "right")
        level.find(f"{w('pPr')}/{w('ind')}").set(w("hanging"), twips(GAP))


def _markers(package: Package) -> dict[str, list[str]]:
    """The markers of each numbered list in the text, by its `w:numId`. Lists of sources, and lists of up to nine items that begin
    with “1.”, are left out."""
    numbering = package.xml(PART)
    items = Counter(
        number.get(w("val"))
        for text in _texts(package)
        for properties in text.iterfind(".//w:p/w:pPr", NAMES)
        for number in properties.iterfind("w:numPr/w:numId", NAMES)
        if properties.find("w:pStyle[@w:val='Source']", NAMES) is None
    )
    levels = {a.get(w("abstractNumId")): a.find(w("lvl")) for a in numbering.iterfind("w:abstractNum", NAMES)}
    found: dict[str, list[str]] = {}
    for num in numbering.iterfind("w:num", NAMES):
        level = levels[num.find(w("abstractNumId")).get(w("val"))]
        style, count = FORMATS.get(level.find(w("numFmt")).get(w("val")), ""), items[num.get(w("numId"))]
        start = num.find("w:lvlOverride/w:startOverride", NAMES)
        if style and count and start is not None:
            delimiter = DELIMITERS[level.find(w("lvlText")).get(w("val"))]
            found[num.get(w("numId"))] = lists.markers(tree.ordered([[]] * count, int(start.get(w("val"))), style, delimiter))
    return {number: markers for number, markers in found.items() if markers[0] != "1." or len(markers) > 9}


def mark_tasks(package: Package) -> None:
    """Put the boxes of a task list at the place where other items have bullets. The boxes remain characters of the text."""
    if PART not in package.parts:
        return
    items = [item for text in _texts(package) for item in text.xpath(".//w:p[w:pPr/w:numPr]", namespaces=NAMES)]
    found = [item for item in items if _text(item)[:1] in lists.BOXES]
    formats = _formats(package.xml(PART))
    numbers = [n for p in found for n in p.iterfind("w:pPr/w:numPr/w:numId", NAMES) if formats[n.get(w("val"))] == "bullet"]
    for number in numbers:
        number.set(w("val"), str(TASKS))
    if numbers:
        _add(package.xml(PART), TASKS, _task_levels())


def _text(paragraph: Element) -> str:
    return "".join(text.text or "" for text in paragraph.iter(w("t")))


def _task_levels() -> str:
    return "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="none"/><w:suff w:val="nothing"/><w:lvlText w:val=""/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{twips(BULLET * i + BOX)}" w:hanging="{twips(BOX)}"/></w:pPr></w:lvl>'
        for i in range(9)
    )


def indent_slide_lists(package: Package, scale: float, ladder: Sequence[LadderStep]) -> None:
    """Give lists on slides the indents that they have on the page. Lists in notes keep the indents of the numbering part.

    `scale`: the size of a slide on paper in relation to its size when shown.
    """
    if PART not in package.parts:
        return
    formats, markers = _formats(package.xml(PART)), _markers(package)
    for properties in package.xml(BODY).iterfind(".//w:p/w:pPr[w:numPr]", NAMES):
        named = properties.find("w:pStyle", NAMES)
        if named is None or not named.get(w("val"), "").startswith("SlideText"):
            continue
        number = properties.find("w:numPr/w:numId", NAMES).get(w("val"))
        step = ladder[int(named.get(w("val")).removeprefix("SlideText")) - 1]
        wide = slide_indent(markers[number], step) if number in markers else SLIDE_INDENT
        left = (SLIDE_INDENT * int(properties.find("w:numPr/w:ilvl", NAMES).get(w("val"))) + wide) * scale
        hanging = GAP if number in markers else (SLIDE_BULLET if formats[number] == "bullet" else SLIDE_NUMBER) * scale
        set_indent(properties, twips(left), twips(hanging))


def slide_indent(markers: Sequence[str], step: LadderStep) -> float:
    """The indent of the text of a list with these markers, in millimetres of the shown slide, as in handout.css."""
    return max(SLIDE_INDENT, 1.5 + max(text_width(f"{marker} ", step.text[0]) for marker in markers) * 25.4 / 72)


def _formats(numbering: Element) -> dict[str, str]:
    """The format of the first level of each `w:num` by its id: `bullet`, `decimal` …"""
    abstract = {
        a.get(w("abstractNumId")): a.find("w:lvl/w:numFmt", NAMES).get(w("val")) for a in numbering.iterfind("w:abstractNum", NAMES)
    }
    return {n.get(w("numId")): abstract[n.find("w:abstractNumId", NAMES).get(w("val"))] for n in numbering.iterfind("w:num", NAMES)}


def number_headings(package: Package, body: Element, manuscript: Manuscript, theme: Theme) -> None:
    """Make Word number the headings that have a number, and begin a page before each heading of level 1. On a page turned on its
    side, whose margins are narrow, the number stands inside the text area."""
    hang = twips(theme.look.page[manuscript.kind.page].hang)
    _add_numbering(package.xml(PART), hang, fill(theme.look.palette["muted"]))
    _space_headings(package.xml("word/styles.xml"))
    numbered = {h.anchor: h.level for h in manuscript.headings if h.number}
    for paragraph in body.xpath("w:p[starts-with(w:pPr/w:pStyle/@w:val, 'Heading')]", namespaces=NAMES):
        for level in {numbered[b.get(w("name"))] for b in paragraph.iter(w("bookmarkStart")) if b.get(w("name")) in numbered}:
            number = f'<w:numPr xmlns:w="{W}"><w:ilvl w:val="{level - 1}"/><w:numId w:val="{HEADINGS}"/></w:numPr>'
            named = style(paragraph)
            assert named is not None
            named.addnext(etree.fromstring(number))
            if paragraph.xpath(_TURNED, namespaces=NAMES):
                set_indent(paragraph.find(w("pPr")), hang, hang)


def _add_numbering(numbering: Element, hang: str, colour: str) -> None:
    """Add the numbering of headings: 1, 1.1. The numbers stand in the margin, `hang` twips to the left of the text."""
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:tabs><w:tab w:val="num" w:pos="0"/></w:tabs><w:ind w:left="0" w:hanging="{hang}"/></w:pPr><w:rPr><w:color w:val="{colour}"/></w:rPr></w:lvl>'
        for i, text in enumerate(("%1", "%1.%2"))
    )
    _add(numbering, HEADINGS, levels)


def _add(numbering: Element, number: int, levels: str) -> None:
    """Add a list definition of our own, and a list with the same number that uses it. `levels`: its `w:lvl` elements."""
    abstract = etree.fromstring(
        f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    first_num = numbering.find(w("num"))
    numbering.insert(len(numbering) if first_num is None else list(numbering).index(first_num), abstract)
    numbering.append(etree.fromstring(f'<w:num xmlns:w="{W}" w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'))


def _space_headings(styles: Element) -> None:
    """Set the space before and after headings, and the page break before headings of level 1."""
    for level, (before, after) in HEADING_SPACE.items():
        properties = styles.find(f"w:style[@w:styleId='Heading{level}']/w:pPr", NAMES)
        spacing = properties.find(w("spacing"))
        spacing.set(w("before"), twips(before))
        spacing.set(w("after"), twips(after))
        if level == 1:
            properties.insert(2, etree.Element(w("pageBreakBefore")))  # after keepNext and keepLines
