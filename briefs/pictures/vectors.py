"""SVG made safe: kept as plain shapes and texts, or drawn as pixels if it has more than these.

In: the bytes of an SVG. Out: the picture as an SVG that every program draws alike, or as a PNG. resvg knows more of SVG than the
typesetter and Word do, so it draws here whatever isn't plain. The words that it drew are compared with the words of the file.
https://www.w3.org/TR/SVG11/, https://www.w3.org/TR/SVG2/
"""

from __future__ import annotations

import base64
import copy
import io
import re
from collections import Counter
from collections.abc import Iterable
from html.entities import html5
from typing import Any
from urllib.parse import unquote_to_bytes

import tinycss2.color4
from lxml import etree
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from briefs.edition.files import CONTROL
from briefs.pictures import bounds, grammar, origins, paints, pixels, plain, sizes, styles, symbols, texts
from briefs.pictures.pixels import SafePicture

Element = Any  # lxml.etree._Element
SVG, HTML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"
LONGEST = 40  # the most times that one side may be as long as the other
WIDE = 150.0  # millimetres: the width that 100 per cent means
DOTS = 2400  # dots along the longer side of a PNG: 300 an inch if it is twenty centimetres long
MOST = 10  # faults of one kind that are told of a picture
_XLINK, _XML = "{http://www.w3.org/1999/xlink}", "{http://www.w3.org/XML/1998/namespace}"
_LENGTH = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(mm|cm|in|pt|pc|px|em|%|)\s*")
_UNITS = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6, "px": 25.4 / 96, "em": 25.4 / 6, "": 25.4 / 96}
_SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
_DRAWN = _SHAPES | styles.names(
    """
    svg g defs symbol use text tspan textPath image a switch linearGradient radialGradient stop clipPath mask pattern marker
    style filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
    feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode
    feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence
    """
)
_SILENT = {"title", "desc", "metadata", "view", "cursor", "color-profile", "font-face", "font", "solidColor"}  # these draw nothing
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
_SHEET = re.compile(rb"<\?xml-stylesheet\b[^?]*?\shref\s*=\s*[\"']([^\"'#][^\"']{0,60})")
_OTHER_DATA = re.compile(r"\s*data:(?!image/(?:png|jpe?g|gif|webp)[;,])([\w/+.-]{1,40})[;,]", re.I)
_DATA = re.compile(r"\s*data:image/(png|jpe?g|gif|webp)((?:;[\w=-]+)*),(.*)", re.S | re.I)


def normalised(data: bytes, fonts: str, families: str) -> SafePicture:
    """An SVG made safe, as plain SVG or as PNG. `fonts`: the folder of the font files; `families`: the theme's font families,
    quoted. Raises ValueError."""
    import vl_convert

    root = _parsed(data)
    matched = styles.matched(root)
    links = any(_local(element) == "a" for element in root.iter())
    tongues = any(element.get("systemLanguage") for element in root.iter())
    _cleaned(root)
    faults = list(symbols.faults(root, matched))
    styles.apply(root, matched)
    _checked(root)
    bounds.check(root)
    texts.merge_outlines(root)
    texts.part_ligatures(root)
    faults += texts.empty_hidden(root)
    unprinted = (*["its links"] * links, *["its words for other languages (`systemLanguage`)"] * tongues, *_ignored(root))
    root = _framed(root)
    box = _box(root)
    _set_ground(root)
    for element, what in origins.apply(root, box):
        raise _refused(element, what)
    sizes.apply(root)
    width = _natural(root, box)
    height = width * box[3] / box[2]
    root.set("font-family", families)
    if fonts:
        vl_convert.register_font_directory(fonts)
    words = texts.words(root)
    shown = _shown(root, box)
    made = etree.tostring(shown, encoding="unicode").encode()
    texts.set_families(shown, fonts)
    letters = texts.drawn(shown, box)
    _tell([*faults, *texts.undrawn(shown, letters, fonts)])
    if shown is root:
        drawn = _drawn(root, box, texts.layer(root, box, letters))
        return SafePicture("png", width, height, " ".join(words), drawn, unprinted=unprinted)
    return SafePicture("svg", width, height, " ".join(words), made, _drawn(shown, box), unprinted)


def _ignored(root: Element) -> list[str]:
    """What resvg doesn't draw as browsers do, in words."""
    scales = _scales(root)
    is_scaled = any(abs(scale - 1) > 0.01 for scale in scales) or any(element.get("transform") for element in root.iter())
    thin = any(element.get("vector-effect") == "non-scaling-stroke" for element in root.iter())
    small = any("-caps" in element.get(name, "") for name in ("font-variant", "font-variant-caps") for element in root.iter())
    shadows = any(element.get("text-shadow", "none") != "none" for element in root.iter())
    found = {
        "the shadows of its texts (`text-shadow`)": shadows,
        "lines that stay thin when it is scaled (`vector-effect`)": is_scaled and thin,
        "small capitals (`font-variant`)": small,
    }
    return [what for what, is_there in found.items() if is_there]


