"""Pictures from the edition's folder `figures/`, made safe for other programs.

In: a file's bytes, and the width that its author asks for. Out: a `Picture`, or what is wrong with it. An SVG may hold shapes and
words only: no script, no entity, and no address outside itself. It is serialised again. PNG and JPEG stay as they are, if they are
not too large.
https://www.w3.org/TR/SVG11/, https://www.w3.org/TR/png-3/#11IHDR, ITU-T T.81 annex B
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from PIL import Image, ImageFile

from briefs.edition.files import CONTROL
from briefs.problems import Place

SVG = "http://www.w3.org/2000/svg"
WIDE, TALL = 150.0, 190.0  # millimetres: the most that fits on a page
PIXELS = 40_000_000  # at most; each takes four bytes of memory
SHAPES = 20_000  # at most, some seconds of drawing; two letters or two hundred characters of a path count as one shape
LONGEST = 40  # the largest ratio of the sides; what is thinner can't be seen, or runs off the page
DOTS = 150  # per inch: the resolution of a PNG or JPEG whose width isn't given
_REFUSED = {
    "script",
    "foreignObject",
    "iframe",
    "image",
    "handler",
    "listener",
    "set",
    "animate",
    "animateMotion",
    "animateTransform",
}
_DECLARES = "declares a document type or entities; save it as plain SVG"
_XLINK, _XML = "{http://www.w3.org/1999/xlink}", "{http://www.w3.org/XML/1998/namespace}"
_POINTER = re.compile(r"url\(\s*['\"]?#([^'\")\s]*)")
_OUTSIDE = re.compile(r"url\(\s*(?!['\"]?#)['\"]?([^'\")\s]*)|(\\|@[\w-]+|(?:image|image-set|src|cross-fade)\()", re.I)
_LENGTH = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(mm|cm|in|pt|px|)\s*")
_UNITS = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "px": 25.4 / 96, "": 25.4 / 96}
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
)

NOWHERE = Place("")


@dataclass(frozen=True)
class Picture:
    """A picture for typesetting: SVG as text or other formats as bytes, its size on paper in millimetres, its words, its place."""

    name: str
    data: str | bytes
    width: float
    height: float
    words: str = ""
    place: Place = NOWHERE


def read(name: str, data: bytes, alt: str, asked: str = "") -> Picture:
    """Read a picture file. `asked` is the width as written (`80mm`, `50%`), if any.

    Raises ValueError that says what is wrong with the file.
    """
    suffix = Path(name).suffix.lower()
    if suffix == ".svg":
        root = _svg(data)
        box = _box(root)
        width, height = _fitted(_natural(root, box), box[3] / box[2], asked)
        return Picture(name, _written(root, box, alt, width, height), width, height, " ".join(_words(root)))
    across, down = _png(data) if suffix == ".png" else _jpeg(data)
    if across * down > PIXELS:
        raise ValueError(f"has {across:,} × {down:,} pixels, more than {PIXELS:,}")
    _decoded(data)
    width, height = _fitted(across / DOTS * 25.4, down / across, asked)
    return Picture(name, data, width, height)


def _fitted(natural: float, ratio: float, asked: str) -> tuple[float, float]:
    """Width and height in millimetres: as asked, or else the picture's own, and never more than the page has room for."""
    if not 1 / LONGEST <= ratio <= LONGEST:
        raise ValueError(f"is more than {LONGEST} times as long as it is wide")
    wanted = natural
    if asked:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)(mm|cm|%)", asked)
        if not match:
            raise ValueError(f"can’t be “{asked}” wide: write 80mm or 50%")
        wanted = float(match[1]) * {"mm": 1.0, "cm": 10.0, "%": WIDE / 100}[match[2]]
    width = max(5.0, min(wanted, WIDE, TALL / ratio))
    return round(width, 2), round(width * ratio, 2)


def _svg(data: bytes) -> etree._Element:
    """The root of an SVG that has nothing but shapes and words. Raises ValueError."""
    if re.search(rb"<!(DOCTYPE|ENTITY)", data, re.I):
        raise ValueError(_DECLARES)
    try:
        root = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise ValueError(f"is broken XML: {fault}") from None
    if root.tag != f"{{{SVG}}}svg":
        raise ValueError("isn’t an SVG")
    if root.getroottree().docinfo.internalDTD is not None:  # it was in another encoding than the bytes searched above
        raise ValueError(_DECLARES)
    for element in list(root.iter()):
        own = isinstance(element.tag, str) and element.tag.startswith(f"{{{SVG}}}")
        if not own and element is not root:  # a drawing program's own data
            element.getparent().remove(element)
            continue
        name = etree.QName(element).localname
        if name in _REFUSED:
            raise ValueError(f"has an element <{name}>, which isn’t allowed; shapes and words are")
        _attributes(element)
        if name == "style":
            _css("".join(element.itertext()))
    _bounded(root)
    if CONTROL.search("".join(root.itertext())):
        raise ValueError("has a control character, or one that turns the direction of writing")
    return root


