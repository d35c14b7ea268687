"""The theme: fonts, colours, papers and limits of type, read from `templates/theme/`.

In: the templates folder. Out: `Theme`, typed. What isn't a number is in files of its own: style sheets for pages, `reference.docx`
for Word, `reference.pptx` for slides.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from briefs import templates
from briefs.colours import BLACK, INK, PALE, PAPER, TINT, text_on, tint
from briefs.problems import Problem, Problems
from briefs.tools.typefaces import Typeface

Type = tuple[float, float]  # points: size and leading
BRANDED = {
    "foreground": "ink",
    "secondary": "muted",
    "primary": "accent",
    "link": "link",
}  # the palette's names of colours, by their names in brand.yml
IN_REFERENCES = (
    "pale",
    "rule",
    "accent",
    "muted",
    "ink",
)  # colours of reference.docx and .pptx; if two are equal, the last one counts
FACES = {"base": "text", "headings": "title", "monospace": "code"}  # faces of `Fonts`, by their names in brand.yml
UNRANKED = "unranked"  # the token of the colour of all countries, in an edition without a scale
Quad = tuple[float, float, float, float]  # inks, each from 0 to 1
RAMPS = {"sequential": 7, "diverging": 8, "qualitative": 7}  # how many colours each ramp has
COLOURS = {
    "ink",
    "paper",
    "muted",
    "rule",
    "pale",
    "sea",
    "coast",
    "land",
    "absent",
    "accent",
    "link",
}  # the names of the colours of pages and figures
SMALLEST = 8.5  # points: the smallest body type of a brief
SMALLEST_SOURCE = 7.0


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Face(_Model):
    """A face. `family`: the font family in the PDF. `word`: the face that a Word file names, whose letters have the same widths.

    `script`: the family for the letters of another script, if an edition needs one. `leads`: whether letters are looked for in this
    family first, as in Chinese, whose punctuation and Latin letters are made for each other.
    """

    family: str
    word: str
    script: str = ""
    leads: bool = False

    def families(self, fallback: Sequence[str] = ()) -> list[str]:
        """The families in the order in which letters are looked for."""
        own = [self.script, self.family] if self.leads else [self.family, self.script]
        return [*dict.fromkeys(filter(None, own)), *fallback]


class Script(_Model):
    """Faces for the letters of a script. `text`, `title`: the font families for text and titles. `word`: the face that a Word file
    names if its own faces lack the letters. `files`, `package`: the font files, and the Debian package that has them. `leads`: as
    for `Face`.

    `letters`: a range of letters, such as U+0900 to U+097F, that no other font of the theme has. If such a letter occurs in an
    edition in another language, the edition needs these fonts too.
    """

    text: str
    title: str
    word: str = ""
    package: str
    files: list[str]
    leads: bool = False
    letters: str = ""


class Fonts(_Model):
    """The fonts of the theme.

    `text`, `title`, `code`: the faces. `fallback`: the families for letters that these lack. `files`: the font files, by the Debian
    package that has them. `scripts`: the fonts that only some editions need, by the code of the script (ISO 15924). `complex`,
    `asian`: the faces in Word for letters of such scripts; set by `Theme.for_edition`. `without_context`: the families that are set
    without contextual alternates.
    """

    text: Face
    title: Face
    code: Face
    fallback: list[str]
    files: dict[str, list[str]]
    scripts: dict[str, Script] = {}
    complex: str = ""
    asian: str = ""
    without_context: list[str] = []

    def with_script(self, script: Script) -> Fonts:
        """The fonts with those of a script."""
        word = {"asian" if script.leads else "complex": script.word}
        text = self.text.model_copy(update={"script": script.text, "leads": script.leads})
        title = self.title.model_copy(update={"script": script.title, "leads": script.leads})
        return self.model_copy(update={"files": self._files(script), "text": text, "title": title, **word})

    def with_brand(self, families: Mapping[str, str]) -> Fonts:
        """The fonts with the families of a brand. `families`: the families by their uses (`base`, `headings`, `monospace`). Letters
        that these families lack are taken from the theme's own font."""
        if not families:
            return self
        faces = {FACES[use]: family for use, family in families.items()}
        own = {name: getattr(self, name).model_copy(update={"family": f, "word": f}) for name, f in faces.items()}
        replaced = [getattr(self, name).family for name in ("text", "title") if name in faces]
        return self.model_copy(update={**own, "fallback": list(dict.fromkeys([*replaced, *self.fallback]))})

    def with_letters(self, script: Script) -> Fonts:
        """The fonts with those of a script that occurs beside the edition's own. Letters are looked for in these fonts last."""
        fallback = list(dict.fromkeys([*self.fallback, script.text]))
        return self.model_copy(update={"files": self._files(script), "fallback": fallback})

    def _files(self, script: Script) -> dict[str, list[str]]:
        here = self.files.get(script.package, [])
        return {**self.files, script.package: list(dict.fromkeys([*here, *script.files]))}


