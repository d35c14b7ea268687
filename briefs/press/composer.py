"""Documents composed: what comes before the typesetter, which isn't loaded here.

In: the edition, a kind, a subject. Out: `Composed`: the manuscript, what pandoc writes of it for the page, its figures as drawn.
"""

from __future__ import annotations

import copy
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from briefs.clock import clock
from briefs.compose import tree
from briefs.compose.kinds import Kind
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import TemplateFiller
from briefs.edition.model import Edition, place_of
from briefs.press.dates import dated
from briefs.problems import Place, Problems, error
from briefs.theme import Theme
from briefs.tools import fonts
from briefs.tools.pandoc import Pandoc, PandocError
from briefs.typeset import draw
from briefs.typeset.page import html

TOO_MUCH = {RecursionError: "it is nested too deeply", MemoryError: "it needs more memory than there is"}


@dataclass(frozen=True)
class Composed:
    """A document of one page before it is laid out: its manuscript, what pandoc writes of it for the page, its figures as drawn."""

    manuscript: Manuscript
    content: str
    figures: Mapping[str, str | bytes]


@contextmanager
def _unsearched() -> Iterator[None]:
    """No search for garbage among the objects of a document that is being made: they are many, and nearly all in use. What it
    leaves is found by the first search afterwards. https://docs.python.org/3/library/gc.html"""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


class Composer:
    """What composing takes, started once: pandoc, the templates, the fonts. Composes one document after another."""

    UNSET: tuple[type[Exception], ...] = (PandocError, RecursionError, MemoryError)  # what says that something can't be set

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
        self.pandoc.start()
        self._is_used = False

    def of(self, edition: Edition) -> Self:
        """The same for another edition; it is closed with this one."""
        other = copy.copy(self)
        other.edition = edition
        return other

    def close(self) -> None:
        self.pandoc.close()

    @contextmanager
    def careful(self, kind: Kind, subject: str) -> Iterator[None]:
        """While a document or a piece of one is made: what can't be set is told with its place, as Problems."""
        if self._is_used:  # a command begins without (`__main__`), since one document isn't worth it
            gc.enable()
        self._is_used = True
        try:
            with _unsearched():
                yield
        except self.UNSET as fault:
            said = TOO_MUCH.get(type(fault)) or str(fault).rstrip(".")
            name = f"{kind.name} of {self.edition.names[subject]}" if subject in self.edition.names else kind.name
            raise Problems([error(self.place(subject), f"the {name} can’t be set: {said}")]) from None

    def composed(self, kind: Kind, subject: str, gone: int = 0) -> Composed:
        """A document of one page, composed with the first `gone` facts that wait to give way left out."""
        with clock.stage("compose"):
            share = kind.share(self.edition, subject)
            manuscript = dated(kind.compose(share, TemplateFiller(self.templates, self.pandoc), subject, gone))
            self.check_glyphs(manuscript)
            return Composed(manuscript, html.body(manuscript, self.pandoc), self.drawn(manuscript))

    def drawn(self, manuscript: Manuscript) -> dict[str, str | bytes]:
        """Each figure as SVG and each picture, by the name that the tree has for it."""
        palette = self.theme.palette(manuscript.colours)
        faces = self.theme.look.fonts
        family = ", ".join(f"'{name}'" for name in (faces.text.family, *faces.fallback))
        with clock.stage("draw"):
            figures = {f"{name}.svg": draw.svg(figure, palette, font=family) for name, figure in manuscript.figures.items()}
        return {**figures, **{name: picture.data for name, picture in manuscript.pictures.items()}}

    def check_glyphs(self, manuscript: Manuscript) -> None:
        """A letter that no font of the theme has fails the document, at the block that holds it."""
        blocks, lost = manuscript.blocks, lambda text: fonts.without_glyph(text, self.fonts)
        words = (n["c"] for n in tree.walk(blocks) if n["t"] == "Str")
        if not lost("".join((*words, *(picture.words for picture in manuscript.pictures.values())))):  # as nearly always
            return
        found = [(gone, self._holding(manuscript, n)) for n in tree.walk(blocks) if n["t"] == "Str" and (gone := lost(n["c"]))]
        found += [(gone, picture.place) for picture in manuscript.pictures.values() if (gone := lost(picture.words))]
        if found:
            hint = "Write it otherwise, or add a font to theme.yaml."
            said = ((", ".join(f"“{c}” (U+{ord(c):04X})" for c in letters), place) for letters, place in found)
            raise Problems(error(place, f"no font of the theme has {what}", hint) for what, place in said)

    def _holding(self, manuscript: Manuscript, inner: tree.Node) -> Place:
        for node in tree.walk(manuscript.blocks):
            if node["t"] == "Span" and node["c"][0][0] in manuscript.places and any(n is inner for n in tree.walk(node["c"][1])):
                return manuscript.places[node["c"][0][0]]
        return Place("edition.yaml")

    def place(self, subject: str) -> Place:
        """Where a document's subject stands in the content."""
        country, deck = self.edition.countries.get(subject), self.edition.decks.get(subject)
        return place_of(country.code) if country else Place(deck.path, line=1) if deck else Place("edition.yaml")
