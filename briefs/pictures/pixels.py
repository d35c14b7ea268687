"""Pictures made of pixels, and pages of PDF, as PNG or JPEG that every program shows alike.

In: bytes of a format that Pillow or PDFium reads. Out: the picture with 8 bits a channel, grey or sRGB, upright, without metadata:
as a JPEG if it was compressed with losses, else as a PNG. https://pillow.readthedocs.io/en/stable/handbook/image-file-formats.html,
EXIF 2.32, 4.6.4
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Mapping
from operator import sub
from typing import Any, NamedTuple

from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

PIXELS = 40_000_000  # the most pixels of a picture; each takes four bytes of memory
ANNOTATIONS = 1_000  # the most annotations of a PDF that are looked at
DPI = 300  # dots an inch at which a page of PDF is drawn
COPIES = 10  # a TIFF with so many reduced copies of its page is refused
LAYER = "words"  # the keyword of the text in a PNG that holds the words of the picture as an SVG (PNG, 11.3.3)
FORMATS = {
    ".png": ("PNG",), ".jpg": ("JPEG", "MPO"), ".jpeg": ("JPEG", "MPO"), ".webp": ("WEBP",), ".gif": ("GIF",), ".tif": ("TIFF",),
    ".tiff": ("TIFF",), ".bmp": ("BMP",), ".avif": ("AVIF",),
}  # Pillow's names of formats, by the suffix of the file  # fmt: skip
_MOVING = {"GIF", "WEBP", "PNG", "AVIF"}  # formats in which several pictures are an animation
_PRINTED_GAMMA = 0.45455  # the gamma of a PNG whose colours are nearly those of sRGB
_PRIMARIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)  # `cHRM` of sRGB: x and y of white, red, green and blue
_LOSSY = {"JPEG", "MPO", "WEBP", "AVIF"}
_WIDE = {"I", "I;16", "I;16L", "I;16B", "I;16N"}  # modes of more than 8 bits, which Pillow clips instead of scaling
_REDUCED = 254  # the tag NewSubfileType (TIFF 6.0, section 8); its bit 0 is set in a reduced copy


class SafePicture(NamedTuple):
    """A picture made safe. `kind`: `svg`, `png` or `jpg`. `width`, `height`: millimetres. `words`: its texts. `data`: its bytes.
    `png`: an SVG as PNG. `unprinted`: what else the file has, in words: it isn't printed."""

    kind: str
    width: float
    height: float
    words: str
    data: bytes
    png: bytes = b""
    unprinted: tuple[str, ...] = ()


def normalised(data: bytes, suffix: str) -> SafePicture:
    """A file of pixels as PNG or JPEG. `suffix`: the suffix of its name. Raises ValueError that says what is wrong with it."""
    formats = FORMATS[suffix]
    name = formats[0]
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = None  # `_check_size` has a limit of its own
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            image = Image.open(io.BytesIO(data))
            if image.format not in formats:
                raise ValueError(f"isn’t a {name} but a {image.format}; rename it")
            _check_size(image)
            image.load()
            _check_size(image)
            image.getexif()
            _check_pages(image)
            kind, made, size = _written(image)
    except UnidentifiedImageError:
        raise ValueError(f"isn’t a {name}") from None
    except (OSError, SyntaxError, UserWarning, EOFError, KeyError, TypeError) as fault:
        raise ValueError(f"is broken: {fault}") from None
    pictures = int(getattr(image, "n_frames", 1)) if image.format in _MOVING else 1
    unprinted = (f"the pictures after the first of its {pictures:,}",) if pictures > 1 else ()
    return SafePicture(kind, size[0] / 150 * 25.4, size[1] / 150 * 25.4, "", made, unprinted=unprinted)


def _check_size(image: Image.Image) -> None:
    across, down = image.size
    if not (across and down):
        raise ValueError("has no size")
    if across * down > PIXELS:
        raise ValueError(f"has {across:,} × {down:,} pixels, more than {PIXELS:,}")


def _check_pages(image: Image.Image) -> None:
    """Refuse a TIFF with several pages, unless they are reduced copies of the first. Of other formats, the first picture is
    taken."""
    if image.format != "TIFF":
        return
    with contextlib.suppress(EOFError):  # Pillow would read all pages to count them, so they are looked at one by one
        for page in range(1, COPIES + 1):
            image.seek(page)
            if page == COPIES or not int(getattr(image, "tag_v2", {}).get(_REDUCED, 0)) & 1:
                raise ValueError("has several pages; a picture is one page")
    if image.tell():
        image.seek(0)
        image.load()