class Paper(_Model):
    width: float
    height: float


class LadderStep(_Model):
    """A step of the ladder: sizes and leading in points. `gap`: the distance between facts, as a part of the leading. `additions`:
    whether a page at this step may have additions. `yields`: whether facts give way at this step before the type gets smaller. If
    no step has `yields`, they give way at the last one."""

    name: str
    text: tuple[Annotated[float, Field(ge=SMALLEST)], float]
    lead: Type
    sources: tuple[Annotated[float, Field(ge=SMALLEST_SOURCE)], float]
    gap: float
    additions: bool = False
    yields: bool = False


class Page(_Model):
    """Margins and other lengths of a page in millimetres. `reserve` is the extra height that the Word page has.

    `binding`: on paper that is printed on both sides, it is added to the inner margin and taken from the outer one. Lists of
    sources have `source_columns` columns, `source_gap` apart. `landscape`: whether the paper lies on its side. `side`: the width of
    the figures beside the text; `wider`: their width on a page that has the addition of this name. `heading_stretch`,
    `figure_stretch`: by how much the distances above headings and between figures may grow to fill the page.
    """

    top: float
    right: float
    bottom: float
    left: float
    foot: float
    reserve: float
    band: float
    head: float = 0
    side: float = 0
    wider: dict[str, float] = {}
    gutter: float = 0
    heading_stretch: float = 0
    figure_stretch: float = 0
    hang: float = 0
    wide: float = 0
    binding: float = 0
    source_columns: Annotated[int, Field(ge=1)] = 1
    source_gap: float = 0
    landscape: bool = False

    def side_with(self, added: Collection[str]) -> float:
        """The width of the figures beside the text of a page that has these additions."""
        return max([self.side, *(wide for name, wide in self.wider.items() if name in added)])


class Slide(_Model):
    """A slide on the screen, in millimetres.

    `title`, `body` and `source` are the distances of these from the top; `bar` is the height of the coloured bar at the top, and
    `cover` the height of the title slide's bar. `rise`: how much higher the body begins below a title of one line, and `longer`:
    how much more it may hold there, less than it rises, as other programs need more room for a text; `broad`: the width of a
    column that holds only a figure, if the other column holds text; `larger`: by how much words in large type are larger, and
    those that are as short as a number.
    """

    width: float
    height: float
    margin: float
    bar: float
    cover: float
    title: float
    title_height: float
    body: float
    body_height: float
    rise: float
    longer: float
    gutter: float
    broad: float
    source: float
    larger: dict[Literal["large", "huge"], float]


def _listed(value: object) -> object:
    """A number as a list of one."""
    return [value] if isinstance(value, int | float) else value


Widths = Annotated[list[float], Field(min_length=1), BeforeValidator(_listed)]


