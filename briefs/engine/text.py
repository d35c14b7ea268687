"""Text layout by Pango, without doing the same work again for each line.

In: a method of WeasyPrint's class `Layout`, and its functions that end and draw a line. Out: their replacements. WeasyPrint makes
a Pango context, a font description and attributes for each text that it measures, though a document has only some dozen kinds of
text. Here the first layout of a kind is the model from which the others are copied. WeasyPrint also asks Pango for each glyph that
it draws. Here the glyphs of a line are read at once. And it ends a line after the first word of a text that only the space at its end
makes too long. These changes are worth offering upstream.
https://docs.gtk.org/Pango/method.Layout.copy.html, https://docs.gtk.org/Pango/struct.GlyphInfo.html
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

Layout = Any  # weasyprint.text.line_break.Layout
Style = Any  # weasyprint.css.ComputedStyle, or a dictionary with a font_config
Stream = Any  # weasyprint.pdf.stream.Stream
TextBox = Any  # weasyprint.formatting_structure.boxes.TextBox, or that of weasyprint.svg.text
PangoLayout = Any  # cffi: PangoLayout *
PangoGlyphItem = Any  # cffi: PangoGlyphItem *
PangoFont = Any  # cffi: PangoFont *
Font = Any  # weasyprint.pdf.fonts.Font

KIND = (  # the properties of a style that Layout.setup reads, besides the font's family and whether the text is decorated
    "direction", "lang", "font_language_override", "font_style", "font_stretch", "font_weight", "font_size",
    "font_variation_settings", "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps",
    "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
)  # fmt: skip
_kind = itemgetter(*KIND)
OWN = {"style", "justification_spacing", "max_width", "text"}  # attributes that differ between the layouts of a kind
PANGO_GLYPH_EMPTY = 0x0FFFFFFF  # an invisible glyph, such as a word joiner; larger numbers stand for letters that no font has
BREAKS = re.compile("[\n\v\f\r\x85\u2028\u2029]")  # characters that may end a paragraph or a line
# Letters of scripts whose glyphs can't be given a fixed text: a glyph may stand for other letters in another word, or be drawn
# before a letter that it follows in the text. These are the blocks from Devanagari to Myanmar, and Khmer. Scripts from right to
# left are not among them, because programs that read a PDF put their glyphs into the order of the text.
_JOINED = re.compile("[\u0900-\u109f\u1780-\u17ff]")
INTEGERS = 5  # the number of integers in a PangoGlyphInfo: glyph, width, two offsets, attributes


def setup(original: Callable[[Layout, Style], None]) -> Callable[[Layout, Style], None]:
    """Replaces Layout.setup. A layout is copied from the first layout of its kind, which has the same font and language."""
    from weasyprint.text.ffi import ffi, gobject, pango

    _declare_copy()

    def setup(layout: Layout, style: Style) -> None:
        models = style.font_config.__dict__.setdefault("models", {})
        kind = _kind(style), tuple(style["font_family"]), style["text_decoration_line"] == "none"
        if kind not in models:
            original(layout, style)
            models[kind] = {name: value for name, value in vars(layout).items() if name not in OWN}
        layout.__dict__.update(models[kind], style=style)
        layout.layout = ffi.gc(pango.pango_layout_copy(layout.layout), gobject.g_object_unref)

    return setup


@cache
def _declare_copy() -> None:
    from weasyprint.text.ffi import ffi

    ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *layout);")


def split_first_line(original: Callable[..., Any]) -> Callable[..., Any]:
    """Replaces split_first_line, which takes a text for too long if only the space at its end has no room. It then ends the line
    after the first word, as if this word alone were longer than the line."""

    def split_first_line(text: str, style: Style, context: Any, max_width: float | None, *rest: Any, **named: Any) -> Any:
        found = original(text, style, context, max_width, *rest, **named)
        if text[-1:] != " " or found[2] is None or found[1] > len(text.partition(" ")[0].encode()):
            return found
        bare = original(text.rstrip(" "), style, context, max_width, *rest, **named)
        return found if bare[2] is not None else original(text, style, context, None, *rest, **named)

    return split_first_line


def draw_first_line(original: Callable[..., Any]) -> Callable[..., Any]:
    """Replaces draw_first_line, which asks Pango for each glyph. All glyphs of a plain line are read at once.

    Other lines are left to WeasyPrint: lines with an ellipsis, with a font whose glyphs are pictures, with a glyph that has an
    offset, or with a letter that no font has.
    """

    def draw_first_line(stream: Stream, box: TextBox, overflow: str, ellipsis: str, matrix: Any) -> Any:
        if not _JOINED.search(box.pango_layout.text):
            return draw(stream, box, overflow, ellipsis, matrix)
        stream.begin_marked_content("Span", _actual_text(box.pango_layout.text))
        try:
            return draw(stream, box, overflow, ellipsis, matrix)
        finally:
            stream.end_marked_content()

    def draw(stream: Stream, box: TextBox, overflow: str, ellipsis: str, matrix: Any) -> Any:
        runs = None if overflow == "ellipsis" or ellipsis != "none" else _plain_runs(stream, box)
        if runs is None:
            return original(stream, box, overflow, ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        _show(stream, runs, box.pango_layout.text)
        return []

    return draw_first_line


def _actual_text(text: str) -> Any:
    """The property list with the text as which a line is read aloud and copied (ISO 32000-1, 14.9.4)."""
    import pydyf

    return pydyf.Dictionary({"ActualText": pydyf.String(text.replace("\u2060", ""))})


def _plain_runs(stream: Stream, box: TextBox) -> list[_Run] | None:
    """The runs of a line. None if the line isn't plain: then WeasyPrint draws it, with the texts of glyphs that are stored here."""
    if not box.text.strip() or BREAKS.search(box.pango_layout.text) or box.style["font_size"] <= 0.001:
        return None
    runs: list[_Run] = []
    for item in _items(box.pango_layout.layout):
        run = _Run(stream, item, runs[-1] if runs else None)
        runs.append(run)
    if all(run.is_plain for run in runs):
        return runs
    for run in runs:
        run.store_text(box.pango_layout.text)
    return None


