"""Names and lengths of PresentationML and DrawingML.

In: nothing. Out: namespaces, and lengths in EMU, of which a millimetre has 36,000. ECMA-376 part 1, 19 and 20.
"""

from __future__ import annotations

from typing import TypeAlias

from briefs.theme import Theme
from briefs.typeset.word.package import R

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
NAMES = {"a": A, "p": P, "r": R}
EMU = 36000  # the number of EMU in a millimetre
Box: TypeAlias = tuple[float, float, float, float]  # left, top, width, height, all as fractions of the slide's width


def emu(part: float, theme: Theme) -> int:
    """A length in EMU, from a fraction of the slide's width."""
    return round(part * theme.look.slide.width * EMU)
