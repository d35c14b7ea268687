"""Raster images with a palette: small, and with the same flat colours as the drawing."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageDraw, ImageStat

from briefs.typeset import indexed

SEA, NEAR, INK = (234, 242, 247), (235, 242, 247), (26, 26, 26)


def drawing(width: int = 400, height: int = 300) -> Image.Image:
    """Discs on a sea, one of a colour that is nearly the sea's, with blends at their edges."""
    large = Image.new("RGB", (4 * width, 4 * height), SEA)
    pen = ImageDraw.Draw(large)
    for n, colour in enumerate((NEAR, INK, *((40 * n, 200 - 30 * n, 90 + 20 * n) for n in range(6)))):
        pen.ellipse((180 * n, 120 * n, 180 * n + 400, 120 * n + 400), fill=colour)
    return large.resize((width, height), Image.Resampling.BOX)


def read(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_flat_colours_stay_exactly_as_they_are() -> None:
    image = drawing()
    made = read(indexed.png(image, 300))
    assert made.mode == "P" and made.size == image.size and round(made.info["dpi"][0]) == 300
    counts = {colour: n for n, colour in image.getcolors(1 << 20) or ()}
    kept = {colour: n for n, colour in made.convert("RGB").getcolors() or ()}
    assert all(kept[colour] >= counts[colour] for colour in (SEA, INK)), "nothing of them is lost to a mean"
    off = ImageChops.difference(image, made.convert("RGB"))
    assert all(high <= 16 for _, high in ImageStat.Stat(off).extrema), "blends move by a few steps"
    assert off.crop((300, 0, 400, 90)).getbbox() is None, "the sea doesn't move at all"


def test_many_shades_are_kept() -> None:
    photograph = Image.effect_noise((400, 300), 60)
    shades = Image.merge("RGB", (photograph, photograph.rotate(90), photograph.rotate(180)))
    made = read(indexed.png(shades, 300))
    assert made.mode == "RGB" and ImageChops.difference(made, shades).getbbox() is None


def test_a_drawing_of_one_colour() -> None:
    assert read(indexed.png(Image.new("RGB", (3, 2), INK), 300)).convert("RGB").getcolors() == [(6, INK)]
