"""Words of an SVG in a font of signs, such as Symbol or Wingdings, in which letters stand for other signs: “m” for μ.

In: an SVG before its styles are applied, with the styles that its rules give to each element. Out: what is wrong, in words.
https://www.unicode.org/Public/MAPPINGS/VENDORS/ADOBE/symbol.txt
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from briefs.pictures.texts import SVG, letters

Element = Any  # lxml.etree._Element
_GREEK = re.compile(r"symbol ?(mt|std|neu)?|standard symbols? ?(l|ps)", re.I)
_DINGBATS = re.compile(r"(wingdings|webdings)( ?\d)?|(itc ?)?zapf ?dingbats( ?(itc|std))?|d050000l", re.I)
_LATIN = re.compile(r"[A-Za-z\"$'@\\^`~]")  # what is another sign in Symbol
_ASCII = re.compile(r"[!-~]")
_MEANT = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\"$'@\\^~",
    "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ∀∃∋≅∴⊥∼",
)


def faults(root: Element, matched: Mapping[Element, Mapping[str, str]]) -> Iterator[str]:
    """What is wrong with each text in a font of signs. Letters of other scripts and signs stand for themselves there."""
    for text in root.iter(f"{{{SVG}}}text"):
        for said, element in _strings(text):
            family = _family(element, matched)
            hint = f"“{said.translate(_MEANT)}”" if _GREEK.fullmatch(family) else "“✓”"
            is_sign = _GREEK.fullmatch(family) and _LATIN.search(said)
            if is_sign or (_DINGBATS.fullmatch(family) and _ASCII.search(said)):
                where = f"in the font “{family}”, where it is another sign (line {element.sourceline} of its file)"
                yield f"has “{said[:30]}” {where}; write the sign itself, such as {hint}"


def _strings(text: Element) -> Iterator[tuple[str, Element]]:
    """The strings of a text, each with the element whose font it has."""
    for element in text.iter():
        own = [(element.text, element)] if element is text else [(element.text, element), (element.tail, element.getparent())]
        yield from ((" ".join(said.split()), holder) for said, holder in own if said and letters(said))


def _family(element: Element, matched: Mapping[Element, Mapping[str, str]]) -> str:
    """The first family of the font of an element."""
    for part in (element, *element.iterancestors()):
        if said := matched.get(part, {}).get("font-family") or part.get("font-family"):
            return str(said).split(",")[0].strip(" '\"")
    return ""