class Handout(_Model):
    """The widths of a slide on paper, in order of preference, by the number of slides per page; and the distance of ruled lines, in
    millimetres.

    `notes`: the steps of the type of the notes, by the number of slides per page. `reserve`: the extra height that notes have in
    Word, where lines may break earlier.
    """

    slide: dict[int, Widths]
    line: float
    notes: dict[int, Annotated[list[Type], Field(min_length=1)]]
    reserve: float


Percent = Annotated[float, Field(ge=0, le=100)]
Inks = tuple[Percent, Percent, Percent, Percent]  # per cent of cyan, magenta, yellow and black


class Print(_Model):
    """PDFs for print. `profile`, `package`: the file name of the printing condition's profile, and the Debian package that has it.
    `bleed`: millimetres. `dots`: the dots per inch that a picture needs. `palette`, `scale`: the inks of the palette's colours by
    name, and of a scale's colours by `#rrggbb`.

    Colours that aren't listed are converted by the profile.
    """

    profile: str
    package: str
    condition: str
    bleed: float
    dots: int
    palette: dict[str, Inks]
    scale: dict[str, Inks] = {}


HexColour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class Look(_Model):
    """`theme.yaml`.

    `ramps`: the colours of classes and categories (`RAMPS`). `table`: the steps of the type of a report's tables. `additions`: what
    a page with much room may have in addition. By the name of the ladder, a list of sets of additions; the set that fills the page
    best is taken.
    """

    fonts: Fonts
    palette: dict[str, HexColour]
    ramps: dict[str, list[HexColour]]
    paper: dict[str, Paper]
    page: dict[str, Page]
    slide: Slide
    handout: Handout
    table: Annotated[list[Type], Field(min_length=1)]
    ladder: dict[str, list[LadderStep]]
    additions: dict[str, list[list[str]]] = {}
    print: Print

    def sheet(self, page: str, paper: str) -> Paper:
        """The paper as a page of this name has it: upright, or on its side."""
        upright = self.paper[paper]
        return Paper(width=upright.height, height=upright.width) if self.page[page].landscape else upright

    @model_validator(mode="after")
    def _complete(self) -> Look:
        if missing := sorted(COLOURS - self.palette.keys()):
            raise ValueError(f"palette has no {', '.join(missing)}")
        for name, size in RAMPS.items():
            if len(self.ramps.get(name, ())) != size:
                raise ValueError(f"ramps.{name} needs {size} colours")
        return self


