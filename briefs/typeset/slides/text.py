"""Changes the text of slides and of their notes: the type of a step, lists, the language.

In: a slide or a page of notes as pandoc wrote it. Out: the same slide or page, changed. In the file, sizes and distances of type
are in hundredths of a point.
ECMA-376 part 1, 21.1.2 (text).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Literal

from lxml import etree

from briefs.colours import text_on
from briefs.compose import lists, tree
from briefs.theme import LadderStep
from briefs.typeset.slides.presentationml import EMU, NAMES, A
from briefs.typeset.slides.tree import CLOSE, LARGE, LOUD, OPEN, QUIET, SMALL, TAB
from briefs.typeset.word.numbering import slide_indent
from briefs.typeset.word.package import Element

INDENT = 9.0  # millimetres: the indent of each level of a list
BULLET, BULLETS = INDENT, "•–"  # millimetres from a bullet to its text, and the bullets of the levels, as in reference.pptx
POINT = 12700  # EMU in a point
PUBLISHED = 2000  # the size of the lines of publication on a title slide
RESERVED_SIZE = 0.82  # a factor for the type of the notes on stances, as in handout.css
DEEPEST = 8  # the last level of a list, from 0
NOTES_INDENT = 171450  # EMU: the indent that PowerPoint gives to lists in notes
STYLES = {
    "arabic": "Decimal", "alphaLc": "LowerAlpha", "alphaUc": "UpperAlpha", "romanLc": "LowerRoman", "romanUc": "UpperRoman",
}  # fmt: skip
DELIMITERS = {"Period": "Period", "ParenR": "OneParen", "ParenBoth": "TwoParens"}
UNCHANGED = {"ctrTitle", "subTitle", "sldNum"}  # the placeholders that keep the type of their layout


def set_type(slide: Element, step: LadderStep, lead: LadderStep) -> None:
    """Set the type of the steps in the placeholders of text and title."""
    for shape in slide.iterfind(".//p:sp", NAMES):
        placeholder = shape.find("p:nvSpPr/p:nvPr/p:ph", NAMES)
        style = shape.find("p:txBody/a:lstStyle", NAMES)
        if placeholder is None or style is None or placeholder.get("type") in UNCHANGED:
            continue
        if placeholder.get("type") == "title":
            style.append(_level(1, *lead.lead, 0))
        else:
            style.extend(_level(level, *step.text, step.text[1] * step.gap) for level in range(1, 10))


def _level(level: int, size: float, leading: float, after: float) -> Element:
    """The type of a level of a list, in points. Level 1 is also the level of plain paragraphs. `after`: the distance after it."""
    return etree.fromstring(
        f'<a:lvl{level}pPr xmlns:a="{A}"><a:lnSpc><a:spcPts val="{leading * 100:.0f}"/></a:lnSpc><a:spcAft><a:spcPts val="{after * 100:.0f}"/></a:spcAft>'
        f'<a:defRPr sz="{size * 100:.0f}"/></a:lvl{level}pPr>'
    )


def indent_lists(slide: Element, step: LadderStep) -> None:
    """Put the numbers of lists before the text, as bullets are, because pandoc gives numbered lists no hanging indent. Remove the
    bullets of task lists, so that the boxes take their place."""
    for shape in slide.iterfind(".//p:sp", NAMES):
        for numbers in _numbered(shape):
            markers = _markers(numbers[0], len(numbers))
            is_usual = markers[0] == "1." and len(markers) < 10
            indent = INDENT if is_usual else slide_indent(markers, step)
            for number in numbers:
                number.getparent().set("marL", str(round((INDENT * _level_of(number.getparent()) + indent) * EMU)))
                number.getparent().set("indent", str(round(-indent * EMU)))
        _indent_further_paragraphs(shape)
        _part_lists(shape)
    for properties in slide.xpath(".//a:p[a:r]/a:pPr[not(a:buAutoNum or a:buNone)]", namespaces=NAMES):
        if "".join(properties.getparent().itertext())[:1] in lists.BOXES:
            properties.append(etree.Element(f"{{{A}}}buNone"))


def indent_points(slide: Element, label: float, step: LadderStep) -> None:
    """Make the texts of key points hang behind their labels, which end in a tab. `label`: the width of the labels, as a multiple of
    the size of the type."""
    width = round(label * step.text[0] * POINT)
    for paragraph in slide.iterfind(".//a:p", NAMES):
        if TAB in "".join(paragraph.itertext()):
            properties = paragraph.find("a:pPr", NAMES)
            properties.set("marL", str(width))
            properties.set("indent", str(-width))


def enlarge(slide: Element, step: LadderStep, larger: Mapping[Literal["large", "huge"], float], colour: str) -> None:
    """Set the paragraphs that `tree.py` marked in larger type, and remove the marks. `larger`: factors for the size of the step's
    type, by the class of a paragraph; `colour`: that of the largest type, which is bold (`#rrggbb`)."""
    factors = {LARGE[name]: factor for name, factor in larger.items()}
    for paragraph in slide.iterfind(".//a:p", NAMES):
        texts = paragraph.findall("a:r/a:t", NAMES)
        mark = (texts[0].text or "")[:1] if texts else ""
        factor = factors.get(mark)
        if factor is None:
            continue
        texts[0].text = texts[0].text[1:]
        size, leading = step.text
        for run in paragraph.iterfind("a:r", NAMES):
            _properties(run, "rPr").set("sz", f"{size * factor * 100:.0f}")
            if mark == LARGE["huge"]:
                _properties(run, "rPr").set("b", "1")
                _fill(_properties(run, "rPr"), colour)
        spacing = f'<a:lnSpc xmlns:a="{A}"><a:spcPts val="{leading * factor * 100:.0f}"/></a:lnSpc>'
        _properties(paragraph, "pPr").insert(0, etree.fromstring(spacing))


def set_cover(slide: Element, ground: str, muted: str) -> None:
    """Set the title of the title slide in the colour that reads on its ground, and the lines of publication, before each of which
    `tree.py` put a mark, in small type and another colour. Colours are `#rrggbb`; `ground` is empty if the title is on paper."""
    for run in slide.xpath(".//p:sp[.//p:ph[@type='ctrTitle']]//a:r", namespaces=NAMES) if ground else ():
        _fill(_properties(run, "rPr"), text_on(ground))
    is_small = False
    for run in slide.xpath(".//p:sp[.//p:ph[@type='subTitle']]//a:r", namespaces=NAMES):
        words = run.find("a:t", NAMES)
        is_small = is_small or SMALL in (words.text or "")
        words.text = (words.text or "").replace(SMALL, "")
        if is_small:
            _properties(run, "rPr").set("sz", str(PUBLISHED))
            _fill(_properties(run, "rPr"), muted)


def _fill(properties: Element, colour: str) -> None:
    """Set the letters of a run in a colour, `#rrggbb`, in place of the one that they have. A run has one fill, which stands first
    among its properties (21.1.2.3.9)."""
    for old in properties.findall("a:solidFill", NAMES):
        properties.remove(old)
    properties.insert(
        0, etree.fromstring(f'<a:solidFill xmlns:a="{A}"><a:srgbClr val="{colour.lstrip("#").upper()}"/></a:solidFill>')
    )


def _properties(node: Element, name: str) -> Element:
    """The properties of a paragraph or a run, which come first in it."""
    found = node.find(f"a:{name}", NAMES)
    if found is None:
        found = etree.Element(f"{{{A}}}{name}")
        node.insert(0, found)
    return found


def set_links_plain(slide: Element) -> None:
    """Links have no line under them: it would touch raised numbers, and make a list of sources hard to read."""
    for properties in slide.xpath(".//a:rPr[a:hlinkClick]", namespaces=NAMES):
        properties.set("u", "none")


def keep_commas(slide: Element) -> None:
    """Put the comma after a title into the link of the title. Impress breaks lines between links, so that a line began with it."""
    for title in slide.xpath(".//a:r[a:rPr[@i='1'][a:hlinkClick]]/a:t", namespaces=NAMES):
        after = title.getparent().getnext()
        words = after.find("a:t", NAMES) if after is not None else None
        if words is not None and (comma := re.match(r"[,،，]\s*(?=\S)", words.text or "")):
            title.text += comma[0]
            words.text = words.text[comma.end() :]


def part_notes(slide: Element, step: LadderStep) -> None:
    """Put a line's distance between a list of sources and the note below it."""
    for paragraph in slide.xpath(
        ".//p:txBody/a:p[a:r][not(a:pPr/a:buAutoNum)][preceding-sibling::a:p[1]/a:pPr/a:buAutoNum]", namespaces=NAMES
    ):
        before = f'<a:spcBef xmlns:a="{A}"><a:spcPts val="{step.text[1] * 100:.0f}"/></a:spcBef>'
        _properties(paragraph, "pPr").insert(0, etree.fromstring(before))


