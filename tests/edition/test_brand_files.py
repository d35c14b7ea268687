"""The fonts and logos of a brand: read from its folder, embedded in PDF and Word, shown on covers, briefs and slides."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

from briefs.compose import identity
from briefs.edition.model import Edition
from briefs.problems import Problem
from briefs.tools import fonts, typefaces
from briefs.typeset.word.embedding import obfuscated
from tests import small

Files = Mapping[str, str | bytes | None]
ROOT = Path(__file__).parents[2]
FAMILY = "Aurora Sans"  # no system has it
NAMES = {1: "{family}", 4: "{family} {name}", 6: "{family}-{name}", 16: "{family}"}  # by the numbers of the table `name`
INSTALLED = {"Regular": "NotoSans-Regular.ttf", "Bold": "NotoSans-Bold.ttf"}
BRAND = """
meta: {name: The Office}
logo:
  images: {mark: {path: brand/mark.svg, alt: The mark of the office}}
  small: mark
  medium: {light: mark, dark: brand/white.svg}
color: {palette: {sea: "#0b3d91"}, primary: sea, link: sea}
typography:
  fonts:
    - family: Aurora Sans
      source: file
      files: [{path: brand/Regular.woff2, weight: normal, style: normal}, brand/Bold.ttf]
  base: Aurora Sans
