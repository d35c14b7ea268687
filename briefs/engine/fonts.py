"""The fonts of a document in parts: what each part uses is told, and put into the joined file once.

In: WeasyPrint's fonts of a part that was written. Out: what they are and which of their letters were used; of all parts' together
a PDF that holds nothing but these. WeasyPrint makes subsets (`weasyprint/pdf/fonts.py`); it has no hook here, so it is wrapped.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Face = Mapping[str, Any]


@contextmanager
def apart() -> Iterator[None]:
    """While the PDF of a part is written: it names fonts, but holds none."""
    import pydyf
    from weasyprint import pdf

    original = pdf.build_fonts_dictionary
    pdf.build_fonts_dictionary = lambda *_: pydyf.Dictionary()
    try:
        yield
    finally:
        pdf.build_fonts_dictionary = original


def told(fonts: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """WeasyPrint's fonts as data, by the name that pages have for each: the face, and of each glyph its letters and width."""
    found: dict[str, dict[str, Any]] = {}
    for font in fonts:
        known = {
            "family": font.family,
            "style": font.style,
            "weight": font.weight,
            "size": font.font_size,
            "glyphs": {},
            "lost": {},
        }
        face = found.setdefault(font.hash, known)
        face["glyphs"] |= {str(glyph): [text, font.widths[glyph]] for glyph, text in font.to_unicode.items()}
        face["lost"] |= {str(code): glyph for code, glyph in font.missing.items()}
    return found


def together(faces: Iterable[Mapping[str, Face]], configuration: Any) -> bytes:
    """A PDF whose catalog has `/Fonts`: each face that any part uses, with the letters that all of them use.

    `configuration`: WeasyPrint's FontConfiguration, which knows the theme's fonts.
    """
    import pydyf
    from weasyprint.pdf.fonts import build_fonts_dictionary

    fonts: dict[str, Any] = {}
    for name, face in [item for part in faces for item in part.items()]:
        if name not in fonts:
            fonts[name] = _loaded(face, configuration)
        font = fonts[name]
        for glyph, (text, width) in face["glyphs"].items():
            font.to_unicode.setdefault(int(glyph), text)
            font.widths[int(glyph)] = width
        font.missing.update({int(code): glyph for code, glyph in face["lost"].items()})
    if strange := [face.family for name, face in fonts.items() if face.hash != name]:
        raise ValueError(f"other fonts were loaded than were used: {', '.join(strange)}")
    pdf = pydyf.PDF()
    held = build_fonts_dictionary(pdf, dict(sorted(fonts.items())), False, True, {"hinting": False, "pdf_version": "1.7"})
    pdf.add_object(held)
    pdf.catalog["Fonts"] = held.reference
    out = io.BytesIO()
    pdf.write(out)
    return out.getvalue()


def _loaded(face: Face, configuration: Any) -> Any:
    """The face as Pango finds it. https://docs.gtk.org/Pango/method.FontMap.load_font.html"""
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
