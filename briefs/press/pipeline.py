"""One document through every room, in the order the data walks: compose, fit, lay out, write.

In: the edition, a kind, a subject, formats, a paper. Out: `Made`: each format's bytes, and what the fit did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from briefs.compose import tree
from briefs.compose.kinds import KINDS, Kind
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import Writer
from briefs.edition.model import Edition, place_of
from briefs.problems import Place, Problem, Problems, error
from briefs.theme import Theme
from briefs.tools import fonts
from briefs.tools.pandoc import Pandoc, PandocError
from briefs.typeset import draw, word
from briefs.typeset.fit import Fitted, TooLong, fit
from briefs.typeset.page import html
from briefs.typeset.page.layout import Layout, LayoutError, Press


@dataclass(frozen=True)
class Made:
    """A finished document: bytes by format, pages by format, the name of its rung, how many facts gave way."""

    stem: str
    files: Mapping[str, bytes]
    pages: int
    rung: str
    gone: tuple[str, ...]


class Workshop:
    """The slow things, started once: pandoc, WeasyPrint, the fonts. Makes one document after another."""

    def __init__(self, edition: Edition, theme: Theme):
        self.edition = edition
        self.theme = theme
        self.templates = theme.folder.parent
        found = fonts.find(theme.look.fonts.files)
        folder = fonts.prepare(found, fonts.cache_folder())
        fonts.use(folder)
        draw.use_fonts([folder / "files"])
        self.fonts = tuple(found.values())
        self.pandoc = Pandoc()
        self.press = Press(theme)

    def close(self) -> None:
        self.pandoc.close()

    def make(self, kind: Kind, subject: str, formats: tuple[str, ...], paper: str) -> Made:
        """Make a document. Raises Problems with the place of the fault in the content."""
        name = self.edition.names.get(subject, subject)
        try:
            fitted = self._fit(kind, subject, paper)
        except TooLong as fault:
            raise Problems([self._too_long(subject, fault)]) from None
        except (PandocError, LayoutError) as fault:
            raise Problems([error(self._place(subject), f"the {kind.name} of {name} can’t be set: {fault}")]) from None
        manuscript, rung = fitted.manuscript, self.theme.look.ladder[kind.ladder][fitted.rung]
        files: dict[str, bytes] = {}
        if "pdf" in formats:
            files["pdf"] = fitted.layout.pdf()
        if "docx" in formats:
            files["docx"] = word.write(manuscript, self._drawn(manuscript), self.theme, paper, rung, self.pandoc)
        return Made(manuscript.stem, files, fitted.layout.pages, rung.name, manuscript.gone)

    def _fit(self, kind: Kind, subject: str, paper: str) -> Fitted[Layout]:
        rungs = self.theme.look.ladder[kind.ladder]
        bodies: dict[int, tuple[str, Mapping[str, str]]] = {}

        def compose(gone: int) -> Manuscript:
            manuscript = kind.compose(self.edition, Writer(self.templates, self.pandoc), subject, gone)
            self._glyphs(manuscript)
            bodies[id(manuscript)] = html.body(manuscript, self.pandoc), self._drawn(manuscript)
            kept.append(manuscript)
            return manuscript

        def lay_out(manuscript: Manuscript, rung: int) -> Layout:
            content, figures = bodies[id(manuscript)]
            return self.press.lay_out(html.page(manuscript, content, self.theme, paper, rungs[rung]), figures)

        kept: list[Manuscript] = []  # so that an id stays that manuscript's own
        return fit(compose, len(rungs), lay_out, lambda layout: layout.excess(rungs[-1].text[1]))

    def _drawn(self, manuscript: Manuscript) -> dict[str, str]:
        """Each figure as SVG, by the name that the tree has for it."""
        palette = self.theme.palette(manuscript.colours)
        faces = self.theme.look.fonts
        family = ", ".join(f"'{name}'" for name in (faces.text.family, *faces.fallback))
        return {f"{name}.svg": draw.svg(figure, palette, font=family) for name, figure in manuscript.figures.items()}

    def _glyphs(self, manuscript: Manuscript) -> None:
        """A letter that no font of the theme has fails the document, at the block that holds it."""
        problems = []
        for node in tree.walk(manuscript.blocks):
            if node["t"] == "Str" and (lost := fonts.without_glyph(node["c"], self.fonts)):
                place = self._holding(manuscript, node)
                what = ", ".join(f"“{c}” (U+{ord(c):04X})" for c in lost)
                problems.append(error(place, f"no font of the theme has {what}", "Write it otherwise, or add a font to theme.yaml."))
        if problems:
            raise Problems(problems)

    def _holding(self, manuscript: Manuscript, inner: tree.Node) -> Place:
        for node in tree.walk(manuscript.blocks):
            if node["t"] == "Span" and node["c"][0][0] in manuscript.places and any(n is inner for n in tree.walk(node["c"][1])):
                return manuscript.places[node["c"][0][0]]
        return Place("edition.yaml")

    def _place(self, subject: str) -> Place:
        country = self.edition.countries.get(subject)
        return place_of(country.code) if country else Place("edition.yaml")

    def _too_long(self, subject: str, fault: TooLong) -> Problem:
        """By how much, and what an editor could let go."""
        country = self.edition.countries[subject]
        usual = [f.id for f in country.facts if f.priority == 2]
        lines = "1 line" if fault.lines == 1 else f"{fault.lines} lines"
        gone = f" after {fault.gone} facts of low priority gave way" if fault.gone else ""
        hint = f"Shorten it, or give `priority: 3` to some of {', '.join(usual)}." if usual else "Shorten its summary or its facts."
        return error(self._place(subject), f"the brief of {self.edition.names[subject]} is {lines} too long for its page{gone}", hint)
