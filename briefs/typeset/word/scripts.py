"""Sets the typefaces of scripts and the direction of a Word file.

In: the package, its manuscript, the theme. Out: the same package, changed: the typefaces and languages of Asian and complex scripts
are set. In a language that runs from right to left, paragraphs, tables, sections and runs do so too (ECMA-376 part 1, 17.3.1.6,
17.4.1, 17.6.1, 17.3.2.30). In a paragraph from right to left, `left` means the side where lines begin, so indents and alignments
stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from lxml import etree

from briefs.compose import bidi, emphasis, tree
from briefs.compose.manuscript import Manuscript
from briefs.edition import names
from briefs.theme import Fonts, Theme
from briefs.tools.fribidi import Direction
from briefs.typeset.word import sections
from briefs.typeset.word.package import BODY, NAMES, Element, Package, element, w

STYLES = "word/styles.xml"
_TEXTS = re.compile(r"word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml")
# For each property that is added here, the elements that follow it in its parent (wml.xsd of ISO/IEC 29500 transitional).
_AFTER_P_BIDI = (
    "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textDirection",
    "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr", "pPrChange",
)  # fmt: skip
_AFTER_LANG = ("eastAsianLayout", "specVanish", "oMath", "rPrChange")
_AFTER_EM = ("lang", "eastAsianLayout", "specVanish", "oMath", "rPrChange")
_AFTER_RTL = ("cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath", "rPrChange")
_AFTER_VISUAL = (
    "tblStyleRowBandSize", "tblStyleColBandSize", "tblW", "jc", "tblCellSpacing", "tblInd", "tblBorders", "shd", "tblLayout",
    "tblCellMar", "tblLook", "tblCaption", "tblDescription", "tblPrChange",
)  # fmt: skip
_AFTER_S_BIDI = ("rtlGutter", "docGrid", "printerSettings", "sectPrChange")


def write(package: Package, manuscript: Manuscript, theme: Theme) -> None:
    """Set the typefaces, the languages and the direction."""
    if manuscript.languages:
        _in_two(package, manuscript.languages, theme.look.fonts)
        return
    _faces(package.xml(STYLES), theme.look.fonts, manuscript.language)
    if theme.look.fonts.asian:
        _without_slant(package, manuscript.language)
    base = bidi.direction(manuscript.language)
    if base == "rtl" or any("dir" in tree.attributes(n) for n in tree.walk(manuscript.blocks) if n["t"] == "Div"):
        for name in _texts(package):
            _turn(package.xml(name), base)


def _texts(package: Package) -> list[str]:
    """The names of the parts that have text."""
    return sorted(name for name in {*package.parts, *package.trees} if _TEXTS.fullmatch(name))


def _faces(styles: Element, fonts: Fonts, language: str) -> None:
    """Set the typefaces of Asian and complex scripts in every style that names a typeface, and the language in the defaults."""
    for kind, face, tag in (("cs", fonts.complex, "bidi"), ("eastAsia", fonts.asian, "eastAsia")):
        if not face:
            continue
        for own in styles.iter(w("rFonts")):
            own.set(w(kind), face)
        for own in styles.iterfind(f".//{w('docDefaults')}//{w('lang')}"):
            own.set(w(tag), language)


def _without_slant(package: Package, language: str) -> None:
    """Set all letters of Chinese, Japanese and Korean upright: Word would slant an upright face for italics. Emphasised letters get
    a dot each (17.3.2.12), in Chinese below the letter."""
    for style in package.xml(STYLES).iter(w("style")):
        _upright(style)
    for run in (run for name in _texts(package) for run in package.xml(name).iter(w("r"))):
        properties = run.find(w("rPr"))
        if properties is None or properties.find(w("i")) is None or not emphasis.is_asian("".join(run.itertext(w("t")))):
            continue
        _upright(run)
        _add(properties, element("em", val="underDot" if language.startswith("zh") else "dot"), _AFTER_EM)


def _upright(parent: Element) -> None:
    """Take the slant off a style or a run."""
    for slant in parent.xpath("w:rPr/w:i | w:rPr/w:iCs", namespaces=NAMES):
        slant.getparent().remove(slant)


def _in_two(package: Package, languages: Sequence[str], fonts: Fonts) -> None:
    """Give each side of a file in two languages, with its footer, the typefaces and the direction of its language."""
    sides = sections.sides(package.xml(BODY).find(w("body")))
    for number, (language, side) in enumerate(zip(languages, sides, strict=True), 1):
        for part in (*side, package.xml(f"word/footer{number}.xml")):
            _speak(part, language, fonts)
            _turn(part, bidi.direction(language))


def _speak(part: Element, language: str, fonts: Fonts) -> None:
    """Set the language of the runs of a part, unless a run has a language of its own, and the typeface of the language's script."""
    script = fonts.scripts.get(names.script(language))
    own = script if script and script.word else None  # for other scripts, the typefaces of the styles suffice
    for run in part.iter(w("r")):
        properties = _first(run, "rPr")
        if own:
            _fonts(properties).set(w("eastAsia" if own.leads else "cs"), own.word)
        if properties.find(w("lang")) is None:
            kind = "val" if not own else "eastAsia" if own.leads else "bidi"
            _add(properties, element("lang", **{"val": language, kind: language}), _AFTER_LANG)


