"""Layout and PDF by WeasyPrint, behind a small interface.

In: HTML, style sheets, and the resources that they name. Out: `RenderedDocument`: pages to look at, and the bytes of a PDF. Nothing
is fetched. Every warning that WeasyPrint logs becomes a LayoutError, because WeasyPrint logs one when it leaves something out.
https://doc.courtbouillon.org/weasyprint/stable/api_reference.html
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.etree import ElementTree

from briefs.clock import clock
from briefs.engine import fonts, load, patches, tags, words
from briefs.engine.boxes import RenderedPage
from briefs.engine.fonts import FontUsage
from briefs.logs import HARMLESS

HTML = Any  # weasyprint.HTML
Document = Any  # weasyprint.document.Document
StyleSheet = Any  # weasyprint.CSS
FontConfiguration = Any  # weasyprint.text.fonts.FontConfiguration


class LayoutError(Exception):
    """WeasyPrint logged a warning. The message is WeasyPrint's own."""


@dataclass(frozen=True)
class Resource:
    """The bytes that a URL stands for, and their media type."""

    data: bytes
    media_type: str


@dataclass(frozen=True)
class RenderedDocument:
    """A document or a chunk that was laid out. `root`: its HTML; `notes_before`: how many footnotes are in the chunks before it;
    `name`: a prefix that makes its identifiers unique in the joined file."""

    document: Document
    root: words.Element
    notes_before: int
    name: str

    @cached_property
    def pages(self) -> Sequence[RenderedPage]:
        return [RenderedPage(page) for page in self.document.pages]

    def find_anchors(self) -> None:
        """Find anchors, links and bookmarks again, after boxes have been moved."""
        from weasyprint.document import Page

        self.document.pages[:] = [Page(page._page_box) for page in self.document.pages]
        tags.link_notes(self.document.pages, self.notes_before)
        self.__dict__.pop("pages", None)

    def lost_words(self) -> Iterator[tuple[words.Element, str]]:
        """Each element of which some letters are on no page, with its text."""
        return words.lost(self.root, self.pages)

    def write_pdf(self, tagged: bool, embed_fonts: bool = True) -> bytes:
        """The PDF as WeasyPrint writes it: with a complete structure tree (`pdf/a-3a`), or without any if it isn't `tagged`
        (PDF 1.6). The PDF isn't compressed and has no identifier. Without `embed_fonts` it names its fonts but doesn't hold them.

        Raises LayoutError, and ToolError with untested versions.
        """
        patches.require("weasyprint.draw.text.draw_first_line", "weasyprint.svg.text", "weasyprint.svg.SVG.draw_node")
        options: dict[str, Any] = {"pdf_version": "1.6"}
        with LogListener() as log, ExitStack() as stack:
            if not embed_fonts:
                stack.enter_context(fonts.not_embedded())
            if tagged:
                complete = stack.enter_context(tags.recorded(self.notes_before, self.name))
                options = {"pdf_variant": "pdf/a-3a", "finisher": complete}
            stack.enter_context(_sizes_checked())
            data: bytes = self.document.write_pdf(pdf_identifier=False, uncompressed_pdf=True, **options)
        log.check()
        return data

    def font_usage(self) -> dict[str, FontUsage]:
        """The fonts and glyphs that the document uses, once it has been written."""
        return fonts.usage(self.document.fonts.values())


