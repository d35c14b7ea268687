"""`python -m briefs.typefaces CPU MEMORY`: reads fonts from standard input, until the input ends.

In: for each font a line of JSON (`size`) and its bytes (TrueType, OpenType, WOFF or WOFF2). Out: a line of JSON with `sizes` or
`fault`, and the font as the OpenType Sanitizer (https://github.com/khaledhosny/ots) writes it. Browsers pass fonts from
the web through the same program. `tools/typefaces.py` runs this process.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from typing import Any

import ots
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont, TTLibError

from briefs import limits

NAMES = (16, 1)  # numbers in the table `name`: the typographic family, or else the family
RESTRICTED, PREVIEW, EDITABLE, WHOLE, BITMAPS = 2, 4, 8, 0x100, 0x200  # bits of fsType (OpenType, OS/2 table)
ASCII = range(0x20, 0x7F)
MOST_WIDE = 4  # em: a letter that is wider is refused, since words would leave their column


def _answer(request: dict[str, Any], data: bytes) -> limits.Answer:
    if data[:4] == b"ttcf":
        raise ValueError("is a collection of fonts; give each font in a file of its own")
    made = _sanitised(data)
    try:
        with TTFont(io.BytesIO(made)) as font:
            return _facts(font), (made,)
    except (TTLibError, KeyError, IndexError, AttributeError, OverflowError) as fault:
        raise ValueError(f"can’t be read as a font: {type(fault).__name__}") from None


def _sanitised(data: bytes) -> bytes:
    """The font, rebuilt from the tables that are valid. Raises ValueError."""
    with tempfile.TemporaryFile() as out:  # the file has no name, so nothing of it is left on the disk
        command = [ots.OTS_SANITIZE, "/dev/stdin", f"/dev/fd/{out.fileno()}"]
        done = subprocess.run(command, input=data, capture_output=True, check=False, pass_fds=[out.fileno()])
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").split("\n")
            why = next((line.removeprefix("ERROR: ") for line in said if line.startswith("ERROR: ")), "it is damaged")
            raise ValueError(f"can’t be read as a font: {' '.join(why.split())[:100]}")
        out.seek(0)
        return out.read()


def _facts(font: TTFont) -> dict[str, Any]:
    """What is known about a font. Raises ValueError if documents can't use it."""
    if "fvar" in font:
        raise ValueError("is a variable font; give each weight in a file of its own")
    bits = font["OS/2"].fsType
    if bits & RESTRICTED and not bits & (PREVIEW | EDITABLE):
        raise ValueError("may not be embedded in documents, as its licence bits say (fsType)")
    if bits & (WHOLE | BITMAPS):
        raise ValueError("may not be embedded as a part of its outlines, as its licence bits say (fsType)")
    letters, widths, unit = font.getBestCmap() or {}, font["hmtx"], font["head"].unitsPerEm
    if not all(letter in letters for letter in ASCII):
        raise ValueError("lacks letters of the Latin alphabet, digits or signs (U+0020 to U+007E)")
    if blank := next((letter for letter in ASCII[1:] if not _is_drawn(font, letters[letter])), 0):
        raise ValueError(f"draws nothing for “{chr(blank)}”, or gives it no width or one of over {MOST_WIDE} em")
    family = next((name for number in NAMES if (name := font["name"].getDebugName(number))), "")
    return {
        "family": family,
        "weight": font["OS/2"].usWeightClass,
        "is_italic": bool(font["OS/2"].fsSelection & 1 or font["head"].macStyle & 2),
        "is_editable": not bits & PREVIEW or bool(bits & EDITABLE),
        "has_curves_of_postscript": "glyf" not in font,
        "widths": [round(100 * widths[letters[letter]][0] / unit) for letter in ASCII],
    }


def _is_drawn(font: TTFont, name: str) -> bool:
    """Whether a letter has an outline, and takes room in its line."""
    glyphs = font.getGlyphSet()
    pen = BoundsPen(glyphs)
    glyphs[name].draw(pen)
    return pen.bounds is not None and 0 < font["hmtx"][name][0] <= MOST_WIDE * font["head"].unitsPerEm


if __name__ == "__main__":
    limits.serve(_answer)