def _items(layout: PangoLayout) -> Iterator[PangoGlyphItem]:
    """The glyph items of a layout's first line."""
    from weasyprint.text.ffi import ffi, pango

    run = pango.pango_layout_get_line_readonly(layout, 0).runs
    while run != ffi.NULL:
        yield run.data
        run = run.next


def _show(stream: Stream, runs: Sequence[_Run], text: str) -> None:
    """Show the runs. Neighbouring runs of the same font are shown with one operator (ISO 32000-1, 9.4.3)."""
    shown, face = "", None
    for run in runs:
        if face is None or run.face != face:
            if shown:
                stream.show_text(shown)
            shown, face = "", run.face
            stream.set_font_size(run.font.hash, run.size)
        glyphs = "<" + run.encoded(stream, text)
        shown += glyphs[:-1] if glyphs.endswith("<") else glyphs + ">"
    stream.show_text(shown)


class _Run:
    """Glyphs of one font, in the order in which they are drawn."""

    def __init__(self, stream: Stream, item: PangoGlyphItem, before: _Run | None):
        from weasyprint.text.ffi import ffi

        self.font: Font
        self.size: float
        self.item = item
        self.face: PangoFont = item.item.analysis.font
        if before is not None and self.face == before.face:
            self.font, self.size = before.font, before.size
        else:
            self.font, self.size = stream.add_font(self.face)
        glyphs = item.glyphs
        numbers = memoryview(ffi.buffer(glyphs.glyphs, glyphs.num_glyphs * INTEGERS * 4)).cast("i").tolist()
        self.glyphs = list(zip(numbers[::INTEGERS], numbers[1::INTEGERS], strict=True))  # pairs of a glyph and its width
        moved = any(numbers[2::INTEGERS]) or any(numbers[3::INTEGERS])
        font = self.font
        pictures = font.bitmap or font.png or font.svg or font.colr
        self.is_plain = not (moved or pictures) and max(numbers[::INTEGERS], default=0) <= PANGO_GLYPH_EMPTY

    def encoded(self, stream: Stream, text: str) -> str:
        """The glyphs as the TJ operator shows them (ISO 32000-1, 9.4.3): in hexadecimal, with the kerning between them."""
        known = self.font.__dict__.setdefault("encoded", {}).setdefault(self.size, {})
        for at, pair in enumerate(self.glyphs):
            if pair not in known:
                known[pair] = self._encode(stream, text, at, *pair)
        return "".join([known[pair] for pair in self.glyphs])

    def _encode(self, stream: Stream, text: str, at: int, glyph: int, width: int) -> str:
        """Encode a glyph that is new to the font, or new with this width. The glyph's text and width are stored with the font."""
        from weasyprint.text.ffi import FROM_UNITS, pango

        if glyph == PANGO_GLYPH_EMPTY:
            return f">{-width / self.size}<"
        if glyph not in self.font.to_unicode:
            self.font.to_unicode[glyph] = self._text(text, at)
        widths = self.font.widths
        if glyph not in widths:
            pango.pango_font_get_glyph_extents(self.face, glyph, stream.ink_rect, stream.logical_rect)
            widths[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / self.size)
        kerning = widths[glyph] - width * 1000 * FROM_UNITS / self.size
        return f"{glyph:04x}>{int(kerning)}<" if kerning else f"{glyph:04x}"

    def store_text(self, text: str) -> None:
        """Store the text of each glyph with its font, before WeasyPrint does."""
        for at, (glyph, _) in enumerate(self.glyphs):
            if glyph < PANGO_GLYPH_EMPTY and glyph not in self.font.to_unicode:
                self.font.to_unicode[glyph] = self._text(text, at)

    def _text(self, text: str, at: int) -> str:
        """The text of a glyph: the text of its cluster, or a part of that text if the cluster has several glyphs.

        A letter that the font lacks may be drawn with two glyphs that the font has: Ţ with T and a cedilla. WeasyPrint gives the
        whole letter to the last of these glyphs, so a T elsewhere has no text. Here each of the glyphs gets one character of the
        decomposed letter.
        """
        clusters, leftwards = self.item.glyphs.log_clusters, self.item.item.analysis.level % 2
        starts = [clusters[number] for number in range(len(self.glyphs))]
        start = starts[at]
        end = min((other for other in starts if other > start), default=self.item.item.length)
        offset = self.item.item.offset
        letters = text.encode()[offset + start : offset + end].decode()
        glyphs = [number for number, other in enumerate(starts) if other == start]
        if len(glyphs) == 1:
            return letters
        position = glyphs[::-1].index(at) if leftwards else glyphs.index(at)
        parts = unicodedata.normalize("NFD", letters)
        if len(parts) == len(glyphs):
            return parts[position]
        return "\u200b" if position else letters  # a glyph that is mapped to no character would be invalid (ISO 14289-1, 7.21.7)
