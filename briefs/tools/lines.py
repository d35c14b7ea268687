"""WeasyPrint's lines of text, laid out by Pango without making the same thing anew for each line.

In: its class `Layout`, changed in place. WeasyPrint makes a context, a description of the font and attributes for each text that it
measures, though a document has some dozen kinds of text. Here the first layout of a kind is the model that others are copied from.
https://docs.gtk.org/Pango/method.Layout.copy.html
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

KIND = itemgetter(  # of a style, all that a layout is made of but its text
    "direction", "lang", "font_language_override", "font_family", "font_style", "font_stretch", "font_weight", "font_size",
    "font_variation_settings", "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps",
    "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian", "font_feature_settings", "text_decoration_line",
)  # fmt: skip
OWN = {"style", "justification_spacing", "max_width", "text"}  # of a layout, what isn't its kind's


def quicken() -> None:
    """For this process, once."""
    from weasyprint.text.ffi import ffi, gobject, pango
    from weasyprint.text.line_break import Layout

    ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *layout);")
    slowly = Layout.setup

    def setup(layout: Any, style: Any) -> None:
        models = vars(style.font_config).setdefault("models", {})
        kind = KIND(style)
        if kind not in models:
            slowly(layout, style)
            models[kind] = {name: value for name, value in vars(layout).items() if name not in OWN}
        vars(layout).update(models[kind], style=style)
        layout.layout = ffi.gc(pango.pango_layout_copy(layout.layout), gobject.g_object_unref)

    Layout.setup = setup