def _scales(root: Element) -> list[float]:
    """How much an SVG enlarges its viewBox, across and down, as far as it says so."""
    sizes = [_LENGTH.fullmatch(root.get(side, "")) for side in ("width", "height")]
    box = [float(n) for n in _NUMBER.findall(root.get("viewBox", ""))]
    return [_pixels(size) / side for size, side in zip(sizes, box[2:], strict=False) if size and side and size[2] != "%"]


def _shown(root: Element, box: tuple[float, float, float, float]) -> Element:
    """The picture as plain shapes and texts, if that keeps all its words. Otherwise the picture as it is."""
    made = plain.spelled_out(root, box)
    if made is None:
        return root
    lost = Counter("".join(texts.words(root))) - Counter("".join(texts.words(made)))
    return root if any(map(str.strip, lost)) else made


def _local(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _refused(element: Element, what: str) -> ValueError:
    return ValueError(f"has {what} (line {element.sourceline} of its file)")


def _tell(faults: Iterable[str]) -> None:
    """Raise ValueError that says all of these, if there are any."""
    told = list(dict.fromkeys(faults))
    more = [f"has {len(told) - MOST} more faults"] if len(told) > MOST else []
    if told:
        raise ValueError("; it also ".join([*told[:MOST], *more]))


def _parsed(data: bytes) -> Element:
    """The root of an SVG. Its document type may declare short texts as entities, as Illustrator does, and nothing else."""
    if sheet := _SHEET.search(data):
        raise ValueError(f"points at “{sheet[1].decode(errors='replace')}”, outside itself; write its styles into a <style>")
    parser = etree.XMLParser(
        resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise ValueError(_unread(fault, declares=b"<!ENTITY" in data.replace(b"\0", b""))) from None  # also in UTF-16
    declared = root.getroottree().docinfo.internalDTD
    for entity in declared.iterentities() if declared is not None else ():
        if entity.content is None or re.search("[&%<]", entity.content) or len(entity.content) > 500:
            raise ValueError(f"declares an entity “{entity.name}” that is more than a short text; save it as plain SVG")
    if root.tag != f"{{{SVG}}}svg":
        raise ValueError("isn’t an SVG: its outermost element is " + _local(root))
    if any(not isinstance(element.tag, str) for element in root.iter()):
        raise ValueError("declares entities that it doesn’t say; save it as plain SVG")
    return root


def _unread(fault: etree.XMLSyntaxError | ValueError, *, declares: bool) -> str:
    """What is wrong with a file that can't be read as XML, and what to do."""
    line = f"line {getattr(fault, 'lineno', None) or 1} of its file"
    if declares and "entity" in str(fault).lower():
        return f"declares entities that can’t be read ({fault}); save it as plain SVG"
    if named := re.match(r"Entity '(\w+)' not defined", str(fault)):
        letters = html5.get(f"{named[1]};", "")
        instead = "".join(f"&#{ord(letter)};" for letter in letters)
        hint = f"the letter itself, or `{instead}`" if letters else "`&amp;` for the sign “&”"
        return f"has `&{named[1]};` ({line}), which SVG doesn’t know; write {hint}"
    if str(fault).startswith(("EntityRef: expecting ';'", "xmlParseEntityRef: no name")):
        return f"has a sign “&” by itself ({line}); write `&amp;`"
    return f"is broken XML: {fault}"


def _cleaned(root: Element) -> None:
    """Remove what drawing programs store for themselves, keep one child of each `switch`, and refuse elements that can't be
    drawn."""
    for switch in [e for e in root.iter(f"{{{SVG}}}switch")]:
        _choose(switch)
    for box in [e for e in root.iter(f"{{{SVG}}}flowRoot") if not texts.letters("".join(e.itertext()))]:
        _remove(box)  # Inkscape leaves empty ones
    for element in [element for element in root.iter() if element is not root and _draws_nothing(element)]:
        _remove(element)
    strange = {_local(element): element for element in reversed(list(root.iter())) if _local(element) not in _DRAWN}
    _tell(str(_refused(element, _not_allowed(name))) for name, element in reversed(strange.items()))
    for element in root.iter():
        _attributes(element)


def _draws_nothing(element: Element) -> bool:
    """Whether an element, and all that is in it, draws nothing."""
    is_empty = _local(element) == "foreignObject" and not texts.letters(_html(element))
    return not element.tag.startswith(f"{{{SVG}}}") or _local(element) in _SILENT or is_empty


def _not_allowed(name: str) -> str:
    """What is wrong with an element of this name, and what to do."""
    if name in {"foreignObject", "flowRoot"}:
        return f"an element <{name}>, whose words would be lost; export it with texts as SVG text, without formatted text"
    if name == "script":
        return "an element <script>, which isn’t allowed; export it without (from LibreOffice Impress, as PDF or by way of Draw)"
    return f"an element <{name}>, which isn’t allowed; take it out, or export the picture for printing"


def _remove(element: Element) -> None:
    """Remove an element, but not the text after it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail:
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _choose(switch: Element) -> None:
    """Keep the first child of a `switch` that needs no extension (SVG 1.1, 5.8). Its words must be those of the HTML beside it."""
    children = [child for child in switch if isinstance(child.tag, str)]
    drawable = [c for c in children if _local(c) != "foreignObject" and not c.get("requiredExtensions")]
    chosen = next((c for c in drawable if not c.get("systemLanguage")), drawable[0] if drawable else None)
    foreign = "".join(_html(child) for child in children if _local(child) == "foreignObject")
    shown = "".join(chosen.itertext()) if chosen is not None else ""
    if texts.letters(foreign) and texts.letters(foreign) != texts.letters(shown):
        said = " ".join(foreign.split())[:60]
        raise _refused(switch, f"the words “{said}” as HTML only; export it without formatted text (draw.io: “Formatted Text” off)")
    for child in children:
        if child is not chosen:
            _remove(child)
    switch.tag = f"{{{SVG}}}g"


def _html(element: Element) -> str:
    """The words of the HTML in an element."""
    return "".join("".join(part.itertext()) for part in element if str(part.tag).startswith(f"{{{HTML}}}"))


def _attributes(element: Element) -> None:
    """Refuse attributes that run scripts or point outside the file. Remove attributes that drawing programs store for
    themselves."""
    for key, value in element.attrib.items():
        name = etree.QName(key).localname
        if name.lower().startswith("on"):
            raise _refused(element, f"a script in “{name}”, which isn’t allowed")
        if (
            (key.startswith("{") and key not in {f"{_XLINK}href", f"{_XML}space", f"{_XML}lang"})
            or name in {"content", "src"}
            or (name == "href" and _local(element) == "a")
        ):
            del element.attrib[key]
        elif name == "href" and _local(element) == "image":
            element.attrib[key] = _embedded(element, value)
        elif name == "href" and not value.startswith("#"):
            raise ValueError(f"points at “{value[:60]}”, outside itself")


def _embedded(element: Element, address: str) -> str:
    """The address of a picture that is embedded in the SVG, with its data decoded and written anew."""
    if held := _OTHER_DATA.match(address):
        raise _refused(element, f"an element <image> of the type {held[1]}, which isn’t drawn; embed it as PNG or JPEG")
    if address.startswith("#") or not (match := _DATA.fullmatch(address)):
        raise _refused(element, f"an element <image> that points at “{address[:60]}”, outside itself")
    suffix = ".jpg" if match[1].lower().startswith("jp") else f".{match[1].lower()}"
    try:
        data = base64.b64decode(unquote_to_bytes(match[3])) if "base64" in match[2].lower() else unquote_to_bytes(match[3])
        made = pixels.normalised(data, suffix)
    except ValueError as fault:
        raise _refused(element, f"an element <image> that {fault}") from None
    return f"data:image/{'jpeg' if made.kind == 'jpg' else made.kind};base64,{base64.b64encode(made.data).decode()}"


def _checked(root: Element) -> None:
    """Refuse attributes that programs read differently, and control characters."""
    _tell(str(_refused(element, what)) for element, what in grammar.faults(root))
    for element in root.iter():
        if element.get("pathLength") and _is_dashed(element):
            raise _refused(
                element, "dashes counted by “pathLength”, which isn’t followed; write their lengths in units, without it"
            )
    if CONTROL.search("".join(root.itertext()).replace("\r", "")):
        raise ValueError("has a control character, or one that turns the direction of writing")


def _is_dashed(element: Element) -> bool:
    own = (part.get("stroke-dasharray", "inherit").strip() for part in (element, *element.iterancestors()))
    return next((dashes for dashes in own if dashes != "inherit"), "none") != "none"


def _framed(root: Element) -> Element:
    """The picture in a frame of its own width and height, if these stretch its viewBox or cut parts off (SVG 1.1, 7.8)."""
    how, box = root.get("preserveAspectRatio", "").strip(), [float(n) for n in _NUMBER.findall(root.get("viewBox", ""))]
    sizes = [match for side in ("width", "height") if (match := _LENGTH.fullmatch(root.get(side, ""))) and match[2] != "%"]
    across, down = [_pixels(match) for match in sizes] if len(sizes) == 2 else (0.0, 0.0)
    is_fitted = not (how.startswith("none") or how.endswith("slice")) or len(box) != 4
    if is_fitted or not across * down or abs(across * box[3] - down * box[2]) < across * box[3] / 500:
        return root
    frame = etree.Element(
        root.tag, {"width": root.get("width"), "height": root.get("height"), "viewBox": f"0 0 {across:g} {down:g}"}
    )
    frame.set("font-size", root.attrib.pop("font-size", "medium"))
    frame.append(root)
    root.attrib.update({"width": f"{across:g}", "height": f"{down:g}"})
    return frame


def _set_ground(root: Element) -> None:
    """Draw the ground that the style of the whole picture asks for (`background`), unless it is white as the paper."""
    for element in root.iter(root.tag):
        grounds = [element.attrib.pop(name, "").strip() for name in styles.GROUNDS]
        said = paints.as_srgb(next(filter(None, grounds), "none"))
        said = "transparent" if said in {"none", "initial", "unset"} else said
        colour = tinycss2.color4.parse_color(said) if paints.is_colour(said) else None
        if colour is None or colour == "currentcolor":
            raise _refused(element, f"background=“{said[:40]}” in a style, which isn’t drawn; draw a <rect> behind the picture")
        if colour.alpha and tuple(colour.to("srgb").coordinates) != (1, 1, 1):
            place = dict(zip(("x", "y", "width", "height"), _NUMBER.findall(element.get("viewBox", "")), strict=True))
            element.insert(0, etree.Element(f"{{{SVG}}}rect", {**place, "fill": said, "fill-opacity": "1", "stroke": "none"}))


def _box(root: Element) -> tuple[float, float, float, float]:
    """The viewBox, or one that is made of width and height. It is also written into the root."""
    sizes = [_LENGTH.fullmatch(root.get(side, "")) for side in ("width", "height")]
    numbers = [float(n) for n in _NUMBER.findall(root.get("viewBox", ""))]
    if len(numbers) != 4 or not (numbers[2] > 0 and numbers[3] > 0):
        if not all(sizes) or (sizes[1] and sizes[1][2] == "%"):
            raise ValueError("says neither its viewBox nor its width and height; add a viewBox")
        numbers = [0.0, 0.0, *(_pixels(m) for m in sizes if m)]
    if not (0 < numbers[2] < 1e6 and 0 < numbers[3] < 1e6):
        raise ValueError("has no size, or one without end")
    if not 1 / LONGEST <= numbers[3] / numbers[2] <= LONGEST:
        raise ValueError(f"is more than {LONGEST} times as long as it is wide")
    root.set("viewBox", " ".join(f"{n:.10g}" for n in numbers))
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _pixels(length: re.Match[str]) -> float:
    if length[2] == "%":
        return WIDE / _UNITS["px"] * float(length[1]) / 100
    return float(length[1]) * _UNITS[length[2]] / _UNITS["px"]


def _natural(root: Element, box: tuple[float, float, float, float]) -> float:
    """The width that the picture itself states, in millimetres. Its attributes width and height are removed."""
    match = _LENGTH.fullmatch(root.get("width", ""))
    for side in ("width", "height"):
        root.attrib.pop(side, None)
    if not match:
        return box[2] * _UNITS["px"]
    return WIDE * float(match[1]) / 100 if match[2] == "%" else float(match[1]) * _UNITS[match[2]]


def _drawn(root: Element, box: tuple[float, float, float, float], layer: str = "") -> bytes:
    """The picture as pixels on white. `layer`: text that is stored in the PNG (`pixels.LAYER`)."""
    import vl_convert

    drawn = Image.open(io.BytesIO(vl_convert.svg_to_png(_on_white(root, box), scale=1, ppi=72)))
    out, about = io.BytesIO(), PngInfo()
    if layer:
        about.add_itxt(pixels.LAYER, layer)
    drawn.convert("RGB").save(out, "PNG", dpi=(300, 300), pnginfo=about)
    return out.getvalue()


def _on_white(root: Element, box: tuple[float, float, float, float]) -> str:
    """The picture as an SVG on white paper, as large as its PNG. The paper is part of it, because vl-convert gives a
    half-transparent dot no colour that is brighter than the dot is opaque."""
    scale = DOTS / max(box[2], box[3])
    place = {name: f"{number:.10g}" for name, number in zip(("x", "y", "width", "height"), box, strict=True)}
    size = {side: f"{max(1, round(length * scale))}" for side, length in zip(("width", "height"), box[2:], strict=True)}
    sheet = etree.Element(f"{{{SVG}}}svg", {**size, "viewBox": root.get("viewBox", "")})
    etree.SubElement(sheet, f"{{{SVG}}}rect", {**place, "fill": "#ffffff"})
    picture = copy.deepcopy(root)
    picture.attrib.update(place)
    sheet.append(picture)
    return str(etree.tostring(sheet, encoding="unicode"))
