"""Writes raster images of drawings as PNG with a palette, which is a third as large as with three bytes for each pixel.

In: the pixels of a drawing, which has a few flat colours and blends of these at their edges. Out: a PNG of at most 256 colours. The
flat colours stay exactly as they are, so that the ground of a figure doesn't differ from the page. A blend changes by a few of 255
steps.
https://www.w3.org/TR/png-3/#11PLTE
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

COLOURS = 256  # the most colours of a palette with one byte for each pixel (11.2.2)
FLAT = 32  # so many of the most frequent colours stay exactly as they are
SAMPLE = 4  # colours are counted in every fourth pixel across and down
SHADES = 4096  # a sample with more colours is no drawing; with a palette, its shades would show steps


def png(image: Image.Image, dpi: int) -> bytes:
    """An RGB image as PNG, with its resolution. An image with many shades, such as a photograph, gets no palette and keeps them."""
    size = (-(-image.width // SAMPLE), -(-image.height // SAMPLE))
    counted = image.resize(size, Image.Resampling.NEAREST).getcolors(SHADES)
    frequent = [colour for _, colour in sorted(counted or (), reverse=True)[: min(FLAT, image.width)] if isinstance(colour, tuple)]
    written = io.BytesIO()
    (_indexed(image, frequent) if frequent else image).save(written, "PNG", dpi=(dpi, dpi), compress_level=6)
    return written.getvalue()


def _indexed(image: Image.Image, frequent: Sequence[tuple[int, ...]]) -> Image.Image:
    """The image with a palette. Pillow's octree joins colours that are close, and puts their mean into the palette. To find the
    entry that each frequent colour was joined into, a row with these colours is added below the image. Each entry is then set to
    its frequent colour. The most frequent colour is set last, so it wins if two share an entry."""
    longer = Image.new("RGB", (image.width, image.height + 1))
    longer.paste(image)
    for x, colour in enumerate(frequent):
        longer.putpixel((x, image.height), colour)
    joined = longer.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette, pixels = joined.getpalette() or [], joined.tobytes()
    for x, colour in reversed([*enumerate(frequent)]):
        place = 3 * pixels[image.width * image.height + x]
        palette[place : place + 3] = colour
    joined.putpalette(palette)
    return joined.crop((0, 0, *image.size))
