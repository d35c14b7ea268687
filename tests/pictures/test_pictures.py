"""Pictures as cameras and programs make them: shown as they were meant, or refused with what is wrong."""

from __future__ import annotations

import base64
import io
import os
import random
import signal
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat
from pypdfium2 import raw

from briefs.compose.pictures import sized
from briefs.edition.markdown import picture_named, pictures
from briefs.pictures import paints, pixels
from briefs.theme import Theme
from briefs.tools import fonts, limited
from briefs.tools.pictures import Normalised, PictureProcess
from briefs.typeset.page.html import FIGURE
from briefs.typeset.page.layout import Typesetter

RED, BLUE, GREY = (200, 30, 30), (20, 40, 210), (128, 128, 128)
Make = Callable[[str, bytes], Normalised]


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[PictureProcess]:
    """A process of one test, with an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = PictureProcess()
    yield made
    made.close()


@pytest.fixture(scope="module")
def normalise(tmp_path_factory: pytest.TempPathFactory, theme: Theme) -> Iterator[Make]:
    """A process of its own with an empty cache, and with the theme's fonts."""
    patch = pytest.MonkeyPatch()
    folder = fonts.prepare(fonts.find(theme.look.fonts.files), tmp_path_factory.mktemp("fonts"))
    patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    process = PictureProcess()
    process.use_fonts(folder / "files", (theme.look.fonts.text.family, *theme.look.fonts.fallback))
    yield process.normalise
    process.close()
    patch.undo()


