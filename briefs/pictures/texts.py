"""The texts of an SVG: which words a reader sees, whether they are drawn, and where.

In: the root of an SVG whose styles are attributes, with its `viewBox`. Out: its words; what is wrong if a word isn't drawn; an SVG
that holds only the words, invisibly, to be laid over a picture that is drawn as pixels. Where a letter is drawn is read with PDFium
from the PDF that resvg makes of the SVG. https://pdfium.googlesource.com/pdfium/+/main/public/fpdf_text.h
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import tinycss2.color4
from fontTools.ttLib import TTFont
from lxml import etree

Element = Any  # lxml.etree._Element
Box = tuple[float, float, float, float]
SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_CLEAR = re.compile(r"\s*(?:0+\.?0*|\.0+)%?\s*")  # an opacity of 0
_LIGATURE, _SEVERAL = re.compile("[ﬀ-ﬆ]"), re.compile(r"\S[\s,]+\S")
DEEPEST = 20  # the most `use` elements within one another
_JOINED = (
    "ARABIC", "SYRIAC", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM",
    "SINHALA", "THAI", "LAO", "TIBETAN", "MYANMAR", "KHMER", "MONGOLIAN",
)  # how the Unicode names of letters begin that may be joined with others  # fmt: skip
ASIDE = {"defs", "symbol", "clipPath", "mask", "pattern", "marker"}  # their content is drawn only where something refers to it


@dataclass(frozen=True)
class Letter:
    """A letter on the page: the start of its base line and its size in units of the SVG, and its angle in degrees, clockwise."""

    text: str
    x: float
    y: float
    size: float
    angle: float


def words(root: Element) -> list[str]:
    """The texts that a reader sees, in the order of the file."""
    return [text for element in _texts(root) if (text := _joined(element))]


def letters(text: str) -> str:
    """A text without spaces."""
    return "".join(text.split())


def drawn(root: Element, box: Box) -> list[Letter]:
    """The letters that resvg draws within the picture. Filters, masks and clips are left out: they make pixels."""
    import pypdfium2
    import vl_convert

    if not any(True for _ in root.iter(f"{{{SVG}}}text")):
        return []
    bare = etree.fromstring(etree.tostring(root))
    for element in bare.iter():
        for name in ("filter", "mask", "clip-path"):
            element.attrib.pop(name, None)
    bare.set("width", f"{box[2]:g}")
    bare.set("height", f"{box[3]:g}")
    page = pypdfium2.PdfDocument(vl_convert.svg_to_pdf(etree.tostring(bare, encoding="unicode")))[0]
    return list(_letters_of(page, box))


def undrawn(root: Element, found: list[Letter], fonts: str) -> Iterator[str]:
    """What is wrong with each text of which a letter isn't drawn. `fonts`: the folder of the font files.

    Letters of scripts that join letters can't be counted one by one in a PDF. Of these it is enough that some are drawn.
    """
    left = Counter(letter.text for letter in found)
    for element in _texts(root):
        wanted = Counter(letters("".join(element.itertext())))
        joined = {letter for letter in wanted if _is_joined(letter)}
        missing = wanted - left
        if not joined or joined & left.keys():
            missing = Counter({letter: count for letter, count in missing.items() if letter not in joined})
        if missing:
            lost = ", ".join(f"“{letter}” (U+{ord(letter):04X})" for letter in sorted(missing)[:5])
            yield f"has the words “{_joined(element)[:60]}”, of which {lost} would not be drawn: {_why(missing, fonts)}"
        left -= wanted


def _why(missing: Mapping[str, int], fonts: str) -> str:
    """Why letters aren't drawn, as far as that is known."""
    known = frozenset[int]().union(*_letters_of_families(fonts).values()) if fonts else frozenset()
    if known and all(ord(letter) not in known for letter in missing):
        return "no font of the theme has it"
    return "no font of the theme has it, or it is outside the picture, or too small or too large to be seen"