def _indent_further_paragraphs(shape: Element) -> None:
    """Indent the further paragraphs of an item as far as its text. Pandoc gives them a deeper level and no indent."""
    begins: dict[int, str] = {}  # the indent of the last item's text, by the item's level
    for properties in shape.iterfind("p:txBody/a:p/a:pPr", NAMES):
        level = _level_of(properties)
        if properties.find("a:buNone", NAMES) is None:
            begins[level] = properties.get("marL", str(round(INDENT * (level + 1) * EMU)))
        elif level:
            properties.set("marL", begins.get(level - 1, "0"))


def _part_lists(shape: Element) -> None:
    """Make each numbered list begin with its own number. Impress continues the count from one list to the next list of the same
    level and format, even if words are between them. So the later list gets a deeper level, but keeps its appearance."""
    before = Counter[str]()
    for numbers in (found for found in _numbered(shape) if _level_of(found[0].getparent()) == 0):
        if shift := before[numbers[0].get("type")]:
            for properties in _paragraphs(numbers):
                _deepen(properties, shift)
        before[numbers[0].get("type")] += 1


def _paragraphs(numbers: Sequence[Element]) -> list[Element]:
    """The `a:pPr` of all paragraphs of a list of the first level."""
    paragraph = numbers[0].getparent().getparent()
    found = [numbers[0].getparent()]
    items = set(numbers)
    for other in paragraph.itersiblings(paragraph.tag):
        properties = other.find("a:pPr", NAMES)
        if properties is None or (_level_of(properties) == 0 and properties.find("a:buAutoNum", NAMES) not in items):
            break
        found.append(properties)
    return found


