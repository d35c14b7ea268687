"""Colour profiles: where they are, and the inks of a colour.

In: the file name of a profile, and the package that has it. Out: its bytes, and colours or pictures converted to its inks by
littlecms. https://pillow.readthedocs.io/en/stable/reference/ImageCms.html
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from briefs.problems import ToolError

if TYPE_CHECKING:  # imported where a colour is converted, because it takes long
    from PIL import Image, ImageCms

SYSTEM = (
    "/usr/share/color/icc",
    "/usr/local/share/color/icc",
    "/usr/share/texlive/texmf-dist/tex/generic/colorprofiles",
    "/Library/ColorSync/Profiles",
)
CMYK = tuple[float, float, float, float]


@lru_cache
def find(name: str, package: str, folders: tuple[str, ...] | None = None) -> bytes:
    """The bytes of a profile. Raises ToolError that names its package."""
    places: Iterable[Path] = [Path(f) for f in folders or (*SYSTEM, str(Path.home() / ".local/share/color/icc"))]
    for place in places:
        for path in sorted(place.rglob(name)) if place.is_dir() else []:
            return path.read_bytes()
    raise ToolError(
        f"the printer’s colour profile {name} is missing (Debian package {package}). "
        f"Install it: sudo apt-get install --no-install-recommends {package}; or name another in theme.yaml under `print`."
    )


@lru_cache
def _transform(profile: bytes) -> ImageCms.ImageCmsTransform:
    """The conversion from sRGB: relative colorimetric with black point compensation, which is the default of layout programs."""
    from PIL import ImageCms

    return ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"),
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        "RGB",
        "CMYK",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


def inks(colour: str, profile: bytes) -> CMYK:
    """The inks of a colour, each from 0 to 1, in whole hundredths."""
    from PIL import Image

    rgb = tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
    converted = picture(Image.new("RGB", (1, 1), rgb), profile).getpixel((0, 0))
    c, m, y, k = (round(v / 255, 2) for v in converted)  # type: ignore[union-attr]
    return c, m, y, k


def picture(image: Image.Image, profile: bytes) -> Image.Image:
    """A picture converted to the inks of a profile."""
    from PIL import ImageCms

    converted = ImageCms.applyTransform(image.convert("RGB"), _transform(profile))
    assert converted is not None
    return converted
