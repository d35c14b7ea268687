"""Text layout by Pango, without doing the same work again for each line.

In: a method of WeasyPrint's class `Layout`, and its functions that end, trim and draw a line. Out: their replacements. WeasyPrint
makes a Pango context, a font description and attributes for each text that it measures, though a document has only some dozen kinds
of text. Here the first layout of a kind is the model from which the others are copied. WeasyPrint also asks Pango for each glyph
that it draws. Here the glyphs of a line are read at once. And it ends a line after the first word of a text that only the space at
its end makes too long. It puts lines from right to left in the wrong place if they end in such a space or are indented. These
changes are worth offering upstream.

Programs that read a PDF turn the text of lines from right to left round, and some of them also turn the letters of a ligature
round, such as لا. So a ligature in such a line has the text of its last letter only. An empty glyph without width follows it for
each other letter. A bracket in such a line has the text of its glyph, which is that of the other bracket.
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
_LIGATED = re.compile("[\u0600-\u08ff]")  # scripts from right to left with ligatures, of which WeasyPrint would lose letters
_EMPTY = (0x200B, 0x034F, 0xFEFF)  # characters for which fonts have empty glyphs without width, which Pango doesn't use
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


def remove_last_whitespace(original: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Replaces remove_last_whitespace, which trims a line before it is put in its place. A line from right to left was put too far
    left by the width of a space that is taken from its end, and its `text-indent` was taken from its room but didn't move it."""

    def remove_last_whitespace(context: Any, line: Any) -> None:
        from weasyprint.formatting_structure.boxes import InlineBox

        boxes = [line]
        while (isinstance(boxes[-1], InlineBox) or boxes[-1] is line) and boxes[-1].children:
            boxes.append(boxes[-1].children[-1])
        last, before = boxes[-1], boxes[-1].position_x
        original(context, line)
        if moved := before - last.position_x:
            for box in boxes[1:]:
                box.position_x += moved
            last.pango_layout = _without_space(context, last) or last.pango_layout
        if line.style["direction"] == "rtl" and line.text_indent:
            for child in line.children:
                child.translate(dx=-line.text_indent, ignore_floats=True)

    return remove_last_whitespace


def _without_space(context: Any, box: TextBox) -> PangoLayout | None:
    """The layout of a text box whose text has lost its last space; None if there is no text left."""
    from weasyprint.layout.inline import split_text_box

    laid_out = split_text_box(context, box, None, 0)[0]
    return laid_out.pango_layout if laid_out else None


def draw_first_line(original: Callable[..., Any]) -> Callable[..., Any]:
    """Replaces draw_first_line, which asks Pango for each glyph. All glyphs of a plain line are read at once.

    Other lines are left to WeasyPrint: lines with an ellipsis, with a font whose glyphs are pictures, with a letter that no font
    has, or with a glyph that has an offset, unless it is in a run from right to left.
    """

    def draw_first_line(stream: Stream, box: TextBox, overflow: str, ellipsis: str, matrix: Any) -> Any:
        text = box.pango_layout.text
        runs = None if overflow == "ellipsis" or ellipsis != "none" else _plain_runs(stream, box)
        if not (_JOINED.search(text) or (runs is None and _LIGATED.search(text))):
            return draw(stream, box, overflow, ellipsis, matrix, runs)
        stream.begin_marked_content("Span", _actual_text(text))
        try:
            return draw(stream, box, overflow, ellipsis, matrix, runs)
        finally:
            stream.end_marked_content()

    def draw(stream: Stream, box: TextBox, overflow: str, ellipsis: str, matrix: Any, runs: list[_Run] | None) -> Any:
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


def _empty_glyphs(face: PangoFont) -> Iterator[int]:
    """The glyphs of a font for `_EMPTY`, without those that are wide."""
    from weasyprint.text.ffi import ffi, harfbuzz, pango

    _declare_nominal_glyph()
    font, glyph = pango.pango_font_get_hb_font(face), ffi.new("hb_codepoint_t *")
    for letter in _EMPTY:
        if harfbuzz.hb_font_get_nominal_glyph(font, letter, glyph) and not harfbuzz.hb_font_get_glyph_h_advance(font, glyph[0]):
            yield glyph[0]


@cache
def _declare_nominal_glyph() -> None:
    from weasyprint.text.ffi import ffi

    ffi.cdef(
        "int hb_font_get_nominal_glyph (hb_font_t *font, hb_codepoint_t unicode, hb_codepoint_t *glyph);"
        "int32_t hb_font_get_glyph_h_advance (hb_font_t *font, hb_codepoint_t glyph);"
        "typedef ... hb_unicode_funcs_t; hb_unicode_funcs_t *hb_unicode_funcs_get_default (void);"
        "hb_codepoint_t hb_unicode_mirroring (hb_unicode_funcs_t *functions, hb_codepoint_t unicode);"
    )


def _mirrored(letter: str, face: PangoFont, glyph: int) -> str:
    """The letter that a glyph in a run from right to left looks like. There “(” has the font's glyph of “)”, which is “)” in other
    runs."""
    from weasyprint.text.ffi import ffi, harfbuzz, pango

    _declare_nominal_glyph()
    mirror = harfbuzz.hb_unicode_mirroring(harfbuzz.hb_unicode_funcs_get_default(), ord(letter))
    found = ffi.new("hb_codepoint_t *")
    is_shown = harfbuzz.hb_font_get_nominal_glyph(pango.pango_font_get_hb_font(face), mirror, found) and found[0] == glyph
    return chr(mirror) if is_shown else letter


