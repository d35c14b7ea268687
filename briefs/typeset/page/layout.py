"""Pages laid out by the theme's style sheets, and written as PDF.

In: HTML and the figures that it names. Out: `PageLayout`: how many pages there are, by how much they are too long, where things
are on them, and the bytes of a PDF. A URL that isn't one of the page's own figures fails the document, and so does any warning of
WeasyPrint.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from briefs.compose.pictures import layer_of, with_pixels
from briefs.engine.render import RenderedDocument, Renderer, Resource, StyleSheet
from briefs.problems import Problem, Problems
from briefs.theme import Theme, style_sheet
from briefs.tools.pandoc import media_type
from briefs.typeset.page import faults, raster
from briefs.typeset.page.chunks import Chunk, TypesetPages
from briefs.typeset.page.faults import PageFault
from briefs.typeset.page.html import FIGURE


@dataclass(frozen=True)
class PageLayout:
    """A document, or a chunk of one, on pages."""

    pages: int
    document: RenderedDocument
    chunk: Chunk | None = None

    def overflow_lines(self, leading: float) -> int:
        """How many lines of `leading` points are after the first page."""
        height = 0.0
        for page in self.document.pages[1:]:
            area = page.box.content_area
            bottoms = [line.bottom for line in page.box.lines()]
            height += max([bottom - area.top for bottom in bottoms if bottom <= area.bottom + 1] or [leading])
        return math.ceil(height / leading)

    def page_numbers(self) -> dict[str, str]:
        """The number of the page of each anchor, from 1."""
        return {name: str(page + 1) for name, page in self.anchors().items()}

    def anchors(self) -> dict[str, int]:
        """The page of each anchor, from 0."""
        found: dict[str, int] = {}
        for number, page in enumerate(self.document.pages):
            for anchor in page.anchors:
                found.setdefault(anchor, number)
        return {name: page for name, page in found.items() if not self.chunk or name not in self.chunk.external_anchors}

    def resolutions(self) -> dict[str, float]:
        """The lowest resolution at which each PNG or JPEG is printed, in dots per inch."""
        found: dict[str, float] = {}
        for picture in (picture for page in self.document.pages for picture in page.pictures() if picture.pixels):
            name = picture.url.removeprefix(FIGURE)
            found[name] = min(picture.pixels / picture.area.width * 72, found.get(name, math.inf))
        return found

    def faults(self) -> list[PageFault]:
        """Words that leave their place, or that are on no page."""
        return faults.faults(self.document)

    def typeset_pages(self, printed: bool) -> TypesetPages:
        """The pages of a chunk, to be joined with others (`join.py`)."""
        pdf = self.document.write_pdf(tagged=not printed, embed_fonts=False)
        names = tuple(page.name for page in self.document.pages)
        bookmarks = tuple(
            (bookmark.level, bookmark.text, number, bookmark.left, bookmark.top)
            for number, page in enumerate(self.document.pages)
            for bookmark in page.bookmarks()
        )
        name, fonts, found = self.document.name, self.document.font_usage(), tuple(self.faults())
        return TypesetPages(name, names, self.anchors(), bookmarks, self.resolutions(), fonts, self.figure_boxes(), pdf, found)

    def pdf(self, printed: bool) -> bytes:
        """The PDF as WeasyPrint writes it: with tags for the screen, without for a printer. `pdfa.py` and `pdfx.py` compress it and
        give it an identifier."""
        return self.document.write_pdf(tagged=False) if printed else self._screen_pdf

    def figure_boxes(self) -> tuple[raster.FigureBox, ...]:
        """Where each SVG is."""
        found: list[raster.FigureBox] = []
        for number, page in enumerate(self.document.pages):
            for url, area in ((picture.url, picture.area) for picture in page.pictures()):
                if url.startswith(FIGURE) and url.endswith(".svg"):
                    found.append(raster.FigureBox(url.removeprefix(FIGURE), number, area.left, area.top, area.width, area.height))
        return tuple(found)

    def figure_pngs(self) -> dict[str, bytes]:
        """Each SVG as the screen's page shows it: a PNG by the name of the figure."""
        return raster.pngs(self.figure_boxes(), self._screen_pdf)

    def forget_pdf(self) -> None:
        """Write the PDF anew when it is next asked for, because boxes have been moved."""
        self.__dict__.pop("_screen_pdf", None)

    @cached_property
    def _screen_pdf(self) -> bytes:
        return self.document.write_pdf(tagged=True)


