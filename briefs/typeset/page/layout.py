"""Lays out pages with the theme's style sheets, and writes them as PDF.

In: HTML and the figures that it names. Out: `PageLayout`: the number of pages, the number of lines that are too many, the positions
of anchors and figures, and the bytes of a PDF. A document fails if it has a URL that isn't one of its own figures, or if WeasyPrint
logs a warning.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from briefs.compose.pictures import layer_of, with_pixels
from briefs.engine import bounds
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
    """A document or a chunk that was laid out. `pages`: how many pages it has."""

    pages: int
    document: RenderedDocument
    chunk: Chunk | None = None

    def overflow_lines(self, leading: float) -> int:
        """How many lines, each `leading` points high, the content after the first page would take."""
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
        """The faults on the pages: words that leave their box, or that are on no page."""
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
        """The page and the area of each SVG."""
        found: list[raster.FigureBox] = []
        for number, page in enumerate(self.document.pages):
            for url, area in ((picture.url, picture.area) for picture in page.pictures(absolute=True)):
                if url.startswith(FIGURE) and url.endswith(".svg"):
                    found.append(raster.FigureBox(url.removeprefix(FIGURE), number, area.left, area.top, area.width, area.height))
        return tuple(found)

    def figure_pngs(self, dpi: int = raster.DPI) -> dict[str, bytes]:
        """A PNG of each SVG, by the name of the figure. It is drawn from the PDF for the screen."""
        return raster.pngs(self.figure_boxes(), self._screen_pdf, dpi)

    def forget_pdf(self) -> None:
        """Forget the PDF that was written, because boxes have been moved since. It is written anew when it is next needed."""
        self.__dict__.pop("_screen_pdf", None)

    @cached_property
    def _screen_pdf(self) -> bytes:
        return self.document.write_pdf(tagged=True)


RTL, HEAD = ' dir="rtl"', 200  # the attribute of a page from right to left, and the number of characters in which it is sought
_PAGE = re.compile(r"@page\b[^{]*\{(?:[^{}]|\{[^{}]*\})*\}")
_SIDE = re.compile(r"(?<!--)\b(?:left|right)\b")


class Typesetter:
    """WeasyPrint with the theme’s style sheets and fonts, which are loaded for the first layout. A process needs only one
    typesetter."""

    def __init__(self, theme: Theme):
        self._theme = theme
        self._renderer = Renderer()
        self._style_sheets: dict[tuple[tuple[str, ...], bool], list[StyleSheet]] = {}

    def lay_out(
        self, styles: tuple[str, ...], html: str, figures: Mapping[str, str | bytes], chunk: Chunk | None = None
    ) -> PageLayout:
        """Lay out a document, or a chunk of one, with the theme's style sheets of these names. `figures`: the text of SVGs and
        the bytes of other pictures, by name. Raises LayoutError on any warning, or Problems if the warning is about a style
        sheet."""
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
        """The style sheets of these names, each parsed once. Raises Problems with the lines that exceed a bound or that
        WeasyPrint doesn't understand."""
        if (names, is_rtl) not in self._style_sheets:
            sheets: list[StyleSheet] = []
            paths = self._theme.css(*names)
            texts = [style_sheet(path) for path in paths]
            problems = [
                _css_problem(f"theme/{path.name}", said)
                for path, own in zip(paths, bounds.exceeded(texts), strict=True)
                for said in own
            ]
            if problems:
                raise Problems(problems)
            for path, text in zip(paths, texts, strict=True):
                sheet, warnings = self._renderer.style_sheet(mirrored(text) if is_rtl else text)
                sheets.append(sheet)
                problems += [_css_problem(f"theme/{path.name}", warning) for warning in warnings]
            if problems:
                raise Problems(problems)
            self._style_sheets[names, is_rtl] = sheets
        return self._style_sheets[names, is_rtl]


def mirrored(css: str) -> str:
    """A style sheet in which left and right are exchanged in the rules for pages: `@bottom-left` becomes `@bottom-right`.

    This is done because CSS has no logical properties for pages (https://www.w3.org/TR/css-page-3/). Names of custom properties,
    such as `--left`, stay.
    """
    return _PAGE.sub(lambda block: _SIDE.sub(lambda side: "left" if side[0] == "right" else "right", block[0]), css)


def _resources(name: str, figure: str | bytes) -> Iterator[tuple[str, Resource]]:
    """The resources for the name of a figure. If a raster picture comes with the words that it shows, it becomes an SVG in which
    these words lie invisibly over the pixels, so that they can be searched and copied. The pixels get a name of their own."""
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