defaults: {briefs: {cover_pattern: brand/pattern.svg}}
"""
MARK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 20L20 0L40 20Z" fill="{}"/></svg>'


@cache
def font(name: str, *, flavour: str | None = None, licence: int = 0, family: str = FAMILY) -> bytes:
    """An installed font under another name, with these licence bits (fsType)."""
    made = TTFont(fonts.find({"fonts-noto-core": [INSTALLED[name]]})[INSTALLED[name]])
    letters = subset.Subsetter(subset.Options(name_IDs=["*"], notdef_outline=True))
    letters.populate(unicodes=[*range(0x20, 0x180), *range(0x2000, 0x2070)])
    letters.subset(made)
    for record in made["name"].names:
        if record.nameID in NAMES:
            record.string = NAMES[record.nameID].format(family=family, name=name).replace(" ", "" if record.nameID == 6 else " ")
    made["OS/2"].fsType, made.flavor, out = licence, flavour, io.BytesIO()
    made.save(out)
    return out.getvalue()


def carlito() -> Path:
    """A font of the theme."""
    return fonts.find({"fonts-crosextra-carlito": ["Carlito-Regular.ttf"]})["Carlito-Regular.ttf"]


@pytest.fixture(scope="module")
def regular() -> bytes:
    return font("Regular")


@pytest.fixture(scope="module")
def files(regular: bytes) -> dict[str, str | bytes | None]:
    return {
        "brand.yaml": BRAND,
        "brand/Regular.woff2": font("Regular", flavour="woff2"),
        "brand/Bold.ttf": font("Bold"),
        "brand/mark.svg": MARK.format("#0b3d91"),
        "brand/white.svg": MARK.format("#ffffff"),
        "brand/pattern.svg": MARK.format("#2a5cb0"),
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, files: Files) -> Path:
    """All documents of a small edition with the brand. A process of its own: fontconfig is set up once in a process."""
    folder = tmp_path_factory.mktemp("brand")
    small.write(folder / "content", more={**files, "report/01-a.md": "---\nid: a\ntitle: A section\n---\n\nSome words.\n"})
    path = {**os.environ, "PYTHONPATH": str(ROOT)}
    for command in (["all", "--kinds", "report,brief"], ["handout", "Belgium"]):
        ways = ["--content", str(folder / "content"), "--out", str(folder / "out"), "--no-cache"]
        words = [sys.executable, "-P", "-m", "briefs", *command, *ways]
        done = subprocess.run(words, capture_output=True, text=True, env=path, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out"


@pytest.fixture(scope="module")
def namesake(tmp_path_factory: pytest.TempPathFactory, files: Files) -> Path:
    """A brief in a font that has the name of the theme's."""
    folder = tmp_path_factory.mktemp("namesake")
    own = {f"brand/{file}": font(name, family="Carlito") for name, file in (("Regular", "Regular.woff2"), ("Bold", "Bold.ttf"))}
    small.write(folder / "content", more={**files, **own, "brand.yaml": BRAND.replace(FAMILY, "Carlito")})
    words = [sys.executable, "-P", "-m", "briefs", "brief", "Belgium", "--content", str(folder / "content"), "--no-cache"]
    path = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([*words, "--out", str(folder / "out")], capture_output=True, text=True, env=path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out/briefs/belgium.pdf"


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", ["report.pdf", "briefs/belgium.pdf", "handouts/belgium.pdf"])
def test_pdfs_embed_the_fonts_and_use_no_other_for_text(built: Path, name: str) -> None:
    with pikepdf.open(built / name) as pdf:
        dictionaries = [page.Resources.get("/Font", pikepdf.Dictionary()) for page in pdf.pages]
        found = {str(face.BaseFont): face for dictionary in dictionaries for face in dictionary.values()}
        embedded = ["/FontFile2" in face.DescendantFonts[0].FontDescriptor for face in found.values()]
    assert any("Aurora" in face for face in found) and not any("Carlito" in face or "Caladea" in face for face in found), found
    assert all(embedded)


def test_a_font_with_the_name_of_the_themes_is_used_instead_of_it(namesake: Path) -> None:
    with pikepdf.open(namesake) as pdf:
        found = [face for page in pdf.pages for face in page.Resources.Font.values() if "Carlito" in str(face.BaseFont)]
        programs = [TTFont(io.BytesIO(face.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes())) for face in found]
    brand, theme = (TTFont(path)["head"].unitsPerEm for path in (io.BytesIO(font("Regular")), carlito()))
    assert brand != theme and programs and {made["head"].unitsPerEm for made in programs} == {brand}


@pytest.mark.parametrize("family", ["Carlito", "carlito", "CAR LITO"])
def test_families_are_the_same_whatever_their_case_and_spaces(family: str) -> None:
    assert fonts.without({"Carlito-Regular.ttf": carlito()}, [family]) == {}
    assert fonts.without({"Carlito-Regular.ttf": carlito()}, ["Carlito Display"]) != {}


def test_a_word_file_holds_the_fonts_obfuscated(built: Path) -> None:
    made = parts(built / "briefs/belgium.docx")
    table = made["word/fontTable.xml"].decode()
    (declared,) = re.findall(rf'<w:font w:name="{FAMILY}">(.*?)</w:font>', table)
    relations = made["word/_rels/fontTable.xml.rels"].decode()
    for tag, weight in (("embedRegular", 400), ("embedBold", 700)):
        key, id = (re.search(rf'<w:{tag}[^>]* {name}="([^"]+)"', declared) for name in ("w:fontKey", "r:id"))
        assert key and id
        target = re.search(rf'Id="{id[1]}"[^>]*Target="([^"]+)"', relations)
        assert target
        held = made[f"word/{target[1]}"]
        assert held[:4] != b"\0\1\0\0"
        plain = TTFont(io.BytesIO(obfuscated(held, uuid.UUID(key[1]))))
        assert (plain["OS/2"].usWeightClass, plain["name"].getDebugName(1)) == (weight, FAMILY)
    assert "embedTrueTypeFonts" in made["word/settings.xml"].decode()
    styles = made["word/styles.xml"].decode()
    assert f'w:ascii="{FAMILY}"' in styles and "Calibri" not in styles and "Cambria" not in styles
    assert re.search(r'w:styleId="Hyperlink".*?<w:color w:val="0B3D91"/>', styles)


def test_libreoffice_sets_the_word_file_in_the_embedded_fonts(built: Path, tmp_path: Path) -> None:
    from briefs.tools import libreoffice

    (made,) = libreoffice.pdfs({"belgium.docx": (built / "briefs/belgium.docx").read_bytes()}, tmp_path).values()
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert any("Aurora" in str(face.BaseFont) for face in pdf.pages[0].Resources.Font.values())


def test_the_logo_stands_in_the_head_of_briefs_and_in_words_header(built: Path) -> None:
    with pikepdf.open(built / "briefs/belgium.pdf") as pdf:
        elements = [element for element in pdf.objects if isinstance(element, pikepdf.Dictionary)]
        assert any(str(element.get("/Alt", "")) == "The mark of the office" for element in elements)
    header = parts(built / "briefs/belgium.docx")["word/header1.xml"].decode()
    assert 'descr="The mark of the office"' in header and "svgBlip" in header


def test_the_cover_has_the_pattern_and_the_logo_for_dark_grounds(built: Path) -> None:
    with pikepdf.open(built / "report.pdf") as pdf:
        streams = [stream for stream in pdf.objects if isinstance(stream, pikepdf.Stream) and stream.get("/Subtype") != "/Image"]
        drawn = b"".join(stream.read_bytes() for stream in streams if "/Length1" not in stream)
    assert re.search(rb"0\.16470\d* 0\.36078\d* 0\.69019\d* rg", drawn)
    made = parts(built / "report.docx")
    assert {"word/media/brand-logo.svg", "word/media/brand-pattern.svg"} <= made.keys()
    assert b"#ffffff" in made["word/media/brand-logo.svg"] and b"w:shd" not in made["word/header1.xml"]


def test_slides_have_the_logo_on_their_master_and_the_fonts_in_their_theme(built: Path) -> None:
    made = parts(built / "handouts/belgium.pptx")
    assert 'descr="The mark of the office"' in made["ppt/slideMasters/slideMaster1.xml"].decode()
    theme = made["ppt/theme/theme1.xml"].decode()
    assert theme.count(f'<a:latin typeface="{FAMILY}"/>') == 2 and '<a:hlink><a:srgbClr val="0B3D91"/>' in theme


def problems(files: Files, brand: str | None = None, **more: Any) -> list[Problem]:
    """What `check` says about an edition with this brand.yaml."""
    return list(small.reading(more={**files, **({"brand.yaml": brand} if brand else {}), **more}).problems)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("family: Aurora Sans", "family: Aurora", "family “Aurora Sans”, not “Aurora”. Write `family: Aurora Sans`."),
        ("base: Aurora Sans", "base: Aurora San", "the brand has no font “Aurora San”. Did you mean “Aurora Sans”?"),
        ("weight: normal", "weight: bold", "brand/Regular.woff2 has the weight 400. Write `weight: 400`"),
        ("style: normal", "style: italic", "brand/Regular.woff2 is upright. Write `style: normal`"),
        ("source: file", "source: google", "“source” can’t be “google”"),
        ("brand/Bold.ttf", "brand/Blod.ttf", "there is no file brand/Blod.ttf. Did you mean “brand/Bold.ttf”?"),
        ("brand/Bold.ttf", "../Bold.ttf", "“path” can’t be “../Bold.ttf”. Write the path of a file in the folder brand/"),
        ("small: mark", "small: mrak", "the brand has no picture “mrak”. Did you mean “mark”?"),
        ("path: brand/mark.svg", "path: brand/logo.svg", "there is no file brand/logo.svg"),
    ],
)
def test_check_finds_what_is_wrong_with_files(files: Files, old: str, new: str, says: str) -> None:
    found = [str(problem) for problem in problems(files, BRAND.replace(old, new, 1)) if problem.severity == "error"]
    assert any(says in problem and problem.startswith("brand.yaml:") for problem in found), found