RTL, HEAD = ' dir="rtl"', 200  # what a page from right to left says in these first letters
_PAGE = re.compile(r"@page\b[^{]*\{(?:[^{}]|\{[^{}]*\})*\}")
_SIDE = re.compile(r"(?<!--)\b(?:left|right)\b")


class Typesetter:
    """WeasyPrint with the theme’s style sheets and fonts. They are loaded for the first layout; make one a process."""

    def __init__(self, theme: Theme):
        self._theme = theme
        self._renderer = Renderer()
        self._style_sheets: dict[tuple[tuple[str, ...], bool], list[StyleSheet]] = {}

    def lay_out(
        self, styles: tuple[str, ...], html: str, figures: Mapping[str, str | bytes], chunk: Chunk | None = None
    ) -> PageLayout:
        """Lay out a document, or a chunk of one, with the theme's style sheets of these names. `figures`: the text of SVGs and
        the bytes of other pictures, by name. Raises LayoutError on any warning, Problems if it is in a style sheet."""
        resources = {FIGURE + url: resource for name, figure in figures.items() for url, resource in _resources(name, figure)}
        document = self._renderer.render(
            html,
            self._sheets(styles, RTL in html[:HEAD]),
            resources,
            FIGURE,
            notes_before=chunk.notes_before if chunk else 0,
            name=chunk.name if chunk else "",
            external_anchors=chunk.external_anchors if chunk else (),
        )
        return PageLayout(len(document.pages), document, chunk)

    def shared_fonts(self, typeset: Sequence[TypesetPages]) -> bytes:
        """The fonts of all chunks, for `join.joined`."""
        return self._renderer.shared_fonts([pages.fonts for pages in typeset])

    def _sheets(self, names: tuple[str, ...], is_rtl: bool) -> list[StyleSheet]:
        """The style sheets of these names, parsed once. Raises Problems with the line of what WeasyPrint doesn't know."""
        if (names, is_rtl) not in self._style_sheets:
            sheets: list[StyleSheet] = []
            problems: list[Problem] = []
            for path in self._theme.css(*names):
                text = style_sheet(path)
                sheet, warnings = self._renderer.style_sheet(mirrored(text) if is_rtl else text)
                sheets.append(sheet)
                problems += [_css_problem(f"theme/{path.name}", warning) for warning in warnings]
            if problems:
                raise Problems(problems)
            self._style_sheets[names, is_rtl] = sheets
        return self._style_sheets[names, is_rtl]


def mirrored(css: str) -> str:
    """A style sheet whose pages have their margins and margin boxes on the other side: `@bottom-left` is `@bottom-right`.

    A page has no logical properties (https://www.w3.org/TR/css-page-3/). Names of custom properties, such as `--left`, stay.
    """
    return _PAGE.sub(lambda block: _SIDE.sub(lambda side: "left" if side[0] == "right" else "right", block[0]), css)


def _resources(name: str, figure: str | bytes) -> Iterator[tuple[str, Resource]]:
    """What the name of a figure stands for. Over pixels that come with their words lie these words, without ink, so that they are
    found and copied as in a text. Such a picture is an SVG whose pixels have a name of their own."""
    if isinstance(figure, str):
        yield name, Resource(figure.encode(), "image/svg+xml")
    elif layer := layer_of(figure):
        yield name, Resource(with_pixels(layer, f"{FIGURE}{name}-pixels").encode(), "image/svg+xml")
        yield f"{name}-pixels", Resource(figure, media_type(name))
    else:
        yield name, Resource(figure, media_type(name))


def _css_problem(name: str, message: str) -> Problem:
    """WeasyPrint's “Ignored … at 12:6, unknown property” as a problem at that place."""
    match = re.search(r" at (\d+):(\d+)", message)
    line, column = (int(match[1]), int(match[2])) if match else (0, 0)
    return Problem("error", name, line, column, message.replace(match[0], "", 1).rstrip(".") if match else message.rstrip("."))
