"""Pages laid out and written by WeasyPrint, which is started once and kept warm.

In: HTML and the figures it names. Out: how many pages, by how much too long, and PDF bytes. Nothing is fetched: an address
that isn't one of the page's own figures fails the document, and so does any warning that WeasyPrint logs.
https://doc.courtbouillon.org/weasyprint/stable/api_reference.html
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.etree import ElementTree

from briefs.clock import clock
from briefs.engine import fonts as faces
from briefs.engine import footnotes as notes
from briefs.engine import load as typesetter
from briefs.engine import svg, tags
from briefs.problems import Problem, Problems
from briefs.theme import Theme
from briefs.tools.pandoc import media_type
from briefs.typeset.page import raster
from briefs.typeset.page.chunks import Chunk, TypesetPages
from briefs.typeset.page.html import FIGURE

POINTS = 0.75  # a CSS pixel in points


class LayoutError(Exception):
    """WeasyPrint had a warning; the message is its own."""


@dataclass(frozen=True)
class PageLayout:
    """A document, or a part of one, on pages: how many, and what WeasyPrint needs to write it."""

    pages: int
    document: Any
    part: Chunk | None = None

    def overflow_lines(self, leading: float) -> int:
        """How many lines of `leading` points stand behind the first page."""
        height = 0.0
        for page in self.document.pages[1:]:
            box = page._page_box
            bottoms = [b.position_y + b.height for b in box.descendants() if type(b).__name__ == "LineBox"]
            top = box.content_box_y()
            height += max([POINTS * (b - top) for b in bottoms if b <= top + box.height + 1] or [leading])
        return math.ceil(height / leading)

    def page_numbers(self) -> dict[str, str]:
        """The number of the page of each anchor, from 1."""
        return {name: str(page + 1) for name, page in self.anchors().items()}

    def anchors(self) -> dict[str, int]:
        """The page of each anchor, from 0."""
        found: dict[str, int] = {}
        for number, page in enumerate(self.document.pages):
            for anchor in page.anchors:  # what runs over several pages is named on each: the first is its own
                found.setdefault(anchor, number)
        return {name: page for name, page in found.items() if not self.part or name not in self.part.external_anchors}

    def resolutions(self) -> dict[str, float]:
        """How many dots an inch each picture of dots has where it stands."""
        found: dict[str, float] = {}
        for page in self.document.pages:
            for box in page._page_box.descendants():
                across = getattr(getattr(box, "replacement", None), "mode", None) and box.replacement.width
                if across:
                    name = box.element.get("src").removeprefix(FIGURE)
                    found[name] = min(across / box.width * 96, found.get(name, math.inf))
        return found

    def typeset_pages(self, printed: bool) -> TypesetPages:
        """A part's pages, to be joined with others (`parts.py`)."""
        with faces.apart():
            data = self._written(printed)
        names = tuple(page._page_box.page_type.name or "" for page in self.document.pages)
        titles = tuple(
            (level, words, number, x * POINTS, (page.height - y) * POINTS)
            for number, page in enumerate(self.document.pages)
            for level, words, (x, y), _ in page.bookmarks
        )
        name = self.part.name if self.part else ""
        fonts = faces.told(self.document.fonts.values())
        return TypesetPages(name, names, self.anchors(), titles, self.resolutions(), fonts, self.figure_boxes(), data)

    def pdf(self, printed: bool) -> bytes:
        """The file as WeasyPrint writes it: tagged for the screen, plain for a printer. Its finish packs it, and gives it its
        identifier (`finish.py`, `ink.py`)."""
        return self._written(True) if printed else self._screen

    def figure_boxes(self) -> tuple[raster.FigureBox, ...]:
        """Where each SVG stands."""
        return tuple(raster.figure_boxes(self.document.pages))

    def figure_pngs(self) -> dict[str, bytes]:
        """Each SVG as the screen's page shows it: a PNG by the name that the page has for the figure."""
        return raster.pngs(self.figure_boxes(), self._screen)

    @cached_property
    def _screen(self) -> bytes:
        return self._written(False)

    def _written(self, printed: bool) -> bytes:
        notes, name = (self.part.notes_before, self.part.name) if self.part else (0, "")
        with tags.recorded(notes, name) as complete, svg.plainly():
            options: dict[str, Any] = {"pdf_version": "1.6"} if printed else {"pdf_variant": "pdf/a-3a", "finisher": complete}
            data: bytes = self.document.write_pdf(pdf_identifier=False, uncompressed_pdf=True, **options)
        return data