class Theme:
    """A theme: the numbers in `theme.yaml`, and the files beside it. `replaced`: by each colour and face of these files that is
    replaced, the one that replaces it; those of a brand, or of a theme without such files. `typefaces`: the fonts of the brand.
    `link`: the brand's colour of links; if empty, links have the colour of the text around them. `warnings`: what `check` should
    tell about the theme."""

    def __init__(
        self,
        folder: Path,
        look: Look,
        replaced: Mapping[str, str] | None = None,
        typefaces: Sequence[Typeface] = (),
        link: str = "",
        warnings: tuple[Problem, ...] = (),
    ):
        self.folder = folder
        self.look = look
        self.replaced = replaced or {}
        self.typefaces = typefaces
        self.link = link
        self.warnings = warnings

    def for_edition(self, script: str, texts: Iterable[str]) -> Theme:
        """The theme with the fonts that an edition needs. `script`: the code of the script of its language; `texts`: the edition's
        texts."""
        fonts = self.look.fonts
        own = fonts.scripts.get(script)
        others = {name: s for name, s in fonts.scripts.items() if s.letters and s is not own}
        whole = "\n".join(texts) if others else ""
        found = {name for name, script in others.items() if re.search(f"[{script.letters}]", whole)}
        made = fonts.with_script(own) if own else fonts
        for name in sorted(found):
            made = made.with_letters(others[name])
        look = self.look.model_copy(update={"fonts": made})
        return self if made is fonts else Theme(self.folder, look, self.replaced, self.typefaces, self.link, self.warnings)

    def in_folder(self, folder: Path) -> Theme:
        """The same theme, whose files are in another folder."""
        return Theme(folder, self.look, self.replaced, self.typefaces, self.link, self.warnings)

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths of the characters from the space to the tilde in the brand's font for text, in hundredths of an em. Empty if
        the brand has none."""
        own = [face for face in self.typefaces if face.family == self.look.fonts.text.family and not face.is_italic]
        return min(own, key=lambda face: abs(face.weight - 400)).widths if own else ()

    @property
    def reference_docx(self) -> Path:
        return self._file("reference.docx")

    @property
    def reference_pptx(self) -> Path:
        return self._file("reference.pptx")

    def css(self, *styles: str) -> list[Path]:
        """The style sheets of a layout in the order of the cascade: the one that all documents share, then those named."""
        return [self._file(f"{name}.css") for name in ("page", *styles)]

    def _file(self, name: str) -> Path:
        """The path of a file of the theme: its own, or else the program's."""
        return templates.find(self.folder.parent, f"{self.folder.name}/{name}")

    def palette(self, colours: Mapping[str, str]) -> dict[str, str]:
        """The palette for figures: the colours of the theme and of the scale, by the tokens that figures use."""
        made = {f"@{name}": value for name, value in self.look.palette.items()}
        for name, ramp in self.look.ramps.items():
            for number, colour in enumerate(ramp, 1):
                made |= {f"@{name}/{number}": colour, f"@on-{name}/{number}": text_on(colour)}
        for step, colour in {UNRANKED: self.look.palette["accent"], **colours}.items():
            made |= {f"@stance/{step}": colour, f"@on-stance/{step}": text_on(colour), f"@pale/{step}": tint(colour, PALE)}
        return made

    def with_brand(self, colours: Mapping[str, str]) -> Theme:
        """The theme in the colours of a brand. `colours`: the colours by their names in brand.yml (`primary`, `link` …)."""
        changed = {BRANDED[use]: colour for use, colour in colours.items()}
        if not changed:
            return self
        inks = {name: parts for name, parts in self.look.print.palette.items() if name not in changed}
        look = self.look.model_copy(
            update={
                "palette": self.look.palette | changed,
                "print": self.look.print.model_copy(update={"palette": inks}),
            }
        )
        own = {_bare(self.look.palette[name]): _bare(colour) for name, colour in changed.items() if name != "link"}
        return Theme(self.folder, look, _then(self.replaced, own), self.typefaces, colours.get("link", ""), self.warnings)

    def with_typefaces(self, families: Mapping[str, str], typefaces: Iterable[Typeface]) -> Theme:
        """The theme with the fonts of a brand. `families`: the font families by their uses in brand.yml: `base`, `headings`,
        `monospace`."""
        used = tuple(face for face in typefaces if face.family in families.values())
        if not used:
            return self
        fonts = self.look.fonts.with_brand(families)
        replaced = {getattr(self.look.fonts, name).word: getattr(fonts, name).word for name in FACES.values()}
        return Theme(
            self.folder,
            self.look.model_copy(update={"fonts": fonts}),
            _then(self.replaced, replaced),
            used,
            self.link,
            self.warnings,
        )

    def inks(self, colours: Iterable[str], convert: Callable[[str], Quad]) -> dict[tuple[int, int, int], Quad]:
        """The inks of every colour that a page may have, by the colour as red, green and blue: the palette, a scale and its tints,
        black and white."""
        palette = self.look.palette
        named = {palette[name]: _parts(inks) for name, inks in self.look.print.palette.items() if name in palette}
        made = {**dict.fromkeys((BLACK, INK), (0.0, 0.0, 0.0, 1.0)), PAPER: (0.0, 0.0, 0.0, 0.0)} | named  # as `text_on` has them
        made |= {colour: convert(colour) for name, colour in palette.items() if name not in self.look.print.palette}
        for colour in (*colours, *(colour for ramp in self.look.ramps.values() for colour in ramp)):
            own = self.look.print.scale.get(colour.lower())
            made[colour] = _parts(own) if own else made.get(colour.lower()) or convert(colour)
        for colour in (palette["accent"], *colours):
            made |= {tint(colour, share): _tinted(made[colour], share) for share in (TINT, PALE)}
        return {tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)): inks for c, inks in made.items()}  # type: ignore[misc]