def _fonts(properties: Element) -> Element:
    """The `w:rFonts` of a run's properties. It is added after the run's style if there is none."""
    found = properties.find(w("rFonts"))
    if found is None:
        found = etree.Element(w("rFonts"))
        properties.insert(0 if properties.find(w("rStyle")) is None else 1, found)
    return found


def _turn(part: Element, base: Direction) -> None:
    """Make the paragraphs, tables, sections and runs of a part run from right to left, if that is the direction of the page
    (`base`), or else those that are marked. Where it is, the marked ones stay."""
    own = {paragraph: _take_mark(paragraph) for paragraph in part.iter(w("p"))}
    for paragraph in (one for one, is_marked in own.items() if is_marked == (base == "ltr")):
        _insert(_first(paragraph, "pPr"), "bidi", _AFTER_P_BIDI)
        for run in paragraph.iter(w("r")):
            if not _is_latin("".join(run.itertext(w("t")))):
                _insert(_first(run, "rPr"), "rtl", _AFTER_RTL)
                for spoken in run.iterfind(f"{w('rPr')}/{w('lang')}"):
                    spoken.set(w("bidi"), spoken.get(w("val")))
    for table in part.iter(w("tbl")):
        if all(own[paragraph] == (base == "ltr") for paragraph in table.iter(w("p"))):
            _insert(table.find(w("tblPr")), "bidiVisual", _AFTER_VISUAL)
    for section in part.iter(w("sectPr")) if base == "rtl" else ():
        _insert(section, "bidi", _AFTER_S_BIDI)
        _exchange_margins(section.find(w("pgMar")))


def _exchange_margins(margins: Element) -> None:
    """Exchange the margins at the left and the right of a page: they are sides of the paper, whatever the direction."""
    left, right = margins.get(w("left")), margins.get(w("right"))
    margins.set(w("left"), right)
    margins.set(w("right"), left)


def _take_mark(paragraph: Element) -> bool:
    """Take away the marks of a paragraph that runs against the page, and say whether there was one."""
    marked = [text for text in paragraph.iter(w("t")) if bidi.OWN in (text.text or "")]
    for text in marked:
        text.text = text.text.replace(bidi.OWN, "")
    return bool(marked)


def _is_latin(text: str) -> bool:
    """Whether a text has letters, and all its letters run from left to right. Texts of numbers and signs take the direction of the
    text around them."""
    directions = {unicodedata.bidirectional(letter) for letter in text}
    return "L" in directions and not directions & {"R", "AL"}


def _first(parent: Element, name: str) -> Element:
    """The first child of an element, which holds its properties. It is added if there is none."""
    found = parent.find(w(name))
    if found is None:
        found = etree.Element(w(name))
        parent.insert(0, found)
    return found


def _insert(parent: Element, name: str, after: Collection[str]) -> None:
    """Switch a property on, unless it is there. It is put before the elements that follow it in the schema (`after`)."""
    if parent.find(w(name)) is None:
        _add(parent, etree.Element(w(name)), after)


def _add(parent: Element, child: Element, after: Collection[str]) -> None:
    """Add a property before the elements that follow it in the schema (`after`)."""
    followers = {w(other) for other in after}
    parent.insert(next((n for n, old in enumerate(parent) if old.tag in followers), len(parent)), child)
