"""Raster images of drawings as PNG with a palette, a third as large as with three bytes for each dot.

In: the dots of a drawing, of a few flat colours and the blends at their edges. Out: a PNG of at most 256 colours. The flat
colours stay exactly as they are, so that a figure has no ground of its own on the page; a blend moves by a few of 255 steps.
https://www.w3.org/TR/png-3/#11PLTE
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

COLOURS = 256  # of a palette of a byte for each dot (11.2.2)
FLAT = 32  # the most frequent colours stay exactly as they are
SAMPLE = 4  # every fourth dot across and down is counted
SHADES = 4096  # a sample with more colours is no drawing: with a palette its shades would show steps


def png(image: Image.Image, dpi: int) -> bytes:
    """An RGB image as PNG with its size on paper, `dpi` dots an inch. One with many shades, such as a photograph, keeps all."""
    size = (-(-image.width // SAMPLE), -(-image.height // SAMPLE))
    counted = image.resize(size, Image.Resampling.NEAREST).getcolors(SHADES)
    frequent = [colour for _, colour in sorted(counted or (), reverse=True)[: min(FLAT, image.width)] if isinstance(colour, tuple)]
    written = io.BytesIO()
    (_indexed(image, frequent) if frequent else image).save(written, "PNG", dpi=(dpi, dpi), compress_level=6)
    return written.getvalue()


def _indexed(image: Image.Image, frequent: Sequence[tuple[int, ...]]) -> Image.Image:
    """The image with a palette. An octree joins colours that are close, and takes their mean. A row of the frequent colours below
    the image shows which mean each of them came to; it gets this place of the palette, the most frequent one last."""
    longer = Image.new("RGB", (image.width, image.height + 1))
    longer.paste(image)
    for x, colour in enumerate(frequent):
        longer.putpixel((x, image.height), colour)
    joined = longer.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette = joined.getpalette() or []
    for x, colour in reversed([*enumerate(frequent)]):
        place = 3 * joined.tobytes()[image.width * image.height + x]
        palette[place : place + 3] = colour
    joined.putpalette(palette)
    return joined.crop((0, 0, *image.size))
