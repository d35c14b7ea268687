"""WeasyPrint's lines of text, laid out by Pango and drawn without doing the same thing anew for each line.

In: its class `Layout` and its function that draws a line, changed in place. WeasyPrint makes a context, a description of the font
and attributes for each text that it measures, though a document has some dozen kinds of text; here the first layout of a kind is
the model that others are copied from. And it lays each line out once more when it is drawn; here what was measured is drawn.
https://docs.gtk.org/Pango/method.Layout.copy.html, https://docs.gtk.org/Pango/struct.GlyphInfo.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

KIND = itemgetter(  # of a style, all that a layout is made of but its text
    "direction", "lang", "font_language_override", "font_style", "font_stretch", "font_weight", "font_size",
    "font_variation_settings", "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps",
    "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
)  # fmt: skip
OWN = {"style", "justification_spacing", "max_width", "text"}  # of a layout, what isn't its kind's
NOTHING = 0x0FFFFFFF  # what shows nothing, as a word joiner (PANGO_GLYPH_EMPTY); above it are letters that no font has
PARTS = re.compile("[\n\v\f\r\x85\u2028\u2029]")  # what may end a paragraph or a line
ALONE = " \u200b"  # a space that is set apart, as WeasyPrint writes it once it has measured it; drawn, both letters are set apart
INTEGERS = 5  # of a PangoGlyphInfo: glyph, width, two offsets, attributes


def quicken() -> None:
    """For this process, once."""
    from weasyprint.text.ffi import ffi
    from weasyprint.text.line_break import Layout

    ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *layout);")
    _copy(Layout)
    _keep(Layout)
    _draw()


def _copy(layouts: Any) -> None:
    """A layout is copied from the first of its kind."""
    from weasyprint.text.ffi import ffi, gobject, pango

    slowly = layouts.setup

    def setup(layout: Any, style: Any) -> None:
        models = vars(style.font_config).setdefault("models", {})
        kind = KIND(style), tuple(style["font_family"]), style["text_decoration_line"] == "none"
        if kind not in models:
            slowly(layout, style)
            models[kind] = {name: value for name, value in vars(layout).items() if name not in OWN}
        vars(layout).update(models[kind], style=style)
        layout.layout = ffi.gc(pango.pango_layout_copy(layout.layout), gobject.g_object_unref)

    layouts.setup = setup


def _keep(layouts: Any) -> None:
    """A layout is kept until it is drawn. One that is stretched to its line's width, or whose text has more lines, is made anew."""
    from weasyprint.text.ffi import ffi, pango

    anew, let_go = layouts.reactivate, layouts.deactivate

    def reactivate(layout: Any, style: Any) -> None:
        kept = vars(layout).get("style") is style and not layout.justification_spacing and layout.text != ALONE
        if not kept or pango.pango_layout_get_line_readonly(layout.layout, 1) != ffi.NULL:
            anew(layout, style)
        layout.is_drawn = True

    def deactivate(layout: Any) -> None:
        if vars(layout).pop("is_drawn", False):
            let_go(layout)

    layouts.anew, layouts.reactivate, layouts.deactivate = anew, reactivate, deactivate