def read(folder: Path) -> Theme:
    """The theme of a templates folder, which lies over the program's own. Raises Problems if it can't be used."""
    templates.check(folder)
    path = folder / templates.THEME
    try:
        data, own = templates.theme_data(folder)
        look = Look.model_validate(_without_stale_inks(data, own))
    except ValidationError as faults:
        raise Problems(_problem(path, fault["loc"], fault["msg"]) for fault in faults.errors()) from None
    except (ValueError, RecursionError) as fault:
        raise Problems([Problem("error", str(path), 0, 0, f"broken YAML: {fault}")]) from None
    if templates.is_own(folder):
        return Theme(path.parent, look)
    references = [name for name in ("reference.docx", "reference.pptx") if os.path.lexists(path.parent / name)]
    return Theme(path.parent, look, {} if references else _replaced(look), warnings=tuple(_unfollowed(path.parent)))


def _without_stale_inks(data: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    """A theme's data without the program's inks for colours that the theme changes without giving inks for them."""
    colours, inks = own.get("palette") or {}, own.get("print") or {}
    try:
        stale = colours.keys() - (inks.get("palette") or {}).keys()
        kept = {name: parts for name, parts in data["print"]["palette"].items() if name not in stale}
        return {**data, "print": {**data["print"], "palette": kept}}
    except (AttributeError, KeyError, TypeError):  # the data is no theme; the caller reports that
        return data


def _problem(path: Path, keys: tuple[int | str, ...], message: str) -> Problem:
    return Problem("error", str(path), templates.line_of(path, keys), 0, f"{'.'.join(map(str, keys))}: {message}")


def _replaced(look: Look) -> dict[str, str]:
    """What replaces the colours and faces of the program's reference files, for a theme that has no reference files of its own: by
    each of them the theme's colour or face."""
    below = Look.model_validate(templates.theme_data(templates.OWN)[0])
    colours = {_bare(below.palette[name]): _bare(look.palette[name]) for name in IN_REFERENCES}
    faces = {getattr(below.fonts, name).word: getattr(look.fonts, name).word for name in FACES.values()}
    return {old: new for old, new in {**colours, **faces}.items() if old != new}


def _unfollowed(folder: Path) -> Iterator[Problem]:
    """A warning for each style sheet of a theme that has no reference.docx: Word files don't follow it."""
    if os.path.lexists(folder / "reference.docx"):
        return
    for path in sorted(folder.glob("*.css")):
        hint = (
            "Where it should look the same, change the styles in a copy of the program’s reference.docx; docs/theming.md says more."
        )
        yield Problem("warning", str(path), 0, 0, "this style sheet changes PDFs only, as the theme has no reference.docx", hint)


def style_sheet(path: Path) -> str:
    """The text of a style sheet of a theme. Raises Problems if it can't be read."""
    try:
        return templates.read(path).decode()
    except (FileNotFoundError, UnicodeDecodeError) as fault:
        what = "it is not UTF-8" if isinstance(fault, UnicodeDecodeError) else "the style sheet is missing"
        raise Problems([Problem("error", str(path), 0, 0, what)]) from None


def _bare(colour: str) -> str:
    """A colour `#rrggbb` as OOXML writes it."""
    return colour[1:].upper()


def _then(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """One mapping of replacements that has the effect of the first and then the second."""
    return {**second, **{old: second.get(new, new) for old, new in first.items()}}


def _parts(inks: Inks) -> Quad:
    c, m, y, k = (part / 100 for part in inks)
    return c, m, y, k


def _tinted(inks: Quad, share: float) -> Quad:
    c, m, y, k = (round(share * part, 4) for part in inks)
    return c, m, y, k