@pytest.mark.parametrize(
    ("licence", "says"),
    [(2, "may not be embedded in documents"), (0x100, "may not be embedded as a part"), (0x200, "may not be embedded as a part")],
)
def test_a_font_whose_licence_forbids_embedding_is_refused(files: Files, licence: int, says: str) -> None:
    found = [str(p) for p in problems(files, **{"brand/Bold.ttf": font("Bold", licence=licence)})]
    assert any(f"brand/Bold.ttf {says}" in problem and "error" in problem for problem in found), found


def test_check_warns_of_fonts_that_word_files_cant_hold_and_of_missing_faces(files: Files) -> None:
    found = [str(p) for p in problems(files, **{"brand/Bold.ttf": font("Bold", licence=4)}) if p.severity == "warning"]
    assert any("Word files can’t hold brand/Bold.ttf: its licence bits allow no editing" in p for p in found), found
    assert any("Aurora Sans has no file for italic, bold italic" in p for p in found), found
    assert typefaces.read(font("Bold", licence=4)).suits_word is False and typefaces.read(font("Bold", licence=8)).suits_word


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"\0\1\0\0" + b"\xff" * 200,
        lambda data: data[: len(data) // 2],
        lambda data: b"ttcf" + data[4:],
        lambda data: b"wOF2" + data[4:],
        lambda data: data[:12] + bytes(len(data) - 12),
    ],
)
def test_a_damaged_font_is_a_problem_at_its_place(files: Files, regular: bytes, damage: Any) -> None:
    found = [p for p in problems(files, **{"brand/Bold.ttf": damage(regular)}) if p.severity == "error"]
    assert len(found) == 1 and found[0].path == "brand.yaml" and "brand/Bold.ttf" in str(found[0]), found