def _attributes(element: etree._Element) -> None:
    """Refuse attributes that run scripts or point outside the file. Remove those that drawing programs keep for themselves."""
    for key, value in element.attrib.items():
        name = etree.QName(key).localname
        if key.startswith("{") and key not in {f"{_XLINK}href", f"{_XML}space", f"{_XML}lang"}:
            del element.attrib[key]
            continue
        if name.lower().startswith("on"):
            raise ValueError(f"has a script in “{name}”, which isn’t allowed")
        if name in {"href", "src"} and not value.startswith("#"):
            raise ValueError(f"points at “{value[:60]}”, outside itself")
        _css(value)


def _css(text: str) -> None:
    """Refuse CSS that points outside the file, also by an escape or an at-rule (CSS Syntax 3, 4.3.7)."""
    if match := _OUTSIDE.search(text):
        raise ValueError(f"points at “{(match[2] or match[1])[:60]}”, outside itself")


def _bounded(root: etree._Element) -> None:
    """Refuse a picture that contains itself, or repeats its parts without bounds, such as a `use` of ten that use ten more."""
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    sizes: dict[etree._Element, int] = {}
    under_way: set[etree._Element] = set()

    def size(element: etree._Element) -> int:
        if element in under_way:
            raise ValueError(f"draws “{element.get('id') or element.tag}” within itself")
        if element not in sizes:
            under_way.add(element)
            names = [m for value in element.attrib.values() for m in _POINTER.findall(value)]
            names += [v[1:] for k, v in element.attrib.items() if k.endswith("href") and element.tag != f"{{{SVG}}}a"]
            parts = [*element, *(named[name] for name in names if name in named)]
            letters = len(element.text or "") // 2 + sum(map(len, element.attrib.values())) // 200
            sizes[element] = 1 + letters + sum(map(size, parts))
            under_way.discard(element)
        return sizes[element]

    if (found := size(root)) > SHAPES:
        raise ValueError(f"has {found:,} shapes to draw, counted as often as they are used; {SHAPES:,} is the most")


def _box(root: etree._Element) -> tuple[float, float, float, float]:
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", root.get("viewBox", ""))]
    if len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0:
        return numbers[0], numbers[1], numbers[2], numbers[3]
    sizes = [_LENGTH.fullmatch(root.get(side, "")) for side in ("width", "height")]
    if not all(sizes):
        raise ValueError("says neither its viewBox nor its width and height")
    width, height = (float(m[1]) for m in sizes if m)
    if not (width > 0 and height > 0):
        raise ValueError("has no size")
    return 0.0, 0.0, width, height


def _natural(root: etree._Element, box: tuple[float, float, float, float]) -> float:
    """The width that the picture itself states, in millimetres."""
    match = _LENGTH.fullmatch(root.get("width", ""))
    return float(match[1]) * _UNITS[match[2]] if match else box[2] * _UNITS["px"]


def _written(root: etree._Element, box: tuple[float, float, float, float], alt: str, width: float, height: float) -> str:
    """The SVG as text, with its size on paper, and with its alternative text as title."""
    for title in root.findall(f"{{{SVG}}}title"):
        root.remove(title)
    title = etree.Element(f"{{{SVG}}}title")
    title.text = alt
    root.insert(0, title)
    root.set("viewBox", " ".join(f"{n:g}" for n in box))
    root.set("width", f"{width:g}mm")
    root.set("height", f"{height:g}mm")
    return str(etree.tostring(root, encoding="unicode"))


def _words(root: etree._Element) -> list[str]:
    return ["".join(e.itertext()) for e in root.iter(f"{{{SVG}}}text")]


def _decoded(data: bytes) -> None:
    """Decode the picture, so that a damaged one fails here, where its place is known.

    Typesetting would print half of it.
    """
    tolerant = ImageFile.LOAD_TRUNCATED_IMAGES  # importing WeasyPrint sets it for the whole process
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            image = Image.open(io.BytesIO(data))
            image.load()
            image.getexif()
    except (OSError, SyntaxError, ValueError, UserWarning) as fault:
        raise ValueError(f"is broken: {fault}") from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = tolerant


def _png(data: bytes) -> tuple[int, int]:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 33:
        raise ValueError("isn’t a PNG")
    return _sized(int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))


def _jpeg(data: bytes) -> tuple[int, int]:
    """Width and height, from the first start-of-frame segment."""
    at = 2
    while data[:2] == b"\xff\xd8" and at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}:
            return _sized(int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big"))
        at += 1 if marker == 0xFF else 2 + length
    raise ValueError("isn’t a JPEG")


def _sized(across: int, down: int) -> tuple[int, int]:
    if not (across and down):
        raise ValueError("has no size")
    return across, down
