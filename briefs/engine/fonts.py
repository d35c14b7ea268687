"""The fonts of a document in chunks: each chunk reports what it uses, and the joined file embeds each font once.

In: WeasyPrint's fonts, after a chunk has been written. Out: for each chunk the names of its fonts and the glyphs that it uses; for
all chunks together a PDF that holds nothing but these fonts. WeasyPrint makes subsets for one document only
(`weasyprint/pdf/fonts.py`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from briefs.engine import patches

FFI = Any  # cffi.FFI
Font = Any  # weasyprint.pdf.fonts.Font
FontConfiguration = Any  # weasyprint.text.fonts.FontConfiguration
FontUsage = Mapping[str, Any]  # a face and its glyphs, in types that JSON has
_LENGTH = re.compile(r"\[\d+\]$")


def not_embedded() -> AbstractContextManager[None]:
    """A context in which the PDFs that are written name their fonts but embed none.

    Raises ToolError with untested versions.
    """
    import pydyf

    return patches.replaced("weasyprint.pdf.build_fonts_dictionary", lambda *_: pydyf.Dictionary())


def usage(fonts: Iterable[Font]) -> dict[str, FontUsage]:
    """WeasyPrint's fonts as data, by the name that pages use for each: the face, and the text and width of each glyph.

    Every letter has a glyph, because WeasyPrint logs a letter that no font has, and a document with such a message fails.
    """
    found: dict[str, dict[str, Any]] = {}
    for font in fonts:
        face = {"family": font.family, "style": font.style, "weight": font.weight, "size": font.font_size}
        known = found.setdefault(font.hash, {**face, "glyphs": {}})
        known["glyphs"] |= {str(glyph): [text, font.widths[glyph]] for glyph, text in font.to_unicode.items()}
    return {**found}


def subset(usages: Iterable[Mapping[str, FontUsage]], configuration: FontConfiguration) -> bytes:
    """A PDF whose catalog has a dictionary `/Fonts`: each font that any chunk uses, with the glyphs that all chunks use.

    `configuration` has the theme's fonts. Raises ValueError if Pango finds other fonts than it found for the chunks.
    """
    import pydyf
    from weasyprint.pdf.fonts import build_fonts_dictionary

    fonts = _merged(usages, configuration)
    pdf = pydyf.PDF()
    dictionary = build_fonts_dictionary(pdf, dict(sorted(fonts.items())), False, True, {"hinting": False, "pdf_version": "1.7"})
    pdf.add_object(dictionary)
    pdf.catalog["Fonts"] = dictionary.reference
    out = io.BytesIO()
    pdf.write(out)
    return out.getvalue()


def _merged(usages: Iterable[Mapping[str, FontUsage]], configuration: FontConfiguration) -> dict[str, Font]:
    """WeasyPrint's fonts, each with the glyphs of all chunks."""
    fonts: dict[str, Font] = {}
    for name, face in [item for used in usages for item in used.items()]:
        if name not in fonts:
            fonts[name] = _load(face, configuration)
        font = fonts[name]
        for glyph, (text, width) in face["glyphs"].items():
            font.to_unicode.setdefault(int(glyph), text)
            font.widths[int(glyph)] = width
    if wrong := [font.family for name, font in fonts.items() if font.hash != name]:
        raise ValueError(f"other fonts were loaded than were used: {', '.join(wrong)}")
    return fonts


def _load(face: FontUsage, configuration: FontConfiguration) -> Font:
    """The font that Pango finds for a face. https://docs.gtk.org/Pango/method.FontMap.load_font.html"""
    from weasyprint.pdf.fonts import Font
    from weasyprint.text.ffi import TO_UNITS, ffi, gobject, pango
    from weasyprint.text.fonts import get_pango_font_key

    wanted = ffi.gc(pango.pango_font_description_new(), pango.pango_font_description_free)
    family = ffi.new("char[]", face["family"].encode())
    pango.pango_font_description_set_family(wanted, family)
    pango.pango_font_description_set_style(wanted, face["style"])
    pango.pango_font_description_set_weight(wanted, face["weight"])
    pango.pango_font_description_set_absolute_size(wanted, face["size"] * TO_UNITS)
    context = ffi.gc(pango.pango_font_map_create_context(configuration.font_map), gobject.g_object_unref)
    found = ffi.gc(pango.pango_font_map_load_font(configuration.font_map, context, wanted), gobject.g_object_unref)
    _, description, size = get_pango_font_key(found)
    return Font(found, description, size)


class ArrayFFI:
    """Replaces weasyprint.pdf.fonts.ffi.

    WeasyPrint names the type of an array with its length, and cffi takes 4 ms to parse each new type. An array that is made of
    values needs no length. https://cffi.readthedocs.io/en/stable/ref.html#ffi-new
    """

    def __init__(self, original: FFI):
        self._original = original

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)

    def new(self, cdecl: str, init: Any = None) -> Any:
        """Allocate memory of a C type and fill it with `init`, as `cffi.FFI.new` does."""
        return self._original.new(_LENGTH.sub("[]", cdecl) if isinstance(init, list | tuple) else cdecl, init)
