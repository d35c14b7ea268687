"""What is wrong with the slides of a finished deck, measured on the boxes of its shapes.

In: the bytes of a PPTX. Out: `Finding`s. The height of a text is estimated from the widths of its letters, because only PowerPoint
breaks it into lines. Lengths are in points. ECMA-376 part 1, 19.3.1 (slides) and 20.1.7.6 (xfrm).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from briefs.compose.figures.drawing import text_width
from briefs.lint.findings import Finding
from briefs.typeset.slides.presentationml import NAMES
from briefs.typeset.word import package
from briefs.typeset.word.package import Element, Package, R

EMU = 12700  # English Metric Units in a point
LEAST = 0.2  # the least share of the height below the title that must be used
OVER = 1.25  # how many times as high as its box an estimated text may be
LEADING = 1.2
SIZE = 28.0  # points: the type size of a shape that names none
MARGIN = 1.0  # points that a shape may reach over the slide's edge


@dataclass(frozen=True)
class SlideShape:
    """A shape. `role`: the type of its placeholder, or empty. `box`: left, top, width and height. `size`: the size of its type."""

    role: str
    box: tuple[float, float, float, float]
    paragraphs: tuple[str, ...]
    size: float

    @property
    def text_height(self) -> float:
        """The estimated height of the text."""
        wide = max(self.box[2], self.size)
        lines = sum(ceil(text_width(paragraph, self.size, bold=self.role == "title") / wide) for paragraph in self.paragraphs)
        return lines * self.size * LEADING


def findings(file: str, data: bytes) -> list[Finding]:
    """All findings in a deck, slide by slide."""
    opened = package.read(data)
    size = opened.xml("ppt/presentation.xml").find("p:sldSz", NAMES)
    width, height = int(size.get("cx")) / EMU, int(size.get("cy")) / EMU
    found: list[Finding] = []
    for number, name in enumerate(_slides(opened), 1):
        shapes = list(_shapes(opened, name))
        found += [*_outside(file, number, shapes, width, height), *_empty(file, number, shapes, height)]
    return found


def _slides(opened: Package) -> list[str]:
    relations = {e.get("Id"): e.get("Target") for e in opened.xml("ppt/_rels/presentation.xml.rels")}
    listed = opened.xml("ppt/presentation.xml").iterfind("p:sldIdLst/p:sldId", NAMES)
    return [f"ppt/{relations[e.get(f'{{{R}}}id')]}" for e in listed]


def _outside(file: str, number: int, shapes: list[SlideShape], width: float, height: float) -> Iterator[Finding]:
    """A shape that leaves the slide, or text that leaves its box."""
    for shape in shapes:
        left, top, wide, high = shape.box
        over = max(-left, -top, left + wide - width, top + high - height)
        words = " ".join(shape.paragraphs)[:40] or "a picture"
        if over > MARGIN:
            yield Finding(file, number, "outside", f"“{words}” leaves the slide", f"{over:.0f} pt", "0 pt")
        elif high and shape.role != "sldNum" and shape.text_height > OVER * high:
            measure = f"{100 * shape.text_height / high:.0f} per cent of its height"
            yield Finding(file, number, "outside", f"“{words}” leaves its box", measure, f"at most {100 * OVER:.0f}")


def _empty(file: str, number: int, shapes: list[SlideShape], height: float) -> Iterator[Finding]:
    """A slide with a placeholder `title` and little below it. A cover isn't judged: its title is a `ctrTitle`."""
    titles = [s for s in shapes if s.role == "title"]
    if not titles:
        return
    top = max(s.box[1] + s.box[3] for s in titles)
    below = [s for s in shapes if s.role not in {"title", "sldNum", "dt", "ftr"} and s.box[1] + s.box[3] > top]
    used = max((s.text_height if s.paragraphs else s.box[3] for s in below), default=0.0)
    if used < LEAST * (height - top):
        share = f"{100 * used / (height - top):.0f} per cent full"
        yield Finding(file, number, "fill", "the slide is nearly empty", share, f"at least {100 * LEAST:.0f}")


def _shapes(opened: Package, name: str) -> Iterator[SlideShape]:
    """The shapes of a slide. A placeholder without a box of its own takes the box in its layout, or else the one in the
    master."""
    layout = _related(opened, name, "slideLayout")
    inherited = _placeholders(opened, layout), _placeholders(opened, _related(opened, layout, "slideMaster"))
    for element in opened.xml(name).xpath("p:cSld/p:spTree/*[self::p:sp or self::p:pic]", namespaces=NAMES):
        role, index = _role(element)
        parents = [inherited[0].get(index), next((e for e in inherited[1].values() if _role(e)[0] == role), None)]
        box = next((found for e in (element, *parents) if e is not None and (found := _box(e))), None)
        paragraphs = tuple("".join(p.itertext()) for p in element.iterfind("p:txBody/a:p", NAMES))
        if box and not _is_decoration(element):
            yield SlideShape(role, box, paragraphs, _size(element) or SIZE)


def _role(element: Element) -> tuple[str, str]:
    """The type of a shape's placeholder, and the index by which its layout knows it. Both are empty for a shape that isn't a
    placeholder."""
    placeholder = element.find(".//p:nvPr/p:ph", NAMES)
    if placeholder is None:
        return "", ""
    role = placeholder.get("type", "body")
    return role, placeholder.get("idx", role)


def _related(opened: Package, name: str, kind: str) -> str:
    """The part of a kind (`slideLayout`, `slideMaster`) that the part `name` refers to."""
    folder, _, file = name.rpartition("/")
    relations = opened.xml(f"{folder}/_rels/{file}.rels")
    target = next(e.get("Target") for e in relations if e.get("Type").endswith(f"/{kind}"))
    return f"ppt/{kind}s/{target.rpartition('/')[2]}"


def _placeholders(opened: Package, name: str) -> Mapping[str, Element]:
    return {_role(e)[1]: e for e in opened.xml(name).iterfind("p:cSld/p:spTree/p:sp", NAMES) if _role(e)[1]}


def _box(element: Element) -> tuple[float, float, float, float] | None:
    offset, extent = (element.find(f"p:spPr/a:xfrm/a:{name}", NAMES) for name in ("off", "ext"))
    if offset is None or extent is None:
        return None
    left, top, wide, high = (
        int(part.get(key)) / EMU for part, key in ((offset, "x"), (offset, "y"), (extent, "cx"), (extent, "cy"))
    )
    return left, top, wide, high


def _size(element: Element) -> float:
    """The type size in points that a shape sets itself, or 0."""
    found = element.xpath("p:txBody/a:lstStyle/a:lvl1pPr/a:defRPr/@sz | p:txBody/a:p/a:r/a:rPr/@sz", namespaces=NAMES)
    return int(found[0]) / 100 if found else 0.0


def _is_decoration(element: Element) -> bool:
    return element.find(".//{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative") is not None
