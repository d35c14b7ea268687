"""The text of slides and of their notes: the type of a step, lists, the language.

In: a slide or a page of notes as pandoc wrote it. Out: the same, changed. Sizes and distances count in hundredths of a point.
ECMA-376 part 1, 21.1.2 (text).
"""

from __future__ import annotations

from lxml import etree

from briefs.theme import LadderStep
from briefs.typeset.slides.presentationml import EMU, NAMES, A
from briefs.typeset.word.package import Element

INDENT = 9.0  # millimetres: of each level of a list
NOTES_INDENT = 171450  # EMU, as PowerPoint indents lists in notes
UNCHANGED = {"ctrTitle", "subTitle", "sldNum"}  # the placeholders that keep the type of their layout


def set_type(slide: Element, step: LadderStep) -> None:
    """Set the type of the step in the placeholders of title and text."""
    for shape in slide.iterfind(".//p:sp", NAMES):
        placeholder = shape.find("p:nvSpPr/p:nvPr/p:ph", NAMES)
        style = shape.find("p:txBody/a:lstStyle", NAMES)
        if placeholder is None or style is None or placeholder.get("type") in UNCHANGED:
            continue
        if placeholder.get("type") == "title":
            style.append(_level(1, *step.lead, 0))
        else:
            style.extend(_level(level, *step.text, step.text[1] * step.gap) for level in range(1, 10))


def _level(level: int, size: float, leading: float, after: float) -> Element:
    """The type of a level of a list; the first is that of plain paragraphs. Points."""
    return etree.fromstring(
        f'<a:lvl{level}pPr xmlns:a="{A}"><a:lnSpc><a:spcPts val="{leading * 100:.0f}"/></a:lnSpc><a:spcAft><a:spcPts val="{after * 100:.0f}"/></a:spcAft>'
        f'<a:defRPr sz="{size * 100:.0f}"/></a:lvl{level}pPr>'
    )


def indent_numbered_lists(slide: Element) -> None:
    """Hang numbers before their text, as bullets do. Pandoc gives a numbered list no indent."""
    for mark in slide.iter(f"{{{A}}}buAutoNum"):
        depth = int(mark.getparent().get("lvl", "0")) + 1
        mark.getparent().set("marL", str(round(INDENT * depth * EMU)))
        mark.getparent().set("indent", str(round(-INDENT * EMU)))


def finish_notes(notes: Element) -> None:
    """Remove empty paragraphs between notes, and give lists their bullets."""
    for paragraph in notes.xpath(".//a:p[not(.//a:t)]", namespaces=NAMES):
        if len(paragraph.getparent().findall("a:p", NAMES)) > 1:
            paragraph.getparent().remove(paragraph)
    for properties in notes.xpath(".//a:pPr[not(@indent)]", namespaces=NAMES):
        properties.set("marL", str(NOTES_INDENT))
        properties.set("indent", str(-NOTES_INDENT))
        properties.append(etree.Element(f"{{{A}}}buFont", typeface="Arial"))
        properties.append(etree.Element(f"{{{A}}}buChar", char="•"))


def set_language(root: Element, language: str) -> None:
    """The language of every run, for spelling checkers and screen readers."""
    for properties in root.iter(f"{{{A}}}rPr"):
        properties.set("lang", language)