def _is_joined(letter: str) -> bool:
    """Whether a letter may have no glyph of its own in a word, as in Arabic and in the scripts of India and Southeast Asia."""
    return unicodedata.name(letter, "").startswith(_JOINED) or unicodedata.combining(letter) > 0


def layer(root: Element, box: Box, found: list[Letter]) -> str:
    """An SVG with the words of the picture, each line where it is drawn, but invisible (`fill: none`). Empty if there are no
    words."""
    made = etree.Element(f"{{{SVG}}}svg", {"viewBox": root.get("viewBox"), "font-family": root.get("font-family", "")}, {None: SVG})
    drawn, at = "".join(letter.text for letter in found), 0
    for line in (line for element in _texts(root) for line in _drawn_lines(element)):
        start = drawn.find(letters(line), at)
        start = start if start >= 0 else drawn.find(letters(line))
        if start >= 0:
            at = start + len(letters(line))
        place = found[start] if start >= 0 else Letter("", box[0], box[1] + box[3], box[3] / 50, 0)
        turned = f"translate({place.x:.7g} {place.y:.7g}) rotate({place.angle:.4g})"
        group = etree.SubElement(made, f"{{{SVG}}}g", {"transform": turned})
        text = etree.SubElement(group, f"{{{SVG}}}text", {"x": "0", "y": "0", "font-size": f"{place.size:.5g}", "fill": "none"})
        text.text = line
    return etree.tostring(made, encoding="unicode") if len(made) else ""


def _letters_of(page: Any, box: Box) -> Iterator[Letter]:
    """The letters on a page of PDF, each with its place, size and angle there."""
    from pypdfium2 import raw

    text, (width, height) = page.get_textpage(), page.get_size()
    across, down = box[2] / width, box[3] / height
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
    for number in range(text.count_chars()):
        letter = letters(text.get_text_range(number, 1))
        if not letter or not raw.FPDFText_GetCharOrigin(text, number, x, y) or not raw.FPDFText_GetMatrix(text, number, matrix):
            continue
        if not (0 <= x.value <= width and 0 <= y.value <= height):
            continue
        size = raw.FPDFText_GetFontSize(text, number) * math.hypot(matrix.c, matrix.d) * down
        angle = -math.degrees(math.atan2(matrix.b, matrix.a))
        for each in letter:
            yield Letter(each, box[0] + x.value * across, box[1] + (height - y.value) * down, size, angle)


def _texts(root: Element) -> Iterator[Element]:
    """The text elements in the order in which they are drawn. A text in a `symbol` or in `defs` comes wherever it is used."""
    return (chain[-1] for chain in _chains(root))


def _chains(root: Element) -> Iterator[tuple[Element, ...]]:
    """The text elements in the order of `_texts`, each as a chain: the elements from which it inherits, outermost first, and then
    itself."""
    named = {name: element for element in root.iter() if (name := element.get("id"))}
    return _chains_in((root,), named, DEEPEST)


def _chains_in(chain: tuple[Element, ...], named: Mapping[str, Element], left: int) -> Iterator[tuple[Element, ...]]:
    """The chains of the text elements that are in the last element of `chain`. `left`: how many more `use` elements may be within
    one another."""
    element = chain[-1]
    name = etree.QName(element).localname if isinstance(element.tag, str) else ""
    if element.get("display") == "none" or not name:
        return
    if name == "text":
        yield chain
    elif name == "use":
        used = named.get((element.get("href") or element.get(f"{{{XLINK}}}href") or "").removeprefix("#"))
        if used is not None and left:
            is_symbol = etree.QName(used).localname == "symbol"
            for inner in [(*chain, used, part) for part in used] if is_symbol else [(*chain, used)]:
                yield from _chains_in(inner, named, left - 1)
    elif name not in ASIDE:
        for part in element:
            yield from _chains_in((*chain, part), named, left)