class Renderer:
    """WeasyPrint with one set of fonts. A process needs only one renderer. WeasyPrint is loaded when the renderer is first used."""

    @cached_property
    def _weasyprint(self) -> Any:
        with clock.stage("start"):
            return load.load()

    @cached_property
    def _fonts(self) -> FontConfiguration:
        return self._weasyprint.text.fonts.FontConfiguration()

    def style_sheet(self, css: str) -> tuple[StyleSheet, list[str]]:
        """A parsed style sheet, and WeasyPrint's warnings about it. The style sheet may name no URLs, since nothing is fetched."""
        options = {"font_config": self._fonts, "url_fetcher": ResourceFetcher({})}
        with LogListener() as log:
            try:
                sheet = self._weasyprint.CSS(string=css, **options)
            except self._weasyprint.urls.URLFetchingError as fault:  # WeasyPrint raises this for a colour profile
                sheet, log.messages = self._weasyprint.CSS(string="", **options), [*log.messages, str(fault)]
        return sheet, log.messages

    def render(
        self,
        html: str,
        style_sheets: Sequence[StyleSheet],
        resources: Mapping[str, Resource],
        base_url: str,
        *,
        notes_before: int = 0,
        name: str = "",
        external_anchors: Iterable[str] = (),
    ) -> RenderedDocument:
        """Lay out a document. `resources`: everything that its URLs may name; `external_anchors`: targets of its links that are in
        other chunks. For `notes_before` and `name` see `RenderedDocument`.

        Raises LayoutError, and ToolError with untested versions.
        """
        font_config = self._fonts  # loads WeasyPrint, before any part of it may be imported
        patches.require("weasyprint.layout.page.make_page", "weasyprint.layout.LayoutContext._update_footnote_area")
        with LogListener() as log:
            source = self._parse(html, base_url, ResourceFetcher(resources))
            with _sizes_checked():
                document = source.render(stylesheets=list(style_sheets), font_config=font_config)
        log.check()
        tags.link_notes(document.pages, notes_before)
        for anchor in external_anchors:  # WeasyPrint drops a link that leads nowhere
            document.pages[0].anchors[anchor] = (0, 0, 0, 0)
        return RenderedDocument(document, source.etree_element, notes_before, name)

    def _parse(self, html: str, base_url: str, fetcher: ResourceFetcher) -> HTML:
        """The document as an instance of `weasyprint.HTML`. The HTML that pandoc and `html.py` write is also XML, and an XML parser
        needs a thirtieth of the time. WeasyPrint's class parses its input as HTML only, so an instance is made and its attributes
        are set here. HTML that isn't XML is parsed by WeasyPrint."""
        from cssselect2 import ElementWrapper

        try:
            root = ElementTree.fromstring(html) if patches.is_tested("weasyprint.HTML.__init__") else None
        except ElementTree.ParseError:
            root = None
        if root is None:
            return self._weasyprint.HTML(string=html, base_url=base_url, url_fetcher=fetcher)
        source = object.__new__(self._weasyprint.HTML)
        source.base_url, source.url_fetcher, source.media_type = base_url, fetcher, "print"
        source.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        source.etree_element = root
        return source

    def shared_fonts(self, usages: Iterable[Mapping[str, FontUsage]]) -> bytes:
        """A PDF that holds the fonts of all chunks (`fonts.py`)."""
        return fonts.subset(usages, self._fonts)


class ResourceFetcher:
    """WeasyPrint's `url_fetcher`, which gives it a document's own resources and nothing else.
    https://doc.courtbouillon.org/weasyprint/stable/first_steps.html#url-fetchers"""

    _fail_on_errors = False  # WeasyPrint reads this, and so logs an error instead of raising it; `LogListener` collects it

    def __init__(self, resources: Mapping[str, Resource]):
        self._resources = resources

    def __call__(self, url: str, *args: object, **kwargs: object) -> Any:
        """The resource as a weasyprint.urls.URLFetcherResponse. Raises ValueError for a URL that isn't among the resources."""
        from weasyprint.urls import URLFetcherResponse

        if url not in self._resources:
            raise ValueError(f"{url} isn’t part of the edition")
        resource = self._resources[url]
        return URLFetcherResponse(url, resource.data, {"Content-Type": resource.media_type})


@contextmanager
def _sizes_checked() -> Iterator[None]:
    """Raise LayoutError for a size with which WeasyPrint can't compute: sizes in `em` multiply, so each may be small."""
    try:
        yield
    except ArithmeticError as fault:
        raise LayoutError(f"a size in a style sheet is too large or too small to be set ({fault})") from None


class LogListener(logging.Handler):
    """Collects the warnings and errors that WeasyPrint logs in a `with` block."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.getMessage().startswith(HARMLESS):
            self.messages.append(record.getMessage())

    def __enter__(self) -> LogListener:
        logging.getLogger("weasyprint").addHandler(self)
        return self

    def __exit__(self, *exc: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)

    def check(self) -> None:
        """Raise LayoutError if there was any message."""
        if self.messages:
            raise LayoutError("; ".join(self.messages))
