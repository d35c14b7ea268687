"""PDF for a printer: PDF/X-4 (ISO 15930-7), in the four inks of a printing condition, with bleed and crop marks.

In: a PDF that WeasyPrint wrote, with bleed and with the colours of the screen; the inks of each of these colours; the printer's
profile. Out: the bytes of the file. A document fails if it has a colour without inks, so that a printer never has to guess.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from briefs.tools.icc import CMYK
from briefs.typeset.page.pdfa import DocumentInfo, metadata, pdf_date, save

RGB = tuple[int, int, int]
MM = 72 / 25.4
SLUG = 10.0  # millimetres of paper round the page, for the marks
MARK = (4.0, 9.0)  # millimetres from the page where a crop mark begins and ends, outside the bleed
NONE, KEY, ALL = "0 0 0 0", "0 0 0 1", "1 1 1 1"


class MissingInk(Exception):
    """Something has a colour that isn’t in the print palette."""


@dataclass(frozen=True)
class PrintCondition:
    """How pages are printed: the inks of each colour, how pictures are converted, the output intent, and the bleed in
    millimetres."""

    inks: Mapping[RGB, CMYK]
    picture: Callable[[Image.Image], Image.Image]
    profile: bytes
    name: str
    bleed: float


def write_pdfx(pdf: pikepdf.Pdf, about: DocumentInfo, condition: PrintCondition) -> bytes:
    """The bytes of the file in the form that printers require. Raises MissingInk."""
    for item in pdf.objects:
        _recolour(item, condition)
    for page in pdf.pages:
        page.obj.Contents.write(_compress(_colours(page.obj.Contents.read_bytes(), condition)), filter=Name.FlateDecode)
        _trim(pdf, page, condition)
    _intent(pdf, condition)
    claims = (
        '<rdf:Description rdf:about="" xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" '
        'xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">'
        "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion><pdf:Trapped>False</pdf:Trapped>"
        f"<xmpMM:DocumentID>uuid:{about.identifier}</xmpMM:DocumentID><xmpMM:VersionID>1</xmpMM:VersionID>"
        "<xmpMM:RenditionClass>default</xmpMM:RenditionClass></rdf:Description>\n"
    )
    metadata(pdf, about, claims)
    pdf.docinfo["/Trapped"] = Name("/False")
    pdf.docinfo["/CreationDate"] = String(pdf_date(about.day))
    return save(pdf, version="1.6")


def _compress(content: bytes) -> bytes:
    return zlib.compress(content, 9)


# Colours


def _recolour(item: pikepdf.Object, condition: PrintCondition) -> None:
    """Convert a form, a tiling pattern or a picture to inks. Raises MissingInk for a shading."""
    if isinstance(item, Dictionary) and "/ColorSpace" in item and isinstance(item.ColorSpace, Dictionary):
        del item["/ColorSpace"]  # `_colours` replaces or refuses all operators that use colour spaces of the resources
    if isinstance(item, Dictionary | Stream) and "/ShadingType" in item:
        raise MissingInk("a colour gradient has no inks")
    if not isinstance(item, Stream):
        return
    if item.get("/Subtype") == "/Image":
        _picture(item, condition)
    elif item.get("/Subtype") == "/Form" or item.get("/PatternType") == 1:
        if "/Group" in item and "/CS" in item.Group:
            item.Group.CS = Name.DeviceCMYK
        if "/Resources" in item and isinstance(item.Resources.get("/ColorSpace"), Dictionary):
            del item.Resources["/ColorSpace"]
        item.write(_compress(_colours(item.read_bytes(), condition)), filter=Name.FlateDecode)


_OPERATOR = re.compile(rb"^(.*?) ?\b(rg|RG|g|G|k|K|sc|SC|scn|SCN|cs|CS|sh|BI)$", re.M)


def _colours(content: bytes, condition: PrintCondition) -> bytes:
    """The content of a page, with operators for inks instead of RGB and grey. WeasyPrint writes each operator on a line of its own,
    and text in hexadecimal, so a regular expression finds the operators."""

    def change(match: re.Match[bytes]) -> bytes:
        operands, operator = match[1].split(), match[2].decode()
        if operator in {"rg", "RG"}:
            return _inks(tuple(map(float, operands)), condition) + (b" k" if operator == "rg" else b" K")
        if operator in {"g", "G"}:
            return _inks((float(operands[0]),) * 3, condition) + (b" k" if operator == "g" else b" K")
        pattern = operands[-1:] == [b"/Pattern"] or (operands[-1:] and operands[-1].startswith(b"/p"))
        if operator in {"k", "K"} or (pattern and operator in {"cs", "CS", "scn", "SCN"}):
            return match[0]
        raise MissingInk(f"a page has the colour operator “{match[0].decode()}”")

    return f"{KEY} k {KEY} K\n".encode() + _OPERATOR.sub(change, content)


def _inks(colour: tuple[float, ...], condition: PrintCondition) -> bytes:
    red, green, blue = (round(255 * part) for part in colour)
    if (red, green, blue) not in condition.inks:
        raise MissingInk(f"the colour #{red:02x}{green:02x}{blue:02x} has no inks in the theme’s print palette")
    return " ".join(f"{part:g}" for part in condition.inks[red, green, blue]).encode()


def _picture(item: Stream, condition: PrintCondition) -> None:
    """Convert the pixels of a picture to inks. Masks, and pictures that are in CMYK already, stay as they are."""
    if item.get("/ImageMask") or item.get("/ColorSpace") == "/DeviceCMYK" or item.get("/Type") == "/Mask":
        return
    image = condition.picture(pikepdf.PdfImage(item).as_pil_image())
    for key in ("/Decode", "/DecodeParms", "/Intent"):
        if key in item:
            del item[key]
    item.ColorSpace, item.BitsPerComponent = Name.DeviceCMYK, 8
    item.write(_compress(image.tobytes()), filter=Name.FlateDecode)


# Paper


def _trim(pdf: pikepdf.Pdf, page: pikepdf.Page, condition: PrintCondition) -> None:
    """Set the page boxes (15930-7, 6.11), add crop marks in all inks, and remove annotations (6.17)."""
    left, bottom, right, top = (float(n) for n in page.obj.TrimBox)
    page.obj.BleedBox = _box(left, bottom, right, top, condition.bleed)
    page.obj.MediaBox = _box(left, bottom, right, top, SLUG)
    if "/Annots" in page.obj:
        del page.obj["/Annots"]
    page.contents_add(pdf.make_stream(_marks(left, bottom, right, top)))


def _box(left: float, bottom: float, right: float, top: float, more: float) -> Array:
    return Array([round(n, 3) for n in (left - more * MM, bottom - more * MM, right + more * MM, top + more * MM)])


def _marks(left: float, bottom: float, right: float, top: float) -> bytes:
    """Crop marks: two lines at each corner, a quarter of a point thick."""
    near, far = (n * MM for n in MARK)
    lines = []
    for x, out in ((left, -1), (right, 1)):
        for y, up in ((bottom, -1), (top, 1)):
            lines.append(f"{x + out * near:.3f} {y:.3f} m {x + out * far:.3f} {y:.3f} l S")
            lines.append(f"{x:.3f} {y + up * near:.3f} m {x:.3f} {y + up * far:.3f} l S")
    return f"q {ALL} K 0.25 w {' '.join(lines)} Q".encode()


def _intent(pdf: pikepdf.Pdf, condition: PrintCondition) -> None:
    """Add the output intent: the printing condition and its profile (15930-7, 6.2.3)."""
    profile = pdf.make_stream(condition.profile)
    profile.N = 4
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=String(condition.name),
        Info=String(condition.name),
        RegistryName=String("http://www.color.org"),
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([intent])