def test_a_font_loses_tables_that_are_not_valid(regular: bytes) -> None:
    made = TTFont(io.BytesIO(regular))
    assert "GSUB" in made
    spoilt = io.BytesIO()
    from fontTools.ttLib.tables.DefaultTable import DefaultTable

    made["XXXX"] = DefaultTable("XXXX")
    made["XXXX"].data = b"anything"
    made.save(spoilt)
    assert b"anything" not in typefaces.read(spoilt.getvalue()).data


def test_a_dark_logo_of_more_than_plain_shapes_is_refused(files: Files, session: Any) -> None:
    gradient = MARK.replace('fill="{}"', 'fill="url(#g)"').replace(
        "<path", '<linearGradient id="g"><stop stop-color="#fff"/></linearGradient><path'
    )
    made: Edition | None = small.reading(more={**files, "brand/white.svg": gradient}).edition
    assert made
    told: list[Problem] = []
    assert not identity.of_cover(made, told.extend).on_band
    assert "brand/white.svg would stand on a white ground" in str(told[0])


def changed(data: bytes, letter: str, **glyph: Any) -> bytes:
    """A font in which a letter has no outline (`outline=False`), or another width in units of the em."""
    made, out = TTFont(io.BytesIO(data)), io.BytesIO()
    name = made.getBestCmap()[ord(letter)]
    if not glyph.get("outline", True):
        made["glyf"][name] = Glyph()
    if "width" in glyph:
        made["hmtx"][name] = (glyph["width"], made["hmtx"][name][1])
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("glyph", [{"outline": False}, {"width": 0}, {"width": 30_000}])
def test_a_font_that_would_lose_a_letter_is_refused(files: Files, glyph: dict[str, Any]) -> None:
    found = [str(p) for p in problems(files, **{"brand/Bold.ttf": changed(font("Bold"), "e", **glyph)})]
    assert any("brand/Bold.ttf draws nothing for “e”, or gives it no width" in problem for problem in found), found


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("white.svg", MARK.format("#fff").replace("<svg", '<svg width="0" height="4"'), "is no millimetre wide or high"),
        ("white.txt", "words", "is no SVG or PNG"),
    ],
)
def test_a_logo_that_is_none_is_a_problem_at_its_place(files: Files, name: str, data: str, says: str) -> None:
    brand = BRAND.replace("white.svg", name)
    made = small.reading(more={**files, "brand/white.svg": None, "brand.yaml": brand, f"brand/{name}": data}).edition
    assert made
    told: list[Problem] = []
    identity.of_cover(made, told.extend)
    assert [(problem.path, says in problem.message) for problem in told] == [("brand.yaml", True)]


def test_a_brand_has_few_pictures_colours_and_fonts(files: Files) -> None:
    many = ", ".join(f"a{number}: brand/mark.svg" for number in range(51))
    found = [str(problem) for problem in problems(files, f"logo: {{images: {{{many}}}, medium: a1}}\n")]
    assert any("“images” can’t have more than 50" in problem for problem in found), found


def test_text_of_the_brand_that_takes_long_to_read_is_refused_before_it_is_read(files: Files) -> None:
    found = [str(problem) for problem in problems(files, f"defaults: {{briefs: {{footer: '{'[' * 500}'}}}}\n")]
    assert any("brand.yaml:1" in problem and "a hundred or more “[” in a row" in problem for problem in found), found