def _deepen(properties: Element, by: int) -> None:
    level = _level_of(properties)
    properties.set("lvl", str(min(level + by, DEEPEST)))
    if properties.get("marL") is None:  # a bullet, whose indent and character come from the layout, for its old level
        properties.set("marL", str(round(INDENT * (level + 1) * EMU)))
        properties.set("indent", str(round(-BULLET * EMU)))
        properties.append(etree.Element(f"{{{A}}}buFont", typeface="Arial"))
        properties.append(etree.Element(f"{{{A}}}buChar", char=BULLETS[level % len(BULLETS)]))


def _numbered(shape: Element) -> Iterator[list[Element]]:
    """For each numbered list, the `a:buAutoNum` elements of its items. A paragraph of a deeper level doesn't end a list."""
    opened: dict[int, list[Element]] = {}
    for properties in shape.iterfind("p:txBody/a:p/a:pPr", NAMES):
        level, number = _level_of(properties), properties.find(f"{{{A}}}buAutoNum")
        goes_on = number is not None and level in opened and dict(opened[level][0].attrib) == dict(number.attrib)
        for other in [other for other in opened if other > level or (other == level and not goes_on)]:
            yield opened.pop(other)
        if number is not None:
            opened.setdefault(level, []).append(number)
    yield from opened.values()


def _level_of(properties: Element) -> int:
    return int(properties.get("lvl", "0"))


def _markers(first: Element, count: int) -> list[str]:
    """The markers of a list of `count` items (ECMA-376 part 1, 20.1.10.61)."""
    style, delimiter = re.fullmatch("([a-z]+(?:Lc|Uc)?)([A-Z].*)", first.get("type")).groups()  # type: ignore[union-attr]
    return lists.markers(tree.ordered([[]] * count, int(first.get("startAt", "1")), STYLES[style], DELIMITERS[delimiter]))


def finish_notes(notes: Element) -> None:
    """Remove empty paragraphs between notes, and give lists their bullets."""
    for paragraph in notes.xpath(".//a:p[not(.//a:t)]", namespaces=NAMES):
        if len(paragraph.getparent().findall("a:p", NAMES)) > 1:
            paragraph.getparent().remove(paragraph)
    for number in notes.iter(f"{{{A}}}buAutoNum"):
        number.getparent().set("marL", str(2 * NOTES_INDENT))
        number.getparent().set("indent", str(-2 * NOTES_INDENT))
    for properties in notes.xpath(".//a:pPr[not(@indent)]", namespaces=NAMES):
        properties.set("marL", str(NOTES_INDENT))
        properties.set("indent", str(-NOTES_INDENT))
        properties.append(etree.Element(f"{{{A}}}buFont", typeface="Arial"))
        properties.append(etree.Element(f"{{{A}}}buChar", char="•"))


def set_language(root: Element, language: str) -> None:
    """Set the language of every run, for spelling checkers and screen readers."""
    for properties in root.iter(f"{{{A}}}rPr"):
        properties.set("lang", language)


def mark_untranslated(root: Element, language: str, colour: str) -> None:
    """Give the texts between the marks that `tree.py` set (OPEN, CLOSE) a language and a colour (`#rrggbb`), and remove the
    marks."""
    for run in _between(root, OPEN, CLOSE):
        _properties(run, "rPr").set("lang", language)
        _fill(_properties(run, "rPr"), colour)


def quieten(root: Element, step: LadderStep, colour: str) -> None:
    """Set the notes on stances, which `tree.py` marked (QUIET, LOUD), in smaller type and a colour (`#rrggbb`)."""
    for run in _between(root, QUIET, LOUD):
        _properties(run, "rPr").set("sz", f"{step.text[0] * RESERVED_SIZE * 100:.0f}")
        _fill(_properties(run, "rPr"), colour)


def _between(root: Element, opening: str, closing: str) -> list[Element]:
    """The runs between two marks, each mark removed. A run with a mark in it is parted there."""
    found: list[Element] = []
    for paragraph in root.iter(f"{{{A}}}p"):
        is_inside = False
        for run in paragraph.findall("a:r", NAMES):
            for part in filter(None, re.split(f"([{opening}{closing}])", run.findtext("a:t", "", NAMES))):
                if part in opening + closing:
                    is_inside = part == opening
                    continue
                own = deepcopy(run)
                own.find("a:t", NAMES).text = part
                run.addprevious(own)
                found += [own] if is_inside else []
            paragraph.remove(run)
    return found