def set_families(root: Element, folder: str) -> None:
    """Set each text in the first of the theme's families that has all its letters. If none has, each run of letters that the
    first family lacks is set in the first one that has them.

    Otherwise resvg would take any face that has them, such as a bold one. `folder`: the folder of the font files.
    """
    families = [name.strip("' ") for name in root.get("font-family", "").split(",")]
    known = {} if not folder or "".join(root.itertext()).isascii() else _letters_of_families(folder)
    for text in list(root.iter(f"{{{SVG}}}text")) if known else ():
        wanted = set(map(ord, letters("".join(text.itertext()))))
        whole = next((name for name in families if wanted <= known.get(name, frozenset())), "")
        if not whole:
            _divide(text, families, known)
        elif whole != families[0]:
            text.set("font-family", f"'{whole}'")


def _divide(text: Element, families: Sequence[str], known: Mapping[str, frozenset[int]]) -> None:
    for part in list(text.iter()):
        for child in reversed(part):
            child.tail, made = _runs(child.tail or "", families, known)
            part[part.index(child) + 1 : part.index(child) + 1] = made
        part.text, made = _runs(part.text or "", families, known)
        part[0:0] = made


def _runs(text: str, families: Sequence[str], known: Mapping[str, frozenset[int]]) -> tuple[str, list[Element]]:
    """A text in two parts: its beginning, which is in the first family, and a list of elements. Each element is a run in another
    family, and the text after it in the first family."""
    before, made, last = "", [], families[0]
    for letter in text:
        if not (unicodedata.combining(letter) or unicodedata.category(letter) == "Cf"):
            family = next((name for name in families if ord(letter) in known.get(name, ())), families[0])
            if family not in {last, families[0]}:
                made.append(etree.Element(f"{{{SVG}}}tspan", {"font-family": f"'{family}'"}))
            last = family
        if not made:
            before += letter
        elif last == families[0]:
            made[-1].tail = (made[-1].tail or "") + letter
        else:
            made[-1].text = (made[-1].text or "") + letter
    return before, made


@lru_cache(maxsize=4)
def _letters_of_families(folder: str) -> dict[str, frozenset[int]]:
    """The letters of each family in a folder of font files."""
    found: dict[str, frozenset[int]] = {}
    for path in sorted(Path(folder).iterdir()):
        with TTFont(path, fontNumber=0, lazy=True) as font:
            font.setGlyphOrder([""] * font["maxp"].numGlyphs)  # names of glyphs would take long to make
            name = font["name"].getBestFamilyName() or ""
            found[name] = found.get(name, frozenset()) | frozenset(font.getBestCmap() or ())
    return found


def part_ligatures(root: Element) -> None:
    """Write “fl” for the sign “ﬂ” (U+FB02) and its like in texts: fonts draw the ligature by themselves. Texts in which each letter
    has a place of its own stay."""
    for text in root.iter(f"{{{SVG}}}text"):
        if not any(_SEVERAL.search(part.get(name, "")) for part in text.iter() for name in ("x", "y", "dx", "dy", "rotate")):
            for part in text.iter():
                part.text = part.text and _LIGATURE.sub(_parted, part.text)
                part.tail = part.tail and _LIGATURE.sub(_parted, part.tail)


