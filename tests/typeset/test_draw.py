"""Figures as SVG and PNG."""

from __future__ import annotations

import io
import re
import shutil
import struct
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image

from briefs import theme
from briefs.compose.figures import Event, Figure, MapFrame, MapWords, PlacedInset, ScaleEntry, country_map, counts, timeline
from briefs.problems import Problems
from briefs.typeset import draw

TEMPLATES = Path(__file__).parents[2] / "templates"

STEPS = [ScaleEntry("open", "Open & free"), ScaleEntry("wary", "Unentschieden"), ScaleEntry("closed", "禁止使用")]
PALETTE = {
    "@ink": "#111213", "@muted": "#515253", "@paper": "#fefefe", "@rule": "#b1b2b3", "@land": "#e1e2e3",
    "@sea": "#f1f2f3", "@coast": "#a1a2a3", "@absent": "#919293",
    "@stance/open": "#01665e", "@stance/wary": "#d8b365", "@stance/closed": "#543005",
    "@pale/open": "#91c2be", "@pale/wary": "#efe1c1", "@pale/closed": "#bbac9b",
    "@on-stance/open": "#fffffe", "@on-stance/wary": "#141516", "@on-stance/closed": "#fffffd",
}  # fmt: skip
FONT = "Carlito, Droid Sans Fallback, DejaVu Sans"
CODES = "al be bg ca cz de dk ee es fr gb gr hr hu is it lt lu lv mk no pl pt ro si sk tr us"
SVG = {"s": "http://www.w3.org/2000/svg"}


def the_map() -> Figure:
    states: dict[str, str | None] = {code: STEPS[i % 3].id for i, code in enumerate(CODES.split())}
    return country_map(
        states | {"nl": None, "me": None}, STEPS, highlight="be", width=58, view=MapFrame(insets=(PlacedInset(("ca", "us")),)),
        labels={"be": "Belgium"}, words=MapWords({}, "Keine Angabe", "Nicht auf der Karte", "Keine Aussage.", "{}: {}".format),
        alt="Where the states stand <5G>", legend=True,
    )  # fmt: skip


def the_bars() -> Figure:
    return counts(STEPS, {"open": 5, "wary": 2}, highlight="wary", width=58, alt="Bars")


def the_timeline() -> Figure:
    events = [
        Event("2019", "华为在比利时", False, 2019),
        Event("2025", "@ink is a word & no token", True, 2025),
    ]
    return timeline(events, width=58, alt="Timeline", planned_label="geplant")


FIGURES = [the_map, the_bars, the_timeline]


def drawn(figure: Figure) -> str:
    return draw.svg(figure, PALETTE, font=FONT)


@pytest.mark.parametrize("make", FIGURES)
def test_the_same_figure_gives_the_same_bytes(make: Any) -> None:
    assert drawn(make()) == drawn(make())
    assert draw.png(drawn(make()), width_mm=58) == draw.png(drawn(make()), width_mm=58)


def test_an_unknown_token_fails_and_is_named() -> None:
    short = {token: colour for token, colour in PALETTE.items() if token != "@stance/wary"}
    with pytest.raises(KeyError, match="@stance/wary"):
        draw.svg(the_bars(), short, font=FONT)


@pytest.mark.parametrize("make", FIGURES)
def test_all_colours_are_the_palettes(make: Any) -> None:
    svg = drawn(make())
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) <= {*PALETTE.values(), "none"}
    other = draw.svg(make(), {token: f"#{i:06x}" for i, token in enumerate(PALETTE)}, font=FONT)
    assert not any(colour in other for colour in PALETTE.values())


@pytest.mark.parametrize("make", FIGURES)
def test_every_text_is_text(make: Any) -> None:
    figure = make()
    root = etree.fromstring(drawn(figure).encode())
    said = [node.text for node in root.iterfind(".//s:text", SVG)]
    assert said == [row["text"] for row in figure.texts]
    assert all(float(node.get("font-size").removesuffix("px")) >= 7 for node in root.iterfind(".//s:text", SVG))
    assert root.find("s:g[@font-family]", SVG).get("font-family") == FONT


@pytest.mark.parametrize("make", FIGURES)
def test_the_svg_holds_plain_shapes_of_its_size_and_its_alternative_text_first(make: Any) -> None:
    figure = make()
    root = etree.fromstring(drawn(figure).encode())
    assert {etree.QName(node).localname for node in root.iter()} <= {"svg", "title", "g", "path", "text"}
    assert not root.xpath("//@class | //@style | //@id")
    assert root[0].text == figure.alt and root.get("role") == "img"
    assert (root.get("width"), root.get("height")) == (f"{figure.width:g}mm", f"{figure.height:g}mm")
    _, _, w, h = map(float, root.get("viewBox").split())
    assert (w, h) == pytest.approx((figure.width * 72 / 25.4, figure.height * 72 / 25.4), abs=0.01)


def test_a_map_of_a_column_is_small() -> None:
    assert len(drawn(the_map()).encode()) <= 25_000


@pytest.mark.parametrize("dpi", [150, 300])
def test_a_picture_has_its_size_on_paper(dpi: int) -> None:
    figure = the_bars()
    picture = draw.png(drawn(figure), width_mm=58, dpi=dpi)
    width, height = struct.unpack(">II", picture[16:24])
    assert width == round(58 / 25.4 * dpi)
    assert height == pytest.approx(figure.height / 25.4 * dpi, abs=1)
    at = picture.index(b"pHYs")
    assert struct.unpack(">IIB", picture[at + 4 : at + 13]) == (round(dpi / 0.0254), round(dpi / 0.0254), 1)


def test_fonts_can_be_named_twice(tmp_path: Any) -> None:
    draw.use_fonts([tmp_path, tmp_path])
    draw.use_fonts([tmp_path])


def test_a_theme_without_a_colour_that_maps_need_is_refused(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES / "theme", tmp_path / "theme")
    path = tmp_path / "theme/theme.yaml"
    path.write_text(re.sub(r"^  sea: \"#.*\n", "  sea:\n", path.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8")
    with pytest.raises(Problems, match="palette has no sea"):
        theme.read(tmp_path)


@pytest.mark.parametrize(("fill", "opacity", "wanted"), [("#009640", 0.5, (0, 150, 64, 128)), ("#963200", 0.25, (150, 50, 0, 64))])
def test_a_logo_without_paper_keeps_its_colours_and_their_opacity(fill: str, opacity: float, wanted: tuple[int, ...]) -> None:
    shape = f'<rect width="40" height="20" fill="{fill}" opacity="{opacity}"/>'
    logo = f'<svg xmlns="{draw.SVG}" viewBox="0 0 80 20"><title>Logo</title>{shape}</svg>'
    drawn = Image.open(io.BytesIO(draw.png(logo, width_mm=20, paper="")))
    assert drawn.getpixel((drawn.width - 5, 20)) == (0, 0, 0, 0)
    pixel = drawn.getpixel((20, 20))
    assert isinstance(pixel, tuple) and all(abs(one - other) <= 3 for one, other in zip(pixel, wanted, strict=True))
    assert round(drawn.info["dpi"][0]) == 300