def _written(image: Image.Image) -> tuple[str, bytes, tuple[int, int]]:
    """Kind, bytes and size in pixels of the picture as PNG or JPEG."""
    lossy = image.format in _LOSSY
    options = {}
    if image.format in {"JPEG", "MPO"} and image.mode in {"L", "RGB"}:  # with these tables it loses nearly nothing again
        options = {"qtables": getattr(image, "quantization", None), "subsampling": _sampling(image)}
    upright = ImageOps.exif_transpose(image)
    made = _in_srgb(_brightened(_eight_bits(upright), image.info), image.info.get("icc_profile"))
    made.info = {}
    out = io.BytesIO()
    if lossy and made.mode in {"L", "RGB"}:
        made.save(out, "JPEG", **(options or {"quality": 95, "subsampling": 0}))
        return "jpg", out.getvalue(), made.size
    made.save(out, "PNG")
    return "png", out.getvalue(), made.size


def _sampling(image: Image.Image) -> int:
    from PIL.JpegImagePlugin import get_sampling

    found: int = get_sampling(image)
    return found if found in {0, 1, 2} else 0


def _eight_bits(image: Image.Image) -> Image.Image:
    """The picture in a mode of 8 bits a channel."""
    if image.mode == "F":
        raise ValueError("has numbers with fractions for its dots; save it with 8 or 16 bits")
    if image.mode in _WIDE:
        wide = image.convert("I")
        least, most = wide.getextrema()
        if int(str(least)) < 0 or int(str(most)) > 0xFFFF:
            raise ValueError("has more than 16 bits a dot; save it with 8 or 16")
        return wide.point(lambda dot: dot / 257).convert("L")
    if "transparency" in image.info or image.mode in {"PA", "RGBa"}:
        return image.convert("RGBA")
    if image.mode == "P":
        return image.convert("RGB")
    return image.convert({"1": "L", "La": "LA", "YCbCr": "RGB", "HSV": "RGB", "RGBX": "RGB"}.get(image.mode, image.mode))


def _brightened(image: Image.Image, about: Mapping[str | tuple[int, int], Any]) -> Image.Image:
    """The picture with the brightness that its `gAMA` chunk asks for. It is unchanged if another chunk describes its colours.
    https://www.w3.org/TR/png-3/#11gAMA"""
    gamma = float(about.get("gamma") or _PRINTED_GAMMA)
    primaries = about.get("chromaticity", _PRIMARIES)
    if not {"icc_profile", "srgb"} & about.keys() and max(map(abs, map(sub, primaries, _PRIMARIES))) > 0.02:
        raise ValueError("has the colours of another screen (`cHRM`); save it in sRGB")
    if {"icc_profile", "srgb"} & about.keys() or abs(gamma - _PRINTED_GAMMA) < 0.01 or image.mode not in {"L", "LA", "RGB", "RGBA"}:
        return image
    light = [(step / 255) ** (1 / gamma) for step in range(256)]
    levels = [round(255 * (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055)) for part in light]
    colours = len(image.getbands()) - image.mode.endswith("A")
    return image.point(levels * colours + [*range(256)] * image.mode.endswith("A"))


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in grey or sRGB. A profile that can't be used is ignored."""
    alpha = image.getchannel("A") if image.mode in {"RGBA", "LA"} else None
    colours = image.convert("L" if image.mode == "LA" else "RGB") if alpha else image
    if profile or colours.mode == "LAB":
        colours = _converted(colours, profile)
    if colours.mode not in {"L", "RGB"}:
        colours = colours.convert("RGB")
    if alpha:
        colours.putalpha(alpha)
    return colours


def _converted(image: Image.Image, profile: bytes | None) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile and image.mode != "LAB" else ImageCms.createProfile("LAB")
        target = ImageCms.createProfile("sRGB")
        made = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return made.convert("L") if made and image.mode == "L" else made or image


def of_pdf(data: bytes) -> SafePicture:
    """The one page of a PDF, drawn with 300 dots an inch. Raises ValueError."""
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        locked = "password" in str(fault).lower()
        raise ValueError("asks for a password" if locked else "isn’t a PDF, or is a broken one") from None
    if len(pdf) != 1:
        raise ValueError(f"has {len(pdf)} pages; a picture is one page")
    page = pdf[0]
    width, height = page.get_size()
    if not (0 < width * height * (DPI / 72) ** 2 <= PIXELS):
        raise ValueError(f"is a page of {width:.0f} × {height:.0f} points, which is too large for a picture")
    pdf.init_forms()
    image = page.render(scale=DPI / 72).to_pil().convert("RGB")
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(DPI, DPI))
    unprinted = ("its links",) if _has_links(page) else ()
    return SafePicture("png", width / 72 * 25.4, height / 72 * 25.4, "", out.getvalue(), unprinted=unprinted)


def _has_links(page: Any) -> bool:
    """Whether a page of PDFium has a link among its first annotations."""
    from pypdfium2 import raw

    for number in range(min(raw.FPDFPage_GetAnnotCount(page), ANNOTATIONS)):
        if annotation := raw.FPDFPage_GetAnnot(page, number):
            subtype = raw.FPDFAnnot_GetSubtype(annotation)
            raw.FPDFPage_CloseAnnot(annotation)
            if subtype == raw.FPDF_ANNOT_LINK:
                return True
    return False