class Typesetter:
    """WeasyPrint with the theme’s style sheet and fonts, which are loaded for the first layout; make one a process."""

    def __init__(self, theme: Theme):
        self._theme = theme
        self._styles: dict[tuple[str, ...], list[Any]] = {}

    @cached_property
    def _weasyprint(self) -> Any:
        with clock.stage("start"):
            return typesetter.load()

    @cached_property
    def _fonts(self) -> Any:
        return self._weasyprint.text.fonts.FontConfiguration()

    def lay_out(
        self, styles: tuple[str, ...], html: str, figures: Mapping[str, str | bytes], part: Chunk | None = None
    ) -> PageLayout:
        """Lay out a document, or a part of one, with the theme's style sheets of these names. `figures`: SVG texts, and pictures as
        bytes, by name. Raises LayoutError on any warning."""
        fonts = self._fonts  # which loads WeasyPrint: nothing may import a part of it before
        with _Heard() as heard, notes.kept():
            source = self._source(html, _Fetcher(figures))
            document = source.render(stylesheets=self._style(styles), font_config=fonts)
        if heard.messages:
            raise LayoutError("; ".join(heard.messages))
        tags.link_notes(document.pages, part.notes_before if part else 0)
        for name in part.external_anchors if part else ():  # WeasyPrint leaves out a link that leads nowhere
            document.pages[0].anchors[name] = (0, 0, 0, 0)
        return PageLayout(len(document.pages), document, part)

    def _source(self, html: str, fetcher: _Fetcher) -> Any:
        """The page as WeasyPrint takes it. What pandoc and `html.py` write is XML too, which is read in a thirtieth of the time;
        WeasyPrint's class reads HTML only, so one is filled by hand. What is no XML goes the usual way."""
        from cssselect2 import ElementWrapper

        try:
            root = ElementTree.fromstring(html)
        except ElementTree.ParseError:
            return self._weasyprint.HTML(string=html, base_url=FIGURE, url_fetcher=fetcher)
        source = object.__new__(self._weasyprint.HTML)
        source.base_url, source.url_fetcher, source.media_type = FIGURE, fetcher, "print"
        source.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        source.etree_element = root
        return source

    def shared_fonts(self, sheets: Sequence[TypesetPages]) -> bytes:
        """The faces of all parts, for `parts.join`."""
        return faces.together([part.fonts for part in sheets], self._fonts)

    def _style(self, names: tuple[str, ...]) -> list[Any]:
        """The style sheets of these names, parsed once. Raises Problems with the line of what WeasyPrint doesn't know."""
        if names not in self._styles:
            sheets, problems = [], []
            for path in self._theme.css(*names):
                with _Heard() as heard:
                    sheets.append(self._weasyprint.CSS(string=path.read_text(encoding="utf-8"), font_config=self._fonts))
                problems += [_in_sheet(f"theme/{path.name}", message) for message in heard.messages]
            if problems:
                raise Problems(problems)
            self._styles[names] = sheets
        return self._styles[names]


def _in_sheet(name: str, message: str) -> Problem:
    """WeasyPrint's “Ignored … at 12:6, unknown property” as a problem at that place."""
    match = re.search(r" at (\d+):(\d+)", message)
    line, column = (int(match[1]), int(match[2])) if match else (0, 0)
    return Problem("error", name, line, column, message.replace(match[0], "", 1).rstrip(".") if match else message.rstrip("."))


class _Fetcher:
    """Serves the page's own figures and nothing else."""

    _fail_on_errors = False  # WeasyPrint asks each fetcher for it: an error is logged, and so heard

    def __init__(self, figures: Mapping[str, str | bytes]):
        self.figures = figures

    def __call__(self, url: str, *args: object, **kwargs: object) -> Any:
        from weasyprint.urls import URLFetcherResponse

        name = url.removeprefix(FIGURE)
        if not url.startswith(FIGURE) or name not in self.figures:
            raise ValueError(f"{url} isn’t part of the edition")
        data = self.figures[name]
        kind = "image/svg+xml" if isinstance(data, str) else media_type(name)
        return URLFetcherResponse(url, data.encode() if isinstance(data, str) else data, {"Content-Type": kind})


class _Heard(logging.Handler):
    """Collects what WeasyPrint logs while it works."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def __enter__(self) -> _Heard:
        self._logger = logging.getLogger("weasyprint")
        self._logger.addHandler(self)
        return self

    def __exit__(self, *exc: object) -> None:
        self._logger.removeHandler(self)
