"""Reads what is painted on the pages of a finished PDF: runs of text, shapes and pictures.

In: a PDF. Out: `PaintedPage`s. Lengths are in points, from the upper left corner of the trimmed page.
https://pdfium.googlesource.com/pdfium/+/main/public/fpdf_edit.h, fpdf_structtree.h
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pypdfium2
from PIL import Image
from pypdfium2 import raw

DEEP = 8  # the most forms (Form XObjects) within one another that are read
SCALE = 2.0  # pixels in a point when a page is drawn as a picture
MARK = 200  # bytes of the buffer for the name of a mark

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Extent:
    """A rectangle on a page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def common(self, other: Extent) -> Extent:
        """The rectangle that both cover. Its width or height is negative if they have nothing in common."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        return Extent(left, top, min(self.right, other.right), min(self.bottom, other.bottom))

    def covers(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True)
class Painted:
    """Something that is painted on a page. `kind`: “text”, “shape” or “picture”. `tag`: `Artifact` or `Figure` if the object is
    marked as part of one, otherwise the name of the innermost mark around it. `content`: the number (MCID) of its marked content on
    this page, or -1 if it is in none.

    `filled`: whether a shape is filled. `points`, `area`: of a filled shape, the number of points of its outline, and its area in
    square points.
    """

    kind: str
    extent: Extent
    colour: Colour
    tag: str
    content: int
    text: str = ""
    size: float = 0.0
    bold: bool = False
    filled: bool = False
    points: int = 0
    area: float = 0.0


@dataclass(frozen=True)
class TaggedNode:
    """An element of the structure tree, as far as it is on one page: its type, the numbers of its own marked content, its
    children."""

    type: str
    contents: tuple[int, ...]
    children: tuple[TaggedNode, ...]

    def walk(self) -> Iterator[TaggedNode]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class PaintedPage:
    """A page. `backdrop`: a picture of the page without its text. `handle`: the page in PDFium."""

    number: int
    width: float
    height: float
    painted: Sequence[Painted]
    tree: Sequence[TaggedNode]
    corner: tuple[float, float]  # where the trimmed page begins on the sheet, whose margin has crop marks
    handle: Any = field(repr=False)

    @cached_property
    def texts(self) -> list[Painted]:
        return [p for p in self.painted if p.kind == "text" and p.text.strip("\u2060 ")]

    @cached_property
    def body(self) -> list[Painted]:
        """Everything but running heads, folios and ornaments."""
        return [p for p in self.painted if p.tag != "Artifact" and (p.kind != "text" or p.text.strip("\u2060 "))]

    @cached_property
    def backdrop(self) -> Image.Image:
        for item in list(self.handle.get_objects(max_depth=1)):
            if item.type == raw.FPDF_PAGEOBJ_TEXT or (item.type == raw.FPDF_PAGEOBJ_FORM and _has_text_only(item)):
                self.handle.remove_obj(item)
        image: Image.Image = self.handle.render(scale=SCALE, may_draw_forms=False).to_pil().convert("RGB")
        return image

    def forget_backdrop(self) -> None:
        """Free the memory of the picture: 7 MB for a page in A4."""
        self.__dict__.pop("backdrop", None)

    def colours(self, extent: Extent) -> Mapping[Colour, float]:
        """The colours behind the text in an area, each with its share of the area."""
        x, y = self.corner
        corners = [round(side * SCALE) for side in (extent.left + x, extent.top + y, extent.right + x, extent.bottom + y)]
        part = self.backdrop.crop((corners[0], corners[1], max(corners[2], corners[0] + 1), max(corners[3], corners[1] + 1)))
        counted: Any = part.getcolors(part.width * part.height) or []
        total = sum(count for count, _ in counted)
        return {colour: count / total for count, colour in counted}


@contextmanager
def opened(data: bytes) -> Iterator[list[PaintedPage]]:
    """The pages of a PDF. The PDF stays open until the end of the `with` block."""
    with pypdfium2.PdfDocument(data) as document:
        yield [_page(document[number], number + 1) for number in range(len(document))]


def _page(page: Any, number: int) -> PaintedPage:
    left, bottom, right, top = page.get_trimbox()
    text = page.get_textpage()
    painted = tuple(_painted(page, text, left, top))
    sheet = page.get_mediabox()
    return PaintedPage(number, right - left, top - bottom, painted, tuple(_tree(page)), (left - sheet[0], sheet[3] - top), page)


def _painted(page: Any, text: Any, left: float, top: float) -> Iterator[Painted]:
    kinds = {raw.FPDF_PAGEOBJ_TEXT: "text", raw.FPDF_PAGEOBJ_PATH: "shape", raw.FPDF_PAGEOBJ_IMAGE: "picture"}
    for item in page.get_objects(filter=list(kinds), max_depth=DEEP, textpage=text):
        x0, y0, x1, y1 = _bounds(item)
        extent = Extent(x0 - left, top - y1, x1 - left, top - y0)
        outer = _outermost(item)
        marks = _marks(outer)
        tag = "Artifact" if "Artifact" in marks else "Figure" if "Figure" in marks else (marks or [""])[-1]
        content = raw.FPDFPageObj_GetMarkedContentID(outer)
        if kinds[item.type] == "text":
            size, bold = _type(item)
            yield Painted("text", extent, _fill(item), tag, content, item.extract(), size, bold)
        elif kinds[item.type] == "picture":
            yield Painted("picture", extent, (0, 0, 0), tag, content)
        else:
            filled = _is_filled(item)
            points, area = _outline(item) if filled else (0, 0.0)
            yield Painted("shape", extent, _fill(item), tag, content, filled=filled, points=points, area=area)


def _outermost(item: Any) -> Any:
    """The outermost form that an object is in, or the object itself if it is in none."""
    return _outermost(item.container) if item.container else item


def _bounds(item: Any) -> tuple[float, float, float, float]:
    """The left, bottom, right and top of an object on its page, even if it is in forms that move it."""
    left, bottom, right, top = item.get_bounds()
    while item := item.container:
        a, b, c, d, e, f = item.get_matrix().get()
        corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
        (left, right), (bottom, top) = ((min(side), max(side)) for side in zip(*corners, strict=True))
    return left, bottom, right, top


def _has_text_only(form: Any) -> bool:
    count = raw.FPDFFormObj_CountObjects(form)
    return all(raw.FPDFPageObj_GetType(raw.FPDFFormObj_GetObject(form, index)) == raw.FPDF_PAGEOBJ_TEXT for index in range(count))


def _type(item: Any) -> tuple[float, bool]:
    """The type size of a text in points on the page, and whether its face is bold."""
    matrix = item.get_matrix().get()
    return item.get_font_size() * abs(matrix[3] or matrix[1]), "bold" in item.get_font().get_base_name().lower()


def _marks(item: Any) -> list[str]:
    """The names of the marks around an object, the outermost first."""
    names = []
    for index in range(raw.FPDFPageObj_CountMarks(item)):
        buffer, length = ctypes.create_string_buffer(MARK), ctypes.c_ulong()
        wide = ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR))
        raw.FPDFPageObjMark_GetName(raw.FPDFPageObj_GetMark(item, index), wide, MARK, length)
        names.append(_decoded(buffer, length.value))
    return names


def _decoded(buffer: ctypes.Array[ctypes.c_char], length: int) -> str:
    return buffer.raw[:length].decode("utf-16-le").rstrip("\0")


def _fill(item: Any) -> Colour:
    values = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(item, *values)
    return values[0].value, values[1].value, values[2].value


def _is_filled(item: Any) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, mode, stroke)
    return bool(mode.value)


def _outline(item: Any) -> tuple[int, float]:
    """How many points the outline of a path has, and its area by the shoelace formula. Curves count as lines."""
    a, b, c, d, *_ = item.get_matrix().get()
    x, y = ctypes.c_float(), ctypes.c_float()
    count, total = raw.FPDFPath_CountSegments(item), 0.0
    ring: list[tuple[float, float]] = []
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            total, ring = total + _shoelace(ring), []
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        ring.append((x.value, y.value))
    return count, abs((total + _shoelace(ring)) * (a * d - b * c))


def _shoelace(ring: Sequence[tuple[float, float]]) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], *ring[:1]], strict=True)) / 2


def _tree(page: Any) -> Iterator[TaggedNode]:
    tree = raw.FPDF_StructTree_GetForPage(page)
    if not tree:
        return
    for index in range(raw.FPDF_StructTree_CountChildren(tree)):
        if child := raw.FPDF_StructTree_GetChildAtIndex(tree, index):
            yield _node(child)
    raw.FPDF_StructTree_Close(tree)


def _node(element: Any) -> TaggedNode:
    buffer = ctypes.create_string_buffer(MARK)
    length = raw.FPDF_StructElement_GetType(element, buffer, MARK)
    count = raw.FPDF_StructElement_GetMarkedContentIdCount(element)
    contents = (raw.FPDF_StructElement_GetMarkedContentIdAtIndex(element, index) for index in range(max(count, 0)))
    inner = (raw.FPDF_StructElement_GetChildAtIndex(element, i) for i in range(raw.FPDF_StructElement_CountChildren(element)))
    children = tuple(_node(child) for child in inner if child)
    return TaggedNode(_decoded(buffer, length), tuple(number for number in contents if number >= 0), children)
