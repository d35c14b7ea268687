"""Lists the elements of a Word file's text that have no meaning for the content, and names the others in words.

In: an element. Out: the reason why it may be ignored (`WITHOUT_MEANING`); or its name in words, under which it is reported if
somebody added it. An element that this program doesn't read (`paragraphs.py`) is always reported, unless there is such a reason.
ECMA-376 part 1, 17.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lxml import etree

from briefs.typeset.word.package import NAMES, w

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
WORD_2010 = "{http://schemas.microsoft.com/office/word/2010/wordml}"


def _names(namespace: str, names: str) -> list[str]:
    return [f"{{{NAMES['w']}}}{name}" if namespace == "w" else f"{namespace}{name}" for name in names.split()]


_REASONS: Iterable[tuple[str, list[str]]] = [
    ("it says where a program found a mistake", _names("w", "proofErr")),
    ("it says who may edit a range", _names("w", "permStart permEnd")),
    (
        "it marks the range of a change that is read where it is made",
        _names("w", "moveFromRangeStart moveFromRangeEnd moveToRangeStart moveToRangeEnd")
        + _names("w", "customXmlInsRangeStart customXmlInsRangeEnd customXmlDelRangeStart customXmlDelRangeEnd")
        + _names("w", "customXmlMoveFromRangeStart customXmlMoveFromRangeEnd customXmlMoveToRangeStart customXmlMoveToRangeEnd")
        + _names(WORD_2010, "customXmlConflictInsRangeStart customXmlConflictInsRangeEnd")
        + _names(WORD_2010, "customXmlConflictDelRangeStart customXmlConflictDelRangeEnd"),
    ),
    (
        "it describes the element around it, and has no text",
        _names("w", "smartTagPr customXmlPr sdtPr sdtEndPr tblGrid rubyPr"),
    ),
    ("it belongs to a field, whose result is read; a form’s field without one is told", _names("w", "ffData fldData")),
    ("it says which number an item had before", _names("w", "numberingChange")),
    ("it is the mark of a note or comment within itself", _names("w", "annotationRef footnoteRef endnoteRef")),
    ("it is the line above the notes", _names("w", "separator continuationSeparator")),
    ("it says where a word may be divided, and programs add and remove it", _names("w", "softHyphen")),
    ("pages are laid out anew, and the theme sets their colour",
     _names("w", "sectPr sectPrChange lastRenderedPageBreak background")),
    (
        "the theme sets how paragraphs stand on the page",
        _names("w", "keepNext keepLines pageBreakBefore framePr widowControl suppressLineNumbers tabs suppressAutoHyphens kinsoku")
        + _names("w", "wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind jc")
        + _names("w", "contextualSpacing mirrorIndents suppressOverlap textDirection textAlignment textboxTightWrap")
        + _names("w", "cnfStyle divId"),
    ),
    (
        "the theme sets how letters look",
        _names("w", "bCs iCs spacing w kern sz szCs snapToGrid fitText eastAsianLayout")
        + _names(WORD_2010, "ligatures numForm numSpacing stylisticSets cntxtAlts"),
    ),
    ("it only changes the navigation or the view: headings are known by their styles",
     [*_names("w", "outlineLvl"), "{http://schemas.microsoft.com/office/word/2012/wordml}collapsed"]),
    ("the program finds out languages, scripts and mistakes itself", _names("w", "noProof lang rtl cs webHidden")),
    (
        "the theme sets how tables look",
        _names("w", "gridBefore gridAfter wBefore wAfter cantSplit trHeight tblHeader tblCellSpacing tcW tcBorders noWrap tcMar")
        + _names("w", "tcFitText vAlign hideMark headers cellMerge tblPrExChange tblPrChange")
        + _names("w", "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW tblInd tblBorders")
        + _names("w", "tblLayout tblCellMar tblLook"),
    ),
    ("it says that a font was chosen for letters that others lack", [f"{MC}AlternateContent"]),
    ("it says that a mark belongs to an equation, which is told itself", _names("w", "oMath")),
]  # fmt: skip
WITHOUT_MEANING: Mapping[str, str] = {name: reason for reason, names in _REASONS for name in names}

_CALLED = {
    w("altChunk"): "text from another file", w("subDoc"): "another document", w("contentPart"): "handwriting",
    w("sym"): "a sign of a symbol font", w("pgNum"): "the number of the page", f"{MATH}oMath": "an equation",
    f"{MATH}oMathPara": "an equation", w("endnoteReference"): "an endnote",
    **dict.fromkeys(_names("w", "dayShort monthShort yearShort dayLong monthLong yearLong"), "a date that Word fills in"),
}  # fmt: skip


def called(node: etree._Element) -> str:
    """The name of an element in a report, with the words in the element."""
    own = etree.QName(node)
    known = "an equation" if f"{{{own.namespace}}}" == MATH else f"Word’s element “{own.localname}”"
    words = " ".join("".join(text for text in node.itertext()).split())
    return f"[{_CALLED.get(node.tag, known)}{f': {words}' if words else ''}]"


# Looks: formatting that Markdown can't express. A person who used it may have meant something by it.

_EFFECTS = _names("w", "em effect outline shadow emboss imprint position") + _names(
    WORD_2010, "glow shadow reflection textOutline textFill scene3d props3d"
)
_OFF = {"0", "false", "off", "none", "nil", "clear", "auto", "baseline"}
_SYMBOL_FONTS = {"symbol", "wingdings", "wingdings 2", "wingdings 3", "webdings", "zapfdingbats", "marlett"}
_PALE = {"", "a", "e", "f"}  # the first character of a shade that is hardly visible: of `auto`, or of a colour that is nearly white
_GREY = 0x30  # the largest difference between red, green and blue in a colour that counts as grey
_READ = {*_names("w", "rStyle b i strike dstrike smallCaps u vertAlign rPrChange ins del moveFrom moveTo"),
         *_names(WORD_2010, "conflictIns conflictDel")}  # fmt: skip


def looks(properties: etree._Element | None) -> dict[str, str]:
    """The looks that the properties of a run set. The key is the name of the property, the value a description of the look in
    words; empty if the look is switched off."""
    found: dict[str, str] = {}
    for node in () if properties is None else properties:
        if isinstance(node.tag, str) and node.tag not in _READ and (node.tag in _LOOKS or node.tag not in WITHOUT_MEANING):
            name = etree.QName(node).localname
            value = node.get(w("val"), "")
            describe = _LOOKS.get(node.tag, _property)
            found[name] = "" if value.lower() in _OFF else describe(node, value)
    return found


def _property(node: etree._Element, value: str) -> str:
    return f"given the property “{etree.QName(node).localname}”"


def cell_looks(properties: etree._Element | None) -> dict[str, str]:
    """The looks that the properties of a row or cell give to all words in it."""
    found: dict[str, str] = {}
    for node in () if properties is None else properties:
        if node.tag in _MERGED:
            found["merged"] = "put into a cell that was merged with others" if node.get(w("val")) != "1" else ""
        elif node.tag == w("hidden"):
            found["vanish"] = HIDDEN if is_on(node) else ""
        elif node.tag == w("shd"):
            found["cell"] = _shade(node, "")
        elif isinstance(node.tag, str) and node.tag not in _READ_OF_CELLS and node.tag not in WITHOUT_MEANING:
            found[etree.QName(node).localname] = _property(node, "")
    return found


def table_looks(properties: etree._Element | None) -> dict[str, str]:
    """The looks that the properties of a table give to it: its shade, its alternative text (17.4.58, 17.4.62), and unknown
    properties."""
    found: dict[str, str] = {}
    for node in () if properties is None else properties:
        if node.tag in _TABLE_WORDS:
            words = node.get(w("val"), "").strip()
            found[etree.QName(node).localname] = _TABLE_WORDS[node.tag](words) if words else ""
        elif node.tag == w("shd"):
            found["table"] = _shade(node, "")
        elif isinstance(node.tag, str) and node.tag not in WITHOUT_MEANING:
            found[etree.QName(node).localname] = _property(node, "")
    return found


def titled(title: str) -> str:
    """The look of a table with an alternative title."""
    return f"put into a table with the alternative title “{title}”"


_TABLE_WORDS: Mapping[str, Callable[[str], str]] = {
    w("tblCaption"): titled,
    w("tblDescription"): lambda words: f"put into a table with the alternative text “{words}”",
}
_MERGED = set(_names("w", "gridSpan vMerge hMerge"))
_READ_OF_CELLS = set(_names("w", "ins del cellIns cellDel trPrChange tcPrChange"))


def is_merged(properties: etree._Element | None) -> bool:
    """Whether the properties of a cell say that it is merged with others (17.4.17, 17.4.84)."""
    return properties is not None and any(node.tag in _MERGED and node.get(w("val")) != "1" for node in properties)


def edges(border: etree._Element | None) -> dict[str, bool]:
    """The edges of a paragraph’s border (17.3.1.24) by their tags: whether each has a line."""
    return {edge.tag: edge.get(w("val"), "nil") not in _OFF for edge in (() if border is None else border)}


def paragraph_looks(properties: etree._Element | None, edges_of_style: Mapping[str, bool]) -> dict[str, str]:
    """The looks that the properties of a paragraph give to all words in it: its border, its shade, and unknown properties.

    LibreOffice repeats the border of the style in the paragraph. So lines on edges where the style has one (`edges_of_style`) are
    ignored, and so is the whole border of a text frame (17.3.1.11).
    """
    found: dict[str, str] = {}
    framed = properties is not None and properties.find(w("framePr")) is not None
    for node in () if properties is None else properties:
        if node.tag == w("pBdr"):
            lines = {tag for tag, is_line in edges(node).items() if is_line and not edges_of_style.get(tag)}
            found["pBdr"] = "put in a frame" if lines and not framed else ""
        elif node.tag == w("shd"):
            found["pShd"] = _shade(node, "")
        elif isinstance(node.tag, str) and node.tag not in _READ_OF_PARAGRAPHS and node.tag not in WITHOUT_MEANING:
            found[etree.QName(node).localname] = _property(node, "")
    return found


def mark_looks(properties: etree._Element | None) -> dict[str, str]:
    """The looks that the properties of a paragraph’s mark give to its words. The mark has no letters, so only hiding it means
    something: the next paragraph then seems to be a part of this one (17.3.2.36)."""
    mark = None if properties is None else properties.find(f"{w('rPr')}/{w('specVanish')}")
    return {} if mark is None or not is_on(mark) else {"specVanish": "joined to the next paragraph by a hidden mark"}


def is_on(node: etree._Element) -> bool:
    """Whether an element that switches a property has it on (17.17.4)."""
    return node.get(w("val"), "1").lower() not in _OFF


_READ_OF_PARAGRAPHS = set(_names("w", "pStyle numPr rPr pPrChange"))


def _colour(node: etree._Element, value: str) -> str:
    return "" if is_grey(value) else f"coloured {value}"


def _shade(node: etree._Element, value: str) -> str:
    fill = node.get(w("fill"), "auto")
    return "" if is_grey(fill) and fill[:1].lower() in _PALE else f"shaded {fill}"


def _font(node: etree._Element, value: str) -> str:
    name = node.get(w("ascii")) or node.get(w("hAnsi")) or ""
    return f"set in {name}, which has other signs" if name.lower() in _SYMBOL_FONTS else ""


def is_grey(colour: str) -> bool:
    """Whether a colour (`RRGGBB`) is black, white, grey or left to the program (`auto`), and so has no meaning."""
    try:
        parts = [int(colour[n : n + 2], 16) for n in (0, 2, 4)]
    except ValueError:
        return True
    return max(parts) - min(parts) <= _GREY


HIDDEN = "hidden"
_LOOKS: Mapping[str, Callable[[etree._Element, str], str]] = {
    w("color"): _colour,
    w("highlight"): lambda node, value: f"highlighted in {value}",
    w("shd"): _shade,
    w("bdr"): lambda node, value: "put in a frame",
    w("caps"): lambda node, value: "set in capitals",
    w("vanish"): lambda node, value: HIDDEN,
    w("specVanish"): lambda node, value: HIDDEN,
    w("rFonts"): _font,
    **dict.fromkeys(_EFFECTS, lambda node, value: "given an effect"),
}
