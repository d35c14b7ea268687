"""Raster images of figures in Word files: each one shows what the page shows, at the size at which it is printed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from statistics import mean

import pytest
from lxml import etree
from PIL import Image, ImageChops, ImageStat

from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from briefs.typeset import draw
from briefs.typeset.page import raster
from tests import small

DPI = 300


def pairs(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Each figure of a Word file: its SVG, and the PNG beside it, in the order of the text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        vectors = sorted((n for n in names if n.endswith(".svg")), key=lambda n: int("".join(filter(str.isdigit, n))))
        pictures = sorted(n for n in names if n.endswith(".png"))
        for vector, picture in zip(vectors, pictures, strict=True):
            yield archive.read(vector).decode(), archive.read(picture)


def test_a_picture_is_as_large_as_the_figure(brief: FinishedDocument) -> None:
    for svg, png in pairs(brief.files["docx"]):
        root, picture = etree.fromstring(svg.encode()), Image.open(io.BytesIO(png))
        width, height = (float(root.get(side, "").removesuffix("mm")) / 25.4 * DPI for side in ("width", "height"))
        assert picture.width == pytest.approx(width, abs=1) and picture.height == pytest.approx(height, abs=1)
        assert picture.mode == "P" and picture.info["dpi"] == pytest.approx((DPI, DPI), abs=0.01)


def test_it_shows_what_the_svg_does(brief: FinishedDocument) -> None:
    assert shows_the_svgs(brief.files["docx"]) == 3


def shows_the_svgs(data: bytes) -> int:
    """Another program's drawing of the SVG differs at edges only; the figure moved by a few dots would differ more. How many were
    looked at. That drawing is made larger first: its height is a whole number of dots, by which it may lie a dot to the side."""
    found = list(pairs(data))
    for svg, png in found:
        width = float(etree.fromstring(svg.encode()).get("width", "").removesuffix("mm"))
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        larger = Image.open(io.BytesIO(draw.png(svg, width_mm=width, dpi=4 * DPI)))
        other = larger.convert("RGB").resize(picture.size, Image.Resampling.BOX)
        off = difference(picture, other)
        moved = mean(difference(ImageChops.offset(picture, *way), other) for way in ((3, 0), (-3, 0), (0, 3), (0, -3)))
        assert off < moved / 3, (off, moved)
    return len(found)


def difference(one: Image.Image, other: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def test_a_figure_in_two_places_is_drawn_for_the_larger_one(brief: FinishedDocument) -> None:
    places = [raster.FigureBox("map.svg", 0, 50, 50, width, width / 2) for width in (72, 36)]
    for boxes in (places, places[::-1]):
        assert Image.open(io.BytesIO(raster.pngs(boxes, brief.files["pdf"])["map.svg"])).size == (300, 150)


def test_the_word_file_alone_has_the_same_bytes(session: Session, brief: FinishedDocument, request: pytest.FixtureRequest) -> None:
    code, paper = request.node.callspec.params["brief"]
    assert small.make(session, "brief", code, ("docx",), paper).files["docx"] == brief.files["docx"]


def test_a_report_s_word_file_alone_has_the_same_bytes(session: Session) -> None:
    """Its figures are cut out of the file of all parts, or where there is none of one of two: it has other fonts and pages."""
    drawn = "---\nid: {0}\ntitle: Part {0}\n---\n\nWords.\n\n::: {{#fig-{0} .figure data={0}}}\nAll of them.\n:::\n"
    sections = (drawn.format("map"), "---\nid: words\ntitle: Wörds\n---\n\n**Much** *more*.\n", drawn.format("counts"))
    shop = small.with_edition(session, small.edition(more={f"report/{n}.md": text for n, text in enumerate(sections)}))
    both, alone = (small.make(shop, "report", "", formats, "a4").files["docx"] for formats in (("pdf", "docx"), ("docx",)))
    assert both == alone and shows_the_svgs(both) == 3, "the tiles of the cover, too"


def test_a_print_has_pictures_too(session: Session) -> None:
    """Its page is larger by the bleed, so they are drawn from the SVG."""
    made = small.make(session, "brief", "be", ("docx",), "a4", printed=True)
    assert len(list(pairs(made.files["docx"]))) == 3