def _show(stream: Stream, runs: Sequence[_Run], text: str) -> None:
    """Show the runs. Neighbouring glyphs of the same font and height are shown with one operator (ISO 32000-1, 9.4.3)."""
    shown, face, raised = "", None, 0.0
    for run in runs:
        for rise, encoded in run.pieces(stream, text):
            if run.face != face:
                if shown:
                    stream.show_text(shown)
                shown, face = "", run.face
                stream.set_font_size(run.font.hash, run.size)
            elif shown and rise != raised:
                shown, _, kerning = shown.rpartition(">")  # PDFium ignores kerning behind the last glyph of an operator
                stream.show_text(f"{shown}>")
                shown = kerning
            if rise != raised:
                stream.set_text_rise(-rise)
                raised = rise
            glyphs = "<" + encoded
            shown += glyphs[:-1] if glyphs.endswith("<") else glyphs + ">"
    stream.show_text(shown)
    if raised:
        stream.set_text_rise(0)


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
        self.moves = list(zip(numbers[2::INTEGERS], numbers[3::INTEGERS], strict=True))  # how far each is moved right and down
        font = self.font
        pictures = font.bitmap or font.png or font.svg or font.colr
        moved = any(right or down for right, down in self.moves) and not item.item.analysis.level % 2
        self.is_plain = not (moved or pictures) and max(numbers[::INTEGERS], default=0) <= PANGO_GLYPH_EMPTY

    def pieces(self, stream: Stream, text: str) -> Iterator[tuple[float, str]]:
        """The glyphs as the TJ operator shows them (ISO 32000-1, 9.4.3): in hexadecimal, with the kerning between them. Each piece
        has the points by which its glyphs stand lower than the line."""
        from weasyprint.text.ffi import FROM_UNITS

        known = self.font.__dict__.setdefault("encoded", {}).setdefault(self.size, {})
        for at, pair in enumerate(self.glyphs):
            if pair not in known:
                known[pair] = self._encode(stream, text, at, *pair)
        encoded = [known[pair] for pair in self.glyphs]
        if not any(right or down for right, down in self.moves):
            yield 0.0, "".join(encoded)
            return
        for glyph, (right, down) in zip(encoded, self.moves, strict=True):
            move = round(right * 1000 * FROM_UNITS / self.size)
            yield down * FROM_UNITS, f">{-move}<{glyph}>{move}<" if move else glyph

    def _encode(self, stream: Stream, text: str, at: int, glyph: int, width: int) -> str:
        """Encode a glyph that is new to the font, or new with this width. The glyph's text and width are stored with the font."""
        from weasyprint.text.ffi import FROM_UNITS, pango

        if glyph == PANGO_GLYPH_EMPTY:
            return f">{-width / self.size}<"
        if glyph not in self.font.to_unicode:
            self._store(glyph, self._text(text, at))
        widths = self.font.widths
        if glyph not in widths:
            pango.pango_font_get_glyph_extents(self.face, glyph, stream.ink_rect, stream.logical_rect)
            widths[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / self.size)
        kerning = widths[glyph] - width * 1000 * FROM_UNITS / self.size
        empty = self.font.__dict__.get("empty", {})
        after = "".join(f"{empty[letter]:04x}" for letter in self.font.__dict__.get("before", {}).get(glyph, ""))
        return f"{glyph:04x}>{int(kerning)}<{after}" if kerning else f"{glyph:04x}{after}"

    def _store(self, glyph: int, letters: str) -> None:
        """Store the text of a glyph with its font. In a run from right to left a glyph has one letter, if the font has empty glyphs
        for the letters before it: `before` has these letters, in the order in which they are drawn."""
        if len(letters) > 1 and self.item.item.analysis.level % 2:
            before = letters[-2::-1]
            if all(self._has_empty(letter) for letter in before):
                self.font.__dict__.setdefault("before", {})[glyph] = before
                letters = letters[-1]
        self.font.to_unicode[glyph] = letters

    def _has_empty(self, letter: str) -> bool:
        """Whether the font has an empty glyph that has this letter as its text, or has one left that can have it."""
        empty: dict[str, int] = self.font.__dict__.setdefault("empty", {})
        free = (glyph for glyph in _empty_glyphs(self.face) if glyph not in self.font.to_unicode)
        if letter not in empty and (glyph := next(free, 0)):
            empty[letter] = glyph
            self.font.to_unicode[glyph], self.font.widths[glyph] = letter, 0
        return letter in empty

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
        if leftwards and len(letters) == 1 and unicodedata.mirrored(letters):
            return _mirrored(letters, self.face, self.glyphs[at][0])
        if len(glyphs) == 1:
            return " " if letters == "\u00a0" else letters  # fonts have one glyph for both spaces
        position = glyphs[::-1].index(at) if leftwards else glyphs.index(at)
        parts = unicodedata.normalize("NFD", letters)
        if len(parts) == len(glyphs):
            return parts[position]
        return "\u200b" if position else letters  # a glyph that is mapped to no character would be invalid (ISO 14289-1, 7.21.7)
