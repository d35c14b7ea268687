"""FriBidi: the Unicode bidirectional algorithm (UAX 9). Pango has it, so it is there wherever WeasyPrint runs.

In: a paragraph's text and its direction. Out: the embedding level of each character; even levels run from left to right.
https://github.com/fribidi/fribidi (LGPL 2.1 or later)
"""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from typing import Literal

from briefs.problems import ToolError

Direction = Literal["ltr", "rtl"]

_PARAGRAPH = {"ltr": 0x110, "rtl": 0x111}  # FRIBIDI_PAR_LTR, FRIBIDI_PAR_RTL of fribidi-bidi-types.h
_NAMES = ("libfribidi.so.0", "libfribidi.0.dylib", "fribidi-0.dll")


def levels(text: str, direction: Direction) -> list[int]:
    """The embedding level of each character of a paragraph. Raises ToolError if FriBidi isn't there or can't take the text."""
    if not text:
        return []
    library, length = _library(), len(text)
    letters = (ctypes.c_uint32 * length)(*map(ord, text))
    types, brackets = (ctypes.c_uint32 * length)(), (ctypes.c_uint32 * length)()
    found = (ctypes.c_int8 * length)()
    base = ctypes.c_uint32(_PARAGRAPH[direction])
    library.fribidi_get_bidi_types(letters, length, types)
    library.fribidi_get_bracket_types(letters, length, types, brackets)
    if not library.fribidi_get_par_embedding_levels_ex(types, brackets, length, ctypes.byref(base), found):
        raise ToolError("FriBidi can’t order the letters of a paragraph.")
    return list(found)


@cache
def _library() -> ctypes.CDLL:
    for name in (*_NAMES, ctypes.util.find_library("fribidi") or ""):
        try:
            library = ctypes.CDLL(name) if name else None
        except OSError:
            continue
        if library:
            library.fribidi_get_par_embedding_levels_ex.restype = ctypes.c_int8
            return library
    raise ToolError("FriBidi is missing, which sets text from right to left. Install it: sudo apt-get install libfribidi0")