def _draw() -> None:
    """A plain line is drawn without asking Pango glyph by glyph. What isn't plain is left to WeasyPrint: ellipses, glyphs that are
    moved or that no font has, fonts of pictures."""
    from weasyprint.draw import text

    slowly = text.draw_first_line

    def draw(stream: Any, box: Any, overflow: str, ellipsis: str, matrix: Any) -> Any:
        layout = box.pango_layout
        runs = None
        if overflow != "ellipsis" and ellipsis == "none" and box.text.strip() and not PARTS.search(layout.text):
            runs = _runs(stream, layout.layout) if box.style["font_size"] > 0.001 else None
        if runs is None:
            if overflow == "ellipsis" or ellipsis != "none":  # measured, it may break anywhere, cut off at words only
                box.pango_layout.anew(box.style)
            return slowly(stream, box, overflow, ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        shown, before = "", None
        for run in runs:
            if before is None or run.face != before:
                if shown:
                    stream.show_text(shown)
                shown, before = "", run.face
                stream.set_font_size(run.font.hash, run.size)
            glyphs = "<" + run.written(stream, layout.text)
            shown += glyphs[:-1] if glyphs.endswith("<") else glyphs + ">"
        stream.show_text(shown)
        return []

    text.draw_first_line = draw


def _runs(stream: Any, layout: Any) -> list[_Run] | None:
    """The runs of a layout's first line; None if they aren't plain."""
    from weasyprint.text.ffi import pango

    runs: list[_Run] = []
    for item in _items(pango.pango_layout_get_line_readonly(layout, 0)):
        run = _Run(stream, item, runs[-1] if runs else None)
        if not run.is_plain:
            return None
        runs.append(run)
    return runs


def _items(line: Any) -> Iterator[Any]:
    """A line's PangoGlyphItems."""
    from weasyprint.text.ffi import ffi

    run = line.runs
    while run != ffi.NULL:
        yield run.data
        run = run.next


class _Run:
    """Glyphs of one font, in the order in which they are drawn."""

    def __init__(self, stream: Any, item: Any, before: _Run | None):
        from weasyprint.text.ffi import ffi

        self.font: Any
        self.size: float
        self.item = item
        self.face = item.item.analysis.font
        if before is not None and self.face == before.face:
            self.font, self.size = before.font, before.size
        else:
            self.font, self.size = stream.add_font(self.face)
        glyphs = item.glyphs
        numbers = memoryview(ffi.buffer(glyphs.glyphs, glyphs.num_glyphs * INTEGERS * 4)).cast("i").tolist()
        self.glyphs = list(zip(numbers[::INTEGERS], numbers[1::INTEGERS], strict=True))  # each with its width
        moved = any(numbers[2::INTEGERS]) or any(numbers[3::INTEGERS])
        font = self.font
        pictures = font.bitmap or font.png or font.svg or font.colr
        self.is_plain = not (moved or pictures) and max(numbers[::INTEGERS], default=0) <= NOTHING

    def written(self, stream: Any, text: str) -> str:
        """The glyphs as a PDF shows them (ISO 32000-1, 9.4.3): in hexadecimal, between them what brings them nearer."""
        known = self.font.__dict__.setdefault("written", {}).setdefault(self.size, {})
        for at, pair in enumerate(self.glyphs):
            if pair not in known:
                known[pair] = self._new(stream, text, at, *pair)
        return "".join([known[pair] for pair in self.glyphs])

    def _new(self, stream: Any, text: str, at: int, glyph: int, width: int) -> str:
        """A glyph that the font had not yet with this width: its letters and its own width are noted with the font."""
        from weasyprint.text.ffi import FROM_UNITS, pango

        if glyph == NOTHING:
            return f">{-width / self.size}<"
        if glyph not in self.font.to_unicode:
            self.font.to_unicode[glyph] = self._letters(text, at)
        widths = self.font.widths
        if glyph not in widths:
            pango.pango_font_get_glyph_extents(self.face, glyph, stream.ink_rect, stream.logical_rect)
            widths[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / self.size)
        nearer = widths[glyph] - width * 1000 * FROM_UNITS / self.size
        return f"{glyph:04x}>{int(nearer)}<" if nearer else f"{glyph:04x}"

    def _letters(self, text: str, at: int) -> str:
        """What a glyph stands for: from its cluster's first byte to that of the next, or of the one before if it runs leftwards."""
        item, clusters = self.item.item, self.item.glyphs.log_clusters
        following = at - 1 if item.analysis.level % 2 else at + 1
        end = clusters[following] if 0 <= following < len(self.glyphs) else item.length
        return text.encode()[item.offset + clusters[at] : item.offset + end].decode()
