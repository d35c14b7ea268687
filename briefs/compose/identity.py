"""The logo and the pattern of a brand, as pictures of a document.

In: the edition. Out: a `Picture` of the height that its place has, and the block that prints it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from briefs.compose import tree
from briefs.compose.pictures import LONGEST, Picture, sized
from briefs.compose.slots import Blocks
from briefs.edition.model import Edition, LogoSize, place_of
from briefs.problems import Report, error
from briefs.tools.pictures import PROCESS

KINDS = {".svg", ".png"}
LOGO, PATTERN = "brand-logo", "brand-pattern"  # the stems of the names that these pictures have in the tree
HEIGHTS = {"small": 6.5, "medium": 11.0, "large": 15.0}  # millimetres, by the size of the logo
WIDEST = 60.0


@dataclass(frozen=True)
class Identity:
    """What a document shows of a brand: its logo, the pattern of its cover, and whether the logo stands on the band of colour."""

    logo: Picture | None = None
    pattern: Picture | None = None
    on_band: bool = False

    @property
    def pictures(self) -> dict[str, Picture]:
        return {picture.name: picture for picture in (self.logo, self.pattern) if picture}

    @property
    def block(self) -> Blocks | str:
        """The logo for a template. Empty if there is none."""
        if not self.logo:
            return ""
        names = [LOGO, *(["on-band"] if self.on_band else [])]
        return Blocks([tree.div([tree.para([_image(self.logo)])], "", names)])


def _image(picture: Picture) -> tree.Node:
    return tree.image(picture.name, picture.alt, width=f"{picture.width:g}mm", height=f"{picture.height:g}mm")


def of_page(edition: Edition, report: Report, size: LogoSize = "medium") -> Identity:
    """The logo at the head of a page, or on the slides of a deck."""
    return Identity(_logo(edition, report, size, "light"))


def of_cover(edition: Edition, report: Report) -> Identity:
    """The logo and the pattern of a cover. The logo for dark backgrounds stands on the band, any other on the paper."""
    path = edition.brand.defaults.briefs.cover_pattern
    pattern = _picture(edition, report, path, PATTERN, "", 0) if path else None
    if dark := _logo(edition, report, "large", "dark"):
        return Identity(dark, pattern, on_band=True)
    return Identity(_logo(edition, report, "large", "light"), pattern)


def _logo(edition: Edition, report: Report, size: LogoSize, background: Literal["light", "dark"]) -> Picture | None:
    image = edition.brand.logo.image(size, background)
    if image is None:
        return None
    about = edition.about
    alt = str(image.alt or edition.brand.meta.name or (about.publisher or about.title).words)
    return _picture(edition, report, image.path, LOGO, alt, HEIGHTS[size], background == "dark")


def _picture(
    edition: Edition, report: Report, path: str, stem: str, alt: str, height: float, is_dark: bool = False
) -> Picture | None:  # fmt: skip
    """A picture of the brand. `height`: in millimetres; 0 for one that fills its place. `is_dark`: it stands on a colour. Reports
    what is wrong with it."""
    if path not in edition.logos:  # the edition's own check reports that the file is missing
        return None
    suffix = Path(path).suffix.lower()
    try:
        if suffix not in KINDS:
            raise ValueError("is no SVG or PNG")
        found = PROCESS.normalise(suffix, edition.logos[path])
        if not (found.width > 0 and found.height > 0):
            raise ValueError("is no millimetre wide or high")
        ratio = found.width / found.height
        if not 1 / LONGEST <= ratio <= LONGEST:
            raise ValueError(f"is more than {LONGEST} times as long as it is wide")
        if is_dark and path.lower().endswith(".svg") and found.kind != "svg":
            raise ValueError("would stand on a white ground, as it has more than plain shapes")
    except ValueError as fault:
        report([error(place_of(path), f"{path} {fault}", "Take an SVG of plain shapes, or a PNG.")])
        return None
    tall = min(height or found.height, WIDEST / ratio if height else found.height)
    width, name = round(tall * ratio, 2), f"{stem}.{found.kind}"
    made = Picture(name, found.data, width, round(tall, 2), found.words, place_of(path), found.png, alt)
    return replace(made, data=sized(found.data, alt, made.width, made.height)) if found.kind == "svg" else made