def photo(mode: str = "RGB", size: tuple[int, int] = (90, 60)) -> Image.Image:
    """Red in its upper left corner, blue elsewhere."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 3, size[1] // 2))
    return image.convert(mode)


def saved(image: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def opened(made: Normalised) -> Image.Image:
    return Image.open(io.BytesIO(made.png or made.data)).convert("RGB")


def near(found: object, wanted: tuple[int, int, int], by: int = 12) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) <= by for a, b in zip(found, wanted, strict=True))


def svg(inner: str, head: str = 'viewBox="0 0 100 60"', before: str = "") -> bytes:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"{before}<svg {names} {head}>{inner}</svg>".encode()


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_photo_is_upright_however_the_camera_was_held(normalise: Make, turned: int) -> None:
    stored = {
        1: (), 2: (Image.Transpose.FLIP_LEFT_RIGHT,), 3: (Image.Transpose.ROTATE_180,), 4: (Image.Transpose.FLIP_TOP_BOTTOM,),
        5: (Image.Transpose.TRANSPOSE,), 6: (Image.Transpose.ROTATE_90,), 7: (Image.Transpose.TRANSVERSE,),
        8: (Image.Transpose.ROTATE_270,),
    }[turned]  # fmt: skip
    image = photo()
    for step in stored:
        image = image.transpose(step)
    exif = Image.Exif()
    exif[274] = turned
    made = normalise(".jpg", saved(image, "JPEG", quality=95, exif=exif))
    shown = opened(made)
    assert made.kind == "jpg" and shown.size == (90, 60)
    assert near(shown.getpixel((8, 8)), RED) and near(shown.getpixel((80, 8)), BLUE) and near(shown.getpixel((8, 52)), BLUE)
    assert not Image.open(io.BytesIO(made.data)).getexif(), "where it was taken is nobody’s business"


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".png", saved(photo().quantize(), "PNG")),
        (".png", saved(photo("RGBA"), "PNG")),
        (".jpg", saved(photo("CMYK"), "JPEG", quality=95)),
        (".jpeg", saved(photo(), "JPEG", progressive=True, quality=95)),
        (".webp", saved(photo(), "WEBP", quality=95)),
        (".webp", saved(photo(), "WEBP", lossless=True)),
        (".gif", saved(photo(), "GIF", save_all=True, append_images=[Image.new("RGB", (90, 60), GREY)])),
        (".tif", saved(photo(), "TIFF", compression="tiff_lzw")),
        (".tiff", saved(photo("CMYK"), "TIFF")),
        (".bmp", saved(photo(), "BMP")),
        (".avif", saved(photo(), "AVIF", quality=90)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_format_becomes_one_that_word_shows(normalise: Make, suffix: str, data: bytes) -> None:
    made = normalise(suffix, data)
    shown = Image.open(io.BytesIO(made.data))
    assert shown.format in {"PNG", "JPEG"} and shown.mode in {"RGB", "RGBA", "L", "LA"}
    assert near(shown.convert("RGB").getpixel((8, 8)), RED, 30) and near(shown.convert("RGB").getpixel((80, 50)), BLUE, 30)


def test_sixteen_bits_are_scaled_and_not_cut(normalise: Make) -> None:
    wide = Image.new("I;16", (40, 30), 0x8000)
    for suffix, format in ((".png", "PNG"), (".tif", "TIFF")):
        assert near(opened(normalise(suffix, saved(wide, format))).getpixel((5, 5)), GREY, 2)


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_grey_stays_grey(normalise: Make, mode: str) -> None:
    grey = Image.new(mode, (40, 30), {"1": 1, "L": 128, "LA": (128, 255)}[mode])
    made = Image.open(io.BytesIO(normalise(".png", saved(grey, "PNG")).data))
    assert made.mode in {"L", "LA"} and near(made.convert("RGB").getpixel((5, 5)), (255,) * 3 if mode == "1" else GREY, 2)


def test_a_transparent_colour_of_a_palette_stays_transparent(normalise: Make) -> None:
    image = photo("P")
    made = normalise(".png", saved(image, "PNG", transparency=image.getpixel((0, 0))))
    assert Image.open(io.BytesIO(made.data)).convert("RGBA").getpixel((3, 3))[3] == 0  # type: ignore[index]


def test_colours_of_another_profile_are_converted(normalise: Make) -> None:
    lab = ImageCms.profileToProfile(photo(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB")
    assert lab
    assert near(opened(normalise(".tif", saved(lab, "TIFF"))).getpixel((8, 8)), RED, 12)


def test_links_of_a_pdf_are_told(normalise: Make) -> None:
    plain, linked = saved(photo(), "PDF", resolution=72), io.BytesIO()
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        target = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org")
        place = pikepdf.Array([10, 10, 60, 30])
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=place, A=target)
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(link)])
        pdf.save(linked)
    assert normalise(".pdf", linked.getvalue()).unprinted == ("its links",) and not normalise(".pdf", plain).unprinted


def test_annotations_of_a_pdf_are_closed_and_looked_at_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    looked_at: list[int] = []
    closed: list[int] = []
    with pikepdf.open(io.BytesIO(saved(photo(), "PDF", resolution=72))) as pdf:
        note = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[10, 10, 60, 30]))
        pdf.pages[0].Annots = pikepdf.Array([note] * (pixels.ANNOTATIONS + 5))
        pdf.save(out)
    get, close = raw.FPDFPage_GetAnnot, raw.FPDFPage_CloseAnnot
    monkeypatch.setattr(raw, "FPDFPage_GetAnnot", lambda page, number: (looked_at.append(number), get(page, number))[1])
    monkeypatch.setattr(raw, "FPDFPage_CloseAnnot", lambda annotation: (closed.append(1), close(annotation))[1])
    assert not pixels.of_pdf(out.getvalue()).unprinted
    assert len(looked_at) == len(closed) == pixels.ANNOTATIONS


def test_a_pdf_of_one_page_is_drawn_and_one_of_two_is_refused(normalise: Make) -> None:
    made = normalise(".pdf", saved(photo(), "PDF", resolution=72))
    assert made.kind == "png" and opened(made).size == (375, 251) and near(opened(made).getpixel((30, 30)), RED, 20)
    assert round(made.width, 1) == 31.8, "as wide as its page"
    with pytest.raises(ValueError, match="2 pages"):
        normalise(".pdf", saved(photo(), "PDF", save_all=True, append_images=[photo()]))


@pytest.mark.parametrize(
    ("suffix", "data", "refused"),
    [
        (".png", saved(photo(), "JPEG"), "not|isn’t a PNG"),
        (".tif", saved(photo(), "TIFF", save_all=True, append_images=[photo()]), "several pages"),
        (".tif", saved(Image.new("F", (4, 4), 0.5), "TIFF"), "fractions"),
        (".jpg", saved(photo(size=(900, 600)), "JPEG")[:3000], "broken"),
        (".pdf", b"%PDF-1.7 nothing", "PDF"),
        (".avif", b"\0\0\0\x1cftypavif" + bytes(400), "broken|isn’t"),
    ],
)
def test_what_is_broken_or_more_than_a_picture_is_refused(normalise: Make, suffix: str, data: bytes, refused: str) -> None:
    with pytest.raises(ValueError, match=refused):
        normalise(suffix, data)


def tiff(pages: int, *more: tuple[int, int, int, int]) -> bytes:
    """A TIFF of pages of one dot (TIFF 6.0, section 2). `more`: fields of each."""
    fields = [(256, 3, 1, 1), (257, 3, 1, 1), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 4), (279, 4, 1, 1), *more]
    directory = struct.pack("<H", len(fields)) + b"".join(struct.pack("<HHII", *field) for field in sorted(fields))
    ends = [8 + (page + 1) * (len(directory) + 4) for page in range(pages - 1)] + [0]
    return b"II*\0" + struct.pack("<I", 8) + b"".join(directory + struct.pack("<I", end) for end in ends)


@pytest.mark.parametrize("more", [(), ((254, 4, 1, 1),)], ids=["pages", "reduced copies"])
def test_a_tiff_of_any_number_of_pages_is_looked_at_soon(normalise: Make, more: tuple[tuple[int, int, int, int], ...]) -> None:
    assert normalise(".tif", tiff(1, *more)).kind == "png"
    with pytest.raises(ValueError, match="several pages"):
        normalise(".tif", tiff(50_000, *more))


def turbulent(width: str) -> bytes:
    """A picture that takes seconds of processor time."""
    return svg(f'<filter id="f"><feTurbulence numOctaves="10"/></filter><rect width="{width}" height="9" filter="url(#f)"/>' * 50)


def test_pictures_that_take_too_long_halve_the_time_of_the_next_and_are_not_tried_twice(
    monkeypatch: pytest.MonkeyPatch, process: PictureProcess
) -> None:
    monkeypatch.setattr("briefs.tools.limited.SLOW", 1.0)
    monkeypatch.setattr(process._process, "_cpu", 2)
    asked = []
    ask = process._process.ask
    monkeypatch.setattr(process._process, "ask", lambda request: asked.append(process._process._cpu) or ask(request))
    slow = [turbulent(f"9{n}") for n in range(2)]
    for data in [*slow, *slow]:
        with pytest.raises(ValueError, match=r"can’t be drawn within [12] s and"):
            process.normalise(".svg", data)
    assert asked == [2, 1]


def test_a_picture_that_is_late_by_the_clock_takes_no_time_from_the_next(
    monkeypatch: pytest.MonkeyPatch, process: PictureProcess
) -> None:
    for limit in ("SLOW", "LOST"):
        monkeypatch.setattr(limited, limit, 0.1)
    process._process.start()
    os.kill(process._process._started().pid, signal.SIGSTOP)  # as on a machine that has no time for it
    monkeypatch.setattr(process._process, "_seconds", 0.5)
    with pytest.raises(ValueError, match=r"isn’t drawn after 0 s: the machine is busy\. Try again"):
        process.normalise(".svg", svg('<rect width="87" height="9"/>'))
    assert process._process._cpu == limited.CPU
    monkeypatch.setattr(process._process, "_seconds", limited.SECONDS)
    assert process.normalise(".svg", svg('<rect width="99" height="9"/>')).kind == "svg"


def test_requests_that_fail_do_not_add_up() -> None:
    process = limited.LimitedProcess("briefs.pictures")
    left = []
    for _ in range(6):
        process._shorten(process._cpu)  # as much as it may use
        left.append(process._cpu)
    assert left == [7, 5, 5, 5, 5, 1]


def test_slow_requests_that_are_answered_do_not_add_up() -> None:
    process = limited.LimitedProcess("briefs.pictures")
    left = []
    for seconds in (0.9, 100, 0.9, 100, 100, 0.9):  # most requests take less than a second, and count for nothing
        process._spend(seconds)
        left.append(process._cpu)
    assert left == [15, 15, 15, 15, 1, 1]


def test_the_decoder_says_how_large_a_picture_is(normalise: Make) -> None:
    small, large = saved(Image.new("L", (10, 10)), "PNG"), saved(Image.new("L", (9000, 9000)), "PNG")
    with pytest.raises(ValueError, match=r"pixels|broken"):
        normalise(".png", small[:33] + large[8:33] + small[33:])


# SVG as programs export it: what must be on the page, and what must not.
EMBEDDED = base64.b64encode(saved(Image.new("RGB", (4, 4), RED), "PNG")).decode()
EXPORTS = {
    "matplotlib": (
        '<defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style></defs><g id="figure_1"><path d="M0 0h100v60'
        'H0z" style="fill: #c81e1e"/><g clip-path="url(#p1)"><use xlink:href="#m" x="4"/></g><text style="font: 10px \'DejaVu Sans\', '
        'sans-serif; text-anchor: middle" x="50" y="40">Year 2020</text></g><defs><path id="m" d="M0 0h3v3z"/><clipPath id="p1"><rect '
        'width="90" height="50"/></clipPath></defs>', "Year 2020"),
    "R, svglite": (
        '<defs><style type="text/css"><![CDATA[.svglite rect {fill: #c81e1e; stroke: none}]]></style></defs><g class="svglite"><rect '
        'width="100%" height="100%"/><text x="10" y="30" textLength="30px" lengthAdjust="spacingAndGlyphs" style="font-size: 8.8px; '
        'font-family: &quot;Arial&quot;;">Count</text></g>', "Count"),
    "Inkscape": (
        '<rect width="100" height="60" fill="#c81e1e"/><text xml:space="preserve" style="font-size:8px" x="5" y="20"><tspan x="5" y="20">'
        'First line</tspan><tspan x="5" y="32">Second line</tspan></text>', "First line Second line"),
    "Illustrator": (
        '<style type="text/css">.st0{fill:#C81E1E;}.st1{font-family:\'MyriadPro-Regular\';}</style><switch><foreignObject '
        'requiredExtensions="http://ns.adobe.com/" width="1" height="1"/><g><rect class="st0" width="100" height="60"/><text '
        'transform="matrix(1 0 0 1 10 30)"><tspan x="0" y="0" class="st1" style="font-size:8px">A word</tspan></text></g></switch>', "A word"),
    "Excel": (
        '<defs><clipPath id="c"><rect width="100" height="60"/></clipPath></defs><g clip-path="url(#c)" transform="translate(0 0)"><rect '
        'width="100" height="60" fill="#C81E1E"/><text font-family="Calibri,Calibri_MSFontService,sans-serif" font-weight="400" '
        'font-size="9" transform="translate(10 30)">Series 1</text></g>', "Series 1"),
    "draw.io": (
        '<rect width="100" height="60" fill="light-dark(#c81e1e, #ededed)"/><switch><foreignObject width="100%" height="100%"><div '
        'xmlns="http://www.w3.org/1999/xhtml">A <b>box</b></div></foreignObject><text x="50" y="30" font-size="8px">A box</text></switch>'
        '<switch><g requiredFeatures="http://www.w3.org/TR/SVG11/feature#Extensibility"/><a xlink:href="https://example.org/"><text '
        'font-size="10px" x="50%" y="100%">Text is not SVG - cannot display</text></a></switch>', "A box"),
    "a list of places": ('<rect width="100" height="60" fill="#c81e1e"/><text font-size="8"><tspan x="5 15 25 35" y="30">5Gon</tspan></text>', "5Gon"),
    "an embedded picture": (f'<image width="100" height="60" preserveAspectRatio="none" href="data:image/png;base64,{EMBEDDED}"/>', ""),
    "print and screen": ("<style>@media print {rect {fill: #c81e1e}} @media screen {rect {fill: blue}}</style><rect width='100' height='60'/>", ""),
    "a symbol": ('<symbol id="s" viewBox="0 0 1 1"><rect width="1" height="1" fill="#c81e1e"/></symbol><use href="#s" width="200" height="200" x="-40" y="-40"/>', ""),
    "a mask": ('<mask id="m"><rect width="100" height="60" fill="white"/></mask><rect width="100" height="60" fill="#c81e1e" mask="url(#m)"/>', ""),
    "a gradient": ('<linearGradient id="g"><stop stop-color="#c81e1e"/></linearGradient><rect width="100" height="60" fill="url(#g)"/>', ""),
    "a gradient by style": ('<style>.a{fill:url(#g)}</style><linearGradient id="g"><stop stop-color="#c81e1e"/></linearGradient><rect width="100" height="60" class="a"/>', ""),
    "a marker": ('<marker id="m" markerWidth="3" markerHeight="3"><path d="M0 0h3v3z"/></marker><rect width="100" height="60" fill="#c81e1e"/><path d="M9 50H90" stroke="#000" marker-end="url(#m)"/>', ""),
    "important": ('<style>rect{fill:#c81e1e !important}</style><rect width="100" height="60" style="fill:blue"/>', ""),
    "a shadow": ('<filter id="f"><feDropShadow dx="1" dy="1" stdDeviation="1"/></filter><rect width="100" height="60" fill="#c81e1e"/><text x="5" y="30" font-size="8" filter="url(#f)">Shadowed</text>', "Shadowed"),
    "words along a path": ('<rect width="100" height="60" fill="#c81e1e"/><path id="p" d="M5 40H95" fill="none"/><text font-size="8"><textPath href="#p">Along it</textPath></text>', "Along it"),
}  # fmt: skip
DOCTYPE = (
    '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" '
    '[<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>'
)


@pytest.mark.parametrize("name", EXPORTS)
def test_an_svg_is_shown_as_its_program_meant(normalise: Make, name: str) -> None:
    inner, words = EXPORTS[name]
    made = normalise(".svg", svg(inner, before=DOCTYPE))
    assert made.words == words
    assert near(opened(made).getpixel((1200, 1380)), RED), "the ground of each is red"


def test_a_plain_svg_stays_a_vector(normalise: Make) -> None:
    made = normalise(
        ".svg", svg('<g fill="#c81e1e"><rect width="100" height="60"/></g><text x="5" y="30" font-size="8">Plain words</text>')
    )
    assert made.kind == "svg" and made.words == "Plain words" and b"<text" in made.data
    assert near(opened(made).getpixel((2300, 100)), RED)


def test_a_width_in_per_cent_is_of_the_page(normalise: Make) -> None:
    made = normalise(".svg", svg('<rect width="100%" height="100%" fill="#c81e1e"/>', 'width="100%" height="300"'))
    assert round(made.width) == 150 and round(made.height) == 79 and near(opened(made).getpixel((2390, 1200)), RED)


REFUSED = {
    "words as HTML only": ('<foreignObject width="9" height="9"><p xmlns="http://www.w3.org/1999/xhtml">Lost words</p></foreignObject>', "foreignObject.*line 1"),
    "words that are cut short": ('<switch><foreignObject><p xmlns="http://www.w3.org/1999/xhtml">A long text</p></foreignObject><text>A lo...</text></switch>', "A long text"),
    "flowing words": ("<flowRoot><flowPara>Words</flowPara></flowRoot>", "flowRoot"),
    "words outside": ('<text x="5" y="900" font-size="8">Outside</text>', "Outside.*outside the picture"),
    "a thin line": ('<path d="M0 0h9" stroke="#000" stroke-width="thin"/>', "stroke-width=“thin”.*line 1"),
    "a thin line by style": ('<style>path{stroke-width:thin}</style><path d="M0 0h9"/>', "stroke-width=“thin”"),
    "a sum": ('<text x="calc(5px + 2px)" y="9">Words</text>', "calc"),
    "noise without end": ('<filter id="f"><feTurbulence numOctaves="2000000000"/></filter><rect width="9" height="9" filter="url(#f)"/>', "octaves"),
    "steps of a filter without end": ('<filter id="f">' + '<feGaussianBlur stdDeviation="9"/>' * 900 + '</filter><rect width="9" height="9" filter="url(#f)"/>', "shapes to draw"),
    "an effect that reaches far": ('<filter id="f"><feMorphology radius="99" operator="dilate"/></filter><rect width="9" height="9" filter="url(#f)"/>', "reaches over 10"),
    "a use of itself": ('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>', "within itself"),
    "a pattern of itself": ('<pattern id="p" width="1" height="1"><rect width="9" height="9" fill="url(#p)"/></pattern><rect width="9" height="9" fill="url(#p)"/>', "within itself"),
    "an SVG in an SVG": ('<image width="9" height="9" href="data:image/svg+xml;base64,PHN2Zy8+"/>', r"of the type image/svg\+xml"),
    "selectors in one another": ("<style>" + ":not(" * 500 + "a" + ")" * 500 + "{fill:red}</style>", "depth"),
    "a picture elsewhere": ('<image href="https://example.org/x.png" width="9" height="9"/>', "outside itself"),
    "a sheet elsewhere": ("<style>@import 'https://example.org/x.css';</style>", "outside itself"),
    "masks by style without end": (
        '<style>rect{mask:url(#m)}</style><mask id="m"><path d="M0 0h9v9z"/></mask>' + '<rect width="9" height="9"/>' * 900, "shapes to draw"),
    "markers without end": ('<marker id="m">' + "<path d='M0 0h1'/>" * 50 + '</marker><path style="marker:url(#m)" d="M' + "0 0 " * 900 + '"/>', "shapes to draw"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_be_lost_or_never_end_is_refused(normalise: Make, name: str) -> None:
    inner, refused = REFUSED[name]
    with pytest.raises(ValueError, match=f"(?s){refused}"):
        normalise(".svg", svg(inner))


def test_entities_that_are_more_than_short_texts_are_refused(normalise: Make) -> None:
    for declared in ('a "aaaa"><!ENTITY b "&a;&a;"', 'b SYSTEM "file:///etc/hostname"'):
        with pytest.raises(ValueError, match="declares"):
            normalise(".svg", svg("<text>&b;</text>", before=f"<!DOCTYPE svg [<!ENTITY {declared}>]>"))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("caf&eacute;", r"has `&eacute;` \(line 2 of its file\).* write the letter itself, or `&#233;`"),
        ("AT&T; Ltd", r"has `&T;` \(line 2 of its file\).* write `&amp;` for the sign"),
        ("AT&T Ltd", r"has a sign “&” by itself \(line 2 of its file\); write `&amp;`"),
        ("A & B", r"has a sign “&” by itself \(line 2 of its file\); write `&amp;`"),
    ],
)
def test_what_only_html_reads_as_a_letter_is_told_with_what_to_write(normalise: Make, written: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        normalise(".svg", svg(f"\n<text>{written}</text>"))


def test_a_picture_that_ends_its_process_is_refused_and_the_next_one_is_drawn(
    normalise: Make, monkeypatch: pytest.MonkeyPatch, process: PictureProcess
) -> None:
    monkeypatch.setattr("briefs.tools.limited.MEMORY", 90 << 20)
    with pytest.raises(ValueError, match=r"ends the program|broken|memory"):
        process.normalise(".png", saved(Image.new("RGB", (6000, 6000)), "PNG"))
    assert process.normalise(".png", saved(photo(), "PNG")).kind == "png"


def test_a_picture_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch, process: PictureProcess) -> None:
    monkeypatch.setattr(process._process, "_seconds", 0.0)
    with pytest.raises(ValueError, match="isn’t drawn after"):
        process.normalise(".png", saved(photo(), "PNG"))
    assert process._process._process is None


def test_a_damaged_result_in_the_cache_counts_as_none(normalise: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    data = saved(photo(), "PNG")
    first = normalise(".png", data)
    (entry,) = Path(str(tmp_path)).rglob("pictures/*")
    whole = bytearray(entry.read_bytes())
    for at in random.Random(1).sample(range(len(whole)), 20):
        entry.write_bytes(bytes([*whole[:at], whole[at] ^ 4, *whole[at + 1 :]]))
        assert normalise(".png", data) == first


@pytest.mark.parametrize("file", ["two words.png", "café.svg", "100%.png", "a#b.png", "a%20b.png", "x (1).png"])
def test_a_file_is_found_by_its_name_as_people_write_it(file: str) -> None:
    files = [unicodedata.normalize(form, f"figures/{file}") for form in ("NFC", "NFD")][:1]
    for form in ("NFC", "NFD"):
        address = unicodedata.normalize(form, f"figures/{file}")
        assert picture_named(address, files) == files[0]
        assert picture_named(address.replace("%", "%25").replace(" ", "%20"), files) == files[0]
        found = [name for _, name in pictures(f"![A caption](<{address}>) and ![Another]({address}){{#fig-x}}")]
        assert [picture_named(name, files) for name in found] == files * 2
    assert not picture_named("figures/other.png", files)


# Each of these is drawn alike by resvg and by WeasyPrint once it is spelled out.
SPELLED = {
    "arcs whose flags touch": '<path d="M10 30a10 10 0 0110 10l40-20z" fill="hsl(0,70%,45%)"/>',
    "relative curves": '<path d="M10 30q5 5 10 0t10 0s9-9 20 9h20v-30z" fill="#c81e1e" transform="rotate(-10 50 30)"/>',
    "dashes": '<circle cx="50" cy="30" r="20" fill="none" stroke="rgb(0,0,255)" stroke-width="3" stroke-dasharray="5 3"/>',
    "lengths with units": '<rect x="10px" y="5%" width="1cm" height="50%" fill="green"/>',
    "points": '<polygon points="10,10,60,10 30,50" fill="red" stroke="black" stroke-width="2"/>',
    "lines of a text": '<text x="10" y="20" font-size="8px" xml:space="preserve"><tspan x="10" y="20">First   line</tspan>\n<tspan x="10" dy="1.5em">Second</tspan></text>',
    "a turned text": '<text transform="translate(20 50) rotate(-45)" style="font-size:9px;font-weight:700;fill:#c00;fill-opacity:.5">Upwards</text>',
    "a mark that is used": '<defs><path id="m" d="M-4-4h8v8z"/></defs><g style="fill:#00f"><use href="#m" x="20" y="20"/><use href="#m" transform="scale(2)" x="30" y="20"/></g>',
    "clips": '<clipPath id="c"><rect x="10" y="10" width="50" height="20"/></clipPath><g clip-path="url(#c)"><circle cx="40" cy="25" r="25" fill="#0a0"/></g><g clip-path="url(#c)" transform="translate(30 25)"><path d="M0 0h99v99z"/></g>',
    "what drawing programs always write": '<rect style="fill:#f00;display:inline;marker-start:none;mix-blend-mode:normal;paint-order:normal;stop-color:#000" width="9" height="9"/>',
}  # fmt: skip


@pytest.mark.parametrize("name", SPELLED)
def test_a_vector_on_the_page_looks_as_its_pixels(normalise: Make, typesetter: Typesetter, name: str) -> None:
    made = normalise(".svg", svg(SPELLED[name]))
    assert made.kind == "svg"
    page, pixels = printed(typesetter, made), opened(made).resize((800, 480))
    unlike = ImageChops.difference(page, pixels).convert("L").point(lambda value: 255 * (value > 80))
    assert ImageStat.Stat(unlike).mean[0] < 1.5, "in half a per cent of the dots, at the edges of letters"
    assert ImageStat.Stat(pixels.convert("L")).stddev[0] > 5, "something is drawn"


FAR = {
    "a line": '<path d="M0 0H100000" stroke="#000" stroke-dasharray="0.00001 0.00001"/>',
    "a number": '<path d="M-1e38 0H1e38V1e38z"/>',
    "a number past all numbers": '<rect x="1e400" width="1e400" height="5"/>',
    "a scale": '<g transform="scale(1e30)"><g transform="scale(1e30)"><rect width="1" height="1"/></g></g>',
    "a stroke": '<path d="M0 0H9" stroke="#000" stroke-width="1e30"/>',
    "groups": "<g>" * 90 + '<rect width="9" height="9"/>' + "</g>" * 90,
    "a colour of its own": '<rect width="9" height="9" fill="currentColor"/>',
}


@pytest.mark.parametrize("name", FAR)
def test_what_the_typesetter_may_draw_late_or_otherwise_is_pixels(normalise: Make, name: str) -> None:
    assert normalise(".svg", svg(FAR[name])).kind == "png"


@pytest.mark.parametrize("size", ["1e30", "1e5", "1e-30", "-5", "0"])
def test_letters_too_large_or_too_small_to_be_seen_are_refused(normalise: Make, size: str) -> None:
    with pytest.raises(ValueError, match="would not be drawn"):
        normalise(".svg", svg(f'<text x="5" y="50" font-size="{size}">Words</text>'))


@pytest.mark.parametrize(
    ("inner", "font", "said"),
    [
        ('<text y="9" font-family="Symbol">5 mm</text>', "Symbol", "“5 μμ”"),
        (
            '<g style="font: italic 9px Wingdings 2, serif"><text y="9">Tax<tspan font-family="Arial">e</tspan></text></g>',
            "Wingdings 2",
            "“✓”",
        ),
        (
            '<style>.z { font-family: "ZapfDingbats" }</style><text y="9">a <tspan class="z">4</tspan> b</text>',
            "ZapfDingbats",
            "“✓”",
        ),
    ],
)
def test_letters_in_a_font_of_signs_are_refused(normalise: Make, inner: str, font: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"in the font “{font}”, where it is another sign .line 2.*such as {said}"):
        normalise(".svg", svg(f"\n{inner}"))


@pytest.mark.parametrize("family", ["Symbol", "Segoe UI Symbol", "Arial, Symbol"])
def test_signs_in_a_font_of_signs_are_drawn(normalise: Make, family: str) -> None:
    words = "5 μσ" if family == "Symbol" else "5 mm"
    assert normalise(".svg", svg(f'<text y="9" font-family="{family}">{words}</text>')).words == words


def test_a_ligature_is_drawn_as_its_letters(normalise: Make) -> None:
    made = normalise(".svg", svg('<text x="5" y="20" font-size="9">ﬂow <tspan>oﬃce</tspan> ﬁn</text>'))
    assert made.words == "flow office fin"


def test_all_faults_of_a_text_are_told_at_once(normalise: Make) -> None:
    hidden, unknown = '<text y="9">a<tspan visibility="hidden">b</tspan></text>', '<text y="19">c\U00013000</text>'
    symbol, outside = '<text y="29" font-family="Symbol">m</text>', '<text x="900" y="19">d</text>'
    with pytest.raises(ValueError, match=r"font “Symbol”.*; it also .*partly hidden.*; it also ") as found:
        normalise(".svg", svg(hidden + unknown + symbol + outside))
    told = str(found.value).split("; it also ")
    assert len(told) == 4 and told[2].endswith(": no font of the theme has it") and "or it is outside the picture" in told[3]
    with pytest.raises(ValueError, match="10 more faults"):
        normalise(".svg", svg("".join(f'<rect width="-{n}" height="5"/>' for n in range(1, 21))))


@pytest.mark.parametrize("name", [name for name, (_, words) in EXPORTS.items() if words])
def test_words_of_a_picture_are_in_the_text_of_the_page(normalise: Make, typesetter: Typesetter, name: str) -> None:
    inner, words = EXPORTS[name]
    made = normalise(".svg", svg(inner, before=DOCTYPE))
    pdf = written(typesetter, made)
    assert " ".join(pdf[0].get_textpage().get_text_bounded().split()) == words


def test_words_over_pixels_lie_where_they_are_drawn_and_leave_no_ink(normalise: Make, typesetter: Typesetter) -> None:
    made = normalise(
        ".svg", svg('<filter id="f"><feOffset dx="0"/></filter><text x="40" y="50" font-size="8" filter="url(#f)">Deep</text>')
    )
    assert made.kind == "png"
    pdf = written(typesetter, made)
    text, (width, height) = pdf[0].get_textpage(), pdf[0].get_size()
    (left, bottom, _, _), (_, _, right, _) = text.get_charbox(0), text.get_charbox(2)
    assert abs(left / width - 0.4) < 0.02 and abs(1 - bottom / height - 50 / 60) < 0.03 and 0.08 < (right - left) / width < 0.2
    unlike = (
        ImageChops.difference(printed(typesetter, made), opened(made).resize((800, 480)))
        .convert("L")
        .point(lambda v: 255 * (v > 80))
    )
    assert ImageStat.Stat(unlike).mean[0] < 0.5


USED = """<defs><symbol id="s" viewBox="0 0 50 20"><text x="2" y="10" font-size="8">Mast</text></symbol>
<g id="g"><text x="2" y="10" font-size="8">Tower</text></g></defs>
<use href="#s" x="5" y="5" width="50" height="20"/><use xlink:href="#g" x="5" y="30"/><use href="#s" x="50" y="30" width="50" height="20"/>"""


@pytest.mark.parametrize("before", ["", '<filter id="f"><feOffset dx="0"/></filter><rect width="3" height="3" filter="url(#f)"/>'])
def test_words_that_are_used_again_are_in_the_text_wherever_they_are_drawn(
    normalise: Make, typesetter: Typesetter, before: str
) -> None:
    made = normalise(".svg", svg(before + USED))
    assert written(typesetter, made)[0].get_textpage().get_text_bounded().split() == ["Mast", "Tower", "Mast"]


def written(typesetter: Typesetter, made: Normalised) -> pypdfium2.PdfDocument:
    """A page of 100 by 60 millimetres that the picture fills."""
    style = "@page { size: 100mm 60mm; margin: 0 } body { margin: 0 } img { width: 100mm; height: 60mm; display: block }"
    name = f"x.{made.kind}"
    figure = sized(made.data, "Words", 100, 60) if made.kind == "svg" else made.data
    html = f'<html lang="en"><head><title>x</title><style>{style}</style></head><body><img src="{FIGURE}{name}" alt="x"/></body></html>'
    return pypdfium2.PdfDocument(typesetter.lay_out((), html, {name: figure}).document.write_pdf(tagged=True))


def printed(typesetter: Typesetter, made: Normalised) -> Image.Image:
    page = written(typesetter, made)[0]
    image: Image.Image = page.render(scale=800 / page.get_width()).to_pil().convert("RGB")
    return image.resize((800, 480))


@pytest.fixture(scope="module")
def typesetter(theme: Theme) -> Typesetter:
    """Without style sheets: these would ask for the theme's variables."""
    made = Typesetter(theme)
    made._style_sheets[(), False] = []
    return made


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        ('<path d="M 0 0 L foo"/>', "d=“M 0 0 L foo” at <path>, which is no path"),
        ('<path d="M0 0 L 1,NaN"/>', "is no path"),
        ('<path d="M0 0 L 5"/>', "is no path"),
        ('<path d="L5 5"/>', "is no path"),
        ('<path d="M0 0 A 5 5 0 2 1 20 20"/>', "is no path"),
        ('<polygon points="0,0 50,0 50"/>', "an odd count of numbers"),
        ('<rect width="-5" height="5"/>', "is below 0"),
        ('<rect width="auto" height="5"/>', "is no size"),
        ('<rect x="1,5" width="5" height="5"/>', "is no number"),
        ('<rect width="5" height="5" transform="rotate(foo)"/>', "is no transformation"),
        ('<g transform="rotate("><rect width="10" height="10"/></g>', "is no transformation"),
        ('<path d="M0 0 L50 50 L60"/>', "is no path"),
        ('<g transform="matrix(1 0 0 1 5)"><rect width="5" height="5"/></g>', "is no transformation"),
        ('<rect width="5" height="5" fill="blurple"/>', "is no colour that is printed; write it as #rrggbb"),
        ('<rect width="5" height="5" fill="color(display-p3 1 0 0)"/>', "is no colour that is printed"),
        (
            '<g stroke-dasharray="50 50"><path d="M5 10h90" stroke="navy" pathLength="100"/></g>',
            "pathLength.*write their lengths in units",
        ),
        ('<rect width="5" height="5" style="fill:#12"/>', "is no colour"),
        ('<rect width="5" height="5" fill="url(#gone)"/>', "names nothing in the picture"),
        ('<rect width="5" height="5" clip-path="url(#gone)"/>', "names nothing in the picture"),
        ('<use href="#gone"/>', "names nothing in the picture"),
        ('<line x2="5" stroke="#000" stroke-dasharray="5,-3"/>', "is no list of lengths"),
        ('<text y="9" text-anchor="centre">Words</text>', "isn’t one of end, middle, start"),
        ('<text y="9" font-size="big">Words</text>', "is no size"),
        (f'<path d="M{"1" * 50_000}"/>', "is no path"),
        ('<rect width="5" height="5" style="clip-path:circle(4px)"/>', "clip-path=.*; write <clipPath>"),
        ('<rect width="5" height="5" style="rotate:45deg"/>', "rotate=“45deg” in a style, which isn’t followed"),
        ('<rect width="5" height="5" style="animation:fade 2s"/>', "animation=“fade 2s” in a style"),
        ('<rect width="5" height="5" style="mix-blend-mode:plus-lighter"/>', "“plus-lighter”, which isn’t a way to mix colours"),
        ('<text y="9" style="transform:rotate(9deg);transform-origin:center;transform-box:fill-box">A</text>', "transform-origin="),
    ],
)
def test_what_no_program_can_draw_is_refused_at_its_line(normalise: Make, inner: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as raised:
        normalise(".svg", svg(f"\n{inner}"))
    assert "(line 2 of its file)" in str(raised.value)


@pytest.mark.parametrize(
    "shape",
    [
        '<path d="M0,0L50-0 50,50z"/>',
        '<path d="M0 0h50v50a1 1 0 0110 10z"/>',
        "<path style=\"d:path('M0 0 L50 0 L50 50z')\"/>",
        '<rect width="40" height="40" transform="translate(10px, 5px) rotate(5deg)"/>',
        '<rect width="40" height="40" transform="none" fill="#a00 icc-color(press, 1, 0)"/>',
        '<rect width="40" height="40" fill="url(#gone) #a00"/>',
        '<path d=""/><rect width="40" height="40" rx="auto" fill="RED"/>',
        '<polyline points="0,0 50-5e0.5,9"/>',
    ],
)
def test_spellings_of_css_and_short_ones_of_svg_are_drawn(normalise: Make, shape: str) -> None:
    shown = opened(normalise(".svg", svg(shape)))
    assert len(shown.getcolors(1 << 20) or []) > 1


AROUND = {
    "a length": ('style="transform-origin:70px 30px"', (70, 30)),
    "an attribute": ('transform-origin="70 30"', (70, 30)),
    "a share of the picture": ('style="transform-origin:70% 50%"', (70, 30)),
    "words": ('style="transform-box:fill-box;transform-origin:bottom right"', (75, 35)),
    "one word": ('style="transform-box:fill-box;transform-origin:center"', (70, 30)),
    "nothing": ('style="transform-box:fill-box"', (65, 25)),
}  # with the middle of a shape that is halved there: half-way between its middle, 70 30, and the origin


@pytest.mark.parametrize("name", AROUND)
@pytest.mark.parametrize(
    "shape",
    [
        '<rect x="60" y="20" width="20" height="20" {}/>',
        '<circle cx="70" cy="30" r="10" {}/>',
        '<polygon points="60,20 80,20 80,40 60,40" {}/>',
        '<g {}><path d="M0 0h20v20h-20z" transform="translate(60 20)"/></g>',
    ],
)
def test_shapes_are_turned_around_their_origin(normalise: Make, shape: str, name: str) -> None:
    origin, middle = AROUND[name]
    made = normalise(".svg", svg('<g fill="#c81e1e">' + shape.format(f'transform="scale(.5)" {origin}') + "</g>"))
    dark = opened(made).convert("L").point(lambda value: 255 * (value < 200)).getbbox()
    assert made.kind == "svg" and dark
    found = (dark[0] + dark[2]) / 48, (dark[1] + dark[3]) / 48, (dark[2] - dark[0]) / 24  # 24 dots are a unit
    assert max(abs(a - b) for a, b in zip(found, (*middle, 10), strict=True)) < 0.3


@pytest.mark.parametrize("before", ["", "<rect width='9' height='9' fill='currentColor'/>"], ids=["vector", "pixels"])
@pytest.mark.parametrize(
    "size",
    ["", 'font-size="1em"', 'font-size="medium"', 'font-size="1rem"', 'font-size="100%"'],
)
def test_letters_are_of_16_units_unless_something_else_is_written(normalise: Make, before: str, size: str) -> None:
    drawn = [opened(normalise(".svg", svg(f'{before}<text x="5" y="40" {size}>Size</text>'))) for size in (size, 'font-size="16"')]
    assert ImageStat.Stat(ImageChops.difference(*drawn).convert("L")).mean[0] < 0.01


@pytest.mark.parametrize(("size", "pixels"), [("small", 13), ("x-large", 24), ("2rem", 20)])
def test_words_for_sizes_do_not_depend_on_the_size_around_them(normalise: Make, size: str, pixels: int) -> None:
    text = '<g font-size="30"><text x="5" y="40" font-size="{}">Size</text></g>'
    drawn = [opened(normalise(".svg", svg(text.format(each), 'viewBox="0 0 100 60" font-size="10"'))) for each in (size, pixels)]
    assert ImageStat.Stat(ImageChops.difference(*drawn).convert("L")).mean[0] < 0.01


def test_colours_mix_as_they_are_asked_to(normalise: Make) -> None:
    shapes = '<rect width="60" height="60" fill="#0ff"/><rect width="60" height="60" fill="#ff0" style="mix-blend-mode:multiply"/>'
    alone = '<rect x="60" width="40" height="60" fill="#ff0" style="mix-blend-mode:difference"/>'
    shown = opened(normalise(".svg", svg(shapes + alone)))
    assert near(shown.getpixel((700, 700)), (0, 255, 0)) and near(shown.getpixel((2000, 700)), (255, 255, 0)), "not with the paper"


GREEN = "#008000"
COLOURS = {
    "rgb(200 30 30 / 50%)": "rgba(200, 30, 30, 0.5)", "hsl(280 60% 40% / .5)": "rgba(122, 41, 163, 0.5)", "RGB(200 30 30)": "#c81e1e",
    "hsl(120deg 100% 25.1%)": GREEN, "hwb(120 0% 49.8%)": GREEN, "color(srgb 0 0.50196 0)": GREEN, "currentcolor": "currentColor",
    "lab(46.2775% -47.5621 48.5837)": GREEN, "lch(46.2775% 67.9892 134.3912)": GREEN, "oklab(51.975% -0.1403 0.10768)": GREEN,
    "oklch(51.975% 0.17686 142.495)": GREEN, "lab(100 0 0)": "#ffffff", "transparent": "rgba(0, 0, 0, 0)", "NONE": "none",
}  # those of green are of the web platform's tests  # fmt: skip


@pytest.mark.parametrize("written", COLOURS)
def test_a_colour_of_css_is_written_in_srgb(written: str) -> None:
    assert paints.as_srgb(written) == COLOURS[written] and paints.is_colour(written)


def test_a_colour_is_drawn_however_it_is_written(normalise: Make) -> None:
    shapes = (
        '<rect width="30" height="60" fill="rgb(200 30 30 / 50%)"/><g color="#1428d2"><rect x="30" width="30" height="60" '
        'style="fill:CurrentColor"/></g><rect x="60" width="40" height="60" fill="url(#none) oklch(51.975% 0.17686 142.495)"/>'
    )
    ground = 'viewBox="0 0 100 80" style="background: hwb(120 0% 49.8%)"'
    shown = opened(normalise(".svg", svg(shapes, ground)))
    assert near(shown.getpixel((360, 700)), (100, 79, 15), 2), "half of red over green"
    assert near(shown.getpixel((1080, 700)), (20, 40, 210), 2)
    assert near(shown.getpixel((2000, 700)), (0, 128, 0), 2) and near(shown.getpixel((2000, 1800)), (0, 128, 0), 2)


def test_a_mask_by_opacity_is_one_also_in_a_style(normalise: Make) -> None:
    mask = '<mask id="m" style="mask-type:alpha"><rect width="50" height="60" fill="#000"/></mask>'
    shown = opened(normalise(".svg", svg(f'{mask}<rect width="100" height="60" fill="#c81e1e" mask="url(#m)"/>')))
    assert near(shown.getpixel((600, 700)), RED) and near(shown.getpixel((1800, 700)), (255, 255, 255))


def test_a_picture_is_stretched_or_cut_as_its_frame_asks(normalise: Make) -> None:
    shape = '<rect width="30" height="60" fill="#c81e1e"/><text x="40" y="30" font-size="8">Words</text>'
    for how, edge in (("none", 720), ("xMinYMid slice", 1200)):
        made = normalise(".svg", svg(shape, f'width="60mm" height="60mm" viewBox="0 0 100 60" preserveAspectRatio="{how}"'))
        shown = opened(made)
        assert (round(made.width), round(made.height), made.words) == (60, 60, "Words")
        assert near(shown.getpixel((edge - 20, 1200)), RED) and near(shown.getpixel((edge + 20, 1200)), (255, 255, 255))
    made = normalise(".svg", svg(shape, 'width="60mm" height="36mm" viewBox="0 0 100 60" preserveAspectRatio="none"'))
    assert made.kind == "svg"


@pytest.mark.parametrize(("ground", "wanted"), [("background:#c81e1e", RED), ("background:#fff;background-color:#c81e1e", RED)])
def test_the_ground_of_a_picture_is_drawn(normalise: Make, ground: str, wanted: tuple[int, int, int]) -> None:
    made = normalise(".svg", svg('<circle r="5"/>', f'viewBox="-50 -30 100 60" style="{ground}"'))
    assert made.kind == "svg" and near(opened(made).getpixel((2390, 10)), wanted)
    with pytest.raises(ValueError, match="draw a <rect>"):
        normalise(".svg", svg('<circle r="5"/>', 'viewBox="0 0 100 60" style="background:linear-gradient(red, blue)"'))


def chunked(image: Image.Image, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with these chunks before its pixels (PNG, 11.3)."""
    data = saved(image, "PNG")
    made = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return data[:33] + made + data[33:]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P"])
@pytest.mark.parametrize(("gamma", "wanted"), [(100_000, 188), (45_455, 128), (55_556, 147)])
def test_the_gamma_of_a_png_is_followed(normalise: Make, mode: str, gamma: int, wanted: int) -> None:
    colours = Image.new("RGB", (20, 20), GREY)
    grey = colours.quantize() if mode == "P" else colours.convert(mode)
    chunk = b"gAMA", struct.pack(">I", gamma)
    assert near(opened(normalise(".png", chunked(grey, chunk))).getpixel((5, 5)), (wanted,) * 3, 2)
    assert near(opened(normalise(".png", chunked(grey, (b"sRGB", b"\0"), chunk))).getpixel((5, 5)), GREY, 2)


def test_a_png_of_another_screen_is_refused(normalise: Make) -> None:
    for primaries, is_known in (
        ((31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000), True),
        ((31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000), False),
    ):
        data = chunked(photo(), (b"cHRM", struct.pack(">8I", *primaries)))
        if is_known:
            assert normalise(".png", data).kind == "png"
        else:
            with pytest.raises(ValueError, match=r"cHRM.*save it in sRGB"):
                normalise(".png", data)


GRADIENT = '<linearGradient id="g"><stop stop-color="#c81e1e"/></linearGradient><rect x="90" width="10" height="9" fill="url(#g)"/>'


@pytest.mark.parametrize("before", ["", GRADIENT], ids=["vector", "pixels"])
@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ('<rect width="60" height="60" fill="#00f" fill-opacity=".5"/>', (127, 127, 255)),
        ('<g opacity=".5"><rect width="60" height="60" fill="#00f"/></g>', (127, 127, 255)),
        ('<rect width="60" height="60" fill="#009640" opacity=".5"/>', (127, 202, 159)),
        ('<rect width="60" height="60" fill="rgba(150,50,0,.25)"/>', (229, 204, 191)),
        ('<rect width="60" height="60" fill="rgba(255,0,255,.5)"/>', (255, 127, 255)),
        ('<rect width="60" height="60" fill="#fff" opacity=".3"/>', (255, 255, 255)),
    ],
)
def test_half_transparent_colours_lie_on_white_paper(
    normalise: Make, typesetter: Typesetter, before: str, shape: str, wanted: tuple[int, int, int]
) -> None:
    made = normalise(".svg", svg(before + shape))
    assert near(opened(made).getpixel((700, 700)), wanted, 2), "the pixels that Word shows"
    assert near(printed(typesetter, made).getpixel((240, 240)), wanted, 2), "the pixels of the page"


HIDDEN = {
    "visibility": '<text x="5" y="50" font-size="8" visibility="hidden">Unseen</text>',
    "visibility of a group": '<g style="visibility:collapse"><text x="5" y="50" font-size="8">Unseen</text></g>',
    "no fill": '<text x="5" y="50" font-size="8" fill="none">Unseen</text>',
    "a clear fill": '<text x="5" y="50" font-size="8" fill="transparent">Unseen</text>',
    "a fill without opacity": '<text x="5" y="50" font-size="8" fill-opacity="0%">Unseen</text>',
    "no opacity": '<g opacity="0"><text x="5" y="50" font-size="8">Unseen</text></g>',
    "a use": '<defs><text id="t" x="5" y="50" font-size="8">Unseen</text></defs><use href="#t" visibility="hidden"/>',
}


@pytest.mark.parametrize("before", ["", GRADIENT], ids=["vector", "pixels"])
@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_words_are_nowhere(normalise: Make, typesetter: Typesetter, before: str, name: str) -> None:
    made = normalise(".svg", svg(f'{before}<text x="5" y="20" font-size="8">Seen</text>{HIDDEN[name]}'))
    assert made.words == "Seen" and b"Unseen" not in made.data
    assert written(typesetter, made)[0].get_textpage().get_text_bounded().split() == ["Seen"]


@pytest.mark.parametrize(
    "inner",
    [
        '<g visibility="hidden"><text x="5" y="20" font-size="8" visibility="visible">Seen</text></g>',
        '<g fill="none"><text x="5" y="20" font-size="8" fill="#000">Seen</text></g>',
        '<text x="5" y="20" font-size="8" fill="none" stroke="#000">Seen</text>',
        '<text x="5" y="20" font-size="8" fill="none"><tspan fill="#000">Seen</tspan></text>',
        '<defs fill="none"><text id="t" x="5" y="20" font-size="8">Seen</text></defs><use href="#t"/>',
    ],
)
def test_words_that_leave_ink_are_kept(normalise: Make, inner: str) -> None:
    made = normalise(".svg", svg(inner))
    assert made.words == "Seen" and len(opened(made).getcolors(1 << 20) or []) > 1


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        ('<text y="9">One <tspan visibility="hidden">two</tspan> three</text>', "“One two three”, which are partly hidden"),
        ('<text y="9" style="text-transform:uppercase">Words</text>', "text-transform=“uppercase” at <text>, which isn’t followed"),
        ('<text y="9" direction="rtl">Words</text>', "direction=“rtl” at <text>, which isn’t followed; remove it"),
    ],
)
def test_texts_that_would_be_shown_otherwise_are_refused(normalise: Make, inner: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as raised:
        normalise(".svg", svg(f"\n{inner}"))
    assert "(line 2 of its file)" in str(raised.value)


def test_a_selector_that_is_not_understood_is_refused(normalise: Make) -> None:
    with pytest.raises(ValueError, match="a style for “rect:defined”, a selector that isn’t understood; write a class"):
        normalise(".svg", svg('<style>rect:defined{fill:red}</style><rect width="9" height="9"/>'))
    assert normalise(".svg", svg('<style>g::-webkit-scrollbar{fill:red}</style><rect width="9" height="9"/>')).kind == "svg"


def test_fonts_that_libreoffice_embeds_are_left_out_and_other_elements_told_at_once(normalise: Make) -> None:
    face = '<font-face font-family="A" units-per-em="2048"/><missing-glyph d="M 0,0"/><glyph unicode="a" d="M 0,0"/>'
    font = f'<defs><font id="f" horiz-adv-x="2048">{face}</font></defs>'
    assert normalise(".svg", svg(f'{font}<text x="5" y="30">abc</text>')).words == "abc"
    with pytest.raises(ValueError, match=r"<glyph>.*<video>"):
        normalise(".svg", svg("<g><glyph/><video/></g>"))


def test_selectors_count_the_elements_that_draw_nothing(normalise: Make) -> None:
    rules = "<title>A title</title><style>rect:nth-child(3) {fill: #c81e1e} rect:nth-child(4) {fill: #00f}</style>"
    shown = opened(normalise(".svg", svg(f'{rules}<rect width="50" height="60"/><rect x="50" width="50" height="60"/>')))
    assert near(shown.getpixel((600, 700)), RED) and near(shown.getpixel((1800, 700)), (0, 0, 255))


@pytest.mark.parametrize("words", ["abc عربي אבג def", "عربي المملكة", "abc المملكة 2020 华为"])
@pytest.mark.parametrize("before", ["", GRADIENT], ids=["vector", "pixels"])
def test_letters_that_the_first_family_lacks_are_as_bold_as_the_text(normalise: Make, before: str, words: str) -> None:
    ink = []
    for weight in ("normal", "bold"):
        made = normalise(".svg", svg(f'{before}<text x="5" y="30" font-size="9" font-weight="{weight}">{words}</text>'))
        assert made.words == words
        ink.append(255 - ImageStat.Stat(opened(made).convert("L").crop((0, 250, 2400, 1440))).mean[0])
    assert ink[0] < 0.88 * ink[1]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_further_pictures_of_an_animation_are_told(normalise: Make, kind: str) -> None:
    frames = [photo(), Image.new("RGB", (90, 60), GREY), Image.new("RGB", (90, 60), RED)]
    made = normalise(f".{kind.lower()}", saved(frames[0], kind, save_all=True, append_images=frames[1:]))
    assert made.unprinted == ("the pictures after the first of its 3",) and near(opened(made).getpixel((80, 50)), BLUE)
    assert normalise(f".{kind.lower()}", saved(frames[0], kind)).unprinted == ()


@pytest.mark.parametrize(
    ("inner", "head", "told"),
    [
        ('<a href="https://a.org"><rect width="9" height="9"/></a>', 'viewBox="0 0 100 60"', "its links"),
        ('<text y="20" font-variant="small-caps">x</text>', 'viewBox="0 0 100 60"', "small capitals"),
        (
            '<path d="M0 0h9" vector-effect="non-scaling-stroke"/>',
            'viewBox="0 0 10 6" width="100" height="60"',
            "lines that stay thin",
        ),
        (
            '<switch><text y="20" systemLanguage="de">Ja</text><text y="20">Yes</text></switch>',
            'viewBox="0 0 100 60"',
            "its words for other languages",
        ),
        ('<text y="20" style="font:small-caps 9px Arial">x</text>', 'viewBox="0 0 100 60"', "small capitals"),
    ],
)
def test_what_is_not_drawn_of_an_svg_is_told(normalise: Make, inner: str, head: str, told: str) -> None:
    [unprinted] = normalise(".svg", svg(inner, head)).unprinted
    assert unprinted.startswith(told)


def test_an_svg_that_is_drawn_whole_is_told_nothing(normalise: Make) -> None:
    inner = '<path d="M0 0h9" vector-effect="non-scaling-stroke"/><rect width="9" height="9"/>'
    assert normalise(".svg", svg(inner, 'viewBox="0 0 100 60" width="100" height="60" preserveAspectRatio="none"')).unprinted == ()


@pytest.mark.parametrize("size", ["", ' font-size="1em"', ' font-size="100%"', ' font-size="medium"'])
@pytest.mark.parametrize("before", ["", GRADIENT], ids=["vector", "pixels"])
def test_letters_without_a_size_are_as_large_as_in_browsers(normalise: Make, size: str, before: str) -> None:
    plain, sixteen = (
        opened(normalise(".svg", svg(f'{before}<text x="5" y="40"{of}>Words</text>')))
        .convert("L")
        .point(lambda dot: 255 * (dot < 128))
        for of in (size, ' font-size="16"')
    )
    assert plain.getbbox() == sixteen.getbbox()


def test_a_shape_is_turned_about_its_origin_and_blended_as_styles_say(normalise: Make) -> None:
    turned = (
        '<rect x="60" y="20" width="20" height="20" style="transform:rotate(45deg);transform-origin:70px 30px" fill="#808000"/>'
    )
    assert near(opened(normalise(".svg", svg(turned))).getpixel((1680, 720)), (128, 128, 0))
    mixed = '<rect width="60" height="60" fill="#0ff"/><rect width="60" height="60" fill="#ff0" style="mix-blend-mode:multiply"/>'
    assert near(opened(normalise(".svg", svg(mixed))).getpixel((700, 700)), (0, 255, 0))


def test_the_gamma_of_a_png_is_heeded(normalise: Make) -> None:
    data = saved(Image.new("RGB", (9, 9), (127, 0, 255)), "PNG")
    chunk = b"gAMA" + struct.pack(">I", 100_000)
    linear = data[:33] + struct.pack(">I", 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]
    assert near(opened(normalise(".png", linear)).getpixel((4, 4)), (188, 0, 255), 1)
    assert near(opened(normalise(".png", data)).getpixel((4, 4)), (127, 0, 255), 0)


def test_an_empty_text_box_of_inkscape_is_left_out_and_one_with_words_refused(normalise: Make) -> None:
    box = "<flowRoot><flowRegion><rect width='9' height='9'/></flowRegion><flowPara>{}</flowPara></flowRoot><rect width='9' height='9'/>"
    assert normalise(".svg", svg(box.format(""))).unprinted == ()
    with pytest.raises(ValueError, match="whose words would be lost"):
        normalise(".svg", svg(box.format("Words")))


OUTLINE = 'stroke="#fff" stroke-width="3" stroke-linejoin="round"'


@pytest.mark.parametrize(
    "label",
    [
        f'<text x="5" y="40" font-size="20"><tspan fill="#fff" {OUTLINE}>7.0<tspan x="5" y="40">\u200b</tspan></tspan>7.0</text>',
        f'<text x="5" y="40" font-size="20"><tspan x="5" y="40" {OUTLINE}>7.0</tspan><tspan x="5" y="40">7.0</tspan></text>',
        f'<text x="5" y="40" font-size="20" fill="#fff" {OUTLINE}>7.0</text><text x="5" y="40" font-size="20">7.0</text>',
    ],
)
def test_words_with_their_outline_under_them_are_drawn_and_said_once(normalise: Make, label: str) -> None:
    ground = '<rect width="100" height="60" fill="#c81e1e"/>'
    made = normalise(".svg", svg(ground + label))
    assert made.words == "7.0"
    plain = f'<text x="5" y="40" font-size="20" {OUTLINE} paint-order="stroke">7.0</text>'
    assert opened(made).tobytes() == opened(normalise(".svg", svg(ground + plain))).tobytes()


@pytest.mark.parametrize(
    ("family", "inner", "meant"),
    [
        ("MyriadPro-Regular", "", ""),
        ("MyriadPro-Bold", "", 'font-weight="bold"'),
        ("Arial-BoldMT", "", 'font-weight="bold"'),
        ("MyriadPro-It", "", 'font-style="italic"'),
        ("MyriadPro-SemiboldIt", "", 'font-weight="bold" font-style="italic"'),
        ("Open Sans Bold Italic", "", 'font-weight="bold" font-style="italic"'),
        ("MyriadPro-Bold", "font-weight: 400", ""),
        ("MyriadPro-BoldIt", "font-family: MyriadPro-Regular", ""),
        ("Bodoni-Summit", "", ""),
    ],
)
def test_the_weight_and_slant_that_a_family_names_are_kept(normalise: Make, family: str, inner: str, meant: str) -> None:
    """Illustrator writes bold text as `font-family: 'MyriadPro-Bold'`, without a weight."""
    text = '<text x="5" y="30" font-size="9" {}>Series one</text>'
    within = text.format(f'style="{inner}"')
    named = f"<style>.a {{font-family: '{family}'}}</style><g class='a'>{within}</g>"
    attribute = f"<g font-family='{family}, sans-serif'>{within}</g>"
    shown = [opened(normalise(".svg", svg(one))).tobytes() for one in (text.format(meant), named, attribute)]
    assert shown[0] == shown[1] == shown[2]


@pytest.mark.parametrize("value", ["pixelated", "crisp-edges", "crisp-edges;image-rendering:pixelated", "optimizeSpeed"])
def test_a_heat_map_has_the_values_of_its_data_only(normalise: Make, value: str) -> None:
    small = Image.new("RGB", (2, 1))
    small.putpixel((0, 0), (255, 0, 0))
    small.putpixel((1, 0), (0, 0, 255))
    data = base64.b64encode(saved(small, "PNG")).decode()
    inner = f'<image width="100" height="60" preserveAspectRatio="none" style="image-rendering:{value}" href="data:image/png;base64,{data}"/>'
    drawn = opened(normalise(".svg", svg(inner))).convert("RGB")
    across = [drawn.getpixel((drawn.width * part // 100, drawn.height // 2)) for part in (5, 30, 45, 55, 70, 95)]
    assert across == [(255, 0, 0)] * 3 + [(0, 0, 255)] * 3


def test_spaces_stay_where_a_style_keeps_them(normalise: Make) -> None:
    def wide(style: str) -> int:
        text = (
            f'<style>{style}</style><rect width="1" height="1" fill="none"/><text class="a" x="5" y="30" font-size="9">a   b</text>'
        )
        box = ImageChops.invert(opened(normalise(".svg", svg(text))).convert("L")).getbbox()
        assert box
        return box[2] - box[0]

    assert wide(".a { white-space: pre; }") > wide(".a { white-space: nowrap; }") == wide("")
    for label in ("a b", "  a   b "):
        assert normalise(".svg", svg(f'<text xml:space="preserve" x="5" y="30" font-size="9">{label}</text>')).kind == "svg"


def test_a_style_sheet_outside_the_file_is_refused_and_a_shadow_is_told(normalise: Make) -> None:
    sheet = '<?xml-stylesheet href="chart.css" type="text/css"?>'
    with pytest.raises(ValueError, match=r"points at “chart.css”, outside itself"):
        normalise(".svg", svg("<rect class='a' width='9' height='9'/>", before=sheet))
    made = normalise(".svg", svg('<text x="5" y="30" font-size="9" style="text-shadow: 0 0 2px white">a</text>'))
    assert made.unprinted == ("the shadows of its texts (`text-shadow`)",)