def _parted(ligature: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", ligature[0])


def merge_outlines(root: Element) -> None:
    """Merge each text that lies as an outline under the same words with the words above it (SVG 2, 13.8: `paint-order`).

    Programs draw labels so on a busy ground. In the first form, the outline is a `tspan` that ends with a part at the place of its
    text, and the words follow it; in the second, the same words follow as another element at the same place.
    """
    for outline in [part for part in root.iter(f"{{{SVG}}}text", f"{{{SVG}}}tspan") if part.get("stroke", "none") != "none"]:
        above = _above(outline)
        if above is not None and above.get("stroke", "none") == "none":
            above.attrib.update({name: value for name, value in outline.attrib.items() if name.startswith("stroke")})
            above.set("paint-order", "stroke")
            parent, before, after = outline.getparent(), outline.getprevious(), outline.tail or ""
            if before is None:
                parent.text = (parent.text or "") + after
            else:
                before.tail = (before.tail or "") + after
            parent.remove(outline)


def _above(outline: Element) -> Element | None:
    """The element with the same words at the same place, right after an outline."""
    parent, following = outline.getparent(), outline.getnext()
    said, after = letters("".join(outline.itertext())).replace("\u200b", ""), letters(outline.tail or "")
    if following is not None:
        is_same = following.tag == outline.tag and _places(following) == _places(outline) and not after
        return following if is_same and "x" in outline.attrib and letters("".join(following.itertext())) == said else None
    returns = [part.get("x") for part in outline] == [parent.get("x")] and not letters(outline[0].tail or "")
    is_first = outline.getprevious() is None and not letters(parent.text or "")
    return parent if returns and is_first and after == said else None


def _places(element: Element) -> dict[str, str]:
    """The attributes of a text but those of its paint."""
    paint = ("fill", "stroke", "paint-order", "class", "id")
    return {name: value for name, value in element.attrib.items() if not name.startswith(paint)}


def empty_hidden(root: Element) -> list[str]:
    """Empty the texts that leave no ink, such as those with `visibility: hidden` or `fill: none`.

    Returns what is wrong with each text of which only a part is hidden: the words beside it keep its space free.
    """
    faults: list[str] = []
    painted: dict[Element, set[bool]] = {}
    for chain in _chains(root):
        painted.setdefault(chain[-1], set()).update(_is_painted(part) for part in _parts(chain))
    for text, found in painted.items():
        if found == {True, False}:
            said = " ".join("".join(text.itertext()).split())[:60]
            line = f"(line {text.sourceline} of its file)"
            faults.append(f"has the words “{said}”, which are partly hidden {line}; remove what shouldn’t be seen")
        if False in found:
            name = text.get("id")
            text.clear()
            text.attrib.update({"id": name} if name else {})
    return faults


def _parts(chain: tuple[Element, ...]) -> Iterator[tuple[Element, ...]]:
    """The parts of a text that have letters of their own, each after the elements that it inherits from."""
    element = chain[-1]
    if letters(f"{element.text or ''}{''.join(part.tail or '' for part in element)}"):
        yield chain
    for part in element:
        yield from _parts((*chain, part))


def _is_painted(chain: tuple[Element, ...]) -> bool:
    """Whether the words of the last element leave ink. Each element inherits from the one before it (SVG 1.1, 11.2)."""

    def nearest(name: str, initial: str) -> str:
        values = (element.get(name, "inherit").strip().lower() for element in reversed(chain))
        return next((value for value in values if value != "inherit"), initial)

    if any(element.get("display") == "none" or _CLEAR.fullmatch(element.get("opacity", "1")) for element in chain):
        return False
    is_painted = any(
        _has_colour(nearest(name, initial)) and not _CLEAR.fullmatch(nearest(f"{name}-opacity", "1"))
        for name, initial in (("fill", "black"), ("stroke", "none"))
    )
    return is_painted and nearest("visibility", "visible") not in {"hidden", "collapse"}


def _has_colour(paint: str) -> bool:
    """Whether a paint is seen: not `none`, nor a colour without opacity."""
    return paint != "none" and getattr(tinycss2.color4.parse_color(paint), "alpha", 1) != 0


def _joined(text: Element) -> str:
    """The words of a text, with a space between its lines."""
    return " ".join(_drawn_lines(text))


def _drawn_lines(text: Element) -> list[str]:
    return [line for line in (" ".join(line.split()) for line in "".join(_marked(text)).split("\n")) if line]


def _marked(text: Element) -> Iterator[str]:
    """The strings of a text, with line ends between its lines. A part of it that has a place of its own begins a line."""
    yield " ".join((text.text or "").split("\n"))
    for part in text:
        own = any(part.get(key) for key in ("y", "dy")) or (part.get("x") and len(part.get("x").split()) == 1)
        yield "\n" if own else ""
        yield from _marked(part)
        yield " ".join((part.tail or "").split("\n"))
