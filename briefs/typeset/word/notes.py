"""Sets the notes of a Word file as on the PDF's page: each beside its number, with its lists, code and quotations in the type of notes.

In: a Word file as pandoc wrote it, with its lists indented. Out: the same file, changed. Pandoc gives the blocks of a note the styles
that they have in the text. ECMA-376 part 1, 17.11.10 (footnote), 17.11.13 (footnoteRef).
"""

from __future__ import annotations

from briefs.typeset.word.numbering import MEANING, NOTE, QUOTATION, set_indent
from briefs.typeset.word.package import NAMES, NOTES, Element, Package, element, style, w

STYLE, TERM = "FootnoteText", "DefinitionTerm"
_INDENTS = {"Definition": MEANING} | {  # twips, of quotations by their depth
    name: QUOTATION * depth for depth, name in enumerate(("FootnoteBlockText", "BlockText2", "BlockText3"), 1)
}


def hang(package: Package) -> None:
    """Replace the space after the number of each note by a tab, so that all lines of the note begin at the same place."""
    if NOTES not in package.parts:
        return
    for space in package.xml(NOTES).xpath(".//w:r[w:footnoteRef]/following-sibling::w:r[1]/w:t[.=' ']", namespaces=NAMES):
        space.getparent().replace(space, element("tab"))
    for properties in package.xml(NOTES).xpath(".//w:r[w:footnoteRef]/w:rPr", namespaces=NAMES):
        properties.append(element("vertAlign", val="baseline"))


def set_blocks(package: Package) -> None:
    """Set the paragraphs of notes after the first in the type of notes, indented like the first and by their own indent."""
    if NOTES not in package.parts:
        return
    for paragraph in package.xml(NOTES).xpath(".//w:footnote//w:p[w:pPr/w:pStyle][not(w:r/w:footnoteRef)]", namespaces=NAMES):
        named, properties = style(paragraph), paragraph.find(w("pPr"))
        assert named is not None
        name = named.get(w("val"))
        if name == TERM:
            _embolden(paragraph)
        if properties.find(w("numPr")) is None:
            set_indent(properties, NOTE + _INDENTS.get(name, 0), "0")
        named.set(w("val"), STYLE)


def _embolden(paragraph: Element) -> None:
    for run in paragraph.iter(w("r")):
        properties = run.find(w("rPr"))
        if properties is None:
            properties = element("rPr")
            run.insert(0, properties)
        after = properties.find(w("rStyle"))  # the first in the schema (17.3.2.28)
        for mark in (element("bCs"), element("b")):
            properties.insert(0 if after is None else 1, mark)
