"""A view of WeasyPrint's pages and boxes, in points, which shows where everything was laid out. Boxes may be moved down.

In: a page as WeasyPrint lays it out, in CSS pixels. Out: `RenderedPage`, its `LayoutBox`es and the pictures on it. Distances are
from the page's upper left corner, without bleed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Box = Any  # weasyprint.formatting_structure.boxes.Box, or the AbsolutePlaceholder of one
Page = Any  # weasyprint.document.Page
POINTS = 0.75  # a CSS pixel in points
Kind = Literal["line", "text", "picture", "other"]
KINDS: Mapping[str, Kind] = {"LineBox": "line", "TextBox": "text", "BlockReplacedBox": "picture", "InlineReplacedBox": "picture"}


@dataclass(frozen=True)
class Rectangle:
    """An area of a page, in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def end(self, is_rtl: bool) -> float:
        """The position of the side where lines end. It grows in the direction of lines: `right`, or minus `left` if `is_rtl`."""
        return -self.left if is_rtl else self.right


@dataclass(frozen=True)
class Bookmark:
    """An entry of the outline: its level, its text, and the point that it leads to, in points from the page's lower left corner."""

    level: int
    text: str
    left: float
    top: float


@dataclass(frozen=True)
class PlacedPicture:
    """A picture on a page: its URL, the area that it fills, and its width in pixels (0 for an SVG)."""

    url: str
    area: Rectangle
    pixels: int


class LayoutBox:
    """A box of the layout (https://www.w3.org/TR/css-box-4/).

    A line and an anonymous box report the tag, the classes and the element of the box around them.
    """

    __slots__ = ("_box",)

    def __init__(self, box: Box):
        self._box = box

    @property
    def kind(self) -> Kind:
        return KINDS.get(type(self._box).__name__, "other")

    @property
    def tag(self) -> str:
        """The name of the HTML element; for a pseudo-element with its own name after it, as in `p::before`."""
        return str(getattr(self._box, "element_tag", None) or "")

    @property
    def text(self) -> str:
        """The text of a text box; nothing for any other box."""
        return str(getattr(self._box, "text", "") or "")

    @property
    def is_pseudo_element(self) -> bool:
        return bool(getattr(self._box, "pseudo_type", None))

    @property
    def column_widths(self) -> tuple[float, ...]:
        """The widths of the columns of a table; nothing for any other box, such as the one around a table."""
        return tuple(width * POINTS for width in getattr(self._box, "column_widths", None) or ())

    @property
    def is_margin_box(self) -> bool:
        """Whether this is a margin box of a page (https://www.w3.org/TR/css-page-3/#margin-boxes)."""
        return type(self._box).__name__ == "MarginBox"

    @property
    def is_column(self) -> bool:
        """Whether this is a column of a multi-column layout (https://www.w3.org/TR/css-multicol-1/)."""
        return bool(getattr(self._box, "is_column", False))

    @property
    def element(self) -> object:
        """The HTML element, to tell whether two boxes have the same one. None for a page and its margin boxes."""
        return getattr(self._box, "element", None)

    def attribute(self, name: str) -> str:
        """An attribute of the HTML element; empty if the element doesn't have it."""
        read = getattr(self.element, "get", None)
        return str(read(name) or "") if read else ""

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(self.attribute("class").split())

    @property
    def is_rtl(self) -> bool:
        """Whether the lines in this box run from right to left."""
        return bool(self._box.style["direction"] == "rtl")

    @property
    def content_area(self) -> Rectangle:
        box = self._box
        return _points(box.content_box_x(), box.content_box_y(), box.width, box.height)

    @property
    def border_area(self) -> Rectangle:
        box = self._box
        return _points(box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height())

    @property
    def margin_area(self) -> Rectangle:
        box = self._box
        return _points(box.position_x, box.position_y, box.margin_width(), box.margin_height())

    @property
    def children(self) -> Iterator[LayoutBox]:
        return map(LayoutBox, getattr(self._box, "children", ()))

    def descendants(self, absolute: bool = False) -> Iterator[LayoutBox]:
        """This box and all boxes in it, in the order of the document. `absolute`: whether the boxes in absolutely positioned boxes
        are among them."""
        return map(LayoutBox, self._box.descendants(placeholders=absolute))

    def move_down(self, points: float) -> None:
        """Move this box, with all that is in it. What is beside or below it stays, and so does its parent's height."""
        self._box.translate(dy=points / POINTS)

    def lines(self) -> Iterator[Rectangle]:
        """The lines of text in this box."""
        return (box.margin_area for box in self.descendants() if box.kind == "line")


class RenderedPage:
    """A page of a layout."""

    def __init__(self, page: Page):
        self._page = page

    @property
    def name(self) -> str:
        """The CSS page name (https://www.w3.org/TR/css-page-3/#using-named-pages), or nothing."""
        return str(self._page._page_box.page_type.name or "")

    @property
    def box(self) -> LayoutBox:
        """The page's own box. Its content area is the page without its margins."""
        return LayoutBox(self._page._page_box)

    @property
    def anchors(self) -> tuple[str, ...]:
        """The names of the anchors on this page. If an element goes on over several pages, its anchor is on each of them."""
        return tuple(self._page.anchors)

    def anchor_areas(self) -> Mapping[str, Rectangle]:
        """The area of each anchor on this page: that of the first box of its element."""
        areas = {name: (x, y, right - x, bottom - y) for name, (x, y, right, bottom) in self._page.anchors.items()}
        return {name: _points(*area) for name, area in areas.items()}

    def bookmarks(self) -> Iterator[Bookmark]:
        for level, text, (x, y), _ in self._page.bookmarks:
            yield Bookmark(level, text, x * POINTS, (self._page.height - y) * POINTS)

    def pictures(self, absolute: bool = False) -> Iterator[PlacedPicture]:
        """The pictures on this page; with `absolute` also those in boxes that are positioned absolutely."""
        for box in self._page._page_box.descendants(placeholders=absolute):
            picture = getattr(box, "replacement", None)
            if picture is not None:
                view = LayoutBox(box)
                pixels = picture.width if getattr(picture, "mode", None) else 0  # a RasterImage has a colour mode
                yield PlacedPicture(view.attribute("src"), view.content_area, pixels)


def _points(left: float, top: float, width: float, height: float) -> Rectangle:
    return Rectangle(left * POINTS, top * POINTS, width * POINTS, height * POINTS)
