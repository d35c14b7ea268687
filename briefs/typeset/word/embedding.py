"""Embeds the fonts of a brand in a Word file.

In: the package, the theme. Out: the same package, with the fonts as obfuscated parts to which the font table refers. ISO/IEC
29500-1, 17.8.1 (font embedding) and 17.8.3.3 to 6 (embedRegular and the others).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from html import escape

from lxml import etree

from briefs.theme import Theme
from briefs.tools.typefaces import Typeface
from briefs.typeset.word.package import BODY, WORD, Package, R, W, element, w

TABLE, SETTINGS = "word/fontTable.xml", "word/settings.xml"
OBFUSCATED = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
HIDDEN = 32  # the number of bytes at the beginning of a font that are obfuscated
FACES = (("embedRegular", False, False), ("embedBold", True, False), ("embedItalic", False, True), ("embedBoldItalic", True, True))
AFTER = ("writeProtection", "view", "zoom", "removePersonalInformation", "removeDateAndTime", "doNotDisplayPageBoundaries",
         "displayBackgroundShape", "printPostScriptOverText", "printFractionalCharacterWidth", "printFormsData")  # fmt: skip


def embed(package: Package, theme: Theme) -> None:
    """Embed the theme's fonts that are suitable for Word files."""
    own = [face for face in theme.typefaces if face.suits_word]
    if not own:
        return
    table = _table(package)
    for family in dict.fromkeys(face.family for face in own):
        for old in (font for font in table.findall(w("font")) if font.get(w("name")) == family):
            table.remove(old)
        font = etree.SubElement(table, w("font"), {w("name"): family})
        for tag, is_bold, is_italic in FACES:
            chosen = [face for face in own if (face.family, face.is_bold, face.is_italic) == (family, is_bold, is_italic)]
            if chosen:
                font.append(_embedded(package, tag, _usual(chosen)))
    settings = package.xml(SETTINGS)
    at = sum(1 for child in settings if etree.QName(child).localname in AFTER)
    settings.insert(at, element("embedTrueTypeFonts"))


def _usual(faces: Sequence[Typeface]) -> Typeface:
    """The font whose weight is nearest to regular or, among bold fonts, to bold."""
    return min(faces, key=lambda face: abs(face.weight - (700 if face.is_bold else 400)))


def _table(package: Package) -> etree._Element:
    """The root of the font table, which is made if there is none."""
    if TABLE not in package.parts:
        package.add(TABLE, f'<w:fonts xmlns:w="{W}" xmlns:r="{R}"/>'.encode(), f"{WORD}.fontTable+xml")
        package.relate(BODY, f"{R}/fontTable", "fontTable.xml")
    return package.xml(TABLE)


def _embedded(package: Package, tag: str, face: Typeface) -> etree._Element:
    """Add a font as a part, and return the element that refers to it. The key is made from the font's bytes, so that equal fonts
    give equal parts."""
    key = uuid.UUID(bytes=hashlib.sha256(face.data).digest()[:16])
    name = f"{key.hex[:16]}.odttf"
    package.add(f"word/fonts/{name}", obfuscated(face.data, key), OBFUSCATED)
    made: etree._Element = etree.fromstring(f'<w:{escape(tag)} xmlns:w="{W}" xmlns:r="{R}"/>')
    made.set(f"{{{R}}}id", package.relate(TABLE, f"{R}/font", f"fonts/{name}"))
    made.set(w("fontKey"), f"{{{str(key).upper()}}}")
    return made


def obfuscated(data: bytes, key: uuid.UUID) -> bytes:
    """A font whose first bytes are obfuscated with a key. For an obfuscated font, the original font."""
    mask = (key.bytes[::-1] * 2)[:HIDDEN]
    return bytes(a ^ b for a, b in zip(data[:HIDDEN], mask, strict=True)) + data[HIDDEN:]
