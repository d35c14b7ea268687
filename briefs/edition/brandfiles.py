"""The files that `brand.yaml` names: fonts, logos, the pattern of covers.

In: a `Brand`, the files of an edition. Out: the brand's fonts as the process for fonts (`briefs.typefaces`) reads them, the bytes
of its pictures, and what is wrong with them. Pictures are decoded later, when a document shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from briefs.edition.model import Brand, BrandFont, BrandFontFile, BrandImage, place_of
from briefs.problems import Problem, did_you_mean, error, warning
from briefs.tools import typefaces
from briefs.tools.typefaces import Typeface

FOLDER = "brand/"
FONTS = (".ttf", ".otf", ".woff", ".woff2")
FACES = {  # names of faces, by whether they are bold and italic
    (False, False): "regular", (True, False): "bold", (False, True): "italic", (True, True): "bold italic",
}  # fmt: skip


def read_typefaces(brand: Brand, files: Mapping[str, bytes]) -> tuple[dict[str, Typeface], list[Problem]]:
    """The fonts of a brand by the paths of their files, and the errors in them or in what brand.yaml says of them."""
    found: dict[str, Typeface] = {}
    problems = [*_unlisted(brand)]
    for font in brand.typography.fonts:
        for file in font.files:
            data = files.get(file.path)
            if data is None:
                problems.append(_missing(file.path, files))
                continue
            try:
                found[file.path] = made = typefaces.read(data)
                problems += _contradictions(font, file, made)
            except ValueError as fault:
                hint = "Take another font, or a newer file of this one."
                problems.append(error(place_of(file.path), f"{file.path} {fault}", hint))
    return found, problems


def read_logos(brand: Brand, files: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[Problem]]:
    """The bytes of the brand's pictures by their paths, and an error for each that is missing."""
    named = [image.path for image in _images(brand)]
    if brand.defaults.briefs.cover_pattern:
        named.append(brand.defaults.briefs.cover_pattern)
    problems = [_missing(path, files) for path in dict.fromkeys(named) if path not in files]
    for name in brand.logo.named:
        if name not in brand.logo.images and not name.startswith(FOLDER):
            hint = did_you_mean(name, brand.logo.images, "Write the path of a file in the folder brand/, or a name under `images`.")
            problems.append(error(place_of(name), f"the brand has no picture “{name}”", hint))
    return {path: files[path] for path in named if path in files}, problems


def warnings(brand: Brand, found: Mapping[str, Typeface]) -> Iterator[Problem]:
    """Warnings about what documents may lack: faces that a font doesn't have, fonts that can't be embedded in Word files."""
    used = {*brand.typography.families.values()}
    for font in (font for font in brand.typography.fonts if font.family in used):
        own = {file.path: found[file.path] for file in font.files if file.path in found}
        there = {(face.is_bold, face.is_italic) for face in own.values()}
        missing = [name for key, name in FACES.items() if key not in there and own]
        if missing and font.family != brand.typography.families.get("monospace"):
            what = f"{font.family} has no file for {', '.join(missing)}, so programs slant or thicken its letters"
            yield warning(place_of(font.family), what, "Add the file, if the font has one.")
        for path in (path for path, face in own.items() if not face.suits_word):
            why = "its licence bits allow no editing (fsType)" if not found[path].is_editable else "its outlines are PostScript’s"
            what = f"Word files can’t hold {path}: {why}. Pages in Word aren’t assured on machines that lack {font.family}"
            yield warning(place_of(path), what, "Install it there, or take a TrueType font that may be embedded in what is edited.")


def _images(brand: Brand) -> Iterator[BrandImage]:
    """The pictures of the logo: those in `images`, and those that a size names by a path."""
    yield from brand.logo.images.values()
    yield from (BrandImage(path=name) for name in brand.logo.named if name not in brand.logo.images and name.startswith(FOLDER))


def _unlisted(brand: Brand) -> Iterator[Problem]:
    """An error for each family that the brand uses and none of its fonts has."""
    known = [font.family for font in brand.typography.fonts]
    faces = (brand.typography.base, brand.typography.headings, brand.typography.monospace)
    for family in (face.family for face in faces if face and face.family not in known):
        hint = did_you_mean(family, known, "List it under `fonts`, with its files.")
        yield error(place_of(family), f"the brand has no font “{family}”", hint)


def _missing(path: str, files: Mapping[str, bytes]) -> Problem:
    hint = did_you_mean(path, [name for name in files if name.startswith(FOLDER)], "Put it into the folder brand/.")
    return error(place_of(path), f"there is no file {path}", hint)


def _contradictions(font: BrandFont, file: BrandFontFile, made: Typeface) -> Iterator[Problem]:
    """An error for each statement of brand.yaml about a font that contradicts the font's file."""
    if made.family != font.family:
        what = f"{file.path} is a font of the family “{made.family}”, not “{font.family}”"
        yield error(place_of(font.family), what, f"Write `family: {made.family}`.")
    if file.weight and file.weight_class != made.weight:
        hint = f"Write `weight: {made.weight}`, or leave it out."
        yield error(place_of(file.weight), f"{file.path} has the weight {made.weight}", hint)
    if file.style and (file.style == "italic") != made.is_italic:
        what, style = ("italic", "italic") if made.is_italic else ("upright", "normal")
        yield error(place_of(file.style), f"{file.path} is {what}", f"Write `style: {style}`, or leave it out.")
