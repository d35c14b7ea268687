"""What colours, boxes, fonts and pictures a print PDF has: every stream is walked.

In: an open PDF. Out: what isn't ink, what is wrong with its paper, its fonts. ISO 15930-7 (PDF/X-4); ISO 32000-1, 8.6 (colours).
"""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

COLOURED = {"rg", "RG", "g", "G", "cs", "CS", "sc", "SC", "scn", "SCN", "sh", "ri", "BI", "INLINE IMAGE"}
MM = 72 / 25.4


def not_ink(pdf: pikepdf.Pdf) -> list[str]:
    """Every operator, picture, shading or group that has another colour space than the four inks or a pattern of them."""
    found = [f"page {n}: {said}" for n, page in enumerate(pdf.pages, 1) for said in _operators(page)]
    for item in pdf.objects:
        if isinstance(item, Stream) and item.get("/Subtype") == "/Image":
            if not item.get("/ImageMask") and item.get("/ColorSpace") != Name.DeviceCMYK and item.objgen not in _masks(pdf):
                found.append(f"picture: {item.get('/ColorSpace')}")
        elif isinstance(item, Stream) and (item.get("/Subtype") == "/Form" or item.get("/PatternType") == 1):
            found += [f"form: {said}" for said in _operators(item)]
        if isinstance(item, Dictionary | Stream):
            found += [
                f"group: {item.Group.CS}"
                for _ in [0]
                if "/Group" in item and item.Group.get("/CS", Name.DeviceCMYK) != Name.DeviceCMYK
            ]
            found += ["shading" for _ in [0] if "/ShadingType" in item]
            spaces = item.get("/ColorSpace")
            found += ["colour spaces" for _ in [0] if isinstance(spaces, Dictionary | Array) and len(spaces)]
    return found


def _masks(pdf: pikepdf.Pdf) -> set[tuple[int, int]]:
    """Masks are grey: how much shows, not a colour."""
    return {item.SMask.objgen for item in pdf.objects if isinstance(item, Stream) and "/SMask" in item}


def _operators(content: pikepdf.Page | Stream) -> Iterator[str]:
    for operands, operator in pikepdf.parse_content_stream(content):
        pattern = (
            bool(operands) and isinstance(operands[-1], Name) and (operands[-1] == "/Pattern" or str(operands[-1]).startswith("/p"))
        )
        if str(operator) in COLOURED and not pattern:
            yield f"{operands} {operator}"


def text_inks(pdf: pikepdf.Pdf) -> set[tuple[float, ...]]:
    """The inks in which letters of the pages are filled."""
    found = set()
    for page in pdf.pages:
        inks, saved = (0.0, 0.0, 0.0, 1.0), []
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "q":
                    saved.append(inks)
                case "Q":
                    inks = saved.pop()
                case "k":
                    inks = tuple(float(o) for o in operands)
                case "Tj" | "TJ":
                    found.add(inks)
    return found


def paper(pdf: pikepdf.Pdf, bleed: float) -> list[str]:
    """What is wrong with boxes, annotations and marks. `bleed` in millimetres."""
    wrong = []
    for number, page in enumerate(pdf.pages, 1):
        media, bled, trim = ([float(n) for n in page.obj[f"/{box}Box"]] for box in ("Media", "Bleed", "Trim"))
        out = [t - b for t, b in zip(trim[:2], bled[:2], strict=True)] + [b - t for t, b in zip(trim[2:], bled[2:], strict=True)]
        if any(abs(n - bleed * MM) > 0.01 for n in out):
            wrong.append(f"page {number}: a bleed of {out}")
        if any(m > b for m, b in zip(media[:2], bled[:2], strict=True)) or any(
            m < b for m, b in zip(media[2:], bled[2:], strict=True)
        ):
            wrong.append(f"page {number}: the paper is smaller than the bleed")
        if "/Annots" in page.obj:
            wrong.append(f"page {number}: annotations")
        if not _marks(page, trim, bled):
            wrong.append(f"page {number}: no crop marks")
    return wrong


def _marks(page: pikepdf.Page, trim: list[float], bled: list[float]) -> bool:
    """Eight lines at the corners, outside the bleed, in all four inks."""
    lines, last, inks = 0, (0.0, 0.0), ()
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "K":
            inks = tuple(float(o) for o in operands)
        elif str(operator) == "m":
            last = (float(operands[0]), float(operands[1]))
        elif str(operator) == "l" and inks == (1, 1, 1, 1):
            outside = any(v < low or v > high for v, low, high in zip(last, bled[:2], bled[2:], strict=True))
            at_edge = any(abs(v - t) < 0.01 for v, t in zip((*last, *last), trim, strict=True))
            lines += outside and at_edge
    return lines == 8


def unembedded(pdf: pikepdf.Pdf) -> list[str]:
    """Fonts whose letters aren't in the file, or all of whose letters are."""
    fonts = [o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/Type") == "/FontDescriptor"]
    assert fonts
    return [
        str(f.FontName)
        for f in fonts
        if not ({"/FontFile", "/FontFile2", "/FontFile3"} & set(f.keys())) or str(f.FontName)[7:8] != "+"
    ]


def dots(pdf: pikepdf.Pdf) -> list[float]:
    """How many dots an inch each picture of dots has on its page."""
    found = []
    for page in pdf.pages:
        matrix, saved = pikepdf.Matrix(), []
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "q":
                    saved.append(matrix)
                case "Q":
                    matrix = saved.pop()
                case "cm":
                    matrix = pikepdf.Matrix(operands) @ matrix
                case "Do":
                    image = page.Resources.XObject[str(operands[0])]
                    if image.get("/Subtype") == "/Image":
                        found.append(int(image.Width) / (abs(matrix.a) / 72))
    return found
